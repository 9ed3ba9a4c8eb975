package sharing

import (
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory/catalog"
)

// entryName is the name and the abstract of an entry, and whether it is in force.
type entryName struct {
	ID        catalog.EntryID
	Name      string
	Abstract  string
	Life      catalog.Life
	UpdatedAt time.Time
}

// namesSince reads the names of entries that were touched at a moment or later,
// the oldest first.
func namesSince(tx *store.Tx, since time.Time, most int) ([]entryName, error) {
	var out []entryName
	g := tx.Gorm().Table(catalog.Entry{}.TableName()).Select("id, name, abstract, life, updated_at")
	if since.IsZero() {
		g = g.Where("life = ?", catalog.LifePublished)
	} else {
		g = g.Where("updated_at >= ?", since)
	}
	if err := g.Order("updated_at, id").Limit(most).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read names of entries: %w", err)
	}
	return out, nil
}

// candidate is an entry in force that may hold what is wanted.
type candidate struct {
	ID         catalog.EntryID
	Code       string
	Name       string
	Abstract   string
	ProviderID auth.DepartmentID
	ShareType  catalog.ShareType

	items []string
}

// entriesWith finds the entries in force that have the most of some items.
func entriesWith(tx *store.Tx, items []string, most int) ([]catalog.EntryID, error) {
	if len(items) == 0 {
		return nil, nil
	}
	keys := make([]string, len(items))
	for i, name := range items {
		keys[i] = catalog.ItemKey(name)
	}
	var ids []catalog.EntryID
	err := tx.Gorm().Raw(`SELECT i.entry_id FROM catalog_items i JOIN catalog_entries e ON e.id = i.entry_id AND e.life = ?
		WHERE i.name_key IN ? GROUP BY i.entry_id ORDER BY count(*) DESC, i.entry_id LIMIT ?`, catalog.LifePublished, keys, most).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("find entries with the items wanted: %w", err)
	}
	return ids, nil
}

// readCandidates reads entries in force with the names of their items.
func readCandidates(tx *store.Tx, ids []catalog.EntryID) ([]candidate, error) {
	var out []candidate
	if len(ids) == 0 {
		return nil, nil
	}
	err := tx.Gorm().Table(catalog.Entry{}.TableName()).Select("id, code, name, abstract, provider_id, share_type").
		Where("life = ? AND id ?", catalog.LifePublished, store.Among(tx, ids)).Order("id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read %d entries: %w", len(ids), err)
	}
	var items []struct {
		EntryID catalog.EntryID
		Name    string
	}
	if err := tx.Gorm().Table("catalog_items").Select("entry_id, name").Where("entry_id ?", store.Among(tx, ids)).Order("entry_id, position").Find(&items).Error; err != nil {
		return nil, fmt.Errorf("read the items of %d entries: %w", len(ids), err)
	}
	byEntry := map[catalog.EntryID][]string{}
	for _, i := range items {
		byEntry[i.EntryID] = append(byEntry[i.EntryID], i.Name)
	}
	for i := range out {
		out[i].items = byEntry[out[i].ID]
	}
	return out, nil
}
