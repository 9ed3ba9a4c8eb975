package adminweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/web"
)

func (d *calendarDesk) mountAPI(s *web.Server) {
	read := web.For(calendarViewers()...).With(account.ScopeCalendarRead)
	write := web.For(calendarKeepers()...).With(account.ScopeCalendarWrite)
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary, Tags: []string{"Calendar"}}
	}
	web.Operation(s, read, op("get-calendar-year", http.MethodGet, "/calendar/{year}", "Working days of a year"), d.apiYear)
	web.Operation(s, read, op("get-due-day", http.MethodGet, "/calendar/due", "Due day of a term in working days"), d.apiDue)
	web.Operation(s, read, op("list-due-dates", http.MethodGet, "/due-dates", "Open due dates, the earliest first"), d.apiDueDates)
	web.Operation(s, read, op("list-closures", http.MethodGet, "/calendar/closures", "Local closures and make-up days"), d.apiClosures)

	publish := op("publish-calendar-year", http.MethodPost, "/calendar/schedules", "Publish the holidays of a year")
	publish.Description = "Send it with dry_run first: the answer says which days and due dates would change, and its base must be sent back to publish. A calendar that was changed meanwhile is a conflict."
	web.Operation(s, write, publish, d.apiPublish)
	closure := op("add-closure", http.MethodPost, "/calendar/closures", "Close the offices, or have a day worked")
	closure.Description = "With dry_run nothing is written; the answer says which due dates would move."
	web.Operation(s, write, closure, d.apiClose)
	web.Operation(s, write, op("remove-closure", http.MethodPost, "/calendar/closures/{id}/remove", "Take a closure out of force"), d.apiReopen)
}

type dayBody struct {
	Date calendar.Date `json:"date"`
	Kind string        `json:"kind" enum:"off,work" doc:"off: a holiday or closure; work: a day worked instead"`
	Name string        `json:"name,omitempty" maxLength:"100" doc:"Occasion" example:"国庆节"`
}

func dayBodies(days []calendar.Exception) []dayBody {
	out := make([]dayBody, len(days))
	for i, e := range days {
		out[i] = dayBody{e.Date, string(e.Kind), e.Name}
	}
	return out
}

func exceptionsOf(days []dayBody) []calendar.Exception {
	out := make([]calendar.Exception, len(days))
	for i, b := range days {
		out[i] = calendar.Exception{Date: b.Date, Kind: calendar.Kind(b.Kind), Name: b.Name}
	}
	return out
}

type yearOutput struct {
	Body struct {
		Year        int         `json:"year"`
		Origin      string      `json:"origin" enum:"shipped,published"`
		Notice      string      `json:"notice" doc:"Number of the State Council's notice"`
		PublishedAt time.Time   `json:"published_at"`
		ConfirmedAt *time.Time  `json:"confirmed_at,omitempty" doc:"When the Office agreed"`
		Version     int64       `json:"version"`
		WorkingDays int         `json:"working_days"`
		Months      [12]int     `json:"months" doc:"Working days of each month, January first"`
		Days        []dayBody   `json:"days" doc:"What the notice lists; other days follow their weekday"`
		Closures    []closeBody `json:"closures" doc:"Local closures in force; they win over the notice"`
	}
}

