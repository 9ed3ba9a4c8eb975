package usage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

const (
	// foldAtOnce is how much waits until it is folded before its time.
	foldAtOnce = 4 << 20
	// mostLot bounds what is folded together, in bytes of bodies, and mostRows in
	// deliveries. The more points of a series come together, the less often its
	// hour is written again.
	mostLot  = 8 << 20
	mostRows = 4000
	// rest is how many times as long as a lot took is left to those who bring
	// more, as long as the inbox is not half full.
	rest = 1
	// foldTimeout bounds the folding of a lot.
	foldTimeout = 60 * time.Second
)

// folder remembers how many deliveries can be folded at once.
type folder struct {
	mu   sync.Mutex // one lot at a time
	rows int
}

// Folded says what a lot was.
type Folded struct {
	Rows, Samples int
	Bytes         int64
	// Hours is how many hours of a source were written.
	Hours int
}

// Run folds what waits, every so often and when much waits, until ctx ends.
func (x *Inbox) Run(ctx context.Context) {
	tick := time.NewTicker(x.opts.Every)
	defer tick.Stop()
	for {
		if err := x.foldAll(ctx, x.giveWay); err != nil && ctx.Err() == nil {
			x.opts.Report(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-x.poke:
		}
	}
}

// FoldAll folds until nothing waits.
func (x *Inbox) FoldAll(ctx context.Context) error {
	return x.foldAll(ctx, func(context.Context, Folded, time.Duration) bool { return true })
}

// foldAll calls after with every lot and the time that it took, and goes on as
// long as that says so.
func (x *Inbox) foldAll(ctx context.Context, after func(context.Context, Folded, time.Duration) bool) error {
	if err := x.Flush(ctx); err != nil {
		return err
	}
	for {
		s, err := x.State(ctx)
		if err != nil || s.Rows == 0 {
			return err
		}
		begun := x.db.Now()
		done, err := x.Fold(ctx)
		if err != nil || !after(ctx, done, x.db.Now().Sub(begun)) {
			return err
		}
	}
}

// giveWay leaves the database to others for a while, and folding to another node
// that came first.
func (x *Inbox) giveWay(ctx context.Context, done Folded, took time.Duration) bool {
	if done.Rows == 0 {
		return false
	}
	if took <= 0 || x.waiting.Load() > x.opts.Bytes/2 {
		return true
	}
	pause := time.NewTimer(rest * took)
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-ctx.Done():
	}
	return true
}

// Fold folds one lot: the samples become points, the hours that they touch are
// worked out again from all their points, and written into the ledger; what was
// folded leaves the inbox last of all. It is written in steps that leave room to
// others, and only as long as nobody else folds. A step that was written is
// written again without effect when the lot is folded again: what an hour says
// comes before its points, and later hours before earlier ones, so that what is
// not finished is always seen by its points. A lot that cannot be folded is
// tried in smaller ones, down to the one delivery that is to blame, which is laid
// aside; one that others came in between of is tried again as it is.
func (x *Inbox) Fold(ctx context.Context) (Folded, error) {
	x.folder.mu.Lock()
	defer x.folder.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, foldTimeout)
	defer cancel()
	l := &lot{ledger: x.ledger, fresh: map[int64][]point{}, rows: map[spot]*pointRow{}, states: map[sourceHour]bool{}, pairs: map[pair]bool{}, sink: x.opts.Hub}
	err := x.db.Read(ctx, func(tx *store.Tx) error {
		l.tx = tx
		return l.prepare(x.folder.rows, mostLot)
	})
	for _, step := range l.steps(x.opts.Step) {
		if err == nil {
			err = x.db.Write(ctx, l.claimed(step))
		}
		l.number++
	}
	if errors.Is(err, errFolded) {
		return Folded{}, nil // by another node: the next lot is another
	}
	if err != nil {
		return Folded{}, x.shrink(ctx, l.ids, err)
	}
	x.waiting.Add(-l.done.Bytes)
	x.folder.rows = min(2*x.folder.rows, mostRows)
	return l.done, nil
}

// shrink makes the next lot smaller after one that failed, and lays a single
// delivery aside that fails by itself. While the database is away nothing is
// to blame.
func (x *Inbox) shrink(ctx context.Context, ids []int64, err error) error {
	err = fmt.Errorf("fold %d deliveries: %w", len(ids), err)
	if kind := fault.KindOf(err); kind == fault.Unavailable || kind == fault.Conflict || ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) || len(ids) == 0 {
		return err
	}
	if len(ids) > 1 {
		x.folder.rows = len(ids) / 2
		return nil
	}
	if aside := x.db.Write(ctx, func(tx *store.Tx) error { return layAside(tx, ids[0], err.Error()) }); aside != nil {
		return aside
	}
	return err
}

