package account

import (
	"qingce/internal/auth"
	"qingce/internal/store"
)

// Deciders counts, for each department, the active accounts of the Office, inside
// a transaction: people who decide about others. A department without such an
// account is not in the map.
func (a *Accounts) Deciders(tx *store.Tx) (map[auth.DepartmentID]int, error) {
	rows, err := rolesByDepartment(tx)
	if err != nil {
		return nil, err
	}
	out := map[auth.DepartmentID]int{}
	for _, row := range rows {
		if rolesOf(row.Roles).Any(auth.Office) {
			out[row.DepartmentID] += row.N
		}
	}
	return out, nil
}

// Fillers counts, for each department, the active accounts of people who can
// fill in or answer for it (clerk, head, region), inside a transaction. A
// department without such an account is not in the map: there is nobody to ask.
func (a *Accounts) Fillers(tx *store.Tx) (map[auth.DepartmentID]int, error) {
	rows, err := rolesByDepartment(tx)
	if err != nil {
		return nil, err
	}
	out := map[auth.DepartmentID]int{}
	for _, row := range rows {
		if rolesOf(row.Roles).Any(auth.Clerk, auth.Head, auth.Region) {
			out[row.DepartmentID] += row.N
		}
	}
	return out, nil
}
