package monthlyweb

import (
	"strconv"
	"strings"

	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
	"qingce/templates"
)

// metricPage is the data of monthly/metric: one number with its rows.
type metricPage struct {
	Head       templates.Head
	Callouts   []templates.Callout
	Formula    templates.Facts
	Figures    []figureBox
	Raise      *templates.Table
	Objections []objectionBox
	Form       *templates.Form
}

// figureBox is a figure with its rows, by what they do to it.
type figureBox struct {
	ID, Title, Count string
	Unmeasured       string
	Parts            []rowsBox
}

// rowsBox is the rows of a standing.
type rowsBox struct {
	Title string
	None  string
	More  string
	Table *templates.Table
}

// mostRows is how many rows the page shows of each standing; the workbook has
// all.
const mostRows = 200

// metricView turns a number of a sheet into the data of its page.
type metricView struct {
	sheetView
	metric scorecard.Metric
	off    bool
}

func (v metricView) name() string {
	if v.off {
		return v.p.T("monthly.off")
	}
	return metricName(v.p, v.metric)
}

// keys are the figures of the page.
func (v metricView) keys() []monthly.FigureKey {
	var out []monthly.FigureKey
	for _, k := range monthly.FigureKeys() {
		m, ok := k.Metric()
		if ok && !v.off && m == v.metric || !ok && v.off {
			out = append(out, k)
		}
	}
	return out
}

func (v metricView) page() metricPage {
	out := metricPage{Head: v.head(), Formula: v.formula(), Objections: v.objections()}
	for _, k := range v.keys() {
		out.Figures = append(out.Figures, v.figure(k))
	}
	if !v.off {
		out.Raise = v.raise(&v.metric)
	}
	if v.sheet.MayObject {
		out.Form = v.objectionForm()
	}
	return out
}

func (v metricView) head() templates.Head {
	h := templates.Head{Code: v.sheet.Body.Name + " · " + string(v.sheet.Month.Month), Title: v.name(), Badges: []templates.Badge{stateBadge(v.p, v.sheet.Month.State)}}
	h.Actions = []templates.Act{{Text: v.p.T("monthly.sheet.back"), Href: v.path(), Icon: "left"}, {Text: v.p.T("monthly.export"), Href: v.path("sheet.xlsx"), Icon: "download", Download: true}}
	c := &v.sheet.Card
	if v.off {
		h.Lead = v.p.T("monthly.off.lead", "off", c.Off, "cap", v.sheet.Policy.Method.OffCap)
		return h
	}
	if c.Values[v.metric] == nil {
		h.Lead = v.p.T("monthly.metric.na", "reason", v.p.T("monthly.metric."+v.metric.Key()+".na"))
		return h
	}
	h.Lead = v.p.T("monthly.metric.lead", "value", valueText(v.p, c.Values[v.metric]), "points", pointsText(scorecard.Hundredths(contribution(c, &v.sheet.Policy, v.metric))))
	return h
}

// formula is how the number is worked out, in words, with the parameters of the
// method.
func (v metricView) formula() templates.Facts {
	p := &v.sheet.Policy
	f := templates.Facts{ID: "s-formula", Title: v.p.T("monthly.formula"), Lead: v.formulaText()}
	if !v.off {
		f.Rows = append(f.Rows, templates.Row{Label: v.p.T("monthly.worked_out"), Text: v.workedOut()})
		f.Rows = append(f.Rows, templates.Row{Label: v.p.T("monthly.column.weight"), Text: strconv.Itoa(p.Method.Weights[v.metric]), Note: v.p.T("monthly.weight.of", "weight", v.sheet.Card.Weight)})
		f.Rows = append(f.Rows, templates.Row{Label: v.p.T("monthly.na.when"), Text: v.p.T("monthly.metric." + v.metric.Key() + ".na")})
	}
	f.Rows = append(f.Rows,
		templates.Row{Label: v.p.T("monthly.method"), Text: v.p.T("monthly.method.version", "n", p.Version), Href: policyPath, Note: v.p.T("monthly.method.from", "month", p.FromMonth)},
		templates.Row{Label: v.p.T("monthly.through"), Text: v.sheet.Month.ThroughOn.String()},
	)
	return f
}

