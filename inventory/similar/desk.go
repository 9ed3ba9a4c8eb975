package similar

import (
	"sync/atomic"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
)

// Desk is the place where systems are compared, with its verbs. It is safe for
// concurrent use.
type Desk struct {
	db       *store.DB
	registry *inventory.Registry
	texts    *texts
	done, of atomic.Int64
}

// NewDesk makes the desk over a database.
func NewDesk(db *store.DB, registry *inventory.Registry) *Desk {
	return &Desk{db: db, registry: registry, texts: newTexts()}
}

// Progress tells how many systems the comparison under way on this node has
// gone through, of how many; of is 0 when there is none.
func (d *Desk) Progress() (done, of int64) { return d.done.Load(), d.of.Load() }

// seen lists the departments whose systems the principal reads; nil is all.
func (d *Desk) seen(tx *store.Tx, by auth.Principal) ([]inventory.DepartmentID, *inventory.Directory, error) {
	dir, err := d.registry.DirectoryIn(tx)
	if err != nil {
		return nil, nil, err
	}
	if by.Console() {
		return nil, dir, nil
	}
	return dir.Within(by.View()), dir, nil
}
