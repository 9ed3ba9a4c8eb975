package surveyweb_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/survey"
	"qingce/survey/surveytest"
)

func TestTheListSaysWhatIsNext(t *testing.T) {
	tn := open(t)
	for _, c := range []struct {
		name string
		by   auth.Principal
		want []string
	}{
		{"the Office sees how far it is", tn.Office(), []string{"2017年政务信息系统自查", "进行中", "周六，调休上班", "0/10 · 0.00 %", "看填报进度"}},
		{"a clerk sees the own form", tn.Clerk("RS"), []string{"未打开", "填报本单位自查表"}},
		{"a county that is not asked sees why", tn.Region("ZY"), []string{"还没有自查或普查", "工作台上也会有待办和期限"}},
	} {
		p := tn.site.Of(c.by).Get("/surveys").Want(http.StatusOK)
		for _, want := range c.want {
			if !strings.Contains(p.Text("main"), want) {
				t.Errorf("%s: %q is not in %s", c.name, want, p.Short())
			}
		}
	}
	empty := before(t)
	if p := empty.site.Of(empty.Office()).Get("/surveys"); !strings.Contains(p.Text("main"), "新建自查或普查") || !p.Has(`main a[href="/surveys/new"]`) {
		t.Errorf("without a survey: %s", p.Short())
	}
}

// TestACampaignIsPreparedAndOpenedByHand walks the way of the Office.
func TestACampaignIsPreparedAndOpenedByHand(t *testing.T) {
	tn := before(t)
	office := tn.site.Of(tn.Office())
	office.Get("/surveys/new").Want(http.StatusOK)
	form := url.Values{
		"kind": {"self_survey"}, "title": {"2017年政务信息系统自查"}, "code": {"zc 2017"}, "basis": {"方案第二部分第一项"},
		"questionnaire_id": {"self-survey-2017/1"}, "scope": {"municipal"}, "opens_on": {"2017.9.11"}, "due_on": {"9月底"}, "mend_wd": {"3"}, "note": {"有问题打电话"},
	}
	p := office.Post("/surveys", form).Want(http.StatusUnprocessableEntity)
	if got := value(p, "title"); got != "2017年政务信息系统自查" {
		t.Errorf("the title is lost: %q", got)
	}
	for _, name := range []string{"due_on"} {
		if p.Text("#e-"+name) == "" {
			t.Errorf("no error at %s: %s", name, p.Short())
		}
	}
	form.Set("due_on", "2017-10-15")
	p = office.Post("/surveys", form).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Text("#e-code"), "zc-2017") {
		t.Errorf("the error of the code does not say how to mend it: %s", p.Text("#e-code"))
	}
	form.Set("code", "zc-2017")
	p = office.Post("/surveys", form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	for _, want := range []string{"筹备", "10-13 前", "开始填报", "10 个单位"} {
		if !strings.Contains(p.Text("body"), want) {
			t.Errorf("%q is not on the page: %s", want, p.Short())
		}
	}
	office.Post("/surveys/zc-2017/open", url.Values{"version": {"1"}}).Want(http.StatusSeeOther)
	if c := tn.Campaign("zc-2017"); c.State != survey.Running || c.Counts.Bodies != 10 {
		t.Errorf("opened as %s with %d forms", c.State, c.Counts.Bodies)
	}
	p = office.Get("/surveys/zc-2017").Want(http.StatusOK)
	if !p.Has(`main a[href="/surveys/zc-2017/coverage"]`) || !p.Has(`main a[href="/surveys/zc-2017/review"]`) {
		t.Errorf("no way to the coverage and the review: %s", p.Short())
	}
}

func TestWhatKeepsItFromOpeningIsSaidOnItsPage(t *testing.T) {
	tn := before(t)
	c := tn.Planned()
	c.OpensOn = surveytest.Day("2017-09-20")
	tn.Prepared(c)
	p := tn.site.Of(tn.Office()).Post("/surveys/zc-2017/open", url.Values{"version": {"1"}}).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Text("main"), "请先把开始日改为今天") {
		t.Errorf("it says: %s", p.Short())
	}
}

