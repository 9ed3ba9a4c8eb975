package zombie

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// holds is the last day of what holds still.
const holds detect.Day = 1<<31 - 1

// verdictRow is a verdict as it is kept.
type verdictRow struct {
	SystemID      inventory.SystemID
	Mark          int64
	Confidence    int
	ValidFrom     detect.Day
	ValidTo       detect.Day
	PolicyVersion int64
	Strength      Strength
	Z1            detect.Result
	Z2            detect.Result
	Z3            detect.Result
	Z4            detect.Result
	Z5            detect.Result
	Body          string
}

// TableName is the table of the verdicts.
func (verdictRow) TableName() string { return "zombie_verdicts" }

// wholeConfidence is certainty, as it is kept.
const wholeConfidence = 10_000

func (r *verdictRow) verdict() (Verdict, error) {
	v := Verdict{
		System: r.SystemID, Since: DateOf(r.ValidFrom), Policy: r.PolicyVersion, Strength: r.Strength,
		Confidence: float64(r.Confidence) / wholeConfidence,
	}
	if r.ValidTo != holds {
		v.Until = DateOf(r.ValidTo)
	}
	var err error
	if v.Features, err = readBody(r.Body); err != nil {
		return v, fmt.Errorf("read the verdict of system %d: %w", r.SystemID, err)
	}
	for i, result := range []detect.Result{r.Z1, r.Z2, r.Z3, r.Z4, r.Z5} {
		v.Features[i].Feature, v.Features[i].Result = detect.Feature(i+1), result
	}
	return v, nil
}

// body is what is kept of a verdict beside its results. The figures are the
// same for all features but the days of Z4.
type body struct {
	Grounds [features][]detect.Ground
	Figures detect.Figures
	Days    [features]int
}

func readBody(text string) (out [features]Finding, err error) {
	var b body
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return out, err
	}
	for i := range out {
		out[i].Grounds, out[i].Figures = b.Grounds[i], b.Figures
		out[i].Figures.Days = b.Days[i]
	}
	return out, nil
}

func readVerdicts(q *gorm.DB) ([]Verdict, error) {
	var rows []verdictRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read verdicts: %w", err)
	}
	out := make([]Verdict, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].verdict(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func verdictsAfter(tx *store.Tx, day detect.Day, least Strength, after inventory.SystemID, n int) ([]Verdict, error) {
	return readVerdicts(tx.Gorm().Where("valid_to >= ? AND valid_from <= ? AND strength >= ? AND system_id > ?", day, day, least, after).
		Order("system_id").Limit(n))
}

func verdictsOf(tx *store.Tx, day detect.Day, systems []inventory.SystemID) (map[inventory.SystemID]Verdict, error) {
	out := map[inventory.SystemID]Verdict{}
	if len(systems) == 0 {
		return out, nil
	}
	all, err := readVerdicts(tx.Gorm().Where("system_id ? AND valid_to >= ? AND valid_from <= ?", store.Among(tx, systems), day, day))
	for _, v := range all {
		out[v.System] = v
	}
	return out, err
}
