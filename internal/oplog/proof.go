package oplog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"qingce/internal/fault"
	"qingce/internal/store"
)

// bundleFormat names the format of a bundle file and its version.
const bundleFormat = "qingce-oplog-proof/1"

// Bundle is one entry with the proof that it stands in the signed log. It can
// be checked without the database, with the verifier key alone.
type Bundle struct {
	Format string  `json:"format"`
	ID     EntryID `json:"id"`
	// Record is exactly what was hashed.
	Record string `json:"record"`
	// Proof are the hashes from the entry's leaf (entry id - 1) to the root,
	// as in RFC 6962 §2.1.1.
	Proof tlog.RecordProof `json:"proof"`
	// Head is the signed note with the size and the root of the tree.
	Head string `json:"head"`
}

// JSON writes the file that is handed out.
func (b Bundle) JSON() ([]byte, error) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(b); err != nil {
		return nil, fmt.Errorf("write proof: %w", err)
	}
	return buf.Bytes(), nil
}

// Prove makes the bundle of an entry, signing the log first when the entry is
// newer than the newest head. An entry that is not what was signed is
// ErrUnproven. Who may have the entry is the caller's question (Log.Find).
func Prove(ctx context.Context, db *store.DB, a *Anchor, id EntryID) (Bundle, error) {
	head, err := a.Newest()
	if errors.Is(err, ErrNoHead) || err == nil && head.Size < int64(id) {
		head, err = a.Sign(ctx, db)
	}
	if err != nil {
		return Bundle{}, fmt.Errorf("prove entry %d: %w", id, err)
	}
	b := Bundle{Format: bundleFormat, ID: id, Head: head.Note}
	err = db.Read(ctx, func(tx *store.Tx) error {
		row, err := find(tx, view{all: true}, id)
		if err != nil {
			return err
		}
		b.Record = string(row.Record())
		if head.Size < int64(id) {
			return ErrUnproven
		}
		b.Proof, err = tlog.ProveRecord(head.Size, id.index(), hashReader(tx))
		return err
	})
	if err != nil {
		return Bundle{}, fmt.Errorf("prove entry %d: %w", id, err)
	}
	if _, err := b.check(a.check); err != nil {
		return Bundle{}, fmt.Errorf("prove entry %d: %w", id, ErrUnproven.Because(err))
	}
	return b, nil
}

// CheckBundle checks a bundle file against a verifier key and returns the
// entry. It needs no database: a copy of verifier.pub is enough.
func CheckBundle(file []byte, verifierKey string) (Row, error) {
	key, err := note.NewVerifier(verifierKey)
	if err != nil {
		return Row{}, ErrVerifier.Because(err)
	}
	var b Bundle
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	if err := d.Decode(&b); err != nil {
		return Row{}, ErrBundle.Because(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Row{}, ErrBundle.Because(errors.New("more than one value"))
	}
	return b.check(key)
}

// check does all that can be done without a database.
func (b Bundle) check(key note.Verifier) (Row, error) {
	if b.Format != bundleFormat {
		return Row{}, ErrBundle.Because(fmt.Errorf("format %q", b.Format))
	}
	head, err := openHead(b.Head, key)
	if err != nil {
		return Row{}, fault.New(ErrBundleKey.Kind, ErrBundleKey.Code).Because(err)
	}
	if err := tlog.CheckRecord(b.Proof, head.Size, head.Hash, b.ID.index(), tlog.RecordHash([]byte(b.Record))); err != nil {
		return Row{}, ErrBundle.Because(err)
	}
	row, err := parseRecord([]byte(b.Record))
	if err != nil {
		return Row{}, ErrBundle.Because(err)
	}
	row.ID = b.ID
	return row, nil
}
