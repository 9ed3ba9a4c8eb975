package rectification

import (
	"fmt"

	"qingce/internal/calendar"
	"qingce/internal/store"
)

// running is a notice with the day of the term that runs.
type running struct {
	Notice
	RunsTo calendar.Date
}

func noticesIssuedBy(tx *store.Tx, day calendar.Date) ([]running, error) {
	var out []running
	err := withDue(tx).Where("x.number > 0 AND x.issued_on <= ?", day).Select("x.*, d.due_on AS runs_to").Order("x.issued_on, x.id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read notices issued by %s: %w", day, err)
	}
	return out, nil
}

func systemFacts(tx *store.Tx) ([]Fact, error) {
	var out []Fact
	if err := tx.Gorm().Where("system_id IS NOT NULL").Order("notice_id, number").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read systems of notices: %w", err)
	}
	return out, nil
}

// silentNotices are those whose term has passed without a reply.
func silentNotices(tx *store.Tx, most int) ([]running, error) {
	return findRunning(tx, most, []State{Issued, Rejected}, "d.due_on < ?", today(tx))
}

// overdueNotices are those that were not reported to the leading group yet.
func overdueNotices(tx *store.Tx, most int) ([]running, error) {
	return findRunning(tx, most, []State{Overdue}, "x.overdue_from <= ?", today(tx))
}

func findRunning(tx *store.Tx, most int, states []State, where string, args ...any) ([]running, error) {
	var out []running
	err := withDue(tx).Where("x.state IN ?", states).Where(where, args...).Select("x.*, d.due_on AS runs_to").Order("x.id").Limit(most).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("find overdue notices: %w", err)
	}
	return out, nil
}
