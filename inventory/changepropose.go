package inventory

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// maxReason is how many characters a reason, a recommendation or a decision may
// have.
const maxReason = 500

// Proposal is what a department asks for.
type Proposal struct {
	// System is the record as it should become, Version the version of it that
	// the person began with. What a request may not ask for is not looked at.
	System  System
	Version int64
	Reason  string
	// Submit hands the request in at once, which a head or a region may.
	Submit bool
}

// ProposeChange writes a request to change a locked record of the principal's
// own department or region: a draft that waits for the head, or with Submit one
// that waits for the Office. The rules are checked on the record as it should
// become. It returns the request and the warnings. A record that can be changed
// directly is ErrNotLocked, a second open request ErrChangeOpen with the number
// of the first, and a record that has moved on since Version store.ErrStale.
func (r *Registry) ProposeChange(ctx context.Context, by auth.Principal, code string, in Proposal) (ChangeRequest, []fault.Field, error) {
	if err := by.Require(proposers(in.Submit)...); err != nil {
		return ChangeRequest{}, nil, err
	}
	var c ChangeRequest
	var remarks []fault.Field
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		now, err := r.lockedSystem(tx, by, code)
		if err != nil {
			return err
		}
		if open, err := openChange(tx, now.ID); err == nil {
			return fault.New(ErrChangeOpen.Kind, ErrChangeOpen.Code, "id", open.ID.String())
		} else if !isNotFound(err) {
			return err
		}
		c = ChangeRequest{SystemID: now.ID, DepartmentID: now.OwnerID, State: ChangeDraft}
		if remarks, err = r.propose(tx, by, now, &c, in); err != nil {
			return err
		}
		if err := insertChange(tx, by, &c, now); err != nil {
			return err
		}
		return r.submitIf(tx, by, in.Submit, now, &c)
	})
	if err != nil {
		return ChangeRequest{}, nil, err
	}
	return c, remarks, nil
}

// proposers may write requests; to submit them takes the head or the region.
func proposers(submit bool) []auth.Role {
	if submit {
		return []auth.Role{auth.Head, auth.Region}
	}
	return writers
}

// lockedSystem finds a locked system of the principal's own, and keeps it as it
// is until the commit, so that two requests take turns.
func (r *Registry) lockedSystem(tx *store.Tx, by auth.Principal, code string) (System, error) {
	s, err := systemForUpdate(tx, code)
	if err != nil {
		return System{}, err
	}
	if err := r.mayWrite(tx, by, s.OwnerID); err != nil {
		return System{}, err
	}
	return s, mayRequest(s.State)
}

// mayRequest refuses what needs no request and what nothing can change.
func mayRequest(s State) error {
	switch {
	case s.Editable():
		return ErrNotLocked
	case s.Closed():
		return ErrNotEditable
	}
	return nil
}

// propose puts what is asked for into a request.
func (r *Registry) propose(tx *store.Tx, by auth.Principal, now System, c *ChangeRequest, in Proposal) ([]fault.Field, error) {
	if now.Version != in.Version {
		return nil, store.ErrStale
	}
	next := in.System
	for i := range SystemFields.All() {
		if f := &SystemFields.All()[i]; !requestable(f) {
			f.Set(&next, f.Get(&now))
		}
	}
	next.ID = now.ID
	found, err := r.check(tx, by, &next)
	if err != nil && len(found) == 0 {
		return nil, err
	}
	found = append(found, checkReason(in.Reason, true)...)
	if err := fault.Refuse(found); err != nil {
		return nil, err
	}
	c.BaseVersion, c.Reason, c.Changes = now.Version, strings.TrimSpace(in.Reason), SystemFields.Diff(&now, &next)
	if len(c.Changes) == 0 {
		return nil, ErrChangeNothing
	}
	return found, nil
}

// checkReason lists what is wrong with the reason of a step.
func checkReason(text string, needed bool) []fault.Field {
	switch n := len([]rune(text)); {
	case needed && strings.TrimSpace(text) == "":
		return []fault.Field{fault.At("reason", "inventory.err.reason")}
	case n > maxReason:
		return []fault.Field{fault.At("reason", "err.too_long", "field", fault.Label("inventory.reason"), "max", maxReason)}
	}
	return nil
}

