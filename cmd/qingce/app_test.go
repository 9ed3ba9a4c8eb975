package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	qingce "qingce/cmd/qingce"
	"qingce/internal/store"
)

func TestFirstStart(t *testing.T) {
	emptyHomes(t, func(t *testing.T, h home) {
		app, stop := h.start(t)
		first := app.Admin
		mustf(t, first.Login == "admin" && first.Password != "", "the first start made %+v, want an administrator with a password", first)
		if code, _ := newBrowser(t, app.URL()).readiness(); code != http.StatusOK {
			t.Errorf("/readyz says %d, want 200", code)
		}
		stop()

		// Nobody signed in: the password may be lost, so there is a new one.
		app, stop = h.start(t)
		second := app.Admin
		mustf(t, second.Password != "" && second.Password != first.Password, "the second start gave %+v, want another password", second)
		if to := newBrowser(t, app.URL()).signIn("admin", first.Password); to != "" {
			t.Error("the first password still opens")
		}
		if to := newBrowser(t, app.URL()).signIn("admin", second.Password); !strings.HasPrefix(to, "/password") {
			t.Errorf("the one-time password leads to %q, want to the choice of an own one", to)
		}
		stop()

		// Somebody did: it stays.
		app, _ = h.start(t)
		if app.Admin.Password != "" {
			t.Error("a password that is in use was replaced")
		}
	})
}

func TestMachineRoom(t *testing.T) {
	app, _ := sqliteHome(t).start(t)
	b := newBrowser(t, app.URL())
	if p := b.get("/healthz"); p.status != http.StatusOK || p.body != "ok\n" {
		t.Errorf("/healthz says %d %q", p.status, p.body)
	}
	code, r := b.readiness()
	for _, check := range []string{"database", "schema", "operation_log", "service"} {
		if code != http.StatusOK || !r.Ready || r.Checks[check] != "ok" {
			t.Errorf("/readyz says %d %+v, want %s ok", code, r, check)
		}
	}
	if p := b.get("/metrics"); p.status != http.StatusOK {
		t.Errorf("/metrics says %d on loopback, want 200", p.status)
	} else {
		contains(t, p.body, "qingce_http_requests_total", "qingce_oplog_signed_entries", "qingce_calendar_missing_years", "qingce_data_free_bytes", "go_goroutines", "process_open_fds")
	}
	for _, header := range []string{"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"} {
		if p := b.get("/metrics", header, "10.0.0.1"); p.status != http.StatusForbidden {
			t.Errorf("/metrics with %s says %d, want 403: a proxy on this machine speaks for strangers", header, p.status)
		}
		if _, r := b.readiness(header, "10.0.0.1"); len(r.Checks) != 0 {
			t.Errorf("/readyz with %s tells strangers %v", header, r.Checks)
		}
	}
	if p := b.get("/metrics", "Authorization", "Bearer qct_wrong"); p.status == http.StatusOK {
		t.Error("/metrics opens for a token that is none")
	}
}

