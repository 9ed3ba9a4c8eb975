package survey

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// LockIn locks a campaign with all its forms (方案 part 2 (2)): from then on it
// takes nothing. Every form must be accepted, otherwise the error says how many
// are not. Only the Office may lock; a campaign that is locked already is
// ErrCampaignLocked. It returns the number of forms. That the register is
// certified with it is up to the caller.
func (d *Desk) LockIn(tx *store.Tx, by auth.Principal, code string) (int64, error) {
	if err := by.Require(auth.Office); err != nil {
		return 0, err
	}
	c, err := lockCampaign(tx, code)
	if err != nil {
		return 0, err
	}
	if err := takes(c); err != nil {
		return 0, err
	}
	open, err := countNotAccepted(tx, c.ID)
	if err != nil {
		return 0, err
	}
	if open > 0 {
		return 0, fault.New(fault.Conflict, "survey.err.lock_open", "n", open, "title", c.Title)
	}
	n, err := lockForms(tx, by, c.ID)
	if err != nil {
		return 0, err
	}
	next := c
	now := tx.Now()
	next.State, next.LockedAt = Locked, &now
	if next.ClosedAt == nil {
		next.ClosedAt = &now
	}
	if err := d.saveCampaign(tx, by, "campaign.locked", c, &next, ""); err != nil {
		return 0, fmt.Errorf("lock campaign %s: %w", code, err)
	}
	return n, nil
}
