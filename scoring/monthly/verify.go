package monthly

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Verification says what came of working a frozen month out again.
type Verification struct {
	Month  Month
	Bodies int
	// Found names what is not as it was frozen; empty when all is.
	Found []fault.Field
}

// OK tells whether the month is what was frozen.
func (v *Verification) OK() bool { return len(v.Found) == 0 }

// Verify works all frozen months out again: the hash of every body, its counts
// from its rows, its card, and the hash over all. It is for the Office, the
// auditor and the console.
func (d *Desk) Verify(ctx context.Context, by auth.Principal) ([]Verification, error) {
	if err := by.Require(auth.Office, auth.Auditor); err != nil {
		return nil, err
	}
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) ([]Verification, error) {
		all, err := allMonths(tx)
		if err != nil {
			return nil, err
		}
		var out []Verification
		for _, m := range all {
			if !m.State.Kept() {
				continue
			}
			v, err := verify(tx, m)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	})
}

func verify(tx *store.Tx, m Month) (Verification, error) {
	v := Verification{Month: m}
	p, _, err := policies(tx, m)
	if err != nil {
		return v, err
	}
	err = eachInput(tx, m.ID, func(in *inputs) error {
		v.Bodies++
		if !in.true(&p.Method) {
			v.Found = append(v.Found, fault.At("body", "monthly.err.altered", "month", m.Key(), "code", in.Code))
		}
		return nil
	})
	if err != nil {
		return v, err
	}
	if hash, err := sealed(tx, m, &p); err != nil || hash != m.Hash || int64(v.Bodies) != m.Bodies {
		v.Found = append(v.Found, fault.At("hash", "monthly.err.altered_month", "month", m.Key()))
		return v, err
	}
	return v, nil
}

// true tells whether the facts are those that the hash is of, and the counts
// those of the facts.
func (in *inputs) true(m *Method) bool {
	sum := sha256.Sum256([]byte(in.Facts))
	f, err := in.facts()
	if err != nil || hex.EncodeToString(sum[:]) != in.Hash || f.Body.Code != in.Code || f.Body.ID != in.DepartmentID {
		return false
	}
	counts := f.Input(m)
	text, err := json.Marshal(&counts)
	return err == nil && string(text) == in.Counts
}
