package surveyweb

import (
	"context"
	"encoding/json"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/questionnaire"
)

// rowDoc is a system on a form for programs.
type rowDoc struct {
	ID         int64           `json:"id"`
	Code       string          `json:"code" doc:"In the register; empty for one that is not registered yet"`
	Name       string          `json:"name"`
	Version    int64           `json:"version" doc:"The ETag"`
	Origin     string          `json:"origin" enum:"register,added,copied,upload,census"`
	Decision   string          `json:"decision" enum:"pending,confirmed,changed,added,gone,removed"`
	GoneKind   string          `json:"gone_kind,omitempty" enum:"offline,duplicate,transferred,error"`
	GoneReason string          `json:"gone_reason,omitempty"`
	Done       bool            `json:"done"`
	Unsaved    bool            `json:"unsaved" doc:"Somebody typed something on a page and did not save it"`
	Needed     int             `json:"needed"`
	Given      int             `json:"given"`
	Errors     int             `json:"errors"`
	Warnings   int             `json:"warnings"`
	Answers    json.RawMessage `json:"answers,omitempty"`
	Problems   []problemDoc    `json:"problems,omitempty"`
}

func rowDocument(r survey.Row) rowDoc {
	return rowDoc{
		ID: int64(r.ID), Code: r.Code, Name: r.Name, Version: r.Version, Origin: string(r.Origin), Decision: string(r.Decision),
		GoneKind: string(r.GoneKind), GoneReason: r.GoneReason, Done: r.Done(), Unsaved: len(r.Typed) > 0,
		Needed: r.Needed, Given: r.Given, Errors: r.Errors, Warnings: r.Warnings,
	}
}

type rowOut struct {
	ETag string `header:"ETag"`
	Body rowDoc
}

// answerWithRow answers an act on a row with how it stands now.
func (d *desk) answerWithRow(ctx context.Context, call web.Call, key survey.FormKey, id survey.RowID) (*rowOut, error) {
	v, err := d.Surveys.FindRow(ctx, call.By, key, id)
	if err != nil {
		return nil, err
	}
	out := &rowOut{ETag: web.ETag(v.Row.Version), Body: rowDocument(v.Row)}
	out.Body.Problems = problemDocs(call.P.Over(v.Ask.Texts()), v.Found)
	out.Body.Answers, err = d.answersJSON(ctx, call, v.Ask, questionnaire.OfSystem, v.Row.Body)
	return out, err
}

