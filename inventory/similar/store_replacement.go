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

// replacementQuery finds what is declared and what was judged of systems, with
// one that is in service itself. Of a pair that was found different what is
// declared does not count.
const replacementQuery = `
WITH ends AS (
	SELECT from_id, to_id, 1 AS declared FROM system_relations WHERE kind = 'replaced_by' AND from_id %[1]s
	UNION ALL
	SELECT CASE WHEN keeper_id = first_id THEN second_id ELSE first_id END, keeper_id, 0 FROM similar_pairs
	WHERE verdict = 'same' AND (keeper_id = second_id AND first_id %[1]s OR keeper_id = first_id AND second_id %[1]s)
)
SELECT e.from_id, e.to_id, max(e.declared), max(1 - e.declared), max(coalesce(p.score, -1000)), max(CASE WHEN m.users = 'known' THEN m.moved ELSE -1000 END),
	max(CASE WHEN m.shift = 'seen' THEN 1 ELSE 0 END)
FROM ends e JOIN systems s ON s.id = e.to_id
LEFT JOIN similar_pairs p ON p.first_id = CASE WHEN e.from_id < e.to_id THEN e.from_id ELSE e.to_id END
	AND p.second_id = CASE WHEN e.from_id < e.to_id THEN e.to_id ELSE e.from_id END
LEFT JOIN similar_moves m ON m.from_id = e.from_id AND m.to_id = e.to_id
WHERE s.phase IN ('trial', 'running') AND s.state NOT IN ('merged', 'retired') AND coalesce(p.verdict, 'open') <> 'different'
GROUP BY e.from_id, e.to_id ORDER BY e.from_id, e.to_id`

// replacementsOf reads what is declared and what was judged of the systems.
func replacementsOf(tx *store.Tx, systems []inventory.SystemID) ([]replaced, error) {
	among := store.Among(tx, systems)
	rows, err := tx.Gorm().Raw(fmt.Sprintf(replacementQuery, "?"), among, among, among).Rows()
	if err != nil {
		return nil, fmt.Errorf("read replacements: %w", err)
	}
	defer rows.Close()
	var out []replaced
	for rows.Next() {
		var r replaced
		var declared, judged, score, moved, shifted int
		if err := rows.Scan(&r.system, &r.By, &declared, &judged, &score, &moved, &shifted); err != nil {
			return nil, fmt.Errorf("read a replacement: %w", err)
		}
		r.Declared, r.Judged, r.Shifted = declared > 0, judged > 0, shifted > 0
		r.Overlap, r.UsersMoved = float64(score)/1000, float64(moved)/1000
		out = append(out, r)
	}
	return out, rows.Err()
}
