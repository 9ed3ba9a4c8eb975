package fundingweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/scoring/eligibility"
	"qingce/scoring/funding"
)

// Scopes of API tokens.
const (
	scopeRead  = "funding:read"
	scopeWrite = "funding:write"
)

const apiPath = "/api/v1/funding"

func op(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: apiPath + path, Summary: summary, Tags: []string{"Funding"}}
}

// MountAPI adds the operations of the API.
func MountAPI(s *web.Server, deps Deps) {
	d := &desk{deps}
	read, watch := web.For(funding.Viewers()...).With(scopeRead), web.For(funding.Watchers()...).With(scopeRead)
	web.Operation(s, read, op("list-funding-years", http.MethodGet, "", "List the fiscal years with their sums"), d.apiYears)
	web.Operation(s, read, op("get-funding-year", http.MethodGet, "/{year}", "List what was found of the systems in a fiscal year, with the sums of the list"), d.apiYear)
	web.Operation(s, read, op("get-funding-departments", http.MethodGet, "/{year}/departments", "Read the sums of a fiscal year by department"), d.apiBodies)
	web.Operation(s, read, op("get-funding-item", http.MethodGet, "/{year}/{system}", "Read a system in a fiscal year with its facts, reasons and steps"), d.apiItem)
	web.OperationWithin(s, slowWork, watch, op("get-funding-statement", http.MethodGet, "/{year}/statement", "Take the signed statement of a fiscal year"), d.apiStatement)

	run := op("freeze-funding-facts", http.MethodPost, "", "Freeze the facts of all systems for a fiscal year and find who may get money")
	run.DefaultStatus = http.StatusCreated
	finance := web.For(auth.Finance).With(scopeWrite)
	web.OperationWithin(s, slowWork, finance, run, d.apiFreeze)
	web.OperationWithin(s, slowWork, finance, op("decide-funding-items", http.MethodPost, "/{year}/decisions", "Decide several systems as they were found"), d.apiDecideMany)
	web.OperationWithin(s, slowWork, web.For(auth.Office, auth.Reform).With(scopeWrite),
		op("agree-with-funding-items", http.MethodPost, "/{year}/opinions", "Agree with what was found of several systems"), d.apiOpineMany)
	stepsAPI(s, d)
}

func stepsAPI(s *web.Server, d *desk) {
	const one = "/{year}/{system}"
	write := func(roles ...auth.Role) web.Access { return web.For(roles...).With(scopeWrite) }
	post := func(id, path, summary string) huma.Operation { return op(id, http.MethodPost, one+path, summary) }
	web.Operation(s, write(funding.Opiners()...), post("give-funding-opinion", "/opinion", "Give the opinion of the Office or of the reform commission"), d.apiOpine)
	web.Operation(s, write(funding.Deciders()...), post("decide-funding-item", "/decision", "Decide whether a system gets money"), d.apiDecide)
	plea := post("put-funding-plea", "/plea", "Appeal against the opinion, or ask for facts to be read again")
	plea.MaxBodyBytes = evidence.MaxSize*4/3 + formOverhead
	web.OperationWithin(s, slowWork, write(funding.Heads()...), plea, d.apiPlead)
	web.Operation(s, write(funding.Heads()...), post("withdraw-funding-plea", "/withdrawal", "Take a plea back"), d.apiWithdraw)
	web.Operation(s, write(auth.Office, auth.Leader), post("verify-funding-plea", "/verification", "Say what the verification of a plea came to"), d.apiVerify)
	web.Operation(s, write(auth.Office, auth.Leader), post("look-at-funding-again", "/look-again", "Read the facts again when the day of a condition is over"), d.apiLookAgain)
	web.Operation(s, write(funding.Consulters()...), post("consult-about-funding", "/consultation", "Record the consultation about an appeal"), d.apiConsult)
	web.Operation(s, write(auth.Leader), post("grant-funding-exception", "/exception", "Grant money under a condition up to a day"), d.apiGrant)
	web.Operation(s, write(auth.Leader), post("uphold-funding-finding", "/upholding", "Leave an appeal without effect"), d.apiUphold)
}

// FundingYearIn names a fiscal year.
type FundingYearIn struct {
	Year int `path:"year" minimum:"2000" maximum:"2200" doc:"Fiscal year"`
}

// FundingStepIn names an item and the version of it that the program read.
type FundingStepIn struct {
	Year    int    `path:"year" minimum:"2000" maximum:"2200"`
	System  string `path:"system" maxLength:"24" doc:"Code of the system"`
	IfMatch string `header:"If-Match" doc:"ETag of the item as it was read"`
}

func (in FundingStepIn) ref() (funding.Ref, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	return funding.Ref{Year: in.Year, Code: in.System, Version: version}, err
}

