package rectification

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/schedule"
	"qingce/internal/store"
)

// sweepLot is how many notices one transaction of the sweep takes.
const sweepLot = 100

// Swept is what a sweep did.
type Swept struct{ Overdue, Escalated int }

// Sweep notes the notices whose term has passed, and reports those that are
// overdue to the leading group on the first working day after (办法 art. 23: in
// time). It is a job: the second time it changes nothing.
func (d *Desk) Sweep(ctx context.Context) (Swept, error) {
	var all Swept
	for {
		n, err := d.lot(ctx, silentNotices, d.expire)
		all.Overdue += n
		if err != nil {
			return all, err
		}
		if n < sweepLot {
			break
		}
	}
	working, err := d.worksToday(ctx)
	if err != nil || !working {
		return all, err
	}
	for {
		n, err := d.lot(ctx, overdueNotices, d.escalate)
		all.Escalated += n
		if err != nil || n < sweepLot {
			return all, err
		}
	}
}

func (d *Desk) worksToday(ctx context.Context) (bool, error) {
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (bool, error) {
		cal, err := d.deps.Book.Calendar(tx)
		if err != nil {
			return false, err
		}
		works, err := cal.IsWorking(today(tx))
		return works, schedule.Explain(err)
	})
}

// lot takes up to sweepLot notices in one transaction.
func (d *Desk) lot(
	ctx context.Context, find func(tx *store.Tx, most int) ([]running, error), do func(tx *store.Tx, n running) error,
) (int, error) {
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (int, error) {
		all, err := find(tx, sweepLot)
		if err != nil {
			return 0, err
		}
		for _, n := range all {
			if err := do(tx, n); err != nil {
				return 0, err
			}
		}
		return len(all), nil
	})
}

// expire notes that the term of a notice has passed.
func (d *Desk) expire(tx *store.Tx, old running) error {
	n := old.Notice
	n.State, n.DueOn, n.OverdueFrom = Overdue, old.RunsTo, old.RunsTo.AddDays(1)
	return updateNotice(tx, act{by: auth.System("rectification"), action: "overdue"}, old.Notice, &n)
}

// escalate reports a notice to the leading group.
func (d *Desk) escalate(tx *store.Tx, old running) error {
	n, at := old.Notice, tx.Now()
	n.State, n.EscalatedOn, n.EscalatedAt = Escalated, today(tx), &at
	return updateNotice(tx, act{by: auth.System("rectification"), action: "escalated"}, old.Notice, &n)
}
