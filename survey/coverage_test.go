package survey_test

import (
	"errors"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/surveytest"
)

// eachStory runs a test in the ten departments of the story, on both engines.
func eachStory(t *testing.T, test func(t *testing.T, s *surveytest.Survey, tn *town)) {
	t.Helper()
	surveytest.Each(t, func(t *testing.T, s *surveytest.Survey) {
		test(t, s, &town{Survey: s, desk: s.Desk, book: s.Book, t: t})
	})
}

func (tn *town) coverage() survey.Coverage {
	tn.t.Helper()
	c, err := tn.desk.Coverage(tn.t.Context(), tn.reviewer(), campaign)
	if err != nil {
		tn.t.Fatal(err)
	}
	return c
}

func codes(bodies []survey.BodyState) string {
	out := ""
	for _, b := range bodies {
		out += " " + b.Body.Code
	}
	return out
}

// Steps 3 to 5 of the story: 9 of 10 on 09-29; WJ is overdue when the Saturday
// that is worked is over; handed in on 10-09 it is late by one working day.
func TestCoverageOfTheStory(t *testing.T) {
	eachStory(t, func(t *testing.T, s *surveytest.Survey, tn *town) {
		if c := tn.coverage(); c.Total.Bodies != 10 || c.Total.By[survey.NotOpened] != 10 || c.Total.Filed != 0 || c.Total.Nobody != 10 {
			t.Errorf("at the start: %+v", c.Total)
		}
		s.At("2017-09-29 10:00")
		for _, prefix := range []string{"RS", "MZ", "JY", "GA", "GS", "FC", "LY", "JT"} {
			tn.handedIn(prefix, "业务系统")
		}
		tn.zero("MZJ")
		tn.Registered("WJ", "价格监测系统")
		tn.form("WJ")
		c := tn.coverage()
		if c.Total.Filed != 9 || c.Total.Bodies != 10 || c.Total.Zero != 1 || c.Total.Accepted != 0 || c.Total.Overdue != 0 || c.Due.Remaining != 1 {
			t.Errorf("on 09-29: %+v, %d working days left", c.Total, c.Due.Remaining)
		}
		if got := codes(c.Select(survey.CoverageQuery{ToDo: true})); got != " XYWJ" {
			t.Errorf("still to do:%s, want WJ", got)
		}
		s.At("2017-09-30 23:59")
		if c := tn.coverage(); c.Total.Overdue != 0 {
			t.Errorf("on the Saturday that is worked %d are overdue", c.Total.Overdue)
		}
		s.At("2017-10-01 00:00")
		c = tn.coverage()
		late := c.Select(survey.CoverageQuery{Overdue: true})
		if codes(late) != " XYWJ" || *late[0].LateWd != 0 || late[0].Standing != survey.Opened {
			t.Errorf("overdue at 10-01 00:00:%s %+v", codes(late), late)
		}
		s.At("2017-10-09 09:30")
		tn.confirmed("WJ")
		c = tn.coverage()
		late = c.Select(survey.CoverageQuery{LateFiled: true})
		if c.Total.Filed != 10 || c.Total.Overdue != 0 || c.Total.LateFiled != 1 || codes(late) != " XYWJ" || *late[0].LateWd != 1 {
			t.Errorf("on 10-09: %+v, late%s", c.Total, codes(late))
		}
		s.At("2017-10-10 09:00")
		if _, err := tn.desk.Return(t.Context(), tn.reviewer(), tn.key("FC"), 0, survey.ReturnNote{Comments: []survey.Said{{Text: "经费来源缺失"}}}); err != nil {
			t.Fatal(err)
		}
		c = tn.coverage()
		if c.Total.Filed != 10 || c.Total.By[survey.StandingReturned] != 1 || c.Total.LateFiled != 1 {
			t.Errorf("after FC was sent back: %+v", c.Total)
		}
		s.At("2017-10-11 09:00")
		tn.confirmed("FC")
		for _, prefix := range []string{"RS", "MZ", "JY", "GA", "GS", "FC", "LY", "JT", "WJ", "MZJ"} {
			if _, err := tn.desk.Accept(t.Context(), tn.reviewer(), tn.key(prefix), 0); err != nil {
				t.Fatalf("%s: %v", prefix, err)
			}
		}
		if c = tn.coverage(); !c.Total.Covered() || c.Total.Accepted != 10 || c.Total.LateFiled != 1 {
			t.Errorf("when all is accepted: %+v", c.Total)
		}
	})
}

