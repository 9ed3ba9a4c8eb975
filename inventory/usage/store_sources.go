package usage

import (
	"database/sql"

	"qingce/internal/store"
	"qingce/inventory"
)

// sourcesOfDay are the sources of probes with hours of a system from one to
// another.
func sourcesOfDay(tx *store.Tx, system inventory.SystemID, first, last int) ([]SourceDay, error) {
	rows, err := tx.Gorm().Raw(`SELECT p.code, s.name, COUNT(*), SUM(h.minutes), MAX(h.build)
		FROM usage_hour h JOIN usage_sources s ON s.id = h.source_id JOIN probes p ON p.id = s.probe_id
		WHERE h.system_id = ? AND h.bucket BETWEEN ? AND ? GROUP BY p.code, s.name ORDER BY p.code, s.name`, system, first, last).Rows()
	if err != nil {
		return nil, err
	}
	var out []SourceDay
	for rows.Next() {
		var s SourceDay
		var build sql.NullString
		if err = rows.Scan(&s.Probe, &s.Name, &s.Hours, &s.Minutes, &build); err != nil {
			break
		}
		s.Build = build.String
		out = append(out, s)
	}
	return out, endRows(rows, err)
}

// filesOfDay are the files with figures of a day, the newest first.
func filesOfDay(tx *store.Tx, system inventory.SystemID, day int) ([]SourceDay, error) {
	rows, err := tx.Gorm().Raw(`SELECT u.id, u.file_name FROM usage_day_given g JOIN usage_uploads u ON u.id = g.upload_id
		WHERE g.system_id = ? AND g.day = ? ORDER BY u.id DESC`, system, day).Rows()
	if err != nil {
		return nil, err
	}
	var out []SourceDay
	for rows.Next() {
		var s SourceDay
		if err = rows.Scan(&s.Upload, &s.Name); err != nil {
			break
		}
		out = append(out, s)
	}
	return out, endRows(rows, err)
}
