package surveyweb

import (
	"slices"
	"strconv"

	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// printPage is the data of survey/paper_print: the form on paper, to be sealed.
type printPage struct {
	Head    templates.Head
	Draft   bool
	Number  string // of the form
	Body    string
	Columns []printCell
	Rows    []printRow
	Lists   []listView
	Own     templates.Facts
	Facts   []templates.Facts
	Hash    string
	At, By  string
}

// printRow is a system on paper.
type printRow struct {
	Number int
	Cells  []printCell
	Gone   bool
}

// printCell is a text in the table on paper; numbers stand at the right.
type printCell struct {
	Text string
	Num  bool
}

// printed are the answers that the paper shows of each system: the items of 方案
// part 2 (1) and what becomes of it.
var printed = []string{
	"name", "function_desc", "use_scope", "use_frequency", "approval_dept", "approval_date", "fund_source", "om_amount_year", "phase",
	"network", "djbh_level", "proposed", "must_connect",
}

// printForm shows the form as it goes onto paper. One that was handed in is
// printed word for word, with its hash.
func (d *desk) printForm(r *web.Request, in formIn) (web.Response, error) {
	c, err := d.Surveys.OverlookForm(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	submissions, err := d.Surveys.Submissions(r.Ctx, r.By, in.key())
	if err != nil {
		return nil, err
	}
	bodies := []map[string]string{c.Form.Answers}
	for _, row := range c.Snapshot.Rows {
		bodies = append(bodies, row.Body)
	}
	n, err := d.refs(r.Ctx, r.By, c.Ask, bodies...)
	if err != nil {
		return nil, err
	}
	v := checkView{paperView: d.paperView(r, c.Paper, n), check: c}
	return web.View{Template: "survey/paper_print", Title: v.title(), Crumbs: v.crumbs(r.T("form.tab.print")), Data: v.paperData(submissions)}, nil
}

func (v checkView) paperData(submissions []survey.Submission) printPage {
	out := printPage{
		Head:  templates.Head{Title: v.title(), Actions: []templates.Act{{Text: v.p.T("form.act.back"), Href: v.path(), Kind: templates.ActQuiet}}},
		Draft: true, Number: v.paper.Campaign.Code + "-" + v.paper.Owner.Code, Body: v.paper.Owner.FullName, Own: v.countFacts(), Lists: v.lists(),
	}
	if out.Body == "" {
		out.Body = v.paper.Owner.Name
	}
	rows := v.check.Snapshot.Rows
	if len(submissions) > 0 && !v.paper.Form.State.Open() {
		last := submissions[0]
		out.Draft, out.Hash, rows = false, last.Hash, last.Body.Rows
		out.By, out.At = last.SubmittedName, v.p.Time(last.SubmittedAt)
		out.Number += "-" + strconv.Itoa(last.Number)
	}
	fields := v.printedFields()
	for _, f := range fields {
		label := fieldweb.ShortLabel(v.p, v.check.Ask.System, f.Key)
		if u := fieldweb.Unit(v.writer(), f); u != "" {
			label = v.p.T("form.print.column", "label", label, "unit", u)
		}
		out.Columns = append(out.Columns, printCell{label, fieldweb.IsNumber(f.Kind)})
	}
	for i, r := range rows {
		row := printRow{Number: i + 1, Gone: r.Gone != ""}
		answers := field.Answers(r.Body)
		for _, f := range fields {
			row.Cells = append(row.Cells, printCell{fieldweb.Text(v.writer(), f, f.Get(&answers)), fieldweb.IsNumber(f.Kind)})
		}
		out.Rows = append(out.Rows, row)
	}
	answers := field.Answers(v.check.Form.Answers)
	if !v.check.Form.Zero {
		questionnaire.SetFacts(answers, v.check.Owner, nil)
		out.Facts = fieldweb.Facts(v.writer(), withoutDemands(v.check.Ask.Department), v.readable(answers), nil)
	}
	return out
}

// withoutDemands leaves out the data that are wanted: they stand among the lists.
func withoutDemands(c *field.Catalog[field.Answers]) *field.Catalog[field.Answers] {
	rest := slices.DeleteFunc(slices.Clone(c.All()), func(f field.Field[field.Answers]) bool { return f.Key == survey.DemandsQuestion })
	if out, err := field.TryCatalog(c.Name, rest...); err == nil {
		return out
	}
	return c // another question depends on it
}

func (v checkView) printedFields() []*field.Field[field.Answers] {
	var out []*field.Field[field.Answers]
	for _, key := range printed {
		if f, ok := v.check.Ask.System.Find(key); ok {
			out = append(out, f)
		}
	}
	return out
}
