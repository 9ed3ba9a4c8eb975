package inventory

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// reviewed finds a submitted request of another department.
func (r *Registry) reviewed(tx *store.Tx, by auth.Principal, id ChangeID, version int64) (ChangeRequest, System, error) {
	c, err := changeByID(tx, id, nil)
	if err != nil {
		return ChangeRequest{}, System{}, err
	}
	if err := ownReview(by, c.DepartmentID); err != nil {
		return ChangeRequest{}, System{}, err
	}
	if err := c.standsAt(version, ChangeSubmitted); err != nil {
		return ChangeRequest{}, System{}, err
	}
	s, err := systemForUpdateByID(tx, c.SystemID)
	return c, s, err
}

// AdviseChange records what the centre recommends to the Office. Advice against
// a request needs a reason. A later one replaces it; the steps keep both.
func (r *Registry) AdviseChange(ctx context.Context, by auth.Principal, id ChangeID, version int64, advice Advice, reason string) (ChangeRequest, error) {
	if err := by.Require(auth.Centre); err != nil {
		return ChangeRequest{}, err
	}
	found := checkReason(reason, advice == AdviseRejection)
	if !advice.Valid() {
		found = append(found, fault.At("advice", "err.required", "field", fault.Label("change.advice")))
	}
	if err := fault.Refuse(found); err != nil {
		return ChangeRequest{}, err
	}
	var c ChangeRequest
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		old, now, err := r.reviewed(tx, by, id, version)
		if err != nil {
			return err
		}
		c = old
		c.Advice = advice
		return updateChange(tx, advised(by, advice, strings.TrimSpace(reason)), old, &c, now)
	})
	if err != nil {
		return ChangeRequest{}, err
	}
	return c, nil
}

func advised(by auth.Principal, advice Advice, note string) changeAct {
	if advice == AdviseRejection {
		return changeAct{by: by, action: "change.advised.reject", note: note}
	}
	return changeAct{by: by, action: "change.advised.approve", note: note}
}

// Verdict is the Office's decision on a request.
type Verdict struct {
	Approve bool
	// Reason is needed for a rejection.
	Reason string
	// SystemVersion is the version of the record that the Office looked at.
	SystemVersion int64
	// Anyway approves also what was overtaken: fields that somebody changed
	// since the request was written.
	Anyway bool
}

// DecideChange approves or rejects a submitted request of another department
// (ErrOwnReview). Approval writes the values into the record as it stands, by
// the rules, as one new version with the request as its origin; the state of
// the record stays as it is. A record or request that has moved on since it was
// looked at is store.ErrStale, and a field that was overtaken ErrOvertaken
// unless the verdict says Anyway: nothing is overwritten unseen.
func (r *Registry) DecideChange(ctx context.Context, by auth.Principal, id ChangeID, version int64, v Verdict) (ChangeRequest, []fault.Field, error) {
	if err := by.Require(auth.Office); err != nil {
		return ChangeRequest{}, nil, err
	}
	if err := fault.Refuse(checkReason(v.Reason, !v.Approve)); err != nil {
		return ChangeRequest{}, nil, err
	}
	var c ChangeRequest
	var remarks []fault.Field
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		old, now, err := r.reviewed(tx, by, id, version)
		if err != nil {
			return err
		}
		c = old
		c.DecisionReason = strings.TrimSpace(v.Reason)
		if !v.Approve {
			return r.closeChange(tx, changeAct{by: by, action: "change.rejected", note: c.DecisionReason}, old, &c, now, ChangeRejected)
		}
		if remarks, err = r.approve(tx, by, &c, now, v); err != nil {
			return err
		}
		return r.closeChange(tx, changeAct{by: by, action: "change.approved", note: c.DecisionReason}, old, &c, now, ChangeApproved)
	})
	if err != nil {
		return ChangeRequest{}, nil, err
	}
	return c, remarks, nil
}

// approve writes what a request asks for into the record.
func (r *Registry) approve(tx *store.Tx, by auth.Principal, c *ChangeRequest, now System, v Verdict) ([]fault.Field, error) {
	if err := mayRequest(now.State); err != nil {
		return nil, err
	}
	if now.Version != v.SystemVersion {
		return nil, store.ErrStale
	}
	for _, p := range c.proposed(&now) {
		if p.Overtaken() && !v.Anyway {
			return nil, ErrOvertaken
		}
	}
	next := c.applied(now)
	found, err := r.check(tx, by, &next)
	if err != nil {
		return nil, err
	}
	if len(SystemFields.Diff(&now, &next)) == 0 { // somebody wrote the same already
		c.AppliedVersion = now.Version
		return found, nil
	}
	a := act{by: by, action: "change_approved", reason: c.Reason, origin: c.Address()}
	if err := updateSystem(tx, now, &next, a); err != nil {
		return nil, err
	}
	c.AppliedVersion = next.Version
	return found, nil
}

