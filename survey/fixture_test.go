package survey_test

import (
	"net/url"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory/inventorytest"
	"qingce/survey"
	"qingce/survey/surveytest"
)

// town is a city in which the self-survey of the story is running.
type town struct {
	*surveytest.Survey
	desk *survey.Desk
	book *schedule.Book
	t    *testing.T
}

// each runs a test in towns on both engines.
func each(t *testing.T, test func(t *testing.T, tn *town)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) { test(t, running(t, city)) })
}

// running is a town on the day after the survey was opened, for the county as
// well and with five working days to mend what is returned.
func running(t *testing.T, city *inventorytest.City) *town {
	t.Helper()
	s := surveytest.Before(t, city)
	plan := s.Planned()
	plan.Scope, plan.MendWd = survey.AllBodies, 5
	c := s.Prepared(plan)
	if _, err := s.Desk.OpenCampaign(t.Context(), s.Office(), c.Code, c.Version); err != nil {
		t.Fatalf("open %s: %v", c.Code, surveytest.Explain(err))
	}
	s.At("2017-09-12 09:00")
	return &town{Survey: s, desk: s.Desk, book: s.Book, t: t}
}

// open opens another campaign that asks a questionnaire, due on a day.
func (tn *town) open(code, questions, opens, due string) {
	tn.t.Helper()
	q := tn.Questionnaire(questions).ID
	c := tn.Prepared(survey.Campaign{
		Code: code, Kind: survey.SelfSurvey, Title: code, Scope: survey.MunicipalOnly, QuestionnaireID: &q,
		OpensOn: date(opens), DueOn: date(due), MendWd: 5,
	})
	if _, err := tn.desk.OpenCampaign(tn.t.Context(), tn.Office(), c.Code, c.Version); err != nil {
		tn.t.Fatalf("open %s: %v", code, surveytest.Explain(err))
	}
}

func date(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// campaign is the survey of the story.
const campaign = surveytest.Code

// key is the form of a department.
func (tn *town) key(prefix string) survey.FormKey {
	return tn.Form(prefix)
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
