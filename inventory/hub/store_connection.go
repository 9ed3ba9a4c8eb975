package hub

import (
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

func connectionOf(tx *store.Tx, id inventory.SystemID) (Connection, error) {
	var c Connection
	if err := tx.Gorm().Where("id = ?", id).Take(&c).Error; err != nil {
		return Connection{}, fmt.Errorf("find the connection of system %d: %w", id, err)
	}
	return c, nil
}

func connectionsAmong(tx *store.Tx, ids []inventory.SystemID) (map[inventory.SystemID]Connection, error) {
	var rows []Connection
	if err := tx.Gorm().Where("id ?", store.Among(tx, ids)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read %d connections: %w", len(ids), err)
	}
	out := make(map[inventory.SystemID]Connection, len(rows))
	for _, c := range rows {
		out[c.ID] = c
	}
	return out, nil
}

// insertConnections adds new ones; what another node added meanwhile stays.
func insertConnections(tx *store.Tx, rows []Connection) error {
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Gorm().CreateInBatches(rows, 100).Error; err != nil {
		return fmt.Errorf("insert %d connections: %w", len(rows), err)
	}
	return nil
}

func insertEvents(tx *store.Tx, rows []Event) error {
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Gorm().CreateInBatches(rows, 200).Error; err != nil {
		return fmt.Errorf("insert %d events: %w", len(rows), err)
	}
	return nil
}

func eventsOf(tx *store.Tx, id inventory.SystemID, most int) ([]Event, error) {
	var out []Event
	if err := tx.Gorm().Where("system_id = ?", id).Order("id DESC").Limit(most).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the events of system %d: %w", id, err)
	}
	return out, nil
}

// cell is a count of connections that are alike.
type cell struct {
	OwnerID auth.DepartmentID
	Must    bool
	Counted bool
	Basis   Basis
	Stage   Stage
	Down    bool
	Pending Pending
	N       int64
}

// tallies counts the connections of departments.
func tallies(tx *store.Tx, seen []auth.DepartmentID) ([]cell, error) {
	var out []cell
	err := within(tx.Gorm().Table("hub_connections"), "owner_id", seen).
		Select("owner_id, must, counted, basis, stage, down_since IS NOT NULL AS down, pending, count(*) AS n").
		Group("owner_id, must, counted, basis, stage, down_since IS NOT NULL, pending").Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("count connections: %w", err)
	}
	return out, nil
}

// delta is what the events of a department did to the rate on a day.
type delta struct {
	OnDay   calendar.Date
	OwnerID auth.DepartmentID
	Must    int64
	Counted int64
}

// deltas sums the events of days up, in the order of the days; from zero means
// from the beginning, and then as one.
func deltas(tx *store.Tx, seen []auth.DepartmentID, from, to calendar.Date) ([]delta, error) {
	q := within(tx.Gorm().Table("hub_events"), "owner_id", seen).Where("on_day <= ? AND (must_delta <> 0 OR counted_delta <> 0)", to)
	var out []delta
	if from.IsZero() {
		q = q.Select("owner_id, sum(must_delta) AS must, sum(counted_delta) AS counted").Group("owner_id")
	} else {
		q = q.Where("on_day >= ?", from).Select("on_day, owner_id, sum(must_delta) AS must, sum(counted_delta) AS counted").Group("on_day, owner_id").Order("on_day")
	}
	if err := q.Scan(&out).Error; err != nil {
		return nil, fmt.Errorf("sum up events: %w", err)
	}
	return out, nil
}

// movedIn reads the events of days that changed the rate, the newest first.
func movedIn(tx *store.Tx, seen []auth.DepartmentID, from, to calendar.Date) ([]MovedEvent, int64, error) {
	q := within(tx.Gorm().Table("hub_events e").Joins("JOIN systems s ON s.id = e.system_id"), "e.owner_id", seen).
		Where("e.on_day BETWEEN ? AND ? AND (e.must_delta <> 0 OR e.counted_delta <> 0)", from, to)
	var total int64
	if err := q.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count events: %w", err)
	}
	var out []MovedEvent
	err := q.Session(&gorm.Session{}).Select("e.*, s.code, s.name").Order("e.on_day DESC, e.id DESC").Limit(mostMoved).Scan(&out).Error
	if err != nil {
		return nil, 0, fmt.Errorf("read events: %w", err)
	}
	return out, total, nil
}

