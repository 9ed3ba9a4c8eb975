package zombieweb

import (
	"context"
	"net/http"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/detect"
)

func (d *desk) verdictsAPI(s *web.Server) {
	read := web.For(zombie.Viewers()...).With(zombiesRead)
	list := zombieOp("list-verdicts", http.MethodGet, "/verdicts", "What detection found, of the systems that one may see")
	list.Description = "Without a result: systems of which a feature is met or suspected."
	web.Operation(s, read, list, d.apiVerdicts)
	one := zombieOp("get-verdicts", http.MethodGet, "/systems/{code}/verdicts", "The five features of a system, with figures and sentences")
	one.Description = "What would be found on the last day of the span by the policy of that day, and the days behind it. A suspicion, no decision."
	web.Operation(s, read, one, d.apiLife)
}

// featureDoc is what was found of one feature.
type featureDoc struct {
	Feature    string        `json:"feature" enum:"z1,z2,z3,z4,z5"`
	Name       string        `json:"name" doc:"In words"`
	Result     string        `json:"result" enum:"not_met,suspected,met,insufficient,off_season,on_standby,too_new,exempt"`
	Grounds    []string      `json:"grounds" doc:"Why, as keys"`
	Sentences  []string      `json:"sentences,omitempty" doc:"Why, in words with figures"`
	Excluded   []string      `json:"excluded,omitempty" doc:"What was seen and not counted"`
	Change     string        `json:"change,omitempty" doc:"What would change it"`
	LastUse    calendar.Date `json:"last_use" doc:"Of people; empty when none was seen"`
	Gap        int           `json:"gap" doc:"Observed days since then"`
	LongestGap int           `json:"longest_gap" doc:"The longest one before"`
	Stray      int           `json:"stray" doc:"Days of stray visits since then"`
	Ignored    int64         `json:"ignored" doc:"Requests of machines since then"`
	Confidence float64       `json:"confidence" doc:"That nobody comes back, 0 to 1"`
	Missed     float64       `json:"missed" doc:"Days of use to be expected since then"`
	Coverage   float64       `json:"coverage" doc:"Of the window, 0 to 1"`
	Users      *int64        `json:"users" doc:"Different people in the window; null when not worked out"`
	LoginDays  int           `json:"login_days"`
	Working    int           `json:"working_days" doc:"Of the window"`
	CPUAvg     *int64        `json:"cpu_avg" doc:"Hundredths of a percent; null when not measured"`
	CPUP95     *int64        `json:"cpu_p95"`
	Days       *int          `json:"days" doc:"Since the last release"`
	Over       *int          `json:"contract_over" doc:"Days since the end of the maintenance contract"`
}

func known[T int | int64](n T) *T {
	if n < 0 {
		return nil
	}
	return &n
}

func featureDocument(call web.Call, f zombie.Finding) featureDoc {
	g := f.Figures
	out := featureDoc{
		Feature: zombie.FeatureWord(f.Feature), Name: call.P.T(string(zombie.FeatureLabel(f.Feature))), Result: zombie.ResultWord(f.Result), Grounds: []string{},
		LastUse: zombie.DateOf(g.LastUse), Gap: g.Gap, LongestGap: g.LongestGap, Stray: g.Stray, Ignored: g.Ignored, Confidence: g.Sure, Missed: g.Missed,
		Coverage: g.Coverage, Users: known(g.Users), LoginDays: g.LoginDays, Working: g.WorkingDays, CPUAvg: known(g.CPUAvg), CPUP95: known(g.CPUP95), Days: known(g.Days), Over: known(g.Over),
	}
	for _, ground := range f.Grounds {
		out.Grounds = append(out.Grounds, zombie.GroundWord(ground))
	}
	return out
}

// verdictDoc is a verdict as the API shows it.
type verdictDoc struct {
	Code         string        `json:"code"`
	Name         string        `json:"name"`
	Owner        string        `json:"owner" doc:"Code of the department"`
	Since        calendar.Date `json:"since" doc:"Day of the run that first found it"`
	Policy       int64         `json:"policy" doc:"Version of the policy by which it was found"`
	Strength     string        `json:"strength" enum:"none,warning,strong"`
	Confidence   float64       `json:"confidence" doc:"That nobody comes back, 0 to 1"`
	OmAmountYear *int64        `json:"om_amount_year" doc:"Fen a year; null when not given"`
	Features     []featureDoc  `json:"features"`
}

var strengthWords = [...]string{"none", "warning", "strong"}

