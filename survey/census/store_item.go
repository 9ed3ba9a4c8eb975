package census

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

func itemsOf(tx *store.Tx, source SourceID) ([]Item, error) {
	var out []Item
	if err := tx.Gorm().Where("source_id = ?", source).Order("line, id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the items of source %d: %w", source, err)
	}
	return out, nil
}

func insertItems(tx *store.Tx, items []*Item) error {
	for some := range slices.Chunk(items, lot) {
		for _, i := range some {
			i.Version, i.CreatedAt, i.UpdatedAt = 1, tx.Now(), tx.Now()
		}
		if err := tx.Gorm().Create(&some).Error; err != nil {
			return fmt.Errorf("insert %d items: %w", len(some), err)
		}
	}
	return nil
}

// saveItem writes an item over the version that it was read with.
func saveItem(tx *store.Tx, i *Item) error {
	old := i.Version
	i.Version, i.UpdatedAt = old+1, tx.Now()
	return tx.UpdateVersion(i, int64(i.ID), old)
}

func deleteItems(tx *store.Tx, ids []ItemID) error {
	for some := range slices.Chunk(ids, lot*5) {
		if err := tx.Gorm().Where("id IN ?", some).Delete(&Item{}).Error; err != nil {
			return fmt.Errorf("delete %d items: %w", len(some), err)
		}
	}
	return nil
}

// countTold counts the items of a source by which something was put to a
// department.
func countTold(tx *store.Tx, source SourceID) (int, error) {
	var n int64
	err := tx.Gorm().Model(&Item{}).Where("source_id = ? AND decision IN ?", source, []Decision{Added, Asked}).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count what was told by source %d: %w", source, err)
	}
	return int(n), nil
}

func dropItems(tx *store.Tx, source SourceID) error {
	if err := tx.Gorm().Where("source_id = ?", source).Delete(&Item{}).Error; err != nil {
		return fmt.Errorf("delete the items of source %d: %w", source, err)
	}
	return nil
}

// ofCensus are the sources of a census that are not dropped, for conditions.
const ofCensus = "source_id IN (SELECT s.id FROM census_sources s WHERE s.campaign_id = ? AND s.state <> 'dropped')"

func itemOf(tx *store.Tx, campaign survey.CampaignID, id ItemID) (Item, error) {
	var i Item
	if err := tx.Gorm().Where("id = ?", id).Where(ofCensus, campaign).Take(&i).Error; err != nil {
		return Item{}, fmt.Errorf("find item %d: %w", id, err)
	}
	return i, nil
}

// openOmitted lists the undecided omissions that a census has of a department.
func openOmitted(tx *store.Tx, campaign survey.CampaignID, department auth.DepartmentID) ([]Item, error) {
	var out []Item
	err := tx.Gorm().Where("result = ? AND decision = ? AND department_id = ?", Omitted, Open, department).Where(ofCensus, campaign).
		Order("id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list the omissions of department %d: %w", department, err)
	}
	return out, nil
}

// narrow applies a query but for its results; seen limits to departments, nil is
// all.
func (q ItemQuery) narrow(tx *store.Tx, campaign survey.CampaignID, seen []auth.DepartmentID) *gorm.DB {
	g := tx.Gorm().Model(&Item{}).Where(ofCensus, campaign)
	if seen != nil {
		g = g.Where("department_id IN ?", seen)
	}
	if q.Source != 0 {
		g = g.Where("source_id = ?", q.Source)
	}
	if q.Department != 0 {
		g = g.Where("department_id = ?", q.Department)
	}
	if q.Lines {
		g = g.Where("line > 0")
	}
	if len(q.Decisions) > 0 {
		g = g.Where("decision IN ?", q.Decisions)
	}
	if words := strings.ToLower(strings.TrimSpace(q.Search)); words != "" {
		like := "%" + store.EscapeLike(words) + "%"
		g = g.Where(`(lower(name) LIKE ? ESCAPE '\' OR lower(owner_name) LIKE ? ESCAPE '\' OR lower(cells) LIKE ? ESCAPE '\')`, like, like, like)
	}
	return g
}

