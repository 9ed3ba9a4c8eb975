package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// PolicyMode says by whose rules passwords are judged.
type PolicyMode string

// The modes: the national baseline for classified protection, and OWASP's
// standard where the baseline does not bind. The package comment says why
// there are two.
const (
	ModeGB   PolicyMode = "gb"
	ModeASVS PolicyMode = "asvs"
)

// Valid tells whether m is a known mode.
func (m PolicyMode) Valid() bool { return m == ModeGB || m == ModeASVS }

// Label is the message key of the mode's name.
func (m PolicyMode) Label() fault.Label { return fault.Label("account.policy.mode." + string(m)) }

// Policy is one version of the rules for passwords, lock-out and sessions. It
// is changed as a whole; the newest version holds at the next request.
type Policy struct {
	Version int64
	Mode    PolicyMode

	MinLength  int // characters
	Classes    int // of upper case, lower case, digits, other: how many at least; 0 in ASVS mode
	History    int // so many earlier passwords may not come again
	MaxAgeDays int // a password must be changed after so many days; 0: never
	WarnDays   int // so many days before that its owner is warned
	FirstDays  int // a password given by somebody else is good for so many days

	LockAfter       int // failures in a row
	LockMinutes     int
	IdleMinutes     int // a session ends after so long without a request
	AbsoluteMinutes int // and after so long in any case

	ChangedAt time.Time
	ChangedBy auth.AccountID
	Reason    string
}

// TableName names the table of the versions.
func (Policy) TableName() string { return "account_policies" }

// DefaultPolicy gives the rules a mode begins with.
func DefaultPolicy(mode PolicyMode) Policy {
	p := Policy{
		Mode: ModeGB, MinLength: 10, Classes: 3, History: 5, MaxAgeDays: 90, WarnDays: 7, FirstDays: 7,
		LockAfter: 5, LockMinutes: 15, IdleMinutes: 30, AbsoluteMinutes: 12 * 60,
	}
	if mode == ModeASVS {
		p.Mode, p.MinLength, p.Classes, p.History, p.MaxAgeDays, p.WarnDays = ModeASVS, 12, 0, 0, 0, 0
	}
	return p
}

// maxHistory is the longest list of past passwords that a policy may ask for.
const maxHistory = 24

// bound is how far one setting may go.
type bound struct {
	field     string
	value     int
	low, high int
}

func (p Policy) bounds() []bound {
	common := []bound{
		{"first_days", p.FirstDays, 1, 30},
		{"lock_after", p.LockAfter, 3, 5},
		{"lock_minutes", p.LockMinutes, 10, 24 * 60},
		{"idle_minutes", p.IdleMinutes, 5, 30},
		{"absolute_minutes", p.AbsoluteMinutes, 30, 12 * 60},
	}
	if p.Mode == ModeASVS {
		// No composition and no rotation: that is what the mode is for.
		return append(common, bound{"min_length", p.MinLength, 12, 32}, bound{"classes", p.Classes, 0, 0},
			bound{"history", p.History, 0, maxHistory}, bound{"max_age_days", p.MaxAgeDays, 0, 0}, bound{"warn_days", p.WarnDays, 0, 0})
	}
	warn := 30
	if p.MaxAgeDays > 1 { // a warning that never ends is none
		warn = min(warn, p.MaxAgeDays-1)
	}
	return append(common, bound{"min_length", p.MinLength, 8, 32}, bound{"classes", p.Classes, 3, 4},
		bound{"history", p.History, 5, maxHistory}, bound{"max_age_days", p.MaxAgeDays, 1, 180},
		bound{"warn_days", p.WarnDays, 1, warn})
}

// Validate names the settings that lie outside of what the mode allows.
func (p Policy) Validate() []fault.Field {
	if !p.Mode.Valid() {
		return []fault.Field{fault.At("mode", "err.account.policy_mode")}
	}
	var wrong []fault.Field
	for _, b := range p.bounds() {
		if b.value < b.low || b.value > b.high {
			wrong = append(wrong, fault.At(b.field, "err.account.policy_bound",
				"field", fault.Label("account.policy."+b.field), "low", b.low, "high", b.high))
		}
	}
	return wrong
}

// idle and lifetime are the limits of a session.
func (p Policy) idle() time.Duration     { return time.Duration(p.IdleMinutes) * time.Minute }
func (p Policy) lifetime() time.Duration { return time.Duration(p.AbsoluteMinutes) * time.Minute }

// Policy gives the rules that hold now.
func (a *Accounts) Policy(ctx context.Context) (Policy, error) {
	var p Policy
	err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
		p, err = currentPolicy(tx)
		return err
	})
	return p, err
}

// SetPolicy makes p the rules, as the version after p.Version, and gives it
// back as stored. Administrators only. A version that is
// no longer the newest is store.ErrStale.
func (a *Accounts) SetPolicy(ctx context.Context, by auth.Principal, p Policy, reason string) (Policy, error) {
	if err := mayAdminister(by); err != nil {
		return Policy{}, err
	}
	if err := fault.Refuse(p.Validate()); err != nil {
		return Policy{}, err
	}
	var saved Policy
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		old, err := currentPolicy(tx)
		if err != nil {
			return err
		}
		if old.Version != p.Version {
			return store.ErrStale
		}
		saved = p
		saved.Version, saved.ChangedAt, saved.ChangedBy, saved.Reason = old.Version+1, tx.Now(), by.AccountID, reason
		if err := insertPolicy(tx, saved); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "account.policy", Kind: "account_policy", ID: fmt.Sprint(saved.Version),
			Before: old.rules(), After: saved.rules(), Reason: reason,
		})
	})
	if errors.Is(err, errTaken) { // another wrote the same version at the same time
		err = store.ErrStale
	}
	if err != nil {
		return Policy{}, fmt.Errorf("set account policy: %w", err)
	}
	return saved, nil
}

// policyRules are the settings as the operation log shows them.
type policyRules struct {
	Mode            PolicyMode `json:"mode"`
	MinLength       int        `json:"min_length"`
	Classes         int        `json:"classes"`
	History         int        `json:"history"`
	MaxAgeDays      int        `json:"max_age_days"`
	WarnDays        int        `json:"warn_days"`
	FirstDays       int        `json:"first_days"`
	LockAfter       int        `json:"lock_after"`
	LockMinutes     int        `json:"lock_minutes"`
	IdleMinutes     int        `json:"idle_minutes"`
	AbsoluteMinutes int        `json:"absolute_minutes"`
}

func (p Policy) rules() policyRules {
	return policyRules{
		Mode: p.Mode, MinLength: p.MinLength, Classes: p.Classes, History: p.History, MaxAgeDays: p.MaxAgeDays,
		WarnDays: p.WarnDays, FirstDays: p.FirstDays, LockAfter: p.LockAfter, LockMinutes: p.LockMinutes,
		IdleMinutes: p.IdleMinutes, AbsoluteMinutes: p.AbsoluteMinutes,
	}
}
