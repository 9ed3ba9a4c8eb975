package catalog

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/store"
)

// searchOverlaps finds the items that entries of several departments have and
// the hub holds: real data stand behind one of them, and it may be shared.
func searchOverlaps(tx *store.Tx) ([]Overlap, error) {
	var out []Overlap
	err := tx.Gorm().Raw(`SELECT i.name_key, min(i.name) AS name, count(DISTINCT e.owner_id) - 1 AS departments, count(*) AS entries
		FROM catalog_items i JOIN catalog_entries e ON e.id = i.entry_id
		WHERE e.life = 'published' AND i.name_key NOT IN ?
		GROUP BY i.name_key
		HAVING count(DISTINCT e.owner_id) > 1
			AND max(CASE WHEN e.mount_kind <> '' AND e.share_type IN ('1', '2') AND i.share_type IN ('', '1', '2') THEN 1 ELSE 0 END) = 1
		ORDER BY departments DESC, i.name_key LIMIT ?`, commonNames(), mostOverlaps).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("look for items that several departments have: %w", err)
	}
	for i := range out {
		if out[i].HolderID, err = holderOf(tx, out[i].NameKey); err != nil {
			return nil, err
		}
		out[i].State, out[i].FoundAt, out[i].Version = OverlapProposed, tx.Now(), 1
	}
	return out, nil
}

// holderOf is the entry from which the others could have the item.
func holderOf(tx *store.Tx, key string) (EntryID, error) {
	var id EntryID
	err := tx.Gorm().Raw(`SELECT e.id FROM catalog_items i JOIN catalog_entries e ON e.id = i.entry_id
		WHERE i.name_key = ? AND e.life = 'published' AND e.mount_kind <> '' AND e.share_type IN ('1', '2') AND i.share_type IN ('', '1', '2')
		ORDER BY CASE WHEN i.base_item THEN 0 ELSE 1 END, CASE WHEN e.library = 'base' THEN 0 ELSE 1 END, e.id LIMIT 1`, key).Scan(&id).Error
	if err != nil {
		return 0, fmt.Errorf("find who holds %s: %w", key, err)
	}
	return id, nil
}

// putOverlaps keeps what was found: new proposals are added, open ones brought
// up to date, and those that were not found again removed.
func putOverlaps(tx *store.Tx, found []Overlap) (added int, err error) {
	known, err := overlapsByKey(tx)
	if err != nil {
		return 0, err
	}
	for _, o := range found {
		old, ok := known[o.NameKey]
		delete(known, o.NameKey)
		switch {
		case !ok:
			added++
			err = tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&o).Error
		case old.State == OverlapProposed && (old.HolderID != o.HolderID || old.Departments != o.Departments || old.Entries != o.Entries):
			err = tx.Gorm().Exec("UPDATE catalog_overlaps SET holder_id = ?, departments = ?, entries = ?, version = version + 1 WHERE id = ?",
				o.HolderID, o.Departments, o.Entries, old.ID).Error
		}
		if err != nil {
			return 0, fmt.Errorf("keep the overlap of %s: %w", o.Name, err)
		}
	}
	for _, o := range known {
		if o.State != OverlapProposed {
			continue
		}
		if err := tx.Gorm().Exec("DELETE FROM catalog_overlaps WHERE id = ?", o.ID).Error; err != nil {
			return 0, fmt.Errorf("remove the overlap of %s: %w", o.Name, err)
		}
	}
	return added, nil
}

func overlapsByKey(tx *store.Tx) (map[string]Overlap, error) {
	var all []Overlap
	if err := tx.Gorm().Find(&all).Error; err != nil {
		return nil, fmt.Errorf("read overlaps: %w", err)
	}
	out := make(map[string]Overlap, len(all))
	for _, o := range all {
		out[o.NameKey] = o
	}
	return out, nil
}

func overlapByID(tx *store.Tx, id OverlapID) (Overlap, error) {
	var o Overlap
	if err := tx.Gorm().Where("id = ?", id).Take(&o).Error; err != nil {
		return Overlap{}, fmt.Errorf("find overlap %d: %w", id, err)
	}
	return o, nil
}

func listOverlaps(tx *store.Tx, state OverlapState, page, size int) ([]Overlap, int64, error) {
	q := func() *gorm.DB {
		g := tx.Gorm().Model(&Overlap{})
		if state != "" {
			g = g.Where("state = ?", state)
		}
		return g
	}
	var total int64
	if err := q().Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count overlaps: %w", err)
	}
	var out []Overlap
	if err := q().Order("departments DESC, id").Limit(size).Offset((page - 1) * size).Find(&out).Error; err != nil {
		return nil, 0, fmt.Errorf("list overlaps: %w", err)
	}
	return out, total, nil
}

// mostWithItem bounds how many entries of an overlap are shown.
const mostWithItem = 500

func withItem(tx *store.Tx, key string) ([]Entry, error) {
	var out []Entry
	err := tx.Gorm().Where("life = 'published' AND id IN (SELECT entry_id FROM catalog_items WHERE name_key = ?)", key).
		Order("owner_id, code").Limit(mostWithItem).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list the entries with %s: %w", key, err)
	}
	return out, nil
}
