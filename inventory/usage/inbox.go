package usage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory/usage/wire"
)

// InboxOptions bound the inbox. Zero takes what stands behind.
type InboxOptions struct {
	// Bytes is how much may wait to be folded (256 MiB), Pending how much may
	// wait for its commit (32 MiB): over it senders are asked to come later.
	Bytes, Pending int64
	// Step is how many rows one transaction of the folding writes (2000): on
	// SQLite nobody else writes meanwhile.
	Step int
	// Every is how often Run folds (15 s).
	Every time.Duration
	// Hub is given what series say of the hub; nil drops it.
	Hub HubSink
	// Report is told what Run cannot do; nil tells nobody.
	Report func(error)
}

func (o InboxOptions) filled() InboxOptions {
	if o.Bytes == 0 {
		o.Bytes = 256 << 20
	}
	if o.Pending == 0 {
		o.Pending = 32 << 20
	}
	if o.Step == 0 {
		o.Step = 2000
	}
	if o.Every == 0 {
		o.Every = 15 * time.Second
	}
	if o.Report == nil {
		o.Report = func(error) {}
	}
	return o
}

// Inbox takes samples of series, acknowledged after the commit that holds them,
// and folds them into the ledger. Many nodes may have one over one database.
type Inbox struct {
	db       *store.DB
	ledger   *Ledger
	opts     InboxOptions
	mapper   *mapper
	unmapped unmappedCounts
	folder   folder
	poke     chan struct{}

	waiting atomic.Int64 // bytes in the database that wait to be folded

	mu       sync.Mutex
	pending  int64
	queue    []*delivery
	flushing bool
}

// NewInbox makes an inbox that maps by the rules.
func NewInbox(db *store.DB, ledger *Ledger, rules *Rules, opts InboxOptions) *Inbox {
	return &Inbox{
		db: db, ledger: ledger, opts: opts.filled(), poke: make(chan struct{}, 1), folder: folder{rows: mostRows},
		mapper: &mapper{db: db, ledger: ledger, rules: rules.book, probes: map[ProbeID]*probeMap{}},
	}
}

const (
	// inboxTimeout bounds one commit; a sender waits for two of them at most.
	inboxTimeout = 4 * time.Second
	// busyFor is when a sender comes again that was sent away.
	busyFor = 5 * time.Second
	awayFor = 5 * time.Second
)

// delivery is what one request brings.
type delivery struct {
	probe   ProbeID
	runs    []run
	packed  []byte // the points of all runs
	samples int
	done    chan outcome
}

// run is points of one series that follow each other in the request.
type run struct {
	series *mapped
	end    int // of its bytes in packed
}

type outcome struct {
	err  error
	lead bool // the queue is yours
}

// Take decodes a request of a probe with decode, which is a method of a
// wire.Decoder, and keeps what the rules take. It returns when that is on disk.
// What no rule takes is accepted, counted, and listed by Unmapped. Errors of
// type *wire.Error say what the sender is to be told; others mean that the
// database is away.
func (x *Inbox) Take(ctx context.Context, pass Pass, format wire.Format, decode func(wire.Visit) (wire.Tally, error)) (wire.Tally, error) {
	if x.waiting.Load() > x.opts.Bytes {
		x.wake()
		return wire.Tally{}, wire.Busy(busyFor)
	}
	known, err := x.mapper.of(ctx, pass)
	if err != nil {
		return wire.Tally{}, wire.Away(awayFor, err)
	}
	in := taking{ctx: ctx, inbox: x, known: known, format: ruleFormatOf(format), now: x.db.Now()}
	in.probe = pass.ProbeID
	tally, err := decode(in.visit)
	switch {
	case err != nil:
		return wire.Tally{}, err
	case in.err != nil:
		return wire.Tally{}, wire.Away(awayFor, in.err)
	}
	in.endRun()
	x.unmapped.add(pass.ProbeID, in.format, in.now, in.strangers)
	if len(in.runs) > 0 {
		err = x.put(&in.delivery)
	}
	return tally, err
}

