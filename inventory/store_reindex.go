package inventory

import "qingce/internal/store"

// reindexLot is how many systems are read at once while the index is built.
const reindexLot = 500

// clearIndex empties the tables that searches look into.
func clearIndex(tx *store.Tx) error {
	if tx.Engine() == store.SQLite {
		if err := tx.Gorm().Exec("DELETE FROM system_grams").Error; err != nil {
			return err
		}
	}
	return tx.Gorm().Exec("DELETE FROM system_search").Error
}

// eachSystemRow reads all systems, a lot at a time.
func eachSystemRow(tx *store.Tx, fn func(*System) error) error {
	for after := SystemID(0); ; {
		var lot []System
		if err := tx.Gorm().Where("id > ?", after).Order("id").Limit(reindexLot).Find(&lot).Error; err != nil {
			return err
		}
		for i := range lot {
			if err := fn(&lot[i]); err != nil {
				return err
			}
			after = lot[i].ID
		}
		if len(lot) < reindexLot {
			return nil
		}
	}
}
