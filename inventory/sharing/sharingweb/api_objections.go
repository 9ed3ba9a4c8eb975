package sharingweb

import (
	"context"
	"net/http"
	"time"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/sharing"
)

func (d *desk) objectionsAPI(s *web.Server) {
	read, write := web.For(sharing.Viewers()...).With(scopeRead), web.For(sharing.Writers()...).With(scopeWrite)
	const one = "/objections/{id}"
	web.Operation(s, read, op("list-objections", http.MethodGet, "/objections", "List objections, what is due first first"), d.apiListObjections)
	web.Operation(s, read, op("get-objection", http.MethodGet, one, "Read an objection with its term and its steps"), d.apiGetObjection)
	web.Operation(s, write, made("raise-objection", "/objections", "Object to data that were received"), d.apiRaise)
	web.Operation(s, web.For(auth.Centre, auth.Office).With(scopeWrite), op("dispatch-objection", http.MethodPost, one+"/dispatch", "Pass an objection to the provider"), d.apiDispatch)
	web.Operation(s, web.For(sharing.Heads()...).With(scopeWrite), op("verify-objection", http.MethodPost, one+"/verify", "Give the result of the verification"), d.apiVerify)
	web.Operation(s, write, op("withdraw-objection", http.MethodPost, one+"/withdraw", "Take an objection back"), d.apiTakeBack)
}

// sharingObjectionDoc is an objection as the API shows it.
type sharingObjectionDoc struct {
	ID           int64            `json:"id"`
	User         string           `json:"user" doc:"Code of the department that objects"`
	Provider     string           `json:"provider"`
	Entry        string           `json:"entry"`
	EntryName    string           `json:"entry_name"`
	RecordRef    string           `json:"record_ref,omitempty"`
	Kind         string           `json:"kind" enum:"doubt,error,mismatch"`
	Description  string           `json:"description"`
	CitizenCase  bool             `json:"citizen_case"`
	AsUsualNote  string           `json:"as_usual_note,omitempty"`
	State        string           `json:"state" enum:"raised,checking,correcting,corrected,confirmed,unverifiable,withdrawn"`
	Turn         string           `json:"turn" enum:"nobody,provider,centre"`
	Clock        *sharingClockDoc `json:"clock,omitempty"`
	Causes       []string         `json:"causes,omitempty"`
	Answer       string           `json:"answer,omitempty"`
	RaisedAt     time.Time        `json:"raised_at"`
	DispatchedAt *time.Time       `json:"dispatched_at,omitempty"`
	AnsweredAt   *time.Time       `json:"answered_at,omitempty"`
	ClosedAt     *time.Time       `json:"closed_at,omitempty"`
	DueOn        string           `json:"due_on,omitempty" format:"date" doc:"As it stood at the end"`
	LateWd       *int64           `json:"late_wd,omitempty"`
	Version      int64            `json:"version" doc:"Number of the version; the ETag"`
	Steps        []sharingStepDoc `json:"steps,omitempty"`
}

func objectionDocument(o sharing.Objection, c *sharing.Clock, dir *inventory.Directory) sharingObjectionDoc {
	return sharingObjectionDoc{
		ID: int64(o.ID), User: codeOf(dir, o.UserID), Provider: codeOf(dir, o.ProviderID), Entry: o.EntryCode, EntryName: o.EntryName,
		RecordRef: o.RecordRef, Kind: o.Kind, Description: o.Description, CitizenCase: o.CitizenCase, AsUsualNote: o.AsUsualNote,
		State: string(o.State), Turn: string(o.State.Turn()), Clock: clockDocument(c), Causes: o.Causes, Answer: o.Answer,
		RaisedAt: web.Instant(o.CreatedAt), DispatchedAt: web.OptionalInstant(o.DispatchedAt), AnsweredAt: web.OptionalInstant(o.AnsweredAt),
		ClosedAt: web.OptionalInstant(o.ClosedAt), DueOn: dayOr(o.DueOn), LateWd: o.LateWd, Version: o.Version,
	}
}

type sharingListObjectionsIn struct {
	PageIn
	State   []string `query:"state,explode" enum:"raised,checking,correcting,corrected,confirmed,unverifiable,withdrawn"`
	Side    string   `query:"side" enum:"user,provider"`
	Entry   string   `query:"entry"`
	Overdue bool     `query:"overdue"`
	Waiting bool     `query:"waiting" doc:"Only what waits for the caller"`
}

type sharingObjectionsBody struct {
	Body struct {
		Total      int64                 `json:"total"`
		Objections []sharingObjectionDoc `json:"objections"`
	}
}