// standing is the condition of a standing.
func standing(s Standing, p *Policy, today calendar.Date) (string, []any) {
	switch s {
	case StandsConnected:
		return "c.counted", nil
	case StandsDown:
		return "c.must AND c.down_since IS NOT NULL", nil
	case StandsOverdue:
		if today.After(p.ConnectBy) {
			return "c.must AND NOT c.counted", nil
		}
		return "1 = 0", nil
	case StandsWaiting:
		return "c.pending <> ''", nil
	case StandsOpen:
		return "c.must AND NOT c.counted", nil
	case StandsExempt:
		return "NOT c.must AND c.basis IN ?", []any{exemptBases()}
	}
	return "NOT c.must", nil
}

func exemptBases() []Basis {
	var out []Basis
	for _, b := range Bases() {
		if b.Exempt() {
			out = append(out, b)
		}
	}
	return out
}

// connections is a query over connections c, their systems s and departments d.
func connections(tx *store.Tx, seen []auth.DepartmentID) *gorm.DB {
	return within(tx.Gorm().Table("hub_connections c").Joins("JOIN systems s ON s.id = c.id JOIN departments d ON d.id = c.owner_id"), "c.owner_id", seen)
}

func (q Query) where(g *gorm.DB, p *Policy, today calendar.Date) *gorm.DB {
	if len(q.Standings) > 0 {
		var parts []string
		var args []any
		for _, s := range q.Standings {
			sql, more := standing(s, p, today)
			parts, args = append(parts, "("+sql+")"), append(args, more...)
		}
		g = g.Where("("+strings.Join(parts, " OR ")+")", args...)
	}
	if q.Search != "" {
		g = g.Where(`lower(s.code || ' ' || s.name) LIKE lower(?) ESCAPE '\'`, "%"+store.EscapeLike(q.Search)+"%")
	}
	if len(q.Stages) > 0 {
		g = g.Where("c.must AND c.stage IN ?", q.Stages)
	}
	if len(q.Bases) > 0 {
		g = g.Where("c.basis IN ?", q.Bases)
	}
	if len(q.Owners) > 0 {
		g = g.Where("c.owner_id IN ?", q.Owners)
	}
	if q.Lacks != "" {
		g = g.Where(`'|' || c.missing || '|' LIKE ? ESCAPE '\'`, "%|"+store.EscapeLike(string(q.Lacks))+"|%")
	}
	return g
}

func (q Query) order() clause.Expr {
	way := " ASC"
	if q.Descending {
		way = " DESC"
	}
	switch q.Sort {
	case "stage":
		return gorm.Expr("c.stage" + way + ", s.code")
	case "signal":
		return gorm.Expr("(c.last_signal IS NULL), c.last_signal" + way + ", s.code")
	case "owner":
		return gorm.Expr("d.code" + way + ", s.code")
	case "turn":
		return gorm.Expr("CASE WHEN c.pending = 'submitted' THEN 0 WHEN c.pending = 'prepared' THEN 1 WHEN c.down_since IS NOT NULL THEN 2 WHEN c.must AND NOT c.counted THEN 3 ELSE 4 END" +
			way + ", c.stage DESC, s.code")
	}
	return gorm.Expr("s.code" + way)
}

func listConnections(tx *store.Tx, seen []auth.DepartmentID, q Query, p *Policy, today calendar.Date) ([]Line, int64, error) {
	g := q.where(connections(tx, seen), p, today)
	var total int64
	if err := g.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count connections: %w", err)
	}
	var out []Line
	err := g.Session(&gorm.Session{}).Select("c.*, s.code, s.name, s.state").Order(clause.OrderBy{Expression: q.order()}).
		Limit(q.Size).Offset((q.Page - 1) * q.Size).Scan(&out).Error
	if err != nil {
		return nil, 0, fmt.Errorf("read connections: %w", err)
	}
	return out, total, nil
}

// stillOpen counts what each department has still to connect.
func stillOpen(tx *store.Tx, departments []auth.DepartmentID) (map[auth.DepartmentID]int64, error) {
	var rows []struct {
		OwnerID auth.DepartmentID
		N       int64
	}
	q := within(tx.Gorm().Table("hub_connections"), "owner_id", departments)
	if err := q.Select("owner_id, count(*) AS n").Where("must AND NOT counted").Group("owner_id").Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("count what is to be connected: %w", err)
	}
	out := make(map[auth.DepartmentID]int64, len(rows))
	for _, r := range rows {
		out[r.OwnerID] = r.N
	}
	return out, nil
}
