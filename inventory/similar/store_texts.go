package similar

import (
	"fmt"
	"time"

	"qingce/internal/store"
	"qingce/inventory"
)

// eachDescribed reads the texts of the systems that changed since, of all when
// since is zero.
func eachDescribed(tx *store.Tx, since time.Time, fn func(*described)) error {
	q := tx.Gorm().Table(inventory.System{}.TableName())
	if !since.IsZero() {
		q = q.Where("updated_at >= ?", since)
	}
	columns := []string{"id", "name", "function_desc", "classified", "state", "updated_at"}
	if err := store.Each(tx.Context(), q, columns, fn); err != nil {
		return fmt.Errorf("read what systems do: %w", err)
	}
	return nil
}

// sideColumns are what is shown of a system.
const sideColumns = "id, code, owner_id, name, state, phase, om_amount_year"

// sidesOf reads systems as sides of a pair.
func sidesOf(tx *store.Tx, ids []inventory.SystemID) (map[inventory.SystemID]Side, error) {
	var rows []Side
	err := tx.Gorm().Table(inventory.System{}.TableName()).Select(sideColumns).Where("id ?", store.Among(tx, ids)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read systems that are alike: %w", err)
	}
	out := make(map[inventory.SystemID]Side, len(rows))
	for _, r := range rows {
		out[r.ID] = r
	}
	return out, nil
}

// comparedTexts reads the texts as they were last compared.
func comparedTexts(tx *store.Tx) (map[inventory.SystemID]string, error) {
	rows, err := tx.Gorm().Raw("SELECT system_id, body FROM similar_texts").Rows()
	if err != nil {
		return nil, fmt.Errorf("read compared texts: %w", err)
	}
	defer rows.Close()
	out := map[inventory.SystemID]string{}
	for rows.Next() {
		var id inventory.SystemID
		var b string
		if err := rows.Scan(&id, &b); err != nil {
			return nil, fmt.Errorf("read a compared text: %w", err)
		}
		out[id] = b
	}
	return out, rows.Err()
}

// keepTexts notes the texts that were compared.
func keepTexts(tx *store.Tx, ids []inventory.SystemID, all map[inventory.SystemID]string) error {
	args := make([]any, 0, 3*len(ids))
	for _, id := range ids {
		args = append(args, id, all[id], tx.Now())
	}
	err := tx.Gorm().Exec("INSERT INTO similar_texts (system_id, body, compared_at) VALUES "+tuples(len(ids), 3)+
		" ON CONFLICT (system_id) DO UPDATE SET body = excluded.body, compared_at = excluded.compared_at", args...).Error
	if err != nil {
		return fmt.Errorf("keep compared texts: %w", err)
	}
	return nil
}

// dropTexts forgets systems that are compared no longer.
func dropTexts(tx *store.Tx, ids []inventory.SystemID) error {
	if err := tx.Gorm().Exec("DELETE FROM similar_texts WHERE system_id ?", store.Among(tx, ids)).Error; err != nil {
		return fmt.Errorf("drop compared texts: %w", err)
	}
	return nil
}
