package oplog_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

func TestAnchorMakesItsKeyOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "anchor")
	first, err := oplog.OpenAnchor(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.NewVerifier(first.Verifier()); err != nil {
		t.Errorf("verifier %q: %v", first.Verifier(), err)
	}
	again, err := oplog.OpenAnchor(dir)
	if err != nil || again.Verifier() != first.Verifier() {
		t.Errorf("opened again: %v, other key %v", err, again.Verifier() != first.Verifier())
	}
	info, err := os.Stat(filepath.Join(dir, "signer.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("signer.key: %v, %v", info.Mode(), err)
	}
	if _, err := first.Newest(); !errors.Is(err, oplog.ErrNoHead) {
		t.Errorf("newest head of a new anchor: %v", err)
	}
}

func TestManyProcessesMakeOneKey(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	keys := make([]string, 8)
	for i := range keys {
		wg.Go(func() {
			a, err := oplog.OpenAnchor(dir)
			if err != nil {
				t.Error(err)
				return
			}
			keys[i] = a.Verifier()
		})
	}
	wg.Wait()
	for _, k := range keys {
		if k != keys[0] {
			t.Errorf("keys differ: %v", keys)
		}
	}
}

func TestAnchorRefusesDamagedKeys(t *testing.T) {
	cases := []struct {
		name   string
		damage func(dir string) error
	}{
		{"others can read the key", func(dir string) error { return os.Chmod(dir+"/signer.key", 0o644) }},
		{"the key is damaged", func(dir string) error { return os.WriteFile(dir+"/signer.key", []byte("PRIVATE+KEY+x\n"), 0o600) }},
		{"the key is gone", func(dir string) error { return os.Remove(dir + "/signer.key") }},
		{"the public key is damaged", func(dir string) error { return os.WriteFile(dir+"/verifier.pub", []byte("x"), 0o600) }},
		{"the public key is another's", func(dir string) error {
			other, err := oplog.OpenAnchor(dir + "/other")
			if err != nil {
				return err
			}
			return os.WriteFile(dir+"/verifier.pub", []byte(other.Verifier()+"\n"), 0o600)
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := oplog.OpenAnchor(dir); err != nil {
				t.Fatal(err)
			}
			if err := c.damage(dir); err != nil {
				t.Fatal(err)
			}
			if _, err := oplog.OpenAnchor(dir); !errors.Is(err, oplog.ErrKey) {
				t.Errorf("err = %v, want ErrKey", err)
			}
		})
	}
	t.Run("a lost public key is made again", func(t *testing.T) {
		dir := t.TempDir()
		a, err := oplog.OpenAnchor(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(dir + "/verifier.pub"); err != nil {
			t.Fatal(err)
		}
		b, err := oplog.OpenAnchor(dir)
		if err != nil || b.Verifier() != a.Verifier() {
			t.Errorf("err %v", err)
		}
	})
}

func TestSignOnlyWhatGrew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		first := h.sign()
		if rows := h.rows(); len(rows) != 1 || rows[0].Action != "anchor" || rows[0].ObjectName != h.anchor.Verifier() {
			t.Errorf("a new key must make an entry of its own: %+v", rows)
		}
		if again := h.sign(); again != first {
			t.Errorf("signed without need: %+v, %+v", again, first)
		}
		h.record(2)
		head := h.sign()
		log, err := os.ReadFile(h.dir + "/heads.log")
		h.ok(err)
		text, err := os.ReadFile(h.dir + "/head.txt")
		h.ok(err)
		if string(log) != first.Note+"\n"+head.Note+"\n" || string(text) != head.Note {
			t.Errorf("heads.log\n%s\nhead.txt\n%s", log, text)
		}
		verifier, err := note.NewVerifier(h.anchor.Verifier())
		h.ok(err)
		n, err := note.Open(text, note.VerifierList(verifier))
		h.ok(err)
		want := "qingce/oplog\n3\n" + head.Hash.String() + "\n" + head.At.Format("2006-01-02T15:04:05.000000Z") + "\n"
		if n.Text != want {
			t.Errorf("signed text %q, want %q", n.Text, want)
		}
		if newest, err := h.anchor.Newest(); err != nil || newest != head {
			t.Errorf("newest %+v, %v", newest, err)
		}
	}, storetest.At(clock()))
}

