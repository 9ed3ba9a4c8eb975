package main_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
)

const storyMonths = "/api/v1/scorecards"

// scoreRow is a record behind a number.
type scoreRow struct {
	Key      string `json:"key"`
	ID       string `json:"id"`
	Standing string `json:"standing"`
	WhyKey   string `json:"why_key"`
	Outcome  string `json:"outcome"`
}

// scoreFigure is a number with its rows.
type scoreFigure struct {
	Key  string     `json:"key"`
	Num  int        `json:"num"`
	Den  int        `json:"den"`
	Rows []scoreRow `json:"rows"`
}

// scoreSheet is what the story reads of the sheet of a body.
type scoreSheet struct {
	Group   string `json:"group"`
	KeyArea bool   `json:"key_area"`
	Nothing bool   `json:"nothing_to_share"`
	Card    struct {
		Points  *string `json:"points"`
		Weight  int     `json:"weight"`
		Rank    *int    `json:"rank"`
		Metrics []struct {
			Key   string  `json:"key"`
			Value *string `json:"value"`
		} `json:"metrics"`
	} `json:"card"`
	Figures []scoreFigure `json:"figures"`
	Raise   []struct {
		Row  string `json:"row"`
		Now  string `json:"now"`
		Then string `json:"then"`
	} `json:"raise"`
	MayObject bool `json:"may_object"`
}

func (s *story) sheet(who, month, prefix string) scoreSheet {
	s.t.Helper()
	var out scoreSheet
	s.read(s.must(who, http.MethodGet, storyMonths+"/"+month+"/"+storyBodies[prefix], nil), &out)
	return out
}

func (sh scoreSheet) figure(key string) scoreFigure {
	i := slices.IndexFunc(sh.Figures, func(f scoreFigure) bool { return f.Key == key })
	if i < 0 {
		return scoreFigure{}
	}
	return sh.Figures[i]
}

// The words of a score script for what the API calls by keys.
var (
	scriptOutcomes = map[string]string{"on_time": "按时", "late": "逾期", "late_long": "逾期较久", "undone": "未完成"}
	scriptMetrics  = [][2]string{{"M1", "整合"}, {"M2", "共享"}, {"M3", "协同"}, {"M4", "联通"}, {"M5", "任务"}, {"M6", "实效"}}
	scriptParts    = [][2]string{{"replies", "答复"}, {"objections", "异议"}, {"used", "被使用"}, {"not_collected", "免提交"}}
	scriptOff      = [][2]string{{"overdue_rectification", "整改逾期"}, {"misuse", "违规使用"}, {"false_report", "虚报"}, {"omission", "漏报"}}
)

// script writes a sheet as a score script has it: a line for each count, the
// tasks, what points are taken off for, the six metrics, and the result.
func (sh scoreSheet) script() map[string]string {
	out := map[string]string{}
	values := map[string]string{}
	for _, m := range sh.Card.Metrics {
		if m.Value != nil {
			values[m.Key] = *m.Value
		}
	}
	for word, key := range map[string]string{"整合": "disposed", "联通": "connections", "共享": "entries"} {
		if f := sh.figure(key); f.Den > 0 {
			out[word] = fmt.Sprintf("%d/%d", f.Num, f.Den)
		}
	}
	if sh.Nothing {
		out["共享"] = "无可共享资源"
	}
	if values["M3"] != "" {
		out["协同"] = strconv.Itoa(sh.figure("applications").Num)
	}
	var tasks, parts, off, metrics []string
	for _, row := range sh.figure("tasks").Rows {
		tasks = append(tasks, row.ID+" "+scriptOutcomes[row.Outcome])
	}
	for _, p := range scriptParts {
		if f := sh.figure(p[0]); f.Den > 0 {
			parts = append(parts, fmt.Sprintf("%s %d/%d", p[1], f.Num, f.Den))
		}
	}
	for _, p := range scriptOff {
		if f := sh.figure(p[0]); f.Num > 0 {
			off = append(off, fmt.Sprintf("%s %d", p[1], f.Num))
		}
	}
	for _, m := range scriptMetrics {
		if values[m[0]] != "" {
			metrics = append(metrics, m[1]+" "+values[m[0]])
		}
	}
	slices.Sort(tasks)
	for word, all := range map[string][]string{"任务": tasks, "实效": parts, "扣分": off, "指标": metrics} {
		if len(all) > 0 {
			out[word] = strings.Join(all, " · ")
		}
	}
	rank := "不排名"
	if sh.Card.Rank != nil {
		rank = fmt.Sprintf("%s组%d", sh.Group, *sh.Card.Rank)
	}
	out["得分"] = fmt.Sprintf("%s 权重 %d 名次 %s", *sh.Card.Points, sh.Card.Weight, rank)
	if sh.KeyArea {
		out["重点领域"] = "是"
	}
	return out
}

