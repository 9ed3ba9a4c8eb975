package main_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/schedule"
	"qingce/inventory"
	"qingce/scoring"
)

var (
	listOfTasks = regexp.MustCompile(`(?s)<section class="card-plain todo".*?</section>`)
	listOfWaits = regexp.MustCompile(`(?s)<section class="card-plain others".*?</section>`)
	taskRow     = regexp.MustCompile(`(?s)<li[^>]*><a href="([^"]*)">.*?</a></li>`)
	tags        = regexp.MustCompile(`<[^>]*>`)
	dueDay      = regexp.MustCompile(`<time class="due due-(\w+)"[^>]*datetime="([^"]*)"`)
	bigCount    = regexp.MustCompile(`task-count">([^<]*)<`)
	taskName    = regexp.MustCompile(`(?s)<b>(.*?)</b>|class="task-text">(.*?)<small>`)
)

// as is somebody who has signed in, anew when too much time has passed: those who
// sign in too often are told to wait.
func (s *story) as(login string) *browser {
	s.t.Helper()
	if b := s.people[login]; b != nil {
		if b.t = s.t; b.get("/").status == http.StatusOK {
			return b
		}
	}
	b := newBrowser(s.t, s.url)
	mustf(s.t, b.signIn(login, storyPassword) != "", "%s cannot sign in", login)
	if s.people == nil {
		s.people = map[string]*browser{}
	}
	s.people[login] = b
	return b
}

// firstPage reads the first page of somebody: what is to be done, as "text due
// count", and what waits for others.
func (s *story) firstPage(login string) (tasks, waits []string) {
	s.t.Helper()
	p := s.as(login).get("/")
	if p.status != http.StatusOK {
		s.t.Fatalf("the first page of %s: %d", login, p.status)
	}
	rows := func(of *regexp.Regexp) (out []string) {
		for _, row := range taskRow.FindAllString(of.FindString(p.body), -1) {
			m := taskName.FindStringSubmatch(row)
			line := []string{strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(m[1]+m[2], "")))}
			if due := dueDay.FindStringSubmatch(row); due != nil {
				line = append(line, due[2], due[1])
			}
			if n := bigCount.FindStringSubmatch(row); n != nil {
				line = append(line, n[1])
			}
			out = append(out, strings.Join(line, " · "))
		}
		return out
	}
	return rows(listOfTasks), rows(listOfWaits)
}

// hasTask wants a line among what somebody has to do, gone that it is not there.
func (s *story) hasTask(login, line string) {
	s.t.Helper()
	if tasks, _ := s.firstPage(login); !slices.Contains(tasks, line) {
		s.t.Errorf("%s %s has to do %q, not %q", s.clock.Now().Format("2006-01-02"), login, tasks, line)
	}
}

func (s *story) gone(login, part string) {
	s.t.Helper()
	tasks, _ := s.firstPage(login)
	for _, line := range tasks {
		if strings.Contains(line, part) {
			s.t.Errorf("%s still has to do %q", login, line)
		}
	}
}

func (s *story) waitsFor(login, line string) {
	s.t.Helper()
	if _, waits := s.firstPage(login); !slices.Contains(waits, line) {
		s.t.Errorf("%s waits for %q, not for %q", login, waits, line)
	}
}

// TestFirstPages tells what stands on the first page of whom, from the first
// paper to the publication of a month: with its day, and gone once it is done.
func TestFirstPages(t *testing.T) {
	tell(t, func(s *story) {
		s.surveyed()
		s.catalogOnTheFirstPage()
		s.papersOnTheFirstPage()
		s.exemptionOnTheFirstPage()
		s.monthOnTheFirstPage()
	})
}

// catalogOnTheFirstPage has the Office ask WJ for its catalog.
func (s *story) catalogOnTheFirstPage() {
	s.t.Helper()
	s.at("2017-10-18 09:00")
	s.gone("wj.head", "目录")
	s.filingsAsked("WJ")
	s.hasTask("wj.head", "本单位目录待报送 · 1")
	s.gone("rs.head", "目录待报送")
	s.gone("office", "目录报送待审核")
}