func TestSignRefusesALogThatDoesNotContinue(t *testing.T) {
	cases := []struct {
		name   string
		meddle func(h *house)
		want   error
	}{
		{"cut off", func(h *house) { h.exec("DELETE FROM oplog_entries WHERE id > 38"); h.forgeTree() }, oplog.ErrTruncated},
		{"emptied", func(h *house) { fresh(h.T, h.db) }, oplog.ErrTruncated},
		{"rewritten", func(h *house) { h.exec("UPDATE oplog_entries SET reason = '' WHERE id = 7"); h.forgeTree() }, oplog.ErrRewritten},
		{"rewritten and grown", func(h *house) {
			h.exec("UPDATE oplog_entries SET reason = '' WHERE id = 7")
			h.forgeTree()
			h.record(5)
		}, oplog.ErrRewritten},
		{"hashes removed", func(h *house) { h.exec("DELETE FROM oplog_hashes") }, oplog.ErrHashes},
		{"heads.log removed", func(h *house) { h.ok(os.Remove(h.dir + "/heads.log")) }, oplog.ErrHeadsLost},
		{"all heads removed", func(h *house) {
			h.ok(errors.Join(os.Remove(h.dir+"/heads.log"), os.Remove(h.dir+"/head.txt")))
		}, oplog.ErrHeadsLost},
		{"heads.log put back, the database with it", func(h *house) {
			log, err := os.ReadFile(h.dir + "/heads.log")
			h.ok(err)
			h.ok(os.WriteFile(h.dir+"/heads.log", log[:len(log)/5], 0o600))
			h.exec("UPDATE oplog_anchors SET size = 0")
		}, oplog.ErrHeadsLost},
		{"heads.log damaged", func(h *house) { h.ok(os.WriteFile(h.dir+"/heads.log", []byte(strings.Repeat("x\n", 5000)), 0o600)) }, oplog.ErrHeadForged},
		{"head of another key", func(h *house) {
			other := newHouse(h.T, storetest.Open(h.T))
			log, err := os.ReadFile(h.dir + "/heads.log")
			h.ok(err)
			h.ok(os.WriteFile(h.dir+"/heads.log", append(log, other.sign().Note+"\n"...), 0o600))
		}, oplog.ErrHeadForged},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				fresh(t, db)
				h := lived(t, db)
				c.meddle(h)
				before, _ := os.ReadFile(h.dir + "/heads.log")
				rows := len(h.rows())
				if _, err := h.anchor.Sign(t.Context(), db); !errors.Is(err, c.want) {
					t.Errorf("err = %v, want %v", err, c.want)
				}
				if after, _ := os.ReadFile(h.dir + "/heads.log"); string(after) != string(before) || len(h.rows()) != rows {
					t.Error("a refusal must write nothing")
				}
			})
		}
	})
}

func TestSignGoesOnAfterACrash(t *testing.T) {
	h := lived(t, storetest.Open(t))
	log, err := os.ReadFile(h.dir + "/heads.log")
	h.ok(err)
	for _, torn := range []string{"qingce/oplog\n42\nabc", string(log[:100]), "\x00\x00\x00", "qingce/oplog"} {
		h.ok(os.WriteFile(h.dir+"/heads.log", append(log, torn...), 0o600))
		h.record(1)
		h.sign()
		if r := h.verify(); !r.OK {
			t.Errorf("after %q: %v", torn, said(r))
		}
		log, err = os.ReadFile(h.dir + "/heads.log")
		h.ok(err)
	}
	// Kept in the files, but not yet remembered by the database.
	h.exec("UPDATE oplog_anchors SET size = 1")
	h.sign()
	if n := h.number("SELECT size FROM oplog_anchors"); n != 45 {
		t.Errorf("the database remembers %d, want 45", n)
	}
}

func TestACopyWithoutTheKeyChecksButDoesNotSign(t *testing.T) {
	h := lived(t, storetest.Open(t))
	copied := t.TempDir()
	for _, name := range []string{"verifier.pub", "heads.log", "head.txt"} {
		text, err := os.ReadFile(h.dir + "/" + name)
		h.ok(err)
		h.ok(os.WriteFile(copied+"/"+name, text, 0o400))
	}
	a, err := oplog.ReadAnchor(copied)
	h.ok(err)
	if _, err := a.Sign(t.Context(), h.db); !errors.Is(err, oplog.ErrNoKey) {
		t.Errorf("sign: %v", err)
	}
	if r, err := oplog.Verify(t.Context(), h.db, a); err != nil || !r.OK || r.Heads != 5 {
		t.Errorf("verify: %+v, %v", r, err)
	}
	if _, err := oplog.OpenAnchor(copied); !errors.Is(err, oplog.ErrKey) {
		t.Errorf("a new key beside old heads: %v", err)
	}
	if _, err := oplog.ReadAnchor(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no anchor at all: %v", err)
	}
}

