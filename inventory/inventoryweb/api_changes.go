package inventoryweb

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/inventory"
)

const apiChanges = "/api/v1/changes"

func (d *desk) mountChangesAPI(s *web.Server) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: apiChanges + path, Summary: summary, Tags: []string{"Changes"}}
	}
	read, write := web.For(viewers()...).With(readSystems), web.For(writers()...).With(writeSystems)
	web.Operation(s, read, op("list-changes", http.MethodGet, "", "List requests to change locked systems"), d.apiListChanges)
	web.Operation(s, read, op("get-change", http.MethodGet, "/{id}", "Read a request with the values as they stand now"), d.apiGetChange)

	ask := op("request-change", http.MethodPost, "", "Ask for other values in a system that the census has locked")
	ask.DefaultStatus = http.StatusCreated
	ask.Description = "If-Match names the version of the system. The request is a draft until the head or the region submits it."
	web.Operation(s, write, ask, d.apiAskChange)
	web.Operation(s, web.For(changeSubmitters()...).With(writeSystems), op("submit-change", http.MethodPost, "/{id}/submit", "Hand a draft in to the Office"), d.apiSubmitChange)
	web.Operation(s, write, op("withdraw-change", http.MethodPost, "/{id}/withdraw", "Take an open request back"), d.apiWithdrawChange)
	web.Operation(s, web.For(changeAdvisers()...).With(writeSystems), op("advise-change", http.MethodPost, "/{id}/advice", "Recommend to the Office what to answer"), d.apiAdviseChange)
	decide := op("decide-change", http.MethodPost, "/{id}/decision", "Approve or reject a request")
	decide.Description = "Approval changes the system in the same step. A value that was changed since the request was written is only replaced with anyway."
	web.Operation(s, web.For(deciders()...).With(writeSystems), decide, d.apiDecideChange)
}

// valueDoc is a field that a request asks to change.
type valueDoc struct {
	Field     string  `json:"field"`
	Old       string  `json:"old" doc:"When the request was written, in canonical text"`
	Present   *string `json:"present,omitempty" doc:"What the record says now"`
	New       string  `json:"new" doc:"What is asked for"`
	Overtaken bool    `json:"overtaken,omitempty" doc:"Whether somebody changed it meanwhile to something else"`
}

// requestStepDoc is one thing that was done with a request.
type requestStepDoc struct {
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	Department string    `json:"department,omitempty"`
	Action     string    `json:"action" example:"submitted"`
	Note       string    `json:"note,omitempty"`
}

// requestDoc is a change request as the API shows it.
type requestDoc struct {
	ID             int64            `json:"id"`
	System         string           `json:"system" doc:"Code of the system"`
	Name           string           `json:"name" doc:"Name of the system"`
	Department     string           `json:"department" doc:"Code of the department whose record it is"`
	State          string           `json:"state" enum:"draft,submitted,approved,rejected,withdrawn"`
	BaseVersion    int64            `json:"base_version" doc:"Version of the system that the request was written from"`
	SystemVersion  int64            `json:"system_version,omitempty" doc:"Version of the system now"`
	Values         []valueDoc       `json:"values"`
	Reason         string           `json:"reason"`
	Advice         string           `json:"advice,omitempty" enum:"approve,reject"`
	DecisionReason string           `json:"decision_reason,omitempty"`
	AppliedVersion int64            `json:"applied_version,omitempty" doc:"Version of the system that approval made"`
	CreatedAt      time.Time        `json:"created_at"`
	CreatedBy      string           `json:"created_by"`
	SubmittedAt    *time.Time       `json:"submitted_at,omitempty"`
	SubmittedBy    string           `json:"submitted_by,omitempty"`
	ClosedAt       *time.Time       `json:"closed_at,omitempty" doc:"When it was approved, rejected or withdrawn"`
	ClosedBy       string           `json:"closed_by,omitempty"`
	Version        int64            `json:"version" doc:"Number of the version; the ETag"`
	Steps          []requestStepDoc `json:"steps,omitempty"`
}

// requestDocument shows a request; the codes of what it refers to are in n.
func requestDocument(c inventory.ChangeRequest, code, name string, n names) requestDoc {
	dept, _ := n.dir.Find(c.DepartmentID)
	out := requestDoc{
		ID: int64(c.ID), System: code, Name: name, Department: dept.Code, State: string(c.State), BaseVersion: c.BaseVersion,
		Values: make([]valueDoc, len(c.Changes)), Reason: c.Reason, Advice: string(c.Advice), DecisionReason: c.DecisionReason,
		AppliedVersion: c.AppliedVersion, CreatedAt: web.Instant(c.CreatedAt), CreatedBy: c.CreatedName,
		SubmittedAt: web.OptionalInstant(c.SubmittedAt), SubmittedBy: c.SubmittedName,
		ClosedAt: web.OptionalInstant(c.ClosedAt), ClosedBy: c.ClosedName, Version: c.Version,
	}
	for i, change := range c.Changes {
		show := programText(change.Key, n)
		out.Values[i] = valueDoc{Field: change.Key, Old: show(change.Old), New: show(change.New)}
	}
	return out
}

