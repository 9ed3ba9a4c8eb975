package inventoryweb

import (
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/templates"
)

// departmentsView turns departments into the data of inventory/list.
type departmentsView struct {
	p       *locale.Printer
	by      auth.Principal
	names   names
	in      departmentsIn
	a       address
	asOf    moment
	tallies map[inventory.DepartmentID]inventory.Tally
	day     calendar.Date
	rows    []inventory.Department
}

func (v departmentsView) data() listPage {
	size := inventory.DefaultPageSize
	if slices.Contains(pageSizes(), v.in.Size) {
		size = v.in.Size
	}
	pager := templates.NewPager(v.a.String(), v.in.Page, size, int64(len(v.rows)), pageSizes()...)
	filters := v.filters()
	out := listPage{
		Head: v.head(), Filters: &filters, Exports: v.exports(), AsOf: asOfControl{
			Action: v.a.path, Value: v.asOf.typed, Hidden: v.a.hidden(func(key string) bool { return key == paramAsOf }),
		},
	}
	if !v.asOf.isNow() {
		out.Callouts = append(out.Callouts, pastCallout(v.p, "inventory.as_of.departments", v.asOf, v.a.with(paramAsOf, "")))
	}
	for _, f := range v.a.wrong {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "error", Text: v.p.Field(f)})
	}
	if len(v.rows) == 0 {
		out.Empty = v.empty()
		return out
	}
	out.Pager, out.Table = &pager, v.table(v.rows[pager.From-1:pager.To])
	return out
}

func (v departmentsView) head() templates.Head {
	h := templates.Head{Title: v.p.T("inventory.departments"), Lead: v.p.T("inventory.departments.lead", "n", v.p.Number(int64(len(v.rows))))}
	if v.by.Is(departmentEditors()...) {
		h.Actions = append(h.Actions,
			templates.Act{Text: v.p.T("inventory.department.new"), Href: departmentsPath + "/new", Kind: templates.ActPrimary, Icon: "plus"},
			templates.Act{Text: v.p.T("inventory.act.import"), Href: importsPath + "/new?kind=departments", Icon: "upload"})
	}
	if v.by.Is(reorganisers()...) {
		h.Actions = append(h.Actions, templates.Act{Text: v.p.T("inventory.reorganise"), Href: departmentsPath + "/reorganise", Icon: "split"})
	}
	return h
}

func (v departmentsView) exports() []templates.Act {
	if !v.asOf.isNow() {
		return nil
	}
	var out []templates.Act
	for _, kind := range []string{"xlsx", "csv"} {
		out = append(out, templates.Act{
			Text: v.p.T("inventory.export." + kind + ".all"), Icon: "download", Download: true,
			Href: v.a.only(departmentsPath+"/export."+kind, func(key string) bool { return key != paramPage && key != paramSize }),
		})
	}
	return out
}

// asksDepartments tells whether a parameter narrows the list of departments.
func asksDepartments(key string) bool {
	return slices.Contains([]string{paramSearch, "kind", "group_code", "key_area", "life"}, key)
}

func (v departmentsView) empty() *templates.Empty {
	return &templates.Empty{
		Icon: "building", Title: v.p.T("inventory.departments.none"), Text: v.p.T("inventory.departments.none.text"),
		Actions: []templates.Act{{Text: v.p.T("ui.filter.clear"), Href: v.a.only(v.a.path, func(key string) bool { return !asksDepartments(key) && key != paramPage })}},
	}
}

func (v departmentsView) filters() templates.Filters {
	out := templates.Filters{
		Action: v.a.path, Hidden: v.a.hidden(asksDepartments),
		Query: &templates.Query{
			Name: paramSearch, Value: v.in.Search, Label: v.p.T("inventory.departments.search"), Placeholder: v.p.T("inventory.departments.search"),
		},
		Main:     []templates.Filter{v.choice("kind", v.in.Kind), v.choice("group_code", v.in.Group), v.choice("key_area", v.in.KeyArea), v.life()},
		ClearAll: v.a.only(v.a.path, func(key string) bool { return !asksDepartments(key) && key != paramPage }),
	}
	if v.in.Search != "" {
		out.Chips = append(out.Chips, templates.Chip{Label: v.p.T("inventory.chip.search"), Text: v.in.Search, Remove: v.a.with(paramSearch, "")})
	}
	for _, f := range out.Main {
		picked := f.Picked()
		if f.EmptyOn {
			picked = append(picked, v.p.T("ui.filter.empty"))
		}
		if len(picked) > 0 {
			out.Chips = append(out.Chips, templates.Chip{Label: f.Label, Text: v.p.Join(picked), Remove: v.a.with(f.Name, "")})
		}
	}
	return out
}

