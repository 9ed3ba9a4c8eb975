package monthly

import (
	"context"
	"errors"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
)

// MonthEnd counts the month that has ended, from its first working day on, once;
// false when there is nothing to do. It is a job: the second time it changes
// nothing. A register without systems has no month to close.
func (d *Desk) MonthEnd(ctx context.Context) (Month, bool, error) {
	var month Period
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) (err error) {
		month, err = d.due(tx)
		return err
	})
	if err != nil || month == "" {
		return Month{}, false, err
	}
	m, err := d.Compute(ctx, auth.System("monthly"), month)
	var known *fault.Error
	if errors.As(err, &known) && known.Code == ErrExists.Code {
		return Month{}, false, nil
	}
	return m, err == nil, err
}

// due is the month that is to be counted now, empty when none is.
func (d *Desk) due(tx *store.Tx) (Period, error) {
	day := today(tx)
	cal, err := d.deps.Book.Calendar(tx)
	if err != nil {
		return "", err
	}
	worked, err := workedSince(cal, PeriodOf(day).First(), day)
	if err != nil || !worked {
		return "", schedule.Explain(err)
	}
	month := PeriodOf(day).Before()
	old, err := versionsOf(tx, month)
	if err != nil || len(old) > 0 {
		return "", err
	}
	systems, err := d.deps.Registry.SystemsAt(tx, month.Last())
	if err != nil || len(systems) == 0 {
		return "", err
	}
	if _, err := policyFor(tx, month); err != nil {
		return "", nil // months before the programme are not scored
	}
	return month, nil
}

// workedSince tells whether a day is a working day, or one was before it in the
// month.
func workedSince(cal *calendar.Calendar, first, day calendar.Date) (bool, error) {
	for at := first; !at.After(day); at = at.AddDays(1) {
		if works, err := cal.IsWorking(at); err != nil || works {
			return works, err
		}
	}
	return false, nil
}
