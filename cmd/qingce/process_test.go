package main_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// child is the program in a process of its own.
type child struct {
	cmd      *exec.Cmd
	out, err output
	ended    chan struct{}
}

// output collects what a process prints.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// spawn starts the program; it is killed with the test at the latest.
func (h home) spawn(t *testing.T, args ...string) *child {
	t.Helper()
	c := &child{cmd: exec.Command(os.Args[0], args...), ended: make(chan struct{})}
	c.cmd.Env = []string{childVariable + "=1", "QINGCE_DATA=" + h.dir, "QINGCE_DATABASE=" + h.database, "LANG=en", "HOME=" + h.dir, "TMPDIR=" + os.TempDir()}
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.err
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = c.cmd.Wait() // its code is asked for later
		close(c.ended)
	}()
	t.Cleanup(func() { c.signal(syscall.SIGKILL); <-c.ended })
	return c
}

func (c *child) signal(s os.Signal) { _ = c.cmd.Process.Signal(s) } // it may have ended

// code waits for the end and gives the exit code.
func (c *child) code(t *testing.T) int {
	t.Helper()
	select {
	case <-c.ended:
		return c.cmd.ProcessState.ExitCode()
	case <-time.After(25 * time.Second):
		t.Fatalf("the process does not end:\n%s%s", c.out.String(), c.err.String())
		return -1
	}
}

var readyLine = regexp.MustCompile(`Qingce is ready: (http://[0-9.:]+)`)

// url waits until the service is ready.
func (c *child) url(t *testing.T) string {
	t.Helper()
	var url string
	eventually(t, "the service to be ready", func() bool {
		select {
		case <-c.ended:
			t.Fatalf("the service ended: %s%s", c.out.String(), c.err.String())
		default:
		}
		if m := readyLine.FindStringSubmatch(c.out.String()); m != nil {
			url = m[1]
		}
		return url != ""
	})
	return url
}

// password is the one-time password that the service has printed.
func (c *child) password(t *testing.T) string {
	t.Helper()
	return labelled(t, c.out.String(), "one-time password:")
}

// TestKilledDuringTheFirstStart kills the first start at ever later moments. A
// start that is left alone must then succeed, and its password must open.
func TestKilledDuringTheFirstStart(t *testing.T) {
	emptyHomes(t, func(t *testing.T, h home) {
		for after := 5 * time.Millisecond; after < 400*time.Millisecond; after += 25 * time.Millisecond {
			c := h.spawn(t, "serve", "--listen", "127.0.0.1:0")
			select {
			case <-time.After(after):
			case <-c.ended:
				t.Fatalf("the service ended by itself: %s", c.err.String())
			}
			c.signal(syscall.SIGKILL)
			<-c.ended
		}
		c := h.spawn(t, "serve", "--listen", "127.0.0.1:0")
		b := newBrowser(t, c.url(t))
		if to := b.signIn("admin", c.password(t)); !strings.HasPrefix(to, "/password") {
			t.Errorf("the printed password leads to %q, want to the choice of an own one", to)
		}
		if code, r := b.readiness(); code != 200 {
			t.Errorf("not ready after the kills: %+v", r)
		}
		c.signal(syscall.SIGTERM)
		if code := c.code(t); code != 0 {
			t.Errorf("exit %d, want 0: %s", code, c.err.String())
		}
		contains(t, h.must(t, "verify"), "The log is whole")
	})
}

// TestTerminated sends SIGTERM while a request is half sent.
func TestTerminated(t *testing.T) {
	h := sqliteHome(t)
	c := h.spawn(t, "serve", "--listen", "127.0.0.1:0")
	address := strings.TrimPrefix(c.url(t), "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := "login=nobody&password=wrong"
	_, err = fmt.Fprintf(conn, "POST /sign-in HTTP/1.1\r\nHost: %s\r\nSec-Fetch-Site: same-origin\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", address, len(body), body[:10])
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the request to be under way", func() bool {
		return strings.Contains(newBrowser(t, "http://"+address).get("/metrics").body, "qingce_http_requests_in_flight 2")
	})
	c.signal(syscall.SIGTERM)
	eventually(t, "the service to begin to stop", func() bool { return strings.Contains(c.err.String(), `"msg":"stopping"`) })
	if _, err := io.WriteString(conn, body[10:]); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 4") {
		t.Errorf("the request that was accepted got %.200q (%v), want to be told that the password is wrong", answer, err)
	}
	if code := c.code(t); code != 0 {
		t.Errorf("exit %d, want 0: %s", code, c.err.String())
	}
	contains(t, c.err.String(), `"msg":"stopped"`)
}

// TestSecretsAreNeverPrinted looks for every secret it knows in everything that
// is printed and logged.
func TestSecretsAreNeverPrinted(t *testing.T) {
	const inAddress, wrong = "Pa55-in-the-address", "Typed-wrong-5"
	h := home{t.TempDir(), strings.Replace(emptyPostgres(t), "qingce@", "qingce:"+inAddress+"@", 1)}
	c := h.spawn(t, "serve", "--listen", "127.0.0.1:0", "--log-level", "debug")
	b := newBrowser(t, c.url(t))
	once := c.password(t)
	b.signIn("admin", wrong)
	b.signIn("admin", once)
	var cookies []string
	for _, k := range b.client.Jar.Cookies(mustURL(t, b.url)) {
		cookies = append(cookies, k.Value)
	}
	mustf(t, len(cookies) > 0, "nobody was signed in")
	b.get("/metrics?token=" + wrong)
	c.signal(syscall.SIGTERM)
	c.code(t)

	created := h.runWith(t, "Given-at-console-7\n", "account", "create", "li.si", "--name", "李四", "--roles", "office", "--password-stdin")
	mustf(t, created.code == 0, "account create: %s", created.errors)
	config := h.must(t, "config")
	bad := h
	bad.database = "postgres://u:" + inAddress + "@127.0.0.1:1/x?sslmode=disable"
	away := bad.run(t, "backup")
	if away.code != 4 {
		t.Errorf("a server that does not answer: exit %d, want 4: %s", away.code, away.errors)
	}
	bad.database = "postgers://u:" + inAddress + "@h/x"
	typo := bad.run(t, "backup")
	if typo.code != 2 {
		t.Errorf("an address that is none: exit %d, want 2: %s", typo.code, typo.errors)
	}
	bad.database = "postgres://u:" + inAddress + "@h:port/x"
	unreadable := bad.run(t, "backup")

	printed := map[string]string{
		"log of serve": c.err.String(), "create": created.out + created.errors, "config": config,
		"away": away.out + away.errors, "typo": typo.out + typo.errors, "unreadable": unreadable.out + unreadable.errors,
	}
	secrets := append([]string{inAddress, once, wrong, "Given-at-console-7"}, cookies...)
	for what, text := range printed {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s shows a secret:\n%s", what, text)
			}
		}
	}
	if n := strings.Count(c.out.String(), once); n != 1 {
		t.Errorf("the one-time password is printed %d times, want once", n)
	}
	if strings.Contains(c.out.String(), inAddress) {
		t.Error("the password of the database is printed")
	}
	contains(t, config, "***")
	contains(t, c.err.String(), "settings", "***")
}
