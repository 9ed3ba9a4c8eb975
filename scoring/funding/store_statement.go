package funding

import (
	"fmt"

	"qingce/internal/store"
)

// statementRow is an item with its department and the digest of its facts.
type statementRow struct {
	Row
	Digest string
}

// statementLines reads every item of a run, by department and code.
func statementLines(tx *store.Tx, run RunID) ([]StatementLine, error) {
	var rows []statementRow
	err := tx.Gorm().Table("funding_items i").
		Joins("JOIN departments d ON d.id = i.department_id JOIN funding_findings f ON f.item_id = i.id AND f.number = i.finding").
		Where("i.run_id = ?", run).Select("i.*, d.name AS department_name, d.code AS department_code, f.digest").
		Order("d.code, i.code").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the lines of run %d: %w", run, err)
	}
	out := make([]StatementLine, len(rows))
	for i := range rows {
		out[i] = rows[i].line()
	}
	return out, nil
}
