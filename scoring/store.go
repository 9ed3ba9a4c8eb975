package scoring

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

func locked(tx *store.Tx) *gorm.DB {
	return tx.Gorm().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

// adoptions lists the programmes that were put in force, the newest first.
func adoptions(tx *store.Tx) ([]Adoption, error) {
	var out []Adoption
	if err := tx.Gorm().Order("adopted_on DESC, id DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the programmes: %w", err)
	}
	return out, nil
}

func insertAdoption(tx *store.Tx, a *Adoption) error {
	if err := tx.Gorm().Create(a).Error; err != nil {
		return fmt.Errorf("put the programme %s in force: %w", a.Key, err)
	}
	return nil
}

// among narrows to departments; nil is all of them.
func among(tx *store.Tx, q *gorm.DB, only []auth.DepartmentID) *gorm.DB {
	if only == nil {
		return q
	}
	return q.Where("department_id ?", store.Among(tx, only))
}

func marksOf(tx *store.Tx, only []auth.DepartmentID) (map[taskKey]Mark, error) {
	var rows []Mark
	if err := among(tx, tx.Gorm().Where("ended_at IS NULL"), only).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the corrections of tasks: %w", err)
	}
	out := make(map[taskKey]Mark, len(rows))
	for _, m := range rows {
		out[taskKey{m.TermKey, m.DepartmentID}] = m
	}
	return out, nil
}

func markOf(tx *store.Tx, key string, dept auth.DepartmentID) (Mark, error) {
	var m Mark
	err := locked(tx).Where("term_key = ? AND department_id = ? AND ended_at IS NULL", key, dept).Take(&m).Error
	return m, err
}

func insertMark(tx *store.Tx, m *Mark) error {
	if err := tx.Gorm().Create(m).Error; err != nil {
		return fmt.Errorf("correct %s of department %d: %w", m.TermKey, m.DepartmentID, err)
	}
	return nil
}

// endMark ends the correction of a task, if there is one.
func endMark(tx *store.Tx, by auth.Principal, key string, dept auth.DepartmentID, reason string) error {
	err := tx.Gorm().Model(&Mark{}).Where("term_key = ? AND department_id = ? AND ended_at IS NULL", key, dept).
		UpdateColumns(map[string]any{"ended_at": tx.Now(), "ended_name": by.Name, "ended_reason": reason}).Error
	if err != nil {
		return fmt.Errorf("end the correction of %s of department %d: %w", key, dept, err)
	}
	return nil
}

func handings(tx *store.Tx, only []auth.DepartmentID) ([]Handing, error) {
	var out []Handing
	if err := among(tx, tx.Gorm().Order("department_id, term_key"), only).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the evidence of tasks: %w", err)
	}
	return out, nil
}

// waitingHandings lists what waits for the Office, the oldest first.
func waitingHandings(tx *store.Tx) ([]Handing, error) {
	var out []Handing
	if err := tx.Gorm().Where("state = ?", HandingIn).Order("submitted_at, id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read what waits for the Office: %w", err)
	}
	return out, nil
}

// handingOf and handingForUpdate read a handing; one that is not there yet is
// empty.
func handingOf(tx *store.Tx, key string, dept auth.DepartmentID) (Handing, error) {
	return takeHanding(tx.Gorm(), key, dept)
}

func handingForUpdate(tx *store.Tx, key string, dept auth.DepartmentID) (Handing, error) {
	return takeHanding(locked(tx), key, dept)
}

func takeHanding(q *gorm.DB, key string, dept auth.DepartmentID) (Handing, error) {
	var h Handing
	err := q.Where("term_key = ? AND department_id = ?", key, dept).Take(&h).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Handing{TermKey: key, DepartmentID: dept}, nil
	}
	if err != nil {
		return Handing{}, fmt.Errorf("find the evidence for %s of department %d: %w", key, dept, err)
	}
	return h, nil
}

// keepHanding writes a handing with its step and the operation log.
func keepHanding(tx *store.Tx, by auth.Principal, action, note string, old Handing, h *Handing) error {
	h.Version, h.UpdatedAt, h.UpdatedBy = old.Version+1, tx.Now(), by.AccountID
	var before any
	if old.ID == 0 {
		h.CreatedAt = tx.Now()
		if err := tx.Gorm().Create(h).Error; err != nil {
			if errors.Is(err, gorm.ErrDuplicatedKey) {
				return store.ErrStale
			}
			return fmt.Errorf("keep the evidence for %s of department %d: %w", h.TermKey, h.DepartmentID, err)
		}
	} else {
		before = old.facts()
		if err := tx.UpdateVersion(h, h.ID, old.Version); err != nil {
			return err
		}
	}
	return keepStep(tx, by, action, note, oplog.Entry{
		Kind: HandingKind, ID: strconv.FormatInt(h.ID, 10), Name: h.TermKey, Department: h.DepartmentID, Before: before, After: h.facts(),
	}, h.ID, h.Version)
}

// Step is one thing that was done with evidence or a report.
type Step struct {
	SubjectKind string
	SubjectID   int64
	Number      int64
	At          time.Time
	AccountID   auth.AccountID
	Name        string
	Department  string
	Action      string // message key tasks.step.<action>
	Note        string
}

// TableName is the table of steps.
func (Step) TableName() string { return "scoring_steps" }

// keepStep writes an act into the record's own history and into the operation
// log.
func keepStep(tx *store.Tx, by auth.Principal, action, note string, e oplog.Entry, id, number int64) error {
	step := Step{
		SubjectKind: e.Kind, SubjectID: id, Number: number, At: tx.Now(), AccountID: by.AccountID, Name: by.Name, Department: by.Department,
		Action: action, Note: note,
	}
	if err := tx.Gorm().Create(&step).Error; err != nil {
		return fmt.Errorf("keep step %s of %s %d: %w", action, e.Kind, id, err)
	}
	e.Action, e.Reason = "tasks."+action, note
	if err := oplog.Record(tx, by, e); err != nil {
		return fmt.Errorf("record %s of %s %d: %w", action, e.Kind, id, err)
	}
	return nil
}

func stepsOf(tx *store.Tx, kind string, id int64) ([]Step, error) {
	var out []Step
	if err := tx.Gorm().Where("subject_kind = ? AND subject_id = ?", kind, id).Order("number DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the steps of %s %d: %w", kind, id, err)
	}
	return out, nil
}
