package adminweb

import (
	"errors"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/templates"
)

// SchedulePage is the data of admin/calendar_schedule: a year's holidays are
// handed in.
type SchedulePage struct {
	Head    templates.Head
	Form    templates.Form
	Example [][]string
}

// ChangePage is the data of admin/calendar_change: what a change of the
// calendar would do, and its confirmation.
type ChangePage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Changes  *templates.Table
	Moves    *templates.Table
	NoMoves  string
	Form     templates.Form
}

type scheduleIn struct {
	Year   string `form:"year"`
	Text   string `form:"text"`
	Notice string `form:"notice"`
	// What the preview carries on.
	Days   string `form:"days"`
	Base   string `form:"base"`
	Reason string `form:"reason"`
}

// scheduleForm asks for the holidays of a year.
func (d *calendarDesk) scheduleForm(r *web.Request, in scheduleIn) (web.Response, error) {
	return scheduleView(r, in, nil), nil
}

func scheduleView(r *web.Request, in scheduleIn, wrong error) web.View {
	page := SchedulePage{
		Head: templates.Head{Title: r.T("calendar.upload"), Lead: r.T("calendar.upload.lead")},
		Form: templates.Form{
			ID: "schedule", Action: schedulesPath + "/preview", Upload: true,
			Sections: []templates.Section{
				{ID: "s-notice", Title: r.T("calendar.upload.notice"), Fields: []templates.Field{
					{
						Name: "notice", Label: r.T("schedule.field.notice"), Help: r.T("calendar.notice.help"), Required: true, Value: in.Notice,
						MaxLength: 100, Width: "medium",
					},
					{Name: "year", Kind: templates.KindCount, Label: r.T("calendar.upload.year"), Help: r.T("calendar.upload.year.help"), Value: in.Year},
				}},
				{ID: "s-days", Title: r.T("calendar.upload.days"), Lead: r.T("calendar.upload.days.lead"), Fields: []templates.Field{
					{
						Name: "file", Kind: templates.KindFile, Label: r.T("calendar.upload.file"), Help: r.T("calendar.upload.file.help"),
						Accept: ".csv,.xlsx,.txt", MaxBytes: greatestSchedule,
					},
					{Name: "text", Kind: templates.KindLongText, Label: r.T("calendar.upload.text"), Help: r.T("calendar.upload.text.help"), Value: in.Text},
				}},
			},
			Acts: []templates.Act{
				{Text: r.T("calendar.upload.preview"), Kind: templates.ActPrimary, Icon: "eye", Note: r.T("calendar.upload.preview.note")},
				{Text: r.T("calendar.back"), Href: calendarPath, Kind: templates.ActQuiet},
			},
		},
		Example: [][]string{
			{r.T("calendar.column.date"), r.T("calendar.column.name"), r.T("calendar.column.kind")},
			{"2017-09-30", "国庆节", r.T("schedule.kind.work")},
			{"2017-10-01", "国庆节", r.T("schedule.kind.off")},
		},
	}
	web.Mistakes(r.P, &page.Form, wrong)
	return web.View{
		Template: "admin/calendar_schedule", Title: page.Head.Title, Data: page, Err: wrong,
		Crumbs: calendarCrumbs(r, crumb(r, "calendar.upload", "")),
	}
}

// previewSchedule says what the schedule would change; nothing is written.
func (d *calendarDesk) previewSchedule(r *web.Request, in scheduleIn) (web.Response, error) {
	up, err := readUpload(r, &in)
	var preview schedule.Preview
	if err == nil {
		preview, err = d.Book.PreviewYear(r.Ctx, r.By, up)
	}
	if err != nil {
		err = atField(err, "file", textOrFile(in))
		return comeBack(scheduleView(r, in, err), err)
	}
	return d.scheduleChange(r, in, preview, nil)
}

// textOrFile is the field at which mistakes in the days are told: what was read
// from a file stands in the text, to be mended there.
func textOrFile(in scheduleIn) string {
	if in.Text == "" {
		return "file"
	}
	return "text"
}

// comeBack shows a form again when its filler can mend what is wrong; anything
// else is an error page.
func comeBack(view web.Response, err error) (web.Response, error) {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.TooLarge, fault.Unsupported:
		return view, nil
	}
	return nil, err
}

