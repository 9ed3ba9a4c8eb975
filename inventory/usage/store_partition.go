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

func countPartitions(tx *store.Tx) (n int, err error) {
	for _, of := range []partitioned{hourParts, dayParts, extParts} {
		months, err := partitionMonths(tx, of)
		if err != nil {
			return 0, err
		}
		n += len(months)
	}
	return n, nil
}

// partitionMonths lists the months of which a table has partitions.
func partitionMonths(tx *store.Tx, of partitioned) ([]int, error) {
	var names []string
	err := tx.Gorm().Raw("SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass(?) ORDER BY 1",
		of.table).Scan(&names).Error
	if err != nil {
		return nil, fmt.Errorf("list the partitions of %s: %w", of.table, err)
	}
	var out []int
	for _, name := range names {
		if month, ok := of.monthOf(name); ok {
			out = append(out, month)
		}
	}
	return out, nil
}

func dropPartition(tx *store.Tx, of partitioned, month int) error {
	if err := tx.Gorm().Exec("DROP TABLE " + of.name(month)).Error; err != nil {
		return fmt.Errorf("drop partition %s: %w", of.name(month), err)
	}
	return nil
}

// deleteLot removes some rows from below a bound.
func deleteLot(tx *store.Tx, table, column string, before, n int) (int64, error) {
	key := "system_id, " + column
	done := tx.Gorm().Exec("DELETE FROM "+table+" WHERE "+column+" < ? AND ("+key+") IN (SELECT "+key+" FROM "+table+
		" WHERE "+column+" < ? LIMIT ?)", before, before, n)
	if done.Error != nil {
		return 0, fmt.Errorf("remove old rows of %s: %w", table, done.Error)
	}
	return done.RowsAffected, nil
}

// hasFacts tells whether the schema has the tables of facts.
func hasFacts(tx *store.Tx) (there bool, err error) {
	if err := tx.Gorm().Raw("SELECT to_regclass('usage_hour') IS NOT NULL").Scan(&there).Error; err != nil {
		return false, fmt.Errorf("look for the tables of facts: %w", err)
	}
	return there, nil
}
