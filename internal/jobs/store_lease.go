package jobs

import (
	"errors"
	"time"

	"qingce/internal/store"
)

// errFollower says that another node leads.
var errFollower = errors.New("another node runs the jobs")

// lease is the row that says who leads.
type lease struct {
	Name      string
	Holder    string
	Epoch     int64
	ExpiresAt time.Time
}

// TableName is the table of the leases.
func (lease) TableName() string { return "leases" }

const leaseName = "jobs"

// lead takes or renews the lease and gives its epoch, or errFollower. The row
// stays locked until the transaction ends.
func lead(tx *store.Tx, node string, length time.Duration) (int64, error) {
	now := tx.Now()
	res := tx.Gorm().Exec("UPDATE leases SET epoch = epoch + CASE WHEN holder = ? THEN 0 ELSE 1 END, holder = ?, expires_at = ? "+
		"WHERE name = ? AND (holder = ? OR expires_at < ?)", node, node, now.Add(length), leaseName, node, now)
	if res.Error != nil {
		return 0, res.Error
	}
	if res.RowsAffected == 0 {
		return 0, errFollower
	}
	var l lease
	err := tx.Gorm().Where("name = ?", leaseName).Take(&l).Error
	return l.Epoch, err
}

// resign ends the node's lease, so that another node need not wait for it.
func resign(tx *store.Tx, node string) error {
	return tx.Gorm().Exec("UPDATE leases SET expires_at = ? WHERE name = ? AND holder = ?",
		tx.Now().Add(-time.Microsecond), leaseName, node).Error
}
