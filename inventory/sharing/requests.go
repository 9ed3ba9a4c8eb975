package sharing

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/store"
)

// Sizes of a page of a list.
const (
	DefaultPageSize = 50
	MaxPageSize     = 200
)

func pageOf(page, size int) (int, int) {
	if size <= 0 {
		size = DefaultPageSize
	}
	return max(page, 1), min(size, MaxPageSize)
}

// Side is in which role a department stands in a record.
type Side string

// The sides; AnySide does not narrow.
const (
	AnySide      Side = ""
	UserSide     Side = "user"
	ProviderSide Side = "provider"
)

// sides are whose rows the principal may read, and which are its own.
type sides struct {
	seen []auth.DepartmentID // nil is all
	own  []auth.DepartmentID
}

func (d *Desk) sides(tx *store.Tx, by auth.Principal) (sides, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return sides{}, err
	}
	own := dir.Within(by.Own())
	if own == nil {
		own = []auth.DepartmentID{}
	}
	return sides{dir.Within(view(by, Watchers())), own}, nil
}

// RequestFile is a request with what a reader needs to judge it.
type RequestFile struct {
	Request Request
	Steps   []Step
	Clock   *Clock // of the term that runs; nil when none does
	Files   []evidence.Item
	// Agreements are those that came out of it, the newest first.
	Agreements []Agreement
	// AsUser and AsProvider tell whether the reader acts for that side.
	AsUser, AsProvider bool
}

// Turn is who has to do the next thing.
func (f RequestFile) Turn() Turn { return f.Request.Turn() }

// Silent tells whether the provider let its term pass without an answer.
func (f RequestFile) Silent() bool {
	return f.Request.State == RequestOverdue || f.Request.State == RequestSubmitted && f.Clock != nil && f.Clock.Overdue
}

// FindRequest reads a request that the principal sees: its own as user or
// provider, or anybody's for those who watch over all.
func (d *Desk) FindRequest(ctx context.Context, by auth.Principal, id RequestID) (RequestFile, error) {
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (f RequestFile, err error) {
		seen, err := d.seen(tx, by, Watchers())
		if err != nil {
			return f, err
		}
		if f.Request, err = requestIn(tx, id, seen); err != nil {
			return f, err
		}
		f.AsUser = d.ofOwn(tx, by, f.Request.UserID) == nil && by.Is(Writers()...)
		f.AsProvider = d.ofOwn(tx, by, f.Request.ProviderID) == nil && by.Is(Writers()...)
		if f.Steps, err = stepsOf(tx, KindRequest, int64(id)); err != nil {
			return f, err
		}
		if f.Files, err = d.deps.Box.List(tx, f.Request.Evidence()); err != nil {
			return f, err
		}
		if f.Agreements, err = agreementsOf(tx, id); err != nil {
			return f, err
		}
		f.Clock, err = d.running(tx, KindRequest, int64(id))
		return f, err
	})
}

// running is the term that runs for a record, nil without one.
func (d *Desk) running(tx *store.Tx, kind Kind, id int64) (*Clock, error) {
	open, err := d.deps.Book.Of(tx, DueOf(kind, id))
	if err != nil || len(open) == 0 {
		return nil, err
	}
	return &Clock{open[0].DueOn, open[0].Article, open[0].Standing}, nil
}

// RequestQuery narrows a list of requests; what is zero does not narrow.
type RequestQuery struct {
	States     []RequestState
	Side       Side
	Department auth.DepartmentID // on either side
	Entry      string
	Search     string // a part of the entry's code or name
	Overdue    bool   // whose term has passed
	// Waiting leaves what waits for a step of the principal.
	Waiting bool
	Sort    string // one of RequestSorts; empty is by due day
	// Descending turns the order round.
	Descending bool
	Page, Size int
}

// Orders of lists.
const (
	SortDue     = "due"
	SortNewest  = "id"
	SortEntry   = "entry"
	SortState   = "state"
	SortUpdated = "updated"
)

