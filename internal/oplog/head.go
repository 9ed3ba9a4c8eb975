package oplog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// origin is the first line of every head and the name of every key.
const origin = "qingce/oplog"

// Head is the state of the log at one time: how many entries, and the root of
// the tree over them.
type Head struct {
	Size int64
	Hash tlog.Hash
	// At is when it was signed.
	At time.Time
	// Note is the signed text, as files and bundles hold it.
	Note string
}

// text is what is signed: the lines of a checkpoint of a transparency log
// (c2sp.org/tlog-checkpoint), with the time as an extension line.
func (h Head) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n%s\n", origin, h.Size, h.Hash, h.At.UTC().Format(timeLayout))
}

// sign returns the head with its signed note.
func (h Head) sign(key note.Signer) (Head, error) {
	msg, err := note.Sign(&note.Note{Text: h.text()}, key)
	if err != nil {
		return Head{}, fmt.Errorf("sign head: %w", err)
	}
	h.Note = string(msg)
	return h, nil
}

// openHead checks the signature of a note and reads it.
func openHead(msg string, key note.Verifier) (Head, error) {
	n, err := note.Open([]byte(msg), note.VerifierList(key))
	if err != nil {
		return Head{}, ErrHeadForged.Because(err)
	}
	h, err := parseHead(n.Text)
	if err != nil {
		return Head{}, ErrHeadForged.Because(err)
	}
	h.Note = msg
	return h, nil
}

func parseHead(text string) (Head, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 5 || lines[0] != origin {
		return Head{}, errors.New("not a head of an operation log")
	}
	var h Head
	var err error
	if h.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || h.Size < 0 {
		return Head{}, fmt.Errorf("head: size %q", lines[1])
	}
	if h.Hash, err = tlog.ParseHash(lines[2]); err != nil {
		return Head{}, fmt.Errorf("head: %w", err)
	}
	if h.At, err = time.Parse(timeLayout, lines[3]); err != nil {
		return Head{}, fmt.Errorf("head: %w", err)
	}
	if h.text() != text {
		return Head{}, errors.New("head: not in canonical form")
	}
	return h, nil
}
