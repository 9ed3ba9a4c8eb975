package templates

import "html/template"

// Frame is the data of the layouts "page" and "plain": all that surrounds the
// content of a page.
type Frame struct {
	Lang  string // "zh-CN" or "en"; becomes the lang attribute
	Title string // text of the browser tab; the h1 is written by the partial "head"
	Path  string // path and query of this page
	// Content is the page itself, already rendered by its own template.
	Content template.HTML

	Nav     []NavGroup
	Crumbs  []Crumb    // from the top to this page; the last one has no Href
	Search  *Search    // nil leaves the search box out
	Todo    *Todo      // nil leaves the to-do counter out
	Langs   []LangLink // the languages to switch to, the present one included
	Account *Account   // nil when nobody is signed in
	Flash   []Flash

	RequestID string
	Version   string
}

// NavGroup is a task of the left navigation with its pages.
type NavGroup struct {
	Label string // message key ("nav.work"); empty: a group without heading
	Items []NavItem
}

// NavItem is one page of the navigation.
type NavItem struct {
	Label  string // message key of the vocabulary ("menu.inventory")
	Href   string
	Icon   string    // name in icons.svg
	Active bool      // this page or one below it is open
	Count  int       // things that wait there; 0 shows nothing
	Items  []NavItem // the pages of a room, while it is open
}

// Crumb is one step of the way from the start page to this page.
type Crumb struct {
	Text string
	Href string
}

// Search is the search box of the top bar. It sends "q" to Action by GET.
type Search struct {
	Action string
	Value  string
}

// Todo is the counter of the reader's open tasks.
type Todo struct {
	Count   int
	Href    string
	Nearest *Deadline // nil when nothing is dated
}

// LangLink switches the language.
type LangLink struct {
	Code   string // "zh-CN"
	Text   string // the language's own name: "中文", "English"
	Href   string
	Active bool
}

// Account is the signed-in person.
type Account struct {
	Name       string
	Department string
	Roles      []string // names of the roles, translated
	Links      []Link   // entries of the account menu
	SignOut    string   // address that ends the session, by POST
}

// Link is a plain link.
type Link struct {
	Text string
	Href string
	Icon string // name in icons.svg, may be empty
}

// Flash is a message that is shown once, above the content.
type Flash struct {
	Kind string // "ok", "info", "warning" or "error"
	Text string
	Link *Link // where to go next, may be nil
}
