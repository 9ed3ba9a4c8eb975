package monthlyweb

import (
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
	"qingce/templates"
)

// mountObjections adds how a body doubts a figure, and how the Office answers.
func (d *desk) mountObjections(s *web.Server) {
	object := s.Group(web.For(monthly.Objectors()...))
	web.Post(object, cardsPath+"/:month/:dept/objections", d.object)
	web.Post(object, cardsPath+"/:month/:dept/objections/:id/withdraw", d.withdraw)
	web.Post(s.Group(web.For(monthly.Answerers()...)), cardsPath+"/:month/:dept/objections/:id/answer", d.answer)
}

// objectionIn is an objection or its answer as it was typed.
type objectionIn struct {
	ID       int64  `uri:"id"`
	Number   string `form:"metric"`
	Revision int64  `form:"revision"`
	Figure   string `form:"figure"`
	Row      string `form:"row"`
	// Fixed, Standing and Outcome are how a row is to stand.
	Fixed    string `form:"-"`
	Text     string `form:"text"`
	Verdict  string `form:"-"`
	Answer   string `form:"-"`
	Standing string `form:"-"`
	Outcome  string `form:"-"`
}

// objectionBox is an objection with what can be done about it.
type objectionBox struct {
	ID    string
	Badge templates.Badge
	Facts templates.Facts
	Steps []templates.Step
}

func (d *desk) object(r *web.Request, in sheetIn) (web.Response, error) {
	in.Metric = in.Number
	v, err := d.readSheet(r, in)
	if err != nil {
		return nil, err
	}
	_, err = d.Months.Object(r.Ctx, r.By, v.sheet.Month.Month, v.sheet.Month.Version, monthly.Doubt{
		Body: v.sheet.Body.Code, Figure: monthly.FigureKey(in.Figure), Row: in.Row, Text: in.Text,
	})
	if comesBack(err) {
		v.cause = err
		return d.metricView(r, v)
	}
	if err != nil {
		return nil, err
	}
	return done(r, v.path()+"#objections", "monthly.object.sent")
}

func (d *desk) withdraw(r *web.Request, in sheetIn) (web.Response, error) {
	_, err := d.Months.TakeBack(r.Ctx, r.By, monthly.ObjectionID(in.ID), in.Revision)
	if err != nil {
		return nil, err
	}
	return d.backToSheet(r, in, "monthly.object.withdrawn")
}

func (d *desk) answer(r *web.Request, in sheetIn) (web.Response, error) {
	which := strconv.FormatInt(in.ID, 10)
	for name, to := range map[string]*string{
		"verdict": &in.Verdict, "answer": &in.Answer, "corrections.1.row": &in.Fixed, "corrections.1.standing": &in.Standing, "corrections.1.outcome": &in.Outcome,
	} {
		*to = given(r.Form, name, which)
	}
	v, err := d.readSheet(r, in)
	if err != nil {
		return nil, err
	}
	if in.Verdict != "uphold" && in.Verdict != "reject" { // nothing chosen is no rejection
		err = fault.Refuse([]fault.Field{fault.At("verdict", "err.required", "field", fault.Label("monthly.answer.verdict"))})
	} else {
		err = d.settle(r, v, in)
	}
	if comesBack(err) {
		v.cause = err
		return d.sheetView(r, v)
	}
	if err != nil {
		return nil, err
	}
	return d.backToSheet(r, in, "monthly.answer.done")
}

// settle hands the answer to the verb: what is upheld says how the row is to
// stand.
func (d *desk) settle(r *web.Request, v sheetView, in sheetIn) error {
	a := monthly.Answer{Uphold: in.Verdict == "uphold", Text: in.Answer}
	if a.Uphold {
		for _, o := range v.sheet.Objections {
			if int64(o.ID) == in.ID {
				a.Corrections = []monthly.Correction{{Figure: o.Figure, Row: in.Fixed, Standing: monthly.Standing(in.Standing), Outcome: scorecard.Outcome(in.Outcome)}}
			}
		}
	}
	_, err := d.Months.Answer(r.Ctx, r.By, monthly.ObjectionID(in.ID), in.Revision, a)
	return err
}

