package oplog

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Sign signs the log as it stands and returns its head, the newest one when
// nothing was added since. A log that does not continue the newest head is
// refused (ErrTruncated, ErrRewritten), and so is an anchor whose files are
// older than the database remembers (ErrHeadsLost): nothing is written then.
// A key that the database sees for the first time makes an entry of its own.
func (a *Anchor) Sign(ctx context.Context, db *store.DB) (Head, error) {
	if a.key == nil {
		return Head{}, ErrNoKey
	}
	unlock, err := lock(a.dir)
	if err != nil {
		return Head{}, err
	}
	defer unlock()
	last, end, err := a.lastHead()
	if err != nil {
		return Head{}, err
	}
	now, err := a.survey(ctx, db, last)
	if err != nil {
		return Head{}, err
	}
	head := last
	if now.size > last.Size {
		if head, err = a.extend(db, now, end); err != nil {
			return Head{}, err
		}
	}
	if now.claimed < head.Size {
		err = db.Write(ctx, func(tx *store.Tx) error { return claim(tx, a.verifier, head.Size) })
	}
	return head, err
}

// extend signs and keeps a head for a log that has grown.
func (a *Anchor) extend(db *store.DB, now logState, end int64) (Head, error) {
	head, err := Head{Size: now.size, Hash: now.root, At: db.Now()}.sign(a.key)
	if err != nil {
		return Head{}, err
	}
	return head, a.keep(head, end)
}

// logState is what the database says about the log and about an anchor.
type logState struct {
	known   bool  // the database has seen this key
	claimed int64 // how far it was told that the key has signed
	size    int64
	root    tlog.Hash
}

// survey reads the log and holds it against the newest head, after making the
// key known to a database that has not seen it.
func (a *Anchor) survey(ctx context.Context, db *store.DB, last Head) (now logState, err error) {
	look := func(tx *store.Tx) error {
		now, err = readState(tx, a.verifier)
		if err != nil {
			return err
		}
		return continues(last, now, hashReader(tx))
	}
	if err := db.Read(ctx, look); err != nil {
		return now, fmt.Errorf("sign the operation log: %w", err)
	}
	if !now.known {
		if err := db.Write(ctx, a.introduce); err != nil {
			return now, fmt.Errorf("make the signing key known: %w", err)
		}
		if err := db.Read(ctx, look); err != nil {
			return now, fmt.Errorf("sign the operation log: %w", err)
		}
	}
	return now, a.notOlder(last, now.claimed)
}

// notOlder refuses when the database or head.txt remember a newer head than
// heads.log ends in.
func (a *Anchor) notOlder(last Head, claimed int64) error {
	current, err := a.currentHead()
	if err != nil {
		return err
	}
	if remembered := max(claimed, current.Size); remembered > last.Size {
		return fault.New(ErrHeadsLost.Kind, ErrHeadsLost.Code, "have", last.Size, "want", remembered)
	}
	return nil
}

// continues checks that the log still is what the head covers, with more after
// it or not.
func continues(last Head, now logState, stored tlog.HashReader) error {
	switch {
	case last.Size == 0:
		return nil
	case now.size < last.Size:
		return fault.New(ErrTruncated.Kind, ErrTruncated.Code, "have", now.size, "want", last.Size)
	case now.size == last.Size:
		if now.root != last.Hash {
			return ErrRewritten
		}
		return nil
	}
	proof, err := tlog.ProveTree(now.size, last.Size, stored)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, now.size, now.root, last.Size, last.Hash); err != nil {
		return ErrRewritten.Because(err)
	}
	return nil
}

// introduce makes the key known: from now on the database remembers how far it
// has signed, and the log says that it has a new key.
func (a *Anchor) introduce(tx *store.Tx) error {
	if err := insertAnchor(tx, a.verifier); err != nil {
		return err
	}
	return Record(tx, auth.System("oplog"), Entry{
		Action: "anchor", Kind: KindAnchor, ID: fmt.Sprintf("%08x", a.check.KeyHash()), Name: a.verifier,
	})
}

// Signer signs the log again and again while the service runs. Its owner calls
// Run and waits for it to return.
type Signer struct {
	db     *store.DB
	anchor *Anchor
	every  time.Duration
	report func(Head, error)
	wake   chan struct{}
}

// signEvery keeps the promise of one second with time to spare.
const signEvery = 500 * time.Millisecond

// NewSigner makes a Signer that looks for new entries at an interval (0 means
// half a second), whoever wrote them. Each new head is reported, and each
// failure once until something else happens; report must be quick.
func NewSigner(db *store.DB, a *Anchor, every time.Duration, report func(Head, error)) *Signer {
	if every <= 0 {
		every = signEvery
	}
	return &Signer{db: db, anchor: a, every: every, report: report, wake: make(chan struct{}, 1)}
}

// Notify makes the Signer look now instead of at the next interval. It never
// waits, so it can be given to Tx.AfterCommit; many calls count as one.
func (s *Signer) Notify() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// stopTime bounds the last signature after the context has ended.
const stopTime = 5 * time.Second

// Run signs at once, then whenever the log has grown, and once more when ctx
// ends; then it returns.
func (s *Signer) Run(ctx context.Context) {
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	last := s.sign(ctx, signed{})
	wake := s.wake
	for {
		select {
		case <-ctx.Done():
			stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
			defer cancel()
			s.sign(stop, last)
			return
		case <-tick.C:
			wake = s.wake
		case <-wake:
			wake = nil // a flood of commits must not become a flood of heads
		}
		last = s.sign(ctx, last)
	}
}

// signed is the outcome of one try.
type signed struct {
	size    int64
	failure string
}

func (s *Signer) sign(ctx context.Context, last signed) signed {
	head, err := s.anchor.Sign(ctx, s.db)
	switch {
	case err != nil && ctx.Err() != nil:
		return last // stopping is no failure; the last signature follows
	case err != nil:
		if last.failure != err.Error() {
			s.report(Head{}, err)
		}
		return signed{last.size, err.Error()}
	case head.Size > last.size || last.failure != "":
		s.report(head, nil)
	}
	return signed{size: head.Size}
}
