package main_test

import (
	"context"
	"net"
	"net/url"
	"sync"
	"syscall"
	"testing"
	"time"

	"qingce/internal/store"
)

// crashes is how often the service is killed.
const crashes = 20

// TestNothingAcknowledgedIsLostWhenKilled kills the service again and again while
// reports come in. What it acknowledged is there, once, and what it did not
// acknowledge can be sent again without counting twice.
func TestNothingAcknowledgedIsLostWhenKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the service twenty times")
	}
	emptyHomes(t, func(t *testing.T, h home) {
		h.must(t, "migrate", "up")
		s := newSenders(t, h.watch(t))
		for round := range crashes {
			c := h.spawn(t, "serve", "--listen", "127.0.0.1:0")
			address := c.url(t)
			ctx, cancel := context.WithCancel(t.Context())
			after := time.AfterFunc(time.Duration(150+17*round)*time.Millisecond, func() { c.signal(syscall.SIGKILL) })
			s.run(ctx, address, 8)
			cancel()
			after.Stop()
			<-c.ended
		}
		mustf(t, len(s.open) > 0, "no request was under way when the service was killed")
		c := h.spawn(t, "serve", "--listen", "127.0.0.1:0")
		address := c.url(t)
		db := openStore(t, h.database)
		s.check(db)
		s.again(address)
		s.check(db)
		c.signal(syscall.SIGTERM)
		if code := c.code(t); code != 0 {
			t.Errorf("exit %d: %s", code, c.err.String())
		}
	})
}

// trouble is something that happens to a database, and how it is mended.
type trouble struct {
	name string
	// away tells that nothing can be stored meanwhile.
	away       bool
	begin, end func(t *testing.T)
}

// TestTheDatabaseGoesAwayUnderLoad breaks the database in several ways while
// reports come in: all answers are 200, or 429 and 503 with Retry-After within
// ten seconds, and within thirty seconds after the end reports are taken again.
func TestTheDatabaseGoesAwayUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the database to be away")
	}
	t.Run("sqlite", func(t *testing.T) {
		h := sqliteHome(t)
		h.must(t, "migrate", "up")
		underTrouble(t, h, h.watch(t), []trouble{lockedFile(h)})
	})
	t.Run("postgres", func(t *testing.T) {
		h := home{t.TempDir(), emptyPostgres(t)}
		h.must(t, "migrate", "up")
		to := h.watch(t)
		direct := h.database
		line := newLine(t, direct)
		h.database = line.dsn
		underTrouble(t, h, to, []trouble{
			{"sessions killed", false, func(t *testing.T) { killSessions(t, direct) }, func(*testing.T) {}},
			{"database closed", true, func(t *testing.T) { closeDatabase(t, direct) }, func(t *testing.T) { openDatabase(t, direct) }},
			{"server gone", true, func(*testing.T) { line.set(cutOff) }, func(*testing.T) { line.set(through) }},
			{"server silent", true, func(*testing.T) { line.set(silent) }, func(*testing.T) { line.set(cutOff); line.set(through) }},
		})
	})
}

// underTrouble loads a service while its database is in one trouble after the
// other.
func underTrouble(t *testing.T, h home, to watched, troubles []trouble) {
	t.Helper()
	c := h.spawn(t, "serve", "--listen", "127.0.0.1:0")
	address := c.url(t)
	s := newSenders(t, to)
	for _, f := range troubles {
		s.slowest, s.status = 0, map[int]int{}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { s.run(ctx, address, 4) })
		eventually(t, "reports to be taken", func() bool { return s.answers(200) > 0 })
		f.begin(t)
		if f.away {
			eventually(t, f.name+": 503", func() bool { return s.answers(503) > 3 })
		}
		f.end(t)
		before, mended := s.answers(200), time.Now()
		eventually(t, f.name+": reports to be taken again", func() bool { return s.answers(200) > before+3 })
		back := time.Since(mended)
		stop()
		running.Wait()
		t.Logf("%s: answers %v, the slowest after %v, taken again after %v", f.name, s.status, s.slowest, back)
		if s.slowest > 10*time.Second {
			t.Errorf("%s: an answer took %v", f.name, s.slowest)
		}
	}
	s.again(address)
	c.signal(syscall.SIGTERM)
	if code := c.code(t); code != 0 {
		t.Errorf("exit %d: %s", code, c.err.String())
	}
	s.check(openStore(t, h.database))
}

func (s *senders) answers(status int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status[status]
}

// lockedFile is another process that holds the file of the database.
func lockedFile(h home) trouble {
	release, done := make(chan struct{}), make(chan error, 1)
	return trouble{"file locked", true, func(t *testing.T) {
		db := openStore(t, h.database)
		held := make(chan struct{})
		go func() {
			done <- db.Write(context.WithoutCancel(t.Context()), func(*store.Tx) error {
				close(held)
				<-release
				return nil
			})
		}()
		<-held
	}, func(t *testing.T) {
		close(release)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}}
}

func killSessions(t *testing.T, dsn string) {
	execute(t, otherDatabase(dsn), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+databaseName(dsn)+"'")
}

func closeDatabase(t *testing.T, dsn string) {
	execute(t, otherDatabase(dsn), "ALTER DATABASE "+databaseName(dsn)+" WITH ALLOW_CONNECTIONS false")
	killSessions(t, dsn)
}

func openDatabase(t *testing.T, dsn string) {
	execute(t, otherDatabase(dsn), "ALTER DATABASE "+databaseName(dsn)+" WITH ALLOW_CONNECTIONS true")
}

// line is the way to a server, which can be cut.
type line struct {
	dsn, to  string
	listener net.Listener

	mu    sync.Mutex
	mode  lineMode
	conns map[net.Conn]bool
	turn  chan struct{} // closed when the mode changes
}

type lineMode int

const (
	through lineMode = iota
	cutOff           // connections are closed, and no new ones are taken
	silent           // nothing passes, and nobody is told
)

func newLine(t *testing.T, dsn string) *line {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{to: u.Host, listener: listener, conns: map[net.Conn]bool{}, turn: make(chan struct{})}
	u.Host = listener.Addr().String()
	l.dsn = u.String()
	go l.accept()
	t.Cleanup(func() { _ = listener.Close(); l.set(cutOff) })
	return l
}

func (l *line) accept() {
	for {
		c, err := l.listener.Accept()
		if err != nil {
			return
		}
		if mode, _ := l.now(); mode == cutOff {
			_ = c.Close()
			continue
		}
		server, err := net.Dial("tcp", l.to)
		if err != nil {
			_ = c.Close()
			continue
		}
		l.mu.Lock()
		l.conns[c], l.conns[server] = true, true
		l.mu.Unlock()
		go l.carry(c, server)
		go l.carry(server, c)
	}
}

func (l *line) now() (lineMode, chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mode, l.turn
}

// set changes the mode.
func (l *line) set(m lineMode) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mode = m
	close(l.turn)
	l.turn = make(chan struct{})
	if m == cutOff {
		for c := range l.conns {
			_ = c.Close()
		}
		clear(l.conns)
	}
}

// carry copies from one end to the other while the line is open.
func (l *line) carry(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		for mode, turn := l.now(); mode == silent; mode, turn = l.now() {
			<-turn
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
