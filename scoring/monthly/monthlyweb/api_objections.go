package monthlyweb

import (
	"context"
	"net/http"
	"time"

	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// objectionsAPI is how a body doubts a figure, and how the Office answers.
func objectionsAPI(s *web.Server, d *desk) {
	heads := web.For(monthly.Objectors()...).With(scopeWrite)
	object := op("object-to-score", http.MethodPost, "/{month}/{department}/objections", "Object to a figure of the own sheet")
	object.DefaultStatus = http.StatusCreated
	web.Operation(s, heads, object, d.apiObject)
	web.Operation(s, heads, op("withdraw-score-objection", http.MethodPost, "/objections/{id}/withdrawal", "Take an objection back"), d.apiTakeBack)
	web.Operation(s, web.For(monthly.Answerers()...).With(scopeWrite),
		op("answer-score-objection", http.MethodPost, "/objections/{id}/answer", "Uphold an objection with corrections, or reject it"), d.apiAnswer)
}

// ScoreObjectionDoc is an objection as the API shows it.
type ScoreObjectionDoc struct {
	ID          int64                `json:"id"`
	Department  string               `json:"department"`
	Figure      string               `json:"figure"`
	Row         string               `json:"row,omitempty" doc:"Key of the row; none is the figure as a whole"`
	Text        string               `json:"text"`
	State       string               `json:"state" enum:"raised,upheld,rejected,withdrawn"`
	At          time.Time            `json:"raised_at"`
	By          string               `json:"raised_by"`
	Answer      string               `json:"answer,omitempty"`
	Answered    *time.Time           `json:"answered_at,omitempty"`
	AnsweredBy  string               `json:"answered_by,omitempty"`
	Corrections []scoreCorrectionDoc `json:"corrections"`
	Revision    int64                `json:"revision" doc:"The ETag"`
}

// scoreCorrectionDoc says how a row is to stand.
type scoreCorrectionDoc struct {
	Figure   string `json:"figure"`
	Row      string `json:"row"`
	Standing string `json:"standing" enum:"counted,missing,left_out"`
	Outcome  string `json:"outcome,omitempty" enum:"on_time,late,late_long,undone" doc:"Of a task"`
}

func objectionDocument(o *monthly.Objection, dir *inventory.Directory) ScoreObjectionDoc {
	body, _ := dir.Find(o.DepartmentID)
	doc := ScoreObjectionDoc{
		ID: int64(o.ID), Department: body.Code, Figure: string(o.Figure), Row: o.RowKey, Text: o.Text, State: string(o.State), At: web.Instant(o.RaisedAt), By: o.RaisedName,
		Answer: o.Answer, Answered: instant(o.AnsweredAt), AnsweredBy: o.AnsweredName, Corrections: []scoreCorrectionDoc{}, Revision: o.Revision,
	}
	for _, c := range o.Corrections {
		doc.Corrections = append(doc.Corrections, scoreCorrectionDoc{string(c.Figure), c.Row, string(c.Standing), string(c.Outcome)})
	}
	return doc
}

type scoreObjectionBody struct {
	ETag string `header:"ETag"`
	Body ScoreObjectionDoc
}

func (d *desk) objectionAnswer(ctx context.Context, o *monthly.Objection) (*scoreObjectionBody, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	return &scoreObjectionBody{web.ETag(o.Revision), objectionDocument(o, dir)}, nil
}

type scoreObjectIn struct {
	ScoreBodyIn
	Body struct {
		Figure string `json:"figure" enum:"disposed,entries,applications,connections,tasks,replies,objections,used,not_collected,overdue_rectification,misuse,false_report,omission"`
		Row    string `json:"row,omitempty" doc:"Key of the row; none is the figure as a whole"`
		Text   string `json:"text"`
	}
}

func (d *desk) apiObject(ctx context.Context, call web.Call, in *scoreObjectIn) (*scoreObjectionBody, error) {
	r, err := d.month(ctx, call.By, in.ScoreMonthIn)
	if err != nil {
		return nil, err
	}
	o, err := d.Months.Object(ctx, call.By, r.Month.Month, r.Month.Version, monthly.Doubt{
		Body: in.Department, Figure: monthly.FigureKey(in.Body.Figure), Row: in.Body.Row, Text: in.Body.Text,
	})
	if err != nil {
		return nil, err
	}
	return d.objectionAnswer(ctx, &o)
}

// ScoreObjectionIn names an objection and the version of it that the program
// read.
type ScoreObjectionIn struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"ETag of the objection as it was read"`
}

func (d *desk) apiTakeBack(ctx context.Context, call web.Call, in *ScoreObjectionIn) (*scoreObjectionBody, error) {
	seen, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	o, err := d.Months.TakeBack(ctx, call.By, monthly.ObjectionID(in.ID), seen)
	if err != nil {
		return nil, err
	}
	return d.objectionAnswer(ctx, &o)
}

type scoreAnswerIn struct {
	ScoreObjectionIn
	Body struct {
		Verdict     string               `json:"verdict" enum:"uphold,reject"`
		Answer      string               `json:"answer"`
		Corrections []scoreCorrectionDoc `json:"corrections,omitempty" maxItems:"200" doc:"How rows are to stand; needed to uphold"`
	}
}

func (d *desk) apiAnswer(ctx context.Context, call web.Call, in *scoreAnswerIn) (*scoreObjectionBody, error) {
	seen, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	a := monthly.Answer{Uphold: in.Body.Verdict == "uphold", Text: in.Body.Answer}
	for _, c := range in.Body.Corrections {
		a.Corrections = append(a.Corrections, monthly.Correction{
			Figure: monthly.FigureKey(c.Figure), Row: c.Row, Standing: monthly.Standing(c.Standing), Outcome: scorecard.Outcome(c.Outcome),
		})
	}
	o, err := d.Months.Answer(ctx, call.By, monthly.ObjectionID(in.ID), seen, a)
	if err != nil {
		return nil, err
	}
	return d.objectionAnswer(ctx, &o)
}
