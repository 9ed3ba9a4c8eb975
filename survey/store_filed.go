package survey

import (
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// filedRow is a form as the query gives it.
type filedRow struct {
	Filed
	FirstSubmittedAt *time.Time
}

func filedForms(tx *store.Tx, only []auth.DepartmentID) ([]Filed, error) {
	q := tx.Gorm().Table("forms f").Joins("JOIN campaigns c ON c.id = f.campaign_id").Where("c.kind = ?", SelfSurvey).
		Select(`f.id AS form_id, c.code, c.title, c.opens_on, c.due_on, f.department_id, f.state, f.zero, f.none_demand, f.counts_on, f.first_submitted_at`).
		Order("c.opens_on, c.id, f.department_id")
	if only != nil {
		q = q.Where("f.department_id ?", store.Among(tx, only))
	}
	var rows []filedRow
	if err := q.Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the forms of self-surveys: %w", err)
	}
	out := make([]Filed, len(rows))
	for i, r := range rows {
		out[i] = r.Filed
		if r.CountsOn.IsZero() && r.FirstSubmittedAt != nil { // submitted before the day was kept
			out[i].CountsOn = calendar.DateOf(*r.FirstSubmittedAt)
		}
	}
	return out, nil
}

func censuses(tx *store.Tx) ([]Campaign, error) {
	var out []Campaign
	if err := tx.Gorm().Where("kind = ?", Census).Order("opens_on, id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the censuses: %w", err)
	}
	return out, nil
}
