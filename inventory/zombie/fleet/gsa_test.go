package fleet_test

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/calendar"
	"qingce/inventory/zombie/detect"
)

// host is a real web host (testdata/README.md).
type host struct {
	name    string
	retired bool
	visits  []int64 // of the 30 days that end on each day, unknown where negative
}

const unknown = -1

// owner is the domain that the host belongs to, whose pages one tag counts.
func (h *host) owner() string {
	parts := strings.Split(h.name, ".")
	return strings.Join(parts[max(0, len(parts)-2):], ".")
}

// realHosts reads the hosts. A day that was not published has the figure of the
// next one, which covers it.
func realHosts(t testing.TB) (days []calendar.Date, hosts []host) {
	t.Helper()
	f, err := os.Open("testdata/gsa_visits.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var column []int
	for i, text := range rows[0][2:] {
		day, err := calendar.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		for len(days) == 0 || days[len(days)-1].Before(day) {
			next := day
			if len(days) > 0 {
				next = days[len(days)-1].AddDays(1)
			}
			days, column = append(days, next), append(column, i)
		}
	}
	for _, r := range rows[1:] {
		published := figures(t, r[2:])
		h := host{name: r[0], retired: r[1] == "retired"}
		for _, i := range column {
			h.visits = append(h.visits, published[i])
		}
		hosts = append(hosts, h)
	}
	return days, hosts
}

func figures(t testing.TB, cells []string) []int64 {
	t.Helper()
	out, at := make([]int64, len(cells)), int64(0)
	for i, cell := range cells {
		if cell == "-" {
			out[i] = unknown
			continue
		}
		if cell != "" {
			by, err := strconv.ParseInt(cell, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			at += by
		}
		out[i] = at
	}
	return out
}

func dayOf(d calendar.Date) detect.Day { return detect.Day(d.DaysSince(calendar.NewDate(1970, 1, 1))) }

// factOf is the fact of a day: the web alone is measured, and machines are not
// told apart.
func factOf(d calendar.Date, visits int64) (detect.Fact, detect.Weather) {
	f := detect.Fact{Day: dayOf(d)}
	if visits != unknown {
		f.Measured, f.Users = detect.Users, visits
	}
	return f, detect.Weather{Working: d.Weekday() != 0 && d.Weekday() != 6}
}

// alarms tells for each host and day whether it is found unused.
type alarms [][]bool

// counted counts days below a share of what was usual.
func counted(hosts []host, after int, share float64) alarms {
	out := make(alarms, len(hosts))
	for i, h := range hosts {
		below, usual, seen := 0, 0., 0.
		for _, v := range h.visits {
			switch {
			case v == unknown:
			case float64(v) <= share*usual || v == 0:
				below++
			default:
				below, seen = 0, min(seen+1, 60)
				usual += (float64(v) - usual) / seen
			}
			out[i] = append(out[i], below >= after)
		}
	}
	return out
}

// found runs the method over all hosts. early takes suspicions as well; together
// asks whether the hosts of an owner fell silent in the same days.
func found(days []calendar.Date, hosts []host, p detect.Policy, early, together bool) alarms {
	states, out := make([]detect.State, len(hosts)), make(alarms, len(hosts))
	of := map[string][]int{}
	for i := range hosts {
		of[hosts[i].owner()] = append(of[hosts[i].owner()], i)
	}
	for d, day := range days {
		for i := range hosts {
			f, w := factOf(day, hosts[i].visits[d])
			states[i].Step(&p, &f, w)
		}
		for _, group := range of {
			falls := make([]detect.Fall, len(group))
			for n, i := range group {
				falls[n] = states[i].Fall()
			}
			for n, shared := range detect.Together(&p, falls) {
				profile := detect.Profile{Together: shared && together}
				out[group[n]] = append(out[group[n]], isFound(&states[group[n]], &p, &profile, early))
			}
		}
	}
	return out
}

func isFound(s *detect.State, p *detect.Policy, of *detect.Profile, early bool) bool {
	unused := s.Unused(p, of)
	return unused == detect.Met || early && unused == detect.Suspected || s.Small(p, of) == detect.Met
}

// outcome is how well hosts were told apart on the last day, and how often a
// living host was found unused and came back.
type outcome struct {
	precision, recall, f1 float64
	ended                 float64 // episodes in 1000 years of living hosts
}

func (o outcome) String() string {
	return fmt.Sprintf("P=%.3f R=%.3f F1=%.3f came back/1000y=%.1f", o.precision, o.recall, o.f1, o.ended)
}

func rate(hosts []host, found alarms) outcome {
	right, wrong, missed, ended, years := 0., 0., 0., 0., 0.
	for i, h := range hosts {
		last := found[i][len(found[i])-1]
		switch {
		case h.retired && last:
			right++
		case h.retired:
			missed++
		case last:
			wrong++
		}
		if h.retired {
			continue
		}
		years += float64(len(found[i])) / 365.25
		for d := 1; d < len(found[i]); d++ {
			if found[i][d-1] && !found[i][d] {
				ended++
			}
		}
	}
	o := outcome{precision: right / (right + wrong), recall: right / (right + missed), ended: 1000 * ended / years}
	o.f1 = 2 * o.precision * o.recall / (o.precision + o.recall)
	return o
}

// Real hosts that were retired are told from those that live, better than by
// the rules of others.
func TestRealHosts(t *testing.T) {
	days, hosts := realHosts(t)
	got := rate(hosts, found(days, hosts, detect.DefaultPolicy(), true, true))
	if got.f1 < 0.70 || got.ended > 11 {
		t.Errorf("%s, want F1 0.70 at no more than 11 episodes", got)
	}
	if zero := rate(hosts, counted(hosts, 90, 0)); zero.f1 >= got.f1 || zero.ended <= got.ended {
		t.Errorf("no visits for 90 days: %s, ours %s", zero, got)
	}
}

// BenchmarkRealHosts prints the method and the rules of peers on real hosts.
func BenchmarkRealHosts(b *testing.B) {
	days, hosts := realHosts(b)
	p := detect.DefaultPolicy()
	window := p
	window.WindowAlone = true
	for b.Loop() {
		var out strings.Builder
		line := func(name string, found alarms) { fmt.Fprintf(&out, "%-48s %s\n", name, rate(hosts, found)) }
		line("ours, warning or strong sign", found(days, hosts, p, true, true))
		line("ours, warning or strong, probes not questioned", found(days, hosts, p, true, false))
		line("ours, the window of 90 days alone", found(days, hosts, window, false, true))
		line("ours, strong sign", found(days, hosts, p, false, true))
		line("no visits for 90 days", counted(hosts, 90, 0))
		line("no visits for 180 days", counted(hosts, 180, 0))
		line("at most 1 % of the usual for 90 days", counted(hosts, 90, 0.01))
		b.Log("\n" + out.String())
	}
}
