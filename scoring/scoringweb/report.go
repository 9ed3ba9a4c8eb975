package scoringweb

import (
	"strconv"

	"qingce/internal/web"
	"qingce/scoring"
	"qingce/templates"
)

// reportView turns a report into the data of its page.
type reportView struct {
	r *web.Request
	scoring.Sheet
	typedStep
}

func (v reportView) title() string {
	return v.r.T("reports.title."+string(v.Report.Kind), "name", v.Body.Name, "period", v.Report.Period)
}

func (v reportView) path() string { return scoring.ReportPath(v.Report.Period, v.Body.Code) }

func (v reportView) head() templates.Head {
	p, r := v.r.P, &v.Report
	tone := map[scoring.ReportState]string{
		scoring.ReportReady: templates.ToneBlue, scoring.ReportFiled: templates.ToneBlue, scoring.ReportAccepted: templates.ToneGreen, scoring.ReportReturned: templates.ToneRed,
	}[r.State]
	h := templates.Head{
		Title: v.title(), Badges: []templates.Badge{{Text: p.T(string(r.State.Label())), Tone: tone}},
		Deadline: deadline(v.r, r.DueOn.String(), v.Standing, ""),
		Facts:    []templates.Row{{Label: p.T("tasks.due"), Text: r.DueOn.String()}},
		Actions:  []templates.Act{{Text: p.T("reports.act.print"), Href: v.path() + "/print", Icon: "print", Kind: templates.ActQuiet}},
	}
	if r.LateWd != nil && r.FiledAt != nil {
		text := p.T("reports.in_time")
		if *r.LateWd > 0 {
			text = p.T("reports.late", "n", *r.LateWd)
		}
		h.Facts = append(h.Facts, templates.Row{Label: p.T("reports.filed_on"), Text: r.CountsOn.String() + " · " + text}, templates.Row{Label: p.T("reports.head"), Text: r.FiledName})
	}
	return h
}

func (v reportView) page() recordPage {
	p, r := v.r.P, &v.Report
	out := recordPage{Head: v.head()}
	if r.State == scoring.ReportReturned {
		out.Callouts = []templates.Callout{{Kind: "warning", Text: p.T("tasks.say.returned", "reason", r.Reason, "n", 3)}}
	}
	if len(v.Steps) > 0 {
		out.Timeline = timeline(p, v.Steps)
	}
	if v.Own && r.State.Open() {
		out.Steps = []templates.Step{v.form()}
		return out
	}
	out.Facts, out.Tables = []templates.Facts{v.said()}, v.tables()
	if officeOf(v.r.By, v.Body.ID) && r.State == scoring.ReportFiled {
		out.Steps = []templates.Step{v.decision()}
	}
	return out
}

// typed is what was typed when the form was refused, or what is kept.
func (v reportView) typed(name, kept string) string {
	if v.what == "report" {
		return v.typedStep.form.Get(name)
	}
	return kept
}

// form is the report to be written.
func (v reportView) form() templates.Step {
	p, r := v.r.P, &v.Report
	f := &templates.Form{
		ID: "report", Action: v.path(), Guard: true, Hidden: []templates.Pair{{Name: "version", Value: strconv.FormatInt(r.Version, 10)}},
		Sections: append([]templates.Section{v.figures()}, append(v.rows(), v.sections()...)...),
	}
	if v.r.By.Is(scoring.Heads()...) {
		f.Acts = append(f.Acts, templates.Act{Text: p.T("reports.act.file"), Note: p.T("reports.act.file.note"), Kind: templates.ActPrimary, Name: "do", Value: "file", Icon: "send"})
	} else {
		f.Acts = append(f.Acts, templates.Act{Text: p.T("reports.act.ready"), Note: p.T("reports.act.ready.note"), Kind: templates.ActPrimary, Name: "do", Value: "ready", Icon: "send"})
	}
	f.Acts = append(f.Acts, templates.Act{Text: p.T("tasks.act.save"), Name: "do", Value: "save", NoCheck: true})
	if v.Last {
		f.Acts = append(f.Acts, templates.Act{Text: p.T("reports.act.copy"), Note: p.T("reports.act.copy.note"), Name: "do", Value: "copy", NoCheck: true, Kind: templates.ActQuiet})
	}
	if v.what == "report" {
		web.Mistakes(p, f, v.err)
	}
	return templates.Step{ID: "step-report", Title: p.T("reports.write"), Note: p.T("reports.write.note"), Icon: "edit", Open: true, Form: f}
}

