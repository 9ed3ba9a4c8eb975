package sharing

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// page reads a page of a query and counts the whole.
func page[T any](g *gorm.DB, columns string, order []string, number, size int, what string) ([]T, int64, error) {
	var total int64
	if err := g.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count %s: %w", what, err)
	}
	q := g.Session(&gorm.Session{}).Select(columns)
	for _, by := range order {
		q = q.Order(by)
	}
	var rows []T
	if err := q.Limit(size).Offset((number - 1) * size).Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("list %s: %w", what, err)
	}
	return rows, total, nil
}

// like narrows by a part of one of the columns.
func like(g *gorm.DB, words string, columns ...string) *gorm.DB {
	words = strings.ToLower(strings.TrimSpace(words))
	if words == "" {
		return g
	}
	pattern := "%" + store.EscapeLike(words) + "%"
	var parts []string
	var args []any
	for _, c := range columns {
		parts = append(parts, "lower("+c+`) LIKE ? ESCAPE '\'`)
		args = append(args, pattern)
	}
	return g.Where("("+strings.Join(parts, " OR ")+")", args...)
}

// bySide narrows rows x with user_id and provider_id to those that the
// departments see, on a side, and of a department.
func bySide(tx *store.Tx, g *gorm.DB, who sides, side Side, dept auth.DepartmentID) *gorm.DB {
	if who.seen != nil {
		g = g.Where("(x.user_id ? OR x.provider_id ?)", store.Among(tx, who.seen), store.Among(tx, who.seen))
	}
	switch side {
	case UserSide:
		g = g.Where("x.user_id ?", store.Among(tx, who.own))
	case ProviderSide:
		g = g.Where("x.provider_id ?", store.Among(tx, who.own))
	}
	if dept != 0 {
		g = g.Where("(x.user_id = ? OR x.provider_id = ?)", dept, dept)
	}
	return g
}

// withDue joins rows x with the day of the term that runs.
func withDue(tx *store.Tx, table string, kind Kind) *gorm.DB {
	return tx.Gorm().Table(table+" x").Joins(`LEFT JOIN due_dates d ON d.subject_kind = ? AND d.subject_id = CAST(x.id AS text)
		AND d.closed_at IS NULL`, kind)
}

// dueFirst sorts by due day, and leaves what has none to the end.
func dueFirst(descending bool) []string {
	down := ""
	if descending {
		down = " DESC"
	}
	return []string{"CASE WHEN d.due_on IS NULL THEN 1 ELSE 0 END", "d.due_on" + down, "x.id DESC"}
}

func order(column string, descending bool) []string {
	if descending {
		column += " DESC"
	}
	return []string{column, "x.id DESC"}
}

// drafts hides what was not handed in from the other side.
func draftsOfOwn(tx *store.Tx, g *gorm.DB, who sides) *gorm.DB {
	if who.seen == nil {
		return g
	}
	return g.Where("(x.state <> 'draft' OR x.user_id ?)", store.Among(tx, who.seen))
}

func requestQuery(tx *store.Tx, who sides, side Side, dept auth.DepartmentID) *gorm.DB {
	return draftsOfOwn(tx, bySide(tx, withDue(tx, "sharing_requests", KindRequest), who, side, dept), who)
}

// waitingRequests narrows to what waits for somebody.
func waitingRequests(tx *store.Tx, g *gorm.DB, w waits) *gorm.DB {
	any := tx.Gorm().Where("1 = 0")
	if w.head {
		own := store.Among(tx, w.own)
		any = any.Or("x.state IN ('submitted', 'overdue') AND x.provider_id ?", own).
			Or("x.state IN ('draft', 'refused', 'partial') AND x.user_id ?", own)
	}
	if w.office {
		any = any.Or("x.state IN ('escalated', 'coordinating')")
	}
	return g.Where(any)
}

func listRequests(tx *store.Tx, who sides, w waits, q RequestQuery, day calendar.Date) ([]RequestRow, int64, error) {
	g := like(requestQuery(tx, who, q.Side, q.Department), q.Search, "x.entry_code", "x.entry_name")
	if len(q.States) > 0 {
		g = g.Where("x.state IN ?", q.States)
	}
	if q.Entry != "" {
		g = g.Where("x.entry_code = ?", q.Entry)
	}
	if q.Overdue {
		g = g.Where("d.due_on < ?", day)
	}
	if q.Waiting {
		g = waitingRequests(tx, g, w)
	}
	by := dueFirst(q.Descending)
	switch q.Sort {
	case SortNewest:
		by = order("x.id", q.Descending)
	case SortEntry:
		by = order("x.entry_name", q.Descending)
	case SortState:
		by = order("x.state", q.Descending)
	case SortUpdated:
		by = order("x.updated_at", q.Descending)
	}
	return page[RequestRow](g, "x.*, d.due_on", by, q.Page, q.Size, "sharing requests")
}

func tallyRequests(tx *store.Tx, who sides, w waits, day calendar.Date) (Tally, error) {
	out := Tally{States: map[RequestState]int64{}}
	var counts []struct {
		State RequestState
		N     int64
	}
	if err := requestQuery(tx, who, AnySide, 0).Select("x.state, count(*) AS n").Group("x.state").Find(&counts).Error; err != nil {
		return out, fmt.Errorf("count sharing requests: %w", err)
	}
	for _, c := range counts {
		out.States[c.State] = c.N
	}
	if err := requestQuery(tx, who, AnySide, 0).Where("d.due_on < ?", day).Count(&out.Overdue).Error; err != nil {
		return out, fmt.Errorf("count overdue sharing requests: %w", err)
	}
	if err := waitingRequests(tx, requestQuery(tx, who, AnySide, 0), w).Count(&out.Waiting).Error; err != nil {
		return out, fmt.Errorf("count waiting sharing requests: %w", err)
	}
	return out, nil
}

// silentRequests are those whose term of the provider is over.
func silentRequests(tx *store.Tx, day calendar.Date, most int) ([]Request, error) {
	var out []Request
	err := withDue(tx, "sharing_requests", KindRequest).Where("x.state = ? AND d.due_on < ?", RequestSubmitted, day).
		Select("x.*").Order("x.id").Limit(most).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("find silent providers: %w", err)
	}
	return out, nil
}

// countWaiting counts rows of withDue, and those of them whose term is over.
func countWaiting(g *gorm.DB, day calendar.Date) (n, late int64, err error) {
	err = g.Select("count(*), coalesce(sum(CASE WHEN d.due_on < ? THEN 1 ELSE 0 END), 0)", day).Row().Scan(&n, &late)
	if err != nil {
		return 0, 0, fmt.Errorf("count what waits in sharing: %w", err)
	}
	return n, late, nil
}
