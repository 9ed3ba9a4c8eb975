package schedule

import (
	"errors"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/store"
)

// Open is an open due date and how it stands.
type Open struct {
	Due
	Standing
}

// Standing says how far away a due day is.
type Standing struct {
	// Advised is the last working day on or before the due day.
	Advised calendar.Date
	// Remaining is the number of working days left, today not counted.
	Remaining int
	// Overdue tells whether the due day is over.
	Overdue bool
	// Late is the number of working days after the due day until today.
	Late int
	// Unknown is a year without a schedule that the count would need; the
	// numbers it leaves open are then zero and must be shown as not known.
	Unknown int
}

// Stand tells how a due day stands at a moment.
func (b *Book) Stand(cal *calendar.Calendar, due calendar.Date, now time.Time) (Standing, error) {
	today := b.businessDay(now)
	s := Standing{Overdue: due.Before(today)}
	var errs [3]error
	s.Advised, errs[0] = cal.AdvisedBy(due)
	s.Remaining, errs[1] = cal.Remaining(today, due)
	s.Late, errs[2] = cal.Lateness(due, today)
	for _, err := range errs {
		var year *calendar.YearError
		switch {
		case errors.As(err, &year):
			s.Unknown = year.Year
		case err != nil:
			return Standing{}, err
		}
	}
	return s, nil
}

// businessDay is the day that is not over yet: when the day ends before
// midnight, the evening belongs to the next one.
func (b *Book) businessDay(now time.Time) calendar.Date {
	today := calendar.DateOf(now)
	if !now.Before(b.dayEnds(today)) {
		return today.AddDays(1)
	}
	return today
}

func (b *Book) stand(tx *store.Tx, dues []Due) ([]Open, error) {
	if len(dues) == 0 { // no calendar is needed
		return nil, nil
	}
	cal, err := b.Calendar(tx)
	if err != nil {
		return nil, err
	}
	out := make([]Open, len(dues))
	for i, d := range dues {
		s, err := b.Stand(cal, d.DueOn, tx.Now())
		if err != nil {
			return nil, err
		}
		out[i] = Open{Due: d, Standing: s}
	}
	return out, nil
}
