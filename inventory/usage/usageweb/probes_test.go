package usageweb_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/agent"
)

func TestTheListSaysHowProbesDo(t *testing.T) {
	tn := probesOpen(t)
	empty := tn.centre().Get("/probes").Want(http.StatusOK)
	webtest.WantWords(t, empty, "main .empty", "还没有探针")
	if !empty.Has(`main a[href="/probes/new"]`) || empty.Has("main .stats") {
		t.Errorf("without a probe: %s", empty.Short())
	}
	rs := tn.Registered("RS", "就业服务系统")
	p, token := tn.Sender("RS", rs)
	tn.Sender("MZ", tn.Registered("MZ", "低保系统"))
	tn.Clock.Advance(3 * time.Hour)
	tn.sends(token, tn.reportOf(rs, 2, 60)+tn.reportOf(rs, 1, 60)+strings.ReplaceAll(tn.reportOf(rs, 1, 60), rs.Code, "MZ-0001")).Want(http.StatusOK)
	list := tn.centre().Get("/probes").Want(http.StatusOK)
	row := fmt.Sprintf(`#probes tr:has(a[href="/probes/%s"])`, p.Code)
	webtest.WantWords(t, list, row, "正常", "0 分钟", "2/3 小时 · 66.6 %", "市人社局", "网关日志")
	if got := list.Text(row + " td:nth-child(6)"); got != "1" {
		t.Errorf("%q was sent back today, want 1", got)
	}
	webtest.WantWords(t, list, "main .stats", "全部探针 2", "正常 1", "未上报 1")
	if got := list.Texts(`main .stats a[href="/probes?state=never"] .stat-value`); !slices.Equal(got, []string{"1"}) {
		t.Errorf("the tile of those never heard says %v", got)
	}
	tn.Clock.Advance(4 * time.Hour)
	webtest.WantWords(t, tn.centre().Get("/probes"), row, "延迟", "4 小时")
	tn.Clock.Advance(24 * time.Hour)
	webtest.WantWords(t, tn.centre().Get("/probes"), row, "中断", "28 小时")
}

func TestTheListIsNarrowedSortedAndPaged(t *testing.T) {
	tn := probesOpen(t)
	rs, mz := tn.Registered("RS", "就业服务系统"), tn.Registered("MZ", "低保系统")
	for i := range 23 {
		form := tn.Form("RS", rs)
		form.Name = fmt.Sprintf("网关 %02d", i)
		if i == 5 {
			form.Kind = usage.CloudProbe
		}
		if _, err := tn.Probes.Register(t.Context(), tn.Centre(), form); err != nil {
			t.Fatal(err)
		}
	}
	tn.Sender("MZ", mz)
	rows := func(query string) []string {
		return tn.centre().Get("/probes?" + query).Want(http.StatusOK).Texts("#probes tbody th a")
	}
	for _, c := range []struct {
		name, query string
		rows        int
		first       string
	}{
		{"a page", "", 20, "网关 00"},
		{"the second page", "page=2", 4, "网关 20"},
		{"a page beyond the end", "page=9", 4, "网关 20"},
		{"by name, backwards", "sort=-name&size=50", 24, "网关 22"},
		{"by kind", "kind=cloud", 1, "网关 05"},
		{"by any of two kinds", "kind=cloud&kind=app", 1, "网关 05"},
		{"by department", "owner=XYMZ", 1, "MZ 网关日志"},
		{"by state", "state=never&size=50", 24, "网关 00"},
		{"by states that none has", "state=down&state=late", 0, ""},
		{"by name", "q=" + url.QueryEscape("网关 07"), 1, "网关 07"},
		{"by the name of a system", "q=" + url.QueryEscape("低保"), 1, "MZ 网关日志"},
		{"by system", "system=" + mz.Code, 1, "MZ 网关日志"},
		{"with something sent back", "rejected=today", 0, ""},
		{"nonsense does not narrow", "state=sleepy&sort=x&size=50", 24, "网关 00"},
	} {
		got := rows(c.query)
		if len(got) != c.rows || c.rows > 0 && got[0] != c.first {
			t.Errorf("%s: %d rows that begin with %v, want %d that begin with %s", c.name, len(got), got[:min(1, len(got))], c.rows, c.first)
		}
	}
	p := tn.centre().Get("/probes?kind=cloud&state=sleepy")
	webtest.WantWords(t, p, "main .callout-error", "state=sleepy")
	if p.Attr(".chips .chip", "href") != "/probes" {
		t.Errorf("the chip leads to %s", p.Attr(".chips .chip", "href"))
	}
	if none := tn.centre().Get("/probes?kind=logs"); !none.Has(".empty") || none.Has(`.empty a[href="/probes/new"]`) {
		t.Errorf("nothing found: %s", none.Short())
	}
}

