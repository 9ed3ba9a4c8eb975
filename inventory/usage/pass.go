package usage

import (
	"maps"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/inventory"
)

// Pass is what a token opens: who comes, and of which systems it may speak. It
// is shared and must not be changed.
type Pass struct {
	ProbeID ProbeID
	TokenID TokenID
	Code    string // of the probe
	OwnerID auth.DepartmentID
	Signals SignalSet
	// Systems are those that the probe may speak of, by their codes.
	Systems map[string]PassSystem
}

// PassSystem is a system of a pass.
type PassSystem struct {
	ID    inventory.SystemID
	Share Share
}

// System finds a system of the pass by its code. A system that is not there and
// one of somebody else look the same.
func (p Pass) System(code string) (PassSystem, bool) {
	s, ok := p.Systems[code]
	return s, ok
}

// Codes lists the systems of the pass.
func (p Pass) Codes() []string { return slices.Sorted(maps.Keys(p.Systems)) }

// Errors of passes.
var (
	ErrNoToken      = fault.New(fault.Unauthenticated, "probe.err.no_token")
	ErrToken        = fault.New(fault.Unauthenticated, "probe.err.token")
	ErrTokenRevoked = fault.New(fault.Unauthenticated, "probe.err.token_revoked")
	ErrTokenExpired = fault.New(fault.Unauthenticated, "probe.err.token_expired")
	ErrStopped      = fault.New(fault.Forbidden, "probe.err.stopped")
)
