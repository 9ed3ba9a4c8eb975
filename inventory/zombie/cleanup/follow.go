package cleanup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie"
)

// Followed is what Follow did.
type Followed struct {
	Day      calendar.Date
	Opened   int // new cases
	Closed   int // suspicions whose grounds are gone
	Reopened int // cleaned systems that were used again
}

// lot is how many cases or verdicts are looked at in one transaction.
const lot = 500

// Follow brings the cases in line with what the newest finished run says: it
// opens one for each system that is suspected, closes those that nobody has
// confirmed and whose grounds are gone, and reopens those whose system was used
// after its clean-up. It is done after each run, and may be repeated at will:
// what it did once changes nothing the second time. Nothing that a run holds
// back is looked at. Without a run nothing is done.
func (d *Desk) Follow(ctx context.Context, by auth.Principal) (Followed, error) {
	if err := by.Require(auth.Centre, auth.Office); err != nil {
		return Followed{}, err
	}
	var run zombie.Run
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		var err error
		run, err = d.deps.Detector.NewestRunIn(tx)
		return err
	})
	if errors.Is(err, zombie.ErrNoRun) {
		return Followed{}, nil
	}
	if err != nil {
		return Followed{}, fmt.Errorf("find the newest run: %w", err)
	}
	out := Followed{Day: run.Day}
	for _, part := range []func(context.Context, auth.Principal, *Followed) error{d.closeCases, d.openCases, d.watchCases} {
		if err := part(ctx, by, &out); err != nil {
			return out, fmt.Errorf("follow the run of %s: %w", run.Day, err)
		}
	}
	return out, nil
}

// openCases opens a case for each suspected system that has none.
func (d *Desk) openCases(ctx context.Context, by auth.Principal, out *Followed) error {
	for after, more := inventory.SystemID(0), true; more; {
		var found []zombie.Verdict
		var opened int
		err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
			var err error
			if found, err = d.deps.Detector.VerdictsIn(tx, out.Day, zombie.Warning, after, lot); err != nil {
				return err
			}
			opened, err = d.openLot(tx, by, out.Day, found)
			return err
		})
		if err != nil {
			return err
		}
		out.Opened += opened
		if more = len(found) == lot; more {
			after = found[len(found)-1].System
		}
	}
	return nil
}

// openLot opens what is due of some verdicts, in the order of the systems.
func (d *Desk) openLot(tx *store.Tx, by auth.Principal, day calendar.Date, found []zombie.Verdict) (int, error) {
	verdicts := map[inventory.SystemID]*zombie.Verdict{}
	var ids []inventory.SystemID
	for i := range found {
		if strengthOf(&found[i]) > 0 {
			verdicts[found[i].System] = &found[i]
			ids = append(ids, found[i].System)
		}
	}
	if len(ids) == 0 {
		return 0, nil
	}
	systems, err := registered(tx, ids)
	if err != nil {
		return 0, err
	}
	busy, err := taken(tx, day, ids)
	if err != nil {
		return 0, err
	}
	before, err := settledBefore(tx, ids)
	if err != nil {
		return 0, err
	}
	opened := 0
	for i := range systems {
		s, v := &systems[i], verdicts[systems[i].ID]
		if last, ok := before[s.ID]; busy[s.ID] || ok && last.settles(v, day) {
			continue
		}
		if err := d.openOne(tx, by, day, s, v); err != nil {
			return opened, err
		}
		opened++
	}
	return opened, nil
}

// answered is for how many days a dismissal, or a system that was kept rebuilt,
// answers the same suspicion.
const answered = 365

// settles tells whether a case that was settled answers a verdict: it holds
// nothing against the system that was not looked at then, no more strongly, and
// the answer is not old.
func (c *Case) settles(v *zombie.Verdict, day calendar.Date) bool {
	until := c.DecidedOn
	if c.State == Cleaned {
		until = c.CleanedOn
	}
	if day.DaysSince(until) >= answered || strengthOf(v) > c.Strength {
		return false
	}
	return !slices.ContainsFunc(featuresOf(v), func(f string) bool { return !c.Features.Has(f) })
}

func (d *Desk) openOne(tx *store.Tx, by auth.Principal, day calendar.Date, s *inventory.System, v *zombie.Verdict) error {
	c := Case{
		SystemID: s.ID, DepartmentID: s.OwnerID, State: Suspected, OpenedOn: today(tx), RunDay: day, SeenOn: day, Money: s.OmAmountYear,
		UpdatedBy: by.AccountID,
	}
	c.take(v)
	if err := insertCase(tx, &c); err != nil {
		return err
	}
	a := act{by: by, what: "opened", onDay: day}
	if err := insertStep(tx, a, &c); err != nil {
		return err
	}
	return d.record(tx, a, &c, nil)
}

