package surveyweb_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingce/internal/locale"
	"qingce/internal/web/webtest"
	"qingce/survey"
	"qingce/survey/surveytest"
)

const full = "/questionnaires/self-survey-2017/1"

func TestAVersionIsShownInWords(t *testing.T) {
	tn := open(t)
	for _, c := range []struct {
		lang string
		want []string
	}{
		{locale.Chinese, []string{"方案要求的自查内容", "“机房今后的安排”是“确需保留”", "自动计算：各系统的", "涉密系统不填", "“台账中已下线”是“是”", "由哪个部门提供（选择单位，必填）", "已发布"}},
		{locale.English, []string{"What the plan asks for", "“Own server room” is “Yes”", "Worked out:", "Not for classified systems", "Published"}},
	} {
		b := tn.site.Of(tn.Office())
		b.Lang = c.lang
		p := b.Get(full).Want(http.StatusOK)
		for _, want := range c.want {
			if !strings.Contains(p.Text("main"), want) {
				t.Errorf("%s: %q is not on the page", c.lang, want)
			}
		}
	}
	if p := tn.site.Of(tn.Clerk("RS")).Get(full).Want(http.StatusOK); p.Has(`main form`) || p.Has(`main a[href$="/edit"]`) {
		t.Errorf("a clerk can change it: %s", p.Words("main a"))
	}
}

func TestThePreviewAsksLikeTheForm(t *testing.T) {
	tn := open(t)
	clerk := tn.site.Of(tn.Clerk("RS"))
	p := clerk.Get(full + "/preview").Want(http.StatusOK)
	if !p.Has(`form#preview [name="name"]`) || p.Has(`form#preview [name="x_season_off"]:not([disabled])`) && !hidden(p, "x_season_off") {
		t.Errorf("a running system is asked: %s", p.Words("form#preview label"))
	}
	if hidden(clerk.Get(full+"/preview?fact.seasonal=true"), "x_season_off") {
		t.Error("a seasonal system is not asked about its season")
	}
	p = clerk.Get(full + "/preview?part=department").Want(http.StatusOK)
	for _, want := range []string{"数据需求清单", "需要的数据", "自动计算，不用填写", "在表格下方上传"} {
		if !strings.Contains(p.Text("main"), want) {
			t.Errorf("%q is not in the preview", want)
		}
	}
}

// hidden tells whether the field of a name is on the page and hidden.
func hidden(p *webtest.Page, name string) bool {
	for _, n := range p.All(`form#preview .field[hidden] [name="` + name + `"]`) {
		return n != nil
	}
	return false
}

// drafted makes a draft and gives its address and version.
func drafted(t *testing.T, tn *town) (*webtest.Browser, string) {
	t.Helper()
	office := tn.site.Of(tn.Office())
	p := office.Post("/questionnaires/self-survey-brief/versions", nil).Want(http.StatusSeeOther)
	return office, strings.TrimSuffix(p.Location(), "/edit")
}

// version is the version of the draft that its page shows.
func version(p *webtest.Page) string { return p.Form("form#words").Get("version") }