// selectItems reads a page of items and counts all that fit by result.
func selectItems(tx *store.Tx, campaign survey.CampaignID, seen []auth.DepartmentID, q ItemQuery) ([]Item, map[Result]int, error) {
	var counts []struct {
		Result Result
		N      int
	}
	if err := q.narrow(tx, campaign, seen).Select("result, count(*) AS n").Group("result").Scan(&counts).Error; err != nil {
		return nil, nil, fmt.Errorf("count items: %w", err)
	}
	by := map[Result]int{}
	for _, c := range counts {
		by[c.Result] = c.N
	}
	g := q.narrow(tx, campaign, seen)
	if len(q.Results) > 0 {
		g = g.Where("result IN ?", q.Results)
	}
	var out []Item
	err := g.Order(q.Sort.clause(q.Descending)).Limit(q.Size).Offset((q.Page - 1) * q.Size).Find(&out).Error
	if err != nil {
		return nil, nil, fmt.Errorf("list items: %w", err)
	}
	return out, by, nil
}

// clause is the order in SQL: open ones first, unless asked otherwise.
func (o ItemOrder) clause(descending bool) string {
	way := " ASC"
	if descending {
		way = " DESC"
	}
	switch o {
	case ItemsByName, ItemsByScore, ItemsByLine, ItemsByOwner:
		return string(o) + way + ", id"
	}
	return "CASE WHEN decision = 'open' THEN 0 ELSE 1 END, CASE result WHEN 'omitted' THEN 0 WHEN 'differs' THEN 1 WHEN 'unclear' THEN 2 " +
		"WHEN 'surplus' THEN 3 ELSE 4 END, source_id, line, id"
}

// fillPool reads everything that is declared: the standing rows of the survey,
// and what the register has besides.
func fillPool(tx *store.Tx, c campaigns, p *pool) error {
	rows, err := tx.Gorm().Raw(`SELECT r.id, coalesce(r.system_id, 0), r.code, f.department_id, r.body FROM form_rows r
		JOIN forms f ON f.id = r.form_id WHERE f.campaign_id = ? AND r.decision NOT IN ('gone', 'removed') ORDER BY r.id`, c.Base.ID).Rows()
	if err != nil {
		return fmt.Errorf("read what is declared in %s: %w", c.Base.Code, err)
	}
	defer rows.Close()
	var body []byte
	for rows.Next() {
		var d declared
		if err := rows.Scan(&d.row, &d.system, &d.code, &d.department, &body); err != nil {
			return fmt.Errorf("read a declared system: %w", err)
		}
		f, err := readFacts(body)
		if err != nil {
			return fmt.Errorf("read row %d: %w", d.row, err)
		}
		p.add(d, f)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read what is declared in %s: %w", c.Base.Code, err)
	}
	return fillRegister(tx, c, p)
}

// poolColumns are what is read of a record to find it.
var poolColumns = []string{
	"id", "owner_id", "code", "name", "short_name", "visit_url", "server_ips", "phase", "location", "om_amount_year", "om_fund_source", "fund_source",
	"djbh_level",
}

// fillRegister adds the records that are on no form: of bodies that the survey
// does not ask, and what was registered since.
func fillRegister(tx *store.Tx, c campaigns, p *pool) error {
	var ids []inventory.SystemID
	if err := tx.Gorm().Raw("SELECT DISTINCT r.system_id "+onForms, c.Base.ID).Scan(&ids).Error; err != nil {
		return fmt.Errorf("list the records on forms of %s: %w", c.Base.Code, err)
	}
	onForm := make(map[inventory.SystemID]bool, len(ids))
	for _, id := range ids {
		onForm[id] = true
	}
	q := tx.Gorm().Model(&inventory.System{}).Where("state NOT IN ?", []inventory.State{inventory.Merged, inventory.Retired}).Order("id")
	all, err := store.Collect[inventory.System](tx.Context(), q, poolColumns)
	if err != nil {
		return fmt.Errorf("read the register beside %s: %w", c.Base.Code, err)
	}
	for i := range all {
		if s := &all[i]; !onForm[s.ID] {
			p.add(declared{system: s.ID, code: s.Code, department: s.OwnerID}, factsOf(s))
		}
	}
	return nil
}

