package schedule

import (
	"crypto/rand"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// TableName names the table.
func (Year) TableName() string { return "calendar_years" }

// TableName names the table.
func (Closure) TableName() string { return "calendar_closures" }

// day is one row of a notice.
type day struct {
	Year int
	Day  calendar.Date
	Kind calendar.Kind
	Name string
}

func (day) TableName() string { return "calendar_days" }

// revision is the row that changes of the calendar lock.
type revision struct {
	ID    int
	Token string
}

func (revision) TableName() string { return "calendar_revisions" }

func takeToken(q *gorm.DB) (string, error) {
	var r revision
	if err := q.Where("id = ?", 1).Take(&r).Error; err != nil {
		return "", fmt.Errorf("read the calendar's revision: %w", err)
	}
	return r.Token, nil
}

func readToken(tx *store.Tx) (string, error) { return takeToken(tx.Gorm()) }

// lockToken lets nobody else change or hold the calendar.
func lockToken(tx *store.Tx) error {
	_, err := takeToken(tx.Gorm().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}))
	return err
}

// holdToken lets nobody else change the calendar; others may hold it too.
func holdToken(tx *store.Tx) error {
	_, err := takeToken(tx.Gorm().Clauses(clause.Locking{Strength: clause.LockingStrengthShare}))
	return err
}

// renewToken marks the calendar as changed. A counter would come back after a
// rollback or a restored backup, and a cached calendar would be taken for the
// one in force.
func renewToken(tx *store.Tx) error {
	err := tx.Gorm().Exec("UPDATE calendar_revisions SET token = ? WHERE id = 1", rand.Text()).Error
	if err != nil {
		return fmt.Errorf("renew the calendar's revision: %w", err)
	}
	return nil
}

func readLedger(tx *store.Tx) (ledger, error) {
	l := ledger{years: map[int][]calendar.Exception{}}
	years, err := allYears(tx)
	if err != nil {
		return l, err
	}
	for _, y := range years {
		l.years[y.Year] = nil
	}
	var days []day
	if err := tx.Gorm().Order("year, day").Find(&days).Error; err != nil {
		return l, fmt.Errorf("read calendar days: %w", err)
	}
	for _, d := range days {
		l.years[d.Year] = append(l.years[d.Year], calendar.Exception{Date: d.Day, Kind: d.Kind, Name: d.Name})
	}
	if err := tx.Gorm().Where("removed_at IS NULL").Order("from_on, id").Find(&l.closures).Error; err != nil {
		return l, fmt.Errorf("read local closures: %w", err)
	}
	return l, nil
}

func allYears(tx *store.Tx) ([]Year, error) {
	var years []Year
	if err := tx.Gorm().Order("year").Find(&years).Error; err != nil {
		return nil, fmt.Errorf("list calendar years: %w", err)
	}
	return years, nil
}

func findYear(tx *store.Tx, year int) (Year, error) {
	var y Year
	if err := tx.Gorm().Where("year = ?", year).Take(&y).Error; err != nil {
		return Year{}, fmt.Errorf("find calendar year %d: %w", year, err)
	}
	return y, nil
}

// saveYear writes a year that was not known (a zero old) or puts it in the place
// of old, with all its days.
func saveYear(tx *store.Tx, old, y Year, days []calendar.Exception) error {
	var err error
	if old.Version == 0 {
		err = tx.Gorm().Create(&y).Error
	} else {
		err = one(tx.Gorm().Exec(`UPDATE calendar_years SET origin = ?, notice = ?, published_by = ?, published_name = ?,
			published_at = ?, confirmed_by = ?, confirmed_name = ?, confirmed_at = ?, version = ? WHERE year = ? AND version = ?`,
			y.Origin, y.Notice, y.PublishedBy, y.PublishedName, y.PublishedAt,
			y.ConfirmedBy, y.ConfirmedName, y.ConfirmedAt, y.Version, y.Year, old.Version))
	}
	if err != nil {
		return fmt.Errorf("save calendar year %d: %w", y.Year, err)
	}
	if err := tx.Gorm().Exec("DELETE FROM calendar_days WHERE year = ?", y.Year).Error; err != nil {
		return fmt.Errorf("clear calendar year %d: %w", y.Year, err)
	}
	rows := make([]day, len(days))
	for i, e := range days {
		rows[i] = day{Year: y.Year, Day: e.Date, Kind: e.Kind, Name: e.Name}
	}
	if err := tx.Gorm().CreateInBatches(rows, 100).Error; err != nil {
		return fmt.Errorf("save days of calendar year %d: %w", y.Year, err)
	}
	return nil
}

func confirmYear(tx *store.Tx, by auth.Principal, year int, version int64) error {
	return one(tx.Gorm().Exec(`UPDATE calendar_years SET confirmed_by = ?, confirmed_name = ?, confirmed_at = ?, version = version + 1
		WHERE year = ? AND version = ? AND confirmed_at IS NULL`, by.AccountID, by.Name, tx.Now(), year, version))
}

func allClosures(tx *store.Tx) ([]Closure, error) {
	var out []Closure
	err := tx.Gorm().Order("CASE WHEN removed_at IS NULL THEN 0 ELSE 1 END, from_on DESC, id DESC").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list local closures: %w", err)
	}
	return out, nil
}

func findClosure(tx *store.Tx, id ClosureID) (Closure, error) {
	var c Closure
	if err := tx.Gorm().Where("id = ?", id).Take(&c).Error; err != nil {
		return Closure{}, fmt.Errorf("find local closure %d: %w", id, err)
	}
	return c, nil
}

func insertClosure(tx *store.Tx, c Closure) (Closure, error) {
	if err := tx.Gorm().Create(&c).Error; err != nil {
		return Closure{}, fmt.Errorf("save local closure: %w", err)
	}
	return c, nil
}

func removeClosure(tx *store.Tx, by auth.Principal, id ClosureID, version int64, reason string) error {
	return one(tx.Gorm().Exec(`UPDATE calendar_closures SET removed_by = ?, removed_name = ?, removed_at = ?, removed_reason = ?,
		version = version + 1 WHERE id = ? AND version = ? AND removed_at IS NULL`,
		by.AccountID, by.Name, tx.Now(), reason, id, version))
}

func confirmClosure(tx *store.Tx, by auth.Principal, id ClosureID, version int64) error {
	return one(tx.Gorm().Exec(`UPDATE calendar_closures SET confirmed_by = ?, confirmed_name = ?, confirmed_at = ?,
		version = version + 1 WHERE id = ? AND version = ? AND removed_at IS NULL AND confirmed_at IS NULL`,
		by.AccountID, by.Name, tx.Now(), id, version))
}

// one turns an update that met no row into ErrChanged: the row is not in the
// version that the caller saw.
func one(done *gorm.DB) error {
	switch {
	case done.Error != nil:
		return done.Error
	case done.RowsAffected == 0:
		return ErrChanged
	}
	return nil
}
