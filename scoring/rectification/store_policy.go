package rectification

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/store"
)

func currentPolicy(tx *store.Tx) (Policy, error) {
	var p Policy
	err := tx.Gorm().Order("version DESC").Limit(1).Take(&p).Error
	switch {
	case isAbsent(err):
		return firstPolicy(), nil
	case err != nil:
		return Policy{}, fmt.Errorf("read rectification policy: %w", err)
	}
	return p, nil
}

func insertPolicy(tx *store.Tx, p *Policy) error {
	err := tx.Gorm().Create(p).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return store.ErrStale // another wrote the same version at the same time
	}
	if err != nil {
		return fmt.Errorf("insert rectification policy %d: %w", p.Version, err)
	}
	return nil
}
