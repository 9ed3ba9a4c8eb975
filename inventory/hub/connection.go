package hub

import (
	"context"
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
)

// Hub keeps the connections, with their verbs. It is safe for concurrent use.
type Hub struct {
	db       *store.DB
	registry *inventory.Registry
	box      *evidence.Box
	catalog  *locale.Catalog
	book     *schedule.Book
}

// New makes the Hub over a database. Titles of columns in files are known in
// every language of the catalog; the book keeps the due dates of departments.
func New(db *store.DB, registry *inventory.Registry, box *evidence.Box, catalog *locale.Catalog, book *schedule.Book) *Hub {
	return &Hub{db: db, registry: registry, box: box, catalog: catalog, book: book}
}

// selfKey is the text by which the hub names itself as a party.
const selfKey = "hub.self"

// selfNames are the names of the hub itself, which no register has.
func (h *Hub) selfNames() []string {
	var out []string
	for _, lang := range locale.Languages() {
		out = append(out, h.catalog.Printer(lang).T(selfKey))
	}
	return out
}

// Pending says whether something waits to be decided about a connection.
type Pending string

// What may wait.
const (
	NothingPending Pending = ""
	Prepared       Pending = "prepared"  // a clerk handed in, the head is to confirm
	Submitted      Pending = "submitted" // the centre is to accept or return
)

// Label is the message key of what is waited for.
func (p Pending) Label() fault.Label { return fault.Label("hub.pending." + string(p)) }

// Connection is how far a system has come. It has the number of its system.
type Connection struct {
	ID      inventory.SystemID
	OwnerID auth.DepartmentID
	// Must tells that the system counts among those that must be connected, and
	// Counted that it is, and so counts as connected.
	Must        bool
	Basis       Basis
	ExemptUntil calendar.Date
	Counted     bool
	Stage       Stage
	StageOn     calendar.Date
	// Missing is what the next stage needs, kept with | between.
	Missing        string
	Pending        Pending
	PendingStage   Stage
	PendingOn      calendar.Date
	PendingName    string
	ReturnedReason string
	Method         Method
	NodeID         *NodeID
	IpRecord       string
	Note           string
	ProvinceOn     calendar.Date
	VerifiedOn     calendar.Date
	VerifiedBy     auth.AccountID
	VerifiedName   string
	LastSignal     calendar.Date
	RunFrom        calendar.Date
	DownSince      calendar.Date
	UpdatedAt      time.Time
	Version        int64
}

// TableName is the table of connections.
func (Connection) TableName() string { return "hub_connections" }

// Down tells that the connection has fallen silent.
func (c *Connection) Down() bool { return !c.DownSince.IsZero() }

// Next is the stage that comes after the present one, false when none does by
// an act of people.
func (c *Connection) Next() (Stage, bool) {
	if c.Stage >= Connected {
		return 0, false
	}
	return max(c.Stage, MustBe) + 1, true
}

// Lacks lists what the next stage still needs.
func (c *Connection) Lacks() []Paper { return papersOf(c.Missing) }

// Overdue tells that the system should have been connected by now.
func (c *Connection) Overdue(p *Policy, today calendar.Date) bool {
	return c.Must && !c.Counted && today.After(p.ConnectBy)
}

// Event is one thing that happened to a connection.
type Event struct {
	ID        int64
	SystemID  inventory.SystemID
	OwnerID   auth.DepartmentID
	OnDay     calendar.Date // since when it holds
	At        time.Time
	Act       string // message key hub.event.<act>
	FromStage Stage
	ToStage   Stage
	Basis     Basis
	// MustDelta and CountedDelta are what it did to the two sides of the rate.
	MustDelta    int
	CountedDelta int
	ById         auth.AccountID
	ByName       string
	Reason       string
}

// TableName is the table of events.
func (Event) TableName() string { return "hub_events" }

// Moved tells whether the event changed the rate.
func (e *Event) Moved() bool { return e.MustDelta != 0 || e.CountedDelta != 0 }

// Viewers see connections, of their own department or region or all (DOMAIN
// §1.3).
func Viewers() []auth.Role {
	return []auth.Role{
		auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Staffing, auth.Reform, auth.Finance, auth.Police, auth.Leader, auth.Auditor,
	}
}

// Fillers hand in papers for the systems of their department.
func Fillers() []auth.Role { return []auth.Role{auth.Clerk, auth.Head, auth.Region} }

// Verifiers decide on what was handed in.
func Verifiers() []auth.Role { return []auth.Role{auth.Centre} }

// File is a connection with all that is known of it.
type File struct {
	Connection
	System     inventory.System
	Node       *Node // nil without one
	Papers     []evidence.Item
	Events     []Event // the newest first
	Exemptions []Exemption
	Partners   []Volume // with whom it exchanged in the window
	Policy     Policy
}

// mostEvents is how many events a page of a connection shows.
const mostEvents = 100

// Find reads the connection of a system that by sees.
func (h *Hub) Find(ctx context.Context, by auth.Principal, code string) (File, error) {
	if err := by.Require(Viewers()...); err != nil {
		return File{}, err
	}
	if err := h.Settle(ctx); err != nil {
		return File{}, err
	}
	var out File
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		out, err = h.file(tx, by, code)
		return err
	})
	if err != nil {
		return File{}, fmt.Errorf("find the connection of %s: %w", code, err)
	}
	return out, nil
}

func (h *Hub) file(tx *store.Tx, by auth.Principal, code string) (File, error) {
	seen, err := h.within(tx, by.View())
	if err != nil {
		return File{}, err
	}
	var out File
	if out.System, err = systemByCode(tx, code, seen); err != nil {
		return File{}, err
	}
	if out.Connection, err = connectionOf(tx, out.System.ID); err != nil {
		return File{}, err
	}
	if out.Policy, err = currentPolicy(tx); err != nil {
		return File{}, err
	}
	if out.Papers, err = h.box.List(tx, SubjectOf(&out.System)); err != nil {
		return File{}, err
	}
	if out.Events, err = eventsOf(tx, out.ID, mostEvents); err != nil {
		return File{}, err
	}
	if out.Exemptions, err = exemptionsOf(tx, out.ID); err != nil {
		return File{}, err
	}
	if out.NodeID != nil {
		node, err := nodeByID(tx, *out.NodeID, nil)
		if err != nil {
			return File{}, err
		}
		out.Node = &node
	}
	today := calendar.DateOf(tx.Now())
	out.Partners, err = partnersOf(tx, out.ID, today.AddDays(-out.Policy.WindowDays), today)
	return out, err
}

// within lists the departments of a scope; nil is all.
func (h *Hub) within(tx *store.Tx, s auth.Scope) ([]auth.DepartmentID, error) {
	dir, err := h.registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	return dir.Within(s), nil
}

// covers tells whether the principal fills in for a department.
func (h *Hub) covers(tx *store.Tx, by auth.Principal, dept auth.DepartmentID) (bool, error) {
	if by.Console() {
		return true, nil
	}
	dir, err := h.registry.DirectoryIn(tx)
	if err != nil {
		return false, err
	}
	return dir.Covers(by.Own(), dept), nil
}
