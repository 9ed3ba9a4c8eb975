package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/jonboulle/clockwork"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/templates"
)

// demoCommand serves a sample city.
type demoCommand struct {
	Listen string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on, of this machine only. When it is taken, the next free port is used."`
	Fresh  bool   `help:"Begin anew: what was changed in the demonstration is lost."`
}

// Help says more.
func (demoCommand) Help() string {
	return `Prepares an embedded database with a sample city and serves it on this machine only: the 70 bodies of
Xiangyang and 26 invented systems, told event by event from September 2017 on by the people whose
steps they are, up to 10 January 2018, 09:00 in Asia/Shanghai. From there the clock of the
demonstration runs on as any other, also while it is stopped; every page says which day it is. It
prints the address and an account for every role with a known password.

Everything is in the directory demo of the data directory; a second time goes on with it.
QINGCE_DATABASE is not used, so no real data can be touched. What real agents and gateways send is of
today, which lies years ahead of that day, and is refused: try them with "qingce serve" and an empty
data directory. Other commands that are given the directory of a demonstration go by today as well.

Examples:
  qingce demo
  qingce demo --fresh --listen 127.0.0.1:9000`
}

// demoMark is the file that tells a directory made by demo from any other.
const demoMark = "DEMO.txt"

var (
	errNotLoopback = fault.New(fault.Invalid, "cli.demo.loopback")
	errNotDemo     = fault.New(fault.Conflict, "cli.demo.not_demo")
)

// Run prepares and serves.
func (cmd *demoCommand) Run(c *console) error {
	if host, _, err := net.SplitHostPort(cmd.Listen); err != nil || !isLoopback(host) {
		return errNotLoopback
	}
	settings := c.settings
	settings.Data, settings.Database = filepath.Join(c.settings.Data, "demo"), ""
	clock := &demoClock{Clock: clockwork.NewRealClock()}
	conf := Config{
		Settings: settings, Clock: clock, Demo: true,
		Log:     settings.newLog(c.err, false),
		Serving: Serving{Listen: freeAddress(c, cmd.Listen), MaxRequests: 256},
	}
	if err := cmd.prepare(c, conf, clock); err != nil {
		return err
	}
	return c.serve(conf, func(a *App) { printDemo(c, a) })
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// ports is how many ports after the wanted one are tried.
const ports = 50

// freeAddress is the wanted address, or one with the next free port.
func freeAddress(ctx context.Context, wanted string) string {
	host, port, err := net.SplitHostPort(wanted)
	first, perr := strconv.Atoi(port)
	if err != nil || perr != nil || first == 0 {
		return wanted
	}
	for n := first; n < first+ports; n++ {
		address := net.JoinHostPort(host, strconv.Itoa(n))
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
		if err == nil {
			_ = l.Close()
			return address
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return wanted
}

// prepare makes the sample city unless it is there.
func (cmd *demoCommand) prepare(c *console, conf Config, clock *demoClock) error {
	if err := cmd.clear(conf.Data); err != nil {
		return err
	}
	if demoReady(conf, clock) {
		return nil
	}
	c.say("cli.demo.preparing", "dir", absolute(conf.Data))
	// What a preparation that was cut off left behind is no use.
	if err := os.RemoveAll(conf.Data); err != nil {
		return fmt.Errorf("clear the demonstration: %w", err)
	}
	if err := os.MkdirAll(conf.Data, 0o700); err != nil {
		return fmt.Errorf("demonstration: %w", err)
	}
	mark := []byte("This directory was made by qingce demo. It holds nothing but sample data.\n")
	if err := os.WriteFile(filepath.Join(conf.Data, demoMark), mark, 0o600); err != nil {
		return fmt.Errorf("demonstration: %w", err)
	}
	begin, err := demoMoment(demoTimeline()[0].at)
	if err != nil {
		return err
	}
	clock.set(begin)
	err = c.withDemo(conf, func(r *rooms) error {
		if err := r.seed(c); err != nil {
			return err
		}
		return r.tellDemo(c, clock)
	})
	if err != nil {
		return err
	}
	return clock.keep(conf.Data)
}

// clear refuses a directory that is not of a demonstration, and empties it when
// asked to.
func (cmd *demoCommand) clear(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("demonstration: %w", err)
	}
	if _, err := os.Stat(filepath.Join(dir, demoMark)); err != nil {
		return fault.New(errNotDemo.Kind, errNotDemo.Code, "dir", absolute(dir)).Because(err)
	}
	if !cmd.Fresh {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("clear the demonstration: %w", err)
	}
	return nil
}

// demoReady tells whether the sample city is complete, and sets the clock to
// where it has come.
func demoReady(conf Config, clock *demoClock) bool {
	_, err := os.Stat(strings.TrimPrefix(conf.database(), "sqlite:"))
	return err == nil && clock.recall(conf.Data)
}

// withDemo does something with the database of the demonstration.
func (c *console) withDemo(conf Config, do func(*rooms) error) error {
	db, err := openDatabase(c, conf.database(), conf.Clock.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := bringUp(c, db, true, conf.Log); err != nil {
		return err
	}
	r := newRooms(db, conf.Settings, c.catalog, conf.Log)
	defer r.importer.Stop()
	return do(r)
}

// printDemo says where the demonstration is and who can sign in.
func printDemo(c *console, a *App) {
	printBox(c.out, c.p.T("cli.demo.title"), c.p.T("cli.demo.where", "url", a.URL()), c.p.T("cli.demo.password", "password", demoPassword), c.p.T("cli.demo.only"))
	w := tabwriter.NewWriter(c.out, 0, 0, 3, ' ', 0)
	for _, p := range demoPeople() {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", p.login, c.p.T(string(p.roles[0].Label())), p.name)
	}
	_ = w.Flush() // what cannot be printed is not missed
	c.say("cli.demo.stop")
}

// demoBanner says on every page that nothing there is real, and which day it is.
func demoBanner(r *web.Request) []templates.Flash {
	day := calendar.DateOf(r.Now)
	weekday := r.T("calendar.weekday." + strconv.Itoa(int(day.Weekday())))
	return []templates.Flash{{Kind: "info", Text: r.T("demo.banner", "date", day, "weekday", weekday)}}
}
