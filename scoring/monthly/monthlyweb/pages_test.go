package monthlyweb_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
	"qingce/scoring/monthly"
	"qingce/scoring/monthly/monthlyweb"
)

func TestPagesAreTypedRight(t *testing.T) {
	webtest.CheckPages(t, open(t).site.Server, "monthly/", monthlyweb.PageData())
}

func TestRightsOfEveryRoute(t *testing.T) {
	tn := open(t)
	tn.counted("2017-11", november())
	tn.take(tn.Someone(auth.Office), "2017-11", monthly.Freeze, monthly.OpenAppeal)
	for _, role := range auth.AllRoles() {
		for _, r := range tn.site.Routes() {
			if !strings.HasPrefix(r.Path, "/scorecards") || r.Method != http.MethodGet {
				continue
			}
			path := strings.NewReplacer(":month", "2017-11", ":dept", "XYJT", ":metric", "M4").Replace(r.Path)
			p := tn.site.Of(tn.Someone(role)).Get(path)
			named := auth.Roles{role}.Any(r.Access.Roles...)
			if open := p.Status != http.StatusForbidden; open != named {
				t.Errorf("%s as %s: %d, named %t", path, role, p.Status, named)
			}
			if p.Status >= 500 {
				t.Errorf("%s as %s: %d\n%s", path, role, p.Status, p.Short())
			}
		}
	}
}

func TestBeforeTheFirstMonth(t *testing.T) {
	tn := open(t)
	webtest.WantWords(t, tn.site.Of(tn.Someone(auth.Leader)).Get("/scorecards").Want(http.StatusOK), "main .empty", "还没有已计算的月份")
	office := tn.site.Of(tn.Someone(auth.Office))
	webtest.WantWords(t, office.Get("/scorecards").Want(http.StatusOK), "main .empty", "计算一个月")
	back := office.Post("/scorecards/new", url.Values{"month": {"去年"}})
	back.Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, back, "main", "“去年”不是月份")
	if v := back.Attr("#f-month", "value"); v != "去年" {
		t.Errorf("what was typed became %q", v)
	}
}

func TestEveryNumberOpens(t *testing.T) {
	tn := open(t)
	tn.counted("2017-11", november())
	tn.take(tn.Someone(auth.Office), "2017-11", monthly.Freeze)
	leader := tn.site.Of(tn.Someone(auth.Leader))
	city := leader.Get("/scorecards").Want(http.StatusOK)
	webtest.WantWords(t, city, "main .stats", "系统联通率", "66.67", "2 个，应有 3 个", "清理整合完成率", "已清理僵尸系统", "22.10")
	webtest.WantWords(t, city, "#ranking tr:has(a[href^='/scorecards/2017-11/XYMZ?'])", "市民政局", "不适用", "100.00", "1/1")
	webtest.WantWords(t, city, "#ranking tr:has(a[href^='/scorecards/2017-11/XYMZJ'])", "仅监测不排名")
	webtest.WantWords(t, city, "svg.chart-picture", "不适用或未测", "市交通局")
	if strings.Contains(city.Text("#ranking tr:has(a[href^='/scorecards/2017-11/XYMZJ'])"), " 0.00") {
		t.Error("what does not apply is written as 0")
	}
	sheet := leader.Get("/scorecards/2017-11/XYJT").Want(http.StatusOK)
	// 100·20 + 66.67·20 + 100·10 + 50·25 + 0·15, of a weight of 90: 62.04.
	webtest.WantWords(t, sheet, "main .head", "62.04", "A 组第 2 名", "数据已冻结", "提醒")
	webtest.WantWords(t, sheet, "#metrics", "系统联通率", "1/2", "50.00", "13.89", "不适用")
	webtest.WantWords(t, sheet, ".cards-red", "失 16.67 分", "失 13.89 分", "JT-02 名称JT-02", "任务P-24")
	webtest.WantWords(t, sheet, "main .stats", "涉及运维经费", "18.60")
	webtest.WantWords(t, leader.Get("/scorecards/2017-11/XYMZ").Want(http.StatusOK), "main .stats", "涉及运维经费", "650.00", "2018 年度不予安排")
	webtest.WantWords(t, sheet, "main", "接入：JT-02 名称JT-02", "75.93", "+13.89")
	metric := leader.Get("/scorecards/2017-11/XYJT/M4").Want(http.StatusOK)
	webtest.WantWords(t, metric, "main", "系统联通率 = 已接入且未中断的系统数", "1 ÷ 2 × 100 = 50.00", "第 1 版规则", "已做到的（分子），1 项", "还差的（只在分母），1 项", "不计入的，1 项", "名称JT-09", "75.93")
	if !metric.Has(`#figure-connections a[href="/systems/JT-02"]`) {
		t.Error("a row does not lead to its record")
	}
	webtest.WantWords(t, leader.Get("/scorecards/2017-11/XYMZ/M1").Want(http.StatusOK), "main .head", "不适用：没有已批准清理或整合的系统")
	webtest.WantWords(t, leader.Get("/scorecards/2017-11/XYMZ/off").Want(http.StatusOK), "main", "扣 0 分", "自 2017-10-24 起计")
	if p := leader.Get("/scorecards/2017-11/XYMZ/M9"); p.Status != http.StatusNotFound {
		t.Errorf("a metric that is not there: %d", p.Status)
	}
	for path, begins := range map[string]string{
		"/scorecards/2017-11/table.xlsx": "PK", "/scorecards/2017-11/XYJT/sheet.xlsx": "PK", "/scorecards/2017-11/matrix.png": "\x89PNG", "/scorecards/2017-11/course.png": "\x89PNG",
		"/scorecards/2017-11/XYJT/trend.png": "\x89PNG", "/scorecards/2017-11/matrix.svg": "<?xml",
	} {
		if p := leader.Get(path).Want(http.StatusOK); !strings.HasPrefix(p.Body, begins) {
			t.Errorf("%s begins with %q", path, p.Body[:min(len(p.Body), 8)])
		}
	}
	for query, want := range map[string]int{"": 3, "group=A": 3, "group=B": 0, "band=watched": 1, "q=%E4%BA%A4%E9%80%9A": 1, "sort=-points": 3, "region=city": 3, "page=9": 3} {
		if got := len(leader.Get("/scorecards/2017-11?" + query).Want(http.StatusOK).Texts("#ranking tbody tr")); got != want {
			t.Errorf("%s: %d rows, want %d", query, got, want)
		}
	}
	english := tn.site.Of(tn.Someone(auth.Leader))
	english.Lang = "en"
	webtest.WantWords(t, english.Get("/scorecards/2017-11/XYJT").Want(http.StatusOK), "main", "62.04 points, rank 2 in group A", "Three things that cost most")
}

