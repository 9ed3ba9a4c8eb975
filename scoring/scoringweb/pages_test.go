package scoringweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
)

// The programme has all 129 obligations, narrowed by its filters, and each opens
// to its article and its bodies.
func TestTheProgrammeOnItsPages(t *testing.T) {
	tn := open(t)
	leader := tn.site.Of(tn.Someone(auth.Leader))
	p := leader.Get("/programme").Want(http.StatusOK)
	webtest.WantWords(t, p, "h1", "襄阳市政务信息系统整合共享")
	webtest.WantWords(t, p, "main", "129", "襄政办函〔2017〕76号")
	for query, want := range map[string]int{
		"q=P-22": 1, "party=key_area&done_by=evidence": 4, "article=M22": 2, "state=overdue&party=region": 1, "q=没有这一项": 0,
	} {
		if got := len(leader.Get("/programme?" + query).Want(http.StatusOK).Texts("#obligations tbody tr")); got != want {
			t.Errorf("%s: %d obligations, want %d", query, got, want)
		}
	}
	one := leader.Get("/programme/P-16").Want(http.StatusOK)
	webtest.WantWords(t, one, "main", "逾期未完成", "市物价局", "枣阳市", "目录", "2017-10-20")
	leader.Get("/programme/X-1").Want(http.StatusNotFound)
	if got := len(tn.site.Of(tn.Clerk("RS")).Get("/programme/P-16").Want(http.StatusOK).Texts("#tasks tbody tr")); got != 1 {
		t.Errorf("a clerk sees %d bodies", got)
	}
	if p := tn.site.Of(tn.Someone(auth.Admin)).Get("/programme"); p.Status != http.StatusForbidden {
		t.Errorf("the administrator sees the programme: %d", p.Status)
	}
}

// Evidence: the clerk prepares it, the head hands it in, the Office sends it back
// and accepts it; it counts by the day on which it came first.
func TestEvidenceOnItsPages(t *testing.T) {
	tn := open(t)
	const page = "/tasks/XYRS/P-22"
	clerk, head, office := tn.site.Of(tn.Clerk("RS")), tn.site.Of(tn.Head("RS")), tn.site.Of(tn.Someone(auth.Office))
	webtest.WantWords(t, clerk.Get("/tasks").Want(http.StatusOK), "#tasks", "P-22", "未到期", "P-16", "逾期未完成")
	form := clerk.Get(page).Want(http.StatusOK)
	webtest.WantWords(t, form, "main", "报送完成材料", "2017-10-31")
	if strings.Contains(strings.Join(form.Texts("main form"), ""), "报送后不能修改") {
		t.Error("a clerk is offered to hand in")
	}
	clerk.Post(page+"/evidence", url.Values{"version": {"0"}, "do": {"save"}, "text": {"重点领域方案初稿"}}).Follow().Want(http.StatusOK)
	if p := clerk.Post(page+"/evidence", url.Values{"version": {"1"}, "do": {"hand_in"}, "text": {"重点领域方案"}}); p.Status != http.StatusForbidden {
		t.Errorf("a clerk hands in: %d", p.Status)
	}
	bad := head.Post(page+"/evidence", url.Values{"version": {"1"}, "do": {"hand_in"}, "text": {"好"}}).Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, bad, ".errors", "至少要写 4 个字")
	webtest.WantWords(t, bad, "#f-text", "好")
	done := head.Post(page+"/evidence", url.Values{"version": {"1"}, "do": {"hand_in"}, "text": {"重点领域共享服务方案已印发"}}).Follow().Want(http.StatusOK)
	webtest.WantWords(t, done, "main", "等待信息化办审核", "按时完成", "重点领域共享服务方案已印发")
	webtest.WantWords(t, office.Get("/tasks?waiting=true").Want(http.StatusOK), "#tasks", "市人社局", "材料待审核")
	if p := office.Post(page+"/decision", url.Values{"version": {"2"}, "verdict": {"return"}}); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("sent back without a reason: %d", p.Status)
	}
	tn.At("2017-11-02 09:00")
	office.Post(page+"/decision", url.Values{"version": {"2"}, "verdict": {"return"}, "reason": {"缺少服务清单"}}).Follow().Want(http.StatusOK)
	webtest.WantWords(t, head.Get(page), "main", "缺少服务清单", "逾期未完成")
	tn.At("2017-11-06 09:00")
	head.Post(page+"/evidence", url.Values{"version": {"3"}, "do": {"hand_in"}, "text": {"方案及服务清单"}}).Want(http.StatusSeeOther)
	webtest.WantWords(t, office.Post(page+"/decision", url.Values{"version": {"4"}, "verdict": {"accept"}}).Follow(), "main", "按时完成", "2017-10-30")

	// A task that the facts judge takes no papers; the Office may correct it.
	fact := "/tasks/XYRS/P-16"
	if p := head.Post(fact+"/evidence", url.Values{"version": {"0"}, "do": {"save"}, "text": {"目录"}}); p.Status != http.StatusConflict {
		t.Errorf("papers for a fact: %d", p.Status)
	}
	webtest.WantWords(t, office.Post(fact+"/mark", url.Values{"kind": {"not_applicable"}}).Want(http.StatusUnprocessableEntity), ".errors", "理由")
	office.Post(fact+"/mark", url.Values{"kind": {"not_applicable"}, "reason": {"机构改革，目录由新单位编制"}}).Want(http.StatusSeeOther)
	webtest.WantWords(t, head.Get(fact), "main", "不适用", "机构改革")
	office.Post(fact+"/mark", url.Values{"kind": {"none"}, "reason": {"认定有误，恢复"}}).Want(http.StatusSeeOther)
	webtest.WantWords(t, head.Get(fact), "main", "逾期未完成")
	if p := tn.site.Of(tn.Clerk("MZ")).Get(page); p.Status != http.StatusNotFound {
		t.Errorf("another department reads it: %d", p.Status)
	}
}

