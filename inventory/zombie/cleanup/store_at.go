package cleanup

import (
	"fmt"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// StandAt is how the clean-up of a system stood at the end of a day.
type StandAt struct {
	Address string // of the case
	// Confirmed tells that the clean-up was decided, and that nothing put it aside
	// since.
	Confirmed bool
	// Reopened tells that the system was used again after its clean-up, and that
	// what was done about it had not been accepted.
	Reopened bool
	// CleanedOn is the day of the last acceptance, zero before one.
	CleanedOn calendar.Date
}

// CleanedAt gives how the clean-ups that were ever confirmed stood at the end of a
// day, from the steps up to then. It is for those who count all bodies and knows no
// rights.
func (d *Desk) CleanedAt(tx *store.Tx, day calendar.Date) (map[inventory.SystemID]StandAt, error) {
	var rows []struct {
		No       string
		SystemID inventory.SystemID
		Step
	}
	err := tx.Gorm().Raw(`SELECT c.no, c.system_id, s.* FROM zombie_case_steps s JOIN zombie_cases c ON c.id = s.case_id
		WHERE s.at < ? AND s.action IN ('confirm', 'exempt', 'accept', 'reopened') ORDER BY s.case_id, s.number`, day.EndsAt().UTC()).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read clean-ups as of %s: %w", day, err)
	}
	out := map[inventory.SystemID]StandAt{}
	for _, r := range rows {
		c := Case{No: r.No}
		at := out[r.SystemID]
		at.Address = c.Address()
		at.take(r.Step)
		out[r.SystemID] = at
	}
	return out, nil
}

// take brings a step into what is known of a clean-up.
func (at *StandAt) take(s Step) {
	switch s.Action {
	case string(Confirm):
		*at = StandAt{Address: at.Address, Confirmed: true}
	case string(MakeExempt):
		at.Confirmed = false
	case string(Accept):
		at.Reopened, at.CleanedOn = false, calendar.DateOf(s.At)
	default:
		at.Reopened = true
	}
}
