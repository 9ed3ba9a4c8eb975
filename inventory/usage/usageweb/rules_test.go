package usageweb_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"qingce/internal/store"
	"qingce/internal/web/webtest"
	"qingce/inventory/usage"
)

// ruleFields are the fields of a form of a rule, changed in pairs.
func ruleFields(pairs ...string) url.Values {
	v := url.Values{"format": {"any"}, "metric": {"nginx_http_requests_total"}, "system_by": {"only"}, "signal": {"requests"}, "reading": {"auto"}, "scale": {"1"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// metrics are the names in the list of rules, in order.
func metrics(p *webtest.Page) []string { return p.Texts("#rules .rule-series > code:first-child") }

func TestRulesAreWrittenMovedAndDeleted(t *testing.T) {
	tn := probesOpen(t)
	p, _ := tn.Sender("RS", tn.Registered("RS", "就业服务系统"))
	centre, path := tn.centre(), "/probes/"+p.Code+"/rules"
	webtest.WantWords(t, centre.Get(path).Want(http.StatusOK), "main .empty", "还没有规则")

	typed := ruleFields("metric", " ", "conditions", "job=nginx\nhost", "scale", "0", "system_by", "label", "label", "")
	bad := centre.Post(path, typed).Want(http.StatusUnprocessableEntity)
	if got := bad.Text("#e-conditions"); !strings.Contains(got, "第 2 行“host”") {
		t.Errorf("the error at the conditions is %q", got)
	}
	if got := bad.Form("form#form"); got.Get("conditions") != "job=nginx\nhost" || got.Get("scale") != "0" {
		t.Errorf("what was typed comes back as %v", got)
	}
	typed.Set("conditions", "job=nginx\r\nstatus!=\"5??\"")
	bad = centre.Post(path, typed).Want(http.StatusUnprocessableEntity)
	for _, name := range []string{"metric", "scale", "label"} {
		if bad.Text("#e-"+name) == "" {
			t.Errorf("no error at %s: %s", name, bad.Short())
		}
	}
	typed.Set("metric", "a_total")
	typed.Set("scale", "1/60")
	typed.Set("label", "app")
	typed.Set("names", "shebao=rs-0001")
	list := centre.Post(path, typed).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	webtest.WantWords(t, list, "#rules tbody", "a_total", "job=nginx", "status!=5??", "标签 app 的值", "1 个别名", "乘以 1/60")
	centre.Post(path, ruleFields("metric", "b_total")).Want(http.StatusSeeOther)
	centre.Post(path, ruleFields("metric", "c_total")).Want(http.StatusSeeOther)

	edit := centre.Get(path + "/1/edit").Want(http.StatusOK).Form("form#form")
	for name, want := range map[string]string{"conditions": "job=nginx\nstatus!=5??", "names": "shebao=RS-0001", "label": "app", "scale": "1/60", "version": "1"} {
		if edit.Get(name) != want {
			t.Errorf("%s is %q in the form, want %q", name, edit.Get(name), want)
		}
	}
	edit.Set("note", "试用")
	centre.Post(path+"/1", edit).Want(http.StatusSeeOther)
	webtest.WantWords(t, centre.Post(path+"/1", edit).Want(http.StatusConflict), "main", "刚才改过这条规则")

	list = centre.Get(path)
	down := list.Form(`#rule-1 form[action$="/1/move"]`)
	list = centre.Post(path+"/1/move", down).Want(http.StatusSeeOther).Follow()
	if got := metrics(list); !slices.Equal(got, []string{"b_total", "a_total", "c_total"}) {
		t.Errorf("after a move: %v", got)
	}
	if len(list.All("#rule-2 form")) != 1 || len(list.All("#rule-1 form")) != 2 {
		t.Error("the first rule can go down only, the second both ways")
	}
	gone := centre.Get(path + "/2/delete").Want(http.StatusOK).Form("form#form")
	list = centre.Post(path+"/2/delete", gone).Want(http.StatusSeeOther).Follow()
	if got := metrics(list); !slices.Equal(got, []string{"a_total", "c_total"}) {
		t.Errorf("after a deletion: %v", got)
	}
	centre.Get(path + "/2/edit").Want(http.StatusNotFound)
}

func TestSharedRulesStandBehindThoseOfTheProbe(t *testing.T) {
	tn := probesOpen(t)
	p, _ := tn.Sender("RS", tn.Registered("RS", "就业服务系统"))
	centre := tn.centre()
	webtest.WantWords(t, centre.Get("/usage-rules").Want(http.StatusOK), "main", "通用规则", "还没有规则")
	centre.Post("/usage-rules/presets", url.Values{"preset": {"node"}, "label": {"system"}}).Want(http.StatusSeeOther)
	centre.Post("/usage-rules", ruleFields("system_by", "fixed", "system", "RS-0001")).Want(http.StatusUnprocessableEntity)
	own := "/probes/" + p.Code + "/rules"
	centre.Post(own+"/presets", url.Values{"preset": {"nginx"}}).Want(http.StatusSeeOther)
	list := centre.Get(own)
	if got := metrics(list); len(got) != 4 || got[0] != "nginx_http_requests_total" {
		t.Errorf("the rules are %v", got)
	}
	if got := list.Texts("#rules tbody th .tag"); len(got) != 3 || len(list.All("#rule-1 form, #rule-1 .rule-acts a")) != 0 {
		t.Errorf("%d rules are marked as shared", len(got))
	}
	centre.Get(own + "/1/edit").Want(http.StatusNotFound) // it is no rule of the probe
	clerk := tn.site.Of(tn.Clerk("RS"))
	if page := clerk.Get(own).Want(http.StatusOK); page.Has(`#rules a[href$="/edit"]`) || page.Has(".presets") || !page.Has("#try form") {
		t.Errorf("a clerk is offered to change rules, or not to try them: %s", page.Short())
	}
	tn.site.Of(tn.Clerk("MZ")).Get(own).Want(http.StatusNotFound)
}

func TestSeriesAreTried(t *testing.T) {
	tn := probesOpen(t)
	rs := tn.Registered("RS", "就业服务系统")
	p, _ := tn.Sender("RS", rs)
	centre, path := tn.centre(), "/probes/"+p.Code+"/rules"
	centre.Post(path, ruleFields()).Want(http.StatusSeeOther)
	centre.Post(path, ruleFields("metric", "node_*", "signal", "cpu_avg", "reading", "gauge", "scale", "100", "system_by", "label", "label", "sys")).Want(http.StatusSeeOther)
	webtest.WantWords(t, centre.Post(path+"/try", url.Values{"text": {"\n"}}).Want(http.StatusUnprocessableEntity), "#e-text", "请粘贴至少一行序列")
	text := "# HELP x\nnginx_http_requests_total{instance=\"web-1\"} 120\nnode_load{sys=\"" + rs.Code + "\"} 0.375\nnode_load 1\nother_total{job=\"a\"} 3\nnonsense{"
	res := tn.site.Of(tn.Clerk("RS")).Post(path+"/try", url.Values{"text": {text}}).Want(http.StatusOK)
	got := res.Texts(".try-results > li")
	for i, want := range [][]string{
		{"会采用", "第 1 条规则", rs.Code, "请求数", "120", "web-1"}, {"会采用", "第 2 条规则", "CPU 平均", "37.5 %"},
		{"不会采用", "没有这个标签"}, {"不会采用", "没有规则采用这条序列", "other_total"}, {"不会采用", "不是导出的格式"},
	} {
		for _, w := range want {
			if i >= len(got) || !strings.Contains(got[i], w) {
				t.Errorf("result %d does not say %q: %v", i+1, w, got)
			}
		}
	}
	if res.Form(`form[action$="/try#try"]`).Get("text") != text {
		t.Error("what was pasted is lost")
	}
	if res.Has(`.try-results a[href*="/rules/new"]`) {
		t.Error("a clerk is offered to map a series")
	}
}

func TestUnmappedSeriesAreListedAndMapped(t *testing.T) {
	tn := probesOpen(t)
	rs := tn.Registered("RS", "就业服务系统")
	p, _ := tn.Sender("RS", rs, tn.Registered("RS", "社保系统"))
	path := "/probes/" + p.Code + "/rules"
	err := tn.DB.Write(t.Context(), func(tx *store.Tx) error {
		for i, name := range append(slices.Repeat([]string{"x"}, 24), "http_errors_total") {
			u := usage.Unmapped{
				ProbeID: p.ID, Metric: name + strings.Repeat("y", i%24), Signature: "host,system", Format: usage.WriteFormat, Samples: int64(i * 1000),
				FirstAt: tx.Now(), LastAt: tx.Now(), Labels: map[string]string{"system": rs.Code, "host": `a"b`}, Value: 12,
			}
			if err := tx.Gorm().Create(&u).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	centre := tn.centre()
	list := centre.Get(path).Want(http.StatusOK)
	webtest.WantWords(t, list, "#unmapped", "收到过 25 种序列", "24,000", "2017-11-23 12:30")
	if rows := len(list.All("#unmapped tbody tr")); rows != 20 || !list.Has("#unmapped .pager") {
		t.Errorf("%d rows stand on the first page", rows)
	}
	form := centre.Get(list.Attr("#unmapped tbody tr:first-child a", "href")).Want(http.StatusOK)
	got := form.Form("form#form")
	for name, want := range map[string]string{"metric": "http_errors_total", "signal": "errors", "system_by": "label", "label": "system"} {
		if got.Get(name) != want {
			t.Errorf("%s is filled in as %q, want %q", name, got.Get(name), want)
		}
	}
	webtest.WantWords(t, form, ".callout", "http_errors_total")
	centre.Post(path, got).Want(http.StatusSeeOther)
	list = centre.Post(path+"/forget", nil).Want(http.StatusSeeOther).Follow()
	webtest.WantWords(t, list, "#unmapped", "发来的序列都有规则对得上")
}

func TestAProgramHoldsRules(t *testing.T) {
	tn := probesOpen(t)
	rs := tn.Registered("RS", "就业服务系统")
	p, _ := tn.Sender("RS", rs)
	centre, rules := tn.Centre(), "/api/v1/usage-rules"
	input := map[string]any{"probe": p.Code, "metric": "a_*", "system_by": "fixed", "system": "XX", "signal": "requests", "conditions": []any{map[string]any{"label": "job", "pattern": "n*"}}}
	if bad := tn.site.Call(centre, "POST", rules, input).Want(http.StatusUnprocessableEntity); !strings.Contains(bad.Body, `"field":"system"`) {
		t.Errorf("a foreign system: %s", bad.Body)
	}
	input["system"] = rs.Code
	tn.site.Call(tn.Clerk("RS"), "POST", rules, input).Want(http.StatusForbidden)
	made := tn.site.Call(centre, "POST", rules, input).Want(http.StatusCreated)
	var doc struct {
		ID, Position, Version int64
		Rule                  struct{ Probe, System, Scale string }
	}
	made.Into(&doc)
	if doc.ID != 1 || doc.Position != 1 || doc.Rule.Probe != p.Code || doc.Rule.Scale != "1" || made.Header.Get("ETag") != `"1"` {
		t.Errorf("made %s", made.Body)
	}
	tn.site.Call(centre, "POST", "/api/v1/probes/"+p.Code+"/presets/ingress", nil).Want(http.StatusCreated)
	input["scale"] = "100"
	tn.site.Call(centre, "PUT", rules+"/1", input, "If-Match", `"9"`).Want(http.StatusConflict)
	tn.site.Call(centre, "PUT", rules+"/1", input, "If-Match", `"1"`).Want(http.StatusOK)
	if moved := tn.site.Call(centre, "POST", rules+"/1/move", map[string]any{"position": 3}, "If-Match", `"2"`).Want(http.StatusOK); !strings.Contains(moved.Body, `"position":3`) {
		t.Errorf("moved %s", moved.Body)
	}
	tried := tn.site.Call(tn.Clerk("RS"), "POST", "/api/v1/probes/"+p.Code+"/rules/try", map[string]any{"text": "a_total{job=\"nginx\"} 2\nb 1"}).Want(http.StatusOK)
	for _, want := range []string{`"amount":200`, `"system":"` + rs.Code + `"`, `"code":"series.unmapped"`} {
		if !strings.Contains(tried.Body, want) {
			t.Errorf("%s is not in %s", want, tried.Body)
		}
	}
	tn.site.Call(tn.Clerk("MZ"), "GET", rules+"/1", nil).Want(http.StatusNotFound)
	tn.site.Call(tn.Clerk("RS"), "GET", "/api/v1/probes/"+p.Code+"/unmapped", nil).Want(http.StatusOK)
	tn.site.Call(centre, "DELETE", rules+"/1", nil, "If-Match", `"3"`).Want(http.StatusNoContent)
	var list struct{ Rules []struct{ ID int64 } }
	tn.site.Call(tn.Clerk("RS"), "GET", "/api/v1/probes/"+p.Code+"/rules", nil).Want(http.StatusOK).Into(&list)
	if len(list.Rules) != 2 {
		t.Errorf("left are %v", list.Rules)
	}
	tn.site.Call(tn.Clerk("RS"), "GET", rules, nil).Want(http.StatusOK)
	tn.site.Call(tn.Clerk("RS"), "GET", "/api/v1/usage-presets", nil).Want(http.StatusOK)
	tn.site.Call(centre, "DELETE", "/api/v1/probes/"+p.Code+"/unmapped", nil).Want(http.StatusNoContent)
}
