package usageweb

import (
	"fmt"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
	"qingce/templates"
)

// connectPage is the data of usage/probe_connect.
type connectPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Tabs     templates.Tabs
	Steps    []string
	Ways     []connectWay
}

// connectWay is a way to send usage, the data of the partial "connect-way".
type connectWay struct {
	ID    string
	Title string
	Lead  string
	Parts []connectPart
	Notes []string
}

// connectPart is a text to copy.
type connectPart struct{ Label, Code string }

type connectView struct {
	p    *locale.Printer
	by   auth.Principal
	file usage.ProbeFile
	// seen are the codes of its systems that the reader sees.
	seen []string
	base string // address of this service, as the reader reached it
	now  time.Time
}

func (v connectView) page() connectPage {
	head := probeHead(v.p, v.file.ProbeLine)
	head.Lead = v.p.T("probes.connect.lead")
	return connectPage{
		Head: head, Tabs: probeTabs(v.p, v.file.Code, "connect"),
		Steps: []string{
			v.p.T("probes.connect.step.token"), v.p.T("probes.connect.step.config"), v.p.T("probes.connect.step.rules"), v.p.T("probes.connect.step.look"),
		},
		Ways: []connectWay{v.agent(), v.prometheus(), v.otel(), v.curl("$QINGCE_TOKEN")},
	}
}

// system is the code of a system of the probe, for examples.
func (v connectView) system() string {
	if len(v.seen) == 0 {
		return "SYSTEM-CODE"
	}
	return v.seen[0]
}

func (v connectView) prometheus() connectWay {
	return connectWay{
		ID: "prometheus", Title: v.p.T("probes.connect.prometheus"), Lead: v.p.T("probes.connect.prometheus.lead"),
		Parts: []connectPart{{v.p.T("probes.connect.prometheus.file"), strings.Join([]string{
			"remote_write:",
			"  - url: " + v.base + "/api/v1/usage/write",
			"    authorization:",
			"      credentials_file: /etc/prometheus/qingce.token",
			"    write_relabel_configs:",
			"      - source_labels: [__name__]",
			"        regex: nginx_http_requests_total|node_cpu_seconds_total|node_memory_.*",
			"        action: keep",
			"",
		}, "\n")}},
		Notes: []string{v.p.T("probes.connect.prometheus.note"), v.p.T("probes.connect.prometheus.note2")},
	}
}

func (v connectView) otel() connectWay {
	url := v.base + "/api/v1/usage/otlp/v1/metrics"
	return connectWay{
		ID: "otel", Title: v.p.T("probes.connect.otel"), Lead: v.p.T("probes.connect.otel.lead"),
		Parts: []connectPart{
			{v.p.T("probes.connect.otel.file"), strings.Join([]string{
				"exporters:",
				"  otlphttp/qingce:",
				"    metrics_endpoint: " + url,
				"    compression: gzip",
				"    headers:",
				`      Authorization: "Bearer ${env:QINGCE_TOKEN}"`,
				"service:",
				"  pipelines:",
				"    metrics:",
				"      receivers: [otlp]",
				"      exporters: [otlphttp/qingce]",
				"",
			}, "\n")},
			{v.p.T("probes.connect.otel.sdk"), strings.Join([]string{
				"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=" + url,
				"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf",
				`OTEL_EXPORTER_OTLP_METRICS_HEADERS="Authorization=Bearer%20$QINGCE_TOKEN"`,
				"",
			}, "\n")},
		},
		Notes: []string{v.p.T("probes.connect.prometheus.note")},
	}
}

// curl is how a program of one's own sends; token is what stands for the token.
func (v connectView) curl(token string) connectWay {
	way := connectWay{
		ID: "curl", Title: v.p.T("probes.connect.curl"), Lead: v.p.T("probes.connect.curl.lead"),
		Parts: []connectPart{
			{v.p.T("probes.connect.curl.one"), v.command(token, "application/json", "'"+v.report("web-1", 1)+"'", "")},
			{v.p.T("probes.connect.curl.many"), v.report("web-1", 2) + "\n" + v.report("web-2", 2) + "\n"},
			{v.p.T("probes.connect.curl.gzip"), "gzip < reports.ndjson > reports.ndjson.gz\n" +
				v.command(token, "application/x-ndjson", "@reports.ndjson.gz", "  -H 'Content-Encoding: gzip' \\\n")},
		},
		Notes: []string{v.p.T("probes.connect.curl.note.seq"), v.p.T("probes.connect.curl.note.answer")},
	}
	return way
}

func (v connectView) command(token, kind, data, more string) string {
	return "curl -sS '" + v.base + "/api/v1/usage/reports' \\\n" +
		"  -H \"Authorization: Bearer " + token + "\" \\\n" +
		"  -H 'Content-Type: " + kind + "' \\\n" + more +
		"  --data-binary " + data + "\n"
}

// report is the state of the present hour of a source.
func (v connectView) report(source string, seq int) string {
	hour := wire.HourOf(v.now).Start().In(calendar.Zone).Format(time.RFC3339)
	return fmt.Sprintf(`{"system":%q,"source":%q,"epoch":1,"hour":%q,"seq":%d,"minutes":%d,"requests":120,"human_requests":80,"logins":6}`,
		v.system(), source, hour, seq, max(1, v.now.Minute()))
}

// try is how a new token is tried at once.
func (v connectView) try(token string) connectWay {
	return connectWay{
		ID: "try", Title: v.p.T("probes.connect.try"), Lead: v.p.T("probes.connect.try.lead"),
		Parts: []connectPart{{v.p.T("probes.connect.curl.one"), v.command(token, "application/json", "'"+v.report("web-1", 1)+"'", "")}},
	}
}

// agent is how the program's own agent follows a log; a system stands there for
// each that the probe may speak of, up to a few.
func (v connectView) agent() connectWay {
	lines := []string{
		"server: " + v.base,
		"token_file: /etc/qingce/probe.token",
		"state_dir: /var/lib/qingce-agent",
		"health: [/healthz]",
		"systems:",
	}
	for _, code := range v.systems() {
		lines = append(lines,
			"  - system: "+code,
			"    source: web-1",
			"    logs:",
			"      - path: /var/log/nginx/"+strings.ToLower(code)+".access.log",
			"        format: combined",
			"    logins:",
			"      - {method: POST, path: /login, status: 302}",
			"    transactions:",
			"      - {method: POST, path: /*/submit, status: 2xx}",
		)
	}
	return connectWay{
		ID: "agent", Title: v.p.T("probes.connect.agent"), Lead: v.p.T("probes.connect.agent.lead"),
		Parts: []connectPart{
			{v.p.T("probes.connect.agent.file"), strings.Join(lines, "\n") + "\n"},
			{v.p.T("probes.connect.agent.run"), "qingce agent dry-run --config /etc/qingce/agent.yaml\nqingce agent --config /etc/qingce/agent.yaml\n"},
		},
		Notes: []string{v.p.T("probes.connect.agent.note")},
	}
}

// mostShown is how many systems of a probe an example names.
const mostShown = 5

func (v connectView) systems() []string {
	if len(v.seen) == 0 {
		return []string{v.system()}
	}
	return v.seen[:min(len(v.seen), mostShown)]
}
