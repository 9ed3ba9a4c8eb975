package store

import (
	"strconv"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Among says behind a column that it is one of the ids:
// Where("hour = ? AND series_id ?", hour, Among(tx, ids)). The ids go to
// PostgreSQL as one value, so that the statement is the same for any number of
// them and is planned once; SQLite, which makes a statement anew each time, is
// given the numbers as they are: many parameters cost it more than many rows.
func Among[T ~int32 | ~int64](tx *Tx, ids []T) clause.Expr {
	list := make([]byte, 0, 8*len(ids)+2)
	for i, id := range ids {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, int64(id), 10)
	}
	if tx.Engine() == Postgres {
		return gorm.Expr("= ANY(CAST(? AS bigint[]))", "{"+string(list)+"}")
	}
	return gorm.Expr("IN (" + string(list) + ")")
}
