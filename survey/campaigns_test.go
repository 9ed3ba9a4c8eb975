package survey_test

import (
	"slices"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory/inventorytest"
	"qingce/survey"
	"qingce/survey/surveytest"
)

// wrongAt are the places and codes of an Invalid fault.
func wrongAt(err error) []string {
	var out []string
	for _, f := range fault.FieldsOf(err) {
		if !f.Warning {
			out = append(out, f.Name+" "+f.Code)
		}
	}
	return out
}

func TestOpeningGivesEveryBodyAFormAndADay(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		c := s.Campaign(surveytest.Code)
		if c.State != survey.Running || c.Counts.Bodies != 10 || c.OpenedAt == nil {
			t.Fatalf("%s with %d forms, opened %v", c.State, c.Counts.Bodies, c.OpenedAt)
		}
		dues := s.Dues("RS")
		if len(dues) != 1 || dues[0].DueOn != c.DueOn || dues[0].Title != survey.DueTitle || dues[0].Article != c.Basis {
			t.Errorf("due dates of RS: %+v", dues)
		}
		if len(s.Dues("ZY")) != 0 {
			t.Error("the county is asked by a survey of municipal departments")
		}
		again, err := s.Desk.OpenCampaign(t.Context(), s.Office(), c.Code, 0)
		if err != nil || again.Version != c.Version || s.Campaign(c.Code).Counts.Bodies != 10 {
			t.Errorf("opening twice: %v, version %d", err, again.Version)
		}
	})
}

func TestOnlyOrganisersHoldCampaigns(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		census := survey.Campaign{Kind: survey.Census, Code: "pc-2017", Title: "普查", Scope: survey.MunicipalOnly, BasedOnID: new(s.Campaign(surveytest.Code).ID),
			OpensOn: surveytest.Day("2017-09-11"), DueOn: surveytest.Day("2017-10-15"), MendWd: 3}
		own := s.Planned()
		own.Code = "zc-2"
		for _, v := range []struct {
			name string
			by   auth.Principal
			c    survey.Campaign
			want bool
		}{
			{"the Office a self-survey", s.Office(), own, true},
			{"the centre a census", s.Centre(), census, true},
			{"the centre a self-survey", s.Centre(), own, false},
			{"a head", s.Head("RS"), own, false},
			{"the administrator", s.Someone(auth.Admin), census, false},
			{"nobody", auth.Principal{}, own, false},
		} {
			_, _, err := s.Desk.CreateCampaign(t.Context(), v.by, v.c)
			if (err == nil) != v.want {
				t.Errorf("%s: %v", v.name, surveytest.Explain(err))
			}
		}
		open, err := s.Desk.OpenCampaign(t.Context(), s.Centre(), "pc-2017", 1)
		if err != nil || open.State != survey.Running || s.Campaign("pc-2017").Counts.Bodies != 0 {
			t.Errorf("a census that asks nothing: %v %v", open.State, surveytest.Explain(err))
		}
	})
}

func TestWhatIsWrongWithACampaignIsNamed(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		for _, v := range []struct {
			name   string
			change func(*survey.Campaign)
			want   string
		}{
			{"nothing", func(c *survey.Campaign) {}, ""},
			{"no title", func(c *survey.Campaign) { c.Title = "" }, "title err.required"},
			{"a long title", func(c *survey.Campaign) { c.Title = strings.Repeat("长", 81) }, "title err.too_long"},
			{"a code in capitals", func(c *survey.Campaign) { c.Code = "ZC 2017" }, "code survey.err.code"},
			{"a code that is taken", func(c *survey.Campaign) { c.Code = surveytest.Code }, "code survey.err.code_taken"},
			{"due before it opens", func(c *survey.Campaign) { c.DueOn = surveytest.Day("2017-09-10") }, "due_on survey.err.due_before"},
			{"reviewed before it is due", func(c *survey.Campaign) { c.ReviewDueOn = surveytest.Day("2017-09-29") }, "review_due_on survey.err.review_before"},
			{"no questionnaire", func(c *survey.Campaign) { c.QuestionnaireID = nil }, "questionnaire_id err.required"},
			{"a questionnaire that there is not", func(c *survey.Campaign) { c.QuestionnaireID = new(survey.QuestionnaireID(99)) }, "questionnaire_id survey.err.questionnaire"},
			{"a very long term to mend", func(c *survey.Campaign) { c.MendWd = 61 }, "mend_wd survey.err.mend"},
			{"a census of a census", func(c *survey.Campaign) {
				c.Kind, c.BasedOnID = survey.Census, new(survey.CampaignID(99))
			}, "based_on_id survey.err.based_on"},
		} {
			c := s.Planned()
			c.Code = "new-" + strings.ReplaceAll(v.name, " ", "-")
			c.Code = c.Code[:min(len(c.Code), 30)]
			c.Code = strings.TrimSuffix(c.Code, "-")
			v.change(&c)
			_, _, err := s.Desk.CreateCampaign(t.Context(), s.Office(), c)
			got := wrongAt(err)
			if v.want == "" && err != nil || v.want != "" && !slices.Contains(got, v.want) {
				t.Errorf("%s: got %q, want %q", v.name, got, v.want)
			}
		}
	})
}