// TestAQuestionIsAddedWithoutCode walks the editor.
func TestAQuestionIsAddedWithoutCode(t *testing.T) {
	tn := before(t)
	office, draft := drafted(t, tn)
	p := office.Get(draft + "/section").Want(http.StatusOK)
	office.Post(draft+"/section", url.Values{"version": {value(p, "version")}, "of": {"department"}, "title": {"机房"}, "title.en": {"Server room"}}).Want(http.StatusSeeOther)
	p = office.Get(draft + "/edit").Want(http.StatusOK)
	if !strings.Contains(p.Text("main"), "4 机房") {
		t.Fatalf("the section is not there: %s", p.Short())
	}
	form := url.Values{
		"version": {version(p)}, "section": {"s1"}, "kind": {"own"}, "type": {"choice"}, "title": {"机房今后的安排"}, "required": {"true"},
		"options.0.zh": {"迁云"}, "options.0.en": {"To the cloud"}, "options.1.zh": {"保留"},
	}
	office.Post(draft+"/question", form).Want(http.StatusSeeOther)
	p = office.Get(draft + "/question?section=s1&kind=own").Want(http.StatusOK)
	if !strings.Contains(p.Text(`select[name="shown.0"]`), "“机房今后的安排”是“保留”") {
		t.Errorf("conditions to choose: %s", p.Text(`select[name="shown.0"]`))
	}
	form = url.Values{
		"version": {value(p, "version")}, "section": {"s1"}, "kind": {"own"}, "type": {"longtext"}, "title": {"保留的理由"}, "shown.0": {"x_q1=o2"}, "required": {"true"},
	}
	office.Post(draft+"/question", form).Want(http.StatusSeeOther)
	p = office.Get(draft).Want(http.StatusOK)
	for _, want := range []string{"机房今后的安排", "迁云、保留", "保留的理由", "“机房今后的安排”是“保留”"} {
		if !strings.Contains(p.Text("main"), want) {
			t.Errorf("%q is not in the draft", want)
		}
	}
	p = office.Get(draft + "/edit")
	p = office.Post(draft+"/remove", url.Values{"version": {version(p)}, "question": {"x_q1"}}).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Text(".errors"), "x_q1") {
		t.Errorf("a question on which another hangs: %s", p.Text(".errors"))
	}
	office.Post(draft+"/move", url.Values{"version": {version(p)}, "question": {"x_q2"}, "by": {"-1"}}).Want(http.StatusUnprocessableEntity)
	office.Post(draft+"/remove", url.Values{"version": {version(p)}, "question": {"x_q2"}}).Want(http.StatusSeeOther)
	p = office.Get(draft + "/edit")
	office.Post(draft+"/publish", url.Values{"version": {version(p)}}).Want(http.StatusSeeOther)
	if q := tn.Questionnaire(surveytest.Brief); q.State != survey.Published || q.Number != 2 {
		t.Errorf("the draft is %s", q.State)
	}
	office.Get(draft + "/edit").Want(http.StatusConflict)
	p = office.Get(draft + "/compare").Want(http.StatusOK)
	if !strings.Contains(p.Text("main"), "机房今后的安排") || !strings.Contains(p.Text("main"), "增加") {
		t.Errorf("compared: %s", p.Short())
	}
}

func TestMistakesInAQuestionStandAtItsInputs(t *testing.T) {
	tn := before(t)
	office, draft := drafted(t, tn)
	p := office.Get(draft + "/question?section=demands&kind=own").Want(http.StatusOK)
	form := url.Values{"version": {value(p, "version")}, "section": {"demands"}, "kind": {"own"}, "type": {"choice"}, "title": {""}, "title.en": {"Only English"}, "options.0.en": {"x"}}
	p = office.Post(draft+"/question", form).Want(http.StatusUnprocessableEntity)
	if p.Text("#e-title") == "" || value(p, "title.en") != "Only English" {
		t.Errorf("the form came back with %s", p.Short())
	}
	if got := p.Text(`#e-options\.0\.zh`); !strings.Contains(got, "请写中文") {
		t.Errorf("no error at the choice: %s", got)
	}
	form = url.Values{
		"version": {value(p, "version")}, "section": {"eight"}, "question": {"fund_source"}, "kind": {"field"}, "field": {"fund_source"}, "shown.0": {"phase=running"},
	}
	p = office.Post(draft+"/question", form).Want(http.StatusUnprocessableEntity)
	if got := p.Text(`main`); !strings.Contains(got, "台账必填的信息不能设出现条件") {
		t.Errorf("a required field was hidden: %s", p.Short())
	}
}

