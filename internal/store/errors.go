package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"qingce/internal/fault"
)

// retryAfter is what a client is told to wait when the database is away.
const retryAfter = 5 * time.Second

// classify turns what the database said into a fault; a fault, and what the
// database did not say, passes unchanged.
func classify(err error) error {
	var f *fault.Error
	switch {
	case err == nil, errors.As(err, &f):
		return err
	case errors.Is(err, gorm.ErrRecordNotFound):
		return fault.New(fault.NotFound, "err.not_found").Because(err)
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return fault.New(fault.Conflict, "err.duplicate").Because(err)
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return fault.New(fault.Conflict, "err.in_use").Because(err)
	case errors.Is(err, context.Canceled):
		return fault.New(fault.Unavailable, "err.canceled").Because(err)
	case isAway(err):
		e := fault.New(fault.Unavailable, "err.unavailable").Because(err)
		e.RetryAfter = retryAfter
		return e
	}
	return err
}

// isAway tells whether the database could not be reached or could not write:
// trying again later may help, mending the request cannot.
func isAway(err error) bool {
	var netErr net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, sql.ErrConnDone) || errors.As(err, &netErr) {
		return true
	}
	var connErr *pgconn.ConnectError
	if errors.As(err, &connErr) {
		return true
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		// 08 connection, 53 out of resources, 57 operator intervention, 55P03
		// lock not available, 25006 read-only standby.
		for _, class := range []string{"08", "53", "57", "55P03", "25006"} {
			if strings.HasPrefix(pg.Code, class) {
				return true
			}
		}
		return isRetryable(err)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
			sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT:
			return true
		}
	}
	return false
}

// isRetryable tells whether PostgreSQL gave this transaction up for another.
func isRetryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}
