package scoring

import (
	"strings"

	"qingce/internal/auth"
	"qingce/scoring/programme"
)

// reportedMonthly and reportedYearly tell by the reports that were filed and not
// sent back.
func (v *view) reportedMonthly() (fact, error) { return v.reported(Monthly) }
func (v *view) reportedYearly() (fact, error)  { return v.reported(Annual) }

func (v *view) reported(kind ReportKind) (fact, error) {
	all, err := reportHeads(v.tx, kind, "", v.departments)
	if err != nil {
		return nil, err
	}
	by := map[taskKey]standing{}
	for _, r := range all {
		d, _ := v.dir.Find(r.DepartmentID)
		s := standing{Proof: []Ref{{Kind: ReportRecord, ID: r.Period + "/" + d.Code, Title: r.Period + " " + d.Name, Path: ReportPath(r.Period, d.Code)}}}
		if r.State.In() {
			s.On, s.Waiting = v.byDay(r.CountsOn), r.State == ReportFiled
		}
		by[taskKey{r.Period, r.DepartmentID}] = s
	}
	return func(dept auth.DepartmentID, term programme.Term) standing {
		_, period, _ := strings.Cut(term.Key, "/")
		return by[taskKey{period, dept}]
	}, nil
}

// ReportPath is the page of a report.
func ReportPath(period, code string) string { return "/reports/" + period + "/" + code }
