package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"qingce/internal/backup"
)

// The files of the operation log outside the database that go into a backup:
// the public key and the signed heads, but never the signing key.
const (
	verifierFile = "verifier.pub"
	headsFile    = "heads.log"
	headFile     = "head.txt"
	logTable     = "oplog_entries"
)

// signedHeads are the heads that cover the entries of a backup. Those that were
// signed while it was being written are left out: they vouch for entries that
// it does not have. Nothing signed is no files.
func signedHeads(dir string, m backup.Manifest) (map[string][]byte, error) {
	key, err := os.ReadFile(filepath.Join(dir, verifierFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // an empty map is as good
	}
	if err != nil {
		return nil, fmt.Errorf("read the signed heads: %w", err)
	}
	log, err := os.ReadFile(filepath.Join(dir, headsFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the signed heads: %w", err)
	}
	entries, _ := m.Table(logTable)
	all, newest := headsUpTo(string(log), entries.Rows)
	if newest == "" {
		return nil, nil //nolint:nilnil // as above
	}
	return map[string][]byte{verifierFile: key, headsFile: []byte(all), headFile: []byte(newest)}, nil
}

// headsUpTo cuts the file of signed heads after the last one of at most so many
// entries. A head is the text of a checkpoint (name, size, root, time) and its
// signature, each ended by an empty line.
func headsUpTo(log string, entries int64) (all, newest string) {
	const end = "\n\n"
	for rest := log; ; {
		text, afterText, ok := strings.Cut(rest, end)
		signature, after, signed := strings.Cut(afterText, end)
		lines := strings.Split(text, "\n")
		if !ok || !signed || len(lines) < 2 {
			return all, newest
		}
		if size, err := strconv.ParseInt(lines[1], 10, 64); err != nil || size > entries {
			return all, newest
		}
		all, newest, rest = log[:len(log)-len(after)], text+end+signature+"\n", after
	}
}