// readUpload takes the days from the file, or from what was pasted. What the
// file holds is put into the text, so that nothing is lost when the form comes
// back.
func readUpload(r *web.Request, in *scheduleIn) (up schedule.Upload, err error) {
	file, err := r.Upload("file", greatestSchedule)
	switch {
	case err == nil && file.Size > 0:
		if in.Text, err = scheduleLines(file.Name, file.Data); err != nil {
			return up, err
		}
	case fault.KindOf(err) == fault.TooLarge:
		return up, atFile(err)
	case in.Text == "":
		return up, fault.Refuse([]fault.Field{fault.At("file", "calendar.err.no_days")})
	}
	var wrong []fault.Field
	if in.Notice = input.Text(in.Notice); in.Notice == "" {
		wrong = append(wrong, fault.At("notice", "err.required", "field", fault.Label("schedule.field.notice")))
	}
	if in.Year != "" {
		n, _, err := input.Count(in.Year)
		if err != nil {
			wrong = append(wrong, fault.At("year", "err.schedule.year", "first", firstYear, "last", lastYear))
		}
		up.Year = int(n)
	}
	up.Days, err = readDays(in.Text)
	if err != nil {
		wrong = append(wrong, fault.FieldsOf(err)...)
	}
	return up, fault.Refuse(wrong)
}

// readDays reads the days that were pasted.
func readDays(text string) ([]calendar.Exception, error) {
	lines, err := scheduleLines("", []byte(text))
	if err != nil {
		return nil, err
	}
	return schedule.ReadSchedule(strings.NewReader(lines))
}

// atField puts what was found at one field at another.
func atField(err error, from, to string) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	fields := make([]fault.Field, len(f.Fields))
	for i, found := range f.Fields {
		if fields[i] = found; found.Name == from {
			fields[i].Name = to
		}
	}
	return fault.Refuse(fields)
}

// publishSchedule makes the schedule the one in force, if the calendar is still
// the one that was previewed.
func (d *calendarDesk) publishSchedule(r *web.Request, in scheduleIn) (web.Response, error) {
	days, err := readDays(in.Days)
	if err != nil {
		return comeBack(scheduleView(r, in, err), err)
	}
	year, _ := strconv.Atoi(in.Year)
	up := schedule.Upload{Year: year, Days: days}
	done, err := d.Book.PublishYear(r.Ctx, r.By, schedule.Publication{
		Upload: up, Base: in.Base, Notice: input.Text(in.Notice), Reason: input.Text(in.Reason),
	})
	if err == nil {
		said := r.T("calendar.published", "year", done.Year, "moves", len(done.Moves))
		return web.Redirect{To: yearPath(done.Year), Said: web.Said(said)}, nil
	}
	now, again := d.Book.PreviewYear(r.Ctx, r.By, up)
	if again != nil {
		return comeBack(scheduleView(r, in, again), again)
	}
	view, seen := d.scheduleChange(r, in, now, err)
	if seen != nil {
		return nil, seen
	}
	return comeBack(view, err)
}

// scheduleChange shows a preview and asks for the confirmation.
func (d *calendarDesk) scheduleChange(r *web.Request, in scheduleIn, p schedule.Preview, wrong error) (web.Response, error) {
	page, err := d.changePage(r, p)
	if err != nil {
		return nil, err
	}
	page.Head = templates.Head{
		Title: r.T("calendar.preview.year", "year", p.Year), Lead: changeLead(r, p),
		Badges: []templates.Badge{{Text: r.T("calendar.preview"), Tone: templates.ToneAmber}},
	}
	for _, f := range p.Remarks {
		page.Callouts = append(page.Callouts, templates.Callout{Kind: "warning", Text: r.P.Field(f)})
	}
	page.Form = publishForm(r, in, p)
	web.Mistakes(r.P, &page.Form, wrong)
	return web.View{
		Template: "admin/calendar_change", Title: page.Head.Title, Data: page, Err: wrong,
		Crumbs: calendarCrumbs(r, crumb(r, "calendar.upload", schedulesPath+"/new"), crumb(r, "calendar.preview", "")),
	}, nil
}

// changeLead says in one sentence what the change amounts to.
func changeLead(r *web.Request, p schedule.Preview) string {
	switch {
	case p.Unchanged():
		return r.T("calendar.preview.same")
	case p.New:
		return r.T("calendar.preview.new", "days", len(p.Days), "moves", len(p.Moves))
	}
	return r.T("calendar.preview.changed", "days", len(p.Changes), "moves", len(p.Moves))
}

