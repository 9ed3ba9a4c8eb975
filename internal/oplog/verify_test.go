package oplog_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/mod/sumdb/tlog"

	"qingce/internal/locale"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// lived is a log of 41 entries with heads at 1, 11, 21, 31 and 41.
func lived(t *testing.T, db *store.DB) *house {
	h := newHouse(t, db)
	h.sign()
	for range 4 {
		h.record(10)
		h.sign()
	}
	return h
}

// said writes findings as "kind entries".
func said(r oplog.Report) []string {
	var out []string
	for _, f := range r.Findings {
		s := string(f.Kind)
		if f.ID != 0 {
			s += " " + f.Entries()
		}
		if f.Was != 0 {
			s += fmt.Sprintf(" was %d", f.Was)
		}
		out = append(out, s)
	}
	return out
}

func (h *house) shift(from, by int) {
	h.Helper()
	h.exec("UPDATE oplog_entries SET id = id + 1000 WHERE id >= ?", from)
	h.exec("UPDATE oplog_entries SET id = id - 1000 + ? WHERE id > 1000", by)
}

// copyEntry puts a forged entry into the log, made of one that is there.
func (h *house) copyEntry(from, to int) {
	h.Helper()
	h.exec(`INSERT INTO oplog_entries (id, at, actor_id, actor_login, way, action, object_kind, object_id)
		SELECT ?, at, actor_id, 'mallory', way, action, object_kind, object_id FROM oplog_entries WHERE id = ?`, to, from)
}

func (h *house) breakHash(level int, n int64) {
	h.Helper()
	h.exec("UPDATE oplog_hashes SET hash = ? WHERE id = ?", make([]byte, 32), tlog.StoredHashIndex(level, n))
}