func TestADepartmentSeesItsOwnSheetAndObjects(t *testing.T) {
	tn := open(t)
	tn.counted("2017-11", november())
	tn.take(tn.Someone(auth.Office), "2017-11", monthly.Freeze)
	head, office := tn.site.Of(tn.Head("JT")), tn.site.Of(tn.Someone(auth.Office))
	if p := head.Get("/scorecards/2017-11/XYJT"); p.Status != http.StatusNotFound {
		t.Errorf("before the term a head sees the sheet: %d", p.Status)
	}
	tn.take(tn.Someone(auth.Office), "2017-11", monthly.OpenAppeal)
	city := head.Get("/scorecards/2017-11").Want(http.StatusOK)
	webtest.WantWords(t, city, "main", "只能看到本单位的得分单", "市交通局：62.04 分")
	if got := city.Texts("#ranking tbody tr"); len(got) != 1 {
		t.Errorf("a head sees %d lines before publication", len(got))
	}
	if city.Has("main .stats") {
		t.Error("a head sees the sums of the city before publication")
	}
	for _, path := range []string{"/scorecards/2017-11/XYMZ", "/scorecards/2017-11/XYMZ/M4", "/scorecards/2017-11/XYMZ/sheet.xlsx", "/scorecards/2017-11/XYMZ/trend.png"} {
		if p := head.Get(path); p.Status != http.StatusNotFound {
			t.Errorf("%s of another body: %d", path, p.Status)
		}
	}
	webtest.WantWords(t, head.Get("/scorecards/2017-11/XYJT").Want(http.StatusOK), "main", "申辩截止 2017-12-07", "公布后可看到名次")

	form := url.Values{"version": {"1"}, "metric": {"M4"}, "figure": {"connections"}, "row": {"system/JT-02"}, "text": {""}}
	back := head.Post("/scorecards/2017-11/XYJT/objections", form)
	back.Want(http.StatusUnprocessableEntity)
	if !back.Has(`#object option[value="system/JT-02"][selected]`) {
		t.Error("the row that was chosen is lost")
	}
	form.Set("text", "JT-02 已于 11-29 接入，有核验记录。")
	if p := tn.site.Of(tn.Head("MZ")).Post("/scorecards/2017-11/XYJT/objections", form); p.Status != http.StatusNotFound {
		t.Errorf("another head objects: %d", p.Status)
	}
	webtest.WantWords(t, head.Post("/scorecards/2017-11/XYJT/objections", form).Want(http.StatusSeeOther).Follow(), "main", "申辩已提交", "已于 11-29 接入", "待答复")

	o, err := tn.Months.Find(t.Context(), tn.Someone(auth.Office), "2017-11", 0)
	if err != nil || len(o.Objections) != 1 {
		t.Fatalf("%d objections, %v", len(o.Objections), err)
	}
	id := o.Objections[0].ID.String()
	answer := "/scorecards/2017-11/XYJT/objections/" + id + "/answer"
	typed := url.Values{"version": {"1"}, "revision": {"1"}, "answer." + id: {"已核对大数据中心记录"}, "corrections.1.row." + id: {"system/JT-02"}}
	again := office.Post(answer, typed)
	again.Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, again, "main", "处理结果", "已核对大数据中心记录")
	typed.Set("verdict."+id, "uphold")
	typed.Set("corrections.1.standing."+id, "counted")
	webtest.WantWords(t, office.Post(answer, typed).Want(http.StatusSeeOther).Follow(), "main", "申辩已答复", "申辩成立", "已核对大数据中心记录")
}

