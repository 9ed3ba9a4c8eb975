package main_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qingce/internal/calendar"
	"qingce/internal/schedule"
)

// storySteps are the steps of the acceptance story in the order of their days.
// What a step leads to on a later day is told on that day.
var storySteps = []struct {
	name string
	tell func(*story)
}{
	{"01 2017-09-11 the campaign is opened", (*story).step01},
	{"02 2017-09-12 a form without a day of approval", (*story).step02},
	{"03 2017-09-29 eight bodies report, one has nothing", (*story).step03},
	{"04 2017-09-30 the due day, a Saturday that is worked", (*story).step04},
	{"05 2017-10-09 one reports late", (*story).step05},
	{"06 2017-10-10 a form is returned and mended", (*story).step06},
	{"07 2017-10-13 the census finds a system", (*story).step07},
	{"08 2017-10-15 the census is locked", (*story).step08},
	{"09 2017-10-18 entries are refused", (*story).step09},
	{"10 2017-10-20 catalogs and demands are due", (*story).step10},
	{"11 2017-10-23 three systems are suspected", (*story).step11},
	{"12 2017-10-23 one is out of season", (*story).step12},
	{"13 2017-10-23 one was not measured", (*story).step13},
	{"14 2017-10-24 the rules come into force", (*story).step14},
	{"15 2017-10-25 suspicions are answered", (*story).step15},
	{"16 2017-10-31 two systems are retired, reports are due", (*story).step16},
	{"17 2017-11-01 a body is ordered to rectify", (*story).step17},
	{"18 2017-11-06 a body asks another for data", (*story).step18},
	{"19 2017-11-16 it is refused; the order has expired", (*story).step19},
	{"20 2017-11-20 it applies to the Office", (*story).step20},
	{"21 2017-11-22 the last catalog is accepted", (*story).step21},
	{"22 2017-11-28 the Office mediates", (*story).step22},
	{"23 2017-11-30 November is closed", (*story).step23},
	{"24 2017-12-05 a system is cleaned up late", (*story).step24},
	{"25 2017-12-06 data are doubted", (*story).step25},
	{"24 2017-12-11 the system is used again", (*story).step24again},
	{"26 2017-12-20 a project is filed", (*story).step26},
	{"27 2017-12-29 the end of the year", (*story).step27},
	{"28 2018-01-04 December is closed", (*story).step28},
	{"29 2018-01-10 who gets money", (*story).step29},
	{"30 2018-01-12 an appeal", (*story).step30},
}

// TestStory tells the thirty steps of the acceptance story over HTTP, on one
// clock, with their dates and their outcomes. Nothing is put in but what people
// do on their days.
func TestStory(t *testing.T) {
	emptyHomes(t, func(t *testing.T, h home) {
		s := newStory(t, h)
		for _, step := range storySteps {
			if !t.Run(step.name, func(t *testing.T) {
				s.t = t
				step.tell(s)
			}) {
				t.Fatal("what comes later depends on it")
			}
		}
		s.t = t
		s.statementIsChecked(h)
	})
}

// surveyed tells the story up to the lock of the census, for tests that begin
// there.
func (s *story) surveyed() {
	s.t.Helper()
	for _, step := range storySteps[:8] {
		step.tell(s)
	}
}

func (s *story) step01() {
	s.at("2017-09-11 09:00")
	s.opened()
	s.want("bodies that are asked", s.coverage(), tally{Bodies: 10})
	s.dueDayIsExplained()
}

func (s *story) step02() {
	s.at("2017-09-12 10:00")
	s.withoutApprovalDate()
}

func (s *story) step03() {
	s.at("2017-09-29 16:00")
	for _, prefix := range []string{"RS", "MZ", "JY", "GA", "GS", "FC", "LY", "JT"} {
		s.filledIn(prefix)
		s.want(prefix+" is late by", *s.confirmed(prefix).Form.Late, 0)
	}
	s.zeroReport()
	s.want("on 09-29", s.coverage(), tally{Bodies: 10, Filed: 9, Zero: 1})
}

func (s *story) step04() {
	s.at("2017-09-30 23:59")
	s.want("at 23:59 of the due day", s.coverage().Overdue, 0)
	s.at("2017-10-01 00:00")
	s.want("a minute later", s.coverage().Overdue, 1)
}

