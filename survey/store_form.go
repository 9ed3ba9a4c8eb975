package survey

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// forUpdate keeps others from the rows that a query reads until the end of the
// transaction. SQLite has one writer and needs no lock.
func forUpdate(tx *store.Tx, lock bool) *gorm.DB {
	if !lock {
		return tx.Gorm()
	}
	return tx.Gorm().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

// formByKey reads the form of a body and its campaign.
func formByKey(tx *store.Tx, campaign string, department auth.DepartmentID, lock bool) (Campaign, Form, error) {
	var c Campaign
	var f Form
	if err := tx.Gorm().Where("code = ?", campaign).Take(&c).Error; err != nil {
		return c, f, fmt.Errorf("find campaign %s: %w", campaign, err)
	}
	if err := forUpdate(tx, lock).Where("campaign_id = ? AND department_id = ?", c.ID, department).Take(&f).Error; err != nil {
		return c, f, fmt.Errorf("find form %s of department %d: %w", campaign, department, err)
	}
	return c, f, nil
}

// saveForm writes a form whose row the transaction holds.
func saveForm(tx *store.Tx, f *Form) error {
	columns, err := store.Columns(tx.Context(), f)
	if err != nil {
		return err
	}
	delete(columns, "id")
	delete(columns, "created_at")
	if err := tx.Gorm().Model(&Form{}).Where("id = ?", f.ID).UpdateColumns(columns).Error; err != nil {
		return fmt.Errorf("save form %d: %w", f.ID, err)
	}
	return nil
}

// tally is what the rows of a form add up to.
type tally struct{ Total, Done, Needed, Given, Errors, Warnings int }

func tallyRows(tx *store.Tx, form FormID) (tally, error) {
	var t tally
	err := tx.Gorm().Raw(`SELECT count(*) AS total,
		coalesce(sum(CASE WHEN decision <> 'pending' AND errors = 0 AND typed = '{}' THEN 1 ELSE 0 END), 0) AS done,
		coalesce(sum(needed), 0) AS needed, coalesce(sum(given), 0) AS given,
		coalesce(sum(errors), 0) AS errors, coalesce(sum(warnings), 0) AS warnings
		FROM form_rows WHERE form_id = ? AND decision <> 'removed'`, form).Scan(&t).Error
	if err != nil {
		return tally{}, fmt.Errorf("count the rows of form %d: %w", form, err)
	}
	return t, nil
}

// missingSystems lists the systems of a body that are not on its form.
func missingSystems(tx *store.Tx, form FormID, owner auth.DepartmentID) ([]inventory.SystemID, error) {
	var ids []inventory.SystemID
	err := tx.Gorm().Model(&inventory.System{}).Where(`owner_id = ? AND state NOT IN ?
		AND NOT EXISTS (SELECT 1 FROM form_rows r WHERE r.form_id = ? AND r.system_id = systems.id)`,
		owner, []inventory.State{inventory.Merged, inventory.Retired}, form).Order("code").Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("list systems that form %d lacks: %w", form, err)
	}
	return ids, nil
}

// lastAccepted finds the form of the same body that was accepted last.
func lastAccepted(tx *store.Tx, f Form) (Form, bool, error) {
	var found []Form
	err := tx.Gorm().Where("department_id = ? AND id <> ? AND state IN ?", f.DepartmentID, f.ID, []FormState{FormAccepted, FormLocked}).
		Order("submitted_at DESC, id DESC").Limit(1).Find(&found).Error
	if err != nil {
		return Form{}, false, fmt.Errorf("find the last accepted form of department %d: %w", f.DepartmentID, err)
	}
	if len(found) == 0 {
		return Form{}, false, nil
	}
	return found[0], true, nil
}

func insertSubmission(tx *store.Tx, s *Submission) error {
	if err := tx.Gorm().Create(s).Error; err != nil {
		return fmt.Errorf("keep submission %d of form %d: %w", s.Number, s.FormID, err)
	}
	return nil
}

// submissionsOf lists what was handed in of a form, newest first.
func submissionsOf(tx *store.Tx, form FormID, limit int) ([]Submission, error) {
	var out []Submission
	q := tx.Gorm().Where("form_id = ?", form).Order("number DESC")
	if limit > 0 {
		q = q.Limit(limit)
	}
	if err := q.Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read submissions of form %d: %w", form, err)
	}
	return out, nil
}

// commentsOf lists what is said about a form, in the order in which it was.
func commentsOf(tx *store.Tx, form FormID) ([]Comment, error) {
	var out []Comment
	if err := tx.Gorm().Where("form_id = ?", form).Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read comments of form %d: %w", form, err)
	}
	return out, nil
}

// openCommentsOf lists what is said about a row and not settled.
func openCommentsOf(tx *store.Tx, form FormID, row RowID) ([]Comment, error) {
	var out []Comment
	if err := tx.Gorm().Where("form_id = ? AND row_id = ? AND settled_at IS NULL", form, row).Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read comments of row %d: %w", row, err)
	}
	return out, nil
}

// questionsOf reads a questionnaire and tells whether it can change no more.
func questionsOf(tx *store.Tx, id int64) (questionnaire.Body, bool, error) {
	var row struct{ State, Body string }
	err := tx.Gorm().Table("questionnaires").Select("state, body").Where("id = ?", id).Take(&row).Error
	if err != nil {
		return questionnaire.Body{}, false, fmt.Errorf("read questionnaire %d: %w", id, err)
	}
	b, err := questionnaire.Parse([]byte(row.Body))
	return b, row.State != "draft", err
}

// openForms lists the forms that some bodies have in campaigns that take
// answers, the nearest due first; nil is all bodies.
func openForms(tx *store.Tx, departments []auth.DepartmentID) ([]Form, map[CampaignID]Campaign, error) {
	var campaigns []Campaign
	if err := tx.Gorm().Where("state IN ?", []CampaignState{Running, Closed}).Find(&campaigns).Error; err != nil {
		return nil, nil, fmt.Errorf("list campaigns that take answers: %w", err)
	}
	byID := map[CampaignID]Campaign{}
	var ids []CampaignID
	for _, c := range campaigns {
		byID[c.ID] = c
		ids = append(ids, c.ID)
	}
	if len(ids) == 0 {
		return nil, byID, nil
	}
	q := tx.Gorm().Where("campaign_id IN ?", ids)
	if departments != nil {
		q = q.Where("department_id IN ?", departments)
	}
	var out []Form
	if err := q.Order("campaign_id DESC, department_id").Find(&out).Error; err != nil {
		return nil, nil, fmt.Errorf("list forms: %w", err)
	}
	return out, byID, nil
}

func submissionOf(tx *store.Tx, form FormID, number int) (Submission, error) {
	var s Submission
	if err := tx.Gorm().Where("form_id = ? AND number = ?", form, number).Take(&s).Error; err != nil {
		return Submission{}, fmt.Errorf("read submission %d of form %d: %w", number, form, err)
	}
	return s, nil
}
