package backup_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"qingce/internal/backup"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// indexes are built from the systems, in a form that depends on the engine.
var indexes = []string{"system_search", "catalog_search"}

// fill puts rows in that are hard to carry: rows that point to later rows of
// their own table, every kind of "not given", microseconds, days, bytes, text
// of all sorts, and ids with gaps at the end.
func fill(t *testing.T, db *store.DB) {
	t.Helper()
	at := time.Date(2017, 10, 31, 15, 59, 59, 123456000, time.UTC)
	department := "INSERT INTO departments (id, code, name, kind, parent_id, key_area, duties, vertical, staff_count, server_room, " +
		"active_from, successor_id, version, created_at, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, 0)"
	exec(t, db, department, 3, "xy3", "", "county", nil, false, "", false, 9007199254740993, true, "0001-01-01", nil, at, at.Add(500*time.Millisecond))
	exec(t, db, department, 1, "XY107", "市人社局", "municipal", nil, true, "|office|audit|", false, 0, false, "2017-10-24", 3, at, at)
	exec(t, db, department, 2, "XY 2", "引号\"与\\与换行\n与<b>与𬬭", "zone", 3, false, "", true, nil, nil, nil, nil, at.Truncate(time.Second), at)
	exec(t, db, "INSERT INTO evidence_files (id, sha256, size, media_type, uploaded_by, uploaded_name, uploaded_at) VALUES (1, ?, ?, 'image/png', 0, '', ?)",
		strings.Repeat("a", 64), 1<<20, at)
	exec(t, db, "INSERT INTO evidence_chunks (file_id, seq, data) VALUES (1, 0, ?), (1, 1, ?)", bytes.Repeat([]byte{0, 0xff, '\n', '"'}, 1<<18), []byte{})
	exec(t, db, "INSERT INTO job_runs (id, job, slot, status, by_hand, node, epoch, attempt, started_at, finished_at) VALUES (40, 'x', ?, 'done', ?, 'n', 1, 1, ?, NULL)", at, true, at)
}

func exec(t *testing.T, db *store.DB, statement string, args ...any) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.Gorm().Exec(statement, args...).Error })
	if err != nil {
		t.Fatal(err)
	}
}

// save writes a backup of db to a new file.
func save(t *testing.T, db *store.DB, opts backup.Options) (string, backup.Manifest) {
	t.Helper()
	opts.LeaveOut = indexes
	name := filepath.Join(t.TempDir(), "city.qcb")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := backup.Write(t.Context(), db, f, opts)
	if err != nil {
		t.Fatal(err)
	}
	return name, m
}

func open(t *testing.T, name string) *backup.Archive {
	t.Helper()
	a, err := backup.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// given is a file beside the tables.
func given(name string) func(backup.Manifest) (map[string][]byte, error) {
	return func(backup.Manifest) (map[string][]byte, error) {
		return map[string][]byte{name: []byte("signed")}, nil
	}
}

func nothing(*store.Tx) error { return nil }

func TestEveryRowArrivesOnEitherEngine(t *testing.T) {
	engines := map[string]func(testing.TB, ...storetest.Option) *store.DB{"sqlite": storetest.Open, "postgres": storetest.OpenPostgres}
	for from, source := range engines {
		for to, target := range engines {
			t.Run(from+" to "+to, func(t *testing.T) {
				a, b := source(t), target(t)
				fill(t, a)
				name, want := save(t, a, backup.Options{Program: "v1", Schema: 8})
				archive := open(t, name)
				if err := archive.Check(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := archive.Load(t.Context(), b, indexes, nothing); err != nil {
					t.Fatal(err)
				}
				_, got := save(t, b, backup.Options{})
				if !reflect.DeepEqual(got.Tables, want.Tables) {
					t.Errorf("after loading\n%+v\nwant\n%+v", got.Tables, want.Tables)
				}
				if want.Rows() < 8 {
					t.Errorf("the backup has %d rows: fewer than were put in", want.Rows())
				}
				// Ids go on where they were.
				exec(t, b, "INSERT INTO job_runs (job, slot, status, by_hand, node, epoch, attempt, started_at) VALUES ('y', ?, 'done', ?, 'n', 1, 1, ?)",
					time.Unix(0, 0), false, time.Unix(0, 0))
				var next int64
				read(t, b, &next, "SELECT id FROM job_runs WHERE job = 'y'")
				table, _ := want.Table("job_runs")
				if next != table.Next {
					t.Errorf("the next id is %d, want %d", next, table.Next)
				}
			})
		}
	}
}

func read(t *testing.T, db *store.DB, into any, query string) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) error { return tx.Gorm().Raw(query).Scan(into).Error })
	if err != nil {
		t.Fatal(err)
	}
}

