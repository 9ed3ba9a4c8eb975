package oplog_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

func TestRecordKeepsWhoWhenWhereWhatAndWhy(t *testing.T) {
	// Written out, because these bytes are what is hashed: on both engines, and
	// for as long as anybody wants to check a proof.
	const want = `{"action":"change","actor_department":"市教育局","actor_id":7,"actor_login":"li.na","actor_name":"李娜",` +
		`"actor_roles":"clerk","after":"{\"units\":13}","at":"2017-10-24T01:02:04.456789Z","before":"{\"units\":12}",` +
		`"department_id":3,"object_id":"12","object_kind":"system","object_name":"系统12","origin":"192.0.2.7",` +
		`"reason":"核对","request_id":"req-1","way":"session"}`
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			h := newHouse(t, open(t, storetest.At(func() time.Time {
				return time.Date(2017, 10, 24, 9, 2, 4, 456_789_123, time.FixedZone("CST", 8*3600))
			})))
			h.ok(h.db.Write(t.Context(), func(tx *store.Tx) error { return oplog.Record(tx, clerk(), entry(12)) }))
			rows := h.rows()
			if len(rows) != 1 || rows[0].ID != 1 {
				t.Fatalf("rows = %+v", rows)
			}
			if got := string(rows[0].Record()); got != want {
				t.Errorf("record\n got %s\nwant %s", got, want)
			}
		})
	}
}

// engines opens a database of each engine under one clock, for tests that
// compare them.
func engines() map[string]func(testing.TB, ...storetest.Option) *store.DB {
	return map[string]func(testing.TB, ...storetest.Option) *store.DB{
		"sqlite": storetest.Open, "postgres": storetest.OpenPostgres,
	}
}

func TestDepartmentOfTheActorWhereTheObjectHasNone(t *testing.T) {
	h := newHouse(t, storetest.Open(t))
	h.ok(h.db.Write(t.Context(), func(tx *store.Tx) error {
		return errors.Join(
			oplog.Record(tx, clerk(), oplog.Entry{Action: "change", Kind: "setting"}),
			oplog.Record(tx, clerk(), oplog.Entry{Action: "change", Kind: "system", Department: 9}),
		)
	}))
	if rows := h.rows(); rows[0].DepartmentID != 3 || rows[1].DepartmentID != 9 {
		t.Errorf("departments %d and %d, want 3 and 9", rows[0].DepartmentID, rows[1].DepartmentID)
	}
}

func TestTextThatADatabaseWouldRefuseDoesNotStopTheAct(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		by := clerk()
		by.Origin = "a\xffb"
		h.ok(db.Write(t.Context(), func(tx *store.Tx) error {
			return oplog.Record(tx, by, oplog.Entry{Action: "change", Kind: "system", Name: "x\x00y", After: "\x00"})
		}))
		r := h.rows()[0]
		if r.ObjectName != "x\uFFFDy" || r.Origin != "a\uFFFDb" || r.After != `"\u0000"` {
			t.Errorf("row = %+v", r)
		}
	})
}

func TestEntryNeedsActionAndKind(t *testing.T) {
	h := newHouse(t, storetest.Open(t))
	for _, e := range []oplog.Entry{{Kind: "system"}, {Action: "change"}, {Action: "change", Kind: "system", After: func() {}}} {
		err := h.db.Write(t.Context(), func(tx *store.Tx) error { return oplog.Record(tx, clerk(), e) })
		if err == nil {
			t.Errorf("%+v was accepted", e)
		}
	}
}

func TestActAndEntryStandOrFallTogether(t *testing.T) {
	const act = "INSERT INTO oplog_anchors (verifier, size) VALUES ('the act', 0)"
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		boom := errors.New("boom")
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			h.ok(tx.Gorm().Exec(act).Error)
			h.ok(oplog.Record(tx, clerk(), entry(1)))
			return boom
		})
		if !errors.Is(err, boom) || len(h.rows()) != 0 || h.number("SELECT size FROM oplog_tips") != 0 {
			t.Errorf("an act that failed left an entry: %v", err)
		}
		h.exec("ALTER TABLE oplog_hashes RENAME TO away")
		err = db.Write(t.Context(), func(tx *store.Tx) error {
			h.ok(tx.Gorm().Exec(act).Error)
			return oplog.Record(tx, clerk(), entry(1))
		})
		if err == nil || h.number("SELECT COUNT(*) FROM oplog_anchors") != 0 || len(h.rows()) != 0 {
			t.Errorf("an act was kept that could not be logged: %v", err)
		}
		h.exec("ALTER TABLE away RENAME TO oplog_hashes")
		h.record(1)
		if rows := h.rows(); len(rows) != 1 || rows[0].ID != 1 {
			t.Errorf("rows after failures: %+v, want one with id 1", rows)
		}
	})
}

