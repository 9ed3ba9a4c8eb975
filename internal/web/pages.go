package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"

	"strings"
	"sync"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/templates"
)

// pages holds every page, parsed once per language: functions like t are bound
// to the language, so that no page can be served with another reader's words.
type pages struct {
	byLang map[string]*pageSet
	assets *assets
	packer packer
}

// notPages are the folders of the template tree that hold no pages.
var notPages = []string{"assets", "layout", "locale", "partials", "mail"}

func newPages(files fs.FS, catalog *locale.Catalog) (*pages, error) {
	a, err := newAssets(files)
	if err != nil {
		return nil, err
	}
	p := &pages{byLang: map[string]*pageSet{}, assets: a}
	for _, lang := range locale.Languages() {
		if p.byLang[lang], err = newPageSet(files, p.funcs(catalog.Printer(lang))); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// pageSet is the templates of one language. A page is parsed when it is shown
// for the first time: all of them at once would keep the start waiting and
// hold memory for pages that nobody opens.
type pageSet struct {
	shared *template.Template // layouts and partials, to be executed
	pages  map[string]func() (*template.Template, error)
}

func newPageSet(files fs.FS, funcs template.FuncMap) (*pageSet, error) {
	base, err := template.New("").Funcs(funcs).ParseFS(files, "layout/*.html", "partials/*.html")
	if err != nil {
		return nil, err
	}
	set := &pageSet{pages: map[string]func() (*template.Template, error){}}
	if set.shared, err = base.Clone(); err != nil {
		return nil, err
	}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" || isNotPage(name) {
			return err
		}
		key := strings.TrimSuffix(name, ".html")
		set.pages[key] = sync.OnceValues(func() (*template.Template, error) { return parsePage(files, base, name, key) })
		return nil
	})
	return set, err
}

// parsePage adds a page to a copy of what all pages share. The base itself is
// never executed, so that it can be copied at any time.
func parsePage(files fs.FS, base *template.Template, name, key string) (*template.Template, error) {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	page, err := base.Clone()
	if err != nil {
		return nil, err
	}
	if _, err := page.New(key).Parse(string(raw)); err != nil {
		return nil, err
	}
	return page, nil
}

// find gives the template of a page, or what all pages share for a partial.
func (s *pageSet) find(name string) (*template.Template, error) {
	if page, ok := s.pages[name]; ok {
		return page()
	}
	return s.shared, nil
}

func isNotPage(name string) bool {
	for _, dir := range notPages {
		if strings.HasPrefix(name, dir+"/") {
			return true
		}
	}
	return false
}

// render executes a page, or a partial by its bare name.
func (p *pages) render(lang, name string, data any) (template.HTML, error) {
	t, err := p.byLang[lang].find(name)
	if err != nil {
		return "", fmt.Errorf("read page %s: %w", name, err)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("render %s: %w", name, err)
	}
	return template.HTML(b.String()), nil // made by html/template, which has escaped it
}

// layout writes the whole document.
func (p *pages) layout(r *Request, status int, layout string, frame templates.Frame) error {
	var b bytes.Buffer
	if err := p.byLang[r.P.Lang()].shared.ExecuteTemplate(&b, layout, frame); err != nil {
		return fmt.Errorf("render layout %s: %w", layout, err)
	}
	return p.send(r, status, b.Bytes())
}

func (p *pages) send(r *Request, status int, body []byte) error {
	endTurn(r.gin)
	if len(body) >= packFrom && mayPack(r.gin.Request) {
		r.gin.Header("Content-Encoding", "gzip")
		body = p.packer.pack(body)
	}
	r.gin.Data(status, "text/html; charset=utf-8", body)
	return nil
}

// Pages lists the names of all pages ("admin/accounts").
func (s *Server) Pages() []string {
	return sortedKeys(s.pages.byLang[locale.Chinese].pages)
}

// Page returns the template of a page, so that tests can check it against the
// type of its data; the empty name is that of the layouts and partials.
func (s *Server) Page(lang, name string) (*template.Template, bool) {
	set := s.pages.byLang[lang]
	if _, ok := set.pages[name]; !ok && name != "" {
		return nil, false
	}
	t, err := set.find(name)
	return t, err == nil
}

func (p *pages) funcs(pr *locale.Printer) template.FuncMap {
	return template.FuncMap{
		"t":      pr.T,
		"lang":   pr.Lang,
		"date":   func(v any) string { return day(pr, v) },
		"time":   pr.Time,
		"money":  func(v any) string { return optional(v, pr.Wan) },
		"yuan":   func(v any) string { return optional(v, pr.Yuan) },
		"number": number(pr),
		"asset":  p.assets.href,
		"icon":   p.assets.icon,
		"dict":   dict,
		"rows": func(t templates.Table) (template.HTML, error) {
			html, err := templates.Rows(t, templates.RowWords{T: pr.T, Icon: func(name string) (string, error) {
				svg, err := p.assets.icon(name)
				return string(svg), err
			}})
			return template.HTML(html), err // escaped piece by piece, and held to the partial by a test
		},
		"choices": func(name string, options []templates.Option) template.HTML {
			return template.HTML(templates.Choices(name, options)) // as above
		},
		"qset": templates.WithQuery,
	}
}

// day writes a date, or the day in Asia/Shanghai of an instant.
func day(pr *locale.Printer, v any) string {
	switch v := v.(type) {
	case calendar.Date:
		return pr.Date(v)
	case time.Time:
		if !v.IsZero() {
			return pr.Date(calendar.DateOf(v))
		}
	}
	return ""
}

func optional(v any, show func(int64) string) string {
	switch v := v.(type) {
	case int64:
		return show(v)
	case *int64:
		if v != nil {
			return show(*v)
		}
	}
	return ""
}

func number(pr *locale.Printer) func(any) string {
	return func(v any) string {
		switch v := v.(type) {
		case int:
			return pr.Number(int64(v))
		case int32:
			return pr.Number(int64(v))
		case int64:
			return pr.Number(v)
		}
		return fmt.Sprint(v)
	}
}

// dict makes the dot of a partial out of pairs.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict needs pairs")
	}
	out := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: name %v is not text", pairs[i])
		}
		out[key] = pairs[i+1]
	}
	return out, nil
}

var _ http.Handler = (*assets)(nil)