// TestItIsVerifiedWhileTheServiceSigns: another process that has no key finds
// nothing wrong between the two files that a signature is written to.
func TestItIsVerifiedWhileTheServiceSigns(t *testing.T) {
	h := lived(t, storetest.Open(t))
	signed := make(chan error, 1)
	go func() {
		for n := range 60 {
			err := record(t.Context(), h.db, n)
			if err == nil {
				_, err = h.anchor.Sign(t.Context(), h.db)
			}
			if err != nil {
				signed <- err
				return
			}
		}
		signed <- nil
	}()
	for {
		a, err := oplog.ReadAnchor(h.dir)
		h.ok(err)
		r, err := oplog.Verify(t.Context(), h.db, a)
		if h.ok(err); !r.OK {
			t.Fatalf("while it is signed: %v", said(r))
		}
		select {
		case err := <-signed:
			h.ok(err)
			return
		default:
		}
	}
}

func TestTwoNodesSignOneLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one, two := lived(t, db), newHouse(t, db)
		two.sign()
		one.record(3)
		one.sign()
		for _, h := range []*house{one, two} {
			if r := h.verify(); !r.OK {
				t.Errorf("found %v", said(r))
			}
		}
		if rows := one.rows(); rows[41].Action != "anchor" || rows[41].ObjectName != two.anchor.Verifier() {
			t.Errorf("the second key must show in the log: %+v", rows[41])
		}
	})
}

func TestManyProcessesSignInTurn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				a, err := oplog.OpenAnchor(h.dir)
				for i := 0; i < 10 && err == nil; i++ {
					if err = record(t.Context(), db, 1); err == nil {
						_, err = a.Sign(t.Context(), db)
					}
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if r := h.verify(); !r.OK || r.Head.Size != 41 {
			t.Errorf("report %+v", r)
		}
	})
}

// running starts a Signer; heads come out of the channel.
func running(h *house, every time.Duration) (s *oplog.Signer, heads chan oplog.Head, stop func()) {
	heads = make(chan oplog.Head, 100)
	s = oplog.NewSigner(h.db, h.anchor, every, func(head oplog.Head, err error) {
		if err != nil {
			h.Errorf("signer: %v", err)
		}
		heads <- head
	})
	ctx, cancel := context.WithCancel(h.Context())
	var wg sync.WaitGroup
	wg.Go(func() { s.Run(ctx) })
	return s, heads, func() { cancel(); wg.Wait() }
}

func TestSigner(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		h.record(2)
		s, heads, stop := running(h, time.Hour)
		if head := <-heads; head.Size != 3 {
			t.Errorf("at the start: %d entries signed, want 3", head.Size)
		}
		h.ok(db.Write(t.Context(), func(tx *store.Tx) error {
			tx.AfterCommit(s.Notify)
			return oplog.Record(tx, clerk(), entry(1))
		}))
		if head := <-heads; head.Size != 4 {
			t.Errorf("after a commit: %d entries signed, want 4", head.Size)
		}
		h.record(5)
		stop()
		if head := <-heads; head.Size != 9 {
			t.Errorf("at the end: %d entries signed, want 9", head.Size)
		}
		if r := h.verify(); !r.OK || r.Unsigned() != 0 || len(heads) != 0 {
			t.Errorf("report %+v", r)
		}
	})
}

func TestSignerLooksByItself(t *testing.T) {
	h := newHouse(t, storetest.Open(t))
	_, heads, stop := running(h, 0)
	defer stop()
	<-heads
	h.record(1) // nobody tells the signer
	select {
	case head := <-heads:
		if head.Size != 2 {
			t.Errorf("signed %d entries, want 2", head.Size)
		}
	case <-time.After(20 * time.Second): // half a second on a machine with nothing else to do
		t.Error("not signed")
	}
}

func TestSignerReportsAFailureOnceAndItsEnd(t *testing.T) {
	h := lived(t, storetest.Open(t))
	log, err := os.ReadFile(h.dir + "/heads.log")
	h.ok(err)
	h.ok(os.WriteFile(h.dir+"/heads.log", nil, 0o600))
	said := make(chan error, 100)
	s := oplog.NewSigner(h.db, h.anchor, time.Millisecond, func(_ oplog.Head, err error) { said <- err })
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { s.Run(ctx) })
	if err := <-said; !errors.Is(err, oplog.ErrHeadsLost) {
		t.Errorf("said %v", err)
	}
	for range 10 { // ten more writes, each with a failing look or several
		h.record(1)
		s.Notify()
	}
	h.ok(os.WriteFile(h.dir+"/heads.log", log, 0o600))
	if err := <-said; err != nil {
		t.Errorf("said %v before the failure was over", err)
	}
	cancel()
	wg.Wait()
}