type rowsAPI struct {
	FormKeyIn
	Search   string   `query:"q" doc:"In name and code"`
	Decision []string `query:"decision,explode" enum:"pending,confirmed,changed,added,gone,removed"`
	Wrong    bool     `query:"wrong" doc:"Only those with mistakes"`
	Page     int      `query:"page" minimum:"1" default:"1"`
	Size     int      `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type rowsOut struct {
	Body struct {
		Total int64    `json:"total"`
		Page  int      `json:"page"`
		Size  int      `json:"size"`
		Rows  []rowDoc `json:"rows" doc:"Without the answers"`
	}
}

func (d *desk) apiRows(ctx context.Context, call web.Call, in *rowsAPI) (*rowsOut, error) {
	q := survey.RowQuery{Search: in.Search, Wrong: in.Wrong, Page: in.Page, Size: in.Size}
	for _, s := range in.Decision {
		q.Decisions = append(q.Decisions, survey.RowDecision(s))
	}
	page, err := d.Surveys.FormRows(ctx, call.By, in.key(), q)
	if err != nil {
		return nil, err
	}
	out := &rowsOut{}
	out.Body.Total, out.Body.Page, out.Body.Size = page.Total, page.Page, page.Size
	out.Body.Rows = make([]rowDoc, len(page.Rows))
	for i, r := range page.Rows {
		out.Body.Rows[i] = rowDocument(r)
	}
	return out, nil
}

// RowKeyIn names a row of a form.
type RowKeyIn struct {
	FormKeyIn
	Row int64 `path:"row"`
}

func (in RowKeyIn) id() survey.RowID { return survey.RowID(in.Row) }

func (d *desk) apiRow(ctx context.Context, call web.Call, in *RowKeyIn) (*rowOut, error) {
	return d.answerWithRow(ctx, call, in.key(), in.id())
}

type addRowAPI struct {
	FormKeyIn
	Body struct {
		Answers map[string]json.RawMessage `json:"answers"`
	}
}

func (d *desk) apiAddRow(ctx context.Context, call web.Call, in *addRowAPI) (*rowOut, error) {
	r, found, err := d.Surveys.AddRow(ctx, call.By, in.key(), survey.Input{Fields: orNone(in.Body.Answers), Manner: survey.ByProgram})
	if err != nil {
		return nil, err
	}
	return d.answerWithFound(ctx, call, in.key(), r.ID, found)
}

// answerWithFound is answerWithRow with what was found while reading: of a value
// that could not be read the row itself knows nothing any more.
func (d *desk) answerWithFound(ctx context.Context, call web.Call, key survey.FormKey, id survey.RowID, found []fault.Field) (*rowOut, error) {
	out, err := d.answerWithRow(ctx, call, key, id)
	if err != nil {
		return nil, err
	}
	p, err := d.Surveys.FindForm(ctx, call.By, key)
	if err != nil {
		return nil, err
	}
	out.Body.Problems = problemDocs(call.P.Over(p.Ask.Texts()), found)
	return out, nil
}

// RowActIn is an act on a row as its caller saw it.
type RowActIn struct {
	RowKeyIn
	IfMatch string `header:"If-Match" doc:"ETag of the row that was looked at"`
}

func (in RowActIn) version() (int64, error) { return web.MatchedVersion(in.IfMatch) }

type changeRowAPI struct {
	RowActIn
	Body struct {
		Answers map[string]json.RawMessage `json:"answers"`
	}
}

func (d *desk) apiChangeRow(ctx context.Context, call web.Call, in *changeRowAPI) (*rowOut, error) {
	version, err := in.version()
	if err != nil {
		return nil, err
	}
	_, found, err := d.Surveys.SaveRow(ctx, call.By, in.key(), in.id(), version, survey.Input{Fields: orNone(in.Body.Answers), Manner: survey.ByProgram})
	if err != nil {
		return nil, err
	}
	return d.answerWithFound(ctx, call, in.key(), in.id(), found)
}

type confirmAPI struct {
	FormKeyIn
	Body struct {
		Rows []int64 `json:"rows" minItems:"1" maxItems:"5000"`
	}
}

type confirmOut struct {
	Body struct {
		Confirmed int          `json:"confirmed"`
		Problems  []problemDoc `json:"problems" doc:"Of the rows that were not confirmed"`
	}
}

func (d *desk) apiConfirmRows(ctx context.Context, call web.Call, in *confirmAPI) (*confirmOut, error) {
	ids := make([]survey.RowID, len(in.Body.Rows))
	for i, id := range in.Body.Rows {
		ids[i] = survey.RowID(id)
	}
	done, refused, err := d.Surveys.ConfirmRows(ctx, call.By, in.key(), ids...)
	if err != nil {
		return nil, err
	}
	var found []fault.Field
	for _, t := range refused {
		for _, f := range t.Found {
			f.Name = survey.RowField(t.Row.ID, f.Name)
			found = append(found, f)
		}
	}
	p, err := d.Surveys.FindForm(ctx, call.By, in.key())
	if err != nil {
		return nil, err
	}
	out := &confirmOut{}
	out.Body.Confirmed, out.Body.Problems = done, problemDocs(call.P.Over(p.Ask.Texts()), found)
	return out, nil
}

type goneAPI struct {
	RowActIn
	Body struct {
		Kind   string `json:"gone_kind" enum:"offline,duplicate,transferred,error"`
		On     string `json:"gone_on,omitempty" doc:"offline: the day it was switched off"`
		Other  string `json:"gone_other,omitempty" doc:"duplicate: code of the system that stays"`
		To     string `json:"gone_to,omitempty" doc:"transferred: code of the department that has it now"`
		Reason string `json:"gone_reason" maxLength:"500"`
	}
}

func (d *desk) apiGone(ctx context.Context, call web.Call, in *goneAPI) (*rowOut, error) {
	said := survey.GoneSaid{
		Kind: survey.GoneKind(in.Body.Kind), On: in.Body.On, Other: in.Body.Other, To: in.Body.To, Reason: in.Body.Reason,
	}
	return d.rowStep(ctx, call, in.RowActIn, func(version int64) error {
		_, err := d.Surveys.MarkGone(ctx, call.By, in.key(), in.id(), version, said)
		return err
	})
}

func (d *desk) apiRestore(ctx context.Context, call web.Call, in *RowActIn) (*rowOut, error) {
	return d.rowStep(ctx, call, *in, func(version int64) error {
		_, err := d.Surveys.Restore(ctx, call.By, in.key(), in.id(), version)
		return err
	})
}

func (d *desk) apiRemoveRow(ctx context.Context, call web.Call, in *RowActIn) (*rowOut, error) {
	return d.rowStep(ctx, call, *in, func(version int64) error {
		_, err := d.Surveys.RemoveRow(ctx, call.By, in.key(), in.id(), version)
		return err
	})
}

func (d *desk) rowStep(ctx context.Context, call web.Call, in RowActIn, step func(version int64) error) (*rowOut, error) {
	version, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := step(version); err != nil {
		return nil, err
	}
	return d.answerWithRow(ctx, call, in.key(), in.id())
}
