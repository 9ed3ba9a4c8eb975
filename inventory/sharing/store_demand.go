package sharing

import (
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/store"
)

func demandForUpdate(tx *store.Tx, id DemandID) (Demand, error) {
	var n Demand
	err := locked(tx).Where("id = ?", id).Take(&n).Error
	return n, err
}

// demandsSeen narrows demands x to what the departments may see: a draft is seen
// by its own side only.
func demandsSeen(tx *store.Tx, g *gorm.DB, seen []auth.DepartmentID) *gorm.DB {
	if seen == nil {
		return g
	}
	own := store.Among(tx, seen)
	return g.Where("(x.department_id ? OR x.holder_id ? AND x.state <> 'draft')", own, own)
}

func demandIn(tx *store.Tx, id DemandID, seen []auth.DepartmentID) (Demand, error) {
	var n Demand
	err := demandsSeen(tx, tx.Gorm().Table("sharing_demands x"), seen).Where("x.id = ?", id).Select("x.*").Take(&n).Error
	return n, err
}

func insertDemand(tx *store.Tx, by auth.Principal, n *Demand) error {
	n.Version, n.CreatedAt, n.UpdatedAt = 1, tx.Now(), tx.Now()
	n.CreatedBy, n.CreatedName, n.UpdatedBy = by.AccountID, by.Name, by.AccountID
	if err := tx.Gorm().Create(n).Error; err != nil {
		return fmt.Errorf("insert demand: %w", err)
	}
	return keep(tx, act{by: by, action: "demand.drafted"}, n.object(nil))
}

func updateDemand(tx *store.Tx, a act, old Demand, n *Demand) error {
	n.Version, n.UpdatedAt, n.UpdatedBy = old.Version+1, tx.Now(), a.by.AccountID
	if err := tx.UpdateVersion(n, int64(n.ID), old.Version); err != nil {
		return err
	}
	return keep(tx, a, n.object(old.facts()))
}

func (d Demand) object(before any) object {
	return object{KindDemand, int64(d.ID), d.Wanted, d.DepartmentID, d.Version, before, d.facts()}
}

func listDemands(tx *store.Tx, seen []auth.DepartmentID, w waits, q DemandQuery) ([]DemandRow, int64, error) {
	g := demandsSeen(tx, withDue(tx, "sharing_demands", KindDemand), seen)
	g = like(g, q.Search, "x.wanted", "x.items", "x.business", "x.entry_name")
	if len(q.States) > 0 {
		g = g.Where("x.state IN ?", q.States)
	}
	if q.Department != 0 {
		g = g.Where("(x.department_id = ? OR x.holder_id = ? OR x.guess_id = ?)", q.Department, q.Department, q.Department)
	}
	if q.Waiting {
		g = waitingDemands(tx, g, w)
	}
	return page[DemandRow](g, "x.*, d.due_on", dueFirst(false), q.Page, q.Size, "demands")
}

func waitingDemands(tx *store.Tx, g *gorm.DB, w waits) *gorm.DB {
	any := tx.Gorm().Where("1 = 0")
	if w.match {
		any = any.Or("x.state = 'submitted'")
	}
	if w.head {
		own := store.Among(tx, w.own)
		any = any.Or("x.state = 'draft' AND x.department_id ?", own).Or("x.state = 'asked' AND x.holder_id ?", own)
	}
	return g.Where(any)
}

func countDemands(tx *store.Tx, seen []auth.DepartmentID) (map[DemandState]int64, error) {
	var counts []struct {
		State DemandState
		N     int64
	}
	err := demandsSeen(tx, tx.Gorm().Table("sharing_demands x"), seen).Select("x.state, count(*) AS n").Group("x.state").Find(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("count demands: %w", err)
	}
	out := map[DemandState]int64{}
	for _, c := range counts {
		out[c.State] = c.N
	}
	return out, nil
}
