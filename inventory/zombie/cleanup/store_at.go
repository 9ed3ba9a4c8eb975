package cleanup

import (
	"fmt"

	"qingce/internal/auth"
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

// SumsAt is how the clean-up of all systems stood at the end of a day.
type SumsAt struct {
	Found   int64 // cases that were confirmed and not let off
	Cleaned int64 // of them, accepted and not reopened
	Saved   int64 // what those cost to run in a year, in fen
}

// sumsAt adds up the cases of departments by the last step that counts.
func sumsAt(tx *store.Tx, seen []auth.DepartmentID, day calendar.Date) (SumsAt, error) {
	var out SumsAt
	err := within(tx.Gorm().Table("zombie_case_steps s"), seen).
		Joins("JOIN zombie_cases c ON c.id = s.case_id").
		Joins(`JOIN (SELECT case_id, max(number) AS number FROM zombie_case_steps WHERE at < ? AND action IN ('confirm', 'accept', 'reopened', 'exempt') GROUP BY case_id) l
			ON l.case_id = s.case_id AND l.number = s.number`, day.EndsAt().UTC()).
		Where("s.action <> 'exempt'").
		Select(`count(*) AS found, coalesce(sum(CASE WHEN s.action = 'accept' THEN 1 ELSE 0 END), 0) AS cleaned,
			coalesce(sum(CASE WHEN s.action = 'accept' THEN c.om_saved ELSE 0 END), 0) AS saved`).Scan(&out).Error
	if err != nil {
		return out, fmt.Errorf("add up clean-ups as of %s: %w", day, err)
	}
	return out, nil
}