// RequestSorts lists the orders of a list of requests.
func RequestSorts() []string { return []string{SortDue, SortNewest, SortEntry, SortState, SortUpdated} }

// RequestRow is a request in a list with the term that runs.
type RequestRow struct {
	Request
	DueOn calendar.Date
	Clock *Clock `gorm:"serializer:json"`
}

// RequestPage is a part of a list: what is due first comes first, then what has
// no term, the newest first.
type RequestPage struct {
	Rows       []RequestRow
	Total      int64
	Page, Size int
}

// ListRequests lists the requests that the principal sees.
func (d *Desk) ListRequests(ctx context.Context, by auth.Principal, q RequestQuery) (RequestPage, error) {
	q.Page, q.Size = pageOf(q.Page, q.Size)
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out RequestPage, err error) {
		who, err := d.sides(tx, by)
		if err != nil {
			return out, err
		}
		out.Page, out.Size = q.Page, q.Size
		if out.Rows, out.Total, err = listRequests(tx, who, waitsOf(by, who.own), q, today(tx)); err != nil {
			return out, err
		}
		days := make([]calendar.Date, len(out.Rows))
		for i, row := range out.Rows {
			days[i] = row.DueOn
		}
		clocks, err := d.clocks(tx, days, articleRequest)
		for i := range clocks {
			out.Rows[i].Clock = clocks[i]
		}
		return out, err
	})
}

// waits are the steps that wait for somebody.
type waits struct {
	own    []auth.DepartmentID
	head   bool // drafts, answers and decisions of the own departments
	office bool
	centre bool
	match  bool
}

// waitsOf says what a principal has to do: nothing for those who only look.
func waitsOf(by auth.Principal, own []auth.DepartmentID) waits {
	return waits{
		own: own, head: by.Roles.Any(Heads()...), office: by.Roles.Any(auth.Office), centre: by.Roles.Any(auth.Centre),
		match: by.Roles.Any(Matchers()...),
	}
}

// Tally counts the requests by state, of those that the principal sees.
type Tally struct {
	States map[RequestState]int64
	// Overdue are those whose term has passed, whoever it is that is late.
	Overdue int64
	// Waiting are those that wait for a step of the principal.
	Waiting int64
}

// Total is the number of all of them.
func (t Tally) Total() int64 {
	n := int64(0)
	for _, c := range t.States {
		n += c
	}
	return n
}

// CountRequests counts what ListRequests lists.
func (d *Desk) CountRequests(ctx context.Context, by auth.Principal) (Tally, error) {
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (Tally, error) {
		who, err := d.sides(tx, by)
		if err != nil {
			return Tally{}, err
		}
		return tallyRequests(tx, who, waitsOf(by, who.own), today(tx))
	})
}

// Waits is how much waits for a step of somebody, and how much of it is late.
type Waits struct {
	Requests, LateRequests     int64
	Objections, LateObjections int64
	Demands                    int64
}

// Total is all of it.
func (w Waits) Total() int64 { return w.Requests + w.Objections + w.Demands }

// Waits counts what waits for a step of the principal; those who only look have
// nothing.
func (d *Desk) Waits(ctx context.Context, by auth.Principal) (Waits, error) {
	if !by.Roles.Any(append(Heads(), auth.Office, auth.Centre, auth.Staffing)...) {
		return Waits{}, nil
	}
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out Waits, err error) {
		who, err := d.sides(tx, by)
		if err != nil {
			return out, err
		}
		w := waitsOf(by, who.own)
		out.Requests, out.LateRequests, err = countWaiting(waitingRequests(tx, withDue(tx, "sharing_requests", KindRequest), w), today(tx))
		if err != nil {
			return out, err
		}
		out.Objections, out.LateObjections, err = countWaiting(waitingObjections(tx, withDue(tx, "sharing_objections", KindObjection), w), today(tx))
		if err != nil {
			return out, err
		}
		out.Demands, _, err = countWaiting(waitingDemands(tx, withDue(tx, "sharing_demands", KindDemand), w), today(tx))
		return out, err
	})
}
