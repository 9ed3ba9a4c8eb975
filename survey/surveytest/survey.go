// Package surveytest holds a self-survey of the small city of inventorytest for
// tests, so that a fixture reads as a sentence: s.At("2017-09-30 23:59").
package surveytest

import (
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory/inventorytest"
	"qingce/survey"
)

// Code is the campaign of the acceptance story, which every Survey has opened
// on 2017-09-11; it is due on 2017-09-30, a Saturday that is worked.
const Code = "zc-2017"

// Brief is the shipped questionnaire that the campaign asks.
const Brief = "self-survey-brief"

// Survey is a city whose departments are asked what systems they have.
type Survey struct {
	*inventorytest.City
	Desk *survey.Desk
	Book *schedule.Book
	Box  *evidence.Box

	t      testing.TB
	people map[auth.DepartmentID]int
}

// Each runs a test with the campaign of the story running, on both engines.
func Each(t *testing.T, test func(t *testing.T, s *Survey)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) { test(t, Opened(t, city)) })
}

// Opened is a city with the campaign of the story running.
func Opened(t testing.TB, city *inventorytest.City) *Survey {
	t.Helper()
	s := Before(t, city)
	c := s.Prepared(s.Planned())
	if _, err := s.Desk.OpenCampaign(t.Context(), s.Office(), c.Code, c.Version); err != nil {
		t.Fatalf("open %s: %v", c.Code, Explain(err))
	}
	return s
}

// Before is a city on the morning of 2017-09-11, with the calendar and the
// shipped questionnaires and without any campaign.
func Before(t testing.TB, city *inventorytest.City) *Survey {
	t.Helper()
	s := &Survey{City: city, t: t, people: map[auth.DepartmentID]int{}}
	s.At("2017-09-11 09:00")
	s.Book = schedule.New(city.DB, schedule.Options{Below: s.within})
	s.Box = evidence.New(city.DB, evidence.Options{Below: s.within})
	s.Desk = survey.NewDesk(survey.Deps{
		DB: city.DB, Registry: city.Registry, Book: s.Book, Box: s.Box, Catalog: inventorytest.Messages(t),
		People: func(*store.Tx) (map[auth.DepartmentID]int, error) { return s.people, nil },
	})
	if err := s.Book.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Desk.SeedQuestionnaires(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *Survey) within(tx *store.Tx, scope auth.Scope) ([]auth.DepartmentID, error) {
	d, err := s.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	return d.Within(scope), nil
}

// At moves the clock to a moment in Asia/Shanghai, "2017-09-30 23:59".
func (s *Survey) At(moment string) {
	s.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", moment, calendar.Zone)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Clock.Advance(at.Sub(s.Clock.Now()))
}

// Staffed says how many people of a department can be asked.
func (s *Survey) Staffed(prefix string, people int) { s.people[s.Department(prefix).ID] = people }

// Office is the Office, of no department of the story.
func (s *Survey) Office() auth.Principal { return s.Someone(auth.Office) }

// Centre is the centre, of no department of the story.
func (s *Survey) Centre() auth.Principal { return s.Someone(auth.Centre) }

// Questionnaire is the newest version of a questionnaire.
func (s *Survey) Questionnaire(code string) survey.Questionnaire {
	s.t.Helper()
	q, err := s.Desk.FindQuestionnaire(s.t.Context(), s.Office(), code, 0)
	if err != nil {
		s.t.Fatalf("find questionnaire %s: %v", code, err)
	}
	return q.Questionnaire
}

// Planned is the self-survey of the story as it would be prepared.
func (s *Survey) Planned() survey.Campaign {
	s.t.Helper()
	q := s.Questionnaire(Brief).ID
	return survey.Campaign{
		Code: Code, Kind: survey.SelfSurvey, Title: "2017年政务信息系统自查", Basis: "方案第二部分第一项", Scope: survey.MunicipalOnly,
		QuestionnaireID: &q, OpensOn: Day("2017-09-11"), DueOn: Day("2017-09-30"), ReviewDueOn: Day("2017-10-13"), MendWd: 3,
	}
}

// Prepared is a campaign that the Office has prepared and not opened.
func (s *Survey) Prepared(c survey.Campaign) survey.Campaign {
	s.t.Helper()
	made, _, err := s.Desk.CreateCampaign(s.t.Context(), s.Office(), c)
	if err != nil {
		s.t.Fatalf("prepare %s: %v", c.Code, Explain(err))
	}
	return made
}

// Campaign is a campaign as it stands.
func (s *Survey) Campaign(code string) survey.CampaignLine {
	s.t.Helper()
	c, err := s.Desk.FindCampaign(s.t.Context(), s.Office(), code)
	if err != nil {
		s.t.Fatalf("find campaign %s: %v", code, err)
	}
	return c
}

// Form names the form of a department in the campaign of the story.
func (s *Survey) Form(prefix string) survey.FormKey {
	s.t.Helper()
	return survey.FormKey{Campaign: Code, Department: s.Department(prefix).Code}
}

// Dues are the open due dates of a department's form in the campaign.
func (s *Survey) Dues(prefix string) []schedule.Open {
	s.t.Helper()
	var out []schedule.Open
	err := s.DB.Read(s.t.Context(), func(tx *store.Tx) error {
		var err error
		out, err = s.Book.Of(tx, survey.DueOf(s.Form(prefix)))
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// Day reads a day of the story.
func Day(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// Explain writes an error with the places that are wrong, for messages of
// tests.
func Explain(err error) string {
	if err == nil {
		return "no error"
	}
	out := err.Error()
	for _, f := range fault.FieldsOf(err) {
		out += " (" + f.Name + ": " + f.Code + ")"
	}
	return out
}
