package surveyweb_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"qingce/internal/auth"
	"qingce/internal/sheet"
	"qingce/internal/web/webtest"
	"qingce/survey"
	"qingce/survey/surveytest"
)

const coveragePath = "/surveys/zc-2017/coverage"

// reviewer is somebody of the Office who has filled in nothing.
func (tn *town) reviewer() auth.Principal {
	p := tn.Office()
	p.AccountID, p.Login, p.Name = 9001, "reviewer", "审核员"
	return p
}

// handedIn registers a system of a department, or of MZJ none, and has its form
// handed in through the desk.
func (tn *town) handedIn(t *testing.T, prefix string, names ...string) survey.Form {
	t.Helper()
	key := tn.Form(prefix)
	for _, name := range names {
		tn.Registered(prefix, name)
	}
	if _, err := tn.Desk.OpenForm(t.Context(), tn.Clerk(prefix), key); err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		if _, err := tn.Desk.FileZero(t.Context(), tn.Clerk(prefix), key, 0, "本单位没有信息系统"); err != nil {
			t.Fatal(err)
		}
	}
	return tn.confirmed(t, prefix)
}

// confirmed has the rows that wait confirmed and the form handed in.
func (tn *town) confirmed(t *testing.T, prefix string) survey.Form {
	t.Helper()
	key := tn.Form(prefix)
	page, err := tn.Desk.FormRows(t.Context(), tn.Clerk(prefix), key, survey.RowQuery{Size: 200})
	if err != nil {
		t.Fatal(err)
	}
	var ids []survey.RowID
	for _, r := range page.Rows {
		if r.Decision == survey.Pending {
			ids = append(ids, r.ID)
		}
	}
	if _, refused, err := tn.Desk.ConfirmRows(t.Context(), tn.Clerk(prefix), key, ids...); err != nil || len(refused) > 0 {
		t.Fatalf("confirm %s: %v %v", prefix, err, refused)
	}
	if page.Total > 0 {
		_, _, err := tn.Desk.SaveAnswers(t.Context(), tn.Clerk(prefix), key, 0, survey.Input{Form: url.Values{
			survey.CountField: {strconv.Itoa(int(page.Total))}, survey.NoneCleanField: {"true"}, survey.NoneConnectField: {"true"}, survey.NoneDemandField: {"true"},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	f, err := tn.Desk.Submit(t.Context(), tn.Head(prefix), key, 0, "")
	if err != nil {
		t.Fatalf("hand in %s: %s", prefix, surveytest.Explain(err))
	}
	return f
}

// nineOfTen is the survey of the story on the afternoon of 09-29.
func (tn *town) nineOfTen(t *testing.T) {
	t.Helper()
	tn.At("2017-09-29 14:00")
	for _, prefix := range []string{"RS", "MZ", "JY", "GA", "GS", "FC", "LY", "JT"} {
		tn.handedIn(t, prefix, "业务系统")
	}
	tn.handedIn(t, "MZJ")
}

func TestTheFirstScreenSaysHowFarItIs(t *testing.T) {
	tn := open(t)
	tn.nineOfTen(t)
	p := tn.site.Of(tn.reviewer()).Get(coveragePath).Want(http.StatusOK)
	for _, want := range []string{"9/10 · 90.00 %", "剩余 1 个工作日", "含零报告 1 个", "市物价局", "还有 1 个单位未报送"} {
		if !strings.Contains(p.Text("main"), want) {
			t.Errorf("on 09-29 %q is not on the page: %s", want, p.Short())
		}
	}
	tn.At("2017-10-01 00:00")
	p = tn.site.Of(tn.reviewer()).Get(coveragePath).Want(http.StatusOK)
	if !strings.Contains(p.Text(".coverage-numbers"), "1 个单位已逾期未报送（2017-09-30 截止）") {
		t.Errorf("at 10-01 00:00: %s", p.Text(".coverage-numbers"))
	}
	part := tn.site.Of(tn.reviewer()).Get(coveragePath + "/numbers").Want(http.StatusOK)
	if strings.Contains(part.Text("body"), "单位名单") || !strings.Contains(part.Text("body"), "9/10 · 90.00 %") {
		t.Errorf("the part that refreshes itself: %s", part.Short())
	}
}

// Every number of the matrix leads to the bodies that it counts.
func TestEveryNumberLeadsToItsBodies(t *testing.T) {
	tn := open(t)
	tn.nineOfTen(t)
	tn.Registered("WJ", "价格监测系统")
	office := tn.site.Of(tn.reviewer())
	p := office.Get(coveragePath).Want(http.StatusOK)
	followed := 0
	for _, link := range p.All("#by-groups tbody td a") {
		href, n := hrefOf(link), webtest.Words(link)
		list := office.Get(strings.TrimSuffix(href, "#bodies")).Want(http.StatusOK)
		if rows := len(list.Texts("#bodies-table tbody tr")); strconv.Itoa(rows) != n {
			t.Errorf("%s leads to %d rows, says %s", href, rows, n)
		}
		followed++
	}
	if followed < 3 {
		t.Errorf("only %d numbers lead anywhere", followed)
	}
}

func TestTheListIsFilteredAndSorted(t *testing.T) {
	tn := open(t)
	tn.nineOfTen(t)
	office := tn.site.Of(tn.reviewer())
	for _, c := range []struct {
		name, query string
		rows        int
		first       string
	}{
		{"all", "", 10, ""},
		{"standing", "?standing=not_opened", 1, "市物价局"},
		{"two standings", "?standing=not_opened&standing=submitted", 10, ""},
		{"not known", "?standing=nowhere", 10, ""},
		{"to do", "?todo=yes", 1, "市物价局"},
		{"zero", "?zero=yes", 1, "市民宗局"},
		{"nobody to ask", "?people=none", 10, ""},
		{"by name", "?q=" + url.QueryEscape("旅游"), 1, "市旅游局"},
		{"no group", "?group=(empty)", 10, ""},
		{"a group", "?group=A", 0, ""},
		{"by standing", "?sort=standing", 10, "市物价局"},
		{"second page", "?size=20&page=2", 0, ""},
	} {
		p := office.Get(coveragePath + c.query).Want(http.StatusOK)
		rows := p.Texts("#bodies-table tbody tr")
		if len(rows) != c.rows || c.first != "" && !strings.Contains(rows[0], c.first) {
			t.Errorf("%s: %d rows, %v", c.name, len(rows), rows)
		}
	}
	if chips := office.Get(coveragePath + "?standing=submitted&zero=yes").Texts(".chip"); len(chips) != 2 {
		t.Errorf("chips %v", chips)
	}
}

func TestExactlyTheListedAreReminded(t *testing.T) {
	tn := open(t)
	tn.nineOfTen(t)
	office := tn.site.Of(tn.reviewer())
	p := office.Get(coveragePath + "?todo=yes").Want(http.StatusOK)
	if !strings.Contains(p.Text("#remind"), "催办这 1 个单位") || !strings.Contains(p.Text("#remind"), "请同时电话通知") {
		t.Errorf("the form says %s", p.Text("#remind"))
	}
	form := p.Form("#remind")
	form.Set("note", "请今天报送")
	p = office.Post(coveragePath+"/remind", form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if !strings.Contains(p.Text("body"), "已记下对 1 个单位的催办") || !strings.Contains(p.Text("#bodies-table"), "审核员，共 1 次") {
		t.Errorf("after the reminder: %s", p.Short())
	}
	tn.handedIn(t, "WJ", "价格监测系统")
	p = office.Post(coveragePath+"/remind", form).Want(http.StatusConflict)
	if !strings.Contains(p.Text("main"), "没有催办任何单位") {
		t.Errorf("after the list has changed: %s", p.Short())
	}
	p = office.Get("/surveys/zc-2017/reminders").Want(http.StatusOK)
	if rows := p.Texts("#reminders tbody tr"); len(rows) != 1 || !strings.Contains(rows[0], "市物价局（未打开）") || !strings.Contains(rows[0], "请今天报送") {
		t.Errorf("the record: %v", rows)
	}
	if p = office.Get(coveragePath); p.Has("#remind") {
		t.Errorf("a reminder is offered though nobody has anything to do: %s", p.Text("#remind"))
	}
}

func TestCoverageAsFiles(t *testing.T) {
	tn := open(t)
	tn.nineOfTen(t)
	office := tn.site.Of(tn.reviewer())
	svg := office.Get(coveragePath + ".svg").Want(http.StatusOK)
	if !strings.Contains(svg.Body, "<svg") || !strings.Contains(svg.Body, "9/10") {
		t.Errorf("the picture: %.200s", svg.Body)
	}
	if png := office.Get(coveragePath + ".png").Want(http.StatusOK); !strings.HasPrefix(png.Body, "\x89PNG") {
		t.Errorf("the picture: %.20q", png.Body)
	}
	file := office.Get(coveragePath + ".xlsx?todo=yes").Want(http.StatusOK)
	book, err := sheet.Open(bytes.NewReader([]byte(file.Body)), int64(len(file.Body)), "a.xlsx", sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for row, err := range book.Rows(book.Sheets()[0]) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range row.Cells {
			text += row.Cells[i].Text + " "
		}
	}
	if !strings.Contains(text, "9/10 · 90.00 %") || !strings.Contains(text, "市物价局") || strings.Contains(text, "市旅游局") {
		t.Errorf("the file holds %s", text)
	}
}

func TestWhoSeesTheCoverage(t *testing.T) {
	tn := open(t)
	for _, c := range []struct {
		name   string
		by     auth.Principal
		status int
		remind int
	}{
		{"Office", tn.Office(), http.StatusOK, http.StatusConflict},
		{"centre", tn.Centre(), http.StatusOK, http.StatusConflict},
		{"auditor", tn.Someone(auth.Auditor), http.StatusOK, http.StatusForbidden},
		{"leader", tn.Someone(auth.Leader), http.StatusOK, http.StatusForbidden},
		{"region that takes no part", tn.Region("ZY"), http.StatusNotFound, http.StatusForbidden},
		{"clerk", tn.Clerk("RS"), http.StatusForbidden, http.StatusForbidden},
		{"head", tn.Head("RS"), http.StatusForbidden, http.StatusForbidden},
		{"admin", tn.Someone(auth.Admin), http.StatusForbidden, http.StatusForbidden},
		{"expert", tn.Someone(auth.Expert), http.StatusForbidden, http.StatusForbidden},
		{"probe", tn.Someone(auth.Probe), http.StatusForbidden, http.StatusForbidden},
	} {
		b := tn.site.Of(c.by)
		for _, path := range []string{coveragePath, coveragePath + "/numbers", coveragePath + ".svg", coveragePath + ".png", coveragePath + ".xlsx"} {
			if got := b.Get(path); got.Status != c.status {
				t.Errorf("%s at %s: %d, want %d", c.name, path, got.Status, c.status)
			}
		}
		if got := b.Post(coveragePath+"/remind", url.Values{"list": {"other"}}); got.Status != c.remind {
			t.Errorf("%s reminds: %d, want %d", c.name, got.Status, c.remind)
		}
	}
	if p := tn.site.Of(tn.Region("ZY")).Get(coveragePath); len(p.Texts("#bodies-table tbody tr")) != 0 {
		t.Errorf("a region that is not asked sees %s", p.Short())
	}
}

func hrefOf(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key == "href" {
			return a.Val
		}
	}
	return ""
}

// Who was taken out of the scope stands beside the rate, with the reason and who
// decided it: on the page, on that of the survey, and in the workbook.
func TestWhoIsTakenOutStandsBesideTheRate(t *testing.T) {
	tn := before(t)
	c := tn.Prepared(tn.Planned())
	mz := tn.Department("MZ")
	if err := tn.Desk.SetException(t.Context(), tn.reviewer(), c.Code, mz.Code, false, "机构撤并，职能已划出"); err != nil {
		t.Fatal(err)
	}
	if _, err := tn.Desk.OpenCampaign(t.Context(), tn.reviewer(), c.Code, c.Version); err != nil {
		t.Fatal(surveytest.Explain(err))
	}
	office := tn.site.Of(tn.reviewer())
	p := office.Get(coveragePath).Want(http.StatusOK)
	if text := p.Text("#out-of-scope"); !strings.Contains(text, mz.Name) || !strings.Contains(text, "机构撤并，职能已划出") || !strings.Contains(text, "审核员") {
		t.Errorf("beside the rate stands %q", text)
	}
	if text := p.Words(".stats .stat"); !strings.Contains(text, "不参加") {
		t.Errorf("the tiles are %s", text)
	}
	if p := office.Get("/surveys/zc-2017").Want(http.StatusOK); !strings.Contains(p.Words(".stats .stat"), "不参加") {
		t.Errorf("the page of the survey does not say it: %s", p.Short())
	}
	if p := office.Get("/surveys/zc-2017/scope").Want(http.StatusOK); !strings.Contains(p.Text("main"), "审核员") {
		t.Errorf("the scope does not say who decided: %s", p.Short())
	}
	book := strings.Join(readBook(t, office.Get(coveragePath+".xlsx").Want(http.StatusOK).Body), "\n")
	if !strings.Contains(book, mz.Name+" 机构撤并，职能已划出 审核员") || !strings.Contains(book, "另有 1 个单位") {
		t.Errorf("the workbook: %.600s", book)
	}
}

// A region that takes no part in a survey finds neither its page nor its
// coverage.
func TestARegionOutsideTheScopeFindsNothing(t *testing.T) {
	tn := open(t)
	region := tn.site.Of(tn.Region("ZY"))
	for _, path := range []string{"/surveys/zc-2017", coveragePath, coveragePath + "/numbers", coveragePath + ".xlsx", "/surveys/zc-2017/reminders"} {
		region.Get(path).Want(http.StatusNotFound)
	}
	program, token := tn.site.Nobody(), tn.site.Bearer(tn.Region("ZY"))
	for _, path := range []string{"/api/v1/surveys/zc-2017", "/api/v1/surveys/zc-2017/coverage", "/api/v1/surveys/zc-2017/coverage/departments"} {
		if p := program.Do(http.MethodGet, path, nil, http.Header{"Authorization": {token}}); p.Status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, p.Status)
		}
	}
}
