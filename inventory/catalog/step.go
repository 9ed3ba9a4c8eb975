package catalog

import (
	"context"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// StepTaken is one thing that was done with an entry.
type StepTaken struct {
	EntryID    EntryID
	Number     int64
	At         time.Time
	AccountID  auth.AccountID
	Name       string
	Department string
	Action     string // message key catalog.step.<action>
	Note       string
}

// TableName is the table of steps.
func (StepTaken) TableName() string { return "catalog_steps" }

// History lists what was done with an entry, the newest first. Steps before the
// first publication are told only to those who saw the drafts.
func (d *Desk) History(ctx context.Context, by auth.Principal, id EntryID) ([]StepTaken, error) {
	var out []StepTaken
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.sightOf(tx, by)
		if err != nil {
			return err
		}
		e, err := visibleEntry(tx, s, "id = ?", id)
		if err != nil || !s.sees(e.OwnerID) {
			return err
		}
		out, err = stepsOf(tx, id)
		return err
	})
	return out, err
}

// Submit hands an entry in, for the head of its department (办法 art. 22). Every
// rule is asked again, also that it was looked at for secrets (V07). The
// authority of its region looks first where there is one.
func (d *Desk) Submit(ctx context.Context, by auth.Principal, id EntryID, version int64) (Entry, error) {
	if err := by.Require(submitters...); err != nil {
		return Entry{}, err
	}
	return d.move(ctx, by, id, version, "submitted", "", func(tx *store.Tx, e *Entry, r Record) error {
		if err := d.mayWrite(tx, by, e.OwnerID); err != nil {
			return err
		}
		if e.Step != StepDraft && e.Step != StepReturned || e.Life == LifeWithdrawn {
			return ErrStep
		}
		if err := d.ready(tx, e, r); err != nil {
			return err
		}
		now := tx.Now()
		e.Step, e.SubmittedAt, e.SubmittedName = StepReview, &now, by.Name
		if e.RegionID != nil && *e.RegionID != by.DepartmentID {
			e.Step = StepRegion
		}
		e.DecisionReason = ""
		return nil
	})
}

// ready refuses an entry that cannot be published as it is.
func (d *Desk) ready(tx *store.Tx, e *Entry, r Record) error {
	if e.Intent == ToWithdraw {
		return nil
	}
	s, err := d.surroundings(tx)
	if err != nil {
		return err
	}
	c := r.Working()
	old := &r.Entry
	if old.PublishedVersion == 0 {
		old = nil
	}
	found, err := d.judge(tx, s, e.OwnerID, c, old)
	if err != nil {
		return err
	}
	if err := fault.Refuse(append(found, checkSecrecy(&c.Body)...)); err != nil {
		return err
	}
	if r.Draft != nil && c.same(Content{r.Entry.Body, r.Items}) && e.ChangeID == nil {
		return ErrNothing
	}
	return nil
}

// Endorse passes an entry of the region on to the city, for its authority
// (办法 art. 6, 9).
func (d *Desk) Endorse(ctx context.Context, by auth.Principal, id EntryID, version int64, text string) (Entry, error) {
	if err := by.Require(auth.Region); err != nil {
		return Entry{}, err
	}
	return d.move(ctx, by, id, version, "endorsed", text, func(tx *store.Tx, e *Entry, _ Record) error {
		if err := mayLook(by, e); err != nil {
			return err
		}
		if e.Step != StepRegion {
			return ErrStep
		}
		e.Step = StepReview
		return nil
	})
}

// mayLook lets the authority of the region look at an entry.
func mayLook(by auth.Principal, e *Entry) error {
	if by.Console() || e.RegionID != nil && by.Is(auth.Region) && *e.RegionID == by.DepartmentID {
		return nil
	}
	return fault.New(fault.NotFound, "err.not_found")
}

// Return sends an entry back to its department with a reason. The authority of
// the region returns what waits for it; the Office, the centre and the staffing
// office what waits for the city.
func (d *Desk) Return(ctx context.Context, by auth.Principal, id EntryID, version int64, reason string) (Entry, error) {
	if err := by.Require(auth.Region, auth.Office, auth.Centre, auth.Staffing); err != nil {
		return Entry{}, err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return Entry{}, fault.Refuse([]fault.Field{fault.At("reason", "catalog.err.reason")})
	}
	return d.move(ctx, by, id, version, "returned", reason, func(tx *store.Tx, e *Entry, _ Record) error {
		switch e.Step {
		case StepRegion:
			if err := mayLook(by, e); err != nil {
				return err
			}
		case StepReview:
			if err := mayReview(by, e, reviewers); err != nil {
				return err
			}
		default:
			return ErrStep
		}
		e.decided(tx, by, reason)
		e.Step = StepReturned
		if e.Intent == ToWithdraw { // nothing is in the making then
			e.Step, e.Intent, e.Reason = NoStep, "", ""
		}
		return nil
	})
}

// mayReview lets nobody decide on what the own department wrote.
func mayReview(by auth.Principal, e *Entry, roles []auth.Role) error {
	if err := by.Require(roles...); err != nil {
		return err
	}
	if by.DepartmentID != 0 && by.DepartmentID == e.OwnerID {
		return ErrOwnReview
	}
	return nil
}

func (e *Entry) decided(tx *store.Tx, by auth.Principal, reason string) {
	now := tx.Now()
	e.DecidedAt, e.DecidedName, e.DecisionReason = &now, by.Name, reason
}