// scripted reads the score script of a month, body by body: each line under its
// first word, as scoreSheet.script writes it.
func (s *story) scripted(month string) map[string]map[string]string {
	s.t.Helper()
	raw, err := os.ReadFile("../../scoring/scorecard/testdata/" + month + ".txt")
	if err != nil {
		s.t.Fatal(err)
	}
	out, body, group := map[string]map[string]string{}, "", ""
	for _, text := range strings.Split(string(raw), "\n") {
		words := strings.Fields(text)
		switch {
		case len(words) < 2 || strings.HasPrefix(words[0], "#"):
		case words[0] == "单位":
			body, group = words[1], words[3]
			out[body] = map[string]string{}
			if slices.Contains(words, "重点领域") {
				out[body]["重点领域"] = "是"
			}
		case words[0] == "得分":
			if words[5] != "不排名" {
				words[5] = group + "组" + words[5]
			}
			out[body]["得分"] = strings.Join(words[1:], " ")
		case len(words) == 2:
			out[body][words[0]] = words[1]
		default:
			var pairs []string
			for pair := range slices.Chunk(words[1:], 2) {
				pairs = append(pairs, strings.Join(pair, " "))
			}
			if words[0] == "任务" {
				slices.Sort(pairs)
			}
			out[body][words[0]] = strings.Join(pairs, " · ")
		}
	}
	return out
}

// scoresAre wants every count, every metric, the total, the weight and the rank of
// every body to stand in the sheets of a month as in its score script.
func (s *story) scoresAre(month string) {
	s.t.Helper()
	want := s.scripted(month)
	s.want("bodies of the script", len(want), len(storyBodies))
	for prefix := range storyBodies {
		got := s.sheet("office", month, prefix).script()
		words := map[string]bool{}
		for _, lines := range []map[string]string{got, want[prefix]} {
			for word := range lines {
				words[word] = true
			}
		}
		for word := range words {
			s.want(fmt.Sprintf("%s in %s: %s", prefix, month, word), got[word], want[prefix][word])
		}
	}
}

// scoreMonth is what the story reads of a month.
type scoreMonth struct {
	State     string        `json:"state"`
	Digest    string        `json:"digest"`
	AtFreeze  string        `json:"digest_at_freeze"`
	AppealBy  string        `json:"appeal_by"`
	Total     int           `json:"total"`
	Whole     bool          `json:"whole"`
	Undecided int           `json:"proposals_undecided"`
	Proposals []scoreAdvice `json:"proposals"`
	Bodies    []struct {
		Department string `json:"department"`
	} `json:"scorecards"`
}

// scoreAdvice is praise or criticism that is proposed.
type scoreAdvice struct {
	Department string `json:"department"`
	Band       string `json:"band"`
	State      string `json:"state"`
}

// closes takes a step with the close of a month, as somebody who has just read it.
func (s *story) closes(who, month, move string) scoreMonth {
	s.t.Helper()
	r, doc := s.tryClose(who, month, move)
	if r.status >= 300 {
		s.t.Fatalf("%s of %s: %d %s", move, month, r.status, r.text)
	}
	return doc
}

func (s *story) tryClose(who, month, move string) (r reply, doc scoreMonth) {
	s.t.Helper()
	s.must(who, http.MethodGet, storyMonths+"/"+month, nil)
	if r = s.call(who, http.MethodPost, storyMonths+"/"+month+"/moves", map[string]any{"move": move}); r.status < 300 {
		s.read(r, &doc)
	}
	return r, doc
}