func TestTextThatIsNotUTF8IsKept(t *testing.T) {
	a, b := storetest.Open(t), storetest.Open(t)
	exec(t, a, "INSERT INTO preferences (account_id, name, value) VALUES (1, 'x', ?)", "\xff\xfe")
	name, want := save(t, a, backup.Options{})
	if err := open(t, name).Load(t.Context(), b, indexes, nothing); err != nil {
		t.Fatal(err)
	}
	var value string
	read(t, b, &value, "SELECT value FROM preferences")
	_, got := save(t, b, backup.Options{})
	if value != "\xff\xfe" || !reflect.DeepEqual(got.Tables, want.Tables) {
		t.Errorf("arrived as %q", value)
	}
}

func TestOneMomentWhileOthersWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const pairs = 200
		for i := range pairs {
			exec(t, db, "INSERT INTO preferences (account_id, name, value) VALUES (?, 'a', '0')", i)
			exec(t, db, "INSERT INTO system_counters (prefix, last) VALUES (?, 0)", fmt.Sprint(i))
		}
		ctx, stop := context.WithCancel(t.Context())
		var writers sync.WaitGroup
		writes := make(chan int, 1)
		writers.Go(func() {
			n := 0
			for ; ctx.Err() == nil; n++ { // both rows of a pair change together
				_ = db.Write(ctx, func(tx *store.Tx) error {
					if err := tx.Gorm().Exec("UPDATE preferences SET value = ? WHERE account_id = ?", fmt.Sprint(n), n%pairs).Error; err != nil {
						return err
					}
					return tx.Gorm().Exec("UPDATE system_counters SET last = ? WHERE prefix = ?", n, fmt.Sprint(n%pairs)).Error
				})
			}
			writes <- n
		})
		var names []string
		for range 5 {
			name, _ := save(t, db, backup.Options{})
			names = append(names, name)
		}
		stop()
		writers.Wait()
		if n := <-writes; n == 0 {
			t.Error("nothing was written meanwhile")
		}
		fresh := storetest.Open(t)
		for _, name := range names {
			if err := open(t, name).Load(t.Context(), fresh, indexes, nothing); err != nil {
				t.Fatal(err)
			}
			var torn int64
			read(t, fresh, &torn, "SELECT count(*) FROM preferences p JOIN system_counters c ON c.prefix = CAST(p.account_id AS text) WHERE CAST(c.last AS text) <> p.value")
			if torn != 0 {
				t.Errorf("%d pairs are from two moments", torn)
			}
		}
	})
}

