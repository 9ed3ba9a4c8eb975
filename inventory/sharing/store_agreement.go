package sharing

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

func agreementForUpdate(tx *store.Tx, id AgreementID) (Agreement, error) {
	var a Agreement
	err := locked(tx).Where("id = ?", id).Take(&a).Error
	return a, err
}

// agreementOf finds the agreement of a request that is in force.
func agreementOf(tx *store.Tx, id RequestID) (Agreement, error) {
	var a Agreement
	err := locked(tx).Where("request_id = ? AND state IN ?", id, []AgreementState{AgreementActive, AgreementSuspended}).Take(&a).Error
	return a, err
}

// agreementsOf lists all agreements of a request, the newest first.
func agreementsOf(tx *store.Tx, id RequestID) ([]Agreement, error) {
	var out []Agreement
	if err := tx.Gorm().Where("request_id = ?", id).Order("id DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read agreements of request %d: %w", id, err)
	}
	return out, nil
}

func agreementIn(tx *store.Tx, id AgreementID, seen []auth.DepartmentID) (Agreement, error) {
	var a Agreement
	g := tx.Gorm().Where("id = ?", id)
	if seen != nil {
		g = g.Where("(user_id ? OR provider_id ?)", store.Among(tx, seen), store.Among(tx, seen))
	}
	err := g.Take(&a).Error
	return a, err
}

func insertAgreement(tx *store.Tx, by auth.Principal, a *Agreement) error {
	a.Version, a.CreatedAt, a.UpdatedAt, a.CreatedName, a.UpdatedBy = 1, tx.Now(), tx.Now(), by.Name, by.AccountID
	if err := tx.Gorm().Create(a).Error; err != nil {
		return fmt.Errorf("insert agreement of request %d: %w", a.RequestID, err)
	}
	return keep(tx, act{by: by, action: "agreement.made"}, a.object(nil))
}

func updateAgreement(tx *store.Tx, what act, old Agreement, a *Agreement) error {
	a.Version, a.UpdatedAt, a.UpdatedBy = old.Version+1, tx.Now(), what.by.AccountID
	if err := tx.UpdateVersion(a, int64(a.ID), old.Version); err != nil {
		return err
	}
	return keep(tx, what, a.object(old.facts()))
}

func (a Agreement) object(before any) object {
	return object{KindAgreement, int64(a.ID), a.EntryCode + " " + a.EntryName, a.ProviderID, a.Version, before, a.facts()}
}

// countCalls adds to the sums of an agreement; it is no new version of it.
func countCalls(tx *store.Tx, id AgreementID, calls int64, on calendar.Date) error {
	err := tx.Gorm().Exec(`UPDATE sharing_agreements SET calls = calls + ?,
		last_used_on = CASE WHEN last_used_on IS NULL OR last_used_on < ? THEN ? ELSE last_used_on END WHERE id = ?`, calls, on, on, id).Error
	if err != nil {
		return fmt.Errorf("count calls of agreement %d: %w", id, err)
	}
	return nil
}

func overAgreements(tx *store.Tx, day calendar.Date) ([]Agreement, error) {
	var out []Agreement
	err := locked(tx).Where("state IN ? AND valid_to < ?", []AgreementState{AgreementActive, AgreementSuspended}, day).Order("id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("find agreements that are over: %w", err)
	}
	return out, nil
}

func listAgreements(tx *store.Tx, who sides, q AgreementQuery) ([]Agreement, int64, error) {
	g := bySide(tx, tx.Gorm().Table("sharing_agreements x"), who, q.Side, q.Department)
	g = like(g, q.Search, "x.entry_code", "x.entry_name")
	if len(q.States) > 0 {
		g = g.Where("x.state IN ?", q.States)
	}
	if q.Entry != "" {
		g = g.Where("x.entry_code = ?", q.Entry)
	}
	if q.Request != 0 {
		g = g.Where("x.request_id = ?", q.Request)
	}
	by := []string{
		"CASE x.state WHEN 'active' THEN 0 WHEN 'suspended' THEN 1 ELSE 2 END", "CASE WHEN x.valid_to IS NULL THEN 1 ELSE 0 END",
		"x.valid_to", "x.id DESC",
	}
	return page[Agreement](g, "x.*", by, q.Page, q.Size, "agreements")
}
