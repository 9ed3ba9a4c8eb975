package main_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	qingce "qingce/cmd/qingce"
)

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestHelp holds the help of every command against the file in which it can be
// read.
func TestHelp(t *testing.T) {
	var b bytes.Buffer
	for _, words := range []string{
		"", "serve", "demo", "config", "migrate", "migrate status", "migrate up", "import", "export", "backup", "restore", "verify",
		"account", "account create", "account reset", "account lock", "account unlock", "account list", "job", "job list", "job run", "detect", "programme", "programme import",
		"agent", "agent run", "agent check", "agent dry-run", "agent example", "version",
	} {
		args := append(strings.Fields(words), "--help")
		got := command(t, nil, "", args...)
		if got.code != 0 || got.errors != "" {
			t.Errorf("qingce %v: exit %d, %s", args, got.code, got.errors)
		}
		b.WriteString("$ qingce " + strings.Join(args, " ") + "\n" + got.out + "\n")
	}
	golden(t, "testdata/help.txt", b.Bytes())
}

func TestWrongUsage(t *testing.T) {
	h := sqliteHome(t)
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"no command", nil, "expected one of"},
		{"an unknown command", []string{"server"}, "unexpected argument server"},
		{"an unknown flag", []string{"serve", "--port", "80"}, "--port"},
		{"a level that is none", []string{"--log-level", "loud", "version"}, "--log-level"},
		{"an address without port", []string{"serve", "--listen", "localhost"}, "--listen (QINGCE_LISTEN) must be HOST:PORT"},
		{"a certificate without key", []string{"serve", "--tls-cert", "x.pem"}, "Certificate and key go together"},
		{"a public address with a path", []string{"config", "--public-url", "https://a.example/qingce"}, "--public-url (QINGCE_PUBLIC_URL)"},
		{"a proxy that is a name", []string{"config", "--trusted-proxies", "10.0.0.1,proxy"}, `"proxy"`},
		{"too few requests", []string{"config", "--max-requests", "1"}, "from 8 to 65536"},
		{"a database of another kind", []string{"--database", "mysql://x/y", "config"}, "--database (QINGCE_DATABASE) must be"},
		{"a demonstration for everybody", []string{"demo", "--listen", "0.0.0.0:8080"}, "on this machine only"},
		{"a bundle without key", []string{"verify", "--bundle", "x.json"}, "--key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := command(t, []string{"QINGCE_DATA=" + h.dir, "LANG=en"}, "", c.args...)
			if got.code != 2 || !strings.Contains(got.errors, c.want) {
				t.Errorf("exit %d, want 2 and %q:\n%s", got.code, c.want, got.errors)
			}
		})
	}
	if entries, err := os.ReadDir(h.dir); err != nil || len(entries) != 0 {
		t.Errorf("wrong usage left %v behind (%v)", entries, err)
	}
}

