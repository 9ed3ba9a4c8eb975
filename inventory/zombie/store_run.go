package zombie

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// runRow is a run as it is kept.
type runRow struct {
	Day           detect.Day
	State         RunState
	PolicyVersion int64
	StartedAt     time.Time
	FinishedAt    *time.Time
	StartedName   string
	Working       bool
	Partial       bool
	Systems       int
	Measured      int
	Insufficient  int
	Met           int
	Suspected     int
	Fresh         int
	Cleared       int
	Changed       int
	Rebuilt       int
	Corrections   int
	CorrectedAt   *time.Time
	DecidedBy     auth.AccountID
	DecidedName   string
	DecidedAt     *time.Time
	DecidedReason string
	Returns       string
}

// TableName is the table of the runs.
func (runRow) TableName() string { return "zombie_runs" }

func (r *runRow) run() Run {
	return Run{
		Day: DateOf(r.Day), State: r.State, Policy: r.PolicyVersion, StartedAt: r.StartedAt.UTC(), FinishedAt: timeOr(r.FinishedAt), Starter: r.StartedName,
		Working: r.Working, Partial: r.Partial,
		Counts:      Counts{r.Systems, r.Measured, r.Insufficient, r.Met, r.Suspected, r.Fresh, r.Cleared, r.Changed, r.Rebuilt, returnsOf(r.Returns)},
		Corrections: r.Corrections, CorrectedAt: timeOr(r.CorrectedAt),
		DecidedBy: r.DecidedBy, DecidedName: r.DecidedName, DecidedAt: timeOr(r.DecidedAt), DecidedReason: r.DecidedReason,
	}
}

func timeOr(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

func newestRun(tx *store.Tx) (Run, error) {
	var r runRow
	err := tx.Gorm().Where("state = ?", Finished).Order("day DESC").Limit(1).Take(&r).Error
	return r.run(), noRun(err)
}

func runOf(tx *store.Tx, day detect.Day) (Run, error) {
	var r runRow
	err := tx.Gorm().Where("day = ?", day).Take(&r).Error
	return r.run(), noRun(err)
}

func noRun(err error) error {
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return ErrNoRun
	case err != nil:
		return fmt.Errorf("read a run: %w", err)
	}
	return nil
}

func listRuns(tx *store.Tx, skip, n int) ([]Run, int64, error) {
	var total int64
	if err := tx.Gorm().Model(&runRow{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count runs: %w", err)
	}
	var rows []runRow
	if err := tx.Gorm().Order("day DESC").Offset(skip).Limit(n).Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("read runs: %w", err)
	}
	out := make([]Run, len(rows))
	for i := range rows {
		out[i] = rows[i].run()
	}
	return out, total, nil
}

func rowOfRun(r Run) runRow {
	return runRow{
		Day: DayOf(r.Day), State: r.State, PolicyVersion: r.Policy, StartedAt: r.StartedAt, FinishedAt: orNil(r.FinishedAt), StartedName: r.Starter,
		Working: r.Working, Partial: r.Partial, Systems: r.Systems, Measured: r.Measured, Insufficient: r.Insufficient, Met: r.Met,
		Suspected: r.Suspected, Fresh: r.Fresh, Cleared: r.Cleared, Changed: r.Changed, Rebuilt: r.Rebuilt,
		Corrections: r.Corrections, CorrectedAt: orNil(r.CorrectedAt),
		DecidedBy: r.DecidedBy, DecidedName: r.DecidedName, DecidedAt: orNil(r.DecidedAt), DecidedReason: r.DecidedReason, Returns: returnsText(r.Returns),
	}
}

// returnsText and returnsOf write and read the fate of silences.
func returnsText(r detect.Returns) string {
	text, _ := json.Marshal(r) // of whole numbers
	return string(text)
}

func returnsOf(text string) (r detect.Returns) {
	if json.Unmarshal([]byte(text), &r) != nil {
		return detect.Returns{} // of a run that did not count them
	}
	return r
}

// returnsBefore is what had become of silences by the newest run before a day.
func returnsBefore(tx *store.Tx, day detect.Day) (detect.Returns, error) {
	var texts []string
	err := tx.Gorm().Raw("SELECT returns FROM zombie_runs WHERE day < ? AND state <> ? ORDER BY day DESC LIMIT 1", day, Running).Scan(&texts).Error
	if err != nil || len(texts) == 0 {
		return detect.Returns{}, err
	}
	return returnsOf(texts[0]), nil
}

