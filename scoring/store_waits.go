package scoring

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// countFiled counts the reports that nobody has decided on.
func countFiled(tx *store.Tx) (int64, error) {
	var n int64
	if err := tx.Gorm().Model(&Report{}).Where("state = ?", ReportFiled).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count filed reports: %w", err)
	}
	return n, nil
}

// countSent counts what some departments have handed in and nobody has decided on.
func countSent(tx *store.Tx, own []auth.DepartmentID) (Sent, error) {
	var out Sent
	if err := among(tx, tx.Gorm().Model(&Report{}).Where("state = ?", ReportFiled), own).Count(&out.Reports).Error; err != nil {
		return out, fmt.Errorf("count own filed reports: %w", err)
	}
	if err := among(tx, tx.Gorm().Model(&Handing{}).Where("state = ?", HandingIn), own).Count(&out.Evidence).Error; err != nil {
		return out, fmt.Errorf("count own evidence: %w", err)
	}
	return out, nil
}
