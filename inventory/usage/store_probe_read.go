package usage

import (
	"fmt"

	"qingce/internal/store"
	"qingce/inventory/usage/wire"
)

// heardHours reads for how many minutes the hours of a probe were measured. The
// systems stand in the condition because the hours are kept by them.
func heardHours(tx *store.Tx, probe ProbeID, from, end wire.Hour) (map[wire.Hour]int, error) {
	var rows []struct {
		Bucket  wire.Hour
		Minutes int
	}
	err := tx.Gorm().Raw(`SELECT h.bucket, max(h.minutes) AS minutes FROM usage_hour h JOIN usage_sources s ON s.id = h.source_id
		WHERE s.probe_id = ? AND h.system_id IN (SELECT system_id FROM probe_systems WHERE probe_id = ?)
		AND h.bucket >= ? AND h.bucket < ? GROUP BY h.bucket`, probe, probe, from, end).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the hours of probe %d: %w", probe, err)
	}
	out := make(map[wire.Hour]int, len(rows))
	for _, r := range rows {
		out[r.Bucket] = r.Minutes
	}
	return out, nil
}

// heardCount is how many hours of a probe something came of, and the first.
type heardCount struct {
	ProbeID ProbeID
	Hours   int
	First   wire.Hour
}

// countHeard counts the hours of probes of which anything came.
func countHeard(tx *store.Tx, probes []ProbeID, from, end wire.Hour) (map[ProbeID]heardCount, error) {
	var rows []heardCount
	err := tx.Gorm().Raw(`SELECT s.probe_id, count(DISTINCT h.bucket) AS hours, min(h.bucket) AS first FROM probe_systems ps
		JOIN usage_hour h ON h.system_id = ps.system_id JOIN usage_sources s ON s.id = h.source_id AND s.probe_id = ps.probe_id
		WHERE ps.probe_id IN ? AND h.bucket >= ? AND h.bucket < ? GROUP BY s.probe_id`, probes, from, end).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count the hours of %d probes: %w", len(probes), err)
	}
	out := make(map[ProbeID]heardCount, len(rows))
	for _, r := range rows {
		out[r.ProbeID] = r
	}
	return out, nil
}
