package sharing

import (
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

func objectionForUpdate(tx *store.Tx, id ObjectionID) (Objection, error) {
	var o Objection
	err := locked(tx).Where("id = ?", id).Take(&o).Error
	return o, err
}

// openObjection finds the open objection to the same record of the same kind.
func openObjection(tx *store.Tx, like Objection) (Objection, error) {
	var o Objection
	err := tx.Gorm().Where("entry_code = ? AND record_ref = ? AND kind = ? AND state IN ?", like.EntryCode, like.RecordRef, like.Kind,
		[]ObjectionState{ObjectionRaised, ObjectionChecking, ObjectionCorrecting}).Take(&o).Error
	return o, err
}

// correcting lists the objections that wait for the corrected version of an entry.
func correcting(tx *store.Tx, code string) ([]Objection, error) {
	var out []Objection
	if err := locked(tx).Where("entry_code = ? AND state = ?", code, ObjectionCorrecting).Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read objections to %s: %w", code, err)
	}
	return out, nil
}

func insertObjection(tx *store.Tx, by auth.Principal, o *Objection) error {
	o.Version, o.CreatedAt, o.UpdatedAt = 1, tx.Now(), tx.Now()
	o.CreatedBy, o.CreatedName, o.UpdatedBy = by.AccountID, by.Name, by.AccountID
	if err := tx.Gorm().Create(o).Error; err != nil {
		return fmt.Errorf("insert objection to %s: %w", o.EntryCode, err)
	}
	return keep(tx, act{by: by, action: "objection.raised", note: o.Description}, o.object(nil))
}

func updateObjection(tx *store.Tx, a act, old Objection, o *Objection) error {
	o.Version, o.UpdatedAt, o.UpdatedBy = old.Version+1, tx.Now(), a.by.AccountID
	if err := tx.UpdateVersion(o, int64(o.ID), old.Version); err != nil {
		return err
	}
	return keep(tx, a, o.object(old.facts()))
}

func (o Objection) object(before any) object {
	return object{KindObjection, int64(o.ID), o.EntryCode + " " + o.EntryName, o.UserID, o.Version, before, o.facts()}
}

func objectionIn(tx *store.Tx, id ObjectionID, seen []auth.DepartmentID) (Objection, error) {
	var o Objection
	g := tx.Gorm().Where("id = ?", id)
	if seen != nil {
		g = g.Where("(user_id ? OR provider_id ?)", store.Among(tx, seen), store.Among(tx, seen))
	}
	err := g.Take(&o).Error
	return o, err
}

func listObjections(tx *store.Tx, who sides, w waits, q ObjectionQuery, day calendar.Date) ([]ObjectionRow, int64, error) {
	g := bySide(tx, withDue(tx, "sharing_objections", KindObjection), who, q.Side, q.Department)
	g = like(g, q.Search, "x.entry_code", "x.entry_name", "x.record_ref", "x.description")
	if len(q.States) > 0 {
		g = g.Where("x.state IN ?", q.States)
	}
	if q.Entry != "" {
		g = g.Where("x.entry_code = ?", q.Entry)
	}
	if q.Overdue {
		g = g.Where("d.due_on < ?", day)
	}
	if q.Waiting {
		g = waitingObjections(tx, g, w)
	}
	return page[ObjectionRow](g, "x.*, d.due_on AS runs_to", dueFirst(false), q.Page, q.Size, "objections")
}

func waitingObjections(tx *store.Tx, g *gorm.DB, w waits) *gorm.DB {
	any := tx.Gorm().Where("1 = 0")
	if w.centre {
		any = any.Or("x.state = 'raised'")
	}
	if w.head {
		any = any.Or("x.state IN ('checking', 'correcting') AND x.provider_id ?", store.Among(tx, w.own))
	}
	return g.Where(any)
}
