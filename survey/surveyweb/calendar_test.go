package surveyweb_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/web/webtest"
	"qingce/survey"
)

// TestAYearWithoutACalendarIsNamed: on the last days of December, before the
// schedule of the next year is imported, an act that gives a term into that
// year is refused with the year and who can import it, and nothing is done. What
// needs no term goes on, and no page fails.
func TestAYearWithoutACalendarIsNamed(t *testing.T) {
	tn := counted(t)
	tn.handedIn(t, "RS", "就业服务系统")
	tn.handedIn(t, "LY", "旅游网站")
	tn.At("2026-12-30 10:00")
	centre, office := tn.site.Of(tn.Centre()), tn.site.Of(tn.reviewer())
	handInList(t, centre, cloudCSV).Want(http.StatusSeeOther)
	mapped := centre.Get("/census/pc-2017/sources/1").Form("main form.census-map")
	centre.Post("/census/pc-2017/sources/1/map", mapped).Want(http.StatusSeeOther)
	item := func(result string) string {
		return centre.Get("/census/pc-2017/items?result="+result).Want(http.StatusOK).Attr("table.list tbody a", "href")
	}
	omitted, differs := item("omitted"), item("differs")
	row := tn.row(t, "RS", "就业服务系统")
	for name, act := range map[string]func() *webtest.Page{
		"a return": func() *webtest.Page {
			form := office.Get(tn.reviewOf("RS")).Want(http.StatusOK).Form("form#review")
			key := strconv.FormatInt(int64(row.ID), 10) + ".network"
			form.Set("do", "return")
			form.Set("tick."+key, "1")
			form.Set("text."+key, "请核对网络")
			return office.Post(tn.reviewOf("RS"), form)
		},
		"an omission": func() *webtest.Page {
			return centre.Post(omitted, url.Values{"act": {"added"}, "name": {"旅游信息系统"}, "text.added": {"云资源清单中有"}})
		},
		"several omissions": func() *webtest.Page {
			return centre.Post("/census/pc-2017/items", url.Values{"id": {omitted[strings.LastIndex(omitted, "/")+1:]}, "decision": {"added"}}).Follow()
		},
		"a difference": func() *webtest.Page {
			return centre.Post(differs, url.Values{"act": {"asked"}, "text.asked": {"请核对网络"}})
		},
		"a check on the spot": func() *webtest.Page {
			return centre.Post("/census/pc-2017/visits", url.Values{
				"department": {tn.Department("RS").Code}, "name": {"就业服务系统"}, "visited_on": {"2026-12-29"}, "people": {"何思源"},
				"result": {"differs"}, "finding": {"现场为互联网"}, "tell": {"true"},
			})
		},
	} {
		p := act()
		if text := p.Text("body"); p.Status == http.StatusInternalServerError || !strings.Contains(text, "2027年工作日历") || !strings.Contains(text, "市信息化办、市政务信息管理中心或系统管理员") {
			t.Errorf("%s: status %d, %s", name, p.Status, p.Short())
		}
	}
	f, err := tn.Desk.FindForm(t.Context(), tn.Clerk("RS"), tn.Form("RS"))
	if err != nil {
		t.Fatal(err)
	}
	program, token := tn.site.Nobody(), tn.site.Bearer(tn.reviewer())
	p := program.Do(http.MethodPost, "/api/v1"+tn.Form("RS").Path()+"/return", strings.NewReader(`{"comments":[{"text":"请核对"}]}`),
		http.Header{"Authorization": {token}, "Content-Type": {"application/json"}, "Sec-Fetch-Site": nil, "If-Match": {`"` + strconv.FormatInt(f.Form.Version, 10) + `"`}})
	if p.Status != http.StatusBadRequest || !strings.Contains(p.Body, "err.calendar") || !strings.Contains(p.Body, "2027") {
		t.Errorf("a return by a program: %d %s", p.Status, p.Body)
	}
	for _, prefix := range []string{"RS", "LY"} {
		if f, err := tn.Desk.FindForm(t.Context(), tn.Clerk(prefix), tn.Form(prefix)); err != nil || f.Form.State != survey.FormSubmitted {
			t.Errorf("the form of %s is %s, %v", prefix, f.Form.State, err)
		}
	}
	tn.At("2027-01-04 10:00")
	for _, path := range []string{"/surveys", "/surveys/zc-2017", coveragePath, reviewPath, tn.reviewOf("RS"), "/census/pc-2017", omitted, tn.Form("MZ").Path()} {
		office.Get(path).Want(http.StatusOK)
	}
	tn.formOf(t, "MZ")
	zero := tn.site.Of(tn.Clerk("MZ")).Post(tn.Form("MZ").Path()+"/zero", url.Values{"zero_reason": {"本单位没有信息系统"}})
	if zero.Status >= http.StatusBadRequest {
		t.Fatalf("a zero report is prepared: %d %s", zero.Status, zero.Short())
	}
	head := tn.site.Of(tn.Head("MZ"))
	sent := head.Post(tn.Form("MZ").Path()+"/submit", url.Values{})
	if text := sent.Text("body"); sent.Status == http.StatusInternalServerError || !strings.Contains(text, "2027年工作日历") {
		t.Errorf("handing in: status %d, %s", sent.Status, sent.Short())
	}
	office.Post(tn.reviewOf("LY"), url.Values{"do": {"accept"}, "version": {office.Get(tn.reviewOf("LY")).Form("form#review").Get("version")}}).Want(http.StatusSeeOther)
}