func TestCoverageIsSummedByGroupAndRegion(t *testing.T) {
	eachStory(t, func(t *testing.T, s *surveytest.Survey, tn *town) {
		rs := s.Department("RS")
		rs.GroupCode = "B"
		if _, _, err := s.Registry.ChangeDepartment(t.Context(), auth.System("test"), rs.Code, rs.Version, rs, "分组"); err != nil {
			t.Fatal(err)
		}
		below := s.Below("ZY", "枣阳市档案局")
		s.Staffed("RS", 2)
		q := s.Questionnaire(surveytest.Brief).ID
		c := s.Planned()
		c.Code, c.Title, c.Scope, c.QuestionnaireID = "all-2017", "全部单位自查", survey.AllBodies, &q
		c = s.Prepared(c)
		if _, err := s.Desk.OpenCampaign(t.Context(), s.Office(), c.Code, c.Version); err != nil {
			t.Fatal(err)
		}
		got, err := s.Desk.Coverage(t.Context(), s.Office(), c.Code)
		if err != nil {
			t.Fatal(err)
		}
		if got.Total.Bodies != 12 || got.Total.Nobody != 11 {
			t.Errorf("in all %+v", got.Total)
		}
		if len(got.Groups) != 2 || got.Groups[0].Key != "B" || got.Groups[0].Bodies != 1 || got.Groups[1].Key != "" {
			t.Errorf("groups %+v", got.Groups)
		}
		if len(got.Regions) != 2 || got.Regions[0].Key != "" || got.Regions[0].Bodies != 10 || got.Regions[1].Key != "XYZY" || got.Regions[1].Bodies != 2 || got.Regions[1].Name != "枣阳市" {
			t.Errorf("regions %+v", got.Regions)
		}
		zy, b, none := "XYZY", "B", ""
		for _, one := range []struct {
			name string
			q    survey.CoverageQuery
			want string
		}{
			{"a region", survey.CoverageQuery{Region: &zy}, " XYZY " + below.Code},
			{"a group", survey.CoverageQuery{Group: &b}, " XYRS"},
			{"the city without a group, by name", survey.CoverageQuery{Region: &none, Group: &none, Search: "局", Standings: []survey.Standing{survey.Opened}}, ""},
			{"somebody to ask", survey.CoverageQuery{Search: "xyrs"}, " XYRS"},
			{"by region, the other way round", survey.CoverageQuery{Search: "枣阳", Sort: survey.CoverageByCode, Descending: true}, " " + below.Code + " XYZY"},
		} {
			if got := codes(got.Select(one.q)); got != one.want {
				t.Errorf("%s:%s, want%s", one.name, got, one.want)
			}
		}
		own, err := s.Desk.Coverage(t.Context(), s.Region("ZY"), c.Code)
		if err != nil || own.Total.Bodies != 2 {
			t.Errorf("the region sees %d bodies, %v", own.Total.Bodies, err)
		}
		for _, by := range []auth.Principal{s.Clerk("RS"), s.Head("RS"), s.Someone(auth.Admin), s.Someone(auth.Expert)} {
			if _, err := s.Desk.Coverage(t.Context(), by, c.Code); !errors.Is(err, auth.ErrForbidden) {
				t.Errorf("%s sees the coverage: %v", by.Login, err)
			}
		}
	})
}