// frozen has the Office freeze a month that the job has counted.
func (s *story) frozen(month string) {
	s.t.Helper()
	var m scoreMonth
	s.read(s.must("office", http.MethodGet, storyMonths+"/"+month, nil), &m)
	s.want(month+" after the job", []any{m.State, m.Total}, []any{"computing", len(storyBodies) + 1}) // the centre is watched only
	if r := s.call("jt.head", http.MethodGet, storyMonths+"/"+month, nil); r.status != http.StatusNotFound {
		s.t.Errorf("a department sees %s before it is shown: %d", month, r.status)
	}
	m = s.closes("office", month, "freeze")
	s.want(month, []any{m.State, m.Digest != "", m.Digest == m.AtFreeze}, []any{"frozen", true, true})
}

// shown lets the departments see their own sheets; it gives the last day on which
// they may object.
func (s *story) shown(month string) string {
	s.t.Helper()
	by := s.closes("office", month, "open_appeal").AppealBy
	own := s.sheet("jt.head", month, "JT")
	s.want("JT may object, and sees no rank yet", []any{own.MayObject, own.Card.Rank == nil}, []any{true, true})
	if r := s.call("jt.head", http.MethodGet, storyMonths+"/"+month+"/"+storyBodies["JY"], nil); r.status != http.StatusNotFound {
		s.t.Errorf("JT sees the sheet of JY: %d", r.status)
	}
	return by
}

// doubted has JY object to a task of November; the Office has no answer yet.
func (s *story) doubted() {
	s.t.Helper()
	s.doubt = s.must("jy.head", http.MethodPost, storyMonths+"/2017-11/"+storyBodies["JY"]+"/objections", map[string]any{
		"figure": "tasks", "row": "task/P-23", "text": "共享服务11月底已经试运行，请按已完成计。",
	}).ID
	if r, _ := s.tryClose("office", "2017-11", "review"); r.Code != "monthly.err.open_appeals" {
		s.t.Errorf("reviewed with an open objection: %d %s", r.status, r.text)
	}
}

// doubtRejected has the Office reject the objection: the figures stay.
func (s *story) doubtRejected() {
	s.t.Helper()
	at := fmt.Sprintf("%s/objections/%d/answer", storyMonths, s.doubt)
	s.etags[at] = `"1"`
	r := s.must("office", http.MethodPost, at, map[string]any{"verdict": "reject", "answer": "截至11月30日没有上线和测试调用的证明，维持原结果。"})
	s.want("the objection", r.State, "rejected")
}

// monthPublished has the Office review a month, the leading group decide what is
// proposed and publish it. said is the decision on each body of a proposal.
func (s *story) monthPublished(month string, want, said map[string]string) {
	s.t.Helper()
	m := s.closes("office", month, "review")
	s.want("the digest of "+month+" after the objections", m.Digest, m.AtFreeze)
	var record scoreMonth
	s.read(s.must("leader", http.MethodGet, storyMonths+"/"+month+"/record", nil), &record)
	got := map[string]string{}
	for _, p := range record.Proposals {
		got[p.Department] = p.Band
	}
	for prefix, band := range want {
		s.want("proposed for "+prefix+" in "+month, got[storyBodies[prefix]], band)
	}
	s.want("proposals of "+month, []int{len(got), record.Undecided}, []int{len(want), len(want)})
	if r, _ := s.tryClose("leader", month, "approve"); r.Code != "monthly.err.undecided" {
		s.t.Errorf("approved with proposals undecided: %d %s", r.status, r.text)
	}
	for prefix, decision := range said {
		s.must("leader", http.MethodPost, storyMonths+"/"+month+"/"+storyBodies[prefix]+"/decision", map[string]any{"decision": decision, "reason": "领导小组会议研究决定"})
	}
	s.closes("leader", month, "approve")
	s.want(month, s.closes("leader", month, "publish").State, "published")
	s.read(s.must("ly.clerk", http.MethodGet, storyMonths+"/"+month, nil), &m)
	s.want("LY sees all of "+month, []any{m.Whole, m.Total}, []any{true, len(storyBodies) + 1})
	s.scoresAre(month)
	page := s.as("leader").get("/scorecards/" + month).body
	for _, lines := range s.scripted(month) {
		points, _, _ := strings.Cut(lines["得分"], " ")
		contains(s.t, page, points)
	}
}

