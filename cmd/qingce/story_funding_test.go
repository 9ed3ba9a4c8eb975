package main_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/scoring/funding"
)

const storyFunding = "/api/v1/funding"

// fundingPeople are those who have a say, with their tokens.
func (s *story) fundingPeople() {
	s.t.Helper()
	people := account.New(s.db, account.Options{})
	for login, role := range map[string]auth.Role{"reform": auth.Reform, "finance": auth.Finance, "leader": auth.Leader} {
		s.person(people, login, 0, role)
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
}

// fundingOpinions has the Office and the reform commission agree to all of it.
func (s *story) fundingOpinions() {
	s.t.Helper()
	for _, as := range []string{"office", "reform"} {
		var all fundingDoc
		s.read(s.must(as, http.MethodPost, storyFunding+"/2018/opinions", map[string]any{"as": as, "all": true, "text": "同意核定结果。"}), &all)
		s.want("opinions of "+as, all.Done, 25)
	}
}

// fundingDecisions has finance decide on all of it.
func (s *story) fundingDecisions() {
	s.t.Helper()
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

// appealed has JT appeal for JT-02 (step 30): the head, with evidence.
func (s *story) appealed() fundingDoc {
	s.t.Helper()
	plea := map[string]any{"kind": "appeal", "text": "专线割接时间已确定为 2018 年 3 月 31 日，届时即可接入。"}
	r, _ := s.fundingStep("jt.head", "JT-02", "plea", plea)
	s.refusedBecause(r, "funding.err.evidence")
	plea["evidence"] = []map[string]any{{"name": "割接通知.pdf", "data": base64.StdEncoding.EncodeToString(storyProof("割接通知"))}}
	if r, _ := s.fundingStep("jt.clerk", "JT-02", "plea", plea); r.status != http.StatusForbidden {
		s.t.Errorf("a clerk appeals: %d %s", r.status, r.text)
	}
	return s.mustFund("jt.head", "JT-02", "plea", plea)
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
