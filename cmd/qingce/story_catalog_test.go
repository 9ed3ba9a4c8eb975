package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"qingce/internal/calendar"
)

const storyCatalog = "/api/v1/catalog"

// storyShares is how many entries each body has in October, by type of sharing:
// 33 unconditional, 13 conditional and 4 that are not shared.
var storyShares = map[string][3]int{
	"RS": {6, 2, 1}, "MZ": {3, 2, 0}, "JY": {4, 2, 0}, "GA": {4, 2, 2}, "GS": {4, 1, 0}, "FC": {3, 1, 0}, "LY": {2, 1, 0}, "JT": {4, 1, 1}, "ZY": {3, 1, 0},
}

// filingsAsked has the Office ask bodies for their catalogs.
func (s *story) filingsAsked(prefixes ...string) {
	s.t.Helper()
	var bodies []string
	for _, prefix := range prefixes {
		bodies = append(bodies, storyBodies[prefix])
	}
	s.must("office", http.MethodPost, storyCatalog+"/filings", map[string]any{"due_on": "2017-10-20", "departments": bodies})
}

// catalogsInTime has all bodies but one hand their catalogs in on the due day.
func (s *story) catalogsInTime() {
	s.t.Helper()
	for prefix, n := range storyShares {
		s.compiled(prefix, n)
	}
	s.fileMove("mzj.head", "MZJ", map[string]any{"move": "hand_in", "nothing": true, "statement": "没有政务信息系统，也不产生可共享的信息资源"})
	s.fileMove("office", "MZJ", map[string]any{"move": "accept"})
	s.numbersAre(50, 33, 13, 4)
	for prefix := range storyBodies {
		want := "accepted 2017-10-20 0"
		if prefix == "WJ" {
			want = "asked  0"
		}
		if got := s.filing(prefix).stand(); got != want {
			s.t.Errorf("%s on the due day: %q, want %q", prefix, got, want)
		}
	}
}

// storyEntry is an entry of a body, of a type of sharing.
func storyEntry(prefix, name, share string) map[string]any {
	e := map[string]any{
		"class_code": "30702004", "name": name, "provider": storyBodies[prefix], "abstract": name + "，办理业务中形成", "format_category": "database",
		"format_type": "mysql", "share_type": share, "open_to_public": false, "update_cycle": "monthly", "secrecy_result": "passed",
		"secrecy_reviewer": "保密员", "secrecy_on": "2017-10-17", "items": []map[string]any{{"name": "姓名", "data_type": "C"}, {"name": "办理日期", "data_type": "D"}},
	}
	switch share {
	case "3":
		e["basis_level"], e["basis_text"] = "law", "《中华人民共和国居民身份证法》第十九条"
	case "2":
		e["share_condition"] = "限因履行职责需要"
		fallthrough
	default:
		e["share_method_category"], e["share_method"] = "platform", "service"
	}
	return e
}

// compile writes an entry and gives its address.
func (s *story) compile(prefix string, entry map[string]any) string {
	s.t.Helper()
	who := s.clerkWho(prefix)
	at := storyCatalog + "/entries"
	at += fmt.Sprint("/", s.must(who, http.MethodPost, at, map[string]any{"entry": entry}).ID)
	s.must(who, http.MethodGet, at, nil)
	return at
}

func (s *story) clerkWho(prefix string) string {
	if prefix == "ZY" {
		return "zy"
	}
	return clerkOf(prefix)
}

func (s *story) headWho(prefix string) string {
	if prefix == "ZY" {
		return "zy"
	}
	return headOf(prefix)
}

// refusal wants a submission refused with a rule at a place.
func (s *story) refusal(prefix, at, name, code string) {
	s.t.Helper()
	r := s.call(headOf(prefix), http.MethodPost, at+"/moves", map[string]any{"move": "submit"})
	found := false
	for _, p := range r.Errors {
		found = found || (p.Name == name || p.Field == name) && p.Code == code
	}
	if r.status != http.StatusUnprocessableEntity || !found {
		s.t.Fatalf("submitted: %d %s, want %s at %s", r.status, r.text, code, name)
	}
}

// basisIsWanted files what is not shared with "needs of work" first (V01).
func (s *story) basisIsWanted() {
	s.t.Helper()
	entry := storyEntry("GA", "重点人员信息", "3")
	entry["basis_text"] = "工作需要"
	delete(entry, "basis_level")
	at := s.compile("GA", entry)
	s.refusal("GA", at, "basis_level", "catalog.err.v01")
	s.refusal("GA", at, "basis_text", "catalog.err.v01_text")
	entry["basis_level"], entry["basis_text"] = "law", "《中华人民共和国人民警察法》第二十二条"
	s.must("ga.clerk", http.MethodPut, at, map[string]any{"entry": entry})
	s.published("GA", at)
}

