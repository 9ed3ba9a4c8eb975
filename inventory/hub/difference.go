package hub

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// DifferenceKind is a way in which what was declared and what was heard disagree.
type DifferenceKind string

// The kinds.
const (
	Silent     DifferenceKind = "silent"     // declared connected, and nothing was heard
	Undeclared DifferenceKind = "undeclared" // heard, and nobody declared it, or it is not that far
	AfterEnd   DifferenceKind = "after_end"  // heard after it was retired or merged
	Failing    DifferenceKind = "failing"    // many exchanges of a pair fail
)

// DifferenceKinds lists the kinds in the order in which pages show them.
func DifferenceKinds() []DifferenceKind {
	return []DifferenceKind{Silent, Undeclared, AfterEnd, Failing}
}

// Valid tells whether k is a known kind.
func (k DifferenceKind) Valid() bool {
	for _, known := range DifferenceKinds() {
		if k == known {
			return true
		}
	}
	return false
}

// Difference is one disagreement.
type Difference struct {
	Kind      DifferenceKind
	Party     string // as the hub writes it; the code of a system that was not heard
	Other     string // the other side, of failing pairs
	SystemID  inventory.SystemID
	Code      string // of the system; empty when the register knows none
	Name      string
	OwnerID   auth.DepartmentID
	Stage     Stage
	Verified  bool // by the centre, and not only said in the register
	LastDay   calendar.Date
	EndedOn   calendar.Date // when the system was retired or merged
	Exchanges int64
	Failures  int64
}

// mostDifferences bounds each kind.
const mostDifferences = 500

// Differences are the disagreements of the last days.
type Differences struct {
	Policy   Policy
	From, To calendar.Date
	Of       map[DifferenceKind][]Difference
	self     []string // names of the hub
}

// Differences compares what was declared with what was heard in the days that
// the policy names, of what by sees. Names that no register knows are shown to
// those who see everything.
func (h *Hub) Differences(ctx context.Context, by auth.Principal) (Differences, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Differences{}, err
	}
	if err := h.Settle(ctx); err != nil {
		return Differences{}, err
	}
	var out Differences
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		p, err := currentPolicy(tx)
		if err != nil {
			return err
		}
		seen, err := h.within(tx, by.View())
		if err != nil {
			return err
		}
		to := calendar.DateOf(tx.Now())
		out = Differences{Policy: p, From: to.AddDays(-p.WindowDays), To: to, Of: map[DifferenceKind][]Difference{}, self: h.selfNames()}
		for kind, find := range map[DifferenceKind]func(*store.Tx, []auth.DepartmentID, *Differences) ([]Difference, error){
			Silent: silent, Undeclared: undeclared, AfterEnd: afterEnd, Failing: failing,
		} {
			if out.Of[kind], err = find(tx, seen, &out); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Differences{}, fmt.Errorf("compare what was declared with what was heard: %w", err)
	}
	return out, nil
}

// Volumes are the pairs that exchanged most in a span of days, of what by sees.
func (h *Hub) Volumes(ctx context.Context, by auth.Principal, from, to calendar.Date, most int) ([]Volume, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	var out []Volume
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		seen, err := h.within(tx, by.View())
		if err != nil {
			return err
		}
		out, err = volumes(tx, seen, from, to, "", min(max(most, 1), mostDifferences))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sum up what was exchanged: %w", err)
	}
	return out, nil
}
