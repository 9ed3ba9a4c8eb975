package zombieweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// silent gives a system 500 days of use on working days, and machines only for
// the last 200.
func (tn *caseTown) silent(prefix, name string) inventory.System {
	tn.t.Helper()
	s := tn.Declared(prefix, name, nil)
	last := calendar.DateOf(tn.Clock.Now()).AddDays(-1)
	tn.Facts(s.ID, last.AddDays(-700), last, func(d calendar.Date) (v wire.Values, ok bool) {
		people := int64(0)
		if last.DaysSince(d) > 200 && tn.Working(d) {
			people = 25
		}
		v.Set(wire.Requests, 120+10*people)
		v.Set(wire.Users, people)
		v.Set(wire.MachineClients, 4)
		v.Set(wire.Logins, people)
		v.Set(wire.BusinessTx, 2*people)
		return v, true
	})
	return s
}

func TestTheFiveVerdictsOfASystemSayWhy(t *testing.T) {
	tn := casesOpen(t)
	s := tn.silent("RS", "人事档案查询系统")
	p := tn.centre().Get("/zombies/runs").Want(http.StatusOK)
	started := tn.centre().Post("/zombies/runs", p.Form(`form[action="/zombies/runs"]`))
	if started.Location() != "/zombies/runs/2017-10-22" {
		t.Fatalf("the run that was started leads to %q: %s", started.Location(), started.Short())
	}
	webtest.WantWords(t, tn.centre().Get("/zombies/runs/2017-10-22").Want(http.StatusOK), "main", "已完成", "符合特征")

	path := "/systems/" + s.Code + "/verdicts"
	p = tn.site.Of(tn.Clerk("RS")).Get(path).Want(http.StatusOK)
	webtest.WantWords(t, p, "#z1", "符合特征", "已 204 个有效观测日无业务办理", "自 2017-10-22 的检测起", "机器访问 24,480 次", "恢复业务办理")
	webtest.WantWords(t, p, "#z3", "没有这项特征所需的监测数据")
	webtest.WantWords(t, p, "#months", "2017-10", "2017-03")
	if svg := strings.Join(p.Texts(".chart-wide"), " "); !strings.Contains(svg, "应有使用") || !strings.Contains(svg, "机器（未计入）") {
		t.Error("the picture shows neither what was to be expected nor what is left out")
	}
	webtest.WantWords(t, tn.site.Of(tn.Clerk("RS")).Get(path+"?lang=en").Want(http.StatusOK), "main", "204")
	tn.site.Of(tn.Clerk("MZ")).Get(path).Want(http.StatusNotFound)
	tn.site.Of(tn.Someone(auth.Admin)).Get(path).Want(http.StatusForbidden)
	tn.office().Get(path + "/life.svg").Want(http.StatusOK)
	tn.office().Get(path + "?from=2017-13-01").Want(http.StatusOK)

	list := tn.site.Of(tn.Someone(auth.Leader)).Get("/zombies/verdicts").Want(http.StatusOK)
	webtest.WantWords(t, list, "table.list", s.Name, "符合特征", "停用把握 99.5% 以上")
	if empty := tn.office().Get("/zombies/verdicts?feature=z2").Want(http.StatusOK); !strings.Contains(empty.Text("main"), "没有符合条件的系统") {
		t.Errorf("a filter that nothing fits shows %s", empty.Short())
	}
	if other := tn.site.Of(tn.Clerk("MZ")).Get("/zombies/verdicts").Want(http.StatusOK); strings.Contains(other.Text("main"), s.Name) {
		t.Error("another department sees the system")
	}
}

func TestVerdictsOverTheAPI(t *testing.T) {
	tn := casesOpen(t)
	s := tn.silent("RS", "人事档案查询系统")
	run := tn.site.Call(tn.Someone(auth.Centre), "POST", "/api/v1/zombies/runs", map[string]string{"day": "2017-10-22"}).Want(http.StatusOK)
	var summary struct{ State string }
	run.Into(&summary)
	if summary.State != "finished" {
		t.Errorf("the run is %s", run.Short())
	}
	tn.site.Call(tn.Someone(auth.Office), "POST", "/api/v1/zombies/runs", map[string]string{"day": "2017-10-22"}).Want(http.StatusForbidden)
	var out struct {
		Features []struct {
			Feature, Result string
			Gap             int
			Sentences       []string
		}
		Days []struct{ Used bool }
	}
	tn.site.Call(tn.Someone(auth.Auditor), "GET", "/api/v1/zombies/systems/"+s.Code+"/verdicts", nil).Want(http.StatusOK).Into(&out)
	if len(out.Features) != 5 || out.Features[0].Result != "met" || out.Features[0].Gap != 204 || len(out.Features[0].Sentences) == 0 || len(out.Days) != 400 {
		t.Errorf("verdicts %+v of %d days", out.Features, len(out.Days))
	}
	var list struct{ Total int }
	tn.site.Call(tn.Someone(auth.Finance), "GET", "/api/v1/zombies/verdicts?result=met", nil).Want(http.StatusOK).Into(&list)
	if list.Total != 1 {
		t.Errorf("%d verdicts are met, want 1", list.Total)
	}
}

