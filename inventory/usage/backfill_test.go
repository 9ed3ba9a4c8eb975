package usage_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

// filing is a world in which files are handed in.
type filing struct {
	*usagetest.World
	*usage.Backfill
	t *testing.T
}

func eachFiling(t *testing.T, test func(t *testing.T, f filing)) {
	t.Helper()
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		test(t, filing{w, usage.NewBackfill(w.DB, w.Registry, w.Ledger, inventorytest.Messages(t)), t})
	})
}

// hand hands a file in for somebody.
func (f filing) hand(by auth.Principal, lines ...string) usage.Upload {
	f.t.Helper()
	u, err := f.Receive(f.t.Context(), by, "f.csv", []byte(strings.Join(lines, "\n")+"\n"))
	if err != nil {
		f.t.Fatalf("hand in: %v", err)
	}
	return u
}

// counts hands a file in, and has it accepted.
func (f filing) counts(by auth.Principal, lines ...string) usage.Upload {
	f.t.Helper()
	u := f.LetCount(f.Backfill, by, f.hand(by, lines...))
	f.RollUp()
	return u
}

// day reads a signal of a day of a system.
func (f filing) day(s inventory.System, day calendar.Date, signal wire.Signal) (int64, bool, usage.Day) {
	f.t.Helper()
	days, err := f.Ledger.Days(f.t.Context(), f.Someone(auth.Centre), s.ID, day, day)
	if err != nil {
		f.t.Fatal(err)
	}
	n, ok := days[0].Values.Get(signal)
	return n, ok, days[0]
}

func (f filing) ago(n int) calendar.Date { return calendar.DateOf(f.Clock.Now()).AddDays(-n) }

const fileHead = "系统编码,日期,请求数,人的请求数,登录次数,业务办理量,CPU 平均（%）"

func TestEachWrongCellIsNamedWithItsMend(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		mine, other := f.Registered("RS", "社保核心"), f.Registered("MZ", "婚姻登记")
		day := f.ago(3).String()
		for _, c := range []struct{ name, row, cell, code string }{
			{"no system", "," + day + ",1,1,1,1,", "A2", "usage.err.given_no_system"},
			{"unknown system", "RS-9999," + day + ",1,1,1,1,", "A2", "usage.err.given_system"},
			{"somebody else's", other.Code + "," + day + ",1,1,1,1,", "A2", "usage.err.given_system"},
			{"no day", mine.Code + ",,1,1,1,1,", "B2", "usage.err.given_no_day"},
			{"no such day", mine.Code + ",2017-02-30,1,1,1,1,", "B2", "input.err.no_such_day"},
			{"a month", mine.Code + ",2017-09,1,1,1,1,", "B2", "usage.err.given_month"},
			{"today", mine.Code + "," + f.ago(0).String() + ",1,1,1,1,", "B2", "usage.err.given_today"},
			{"too old", mine.Code + ",2010-01-01,1,1,1,1,", "B2", "usage.err.given_old"},
			{"words", mine.Code + "," + day + ",1,1,约20,1,", "E2", "input.err.count_words"},
			{"negative", mine.Code + "," + day + ",1,1,-3,1,", "E2", "input.err.negative"},
			{"half a login", mine.Code + "," + day + ",1,1,1.5,1,", "E2", "input.err.count"},
			{"too many", mine.Code + "," + day + ",1,1,99999999999,1,", "E2", "input.err.too_big"},
			{"over a hundred", mine.Code + "," + day + ",1,1,1,1,101", "G2", "usage.err.given_percent"},
			{"no percentage", mine.Code + "," + day + ",1,1,1,1,low", "G2", "usage.err.given_decimal"},
			{"a part above its whole", mine.Code + "," + day + ",5,9,1,1,", "D2", "usage.err.given_order"},
		} {
			t.Run(c.name, func(t *testing.T) {
				f := f
				f.t = t
				u := f.hand(f.Clerk("RS"), fileHead, c.row)
				rows, total, err := f.Rows(t.Context(), f.Clerk("RS"), u.ID, inventory.RowWrong, 1, 10)
				if err != nil || total != 1 {
					t.Fatalf("%d wrong rows (%v), want 1", total, err)
				}
				at := slices.IndexFunc(rows[0].Found, func(x fault.Field) bool { return x.Code == c.code })
				if at < 0 || rows[0].Found[at].Cell != c.cell {
					t.Errorf("found %+v, want %s at %s", rows[0].Found, c.code, c.cell)
				}
				text := inventorytest.Messages(t).Printer(locale.Chinese).Field(rows[0].Found[max(at, 0)])
				if strings.Contains(text, "{") || strings.Contains(text, "usage.") {
					t.Errorf("it reads %q", text)
				}
				if u.Writes() {
					t.Error("a wrong row would count")
				}
			})
		}
	})
}