// A report: what was typed stays when it is refused, the head files it, the
// Office accepts it, and the table says who has not reported.
func TestReportsOnTheirPages(t *testing.T) {
	tn := open(t)
	const page = "/reports/2017-10/XYRS"
	clerk, head, office := tn.site.Of(tn.Clerk("RS")), tn.site.Of(tn.Head("RS")), tn.site.Of(tn.Someone(auth.Office))
	form := clerk.Get(page).Want(http.StatusOK)
	webtest.WantWords(t, form, "main", "系统数据：0", "交负责人确认", "P-22")
	in := url.Values{"version": {"0"}, "do": {"ready"}, "typed.systems": {"4"}, "done.P-22": {"完成方案初稿"}, "progress.P-22": {"60"}}
	bad := clerk.Post(page, in).Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, bad, ".errors", "请写明差异原因", "任务 P-16 的完成进度", "任务 P-16 已逾期")
	if bad.Attr(`[name="typed.systems"]`, "value") != "4" || !bad.Has(`[name="why.systems"]`) {
		t.Error("what was typed is lost, or no reason can be given")
	}
	webtest.WantWords(t, bad, `[name="done.P-22"]`, "完成方案初稿")
	in.Set("typed.systems", "四")
	webtest.WantWords(t, clerk.Post(page, in).Want(http.StatusUnprocessableEntity), ".errors", "不是有效的数字")
	in.Set("typed.systems", "4")
	in.Set("why.systems", "四个系统尚未登记")
	for _, key := range []string{"P-07", "P-10", "P-16", "P-23", "P-24", "P-01", "P-08", "P-09", "P-03", "P-21", "P-02", "P-04", "P-05", "P-25"} {
		in.Set("progress."+key, "30")
		in.Set("next."+key, "抓紧完成")
	}
	clerk.Post(page, in).Want(http.StatusSeeOther)
	in.Set("version", "1")
	in.Set("do", "file")
	if p := clerk.Post(page, in); p.Status != http.StatusForbidden {
		t.Errorf("a clerk files: %d", p.Status)
	}
	done := head.Post(page, in).Follow().Want(http.StatusOK)
	webtest.WantWords(t, done, "main", "已报", "按时", "四个系统尚未登记", "60 %")
	webtest.WantWords(t, office.Get("/reports").Want(http.StatusOK), "#matrix", "市人社局", "已报", "未填报")
	webtest.WantWords(t, head.Get(page+"/print").Want(http.StatusOK), "body", "四个系统尚未登记", "负责人签字")
	accepted := office.Post(page+"/decision", url.Values{"version": {"2"}, "verdict": {"accept"}}).Follow()
	webtest.WantWords(t, accepted, "main", "审核通过")
	tn.At("2017-11-02 09:00")
	webtest.WantWords(t, office.Get("/reports"), "main", "2017-10 逾期未报（个单位）", "逾期未报（2 个工作日）")
	if got := len(clerk.Get("/reports").Texts("#matrix tbody tr")); got != 1 {
		t.Errorf("a clerk sees %d bodies", got)
	}
	next := clerk.Get("/reports/2017-11/XYRS").Want(http.StatusOK)
	webtest.WantWords(t, next, "main", "沿用上月内容")
	copied := clerk.Post("/reports/2017-11/XYRS", url.Values{"version": {"0"}, "do": {"copy"}}).Follow().Want(http.StatusOK)
	webtest.WantWords(t, copied, `[name="done.P-22"]`, "完成方案初稿")
}
