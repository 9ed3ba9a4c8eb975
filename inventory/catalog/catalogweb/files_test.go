package catalogweb_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
	"qingce/inventory/catalog"
)

// upload posts a file as a form does.
func upload(t *testing.T, b *webtest.Browser, name, content string) *webtest.Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Do("POST", "/catalog/imports", &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

func TestAFileIsPreviewedAndConfirmed(t *testing.T) {
	tn := open(t)
	clerk := tn.site.Of(tn.Clerk("MZ"))
	clerk.Get("/catalog/imports/new").Want(http.StatusOK)
	clerk.Get("/catalog/imports/template.xlsx").Want(http.StatusOK)
	upload(t, clerk, "x.csv", "甲,乙\n1,2\n").Want(http.StatusUnprocessableEntity)
	at := upload(t, clerk, "民政.csv", "信息资源分类,信息资源名称,信息资源提供方,信息资源摘要,信息资源格式分类,信息资源格式类型,信息项名称,数据类型,共享类型,共享方式分类,共享方式类型,是否向社会开放,更新周期\n"+
		"30702004,婚姻登记信息,市民政局,婚姻登记,数据库,mysql,姓名,字符型,无条件,共享平台,接口,否,每日\n"+
		"30702004,殡葬信息,市民政局,殡葬,数据库,mysql,姓名,字符型,不予,,,否,每日\n").Want(http.StatusSeeOther).Location()
	p := clerk.Get(at).Want(http.StatusOK)
	if got := p.Words(".import-rows tbody"); !strings.Contains(got, "新增") || !strings.Contains(got, "不予共享须选择依据层级") {
		t.Errorf("the preview says %s", got)
	}
	tn.site.Of(tn.Clerk("RS")).Get(at).Want(http.StatusNotFound)
	clerk.Post(at+"/confirm", p.Form("#step-confirm form")).Want(http.StatusSeeOther)
	own := clerk.Get("/catalog?scope=own").Want(http.StatusOK)
	if got := own.Words("#entries tbody"); !strings.Contains(got, "婚姻登记信息") || strings.Contains(got, "殡葬信息") {
		t.Errorf("after the import there is %s", got)
	}
}

func TestTheCityCatalogIsGivenOut(t *testing.T) {
	tn := open(t)
	tn.Mounted("MZ", tn.Published("MZ", "婚姻登记信息", catalog.Conditional))
	tn.Drafted("MZ", tn.Content("MZ", "低保信息", catalog.Unconditional))
	file := tn.site.Of(tn.Clerk("RS")).Get("/catalog/export.xlsx").Want(http.StatusOK)
	if !strings.HasPrefix(file.Body, "PK") {
		t.Error("the export is no workbook")
	}
	tn.site.Of(tn.Clerk("RS")).Get("/catalog/export.xlsx?provider=nobody").Want(http.StatusBadRequest)
	var linked struct {
		Context map[string]string `json:"@context"`
		Type    string            `json:"@type"`
		Total   int64             `json:"hydra:totalItems"`
		Sets    []struct {
			Type     string   `json:"@type"`
			Title    string   `json:"dct:title"`
			Keywords []string `json:"dcat:keyword"`
			Access   struct {
				ID string `json:"@id"`
			} `json:"dct:accessRights"`
		} `json:"dcat:dataset"`
	}
	tn.site.Of(tn.Someone(auth.Expert)).Get("/catalog.jsonld").Want(http.StatusOK).Into(&linked)
	if linked.Type != "dcat:Catalog" || linked.Context["dcat"] != "http://www.w3.org/ns/dcat#" || linked.Total != 1 || len(linked.Sets) != 1 {
		t.Fatalf("got %+v", linked)
	}
	if s := linked.Sets[0]; s.Type != "dcat:Dataset" || s.Title != "婚姻登记信息" || len(s.Keywords) != 3 || !strings.HasSuffix(s.Access.ID, "RESTRICTED") {
		t.Errorf("the dataset is %+v", s)
	}
	tn.site.Of(tn.Someone(auth.Office)).JSON("GET", "/api/v1/catalog.jsonld", nil).Want(http.StatusOK)
}
