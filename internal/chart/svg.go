package chart

import (
	"bytes"
	"html"
	"html/template"
	"strconv"
	"strings"
)

// fonts are the fonts of the pages, for a picture that is looked at alone.
const fonts = `PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Micro Hei, sans-serif`

// Inline is the picture as a part of a page. The id tells it from the others
// on the page; it consists of letters, digits and "-". The markup is safe: all
// texts are escaped and links can only lead to pages of the same site.
//
// A picture with links is a group for screen readers, which read what is in it;
// one without is an image with a name and a description.
func (d Drawing) Inline(id string) template.HTML {
	return template.HTML(d.markup(id, false))
}

// SVG is the picture as a file of its own, with title and note and without
// links, which would lead nowhere.
func (d Drawing) SVG() []byte {
	d = d.framed()
	d.links = false
	return append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), d.markup("c", true)...)
}

func (d Drawing) markup(id string, alone bool) []byte {
	w := &svgWriter{id: identifier(id), links: d.links, used: map[string]paint{}}
	for _, s := range d.shapes {
		s.svg(w)
	}
	body := w.Bytes()
	w.Buffer = bytes.Buffer{}
	role := "img"
	if d.links {
		role = "group"
	}
	w.put(`<svg class="chart-picture" viewBox="0 0 `, num(d.width), " ", num(d.height), `"`)
	if alone {
		w.put(` xmlns="http://www.w3.org/2000/svg" width="`, num(d.width), `" height="`, num(d.height), `"`)
	}
	w.put(` role="`, role, `" aria-labelledby="`, w.id, `-t" aria-describedby="`, w.id, `-d" font-family="`, fonts, `">`)
	w.put(`<title id="`, w.id, `-t">`, html.EscapeString(clean(d.head.Title)), `</title><desc id="`, w.id, `-d">`, html.EscapeString(clean(d.head.Desc)), `</desc>`)
	w.patterns()
	if alone {
		w.put(`<rect width="100%" height="100%" fill="`, white, `"/>`)
	}
	w.Write(body)
	w.put("</svg>")
	return w.Bytes()
}

// svgWriter writes shapes as SVG, with attributes only: a style attribute or
// element would need a hole in the content security policy.
type svgWriter struct {
	bytes.Buffer
	id    string
	links bool
	order []string
	used  map[string]paint
}

func (w *svgWriter) put(parts ...string) {
	for _, p := range parts {
		w.WriteString(p)
	}
}

// patterns defines those that were used.
func (w *svgWriter) patterns() {
	if len(w.order) == 0 {
		return
	}
	w.put("<defs>")
	for _, name := range w.order {
		p := w.used[name]
		g := num(p.gap)
		w.put(`<pattern id="`, w.id, "-", name, `" width="`, g, `" height="`, g, `" patternUnits="userSpaceOnUse"`)
		switch p.lines {
		case rising, crossed:
			w.put(` patternTransform="rotate(45)"`)
		case falling:
			w.put(` patternTransform="rotate(-45)"`)
		}
		w.put(`><rect width="`, g, `" height="`, g, `" fill="`, p.fill, `"/><path d="`)
		if p.lines == level {
			w.put("M0 1H", g)
		} else {
			w.put("M1 0V", g)
		}
		if p.lines == crossed {
			w.put("M0 1H", g)
		}
		w.put(`" stroke="`, p.line, `" stroke-width="1.5"/></pattern>`)
	}
	w.put("</defs>")
}

// fill names what a box is filled with.
func (w *svgWriter) fill(p paint) string {
	if p.lines == plain {
		return p.fill
	}
	if _, ok := w.used[p.name]; !ok {
		w.used[p.name] = p
		w.order = append(w.order, p.name)
	}
	return "url(#" + w.id + "-" + p.name + ")"
}

func (l label) svg(w *svgWriter) {
	w.put(`<text x="`, num(l.x), `" y="`, num(l.y), `" font-size="`, num(l.size), `" fill="`, l.colour, `"`)
	if l.anchor != start {
		w.put(` text-anchor="`, string(l.anchor), `"`)
	}
	if l.bold {
		w.put(` font-weight="600"`)
	}
	w.put(">", html.EscapeString(l.body), "</text>")
}

func (b box) svg(w *svgWriter) {
	w.put(`<rect x="`, num(b.x), `" y="`, num(b.y), `" width="`, num(b.w), `" height="`, num(b.h), `" fill="`, w.fill(b.paint), `"`)
	if b.paint.name == invisible.name {
		w.put(` fill-opacity="0"`)
	}
	if b.paint.edge != "" {
		w.put(` stroke="`, b.paint.edge, `"`)
	}
	if b.paint.dashed {
		w.put(` stroke-dasharray="3 3"`)
	}
	w.put("/>")
}

func (t trace) svg(w *svgWriter) {
	w.put(`<path d="`)
	step := "M"
	for _, p := range t.points {
		w.put(step, num(p[0]), " ", num(p[1]))
		step = "L"
	}
	fill := "none"
	if t.closed {
		w.put("Z")
		fill = t.fill
	}
	w.put(`" fill="`, fill, `" stroke="`, t.colour, `" stroke-width="`, num(t.width), `"`)
	if len(t.dash) > 0 {
		var parts []string
		for _, d := range t.dash {
			parts = append(parts, num(d))
		}
		w.put(` stroke-dasharray="`, strings.Join(parts, " "), `"`)
	}
	w.put("/>")
}

func (g group) svg(w *svgWriter) {
	tag := "g"
	w.put("<")
	if g.href != "" && w.links {
		tag = "a"
		w.put(`a href="`, html.EscapeString(g.href), `"`)
	} else {
		w.put("g")
	}
	if g.dx != 0 || g.dy != 0 {
		w.put(` transform="translate(`, num(g.dx), " ", num(g.dy), `)"`)
	}
	w.put(">")
	if g.title != "" {
		w.put("<title>", html.EscapeString(g.title), "</title>")
	}
	for _, s := range g.shapes {
		s.svg(w)
	}
	w.put("</", tag, ">")
}

// num writes a length with one digit behind the point at most.
func num(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}

// identifier keeps of an id what may stand in an attribute and in url(#…).
func identifier(id string) string {
	return "c-" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, id)
}

// local keeps addresses of the same site; everything else leads nowhere.
func local(href string) string {
	inner := strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//") && !strings.HasPrefix(href, `/\`)
	if href != clean(href) || !inner && !strings.HasPrefix(href, "?") && !strings.HasPrefix(href, "#") {
		return ""
	}
	return href
}
