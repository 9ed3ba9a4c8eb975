package oplog

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"qingce/internal/store"
)

// Verify reads the whole log and says whether it is what was recorded and
// signed: every entry against its hash, every hash against those below it, the
// count, and the tree against every signed head. It sees one state of the
// database, needs the memory of a page of entries however long the log is, and
// changes nothing.
func Verify(ctx context.Context, db *store.DB, a *Anchor) (Report, error) {
	// First what the database remembers, then the files, then the log: each
	// can only be newer than the one before while a Signer is at work.
	var claimed int64
	err := db.Read(ctx, func(tx *store.Tx) (err error) {
		claimed, _, err = readClaim(tx, a.verifier)
		return err
	})
	if err != nil {
		return Report{}, fmt.Errorf("verify the operation log: %w", err)
	}
	found := &findings{}
	heads, err := a.heads(claimed, found)
	if err != nil {
		return Report{}, fmt.Errorf("verify the operation log: %w", err)
	}
	defer heads.close()
	v := &verification{found: found, heads: heads, suspects: newSuspects()}
	if err := db.Read(ctx, v.run); err != nil {
		return Report{}, fmt.Errorf("verify the operation log: %w", err)
	}
	if heads.last.Size == 0 && v.entries > 0 {
		found.add(HeadMissing, 0, 0)
	}
	if err := heads.drain(); err != nil {
		return Report{}, fmt.Errorf("verify the operation log: %w", err)
	}
	return Report{
		OK: len(found.list) == 0, Entries: v.entries, Head: heads.last, Heads: heads.count,
		Findings: found.sorted(), Omitted: found.omitted,
	}, nil
}

// verification goes through the log once, in order.
type verification struct {
	found    *findings
	heads    *signedHeads
	suspects *suspects
	tree     checkTree
	size     int64 // places to look at
	known    int64 // places that had an entry once, by hashes and heads
	counted  int64 // the same, by the count and heads
	entries  int64 // entries that were read
	end      int64 // place after the last entry that was read
	intact   int64 // place after the last entry that is what was recorded
	good     int64 // size of the newest head that the tree agrees with
	broken   bool  // the tree does not agree with some head
	// lost says that neither entry nor hash is left of some place, so that
	// nothing can be said about the tree from there on.
	lost bool
}

// pageSize is how many entries are read at once: a power of two, so that the
// two leaves of a pair are on the same page.
const pageSize = 1024

func (v *verification) run(tx *store.Tx) error {
	e, err := readExtent(tx)
	if err != nil {
		return err
	}
	signed := v.heads.remembered
	v.known, v.counted, v.size = max(e.leaves(), signed), max(e.tip, signed), e.places(signed)
	v.checkHeads()
	for from := int64(0); from < v.size; from += pageSize {
		p, err := readPage(tx, from, min(from+pageSize, v.size))
		if err != nil {
			return err
		}
		for place := p.from; place < p.to; place++ {
			v.look(p, place)
			v.checkHeads()
		}
	}
	if err := v.lookOutside(tx, e); err != nil {
		return err
	}
	v.suspects.judge(v.end, v.found)
	if v.counted > v.size { // too far away to have been looked for one by one
		v.found.add(Truncated, idOf(v.size), idOf(v.counted-1))
	}
	if !e.hasTip || e.tip < v.intact {
		v.found.add(TipDamaged, 0, 0)
	}
	return nil
}

// look compares one entry with its hash and adds it to the tree.
func (v *verification) look(p *page, place int64) {
	have, stands := p.rows[place]
	want, recorded := p.hash(tlog.StoredHashIndex(0, place))
	if stands {
		v.entries, v.end = v.entries+1, place+1
	}
	leaf := node{hash: want}
	switch {
	case stands && recorded && have == want:
		v.intact = place + 1
	case stands && recorded && p.vouches(place, have) && !p.vouches(place, want),
		stands && !recorded && place < v.known:
		v.found.add(HashDamaged, idOf(place), idOf(place))
		leaf = node{hash: have, wrong: true}
	default:
		v.lost = v.lost || !recorded
		if stands || recorded || place < v.counted {
			v.suspect(suspect{place, stands, recorded, have, want})
		}
	}
	if !v.lost {
		v.tree.add(leaf, p.hash, func(from, to int64) { v.found.add(HashDamaged, idOf(from), idOf(to-1)) })
	}
}

func (v *verification) suspect(x suspect) {
	if !v.suspects.add(x) {
		v.found.add(Edited, idOf(x.place), idOf(x.place))
	}
}

// lookOutside reads what stands where nothing belongs.
func (v *verification) lookOutside(tx *store.Tx, e extent) error {
	rows, err := readOutside(tx, v.size)
	if err != nil {
		return err
	}
	for _, r := range rows {
		v.entries++
		v.suspect(suspect{place: r.place, stands: true, have: r.hash})
	}
	if e.lastHash >= tlog.StoredHashCount(v.size) || e.firstHash < 0 {
		v.found.add(HashDamaged, 0, 0)
	}
	return nil
}

// checkHeads holds the tree against the signed heads of its size.
func (v *verification) checkHeads() {
	for !v.lost {
		h, ok := v.heads.peek()
		if !ok || h.Size > v.tree.size {
			return
		}
		v.heads.take()
		switch {
		case v.broken: // one break is all that can be told
		case h.Hash == v.tree.root():
			v.good = h.Size
		default:
			v.broken = true
			v.found.add(Rewritten, idOf(v.good), idOf(h.Size-1))
		}
	}
}
