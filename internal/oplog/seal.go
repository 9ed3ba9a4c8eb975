package oplog

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"qingce/internal/fault"
)

// sealOrigin is the first line of every seal: no head begins like this, so that
// neither can be taken for the other.
const sealOrigin = "qingce/seal"

// ErrSeal says that a seal was not made with this key, or over something else.
var ErrSeal = fault.New(fault.Invalid, "oplog.err.seal")

// Seal signs the digest of a paper that is handed out, with the key of the log:
// who has verifier.pub can check it. kind names the format of the paper. An
// Anchor that was opened for reading has no key: ErrKey.
func (a *Anchor) Seal(kind, digest string, at time.Time) (string, error) {
	if a.key == nil {
		return "", ErrKey
	}
	if strings.ContainsAny(kind+digest, "\r\n") {
		return "", fmt.Errorf("seal %q: a line break in the kind or the digest", kind)
	}
	msg, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%s\n%s\n%s\n", sealOrigin, kind, digest, at.UTC().Format(timeLayout))}, a.key)
	if err != nil {
		return "", fmt.Errorf("seal a %s: %w", kind, err)
	}
	return string(msg), nil
}

// CheckSeal tells whether a seal was made with the key of a verifier over the
// digest of a paper of a kind, and when.
func CheckSeal(seal, verifierKey, kind, digest string) (time.Time, error) {
	key, err := note.NewVerifier(verifierKey)
	if err != nil {
		return time.Time{}, ErrVerifier.Because(err)
	}
	n, err := note.Open([]byte(seal), note.VerifierList(key))
	if err != nil {
		return time.Time{}, ErrSeal.Because(err)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 5 || lines[0] != sealOrigin || lines[1] != kind || lines[2] != digest {
		return time.Time{}, ErrSeal.Because(fmt.Errorf("a seal over something else"))
	}
	at, err := time.Parse(timeLayout, lines[3])
	if err != nil {
		return time.Time{}, ErrSeal.Because(err)
	}
	return at, nil
}
