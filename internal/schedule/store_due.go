package schedule

import (
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// TableName names the table.
func (Due) TableName() string { return "due_dates" }

// findOpen finds the open due date of a subject by title, and tells whether
// there is one.
func findOpen(tx *store.Tx, s Subject, title string) (Due, bool, error) {
	var d Due
	err := locked(tx).Where("subject_kind = ? AND subject_id = ? AND title = ? AND closed_at IS NULL",
		s.Kind, s.ID, title).Take(&d).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return Due{}, false, nil
	case err != nil:
		return Due{}, false, fmt.Errorf("find due date %s of %s %s: %w", title, s.Kind, s.ID, err)
	}
	return d, true, nil
}

// locked is a query whose rows nobody else may change meanwhile. SQLite has one
// writer and needs no lock.
func locked(tx *store.Tx) *gorm.DB {
	return tx.Gorm().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

func insertDue(tx *store.Tx, d Due) (Due, error) {
	if err := tx.Gorm().Create(&d).Error; err != nil {
		return Due{}, fmt.Errorf("save due date %s of %s %s: %w", d.Title, d.SubjectKind, d.SubjectID, err)
	}
	return d, nil
}

// changeDue writes what a due date asks for over the row of version old, which
// the transaction has locked.
func changeDue(tx *store.Tx, d Due, old int64) error {
	args, err := json.Marshal(d.TitleArgs)
	if err != nil {
		return fmt.Errorf("write the title of due date %d: %w", d.ID, err)
	}
	err = one(tx.Gorm().Exec(`UPDATE due_dates SET department_id = ?, title_args = ?, article = ?, event_on = ?, term_wd = ?,
		fixed_on = ?, roll = ?, due_on = ?, version = ? WHERE id = ? AND version = ? AND closed_at IS NULL`,
		d.DepartmentID, string(args), d.Article, d.EventOn, d.TermWD, d.FixedOn, d.Roll, d.DueOn, d.Version, d.ID, old))
	if err != nil {
		return fmt.Errorf("change due date %d: %w", d.ID, err)
	}
	return nil
}

// moveDue moves an open due date and tells whether it is still open. What it
// asks for cannot have changed: that would need the calendar, which is locked.
func moveDue(tx *store.Tx, m Move) (bool, error) {
	done := tx.Gorm().Exec("UPDATE due_dates SET due_on = ?, version = version + 1 WHERE id = ? AND closed_at IS NULL", m.To, m.ID)
	if done.Error != nil {
		return false, fmt.Errorf("move due date %d: %w", m.ID, done.Error)
	}
	return done.RowsAffected == 1, nil
}

// closeDue closes a due date and gives it as it was.
func closeDue(tx *store.Tx, id DueID) (Due, error) {
	var d Due
	if err := tx.Gorm().Where("id = ?", id).Take(&d).Error; err != nil {
		return Due{}, fmt.Errorf("find due date %d: %w", id, err)
	}
	done := tx.Gorm().Exec("UPDATE due_dates SET closed_at = ?, version = version + 1 WHERE id = ? AND closed_at IS NULL", tx.Now(), id)
	switch {
	case done.Error != nil:
		return Due{}, fmt.Errorf("close due date %d: %w", id, done.Error)
	case done.RowsAffected == 0:
		return Due{}, ErrClosed
	}
	return d, nil
}

// followers lists the open due dates that depend on the calendar.
func followers(tx *store.Tx) ([]Due, error) {
	var out []Due
	err := tx.Gorm().Where("closed_at IS NULL AND (term_wd > 0 OR roll <> 'none')").Order("due_on, id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list due dates that follow the calendar: %w", err)
	}
	return out, nil
}

func openOf(tx *store.Tx, s Subject) ([]Due, error) {
	var out []Due
	err := tx.Gorm().Where("subject_kind = ? AND subject_id = ? AND closed_at IS NULL", s.Kind, s.ID).
		Order("due_on, id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list due dates of %s %s: %w", s.Kind, s.ID, err)
	}
	return out, nil
}

func openOfKind(tx *store.Tx, kind string) (out []Due, err error) {
	err = tx.Gorm().Where("subject_kind = ? AND closed_at IS NULL", kind).Order("due_on, id").Find(&out).Error
	return out, err
}

// termsOf lists due dates by title, the oldest first.
func termsOf(tx *store.Tx, titles []string, only []auth.DepartmentID, since calendar.Date) (out []Due, err error) {
	q := tx.Gorm().Where("title IN ? AND (closed_at IS NULL OR closed_at >= ?)", titles, since.StartsAt().UTC())
	if only != nil {
		q = q.Where("department_id ?", store.Among(tx, only))
	}
	err = q.Order("opened_at, id").Find(&out).Error
	return out, err
}

const (
	defaultPage = 50
	maxPage     = 200
)

func (b *Book) listOpen(tx *store.Tx, scope auth.Scope, f Filter) ([]Due, int64, error) {
	q, err := b.scoped(tx, scope)
	if err != nil {
		return nil, 0, err
	}
	q = b.filtered(tx, q, f)
	var total int64
	if err := q.Session(&gorm.Session{}).Model(&Due{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count open due dates: %w", err)
	}
	if total == 0 { // most of the time, and every page asks
		return nil, 0, nil
	}
	limit := f.Limit
	if limit <= 0 {
		limit = defaultPage
	}
	var out []Due
	err = q.Session(&gorm.Session{}).Order("due_on, id").Limit(min(limit, maxPage)).Offset(max(f.Offset, 0)).Find(&out).Error
	if err != nil {
		return nil, 0, fmt.Errorf("list open due dates: %w", err)
	}
	return out, total, nil
}

// scoped leaves only the rows that the scope lets see.
func (b *Book) scoped(tx *store.Tx, s auth.Scope) (*gorm.DB, error) {
	q := tx.Gorm().Where("closed_at IS NULL")
	switch {
	case s.All:
		return q, nil
	case s.None():
		return q.Where("1 = 0"), nil
	case !s.Below:
		return q.Where("department_id = ?", s.Department), nil
	}
	ids, err := b.below(tx, s)
	if err != nil {
		return nil, fmt.Errorf("find the departments below %d: %w", s.Department, err)
	}
	return q.Where("department_id IN ?", ids), nil
}

func (b *Book) filtered(tx *store.Tx, q *gorm.DB, f Filter) *gorm.DB {
	if f.Department != 0 {
		q = q.Where("department_id = ?", f.Department)
	}
	if f.Subject.Kind != "" {
		q = q.Where("subject_kind = ?", f.Subject.Kind)
	}
	if f.Subject.ID != "" {
		q = q.Where("subject_id = ?", f.Subject.ID)
	}
	if !f.Until.IsZero() {
		q = q.Where("due_on <= ?", f.Until)
	}
	if f.Overdue {
		q = q.Where("due_on < ?", b.businessDay(tx.Now()))
	}
	return q
}

// handDues changes whose open due dates they are.
func handDues(tx *store.Tx, s Subject, to auth.DepartmentID) error {
	err := tx.Gorm().Model(&Due{}).Where("subject_kind = ? AND subject_id = ? AND closed_at IS NULL", s.Kind, s.ID).
		UpdateColumn("department_id", to).Error
	if err != nil {
		return fmt.Errorf("hand the due dates of %s %s over: %w", s.Kind, s.ID, err)
	}
	return nil
}
