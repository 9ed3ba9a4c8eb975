package store

import (
	"time"

	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

func (db *DB) openPostgres(dsn string, opts Options) error {
	db.engine = Postgres
	conf, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	conf.RuntimeParams["timezone"] = "UTC"
	if conf.RuntimeParams["application_name"] == "" {
		conf.RuntimeParams["application_name"] = "qingce"
	}
	if conf.ConnectTimeout == 0 {
		conf.ConnectTimeout = 5 * time.Second
	}
	// A pool each, so that a flood of readers never keeps a writer waiting.
	if db.write, err = openPostgresPool(conf, opts.Readers); err != nil {
		return err
	}
	// Reading asks the same few questions again and again; to plan each of them
	// anew for its values cost more than to answer it. What is planned once is
	// also never worth compiling.
	reading := conf.Copy()
	reading.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	reading.RuntimeParams["jit"] = "off"
	db.read, err = openPostgresPool(reading, opts.Readers)
	return err
}

func openPostgresPool(conf *pgx.ConnConfig, size int) (*gorm.DB, error) {
	var s *sql.DB = stdlib.OpenDB(*conf)
	s.SetMaxOpenConns(size)
	s.SetMaxIdleConns(size)
	s.SetConnMaxLifetime(30 * time.Minute)
	return gorm.Open(postgres.New(postgres.Config{Conn: s}), gormConfig())
}
