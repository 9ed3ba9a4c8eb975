package sharing

import (
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

func useID(id int64) string { return strconv.FormatInt(id, 10) }

func insertUse(tx *store.Tx, u *Use) error {
	if err := tx.Gorm().Create(u).Error; err != nil {
		return fmt.Errorf("insert use of %s: %w", u.EntryCode, err)
	}
	return nil
}

// callsOn sums what was used under an agreement on a day.
func callsOn(tx *store.Tx, id AgreementID, on calendar.Date) (int64, error) {
	var n int64
	err := tx.Gorm().Raw("SELECT coalesce(sum(calls), 0) FROM sharing_uses WHERE agreement_id = ? AND used_on = ?", id, on).Row().Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("sum calls of agreement %d: %w", id, err)
	}
	return n, nil
}

// useQuery narrows the ledger; who is nil when the agreement was seen already.
func useQuery(tx *store.Tx, who *sides, q UseQuery) *gorm.DB {
	g := tx.Gorm().Table("sharing_uses x")
	if who != nil {
		g = bySide(tx, g, *who, q.Side, q.Department)
	}
	if q.Agreement != 0 {
		g = g.Where("x.agreement_id = ?", q.Agreement)
	}
	if q.Direct {
		g = g.Where("x.agreement_id IS NULL")
	}
	if q.Entry != "" {
		g = g.Where("x.entry_code = ?", q.Entry)
	}
	if !q.From.IsZero() {
		g = g.Where("x.used_on >= ?", q.From)
	}
	if !q.To.IsZero() {
		g = g.Where("x.used_on <= ?", q.To)
	}
	return like(g, q.Search, "x.entry_code", "x.entry_name", "x.matter")
}

func listUses(tx *store.Tx, who *sides, q UseQuery) ([]Use, int64, error) {
	return page[Use](useQuery(tx, who, q), "x.*", []string{"x.used_on DESC", "x.id DESC"}, q.Page, q.Size, "uses")
}

func sumCalls(tx *store.Tx, who sides, q UseQuery) (int64, error) {
	var n int64
	if err := useQuery(tx, &who, q).Select("coalesce(sum(x.calls), 0)").Row().Scan(&n); err != nil {
		return 0, fmt.Errorf("sum calls: %w", err)
	}
	return n, nil
}

func misusesOf(tx *store.Tx, id AgreementID) ([]Misuse, error) {
	var out []Misuse
	if err := tx.Gorm().Where("agreement_id = ?", id).Order("id DESC").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read misuses of agreement %d: %w", id, err)
	}
	return out, nil
}

func misuseForUpdate(tx *store.Tx, id MisuseID) (Misuse, error) {
	var m Misuse
	err := locked(tx).Where("id = ?", id).Take(&m).Error
	return m, err
}

func misuseIn(tx *store.Tx, id MisuseID, seen []auth.DepartmentID) (Misuse, error) {
	var m Misuse
	g := tx.Gorm().Where("id = ?", id)
	if seen != nil {
		g = g.Where("(user_id ? OR provider_id ?)", store.Among(tx, seen), store.Among(tx, seen))
	}
	err := g.Take(&m).Error
	return m, err
}

func insertMisuse(tx *store.Tx, by auth.Principal, m *Misuse) error {
	m.Version, m.CreatedAt, m.UpdatedAt = 1, tx.Now(), tx.Now()
	m.CreatedBy, m.CreatedName, m.UpdatedBy = by.AccountID, by.Name, by.AccountID
	if err := tx.Gorm().Create(m).Error; err != nil {
		return fmt.Errorf("insert misuse of %s: %w", m.EntryCode, err)
	}
	return keep(tx, act{by: by, action: "misuse.reported", note: m.Description}, m.object(nil))
}

func updateMisuse(tx *store.Tx, a act, old Misuse, m *Misuse) error {
	m.Version, m.UpdatedAt, m.UpdatedBy = old.Version+1, tx.Now(), a.by.AccountID
	if err := tx.UpdateVersion(m, int64(m.ID), old.Version); err != nil {
		return err
	}
	return keep(tx, a, m.object(old.facts()))
}

func (m Misuse) object(before any) object {
	return object{KindMisuse, int64(m.ID), m.EntryCode + " " + m.EntryName, m.UserID, m.Version, before, m.facts()}
}

func misuseQuery(tx *store.Tx, who sides, q MisuseQuery) *gorm.DB {
	g := bySide(tx, tx.Gorm().Table("sharing_misuses x"), who, AnySide, 0)
	if q.User != 0 {
		g = g.Where("x.user_id = ?", q.User)
	}
	if len(q.States) > 0 {
		g = g.Where("x.state IN ?", q.States)
	}
	return g
}

func listMisuses(tx *store.Tx, who sides, q MisuseQuery) ([]Misuse, int64, error) {
	by := []string{"CASE x.state WHEN 'reported' THEN 0 ELSE 1 END", "x.id DESC"}
	return page[Misuse](misuseQuery(tx, who, q), "x.*", by, q.Page, q.Size, "misuses")
}

// confirmedMisuses are the facts of situation R4 of some days.
func confirmedMisuses(tx *store.Tx, from, to calendar.Date) ([]Misuse, error) {
	var out []Misuse
	err := tx.Gorm().Where("state = ? AND found_on >= ? AND found_on <= ?", MisuseConfirmed, from, to).Order("found_on, id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read confirmed misuses: %w", err)
	}
	return out, nil
}
