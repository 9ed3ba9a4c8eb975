// Package fundingtest makes a city with a funding desk for tests.
package fundingtest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/field"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/inventory/inventorytest"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring/funding"
)

// World is a city on 10 January 2018, with the hub, the cases of the clean-up and
// a funding desk. Notices are the rectification notices that are overdue.
type World struct {
	*inventorytest.City
	Book    *schedule.Book
	Box     *evidence.Box
	Hub     *hub.Hub
	Funding *funding.Desk
	Notices map[inventory.SystemID][]funding.Notice

	t testing.TB
}

// Each runs a test with a world on SQLite and on PostgreSQL.
func Each(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) { test(t, Over(t, city)) })
}

// Over makes the world of a city.
func Over(t testing.TB, city *inventorytest.City) *World {
	t.Helper()
	w := &World{
		City: city, Book: schedule.New(city.DB, schedule.Options{}), Box: evidence.New(city.DB, evidence.Options{}),
		Notices: map[inventory.SystemID][]funding.Notice{}, t: t,
	}
	if err := w.Book.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Hub = hub.New(city.DB, city.Registry, w.Box, inventorytest.Messages(t), w.Book)
	cases := cleanup.NewDesk(cleanup.Deps{
		DB: city.DB, Registry: city.Registry, Book: w.Book, Box: w.Box,
		Detector: zombie.New(zombie.Deps{DB: city.DB, Registry: city.Registry, Book: w.Book}),
	})
	w.Funding = funding.NewDesk(funding.Deps{
		DB: city.DB, Registry: city.Registry, Book: w.Book, Box: w.Box, Hub: w.Hub, Cases: cases,
		Notices: func(*store.Tx, calendar.Date) (map[inventory.SystemID][]funding.Notice, error) { return w.Notices, nil },
	})
	w.organ("XY001", "市信息化办", "office")
	w.organ("XY201", "市财政局", "funding_decision")
	w.At("2018-01-10 09:00")
	return w
}

func (w *World) organ(code, name, duty string) {
	w.t.Helper()
	_, _, err := w.Registry.AddDepartment(w.t.Context(), auth.System("test"), inventory.Department{
		Code: code, Name: name, Kind: inventory.Municipal, RegionCode: "420600", Duties: field.List{duty},
	}, "")
	if err != nil {
		w.t.Fatal(err)
	}
}

// At moves the clock on to a moment in Asia/Shanghai.
func (w *World) At(when string) {
	w.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, calendar.Zone)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Clock.Advance(at.Sub(w.Clock.Now()))
}

// Day reads a day.
func Day(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Certified is a system of a department that the census has locked, with the
// O&M money of a year in fen.
func (w *World) Certified(prefix, name string, fen int64, more ...func(*inventory.System)) inventory.System {
	w.t.Helper()
	ctx, s := w.t.Context(), w.System(prefix, name)
	s.Proposed, s.MustConnect, s.OmAmountYear = inventory.Keep, new(true), &fen
	for _, do := range more {
		do(&s)
	}
	s, _, err := w.Registry.Register(ctx, w.Clerk(prefix), inventory.Registration{System: s})
	if err != nil {
		w.t.Fatalf("register %s: %v", name, err)
	}
	for _, step := range []struct {
		by   auth.Principal
		move inventory.Move
	}{{w.Head(prefix), inventory.Declare}, {w.Someone(auth.Centre), inventory.Verify}, {w.Someone(auth.Office), inventory.Certify}} {
		if s, err = w.Registry.Move(ctx, step.by, s.Code, s.Version, step.move, "2017 年系统普查"); err != nil {
			w.t.Fatalf("%s %s: %v", step.move, name, err)
		}
	}
	return s
}

// Connected has the hub count a system as connected.
func (w *World) Connected(s inventory.System) {
	w.t.Helper()
	if err := w.Hub.Settle(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.Exec("UPDATE hub_connections SET stage = 6, counted = ?, verified_on = '2017-11-27' WHERE id = ?", true, s.ID)
}

// Exec runs a statement on the database.
func (w *World) Exec(sql string, args ...any) {
	w.t.Helper()
	if err := w.DB.Write(w.t.Context(), func(tx *store.Tx) error { return tx.Gorm().Exec(sql, args...).Error }); err != nil {
		w.t.Fatal(err)
	}
}

// Frozen has the finance bureau make the run of a year.
func (w *World) Frozen(year int) funding.Run {
	w.t.Helper()
	run, err := w.Funding.Freeze(w.t.Context(), w.Someone(auth.Finance), funding.Order{Year: year})
	if err != nil {
		w.t.Fatal(err)
	}
	return run
}

// Item is the item of a system in 2018 as it stands.
func (w *World) Item(s inventory.System) funding.File {
	w.t.Helper()
	f, err := w.Funding.Find(w.t.Context(), w.Someone(auth.Auditor), 2018, s.Code)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// Ref names the item of a system in 2018 as it stands.
func (w *World) Ref(s inventory.System) funding.Ref {
	w.t.Helper()
	return funding.Ref{Year: 2018, Code: s.Code, Version: w.Item(s).Item.Version}
}

// Opined has the Office and the reform commission agree with what was found.
func (w *World) Opined(s inventory.System) {
	w.t.Helper()
	for _, as := range []auth.Role{auth.Office, auth.Reform} {
		if _, err := w.Funding.Opine(w.t.Context(), w.Someone(as), w.Ref(s), funding.Opinion{As: as}); err != nil {
			w.t.Fatalf("opinion of %s: %v", as, err)
		}
	}
}

// Decided has the finance bureau decide as it stands, too.
func (w *World) Decided(s inventory.System) {
	w.t.Helper()
	w.Opined(s)
	if _, err := w.Funding.Decide(w.t.Context(), w.Someone(auth.Finance), w.Ref(s), funding.Decision{}); err != nil {
		w.t.Fatal(err)
	}
}

// Paper hands do a paper, different for each name.
func (w *World) Paper(name string, do func(evidence.Received) error) error {
	raw := Paper(name)
	return w.Box.Receive(w.t.Context(), evidence.Upload{Name: name, Reader: bytes.NewReader(raw), Size: int64(len(raw))}, do)
}

// Paper is the bytes of a paper.
func Paper(name string) []byte {
	return fmt.Appendf(nil, "%%PDF-1.4\n%% %s\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"+
		"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%%%EOF\n", name)
}

// Appealed has the head of a department appeal.
func (w *World) Appealed(prefix string, s inventory.System, kind funding.PleaKind) error {
	w.t.Helper()
	ref := w.Ref(s)
	return w.Paper(s.Code+".pdf", func(file evidence.Received) error {
		_, err := w.Funding.Plead(w.t.Context(), w.Head(prefix), ref, funding.Petition{
			Kind: kind, Text: "专线割接时间已确定为 3 月 31 日，附运营商割接通知。", Evidence: []evidence.Received{file},
		})
		return err
	})
}
