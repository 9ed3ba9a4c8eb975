package auth

import (
	"fmt"
	"slices"
	"strings"

	"qingce/internal/fault"
)

// AccountID identifies an account; 0 is nobody (the service itself or an
// unknown caller).
type AccountID int64

// DepartmentID identifies a department; 0 is none.
type DepartmentID int64

// Role is what a person may be in this service. One account can hold several.
type Role string

// The roles, with the short codes that official papers use.
const (
	Clerk     Role = "clerk"     // DC 填报员
	Head      Role = "head"      // DL 负责人 (办法 art. 22)
	Region    Role = "region"    // RC 县(市、区)、开发区共享主管部门 (办法 art. 9)
	Office    Role = "office"    // OF 市信息化办
	Centre    Role = "centre"    // CT 市政务信息管理中心
	Staffing  Role = "staffing"  // BB 市编办
	Reform    Role = "reform"    // FG 市发改委
	Finance   Role = "finance"   // CZ 市财政局
	Standards Role = "standards" // ZJ 市质监局
	Police    Role = "police"    // GA 市公安局
	Network   Role = "network"   // WG 市网管办
	Leader    Role = "leader"    // LG 领导小组
	Auditor   Role = "auditor"   // SJ 审计机关 (办法 art. 21)
	Expert    Role = "expert"    // EX 专家咨询组
	Probe     Role = "probe"     // PB 探针
	Admin     Role = "admin"     // AD 系统管理员
)

// allRoles keeps the order in which pages show the roles.
var allRoles = []Role{
	Clerk, Head, Region, Office, Centre, Staffing, Reform, Finance, Standards,
	Police, Network, Leader, Auditor, Expert, Probe, Admin,
}

// AllRoles returns every role in the order in which pages show them.
func AllRoles() []Role { return slices.Clone(allRoles) }

// Valid tells whether r is a known role.
func (r Role) Valid() bool { return slices.Contains(allRoles, r) }

// Label is the message key of the role's name.
func (r Role) Label() fault.Label { return fault.Label("role." + string(r)) }

// Roles is a set of roles, kept in the order of AllRoles.
type Roles []Role

// ParseRoles reads "clerk,head"; unknown names are an error.
func ParseRoles(s string) (Roles, error) {
	var out Roles
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		r := Role(part)
		if !r.Valid() {
			return nil, fmt.Errorf("unknown role %q", part)
		}
		out = append(out, r)
	}
	return out.Sorted(), nil
}

// Sorted returns the set without repetitions in the order of AllRoles.
func (rs Roles) Sorted() Roles {
	var out Roles
	for _, r := range allRoles {
		if slices.Contains(rs, r) {
			out = append(out, r)
		}
	}
	return out
}

// String writes "clerk,head".
func (rs Roles) String() string {
	parts := make([]string, len(rs))
	for i, r := range rs {
		parts[i] = string(r)
	}
	return strings.Join(parts, ",")
}

// Any tells whether the set holds one of the roles.
func (rs Roles) Any(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(rs, r) })
}

// Way is how a principal proved who it is.
type Way string

// The ways to act.
const (
	ByNobody  Way = ""
	BySession Way = "session"
	ByToken   Way = "token"
	BySystem  Way = "system"
	ByCommand Way = "command"
)

// Principal is who acts. The zero value is nobody and may do nothing.
type Principal struct {
	AccountID    AccountID
	Login        string
	Name         string
	DepartmentID DepartmentID
	Department   string // short name, for the operation log
	Roles        Roles
	Way          Way
	// Scopes narrow what an API token may do; nil for people.
	Scopes []string
	// Origin is the network address of the caller.
	Origin    string
	RequestID string
}

// System is the principal of the service's own jobs; what names the job.
func System(what string) Principal {
	return Principal{Login: "system:" + what, Name: what, Way: BySystem}
}

// Command is the principal of a person at the machine's console.
func Command(user, what string) Principal {
	return Principal{Login: "command:" + user, Name: what, Way: ByCommand}
}

// Known tells whether somebody acts at all.
func (p Principal) Known() bool { return p.Way != ByNobody }

// Console tells whether the service itself or a person at its console acts:
// they may do what any role may, for every department.
func (p Principal) Console() bool { return p.Way == BySystem || p.Way == ByCommand }

// Is tells whether the principal holds one of the roles. The service itself
// and the console may do what any role may.
func (p Principal) Is(roles ...Role) bool {
	return p.Console() || p.Roles.Any(roles...)
}

// seeAll are the roles that see every department's rows (DOMAIN matrix: V
// without "own").
var seeAll = []Role{
	Office, Centre, Staffing, Reform, Finance, Standards, Police, Network, Leader, Auditor,
}

// Scope says which departments' rows a principal sees. The zero value sees
// nothing.
type Scope struct {
	All bool
	// Department limits to one department, and to the bodies below it when
	// Below is set (a region's authority).
	Department DepartmentID
	Below      bool
}

// None tells whether the scope is empty.
func (s Scope) None() bool { return !s.All && s.Department == 0 }

// View is the scope of rows that the principal may read.
func (p Principal) View() Scope {
	if p.Is(seeAll...) { // the console too
		return Scope{All: true}
	}
	return p.Own()
}

// Own is the scope of rows that belong to the principal's department or
// region: what a clerk, a head or a regional authority may change.
func (p Principal) Own() Scope {
	switch {
	case p.DepartmentID == 0:
		return Scope{}
	case p.Is(Region):
		return Scope{Department: p.DepartmentID, Below: true}
	case p.Is(Clerk, Head):
		return Scope{Department: p.DepartmentID}
	}
	return Scope{}
}

// Errors of rights, for callers that must refuse by hand.
var (
	ErrForbidden       = fault.New(fault.Forbidden, "err.perm")
	ErrUnauthenticated = fault.New(fault.Unauthenticated, "err.login")
)

// Require returns ErrForbidden unless the principal holds one of the roles.
func (p Principal) Require(roles ...Role) error {
	if !p.Known() {
		return ErrUnauthenticated
	}
	if !p.Is(roles...) {
		return ErrForbidden
	}
	return nil
}
