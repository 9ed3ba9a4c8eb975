package schedule

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/oplog"
)

// yearFacts is a year as the operation log keeps it: a member for each listed
// day, so that of two schedules only the days that differ are kept.
func yearFacts(notice string, days []calendar.Exception) map[string]string {
	f := map[string]string{"notice": notice}
	for _, e := range days {
		f[e.Date.String()] = string(e.Kind) + " " + e.Name
	}
	return f
}

type closureFact struct {
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
	Kind calendar.Kind `json:"kind"`
	Name string        `json:"name"`
}

func (c Closure) facts() closureFact { return closureFact{c.FromOn, c.ToOn, c.Kind, c.Name} }

func (c Closure) entry(action string, before, after any, reason string) oplog.Entry {
	return oplog.Entry{
		Action: action, Kind: "calendar_closure", ID: c.ID.String(), Name: c.Name + " " + c.span(),
		Before: before, After: after, Reason: reason,
	}
}

// dueDay is what a move changes.
type dueDay struct {
	DueOn calendar.Date `json:"due_on"`
}

type dueFact struct {
	Subject    string            `json:"subject"`
	Department auth.DepartmentID `json:"department_id"`
	Article    string            `json:"article,omitempty"`
	EventOn    calendar.Date     `json:"event_on"`
	TermWD     int               `json:"term_wd,omitempty"`
	FixedOn    calendar.Date     `json:"fixed_on"`
	Roll       calendar.Rolling  `json:"roll"`
	DueOn      calendar.Date     `json:"due_on"`
}

func (d Due) facts() dueFact {
	return dueFact{
		Subject: d.SubjectKind + " " + d.SubjectID, Department: d.DepartmentID, Article: d.Article,
		EventOn: d.EventOn, TermWD: d.TermWD, FixedOn: d.FixedOn, Roll: d.Roll, DueOn: d.DueOn,
	}
}

func (d Due) entry(action string, before, after any) oplog.Entry {
	return oplog.Entry{
		Action: action, Kind: "due_date", ID: d.ID.String(), Name: d.SubjectKind + " " + d.SubjectID + " " + d.Title,
		Department: d.DepartmentID, Before: before, After: after,
	}
}
