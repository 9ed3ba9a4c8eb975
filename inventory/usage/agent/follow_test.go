package agent_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qingce/inventory/usage/agent"
	"qingce/inventory/usage/wire"
)

// hour is the one that begins at noon.
var hour = wire.HourOf(noon)

func (r *rig) want(signal wire.Signal, hour wire.Hour, want int64) {
	r.t.Helper()
	if got := r.sum(hour, signal); got != want {
		r.t.Errorf("%v of %v: %d, want %d", signal, hour.Start(), got, want)
	}
}

func TestAReportSaysWhatTheLogSays(t *testing.T) {
	r := newRig(t)
	r.extra = "    logins: [{method: GET, path: /login, status: 302}]\n    transactions: [{path: /api/*/apply, status: 2xx}]\n"
	lines := []string{
		request(noon, "10.1.1.1", "/", 200, firefox),
		request(noon, "10.1.1.1", "/healthz", 200, firefox),      // a person who looks at the health page
		request(noon, "10.1.1.2", "/login", 302, firefox),        // a sign-in
		request(noon, "10.1.1.2", "/login", 200, firefox),        // one that failed
		request(noon, "10.1.1.2", "/api/v1/apply", 201, firefox), // a matter
		request(noon, "10.1.1.2", "/api/v1/apply", 500, firefox), // one that failed
		request(noon, "10.1.1.3", "/healthz", 200, firefox),      // only asks whether it lives
		request(noon, "10.1.1.4", "/", 200, "curl/7.61.1"),
		"rubbish\n",
	}
	r.write(r.log, strings.Join(lines, ""))
	r.step(0)
	r.step(2 * time.Minute)
	got := r.one(hour)
	for signal, want := range map[wire.Signal]int64{
		wire.Requests: 8, wire.HumanRequests: 5, wire.Logins: 1, wire.BusinessTx: 1, wire.Errors: 1, wire.Users: 2, wire.MachineClients: 2,
	} {
		if n, ok := got.Values.Get(signal); n != want || !ok {
			t.Errorf("%v: %d %v, want %d", signal, n, ok, want)
		}
	}
	for _, signal := range []wire.Signal{wire.APIIn, wire.CPUAvg, wire.NetBytes} {
		if _, ok := got.Values.Get(signal); ok {
			t.Errorf("%v was not measured", signal)
		}
	}
	if got.System != "HJ-RS-01" || got.Source != "web-1" || got.Minutes != 3 || got.Seq != 2 || got.Epoch == 0 || !strings.HasPrefix(got.SketchKey, "hll12-") || len(got.Users) == 0 {
		t.Errorf("%+v", got)
	}
	if l := r.agent.Lines()[0].Lines; l.Garbage != 1 || l.Sample != "rubbish" || l.Parsed != 8 {
		t.Errorf("lines %+v", l)
	}
	saved, err := os.ReadFile(filepath.Join(r.dir, "state", "state.json"))
	r.must(err)
	if strings.Contains(string(saved), "10.1.1") {
		t.Error("an address stands in the state")
	}
}

// A quiet log is measured; one that is not there is not.
func TestSilenceIsNotZero(t *testing.T) {
	r := newRig(t)
	r.write(r.log, "")
	for range 10 {
		r.step(time.Minute)
	}
	if got := r.one(hour); got.Minutes != 10 {
		t.Errorf("a quiet log: %d minutes, want 10", got.Minutes)
	}
	r.want(wire.Requests, hour, 0)
	r.must(os.Rename(r.log, filepath.Join(r.dir, "elsewhere")))
	for range 20 {
		r.step(time.Minute)
	}
	if got := r.minutes(hour); got != 10 {
		t.Errorf("after twenty minutes without a log: %d minutes, want 10", got)
	}
	r.write(r.log, request(r.now, "10.1.1.1", "/", 200, firefox))
	for range 5 {
		r.step(time.Minute)
	}
	if got := r.minutes(hour); got != 15 {
		t.Errorf("five minutes after it came back: %d minutes, want 15", got)
	}
	r.want(wire.Requests, hour, 1)
}

func TestNothingIsSaidOfALogThatNeverWas(t *testing.T) {
	r := newRig(t)
	for range 90 {
		r.step(time.Minute)
	}
	if len(r.kept) != 0 {
		t.Errorf("%d reports of nothing", len(r.kept))
	}
	if n := strings.Count(r.out.String(), "cannot be followed"); n != 1 {
		t.Errorf("it was said %d times, want once:\n%s", n, r.out.String())
	}
}

