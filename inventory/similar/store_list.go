package similar

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/similar/text"
)

// pairLine is a pair with both systems, before it is cut to what the reader may
// see.
type pairLine struct {
	Pair
	words string
}

const relationBetween = "EXISTS (SELECT 1 FROM system_relations r WHERE r.kind = 'replaced_by' AND r.from_id = %s AND r.to_id = %s)"

var (
	firstReplaced  = fmt.Sprintf(relationBetween, "p.first_id", "p.second_id")
	secondReplaced = fmt.Sprintf(relationBetween, "p.second_id", "p.first_id")
)

// pairTables are a pair with its systems and with who went from one to the other.
const pairTables = `similar_pairs p JOIN systems a ON a.id = p.first_id JOIN systems b ON b.id = p.second_id
	LEFT JOIN similar_moves m ON m.from_id = p.first_id AND m.to_id = p.second_id
	LEFT JOIN similar_moves n ON n.from_id = p.second_id AND n.to_id = p.first_id`

// moveColumns are those of a move under a name.
func moveColumns(table string) string {
	cols := []string{"users", "former", "moved", "error", "shift", "signal", "fell_on", "rose_on", "measured_on"}
	return table + "." + strings.Join(cols, ", "+table+".")
}

var pairColumns = `p.id, p.score, p.words, p.verdict, p.ground, p.keeper_id, p.note, p.judged_at, p.judged_by, p.judged_name,
	p.reopened_at, p.found_at, p.compared_at, p.version, ` + firstReplaced + ", " + secondReplaced + `,
	a.id, a.code, a.owner_id, a.name, a.state, a.phase, a.om_amount_year, b.id, b.code, b.owner_id, b.name, b.state, b.phase, b.om_amount_year, ` +
	moveColumns("m") + ", " + moveColumns("n")

// moveScan takes the columns of a move; all are empty where there is none.
type moveScan struct {
	users, shift, signal sql.NullString
	former, moved, off   sql.NullInt64
	fell, rose, measured calendar.Date
}

func (m *moveScan) places() []any {
	return []any{&m.users, &m.former, &m.moved, &m.off, &m.shift, &m.signal, &m.fell, &m.rose, &m.measured}
}

func (m *moveScan) move() Move {
	return Move{
		Users: UsersState(m.users.String), Former: m.former.Int64, Moved: float64(m.moved.Int64) / 1000, Error: float64(m.off.Int64) / 1000,
		Shift: ShiftState(m.shift.String), Signal: m.signal.String, FellOn: m.fell, RoseOn: m.rose, MeasuredOn: m.measured,
	}
}

// scan reads one line.
func scanPair(rows *sql.Rows) (pairLine, error) {
	var l pairLine
	var score int
	var keeper sql.NullInt64
	var judged, reopened sql.NullTime
	var there, back moveScan
	places := []any{
		&l.ID, &score, &l.words, &l.Judged.Verdict, &l.Judged.Ground, &keeper, &l.Judged.Note, &judged, &l.Judged.By, &l.Judged.Name,
		&reopened, &l.FoundAt, &l.ComparedAt, &l.Version, &l.FirstReplaced, &l.SecondReplaced,
	}
	for _, s := range []*Side{&l.First, &l.Second} {
		places = append(places, &s.ID, &s.Code, &s.OwnerID, &s.Name, &s.State, &s.Phase, &s.OmAmountYear)
	}
	places = append(append(places, there.places()...), back.places()...)
	if err := rows.Scan(places...); err != nil {
		return l, fmt.Errorf("read a pair: %w", err)
	}
	l.Score = float64(score) / 1000
	l.Judged.KeeperID = inventory.SystemID(keeper.Int64)
	l.Judged.At, l.ReopenedAt = judged.Time, reopened.Time
	l.FromFirst, l.FromSecond = there.move(), back.move()
	return l, nil
}

// seeing limits pairs to those with a system of the departments; nil is all.
func seeing(g *gorm.DB, seen []inventory.DepartmentID) *gorm.DB {
	if seen == nil {
		return g
	}
	const own = "SELECT id FROM systems WHERE owner_id IN ?"
	return g.Where("(p.first_id IN ("+own+") OR p.second_id IN ("+own+"))", seen, seen)
}

