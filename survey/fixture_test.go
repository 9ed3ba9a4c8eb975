package survey_test

import (
	"encoding/json"
	"net/url"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory/inventorytest"
	"qingce/survey"
	"qingce/survey/questionnaire"
)

// town is a city in which a self-survey is running.
type town struct {
	*inventorytest.City
	desk *survey.Desk
	book *schedule.Book
	t    *testing.T
}

const campaign = "zc-2017"

// each runs a test in towns on both engines.
func each(t *testing.T, test func(t *testing.T, tn *town)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) { test(t, running(t, city)) })
}

// running opens the brief self-survey of 2017 for the departments of the city,
// due on Saturday 09-30, which is worked.
func running(t *testing.T, city *inventorytest.City) *town {
	t.Helper()
	tn := &town{City: city, t: t, book: schedule.New(city.DB, schedule.Options{})}
	if err := tn.book.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	tn.desk = survey.NewDesk(survey.Deps{
		DB: city.DB, Registry: city.Registry, Book: tn.book, Box: evidence.New(city.DB, evidence.Options{}), Catalog: inventorytest.Messages(t),
	})
	tn.open(campaign, "self-survey-brief", "2017-09-30")
	return tn
}

// open puts a running campaign and its forms into the database.
func (tn *town) open(code, questions, due string) {
	tn.t.Helper()
	err := tn.DB.Write(tn.t.Context(), func(tx *store.Tx) error {
		var body []byte
		all, err := questionnaire.AllShipped()
		if err != nil {
			return err
		}
		for _, s := range all {
			if s.Code == questions {
				if body, err = json.Marshal(s.Body); err != nil {
					return err
				}
			}
		}
		var q int64
		err = tx.Gorm().Raw(`INSERT INTO questionnaires (code, number, state, body, created_at, updated_at, updated_by, updated_name, version)
			VALUES (?, 1, 'published', ?, ?, ?, 1, 'test', 1) RETURNING id`, code, string(body), tx.Now(), tx.Now()).Scan(&q).Error
		if err != nil {
			return err
		}
		now := tx.Now()
		c := survey.Campaign{
			Code: code, Kind: survey.SelfSurvey, Title: "2017年政务信息系统自查", Scope: survey.MunicipalOnly, QuestionnaireID: &q,
			OpensOn: date("2017-09-11"), DueOn: date(due), MendWd: 5, State: survey.Running, OpenedAt: &now,
			CreatedAt: now, UpdatedAt: now, Version: 1,
		}
		if err := tx.Gorm().Create(&c).Error; err != nil {
			return err
		}
		for _, prefix := range []string{"RS", "MZ", "JY", "WJ", "MZJ", "ZY"} {
			d := tn.Department(prefix)
			f := survey.Form{
				CampaignID: c.ID, DepartmentID: d.ID, State: survey.FormDraft, Answers: map[string]string{}, Typed: map[string][]string{},
				CreatedAt: now, UpdatedAt: now, Version: 1,
			}
			if err := tx.Gorm().Create(&f).Error; err != nil {
				return err
			}
			subject := survey.DueOf(survey.FormKey{Campaign: code, Department: d.Code})
			_, err := tn.book.Set(tx, auth.System("test"), schedule.Due{
				SubjectKind: subject.Kind, SubjectID: subject.ID, DepartmentID: d.ID, Title: survey.DueTitle, FixedOn: date(due), Article: "方案二(一)",
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tn.t.Fatalf("open %s: %v", code, err)
	}
}

func date(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// key is the form of a department.
func (tn *town) key(prefix string) survey.FormKey {
	return survey.FormKey{Campaign: campaign, Department: tn.Department(prefix).Code}
}

// form opens the form of a department as its clerk.
func (tn *town) form(prefix string) survey.Paper {
	tn.t.Helper()
	p, err := tn.desk.OpenForm(tn.t.Context(), tn.Clerk(prefix), tn.key(prefix))
	if err != nil {
		tn.t.Fatalf("open the form of %s: %v", prefix, err)
	}
	return p
}

// rows are the rows of a form by name.
func (tn *town) rows(prefix string) map[string]survey.Row {
	tn.t.Helper()
	page, err := tn.desk.FormRows(tn.t.Context(), tn.Clerk(prefix), tn.key(prefix), survey.RowQuery{Size: 200})
	if err != nil {
		tn.t.Fatal(err)
	}
	out := map[string]survey.Row{}
	for _, r := range page.Rows {
		out[r.Name] = r
	}
	return out
}

// typed is a row as the page of its form posts it.
func (tn *town) typed(p survey.Paper, r survey.Row) url.Values {
	tn.t.Helper()
	out := url.Values{}
	err := tn.DB.Read(tn.t.Context(), func(tx *store.Tx) error {
		names, err := tn.Registry.Names(tx, auth.System("test"))
		for i := range p.Ask.System.All() {
			f := &p.Ask.System.All()[i]
			if v := r.Body[f.Key]; v != "" && !f.Given {
				out[f.Key] = []string{f.Typed(names, v)}
				if f.Kind == "multi" {
					out[f.Key] = []string{v}
				}
			}
		}
		return err
	})
	if err != nil {
		tn.t.Fatal(err)
	}
	return out
}

// answers are a complete part about the body of the brief questionnaire.
func answers(count string) url.Values {
	return url.Values{
		survey.CountField: {count}, survey.NoneCleanField: {"true"}, survey.NoneConnectField: {"true"}, survey.NoneDemandField: {"true"},
	}
}

// at moves the clock to a moment of the story.
func (tn *town) at(day string, hour int) {
	tn.Clock.Advance(date(day).At(hour, 0).Sub(tn.Clock.Now()))
}

func errorAt(found []fault.Field, name string) string {
	for _, f := range found {
		if f.Name == name && !f.Warning {
			return f.Code
		}
	}
	return ""
}

// openCity is a city on SQLite, for what does not depend on the engine.
func openCity(t *testing.T) *inventorytest.City {
	t.Helper()
	return inventorytest.Open(t)
}

func (tn *town) messages() *locale.Catalog { return inventorytest.Messages(tn.t) }
