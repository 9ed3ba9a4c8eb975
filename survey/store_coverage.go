package survey

import (
	"database/sql"
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// formColumns are those of a form without what it answers.
var formColumns = []string{
	"id", "campaign_id", "department_id", "state", "zero", "declared_count", "rows_total", "rows_done", "needed", "given", "errors", "warnings",
	"opened_at", "begun_at", "ready_at", "confirmed_by", "confirmed_name", "first_submitted_at", "submitted_at", "late_wd", "submissions",
	"returns", "reviewed_name", "reviewed_at", "updated_at", "version",
}

// formsIn reads the forms that departments have in a campaign, without their
// answers; nil is all departments.
func formsIn(tx *store.Tx, id CampaignID, departments []auth.DepartmentID) ([]Form, error) {
	q := tx.Gorm().Select(formColumns).Where("campaign_id = ?", id)
	if departments != nil {
		q = q.Where("department_id IN ?", departments)
	}
	var out []Form
	if err := q.Order("department_id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the forms of campaign %d: %w", id, err)
	}
	return out, nil
}

// revision names what is known of the forms of a campaign, 0 for all campaigns,
// and of all else that coverage depends on: as long as it is the same, so is what
// was worked out before. What people do stands in the operation log, which is
// read by its size; a form that is looked at first is not recorded there. Days
// count too, for lateness.
func revision(tx *store.Tx, id CampaignID) (string, error) {
	size, err := oplog.Size(tx)
	if err != nil {
		return "", err
	}
	q := tx.Gorm().Model(&Form{}).Select("count(opened_at)", "max(updated_at)")
	if id != 0 {
		q = q.Where("campaign_id = ?", id)
	}
	var opened int64
	var changed sql.NullString
	if err := q.Row().Scan(&opened, &changed); err != nil {
		return "", fmt.Errorf("tell whether the forms of campaign %d changed: %w", id, err)
	}
	return fmt.Sprint(size, " ", opened, " ", changed.String, " ", today(tx)), nil
}

// lastReminded tells of each body when it was last reminded in a campaign.
func lastReminded(tx *store.Tx, id CampaignID) (map[auth.DepartmentID]Reminded, error) {
	var rows []struct {
		DepartmentID auth.DepartmentID
		Last         ReminderID
		Times        int
	}
	err := tx.Gorm().Raw(`SELECT d.department_id, max(r.id) AS last, count(*) AS times FROM reminders r
		JOIN reminder_departments d ON d.reminder_id = r.id WHERE r.campaign_id = ? GROUP BY d.department_id`, id).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find who was reminded in campaign %d: %w", id, err)
	}
	out := make(map[auth.DepartmentID]Reminded, len(rows))
	if len(rows) == 0 {
		return out, nil
	}
	ids := map[ReminderID]Reminder{}
	var reminders []Reminder
	if err := tx.Gorm().Where("campaign_id = ?", id).Find(&reminders).Error; err != nil {
		return nil, fmt.Errorf("read the reminders of campaign %d: %w", id, err)
	}
	for _, r := range reminders {
		ids[r.ID] = r
	}
	for _, row := range rows {
		r := ids[row.Last]
		out[row.DepartmentID] = Reminded{At: r.MadeAt, Name: r.MadeName, Times: row.Times}
	}
	return out, nil
}

func insertReminder(tx *store.Tx, r *Reminder, bodies []ReminderDepartment) error {
	if err := tx.Gorm().Create(r).Error; err != nil {
		return fmt.Errorf("keep a reminder: %w", err)
	}
	for i := range bodies {
		bodies[i].ReminderID = r.ID
	}
	if err := tx.Gorm().CreateInBatches(&bodies, lot).Error; err != nil {
		return fmt.Errorf("keep whom reminder %d is for: %w", r.ID, err)
	}
	return nil
}

// selectReminders reads a page of the reminders that are for some of the bodies,
// newest first; nil is all bodies.
func selectReminders(tx *store.Tx, id CampaignID, seen []auth.DepartmentID, page, size int) ([]Reminder, int64, error) {
	q := tx.Gorm().Model(&Reminder{}).Where("campaign_id = ?", id)
	if seen != nil {
		q = q.Where("EXISTS (SELECT 1 FROM reminder_departments d WHERE d.reminder_id = reminders.id AND d.department_id IN ?)", seen)
	}
	var total int64
	if err := q.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count the reminders of campaign %d: %w", id, err)
	}
	var out []Reminder
	if err := q.Session(&gorm.Session{}).Order("id DESC").Limit(size).Offset((page - 1) * size).Find(&out).Error; err != nil {
		return nil, 0, fmt.Errorf("list the reminders of campaign %d: %w", id, err)
	}
	return out, total, nil
}

