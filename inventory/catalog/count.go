package catalog

import (
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// Holding is what a department has in the catalog.
type Holding struct {
	Published int64
	Shareable int64 // published and shared with or without conditions
	Mounted   int64 // published and with data behind it
	Stale     int64 // of those mounted, too old on the day
}

// HoldingsIn counts what every department has in the catalog now, with what is
// too old on a day.
func (d *Desk) HoldingsIn(tx *store.Tx, day calendar.Date) (map[DepartmentID]Holding, error) {
	counts, err := countByOwner(tx, day)
	if err != nil {
		return nil, err
	}
	out := make(map[DepartmentID]Holding, len(counts))
	for id, c := range counts {
		out[id] = Holding{Published: c.Published, Shareable: c.T1 + c.T2, Mounted: c.Mounted, Stale: c.Old}
	}
	return out, nil
}