func TestABodyFindsItsFormOnThePage(t *testing.T) {
	tn := open(t)
	form := "/surveys/zc-2017/forms/" + tn.Department("RS").Code
	p := tn.site.Of(tn.Clerk("RS")).Get("/surveys/zc-2017").Want(http.StatusOK)
	if !strings.Contains(p.Text(".own-form"), "未打开") || !p.Has(`.own-form a[href="`+form+`"]`) {
		t.Errorf("the own form: %s", p.Text(".own-form"))
	}
	for _, hidden := range []string{"coverage", "edit", "scope", "review"} {
		if p.Has(`main a[href="/surveys/zc-2017/` + hidden + `"]`) {
			t.Errorf("a clerk is led to %s", hidden)
		}
	}
	tn.site.Of(tn.Region("ZY")).Get("/surveys/zc-2017").Want(http.StatusNotFound)
}

func TestARunningCampaignOffersOnlyWhatCanChange(t *testing.T) {
	tn := open(t)
	office := tn.site.Of(tn.Office())
	p := office.Get("/surveys/zc-2017/edit").Want(http.StatusOK)
	if p.Has(`[name="title"]`) || !p.Has(`[name="due_on"]`) || !p.Has(`[name="reason"]`) {
		t.Errorf("the form offers %s", p.Words("label"))
	}
	version := value(p, "version")
	form := url.Values{"version": {version}, "due_on": {"2017-10-10"}, "review_due_on": {"2017-10-13"}, "note": {"推迟"}}
	p = office.Post("/surveys/zc-2017", form).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Text("main"), "请写明推迟截止日的理由") || value(p, "note") != "推迟" {
		t.Errorf("it says: %s", p.Short())
	}
	form.Set("reason", "汛期")
	office.Post("/surveys/zc-2017", form).Want(http.StatusSeeOther)
	p = office.Post("/surveys/zc-2017", form).Want(http.StatusConflict)
	if !strings.Contains(p.Text("main"), "保存过") || value(p, "due_on") != "2017-10-10" {
		t.Errorf("a stale save: %s", p.Short())
	}
}

func TestClosingEarlyAsksWhy(t *testing.T) {
	tn := open(t)
	office := tn.site.Of(tn.Office())
	p := office.Get("/surveys/zc-2017/close").Want(http.StatusOK)
	form := url.Values{"version": {value(p, "version")}}
	p = office.Post("/surveys/zc-2017/close", form).Want(http.StatusUnprocessableEntity)
	if p.Text("#e-reason") == "" {
		t.Errorf("no error at the reason: %s", p.Short())
	}
	form.Set("reason", "全部报齐")
	office.Post("/surveys/zc-2017/close", form).Want(http.StatusSeeOther)
	office.Get("/surveys/zc-2017/close").Want(http.StatusConflict)
}

