package inventoryweb

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/inventory"
	"qingce/templates"
)

// changesPage is the data of inventory/changes: the queue of change requests.
type changesPage struct {
	Head    templates.Head
	Filters *templates.Filters // nil when there is nothing to filter
	Table   *templates.Table
	Empty   *templates.Empty
	Pager   *templates.Pager
}

// changesView turns a page of requests into the data of its template.
type changesView struct {
	p     *locale.Printer
	by    auth.Principal
	in    changesIn
	a     address
	names names
	page  inventory.ChangePage
	dues  map[inventory.ChangeID]schedule.Open
	today calendar.Date
}

// changeCrumbs lead to the queue and on.
func changeCrumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	return trail(p, templates.Crumb{Text: p.T("menu.changes"), Href: changesPath}, more)
}

// changeBadge is the state of a request.
func changeBadge(p *locale.Printer, s inventory.ChangeState) *templates.Badge {
	tones := map[inventory.ChangeState]string{
		inventory.ChangeSubmitted: templates.ToneBlue, inventory.ChangeApproved: templates.ToneGreen, inventory.ChangeRejected: templates.ToneRed,
	}
	return &templates.Badge{Text: p.T(string(s.Label())), Tone: tones[s]}
}

func (v changesView) data() changesPage {
	out := changesPage{Head: templates.Head{Title: v.p.T("change.list"), Lead: v.p.T("change.list.lead", "n", v.p.Number(v.page.Total))}}
	if v.page.Total > 0 || v.narrowed() {
		out.Filters = v.filters()
	}
	if v.page.Total == 0 {
		out.Empty = v.empty()
		return out
	}
	pager := templates.NewPager(v.a.String(), v.page.Page, v.page.Size, v.page.Total, pageSizes()...)
	out.Table, out.Pager = v.table(), &pager
	return out
}

// asksChanges tells whether a parameter narrows the queue.
func asksChanges(key string) bool {
	return slices.Contains([]string{"state", "department", paramSearch}, key)
}

func (v changesView) narrowed() bool {
	return len(v.in.State) > 0 || v.in.Department != "" || v.in.Search != ""
}

func (v changesView) clear() string {
	return v.a.only(v.a.path, func(key string) bool { return !asksChanges(key) && key != paramPage })
}

func (v changesView) empty() *templates.Empty {
	if v.narrowed() {
		return &templates.Empty{
			Icon: "search", Title: v.p.T("change.none.match"), Text: v.p.T("change.none.match.text"),
			Actions: []templates.Act{{Text: v.p.T("ui.filter.clear"), Href: v.clear()}},
		}
	}
	return &templates.Empty{
		Icon: "edit", Title: v.p.T("change.none"), Text: v.p.T("change.none.text"),
		Actions: []templates.Act{{Text: v.p.T("menu.inventory"), Href: systemsPath}},
	}
}

func (v changesView) filters() *templates.Filters {
	out := &templates.Filters{
		Action: v.a.path, Hidden: v.a.hidden(asksChanges), ClearAll: v.clear(),
		Query: &templates.Query{Name: paramSearch, Value: v.in.Search, Label: v.p.T("change.search"), Placeholder: v.p.T("change.search")},
	}
	if v.in.Search != "" {
		out.Chips = append(out.Chips, templates.Chip{Label: v.p.T("inventory.chip.search"), Text: v.in.Search, Remove: v.a.with(paramSearch, "")})
	}
	states := templates.Filter{Name: "state", Label: v.p.T("change.state"), Kind: templates.FilterChoice}
	for _, s := range inventory.ChangeStates() {
		states.Options = append(states.Options, templates.Option{
			Value: string(s), Text: v.p.T(string(s.Label())), Chosen: slices.Contains(v.in.State, string(s)),
		})
	}
	out.Main = append(out.Main, states)
	if scope := v.by.View(); scope.All || scope.Below {
		out.Main = append(out.Main, v.department())
	}
	for _, f := range out.Main {
		text := f.Value
		if f.Kind == templates.FilterChoice {
			text = v.p.Join(f.Picked())
		}
		if text != "" {
			out.Chips = append(out.Chips, templates.Chip{Label: f.Label, Text: text, Remove: v.a.with(f.Name, "")})
		}
	}
	return out
}

// department is the filter by department: a choice as long as it can be looked
// over.
func (v changesView) department() templates.Filter {
	owner, _ := inventory.SystemFields.Find("owner_id")
	params := map[string][]string{owner.Key: {v.in.Department}}
	out := newFilterView(v.p, v.names, params, v.by.View()).filter(owner)
	out.Name, out.Label = "department", v.p.T("change.department")
	if out.Kind == templates.FilterText {
		out.Value = v.in.Department
	}
	return out
}

func (v changesView) table() *templates.Table {
	t := &templates.Table{ID: "changes", Caption: v.p.T("change.list"), Columns: []templates.Column{
		{Key: "system", Text: v.p.T("change.system"), Main: true},
		{Key: "department", Text: v.p.T("change.department"), Main: true},
		{Key: "state", Text: v.p.T("change.state"), Main: true},
		{Key: "fields", Text: v.p.T("change.fields")},
		{Key: "advice", Text: v.p.T("change.advice")},
		{Key: "submitted", Text: v.p.T("change.submitted_at")},
		{Key: "due", Text: v.p.T("change.answer"), Main: true},
	}}
	for _, row := range v.page.Rows {
		t.Rows = append(t.Rows, v.row(row))
	}
	return t
}

func (v changesView) row(c inventory.ChangeRow) templates.TableRow {
	dept, _ := v.names.dir.Find(c.DepartmentID)
	out := templates.TableRow{Name: c.Name, Cells: []templates.Cell{
		{Text: c.Name, Href: changePath(c.ID), Sub: v.p.T("change.number", "id", c.ID.String(), "code", c.Code)},
		{Text: dept.Name},
		{Badge: changeBadge(v.p, c.State)},
		{Text: changedFields(v.p, c.Changes)},
		{}, {}, v.answer(c),
	}}
	if c.Advice != "" {
		out.Cells[4].Text = v.p.T("change.advice." + string(c.Advice))
	}
	if c.SubmittedAt != nil {
		out.Cells[5].Text, out.Cells[5].Sub = v.p.Time(*c.SubmittedAt), c.SubmittedName
	}
	return out
}

// answer is by when a request is to be answered, or when it was.
func (v changesView) answer(c inventory.ChangeRow) templates.Cell {
	if c.ClosedAt != nil {
		return templates.Cell{Text: v.p.Time(*c.ClosedAt), Sub: c.ClosedName}
	}
	if due, ok := v.dues[c.ID]; ok {
		return templates.Cell{Deadline: deadline(v.p, due, v.today)}
	}
	return templates.Cell{}
}

// mostNamed is how many fields a row names.
const mostNamed = 3

// changedFields names what a request asks to change.
func changedFields(p *locale.Printer, changes []field.Change) string {
	var names []string
	for _, change := range changes[:min(len(changes), mostNamed)] {
		names = append(names, fieldweb.ShortLabel(p, inventory.SystemFields, change.Key))
	}
	if len(changes) > mostNamed {
		return p.T("change.fields.more", "names", p.Join(names), "n", len(changes))
	}
	return p.Join(names)
}
