package usage

import (
	"database/sql"
	"errors"
	"math"
	"strings"
	"time"

	"gorm.io/gorm"

	"qingce/inventory/usage/wire"
)

// signalCount is how many signals there are; each has a column of its name.
const signalCount = int(wire.StorageBytes) + 1

// signalColumns are the columns of the signals in their order.
func signalColumns() []string {
	out := make([]string, signalCount)
	for i := range out {
		out[i] = wire.Signal(i).String()
	}
	return out
}

// widthOf is how many bytes the column of a signal has.
func widthOf(s wire.Signal) int {
	switch s {
	case wire.Logins, wire.BusinessTx, wire.Users, wire.MachineClients:
		return 4
	case wire.CPUAvg, wire.CPUMax, wire.CPUP95, wire.CPUP05, wire.MemAvg, wire.MemMax, wire.DiskMax:
		return 2
	}
	return 8
}

// kept is a value as its column can hold it: what is greater than anything that
// can be, as sums of a day can be, stands as the greatest.
func kept(s wire.Signal, n int64) int64 {
	switch widthOf(s) {
	case 4:
		return min(n, math.MaxInt32)
	case 2:
		return min(n, math.MaxInt16)
	}
	return n
}

// valueArgs appends the values for the signals' columns: NULL is not measured.
func valueArgs(dst []any, v *wire.Values) []any {
	for i := range signalCount {
		if n, ok := v.Get(wire.Signal(i)); ok {
			dst = append(dst, kept(wire.Signal(i), n))
		} else {
			dst = append(dst, nil)
		}
	}
	return dst
}

// valueScan takes the signals' columns of a row.
type valueScan [signalCount]sql.NullInt64

func (v *valueScan) places(dst []any) []any {
	for i := range v {
		dst = append(dst, &v[i])
	}
	return dst
}

func (v *valueScan) values() (out wire.Values) {
	for i := range v {
		if v[i].Valid {
			out.Set(wire.Signal(i), v[i].Int64)
		}
	}
	return out
}

// secondsOf and timeOf keep times of data as seconds since 1970.
func secondsOf(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

func timeOf(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.Unix(n.Int64, 0).UTC()
}

func orNil(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// tuples writes n times (?, ?, …) with so many places.
func tuples(n, places int) string {
	one := "(" + strings.Repeat("?, ", places-1) + "?)"
	return strings.Repeat(one+", ", n-1) + one
}

// setAll writes "c = excluded.c" for the columns.
func setAll(columns []string) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = c + " = excluded." + c
	}
	return strings.Join(parts, ", ")
}

// prefixed writes "t.c, …" for the columns.
func prefixed(t string, columns []string) string {
	return t + "." + strings.Join(columns, ", "+t+".")
}

// notFound makes gorm's error of the one of the driver.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return gorm.ErrRecordNotFound
	}
	return err
}
