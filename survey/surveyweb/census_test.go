package surveyweb_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/survey"
	"qingce/survey/surveytest"
)

const censusCode = "pc-2017"

// counted is a town with a census of the story's self-survey running.
func counted(t *testing.T) *town {
	t.Helper()
	tn := pagesOf(t, surveytest.Opened(t, inventorytest.Open(t)))
	base := tn.Campaign(surveytest.Code).ID
	c := tn.Prepared(survey.Campaign{
		Code: censusCode, Kind: survey.Census, Title: "2017年政务信息系统普查", Basis: "方案第二部分第二项", Scope: survey.MunicipalOnly,
		BasedOnID: &base, OpensOn: surveytest.Day("2017-09-11"), DueOn: surveytest.Day("2017-10-15"), MendWd: 3,
	})
	if _, err := tn.Desk.OpenCampaign(t.Context(), tn.Centre(), c.Code, c.Version); err != nil {
		t.Fatal(surveytest.Explain(err))
	}
	return tn
}

// allAccepted makes every form of the survey an accepted one and every system a
// verified one, past the verbs.
func (tn *town) allAccepted(t *testing.T) {
	t.Helper()
	err := tn.DB.Write(t.Context(), func(tx *store.Tx) error {
		for _, stmt := range []string{
			"UPDATE forms SET state = 'accepted', zero = (rows_total = 0)", "UPDATE systems SET state = 'verified'", "UPDATE system_versions SET state = 'verified'",
		} {
			if err := tx.Gorm().Exec(stmt).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// opened has a department's form taken over from the register.
func (tn *town) formOf(t *testing.T, prefix string) {
	t.Helper()
	if _, err := tn.Desk.OpenForm(t.Context(), tn.Clerk(prefix), tn.Form(prefix)); err != nil {
		t.Fatal(err)
	}
}

func handInList(t *testing.T, b *webtest.Browser, csv string) *webtest.Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"kind": "cloud", "title": "云资源清单", "complete": "false"} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "云资源.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(csv))
	_ = w.Close()
	return b.Do(http.MethodPost, "/census/pc-2017/sources", &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

// readBook reads the rows of all tabs of a workbook.
func readBook(t *testing.T, body string) []string {
	t.Helper()
	book, err := sheet.Open(strings.NewReader(body), int64(len(body)), "book.xlsx", sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, tab := range book.Sheets() {
		for row, err := range book.Rows(tab) {
			if err != nil {
				t.Fatal(err)
			}
			var cells []string
			for _, c := range row.Cells {
				cells = append(cells, c.Text)
			}
			out = append(out, strings.Join(cells, " "))
		}
	}
	return out
}

const cloudCSV = "应用名称,使用单位,网络\n就业服务系统,市人社局,互联网\n旅游信息系统,市旅游局,互联网\n"

// TestAListIsMappedDecidedAndLocked walks the way of the centre and the Office.
func TestAListIsMappedDecidedAndLocked(t *testing.T) {
	tn := counted(t)
	tn.Registered("RS", "就业服务系统")
	tn.formOf(t, "RS")
	tn.formOf(t, "LY")
	centre, office := tn.site.Of(tn.Centre()), tn.site.Of(tn.Office())
	p := centre.Get("/census/pc-2017").Want(http.StatusOK)
	for _, want := range []string{"还没有上传清单", "10-13", "自查表全部通过：0/10"} {
		if !strings.Contains(p.Text("body"), want) {
			t.Errorf("%q is not on the page: %s", want, p.Short())
		}
	}
	p = handInList(t, centre, cloudCSV).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	form := p.Form("main form.census-map")
	if form.Get("column.1") != "name" || form.Get("column.2") != "owner_id" || form.Get("column.3") != "network" {
		t.Errorf("proposed %v", form)
	}
	form.Set("column.1", "owner_id")
	wrong := centre.Post(p.Attr("main form.census-map", "action"), form).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(wrong.Text("main"), "每项只能对应一列") {
		t.Errorf("a field twice: %s", wrong.Short())
	}
	form.Set("column.1", "name")
	p = centre.Post(p.Attr("main form.census-map", "action"), form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if text := p.Text("main"); !strings.Contains(text, "旅游信息系统") || !strings.Contains(text, "漏报") || !strings.Contains(text, "名称相似") {
		t.Errorf("what came of it: %s", p.Short())
	}
	differs := centre.Get("/census/pc-2017/items?result=differs").Want(http.StatusOK)
	href := differs.Attr("table.list tbody a", "href")
	p = centre.Get(href).Want(http.StatusOK)
	if text := p.Text(".census-sides .differs"); !strings.Contains(text, "电子政务外网") || !strings.Contains(text, "互联网") {
		t.Errorf("side by side: %s", text)
	}
	centre.Post(href, url.Values{"act": {"agreed"}}).Want(http.StatusSeeOther)
	lost := centre.Get("/census/pc-2017/items?result=omitted").Want(http.StatusOK)
	id := lost.Attr(`table.list tbody input[name="id"]`, "value")
	p = centre.Post("/census/pc-2017/items", url.Values{"id": {id}, "decision": {"dismissed"}}).Want(http.StatusSeeOther).Follow()
	if !strings.Contains(p.Text("body"), "请写明理由") {
		t.Errorf("dismissed without a reason: %s", p.Short())
	}
	p = centre.Post("/census/pc-2017/items", url.Values{"id": {id}, "decision": {"added"}}).Want(http.StatusSeeOther).Follow()
	if !strings.Contains(p.Text("body"), "已处理 1 条") {
		t.Errorf("added: %s", p.Short())
	}
	own := tn.site.Of(tn.Clerk("LY")).Get("/census/pc-2017/items").Want(http.StatusOK)
	if text := own.Text("main"); !strings.Contains(text, "旅游信息系统") || strings.Contains(text, "就业服务系统") || own.Has(`input[name="id"]`) {
		t.Errorf("the department sees %s", own.Short())
	}
	p = office.Get("/census/pc-2017/lock").Want(http.StatusOK)
	if p.Has("form#lock") || !strings.Contains(p.Text("main"), "现在还不能锁定") {
		t.Errorf("before all is accepted: %s", p.Short())
	}
	office.Post("/census/pc-2017/lock", url.Values{"confirm": {"2017年政务信息系统普查"}}).Want(http.StatusConflict)
	tn.allAccepted(t)
	p = office.Get("/census/pc-2017/lock").Want(http.StatusOK)
	if !p.Has("form#lock") {
		t.Fatalf("it cannot be locked: %s", p.Short())
	}
	office.Post("/census/pc-2017/lock", url.Values{"confirm": {"普查"}}).Want(http.StatusUnprocessableEntity)
	done := office.Post("/census/pc-2017/lock", url.Values{"confirm": {"2017年政务信息系统普查"}}).Want(http.StatusSeeOther)
	tn.certified(t, done.Location(), done.Follow().Want(http.StatusOK))
}

// certified reads the certificate as those who may see it do.
func (tn *town) certified(t *testing.T, address string, p *webtest.Page) {
	t.Helper()
	for _, want := range []string{"襄信普〔2017〕1号", "共 1 个", "（1 + 0）", "（盖章处）", "按网络统计", "无审批记录"} {
		if !strings.Contains(p.Text("main"), want) {
			t.Errorf("%q is not on the certificate", want)
		}
	}
	tn.leadsToRows(t, p)
	clerk := tn.site.Of(tn.Clerk("MZ"))
	if p := clerk.Get(address).Want(http.StatusOK); p.Has(`.stats a[href*="/coverage"]`) {
		t.Error("a clerk is led to the coverage of all bodies")
	}
	if p := clerk.Post(address+"/verify", nil).Want(http.StatusOK); !strings.Contains(p.Text("main"), "验证通过") {
		t.Errorf("verified: %s", p.Short())
	}
	if book := strings.Join(readBook(t, clerk.Get(address+"/workbook").Want(http.StatusOK).Body), "\n"); !strings.Contains(book, "电子政务外网 1") {
		t.Errorf("the workbook: %.200s", book)
	}
	err := tn.DB.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Exec("UPDATE system_versions SET phase = ? WHERE state = 'certified'", inventory.PhaseStopped).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	if p := clerk.Post(address+"/verify", nil).Want(http.StatusOK); !strings.Contains(p.Text("main"), "验证不通过") || !strings.Contains(p.Text("main"), "RS-0001") {
		t.Errorf("after meddling: %s", p.Short())
	}
	tn.site.Of(tn.Centre()).Post("/census/pc-2017/items/1", url.Values{"act": {"agreed"}}).Want(http.StatusConflict)
}

// leadsToRows follows the numbers of a certificate to what they count; those that
// lead into the register do so by the moment of the lock.
func (tn *town) leadsToRows(t *testing.T, p *webtest.Page) {
	t.Helper()
	office, followed, systems := tn.site.Of(tn.Office()), map[string]int{}, 0
	for _, link := range p.All("#way td a, #lists td a, .stats a, .chart-table td a, .chart td a") {
		href, n := hrefOf(link), strings.TrimPrefix(webtest.Words(link), "+")
		if strings.HasPrefix(href, "/systems?") {
			if !strings.Contains(href, "as_of=") {
				t.Errorf("%s is not of the day of the lock", href)
			}
			systems++
			continue
		}
		list := office.Get(strings.TrimSuffix(href, "#bodies")).Want(http.StatusOK)
		if count, err := strconv.Atoi(n); err != nil || count < 0 {
			continue // a name, a tile, or what the short cut of the fixture left out of the register
		}
		if rows := len(list.Texts("main table.list tbody tr")); strconv.Itoa(rows) != n {
			t.Errorf("%s leads to %d rows, says %s", href, rows, n)
		}
		followed[strings.Split(href, "/")[1]]++
	}
	if followed["census"] < 4 || followed["certificates"] < 2 || systems < 10 {
		t.Errorf("followed %v, and %d into the register", followed, systems)
	}
}

func TestWhoMayCallThePagesOfACensus(t *testing.T) {
	tn := counted(t)
	tn.Registered("RS", "就业服务系统")
	tn.formOf(t, "RS")
	handInList(t, tn.site.Of(tn.Centre()), cloudCSV).Want(http.StatusSeeOther)
	people := map[string]auth.Principal{
		"clerk": tn.Clerk("RS"), "region": tn.Region("ZY"), "auditor": tn.Someone(auth.Auditor), "centre": tn.Centre(), "office": tn.Office(), "admin": tn.Someone(auth.Admin),
	}
	for _, c := range []struct{ method, path, allowed string }{
		{"GET", "/census", "clerk region auditor centre office"},
		{"GET", "/census/pc-2017", "clerk region auditor centre office"},
		{"GET", "/census/pc-2017/items", "clerk region auditor centre office"},
		{"GET", "/census/pc-2017/visits", "clerk region auditor centre office"},
		{"GET", "/census/pc-2017/sources/1", "auditor centre office"},
		{"GET", "/census/pc-2017/sources/new", "centre office"},
		{"GET", "/census/pc-2017/visits/new", "centre office"},
		{"GET", "/census/pc-2017/lock", "office"},
		{"POST", "/census/pc-2017/sources", "centre office"},
		{"POST", "/census/pc-2017/sources/1/map", "centre office"},
		{"POST", "/census/pc-2017/sources/1/rematch", "centre office"},
		{"POST", "/census/pc-2017/sources/1/drop", "centre office"},
		{"POST", "/census/pc-2017/items", "centre office"},
		{"POST", "/census/pc-2017/items/1", "centre office"},
		{"POST", "/census/pc-2017/visits", "centre office"},
		{"POST", "/census/pc-2017/visits/1/withdraw", "centre office"},
		{"POST", "/census/pc-2017/lock", "office"},
	} {
		for name, by := range people {
			b := tn.site.Of(by)
			p := b.Get(c.path)
			if c.method == "POST" {
				p = b.Post(c.path, url.Values{})
			}
			if got, want := p.Status != http.StatusForbidden, strings.Contains(" "+c.allowed+" ", " "+name+" "); got != want {
				t.Errorf("%s %s by %s: status %d", c.method, c.path, name, p.Status)
			}
		}
	}
}

func TestAVisitIsRecorded(t *testing.T) {
	tn := counted(t)
	tn.Registered("RS", "就业服务系统")
	tn.formOf(t, "RS")
	centre := tn.site.Of(tn.Centre())
	form := url.Values{"department": {"市人社局"}, "name": {"就业服务"}, "visited_on": {"2017.9.11"}, "people": {"何思源"}, "result": {"differs"}, "finding": {"部署在本单位机房"}, "tell": {"true"}}
	p := centre.Post("/census/pc-2017/visits", form).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Text("main"), "没有申报唯一名为") || p.Form("main form#form").Get("finding") != "部署在本单位机房" {
		t.Errorf("a name that is not exact: %s", p.Short())
	}
	form.Set("name", "就业服务系统")
	p = centre.Post("/census/pc-2017/visits", form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if text := p.Text("table.list"); !strings.Contains(text, "2017-09-11") || !strings.Contains(text, "已交单位") {
		t.Errorf("the visit: %s", text)
	}
	if p := tn.site.Of(tn.Clerk("MZ")).Get("/census/pc-2017/visits"); strings.Contains(p.Text("main"), "就业服务系统") {
		t.Error("another department sees the visit")
	}
	centre.Post("/census/pc-2017/visits/1/withdraw", url.Values{"reason": {"填错"}}).Want(http.StatusSeeOther)
	if p := centre.Get("/census/pc-2017/visits"); !strings.Contains(p.Text("table.list"), "已撤销") {
		t.Errorf("withdrawn: %s", p.Text("table.list"))
	}
}

func TestTheCensusByTheAPI(t *testing.T) {
	tn := counted(t)
	tn.Registered("RS", "就业服务系统")
	tn.formOf(t, "RS")
	tn.formOf(t, "LY")
	centre := tn.site.Of(tn.Centre())
	var src struct {
		ID, Version int64
		Columns     []struct {
			Number      int
			Field, Unit string
		}
		Results map[string]int
	}
	centre.Do(http.MethodPost, "/api/v1/census/pc-2017/sources?kind=cloud&title=x&name=a.csv", strings.NewReader(cloudCSV), http.Header{"Content-Type": {"application/octet-stream"}}).Want(http.StatusCreated).Into(&src)
	body := map[string]any{"version": src.Version, "columns": []map[string]any{}}
	var columns []map[string]any
	for _, c := range src.Columns {
		columns = append(columns, map[string]any{"number": c.Number, "field": c.Field})
	}
	body["columns"] = columns
	centre.JSON(http.MethodPut, "/api/v1/census/pc-2017/sources/1/mapping", body).Want(http.StatusOK).Into(&src)
	if src.Results["omitted"] != 1 || src.Results["differs"] != 1 {
		t.Errorf("matched %+v", src.Results)
	}
	var items struct {
		Total int64
		Items []struct {
			ID                       int64
			Name, Department, Result string
		}
	}
	centre.JSON(http.MethodGet, "/api/v1/census/pc-2017/items?result=omitted", nil).Want(http.StatusOK).Into(&items)
	if items.Total != 1 || items.Items[0].Department != "XYLY" {
		t.Fatalf("items %+v", items)
	}
	centre.JSON(http.MethodPost, "/api/v1/census/pc-2017/items/2/decision", map[string]any{"decision": "added"}).Want(http.StatusOK)
	centre.JSON(http.MethodPost, "/api/v1/census/pc-2017/items/1/decision", map[string]any{"decision": "agreed"}).Want(http.StatusOK)
	centre.JSON(http.MethodPost, "/api/v1/census/pc-2017/lock", nil).Want(http.StatusForbidden)
	office := tn.site.Of(tn.Office())
	office.JSON(http.MethodPost, "/api/v1/census/pc-2017/lock", nil).Want(http.StatusConflict)
	tn.allAccepted(t)
	var ready struct{ Ready bool }
	office.JSON(http.MethodGet, "/api/v1/census/pc-2017/readiness", nil).Want(http.StatusOK).Into(&ready)
	var cert struct {
		ID      int64
		Number  string
		Systems int
	}
	office.JSON(http.MethodPost, "/api/v1/census/pc-2017/lock", nil).Want(http.StatusCreated).Into(&cert)
	var v struct {
		OK bool
	}
	tn.site.Of(tn.Clerk("RS")).JSON(http.MethodGet, "/api/v1/certificates/1/verification", nil).Want(http.StatusOK).Into(&v)
	if !ready.Ready || cert.Systems != 1 || !v.OK {
		t.Errorf("ready %v, certificate %+v, verified %v", ready.Ready, cert, v.OK)
	}
	tn.site.Of(tn.Clerk("RS")).JSON(http.MethodGet, "/api/v1/census/pc-2017/sources", nil).Want(http.StatusForbidden)
}
