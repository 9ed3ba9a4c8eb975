package zombie

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory/zombie/detect"
)

// ErrBusy says that detection is being run: by another node, another person, or
// the nightly job.
var ErrBusy = fault.New(fault.Conflict, "zombie.err.busy")

// busy is ErrBusy with which day is run, by whom, and until when it is waited for
// at most.
func busy(l *leaseRow) error {
	return fault.New(fault.Conflict, "zombie.err.busy", "day", DateOf(l.Day), "name", l.Name, "until", l.Until.In(calendar.Zone).Format("15:04:05"))
}

// leaseLength is for how long a run that says nothing is waited for.
const leaseLength = 5 * time.Minute

// lease is the right to run detection: one run has it at a time.
type lease struct {
	holder string

	mu      sync.Mutex
	renewed time.Time
}

// take takes the lease for a day, and is ErrBusy while another run has it.
func (l *lease) take(tx *store.Tx, name string, day detect.Day) error {
	l.holder, l.renewed = rand.Text(), tx.Now()
	return takeLease(tx, &leaseRow{Holder: l.holder, Name: name, Day: day, Until: tx.Now().Add(leaseLength)})
}

// renew keeps the lease, when a good part of it is over.
func (l *lease) renew(ctx context.Context, db *store.DB) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := db.Now(); now.Sub(l.renewed) < leaseLength/5 {
		return nil
	}
	return db.Write(ctx, func(tx *store.Tx) error {
		l.renewed = tx.Now()
		return l.hold(tx)
	})
}

// hold makes sure in a transaction that nobody else has the lease.
func (l *lease) hold(tx *store.Tx) error { return holdLease(tx, l.holder, tx.Now().Add(leaseLength)) }

// release gives the lease back, whatever became of the run.
func (l *lease) release(ctx context.Context, db *store.DB) error {
	return db.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error { return dropLease(tx, l.holder) })
}