// take puts what a verdict says into a case.
func (c *Case) take(v *zombie.Verdict) {
	c.PolicyVersion, c.Findings, c.Features = v.Policy, v.Features[:], featuresOf(v)
	c.Strength, c.Confidence = strengthOf(v), thousandths(v.Confidence)
}

// closeCases closes unconfirmed cases whose grounds are gone.
func (d *Desk) closeCases(ctx context.Context, by auth.Principal, out *Followed) error {
	return d.eachCase(ctx, unconfirmed, func(tx *store.Tx, cases []Case) error {
		ids := make([]inventory.SystemID, len(cases))
		for i := range cases {
			ids[i] = cases[i].SystemID
		}
		verdicts, err := d.deps.Detector.VerdictsOfIn(tx, out.Day, ids)
		if err != nil {
			return err
		}
		for i := range cases {
			v, ok := verdicts[cases[i].SystemID]
			if !ok || cases[i].SeenOn.After(out.Day) {
				continue
			}
			gone, err := d.reconsider(tx, by, out.Day, cases[i], &v)
			if err != nil {
				return err
			}
			if gone {
				tx.AfterCommit(func() { out.Closed++ })
			}
		}
		return nil
	})
}

// reconsider closes a case that the verdict no longer bears; one that grew
// stronger before anybody was told of it takes the stronger verdict.
func (d *Desk) reconsider(tx *store.Tx, by auth.Principal, day calendar.Date, old Case, v *zombie.Verdict) (gone bool, err error) {
	c := old
	strength := strengthOf(v)
	switch {
	case strength == 0 && !undecided(v, old.Features):
		c.State, c.ClosedOn, c.SeenOn, c.ClosedReason = ClosedItself, today(tx), day, "cleanup.closed.resumed"
		if err := d.settle(tx, by, &c); err != nil {
			return false, err
		}
		return true, d.keep(tx, act{by: by, what: "closed_itself", onDay: day}, old, &c)
	case old.State == Suspected && strength > 0 && (strength != old.Strength || !slices.Equal(featuresOf(v), old.Features)):
		c.take(v)
		c.RunDay, c.SeenOn = day, day
		return false, d.keep(tx, act{by: by, what: "found_anew", onDay: day}, old, &c)
	}
	return false, nil
}

// watchCases reopens cases whose system was used after it was cleaned up.
func (d *Desk) watchCases(ctx context.Context, by auth.Principal, out *Followed) error {
	return d.eachCase(ctx, []State{Cleaned}, func(tx *store.Tx, cases []Case) error {
		for i := range cases {
			if !cases[i].Action.Ends() {
				continue
			}
			use, seen, err := d.deps.Detector.SeenSinceIn(tx, cases[i].SystemID, cases[i].CleanedOn.AddDays(1))
			if err != nil {
				return err
			}
			if !seen {
				continue
			}
			if err := d.reopen(tx, by, cases[i], use); err != nil {
				return err
			}
			tx.AfterCommit(func() { out.Reopened++ })
		}
		return nil
	})
}

// closeAgainWd is how many working days a department has to switch a system off
// that was used after its clean-up.
const closeAgainWd = 5

func (d *Desk) reopen(tx *store.Tx, by auth.Principal, old Case, use zombie.Use) error {
	c := old
	c.State, c.ReopenedOn, c.Reopenings = Reopened, today(tx), old.Reopenings+1
	c.TrafficOn, c.TrafficLogins, c.TrafficBusiness, c.TrafficPeople = use.Day, use.Logins, use.Business, use.People
	var err error
	if c.DueOn, err = d.ask(tx, by, &c, schedule.Due{Title: CloseDueTitle, EventOn: today(tx), TermWD: closeAgainWd}); err != nil {
		return err
	}
	return d.keep(tx, act{by: by, what: "reopened", onDay: use.Day}, old, &c)
}

// eachCase hands the cases in some states to fn, a lot at a time, each lot in a
// transaction of its own.
func (d *Desk) eachCase(ctx context.Context, in []State, fn func(*store.Tx, []Case) error) error {
	for after, more := CaseID(0), true; more; {
		var cases []Case
		err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
			var err error
			if cases, err = casesIn(tx, in, after, lot); err != nil || len(cases) == 0 {
				return err
			}
			return fn(tx, cases)
		})
		if err != nil {
			return err
		}
		if more = len(cases) == lot; more {
			after = cases[len(cases)-1].ID
		}
	}
	return nil
}

// ExemptIn tells, inside a transaction, which of some systems the Office has put
// aside on a day: detection leaves them out.
func (d *Desk) ExemptIn(tx *store.Tx, systems []inventory.SystemID, day calendar.Date) (map[inventory.SystemID]bool, error) {
	return exemptOn(tx, day, systems)
}
