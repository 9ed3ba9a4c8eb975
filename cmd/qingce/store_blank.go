package main

import (
	"context"
	"fmt"

	"qingce/internal/store"
)

// isBlank tells whether a database holds nobody's data: it is empty, or a first
// start or a restore was cut off before anything was kept.
func isBlank(ctx context.Context, db *store.DB) (bool, error) {
	blank := true
	err := db.Read(ctx, func(tx *store.Tx) error {
		for _, table := range []string{"accounts", "departments", "systems"} {
			if !tx.Gorm().Migrator().HasTable(table) {
				continue
			}
			var rows int64
			if err := tx.Gorm().Table(table).Limit(1).Count(&rows).Error; err != nil {
				return err
			}
			blank = blank && rows == 0
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("look whether the database is empty: %w", err)
	}
	return blank, nil
}
