package usage

import (
	"fmt"
	"slices"

	"qingce/internal/store"
)

// insertDirty marks days to be rolled up again. A mark that stands already is
// written again: that holds off a roll-up which is about to take it before it
// can see what is being written here.
func insertDirty(tx *store.Tx, days []systemDay) error {
	for lot := range slices.Chunk(days, upsertLot) {
		args := make([]any, 0, 3*len(lot))
		for _, d := range lot {
			args = append(args, int64(d.system), d.day, tx.Now())
		}
		err := tx.Gorm().Exec("INSERT INTO usage_dirty (system_id, day, marked_at) VALUES "+tuples(len(lot), 3)+
			" ON CONFLICT (system_id, day) DO UPDATE SET marked_at = excluded.marked_at", args...).Error
		if err != nil {
			return fmt.Errorf("mark %d days: %w", len(lot), err)
		}
	}
	return nil
}

// keepPast copies the rows that the corrections are about to replace.
func keepPast(tx *store.Tx, corrections []HourState) error {
	for lot := range slices.Chunk(corrections, upsertLot) {
		args := make([]any, 0, 1+4*len(lot))
		for i := range lot {
			h := &lot[i]
			args = append(args, int64(h.System), int64(h.Hour), int64(h.Source), h.Seq)
		}
		args = append(args, tx.Now())
		err := tx.Gorm().Exec(keepPastSQL(tx.Engine(), len(lot)), args...).Error
		if err != nil {
			return fmt.Errorf("keep what %d corrections replace: %w", len(lot), err)
		}
	}
	return nil
}

func keepPastSQL(engine store.Engine, rows int) string {
	at, values := "?", "VALUES "+tuples(rows, 4)
	if engine == store.Postgres { // which does not guess types
		at = "?::timestamptz"
		values = "VALUES (?::bigint, ?::integer, ?::integer, ?::bigint)"
		if rows > 1 {
			values += ", " + tuples(rows-1, 4)
		}
	}
	return "WITH c (s, b, o, n) AS (" + values + ") INSERT INTO usage_hour_past (" + hourList + ", replaced_at) SELECT " +
		prefixed("t", hourColumns) + ", " + at + " FROM c JOIN usage_hour t ON t.system_id = c.s AND t.bucket = c.b AND t.source_id = c.o " +
		"WHERE c.n > t.seq ON CONFLICT (system_id, bucket, source_id, seq) DO NOTHING"
}
