package schedule

import (
	"qingce/internal/auth"
	"qingce/internal/store"
)

func (b *Book) lateBodies(tx *store.Tx, s auth.Scope) ([]LateBody, error) {
	q, err := b.scoped(tx, s)
	if err != nil {
		return nil, err
	}
	var out []LateBody
	err = b.filtered(tx, q, Filter{Overdue: true}).Table("due_dates").Select("department_id, count(*) AS count, min(due_on) AS oldest").
		Group("department_id").Order("count(*) DESC, min(due_on), department_id").Find(&out).Error
	return out, err
}
