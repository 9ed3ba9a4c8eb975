package usage

import (
	"fmt"
	"slices"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory/usage/wire"
)

// readPairs reads what all series of pairs say of the hours of their days, but
// for the rows that are about to be written.
func readPairs(tx *store.Tx, wanted map[pair]bool, written map[spot]*pointRow, take func(pair, hubAmount)) error {
	type span struct {
		probe ProbeID
		day   calendar.Date
	}
	providers := map[span][]string{}
	for p := range wanted {
		at := span{p.probe, p.day}
		providers[at] = append(providers[at], p.provider)
	}
	for at, names := range providers {
		slices.Sort(names)
		for lot := range slices.Chunk(slices.Compact(names), 500) {
			if err := readPairDay(tx, at.probe, at.day, lot, wanted, written, take); err != nil {
				return fmt.Errorf("read what series say of %s between parties: %w", at.day, err)
			}
		}
	}
	return nil
}

func readPairDay(tx *store.Tx, probe ProbeID, day calendar.Date, providers []string, wanted map[pair]bool, written map[spot]*pointRow, take func(pair, hubAmount)) error {
	first := wire.HourOf(day.At(0, 0))
	rows, err := tx.Gorm().Raw(`SELECT s.id, p.hour, s.provider, s.consumer, s.signal, s.failed, p.amount FROM usage_series s
		JOIN usage_points p ON p.series_id = s.id AND p.hour BETWEEN ? AND ?
		WHERE s.probe_id = ? AND s.provider IN ? AND s.provider <> '' AND p.amount IS NOT NULL`, first, first+23, probe, providers).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var at spot
		var a hubAmount
		p := pair{probe: probe, day: day}
		if err := rows.Scan(&at.series, &at.hour, &p.provider, &p.consumer, &a.signal, &a.failed, &a.amount); err != nil {
			return err
		}
		if wanted[p] && a.signal != HubBeat && written[at] == nil {
			take(p, a)
		}
	}
	return rows.Err()
}

// probeCodes are the codes of all probes.
func probeCodes(tx *store.Tx) (map[ProbeID]string, error) {
	var rows []Probe
	if err := tx.Gorm().Select("id", "code").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the codes of probes: %w", err)
	}
	out := make(map[ProbeID]string, len(rows))
	for _, p := range rows {
		out[p.ID] = p.Code
	}
	return out, nil
}
