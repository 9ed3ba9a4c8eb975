package account

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// holders is how many active accounts of a department hold the same roles.
type holders struct {
	DepartmentID auth.DepartmentID
	Roles        string
	N            int
}

func rolesByDepartment(tx *store.Tx) ([]holders, error) {
	var out []holders
	err := tx.Gorm().Raw(`SELECT department_id, roles, count(*) AS n FROM accounts
		WHERE state = ? AND NOT held AND department_id <> 0 GROUP BY department_id, roles`, Active).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("count accounts by department: %w", err)
	}
	return out, nil
}
