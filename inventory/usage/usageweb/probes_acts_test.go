package usageweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingce/internal/web/webtest"
	"qingce/inventory/usage"
)

func TestAProbeIsRegisteredAndGetsItsToken(t *testing.T) {
	tn := probesOpen(t)
	rs, other := tn.Registered("RS", "就业服务系统"), tn.Registered("RS", "社保系统")
	centre := tn.centre()
	form := probeFormOf(tn, "", rs)
	form.Set("system-1", "RS-9999")
	form.Set("share-1", "whole")
	form.Set("owner", "市某局")
	p := centre.Post("/probes", form).Want(http.StatusUnprocessableEntity)
	for _, name := range []string{"name", "owner", "systems"} {
		if p.Text("#e-"+name) == "" {
			t.Errorf("no error at %s: %s", name, p.Short())
		}
	}
	typed := p.Form("form#form")
	for name, want := range map[string]string{"owner": "市某局", "system-0": rs.Code + " " + rs.Name, "system-1": "RS-9999", "interval": "60", "kind": "gateway"} {
		if typed.Get(name) != want {
			t.Errorf("%s was %q and comes back as %q", name, want, typed.Get(name))
		}
	}
	if len(typed["signals"]) != 2 {
		t.Errorf("the signals come back as %v", typed["signals"])
	}
	form = probeFormOf(tn, "就业网关", rs)
	form.Set("add", "1")
	p = centre.Post("/probes", form).Want(http.StatusOK) // without a script the button sends the form
	if !p.Has(`[name="system-1"]`) || p.Form("form#form").Get("name") != "就业网关" {
		t.Errorf("no further line: %s", p.Short())
	}
	form.Del("add")
	form.Set("system-1", other.Name) // by its name alone
	form.Set("share-1", "part")
	next := centre.Post("/probes", form).Want(http.StatusSeeOther)
	if next.Location() != "/probes/PB-0001/tokens/new" {
		t.Errorf("it goes on at %s", next.Location())
	}
	p = next.Follow().Want(http.StatusOK)
	webtest.WantWords(t, p, "main", "令牌只显示一次")
	centre.Post("/probes/PB-0001/tokens", url.Values{"expires_at": {"4000"}}).Want(http.StatusUnprocessableEntity)
	once := centre.Post("/probes/PB-0001/tokens", url.Values{"expires_at": {"365"}}).Want(http.StatusOK)
	text := once.Text(".once-value code")
	if !strings.HasPrefix(text, usage.TokenPrefix) || !strings.Contains(once.Text("pre"), text) {
		t.Errorf("the page shows %q", text)
	}
	tn.sends(text, tn.reportOf(other, 1, 60)).Want(http.StatusOK)
	if p := centre.Get("/probes/PB-0001"); strings.Contains(p.Body, text) || !strings.Contains(p.Text("#tokens"), text[:12]) {
		t.Error("the token is shown again, or not even its beginning")
	}
}

func TestAProbeIsChangedAndStopped(t *testing.T) {
	tn := probesOpen(t)
	rs := tn.Registered("RS", "就业服务系统")
	p, token := tn.Sender("RS", rs)
	path, centre := "/probes/"+p.Code, tn.centre()
	form := centre.Get(path + "/edit").Want(http.StatusOK).Form("form#form")
	form.Set("name", "改名")
	form.Set("interval", "1440")
	centre.Post(path, form).Want(http.StatusSeeOther)
	stale := centre.Post(path, form).Want(http.StatusConflict)
	webtest.WantWords(t, stale, "main", "刚才改过这个探针")
	if got := stale.Form("form#form"); got.Get("name") != "改名" || got.Get("version") != "2" {
		t.Errorf("the form comes back with %v", got)
	}
	ask := centre.Get(path + "/stop").Want(http.StatusOK).Form("form#form")
	wrong := centre.Post(path+"/stop", ask).Want(http.StatusUnprocessableEntity)
	if wrong.Text("#e-reason") == "" {
		t.Errorf("no error at the reason: %s", wrong.Short())
	}
	ask.Set("reason", "系统下线")
	centre.Post(path+"/stop", ask).Want(http.StatusSeeOther)
	tn.Clock.Advance(5 * time.Second)
	tn.sends(token, tn.reportOf(rs, 1, 60)).Want(http.StatusForbidden)
	page := centre.Get(path).Want(http.StatusOK)
	webtest.WantWords(t, page, "main", "系统下线", "恢复接收")
	if page.Has(`a[href="` + path + `/tokens/new"]`) {
		t.Error("a stopped probe offers a token")
	}
	centre.Get(path + "/stop").Want(http.StatusConflict)
	centre.Post(path+"/resume", page.Form(`form[action="`+path+`/resume"]`)).Want(http.StatusSeeOther)
	tn.Clock.Advance(5 * time.Second)
	tn.sends(token, tn.reportOf(rs, 1, 60)).Want(http.StatusOK)
}

