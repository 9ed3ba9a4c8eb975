package inventory

import (
	"context"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// MostAtOnce is with how many systems one request may take a step: each is an
// act of its own, and all of them have to be done before the page is answered.
const MostAtOnce = 500

// Movable lists the systems of a list with which the principal may take a step
// now, in the order of the list, and counts the whole list. More than
// MostAtOnce are refused (fault.Invalid), before any of them is read.
func (r *Registry) Movable(ctx context.Context, by auth.Principal, q Query, move Move) (ready []System, total int64, err error) {
	step, ok := findStep(move)
	if !ok {
		return nil, 0, fault.New(fault.Invalid, "inventory.err.no_such_move")
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		all, err := r.listIDs(tx, by, q)
		if err != nil {
			return err
		}
		total = int64(len(all))
		fit := q
		fit.Conditions = append(slices.Clone(q.Conditions), store.Condition{Column: "state", Op: store.In, Values: anyOf(step.From), Text: true})
		ids, err := r.listIDs(tx, by, fit)
		if err != nil {
			return err
		}
		if len(ids) > MostAtOnce {
			return fault.New(fault.Invalid, "inventory.err.too_many_at_once", "n", len(ids), "max", MostAtOnce)
		}
		rows, err := systemsByID(tx, ids, q.AsOf, nil)
		ready = slices.DeleteFunc(rows, func(s System) bool { return r.mayStep(tx, by, step, s) != nil })
		return err
	})
	return ready, total, err
}

func anyOf(states []State) []any {
	out := make([]any, len(states))
	for i, s := range states {
		out[i] = string(s)
	}
	return out
}