func TestVerifyFindsMeddlingWithTheDatabase(t *testing.T) {
	cases := []struct {
		name   string
		meddle func(h *house)
		want   string
	}{
		{"nothing", func(h *house) {}, ""},
		{"entry edited", func(h *house) { h.exec("UPDATE oplog_entries SET reason = 'no reason' WHERE id = 7") }, "edited 7"},
		{"time moved", func(h *house) { h.exec("UPDATE oplog_entries SET at = ? WHERE id = 7", noon()) }, "edited 7"},
		{"all entries edited", func(h *house) { h.exec("UPDATE oplog_entries SET actor_login = 'mallory'") }, "edited 1–41"},
		{"entries edited here and there", func(h *house) { h.exec("UPDATE oplog_entries SET origin = '' WHERE id IN (3, 4, 30)") }, "edited 3–4; edited 30"},
		{"entry removed", func(h *house) { h.exec("DELETE FROM oplog_entries WHERE id = 7") }, "removed 7"},
		{"entries removed, the rest renumbered", func(h *house) {
			h.exec("DELETE FROM oplog_entries WHERE id IN (7, 8)")
			h.shift(9, -2)
			h.exec("UPDATE oplog_tips SET size = 39")
		}, "reordered 7–39 was 9; removed 7–8"},
		{"entry put at the end", func(h *house) { h.copyEntry(7, 42) }, "inserted 42"},
		{"entry put at the end and counted", func(h *house) {
			h.copyEntry(7, 42)
			h.exec("UPDATE oplog_tips SET size = 42")
		}, "inserted 42"},
		{"entry put far away", func(h *house) { h.copyEntry(7, 1_000_000_000) }, "inserted 1000000000"},
		{"entry put in between", func(h *house) { h.shift(7, 1); h.copyEntry(3, 7) }, "inserted 7; reordered 8–42 was 7"},
		{"entry replaced by a copy of another", func(h *house) {
			h.exec("DELETE FROM oplog_entries WHERE id = 7")
			h.copyEntry(3, 7)
		}, "edited 7"},
		{"entries swapped", func(h *house) {
			h.exec("UPDATE oplog_entries SET id = 1000 WHERE id = 7")
			h.exec("UPDATE oplog_entries SET id = 7 WHERE id = 20")
			h.exec("UPDATE oplog_entries SET id = 20 WHERE id = 1000")
		}, "reordered 7 was 20; reordered 20 was 7"},
		{"end cut off, entries only", func(h *house) { h.exec("DELETE FROM oplog_entries WHERE id > 38") }, "truncated 39–41"},
		{"end cut off, entries and count", func(h *house) {
			h.exec("DELETE FROM oplog_entries WHERE id > 38")
			h.exec("UPDATE oplog_tips SET size = 38")
		}, "truncated 39–41"},
		{"end cut off, hashes and all", func(h *house) { h.exec("DELETE FROM oplog_entries WHERE id > 38"); h.forgeTree() }, "truncated 39–41"},
		{"all entries removed", func(h *house) { h.exec("DELETE FROM oplog_entries") }, "truncated 1–41"},
		{"everything removed", func(h *house) { h.exec("DELETE FROM oplog_entries"); h.forgeTree() }, "truncated 1–41"},
		{"edited, and the whole tree made again", func(h *house) {
			h.exec("UPDATE oplog_entries SET actor_login = 'mallory' WHERE id = 17")
			h.forgeTree()
		}, "rewritten 12–21"},
		{"removed, renumbered and made again", func(h *house) {
			h.exec("DELETE FROM oplog_entries WHERE id = 7")
			h.shift(8, -1)
			h.forgeTree()
		}, "rewritten 2–11; truncated 41"},
		{"edited, and its own hash with it", func(h *house) {
			h.exec("UPDATE oplog_entries SET reason = 'x' WHERE id = 7")
			hash := tlog.RecordHash(h.rows()[6].Record())
			h.exec("UPDATE oplog_hashes SET hash = ? WHERE id = ?", hash[:], tlog.StoredHashIndex(0, 6))
		}, "rewritten 2–11; hash_damaged 7–8"},
		{"hash of an entry damaged", func(h *house) { h.breakHash(0, 6) }, "hash_damaged 7"},
		{"hash inside the tree damaged", func(h *house) { h.breakHash(3, 1) }, "hash_damaged 9–16"},
		{"hashes above each other damaged", func(h *house) { h.breakHash(0, 6); h.breakHash(3, 0) }, "hash_damaged 1–8; hash_damaged 7"},
		{"hash of the wrong length", func(h *house) {
			h.exec("UPDATE oplog_hashes SET hash = ? WHERE id = ?", []byte{1}, tlog.StoredHashIndex(2, 0))
		}, "hash_damaged 1–4"},
		{"hash of an entry removed", func(h *house) {
			h.exec("DELETE FROM oplog_hashes WHERE id = ?", tlog.StoredHashIndex(0, 6))
		}, "hash_damaged 7"},
		{"entry and hash removed", func(h *house) {
			h.exec("DELETE FROM oplog_hashes WHERE id = ?", tlog.StoredHashIndex(0, 6))
			h.exec("DELETE FROM oplog_entries WHERE id = 7")
		}, "removed 7"},
		{"all hashes removed", func(h *house) { h.exec("DELETE FROM oplog_hashes") }, "hash_damaged 1–41"},
		{"a hash too many", func(h *house) {
			h.exec("INSERT INTO oplog_hashes (id, hash) VALUES (1000000000000, ?)", make([]byte, 32))
		}, "hash_damaged"},
		{"a hash before all others", func(h *house) { h.exec("INSERT INTO oplog_hashes (id, hash) VALUES (-1, ?)", make([]byte, 32)) }, "hash_damaged"},
		{"count lowered", func(h *house) { h.exec("UPDATE oplog_tips SET size = 30") }, "tip_damaged"},
		{"count removed", func(h *house) { h.exec("DELETE FROM oplog_tips") }, "tip_damaged"},
		{"count raised beyond reason", func(h *house) { h.exec("UPDATE oplog_tips SET size = 1000000000000000") }, "truncated 42–1000000000000000"},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				fresh(t, db)
				h := lived(t, db)
				if r := h.verify(); !r.OK || r.Entries != 41 || r.Heads != 5 || r.Head.Size != 41 {
					t.Fatalf("before: %+v", r)
				}
				c.meddle(h)
				r := h.verify()
				if got := strings.Join(said(r), "; "); got != c.want {
					t.Errorf("found %s\nwant  %s", got, c.want)
				}
				if r.OK != (c.want == "") {
					t.Errorf("OK = %v", r.OK)
				}
			})
		}
	})
}

// fresh empties the log, so that a table of cases needs one database.
func fresh(t *testing.T, db *store.DB) {
	t.Helper()
	h := &house{T: t, db: db}
	h.exec("DELETE FROM oplog_entries")
	h.exec("DELETE FROM oplog_hashes")
	h.exec("DELETE FROM oplog_tips")
	h.exec("DELETE FROM oplog_anchors")
	h.exec("INSERT INTO oplog_tips (id, size) VALUES (1, 0)")
}

