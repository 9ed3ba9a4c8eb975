package survey

import (
	"context"
	"errors"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/store"
)

// HandToHead says that a form is filled in and waits for the head. When it has
// errors it is not: the error lists all of them with row and question, and what
// was filled in stays as it is.
func (d *Desk) HandToHead(ctx context.Context, by auth.Principal, key FormKey, version int64) (Form, error) {
	return d.changeForm(ctx, by, key, version, "handed_to_head", func(tx *store.Tx, p *Paper) error {
		if _, err := d.checked(tx, by, p); err != nil {
			return err
		}
		now := tx.Now()
		p.Form.ReadyAt, p.Form.ReadyBy, p.Form.ReadyName = &now, by.AccountID, by.Name
		return nil
	})
}

// TakeBack takes a form back from the head to go on filling it in.
func (d *Desk) TakeBack(ctx context.Context, by auth.Principal, key FormKey, version int64) (Form, error) {
	if err := by.Require(fillers()...); err != nil {
		return Form{}, err
	}
	var out Form
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, true)
		if err != nil {
			return err
		}
		if err := p.Open(); err != nil && !errors.Is(err, ErrWithHead) {
			return err
		}
		if version != 0 && p.Form.Version != version {
			return store.ErrStale
		}
		before := p.Form.said()
		p.Form.ReadyAt, p.Form.ReadyBy, p.Form.ReadyName = nil, 0, ""
		p.Form.Version++
		if err := logForm(tx, by, p, "taken_back", before); err != nil {
			return err
		}
		err = d.keep(tx, by, p)
		out = p.Form
		return err
	})
	return out, err
}

// checked judges the whole form and keeps what came of it; a form with errors is
// refused.
func (d *Desk) checked(tx *store.Tx, by auth.Principal, p *Paper) (*Check, error) {
	c, err := d.check(tx, by, p)
	if err != nil {
		return nil, err
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	for i := range c.Rows {
		r := &c.Rows[i]
		switch {
		case c.moved[r.ID]:
			err = saveRow(tx, by, r)
		case c.counted[r.ID]:
			err = saveCounts(tx, r)
		}
		if err != nil {
			return nil, err
		}
	}
	p.Form.Answers = c.Form.Answers
	return c, nil
}

// Submit hands a form in: the head, or the authority of the region, confirms it
// (负责人确认). It is judged as a whole once more, kept word for word, and gone
// from the body's hands. seen is the hash of the Check that the head was shown;
// when the form says something else by now the error is store.ErrStale. Without
// seen the form is confirmed as it stands. The first submission decides for good
// whether the form is late.
func (d *Desk) Submit(ctx context.Context, by auth.Principal, key FormKey, version int64, seen string) (Form, error) {
	if err := by.Require(answerers()...); err != nil {
		return Form{}, err
	}
	return d.changeForm(ctx, by, key, version, "submitted", func(tx *store.Tx, p *Paper) error {
		if !p.MayAnswer {
			return auth.ErrForbidden
		}
		c, err := d.checked(tx, by, p)
		if err != nil {
			return err
		}
		if seen != "" && seen != c.Hash {
			return store.ErrStale
		}
		if err := d.handIn(tx, by, p); err != nil {
			return err
		}
		p.sealed = c.Hash
		if err := insertSubmission(tx, &Submission{
			FormID: p.Form.ID, Number: p.Form.Submissions, SubmittedAt: tx.Now(), SubmittedBy: by.AccountID, SubmittedName: by.Name,
			Body: c.Snapshot, Hash: c.Hash,
		}); err != nil {
			return err
		}
		return d.closeDues(tx, by, p.Key())
	})
}

// handIn marks the form as submitted.
func (d *Desk) handIn(tx *store.Tx, by auth.Principal, p *Paper) error {
	now := tx.Now()
	f := &p.Form
	cal, err := d.deps.Book.Calendar(tx)
	if err != nil {
		return err
	}
	if err := f.count(cal, calendar.DateOf(now)); err != nil {
		return err
	}
	if f.FirstSubmittedAt == nil {
		late, err := cal.Lateness(p.Campaign.DueOn, calendar.DateOf(now))
		if err != nil {
			return schedule.Explain(fmt.Errorf("lateness of form %s: %w", p.Key(), err))
		}
		f.FirstSubmittedAt, f.LateWd = &now, &late
	}
	f.State, f.SubmittedAt, f.Submissions = FormSubmitted, &now, f.Submissions+1
	f.ConfirmedBy, f.ConfirmedName = by.AccountID, by.Name
	f.ReadyAt, f.ReadyBy, f.ReadyName = nil, 0, ""
	return nil
}

// count sets the day that counts for a form that is submitted on a day.
func (f *Form) count(cal *calendar.Calendar, on calendar.Date) (err error) {
	before := f.CountsOn
	if before.IsZero() && f.FirstSubmittedAt != nil { // submitted before the day was kept
		before = calendar.DateOf(*f.FirstSubmittedAt)
	}
	returned := on
	if f.ReviewedAt != nil {
		returned = calendar.DateOf(*f.ReviewedAt)
	}
	f.CountsOn, err = schedule.CountsOn(cal, before, returned, on)
	return err
}

// closeDues ends all due dates of a form.
func (d *Desk) closeDues(tx *store.Tx, by auth.Principal, key FormKey) error {
	open, err := d.deps.Book.Of(tx, DueOf(key))
	if err != nil {
		return err
	}
	for _, due := range open {
		if err := d.deps.Book.Close(tx, by, due.ID); err != nil {
			return err
		}
	}
	return nil
}
