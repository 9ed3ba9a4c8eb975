package census

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/survey"
)

// workers hold a census: the centre (方案 part 2 (2)) and the Office.
func workers() []auth.Role { return []auth.Role{auth.Office, auth.Centre} }

// viewers see certificates, and of the items those of their scope.
func viewers() []auth.Role {
	return slices.DeleteFunc(auth.AllRoles(), func(r auth.Role) bool {
		return r == auth.Expert || r == auth.Probe || r == auth.Admin
	})
}

// Errors of a census that callers test for.
var (
	ErrStaleSource = fault.New(fault.Conflict, "census.err.source_dropped")
	ErrNotMatched  = fault.New(fault.Conflict, "census.err.not_matched")
	ErrDecided     = fault.New(fault.Conflict, "census.err.decided")
	ErrNoForm      = fault.New(fault.Conflict, "census.err.no_form")   // the body is not in the survey
	ErrNotOnForm   = fault.New(fault.Conflict, "census.err.not_on_it") // the system is in the register and on no form
	ErrNotReady    = fault.New(fault.Conflict, "census.err.not_ready")
)

var errAbsent = fault.New(fault.NotFound, "err.not_found")

// ownOf refuses who would decide about the own department.
func ownOf(by auth.Principal, department auth.DepartmentID) error {
	if by.DepartmentID != 0 && by.DepartmentID == department {
		return survey.ErrOwnForm
	}
	return nil
}
