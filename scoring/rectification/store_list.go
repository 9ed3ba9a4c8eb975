package rectification

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// seen narrows notices x to those that are seen.
func seen(tx *store.Tx, g *gorm.DB, s sight) *gorm.DB {
	if s.seen != nil {
		g = g.Where("x.department_id ?", store.Among(tx, s.seen))
	}
	if !s.drafts {
		g = g.Where("x.number > 0")
	}
	return g
}

// waiting narrows notices x to those that wait for somebody's step.
func waiting(tx *store.Tx, g *gorm.DB, w waiter) *gorm.DB {
	any := tx.Gorm().Where("1 = 0")
	if w.office {
		any = any.Or("x.state IN ('drafted', 'replied')")
	}
	if w.lead {
		any = any.Or("x.state = 'escalated'")
	}
	if w.replies {
		any = any.Or("x.state IN ('issued', 'rejected', 'overdue', 'escalated') AND x.department_id ?", store.Among(tx, w.own))
	}
	return g.Where(any)
}

func listNotices(tx *store.Tx, s sight, w waiter, q Query) ([]Row, int64, error) {
	g := narrowed(tx, seen(tx, withDue(tx), s), w, q)
	var total int64
	if err := g.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count rectification notices: %w", err)
	}
	g = g.Session(&gorm.Session{}).Select("x.*, d.due_on AS runs_to")
	for _, by := range orderOf(q) {
		g = g.Order(by)
	}
	var rows []Row
	if err := g.Limit(q.Size).Offset((q.Page - 1) * q.Size).Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("list rectification notices: %w", err)
	}
	return rows, total, nil
}

func narrowed(tx *store.Tx, g *gorm.DB, w waiter, q Query) *gorm.DB {
	if len(q.States) > 0 {
		g = g.Where("x.state IN ?", q.States)
	}
	if len(q.Situations) > 0 {
		g = g.Where("x.situation IN ?", q.Situations)
	}
	if q.Department != 0 {
		g = g.Where("x.department_id = ?", q.Department)
	}
	if q.Year != 0 {
		g = g.Where("x.year = ?", q.Year)
	}
	if q.Open {
		g = g.Where("x.state IN ?", openStates())
	}
	if q.Overdue {
		g = g.Where("(x.overdue_from IS NOT NULL OR d.due_on < ?)", today(tx))
	}
	if q.Waiting {
		g = waiting(tx, g, w)
	}
	if words := strings.ToLower(strings.TrimSpace(q.Search)); words != "" {
		like := "%" + store.EscapeLike(words) + "%"
		g = g.Where(`(lower(x.facts) LIKE ? ESCAPE '\' OR lower(x.demand) LIKE ? ESCAPE '\' OR CAST(x.number AS text) = ?)`, like, like, words)
	}
	return g
}

func orderOf(q Query) []string {
	down := ""
	if q.Descending {
		down = " DESC"
	}
	switch q.Sort {
	case SortNo:
		return []string{"x.year" + down, "x.number" + down, "x.id" + down}
	case SortBody:
		return []string{"x.department_id" + down, "x.id DESC"}
	case SortState:
		return []string{"x.state" + down, "x.id DESC"}
	case SortUpdated:
		return []string{"x.updated_at" + down, "x.id DESC"}
	}
	return []string{"CASE WHEN d.due_on IS NULL THEN 1 ELSE 0 END", "d.due_on" + down, "x.id DESC"}
}

func countWaits(tx *store.Tx, s sight, w waiter) (Waits, error) {
	var out Waits
	err := waiting(tx, seen(tx, withDue(tx), s), w).
		Select("count(*), coalesce(sum(CASE WHEN x.overdue_from IS NOT NULL OR d.due_on < ? THEN 1 ELSE 0 END), 0)", today(tx)).
		Row().Scan(&out.Total, &out.Overdue)
	if err != nil {
		return out, fmt.Errorf("count rectification notices that wait: %w", err)
	}
	return out, nil
}

// group is how many notices there are of a kind.
type group struct {
	Situation            Situation
	State                State
	DepartmentID         auth.DepartmentID
	N, Overdue, EverLate int64
}

func countNotices(tx *store.Tx, s sight, year int, day calendar.Date) ([]group, error) {
	g := seen(tx, withDue(tx), s).Where("x.number > 0")
	if year != 0 {
		g = g.Where("x.year = ?", year)
	}
	var out []group
	err := g.Select(`x.situation, x.state, x.department_id, count(*) AS n,
		sum(CASE WHEN (x.overdue_from IS NOT NULL AND x.settled_on IS NULL) OR d.due_on < ? THEN 1 ELSE 0 END) AS overdue,
		sum(CASE WHEN x.overdue_from IS NOT NULL OR d.due_on < ? THEN 1 ELSE 0 END) AS ever_late`, day, day).
		Group("x.situation, x.state, x.department_id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("count rectification notices: %w", err)
	}
	return out, nil
}
