package usageweb

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// Scopes of API tokens of people; what sends usage has tokens of its own.
const (
	probesRead  = "usage:read"
	probesWrite = "usage:write"
)

const apiProbesPath = "/api/v1/probes"

func probesOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Probes"}}
}

func (d *desk) probesAPI(s *web.Server) {
	count := web.For(usage.Counters()...).With(probesRead)
	read, operate := web.For(viewers()...).With(probesRead), web.For(operators()...).With(probesWrite)
	one := apiProbesPath + "/{code}"
	web.Operation(s, count, probesOp("count-probes", http.MethodGet, apiProbesPath+"/counts", "How many probes there are of each standing"), d.apiCountProbes)
	web.Operation(s, read, probesOp("list-probes", http.MethodGet, apiProbesPath, "List probes"), d.apiListProbes)
	web.Operation(s, read, probesOp("get-probe", http.MethodGet, one, "Read a probe with its tokens and silences"), d.apiGetProbe)
	web.Operation(s, read, probesOp("list-probe-hours", http.MethodGet, one+"/hours", "The hours in which something of a probe arrived"), d.apiProbeHours)
	web.Operation(s, read, probesOp("list-probe-rejections", http.MethodGet, one+"/rejections", "What was sent back to a probe, by day and reason"), d.apiRejections)

	create := probesOp("register-probe", http.MethodPost, apiProbesPath, "Register a probe")
	create.DefaultStatus = http.StatusCreated
	web.Operation(s, operate, create, d.apiRegisterProbe)
	change := probesOp("change-probe", http.MethodPut, one, "Change what is said of a probe")
	change.Description = "The body replaces all that was said of the probe; data of a system that is left out stays."
	web.Operation(s, operate, change, d.apiChangeProbe)
	web.Operation(s, operate, probesOp("stop-probe", http.MethodPost, one+"/stop", "Take a probe out of use: nothing of it is accepted"), d.apiStopProbe)
	web.Operation(s, operate, probesOp("resume-probe", http.MethodPost, one+"/resume", "Take a stopped probe into use again"), d.apiResumeProbe)

	issue := probesOp("issue-probe-token", http.MethodPost, one+"/tokens", "Make a token of a probe; its text is in the answer, this once")
	issue.DefaultStatus = http.StatusCreated
	web.Operation(s, operate, issue, d.apiIssueToken)
	rotate := probesOp("rotate-probe-token", http.MethodPost, one+"/tokens/{id}/rotate", "Make a token in the place of another, which still opens for a while")
	rotate.DefaultStatus = http.StatusCreated
	web.Operation(s, operate, rotate, d.apiRotateToken)
	web.Operation(s, operate, probesOp("revoke-probe-token", http.MethodDelete, one+"/tokens/{id}", "Revoke a token of a probe for good"), d.apiRevokeToken)
}

// probeDoc is a probe as the API shows it.
type probeDoc struct {
	Code            string           `json:"code" example:"PB-0001"`
	Name            string           `json:"name"`
	Kind            usage.ProbeKind  `json:"kind" enum:"app,gateway,cloud,database,logs"`
	Owner           string           `json:"owner" doc:"Code of the department"`
	Standing        usage.Standing   `json:"standing" enum:"down,late,never,normal,stopped"`
	StoppedReason   string           `json:"stopped_reason"`
	IntervalMinutes int              `json:"interval_minutes" doc:"In which time something of it should arrive"`
	Signals         []string         `json:"signals" doc:"What it is expected to measure; empty when nobody said"`
	Systems         []probeSystemDoc `json:"systems" doc:"The systems that it may speak of and that the reader sees"`
	Note            string           `json:"note"`
	FirstContactAt  *time.Time       `json:"first_contact_at"`
	LastContactAt   *time.Time       `json:"last_contact_at" doc:"Somebody came with a token of it"`
	LastSuccessAt   *time.Time       `json:"last_success_at" doc:"Something of it was accepted"`
	LastErrorAt     *time.Time       `json:"last_error_at"`
	LastError       string           `json:"last_error" doc:"What was last sent back, and why"`
	RejectedToday   int64            `json:"rejected_today" doc:"Items that were sent back today"`
	Week            probeHeardDoc    `json:"week" doc:"The last seven days"`
	CreatedAt       time.Time        `json:"created_at"`
	Version         int64            `json:"version" doc:"Number of the version; the ETag"`
}

type probeSystemDoc struct {
	Code  string      `json:"code"`
	Name  string      `json:"name"`
	Share usage.Share `json:"share" enum:"whole,part"`
}

type probeHeardDoc struct {
	Hours    int `json:"hours" doc:"Hours in which something arrived"`
	Expected int `json:"expected" doc:"Hours in which something should have arrived"`
}

// probeDocs writes probes for somebody.
type probeDocs struct {
	call  web.Call
	dir   *inventory.Directory
	heard map[usage.ProbeID]usage.Heard
}