// onForms are the rows of a survey that have a record, whatever was said of it.
const onForms = "FROM form_rows r JOIN forms f ON f.id = r.form_id WHERE f.campaign_id = ? AND r.system_id IS NOT NULL"

// declaredBodies reads what rows and records say, in canonical text by field.
func declaredBodies(tx *store.Tx, rows []survey.RowID, systems []inventory.SystemID) (map[survey.RowID]map[string]string, map[inventory.SystemID]map[string]string, error) {
	byRow, bySystem := map[survey.RowID]map[string]string{}, map[inventory.SystemID]map[string]string{}
	for some := range slices.Chunk(rows, lot*5) {
		var found []survey.Row
		if err := tx.Gorm().Select("id", "body").Where("id IN ?", some).Find(&found).Error; err != nil {
			return nil, nil, fmt.Errorf("read %d declared systems: %w", len(some), err)
		}
		for _, r := range found {
			byRow[r.ID] = r.Body
		}
	}
	for some := range slices.Chunk(systems, lot*5) {
		var found []inventory.System
		if err := tx.Gorm().Where("id IN ?", some).Find(&found).Error; err != nil {
			return nil, nil, fmt.Errorf("read %d systems: %w", len(some), err)
		}
		for i := range found {
			bySystem[found[i].ID] = inventory.SystemFields.Values(&found[i])
		}
	}
	return byRow, bySystem, nil
}

// standingRow reads a row of the survey that stands, with the body whose it is.
func standingRow(tx *store.Tx, base survey.CampaignID, id survey.RowID) (survey.Row, auth.DepartmentID, error) {
	var r survey.Row
	var f survey.Form
	if err := tx.Gorm().Where("id = ? AND decision NOT IN ?", id, []survey.RowDecision{survey.Gone, survey.Removed}).Take(&r).Error; err != nil {
		return r, 0, fmt.Errorf("find row %d: %w", id, err)
	}
	if err := tx.Gorm().Select("id", "department_id").Where("id = ? AND campaign_id = ?", r.FormID, base).Take(&f).Error; err != nil {
		return r, 0, fmt.Errorf("find the form of row %d: %w", id, err)
	}
	return r, f.DepartmentID, nil
}

func systemByID(tx *store.Tx, id inventory.SystemID) (inventory.System, error) {
	var s inventory.System
	if err := tx.Gorm().Where("id = ?", id).Take(&s).Error; err != nil {
		return s, fmt.Errorf("find system %d: %w", id, err)
	}
	return s, nil
}

func rowByID(tx *store.Tx, id survey.RowID) (survey.Row, error) {
	var r survey.Row
	if err := tx.Gorm().Where("id = ?", id).Take(&r).Error; err != nil {
		return r, fmt.Errorf("find row %d: %w", id, err)
	}
	return r, nil
}

// hasForm tells whether a body is asked in a campaign.
func hasForm(tx *store.Tx, base survey.CampaignID, department auth.DepartmentID) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&survey.Form{}).Where("campaign_id = ? AND department_id = ?", base, department).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("look for the form of department %d: %w", department, err)
	}
	return n > 0, nil
}

// censusRows lists the systems that the census has put onto the form of a body.
func censusRows(tx *store.Tx, base survey.CampaignID, department auth.DepartmentID) ([]survey.Row, error) {
	var out []survey.Row
	err := tx.Gorm().Where(`origin = ? AND decision <> ? AND form_id IN (SELECT id FROM forms WHERE campaign_id = ? AND department_id = ?)`,
		survey.FromCensus, survey.Removed, base, department).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list what the census found of department %d: %w", department, err)
	}
	return out, nil
}

