package webtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"qingce/internal/locale"
)

// lookOver checks what every answer must keep.
func (p *Page) lookOver() {
	p.t.Helper()
	p.lookAtHeaders()
	if !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") || p.Body == "" {
		return
	}
	root, err := html.Parse(strings.NewReader(p.Body))
	if err != nil {
		p.t.Errorf("%s: %v", p.Name, err)
		return
	}
	p.Root = root
	faults := inlineFaults(root)
	if strings.HasPrefix(strings.TrimSpace(p.Body), "<!doctype") {
		faults = append(faults, documentFaults(p)...)
	}
	for _, f := range faults {
		p.t.Errorf("%s: %s", p.Name, f)
	}
}

// wantHeaders are the headers of every answer.
var wantHeaders = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
}

func (p *Page) lookAtHeaders() {
	p.t.Helper()
	for name, want := range wantHeaders {
		if got := p.Header.Get(name); got != want {
			p.t.Errorf("%s: header %s is %q, want %q", p.Name, name, got, want)
		}
	}
	policy := p.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		p.t.Errorf("%s: Content-Security-Policy is %q", p.Name, policy)
	}
	if p.Header.Get("X-Request-Id") == "" {
		p.t.Errorf("%s: no X-Request-Id", p.Name)
	}
	if p.Header.Get("Cache-Control") == "" {
		p.t.Errorf("%s: no Cache-Control", p.Name)
	}
	kind := p.Header.Get("Content-Type")
	if strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "charset=utf-8") {
		p.t.Errorf("%s: %s without charset", p.Name, kind)
	}
}

// inlineFaults finds what the content security policy forbids.
func inlineFaults(root *html.Node) []string {
	var faults []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "style" || n.Data == "script" && (attr(n, "src") == "" || n.FirstChild != nil) {
			faults = append(faults, "inline <"+n.Data+">")
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(value, "javascript:") {
				faults = append(faults, fmt.Sprintf("<%s %s=%q>", n.Data, a.Key, a.Val))
			}
		}
	}
	return faults
}

// documentFaults finds what makes a page hard to use: for people who hear it,
// for those who use the keyboard, and for everybody when a text is missing.
func documentFaults(p *Page) []string {
	var faults []string
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if lang := p.Attr("html", "lang"); !slices.Contains(locale.Languages(), lang) {
		add("html lang=%q", lang)
	}
	if n := len(p.All("h1")); n != 1 {
		add("%d h1", n)
	}
	if n := len(p.All("main h1")); n != 1 {
		add("%d h1 inside main", n)
	}
	if p.Text("head title") == "" { // a picture has a title too
		add("no title")
	}
	for _, n := range p.All("img:not([alt])") {
		add("picture %s without alt", attr(n, "src"))
	}
	faults = append(faults, idFaults(p)...)
	faults = append(faults, labelFaults(p)...)
	return append(faults, textFaults(p)...)
}

func idFaults(p *Page) []string {
	var faults []string
	ids := map[string]int{}
	for _, n := range p.All("[id]") {
		ids[attr(n, "id")]++
	}
	for id, n := range ids {
		if n > 1 || id == "" {
			faults = append(faults, fmt.Sprintf("id %q stands %d times", id, n))
		}
	}
	for _, n := range p.All("label[for]") {
		if ids[attr(n, "for")] == 0 {
			faults = append(faults, "label for the missing "+attr(n, "for"))
		}
	}
	for _, n := range p.All(`a[href^="#"]`) {
		if target := strings.TrimPrefix(attr(n, "href"), "#"); ids[target] == 0 {
			faults = append(faults, "link to the missing #"+target)
		}
	}
	return faults
}

// labelFaults finds inputs that say nothing to people who do not see them.
func labelFaults(p *Page) []string {
	var faults []string
	labelled := map[string]bool{}
	for _, n := range p.All("label[for]") {
		labelled[attr(n, "for")] = true
	}
	for _, n := range p.All("input:not([type=hidden]):not([type=submit]), select, textarea") {
		if !labelled[attr(n, "id")] && attr(n, "aria-label") == "" && attr(n, "aria-labelledby") == "" {
			faults = append(faults, "no label for the input "+attr(n, "name"))
		}
	}
	for _, n := range p.All("button, a[href]") {
		if Words(n) == "" && attr(n, "aria-label") == "" && attr(n, "title") == "" {
			faults = append(faults, fmt.Sprintf("<%s %s> without words", n.Data, attr(n, "href")))
		}
	}
	return faults
}

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_:]+)+$`)

// textFaults finds message keys and placeholders where texts should be.
func textFaults(p *Page) []string {
	var faults []string
	keys := map[string]bool{}
	for _, key := range p.browser.site.Texts.Keys(locale.Chinese) {
		first, _, _ := strings.Cut(key, ".")
		keys[first] = true
	}
	for n := range p.Root.Descendants() {
		if n.Type != html.TextNode || n.Parent != nil && slices.Contains([]string{"code", "pre", "script"}, n.Parent.Data) {
			continue
		}
		text := strings.TrimSpace(n.Data)
		first, _, _ := strings.Cut(text, ".")
		if keyForm.MatchString(text) && keys[first] {
			faults = append(faults, "a message key in place of a text: "+text)
		}
	}
	return faults
}
