package catalog

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
)

// entriesAfter reads the next entries of a list by their code.
func entriesAfter(tx *store.Tx, by auth.Principal, s sight, q Query, after string) ([]Entry, error) {
	collate := ""
	if tx.Engine() == store.Postgres {
		collate = ` COLLATE "C"`
	}
	g := narrowed(tx.Gorm().Table(Entry{}.TableName()), by, s, q, today(tx))
	if after != "" {
		g = g.Where("code"+collate+" > ?", after)
	}
	all, err := store.ColumnNames(Entry{})
	if err != nil {
		return nil, err
	}
	lot := make([]Entry, 0, exportLot)
	err = store.Each(tx.Context(), g.Order("code"+collate).Limit(exportLot), all, func(e *Entry) { lot = append(lot, *e) })
	if err != nil {
		return nil, fmt.Errorf("read entries after %s: %w", after, err)
	}
	return lot, nil
}

// namedSystems are the codes of the systems that entries name.
func namedSystems(tx *store.Tx) (map[inventory.SystemID]string, error) {
	var rows []struct {
		ID   inventory.SystemID
		Code string
	}
	err := tx.Gorm().Raw("SELECT id, code FROM systems WHERE id IN (SELECT system_id FROM catalog_entries WHERE system_id IS NOT NULL)").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the systems of the catalog: %w", err)
	}
	out := make(map[inventory.SystemID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Code
	}
	return out, nil
}

// clearIndex empties the tables that searches look into.
func clearIndex(tx *store.Tx) error {
	if tx.Engine() == store.SQLite {
		if err := tx.Gorm().Exec("DELETE FROM catalog_grams").Error; err != nil {
			return err
		}
	}
	return tx.Gorm().Exec("DELETE FROM catalog_search").Error
}

// entriesByNumber reads the next entries by their id.
func entriesByNumber(tx *store.Tx, after EntryID) ([]Entry, error) {
	var lot []Entry
	if err := tx.Gorm().Where("id > ?", after).Order("id").Limit(exportLot).Find(&lot).Error; err != nil {
		return nil, fmt.Errorf("read entries after %d: %w", after, err)
	}
	return lot, nil
}