func bodiesOf(tx *store.Tx, reminders []Reminder) (map[ReminderID][]ReminderDepartment, error) {
	ids := make([]ReminderID, len(reminders))
	for i, r := range reminders {
		ids[i] = r.ID
	}
	out := map[ReminderID][]ReminderDepartment{}
	var rows []ReminderDepartment
	if err := tx.Gorm().Where("reminder_id IN ?", ids).Order("reminder_id, department_id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read whom %d reminders are for: %w", len(ids), err)
	}
	for _, r := range rows {
		out[r.ReminderID] = append(out[r.ReminderID], r)
	}
	return out, nil
}

// reviewedCampaigns are the campaigns whose forms are reviewed, by number: the
// one of a code, or all that take answers.
func reviewedCampaigns(tx *store.Tx, code string) (map[CampaignID]Campaign, error) {
	q := tx.Gorm().Where("state IN ?", []CampaignState{Running, Closed})
	if code != "" {
		q = tx.Gorm().Where("code = ?", code)
	}
	var rows []Campaign
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find the campaigns under review: %w", err)
	}
	if code != "" && len(rows) == 0 {
		return nil, fmt.Errorf("find campaign %s: %w", code, gorm.ErrRecordNotFound)
	}
	out := map[CampaignID]Campaign{}
	for _, c := range rows {
		out[c.ID] = c
	}
	return out, nil
}

// waitingForm is a form that waits, with what there is to look at. The literals
// stand in the statement so that the partial indexes are used.
type waitingForm struct {
	Form
	Open, Gone, Found int
}

// draftCounts counts the drafted comments of each form that has some.
func draftCounts(tx *store.Tx) (map[FormID]int, error) {
	var rows []struct {
		FormID FormID
		N      int
	}
	if err := tx.Gorm().Raw("SELECT form_id, count(*) AS n FROM form_comment_drafts GROUP BY form_id").Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("count the drafted comments: %w", err)
	}
	out := make(map[FormID]int, len(rows))
	for _, r := range rows {
		out[r.FormID] = r.N
	}
	return out, nil
}

func waitingForms(tx *store.Tx, campaigns map[CampaignID]Campaign) ([]waitingForm, error) {
	ids := make([]CampaignID, 0, len(campaigns))
	for id := range campaigns {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	columns := append([]string{}, formColumns...)
	columns = append(columns,
		"(SELECT count(*) FROM form_comments c WHERE c.form_id = forms.id AND c.settled_at IS NULL) AS open",
		"(SELECT count(*) FROM form_rows r WHERE r.form_id = forms.id AND r.decision = 'gone' AND r.system_id IS NOT NULL) AS gone",
		"(SELECT count(*) FROM form_rows r WHERE r.form_id = forms.id AND r.origin = 'census' AND r.decision <> 'removed') AS found")
	var out []waitingForm
	err := tx.Gorm().Model(&Form{}).Select(columns).Where("campaign_id IN ? AND state = ?", ids, FormSubmitted).
		Order("submitted_at, id").Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list the forms that wait for review: %w", err)
	}
	return out, nil
}

func countWaiting(tx *store.Tx) (int, error) {
	var n int64
	err := tx.Gorm().Model(&Form{}).Where("state = ? AND campaign_id IN (SELECT id FROM campaigns WHERE state IN ?)",
		FormSubmitted, []CampaignState{Running, Closed}).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count the forms that wait for review: %w", err)
	}
	return int(n), nil
}

// submissionHeads lists what was handed in of a form, newest first, without what
// it said.
func submissionHeads(tx *store.Tx, form FormID) ([]Submission, error) {
	var out []Submission
	err := tx.Gorm().Select("id", "form_id", "number", "submitted_at", "submitted_by", "submitted_name", "hash").
		Where("form_id = ?", form).Order("number DESC").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list the submissions of form %d: %w", form, err)
	}
	return out, nil
}