// spot is an hour of a series.
type spot struct {
	series int64
	hour   wire.Hour
}

// sourceHour is an hour of a system as one source sees it.
type sourceHour struct {
	system inventory.SystemID
	source SourceID
	hour   wire.Hour
}

// lot is the folding of some deliveries.
type lot struct {
	tx     *store.Tx
	ledger *Ledger
	number int64 // greater than that of all lots before
	ids    []int64
	done   Folded
	fresh  map[int64][]point
	series map[int64]*seriesRow
	rows   map[spot]*pointRow // those that are written
	states map[sourceHour]bool
	hours  []HourState
	// Of the hub: the days that change, the hours with a sign of life, and where
	// they go.
	pairs map[pair]bool
	beats []spot
	heard HubHeard
	sink  HubSink
}

// prepare reads what there is to fold, and works out what is to be written.
func (l *lot) prepare(rows int, bytes int64) error {
	before, err := lotsSoFar(l.tx)
	if err != nil {
		return err
	}
	l.number = before + 1
	waiting, err := readInbox(l.tx, rows, bytes)
	if err != nil {
		return err
	}
	for _, row := range waiting {
		l.ids = append(l.ids, row.ID)
		l.done.Rows, l.done.Samples, l.done.Bytes = l.done.Rows+1, l.done.Samples+row.Samples, l.done.Bytes+int64(row.Size)
		if err := l.open(row.Body); err != nil {
			return err
		}
	}
	if l.series, err = readSeries(l.tx, slices.Collect(maps.Keys(l.fresh))); err != nil {
		return err
	}
	if err := l.merge(); err != nil {
		return err
	}
	if err := l.hear(); err != nil {
		return err
	}
	return l.join()
}

// open reads the body of a delivery.
func (l *lot) open(body []byte) error {
	r := reader{rest: body}
	for len(r.rest) > 0 {
		id := int64(r.uvarint())
		blob := r.bytes(r.uvarint())
		if r.broken {
			return errPoints
		}
		ps, err := unpack(l.fresh[id], blob)
		if err != nil {
			return err
		}
		l.fresh[id] = ps
	}
	return nil
}

// merge puts the fresh points into the hours where they belong and reads these
// anew, and the hours after them whose beginning has changed.
func (l *lot) merge() error {
	touched := map[spot][]point{}
	for id, ps := range l.fresh {
		if l.series[id] == nil {
			return fmt.Errorf("series %d is not known", id)
		}
		byHours(union(ps), func(h wire.Hour, of []point) { touched[spot{id, h}] = of })
	}
	spots := slices.SortedFunc(maps.Keys(touched), spot.compare)
	kept, err := readPointRows(l.tx, l.having(spots, holds))
	if err != nil {
		return err
	}
	bases, err := lastBefore(l.tx, l.having(spots, isAfter))
	if err != nil {
		return err
	}
	moved := map[spot]point{} // hours with another last point
	var before spot
	var last *point
	for _, at := range spots {
		if before.series != at.series {
			last = nil
		}
		if last, err = l.mergeHour(at, touched[at], kept[at], later(bases[at], last), moved); err != nil {
			return err
		}
		before = at
	}
	return l.rereadNext(moved)
}

// byHours parts points that are sorted by time into their hours.
func byHours(ps []point, fn func(h wire.Hour, of []point)) {
	for from, i := 0, 0; i < len(ps); i++ {
		h := ps[i].at / hourMillis
		if i+1 == len(ps) || ps[i+1].at/hourMillis != h {
			fn(wire.Hour(h), ps[from:i+1])
			from = i + 1
		}
	}
}

func (s spot) compare(o spot) int {
	return cmp.Or(cmp.Compare(s.series, o.series), cmp.Compare(s.hour, o.hour))
}

// having leaves the hours for which a series can have what is asked.
func (l *lot) having(spots []spot, ask func(s *seriesRow, h wire.Hour) bool) []spot {
	var out []spot
	for _, at := range spots {
		if s := l.series[at.series]; s.LastHour != 0 && ask(s, at.hour) {
			out = append(out, at)
		}
	}
	return out
}

func holds(s *seriesRow, h wire.Hour) bool   { return s.FirstHour <= h && h <= s.LastHour }
func isAfter(s *seriesRow, h wire.Hour) bool { return s.FirstHour < h }
func isAhead(s *seriesRow, h wire.Hour) bool { return h < s.LastHour }

// later is the point that comes last; what is nil does not.
func later(a, b *point) *point {
	if a == nil || b != nil && b.at > a.at {
		return b
	}
	return a
}

