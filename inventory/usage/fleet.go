package usage

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// FleetQuery asks how the systems are covered. From and To must be given.
type FleetQuery struct {
	From, To calendar.Date // at most 400 days
	// Owner limits to a department, States to states, Search to a part of name
	// or code; zero members do not.
	Owner  auth.DepartmentID
	States []inventory.State
	Search string
	// Sort is code, name, measured, covered, users or last_use (within the span);
	// code when it is empty.
	Sort       string
	Descending bool
	// Page counts from 1; Size is at most 200, and 50 when not given.
	Page, Size int
}

const longestFleet = 400

// FleetPage is one page of the fleet.
type FleetPage struct {
	Rows       []FleetRow
	Total      int64
	From, To   calendar.Date
	Page, Size int
}

// FleetRow is how one system is covered in the span.
type FleetRow struct {
	ID      inventory.SystemID
	Code    string
	Name    string
	OwnerID auth.DepartmentID
	State   inventory.State
	// Days are those of the span, in order; nothing measured where nothing is
	// known.
	Days []FleetDay
	// MeasuredDays and CoveredDays count those on which any signal was.
	MeasuredDays, CoveredDays int
	// LastUse is over all days that are kept.
	LastUse LastUse
	// MostUsers is the greatest number of users of one day of the span; nil when
	// they were not measured.
	MostUsers *int64
}

// FleetDay is a cell of the heat map.
type FleetDay struct {
	Measured, Covered SignalSet
	Minutes           int
	Used              bool // by people, as far as is known
}

// Fleet gives one page of the systems that the principal may see.
func (l *Ledger) Fleet(ctx context.Context, by auth.Principal, q FleetQuery) (FleetPage, error) {
	if err := by.Require(FactViewers()...); err != nil {
		return FleetPage{}, err
	}
	if err := q.complete(); err != nil {
		return FleetPage{}, err
	}
	page := FleetPage{From: q.From, To: q.To, Page: q.Page, Size: q.Size}
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		owners, err := l.ownersFor(tx, by, q.Owner)
		if err != nil {
			return err
		}
		lines, total, err := fleetLines(tx, q, owners)
		if err != nil {
			return err
		}
		page.Total = total
		page.Rows, err = fleetRows(tx, q, lines)
		return err
	})
	if err != nil {
		return FleetPage{}, fmt.Errorf("read the fleet: %w", err)
	}
	return page, nil
}

// complete fills in what was not given and refuses what cannot be answered.
func (q *FleetQuery) complete() error {
	if n := q.To.DaysSince(q.From) + 1; n < 1 || n > longestFleet {
		return fault.Refuse([]fault.Field{fault.At("from", "usage.err.span", "most", longestFleet)})
	}
	if _, ok := fleetOrders[q.Sort]; !ok {
		q.Sort = "code"
	}
	if q.Size < 1 || q.Size > 200 {
		q.Size = 50
	}
	q.Page = max(q.Page, 1)
	return nil
}

// ownersFor are the departments whose systems are asked for and may be seen;
// nil is all.
func (l *Ledger) ownersFor(tx *store.Tx, by auth.Principal, owner auth.DepartmentID) ([]auth.DepartmentID, error) {
	d, err := l.registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	scope := by.View()
	if by.Console() {
		scope = auth.Scope{All: true}
	}
	switch {
	case owner == 0:
		return d.Within(scope), nil
	case d.Covers(scope, owner):
		return []auth.DepartmentID{owner}, nil
	}
	return []auth.DepartmentID{}, nil
}

func fleetRows(tx *store.Tx, q FleetQuery, lines []fleetLine) ([]FleetRow, error) {
	out := make([]FleetRow, len(lines))
	place := map[inventory.SystemID]int{}
	ids := make([]inventory.SystemID, len(lines))
	for i, line := range lines {
		ids[i], place[line.ID] = line.ID, i
		out[i] = FleetRow{
			ID: line.ID, Code: line.Code, Name: line.Name, OwnerID: line.OwnerID, State: line.State, MeasuredDays: line.Measured,
			CoveredDays: line.Covered, MostUsers: line.MostUsers, Days: make([]FleetDay, q.To.DaysSince(q.From)+1),
		}
	}
	if len(lines) == 0 {
		return out, nil
	}
	first := dayNumber(q.From)
	err := readDays(tx, "WHERE system_id ? AND day BETWEEN ? AND ?", []any{store.Among(tx, ids), first, dayNumber(q.To)}, func(d dayFacts) {
		shown := d.shown()
		used, _ := shown.Used()
		out[place[d.system]].Days[d.day-first] = FleetDay{d.measured, d.covered, d.minutes, used}
	})
	if err != nil {
		return nil, err
	}
	uses, err := lastUses(tx, ids)
	for i := range out {
		out[i].LastUse = uses[out[i].ID]
	}
	return out, err
}
