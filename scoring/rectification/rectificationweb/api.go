package rectificationweb

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring/rectification"
)

// Scopes of API tokens.
const (
	scopeRead  = "rectification:read"
	scopeWrite = "rectification:write"
)

const apiPath = "/api/v1/rectifications"

func op(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: apiPath + path, Summary: summary, Tags: []string{"Rectification"}}
}

// made is an operation that makes something.
func made(id, path, summary string) huma.Operation {
	o := op(id, http.MethodPost, path, summary)
	o.DefaultStatus = http.StatusCreated
	return o
}

// MountAPI adds the operations of the API.
func MountAPI(s *web.Server, deps Deps) {
	d := &desk{deps}
	read, draft := web.For(rectification.Viewers()...).With(scopeRead), web.For(rectification.Drafters()...).With(scopeWrite)
	office, reply := web.For(auth.Office).With(scopeWrite), web.For(rectification.Repliers()...).With(scopeWrite)
	const one = "/{id}"
	web.Operation(s, read, op("list-rectifications", http.MethodGet, "", "List rectification notices, what is due first first"), d.apiList)
	web.Operation(s, read, op("get-rectification", http.MethodGet, one, "Read a notice with its term, replies and steps"), d.apiGet)
	web.Operation(s, read, op("count-rectifications", http.MethodGet, "/numbers", "Count notices by situation and by body"), d.apiNumbers)
	web.Operation(s, draft, made("draft-rectification", "", "Draft a rectification notice"), d.apiDraft)
	web.Operation(s, draft, op("revise-rectification", http.MethodPut, one, "Change a draft"), d.apiRevise)
	web.Operation(s, draft, op("withdraw-rectification", http.MethodPost, one+"/withdraw", "Take a draft back"), d.apiWithdraw)
	web.Operation(s, office, op("issue-rectification", http.MethodPost, one+"/issue", "Issue a notice: its term begins"), d.apiIssue)
	file := made("add-rectification-file", one+"/files", "Put evidence beside a notice")
	file.MaxBodyBytes = evidence.MaxSize
	web.OperationWithin(s, slowWork, reply, file, d.apiAddFile)
	web.Operation(s, reply, op("reply-to-rectification", http.MethodPost, one+"/reply", "Hand in, or keep for the head, what was put right"), d.apiReply)
	web.Operation(s, office, op("accept-rectification", http.MethodPost, one+"/accept", "Accept a reply and close the notice"), d.apiAccept)
	web.Operation(s, office, op("reject-rectification", http.MethodPost, one+"/reject", "Reject a reply with a reason"), d.apiReject)
	web.Operation(s, office, op("prove-rectification", http.MethodPost, one+"/prove", "Record that misuse or a false report is proven"), d.apiProve)
	web.Operation(s, web.For(auth.Leader).With(scopeWrite), op("decide-rectification", http.MethodPost, one+"/decide", "Record the decision of the leading group"), d.apiDecide)
	web.Operation(s, read, op("get-rectification-policy", http.MethodGet, "/policy", "Read the term of notices"), d.apiPolicy)
	web.Operation(s, office, op("set-rectification-policy", http.MethodPut, "/policy", "Change the term of notices"), d.apiSetPolicy)
}

// rectifyClockDoc is the term that runs for a notice.
type rectifyClockDoc struct {
	DueOn     string `json:"due_on" format:"date"`
	Remaining int    `json:"remaining_wd" doc:"Working days left, today not counted"`
	Late      int    `json:"late_wd" doc:"Working days after the due day"`
	Overdue   bool   `json:"overdue"`
	Article   string `json:"article"`
}

// rectifyRecordDoc is a record that a notice speaks of.
type rectifyRecordDoc struct {
	Kind  string `json:"kind" enum:"system,catalog,request,misuse,obligation"`
	Ref   string `json:"ref" doc:"Code or number of the record"`
	Title string `json:"title,omitempty" readOnly:"true"`
	Path  string `json:"path,omitempty" readOnly:"true"`
}

// rectifyReplyDoc is a reply of the department.
type rectifyReplyDoc struct {
	Number      int64      `json:"number"`
	State       string     `json:"state" enum:"drafted,submitted,accepted,rejected"`
	Text        string     `json:"text"`
	SubmittedAt *time.Time `json:"submitted_at,omitempty"`
	SubmittedBy string     `json:"submitted_by,omitempty"`
	CheckedAt   *time.Time `json:"checked_at,omitempty"`
	CheckNote   string     `json:"check_note,omitempty"`
}

// rectifyStepDoc is one thing that was done with a notice.
type rectifyStepDoc struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Action string    `json:"action" example:"issued"`
	Note   string    `json:"note,omitempty"`
}