func TestDepartmentsSeeTheirOwnProbesOnly(t *testing.T) {
	tn := probesOpen(t)
	rs, mz := tn.Registered("RS", "就业服务系统"), tn.Registered("MZ", "低保系统")
	own, _ := tn.Sender("RS", rs)
	other, _ := tn.Sender("MZ", mz)
	both, _ := tn.Sender("RS", rs, mz)
	clerk := tn.site.Of(tn.Clerk("RS"))
	list := clerk.Get("/probes").Want(http.StatusOK)
	if got := list.Texts("#probes tbody th small"); !slices.Equal(got, []string{own.Code, both.Code}) {
		t.Errorf("a clerk sees %v", got)
	}
	if list.Has(`main a[href="/probes/new"]`) || list.Has(`[name="owner"]`) {
		t.Error("a clerk is offered what only the centre may do")
	}
	for _, path := range []string{"", "/connect", "/hours.svg", "/hours.png"} {
		clerk.Get("/probes/" + own.Code + path).Want(http.StatusOK)
		clerk.Get("/probes/" + other.Code + path).Want(http.StatusNotFound)
	}
	page := clerk.Get("/probes/" + both.Code)
	webtest.WantWords(t, page, "#systems", rs.Name, "另有 1 个其他部门的系统")
	for _, leak := range []string{mz.Name, mz.Code} {
		if strings.Contains(page.Body, leak) || strings.Contains(clerk.Get("/probes/"+both.Code+"/connect").Body, leak) {
			t.Errorf("%s of another department is shown", leak)
		}
	}
	if got := clerk.Get("/probes?q=" + url.QueryEscape("低保")).Texts("#probes tbody th a"); len(got) != 0 {
		t.Errorf("the search finds %v by a system of another department", got)
	}
	leader := tn.site.Of(tn.Someone(auth.Leader)).Get("/probes").Want(http.StatusOK)
	webtest.WantWords(t, leader, "main .stats", "全部探针 3")
	if leader.Has("#probes") || leader.Has(".filters") {
		t.Error("the leading group sees single probes")
	}
	tn.site.Of(tn.Someone(auth.Leader)).Get("/probes/" + own.Code).Want(http.StatusForbidden)
	tn.site.Call(tn.Clerk("RS"), "GET", "/api/v1/probes/"+other.Code, nil).Want(http.StatusNotFound)
	if p := tn.site.Call(tn.Clerk("RS"), "GET", "/api/v1/probes/"+both.Code, nil).Want(http.StatusOK); strings.Contains(p.Body, mz.Code) {
		t.Errorf("the API shows a system of another department: %s", p.Body)
	}
}

