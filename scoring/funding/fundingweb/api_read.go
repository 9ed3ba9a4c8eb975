package fundingweb

import (
	"context"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/scoring/eligibility"
	"qingce/scoring/funding"
)

// FundingRunDoc is a run as the API shows it.
type FundingRunDoc struct {
	Year     int       `json:"year"`
	Kind     string    `json:"kind" enum:"build,maintenance,acceptance"`
	Run      string    `json:"run" example:"2018-1"`
	Forecast bool      `json:"forecast" doc:"The rules of connection do not hold in the year yet"`
	FrozenOn string    `json:"frozen_on" format:"date"`
	FrozenAt time.Time `json:"frozen_at"`
	FrozenBy string    `json:"frozen_by"`
	Table    int64     `json:"table_version"`
	Systems  int64     `json:"systems"`
	Money    int64     `json:"om_fen"`
	Digest   string    `json:"digest" doc:"SHA-256 over the frozen facts and what they came to"`
	Replaced bool      `json:"replaced"`
}

func runDocument(r *funding.Run) FundingRunDoc {
	return FundingRunDoc{
		Year: r.Year, Kind: string(r.Kind), Run: r.Number(), Forecast: r.Forecast(), FrozenOn: r.FrozenOn.String(), FrozenAt: web.Instant(r.FrozenAt),
		FrozenBy: r.FrozenName, Table: r.TableVersion, Systems: r.Systems, Money: r.Amount, Digest: r.Hash, Replaced: r.ReplacedAt != nil,
	}
}

// fundingSumDoc is the sum of a group of systems.
type fundingSumDoc struct {
	Group    string `json:"group" enum:"all,eligible,exempt,conditional,ceased,no,consult,hold" doc:"eligible includes what is paid with a warning"`
	Systems  int64  `json:"systems"`
	Money    int64  `json:"om_fen"`
	Payable  int64  `json:"payable_fen"`
	Withheld int64  `json:"withheld_fen"`
	Unknown  int64  `json:"unknown" doc:"Systems whose money is not known"`
}

func sumDocument(group string, s funding.Sum) fundingSumDoc {
	return fundingSumDoc{group, s.Items, s.Money, s.Payable, s.Withheld(), s.Unknown}
}

func totalsDocument(t funding.Totals) []fundingSumDoc {
	out := []fundingSumDoc{sumDocument("all", t.All)}
	for _, g := range funding.Groups() {
		out = append(out, sumDocument(string(g), t.Groups[g]))
	}
	return out
}

// FundingYearDoc is a fiscal year with its sums.
type FundingYearDoc struct {
	FundingRunDoc
	Totals []fundingSumDoc `json:"totals"`
	Warned fundingSumDoc   `json:"warned" doc:"Part of the group eligible"`
}

func yearDocument(y *funding.Year) FundingYearDoc {
	return FundingYearDoc{runDocument(&y.Run), totalsDocument(y.Totals), sumDocument("eligible", y.Totals.Warned)}
}

type fundingYearsBody struct {
	Body struct {
		Years []FundingYearDoc `json:"years"`
	}
}

