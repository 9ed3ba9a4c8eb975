package sharingweb_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/sheet"
	"qingce/internal/web/webtest"
	"qingce/inventory/catalog"
)

func terms(version, reply, reason string) url.Values {
	return url.Values{"version": {version}, "reply_wd": {reply}, "mediation_wd": {"10"}, "verify_wd": {"5"}, "reason": {reason}}
}

// The Office sets the terms on the page and by the API; what begins afterwards
// runs for them, what runs already keeps its own.
func TestTheTermsOfSharing(t *testing.T) {
	tn := open(t)
	first, second := tn.Entry("MZ", "婚姻登记信息", catalog.Conditional), tn.Entry("MZ", "低保对象信息", catalog.Conditional)
	fc, office := tn.site.Of(tn.Head("FC")), tn.site.Of(tn.Someone(auth.Office))
	before := fc.Post("/sharing/requests", askForm(first)).Follow().Want(200)
	webtest.WantWords(t, before, "main", "11-20")

	read := fc.Get("/sharing/terms").Want(200)
	webtest.WantWords(t, read, "main", "答复期限", "10 个工作日", "初始设置")
	if read.Has("form#terms") {
		t.Error("a department is offered to set the terms")
	}
	fc.Post("/sharing/terms", terms("0", "1", "我们忙不过来")).Want(403)

	wrong := office.Post("/sharing/terms", terms("0", "90", "")).Want(422)
	webtest.WantWords(t, wrong, ".errors", "60", "原因")
	if got := wrong.Attr("#f-reply_wd", "value"); got != "90" {
		t.Errorf("what was typed is lost: %q", got)
	}
	webtest.WantWords(t, office.Post("/sharing/terms", terms("0", "5", "市政府专题会议纪要〔2017〕12 号")).Follow().Want(200), "main", "会议纪要", "期限已保存")
	stale := office.Post("/sharing/terms", terms("0", "7", "另一人同时修改")).Want(409)
	if got := stale.Attr("#f-reply_wd", "value"); got != "7" {
		t.Errorf("what was typed over a version that has changed is lost: %q", got)
	}
	webtest.WantWords(t, fc.Post("/sharing/requests", askForm(second)).Follow().Want(200), "main", "11-13")
	webtest.WantWords(t, fc.Get(before.Path).Want(200), "main", "11-20")

	var doc struct {
		Terms struct {
			ReplyWd int `json:"reply_wd"`
		} `json:"terms"`
		Version int64 `json:"version"`
	}
	api := tn.site.Call(tn.Someone(auth.Auditor), "GET", "/api/v1/sharing/terms", nil).Want(200)
	api.Into(&doc)
	if doc.Terms.ReplyWd != 5 {
		t.Errorf("the API says %+v", doc)
	}
	body := map[string]any{"terms": map[string]any{"reply_wd": 10, "mediation_wd": 10, "verify_wd": 3}, "reason": "恢复法定期限"}
	tn.site.Call(tn.Someone(auth.Centre), "PUT", "/api/v1/sharing/terms", body, "If-Match", api.Header.Get("ETag")).Want(403)
	tn.site.Call(tn.Someone(auth.Office), "PUT", "/api/v1/sharing/terms", body, "If-Match", `"7"`).Want(409)
	tn.site.Call(tn.Someone(auth.Office), "PUT", "/api/v1/sharing/terms", body, "If-Match", api.Header.Get("ETag")).Want(200).Into(&doc)
	if doc.Terms.ReplyWd != 10 {
		t.Errorf("set by the API: %+v", doc)
	}
}

// rows reads a workbook as somebody downloads it, without its title.
func (tn *town) rows(t *testing.T, by auth.Principal, path string) (out [][]string) {
	t.Helper()
	body := tn.site.Of(by).Get(path).Want(200).Body
	book, err := sheet.Open(strings.NewReader(body), int64(len(body)), "list.xlsx", sheet.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for row, err := range book.Rows(book.Sheets()[0]) {
		if err != nil {
			t.Fatal(err)
		}
		var line []string
		for _, c := range row.Cells {
			line = append(line, c.Text)
		}
		out = append(out, line)
	}
	return out[1:]
}

// Every list can be taken away as a workbook, as far as the reader sees it and
// as the address narrows it.
func TestListsAsWorkbooks(t *testing.T) {
	tn := open(t)
	e := tn.Entry("MZ", "婚姻登记信息", catalog.Conditional)
	fc := tn.site.Of(tn.Head("FC"))
	fc.Post("/sharing/requests", askForm(e)).Follow().Want(200)
	got := tn.rows(t, tn.Head("FC"), "/sharing/requests.xlsx")
	if len(got) != 2 || got[1][1] != "婚姻登记信息" || !slices.Contains(got[1], "市民政局") || !slices.Contains(got[1], "2017-11-20") {
		t.Errorf("the user's requests: %q", got)
	}
	if got := tn.rows(t, tn.Head("RS"), "/sharing/requests.xlsx"); len(got) != 1 {
		t.Errorf("a third department takes the requests of others away: %q", got)
	}
	if got := tn.rows(t, tn.Someone(auth.Office), "/sharing/requests.xlsx?state=refused"); len(got) != 1 {
		t.Errorf("narrowed to what was refused: %q", got)
	}
	for _, list := range []string{"agreements", "uses", "misuses", "objections", "demands", "reliefs"} {
		if got := tn.rows(t, tn.Someone(auth.Office), "/sharing/"+list+".xlsx"); len(got) != 1 || len(got[0]) < 8 {
			t.Errorf("%s: %q", list, got)
		}
	}
	if page := fc.Get("/sharing/requests").Want(200); !page.Has(`a[href="/sharing/requests.xlsx"]`) {
		t.Error("the list does not offer the workbook")
	}
}