// What was written while the agent was away counts; the silence in it does not.
func TestTimeAway(t *testing.T) {
	r := newRig(t)
	r.write(r.log, request(noon, "10.1.1.1", "/", 200, firefox))
	r.step(0)
	r.step(2 * time.Minute) // noon to 12:02
	r.now = noon.Add(20 * time.Minute)
	r.write(r.log, request(r.now, "10.1.1.1", "/", 200, firefox))
	r.now = noon.Add(50 * time.Minute)
	r.open()
	r.step(0)
	r.step(2 * time.Minute) // 12:50 to 12:52
	if got := r.minutes(hour); got != 21+3 {
		t.Errorf("%d minutes, want 24: until the last line, and since it is followed again", got)
	}
	r.want(wire.Requests, hour, 2)
}

func TestBacklogIsReadFirst(t *testing.T) {
	r := newRig(t)
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	for n, name := range []string{".1", ".2", ".3"} {
		first := at(-2 * (n + 1))
		r.write(r.log+name, request(first, "10.1.1.1", "/", 200, firefox)+request(first.Add(90*time.Minute), "10.1.1.2", "/", 200, firefox))
		r.must(os.Chtimes(r.log+name, first.Add(2*time.Hour), first.Add(2*time.Hour)))
		if n > 0 {
			r.pack(r.log + name)
		}
	}
	r.write(r.log, request(noon, "10.1.1.1", "/", 200, firefox))
	r.step(0)
	for n := -6; n <= 0; n++ {
		r.want(wire.Requests, hour+wire.Hour(n), 1)
	}
	if got := r.minutes(hour - 3); got != 60 {
		t.Errorf("an hour in the middle of the backlog: %d minutes, want 60", got)
	}
}

func TestNoBacklogIfNotWanted(t *testing.T) {
	r := newRig(t)
	r.logs = "        backlog: false\n"
	r.write(r.log+".1", request(noon, "10.1.1.1", "/", 200, firefox))
	r.write(r.log, request(noon, "10.1.1.1", "/", 200, firefox)+`10.1.1.1 - - [24/Nov`)
	r.step(0)
	r.write(r.log, strings.TrimPrefix(request(noon, "10.1.1.1", "/new", 200, firefox), `10.1.1.1 - - [24/Nov`))
	r.step(2 * time.Minute)
	r.want(wire.Requests, hour, 1)
	// The log is new and empty at first; then it is rotated while nobody looks.
	r.must(os.Rename(r.log, r.log+".2"))
	r.write(r.log, request(r.now, "10.1.1.1", "/", 200, firefox))
	r.open()
	r.step(2 * time.Minute)
	r.want(wire.Requests, hour, 2)
}

// IIS begins a file each day; the fields stand at its beginning.
func TestFilesWithDates(t *testing.T) {
	r := newRig(t)
	folder := r.dir
	r.log = filepath.Join(folder, "u_ex*.log")
	r.logs = "        format: iis\n"
	head := "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)\n"
	line := func(at time.Time) string {
		return at.UTC().Format("2006-01-02 15:04:05") + " 10.1.1.1 GET /a 200 Mozilla/5.0+(Windows)\n"
	}
	r.write(filepath.Join(folder, "u_ex171123.log"), head+line(noon.Add(-time.Hour)))
	r.step(0)
	r.write(filepath.Join(folder, "u_ex171123.log"), line(noon.Add(-time.Hour)))
	r.open() // in the middle of a file: the fields are remembered
	r.step(2 * time.Minute)
	r.want(wire.Requests, hour-1, 2)
	r.write(filepath.Join(folder, "u_ex171124.log"), head+line(noon))
	r.write(filepath.Join(folder, "u_ex171123.log"), line(noon.Add(-time.Hour)))
	r.step(2 * time.Minute)
	r.step(2 * time.Minute)
	r.want(wire.Requests, hour-1, 3)
	r.want(wire.Requests, hour, 1)
	r.want(wire.HumanRequests, hour, 1)
	if r.agent.Lines()[0].Lines.Garbage != 0 {
		t.Errorf("%+v", r.agent.Lines())
	}
}

