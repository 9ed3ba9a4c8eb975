package hub

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// DayMove is what a day did to the numbers of a department: how many of its
// systems more must be connected, and how many of these more are.
type DayMove struct {
	OnDay        calendar.Date
	DepartmentID auth.DepartmentID
	Must         int64
	Counted      int64
}

// MovesIn gives everything that moved the numbers of some departments or, with
// nil, of all, up to a day and in the order of days. What was not settled yet is
// not in it (Settle).
func (h *Hub) MovesIn(tx *store.Tx, only []auth.DepartmentID, through calendar.Date) ([]DayMove, error) {
	rows, err := deltas(tx, only, firstDay(), through)
	if err != nil {
		return nil, err
	}
	out := make([]DayMove, len(rows))
	for i, r := range rows {
		out[i] = DayMove{r.OnDay, r.OwnerID, r.Must, r.Counted}
	}
	return out, nil
}

// firstDay is before anything was connected.
func firstDay() calendar.Date { return calendar.NewDate(1990, 1, 1) }
