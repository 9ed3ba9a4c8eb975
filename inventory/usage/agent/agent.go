package agent

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"qingce/inventory/usage/wire"
)

// Options are what the agent needs from around it.
type Options struct {
	// Log takes what operators should know.
	Log *slog.Logger
	// HTTP sends; nil makes one after the configuration.
	HTTP *http.Client
	// Chance gives numbers from 0 to 1, to spread the load of many agents.
	Chance func() float64
	// Version is that of the program, said to the service.
	Version string
	// Proc is the folder of the kernel's files, /proc if empty.
	Proc string
	// Crawlers may be shared by many agents; nil makes them anew.
	Crawlers *Crawlers
	// Dry neither writes nor sends anything.
	Dry bool
}

// Agent follows logs, counts, and sends. It does nothing by itself: Step does
// what is due, Run does so all the time. It must not be used by two goroutines.
type Agent struct {
	config    Config
	options   Options
	log       *slog.Logger
	epoch     int64
	dropped   int64
	hash      *hasher
	books     []*book
	followers []*follower
	hosts     []*host
	sender    *sender
	flushAt   time.Time
	hostBad   bool
}

// Open prepares an agent and takes up what the last one has left. Nothing is
// read or sent yet.
func Open(c Config, o Options, now time.Time) (*Agent, error) {
	if o.Chance == nil {
		o.Chance = func() float64 { return 0.5 }
	}
	if o.Proc == "" {
		o.Proc = "/proc"
	}
	a := &Agent{config: c, options: o, log: o.Log, flushAt: now}
	if !o.Dry {
		if err := os.MkdirAll(c.StateDir, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of the state: %w", err)
		}
	}
	if err := a.openKey(); err != nil {
		return nil, err
	}
	if err := a.openSystems(); err != nil {
		return nil, err
	}
	var err error
	if a.sender, err = newSender(c, o); err != nil {
		return nil, err
	}
	return a, a.restore(now)
}

// openKey reads the secret of the hashes, or makes one.
func (a *Agent) openKey() error {
	name := a.config.SiteKeyFile
	own := name == ""
	if own {
		name = filepath.Join(a.config.StateDir, keyName)
	}
	raw, err := os.ReadFile(name)
	switch {
	case err == nil:
	case own && errors.Is(err, fs.ErrNotExist):
		var secret [32]byte
		if _, err := rand.Read(secret[:]); err != nil {
			return fmt.Errorf("make the site key: %w", err)
		}
		raw = []byte(hex.EncodeToString(secret[:]) + "\n")
		if !a.options.Dry {
			if err := os.WriteFile(name, raw, 0o600); err != nil {
				return fmt.Errorf("keep the site key: %w", err)
			}
		}
	default:
		return fmt.Errorf("read the site key: %w", err)
	}
	key := strings.TrimSpace(string(raw))
	if len(key) < 16 {
		return fmt.Errorf("the site key in %s is shorter than 16 characters: it would be guessed", name)
	}
	a.hash = newHasher([]byte(key))
	return nil
}

// openSystems makes a book for each system, with its logs.
func (a *Agent) openSystems() error {
	crawlers := a.options.Crawlers
	if crawlers == nil {
		var err error
		if crawlers, err = NewCrawlers(); err != nil {
			return err
		}
	}
	for _, s := range a.config.Systems {
		token, err := s.token(a.config, a.options.Dry)
		if err != nil {
			return err
		}
		b := &book{system: s.Code, source: s.Source, token: token, hours: map[wire.Hour]*hourState{}}
		b.measures = measures{logins: len(s.Logins) > 0, business: len(s.Transactions) > 0, api: len(s.API) > 0}
		for _, l := range s.Logs {
			f, err := a.openLog(s, l, b, crawlers)
			if err != nil {
				return fmt.Errorf("log %s: %w", l.Path, err)
			}
			b.measures.addr = b.measures.addr || f.stream.parser.HasAddr()
			b.logs = append(b.logs, l.Path)
			a.followers = append(a.followers, f)
		}
		if len(s.Logs) > 0 {
			a.books = append(a.books, b)
		}
		if s.Host != nil {
			m := &book{system: s.Code, source: s.Source + hostSuffix, token: token, hours: map[wire.Hour]*hourState{}}
			a.books = append(a.books, m)
			a.hosts = append(a.hosts, &host{look: lookAt(a.options.Proc, s.Host.Disks, s.Host.Storage), book: m})
		}
	}
	return nil
}

// token is what the service knows the probe of a system by.
func (s *System) token(c Config, dry bool) (string, error) {
	name, token := s.TokenFile, s.Token
	if name == "" && token == "" {
		name, token = c.TokenFile, c.Token
	}
	if token != "" || dry {
		return token, nil
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("read the token of the probe: %w", err)
	}
	if token = strings.TrimSpace(string(raw)); token == "" || strings.ContainsAny(token, " \r\n") {
		return "", fmt.Errorf("the file %s must hold the token of the probe and nothing else", name)
	}
	return token, nil
}