func (d *calendarDesk) apiYear(ctx context.Context, call web.Call, in *struct {
	Year int `path:"year" minimum:"2000" maximum:"2100"`
},
) (*yearOutput, error) {
	days, err := d.Book.Days(ctx, call.By, in.Year)
	if err != nil {
		return nil, err
	}
	outlook, err := d.Book.Years(ctx, call.By)
	if err != nil {
		return nil, err
	}
	closures, err := d.Book.Closures(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &yearOutput{}
	b := &out.Body
	b.Days, b.Closures = dayBodies(days), []closeBody{}
	for _, y := range outlook.Years {
		if y.Year.Year == in.Year {
			b.Year, b.Origin, b.Notice = in.Year, string(y.Origin), y.Notice
			b.PublishedAt, b.ConfirmedAt = web.Instant(y.PublishedAt), web.OptionalInstant(y.ConfirmedAt)
			b.Version, b.Months, b.WorkingDays = y.Version, y.Months, y.Working()
		}
	}
	for _, c := range closures {
		if c.RemovedAt == nil && c.FromOn.Year() <= in.Year && c.ToOn.Year() >= in.Year {
			b.Closures = append(b.Closures, closeBodyOf(c))
		}
	}
	return out, nil
}

type dueDayOutput struct {
	Body struct {
		From calendar.Date `json:"from" doc:"Day of the event; it does not count"`
		Days int           `json:"days"`
		Due  calendar.Date `json:"due" doc:"The last of the working days, until 24:00 in Asia/Shanghai"`
	}
}

func (d *calendarDesk) apiDue(ctx context.Context, _ web.Call, in *struct {
	From calendar.Date `query:"from" required:"true"`
	Days int           `query:"days" required:"true" minimum:"1" maximum:"1000" doc:"Working days"`
},
) (*dueDayOutput, error) {
	if in.From.IsZero() {
		return nil, fault.Refuse([]fault.Field{fault.At("from", "web.err.missing")})
	}
	cal, err := d.Book.Load(ctx)
	if err != nil {
		return nil, err
	}
	out := &dueDayOutput{}
	out.Body.From, out.Body.Days = in.From, in.Days
	if out.Body.Due, err = cal.AddWorking(in.From, in.Days); err != nil {
		return nil, explainAt("from", err)
	}
	return out, nil
}

type dueBody struct {
	ID         int64             `json:"id"`
	Subject    string            `json:"subject_kind" doc:"What it is about" example:"system"`
	SubjectID  string            `json:"subject_id" example:"RS-0001"`
	Department auth.DepartmentID `json:"department_id"`
	Title      string            `json:"title" doc:"What is to be done, in the language of Accept-Language"`
	Article    string            `json:"article,omitempty" doc:"What it rests on"`
	DueOn      calendar.Date     `json:"due_on"`
	Advised    calendar.Date     `json:"advised_by,omitempty" doc:"Last working day on or before the due day"`
	Remaining  int               `json:"remaining" doc:"Working days left; today does not count"`
	Overdue    bool              `json:"overdue"`
	Late       int               `json:"late" doc:"Working days after the due day"`
	Unknown    int               `json:"unknown_year,omitempty" doc:"A year without holidays that the counts would need; they are then 0"`
}

type dueDatesOutput struct {
	Body struct {
		Total int64     `json:"total"`
		Items []dueBody `json:"items"`
	}
}

func (d *calendarDesk) apiDueDates(ctx context.Context, call web.Call, in *struct {
	Department int64         `query:"department_id" minimum:"1"`
	Until      calendar.Date `query:"until" doc:"Last due day of the list"`
	Overdue    bool          `query:"overdue" doc:"Only what is over"`
	Page       int           `query:"page" minimum:"1" maximum:"100000" default:"1"`
	Size       int           `query:"size" minimum:"1" maximum:"200" default:"50"`
},
) (*dueDatesOutput, error) {
	page, err := d.Book.ListOpen(ctx, call.By, schedule.Filter{
		Department: auth.DepartmentID(in.Department), Until: in.Until, Overdue: in.Overdue, Offset: (in.Page - 1) * in.Size, Limit: in.Size,
	})
	if err != nil {
		return nil, err
	}
	out := &dueDatesOutput{}
	out.Body.Total, out.Body.Items = page.Total, make([]dueBody, len(page.Items))
	for i, o := range page.Items {
		args := make([]any, 0, 2*len(o.TitleArgs))
		for name, value := range o.TitleArgs {
			args = append(args, name, value)
		}
		out.Body.Items[i] = dueBody{
			ID: int64(o.ID), Subject: o.SubjectKind, SubjectID: o.SubjectID, Department: o.DepartmentID, Title: call.P.T(o.Title, args...),
			Article: o.Article, DueOn: o.DueOn, Advised: o.Advised, Remaining: o.Remaining, Overdue: o.Overdue, Late: o.Late, Unknown: o.Unknown,
		}
	}
	return out, nil
}

type closeBody struct {
	ID          int64         `json:"id"`
	From        calendar.Date `json:"from"`
	To          calendar.Date `json:"to"`
	Kind        string        `json:"kind" enum:"off,work"`
	Name        string        `json:"name"`
	Reason      string        `json:"reason"`
	AddedAt     time.Time     `json:"added_at"`
	ConfirmedAt *time.Time    `json:"confirmed_at,omitempty"`
	RemovedAt   *time.Time    `json:"removed_at,omitempty"`
	Version     int64         `json:"version"`
}

func closeBodyOf(c schedule.Closure) closeBody {
	return closeBody{
		ID: int64(c.ID), From: c.FromOn, To: c.ToOn, Kind: string(c.Kind), Name: c.Name, Reason: c.Reason,
		AddedAt: web.Instant(c.AddedAt), ConfirmedAt: web.OptionalInstant(c.ConfirmedAt), RemovedAt: web.OptionalInstant(c.RemovedAt),
		Version: c.Version,
	}
}

type closuresOutput struct {
	Body struct {
		Items []closeBody `json:"items"`
	}
}

func (d *calendarDesk) apiClosures(ctx context.Context, call web.Call, _ *struct{}) (*closuresOutput, error) {
	all, err := d.Book.Closures(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &closuresOutput{}
	out.Body.Items = make([]closeBody, len(all))
	for i, c := range all {
		out.Body.Items[i] = closeBodyOf(c)
	}
	return out, nil
}

// previewBody is what a change does, or would do.
type previewBody struct {
	Year    int                `json:"year,omitempty"`
	Base    string             `json:"base,omitempty" doc:"Send it back to publish what was previewed"`
	Written bool               `json:"written"`
	Closure *closeBody         `json:"closure,omitempty" doc:"The closure that was added"`
	Days    []dayChangeBody    `json:"days" doc:"Days that change"`
	Moves   []moveBody         `json:"moves" doc:"Open due dates that move"`
	Remarks []web.ProblemField `json:"remarks,omitempty"`
}

type dayChangeBody struct {
	Date calendar.Date `json:"date"`
	Old  *dayBody      `json:"old,omitempty" doc:"Absent: not listed"`
	New  *dayBody      `json:"new,omitempty"`
}

type moveBody struct {
	ID        int64         `json:"id"`
	Subject   string        `json:"subject_kind"`
	SubjectID string        `json:"subject_id"`
	From      calendar.Date `json:"from"`
	To        calendar.Date `json:"to"`
}

type previewOutput struct{ Body previewBody }

func previewOf(call web.Call, p schedule.Preview, written bool) *previewOutput {
	b := previewBody{Year: p.Year, Base: p.Base, Written: written, Days: []dayChangeBody{}, Moves: []moveBody{}, Remarks: web.Remarks(p.Remarks, call.P)}
	side := func(e calendar.Exception) *dayBody {
		if e.Date.IsZero() {
			return nil
		}
		return &dayBody{e.Date, string(e.Kind), e.Name}
	}
	for _, c := range p.Changes {
		b.Days = append(b.Days, dayChangeBody{c.Day, side(c.Old), side(c.New)})
	}
	for _, m := range p.Moves {
		b.Moves = append(b.Moves, moveBody{int64(m.ID), m.SubjectKind, m.SubjectID, m.DueOn, m.To})
	}
	return &previewOutput{b}
}

func (d *calendarDesk) apiPublish(ctx context.Context, call web.Call, in *struct {
	Body struct {
		Year   int       `json:"year,omitempty" minimum:"2000" maximum:"2100" doc:"May be left out when the days are of one year"`
		Notice string    `json:"notice" maxLength:"100" example:"国办发明电〔2016〕17号"`
		Reason string    `json:"reason,omitempty" maxLength:"500" doc:"Needed when the year was published before"`
		Base   string    `json:"base,omitempty" doc:"Base of the preview"`
		DryRun bool      `json:"dry_run,omitempty" doc:"Only say what would change"`
		Days   []dayBody `json:"days" maxItems:"400"`
	}
},
) (*previewOutput, error) {
	b := in.Body
	up := schedule.Upload{Year: b.Year, Days: exceptionsOf(b.Days)}
	if b.DryRun {
		p, err := d.Book.PreviewYear(ctx, call.By, up)
		return previewOf(call, p, false), err
	}
	p, err := d.Book.PublishYear(ctx, call.By, schedule.Publication{Upload: up, Base: b.Base, Notice: b.Notice, Reason: b.Reason})
	p.Base = ""
	return previewOf(call, p, true), err
}

func (d *calendarDesk) apiClose(ctx context.Context, call web.Call, in *struct {
	Body struct {
		From   calendar.Date `json:"from"`
		To     calendar.Date `json:"to"`
		Kind   string        `json:"kind" enum:"off,work"`
		Name   string        `json:"name" maxLength:"100"`
		Reason string        `json:"reason" maxLength:"500"`
		DryRun bool          `json:"dry_run,omitempty"`
	}
},
) (*previewOutput, error) {
	b := in.Body
	closing := schedule.Closing{From: b.From, To: b.To, Kind: calendar.Kind(b.Kind), Name: b.Name, Reason: b.Reason}
	if b.DryRun {
		p, err := d.Book.PreviewClosure(ctx, call.By, closing)
		p.Base = ""
		return previewOf(call, p, false), err
	}
	added, p, err := d.Book.AddClosure(ctx, call.By, closing)
	if err != nil {
		return nil, err
	}
	p.Base = ""
	out := previewOf(call, p, true)
	body := closeBodyOf(added)
	out.Body.Closure = &body
	return out, nil
}

func (d *calendarDesk) apiReopen(ctx context.Context, call web.Call, in *struct {
	ID   int64 `path:"id"`
	Body struct {
		Version int64  `json:"version" doc:"Version that was read"`
		Reason  string `json:"reason" maxLength:"500"`
	}
},
) (*previewOutput, error) {
	p, err := d.Book.RemoveClosure(ctx, call.By, schedule.ClosureID(in.ID), in.Body.Version, in.Body.Reason)
	p.Base = ""
	return previewOf(call, p, true), err
}