func (v metricView) formulaText() string {
	m := &v.sheet.Policy.Method
	if v.off {
		return v.p.T("monthly.off.formula", "overdue", m.Off[scorecard.OverdueRectification], "misuse", m.Off[scorecard.Misuse], "false", m.Off[scorecard.FalseReport],
			"omission", m.Off[scorecard.Omission], "cap", m.OffCap, "from", m.PenaltyFrom)
	}
	return v.p.T("monthly.metric."+v.metric.Key()+".formula", "target", m.JointTarget, "key_target", m.KeyAreaTarget, "late_wd", m.LateWd, "window", m.WindowDays,
		"on_time", m.TaskPoints[scorecard.OnTime], "late", m.TaskPoints[scorecard.Late], "late_long", m.TaskPoints[scorecard.LateLong], "undone", m.TaskPoints[scorecard.Undone],
		"papers", m.PapersTarget, "replies", m.ReplyDays)
}

// workedOut is the formula with the numbers of the body.
func (v metricView) workedOut() string {
	c, in := &v.sheet.Card, &v.sheet.Input
	value := valueText(v.p, c.Values[v.metric])
	if c.Values[v.metric] == nil {
		return value
	}
	switch v.metric {
	case scorecard.Tasks:
		counts, parts := map[scorecard.Outcome]int{}, []string{}
		for _, t := range in.Tasks {
			counts[t.Outcome]++
		}
		for _, o := range scorecard.Outcomes() {
			if counts[o] > 0 {
				parts = append(parts, strconv.Itoa(counts[o])+" × "+strconv.Itoa(v.sheet.Policy.Method.TaskPoints[o]))
			}
		}
		return "(" + strings.Join(parts, " + ") + ") ÷ " + strconv.Itoa(len(in.Tasks)) + " = " + value
	case scorecard.Effect:
		var parts []string
		for _, part := range scorecard.Parts() {
			if s, ok := in.Parts[part]; ok && s.Den > 0 {
				parts = append(parts, v.p.T("monthly.figure."+string(part))+" "+countText(scorecard.Share{Num: min(s.Num, s.Den), Den: s.Den}))
			}
		}
		return v.p.T("monthly.mean", "parts", v.p.Join(parts), "value", value)
	}
	s, _ := shareOf(in, &v.sheet.Policy, v.metric)
	if s.Den == 0 {
		return v.p.T("monthly.no_catalog")
	}
	if v.metric == scorecard.Joint && s.Num > s.Den {
		return v.p.T("monthly.capped", "n", s.Num, "target", s.Den, "value", value)
	}
	return strconv.Itoa(s.Num) + " ÷ " + strconv.Itoa(s.Den) + " × 100 = " + value
}

// figure is a figure with its rows.
func (v metricView) figure(k monthly.FigureKey) figureBox {
	f := v.sheet.Facts.Figure(k)
	s := f.Share()
	box := figureBox{ID: "figure-" + string(k), Title: v.p.T(string(k.Label())), Count: countText(s)}
	switch {
	case v.off:
		box.Count = strconv.Itoa(s.Num)
	case k == monthly.Applications:
		s, _ = shareOf(&v.sheet.Input, &v.sheet.Policy, scorecard.Joint)
		box.Count = countText(s)
	case k == monthly.NotCollected && v.sheet.Policy.Method.PapersTarget == 0:
		box.Count, box.Unmeasured = "", v.p.T("monthly.unmeasured.papers")
	case s.Den == 0 && k != monthly.Entries || v.sheet.Facts.NothingToShare && k == monthly.Entries:
		box.Count = v.p.T("monthly.not_applicable")
	}
	for _, standing := range monthly.Standings() {
		if v.off && standing == monthly.Missing {
			continue
		}
		box.Parts = append(box.Parts, v.rows(k, standing, order(f.With(standing))))
	}
	return box
}