func TestRemindersAreForExactlyTheListed(t *testing.T) {
	eachStory(t, func(t *testing.T, s *surveytest.Survey, tn *town) {
		tn.handedIn("RS", "就业服务系统")
		tn.form("MZ")
		ids := func(prefixes ...string) []auth.DepartmentID {
			var out []auth.DepartmentID
			for _, p := range prefixes {
				out = append(out, s.Department(p).ID)
			}
			return out
		}
		s.At("2017-09-28 15:00")
		made, err := s.Desk.Remind(t.Context(), s.Office(), campaign, ids("MZ", "WJ", "WJ"), "请于 9 月 30 日前报送")
		if err != nil || made.ID == 0 {
			t.Fatal(err)
		}
		s.At("2017-09-29 15:00")
		if _, err := s.Desk.Remind(t.Context(), s.Centre(), campaign, ids("WJ"), ""); err != nil {
			t.Fatal(err)
		}
		c := tn.coverage()
		for _, b := range c.Bodies {
			switch b.Body.Code {
			case "XYMZ":
				if b.Reminded == nil || b.Reminded.Name != "office" || b.Reminded.Times != 1 {
					t.Errorf("MZ was reminded %+v", b.Reminded)
				}
			case "XYWJ":
				if b.Reminded == nil || b.Reminded.Name != "centre" || b.Reminded.Times != 2 || !b.Reminded.At.Equal(s.Clock.Now()) {
					t.Errorf("WJ was reminded %+v", b.Reminded)
				}
			default:
				if b.Reminded != nil {
					t.Errorf("%s was reminded %+v", b.Body.Code, b.Reminded)
				}
			}
		}
		lines, total, err := s.Desk.ListReminders(t.Context(), s.Office(), campaign, 1, 1)
		if err != nil || total != 2 || len(lines) != 1 || lines[0].MadeName != "centre" || len(lines[0].Bodies) != 1 {
			t.Errorf("newest %+v of %d, %v", lines, total, err)
		}
		lines, _, err = s.Desk.ListReminders(t.Context(), s.Office(), campaign, 2, 1)
		if err != nil || len(lines) != 1 || len(lines[0].Bodies) != 2 || lines[0].Bodies[0].Standing == "" || lines[0].Note != "请于 9 月 30 日前报送" {
			t.Errorf("oldest %+v, %v", lines, err)
		}
		if _, _, err := s.Desk.ListReminders(t.Context(), s.Region("ZY"), campaign, 1, 1); !errors.Is(err, fault.New(fault.NotFound, "err.not_found")) {
			t.Errorf("a region that is not asked reads the reminders: %v", err)
		}
		for _, one := range []struct {
			name string
			by   auth.Principal
			ids  []auth.DepartmentID
			want error
		}{
			{"who has handed in", s.Office(), ids("RS", "WJ"), fault.New(fault.Conflict, "survey.err.remind_idle")},
			{"who is not asked", s.Office(), ids("ZY"), fault.New(fault.Conflict, "survey.err.remind_idle")},
			{"nobody", s.Office(), nil, fault.New(fault.Invalid, "survey.err.remind_nobody")},
			{"the clerk", s.Clerk("RS"), ids("WJ"), auth.ErrForbidden},
			{"the auditor", s.Someone(auth.Auditor), ids("WJ"), auth.ErrForbidden},
		} {
			if _, err := s.Desk.Remind(t.Context(), one.by, campaign, one.ids, ""); !errors.Is(err, one.want) {
				t.Errorf("%s: %v, want %v", one.name, err, one.want)
			}
		}
	})
}

func TestTheQueueHasTheOldestFirst(t *testing.T) {
	eachStory(t, func(t *testing.T, s *surveytest.Survey, tn *town) {
		s.At("2017-09-29 10:00")
		tn.handedIn("RS", "就业服务系统")
		s.At("2017-09-29 11:00")
		tn.zero("MZJ")
		s.At("2017-10-09 11:00")
		tn.handedIn("WJ", "价格监测系统")
		tn.form("MZ")
		if err := s.Desk.SaveDrafts(t.Context(), tn.reviewer(), tn.key("RS"), []survey.Said{{Text: "请核对"}}); err != nil {
			t.Fatal(err)
		}
		for _, one := range []struct {
			name  string
			q     survey.WaitingQuery
			want  string
			clean int
		}{
			{"all", survey.WaitingQuery{}, " XYRS XYMZJ XYWJ", 2},
			{"clean", survey.WaitingQuery{Clean: true, Campaign: campaign}, " XYMZJ XYWJ", 2},
			{"late", survey.WaitingQuery{Late: true}, " XYWJ", 1},
			{"zero", survey.WaitingQuery{Zero: true}, " XYMZJ", 1},
			{"again", survey.WaitingQuery{Again: true}, "", 0},
			{"newest first", survey.WaitingQuery{Descending: true}, " XYWJ XYMZJ XYRS", 2},
			{"second page", survey.WaitingQuery{Page: 2, Size: 2}, " XYWJ", 2},
			{"by name", survey.WaitingQuery{Search: "物价"}, " XYWJ", 1},
		} {
			page, err := s.Desk.ListWaiting(t.Context(), tn.reviewer(), one.q)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, w := range page.Items {
				got += " " + w.Body.Code
			}
			if got != one.want || page.Clean != one.clean {
				t.Errorf("%s:%s, %d clean; want%s, %d", one.name, got, page.Clean, one.want, one.clean)
			}
		}
		if n, err := s.Desk.CountWaiting(t.Context(), tn.reviewer()); err != nil || n != 3 {
			t.Errorf("%d wait, %v", n, err)
		}
		if _, err := s.Desk.ListWaiting(t.Context(), s.Clerk("RS"), survey.WaitingQuery{}); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("the clerk sees the queue: %v", err)
		}
		if _, err := s.Desk.ListWaiting(t.Context(), tn.reviewer(), survey.WaitingQuery{Campaign: "zc-1999"}); kind(err) != fault.NotFound {
			t.Errorf("of a campaign that is not there: %v", err)
		}
	})
}