// names are what rows and records are called, by number.
type names struct {
	rows    map[survey.RowID]Candidate
	systems map[inventory.SystemID]Candidate
}

// of is the system that an item was found to be.
func (n names) of(i *Item) Candidate {
	if i.RowID != nil {
		return n.rows[*i.RowID]
	}
	return n.systems[deref(i.SystemID)]
}

// namesOf reads what the systems of items are called.
func namesOf(tx *store.Tx, items []Item) (names, error) {
	out := names{map[survey.RowID]Candidate{}, map[inventory.SystemID]Candidate{}}
	var rows []survey.RowID
	var systems []inventory.SystemID
	for _, i := range items {
		if i.RowID != nil {
			rows = append(rows, *i.RowID)
		} else if i.SystemID != nil {
			systems = append(systems, *i.SystemID)
		}
	}
	if len(rows) > 0 {
		var found []survey.Row
		if err := tx.Gorm().Select("id", "code", "name").Where("id IN ?", rows).Find(&found).Error; err != nil {
			return out, fmt.Errorf("read the names of %d rows: %w", len(rows), err)
		}
		for _, r := range found {
			out.rows[r.ID] = Candidate{Row: r.ID, Code: r.Code, Name: r.Name}
		}
	}
	if len(systems) > 0 {
		var found []inventory.System
		if err := tx.Gorm().Select("id", "code", "name").Where("id IN ?", systems).Find(&found).Error; err != nil {
			return out, fmt.Errorf("read the names of %d systems: %w", len(systems), err)
		}
		for _, s := range found {
			out.systems[s.ID] = Candidate{System: s.ID, Code: s.Code, Name: s.Name}
		}
	}
	return out, nil
}

// mostSearched is how many declared systems a search shows.
const mostSearched = 20

// searchDeclared finds standing rows of the survey, and records that are on no
// form, by words in name or code.
func searchDeclared(tx *store.Tx, c campaigns, department auth.DepartmentID, search string) ([]Candidate, error) {
	like := "%" + store.EscapeLike(strings.ToLower(strings.TrimSpace(search))) + "%"
	rows := tx.Gorm().Table("form_rows r").Joins("JOIN forms f ON f.id = r.form_id").
		Select("r.id AS row, coalesce(r.system_id, 0) AS system, f.department_id AS department, r.code, r.name").
		Where("f.campaign_id = ? AND r.decision NOT IN ?", c.Base.ID, []survey.RowDecision{survey.Gone, survey.Removed}).
		Where(`(lower(r.name) LIKE ? ESCAPE '\' OR lower(r.code) LIKE ? ESCAPE '\')`, like, like)
	records := tx.Gorm().Table("systems s").Select("0 AS row, s.id AS system, s.owner_id AS department, s.code, s.name").
		Where("s.state NOT IN ?", []inventory.State{inventory.Merged, inventory.Retired}).
		Where(`(lower(s.name) LIKE ? ESCAPE '\' OR lower(s.code) LIKE ? ESCAPE '\')`, like, like).
		Where("s.id NOT IN (SELECT r.system_id "+onForms+")", c.Base.ID)
	if department != 0 {
		rows, records = rows.Where("f.department_id = ?", department), records.Where("s.owner_id = ?", department)
	}
	var out []Candidate
	for _, q := range []*gorm.DB{rows.Order("r.name, r.id"), records.Order("s.name, s.id")} {
		var some []struct {
			Row        survey.RowID
			System     inventory.SystemID
			Department auth.DepartmentID
			Code, Name string
		}
		if err := q.Limit(mostSearched).Scan(&some).Error; err != nil {
			return nil, fmt.Errorf("search declared systems: %w", err)
		}
		for _, s := range some {
			out = append(out, Candidate{Row: s.Row, System: s.System, Department: s.Department, Code: s.Code, Name: s.Name, By: ByPerson})
		}
	}
	return out[:min(len(out), mostSearched)], nil
}
