package survey

import (
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// Filed is where the form of a body stands in a self-survey, for rooms that hold
// it against the programme.
type Filed struct {
	FormID       FormID
	Code         string // of the campaign
	Title        string
	OpensOn      calendar.Date
	DueOn        calendar.Date
	DepartmentID auth.DepartmentID
	State        FormState
	Zero         bool // a zero report: nothing to declare, and nothing wanted
	NoneDemand   bool
	// CountsOn is the day of submission that counts; zero while it was never
	// submitted.
	CountsOn calendar.Date
}

// FiledIn lists the forms of all self-surveys that were opened, those of some
// bodies or, with nil, of all, the oldest survey first.
func (d *Desk) FiledIn(tx *store.Tx, only []auth.DepartmentID) ([]Filed, error) {
	return filedForms(tx, only)
}

// CensusesIn lists the censuses, the oldest first.
func (d *Desk) CensusesIn(tx *store.Tx) ([]Campaign, error) { return censuses(tx) }
