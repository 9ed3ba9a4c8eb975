package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"qingce/internal/backup"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/migrations"
)

// restoreCommand reads a backup.
type restoreCommand struct {
	File string `arg:"" help:"Backup to read."`
}

// Help says more.
func (restoreCommand) Help() string {
	return `Reads a backup into an empty database of either engine. A database that holds anything is refused;
nothing is ever overwritten. A backup of an older program is migrated after it was read; one of a
newer program is refused. Sums, numbers of rows, references, and the operation log with its signed
heads are checked, and the outcome is printed (exit code 3 when something is wrong).

Signed heads of a log that went on after the backup are evidence of what was lost: they are moved
aside, never removed, and the service makes a new signing key at its next start.

Examples:
  qingce restore --data /srv/qingce qingce-2017-10-31.qcb
  QINGCE_DATABASE=postgres://qingce:PASSWORD@db/qingce qingce restore qingce-2017-10-31.qcb`
}

// What a restore is refused for.
var (
	errNotEmpty    = fault.New(fault.Conflict, "cli.restore.not_empty")
	errNewerBackup = fault.New(fault.Conflict, "cli.restore.newer")
)

// Run restores.
func (cmd *restoreCommand) Run(c *console) error {
	a, err := openArchive(cmd.File)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := os.MkdirAll(c.settings.Data, 0o700); err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	db, err := openDatabase(c, c.settings.database(), time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	log := c.settings.newLog(c.err, false)
	r := newRooms(db, c.settings, c.catalog, log)
	if err := r.load(c, a); err != nil {
		return err
	}
	c.say("cli.restore.loaded", "rows", a.Rows(), "tables", len(a.Tables), "time", a.TakenAt)
	if err := c.checkRestored(r, a); err != nil {
		return err
	}
	return r.noteBackup(c, c.person("restore"), "restore", filepath.Base(cmd.File), "", a.Manifest)
}

// load migrates an empty database to the schema of the backup, reads the rows
// and migrates the rest.
func (r *rooms) load(ctx context.Context, a *backup.Archive) error {
	m, err := r.db.Migrator(migrations.FS)
	if err != nil {
		return err
	}
	have, want, err := m.Version(ctx)
	if err != nil {
		return err
	}
	blank, err := isBlank(ctx, r.db)
	switch {
	case err != nil:
		return err
	case a.Schema > want:
		return fault.New(errNewerBackup.Kind, errNewerBackup.Code, "backup", a.Schema, "program", want)
	case !blank || have > a.Schema:
		return errNotEmpty
	}
	if err := m.UpTo(ctx, a.Schema); err != nil {
		return fmt.Errorf("make the tables of the backup: %w", err)
	}
	if err := r.ledger.MakeRoom(ctx, a.TakenAt); err != nil {
		return err
	}
	// The index is built last, by this program's schema.
	if err := a.Load(ctx, r.db, derived(), func(*store.Tx) error { return nil }); err != nil {
		return archiveFault(err)
	}
	if _, err := m.Up(ctx); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := r.registry.Reindex(tx); err != nil {
			return err
		}
		_, err := r.resources.ReindexIn(tx)
		return err
	})
}

// checkRestored holds the operation log against the heads that came with the
// backup.
func (c *console) checkRestored(r *rooms, a *backup.Archive) error {
	if err := c.moveNewerHeads(r); err != nil {
		return err
	}
	if len(a.Files) == 0 {
		c.say("cli.restore.unsigned")
		return nil
	}
	dir, err := unpackHeads(r, a)
	if err != nil {
		return err
	}
	anchor, err := oplog.ReadAnchor(dir)
	if err != nil {
		return err
	}
	report, err := oplog.Verify(c, r.db, anchor)
	if err != nil {
		return err
	}
	for _, f := range report.Findings {
		c.say("cli.verify.finding", "text", c.p.Field(f.Field()))
	}
	if !report.OK {
		return errLogDamaged
	}
	c.say("cli.restore.verified", "entries", report.Entries, "heads", report.Heads, "dir", absolute(dir))
	return nil
}

// unpackHeads writes the signed heads of the backup into a directory of their
// own, where they can be checked against again.
func unpackHeads(r *rooms, a *backup.Archive) (string, error) {
	dir := r.anchorDir + ".backup-" + a.TakenAt.UTC().Format("20060102T150405Z")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("keep the signed heads of the backup: %w", err)
	}
	for _, f := range a.Files {
		body, err := a.ReadFile(f.Name)
		if err != nil {
			return "", archiveFault(err)
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name), body, 0o600); err != nil {
			return "", fmt.Errorf("keep the signed heads of the backup: %w", err)
		}
	}
	return dir, nil
}

// moveNewerHeads moves the anchor aside when it has signed what the restored
// log does not hold: the service would rightly refuse to go on signing.
func (c *console) moveNewerHeads(r *rooms) error {
	if _, err := os.Stat(r.anchorDir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	anchor, err := oplog.ReadAnchor(r.anchorDir)
	if err != nil {
		return err
	}
	report, err := oplog.Verify(c, r.db, anchor)
	if err != nil || report.OK {
		return err
	}
	aside := r.anchorDir + ".until-" + r.db.Now().Format("20060102T150405Z")
	if err := os.Rename(r.anchorDir, aside); err != nil {
		return fmt.Errorf("move the signed heads aside: %w", err)
	}
	c.say("cli.restore.aside", "dir", absolute(aside))
	return nil
}
