package usage

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"qingce/internal/store"
)

// setRows inserts rows, or sets them where they are. The values of all rows
// stand one after the other.
func setRows(tx *store.Tx, table, key string, columns, fields []string, rows int, args []any) error {
	if rows == 0 {
		return nil
	}
	var err error
	list, conflict := strings.Join(columns, ", "), " ON CONFLICT ("+key+") DO UPDATE SET "+setAll(fields)
	if tx.CanCopy() && rows > copyAtMost {
		err = setByCopy(tx, table, list, conflict, len(columns), args)
	} else {
		err = tx.Gorm().Exec("INSERT INTO "+table+" ("+list+") VALUES "+tuples(rows, len(columns))+conflict, args...).Error
	}
	if err != nil {
		return fmt.Errorf("set %d rows of %s: %w", rows, table, err)
	}
	return nil
}

// setByCopy sets rows by way of a table of the connection: a statement with
// thousands of arguments takes PostgreSQL several times as long.
func setByCopy(tx *store.Tx, table, list, conflict string, columns int, args []any) error {
	stage := table + "_stage"
	for _, sql := range []string{
		"CREATE TEMPORARY TABLE IF NOT EXISTS " + stage + " (LIKE " + table + ") ON COMMIT DELETE ROWS", "TRUNCATE " + stage,
	} {
		if err := tx.Gorm().Exec(sql).Error; err != nil {
			return err
		}
	}
	text := make([]byte, 0, 8*len(args))
	for i, v := range args {
		text = copyText(text, v)
		if (i+1)%columns == 0 {
			text = append(text, '\n')
		} else {
			text = append(text, '\t')
		}
	}
	if err := tx.CopyIn("COPY "+stage+" ("+list+") FROM STDIN", bytes.NewReader(text)); err != nil {
		return err
	}
	return tx.Gorm().Exec("INSERT INTO " + table + " (" + list + ") SELECT " + list + " FROM " + stage + conflict).Error
}

// copyEscapes are what stands for something else in the text format of COPY.
var copyEscapes = strings.NewReplacer("\\", "\\\\", "\t", "\\t", "\n", "\\n", "\r", "\\r")

// copyText appends a value in the text format of COPY.
func copyText(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, `\N`...)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case []byte:
		return hex.AppendEncode(append(dst, `\\x`...), v)
	case time.Time:
		return v.AppendFormat(dst, time.RFC3339Nano)
	}
	return append(dst, copyEscapes.Replace(fmt.Sprint(v))...)
}