// step takes a step with an item and shows it.
func (d *desk) step(ctx context.Context, call web.Call, in FundingStepIn, do func(funding.Ref) error) (*fundingItemBody, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	if err := do(ref); err != nil {
		return nil, err
	}
	return d.apiItem(ctx, call, &fundingItemIn{Year: in.Year, System: in.System})
}

type fundingFreezeIn struct {
	Body struct {
		Year   int    `json:"year" minimum:"2000" maximum:"2200"`
		Reason string `json:"reason,omitempty" doc:"Why the run of the year is replaced; needed when there is one"`
	}
}

type fundingRunBody struct {
	Body FundingRunDoc
}

func (d *desk) apiFreeze(ctx context.Context, call web.Call, in *fundingFreezeIn) (*fundingRunBody, error) {
	run, err := d.Funding.Freeze(ctx, call.By, funding.Order{Year: in.Body.Year, Reason: in.Body.Reason})
	if err != nil {
		return nil, err
	}
	return &fundingRunBody{runDocument(&run)}, nil
}

type fundingBatchIn struct {
	Year int `path:"year" minimum:"2000" maximum:"2200"`
	Body struct {
		As    string   `json:"as,omitempty" enum:"office,reform" doc:"In whose name; opinions only"`
		Codes []string `json:"codes,omitempty" maxItems:"500" doc:"Codes of the systems"`
		All   bool     `json:"all,omitempty" doc:"All systems of the year instead"`
		Text  string   `json:"text,omitempty"`
	}
}

func (in *fundingBatchIn) batch() funding.Batch {
	b := funding.Batch{Year: in.Year, Codes: in.Body.Codes}
	if in.Body.All {
		b.List = &funding.Query{}
	}
	return b
}

type fundingOutcomeBody struct {
	Body struct {
		Done    int                 `json:"done"`
		Skipped []fundingSkippedDoc `json:"skipped"`
	}
}

type fundingSkippedDoc struct {
	System string `json:"system"`
	Why    string `json:"why"`
}

func outcomeDocument(call web.Call, out funding.Outcome) *fundingOutcomeBody {
	b := &fundingOutcomeBody{}
	b.Body.Done, b.Body.Skipped = out.Done, []fundingSkippedDoc{}
	for _, s := range out.Skipped {
		b.Body.Skipped = append(b.Body.Skipped, fundingSkippedDoc{s.Code, call.P.Error(s.Why)})
	}
	return b
}

func (d *desk) apiOpineMany(ctx context.Context, call web.Call, in *fundingBatchIn) (*fundingOutcomeBody, error) {
	out, err := d.Funding.OpineMany(ctx, call.By, in.batch(), auth.Role(in.Body.As), in.Body.Text)
	if err != nil {
		return nil, err
	}
	return outcomeDocument(call, out), nil
}

func (d *desk) apiDecideMany(ctx context.Context, call web.Call, in *fundingBatchIn) (*fundingOutcomeBody, error) {
	out, err := d.Funding.DecideMany(ctx, call.By, in.batch(), in.Body.Text)
	if err != nil {
		return nil, err
	}
	return outcomeDocument(call, out), nil
}

type fundingOpinionIn struct {
	FundingStepIn
	Body struct {
		As     string `json:"as" enum:"office,reform" doc:"In whose name"`
		Result string `json:"result,omitempty" enum:"hold,no,ceased,consult,exempt,conditional,warned,eligible" doc:"None agrees with what was found"`
		Text   string `json:"text,omitempty"`
	}
}

func (d *desk) apiOpine(ctx context.Context, call web.Call, in *fundingOpinionIn) (*fundingItemBody, error) {
	return d.step(ctx, call, in.FundingStepIn, func(ref funding.Ref) error {
		_, err := d.Funding.Opine(ctx, call.By, ref, funding.Opinion{As: auth.Role(in.Body.As), Result: eligibility.Result(in.Body.Result), Text: in.Body.Text})
		return err
	})
}

type fundingDecisionIn struct {
	FundingStepIn
	Body struct {
		Result   string `json:"result,omitempty" enum:"hold,no,ceased,consult,exempt,conditional,warned,eligible" doc:"None is what stands"`
		Text     string `json:"text,omitempty"`
		Kept     *int64 `json:"kept_fen,omitempty" doc:"What is kept for security and the export of data"`
		KeptNote string `json:"kept_note,omitempty"`
	}
}

func (d *desk) apiDecide(ctx context.Context, call web.Call, in *fundingDecisionIn) (*fundingItemBody, error) {
	return d.step(ctx, call, in.FundingStepIn, func(ref funding.Ref) error {
		_, err := d.Funding.Decide(ctx, call.By, ref, funding.Decision{
			Result: eligibility.Result(in.Body.Result), Text: in.Body.Text, Kept: in.Body.Kept, KeptNote: in.Body.KeptNote,
		})
		return err
	})
}

