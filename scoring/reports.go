package scoring

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/scoring/programme"
)

// Reports is where departments report. It is safe for concurrent use.
type Reports struct{ board *Board }

// NewReports makes the room of reports beside a board.
func NewReports(board *Board) *Reports { return &Reports{board} }

// Titles of due dates.
const (
	dueMonthly  = "due.monthly_report"
	dueAnnual   = "due.annual_report"
	dueReturned = "due.report_returned"
)

// ahead is how many days after its end what falls due is in a monthly report.
const ahead = 62

// ErrTooEarly says that a period has not begun.
var ErrTooEarly = fault.New(fault.Conflict, "reports.err.early")

// fresh is a report as it would begin now, with the facts.
func (d *Reports) fresh(tx *store.Tx, k ReportKey) (Report, *view, error) {
	from, to, err := k.days()
	if err != nil {
		return Report{}, nil, err
	}
	now := today(tx)
	if from.After(now) {
		return Report{}, nil, ErrTooEarly
	}
	v, err := d.board.look(tx, asked{
		through: earlier(to, now), until: to.AddDays(ahead), departments: []auth.DepartmentID{k.Department}, open: !to.Before(now),
	})
	if err != nil {
		return Report{}, nil, err
	}
	due, err := v.reportDue(k)
	if err != nil {
		return Report{}, nil, err
	}
	r := Report{Kind: k.Kind, Period: k.Period, DepartmentID: k.Department, State: ReportDraft, DueOn: due}
	if r.Figures, err = v.figures(k.Department, from, earlier(to, now)); err != nil {
		return Report{}, nil, err
	}
	if k.Kind == Annual {
		r.Sections, err = v.sections(k)
	} else {
		r.TaskRows, err = v.rows(from)
	}
	return r, v, err
}

// reportDue is the day by which the body has to report of the period; a body
// that has not to is absent.
func (v *view) reportDue(k ReportKey) (calendar.Date, error) {
	o, ok := v.reporting(k.Kind)
	if !ok || len(v.bodies) == 0 || !binds(o, v.bodies[0]) {
		return calendar.Date{}, errAbsent
	}
	due, ok, err := v.periodDue(o, k)
	if err == nil && !ok {
		err = errAbsent
	}
	return due, err
}

// periodDue is the day by which an obligation asks for the report of a period,
// if it does.
func (v *view) periodDue(o *programme.Obligation, k ReportKey) (calendar.Date, bool, error) {
	_, to, err := k.days()
	if err != nil {
		return calendar.Date{}, false, err
	}
	terms := v.pack.Terms(o, to.AddDays(ahead))
	i := slices.IndexFunc(terms, func(t programme.Term) bool { return t.Key == o.ID+"/"+k.Period })
	if i < 0 {
		return calendar.Date{}, false, nil
	}
	return terms[i].Due, true, nil
}

// rows are the tasks of a monthly report: what was not done before the month
// began. Reports are not among them.
func (v *view) rows(from calendar.Date) ([]TaskRow, error) {
	tasks, err := v.tasks()
	if err != nil {
		return nil, err
	}
	var out []TaskRow
	for _, t := range tasks {
		if v.isReport(t.Obligation) || t.State == NotApplicable || t.Done() && t.DoneOn.Before(from) {
			continue
		}
		row := TaskRow{Task: t.Key, Due: t.Due, State: t.State}
		if t.Done() {
			row.Progress = new(int64(100))
		}
		out = append(out, row)
	}
	slices.SortStableFunc(out, func(a, b TaskRow) int { return a.Due.Compare(b.Due) })
	return out, nil
}

// sections are the parts of an annual report: the problems of the year's months
// are put together to begin with.
func (v *view) sections(k ReportKey) ([]Section, error) {
	months, err := reportsOf(v.tx, Monthly, k.Department, k.Period+"-")
	if err != nil {
		return nil, err
	}
	var problems []string
	for _, m := range months {
		for _, row := range m.TaskRows {
			if row.Problem != "" && m.State.In() {
				problems = append(problems, m.Period+" "+row.Task+" "+row.Problem)
			}
		}
	}
	var out []Section
	for _, key := range SectionKeys() {
		s := Section{Key: key}
		if key == "problems" {
			s.Text = strings.Join(problems, "\n")
		}
		out = append(out, s)
	}
	return out, nil
}

// at is a report as it stands; one that is open has the facts of now.
func (d *Reports) at(tx *store.Tx, k ReportKey) (Report, error) {
	kept, found, err := findReport(tx, k)
	if err != nil || found && !kept.State.Open() {
		return kept, err
	}
	now, _, err := d.fresh(tx, k)
	if err != nil || !found {
		return now, err
	}
	kept.renew(&now)
	return kept, nil
}

// renew takes over the facts of now, and keeps what was written.
func (r *Report) renew(now *Report) {
	typed := Typed{Figures: map[string]TypedFigure{}, Rows: map[string]TaskRow{}, Sections: map[string]string{}}
	for _, f := range r.Figures {
		typed.Figures[f.Key] = TypedFigure{f.Typed, f.Why}
	}
	for _, row := range r.TaskRows {
		if row.Progress == nil {
			now, _ := now.row(row.Task)
			row.Progress = now.Progress
		}
		typed.Rows[row.Task] = row
	}
	for _, s := range r.Sections {
		typed.Sections[s.Key] = s.Text
	}
	r.DueOn, r.Figures, r.TaskRows, r.Sections = now.DueOn, now.Figures, now.TaskRows, now.Sections
	r.take(typed)
}

