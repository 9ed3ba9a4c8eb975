package usage

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// seriesRow is a series as it is kept.
type seriesRow struct {
	ID          int64
	ProbeID     ProbeID
	Fingerprint []byte
	SystemID    inventory.SystemID
	SourceID    SourceID
	Signal      string
	Reading     Reading
	Numerator   int64
	Denominator int64
	Metric      string
	Labels      string
	FirstHour   wire.Hour // of its points; both are 0 without any
	LastHour    wire.Hour
	CreatedAt   time.Time
	Provider    string // of a series of the hub
	Consumer    string
	Failed      bool

	grown bool // since it was read
}

// TableName is the table of series.
func (seriesRow) TableName() string { return "usage_series" }

func (s *seriesRow) target() target {
	signal, known := wire.SignalNamed(s.Signal)
	if !known {
		signal = HubSignal(s.Signal).like(s.Reading)
	}
	return target{system: s.SystemID, signal: signal, reading: s.Reading, num: s.Numerator, den: s.Denominator}
}

// extend notes that the series has points in an hour.
func (s *seriesRow) extend(h wire.Hour) {
	if s.LastHour == 0 {
		s.FirstHour, s.LastHour, s.grown = h, h, true
	}
	if h < s.FirstHour || h > s.LastHour {
		s.FirstHour, s.LastHour, s.grown = min(h, s.FirstHour), max(h, s.LastHour), true
	}
}

// pointRow is an hour of a series.
type pointRow struct {
	SeriesID  int64
	Hour      wire.Hour
	Millis    int64
	Amount    *int64
	LastAt    int64
	LastValue float64
	Points    []byte
}

// TableName is the table of points.
func (pointRow) TableName() string { return "usage_points" }

// idLot is how many ids one question names.
const idLot = 2000

// sqlAdd adds to a column.
func sqlAdd(column string, n int64) clause.Expr { return gorm.Expr(column+" + ?", n) }

func jsonText(labels map[string]string) string {
	b, _ := json.Marshal(labels) // texts can be marshalled
	return string(b)
}

func countSeries(tx *store.Tx, probe ProbeID) (n int64, err error) {
	oldest := wire.HourOf(tx.Now().AddDate(0, 0, -livingDays))
	err = tx.Gorm().Model(&seriesRow{}).Where("probe_id = ? AND (last_hour = 0 OR last_hour >= ?)", probe, oldest).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count the series of probe %d: %w", probe, err)
	}
	return n, nil
}

// livingDays is how long a series that brings nothing counts as one of the
// probe's.
const livingDays = 7

// seriesIDs finds series of a probe by their fingerprints.
func seriesIDs(tx *store.Tx, probe ProbeID, prints []fingerprint) (map[fingerprint]int64, error) {
	out := make(map[fingerprint]int64, len(prints))
	for lot := range slices.Chunk(prints, 500) {
		keys := make([][]byte, len(lot))
		for i := range lot {
			keys[i] = lot[i][:]
		}
		var rows []seriesRow
		err := tx.Gorm().Select("id", "fingerprint").Where("probe_id = ? AND fingerprint IN ?", probe, keys).Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("find series of probe %d: %w", probe, err)
		}
		for _, r := range rows {
			out[fingerprint(r.Fingerprint)] = r.ID
		}
	}
	return out, nil
}

// registerSeries gives ids to series, those that have one already and new ones,
// and tells which are new.
func registerSeries(tx *store.Tx, series map[*mapped]ProbeID) (ids map[*mapped]int64, added map[*mapped]bool, err error) {
	ids, added = map[*mapped]int64{}, map[*mapped]bool{}
	byProbe := map[ProbeID][]*mapped{}
	for m, probe := range series {
		byProbe[probe] = append(byProbe[probe], m)
	}
	for probe, list := range byProbe {
		slices.SortFunc(list, func(a, b *mapped) int { return slices.Compare(a.fingerprint[:], b.fingerprint[:]) })
		prints := make([]fingerprint, len(list))
		for i, m := range list {
			prints[i] = m.fingerprint
		}
		known, err := seriesIDs(tx, probe, prints)
		if err != nil {
			return nil, nil, err
		}
		if len(known) < len(list) {
			if err := insertSeries(tx, probe, list, known, added); err != nil {
				return nil, nil, err
			}
			if known, err = seriesIDs(tx, probe, prints); err != nil {
				return nil, nil, err
			}
		}
		for _, m := range list {
			ids[m] = known[m.fingerprint]
		}
	}
	return ids, added, nil
}

