package surveyweb

import (
	"net/url"
	"slices"
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// rowsPage is the data of survey/paper: the first page of a form.
type rowsPage struct {
	Head     templates.Head
	Progress *templates.Progress
	Next     templates.Callout
	NextActs []templates.Act
	Callouts []templates.Callout
	Remarks  []remarkView
	Tabs     templates.Tabs
	Filters  *templates.Filters
	Bulk     *templates.Bulk
	Table    *templates.Table
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// remarkView is a comment with a link to its field, and the answer as it was and
// as it is.
type remarkView struct {
	Thread  *templates.Thread
	Was, Is string
	Changed bool
}

// formView turns a form with a page of its rows into the data of its template.
type formView struct {
	paperView
	a       rowAddress
	page    survey.RowPage
	pending int64 // rows that nobody has looked at
	none    bool  // no system stands on the form
	remarks []survey.Remark
	refused []survey.RowTrouble
	cause   error
	typed   url.Values // replies
}

// rowsBulk is the form that the check boxes of the rows belong to.
const rowsBulk = "rows-bulk"

func (v formView) data() rowsPage {
	out := rowsPage{
		Head: v.head(v.actions()...), Next: v.next(), NextActs: v.nextActs(), Callouts: v.callouts(), Remarks: v.remarkViews(), Tabs: v.tabs("rows"),
	}
	if v.paper.Form.State.Open() {
		p := v.progress()
		out.Progress = &p
	}
	if v.page.Total == 0 && !v.a.narrowed() {
		out.Empty = v.empty()
		return out
	}
	f := v.filters()
	out.Filters = &f
	if v.page.Total == 0 {
		out.Empty = &templates.Empty{
			Icon: "search", Title: v.p.T("form.rows.no_match"), Text: v.p.T("form.rows.no_match.text"),
			Actions: []templates.Act{{Text: v.p.T("ui.filter.clear"), Href: v.path()}},
		}
		return out
	}
	out.Table, out.Bulk = v.table(), v.bulk()
	pager := templates.NewPager(v.a.String(), v.page.Page, v.page.Size, v.page.Total, rowSizes()...)
	out.Pager = &pager
	return out
}

func (v formView) open() bool { return v.paper.Open() == nil }

// actions are what can be done with the form as a whole.
func (v formView) actions() []templates.Act {
	var out []templates.Act
	if v.open() && !v.paper.Form.Zero {
		out = append(out, templates.Act{Text: v.p.T("form.act.add"), Post: v.path("rows"), Icon: "plus"})
	}
	return append(out,
		templates.Act{Text: v.p.T("form.act.book"), Href: v.path("workbook"), Icon: "upload"},
		templates.Act{Text: v.p.T("form.act.print"), Href: v.path("print"), Icon: "print"},
	)
}

// next says what comes next, in a box beside the progress.
func (v formView) next() templates.Callout {
	f := v.paper.Form
	c := templates.Callout{Kind: "info", Title: v.p.T("form.next." + v.turn())}
	switch {
	case f.Zero && f.State.Open():
		c.Text = v.p.T("form.next.zero", "reason", f.ZeroReason)
	case v.turn() == "ready":
		c.Text = v.p.T("form.next.ready.text", "name", f.ReadyName, "at", *f.ReadyAt)
	case v.turn() == "fresh" || v.turn() == "filling" || v.turn() == "returned" || v.turn() == "theirs":
		c.Text = v.p.T("form.next."+v.turn()+".text", "left", f.RowsTotal-f.RowsDone, "errors", f.Errors)
	default:
		c.Text = v.p.T("form.next." + v.turn() + ".text")
	}
	if v.turn() == "accepted" || v.turn() == "locked" {
		c.Kind = "ok"
	}
	if v.turn() == "returned" {
		c.Kind = "warning"
	}
	return c
}

// nextActs are the ways on from here.
func (v formView) nextActs() []templates.Act {
	f := v.paper.Form
	var out []templates.Act
	switch {
	case f.ReadyAt != nil && f.State.Open() && v.paper.MayFill && v.paper.Campaign.State.Takes():
		if v.paper.MayAnswer {
			out = append(out, templates.Act{Text: v.p.T("form.act.check_submit"), Href: v.path("check"), Kind: templates.ActPrimary, Icon: "seal"})
		}
		out = append(out, templates.Act{Text: v.p.T("form.act.take_back"), Post: v.path("take-back"), Hidden: v.version(), Icon: "return"})
	case !v.open():
	case f.Zero:
		out = append(out,
			templates.Act{Text: v.checkText(), Href: v.path("check"), Kind: templates.ActPrimary, Icon: "send"},
			templates.Act{Text: v.p.T("form.act.zero_withdraw"), Post: v.path("zero", "withdraw"), Hidden: v.version(), Icon: "return"})
	default:
		out = append(out,
			templates.Act{Text: v.checkText(), Href: v.path("check"), Kind: v.checkKind(), Icon: "send"},
			templates.Act{Text: v.p.T("form.act.answers"), Href: v.path("answers"), Icon: "edit"})
		if v.none {
			out = append(out, v.zeroAct())
		}
	}
	return out
}

func (v formView) checkText() string {
	if v.paper.MayAnswer {
		return v.p.T("form.act.check_submit")
	}
	return v.p.T("form.act.check_ready")
}

// checkKind puts the check first once there is nothing left to fill in.
func (v formView) checkKind() string {
	if f := v.paper.Form; f.RowsTotal == 0 || f.RowsDone < f.RowsTotal || f.Given < f.Needed || f.Errors > 0 {
		return ""
	}
	return templates.ActPrimary
}

func (v formView) callouts() []templates.Callout {
	var out []templates.Callout
	if note := v.paper.Campaign.Note; note != "" {
		out = append(out, templates.Callout{Kind: "info", Title: v.p.T("form.note"), Text: note})
	}
	if v.cause != nil {
		c := templates.Callout{Kind: "error", Title: v.p.Error(v.cause)}
		for _, t := range v.refused {
			for _, f := range t.Found {
				if !f.Warning {
					c.Items = append(c.Items, v.p.T("form.rows.refused", "name", nameOr(v.p, t.Row.Name), "problem", v.said(f)))
				}
			}
		}
		out = append(out, c)
	}
	return out
}

func (v formView) remarkViews() []remarkView {
	said, remarks := make([]survey.Comment, len(v.remarks)), map[survey.CommentID]survey.Remark{}
	for i, m := range v.remarks {
		said[i], remarks[m.ID] = m.Comment, m
	}
	var out []remarkView
	for _, one := range byThing(said) {
		out = append(out, v.remark(one, remarks[one[0].ID]))
	}
	return out
}

// remark is what is said about one thing as the first page shows it, with a link
// to where it can be mended.
func (v formView) remark(said []survey.Comment, m survey.Remark) remarkView {
	out := remarkView{Thread: v.thread(said, v.typed, fault.FieldsOf(v.cause)), Changed: m.Was != m.Is}
	v.alone(out.Thread, "")
	part := questionnaire.OfDepartment
	var where []string
	switch {
	case m.Row != nil:
		part = questionnaire.OfSystem
		where = append(where, nameOr(v.p, m.Row.Name))
		out.Thread.Href = v.path("rows", rowText(m.Row.ID)) + "#" + out.Thread.ID
	case m.Question != "":
		out.Thread.Href = v.path("answers") + "#" + out.Thread.ID
	}
	if m.Question != "" {
		where = append(where, v.label(part, m.Question))
		out.Was, out.Is = v.text(part, m.Question, m.Was), v.text(part, m.Question, m.Is)
	}
	if out.Thread.Title = v.p.Join(where); out.Thread.Title == "" {
		out.Thread.Title = v.p.T("form.comment.whole")
	}
	return out
}

func (v formView) empty() *templates.Empty {
	if v.paper.Form.Zero {
		return &templates.Empty{Icon: "check", Title: v.p.T("form.rows.zero"), Text: v.paper.Form.ZeroReason}
	}
	e := &templates.Empty{Icon: "system", Title: v.p.T("form.rows.none"), Text: v.p.T("form.rows.none.reader")}
	if v.open() {
		e.Text = v.p.T("form.rows.none.filler")
		e.Actions = []templates.Act{
			{Text: v.p.T("form.act.add"), Post: v.path("rows"), Kind: templates.ActPrimary, Icon: "plus"},
			{Text: v.p.T("form.act.book"), Href: v.path("workbook"), Icon: "upload"},
			v.zeroAct(),
		}
	}
	return e
}

func (v formView) filters() templates.Filters {
	f := templates.Filters{
		Action: v.path(), Query: &templates.Query{Name: rowSearch, Value: v.a.params.Get(rowSearch), Label: v.p.T("form.rows.search"), Placeholder: v.p.T("form.rows.search.hint")},
		ClearAll: v.path(),
	}
	if sort := v.a.params.Get(rowSort); sort != "" {
		f.Hidden = append(f.Hidden, templates.Pair{Name: rowSort, Value: sort})
	}
	decision := templates.Filter{Name: rowDecision, Label: v.p.T("form.rows.decision"), Kind: templates.FilterChoice}
	for _, d := range decisions() {
		decision.Options = append(decision.Options, v.option(rowDecision, string(d), "form.decision."+string(d)))
	}
	show := templates.Filter{Name: rowShow, Label: v.p.T("form.rows.show"), Kind: templates.FilterChoice}
	for _, s := range rowShows() {
		show.Options = append(show.Options, v.option(rowShow, s, "form.rows.show."+s))
	}
	f.Main = []templates.Filter{decision, show}
	for _, one := range f.Main {
		for _, o := range one.Options {
			if o.Chosen {
				f.Chips = append(f.Chips, templates.Chip{Label: one.Label, Text: o.Text, Remove: v.a.without(one.Name, o.Value)})
			}
		}
	}
	if q := v.a.params.Get(rowSearch); q != "" {
		f.Chips = append(f.Chips, templates.Chip{Label: v.p.T("form.rows.search"), Text: q, Remove: v.a.without(rowSearch, q)})
	}
	return f
}

func (v formView) option(name, value, word string) templates.Option {
	return templates.Option{Value: value, Text: v.p.T(word), Chosen: slices.Contains(v.a.params[name], value)}
}

func (v formView) bulk() *templates.Bulk {
	if !v.open() {
		return nil
	}
	b := &templates.Bulk{
		ID: rowsBulk, Action: v.path("rows", "confirm"), Hidden: []templates.Pair{{Name: "back", Value: v.a.String()}},
		Acts: []templates.Act{{Text: v.p.T("form.act.confirm"), Icon: "check", Note: v.p.T("form.act.confirm.note")}},
		Page: len(v.page.Rows), Total: v.page.Total,
	}
	if v.pending > int64(len(v.page.Rows)) {
		b.AllName, b.Total = "all", v.pending
	}
	return b
}

// shownFields are the answers that the list of rows shows beside their state.
var shownFields = []string{"use_frequency", "om_amount_year", "proposed"}

func (v formView) table() *templates.Table {
	t := &templates.Table{ID: "rows", Caption: v.p.T("form.tab.rows")}
	if v.open() {
		t.SelectName, t.SelectForm = "row", rowsBulk
	}
	column := func(word string, o survey.Order, main bool) {
		t.Columns = append(t.Columns, templates.Column{
			Key: word, Text: v.p.T("form.column." + word), Main: main, SortHref: v.a.sortBy(o), Sorted: v.a.sorted(o), Num: o == survey.ByProgress,
		})
	}
	column("name", survey.ByName, true)
	column("standing", survey.ByDecision, true)
	column("given", survey.ByProgress, true)
	fields := v.fields()
	for _, f := range fields {
		t.Columns = append(t.Columns, templates.Column{
			Key: f.Key, Text: fieldweb.ShortLabel(v.p, v.paper.Ask.System, f.Key), Unit: fieldweb.Unit(v.writer(), f), Num: fieldweb.IsNumber(f.Kind),
		})
	}
	column("updated", survey.ByUpdated, false)
	for i := range v.page.Rows {
		t.Rows = append(t.Rows, v.row(&v.page.Rows[i], fields))
	}
	return t
}

func (v formView) fields() []*field.Field[field.Answers] {
	var out []*field.Field[field.Answers]
	for _, key := range shownFields {
		if f, ok := v.paper.Ask.System.Find(key); ok {
			out = append(out, f)
		}
	}
	return out
}

func (v formView) row(r *survey.Row, fields []*field.Field[field.Answers]) templates.TableRow {
	name := nameOr(v.p, r.Name)
	row := templates.TableRow{ID: rowText(r.ID), Name: name}
	if r.Stands() && r.Errors > 0 {
		row.Tone = templates.ToneRed
	}
	given := templates.Cell{Text: strconv.Itoa(r.Given) + " / " + strconv.Itoa(r.Needed)}
	if !r.Stands() {
		given = templates.Cell{}
	}
	row.Cells = append(row.Cells,
		templates.Cell{Text: name, Href: v.path("rows", rowText(r.ID)), Sub: r.Code},
		templates.Cell{Badge: v.standing(*r)}, given)
	answers := field.Answers(r.Body)
	for _, f := range fields {
		row.Cells = append(row.Cells, fieldweb.Cell(v.writer(), f, &answers))
	}
	last := templates.Cell{Text: v.p.Time(r.UpdatedAt), Sub: r.UpdatedName}
	if r.Decision == survey.Pending && len(r.Typed) == 0 { // nobody has touched it
		last = templates.Cell{}
	}
	row.Cells = append(row.Cells, last)
	return row
}

// problems are the errors of findings in words.
func (v paperView) problems(found []fault.Field) []string {
	var out []string
	for _, f := range found {
		if !f.Warning {
			out = append(out, v.said(f))
		}
	}
	return out
}
