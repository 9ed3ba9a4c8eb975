package oplog_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// house is a database with an anchor beside it.
type house struct {
	*testing.T
	db     *store.DB
	dir    string
	anchor *oplog.Anchor
}

func newHouse(t *testing.T, db *store.DB) *house {
	t.Helper()
	h := &house{T: t, db: db, dir: t.TempDir() + "/anchor"}
	var err error
	h.anchor, err = oplog.OpenAnchor(h.dir)
	h.ok(err)
	return h
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func clerk() auth.Principal {
	return auth.Principal{
		AccountID: 7, Login: "li.na", Name: "李娜", DepartmentID: 3, Department: "市教育局",
		Roles: auth.Roles{auth.Clerk}, Way: auth.BySession, Origin: "192.0.2.7", RequestID: "req-1",
	}
}

func entry(n int) oplog.Entry {
	return oplog.Entry{
		Action: "change", Kind: "system", ID: fmt.Sprint(n), Name: fmt.Sprintf("系统%d", n),
		Before: map[string]any{"name": "学籍", "units": n}, After: map[string]any{"name": "学籍", "units": n + 1},
		Reason: "核对",
	}
}

// record writes n entries in one transaction.
func (h *house) record(n int) {
	h.Helper()
	h.ok(record(h.Context(), h.db, n))
}

func record(ctx context.Context, db *store.DB, n int) error {
	return db.Write(ctx, func(tx *store.Tx) error {
		for i := range n {
			if err := oplog.Record(tx, clerk(), entry(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (h *house) sign() oplog.Head {
	h.Helper()
	head, err := h.anchor.Sign(h.Context(), h.db)
	h.ok(err)
	return head
}

// exec does what no verb of the package does.
func (h *house) exec(query string, args ...any) {
	h.Helper()
	h.ok(h.db.Write(h.Context(), func(tx *store.Tx) error { return tx.Gorm().Exec(query, args...).Error }))
}

func (h *house) rows() []oplog.Row {
	h.Helper()
	var rows []oplog.Row
	h.ok(h.db.Read(h.Context(), func(tx *store.Tx) error { return tx.Gorm().Order("id").Find(&rows).Error }))
	return rows
}

func (h *house) number(query string) (n int64) {
	h.Helper()
	h.ok(h.db.Read(h.Context(), func(tx *store.Tx) error { return tx.Gorm().Raw(query).Row().Scan(&n) }))
	return n
}

// forgeTree does what an attacker with the whole database would: make count,
// hashes and entries agree again.
func (h *house) forgeTree() {
	h.Helper()
	rows := h.rows()
	h.exec("DELETE FROM oplog_hashes")
	for i, hash := range tree(h.T, rows) {
		h.exec("INSERT INTO oplog_hashes (id, hash) VALUES (?, ?)", i, hash[:])
	}
	h.exec("UPDATE oplog_tips SET size = ?", len(rows))
}

// tree is the stored hashes of the rows, worked out from nothing.
func tree(t *testing.T, rows []oplog.Row) (hashes []tlog.Hash) {
	t.Helper()
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = hashes[x]
		}
		return out, nil
	})
	for i, r := range rows {
		more, err := tlog.StoredHashes(int64(i), r.Record(), reader)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, more...)
	}
	return hashes
}

func (h *house) verify() oplog.Report {
	h.Helper()
	r, err := oplog.Verify(h.Context(), h.db, h.anchor)
	h.ok(err)
	return r
}

// clock moves one second with each transaction.
func clock() func() time.Time {
	now := time.Date(2017, 10, 24, 1, 2, 3, 456_789_000, time.UTC)
	return func() time.Time { now = now.Add(time.Second); return now }
}
