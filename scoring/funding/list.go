package funding

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/scoring/eligibility"
)

// Page sizes of lists.
const (
	DefaultPageSize = 50
	MaxPageSize     = 200
)

// Sort is the order of a list.
type Sort string

// The orders; by the code of the system is the usual one.
const (
	SortSystem     Sort = ""
	SortMoney      Sort = "money"
	SortResult     Sort = "result"
	SortDepartment Sort = "department"
	SortStage      Sort = "stage"
)

// Query narrows a list; what is zero does not narrow.
type Query struct {
	Groups      []Group
	Warned      bool // only what is paid with a warning
	Departments []auth.DepartmentID
	Rule        string // F9
	Stages      []Stage
	Turns       []Turn
	Plea        bool // only those with an open plea
	Lapsed      bool // only those whose condition is over
	Search      string
	Sort        Sort
	Descending  bool
	Page, Size  int
}

func (q *Query) clean() {
	q.Page = max(q.Page, 1)
	if q.Size <= 0 || q.Size > MaxPageSize {
		q.Size = DefaultPageSize
	}
}

// Row is an item in a list, with the name of its department.
type Row struct {
	Item
	DepartmentName string
	DepartmentCode string
}

// Sum is how many items there are, and their money in fen.
type Sum struct {
	Items   int64
	Money   int64 // of those that are known
	Payable int64
	Unknown int64 // items whose money is not known
}

func (s *Sum) add(o Sum) {
	s.Items += o.Items
	s.Money += o.Money
	s.Payable += o.Payable
	s.Unknown += o.Unknown
}

// Withheld is what is not given, in fen.
func (s Sum) Withheld() int64 { return s.Money - s.Payable }

// Totals are the sums of a list.
type Totals struct {
	All    Sum
	Groups map[Group]Sum
	Warned Sum // part of GroupEligible
}

// Year is a run with its sums, as far as the reader sees them.
type Year struct {
	Run    Run
	Totals Totals
	Items  []Row
	// Bodies are the sums by department; the list of a page has none.
	Bodies []BodySum
	Today  calendar.Date
}

// BodySum is the sums of a department.
type BodySum struct {
	Department auth.DepartmentID
	Code, Name string
	Totals     Totals
}

// List is a part of the list of a year with the sums of the whole list, as it is
// narrowed.
func (d *Desk) List(ctx context.Context, by auth.Principal, year int, q Query) (Year, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Year{}, err
	}
	q.clean()
	out, err := store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out Year, err error) {
		if out.Run, err = runOf(tx, year); err != nil {
			return out, err
		}
		seen, err := d.seen(tx, by)
		if err != nil {
			return out, err
		}
		out.Today = today(tx)
		if out.Totals, err = totalsOf(tx, out.Run.ID, seen, q, out.Today); err != nil {
			return out, err
		}
		out.Items, err = listItems(tx, out.Run.ID, seen, q, out.Today)
		return out, err
	})
	if err != nil {
		return Year{}, fmt.Errorf("list the funding of %d: %w", year, err)
	}
	return out, nil
}

// Bodies is a year with its sums by department, what is withheld most first.
func (d *Desk) Bodies(ctx context.Context, by auth.Principal, year int, q Query) (Year, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Year{}, err
	}
	out, err := store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out Year, err error) {
		if out.Run, err = runOf(tx, year); err != nil {
			return out, err
		}
		seen, err := d.seen(tx, by)
		if err != nil {
			return out, err
		}
		out.Today = today(tx)
		if out.Bodies, err = bodiesOf(tx, out.Run.ID, seen, q, out.Today); err != nil {
			return out, err
		}
		out.Totals = Totals{Groups: map[Group]Sum{}}
		for _, b := range out.Bodies {
			out.Totals.merge(b.Totals)
		}
		return out, nil
	})
	if err != nil {
		return Year{}, fmt.Errorf("sums of the funding of %d: %w", year, err)
	}
	return out, nil
}

func (t *Totals) merge(o Totals) {
	t.All.add(o.All)
	t.Warned.add(o.Warned)
	for g, s := range o.Groups {
		sum := t.Groups[g]
		sum.add(s)
		t.Groups[g] = sum
	}
}

func (t *Totals) put(r eligibility.Result, s Sum) {
	o := Totals{All: s, Groups: map[Group]Sum{GroupOf(r): s}}
	if r == eligibility.Warned {
		o.Warned = s
	}
	t.merge(o)
}

// Years lists every run with its sums, the newest year first; those that were
// replaced stand behind the one in force.
func (d *Desk) Years(ctx context.Context, by auth.Principal) ([]Year, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	out, err := store.Reading(ctx, d.deps.DB, func(tx *store.Tx) ([]Year, error) {
		runs, err := allRuns(tx)
		if err != nil {
			return nil, err
		}
		seen, err := d.seen(tx, by)
		if err != nil {
			return nil, err
		}
		sums, err := totalsOfAll(tx, seen)
		out := make([]Year, len(runs))
		for i, r := range runs {
			t, ok := sums[r.ID]
			if !ok {
				t = Totals{Groups: map[Group]Sum{}}
			}
			out[i] = Year{Run: r, Totals: t, Today: today(tx)}
		}
		return out, err
	})
	if err != nil {
		return nil, fmt.Errorf("list the years of funding: %w", err)
	}
	return out, nil
}

// Waiting counts the items of all years in force that wait for a step of somebody.
type Waiting struct {
	Items int64
	// Year is the one to open, the newest that has any.
	Year int
	// Turns are those that the person is to act in.
	Turns []Turn
}

// TurnsOf are the turns that somebody acts in.
func TurnsOf(by auth.Principal) []Turn {
	var out []Turn
	add := func(role auth.Role, turns ...Turn) {
		if by.Is(role) && !by.Console() {
			out = append(out, turns...)
		}
	}
	add(auth.Office, TurnOpinion, TurnOffice, TurnMeeting)
	add(auth.Reform, TurnOpinion, TurnReform, TurnMeeting)
	add(auth.Finance, TurnFinance, TurnMeeting)
	add(auth.Leader, TurnLeader)
	return out
}

// Waits counts what waits for the principal.
func (d *Desk) Waits(ctx context.Context, by auth.Principal) (Waiting, error) {
	w := Waiting{Turns: TurnsOf(by)}
	if len(w.Turns) == 0 {
		return w, nil
	}
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (Waiting, error) {
		runs, err := allRuns(tx)
		if err != nil {
			return w, err
		}
		for _, r := range runs {
			if r.ReplacedAt != nil || r.Forecast() {
				continue
			}
			n, err := countItems(tx, r.ID, Query{Turns: w.Turns}, today(tx))
			if err != nil {
				return w, err
			}
			if w.Items += n; n > 0 && w.Year == 0 {
				w.Year = r.Year
			}
		}
		return w, nil
	})
}

// Withheld is the money of a department in fen that is not given for sure in a
// year: refused, on hold, in consultation or under a condition; false for a year
// without a run. It is a port for the scorecards, and checks no right.
func (d *Desk) Withheld(tx *store.Tx, year int, dept auth.DepartmentID) (int64, bool, error) {
	run, err := runOf(tx, year)
	if isAbsent(err) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	of, err := stakesOf(tx, run.ID)
	return of[dept], err == nil, err
}
