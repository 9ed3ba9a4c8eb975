package account

import (
	"fmt"

	"qingce/internal/store"
)

func currentPolicy(tx *store.Tx) (Policy, error) {
	var p Policy
	if err := tx.Gorm().Order("version DESC").Take(&p).Error; err != nil {
		return p, fmt.Errorf("read account policy: %w", err)
	}
	p.ChangedAt = p.ChangedAt.UTC()
	return p, nil
}

func insertPolicy(tx *store.Tx, p Policy) error { return taken(tx.Gorm().Create(&p).Error) }
