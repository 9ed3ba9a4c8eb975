package usage

import (
	"fmt"
	"time"

	"qingce/internal/store"
)

// sourceRow is a source as it is kept.
type sourceRow struct {
	ID        int64
	ProbeID   int64
	Name      string
	Epoch     int64
	CreatedAt time.Time
}

// TableName is the table of sources.
func (sourceRow) TableName() string { return "usage_sources" }

func findSource(tx *store.Tx, k sourceKey) (SourceID, error) {
	var row sourceRow
	err := tx.Gorm().Where("probe_id = ? AND name = ? AND epoch = ?", k.probe, k.name, k.epoch).Take(&row).Error
	return SourceID(row.ID), err
}

func countSources(tx *store.Tx, probe ProbeID) (n int64, err error) {
	if err := tx.Gorm().Model(&sourceRow{}).Where("probe_id = ?", probe).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count the sources of probe %d: %w", probe, err)
	}
	return n, nil
}

// insertSource adds the source unless another has just done so.
func insertSource(tx *store.Tx, k sourceKey) error {
	err := tx.Gorm().Exec("INSERT INTO usage_sources (probe_id, name, epoch, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (probe_id, name, epoch) DO NOTHING",
		k.probe, k.name, k.epoch, tx.Now()).Error
	if err != nil {
		return fmt.Errorf("insert source %s of probe %d: %w", k.name, k.probe, err)
	}
	return nil
}
