package rectification_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/scoring/rectification"
)

// world is a city with a desk of notices.
type world struct {
	*inventorytest.City
	t    *testing.T
	desk *rectification.Desk
	book *schedule.Book
	box  *evidence.Box
	// owner is whose the only record is that can be found, S-1.
	owner  auth.DepartmentID
	system *inventory.SystemID
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		w := &world{City: city, t: t, book: schedule.New(city.DB, schedule.Options{}), box: evidence.New(city.DB, evidence.Options{})}
		w.must(w.book.Seed(t.Context()))
		w.desk = rectification.NewDesk(rectification.Deps{DB: city.DB, Registry: city.Registry, Book: w.book, Box: w.box, Resolve: w.resolve})
		test(w)
	})
}

func (w *world) resolve(_ *store.Tx, kind rectification.FactKind, ref string) (rectification.Record, error) {
	if kind != rectification.FactSystem || ref != "S-1" {
		return rectification.Record{}, fault.New(fault.NotFound, "err.not_found")
	}
	return rectification.Record{Title: "物价监测系统", Path: "/systems/S-1", Departments: []auth.DepartmentID{w.owner}, SystemID: w.system}, nil
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%v (fields %+v)", err, fault.FieldsOf(err))
	}
}

// at moves the clock on to a moment in Asia/Shanghai.
func (w *world) at(when string) {
	w.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, calendar.Zone)
	w.must(err)
	w.Clock.Advance(at.Sub(w.Clock.Now()))
}

func (w *world) office() auth.Principal { return w.Someone(auth.Office) }

func (w *world) draft(prefix string, s rectification.Situation) rectification.Draft {
	return rectification.Draft{
		Department: w.Department(prefix).ID, Situation: s, Facts: "至今未编制信息资源目录，逾期七个工作日。", Demand: "编制目录并报送，说明未按期完成的原因。",
	}
}

// issued is a notice that was issued to a department.
func (w *world) issued(prefix string, s rectification.Situation) rectification.Notice {
	w.t.Helper()
	n, err := w.desk.Draft(w.t.Context(), w.office(), w.draft(prefix, s))
	w.must(err)
	n, err = w.desk.Issue(w.t.Context(), w.office(), n.ID, n.Version)
	w.must(err)
	return n
}

func (w *world) swept(overdue, escalated int) {
	w.t.Helper()
	got, err := w.desk.Sweep(w.t.Context())
	w.must(err)
	if want := (rectification.Swept{Overdue: overdue, Escalated: escalated}); got != want {
		w.t.Errorf("swept %+v, want %+v", got, want)
	}
}

func (w *world) find(id rectification.NoticeID) rectification.File {
	w.t.Helper()
	f, err := w.desk.Find(w.t.Context(), w.office(), id)
	w.must(err)
	return f
}

// paper is a file of a few bytes that is taken for a PDF.
func (w *world) paper(use func(f *evidence.Received) error) error {
	data := []byte("%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n" +
		"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n")
	return w.box.Receive(w.t.Context(), evidence.Upload{Name: "整改材料.pdf", Reader: bytes.NewReader(data), Size: int64(len(data))},
		func(f evidence.Received) error { return use(&f) })
}

// replied hands in a reply with a file for a department.
func (w *world) replied(prefix string, id rectification.NoticeID) rectification.Notice {
	w.t.Helper()
	var n rectification.Notice
	w.must(w.paper(func(f *evidence.Received) error {
		var err error
		n, err = w.desk.Reply(w.t.Context(), w.Head(prefix), id, w.find(id).Notice.Version, "目录已编制完成并经审核通过，附清单。", f)
		return err
	}))
	return n
}

func (w *world) cases(month, through, prefix string) string {
	w.t.Helper()
	var c rectification.Cases
	w.must(w.DB.Read(w.t.Context(), func(tx *store.Tx) error {
		day, err := calendar.ParseDate(through)
		w.must(err)
		all, err := w.desk.CasesAt(tx, month, day)
		c = all[w.Department(prefix).ID]
		return err
	}))
	return fmt.Sprintf("overdue %d open %d misuse %d false %d", len(c.Overdue), len(c.Open), len(c.Misuse), len(c.FalseReport))
}

func (w *world) wantCases(month, through, prefix, want string) {
	w.t.Helper()
	if got := w.cases(month, through, prefix); got != want {
		w.t.Errorf("%s of %s through %s: %s, want %s", prefix, month, through, got, want)
	}
}

func (w *world) refused(err error, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("err = %v, want %v", err, want)
	}
}

// refusedAt fails unless err refuses exactly these fields with these codes.
func (w *world) refusedAt(err error, want ...string) {
	w.t.Helper()
	var got []string
	for _, f := range fault.FieldsOf(err) {
		got = append(got, f.Name+" "+f.Code)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("fields %v (%v), want %v", got, err, want)
	}
}
