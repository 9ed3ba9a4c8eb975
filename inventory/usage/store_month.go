package usage

import (
	"fmt"
	"slices"

	"qingce/internal/store"
	"qingce/inventory"
)

var (
	monthFields = append([]string{
		"measured", "minutes", "active_hours", "active_days", "work_requests", "notes", "last_write", "days",
		"users_sketch", "machines_sketch", "sketch_key",
	}, signalColumns()...)
	monthColumns = append([]string{"system_id", "month"}, monthFields...)
)

func writeMonths(tx *store.Tx, months []monthFacts) error {
	for lot := range slices.Chunk(months, factLot) {
		var args []any
		for i := range lot {
			m := &lot[i]
			args = append(args, int64(m.system), m.month, int64(m.measured), m.minutes, m.active, m.activeDays, m.work, m.notes,
				secondsOf(m.last), m.packedDays(), orNil(m.ext.users), orNil(m.ext.machines), textOrNil(m.ext.key))
			args = valueArgs(args, &m.values)
		}
		if err := setRows(tx, "usage_month", "system_id, month", monthColumns, monthFields, len(lot), args); err != nil {
			return err
		}
	}
	return nil
}

func deleteMonths(tx *store.Tx, systems []inventory.SystemID, month int) error {
	if len(systems) == 0 {
		return nil
	}
	if err := tx.Gorm().Exec("DELETE FROM usage_month WHERE month = ? AND system_id IN ?", month, systems).Error; err != nil {
		return fmt.Errorf("remove months: %w", err)
	}
	return nil
}
