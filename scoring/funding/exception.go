package funding

import (
	"context"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/scoring/eligibility"
)

// Consultation is what the Office, the finance bureau and the reform commission
// came to about an appeal (办法 art. 20).
type Consultation struct {
	On   calendar.Date // of the meeting; zero is today
	Text string
}

// Consult records the consultation about an appeal that was verified. The leading
// group then has the last word.
func (d *Desk) Consult(ctx context.Context, by auth.Principal, ref Ref, c Consultation) (Item, error) {
	if err := by.Require(Consulters()...); err != nil {
		return Item{}, err
	}
	c.Text = strings.TrimSpace(c.Text)
	return d.change(ctx, by, ref, func(tx *store.Tx, i *Item) (act, error) {
		if by.DepartmentID != 0 && by.DepartmentID == i.DepartmentID {
			return act{}, ErrOwnBody
		}
		if c.On.IsZero() {
			c.On = today(tx)
		}
		found := needText("meeting_text", c.Text, leastReason)
		if i.Plea != PleaVerified {
			return act{}, i.stands()
		}
		p, err := openPlea(tx, i.ID)
		if err != nil {
			return act{}, err
		}
		if c.On.After(today(tx)) || c.On.Before(p.SubmittedOn) {
			found = append(found, fault.At("meeting_on", "funding.err.meeting", "first", p.SubmittedOn, "last", today(tx)))
		}
		if err := fault.Refuse(found); err != nil {
			return act{}, err
		}
		p.State, p.MeetingOn, p.MeetingText, p.MeetingName = PleaConsulted, c.On, c.Text, by.Name
		i.Plea = PleaConsulted
		return act{by, "consulted", c.Text}, updatePlea(tx, &p)
	})
}

// Exception is what the leading group grants: money under a condition up to a day.
type Exception struct {
	Until  calendar.Date // within the fiscal year
	Reason string
}

// Grant grants an exception (F10): the money is given up to a day, then the system
// is looked at again. The leading group may do so at any time after the opinions;
// it also ends an open appeal. What was decided before stays beside it.
func (d *Desk) Grant(ctx context.Context, by auth.Principal, ref Ref, e Exception) (Item, error) {
	if err := by.Require(auth.Leader); err != nil {
		return Item{}, err
	}
	e.Reason = strings.TrimSpace(e.Reason)
	return d.change(ctx, by, ref, func(tx *store.Tx, i *Item) (act, error) {
		if by.DepartmentID != 0 && by.DepartmentID == i.DepartmentID {
			return act{}, ErrOwnBody
		}
		if err := fault.Refuse(e.wrong(ref.Year, today(tx))); err != nil {
			return act{}, err
		}
		if !i.Grantable() {
			return act{}, i.stands()
		}
		if err := settlePlea(tx, by, i, PleaGranted, e.Reason); err != nil {
			return act{}, err
		}
		at := tx.Now()
		i.Stage, i.DecidedAt, i.DecidedName, i.DecisionText = Decided, &at, by.Name, e.Reason
		i.Result, i.UntilOn, i.KeptAmount, i.KeptNote = eligibility.Conditional, e.Until, nil, ""
		return act{by, "excepted", e.Reason}, d.find(tx, by, i, Finding{Way: ByException, Reason: e.Reason})
	})
}

// Grantable tells whether the leading group may grant an exception as the item
// stands: it gets no money, or the condition that it had is to be longer.
func (i *Item) Grantable() bool {
	refused := i.Result == eligibility.No || i.Result == eligibility.Conditional || i.Result == eligibility.Consult
	return refused && i.Stage != Found
}

func (e *Exception) wrong(year int, today calendar.Date) []fault.Field {
	out := needText("exception_reason", e.Reason, leastReason)
	last := calendar.NewDate(year, 12, 31)
	if e.Until.IsZero() || !e.Until.After(today) || e.Until.After(last) {
		out = append(out, fault.At("until", "funding.err.until", "first", today.AddDays(1), "last", last))
	}
	return out
}

// Uphold is the leading group's last word on an appeal that it does not grant.
func (d *Desk) Uphold(ctx context.Context, by auth.Principal, ref Ref, reason string) (Item, error) {
	if err := by.Require(auth.Leader); err != nil {
		return Item{}, err
	}
	reason = strings.TrimSpace(reason)
	return d.change(ctx, by, ref, func(tx *store.Tx, i *Item) (act, error) {
		if by.DepartmentID != 0 && by.DepartmentID == i.DepartmentID {
			return act{}, ErrOwnBody
		}
		if err := fault.Refuse(needText("reason", reason, leastReason)); err != nil {
			return act{}, err
		}
		if i.Plea != PleaConsulted {
			return act{}, i.stands()
		}
		return act{by, "upheld", reason}, settlePlea(tx, by, i, PleaUpheld, reason)
	})
}

// settlePlea ends the plea of an item, if one is open. One that nobody verified
// yet goes through the Office first.
func settlePlea(tx *store.Tx, by auth.Principal, i *Item, to PleaState, reason string) error {
	if i.Plea == "" {
		return nil
	}
	if i.Plea == PleaSubmitted {
		return i.stands()
	}
	p, err := openPlea(tx, i.ID)
	if err != nil {
		return err
	}
	i.Plea = ""
	return closePlea(tx, by, &p, to, reason)
}