func TestTheHealthOfAProbe(t *testing.T) {
	tn := probesOpen(t)
	rs := tn.Registered("RS", "就业服务系统")
	p, token := tn.Sender("RS", rs)
	page := tn.centre().Get("/probes/" + p.Code).Want(http.StatusOK)
	webtest.WantWords(t, page, "main", "还没有收到过数据", "没有中断过", "最近 7 天没有退回过")
	tn.Clock.Advance(30 * time.Hour) // to 18:30 on the next day
	body := ""
	for _, ago := range []int{1, 2, 3, 10, 11, 12} {
		body += tn.reportOf(rs, ago, 60-ago) // some of them for a part of the hour only
	}
	tn.sends(token, body+`{"system":"XX-9999","source":"a","epoch":1,"hour":"2017-11-24T09:00:00+08:00","seq":1,"minutes":1,"requests":1}`+"\n").Want(http.StatusOK)
	page = tn.centre().Get("/probes/" + p.Code).Want(http.StatusOK)
	webtest.WantWords(t, page, ".stats", "2017-11-24 18:30", "6/30 小时 · 20.0 %", "今日退回 1")
	webtest.WantWords(t, page, "#hours .chart-wide svg", "6/18", "没有收到（未测）", "收到，只测了一部分")
	if got := page.Texts("#hours-table tbody tr:nth-child(1) td"); !slices.Equal(got, []string{"6", "18", "12"}) {
		t.Errorf("today has received, expected, missing %v", got)
	}
	webtest.WantWords(t, page, "#rejected", "XX-9999", "不是本探针可以报送的系统", "退回 1 条")
	webtest.WantWords(t, page, "#tokens tbody tr", "有效", "2017-11-24 18:3")
	tn.Clock.Advance(25 * time.Hour)
	if n, err := tn.Probes.Watch(t.Context()); n != 1 || err != nil {
		t.Fatalf("watch: %d %v", n, err)
	}
	page = tn.centre().Get("/probes/" + p.Code)
	webtest.WantWords(t, page, "#silences", "尚未恢复", "25 小时")
	webtest.WantWords(t, page, ".callout-error", "从 2017-11-24 18:30 起没有收到数据")
	tn.sends(token, tn.reportOf(rs, 0, 10)+tn.reportOf(rs, 1, 99)).Want(http.StatusOK)
	page = tn.centre().Get("/probes/" + p.Code)
	webtest.WantWords(t, page, ".head-line", "正常")
	webtest.WantWords(t, page, "#rejected", "字段 minutes", "收到的值 99", "应为 60")
	if strings.Contains(page.Text("#silences"), "尚未恢复") {
		t.Errorf("the silence goes on: %s", page.Text("#silences"))
	}
}

func TestHowToConnectIsFilledIn(t *testing.T) {
	tn := probesOpen(t)
	rs := tn.Registered("RS", "就业服务系统")
	p, _ := tn.Sender("RS", rs)
	page := tn.site.Of(tn.Clerk("RS")).Get("/probes/" + p.Code + "/connect").Want(http.StatusOK)
	for way, words := range map[string][]string{
		"#agent": {tn.site.URL, "system: " + rs.Code}, "#prometheus": {tn.site.URL + "/api/v1/usage/write", "credentials_file"},
		"#otel": {tn.site.URL + "/api/v1/usage/otlp/v1/metrics"}, "#curl": {tn.site.URL + "/api/v1/usage/reports", rs.Code, "2017-11-23T12:00:00+08:00"},
	} {
		webtest.WantWords(t, page, way, words...)
	}
	config := ""
	for _, a := range page.All("#agent button")[0].Attr {
		if a.Key == "data-copy" {
			config = a.Val
		}
	}
	if c, problems := agent.Load("agent.yaml", []byte(config), "here"); len(problems) > 0 || len(c.Systems) != 1 {
		t.Errorf("the agent does not take its configuration: %v\n%s", problems, config)
	}
	for _, button := range page.All(".connect-way button") {
		copied := ""
		for _, a := range button.Attr {
			if a.Key == "data-copy" {
				copied = a.Val
			}
		}
		if len(copied) < 20 || !strings.Contains(strings.Join(page.Texts("pre"), "\n"), strings.Fields(copied)[0]) {
			t.Errorf("a button copies %q", copied)
		}
	}
}
