package surveyweb

import (
	"io"
	"slices"
	"strconv"

	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/survey"
	"qingce/templates"
)

// filters narrow the list of bodies.
func (v coverageView) filters() templates.Filters {
	a := v.asked
	f := templates.Filters{
		Action: a.path + "#bodies", ClearAll: a.path + "#bodies",
		Query: &templates.Query{Name: paramSearch, Value: a.Search, Label: v.p.T("coverage.search"), Placeholder: v.p.T("coverage.search.example")},
		Main: []templates.Filter{
			v.choice(paramStanding, v.standingOptions()...),
			v.choice(paramLate, v.option(paramLate, lateOverdue, v.c.Total.Overdue), v.option(paramLate, lateFiled, v.c.Total.LateFiled)),
		},
		More: []templates.Filter{
			v.choice(paramGroup, v.tallyOptions(paramGroup, v.c.Groups, v.groupName)...),
			v.choice(paramRegion, v.tallyOptions(paramRegion, v.c.Regions, v.regionName)...),
			v.choice(paramPeople, v.option(paramPeople, peopleNobody, v.c.Total.Nobody)),
			v.choice(paramToDo, v.option(paramToDo, yes, -1)),
			v.choice(paramZero, v.option(paramZero, yes, v.c.Total.Zero)),
		},
		Actions: []templates.Act{{Text: v.p.T("coverage.export"), Href: v.exportHref(), Icon: "download", Download: true}},
	}
	if sort := a.params.Get(paramSort); sort != "" {
		f.Hidden = append(f.Hidden, templates.Pair{Name: paramSort, Value: sort})
	}
	f.Chips = v.chips(f)
	return f
}

// exportHref is the list as a file.
func (v coverageView) exportHref() string {
	a := v.asked
	a.path += ".xlsx"
	return a.address()
}

func (v coverageView) choice(name string, options ...templates.Option) templates.Filter {
	return templates.Filter{Name: name, Label: v.p.T("coverage.column." + name), Kind: templates.FilterChoice, Options: options}
}

func (v coverageView) option(name, value string, n int) templates.Option {
	o := templates.Option{Value: value, Text: v.p.T("coverage." + name + "." + value), Chosen: slices.Contains(v.asked.params[name], value)}
	if n >= 0 {
		o.Count = strconv.Itoa(n)
	}
	return o
}

func (v coverageView) standingOptions() []templates.Option {
	var out []templates.Option
	for _, s := range survey.Standings() {
		out = append(out, templates.Option{
			Value: string(s), Text: v.p.T(string(s.Label())), Chosen: slices.Contains(v.asked.Standings, s), Count: strconv.Itoa(v.c.Total.By[s]),
		})
	}
	return out
}

func (v coverageView) tallyOptions(name string, rows []survey.Tally, text func(survey.Tally) string) []templates.Option {
	var out []templates.Option
	for _, t := range rows {
		value := orEmptyWord(t.Key)
		out = append(out, templates.Option{Value: value, Text: text(t), Chosen: v.asked.params.Get(name) == value, Count: strconv.Itoa(t.Bodies)})
	}
	return out
}

// chips are the filters in force.
func (v coverageView) chips(f templates.Filters) []templates.Chip {
	var out []templates.Chip
	if v.asked.Search != "" {
		out = append(out, templates.Chip{Label: v.p.T("coverage.search"), Text: v.asked.Search, Remove: v.asked.without(paramSearch, v.asked.Search) + "#bodies"})
	}
	for _, one := range slices.Concat(f.Main, f.More) {
		for _, o := range one.Options {
			if o.Chosen {
				out = append(out, templates.Chip{Label: one.Label, Text: o.Text, Remove: v.asked.without(one.Name, o.Value) + "#bodies"})
			}
		}
	}
	return out
}

// sorted makes a column sortable.
func (v coverageView) sorted(order survey.CoverageOrder, c templates.Column) templates.Column {
	word := string(order)
	if order == survey.CoverageByCode {
		word = string(survey.CoverageByName)
	}
	next := word
	if asked := v.asked.params.Get(paramSort); asked == word {
		next, c.Sorted = "-"+word, "asc"
	} else if asked == "-"+word {
		c.Sorted = "desc"
	}
	c.SortHref = v.asked.address(paramSort, next) + "#bodies"
	return c
}

