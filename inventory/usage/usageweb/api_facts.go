package usageweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

const apiUsagePath = "/api/v1/usage"

func usageOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: apiUsagePath + path, Summary: summary, Tags: []string{"Usage"}}
}

func (d *desk) factsAPI(s *web.Server) {
	read := web.For(readers()...).With(probesRead)
	days := usageOp("list-usage-days", http.MethodGet, "/systems/{code}/days", "The daily facts of a system")
	days.Description = "Every day of the span stands there. A signal that is not among values was not measured: that is not zero."
	web.Operation(s, read, days, d.apiDays)
	web.Operation(s, read, usageOp("list-usage-hours", http.MethodGet, "/systems/{code}/days/{day}/hours", "The hours of a day of a system of which anything is known"), d.apiHours)
	web.Operation(s, read, usageOp("get-last-use", http.MethodGet, "/systems/{code}/last-use", "When people last used a system"), d.apiLastUse)
	web.Operation(s, read, usageOp("list-usage-fleet", http.MethodGet, "/systems", "How the systems are covered in a span of days"), d.apiFleet)
	web.Operation(s, read, usageOp("compare-declared-use", http.MethodGet, "/declared", "What departments declare against what was measured"), d.apiCompare)
	web.Operation(s, web.For(append(readers(), auth.Leader)...).With(probesRead), usageOp("sum-up-usage", http.MethodGet, "/sums", "How many systems are measured and used"), d.apiSums)
}

// useDayDoc is a day as the API shows it.
type useDayDoc struct {
	Date          calendar.Date    `json:"date"`
	Values        map[string]int64 `json:"values" doc:"By signal: counts, bytes, and percentages in hundredths; what was not measured is not here"`
	Covered       []string         `json:"covered" doc:"Signals that were measured for long enough"`
	Given         []string         `json:"given" doc:"Signals whose value came in a file"`
	Minutes       int              `json:"minutes" doc:"For how many minutes anything was measured, at most 1440"`
	ActiveHours   int              `json:"active_hours"`
	WorkRequests  int64            `json:"work_requests" doc:"Requests of people from 8 to 18 o'clock"`
	Used          *bool            `json:"used" doc:"Whether people used it; null when that is not known"`
	PartsUnmerged bool             `json:"parts_unmerged,omitempty" doc:"There were at least as many distinct clients as stand here"`
	LastWrite     *time.Time       `json:"last_write,omitempty" doc:"When data was last changed"`
}

func valuesDoc(v *wire.Values) map[string]int64 {
	out := map[string]int64{}
	for _, s := range wire.Signals() {
		if n, ok := v.Get(s); ok {
			out[s.String()] = n
		}
	}
	return out
}

func signalsDoc(set usage.SignalSet) []string {
	out := []string{}
	for _, s := range set.List() {
		out = append(out, s.String())
	}
	return out
}

func dayDocument(d *usage.Day) useDayDoc {
	out := useDayDoc{
		Date: d.Date, Values: valuesDoc(&d.Values), Covered: signalsDoc(d.Covered), Given: signalsDoc(d.Given), Minutes: d.Minutes,
		ActiveHours: d.ActiveHours, WorkRequests: d.WorkRequests, PartsUnmerged: d.PartsUnmerged, LastWrite: instantOrNil(d.LastWrite),
	}
	if used, known := d.Used(); known {
		out.Used = &used
	}
	return out
}

func instantOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	at := web.Instant(t)
	return &at
}

// spanOf reads the days that are asked for; in the API what cannot be
// understood is refused.
func spanOf(from, to string, now time.Time) (span, error) {
	today := calendar.DateOf(now)
	s := readOwn(span{from: today.AddDays(1 - usualSpan), to: today}, from, to, today)
	return s, fault.Refuse(s.wrong)
}

type useDaysIn struct {
	Code string `path:"code"`
	From string `query:"from" doc:"First day, 2017-10-01; 90 days before the last when left out"`
	To   string `query:"to" doc:"Last day; today when left out"`
}

