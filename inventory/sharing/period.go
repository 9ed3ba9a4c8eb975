package sharing

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// Dealings is what a department gave and took in a span of days.
type Dealings struct {
	Received int64 // requests of others
	Answered int64 // of them or of earlier ones, in the span
	Asked    int64 // of others
	Used     int64 // times that it used data of others
	Given    int64 // times that others used its data
}

// DealingsIn counts what each department among some or, with nil, among all gave
// and took from one day to another, both included.
func (d *Desk) DealingsIn(tx *store.Tx, only []auth.DepartmentID, from, to calendar.Date) (map[auth.DepartmentID]Dealings, error) {
	out := map[auth.DepartmentID]Dealings{}
	for _, c := range dealingColumns() {
		counts, err := countDealings(tx, c, only, from, to)
		if err != nil {
			return nil, err
		}
		for _, n := range counts {
			one := out[n.Department]
			*c.into(&one) += n.N
			out[n.Department] = one
		}
	}
	return out, nil
}

// dealing is a number of Dealings and where it is counted.
type dealing struct {
	table, who, when string
	days             bool // when is a day and no moment
	into             func(*Dealings) *int64
}

func dealingColumns() []dealing {
	return []dealing{
		{"sharing_requests", "provider_id", "submitted_at", false, func(d *Dealings) *int64 { return &d.Received }},
		{"sharing_requests", "provider_id", "replied_at", false, func(d *Dealings) *int64 { return &d.Answered }},
		{"sharing_requests", "user_id", "submitted_at", false, func(d *Dealings) *int64 { return &d.Asked }},
		{"sharing_uses", "user_id", "used_on", true, func(d *Dealings) *int64 { return &d.Used }},
		{"sharing_uses", "provider_id", "used_on", true, func(d *Dealings) *int64 { return &d.Given }},
	}
}
