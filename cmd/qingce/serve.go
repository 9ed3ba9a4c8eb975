package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/jonboulle/clockwork"
)

// serveCommand runs the service.
type serveCommand struct {
	Serving
}

// Help says more.
func (serveCommand) Help() string {
	return `An empty database gets its tables and an administrator, whose one-time password is printed once.
An older embedded database is copied beside itself and migrated. An older PostgreSQL database is
refused: run "qingce migrate up" first, or give --migrate. A newer database, and one that holds
other tables, is refused untouched.

The service listens on this machine only unless told otherwise, and ends on SIGTERM or SIGINT
after finishing what it accepted (at most 20 seconds). SIGHUP reads the certificate again.

  /healthz   the process lives            /readyz   it can work (details for this machine only)
  /metrics   figures for Prometheus: from this machine, or with an API token of scope metrics:read

Examples:
  qingce serve
  qingce serve --listen :8443 --tls-cert chain.pem --tls-key key.pem
  QINGCE_DATABASE=postgres://qingce:PASSWORD@db/qingce QINGCE_PUBLIC_URL=https://qingce.example \
    QINGCE_TRUSTED_PROXIES=10.0.0.7 qingce serve --listen 10.0.0.5:8080`
}

// Run serves until it is told to stop.
func (cmd *serveCommand) Run(c *console) error {
	if err := cmd.check(); err != nil {
		return err
	}
	log := c.settings.newLog(c.err, true)
	conf := Config{Settings: c.settings, Serving: cmd.Serving, Clock: clockwork.NewRealClock(), Log: log}
	return c.serve(conf, func(a *App) {
		printAdministrator(c, a)
		c.say("cli.serve.ready", "url", a.URL())
	})
}

// stopWithin is how long stopping may take in all.
const stopWithin = 19 * time.Second

// serve runs an App until the console's context ends or the App fails; ready
// is called once it answers.
func (c *console) serve(conf Config, ready func(*App)) error {
	logSettings(conf)
	a, err := New(c, conf)
	if err != nil {
		return err
	}
	stop := func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c), stopWithin)
		defer cancel()
		return a.Stop(ctx)
	}
	if err := a.Start(c); err != nil {
		return errors.Join(err, stop())
	}
	CollectLess()
	conf.Log.Info("serving", "address", a.Addr(), "url", a.URL(), "version", thisBuild().Version)
	ready(a)
	err = a.wait(c)
	conf.Log.Info("stopping")
	err = errors.Join(err, stop())
	conf.Log.Info("stopped")
	return err
}

// wait returns when the context ends or the service fails. SIGHUP reads the
// certificate again.
func (a *App) wait(ctx context.Context) error {
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	defer signal.Stop(again)
	for {
		select {
		case <-again:
			err := a.Reload()
			a.conf.Log.Info("certificate read again", "error", err)
		case err := <-a.Failed():
			return fmt.Errorf("serve: %w", err)
		case <-ctx.Done():
			return nil
		}
	}
}

// logSettings writes down what the service was started with, without secrets.
func logSettings(conf Config) {
	var attrs []slog.Attr
	for _, s := range listSettings(conf.Settings, conf.Serving) {
		attrs = append(attrs, slog.String(strings.ToLower(strings.TrimPrefix(s.name, "QINGCE_")), s.value))
	}
	conf.Log.LogAttrs(context.Background(), slog.LevelInfo, "settings", attrs...)
}

// printAdministrator shows the one-time password where a person sees it, and
// not in the log.
func printAdministrator(c *console, a *App) {
	if a.Admin.Password == "" {
		return
	}
	printBox(c.out, c.p.T("cli.admin.title"),
		c.p.T("cli.admin.login", "login", a.Admin.Login),
		c.p.T("cli.admin.password", "password", a.Admin.Password),
		c.p.T("cli.admin.next", "url", a.URL()))
}

// printBox prints lines between rules, so that they are found among others.
func printBox(w io.Writer, title string, lines ...string) {
	rule := strings.Repeat("=", 72)
	fmt.Fprintf(w, "%s\n  %s\n\n", rule, title)
	for _, line := range lines {
		fmt.Fprintf(w, "  %s\n", line)
	}
	fmt.Fprintf(w, "%s\n", rule)
}
