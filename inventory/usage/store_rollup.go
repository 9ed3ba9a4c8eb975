package usage

import (
	"fmt"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// takeTurn waits until no other lot is in work, until the end of the
// transaction.
func takeTurn(tx *store.Tx) error {
	if err := tx.Gorm().Exec("UPDATE usage_progress SET lots = lots + 1 WHERE id = 1").Error; err != nil {
		return fmt.Errorf("take the turn of the roll-up: %w", err)
	}
	return nil
}

func rolledThrough(tx *store.Tx) (day int, err error) {
	if err := tx.Gorm().Raw("SELECT rolled_through FROM usage_progress WHERE id = 1").Scan(&day).Error; err != nil {
		return 0, fmt.Errorf("read how far the roll-up has come: %w", err)
	}
	return day, nil
}

func setRolledThrough(tx *store.Tx, day int) error {
	err := tx.Gorm().Exec("UPDATE usage_progress SET rolled_through = ? WHERE id = 1 AND rolled_through < ?", day, day).Error
	if err != nil {
		return fmt.Errorf("write how far the roll-up has come: %w", err)
	}
	return nil
}

func firstHourKept(tx *store.Tx) (h wire.Hour, ok bool, err error) {
	var found *int64
	if err := tx.Gorm().Raw("SELECT min(bucket) FROM usage_hour").Scan(&found).Error; err != nil {
		return 0, false, fmt.Errorf("find the first hour: %w", err)
	}
	if found == nil {
		return 0, false, nil
	}
	return wire.Hour(*found), true, nil
}

func systemsAfter(tx *store.Tx, after inventory.SystemID, n int) ([]inventory.SystemID, error) {
	var out []inventory.SystemID
	if err := tx.Gorm().Raw("SELECT id FROM systems WHERE id > ? ORDER BY id LIMIT ?", after, n).Scan(&out).Error; err != nil {
		return nil, fmt.Errorf("read the systems after %d: %w", after, err)
	}
	return out, nil
}

// takeDirty removes marks and returns their days, sorted.
func takeDirty(tx *store.Tx, n int) ([]systemDay, error) {
	var rows []struct {
		SystemID inventory.SystemID
		Day      int
	}
	err := tx.Gorm().Raw(`DELETE FROM usage_dirty WHERE (system_id, day) IN
		(SELECT system_id, day FROM usage_dirty ORDER BY system_id, day LIMIT ?) RETURNING system_id, day`, n).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("take marked days: %w", err)
	}
	out := make([]systemDay, len(rows))
	for i, r := range rows {
		out[i] = systemDay{r.SystemID, r.Day}
	}
	return sortedDays(out), nil
}

// witnessOf reads whose the sources of the states are, and which probes see
// only a part.
func witnessOf(tx *store.Tx, states []HourState) (*witness, error) {
	w := &witness{origins: map[SourceID]origin{}, parts: map[ProbeSystemKey]bool{}}
	for i := range states {
		w.origins[states[i].Source] = origin{}
	}
	if len(w.origins) == 0 {
		return w, nil
	}
	ids := make([]int64, 0, len(w.origins))
	for id := range w.origins {
		ids = append(ids, int64(id))
	}
	var rows []sourceRow
	if err := tx.Gorm().Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	probes := map[ProbeID]bool{}
	for _, r := range rows {
		w.origins[SourceID(r.ID)] = origin{ProbeID(r.ProbeID), r.Name}
		probes[ProbeID(r.ProbeID)] = true
	}
	return w, w.readParts(tx, probes)
}

func (w *witness) readParts(tx *store.Tx, probes map[ProbeID]bool) error {
	var rows []ProbeSystem
	if err := tx.Gorm().Where("share = ?", Part).Find(&rows).Error; err != nil {
		return fmt.Errorf("read what probes see a part of: %w", err)
	}
	for _, r := range rows {
		if probes[r.ProbeID] {
			w.parts[ProbeSystemKey{r.ProbeID, r.SystemID}] = true
		}
	}
	return nil
}
