package main_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	qingce "qingce/cmd/qingce"
	"qingce/internal/auth"
	"qingce/internal/backup"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
)

// fillCity puts the sample city into the database of a running service.
func (h home) fillCity(t *testing.T) {
	t.Helper()
	for _, name := range []string{"departments.csv", "systems.csv", "systems_merging.csv"} {
		body, err := qingce.DemoFiles.ReadFile("demo/" + name)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, body, 0o600); err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(strings.TrimSuffix(name, ".csv"), "_")
		h.must(t, "import", kind, file, "--yes")
	}
}

// keepChanging changes systems until it is told to stop, and says how often it
// did.
func (h home) keepChanging(t *testing.T) (stop func() int) {
	t.Helper()
	db := openStore(t, h.database)
	registry := inventory.NewRegistry(db, inventory.Options{})
	by := auth.Command("test", "test")
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	changes := 0
	work.Go(func() {
		for ; ctx.Err() == nil; changes++ {
			s, err := registry.FindSystem(ctx, by, []string{"RS-01", "GA-01", "JT-02"}[changes%3])
			if err == nil {
				s.OfficeNote, s.SystemDesc = "", fmt.Sprint("change ", changes)
				_, _, err = registry.Change(ctx, by, s.Code, s.Version, s, "while a backup is written")
			}
			if err != nil && ctx.Err() == nil {
				t.Errorf("change: %v", err)
				return
			}
		}
	})
	return func() int { cancel(); work.Wait(); return changes }
}

// contents are the sums of all tables but those that the service writes by
// itself.
func contents(t *testing.T, file string) map[string]string {
	t.Helper()
	a, err := backup.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	out := map[string]string{}
	for _, table := range a.Tables {
		if !slices.Contains([]string{"oplog_entries", "oplog_hashes", "oplog_tips", "oplog_anchors", "leases", "job_runs"}, table.Name) {
			out[table.Name] = fmt.Sprint(table.Rows, " ", table.SHA256)
		}
	}
	return out
}

// TestCityMovesBetweenEngines takes backups of a service that is being written
// to, and reads them into the other engine: every row arrives, the operation
// log agrees with its signed heads, and the new service finds and serves it.
func TestCityMovesBetweenEngines(t *testing.T) {
	engines := map[string]func(t *testing.T) home{
		"sqlite":   sqliteHome,
		"postgres": func(t *testing.T) home { return home{t.TempDir(), emptyPostgres(t)} },
	}
	for from, source := range engines {
		for to, target := range engines {
			t.Run(from+" to "+to, func(t *testing.T) {
				a, b := source(t), target(t)
				_, stop := a.start(t)
				a.fillCity(t)
				changed := a.keepChanging(t)
				file := filepath.Join(t.TempDir(), "city.qcb")
				contains(t, a.must(t, "backup", file), "Saved to")
				if changed() == 0 {
					t.Error("nothing was changed while the backup was written")
				}
				stop()
				contains(t, a.must(t, "backup", "--check", file), "is whole")

				said := b.must(t, "restore", file)
				contains(t, said, "sums and references agree", "agrees with")
				again := filepath.Join(t.TempDir(), "again.qcb")
				b.must(t, "backup", again)
				if got, want := contents(t, again), contents(t, file); !reflect.DeepEqual(got, want) {
					t.Errorf("restored\n%v\nwant\n%v", got, want)
				}
				if got := b.run(t, "restore", file); got.code != 3 || !strings.Contains(got.errors, "not empty") {
					t.Errorf("a second restore: exit %d, %s; want to be refused", got.code, got.errors)
				}
				checkRestoredService(t, b, said)
			})
		}
	}
}

func checkRestoredService(t *testing.T, h home, said string) {
	t.Helper()
	app, stop := h.start(t)
	b := newBrowser(t, app.URL())
	if code, r := b.readiness(); code != http.StatusOK {
		t.Errorf("not ready: %+v", r)
	}
	registry := inventory.NewRegistry(openStore(t, h.database), inventory.Options{})
	page, err := registry.ListSystems(t.Context(), auth.Command("test", "test"), inventory.Query{Search: "险核"})
	if err != nil || page.Total != 1 {
		t.Errorf("searching found %d systems (%v), want 1", page.Total, err)
	}
	stop()
	contains(t, h.must(t, "verify"), "The log is whole")
	// The heads that came with the backup still fit.
	dir := regexp.MustCompile(`kept in (.+)\.\n`).FindStringSubmatch(said)
	mustf(t, dir != nil, "the heads of the backup are nowhere: %s", said)
	contains(t, h.must(t, "verify", "--anchor", dir[1]), "The log is whole")
}

