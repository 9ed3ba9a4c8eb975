package main_test

import (
	"context"
	"encoding/csv"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	qingce "qingce/cmd/qingce"
)

// demo is a demonstration that is being served.
type demo struct {
	out  *output
	url  string
	stop func() outcome
}

// startDemo runs the command in a directory until it is stopped.
func startDemo(t *testing.T, dir string, args ...string) demo {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var out, errors output
	ended := make(chan int, 1)
	args = append([]string{"demo", "--data", dir}, args...)
	go func() {
		// A real database must never be touched.
		env := []string{"LANG=en", "QINGCE_DATABASE=postgres://nobody@127.0.0.1:1/real"}
		ended <- qingce.Run(ctx, args, env, strings.NewReader(""), &out, &errors)
	}()
	d := demo{out: &out, stop: sync.OnceValue(func() outcome {
		cancel()
		return outcome{<-ended, out.String(), errors.String()}
	})}
	t.Cleanup(func() { d.stop() })
	within(t, 3*time.Minute, "the demonstration", func() bool {
		select {
		case code := <-ended:
			ended <- code // for stop
			t.Fatalf("the demonstration ended with %d: %s", code, errors.String())
		default:
		}
		return strings.Contains(out.String(), "Ctrl+C stops it")
	})
	d.url = labelled(t, out.String(), "address:")
	return d
}

func TestDemo(t *testing.T) {
	dir := t.TempDir()
	d := startDemo(t, dir, "--listen", "127.0.0.1:0")
	password, _, _ := strings.Cut(labelled(t, d.out.String(), "password:"), " ")

	// Every account that is printed opens, and finds its pages.
	logins := 0
	for line := range strings.Lines(d.out.String()) {
		words := strings.Fields(line)
		if len(words) < 3 || !strings.HasPrefix(line, "  ") || !slices.ContainsFunc([]string{"Clerk", "Head", "Regional", "office", "centre", "commission", "bureau", "group", "Auditor", "probe", "administrator"},
			func(role string) bool { return strings.Contains(line, role) }) {
			continue
		}
		logins++
		if to := newBrowser(t, d.url).signIn(words[0], password); to == "" || strings.HasPrefix(to, "/password") {
			t.Errorf("%s is led to %q, want into the service", words[0], to)
		}
	}
	if logins < 16 {
		t.Errorf("%d accounts are printed, want one for each of the 16 roles at least", logins)
	}
	office := newBrowser(t, d.url)
	office.signIn("office", password)
	if p := office.get("/systems"); p.status != http.StatusOK || !strings.Contains(p.body, "社会保险核心业务系统") {
		t.Errorf("the list of systems: %d", p.status)
	} else if !strings.Contains(p.body, "演示日期 2018-01-10（周三）") {
		t.Error("the page does not say which day it is")
	}
	if p := newBrowser(t, d.url).get("/sign-in"); !strings.Contains(p.body, "演示日期 2018-01-10（周三）") {
		t.Error("the page before signing in does not say which day it is")
	}
	if got := d.stop(); got.code != 0 || strings.Contains(got.errors, "ERROR") {
		t.Errorf("exit %d, %s", got.code, got.errors)
	}

	h := home{filepath.Join(dir, "demo"), "sqlite:" + filepath.Join(dir, "demo", "qingce.db")}
	checkSampleCity(t, h)
	contains(t, h.must(t, "verify"), "The log is whole")

	// A second time goes on with what is there and with its day, a fresh one does
	// not.
	h.must(t, "account", "create", "mine", "--name", "mine", "--roles", "office")
	again := startDemo(t, dir, "--listen", "127.0.0.1:0")
	if p := newBrowser(t, again.url).get("/sign-in"); !strings.Contains(p.body, "演示日期 2018-01-10") {
		t.Error("the second time is not on the day of the first")
	}
	again.stop()
	if n := number(t, h.database, "SELECT count(*) FROM accounts WHERE login = 'mine'"); n != 1 {
		t.Error("the second time began anew")
	}
	fresh := startDemo(t, dir, "--listen", "127.0.0.1:0", "--fresh")
	fresh.stop()
	if n := number(t, h.database, "SELECT count(*) FROM accounts WHERE login = 'mine'"); n != 0 {
		t.Error("--fresh kept what was there")
	}
	checkSampleCity(t, h)
}

