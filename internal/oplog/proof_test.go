package oplog_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// prove gives the file for an entry.
func (h *house) prove(id oplog.EntryID) []byte {
	h.Helper()
	b, err := oplog.Prove(h.Context(), h.db, h.anchor, id)
	h.ok(err)
	file, err := b.JSON()
	h.ok(err)
	return file
}

func TestEveryEntryCanBeProvedWithoutTheDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := lived(t, db)
		rows := h.rows()
		for _, want := range rows {
			got, err := oplog.CheckBundle(h.prove(want.ID), h.anchor.Verifier())
			if err != nil {
				t.Fatalf("entry %d: %v", want.ID, err)
			}
			want.At = want.At.UTC()
			if got.At = got.At.UTC(); got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		}
	})
}

func TestAnEntryThatIsNotSignedYetIsSignedToBeProved(t *testing.T) {
	h := newHouse(t, storetest.Open(t))
	h.record(3)
	if row, err := oplog.CheckBundle(h.prove(2), h.anchor.Verifier()); err != nil || row.ObjectID != "1" {
		t.Errorf("row %+v, %v", row, err)
	}
	if head, err := h.anchor.Newest(); err != nil || head.Size != 4 {
		t.Errorf("head %+v, %v", head, err)
	}
}

func TestProveRefuses(t *testing.T) {
	cases := []struct {
		name   string
		meddle func(h *house)
		id     oplog.EntryID
		want   error
	}{
		{"an entry that is not there", func(h *house) {}, 42, fault.New(fault.NotFound, "err.not_found")},
		{"no entry", func(h *house) {}, 0, fault.New(fault.NotFound, "err.not_found")},
		{"an edited entry", func(h *house) { h.exec("UPDATE oplog_entries SET reason = '' WHERE id = 7") }, 7, oplog.ErrUnproven},
		{"an entry that was put in", func(h *house) { h.copyEntry(3, 42) }, 42, oplog.ErrUnproven},
		{"a damaged hash beside it", func(h *house) { h.breakHash(0, 7) }, 7, oplog.ErrUnproven},
		{"a rewritten log", func(h *house) { h.exec("UPDATE oplog_entries SET reason = '' WHERE id = 7"); h.forgeTree() }, 7, oplog.ErrUnproven},
		{"missing hashes", func(h *house) { h.exec("DELETE FROM oplog_hashes") }, 7, oplog.ErrHashes},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := lived(t, storetest.Open(t))
			c.meddle(h)
			if _, err := oplog.Prove(t.Context(), h.db, h.anchor, c.id); !errors.Is(err, c.want) {
				t.Errorf("err = %v, want %v", err, c.want)
			}
		})
	}
}

func TestAlteredBundlesAreRefused(t *testing.T) {
	h := lived(t, storetest.Open(t))
	good := string(h.prove(7))
	other := newHouse(t, storetest.Open(t))
	other.record(10)
	foreign := string(other.prove(7))
	swap := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("bundle lacks %q:\n%s", old, good)
		}
		return strings.Replace(good, old, new, 1)
	}
	var parts struct {
		Proof []string `json:"proof"`
		Head  string   `json:"head"`
	}
	h.ok(json.Unmarshal([]byte(good), &parts))
	head, err := os.ReadFile(h.dir + "/heads.log")
	h.ok(err)
	older, err := json.Marshal(strings.Split(string(head), "\n\n")[0] + "\n\n" + strings.Split(string(head), "\n\n")[1] + "\n")
	h.ok(err)
	now, err := json.Marshal(parts.Head)
	h.ok(err)
	cases := []struct {
		name string
		file string
		want error
	}{
		{"another name in the record", swap("系统5", "系统6"), oplog.ErrBundle},
		{"another number", swap(`"id": 7`, `"id": 8`), oplog.ErrBundle},
		{"a number beyond the log", swap(`"id": 7`, `"id": 4000`), oplog.ErrBundle},
		{"no number", swap(`"id": 7`, `"id": 0`), oplog.ErrBundle},
		{"a blank in the record", swap(`{\"action\"`, `{ \"action\"`), oplog.ErrBundle},
		{"another hash in the proof", swap(parts.Proof[0], parts.Proof[1]), oplog.ErrBundle},
		{"a shorter proof", swap(`"`+parts.Proof[0]+`",`, ""), oplog.ErrBundle},
		{"an older head", strings.Replace(good, strings.ReplaceAll(string(now), `\u2014`, "—"), strings.ReplaceAll(string(older), `\u2014`, "—"), 1), oplog.ErrBundle},
		{"another size in the head", swap(`qingce/oplog\n41`, `qingce/oplog\n42`), oplog.ErrBundleKey},
		{"a head of another key", foreign, oplog.ErrBundleKey},
		{"another format", swap("proof/1", "proof/2"), oplog.ErrBundle},
		{"an unknown member", swap(`"id"`, `"extra": 1, "id"`), oplog.ErrBundle},
		{"something after it", good + "{}", oplog.ErrBundle},
		{"half of it", good[:len(good)/2], oplog.ErrBundle},
		{"nothing", "", oplog.ErrBundle},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.file == good {
				t.Fatal("the bundle was not altered")
			}
			if _, err := oplog.CheckBundle([]byte(c.file), h.anchor.Verifier()); !errors.Is(err, c.want) {
				t.Errorf("err = %v, want %v", err, c.want)
			}
		})
	}
	if _, err := oplog.CheckBundle([]byte(good), "qingce/oplog+1+x"); !errors.Is(err, oplog.ErrVerifier) {
		t.Errorf("no key: %v", err)
	}
	if _, err := oplog.CheckBundle([]byte(good), h.anchor.Verifier()+"\n"); err != nil {
		t.Errorf("a key with the line's end, as a file holds it: %v", err)
	}
}

func FuzzCheckBundle(f *testing.F) {
	secret, verifier, err := note.GenerateKey(rand.Reader, "qingce/oplog")
	if err != nil {
		f.Fatal(err)
	}
	key, err := note.NewSigner(secret)
	if err != nil {
		f.Fatal(err)
	}
	record := (oplog.Row{Action: "change", At: time.Unix(0, 0)}).Record()
	f.Add(int64(1), int64(1), []byte{}, record)
	f.Add(int64(1), int64(1), []byte{}, append([]byte(" "), record...)) // says the same in other bytes
	f.Add(int64(2), int64(3), make([]byte, 64), record)
	f.Fuzz(func(t *testing.T, id, size int64, proof, record []byte) {
		b := oplog.Bundle{Format: "qingce-oplog-proof/1", ID: oplog.EntryID(id), Record: string(record)}
		for ; len(proof) >= tlog.HashSize; proof = proof[tlog.HashSize:] {
			b.Proof = append(b.Proof, tlog.Hash(proof[:tlog.HashSize]))
		}
		text := fmt.Sprintf("qingce/oplog\n%d\n%s\n1970-01-01T00:00:00.000000Z\n", size, tlog.RecordHash(record))
		head, err := note.Sign(&note.Note{Text: text}, key)
		if err != nil {
			t.Fatal(err)
		}
		b.Head = string(head)
		file, err := b.JSON()
		if err != nil {
			t.Fatal(err)
		}
		row, err := oplog.CheckBundle(file, verifier)
		if err == nil && (id != 1 || size != 1 || !bytes.Equal(row.Record(), record)) {
			t.Errorf("accepted %s", file)
		}
		if _, err := oplog.CheckBundle(record, verifier); err == nil {
			t.Errorf("accepted %s", record)
		}
	})
}
