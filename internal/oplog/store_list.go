package oplog

import (
	"strings"

	"gorm.io/gorm"

	"qingce/internal/store"
)

// visible puts what may be seen into a query.
func visible(g *gorm.DB, v view) *gorm.DB {
	if v.all {
		return g
	}
	conds, args := []string{"1 = 0"}, []any{}
	if v.account != 0 {
		conds, args = append(conds, "actor_id = ?"), append(args, v.account)
	}
	if len(v.departments) > 0 {
		conds, args = append(conds, "department_id IN ?"), append(args, v.departments)
	}
	for _, kind := range v.kinds {
		conds, args = append(conds, `object_kind = ? OR object_kind LIKE ? ESCAPE '\'`), append(args, kind, kind+`\_%`)
	}
	return g.Where("("+strings.Join(conds, " OR ")+")", args...)
}

// narrowed puts the filters into a query.
func narrowed(tx *store.Tx, g *gorm.DB, q Query) *gorm.DB {
	for _, f := range []struct {
		given bool
		cond  string
		value any
	}{
		{q.Account != 0, "actor_id = ?", q.Account},
		{q.Kind != "", "object_kind = ?", q.Kind},
		{q.ObjectID != "", "object_id = ?", q.ObjectID},
		{q.Action != "", "action = ?", q.Action},
		{q.Department != 0, "department_id = ?", q.Department},
		{!q.From.IsZero(), "at >= ?", q.From.UTC()},
		{!q.To.IsZero(), "at < ?", q.To.UTC()},
	} {
		if f.given {
			g = g.Where(f.cond, f.value)
		}
	}
	g = containing(tx, g, q.Actor, "actor_name", "actor_login")
	return containing(tx, g, q.Text, "object_name", "reason")
}

// containing wants a piece of text in one of two columns, in any case.
func containing(tx *store.Tx, g *gorm.DB, text, one, other string) *gorm.DB {
	if text == "" {
		return g
	}
	like := " LIKE ? ESCAPE '\\'" // looks at no case on SQLite
	if tx.Engine() == store.Postgres {
		like = " ILIKE ? ESCAPE '\\'"
	}
	pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(clean(text)) + "%"
	return g.Where("("+one+like+" OR "+other+like+")", pattern, pattern)
}

func list(tx *store.Tx, v view, q Query) (rows []Row, total int64, err error) {
	g := narrowed(tx, visible(tx.Gorm().Model(&Row{}), v), q).Session(&gorm.Session{})
	if v.all && q.all() {
		total, err = Size(tx) // counting a long log takes longer than the page
	} else {
		err = g.Count(&total).Error
	}
	if err != nil {
		return nil, 0, err
	}
	offset, limit := q.window()
	err = g.Order("id DESC").Offset(offset).Limit(limit).Find(&rows).Error
	return rows, total, err
}

func find(tx *store.Tx, v view, id EntryID) (row Row, err error) {
	err = visible(tx.Gorm(), v).Where("id = ?", id).First(&row).Error
	return row, err
}
