package census

import (
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/survey"
)

func insertVisit(tx *store.Tx, v *Visit) error {
	if err := tx.Gorm().Create(v).Error; err != nil {
		return fmt.Errorf("insert a visit of %s: %w", v.Name, err)
	}
	return nil
}

func visitOf(tx *store.Tx, campaign survey.CampaignID, id VisitID) (Visit, error) {
	var v Visit
	if err := tx.Gorm().Where("id = ? AND campaign_id = ?", id, campaign).Take(&v).Error; err != nil {
		return Visit{}, fmt.Errorf("find visit %d: %w", id, err)
	}
	return v, nil
}

func withdrawVisit(tx *store.Tx, by auth.Principal, id VisitID, reason string) error {
	err := tx.Gorm().Model(&Visit{}).Where("id = ?", id).
		UpdateColumns(map[string]any{"withdrawn_at": tx.Now(), "withdrawn_name": by.Name, "withdrawn_why": reason}).Error
	if err != nil {
		return fmt.Errorf("withdraw visit %d: %w", id, err)
	}
	return nil
}

func visitsOf(tx *store.Tx, campaign survey.CampaignID, seen []auth.DepartmentID, page, size int) ([]Visit, int64, error) {
	q := tx.Gorm().Model(&Visit{}).Where("campaign_id = ?", campaign)
	if seen != nil {
		q = q.Where("department_id IN ?", seen)
	}
	var total int64
	if err := q.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count the visits of campaign %d: %w", campaign, err)
	}
	var out []Visit
	err := q.Session(&gorm.Session{}).Order("visited_on DESC, id DESC").Limit(size).Offset((page - 1) * size).Find(&out).Error
	if err != nil {
		return nil, 0, fmt.Errorf("list the visits of campaign %d: %w", campaign, err)
	}
	return out, total, nil
}