func (s *story) step05() {
	s.at("2017-10-09 09:30") // the first working day after the due day
	s.filledIn("WJ")
	s.want("WJ is late by", *s.confirmed("WJ").Form.Late, 1)
	s.want("on 10-09", s.coverage(), tally{Bodies: 10, Filed: 10, Zero: 1, LateFiled: 1})
	s.want("systems declared", s.declared(), 24)
}

func (s *story) step06() {
	s.at("2017-10-10 10:00")
	s.returnedAndMended()
	s.at("2017-10-12 10:00")
	for prefix := range storyBodies {
		if prefix != "ZY" {
			s.accepted(prefix)
		}
	}
	s.want("on 10-12", s.coverage(), tally{Bodies: 10, Filed: 10, Accepted: 10, Zero: 1, LateFiled: 1})
}

func (s *story) step07() {
	s.at("2017-10-13 09:00")
	s.countyRegisters()
	s.foundByTheCensus()
	s.at("2017-10-14 10:00")
	s.accepted("LY")
}

func (s *story) step08() {
	s.at("2017-10-15 15:00") // a Sunday
	s.locked()
}

func (s *story) step09() {
	s.at("2017-10-16 09:00")
	s.organs()
	s.filingsAsked(reporting()...)
	s.at("2017-10-18 10:00")
	s.basisIsWanted()
	s.baseItemsAreUnconditional()
}

func (s *story) step10() {
	s.at("2017-10-20 15:00")
	s.catalogsInTime()
	s.demanded(s.entries["MZ"]["2"][0].code)
	s.campaignPolicy()
	s.cityOA()
}

func (s *story) step11() {
	s.at("2017-10-23 09:00") // Monday
	s.give("七月以来使用情况.csv", s.facts())
	s.probed()
	s.ran("2017-10-22")
	found := s.cases()
	s.want("suspected", len(found), 3)
	s.want("RS-03", found["RS-03"].Features, []string{"z4"})
	s.want("JY-03", found["JY-03"].Features, []string{"z2"})
	s.want("LY-02", found[storyLY02].Features, []string{"z3", "z5"})
	s.want("RS-03: days since its contract ended", s.zombieCase("RS-03").Findings[3].Over, 661)
	small := s.zombieCase(storyLY02).Findings[4]
	s.want("LY-02: users, login days of working days, cpu", []any{small.Users, small.Logins, small.Working, small.CPU}, []any{3, 4, 60, 0.8})
}

func (s *story) step12() {
	v := s.verdict("JY-01")[0]
	s.want("JY-01, out of season", []any{v.Result, v.LastUse}, []any{"off_season", "2017-08-25"})
}