func TestAMonthIsDecidedAndPublished(t *testing.T) {
	tn := open(t)
	tn.counted("2017-11", november())
	office, leader := tn.site.Of(tn.Someone(auth.Office)), tn.site.Of(tn.Someone(auth.Leader))
	page := office.Get("/scorecards/2017-11/record").Want(http.StatusOK)
	webtest.WantWords(t, page, "main", "轮到市信息化办：核对计数后冻结", "冻结数据", "重新计算")
	move := func(b *webtest.Browser, name string, more ...string) *webtest.Page {
		r, err := tn.Months.Find(t.Context(), tn.Someone(auth.Office), "2017-11", 0)
		if err != nil {
			t.Fatal(err)
		}
		form := url.Values{"version": {"1"}, "revision": {strconv.FormatInt(r.Month.Revision, 10)}, "move": {name}}
		for i := 0; i+1 < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		return b.Post("/scorecards/2017-11/moves", form)
	}
	webtest.WantWords(t, move(office, "freeze").Want(http.StatusSeeOther).Follow(), "main", "数据已冻结", "数据指纹")
	webtest.WantWords(t, move(office, "open_appeal").Want(http.StatusSeeOther).Follow(), "main", "轮到各单位：2017-12-07 前可以申辩")
	if p := move(office, "review"); p.Status != http.StatusConflict {
		t.Errorf("reviewed while the bodies may object: %d", p.Status)
	}
	tn.Clock.Advance(7 * 24 * time.Hour)
	webtest.WantWords(t, move(office, "review").Want(http.StatusSeeOther).Follow(), "main", "轮到领导小组")
	if p := move(leader, "approve"); p.Status != http.StatusConflict {
		t.Errorf("approved with proposals open: %d", p.Status)
	}
	back := move(leader, "send_back", "reason.send_back", "")
	back.Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, leader.Get("/scorecards/2017-11/record"), "#proposals", "市民政局", "拟表扬", "待决定")
	none := leader.Post("/scorecards/2017-11/proposals", url.Values{"version": {"1"}, "dept": {"XYMZ"}, "reason.XYMZ": {"按期接入"}})
	none.Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, none, "#proposal-XYMZ", "按期接入")
	leader.Post("/scorecards/2017-11/proposals", url.Values{"version": {"1"}, "dept": {"XYMZ"}, "decision.XYMZ": {"approve"}, "reason.XYMZ": {"按期接入"}}).Want(http.StatusSeeOther)
	move(leader, "approve").Want(http.StatusSeeOther)
	move(leader, "publish").Want(http.StatusSeeOther)
	public := tn.site.Of(tn.Clerk("JT")).Get("/scorecards").Want(http.StatusOK)
	webtest.WantWords(t, public, "main", "已公布", "市民政局", "市交通局：62.04 分")
	webtest.WantWords(t, tn.site.Of(tn.Clerk("MZ")).Get("/scorecards/2017-11/XYMZ").Want(http.StatusOK), "main", "拟表扬：已同意", "按期接入", "A 组第 1 名")
}

func TestAnotherMethodIsDraftedAndPutInForce(t *testing.T) {
	tn := open(t)
	office := tn.site.Of(tn.Someone(auth.Office))
	page := office.Get("/scorecards/policy").Want(http.StatusOK)
	form := page.Form("form#draft")
	form.Set("weight_M1", "二十")
	form.Set("reason", "领导小组第 3 次会议")
	back := office.Post("/scorecards/policy", form)
	back.Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, back, "main", "“二十”不是整数", "领导小组第 3 次会议")
	if v := back.Attr("#f-weight_M1", "value"); v != "二十" {
		t.Errorf("what was typed became %q", v)
	}
	form.Set("weight_M1", "30")
	webtest.WantWords(t, office.Post("/scorecards/policy", form).Want(http.StatusUnprocessableEntity), "main", "权重之和要等于 100，现在是 110")
	form.Set("weight_M4", "15")
	webtest.WantWords(t, office.Post("/scorecards/policy", form).Want(http.StatusSeeOther).Follow(), "main", "草稿已保存", "整合数的权重：20 → 30")
	force := office.Get("/scorecards/policy").Form("form#force")
	force.Set("month", "2017-09")
	webtest.WantWords(t, office.Post("/scorecards/policy/force", force).Want(http.StatusUnprocessableEntity), "form#force", "2017-1")
	force.Set("month", "2017-11")
	office.Post("/scorecards/policy/force", force).Want(http.StatusSeeOther)
	tn.counted("2017-11", november())
	if p := tn.site.Of(tn.Clerk("JT")).Get("/scorecards/policy").Want(http.StatusOK); p.Has("form#draft") {
		t.Error("a clerk may draft a method")
	}
}
