package oplog

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// The files of an anchor.
const (
	keyFile      = "signer.key"   // secret, 0600
	verifierFile = "verifier.pub" // for everybody who checks heads and bundles
	logFile      = "heads.log"    // every signed head, only ever appended to
	headFile     = "head.txt"     // the newest head, to be mailed or printed
	lockFile     = "lock"         // keeps two processes from signing at once
)

// Anchor is the directory outside the database that holds the signing key and
// all signed heads. It keeps no state in memory: several processes may use one
// directory. Nodes that share a database each have their own.
type Anchor struct {
	dir      string
	verifier string
	check    note.Verifier
	key      note.Signer // nil when opened for reading
}

// OpenAnchor opens the directory for signing; on first use it makes the
// directory and the key. Damaged key files, and such as others can read, are
// ErrKey.
func OpenAnchor(dir string) (*Anchor, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open anchor: %w", err)
	}
	unlock, err := lock(dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	secret, err := readKey(dir)
	if errors.Is(err, fs.ErrNotExist) {
		secret, err = newKey(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("open anchor: %w", err)
	}
	key, verifier, err := parseKey(secret)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	a, err := ReadAnchor(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := writeFile(filepath.Join(dir, verifierFile), verifier+"\n", 0o644); err != nil {
			return nil, fmt.Errorf("open anchor: %w", err)
		}
		a, err = ReadAnchor(dir)
	}
	if err != nil {
		return nil, err
	}
	if a.verifier != verifier {
		return nil, ErrKey.Because(fmt.Errorf("%s does not belong to %s", verifierFile, keyFile))
	}
	a.key = key
	return a, nil
}

// ReadAnchor opens the directory, or a copy of it without the key, for
// checking only.
func ReadAnchor(dir string) (*Anchor, error) {
	text, err := os.ReadFile(filepath.Join(dir, verifierFile))
	if err != nil {
		return nil, fmt.Errorf("open anchor: %w", err)
	}
	verifier := strings.TrimSpace(string(text))
	check, err := note.NewVerifier(verifier)
	if err != nil {
		return nil, ErrKey.Because(fmt.Errorf("%s: %w", verifierFile, err))
	}
	return &Anchor{dir: dir, verifier: verifier, check: check}, nil
}

// Newest is the newest signed head; ErrNoHead when nothing was signed yet.
func (a *Anchor) Newest() (Head, error) {
	h, _, err := a.lastHead()
	if err == nil && h.Size == 0 {
		return Head{}, ErrNoHead
	}
	return h, err
}

// Verifier is the public key that heads and bundles are checked with. Whoever
// audits should have it from another hand than the files.
func (a *Anchor) Verifier() string { return a.verifier }

// readKey reads the secret key and refuses one that others could have read.
func readKey(dir string) (string, error) {
	path := filepath.Join(dir, keyFile)
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 { // Windows has no such bits
		return "", ErrKey.Because(fmt.Errorf("%s has the rights %v, want 0600", keyFile, info.Mode().Perm()))
	}
	text, err := os.ReadFile(path)
	return strings.TrimSpace(string(text)), err
}

// newKey makes the key. A directory that has heads or a public key has lost
// its secret one: a new one would make its heads look forged.
func newKey(dir string) (string, error) {
	for _, name := range []string{verifierFile, logFile, headFile} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return "", ErrKey.Because(fmt.Errorf("%s is missing beside %s", keyFile, name))
		}
	}
	secret, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return "", err
	}
	return secret, writeFile(filepath.Join(dir, keyFile), secret+"\n", 0o600)
}

// parseKey reads the secret key and works out the public one that belongs to
// it.
func parseKey(secret string) (note.Signer, string, error) {
	key, err := note.NewSigner(secret)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", keyFile, err)
	}
	seed, err := base64.StdEncoding.DecodeString(strings.SplitN(secret, "+", 5)[4])
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", keyFile, err)
	}
	public := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	verifier, err := note.NewEd25519VerifierKey(key.Name(), public)
	return key, verifier, err
}
