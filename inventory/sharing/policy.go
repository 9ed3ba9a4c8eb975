package sharing

import (
	"context"
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Policy is one version of the terms, in working days.
type Policy struct {
	Version int64
	// ReplyWd is for the provider's answer and MediationWd for the Office, both
	// ten by 办法 art. 10; VerifyWd is for the check of an objection, for which
	// 办法 art. 14 names no term.
	ReplyWd, MediationWd, VerifyWd int
	ChangedAt                      time.Time
	ChangedBy                      auth.AccountID
	ChangedName                    string
	Reason                         string
}

// TableName is the table of the versions.
func (Policy) TableName() string { return "sharing_policies" }

// firstPolicy holds until another is set.
func firstPolicy() Policy { return Policy{ReplyWd: 10, MediationWd: 10, VerifyWd: 5} }

// mostTerm is the longest term that may be set, in working days.
const mostTerm = 60

func (p *Policy) wrong() []fault.Field {
	var out []fault.Field
	for _, t := range []struct {
		name string
		days int
	}{{"reply_wd", p.ReplyWd}, {"mediation_wd", p.MediationWd}, {"verify_wd", p.VerifyWd}} {
		if t.days < 1 || t.days > mostTerm {
			out = append(out, fault.At(t.name, "sharing.err.term", "field", fault.Label("sharing.policy."+t.name), "max", mostTerm))
		}
	}
	return out
}

// policyFacts are the terms as the operation log shows them.
type policyFacts struct {
	Reply     int `json:"reply_wd"`
	Mediation int `json:"mediation_wd"`
	Verify    int `json:"verify_wd"`
}

func (p *Policy) facts() policyFacts { return policyFacts{p.ReplyWd, p.MediationWd, p.VerifyWd} }

// Policy gives the terms that hold for what begins now.
func (d *Desk) Policy(ctx context.Context) (p Policy, err error) {
	err = d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		p, err = currentPolicy(tx)
		return err
	})
	return p, err
}

// SetPolicy makes p the terms of whatever begins from now on, as the version
// after p.Version. It is for the Office; what runs already keeps its term. A
// version that is no longer the newest is store.ErrStale.
func (d *Desk) SetPolicy(ctx context.Context, by auth.Principal, p Policy, reason string) (Policy, error) {
	if err := by.Require(auth.Office); err != nil {
		return Policy{}, err
	}
	if err := fault.Refuse(append(p.wrong(), needText("reason", reason, 2, maxReason)...)); err != nil {
		return Policy{}, err
	}
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
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
			Action: "sharing.policy", Kind: "sharing_policy", ID: fmt.Sprint(next.Version), Before: old.facts(), After: next.facts(), Reason: reason,
		})
	})
	return p, err
}
