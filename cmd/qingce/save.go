package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/backup"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// backupSuffix ends the names of backups.
const backupSuffix = ".qcb"

// derived are the tables that are built from the systems, for searching.
func derived() []string { return []string{"system_search", "catalog_search"} }

// saveBackup writes a backup to a new file, or in place of an old one, and
// notes it in the operation log. Others see the file only when it is whole and
// on disk.
func (r *rooms) saveBackup(ctx context.Context, name string, replace bool) (backup.Manifest, error) {
	return r.saveBackupAs(ctx, auth.System("backup"), name, replace)
}

func (r *rooms) saveBackupAs(ctx context.Context, by auth.Principal, name string, replace bool) (backup.Manifest, error) {
	if _, err := os.Stat(name); err == nil && !replace {
		return backup.Manifest{}, errExists(name)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return backup.Manifest{}, fmt.Errorf("make the directory of backups: %w", err)
	}
	part := name + ".part"
	m, sum, err := writeBackup(ctx, r.db, part, backup.Options{
		Program: thisBuild().Version, Schema: schemaVersion(), LeaveOut: derived(),
		Files: func(m backup.Manifest) (map[string][]byte, error) { return signedHeads(r.anchorDir, m) },
	})
	if err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		return backup.Manifest{}, errors.Join(err, removeIfThere(part))
	}
	return m, r.noteBackup(ctx, by, "backup", filepath.Base(name), sum, m)
}

// writeBackup writes the file and gives its SHA-256 in hexadecimal.
func writeBackup(ctx context.Context, db *store.DB, name string, opts backup.Options) (m backup.Manifest, sum string, err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return m, "", fmt.Errorf("make backup: %w", err)
	}
	hash := sha256.New()
	m, err = backup.Write(ctx, db, io.MultiWriter(f, hash), opts)
	if err == nil {
		err = f.Sync()
	}
	return m, hex.EncodeToString(hash.Sum(nil)), errors.Join(err, f.Close())
}

// backupFacts are what the operation log keeps of a backup.
type backupFacts struct {
	Schema int64  `json:"schema"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256,omitempty"`
}

func (r *rooms) noteBackup(ctx context.Context, by auth.Principal, action, name, sum string, m backup.Manifest) error {
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		return oplog.Record(tx, by, oplog.Entry{
			Action: action, Kind: oplog.KindBackup, ID: name, Name: name,
			After: backupFacts{Schema: m.Schema, Rows: m.Rows(), SHA256: sum},
		})
	})
	if err != nil {
		return fmt.Errorf("note the backup in the operation log: %w", err)
	}
	return nil
}

// rotate removes the oldest nightly backups, but keeps some.
func rotate(dir string, keep int) (removed int, err error) {
	names, err := filepath.Glob(filepath.Join(dir, "nightly-*"+backupSuffix))
	if err != nil || len(names) <= keep {
		return 0, err
	}
	slices.Sort(names) // the names are times
	for _, name := range names[:len(names)-keep] {
		if err := os.Remove(name); err != nil {
			return removed, fmt.Errorf("remove an old backup: %w", err)
		}
		removed++
	}
	return removed, nil
}

func removeIfThere(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
