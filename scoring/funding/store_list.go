package funding

import (
	"cmp"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/scoring/eligibility"
)

// itemsOf is the query of a list over items i and departments d, without its
// order and its page.
func itemsOf(tx *store.Tx, run RunID, seen []auth.DepartmentID, q Query, day calendar.Date) *gorm.DB {
	g := tx.Gorm().Table("funding_items i").Joins("JOIN departments d ON d.id = i.department_id").Where("i.run_id = ?", run)
	if seen != nil {
		g = g.Where("i.department_id ?", store.Among(tx, seen))
	}
	if len(q.Departments) > 0 {
		g = g.Where("i.department_id ?", store.Among(tx, q.Departments))
	}
	if len(q.Groups) > 0 {
		var results []eligibility.Result
		for _, group := range q.Groups {
			results = append(results, group.Results()...)
		}
		g = g.Where("i.result IN ?", results)
	}
	if q.Warned {
		g = g.Where("i.result = ?", eligibility.Warned)
	}
	if q.Rule != "" {
		g = g.Where(`i.rules LIKE ? ESCAPE '\'`, "%|"+store.EscapeLike(q.Rule)+"|%")
	}
	if len(q.Stages) > 0 {
		g = g.Where("i.stage IN ?", q.Stages)
	}
	if len(q.Turns) > 0 {
		g = g.Where(turnCondition(tx, q.Turns))
	}
	if q.Plea {
		g = g.Where("i.plea <> ''")
	}
	if q.Lapsed {
		g = g.Where("i.result = ? AND i.until_on < ?", eligibility.Conditional, day)
	}
	if q.Search != "" {
		like := escaped(q.Search)
		g = g.Where(`(lower(i.code) LIKE ? ESCAPE '\' OR lower(i.name) LIKE ? ESCAPE '\')`, like, like)
	}
	return g
}

// turnCondition is Item.Turn as a condition.
func turnCondition(tx *store.Tx, turns []Turn) *gorm.DB {
	some := tx.Gorm().Where("1 = 0")
	for _, c := range []struct {
		turn Turn
		sql  string
	}{
		{TurnOffice, "i.plea = 'submitted' OR i.plea = '' AND i.stage = 'found' AND i.office_at IS NULL AND i.reform_at IS NOT NULL"},
		{TurnMeeting, "i.plea = 'verified'"},
		{TurnLeader, "i.plea = 'consulted'"},
		{TurnFinance, "i.plea = '' AND i.stage = 'opined'"},
		{TurnNobody, "i.plea = '' AND i.stage = 'decided'"},
		{TurnOpinion, "i.plea = '' AND i.stage = 'found' AND i.office_at IS NULL AND i.reform_at IS NULL"},
		{TurnReform, "i.plea = '' AND i.stage = 'found' AND i.office_at IS NOT NULL AND i.reform_at IS NULL"},
	} {
		if slices.Contains(turns, c.turn) {
			some = some.Or(c.sql)
		}
	}
	return some
}

// severity orders the results: what needs somebody first.
const severity = `CASE i.result WHEN 'hold' THEN 0 WHEN 'no' THEN 1 WHEN 'consult' THEN 2 WHEN 'conditional' THEN 3
	WHEN 'ceased' THEN 4 WHEN 'warned' THEN 5 WHEN 'exempt' THEN 6 ELSE 7 END`

func (q *Query) order() string {
	by, ok := map[Sort]string{
		SortMoney: "coalesce(i.amount, 0)", SortResult: severity, SortDepartment: "d.code",
		SortStage: "CASE i.stage WHEN 'found' THEN 0 WHEN 'opined' THEN 1 ELSE 2 END",
	}[q.Sort]
	switch {
	case !ok && q.Descending:
		return "i.code DESC"
	case !ok:
		return "i.code"
	case q.Descending:
		return by + " DESC, i.code"
	}
	return by + ", i.code"
}

func listItems(tx *store.Tx, run RunID, seen []auth.DepartmentID, q Query, day calendar.Date) ([]Row, error) {
	var out []Row
	err := itemsOf(tx, run, seen, q, day).Select("i.*, d.name AS department_name, d.code AS department_code").Order(q.order()).
		Limit(q.Size).Offset((q.Page - 1) * q.Size).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list the items of run %d: %w", run, err)
	}
	return out, nil
}

func countItems(tx *store.Tx, run RunID, q Query, day calendar.Date) (int64, error) {
	var n int64
	if err := itemsOf(tx, run, nil, q, day).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count the items of run %d: %w", run, err)
	}
	return n, nil
}