func (a *Agent) openLog(s System, l Log, b *book, c *Crawlers) (*follower, error) {
	parser, err := l.Format.Parser()
	if err != nil {
		return nil, err
	}
	fold := l.Format.Name == "iis"
	judge, err := NewJudge(c, s.Rules, fold, parser.HasAgent())
	if err != nil {
		return nil, err
	}
	st := &stream{name: l.Path, parser: parser, judge: judge, book: b, hash: a.hash, filter: newFilter(l, fold)}
	for _, set := range []struct {
		from []Action
		to   *[]*action
	}{{s.Logins, &st.logins}, {s.Transactions, &st.matters}, {s.API, &st.api}} {
		for _, x := range set.from {
			*set.to = append(*set.to, newAction(x, fold))
		}
	}
	f := &follower{path: l.Path, glob: isGlob(l.Path), rotated: l.Rotated, fromEnd: !l.Backlog, stream: st, log: a.log.With("system", s.Code)}
	f.newParser = func() Parser {
		p, _ := l.Format.Parser() // it was made above
		return p
	}
	if len(f.rotated) == 0 && !f.glob {
		f.rotated = defaultRotated(l.Path)
	}
	return f, nil
}

func isGlob(path string) bool { return strings.ContainsAny(path, "*?[") }

func newFilter(l Log, fold bool) filter {
	f := filter{}
	for _, h := range l.Hosts {
		f.hosts = append(f.hosts, strings.ToLower(h))
	}
	for _, p := range l.Paths {
		f.paths = append(f.paths, newPathPattern(p, fold))
	}
	return f
}

// restore takes up the state of the last run, or begins an epoch.
func (a *Agent) restore(now time.Time) error {
	s, err := loadState(a.config.StateDir)
	switch {
	case err == nil:
		a.epoch, a.dropped = s.Epoch, s.Dropped
		a.takeUp(s)
		return nil
	case errors.Is(err, errLost):
		a.log.Error("the state is lost: counting goes on at the ends of the logs, under a new epoch", "folder", a.config.StateDir, "error", err)
		for _, f := range a.followers {
			f.fromEnd = true
		}
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("read the state: %w", err)
	}
	return a.begin(now)
}

// begin begins an epoch. That it has begun is noted after the state is saved:
// from then on a state that is missing is lost.
func (a *Agent) begin(now time.Time) error {
	a.epoch = newEpoch(a.config.StateDir, now)
	if a.options.Dry {
		return nil
	}
	raw, err := a.snapshot(now).encode()
	if err == nil {
		err = save(a.config.StateDir, raw)
	}
	if err == nil {
		err = noteEpoch(a.config.StateDir, a.epoch)
	}
	return err
}

func (a *Agent) takeUp(s *state) {
	for _, b := range a.books {
		was, ok := s.Books[b.name()]
		if !ok {
			continue
		}
		b.floor, b.hours = was.Floor, was.Hours
		if b.hours == nil {
			b.hours = map[wire.Hour]*hourState{}
		}
		for _, h := range b.hours {
			h.rekey(a.hash.id)
		}
		delete(s.Books, b.name())
	}
	for name := range s.Books {
		a.log.Warn("the configuration has no such source any more; what it has not sent is dropped", "source", name)
	}
	for _, f := range a.followers {
		f.state = s.Logs[f.name()]
	}
}

// rekey forgets the clients of an hour that were hashed with another key.
func (h *hourState) rekey(key string) {
	if h.Host != nil || h.Key == key {
		return
	}
	h.Key, h.Blurred = key, true
	h.Users, h.Machines, h.Health = crowd{}, crowd{}, crowd{}
}

func (b *book) name() string { return b.system + "|" + b.source }

func (f *follower) name() string { return f.stream.book.name() + "|" + f.path }

// snapshot is the state as it is now.
func (a *Agent) snapshot(now time.Time) *state {
	s := &state{Epoch: a.epoch, Saved: now.UTC(), Dropped: a.dropped, Logs: map[string]logState{}, Books: map[string]bookState{}}
	for _, b := range a.books {
		s.Books[b.name()] = bookState{b.floor, b.hours}
	}
	for _, f := range a.followers {
		s.Logs[f.name()] = f.place()
	}
	return s
}

// pollEvery is how often the logs are looked at.
const pollEvery = 2 * time.Second

// readAtOnce is how many bytes of a log are read before anything else is done.
const readAtOnce = 32 << 20

// Step does what is due: it reads what the logs have, and when the interval is
// over it saves the state and sends it. It tells how long nothing is to be
// done. An error is about saving: then nothing was sent, and it is tried again.
func (a *Agent) Step(ctx context.Context, now time.Time) (time.Duration, error) {
	more := false
	for _, f := range a.followers {
		if f.poll(now, readAtOnce) {
			more = true
		}
	}
	a.lookAtHosts(now)
	var err error
	if !now.Before(a.flushAt) || a.flushAt.Sub(now) > 2*a.config.Interval { // the clock may be put back
		err = a.Flush(ctx, now)
		a.flushAt = now.Add(time.Duration(float64(a.config.Interval) * (0.9 + 0.2*a.options.Chance())))
	}
	if more {
		return 0, err
	}
	return max(0, min(pollEvery, a.flushAt.Sub(now))), err
}

