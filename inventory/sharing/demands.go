package sharing

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// DemandFile is a demand with what stands beside it.
type DemandFile struct {
	Demand Demand
	Steps  []Step
	Clock  *Clock // of the department that is asked
	// AsUser and AsHolder tell whether the reader acts for that side.
	AsUser, AsHolder bool
}

// FindDemand reads a demand that the principal sees: its own, one that it is
// asked about, or anybody's for those who watch over all.
func (d *Desk) FindDemand(ctx context.Context, by auth.Principal, id DemandID) (DemandFile, error) {
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (f DemandFile, err error) {
		seen, err := d.seen(tx, by, DemandWatchers())
		if err != nil {
			return f, err
		}
		if f.Demand, err = demandIn(tx, id, seen); err != nil {
			return f, err
		}
		f.AsUser = d.ofOwn(tx, by, f.Demand.DepartmentID) == nil && by.Is(Writers()...)
		f.AsHolder = f.Demand.HolderID != nil && d.ofOwn(tx, by, *f.Demand.HolderID) == nil && by.Is(Writers()...)
		if f.Steps, err = stepsOf(tx, KindDemand, int64(id)); err != nil {
			return f, err
		}
		f.Clock, err = d.running(tx, KindDemand, int64(id))
		return f, err
	})
}

// DemandQuery narrows a list of demands; what is zero does not narrow.
type DemandQuery struct {
	States     []DemandState
	Department auth.DepartmentID // who needs it, may hold it or is asked
	Search     string
	Waiting    bool // for a step of the principal
	Page, Size int
}

// DemandRow is a demand in a list with the term that runs.
type DemandRow struct {
	Demand
	DueOn calendar.Date
	Clock *Clock `gorm:"serializer:json"`
}

// DemandPage is a part of a list: what is due first comes first.
type DemandPage struct {
	Rows       []DemandRow
	Total      int64
	Page, Size int
}

// ListDemands lists the demands that the principal sees.
func (d *Desk) ListDemands(ctx context.Context, by auth.Principal, q DemandQuery) (DemandPage, error) {
	q.Page, q.Size = pageOf(q.Page, q.Size)
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out DemandPage, err error) {
		seen, err := d.seen(tx, by, DemandWatchers())
		if err != nil {
			return out, err
		}
		who, err := d.sides(tx, by)
		if err != nil {
			return out, err
		}
		out.Page, out.Size = q.Page, q.Size
		if out.Rows, out.Total, err = listDemands(tx, seen, waitsOf(by, who.own), q); err != nil {
			return out, err
		}
		days := make([]calendar.Date, len(out.Rows))
		for i, row := range out.Rows {
			days[i] = row.DueOn
		}
		clocks, err := d.clocks(tx, days, articleDemand)
		for i := range clocks {
			out.Rows[i].Clock = clocks[i]
		}
		return out, err
	})
}

// CountDemands counts the demands that the principal sees by state.
func (d *Desk) CountDemands(ctx context.Context, by auth.Principal) (map[DemandState]int64, error) {
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (map[DemandState]int64, error) {
		seen, err := d.seen(tx, by, DemandWatchers())
		if err != nil {
			return nil, err
		}
		return countDemands(tx, seen)
	})
}

// WaitingDemands counts the demands that wait for a step of the principal.
func (d *Desk) WaitingDemands(ctx context.Context, by auth.Principal) (int64, error) {
	page, err := d.ListDemands(ctx, by, DemandQuery{Waiting: true, Size: 1})
	return page.Total, err
}