func TestATokenIsRotatedAndRevoked(t *testing.T) {
	tn := probesOpen(t)
	rs := tn.Registered("RS", "就业服务系统")
	p, old := tn.Sender("RS", rs)
	centre := tn.centre()
	ask := centre.Get("/probes/" + p.Code + "/tokens/1/rotate").Want(http.StatusOK)
	webtest.WantWords(t, ask, "main", old[:12], "24 小时", "7 天")
	wrong := centre.Post("/probes/"+p.Code+"/tokens/1/rotate", url.Values{"grace": {"999"}, "expires_at": {"90"}}).Want(http.StatusUnprocessableEntity)
	if wrong.Text("#e-grace") == "" || wrong.Form("form#form").Get("expires_at") != "90" {
		t.Errorf("a wrong grace: %s", wrong.Short())
	}
	once := centre.Post("/probes/"+p.Code+"/tokens/1/rotate", url.Values{"grace": {"1"}, "expires_at": {"90"}}).Want(http.StatusOK)
	fresh := once.Text(".once-value code")
	webtest.WantWords(t, once, "main", "旧令牌 "+old[:12]+" 到 2017-11-23 13:30 失效")
	for _, text := range []string{old, fresh} {
		tn.sends(text, tn.reportOf(rs, 1, 60)).Want(http.StatusOK)
	}
	tn.Clock.Advance(61 * time.Minute)
	tn.sends(old, tn.reportOf(rs, 1, 60)).Want(http.StatusUnauthorized)
	tn.sends(fresh, tn.reportOf(rs, 1, 60)).Want(http.StatusOK)

	wrong = centre.Post("/probes/"+p.Code+"/tokens/2/revoke", url.Values{"reason": {""}}).Want(http.StatusUnprocessableEntity)
	if wrong.Text("#e-reason") == "" {
		t.Errorf("no error at the reason: %s", wrong.Short())
	}
	centre.Get("/probes/" + p.Code + "/tokens/9/revoke").Want(http.StatusNotFound)
	done := centre.Post("/probes/"+p.Code+"/tokens/2/revoke", url.Values{"reason": {"泄露"}}).Want(http.StatusSeeOther).Follow()
	webtest.WantWords(t, done, "#tokens", "已吊销", "已到期")
	tn.sends(fresh, tn.reportOf(rs, 1, 60)).Want(http.StatusUnauthorized)
}

