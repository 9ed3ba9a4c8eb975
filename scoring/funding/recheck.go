package funding

import (
	"context"
	"fmt"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Check is what the Office found when it verified a plea.
type Check struct {
	Verdict Verdict
	Text    string
}

// Verify is the Office's answer to a plea, on the day the term ends at the latest.
// FactsChanged reads the registers again and makes a new finding, which the
// finance bureau decides on anew; after a re-check it holds from the first day of
// the month after the head filed it. Supports takes an appeal to consultation, and
// so does Upholds; of a re-check Upholds is the end.
func (d *Desk) Verify(ctx context.Context, by auth.Principal, ref Ref, c Check) (Item, error) {
	if err := by.Require(auth.Office, auth.Leader); err != nil {
		return Item{}, err
	}
	if c.Verdict == FactsChanged {
		if err := d.deps.Hub.Settle(ctx); err != nil {
			return Item{}, fmt.Errorf("look at %s again: %w", ref.Code, err)
		}
	}
	c.Text = strings.TrimSpace(c.Text)
	return d.change(ctx, by, ref, func(tx *store.Tx, i *Item) (act, error) { return d.verify(tx, by, i, ref.Year, c) })
}

func (d *Desk) verify(tx *store.Tx, by auth.Principal, i *Item, year int, c Check) (act, error) {
	if err := d.mayAct(tx, by, i, auth.Office); err != nil {
		return act{}, err
	}
	if err := fault.Refuse(append(oneOf("verdict", c.Verdict, Verdicts()), needText("verdict_text", c.Text, leastReason)...)); err != nil {
		return act{}, err
	}
	if i.Plea != PleaSubmitted {
		return act{}, i.stands()
	}
	p, err := openPlea(tx, i.ID)
	if err != nil {
		return act{}, err
	}
	if err := d.endTerm(tx, by, DueOf(year, i.Code), &p); err != nil {
		return act{}, err
	}
	p.Verdict, p.VerdictText, p.VerifiedOn, p.VerifiedName = c.Verdict, c.Text, today(tx), by.Name
	switch {
	case c.Verdict == FactsChanged:
		err = d.refind(tx, by, i, year, &p, c.Text)
	case p.Kind == Recheck && c.Verdict == Supports:
		return act{}, fault.Refuse([]fault.Field{fault.At("verdict", "funding.err.recheck_verdict")})
	case p.Kind == Recheck:
		i.Plea, err = "", closePlea(tx, by, &p, PleaUpheld, c.Text)
	default:
		i.Plea, p.State = PleaVerified, PleaVerified
		err = updatePlea(tx, &p)
	}
	return act{by, "verified_" + string(c.Verdict), c.Text}, err
}

// refind makes the finding of the facts as they are now, and ends the plea.
func (d *Desk) refind(tx *store.Tx, by auth.Principal, i *Item, year int, p *Plea, text string) error {
	from := calendar.Date{}
	if p.Kind == Recheck {
		from = nextMonth(p.SubmittedOn)
	}
	if err := d.again(tx, by, i, year, from, text); err != nil {
		return err
	}
	i.Plea = ""
	return closePlea(tx, by, p, PleaChanged, text)
}

// again holds the facts of now against the table; the Office stands for what comes
// out, and the finance bureau decides anew.
func (d *Desk) again(tx *store.Tx, by auth.Principal, i *Item, year int, from calendar.Date, text string) error {
	f, j, err := d.freshly(tx, i, year)
	if err != nil {
		return err
	}
	raw, digest, err := f.JSON()
	if err != nil {
		return err
	}
	at := tx.Now()
	i.Stage, i.Result, i.Rules, i.Forecast, i.UntilOn, i.FromOn, i.Amount = Opined, j.Result, j.Rules, j.Forecast, j.Until, from, f.System.Amount
	i.OfficeResult, i.OfficeText, i.OfficeAt, i.OfficeName = j.Result, text, &at, by.Name
	i.KeptAmount, i.KeptNote = nil, ""
	return d.find(tx, by, i, Finding{Way: ByRecheck, Facts: raw, Digest: digest, Reason: text})
}

// LookAgain reads the facts of a system again without a plea, when the day of its
// condition is over (F10): the Office's step. The finance bureau then decides.
func (d *Desk) LookAgain(ctx context.Context, by auth.Principal, ref Ref, note string) (Item, error) {
	if err := by.Require(auth.Office, auth.Leader); err != nil {
		return Item{}, err
	}
	if err := d.deps.Hub.Settle(ctx); err != nil {
		return Item{}, fmt.Errorf("look at %s again: %w", ref.Code, err)
	}
	note = strings.TrimSpace(note)
	return d.change(ctx, by, ref, func(tx *store.Tx, i *Item) (act, error) {
		if err := d.mayAct(tx, by, i, auth.Office); err != nil {
			return act{}, err
		}
		if err := fault.Refuse(needText("note", note, 0)); err != nil {
			return act{}, err
		}
		if i.Plea != "" || !i.Lapsed(today(tx)) {
			return act{}, i.stands()
		}
		from := nextMonth(i.UntilOn)
		return act{by, "rechecked", note}, d.again(tx, by, i, ref.Year, from, note)
	})
}