// baseItemsAreUnconditional makes a base item conditional first (V04).
func (s *story) baseItemsAreUnconditional() {
	s.t.Helper()
	entry := storyEntry("GA", "户籍人口信息", "2")
	items := []map[string]any{{"name": "公民身份号码", "data_type": "C", "length": 18, "base_item": true, "share_type": "2"}, {"name": "户籍地址", "data_type": "C"}}
	entry["items"] = items
	at := s.compile("GA", entry)
	s.refusal("GA", at, "items.1.share_type", "catalog.err.v04")
	items[0]["share_type"] = "1"
	s.must("ga.clerk", http.MethodPut, at, map[string]any{"entry": entry})
	s.published("GA", at)
}

// published has the head submit an entry and the Office publish it.
func (s *story) published(prefix, at string) {
	s.t.Helper()
	var doc struct {
		Code  string `json:"code"`
		Share string `json:"share_type"`
	}
	for _, step := range [][2]string{{s.headWho(prefix), "submit"}, {"office", "publish"}} {
		s.must(step[0], http.MethodGet, at, nil)
		s.read(s.must(step[0], http.MethodPost, at+"/moves", map[string]any{"move": step[1]}), &doc)
	}
	if s.entries[prefix] == nil {
		s.entries[prefix] = map[string][]storyLine{}
	}
	s.entries[prefix][doc.Share] = append(s.entries[prefix][doc.Share], storyLine{at, doc.Code})
}

// compiled brings a body to its number of entries, and its whole catalog from
// the head to acceptance.
func (s *story) compiled(prefix string, n [3]int) {
	s.t.Helper()
	if prefix == "GA" { // has one of each from step 9
		n[1]--
		n[2]--
	}
	for share, count := range n {
		for i := range count {
			name := fmt.Sprintf("%s业务信息%d-%d", prefix, share+1, i+1)
			if prefix == "MZ" && share == 1 && i == 0 {
				name = "婚姻登记信息"
			}
			s.published(prefix, s.compile(prefix, storyEntry(prefix, name, fmt.Sprint(share+1))))
		}
	}
	s.fileMove(s.headWho(prefix), prefix, map[string]any{"move": "hand_in"})
	s.fileMove("office", prefix, map[string]any{"move": "accept"})
}

// mounts has a body say where the data of its first entries are and that they
// are of today: those that are shared with everybody first.
func (s *story) mounts(prefix string, n int) {
	s.t.Helper()
	who := s.clerkWho(prefix)
	for i, line := range s.shareable(prefix)[:n] {
		s.must(who, http.MethodGet, line.at, nil)
		s.etags[line.at+"/mount"] = s.etags[line.at]
		s.must(who, http.MethodPut, line.at+"/mount", map[string]any{
			"kind": "api", "address": fmt.Sprintf("share/%s/%d", strings.ToLower(prefix), i+1), "updated_on": calendar.DateOf(s.clock.Now()),
		})
	}
}

// shareable are the entries of a body that are to be shared, those without
// conditions first.
func (s *story) shareable(prefix string) []storyLine {
	return slices.Concat(s.entries[prefix]["1"], s.entries[prefix]["2"])
}

// filingOf is what the story reads of the catalog of a department.
type filingOf struct {
	Department string `json:"department"`
	State      string `json:"state"`
	AcceptedOn string `json:"accepted_on"`
	Late       int    `json:"late_wd"`
	Version    int64  `json:"version"`
}

func (f filingOf) stand() string { return fmt.Sprint(f.State, " ", f.AcceptedOn, " ", f.Late) }

func (s *story) filing(prefix string) filingOf {
	s.t.Helper()
	var all struct {
		Filings []filingOf `json:"filings"`
	}
	if err := json.Unmarshal([]byte(s.must("office", http.MethodGet, storyCatalog+"/filings", nil).text), &all); err != nil {
		s.t.Fatal(err)
	}
	for _, f := range all.Filings {
		if f.Department == storyBodies[prefix] {
			return f
		}
	}
	s.t.Fatalf("%s was not asked for its catalog", prefix)
	return filingOf{}
}

// fileMove takes a step with the catalog of a department.
func (s *story) fileMove(who, prefix string, body map[string]any) {
	s.t.Helper()
	at := storyCatalog + "/filings/" + storyBodies[prefix]
	s.etags[at] = fmt.Sprintf("%q", fmt.Sprint(s.filing(prefix).Version))
	s.must(who, http.MethodPost, at+"/moves", body)
}

// numbersAre wants the published catalog to have so many entries, of the three
// types of sharing.
func (s *story) numbersAre(entries, unconditional, conditional, notShared int) {
	s.t.Helper()
	r := s.must("auditor", http.MethodGet, storyCatalog+"/numbers", nil)
	for _, want := range []string{
		fmt.Sprintf(`"entries":%d,`, entries), fmt.Sprintf(`"unconditional":%d,`, unconditional), fmt.Sprintf(`"conditional":%d,`, conditional),
		fmt.Sprintf(`"not_shared":%d,`, notShared),
	} {
		all, _, _ := strings.Cut(r.text, `"departments"`)
		if !strings.Contains(all, want) {
			s.t.Errorf("the catalog is %s, want %s", all, want)
		}
	}
}