type useDaysOut struct {
	Body struct {
		Code string        `json:"code"`
		From calendar.Date `json:"from"`
		To   calendar.Date `json:"to"`
		Days []useDayDoc   `json:"days"`
	}
}

func (d *desk) apiDays(ctx context.Context, call web.Call, in *useDaysIn) (*useDaysOut, error) {
	s, err := spanOf(in.From, in.To, call.Now)
	if err != nil {
		return nil, err
	}
	system, err := d.Registry.FindSystem(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	days, err := d.Ledger.Days(ctx, call.By, system.ID, s.from, s.to)
	if err != nil {
		return nil, err
	}
	out := &useDaysOut{}
	out.Body.Code, out.Body.From, out.Body.To, out.Body.Days = system.Code, s.from, s.to, make([]useDayDoc, len(days))
	for i := range days {
		out.Body.Days[i] = dayDocument(&days[i])
	}
	return out, nil
}

type useHoursIn struct {
	Code string `path:"code"`
	Day  string `path:"day" doc:"2017-10-31"`
}

// useHourDoc is an hour as the API shows it.
type useHourDoc struct {
	Hour          time.Time        `json:"hour" doc:"Its beginning"`
	Values        map[string]int64 `json:"values" doc:"By signal; what was not measured is not here"`
	Minutes       int              `json:"minutes" doc:"For how many minutes it was measured, at most 60"`
	PartsUnmerged bool             `json:"parts_unmerged,omitempty"`
}

// useSourceDoc is what a day rests on.
type useSourceDoc struct {
	Probe   string `json:"probe,omitempty" doc:"Code of the probe"`
	Name    string `json:"name" doc:"Name of the source, or of the file"`
	Upload  int64  `json:"upload,omitempty" doc:"Number of the file"`
	Hours   int    `json:"hours,omitempty"`
	Minutes int    `json:"minutes,omitempty"`
	Build   string `json:"build,omitempty"`
}

type useHoursOut struct {
	Body struct {
		Code    string         `json:"code"`
		Day     calendar.Date  `json:"day"`
		Hours   []useHourDoc   `json:"hours"`
		Sources []useSourceDoc `json:"sources"`
	}
}

func (d *desk) apiHours(ctx context.Context, call web.Call, in *useHoursIn) (*useHoursOut, error) {
	day, err := calendar.ParseDate(in.Day)
	if err != nil {
		return nil, fault.Refuse([]fault.Field{fault.At("day", "usage.err.day", "value", in.Day)})
	}
	system, err := d.Registry.FindSystem(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	hours, err := d.Ledger.Hours(ctx, call.By, system.ID, day)
	if err != nil {
		return nil, err
	}
	sources, err := d.Ledger.SourcesOf(ctx, call.By, system.ID, day)
	if err != nil {
		return nil, err
	}
	out := &useHoursOut{}
	out.Body.Code, out.Body.Day = system.Code, day
	out.Body.Hours, out.Body.Sources = make([]useHourDoc, len(hours)), make([]useSourceDoc, len(sources))
	for i := range hours {
		h := &hours[i]
		out.Body.Hours[i] = useHourDoc{web.Instant(h.Hour.Start()), valuesDoc(&h.Values), h.Minutes, h.PartsUnmerged}
	}
	for i, one := range sources {
		out.Body.Sources[i] = useSourceDoc{one.Probe, one.Name, int64(one.Upload), one.Hours, one.Minutes, one.Build}
	}
	return out, nil
}

type useCodePath struct {
	Code string `path:"code"`
}

// useLastUseDoc is when people last used a system.
type useLastUseDoc struct {
	Code          string        `json:"code"`
	Day           calendar.Date `json:"day" doc:"By the most trusted signal that ever showed any use; empty when there never was"`
	Signal        string        `json:"signal,omitempty" doc:"The signal that tells so"`
	BusinessTx    calendar.Date `json:"business_tx"`
	Logins        calendar.Date `json:"logins"`
	HumanRequests calendar.Date `json:"human_requests"`
}

type useLastUseOut struct{ Body useLastUseDoc }

func lastUseDocument(code string, u usage.LastUse) useLastUseDoc {
	out := useLastUseDoc{Code: code, BusinessTx: u.BusinessTx, Logins: u.Logins, HumanRequests: u.HumanRequests}
	day, s := u.Best()
	if out.Day = day; !day.IsZero() {
		out.Signal = s.String()
	}
	return out
}

func (d *desk) apiLastUse(ctx context.Context, call web.Call, in *useCodePath) (*useLastUseOut, error) {
	system, err := d.Registry.FindSystem(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	u, err := d.Ledger.LastUse(ctx, call.By, system.ID)
	return &useLastUseOut{lastUseDocument(system.Code, u)}, err
}

type useFleetIn struct {
	From   string `query:"from" doc:"First day, 2017-10-01; 90 days before the last when left out"`
	To     string `query:"to" doc:"Last day; today when left out"`
	Owner  string `query:"owner" doc:"Code of a department"`
	State  string `query:"state" doc:"State of the record"`
	Search string `query:"q" maxLength:"100"`
	Sort   string `query:"sort" enum:"code,name,measured,covered,users,last_use" default:"code"`
	Desc   bool   `query:"descending"`
	Page   int    `query:"page" minimum:"1" default:"1"`
	Size   int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

// useFleetDoc is how a system is covered.
type useFleetDoc struct {
	Code         string        `json:"code"`
	Name         string        `json:"name"`
	Owner        string        `json:"owner" doc:"Code of the department"`
	Days         int           `json:"days" doc:"Of the span"`
	MeasuredDays int           `json:"measured_days"`
	CoveredDays  int           `json:"covered_days"`
	UsedDays     int           `json:"used_days"`
	MostUsers    *int64        `json:"most_users" doc:"The most people on one day; null when not measured"`
	LastUse      useLastUseDoc `json:"last_use"`
}

type useFleetOut struct {
	Body struct {
		From    calendar.Date `json:"from"`
		To      calendar.Date `json:"to"`
		Total   int64         `json:"total"`
		Systems []useFleetDoc `json:"systems"`
	}
}

func (d *desk) apiFleet(ctx context.Context, call web.Call, in *useFleetIn) (*useFleetOut, error) {
	s, err := spanOf(in.From, in.To, call.Now)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	q := usage.FleetQuery{From: s.from, To: s.to, Search: in.Search, Sort: in.Sort, Descending: in.Desc, Page: in.Page, Size: in.Size}
	if q.Owner, err = ownerNamed(dir, in.Owner); err != nil {
		return nil, err
	}
	if in.State != "" {
		q.States = []inventory.State{inventory.State(in.State)}
	}
	page, err := d.Ledger.Fleet(ctx, call.By, q)
	if err != nil {
		return nil, err
	}
	out := &useFleetOut{}
	out.Body.From, out.Body.To, out.Body.Total, out.Body.Systems = page.From, page.To, page.Total, make([]useFleetDoc, len(page.Rows))
	for i := range page.Rows {
		r := &page.Rows[i]
		owner, _ := dir.Find(r.OwnerID)
		out.Body.Systems[i] = useFleetDoc{
			r.Code, r.Name, owner.Code, len(r.Days), r.MeasuredDays, r.CoveredDays, usedDays(r), r.MostUsers, lastUseDocument(r.Code, r.LastUse),
		}
	}
	return out, nil
}

// ownerNamed finds a department that a caller names; no word is none.
func ownerNamed(dir *inventory.Directory, word string) (auth.DepartmentID, error) {
	if word == "" {
		return 0, nil
	}
	dept, ok := dir.Lookup(word)
	if !ok {
		return 0, fault.Refuse([]fault.Field{fault.At("owner", "usage.err.owner", "value", word)})
	}
	return dept.ID, nil
}
