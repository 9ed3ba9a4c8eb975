package hubweb

import (
	"context"
	"net/http"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory/hub"
)

func (d *desk) exemptionsAPI(s *web.Server) {
	read := web.For(viewers()...).With(readScope)
	ask, decide := web.For(hub.Askers()...).With(writeScope), web.For(hub.Deciders()...).With(writeScope)
	web.Operation(s, read, hubOp("list-connection-exemptions", http.MethodGet, "/exemptions", "Who is let off, by whom and until when; and what was asked for"), d.apiExemptions)
	create := hubOp("ask-connection-exemption", http.MethodPost, "/exemptions", "Ask the Office to let a system off, or to put it off")
	create.DefaultStatus = http.StatusCreated
	web.Operation(s, ask, create, d.apiAsk)
	web.Operation(s, ask, hubOp("withdraw-connection-exemption", http.MethodPost, "/exemptions/{id}/withdraw", "Take back what was asked for"), d.apiTakeBack)
	web.Operation(s, decide, hubOp("decide-connection-exemption", http.MethodPost, "/exemptions/{id}/decision", "Approve or refuse"), d.apiDecide)
	web.Operation(s, decide, hubOp("end-connection-exemption", http.MethodPost, "/exemptions/{id}/end", "Take an exemption away before its last day"), d.apiEnd)
}

// hubExemptionDoc is an exemption as the API shows it.
type hubExemptionDoc struct {
	ID             int64              `json:"id"`
	System         string             `json:"system,omitempty"`
	Kind           hub.ExemptionKind  `json:"kind" enum:"exempt,defer"`
	Ground         string             `json:"ground" enum:"line,rebuild,vertical,isolated,other"`
	Reason         string             `json:"reason"`
	Until          calendar.Date      `json:"until"`
	State          hub.ExemptionState `json:"state" enum:"asked,approved,refused,ended,withdrawn"`
	AskedBy        string             `json:"asked_by"`
	AskedAt        time.Time          `json:"asked_at"`
	DecidedBy      string             `json:"decided_by"`
	DecidedAt      *time.Time         `json:"decided_at"`
	DecisionReason string             `json:"decision_reason"`
	EndedOn        calendar.Date      `json:"ended_on"`
	EndedReason    string             `json:"ended_reason"`
	Version        int64              `json:"version" doc:"Number of the version; the ETag"`
}

func exemptionDocument(e *hub.Exemption, code string) hubExemptionDoc {
	return hubExemptionDoc{
		int64(e.ID), code, e.Kind, e.Ground, e.Reason, e.Until, e.State, e.AskedName, web.Instant(e.AskedAt), e.DecidedName,
		web.OptionalInstant(e.DecidedAt), e.DecisionReason, e.EndedOn, e.EndedReason, e.Version,
	}
}

type hubLetOffDoc struct {
	System     string        `json:"system"`
	Name       string        `json:"name"`
	Department string        `json:"department"`
	Basis      hub.Basis     `json:"basis" enum:"secret,certified,exempt,defer"`
	Reason     string        `json:"reason"`
	Approver   string        `json:"approved_by"`
	ApprovedOn calendar.Date `json:"approved_on"`
	Until      calendar.Date `json:"until" doc:"Empty without an end"`
	Exemption  int64         `json:"exemption,omitempty" doc:"Number of the exemption; none when it stands in the register"`
}

type hubExemptionsOut struct {
	Body struct {
		LetOff []hubLetOffDoc    `json:"let_off" doc:"Now, at most 500"`
		Asked  []hubExemptionDoc `json:"exemptions" doc:"At most 500, what waits first"`
		Total  int64             `json:"total"`
	}
}

func (d *desk) apiExemptions(ctx context.Context, call web.Call, in *struct {
	State string `query:"state" enum:"asked,approved,refused,ended,withdrawn"`
}) (*hubExemptionsOut, error) {
	page, err := d.Hub.Exemptions(ctx, call.By, hub.ExemptionState(in.State))
	if err != nil {
		return nil, err
	}
	out := &hubExemptionsOut{}
	out.Body.LetOff, out.Body.Asked, out.Body.Total = make([]hubLetOffDoc, len(page.LetOff)), make([]hubExemptionDoc, len(page.Asked)), page.Total
	for i := range page.LetOff {
		l := &page.LetOff[i]
		out.Body.LetOff[i] = hubLetOffDoc{l.Code, l.Name, l.Owner.Code, l.Basis, l.Reason, l.Approver, l.ApprovedAt, l.ExemptUntil, int64(l.Exemption)}
	}
	for i := range page.Asked {
		out.Body.Asked[i] = exemptionDocument(&page.Asked[i].Exemption, page.Asked[i].Code)
	}
	return out, nil
}

type hubAskIn struct {
	Body struct {
		System string            `json:"system" doc:"Code of the system"`
		Kind   hub.ExemptionKind `json:"kind" enum:"exempt,defer"`
		Ground string            `json:"ground" enum:"line,rebuild,vertical,isolated,other"`
		Reason string            `json:"reason" maxLength:"500"`
		Until  calendar.Date     `json:"until"`
	}
}

type hubExemptionOut struct {
	ETag string `header:"ETag"`
	Body hubExemptionDoc
}

func exemptionAnswer(e hub.Exemption, code string, err error) (*hubExemptionOut, error) {
	if err != nil {
		return nil, err
	}
	return &hubExemptionOut{web.ETag(e.Version), exemptionDocument(&e, code)}, nil
}

func (d *desk) apiAsk(ctx context.Context, call web.Call, in *hubAskIn) (*hubExemptionOut, error) {
	b := &in.Body
	e, err := d.Hub.Ask(ctx, call.By, hub.Plea{System: b.System, Kind: b.Kind, Ground: b.Ground, Reason: b.Reason, Until: b.Until})
	return exemptionAnswer(e, b.System, err)
}

type hubDecideIn struct {
	ID      int64  `path:"id"`
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
	Body    struct {
		Approve bool          `json:"approve"`
		Until   calendar.Date `json:"until,omitempty" doc:"An earlier end than was asked for"`
		Reason  string        `json:"reason,omitempty" maxLength:"500"`
	}
}

func (d *desk) apiDecide(ctx context.Context, call web.Call, in *hubDecideIn) (*hubExemptionOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	e, err := d.Hub.Decide(ctx, call.By, hub.ExemptionID(in.ID), version, hub.Decision{Approve: in.Body.Approve, Until: in.Body.Until, Reason: in.Body.Reason})
	return exemptionAnswer(e, "", err)
}

type hubReasonIn struct {
	ID      int64  `path:"id"`
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
	Body    struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (d *desk) apiEnd(ctx context.Context, call web.Call, in *hubReasonIn) (*hubExemptionOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	e, err := d.Hub.End(ctx, call.By, hub.ExemptionID(in.ID), version, in.Body.Reason)
	return exemptionAnswer(e, "", err)
}

type hubVersionIn struct {
	ID      int64  `path:"id"`
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
}

func (d *desk) apiTakeBack(ctx context.Context, call web.Call, in *hubVersionIn) (*hubExemptionOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	e, err := d.Hub.TakeBack(ctx, call.By, hub.ExemptionID(in.ID), version)
	return exemptionAnswer(e, "", err)
}