func (d *desk) probeDocs(ctx context.Context, call web.Call, lines []usage.ProbeLine) (probeDocs, error) {
	out := probeDocs{call: call}
	var err error
	if out.dir, err = d.Registry.Directory(ctx); err != nil {
		return out, err
	}
	out.heard, err = d.Probes.HeardSince(ctx, call.By, lines, coverageFrom(call.Now))
	return out, err
}

func (w probeDocs) document(l *usage.ProbeLine) probeDoc {
	heard, c := w.heard[l.ID], l.Contact
	doc := probeDoc{
		Code: l.Code, Name: l.Name, Kind: l.Kind, Owner: l.Owner.Code, Standing: l.Standing, StoppedReason: l.StoppedReason,
		IntervalMinutes: l.IntervalMinutes, Signals: namesOfSignals(l.Signals), Systems: []probeSystemDoc{}, Note: l.Note,
		FirstContactAt: web.OptionalInstant(c.FirstContactAt), LastContactAt: web.OptionalInstant(c.LastContactAt),
		LastSuccessAt: web.OptionalInstant(c.LastSuccessAt), LastErrorAt: web.OptionalInstant(c.LastErrorAt), RejectedToday: l.RejectedToday,
		Week: probeHeardDoc{heard.Hours, heard.Expected}, CreatedAt: web.Instant(l.CreatedAt), Version: l.Version,
	}
	if c.LastErrorCode != "" {
		doc.LastError = w.call.P.Text(string(c.LastErrorCode), c.LastError.Issue(c.LastErrorCode).Args())
	}
	for _, s := range l.Systems {
		if w.dir.Covers(w.call.By.View(), s.OwnerID) {
			doc.Systems = append(doc.Systems, probeSystemDoc{s.Code, s.Name, s.Share})
		}
	}
	return doc
}

func namesOfSignals(set usage.SignalSet) []string {
	out := []string{}
	for _, s := range set.List() {
		out = append(out, s.String())
	}
	return out
}

type probeCountsOut struct {
	Body struct {
		Total     int64                    `json:"total"`
		Standings map[usage.Standing]int64 `json:"standings"`
	}
}

