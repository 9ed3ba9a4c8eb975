package cleanup

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Terms is one version of how long a clean-up may take. How long an answer may
// take is in the policy of detection.
type Terms struct {
	Version int64
	// CleanWd is how many working days after the decision a system is to be
	// cleaned up, where CleanBy is no longer ahead.
	CleanWd int
	// CleanBy is the day that the document names (方案: by the end of October).
	CleanBy     calendar.Date
	ChangedAt   time.Time
	ChangedBy   auth.AccountID
	ChangedName string
	Reason      string
}

// TableName is the table of the versions.
func (Terms) TableName() string { return "zombie_terms" }

// Terms gives the terms in force.
func (d *Desk) Terms(ctx context.Context, by auth.Principal) (t Terms, err error) {
	if err := by.Require(Viewers()...); err != nil {
		return Terms{}, err
	}
	err = d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		t, err = termsNow(tx)
		return err
	})
	return t, err
}

const mostCleanWd = 250

// SetTerms makes t the terms, as the version after t.Version; only the Office
// does. A version that is no longer the newest is store.ErrStale. Cases whose
// day is set already keep it.
func (d *Desk) SetTerms(ctx context.Context, by auth.Principal, t Terms, reason string) (Terms, error) {
	if err := by.Require(auth.Office); err != nil {
		return Terms{}, err
	}
	found := checkText("reason", reason, true)
	if t.CleanWd < 1 || t.CleanWd > mostCleanWd {
		found = append(found, fault.At("clean_wd", "cleanup.err.clean_wd", "most", mostCleanWd))
	}
	if err := fault.Refuse(found); err != nil {
		return Terms{}, err
	}
	var out Terms
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		old, err := termsNow(tx)
		if err != nil {
			return err
		}
		if old.Version != t.Version {
			return store.ErrStale
		}
		out = Terms{
			Version: old.Version + 1, CleanWd: t.CleanWd, CleanBy: t.CleanBy, ChangedAt: tx.Now(), ChangedBy: by.AccountID, ChangedName: by.Name, Reason: reason,
		}
		if err := insertTerms(tx, &out); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "cleanup.terms", Kind: "zombie_terms", ID: strconv.FormatInt(out.Version, 10), Before: old.facts(), After: out.facts(), Reason: reason,
		})
	})
	if err != nil {
		return Terms{}, fmt.Errorf("set the terms of cases: %w", err)
	}
	return out, nil
}

// termsFacts are the terms as the operation log keeps them.
type termsFacts struct {
	CleanWd int           `json:"clean_wd"`
	CleanBy calendar.Date `json:"clean_by"`
}

func (t *Terms) facts() termsFacts { return termsFacts{t.CleanWd, t.CleanBy} }
