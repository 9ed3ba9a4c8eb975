package survey

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
)

// lot is how many rows stand in one statement.
const lot = 100

func insertRows(tx *store.Tx, by auth.Principal, rows []Row) error {
	for i := range rows {
		r := &rows[i]
		r.Version, r.CreatedAt, r.UpdatedAt, r.UpdatedBy, r.UpdatedName = 1, tx.Now(), tx.Now(), by.AccountID, by.Name
		orEmpty(r)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Gorm().CreateInBatches(&rows, lot).Error; err != nil {
		return fmt.Errorf("put %d rows on form %d: %w", len(rows), rows[0].FormID, err)
	}
	return nil
}

// orEmpty writes {} where nothing stands, so that both engines find it.
func orEmpty(r *Row) {
	if r.Body == nil {
		r.Body = map[string]string{}
	}
	if r.Typed == nil {
		r.Typed = map[string][]string{}
	}
}

// saveRow writes a row over the version that it was read with.
func saveRow(tx *store.Tx, by auth.Principal, r *Row) error {
	old := r.Version
	orEmpty(r)
	r.Version, r.UpdatedAt, r.UpdatedBy, r.UpdatedName = old+1, tx.Now(), by.AccountID, by.Name
	return tx.UpdateVersion(r, int64(r.ID), old)
}

// saveCounts writes what a row was judged to be without touching its version:
// the rules were asked again, nobody changed it.
func saveCounts(tx *store.Tx, r *Row) error {
	err := tx.Gorm().Model(&Row{}).Where("id = ?", r.ID).
		UpdateColumns(map[string]any{"needed": r.Needed, "given": r.Given, "errors": r.Errors, "warnings": r.Warnings}).Error
	if err != nil {
		return fmt.Errorf("save the counts of row %d: %w", r.ID, err)
	}
	return nil
}

// rowsOf reads all rows of a form in order, removed ones too.
func rowsOf(tx *store.Tx, form FormID) ([]Row, error) {
	var out []Row
	if err := tx.Gorm().Where("form_id = ?", form).Order("position, id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the rows of form %d: %w", form, err)
	}
	return out, nil
}

// numbered counts the rows of a form in order for people: what was removed has
// no number, so that paper and screen count alike. It is not to be saved.
func numbered(rows []Row) []Row {
	n := 0
	for i := range rows {
		if rows[i].Decision != Removed {
			n++
			rows[i].Position = n
		}
	}
	return rows
}

func rowOf(tx *store.Tx, form FormID, id RowID) (Row, error) {
	var r Row
	err := tx.Gorm().Where("form_id = ? AND id = ?", form, id).Take(&r).Error
	if err != nil {
		return Row{}, fmt.Errorf("find row %d of form %d: %w", id, form, err)
	}
	return r, nil
}

func rowsByID(tx *store.Tx, form FormID, ids []RowID) ([]Row, error) {
	var out []Row
	err := tx.Gorm().Where("form_id = ? AND id IN ?", form, ids).Order("position, id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read %d rows of form %d: %w", len(ids), form, err)
	}
	return out, nil
}

func lastPosition(tx *store.Tx, form FormID) (int, error) {
	var n int
	err := tx.Gorm().Raw("SELECT coalesce(max(position), 0) FROM form_rows WHERE form_id = ?", form).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("find the end of form %d: %w", form, err)
	}
	return n, nil
}

// systemsIn reads records of the register by number.
func systemsIn(tx *store.Tx, ids []inventory.SystemID) (map[inventory.SystemID]inventory.System, error) {
	out := make(map[inventory.SystemID]inventory.System, len(ids))
	for some := range slices.Chunk(ids, 500) {
		var rows []inventory.System
		if err := tx.Gorm().Where("id IN ?", some).Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read %d systems: %w", len(some), err)
		}
		for _, s := range rows {
			out[s.ID] = s
		}
	}
	return out, nil
}

// systemVersion reads a record of the register as it was.
func systemVersion(tx *store.Tx, id inventory.SystemID, version int64) (inventory.System, error) {
	var v inventory.SystemVersion
	if err := tx.Gorm().Where("id = ? AND version = ?", id, version).Take(&v).Error; err != nil {
		return inventory.System{}, fmt.Errorf("read version %d of system %d: %w", version, id, err)
	}
	return v.System, nil
}

// Order is by what a list of rows is sorted.
type Order string