// papersOnTheFirstPage has RS show a plan and file its report of October.
func (s *story) papersOnTheFirstPage() {
	s.t.Helper()
	const plan, report = "P-22 提交基于共享平台提供服务的方案", "2017-10 报告待报送"
	s.at("2017-10-25 09:00")
	s.reportsAsked()
	s.hasTask("rs.head", plan+" · 2017-10-31 · calm")
	s.hasTask("rs.clerk", report+" · 2017-10-31 · calm")
	s.gone("mzj.head", "P-22") // is in no key area
	at := storyTasks + storyBodies["RS"] + "/P-22"
	s.must("rs.head", http.MethodPost, at+"/hand-in", map[string]any{"text": "重点领域共享服务方案已印发"})
	s.gone("rs.head", "P-22")
	s.waitsFor("rs.head", "已报送的任务佐证 · 1")
	s.hasTask("office", "任务佐证待审核 · 1")
	s.decides(at)
	s.gone("office", "任务佐证")
	_, waits := s.firstPage("rs.head")
	s.want("what RS waits for", len(waits), 0)

	at = storyReports + "2017-10/" + storyBodies["RS"]
	s.must("rs.head", http.MethodPost, at+"/file", s.typed("RS", at))
	s.gone("rs.head", "报告")
	s.waitsFor("rs.clerk", "已报送的报告 · 1")
	s.hasTask("office", "报告待审核 · 1")
	s.decides(at)
	s.gone("office", "报告待审核")
	s.at("2017-11-01 09:00")
	s.hasTask("wj.head", report+" · 2017-10-31 · late")
	tasks, _ := s.firstPage("wj.head")
	if len(tasks) < 2 || !strings.Contains(tasks[0], "late") && !strings.HasPrefix(tasks[0], "本单位目录") {
		s.t.Errorf("what is overdue does not come first: %q", tasks)
	}
}

