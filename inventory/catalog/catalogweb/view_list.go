package catalogweb

import (
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/templates"
)

// listPage is the data of catalog/list.
type listPage struct {
	Head     templates.Head
	Tabs     templates.Tabs
	Callouts []templates.Callout
	Exports  []templates.Act
	Filters  *templates.Filters
	Bulk     *templates.Bulk
	Table    *templates.Table
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// listView turns a page of the catalog into the data of its template.
type listView struct {
	p       *locale.Printer
	by      auth.Principal
	a       asked
	names   names
	page    catalog.Page
	waiting int64
	classes []catalog.Class
}

const bulkID = "bulk"

func (v listView) scope() catalog.Scope {
	if v.a.query.Scope == "" {
		return catalog.City
	}
	return v.a.query.Scope
}

func (v listView) data() listPage {
	out := listPage{Head: v.head(), Tabs: v.tabs(), Callouts: v.callouts()}
	if v.page.Total > 0 || v.a.narrowed() {
		filters := v.filters()
		out.Filters = &filters
	}
	if v.page.Total == 0 {
		out.Empty = v.empty()
		return out
	}
	out.Exports = v.exports()
	out.Table, out.Bulk = v.table(), v.bulk()
	pager := templates.NewPager(v.a.with(), v.page.Page, v.page.Size, v.page.Total, pageSizes()...)
	out.Pager = &pager
	return out
}

func (v listView) head() templates.Head {
	h := templates.Head{Title: v.p.T("menu.catalog"), Lead: v.p.T("catalogweb.lead."+v.leadWord(), "n", v.p.Number(v.page.Total), "department", v.by.Department)}
	if v.by.Is(catalog.Writers()...) {
		h.Actions = []templates.Act{
			{Text: v.p.T("catalogweb.act.new"), Href: entriesPath + "/new", Kind: templates.ActPrimary, Icon: "plus"},
			{Text: v.p.T("catalogweb.act.import"), Href: importsPath + "/new", Icon: "upload"},
		}
	}
	return h
}

func (v listView) leadWord() string {
	if v.scope() == catalog.Own && v.by.View().All {
		return "all"
	}
	return string(v.scope())
}

func (v listView) tabs() templates.Tabs {
	t := templates.Tabs{Label: v.p.T("catalogweb.scopes")}
	for _, s := range catalog.Scopes() {
		word := string(s)
		if s == catalog.Own && v.by.View().All {
			word = "all"
		}
		tab := templates.Tab{Text: v.p.T("catalogweb.scope." + word), Href: catalogPath + "?scope=" + string(s), Active: s == v.scope()}
		if s == catalog.City {
			tab.Href = catalogPath
		}
		if s == catalog.Waiting && v.waiting > 0 {
			tab.Count = v.p.Number(v.waiting)
		}
		if s != catalog.City && v.by.Is(auth.Expert) && !v.by.View().All {
			continue
		}
		t.Items = append(t.Items, tab)
	}
	return t
}

func (v listView) callouts() []templates.Callout {
	var out []templates.Callout
	if len(v.a.wrong) > 0 {
		c := templates.Callout{Kind: "error", Title: v.p.T("catalogweb.wrong_filter")}
		for _, f := range v.a.wrong {
			c.Items = append(c.Items, v.p.Field(f))
		}
		out = append(out, c)
	}
	if v.page.More {
		out = append(out, templates.Callout{Kind: "info", Text: v.p.T("catalogweb.more_hits", "n", v.p.Number(int64(catalog.MostHits)))})
	}
	return out
}

func (v listView) exports() []templates.Act {
	href := strings.Replace(v.a.with(paramSize, "", paramSort, ""), catalogPath, catalogPath+"/export.xlsx", 1)
	return []templates.Act{{Text: v.p.T("catalogweb.export.xlsx"), Href: href, Icon: "download", Download: true}}
}

func (v listView) empty() *templates.Empty {
	switch {
	case v.a.narrowed():
		return &templates.Empty{
			Icon: "search", Title: v.p.T("catalogweb.no_match"), Text: v.p.T("catalogweb.no_match.text"),
			Actions: []templates.Act{{Text: v.p.T("ui.filter.clear"), Href: v.a.cleared()}},
		}
	case v.scope() == catalog.Waiting:
		return &templates.Empty{Icon: "check", Title: v.p.T("catalogweb.none_waiting"), Text: v.p.T("catalogweb.none_waiting.text")}
	case v.by.Is(catalog.Writers()...):
		return &templates.Empty{Icon: "database", Title: v.p.T("catalogweb.none"), Text: v.p.T("catalogweb.none.writer"), Actions: v.head().Actions}
	}
	return &templates.Empty{Icon: "database", Title: v.p.T("catalogweb.none"), Text: v.p.T("catalogweb.none.reader")}
}

func (v listView) filters() templates.Filters {
	f := templates.Filters{
		Action: catalogPath, ClearAll: v.a.cleared(),
		Query: &templates.Query{Name: paramSearch, Value: v.a.query.Search, Label: v.p.T("catalogweb.search"), Placeholder: v.p.T("catalogweb.search.hint")},
	}
	for _, name := range []string{paramScope, paramSort, paramSize, paramSystem} {
		if value := v.a.params.Get(name); value != "" {
			f.Hidden = append(f.Hidden, templates.Pair{Name: name, Value: value})
		}
	}
	add := func(name, label string, options []templates.Option) {
		f.Main = append(f.Main, templates.Filter{Name: name, Label: v.p.T(label), Kind: templates.FilterChoice, Options: options})
	}
	add(paramProvider, "entry.provider_id", v.providers())
	add(paramShare, "entry.share_type", options(v, paramShare, catalog.ShareTypes(), func(t catalog.ShareType) string { return string(t.Label()) }))
	if v.scope() != catalog.City {
		add(paramState, "catalogweb.column.state", options(v, paramState, catalog.States(), func(s catalog.State) string { return string(s.Label()) }))
	}
	add(paramFresh, "catalogweb.column.data", options(v, paramFresh, []string{"mounted", "empty", "fresh", "stale"}, func(s string) string { return "catalogweb.fresh." + s }))
	add(paramClass, "entry.class_code", v.classOptions())
	f.Chips = v.chips(f)
	return f
}

func options[T ~string](v listView, name string, all []T, label func(T) string) []templates.Option {
	out := make([]templates.Option, len(all))
	for i, o := range all {
		out[i] = templates.Option{Value: string(o), Text: v.p.T(label(o)), Chosen: slices.Contains(v.a.params[name], string(o))}
	}
	return out
}

func (v listView) providers() []templates.Option {
	var out []templates.Option
	for _, dept := range v.names.dir.All() {
		if dept.Kind != inventory.Coordination && (v.scope() == catalog.City || v.names.dir.Covers(v.by.View(), dept.ID)) {
			out = append(out, templates.Option{Value: dept.Code, Text: dept.Name, Chosen: slices.Contains(v.a.query.Providers, dept.ID)})
		}
	}
	return out
}

// classOptions are the classes that one narrows by: those of the upper levels
// and the chosen one.
func (v listView) classOptions() []templates.Option {
	var out []templates.Option
	for _, c := range v.classes {
		chosen := c.Code == v.a.query.Class
		if chosen || c.Level == catalog.LevelClass || c.Library.Led() && c.Level != catalog.LevelObject || c.Origin == "local" {
			out = append(out, templates.Option{Value: c.Code, Text: c.Code + " " + c.Name, Chosen: chosen})
		}
	}
	return out
}

func (v listView) chips(f templates.Filters) []templates.Chip {
	var out []templates.Chip
	if v.a.query.Search != "" {
		out = append(out, templates.Chip{Label: v.p.T("catalogweb.search"), Text: v.a.query.Search, Remove: v.a.with(paramSearch, "")})
	}
	for _, one := range f.Main {
		for _, o := range one.Options {
			if o.Chosen {
				out = append(out, templates.Chip{Label: one.Label, Text: o.Text, Remove: v.a.without(one.Name, o.Value)})
			}
		}
	}
	if l := v.a.query.Library; l != "" {
		out = append(out, templates.Chip{Label: v.p.T("catalogweb.library"), Text: v.p.T(string(l.Label())), Remove: v.a.with(paramLibrary, "")})
	}
	return out
}

func (v listView) sorted(key string, c templates.Column) templates.Column {
	next := key
	switch v.a.params.Get(paramSort) {
	case key:
		next, c.Sorted = "-"+key, "asc"
	case "-" + key:
		c.Sorted = "desc"
	}
	c.Key, c.SortHref = key, v.a.with(paramSort, next)
	return c
}

func (v listView) table() *templates.Table {
	t := &templates.Table{ID: "entries", Caption: v.p.T("menu.catalog"), Columns: []templates.Column{
		v.sorted("name", templates.Column{Text: v.p.T("entry.name"), Main: true}),
		{Key: "provider", Text: v.p.T("entry.provider_id"), Main: true},
		{Key: "share", Text: v.p.T("entry.share_type"), Main: true},
		{Key: "state", Text: v.p.T("catalogweb.column.state"), Main: v.scope() != catalog.City},
		{Key: "items", Text: v.p.T("catalogweb.column.items"), Num: true},
		v.sorted("last_update_on", templates.Column{Text: v.p.T("catalogweb.column.data"), Title: v.p.T("catalogweb.column.data.help")}),
		{Key: "cycle", Text: v.p.T("entry.update_cycle")},
		v.sorted("published_at", templates.Column{Text: v.p.T("catalogweb.column.published")}),
	}}
	if len(bulkMoves(v.by)) > 0 && v.scope() != catalog.City {
		t.SelectName, t.SelectForm = "row", bulkID
	}
	for i := range v.page.Rows {
		t.Rows = append(t.Rows, v.row(&v.page.Rows[i]))
	}
	return t
}

func (v listView) row(e *catalog.Entry) templates.TableRow {
	row := templates.TableRow{ID: e.ID.String() + "@" + number(e.Version), Name: e.Name, Cells: []templates.Cell{
		{Text: e.Name, Sub: e.Code, Href: entryPath(e.ID, "")},
		{Text: v.names.dir.Name(e.ProviderID)},
		{Badge: shareBadge(v.p, e.ShareType)},
		{Badge: stateBadge(v.p, *e)},
		{Text: v.p.Number(e.Items)},
		v.dataCell(e),
		{Text: cycleText(v.p, e.UpdateCycle)},
		{},
	}}
	if e.PublishedAt != nil {
		row.Cells[7].Text = calendar.DateOf(*e.PublishedAt).String()
	}
	if e.Step == catalog.StepReturned {
		row.Tone = templates.ToneRed
	}
	return row
}

// dataCell says whether data stand behind an entry and how new they are.
func (v listView) dataCell(e *catalog.Entry) templates.Cell {
	return templates.Cell{Badge: freshBadge(v.p, *e, v.page.Today), Sub: e.LastUpdateOn.String()}
}

func cycleText(p *locale.Printer, c catalog.Cycle) string {
	if c == "" {
		return ""
	}
	return p.T("opt.update_cycle." + string(c))
}

// bulkMoves are the steps that the reader may take with several entries at once.
func bulkMoves(by auth.Principal) []string {
	var out []string
	for _, m := range []struct {
		name  string
		roles []auth.Role
	}{{"submit", catalog.Submitters()}, {"endorse", []auth.Role{auth.Region}}, {"publish", catalog.Publishers()}} {
		if by.Is(m.roles...) {
			out = append(out, m.name)
		}
	}
	return out
}

func (v listView) bulk() *templates.Bulk {
	moves := bulkMoves(v.by)
	if len(moves) == 0 || v.scope() == catalog.City {
		return nil
	}
	b := &templates.Bulk{
		ID: bulkID, Action: catalogPath + "/moves", Page: len(v.page.Rows), Total: v.page.Total,
		Hidden: []templates.Pair{{Name: "back", Value: v.a.with()}},
	}
	for _, m := range moves {
		b.Acts = append(b.Acts, templates.Act{
			Text: v.p.T("catalogweb.move." + m), Name: "move", Value: m, Icon: moveIcon(m), Kind: templates.ActPrimary,
			Confirm: v.p.T("catalogweb.bulk." + m + ".confirm"),
		})
	}
	return b
}
