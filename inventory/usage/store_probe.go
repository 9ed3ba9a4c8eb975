package usage

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// isNotFound tells whether a query found nothing.
func isNotFound(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }

// within limits a query to the rows of the departments; nil is all of them.
func within(q *gorm.DB, column string, departments []auth.DepartmentID) *gorm.DB {
	if departments == nil {
		return q
	}
	return q.Where(column+" IN ?", departments)
}

// probeByCode finds a probe that the departments own.
func probeByCode(tx *store.Tx, code string, departments []auth.DepartmentID) (Probe, error) {
	var out Probe
	if err := within(tx.Gorm(), "owner_id", departments).Where("code = ?", code).Take(&out).Error; err != nil {
		return Probe{}, fmt.Errorf("find probe %s: %w", code, err)
	}
	return out, nil
}

func probeByID(tx *store.Tx, id ProbeID) (Probe, error) {
	var out Probe
	if err := tx.Gorm().Where("id = ?", id).Take(&out).Error; err != nil {
		return Probe{}, fmt.Errorf("find probe %d: %w", id, err)
	}
	return out, nil
}

// holdProbe finds a probe and keeps others from working on it.
func holdProbe(tx *store.Tx, code string) (Probe, error) {
	var out Probe
	err := tx.Gorm().Clauses(clause.Locking{Strength: "UPDATE"}).Where("code = ?", code).Take(&out).Error
	if err != nil {
		return Probe{}, fmt.Errorf("find probe %s: %w", code, err)
	}
	return out, nil
}

// insertProbe adds a probe under the next code, with an empty contact.
func insertProbe(tx *store.Tx, p *Probe) error {
	if tx.Engine() == store.Postgres { // two at once would take the same code
		if err := tx.Gorm().Exec("LOCK TABLE probes IN SHARE ROW EXCLUSIVE MODE").Error; err != nil {
			return fmt.Errorf("hold the table of probes: %w", err)
		}
	}
	var last int64
	if err := tx.Gorm().Raw("SELECT count(*) FROM probes").Scan(&last).Error; err != nil { // none is ever removed
		return fmt.Errorf("find the next code of a probe: %w", err)
	}
	p.Code = fmt.Sprintf("PB-%04d", last+1)
	if err := tx.Gorm().Create(p).Error; err != nil {
		return fmt.Errorf("insert probe %s: %w", p.Code, err)
	}
	if err := tx.Gorm().Create(&Contact{ProbeID: p.ID}).Error; err != nil {
		return fmt.Errorf("insert the contact of probe %s: %w", p.Code, err)
	}
	return nil
}

// setSystems replaces the systems of a probe.
func setSystems(tx *store.Tx, id ProbeID, systems []ProbeSystem) error {
	if err := tx.Gorm().Where("probe_id = ?", id).Delete(&ProbeSystem{}).Error; err != nil {
		return fmt.Errorf("clear the systems of probe %d: %w", id, err)
	}
	for i := range systems {
		systems[i].ProbeID = id
	}
	if err := tx.Gorm().CreateInBatches(systems, 500).Error; err != nil {
		return fmt.Errorf("set the systems of probe %d: %w", id, err)
	}
	return nil
}

// system is what must be known of a system that is chosen.
type system struct {
	ID         inventory.SystemID
	Code       string
	Classified bool
}

func systemsByCode(tx *store.Tx, codes []string) (map[string]system, error) {
	var rows []system
	err := tx.Gorm().Model(&inventory.System{}).Select("id, code, classified").Where("code IN ?", codes).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find the systems of a probe: %w", err)
	}
	out := make(map[string]system, len(rows))
	for _, r := range rows {
		out[r.Code] = r
	}
	return out, nil
}

// watchedBy lists the systems of probes, by their codes.
func watchedBy(tx *store.Tx, probes []ProbeID) (map[ProbeID][]WatchedSystem, error) {
	var rows []struct {
		ProbeID ProbeID
		WatchedSystem
	}
	err := tx.Gorm().Raw(`SELECT ps.probe_id, s.id, s.code, s.name, s.owner_id, ps.share FROM probe_systems ps
		JOIN systems s ON s.id = ps.system_id WHERE ps.probe_id IN ? ORDER BY s.code`, probes).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the systems of probes: %w", err)
	}
	out := map[ProbeID][]WatchedSystem{}
	for _, r := range rows {
		out[r.ProbeID] = append(out[r.ProbeID], r.WatchedSystem)
	}
	return out, nil
}

