package hub

import (
	"context"
	"fmt"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Policy is one version of the terms of connections.
type Policy struct {
	Version int64
	// SilenceDays is how long a connection may be silent before it is down, and
	// StableDays for how long it must be heard to be stable.
	SilenceDays, StableDays int
	// DeferMonths and ExemptMonths are for how long the Office may let a system
	// off, at most (V20).
	DeferMonths, ExemptMonths int
	// WindowDays is for how many days back differences are looked for, and how
	// old the exchange may be by which the centre verifies.
	WindowDays int
	// FailurePercent is from which share of failures on a pair is pointed at.
	FailurePercent int
	// ConnectBy is by when every system must be connected (方案 part 2 (8)).
	ConnectBy   calendar.Date
	ChangedAt   time.Time
	ChangedBy   auth.AccountID
	ChangedName string
	Reason      string
}

// TableName is the table of the versions.
func (Policy) TableName() string { return "hub_policies" }

// Validate names what is out of bounds; the schema has the same bounds.
func (p *Policy) Validate() []fault.Field {
	var wrong []fault.Field
	for _, b := range []struct {
		name           string
		n, least, most int
	}{
		{"silence_days", p.SilenceDays, 1, 90},
		{"stable_days", p.StableDays, 1, 365},
		{"defer_months", p.DeferMonths, 1, 36},
		{"exempt_months", p.ExemptMonths, 1, 120},
		{"window_days", p.WindowDays, 1, 366},
		{"failure_percent", p.FailurePercent, 1, 100},
	} {
		if b.n < b.least || b.n > b.most {
			wrong = append(wrong, fault.At(b.name, "hub.err.policy_bound",
				"field", fault.Label("hub.policy."+b.name), "low", b.least, "high", b.most))
		}
	}
	if p.ConnectBy.IsZero() {
		wrong = append(wrong, fault.At("connect_by", "err.required", "field", fault.Label("hub.policy.connect_by")))
	}
	return wrong
}

// Policy gives the terms that hold now.
func (h *Hub) Policy(ctx context.Context) (p Policy, err error) {
	err = h.db.Read(ctx, func(tx *store.Tx) error {
		p, err = currentPolicy(tx)
		return err
	})
	return p, err
}

// SetPolicy makes p the terms, as the version after p.Version, and works every
// connection out anew. It is for the Office and the centre, with a reason.
func (h *Hub) SetPolicy(ctx context.Context, by auth.Principal, p Policy, reason string) (Policy, error) {
	if err := by.Require(auth.Office, auth.Centre); err != nil {
		return Policy{}, err
	}
	wrong := p.Validate()
	if strings.TrimSpace(reason) == "" {
		wrong = append(wrong, fault.At("reason", "hub.err.reason"))
	}
	if err := fault.Refuse(wrong); err != nil {
		return Policy{}, err
	}
	var next Policy
	err := h.db.Write(ctx, func(tx *store.Tx) error {
		old, err := currentPolicy(tx)
		switch {
		case err != nil:
			return err
		case old.Version != p.Version:
			return store.ErrStale
		}
		next = p
		next.Version, next.ChangedAt, next.Reason = old.Version+1, tx.Now(), strings.TrimSpace(reason)
		next.ChangedBy, next.ChangedName = by.AccountID, by.Name
		if err := insertPolicy(tx, &next); err != nil {
			return err
		}
		if err := forgetProgress(tx); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "hub.policy", Kind: "hub_policy", ID: fmt.Sprint(next.Version), Before: old.terms(), After: next.terms(), Reason: next.Reason,
		})
	})
	if err != nil {
		return Policy{}, fmt.Errorf("set the terms of connections: %w", err)
	}
	return next, h.Settle(ctx)
}

// policyTerms are the settings as the operation log shows them.
type policyTerms struct {
	SilenceDays    int           `json:"silence_days"`
	StableDays     int           `json:"stable_days"`
	DeferMonths    int           `json:"defer_months"`
	ExemptMonths   int           `json:"exempt_months"`
	WindowDays     int           `json:"window_days"`
	FailurePercent int           `json:"failure_percent"`
	ConnectBy      calendar.Date `json:"connect_by"`
}

func (p *Policy) terms() policyTerms {
	return policyTerms{p.SilenceDays, p.StableDays, p.DeferMonths, p.ExemptMonths, p.WindowDays, p.FailurePercent, p.ConnectBy}
}
