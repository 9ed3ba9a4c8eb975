package survey

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
)

// isNotFound tells whether a query found nothing.
func isNotFound(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }

func allCampaigns(tx *store.Tx) ([]Campaign, error) {
	var out []Campaign
	if err := tx.Gorm().Order("opens_on DESC, id DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read campaigns: %w", err)
	}
	return out, nil
}

func campaignsIn(tx *store.Tx, s CampaignState) ([]Campaign, error) {
	var out []Campaign
	if err := tx.Gorm().Where("state = ?", s).Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read campaigns that are %s: %w", s, err)
	}
	return out, nil
}

func campaignByCode(tx *store.Tx, code string) (Campaign, error) {
	var c Campaign
	err := tx.Gorm().Where("code = ?", code).Take(&c).Error
	return c, err
}

func campaignByID(tx *store.Tx, id CampaignID) (Campaign, error) {
	var c Campaign
	err := tx.Gorm().Where("id = ?", id).Take(&c).Error
	return c, err
}

func insertCampaign(tx *store.Tx, c *Campaign, by auth.Principal) error {
	c.Version, c.CreatedAt, c.UpdatedAt, c.UpdatedBy, c.UpdatedName = 1, tx.Now(), tx.Now(), by.AccountID, by.Name
	if err := tx.Gorm().Create(c).Error; err != nil {
		return fmt.Errorf("insert campaign %s: %w", c.Code, err)
	}
	return nil
}

func updateCampaign(tx *store.Tx, old Campaign, c *Campaign, by auth.Principal) error {
	c.Version, c.UpdatedAt, c.UpdatedBy, c.UpdatedName = old.Version+1, tx.Now(), by.AccountID, by.Name
	return tx.UpdateVersion(c, int64(c.ID), old.Version)
}

func exceptionsOf(tx *store.Tx, id CampaignID) ([]Exception, error) {
	var out []Exception
	if err := tx.Gorm().Where("campaign_id = ?", id).Order("department_id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the exceptions of campaign %d: %w", id, err)
	}
	return out, nil
}

func putException(tx *store.Tx, e Exception) error {
	err := tx.Gorm().Exec(`INSERT INTO campaign_exceptions (campaign_id, department_id, included, reason, set_name, set_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (campaign_id, department_id) DO UPDATE SET included = excluded.included, reason = excluded.reason,
		set_name = excluded.set_name, set_at = excluded.set_at`, e.CampaignID, e.DepartmentID, e.Included, e.Reason, e.SetName, e.SetAt).Error
	if err != nil {
		return fmt.Errorf("save an exception of campaign %d: %w", e.CampaignID, err)
	}
	return nil
}

func dropException(tx *store.Tx, id CampaignID, department auth.DepartmentID) error {
	done := tx.Gorm().Exec("DELETE FROM campaign_exceptions WHERE campaign_id = ? AND department_id = ?", id, department)
	if done.Error != nil {
		return fmt.Errorf("drop an exception of campaign %d: %w", id, done.Error)
	}
	if done.RowsAffected == 0 {
		return gorm.ErrRecordNotFound
	}
	return nil
}

// copyExceptions takes over exceptions, for which whoever copies answers.
func copyExceptions(tx *store.Tx, by auth.Principal, from, to CampaignID) error {
	err := tx.Gorm().Exec(`INSERT INTO campaign_exceptions (campaign_id, department_id, included, reason, set_name, set_at)
		SELECT CAST(? AS bigint), department_id, included, reason, CAST(? AS text), ? FROM campaign_exceptions WHERE campaign_id = ?`, to, by.Name, tx.Now(), from).Error
	if err != nil {
		return fmt.Errorf("copy the exceptions of campaign %d: %w", from, err)
	}
	return nil
}

// formLot is how many forms one statement inserts.
const formLot = 100

// insertForms gives each body an empty form.
func insertForms(tx *store.Tx, c Campaign, bodies []inventory.Department) error {
	forms := make([]Form, len(bodies))
	for i, body := range bodies {
		forms[i] = Form{
			CampaignID: c.ID, DepartmentID: body.ID, State: FormDraft, Answers: map[string]string{}, Typed: map[string][]string{},
			CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Version: 1,
		}
	}
	if err := tx.Gorm().CreateInBatches(&forms, formLot).Error; err != nil {
		return fmt.Errorf("insert the forms of campaign %s: %w", c.Code, err)
	}
	return nil
}

func departmentsWithForms(tx *store.Tx, id CampaignID) ([]auth.DepartmentID, error) {
	var out []auth.DepartmentID
	if err := tx.Gorm().Model(&Form{}).Where("campaign_id = ?", id).Pluck("department_id", &out).Error; err != nil {
		return nil, fmt.Errorf("read who has a form of campaign %d: %w", id, err)
	}
	return out, nil
}

func departmentsNeverSubmitted(tx *store.Tx, id CampaignID) ([]auth.DepartmentID, error) {
	var out []auth.DepartmentID
	err := tx.Gorm().Model(&Form{}).Where("campaign_id = ? AND first_submitted_at IS NULL", id).Order("department_id").
		Pluck("department_id", &out).Error
	if err != nil {
		return nil, fmt.Errorf("read who has not handed in in campaign %d: %w", id, err)
	}
	return out, nil
}

// formsOf are the forms of a department by campaign.
func formsOf(tx *store.Tx, department auth.DepartmentID) (map[CampaignID]Form, error) {
	out := map[CampaignID]Form{}
	if department == 0 {
		return out, nil
	}
	var forms []Form
	if err := tx.Gorm().Where("department_id = ?", department).Find(&forms).Error; err != nil {
		return nil, fmt.Errorf("read the forms of department %d: %w", department, err)
	}
	for _, f := range forms {
		out[f.CampaignID] = f
	}
	return out, nil
}

// formCount is one line of countForms.
type formCount struct {
	CampaignID CampaignID
	Counts
}

// countForms counts forms by campaign, those of departments only unless nil.
func countForms(tx *store.Tx, departments []auth.DepartmentID) (map[CampaignID]Counts, error) {
	q := tx.Gorm().Model(&Form{}).Select(`campaign_id, count(*) AS bodies, count(opened_at) AS opened,
		sum(CASE WHEN state = ? THEN 1 ELSE 0 END) AS submitted, sum(CASE WHEN state = ? THEN 1 ELSE 0 END) AS returned,
		sum(CASE WHEN state IN (?, ?) THEN 1 ELSE 0 END) AS accepted,
		sum(CASE WHEN zero AND state <> ? AND state <> ? THEN 1 ELSE 0 END) AS zero,
		sum(CASE WHEN late_wd > 0 THEN 1 ELSE 0 END) AS late`,
		FormSubmitted, FormReturned, FormAccepted, FormLocked, FormDraft, FormReturned)
	if departments != nil {
		q = q.Where("department_id IN ?", departments)
	}
	var lines []formCount
	if err := q.Group("campaign_id").Scan(&lines).Error; err != nil {
		return nil, fmt.Errorf("count forms: %w", err)
	}
	out := map[CampaignID]Counts{}
	for _, l := range lines {
		out[l.CampaignID] = l.Counts
	}
	return out, nil
}
