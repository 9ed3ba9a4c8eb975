package scoring

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/store"
)

// askAgain opens the due date of a report that was sent back.
func (d *Reports) askAgain(tx *store.Tx, by auth.Principal, r *Report) error {
	s := r.Key().Due()
	_, err := d.board.deps.Book.Set(tx, by, schedule.Due{
		SubjectKind: s.Kind, SubjectID: s.ID, DepartmentID: r.DepartmentID, Title: dueReturned, TitleArgs: map[string]string{"period": r.Period},
		EventOn: today(tx), TermWD: schedule.MendWd,
	})
	return err
}

// closeDues ends the due dates of a report.
func (d *Reports) closeDues(tx *store.Tx, by auth.Principal, k ReportKey) error {
	open, err := d.board.deps.Book.Of(tx, k.Due())
	if err != nil {
		return err
	}
	for _, due := range open {
		if err := d.board.deps.Book.Close(tx, by, due.ID); err != nil {
			return err
		}
	}
	return nil
}

// OpenDues asks every body for the reports of the month, and in December of the
// year, that are not filed yet; it gives how many it asked for. The same again
// changes nothing.
func (d *Reports) OpenDues(ctx context.Context) (int, error) {
	n := 0
	err := d.board.deps.DB.Write(ctx, func(tx *store.Tx) error {
		n = 0
		v, err := d.board.look(tx, asked{through: today(tx), until: today(tx)})
		if err != nil {
			return err
		}
		for _, kind := range []ReportKind{Monthly, Annual} {
			asked, err := d.openDues(tx, v, kind)
			if err != nil {
				return err
			}
			n += asked
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("ask for reports: %w", err)
	}
	return n, nil
}

func (d *Reports) openDues(tx *store.Tx, v *view, kind ReportKind) (int, error) {
	o, ok := v.reporting(kind)
	if !ok {
		return 0, nil
	}
	period, title := v.through.String()[:7], dueMonthly
	if kind == Annual {
		period, title = v.through.String()[:4], dueAnnual
		if v.through.Month() < 12 {
			return 0, nil
		}
	}
	filed, err := filedOf(tx, kind, period)
	if err != nil {
		return 0, err
	}
	due, ok, err := v.periodDue(o, ReportKey{Kind: kind, Period: period})
	if err != nil || !ok {
		return 0, err
	}
	n := 0
	for _, body := range v.bodies {
		if !binds(o, body) || filed[body.ID] {
			continue
		}
		n++
		s := ReportKey{kind, period, body.ID}.Due()
		if _, err := d.board.deps.Book.Set(tx, auth.System("reports"), schedule.Due{
			SubjectKind: s.Kind, SubjectID: s.ID, DepartmentID: body.ID, Title: title, TitleArgs: map[string]string{"period": period},
			Article: o.Article, FixedOn: due,
		}); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// LateAt tells of every body that has to report of a month ("2017-11") whether
// its report was not filed in time; a day that is not over yet is not missed.
func (d *Reports) LateAt(tx *store.Tx, month string) (map[auth.DepartmentID]bool, error) {
	_, to, err := ReportKey{Kind: Monthly, Period: month}.days()
	if err != nil {
		return nil, err
	}
	v, err := d.board.look(tx, asked{through: later(to, today(tx)), until: to, open: true})
	if err != nil {
		return nil, err
	}
	out := map[auth.DepartmentID]bool{}
	o, ok := v.reporting(Monthly)
	if !ok {
		return out, nil
	}
	v.obligation = o.ID
	tasks, err := v.tasks()
	if err != nil {
		return nil, err
	}
	for _, t := range tasks {
		if t.Key == o.ID+"/"+month {
			out[t.DepartmentID] = t.State == Late || t.State == Overdue
		}
	}
	return out, nil
}

func later(a, b calendar.Date) calendar.Date {
	if a.After(b) {
		return a
	}
	return b
}
