package rectification_test

import (
	"fmt"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/scoring/rectification"
)

// The case of the acceptance story: issued on 11-01, due on 11-15, reported on
// 11-16, closed on 11-22, five working days late.
func TestANoticeThatIsAnsweredLate(t *testing.T) {
	each(t, func(w *world) {
		ctx := t.Context()
		w.at("2017-11-01 10:00")
		n := w.issued("WJ", rectification.R1)
		if n.No() != "2017-1" || n.DueOn.String() != "2017-11-15" || n.State.Turn() != rectification.TurnBody {
			t.Errorf("issued: %s due %s, turn %s", n.No(), n.DueOn, n.State.Turn())
		}
		w.at("2017-11-15 23:59")
		w.swept(0, 0)
		w.wantCases("2017-11", "2017-11-15", "WJ", "overdue 0 open 1 misuse 0 false 0")
		w.at("2017-11-16 00:03")
		w.swept(1, 1)
		w.swept(0, 0) // a second time it changes nothing
		f := w.find(n.ID)
		if f.Notice.State != rectification.Escalated || f.Notice.EscalatedOn.String() != "2017-11-16" || f.Notice.OverdueFrom.String() != "2017-11-16" {
			t.Errorf("on 11-16: %+v", f.Notice)
		}
		w.at("2017-11-22 16:00")
		n = w.replied("WJ", n.ID)
		n, err := w.desk.Accept(ctx, w.office(), n.ID, n.Version, "目录已通过")
		w.must(err)
		if n.State != rectification.ClosedLate || *n.LateWd != 5 || n.SettledOn.String() != "2017-11-22" {
			t.Errorf("closed: %s, %d wd late, settled on %s", n.State, *n.LateWd, n.SettledOn)
		}
		w.wantCases("2017-11", "2017-11-30", "WJ", "overdue 1 open 0 misuse 0 false 0")
		w.wantCases("2017-10", "2017-10-31", "WJ", "overdue 0 open 0 misuse 0 false 0")
		w.wantCases("2017-12", "2017-12-31", "WJ", "overdue 0 open 0 misuse 0 false 0")
		// As it stood while it was open, told afterwards.
		w.wantCases("2017-11", "2017-11-20", "WJ", "overdue 1 open 1 misuse 0 false 0")
	})
}

func TestWhatIsAnsweredInTimeCostsNothing(t *testing.T) {
	each(t, func(w *world) {
		ctx := t.Context()
		w.at("2017-11-01 10:00")
		n := w.issued("WJ", rectification.R1)
		w.at("2017-11-15 17:00")
		n = w.replied("WJ", n.ID)
		w.at("2017-11-20 09:00") // the Office takes its time: the term does not run
		w.swept(0, 0)
		n, err := w.desk.Accept(ctx, w.office(), n.ID, n.Version, "")
		w.must(err)
		if n.State != rectification.Accepted || *n.LateWd != 0 {
			t.Errorf("%s, %d wd late", n.State, *n.LateWd)
		}
		w.wantCases("2017-11", "2017-11-30", "WJ", "overdue 0 open 0 misuse 0 false 0")
	})
}

func TestARejectedReply(t *testing.T) {
	each(t, func(w *world) {
		ctx := t.Context()
		w.at("2017-11-01 10:00")
		n := w.issued("WJ", rectification.R1)
		w.at("2017-11-10 10:00")
		n = w.replied("WJ", n.ID)
		_, err := w.desk.Reject(ctx, w.office(), n.ID, n.Version, "不行", 0)
		w.refusedAt(err, "reason rectify.err.short")
		n, err = w.desk.Reject(ctx, w.office(), n.ID, n.Version, "清单与系统不符，请补齐数据项。", 0)
		w.must(err)
		if f := w.find(n.ID); f.Notice.State != rectification.Rejected || f.Clock == nil || f.Clock.On.String() != "2017-11-15" {
			t.Errorf("rejected: %+v, clock %+v: the due day stays", f.Notice, f.Clock)
		}
		w.at("2017-11-15 10:00")
		n = w.replied("WJ", n.ID)
		w.at("2017-11-17 10:00") // the due day has passed while the Office had it
		_, err = w.desk.Reject(ctx, w.office(), n.ID, n.Version, "清单仍与系统不符，请补齐。", 0)
		w.refusedAt(err, "again_wd rectify.err.again")
		n, err = w.desk.Reject(ctx, w.office(), n.ID, n.Version, "清单仍与系统不符，请补齐。", 3)
		w.must(err)
		if n.DueOn.String() != "2017-11-22" {
			t.Errorf("new due day %s, want 2017-11-22", n.DueOn)
		}
		w.at("2017-11-23 08:00")
		w.swept(1, 1)
		n = w.replied("WJ", n.ID)
		_, err = w.desk.Reject(ctx, w.office(), n.ID, n.Version, "清单仍与系统不符，请补齐。", 3)
		w.refusedAt(err, "again_wd rectify.err.no_term")
		n, err = w.desk.Reject(ctx, w.office(), n.ID, n.Version, "清单仍与系统不符，请补齐。", 0)
		w.must(err)
		if n.State != rectification.Escalated {
			t.Errorf("a rejected late reply leads to %s", n.State)
		}
	})
}