func (s *story) step13() {
	v := s.verdict("JT-01")[0]
	s.want("JT-01, measured on 59 of 90 days", []any{v.Result, int(v.Coverage * 1000)}, []any{"insufficient", 655})
	cal, err := schedule.New(s.db, schedule.Options{}).Load(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	logs := &storyFacts{cal: cal}
	span(s.day("2017-09-20"), s.day("2017-10-20"), func(day calendar.Date) { logs.used("JT-01", day) })
	s.give("道路运政访问日志.csv", logs)
	s.ran("2017-10-22")
	s.want("JT-01 after its logs were handed in", s.verdict("JT-01")[0].Result, "not_met")
	s.want("suspected still", len(s.cases()), 3)
}

func (s *story) step14() {
	s.at("2017-10-23 23:30")
	s.notice = s.drafted()
	s.at("2017-10-24 09:00")
	s.termsAreSet()
	for _, system := range []string{"RS-03", "JY-03", storyLY02} {
		s.want(system+" is to be answered by", s.zombie("office", system, "notify", nil).Answer, "2017-10-31")
	}
}

func (s *story) step15() {
	s.at("2017-10-25 10:00")
	s.zombie("rs.head", "RS-03", "answer", map[string]any{"answer": "admitted"})
	s.zombie("jy.head", "JY-03", "answer", map[string]any{"answer": "admitted"})
	if r := s.tryZombie("ly.head", storyLY02, "answer", map[string]any{"answer": "contested"}); r.status != http.StatusUnprocessableEntity {
		s.t.Errorf("contested without a reason: %d %s", r.status, r.text)
	}
	s.zombie("ly.head", storyLY02, "answer", map[string]any{"answer": "contested", "text": "网站仍有市民浏览，旅游旺季需要保留。"})
	s.at("2017-10-27 15:00")
	for system, reason := range map[string]string{
		"RS-03": "部门认可，予以认定。", "JY-03": "部门认可，予以认定。", storyLY02: "90天内3名用户、60个工作日中4天登录、处理器平均0.8%，申辩理由不成立。",
	} {
		c := s.zombie("office", system, "decision", map[string]any{"decision": "confirm", "reason": reason})
		s.want(system, []string{c.State, c.Due}, []string{"confirmed", "2017-10-31"})
	}
	s.want("before anything was decided about LY-02", s.hubSummary("").counts(), "0/18, municipal 0/17")
	s.cleanedUp(storyLY02)
	s.merging()
	s.mustConnect()
}

func (s *story) step16() {
	s.at("2017-10-30 10:00")
	for _, prefix := range keyAreas {
		if prefix != "WJ" {
			s.shows(prefix, "P-22", "重点领域共享服务方案已印发")
		}
	}
	s.differing()
	for _, prefix := range reporting("WJ", "LY", "RS") {
		s.want(prefix+" reports late by", s.reports(prefix, "2017-10"), 0)
	}
	s.at("2017-10-31 14:00")
	for system, prefix := range map[string]string{"RS-03": "RS", "JY-03": "JY"} {
		c := s.cleans(prefix, system, "2017-10-31")
		s.want(system, []any{c.State, *c.Late, c.Cleaned}, []any{"cleaned", 0, "2017-10-31"})
		s.want(system+" in the register", s.must("office", http.MethodGet, "/api/v1/systems/"+system, nil).State, "retired")
	}
	s.want("LY-02 on its due day", s.zombieCase(storyLY02).Overdue, false)
	s.at("2017-11-01 00:01")
	s.want("LY-02 a minute after it", s.zombieCase(storyLY02).Overdue, true)
	contains(s.t, s.must("auditor", http.MethodGet, "/api/v1/zombies/totals", nil).text, `"before":3,"after":1`)
}

func (s *story) step17() {
	s.job("month-end", "2017-11-01 06:40")
	s.omissionIsNotPunished()
	s.at("2017-11-01 09:30")
	s.ordered(s.notice)
	for _, code := range []string{"RS-04", "MZ-03", "FC-03"} {
		s.merges(code, "start_merging")
	}
	for _, prefix := range []string{"RS", "MZ", "FC"} {
		s.shows(prefix, "P-19", "大系统整合方案已批准，整合工作启动")
	}
	s.at("2017-11-02 10:00")
	s.want("LY reports October late by", s.reports("LY", "2017-10"), 2) // 16
}

func (s *story) step18() {
	s.at("2017-11-06 10:00")
	s.request = s.askedFor(s.entries["MZ"]["2"][0].code)
	s.dueIsShown(s.request)
	s.asks("2017-11-06")
	s.testsBegin()
	s.at("2017-11-10 10:00")
	s.want("WJ reports October late by", s.reports("WJ", "2017-10"), 8) // 16
	s.at("2017-11-13 10:00")
	s.asks("2017-11-13")
}

func (s *story) step19() {
	s.job("rectification", "2017-11-16 00:03")
	s.reported(s.notice)
	s.at("2017-11-16 15:00")
	s.refusedWithReason(s.request)
}

func (s *story) step20() {
	s.at("2017-11-20 09:30")
	s.escalated(s.request)
}

func (s *story) step21() {
	s.at("2017-11-22 15:00")
	s.compiled("WJ", [3]int{1, 1, 0})
	s.want("the catalog of WJ", s.filing("WJ").stand(), "accepted 2017-11-22 23")
	s.numbersAre(52, 34, 14, 4)
	s.rectified(s.notice)
	s.at("2017-11-23 10:00")
	s.asks("2017-11-23")
	s.at("2017-11-24 17:30")
	s.merges("MZ-03", "finish_merging")
	s.at("2017-11-27 10:00")
	s.asks("2017-11-27")
}

func (s *story) step22() {
	s.at("2017-11-28 10:00")
	s.convened(s.request)
	s.merges("RS-04", "finish_merging")
	s.mountedAndUsed("2017-11")
	s.at("2017-11-29 10:00")
	for _, prefix := range []string{"RS", "MZ", "GA", "GS", "FC", "JT"} {
		s.shows(prefix, "P-23", "共享服务已上线，测试调用成功")
	}
	for _, prefix := range reporting("LY") {
		s.want(prefix+" reports November late by", s.reports(prefix, "2017-11"), 0)
	}
	s.at("2017-11-30 16:00")
	s.marriages = s.settled(s.request)
}

func (s *story) step23() {
	s.at("2017-11-30 17:00")
	sum := s.hubSummary("")
	s.want("on 11-30", sum.counts(), "8/17, municipal 8/16")
	s.want("overdue on 11-30", sum.Overdue, 0)
	s.want("on 11-29, looked at a day later", s.hubSummary("2017-11-29").counts(), "7/17, municipal 7/16")
	s.job("month-end", "2017-12-01 06:40")
	s.at("2017-12-01 09:00")
	s.fundingPeople()
	s.must("fc.clerk", http.MethodPost, s.marriages+"/uses", storyUse) // 22: its first day
	s.tasksAre("2017-11")
	s.frozen("2017-11")
	s.scoresAre("2017-11")
	s.want("objections until", s.shown("2017-11"), "2017-12-06")
	s.at("2017-12-04 10:00")
	s.asks("2017-12-04")
	s.doubted()
}

func (s *story) step24() {
	s.at("2017-12-05 10:00")
	c := s.cleans("LY", storyLY02, "2017-12-05")
	s.want("LY-02", []any{c.State, *c.Late}, []any{"cleaned", 25})
	s.want("LY reports November late by", s.reports("LY", "2017-11"), 3)
	s.shows("WJ", "P-22", "重点领域共享服务方案补报")
	s.doubtRejected() // 23
}

func (s *story) step25() {
	s.at("2017-12-06 10:00")
	objection := s.objected(s.entries["GA"]["2"][0].code)
	s.at("2017-12-07 09:00")
	s.novemberIsPublished() // 23
	s.at("2017-12-08 11:00")
	s.mended(objection)
	s.shows("JY", "P-23", "共享服务已上线")
	s.at("2017-12-11 10:00")
	s.asks("2017-12-11")
}

func (s *story) step24again() {
	s.at("2017-12-12 06:00")
	f := &storyFacts{}
	f.row(storyLY02, s.day("2017-12-11"), 2, 2, 0, idleCPU)
	s.give("旧版网站登录记录.csv", f)
	s.ran("2017-12-11")
	c := s.zombieCase(storyLY02)
	s.want("LY-02 after two log-ins", []any{c.State, c.Traffic, c.Logins}, []any{"reopened", "2017-12-11", 2})
	s.at("2017-12-12 16:00")
	c = s.proves("LY", storyLY02, "2017-12-12", "已删除残留账号")
	s.want("LY-02 is closed again", []any{c.State, c.Cleaned, *c.Late}, []any{"cleaned", "2017-12-12", 25})
	s.at("2017-12-13 06:00")
	s.must("centre", http.MethodPost, "/api/v1/zombies/follow", nil)
	s.want("and stays so", s.zombieCase(storyLY02).State, "cleaned")
}

func (s *story) step26() {
	s.at("2017-12-15 10:00")
	s.merges("FC-03", "finish_merging")
	s.at("2017-12-18 10:00")
	s.asks("2017-12-18")
	s.at("2017-12-20 10:00")
	s.projectWithoutCatalog()
	s.shows("LY", "P-23", "共享服务已上线")
	s.at("2017-12-22 10:00")
	s.projectWithCatalog()
}

func (s *story) step27() {
	s.at("2017-12-28 18:00")
	s.mountedAndUsed("2017-12")
	s.at("2017-12-29 10:00")
	for _, prefix := range reporting() {
		s.want(prefix+" reports December late by", s.reports(prefix, "2017-12"), 0)
		if prefix != "ZY" {
			s.want(prefix+" reports the year late by", s.reports(prefix, "2017"), 0)
		}
	}
	s.at("2017-12-31 17:00")
	sum := s.hubSummary("")
	s.want("on 12-31", sum.counts(), "15/17, municipal 14/16")
	s.want("the rates on 12-31", []string{sum.All.Percent, sum.Municipal.Percent}, []string{"88.24", "87.50"})
	s.want("on 11-30, looked at a month later", s.hubSummary("2017-11-30").counts(), "8/17, municipal 8/16")
	s.at("2018-01-01 09:00")
	s.want("overdue in the new year", s.hubSummary("").Overdue, 2)
	s.want("not connected", s.notConnected(), []string{"JT-02 H1 lacks [line_acceptance ip_record]", "WJ-01 H1 lacks [line_acceptance ip_record]"})
	s.job("month-end", "2018-01-02 06:40")
	s.at("2018-01-02 09:00")
	s.want("ZY reports the year late by", s.reports("ZY", "2017"), 1)
	r := s.must("auditor", http.MethodGet, "/api/v1/reports?kind=annual", nil)
	contains(s.t, r.text, `"department":"420683","name":"枣阳市","reports":[{"period":"2017","due":"2017-12-31","state":"accepted","task":"late","late_wd":1}`)
}

func (s *story) step28() {
	s.at("2018-01-04 10:00")
	s.tasksAre("2017-12")
	s.frozen("2017-12")
	s.scoresAre("2017-12")
	s.whatWouldRaise()
	s.want("objections until", s.shown("2017-12"), "2018-01-09")
	s.at("2018-01-10 08:30")
	s.decemberIsPublished()
}

func (s *story) step29() {
	s.at("2018-01-10 09:30")
	s.moneyOnTheFirstPage()
}

func (s *story) step30() {
	s.want("the last day of an appeal", s.funding("jt.head", "/2018/JT-02").AppealBy, "2018-01-17")
	s.at("2018-01-12 10:00")
	plea := s.appealed()
	s.want("appealed on 01-12", []string{plea.Due, plea.Turn}, []string{"2018-01-26", "office"})
	s.at("2018-01-22 10:00")
	s.gone("jt.head18", "申诉")
	s.mustFund("office", "JT-02", "verification", map[string]any{"verdict": "support", "text": "割接通知属实，三月底前可以接入。"})
	s.at("2018-01-23 15:00")
	s.mustFund("finance", "JT-02", "consultation", map[string]any{"text": "三方会商，同意报领导小组批准暂缓。"})
	s.at("2018-01-24 16:00")
	doc := s.mustFund("leader", "JT-02", "exception", map[string]any{"until": "2018-03-31", "reason": "专线割接日期已定，同意安排至三月底。"})
	s.want("JT-02", []any{doc.Result, doc.Until, len(doc.Findings)}, []any{"conditional", "2018-03-31", 3})
	doc = s.funding("auditor", "/2018/WJ-01")
	s.want("WJ-01", []any{doc.Result, doc.Stage, doc.Rules}, []any{"no", "decided", []string{"F9"}})
	s.want("2018 after the appeal", sums(s.funding("finance", "/2018")), []string{
		"all 25 = 540.60", "eligible 14 = 433.40", "exempt 3 = 60.00", "conditional 1 = 18.60", "ceased 6 = 22.10", "no 1 = 6.50",
	})
}

// statementIsChecked takes the statement for the budget away and has it checked
// as anybody can.
func (s *story) statementIsChecked(h home) {
	s.t.Helper()
	verifier := filepath.Join(h.dir, "oplog", "verifier.pub")
	key, err := os.ReadFile(verifier)
	if err != nil {
		s.t.Fatal(err)
	}
	file := filepath.Join(s.t.TempDir(), "funding-2018.json")
	if err := os.WriteFile(file, []byte(s.fundingStatement(strings.TrimSpace(string(key)))), 0o600); err != nil {
		s.t.Fatal(err)
	}
	contains(s.t, h.must(s.t, "verify", "--statement", file, "--key", verifier), "512.00")
	contains(s.t, h.must(s.t, "verify"), "2017-11/1", "2017-12/1")
}
