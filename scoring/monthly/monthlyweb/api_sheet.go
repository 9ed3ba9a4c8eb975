package monthlyweb

import (
	"context"

	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// scoreRowDoc is a record behind a figure.
type scoreRowDoc struct {
	Key       string `json:"key" doc:"Names the row in objections"`
	Kind      string `json:"kind" enum:"system,entry,application,task,request,objection,relief,notice,omission"`
	ID        string `json:"id"`
	Title     string `json:"title"`
	Path      string `json:"path,omitempty" doc:"Its page"`
	Standing  string `json:"standing" enum:"counted,missing,left_out" doc:"counted is the numerator, counted and missing the denominator"`
	Why       string `json:"why,omitempty" doc:"Why it is missing or left out"`
	WhyKey    string `json:"why_key,omitempty" example:"monthly.why.not_connected"`
	Outcome   string `json:"outcome,omitempty" enum:"on_time,late,late_long,undone" doc:"How a task stands"`
	On        string `json:"on,omitempty" format:"date" doc:"The day that matters"`
	LateWd    int    `json:"late_wd,omitempty" doc:"Working days late"`
	Corrected string `json:"corrected,omitempty" doc:"What the Office said when it upheld an objection"`
}

func rowDocument(p *locale.Printer, r *monthly.Row) scoreRowDoc {
	return scoreRowDoc{
		Key: r.Key(), Kind: r.Kind, ID: r.ID, Title: r.Title, Path: r.Path, Standing: string(r.Standing), Why: textOf(p, r.Why), WhyKey: r.Why,
		Outcome: string(r.Outcome), On: dayText(r.On), LateWd: r.LateWd, Corrected: r.Corrected,
	}
}

// ScoreFigureDoc is a number with its rows.
type ScoreFigureDoc struct {
	Key     string        `json:"key" example:"connections"`
	Name    string        `json:"name"`
	Metric  string        `json:"metric,omitempty" example:"M4" doc:"None for what points are taken off for"`
	Num     int           `json:"num"`
	Den     int           `json:"den"`
	LeftOut int           `json:"left_out"`
	Rows    []scoreRowDoc `json:"rows"`
}

func figureDocument(p *locale.Printer, f monthly.Figure) ScoreFigureDoc {
	s := f.Share()
	doc := ScoreFigureDoc{Key: string(f.Key), Name: p.T(string(f.Key.Label())), Num: s.Num, Den: s.Den, Rows: []scoreRowDoc{}}
	if m, ok := f.Key.Metric(); ok {
		doc.Metric = m.Key()
	}
	for i := range f.Rows {
		if f.Rows[i].Standing == monthly.LeftOut {
			doc.LeftOut++
		}
		doc.Rows = append(doc.Rows, rowDocument(p, &f.Rows[i]))
	}
	return doc
}

// scoreRaiseDoc is what would raise a total.
type scoreRaiseDoc struct {
	Figure string `json:"figure"`
	Metric string `json:"metric"`
	Row    string `json:"row,omitempty" doc:"Key of the row that is missing"`
	Text   string `json:"text"`
	Now    string `json:"now" example:"71.77"`
	Then   string `json:"then" example:"82.19"`
}

// scorePointDoc is a month in the course of a body.
type scorePointDoc struct {
	Month   string  `json:"month"`
	Version int64   `json:"version"`
	Points  *string `json:"points"`
	Off     int     `json:"off"`
}

type scoreSheetBody struct {
	ETag string `header:"ETag"`
	Body struct {
		Month ScoreMonthDoc `json:"month"`
		ScoreLineDoc
		Systems    int                 `json:"systems" doc:"That run at all"`
		Nothing    bool                `json:"nothing_to_share" doc:"An accepted statement that there is nothing to share"`
		Method     ScoreMethodDoc      `json:"method"`
		Figures    []ScoreFigureDoc    `json:"figures"`
		Raise      []scoreRaiseDoc     `json:"raise" doc:"What would raise the total, what helps most first"`
		Course     []scorePointDoc     `json:"course" doc:"The months up to this one, the oldest first"`
		Objections []ScoreObjectionDoc `json:"objections"`
		ObjectBy   string              `json:"object_by,omitempty" format:"date" doc:"Last day on which the body may object"`
		MayObject  bool                `json:"may_object" doc:"The caller may, now"`
	}
}

func (d *desk) apiSheet(ctx context.Context, call web.Call, in *ScoreBodyIn) (*scoreSheetBody, error) {
	month, err := monthly.ParsePeriod(in.Month)
	if err != nil {
		return nil, err
	}
	s, err := d.Months.Sheet(ctx, call.By, month, in.Version, in.Department)
	if err != nil {
		return nil, err
	}
	out := &scoreSheetBody{ETag: web.ETag(s.Month.Revision)}
	b := &out.Body
	b.Month, b.ScoreLineDoc = monthDocument(&s.Month), lineDocument(&s.Line, &s.Policy, s.OtherPolicy)
	b.Systems, b.Nothing, b.ObjectBy, b.MayObject = s.Facts.Systems, s.Facts.NothingToShare, dayText(s.Due), s.MayObject
	b.Method, b.Figures, b.Raise = methodDocument(&s.Policy.Method), []ScoreFigureDoc{}, []scoreRaiseDoc{}
	for _, k := range monthly.FigureKeys() {
		b.Figures = append(b.Figures, figureDocument(call.P, s.Facts.Figure(k)))
	}
	for i := range s.Raise {
		b.Raise = append(b.Raise, raiseDocument(call.P, &s.Raise[i], s.Card.Points))
	}
	b.Course, b.Objections = courseDocument(s.Trend), []ScoreObjectionDoc{}
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	for i := range s.Objections {
		b.Objections = append(b.Objections, objectionDocument(&s.Objections[i], dir))
	}
	return out, nil
}

func raiseDocument(p *locale.Printer, r *monthly.Raised, now int64) scoreRaiseDoc {
	doc := scoreRaiseDoc{Figure: string(r.Figure), Metric: r.Metric.Key(), Text: raiseText(p, r), Now: pointsText(now), Then: pointsText(r.Points)}
	if r.Row != nil {
		doc.Row = r.Row.Key()
	}
	return doc
}

func courseDocument(all []monthly.Point) []scorePointDoc {
	out := []scorePointDoc{}
	for _, one := range all {
		doc := scorePointDoc{Month: string(one.Month), Version: one.Version, Off: one.Card.Off}
		if one.Card.Total != nil {
			points := pointsText(one.Card.Points)
			doc.Points = &points
		}
		out = append(out, doc)
	}
	return out
}

// ScoreMethodDoc is how a month is counted and what the counts are worth.
type ScoreMethodDoc struct {
	Weights       map[string]int `json:"weights" doc:"Of the metrics M1 to M6; together 100"`
	TaskPoints    map[string]int `json:"task_points" doc:"What a task is worth: on_time, late, late_long, undone"`
	LateWd        int            `json:"late_wd" doc:"Up to how many working days late is late"`
	JointTarget   int            `json:"joint_target" doc:"Applications that a body is to take part in"`
	KeyAreaTarget int            `json:"key_area_target" doc:"The same for a body of a key area"`
	Off           map[string]int `json:"off" doc:"Points off for each case: overdue_rectification, misuse, false_report, omission"`
	OffCap        int            `json:"off_cap" doc:"Points off at most"`
	RankedFrom    int            `json:"ranked_from" doc:"The least weight with which a body is ranked"`
	Praise        int            `json:"praise" doc:"Points from which praise is proposed"`
	Good          int            `json:"good" doc:"Points from which a month is good"`
	Remind        int            `json:"remind" doc:"Points below which criticism is proposed"`
	Report        int            `json:"report" doc:"Points below which the leading group is told"`
	Connected     int            `json:"connected_for_praise" doc:"Percent of M4 without which there is no praise"`
	AppealWd      int            `json:"appeal_wd" doc:"Working days for objections"`
	WindowDays    int            `json:"window_days" doc:"How far back exchanges and uses count"`
	ReplyDays     int            `json:"reply_days" doc:"How far back answers count"`
	PapersTarget  int            `json:"papers_target" doc:"Papers that are no longer to be handed in; 0 is no target"`
	PenaltyFrom   string         `json:"penalty_from" format:"date" doc:"The day from which points are taken off"`
}

func methodDocument(m *monthly.Method) ScoreMethodDoc {
	doc := ScoreMethodDoc{
		Weights: map[string]int{}, TaskPoints: map[string]int{}, LateWd: m.LateWd, JointTarget: m.JointTarget, KeyAreaTarget: m.KeyAreaTarget, Off: map[string]int{},
		OffCap: m.OffCap, RankedFrom: m.RankedFrom, Praise: m.Praise, Good: m.Good, Remind: m.Remind, Report: m.Report, Connected: m.ConnectedForPraise,
		AppealWd: m.AppealWd, WindowDays: m.WindowDays, ReplyDays: m.ReplyDays, PapersTarget: m.PapersTarget, PenaltyFrom: dayText(m.PenaltyFrom),
	}
	for _, metric := range scorecard.Metrics() {
		doc.Weights[metric.Key()] = m.Weights[metric]
	}
	for o, points := range m.TaskPoints {
		doc.TaskPoints[string(o)] = points
	}
	for one, points := range m.Off {
		doc.Off[string(one)] = points
	}
	return doc
}