func TestAFileIsRefusedWhenItCannotBeReadAtAll(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		for _, c := range []struct{ name, text, code string }{
			{"no header", "a,b\n1,2\n", "sheet.err.no_header"},
			{"no system", "日期,登录次数\n2017-10-01,1\n", "usage.err.upload_columns"},
			{"no figures", "系统编码,日期\n" + s.Code + ",2017-10-01\n", "usage.err.upload_figures"},
			{"no rows", fileHead + "\n" + s.Code + ",,,,,,\n", "usage.err.upload_empty"},
		} {
			_, err := f.Receive(t.Context(), f.Clerk("RS"), "f.csv", []byte(c.text))
			var e *fault.Error
			if !errors.As(err, &e) || e.Code != c.code || e.Kind != fault.Invalid {
				t.Errorf("%s: %v, want %s", c.name, err, c.code)
			}
		}
	})
}

func TestAFileCountsFromAcceptanceToWithdrawal(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		by, centre, day := f.Clerk("RS"), f.Someone(auth.Centre), f.ago(50)
		first := f.hand(by, fileHead, s.Code+","+day.String()+",900,300,40,12,7.5", s.Code+","+day.AddDays(1).String()+",0,0,0,0,")
		f.RollUp()
		if _, ok, _ := f.day(s, day, wire.Logins); ok {
			t.Fatal("it counts before it is handed in")
		}
		if first.RowsNew != 2 || first.Systems != 1 || first.FirstDay != day || first.LastDay != day.AddDays(1) {
			t.Errorf("got %+v, want 2 new rows of 1 system over two days", first)
		}
		first = f.LetCount(f.Backfill, by, first)
		f.RollUp()
		n, ok, facts := f.day(s, day, wire.Logins)
		if n != 40 || !ok || !facts.Given.Has(wire.Logins) || !facts.Covered.Has(wire.Logins) {
			t.Errorf("logins %d %v, given %v: want 40, given by file and covered", n, ok, facts.Given)
		}
		if n, ok, _ := f.day(s, day, wire.CPUAvg); n != 750 || !ok {
			t.Errorf("cpu_avg %d %v, want 750 hundredths", n, ok)
		}
		if n, ok, _ := f.day(s, day.AddDays(1), wire.Logins); n != 0 || !ok {
			t.Errorf("a given zero is %d %v, want 0 and measured", n, ok)
		}
		if _, ok, _ := f.day(s, day.AddDays(1), wire.CPUAvg); ok {
			t.Error("an empty cell became a figure")
		}
		second := f.counts(by, fileHead, s.Code+","+day.String()+",900,300,55,12,7.5")
		rows, _, err := f.Rows(t.Context(), by, second.ID, inventory.RowChanged, 1, 10)
		if err != nil || len(rows) != 1 {
			t.Fatalf("%d changed rows (%v), want 1", len(rows), err)
		}
		for _, x := range rows[0].Figures {
			if want := x.Signal == wire.Logins; x.Changed() != want {
				t.Errorf("%s is told as changed: %v, want %v", x.Signal, x.Changed(), want)
			}
		}
		if n, _, _ := f.day(s, day, wire.Logins); n != 55 {
			t.Errorf("logins %d, want 55 of the newer file", n)
		}
		if _, err := f.Withdraw(t.Context(), centre, second.ID, second.Version, " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("withdrawn without a reason: %v", err)
		}
		if _, err := f.Withdraw(t.Context(), centre, second.ID, second.Version, "口径有误"); err != nil {
			t.Fatal(err)
		}
		f.RollUp()
		if n, _, _ := f.day(s, day, wire.Logins); n != 40 {
			t.Errorf("logins %d, want 40 of the earlier file", n)
		}
		if _, err := f.Withdraw(t.Context(), centre, first.ID, first.Version, "口径有误"); err != nil {
			t.Fatal(err)
		}
		f.RollUp()
		if n, ok, _ := f.day(s, day, wire.Logins); ok {
			t.Errorf("logins %d are still there", n)
		}
		if _, err := f.Accept(t.Context(), centre, first.ID, first.Version+1); !errors.Is(err, usage.ErrUploadState) {
			t.Errorf("a withdrawn file was accepted: %v", err)
		}
	})
}

func TestWhatAProbeMeasuredStands(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		p := f.Probe("网关", "RS", usage.Whole, s)
		source, day := f.Source(p, "a", 1), f.ago(2)
		for h := range 24 {
			f.Put(usage.HourState{
				System: s.ID, Source: source, Hour: wire.HourOf(day.At(h, 0)), Seq: 1, Minutes: 60, Values: usagetest.Values(wire.Logins, 1),
			})
		}
		f.RollUp()
		u := f.counts(f.Someone(auth.Centre), fileHead, s.Code+","+day.String()+",900,300,99,12,")
		if n, _, _ := f.day(s, day, wire.Logins); n != 24 {
			t.Errorf("logins %d, want 24 of the probe", n)
		}
		if n, _, _ := f.day(s, day, wire.BusinessTx); n != 12 {
			t.Errorf("matters %d, want 12 of the file, for no probe measures them", n)
		}
		rows, _, err := f.Rows(t.Context(), f.Someone(auth.Centre), u.ID, "", 1, 10)
		if err != nil || len(rows[0].Found) != 1 || rows[0].Found[0].Code != "usage.note.given_measured" {
			t.Errorf("the row says %+v (%v), want a remark that the probe comes first", rows, err)
		}
	})
}