// programText writes the values of a field for programs: references as codes.
func programText(key string, n names) func(canonical string) string {
	f, ok := inventory.SystemFields.Find(key)
	if !ok || f.Kind != field.Ref {
		return func(canonical string) string { return canonical }
	}
	show := n.In(fieldweb.ForPrograms).Show
	return func(canonical string) string { return show(f.Options[0], canonical) }
}

// mentioned are records that hold the values of a request, for their names.
func mentioned(c inventory.ChangeRequest) []*inventory.System {
	was, next := &inventory.System{}, &inventory.System{}
	for _, change := range c.Changes {
		if f, ok := inventory.SystemFields.Find(change.Key); ok {
			f.Set(was, change.Old)
			f.Set(next, change.New)
		}
	}
	return []*inventory.System{was, next}
}

// listChangesIn narrows the list of requests.
type listChangesIn struct {
	State      []string `query:"state,explode" enum:"draft,submitted,approved,rejected,withdrawn"`
	Department string   `query:"department" doc:"Code"`
	System     string   `query:"system" doc:"Code"`
	Page       int      `query:"page" minimum:"1" default:"1"`
	Size       int      `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type changesBody struct {
	Body struct {
		Total   int64        `json:"total" doc:"Rows of the whole list"`
		Page    int          `json:"page"`
		Size    int          `json:"size"`
		Changes []requestDoc `json:"changes" doc:"What waits longest for an answer first"`
	}
}

func (d *desk) apiListChanges(ctx context.Context, call web.Call, in *listChangesIn) (*changesBody, error) {
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	q := changesIn{State: in.State, Department: in.Department, Page: in.Page}.query(n)
	if in.Department != "" && q.Department == 0 {
		return nil, fault.Refuse([]fault.Field{fault.At("department", "inventory.err.unknown_department")})
	}
	q.Size, q.System = in.Size, strings.ToUpper(strings.TrimSpace(in.System))
	page, err := d.Registry.ListChanges(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	var all []*inventory.System
	for _, row := range page.Rows {
		all = append(all, mentioned(row.ChangeRequest)...)
	}
	if n, err = d.names(ctx, call.By, all...); err != nil {
		return nil, err
	}
	out := &changesBody{}
	out.Body.Total, out.Body.Page, out.Body.Size = page.Total, page.Page, page.Size
	out.Body.Changes = make([]requestDoc, len(page.Rows))
	for i, row := range page.Rows {
		out.Body.Changes[i] = requestDocument(row.ChangeRequest, row.Code, row.Name, n)
	}
	return out, nil
}

type changeBody struct {
	ETag string `header:"ETag"`
	Body requestDoc
}

type changeIDIn struct {
	ID int64 `path:"id"`
}

func (d *desk) apiGetChange(ctx context.Context, call web.Call, in *changeIDIn) (*changeBody, error) {
	return d.changeAnswer(ctx, call, inventory.ChangeID(in.ID))
}

// changeAnswer shows a request after a call.
func (d *desk) changeAnswer(ctx context.Context, call web.Call, id inventory.ChangeID) (*changeBody, error) {
	f, err := d.Registry.FindChange(ctx, call.By, id)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By, append(mentioned(f.Request), &f.System)...)
	if err != nil {
		return nil, err
	}
	doc := requestDocument(f.Request, f.System.Code, f.System.Name, n)
	doc.SystemVersion = f.System.Version
	for i, v := range f.Values {
		doc.Values[i].Present = new(programText(v.Key, n)(v.Present))
		doc.Values[i].Overtaken = f.Request.State.Open() && v.Overtaken()
	}
	for _, s := range f.Steps {
		doc.Steps = append(doc.Steps, requestStepDoc{web.Instant(s.At), s.Name, s.Department, s.Action, s.Note})
	}
	return &changeBody{ETag: web.ETag(f.Request.Version), Body: doc}, nil
}

type askChangeIn struct {
	IfMatch string `header:"If-Match" doc:"ETag of the system that the request is written from"`
	Body    struct {
		System string                     `json:"system" doc:"Code of the system"`
		Reason string                     `json:"reason" maxLength:"500"`
		Submit bool                       `json:"submit,omitempty" doc:"Hand it in at once; for the head and the region"`
		Fields map[string]json.RawMessage `json:"fields" doc:"What is to be changed, written as in a change of a system"`
	}
}

func (d *desk) apiAskChange(ctx context.Context, call web.Call, in *askChangeIn) (*changeBody, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	code := strings.ToUpper(strings.TrimSpace(in.Body.System))
	next, err := d.Registry.FindSystem(ctx, call.By, code)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By, &next)
	if err != nil {
		return nil, err
	}
	shown, err := systemDocument(&next, n, nil)
	if err != nil {
		return nil, fmt.Errorf("write system %s: %w", code, err)
	}
	notes := readFields(d.systemReader(n, fieldweb.ForPrograms), &next, in.Body.Fields, shown.raw)
	if err := refuseAll(notes, func() []fault.Field { return inventory.CheckSystem(&next, calendar.DateOf(call.Now)) }); err != nil {
		return nil, err
	}
	c, _, err := d.Registry.ProposeChange(ctx, call.By, code, inventory.Proposal{
		System: next, Version: version, Reason: in.Body.Reason, Submit: in.Body.Submit,
	})
	if err != nil {
		return nil, err
	}
	return d.changeAnswer(ctx, call, c.ID)
}

type changeStepAPI struct {
	ID      int64  `path:"id"`
	IfMatch string `header:"If-Match" doc:"ETag of the request as it was read"`
}

func (d *desk) apiSubmitChange(ctx context.Context, call web.Call, in *changeStepAPI) (*changeBody, error) {
	return d.changeStep(ctx, call, in.ID, in.IfMatch, func(id inventory.ChangeID, version int64) error {
		_, err := d.Registry.SubmitChange(ctx, call.By, id, version)
		return err
	})
}

// changeStep takes a step with a request and shows it.
func (d *desk) changeStep(ctx context.Context, call web.Call, id int64, ifMatch string, step func(inventory.ChangeID, int64) error) (*changeBody, error) {
	version, err := web.MatchedVersion(ifMatch)
	if err != nil {
		return nil, err
	}
	if err := step(inventory.ChangeID(id), version); err != nil {
		return nil, err
	}
	return d.changeAnswer(ctx, call, inventory.ChangeID(id))
}

type withdrawChangeIn struct {
	ID      int64  `path:"id"`
	IfMatch string `header:"If-Match" doc:"ETag of the request as it was read"`
	Body    struct {
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

func (d *desk) apiWithdrawChange(ctx context.Context, call web.Call, in *withdrawChangeIn) (*changeBody, error) {
	return d.changeStep(ctx, call, in.ID, in.IfMatch, func(id inventory.ChangeID, version int64) error {
		_, err := d.Registry.WithdrawChange(ctx, call.By, id, version, in.Body.Reason)
		return err
	})
}

type adviseChangeIn struct {
	ID      int64  `path:"id"`
	IfMatch string `header:"If-Match" doc:"ETag of the request as it was read"`
	Body    struct {
		Advice string `json:"advice" enum:"approve,reject"`
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"Required with reject"`
	}
}

