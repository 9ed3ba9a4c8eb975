package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
	"qingce/templates"
)

func TestPagesAreTypedRight(t *testing.T) {
	webtest.CheckPages(t, sample(t).Server, "api/", map[string]any{"api/docs": web.DocsPage{}})
}

func TestRightsOfEveryRoute(t *testing.T) {
	webtest.CheckRights(t, sample(t))
}

// ownTemplates are the real ones with one page more.
type ownTemplates struct{ fstest.MapFS }

func withPage(t *testing.T, name, text string) ownTemplates {
	t.Helper()
	own := fstest.MapFS{name: {Data: []byte(text)}}
	for _, dir := range []string{"assets", "layout", "partials", "api"} {
		entries, err := templates.FS.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.IsDir() {
				continue
			}
			raw, err := templates.FS.ReadFile(dir + "/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			own[dir+"/"+e.Name()] = &fstest.MapFile{Data: raw}
		}
	}
	for _, name := range []string{"assets/vendor/bootstrap/bootstrap.min.css", "assets/vendor/htmx/htmx.min.js"} {
		own[name] = &fstest.MapFile{}
	}
	return ownTemplates{own}
}

type wordsPage struct {
	Day    calendar.Date
	At     time.Time
	Money  int64
	Fen    *int64
	Number int
	Text   string
}

func TestTemplateFunctions(t *testing.T) {
	const text = `<h1>{{.Text}}</h1><ul>
<li>{{date .Day}}</li><li>{{date .At}}</li><li>{{time .At}}</li><li>{{money .Money}}</li><li>{{yuan .Money}}</li>
<li>{{money .Fen}}</li><li>{{number .Number}}</li><li>{{lang}}</li><li>{{t "err.required" "field" .Text}}</li>
<li>{{t "no.such.key"}}</li><li>{{qset "/x?a=1" "b" "2"}}</li><li>{{icon "home"}}</li></ul>`
	files := withPage(t, "some/page.html", text)
	site := webtest.Open(t, func(site *webtest.Site) {
		web.Get(site.Group(web.Public()), "/words", func(*web.Request, struct{}) (web.Response, error) {
			return web.View{Template: "some/page", Title: "words", Data: wordsPage{
				Day: calendar.NewDate(2017, 9, 30), At: time.Date(2017, 9, 30, 16, 30, 0, 0, time.UTC),
				Money: 1_285_000_00, Number: 50000, Text: "<b>名称</b>",
			}}, nil
		})
	}, webtest.Config{Web: func(o *web.Options) { o.Templates = files }})
	p := site.Nobody().Get("/words").Want(http.StatusOK)
	want := []string{
		"2017-09-30", "2017-10-01", "2017-10-01 00:30", "128.50", "1,285,000.00", "", "50,000", "zh-CN", "请填写<b>名称</b>",
		"no.such.key", "/x?a=1&b=2", "",
	}
	if got := p.Texts("main li"); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if !strings.HasPrefix(p.Attr("main li use", "href"), "/assets/icons.svg?v=") {
		t.Errorf("icon %s", p.Attr("main li use", "href"))
	}
}

func TestTemplateMistakesAreFound(t *testing.T) {
	cases := []struct{ name, text string }{
		{"an unknown asset", `{{asset "nowhere.css"}}`},
		{"an unknown icon", `{{icon "no such icon"}}`},
		{"an unknown member", `{{.Nowhere}}`},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			files := withPage(t, "some/page.html", k.text)
			site := webtest.Open(t, func(site *webtest.Site) {
				web.Get(site.Group(web.Public()), "/x", func(*web.Request, struct{}) (web.Response, error) {
					return web.View{Template: "some/page", Data: wordsPage{}}, nil
				})
			}, webtest.Config{Web: func(o *web.Options) { o.Templates = files }})
			p := site.Nobody().Get("/x").Want(http.StatusInternalServerError)
			if strings.Contains(p.Body, "template") {
				t.Errorf("the mistake is shown: %s", p.Short())
			}
		})
	}
}

func TestAssets(t *testing.T) {
	b := sample(t).Nobody()
	page := b.Get("/open")
	href := page.Attr(`link[href^="/assets/app.css"]`, "href")
	kept := b.Get(href).Want(http.StatusOK)
	if got := kept.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("with its hash: %q", got)
	}
	if got := b.Get("/assets/app.css").Want(http.StatusOK).Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("without its hash: %q", got)
	}
	if got := b.Get("/assets/app.css?v=old").Want(http.StatusOK).Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("with an old hash: %q", got)
	}
	b.Do("GET", href, nil, http.Header{"If-None-Match": {kept.Header.Get("ETag")}}).Want(http.StatusNotModified)
	plain := b.Do("GET", href, nil, http.Header{"Accept-Encoding": {"identity"}})
	if plain.Body != kept.Body || plain.Header.Get("Content-Encoding") != "" {
		t.Error("packed and plain differ")
	}
}

func TestPackedPages(t *testing.T) {
	site := sample(t)
	b := site.As(7, auth.Clerk)
	cases := []struct {
		name   string
		header http.Header
		want   string
	}{
		{"asked for on this site", http.Header{"Accept-Encoding": {"gzip"}}, "gzip"},
		{"typed", http.Header{"Accept-Encoding": {"gzip"}, "Sec-Fetch-Site": {"none"}}, "gzip"},
		{"asked for by another site", http.Header{"Accept-Encoding": {"gzip"}, "Sec-Fetch-Site": {"cross-site"}}, ""},
		{"asked for by nobody knows whom", http.Header{"Accept-Encoding": {"gzip"}, "Sec-Fetch-Site": nil}, ""},
		{"a browser that cannot unpack", http.Header{"Accept-Encoding": {"br"}}, ""},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			if got := b.Do("GET", "/api/docs", nil, k.header).Want(200).Header.Get("Content-Encoding"); got != k.want {
				t.Errorf("Content-Encoding %q, want %q", got, k.want)
			}
		})
	}
}