func TestFilesBelongToTheirDepartment(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		u := f.hand(f.Clerk("RS"), fileHead, s.Code+","+f.ago(3).String()+",1,1,1,1,")
		for _, c := range []struct {
			name       string
			by         auth.Principal
			sees, acts fault.Kind
		}{
			{"another department", f.Clerk("MZ"), fault.NotFound, fault.NotFound},
			{"the auditors", f.Someone(auth.Auditor), -1, fault.Forbidden},
			{"the office", f.Someone(auth.Office), -1, fault.Forbidden},
			{"the leading group", f.Someone(auth.Leader), fault.Forbidden, fault.Forbidden},
		} {
			_, err := f.Find(t.Context(), c.by, u.ID)
			if got := fault.KindOf(err); err == nil && c.sees != -1 || err != nil && got != c.sees {
				t.Errorf("%s: find %v, want %v", c.name, err, c.sees)
			}
			if _, err := f.Submit(t.Context(), c.by, u.ID, u.Version, source); fault.KindOf(err) != c.acts {
				t.Errorf("%s: submit %v, want %v", c.name, err, c.acts)
			}
			if _, err := f.Drop(t.Context(), c.by, u.ID, u.Version); fault.KindOf(err) != c.acts {
				t.Errorf("%s: drop %v, want %v", c.name, err, c.acts)
			}
		}
		if _, err := f.Receive(t.Context(), f.Someone(auth.Leader), "f.csv", []byte(fileHead)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the leading group handed in a file: %v", err)
		}
		if _, err := f.Submit(t.Context(), f.Head("RS"), u.ID, u.Version+1, source); !errors.Is(err, store.ErrStale) {
			t.Errorf("a version that nobody saw was handed in: %v", err)
		}
		if _, err := f.Drop(t.Context(), f.Head("RS"), u.ID, u.Version); err != nil {
			t.Errorf("the head cannot drop it: %v", err)
		}
	})
}

func TestWrongRowsComeBackAndCanBeMended(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		by, p := f.Clerk("RS"), inventorytest.Messages(t).Printer(locale.Chinese)
		u := f.hand(by, fileHead, s.Code+","+f.ago(3).String()+",1,1,约20,1,", s.Code+","+f.ago(4).String()+",1,1,1,1,")
		var b bytes.Buffer
		if err := f.WrongRows(t.Context(), by, p, u.ID, &b); err != nil {
			t.Fatal(err)
		}
		book, err := sheet.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), "w.xlsx", sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for row, err := range book.Rows(book.Sheets()[0]) {
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range row.Cells {
				text += c.Text + "|"
			}
		}
		if !strings.Contains(text, "约20") || !strings.Contains(text, "请只填数字") || strings.Contains(text, f.ago(4).String()) {
			t.Errorf("the file holds %s", text)
		}
		again, err := f.Receive(t.Context(), by, "w.xlsx", b.Bytes())
		if err != nil || again.RowsTotal != 1 || again.RowsWrong != 1 {
			t.Errorf("handed in again: %+v, %v; want its one wrong row", again, err)
		}
	})
}

func TestATemplateWithoutFiguresIsEmpty(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		mine := f.Registered("RS", "社保核心")
		f.Registered("MZ", "婚姻登记")
		var b bytes.Buffer
		if err := f.Template(t.Context(), f.Clerk("RS"), inventorytest.Messages(t).Printer(locale.English), &b); err != nil {
			t.Fatal(err)
		}
		book, err := sheet.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), "t.xlsx", sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for row, err := range book.Rows(book.Sheets()[0]) {
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(row.Cell(1).Text, "-") {
				codes = append(codes, row.Cell(1).Text)
			}
		}
		if !slices.Equal(codes, []string{mine.Code}) {
			t.Errorf("the template names %v, want %s", codes, mine.Code)
		}
		_, err = f.Receive(t.Context(), f.Clerk("RS"), "t.xlsx", b.Bytes())
		if !errors.Is(err, fault.New(fault.Invalid, "usage.err.upload_empty")) {
			t.Errorf("an empty template: %v", err)
		}
	})
}

func TestFilesThatNobodyHandsInAreForgotten(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		u := f.hand(f.Clerk("RS"), fileHead, s.Code+","+f.ago(3).String()+",1,1,1,1,")
		f.Clock.Advance(29 * 24 * time.Hour)
		if n, err := f.Purge(t.Context()); n != 0 || err != nil {
			t.Errorf("forgot %d (%v) after 29 days", n, err)
		}
		f.Clock.Advance(2 * 24 * time.Hour)
		if n, err := f.Purge(t.Context()); n != 1 || err != nil {
			t.Errorf("forgot %d (%v) after 31 days, want 1", n, err)
		}
		if got, err := f.Find(t.Context(), f.Clerk("RS"), u.ID); err != nil || got.State != usage.UploadDropped {
			t.Errorf("the file is %s, %v", got.State, err)
		}
	})
}