// mergeHour adds fresh points to an hour and returns its last point.
func (l *lot) mergeHour(at spot, fresh []point, kept *pointRow, base *point, moved map[spot]point) (*point, error) {
	var before []point
	if kept != nil {
		var err error
		if before, err = unpack(nil, kept.Points); err != nil {
			return nil, err
		}
	}
	ps := fresh
	if len(before) > 0 {
		ps = union(append(slices.Clone(before), fresh...))
	}
	last := &ps[len(ps)-1]
	if slices.Equal(before, ps) {
		return last, nil // it has all come before
	}
	if len(before) == 0 || before[len(before)-1] != *last {
		moved[at] = *last
	}
	l.read(at, ps, base)
	l.series[at.series].extend(at.hour)
	return last, nil
}

// rereadNext reads the hours anew that follow one whose last point has changed,
// since their growth begins there.
func (l *lot) rereadNext(moved map[spot]point) error {
	merged := maps.Clone(l.rows) // these were read with all that is new
	from := slices.SortedFunc(maps.Keys(moved), spot.compare)
	next, err := firstAfter(l.tx, l.having(from, isAhead))
	if err != nil {
		return err
	}
	for _, at := range from {
		row := next[at]
		if row == nil {
			continue
		}
		to := spot{row.SeriesID, row.Hour}
		if merged[to] != nil {
			continue
		}
		ps, err := unpack(nil, row.Points)
		if err != nil {
			return err
		}
		base := moved[at]
		l.read(to, ps, &base)
	}
	return nil
}

// read works out what the points of an hour say, to be written.
func (l *lot) read(at spot, ps []point, base *point) {
	s := l.series[at.series]
	r := readPoints(s.target(), base, ps, int64(at.hour)*hourMillis)
	last := ps[len(ps)-1]
	row := &pointRow{SeriesID: at.series, Hour: at.hour, Millis: r.millis, LastAt: last.at, LastValue: last.value, Points: pack(nil, ps)}
	if r.known {
		row.Amount = &r.amount
	}
	l.rows[at] = row
	l.touch(at, s)
}

// join works out the states of the hours that all series of their sources make
// together.
func (l *lot) join() error {
	said, err := readReadouts(l.tx, l.states, l.rows)
	if err != nil {
		return err
	}
	for at, row := range l.rows {
		s := l.series[at.series]
		if row.Amount == nil || HubSignal(s.Signal).Valid() {
			continue
		}
		hour := sourceHour{s.SystemID, s.SourceID, at.hour}
		if said[hour] == nil {
			said[hour] = map[wire.Signal][]readout{}
		}
		signal := s.target().signal
		said[hour][signal] = append(said[hour][signal], readout{amount: *row.Amount, millis: row.Millis, known: true})
	}
	for at, signals := range said {
		h := HourState{System: at.system, Source: at.source, Hour: at.hour, Seq: l.number}
		millis := int64(0)
		for signal, all := range signals {
			r := joined(signal, all)
			h.Values.Set(signal, r.amount)
			millis = max(millis, r.millis)
		}
		h.Minutes = int(max(1, (millis+minuteMillis/2)/minuteMillis))
		l.hours = append(l.hours, h)
	}
	l.done.Hours = len(l.hours)
	return nil
}

// errFolded says that somebody else has folded meanwhile.
var errFolded = errors.New("another lot came first")

// step is a part of a lot that is written in one transaction.
type step func(tx *store.Tx) error

// steps are what is to be written, in order, at most so many rows each.
func (l *lot) steps(most int) []step {
	out := []step{func(tx *store.Tx) error { return extendSeries(tx, l.series) }}
	for hours := range slices.Chunk(l.hours, most) {
		out = append(out, func(tx *store.Tx) error { return l.ledger.PutIn(tx, hours) })
	}
	out = append(out, l.hubSteps(most)...)
	rows := slices.SortedFunc(maps.Values(l.rows), func(a, b *pointRow) int {
		return cmp.Or(cmp.Compare(b.Hour, a.Hour), cmp.Compare(a.SeriesID, b.SeriesID))
	})
	for some := range slices.Chunk(rows, most) {
		out = append(out, func(tx *store.Tx) error { return writePointRows(tx, some) })
	}
	return append(out, func(tx *store.Tx) error { return dropInbox(tx, l.ids) })
}

// claimed writes a step if it is still the next one.
func (l *lot) claimed(write step) func(tx *store.Tx) error {
	number := l.number
	return func(tx *store.Tx) error {
		next, err := claimLot(tx, number)
		switch {
		case err != nil:
			return err
		case !next:
			return errFolded
		}
		return write(tx)
	}
}