// insertSeries adds the series that are not known; somebody else may be adding
// the same.
func insertSeries(tx *store.Tx, probe ProbeID, list []*mapped, known map[fingerprint]int64, added map[*mapped]bool) error {
	var rows []seriesRow
	for _, m := range list {
		if _, ok := known[m.fingerprint]; ok {
			continue
		}
		added[m] = true
		rows = append(rows, seriesRow{
			ProbeID: probe, Fingerprint: m.fingerprint[:], SystemID: m.system, SourceID: m.sourceID, Signal: m.named(),
			Reading: m.reading, Numerator: m.num, Denominator: m.den, Metric: clean(m.name), Labels: jsonText(labelMap(m.labels)), CreatedAt: tx.Now(),
			Provider: m.hub.provider, Consumer: m.hub.consumer, Failed: m.hub.failed,
		})
	}
	err := tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, 500).Error
	if err != nil {
		return fmt.Errorf("add %d series of probe %d: %w", len(rows), probe, err)
	}
	return nil
}

// readSeries reads series by their ids, without what names them.
func readSeries(tx *store.Tx, ids []int64) (map[int64]*seriesRow, error) {
	slices.Sort(ids)
	out := make(map[int64]*seriesRow, len(ids))
	for lot := range slices.Chunk(ids, idLot) {
		q := tx.Gorm().Model(&seriesRow{}).Where("id ?", store.Among(tx, lot))
		columns := []string{
			"id", "probe_id", "system_id", "source_id", "signal", "reading", "numerator", "denominator", "first_hour", "last_hour", "provider", "consumer", "failed",
		}
		err := store.Each(tx.Context(), q, columns, func(r *seriesRow) {
			own := *r
			out[r.ID] = &own
		})
		if err != nil {
			return nil, fmt.Errorf("read %d series: %w", len(lot), err)
		}
	}
	return out, nil
}

// extendSeries writes from when to when series have points.
func extendSeries(tx *store.Tx, series map[int64]*seriesRow) error {
	type span struct{ first, last wire.Hour }
	grown := map[span][]int64{}
	for id, s := range series {
		if s.grown {
			grown[span{s.FirstHour, s.LastHour}] = append(grown[span{s.FirstHour, s.LastHour}], id)
		}
	}
	for sp, ids := range grown {
		slices.Sort(ids)
		for lot := range slices.Chunk(ids, idLot) {
			err := tx.Gorm().Exec("UPDATE usage_series SET first_hour = ?, last_hour = ? WHERE id ?", sp.first, sp.last, store.Among(tx, lot)).Error
			if err != nil {
				return fmt.Errorf("extend %d series: %w", len(lot), err)
			}
		}
	}
	return nil
}

// byHour sorts spots into the ids of each hour, in lots.
func byHour(spots []spot, fn func(h wire.Hour, ids []int64) error) error {
	hours := map[wire.Hour][]int64{}
	for _, s := range spots {
		hours[s.hour] = append(hours[s.hour], s.series)
	}
	for h, ids := range hours {
		for lot := range slices.Chunk(ids, idLot) {
			if err := fn(h, lot); err != nil {
				return fmt.Errorf("read points: %w", err)
			}
		}
	}
	return nil
}

// readPointRows reads the points of hours.
func readPointRows(tx *store.Tx, spots []spot) (map[spot]*pointRow, error) {
	out := make(map[spot]*pointRow, len(spots))
	err := byHour(spots, func(h wire.Hour, ids []int64) error {
		q := tx.Gorm().Model(&pointRow{}).Where("hour = ? AND series_id ?", h, store.Among(tx, ids))
		return store.Each(tx.Context(), q, []string{"series_id", "points"}, func(r *pointRow) {
			out[spot{r.SeriesID, h}] = &pointRow{SeriesID: r.SeriesID, Hour: h, Points: slices.Clone(r.Points)}
		})
	})
	return out, err
}

// lastBefore finds the last point that each series has before an hour: mostly
// in the hour before.
func lastBefore(tx *store.Tx, spots []spot) (map[spot]*point, error) {
	out := make(map[spot]*point, len(spots))
	columns := []string{"series_id", "last_at", "last_value"}
	err := byHour(spots, func(h wire.Hour, ids []int64) error {
		keep := func(r *pointRow) { out[spot{r.SeriesID, h}] = &point{at: r.LastAt, value: r.LastValue} }
		q := tx.Gorm().Model(&pointRow{}).Where("hour = ? AND series_id ?", h-1, store.Among(tx, ids))
		if err := store.Each(tx.Context(), q, columns, keep); err != nil {
			return err
		}
		silent := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return out[spot{id, h}] != nil })
		if len(silent) == 0 {
			return nil
		}
		q = tx.Gorm().Model(&pointRow{}).Where(`(series_id, hour) IN (SELECT series_id, max(hour) FROM usage_points
			WHERE series_id ? AND hour < ? GROUP BY series_id)`, store.Among(tx, silent), h)
		return store.Each(tx.Context(), q, columns, keep)
	})
	return out, err
}

