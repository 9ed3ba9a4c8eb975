package cleanup

import (
	"context"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// Tally is how many cases stand where, what they cost and what was released.
// Money is in fen a year.
type Tally struct {
	Cases     int64 // all that were ever opened
	Suspected int64 // nobody has decided about
	Confirmed int64 // to be cleaned up, or being cleaned up
	Overdue   int64 // of Confirmed
	Cleaned   int64
	Reopened  int64 // of Confirmed: used again after the clean-up
	Dismissed int64 // or closed because use resumed
	Exempt    int64
	// Money of what is suspected or confirmed.
	SuspectedMoney, ConfirmedMoney int64
	// Before is the number of systems that were confirmed in all, After of them
	// those that still stand.
	Before, After int64
	// Planned is what plans that are under way would release, Released what
	// was.
	Planned, Released Released
}

// AtStake is the O&M of a year of what is suspected or confirmed, in fen.
func (t *Tally) AtStake() int64 { return t.SuspectedMoney + t.ConfirmedMoney }

// Totals are the numbers of the whole scope and of each department in it.
type Totals struct {
	Today       calendar.Date
	All         Tally
	Departments []DepartmentTally
}

// DepartmentTally is a department with its numbers.
type DepartmentTally struct {
	Department inventory.Department
	Tally
}

// Totals adds up the cases that somebody sees, by department, the department
// with the most that is still to be done first.
func (d *Desk) Totals(ctx context.Context, by auth.Principal) (Totals, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Totals{}, err
	}
	var out Totals
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		out = Totals{Today: today(tx)}
		dir, err := d.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		rows, err := standings(tx, dir.Within(scopeOf(by)), out.Today)
		if err != nil {
			return err
		}
		of := map[auth.DepartmentID]*Tally{}
		for i := range rows {
			t := of[rows[i].DepartmentID]
			if t == nil {
				t = &Tally{}
				of[rows[i].DepartmentID] = t
			}
			t.add(&rows[i])
			out.All.add(&rows[i])
		}
		for id, t := range of {
			dept, _ := dir.Find(id)
			out.Departments = append(out.Departments, DepartmentTally{dept, *t})
		}
		return nil
	})
	slices.SortFunc(out.Departments, func(a, b DepartmentTally) int {
		if a.open() != b.open() {
			return int(b.open() - a.open())
		}
		return strings.Compare(a.Department.Code, b.Department.Code)
	})
	return out, err
}

// SumsAt adds up the clean-up that somebody sees as it stood at the end of a day.
func (d *Desk) SumsAt(ctx context.Context, by auth.Principal, day calendar.Date) (SumsAt, error) {
	if err := by.Require(Viewers()...); err != nil {
		return SumsAt{}, err
	}
	var out SumsAt
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		dir, err := d.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		out, err = sumsAt(tx, dir.Within(scopeOf(by)), day)
		return err
	})
	return out, err
}

// open is how many cases are still to be decided or cleaned up.
func (t *Tally) open() int64 { return t.Suspected + t.Confirmed }

func (t *Tally) add(s *standing) {
	t.Cases += s.N
	switch {
	case s.State.Unconfirmed():
		t.Suspected += s.N
		t.SuspectedMoney += s.Money
	case s.State == Cleaned:
		t.Cleaned += s.N
		t.Before += s.N
		t.After += s.N - s.Ending
		t.Released.add(s)
	case s.State == Exempt:
		t.Exempt += s.N
	case s.State.Closed():
		t.Dismissed += s.N
	default:
		t.confirm(s)
	}
}

// confirm adds what is to be cleaned up.
func (t *Tally) confirm(s *standing) {
	t.Confirmed += s.N
	t.ConfirmedMoney += s.Money
	t.Before += s.N
	t.After += s.N
	t.Planned.add(s)
	if s.State != EvidenceSubmitted {
		t.Overdue += s.Overdue
	}
	if s.State == Reopened {
		t.Reopened += s.N
	}
}

func (r *Released) add(s *standing) {
	r.Servers += s.Servers
	r.Ips += s.Ips
	r.Domains += s.Domains
	r.Accounts += s.Accounts
	r.OmSaved += s.Saved
}
