package webtest

import (
	"net/url"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// All are the elements that the CSS selector chooses.
func (p *Page) All(selector string) []*html.Node {
	p.t.Helper()
	if p.Root == nil {
		p.t.Fatalf("%s: no HTML (%s)\n%s", p.Name, p.Header.Get("Content-Type"), p.Short())
	}
	sel, err := cascadia.ParseGroup(selector)
	if err != nil {
		p.t.Fatalf("selector %q: %v", selector, err)
	}
	return cascadia.QueryAll(p.Root, sel)
}

// Has tells whether the selector chooses anything.
func (p *Page) Has(selector string) bool {
	p.t.Helper()
	return len(p.All(selector)) > 0
}

// One is the only element that the selector chooses; none or more fail.
func (p *Page) One(selector string) *html.Node {
	p.t.Helper()
	found := p.All(selector)
	if len(found) != 1 {
		p.t.Fatalf("%s: %q chooses %d elements, want 1\n%s", p.Name, selector, len(found), p.Short())
	}
	return found[0]
}

// Text is the words of the only element that the selector chooses, with single
// blanks between them.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return Words(p.One(selector))
}

// Texts are the words of each element that the selector chooses.
func (p *Page) Texts(selector string) []string {
	p.t.Helper()
	var out []string
	for _, n := range p.All(selector) {
		out = append(out, Words(n))
	}
	return out
}

// Attr is an attribute of the only element that the selector chooses.
func (p *Page) Attr(selector, name string) string {
	p.t.Helper()
	return attr(p.One(selector), name)
}

// WantText fails unless the only element that the selector chooses has the
// words.
func (p *Page) WantText(selector, want string) *Page {
	p.t.Helper()
	if got := p.Text(selector); got != want {
		p.t.Errorf("%s: %s says %q, want %q", p.Name, selector, got, want)
	}
	return p
}

// Words are the words of an element.
func Words(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// Form is what a browser would send of the only form that the selector
// chooses, before anybody has typed anything.
func (p *Page) Form(selector string) url.Values {
	p.t.Helper()
	form := url.Values{}
	id := p.Attr(selector, "id")
	for _, n := range p.All("input, select, textarea") {
		if inside(n, p.One(selector)) || id != "" && attr(n, "form") == id {
			addControl(form, n)
		}
	}
	return form
}

func inside(n, of *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == of {
			return true
		}
	}
	return false
}

func addControl(form url.Values, n *html.Node) {
	name := attr(n, "name")
	if name == "" || has(n, "disabled") {
		return
	}
	switch n.Data {
	case "textarea":
		if n.FirstChild != nil {
			form.Add(name, n.FirstChild.Data)
		} else {
			form.Add(name, "")
		}
	case "select":
		form.Add(name, selected(n))
	default:
		kind := attr(n, "type")
		if (kind == "radio" || kind == "checkbox") && !has(n, "checked") || kind == "file" || kind == "submit" {
			return
		}
		form.Add(name, attr(n, "value"))
	}
}

// selected is the value of the chosen option, or of the first.
func selected(n *html.Node) string {
	options := cascadia.QueryAll(n, cascadia.MustCompile("option"))
	for _, o := range options {
		if has(o, "selected") {
			return attr(o, "value")
		}
	}
	if len(options) > 0 {
		return attr(options[0], "value")
	}
	return ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