func TestAProgramHoldsProbes(t *testing.T) {
	tn := probesOpen(t)
	rs := tn.Registered("RS", "就业服务系统")
	centre := tn.Centre()
	input := map[string]any{"name": "网关", "kind": "gateway", "owner": "XX", "systems": []any{map[string]any{"code": rs.Code}}, "signals": []string{"requests", "smiles"}}
	var bad struct {
		Errors []struct{ Field, Message string }
	}
	tn.site.Call(centre, "POST", "/api/v1/probes", input).Want(http.StatusUnprocessableEntity).Into(&bad)
	if len(bad.Errors) != 2 || bad.Errors[0].Field != "owner" || !strings.Contains(bad.Errors[1].Message, "smiles") {
		t.Errorf("wrong are %v", bad.Errors)
	}
	input["owner"], input["signals"] = "XYRS", []string{"requests"}
	tn.site.Call(tn.Clerk("RS"), "POST", "/api/v1/probes", input).Want(http.StatusForbidden)
	var doc struct {
		Probe struct {
			Code, Standing  string
			Systems         []struct{ Code, Share string }
			IntervalMinutes int `json:"interval_minutes"`
			Week            struct{ Hours, Expected int }
		}
		Tokens []struct{ Alive bool }
	}
	made := tn.site.Call(centre, "POST", "/api/v1/probes", input).Want(http.StatusCreated)
	made.Into(&doc)
	if doc.Probe.Code != "PB-0001" || doc.Probe.Standing != "never" || doc.Probe.IntervalMinutes != 60 || doc.Probe.Systems[0].Share != "whole" {
		t.Fatalf("registered %s", made.Body)
	}
	var token struct {
		Text  string
		Token struct{ ID int64 }
	}
	one := "/api/v1/probes/PB-0001"
	tn.site.Call(centre, "POST", one+"/tokens", map[string]any{"expires_at": "2018-01-01T00:00:00+08:00"}).Want(http.StatusCreated).Into(&token)
	tn.Clock.Advance(2 * time.Hour)
	tn.sends(token.Text, tn.reportOf(rs, 1, 45)).Want(http.StatusOK)
	p := tn.site.Call(tn.Clerk("RS"), "GET", one, nil).Want(http.StatusOK)
	if p.Into(&doc); doc.Probe.Standing != "normal" || doc.Probe.Week.Hours != 1 || doc.Probe.Week.Expected != 2 || len(doc.Tokens) != 1 {
		t.Errorf("after a report: %s", p.Body)
	}
	if strings.Contains(p.Body, token.Text) {
		t.Error("the API shows a token")
	}
	p = tn.site.Call(tn.Clerk("RS"), "GET", one+"/hours?from=2017-11-23", nil).Want(http.StatusOK)
	if !strings.Contains(p.Body, `"hour":"2017-11-23T13:00:00+08:00","minutes":45`) {
		t.Errorf("hours: %s", p.Body)
	}
	tn.site.Call(tn.Clerk("RS"), "GET", one+"/hours?from=2017-01-01", nil).Want(http.StatusUnprocessableEntity)
	tn.sends(token.Text, "{}").Want(http.StatusUnprocessableEntity)
	if p = tn.site.Call(tn.Clerk("RS"), "GET", one+"/rejections", nil).Want(http.StatusOK); !strings.Contains(p.Body, `"wire.missing"`) {
		t.Errorf("rejections: %s", p.Body)
	}
	tn.site.Call(centre, "POST", one+"/tokens/1/rotate", map[string]any{"expires_at": "2018-01-01T00:00:00+08:00", "grace_minutes": 0}).Want(http.StatusCreated)
	tn.sends(token.Text, tn.reportOf(rs, 1, 45)).Want(http.StatusUnauthorized)
	tn.site.Call(centre, "DELETE", one+"/tokens/2", nil).Want(http.StatusUnprocessableEntity) // no reason
	tn.site.Call(centre, "DELETE", one+"/tokens/2?reason=lost", nil).Want(http.StatusNoContent)
	tn.site.Call(centre, "POST", one+"/stop", map[string]any{"reason": "下线"}).Want(http.StatusUnprocessableEntity) // no If-Match
	tn.site.Call(centre, "POST", one+"/stop", map[string]any{"reason": "下线"}, "If-Match", `"1"`).Want(http.StatusOK)
	tn.site.Call(centre, "PUT", one, input, "If-Match", `"1"`).Want(http.StatusConflict)
	tn.site.Call(centre, "PUT", one, input, "If-Match", `"2"`).Want(http.StatusOK)
	tn.site.Call(centre, "POST", one+"/resume", nil, "If-Match", `"3"`).Want(http.StatusOK)
	var list struct {
		Total  int
		Probes []struct{ Code string }
	}
	tn.site.Call(tn.Clerk("RS"), "GET", "/api/v1/probes?kind=gateway&sort=-success", nil).Want(http.StatusOK).Into(&list)
	if list.Total != 1 || list.Probes[0].Code != "PB-0001" {
		t.Errorf("the list has %v", list)
	}
	p = tn.site.Call(tn.Clerk("RS"), "GET", "/api/v1/probes/counts", nil).Want(http.StatusOK)
	if !strings.Contains(p.Body, `"normal":1`) {
		t.Errorf("counts: %s", p.Body)
	}
	narrow := tn.Clerk("MZ")
	narrow.Scopes = []string{"systems:read"}
	tn.site.Call(narrow, "GET", "/api/v1/probes", nil).Want(http.StatusForbidden)
}
