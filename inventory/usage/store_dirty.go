package usage

import (
	"fmt"

	"qingce/internal/store"
)

// insertDirty marks days to be rolled up again. A mark that stands already is
// written again: that holds off a roll-up which is about to take it before it
// can see what is being written here.
func insertDirty(tx *store.Tx, days []systemDay) error {
	err := inLots(tx, len(days), insertDirtySQL, func(from, to int) []any {
		args := make([]any, 0, 3*(to-from))
		for _, d := range days[from:to] {
			args = append(args, int64(d.system), d.day, tx.Now())
		}
		return args
	})
	if err != nil {
		return fmt.Errorf("mark %d days: %w", len(days), err)
	}
	return nil
}

func insertDirtySQL(rows int) string {
	return "INSERT INTO usage_dirty (system_id, day, marked_at) VALUES " + tuples(rows, 3) +
		" ON CONFLICT (system_id, day) DO UPDATE SET marked_at = excluded.marked_at"
}

// keepPast copies the rows that the corrections are about to replace.
func keepPast(tx *store.Tx, corrections []HourState) error {
	text := func(rows int) string { return keepPastSQL(tx.Engine(), rows) }
	err := inLots(tx, len(corrections), text, func(from, to int) []any {
		args := make([]any, 0, 1+4*(to-from))
		for i := from; i < to; i++ {
			h := &corrections[i]
			args = append(args, int64(h.System), int64(h.Hour), int64(h.Source), h.Seq)
		}
		return append(args, tx.Now())
	})
	if err != nil {
		return fmt.Errorf("keep what %d corrections replace: %w", len(corrections), err)
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
