package schedule

import (
	"context"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// ClosureID identifies a closure.
type ClosureID int64

// String writes the id as the operation log has it.
func (id ClosureID) String() string { return strconv.FormatInt(int64(id), 10) }

// Closure is a local exception from FromOn to ToOn, both included: off when the
// offices are shut (an epidemic, a flood order), work when they are open on
// days that others have off. It wins over the notices and is never deleted.
type Closure struct {
	ID     ClosureID
	FromOn calendar.Date
	ToOn   calendar.Date
	Kind   calendar.Kind
	// Name is the occasion as people read it beside the day.
	Name   string
	Reason string

	AddedBy       auth.AccountID
	AddedName     string
	AddedAt       time.Time
	ConfirmedBy   auth.AccountID
	ConfirmedName string
	ConfirmedAt   *time.Time
	RemovedBy     auth.AccountID
	RemovedName   string
	// RemovedAt is nil while the closure is in force.
	RemovedAt     *time.Time
	RemovedReason string
	Version       int64
}

func (c Closure) exceptions() []calendar.Exception {
	out := make([]calendar.Exception, 0, c.length())
	for d := c.FromOn; !d.After(c.ToOn); d = d.AddDays(1) {
		out = append(out, calendar.Exception{Date: d, Kind: c.Kind, Name: c.Name})
	}
	return out
}

func (c Closure) length() int { return c.ToOn.DaysSince(c.FromOn) + 1 }

// span writes the days of a closure for the operation log.
func (c Closure) span() string {
	if c.FromOn == c.ToOn {
		return c.FromOn.String()
	}
	return c.FromOn.String() + "/" + c.ToOn.String()
}

// maxClosure bounds a closure: a quarter of a year. What is longer is more
// likely a mistyped year.
const maxClosure = 92

// Closing is a closure as somebody asks for it.
type Closing struct {
	From, To calendar.Date
	Kind     calendar.Kind
	Name     string
	Reason   string
}

func (c Closing) closure() Closure {
	return Closure{FromOn: c.From, ToOn: c.To, Kind: c.Kind, Name: c.Name, Reason: c.Reason, Version: 1}
}

func (c Closing) wrong() []fault.Field {
	var out []fault.Field
	date := func(d calendar.Date, name string) {
		switch {
		case d.IsZero():
			out = append(out, fault.At(name, "err.required", "field", fault.Label("schedule.field."+name)))
		case d.Year() < firstYear || d.Year() > lastYear:
			out = append(out, fault.At(name, "err.schedule.year", "first", firstYear, "last", lastYear))
		}
	}
	date(c.From, "from")
	date(c.To, "to")
	switch {
	case len(out) > 0:
	case c.To.Before(c.From):
		out = append(out, fault.At("to", "err.closure.order", "from", c.From))
	case c.To.DaysSince(c.From) >= maxClosure:
		out = append(out, fault.At("to", "err.closure.long", "max", maxClosure))
	}
	if !c.Kind.Valid() {
		out = append(out, fault.At("kind", "err.closure.kind"))
	}
	out = append(out, requireText(c.Name, "name", maxName)...)
	return append(out, requireText(c.Reason, "reason", maxReason)...)
}

// PreviewClosure says which open due dates a closure would move, and writes
// nothing.
func (b *Book) PreviewClosure(ctx context.Context, by auth.Principal, c Closing) (Preview, error) {
	if err := checkClosing(by, c); err != nil {
		return Preview{}, err
	}
	var p Preview
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		now, err := b.edition(tx)
		if err != nil {
			return err
		}
		p, err = previewClosure(tx, now, c.closure())
		return err
	})
	return p, err
}

func checkClosing(by auth.Principal, c Closing) error {
	if err := by.Require(keepers()...); err != nil {
		return err
	}
	return fault.Refuse(c.wrong())
}

func previewClosure(tx *store.Tx, now *edition, c Closure) (Preview, error) {
	if other, ok := now.overlapping(c); ok {
		return Preview{}, fault.Refuse([]fault.Field{fault.At("from", "err.closure.overlap",
			"name", other.Name, "from", other.FromOn, "to", other.ToOn)})
	}
	moves, err := movesUnder(tx, now.withClosure(c))
	p := Preview{Base: now.token, Moves: moves}
	for _, e := range c.exceptions() {
		old, _ := now.cal.ExceptionOn(e.Date)
		p.Changes = append(p.Changes, DayChange{Day: e.Date, Old: old, New: e})
	}
	return p, err
}

