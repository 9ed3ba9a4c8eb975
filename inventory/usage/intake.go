package usage

import (
	"context"
	"errors"
	"sync"
	"time"

	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory/usage/wire"
)

// Intake takes the states that arrive at this node and writes them together:
// those of all requests that come while one commit is on its way go into the
// next. It is safe for concurrent use.
type Intake struct {
	ledger *Ledger
	limits IntakeLimits

	mu           sync.Mutex
	next         *batch // what waits for the next commit; nil when nothing does
	writing      int    // rows on their way, and their bytes
	writingBytes int
	stopped      bool
	work         chan struct{}
	done         chan struct{}
}

// IntakeLimits bound what waits in memory, and for how long.
type IntakeLimits struct {
	Rows  int // that wait or are being written
	Bytes int
	// Within is how long the database may take for a commit.
	Within time.Duration
	// Again is when a sender that was turned away should come again.
	Again time.Duration
}

// DefaultIntakeLimits hold for a service that nobody has tuned.
func DefaultIntakeLimits() IntakeLimits {
	return IntakeLimits{Rows: 200_000, Bytes: 128 << 20, Within: 5 * time.Second, Again: 2 * time.Second}
}

// postgresWriters is how many commits are on their way at the same time: while
// one waits for the disk, the next is sent. Both may hold the same key; the
// greater seq stays, and since all write in the order of keys none waits for
// ever.
const postgresWriters = 2

// batch is what goes into one commit.
type batch struct {
	states map[HourKey]HourState
	bytes  int
	done   chan struct{} // closed when err is known
	err    error
	failed map[HourKey]error
}

func newBatch() *batch { return &batch{states: map[HourKey]HourState{}, done: make(chan struct{})} }

// NewIntake makes an intake over the ledger and starts its writer; Stop ends
// it.
func NewIntake(l *Ledger, limits IntakeLimits) *Intake {
	in := &Intake{ledger: l, limits: limits, work: make(chan struct{}, 1), done: make(chan struct{})}
	writers := 1
	if l.db.Engine() == store.Postgres {
		writers = postgresWriters
	}
	var running sync.WaitGroup
	for range writers {
		running.Go(in.run)
	}
	go func() {
		running.Wait()
		close(in.done)
	}()
	return in
}

// Put keeps the states and returns when the commit that holds them is on disk.
// The states are the intake's from then on. What cannot be taken now is
// wire.Busy, what cannot be stored wire.Away: in both cases nothing is lost if
// the sender comes again.
func (in *Intake) Put(ctx context.Context, states []HourState) error {
	if len(states) == 0 {
		return nil
	}
	b, err := in.add(states)
	if err != nil {
		return err
	}
	select {
	case <-b.done:
		return b.errorOf(states)
	case <-ctx.Done():
		return wire.Away(in.limits.Again, ctx.Err())
	}
}

func (in *Intake) add(states []HourState) (*batch, error) {
	size := 0
	for i := range states {
		size += states[i].size()
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.stopped {
		return nil, wire.Away(in.limits.Again, errors.New("the service is stopping"))
	}
	b := in.next
	if b == nil {
		b = newBatch()
	}
	if len(b.states)+in.writing+len(states) > in.limits.Rows || b.bytes+in.writingBytes+size > in.limits.Bytes {
		return nil, wire.Busy(in.limits.Again)
	}
	for _, h := range states {
		if old, ok := b.states[h.Key()]; !ok || h.Seq > old.Seq {
			b.states[h.Key()] = h
		}
	}
	b.bytes += size
	in.next = b
	select {
	case in.work <- struct{}{}:
	default: // the writer knows already
	}
	return b, nil
}

// size is about how much memory a state takes.
func (h *HourState) size() int { return 400 + len(h.Users) + len(h.Machines) }

// errorOf is what the sender of these states is told.
func (b *batch) errorOf(states []HourState) error {
	if b.err != nil || b.failed == nil {
		return b.err
	}
	for i := range states {
		if err := b.failed[states[i].Key()]; err != nil {
			return err
		}
	}
	return nil
}

// run writes batch after batch until the intake is stopped and empty.
func (in *Intake) run() {
	for range in.work {
		for b := in.take(); b != nil; b = in.take() {
			in.write(b)
			in.written(b)
		}
	}
}

func (in *Intake) take() *batch {
	in.mu.Lock()
	defer in.mu.Unlock()
	b := in.next
	in.next = nil
	if b != nil {
		in.writing += len(b.states)
		in.writingBytes += b.bytes
	}
	return b
}

func (in *Intake) written(b *batch) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.writing -= len(b.states)
	in.writingBytes -= b.bytes
}

func (in *Intake) write(b *batch) {
	defer close(b.done)
	states := make([]HourState, 0, len(b.states))
	for _, h := range b.states {
		states = append(states, h)
	}
	err := in.commit(states)
	if err != nil && fault.KindOf(err) != fault.Unavailable && len(states) > 1 {
		b.failed = map[HourKey]error{}
		in.split(states, b.failed)
		return
	}
	if err != nil {
		b.err = in.away(err)
	}
}

// split writes halves until what cannot be written stands alone.
func (in *Intake) split(states []HourState, failed map[HourKey]error) {
	half := len(states) / 2
	for _, part := range [][]HourState{states[:half], states[half:]} {
		err := in.commit(part)
		switch {
		case err == nil:
		case len(part) > 1 && fault.KindOf(err) != fault.Unavailable:
			in.split(part, failed)
		default:
			for i := range part {
				failed[part[i].Key()] = in.away(err)
			}
		}
	}
}

func (in *Intake) commit(states []HourState) error {
	ctx, cancel := context.WithTimeout(context.Background(), in.limits.Within)
	defer cancel()
	return in.ledger.db.WriteMany(ctx, func(tx *store.Tx) error { return in.ledger.PutIn(tx, states) })
}

// away is what a sender is told of a failed commit: that it should come again,
// unless the states themselves cannot be kept.
func (in *Intake) away(err error) error {
	if fault.KindOf(err) == fault.Invalid {
		return err
	}
	return wire.Away(in.limits.Again, err)
}

// Waiting is how many states and bytes wait in memory, for meters.
func (in *Intake) Waiting() (rows, bytes int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.next == nil {
		return in.writing, in.writingBytes
	}
	return in.writing + len(in.next.states), in.writingBytes + in.next.bytes
}

// Stop writes what was taken, and ends. Later calls of Put are turned away.
func (in *Intake) Stop(ctx context.Context) error {
	in.mu.Lock()
	if !in.stopped {
		in.stopped = true
		close(in.work)
	}
	in.mu.Unlock()
	select {
	case <-in.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