// figures are the numbers: what the service knows stands beside what is typed,
// and what differs asks for a reason.
func (v reportView) figures() templates.Section {
	p := v.r.P
	s := templates.Section{ID: "s-figures", Title: p.T("reports.figures"), Lead: p.T("reports.figures.lead")}
	for i := range v.Report.Figures {
		f := &v.Report.Figures[i]
		fact := strconv.FormatInt(f.Fact, 10)
		value := v.typed("typed."+f.Key, numberText(f.Typed))
		s.Fields = append(s.Fields, templates.Field{
			Name: "typed." + f.Key, Kind: templates.KindCount, Label: p.T(string(scoring.FigureLabel(f.Key))), Help: p.T("reports.fact", "n", fact),
			Placeholder: fact, Value: value, Width: "short",
		})
		if why := v.typed("why."+f.Key, f.Why); why != "" || value != "" && value != fact {
			s.Fields = append(s.Fields, templates.Field{
				Name: "why." + f.Key, Kind: templates.KindLongText, Label: p.T("reports.why", "field", p.T(string(scoring.FigureLabel(f.Key)))), Value: why, MaxLength: 1000,
			})
		}
	}
	return s
}

// rows ask of each task how far it is.
func (v reportView) rows() []templates.Section {
	p := v.r.P
	var out []templates.Section
	for i := range v.Report.TaskRows {
		row := &v.Report.TaskRows[i]
		long := func(name, kept string) templates.Field {
			return templates.Field{
				Name: name + "." + row.Task, Kind: templates.KindLongText, Label: p.T("reports.row." + name), Value: v.typed(name+"."+row.Task, kept), MaxLength: 1000,
			}
		}
		out = append(out, templates.Section{
			ID: "s-" + addressKey(row.Task), Title: v.taskName(row.Task),
			Lead: p.T("reports.row.lead", "due", row.Due.String(), "state", p.T(string(row.State.Label()))),
			Fields: []templates.Field{
				{
					Name: "progress." + row.Task, Kind: templates.KindCount, Label: p.T("reports.row.progress"), Unit: "%", Required: true, Width: "short",
					Value: v.typed("progress."+row.Task, numberText(row.Progress)),
				},
				long("done", row.Done), long("problem", row.Problem), long("help", row.Help), long("next", row.Next),
			},
		})
	}
	return out
}

func (v reportView) sections() []templates.Section {
	if len(v.Report.Sections) == 0 {
		return nil
	}
	s := templates.Section{ID: "s-sections", Title: v.r.T("reports.sections")}
	for _, one := range v.Report.Sections {
		s.Fields = append(s.Fields, templates.Field{
			Name: "section." + one.Key, Kind: templates.KindLongText, Label: v.r.T(string(scoring.SectionLabel(one.Key))), Required: true,
			Value: v.typed("section."+one.Key, one.Text), MaxLength: 4000,
		})
	}
	return []templates.Section{s}
}

func (v reportView) taskName(key string) string {
	id := key
	for i := range v.Pack.Obligations {
		if o := &v.Pack.Obligations[i]; key == o.ID || len(key) > len(o.ID) && key[:len(o.ID)+1] == o.ID+"/" {
			id = key + " " + o.Title[v.r.P.Lang()]
		}
	}
	return id
}

