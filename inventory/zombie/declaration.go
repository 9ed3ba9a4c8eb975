package zombie

import (
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
)

// DeclarationKind is what a department declares of a system.
type DeclarationKind string

// The kinds of declarations.
const (
	Drill          DeclarationKind = "drill"     // of a system for emergencies
	ItemsHandled   DeclarationKind = "handled"   // its business items are handled elsewhere
	ItemsAbolished DeclarationKind = "abolished" // all its business items were abolished
)

// DeclarationState says how a declaration stands.
type DeclarationState string

// The states of a declaration.
const (
	Declared  DeclarationState = "declared"
	Accepted  DeclarationState = "accepted"
	Refused   DeclarationState = "refused"
	Withdrawn DeclarationState = "withdrawn"
)

// Declaration is what a department says of a system that no probe can see. It
// counts when the centre has accepted it.
type Declaration struct {
	ID            int64
	SystemID      inventory.SystemID
	Kind          DeclarationKind
	Day           calendar.Date // of the drill, or since when
	Text          string
	State         DeclarationState
	DeclaredBy    auth.AccountID
	DeclaredName  string
	DeclaredAt    time.Time
	DecidedBy     auth.AccountID
	DecidedName   string
	DecidedAt     *time.Time
	DecidedReason string
	Version       int64
}

// TableName is the table of the declarations.
func (Declaration) TableName() string { return "zombie_declarations" }

// ErrNoPolicy says that no policy is in force.
var ErrNoPolicy = fault.New(fault.Conflict, "zombie.err.no_policy")