func probesOfSystem(tx *store.Tx, seen []auth.DepartmentID, id inventory.SystemID) ([]Probe, error) {
	var out []Probe
	of := within(tx.Gorm().Table("probe_systems ps").Select("ps.probe_id").Joins("JOIN systems s ON s.id = ps.system_id"), "s.owner_id", seen).
		Where("s.id = ?", id)
	if err := tx.Gorm().Where("id IN (?)", of).Order("code").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("find the probes of system %d: %w", id, err)
	}
	return out, nil
}

// standing is the condition on probes p and contacts c for a standing.
func standing(s Standing, now time.Time) (string, []any) {
	switch s {
	case Stopped:
		return "p.stopped", nil
	case Never:
		return "NOT p.stopped AND c.last_success_at IS NULL", nil
	case Normal:
		return "NOT p.stopped AND c.late_at > ?", []any{now}
	case Late:
		return "NOT p.stopped AND c.late_at <= ? AND c.down_at > ?", []any{now, now}
	}
	return "NOT p.stopped AND c.down_at <= ?", []any{now} // Down
}

// withContacts is a query over all probes p and their contacts c.
func withContacts(tx *store.Tx, seen []auth.DepartmentID) *gorm.DB {
	return within(tx.Gorm().Table("probes p").Joins("JOIN probe_contacts c ON c.probe_id = p.id"), "p.owner_id", seen)
}

// where adds the conditions of a list to a query over probes p and contacts c.
func (q ProbeQuery) where(tx *store.Tx, g *gorm.DB) *gorm.DB {
	if len(q.Standings) > 0 {
		var parts []string
		var args []any
		for _, s := range q.Standings {
			sql, more := standing(s, tx.Now())
			parts, args = append(parts, "("+sql+")"), append(args, more...)
		}
		g = g.Where("("+strings.Join(parts, " OR ")+")", args...)
	}
	if q.Search != "" {
		like := "%" + store.EscapeLike(q.Search) + "%"
		g = g.Where(`(lower(p.code || ' ' || p.name) LIKE lower(?) ESCAPE '\' OR p.id IN (SELECT ps.probe_id FROM probe_systems ps
			JOIN systems s ON s.id = ps.system_id WHERE s.owner_id = p.owner_id AND lower(s.code || ' ' || s.name) LIKE lower(?) ESCAPE '\'))`, like, like)
	}
	if len(q.Kinds) > 0 {
		g = g.Where("p.kind IN ?", q.Kinds)
	}
	if len(q.Owners) > 0 {
		g = g.Where("p.owner_id IN ?", q.Owners)
	}
	if q.SystemCode != "" {
		g = g.Where("p.id IN (SELECT ps.probe_id FROM probe_systems ps JOIN systems s ON s.id = ps.system_id WHERE s.code = ?)", q.SystemCode)
	}
	if q.Rejected {
		g = g.Where("p.id IN (SELECT probe_id FROM probe_rejections WHERE day = ?)", calendar.DateOf(tx.Now()))
	}
	return g
}

func listProbes(tx *store.Tx, seen []auth.DepartmentID, q ProbeQuery) ([]Probe, int64, error) {
	g := q.where(tx, withContacts(tx, seen))
	var total int64
	if err := g.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count probes: %w", err)
	}
	var out []Probe
	err := g.Session(&gorm.Session{}).Select("p.*").Order(clause.OrderBy{Expression: q.order(tx)}).Limit(q.Size).Offset((q.Page - 1) * q.Size).Scan(&out).Error
	if err != nil {
		return nil, 0, fmt.Errorf("read probes: %w", err)
	}
	return out, total, nil
}

// order is by what a list is ordered, and by the code where that says nothing.
func (q ProbeQuery) order(tx *store.Tx) clause.Expr {
	way := " ASC"
	if q.Descending {
		way = " DESC"
	}
	switch q.Sort {
	case "name":
		return gorm.Expr("p.name" + way + ", p.code")
	case "success":
		return gorm.Expr("c.last_success_at IS NOT NULL" + way + ", c.last_success_at" + way + ", p.code")
	case "standing":
		return gorm.Expr(`CASE WHEN p.stopped THEN 4 WHEN c.last_success_at IS NULL THEN 2 WHEN c.down_at <= ? THEN 0
			WHEN c.late_at <= ? THEN 1 ELSE 3 END`+way+", p.code", tx.Now(), tx.Now())
	}
	return gorm.Expr("p.code" + way)
}

func countStandings(tx *store.Tx, seen []auth.DepartmentID) (map[Standing]int64, error) {
	out := map[Standing]int64{}
	for _, s := range Standings() {
		var n int64
		sql, args := standing(s, tx.Now())
		if err := withContacts(tx, seen).Where(sql, args...).Count(&n).Error; err != nil {
			return nil, fmt.Errorf("count probes that are %s: %w", s, err)
		}
		out[s] = n
	}
	return out, nil
}
