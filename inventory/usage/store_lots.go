package usage

import (
	"qingce/internal/store"
)

const (
	// upsertLot is how many rows one statement holds: SQLite takes 32,766 values.
	upsertLot = 500
	// parsedLot is how many rows a statement holds that SQLite parses once for
	// many lots.
	parsedLot = 64
)

// inLots runs a statement for n rows, a lot at a time: text is the statement for
// so many rows, args the values of the rows from one to before another. SQLite
// takes about as long to parse a statement of many rows as to run it, so there
// one is parsed for all whole lots.
func inLots(tx *store.Tx, n int, text func(rows int) string, args func(from, to int) []any) error {
	done := 0
	if tx.Engine() == store.SQLite && n >= 2*parsedLot {
		stmt, err := tx.Gorm().Statement.ConnPool.PrepareContext(tx.Context(), text(parsedLot))
		if err != nil {
			return err
		}
		defer stmt.Close()
		for ; done+parsedLot <= n; done += parsedLot {
			if _, err := stmt.ExecContext(tx.Context(), args(done, done+parsedLot)...); err != nil {
				return err
			}
		}
	}
	for ; done < n; done += upsertLot {
		to := min(done+upsertLot, n)
		if err := tx.Gorm().Exec(text(to-done), args(done, to)...).Error; err != nil {
			return err
		}
	}
	return nil
}
