package hubweb

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/templates"
)

// listPage is the data of hub/list: connections, one a row.
type listPage struct {
	Head    templates.Head
	Tabs    templates.Tabs
	Filters templates.Filters
	Table   *templates.Table
	Empty   *templates.Empty
	Pager   *templates.Pager
}

type listView struct {
	p    *locale.Printer
	by   auth.Principal
	dir  *inventory.Directory
	a    address
	list hub.Page
}

func (v listView) page() listPage {
	out := listPage{Head: v.head(), Tabs: tabs(v.p, v.by, listPath), Filters: v.filters()}
	if v.list.Total == 0 {
		out.Empty = &templates.Empty{
			Icon: "search", Title: v.p.T("hub.no_match"), Text: v.p.T("hub.no_match.text"), Actions: []templates.Act{{Text: v.p.T("ui.filter.clear"), Href: listPath}},
		}
		return out
	}
	pager := templates.NewPager(v.a.with(paramPage, ""), v.a.query.Page, v.a.query.Size, v.list.Total, 20, 50, 100, 200)
	out.Table, out.Pager = v.table(), &pager
	return out
}

func (v listView) head() templates.Head {
	params := copyOf(v.a.params)
	params.Del(paramPage)
	href := listPath + ".xlsx"
	if query := params.Encode(); query != "" {
		href += "?" + query
	}
	return templates.Head{
		Title: v.p.T("hub.list"), Lead: v.p.T("hub.list.lead", "n", v.p.Number(v.list.Total), "date", v.list.Policy.ConnectBy),
		Actions: []templates.Act{{Text: v.p.T("hub.act.export"), Href: href, Icon: "download", Download: true}},
	}
}

func (v listView) filters() templates.Filters {
	q := v.a.query
	f := templates.Filters{
		Action: listPath, ClearAll: listPath,
		Query: &templates.Query{Name: paramSearch, Value: q.Search, Label: v.p.T("hub.search"), Placeholder: v.p.T("hub.search.example")},
		Main: []templates.Filter{
			{Name: paramStanding, Label: v.p.T("hub.column.standing"), Kind: templates.FilterChoice, Options: v.standings()},
			{Name: paramStage, Label: v.p.T("hub.column.stage"), Kind: templates.FilterChoice, Options: v.stageOptions()},
			{Name: paramLacks, Label: v.p.T("hub.column.lacks"), Kind: templates.FilterChoice, Options: v.lackOptions()},
			{Name: paramBasis, Label: v.p.T("hub.column.basis"), Kind: templates.FilterChoice, Options: options(v.p, hub.Bases(), hub.Basis.Label, q.Bases...)},
		},
	}
	if scope := v.by.View(); scope.All || scope.Below {
		f.Main = append(f.Main, templates.Filter{Name: paramOwner, Label: v.p.T("hub.column.owner"), Kind: templates.FilterChoice, Options: v.ownerOptions()})
	}
	for _, name := range []string{paramSort, paramSize, paramRegion} {
		if value := v.a.params.Get(name); value != "" {
			f.Hidden = append(f.Hidden, templates.Pair{Name: name, Value: value})
		}
	}
	f.Chips = v.chips(f)
	return f
}

func (v listView) standings() []templates.Option {
	var out []templates.Option
	for _, s := range hub.Standings() {
		out = append(out, templates.Option{Value: string(s), Text: v.p.T("hub.standing." + string(s)), Chosen: slices.Contains(v.a.query.Standings, s)})
	}
	return out
}

func (v listView) stageOptions() []templates.Option {
	var out []templates.Option
	for _, s := range hub.Stages()[hub.MustBe:] {
		out = append(out, templates.Option{Value: s.Code(), Text: s.Code() + " " + v.p.T(string(s.Label())), Chosen: slices.Contains(v.a.query.Stages, s)})
	}
	return out
}