func (d *desk) backToSheet(r *web.Request, in sheetIn, said string) (web.Response, error) {
	month, err := monthly.ParsePeriod(in.Month)
	if err != nil {
		return nil, err
	}
	return done(r, monthPath(monthly.Month{Month: month, Version: in.Version}, in.Dept)+"#objections", said)
}

// object says that the body may object, and where.
func (v sheetView) object() *templates.Callout {
	if !v.sheet.MayObject {
		return nil
	}
	return &templates.Callout{Kind: "info", Title: v.p.T("monthly.object.may", "date", v.sheet.Due), Text: v.p.T("monthly.object.how")}
}

// objectPath is where objections go.
func (v sheetView) objectPath() string {
	path, _, _ := strings.Cut(v.path("objections"), "?")
	return path
}

// objections are those of the sheet, on the page of a metric only its own.
func (v sheetView) objections() []objectionBox {
	var out []objectionBox
	for i := range v.sheet.Objections {
		out = append(out, v.objectionBox(&v.sheet.Objections[i]))
	}
	return out
}

// objections are those of the metric.
func (v metricView) objections() []objectionBox {
	var out []objectionBox
	for i := range v.sheet.Objections {
		o := &v.sheet.Objections[i]
		if m, ok := o.Figure.Metric(); ok && !v.off && m == v.metric || !ok && v.off {
			out = append(out, v.objectionBox(o))
		}
	}
	return out
}

var objectionTones = map[monthly.ObjectionState]string{
	monthly.ObjectionRaised: templates.ToneAmber, monthly.ObjectionUpheld: templates.ToneGreen, monthly.ObjectionRejected: templates.ToneRed, monthly.ObjectionWithdrawn: templates.ToneGrey,
}

func (v sheetView) objectionBox(o *monthly.Objection) objectionBox {
	box := objectionBox{ID: "objection-" + o.ID.String(), Badge: templates.Badge{Text: v.p.T(string(o.State.Label())), Tone: objectionTones[o.State]}}
	box.Facts = templates.Facts{ID: "facts-" + o.ID.String(), Title: v.p.T("monthly.objection.title", "figure", v.p.T(string(o.Figure.Label()))), Rows: []templates.Row{
		{Label: v.p.T("monthly.object.text"), Text: o.Text, Long: true}, {Label: v.p.T("monthly.object.row"), Text: v.rowText(o)},
		{Label: v.p.T("monthly.objection.when"), Text: v.p.Time(o.RaisedAt), Note: o.RaisedName},
	}}
	if o.AnsweredAt != nil {
		box.Facts.Rows = append(box.Facts.Rows, templates.Row{Label: v.p.T("monthly.answer"), Text: o.Answer, Long: true, Note: v.p.Time(*o.AnsweredAt) + " " + o.AnsweredName})
	}
	if o.State != monthly.ObjectionRaised {
		return box
	}
	if v.by.Is(monthly.Answerers()...) && v.by.DepartmentID != o.DepartmentID {
		box.Steps = append(box.Steps, v.answerStep(o))
	}
	if v.sheet.MayObject {
		box.Steps = append(box.Steps, templates.Step{ID: "withdraw-" + o.ID.String(), Note: v.p.T("monthly.object.withdraw.note"), Act: templates.Act{
			Text: v.p.T("monthly.object.withdraw"), Icon: "return", Post: v.objectPath() + "/" + o.ID.String() + "/withdraw",
			Hidden: []templates.Pair{number("version", v.sheet.Month.Version), number("revision", o.Revision)},
		}})
	}
	return box
}

