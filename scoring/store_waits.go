package scoring

import (
	"fmt"

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
