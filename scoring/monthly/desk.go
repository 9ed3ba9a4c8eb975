package monthly

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/recall"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/inventory/hub"
	"qingce/inventory/sharing"
	"qingce/inventory/zombie/cleanup"
	"qingce/survey/census"
)

// Ref names a record of another room: what to call it and where to open it.
type Ref struct {
	Kind, ID, Title, Path string
	// On is the day that matters.
	On calendar.Date
}

// Task is a task that was due by the day that was asked for.
type Task struct {
	Ref
	Due           calendar.Date
	NotApplicable bool
	Done          bool
	DoneOn        calendar.Date
	LateWd        int // working days after Due at which it was done
}

// Cases are what rectification knows of a body.
type Cases struct {
	Overdue     []Ref // notices whose term was over in the month
	Open        []Ref // notices that were open at its end
	Misuse      []Ref // proven (R4)
	FalseReport []Ref // proven
}

// Deps are the rooms that a Desk works with. All must be set but the funcs, of
// which each speaks of what it does not find as there being none.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Hub      *hub.Hub
	Catalog  *catalog.Desk
	Sharing  *sharing.Desk
	Cleanup  *cleanup.Desk
	Census   *census.Desk
	Book     *schedule.Book

	// Refresh readies what Tasks reads, before a transaction begins; may be nil.
	Refresh func(ctx context.Context) error
	// Tasks lists the tasks of all bodies that were due through a day.
	Tasks func(tx *store.Tx, through calendar.Date) (map[auth.DepartmentID][]Task, error)
	// Late tells which bodies had not filed their report of the month in time.
	Late func(tx *store.Tx, month Period) (map[auth.DepartmentID]bool, error)
	// Cases is what rectification knows of all bodies in a month.
	Cases func(tx *store.Tx, month Period, through calendar.Date) (map[auth.DepartmentID]Cases, error)
	// Criticised is told of a criticism that the leading group approved, so that a
	// rectification is drafted.
	Criticised func(tx *store.Tx, by auth.Principal, body auth.DepartmentID, month Month, reason string) error
}

// Desk closes the months. It is safe for concurrent use.
type Desk struct {
	deps  Deps
	cards *recall.Answers[*made]
}

// NewDesk makes a desk.
func NewDesk(deps Deps) *Desk { return &Desk{deps: deps, cards: newMade()} }

// Watchers see the sheets of all bodies, from the freeze on (DOMAIN §1.3).
func Watchers() []auth.Role {
	return []auth.Role{
		auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Finance, auth.Standards, auth.Police, auth.Network, auth.Leader, auth.Auditor,
	}
}

// Owners see the sheets of their own department or region.
func Owners() []auth.Role { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }

// Viewers see months, as watchers or as owners.
func Viewers() []auth.Role { return append(Owners(), Watchers()...) }

// Objectors object for their department or region.
func Objectors() []auth.Role { return []auth.Role{auth.Head, auth.Region} }

// Answerers answer objections.
func Answerers() []auth.Role { return []auth.Role{auth.Office} }

// Deciders decide on praise and criticism.
func Deciders() []auth.Role { return []auth.Role{auth.Leader} }

// Makers draft another method and put it in force.
func Makers() []auth.Role { return []auth.Role{auth.Office} }

var errAbsent = fault.New(fault.NotFound, "err.not_found")

// own lists the bodies that the reader answers for; nil is all, for the console.
func (d *Desk) own(tx *store.Tx, by auth.Principal) ([]auth.DepartmentID, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	if by.Console() {
		return nil, nil
	}
	return append([]auth.DepartmentID{}, dir.Within(by.Own())...), nil
}

// seen lists the bodies of a month whose sheets the reader sees; nil is all.
func (d *Desk) seen(tx *store.Tx, by auth.Principal) ([]auth.DepartmentID, error) {
	if by.Is(Watchers()...) {
		return nil, nil
	}
	return d.own(tx, by)
}

// sees tells whether the reader sees that there is such a month at all.
func sees(by auth.Principal, m Month) bool {
	return m.State.Public() || by.Is(Watchers()...) && m.State.Kept() || by.Is(auth.Office, auth.Centre, auth.Auditor) || m.State.Shown()
}

func today(tx *store.Tx) calendar.Date { return calendar.DateOf(tx.Now()) }

// ready has the rooms work out what they put off.
func (d *Desk) ready(ctx context.Context) error {
	if err := d.deps.Hub.Settle(ctx); err != nil || d.deps.Refresh == nil {
		return err
	}
	return d.deps.Refresh(ctx)
}