func TestASheetPutsWhatToLookAtFirst(t *testing.T) {
	eachStory(t, func(t *testing.T, s *surveytest.Survey, tn *town) {
		tn.Registered("RS", "甲系统")
		tn.Registered("RS", "乙系统")
		bad := tn.Registered("RS", "丙系统")
		p := tn.form("RS")
		typed := tn.typed(p, tn.rows("RS")[bad.Name])
		typed.Set("proposed", inventory.Connect)
		typed["network"] = []string{inventory.NetIntranet} // V21 only warns
		if _, found, err := tn.desk.SaveRow(t.Context(), tn.Clerk("RS"), tn.key("RS"), tn.rows("RS")[bad.Name].ID, 0, survey.Input{Form: typed}); err != nil || fault.AnyError(found) {
			t.Fatal(err, found)
		}
		sheet, err := tn.desk.ReviewForm(t.Context(), tn.reviewer(), tn.key("RS"))
		if err != nil || !errors.Is(sheet.Refused, survey.ErrNotSubmitted) {
			t.Errorf("before it is handed in: %v, %v", sheet.Refused, err)
		}
		form := answers("3")
		form.Del(survey.NoneConnectField)
		if _, _, err := tn.desk.ConfirmRows(t.Context(), tn.Clerk("RS"), tn.key("RS"), tn.rows("RS")["甲系统"].ID, tn.rows("RS")["乙系统"].ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := tn.desk.SaveAnswers(t.Context(), tn.Clerk("RS"), tn.key("RS"), 0, survey.Input{Form: form}); err != nil {
			t.Fatal(err)
		}
		if _, err := tn.desk.Submit(t.Context(), tn.Head("RS"), tn.key("RS"), 0, ""); err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		sheet, err = tn.desk.ReviewForm(t.Context(), tn.reviewer(), tn.key("RS"))
		if err != nil || sheet.Refused != nil {
			t.Fatal(sheet.Refused, err)
		}
		first := sheet.Rows[0]
		if len(sheet.Rows) != 3 || first.Row.Name != bad.Name || len(first.Found) == 0 || !first.Remarkable() || first.Diff.Kind != survey.Edited || sheet.Rows[1].Remarkable() {
			t.Errorf("the sheet has %+v", sheet.Rows)
		}
		if len(sheet.Submissions) != 1 || sheet.Submissions[0].Hash == "" {
			t.Errorf("submissions %+v", sheet.Submissions)
		}
		if got, err := tn.desk.ReviewForm(t.Context(), tn.Clerk("RS"), tn.key("RS")); err != nil || !errors.Is(got.Refused, auth.ErrForbidden) {
			t.Errorf("the clerk reads it: %v, %v", got.Refused, err)
		}
		if _, err := tn.desk.ReviewForm(t.Context(), tn.Clerk("MZ"), tn.key("RS")); kind(err) != fault.NotFound {
			t.Errorf("a clerk of another department reads it: %v", err)
		}
	})
}
