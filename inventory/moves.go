package inventory

import (
	"context"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Purposes of evidence that retirement needs (V23).
const (
	PurposeBackup   = "backup"
	PurposeDisposal = "data_disposal"
)

// NextSteps lists the steps that the principal may take with the system now.
func (r *Registry) NextSteps(ctx context.Context, by auth.Principal, s System) ([]Step, error) {
	var out []Step
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		for _, step := range steps {
			if r.mayStep(tx, by, step, s) == nil {
				out = append(out, step)
			}
		}
		return nil
	})
	return out, err
}

// mayStep holds state, role, scope and "nobody reviews own answers".
func (r *Registry) mayStep(tx *store.Tx, by auth.Principal, step Step, s System) error {
	if err := by.Require(step.Roles...); err != nil {
		return err
	}
	own := step.Move == Declare
	if own {
		if err := r.mayWrite(tx, by, s.OwnerID); err != nil {
			return err
		}
	}
	if !own && by.DepartmentID != 0 && s.OwnerID == by.DepartmentID {
		return ErrOwnReview
	}
	if !slices.Contains(step.From, s.State) {
		return ErrWrongState
	}
	return nil
}

// Move takes a step with a system. Declaring checks every rule again,
// retirement needs evidence of backup and data disposal (V23).
func (r *Registry) Move(ctx context.Context, by auth.Principal, code string, version int64, move Move, reason string) (System, error) {
	step, ok := findStep(move)
	if !ok {
		return System{}, fault.New(fault.Invalid, "inventory.err.no_such_move")
	}
	if err := by.Require(step.Roles...); err != nil {
		return System{}, err
	}
	if step.Reasoned && strings.TrimSpace(reason) == "" {
		return System{}, fault.Refuse([]fault.Field{fault.At("reason", "inventory.err.reason")})
	}
	a := act{by: by, action: "moved." + string(move), reason: reason}
	return r.rewrite(ctx, by, code, version, a, func(tx *store.Tx, s *System) error {
		if err := r.mayStep(tx, by, step, *s); err != nil {
			return err
		}
		if err := r.guard(tx, by, move, s); err != nil {
			return err
		}
		s.State = step.To
		return r.follow(tx, by, move, *s)
	})
}

// guard holds what a step needs besides state and role.
func (r *Registry) guard(tx *store.Tx, by auth.Principal, move Move, s *System) error {
	switch move {
	case Declare:
		_, err := r.check(tx, by, s)
		return err
	case Retire:
		return r.provedAt(tx, s, nil)
	case FinishMerging:
		if s.MergedIntoID == nil {
			return fault.Refuse([]fault.Field{fault.At("merged_into_id", "inventory.err.v22_target")})
		}
	}
	return nil
}

// follow tells the rooms that keep due dates.
func (r *Registry) follow(tx *store.Tx, by auth.Principal, move Move, s System) error {
	switch {
	case move == Return && r.opts.Returned != nil:
		return r.opts.Returned(tx, by, s)
	case move != Return && r.opts.Settled != nil:
		return r.opts.Settled(tx, by, s)
	}
	return nil
}