// Publish brings into force what was handed in: the first version of an entry,
// the next one, or its withdrawal. For the Office (办法 art. 6).
func (d *Desk) Publish(ctx context.Context, by auth.Principal, id EntryID, version int64) (Entry, error) {
	if err := by.Require(publishers...); err != nil {
		return Entry{}, err
	}
	return d.move(ctx, by, id, version, "published", "", func(tx *store.Tx, e *Entry, r Record) error {
		if err := mayReview(by, e, publishers); err != nil {
			return err
		}
		if e.Step != StepReview {
			return ErrStep
		}
		e.decided(tx, by, "")
		if e.Intent == ToWithdraw {
			return d.withdrawIn(tx, by, e)
		}
		if err := d.ready(tx, e, r); err != nil {
			return err
		}
		return d.publishIn(tx, by, e, r.Working())
	})
}

// publishIn makes a content the version in force.
func (d *Desk) publishIn(tx *store.Tx, by auth.Principal, e *Entry, c Content) error {
	now := tx.Now()
	if c.Body.PublishDate.IsZero() {
		c.Body.PublishDate = calendar.DateOf(now)
	}
	e.Body, e.Items = c.Body, int64(len(c.Items))
	e.Life, e.Step, e.Intent = LifePublished, NoStep, ""
	e.PublishedVersion++
	e.PublishedAt = &now
	if e.FirstPublishedAt == nil {
		e.FirstPublishedAt = &now
	}
	if e.StaleOn = e.UpdateCycle.StaleOn(e.LastUpdateOn); e.Mounted() {
		if err := keepMount(tx, e); err != nil {
			return err
		}
	}
	if err := keepVersion(tx, by, e, c); err != nil {
		return err
	}
	if err := replaceItems(tx, e, c.Items); err != nil {
		return err
	}
	if err := dropDraft(tx, e.ID); err != nil {
		return err
	}
	if err := d.answerEvent(tx, by, e); err != nil {
		return err
	}
	e.Reason, e.ChangeID = "", nil
	if d.opts.Published != nil {
		return d.opts.Published(tx, by, *e)
	}
	return nil
}

// AskWithdrawal asks the Office to take a published entry out of the catalog,
// for the head of its department. The code is never used again.
func (d *Desk) AskWithdrawal(ctx context.Context, by auth.Principal, id EntryID, version int64, reason string) (Entry, error) {
	if err := by.Require(submitters...); err != nil {
		return Entry{}, err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return Entry{}, fault.Refuse([]fault.Field{fault.At("reason", "catalog.err.reason")})
	}
	return d.move(ctx, by, id, version, "withdrawal_asked", reason, func(tx *store.Tx, e *Entry, _ Record) error {
		if err := d.mayWrite(tx, by, e.OwnerID); err != nil {
			return err
		}
		if e.Life != LifePublished || e.Step != NoStep {
			return ErrStep
		}
		now := tx.Now()
		e.Step, e.Intent, e.Reason, e.SubmittedAt, e.SubmittedName = StepReview, ToWithdraw, reason, &now, by.Name
		return nil
	})
}

func (d *Desk) withdrawIn(tx *store.Tx, by auth.Principal, e *Entry) error {
	now := tx.Now()
	e.Life, e.Step, e.Intent, e.WithdrawnAt = LifeWithdrawn, NoStep, "", &now
	if err := endVersion(tx, e.ID, "withdrawn"); err != nil {
		return err
	}
	if d.opts.Withdrawn != nil {
		return d.opts.Withdrawn(tx, by, *e)
	}
	return nil
}

// Discard throws the draft away: of a published entry the version in force
// stays, one that was never published leaves the catalog with its code.
func (d *Desk) Discard(ctx context.Context, by auth.Principal, id EntryID, version int64) (Entry, error) {
	if err := by.Require(writers...); err != nil {
		return Entry{}, err
	}
	return d.move(ctx, by, id, version, "discarded", "", func(tx *store.Tx, e *Entry, _ Record) error {
		if err := d.mayWrite(tx, by, e.OwnerID); err != nil {
			return err
		}
		if e.Step != StepDraft && e.Step != StepReturned {
			return ErrStep
		}
		e.Step, e.Intent, e.Reason, e.ChangeID = NoStep, "", "", nil
		if e.Life == LifeNew {
			now := tx.Now()
			e.Life, e.WithdrawnAt = LifeWithdrawn, &now
		}
		return dropDraft(tx, e.ID)
	})
}

// move reads an entry for a step, lets do change it, and writes it with its
// index, history and log.
func (d *Desk) move(ctx context.Context, by auth.Principal, id EntryID, version int64, action, text string, do func(*store.Tx, *Entry, Record) error) (Entry, error) {
	var out Entry
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		s, err := d.sightOf(tx, by)
		if err != nil {
			return err
		}
		old, err := visibleEntry(tx, s, "id = ?", id)
		if err != nil {
			return err
		}
		r, err := recordOf(tx, old, sight{all: true})
		if err != nil {
			return err
		}
		e := old
		if err := do(tx, &e, r); err != nil {
			return err
		}
		e.touch(tx, by)
		e.Version = version + 1
		if err := tx.UpdateVersion(&e, int64(id), version); err != nil {
			return err
		}
		out = e
		return d.after(tx, by, r, &e, action, text)
	})
	return out, err
}

// after brings the index up to date and writes the step down.
func (d *Desk) after(tx *store.Tx, by auth.Principal, r Record, e *Entry, action, text string) error {
	was, now := Content{r.Entry.Body, r.Items}, Content{e.Body, r.Items}
	switch {
	case e.PublishedVersion != r.Entry.PublishedVersion: // the index is written with the items
		now.Items = r.Working().Items
	case e.Life != r.Entry.Life || e.Mounted() != r.Entry.Mounted():
		if err := indexEntry(tx, e, r.Items); err != nil {
			return err
		}
	}
	if action == "published" && e.Life == LifeWithdrawn {
		action, text = "withdrawn", e.Reason
	}
	return note(tx, by, e, &was, now, actPrefix+action, text)
}