func TestConfigSaysWhereValuesComeFrom(t *testing.T) {
	env := []string{
		"QINGCE_LISTEN=:9000", "QINGCE_KEEP_BACKUPS=", "QINGCE_DATABASE=postgres://u:s3cret@h/x?sslpassword=s4cret&sslmode=require",
		"QINGCE_LISTN=:1", "QINGCE_TEST_REQUIRE=1", "LANG=en",
	}
	said := command(t, env, "", "config", "--max-requests", "99")
	if said.code != 0 {
		t.Fatalf("exit %d: %s", said.code, said.errors)
	}
	got := map[string]string{}
	for line := range strings.Lines(said.out) {
		words := strings.Fields(line)
		got[words[0]] = strings.Join(words[1:], " ")
	}
	for name, want := range map[string]string{
		"QINGCE_LISTEN":       ":9000 environment",
		"QINGCE_MAX_REQUESTS": "99 command line",
		"QINGCE_KEEP_BACKUPS": "14 default",
		"QINGCE_DATABASE":     "postgres://u:***@h/x?sslmode=require&sslpassword=*** environment",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if !strings.Contains(said.errors, "QINGCE_LISTN") || strings.Contains(said.errors, "QINGCE_TEST_REQUIRE") {
		t.Errorf("misspelled variables: %s", said.errors)
	}
}

func TestHidePassword(t *testing.T) {
	for address, want := range map[string]string{
		"sqlite:/srv/q.db":                     "sqlite:/srv/q.db",
		"postgres://u@h/x":                     "postgres://u@h/x",
		"postgres://u:a:b@h:5432/x":            "postgres://u:***@h:5432/x",
		"postgres://h/x?user=u&password=p%26q": "postgres://h/x?password=***&user=u",
		"postgres://u:p%zz@h/x":                "postgres://***",
	} {
		if got := qingce.HidePassword(address); got != want {
			t.Errorf("%s is shown as %s, want %s", address, got, want)
		}
	}
}

func TestVersion(t *testing.T) {
	h := sqliteHome(t)
	contains(t, h.must(t, "version"), "qingce ", "commit ", "go1.", "schema ")
	var v struct {
		Version, Go, Platform string
		Schema                int64
	}
	if err := json.Unmarshal([]byte(h.must(t, "version", "--json")), &v); err != nil {
		t.Fatal(err)
	}
	if v.Version == "" || v.Go == "" || v.Platform == "" || v.Schema < 8 {
		t.Errorf("version %+v: something is missing", v)
	}
}

func TestLanguage(t *testing.T) {
	h := sqliteHome(t)
	for _, c := range []struct {
		env  []string
		want string
	}{
		{[]string{"LANG=zh_CN.UTF-8"}, "没有数据库文件"},
		{[]string{"LANG=de_DE.UTF-8"}, "There is no database file"},
		{[]string{"LANG=zh_CN.UTF-8", "LC_ALL=C"}, "There is no database file"},
		{[]string{"LANG=en_US.UTF-8", "QINGCE_LANG=zh-CN"}, "没有数据库文件"},
		{nil, "There is no database file"},
	} {
		got := command(t, c.env, "", "--data", h.dir, "backup")
		if got.code != 3 || !strings.Contains(got.errors, c.want) {
			t.Errorf("%v: exit %d, %s; want 3 and %q", c.env, got.code, got.errors, c.want)
		}
	}
}

func TestCommandsDoNotMakeDatabases(t *testing.T) {
	h := sqliteHome(t)
	for _, args := range [][]string{
		{"backup"}, {"verify"}, {"account", "list"}, {"job", "list"}, {"job", "run", "purge"}, {"migrate", "status"},
		{"export", "systems", filepath.Join(h.dir, "x.xlsx")},
	} {
		if got := h.run(t, args...); got.code != 3 || !strings.Contains(got.errors, "There is no database file") {
			t.Errorf("qingce %v: exit %d, %s", args, got.code, got.errors)
		}
	}
	if entries, err := os.ReadDir(h.dir); err != nil || len(entries) != 0 {
		t.Errorf("%v came into being (%v)", entries, err)
	}
}

func TestAccounts(t *testing.T) {
	emptyHomes(t, func(t *testing.T, h home) {
		app, _ := h.start(t) // the service may be running
		created := h.must(t, "account", "create", "zhang.wei", "--name", "张伟", "--roles", "office")
		password := labelled(t, created, "first sign-in):")
		if to := newBrowser(t, app.URL()).signIn("zhang.wei", password); !strings.HasPrefix(to, "/password") {
			t.Errorf("the printed password leads to %q", to)
		}
		reset := labelled(t, h.must(t, "account", "reset", "ZHANG.WEI", "--reason", "forgotten"), "first sign-in):")
		if to := newBrowser(t, app.URL()).signIn("zhang.wei", password); to != "" {
			t.Error("the old password opens after a reset")
		}
		h.must(t, "account", "lock", "zhang.wei", "--reason", "left")
		contains(t, h.must(t, "account", "list"), "张伟", "locked")
		if to := newBrowser(t, app.URL()).signIn("zhang.wei", reset); to != "" {
			t.Error("a locked account opens")
		}
		h.must(t, "account", "unlock", "zhang.wei")
		if to := newBrowser(t, app.URL()).signIn("zhang.wei", reset); !strings.HasPrefix(to, "/password") {
			t.Errorf("after unlocking the password leads to %q", to)
		}
		for _, c := range []struct {
			want string
			args []string
		}{
			{"unknown role", []string{"create", "x.y", "--name", "x", "--roles", "king"}},
			{"no department", []string{"create", "x.y", "--name", "x", "--roles", "clerk", "--department", "XY999"}},
			{"", []string{"create", "zhang.wei", "--name", "again", "--roles", "office"}},
			{"", []string{"reset", "nobody"}},
		} {
			got := h.run(t, append([]string{"account"}, c.args...)...)
			if got.code != 2 && got.code != 3 || !strings.Contains(strings.ToLower(got.errors), c.want) {
				t.Errorf("account %v: exit %d, %s", c.args, got.code, got.errors)
			}
		}
		if got := h.runWith(t, "", "account", "create", "x.y", "--name", "x", "--roles", "office", "--password-stdin"); got.code != 2 {
			t.Errorf("no password on standard input: exit %d, %s", got.code, got.errors)
		}
	})
}

func TestImportAndExport(t *testing.T) {
	emptyHomes(t, func(t *testing.T, h home) {
		h.must(t, "migrate", "up")
		file := func(name string) string {
			body, err := qingce.DemoFiles.ReadFile("demo/" + name)
			if err != nil {
				t.Fatal(err)
			}
			name = filepath.Join(h.dir, name)
			if err := os.WriteFile(name, body, 0o600); err != nil {
				t.Fatal(err)
			}
			return name
		}
		departments, systems := file("departments.csv"), file("systems.csv")
		if got := h.run(t, "import", "systems", systems); got.code != 3 {
			t.Errorf("systems of unknown departments: exit %d\n%s", got.code, got.out)
		}
		contains(t, h.must(t, "import", "departments", departments, "--dry-run"), "new 70", "Nothing was saved")
		contains(t, h.runWith(t, "n\n", "import", "departments", departments).out, "Nothing was saved")
		if n := number(t, h.database, "SELECT count(*) FROM departments"); n != 0 {
			t.Fatalf("%d departments were saved without a yes", n)
		}
		contains(t, h.runWith(t, "y\n", "import", "departments", departments).out, "Saved 70 rows")
		contains(t, h.must(t, "import", "systems", systems, "--yes", "--reason", "普查"), "Saved 21 rows")
		contains(t, h.must(t, "import", "systems", systems, "--yes"), "unchanged 21", "Nothing was saved")

		// What is exported can be edited and read back.
		for _, name := range []string{"all.xlsx", "all.csv"} {
			all := filepath.Join(h.dir, name)
			h.must(t, "export", "systems", all, "--lang", "zh-CN")
			contains(t, h.must(t, "import", "systems", all, "--dry-run"), "unchanged 21")
			if got := h.run(t, "export", "systems", all); got.code != 3 {
				t.Errorf("exporting over a file: exit %d, want 3", got.code)
			}
		}
		h.must(t, "export", "departments", filepath.Join(h.dir, "d.xlsx"))
		if got := h.run(t, "export", "systems", filepath.Join(h.dir, "x.doc")); got.code != 2 {
			t.Errorf("exporting to .doc: exit %d, want 2", got.code)
		}

		// Wrong rows are told by cell, the others are saved.
		body, err := os.ReadFile(filepath.Join(h.dir, "all.csv"))
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.Replace(strings.Replace(string(body), "2017-05-22", "2017年5月", 1), "2016-11-10", "someday", 1)
		changed = strings.Replace(changed, "道路运政管理系统", "道路运输管理系统", 1)
		wrong := filepath.Join(h.dir, "wrong.csv")
		if err := os.WriteFile(wrong, []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		got := h.run(t, "import", "systems", wrong, "--yes", "--wrong", filepath.Join(h.dir, "back.xlsx"))
		if got.code != 3 {
			t.Errorf("a file with a wrong row: exit %d, want 3", got.code)
		}
		contains(t, got.out, "wrong 1", "RS-02", "Saved ")
		if _, err := os.Stat(filepath.Join(h.dir, "back.xlsx")); err != nil {
			t.Errorf("the wrong rows were not written: %v", err)
		}
		if n := number(t, h.database, "SELECT count(*) FROM systems WHERE name = '道路运输管理系统'"); n != 1 {
			t.Error("the good row beside the wrong one was not saved")
		}
		contains(t, h.must(t, "verify", "--help"), "Reads the whole operation log")
	})
}

func TestJobs(t *testing.T) {
	h := sqliteHome(t)
	h.start(t)
	contains(t, h.must(t, "job", "list"), "purge", "sign", "calendar", "backup")
	contains(t, h.must(t, "job", "run", "calendar"), "calendar")
	contains(t, h.must(t, "job", "run", "purge"), "sessions 0")
	if got := h.run(t, "job", "run", "nothing"); got.code != 3 || !strings.Contains(got.errors, "no such job") {
		t.Errorf("an unknown job: exit %d, %s", got.code, got.errors)
	}
}

// listedJobs reads the list of jobs: the columns of each line, by name.
func listedJobs(t *testing.T, h home) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for line := range strings.Lines(h.must(t, "job", "list")) {
		cells := regexp.MustCompile(`\s{2,}`).Split(strings.TrimSpace(line), -1)
		if cells[0] == "JOB" {
			continue
		}
		if len(cells) != 6 || out[cells[0]] != nil {
			t.Errorf("%q does not stand there once, with six columns", line)
		}
		out[cells[0]] = cells
	}
	return out
}

// Every job is listed once, with its plan, its next time and how it last ended;
// one that was done by hand says so, and the documentation knows all of them.
func TestEveryJobIsListedAndDocumented(t *testing.T) {
	h := sqliteHome(t)
	h.must(t, "migrate")
	jobs := listedJobs(t, h)
	for _, name := range []string{"reports", "month-end", "rectification", "detect", "hub", "backup"} {
		if jobs[name] == nil {
			t.Errorf("%s is not among %v", name, slices.Sorted(maps.Keys(jobs)))
		}
	}
	for _, file := range []string{"operations.md", "operations.zh-CN.md"} {
		raw, err := os.ReadFile(filepath.Join("..", "..", "docs", file))
		if err != nil {
			t.Fatal(err)
		}
		for name := range jobs {
			if n := strings.Count(string(raw), "\n| `"+name+"` | "); n != 1 {
				t.Errorf("docs/%s tells of %s %d times, want once", file, name, n)
			}
		}
	}
	if got := jobs["reports"]; got[1] != "7 0 * * *" || got[3] != "-" || got[4] != "-" {
		t.Errorf("before it was ever done: %q", got)
	}
	for range 2 { // the second time changes nothing
		h.must(t, "job", "run", "reports")
	}
	if got := listedJobs(t, h)["reports"]; got[3] != "by hand" || !strings.HasSuffix(got[4], " done") {
		t.Errorf("done by hand: %q", got)
	}
	if n := number(t, h.database, "SELECT count(*) FROM job_runs WHERE job = 'reports' AND status = 'done'"); n != 2 {
		t.Errorf("%d runs are recorded, want 2", n)
	}
	if n := number(t, h.database, "SELECT count(*) FROM (SELECT subject_id FROM due_dates WHERE subject_kind = 'report' AND closed_at IS NULL GROUP BY subject_id, title HAVING count(*) > 1) x"); n != 0 {
		t.Errorf("%d reports were asked for twice", n)
	}
}

func TestNightlyBackupsAreRotated(t *testing.T) {
	h := sqliteHome(t)
	h.must(t, "migrate", "up")
	dir := filepath.Join(h.dir, "backups")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, day := range []string{"20171028", "20171029", "20171030", "20171031"} {
		if err := os.WriteFile(filepath.Join(dir, "nightly-"+day+"T0230.qcb"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "by-hand.qcb"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h.must(t, "job", "run", "backup", "--keep-backups", "2")
	left, err := filepath.Glob(filepath.Join(dir, "*.qcb"))
	if err != nil || len(left) != 3 {
		t.Fatalf("left %v (%v), want two nightly ones and the one by hand", left, err)
	}
	contains(t, strings.Join(left, "\n"), "by-hand.qcb", "nightly-20171031T0230.qcb")
	newest := left[len(left)-1]
	contains(t, h.must(t, "backup", "--check", newest), "is whole")
}