func (d *desk) apiCountProbes(ctx context.Context, call web.Call, _ *struct{}) (*probeCountsOut, error) {
	counts, err := d.Probes.CountStandings(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &probeCountsOut{}
	out.Body.Standings = counts
	for _, n := range counts {
		out.Body.Total += n
	}
	return out, nil
}

type listProbesIn struct {
	Q        string   `query:"q" doc:"In the code and name of the probe and of its systems"`
	State    []string `query:"state" enum:"down,late,never,normal,stopped"`
	Kind     []string `query:"kind" enum:"app,gateway,cloud,database,logs"`
	Owner    []string `query:"owner" doc:"Codes of departments"`
	System   string   `query:"system" doc:"Code of a system that the probes speak of"`
	Rejected bool     `query:"rejected_today" doc:"Only those of which something was sent back today"`
	Sort     string   `query:"sort" enum:"code,-code,name,-name,success,-success,standing,-standing"`
	Page     int      `query:"page" minimum:"1" default:"1"`
	Size     int      `query:"size" minimum:"1" maximum:"200" default:"20"`
}

type probesOut struct {
	Body struct {
		Total  int64      `json:"total"`
		Page   int        `json:"page"`
		Probes []probeDoc `json:"probes"`
	}
}

func (in *listProbesIn) query(dir *inventory.Directory) (usage.ProbeQuery, error) {
	sort, down := strings.CutPrefix(in.Sort, "-")
	q := usage.ProbeQuery{Search: in.Q, SystemCode: in.System, Rejected: in.Rejected, Sort: sort, Descending: down, Page: in.Page, Size: in.Size}
	for _, s := range in.State {
		q.Standings = append(q.Standings, usage.Standing(s))
	}
	for _, k := range in.Kind {
		q.Kinds = append(q.Kinds, usage.ProbeKind(k))
	}
	for _, code := range in.Owner {
		dept, ok := dir.ByCode(code)
		if !ok {
			return q, fault.Refuse([]fault.Field{fault.At("owner", "probes.err.owner", "text", code)})
		}
		q.Owners = append(q.Owners, dept.ID)
	}
	return q, nil
}

func (d *desk) apiListProbes(ctx context.Context, call web.Call, in *listProbesIn) (*probesOut, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	q, err := in.query(dir)
	if err != nil {
		return nil, err
	}
	list, err := d.Probes.ListProbes(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	docs, err := d.probeDocs(ctx, call, list.Lines)
	if err != nil {
		return nil, err
	}
	out := &probesOut{}
	out.Body.Total, out.Body.Page, out.Body.Probes = list.Total, in.Page, []probeDoc{}
	for i := range list.Lines {
		out.Body.Probes = append(out.Body.Probes, docs.document(&list.Lines[i]))
	}
	return out, nil
}

type probeCodeIn struct {
	Code string `path:"code" example:"PB-0001"`
}

// probeFileDoc is a probe with what stands on its page.
type probeFileDoc struct {
	Probe    probeDoc          `json:"probe"`
	Tokens   []probeTokenDoc   `json:"tokens" doc:"The newest first"`
	Silences []probeSilenceDoc `json:"silences" doc:"Outages that were noticed, the newest first"`
}

type probeSilenceDoc struct {
	Since     time.Time  `json:"since" doc:"When something was last accepted"`
	NoticedAt time.Time  `json:"noticed_at"`
	EndedAt   *time.Time `json:"ended_at" doc:"null as long as it lasts"`
}

type probeFileOut struct {
	ETag string `header:"ETag"`
	Body probeFileDoc
}

func (d *desk) apiGetProbe(ctx context.Context, call web.Call, in *probeCodeIn) (*probeFileOut, error) {
	return d.probeAnswer(ctx, call, in.Code)
}

func (d *desk) probeAnswer(ctx context.Context, call web.Call, code string) (*probeFileOut, error) {
	file, err := d.Probes.FindProbe(ctx, call.By, code)
	if err != nil {
		return nil, err
	}
	docs, err := d.probeDocs(ctx, call, []usage.ProbeLine{file.ProbeLine})
	if err != nil {
		return nil, err
	}
	doc := probeFileDoc{Probe: docs.document(&file.ProbeLine), Tokens: []probeTokenDoc{}, Silences: []probeSilenceDoc{}}
	for i := range file.Tokens {
		doc.Tokens = append(doc.Tokens, tokenDocument(&file.Tokens[i], call.Now))
	}
	for _, s := range file.Silences {
		doc.Silences = append(doc.Silences, probeSilenceDoc{web.Instant(s.Since), web.Instant(s.NoticedAt), web.OptionalInstant(s.EndedAt)})
	}
	return &probeFileOut{ETag: web.ETag(file.Version), Body: doc}, nil
}

type probeDaysIn struct {
	Code string        `path:"code"`
	From calendar.Date `query:"from" doc:"First day; a week ago when it is left out"`
	To   calendar.Date `query:"to" doc:"Last day, included; today when it is left out"`
}

// mostProbeDays is how many days may be asked for at once.
const mostProbeDays = 92

func (in *probeDaysIn) span(today calendar.Date) (from, to calendar.Date, err error) {
	from, to = in.From, in.To
	if to.IsZero() {
		to = today
	}
	if from.IsZero() {
		from = to.AddDays(1 - coverageDays)
	}
	if from.After(to) || to.DaysSince(from) >= mostProbeDays {
		err = fault.Refuse([]fault.Field{fault.At("from", "probes.err.span", "days", mostProbeDays)})
	}
	return from, to, err
}

type probeHourDoc struct {
	Hour    time.Time `json:"hour" doc:"The beginning of the hour"`
	Minutes int       `json:"minutes" doc:"For how many minutes it was measured, at most"`
}

type probeHoursOut struct {
	Body struct {
		Expected int            `json:"expected" doc:"Hours of which something should have arrived by now"`
		Hours    []probeHourDoc `json:"hours" doc:"Hours of which something arrived; what is missing was not measured, and is not zero"`
	}
}

func (d *desk) apiProbeHours(ctx context.Context, call web.Call, in *probeDaysIn) (*probeHoursOut, error) {
	first, last, err := in.span(calendar.DateOf(call.Now))
	if err != nil {
		return nil, err
	}
	file, err := d.Probes.FindProbe(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	from, end := wire.HourOf(first.StartsAt()), wire.HourOf(last.EndsAt())
	heard, err := d.Probes.HeardHours(ctx, call.By, in.Code, from, end)
	if err != nil {
		return nil, err
	}
	out := &probeHoursOut{}
	out.Body.Hours = []probeHourDoc{}
	for h := from; h < end; h++ {
		if minutes, ok := heard[h]; ok {
			out.Body.Hours = append(out.Body.Hours, probeHourDoc{web.Instant(h.Start()), minutes})
		}
	}
	due, until := file.ExpectedHours(call.Now, firstHeard(heard), from, end)
	out.Body.Expected = int(until - due)
	return out, nil
}

type rejectionDoc struct {
	Day       calendar.Date `json:"day"`
	Code      wire.Code     `json:"code"`
	Items     int64         `json:"items"`
	Example   usage.Example `json:"example" doc:"The newest"`
	ExampleAt time.Time     `json:"example_at"`
	Message   string        `json:"message" doc:"What is wrong with the example, and how to mend it"`
}

type rejectionsOut struct {
	Body struct {
		Rejections []rejectionDoc `json:"rejections"`
	}
}

func (d *desk) apiRejections(ctx context.Context, call web.Call, in *probeDaysIn) (*rejectionsOut, error) {
	from, to, err := in.span(calendar.DateOf(call.Now))
	if err != nil {
		return nil, err
	}
	found, err := d.Probes.Rejections(ctx, call.By, in.Code, from, to)
	if err != nil {
		return nil, err
	}
	out := &rejectionsOut{}
	out.Body.Rejections = []rejectionDoc{}
	for _, r := range found {
		out.Body.Rejections = append(out.Body.Rejections, rejectionDoc{
			r.Day, r.Code, r.Items, r.Example, web.Instant(r.ExampleAt), call.P.Text(string(r.Code), r.Example.Issue(r.Code).Args()),
		})
	}
	return out, nil
}