// taking judges the samples of one request.
type taking struct {
	delivery
	ctx       context.Context
	inbox     *Inbox
	known     *probeMap
	format    RuleFormat
	now       time.Time
	strangers map[*compiled]*stranger
	scratch   []byte
	points    []point // of the series at hand
	last      *compiled
	lastRef   int
	lastName  string
	err       error
}

func (in *taking) visit(s *wire.Sample) wire.Verdict {
	if in.err != nil {
		return wire.Keep // nothing of the body will be kept
	}
	if in.last == nil || s.Ref != in.lastRef || s.Name != in.lastName {
		in.endRun()
		in.last, in.err = in.inbox.mapper.find(in.ctx, in.known, in.format, s.Series, &in.scratch)
		in.lastRef, in.lastName = s.Ref, s.Name
		if in.err != nil {
			return wire.Keep
		}
	}
	if code, refused := in.unfit(s); code != "" && refused {
		return wire.Refuse(code)
	} else if code != "" {
		return wire.Note(code)
	}
	if s.Flaw != "" {
		return wire.Keep // it was noted, and is no figure
	}
	p := point{at: s.At.UnixMilli(), value: s.Value}
	if !s.Start.IsZero() {
		p.start = max(0, s.Start.UnixMilli())
	}
	in.points = append(in.points, p)
	return wire.Keep
}

// unfit says what keeps a sample from being kept, and whether it is sent back
// for that or only noted.
func (in *taking) unfit(s *wire.Sample) (code wire.Code, refused bool) {
	switch code := in.last.code; code {
	case "":
	case SeriesUnmapped:
		in.stranger(s)
		return code, false
	default:
		return code, code != SeriesUnlisted
	}
	if s.Flaw != "" {
		return "", false
	}
	for _, t := range in.last.targets {
		if code := t.judge(s.Value); code != "" {
			return code, true
		}
	}
	return "", false
}

// endRun packs the points of the series at hand.
func (in *taking) endRun() {
	if len(in.points) == 0 {
		return
	}
	ps := union(in.points)
	for _, t := range in.last.targets {
		in.samples += len(ps)
		in.packed = pack(in.packed, ps)
		in.runs = append(in.runs, run{t, len(in.packed)})
	}
	in.points = in.points[:0]
}

func (in *taking) stranger(s *wire.Sample) {
	if in.strangers == nil {
		in.strangers = map[*compiled]*stranger{}
	}
	n := in.strangers[in.last]
	if n == nil {
		n = &stranger{kind: s.Kind}
		in.strangers[in.last] = n
	}
	n.samples++
	if s.Flaw == "" {
		n.value = s.Value
	}
}

// put waits for the commit that holds the delivery. Whoever comes while nothing
// is being written writes for all that come meanwhile.
func (x *Inbox) put(d *delivery) error {
	size := int64(len(d.packed))
	x.mu.Lock()
	if x.pending+size > x.opts.Pending && x.pending > 0 {
		x.mu.Unlock()
		return wire.Busy(busyFor)
	}
	x.pending += size
	d.done = make(chan outcome, 1)
	x.queue = append(x.queue, d)
	lead := !x.flushing
	x.flushing = true
	x.mu.Unlock()
	if !lead {
		if o := <-d.done; !o.lead {
			return o.err
		}
	}
	return x.flush(d)
}

// flush writes all that waits and hands the lead over. It returns what became
// of the delivery of the leader, which is among them.
func (x *Inbox) flush(own *delivery) error {
	x.mu.Lock()
	lot := x.queue
	x.queue = nil
	x.mu.Unlock()
	errs := x.write(lot)
	x.mu.Lock()
	defer x.mu.Unlock()
	var mine error
	for i, d := range lot {
		x.pending -= int64(len(d.packed))
		if d == own {
			mine = errs[i]
			continue
		}
		d.done <- outcome{err: errs[i]}
	}
	if len(x.queue) > 0 {
		x.queue[0].done <- outcome{lead: true}
	} else {
		x.flushing = false
	}
	return mine
}

