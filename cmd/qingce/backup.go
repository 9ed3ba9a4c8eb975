package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"qingce/internal/backup"
	"qingce/internal/fault"
)

// backupCommand writes a backup.
type backupCommand struct {
	File  string `arg:"" optional:"" help:"File to write. Default: a name with the time, in the backups of the data directory."`
	Check string `placeholder:"FILE" help:"Read a backup instead and compare it with its sums."`
	Force bool   `help:"Replace a file that is there already."`
}

// Help says more.
func (backupCommand) Help() string {
	return `Writes everything that is in the database at one moment, uploaded files and the operation log
included, while the service goes on. The file is read by "qingce restore" into either engine, so it
also moves a city from the embedded database to PostgreSQL. It is a zip of one text file per table
with a sum for each. The signed heads of the operation log go with it; the signing key does not.

The file holds everything that the service knows, and the hashes of passwords: keep it as safe as
the database, and on another machine.

Examples:
  qingce backup
  qingce backup /mnt/safe/qingce-2017-10-31.qcb
  qingce backup --check /mnt/safe/qingce-2017-10-31.qcb`
}

func errExists(name string) error {
	return fault.New(fault.Conflict, "cli.backup.exists", "file", name)
}

// Run writes or checks.
func (cmd *backupCommand) Run(c *console) error {
	if cmd.Check != "" {
		return checkBackup(c, cmd.Check)
	}
	r, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	name := cmd.File
	if name == "" {
		name = filepath.Join(c.settings.backupDir(), "qingce-"+r.db.Now().Format("20060102T150405Z")+backupSuffix)
	}
	start := time.Now()
	m, err := r.saveBackupAs(c, c.person("backup"), name, cmd.Force)
	if err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	c.say("cli.backup.done", "file", absolute(name), "rows", m.Rows(), "tables", len(m.Tables), "bytes", info.Size(),
		"seconds", time.Since(start).Round(100*time.Millisecond).String())
	return nil
}

func checkBackup(c *console, name string) error {
	a, err := openArchive(name)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Check(c); err != nil {
		return archiveFault(err)
	}
	c.say("cli.backup.good", "file", absolute(name), "time", a.TakenAt, "rows", a.Rows(), "schema", a.Schema, "program", a.Program)
	return nil
}

func openArchive(name string) (*backup.Archive, error) {
	a, err := backup.Open(name)
	return a, archiveFault(err)
}

// archiveFault says in people's words what is wrong with a backup.
func archiveFault(err error) error {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fault.New(fault.Invalid, "cli.restore.no_file").Because(err)
	case errors.Is(err, backup.ErrFormat):
		return fault.New(fault.Conflict, "cli.restore.format").Because(err)
	case errors.Is(err, backup.ErrDamaged):
		return fault.New(fault.Conflict, "cli.restore.damaged").Because(err)
	case errors.Is(err, backup.ErrSchema):
		return fault.New(fault.Conflict, "cli.restore.schema").Because(err)
	}
	return err
}