func TestFilesAreCarried(t *testing.T) {
	name, m := save(t, storetest.Open(t), backup.Options{Files: given("heads.log")})
	a := open(t, name)
	body, err := a.ReadFile("heads.log")
	if err != nil || string(body) != "signed" || len(m.Files) != 1 {
		t.Errorf("read %q, %v", body, err)
	}
	if _, err := a.ReadFile("other"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := backup.Write(t.Context(), storetest.Open(t), io.Discard, backup.Options{Files: given("../x")}); err == nil {
		t.Error("a file name with folders was taken")
	}
	failed := errors.New("no heads")
	_, err = backup.Write(t.Context(), storetest.Open(t), io.Discard, backup.Options{Files: func(m backup.Manifest) (map[string][]byte, error) {
		if len(m.Tables) == 0 {
			t.Error("asked before the tables were read")
		}
		return nil, failed
	}})
	if !errors.Is(err, failed) {
		t.Errorf("a file that cannot be read: %v, want %v", err, failed)
	}
}

// rewrite copies a backup with one entry changed.
func rewrite(t *testing.T, name, entry string, change func([]byte) []byte) string {
	t.Helper()
	r, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == entry {
			body = change(body)
		}
		out, err := w.Create(f.Name)
		if err == nil {
			_, err = out.Write(body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(t.TempDir(), "changed.qcb")
	if err := os.WriteFile(changed, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return changed
}

func replace(old, now string) func([]byte) []byte {
	return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(now), 1) }
}

func TestDamageIsFoundAndNothingIsKept(t *testing.T) {
	source := storetest.Open(t)
	fill(t, source)
	good, _ := save(t, source, backup.Options{Files: given("heads.log")})
	const departments = "tables/departments.ndjson"
	for _, c := range []struct {
		name   string
		entry  string
		change func([]byte) []byte
		want   error
	}{
		{"a value", departments, replace("市人社局", "市教育局"), backup.ErrDamaged},
		{"a row less", departments, func(b []byte) []byte { return b[bytes.IndexByte(b, '\n')+1:] }, backup.ErrDamaged},
		{"a row twice", departments, func(b []byte) []byte { return append(b, b[:bytes.IndexByte(b, '\n')+1]...) }, backup.ErrDamaged},
		{"half a row", departments, func(b []byte) []byte { return b[:len(b)-20] }, backup.ErrDamaged},
		{"a value less", departments, replace(`"XY107",`, ``), backup.ErrDamaged},
		{"a file", "files/heads.log", replace("signed", "forged"), backup.ErrDamaged},
		{"the manifest", "manifest.json", func(b []byte) []byte { return b[:len(b)/2] }, backup.ErrDamaged},
		{"the format", "manifest.json", replace("qingce-backup/1", "qingce-backup/9"), backup.ErrFormat},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := rewrite(t, good, c.entry, c.change)
			a, err := backup.Open(name)
			if err == nil {
				defer a.Close()
				err = a.Check(t.Context())
			}
			if !errors.Is(err, c.want) {
				t.Fatalf("check says %v, want %v", err, c.want)
			}
			if c.entry != departments {
				return
			}
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				_, before := save(t, db, backup.Options{})
				if err := a.Load(t.Context(), db, indexes, nothing); err == nil {
					t.Error("was loaded")
				}
				if _, after := save(t, db, backup.Options{}); !reflect.DeepEqual(before.Tables, after.Tables) {
					t.Error("something was kept")
				}
			})
		})
	}
	t.Run("cut off", func(t *testing.T) {
		name := filepath.Join(t.TempDir(), "half.qcb")
		whole, err := os.ReadFile(good)
		if err == nil {
			err = os.WriteFile(name, whole[:len(whole)/2], 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Open(name); !errors.Is(err, backup.ErrFormat) {
			t.Errorf("opening says %v, want %v", err, backup.ErrFormat)
		}
	})
}

// remade changes a table and puts the right sum into the manifest, as somebody
// with a text editor would.
func remade(t *testing.T, name, table string, change func([]byte) []byte) string {
	t.Helper()
	var sum string
	changed := rewrite(t, name, "tables/"+table+".ndjson", func(b []byte) []byte {
		b = change(b)
		s := sha256.Sum256(b)
		sum = hex.EncodeToString(s[:])
		return b
	})
	return rewrite(t, changed, "manifest.json", func(b []byte) []byte {
		var m backup.Manifest
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		for i := range m.Tables {
			if m.Tables[i].Name == table {
				m.Tables[i].SHA256 = sum
			}
		}
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	})
}

func TestRulesOfTheSchemaHold(t *testing.T) {
	source := storetest.Open(t)
	fill(t, source)
	good, _ := save(t, source, backup.Options{})
	for name, change := range map[string]func([]byte) []byte{
		"a successor that is not there": replace(`"2017-10-24",null,3,`, `"2017-10-24",null,77,`),
		"a kind that is none":           replace(`"municipal"`, `"village"`),
		"a code twice":                  replace(`"xy3"`, `"XY107"`),
	} {
		t.Run(name, func(t *testing.T) {
			bad := open(t, remade(t, good, "departments", change))
			if err := bad.Check(t.Context()); err != nil {
				t.Fatalf("the sums do not fit: %v", err)
			}
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				if err := bad.Load(t.Context(), db, indexes, nothing); err == nil {
					t.Error("was loaded")
				}
			})
		})
	}
}

func TestAnotherSchemaIsRefused(t *testing.T) {
	name, _ := save(t, storetest.Open(t), backup.Options{})
	for what, change := range map[string]func([]byte) []byte{
		"a column with another name": replace(`"prefix"`, `"suffix"`),
		"a table with another name":  replace(`"name": "drafts"`, `"name": "sketches"`),
	} {
		t.Run(what, func(t *testing.T) {
			a := open(t, rewrite(t, name, "manifest.json", change))
			if err := a.Load(t.Context(), storetest.Open(t), indexes, nothing); !errors.Is(err, backup.ErrSchema) {
				t.Errorf("loading says %v, want %v", err, backup.ErrSchema)
			}
		})
	}
}

func TestLoadCallsBackInItsTransaction(t *testing.T) {
	source := storetest.Open(t)
	fill(t, source)
	name, _ := save(t, source, backup.Options{})
	db := storetest.Open(t)
	failed := errors.New("no index")
	err := open(t, name).Load(t.Context(), db, indexes, func(tx *store.Tx) error {
		var n int64
		if err := tx.Gorm().Raw("SELECT count(*) FROM departments").Scan(&n).Error; err != nil || n != 3 {
			t.Errorf("called with %d departments, want 3 (%v)", n, err)
		}
		return failed
	})
	var left int64
	read(t, db, &left, "SELECT count(*) FROM departments")
	if !errors.Is(err, failed) || left != 0 {
		t.Errorf("loading says %v and leaves %d departments, want the error and none", err, left)
	}
}