// write commits deliveries together, and each alone when they are refused
// together, so that one cannot hurt the others.
func (x *Inbox) write(lot []*delivery) []error {
	errs := make([]error, len(lot))
	err := x.commit(lot)
	if err == nil {
		return errs
	}
	away := fault.KindOf(err) == fault.Unavailable || errors.Is(err, context.DeadlineExceeded)
	for i := range lot {
		errs[i] = err
		if len(lot) > 1 && !away {
			errs[i] = x.commit(lot[i : i+1])
		}
		if errs[i] != nil {
			errs[i] = wire.Away(awayFor, errs[i])
		}
	}
	return errs
}

// commit writes in a time of its own: a sender that goes away takes nothing
// from the others.
func (x *Inbox) commit(lot []*delivery) error {
	ctx, cancel := context.WithTimeout(context.Background(), inboxTimeout)
	defer cancel()
	strangers := x.unmapped.take()
	size := int64(0)
	err := x.db.Write(ctx, func(tx *store.Tx) error {
		ids, added, err := registerSeries(tx, newSeriesOf(lot))
		if err != nil {
			return err
		}
		rows := make([]inboxRow, len(lot))
		size = 0
		for i, d := range lot {
			rows[i] = inboxRow{ProbeID: d.probe, ReceivedAt: tx.Now(), Samples: d.samples, Body: d.body(ids)}
			rows[i].Size = len(rows[i].Body)
			size += int64(rows[i].Size)
		}
		if err := insertInbox(tx, rows); err != nil {
			return err
		}
		tx.AfterCommit(func() { settle(ids, added) })
		return keepUnmapped(tx, strangers)
	})
	if err != nil {
		x.unmapped.giveBack(strangers)
		return fmt.Errorf("keep %d deliveries of samples: %w", len(lot), err)
	}
	if x.waiting.Add(size) > foldAtOnce {
		x.wake()
	}
	return nil
}

// newSeriesOf are the series that the database may not know yet.
func newSeriesOf(lot []*delivery) map[*mapped]ProbeID {
	out := map[*mapped]ProbeID{}
	for _, d := range lot {
		for _, r := range d.runs {
			if r.series.id.Load() == 0 {
				out[r.series] = d.probe
			}
		}
	}
	return out
}

// settle remembers the ids of series once they are on disk.
func settle(ids map[*mapped]int64, added map[*mapped]bool) {
	for m, id := range ids {
		m.id.Store(id)
		if added[m] {
			m.room.Add(-1)
		}
	}
}

// body is the delivery as it is kept: of each run the series, the length of its
// points, and they.
func (d *delivery) body(ids map[*mapped]int64) []byte {
	out := make([]byte, 0, len(d.packed)+6*len(d.runs))
	from := 0
	for _, r := range d.runs {
		id := r.series.id.Load()
		if id == 0 {
			id = ids[r.series]
		}
		out = binary.AppendUvarint(out, uint64(id))
		out = binary.AppendUvarint(out, uint64(r.end-from))
		out = append(out, d.packed[from:r.end]...)
		from = r.end
	}
	return out
}

func (x *Inbox) wake() {
	select {
	case x.poke <- struct{}{}:
	default:
	}
}

// InboxState is what waits to be folded.
type InboxState struct {
	Rows, Samples, Bytes int64
	// Oldest is when the oldest of them was received, zero if there is none.
	Oldest time.Time
	// Aside is how many were laid aside because they could not be folded.
	Aside int64
}

// State tells what waits.
func (x *Inbox) State(ctx context.Context) (s InboxState, err error) {
	err = x.db.Read(ctx, func(tx *store.Tx) error {
		s, err = inboxState(tx)
		return err
	})
	if err == nil {
		x.waiting.Store(s.Bytes)
	}
	return s, err
}