func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// beginRun notes that a run has begun, where there is none of the day.
func beginRun(tx *store.Tx, r Run) error {
	row := rowOfRun(r)
	if err := tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return fmt.Errorf("note a run: %w", err)
	}
	return nil
}

func writeRun(tx *store.Tx, r Run) error {
	row := rowOfRun(r)
	columns, err := store.Columns(tx.Context(), &row)
	if err != nil {
		return err
	}
	if err := tx.Gorm().Model(&row).Where("day = ?", row.Day).UpdateColumns(columns).Error; err != nil {
		return fmt.Errorf("write the run of %v: %w", r.Day, err)
	}
	return nil
}

// newestDay is the newest day whose run has ended, 0 when there is none.
func newestDay(tx *store.Tx) (day detect.Day, err error) {
	err = tx.Gorm().Raw("SELECT coalesce(max(day), 0) FROM zombie_runs WHERE state <> ?", Running).Scan(&day).Error
	if err != nil {
		return 0, fmt.Errorf("find the newest run: %w", err)
	}
	return day, nil
}

// supersede ends the waiting of runs that were held before a day.
func supersede(tx *store.Tx, before detect.Day) error {
	err := tx.Gorm().Exec("UPDATE zombie_runs SET state = ? WHERE state = ? AND day < ?", Superseded, Held, before).Error
	if err == nil {
		err = tx.Gorm().Exec("DELETE FROM zombie_changes WHERE day < ?", before).Error
	}
	if err != nil {
		return fmt.Errorf("supersede runs that were held: %w", err)
	}
	return nil
}

// forgetGenerations keeps what is remembered at the end of the newest runs only.
func forgetGenerations(tx *store.Tx, day detect.Day) error {
	var days []detect.Day
	err := tx.Gorm().Raw("SELECT day FROM zombie_runs WHERE day <= ? ORDER BY day DESC LIMIT ?", day, generations).Scan(&days).Error
	if err != nil || len(days) == 0 {
		return err
	}
	return keepStates(tx, days)
}

// forgetAll forgets what is remembered and what days were like.
func forgetAll(tx *store.Tx) error {
	for _, table := range []string{"zombie_states", "zombie_late", "zombie_lots", "zombie_changes"} {
		if err := tx.Gorm().Exec("DELETE FROM " + table).Error; err != nil {
			return fmt.Errorf("empty %s: %w", table, err)
		}
	}
	return clearWeather(tx)
}

// writtenLot is a lot of a run that is done.
type writtenLot struct {
	first, last inventory.SystemID
	counts      Counts
	falls       []byte
}

// readLots reads which lots of a run are done.
func readLots(tx *store.Tx, day detect.Day) ([]writtenLot, error) {
	var rows []struct {
		FirstID, LastID inventory.SystemID
		Counts          string
		Falls           []byte
	}
	if err := tx.Gorm().Raw("SELECT first_id, last_id, counts, falls FROM zombie_lots WHERE day = ?", day).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read what is done of a run: %w", err)
	}
	out := make([]writtenLot, len(rows))
	for i, r := range rows {
		out[i].first, out[i].last, out[i].falls = r.FirstID, r.LastID, r.Falls
		if err := json.Unmarshal([]byte(r.Counts), &out[i].counts); err != nil {
			return nil, fmt.Errorf("read what is done of a run: %w", err)
		}
	}
	return out, nil
}

// writeLotDone notes that a lot is done. Another node at the same lot fails.
func writeLotDone(tx *store.Tx, day detect.Day, l writtenLot) error {
	text, err := json.Marshal(l.counts)
	if err != nil {
		return err
	}
	err = tx.Gorm().Exec("INSERT INTO zombie_lots (day, first_id, last_id, counts, falls) VALUES (?, ?, ?, ?, ?)", day, l.first, l.last, string(text), l.falls).Error
	if err != nil {
		return fmt.Errorf("note that a lot is done: %w", err)
	}
	return nil
}

func forgetLots(tx *store.Tx) error {
	if err := tx.Gorm().Exec("DELETE FROM zombie_lots").Error; err != nil {
		return fmt.Errorf("forget the lots: %w", err)
	}
	return nil
}
