package zombie

import (
	"context"
	"fmt"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Drafters may write drafts of the policy and try them; only the Office puts one
// in force.
func Drafters() []auth.Role { return []auth.Role{auth.Office, auth.Centre} }

// Bounds of what is typed.
const (
	mostName   = 60
	mostReason = 500
)

// ErrNotDraft says that a policy is no draft any more.
var ErrNotDraft = fault.New(fault.Conflict, "zombie.err.not_draft")

// Policies lists all versions, the newest first.
func (d *Detector) Policies(ctx context.Context, by auth.Principal) (out []Policy, err error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		out, err = allPolicies(tx)
		return err
	})
	return out, err
}

// PolicyOn is the policy that holds for a day.
func (d *Detector) PolicyOn(ctx context.Context, by auth.Principal, day calendar.Date) (p Policy, err error) {
	if err := by.Require(Viewers()...); err != nil {
		return p, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		p, err = policyOn(tx, DayOf(day))
		return err
	})
	return p, err
}

// Policy is one version.
func (d *Detector) Policy(ctx context.Context, by auth.Principal, version int64) (p Policy, err error) {
	if err := by.Require(Viewers()...); err != nil {
		return p, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		p, err = policyByVersion(tx, version)
		return err
	})
	return p, err
}

// PolicyForm is what somebody types for a draft.
type PolicyForm struct {
	Name    string
	Reason  string
	Numbers Numbers
}

func (f *PolicyForm) check() error {
	f.Name, f.Reason = strings.TrimSpace(f.Name), strings.TrimSpace(f.Reason)
	wrong := append(checkText("name", f.Name, mostName), checkText("reason", f.Reason, mostReason)...)
	return fault.Refuse(append(wrong, f.Numbers.Validate()...))
}

func checkText(name, text string, most int) []fault.Field {
	switch n := len([]rune(strings.TrimSpace(text))); {
	case n == 0:
		return []fault.Field{fault.At(name, "zombie.err.needed", "field", fault.Label("zombie.policy."+name))}
	case n > most:
		return []fault.Field{fault.At(name, "err.too_long", "field", fault.Label("zombie.policy."+name), "max", most)}
	}
	return nil
}

// Draft writes a new draft.
func (d *Detector) Draft(ctx context.Context, by auth.Principal, f PolicyForm) (Policy, error) {
	if err := by.Require(Drafters()...); err != nil {
		return Policy{}, err
	}
	if err := f.check(); err != nil {
		return Policy{}, err
	}
	var p Policy
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		all, err := allPolicies(tx)
		if err != nil {
			return err
		}
		p = Policy{
			Version: 1, Name: f.Name, State: Draft, Numbers: f.Numbers, Reason: f.Reason, MadeBy: by.AccountID, MadeName: by.Name, MadeAt: tx.Now(), Revision: 1,
		}
		if len(all) > 0 {
			p.Version = all[0].Version + 1
		}
		if err := insertPolicy(tx, p); err != nil {
			return err
		}
		return recordPolicy(tx, by, "zombie.policy_drafted", nil, p, f.Reason)
	})
	return p, err
}

// ChangeDraft writes a draft anew; revision is the one that was read.
func (d *Detector) ChangeDraft(ctx context.Context, by auth.Principal, version, revision int64, f PolicyForm) (Policy, error) {
	if err := f.check(); err != nil {
		return Policy{}, err
	}
	return d.alter(ctx, by, "zombie.policy_changed", version, revision, Drafters(), f.Reason, func(_ *store.Tx, p *Policy) error {
		p.Name, p.Numbers, p.Reason = f.Name, f.Numbers, f.Reason
		return nil
	})
}

// PutInForce lets a draft apply from a day on: one that no run has been made for.
// It is for the Office.
func (d *Detector) PutInForce(ctx context.Context, by auth.Principal, version, revision int64, from calendar.Date, reason string) (Policy, error) {
	if err := fault.Refuse(checkText("reason", reason, mostReason)); err != nil {
		return Policy{}, err
	}
	return d.alter(ctx, by, "zombie.policy_in_force", version, revision, []auth.Role{auth.Office}, reason, func(tx *store.Tx, p *Policy) error {
		newest, err := newestDay(tx)
		if err != nil {
			return err
		}
		if from.IsZero() {
			return fault.Refuse([]fault.Field{fault.At("from", "zombie.err.needed", "field", fault.Label("zombie.policy.from"))})
		}
		if DayOf(from) <= newest {
			return fault.Refuse([]fault.Field{fault.At("from", "zombie.err.from_run", "day", DateOf(newest))})
		}
		p.State, p.AppliesFrom = InForce, from
		p.DecidedBy, p.DecidedName, p.DecidedAt, p.DecidedReason = by.AccountID, by.Name, tx.Now(), strings.TrimSpace(reason)
		return nil
	})
}

// Drop gives a draft up.
func (d *Detector) Drop(ctx context.Context, by auth.Principal, version, revision int64, reason string) (Policy, error) {
	if err := fault.Refuse(checkText("reason", reason, mostReason)); err != nil {
		return Policy{}, err
	}
	return d.alter(ctx, by, "zombie.policy_dropped", version, revision, Drafters(), reason, func(tx *store.Tx, p *Policy) error {
		p.State = Dropped
		p.DecidedBy, p.DecidedName, p.DecidedAt, p.DecidedReason = by.AccountID, by.Name, tx.Now(), strings.TrimSpace(reason)
		return nil
	})
}

// alter changes a draft.
func (d *Detector) alter(ctx context.Context, by auth.Principal, act string, version, revision int64, roles []auth.Role, reason string, fn func(*store.Tx, *Policy) error) (Policy, error) {
	if err := by.Require(roles...); err != nil {
		return Policy{}, err
	}
	var p Policy
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		old, err := policyByVersion(tx, version)
		if err != nil {
			return err
		}
		if old.State != Draft {
			return ErrNotDraft
		}
		p = old
		if err := fn(tx, &p); err != nil {
			return err
		}
		p.Revision = revision + 1
		if err := updatePolicy(tx, p, revision); err != nil {
			return err
		}
		return recordPolicy(tx, by, act, &old, p, reason)
	})
	if err != nil {
		return Policy{}, fmt.Errorf("change policy %d: %w", version, err)
	}
	return p, nil
}

// policyRecord is a policy as the operation log shows it.
type policyRecord struct {
	Name        string             `json:"name"`
	State       PolicyState        `json:"state"`
	AppliesFrom calendar.Date      `json:"applies_from"`
	Numbers     map[string]float64 `json:"numbers"`
}

func recordOf(p *Policy) policyRecord {
	r := policyRecord{p.Name, p.State, p.AppliesFrom, map[string]float64{}}
	for _, n := range AllNumbers() {
		r.Numbers[n.Key] = n.Get(&p.Numbers)
	}
	return r
}

func recordPolicy(tx *store.Tx, by auth.Principal, act string, old *Policy, p Policy, reason string) error {
	e := oplog.Entry{Action: act, Kind: "zombie_policy", ID: fmt.Sprint(p.Version), Name: p.Name, After: recordOf(&p), Reason: reason}
	if old != nil {
		e.Before = recordOf(old)
	}
	return oplog.Record(tx, by, e)
}
