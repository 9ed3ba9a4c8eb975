package account

import (
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
)

// State says whether an account may be used at all.
type State string

// The states.
const (
	Active   State = "active"
	Disabled State = "disabled"
)

// Valid tells whether s is a known state.
func (s State) Valid() bool { return s == Active || s == Disabled }

// Label is the message key of the state's name.
func (s State) Label() fault.Label { return fault.Label("account.state." + string(s)) }

// Account is one person's (or one machine's) entry: who it is, what it may be,
// and how its sign-ins went. Times that have not happened are zero.
type Account struct {
	ID           auth.AccountID
	Login        string
	Name         string
	Phone        string // masked for those who do not manage the account
	DepartmentID auth.DepartmentID
	Roles        auth.Roles
	State        State
	// Held is set when an administrator locked the account; it stays so until
	// somebody unlocks it.
	Held bool
	// MustChange is set while the password is one that somebody else gave.
	MustChange        bool
	PasswordChangedAt time.Time
	FailedCount       int       // failures since the last success
	LockedUntil       time.Time // by too many failures
	LastLoginAt       time.Time
	CreatedAt         time.Time
	UpdatedAt         time.Time
	Version           int64
}

// Locked tells whether sign-in is refused at the given time.
func (a Account) Locked(now time.Time) bool { return a.Held || now.Before(a.LockedUntil) }

// Change says why a person must choose a new password before anything else.
type ChangeReason string

// The reasons to change a password.
const (
	NoChange      ChangeReason = ""
	ChangeFirst   ChangeReason = "first"   // somebody else gave it
	ChangeExpired ChangeReason = "expired" // it is older than the policy allows
)

// change tells whether the password must be changed now.
func (p Policy) change(mustChange bool, changedAt, now time.Time) ChangeReason {
	switch {
	case mustChange:
		return ChangeFirst
	case p.MaxAgeDays > 0 && !now.Before(p.due(changedAt)):
		return ChangeExpired
	}
	return NoChange
}

// due is when a password set at changedAt must be changed; zero for never.
func (p Policy) due(changedAt time.Time) time.Time {
	if p.MaxAgeDays == 0 {
		return time.Time{}
	}
	return changedAt.AddDate(0, 0, p.MaxAgeDays)
}

// lapsed tells whether a password that somebody else gave lay unused too long.
func (p Policy) lapsed(mustChange bool, changedAt, now time.Time) bool {
	return mustChange && !now.Before(changedAt.AddDate(0, 0, p.FirstDays))
}

// record is an account as the operation log shows it: no secret, no whole
// telephone number.
type record struct {
	Login      string            `json:"login"`
	Name       string            `json:"name"`
	Phone      string            `json:"phone,omitempty"`
	Department auth.DepartmentID `json:"department_id"`
	Roles      string            `json:"roles"`
	State      State             `json:"state"`
	Held       bool              `json:"held"`
	MustChange bool              `json:"must_change"`
}

func (a Account) record() record {
	return record{
		Login: a.Login, Name: a.Name, Phone: maskPhone(a.Phone), Department: a.DepartmentID,
		Roles: a.Roles.String(), State: a.State, Held: a.Held, MustChange: a.MustChange,
	}
}

// principal is who acts when the account's owner does.
func (a Account) principal(from Caller, way auth.Way) auth.Principal {
	return auth.Principal{
		AccountID: a.ID, Login: a.Login, Name: a.Name, DepartmentID: a.DepartmentID, Roles: a.Roles,
		Way: way, Origin: from.Origin, RequestID: from.RequestID,
	}
}

// maskPhone keeps the first three and the last four digits (138****1234), or
// less of a short number.
func maskPhone(phone string) string {
	if len(phone) < 11 {
		return strings.Repeat("*", len(phone))
	}
	return phone[:3] + strings.Repeat("*", len(phone)-7) + phone[len(phone)-4:]
}
