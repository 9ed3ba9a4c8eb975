package census

import (
	"bytes"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

// What rows of forms count as, for conditions on form_rows r.
const (
	rowStands  = "r.decision NOT IN ('gone', 'removed')"
	rowFound   = rowStands + " AND r.origin = 'census'"
	rowOffline = "r.decision = 'gone' AND r.gone_kind = 'offline' AND r.system_id IS NOT NULL"
	rowGone    = "r.decision = 'gone' AND (r.gone_kind <> 'offline' OR r.system_id IS NULL)"
)

// wayOf works out how the count of a census came about.
func wayOf(tx *store.Tx, c campaigns, certified int) (Way, error) {
	sum := func(condition, name string) string {
		return "coalesce(sum(CASE WHEN " + condition + " THEN 1 ELSE 0 END), 0) AS " + name
	}
	var n struct{ Standing, Found, Offline, Gone int }
	err := tx.Gorm().Raw("SELECT "+sum(rowStands, "standing")+", "+sum(rowFound, "found")+", "+sum(rowOffline, "offline")+", "+sum(rowGone, "gone")+
		" FROM form_rows r JOIN forms f ON f.id = r.form_id WHERE f.campaign_id = ?", c.Base.ID).Scan(&n).Error
	if err != nil {
		return Way{}, fmt.Errorf("count the rows of campaign %d: %w", c.Base.ID, err)
	}
	first, err := firstDeclared(tx, c.Base.ID)
	if err != nil {
		return Way{}, err
	}
	declared := 0
	for _, n := range first {
		declared += n
	}
	return Way{
		Declared: declared, Corrected: n.Standing - n.Found - declared, Found: n.Found, Offline: n.Offline, Gone: n.Gone,
		Beside: certified - n.Standing - n.Offline,
	}, nil
}

// startOfSnapshot is how much of a submission is read to find the number of
// systems: it stands before everything that may be long.
const startOfSnapshot = 4000

// firstDeclared reads how many systems the bodies declared when they handed in
// first.
func firstDeclared(tx *store.Tx, base survey.CampaignID) (map[auth.DepartmentID]int, error) {
	rows, err := tx.Gorm().Raw(`SELECT f.department_id, substr(s.body, 1, ?) FROM form_submissions s JOIN forms f ON f.id = s.form_id
		WHERE f.campaign_id = ? AND s.number = 1`, startOfSnapshot, base).Rows()
	if err != nil {
		return nil, fmt.Errorf("read the first submissions of campaign %d: %w", base, err)
	}
	defer rows.Close()
	out := map[auth.DepartmentID]int{}
	var body auth.DepartmentID
	var start []byte
	for rows.Next() {
		if err := rows.Scan(&body, &start); err != nil {
			return nil, fmt.Errorf("read a submission: %w", err)
		}
		out[body] = declaredCount(start)
	}
	return out, rows.Err()
}

// declaredCount finds the number of systems at the beginning of a submission; a
// zero report declares none.
func declaredCount(start []byte) int {
	d := json.NewDecoder(bytes.NewReader(start))
	for {
		t, err := d.Token()
		if err != nil {
			return 0
		}
		if t != "declared_count" {
			continue
		}
		var n *int
		if d.Decode(&n) != nil || n == nil {
			return 0
		}
		return *n
	}
}

// campaignsOf reads the campaigns of a certificate.
func campaignsOf(tx *store.Tx, c *Certificate) (of, base survey.Campaign, err error) {
	var all []survey.Campaign
	if err := tx.Gorm().Where("id IN ?", []survey.CampaignID{c.CampaignID, c.SurveyID}).Find(&all).Error; err != nil {
		return of, base, fmt.Errorf("read the campaigns of certificate %s: %w", c.Number, err)
	}
	for _, one := range all {
		if one.ID == c.CampaignID {
			of = one
		}
		if one.ID == c.SurveyID {
			base = one
		}
	}
	return of, base, nil
}

// partLines lists what stands behind a number of a certificate; seen limits it
// to departments, nil is all.
func partLines(tx *store.Tx, c *Certificate, part Part, seen []auth.DepartmentID) ([]PartLine, error) {
	var out []PartLine
	var err error
	switch part {
	case PartDeclared, PartCorrected:
		out, err = declaringBodies(tx, c.SurveyID, part, seen)
	case PartFound, PartOffline, PartGone:
		out, err = rowsBehind(tx, c.SurveyID, map[Part]string{PartFound: rowFound, PartOffline: rowOffline, PartGone: rowGone}[part], seen)
	default:
		out, err = systemsBehind(tx, c, part, seen)
	}
	if err != nil {
		return nil, fmt.Errorf("read what stands behind %q of certificate %s: %w", part, c.Number, err)
	}
	return out, nil
}

// declaringBodies lists the bodies that a part of the count came from.
func declaringBodies(tx *store.Tx, base survey.CampaignID, part Part, seen []auth.DepartmentID) ([]PartLine, error) {
	first, err := firstDeclared(tx, base)
	if err != nil {
		return nil, err
	}
	var forms []struct {
		DepartmentID auth.DepartmentID
		Standing     int
	}
	q := tx.Gorm().Table("forms f").Joins("LEFT JOIN form_rows r ON r.form_id = f.id AND r.origin <> 'census' AND "+rowStands).
		Select("f.department_id, count(r.id) AS standing").Where("f.campaign_id = ?", base)
	if err := within(q, "f.department_id", seen).Group("f.department_id").Order("f.department_id").Scan(&forms).Error; err != nil {
		return nil, err
	}
	var out []PartLine
	for _, f := range forms {
		line := PartLine{Body: inventory.Department{ID: f.DepartmentID}, Declared: first[f.DepartmentID], Standing: f.Standing}
		if line.share(part) != 0 {
			out = append(out, line)
		}
	}
	return out, nil
}

// behind is a row of the lists of systems.
type behind struct {
	DepartmentID auth.DepartmentID
	Row          survey.RowID
	Code, Name   string
	GoneKind     survey.GoneKind
	GoneReason   string
}

// rowsBehind lists rows of the forms of a survey.
func rowsBehind(tx *store.Tx, base survey.CampaignID, condition string, seen []auth.DepartmentID) ([]PartLine, error) {
	q := tx.Gorm().Table("form_rows r").Joins("JOIN forms f ON f.id = r.form_id").
		Select("f.department_id, r.id AS row, r.code, r.name, r.gone_kind, r.gone_reason").Where("f.campaign_id = ? AND "+condition, base)
	return scanBehind(within(q, "f.department_id", seen).Order("f.department_id, r.position, r.id"))
}

// systemsBehind lists certified systems.
func systemsBehind(tx *store.Tx, c *Certificate, part Part, seen []auth.DepartmentID) ([]PartLine, error) {
	q := tx.Gorm().Table("certificate_systems s").Joins("JOIN system_versions v ON v.id = s.system_id AND v.version = s.version").
		Select("s.department_id, 0 AS row, s.code, v.name, '' AS gone_kind, '' AS gone_reason").Where("s.certificate_id = ?", c.ID)
	switch part {
	case PartBeside:
		q = q.Where("NOT EXISTS (SELECT 1 FROM form_rows r JOIN forms f ON f.id = r.form_id WHERE r.system_id = s.system_id AND f.campaign_id = ? AND ("+
			rowStands+" OR "+rowOffline+"))", c.SurveyID)
	case PartMunicipal:
		q = q.Where("s.department_id IN (SELECT id FROM departments WHERE kind = ?)", inventory.Municipal)
	case PartOthers:
		q = q.Where("s.department_id NOT IN (SELECT id FROM departments WHERE kind = ?)", inventory.Municipal)
	}
	return scanBehind(within(q, "s.department_id", seen).Order("s.department_id, s.code"))
}

func within(q *gorm.DB, column string, seen []auth.DepartmentID) *gorm.DB {
	if seen == nil {
		return q
	}
	return q.Where(column+" IN ?", seen)
}

func scanBehind(q *gorm.DB) ([]PartLine, error) {
	var found []behind
	if err := q.Scan(&found).Error; err != nil {
		return nil, err
	}
	out := make([]PartLine, len(found))
	for i, f := range found {
		out[i] = PartLine{
			Body: inventory.Department{ID: f.DepartmentID}, Row: f.Row, Code: f.Code, Name: f.Name, GoneKind: f.GoneKind, GoneReason: f.GoneReason,
		}
	}
	return out, nil
}
