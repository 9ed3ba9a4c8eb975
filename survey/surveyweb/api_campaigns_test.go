package surveyweb_test

import (
	"net/http"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/web/webtest"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/survey/surveytest"
)

// caller sends JSON as a program of somebody.
type caller struct {
	b    *webtest.Browser
	auth string
}

func (tn *town) caller(p auth.Principal) caller {
	b, token := tn.site.Nobody(), tn.site.Bearer(p)
	return caller{b, token}
}

func (c caller) call(method, path string, body any, header ...string) *webtest.Page {
	return c.b.JSON(method, path, body, append([]string{"Authorization", c.auth}, header...)...)
}

type surveyDoc struct {
	Code, State, Questionnaire string
	DueOn                      string `json:"due_on"`
	Version                    int64
	Forms                      struct{ Total int }
	Remarks                    []struct{ Field, Message string }
	Errors                     []struct{ Field, Message string }
}

func TestAProgramHoldsASurvey(t *testing.T) {
	tn := before(t)
	office := tn.caller(tn.Office())
	input := map[string]any{
		"code": "zc-2017", "kind": "self_survey", "title": "自查", "scope": "municipal", "questionnaire": "self-survey-2017/1",
		"opens_on": "2017-09-11", "due_on": "2017-10-15",
	}
	var doc surveyDoc
	p := office.call("POST", "/api/v1/surveys", input).Want(http.StatusCreated)
	if p.Into(&doc); doc.State != "preparing" || doc.Questionnaire != "self-survey-2017/1" || len(doc.Remarks) != 1 {
		t.Fatalf("created %s", p.Body)
	}
	doc = surveyDoc{}
	p = office.call("POST", "/api/v1/surveys", map[string]any{"code": "zc-2017", "kind": "self_survey", "title": "二"}).Want(http.StatusUnprocessableEntity)
	p.Into(&doc)
	names := ""
	for _, e := range doc.Errors {
		names += e.Field + " "
	}
	if names != "questionnaire scope opens_on due_on code " {
		t.Errorf("wrong are %q in %s", names, p.Body)
	}
	office.call("PUT", "/api/v1/surveys/zc-2017/exceptions/XYMZJ", map[string]any{"included": false, "reason": "已并入"}).Want(http.StatusOK)
	p = office.call("GET", "/api/v1/surveys/zc-2017/scope", nil).Want(http.StatusOK)
	if strings.Count(p.Body, `"people"`) != 9 || !strings.Contains(p.Body, "已并入") {
		t.Errorf("scope %s", p.Body)
	}
	office.call("DELETE", "/api/v1/surveys/zc-2017/exceptions/XYMZJ", nil).Want(http.StatusOK)
	office.call("POST", "/api/v1/surveys/zc-2017/open", nil).Want(http.StatusUnprocessableEntity) // no If-Match
	p = office.call("POST", "/api/v1/surveys/zc-2017/open", nil, "If-Match", `"1"`).Want(http.StatusOK)
	if p.Into(&doc); doc.State != "running" || doc.Forms.Total != 10 || p.Header.Get("ETag") != `"2"` {
		t.Errorf("opened %s", p.Body)
	}
	office.call("PATCH", "/api/v1/surveys/zc-2017", map[string]any{"due_on": "2017-10-20"}, "If-Match", `"2"`).Want(http.StatusUnprocessableEntity)
	office.call("PATCH", "/api/v1/surveys/zc-2017?reason=x", map[string]any{"due_on": "2017-10-20"}, "If-Match", `"2"`).Want(http.StatusOK)
	office.call("PATCH", "/api/v1/surveys/zc-2017", map[string]any{"note": "x"}, "If-Match", `"2"`).Want(http.StatusConflict)
	office.call("POST", "/api/v1/surveys/zc-2017/close", map[string]any{"reason": "报齐"}, "If-Match", `"3"`).Want(http.StatusOK)
	p = office.call("POST", "/api/v1/surveys/zc-2017/copy", nil).Want(http.StatusCreated)
	if p.Into(&doc); doc.Code != "zc-2018" || doc.DueOn != "2018-10-20" {
		t.Errorf("copied %s", p.Body)
	}
}

func TestAProgramSeesWhatItsPersonSees(t *testing.T) {
	tn := open(t)
	p := tn.caller(tn.Clerk("RS")).call("GET", "/api/v1/surveys", nil).Want(http.StatusOK)
	var list struct{ Surveys []surveyDoc }
	if p.Into(&list); len(list.Surveys) != 1 || list.Surveys[0].Forms.Total != 1 {
		t.Errorf("a clerk's program sees %s", p.Body)
	}
	tn.caller(tn.Region("ZY")).call("GET", "/api/v1/surveys/zc-2017", nil).Want(http.StatusNotFound)
	narrow := tn.Clerk("MZ")
	narrow.Scopes = []string{"systems:read"}
	tn.caller(narrow).call("GET", "/api/v1/surveys", nil).Want(http.StatusForbidden)
}

func TestAProgramKeepsQuestionnaires(t *testing.T) {
	tn := open(t)
	office := tn.caller(tn.Office())
	p := office.call("GET", "/api/v1/questionnaires/self-survey-2017/1", nil).Want(http.StatusOK)
	var doc struct {
		Hash      string
		Questions questionnaire.Body
		Errors    []struct{ Field, Code string }
	}
	p.Into(&doc)
	if hash, err := doc.Questions.Hash(); err != nil || hash != doc.Hash {
		t.Errorf("the questions hash to %s, the document says %s", hash, doc.Hash)
	}
	made := map[string]any{"code": "api-made", "questions": doc.Questions}
	office.call("POST", "/api/v1/questionnaires", made).Want(http.StatusCreated)
	doc.Questions.Title = questionnaire.Text{locale.English: "only"}
	p = office.call("PUT", "/api/v1/questionnaires/api-made/1", map[string]any{"questions": doc.Questions}, "If-Match", `"1"`).Want(http.StatusUnprocessableEntity)
	if p.Into(&doc); len(doc.Errors) != 1 || doc.Errors[0].Field != "questions.title" {
		t.Errorf("wrong: %s", p.Body)
	}
	doc.Questions.Title[locale.Chinese] = "程序做的"
	office.call("PUT", "/api/v1/questionnaires/api-made/1", map[string]any{"questions": doc.Questions, "note": "一"}, "If-Match", `"1"`).Want(http.StatusOK)
	office.call("POST", "/api/v1/questionnaires/api-made/1/publish", nil, "If-Match", `"1"`).Want(http.StatusConflict)
	office.call("POST", "/api/v1/questionnaires/api-made/1/publish", nil, "If-Match", `"2"`).Want(http.StatusOK)
	office.call("POST", "/api/v1/questionnaires/api-made/versions", nil).Want(http.StatusCreated)
	office.call("POST", "/api/v1/questionnaires/api-made/2/withdraw", map[string]any{}, "If-Match", `"1"`).Want(http.StatusOK)
	if q := tn.Questionnaire("api-made"); q.State != survey.Withdrawn {
		t.Errorf("version %d is %s", q.Number, q.State)
	}
	clerk := tn.caller(tn.Clerk("RS"))
	clerk.call("GET", "/api/v1/questionnaires", nil).Want(http.StatusForbidden)
	clerk.call("GET", "/api/v1/questionnaires/"+surveytest.Brief+"/1", nil).Want(http.StatusOK)
	tn.caller(tn.Centre()).call("POST", "/api/v1/questionnaires/api-made/1/withdraw", map[string]any{"reason": "x"}, "If-Match", `"3"`).Want(http.StatusForbidden)
}
