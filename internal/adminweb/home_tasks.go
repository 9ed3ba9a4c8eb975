package adminweb

import (
	"cmp"
	"slices"
	"strconv"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// tasks are what the reader can do now, what presses first.
func (d *homeDesk) tasks(r *web.Request, o inventory.Overview) ([]HomeTask, error) {
	out := recordTasks(r, o)
	for _, more := range []func(*web.Request) ([]HomeTask, error){d.Tasks, d.changeTasks, d.ownTasks, d.calendarTasks, d.accountTasks} {
		if more == nil {
			continue
		}
		tasks, err := more(r)
		if err != nil {
			return nil, err
		}
		out = append(out, tasks...)
	}
	slices.SortStableFunc(out, func(a, b HomeTask) int {
		return cmp.Or(urgency(a.Tone)-urgency(b.Tone), cmp.Compare(dayOf(a), dayOf(b)))
	})
	return out, nil
}

// undated comes after every day.
const undated = "9999"

// dayOf orders tasks of the same urgency: what is due first, first.
func dayOf(t HomeTask) string {
	if t.Deadline == nil {
		return undated
	}
	return t.Deadline.Date
}

// urgency orders tasks: what presses comes first, what only informs last.
func urgency(tone string) int {
	switch tone {
	case templates.ToneRed:
		return 0
	case templates.ToneAmber:
		return 1
	}
	return 2
}

// waiting is records in a state that wait for somebody.
type waiting struct {
	state inventory.State
	roles []auth.Role
	word  string // home.task.<word>
	icon  string
	tone  string
}

// waitings say for whom the records of each state wait: the table of moves of
// the register, seen from the people.
func waitings() []waiting {
	return []waiting{
		{inventory.Returned, systemWriters(), "returned", "return", templates.ToneRed},
		{inventory.Draft, []auth.Role{auth.Head, auth.Region}, "declare", "send", templates.ToneAmber},
		{inventory.Declared, []auth.Role{auth.Centre, auth.Office}, "verify", "check", templates.ToneAmber},
		{inventory.Verified, []auth.Role{auth.Office}, "certify", "lock", templates.ToneAmber},
		{inventory.Certified, []auth.Role{auth.Office}, "put_in_service", "check", templates.ToneBlue},
		{inventory.Merging, []auth.Role{auth.Office}, "finish_merging", "split", templates.ToneBlue},
		{inventory.Retiring, []auth.Role{auth.Office}, "retire", "trash", templates.ToneBlue},
	}
}

// recordTasks are the records that wait for one of the reader's roles.
func recordTasks(r *web.Request, o inventory.Overview) []HomeTask {
	var out []HomeTask
	for _, w := range waitings() {
		n := o.Of("state", string(w.state))
		if n == 0 || !r.By.Is(w.roles...) {
			continue
		}
		out = append(out, HomeTask{
			Icon: w.icon, Tone: w.tone, Count: r.P.Number(n), Href: rowsWith("state", "", string(w.state)),
			Text: r.T("home.task." + w.word), Note: r.T("home.task." + w.word + ".note"),
		})
	}
	if n := o.Of("state", string(inventory.Draft)); n > 0 && r.By.Is(auth.Clerk) && !r.By.Is(auth.Head, auth.Region) {
		out = append(out, HomeTask{
			Icon: "file", Tone: templates.ToneGrey, Count: r.P.Number(n), Href: rowsWith("state", "", string(inventory.Draft)),
			Text: r.T("home.task.drafts"), Note: r.T("home.task.drafts.note"),
		})
	}
	return out
}

// ownTasks are what the reader has begun: a form that was not handed in, files
// that were not confirmed, a password that is about to lapse.
func (d *homeDesk) ownTasks(r *web.Request) ([]HomeTask, error) {
	var out []HomeTask
	if due := r.Identity().PasswordDue; !due.IsZero() {
		out = append(out, HomeTask{Icon: "key", Tone: templates.ToneAmber, Text: r.T("account.password_due", "due", r.P.Time(due)), Href: PasswordPath})
	}
	if r.By.Is(systemWriters()...) {
		draft, err := d.Registry.FindDraft(r.Ctx, r.By, "system", "")
		switch {
		case err == nil:
			out = append(out, HomeTask{
				Icon: "edit", Tone: templates.ToneBlue, Href: systemsPath + "/new", Text: r.T("home.task.form"),
				Note: r.T("home.task.form.note", "name", draft.Values.Get("name"), "time", draft.SavedAt),
			})
		case fault.KindOf(err) != fault.NotFound:
			return nil, err
		}
	}
	files, err := d.Importer.Recent(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if t, ok := importTask(r, f); ok {
			out = append(out, t)
		}
	}
	return out, nil
}

// importTask is what is left to do with a file that was handed in: to confirm
// it, or, when no row of it can be written, to mend it.
func importTask(r *web.Request, f inventory.Import) (HomeTask, bool) {
	t := HomeTask{Icon: "upload", Tone: templates.ToneAmber, Href: "/imports/" + strconv.FormatInt(int64(f.ID), 10)}
	switch {
	case f.State != inventory.ImportReady:
		return t, false
	case f.RowsNew+f.RowsChanged > 0:
		t.Text = r.T("home.task.import", "name", f.FileName)
		t.Note = r.T("home.task.import.note", "new", f.RowsNew, "changed", f.RowsChanged, "wrong", f.RowsWrong)
	default:
		t.Text, t.Note = r.T("home.task.mend", "name", f.FileName), r.T("home.task.mend.note", "wrong", f.RowsWrong)
	}
	return t, f.RowsNew+f.RowsChanged+f.RowsWrong > 0
}

// calendarTasks are what the Office has to confirm of the calendar.
func (d *homeDesk) calendarTasks(r *web.Request) ([]HomeTask, error) {
	if !r.By.Is(auth.Office) {
		return nil, nil
	}
	outlook, err := d.Book.Years(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	var out []HomeTask
	for _, y := range outlook.Years {
		if y.ConfirmedAt == nil && y.Origin == "published" {
			out = append(out, HomeTask{
				Icon: "calendar", Tone: templates.ToneAmber, Href: yearPath(y.Year.Year), Text: r.T("home.task.year", "year", y.Year.Year),
				Note: r.T("calendar.by", "name", y.PublishedName, "time", y.PublishedAt),
			})
		}
	}
	closures, err := d.Book.Closures(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	for _, c := range closures {
		if c.RemovedAt == nil && c.ConfirmedAt == nil {
			out = append(out, HomeTask{
				Icon: "calendar", Tone: templates.ToneAmber, Href: closurePath(c.ID, "remove"), Text: r.T("home.task.closure", "name", c.Name),
				Note: r.T("calendar.by", "name", c.AddedName, "time", c.AddedAt),
			})
		}
	}
	return out, nil
}

// accountTasks are the accounts that wait for their keeper.
func (d *homeDesk) accountTasks(r *web.Request) ([]HomeTask, error) {
	if !r.By.Is(managers()...) {
		return nil, nil
	}
	_, locked, err := d.Accounts.List(r.Ctx, r.By, account.Filter{Locked: true, Size: 1})
	if err != nil || locked == 0 {
		return nil, err
	}
	return []HomeTask{{
		Icon: "lock", Tone: templates.ToneAmber, Count: r.P.Number(locked), Href: "/accounts?state=" + stateLocked,
		Text: r.T("home.task.locked"), Note: r.T("home.task.locked.note"),
	}}, nil
}