func (d *desk) apiYears(ctx context.Context, call web.Call, _ *struct{}) (*fundingYearsBody, error) {
	years, err := d.Funding.Years(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &fundingYearsBody{}
	out.Body.Years = make([]FundingYearDoc, len(years))
	for i := range years {
		out.Body.Years[i] = yearDocument(&years[i])
	}
	return out, nil
}

type fundingListIn struct {
	FundingYearIn
	Page       int      `query:"page" minimum:"1" default:"1"`
	Size       int      `query:"size" minimum:"1" maximum:"200" default:"50"`
	Group      []string `query:"group,explode" enum:"eligible,exempt,conditional,ceased,no,consult,hold"`
	Stage      []string `query:"stage,explode" enum:"found,opined,decided"`
	Turn       []string `query:"turn,explode" enum:"opinion,office,reform,finance,meeting,leader,nobody"`
	Department string   `query:"department" doc:"Code of a department"`
	Rule       string   `query:"rule" doc:"F1 to F15: any rule that held"`
	Search     string   `query:"q"`
	Sort       string   `query:"sort" enum:"money,result,department,stage"`
	Descending bool     `query:"descending"`
}

func (in *fundingListIn) query() funding.Query {
	q := funding.Query{
		Rule: in.Rule, Search: in.Search, Sort: funding.Sort(in.Sort), Descending: in.Descending, Page: in.Page, Size: in.Size,
	}
	for _, g := range in.Group {
		q.Groups = append(q.Groups, funding.Group(g))
	}
	for _, s := range in.Stage {
		q.Stages = append(q.Stages, funding.Stage(s))
	}
	for _, t := range in.Turn {
		q.Turns = append(q.Turns, funding.Turn(t))
	}
	return q
}

// FundingLineDoc is a system in a list.
type FundingLineDoc struct {
	System     string   `json:"system"`
	Name       string   `json:"name"`
	Department string   `json:"department"`
	Money      *int64   `json:"om_fen" doc:"null is not known"`
	Payable    int64    `json:"payable_fen"`
	Result     string   `json:"result" enum:"hold,no,ceased,consult,exempt,conditional,warned,eligible"`
	Rules      []string `json:"rules" doc:"Every rule that held, the first one decides"`
	Forecast   string   `json:"forecast,omitempty" doc:"The rule that holds from a later year on"`
	Stage      string   `json:"stage" enum:"found,opined,decided"`
	Turn       string   `json:"turn" enum:"opinion,office,reform,finance,meeting,leader,nobody"`
	Plea       string   `json:"plea,omitempty" enum:"submitted,verified,consulted"`
	Until      string   `json:"until,omitempty" format:"date" doc:"Last day of a condition"`
	From       string   `json:"from,omitempty" format:"date" doc:"Since when the result holds within the year"`
	Version    int64    `json:"version"`
}

func lineDocument(i *funding.Item, department string) FundingLineDoc {
	return FundingLineDoc{
		System: i.Code, Name: i.Name, Department: department, Money: i.Amount, Payable: i.Payable(), Result: string(i.Result), Rules: i.Rules,
		Forecast: i.Forecast, Stage: string(i.Stage), Turn: string(i.Turn()), Plea: string(i.Plea), Until: dayOr(i.UntilOn), From: dayOr(i.FromOn),
		Version: i.Version,
	}
}

func dayOr(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

type fundingListBody struct {
	Body struct {
		FundingYearDoc
		Total int64            `json:"total"`
		Items []FundingLineDoc `json:"items"`
	}
}

func (d *desk) apiYear(ctx context.Context, call web.Call, in *fundingListIn) (*fundingListBody, error) {
	q := in.query()
	if in.Department != "" {
		dir, err := d.Registry.Directory(ctx)
		if err != nil {
			return nil, err
		}
		body, ok := dir.ByCode(in.Department)
		if !ok {
			return nil, fault.Refuse([]fault.Field{fault.At("department", "funding.err.department", "value", in.Department)})
		}
		q.Departments = []auth.DepartmentID{body.ID}
	}
	y, err := d.Funding.List(ctx, call.By, in.Year, q)
	if err != nil {
		return nil, err
	}
	out := &fundingListBody{}
	out.Body.FundingYearDoc, out.Body.Total, out.Body.Items = yearDocument(&y), y.Totals.All.Items, make([]FundingLineDoc, len(y.Items))
	for i := range y.Items {
		out.Body.Items[i] = lineDocument(&y.Items[i].Item, y.Items[i].DepartmentCode)
	}
	return out, nil
}

type fundingBodiesBody struct {
	Body struct {
		FundingYearDoc
		Departments []fundingBodyDoc `json:"departments"`
	}
}

type fundingBodyDoc struct {
	Department string          `json:"department"`
	Name       string          `json:"name"`
	Totals     []fundingSumDoc `json:"totals"`
}

func (d *desk) apiBodies(ctx context.Context, call web.Call, in *FundingYearIn) (*fundingBodiesBody, error) {
	y, err := d.Funding.Bodies(ctx, call.By, in.Year, funding.Query{})
	if err != nil {
		return nil, err
	}
	out := &fundingBodiesBody{}
	out.Body.FundingYearDoc, out.Body.Departments = yearDocument(&y), make([]fundingBodyDoc, len(y.Bodies))
	for i, b := range y.Bodies {
		out.Body.Departments[i] = fundingBodyDoc{b.Code, b.Name, totalsDocument(b.Totals)}
	}
	return out, nil
}

type fundingItemIn struct {
	Year   int    `path:"year" minimum:"2000" maximum:"2200"`
	System string `path:"system" maxLength:"24"`
}

type fundingItemBody struct {
	ETag string `header:"ETag"`
	Body fundingItemDoc
}

// fundingItemDoc is a system in a fiscal year with all that is known of it.
type fundingItemDoc struct {
	FundingLineDoc
	Facts       funding.Facts        `json:"facts" doc:"As they were frozen, or read again later"`
	Reasons     []fundingReasonDoc   `json:"reasons"`
	Office      *fundingOpinionDoc   `json:"office,omitempty"`
	Reform      *fundingOpinionDoc   `json:"reform,omitempty"`
	AppealUntil string               `json:"appeal_until,omitempty" format:"date"`
	Decision    *fundingDecisionDoc  `json:"decision,omitempty"`
	Due         string               `json:"verify_by,omitempty" format:"date" doc:"By when the plea is to be verified"`
	Pleas       []fundingPleaDoc     `json:"pleas"`
	Findings    []fundingFindingDoc  `json:"findings" doc:"Every result that it has had"`
	Steps       []fundingItemStepDoc `json:"steps"`
}

type fundingReasonDoc struct {
	Rule    string `json:"rule" example:"F9"`
	Article string `json:"article,omitempty" doc:"None is an assumption of this service"`
	Text    string `json:"text"`
	Decides bool   `json:"decides"`
}

type fundingOpinionDoc struct {
	Result string    `json:"result"`
	Text   string    `json:"text,omitempty"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
}

type fundingDecisionDoc struct {
	Text     string    `json:"text,omitempty"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Kept     *int64    `json:"kept_fen,omitempty"`
	KeptNote string    `json:"kept_note,omitempty"`
}

type fundingPleaDoc struct {
	Kind        string `json:"kind" enum:"appeal,recheck"`
	State       string `json:"state" enum:"submitted,verified,consulted,granted,upheld,changed,withdrawn"`
	Text        string `json:"text"`
	SubmittedOn string `json:"submitted_on" format:"date"`
	Verdict     string `json:"verdict,omitempty" enum:"changed,support,uphold"`
	VerifiedOn  string `json:"verified_on,omitempty" format:"date"`
	LateWd      *int64 `json:"late_wd,omitempty"`
	MeetingOn   string `json:"meeting_on,omitempty" format:"date"`
	ClosedOn    string `json:"closed_on,omitempty" format:"date"`
	Files       int    `json:"files"`
}

type fundingFindingDoc struct {
	Number int64     `json:"number"`
	Way    string    `json:"way" enum:"frozen,decided,excepted,rechecked"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Result string    `json:"result"`
	Rules  []string  `json:"rules"`
	Until  string    `json:"until,omitempty" format:"date"`
	Reason string    `json:"reason,omitempty"`
	Digest string    `json:"digest" doc:"SHA-256 of the facts behind it"`
}

type fundingItemStepDoc struct {
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	Department string    `json:"department,omitempty"`
	Action     string    `json:"action"`
	Note       string    `json:"note,omitempty"`
}

func (d *desk) apiItem(ctx context.Context, call web.Call, in *fundingItemIn) (*fundingItemBody, error) {
	f, err := d.Funding.Find(ctx, call.By, in.Year, in.System)
	if err != nil {
		return nil, err
	}
	i := &f.Item
	doc := fundingItemDoc{FundingLineDoc: lineDocument(i, f.Department), Facts: f.Facts, AppealUntil: dayOr(i.AppealUntil)}
	table, err := f.Run.Table()
	if err != nil {
		return nil, err
	}
	for n, rule := range rulesOf(&table, i.Rules) {
		doc.Reasons = append(doc.Reasons, fundingReasonDoc{rule.ID, rule.Article, call.P.T(string(funding.RuleText(rule.ID))), n == 0})
	}
	doc.Office = opinionDocument(i.OfficeResult, i.OfficeText, i.OfficeAt, i.OfficeName)
	doc.Reform = opinionDocument(i.ReformResult, i.ReformText, i.ReformAt, i.ReformName)
	if i.DecidedAt != nil {
		doc.Decision = &fundingDecisionDoc{i.DecisionText, web.Instant(*i.DecidedAt), i.DecidedName, i.KeptAmount, i.KeptNote}
	}
	if f.Clock != nil {
		doc.Due = f.Clock.On.String()
	}
	doc.history(&f)
	return &fundingItemBody{web.ETag(i.Version), doc}, nil
}

// history adds what an item has gone through.
func (doc *fundingItemDoc) history(f *funding.File) {
	doc.Pleas, doc.Findings, doc.Steps = []fundingPleaDoc{}, []fundingFindingDoc{}, []fundingItemStepDoc{}
	for _, p := range f.Pleas {
		doc.Pleas = append(doc.Pleas, fundingPleaDoc{
			Kind: string(p.Kind), State: string(p.State), Text: p.Text, SubmittedOn: p.SubmittedOn.String(), Verdict: string(p.Verdict),
			VerifiedOn: dayOr(p.VerifiedOn), LateWd: p.LateWd, MeetingOn: dayOr(p.MeetingOn), ClosedOn: dayOr(p.ClosedOn), Files: len(p.Files),
		})
	}
	for _, one := range f.Findings {
		doc.Findings = append(doc.Findings, fundingFindingDoc{
			one.Number, string(one.Way), web.Instant(one.At), one.ByName, string(one.Result), one.Rules, dayOr(one.UntilOn), one.Reason, one.Digest,
		})
	}
	for _, s := range f.Steps {
		doc.Steps = append(doc.Steps, fundingItemStepDoc{web.Instant(s.At), s.Name, s.Department, s.Action, s.Note})
	}
}

func opinionDocument(r eligibility.Result, text string, at *time.Time, by string) *fundingOpinionDoc {
	if at == nil {
		return nil
	}
	return &fundingOpinionDoc{string(r), text, web.Instant(*at), by}
}

// rulesOf finds rules in the table that decided, in the order in which they held.
func rulesOf(table *eligibility.Table, ids []string) []eligibility.Rule {
	var out []eligibility.Rule
	for _, id := range ids {
		for _, r := range table.Rules {
			if r.ID == id {
				out = append(out, r)
			}
		}
	}
	return out
}

type fundingStatementBody struct {
	Body funding.Signed
}

func (d *desk) apiStatement(ctx context.Context, call web.Call, in *FundingYearIn) (*fundingStatementBody, error) {
	signed, err := d.signed(ctx, call.By, in.Year)
	if err != nil {
		return nil, err
	}
	return &fundingStatementBody{signed}, nil
}