func TestADayOffIsRemarked(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		for _, v := range []struct{ due, want string }{
			{"2017-09-30", ""}, // a Saturday that is worked
			{"2017-10-15", "due_on survey.warn.day_off"},
			{"2031-10-15", "due_on survey.warn.calendar"},
		} {
			c := s.Planned()
			c.Code, c.DueOn, c.ReviewDueOn = "due-"+v.due, surveytest.Day(v.due), calendar.Date{}
			_, found, err := s.Desk.CreateCampaign(t.Context(), s.Office(), c)
			got := ""
			for _, f := range found {
				got = f.Name + " " + f.Code
			}
			if err != nil || got != v.want {
				t.Errorf("%s: %q %v, want %q", v.due, got, surveytest.Explain(err), v.want)
			}
		}
	})
}

func TestARunningCampaignHardlyChanges(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		for _, v := range []struct {
			name, reason string
			change       func(*survey.Campaign)
			want         string
		}{
			{"the title", "", func(c *survey.Campaign) { c.Title = "x" }, "title survey.err.fixed"},
			{"another questionnaire", "", func(c *survey.Campaign) { c.QuestionnaireID = new(survey.QuestionnaireID(1)) }, "questionnaire_id survey.err.fixed"},
			{"due earlier", "x", func(c *survey.Campaign) { c.DueOn = surveytest.Day("2017-09-29") }, "due_on survey.err.due_earlier"},
			{"due later without a reason", " ", func(c *survey.Campaign) { c.DueOn = surveytest.Day("2017-10-10") }, "reason survey.err.due_reason"},
			{"due later", "汛期", func(c *survey.Campaign) { c.DueOn = surveytest.Day("2017-10-10") }, ""},
			{"the note", "", func(c *survey.Campaign) { c.Note = "请核对" }, ""},
		} {
			next := s.Campaign(surveytest.Code).Campaign
			v.change(&next)
			_, _, err := s.Desk.ChangeCampaign(t.Context(), s.Office(), next.Code, next.Version, next, v.reason)
			if got := wrongAt(err); v.want == "" && err != nil || v.want != "" && !slices.Contains(got, v.want) {
				t.Errorf("%s: got %q, want %q", v.name, got, v.want)
			}
		}
		if dues := s.Dues("MZ"); len(dues) != 1 || dues[0].DueOn != surveytest.Day("2017-10-10") {
			t.Errorf("the due date of a form did not move: %+v", dues)
		}
		stale := s.Campaign(surveytest.Code).Campaign
		if _, _, err := s.Desk.ChangeCampaign(t.Context(), s.Office(), stale.Code, stale.Version-1, stale, ""); err != store.ErrStale {
			t.Errorf("a stale change: %v", err)
		}
	})
}

