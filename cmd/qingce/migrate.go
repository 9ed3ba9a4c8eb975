package main

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/migrations"
)

// migrateCommand brings the schema up.
type migrateCommand struct {
	Status migrateStatusCommand `cmd:"" help:"Show which schema the database has and which this program wants."`
	Up     migrateUpCommand     `cmd:"" default:"1" help:"Apply what is missing."`
}

// Help says more.
func (migrateCommand) Help() string {
	return `The schema has a number. "up" applies the files that a database lacks, each in a transaction of its
own; it can be run again after any interruption, and two at once do no harm. The embedded database
is copied beside itself first; make a backup of a PostgreSQL database before. A newer database, and
one that holds other tables, is refused untouched (exit code 3).

Examples:
  qingce migrate status
  QINGCE_DATABASE=postgres://qingce:PASSWORD@db/qingce qingce migrate up`
}

type (
	migrateStatusCommand struct{}
	migrateUpCommand     struct{}
)

// errNotCurrent is the outcome of status for a database that is not current.
var errNotCurrent = fault.New(fault.Conflict, "cli.migrate.not_current")

// Run shows the versions.
func (migrateStatusCommand) Run(c *console) error {
	db, err := openExisting(c, c.settings, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	m, err := db.Migrator(migrations.FS)
	if err != nil {
		return err
	}
	have, want, err := m.Version(c)
	if err != nil {
		return err
	}
	c.say("cli.migrate.status", "engine", string(db.Engine()), "have", have, "want", want)
	if have != want {
		return errNotCurrent
	}
	return nil
}

// Run migrates.
func (migrateUpCommand) Run(c *console) error {
	db, err := openDatabase(c, c.settings.database(), time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	m, err := db.Migrator(migrations.FS)
	if err != nil {
		return err
	}
	have, _, err := m.Version(c)
	if err != nil {
		return err
	}
	log := c.settings.newLog(c.err, false)
	if err := bringUp(c, db, true, log); err != nil {
		return err
	}
	if have == schemaVersion() {
		c.say("cli.migrate.nothing", "have", have)
		return nil
	}
	c.say("cli.migrate.done", "from", have, "to", schemaVersion())
	return noteMigration(c, db, have)
}

// schemaFacts are what the operation log keeps of a migration.
type schemaFacts struct {
	Schema int64 `json:"schema"`
}

func noteMigration(c *console, db *store.DB, from int64) error {
	err := db.Write(c, func(tx *store.Tx) error {
		return oplog.Record(tx, c.person("migrate"), oplog.Entry{
			Action: "migrate", Kind: oplog.KindSchema, ID: strconv.FormatInt(schemaVersion(), 10),
			Before: schemaFacts{from}, After: schemaFacts{schemaVersion()},
		})
	})
	if err != nil {
		return errors.Join(errors.New("the database is migrated"), fmt.Errorf("note it in the operation log: %w", err))
	}
	return nil
}