func TestVerifyFindsAnEditInAnyColumn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := lived(t, db)
		for column, value := range map[string]any{
			"at": noon(), "actor_id": 8, "actor_login": "x", "actor_name": "x", "actor_department": "x", "actor_roles": "x",
			"way": "x", "department_id": 8, "origin": "x", "request_id": "x", "action": "x", "object_kind": "x", "object_id": "x",
			"object_name": "x", "before": "x", "after": "x", "reason": "x",
		} {
			h.exec("CREATE TABLE kept AS SELECT id, " + column + " AS old FROM oplog_entries")
			h.exec("UPDATE oplog_entries SET "+column+" = ? WHERE id = 20", value)
			if got := said(h.verify()); !slices.Equal(got, []string{"edited 20"}) {
				t.Errorf("%s edited: found %v", column, got)
			}
			h.exec("UPDATE oplog_entries SET " + column + " = (SELECT old FROM kept WHERE kept.id = oplog_entries.id) WHERE id = 20")
			h.exec("DROP TABLE kept")
			if r := h.verify(); !r.OK {
				t.Fatalf("%s put back: %v", column, said(r))
			}
		}
	})
}

func TestVerifyReadsOnPastRowsThatCannotBeRead(t *testing.T) {
	h := lived(t, storetest.Open(t)) // only SQLite keeps any text in any column
	h.exec("UPDATE oplog_entries SET at = 'once upon a time' WHERE id = 7")
	h.exec("UPDATE oplog_entries SET actor_id = 'me' WHERE id = 9")
	if got := said(h.verify()); !slices.Equal(got, []string{"edited 7", "edited 9"}) {
		t.Errorf("found %v", got)
	}
}

func TestVerifyFindsMeddlingWithTheHeads(t *testing.T) {
	read := func(h *house, name string) string {
		text, err := os.ReadFile(h.dir + "/" + name)
		h.ok(err)
		return string(text)
	}
	write := func(h *house, name, text string) { h.ok(os.WriteFile(h.dir+"/"+name, []byte(text), 0o600)) }
	// backTo gives both files as they were with the first n heads.
	backTo := func(h *house, n int) (log, head string) {
		heads := strings.SplitAfter(read(h, "heads.log"), "\n\n")
		heads = heads[:2*n] // text and signature
		return strings.Join(heads, ""), strings.TrimSuffix(heads[2*n-2]+heads[2*n-1], "\n")
	}
	cases := []struct {
		name   string
		meddle func(h *house)
		want   string
	}{
		{"head.txt removed", func(h *house) { h.ok(os.Remove(h.dir + "/head.txt")) }, "head_missing"},
		{"heads.log removed", func(h *house) { h.ok(os.Remove(h.dir + "/heads.log")) }, "head_missing"},
		{"both removed", func(h *house) { h.ok(os.Remove(h.dir + "/heads.log")); h.ok(os.Remove(h.dir + "/head.txt")) }, "head_missing"},
		{"heads.log emptied", func(h *house) { write(h, "heads.log", "") }, "head_missing"},
		{"head.txt put back", func(h *house) { _, head := backTo(h, 3); write(h, "head.txt", head) }, "head_older 22–41"},
		{"heads.log put back", func(h *house) { log, _ := backTo(h, 3); write(h, "heads.log", log) }, "head_older 22–41"},
		{"both put back", func(h *house) {
			log, head := backTo(h, 3)
			write(h, "heads.log", log)
			write(h, "head.txt", head)
		}, "head_older 22–41"},
		{"heads.log cut in the middle of the last head", func(h *house) {
			write(h, "heads.log", read(h, "heads.log")[:len(read(h, "heads.log"))-20])
		}, "head_older 32–41"},
		{"a root altered", func(h *house) {
			lines := strings.Split(read(h, "heads.log"), "\n")
			lines[2] = tlog.Hash{}.String()
			write(h, "heads.log", strings.Join(lines, "\n"))
		}, "head_forged"},
		{"the last signature altered", func(h *house) {
			log := strings.TrimSuffix(read(h, "heads.log"), "\n\n")
			write(h, "heads.log", log[:len(log)-8]+"AAAAAAA=\n\n")
		}, "head_forged; head_older 32–41"},
		{"a head of another key", func(h *house) {
			other := newHouse(h.T, storetest.Open(h.T))
			other.record(50)
			other.sign()
			write(h, "heads.log", read(h, "heads.log")+read(other, "heads.log"))
			write(h, "head.txt", read(other, "head.txt"))
		}, "head_forged"},
		{"heads in another order", func(h *house) {
			first, _ := backTo(h, 1)
			second, _ := backTo(h, 2)
			write(h, "heads.log", second[len(first):]+first+read(h, "heads.log")[len(second):])
		}, "head_forged"},
		{"something else written between", func(h *house) {
			first, _ := backTo(h, 1)
			write(h, "heads.log", first+"hello\n\n\n"+read(h, "heads.log")[len(first):])
		}, "head_forged"},
		{"an unfinished head after a crash is no meddling", func(h *house) {
			write(h, "heads.log", read(h, "heads.log")+"qingce/oplog\n42\nabc")
		}, ""},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				fresh(t, db)
				h := lived(t, db)
				c.meddle(h)
				if got := strings.Join(said(h.verify()), "; "); got != c.want {
					t.Errorf("found %s\nwant  %s", got, c.want)
				}
			})
		}
	})
}

