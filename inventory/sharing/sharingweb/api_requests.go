package sharingweb

import (
	"bytes"
	"context"
	"time"

	"qingce/internal/evidence"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/sharing"
)

// sharingRequestDoc is a request as the API shows it.
type sharingRequestDoc struct {
	ID             int64            `json:"id"`
	User           string           `json:"user" doc:"Code of the department that asks"`
	Provider       string           `json:"provider" doc:"Code of the department that holds the data"`
	Entry          string           `json:"entry" doc:"Code of the catalog entry"`
	EntryName      string           `json:"entry_name"`
	ShareType      string           `json:"share_type" enum:"2,3"`
	Items          []string         `json:"items" doc:"None is all items"`
	Purposes       []string         `json:"purposes"`
	PurposeNote    string           `json:"purpose_note,omitempty"`
	DutyBasis      string           `json:"duty_basis"`
	ScopeWanted    string           `json:"scope_wanted"`
	Method         string           `json:"method"`
	Frequency      string           `json:"frequency,omitempty"`
	ValidUntil     string           `json:"valid_until,omitempty" format:"date"`
	State          string           `json:"state" enum:"draft,submitted,overdue,granted,partial,refused,escalated,coordinating,settled,closed,withdrawn"`
	Turn           string           `json:"turn" enum:"nobody,head,user,provider,office" doc:"Who has to do the next thing"`
	Clock          *sharingClockDoc `json:"clock,omitempty" doc:"The term that runs"`
	SubmittedAt    *time.Time       `json:"submitted_at,omitempty"`
	Reply          string           `json:"reply,omitempty" enum:"grant,partial,refuse"`
	Reasons        []string         `json:"reasons,omitempty"`
	ReplyText      string           `json:"reply_text,omitempty"`
	RepliedAt      *time.Time       `json:"replied_at,omitempty"`
	ReplyDueOn     string           `json:"reply_due_on,omitempty" format:"date" doc:"As it stood when the term of the provider ended"`
	ReplyLateWd    *int64           `json:"reply_late_wd,omitempty" doc:"Working days after it"`
	EscalatedAt    *time.Time       `json:"escalated_at,omitempty"`
	EscalationText string           `json:"escalation_text,omitempty"`
	MeetingOn      string           `json:"meeting_on,omitempty" format:"date"`
	Outcome        string           `json:"outcome,omitempty" enum:"share,verify,uphold,leading_group"`
	OutcomeText    string           `json:"outcome_text,omitempty"`
	SettleDueOn    string           `json:"settle_due_on,omitempty" format:"date"`
	SettleLateWd   *int64           `json:"settle_late_wd,omitempty"`
	SettledAt      *time.Time       `json:"settled_at,omitempty"`
	Agreements     []int64          `json:"agreements,omitempty" doc:"Numbers of the agreements that came out of it"`
	Version        int64            `json:"version" doc:"Number of the version; the ETag"`
	Steps          []sharingStepDoc `json:"steps,omitempty"`
}

func requestDocument(q sharing.Request, c *sharing.Clock, dir *inventory.Directory) sharingRequestDoc {
	items := q.Items
	if items == nil {
		items = []string{}
	}
	return sharingRequestDoc{
		ID: int64(q.ID), User: codeOf(dir, q.UserID), Provider: codeOf(dir, q.ProviderID), Entry: q.EntryCode, EntryName: q.EntryName,
		ShareType: string(q.ShareType), Items: items, Purposes: q.Purposes, PurposeNote: q.PurposeNote, DutyBasis: q.DutyBasis,
		ScopeWanted: q.ScopeWanted, Method: q.Method, Frequency: q.Frequency, ValidUntil: dayOr(q.ValidUntil), State: string(q.State),
		Turn: string(q.Turn()), Clock: clockDocument(c), SubmittedAt: web.OptionalInstant(q.SubmittedAt), Reply: q.Reply, Reasons: q.ReplyReasons,
		ReplyText: q.ReplyText, RepliedAt: web.OptionalInstant(q.RepliedAt), ReplyDueOn: dayOr(q.ReplyDueOn), ReplyLateWd: q.ReplyLateWd,
		EscalatedAt: web.OptionalInstant(q.EscalatedAt), EscalationText: q.EscalationText, MeetingOn: dayOr(q.MeetingOn), Outcome: q.Outcome,
		OutcomeText: q.OutcomeText, SettleDueOn: dayOr(q.SettleDueOn), SettleLateWd: q.SettleLateWd, SettledAt: web.OptionalInstant(q.SettledAt),
		Version: q.Version,
	}
}

type sharingListRequestsIn struct {
	PageIn
	State      []string `query:"state,explode" enum:"draft,submitted,overdue,granted,partial,refused,escalated,coordinating,settled,closed,withdrawn"`
	Side       string   `query:"side" enum:"user,provider" doc:"The part of the own department in it"`
	Department string   `query:"department" doc:"Code of a department on either side"`
	Entry      string   `query:"entry" doc:"Code of the catalog entry"`
	Overdue    bool     `query:"overdue" doc:"Only what is past its term"`
	Waiting    bool     `query:"waiting" doc:"Only what waits for the caller"`
}