// ChangeFile is a request with what a reader needs to judge it.
type ChangeFile struct {
	Request ChangeRequest
	System  System // as it stands
	Steps   []ChangeStep
	Values  []ProposedValue
}

// Overtaken tells whether somebody changed a field that the request asks for
// since it was written.
func (f ChangeFile) Overtaken() bool {
	for _, v := range f.Values {
		if f.Request.State.Open() && v.Overtaken() {
			return true
		}
	}
	return false
}

// Proposed is the record as the request wants it, upon what stands now.
func (f ChangeFile) Proposed() System { return f.Request.applied(f.System) }

// FindChange reads a request with its record and its steps.
func (r *Registry) FindChange(ctx context.Context, by auth.Principal, id ChangeID) (ChangeFile, error) {
	var f ChangeFile
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		seen, err := r.visible(tx, by)
		if err != nil {
			return err
		}
		if f.Request, err = changeByID(tx, id, seen); err != nil {
			return err
		}
		if f.System, err = systemByID(tx, f.Request.SystemID, nil); err != nil {
			return err
		}
		f.Values = f.Request.proposed(&f.System)
		f.Steps, err = changeSteps(tx, id)
		return err
	})
	return f, err
}

// OpenChange finds the open request of a system, NotFound when there is none.
func (r *Registry) OpenChange(ctx context.Context, by auth.Principal, id SystemID) (ChangeRequest, error) {
	var c ChangeRequest
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		seen, err := r.visible(tx, by)
		if err != nil {
			return err
		}
		if _, err := systemByID(tx, id, seen); err != nil {
			return err
		}
		c, err = openChange(tx, id)
		return err
	})
	return c, err
}

// ChangeQuery narrows a list of requests; what is zero does not narrow.
type ChangeQuery struct {
	States     []ChangeState
	Department DepartmentID
	System     string // code
	Search     string // a part of the system's code or name
	// Page counts from 1; Size is at most MaxPageSize and DefaultPageSize when
	// not given.
	Page, Size int
}

// ChangeRow is a request in a list, with the record it is about.
type ChangeRow struct {
	ChangeRequest
	Code string
	Name string
}

// ChangePage is a part of a list: what waits longest for an answer comes first,
// then the newest.
type ChangePage struct {
	Rows       []ChangeRow
	Total      int64
	Page, Size int
}

// ListChanges lists the requests that the principal sees.
func (r *Registry) ListChanges(ctx context.Context, by auth.Principal, q ChangeQuery) (ChangePage, error) {
	q.Page, q.Size = max(q.Page, 1), min(q.Size, MaxPageSize)
	if q.Size <= 0 {
		q.Size = DefaultPageSize
	}
	page := ChangePage{Page: q.Page, Size: q.Size}
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		seen, err := r.visible(tx, by)
		if err != nil {
			return err
		}
		page.Rows, page.Total, err = listChanges(tx, seen, q)
		return err
	})
	return page, err
}

// WaitingChanges counts the requests that wait for a step of the principal:
// the head's drafts, the Office's submitted ones, and of those the centre's
// without its recommendation.
func (r *Registry) WaitingChanges(ctx context.Context, by auth.Principal) (int64, error) {
	n := int64(0)
	if !by.Is(auth.Office, auth.Centre, auth.Head, auth.Region) {
		return 0, nil
	}
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		d, err := r.directoryIn(tx)
		if err != nil {
			return err
		}
		n, err = countWaiting(tx, waitingFor{
			submitted: by.Is(auth.Office), unadvised: by.Is(auth.Centre), own: by.DepartmentID,
			drafts: by.Is(auth.Head, auth.Region), within: d.Within(by.Own()),
		})
		return err
	})
	return n, err
}

// ChangesOfIn lists the requests of a record, the oldest first, for rooms that
// keep something beside them.
func (r *Registry) ChangesOfIn(tx *store.Tx, id SystemID) ([]ChangeRequest, error) {
	return changesOf(tx, id)
}

// ProveChange lets attach put a file beside an open request, or take one away,
// in the transaction that looks whether the principal may: the department's
// own people, and the Office and the centre.
func (r *Registry) ProveChange(ctx context.Context, by auth.Principal, id ChangeID, attach func(*store.Tx, ChangeRequest) error) error {
	if err := by.Require(append([]auth.Role{auth.Office, auth.Centre}, writers...)...); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		c, err := changeByID(tx, id, nil)
		if err != nil {
			return err
		}
		if !by.Is(auth.Office, auth.Centre) {
			if err := r.mayWrite(tx, by, c.DepartmentID); err != nil {
				return err
			}
		}
		if err := c.standsAt(c.Version, openStates...); err != nil {
			return err
		}
		return attach(tx, c)
	})
}