// change runs a step of the department with its report.
func (d *Reports) change(ctx context.Context, by auth.Principal, roles []auth.Role, k ReportKey, version int64, action string,
	do func(*store.Tx, *Report) error,
) (Report, error) {
	if err := by.Require(roles...); err != nil {
		return Report{}, err
	}
	return store.Writing(ctx, d.board.deps.DB, func(tx *store.Tx) (Report, error) {
		if err := d.board.ofOwn(tx, by, k.Department); err != nil {
			return Report{}, err
		}
		old, found, err := reportForUpdate(tx, k)
		switch {
		case err != nil:
			return Report{}, err
		case found && !old.State.Open():
			return Report{}, stateError(old.State.Label())
		case old.Version != version:
			return Report{}, store.ErrStale
		}
		now, _, err := d.fresh(tx, k)
		if err != nil {
			return Report{}, err
		}
		r := now
		if found {
			r = old
			r.renew(&now)
		}
		if err := do(tx, &r); err != nil {
			return Report{}, err
		}
		return r, keepReport(tx, by, action, "", old, &r)
	})
}

// Save keeps a draft; version is of what was read, 0 of a new one. What went to
// the head is a draft again when somebody else changes it.
func (d *Reports) Save(ctx context.Context, by auth.Principal, k ReportKey, version int64, in Typed) (Report, error) {
	return d.change(ctx, by, Writers(), k, version, "report.saved", func(_ *store.Tx, r *Report) error {
		r.take(in)
		if r.State == ReportReady && !by.Is(Heads()...) {
			r.State = ReportDraft
		}
		return fault.Refuse(r.tooLong())
	})
}

// CopyLast fills what was not written yet from the report of the month before.
func (d *Reports) CopyLast(ctx context.Context, by auth.Principal, k ReportKey, version int64) (Report, error) {
	if k.Kind != Monthly {
		return Report{}, errAbsent
	}
	return d.change(ctx, by, Writers(), k, version, "report.copied", func(tx *store.Tx, r *Report) error {
		last, found, err := findReport(tx, k.before())
		switch {
		case err != nil:
			return err
		case !found:
			return fault.New(fault.Conflict, "reports.err.no_last", "period", k.before().Period)
		}
		for i := range r.TaskRows {
			row := &r.TaskRows[i]
			if before, ok := last.row(row.Task); ok && row.blank() {
				row.Done, row.Problem, row.Help, row.Next = before.Done, before.Problem, before.Help, before.Next
				if row.Progress == nil {
					row.Progress = before.Progress
				}
			}
		}
		return nil
	})
}

// Ready gives a report to the head, who confirms it.
func (d *Reports) Ready(ctx context.Context, by auth.Principal, k ReportKey, version int64, in Typed) (Report, error) {
	return d.change(ctx, by, Writers(), k, version, "report.ready", func(tx *store.Tx, r *Report) error {
		r.take(in)
		if err := fault.Refuse(r.wrong()); err != nil {
			return err
		}
		now := tx.Now()
		r.State, r.ReadyAt, r.ReadyName = ReportReady, &now, by.Name
		return nil
	})
}

// File confirms a report and files it with the Office, for the head; in may be
// empty. Lateness is counted from a fixed date, in working days.
func (d *Reports) File(ctx context.Context, by auth.Principal, k ReportKey, version int64, in Typed) (Report, error) {
	return d.change(ctx, by, Heads(), k, version, "report.filed", func(tx *store.Tx, r *Report) error {
		r.take(in)
		if err := fault.Refuse(r.wrong()); err != nil {
			return err
		}
		cal, err := d.board.deps.Book.Calendar(tx)
		if err != nil {
			return err
		}
		if r.CountsOn, err = d.board.countsOn(tx, r.State == ReportReturned || !r.CountsOn.IsZero(), r.CountsOn, r.DecidedAt); err != nil {
			return err
		}
		late, err := cal.Lateness(r.DueOn, r.CountsOn)
		if err != nil {
			return schedule.Explain(fmt.Errorf("lateness of report %s: %w", r.Period, err))
		}
		now := tx.Now()
		r.State, r.LateWd, r.FiledAt, r.FiledBy, r.FiledName, r.Reason = ReportFiled, new(int64(late)), &now, by.AccountID, by.Name, ""
		return d.closeDues(tx, by, k)
	})
}

// Decide accepts a report or sends it back with the reason; then it is to come
// again within schedule.MendWd working days. It is for the Office, for others
// than its own department.
func (d *Reports) Decide(ctx context.Context, by auth.Principal, k ReportKey, version int64, accept bool, reason string) (Report, error) {
	if err := reviews(by, k.Department); err != nil {
		return Report{}, err
	}
	least, action, state := 4, "report.returned", ReportReturned
	if accept {
		least, action, state = 0, "report.accepted", ReportAccepted
	}
	reason = strings.TrimSpace(reason)
	if err := fault.Refuse(needText("reason", reason, least, maxReason)); err != nil {
		return Report{}, err
	}
	return store.Writing(ctx, d.board.deps.DB, func(tx *store.Tx) (Report, error) {
		old, found, err := reportForUpdate(tx, k)
		switch {
		case err != nil:
			return Report{}, err
		case !found:
			return Report{}, errAbsent
		case old.Version != version:
			return Report{}, store.ErrStale
		case old.State != ReportFiled:
			return Report{}, stateError(old.State.Label())
		}
		r, now := old, tx.Now()
		r.State, r.DecidedAt, r.DecidedBy, r.DecidedName, r.Reason = state, &now, by.AccountID, by.Name, reason
		if !accept {
			if err := d.askAgain(tx, by, &r); err != nil {
				return Report{}, err
			}
		}
		return r, keepReport(tx, by, action, reason, old, &r)
	})
}
