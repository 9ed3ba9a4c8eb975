package rectification

import (
	"context"
	"fmt"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// The shortest and the longest term of a notice, in working days.
const (
	LeastTerm = 5
	MostTerm  = 30
)

// Policy is one version of the term that a notice gives when nothing else is
// said, in working days. 办法 art. 23 speaks of a term and names none.
type Policy struct {
	Version     int64
	TermWd      int
	ChangedAt   time.Time
	ChangedBy   auth.AccountID
	ChangedName string
	Reason      string
}

// TableName is the table of the versions.
func (Policy) TableName() string { return "rectification_policies" }

// firstPolicy holds until another is set.
func firstPolicy() Policy { return Policy{TermWd: 10} }

type policyFacts struct {
	TermWd int `json:"term_wd"`
}

// Policy gives the term that holds for what is drafted now.
func (d *Desk) Policy(ctx context.Context) (Policy, error) {
	return store.Reading(ctx, d.deps.DB, currentPolicy)
}

// SetPolicy makes p the term of whatever is drafted from now on, as the version
// after p.Version. It is for the Office; what was drafted keeps its term. A
// version that is no longer the newest is store.ErrStale.
func (d *Desk) SetPolicy(ctx context.Context, by auth.Principal, p Policy, reason string) (Policy, error) {
	if err := by.Require(auth.Office); err != nil {
		return Policy{}, err
	}
	found := append(needTerm("term_wd", p.TermWd, LeastTerm, MostTerm), needText("reason", reason, 2, maxNote)...)
	if err := fault.Refuse(found); err != nil {
		return Policy{}, err
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (Policy, error) {
		old, err := currentPolicy(tx)
		if err != nil {
			return Policy{}, err
		}
		if old.Version != p.Version {
			return Policy{}, store.ErrStale
		}
		next := Policy{
			Version: old.Version + 1, TermWd: p.TermWd, ChangedAt: tx.Now(), ChangedBy: by.AccountID, ChangedName: by.Name,
			Reason: strings.TrimSpace(reason),
		}
		if err := insertPolicy(tx, &next); err != nil {
			return Policy{}, err
		}
		return next, oplog.Record(tx, by, oplog.Entry{
			Action: "rectify.policy", Kind: "rectification_policy", ID: fmt.Sprint(next.Version), Before: policyFacts{old.TermWd},
			After: policyFacts{next.TermWd}, Reason: next.Reason,
		})
	})
}