func TestTheScopeIsChangedWhileItIsPrepared(t *testing.T) {
	tn := before(t)
	tn.Prepared(tn.Planned())
	office := tn.site.Of(tn.Office())
	p := office.Post("/surveys/zc-2017/exceptions", url.Values{"department": {"XYMZJ 市民宗局"}, "included": {"false"}}).Want(http.StatusUnprocessableEntity)
	if p.Text("#e-reason") == "" || p.Form("form#exception").Get("department") != "XYMZJ 市民宗局" {
		t.Errorf("it says: %s", p.Short())
	}
	form := url.Values{"department": {"XYMZJ 市民宗局"}, "included": {"false"}, "reason": {"机构合并"}}
	p = office.Post("/surveys/zc-2017/exceptions", form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if !strings.Contains(p.Text("main"), "机构合并") || !strings.Contains(p.Text("main"), "应报单位（9）") {
		t.Errorf("it shows: %s", p.Short())
	}
	office.Post("/surveys/zc-2017/exceptions/XYMZJ/remove", nil).Want(http.StatusSeeOther)
	if p = office.Get("/surveys/zc-2017/scope"); !strings.Contains(p.Text("main"), "应报单位（10）") {
		t.Errorf("it shows: %s", p.Short())
	}
}

func TestANewOneIsCopiedFromTheLast(t *testing.T) {
	tn := open(t)
	p := tn.site.Of(tn.Office()).Get("/surveys/new?copy=zc-2017").Want(http.StatusOK)
	if value(p, "code") != "zc-2018" || value(p, "due_on") != "2018-09-30" || value(p, "copy") != "zc-2017" {
		t.Errorf("proposed %q due %q", value(p, "code"), value(p, "due_on"))
	}
	p = tn.site.Of(tn.Office()).Post("/surveys", url.Values{
		"copy": {"zc-2017"}, "kind": {"self_survey"}, "title": {"2018"}, "code": {"zc-2018"}, "questionnaire_id": {"self-survey-brief/1"},
		"scope": {"municipal"}, "opens_on": {"2018-09-11"}, "due_on": {"2018-09-30"}, "mend_wd": {"3"},
	}).Want(http.StatusSeeOther).Follow()
	if !p.Has(`main a[href="/surveys/zc-2017"]`) {
		t.Errorf("it does not say what it was copied from: %s", p.Short())
	}
}

// A census without a form of its own sends out none and asks nobody, and its
// pages say so.
func TestACensusWithoutAFormSaysThatItAsksNobody(t *testing.T) {
	tn := open(t)
	base := tn.Campaign(surveytest.Code).ID
	c := tn.Prepared(survey.Campaign{
		Code: censusCode, Kind: survey.Census, Title: "2017年政务信息系统普查", Scope: survey.MunicipalOnly, BasedOnID: &base,
		OpensOn: surveytest.Day("2017-09-11"), DueOn: surveytest.Day("2017-10-15"), MendWd: 3,
	})
	office := tn.site.Of(tn.Office())
	path := "/surveys/" + c.Code
	for _, page := range []string{path, path + "/scope"} {
		p := office.Get(page).Want(http.StatusOK)
		for _, wrong := range []string{"可以填报的人", "发出自查表", "发自查表", "开始填报"} {
			if strings.Contains(p.Words("main"), wrong) {
				t.Errorf("%s says %q", page, wrong)
			}
		}
	}
	p := office.Get(path)
	if got := p.Words(".head-acts, .head"); !strings.Contains(got, "各单位不会收到新的表") {
		t.Errorf("opening it leads to %q", got)
	}
	p = office.Post(path+"/open", url.Values{"version": {strconv.FormatInt(c.Version, 10)}}).Follow().Want(http.StatusOK)
	if got := p.Words(".flash"); !strings.Contains(got, "已开始普查") {
		t.Errorf("said %q", got)
	}
}

// The list of surveys has pages, as every list that grows from year to year.
func TestTheListOfSurveysHasPages(t *testing.T) {
	tn := open(t)
	for n := range 3 {
		c := tn.Planned()
		c.Code = "extra-" + strconv.Itoa(n)
		tn.Prepared(c)
	}
	office, seen := tn.site.Of(tn.Office()), map[string]bool{}
	for n, want := range map[string]int{"1": 3, "2": 1} {
		p := office.Get("/surveys?size=3&page=" + n).Want(http.StatusOK)
		rows := p.All("main table.list tbody tr a")
		for _, link := range rows {
			if href := hrefOf(link); strings.Count(href, "/") == 2 {
				seen[href] = true
			}
		}
		if got := len(p.Texts("main table.list tbody tr")); got != want || !strings.Contains(p.Text("main"), "4") {
			t.Errorf("page %s has %d rows, want %d", n, got, want)
		}
	}
	if len(seen) != 4 {
		t.Errorf("the pages show %v", seen)
	}
}