func (v departmentsView) choice(key string, chosen []string) templates.Filter {
	f, _ := inventory.DepartmentFields.Find(key)
	out := templates.Filter{Name: key, Label: fieldweb.ShortLabel(v.p, inventory.DepartmentFields, key), Kind: templates.FilterChoice}
	add := func(value, text string) {
		out.Options = append(out.Options, templates.Option{Value: value, Text: text, Chosen: slices.Contains(chosen, value)})
	}
	for _, o := range f.Options {
		add(o, v.p.T(field.OptionKey(f.Words, o)))
	}
	if f.Kind == field.Bool {
		add("true", v.p.T("bool.true"))
		add("false", v.p.T("bool.false"))
	}
	if key == "group_code" {
		out.EmptyValue, out.EmptyOn = field.EmptyWord, slices.Contains(chosen, field.EmptyWord)
	}
	return out
}

func (v departmentsView) life() templates.Filter {
	out := templates.Filter{Name: "life", Label: v.p.T("inventory.department.life"), Kind: templates.FilterChoice}
	for _, life := range []string{lifeActive, lifeEnded} {
		out.Options = append(out.Options, templates.Option{
			Value: life, Text: v.p.T("inventory.department.life." + life), Chosen: slices.Contains(v.in.Life, life),
		})
	}
	return out
}

// departmentColumns are the columns of the list; the number of systems follows.
func departmentColumns() []string {
	return []string{"name", "kind", "group_code", "key_area", "head_name", "contact_name", "contact_phone"}
}

