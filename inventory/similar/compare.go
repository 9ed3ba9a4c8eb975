package similar

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/similar/text"
)

const (
	// mostPairs is how many pairs are kept for one system: the most like ones.
	mostPairs = 20
	// mostWords is how many shared words are kept of a pair.
	mostWords = 8
	// compareLot is how many pairs one transaction writes.
	compareLot = 1000
	// allFrom is the share of changed texts from which all are compared anew.
	allFrom = 0.1
)

// Compared is what a comparison did.
type Compared struct {
	Systems  int // that take part
	Changed  int // of them new or with another text
	Gone     int // that take part no longer
	Pairs    int // that are alike among what was compared
	Reopened int // judged pairs that came back
	Removed  int // open pairs that are alike no longer
}

// String is the summary of a run.
func (c Compared) String() string {
	return fmt.Sprintf("systems %d, changed %d, gone %d, pairs %d, reopened %d, removed %d", c.Systems, c.Changed, c.Gone, c.Pairs, c.Reopened, c.Removed)
}

// Compare brings the pairs up to the register: new and changed systems are
// compared with all others, and all with all when many changed or again is set.
// What a run that was cut off left undone the next one does. Twice changes
// nothing.
func (d *Desk) Compare(ctx context.Context, again bool) (Compared, error) {
	defer d.of.Store(0)
	r := &comparison{d: d, again: again}
	err := r.read(ctx)
	if err == nil {
		err = r.match(ctx)
	}
	if err == nil {
		err = r.write(ctx)
	}
	if err != nil {
		return Compared{}, fmt.Errorf("compare systems: %w", err)
	}
	return r.did, nil
}

// comparison is one run.
type comparison struct {
	d       *Desk
	again   bool
	began   time.Time
	all     map[inventory.SystemID]string
	changed []inventory.SystemID // sorted
	gone    []inventory.SystemID
	pairs   []text.Pair
	did     Compared
}

// read finds what changed since the last run.
func (r *comparison) read(ctx context.Context) error {
	var before map[inventory.SystemID]string
	err := r.d.db.Read(ctx, func(tx *store.Tx) error {
		r.began = tx.Now()
		if err := r.d.texts.follow(tx); err != nil {
			return err
		}
		var err error
		before, err = comparedTexts(tx)
		return err
	})
	if err != nil {
		return err
	}
	r.all = r.d.texts.copyAll()
	for id, b := range r.all {
		if old, ok := before[id]; r.again || !ok || old != b {
			r.changed = append(r.changed, id)
		}
	}
	for id := range before {
		if _, ok := r.all[id]; !ok {
			r.gone = append(r.gone, id)
		}
	}
	slices.Sort(r.changed)
	slices.Sort(r.gone)
	r.did = Compared{Systems: len(r.all), Changed: len(r.changed), Gone: len(r.gone)}
	return nil
}

// match finds the pairs of what changed.
func (r *comparison) match(ctx context.Context) error {
	if float64(len(r.changed)) > allFrom*float64(len(r.all)) {
		var err error
		r.pairs, err = r.d.texts.index.Pairs(ctx, text.Candidate, mostPairs, r.progress)
		return err
	}
	found := map[[2]text.Key]text.Pair{}
	for i, id := range r.changed {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.progress(i, len(r.changed))
		for _, m := range r.d.texts.index.Similar(r.all[id], mostPairs+1, text.Candidate) {
			if k := text.Key(id); m.Key != k {
				found[[2]text.Key{min(k, m.Key), max(k, m.Key)}] = text.Pair{A: min(k, m.Key), B: max(k, m.Key), Score: m.Score}
			}
		}
	}
	r.pairs = slices.Collect(maps.Values(found))
	slices.SortFunc(r.pairs, text.Pair.Compare)
	return nil
}

func (r *comparison) progress(done, of int) {
	r.d.done.Store(int64(done))
	r.d.of.Store(int64(of))
}

// write keeps the pairs in lots, and at last that the texts were compared.
func (r *comparison) write(ctx context.Context) error {
	r.did.Pairs = len(r.pairs)
	for lot := range slices.Chunk(r.pairs, compareLot) {
		if err := r.d.db.Write(ctx, func(tx *store.Tx) error { return r.keep(tx, lot) }); err != nil {
			return err
		}
	}
	if err := r.d.db.Write(ctx, func(tx *store.Tx) error { return r.declared(tx) }); err != nil {
		return err
	}
	for _, step := range []struct {
		ids []inventory.SystemID
		do  func(*store.Tx, []inventory.SystemID) error
	}{{r.changed, r.settle}, {r.gone, r.leave}} {
		for lot := range slices.Chunk(step.ids, compareLot) {
			if err := r.d.db.Write(ctx, func(tx *store.Tx) error { return step.do(tx, lot) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep writes a lot of pairs.
func (r *comparison) keep(tx *store.Tx, lot []text.Pair) error {
	rows := make([]pairRow, len(lot))
	for i, p := range lot {
		a, b := inventory.SystemID(p.A), inventory.SystemID(p.B)
		words := r.d.texts.index.Words(r.all[a], r.all[b], mostWords)
		rows[i] = pairRow{
			FirstID: a, SecondID: b, Score: thousandths(p.Score), Words: strings.Join(words, " "), Verdict: Open,
			FoundAt: tx.Now(), ComparedAt: tx.Now(), Version: 1,
		}
	}
	return setPairs(tx, rows)
}

// declared keeps the pairs that the register declares, however little their
// texts are alike.
func (r *comparison) declared(tx *store.Tx) error {
	ends, err := declaredPairs(tx)
	if err != nil {
		return err
	}
	var lot []text.Pair
	for _, e := range ends {
		a, b := text.Key(min(e.from, e.to)), text.Key(max(e.from, e.to))
		lot = append(lot, text.Pair{A: a, B: b, Score: r.d.texts.index.Score(r.all[inventory.SystemID(a)], r.all[inventory.SystemID(b)])})
	}
	slices.SortFunc(lot, text.Pair.Compare)
	lot = slices.Compact(lot) // both may be declared to replace the other
	for part := range slices.Chunk(lot, compareLot) {
		if err := r.keep(tx, part); err != nil {
			return err
		}
	}
	return dropUndeclared(tx, thousandths(text.Candidate))
}

// settle ends the comparison of changed systems: what is alike no longer goes,
// and what was judged by another text comes back.
func (r *comparison) settle(tx *store.Tx, lot []inventory.SystemID) error {
	n, err := r.reopen(tx, lot)
	if err != nil {
		return err
	}
	gone, err := dropPairs(tx, lot, r.began)
	if err != nil {
		return err
	}
	r.did.Reopened += n
	r.did.Removed += gone
	return keepTexts(tx, lot, r.all)
}

// leave takes systems that have ended out of the list.
func (r *comparison) leave(tx *store.Tx, lot []inventory.SystemID) error {
	gone, err := dropPairs(tx, lot, tx.Now().Add(time.Second))
	if err != nil {
		return err
	}
	r.did.Removed += gone
	return dropTexts(tx, lot)
}

// thousandths writes a share as it is kept.
func thousandths(share float64) int { return int(share*1000 + 0.5) }
