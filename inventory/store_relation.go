package inventory

import (
	"fmt"

	"qingce/internal/store"
)

// neighbourQuery finds both ends of relations, the whole and the parts, and
// what was merged into what.
const neighbourQuery = `
SELECT r.id AS relation_id, r.kind, (1 = 1) AS outgoing, s.code, s.name, s.owner_id, r.note
  FROM system_relations r JOIN systems s ON s.id = r.to_id WHERE r.from_id = @id
UNION ALL
SELECT r.id, r.kind, (1 = 0), s.code, s.name, s.owner_id, r.note
  FROM system_relations r JOIN systems s ON s.id = r.from_id WHERE r.to_id = @id
UNION ALL
SELECT 0, 'part', (1 = 0), s.code, s.name, s.owner_id, '' FROM systems s WHERE s.parent_system_id = @id
UNION ALL
SELECT 0, 'part_of', (1 = 1), s.code, s.name, s.owner_id, '' FROM systems s WHERE s.id = @parent
UNION ALL
SELECT 0, 'merged_from', (1 = 0), s.code, s.name, s.owner_id, '' FROM systems s WHERE s.merged_into_id = @id
UNION ALL
SELECT 0, 'merged_into', (1 = 1), s.code, s.name, s.owner_id, '' FROM systems s WHERE s.id = @target
ORDER BY 2, 4`

func neighbours(tx *store.Tx, s System) ([]Neighbour, error) {
	var out []Neighbour
	err := tx.Gorm().Raw(neighbourQuery, map[string]any{
		"id": s.ID, "parent": idOr(s.ParentSystemID), "target": idOr(s.MergedIntoID),
	}).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read neighbours of %s: %w", s.Code, err)
	}
	return out, nil
}

// idOr is the id, or one that no row has.
func idOr(id *SystemID) SystemID {
	if id == nil {
		return -1
	}
	return *id
}

// addRelation adds a relation; false when it is there already.
func addRelation(tx *store.Tx, rel *Relation) (bool, error) {
	res := tx.Gorm().Exec(`INSERT INTO system_relations (from_id, to_id, kind, note, created_at, created_by)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (from_id, to_id, kind) DO NOTHING`,
		rel.FromID, rel.ToID, rel.Kind, rel.Note, rel.CreatedAt, rel.CreatedBy)
	if res.Error != nil {
		return false, fmt.Errorf("add relation: %w", res.Error)
	}
	return res.RowsAffected > 0, nil
}

// removeRelation removes a relation that goes out from a system.
func removeRelation(tx *store.Tx, from SystemID, id RelationID) (Relation, error) {
	var rel Relation
	if err := tx.Gorm().Where("id = ? AND from_id = ?", id, from).Take(&rel).Error; err != nil {
		return rel, err
	}
	if err := tx.Gorm().Exec("DELETE FROM system_relations WHERE id = ?", id).Error; err != nil {
		return rel, fmt.Errorf("remove relation %d: %w", id, err)
	}
	return rel, nil
}
