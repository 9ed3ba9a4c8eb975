package similar

import (
	"fmt"

	"qingce/internal/store"
	"qingce/inventory"
)

// replaced is a system with one that can do its work.
type replaced struct {
	system inventory.SystemID
	Replacement
}

// inService is the condition of a system that goes on doing work.
const inService = "s.phase IN ('trial', 'running') AND s.state NOT IN ('merged', 'retired')"

// replacementsOf reads what is declared and what was judged of the systems.
func replacementsOf(tx *store.Tx, systems []inventory.SystemID) ([]replaced, error) {
	rows, err := tx.Gorm().Raw(`SELECT r.from_id, r.to_id FROM system_relations r JOIN systems s ON s.id = r.to_id
		WHERE r.kind = 'replaced_by' AND r.from_id ? AND `+inService+` ORDER BY r.from_id, r.to_id`, store.Among(tx, systems)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read replacements: %w", err)
	}
	defer rows.Close()
	var out []replaced
	for rows.Next() {
		r := replaced{Replacement: Replacement{Declared: true, Overlap: Unknown, UsersMoved: Unknown}}
		if err := rows.Scan(&r.system, &r.By); err != nil {
			return nil, fmt.Errorf("read a replacement: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}