type sharingRequestsBody struct {
	Body struct {
		Total    int64               `json:"total" doc:"Rows of the whole list"`
		Requests []sharingRequestDoc `json:"requests"`
	}
}

func (d *desk) apiListRequests(ctx context.Context, call web.Call, in *sharingListRequestsIn) (*sharingRequestsBody, error) {
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	q := sharing.RequestQuery{Side: sharing.Side(in.Side), Entry: in.Entry, Overdue: in.Overdue, Waiting: in.Waiting, Page: in.Page, Size: in.Size}
	if q.Department, err = named(dir, "department", in.Department); err != nil {
		return nil, err
	}
	for _, s := range in.State {
		q.States = append(q.States, sharing.RequestState(s))
	}
	page, err := d.Sharing.ListRequests(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &sharingRequestsBody{}
	out.Body.Total, out.Body.Requests = page.Total, make([]sharingRequestDoc, len(page.Rows))
	for i, row := range page.Rows {
		out.Body.Requests[i] = requestDocument(row.Request, row.Clock, dir)
	}
	return out, nil
}

type sharingRequestBody struct {
	ETag string `header:"ETag"`
	Body sharingRequestDoc
}

func (d *desk) apiGetRequest(ctx context.Context, call web.Call, in *pathIn) (*sharingRequestBody, error) {
	return d.requestAnswer(ctx, call, sharing.RequestID(in.ID))
}

// requestAnswer shows a request after a call.
func (d *desk) requestAnswer(ctx context.Context, call web.Call, id sharing.RequestID) (*sharingRequestBody, error) {
	f, err := d.Sharing.FindRequest(ctx, call.By, id)
	if err != nil {
		return nil, err
	}
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	doc := requestDocument(f.Request, f.Clock, dir)
	doc.Steps = stepDocuments(f.Steps)
	for _, a := range f.Agreements {
		doc.Agreements = append(doc.Agreements, int64(a.ID))
	}
	return &sharingRequestBody{ETag: web.ETag(f.Request.Version), Body: doc}, nil
}

type sharingAskIn struct {
	Body struct {
		Entry       string   `json:"entry" doc:"Code of the catalog entry"`
		Department  string   `json:"department,omitempty" doc:"Code of the department that asks; empty is the own one"`
		Items       []string `json:"items,omitempty"`
		Purposes    []string `json:"purposes,omitempty" doc:"basis, reference, check, collaboration or other"`
		PurposeNote string   `json:"purpose_note,omitempty"`
		DutyBasis   string   `json:"duty_basis,omitempty"`
		ScopeWanted string   `json:"scope_wanted,omitempty"`
		Method      string   `json:"method,omitempty" enum:"system,front_node,query,batch,offline"`
		Frequency   string   `json:"frequency,omitempty"`
		ValidUntil  string   `json:"valid_until,omitempty" format:"date"`
		Submit      bool     `json:"submit,omitempty" doc:"Hand it in at once; for the head and the region"`
	}
}

func (d *desk) apiAsk(ctx context.Context, call web.Call, in *sharingAskIn) (*sharingRequestBody, error) {
	dir, err := d.directoryOf(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	ask := sharing.Ask{
		Entry: b.Entry, Items: b.Items, Purposes: b.Purposes, PurposeNote: b.PurposeNote, DutyBasis: b.DutyBasis, ScopeWanted: b.ScopeWanted,
		Method: b.Method, Frequency: b.Frequency, Submit: b.Submit,
	}
	if ask.Department, err = named(dir, "department", b.Department); err != nil {
		return nil, err
	}
	if ask.ValidUntil, err = dayOf("valid_until", b.ValidUntil); err != nil {
		return nil, err
	}
	r, err := d.Sharing.AskFor(ctx, call.By, ask)
	if err != nil {
		return nil, err
	}
	return d.requestAnswer(ctx, call, r.ID)
}

// requestStep takes a step with a request and shows it.
func (d *desk) requestStep(ctx context.Context, call web.Call, in StepIn, step func(sharing.RequestID, int64) error) (*sharingRequestBody, error) {
	id := sharing.RequestID(in.ID)
	if err := apiStep(in.IfMatch, func(version int64) error { return step(id, version) }); err != nil {
		return nil, err
	}
	return d.requestAnswer(ctx, call, id)
}

func (d *desk) apiSubmitRequest(ctx context.Context, call web.Call, in *StepIn) (*sharingRequestBody, error) {
	return d.requestStep(ctx, call, *in, func(id sharing.RequestID, version int64) error {
		_, err := d.Sharing.Submit(ctx, call.By, id, version)
		return err
	})
}

type sharingReasonIn struct {
	StepIn
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (d *desk) apiWithdrawRequest(ctx context.Context, call web.Call, in *sharingReasonIn) (*sharingRequestBody, error) {
	return d.requestStep(ctx, call, in.StepIn, func(id sharing.RequestID, version int64) error {
		_, err := d.Sharing.Withdraw(ctx, call.By, id, version, in.Body.Reason)
		return err
	})
}

func (d *desk) apiRestRequest(ctx context.Context, call web.Call, in *sharingReasonIn) (*sharingRequestBody, error) {
	return d.requestStep(ctx, call, in.StepIn, func(id sharing.RequestID, version int64) error {
		_, err := d.Sharing.Rest(ctx, call.By, id, version, in.Body.Reason)
		return err
	})
}

type sharingReplyIn struct {
	StepIn
	Body struct {
		Reply   string           `json:"reply" enum:"grant,partial,refuse"`
		Reasons []string         `json:"reasons,omitempty" doc:"secret, statutory, no_duty, excessive, not_built, quality or other; required unless it is granted"`
		Text    string           `json:"text,omitempty" doc:"At least 10 characters unless it is granted"`
		Terms   *sharingTermsDoc `json:"terms,omitempty" doc:"Required with a grant, whole or in part"`
	}
}

func (d *desk) apiReply(ctx context.Context, call web.Call, in *sharingReplyIn) (*sharingRequestBody, error) {
	terms, err := in.Body.Terms.terms()
	if err != nil {
		return nil, err
	}
	return d.requestStep(ctx, call, in.StepIn, func(id sharing.RequestID, version int64) error {
		_, err := d.Sharing.Reply(ctx, call.By, id, version, sharing.Answer{
			Reply: in.Body.Reply, Reasons: in.Body.Reasons, Text: in.Body.Text, Terms: terms,
		})
		return err
	})
}

type sharingFileIn struct {
	ID      int64  `path:"id"`
	Name    string `query:"name" required:"true" maxLength:"200" doc:"File name"`
	Purpose string `query:"purpose" required:"true" enum:"application,minutes"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type sharingFileBody struct {
	Body struct {
		ID     int64  `json:"id"`
		Name   string `json:"name"`
		SHA256 string `json:"sha256"`
	}
}

func (d *desk) apiAddFile(ctx context.Context, call web.Call, in *sharingFileIn) (*sharingFileBody, error) {
	up := evidence.Upload{Name: in.Name, Reader: bytes.NewReader(in.RawBody), Size: int64(len(in.RawBody))}
	out := &sharingFileBody{}
	err := d.Box.Receive(ctx, up, func(f evidence.Received) error {
		item, err := d.Sharing.Attach(ctx, call.By, sharing.RequestID(in.ID), in.Purpose, f)
		out.Body.ID, out.Body.Name, out.Body.SHA256 = int64(item.Link.ID), item.Link.Name, item.File.SHA256
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

type sharingEscalateIn struct {
	StepIn
	Body struct {
		Text string `json:"text,omitempty" doc:"Why the data are needed for the duty; the signed application is put beside the request before"`
	}
}

func (d *desk) apiEscalate(ctx context.Context, call web.Call, in *sharingEscalateIn) (*sharingRequestBody, error) {
	return d.requestStep(ctx, call, in.StepIn, func(id sharing.RequestID, version int64) error {
		_, err := d.Sharing.Escalate(ctx, call.By, id, version, sharing.Application{Text: in.Body.Text})
		return err
	})
}

type sharingConveneIn struct {
	StepIn
	Body struct {
		On   string `json:"on,omitempty" format:"date"`
		Note string `json:"note,omitempty"`
	}
}

func (d *desk) apiConvene(ctx context.Context, call web.Call, in *sharingConveneIn) (*sharingRequestBody, error) {
	on, err := dayOf("meeting_on", in.Body.On)
	if err != nil {
		return nil, err
	}
	return d.requestStep(ctx, call, in.StepIn, func(id sharing.RequestID, version int64) error {
		_, err := d.Sharing.Convene(ctx, call.By, id, version, sharing.Meeting{On: on, Note: in.Body.Note})
		return err
	})
}

type sharingSettleIn struct {
	StepIn
	Body struct {
		Outcome string           `json:"outcome" enum:"share,verify,uphold,leading_group"`
		Text    string           `json:"text,omitempty" doc:"At least 10 characters"`
		Terms   *sharingTermsDoc `json:"terms,omitempty" doc:"Required when the data are shared after all"`
	}
}

func (d *desk) apiSettle(ctx context.Context, call web.Call, in *sharingSettleIn) (*sharingRequestBody, error) {
	terms, err := in.Body.Terms.terms()
	if err != nil {
		return nil, err
	}
	return d.requestStep(ctx, call, in.StepIn, func(id sharing.RequestID, version int64) error {
		_, err := d.Sharing.Settle(ctx, call.By, id, version, sharing.Settlement{Outcome: in.Body.Outcome, Text: in.Body.Text, Terms: terms})
		return err
	})
}