func (d *desk) apiAdviseChange(ctx context.Context, call web.Call, in *adviseChangeIn) (*changeBody, error) {
	return d.changeStep(ctx, call, in.ID, in.IfMatch, func(id inventory.ChangeID, version int64) error {
		_, err := d.Registry.AdviseChange(ctx, call.By, id, version, inventory.Advice(in.Body.Advice), in.Body.Reason)
		return err
	})
}

type decideChangeIn struct {
	ID      int64  `path:"id"`
	IfMatch string `header:"If-Match" doc:"ETag of the request as it was read"`
	Body    struct {
		Decision      string `json:"decision" enum:"approve,reject"`
		Reason        string `json:"reason,omitempty" maxLength:"500" doc:"Required with reject"`
		SystemVersion int64  `json:"system_version,omitempty" doc:"Version of the system that was looked at; required with approve"`
		Anyway        bool   `json:"anyway,omitempty" doc:"Approve although values were changed since the request was written"`
	}
}

func (d *desk) apiDecideChange(ctx context.Context, call web.Call, in *decideChangeIn) (*changeBody, error) {
	return d.changeStep(ctx, call, in.ID, in.IfMatch, func(id inventory.ChangeID, version int64) error {
		_, _, err := d.Registry.DecideChange(ctx, call.By, id, version, inventory.Verdict{
			Approve: in.Body.Decision == approveChange, Reason: in.Body.Reason, SystemVersion: in.Body.SystemVersion, Anyway: in.Body.Anyway,
		})
		return err
	})
}
