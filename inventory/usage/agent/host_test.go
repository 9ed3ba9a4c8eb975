//go:build linux

package agent_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qingce/inventory/usage/agent"
	"qingce/inventory/usage/wire"
)

// machine is a folder that looks like /proc.
type machine struct {
	dir              string
	busy, idle, sent int64
}

func (m *machine) write(t *testing.T) {
	t.Helper()
	for name, text := range map[string]string{
		"stat":    fmt.Sprintf("cpu  %d 0 0 %d 0 0 0 0 0 0\ncpu0 1 2 3\n", m.busy, m.idle),
		"meminfo": "MemTotal:       1000 kB\nMemFree: 10 kB\nMemAvailable:    750 kB\n",
		"net/dev": fmt.Sprintf("Inter-|   Receive\n face |bytes\n    lo: 99999 1 0 0 0 0 0 0 99999 1 0\n  eth0:%d 1 0 0 0 0 0 0 %d 1 0\ndocker0: 5 1 0 0 0 0 0 0 5 1 0\n", m.sent, m.sent),
	} {
		name = filepath.Join(m.dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheMachineIsMeasured(t *testing.T) {
	r := newRig(t)
	r.extra = "    host: {disks: [/], storage: /}\n"
	m := &machine{dir: t.TempDir(), sent: 1000}
	m.write(t)
	a, err := agent.Open(r.config(), agent.Options{Log: quiet(), Crawlers: crawlers(), Proc: m.dir}, r.now)
	r.must(err)
	r.agent = a
	r.step(0)
	for n := range 20 { // 10 % for nineteen minutes, then 90 %
		busy := int64(10)
		if n == 19 {
			busy = 90
		}
		m.busy, m.idle, m.sent = m.busy+busy, m.idle+100-busy, m.sent+50
		if n == 10 {
			m.sent = 40 // the counter was reset
		}
		m.write(t)
		r.step(time.Minute)
	}
	r.must(os.Remove(filepath.Join(m.dir, "stat"))) // and then it cannot be measured
	r.step(time.Minute)
	r.step(5 * time.Minute)
	var got wire.Report
	for k, report := range r.kept {
		if k.Source == "web-1:host" {
			got = report
		} else if n, ok := report.Values.Get(wire.CPUAvg); ok {
			t.Errorf("the log knows the processors: %d", n)
		}
	}
	for signal, want := range map[wire.Signal]int64{
		wire.CPUAvg: 1400, wire.CPUMax: 9000, wire.CPUP95: 1000, wire.CPUP05: 1000, wire.MemAvg: 2500, wire.MemMax: 2500,
		wire.NetBytes: 19*100 + 80,
	} {
		if n, ok := got.Values.Get(signal); !ok || n != want {
			t.Errorf("%v: %d %v, want %d", signal, n, ok, want)
		}
	}
	if n, ok := got.Values.Get(wire.DiskMax); !ok || n < 1 || n > 10000 {
		t.Errorf("disk: %d %v", n, ok)
	}
	if n, ok := got.Values.Get(wire.StorageBytes); !ok || n < 1 {
		t.Errorf("storage: %d %v", n, ok)
	}
	if got.Minutes != 20 || strings.Contains(r.out.String(), "10.") {
		t.Errorf("%d minutes, want 20", got.Minutes)
	}
}
