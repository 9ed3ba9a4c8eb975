package sharing

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// locked is a query whose rows nobody else changes until the commit. SQLite has
// one writer and needs no lock.
func locked(tx *store.Tx) *gorm.DB {
	return tx.Gorm().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

func requestForUpdate(tx *store.Tx, id RequestID) (Request, error) {
	var r Request
	err := locked(tx).Where("id = ?", id).Take(&r).Error
	return r, err
}

// openStates are those in which a request is under way.
func openStates() []RequestState {
	return []RequestState{RequestDraft, RequestSubmitted, RequestOverdue, RequestEscalated, RequestCoordinating}
}

func openRequest(tx *store.Tx, user auth.DepartmentID, entry string) (Request, error) {
	var r Request
	err := tx.Gorm().Where("user_id = ? AND entry_code = ? AND state IN ?", user, entry, openStates()).Take(&r).Error
	return r, err
}

// insertRequest adds a new request.
func insertRequest(tx *store.Tx, by auth.Principal, r *Request) error {
	r.Version, r.CreatedAt, r.UpdatedAt = 1, tx.Now(), tx.Now()
	r.CreatedBy, r.CreatedName, r.UpdatedBy = by.AccountID, by.Name, by.AccountID
	if err := tx.Gorm().Create(r).Error; err != nil {
		return fmt.Errorf("insert request for %s: %w", r.EntryCode, err)
	}
	return keep(tx, act{by: by, action: "request.drafted"}, r.object(nil))
}

// updateRequest writes a request over the version it was read with.
func updateRequest(tx *store.Tx, a act, old Request, r *Request) error {
	r.Version, r.UpdatedAt, r.UpdatedBy = old.Version+1, tx.Now(), a.by.AccountID
	if err := tx.UpdateVersion(r, int64(r.ID), old.Version); err != nil {
		return err
	}
	return keep(tx, a, r.object(old.facts()))
}

// object is the request as steps and the operation log name it.
func (r Request) object(before any) object {
	return object{KindRequest, int64(r.ID), r.EntryCode + " " + r.EntryName, r.UserID, r.Version, before, r.facts()}
}

// requestIn reads a request that somebody of the departments may see; nil is
// all. A draft is seen by its own side only.
func requestIn(tx *store.Tx, id RequestID, seen []auth.DepartmentID) (Request, error) {
	var r Request
	err := requestsSeen(tx, tx.Gorm().Table("sharing_requests r"), seen).Where("r.id = ?", id).Select("r.*").Take(&r).Error
	return r, err
}

// requestsSeen narrows a query of requests r to what the departments may see.
func requestsSeen(tx *store.Tx, g *gorm.DB, seen []auth.DepartmentID) *gorm.DB {
	if seen == nil {
		return g
	}
	own := store.Among(tx, seen)
	return g.Where("(r.user_id ? OR r.provider_id ? AND r.state <> ?)", own, own, RequestDraft)
}

func insertStep(tx *store.Tx, s Step) error {
	if err := tx.Gorm().Create(&s).Error; err != nil {
		return fmt.Errorf("keep step %d of %s %d: %w", s.Number, s.SubjectKind, s.SubjectID, err)
	}
	return nil
}

// stepsOf lists what was done with a record, in its order.
func stepsOf(tx *store.Tx, kind Kind, id int64) ([]Step, error) {
	var out []Step
	err := tx.Gorm().Where("subject_kind = ? AND subject_id = ?", kind, id).Order("number").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read steps of %s %d: %w", kind, id, err)
	}
	return out, nil
}
