package monthlyweb_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/internal/web/webtest"
	"qingce/inventory/hub"
	"qingce/inventory/inventorytest"
	"qingce/inventory/sharing/sharingtest"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring/monthly"
	"qingce/scoring/monthly/monthlyweb"
	"qingce/scoring/scorecard"
	"qingce/survey"
	"qingce/survey/census"
)

// town is a city with the pages of its scorecards, and people who use them.
type town struct {
	*inventorytest.City
	Months *monthly.Desk
	site   *webtest.Site
	t      testing.TB
}

// open is a town on a Monday morning in December.
func open(t testing.TB) *town {
	t.Helper()
	return over(t, inventorytest.Open(t))
}

// over is the town of a city.
func over(t testing.TB, city *inventorytest.City) *town {
	t.Helper()
	city.Clock.Advance(time.Date(2017, 12, 4, 9, 0, 0, 0, calendar.Zone).Sub(city.Clock.Now()))
	tn := &town{City: city, t: t}
	tn.Months = months(t, sharingtest.Over(t, city))
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		deps := monthlyweb.Deps{
			Months: tn.Months, Registry: tn.Registry, Catalog: site.Texts,
			Money: func(context.Context, auth.DepartmentID, []string) (map[string]int64, error) {
				return map[string]int64{"JT-02": 18_600_000}, nil
			},
			Withheld: func(_ context.Context, _ auth.Principal, body auth.DepartmentID, month monthly.Period) (monthlyweb.Withheld, bool, error) {
				return monthlyweb.Withheld{Year: 2018, Money: 6_500_000_00, Path: "/funding/2018"}, body == tn.Department("MZ").ID && month == "2017-11", nil
			},
			Unused: func(_ context.Context, _ auth.Principal, day calendar.Date) (monthlyweb.Unused, bool, error) {
				if day != calendar.NewDate(2017, time.November, 30) {
					return monthlyweb.Unused{}, true, nil
				}
				return monthlyweb.Unused{Found: 6, Cleaned: 3, Saved: 22_100_000}, true, nil
			},
		}
		monthlyweb.Mount(site.Server, deps)
		monthlyweb.MountAPI(site.Server, deps)
	}, webtest.Among(&webtest.People{Clock: tn.Clock.Now}))
	return tn
}

// months is a desk over the rooms of a world.
func months(t testing.TB, s *sharingtest.World) *monthly.Desk {
	texts := inventorytest.Messages(t)
	detector := zombie.New(zombie.Deps{DB: s.DB, Registry: s.Registry, Book: s.Book})
	surveys := survey.NewDesk(survey.Deps{DB: s.DB, Registry: s.Registry, Book: s.Book, Box: s.Box, Catalog: texts})
	return monthly.NewDesk(monthly.Deps{
		DB: s.DB, Registry: s.Registry, Hub: hub.New(s.DB, s.Registry, s.Box, texts, s.Book), Catalog: s.Catalog, Sharing: s.Sharing, Book: s.Book,
		Cleanup: cleanup.NewDesk(cleanup.Deps{DB: s.DB, Registry: s.Registry, Book: s.Book, Box: s.Box, Detector: detector}),
		Census:  census.NewDesk(census.Deps{DB: s.DB, Registry: s.Registry, Surveys: surveys, Catalog: texts}),
	})
}

// figure is a figure of rows that are done, missing and left out.
func figure(key monthly.FigureKey, kind string, done, missing, out []string) monthly.Figure {
	f := monthly.Figure{Key: key}
	add := func(ids []string, s monthly.Standing, why string) {
		for _, id := range ids {
			f.Rows = append(f.Rows, monthly.Row{Kind: kind, ID: id, Title: "名称" + id, Path: "/systems/" + id, Standing: s, Why: why, On: calendar.NewDate(2017, time.November, 20)})
		}
	}
	add(done, monthly.Counted, "")
	add(missing, monthly.Missing, "")
	add(out, monthly.LeftOut, "")
	return f
}

