package main

import (
	"sync"
	"time"

	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory/catalog"
	"qingce/inventory/sharing"
	"qingce/scoring/rectification"
	"qingce/templates"
)

// waits is what waits for one reader, as the frame of every page shows it.
type waits struct {
	todo    *templates.Todo
	changes int // requests to change locked records
	forms   int // of surveys, to be reviewed
	cases   int // of the clean-up
	files   int // of daily figures
	sharing sharing.Waits
	catalog catalog.Waits
	notices rectification.Waits
}

// waitsKey is whose waits they are. Roles and department are in it: they can
// change while a session lasts.
type waitsKey struct {
	account    auth.AccountID
	department auth.DepartmentID
	roles      string
	lang       string
}

// board remembers what waits for whom. Everything that makes somebody wait or
// done is recorded in the operation log, so that what was counted is right as
// long as the log has not grown and the minute, by which deadlines are told, is
// the same: one number is read for a page instead of five counts.
type board struct {
	mu     sync.Mutex
	size   int64
	minute time.Time
	kept   map[waitsKey]waits
}

// mostWaits bounds what is remembered.
const mostWaits = 4_096

func (b *board) find(size int64, minute time.Time, key waitsKey) (waits, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.size != size || !b.minute.Equal(minute) {
		return waits{}, false
	}
	w, ok := b.kept[key]
	return w, ok
}

func (b *board) keep(size int64, minute time.Time, key waitsKey, w waits) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if size < b.size || minute.Before(b.minute) { // counted before what is known by now
		return
	}
	if b.size != size || !b.minute.Equal(minute) || len(b.kept) >= mostWaits {
		b.size, b.minute, b.kept = size, minute, map[waitsKey]waits{}
	}
	b.kept[key] = w
}

// waits tells what waits for the reader of a page. What cannot be counted is not
// shown: the page itself is worth more than its counters.
func (r *rooms) waits(req *web.Request) waits {
	var size int64
	err := r.db.Read(req.Ctx, func(tx *store.Tx) error {
		var err error
		size, err = oplog.Size(tx)
		return err
	})
	if err != nil {
		r.log.Warn("what waits cannot be counted", "request_id", req.RequestID(), "error", err)
		return waits{}
	}
	key := waitsKey{req.By.AccountID, req.By.DepartmentID, req.By.Roles.String(), req.P.Lang()}
	minute := req.Now.Truncate(time.Minute)
	if w, ok := r.board.find(size, minute, key); ok {
		return w
	}
	w, err := r.count(req)
	if err != nil {
		r.log.Warn("what waits cannot be counted", "request_id", req.RequestID(), "error", err)
		return waits{}
	}
	r.board.keep(size, minute, key, w)
	return w
}

func (r *rooms) count(req *web.Request) (waits, error) {
	var w waits
	todo, err := adminweb.Todo(req, r.book)
	if err != nil {
		return w, err
	}
	changes, err := r.registry.WaitingChanges(req.Ctx, req.By)
	if err != nil {
		return w, err
	}
	w.todo, w.changes = todo, int(changes)
	if w.forms, err = r.waitingForms(req); err != nil {
		return w, err
	}
	files, err := r.backfill.Waiting(req.Ctx, req.By)
	if err != nil {
		return w, err
	}
	w.files = int(files.Review + files.Returned)
	cases, err := r.cases.Waiting(req.Ctx, req.By)
	if err != nil {
		return w, err
	}
	w.cases = int(cases.Total)
	if w.sharing, err = r.sharing.Waits(req.Ctx, req.By); err != nil {
		return w, err
	}
	if w.catalog, err = r.resources.Waits(req.Ctx, req.By); err != nil {
		return w, err
	}
	w.notices, err = r.noticeWaits(req)
	return w, err
}
