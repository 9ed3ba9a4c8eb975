package usage

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/fault"
)

// Preset is a set of rules for a sender that many have.
type Preset struct {
	Name  string
	Rules []RuleForm
}

// Label and Help are the message keys of what the preset is for.
func (p Preset) Label() fault.Label { return fault.Label("series.preset." + p.Name) }

// Help says what must be set up beside it.
func (p Preset) Help() fault.Label { return fault.Label("series.preset." + p.Name + ".help") }

// ErrNoPreset says that a preset is not there.
var ErrNoPreset = fault.New(fault.NotFound, "series.err.no_preset")

// counted and level begin rules of presets.
func counted(metric, signal string, conditions ...Condition) RuleForm {
	return RuleForm{Metric: metric, Signal: signal, Conditions: conditions, SystemBy: OnlySystem}
}

func level(metric, signal, scale string, conditions ...Condition) RuleForm {
	return RuleForm{Metric: metric, Signal: signal, Scale: scale, Conditions: conditions, SystemBy: OnlySystem, Reading: GaugeReading}
}

func when(label, pattern string) Condition { return Condition{Label: label, Pattern: pattern} }
func unless(label, pattern string) Condition {
	return Condition{Label: label, Pattern: pattern, Not: true}
}

// Presets lists the presets. Their rules take the one system of the probe; for
// a probe of several systems they are edited afterwards, or added with the
// label that holds the code.
func Presets() []Preset {
	return []Preset{
		{"nginx", []RuleForm{
			counted("nginx_http_requests_total", "requests"),
		}},
		{"node", []RuleForm{
			{Metric: "node_cpu_seconds_total", Signal: "cpu_avg", Scale: "100", Reading: IdleReading, SystemBy: OnlySystem, Conditions: []Condition{when("mode", "idle")}},
			counted("node_network_receive_bytes_total", "net_bytes", unless("device", "lo")),
			counted("node_network_transmit_bytes_total", "net_bytes", unless("device", "lo")),
		}},
		{"otel_http", []RuleForm{
			counted("http.server.request.duration_count", "requests"),
			counted("http.server.request.duration_count", "errors", when("http.response.status_code", "5??")),
			level("system.cpu.utilization", "cpu_avg", "100", unless("state", "idle")),
			level("system.memory.utilization", "mem_avg", "100", when("state", "used")),
			level("system.filesystem.utilization", "disk_max", "100"),
		}},
		{"ingress", []RuleForm{
			counted("nginx_ingress_controller_requests", "requests"),
			counted("nginx_ingress_controller_requests", "errors", when("status", "5??")),
		}},
	}
}

// AddPreset adds the rules of a preset to a probe: each takes the system whose
// code is the value of the label, or, if that is empty, the one of the probe.
func (r *Rules) AddPreset(ctx context.Context, by auth.Principal, probe ProbeID, name, label string) ([]Rule, error) {
	for _, p := range Presets() {
		if p.Name != name {
			continue
		}
		for i := range p.Rules {
			p.Rules[i].ProbeID = probe
			if label != "" {
				p.Rules[i].SystemBy, p.Rules[i].System = LabelSystem, label
			}
		}
		added, err := r.addAll(ctx, by, p.Rules)
		if err != nil {
			return nil, fmt.Errorf("add preset %s: %w", name, err)
		}
		return added, nil
	}
	return nil, ErrNoPreset
}
