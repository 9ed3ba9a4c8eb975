package sharingweb

import (
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

// lister makes the parts that all lists have.
type lister struct {
	p   *locale.Printer
	by  auth.Principal
	a   web.Listing
	dir *inventory.Directory
}

func (d *desk) lister(r *web.Request) (lister, error) {
	dir, err := d.directory(r.Ctx)
	return lister{r.P, r.By, r.Listing(), dir}, err
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
	body, _ := l.dir.Lookup(l.a.Get("department"))
	return body.ID
}

// stateFilter is the filter by state.
func stateFilter[T ~string](l lister, states []T, label func(T) string) templates.Filter {
	return web.Choice(l.a, "state", l.p.T("sharing.state"), states, label)
}

// flag is a filter with one box.
func (l lister) flag(name string) templates.Filter {
	return l.a.Flag(name, l.p.T("sharing.filter."+name))
}

// side is the filter by the role of the own department.
func (l lister) side() templates.Filter {
	f := templates.Filter{Name: "side", Label: l.p.T("sharing.filter.side"), Kind: templates.FilterChoice}
	for _, s := range []sharing.Side{sharing.UserSide, sharing.ProviderSide} {
		f.Options = append(f.Options, templates.Option{
			Value: string(s), Text: l.p.T("sharing.side." + string(s)), Chosen: l.a.Get("side") == string(s),
		})
	}
	return f
}

func (l lister) sideAsked() sharing.Side {
	if s := web.Chosen(l.a, "side", []sharing.Side{sharing.UserSide, sharing.ProviderSide}); len(s) == 1 {
		return s[0]
	}
	return sharing.AnySide
}

// filters puts a row of filters together, with the chips of those in force.
func (l lister) filters(main ...templates.Filter) *templates.Filters {
	if l.by.Is(sharing.DemandWatchers()...) {
		main = append(main, templates.Filter{
			Name: "department", Label: l.p.T("sharing.department"), Kind: templates.FilterText, Value: l.a.Get("department"),
		})
	}
	return l.a.Filters(l.p, l.p.T("sharing.search"), main)
}

// empty says why there is nothing, with the first step for those who may take it.
func (l lister) empty(kind string, first ...templates.Act) *templates.Empty {
	if l.a.Narrowed() {
		return &templates.Empty{
			Icon: "search", Title: l.p.T("sharing.none.match"), Text: l.p.T("sharing.none.match.text"),
			Actions: []templates.Act{{Text: l.p.T("ui.filter.clear"), Href: l.a.Path}},
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
		Text: l.p.T("sharing.act.export"), Href: web.WithQuery(l.a.Path+asFile, l.a.Params), Icon: "download", Download: true,
	})
	out.Table, out.Pager = t, l.a.Pager(l.a.Size(sharing.DefaultPageSize), total)
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