func TestOddLines(t *testing.T) {
	r := newRig(t)
	good := request(noon, "10.1.1.1", "/", 200, firefox)
	r.write(r.log, good+"10.1.1.9 "+strings.Repeat("x", 700<<10)+"\n"+strings.ReplaceAll(good, "\n", "\r\n")+"\x00\x00\x00"+good)
	r.write(r.log, request(noon.Add(time.Hour), "10.1.1.1", "/", 200, firefox)+request(noon.Add(-50*24*time.Hour), "10.1.1.1", "/", 200, firefox))
	r.write(r.log, good[:len(good)-1]) // without line feed
	r.step(0)
	r.want(wire.Requests, hour, 3)
	if l := r.agent.Lines()[0].Lines; l.TooLong != 1 || l.Garbage != 1 || l.Future != 1 || l.Old != 1 || len(l.Sample) > 210 {
		t.Errorf("%+v", l)
	}
	r.write(r.log, "\n")
	r.step(2 * time.Minute)
	r.want(wire.Requests, hour, 4)
}

func TestOneLogOfTwoSystems(t *testing.T) {
	r := newRig(t)
	r.logs = "        format: vhost\n        paths: [/hr/**]\n        hosts: [A.gov.cn]\n"
	for _, l := range []string{"a.gov.cn:443 /hr/x", "a.gov.cn:80 /fin/x", "b.gov.cn:80 /hr/x", "A.GOV.CN:80 /hr/"} {
		host, path, _ := strings.Cut(l, " ")
		r.write(r.log, host+" "+request(noon, "10.1.1.1", path, 200, firefox))
	}
	r.step(0)
	r.want(wire.Requests, hour, 2)
}

// More people than are counted one by one are estimated, and the sketches of
// two agents with one key can be merged.
func TestManyPeople(t *testing.T) {
	r := newRig(t)
	var b strings.Builder
	for n := range 5000 {
		b.WriteString(request(noon, "10.1."+string('0'+rune(n/1000))+"."+strings.Repeat("1", n%7)+time.Duration(n).String(), "/", 200, firefox))
	}
	r.write(r.log, b.String())
	r.step(0)
	r.open()
	r.write(r.log, b.String()) // the same again
	r.step(2 * time.Minute)
	got := r.one(hour)
	n, _ := got.Values.Get(wire.Users)
	if n < 4700 || n > 5300 {
		t.Errorf("%d people, want about 5000", n)
	}
}

// A lost state begins an epoch at the end of the log: nothing counts twice.
func TestLostState(t *testing.T) {
	for _, c := range []struct {
		name  string
		hurt  func(dir string) error
		epoch int // how many epochs there are in the end
	}{
		{"the last state is damaged", func(dir string) error { return os.WriteFile(filepath.Join(dir, "state.json"), []byte("x"), 0o600) }, 1},
		{"the last state is gone", func(dir string) error { return os.Remove(filepath.Join(dir, "state.json")) }, 1},
		{"both are gone", func(dir string) error {
			if err := os.Remove(filepath.Join(dir, "state.json")); err != nil {
				return err
			}
			return os.Remove(filepath.Join(dir, "state.previous.json"))
		}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			for n := range 5 {
				r.write(r.log, request(noon.Add(time.Duration(n)*time.Minute), "10.1.1.1", "/", 200, firefox))
				r.step(70 * time.Second)
			}
			r.want(wire.Requests, hour, 5)
			r.must(c.hurt(filepath.Join(r.dir, "state")))
			r.open()
			r.step(0)
			for range 3 {
				r.write(r.log, request(r.now, "10.1.1.1", "/", 200, firefox))
				r.step(70 * time.Second)
			}
			r.want(wire.Requests, hour, 8)
			epochs := map[int64]bool{}
			for k := range r.kept {
				epochs[k.Epoch] = true
			}
			if len(epochs) != c.epoch {
				t.Errorf("%d epochs, want %d", len(epochs), c.epoch)
			}
		})
	}
}

func TestOnlyOneAgentRunsOnAState(t *testing.T) {
	r := newRig(t)
	r.open()
	first, stop := context.WithCancel(t.Context())
	second, err := agent.Open(r.config(), agent.Options{Log: quiet(), Crawlers: crawlers()}, r.now)
	r.must(err)
	asked := false
	r.must(r.agent.Run(first, func() time.Time {
		if !asked { // the first one runs now
			asked = true
			if err := second.Run(t.Context(), func() time.Time { return noon }); err == nil || !strings.Contains(err.Error(), "another agent") {
				t.Errorf("a second agent: %v", err)
			}
			stop()
		}
		return noon
	}))
	if !asked {
		t.Error("the first agent did nothing")
	}
}
