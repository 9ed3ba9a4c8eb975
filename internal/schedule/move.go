package schedule

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Move is an open due date that a change of the calendar moves.
type Move struct {
	// Due is the due date as it was.
	Due
	To calendar.Date
}

// movesUnder lists the open due dates that another ledger moves, the earliest
// first. One that it would push into a year without a schedule is err.calendar:
// nobody may be left with a due date that is known to be wrong.
func movesUnder(tx *store.Tx, next ledger) ([]Move, error) {
	cal, err := next.calendar()
	if err != nil {
		return nil, err
	}
	dues, err := followers(tx)
	if err != nil {
		return nil, err
	}
	var out []Move
	for _, d := range dues {
		to, err := d.on(cal)
		if err != nil {
			return nil, Explain(fmt.Errorf("move due date %d of %s: %w", d.ID, d.DueOn, err))
		}
		if to != d.DueOn {
			out = append(out, Move{d, to})
		}
	}
	return out, nil
}

// lock keeps other writers of the calendar, and of due dates that follow it,
// out until the end of the transaction, and gives the calendar in force.
func (b *Book) lock(tx *store.Tx) (*edition, error) {
	if err := lockToken(tx); err != nil {
		return nil, err
	}
	return b.edition(tx)
}

// settle ends a change of the calendar: a new token, and every move written
// and logged. It returns the moves that were made: a due date that was closed
// meanwhile stays.
func (b *Book) settle(tx *store.Tx, by auth.Principal, moves []Move, reason string) ([]Move, error) {
	if err := renewToken(tx); err != nil {
		return nil, err
	}
	var made []Move
	for _, m := range moves {
		open, err := moveDue(tx, m)
		if err != nil {
			return nil, err
		}
		if !open {
			continue
		}
		e := m.entry("due.move", dueDay{m.DueOn}, dueDay{m.To})
		e.Reason = reason
		if err := oplog.Record(tx, by, e); err != nil {
			return nil, err
		}
		made = append(made, m)
	}
	return made, nil
}
