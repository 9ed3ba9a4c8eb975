package sharingweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/sharing"
	"qingce/templates"
)

// listPage is the data of sharing/list: any list of this room.
type listPage struct {
	Head     templates.Head
	Tabs     templates.Tabs
	Stats    []templates.Stat
	Callouts []templates.Callout
	Filters  *templates.Filters
	Table    *templates.Table
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// address is the address of a list taken apart.
type address struct {
	path   string
	params url.Values
}

func addressOf(r *web.Request) address {
	out := url.Values{}
	for key, values := range r.URL.Query() {
		for _, v := range values {
			if strings.TrimSpace(v) != "" && key != "lang" {
				out.Add(key, v)
			}
		}
	}
	return address{r.URL.Path, out}
}

func (a address) String() string { return withQuery(a.path, a.params) }

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// with is the address with a parameter set, or taken away by an empty value; it
// leads to the first page.
func (a address) with(name, value string) string {
	q := url.Values{}
	for k, v := range a.params {
		if k != name && k != "page" {
			q[k] = v
		}
	}
	if value != "" {
		q.Set(name, value)
	}
	return withQuery(a.path, q)
}

func (a address) number(name string) int {
	n, _ := strconv.Atoi(a.params.Get(name))
	return n
}

func (a address) on(name string) bool { return a.params.Get(name) == "true" }

// page and size of the list.
func (a address) page() int { return max(a.number("page"), 1) }

func pageSizes() []int { return []int{20, 50, 100, 200} }

func (a address) size() int {
	if n := a.number("size"); slices.Contains(pageSizes(), n) {
		return n
	}
	return sharing.DefaultPageSize
}

// sort is the order that is asked for.
func (a address) sort() (string, bool) {
	return strings.CutPrefix(a.params.Get("sort"), "-")
}

// column makes a column sortable.
func (a address) column(c templates.Column) templates.Column {
	next := c.Key
	switch a.params.Get("sort") {
	case c.Key:
		next, c.Sorted = "-"+c.Key, "asc"
	case "-" + c.Key:
		c.Sorted = "desc"
	}
	c.SortHref = a.with("sort", next)
	return c
}

// chosen are the values of a parameter that belong to a set.
func chosen[T ~string](a address, name string, set []T) []T {
	var out []T
	for _, v := range a.params[name] {
		if slices.Contains(set, T(v)) {
			out = append(out, T(v))
		}
	}
	return out
}

// lister makes the parts that all lists have.
type lister struct {
	p   *locale.Printer
	by  auth.Principal
	a   address
	dir *inventory.Directory
}

func (d *desk) lister(r *web.Request) (lister, error) {
	dir, err := d.directory(r.Ctx)
	return lister{r.P, r.By, addressOf(r), dir}, err
}

// tabs lead from one list to another, as far as the reader may.
func (l lister) tabs(open string) templates.Tabs {
	out := templates.Tabs{Label: l.p.T("menu.sharing")}
	for _, t := range []struct {
		name, path string
		demand     bool
	}{
		{"requests", requestsPath, false}, {"agreements", agreementsPath, false}, {"uses", usesPath, false}, {"misuses", misusesPath, false},
		{"objections", objectionsPath, false}, {"demands", demandsPath, true}, {"reliefs", reliefsPath, true}, {"terms", termsPath, false},
	} {
		may := sharing.Viewers()
		if t.demand {
			may = sharing.DemandViewers()
		}
		if l.by.Is(may...) {
			out.Items = append(out.Items, templates.Tab{Text: l.p.T("sharing.tab." + t.name), Href: t.path, Active: t.name == open})
		}
	}
	return out
}

func (l lister) name(id auth.DepartmentID) string { return l.dir.Name(id) }

func (l lister) optional(id *auth.DepartmentID) string {
	if id == nil {
		return ""
	}
	return l.name(*id)
}

// department is the body that the list is narrowed to.
func (l lister) department() auth.DepartmentID {
	body, _ := l.dir.Lookup(l.a.params.Get("department"))
	return body.ID
}

// stateFilter is the filter by state.
func stateFilter[T ~string](l lister, states []T, label func(T) string) templates.Filter {
	f := templates.Filter{Name: "state", Label: l.p.T("sharing.state"), Kind: templates.FilterChoice}
	picked := chosen(l.a, "state", states)
	for _, s := range states {
		f.Options = append(f.Options, templates.Option{Value: string(s), Text: label(s), Chosen: slices.Contains(picked, s)})
	}
	return f
}

// flag is a filter with one box.
func (l lister) flag(name string) templates.Filter {
	text := l.p.T("sharing.filter." + name)
	return templates.Filter{Name: name, Label: text, Kind: templates.FilterChoice, Options: []templates.Option{
		{Value: "true", Text: text, Chosen: l.a.on(name)},
	}}
}

// side is the filter by the role of the own department.
func (l lister) side() templates.Filter {
	f := templates.Filter{Name: "side", Label: l.p.T("sharing.filter.side"), Kind: templates.FilterChoice}
	for _, s := range []sharing.Side{sharing.UserSide, sharing.ProviderSide} {
		f.Options = append(f.Options, templates.Option{
			Value: string(s), Text: l.p.T("sharing.side." + string(s)), Chosen: l.a.params.Get("side") == string(s),
		})
	}
	return f
}

func (l lister) sideAsked() sharing.Side {
	if s := chosen(l.a, "side", []sharing.Side{sharing.UserSide, sharing.ProviderSide}); len(s) == 1 {
		return s[0]
	}
	return sharing.AnySide
}

// filters puts a row of filters together, with the chips of those in force.
func (l lister) filters(main ...templates.Filter) *templates.Filters {
	if l.by.Is(sharing.DemandWatchers()...) {
		main = append(main, templates.Filter{
			Name: "department", Label: l.p.T("sharing.department"), Kind: templates.FilterText, Value: l.a.params.Get("department"),
		})
	}
	f := &templates.Filters{
		Action: l.a.path, ClearAll: l.a.path, Main: main,
		Query: &templates.Query{Name: "q", Value: l.a.params.Get("q"), Label: l.p.T("sharing.search"), Placeholder: l.p.T("sharing.search")},
	}
	for _, keep := range []string{"sort", "size"} {
		if v := l.a.params.Get(keep); v != "" {
			f.Hidden = append(f.Hidden, templates.Pair{Name: keep, Value: v})
		}
	}
	if q := l.a.params.Get("q"); q != "" {
		f.Chips = append(f.Chips, templates.Chip{Label: l.p.T("sharing.search"), Text: q, Remove: l.a.with("q", "")})
	}
	for _, one := range main {
		text := one.Value
		if one.Kind == templates.FilterChoice {
			text = l.p.Join(one.Picked())
		}
		if text != "" {
			f.Chips = append(f.Chips, templates.Chip{Label: one.Label, Text: text, Remove: l.a.with(one.Name, "")})
		}
	}
	return f
}

// narrowed tells whether anything narrows the list.
func (l lister) narrowed() bool {
	for key := range l.a.params {
		if !slices.Contains([]string{"sort", "size", "page"}, key) {
			return true
		}
	}
	return false
}

// empty says why there is nothing, with the first step for those who may take it.
func (l lister) empty(kind string, first ...templates.Act) *templates.Empty {
	if l.narrowed() {
		return &templates.Empty{
			Icon: "search", Title: l.p.T("sharing.none.match"), Text: l.p.T("sharing.none.match.text"),
			Actions: []templates.Act{{Text: l.p.T("ui.filter.clear"), Href: l.a.path}},
		}
	}
	return &templates.Empty{Icon: "inbox", Title: l.p.T("sharing.none." + kind), Text: l.p.T("sharing.none." + kind + ".text"), Actions: first}
}

// fill puts the table, the empty state and the pager into a page.
func (l lister) fill(out *listPage, t *templates.Table, total int64, kind string, first ...templates.Act) {
	if total == 0 {
		out.Empty = l.empty(kind, first...)
		return
	}
	out.Head.Actions = append(out.Head.Actions, templates.Act{
		Text: l.p.T("sharing.act.export"), Href: withQuery(l.a.path+asFile, l.a.params), Icon: "download", Download: true,
	})
	pager := templates.NewPager(l.a.String(), l.a.page(), l.a.size(), total, pageSizes()...)
	out.Table, out.Pager = t, &pager
}

// act is a button that leads somewhere, for those who write.
func (l lister) act(key, href, icon string) []templates.Act {
	if !l.by.Is(sharing.Writers()...) || l.by.Console() {
		return nil
	}
	return []templates.Act{{Text: l.p.T(key), Href: href, Kind: templates.ActPrimary, Icon: icon}}
}

// crumbs lead to a list and on.
func crumbs(p *locale.Printer, tab, path string, more ...string) []templates.Crumb {
	out := []templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, {Text: p.T("menu.sharing"), Href: requestsPath}}
	if path != requestsPath {
		out = append(out, templates.Crumb{Text: p.T("sharing.tab." + tab), Href: path})
	}
	for _, text := range more {
		out = append(out, templates.Crumb{Text: text})
	}
	if len(more) == 0 {
		out[len(out)-1].Href = ""
	}
	return out
}

// deadline says by when and how many working days are left; nil without a term.
func deadline(r *web.Request, c *sharing.Clock) *templates.Deadline {
	if c == nil {
		return nil
	}
	return new(web.Deadline(r.P, web.Due{
		On: c.On, Advised: c.Advised, Remaining: c.Remaining, Late: c.Late, Unknown: c.Unknown, Overdue: c.Overdue, Article: c.Article,
	}, r.Today()))
}

// dueCell is the term that runs, or when the record was last touched.
func dueCell(r *web.Request, c *sharing.Clock) templates.Cell {
	return templates.Cell{Deadline: deadline(r, c)}
}

// turnText says whose turn it is, by name where it is a department's.
func turnText(p *locale.Printer, t sharing.Turn, name string) string {
	if t == sharing.TurnNobody {
		return ""
	}
	return p.T(string(t.Label()), "name", name)
}
