package monthlyweb

import (
	"context"
	"net/http"
	"slices"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// policiesAPI is about the method and its versions.
func policiesAPI(s *web.Server, d *desk) {
	makers := web.For(monthly.Makers()...).With(scopeWrite)
	const draft = "/policies/draft"
	web.Operation(s, web.For(viewers()...).With(scopeRead), op("list-score-policies", http.MethodGet, "/policies", "List the versions of the method, the newest first"), d.apiPolicies)
	web.Operation(s, makers, op("save-score-policy", http.MethodPut, draft, "Keep a method as the draft of the next version"), d.apiSavePolicy)
	web.Operation(s, makers, op("set-score-policy", http.MethodPost, draft+"/force", "Put the draft in force from a month on"), d.apiSetPolicy)
	drop := op("drop-score-policy", http.MethodDelete, draft, "Throw the draft away")
	drop.DefaultStatus = http.StatusNoContent
	web.Operation(s, makers, drop, d.apiDropPolicy)
}

// ScorePolicyDoc is a version of the method.
type ScorePolicyDoc struct {
	Version  int64          `json:"version"`
	State    string         `json:"state" enum:"draft,in_force"`
	From     string         `json:"from_month,omitempty" doc:"The first month that it is in force for"`
	Reason   string         `json:"reason"`
	At       time.Time      `json:"created_at"`
	By       string         `json:"created_by"`
	Set      *time.Time     `json:"set_at,omitempty"`
	SetBy    string         `json:"set_by,omitempty"`
	Method   ScoreMethodDoc `json:"method"`
	Revision int64          `json:"revision" doc:"The ETag"`
}

func policyDocument(p *monthly.Policy) ScorePolicyDoc {
	return ScorePolicyDoc{
		p.Version, string(p.State), string(p.FromMonth), p.Reason, web.Instant(p.CreatedAt), p.CreatedName, instant(p.SetAt), p.SetName, methodDocument(&p.Method), p.Revision,
	}
}

type scorePoliciesBody struct {
	Body struct {
		Policies []ScorePolicyDoc `json:"policies"`
	}
}

func (d *desk) apiPolicies(ctx context.Context, call web.Call, _ *struct{}) (*scorePoliciesBody, error) {
	all, err := d.Months.Policies(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &scorePoliciesBody{}
	out.Body.Policies = make([]ScorePolicyDoc, len(all))
	for i := range all {
		out.Body.Policies[i] = policyDocument(&all[i])
	}
	return out, nil
}

type scorePolicyBody struct {
	ETag string `header:"ETag"`
	Body ScorePolicyDoc
}

func policyAnswer(p *monthly.Policy) *scorePolicyBody {
	return &scorePolicyBody{web.ETag(p.Revision), policyDocument(p)}
}

type scorePolicyIn struct {
	IfMatch string `header:"If-Match" doc:"ETag of the draft as it was read; left out for the first one"`
	Body    struct {
		Method ScoreMethodDoc `json:"method"`
		Reason string         `json:"reason"`
	}
}

func (d *desk) apiSavePolicy(ctx context.Context, call web.Call, in *scorePolicyIn) (*scorePolicyBody, error) {
	var seen int64
	var err error
	if in.IfMatch != "" {
		if seen, err = web.MatchedVersion(in.IfMatch); err != nil {
			return nil, err
		}
	}
	m, err := in.Body.Method.method()
	if err != nil {
		return nil, err
	}
	p, err := d.Months.SavePolicy(ctx, call.By, m, in.Body.Reason, seen)
	if err != nil {
		return nil, err
	}
	return policyAnswer(&p), nil
}

// method reads a method as a program gives it. A name that is not known is
// refused where it stands.
func (doc *ScoreMethodDoc) method() (monthly.Method, error) {
	m := monthly.Method{AppealWd: doc.AppealWd, WindowDays: doc.WindowDays, ReplyDays: doc.ReplyDays, PapersTarget: doc.PapersTarget}
	m.LateWd, m.JointTarget, m.KeyAreaTarget, m.OffCap, m.RankedFrom = doc.LateWd, doc.JointTarget, doc.KeyAreaTarget, doc.OffCap, doc.RankedFrom
	m.Praise, m.Good, m.Remind, m.Report, m.ConnectedForPraise = doc.Praise, doc.Good, doc.Remind, doc.Report, doc.Connected
	m.TaskPoints, m.Off = map[scorecard.Outcome]int{}, map[scorecard.Deduction]int{}
	var wrong []fault.Field
	take := func(at string, from map[string]int, known []string, put func(name string, n int)) {
		for _, name := range sortedKeys(from) {
			if !slices.Contains(known, name) {
				wrong = append(wrong, fault.At(at+"."+name, "monthly.err.term", "name", name))
				continue
			}
			put(name, from[name])
		}
	}
	var metrics []string
	for _, metric := range scorecard.Metrics() {
		metrics = append(metrics, metric.Key())
	}
	take("weights", doc.Weights, metrics, func(name string, n int) { m.Weights[slices.Index(metrics, name)] = n })
	take("task_points", doc.TaskPoints, namesOf(scorecard.Outcomes()), func(name string, n int) { m.TaskPoints[scorecard.Outcome(name)] = n })
	take("off", doc.Off, namesOf(scorecard.Deductions()), func(name string, n int) { m.Off[scorecard.Deduction(name)] = n })
	day, err := calendar.ParseDate(doc.PenaltyFrom)
	if err != nil {
		wrong = append(wrong, fault.At("penalty_from", "monthly.err.day", "field", fault.Label("scoring.policy.penalty_from"), "text", doc.PenaltyFrom))
	}
	m.PenaltyFrom = day
	return m, fault.Refuse(wrong)
}

// namesOf are choices as programs write them.
func namesOf[S ~string](all []S) []string {
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = string(one)
	}
	return out
}

// ScoreDraftIn names the draft as the program read it.
type ScoreDraftIn struct {
	IfMatch string `header:"If-Match" doc:"ETag of the draft as it was read"`
}

type scoreForceIn struct {
	ScoreDraftIn
	Body struct {
		Month string `json:"month" maxLength:"7" example:"2018-02" doc:"After every month that is frozen"`
	}
}

func (d *desk) apiSetPolicy(ctx context.Context, call web.Call, in *scoreForceIn) (*scorePolicyBody, error) {
	seen, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	month, err := monthly.ParsePeriod(in.Body.Month)
	if err != nil {
		return nil, err
	}
	p, err := d.Months.SetPolicy(ctx, call.By, month, seen)
	if err != nil {
		return nil, err
	}
	return policyAnswer(&p), nil
}

func (d *desk) apiDropPolicy(ctx context.Context, call web.Call, in *ScoreDraftIn) (*struct{}, error) {
	seen, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, d.Months.DropPolicy(ctx, call.By, seen)
}
