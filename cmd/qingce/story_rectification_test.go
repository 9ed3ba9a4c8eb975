package main_test

import (
	"net/http"
	"strconv"
)

const storyNotices = "/api/v1/rectifications"

// noticeDoc is what the story reads of a notice.
type noticeDoc struct {
	ID          int64  `json:"id"`
	No          string `json:"no"`
	State       string `json:"state"`
	Turn        string `json:"turn"`
	DueOn       string `json:"due_on"`
	OverdueFrom string `json:"overdue_from"`
	EscalatedOn string `json:"escalated_on"`
	LateWd      *int64 `json:"late_wd"`
	Clock       *struct {
		Remaining int `json:"remaining_wd"`
		Late      int `json:"late_wd"`
	} `json:"clock"`
}

// drafted has the Office draft the notice to WJ, which it may not issue before the
// rules hold (step 14). It gives the address of the notice.
func (s *story) drafted() string {
	s.t.Helper()
	var doc noticeDoc
	s.read(s.must("office", http.MethodPost, storyNotices, map[string]any{
		"department": storyBodies["WJ"], "situation": "R1", "facts": "信息资源目录至今未编制报送，截止日为 2017-10-20。",
		"demand": "编制信息资源目录并报送审核，说明逾期原因。", "records": []map[string]any{{"kind": "obligation", "ref": "P-16"}},
	}), &doc)
	at := storyNotices + "/" + strconv.FormatInt(doc.ID, 10)
	r, _ := s.step("office", at, "issue", nil) // 办法 is not in force yet
	s.want("issued too early", r.status, http.StatusConflict)
	return at
}

// ordered has the Office order WJ to rectify, with ten working days (step 17).
func (s *story) ordered(at string) {
	s.t.Helper()
	var doc noticeDoc
	r, _ := s.step("office", at, "issue", nil)
	s.read(r, &doc)
	s.want("the notice", []any{doc.No, doc.State, doc.Turn, doc.DueOn, doc.Clock.Remaining}, []any{"2017-1", "issued", "body", "2017-11-15", 10})
	b := newBrowser(s.t, s.url)
	if b.signIn("wj.head", storyPassword) == "" {
		s.t.Fatal("the head cannot sign in")
	}
	for _, page := range []string{"/", "/rectifications", at[len("/api/v1"):]} {
		contains(s.t, b.get(page).body, "11-15")
	}
	home := b.get("/").body
	contains(s.t, home, "整改通知信整〔2017〕1号待反馈") // among what is to be done, not only among the due dates
	contains(s.t, home, `href="/catalog/filings"`)
	contains(s.t, b.get("/catalog/filings").body, `class="nav-pages"`) // the pages of the open room
}

// reported finds the notice reported to the leading group on the day after its
// term (step 19).
func (s *story) reported(at string) {
	s.t.Helper()
	var doc noticeDoc
	s.read(s.must("wj.head", http.MethodGet, at, nil), &doc)
	s.want("reported", []any{doc.State, doc.Turn, doc.OverdueFrom, doc.EscalatedOn}, []any{"escalated", "leader", "2017-11-16", "2017-11-16"})
}

// rectified has WJ show its catalog and the Office close the notice, five
// working days late (step 21).
func (s *story) rectified(at string) {
	s.t.Helper()
	s.upload("wj.clerk", at+"/files?name=catalog.pdf", storyProof("catalog"))
	r, _ := s.step("wj.head", at, "reply", map[string]any{"text": "目录已编制完成，2 条资源经审核发布。"})
	s.want("the reply", r.status, http.StatusOK)
	r, _ = s.step("office", at, "accept", map[string]any{"note": "目录已审核通过"})
	var doc noticeDoc
	s.read(r, &doc)
	s.want("closed", []any{doc.State, *doc.LateWd, doc.Turn}, []any{"closed_late", 5, "nobody"})
}
