package agent_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"qingce/inventory/usage/agent"
	"qingce/inventory/usage/wire"
)

// manyLines is the length of the generated log.
const manyLines = 1_000_000

// generate writes a log in the combined format as a busy portal has it: twenty
// thousand people with some hundreds of browsers, a tenth of crawlers and
// tools, health checks, over two hours. With strange clients every line has an
// agent that was never seen before, which no memory of agents helps against.
func generate(tb testing.TB, w io.Writer, lines int, strange bool) {
	tb.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	var browsers []string
	for n := range 400 {
		browsers = append(browsers, fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.%d.%d Safari/537.36", 50+n%70, 2000+n, n%150))
	}
	machines := []string{
		"Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)", "curl/7.61.1", "-", "python-requests/2.18",
		"Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "Zabbix", "kube-probe/1.9",
	}
	paths := []string{"/", "/index.html", "/static/app.js?v=3", "/static/app.css", "/api/v1/list?page=2", "/%E4%BA%BA%E7%A4%BE/%E6%9F%A5%E8%AF%A2", "/login", "/healthz", "/images/logo.png", "/api/v1/apply"}
	out := bufio.NewWriterSize(w, 1<<20)
	begin := noon.Add(-2 * time.Hour)
	for n := range lines {
		person := rng.IntN(20_000)
		agent := browsers[person%len(browsers)]
		if rng.IntN(10) == 0 {
			agent = machines[rng.IntN(len(machines))]
		}
		if strange {
			agent += fmt.Sprintf(" x/%d", n)
		}
		status := 200
		if rng.IntN(200) == 0 {
			status = 502
		}
		t := begin.Add(time.Duration(n) * 2 * time.Hour / time.Duration(lines))
		fmt.Fprintf(out, "10.%d.%d.%d - - [%s] \"GET %s HTTP/1.1\" %d %d \"https://www.example.gov.cn/list\" \"%s\"\n",
			person>>14&255, person>>7&127, person&127, t.Format("02/Jan/2006:15:04:05 -0700"), paths[rng.IntN(len(paths))], status, rng.IntN(90_000), agent)
	}
	if err := out.Flush(); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkAgent reads a log of a million lines on one core with everything
// that the agent does for a line: parsing, telling crawlers from people, health
// checks, rules, distinct clients by keyed hash. QINGCE_TEST_GOACCESS=1 runs
// goaccess on the same log in turn and tells the ratio.
func BenchmarkAgent(b *testing.B) {
	for _, strange := range []bool{false, true} {
		b.Run(map[bool]string{false: "usual", true: "strange"}[strange], func(b *testing.B) { benchmark(b, strange) })
	}
}

func benchmark(b *testing.B, strange bool) {
	log := filepath.Join(b.TempDir(), "access.log")
	file, err := os.Create(log)
	if err != nil {
		b.Fatal(err)
	}
	generate(b, file, manyLines, strange)
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(log)
	if err != nil {
		b.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b.SetBytes(info.Size())
	var ours, theirs time.Duration
	b.ResetTimer()
	for range b.N {
		start := time.Now()
		readAll(b, log)
		ours += time.Since(start)
		b.StopTimer()
		theirs += goaccess(b, log)
		b.StartTimer()
	}
	rate := func(d time.Duration) float64 { return manyLines * float64(b.N) / d.Seconds() }
	b.ReportMetric(rate(ours), "lines/s")
	if theirs > 0 {
		b.ReportMetric(rate(theirs), "goaccess-lines/s")
		b.ReportMetric(rate(ours)/rate(theirs), "times")
	}
}

// readAll reads the log by a new agent that keeps nothing.
func readAll(b *testing.B, log string) {
	c, problems := agent.Load("agent.yaml", []byte(strings.ReplaceAll(`
server: http://127.0.0.1:1
token: t
state_dir: /nowhere
systems:
  - system: HJ-RS-01
    source: web-1
    health: [/healthz]
    logins: [{method: POST, path: /login, status: 302}]
    transactions: [{method: GET, path: /api/*/apply, status: 2xx}]
    logs: [{path: LOG}]
`, "LOG", log)), "here")
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	a, err := agent.Open(c, agent.Options{Log: quiet(), Dry: true}, noon)
	if err != nil {
		b.Fatal(err)
	}
	for wait := time.Duration(0); wait == 0; {
		if wait, err = a.Step(context.Background(), noon); err != nil {
			b.Fatal(err)
		}
	}
	if err := a.Flush(context.Background(), noon); err != nil {
		b.Fatal(err)
	}
	total := int64(0)
	for _, r := range a.Reports() {
		n, _ := r.Values.Get(wire.Requests)
		total += n
	}
	if total != manyLines {
		b.Fatalf("counted %d lines of %d: %+v", total, manyLines, a.Lines())
	}
}

// goaccess reads the log by goaccess, on one core, if that is asked for.
func goaccess(b *testing.B, log string) time.Duration {
	if os.Getenv("QINGCE_TEST_GOACCESS") == "" {
		return 0
	}
	out := filepath.Join(b.TempDir(), "report.json")
	start := time.Now()
	said, err := exec.Command("taskset", "-c", "0", "goaccess", log, "--log-format=COMBINED", "--no-progress", "-o", out).CombinedOutput()
	if err != nil {
		b.Fatalf("goaccess: %v: %s", err, said)
	}
	return time.Since(start)
}