func TestVerifyWithoutAnyHead(t *testing.T) {
	h := newHouse(t, storetest.Open(t))
	if r := h.verify(); !r.OK {
		t.Errorf("an empty log: %v", said(r))
	}
	h.record(1)
	if got := said(h.verify()); !slices.Equal(got, []string{"head_missing"}) {
		t.Errorf("a log that nobody signed: %v", got)
	}
}

func TestVerifyTellsHowManyEntriesWaitForASignature(t *testing.T) {
	h := lived(t, storetest.Open(t))
	h.record(3)
	if r := h.verify(); !r.OK || r.Unsigned() != 3 || r.Entries != 44 {
		t.Errorf("report %+v", r)
	}
}

func TestVerifyAcrossPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		h.record(1023)
		h.sign() // adds one entry itself: 1024
		h.record(1025)
		h.sign()
		h.record(3000)
		if r := h.verify(); !r.OK || r.Entries != 5049 || r.Heads != 2 {
			t.Fatalf("report %+v", r)
		}
		h.exec("DELETE FROM oplog_entries WHERE id BETWEEN 1000 AND 3000")
		h.exec("UPDATE oplog_entries SET reason = '' WHERE id IN (1, 5049)")
		h.breakHash(11, 1)
		if got := said(h.verify()); !slices.Equal(got, []string{"edited 1", "removed 1000–3000", "hash_damaged 2049–4096", "edited 5049"}) {
			t.Errorf("found %v", got)
		}
	})
}

func TestVerifyWhileTheLogIsWrittenAndSigned(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := lived(t, db)
		done := make(chan error)
		go func() {
			var err error
			for i := 0; i < 40 && err == nil; i++ {
				if err = record(t.Context(), db, 3); err == nil {
					_, err = h.anchor.Sign(t.Context(), db)
				}
			}
			done <- err
		}()
		for {
			if r := h.verify(); !r.OK {
				t.Errorf("found %v", said(r))
			}
			select {
			case err := <-done:
				h.ok(err)
				return
			default:
			}
		}
	})
}

// texts are the messages of this package alone.
func texts(t *testing.T) *locale.Catalog {
	t.Helper()
	files := fstest.MapFS{}
	for _, lang := range locale.Languages() {
		name := lang + "/oplog.json"
		raw, err := os.ReadFile("../../templates/locale/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: raw}
	}
	c, err := locale.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryFindingHasWordsInBothLanguages(t *testing.T) {
	texts := texts(t)
	kinds := []oplog.FindingKind{
		oplog.Edited, oplog.Removed, oplog.Inserted, oplog.Reordered, oplog.Truncated, oplog.Rewritten,
		oplog.HashDamaged, oplog.TipDamaged, oplog.HeadMissing, oplog.HeadForged, oplog.HeadOlder,
	}
	for _, lang := range locale.Languages() {
		p := texts.Printer(lang)
		for _, k := range kinds {
			f := oplog.Finding{Kind: k, ID: 7, Last: 12, Was: 9}
			if text := p.Text(f.Field().Code, f.Field().Args); text == f.Text() || strings.ContainsAny(text, "{}") {
				t.Errorf("%s %s: %s", lang, k, text)
			}
		}
		for _, err := range []error{
			oplog.ErrTruncated, oplog.ErrRewritten, oplog.ErrHeadsLost, oplog.ErrHeadForged, oplog.ErrKey, oplog.ErrNoKey, oplog.ErrNoHead,
			oplog.ErrHashes, oplog.ErrUnproven, oplog.ErrBundle, oplog.ErrBundleKey, oplog.ErrVerifier,
		} {
			if text := p.Error(err); strings.HasPrefix(text, "err.") {
				t.Errorf("%s: no text for %v", lang, err)
			}
		}
	}
}