// sums are the columns that add items up.
const sums = `count(*) AS items, coalesce(sum(i.amount), 0) AS money, sum(CASE WHEN i.amount IS NULL THEN 1 ELSE 0 END) AS unknown,
	coalesce(sum(CASE WHEN i.result IN ('exempt', 'conditional', 'warned', 'eligible') THEN i.amount ELSE i.kept_amount END), 0) AS payable`

// cell is the sum of the items that have a result, of a department or a run.
type cell struct {
	RunID        RunID
	DepartmentID auth.DepartmentID
	Code, Name   string
	Result       eligibility.Result
	Sum
}

func totalsOf(tx *store.Tx, run RunID, seen []auth.DepartmentID, q Query, day calendar.Date) (Totals, error) {
	var cells []cell
	out := Totals{Groups: map[Group]Sum{}}
	if err := itemsOf(tx, run, seen, q, day).Select("i.result, " + sums).Group("i.result").Scan(&cells).Error; err != nil {
		return out, fmt.Errorf("add up the items of run %d: %w", run, err)
	}
	for _, c := range cells {
		out.put(c.Result, c.Sum)
	}
	return out, nil
}

// totalsOfAll adds up the items of every run.
func totalsOfAll(tx *store.Tx, seen []auth.DepartmentID) (map[RunID]Totals, error) {
	g := tx.Gorm().Table("funding_items i")
	if seen != nil {
		g = g.Where("i.department_id ?", store.Among(tx, seen))
	}
	var cells []cell
	if err := g.Select("i.run_id, i.result, " + sums).Group("i.run_id, i.result").Scan(&cells).Error; err != nil {
		return nil, fmt.Errorf("add up the items of all runs: %w", err)
	}
	out := map[RunID]Totals{}
	for _, c := range cells {
		t, ok := out[c.RunID]
		if !ok {
			t = Totals{Groups: map[Group]Sum{}}
		}
		t.put(c.Result, c.Sum)
		out[c.RunID] = t
	}
	return out, nil
}

// bodiesOf adds up the items by department, what is withheld most first.
func bodiesOf(tx *store.Tx, run RunID, seen []auth.DepartmentID, q Query, day calendar.Date) ([]BodySum, error) {
	var cells []cell
	err := itemsOf(tx, run, seen, q, day).Select("i.department_id, d.code, d.name, i.result, " + sums).
		Group("i.department_id, d.code, d.name, i.result").Order("d.code").Scan(&cells).Error
	if err != nil {
		return nil, fmt.Errorf("add up the items of run %d by department: %w", run, err)
	}
	var out []BodySum
	for _, c := range cells {
		if len(out) == 0 || out[len(out)-1].Department != c.DepartmentID {
			out = append(out, BodySum{Department: c.DepartmentID, Code: c.Code, Name: c.Name, Totals: Totals{Groups: map[Group]Sum{}}})
		}
		out[len(out)-1].Totals.put(c.Result, c.Sum)
	}
	slices.SortStableFunc(out, func(a, b BodySum) int { return cmp.Compare(b.Totals.All.Withheld(), a.Totals.All.Withheld()) })
	return out, nil
}

// stakesOf is the money that is not given for sure, by department.
func stakesOf(tx *store.Tx, run RunID) (map[auth.DepartmentID]int64, error) {
	var results []eligibility.Result
	for _, g := range Staked() {
		results = append(results, g.Results()...)
	}
	var cells []cell
	err := tx.Gorm().Table("funding_items i").Where("i.run_id = ? AND i.result IN ?", run, results).
		Select("i.department_id, " + sums).Group("i.department_id").Scan(&cells).Error
	if err != nil {
		return nil, fmt.Errorf("add up what is at stake in run %d: %w", run, err)
	}
	out := map[auth.DepartmentID]int64{}
	for _, c := range cells {
		out[c.DepartmentID] = c.Money
	}
	return out, nil
}

// chosenItems reads the items of a batch, so that nobody else changes them
// meanwhile.
func chosenItems(tx *store.Tx, run RunID, seen []auth.DepartmentID, b Batch, day calendar.Date) ([]Item, error) {
	var ids []int64
	q := Query{}
	if b.List != nil {
		q = *b.List
	}
	g := itemsOf(tx, run, seen, q, day)
	if b.List == nil {
		g = g.Where("i.code IN ?", b.Codes)
	}
	if err := g.Order("i.id").Limit(mostBatch+1).Pluck("i.id", &ids).Error; err != nil {
		return nil, fmt.Errorf("find the items of a batch: %w", err)
	}
	var out []Item
	if len(ids) == 0 {
		return out, nil
	}
	if err := locked(tx).Where("id ?", store.Among(tx, ids)).Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the items of a batch: %w", err)
	}
	return out, nil
}
