package inventoryweb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/templates"
)

// listPage is the data of inventory/list: a list of systems or departments.
type listPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	AsOf     asOfControl
	Exports  []templates.Act
	Filters  *templates.Filters // nil when there is nothing to filter
	Bulk     *templates.Bulk
	Table    *templates.Table
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// asOfControl chooses the day as of which a page shows the register.
type asOfControl struct {
	Action string
	Hidden []templates.Pair
	Value  string
}

// listView turns a page of systems into the data of its template.
type listView struct {
	p       *locale.Printer
	by      auth.Principal
	a       address
	names   names
	columns []string
	page    inventory.SystemPage
	now     time.Time
}

// bulkID is the id of the form that the check boxes of the rows belong to.
const bulkID = "bulk"

func (v listView) data() listPage {
	out := listPage{
		Head: v.head(), AsOf: v.asOf(), Callouts: v.callouts(),
	}
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
	pager := templates.NewPager(v.a.String(), v.page.Page, v.page.Size, v.page.Total, pageSizes()...)
	out.Pager = &pager
	return out
}

func (v listView) head() templates.Head {
	h := templates.Head{
		Title: v.p.T("inventory.systems"),
		Lead:  v.p.T("inventory.list.lead."+v.scopeWord(), "n", v.p.Number(v.page.Total), "department", v.by.Department),
	}
	if v.by.Is(writers()...) {
		h.Actions = []templates.Act{
			{Text: v.p.T("inventory.act.new"), Href: systemsPath + "/new", Kind: templates.ActPrimary, Icon: "plus"},
			{Text: v.p.T("inventory.act.import"), Href: "/imports/new?kind=systems", Icon: "upload"},
		}
	}
	if v.page.Total > 0 {
		h.Actions = append(h.Actions, v.numbersAct())
	}
	return h
}

// scopeWord says whose systems the reader sees.
func (v listView) scopeWord() string {
	switch scope := v.by.View(); {
	case scope.All:
		return "all"
	case scope.Below:
		return "region"
	}
	return "own"
}

func (v listView) asOf() asOfControl {
	return asOfControl{
		Action: v.a.path, Value: v.a.asOf.typed,
		Hidden: v.a.hidden(func(key string) bool { return key == paramAsOf }),
	}
}

// momentText writes an instant: a whole day as its end.
func momentText(p *locale.Printer, m moment) string {
	if !m.day.IsZero() {
		return p.T("inventory.as_of.day", "day", m.day)
	}
	return m.at.In(calendar.Zone).Format("2006-01-02 15:04:05")
}

// pastCallout says that what is shown is not the present, and leads back to it.
func pastCallout(p *locale.Printer, code string, m moment, now string) templates.Callout {
	return templates.Callout{
		Kind: "warning", Title: p.T(code, "at", momentText(p, m)), Text: p.T("inventory.as_of.text"),
		Link: &templates.Link{Text: p.T("inventory.as_of.now"), Href: now},
	}
}

// exports are the ways to take the list home, exactly as it is filtered.
func (v listView) exports() []templates.Act {
	var out []templates.Act
	for _, kind := range []string{"xlsx", "csv"} {
		for _, columns := range []string{"chosen", "all"} {
			keep := func(key string) bool { return selects(key) || key == paramSort || key == paramAsOf }
			href := v.a.only(systemsPath+"/export."+kind, keep)
			if columns == "all" {
				href = templates.WithQuery(href, "columns", "all")
			}
			out = append(out, templates.Act{
				Text: v.p.T("inventory.export." + kind + "." + columns), Href: href, Icon: "download", Download: true,
			})
		}
	}
	return out
}

func (v listView) callouts() []templates.Callout {
	var out []templates.Callout
	if !v.a.asOf.isNow() {
		out = append(out, pastCallout(v.p, "inventory.as_of.list", v.a.asOf, v.a.with(paramAsOf, "")))
	}
	if len(v.a.wrong) > 0 {
		c := templates.Callout{Kind: "error", Title: v.p.T("inventory.list.wrong_filter")}
		for _, f := range v.a.wrong {
			c.Items = append(c.Items, v.p.Field(f))
		}
		out = append(out, c)
	}
	return out
}

