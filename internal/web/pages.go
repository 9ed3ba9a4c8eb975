package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/templates"
)

// pages holds every page, parsed once per language: functions like t are bound
// to the language, so that no page can be served with another reader's words.
type pages struct {
	byLang map[string]map[string]*template.Template
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
	p := &pages{byLang: map[string]map[string]*template.Template{}, assets: a}
	for _, lang := range locale.Languages() {
		if p.byLang[lang], err = parsePages(files, p.funcs(catalog.Printer(lang))); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func parsePages(files fs.FS, funcs template.FuncMap) (map[string]*template.Template, error) {
	base, err := template.New("").Funcs(funcs).ParseFS(files, "layout/*.html", "partials/*.html")
	if err != nil {
		return nil, err
	}
	set := map[string]*template.Template{"": base}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" || isNotPage(name) {
			return err
		}
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		page, err := base.Clone()
		if err != nil {
			return err
		}
		key := strings.TrimSuffix(name, ".html")
		if _, err := page.New(key).Parse(string(raw)); err != nil {
			return err
		}
		set[key] = page
		return nil
	})
	return set, err
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
	set := p.byLang[lang]
	t, ok := set[name]
	if !ok {
		t = set[""]
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("render %s: %w", name, err)
	}
	return template.HTML(b.String()), nil //nolint:gosec // made by html/template, which has escaped it
}

// layout writes the whole document.
func (p *pages) layout(r *Request, status int, layout string, frame templates.Frame) error {
	var b bytes.Buffer
	if err := p.byLang[r.P.Lang()][""].ExecuteTemplate(&b, layout, frame); err != nil {
		return fmt.Errorf("render layout %s: %w", layout, err)
	}
	return p.send(r, status, b.Bytes())
}

func (p *pages) send(r *Request, status int, body []byte) error {
	if len(body) >= packFrom && mayPack(r.gin.Request) {
		r.gin.Header("Content-Encoding", "gzip")
		body = p.packer.pack(body)
	}
	r.gin.Data(status, "text/html; charset=utf-8", body)
	return nil
}

// Pages lists the names of all pages ("admin/accounts").
func (s *Server) Pages() []string {
	names := sortedKeys(s.pages.byLang[locale.Chinese])
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}

// Page returns the template of a page, so that tests can check it against the
// type of its data; the empty name is that of the layouts and partials.
func (s *Server) Page(lang, name string) (*template.Template, bool) {
	t, ok := s.pages.byLang[lang][name]
	return t, ok
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
			return template.HTML(html), err //nolint:gosec // escaped piece by piece, and held to the template by a test
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