// firstAfter finds the first hour after another in which each series has points.
func firstAfter(tx *store.Tx, spots []spot) (map[spot]*pointRow, error) {
	out := make(map[spot]*pointRow, len(spots))
	err := byHour(spots, func(h wire.Hour, ids []int64) error {
		q := tx.Gorm().Model(&pointRow{}).Where(`(series_id, hour) IN (SELECT series_id, min(hour) FROM usage_points
			WHERE series_id ? AND hour > ? GROUP BY series_id)`, store.Among(tx, ids), h)
		return store.Each(tx.Context(), q, []string{"series_id", "hour", "points"}, func(r *pointRow) {
			out[spot{r.SeriesID, h}] = &pointRow{SeriesID: r.SeriesID, Hour: r.Hour, Points: slices.Clone(r.Points)}
		})
	})
	return out, err
}

// writePointRows writes hours of series over what was there.
func writePointRows(tx *store.Tx, rows []*pointRow) error {
	for lot := range slices.Chunk(rows, 500) {
		args := make([]any, 0, 7*len(lot))
		for _, r := range lot {
			args = append(args, r.SeriesID, r.Hour, r.Millis, r.Amount, r.LastAt, r.LastValue, r.Points)
		}
		err := tx.Gorm().Exec("INSERT INTO usage_points (series_id, hour, millis, amount, last_at, last_value, points) VALUES "+tuples(len(lot), 7)+
			` ON CONFLICT (series_id, hour) DO UPDATE SET millis = excluded.millis, amount = excluded.amount, last_at = excluded.last_at,
			last_value = excluded.last_value, points = excluded.points`, args...).Error
		if err != nil {
			return fmt.Errorf("write %d hours of series: %w", len(lot), err)
		}
	}
	return nil
}

// readReadouts reads what all series of sources say of hours, where they know
// anything, but for the rows that are about to be written.
func readReadouts(tx *store.Tx, wanted map[sourceHour]bool, written map[spot]*pointRow) (map[sourceHour]map[wire.Signal][]readout, error) {
	hours := map[wire.Hour][]int64{}
	for at := range wanted {
		hours[at.hour] = append(hours[at.hour], int64(at.source))
	}
	out := map[sourceHour]map[wire.Signal][]readout{}
	for h, sources := range hours {
		slices.Sort(sources)
		for lot := range slices.Chunk(slices.Compact(sources), idLot) {
			if err := readHourReadouts(tx, h, lot, wanted, written, out); err != nil {
				return nil, fmt.Errorf("read what series say of an hour: %w", err)
			}
		}
	}
	return out, nil
}

func readHourReadouts(tx *store.Tx, h wire.Hour, sources []int64, wanted map[sourceHour]bool,
	written map[spot]*pointRow, out map[sourceHour]map[wire.Signal][]readout,
) error {
	rows, err := tx.Gorm().Raw(`SELECT s.id, s.system_id, s.source_id, s.signal, p.amount, p.millis FROM usage_series s
		JOIN usage_points p ON p.series_id = s.id AND p.hour = ? WHERE s.source_id ? AND p.amount IS NOT NULL`, h, store.Among(tx, sources)).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		at := sourceHour{hour: h}
		old := spot{hour: h}
		var name string
		r := readout{known: true}
		if err := rows.Scan(&old.series, &at.system, &at.source, &name, &r.amount, &r.millis); err != nil {
			return err
		}
		signal, ok := wire.SignalNamed(name)
		if !ok || !wanted[at] || written[old] != nil {
			continue
		}
		if out[at] == nil {
			out[at] = map[wire.Signal][]readout{}
		}
		out[at][signal] = append(out[at][signal], r)
	}
	return rows.Err()
}

// dropPoints removes a lot of hours before the given one and tells how many.
func dropPoints(tx *store.Tx, before wire.Hour, lot int) (int64, error) {
	done := tx.Gorm().Exec(`DELETE FROM usage_points WHERE (series_id, hour) IN
		(SELECT series_id, hour FROM usage_points WHERE hour < ? LIMIT ?)`, before, lot)
	if done.Error != nil {
		return 0, fmt.Errorf("remove old points: %w", done.Error)
	}
	return done.RowsAffected, nil
}
