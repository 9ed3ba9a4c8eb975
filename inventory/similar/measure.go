package similar

import (
	"context"
	"fmt"
	"slices"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

const (
	// measuredDays is how far back use is looked at.
	measuredDays = 400
	// formerDays is for how many days before the fall people count as former
	// users, and presentDays how long ago somebody was seen who uses a system now.
	formerDays, presentDays = 90, 90
	// measureLot is how many systems are looked at together.
	measureLot = 200
)

// Measured is what a run of Measure did.
type Measured struct {
	Systems int // in pairs
	Fallen  int // of them with use that fell
	Moves   int // looked at
	Known   int // of them with a known share of people
	Shifts  int // of them with a rise there
}

// String is the summary of a run.
func (m Measured) String() string {
	return fmt.Sprintf("systems %d, fallen %d, moves %d, known %d, shifts %d", m.Systems, m.Fallen, m.Moves, m.Known, m.Shifts)
}

// Measure looks where people went from systems whose use fell: for every pair
// that was not found different, by the daily facts up to yesterday. Twice
// changes nothing.
func (d *Desk) Measure(ctx context.Context) (Measured, error) {
	var out Measured
	pairs, err := d.partners(ctx)
	if err != nil {
		return out, fmt.Errorf("measure moves: %w", err)
	}
	ids := make([]inventory.SystemID, 0, len(pairs))
	for id := range pairs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	out.Systems = len(ids)
	for lot := range slices.Chunk(ids, measureLot) {
		if err := d.measure(ctx, lot, pairs, &out); err != nil {
			return out, fmt.Errorf("measure moves: %w", err)
		}
	}
	return out, nil
}

// partners reads which systems are in a pair with which.
func (d *Desk) partners(ctx context.Context) (map[inventory.SystemID][]inventory.SystemID, error) {
	out := map[inventory.SystemID][]inventory.SystemID{}
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		return eachPair(tx, func(a, b inventory.SystemID) {
			out[a] = append(out[a], b)
			out[b] = append(out[b], a)
		})
	})
	return out, err
}

// moveRow is a move as it is kept.
type moveRow struct {
	FromID     inventory.SystemID
	ToID       inventory.SystemID
	Users      UsersState
	Former     int64
	Moved      int
	Error      int
	Shift      ShiftState
	Signal     string
	FellOn     calendar.Date
	RoseOn     calendar.Date
	MeasuredOn calendar.Date
}

// TableName is the table of moves.
func (moveRow) TableName() string { return "similar_moves" }

// measure looks at the moves from a lot of systems and keeps them.
func (d *Desk) measure(ctx context.Context, lot []inventory.SystemID, pairs map[inventory.SystemID][]inventory.SystemID, out *Measured) error {
	var rows []moveRow
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		to := calendar.DateOf(tx.Now()).AddDays(-1)
		m := &measuring{tx: tx, span: span{to.AddDays(1 - measuredDays), to}, use: map[inventory.SystemID]*use{}}
		if err := m.read(lot); err != nil {
			return err
		}
		for _, id := range lot {
			found, err := m.from(id, pairs[id])
			if err != nil {
				return err
			}
			if len(found) > 0 {
				out.Fallen++
			}
			rows = append(rows, found...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range rows {
		out.Moves++
		if r.Users == UsersKnown {
			out.Known++
		}
		if r.Shift == ShiftSeen {
			out.Shifts++
		}
	}
	return d.db.Write(ctx, func(tx *store.Tx) error { return replaceMoves(tx, lot, rows) })
}

// span is days, both ends included.
type span struct{ from, to calendar.Date }

func (s span) len() int { return s.to.DaysSince(s.from) + 1 }

// use is what a system was used for in the span, by signal.
type use [len(useSignals)]series

// measuring is the work on a lot.
type measuring struct {
	tx   *store.Tx
	span span
	use  map[inventory.SystemID]*use
}

// read reads the use of systems that was not read yet.
func (m *measuring) read(ids []inventory.SystemID) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id inventory.SystemID) bool { return m.use[id] != nil })
	if len(ids) == 0 {
		return nil
	}
	values, err := usesOf(m.tx, ids, m.span)
	if err != nil {
		return err
	}
	for _, id := range ids {
		u := &use{}
		for i := range useSignals {
			u[i] = values[id][i]
		}
		m.use[id] = u
	}
	return nil
}

// from looks where people went from a system; nothing when its use did not fall.
func (m *measuring) from(id inventory.SystemID, others []inventory.SystemID) ([]moveRow, error) {
	first, ok := m.use[id].fallen()
	if !ok {
		return nil, nil
	}
	if err := m.read(others); err != nil {
		return nil, err
	}
	fell := m.span.from.AddDays(first.day)
	former, err := crowdOf(m.tx, id, span{fell.AddDays(-formerDays), fell.AddDays(-1)})
	if err != nil {
		return nil, err
	}
	since := m.span.to.AddDays(1 - presentDays)
	if fell.After(since) {
		since = fell
	}
	var out []moveRow
	for _, other := range others {
		present, err := crowdOf(m.tx, other, span{since, m.span.to})
		if err != nil {
			return nil, err
		}
		move := former.movedTo(present)
		move.FellOn = fell
		m.shift(&move, m.use[id], m.use[other])
		out = append(out, moveRow{
			FromID: id, ToID: other, Users: move.Users, Former: move.Former, Moved: thousandths(move.Moved), Error: thousandths(move.Error),
			Shift: move.Shift, Signal: move.Signal, FellOn: move.FellOn, RoseOn: move.RoseOn, MeasuredOn: m.span.to,
		})
	}
	return out, nil
}

// fallen finds when the use of a system fell, by the surest signal that shows it.
func (u *use) fallen() (turn, bool) {
	for i := range u {
		if t, ok := u[i].fall(); ok {
			return t, true
		}
	}
	return turn{}, false
}

// shift looks whether use rose in the other system when it fell here, by a
// signal that both have.
func (m *measuring) shift(move *Move, here, there *use) {
	move.Shift = ShiftUnknown
	for i, signal := range useSignals {
		fell, ok := here[i].fall()
		if !ok {
			continue
		}
		rose, seen, known := there[i].rise(fell)
		if !known {
			continue
		}
		move.Shift, move.Signal = ShiftNotSeen, signal.String()
		if seen {
			move.Shift, move.RoseOn = ShiftSeen, m.span.from.AddDays(rose.day)
		}
		return
	}
}
