package zombie

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// falls are where the silences of systems began, of those that have lasted for as
// long as the policy asks for.
type falls map[inventory.SystemID]detect.Fall

// take remembers the silences of a lot.
func (f falls) take(p *detect.Policy, list []evaluated) {
	for i := range list {
		if e := &list[i]; e.fall.LastUse != 0 && e.fall.Gap >= p.TogetherAfter {
			f[e.system] = e.fall
		}
	}
}

// encode writes silences as they are kept with a lot.
func (f falls) encode() []byte {
	var out []byte
	last := inventory.SystemID(0)
	for _, id := range slices.Sorted(maps.Keys(f)) {
		for _, n := range []uint64{uint64(id - last), uint64(f[id].LastUse), uint64(f[id].Gap)} {
			out = binary.AppendUvarint(out, n)
		}
		last = id
	}
	return out
}

// decode reads what encode wrote.
func (f falls) decode(b []byte) error {
	last := inventory.SystemID(0)
	for len(b) > 0 {
		var n [3]uint64
		for i := range n {
			v, size := binary.Uvarint(b)
			if size <= 0 {
				return fmt.Errorf("the silences of a lot are cut")
			}
			n[i], b = v, b[size:]
		}
		last += inventory.SystemID(n[0])
		f[last] = detect.Fall{LastUse: detect.Day(n[1]), Gap: int(n[2])}
	}
	return nil
}

// doubted finds, in the whole fleet, systems behind the same probe that fell
// silent in the same days: then the probe is in question, and not each of them.
func (f falls) doubted(tx *store.Tx, p *detect.Policy) (map[inventory.SystemID]bool, error) {
	out := map[inventory.SystemID]bool{}
	if p.TogetherLeast == 0 || len(f) < p.TogetherLeast {
		return out, nil
	}
	err := eachProbe(tx, func(seen []inventory.SystemID) {
		list := make([]detect.Fall, len(seen))
		for i, id := range seen {
			list[i] = f[id]
		}
		for i, in := range detect.Together(p, list) {
			if in {
				out[seen[i]] = true
			}
		}
	})
	return out, err
}

// doubt judges systems anew whose probe is in question, once the silences of all
// are known.
func (r *running) doubt(ctx context.Context) error {
	var doubted map[inventory.SystemID]bool
	err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		doubted, err = r.falls.doubted(tx, &r.policy.Numbers.Policy)
		return err
	})
	if err != nil {
		return err
	}
	ids := slices.Sorted(maps.Keys(doubted))
	for lot := range slices.Chunk(ids, r.size()) {
		if err := r.doubtLot(ctx, lot, doubted); err != nil {
			return err
		}
	}
	return nil
}

// doubtLot judges a lot anew, and sets right what was counted of it.
func (r *running) doubtLot(ctx context.Context, ids []inventory.SystemID, doubted map[inventory.SystemID]bool) error {
	from := r.day // what was kept of the day itself
	if r.how.DryRun {
		from = r.from
	}
	before, err := r.evaluateFrom(ctx, ids, from)
	if err != nil {
		return err
	}
	r.doubted = doubted
	after, err := r.evaluateFrom(ctx, ids, from)
	r.doubted = nil
	if err != nil {
		return err
	}
	r.counts.add(countsOf(after))
	r.counts.sub(countsOf(before))
	if r.how.DryRun {
		return nil
	}
	if err := r.lease.renew(ctx, r.db); err != nil {
		return err
	}
	return r.db.WriteMany(ctx, func(tx *store.Tx) error {
		if err := dropChanges(tx, r.day, ids); err != nil {
			return err
		}
		return writeChanges(tx, r.day, changedOf(after))
	})
}

// doubtedNow finds which systems of a fleet would be doubted by a policy: those
// behind probes that see enough of them are evaluated for it.
func (d *Detector) doubtedNow(ctx context.Context, e *evaluator) (out map[inventory.SystemID]bool, err error) {
	p := &e.policy.Numbers.Policy
	asked := map[inventory.SystemID]bool{}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		return eachProbe(tx, func(seen []inventory.SystemID) {
			if p.TogetherLeast > 0 && len(seen) >= p.TogetherLeast {
				for _, id := range seen {
					asked[id] = true
				}
			}
		})
	})
	if err != nil {
		return nil, err
	}
	f := falls{}
	for lot := range slices.Chunk(slices.Sorted(maps.Keys(asked)), rebuildSize) {
		err := d.db.Read(ctx, func(tx *store.Tx) error {
			list, err := d.fromNothing(tx, e, lot)
			f.take(p, list)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		out, err = f.doubted(tx, p)
		return err
	})
	return out, err
}

// fromNothing evaluates systems from their first fact on.
func (d *Detector) fromNothing(tx *store.Tx, e *evaluator, ids []inventory.SystemID) ([]evaluated, error) {
	subjects, err := d.subjectsIn(tx, ids, e.day, &e.policy.Numbers.Policy)
	if err != nil {
		return nil, err
	}
	return e.lot(tx, subjects, nil)
}