// The orders. The usual one is the order in which the rows stand on the form.
const (
	ByPosition Order = ""
	ByName     Order = "name"
	ByCode     Order = "code"
	ByDecision Order = "decision"
	ByErrors   Order = "errors"
	ByProgress Order = "progress"
	ByUpdated  Order = "updated_at"
)

// clause is the order in SQL; what is not known is the usual one.
func (o Order) clause(descending bool) string {
	way := " ASC"
	if descending {
		way = " DESC"
	}
	switch o {
	case ByName, ByCode, ByDecision, ByErrors, ByUpdated:
		return string(o) + way + ", position, id"
	case ByProgress:
		return "given * 1.0 / CASE WHEN needed = 0 THEN 1 ELSE needed END" + way + ", position, id"
	}
	return "position" + way + ", id" + way
}

// selectRows reads a page of the rows of a form and counts all that fit.
func selectRows(tx *store.Tx, form FormID, q RowQuery) ([]Row, int64, error) {
	list := narrow(tx.Gorm().Model(&Row{}).Where("form_id = ?", form), q)
	var total int64
	if err := list.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count the rows of form %d: %w", form, err)
	}
	var out []Row
	err := list.Session(&gorm.Session{}).Order(q.Sort.clause(q.Descending)).Limit(q.Size).Offset((q.Page - 1) * q.Size).Find(&out).Error
	if err != nil {
		return nil, 0, fmt.Errorf("list the rows of form %d: %w", form, err)
	}
	return out, total, nil
}

func narrow(g *gorm.DB, q RowQuery) *gorm.DB {
	switch {
	case len(q.Decisions) > 0:
		g = g.Where("decision IN ?", q.Decisions)
	default:
		g = g.Where("decision <> ?", Removed)
	}
	if q.Wrong {
		g = g.Where("errors > 0")
	}
	if q.Warned {
		g = g.Where("warnings > 0")
	}
	if q.Typed {
		g = g.Where("typed <> '{}'")
	}
	if q.Commented {
		g = g.Where("EXISTS (SELECT 1 FROM form_comments c WHERE c.row_id = form_rows.id AND c.settled_at IS NULL)")
	}
	if words := strings.ToLower(strings.TrimSpace(q.Search)); words != "" {
		like := "%" + store.EscapeLike(words) + "%"
		g = g.Where(`(lower(name) LIKE ? ESCAPE '\' OR lower(code) LIKE ? ESCAPE '\')`, like, like)
	}
	return g
}

// neighbours are the rows before and after one in the order of the form.
func neighbours(tx *store.Tx, r Row) (before, after RowID, err error) {
	for _, side := range []struct {
		cmp, order string
		into       *RowID
	}{{"<", "position DESC, id DESC", &before}, {">", "position, id", &after}} {
		var ids []RowID
		err := tx.Gorm().Model(&Row{}).Where("form_id = ? AND decision <> ? AND (position "+side.cmp+" ? OR position = ? AND id "+side.cmp+" ?)",
			r.FormID, Removed, r.Position, r.Position, r.ID).Order(side.order).Limit(1).Pluck("id", &ids).Error
		if err != nil {
			return 0, 0, fmt.Errorf("find the neighbours of row %d: %w", r.ID, err)
		}
		if len(ids) > 0 {
			*side.into = ids[0]
		}
	}
	return before, after, nil
}

func countStanding(tx *store.Tx, form FormID) (int, error) {
	var n int64
	err := tx.Gorm().Model(&Row{}).Where("form_id = ? AND decision NOT IN ?", form, []RowDecision{Gone, Removed}).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count the systems on form %d: %w", form, err)
	}
	return int(n), nil
}

// listed tells whether a system on the form is proposed to be cleaned up or
// integrated, and whether one is to be connected. Bodies are compact JSON, in
// which a quotation mark inside of a text is never without its backslash.
func listed(tx *store.Tx, form FormID) (clean, connect bool, err error) {
	var n struct{ Clean, Link int64 }
	err = tx.Gorm().Raw(`SELECT count(CASE WHEN body LIKE '%"proposed":"clean"%' OR body LIKE '%"proposed":"merge"%' THEN 1 END) AS clean,
		count(CASE WHEN body LIKE '%"proposed":"connect"%' OR body LIKE '%"must_connect":"true"%' THEN 1 END) AS link
		FROM form_rows WHERE form_id = ? AND decision NOT IN ?`, form, []RowDecision{Gone, Removed}).Scan(&n).Error
	if err != nil {
		return false, false, fmt.Errorf("look for proposals on form %d: %w", form, err)
	}
	return n.Clean > 0, n.Link > 0, nil
}
