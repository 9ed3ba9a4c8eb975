package zombie

import (
	"fmt"
	"time"

	"qingce/internal/store"
	"qingce/inventory/zombie/detect"
)

// leaseRow is the lease as it is kept.
type leaseRow struct {
	ID     int64
	Holder string
	Name   string
	Day    detect.Day
	Until  time.Time
}

// TableName is the table of the lease.
func (leaseRow) TableName() string { return "zombie_lease" }

// takeLease takes the lease where nobody has it, or who has it is late.
func takeLease(tx *store.Tx, l *leaseRow) error {
	res := tx.Gorm().Exec("UPDATE zombie_lease SET holder = ?, name = ?, day = ?, until = ? WHERE id = 1 AND (holder = '' OR until < ?)",
		l.Holder, l.Name, l.Day, l.Until, tx.Now())
	switch {
	case res.Error != nil:
		return fmt.Errorf("take the lease of detection: %w", res.Error)
	case res.RowsAffected == 1:
		return nil
	}
	var other leaseRow
	if err := tx.Gorm().Where("id = 1").Take(&other).Error; err != nil {
		return fmt.Errorf("read the lease of detection: %w", err)
	}
	return busy(&other)
}

// holdLease extends the lease of a holder, and is ErrBusy when it is another's.
func holdLease(tx *store.Tx, holder string, until time.Time) error {
	res := tx.Gorm().Exec("UPDATE zombie_lease SET until = ? WHERE id = 1 AND holder = ?", until, holder)
	switch {
	case res.Error != nil:
		return fmt.Errorf("renew the lease of detection: %w", res.Error)
	case res.RowsAffected == 0:
		var other leaseRow
		if err := tx.Gorm().Where("id = 1").Take(&other).Error; err != nil {
			return fmt.Errorf("read the lease of detection: %w", err)
		}
		return busy(&other)
	}
	return nil
}

// dropLease gives the lease of a holder back.
func dropLease(tx *store.Tx, holder string) error {
	if err := tx.Gorm().Exec("UPDATE zombie_lease SET holder = '' WHERE id = 1 AND holder = ?", holder).Error; err != nil {
		return fmt.Errorf("give the lease of detection back: %w", err)
	}
	return nil
}