func TestTheReportWaitsForAWorkingDay(t *testing.T) {
	each(t, func(w *world) {
		w.at("2017-11-03 10:00") // due on Friday 11-17
		n := w.issued("WJ", rectification.R2)
		w.at("2017-11-18 09:00")
		w.swept(1, 0)
		w.at("2017-11-20 00:03")
		w.swept(0, 1)
		n = w.find(n.ID).Notice
		_, err := w.desk.Decide(t.Context(), w.office(), n.ID, n.Version, rectification.DecideTalk, "约谈主要负责人，限期整改到位。")
		w.refused(err, auth.ErrForbidden)
		_, err = w.desk.Decide(t.Context(), w.Someone(auth.Leader), n.ID, n.Version, "", "")
		w.refusedAt(err, "decision err.required", "outcome err.required")
		n, err = w.desk.Decide(t.Context(), w.Someone(auth.Leader), n.ID, n.Version, rectification.DecideTalk, "约谈主要负责人，限期整改到位。")
		w.must(err)
		if n.State != rectification.LGDecided || *n.LateWd != 1 || w.find(n.ID).Clock != nil {
			t.Errorf("decided: %+v", n)
		}
	})
}

func TestNothingIsIssuedBeforeTheRulesHold(t *testing.T) {
	each(t, func(w *world) {
		w.at("2017-10-23 23:59")
		n, err := w.desk.Draft(t.Context(), w.office(), w.draft("WJ", rectification.R1))
		w.must(err)
		_, err = w.desk.Issue(t.Context(), w.office(), n.ID, n.Version)
		w.refused(err, rectification.ErrNotInForce)
		w.at("2017-10-24 00:00")
		_, err = w.desk.Issue(t.Context(), w.office(), n.ID, n.Version)
		w.must(err)
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	each(t, func(w *world) {
		ctx := t.Context()
		w.at("2017-11-01 10:00")
		_, err := w.desk.Draft(ctx, w.Head("MZ"), w.draft("WJ", rectification.R1))
		w.refused(err, auth.ErrForbidden)
		n, err := w.desk.Draft(ctx, w.Someone(auth.Centre), w.draft("WJ", rectification.R1))
		w.must(err)
		_, err = w.desk.Issue(ctx, w.Someone(auth.Centre), n.ID, n.Version)
		w.refused(err, auth.ErrForbidden)
		police := w.Someone(auth.Police)
		police.AccountID = 2
		_, err = w.desk.Withdraw(ctx, police, n.ID, n.Version, "写错")
		w.refused(err, auth.ErrForbidden)
		_, err = w.desk.Find(ctx, w.Head("WJ"), n.ID)
		if err == nil {
			t.Error("the department reads a draft")
		}
		own := w.office()
		own.DepartmentID = w.Department("WJ").ID
		_, err = w.desk.Issue(ctx, own, n.ID, n.Version)
		w.refused(err, rectification.ErrOwn)
		n, err = w.desk.Issue(ctx, w.office(), n.ID, n.Version)
		w.must(err)
		if _, err = w.desk.Find(ctx, w.Head("MZ"), n.ID); err == nil {
			t.Error("another department reads the notice")
		}
		_, err = w.desk.Reply(ctx, w.Clerk("WJ"), n.ID, n.Version, "目录已编制完成并报送。", nil)
		w.refused(err, auth.ErrForbidden)
		n, err = w.desk.WriteReply(ctx, w.Clerk("WJ"), n.ID, n.Version, "目录已编制完成并报送。", nil)
		w.must(err)
		if n.State != rectification.Issued {
			t.Errorf("a draft of the reply moved the notice to %s", n.State)
		}
		_, err = w.desk.Reply(ctx, w.Head("WJ"), n.ID, n.Version, "目录已编制完成并报送。", nil)
		w.refusedAt(err, "file rectify.err.evidence")
		n = w.replied("WJ", n.ID)
		_, err = w.desk.Accept(ctx, own, n.ID, n.Version, "")
		w.refused(err, rectification.ErrOwn)
		if got := len(w.find(n.ID).Replies); got != 1 {
			t.Errorf("%d replies: what the clerk wrote is what the head hands in", got)
		}
	})
}

func TestWhatADraftHasToSay(t *testing.T) {
	each(t, func(w *world) {
		w.at("2017-11-01 10:00")
		w.owner = w.Department("WJ").ID
		_, err := w.desk.Draft(t.Context(), w.office(), rectification.Draft{TermWd: 4, Facts: "太短"})
		w.refusedAt(err, "department err.required", "situation err.required", "facts rectify.err.short", "demand err.required", "term_wd rectify.err.term")
		in := w.draft("MZ", rectification.R2)
		in.Records = []rectification.RecordRef{{Kind: rectification.FactSystem, Ref: "S-1"}, {Kind: rectification.FactCatalog, Ref: "307/1"}, {Kind: rectification.FactSystem}}
		_, err = w.desk.Draft(t.Context(), w.office(), in)
		w.refusedAt(err, "records rectify.err.record_other", "records rectify.err.record")
	})
}

func TestWhatIsProvenCountsOnceInItsMonth(t *testing.T) {
	each(t, func(w *world) {
		ctx, text := t.Context(), "核查日志，认定将数据提供给第三方。"
		w.at("2017-11-01 10:00")
		r1 := w.issued("MZ", rectification.R1)
		_, err := w.desk.Prove(ctx, w.office(), r1.ID, r1.Version, rectification.ProvenMisuse, text)
		w.refusedAt(err, "what rectify.err.not_r4")
		n := w.issued("WJ", rectification.R4)
		n, err = w.desk.Prove(ctx, w.office(), n.ID, n.Version, rectification.ProvenMisuse, text)
		w.must(err)
		_, err = w.desk.Prove(ctx, w.office(), n.ID, n.Version, rectification.ProvenMisuse, text)
		w.refused(err, rectification.ErrProven)
		w.at("2017-12-01 10:00")
		_, err = w.desk.Prove(ctx, w.office(), n.ID, n.Version, rectification.ProvenFalse, text)
		w.must(err)
		w.wantCases("2017-11", "2017-11-15", "WJ", "overdue 0 open 1 misuse 1 false 0")
		w.wantCases("2017-12", "2017-12-01", "WJ", "overdue 1 open 1 misuse 0 false 1")
		w.wantCases("2017-12", "2017-12-01", "JT", "overdue 0 open 0 misuse 0 false 0")
	})
}

func TestWhatIsOverdueBySystemAndBody(t *testing.T) {
	each(t, func(w *world) {
		ctx := t.Context()
		system := w.Registered("WJ", "物价监测系统")
		w.owner, w.system = system.OwnerID, &system.ID
		w.at("2017-11-01 10:00")
		in := w.draft("WJ", rectification.R2)
		in.Records = []rectification.RecordRef{{Kind: rectification.FactSystem, Ref: "S-1"}}
		n, err := w.desk.Draft(ctx, w.office(), in)
		w.must(err)
		_, err = w.desk.Issue(ctx, w.office(), n.ID, n.Version)
		w.must(err)
		w.issued("MZ", rectification.R5)
		open := func(day string) string {
			var out string
			w.must(w.DB.Read(ctx, func(tx *store.Tx) error {
				on, err := calendar.ParseDate(day)
				w.must(err)
				systems, bodies, err := w.desk.OpenOn(tx, on)
				out = fmt.Sprint(len(systems[system.ID]), len(bodies[w.Department("WJ").ID]), len(bodies[w.Department("MZ").ID]), len(systems), len(bodies))
				return err
			}))
			return out
		}
		w.at("2017-11-20 10:00") // before any sweep
		if got := open("2017-11-20"); got != "1 1 0 1 1" {
			t.Errorf("overdue on 11-20: %s; R5 does not count", got)
		}
		if got := open("2017-11-15"); got != "0 0 0 0 0" {
			t.Errorf("overdue on 11-15: %s", got)
		}
	})
}

func TestListsAndNumbers(t *testing.T) {
	each(t, func(w *world) {
		ctx := t.Context()
		w.at("2017-11-06 10:00")
		late := w.issued("MZ", rectification.R2)
		w.at("2017-11-01 10:00")
		first := w.issued("WJ", rectification.R1)
		w.must(second(w.desk.Draft(ctx, w.office(), w.draft("JT", rectification.R3))))
		page, err := w.desk.List(ctx, w.office(), rectification.Query{})
		w.must(err)
		if page.Total != 3 || page.Rows[0].ID != first.ID || page.Rows[1].ID != late.ID || page.Rows[0].Clock.Remaining != 10 {
			t.Errorf("the list of the Office: %+v", page.Rows)
		}
		for _, k := range []struct {
			name string
			by   auth.Principal
			q    rectification.Query
			want int64
		}{
			{"the department's", w.Clerk("WJ"), rectification.Query{}, 1},
			{"of others", w.Clerk("JT"), rectification.Query{}, 0},
			{"what waits for the Office", w.office(), rectification.Query{Waiting: true}, 1},
			{"what waits for the department", w.Head("WJ"), rectification.Query{Waiting: true}, 1},
			{"by situation", w.office(), rectification.Query{Situations: []rectification.Situation{rectification.R2}}, 1},
			{"by state", w.Someone(auth.Leader), rectification.Query{States: []rectification.State{rectification.Issued}}, 2},
			{"by words", w.Someone(auth.Auditor), rectification.Query{Search: "目录"}, 3},
			{"by body", w.office(), rectification.Query{Department: w.Department("MZ").ID}, 1},
			{"overdue", w.office(), rectification.Query{Overdue: true}, 0},
		} {
			page, err := w.desk.List(ctx, k.by, k.q)
			w.must(err)
			if page.Total != k.want {
				t.Errorf("%s: %d, want %d", k.name, page.Total, k.want)
			}
		}
		w.at("2017-11-16 08:00")
		w.swept(1, 1)
		tally, err := w.desk.Tally(ctx, w.office(), 2017)
		w.must(err)
		want := rectification.Count{Issued: 1, Open: 1, Overdue: 1, EverLate: 1}
		if tally.Total != 2 || tally.Overdue != 1 || tally.Situations[rectification.R1] != want || tally.Bodies[w.Department("WJ").ID] != want {
			t.Errorf("numbers: %+v", tally)
		}
		waits, err := w.desk.Waits(ctx, w.Someone(auth.Leader))
		w.must(err)
		if waits != (rectification.Waits{Total: 1, Overdue: 1}) {
			t.Errorf("the leading group waits for %+v", waits)
		}
	})
}

func second(_ rectification.Notice, err error) error { return err }

func TestTheTermIsAPolicy(t *testing.T) {
	each(t, func(w *world) {
		ctx := t.Context()
		w.at("2017-11-01 10:00")
		_, err := w.desk.SetPolicy(ctx, w.office(), rectification.Policy{TermWd: 31}, "")
		w.refusedAt(err, "term_wd rectify.err.term", "reason err.required")
		_, err = w.desk.SetPolicy(ctx, w.Someone(auth.Centre), rectification.Policy{TermWd: 15}, "试行")
		w.refused(err, auth.ErrForbidden)
		w.must(func() error {
			_, err := w.desk.SetPolicy(ctx, w.office(), rectification.Policy{TermWd: 15}, "试行")
			return err
		}())
		_, err = w.desk.SetPolicy(ctx, w.office(), rectification.Policy{TermWd: 20}, "试行")
		w.refused(err, store.ErrStale)
		if n := w.issued("WJ", rectification.R1); n.DueOn.String() != "2017-11-22" {
			t.Errorf("15 working days from 11-01 end on %s", n.DueOn)
		}
	})
}
