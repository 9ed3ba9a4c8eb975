package sharing

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// FirstDemand is the first demand that a department handed in.
type FirstDemand struct {
	ID           DemandID
	DepartmentID auth.DepartmentID
	Wanted       string
	On           calendar.Date
}

// FirstDemandsIn gives the first demand of each department among some or, with
// nil, among all: that it has told what it needs (方案 part 2 (1)).
func (d *Desk) FirstDemandsIn(tx *store.Tx, only []auth.DepartmentID) (map[auth.DepartmentID]FirstDemand, error) {
	rows, err := handedDemands(tx, only)
	if err != nil {
		return nil, err
	}
	out := map[auth.DepartmentID]FirstDemand{}
	for _, r := range rows {
		if _, ok := out[r.DepartmentID]; !ok {
			out[r.DepartmentID] = FirstDemand{r.ID, r.DepartmentID, r.Wanted, calendar.DateOf(*r.SubmittedAt)}
		}
	}
	return out, nil
}
