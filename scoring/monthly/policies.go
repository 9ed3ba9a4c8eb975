package monthly

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Policies lists the versions of the method, the newest first. Drafts are for
// those who make them.
func (d *Desk) Policies(ctx context.Context, by auth.Principal) ([]Policy, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) ([]Policy, error) {
		all, err := allPolicies(tx)
		slices.Reverse(all)
		return slices.DeleteFunc(all, func(p Policy) bool {
			return p.State == PolicyDraft && !by.Is(auth.Office, auth.Leader, auth.Staffing, auth.Auditor)
		}), err
	})
}

// SavePolicy keeps a method as the draft, a new one when revision is 0. There is
// one draft at a time. What is out of bounds is an Invalid fault with fields.
func (d *Desk) SavePolicy(ctx context.Context, by auth.Principal, m Method, reason string, revision int64) (Policy, error) {
	if err := by.Require(Makers()...); err != nil {
		return Policy{}, err
	}
	m, reason = m.clone(), strings.TrimSpace(reason)
	if err := fault.Refuse(append(m.Wrong(), text("reason", reason, true)...)); err != nil {
		return Policy{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Policy, error) {
		all, err := allPolicies(tx)
		if err != nil {
			return Policy{}, err
		}
		newest := all[len(all)-1]
		if newest.State == PolicyDraft {
			if newest.Revision != revision {
				return Policy{}, store.ErrStale
			}
			p := newest
			m.Version = p.Version
			p.Method, p.Reason = m, reason
			if err := updatePolicy(tx, &p); err != nil {
				return p, err
			}
			return p, p.log(tx, by, "policy_drafted", newest.Method)
		}
		if revision != 0 {
			return Policy{}, store.ErrStale
		}
		m.Version = newest.Version + 1
		p := Policy{
			Version: m.Version, State: PolicyDraft, Method: m, Reason: reason, Revision: 1, CreatedAt: tx.Now(), CreatedBy: by.AccountID, CreatedName: by.Name,
		}
		if err := insertPolicy(tx, &p); err != nil {
			return p, err
		}
		return p, p.log(tx, by, "policy_drafted", newest.Method)
	})
}

// DropPolicy throws the draft away.
func (d *Desk) DropPolicy(ctx context.Context, by auth.Principal, revision int64) error {
	if err := by.Require(Makers()...); err != nil {
		return err
	}
	return d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := draft(tx)
		if err != nil {
			return err
		}
		if err := dropPolicy(tx, p.Version, revision); err != nil {
			return err
		}
		return p.log(tx, by, "policy_dropped", p.Method)
	})
}

func draft(tx *store.Tx) (Policy, error) {
	all, err := allPolicies(tx)
	if err != nil {
		return Policy{}, err
	}
	if p := all[len(all)-1]; p.State == PolicyDraft {
		return p, nil
	}
	return Policy{}, errAbsent
}

// SetPolicy puts the draft in force from a month on. Months that are frozen keep
// their method: the month must come after all of them, and after the first month
// of the version before.
func (d *Desk) SetPolicy(ctx context.Context, by auth.Principal, from Period, revision int64) (Policy, error) {
	if err := by.Require(Makers()...); err != nil {
		return Policy{}, err
	}
	if _, err := ParsePeriod(string(from)); err != nil {
		return Policy{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Policy, error) {
		old, err := draft(tx)
		if err != nil {
			return old, err
		}
		least, err := earliest(tx)
		if err != nil {
			return old, err
		}
		if from < least {
			return old, fault.Refuse([]fault.Field{fault.At("month", "monthly.err.policy_month", "month", string(least))})
		}
		if old.Revision != revision {
			return old, store.ErrStale
		}
		p, now := old, tx.Now()
		p.State, p.FromMonth, p.SetAt, p.SetName = PolicyInForce, from, &now, by.Name
		if err := updatePolicy(tx, &p); err != nil {
			return p, err
		}
		return p, p.log(tx, by, "policy_set", nil)
	})
}

// earliest is the first month that another method may be in force for.
func earliest(tx *store.Tx) (Period, error) {
	all, err := allPolicies(tx)
	if err != nil {
		return "", err
	}
	months, err := allMonths(tx)
	if err != nil {
		return "", err
	}
	var least Period
	for _, p := range all {
		if p.State == PolicyInForce {
			least = max(least, p.FromMonth.After())
		}
	}
	for _, m := range months {
		if m.State.Kept() {
			least = max(least, m.Month.After())
		}
	}
	return least, nil
}

// policyFacts is a version as the operation log keeps it.
type policyFacts struct {
	Method
	From Period `json:"from_month"`
}

func (p *Policy) log(tx *store.Tx, by auth.Principal, action string, before any) error {
	return oplog.Record(tx, by, oplog.Entry{
		Action: "monthly." + action, Kind: kindPolicy, ID: strconv.FormatInt(p.Version, 10), Reason: p.Reason, Before: before, After: policyFacts{p.Method, p.FromMonth},
	})
}
