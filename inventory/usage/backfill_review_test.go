package usage_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

// source is where the figures of tests come from.
const source = "取自应用服务器的访问日志"

// waiting is a file of a department that was handed in.
func (f filing) waiting(by auth.Principal, lines ...string) usage.Upload {
	f.t.Helper()
	u := f.hand(by, lines...)
	u, err := f.Submit(f.t.Context(), by, u.ID, u.Version, source)
	if err != nil {
		f.t.Fatalf("hand file %d in: %v", u.ID, err)
	}
	return u
}

// reviewer is somebody of the centre who sits in a department.
func (f filing) reviewer(prefix string, account int64) auth.Principal {
	by := f.Clerk(prefix)
	by.Roles, by.AccountID = auth.Roles{auth.Centre}, auth.AccountID(account)
	return by
}

func TestADepartmentsFileCountsOnlyWhenTheCentreAcceptsIt(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s, day := f.Registered("RS", "社保核心"), f.ago(50)
		counts := func(when string, want bool) {
			t.Helper()
			f.RollUp()
			if _, ok, _ := f.day(s, day, wire.Logins); ok != want {
				t.Errorf("%s: it counts %v, want %v", when, ok, want)
			}
		}
		u := f.hand(f.Clerk("RS"), fileHead, s.Code+","+day.String()+",900,300,40,12,")
		for _, by := range []auth.Principal{f.Clerk("RS"), f.Head("RS"), f.Region("RS")} {
			if _, err := f.Confirm(t.Context(), by, u.ID, u.Version); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s confirmed a file of the department: %v", by.Login, err)
			}
		}
		for name, act := range map[string]func() (usage.Upload, error){
			"confirm": func() (usage.Upload, error) { return f.Confirm(t.Context(), f.Centre(), u.ID, u.Version) },
			"accept":  func() (usage.Upload, error) { return f.Accept(t.Context(), f.Centre(), u.ID, u.Version) },
			"return": func() (usage.Upload, error) {
				return f.Return(t.Context(), f.Centre(), u.ID, u.Version, "来源不明")
			},
		} {
			if _, err := act(); !errors.Is(err, usage.ErrUploadState) {
				t.Errorf("%s of a file that was not handed in: %v", name, err)
			}
		}
		u, err := f.Submit(t.Context(), f.Head("RS"), u.ID, u.Version, " "+source+" ")
		if err != nil || u.Standing() != usage.UploadWaiting || u.SourceNote != source || u.SubmittedName != f.Head("RS").Name || u.SubmittedAt == nil {
			t.Fatalf("handed in: %+v, %v", u, err)
		}
		counts("handed in", false)
		if _, err := f.Submit(t.Context(), f.Head("RS"), u.ID, u.Version, source); !errors.Is(err, usage.ErrUploadState) {
			t.Errorf("handed in twice: %v", err)
		}
		for _, by := range []auth.Principal{f.Clerk("RS"), f.Head("RS"), f.Region("RS"), f.Someone(auth.Office), f.Someone(auth.Auditor)} {
			if _, err := f.Accept(t.Context(), by, u.ID, u.Version); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s accepted it: %v", by.Login, err)
			}
			if _, err := f.Return(t.Context(), by, u.ID, u.Version, "来源不明"); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s sent it back: %v", by.Login, err)
			}
		}
		if _, err := f.Accept(t.Context(), f.Centre(), u.ID, u.Version-1); !errors.Is(err, store.ErrStale) {
			t.Errorf("a version that nobody saw was accepted: %v", err)
		}
		u, err = f.Accept(t.Context(), f.Centre(), u.ID, u.Version)
		if err != nil || u.Standing() != usage.UploadConfirmed || u.Review != usage.ReviewAccepted || u.ReviewedName != f.Centre().Name || u.ReviewedAt == nil || u.ConfirmedAt == nil {
			t.Fatalf("accepted: %+v, %v", u, err)
		}
		counts("accepted", true)
		for _, by := range []auth.Principal{f.Clerk("RS"), f.Head("RS"), f.Region("RS")} {
			if _, err := f.Withdraw(t.Context(), by, u.ID, u.Version, "口径有误"); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s took back what counts: %v", by.Login, err)
			}
		}
		counts("after the department tried to take it back", true)
	})
}