type fundingPleaIn struct {
	FundingStepIn
	Body struct {
		Kind     string               `json:"kind" enum:"appeal,recheck"`
		Text     string               `json:"text,omitempty"`
		Evidence []fundingEvidenceDoc `json:"evidence,omitempty" maxItems:"5" doc:"New evidence; an appeal needs some"`
	}
}

type fundingEvidenceDoc struct {
	Name string `json:"name" maxLength:"200"`
	Data []byte `json:"data" doc:"The file, Base64"`
}

func (d *desk) apiPlead(ctx context.Context, call web.Call, in *fundingPleaIn) (*fundingItemBody, error) {
	var files []evidence.Upload
	for _, f := range in.Body.Evidence {
		files = append(files, uploadOf(f.Name, f.Data))
	}
	return d.step(ctx, call, in.FundingStepIn, func(ref funding.Ref) error {
		return d.received(ctx, files, func(got []evidence.Received) error {
			_, err := d.Funding.Plead(ctx, call.By, ref, funding.Petition{Kind: funding.PleaKind(in.Body.Kind), Text: in.Body.Text, Evidence: got})
			return err
		})
	})
}

type fundingReasonIn struct {
	FundingStepIn
	Body struct {
		Reason string `json:"reason,omitempty"`
	}
}

func (d *desk) apiWithdraw(ctx context.Context, call web.Call, in *fundingReasonIn) (*fundingItemBody, error) {
	return d.step(ctx, call, in.FundingStepIn, func(ref funding.Ref) error {
		_, err := d.Funding.Withdraw(ctx, call.By, ref, in.Body.Reason)
		return err
	})
}

func (d *desk) apiUphold(ctx context.Context, call web.Call, in *fundingReasonIn) (*fundingItemBody, error) {
	return d.step(ctx, call, in.FundingStepIn, func(ref funding.Ref) error {
		_, err := d.Funding.Uphold(ctx, call.By, ref, in.Body.Reason)
		return err
	})
}

func (d *desk) apiLookAgain(ctx context.Context, call web.Call, in *fundingReasonIn) (*fundingItemBody, error) {
	return d.step(ctx, call, in.FundingStepIn, func(ref funding.Ref) error {
		_, err := d.Funding.LookAgain(ctx, call.By, ref, in.Body.Reason)
		return err
	})
}

type fundingVerdictIn struct {
	FundingStepIn
	Body struct {
		Verdict string `json:"verdict" enum:"changed,support,uphold" doc:"changed reads the facts again"`
		Text    string `json:"text,omitempty"`
	}
}

func (d *desk) apiVerify(ctx context.Context, call web.Call, in *fundingVerdictIn) (*fundingItemBody, error) {
	return d.step(ctx, call, in.FundingStepIn, func(ref funding.Ref) error {
		_, err := d.Funding.Verify(ctx, call.By, ref, funding.Check{Verdict: funding.Verdict(in.Body.Verdict), Text: in.Body.Text})
		return err
	})
}

type fundingConsultIn struct {
	FundingStepIn
	Body struct {
		On   string `json:"on,omitempty" format:"date" doc:"Day of the meeting; none is today"`
		Text string `json:"text,omitempty"`
	}
}

func (d *desk) apiConsult(ctx context.Context, call web.Call, in *fundingConsultIn) (*fundingItemBody, error) {
	return d.step(ctx, call, in.FundingStepIn, func(ref funding.Ref) error {
		on, err := dayOf("meeting_on", in.Body.On)
		if err != nil {
			return err
		}
		_, err = d.Funding.Consult(ctx, call.By, ref, funding.Consultation{On: on, Text: in.Body.Text})
		return err
	})
}

type fundingGrantIn struct {
	FundingStepIn
	Body struct {
		Until  string `json:"until" format:"date" doc:"Last day of the condition, within the year"`
		Reason string `json:"reason,omitempty"`
	}
}

func (d *desk) apiGrant(ctx context.Context, call web.Call, in *fundingGrantIn) (*fundingItemBody, error) {
	return d.step(ctx, call, in.FundingStepIn, func(ref funding.Ref) error {
		until, err := dayOf("until", in.Body.Until)
		if err != nil {
			return err
		}
		_, err = d.Funding.Grant(ctx, call.By, ref, funding.Exception{Until: until, Reason: in.Body.Reason})
		return err
	})
}

// dayOf reads a day as programs write it; empty is none.
func dayOf(name, text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	day, err := calendar.ParseDate(text)
	if err != nil {
		return calendar.Date{}, fault.Refuse([]fault.Field{fault.At(name, "funding.err.day", "value", text)})
	}
	return day, nil
}
