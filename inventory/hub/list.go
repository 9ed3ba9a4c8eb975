package hub

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// Page sizes of lists.
const (
	DefaultPageSize = 50
	MaxPageSize     = 200
)

// pageOf bounds the page of a list.
func pageOf(page, size int) (int, int) {
	if size <= 0 {
		size = DefaultPageSize
	}
	return max(page, 1), min(size, MaxPageSize)
}

// Standing is how a connection stands, for lists.
type Standing string

// The standings.
const (
	StandsConnected Standing = "connected"
	StandsDown      Standing = "down"
	StandsOverdue   Standing = "overdue"
	StandsWaiting   Standing = "waiting" // something was handed in
	StandsOpen      Standing = "open"    // must be connected, and is not
	StandsExempt    Standing = "exempt"
	StandsNot       Standing = "not" // need not be connected
)

// Standings lists the standings in the order in which pages show them.
func Standings() []Standing {
	return []Standing{StandsOpen, StandsOverdue, StandsWaiting, StandsDown, StandsConnected, StandsExempt, StandsNot}
}

// Query narrows and orders a list of connections; what is empty does not narrow.
type Query struct {
	Search    string // in the code and name of the system
	Standings []Standing
	Stages    []Stage
	Bases     []Basis
	Owners    []auth.DepartmentID
	Lacks     Paper
	// Sort is "code", "stage", "signal", "owner" or "turn" (what waits for
	// somebody first); empty is "code".
	Sort       string
	Descending bool
	Page, Size int
}

// Sorts lists what a list can be ordered by.
func Sorts() []string { return []string{"code", "stage", "signal", "owner", "turn"} }

// Line is a connection in a list.
type Line struct {
	Connection
	Code, Name string
	State      inventory.State
	Owner      inventory.Department
}

// Page is a part of a list and how long the whole is.
type Page struct {
	Lines  []Line
	Total  int64
	Policy Policy
	Today  calendar.Date
}

// List lists the connections that by sees.
func (h *Hub) List(ctx context.Context, by auth.Principal, q Query) (Page, error) {
	if err := by.Require(Viewers()...); err != nil {
		return Page{}, err
	}
	if err := h.Settle(ctx); err != nil {
		return Page{}, err
	}
	q.Page, q.Size = pageOf(q.Page, q.Size)
	var out Page
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		out = Page{Today: calendar.DateOf(tx.Now())}
		dir, err := h.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		if out.Policy, err = currentPolicy(tx); err != nil {
			return err
		}
		out.Lines, out.Total, err = listConnections(tx, dir.Within(by.View()), q, &out.Policy, out.Today)
		for i := range out.Lines {
			out.Lines[i].Owner, _ = dir.Find(out.Lines[i].OwnerID)
		}
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("list connections: %w", err)
	}
	return out, nil
}

// Each hands every connection of a list to fn, for files.
func (h *Hub) Each(ctx context.Context, by auth.Principal, q Query, fn func(Line, *Policy, calendar.Date) error) error {
	for q.Page, q.Size = 1, MaxPageSize; ; q.Page++ {
		page, err := h.List(ctx, by, q)
		if err != nil {
			return err
		}
		for _, l := range page.Lines {
			if err := fn(l, &page.Policy, page.Today); err != nil {
				return err
			}
		}
		if int64(q.Page*q.Size) >= page.Total {
			return nil
		}
	}
}

// LetOff is a system that is let off with what lets it off.
type LetOff struct {
	Line
	// Approver and ApprovedAt are who took it off the list: the Office, or who
	// locked the census. Reason is what was given.
	Approver   string
	ApprovedAt calendar.Date
	Reason     string
	Exemption  ExemptionID // 0 when it stands in the register
}

// ExemptionPage is what stands beside the rate: who is let off now, and what was
// asked for.
type ExemptionPage struct {
	Policy Policy
	LetOff []LetOff
	Asked  []AskedLine // by state, the newest first
	Total  int64
	Today  calendar.Date
}

// AskedLine is an exemption with its system.
type AskedLine struct {
	Exemption
	Code, Name string
	Owner      inventory.Department
}

// mostExemptions bounds the lists of exemptions.
const mostExemptions = 500

// Exemptions lists who is let off and what was asked for, of what by sees; of
// one state when it is given.
func (h *Hub) Exemptions(ctx context.Context, by auth.Principal, state ExemptionState) (ExemptionPage, error) {
	if err := by.Require(Viewers()...); err != nil {
		return ExemptionPage{}, err
	}
	if err := h.Settle(ctx); err != nil {
		return ExemptionPage{}, err
	}
	var out ExemptionPage
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		out = ExemptionPage{Today: calendar.DateOf(tx.Now())}
		dir, err := h.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		seen := dir.Within(by.View())
		if out.Policy, err = currentPolicy(tx); err != nil {
			return err
		}
		if out.LetOff, err = letOff(tx, seen); err != nil {
			return err
		}
		for i := range out.LetOff {
			out.LetOff[i].Owner, _ = dir.Find(out.LetOff[i].OwnerID)
		}
		out.Asked, out.Total, err = askedFor(tx, seen, state)
		for i := range out.Asked {
			out.Asked[i].Owner, _ = dir.Find(out.Asked[i].OwnerID)
		}
		return err
	})
	if err != nil {
		return ExemptionPage{}, fmt.Errorf("list exemptions: %w", err)
	}
	return out, nil
}

// FindExemption reads one exemption that by sees, with its system.
func (h *Hub) FindExemption(ctx context.Context, by auth.Principal, id ExemptionID) (AskedLine, error) {
	if err := by.Require(Viewers()...); err != nil {
		return AskedLine{}, err
	}
	var out AskedLine
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		dir, err := h.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		if out.Exemption, err = exemptionByID(tx, id, dir.Within(by.View())); err != nil {
			return err
		}
		s, err := systemByID(tx, out.SystemID)
		out.Code, out.Name = s.Code, s.Name
		out.Owner, _ = dir.Find(out.OwnerID)
		return err
	})
	if err != nil {
		return AskedLine{}, fmt.Errorf("find exemption %d: %w", id, err)
	}
	return out, nil
}