type verdictsIn struct {
	Feature string `query:"feature" enum:"z1,z2,z3,z4,z5"`
	Result  string `query:"result" enum:"not_met,suspected,met,insufficient,off_season,on_standby,too_new,exempt,all"`
	Owner   string `query:"owner" doc:"Code or name of a department"`
	Search  string `query:"q" maxLength:"80"`
	Sort    string `query:"sort" enum:"strength,-strength,code,-code,owner,-owner,since,-since,money,-money"`
	Page    int    `query:"page" minimum:"1" default:"1"`
	Size    int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type verdictsOut struct {
	Body struct {
		Total    int64        `json:"total"`
		Verdicts []verdictDoc `json:"verdicts"`
	}
}

func (d *desk) apiVerdicts(ctx context.Context, call web.Call, in *verdictsIn) (*verdictsOut, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	asked := readVerdicts(map[string][]string{
		paramFeature: {in.Feature}, paramResult: {in.Result}, paramOwner: {in.Owner}, paramSearch: {in.Search}, paramSort: {in.Sort},
	}, dir)
	if err := fault.Refuse(asked.wrong); err != nil {
		return nil, err
	}
	asked.Page, asked.Size = in.Page, in.Size
	page, err := d.Detector.Verdicts(ctx, call.By, asked.VerdictQuery)
	if err != nil {
		return nil, err
	}
	out := &verdictsOut{}
	out.Body.Total, out.Body.Verdicts = page.Total, make([]verdictDoc, len(page.Rows))
	for i := range page.Rows {
		out.Body.Verdicts[i] = verdictDocument(call, dir, &page.Rows[i])
	}
	return out, nil
}

func verdictDocument(call web.Call, dir *inventory.Directory, l *zombie.VerdictLine) verdictDoc {
	owner, _ := dir.Find(l.Owner)
	out := verdictDoc{
		Code: l.Code, Name: l.Name, Owner: owner.Code, Since: l.Since, Policy: l.Policy, Strength: strengthWords[l.Strength], Confidence: l.Confidence,
		OmAmountYear: l.OmAmountYear,
	}
	for _, f := range l.Features {
		out.Features = append(out.Features, featureDocument(call, f))
	}
	return out
}

// lifeDayDoc is a day as detection has read it.
type lifeDayDoc struct {
	Date     calendar.Date `json:"date"`
	Working  bool          `json:"working"`
	Covered  bool          `json:"covered" doc:"Whether it was measured"`
	Used     bool          `json:"used" doc:"Whether people used the system"`
	Stray    bool          `json:"stray" doc:"Somebody was there, too few to be use"`
	Expected float64       `json:"expected" doc:"How much use was to be expected"`
	Business *int64        `json:"business"`
	Logins   *int64        `json:"logins"`
	Users    *int64        `json:"users"`
	Requests *int64        `json:"requests"`
	Machines *int64        `json:"machines" doc:"Distinct machines"`
	Gap      int           `json:"gap" doc:"Observed days without use, up to this one"`
}

func lifeDayDocument(l *zombie.LifeDay) lifeDayDoc {
	value := func(s detect.Signal, n int64) *int64 {
		if l.Fact.Measured&s == 0 {
			return nil
		}
		return &n
	}
	f := &l.Fact
	return lifeDayDoc{
		Date: l.Date, Working: l.Working, Covered: l.Covered, Used: l.Used, Stray: l.Stray, Expected: l.Expected, Gap: l.Gap,
		Business: value(detect.Business, f.Business), Logins: value(detect.Logins, f.Logins), Users: value(detect.Users, f.Users),
		Requests: value(detect.Requests, f.Requests), Machines: value(detect.Machines, f.Machines),
	}
}

type lifeQuery struct {
	Code string        `path:"code"`
	From calendar.Date `query:"from" doc:"Default: 400 days before the last"`
	To   calendar.Date `query:"to" doc:"Default: the day of the newest run"`
}

type lifeOut struct {
	Body struct {
		Code     string        `json:"code"`
		Name     string        `json:"name"`
		Policy   int64         `json:"policy"`
		From     calendar.Date `json:"from"`
		To       calendar.Date `json:"to"`
		Features []featureDoc  `json:"features"`
		Days     []lifeDayDoc  `json:"days"`
	}
}

func (d *desk) apiLife(ctx context.Context, call web.Call, in *lifeQuery) (*lifeOut, error) {
	from, to := in.From, in.To
	if to.IsZero() {
		var err error
		if to, err = d.Detector.Newest(ctx, call.By); err != nil {
			return nil, err
		}
	}
	if from.IsZero() {
		from = to.AddDays(1 - usualLife)
	}
	life, err := d.Detector.Life(ctx, call.By, in.Code, from, to)
	if err != nil {
		return nil, err
	}
	out := &lifeOut{}
	b := &out.Body
	b.Code, b.Name, b.Policy, b.From, b.To = life.System.Code, life.System.Name, life.Policy.Version, life.From, life.To
	for _, f := range life.Findings {
		s := said{f, life.Policy.Numbers.Window, life.Replacement}
		doc := featureDocument(call, f)
		doc.Sentences, doc.Excluded, doc.Change = s.sentences(call.P), s.excluded(call.P), s.change(call.P)
		b.Features = append(b.Features, doc)
	}
	b.Days = make([]lifeDayDoc, len(life.Days))
	for i := range life.Days {
		b.Days[i] = lifeDayDocument(&life.Days[i])
	}
	return out, nil
}