func TestAPolicyIsDraftedTriedAndPutInForceOnItsPages(t *testing.T) {
	tn := casesOpen(t)
	tn.silent("RS", "人事档案查询系统")
	tn.found()
	form := tn.office().Get("/zombies/policy/new?pack=campaign_2017").Want(http.StatusOK).Form("main form")
	form.Set("name", "集中清理")
	form.Set("n.early_gap", "九十")
	wrong := tn.office().Post("/zombies/policy", form).Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, wrong, "main", "“预警：连续无使用天数”填写的“九十”不是数字")
	if got := wrong.Attr(`[name="name"]`, "value"); got != "集中清理" {
		t.Errorf("what was typed is lost: %q", got)
	}
	form.Set("n.early_gap", "90")
	form.Set("reason", "10月底前基本完成清理")
	page := tn.office().Post("/zombies/policy", form)
	if page.Location() != "/zombies/policy/2" {
		t.Fatalf("the draft leads to %q: %s", page.Location(), page.Short())
	}
	tried := tn.office().Post("/zombies/policy/2/simulations", url.Values{})
	webtest.WantWords(t, tn.office().Get(tried.Location()).Want(http.StatusOK), "main", "第 2 版规则试算")
	late := tn.office().Post("/zombies/policy/2/force", url.Values{"revision": {"1"}, "from": {"2017-10-22"}, "reason": {"试"}}).Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, late, "main", "生效日期须晚于最近一次检测日 2017-10-22")
	tn.centre().Post("/zombies/policy/2/force", url.Values{"revision": {"1"}, "from": {"2017-10-23"}, "reason": {"试"}}).Want(http.StatusForbidden)
	forced := tn.office().Post("/zombies/policy/2/force", url.Values{"revision": {"1"}, "from": {"2017-10-23"}, "reason": {"会议纪要"}})
	if forced.Location() != "/zombies/policy/2" {
		t.Errorf("put in force: %s", forced.Short())
	}
	webtest.WantWords(t, tn.site.Of(tn.Clerk("RS")).Get("/zombies/policy").Want(http.StatusOK), "table", "集中清理", "2017-10-23", "现行")
}

func TestADrillIsDeclaredAndAcceptedOnThePageOfTheSystem(t *testing.T) {
	tn := casesOpen(t)
	s := tn.neglected("GA", "应急指挥备用系统")
	path := "/systems/" + s.Code + "/verdicts"
	tn.found(s)
	wrong := tn.site.Of(tn.Clerk("GA")).Post(path+"/declarations", url.Values{"kind": {"drill"}, "day": {""}, "text": {"演练"}}).Want(http.StatusUnprocessableEntity)
	if got := wrong.Text(`textarea[name="text"]`); got != "演练" {
		t.Errorf("what was typed is lost: %q", got)
	}
	tn.site.Of(tn.Clerk("RS")).Post(path+"/declarations", url.Values{"kind": {"drill"}, "day": {"2017-09-01"}, "text": {"演练"}}).Want(http.StatusNotFound)
	tn.site.Of(tn.Clerk("GA")).Post(path+"/declarations", url.Values{"kind": {"drill"}, "day": {"2017-09-01"}, "text": {"演练记录见局发33号"}}).Want(http.StatusSeeOther)
	p := tn.centre().Get(path).Want(http.StatusOK)
	webtest.WantWords(t, p, "#declared", "演练记录见局发33号", "待认可")
	decide := p.Form("#decide-1")
	decide.Set("decision", "refuse")
	refused := tn.centre().Post("/zombies/declarations/1/decision", decide).Want(http.StatusUnprocessableEntity)
	webtest.WantWords(t, refused, "#declared", "待认可")
	decide.Set("decision", "accept")
	tn.centre().Post("/zombies/declarations/1/decision", decide).Want(http.StatusSeeOther)
	webtest.WantWords(t, tn.site.Of(tn.Clerk("GA")).Get(path).Want(http.StatusOK), "#declared", "已认可")
}
