package backup

import (
	"database/sql"
	"fmt"
	"strings"

	"qingce/internal/store"
)

// untie lays the foreign keys aside, because rows come table by table and may
// point to rows of their own table. The function it returns ties them again,
// which checks every row.
func untie(tx *store.Tx) (tie func() error, err error) {
	if tx.Engine() == store.SQLite {
		// SQLite looks at the end of the transaction.
		return func() error { return nil }, tx.Gorm().Exec("PRAGMA defer_foreign_keys = ON").Error
	}
	var keys []struct{ Owner, Name, Definition string }
	err = tx.Gorm().Raw("SELECT c.conrelid::regclass::text AS owner, quote_ident(c.conname) AS name, pg_get_constraintdef(c.oid) AS definition " +
		"FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace").Scan(&keys).Error
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if err := tx.Gorm().Exec("ALTER TABLE " + k.Owner + " DROP CONSTRAINT " + k.Name).Error; err != nil {
			return nil, err
		}
	}
	return func() error {
		for _, k := range keys {
			if err := tx.Gorm().Exec("ALTER TABLE " + k.Owner + " ADD CONSTRAINT " + k.Name + " " + k.Definition).Error; err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// clear removes the rows that a fresh schema has.
func clear(tx *store.Tx, s shape) error { return tx.Gorm().Exec(`DELETE FROM "` + s.name + `"`).Error }

// counted compares the number of rows in the database with the manifest.
func counted(tx *store.Tx, t Table) error {
	var n int64
	if err := tx.Gorm().Raw(`SELECT count(*) FROM "` + t.Name + `"`).Scan(&n).Error; err != nil {
		return err
	}
	if n != t.Rows {
		return fmt.Errorf("table %s has %d rows after loading, want %d", t.Name, n, t.Rows)
	}
	return nil
}

// setNextID makes the table go on with the ids where it was.
func setNextID(tx *store.Tx, s shape, next int64) error {
	switch {
	case !s.counted || next == 0:
		return nil
	case tx.Engine() == store.Postgres:
		return tx.Gorm().Exec("SELECT setval(pg_get_serial_sequence(?, 'id'), ?, false)", s.name, next).Error
	}
	if err := tx.Gorm().Exec("DELETE FROM sqlite_sequence WHERE name = ?", s.name).Error; err != nil {
		return err
	}
	return tx.Gorm().Exec("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", s.name, next-1).Error
}

// Bounds of one statement. PostgreSQL takes 65535 parameters, SQLite 32766;
// more rows than some hundred make nothing faster.
const (
	maxParameters = 16000
	maxRows       = 500
	maxBytes      = 8 << 20
)

// inserter writes rows in lots.
type inserter struct {
	tx    *store.Tx
	shape shape
	lot   int // rows of a full lot
	full  *sql.Stmt
	args  []any
	bytes int
}

func newInserter(tx *store.Tx, s shape) *inserter {
	return &inserter{tx: tx, shape: s, lot: max(1, min(maxRows, maxParameters/len(s.columns)))}
}

func (ins *inserter) add(row []any) error {
	ins.args = append(ins.args, row...)
	for _, v := range row {
		switch v := v.(type) {
		case string:
			ins.bytes += len(v)
		case []byte:
			ins.bytes += len(v)
		}
	}
	if len(ins.args) == ins.lot*len(ins.shape.columns) || ins.bytes > maxBytes {
		return ins.flush()
	}
	return nil
}

// flush writes the rows that wait. The statement of a full lot is prepared
// once per table.
func (ins *inserter) flush() (err error) {
	n := len(ins.args) / len(ins.shape.columns)
	if n == 0 {
		return nil
	}
	ctx, pool := ins.tx.Context(), ins.tx.Gorm().Statement.ConnPool
	if n < ins.lot {
		_, err = pool.ExecContext(ctx, ins.statement(n), ins.args...)
	} else {
		if ins.full == nil {
			if ins.full, err = pool.PrepareContext(ctx, ins.statement(n)); err != nil {
				return err
			}
		}
		_, err = ins.full.ExecContext(ctx, ins.args...)
	}
	ins.args, ins.bytes = ins.args[:0], 0
	return err
}

func (ins *inserter) close() {
	if ins.full != nil {
		_ = ins.full.Close() // the transaction ends it anyway
	}
}

func (ins *inserter) statement(rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `INSERT INTO "%s" (%s) VALUES `, ins.shape.name, ins.shape.quoted())
	place := 0
	for r := range rows {
		if r > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for c := range ins.shape.columns {
			if c > 0 {
				b.WriteByte(',')
			}
			place++
			if ins.tx.Engine() == store.Postgres {
				fmt.Fprintf(&b, "$%d", place)
			} else {
				b.WriteByte('?')
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}
