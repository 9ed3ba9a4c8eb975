package scoringweb

import (
	"bytes"
	"net/url"
	"strconv"

	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/scoring"
	"qingce/templates"
)

// withFile hands the file of a form on, if one was chosen.
func (d *desk) withFile(r *web.Request, do func(evidence.Received) error) error {
	up, err := r.Upload("file", evidence.MaxSize)
	switch {
	case err != nil && fault.KindOf(err) == fault.Invalid: // none was chosen
		return nil
	case err != nil:
		return err
	}
	return d.Box.Receive(r.Ctx, evidence.Upload{Name: up.Name, Reader: bytes.NewReader(up.Data), Size: up.Size}, do)
}

// shownPeriods is how many periods the table of reports has.
const shownPeriods = 6

// showMatrix shows who has reported of the last months or years.
func (d *desk) showMatrix(r *web.Request, _ noInput) (web.Response, error) {
	kind := scoring.Monthly
	if r.URL.Query().Get("kind") == string(scoring.Annual) {
		kind = scoring.Annual
	}
	m, err := d.Reports.Matrix(r.Ctx, r.By, kind, shownPeriods)
	if err != nil {
		return nil, err
	}
	out := listPage{
		Head: templates.Head{Title: r.T("menu.report"), Lead: r.T("reports.lead")},
		Tabs: &templates.Tabs{Label: r.T("menu.report"), Items: []templates.Tab{
			{Text: r.T("reports.kind.monthly"), Href: reportsPath, Active: kind == scoring.Monthly},
			{Text: r.T("reports.kind.annual"), Href: reportsPath + "?kind=annual", Active: kind == scoring.Annual},
		}},
	}
	for _, period := range m.Periods {
		tone := ""
		if m.Missing(period) > 0 {
			tone = templates.ToneRed
		}
		out.Stats = append(out.Stats, templates.Stat{Label: r.T("reports.missing", "period", period), Value: r.P.Number(int64(m.Missing(period))), Tone: tone})
	}
	rows, pager := pageOf(r, m.Bodies)
	out.Table, out.Pager = matrixTable(r.P, &m, rows), pager
	if len(m.Bodies) == 0 || len(m.Periods) == 0 {
		out.Table, out.Empty = nil, &templates.Empty{Title: r.T("reports.none"), Text: r.T("reports.none.note")}
	}
	return web.View{Template: "tasks/list", Title: out.Head.Title, Crumbs: crumbs(r.P, "menu.report", reportsPath), Data: out}, nil
}

func matrixTable(p *locale.Printer, m *scoring.Matrix, rows []scoring.BodyReports) *templates.Table {
	t := &templates.Table{ID: "matrix", Caption: p.T("menu.report"), Columns: []templates.Column{{Key: "department", Text: p.T("tasks.department"), Main: true}}}
	for i, period := range m.Periods {
		t.Columns = append(t.Columns, templates.Column{Key: period, Text: period, Main: i >= len(m.Periods)-2})
	}
	for _, b := range rows {
		cells := []templates.Cell{{Text: b.Body.Name, Sub: b.Body.Code, Href: reportsHref(m, b)}}
		for _, period := range m.Periods {
			cells = append(cells, matrixCell(p, b, period))
		}
		t.Rows = append(t.Rows, templates.TableRow{Name: b.Body.Name, Cells: cells})
	}
	return t
}

// reportsHref is the newest report of a body.
func reportsHref(m *scoring.Matrix, b scoring.BodyReports) string {
	return scoring.ReportPath(m.Periods[len(m.Periods)-1], b.Body.Code)
}

func matrixCell(p *locale.Printer, b scoring.BodyReports, period string) templates.Cell {
	for _, c := range b.Cells {
		if c.Period != period {
			continue
		}
		text, tone := p.T("reports.nothing"), toneOf(c.Task)
		if c.State != "" {
			text = p.T(string(c.State.Label()))
		}
		if c.Task == scoring.Overdue && c.State == "" {
			text = p.T("reports.overdue")
		}
		if c.LateWd > 0 {
			text = p.T("tasks.late_by", "state", text, "n", c.LateWd)
		}
		return templates.Cell{Text: text, Href: scoring.ReportPath(period, b.Body.Code), Tone: tone}
	}
	return templates.Cell{}
}

func (d *desk) showReport(r *web.Request, in reportIn) (web.Response, error) {
	return d.reportPage(r, in, typedStep{})
}

