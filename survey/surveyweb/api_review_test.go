package surveyweb_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/survey"
)

const apiBase = "/api/v1/surveys/zc-2017"

// said is a comment as programs send it.
type said struct {
	Row      int64  `json:"row,omitempty"`
	Question string `json:"question,omitempty"`
	Text     string `json:"text"`
}

type comments struct {
	Comments []said `json:"comments"`
}

func TestAProgramReviews(t *testing.T) {
	tn := open(t)
	tn.nineOfTen(t)
	office, bearer := tn.site.Nobody(), tn.site.Bearer(tn.reviewer())
	call := func(method, path string, body any, more ...string) (status int, text string) {
		t.Helper()
		p := office.JSON(method, path, body, append([]string{"Authorization", bearer}, more...)...)
		return p.Status, p.Body
	}
	var queue struct {
		Total, Clean int
		Forms        []struct {
			Department string
			Version    int64
			Clean      bool
		}
	}
	p := office.JSON(http.MethodGet, apiBase+"/review?size=3", nil, "Authorization", bearer).Want(http.StatusOK)
	p.Into(&queue)
	if queue.Total != 9 || queue.Clean != 9 || len(queue.Forms) != 3 || queue.Forms[0].Department != "XYFC" {
		t.Errorf("the queue is %+v", queue)
	}
	form := apiBase + "/forms/XYFC"
	row := int64(tn.row(t, "FC", "业务系统").ID)
	if status, text := call(http.MethodPut, form+"/review/drafts", comments{[]said{{Row: row, Question: "fund_source", Text: "经费来源缺失"}}}); status != http.StatusNoContent {
		t.Fatalf("drafts: %d %s", status, text)
	}
	if status, text := call(http.MethodPost, form+"/return", comments{}); status != http.StatusUnprocessableEntity || !strings.Contains(text, "If-Match") {
		t.Errorf("without the version: %d %s", status, text)
	}
	if status, text := call(http.MethodPost, form+"/return", comments{}, "If-Match", `"1"`); status != http.StatusConflict {
		t.Errorf("with an old version: %d %s", status, text)
	}
	f, err := tn.Desk.FindForm(t.Context(), tn.reviewer(), tn.Form("FC"))
	if err != nil {
		t.Fatal(err)
	}
	p = office.JSON(http.MethodPost, form+"/return", comments{}, "Authorization", bearer, "If-Match", etag(f.Form.Version)).Want(http.StatusOK)
	if !strings.Contains(p.Body, `"state":"returned"`) || !strings.Contains(p.Body, `"late_wd":0`) || p.Header.Get("ETag") != etag(f.Form.Version+1) {
		t.Errorf("returned: %s %s", p.Header.Get("ETag"), p.Body)
	}
	var list struct {
		Comments []struct {
			ID   int64
			Text string
			Kind string
		}
	}
	clerk, clerkBearer := tn.site.Nobody(), tn.site.Bearer(tn.Clerk("FC"))
	clerk.JSON(http.MethodGet, form+"/comments", nil, "Authorization", clerkBearer).Want(http.StatusOK).Into(&list)
	if len(list.Comments) != 1 || list.Comments[0].Kind != "review" || list.Comments[0].Text != "经费来源缺失" {
		t.Fatalf("the clerk reads %+v", list)
	}
	reply := struct {
		Text string `json:"text"`
	}{"已补填"}
	clerk.JSON(http.MethodPost, form+"/comments/"+itoa(list.Comments[0].ID)+"/replies", reply, "Authorization", clerkBearer).Want(http.StatusCreated)

	many := struct {
		Departments []string `json:"departments"`
	}{[]string{"XYRS", "XYFC", "XYMZJ"}}
	p = office.JSON(http.MethodPost, apiBase+"/review/accept", many, "Authorization", bearer).Want(http.StatusOK)
	if strings.Count(p.Body, `"accepted":true`) != 2 || !strings.Contains(p.Body, `"code":"survey.err.not_submitted"`) {
		t.Errorf("accepted together: %s", p.Body)
	}
	p = office.JSON(http.MethodGet, apiBase+"/forms/XYRS/compare?from=register&to=1", nil, "Authorization", bearer).Want(http.StatusOK)
	if !strings.Contains(p.Body, `"difference":"same"`) {
		t.Errorf("after the acceptance the register differs: %s", p.Body)
	}
	f, err = tn.Desk.FindForm(t.Context(), tn.reviewer(), tn.Form("MZ"))
	if err != nil {
		t.Fatal(err)
	}
	p = office.JSON(http.MethodPut, apiBase+"/forms/XYMZ/office-note", struct {
		Note string `json:"office_note"`
	}{"已核实"}, "Authorization", bearer, "If-Match", etag(f.Form.Version)).Want(http.StatusOK)
	if status, text := call(http.MethodPost, apiBase+"/forms/XYMZ/accept", nil, "If-Match", p.Header.Get("ETag")); status != http.StatusOK || !strings.Contains(text, `"state":"accepted"`) || !strings.Contains(text, "已核实") {
		t.Errorf("accept: %d %s", status, text)
	}
}