func (v listView) empty() *templates.Empty {
	clearAll := templates.Act{Text: v.p.T("ui.filter.clear"), Href: v.a.only(v.a.path, func(key string) bool { return !selects(key) && key != paramPage })}
	switch {
	case v.a.narrowed():
		return &templates.Empty{
			Icon: "search", Title: v.p.T("inventory.list.no_match"), Text: v.p.T("inventory.list.no_match.text"),
			Actions: []templates.Act{clearAll},
		}
	case !v.a.asOf.isNow():
		return &templates.Empty{
			Icon: "history", Title: v.p.T("inventory.list.none_then"), Text: v.p.T("inventory.list.none_then.text"),
			Actions: []templates.Act{{Text: v.p.T("inventory.as_of.now"), Href: v.a.with(paramAsOf, "")}},
		}
	case v.by.Is(writers()...):
		return &templates.Empty{
			Icon: "system", Title: v.p.T("inventory.list.none"), Text: v.p.T("inventory.list.none.writer"), Actions: v.head().Actions,
		}
	}
	return &templates.Empty{Icon: "system", Title: v.p.T("inventory.list.none"), Text: v.p.T("inventory.list.none.reader")}
}

func (v listView) table() *templates.Table {
	w := newWriter(v.p, v.names)
	t := &templates.Table{ID: "systems", Caption: v.p.T("inventory.systems"), SelectName: "row", SelectForm: bulkID}
	if len(bulkMoves(v.by)) == 0 || !v.a.asOf.isNow() {
		t.SelectName = ""
	}
	fields := systemFields(v.columns)
	for _, f := range fields {
		t.Columns = append(t.Columns, v.column(w, f))
	}
	t.Rows = make([]templates.TableRow, 0, len(v.page.Rows))
	for i := range v.page.Rows {
		s := &v.page.Rows[i]
		row := templates.TableRow{ID: rowID(*s), Name: s.Name, Tone: rowTone(s.State), Cells: make([]templates.Cell, 0, len(fields))}
		for _, f := range fields {
			row.Cells = append(row.Cells, v.cell(w, f, s))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// rowTone marks the rows that wait for the department.
func rowTone(s inventory.State) string {
	if s == inventory.Returned {
		return templates.ToneRed
	}
	return ""
}

func (v listView) column(w fieldweb.Writer, f *field.Field[inventory.System]) templates.Column {
	c := templates.Column{
		Key: f.Key, Text: fieldweb.ShortLabel(v.p, inventory.SystemFields, f.Key), Unit: fieldweb.Unit(w, f), Num: fieldweb.IsNumber(f.Kind), Title: fieldweb.Help(v.p, inventory.SystemFields, f.Key),
		Main: f.Key == titleColumn || slices.Contains(phoneColumns(v.by), f.Key), SortHref: v.a.with(paramSort, f.Key),
	}
	if v.a.query.Sort == f.Key {
		c.Sorted = "asc"
		c.SortHref = v.a.with(paramSort, "-"+f.Key)
		if v.a.query.Descending {
			c.Sorted, c.SortHref = "desc", v.a.with(paramSort, f.Key)
		}
	}
	return c
}

// cell writes a value; the title leads to the record and carries the code.
func (v listView) cell(w fieldweb.Writer, f *field.Field[inventory.System], s *inventory.System) templates.Cell {
	c := fieldweb.Cell(w, f, s)
	if f.Key == titleColumn {
		c.Href, c.Sub = v.record(s.Code), s.Code
	}
	return c
}

// record is the page of a system, as of the same moment as the list.
func (v listView) record(code string) string {
	if v.a.asOf.isNow() {
		return systemPath(code)
	}
	return templates.WithQuery(systemPath(code), paramAsOf, v.a.asOf.typed)
}

// mainFilters stand in the first row, which has room for five.
func (v listView) mainFilters() []string {
	if v.scopeWord() == "own" {
		return []string{"state", "phase", "network", "use_frequency", "proposed"}
	}
	return []string{"owner_id", "state", "phase", "network", "proposed"}
}

// The large choices of a list are made when they are asked for: all of them
// on every page cost more than the page itself.
const (
	panelFilters = "filters"
	panelColumns = "columns"
)

func (v listView) filters() templates.Filters {
	fv := newFilterView(v.p, v.names, v.a.params, v.by.View())
	out := templates.Filters{
		Action: v.a.path, Query: &templates.Query{
			Name: paramSearch, Value: v.a.params.Get(paramSearch),
			Label: v.p.T("ui.search.label"), Placeholder: v.p.T("ui.search.hint"),
		},
		Hidden: v.a.hidden(selects), Columns: v.chooser(),
		ClearAll: v.a.only(v.a.path, func(key string) bool { return !selects(key) && key != paramPage }),
	}
	main := v.mainFilters()
	for _, f := range systemFields(main) {
		out.Main = append(out.Main, fv.filter(f))
	}
	for i := range inventory.SystemFields.All() {
		f := &inventory.SystemFields.All()[i]
		switch {
		case slices.Contains(main, f.Key):
		case v.a.panel == panelFilters:
			out.More = append(out.More, fv.filter(f))
		case fv.chosen(f) != "":
			out.Main = append(out.Main, fv.filter(f)) // sent along with the next query
		default:
			out.MoreCount++
		}
	}
	out.Open, out.MoreHref = v.a.panel == panelFilters, v.a.with(paramPanel, panelFilters)
	out.Chips = v.chips(fv)
	return out
}

func (v listView) chips(fv filterView) []templates.Chip {
	var out []templates.Chip
	if q := v.a.params.Get(paramSearch); q != "" {
		out = append(out, templates.Chip{Label: v.p.T("inventory.chip.search"), Text: q, Remove: v.a.with(paramSearch, "")})
	}
	for i := range inventory.SystemFields.All() {
		f := &inventory.SystemFields.All()[i]
		if text := fv.chosen(f); text != "" {
			remove := v.a.with(f.Key, "", f.Key+field.FromSuffix, "", f.Key+field.ToSuffix, "")
			out = append(out, templates.Chip{Label: fieldweb.ShortLabel(v.p, inventory.SystemFields, f.Key), Text: text, Remove: remove})
		}
	}
	return out
}

// chooser lists all columns by section.
func (v listView) chooser() *templates.Columns {
	if v.a.panel != panelColumns {
		return &templates.Columns{Href: v.a.with(paramPanel, panelColumns)}
	}
	back := []templates.Pair{{Name: "back", Value: v.a.String()}, {Name: "col", Value: titleColumn}}
	c := &templates.Columns{Open: true, Action: systemsPath + "/columns", Hidden: back, Name: "col", Reset: systemsPath + "/columns?reset=true"}
	for _, section := range inventory.SystemFields.Sections() {
		g := templates.ColumnGroup{Title: v.p.T(string(inventory.SystemFields.SectionLabel(section)))}
		for _, f := range inventory.SystemFields.All() {
			if f.Section == section && f.Key != titleColumn {
				g.Options = append(g.Options, templates.Option{
					Value: f.Key, Text: v.p.T(string(inventory.SystemFields.Label(f.Key))), Chosen: slices.Contains(v.columns, f.Key),
				})
			}
		}
		c.Groups = append(c.Groups, g)
	}
	return c
}

// bulk offers what can be done to several records at once.
func (v listView) bulk() *templates.Bulk {
	moves := bulkMoves(v.by)
	if len(moves) == 0 || !v.a.asOf.isNow() {
		return nil
	}
	b := &templates.Bulk{
		ID: bulkID, Action: systemsPath + "/moves", Page: len(v.page.Rows), Total: v.page.Total,
		Hidden: []templates.Pair{{Name: "back", Value: v.a.String()}, {Name: "seen", Value: strconv.FormatInt(v.now.UnixMicro(), 10)}},
	}
	if v.page.Total > int64(b.Page) && len(v.a.wrong) == 0 {
		b.AllName = "all"
	}
	for _, m := range moves {
		b.Acts = append(b.Acts, templates.Act{
			Text: v.p.T("inventory.bulk." + string(m)), Name: "move", Value: string(m), Icon: moveIcon(m), Kind: templates.ActPrimary,
			Confirm: v.p.T("inventory.bulk." + string(m) + ".confirm"),
		})
	}
	return b
}

// rowID is the value of a row's check box: the code and the version that the
// reader has seen.
func rowID(s inventory.System) string { return s.Code + "@" + versionText(s.Version) }

// remarksText writes warnings as sentences.
func remarksText(p *locale.Printer, fields []fault.Field) []string {
	var out []string
	for _, f := range fields {
		if text := p.Field(f); f.Warning && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// joined writes words as a list.
func joined(p *locale.Printer, parts []string) string { return strings.TrimSpace(p.Join(parts)) }
