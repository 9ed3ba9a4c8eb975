package funding

import (
	"context"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/scoring/eligibility"
)

// Verification is what came of working a run out again.
type Verification struct {
	Run     Run
	Hash    string // as it comes out now
	Systems int64
	// Found is what does not agree, at most mostFound of it; More is how much was
	// left out.
	Found []fault.Field
	More  int
}

// OK tells whether the run comes out as it did.
func (v *Verification) OK() bool { return len(v.Found) == 0 }

const mostFound = 50

func (v *Verification) report(code string, args ...any) {
	if len(v.Found) == mostFound {
		v.More++
		return
	}
	v.Found = append(v.Found, fault.At("", code, args...))
}

// VerifyRuns works every run out again from its frozen facts: the digest of each,
// what the table that decided comes to, and the hash over all. What a re-check
// found later is worked out in the same way.
func (d *Desk) VerifyRuns(ctx context.Context, by auth.Principal) ([]Verification, error) {
	if err := by.Require(Watchers()...); err != nil {
		return nil, err
	}
	out, err := store.Reading(ctx, d.deps.DB, func(tx *store.Tx) ([]Verification, error) {
		runs, err := allRuns(tx)
		if err != nil {
			return nil, err
		}
		out := make([]Verification, len(runs))
		for i := range runs {
			out[i].Run = runs[i]
			if err := out[i].work(tx); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
	if err != nil {
		return nil, fmt.Errorf("verify the runs of funding: %w", err)
	}
	return out, nil
}

func (v *Verification) work(tx *store.Tx) error {
	table, err := v.Run.Table()
	if err != nil {
		v.report("funding.verify.table", "run", v.Run.Number())
		return nil
	}
	h := newSeal(&v.Run)
	amount := int64(0)
	err = frozenOf(tx, v.Run.ID, func(f *frozenFinding) error {
		v.Systems++
		if f.Amount != nil {
			amount += *f.Amount
		}
		v.finding(f, &table)
		h.add(f.Code, &f.Finding)
		return nil
	})
	if err != nil {
		return err
	}
	if v.Hash = h.sum(); v.Hash != v.Run.Hash || v.Systems != v.Run.Systems || amount != v.Run.Amount {
		v.report("funding.verify.hash", "run", v.Run.Number(), "systems", v.Systems, "want", v.Run.Systems)
	}
	later, err := laterOf(tx, v.Run.ID)
	for i := range later {
		v.later(&later[i], &table)
	}
	return err
}

// finding works out what the frozen facts of a system come to.
func (v *Verification) finding(f *frozenFinding, table *eligibility.Table) {
	facts, err := v.digest(f)
	if err != nil {
		return
	}
	j := Judge(&facts, table)
	same := facts.System.Amount == nil && f.Amount == nil || facts.System.Amount != nil && f.Amount != nil && *facts.System.Amount == *f.Amount
	if j.Result != f.Result || !slices.Equal(j.Rules, f.Rules) || j.Until != f.UntilOn || !same {
		v.report("funding.verify.result", "system", f.Code, "number", f.Number, "result", ResultLabel(f.Result), "want", ResultLabel(j.Result))
	}
}

// later checks what came after the freeze: a re-check by its facts, the rest has a
// person's word.
func (v *Verification) later(f *frozenFinding, table *eligibility.Table) {
	if f.Way == ByRecheck {
		v.finding(f, table)
		return
	}
	_, _ = v.digest(f)
}

// digest reads the facts of a finding, if they are what was kept.
func (v *Verification) digest(f *frozenFinding) (Facts, error) {
	facts, err := ReadFacts(f.Facts)
	if err == nil {
		var again string
		if again, _, err = facts.JSON(); err == nil && again != f.Facts {
			err = fmt.Errorf("not in canonical form")
		}
	}
	if err == nil && sumOf([]byte(f.Facts)) != f.Digest {
		err = fmt.Errorf("another digest")
	}
	if err != nil {
		v.report("funding.verify.facts", "system", f.Code, "number", f.Number)
	}
	return facts, err
}