func (d *desk) sheet(r *web.Request, in reportIn) (scoring.Sheet, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return scoring.Sheet{}, err
	}
	k, err := reportKey(dir, in.Period, in.Dept)
	if err != nil {
		return scoring.Sheet{}, err
	}
	return d.Reports.Find(r.Ctx, r.By, k)
}

func (d *desk) reportPage(r *web.Request, in reportIn, a typedStep) (web.Response, error) {
	s, err := d.sheet(r, in)
	if err != nil {
		return nil, err
	}
	v := reportView{r, s, a}
	return web.View{Template: "tasks/record", Title: v.title(), Crumbs: crumbs(r.P, "menu.report", reportsPath, v.title()), Data: v.page(), Err: a.err}, nil
}

// printReport is the report on A4.
func (d *desk) printReport(r *web.Request, in reportIn) (web.Response, error) {
	s, err := d.sheet(r, in)
	if err != nil {
		return nil, err
	}
	v := reportView{r, s, typedStep{}}
	page := recordPage{Head: v.head(), Facts: []templates.Facts{v.said()}, Tables: v.tables()}
	page.Head.Actions = nil
	return web.View{Template: "tasks/print", Title: v.title(), Data: page, Bare: true}, nil
}

// writeReport saves a report, copies last month's, gives it to the head or files
// it, by the button that was pressed.
func (d *desk) writeReport(r *web.Request, in reportIn) (web.Response, error) {
	s, err := d.sheet(r, in)
	if err != nil {
		return nil, err
	}
	k := s.Report.Key()
	typed, wrong := typedReport(&s.Report, r.Form)
	if err := fault.Refuse(wrong); err != nil {
		return d.reportPage(r, in, typedStep{"report", r.Form, err})
	}
	switch r.Form.Get("do") {
	case "file":
		_, err = d.Reports.File(r.Ctx, r.By, k, in.Version, typed)
	case "ready":
		_, err = d.Reports.Ready(r.Ctx, r.By, k, in.Version, typed)
	case "copy":
		_, err = d.Reports.CopyLast(r.Ctx, r.By, k, in.Version)
	default:
		_, err = d.Reports.Save(r.Ctx, r.By, k, in.Version, typed)
	}
	switch {
	case err != nil && shown(err):
		return d.reportPage(r, in, typedStep{"report", r.Form, err})
	case err != nil:
		return nil, err
	}
	return web.Redirect{To: scoring.ReportPath(in.Period, in.Dept), Said: web.Said(r.T("tasks.said"))}, nil
}

func (d *desk) decideReport(r *web.Request, in reportIn) (web.Response, error) {
	s, err := d.sheet(r, in)
	if err != nil {
		return nil, err
	}
	_, err = d.Reports.Decide(r.Ctx, r.By, s.Report.Key(), in.Version, r.Form.Get("verdict") == "accept", r.Form.Get("reason"))
	switch {
	case err != nil && shown(err):
		return d.reportPage(r, in, typedStep{"decision", r.Form, err})
	case err != nil:
		return nil, err
	}
	return web.Redirect{To: scoring.ReportPath(in.Period, in.Dept), Said: web.Said(r.T("tasks.said"))}, nil
}

// typedReport reads what was typed into a report, and what cannot be read.
func typedReport(r *scoring.Report, form url.Values) (scoring.Typed, []fault.Field) {
	in := scoring.Typed{Figures: map[string]scoring.TypedFigure{}, Rows: map[string]scoring.TaskRow{}, Sections: map[string]string{}}
	var wrong []fault.Field
	number := func(name string) *int64 {
		if form.Get(name) == "" {
			return nil
		}
		n, _, err := input.Count(form.Get(name))
		if err != nil {
			wrong = append(wrong, fault.At(name, "reports.err.number", "value", form.Get(name)))
			return nil
		}
		return &n
	}
	for _, f := range r.Figures {
		in.Figures[f.Key] = scoring.TypedFigure{Value: number("typed." + f.Key), Why: input.Lines(form.Get("why." + f.Key))}
	}
	for _, row := range r.TaskRows {
		in.Rows[row.Task] = scoring.TaskRow{
			Task: row.Task, Progress: number("progress." + row.Task), Done: input.Lines(form.Get("done." + row.Task)),
			Problem: input.Lines(form.Get("problem." + row.Task)), Help: input.Lines(form.Get("help." + row.Task)), Next: input.Lines(form.Get("next." + row.Task)),
		}
	}
	for _, s := range r.Sections {
		in.Sections[s.Key] = input.Lines(form.Get("section." + s.Key))
	}
	return in, wrong
}

func numberText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}
