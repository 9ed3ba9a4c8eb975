package similar

import (
	"fmt"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
)

// pairRow is a pair as it is kept.
type pairRow struct {
	ID         PairID
	FirstID    inventory.SystemID
	SecondID   inventory.SystemID
	Score      int
	Words      string
	Verdict    Verdict
	Ground     Ground
	KeeperID   *inventory.SystemID
	Note       string
	FirstText  string
	SecondText string
	JudgedAt   *time.Time
	JudgedBy   auth.AccountID
	JudgedName string
	ReopenedAt *time.Time
	FoundAt    time.Time
	ComparedAt time.Time
	Version    int64
}

// TableName is the table of pairs.
func (pairRow) TableName() string { return "similar_pairs" }

// said is what the operation log keeps of a pair.
type said struct {
	Verdict Verdict            `json:"verdict"`
	Ground  Ground             `json:"ground,omitempty"`
	Keeper  inventory.SystemID `json:"keeper,omitempty"`
	Note    string             `json:"note,omitempty"`
}

func (p *pairRow) said() said { return said{p.Verdict, p.Ground, p.keeper(), p.Note} }

// keeper is the system that goes on, 0 for none.
func (p *pairRow) keeper() inventory.SystemID {
	if p.KeeperID == nil {
		return 0
	}
	return *p.KeeperID
}

// tuples are the places of rows in a statement.
func tuples(rows, columns int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", columns), ",") + ")"
	return strings.TrimSuffix(strings.Repeat(one+",", rows), ",")
}

// pairLot is how many pairs one statement writes.
const pairLot = 200

// setPairs adds pairs, or says anew how much they are alike.
func setPairs(tx *store.Tx, rows []pairRow) error {
	for from := 0; from < len(rows); from += pairLot {
		lot := rows[from:min(from+pairLot, len(rows))]
		var args []any
		for _, p := range lot {
			args = append(args, p.FirstID, p.SecondID, p.Score, p.Words, p.Verdict, p.FoundAt, p.ComparedAt)
		}
		places := strings.ReplaceAll(tuples(len(lot), 7), "?)", "?, '', '', '', '', 0, '', 1)")
		err := tx.Gorm().Exec(`INSERT INTO similar_pairs (first_id, second_id, score, words, verdict, found_at, compared_at,
			ground, note, first_text, second_text, judged_by, judged_name, version) VALUES `+places+`
			ON CONFLICT (first_id, second_id) DO UPDATE SET score = excluded.score, words = excluded.words, compared_at = excluded.compared_at`, args...).Error
		if err != nil {
			return fmt.Errorf("keep %d pairs: %w", len(lot), err)
		}
	}
	return nil
}

// declaredRelation is the condition of a pair that the register declares.
const declaredRelation = `EXISTS (SELECT 1 FROM system_relations r WHERE r.kind = 'replaced_by' AND
	(r.from_id = similar_pairs.first_id AND r.to_id = similar_pairs.second_id OR r.from_id = similar_pairs.second_id AND r.to_id = similar_pairs.first_id))`

// dropPairs removes the open pairs of systems that were last compared before a
// moment, but those that are declared or came back.
func dropPairs(tx *store.Tx, ids []inventory.SystemID, before time.Time) (int, error) {
	among := store.Among(tx, ids)
	res := tx.Gorm().Exec(`DELETE FROM similar_pairs WHERE verdict = 'open' AND compared_at < ? AND (first_id ? OR second_id ?)
		AND reopened_at IS NULL AND NOT `+declaredRelation, before, among, among)
	if res.Error != nil {
		return 0, fmt.Errorf("remove pairs: %w", res.Error)
	}
	return int(res.RowsAffected), nil
}

// dropUndeclared removes the open pairs that were only declared, and are not
// any more.
func dropUndeclared(tx *store.Tx, least int) error {
	err := tx.Gorm().Exec("DELETE FROM similar_pairs WHERE verdict = 'open' AND score < ? AND reopened_at IS NULL AND NOT "+declaredRelation, least).Error
	if err != nil {
		return fmt.Errorf("remove pairs that are declared no longer: %w", err)
	}
	return nil
}

// end is a declared replacement.
type end struct{ from, to inventory.SystemID }

// declaredPairs reads the declared replacements between systems that have not
// ended.
func declaredPairs(tx *store.Tx) ([]end, error) {
	rows, err := tx.Gorm().Raw(`SELECT r.from_id, r.to_id FROM system_relations r JOIN systems a ON a.id = r.from_id JOIN systems b ON b.id = r.to_id
		WHERE r.kind = 'replaced_by' AND a.state NOT IN ('merged', 'retired') AND b.state NOT IN ('merged', 'retired') ORDER BY r.from_id, r.to_id`).Rows()
	if err != nil {
		return nil, fmt.Errorf("read declared replacements: %w", err)
	}
	defer rows.Close()
	var out []end
	for rows.Next() {
		var e end
		if err := rows.Scan(&e.from, &e.to); err != nil {
			return nil, fmt.Errorf("read a declared replacement: %w", err)
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// judgedPairs reads the judged pairs of systems.
func judgedPairs(tx *store.Tx, ids []inventory.SystemID) ([]pairRow, error) {
	var out []pairRow
	among := store.Among(tx, ids)
	err := tx.Gorm().Where("verdict <> 'open' AND (first_id ? OR second_id ?)", among, among).Order("id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read judged pairs: %w", err)
	}
	return out, nil
}

// pairByID reads a pair.
func pairByID(tx *store.Tx, id PairID) (pairRow, error) {
	var p pairRow
	if err := tx.Gorm().Where("id = ?", id).Take(&p).Error; err != nil {
		return pairRow{}, fmt.Errorf("find pair %d: %w", id, err)
	}
	return p, nil
}