// rectifyNoticeDoc is a notice as the API shows it.
type rectifyNoticeDoc struct {
	ID          int64              `json:"id"`
	No          string             `json:"no,omitempty" example:"2017-1"`
	Department  string             `json:"department" doc:"Code of the body that has to rectify"`
	Situation   string             `json:"situation" enum:"R1,R2,R3,R4,R5"`
	Article     string             `json:"article"`
	PlanBreach  bool               `json:"plan_breach"`
	Facts       string             `json:"facts"`
	Demand      string             `json:"demand"`
	Origin      string             `json:"origin,omitempty"`
	State       string             `json:"state" enum:"drafted,issued,replied,rejected,overdue,escalated,accepted,closed_late,lg_decided,withdrawn"`
	Turn        string             `json:"turn" enum:"nobody,office,body,leader"`
	TermWd      int                `json:"term_wd"`
	IssuedOn    string             `json:"issued_on,omitempty" format:"date"`
	DueOn       string             `json:"due_on,omitempty" format:"date"`
	RepliedOn   string             `json:"replied_on,omitempty" format:"date"`
	OverdueFrom string             `json:"overdue_from,omitempty" format:"date"`
	EscalatedOn string             `json:"escalated_on,omitempty" format:"date"`
	ClosedOn    string             `json:"closed_on,omitempty" format:"date"`
	LateWd      *int64             `json:"late_wd,omitempty"`
	Decision    string             `json:"decision,omitempty"`
	Outcome     string             `json:"outcome,omitempty"`
	MisuseOn    string             `json:"misuse_on,omitempty" format:"date"`
	FalseOn     string             `json:"false_report_on,omitempty" format:"date"`
	Clock       *rectifyClockDoc   `json:"clock,omitempty"`
	Version     int64              `json:"version" doc:"Number of the version; the ETag"`
	Records     []rectifyRecordDoc `json:"records,omitempty"`
	Replies     []rectifyReplyDoc  `json:"replies,omitempty"`
	Steps       []rectifyStepDoc   `json:"steps,omitempty"`
}

