package rectification

import (
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/fault"
	"qingce/internal/store"
)

// isAbsent tells whether a row was not there.
func isAbsent(err error) bool {
	return errors.Is(err, gorm.ErrRecordNotFound) || fault.KindOf(err) == fault.NotFound
}

// locked is a query whose rows nobody else changes until the commit. SQLite has
// one writer and needs no lock.
func locked(tx *store.Tx) *gorm.DB {
	return tx.Gorm().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

// withDue reads notices x with the due date d of the term that runs.
func withDue(tx *store.Tx) *gorm.DB {
	return tx.Gorm().Table("rectifications x").Joins(`LEFT JOIN due_dates d ON d.subject_kind = ? AND d.subject_id = CAST(x.id AS text)
		AND d.closed_at IS NULL`, Kind)
}

func noticeForUpdate(tx *store.Tx, id NoticeID) (Notice, error) {
	var n Notice
	err := locked(tx).Where("id = ?", id).Take(&n).Error
	return n, err
}

// noticeIn reads a notice that is seen.
func noticeIn(tx *store.Tx, id NoticeID, s sight) (Notice, error) {
	var n Notice
	g := tx.Gorm().Where("id = ?", id)
	if s.seen != nil {
		g = g.Where("department_id ?", store.Among(tx, s.seen))
	}
	if !s.drafts {
		g = g.Where("number > 0")
	}
	err := g.Take(&n).Error
	return n, err
}

func insertNotice(tx *store.Tx, a act, n *Notice) error {
	n.Version, n.CreatedAt, n.UpdatedAt = 1, tx.Now(), tx.Now()
	n.CreatedBy, n.CreatedName, n.UpdatedBy = a.by.AccountID, a.by.Name, a.by.AccountID
	if err := tx.Gorm().Create(n).Error; err != nil {
		return fmt.Errorf("insert rectification notice: %w", err)
	}
	return keep(tx, a, nil, *n)
}

func updateNotice(tx *store.Tx, a act, old Notice, n *Notice) error {
	n.Version, n.UpdatedAt, n.UpdatedBy = old.Version+1, tx.Now(), a.by.AccountID
	if err := tx.UpdateVersion(n, int64(n.ID), old.Version); err != nil {
		return err
	}
	return keep(tx, a, old.facts(), *n)
}

// nextNumber is the number after the last of a year.
func nextNumber(tx *store.Tx, year int) (int, error) {
	var last int
	if err := tx.Gorm().Raw("SELECT coalesce(max(number), 0) FROM rectifications WHERE year = ?", year).Scan(&last).Error; err != nil {
		return 0, fmt.Errorf("number of the last notice of %d: %w", year, err)
	}
	return last + 1, nil
}

func replaceFacts(tx *store.Tx, id NoticeID, facts []Fact) error {
	if err := tx.Gorm().Where("notice_id = ?", id).Delete(&Fact{}).Error; err != nil {
		return fmt.Errorf("remove facts of notice %s: %w", id, err)
	}
	for i := range facts {
		facts[i].NoticeID, facts[i].Number = id, int64(i+1)
	}
	if len(facts) == 0 {
		return nil
	}
	if err := tx.Gorm().Create(&facts).Error; err != nil {
		return fmt.Errorf("insert facts of notice %s: %w", id, err)
	}
	return nil
}

func factsOf(tx *store.Tx, id NoticeID) ([]Fact, error) {
	var out []Fact
	if err := tx.Gorm().Where("notice_id = ?", id).Order("number").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read facts of notice %s: %w", id, err)
	}
	return out, nil
}

func repliesOf(tx *store.Tx, id NoticeID) ([]Reply, error) {
	var out []Reply
	if err := tx.Gorm().Where("notice_id = ?", id).Order("number").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read replies to notice %s: %w", id, err)
	}
	return out, nil
}

// lastReply is the last reply; without one it is the zero Reply.
func lastReply(tx *store.Tx, id NoticeID) (Reply, error) {
	all, err := repliesOf(tx, id)
	if err != nil || len(all) == 0 {
		return Reply{}, err
	}
	return all[len(all)-1], nil
}

// saveReply writes a reply that is new, or over the version it was read with.
func saveReply(tx *store.Tx, r *Reply) error {
	if r.ID != 0 {
		r.Version++
		return tx.UpdateVersion(r, int64(r.ID), r.Version-1)
	}
	r.Version = 1
	if err := tx.Gorm().Create(r).Error; err != nil {
		return fmt.Errorf("insert reply to notice %s: %w", r.NoticeID, err)
	}
	return nil
}

func insertStep(tx *store.Tx, s Step) error {
	if err := tx.Gorm().Create(&s).Error; err != nil {
		return fmt.Errorf("insert step of notice %s: %w", s.NoticeID, err)
	}
	return nil
}

func stepsOf(tx *store.Tx, id NoticeID) ([]Step, error) {
	var out []Step
	if err := tx.Gorm().Where("notice_id = ?", id).Order("number").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read steps of notice %s: %w", id, err)
	}
	return out, nil
}
