package usage

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/store"
	"qingce/inventory"
)

var givenColumns = append([]string{"system_id", "day", "upload_id", "measured", "last_write", "given_by", "given_at"}, signalColumns()...)

// insertGiven writes days of files, in place of what the same file said before.
func insertGiven(tx *store.Tx, days []GivenDay) error {
	for lot := range slices.Chunk(days, factLot) {
		var args []any
		for i := range lot {
			g := &lot[i]
			args = append(args, int64(g.System), dayNumber(g.Date), int64(g.Upload), int64(measuredOf(&g.Values)), secondsOf(g.LastWrite),
				int64(g.By), tx.Now())
			args = valueArgs(args, &g.Values)
		}
		if err := setRows(tx, "usage_day_given", "system_id, day, upload_id", givenColumns, givenColumns[3:], len(lot), args); err != nil {
			return err
		}
	}
	return nil
}

// readGiven hands the days of files to fn.
func readGiven(tx *store.Tx, where string, args []any, fn func(g GivenDay)) error {
	rows, err := tx.Gorm().Raw("SELECT "+strings.Join(givenColumns, ", ")+" FROM usage_day_given "+where, args...).Rows()
	if err != nil {
		return fmt.Errorf("read given days: %w", err)
	}
	defer rows.Close()
	var g GivenDay
	var day int
	var measured int64
	var last sql.NullInt64
	var values valueScan
	places := values.places([]any{&g.System, &day, &g.Upload, &measured, &last, &g.By, &g.At})
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return fmt.Errorf("read a given day: %w", err)
		}
		g.Date, g.Values, g.LastWrite = dateOf(day), values.values(), timeOf(last)
		fn(g)
	}
	return rows.Err()
}

func deleteGiven(tx *store.Tx, upload UploadID) error {
	if err := tx.Gorm().Exec("DELETE FROM usage_day_given WHERE upload_id = ?", upload).Error; err != nil {
		return fmt.Errorf("remove the days of file %d: %w", upload, err)
	}
	return nil
}

// daysGivenBy are the days that a file speaks of.
func daysGivenBy(tx *store.Tx, upload UploadID) ([]systemDay, error) {
	var rows []struct {
		SystemID inventory.SystemID
		Day      int
	}
	err := tx.Gorm().Raw("SELECT system_id, day FROM usage_day_given WHERE upload_id = ? ORDER BY system_id, day", upload).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the days of file %d: %w", upload, err)
	}
	out := make([]systemDay, len(rows))
	for i, r := range rows {
		out[i] = systemDay{r.SystemID, r.Day}
	}
	return out, nil
}
