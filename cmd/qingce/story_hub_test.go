package main_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"maps"
	"net/http"
	"slices"
	"strings"

	"qingce/internal/calendar"
)

// connectedOn is when the centre saw each system of the story exchange through
// the hub. JT-02 and WJ-01 never come that far.
var connectedOn = map[string]string{
	"GS-01": "2017-11-10", "GA-01": "2017-11-15", "MZ-01": "2017-11-22", "JT-01": "2017-11-24", "RS-01": "2017-11-27", "FC-01": "2017-11-28",
	"JY-04": "2017-11-29", "GS-02": "2017-11-30", "GA-03": "2017-12-11", "RS-02": "2017-12-14", "FC-02": "2017-12-18", "JY-01": "2017-12-20",
	"JT-03": "2017-12-22", "LY-01": "2017-12-26", storyZY01: "2017-12-28",
}

const (
	storyHub = "/api/v1/hub"
	// LY-02 and ZY-01 of the story, which the register gave codes of its own.
	storyLY02 = "LY-0002"
	storyZY01 = "ZY-0001"
)

// cleanedUp has the Office decide that a system is to be cleaned up: it need no
// longer be connected.
func (s *story) cleanedUp(code string) {
	s.t.Helper()
	system := "/api/v1/systems/" + code
	s.must("office", http.MethodGet, system, nil)
	s.etags[system+"/decision"] = s.etags[system]
	s.must("office", http.MethodPost, system+"/decision", map[string]any{"final": "clean", "reason": "认定为僵尸系统"})
}

// testsBegin takes all systems that come so far to their joint tests; from the
// next day on the hub reports every day.
func (s *story) testsBegin() {
	s.t.Helper()
	for _, code := range slices.Sorted(maps.Keys(connectedOn)) {
		s.cameToTest(code)
	}
	s.selfDeclared()
	s.ontoTheExtranet(storyZY01)
	s.heard = calendar.DateOf(s.clock.Now())
}

// ontoTheExtranet has a department ask for the network of a locked system to be
// changed, and the Office approve: off the extranet nothing is connected.
func (s *story) ontoTheExtranet(code string) {
	s.t.Helper()
	clerk, head := fillersOf(code)
	const changes = "/api/v1/changes"
	s.must(clerk, http.MethodGet, "/api/v1/systems/"+code, nil)
	s.etags[changes] = s.etags["/api/v1/systems/"+code]
	asked := s.must(head, http.MethodPost, changes, map[string]any{
		"system": code, "reason": "外网线路已验收，系统迁入电子政务外网", "submit": true, "fields": map[string]any{"network": []string{"extranet"}},
	})
	one := fmt.Sprintf("%s/%d", changes, asked.ID)
	var request struct {
		SystemVersion int64 `json:"system_version"`
	}
	if err := json.Unmarshal([]byte(s.must("office", http.MethodGet, one, nil).text), &request); err != nil {
		s.t.Fatal(err)
	}
	s.etags[one+"/decision"] = s.etags[one]
	s.must("office", http.MethodPost, one+"/decision", map[string]any{"decision": "approve", "system_version": request.SystemVersion})
}

// hubSummary is what the story reads of the sums.
type hubSummary struct {
	All, Municipal struct {
		Connected int    `json:"connected"`
		Must      int    `json:"must_connect"`
		Percent   string `json:"percent"`
	}
	Overdue int            `json:"overdue"`
	Exempt  map[string]int `json:"exempt"`
}