func TestTwoEditorsDoNotOverwriteEachOther(t *testing.T) {
	tn := before(t)
	office, draft := drafted(t, tn)
	p := office.Get(draft + "/section?section=demands").Want(http.StatusOK)
	form := url.Values{"version": {value(p, "version")}, "section": {"demands"}, "of": {"department"}, "title": {"需求"}}
	tn.site.Of(tn.Centre()).Post(draft+"/section", url.Values{"version": {value(p, "version")}, "of": {"department"}, "title": {"新的"}}).Want(http.StatusSeeOther)
	p = office.Post(draft+"/section", form).Want(http.StatusConflict)
	if value(p, "title") != "需求" || !strings.Contains(p.Text("main"), "改过这份草稿") {
		t.Errorf("the form came back with %s", p.Short())
	}
	form.Set("version", value(p, "version"))
	office.Post(draft+"/section", form).Want(http.StatusSeeOther)
}

// upload sends a file with the fields of a form.
func upload(b *webtest.Browser, path string, fields url.Values, content string) *webtest.Page {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range fields {
		_ = w.WriteField(name, values[0])
	}
	part, _ := w.CreateFormFile("file", "questionnaire.json")
	_, _ = part.Write([]byte(content))
	_ = w.Close()
	return b.Do(http.MethodPost, path, &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

func TestAQuestionnaireGoesToAnotherCityAndComesBack(t *testing.T) {
	tn := before(t)
	office := tn.site.Of(tn.Office())
	file := office.Get(full + "/file").Want(http.StatusOK)
	if !strings.Contains(file.Header.Get("Content-Disposition"), "self-survey-2017-1.json") {
		t.Errorf("the file is called %s", file.Header.Get("Content-Disposition"))
	}
	p := upload(office, "/questionnaires", url.Values{"code": {"copied"}, "how": {"file"}}, strings.Replace(file.Body, `"title"`, `"titel"`, 1)).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Text("#e-file"), "titel") || value(p, "code") != "copied" {
		t.Errorf("a file with a slip: %s", p.Short())
	}
	upload(office, "/questionnaires", url.Values{"code": {"copied"}, "how": {"file"}}, file.Body).Want(http.StatusSeeOther)
	if back := office.Get("/questionnaires/copied/1/file"); back.Body != file.Body {
		t.Error("what came back is not what went out")
	}
	p = office.Get("/questionnaires/copied/1/edit").Want(http.StatusOK)
	if p = upload(office, "/questionnaires/copied/1/upload", url.Values{"version": {version(p)}}, `{"title":{},"sections":[]}`).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Text(".errors"), "中文") {
		t.Errorf("a bad file: %s", p.Short())
	}
	office.Post("/questionnaires", url.Values{"code": {"blank"}, "how": {"blank"}, "title": {"空白"}}).Want(http.StatusSeeOther)
	office.Post("/questionnaires", url.Values{"code": {"blank"}, "how": {"copy"}, "from": {"self-survey-brief/1"}}).Want(http.StatusUnprocessableEntity)
	if p = office.Get("/questionnaires").Want(http.StatusOK); !strings.Contains(p.Text("main"), "空白（第 1 版）") {
		t.Errorf("the list: %s", p.Short())
	}
}

func TestPublishingSaysWhatIsMissing(t *testing.T) {
	tn := before(t)
	office := tn.site.Of(tn.Office())
	office.Post("/questionnaires", url.Values{"code": {"blank"}, "how": {"blank"}, "title": {"空白"}}).Want(http.StatusSeeOther)
	p := office.Post("/questionnaires/blank/1/publish", url.Values{"version": {"1"}}).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Text("main"), "台账必填的“系统名称”没有问") {
		t.Errorf("it says: %s", p.Short())
	}
	p = office.Get(full + "/withdraw").Want(http.StatusOK)
	form := url.Values{"version": {value(p, "version")}}
	office.Post(full+"/withdraw", form).Want(http.StatusUnprocessableEntity)
	form.Set("reason", "停用")
	office.Post(full+"/withdraw", form).Want(http.StatusSeeOther)
}