func TestNobodyAcceptsAFileOfTheirOwn(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		line := s.Code + "," + f.ago(50).String() + ",900,300,40,12,"
		u := f.waiting(f.Clerk("RS"), fileHead, line)
		handedIn := f.reviewer("MZ", int64(f.Clerk("RS").AccountID))
		for name, by := range map[string]auth.Principal{"who handed it in": handedIn, "one of the same department": f.reviewer("RS", 999)} {
			if _, err := f.Accept(t.Context(), by, u.ID, u.Version); !errors.Is(err, usage.ErrOwnUpload) {
				t.Errorf("%s accepted it: %v", name, err)
			}
			if _, err := f.Return(t.Context(), by, u.ID, u.Version, "来源不明"); !errors.Is(err, usage.ErrOwnUpload) {
				t.Errorf("%s sent it back: %v", name, err)
			}
			if w, err := f.Waiting(t.Context(), by); err != nil || w.Review != 0 {
				t.Errorf("%s is told that %d wait (%v)", name, w.Review, err)
			}
			if moves, err := f.Moves(t.Context(), by, u); err != nil || len(moves) != 0 {
				t.Errorf("%s is offered %v (%v)", name, moves, err)
			}
		}
		if w, err := f.Waiting(t.Context(), f.reviewer("MZ", 999)); err != nil || w.Review != 1 {
			t.Errorf("another of the centre is told that %d wait (%v), want 1", w.Review, err)
		}
		// Who fills in for a department hands files in as the department, whatever
		// other roles there are.
		both := f.reviewer("RS", 998)
		both.Roles = auth.Roles{auth.Clerk, auth.Centre}
		own := f.hand(both, fileHead, s.Code+","+f.ago(49).String()+",900,300,40,12,")
		if _, err := f.Confirm(t.Context(), both, own.ID, own.Version); !errors.Is(err, usage.ErrUploadState) {
			t.Errorf("a clerk who is of the centre too confirmed a file: %v", err)
		}
		own, err := f.Submit(t.Context(), both, own.ID, own.Version, source)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Accept(t.Context(), both, own.ID, own.Version); !errors.Is(err, usage.ErrOwnUpload) {
			t.Errorf("a clerk who is of the centre too accepted it: %v", err)
		}
		if _, err := f.Accept(t.Context(), f.reviewer("MZ", 999), own.ID, own.Version); err != nil {
			t.Errorf("another of the centre: %v", err)
		}
	})
}

func TestTheOwnerOfASystemAcceptsNoFileAboutIt(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		below := f.Below("RS", "社保局")
		s := f.Registered(below.Prefix, "养老待遇")
		u := f.waiting(f.Region("RS"), fileHead, s.Code+","+f.ago(50).String()+",900,300,40,12,")
		if _, err := f.Accept(t.Context(), f.reviewer(below.Prefix, 999), u.ID, u.Version); !errors.Is(err, usage.ErrOwnUpload) {
			t.Errorf("the owner accepted it: %v", err)
		}
		if _, err := f.Accept(t.Context(), f.Centre(), u.ID, u.Version); err != nil {
			t.Errorf("the centre: %v", err)
		}
	})
}

func TestTheCentresOwnFileSaysSo(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		u := f.hand(f.Centre(), fileHead, s.Code+","+f.ago(50).String()+",900,300,40,12,")
		if _, err := f.Submit(t.Context(), f.Clerk("RS"), u.ID, u.Version, source); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a department handed in a file of the centre: %v", err)
		}
		u, err := f.Confirm(t.Context(), f.Centre(), u.ID, u.Version)
		if err != nil || u.Standing() != usage.UploadConfirmed || u.Review != usage.ReviewOwn {
			t.Fatalf("confirmed: %+v, %v", u, err)
		}
		if got := f.lastAct(); got.Action != "usage.upload.confirmed" || !strings.Contains(got.After, `"review":"own"`) {
			t.Errorf("the log says %s %s, want that it was its own", got.Action, got.After)
		}
	})
}