func (v reportView) decision() templates.Step {
	p := v.r.P
	f := &templates.Form{
		ID: "decision", Action: v.path() + "/decision", Hidden: []templates.Pair{{Name: "version", Value: strconv.FormatInt(v.Report.Version, 10)}},
		Sections: []templates.Section{{ID: "s-decision", Fields: []templates.Field{{
			Name: "reason", Kind: templates.KindLongText, Label: p.T("tasks.reason"), Help: p.T("tasks.reason.help"), MaxLength: 1000,
		}}}},
		Acts: []templates.Act{
			{Text: p.T("tasks.act.accept"), Note: p.T("tasks.act.accept.note"), Kind: templates.ActPrimary, Name: "verdict", Value: "accept"},
			{Text: p.T("tasks.act.return"), Note: p.T("tasks.act.return.note"), Name: "verdict", Value: "return"},
		},
	}
	if v.what == "decision" {
		f.Sections[0].Fields[0].Value = v.typedStep.form.Get("reason")
		web.Mistakes(p, f, v.err)
	}
	return templates.Step{ID: "step-decision", Title: p.T("tasks.step.decision"), Note: p.T("tasks.step.decision.note"), Icon: "check", Open: true, Form: f}
}

// said is what an annual report says, and the remark of the Office.
func (v reportView) said() templates.Facts {
	p := v.r.P
	f := templates.Facts{Title: p.T("reports.sections")}
	for _, one := range v.Report.Sections {
		f.Rows = append(f.Rows, templates.Row{Label: p.T(string(scoring.SectionLabel(one.Key))), Text: one.Text, Long: true})
	}
	if v.Report.Kind == scoring.Monthly {
		f.Title = p.T("reports.about")
		f.Rows = append(f.Rows, templates.Row{Label: p.T("tasks.department"), Text: v.Body.Name}, templates.Row{Label: p.T("reports.period"), Text: v.Report.Period})
	}
	if v.Report.Reason != "" {
		f.Rows = append(f.Rows, templates.Row{Label: p.T("reports.remark"), Text: v.Report.Reason, Long: true})
	}
	return f
}

// tables are the numbers and the tasks of a report that is read.
func (v reportView) tables() []titledTable {
	p := v.r.P
	numbers := &templates.Table{ID: "figures", Caption: p.T("reports.figures"), Columns: []templates.Column{
		{Key: "figure", Text: p.T("reports.figure"), Main: true}, {Key: "value", Text: p.T("reports.value"), Num: true, Main: true},
		{Key: "fact", Text: p.T("reports.known"), Num: true, Main: true}, {Key: "why", Text: p.T("reports.difference")},
	}}
	for i := range v.Report.Figures {
		f := &v.Report.Figures[i]
		cell := templates.Cell{Text: p.Number(f.Value())}
		if f.Differs() {
			cell.Tone = templates.ToneAmber
		}
		numbers.Rows = append(numbers.Rows, templates.TableRow{Name: f.Key, Cells: []templates.Cell{
			{Text: p.T(string(scoring.FigureLabel(f.Key)))}, cell, {Text: p.Number(f.Fact)}, {Text: f.Why},
		}})
	}
	out := []titledTable{{p.T("reports.figures"), numbers}}
	if len(v.Report.TaskRows) > 0 {
		out = append(out, titledTable{p.T("reports.rows"), v.rowTable()})
	}
	return out
}

func (v reportView) rowTable() *templates.Table {
	p := v.r.P
	t := &templates.Table{ID: "rows", Caption: p.T("reports.rows"), Columns: []templates.Column{
		{Key: "task", Text: p.T("tasks.task"), Main: true}, {Key: "state", Text: p.T("tasks.state"), Main: true},
		{Key: "progress", Text: p.T("reports.row.progress"), Num: true, Main: true}, {Key: "done", Text: p.T("reports.row.done")},
		{Key: "problem", Text: p.T("reports.row.problem")}, {Key: "help", Text: p.T("reports.row.help")}, {Key: "next", Text: p.T("reports.row.next")},
	}}
	for i := range v.Report.TaskRows {
		row := &v.Report.TaskRows[i]
		progress := ""
		if row.Progress != nil {
			progress = strconv.FormatInt(*row.Progress, 10) + " %"
		}
		t.Rows = append(t.Rows, templates.TableRow{Name: row.Task, Cells: []templates.Cell{
			{Text: v.taskName(row.Task), Href: scoring.TaskPath(row.Task, v.Body.Code)},
			{Badge: &templates.Badge{Text: p.T(string(row.State.Label())), Tone: toneOf(row.State)}}, {Text: progress},
			{Text: row.Done}, {Text: row.Problem}, {Text: row.Help}, {Text: row.Next},
		}})
	}
	return t
}