func TestExceptionsTakeBodiesInAndOut(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		c := s.Planned()
		c.Code = "zc-b"
		c = s.Prepared(c)
		for _, v := range []struct {
			name, department string
			included         bool
			reason, want     string
		}{
			{"out", "XYMZJ", false, "已并入", ""},
			{"in, by name", "枣阳市", true, "自愿参加", ""},
			{"out again with another reason", "XYMZJ", false, "机构合并", ""},
			{"without a reason", "XYRS", false, " ", "reason survey.err.exception_reason"},
			{"in what is in", "XYRS", true, "x", "department survey.err.in_scope"},
			{"a body that there is not", "XYXX", true, "x", "department survey.err.department"},
		} {
			err := s.Desk.SetException(t.Context(), s.Office(), c.Code, v.department, v.included, v.reason)
			if got := wrongAt(err); v.want == "" && err != nil || v.want != "" && !slices.Contains(got, v.want) {
				t.Errorf("%s: got %q %v, want %q", v.name, got, err, v.want)
			}
		}
		view, err := s.Desk.LookScope(t.Context(), s.Office(), c.Code)
		if err != nil || len(view.Exceptions) != 2 || len(view.Bodies) != 10 {
			t.Fatalf("%d bodies, %d exceptions, %v", len(view.Bodies), len(view.Exceptions), err)
		}
		if view.Exceptions[0].Department.Prefix != "MZJ" || view.Exceptions[0].Reason != "机构合并" {
			t.Errorf("first exception %+v", view.Exceptions[0])
		}
		if err := s.Desk.DropException(t.Context(), s.Office(), c.Code, "XYMZJ"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Desk.OpenCampaign(t.Context(), s.Office(), c.Code, c.Version); err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		if n := s.Campaign(c.Code).Counts.Bodies; n != 11 {
			t.Errorf("%d forms, want ten departments and the county", n)
		}
		if err := s.Desk.DropException(t.Context(), s.Office(), c.Code, "XYZY"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the scope of a running campaign changed: %v", err)
		}
	})
}

func TestAllBodiesIncludesCountiesAndThoseBelow(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		s.Below("ZY", "枣阳市教育局")
		c := s.Planned()
		c.Code, c.Scope = "zc-all", survey.AllBodies
		c = s.Prepared(c)
		view, err := s.Desk.LookScope(t.Context(), s.Centre(), c.Code)
		if err != nil || len(view.Bodies) != 12 || len(view.Nobody) != 12 {
			t.Fatalf("%d bodies, %d without people, %v", len(view.Bodies), len(view.Nobody), err)
		}
		s.Staffed("RS", 2)
		if view, _ = s.Desk.LookScope(t.Context(), s.Centre(), c.Code); len(view.Nobody) != 11 {
			t.Errorf("%d bodies without people, want 11", len(view.Nobody))
		}
		if _, err := s.Desk.LookScope(t.Context(), s.Clerk("RS"), c.Code); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a clerk sees who is asked: %v", err)
		}
	})
}

func TestOpeningSaysWhatIsMissing(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		for _, v := range []struct {
			name   string
			change func(*survey.Campaign)
			want   string
		}{
			{"too early", func(c *survey.Campaign) { c.OpensOn = surveytest.Day("2017-09-12") }, "opens_on survey.err.opens_later"},
			{"too late", func(c *survey.Campaign) {
				c.OpensOn, c.DueOn = surveytest.Day("2017-09-01"), surveytest.Day("2017-09-10")
			}, "due_on survey.err.due_over"},
			{"nothing to ask", func(c *survey.Campaign) { c.Kind, c.QuestionnaireID = survey.Census, nil }, "based_on_id survey.err.asks_nothing"},
		} {
			c := s.Planned()
			c.Code = "zc-" + strings.Fields(v.name)[1]
			v.change(&c)
			c = s.Prepared(c)
			_, err := s.Desk.OpenCampaign(t.Context(), s.Office(), c.Code, c.Version)
			if !slices.Contains(wrongAt(err), v.want) {
				t.Errorf("%s: %v, want %s", v.name, surveytest.Explain(err), v.want)
			}
			if got := s.Campaign(c.Code).State; got != survey.Preparing {
				t.Errorf("%s: the campaign is %s", v.name, got)
			}
		}
	})
}

// TestTheDueDayIsIncluded: Saturday 09-30 counts until 24:00.
func TestTheDueDayIsIncluded(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		for _, v := range []struct {
			at   string
			want int
		}{{"2017-09-30 23:59", 0}, {"2017-10-01 00:00", 1}, {"2017-10-01 00:01", 0}} {
			s.At(v.at)
			if n, err := s.Desk.CloseOverdue(t.Context()); err != nil || n != v.want {
				t.Errorf("%s: closed %d, %v, want %d", v.at, n, err, v.want)
			}
		}
		c := s.Campaign(surveytest.Code)
		if c.State != survey.Closed || c.ClosedAt == nil || !c.State.Takes() {
			t.Errorf("the campaign is %s", c.State)
		}
	})
}

