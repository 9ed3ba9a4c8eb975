package rectification

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/store"
)

// File is a notice with what stands beside it.
type File struct {
	Notice  Notice
	Facts   []Fact
	Replies []Reply
	Steps   []Step
	Files   []evidence.Item
	// Clock is how the term stands that runs; nil when none does.
	Clock *Clock
	// AsBody tells whether the reader acts for the department, and Own whether it
	// is the reader's own, so that they may not decide.
	AsBody, Own bool
}

// Find reads a notice that the principal sees.
func (d *Desk) Find(ctx context.Context, by auth.Principal, id NoticeID) (File, error) {
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (f File, err error) {
		s, err := d.sight(tx, by)
		if err != nil {
			return f, err
		}
		if f.Notice, err = noticeIn(tx, id, s); err != nil {
			return f, err
		}
		if f.Facts, err = factsOf(tx, id); err != nil {
			return f, err
		}
		if f.Own, err = d.covers(tx, by, f.Notice.DepartmentID); err != nil {
			return f, err
		}
		f.AsBody = by.Is(Repliers()...) && (f.Own || by.Console())
		if f.Replies, err = repliesOf(tx, id); err != nil {
			return f, err
		}
		if f.Steps, err = stepsOf(tx, id); err != nil {
			return f, err
		}
		if f.Files, err = d.deps.Box.List(tx, f.Notice.Evidence()); err != nil {
			return f, err
		}
		f.Clock, err = d.running(tx, f.Notice)
		return f, err
	})
}

// Sort names an order of a list.
const (
	SortDue     = "due" // the default: what is due first
	SortNo      = "no"
	SortBody    = "body"
	SortState   = "state"
	SortUpdated = "updated"
)

// Query narrows a list of notices; what is zero does not narrow.
type Query struct {
	States     []State
	Situations []Situation
	Department auth.DepartmentID
	Search     string // in facts, demand and number
	Year       int    // of the number
	Open       bool   // issued and not settled
	Overdue    bool   // is or was overdue
	Waiting    bool   // for a step of the principal
	Sort       string
	Descending bool
	Page, Size int
}

// DefaultPageSize is how many rows a page has when nothing else is said.
const DefaultPageSize = 20

// mostPageSize is the largest page.
const mostPageSize = 200

// Row is a notice in a list with the term that runs.
type Row struct {
	Notice
	RunsTo calendar.Date
	Clock  *Clock `gorm:"serializer:json"`
}

// Page is a part of a list.
type Page struct {
	Rows       []Row
	Total      int64
	Page, Size int
}

// List lists the notices that the principal sees, what is due first first.
func (d *Desk) List(ctx context.Context, by auth.Principal, q Query) (Page, error) {
	q.Page = max(q.Page, 1)
	if q.Size < 1 {
		q.Size = DefaultPageSize
	}
	q.Size = min(q.Size, mostPageSize)
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out Page, err error) {
		s, err := d.sight(tx, by)
		if err != nil {
			return out, err
		}
		w, err := d.waitsOf(tx, by)
		if err != nil {
			return out, err
		}
		out.Page, out.Size = q.Page, q.Size
		if out.Rows, out.Total, err = listNotices(tx, s, w, q); err != nil {
			return out, err
		}
		for i := range out.Rows {
			row := &out.Rows[i]
			if row.Clock, err = d.clock(tx, row.RunsTo, row.Situation.Article()); err != nil {
				return out, err
			}
		}
		return out, nil
	})
}

// waiter is who may take which steps.
type waiter struct {
	own                   []auth.DepartmentID
	replies, office, lead bool
}

func (d *Desk) waitsOf(tx *store.Tx, by auth.Principal) (waiter, error) {
	out := waiter{office: by.Is(auth.Office), lead: by.Is(auth.Leader), replies: by.Is(Repliers()...)}
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return out, err
	}
	if out.own = dir.Within(by.Own()); out.own == nil {
		out.own = []auth.DepartmentID{}
	}
	return out, nil
}

// Waits is what waits for a step of somebody.
type Waits struct {
	Total   int64
	Overdue int64 // of them, those that are overdue
}

// Waits counts what waits for a step of the principal.
func (d *Desk) Waits(ctx context.Context, by auth.Principal) (Waits, error) {
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out Waits, err error) {
		s, err := d.sight(tx, by)
		if err != nil {
			return out, err
		}
		w, err := d.waitsOf(tx, by)
		if err != nil {
			return out, err
		}
		return countWaits(tx, s, w)
	})
}

// Tally is how many notices somebody sees, by situation, by state and by body.
type Tally struct {
	Total      int64 // issued
	Open       int64
	Overdue    int64 // overdue now
	EverLate   int64 // were overdue at some time
	Situations map[Situation]Count
	Bodies     map[auth.DepartmentID]Count
	States     map[State]int64
}

// Count is how many notices there are of something.
type Count struct{ Issued, Open, Overdue, EverLate int64 }

// Tally counts the notices that were issued in a year (0 is all) and that the
// principal sees.
func (d *Desk) Tally(ctx context.Context, by auth.Principal, year int) (Tally, error) {
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out Tally, err error) {
		s, err := d.sight(tx, by)
		if err != nil {
			return out, err
		}
		groups, err := countNotices(tx, s, year, today(tx))
		if err != nil {
			return out, err
		}
		return tallyOf(groups), nil
	})
}

func tallyOf(groups []group) Tally {
	t := Tally{Situations: map[Situation]Count{}, Bodies: map[auth.DepartmentID]Count{}, States: map[State]int64{}}
	for _, g := range groups {
		c := Count{Issued: g.N, Overdue: g.Overdue, EverLate: g.EverLate}
		if g.State.Open() {
			c.Open = g.N
		}
		t.Total, t.Open, t.Overdue, t.EverLate = t.Total+c.Issued, t.Open+c.Open, t.Overdue+c.Overdue, t.EverLate+c.EverLate
		t.States[g.State] += g.N
		t.Situations[g.Situation] = t.Situations[g.Situation].plus(c)
		t.Bodies[g.DepartmentID] = t.Bodies[g.DepartmentID].plus(c)
	}
	return t
}

func (c Count) plus(o Count) Count {
	return Count{c.Issued + o.Issued, c.Open + o.Open, c.Overdue + o.Overdue, c.EverLate + o.EverLate}
}
