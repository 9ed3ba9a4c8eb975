package rectification

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/store"
)

// dueTitle names the duty to rectify; a message key.
const dueTitle = "due.rectification"

// begin opens the due date of a notice: so many working days after an event.
func (d *Desk) begin(tx *store.Tx, by auth.Principal, n Notice, from calendar.Date, days int) (schedule.Due, error) {
	subject := n.Due()
	return d.deps.Book.Set(tx, by, schedule.Due{
		SubjectKind: subject.Kind, SubjectID: subject.ID, DepartmentID: n.DepartmentID, Title: dueTitle,
		Article: n.Situation.Article(), TitleArgs: map[string]string{"no": n.No()}, EventOn: from, TermWD: days,
	})
}

// end closes the due date of a notice and gives the day it stood at; zero when
// none was open.
func (d *Desk) end(tx *store.Tx, by auth.Principal, n Notice) (calendar.Date, error) {
	open, err := d.deps.Book.Of(tx, n.Due())
	if err != nil {
		return calendar.Date{}, err
	}
	var on calendar.Date
	for _, due := range open {
		on = due.DueOn
		if err := d.deps.Book.Close(tx, by, due.ID); err != nil {
			return on, err
		}
	}
	return on, nil
}

// Clock is how the term of a notice stands.
type Clock struct {
	On      calendar.Date
	Article string
	schedule.Standing
}

// clock tells how a due day stands now; nil for none.
func (d *Desk) clock(tx *store.Tx, day calendar.Date, article string) (out *Clock, err error) {
	if day.IsZero() {
		return out, nil
	}
	cal, err := d.deps.Book.Calendar(tx)
	if err != nil {
		return nil, err
	}
	s, err := d.deps.Book.Stand(cal, day, tx.Now())
	if err != nil {
		return nil, err
	}
	return &Clock{On: day, Article: article, Standing: s}, nil
}

// running is the term that runs for a notice; nil for none.
func (d *Desk) running(tx *store.Tx, n Notice) (out *Clock, err error) {
	open, err := d.deps.Book.Of(tx, n.Due())
	if err != nil || len(open) == 0 {
		return out, err
	}
	return &Clock{On: open[0].DueOn, Article: open[0].Article, Standing: open[0].Standing}, nil
}

// late is how many working days after the due day something came.
func (d *Desk) late(tx *store.Tx, due, came calendar.Date) (int64, error) {
	cal, err := d.deps.Book.Calendar(tx)
	if err != nil {
		return 0, err
	}
	n, err := cal.Lateness(due, came)
	return int64(n), schedule.Explain(err)
}
