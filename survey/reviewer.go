package survey

import (
	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Errors of reviewing that callers test for.
var (
	ErrOwnForm      = fault.New(fault.Forbidden, "survey.err.own_form")     // of the reviewer's own body
	ErrOwnAnswers   = fault.New(fault.Forbidden, "survey.err.own_answers")  // the reviewer filled it in or confirmed it
	ErrNotSubmitted = fault.New(fault.Conflict, "survey.err.not_submitted") // it is not with the reviewers
)

// reviewPaper reads and holds a form that by may review, at the version that
// the reviewer began with (0 for whichever it is).
func (d *Desk) reviewPaper(tx *store.Tx, by auth.Principal, key FormKey, version int64) (*Paper, error) {
	if err := by.Require(reviewers()...); err != nil {
		return nil, err
	}
	p, err := d.paper(tx, by, key, true)
	if err != nil {
		return nil, err
	}
	if err := mayReview(tx, by, p); err != nil {
		return nil, err
	}
	if version != 0 && p.Form.Version != version {
		return nil, store.ErrStale
	}
	return p, nil
}

// mayReview tells why by may not review a form at all: nobody reviews what the
// own body answered, nor what they themselves filled in or confirmed.
func mayReview(tx *store.Tx, by auth.Principal, p *Paper) error {
	switch {
	case by.Require(reviewers()...) != nil:
		return auth.ErrForbidden
	case by.DepartmentID != 0 && by.DepartmentID == p.Owner.ID:
		return ErrOwnForm
	case by.AccountID == 0: // the service and its console answer nothing
		return nil
	case by.AccountID == p.Form.ReadyBy, by.AccountID == p.Form.ConfirmedBy:
		return ErrOwnAnswers
	}
	answered, err := answeredBy(tx, p.Form.ID, by.AccountID)
	if err != nil {
		return err
	}
	if answered {
		return ErrOwnAnswers
	}
	return nil
}

// takes refuses what the campaign no longer takes.
func takes(c Campaign) error {
	switch {
	case c.State == Locked:
		return ErrCampaignLocked
	case !c.State.Takes():
		return ErrNotTaking
	}
	return nil
}

// reviewed keeps a form that a reviewer has decided on and logs what became of
// it.
func (d *Desk) reviewed(tx *store.Tx, by auth.Principal, p *Paper, action, reason string, before formSaid) error {
	now := tx.Now()
	p.Form.ReviewedBy, p.Form.ReviewedName, p.Form.ReviewedAt = by.AccountID, by.Name, &now
	p.Form.Version++
	err := oplog.Record(tx, by, oplog.Entry{
		Action: "form." + action, Kind: "form", ID: p.Key().String(), Name: p.Campaign.Title, Department: p.Owner.ID,
		Before: before, After: p.Form.said(), Reason: reason,
	})
	if err != nil {
		return err
	}
	return d.keep(tx, by, p)
}
