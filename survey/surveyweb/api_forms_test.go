package surveyweb_test

import (
	"net/http"
	"strconv"
	"testing"
)

// answer is what the tests read of an answer of the API.
type answer struct {
	ID       int64  `json:"id"`
	State    string `json:"state"`
	Decision string `json:"decision"`
	Ready    bool   `json:"ready"`
	Hash     string `json:"hash"`
	Answers  map[string]any
	Form     struct {
		State string `json:"state"`
		Zero  bool   `json:"zero"`
		Late  *int   `json:"late_working_days"`
	} `json:"form"`
	Rows []struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	} `json:"rows"`
	Problems []struct {
		Name, Code, Message string
		Warning             bool
	} `json:"problems"`
}

func TestAFormByPrograms(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	b, token := tn.site.Nobody(), tn.site.Bearer(tn.Head("RS"))
	path := "/api/v1/surveys/zc-2017/forms/" + tn.Department("RS").Code
	call := func(method, at string, body any, want int, header ...string) (answer, string) {
		t.Helper()
		p := b.JSON(method, path+at, body, append([]string{"Authorization", token}, header...)...).Want(want)
		var out answer
		if p.Body != "" {
			p.Into(&out)
		}
		return out, p.Header.Get("ETag")
	}
	form, etag := call(http.MethodGet, "", nil, http.StatusOK)
	if form.State != "draft" || etag == "" {
		t.Fatalf("the form is %+v, tag %s", form, etag)
	}
	rows, _ := call(http.MethodGet, "/rows", nil, http.StatusOK)
	if len(rows.Rows) != 1 {
		t.Fatalf("rows %+v", rows)
	}
	at := "/rows/" + strconv.FormatInt(rows.Rows[0].ID, 10)
	row, tag := call(http.MethodGet, at, nil, http.StatusOK)
	if row.Answers["om_amount_year"] != float64(12_000_000) || row.Answers["fact.kind"] != nil {
		t.Errorf("answers %v", row.Answers)
	}
	change := map[string]any{"answers": map[string]any{"om_amount_year": 13_000_000, "approval_date": nil}}
	call(http.MethodPatch, at, change, http.StatusUnprocessableEntity) // without If-Match
	row, next := call(http.MethodPatch, at, change, http.StatusOK, "If-Match", tag)
	if len(row.Problems) == 0 || row.Problems[0].Code != "err.required" || row.Problems[0].Name != "approval_date" {
		t.Errorf("problems %+v", row.Problems)
	}
	call(http.MethodPatch, at, change, http.StatusConflict, "If-Match", tag)
	row, _ = call(http.MethodPatch, at, map[string]any{"answers": map[string]any{"approval_date": "2013-03-05"}}, http.StatusOK, "If-Match", next)
	if row.Decision != "changed" || len(row.Problems) != 0 {
		t.Errorf("mended: %+v", row)
	}
	saved, etag := call(http.MethodPatch, "/answers", map[string]any{"answers": map[string]any{
		"declared_count": 2, "none_clean": true, "none_connect": true, "none_demand": true,
	}}, http.StatusOK, "If-Match", etag)
	if saved.Form.State != "draft" {
		t.Errorf("saved %+v", saved)
	}
	check, _ := call(http.MethodGet, "/check", nil, http.StatusOK)
	if check.Ready || len(check.Problems) != 1 || check.Problems[0].Code != "survey.err.v15" {
		t.Errorf("check %+v", check)
	}
	call(http.MethodPost, "/submit", map[string]any{}, http.StatusUnprocessableEntity, "If-Match", etag)
	_, etag = call(http.MethodPatch, "/answers", map[string]any{"answers": map[string]any{"declared_count": 1}}, http.StatusOK, "If-Match", etag)
	check, _ = call(http.MethodGet, "/check", nil, http.StatusOK)
	filed, _ := call(http.MethodPost, "/submit", map[string]any{"hash": check.Hash}, http.StatusOK, "If-Match", etag)
	if filed.Form.State != "submitted" || filed.Form.Late == nil || *filed.Form.Late != 0 {
		t.Errorf("filed %+v", filed)
	}
}

func TestAZeroReportByPrograms(t *testing.T) {
	tn := open(t)
	b, token := tn.site.Nobody(), tn.site.Bearer(tn.Head("MZJ"))
	path := "/api/v1/surveys/zc-2017/forms/" + tn.Department("MZJ").Code
	tag := b.JSON(http.MethodGet, path, nil, "Authorization", token).Want(http.StatusOK).Header.Get("ETag")
	b.JSON(http.MethodPost, path+"/zero", map[string]string{"reason": "无"}, "Authorization", token, "If-Match", tag).Want(http.StatusUnprocessableEntity)
	p := b.JSON(http.MethodPost, path+"/zero", map[string]string{"reason": "没有自建或租用系统"}, "Authorization", token, "If-Match", tag).Want(http.StatusOK)
	var out answer
	p.Into(&out)
	if !out.Form.Zero {
		t.Errorf("answer %s", p.Body)
	}
	b.JSON(http.MethodPost, path+"/submit", map[string]string{}, "Authorization", token, "If-Match", p.Header.Get("ETag")).Want(http.StatusOK)
}
