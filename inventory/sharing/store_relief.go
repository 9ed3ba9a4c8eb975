package sharing

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/store"
)

func reliefForUpdate(tx *store.Tx, id ReliefID) (Relief, error) {
	var r Relief
	err := locked(tx).Where("id = ?", id).Take(&r).Error
	return r, err
}

func insertRelief(tx *store.Tx, by auth.Principal, r *Relief) error {
	r.Version, r.CreatedAt, r.UpdatedAt = 1, tx.Now(), tx.Now()
	r.CreatedBy, r.CreatedName, r.UpdatedBy = by.AccountID, by.Name, by.AccountID
	err := tx.Gorm().Create(r).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return ErrReliefTwice
	}
	if err != nil {
		return fmt.Errorf("insert relief: %w", err)
	}
	return keep(tx, act{by: by, action: "relief.declared"}, r.object(nil))
}

func updateRelief(tx *store.Tx, a act, old Relief, r *Relief) error {
	r.Version, r.UpdatedAt, r.UpdatedBy = old.Version+1, tx.Now(), a.by.AccountID
	if err := tx.UpdateVersion(r, int64(r.ID), old.Version); err != nil {
		return err
	}
	return keep(tx, a, r.object(old.facts()))
}

func (r Relief) object(before any) object {
	return object{KindRelief, int64(r.ID), r.Matter + " " + r.Material, r.DepartmentID, r.Version, before, r.facts()}
}

func reliefQuery(tx *store.Tx, seen []auth.DepartmentID, q ReliefQuery) *gorm.DB {
	g := tx.Gorm().Table("sharing_reliefs x")
	if seen != nil {
		g = g.Where("x.department_id ?", store.Among(tx, seen))
	}
	if q.Department != 0 {
		g = g.Where("x.department_id = ?", q.Department)
	}
	if len(q.States) > 0 {
		g = g.Where("x.state IN ?", q.States)
	}
	return like(g, q.Search, "x.matter", "x.material", "x.entry_name")
}

func listReliefs(tx *store.Tx, seen []auth.DepartmentID, q ReliefQuery) ([]Relief, int64, error) {
	by := []string{"CASE x.state WHEN 'declared' THEN 0 WHEN 'accepted' THEN 1 ELSE 2 END", "x.times_a_year DESC", "x.id DESC"}
	return page[Relief](reliefQuery(tx, seen, q), "x.*", by, q.Page, q.Size, "reliefs")
}

func sumReliefs(tx *store.Tx, seen []auth.DepartmentID, q ReliefQuery) (count, times int64, err error) {
	q.States = []ReliefState{ReliefAccepted}
	err = reliefQuery(tx, seen, q).Select("count(*), coalesce(sum(x.times_a_year), 0)").Row().Scan(&count, &times)
	if err != nil {
		return 0, 0, fmt.Errorf("sum reliefs: %w", err)
	}
	return count, times, nil
}
