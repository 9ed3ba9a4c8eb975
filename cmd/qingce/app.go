package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"crypto/rand"

	"github.com/jonboulle/clockwork"

	"qingce/internal/jobs"
	"qingce/internal/oplog"
	"qingce/internal/web"
	"qingce/inventory/usage"
)

// Config is all that an App needs to know. Log and Clock must be set.
type Config struct {
	Settings
	Serving
	Clock clockwork.Clock
	Log   *slog.Logger
	// Demo marks a demonstration, on every page.
	Demo bool
	// Quota is what one token of a probe may send; nil is usage.DefaultQuota.
	Quota *usage.QuotaLimits
}

// App is the running service as a value: New opens the database and ties the
// rooms together, Start begins to answer, Stop ends it. Several can run in one
// process.
type App struct {
	conf     Config
	rooms    *rooms
	pages    *web.Server
	jobs     *jobs.Timetable
	cert     *certificate
	listener net.Listener
	failed   chan error
	undo     cleanups

	// Admin is the administrator that New had to make, or to give a new
	// password; empty when there is one already. It is to be shown once.
	Admin Administrator
}

// New opens the database, brings its schema up as far as that is safe, and
// builds the service. Nothing is served yet.
func New(ctx context.Context, conf Config) (_ *App, err error) {
	a := &App{conf: conf, failed: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.undo.run(context.WithoutCancel(ctx)))
		}
	}()
	if err := os.MkdirAll(conf.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if conf.TLSCert != "" {
		if a.cert, err = newCertificate(conf.TLSCert, conf.TLSKey); err != nil {
			return nil, err
		}
	}
	db, err := openDatabase(ctx, conf.database(), conf.Clock.Now)
	if err != nil {
		return nil, err
	}
	a.undo.add(func(context.Context) error { return db.Close() })
	if err := bringUp(ctx, db, conf.Migrate, conf.Log); err != nil {
		return nil, err
	}
	catalog, err := messages()
	if err != nil {
		return nil, err
	}
	a.rooms = newRooms(db, conf.Settings, catalog, conf.Log)
	a.undo.add(func(context.Context) error { a.rooms.importer.Stop(); return nil })
	a.undo.add(a.rooms.openIntake())
	if err := a.rooms.openAnchor(); err != nil {
		return nil, err
	}
	if a.Admin, err = a.rooms.prepare(ctx); err != nil {
		return nil, err
	}
	if a.pages, err = a.rooms.newPages(conf); err != nil {
		return nil, err
	}
	a.jobs, err = jobs.New(db, a.rooms.jobTable(conf.Settings, conf.Serving), jobs.Options{
		Node: nodeName(), Clock: conf.Clock, Log: conf.Log, Finished: a.rooms.metrics.finished,
	})
	return a, err
}

// nodeName is a name that no other process has.
func nodeName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s-%d-%s", host, os.Getpid(), rand.Text()[:6])
}

// Limits of the HTTP server. A slow client is cut off; a slow answer has the
// time of the longest route.
const (
	headerWithin = 5 * time.Second
	readWithin   = 30 * time.Second
	writeWithin  = 2 * time.Minute
	idleWithin   = time.Minute
	maxHeader    = 64 << 10
)

// Start begins to listen, to sign the operation log and to run jobs, and
// returns.
func (a *App) Start(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.conf.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	a.listener = listener
	if _, err := a.rooms.watchCalendar(ctx, a.rooms.db.Now()); err != nil {
		return errors.Join(err, listener.Close())
	}
	a.startSigner(ctx)
	a.startKeeper(ctx)
	a.startFolder(ctx)
	if err := a.jobs.Start(); err != nil {
		return errors.Join(err, listener.Close())
	}
	a.undo.add(a.jobs.Stop)
	if err := a.rooms.noteService(ctx, "start", thisBuild()); err != nil {
		return errors.Join(fmt.Errorf("note the start in the operation log: %w", err), listener.Close())
	}
	a.undo.add(func(ctx context.Context) error { return a.rooms.noteService(ctx, "stop", thisBuild()) })
	a.serve(ctx, listener)
	return nil
}

func (a *App) serve(ctx context.Context, listener net.Listener) {
	server := &http.Server{
		Handler:           limited(a.pages, a.conf.MaxRequests),
		ReadHeaderTimeout: headerWithin, ReadTimeout: readWithin, WriteTimeout: writeWithin, IdleTimeout: idleWithin,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(a.conf.Log.Handler(), slog.LevelDebug), // broken handshakes are no news
		// Requests outlive the signal to stop: what was accepted is finished.
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	run := func() error { return server.Serve(listener) }
	if a.cert != nil {
		server.TLSConfig = a.cert.config()
		run = func() error { return server.ServeTLS(listener, "", "") }
	}
	go func() { // ends with Shutdown or Close
		if err := run(); !errors.Is(err, http.ErrServerClosed) {
			a.failed <- err
		}
	}()
	a.undo.add(func(ctx context.Context) error { return shutdown(ctx, server) })
}

// finishWithin is how long requests that were accepted may take to be finished
// when the service stops.
const finishWithin = 14 * time.Second

func shutdown(ctx context.Context, server *http.Server) error {
	ctx, cancel := context.WithTimeout(ctx, finishWithin)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("finish requests: %w", err), server.Close())
	}
	return nil
}

func (a *App) startSigner(ctx context.Context) {
	signer := oplog.NewSigner(a.rooms.db, a.rooms.anchor, 0, func(head oplog.Head, err error) {
		a.rooms.health.signer.set(err)
		if err != nil {
			a.conf.Log.Error("the operation log cannot be signed: run `qingce verify`", "error", err)
			return
		}
		a.rooms.metrics.logSigned.Set(float64(head.Size))
	})
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		signer.Run(ctx)
	}()
	a.undo.add(func(context.Context) error {
		cancel()
		<-done
		return nil
	})
}

// Failed gives the error of a service that ended by itself.
func (a *App) Failed() <-chan error { return a.failed }

// Addr is the address that the service listens on.
func (a *App) Addr() string { return a.listener.Addr().String() }

// URL is where people find the service.
func (a *App) URL() string {
	switch {
	case a.conf.PublicURL != "":
		return a.conf.PublicURL
	case a.cert != nil:
		return "https://" + a.Addr()
	}
	return "http://" + a.Addr()
}

// Reload reads the certificate again.
func (a *App) Reload() error {
	if a.cert == nil {
		return nil
	}
	return a.cert.reload()
}

// Stop finishes the requests that were accepted, lets jobs end between two
// steps, signs the operation log once more and closes the database. It can be
// called at any time after New, once.
func (a *App) Stop(ctx context.Context) error {
	a.rooms.health.stopping.Store(true)
	if err := a.undo.run(ctx); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// absolute is the whole path of a file, for messages.
func absolute(name string) string {
	if whole, err := filepath.Abs(name); err == nil {
		return whole
	}
	return name
}