// table is a page of the bodies.
func (v coverageView) table() templates.Table {
	text := func(key string) string { return v.p.T("coverage.column." + key) }
	t := templates.Table{ID: "bodies-table", Caption: v.p.T("coverage.bodies"), Columns: []templates.Column{
		v.sorted(survey.CoverageByName, templates.Column{Key: "body", Text: text("body"), Main: true}),
		v.sorted(survey.CoverageByStanding, templates.Column{Key: "standing", Text: text("standing"), Main: true}),
		v.sorted(survey.CoverageByLate, templates.Column{Key: "late", Text: text("late"), Main: true}),
		v.sorted(survey.CoverageByProgress, templates.Column{Key: "progress", Text: text("progress"), Num: true}),
		v.sorted(survey.CoverageBySystems, templates.Column{Key: "systems", Text: text("systems"), Num: true}),
		v.sorted(survey.CoverageByFiled, templates.Column{Key: "filed_at", Text: text("filed_at")}),
		v.sorted(survey.CoverageByGroup, templates.Column{Key: "group", Text: text("group")}),
		v.sorted(survey.CoverageByPeople, templates.Column{Key: "people", Text: text("people"), Num: true, Main: true}),
		v.sorted(survey.CoverageByReminded, templates.Column{Key: "reminded", Text: text("reminded"), Main: true}),
	}}
	from := min((v.asked.page-1)*v.asked.size, len(v.list))
	for _, b := range v.list[from:min(from+v.asked.size, len(v.list))] {
		t.Rows = append(t.Rows, v.row(&b))
	}
	return t
}

func (v coverageView) row(b *survey.BodyState) templates.TableRow {
	badge := standingBadge(v.p, &b.Form)
	row := templates.TableRow{ID: b.Body.Code, Name: b.Body.Name, Cells: []templates.Cell{
		{Text: b.Body.Name, Sub: b.Body.Code, Href: v.bodyHref(b)},
		{Badge: &badge},
		{Text: lateText(v.p, b)},
		{Text: share(b.Form.Given, b.Form.Needed)},
		{Text: strconv.Itoa(b.Form.RowsTotal)},
		{},
		{Text: v.groupAndRegion(b)},
		{Text: strconv.Itoa(b.People)},
		remindedCell(v.p, b.Reminded),
	}}
	if b.Overdue || b.LateFiled() {
		row.Cells[2].Tone = templates.ToneRed
	}
	if b.Overdue {
		row.Tone = templates.ToneRed
	}
	if b.Filed() {
		row.Cells[5].Text = v.p.Time(*b.Form.FirstSubmittedAt)
	}
	if b.Standing == survey.NotOpened {
		row.Cells[3], row.Cells[4] = templates.Cell{}, templates.Cell{}
	}
	if b.People == 0 {
		row.Cells[7] = templates.Cell{Badge: &templates.Badge{Text: v.p.T("survey.people.none"), Tone: templates.ToneAmber}}
	}
	return row
}

// bodyHref is the form as the reader works with it.
func (v coverageView) bodyHref(b *survey.BodyState) string {
	if v.by.Is(reviewers()...) && b.Filed() {
		return formPath(v.code(), b.Body.Code, "review")
	}
	return formPath(v.code(), b.Body.Code)
}

func (v coverageView) groupAndRegion(b *survey.BodyState) string {
	text := ""
	if b.Body.GroupCode != "" {
		text = v.p.T("coverage.group", "code", b.Body.GroupCode)
	}
	for _, t := range v.c.Regions {
		if t.Key != "" && t.Key == b.Region {
			return v.p.Join(slices.DeleteFunc([]string{text, t.Name}, func(s string) bool { return s == "" }))
		}
	}
	return text
}

// lateText says how late a body is, nothing when it is not.
func lateText(p *locale.Printer, b *survey.BodyState) string {
	switch {
	case b.Overdue && b.LateWd == nil:
		return p.T("coverage.overdue.unknown")
	case b.Overdue:
		return p.T("coverage.overdue.wd", "n", *b.LateWd)
	case b.LateFiled():
		return p.T("coverage.late_filed.wd", "n", *b.LateWd)
	}
	return ""
}

// remindedCell says when somebody was last reminded and by whom.
func remindedCell(p *locale.Printer, r *survey.Reminded) templates.Cell {
	if r == nil {
		return templates.Cell{}
	}
	return templates.Cell{Text: p.Time(r.At), Sub: p.T("coverage.reminded.by", "name", r.Name, "n", r.Times)}
}

// remindersPage is the data of survey/reminders.
type remindersPage struct {
	Head  templates.Head
	Table templates.Table
	Empty *templates.Empty
	Pager templates.Pager
}

func remindersTable(p *locale.Printer, lines []survey.ReminderLine) templates.Table {
	t := templates.Table{ID: "reminders", Caption: p.T("coverage.reminders"), Columns: []templates.Column{
		{Key: "at", Text: p.T("coverage.column.reminded"), Main: true}, {Key: "by", Text: p.T("coverage.column.by"), Main: true},
		{Key: "bodies", Text: p.T("coverage.column.bodies"), Num: true, Main: true}, {Key: "names", Text: p.T("coverage.column.whom"), Main: true},
		{Key: "note", Text: p.T("coverage.remind.note")},
	}}
	for _, l := range lines {
		var names []string
		for _, b := range l.Bodies {
			names = append(names, p.T("coverage.reminded.body", "name", b.Body.Name, "standing", b.Standing.Label()))
		}
		t.Rows = append(t.Rows, templates.TableRow{Name: p.Time(l.MadeAt), Cells: []templates.Cell{
			{Text: p.Time(l.MadeAt)}, {Text: l.MadeName}, {Text: strconv.Itoa(len(l.Bodies))}, {Text: p.Join(names)}, {Text: l.Note},
		}})
	}
	return t
}

