package catalog

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// Totals is the city's catalog in numbers (信息资源大普查).
type Totals struct {
	Entries   int64 // published
	Items     int64
	Share     [3]int64 // by type of sharing
	Libraries map[Library]int64
	Mounted   int64
	Fresh     int64 // mounted and not too old
	Stale     int64
	// Records and Shared are the sums that departments gave; Counted is how many
	// entries gave them.
	Records int64
	Shared  int64
	Counted int64
	// Systems is how many systems have an entry; Registered how many there are.
	Systems    int64
	Registered int64
	Lines      []TotalsLine
}

// Shareable counts the entries of types 1 and 2.
func (t Totals) Shareable() int64 { return t.Share[0] + t.Share[1] }

// TotalsLine is the part of a department.
type TotalsLine struct {
	DepartmentID DepartmentID
	Entries      int64
	Items        int64
	Share        [3]int64
	Mounted      int64
	Fresh        int64
	Stale        int64
	Records      int64
	Shared       int64
	Systems      int64 // that have an entry
	Registered   int64
}

// Shareable counts the entries of types 1 and 2.
func (l TotalsLine) Shareable() int64 { return l.Share[0] + l.Share[1] }

// Sum adds up the published catalog, by department and altogether.
func (d *Desk) Sum(ctx context.Context, by auth.Principal) (Totals, error) {
	var out Totals
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		if err := by.Require(viewers...); err != nil {
			return err
		}
		var err error
		out, err = sums(tx, today(tx))
		return err
	})
	return out, err
}
