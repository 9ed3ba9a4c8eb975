package catalogweb_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/inventory/catalog"
	"qingce/inventory/catalog/catalogtest"
)

// apiEntry is a complete entry of MZ, as a program sends it.
func (tn *town) apiEntry(name string) map[string]any {
	return map[string]any{
		"class_code": catalogtest.Class, "name": name, "provider": tn.Department("MZ").Code, "abstract": name, "format_category": "database",
		"format_type": "mysql", "share_type": "1", "share_method_category": "platform", "share_method": "service", "open_to_public": false,
		"update_cycle": "daily", "secrecy_result": "passed", "secrecy_reviewer": "王芳", "secrecy_on": "2017-09-11",
		"items": []any{map[string]any{"name": "姓名", "data_type": "C"}},
	}
}

type answered struct {
	ID      int64    `json:"id"`
	Code    string   `json:"code"`
	State   string   `json:"state"`
	Turn    string   `json:"turn"`
	Moves   []string `json:"moves"`
	Version int64    `json:"version"`
	Remarks []struct {
		Field string `json:"field"`
		Code  string `json:"code"`
	} `json:"remarks"`
}

func etag(v int64) string { return `"` + strconv.FormatInt(v, 10) + `"` }

func TestProgramsCompileAndPublish(t *testing.T) {
	tn := open(t)
	clerk, head, office := tn.site.Of(tn.Clerk("MZ")), tn.site.Of(tn.Head("MZ")), tn.site.Of(tn.Someone(auth.Office))
	entry := tn.apiEntry("婚姻登记信息")
	entry["share_type"] = "3"
	delete(entry, "share_method")
	delete(entry, "share_method_category")
	entry["basis_text"] = "工作需要"
	var e answered
	clerk.JSON("POST", "/api/v1/catalog/entries", map[string]any{"entry": entry}).Want(http.StatusCreated).Into(&e)
	if e.State != "draft" || e.Turn != "head" || len(e.Remarks) < 2 {
		t.Fatalf("added as %+v, want a draft with remarks", e)
	}
	path := "/api/v1/catalog/entries/" + strconv.FormatInt(e.ID, 10)
	refused := head.JSON("POST", path+"/moves", map[string]any{"move": "submit"}, "If-Match", etag(e.Version)).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(refused.Body, "catalog.err.v01") || !strings.Contains(refused.Body, "basis_text") {
		t.Errorf("refused with %s", refused.Body)
	}
	entry["basis_level"], entry["basis_text"] = "law", "《中华人民共和国保守国家秘密法》第九条"
	clerk.JSON("PUT", path, map[string]any{"entry": entry}, "If-Match", etag(e.Version)).Want(http.StatusOK).Into(&e)
	head.JSON("POST", path+"/moves", map[string]any{"move": "submit"}, "If-Match", etag(e.Version)).Want(http.StatusOK).Into(&e)
	clerk.JSON("PUT", path, map[string]any{"entry": entry}, "If-Match", etag(e.Version-1)).Want(http.StatusConflict)
	office.JSON("POST", path+"/moves", map[string]any{"move": "publish"}, "If-Match", etag(e.Version)).Want(http.StatusOK).Into(&e)
	if e.State != "published" || e.Turn != "nobody" {
		t.Errorf("published as %+v", e)
	}
	clerk.JSON("PUT", path+"/mount", map[string]any{"kind": "api", "address": "marriage/query", "updated_on": "2017-09-12"}, "If-Match", etag(e.Version)).
		Want(http.StatusOK).Into(&e)
	var list struct {
		Total   int64 `json:"total"`
		Entries []struct {
			Code    string `json:"code"`
			Mounted bool   `json:"mounted"`
		} `json:"entries"`
	}
	tn.site.Of(tn.Clerk("RS")).JSON("GET", "/api/v1/catalog/entries?q=婚姻&share=3", nil).Want(http.StatusOK).Into(&list)
	if list.Total != 1 || list.Entries[0].Code != e.Code || !list.Entries[0].Mounted {
		t.Errorf("found %+v", list)
	}
	var versions struct {
		Versions []struct {
			Number int64 `json:"number"`
		} `json:"versions"`
	}
	office.JSON("GET", path+"/versions", nil).Want(http.StatusOK).Into(&versions)
	if len(versions.Versions) != 1 {
		t.Errorf("%d versions, want 1", len(versions.Versions))
	}
}

func TestProgramsReadTheDesk(t *testing.T) {
	tn := open(t)
	tn.Published("MZ", "婚姻登记信息", catalog.Conditional)
	office := tn.site.Of(tn.Someone(auth.Office))
	var numbers struct {
		All struct {
			Entries     int64 `json:"entries"`
			Conditional int64 `json:"conditional"`
			Items       int64 `json:"items"`
		} `json:"all"`
	}
	office.JSON("GET", "/api/v1/catalog/numbers", nil).Want(http.StatusOK).Into(&numbers)
	if numbers.All.Entries != 1 || numbers.All.Conditional != 1 || numbers.All.Items != 3 {
		t.Errorf("numbers %+v", numbers)
	}
	office.JSON("POST", "/api/v1/catalog/filings", map[string]any{"due_on": "2017-10-20", "departments": []string{"XYMZ"}}).Want(http.StatusNoContent)
	var filings struct {
		Filings []struct {
			Department string `json:"department"`
			DueOn      string `json:"due_on"`
			Version    int64  `json:"version"`
		} `json:"filings"`
	}
	office.JSON("GET", "/api/v1/catalog/filings", nil).Want(http.StatusOK).Into(&filings)
	if len(filings.Filings) != 1 || filings.Filings[0].DueOn != "2017-10-20" || filings.Filings[0].Department != "XYMZ" {
		t.Fatalf("filings %+v", filings)
	}
	var change struct {
		Departments []struct {
			DueOn string `json:"due_on"`
		} `json:"departments"`
	}
	office.JSON("POST", "/api/v1/catalog/changes", map[string]any{
		"kind": "law", "title": "修订《婚姻登记条例》", "changed_on": "2017-09-11", "departments": []string{"XYMZ"},
	}).Want(http.StatusCreated).Into(&change)
	if len(change.Departments) != 1 || change.Departments[0].DueOn != "2017-09-30" {
		t.Errorf("the clock runs to %+v, want 2017-09-30", change.Departments)
	}
	office.JSON("GET", "/api/v1/catalog/classes", nil).Want(http.StatusOK)
	office.JSON("POST", "/api/v1/catalog/overlaps", nil).Want(http.StatusOK)
	office.JSON("GET", "/api/v1/catalog/overlaps?state=proposed", nil).Want(http.StatusOK)
	tn.site.Of(tn.Someone(auth.Admin)).JSON("GET", "/api/v1/catalog/numbers", nil).Want(http.StatusForbidden)
}