func TestDatabaseAwayAndBack(t *testing.T) {
	h := home{t.TempDir(), emptyPostgres(t)}
	app, _ := h.start(t)
	b := newBrowser(t, app.URL())
	name := databaseName(h.database)
	execute(t, otherDatabase(h.database),
		"ALTER DATABASE "+name+" WITH ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+name+"'")
	eventually(t, "/readyz to say that the database is away", func() bool {
		code, r := b.readiness()
		return code == http.StatusServiceUnavailable && !r.Ready && r.Checks["database"] != "ok"
	})
	if p := b.get("/healthz"); p.status != http.StatusOK {
		t.Errorf("/healthz says %d without a database, want 200", p.status)
	}
	execute(t, otherDatabase(h.database), "ALTER DATABASE "+name+" WITH ALLOW_CONNECTIONS true")
	eventually(t, "the service to recover by itself", func() bool {
		code, r := b.readiness()
		return code == http.StatusOK && r.Ready
	})
}

func TestNewerSchemaIsRefused(t *testing.T) {
	emptyHomes(t, func(t *testing.T, h home) {
		h.must(t, "migrate", "up")
		execute(t, h.database, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)")
		if _, err := qingce.New(t.Context(), h.config()); !errors.Is(err, store.ErrSchemaNewer) {
			t.Fatalf("the service says %v, want %v", err, store.ErrSchemaNewer)
		}
		for _, args := range [][]string{{"serve"}, {"migrate", "up"}, {"backup"}, {"verify"}, {"account", "list"}} {
			if got := h.run(t, args...); got.code != 3 || !strings.Contains(got.errors, "newer") {
				t.Errorf("qingce %v: exit %d, %s; want 3 and the reason", args, got.code, got.errors)
			}
		}
		if n := number(t, h.database, "SELECT count(*) FROM accounts"); n != 0 {
			t.Errorf("%d accounts were made in a database that was refused", n)
		}
	})
}

func TestForeignDatabaseIsRefused(t *testing.T) {
	emptyHomes(t, func(t *testing.T, h home) {
		execute(t, h.database, "CREATE TABLE invoices (id integer PRIMARY KEY)")
		if got := h.run(t, "serve"); got.code != 3 || !strings.Contains(got.errors, "tables that this program did not make") {
			t.Errorf("exit %d, %s; want 3 and the reason", got.code, got.errors)
		}
	})
}

func TestOlderEmbeddedDatabaseIsCopiedThenMigrated(t *testing.T) {
	h := sqliteHome(t)
	_, stop := h.start(t)
	stop()
	goDown(t, h.database)
	app, _ := h.start(t)
	if code, _ := newBrowser(t, app.URL()).readiness(); code != http.StatusOK {
		t.Errorf("/readyz says %d, want 200", code)
	}
	copies, err := filepath.Glob(filepath.Join(h.dir, "qingce.db.schema-*.copy"))
	if err != nil || len(copies) != 1 {
		t.Fatalf("copies %v (%v), want one", copies, err)
	}
	if n := number(t, "sqlite:"+copies[0], "SELECT count(*) FROM accounts"); n != 1 {
		t.Errorf("the copy has %d accounts, want 1", n)
	}
}

func TestOlderPostgresIsMigratedOnlyWhenAsked(t *testing.T) {
	h := home{t.TempDir(), emptyPostgres(t)}
	_, stop := h.start(t)
	stop()
	goDown(t, h.database)
	if got := h.run(t, "serve"); got.code != 3 || !strings.Contains(got.errors, "qingce migrate") {
		t.Fatalf("exit %d, %s; want 3 and what to do", got.code, got.errors)
	}
	if got := h.run(t, "migrate", "status"); got.code != 3 {
		t.Errorf("status of an older database: exit %d, want 3", got.code)
	}
	contains(t, h.must(t, "migrate", "up"), "Migrated from")
	contains(t, h.must(t, "migrate", "up"), "nothing to do")
	h.must(t, "migrate", "status")
	goDown(t, h.database)
	h.start(t, func(c *qingce.Config) { c.Migrate = true })
}

func TestAcceptedRequestIsFinished(t *testing.T) {
	app, stop := sqliteHome(t).start(t)
	conn, err := net.Dial("tcp", app.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := "login=nobody&password=wrong"
	send := func(text string) {
		t.Helper()
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
	}
	send("POST /sign-in HTTP/1.1\r\nHost: " + app.Addr() + "\r\nSec-Fetch-Site: same-origin\r\n" +
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 27\r\nConnection: close\r\n\r\n" + body[:10])
	eventually(t, "the request to be under way", func() bool {
		return strings.Contains(newBrowser(t, app.URL()).get("/metrics").body, "qingce_http_requests_in_flight 2")
	})
	stopped := make(chan bool)
	go func() { stop(); close(stopped) }()
	eventually(t, "new connections to be refused", func() bool {
		c, err := net.Dial("tcp", app.Addr())
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	})
	send(body[10:])
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 ") || strings.HasPrefix(string(answer), "HTTP/1.1 5") {
		t.Errorf("the request that was accepted got %.200q (%v)", answer, err)
	}
	<-stopped
}

func TestTooManyAtOnceAreToldToComeAgain(t *testing.T) {
	const most = 8
	app, _ := sqliteHome(t).start(t, func(c *qingce.Config) { c.MaxRequests = most })
	// Each keeps a place: its body never comes. Some more than there are places,
	// since a question below may hold one just then.
	for range most + 4 {
		conn, err := net.Dial("tcp", app.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, err = io.WriteString(conn, "POST /sign-in HTTP/1.1\r\nHost: "+app.Addr()+"\r\nSec-Fetch-Site: same-origin\r\n"+
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\n")
		if err != nil {
			t.Fatal(err)
		}
	}
	b := newBrowser(t, app.URL())
	eventually(t, "all places to be taken", func() bool { // eight, and the one that asks
		return strings.Contains(b.get("/metrics").body, "qingce_http_requests_in_flight 9")
	})
	if p := b.get("/sign-in"); p.status != http.StatusServiceUnavailable || p.header.Get("Retry-After") == "" {
		t.Errorf("one more gets %d %v, want 503 and when to come again", p.status, p.header)
	}
	if p := b.get("/api/v1/systems"); p.status != http.StatusServiceUnavailable || !strings.Contains(p.body, `"code":"err.busy"`) {
		t.Errorf("the API says %d %s, want a problem", p.status, p.body)
	}
	if p := b.get("/healthz"); p.status != http.StatusOK {
		t.Errorf("/healthz says %d in a crowd, want 200", p.status)
	}
}

// writeCertificate writes a certificate for 127.0.0.1 with a serial number.
func writeCertificate(t *testing.T, certFile, keyFile string, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTLS(t *testing.T) {
	h := sqliteHome(t)
	certFile, keyFile := filepath.Join(h.dir, "cert.pem"), filepath.Join(h.dir, "key.pem")
	writeCertificate(t, certFile, keyFile, 1)
	app, _ := h.start(t, func(c *qingce.Config) { c.TLSCert, c.TLSKey = certFile, keyFile })

	dial := func(most uint16) (*tls.Conn, error) {
		return tls.Dial("tcp", app.Addr(), &tls.Config{InsecureSkipVerify: true, MaxVersion: most}) //nolint:gosec // a certificate of the test's own
	}
	serial := func() int64 {
		c, err := dial(0)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 1 {
		t.Errorf("certificate %d, want 1", got)
	}
	if c, err := dial(tls.VersionTLS11); err == nil {
		_ = c.Close()
		t.Error("TLS 1.1 is taken")
	}
	writeCertificate(t, certFile, keyFile, 2)
	if err := app.Reload(); err != nil || serial() != 2 {
		t.Errorf("after reading again: certificate %d (%v), want 2", serial(), err)
	}
	if err := os.WriteFile(certFile, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := app.Reload(); err == nil || serial() != 2 {
		t.Errorf("a broken file must be said (%v) and leave certificate 2, have %d", err, serial())
	}
	b := newBrowser(t, app.URL())
	b.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // as above
	p := b.get("/sign-in")
	if p.status != http.StatusOK || p.header.Get("Strict-Transport-Security") == "" {
		t.Errorf("over TLS: %d %v", p.status, p.header)
	}
}

func TestSeveralServicesInOneProcess(t *testing.T) {
	var all sync.WaitGroup
	for range 3 {
		app, _ := sqliteHome(t).start(t)
		all.Go(func() { newBrowser(t, app.URL()).get("/sign-in") })
	}
	all.Wait()
}

func TestPortThatIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	h := sqliteHome(t)
	if got := h.run(t, "serve", "--listen", l.Addr().String()); got.code != 1 || !strings.Contains(got.errors, "address already in use") {
		t.Errorf("exit %d, %s; want 1 and the reason", got.code, got.errors)
	}
}
