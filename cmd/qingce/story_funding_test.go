package main_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/scoring/funding"
)

const storyFunding = "/api/v1/funding"

// TestStoryFunding tells steps 29 and 30 of the acceptance story: who gets money
// in 2018, and what becomes of an appeal.
func TestStoryFunding(t *testing.T) {
	emptyHomes(t, func(t *testing.T, h home) {
		s := newStory(t, h)
		s.surveyed()
		s.organs()
		s.connections()
		s.disposed()
		s.daily("2018-01-02", "2018-01-09")
		s.fundingRun()
		s.fundingAppeal()
		key, err := os.ReadFile(filepath.Join(h.dir, "oplog", "verifier.pub"))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "funding-2018.json")
		if err := os.WriteFile(file, []byte(s.fundingStatement(strings.TrimSpace(string(key)))), 0o600); err != nil {
			t.Fatal(err)
		}
		contains(t, h.must(t, "verify", "--statement", file, "--key", filepath.Join(h.dir, "oplog", "verifier.pub")), "512.00")
	})
}

// endedOn is when each system that was disposed of was switched off, and into
// what it went.
var endedOn = []struct{ code, on, into string }{
	{"RS-03", "2017-10-31", ""}, {"JY-03", "2017-10-31", ""}, {"MZ-03", "2017-11-24", "MZ-01"}, {"RS-04", "2017-11-28", "RS-01"},
	{storyLY02, "2017-12-05", ""}, {"FC-03", "2017-12-15", "FC-01"},
}

// disposed ends the systems that were cleaned up or merged. Their cases are told
// elsewhere: here only the register is brought to that state.
func (s *story) disposed() {
	s.t.Helper()
	registry := inventory.NewRegistry(s.db, inventory.Options{})
	ctx, by := s.t.Context(), auth.Command("story", "清理整合")
	for _, e := range endedOn {
		one, err := registry.FindSystem(ctx, by, e.code)
		if err != nil {
			s.t.Fatal(err)
		}
		end := inventory.Ending{
			System: one.ID, On: s.day(e.on), Situation: "已停机备份，数据移交", Reason: "按方案第二部分第四、五项清理整合", Origin: "/story",
			Proved: map[string]int64{inventory.PurposeBackup: 1, inventory.PurposeDisposal: 1},
		}
		if e.into != "" {
			into, err := registry.FindSystem(ctx, by, e.into)
			if err != nil {
				s.t.Fatal(err)
			}
			end.Into = &into.ID
		}
		err = s.db.Write(ctx, func(tx *store.Tx) error {
			_, err := registry.EndIn(tx, by, end)
			return err
		})
		if err != nil {
			s.t.Fatalf("end %s: %v", e.code, err)
		}
	}
}

// fundingPeople are those who have a say, with their tokens.
func (s *story) fundingPeople() {
	s.t.Helper()
	people := account.New(s.db, account.Options{})
	for login, role := range map[string]auth.Role{"reform": auth.Reform, "finance": auth.Finance, "leader": auth.Leader} {
		if s.tokens[login] == "" {
			s.person(people, login, 0, role)
		}
	}
}

// fundingDoc is what the story reads of funding.
type fundingDoc struct {
	Version   int64    `json:"version"`
	Systems   int64    `json:"systems"`
	Money     *int64   `json:"om_fen"`
	Result    string   `json:"result"`
	Rules     []string `json:"rules"`
	Stage     string   `json:"stage"`
	Turn      string   `json:"turn"`
	Until     string   `json:"until"`
	Due       string   `json:"verify_by"`
	AppealBy  string   `json:"appeal_until"`
	System    string   `json:"system"`
	Done      int      `json:"done"`
	Skipped   []struct{ System, Why string }
	Totals    []fundingTotal
	Items     []fundingDoc
	Warned    fundingTotal    `json:"warned"`
	Statement json.RawMessage `json:"statement"`
	Findings  []struct {
		Way    string `json:"way"`
		Result string `json:"result"`
	} `json:"findings"`
}

