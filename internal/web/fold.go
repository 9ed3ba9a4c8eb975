package web

import (
	"html"
	"regexp"
	"strings"
)

// constants are what template functions give that depends on the language
// alone, by function.
type constants map[string]func(word string) (string, error)

// constants are t, asset and icon with one literal argument. Texts are escaped
// as html/template does where they stand: between tags or in an attribute that
// is no address (a test holds every template to that).
func (p *pages) constants(t func(key string, args ...any) string) constants {
	return constants{
		"t":     func(key string) (string, error) { return html.EscapeString(t(key)), nil },
		"asset": p.assets.href,
		"icon": func(name string) (string, error) {
			svg, err := p.assets.icon(name)
			return string(svg), err
		},
	}
}

// constantAction is {{t "ui.nav"}} and the like.
var constantAction = regexp.MustCompile(`\{\{(t|asset|icon) "([^"\\{}]+)"\}\}`)

// fold puts the constants into the text of a template before it is parsed: a
// page asks for a hundred of them and more, and each costs as much as a row of
// a table. What cannot be had is left to fail when it is shown.
func (c constants) fold(source []byte) string {
	return constantAction.ReplaceAllStringFunc(string(source), func(action string) string {
		parts := constantAction.FindStringSubmatch(action)
		text, err := c[parts[1]](parts[2])
		if err != nil || strings.Contains(text, "{{") {
			return action
		}
		return text
	})
}
