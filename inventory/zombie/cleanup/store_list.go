package cleanup

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
)

// underway are the states in which a clean-up is owed.
var underway = []State{Confirmed, Planned, Cleaning, Reopened}

func systemOf(tx *store.Tx, id inventory.SystemID) (inventory.System, error) {
	var s inventory.System
	if err := tx.Gorm().Where("id = ?", id).Take(&s).Error; err != nil {
		return s, fmt.Errorf("find system %d: %w", id, err)
	}
	return s, nil
}

// casesWith is the query of a list, without its order and its page.
func casesWith(tx *store.Tx, seen []auth.DepartmentID, t turns, q Query) *gorm.DB {
	g := within(tx.Gorm().Table("zombie_cases c").Joins("JOIN systems s ON s.id = c.system_id"), seen)
	if len(q.States) > 0 {
		g = g.Where("c.state IN ?", q.States)
	}
	if q.Department != 0 {
		g = g.Where("c.department_id = ?", q.Department)
	}
	if q.Feature != "" {
		g = g.Where(`c.features LIKE ? ESCAPE '\'`, "%|"+store.EscapeLike(q.Feature)+"|%")
	}
	if q.Strength != 0 {
		g = g.Where("c.strength = ?", q.Strength)
	}
	if q.Overdue {
		g = g.Where("c.state IN ? AND c.due_on < ?", underway, today(tx))
	}
	if q.Late {
		g = g.Where("c.state = ? AND c.answer_due < ?", Notified, today(tx))
	}
	if q.Waiting {
		g = g.Where(waitingCondition(tx, t))
	}
	if words := strings.ToLower(strings.TrimSpace(q.Search)); words != "" {
		like := "%" + store.EscapeLike(words) + "%"
		g = g.Where(`(lower(c.no) LIKE ? ESCAPE '\' OR lower(s.code) LIKE ? ESCAPE '\' OR lower(s.name) LIKE ? ESCAPE '\')`, like, like, like)
	}
	return g
}

// waitingCondition is what waits for a reader. What a region answers for stands
// in the scope already, so that its own part needs no list of bodies.
func waitingCondition(tx *store.Tx, t turns) *gorm.DB {
	some := tx.Gorm().Where("1 = 0")
	if len(t.own) > 0 {
		own := tx.Gorm().Where("c.state IN ?", t.own)
		if !t.region {
			own = own.Where("c.department_id = ?", t.mine)
		}
		some = some.Or(own)
	}
	if len(t.others) > 0 {
		some = some.Or(tx.Gorm().Where("c.state IN ? AND c.department_id <> ?", t.others, t.mine))
	}
	return some
}

var orders = map[Order]string{
	ByWeight: "c.strength DESC, c.confidence DESC, coalesce(c.money, 0) DESC, c.id",
	ByMoney:  "coalesce(c.money, 0)", ByDue: "coalesce(c.due_on, c.answer_due)", ByOpened: "c.opened_on", BySystem: "s.code",
}

func (q *Query) order() string {
	by, ok := orders[q.Sort]
	switch {
	case !ok || q.Sort == ByWeight:
		return orders[ByWeight]
	case q.Descending:
		return by + " DESC, c.id"
	}
	return by + ", c.id"
}

func listCases(tx *store.Tx, seen []auth.DepartmentID, t turns, q Query) ([]Row, int64, error) {
	g := casesWith(tx, seen, t, q)
	var total int64
	if err := g.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count cases: %w", err)
	}
	var rows []Row
	err := g.Session(&gorm.Session{}).Select("c.*, s.code, s.name").Order(q.order()).Limit(q.Size).Offset((q.Page - 1) * q.Size).Find(&rows).Error
	if err != nil {
		return nil, 0, fmt.Errorf("list cases: %w", err)
	}
	return rows, total, nil
}

func countWaiting(tx *store.Tx, seen []auth.DepartmentID, t turns) (Waiting, error) {
	var rows []struct {
		State State
		N     int64
		Late  int64
	}
	now := today(tx)
	err := casesWith(tx, seen, t, Query{Waiting: true}).
		Select("c.state, count(*) AS n, sum(CASE WHEN c.due_on < ? AND c.state <> ? OR c.state = ? AND c.answer_due < ? THEN 1 ELSE 0 END) AS late", now, EvidenceSubmitted, Notified, now).
		Group("c.state").Scan(&rows).Error
	w := Waiting{By: map[State]int64{}}
	if err != nil {
		return w, fmt.Errorf("count the cases that wait: %w", err)
	}
	for _, r := range rows {
		w.By[r.State] = r.N
		w.Total += r.N
		w.Late += r.Late
	}
	return w, nil
}

// standing is how many cases of a department stand somewhere, and their money.
type standing struct {
	DepartmentID                           auth.DepartmentID
	State                                  State
	N, Money, Overdue                      int64
	Ending                                 int64
	Servers, Ips, Domains, Accounts, Saved int64
}

// standings adds the cases up by department and state.
func standings(tx *store.Tx, seen []auth.DepartmentID, day calendar.Date) ([]standing, error) {
	var out []standing
	err := within(tx.Gorm().Table("zombie_cases c"), seen).
		Select(`c.department_id, c.state, count(*) AS n, coalesce(sum(c.money), 0) AS money,
			sum(CASE WHEN c.due_on < ? THEN 1 ELSE 0 END) AS overdue, sum(CASE WHEN c.action IN ? THEN 1 ELSE 0 END) AS ending,
			sum(c.servers) AS servers, sum(c.ips) AS ips, sum(c.domains) AS domains, sum(c.accounts) AS accounts, sum(c.om_saved) AS saved`,
			day, []Action{RetireIt, MergeIt}).
		Group("c.department_id, c.state").Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("add up cases: %w", err)
	}
	return out, nil
}