func (d *desk) apiListObjections(ctx context.Context, call web.Call, in *sharingListObjectionsIn) (*sharingObjectionsBody, error) {
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	q := sharing.ObjectionQuery{Side: sharing.Side(in.Side), Entry: in.Entry, Overdue: in.Overdue, Waiting: in.Waiting, Page: in.Page, Size: in.Size}
	for _, s := range in.State {
		q.States = append(q.States, sharing.ObjectionState(s))
	}
	page, err := d.Sharing.ListObjections(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &sharingObjectionsBody{}
	out.Body.Total, out.Body.Objections = page.Total, make([]sharingObjectionDoc, len(page.Rows))
	for i, row := range page.Rows {
		out.Body.Objections[i] = objectionDocument(row.Objection, row.Clock, dir)
	}
	return out, nil
}

type sharingObjectionBody struct {
	ETag string `header:"ETag"`
	Body sharingObjectionDoc
}

func (d *desk) apiGetObjection(ctx context.Context, call web.Call, in *pathIn) (*sharingObjectionBody, error) {
	f, err := d.Sharing.FindObjection(ctx, call.By, sharing.ObjectionID(in.ID))
	if err != nil {
		return nil, err
	}
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	doc := objectionDocument(f.Objection, f.Clock, dir)
	doc.Steps = stepDocuments(f.Steps)
	return &sharingObjectionBody{web.ETag(f.Objection.Version), doc}, nil
}

type sharingRaiseIn struct {
	Body struct {
		Entry       string `json:"entry"`
		Department  string `json:"department,omitempty"`
		RecordRef   string `json:"record_ref,omitempty" doc:"Which record; empty is the entry as a whole"`
		Kind        string `json:"kind,omitempty" enum:"doubt,error,mismatch"`
		Description string `json:"description,omitempty"`
		CitizenCase bool   `json:"citizen_case,omitempty" doc:"Somebody's case waits"`
		AsUsual     bool   `json:"as_usual,omitempty" doc:"Required then: the case is handled as usual"`
		AsUsualNote string `json:"as_usual_note,omitempty" doc:"How"`
	}
}

func (d *desk) apiRaise(ctx context.Context, call web.Call, in *sharingRaiseIn) (*sharingObjectionBody, error) {
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	doubt := sharing.Doubt{
		Entry: b.Entry, RecordRef: b.RecordRef, Kind: b.Kind, Description: b.Description, CitizenCase: b.CitizenCase, AsUsual: b.AsUsual,
		AsUsualNote: b.AsUsualNote,
	}
	if doubt.Department, err = named(dir, "department", b.Department); err != nil {
		return nil, err
	}
	o, err := d.Sharing.Raise(ctx, call.By, doubt)
	if err != nil {
		return nil, err
	}
	return d.apiGetObjection(ctx, call, &pathIn{int64(o.ID)})
}

// objectionStep takes a step with an objection and shows it.
func (d *desk) objectionStep(ctx context.Context, call web.Call, in StepIn, step func(sharing.ObjectionID, int64) error) (*sharingObjectionBody, error) {
	if err := apiStep(in.IfMatch, func(version int64) error { return step(sharing.ObjectionID(in.ID), version) }); err != nil {
		return nil, err
	}
	return d.apiGetObjection(ctx, call, &pathIn{in.ID})
}

func (d *desk) apiDispatch(ctx context.Context, call web.Call, in *sharingReasonIn) (*sharingObjectionBody, error) {
	return d.objectionStep(ctx, call, in.StepIn, func(id sharing.ObjectionID, version int64) error {
		_, err := d.Sharing.Dispatch(ctx, call.By, id, version, in.Body.Reason)
		return err
	})
}

type sharingVerifyIn struct {
	StepIn
	Body struct {
		Result string   `json:"result" enum:"corrected,correcting,confirmed,unverifiable" doc:"correcting stays open until the corrected version of the entry is published"`
		Causes []string `json:"causes,omitempty" doc:"entry, late, standard, transfer, reader or other"`
		Text   string   `json:"text,omitempty"`
	}
}

func (d *desk) apiVerify(ctx context.Context, call web.Call, in *sharingVerifyIn) (*sharingObjectionBody, error) {
	return d.objectionStep(ctx, call, in.StepIn, func(id sharing.ObjectionID, version int64) error {
		_, err := d.Sharing.Verify(ctx, call.By, id, version, sharing.Verdict{
			Result: sharing.ObjectionState(in.Body.Result), Causes: in.Body.Causes, Text: in.Body.Text,
		})
		return err
	})
}

func (d *desk) apiTakeBack(ctx context.Context, call web.Call, in *sharingReasonIn) (*sharingObjectionBody, error) {
	return d.objectionStep(ctx, call, in.StepIn, func(id sharing.ObjectionID, version int64) error {
		_, err := d.Sharing.TakeBack(ctx, call.By, id, version, in.Body.Reason)
		return err
	})
}
