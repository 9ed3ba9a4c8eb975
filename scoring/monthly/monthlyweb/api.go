package monthlyweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/scoring/monthly"
)

// Scopes of API tokens.
const (
	scopeRead  = "scorecards:read"
	scopeWrite = "scorecards:write"
)

const apiPath = "/api/v1/scorecards"

func op(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: apiPath + path, Summary: summary, Tags: []string{"Scorecards"}}
}

// MountAPI adds the operations of the API.
func MountAPI(s *web.Server, deps Deps) {
	d := newDesk(deps)
	read := web.For(viewers()...).With(scopeRead)
	web.Operation(s, read, op("list-months", http.MethodGet, "", "List the months that were counted, the newest first"), d.apiMonths)
	web.OperationWithin(s, slowWork, web.For(auth.Office, auth.Auditor).With(scopeRead),
		op("verify-months", http.MethodGet, "/verification", "Work all frozen months out again and name what is not as it was frozen"), d.apiVerify)
	web.Operation(s, read, op("get-month", http.MethodGet, "/{month}", "Read the scorecards of a month, by group and rank"), d.apiMonth)
	web.Operation(s, read, op("get-month-record", http.MethodGet, "/{month}/record", "Read what was done with a month, its objections and proposals"), d.apiRecord)
	web.Operation(s, read, op("get-score-sheet", http.MethodGet, "/{month}/{department}", "Read the sheet of a body with every record behind its numbers"), d.apiSheet)
	movesAPI(s, d)
	objectionsAPI(s, d)
	policiesAPI(s, d)
}

// movesAPI is about the way of a month.
func movesAPI(s *web.Server, d *desk) {
	compute := op("compute-month", http.MethodPost, "", "Count a month that is over for the first time")
	compute.DefaultStatus = http.StatusCreated
	web.OperationWithin(s, slowWork, web.For(auth.Office).With(scopeWrite), compute, d.apiCompute)
	web.OperationWithin(s, slowWork, web.For(movers()...).With(scopeWrite), op("move-month", http.MethodPost, "/{month}/moves", "Take the next step with a month"), d.apiMove)
	web.Operation(s, web.For(monthly.Deciders()...).With(scopeWrite),
		op("decide-score-proposal", http.MethodPost, "/{month}/{department}/decision", "Approve or decline the praise or criticism of a body"), d.apiDecide)
}

// ScoreMonthIn names a version of a month.
type ScoreMonthIn struct {
	Month   string `path:"month" maxLength:"7" example:"2017-11"`
	Version int64  `query:"version" minimum:"0" doc:"0 is the newest that the caller sees"`
}

// month reads the version of a month that is named.
func (d *desk) month(ctx context.Context, by auth.Principal, in ScoreMonthIn) (monthly.Record, error) {
	month, err := monthly.ParsePeriod(in.Month)
	if err != nil {
		return monthly.Record{}, err
	}
	return d.Months.Find(ctx, by, month, in.Version)
}

type scoreMonthsBody struct {
	Body struct {
		Months []ScoreMonthDoc `json:"months"`
	}
}

func (d *desk) apiMonths(ctx context.Context, call web.Call, _ *struct{}) (*scoreMonthsBody, error) {
	all, err := d.Months.List(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &scoreMonthsBody{}
	out.Body.Months = make([]ScoreMonthDoc, len(all))
	for i := range all {
		out.Body.Months[i] = monthDocument(&all[i])
	}
	return out, nil
}

type scoreMonthBody struct {
	ETag string `header:"ETag"`
	Body ScoreMonthDoc
}

func monthAnswer(m *monthly.Month) *scoreMonthBody {
	return &scoreMonthBody{web.ETag(m.Revision), monthDocument(m)}
}

type scoreComputeIn struct {
	Body struct {
		Month string `json:"month" maxLength:"7" example:"2017-11"`
	}
}

func (d *desk) apiCompute(ctx context.Context, call web.Call, in *scoreComputeIn) (*scoreMonthBody, error) {
	month, err := monthly.ParsePeriod(in.Body.Month)
	if err != nil {
		return nil, err
	}
	m, err := d.Months.Compute(ctx, call.By, month)
	if err != nil {
		return nil, err
	}
	return monthAnswer(&m), nil
}

type scoreMoveIn struct {
	ScoreMonthIn
	IfMatch string `header:"If-Match" doc:"ETag of the month as it was read"`
	Body    struct {
		Move   string `json:"move" enum:"recompute,freeze,open_appeal,review,approve,send_back,publish,correct"`
		Reason string `json:"reason,omitempty" doc:"Needed to send a month back and to correct one"`
	}
}

func (d *desk) apiMove(ctx context.Context, call web.Call, in *scoreMoveIn) (*scoreMonthBody, error) {
	seen, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	r, err := d.month(ctx, call.By, in.ScoreMonthIn)
	if err != nil {
		return nil, err
	}
	m, err := d.Months.Take(ctx, call.By, r.Month.Month, r.Month.Version, seen, monthly.Move(in.Body.Move), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return monthAnswer(&m), nil
}

// ScoreBodyIn names a body in a version of a month.
type ScoreBodyIn struct {
	ScoreMonthIn
	Department string `path:"department" maxLength:"64" doc:"Code of the body"`
}

type scoreDecideIn struct {
	ScoreBodyIn
	Body struct {
		Decision string `json:"decision" enum:"approve,decline"`
		Reason   string `json:"reason"`
	}
}

type scoreProposalBody struct {
	Body scoreProposalDoc
}

func (d *desk) apiDecide(ctx context.Context, call web.Call, in *scoreDecideIn) (*scoreProposalBody, error) {
	r, err := d.month(ctx, call.By, in.ScoreMonthIn)
	if err != nil {
		return nil, err
	}
	p, err := d.Months.Decide(ctx, call.By, r.Month.Month, r.Month.Version, in.Department, in.Body.Decision == "approve", in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &scoreProposalBody{proposalDocument(&p, in.Department)}, nil
}

type scoreVerifyBody struct {
	Body struct {
		OK     bool             `json:"ok"`
		Months []scoreVerifyDoc `json:"months"`
	}
}

// scoreVerifyDoc is what came of working a month out again.
type scoreVerifyDoc struct {
	Month   string   `json:"month"`
	Version int64    `json:"version"`
	Digest  string   `json:"digest" doc:"SHA-256 over the method and the facts of all bodies"`
	Bodies  int      `json:"bodies"`
	OK      bool     `json:"ok"`
	Found   []string `json:"found" doc:"What is not as it was frozen"`
}

func (d *desk) apiVerify(ctx context.Context, call web.Call, _ *struct{}) (*scoreVerifyBody, error) {
	all, err := d.Months.Verify(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &scoreVerifyBody{}
	out.Body.OK, out.Body.Months = true, make([]scoreVerifyDoc, len(all))
	for i := range all {
		v := &all[i]
		doc := scoreVerifyDoc{string(v.Month.Month), v.Month.Version, v.Month.Hash, v.Bodies, v.OK(), []string{}}
		for _, f := range v.Found {
			doc.Found = append(doc.Found, call.P.Field(f))
		}
		out.Body.OK = out.Body.OK && doc.OK
		out.Body.Months[i] = doc
	}
	return out, nil
}