func (v departmentsView) table(rows []inventory.Department) *templates.Table {
	w := newWriter(v.p, v.names)
	t := &templates.Table{ID: "departments", Caption: v.p.T("inventory.departments")}
	counted := v.by.Is(viewers()...) && v.asOf.isNow()
	for _, key := range departmentColumns() {
		t.Columns = append(t.Columns, v.column(key))
	}
	t.Columns = append(t.Columns, templates.Column{Key: "life", Text: v.p.T("inventory.department.life"), Main: true})
	if counted {
		t.Columns = append(t.Columns, templates.Column{Key: "systems", Text: v.p.T("inventory.department.systems"), Num: true, Main: true})
	}
	for i := range rows {
		row := templates.TableRow{Name: rows[i].Name}
		for _, key := range departmentColumns() {
			f, _ := inventory.DepartmentFields.Find(key)
			c := fieldweb.Cell(w, f, &rows[i])
			if key == "name" {
				c.Href, c.Sub = v.record(rows[i].Code), rows[i].Code
			}
			row.Cells = append(row.Cells, c)
		}
		row.Cells = append(row.Cells, templates.Cell{Badge: lifeBadge(v.p, rows[i], v.day)})
		if counted {
			row.Cells = append(row.Cells, v.count(rows[i]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (v departmentsView) column(key string) templates.Column {
	c := templates.Column{
		Key: key, Text: fieldweb.ShortLabel(v.p, inventory.DepartmentFields, key), Title: fieldweb.Help(v.p, inventory.DepartmentFields, key), Main: key == "name",
		SortHref: v.a.with(paramSort, key),
	}
	switch v.in.Sort {
	case key:
		c.Sorted, c.SortHref = "asc", v.a.with(paramSort, "-"+key)
	case "-" + key:
		c.Sorted = "desc"
	}
	return c
}

// count is how many systems a department owns, leading to them.
func (v departmentsView) count(d inventory.Department) templates.Cell {
	if !v.names.dir.Covers(v.by.View(), d.ID) {
		return templates.Cell{}
	}
	return templates.Cell{Text: v.p.Number(v.tallies[d.ID].Total), Href: systemsOfPath(d.Code)}
}

// systemsOfPath is the list of a department's systems.
func systemsOfPath(code string) string { return templates.WithQuery(systemsPath, "owner_id", code) }

func (v departmentsView) record(code string) string {
	if v.asOf.isNow() {
		return departmentPath(code)
	}
	return templates.WithQuery(departmentPath(code), paramAsOf, v.asOf.typed)
}

func lifeBadge(p *locale.Printer, d inventory.Department, day calendar.Date) *templates.Badge {
	life := lifeOf(d, day)
	tone := templates.ToneGreen
	if life == lifeEnded {
		tone = templates.ToneGrey
	}
	return &templates.Badge{Text: p.T("inventory.department.life." + life), Tone: tone}
}

// departmentPage is the data of inventory/department.
type departmentPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Tabs     templates.Tabs
	AsOf     *asOfControl
	Stats    []templates.Stat
	Groups   []templates.Facts
}

// departmentView turns a department into the data of its pages.
type departmentView struct {
	p     *locale.Printer
	by    auth.Principal
	dept  department
	today calendar.Date
}

func (v departmentView) crumbs(more ...templates.Crumb) []templates.Crumb {
	d := v.dept.dept
	return departmentCrumbs(v.p, append([]templates.Crumb{{Text: d.Name, Href: departmentPath(d.Code)}}, more...)...)
}

func (v departmentView) profile() departmentPage {
	d := v.dept.dept
	out := departmentPage{
		Head: v.head(), Tabs: v.tabs("overview"), AsOf: &asOfControl{Action: departmentPath(d.Code), Value: v.dept.asOf.typed},
		Stats: v.stats(), Groups: append(v.groups(), v.family()...),
	}
	if !v.dept.asOf.isNow() {
		out.Callouts = append(out.Callouts, pastCallout(v.p, "inventory.as_of.record", v.dept.asOf, departmentPath(d.Code)))
	}
	for _, f := range v.dept.wrong {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "error", Text: v.p.Field(f)})
	}
	return out
}

func (v departmentView) head() templates.Head {
	d := v.dept.dept
	h := templates.Head{Code: d.Code, Title: d.Name, Lead: d.FullName}
	h.Badges = append(h.Badges, *lifeBadge(v.p, d, v.today), templates.Badge{Text: v.p.T(field.OptionKey("department_kind", string(d.Kind))), Icon: "building"})
	if d.GroupCode != "" {
		h.Badges = append(h.Badges, templates.Badge{Text: v.p.T(field.OptionKey("department_group", d.GroupCode)), Icon: "people"})
	}
	if d.KeyArea {
		h.Badges = append(h.Badges, templates.Badge{Text: v.p.T("department.key_area"), Tone: templates.ToneBlue, Icon: "seal"})
	}
	if d.Vertical {
		h.Badges = append(h.Badges, templates.Badge{Text: v.p.T("department.vertical"), Icon: "network"})
	}
	if v.by.Is(departmentEditors()...) && v.dept.asOf.isNow() {
		h.Actions = append(h.Actions, templates.Act{Text: v.p.T("inventory.act.edit"), Href: departmentPath(d.Code, "edit"), Kind: templates.ActPrimary, Icon: "edit"})
	}
	return h
}

func (v departmentView) tabs(active string) templates.Tabs {
	code := v.dept.dept.Code
	return templates.Tabs{Label: v.p.T("inventory.department.tabs"), Items: []templates.Tab{
		{Text: v.p.T("inventory.tab.overview"), Href: departmentPath(code), Active: active == "overview"},
		{Text: v.p.T("inventory.tab.history"), Href: departmentPath(code, "history"), Active: active == "history", Count: v.p.Number(int64(len(v.dept.history)))},
	}}
}

// stats are the department's systems by state, each leading to its rows.
func (v departmentView) stats() []templates.Stat {
	if v.dept.tally == nil || !v.dept.asOf.isNow() {
		return nil
	}
	all := systemsOfPath(v.dept.dept.Code)
	out := []templates.Stat{{Label: v.p.T("inventory.department.systems"), Value: v.p.Number(v.dept.tally.Total), Href: all}}
	for _, s := range inventory.States() {
		n := v.dept.tally.Of("state", string(s))
		if n == 0 {
			continue
		}
		stat := templates.Stat{Label: v.p.T(field.OptionKey("state", string(s))), Value: v.p.Number(n), Href: templates.WithQuery(all, "state", string(s))}
		if s == inventory.Returned {
			stat.Tone = templates.ToneRed
		}
		out = append(out, stat)
	}
	return out
}

func (v departmentView) groups() []templates.Facts {
	d := v.dept.dept
	w := newWriter(v.p, v.dept.names)
	groups := fieldweb.Facts(w, inventory.DepartmentFields, &d, nil)
	for i := range groups {
		for j := range groups[i].Rows {
			if row := &groups[i].Rows[j]; row.Label == v.p.T("department.origin") && v.p.Has("department.origin."+d.Origin) {
				row.Text = v.p.T("department.origin." + d.Origin)
			}
		}
	}
	return groups
}

// mostRelatives is how many bodies below a department are listed.
const mostRelatives = 20

// family are the bodies that a department came from, goes on in, and has below
// it.
func (v departmentView) family() []templates.Facts {
	g := templates.Facts{ID: "s-family", Title: v.p.T("inventory.department.family")}
	add := func(key string, d inventory.Department) {
		row := templates.Row{Label: v.p.T(key), Text: d.Name, Href: departmentPath(d.Code)}
		switch {
		case !d.ActiveTo.IsZero():
			row.Note = v.p.T("inventory.department.until", "day", d.ActiveTo)
		case !d.ActiveFrom.IsZero():
			row.Note = v.p.T("inventory.department.since", "day", d.ActiveFrom)
		}
		g.Rows = append(g.Rows, row)
	}
	for _, d := range v.dept.predecessors {
		add("inventory.department.predecessor", d)
	}
	for _, d := range v.dept.names.dir.Successors(v.dept.dept.ID)[1:] {
		add("inventory.department.successor", d)
	}
	if id := v.dept.dept.ParentID; id != nil {
		if parent, ok := v.dept.names.dir.Find(*id); ok {
			add("department.parent_id", parent)
		}
	}
	for _, d := range v.dept.children[:min(len(v.dept.children), mostRelatives)] {
		add("inventory.department.child", d)
	}
	if n := len(v.dept.children) - mostRelatives; n > 0 {
		g.Rows = append(g.Rows, templates.Row{Label: v.p.T("inventory.department.child"), Text: v.p.T("inventory.department.more", "n", strconv.Itoa(n)), Href: departmentsPath})
	}
	if len(g.Rows) == 0 {
		return nil
	}
	return []templates.Facts{g}
}
