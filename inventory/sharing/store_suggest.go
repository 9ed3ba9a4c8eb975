package sharing

import (
	"fmt"
	"time"

	"qingce/internal/store"
	"qingce/inventory/catalog"
)

// entryName is the name of an entry, and whether it is in force.
type entryName struct {
	ID        catalog.EntryID
	Name      string
	Life      catalog.Life
	UpdatedAt time.Time
}

// namesSince reads the names of entries that were touched at a moment or later,
// the oldest first.
func namesSince(tx *store.Tx, since time.Time, most int) ([]entryName, error) {
	var out []entryName
	g := tx.Gorm().Table(catalog.Entry{}.TableName()).Select("id, name, life, updated_at")
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