// reportsAsked does what the job does as soon as the clock has moved on: who comes
// second finds nothing to do.
func (s *story) reportsAsked() {
	s.t.Helper()
	board := scoring.NewBoard(scoring.Deps{
		DB: s.db, Registry: inventory.NewRegistry(s.db, inventory.Options{}), Book: schedule.New(s.db, schedule.Options{}),
	})
	if _, err := scoring.NewReports(board).OpenDues(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// newcomer gives a body somebody whose password is new; those of the beginning
// have to change theirs by now.
func (s *story) newcomer(login, prefix string, role auth.Role) {
	s.t.Helper()
	dir, err := inventory.NewRegistry(s.db, inventory.Options{}).Directory(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	body, _ := dir.ByCode(storyBodies[prefix])
	s.person(account.New(s.db, account.Options{}), login, body.ID, role)
}

// exemptionOnTheFirstPage has JT ask to be let off for a while.
func (s *story) exemptionOnTheFirstPage() {
	s.t.Helper()
	s.gone("office", "免予接入")
	s.must("jt.head", http.MethodPost, "/api/v1/hub/exemptions", map[string]any{
		"system": "JT-02", "kind": "defer", "ground": "line", "until": "2018-03-31", "reason": "专线割接日期未定，请求暂缓接入。",
	})
	s.hasTask("office", "免予接入、暂缓接入待批 · 1")
	s.gone("jt.head", "免予接入")
}

// monthOnTheFirstPage counts October and brings it to publication.
func (s *story) monthOnTheFirstPage() {
	s.t.Helper()
	s.fundingPeople()
	office := s.as("office")
	office.post("/scorecards/new", url.Values{"month": {"2017-10"}}) // or the job has counted it: the first one does
	eventually(s.t, "October to be counted", func() bool { return office.get("/scorecards/2017-10/record?version=1").status == http.StatusOK })
	s.hasTask("office", "2017-10 月度考核已计算，待冻结")
	s.movesMonth("office", "freeze")
	s.hasTask("office", "2017-10 考核数据已冻结，待开放申辩")
	s.gone("rs.head", "得分单")
	s.movesMonth("office", "open_appeal")
	s.hasTask("rs.head", "2017-10 得分单请核对，不符的请申辩 · 2017-11-06 · soon")
	s.hasTask("rs.clerk", "2017-10 得分单请核对 · 2017-11-06 · soon")
	s.gone("office", "2017-10")
	s.at("2017-11-07 09:00")
	s.gone("rs.head", "得分单")
	s.hasTask("office", "2017-10 申辩已办结，待完成审核")
	s.movesMonth("office", "review")
	s.decidesAll("leader")
	s.hasTask("leader", "2017-10 考核结果待批准")
	s.movesMonth("leader", "approve")
	s.hasTask("leader", "2017-10 考核结果待公布")
	s.hasTask("office", "2017-10 考核结果待公布")
	s.movesMonth("leader", "publish")
	s.gone("office", "2017-10 考核")
	s.gone("leader", "2017-10")
}

var (
	revisionField = regexp.MustCompile(`name="revision" value="(\d+)"`)
	proposedDept  = regexp.MustCompile(`name="dept" value="([^"]*)"`)
)

// movesMonth takes a step with October, as the page offers it.
func (s *story) movesMonth(login, move string) {
	s.t.Helper()
	b := s.as(login)
	record := b.get("/scorecards/2017-10/record?version=1")
	m := revisionField.FindStringSubmatch(record.body)
	mustf(s.t, m != nil, "the record of October has no step: %d %s", record.status, record.body)
	p := b.post("/scorecards/2017-10/moves", url.Values{"version": {"1"}, "revision": {m[1]}, "move": {move}})
	mustf(s.t, p.status == http.StatusSeeOther, "%s: %d %s", move, p.status, p.body)
}

// decidesAll has the leading group approve all that is proposed; with each there
// is one less to be decided.
func (s *story) decidesAll(login string) {
	s.t.Helper()
	b := s.as(login)
	all := proposedDept.FindAllStringSubmatch(b.get("/scorecards/2017-10/record?version=1").body, -1)
	mustf(s.t, len(all) > 0, "nothing is proposed")
	for i, m := range all {
		s.hasTask(login, fmt.Sprintf("2017-10 表扬、通报建议待决定 · %d", len(all)-i))
		p := b.post("/scorecards/2017-10/proposals", url.Values{"version": {"1"}, "dept": {m[1]}, "decision." + m[1]: {"approve"}, "reason." + m[1]: {"同意"}})
		mustf(s.t, p.status == http.StatusSeeOther, "decide on %s: %d %s", m[1], p.status, p.body)
	}
	s.gone(login, "待决定")
}

// moneyOnTheFirstPage makes the run of 2018 (step 29) and tells what the finance
// bureau, the leading group and the departments read of it on their first pages.
func (s *story) moneyOnTheFirstPage() {
	s.t.Helper()
	s.newcomer("office18", "", auth.Office)
	s.newcomer("auditor18", "", auth.Auditor)
	s.newcomer("jt.head18", "JT", auth.Head)
	s.newcomer("jt.clerk18", "JT", auth.Clerk)
	s.want("before the year is frozen", s.figure("finance", "h-money"), "还没有开始审核下一年度的运维经费资格。")
	s.fundingRun()
	s.hasTask("reform", "系统经费资格等您办理 · 25")
	s.hasTask("office18", "系统经费资格等您办理 · 25")
	s.gone("finance", "经费资格")
	s.waitsFor("finance", "运维经费资格意见 · 25")
	s.fundingOpinions()
	s.gone("office18", "经费资格")
	s.gone("reform", "经费资格")
	s.hasTask("finance", "系统经费资格等您办理 · 25")
	s.waitsFor("office18", "运维经费资格决定 · 25")
	s.hasTask("jt.head18", "“出租车GPS监管系统”的经费意见可以申诉 · 2018-01-17 · calm")
	s.gone("jt.clerk18", "申诉")
	s.fundingDecisions()
	s.gone("finance", "经费资格")
	contains(s.t, s.figure("finance", "h-money"), "433.40", "60.00", "22.10", "25.10")
	contains(s.t, s.figure("leader", "h-money"), "25.10")
	contains(s.t, s.figure("leader", "h-city"), "已接入大数据中心")
	contains(s.t, s.figure("leader", "h-late"), "逾期单位")
	s.want("the auditor decides nothing", s.figure("auditor18", "h-money"), "")
}

// figure is the text of a part of somebody's first page; empty when it is not
// there.
func (s *story) figure(login, id string) string {
	s.t.Helper()
	part := regexp.MustCompile(fmt.Sprintf(`(?s)<h2 id="%s">[^<]*</h2>(.*?)</section>`, id)).FindStringSubmatch(s.as(login).get("/").body)
	if part == nil {
		return ""
	}
	if id == "h-late" {
		return "逾期单位 " + tags.ReplaceAllString(part[1], " ")
	}
	return strings.TrimSpace(tags.ReplaceAllString(part[1], " "))
}
