package rectification

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// Cases are the notices to a body that a month counts by.
type Cases struct {
	// Overdue were overdue on some day of the month: each costs points in it.
	Overdue []Notice
	// Open were issued and not closed at the end.
	Open []Notice
	// Misuse and FalseReport were proven in the month.
	Misuse, FalseReport []Notice
}

// CasesAt gives what a month ("2006-01") counts by, as it stood on the day
// through, for every body that has any. It takes a fixed number of queries.
func (d *Desk) CasesAt(tx *store.Tx, month string, through calendar.Date) (map[auth.DepartmentID]Cases, error) {
	first, err := calendar.ParseDate(month + "-01")
	if err != nil {
		return nil, fmt.Errorf("month of cases: %w", err)
	}
	last := first.MonthEnd()
	if through.Before(last) {
		last = through
	}
	all, err := d.issuedBy(tx, through)
	if err != nil {
		return nil, err
	}
	out := map[auth.DepartmentID]Cases{}
	within := func(day calendar.Date) bool { return !day.IsZero() && !day.Before(first) && !day.After(last) }
	for _, n := range all {
		c := out[n.DepartmentID]
		if !n.OverdueFrom.IsZero() && !n.OverdueFrom.After(last) && (n.SettledOn.IsZero() || !n.SettledOn.Before(first)) {
			c.Overdue = append(c.Overdue, n)
		}
		if n.ClosedOn.IsZero() || n.ClosedOn.After(through) {
			c.Open = append(c.Open, n)
		}
		if within(n.MisuseOn) {
			c.Misuse = append(c.Misuse, n)
		}
		if within(n.FalseOn) {
			c.FalseReport = append(c.FalseReport, n)
		}
		if len(c.Overdue)+len(c.Open)+len(c.Misuse)+len(c.FalseReport) > 0 {
			out[n.DepartmentID] = c
		}
	}
	return out, nil
}

// OpenOn gives the notices in the situations R1 to R4 that were overdue on a
// day, by the systems that they speak of and by body. It takes a fixed number
// of queries.
func (d *Desk) OpenOn(tx *store.Tx, day calendar.Date) (map[inventory.SystemID][]Notice, map[auth.DepartmentID][]Notice, error) {
	all, err := d.issuedBy(tx, day)
	if err != nil {
		return nil, nil, err
	}
	byID, bodies := map[NoticeID]Notice{}, map[auth.DepartmentID][]Notice{}
	for _, n := range all {
		if n.Situation != R5 && n.OverdueOn(day) {
			byID[n.ID] = n
			bodies[n.DepartmentID] = append(bodies[n.DepartmentID], n)
		}
	}
	facts, err := systemFacts(tx)
	if err != nil {
		return nil, nil, err
	}
	systems := map[inventory.SystemID][]Notice{}
	for _, f := range facts {
		if n, ok := byID[f.NoticeID]; ok {
			systems[*f.SystemID] = append(systems[*f.SystemID], n)
		}
	}
	return systems, bodies, nil
}

// Through lists the notices that were issued by a day, in the order in which
// they were issued.
func (d *Desk) Through(tx *store.Tx, day calendar.Date) ([]Notice, error) { return d.issuedBy(tx, day) }

// issuedBy lists the notices that were issued by a day. What is overdue by its
// due date, though no sweep has noted it yet, counts as overdue.
func (d *Desk) issuedBy(tx *store.Tx, day calendar.Date) ([]Notice, error) {
	all, err := noticesIssuedBy(tx, day)
	if err != nil {
		return nil, err
	}
	out := make([]Notice, len(all))
	for i, row := range all {
		out[i] = row.Notice
		if row.OverdueFrom.IsZero() && !row.RunsTo.IsZero() && row.RunsTo.Before(day) {
			out[i].OverdueFrom = row.RunsTo.AddDays(1)
		}
	}
	return out, nil
}