// november is what three departments have done: JT lacks a connection, MZ is not
// to clean up anything, MZJ has only a task.
func november() map[string][]monthly.Figure {
	task := func(id string, o scorecard.Outcome) monthly.Figure {
		return monthly.Figure{Key: monthly.Tasks, Rows: []monthly.Row{{Kind: "task", ID: id, Title: "任务" + id, Path: "/programme/" + id, Standing: monthly.Counted, Outcome: o}}}
	}
	return map[string][]monthly.Figure{
		"JT": {
			figure(monthly.Disposed, "system", []string{"JT-03"}, nil, nil), figure(monthly.Entries, "entry", []string{"E1", "E2"}, []string{"E3"}, []string{"E4"}),
			figure(monthly.Applications, "application", []string{"A1"}, nil, nil), figure(monthly.Connections, "system", []string{"JT-01"}, []string{"JT-02"}, []string{"JT-09"}),
			task("P-24", scorecard.Undone),
		},
		"MZ": {
			figure(monthly.Entries, "entry", []string{"E5"}, nil, nil), figure(monthly.Applications, "application", []string{"A1"}, nil, nil),
			figure(monthly.Connections, "system", []string{"MZ-01"}, nil, nil), task("P-24", scorecard.OnTime),
		},
		"MZJ": {task("P-24", scorecard.OnTime)},
	}
}

// counted puts a month in place that was counted and is not frozen, of bodies by
// their prefix or code.
func (tn *town) counted(month monthly.Period, all map[string][]monthly.Figure) {
	tn.t.Helper()
	method := monthly.DefaultMethod()
	dir, err := tn.Registry.Directory(tn.t.Context())
	if err != nil {
		tn.t.Fatal(err)
	}
	err = tn.DB.Write(tn.t.Context(), func(tx *store.Tx) error {
		m := monthly.Month{
			Month: month, Version: 1, State: monthly.Computing, PolicyVersion: 1, ThroughOn: month.Last(), Bodies: int64(len(all)), ComputedAt: tx.Now(), ComputedName: "市信息化办", Revision: 1,
		}
		if err := tx.Gorm().Create(&m).Error; err != nil {
			return err
		}
		for prefix, figures := range all {
			d, ok := dir.ByCode(prefix)
			if !ok {
				d = tn.Department(prefix)
			}
			f := monthly.Facts{Body: monthly.Body{ID: d.ID, Code: d.Code, Name: d.Name, Group: "A", Kind: d.Kind}, Figures: figures, NothingToShare: prefix == "MZJ"}
			if prefix != "MZJ" {
				f.Systems = 2
			}
			counts, err1 := json.Marshal(f.Input(&method))
			facts, err2 := json.Marshal(f)
			if err1 != nil || err2 != nil {
				tn.t.Fatal(err1, err2)
			}
			err := tx.Gorm().Exec("INSERT INTO score_inputs (month_id, department_id, code, name, region, counts, facts, hash) VALUES (?, ?, ?, ?, '', ?, ?, 'h')",
				m.ID, d.ID, d.Code, d.Name, string(counts), string(facts)).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tn.t.Fatal(err)
	}
}

// take takes a step with a month.
func (tn *town) take(by auth.Principal, month monthly.Period, moves ...monthly.Move) {
	tn.t.Helper()
	for _, move := range moves {
		r, err := tn.Months.Find(tn.t.Context(), tn.Someone(auth.Office), month, 0)
		if err == nil {
			_, err = tn.Months.Take(tn.t.Context(), by, month, r.Month.Version, r.Month.Revision, move, "")
		}
		if err != nil {
			tn.t.Fatalf("%s: %v", move, err)
		}
	}
}

// method puts a month under a version of the method.
func (tn *town) method(month monthly.Period, version int64) {
	tn.t.Helper()
	err := tn.DB.Write(tn.t.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Exec("UPDATE score_months SET policy_version = ? WHERE month = ?", version, month).Error
	})
	if err != nil {
		tn.t.Fatal(err)
	}
}