type fundingTotal struct {
	Group    string `json:"group"`
	Systems  int64  `json:"systems"`
	Money    int64  `json:"om_fen"`
	Payable  int64  `json:"payable_fen"`
	Withheld int64  `json:"withheld_fen"`
}

// wan is an amount as the document has it.
func (f fundingTotal) wan() string {
	return fmt.Sprintf("%d = %d.%02d", f.Systems, f.Money/1_000_000, f.Money%1_000_000/10_000)
}

func (s *story) funding(who, path string) fundingDoc {
	s.t.Helper()
	var doc fundingDoc
	s.read(s.must(who, http.MethodGet, storyFunding+path, nil), &doc)
	return doc
}

// fundingStep takes a step with the item of a system, as a person who read it.
func (s *story) fundingStep(who, code, step string, body any) (reply, fundingDoc) {
	s.t.Helper()
	path := storyFunding + "/2018/" + code
	s.must(who, http.MethodGet, path, nil)
	s.etags[path+"/"+step] = s.etags[path]
	r := s.call(who, http.MethodPost, path+"/"+step, body)
	var doc fundingDoc
	if r.status < 300 {
		s.read(r, &doc)
	}
	return r, doc
}

func (s *story) mustFund(who, code, step string, body any) fundingDoc {
	s.t.Helper()
	r, doc := s.fundingStep(who, code, step, body)
	if r.status >= 300 {
		s.t.Fatalf("%s: %s %s: %d %s", who, code, step, r.status, r.text)
	}
	return doc
}

// sums are the sums of the groups that have any systems.
func sums(doc fundingDoc) []string {
	var out []string
	for _, total := range doc.Totals {
		if total.Systems > 0 {
			out = append(out, total.Group+" "+total.wan())
		}
	}
	return out
}

// fundingRun is step 29: finance runs 2018 over the 25 systems of the city's
// departments.
func (s *story) fundingRun() {
	s.t.Helper()
	s.fundingPeople()
	s.at("2018-01-10 09:30")
	if r := s.call("office", http.MethodPost, storyFunding, map[string]any{"year": 2018}); r.status != http.StatusForbidden {
		s.t.Errorf("the Office makes the run: %d %s", r.status, r.text)
	}
	var run fundingDoc
	s.read(s.must("finance", http.MethodPost, storyFunding, map[string]any{"year": 2018}), &run)
	s.want("systems", run.Systems, 25)
	year := s.funding("finance", "/2018?size=200")
	s.want("2018", sums(year), []string{"all 25 = 540.60", "eligible 14 = 433.40", "exempt 3 = 60.00", "ceased 6 = 22.10", "no 2 = 25.10"})
	s.want("not eligible", s.amounts("/2018?group=no"), []string{"JT-02 18.60 [F9]", "WJ-01 6.50 [F9]"})
	s.want("exempt", s.amounts("/2018?group=exempt"), []string{"GA-02 60.00 [F8]", "JY-02 0.00 [F8]", "MZ-02 0.00 [F8]"})
	for _, as := range []string{"office", "reform"} {
		var all fundingDoc
		s.read(s.must(as, http.MethodPost, storyFunding+"/2018/opinions", map[string]any{"as": as, "all": true, "text": "同意核定结果。"}), &all)
		s.want("opinions of "+as, all.Done, 25)
	}
	var all fundingDoc
	s.read(s.must("finance", http.MethodPost, storyFunding+"/2018/decisions", map[string]any{"all": true}), &all)
	s.want("decided", all.Done, 25)
	s.want("JT sees its own", s.amountsOf("jt.clerk", "/2018"), []string{"JT-01 20.00 [F15]", "JT-02 18.60 [F9]", "JT-03 16.00 [F15]"})
	if r := s.call("jt.clerk", http.MethodGet, storyFunding+"/2018/WJ-01", nil); r.status != http.StatusNotFound {
		s.t.Errorf("JT sees WJ-01: %d", r.status)
	}
}

// amounts lists the items of a list with their money in 万元 and the rules.
func (s *story) amounts(path string) []string { return s.amountsOf("auditor", path) }