// ReviseChange rewrites a draft. version is of the request as the person read
// it; the rest is as for ProposeChange.
func (r *Registry) ReviseChange(ctx context.Context, by auth.Principal, id ChangeID, version int64, in Proposal) (ChangeRequest, []fault.Field, error) {
	if err := by.Require(proposers(in.Submit)...); err != nil {
		return ChangeRequest{}, nil, err
	}
	var c ChangeRequest
	var remarks []fault.Field
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		old, now, err := r.ownChange(tx, by, id, version, ChangeDraft)
		if err != nil {
			return err
		}
		c = old
		if remarks, err = r.propose(tx, by, now, &c, in); err != nil {
			return err
		}
		if err := updateChange(tx, changeAct{by: by, action: "change.revised"}, old, &c, now); err != nil {
			return err
		}
		return r.submitIf(tx, by, in.Submit, now, &c)
	})
	if err != nil {
		return ChangeRequest{}, nil, err
	}
	return c, remarks, nil
}

// ownChange finds a request of the principal's own department or region, as
// the person read it and in one of the states.
func (r *Registry) ownChange(tx *store.Tx, by auth.Principal, id ChangeID, version int64, states ...ChangeState) (ChangeRequest, System, error) {
	c, err := changeByID(tx, id, nil)
	if err != nil {
		return ChangeRequest{}, System{}, err
	}
	if err := r.mayWrite(tx, by, c.DepartmentID); err != nil {
		return ChangeRequest{}, System{}, err
	}
	if err := c.standsAt(version, states...); err != nil {
		return ChangeRequest{}, System{}, err
	}
	s, err := systemByID(tx, c.SystemID, nil)
	return c, s, err
}

// standsAt refuses a request that is not as the person read it, or that has
// gone past the step.
func (c ChangeRequest) standsAt(version int64, states ...ChangeState) error {
	for _, s := range states {
		if c.State != s {
			continue
		}
		if c.Version != version {
			return store.ErrStale
		}
		return nil
	}
	return fault.New(ErrChangeState.Kind, ErrChangeState.Code, "state", c.State.Label())
}

// SubmitChange hands a draft in to the Office: the head's or the region's step
// (办法 art. 22). The rules are checked again on the record as it stands.
func (r *Registry) SubmitChange(ctx context.Context, by auth.Principal, id ChangeID, version int64) (ChangeRequest, error) {
	if err := by.Require(proposers(true)...); err != nil {
		return ChangeRequest{}, err
	}
	var c ChangeRequest
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		var now System
		var err error
		if c, now, err = r.ownChange(tx, by, id, version, ChangeDraft); err != nil {
			return err
		}
		if err := mayRequest(now.State); err != nil {
			return err
		}
		next := c.applied(now)
		if _, err := r.check(tx, by, &next); err != nil {
			return err
		}
		return r.submitIf(tx, by, true, now, &c)
	})
	if err != nil {
		return ChangeRequest{}, err
	}
	return c, nil
}

// submitIf hands a draft in when that is wanted.
func (r *Registry) submitIf(tx *store.Tx, by auth.Principal, wanted bool, now System, c *ChangeRequest) error {
	if !wanted {
		return nil
	}
	old, at := *c, tx.Now()
	c.State, c.SubmittedAt, c.SubmittedName = ChangeSubmitted, &at, by.Name
	if err := updateChange(tx, changeAct{by: by, action: "change.submitted"}, old, c, now); err != nil {
		return err
	}
	if r.opts.ChangeSubmitted != nil {
		return r.opts.ChangeSubmitted(tx, by, *c, now)
	}
	return nil
}

// WithdrawChange takes an open request back: a draft by whoever writes for the
// department, a submitted one by the head or the region.
func (r *Registry) WithdrawChange(ctx context.Context, by auth.Principal, id ChangeID, version int64, reason string) (ChangeRequest, error) {
	if err := by.Require(writers...); err != nil {
		return ChangeRequest{}, err
	}
	if err := fault.Refuse(checkReason(reason, false)); err != nil {
		return ChangeRequest{}, err
	}
	var c ChangeRequest
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		old, now, err := r.ownChange(tx, by, id, version, openStates...)
		if err != nil {
			return err
		}
		if err := by.Require(proposers(old.State == ChangeSubmitted)...); err != nil {
			return err
		}
		c = old
		return r.closeChange(tx, changeAct{by: by, action: "change.withdrawn", note: strings.TrimSpace(reason)}, old, &c, now, ChangeWithdrawn)
	})
	if err != nil {
		return ChangeRequest{}, err
	}
	return c, nil
}

// closeChange ends a request and the day by which it was to be answered.
func (r *Registry) closeChange(tx *store.Tx, a changeAct, old ChangeRequest, c *ChangeRequest, now System, to ChangeState) error {
	at := tx.Now()
	c.State, c.ClosedAt, c.ClosedName = to, &at, a.by.Name
	if err := updateChange(tx, a, old, c, now); err != nil {
		return err
	}
	if old.State == ChangeSubmitted && r.opts.ChangeSettled != nil {
		return r.opts.ChangeSettled(tx, a.by, *c)
	}
	return nil
}
