package inventory

import (
	"fmt"
	"strconv"

	"qingce/internal/store"
)

// classSum is the sum of all systems with the same content of a column.
type classSum struct {
	class string
	Sum
}

// sumByClass adds up the systems of a list in one pass. The column comes from
// the catalog.
func sumByClass(tx *store.Tx, seen []DepartmentID, q Query, column string) ([]classSum, error) {
	rows, err := matching(tx, seen, q).Group(column).Order(column).Select("CAST(" + column + ` AS TEXT), count(*),
		CAST(coalesce(sum(om_amount_year), 0) AS BIGINT), count(*) - count(om_amount_year)`).Rows()
	if err != nil {
		return nil, fmt.Errorf("add up systems: %w", err)
	}
	defer rows.Close()
	var out []classSum
	for rows.Next() {
		var c classSum
		if err := rows.Scan(&c.class, &c.Systems, &c.OmYear, &c.OmUnknown); err != nil {
			return nil, fmt.Errorf("add up systems: %w", err)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// departmentID reads the id of a department out of a class; what is none finds
// no department.
func departmentID(class string) DepartmentID {
	n, _ := strconv.ParseInt(class, 10, 64)
	return DepartmentID(n)
}