func (s *story) hubSummary(on string) hubSummary {
	s.t.Helper()
	path := storyHub
	if on != "" {
		path += "?on=" + on
	}
	var out hubSummary
	r := s.must("office", http.MethodGet, path, nil)
	if err := json.Unmarshal([]byte(r.text), &out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (h hubSummary) counts() string {
	return fmt.Sprintf("%d/%d, municipal %d/%d", h.All.Connected, h.All.Must, h.Municipal.Connected, h.Municipal.Must)
}

// mustConnect checks that 17 of the 26 systems must be connected, and that those
// which are let off stand beside the rate.
func (s *story) mustConnect() {
	s.t.Helper()
	sum := s.hubSummary("")
	s.want("after the census", sum.counts(), "0/17, municipal 0/16")
	s.want("let off", sum.Exempt, map[string]int{"secret": 1, "certified": 2, "defer": 1}) // the last is the office system of the city
	exempt := s.must("auditor", http.MethodGet, storyHub+"/exemptions", nil).text
	for _, code := range []string{"GA-02", "MZ-02", "JY-02"} {
		contains(s.t, exempt, `"system":"`+code+`"`)
	}
}

// storyPicture is a file that looks different for each text.
func (s *story) storyPicture(text string) []byte {
	s.t.Helper()
	sum := sha256.Sum256([]byte(text))
	img := image.NewGray(image.Rect(0, 0, 4, 8))
	copy(img.Pix, sum[:])
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		s.t.Fatal(err)
	}
	return out.Bytes()
}

func (s *story) paper(who, code, paper string) {
	s.t.Helper()
	s.upload(who, storyHub+"/connections/"+code+"/papers?name="+paper+".png&paper="+paper, s.storyPicture(code+paper))
}

// moved takes a step with a connection, over its present version.
func (s *story) moved(who, code string, step map[string]any) reply {
	s.t.Helper()
	s.must(who, http.MethodGet, storyHub+"/connections/"+code, nil)
	return s.call(who, http.MethodPost, storyHub+"/connections/"+code+"/moves", step)
}

func (s *story) mustMove(who, code string, step map[string]any) {
	s.t.Helper()
	if r := s.moved(who, code, step); r.status >= 300 {
		s.t.Fatalf("%s: %s %v: %d %s", who, code, step, r.status, r.text)
	}
}

// fillersOf are who prepares and who confirms for a department.
func fillersOf(code string) (clerk, head string) {
	prefix, _, _ := strings.Cut(code, "-")
	if prefix == "ZY" {
		return "zy", "zy"
	}
	return clerkOf(prefix), headOf(prefix)
}

// cameToTest takes a connection to its joint test: papers by the clerk, confirmed
// by the head, accepted by the centre.
func (s *story) cameToTest(code string) {
	s.t.Helper()
	clerk, head := fillersOf(code)
	for _, paper := range []string{"line_acceptance", "application", "security_review", "djbh_filing", "deployment", "test_report"} {
		s.paper(clerk, code, paper)
	}
	s.mustMove(clerk, code, map[string]any{"move": "hand_in", "to": "H5", "method": "api", "ip_record": "59.208.10.6"})
	if clerk != head {
		s.mustMove(head, code, map[string]any{"move": "confirm"})
	}
	s.mustMove("centre", code, map[string]any{"move": "accept"})
}

// selfDeclared checks that a department's word does not connect a system: of
// JT-02 the line is missing, and nothing was exchanged of GS-01.
func (s *story) selfDeclared() {
	s.t.Helper()
	if r := s.moved("jt.clerk", "JT-02", map[string]any{"move": "hand_in", "to": "H2", "ip_record": "待分配"}); r.status != http.StatusUnprocessableEntity ||
		!slices.ContainsFunc(r.Errors, func(p problem) bool { return p.Field == "line_acceptance" }) {
		s.t.Errorf("JT-02 handed in without its line: %d %s", r.status, r.text)
	}
	if r := s.moved("gs.head", "GS-01", map[string]any{"move": "verify"}); r.status != http.StatusForbidden {
		s.t.Errorf("a department verifies: %d %s", r.status, r.text)
	}
	if r := s.moved("centre", "GS-01", map[string]any{"move": "verify"}); r.status != http.StatusUnprocessableEntity ||
		!slices.ContainsFunc(r.Errors, func(p problem) bool { return p.Field == "real_exchange" }) {
		s.t.Errorf("verified without an exchange: %d %s", r.status, r.text)
	}
}

// storyApps are the applications across bodies: who gives data to whom through
// the hub, from which day on. 市民宗局 has no system and asks at a screen.
var storyApps = []struct{ provider, consumer, from string }{
	{"GS-01", "MZ-01", "2017-11-22"}, {"GA-01", "JT-01", "2017-11-24"}, {"GA-01", "RS-01", "2017-11-27"}, {"GS-01", "FC-01", "2017-11-28"},
	{"MZ-01", "FC-01", "2017-12-01"}, {"RS-01", "JY-04", "2017-12-04"}, {"GA-01", "市民宗局", "2017-12-06"}, {"LY-01", storyZY01, "2017-12-28"},
}

// exchanged lets the hub report what it exchanged on a day with the systems that
// it knows, and the centre verify those whose day it is.
func (s *story) exchanged(day calendar.Date) {
	s.t.Helper()
	var list []map[string]any
	add := func(provider, consumer, from string) {
		if from <= day.String() {
			list = append(list, map[string]any{"day": day, "provider": provider, "consumer": consumer, "seq": 17, "exchanges": 120, "failures": 1, "bytes": 52_000})
		}
	}
	for code, on := range connectedOn {
		add(code, "市政务大数据中心", on)
	}
	for _, app := range storyApps {
		add(app.provider, app.consumer, app.from)
	}
	if len(list) == 0 {
		return
	}
	s.must("centre", http.MethodPost, storyHub+"/reports", map[string]any{"source": "gateway-1", "exchanges": list})
	for code, on := range connectedOn {
		if on == day.String() {
			s.mustMove("centre", code, map[string]any{"move": "verify"})
		}
	}
}

func (s *story) day(text string) calendar.Date {
	s.t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// notConnected lists what is overdue with the hub, and what each lacks.
func (s *story) notConnected() []string {
	s.t.Helper()
	var list struct {
		Connections []struct {
			Code    string   `json:"code"`
			Stage   string   `json:"stage"`
			Missing []string `json:"missing"`
		} `json:"connections"`
	}
	s.read(s.must("auditor", http.MethodGet, storyHub+"/connections?standing=overdue", nil), &list)
	var out []string
	for _, c := range list.Connections {
		out = append(out, fmt.Sprint(c.Code, " ", c.Stage, " lacks ", c.Missing))
	}
	return out
}