func publishForm(r *web.Request, in scheduleIn, p schedule.Preview) templates.Form {
	return templates.Form{
		ID: "publish", Action: schedulesPath, Guard: true,
		Hidden: []templates.Pair{
			{Name: "year", Value: strconv.Itoa(p.Year)}, {Name: "base", Value: p.Base}, {Name: "days", Value: scheduleText(p.Days)},
		},
		Sections: []templates.Section{{ID: "s-publish", Title: r.T("calendar.publish.title"), Fields: []templates.Field{
			{Name: "notice", Label: r.T("schedule.field.notice"), Help: r.T("calendar.notice.help"), Required: true, Value: in.Notice, MaxLength: 100, Width: "medium"},
			reasonField(r, in.Reason, !p.New),
		}}},
		Acts: []templates.Act{
			{Text: r.T("calendar.publish", "year", p.Year), Kind: templates.ActPrimary, Icon: "check", Note: effectNote(r, p)},
			{Text: r.T("calendar.upload.again"), Href: schedulesPath + "/new", Kind: templates.ActQuiet},
		},
	}
}

// effectNote says what follows: what the Office does itself needs no other's
// confirmation.
func effectNote(r *web.Request, p schedule.Preview) string {
	if r.By.Is(auth.Office) {
		return r.T("calendar.publish.note.final", "moves", len(p.Moves))
	}
	return r.T("calendar.publish.note", "moves", len(p.Moves))
}

func reasonField(r *web.Request, value string, required bool) templates.Field {
	return templates.Field{
		Name: "reason", Kind: templates.KindLongText, Label: r.T("schedule.field.reason"), Help: r.T("calendar.reason.help"),
		Required: required, Value: value, MaxLength: 500,
	}
}

// changePage shows the days and the due dates that a change moves.
func (d *calendarDesk) changePage(r *web.Request, p schedule.Preview) (ChangePage, error) {
	all, err := d.Departments(r.Ctx)
	if err != nil {
		return ChangePage{}, err
	}
	page := ChangePage{NoMoves: r.T("calendar.moves.none")}
	if len(p.Changes) > 0 {
		page.Changes = changeTable(r, p.Changes)
	}
	if len(p.Moves) > 0 {
		page.Moves = moveTable(r, p.Moves, directory(all))
	}
	return page, nil
}

func changeTable(r *web.Request, changes []schedule.DayChange) *templates.Table {
	t := &templates.Table{Caption: r.T("calendar.changes"), Columns: []templates.Column{
		{Text: r.T("calendar.column.day"), Main: true}, {Text: r.T("ui.diff.old"), Main: true}, {Text: r.T("ui.diff.new"), Main: true},
	}}
	for _, c := range changes {
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: dayText(r, c.Day)}, {Text: exceptionText(r, c.Day, c.Old)}, {Text: exceptionText(r, c.Day, c.New), Tone: exceptionTone(c.New)},
		}})
	}
	return t
}

// exceptionText says what a day is: "休 国庆节", or what its weekday makes of
// it.
func exceptionText(r *web.Request, day calendar.Date, e calendar.Exception) string {
	if e.Date.IsZero() {
		return r.T("calendar.kind." + weekdayKind(day))
	}
	return r.T("calendar.exception", "kind", fault.Label("calendar.change."+string(e.Kind)), "name", e.Name)
}

func weekdayKind(d calendar.Date) string {
	if daysBefore(d) < 5 {
		return dayWork
	}
	return dayRest
}

func exceptionTone(e calendar.Exception) string {
	if e.Kind == calendar.Off {
		return templates.ToneRed
	}
	return ""
}

// moveTable lists due dates with their old and new days.
func moveTable(r *web.Request, moves []schedule.Move, all directory) *templates.Table {
	t := &templates.Table{Caption: r.T("calendar.moves"), Columns: []templates.Column{
		{Text: r.T("calendar.column.what"), Main: true}, {Text: r.T("calendar.column.department"), Main: true},
		{Text: r.T("calendar.column.due"), Main: true},
	}}
	for _, m := range moves {
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: dueTitle(r, m.Due), Href: dueHref(m.Due), Sub: m.Article}, {Text: all.name(m.DepartmentID)},
			{Old: dayText(r, m.DueOn), Text: dayText(r, m.To)},
		}})
	}
	return t
}