func (s *story) amountsOf(who, path string) []string {
	s.t.Helper()
	var out []string
	for _, i := range s.funding(who, path).Items {
		out = append(out, fmt.Sprintf("%s %d.%02d %s", i.System, *i.Money/1_000_000, *i.Money%1_000_000/10_000, i.Rules))
	}
	slices.Sort(out)
	return out
}

// fundingAppeal is step 30: JT appeals for JT-02 and the leading group grants it
// money up to the cut-over; WJ-01 stays as it is.
func (s *story) fundingAppeal() {
	s.t.Helper()
	s.want("the last day of an appeal", s.funding("jt.head", "/2018/JT-02").AppealBy, "2018-01-17")
	s.at("2018-01-12 10:00")
	plea := map[string]any{"kind": "appeal", "text": "专线割接时间已确定为 2018 年 3 月 31 日，届时即可接入。"}
	r, _ := s.fundingStep("jt.head", "JT-02", "plea", plea)
	s.refusedBecause(r, "funding.err.evidence")
	plea["evidence"] = []map[string]any{{"name": "割接通知.pdf", "data": base64.StdEncoding.EncodeToString(storyProof("割接通知"))}}
	if r, _ := s.fundingStep("jt.clerk", "JT-02", "plea", plea); r.status != http.StatusForbidden {
		s.t.Errorf("a clerk appeals: %d %s", r.status, r.text)
	}
	doc := s.mustFund("jt.head", "JT-02", "plea", plea)
	s.want("appealed on 01-12", []string{doc.Due, doc.Turn}, []string{"2018-01-26", "office"})
	s.at("2018-01-22 10:00")
	s.mustFund("office", "JT-02", "verification", map[string]any{"verdict": "support", "text": "割接通知属实，三月底前可以接入。"})
	s.at("2018-01-23 15:00")
	s.mustFund("finance", "JT-02", "consultation", map[string]any{"text": "三方会商，同意报领导小组批准暂缓。"})
	s.at("2018-01-24 16:00")
	doc = s.mustFund("leader", "JT-02", "exception", map[string]any{"until": "2018-03-31", "reason": "专线割接日期已定，同意安排至三月底。"})
	s.want("JT-02", []any{doc.Result, doc.Until, len(doc.Findings)}, []any{"conditional", "2018-03-31", 3})
	doc = s.funding("auditor", "/2018/WJ-01")
	s.want("WJ-01", []any{doc.Result, doc.Stage, doc.Rules}, []any{"no", "decided", []string{"F9"}})
	s.want("2018 after the appeal", sums(s.funding("finance", "/2018")), []string{
		"all 25 = 540.60", "eligible 14 = 433.40", "exempt 3 = 60.00", "conditional 1 = 18.60", "ceased 6 = 22.10", "no 1 = 6.50",
	})
}

// fundingStatement checks that the statement for the budget is signed, and that a
// changed one is found out.
func (s *story) fundingStatement(key string) string {
	s.t.Helper()
	if r := s.call("jt.head", http.MethodGet, storyFunding+"/2018/statement", nil); r.status != http.StatusForbidden {
		s.t.Errorf("a department takes the statement: %d", r.status)
	}
	text := s.must("finance", http.MethodGet, storyFunding+"/2018/statement", nil).text
	check := func(seal, kind, digest string) error {
		_, err := oplog.CheckSeal(seal, key, kind, digest)
		return err
	}
	got, err := funding.CheckStatement([]byte(text), check)
	if err != nil {
		s.t.Fatal(err)
	}
	s.want("on the statement", []any{len(got.Lines), got.Totals[0].Money, got.Totals[0].Payable, got.Totals[0].Withheld}, []any{25, 540_600_000, 512_000_000, 28_600_000})
	if _, err := funding.CheckStatement([]byte(strings.Replace(text, `"result":"no"`, `"result":"eligible"`, 1)), check); err == nil {
		s.t.Error("a changed statement passes for a signed one")
	}
	return text
}
