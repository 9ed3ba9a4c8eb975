package usage

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// longestSpan is how many days one question may ask for.
const longestSpan = 1200

// FactViewers may read facts: departments their own, regions those below them, and
// the others all (DOMAIN: usage data).
func FactViewers() []auth.Role {
	return []auth.Role{auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Leader, auth.Auditor}
}

// Days gives every day of a span, both ends included, in order. A day of which
// nothing is known stands there with nothing measured. A system that the
// principal may not see is not found.
func (l *Ledger) Days(ctx context.Context, by auth.Principal, system inventory.SystemID, from, to calendar.Date) ([]Day, error) {
	if n := to.DaysSince(from) + 1; n < 1 || n > longestSpan {
		return nil, fault.Refuse([]fault.Field{fault.At("from", "usage.err.span", "most", longestSpan)})
	}
	out := make([]Day, to.DaysSince(from)+1)
	for i := range out {
		out[i].Date = from.AddDays(i)
	}
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		if err := l.maySee(tx, by, system); err != nil {
			return err
		}
		first := dayNumber(from)
		return readDays(tx, "WHERE system_id = ? AND day BETWEEN ? AND ?", []any{system, first, dayNumber(to)},
			func(d dayFacts) { out[d.day-first] = d.shown() })
	})
	return out, err
}

// Hours gives the hours of a day of a system of which anything is known, in
// order: also long after their states are gone.
func (l *Ledger) Hours(ctx context.Context, by auth.Principal, system inventory.SystemID, date calendar.Date) ([]Hour, error) {
	var out []Hour
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		if err := l.maySee(tx, by, system); err != nil {
			return err
		}
		day := dayNumber(date)
		states, err := hoursOf(tx, system, firstHour(day), firstHour(day+1))
		if err != nil {
			return err
		}
		w, err := witnessOf(tx, states)
		if err != nil {
			return err
		}
		for _, f := range w.mergeDay(states) {
			out = append(out, f.shown())
		}
		if len(out) > 0 {
			return nil
		}
		return readExts(tx, "WHERE system_id = ? AND day = ?", []any{system, day}, func(_ inventory.SystemID, _ int, e dayExt) {
			out, err = unpackHours(day, e.hours)
		})
	})
	return out, err
}

// shown is the hour as people get it.
func (f *hourFacts) shown() Hour {
	h := Hour{Hour: f.hour, Values: f.values, Measured: f.measured, PartsUnmerged: f.unmerged, LastWrite: f.last}
	for _, m := range f.minutes {
		h.Minutes = max(h.Minutes, int(m))
	}
	return h
}

// maySee returns nil when the principal may read the facts of the system; to
// everybody else it does not exist.
func (l *Ledger) maySee(tx *store.Tx, by auth.Principal, system inventory.SystemID) error {
	if err := by.Require(FactViewers()...); err != nil {
		return err
	}
	owner, err := ownerOf(tx, system)
	if err != nil {
		return err
	}
	d, err := l.registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	if !by.Console() && !d.Covers(by.View(), owner) {
		return fault.New(fault.NotFound, "err.not_found")
	}
	return nil
}

// LastUse is when people last used a system, as far as days are kept: by
// covered days on which something was counted. A zero date is never.
type LastUse struct {
	BusinessTx, Logins, HumanRequests calendar.Date
}

// Best is the last use by the most trusted signal that ever showed any:
// business, else logins, else requests of people.
func (u LastUse) Best() (calendar.Date, wire.Signal) {
	switch {
	case !u.BusinessTx.IsZero():
		return u.BusinessTx, wire.BusinessTx
	case !u.Logins.IsZero():
		return u.Logins, wire.Logins
	}
	return u.HumanRequests, wire.HumanRequests
}

// LastUse finds when a system was last used.
func (l *Ledger) LastUse(ctx context.Context, by auth.Principal, system inventory.SystemID) (LastUse, error) {
	var out LastUse
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		if err := l.maySee(tx, by, system); err != nil {
			return err
		}
		found, err := lastUses(tx, []inventory.SystemID{system})
		out = found[system]
		return err
	})
	if err != nil {
		return LastUse{}, fmt.Errorf("find the last use: %w", err)
	}
	return out, nil
}