func TestClosingEarlyNeedsAReason(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		c := s.Campaign(surveytest.Code)
		_, err := s.Desk.CloseCampaign(t.Context(), s.Office(), c.Code, c.Version, " ")
		if !slices.Contains(wrongAt(err), "reason survey.err.close_reason") {
			t.Errorf("closed without a reason: %v", err)
		}
		closed, err := s.Desk.CloseCampaign(t.Context(), s.Office(), c.Code, c.Version, "全部报齐")
		if err != nil || closed.State != survey.Closed {
			t.Fatalf("%s %v", closed.State, err)
		}
		if _, err := s.Desk.CloseCampaign(t.Context(), s.Office(), c.Code, closed.Version, "x"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("closed twice: %v", err)
		}
	})
}

func TestACopyIsAYearLater(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		c := s.Planned()
		c.Code = "zq-2017"
		c = s.Prepared(c)
		if err := s.Desk.SetException(t.Context(), s.Office(), c.Code, "XYMZJ", false, "已并入"); err != nil {
			t.Fatal(err)
		}
		next, err := s.Desk.NewVersion(t.Context(), s.Office(), surveytest.Brief)
		if err != nil {
			t.Fatal(err)
		}
		if next, err = s.Desk.PublishQuestionnaire(t.Context(), s.Office(), next.Code, next.Number, next.Version); err != nil {
			t.Fatal(err)
		}
		got, _, err := s.Desk.CopyCampaign(t.Context(), s.Office(), c.Code)
		if err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		if got.Code != "zq-2018" || got.Title != "2018年政务信息系统自查" || got.DueOn != surveytest.Day("2018-09-30") || *got.QuestionnaireID != next.ID {
			t.Errorf("copied as %+v", got)
		}
		if view, err := s.Desk.LookScope(t.Context(), s.Office(), got.Code); err != nil || len(view.Exceptions) != 1 {
			t.Errorf("exceptions %v, %v", view.Exceptions, err)
		}
	})
}

func TestBodiesSeeTheCampaignsTheyTakePartIn(t *testing.T) {
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		c := s.Planned()
		c.Code = "secret-plan"
		s.Prepared(c)
		for _, v := range []struct {
			name  string
			by    auth.Principal
			codes string
			own   bool
		}{
			{"the Office", s.Office(), "secret-plan zc-2017", false},
			{"an auditor", s.Someone(auth.Auditor), "secret-plan zc-2017", false},
			{"a clerk", s.Clerk("RS"), "zc-2017", true},
			{"a county that is not asked", s.Region("ZY"), "", false},
		} {
			lines, err := s.Desk.ListCampaigns(t.Context(), v.by)
			var codes []string
			for _, l := range lines {
				codes = append(codes, l.Code)
				if l.Code == surveytest.Code && (l.Own != nil) != v.own {
					t.Errorf("%s: own form %v", v.name, l.Own)
				}
			}
			slices.Sort(codes)
			if err != nil || strings.Join(codes, " ") != v.codes {
				t.Errorf("%s sees %q, %v, want %q", v.name, codes, err, v.codes)
			}
		}
		if line, err := s.Desk.FindCampaign(t.Context(), s.Clerk("RS"), surveytest.Code); err != nil || line.Counts.Bodies != 1 {
			t.Errorf("a clerk counts %d forms, %v", line.Counts.Bodies, err)
		}
		if _, err := s.Desk.ListCampaigns(t.Context(), s.Someone(auth.Admin)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the administrator sees campaigns: %v", err)
		}
	})
}

// TestAThousandFormsAreMadeAtOnce counts statements by time: it fails when
// opening takes many times longer than it should.
func TestAThousandFormsAreMadeAtOnce(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		city.Fill(1000, 0)
		s := surveytest.Before(t, city)
		c := s.Prepared(s.Planned())
		if _, err := s.Desk.OpenCampaign(t.Context(), s.Office(), c.Code, c.Version); err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		if n := s.Campaign(c.Code).Counts.Bodies; n != 1010 {
			t.Errorf("%d forms, want 1010", n)
		}
	})
}
