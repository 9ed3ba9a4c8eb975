package usage

import (
	"context"
	"fmt"
	"sync"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Policy is one version of the rules for usage.
type Policy struct {
	Version int64
	// HourDays is for how many days hours are kept, and how late a state may
	// come; DayDays is for how many days daily facts are kept. Months are kept
	// for ever.
	HourDays, DayDays int
	// Coverage is for how much of a day a signal must have been measured to be
	// covered, in percent.
	Coverage int
	// Sources is how many sources one probe may have.
	Sources     int
	ChangedAt   time.Time
	ChangedBy   auth.AccountID
	ChangedName string
	Reason      string
}

// TableName is the table of the versions.
func (Policy) TableName() string { return "usage_policies" }

// HourRetention is how long hours are kept, and how late a state may come.
func (p *Policy) HourRetention() time.Duration { return time.Duration(p.HourDays) * 24 * time.Hour }

// Validate names what is out of bounds; the schema has the same bounds.
func (p *Policy) Validate() []fault.Field {
	var wrong []fault.Field
	for _, b := range []struct {
		name           string
		n, least, most int
	}{
		{"hour_days", p.HourDays, 8, mostHourDays},
		{"day_days", p.DayDays, 400, mostDayDays},
		{"coverage", p.Coverage, 10, 100},
		{"sources", p.Sources, 1, 100_000},
	} {
		if b.n < b.least || b.n > b.most {
			wrong = append(wrong, fault.At(b.name, "usage.err.policy_bound",
				"field", fault.Label("usage.policy."+b.name), "low", b.least, "high", b.most))
		}
	}
	return wrong
}

// Policy gives the rules that hold now.
func (l *Ledger) Policy(ctx context.Context) (p Policy, err error) {
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		p, err = currentPolicy(tx)
		return err
	})
	return p, err
}

// SetPolicy makes p the rules, as the version after p.Version, and gives it
// back as stored. It is for the Office and the centre. A version that is no
// longer the newest is store.ErrStale.
func (l *Ledger) SetPolicy(ctx context.Context, by auth.Principal, p Policy, reason string) (Policy, error) {
	if err := by.Require(auth.Office, auth.Centre); err != nil {
		return Policy{}, err
	}
	if err := fault.Refuse(p.Validate()); err != nil {
		return Policy{}, err
	}
	err := l.db.Write(ctx, func(tx *store.Tx) error {
		old, err := currentPolicy(tx)
		if err != nil {
			return err
		}
		if old.Version != p.Version {
			return store.ErrStale
		}
		next := p
		next.Version, next.ChangedAt, next.Reason = old.Version+1, tx.Now(), reason
		next.ChangedBy, next.ChangedName = by.AccountID, by.Name
		if err := insertPolicy(tx, &next); err != nil {
			return err
		}
		tx.AfterCommit(func() { p = next })
		return oplog.Record(tx, by, oplog.Entry{
			Action: "usage.policy", Kind: "usage_policy", ID: fmt.Sprint(next.Version),
			Before: old.rules(), After: next.rules(), Reason: reason,
		})
	})
	if err != nil {
		return Policy{}, fmt.Errorf("set usage policy: %w", err)
	}
	return p, nil
}

// policyFresh is how long a node goes by what it knows of the rules.
const policyFresh = time.Minute

// rememberedPolicy is what the intake needs of the rules, so that it need not
// ask for each commit.
type rememberedPolicy struct {
	mu       sync.Mutex
	hourDays int
	asked    time.Time
}

// hourDays is for how many days hours are kept.
func (l *Ledger) hourDays(tx *store.Tx) (int, error) {
	l.rules.mu.Lock()
	defer l.rules.mu.Unlock()
	if age := tx.Now().Sub(l.rules.asked); l.rules.hourDays > 0 && age >= 0 && age < policyFresh {
		return l.rules.hourDays, nil
	}
	p, err := currentPolicy(tx)
	if err != nil {
		return 0, err
	}
	l.rules.hourDays, l.rules.asked = p.HourDays, tx.Now()
	return p.HourDays, nil
}

// policyRules are the settings as the operation log shows them.
type policyRules struct {
	HourDays int `json:"hour_days"`
	DayDays  int `json:"day_days"`
	Coverage int `json:"coverage"`
	Sources  int `json:"sources"`
}

func (p *Policy) rules() policyRules {
	return policyRules{HourDays: p.HourDays, DayDays: p.DayDays, Coverage: p.Coverage, Sources: p.Sources}
}
