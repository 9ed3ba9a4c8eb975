package inventory

import (
	"fmt"

	"qingce/internal/calendar"
	"qingce/internal/store"
)

// SystemAt is what the register said of a system at the end of a day.
type SystemAt struct {
	ID           SystemID
	Code, Name   string
	OwnerID      DepartmentID
	State        State
	Phase        string
	Classified   bool
	Proposed     string
	Final        string // the approved disposition
	MergedIntoID *SystemID
}

// Shown is the name that may be shown: not that of a classified system.
func (s *SystemAt) Shown() string {
	if s.Classified {
		return MaskedName(s.Code)
	}
	return s.Name
}

// SystemsAt reads all systems as the register had them at the end of a day, in
// the order of their codes. It is for those who count all bodies and knows no
// rights.
func (r *Registry) SystemsAt(tx *store.Tx, day calendar.Date) ([]SystemAt, error) {
	columns := []string{"id", "code", "name", "owner_id", "state", "phase", "classified", "proposed", "final", "merged_into_id"}
	q := tx.Gorm().Table(SystemVersion{}.TableName()).
		Where("valid_from < ? AND (valid_to IS NULL OR valid_to >= ?)", day.EndsAt().UTC(), day.EndsAt().UTC()).Order("code")
	out, err := store.Collect[SystemAt](tx.Context(), q, columns)
	if err != nil {
		return nil, fmt.Errorf("read the systems as of %s: %w", day, err)
	}
	return out, nil
}
