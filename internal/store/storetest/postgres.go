package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
)

// errNoServer says that this machine has no PostgreSQL server binaries.
var errNoServer = errors.New("no PostgreSQL server binaries")

var databases atomic.Int64

// PostgresDSN gives the address of a migrated database that is dropped with
// the test.
func PostgresDSN(t testing.TB) string {
	t.Helper()
	admin, err := server()
	if errors.Is(err, errNoServer) {
		Missing(t, "PostgreSQL")
	}
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	template, err := postgresTemplate()
	if err != nil {
		t.Fatalf("prepare PostgreSQL template: %v", err)
	}
	name := fmt.Sprintf("qingce_%d_%d", os.Getpid(), databases.Add(1))
	if err := execute(admin, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := execute(admin, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	return withDatabase(admin, name)
}

// postgresTemplate migrates one database per test process; tests get copies.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	admin, err := server()
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("qingce_template_%d", os.Getpid())
	if err := execute(admin, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	return name, migrate(withDatabase(admin, name))
})

// server gives the address of the server, starting one when none is named.
var server = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv("QINGCE_TEST_POSTGRES"); dsn != "" {
		return dsn, nil
	}
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	return start(bin)
})

func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if path, err := exec.LookPath("postgres"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		return "", errNoServer
	}
	slices.Sort(found)
	return filepath.Dir(found[len(found)-1]), nil
}

// wrapper starts the server and stops it, and removes its files, when its
// standard input closes: that is when the test process has ended.
const wrapper = `"$1/postgres" -D "$2/data" -k "$2" -p "$3" -c listen_addresses=127.0.0.1 ` +
	`-c fsync=off -c max_connections=200 -c shared_buffers=64MB >"$2/log" 2>&1 & pid=$!
cat >/dev/null
kill -QUIT $pid; wait $pid; rm -rf "$2"`

// lifelines holds the other end of a wrapper's standard input: a file that
// nobody holds is closed by the garbage collector.
var lifelines sync.Map

func start(bin string) (string, error) {
	dir, err := os.MkdirTemp("", "qingce-pg-")
	if err != nil {
		return "", err
	}
	attr, err := unprivileged(dir)
	if err != nil {
		return "", err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"),
		"-U", "qingce", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, attr
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	run := exec.Command("sh", "-c", wrapper, "sh", bin, dir, strconv.Itoa(port))
	run.Dir, run.SysProcAttr = dir, attr
	stdin, err := run.StdinPipe()
	if err != nil {
		return "", err
	}
	lifelines.Store(run, stdin)
	if err := run.Start(); err != nil {
		return "", err
	}
	dsn := fmt.Sprintf("postgres://qingce@127.0.0.1:%d/postgres?sslmode=disable", port)
	return dsn, waitFor(dsn)
}

// unprivileged lets the server run as user postgres when the test runs as
// root, since PostgreSQL refuses root.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w that can run: %w", errNoServer, err)
	}
	uid, _ := strconv.ParseUint(u.Uid, 10, 32)
	gid, _ := strconv.ParseUint(u.Gid, 10, 32)
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func waitFor(dsn string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := execute(dsn, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("server did not answer: %w", err)
		}
	}
}

func execute(dsn, statement string) error {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

func withDatabase(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn
	}
	u.Path = "/" + name
	return u.String()
}