// novemberIsPublished is the end of step 23. The leading group praises GS,
// criticises the two that report nothing, and only reminds the others.
func (s *story) novemberIsPublished() {
	s.t.Helper()
	s.monthPublished("2017-11",
		map[string]string{"GS": "praise", "JY": "criticise", "JT": "criticise", "FC": "criticise", "LY": "report", "WJ": "report", "ZY": "report"},
		map[string]string{"GS": "approve", "JY": "decline", "JT": "decline", "FC": "decline", "LY": "approve", "WJ": "approve", "ZY": "decline"})
}

// decemberIsPublished is the end of step 28: praise for the six from 90 on,
// criticism for WJ, which drafts a rectification.
func (s *story) decemberIsPublished() {
	s.t.Helper()
	want := map[string]string{"GA": "praise", "GS": "praise", "RS": "praise", "MZ": "praise", "FC": "praise", "JY": "praise", "WJ": "report"}
	said := map[string]string{}
	for prefix := range want {
		said[prefix] = "approve"
	}
	s.monthPublished("2017-12", want, said)
	drafts := s.must("office", http.MethodGet, storyNotices+"?state=drafted&department="+storyBodies["WJ"], nil).text
	contains(s.t, drafts, `"situation":"R5"`, "2017-12")
	var checked struct {
		OK     bool `json:"ok"`
		Months []struct {
			Month string `json:"month"`
			OK    bool   `json:"ok"`
		} `json:"months"`
	}
	s.read(s.must("auditor", http.MethodGet, storyMonths+"/verification", nil), &checked)
	s.want("the months worked out again", checked, "{true [{2017-12 true} {2017-11 true}]}")
}

// omissionIsNotPunished is of step 7: the census found LY-02 before the rules came
// into force, so nothing is taken off for it in October.
func (s *story) omissionIsNotPunished() {
	s.t.Helper()
	f := s.sheet("office", "2017-10", "LY").figure("omission")
	s.want("omissions of LY that count", f.Num, 0)
	s.want("omissions of LY", len(f.Rows), 1)
	for _, row := range f.Rows {
		s.want("why it does not count", []string{row.Standing, row.WhyKey}, []string{"left_out", "monthly.why.before_penalties"})
	}
}

// whatWouldRaise is of step 28: what connecting JT-02 would have been worth.
func (s *story) whatWouldRaise() {
	s.t.Helper()
	for _, r := range s.sheet("office", "2017-12", "JT").Raise {
		if r.Row == "system/JT-02" {
			s.want("with JT-02 connected", []string{r.Now, r.Then}, []string{"71.77", "82.19"})
			return
		}
	}
	s.t.Error("nobody says that connecting JT-02 would raise JT")
}

// mountedAndUsed brings the catalog to where a month finds it at its end: how many
// entries of each body have fresh data behind them, and how many of those others
// used.
func (s *story) mountedAndUsed(month string) {
	s.t.Helper()
	for prefix, n := range map[string]map[string]int{
		"2017-11": {"RS": 5, "MZ": 4, "JY": 3, "GA": 6, "GS": 5, "FC": 3, "LY": 1, "JT": 3, "ZY": 2},
		"2017-12": {"RS": 8, "MZ": 5, "JY": 6, "GA": 6, "GS": 5, "FC": 4, "LY": 2, "JT": 4, "WJ": 1, "ZY": 3},
	}[month] {
		s.mounts(prefix, n)
	}
	for prefix, n := range map[string]map[string]int{
		"2017-11": {"RS": 3, "MZ": 2, "GA": 4, "GS": 4, "FC": 2, "JT": 1, "ZY": 1},
		"2017-12": {"RS": 6, "MZ": 3, "JY": 3, "GA": 4, "GS": 4, "FC": 3, "LY": 1, "JT": 2, "ZY": 2},
	}[month] {
		s.fetched(prefix, n)
	}
	s.used("RS", "GA", 0)
	s.used("JY", "GA", 1)
	if month == "2017-12" {
		s.used("FC", "RS", 0)
		s.used("RS", "GS", 0)
		s.must("fc.clerk", http.MethodPost, s.marriages+"/uses", storyUse)
	}
}
