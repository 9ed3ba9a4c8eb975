package survey

import (
	"context"
	"fmt"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
)

// dutyOf is the duty of a body to hand its form in.
func dutyOf(c Campaign, body inventory.Department) schedule.Due {
	s := DueOf(FormKey{c.Code, body.Code})
	return schedule.Due{
		SubjectKind: s.Kind, SubjectID: s.ID, DepartmentID: body.ID, Title: DueTitle,
		TitleArgs: map[string]string{"campaign": c.Title, "department": body.Name}, Article: c.Basis, FixedOn: c.DueOn,
	}
}

// OpenCampaign opens a campaign that is prepared: every body in scope gets a
// form, and the day by which to hand it in. A census that asks nothing of its
// own makes no forms. Opening what is open already does nothing. What is still
// missing is an Invalid fault with the fields.
func (d *Desk) OpenCampaign(ctx context.Context, by auth.Principal, code string, version int64) (Campaign, error) {
	var out Campaign
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := campaignByCode(tx, code)
		if err != nil {
			return err
		}
		if c.State == Running && by.Is(organisers(c.Kind)...) {
			out = c
			return nil
		}
		if c, err = d.campaignFor(tx, by, code, version); err != nil {
			return err
		}
		out, err = d.open(tx, by, c)
		return err
	})
	if err != nil {
		return Campaign{}, err
	}
	return out, nil
}

func (d *Desk) open(tx *store.Tx, by auth.Principal, c Campaign) (Campaign, error) {
	if c.State != Preparing {
		return Campaign{}, fault.New(fault.Conflict, "survey.err.over", "title", c.Title)
	}
	bodies, err := d.Scope(tx, c)
	if err != nil {
		return Campaign{}, err
	}
	if err := d.openable(tx, &c, bodies); err != nil {
		return Campaign{}, err
	}
	next := c
	now := tx.Now()
	next.State, next.OpenedAt = Running, &now
	if err := d.saveCampaign(tx, by, "campaign.opened", c, &next, ""); err != nil {
		return Campaign{}, err
	}
	if next.QuestionnaireID == nil {
		return next, nil
	}
	if err := insertForms(tx, next, bodies); err != nil {
		return Campaign{}, err
	}
	for _, body := range bodies {
		if _, err := d.deps.Book.Set(tx, by, dutyOf(next, body)); err != nil {
			return Campaign{}, fmt.Errorf("set the due date of %s: %w", body.Name, err)
		}
	}
	return next, nil
}

// openable holds what must be settled before anybody is asked.
func (d *Desk) openable(tx *store.Tx, c *Campaign, bodies []inventory.Department) error {
	found, err := d.checkCampaign(tx, c)
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	today := calendar.DateOf(tx.Now())
	refuse := func(bad bool, key, code string, args ...any) {
		if bad {
			found = append(found, fault.At(key, code, args...))
		}
	}
	refuse(c.OpensOn.After(today), "opens_on", "survey.err.opens_later", "opens", c.OpensOn)
	refuse(c.DueOn.Before(today), "due_on", "survey.err.due_over", "due", c.DueOn)
	refuse(len(bodies) == 0, "scope", "survey.err.nobody")
	refuse(c.QuestionnaireID == nil && c.BasedOnID == nil, "based_on_id", "survey.err.asks_nothing")
	return fault.Refuse(found)
}

// moveDues moves the due dates of forms that were never handed in along with
// the due day of their campaign.
func (d *Desk) moveDues(tx *store.Tx, by auth.Principal, old, next Campaign) error {
	if next.State != Running || old.DueOn == next.DueOn {
		return nil
	}
	waiting, err := departmentsNeverSubmitted(tx, next.ID)
	if err != nil {
		return err
	}
	directory, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	for _, id := range waiting {
		body, ok := directory.Find(id)
		if !ok {
			continue
		}
		if _, err := d.deps.Book.Set(tx, by, dutyOf(next, body)); err != nil {
			return fmt.Errorf("move the due date of %s: %w", body.Name, err)
		}
	}
	return nil
}

// CloseCampaign closes a campaign that runs. Before its due day is over that
// needs a reason. Late forms and answers to returns still come in.
func (d *Desk) CloseCampaign(ctx context.Context, by auth.Principal, code string, version int64, reason string) (Campaign, error) {
	var out Campaign
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := d.campaignFor(tx, by, code, version)
		if err != nil {
			return err
		}
		if c.State != Running {
			return fault.New(fault.Conflict, "survey.err.not_running", "title", c.Title)
		}
		over, err := d.over(tx, c)
		if err != nil {
			return err
		}
		if !over && strings.TrimSpace(reason) == "" {
			return fault.Refuse([]fault.Field{fault.At("reason", "survey.err.close_reason", "due", c.DueOn)})
		}
		out, err = d.close(tx, by, c, reason)
		return err
	})
	if err != nil {
		return Campaign{}, err
	}
	return out, nil
}

func (d *Desk) close(tx *store.Tx, by auth.Principal, c Campaign, reason string) (Campaign, error) {
	next := c
	now := tx.Now()
	next.State, next.ClosedAt = Closed, &now
	return next, d.saveCampaign(tx, by, "campaign.closed", c, &next, reason)
}

// over tells whether the due day of a campaign is over.
func (d *Desk) over(tx *store.Tx, c Campaign) (bool, error) {
	cal, err := d.deps.Book.Calendar(tx)
	if err != nil {
		return false, err
	}
	s, err := d.deps.Book.Stand(cal, c.DueOn, tx.Now())
	return s.Overdue, err
}

// CloseOverdue closes the campaigns whose due day is over and returns how many
// there were. It is for the job that runs every night.
func (d *Desk) CloseOverdue(ctx context.Context) (int, error) {
	n := 0
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		n = 0
		running, err := campaignsIn(tx, Running)
		if err != nil {
			return err
		}
		for _, c := range running {
			over, err := d.over(tx, c)
			if err != nil {
				return fmt.Errorf("tell whether campaign %s is over: %w", c.Code, err)
			}
			if !over {
				continue
			}
			if _, err := d.close(tx, auth.System("close-campaigns"), c, ""); err != nil {
				return fmt.Errorf("close campaign %s: %w", c.Code, err)
			}
			n++
		}
		return nil
	})
	return n, err
}