// lastAct is the newest entry of the operation log.
func (f filing) lastAct() oplog.Row {
	f.t.Helper()
	var row oplog.Row
	err := f.DB.Read(f.t.Context(), func(tx *store.Tx) error { return tx.Gorm().Order("id DESC").Take(&row).Error })
	if err != nil {
		f.t.Fatal(err)
	}
	return row
}

func TestAFileThatIsSentBackCanBeReadAndDropped(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		by := f.Clerk("RS")
		u := f.waiting(by, fileHead, s.Code+","+f.ago(50).String()+",900,300,40,12,")
		for _, reason := range []string{" ", strings.Repeat("长", 301)} {
			if _, err := f.Return(t.Context(), f.Centre(), u.ID, u.Version, reason); fault.KindOf(err) != fault.Invalid {
				t.Errorf("sent back with a reason of %d characters: %v", len([]rune(reason)), err)
			}
		}
		u, err := f.Return(t.Context(), f.Centre(), u.ID, u.Version, "请说明日志的统计口径")
		if err != nil || u.Standing() != usage.UploadReturned || u.ReviewReason != "请说明日志的统计口径" {
			t.Fatalf("sent back: %+v, %v", u, err)
		}
		if got := f.lastAct(); got.Action != "usage.upload.returned" || got.Reason != "请说明日志的统计口径" {
			t.Errorf("the log says %s %q", got.Action, got.Reason)
		}
		if w, err := f.Waiting(t.Context(), by); err != nil || w.Returned != 1 {
			t.Errorf("the department is told of %d files (%v), want 1", w.Returned, err)
		}
		f.Clock.Advance(90 * 24 * time.Hour)
		if n, err := f.Purge(t.Context()); n != 0 || err != nil {
			t.Errorf("forgot %d (%v)", n, err)
		}
		if _, n, err := f.Rows(t.Context(), by, u.ID, "", 1, 10); n != 1 || err != nil {
			t.Errorf("%d rows are left (%v), want 1", n, err)
		}
		if _, err := f.Accept(t.Context(), f.Centre(), u.ID, u.Version); !errors.Is(err, usage.ErrUploadState) {
			t.Errorf("a file that was sent back was accepted: %v", err)
		}
		if _, err := f.Submit(t.Context(), by, u.ID, u.Version, source); !errors.Is(err, usage.ErrUploadState) {
			t.Errorf("a file that was sent back was handed in as it is: %v", err)
		}
		if u, err = f.Drop(t.Context(), by, u.ID, u.Version); err != nil || u.Standing() != usage.UploadDropped {
			t.Errorf("dropped: %+v, %v", u, err)
		}
		if w, err := f.Waiting(t.Context(), by); err != nil || w.Returned != 0 {
			t.Errorf("the department is still told of %d files (%v)", w.Returned, err)
		}
	})
}

func TestADepartmentTakesBackAWaitingFile(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		u := f.waiting(f.Clerk("RS"), fileHead, s.Code+","+f.ago(50).String()+",900,300,40,12,")
		f.Clock.Advance(90 * 24 * time.Hour)
		if n, err := f.Purge(t.Context()); n != 0 || err != nil {
			t.Errorf("a waiting file was forgotten: %d, %v", n, err)
		}
		if _, err := f.Drop(t.Context(), f.Centre(), u.ID, u.Version); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the centre dropped it without a reason: %v", err)
		}
		if _, err := f.Drop(t.Context(), f.Clerk("RS"), u.ID, u.Version); err != nil {
			t.Error(err)
		}
		if _, err := f.Accept(t.Context(), f.Centre(), u.ID, u.Version+1); !errors.Is(err, usage.ErrUploadState) {
			t.Errorf("a file that was taken back was accepted: %v", err)
		}
		if w, err := f.Waiting(t.Context(), f.Centre()); err != nil || w.Review != 0 {
			t.Errorf("%d wait (%v), want none", w.Review, err)
		}
	})
}

