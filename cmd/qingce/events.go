package main

import (
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/scoring"
	"qingce/scoring/monthly"
	"qingce/scoring/programme"
)

// events are what has happened in the rooms beside the board of tasks, and asks
// something of the Office: notices whose term has passed are to be reported, and
// months that are over to be scored.
func (r *rooms) events(tx *store.Tx, since calendar.Date) ([]scoring.Occurrence, error) {
	expired, err := r.expiredNotices(tx, since)
	if err != nil {
		return nil, err
	}
	months, err := r.months.EndedIn(tx)
	if err != nil {
		return nil, err
	}
	for _, m := range months {
		if m.PublishedOn.IsZero() || !m.PublishedOn.Before(since) {
			expired = append(expired, scoring.Occurrence{
				Trigger: programme.MonthOver, ID: string(m.Month), On: m.Month.Last(), DoneOn: m.PublishedOn,
				Proof: scoring.Ref{Kind: "month", ID: string(m.Month), Title: string(m.Month), Path: monthly.Month{Month: m.Month}.Latest()},
			})
		}
	}
	return expired, nil
}

// expiredNotices are the notices that were not answered within their term, each
// with the day of the report to the leading group (办法 art. 23).
func (r *rooms) expiredNotices(tx *store.Tx, since calendar.Date) ([]scoring.Occurrence, error) {
	all, err := r.rectify.Through(tx, calendar.DateOf(tx.Now()))
	if err != nil {
		return nil, err
	}
	var out []scoring.Occurrence
	for i := range all {
		n := &all[i]
		settled := n.EscalatedOn.IsZero() && !n.SettledOn.IsZero()
		if n.OverdueFrom.IsZero() || settled || !n.EscalatedOn.IsZero() && n.EscalatedOn.Before(since) {
			continue
		}
		out = append(out, scoring.Occurrence{
			Trigger: programme.RectificationExpired, ID: n.ID.String(), On: n.OverdueFrom.AddDays(-1), DoneOn: n.EscalatedOn,
			Proof: scoring.Ref{Kind: "notice", ID: n.No(), Title: n.No(), Path: n.Address()},
		})
	}
	return out, nil
}