func readPairs(q *gorm.DB) ([]pairLine, error) {
	rows, err := q.Select(pairColumns).Rows()
	if err != nil {
		return nil, fmt.Errorf("read pairs: %w", err)
	}
	defer rows.Close()
	var out []pairLine
	for rows.Next() {
		l, err := scanPair(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// pairLines reads the pairs of a condition.
func pairLines(tx *store.Tx, seen []inventory.DepartmentID, where string, args ...any) ([]pairLine, error) {
	return readPairs(seeing(tx.Gorm().Table(pairTables), seen).Where(where, args...))
}

// pairOrders are what pairs can be sorted by.
var pairOrders = map[string]string{"score": "p.score", "found": "p.found_at", "judged": "coalesce(p.judged_at, p.found_at)"}

// pagePairs reads a page and counts all of it.
func pagePairs(tx *store.Tx, seen []inventory.DepartmentID, q Query) (lines []pairLine, total int64, err error) {
	list := func(tables string) *gorm.DB { return q.narrow(seeing(tx.Gorm().Table(tables), seen), seen) }
	if err := list(q.countTables()).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count pairs: %w", err)
	}
	order, ok := pairOrders[q.Sort]
	if !ok {
		order = pairOrders["score"]
	}
	if !q.Ascending {
		order += " DESC"
	}
	lines, err = readPairs(list(pairTables).Order(order + ", p.id").Limit(q.Size).Offset((q.Page - 1) * q.Size))
	return lines, total, err
}

// countTables are the tables that the conditions speak of: hundreds of thousands
// of pairs are counted without looking each system up.
func (q *Query) countTables() string {
	if strings.TrimSpace(q.Search) == "" && q.Owner == 0 && !q.Moved {
		return "similar_pairs p"
	}
	return pairTables
}

// narrow puts the conditions of a question into a query.
func (q *Query) narrow(g *gorm.DB, seen []inventory.DepartmentID) *gorm.DB {
	g = g.Where("p.verdict IN ?", q.Verdicts)
	if text := strings.TrimSpace(q.Search); text != "" {
		g = q.search(g, "%"+store.EscapeLike(text)+"%", seen)
	}
	if q.Owner != 0 {
		g = g.Where("(a.owner_id = ? OR b.owner_id = ?)", q.Owner, q.Owner)
	}
	if q.System != 0 {
		g = g.Where("(p.first_id = ? OR p.second_id = ?)", q.System, q.System)
	}
	if q.Likely {
		g = g.Where("p.score >= ?", thousandths(text.Likely))
	}
	if q.Declared {
		g = g.Where("(" + firstReplaced + " OR " + secondReplaced + ")")
	}
	if q.Moved {
		g = g.Where("(m.users = 'known' AND m.moved >= 500 OR n.users = 'known' AND n.moved >= 500 OR m.shift = 'seen' OR n.shift = 'seen')")
	}
	return g
}

// search looks for a part of a code or name; names only where they are seen.
func (q *Query) search(g *gorm.DB, like string, seen []inventory.DepartmentID) *gorm.DB {
	const code = `a.code LIKE ? ESCAPE '\' OR b.code LIKE ? ESCAPE '\'`
	if seen == nil {
		return g.Where("("+code+` OR a.name LIKE ? ESCAPE '\' OR b.name LIKE ? ESCAPE '\')`, like, like, like, like)
	}
	return g.Where("("+code+` OR a.owner_id IN ? AND a.name LIKE ? ESCAPE '\' OR b.owner_id IN ? AND b.name LIKE ? ESCAPE '\')`,
		like, like, seen, like, seen, like)
}

// countPairs counts by verdict.
func countPairs(tx *store.Tx, seen []inventory.DepartmentID) (Counts, error) {
	var rows []struct {
		Verdict   Verdict
		N, Likely int64
	}
	err := seeing(tx.Gorm().Table("similar_pairs p"), seen).
		Select("verdict, count(*) AS n, sum(CASE WHEN score >= ? THEN 1 ELSE 0 END) AS likely", thousandths(text.Likely)).Group("verdict").Scan(&rows).Error
	if err != nil {
		return Counts{}, fmt.Errorf("count pairs: %w", err)
	}
	var out Counts
	for _, r := range rows {
		switch r.Verdict {
		case Open:
			out.Open, out.Likely = r.N, r.Likely
		case Same:
			out.Same = r.N
		case Partly:
			out.Partly = r.N
		case Different:
			out.Different = r.N
		}
	}
	return out, nil
}

// judgementRow is a judgement as it is kept.
type judgementRow struct {
	ID       int64
	FirstID  inventory.SystemID
	SecondID inventory.SystemID
	Score    int
	Verdict  Verdict
	Ground   Ground
	KeeperID *inventory.SystemID
	Note     string
	JudgedAt time.Time
	JudgedBy auth.AccountID
	Name     string
}

// TableName is the table of judgements.
func (judgementRow) TableName() string { return "similar_judgements" }

func addJudgement(tx *store.Tx, p *pairRow) error {
	row := judgementRow{
		FirstID: p.FirstID, SecondID: p.SecondID, Score: p.Score, Verdict: p.Verdict, Ground: p.Ground, KeeperID: p.KeeperID, Note: p.Note,
		JudgedAt: *p.JudgedAt, JudgedBy: p.JudgedBy, Name: p.JudgedName,
	}
	if err := tx.Gorm().Create(&row).Error; err != nil {
		return fmt.Errorf("keep a judgement: %w", err)
	}
	return nil
}

// pastJudgements reads all judgements of two systems, newest first.
func pastJudgements(tx *store.Tx, first, second inventory.SystemID) ([]Past, error) {
	var rows []judgementRow
	err := tx.Gorm().Where("first_id = ? AND second_id = ?", first, second).Order("id DESC").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read judgements: %w", err)
	}
	out := make([]Past, len(rows))
	for i, r := range rows {
		out[i] = Past{Judgement{Choice: Choice{r.Verdict, r.Ground}, Note: r.Note, At: r.JudgedAt, By: r.JudgedBy, Name: r.Name}, float64(r.Score) / 1000}
		if r.KeeperID != nil {
			out[i].KeeperID = *r.KeeperID
		}
	}
	return out, nil
}

// functionsOf reads what systems do.
func functionsOf(tx *store.Tx, ids []inventory.SystemID) (map[inventory.SystemID]string, error) {
	var rows []struct {
		ID           inventory.SystemID
		FunctionDesc string
	}
	err := tx.Gorm().Table(inventory.System{}.TableName()).Select("id, function_desc").Where("id ?", store.Among(tx, ids)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read functions: %w", err)
	}
	out := map[inventory.SystemID]string{}
	for _, r := range rows {
		out[r.ID] = r.FunctionDesc
	}
	return out, nil
}
