package cleanup

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// Order is by what a list of cases is sorted.
type Order string

// The orders. Nothing is the usual one: by strength, confidence and money, the
// most first.
const (
	ByWeight Order = ""
	ByMoney  Order = "money"
	ByDue    Order = "due"
	ByOpened Order = "opened"
	BySystem Order = "system"
)

// Orders lists the orders.
func Orders() []Order { return []Order{ByWeight, ByMoney, ByDue, ByOpened, BySystem} }

// Query narrows a list of cases; what is zero does not.
type Query struct {
	States     []State
	Department auth.DepartmentID
	Feature    string // z1 … z5
	Strength   Strength
	Search     string // a part of number, code or name
	Overdue    bool   // the clean-up is owed and its day is over
	Late       bool   // the answer is owed and its day is over
	// Waiting leaves what waits for the reader.
	Waiting    bool
	Sort       Order
	Descending bool
	Page, Size int
}

// Row is a case in a list.
type Row struct {
	Case
	Code string
	Name string
}

// Page is a page of a list.
type Page struct {
	Rows       []Row
	Total      int64
	Page, Size int
	// Today is the day by which what is overdue is told.
	Today calendar.Date
}

// List lists the cases that somebody sees.
func (d *Desk) List(ctx context.Context, by auth.Principal, q Query) (Page, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Page{}, err
	}
	q.Page, q.Size = max(q.Page, 1), min(max(q.Size, 0), inventory.MaxPageSize)
	if q.Size == 0 {
		q.Size = inventory.DefaultPageSize
	}
	page := Page{Page: q.Page, Size: q.Size}
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		seen, err := d.seen(tx, by)
		if err != nil {
			return err
		}
		page.Today = today(tx)
		page.Rows, page.Total, err = listCases(tx, seen, waitsFor(by), q)
		return err
	})
	return page, err
}

// seen lists the departments whose cases somebody sees; nil is all.
func (d *Desk) seen(tx *store.Tx, by auth.Principal) ([]auth.DepartmentID, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	return dir.Within(scopeOf(by)), nil
}

// turns are what waits for a reader: cases in some states of the own department,
// or of all others.
type turns struct {
	own    []State // of the own department or region
	others []State // of every other department
	mine   auth.DepartmentID
	region bool
}

func waitsFor(by auth.Principal) turns {
	t := turns{mine: by.DepartmentID, region: by.Is(auth.Region)}
	if by.Is(preparers()...) && by.DepartmentID != 0 {
		t.own = []State{Suspected, Notified, Confirmed, Cleaning, Reopened}
	}
	if by.Is(auth.Office) {
		t.others = append(t.others, Suspected, Admitted, Contested, Planned)
	}
	if by.Is(auth.Centre) {
		t.others = append(t.others, EvidenceSubmitted)
	}
	return t
}

func (t turns) nobody() bool { return len(t.own) == 0 && len(t.others) == 0 }

// Waiting is how many cases wait for somebody, by their states.
type Waiting struct {
	By    map[State]int64
	Total int64
	Late  int64 // of Total: overdue
}

// Waiting counts the cases that wait for somebody.
func (d *Desk) Waiting(ctx context.Context, by auth.Principal) (Waiting, error) {
	w := Waiting{By: map[State]int64{}}
	t := waitsFor(by)
	if t.nobody() {
		return w, nil
	}
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		seen, err := d.seen(tx, by)
		if err != nil {
			return err
		}
		w, err = countWaiting(tx, seen, t)
		return err
	})
	return w, err
}