// writeSheet writes the listed bodies for a spreadsheet program.
func (v coverageView) writeSheet(out io.Writer) error {
	w := sheet.NewWriter(sheet.Options{T: v.p.T})
	defer w.Close()
	t, err := w.Table(v.sheet())
	if err != nil {
		return err
	}
	for i := range v.list {
		if err := t.Row(v.sheetRow(&v.list[i])...); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	if err := v.writeOut(w); err != nil {
		return err
	}
	_, err = w.WriteTo(out)
	return err
}

// writeOut writes who is not in the numbers, with the reason.
func (v coverageView) writeOut(w *sheet.Writer) error {
	if len(v.c.Out) == 0 {
		return nil
	}
	columns := []sheet.Column{
		{Title: v.p.T("coverage.column.code"), Width: 14}, {Title: v.p.T("coverage.column.body"), Width: 24}, {Title: v.p.T("survey.column.reason"), Width: 40},
		{Title: v.p.T("survey.column.set_by"), Width: 14}, {Title: v.p.T("coverage.out.at"), Width: 18},
	}
	t, err := w.Table(sheet.Table{Sheet: v.p.T("coverage.out"), Title: v.p.T("coverage.out.n", "n", len(v.c.Out)), Columns: columns})
	if err != nil {
		return err
	}
	for _, e := range v.c.Out {
		err := t.Row(sheet.Text(e.Department.Code), sheet.Text(e.Department.Name), sheet.Text(e.Reason), sheet.Text(e.SetName), sheet.Text(v.p.Time(e.SetAt)))
		if err != nil {
			return err
		}
	}
	return t.Close()
}

func (v coverageView) sheet() sheet.Table {
	t := sheet.Table{Sheet: v.p.T("coverage.title"), Title: v.p.T("coverage.title") + " · " + v.c.Campaign.Title, Notes: []string{
		v.p.T("coverage.sheet.share", "filed", share(v.c.Total.Filed, v.c.Total.Bodies), "accepted", share(v.c.Total.Accepted, v.c.Total.Bodies)),
		v.p.T("coverage.sheet.at", "at", v.p.Time(v.c.At), "n", len(v.list)),
	}}
	if n := len(v.c.Out); n > 0 {
		t.Notes = append(t.Notes, v.p.T("coverage.out.n", "n", n))
	}
	for _, c := range v.filters().Chips {
		t.Notes = append(t.Notes, c.Label+" "+c.Text)
	}
	for _, c := range []sheet.Column{
		{Key: "code", Width: 14}, {Key: "body", Width: 24}, {Key: "group"}, {Key: "region", Width: 14}, {Key: "standing", Width: 14},
		{Key: "zero"}, {Key: "late", Width: 20}, {Key: "given", Kind: sheet.ColumnNumber}, {Key: "needed", Kind: sheet.ColumnNumber},
		{Key: "systems", Kind: sheet.ColumnNumber}, {Key: "filed_at", Width: 18}, {Key: "people", Kind: sheet.ColumnNumber}, {Key: "reminded", Width: 18},
	} {
		c.Title = v.p.T("coverage.column." + c.Key)
		t.Columns = append(t.Columns, c)
	}
	return t
}

func (v coverageView) sheetRow(b *survey.BodyState) []sheet.Value {
	region, filed, reminded := v.p.T("coverage.city"), "", ""
	for _, t := range v.c.Regions {
		if t.Key != "" && t.Key == b.Region {
			region = t.Name
		}
	}
	if b.Filed() {
		filed = v.p.Time(*b.Form.FirstSubmittedAt)
	}
	if b.Reminded != nil {
		reminded = v.p.Time(b.Reminded.At)
	}
	return []sheet.Value{
		sheet.Text(b.Body.Code), sheet.Text(b.Body.Name), sheet.Text(b.Body.GroupCode), sheet.Text(region), sheet.Text(v.p.T(string(b.Standing.Label()))),
		sheet.Text(v.p.T("bool." + strconv.FormatBool(b.Filed() && b.Form.Zero))), sheet.Text(lateText(v.p, b)),
		sheet.Whole(int64(b.Form.Given)), sheet.Whole(int64(b.Form.Needed)), sheet.Whole(int64(b.Form.RowsTotal)),
		sheet.Text(filed), sheet.Whole(int64(b.People)), sheet.Text(reminded),
	}
}