func (v metricView) rows(k monthly.FigureKey, standing monthly.Standing, rows []monthly.Row) rowsBox {
	box := rowsBox{Title: v.p.T("monthly.rows."+string(standing), "n", v.p.Number(int64(len(rows)))), None: v.p.T("monthly.rows.none")}
	if v.off {
		box.Title = v.p.T("monthly.rows.off."+string(standing), "n", v.p.Number(int64(len(rows))))
	}
	if len(rows) == 0 {
		return box
	}
	box.Table = &templates.Table{Caption: v.p.T(string(k.Label())) + " " + box.Title, Columns: []templates.Column{
		{Text: v.p.T("monthly.column.record"), Main: true}, {Text: v.p.T("monthly.column.on"), Main: true}, {Text: v.p.T("monthly.column.why"), Main: true},
	}}
	for _, row := range rows[:min(len(rows), mostRows)] {
		title := row.Title
		if title == "" {
			title = row.ID
		}
		why := v.why(row)
		record := templates.Cell{Text: title, Href: row.Path}
		if !strings.HasPrefix(row.Title, row.ID) && row.Title != "" {
			record.Sub = row.ID
		}
		why.Note = ""
		if row.Corrected != "" {
			why.Note = v.p.T("monthly.row.corrected", "text", row.Corrected)
		}
		box.Table.Rows = append(box.Table.Rows, templates.TableRow{Cells: []templates.Cell{record, {Text: row.On.String()}, why}})
	}
	if len(rows) > mostRows {
		box.More = v.p.T("monthly.rows.more", "n", mostRows)
	}
	return box
}

// rowName names a row by its code and its title, in which the code may stand
// already.
func rowName(r *monthly.Row) string {
	if strings.HasPrefix(r.Title, r.ID) {
		return r.Title
	}
	return strings.TrimSpace(r.ID + " " + r.Title)
}

// why says how a row stands, and why it is missing or left out.
func (v sheetView) why(row monthly.Row) templates.Cell {
	var words []string
	cell := templates.Cell{}
	if row.Outcome != "" {
		words = append(words, v.p.T("monthly.outcome."+string(row.Outcome))+" · "+v.p.T("monthly.row.points", "n", v.sheet.Policy.Method.TaskPoints[row.Outcome]))
		if row.Outcome != scorecard.OnTime {
			cell.Tone = templates.ToneAmber
		}
		if row.Outcome == scorecard.Undone {
			cell.Tone = templates.ToneRed
		}
	}
	if row.LateWd > 0 {
		words = append(words, v.p.T("monthly.row.late", "n", row.LateWd))
	}
	if row.Why != "" {
		words = append(words, v.p.T(string(row.WhyLabel())))
	}
	cell.Text = strings.Join(words, " · ")
	return cell
}

// objectionForm is where the body doubts a figure.
func (v metricView) objectionForm() *templates.Form {
	figures := templates.Field{Name: "figure", Kind: templates.KindEnum, Label: v.p.T("monthly.object.figure"), Required: true, Value: v.in.Figure}
	rows := templates.Field{Name: "row", Kind: templates.KindRef, Label: v.p.T("monthly.object.row"), Help: v.p.T("monthly.object.row.help"), Value: v.in.Row}
	rows.Options = []templates.Option{{Value: "", Text: v.p.T("monthly.object.row.none")}}
	for _, k := range v.keys() {
		figures.Options = append(figures.Options, templates.Option{Value: string(k), Text: v.p.T(string(k.Label()))})
		for i, row := range v.sheet.Facts.Figure(k).Rows {
			if i == mostRows {
				break
			}
			text := v.p.T(string(k.Label())) + " · " + rowName(&row) + " · " + v.p.T(string(row.Standing.Label()))
			rows.Options = append(rows.Options, templates.Option{Value: row.Key(), Text: text, Chosen: row.Key() == v.in.Row})
		}
	}
	if figures.Value == "" {
		figures.Value = figures.Options[0].Value
	}
	f := &templates.Form{
		ID: "object", Action: v.objectPath(), Guard: true, Hidden: []templates.Pair{number("version", v.sheet.Month.Version), {Name: "metric", Value: v.in.Metric}},
		Sections: []templates.Section{{ID: "s-object", Title: v.p.T("monthly.object"), Lead: v.p.T("monthly.object.lead", "date", v.sheet.Due), Fields: []templates.Field{
			figures, rows,
			{Name: "text", Kind: templates.KindLongText, Label: v.p.T("monthly.object.text"), Help: v.p.T("monthly.object.text.help"), Required: true, MaxLength: 1000, Value: v.in.Text},
		}}},
		Acts: []templates.Act{{Text: v.p.T("monthly.object.send"), Kind: templates.ActPrimary, Icon: "send", Note: v.p.T("monthly.object.send.note")}},
	}
	web.Mistakes(v.p, f, v.cause)
	return f
}