func (a *Agent) lookAtHosts(now time.Time) {
	for _, h := range a.hosts {
		err := h.poll(now)
		if err != nil && !a.hostBad {
			a.log.Warn("the machine cannot be measured", "error", err)
		}
		a.hostBad = err != nil
	}
}

// Flush saves the state and sends what the service does not have yet.
func (a *Agent) Flush(ctx context.Context, now time.Time) error {
	a.number(now)
	if a.options.Dry {
		return nil
	}
	raw, err := a.bounded(now)
	if err == nil {
		err = save(a.config.StateDir, raw)
	}
	if err != nil {
		return err
	}
	a.sender.send(ctx, now, a.books, a.epoch)
	return nil
}

// number gives a new sequence number to every hour that has changed, and closes
// those to which nothing can be added any more.
func (a *Agent) number(now time.Time) {
	limit := a.limit(now)
	for _, b := range a.books {
		for _, s := range b.hours {
			if s.Touched && b.says(s) {
				s.Seq, s.Touched = s.Seq+1, false
			}
		}
		b.forget(limit[b])
	}
}

// settled is for how many hours an acknowledged hour may still grow: lines are
// written when a request ends, and some formats have the time of its beginning.
const settled = 2

// limit is, for each book, the hour before which nothing comes any more.
func (a *Agent) limit(now time.Time) map[*book]wire.Hour {
	out := map[*book]wire.Hour{}
	for _, b := range a.books {
		out[b] = wire.HourOf(now) - settled
	}
	for _, f := range a.followers {
		if at := wire.Hour(f.stream.last/3600) - settled; f.behind && at < out[f.stream.book] {
			out[f.stream.book] = at
		}
	}
	return out
}

// bounded encodes the state. If it is larger than allowed, the oldest hours go:
// they are those that the service would refuse first.
func (a *Agent) bounded(now time.Time) ([]byte, error) {
	was := a.dropped
	for {
		raw, err := a.snapshot(now).encode()
		if err != nil || len(raw) <= a.config.SpoolBytes || !a.dropOldest(now) {
			if a.dropped > was {
				a.log.Error("the service is away for so long that the oldest hours were dropped; raise spool_mb or mend the connection",
					"dropped", a.dropped-was, "dropped_ever", a.dropped)
			}
			return raw, err
		}
	}
}

// dropOldest drops the oldest tenth of the closed hours; false when there is
// none.
func (a *Agent) dropOldest(now time.Time) bool {
	var closed []wire.Hour
	for _, b := range a.books {
		for h := range b.hours {
			if h < wire.HourOf(now) {
				closed = append(closed, h)
			}
		}
	}
	if len(closed) == 0 {
		return false
	}
	until := oldestTenth(closed)
	for _, b := range a.books {
		for h := range b.hours {
			if h <= until {
				b.drop(h)
				a.dropped++
			}
		}
	}
	return true
}

// Run works until the context ends, then saves and sends once more. Clock is
// asked for the time; only one agent may run on a folder of state.
func (a *Agent) Run(ctx context.Context, clock func() time.Time) error {
	unlock, err := lockDir(a.config.StateDir)
	if err != nil {
		return err
	}
	defer unlock()
	a.log.Info("the agent follows", "logs", len(a.followers), "epoch", a.epoch, "state", a.config.StateDir, "server", a.config.Server.Redacted())
	failing := false
	for {
		wait, err := a.Step(ctx, clock())
		if err != nil && !failing {
			a.log.Error("the state cannot be saved; nothing is sent until it can", "error", err)
		}
		failing = err != nil
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return a.last(clock())
		}
	}
}

// parting is how long the last sending may take.
const parting = 5 * time.Second

func (a *Agent) last(now time.Time) error {
	ctx, cancel := context.WithTimeout(context.Background(), parting)
	defer cancel()
	if err := a.Flush(ctx, now); err != nil {
		return fmt.Errorf("save the state at the end: %w", err)
	}
	return nil
}

// Reports are the states of all hours that the service does not have, as they
// would be sent.
func (a *Agent) Reports() []wire.Report {
	var out []wire.Report
	for _, b := range a.books {
		out = append(out, b.pending(a.epoch)...)
	}
	return out
}

// LogLines is what became of the lines of one log.
type LogLines struct {
	System, Source, Path string
	Lines                Lines
	// Trouble says why the log cannot be followed, empty if it can.
	Trouble string
}

// Lines tells what became of the lines of each log since Open.
func (a *Agent) Lines() []LogLines {
	var out []LogLines
	for _, f := range a.followers {
		b := f.stream.book
		out = append(out, LogLines{b.system, b.source, f.path, f.stream.lines, f.trouble})
	}
	return out
}