func TestHandingInWantsTheSourceOfTheFigures(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		by := f.Clerk("RS")
		u := f.hand(by, fileHead, s.Code+","+f.ago(50).String()+",900,300,40,12,")
		for text, code := range map[string]string{
			"": "usage.err.upload_source", " \n": "usage.err.upload_source", " 日志表 ": "usage.err.upload_source_short",
			strings.Repeat("长", 301): "usage.err.upload_said_long",
		} {
			_, err := f.Submit(t.Context(), by, u.ID, u.Version, text)
			if fields := fault.FieldsOf(err); len(fields) != 1 || fields[0].Name != "source" || fields[0].Code != code {
				t.Errorf("%q: %v, want %s at source", text, err, code)
			}
		}
		if _, err := f.Submit(t.Context(), by, u.ID, u.Version, "门户网站日志"); err != nil {
			t.Error(err)
		}
		same := f.counts(f.Centre(), fileHead, s.Code+","+f.ago(40).String()+",900,300,40,12,")
		again := f.hand(by, fileHead, s.Code+","+f.ago(40).String()+",900,300,40,12,")
		if again.RowsSame != 1 || same.State != usage.UploadConfirmed {
			t.Fatalf("got %+v", again)
		}
		if _, err := f.Submit(t.Context(), by, again.ID, again.Version, source); !errors.Is(err, usage.ErrUploadEmpty) {
			t.Errorf("a file that changes nothing was handed in: %v", err)
		}
	})
}

func TestAWaitingFileOfSystemsThatMovedIsNotAccepted(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		u := f.waiting(f.Clerk("RS"), fileHead, s.Code+","+f.ago(50).String()+",900,300,40,12,")
		err := f.DB.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Gorm().Exec("UPDATE systems SET owner_id = ? WHERE id = ?", f.Department("MZ").ID, s.ID).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		var e *fault.Error
		if _, err := f.Accept(t.Context(), f.Centre(), u.ID, u.Version); !errors.As(err, &e) || e.Code != "usage.err.upload_moved" {
			t.Errorf("accepted: %v", err)
		}
	})
}

func TestTheQueueIsAListOfWhatWaits(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		line := func(ago int) string { return s.Code + "," + f.ago(ago).String() + ",900,300,40,12," }
		ready, waits := f.hand(f.Clerk("RS"), fileHead, line(50)), f.waiting(f.Clerk("RS"), fileHead, line(49))
		back := f.waiting(f.Clerk("RS"), fileHead, line(48))
		back, err := f.Return(t.Context(), f.Centre(), back.ID, back.Version, "来源不明")
		if err != nil {
			t.Fatal(err)
		}
		done := f.counts(f.Clerk("RS"), fileHead, line(47))
		for state, want := range map[usage.UploadState]usage.UploadID{
			usage.UploadReady: ready.ID, usage.UploadWaiting: waits.ID, usage.UploadReturned: back.ID, usage.UploadConfirmed: done.ID,
		} {
			page, err := f.Uploads(t.Context(), f.Centre(), usage.UploadQuery{State: state})
			if err != nil || page.Total != 1 || len(page.Rows) != 1 || page.Rows[0].ID != want || page.Rows[0].Standing() != state {
				t.Errorf("%s: %+v, %v, want file %d", state, page, err, want)
			}
		}
		if w, err := f.Waiting(t.Context(), f.Centre()); err != nil || w != (usage.UploadWaits{Review: 1}) {
			t.Errorf("the centre: %+v, %v", w, err)
		}
		if w, err := f.Waiting(t.Context(), f.Clerk("MZ")); err != nil || w != (usage.UploadWaits{}) {
			t.Errorf("another department: %+v, %v", w, err)
		}
	})
}