// checkSampleCity holds the sample city against the acceptance story: 70
// bodies, 26 systems, and the yearly operating costs (in fen) by what the
// funding rules of 2018 will make of them.
func checkSampleCity(t *testing.T, h home) {
	t.Helper()
	for sql, want := range map[string]int64{
		"SELECT count(*) FROM departments": 70,
		"SELECT count(*) FROM systems":     27, // and the office system of the city
		sumOf("RS-01", "RS-02", "MZ-01", "JY-01", "JY-04", "GA-01", "GA-03", "GS-01", "GS-02", "FC-01", "FC-02", "LY-01", "JT-01", "JT-03"): 433_40_00_00,
		sumOf("RS-03", "RS-04", "MZ-03", "JY-03", "FC-03", "LY-0002"):                                                                       22_10_00_00,
		sumOf("MZ-02", "JY-02", "GA-02"):                     60_00_00_00,
		sumOf("JT-02", "WJ-01"):                              25_10_00_00,
		"SELECT count(*) FROM systems WHERE final = 'clean'": 3,
		"SELECT count(*) FROM systems WHERE final = 'merge' AND state = 'merged' AND merged_into_id IS NOT NULL":                                         3,
		"SELECT count(*) FROM systems WHERE classified AND function_desc = '' AND code = 'GA-02'":                                                        1,
		"SELECT count(*) FROM systems WHERE om_contract_end = '2015-12-31' AND code = 'RS-03'":                                                           1,
		"SELECT count(*) FROM systems WHERE season_months = '|05|06|07|08|' AND code = 'JY-01'":                                                          1,
		"SELECT count(*) FROM systems WHERE vertical IN ('national', 'provincial')":                                                                      2,
		"SELECT count(*) FROM certificates WHERE bodies = 10 AND systems = 26 AND certified_on = '2017-10-15'":                                           1,
		"SELECT count(*) FROM change_requests WHERE state = 'submitted'":                                                                                 1,
		"SELECT count(*) FROM catalog_entries WHERE life = 'published'":                                                                                  52,
		"SELECT count(*) FROM forms f JOIN departments d ON d.id = f.department_id WHERE d.code = 'XY303' AND f.opened_at IS NULL AND f.state = 'draft'": 1,
		"SELECT count(*) FROM departments WHERE kind = 'county' AND prefix = 'ZY' AND code = '420683'":                                                   1,
		"SELECT count(*) FROM accounts WHERE created_at < '2017-09-12'":                                                                                  34,
	} {
		if got := number(t, h.database, sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
}

func sumOf(codes ...string) string {
	return "SELECT sum(om_amount_year) FROM systems WHERE code IN ('" + strings.Join(codes, "', '") + "')"
}

func TestDemoTouchesNothingElse(t *testing.T) {
	dir := t.TempDir()
	real := home{filepath.Join(dir, "demo"), "sqlite:" + filepath.Join(dir, "demo", "qingce.db")}
	real.must(t, "migrate", "up")
	for _, args := range [][]string{{"demo"}, {"demo", "--fresh"}} {
		got := command(t, []string{"LANG=en"}, "", append(args, "--data", dir)...)
		if got.code != 3 || !strings.Contains(got.errors, "was not made by a demonstration") {
			t.Errorf("qingce %v: exit %d, %s", args, got.code, got.errors)
		}
	}
	if n := number(t, real.database, "SELECT count(*) FROM accounts"); n != 0 {
		t.Errorf("%d accounts were made in somebody's database", n)
	}
}

func TestDemoThatWasCutOffBeginsAnew(t *testing.T) {
	dir := t.TempDir()
	at := filepath.Join(dir, "demo")
	if err := os.MkdirAll(at, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(at, "DEMO.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h := home{at, "sqlite:" + filepath.Join(at, "qingce.db")}
	h.must(t, "migrate", "up") // and no city in it
	startDemo(t, dir, "--listen", "127.0.0.1:0").stop()
	checkSampleCity(t, h)
}

func TestDemoTakesTheNextPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := startDemo(t, t.TempDir(), "--listen", l.Addr().String())
	if d.url == "http://"+l.Addr().String() {
		t.Errorf("the demonstration is at %s, which is taken", d.url)
	}
	if p := newBrowser(t, d.url).get("/healthz"); p.status != http.StatusOK {
		t.Errorf("/healthz says %d", p.status)
	}
}

// TestSampleFilesReadAsTables keeps the sample files in the form that people
// edit: as many values in each row as there are columns.
func TestSampleFilesReadAsTables(t *testing.T) {
	for name, want := range map[string]int{"departments.csv": 70, "systems.csv": 21, "systems_merging.csv": 3, "systems_county.csv": 1, "catalog.csv": 52} {
		f, err := qingce.DemoFiles.Open("demo/" + name)
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(f)
		rows := 0
		for {
			_, err := r.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			rows++
		}
		if rows-1 != want {
			t.Errorf("%s has %d rows, want %d", name, rows-1, want)
		}
	}
}
