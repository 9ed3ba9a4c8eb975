package funding

import (
	"context"
	"fmt"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/scoring/eligibility"
)

// Ref names an item and the version of it that a person read.
type Ref struct {
	Year    int
	Code    string
	Version int64
}

// Opinion is what the Office or the reform commission says of an item.
type Opinion struct {
	// As is in whose name: Office or Reform.
	As     auth.Role
	Result eligibility.Result // empty agrees with what stands
	Text   string             // needed where it does not agree
}

// change takes a step with an item as a person read it: fn changes it in place and
// says what was done.
func (d *Desk) change(ctx context.Context, by auth.Principal, ref Ref, fn func(tx *store.Tx, i *Item) (act, error)) (Item, error) {
	item, err := store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Item, error) {
		run, err := runOf(tx, ref.Year)
		if err != nil {
			return Item{}, err
		}
		seen, err := d.seen(tx, by)
		if err != nil {
			return Item{}, err
		}
		if _, err := itemIn(tx, run.ID, ref.Code, seen); err != nil {
			return Item{}, err
		}
		old, err := itemForUpdate(tx, run.ID, ref.Code)
		if err != nil {
			return Item{}, err
		}
		next := old
		a, err := fn(tx, &next)
		switch {
		case err != nil:
			return Item{}, err
		case old.Version != ref.Version:
			return Item{}, store.ErrStale
		}
		return next, updateItem(tx, a, old, &next)
	})
	if err != nil {
		return Item{}, fmt.Errorf("funding of %s in %d: %w", ref.Code, ref.Year, err)
	}
	return item, nil
}

// Opine gives the opinion of the Office or of the reform commission (办法 art. 20).
// With both the item goes to the finance bureau; until it has decided an opinion
// may be given anew. From the opinion of the Office the head has AppealWd working
// days to appeal.
func (d *Desk) Opine(ctx context.Context, by auth.Principal, ref Ref, o Opinion) (Item, error) {
	if err := by.Require(Opiners()...); err != nil {
		return Item{}, err
	}
	return d.change(ctx, by, ref, func(tx *store.Tx, i *Item) (act, error) { return d.opine(tx, by, i, o) })
}

func (d *Desk) opine(tx *store.Tx, by auth.Principal, i *Item, o Opinion) (act, error) {
	if o.As != auth.Office && o.As != auth.Reform {
		return act{}, fault.Refuse(oneOf("as", o.As, []auth.Role{auth.Office, auth.Reform}))
	}
	if err := d.mayAct(tx, by, i, o.As); err != nil {
		return act{}, err
	}
	if i.Stage == Decided || i.Plea != "" {
		return act{}, i.stands()
	}
	o.Text = strings.TrimSpace(o.Text)
	if o.Result == "" {
		o.Result = i.Result
	}
	least := 0
	if o.Result != i.Result {
		least = leastReason
	}
	found := append(oneOf("opinion", o.Result, i.Choices()), needText("opinion_text", o.Text, least)...)
	if err := fault.Refuse(found); err != nil {
		return act{}, err
	}
	if err := d.sayOpinion(tx, by, i, o); err != nil {
		return act{}, err
	}
	if i.OfficeAt != nil && i.ReformAt != nil {
		i.Stage = Opined
	}
	return act{by, "opinion_" + string(o.As), o.Text}, nil
}

// sayOpinion writes the opinion down; the term of an appeal begins with that of
// the Office.
func (d *Desk) sayOpinion(tx *store.Tx, by auth.Principal, i *Item, o Opinion) error {
	at := tx.Now()
	if o.As == auth.Reform {
		i.ReformResult, i.ReformText, i.ReformAt, i.ReformName = o.Result, o.Text, &at, by.Name
		return nil
	}
	i.OfficeResult, i.OfficeText, i.OfficeAt, i.OfficeName = o.Result, o.Text, &at, by.Name
	cal, err := d.deps.Book.Calendar(tx)
	if err != nil {
		return err
	}
	i.AppealUntil, err = cal.AddWorking(today(tx), AppealWd)
	return err
}

// stands says that an item cannot take the step as it stands.
func (i *Item) stands() error {
	label := i.Stage.Label()
	if i.Plea != "" {
		label = i.Plea.Label()
	}
	return fault.New(ErrState.Kind, ErrState.Code, "state", label)
}