// rowText is the row that an objection is about.
func (v sheetView) rowText(o *monthly.Objection) string {
	if o.RowKey == "" {
		return v.p.T("monthly.object.row.none")
	}
	for _, row := range v.sheet.Facts.Figure(o.Figure).Rows {
		if row.Key() == o.RowKey {
			return rowName(&row)
		}
	}
	return o.RowKey
}

// answerStep is the answer of the Office.
func (v sheetView) answerStep(o *monthly.Objection) templates.Step {
	mine := v.cause != nil && v.in.ID == int64(o.ID)
	in := objectionIn{Fixed: o.RowKey}
	if mine {
		in = v.in.objectionIn
	}
	id := o.ID.String()
	rows := templates.Field{Name: "corrections.1.row", Kind: templates.KindRef, Label: v.p.T("monthly.answer.row"), Value: in.Fixed, ShownWhen: "verdict=uphold", Hidden: in.Verdict != "uphold"}
	for i, row := range v.sheet.Facts.Figure(o.Figure).Rows {
		if i == mostRows {
			break
		}
		rows.Options = append(rows.Options, templates.Option{Value: row.Key(), Text: rowName(&row) + " · " + v.p.T(string(row.Standing.Label())), Chosen: row.Key() == in.Fixed})
	}
	standing := templates.Field{Name: "corrections.1.standing", Kind: templates.KindEnum, Label: v.p.T("monthly.answer.standing"), Value: in.Standing, ShownWhen: "verdict=uphold", Hidden: in.Verdict != "uphold"}
	for _, s := range monthly.Standings() {
		standing.Options = append(standing.Options, templates.Option{Value: string(s), Text: v.p.T(string(s.Label())), Help: v.p.T("monthly.standing." + string(s) + ".help")})
	}
	fields := []templates.Field{
		{Name: "verdict", Kind: templates.KindEnum, Label: v.p.T("monthly.answer.verdict"), Required: true, Value: in.Verdict, Options: []templates.Option{
			{Value: "uphold", Text: v.p.T("monthly.answer.uphold"), Help: v.p.T("monthly.answer.uphold.help")}, {Value: "reject", Text: v.p.T("monthly.answer.reject"), Help: v.p.T("monthly.answer.reject.help")},
		}}, rows, standing,
	}
	if o.Figure == monthly.Tasks {
		outcome := templates.Field{Name: "corrections.1.outcome", Kind: templates.KindEnum, Label: v.p.T("monthly.answer.outcome"), Value: in.Outcome, ShownWhen: "verdict=uphold", Hidden: in.Verdict != "uphold"}
		for _, one := range scorecard.Outcomes() {
			outcome.Options = append(outcome.Options, templates.Option{Value: string(one), Text: v.p.T("monthly.outcome." + string(one))})
		}
		fields = append(fields, outcome)
	}
	fields = append(fields, templates.Field{Name: "answer", Kind: templates.KindLongText, Label: v.p.T("monthly.answer.text"), Help: v.p.T("monthly.answer.text.help"), Required: true, MaxLength: 1000, Value: in.Answer})
	f := &templates.Form{
		ID: "answer-" + id, Action: v.objectPath() + "/" + id + "/answer", Hidden: []templates.Pair{number("version", v.sheet.Month.Version), number("revision", o.Revision)},
		Sections: []templates.Section{{ID: "s-answer-" + id, Title: v.p.T("monthly.answer.give"), Fields: fields}},
		Acts:     []templates.Act{{Text: v.p.T("monthly.answer.send"), Kind: templates.ActPrimary, Icon: "check", Note: v.p.T("monthly.answer.send.note")}},
	}
	if mine {
		web.Mistakes(v.p, f, v.cause)
	}
	apart(f, id)
	return templates.Step{ID: "step-answer-" + id, Title: v.p.T("monthly.answer.give"), Note: v.p.T("monthly.answer.send.note"), Icon: "edit", Open: mine, Form: f}
}
