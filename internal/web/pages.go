package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
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
	byLang  map[string]*pageSet
	assets  *assets
	packer  packer
	buffers buffers
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
		pr := catalog.Printer(lang)
		if p.byLang[lang], err = newPageSet(files, p.funcs(pr), p.constants(pr.T)); err != nil {
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

func newPageSet(files fs.FS, funcs template.FuncMap, fixed constants) (*pageSet, error) {
	base, err := parseShared(files, template.New("").Funcs(funcs), fixed)
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
		set.pages[key] = sync.OnceValues(func() (*template.Template, error) { return parsePage(files, base, fixed, name, key) })
		return nil
	})
	return set, err
}

// parseShared adds the layouts and partials.
func parseShared(files fs.FS, base *template.Template, fixed constants) (*template.Template, error) {
	for _, pattern := range []string{"layout/*.html", "partials/*.html"} {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			raw, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, err
			}
			if _, err := base.New(path.Base(name)).Parse(fixed.fold(raw)); err != nil {
				return nil, err
			}
		}
	}
	return base, nil
}

// parsePage adds a page to a copy of what all pages share. The base itself is
// never executed, so that it can be copied at any time.
func parsePage(files fs.FS, base *template.Template, fixed constants, name, key string) (*template.Template, error) {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	page, err := base.Clone()
	if err != nil {
		return nil, err
	}
	if _, err := page.New(key).Parse(fixed.fold(raw)); err != nil {
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

// render executes a page, or a partial by its bare name, into a buffer that is
// to be sent or given back.
func (p *pages) render(lang, name string, data any) (*bytes.Buffer, error) {
	t, err := p.byLang[lang].find(name)
	if err != nil {
		return nil, fmt.Errorf("read page %s: %w", name, err)
	}
	b := p.buffers.take()
	if err := t.ExecuteTemplate(b, name, data); err != nil {
		p.buffers.give(b)
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return b, nil
}

// contentMark stands for the content while the layout is executed, since a page
// need not go through a template twice. No other text has it: "<" is escaped.
const contentMark = "<content/>"

// layout writes the whole document around the content, which it gives back.
func (p *pages) layout(r *Request, status int, layout string, frame templates.Frame, content *bytes.Buffer) error {
	defer p.buffers.give(content)
	around := p.buffers.take()
	defer p.buffers.give(around)
	frame.Content = contentMark
	if err := p.byLang[r.P.Lang()].shared.ExecuteTemplate(around, layout, frame); err != nil {
		return fmt.Errorf("render layout %s: %w", layout, err)
	}
	head, tail, _ := bytes.Cut(around.Bytes(), []byte(contentMark))
	whole := p.buffers.take()
	defer p.buffers.give(whole)
	whole.Write(head)
	whole.Write(content.Bytes())
	whole.Write(tail)
	p.send(r, status, whole.Bytes())
	return nil
}

// send answers with a page; its turn has ended, what remains is up to the
// reader.
func (p *pages) send(r *Request, status int, body []byte) {
	endTurn(r.gin)
	if len(body) >= packFrom && mayPack(r.gin.Request) {
		r.gin.Header("Content-Encoding", "gzip")
		body = p.packer.pack(body)
	}
	r.gin.Header("Content-Length", strconv.Itoa(len(body)))
	r.gin.Data(status, "text/html; charset=utf-8", body)
}

// buffers are those of pages that were sent, to be filled again.
type buffers struct{ pool sync.Pool }

// greatestBuffer is the size in bytes from which a buffer is not kept.
const greatestBuffer = 1 << 20

func (p *buffers) take() *bytes.Buffer {
	if b, ok := p.pool.Get().(*bytes.Buffer); ok {
		return b
	}
	return &bytes.Buffer{}
}

func (p *buffers) give(b *bytes.Buffer) {
	if b.Cap() <= greatestBuffer {
		b.Reset()
		p.pool.Put(b)
	}
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
	words := templates.RowWords{T: pr.T, Icon: func(name string) (string, error) {
		svg, err := p.assets.icon(name)
		return string(svg), err
	}}
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
		// Escaped piece by piece, and held to templates by tests.
		"rows":   func(t templates.Table) (template.HTML, error) { return fast(templates.Rows(t, words)) },
		"heads":  func(t templates.Table) (template.HTML, error) { return fast(templates.Heads(t, words)) },
		"picker": func(f templates.Filter) (template.HTML, error) { return fast(templates.Picker(f, words)) },
		"qset":   templates.WithQuery,
	}
}

func fast(html string, err error) (template.HTML, error) { return template.HTML(html), err }

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