func (v listView) lackOptions() []templates.Option {
	var out []templates.Option
	for _, stage := range hub.Stages() {
		for _, paper := range hub.Needs(stage) {
			out = append(out, templates.Option{Value: string(paper), Text: v.p.T(string(paper.Label())), Chosen: v.a.query.Lacks == paper})
		}
	}
	return out
}

func (v listView) ownerOptions() []templates.Option {
	var out []templates.Option
	for _, d := range v.dir.All() {
		if v.dir.Covers(v.by.View(), d.ID) {
			out = append(out, templates.Option{Value: d.Code, Text: d.Name, Chosen: slices.Contains(v.a.params[paramOwner], d.Code)})
		}
	}
	return out
}

// chips are the filters in force.
func (v listView) chips(f templates.Filters) []templates.Chip {
	var out []templates.Chip
	if text := v.a.query.Search; text != "" {
		out = append(out, templates.Chip{Label: v.p.T("hub.search"), Text: text, Remove: v.a.without(paramSearch, v.a.params.Get(paramSearch))})
	}
	for _, code := range v.a.params[paramRegion] {
		if dept, ok := v.dir.ByCode(code); ok {
			out = append(out, templates.Chip{Label: v.p.T("hub.regions"), Text: dept.Name, Remove: v.a.without(paramRegion, code)})
		}
	}
	for _, one := range f.Main {
		for _, o := range one.Options {
			if o.Chosen {
				out = append(out, templates.Chip{Label: one.Label, Text: o.Text, Remove: v.a.without(one.Name, o.Value)})
			}
		}
	}
	return out
}

func (v listView) table() *templates.Table {
	t := &templates.Table{ID: "connections", Caption: v.p.T("hub.list"), Columns: []templates.Column{
		v.sorted("code", templates.Column{Text: v.p.T("hub.column.system"), Main: true}),
		v.sorted("stage", templates.Column{Text: v.p.T("hub.column.stage"), Main: true}),
		v.sorted("turn", templates.Column{Text: v.p.T("hub.column.turn"), Main: true}),
		{Text: v.p.T("hub.column.basis")},
		v.sorted("owner", templates.Column{Text: v.p.T("hub.column.owner")}),
		v.sorted("signal", templates.Column{Text: v.p.T("hub.column.last_signal"), Title: v.p.T("hub.column.last_signal.help")}),
	}}
	for i := range v.list.Lines {
		t.Rows = append(t.Rows, v.row(&v.list.Lines[i]))
	}
	return t
}

// sorted makes a column sortable.
func (v listView) sorted(word string, c templates.Column) templates.Column {
	next := word
	if v.a.query.Sort == word {
		c.Sorted, next = "asc", "-"+word
		if v.a.query.Descending {
			c.Sorted, next = "desc", word
		}
	}
	c.SortHref = v.a.with(paramSort, next)
	return c
}

func (v listView) row(l *hub.Line) templates.TableRow {
	badge := stageBadge(v.p, &l.Connection)
	row := templates.TableRow{Name: l.Name, Cells: []templates.Cell{
		{Text: l.Name, Sub: l.Code, Href: connectionPath(l.Code)}, {Badge: &badge}, turnCell(v.p, &l.Connection),
		{Text: v.p.T(string(l.Basis.Label()))}, {Text: l.Owner.Name}, {Text: dateText(l.LastSignal)},
	}}
	if !l.StageOn.IsZero() && l.Must {
		row.Cells[1].Sub = v.p.T("hub.since", "date", l.StageOn)
	}
	if !l.ExemptUntil.IsZero() {
		row.Cells[3].Sub = v.p.T("hub.until", "date", l.ExemptUntil)
	}
	if l.Overdue(&v.list.Policy, v.list.Today) {
		row.Tone = templates.ToneRed
		row.Cells[1].Note = v.p.T("hub.overdue.since", "date", v.list.Policy.ConnectBy)
	}
	return row
}
