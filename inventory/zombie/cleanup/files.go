package cleanup

import (
	"context"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// Prove receives a file and puts it beside a case that is not closed, for one of
// Purposes: the department's own people, the Office and the centre may.
func (d *Desk) Prove(ctx context.Context, by auth.Principal, no string, up evidence.Upload, purpose, note string) (evidence.Item, error) {
	if err := by.Require(append([]auth.Role{auth.Office, auth.Centre}, preparers()...)...); err != nil {
		return evidence.Item{}, err
	}
	if !slices.Contains(Purposes(), purpose) {
		return evidence.Item{}, fault.Refuse([]fault.Field{fault.At("purpose", "err.choice", "field", fault.Label("cleanup.field.purpose"))})
	}
	var item evidence.Item
	err := d.deps.Box.Receive(ctx, up, func(f evidence.Received) error {
		return d.deps.DB.Write(ctx, func(tx *store.Tx) error {
			c, err := d.mayProve(tx, by, no)
			if err != nil {
				return err
			}
			item, err = d.deps.Box.Attach(tx, by, f, c.evidence(), purpose, note)
			return err
		})
	})
	return item, err
}

// Unprove marks a file beside a case as removed, with the reason.
func (d *Desk) Unprove(ctx context.Context, by auth.Principal, no string, id evidence.LinkID, reason string) error {
	return d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := d.mayProve(tx, by, no)
		if err != nil {
			return err
		}
		items, err := d.deps.Box.List(tx, c.evidence())
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(items, func(i evidence.Item) bool { return i.Link.ID == id }) {
			return fault.New(fault.NotFound, "err.not_found")
		}
		return d.deps.Box.Detach(tx, by, id, reason)
	})
}

// mayProve finds a case beside which somebody may put files. What was handed in
// stays as it was handed in.
func (d *Desk) mayProve(tx *store.Tx, by auth.Principal, no string) (Case, error) {
	c, err := caseForUpdate(tx, no)
	if err != nil {
		return Case{}, err
	}
	if err := d.visible(tx, by, &c); err != nil {
		return Case{}, err
	}
	if !by.Is(auth.Office, auth.Centre) {
		if err := d.mayActOn(tx, by, &c, Way{Own: true}); err != nil {
			return Case{}, err
		}
		if c.State == EvidenceSubmitted {
			return Case{}, fault.New(ErrMove.Kind, ErrMove.Code, "state", c.State.Label())
		}
	}
	if c.State.Closed() {
		return Case{}, fault.New(ErrMove.Kind, ErrMove.Code, "state", c.State.Label())
	}
	return c, nil
}

// HandIn gives the cases of a system to the department that has it now, with
// their files and due dates.
func (d *Desk) HandIn(tx *store.Tx, system inventory.SystemID, to auth.DepartmentID) error {
	cases, err := casesOf(tx, system)
	if err != nil {
		return err
	}
	for i := range cases {
		if err := d.deps.Box.Hand(tx, cases[i].evidence(), to); err != nil {
			return err
		}
		if err := d.deps.Book.Hand(tx, cases[i].Subject(), to); err != nil {
			return err
		}
	}
	return handCases(tx, system, to)
}