func TestRowsShowWhatProbesMeasured(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		day := f.ago(3)
		u := f.waiting(f.Clerk("RS"), fileHead, s.Code+","+day.String()+",900,300,99,12,", s.Code+","+f.ago(9).String()+",900,300,99,12,")
		source := f.Source(f.Probe("网关", "RS", usage.Whole, s), "a", 1)
		for h := range 24 { // heard of after the file was handed in
			f.Put(usage.HourState{System: s.ID, Source: source, Hour: wire.HourOf(day.At(h, 0)), Seq: 1, Minutes: 60, Values: usagetest.Values(wire.Logins, 1)})
		}
		f.RollUp()
		measured := func(by auth.Principal) string {
			t.Helper()
			rows, _, err := f.Rows(t.Context(), by, u.ID, "", 1, 10)
			if err != nil || len(rows) != 2 {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			out := ""
			for _, r := range rows {
				for _, x := range r.Measured {
					out += r.Day.String() + " " + x.Signal.String() + " " + string(rune('0'+x.Value%10)) + ";"
				}
			}
			return out
		}
		want := day.String() + " logins 4;" // 24
		if got := measured(f.Centre()); got != want {
			t.Errorf("the centre is shown %q, want %q", got, want)
		}
		u, err := f.Accept(t.Context(), f.Centre(), u.ID, u.Version)
		if err != nil {
			t.Fatal(err)
		}
		f.RollUp()
		if got := measured(f.Clerk("RS")); got != want {
			t.Errorf("once it counts %q is shown, want %q: what files give is not measured", got, want)
		}
		if n, _, _ := f.day(s, day, wire.Logins); n != 24 {
			t.Errorf("logins %d, want 24 of the probe", n)
		}
		err = f.DB.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Gorm().Exec("UPDATE systems SET owner_id = ? WHERE id = ?", f.Department("MZ").ID, s.ID).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := measured(f.Clerk("RS")); got != "" {
			t.Errorf("the department is shown %q of a system that is not its own any more", got)
		}
	})
}

func TestMovesAreThoseThatCanBeMade(t *testing.T) {
	eachFiling(t, func(t *testing.T, f filing) {
		s := f.Registered("RS", "社保核心")
		u := f.hand(f.Clerk("RS"), fileHead, s.Code+","+f.ago(50).String()+",900,300,40,12,")
		check := func(when string, by auth.Principal, want ...usage.UploadMove) {
			t.Helper()
			got, err := f.Moves(t.Context(), by, u)
			if err != nil || len(got) != len(want) {
				t.Fatalf("%s, %s: %v (%v), want %v", when, by.Login, got, err, want)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("%s, %s: %v, want %v", when, by.Login, got, want)
				}
			}
		}
		check("ready", f.Head("RS"), usage.MoveSubmit, usage.MoveDrop)
		check("ready", f.Centre())
		u, err := f.Submit(t.Context(), f.Clerk("RS"), u.ID, u.Version, source)
		if err != nil {
			t.Fatal(err)
		}
		check("waiting", f.Clerk("RS"), usage.MoveDrop)
		check("waiting", f.Centre(), usage.MoveAccept, usage.MoveReturn)
		check("waiting", f.Someone(auth.Auditor))
		if u, err = f.Accept(t.Context(), f.Centre(), u.ID, u.Version); err != nil {
			t.Fatal(err)
		}
		check("counts", f.Clerk("RS"))
		check("counts", f.Centre(), usage.MoveWithdraw)
		u = f.hand(f.Centre(), fileHead, s.Code+","+f.ago(40).String()+",900,300,40,12,")
		check("the centre's own", f.Centre(), usage.MoveConfirm, usage.MoveDrop)
	})
}