// AddClosure puts a local closure, or a local make-up day, in force and moves
// the open due dates that follow; it returns what that changed. A day that is
// in another closure already is refused.
func (b *Book) AddClosure(ctx context.Context, by auth.Principal, c Closing) (Closure, Preview, error) {
	if err := checkClosing(by, c); err != nil {
		return Closure{}, Preview{}, err
	}
	var added Closure
	var done Preview
	err := b.db.Write(ctx, func(tx *store.Tx) error {
		now, err := b.lock(tx)
		if err != nil {
			return err
		}
		added = c.closure()
		added.AddedBy, added.AddedName, added.AddedAt = by.AccountID, by.Name, tx.Now()
		added.ConfirmedBy, added.ConfirmedName, added.ConfirmedAt = confirmation(tx, by)
		if done, err = previewClosure(tx, now, added); err != nil {
			return err
		}
		if added, err = insertClosure(tx, added); err != nil {
			return err
		}
		if err := oplog.Record(tx, by, added.entry("closure.add", nil, added.facts(), c.Reason)); err != nil {
			return err
		}
		done.Moves, err = b.settle(tx, by, done.Moves, c.Reason)
		return err
	})
	return added, done, err
}

// PreviewRemoval says which open due dates would move if a closure were
// removed, and writes nothing.
func (b *Book) PreviewRemoval(ctx context.Context, by auth.Principal, id ClosureID) (Preview, error) {
	if err := by.Require(keepers()...); err != nil {
		return Preview{}, err
	}
	var p Preview
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		now, err := b.edition(tx)
		if err != nil {
			return err
		}
		c, err := findClosure(tx, id)
		if err != nil {
			return err
		}
		p, err = previewRemoval(tx, now, c)
		return err
	})
	return p, err
}

func previewRemoval(tx *store.Tx, now *edition, c Closure) (Preview, error) {
	if c.RemovedAt != nil {
		return Preview{}, ErrChanged
	}
	next := now.withoutClosure(c.ID)
	cal, err := next.calendar()
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Base: now.token}
	for _, e := range c.exceptions() {
		was, _ := cal.ExceptionOn(e.Date)
		p.Changes = append(p.Changes, DayChange{Day: e.Date, Old: e, New: was})
	}
	p.Moves, err = movesUnder(tx, next)
	return p, err
}

// RemoveClosure takes a closure out of force and moves the open due dates back;
// it returns what that changed. Another version than the one given, or a
// closure that was removed before, is ErrChanged.
func (b *Book) RemoveClosure(ctx context.Context, by auth.Principal, id ClosureID, version int64, reason string) (Preview, error) {
	if err := by.Require(keepers()...); err != nil {
		return Preview{}, err
	}
	if err := fault.Refuse(requireText(reason, "reason", maxReason)); err != nil {
		return Preview{}, err
	}
	var done Preview
	err := b.db.Write(ctx, func(tx *store.Tx) error {
		now, err := b.lock(tx)
		if err != nil {
			return err
		}
		c, err := findClosure(tx, id)
		if err != nil {
			return err
		}
		if done, err = previewRemoval(tx, now, c); err != nil {
			return err
		}
		if err := removeClosure(tx, by, id, version, reason); err != nil {
			return err
		}
		if err := oplog.Record(tx, by, c.entry("closure.remove", c.facts(), nil, reason)); err != nil {
			return err
		}
		done.Moves, err = b.settle(tx, by, done.Moves, reason)
		return err
	})
	return done, err
}

// ConfirmClosure notes that the Office agrees with a closure in the version
// that it saw. Another version, a confirmed or a removed one, is ErrChanged.
func (b *Book) ConfirmClosure(ctx context.Context, by auth.Principal, id ClosureID, version int64) error {
	if err := by.Require(auth.Office); err != nil {
		return err
	}
	return b.db.Write(ctx, func(tx *store.Tx) error {
		c, err := findClosure(tx, id)
		if err != nil {
			return err
		}
		if err := confirmClosure(tx, by, id, version); err != nil {
			return err
		}
		return oplog.Record(tx, by, c.entry("closure.confirm", nil, nil, ""))
	})
}

// Closures lists the local closures in force, then those that were removed,
// the latest first.
func (b *Book) Closures(ctx context.Context, by auth.Principal) ([]Closure, error) {
	if err := by.Require(viewers()...); err != nil {
		return nil, err
	}
	var out []Closure
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		out, err = allClosures(tx)
		return err
	})
	return out, err
}