func TestAProgramReadsTheCoverageAndReminds(t *testing.T) {
	tn := open(t)
	tn.nineOfTen(t)
	office, bearer := tn.site.Nobody(), tn.site.Bearer(tn.reviewer())
	p := office.JSON(http.MethodGet, apiBase+"/coverage", nil, "Authorization", bearer).Want(http.StatusOK)
	for _, want := range []string{`"bodies":10`, `"filed":9`, `"not_opened":1`, `"submitted":9`, "+08:00"} {
		if !strings.Contains(p.Body, want) {
			t.Errorf("%s is not in %s", want, p.Body)
		}
	}
	remind := struct {
		Departments []string `json:"departments"`
		Note        string   `json:"note"`
	}{[]string{"XYWJ"}, "请今天报送"}
	office.JSON(http.MethodPost, apiBase+"/reminders", remind, "Authorization", bearer).Want(http.StatusCreated)
	p = office.JSON(http.MethodGet, apiBase+"/coverage/departments?todo=yes", nil, "Authorization", bearer).Want(http.StatusOK)
	if !strings.Contains(p.Body, `"total":1`) || !strings.Contains(p.Body, `"department":"XYWJ"`) || !strings.Contains(p.Body, `"reminders":1`) {
		t.Errorf("to do: %s", p.Body)
	}
	if p = office.JSON(http.MethodGet, apiBase+"/reminders", nil, "Authorization", bearer); !strings.Contains(p.Body, "请今天报送") {
		t.Errorf("reminders: %s", p.Body)
	}
	remind.Departments = []string{"XYWJ", "XX"}
	if p = office.JSON(http.MethodPost, apiBase+"/reminders", remind, "Authorization", bearer).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Body, "XX") {
		t.Errorf("an unknown body: %s", p.Body)
	}
	remind.Departments = []string{"XYRS"}
	office.JSON(http.MethodPost, apiBase+"/reminders", remind, "Authorization", bearer).Want(http.StatusConflict)
	office.JSON(http.MethodGet, apiBase+"/coverage/departments?standing=nowhere", nil, "Authorization", bearer).Want(http.StatusUnprocessableEntity)
}

func TestWhichProgramsReview(t *testing.T) {
	tn := open(t)
	tn.handedIn(t, "RS", "业务系统")
	reader := tn.reviewer()
	reader.Login, reader.Scopes = "reader", []string{"surveys:read"}
	for _, c := range []struct {
		name            string
		by              auth.Principal
		queue, act, see int
	}{
		{"Office", tn.reviewer(), 200, 422, 200},
		{"Office that may only read", reader, 200, 403, 200},
		{"auditor", tn.Someone(auth.Auditor), 403, 403, 200},
		{"region that is not asked", tn.Region("ZY"), 403, 403, 404},
		{"clerk", tn.Clerk("RS"), 403, 403, 403},
		{"admin", tn.Someone(auth.Admin), 403, 403, 403},
	} {
		b, bearer := tn.site.Nobody(), tn.site.Bearer(c.by)
		get := func(path string) int { return b.JSON(http.MethodGet, path, nil, "Authorization", bearer).Status }
		if got := get(apiBase + "/review"); got != c.queue {
			t.Errorf("%s reads the queue: %d, want %d", c.name, got, c.queue)
		}
		for _, path := range []string{"/coverage", "/coverage/departments", "/reminders"} {
			if got := get(apiBase + path); got != c.see {
				t.Errorf("%s at %s: %d, want %d", c.name, path, got, c.see)
			}
		}
		for _, path := range []string{"/forms/XYRS/return", "/forms/XYRS/accept"} {
			if got := b.JSON(http.MethodPost, apiBase+path, comments{[]said{}}, "Authorization", bearer); got.Status != c.act {
				t.Errorf("%s at %s: %d, want %d: %s", c.name, path, got.Status, c.act, got.Body)
			}
		}
	}
	if f, err := tn.Desk.FindForm(t.Context(), tn.reviewer(), tn.Form("RS")); err != nil || f.Form.State != survey.FormSubmitted {
		t.Errorf("the form became %s, %v", f.Form.State, err)
	}
}

func etag(version int64) string { return `"` + itoa(version) + `"` }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