func dayOr(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func document(n rectification.Notice, c *rectification.Clock, dir *inventory.Directory) rectifyNoticeDoc {
	body, _ := dir.Find(n.DepartmentID)
	out := rectifyNoticeDoc{
		ID: int64(n.ID), No: n.No(), Department: body.Code, Situation: string(n.Situation), Article: n.Situation.Article(), PlanBreach: n.PlanBreach,
		Facts: n.Facts, Demand: n.Demand, Origin: n.Origin, State: string(n.State), Turn: string(n.State.Turn()), TermWd: n.TermWd,
		IssuedOn: dayOr(n.IssuedOn), DueOn: dayOr(n.DueOn), RepliedOn: dayOr(n.RepliedOn), OverdueFrom: dayOr(n.OverdueFrom),
		EscalatedOn: dayOr(n.EscalatedOn), ClosedOn: dayOr(n.ClosedOn), LateWd: n.LateWd, Decision: n.Decision, Outcome: n.Outcome,
		MisuseOn: dayOr(n.MisuseOn), FalseOn: dayOr(n.FalseOn), Version: n.Version,
	}
	if c != nil {
		out.Clock = &rectifyClockDoc{c.On.String(), c.Remaining, c.Late, c.Overdue, c.Article}
	}
	return out
}

type rectifyListIn struct {
	State      []string `query:"state,explode" enum:"drafted,issued,replied,rejected,overdue,escalated,accepted,closed_late,lg_decided,withdrawn"`
	Situation  []string `query:"situation,explode" enum:"R1,R2,R3,R4,R5"`
	Department string   `query:"department" doc:"Code of the body"`
	Year       int      `query:"year"`
	Open       bool     `query:"open"`
	Overdue    bool     `query:"overdue" doc:"Is or was overdue"`
	Waiting    bool     `query:"waiting" doc:"Only what waits for the caller"`
	Page       int      `query:"page" minimum:"1" default:"1"`
	Size       int      `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type rectifyListBody struct {
	Body struct {
		Total   int64              `json:"total"`
		Notices []rectifyNoticeDoc `json:"notices"`
	}
}

func (d *desk) apiList(ctx context.Context, call web.Call, in *rectifyListIn) (*rectifyListBody, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	q := rectification.Query{Year: in.Year, Open: in.Open, Overdue: in.Overdue, Waiting: in.Waiting, Page: in.Page, Size: in.Size}
	if q.Department, err = bodyNamed(dir, in.Department); err != nil {
		return nil, err
	}
	for _, s := range in.State {
		q.States = append(q.States, rectification.State(s))
	}
	for _, s := range in.Situation {
		q.Situations = append(q.Situations, rectification.Situation(s))
	}
	page, err := d.Desk.List(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &rectifyListBody{}
	out.Body.Total, out.Body.Notices = page.Total, make([]rectifyNoticeDoc, len(page.Rows))
	for i, row := range page.Rows {
		out.Body.Notices[i] = document(row.Notice, row.Clock, dir)
	}
	return out, nil
}

// bodyNamed finds a body by its code; empty is none.
func bodyNamed(dir *inventory.Directory, code string) (auth.DepartmentID, error) {
	if code == "" {
		return 0, nil
	}
	body, ok := dir.ByCode(code)
	if !ok {
		return 0, fault.Refuse([]fault.Field{fault.At("department", "rectify.err.department", "value", code)})
	}
	return body.ID, nil
}

type rectifyIn struct {
	ID int64 `path:"id"`
}

type rectifyBody struct {
	ETag string `header:"ETag"`
	Body rectifyNoticeDoc
}

func (d *desk) apiGet(ctx context.Context, call web.Call, in *rectifyIn) (*rectifyBody, error) {
	f, err := d.Desk.Find(ctx, call.By, rectification.NoticeID(in.ID))
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	doc := document(f.Notice, f.Clock, dir)
	for _, fact := range f.Facts {
		doc.Records = append(doc.Records, rectifyRecordDoc{string(fact.Kind), fact.Ref, fact.Title, fact.Path})
	}
	for _, r := range f.Replies {
		if r.SubmittedAt == nil && !f.AsBody {
			continue
		}
		doc.Replies = append(doc.Replies, rectifyReplyDoc{
			r.Number, r.State, r.Text, web.OptionalInstant(r.SubmittedAt), r.SubmittedName, web.OptionalInstant(r.CheckedAt), r.CheckNote,
		})
	}
	for _, s := range f.Steps {
		doc.Steps = append(doc.Steps, rectifyStepDoc{web.Instant(s.At), s.Name, s.Action, s.Note})
	}
	return &rectifyBody{web.ETag(f.Notice.Version), doc}, nil
}

// rectifyDraftDoc is what a program writes into a notice.
type rectifyDraftDoc struct {
	Department string             `json:"department,omitempty" doc:"Code of the body that has to rectify"`
	Situation  string             `json:"situation,omitempty" enum:"R1,R2,R3,R4,R5"`
	PlanBreach bool               `json:"plan_breach,omitempty"`
	Facts      string             `json:"facts,omitempty"`
	Demand     string             `json:"demand,omitempty"`
	TermWd     int                `json:"term_wd,omitempty" doc:"Working days; nothing is the term of the policy"`
	Records    []rectifyRecordDoc `json:"records,omitempty"`
}

func (in rectifyDraftDoc) draft(dir *inventory.Directory) (rectification.Draft, error) {
	out := rectification.Draft{
		Situation: rectification.Situation(in.Situation), PlanBreach: in.PlanBreach, Facts: in.Facts, Demand: in.Demand, TermWd: in.TermWd,
	}
	for _, r := range in.Records {
		out.Records = append(out.Records, rectification.RecordRef{Kind: rectification.FactKind(r.Kind), Ref: r.Ref})
	}
	var err error
	out.Department, err = bodyNamed(dir, in.Department)
	return out, err
}

type rectifyDraftIn struct {
	Body rectifyDraftDoc
}

func (d *desk) apiDraft(ctx context.Context, call web.Call, in *rectifyDraftIn) (*rectifyBody, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	draft, err := in.Body.draft(dir)
	if err != nil {
		return nil, err
	}
	n, err := d.Desk.Draft(ctx, call.By, draft)
	if err != nil {
		return nil, err
	}
	return d.apiGet(ctx, call, &rectifyIn{int64(n.ID)})
}

// RectifyStepIn names a notice and the version of it that the program read.
type RectifyStepIn struct {
	ID      int64  `path:"id"`
	IfMatch string `header:"If-Match" doc:"ETag of the notice as it was read"`
}

// step takes a step with a notice and shows it.
func (d *desk) step(ctx context.Context, call web.Call, in RectifyStepIn, do func(id rectification.NoticeID, version int64) error) (*rectifyBody, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	if err := do(rectification.NoticeID(in.ID), version); err != nil {
		return nil, err
	}
	return d.apiGet(ctx, call, &rectifyIn{in.ID})
}

type rectifyReviseIn struct {
	RectifyStepIn
	Body rectifyDraftDoc
}

func (d *desk) apiRevise(ctx context.Context, call web.Call, in *rectifyReviseIn) (*rectifyBody, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	draft, err := in.Body.draft(dir)
	if err != nil {
		return nil, err
	}
	return d.step(ctx, call, in.RectifyStepIn, func(id rectification.NoticeID, version int64) error {
		_, err := d.Desk.Revise(ctx, call.By, id, version, draft)
		return err
	})
}

type rectifyReasonIn struct {
	RectifyStepIn
	Body struct {
		Reason string `json:"reason,omitempty"`
	}
}

func (d *desk) apiWithdraw(ctx context.Context, call web.Call, in *rectifyReasonIn) (*rectifyBody, error) {
	return d.step(ctx, call, in.RectifyStepIn, func(id rectification.NoticeID, version int64) error {
		_, err := d.Desk.Withdraw(ctx, call.By, id, version, in.Body.Reason)
		return err
	})
}

type rectifyIssueIn struct {
	RectifyStepIn
}

func (d *desk) apiIssue(ctx context.Context, call web.Call, in *rectifyIssueIn) (*rectifyBody, error) {
	return d.step(ctx, call, in.RectifyStepIn, func(id rectification.NoticeID, version int64) error {
		_, err := d.Desk.Issue(ctx, call.By, id, version)
		return err
	})
}

type rectifyFileIn struct {
	ID      int64  `path:"id"`
	Name    string `query:"name" required:"true" doc:"Name of the file, with its extension"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type rectifyFileBody struct {
	Body struct {
		ID     int64  `json:"id"`
		Name   string `json:"name"`
		SHA256 string `json:"sha256"`
	}
}

func (d *desk) apiAddFile(ctx context.Context, call web.Call, in *rectifyFileIn) (*rectifyFileBody, error) {
	up := evidence.Upload{Name: in.Name, Reader: bytes.NewReader(in.RawBody), Size: int64(len(in.RawBody))}
	out := &rectifyFileBody{}
	err := d.Box.Receive(ctx, up, func(f evidence.Received) error {
		item, err := d.Desk.Attach(ctx, call.By, rectification.NoticeID(in.ID), f)
		out.Body.ID, out.Body.Name, out.Body.SHA256 = int64(item.Link.ID), item.Link.Name, item.File.SHA256
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

type rectifyReplyIn struct {
	RectifyStepIn
	Body struct {
		Text string `json:"text,omitempty" doc:"What was put right; the evidence is put beside the notice before"`
		Keep bool   `json:"keep,omitempty" doc:"Only keep it, for the head to hand in"`
	}
}

func (d *desk) apiReply(ctx context.Context, call web.Call, in *rectifyReplyIn) (*rectifyBody, error) {
	do := d.Desk.Reply
	if in.Body.Keep {
		do = d.Desk.WriteReply
	}
	return d.step(ctx, call, in.RectifyStepIn, func(id rectification.NoticeID, version int64) error {
		_, err := do(ctx, call.By, id, version, in.Body.Text, nil)
		return err
	})
}

type rectifyAcceptIn struct {
	RectifyStepIn
	Body struct {
		Note string `json:"note,omitempty"`
	}
}

func (d *desk) apiAccept(ctx context.Context, call web.Call, in *rectifyAcceptIn) (*rectifyBody, error) {
	return d.step(ctx, call, in.RectifyStepIn, func(id rectification.NoticeID, version int64) error {
		_, err := d.Desk.Accept(ctx, call.By, id, version, in.Body.Note)
		return err
	})
}

type rectifyRejectIn struct {
	RectifyStepIn
	Body struct {
		Reason  string `json:"reason,omitempty"`
		AgainWd int    `json:"again_wd,omitempty" doc:"New term in working days; needed when the due day has passed meanwhile"`
	}
}

func (d *desk) apiReject(ctx context.Context, call web.Call, in *rectifyRejectIn) (*rectifyBody, error) {
	return d.step(ctx, call, in.RectifyStepIn, func(id rectification.NoticeID, version int64) error {
		_, err := d.Desk.Reject(ctx, call.By, id, version, in.Body.Reason, in.Body.AgainWd)
		return err
	})
}

type rectifyProveIn struct {
	RectifyStepIn
	Body struct {
		What string `json:"what" enum:"misuse,false_report"`
		Text string `json:"text,omitempty" doc:"On what grounds"`
	}
}

func (d *desk) apiProve(ctx context.Context, call web.Call, in *rectifyProveIn) (*rectifyBody, error) {
	return d.step(ctx, call, in.RectifyStepIn, func(id rectification.NoticeID, version int64) error {
		_, err := d.Desk.Prove(ctx, call.By, id, version, in.Body.What, in.Body.Text)
		return err
	})
}

type rectifyDecideIn struct {
	RectifyStepIn
	Body struct {
		Decision string `json:"decision,omitempty" enum:"criticise,talk,withhold,other"`
		Text     string `json:"text,omitempty"`
	}
}

func (d *desk) apiDecide(ctx context.Context, call web.Call, in *rectifyDecideIn) (*rectifyBody, error) {
	return d.step(ctx, call, in.RectifyStepIn, func(id rectification.NoticeID, version int64) error {
		_, err := d.Desk.Decide(ctx, call.By, id, version, in.Body.Decision, in.Body.Text)
		return err
	})
}
