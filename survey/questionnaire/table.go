package questionnaire

import (
	"encoding/json"
	"slices"

	"qingce/internal/field"
)

// ReadTable reads the rows of an answer to a Table, in canonical text by
// column. What is no table has no rows.
func ReadTable(canonical string) []field.Answers {
	var rows []field.Answers
	if canonical == "" || json.Unmarshal([]byte(canonical), &rows) != nil {
		return nil
	}
	return rows
}

// WriteTable writes rows as an answer; rows without any answer are left out,
// and no rows are no answer.
func WriteTable(rows []field.Answers) string {
	kept := slices.DeleteFunc(slices.Clone(rows), func(r field.Answers) bool {
		for _, v := range r {
			if v != "" {
				return false
			}
		}
		return true
	})
	if len(kept) == 0 {
		return ""
	}
	raw, err := json.Marshal(kept)
	if err != nil { // texts by text are always written
		return ""
	}
	return string(raw)
}
