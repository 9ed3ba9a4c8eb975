package schedule

import (
	"context"
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Publication is a schedule together with what its publication needs.
type Publication struct {
	Upload
	// Base is the Base of the preview that was looked at.
	Base   string
	Notice string
	// Reason is needed when the year was known before.
	Reason string
}

// Preview says what a change of the calendar would do.
type Preview struct {
	// Year is the year of the notice, 0 for a closure.
	Year int
	// Base names the calendar that was compared with.
	Base string
	// New tells that the year was not known.
	New bool
	// Days is the schedule as it was understood, in order.
	Days []calendar.Exception
	// Changes are the days that differ from what is in force.
	Changes []DayChange
	// Moves are the open due dates that would move, or have moved.
	Moves []Move
	// Remarks are doubts that do not stop the change.
	Remarks []fault.Field
}

// Unchanged tells that the upload says what is in force already.
func (p Preview) Unchanged() bool { return !p.New && len(p.Changes) == 0 }

// DayChange is one day before and after; a zero Exception means not listed.
type DayChange struct {
	Day      calendar.Date
	Old, New calendar.Exception
}

// PreviewYear says what publishing the schedule would change, and writes
// nothing. Mistakes are an Invalid fault with fields.
func (b *Book) PreviewYear(ctx context.Context, by auth.Principal, up Upload) (Preview, error) {
	if err := by.Require(keepers()...); err != nil {
		return Preview{}, err
	}
	up, err := up.checked()
	if err != nil {
		return Preview{}, err
	}
	var p Preview
	err = b.db.Read(ctx, func(tx *store.Tx) error {
		now, err := b.edition(tx)
		if err != nil {
			return err
		}
		p, err = previewYear(tx, now, up)
		return err
	})
	return p, err
}

func previewYear(tx *store.Tx, now *edition, up Upload) (Preview, error) {
	old, known := now.years[up.Year]
	p := Preview{
		Year: up.Year, Base: now.token, New: !known, Days: up.Days,
		Changes: compareDays(old, up.Days), Remarks: up.remarks(),
	}
	if p.Unchanged() {
		return p, nil
	}
	var err error
	p.Moves, err = movesUnder(tx, now.withYear(up.Year, up.Days))
	return p, err
}

// compareDays lists the days that are not the same in both, in order.
func compareDays(old, now []calendar.Exception) []DayChange {
	byDay := map[calendar.Date]DayChange{}
	for _, e := range old {
		byDay[e.Date] = DayChange{Day: e.Date, Old: e}
	}
	for _, e := range now {
		byDay[e.Date] = DayChange{Day: e.Date, Old: byDay[e.Date].Old, New: e}
	}
	var out []DayChange
	for _, c := range byDay {
		if c.Old != c.New {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b DayChange) int { return a.Day.Compare(b.Day) })
	return out
}

// PublishYear makes the schedule the one in force and moves the open due dates
// that follow; it returns what that changed. The same schedule and notice a
// second time change nothing. When the calendar is no longer the one of p.Base
// it is ErrChanged: look at a new preview first.
func (b *Book) PublishYear(ctx context.Context, by auth.Principal, p Publication) (Preview, error) {
	if err := by.Require(keepers()...); err != nil {
		return Preview{}, err
	}
	up, err := p.Upload.checked()
	if err != nil {
		return Preview{}, err
	}
	p.Upload = up
	if err := fault.Refuse(p.wrong()); err != nil {
		return Preview{}, err
	}
	var done Preview
	err = b.db.Write(ctx, func(tx *store.Tx) error {
		done, err = b.publish(tx, by, p)
		return err
	})
	return done, err
}

func (p Publication) wrong() []fault.Field {
	return append(requireText(p.Notice, "notice", maxNotice), checkText(p.Reason, "reason", maxReason)...)
}

func (b *Book) publish(tx *store.Tx, by auth.Principal, p Publication) (Preview, error) {
	now, err := b.lock(tx)
	if err != nil {
		return Preview{}, err
	}
	done, err := previewYear(tx, now, p.Upload)
	if err != nil {
		return Preview{}, err
	}
	var old Year
	if !done.New {
		if old, err = findYear(tx, p.Year); err != nil {
			return Preview{}, err
		}
	}
	switch {
	case done.Unchanged() && old.Notice == p.Notice:
		return done, nil
	case p.Base != now.token:
		return Preview{}, ErrChanged
	case !done.New && p.Reason == "":
		return Preview{}, fault.Refuse(requireText(p.Reason, "reason", maxReason))
	}
	y := Year{
		Year: p.Year, Origin: Published, Notice: p.Notice, Version: old.Version + 1,
		PublishedBy: by.AccountID, PublishedName: by.Name, PublishedAt: tx.Now(),
	}
	y.ConfirmedBy, y.ConfirmedName, y.ConfirmedAt = confirmation(tx, by)
	if err := replaceYear(tx, by, now, old, y, p); err != nil {
		return Preview{}, err
	}
	done.Moves, err = b.settle(tx, by, done.Moves, p.Reason)
	return done, err
}

// replaceYear writes a year in the place of old, a zero Year when it was not
// known, and logs it.
func replaceYear(tx *store.Tx, by auth.Principal, now *edition, old, y Year, p Publication) error {
	if err := saveYear(tx, old, y, p.Days); err != nil {
		return err
	}
	name := strconv.Itoa(y.Year)
	e := oplog.Entry{
		Action: "calendar.publish", Kind: "calendar_year", ID: name, Name: name,
		After: yearFacts(y.Notice, p.Days), Reason: p.Reason,
	}
	if old.Version > 0 {
		e.Before = yearFacts(old.Notice, now.years[y.Year])
	}
	return oplog.Record(tx, by, e)
}
