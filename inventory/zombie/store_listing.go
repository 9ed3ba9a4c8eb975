package zombie

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// verdictOrders are what verdicts can be sorted by.
var verdictOrders = map[string]string{
	"strength": "v.strength %[1]s, v.confidence %[1]s, coalesce(s.om_amount_year, 0) %[1]s", "code": "s.code %[1]s", "owner": "s.owner_id %[1]s",
	"since": "v.valid_from %[1]s", "money": "coalesce(s.om_amount_year, -1) %[1]s",
}

// verdictLine is a line as it is read.
type verdictLine struct {
	SystemID           inventory.SystemID
	Confidence         int
	ValidFrom, ValidTo detect.Day
	PolicyVersion      int64
	Strength           Strength
	Z1, Z2, Z3, Z4, Z5 detect.Result
	Body               string
	Code, Name         string
	OwnerID            auth.DepartmentID
	OmAmountYear       *int64
}

func (l *verdictLine) line() (VerdictLine, error) {
	row := verdictRow{
		SystemID: l.SystemID, Confidence: l.Confidence, ValidFrom: l.ValidFrom, ValidTo: l.ValidTo, PolicyVersion: l.PolicyVersion, Strength: l.Strength,
		Z1: l.Z1, Z2: l.Z2, Z3: l.Z3, Z4: l.Z4, Z5: l.Z5, Body: l.Body,
	}
	v, err := row.verdict()
	return VerdictLine{v, l.Code, l.Name, l.OwnerID, l.OmAmountYear}, err
}

func listVerdicts(tx *store.Tx, q VerdictQuery, owners []auth.DepartmentID) ([]VerdictLine, int64, error) {
	where := func(g *gorm.DB) *gorm.DB {
		g = within(g.Where("v.valid_to = ?", holds), "s.owner_id", owners)
		g = found(g, q)
		if q.Least > Nothing {
			g = g.Where("v.strength >= ?", q.Least)
		}
		if len(q.Bands) > 0 {
			g = banded(g, q.Bands)
		}
		if text := strings.TrimSpace(q.Search); text != "" {
			like := "%" + store.EscapeLike(text) + "%"
			g = g.Where(`(s.name LIKE ? ESCAPE '\' OR s.code LIKE ? ESCAPE '\')`, like, like)
		}
		return g
	}
	const tables = "zombie_verdicts v JOIN systems s ON s.id = v.system_id"
	var total int64
	if err := where(tx.Gorm().Table(tables)).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count verdicts: %w", err)
	}
	way := "ASC"
	if q.Descending {
		way = "DESC"
	}
	var rows []verdictLine
	err := where(tx.Gorm().Table(tables)).Select("v.*, s.code, s.name, s.owner_id, s.om_amount_year").
		Order(fmt.Sprintf(verdictOrders[q.Sort], way) + ", s.code").Limit(q.Size).Offset((q.Page - 1) * q.Size).Scan(&rows).Error
	if err != nil {
		return nil, 0, fmt.Errorf("read verdicts: %w", err)
	}
	out := make([]VerdictLine, len(rows))
	for i := range rows {
		if out[i], err = rows[i].line(); err != nil {
			return nil, 0, err
		}
	}
	return out, total, nil
}

// found limits to results of features.
func found(g *gorm.DB, q VerdictQuery) *gorm.DB {
	if q.Feature != 0 && !q.Result.Is {
		return g.Where("v."+FeatureWord(q.Feature)+" IN ?", []detect.Result{detect.Suspected, detect.Met})
	}
	if !q.Result.Is {
		return g
	}
	if q.Feature != 0 {
		return g.Where("v."+FeatureWord(q.Feature)+" = ?", q.Result.Result)
	}
	return g.Where("? IN (v.z1, v.z2, v.z3, v.z4, v.z5)", q.Result.Result)
}

// banded limits to how sure it is that nobody comes back.
func banded(g *gorm.DB, bands []Band) *gorm.DB {
	bounds := map[Band][2]int{Unsure: {0, likelyFrom - 1}, Likely: {likelyFrom, sureFrom - 1}, Sure: {sureFrom, wholeConfidence}}
	var parts []string
	var args []any
	for _, b := range bands {
		parts = append(parts, "v.confidence BETWEEN ? AND ?")
		args = append(args, bounds[b][0], bounds[b][1])
	}
	return g.Where("("+strings.Join(parts, " OR ")+")", args...)
}

func sumVerdicts(tx *store.Tx, owners []auth.DepartmentID) ([]Sum, error) {
	var rows []struct {
		OwnerID                          auth.DepartmentID
		Systems, Met, Suspected, Missing int
		Z1, Z2, Z3, Z4, Z5               int
		Money                            int64
	}
	raised := func(z string) string { return "sum(CASE WHEN v." + z + " IN (1, 2) THEN 1 ELSE 0 END) AS " + z }
	err := within(tx.Gorm().Table("zombie_verdicts v JOIN systems s ON s.id = v.system_id").Where("v.valid_to = ?", holds), "s.owner_id", owners).
		Select("s.owner_id, count(*) AS systems, sum(CASE WHEN v.strength = 2 THEN 1 ELSE 0 END) AS met, " +
			"sum(CASE WHEN v.strength = 1 THEN 1 ELSE 0 END) AS suspected, sum(CASE WHEN v.z1 = 3 THEN 1 ELSE 0 END) AS missing, " +
			raised("z1") + ", " + raised("z2") + ", " + raised("z3") + ", " + raised("z4") + ", " + raised("z5") +
			", CAST(coalesce(sum(CASE WHEN v.strength > 0 THEN s.om_amount_year ELSE 0 END), 0) AS bigint) AS money").
		Group("s.owner_id").Order("s.owner_id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("sum up verdicts: %w", err)
	}
	out := make([]Sum, len(rows))
	for i, r := range rows {
		out[i] = Sum{
			Owner: r.OwnerID, Systems: r.Systems, Met: r.Met, Suspected: r.Suspected, Insufficient: r.Missing,
			Features: [features]int{r.Z1, r.Z2, r.Z3, r.Z4, r.Z5}, OmAmountYear: r.Money,
		}
	}
	return out, nil
}
