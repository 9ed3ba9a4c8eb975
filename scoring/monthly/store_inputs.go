package monthly

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/scoring/scorecard"
)

// countsOf reads the counts of a month, without the rows behind them, in the
// order of the codes.
func countsOf(tx *store.Tx, id MonthID) ([]inputs, error) {
	var out []inputs
	err := tx.Gorm().Select("month_id", "department_id", "code", "name", "region", "counts", "hash").Where("month_id = ?", id).Order("code").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read the counts of month %d: %w", id, err)
	}
	return out, nil
}

// inputOf reads all that is kept of a body.
func inputOf(tx *store.Tx, id MonthID, code string) (inputs, error) {
	var in inputs
	if err := tx.Gorm().Where("month_id = ? AND code = ?", id, code).Take(&in).Error; err != nil {
		return in, fmt.Errorf("read the inputs of %s: %w", code, err)
	}
	return in, nil
}

// eachInput hands all inputs of a month to fn in the order of the codes.
func eachInput(tx *store.Tx, id MonthID, fn func(*inputs) error) error {
	var found error
	columns := []string{"month_id", "department_id", "code", "name", "region", "counts", "facts", "hash"}
	err := store.Each(tx.Context(), tx.Gorm().Table("score_inputs").Where("month_id = ?", id).Order("code"), columns, func(in *inputs) {
		if found == nil {
			found = fn(in)
		}
	})
	if found != nil {
		return found
	}
	if err != nil {
		return fmt.Errorf("read the inputs of month %d: %w", id, err)
	}
	return nil
}

// pastCounts reads the counts of a body in months.
func pastCounts(tx *store.Tx, dept auth.DepartmentID, months []MonthID) (map[MonthID]inputs, error) {
	var rows []inputs
	err := tx.Gorm().Select("month_id", "department_id", "code", "name", "region", "counts", "hash").
		Where("department_id = ? AND month_id ?", dept, store.Among(tx, months)).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read past counts: %w", err)
	}
	out := make(map[MonthID]inputs, len(rows))
	for _, r := range rows {
		out[r.MonthID] = r
	}
	return out, nil
}

// setInputs puts the inputs of a month in the place of those that were there.
func setInputs(tx *store.Tx, id MonthID, rows []inputs) error {
	if err := tx.Gorm().Where("month_id = ?", id).Delete(&inputs{}).Error; err != nil {
		return fmt.Errorf("clear the inputs of month %d: %w", id, err)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Gorm().CreateInBatches(rows, 50).Error; err != nil {
		return fmt.Errorf("insert the inputs of month %d: %w", id, err)
	}
	return nil
}

// replaceInput writes the corrected inputs of a body.
func replaceInput(tx *store.Tx, in *inputs) error {
	done := tx.Gorm().Model(&inputs{}).Where("month_id = ? AND department_id = ?", in.MonthID, in.DepartmentID).
		Updates(map[string]any{"counts": in.Counts, "facts": in.Facts, "hash": in.Hash})
	if done.Error != nil {
		return fmt.Errorf("correct the inputs of %s: %w", in.Code, done.Error)
	}
	if done.RowsAffected == 0 {
		return gorm.ErrRecordNotFound
	}
	return nil
}

// counted reads the counts of the row.
func (in *inputs) counted() (scorecard.Input, error) {
	var out scorecard.Input
	if err := json.Unmarshal([]byte(in.Counts), &out); err != nil {
		return out, fmt.Errorf("read the counts of %s: %w", in.Code, err)
	}
	return out, nil
}

// facts reads the facts of the row.
func (in *inputs) facts() (Facts, error) {
	var out Facts
	if err := json.Unmarshal([]byte(in.Facts), &out); err != nil {
		return out, fmt.Errorf("read the facts of %s: %w", in.Code, err)
	}
	return out, nil
}