func TestEntryOfALaterHookIsWrittenToo(t *testing.T) {
	h := newHouse(t, storetest.Open(t))
	h.ok(h.db.Write(t.Context(), func(tx *store.Tx) error {
		h.ok(oplog.Record(tx, clerk(), entry(1)))
		tx.BeforeCommit(func(tx *store.Tx) error { return oplog.Record(tx, clerk(), entry(2)) })
		return nil
	}))
	rows := h.rows()
	if len(rows) != 2 || rows[1].ObjectID != "2" {
		t.Errorf("rows = %+v, want two", rows)
	}
	h.sign()
	if r := h.verify(); !r.OK {
		t.Errorf("report %+v", r)
	}
}

func TestManyWritersLeaveNoGaps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 25 {
					if err := record(t.Context(), db, 1+(w+i)%3); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		head := h.sign()
		rows := h.rows()
		for i, r := range rows {
			if r.ID != oplog.EntryID(i+1) {
				t.Fatalf("entry %d stands in place %d", r.ID, i+1)
			}
		}
		if want := 8*25*2 + 1; len(rows) < want-20 || head.Size != int64(len(rows)) {
			t.Errorf("%d rows, head %d", len(rows), head.Size)
		}
		if r := h.verify(); !r.OK || r.Entries != int64(len(rows)) {
			t.Errorf("report %+v", r)
		}
	})
}

func TestTreeIsThatOfTheEntriesHoweverTheyAreWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		for _, lot := range []int{1, 2, 3, 5, 130, 7, 1, 1024, 1, 6000} {
			h.record(lot)
		}
		head := h.sign()
		rows := h.rows()
		hashes := tree(t, rows)
		want, err := tlog.TreeHash(int64(len(rows)), tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
			for _, x := range indexes {
				out = append(out, hashes[x])
			}
			return out, nil
		}))
		h.ok(err)
		if head.Hash != want || head.Size != 7175 {
			t.Errorf("head %d %s, want 7175 %s", head.Size, head.Hash, want)
		}
		if n := h.number("SELECT COUNT(*) FROM oplog_hashes"); n != int64(len(hashes)) {
			t.Errorf("%d hashes stored, want %d", n, len(hashes))
		}
	})
}

func TestRecordIsCanonicalJSON(t *testing.T) {
	row := oplog.Row{ObjectName: "a\"b\\c\b\f\n\r\t\x01\x1f</é清😀\u2028", At: time.Date(2017, 1, 1, 8, 0, 0, 0, time.FixedZone("", 28800))}
	got := string(row.Record())
	for _, want := range []string{
		`"object_name":"a\"b\\c\b\f\n\r\t\u0001\u001f</é清😀` + "\u2028" + `"`, `"at":"2017-01-01T00:00:00.000000Z"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("record %s\nlacks %s", got, want)
		}
	}
	var back map[string]any
	if err := json.Unmarshal([]byte(got), &back); err != nil || back["object_name"] != row.ObjectName {
		t.Errorf("read back %q, %v", back["object_name"], err)
	}
	replaced := oplog.Row{ObjectName: "\uFFFD"}
	if broken := (oplog.Row{ObjectName: "\xff"}); string(broken.Record()) == string(replaced.Record()) {
		t.Error("two different texts give the same bytes")
	}
}

func TestNobodyIsRecordedAsNobody(t *testing.T) {
	h := newHouse(t, storetest.Open(t))
	h.ok(h.db.Write(t.Context(), func(tx *store.Tx) error {
		return oplog.Record(tx, auth.Principal{Origin: "192.0.2.9"}, oplog.Entry{Action: "login_failed", Kind: "session", Name: "li.na"})
	}))
	if r := h.rows()[0]; r.Way != auth.ByNobody || r.ActorID != 0 || r.Origin != "192.0.2.9" {
		t.Errorf("row = %+v", r)
	}
}
