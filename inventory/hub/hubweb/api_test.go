package hubweb_test

import (
	"net/http"
	"strings"
	"testing"

	"qingce/internal/auth"
)

// etag is the version that an answer carries.
func etag(h http.Header) string { return h.Get("ETag") }

func TestTheAPIOfWhatStandsBesideConnections(t *testing.T) {
	tn := open(t)
	s := tn.listed("RS", "就业服务系统")
	head, office, centre := tn.Head("RS"), tn.Someone(auth.Office), tn.Someone(auth.Centre)
	const api = "/api/v1/hub"

	node := map[string]any{"department": "XYRS", "name": "1 号前置机", "address": "59.208.1.9"}
	made := tn.site.Call(head, "POST", api+"/nodes", node).Want(http.StatusCreated)
	node["place"] = "市政务云机房"
	tn.site.Call(head, "PUT", api+"/nodes/1", node, "If-Match", etag(made.Header)).Want(http.StatusOK)
	tn.site.Call(head, "PUT", api+"/nodes/1", node, "If-Match", etag(made.Header)).Want(http.StatusConflict)
	if p := tn.site.Call(centre, "GET", api+"/nodes?department=XYRS", nil).Want(http.StatusOK); !strings.Contains(p.Body, "市政务云机房") {
		t.Errorf("front nodes: %s", p.Body)
	}
	link := map[string]any{"department": "XYRS", "kind": "link", "name": "社保-民政数据交换", "other": "市民政局", "planned_on": "2017-12-20"}
	made = tn.site.Call(head, "POST", api+"/links", link).Want(http.StatusCreated)
	link["migrated_on"] = "2017-11-20"
	tn.site.Call(head, "PUT", api+"/links/1", link, "If-Match", etag(made.Header)).Want(http.StatusOK)
	if p := tn.site.Call(head, "GET", api+"/links?state=migrated", nil).Want(http.StatusOK); !strings.Contains(p.Body, "社保-民政数据交换") {
		t.Errorf("links: %s", p.Body)
	}

	asked := tn.site.Call(head, "POST", api+"/exemptions", map[string]any{
		"system": s.Code, "kind": "defer", "ground": "line", "reason": "线路割接安排在明年三月底", "until": "2018-03-31",
	}).Want(http.StatusCreated)
	tn.site.Call(head, "POST", api+"/exemptions/1/decision", map[string]any{"approve": true}, "If-Match", etag(asked.Header)).Want(http.StatusForbidden)
	tn.site.Call(office, "POST", api+"/exemptions/1/decision", map[string]any{"approve": true}, "If-Match", etag(asked.Header)).Want(http.StatusOK)
	if p := tn.site.Call(office, "GET", api, nil).Want(http.StatusOK); !strings.Contains(p.Body, `"must_connect":0`) || !strings.Contains(p.Body, `"defer":1`) {
		t.Errorf("sums: %s", p.Body)
	}

	terms := tn.site.Call(office, "GET", api+"/policy", nil).Want(http.StatusOK)
	next := map[string]any{"reason": "会议纪要", "terms": map[string]any{
		"silence_days": 5, "stable_days": 30, "defer_months": 12, "exempt_months": 24, "window_days": 30, "failure_percent": 10, "connect_by": "2017-12-31",
	}}
	tn.site.Call(office, "PUT", api+"/policy", next, "If-Match", etag(terms.Header)).Want(http.StatusOK)
	tn.site.Call(office, "PUT", api+"/policy", next, "If-Match", etag(terms.Header)).Want(http.StatusConflict)
}

func TestATokenOpensOnlyItsScopes(t *testing.T) {
	tn := open(t)
	s := tn.listed("RS", "就业服务系统")
	report := map[string]any{"source": "gw-1", "heartbeats": []map[string]any{{"party": s.Code, "hour": "2017-11-23T08:00:00+08:00"}}, "exchanges": []map[string]any{
		{"day": "2017-11-23", "provider": s.Code, "consumer": "外部平台", "seq": 1, "exchanges": 3},
	}}
	machine := tn.Someone(auth.Probe)
	machine.Scopes = []string{"hub:push"}
	p := tn.site.Call(machine, "POST", "/api/v1/hub/reports", report).Want(http.StatusOK)
	if !strings.Contains(p.Body, `"unknown":["外部平台"]`) {
		t.Errorf("the answer: %s", p.Body)
	}
	tn.site.Call(machine, "GET", "/api/v1/hub", nil).Want(http.StatusForbidden)
	reader := tn.Someone(auth.Centre)
	reader.Scopes = []string{"hub:read"}
	tn.site.Call(reader, "POST", "/api/v1/hub/reports", report).Want(http.StatusForbidden)
	if p := tn.site.Call(reader, "GET", "/api/v1/hub/connections?q="+s.Code, nil).Want(http.StatusOK); !strings.Contains(p.Body, `"last_signal":"2017-11-23"`) {
		t.Errorf("connections: %s", p.Body)
	}
	for _, path := range []string{"/differences", "/volumes", "/course?from=2017-11-01", "/files", "/connections/" + s.Code, "/exemptions"} {
		tn.site.Call(reader, "GET", "/api/v1/hub"+path, nil).Want(http.StatusOK)
	}
}