func TestRestoreRefusesWhatDoesNotFit(t *testing.T) {
	h := sqliteHome(t)
	_, stop := h.start(t)
	stop()
	good := filepath.Join(h.dir, "good.qcb")
	h.must(t, "backup", good)
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(h.dir, "broken.qcb")
	if err := os.WriteFile(broken, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	emptyHomes(t, func(t *testing.T, target home) {
		for _, c := range []struct {
			file string
			code int
			want string
		}{
			{filepath.Join(h.dir, "none.qcb"), 2, "no such backup"},
			{broken, 3, "no backup of this program"},
		} {
			if got := target.run(t, "restore", c.file); got.code != c.code || !strings.Contains(got.errors, c.want) {
				t.Errorf("%s: exit %d, %s; want %d and %q", filepath.Base(c.file), got.code, got.errors, c.code, c.want)
			}
		}
		execute(t, target.database, "CREATE TABLE invoices (id integer PRIMARY KEY)")
		if got := target.run(t, "restore", good); got.code != 3 {
			t.Errorf("into somebody else's database: exit %d, %s; want 3", got.code, got.errors)
		}
	})
	if got := h.run(t, "backup", good); got.code != 3 {
		t.Errorf("a backup over a file: exit %d, want 3", got.code)
	}
	h.must(t, "backup", good, "--force")
}

// TestRestoreKeepsTheEvidenceOfWhatIsLost puts a backup back although the log
// went on after it.
func TestRestoreKeepsTheEvidenceOfWhatIsLost(t *testing.T) {
	h := sqliteHome(t)
	_, stop := h.start(t)
	file := filepath.Join(t.TempDir(), "early.qcb")
	h.must(t, "backup", file)
	h.must(t, "account", "create", "late", "--name", "late", "--roles", "office")
	stop() // signs
	if err := os.Remove(strings.TrimPrefix(h.database, "sqlite:")); err != nil {
		t.Fatal(err)
	}
	said := h.must(t, "restore", file)
	contains(t, said, "evidence of what is missing")
	aside, err := filepath.Glob(filepath.Join(h.dir, "oplog.until-*"))
	if err != nil || len(aside) != 1 {
		t.Fatalf("moved aside: %v (%v), want one directory", aside, err)
	}
	app, _ := h.start(t)
	if code, r := newBrowser(t, app.URL()).readiness(); code != http.StatusOK {
		t.Errorf("not ready after the restore: %+v", r)
	}
	contains(t, h.must(t, "verify"), "The log is whole")
	if got := h.run(t, "verify", "--anchor", aside[0]); got.code != 3 {
		t.Errorf("against the old heads: exit %d, want 3: they know of more\n%s", got.code, got.out)
	}
}

func TestOlderBackupIsMigrated(t *testing.T) {
	a := sqliteHome(t)
	_, stop := a.start(t)
	a.fillCity(t)
	stop()
	file := filepath.Join(t.TempDir(), "old.qcb")
	goDown(t, a.database)
	want := number(t, a.database, "SELECT count(*) FROM systems")
	db := openStore(t, a.database)
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Write(t.Context(), db, f, backup.Options{Schema: schemaOf(t, db), LeaveOut: []string{"system_search", "catalog_search"}}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	emptyHomes(t, func(t *testing.T, b home) {
		contains(t, b.must(t, "restore", file), "sums and references agree")
		b.must(t, "migrate", "status")
		app, _ := b.start(t)
		if code, r := newBrowser(t, app.URL()).readiness(); code != http.StatusOK {
			t.Errorf("not ready: %+v", r)
		}
		if n := number(t, b.database, "SELECT count(*) FROM systems"); n != want || n == 0 {
			t.Errorf("%d systems, want %d", n, want)
		}
	})
}

func TestVerifyFindsMeddling(t *testing.T) {
	emptyHomes(t, func(t *testing.T, h home) {
		_, stop := h.start(t)
		h.must(t, "account", "create", "zhang.wei", "--name", "张伟", "--roles", "office")
		stop()
		before := number(t, h.database, "SELECT count(*) FROM oplog_entries")
		contains(t, h.must(t, "verify"), "The log is whole")
		if after := number(t, h.database, "SELECT count(*) FROM oplog_entries"); after != before+1 {
			t.Errorf("a check made %d entries, want 1", after-before)
		}
		execute(t, h.database, "UPDATE oplog_entries SET object_name = '李四' WHERE action = 'account.create' AND object_name = 'zhang.wei' OR object_name = '张伟'")
		got := h.run(t, "verify")
		if got.code != 3 {
			t.Fatalf("an edited entry: exit %d, want 3\n%s", got.code, got.out)
		}
		contains(t, got.out, "Found:", "content was changed")
		if after := number(t, h.database, "SELECT count(*) FROM oplog_entries"); after != before+1 {
			t.Error("the evidence was added to")
		}
		elsewhere := h.run(t, "verify", "--anchor", t.TempDir())
		if elsewhere.code != 2 || !strings.Contains(elsewhere.errors, "no signed heads") {
			t.Errorf("no heads: exit %d, %s", elsewhere.code, elsewhere.errors)
		}
	})
}

func TestVerifyBundleOffline(t *testing.T) {
	h := sqliteHome(t)
	_, stop := h.start(t)
	stop()
	anchor, err := oplog.ReadAnchor(filepath.Join(h.dir, "oplog"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := oplog.Prove(t.Context(), openStore(t, h.database), anchor, 1)
	if err != nil {
		t.Fatal(err)
	}
	body, err := b.JSON()
	if err != nil {
		t.Fatal(err)
	}
	far := home{t.TempDir(), "sqlite:/nowhere/at/all.db"} // no database is needed
	write := func(name string, body []byte) string {
		name = filepath.Join(far.dir, name)
		if err := os.WriteFile(name, body, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	good, key := write("good.json", body), filepath.Join(h.dir, "oplog", "verifier.pub")
	contains(t, far.must(t, "verify", "--bundle", good, "--key", key), "The proof is good: entry 1")
	bad := write("bad.json", []byte(strings.Replace(string(body), "2026", "2025", 1)))
	if got := far.run(t, "verify", "--bundle", bad, "--key", key); got.code == 0 || !strings.Contains(got.errors, "not good") {
		t.Errorf("an altered bundle: exit %d, %s", got.code, got.errors)
	}
	other := sqliteHome(t)
	_, stop = other.start(t)
	stop()
	if got := far.run(t, "verify", "--bundle", good, "--key", filepath.Join(other.dir, "oplog", "verifier.pub")); got.code == 0 {
		t.Error("another key vouches for the bundle")
	}
}

func schemaOf(t *testing.T, db *store.DB) int64 {
	t.Helper()
	return query[int64](t, db, "SELECT max(version_id) FROM goose_db_version WHERE is_applied")[0]
}
