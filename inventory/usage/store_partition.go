package usage

import (
	"fmt"

	"qingce/internal/store"
)

// createPartition makes a partition that is not there. It is made beside the
// table and then attached, for which writers need not stand aside; the lock
// keeps a second one from doing the same.
func createPartition(tx *store.Tx, of partitioned, month int) error {
	name := of.name(month)
	if err := tx.Gorm().Exec("LOCK TABLE " + of.table + " IN SHARE UPDATE EXCLUSIVE MODE").Error; err != nil {
		return fmt.Errorf("lock %s: %w", of.table, err)
	}
	var there bool
	if err := tx.Gorm().Raw("SELECT to_regclass(?) IS NOT NULL", name).Scan(&there).Error; err != nil || there {
		return err
	}
	for _, sql := range []string{
		fmt.Sprintf("CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (fillfactor = %d)", name, of.table, of.fill),
		fmt.Sprintf("ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%d) TO (%d)", of.table, name, of.bound(month), of.bound(month+1)),
	} {
		if err := tx.Gorm().Exec(sql).Error; err != nil {
			return fmt.Errorf("make partition %s: %w", name, err)
		}
	}
	return nil
}
