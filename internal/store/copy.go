package store

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"
)

// beginCopying begins a transaction on a connection that is known, so that what
// database/sql has no word for can be said on it.
func (db *DB) beginCopying(ctx context.Context) (*Tx, func(), error) {
	pool, err := db.write.DB()
	if err != nil {
		return nil, nil, err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	end := func() { _ = conn.Close() } // gives it back to the pool
	g := db.write.Session(&gorm.Session{NewDB: true, Context: ctx})
	g.Statement.ConnPool = conn
	if g = g.Begin(); g.Error != nil {
		end()
		return nil, nil, g.Error
	}
	return &Tx{db: db, g: g, ctx: ctx, now: db.Now(), conn: conn}, end, nil
}

// CanCopy tells whether the transaction has CopyIn.
func (tx *Tx) CanCopy() bool { return tx.conn != nil }

// CopyIn runs a COPY … FROM STDIN statement with the data, in the format that
// the statement names, inside a transaction of WriteMany on PostgreSQL.
func (tx *Tx) CopyIn(statement string, data io.Reader) error {
	err := tx.conn.Raw(func(driver any) error {
		_, err := driver.(*stdlib.Conn).Conn().PgConn().CopyFrom(tx.ctx, data, statement)
		return err
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == uniqueViolation {
		return fmt.Errorf("copy: %w: %w", gorm.ErrDuplicatedKey, err)
	}
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	return nil
}

// uniqueViolation is what PostgreSQL answers when a key is there already.
const uniqueViolation = "23505"
