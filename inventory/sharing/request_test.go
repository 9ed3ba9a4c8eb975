package sharing_test

import (
	"errors"
	"slices"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory/catalog"
	"qingce/inventory/sharing"
	"qingce/inventory/sharing/sharingtest"
)

// must gives what a verb made, and fails when it was refused.
func must[T any](t *testing.T, got T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// refusedAt fails unless err names the field with the code.
func refusedAt(t *testing.T, err error, name, code string) {
	t.Helper()
	if !slices.ContainsFunc(fault.FieldsOf(err), func(f fault.Field) bool { return f.Name == name && f.Code == code }) {
		t.Errorf("got %v, want %s at %s", err, code, name)
	}
}

// refused fails unless err is the other.
func refused(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

// asked is the request of FC for an entry of MZ, handed in.
func asked(t *testing.T, w *sharingtest.World) sharing.Request {
	t.Helper()
	e := w.Entry("MZ", "婚姻登记信息", catalog.Conditional)
	r, err := w.Sharing.AskFor(t.Context(), w.Head("FC"), sharingtest.Ask(e.Code))
	return must(t, r, err)
}

func clock(t *testing.T, w *sharingtest.World, by auth.Principal, id sharing.RequestID) *sharing.Clock {
	t.Helper()
	f, err := w.Sharing.FindRequest(t.Context(), by, id)
	return must(t, f, err).Clock
}

// wantDue fails unless the term that runs ends on a day.
func wantDue(t *testing.T, c *sharing.Clock, day string, remaining int) {
	t.Helper()
	if c == nil || c.On.String() != day || c.Remaining != remaining {
		t.Errorf("due %+v, want %s with %d working days left", c, day, remaining)
	}
}

// escalated puts a request to the Office with a signed paper.
func escalate(t *testing.T, w *sharingtest.World, by auth.Principal, r sharing.Request) (sharing.Request, error) {
	t.Helper()
	var out sharing.Request
	err := w.Paper("application.pdf", func(f evidence.Received) error {
		var err error
		out, err = w.Sharing.Escalate(t.Context(), by, r.ID, r.Version, sharing.Application{Text: "办理不动产登记须核对婚姻状况，依法履职必需。", File: &f})
		return err
	})
	return out, err
}

// The request of the acceptance story, from the application to the agreement.
func TestARequestFromRefusalToSettlement(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, fc, mz, office := t.Context(), w.Head("FC"), w.Head("MZ"), w.Someone(auth.Office)
		w.At("2017-11-06 10:00")
		r := asked(t, w)
		wantDue(t, clock(t, w, fc, r.ID), "2017-11-20", 10)

		w.At("2017-11-16 15:00")
		_, err := w.Sharing.Reply(ctx, mz, r.ID, r.Version, sharing.Answer{Reply: sharing.ReplyRefuse})
		refusedAt(t, err, "reply_text", "sharing.err.reason")
		refusedAt(t, err, "reasons", "sharing.err.reasons")
		no := sharing.Answer{Reply: sharing.ReplyRefuse, Reasons: field.List{sharing.ReasonExcessive}, Text: "超出必要范围：登记只需核验婚姻状况。"}
		got, err := w.Sharing.Reply(ctx, mz, r.ID, r.Version, no)
		r = must(t, got, err)
		if r.State != sharing.RequestRefused || r.ReplyDueOn.String() != "2017-11-20" || *r.ReplyLateWd != 0 {
			t.Errorf("refused: %s, due %s, late %v", r.State, r.ReplyDueOn, *r.ReplyLateWd)
		}
		if c := clock(t, w, fc, r.ID); c != nil {
			t.Errorf("a term runs after the answer: %+v", c)
		}

		w.At("2017-11-20 09:30")
		_, err = w.Sharing.Escalate(ctx, fc, r.ID, r.Version, sharing.Application{Text: "办理不动产登记须核对婚姻状况。"})
		refusedAt(t, err, "file", "sharing.err.application")
		got, err = escalate(t, w, fc, r)
		r = must(t, got, err)
		wantDue(t, clock(t, w, office, r.ID), "2017-12-04", 10)

		got, err = w.Sharing.Convene(ctx, office, r.ID, r.Version, sharing.Meeting{On: sharingtest.Day(t, "2017-11-28")})
		r = must(t, got, err)
		w.At("2017-11-30 16:00")
		terms := sharingtest.Terms()
		terms.MethodNote, terms.ValidFrom = "只提供是否已婚的核验接口", sharingtest.Day(t, "2017-12-01")
		got, err = w.Sharing.Settle(ctx, office, r.ID, r.Version, sharing.Settlement{Outcome: sharing.OutcomeVerify, Text: "以核验接口方式共享，只返回是或否。", Terms: terms})
		r = must(t, got, err)
		if r.State != sharing.RequestSettled || r.SettleDueOn.String() != "2017-12-04" || *r.SettleLateWd != 0 {
			t.Errorf("settled: %s, due %s, late %v", r.State, r.SettleDueOn, *r.SettleLateWd)
		}
		f, err := w.Sharing.FindRequest(ctx, fc, r.ID)
		if must(t, f, err); len(f.Agreements) != 1 {
			t.Fatalf("agreements: %+v", f.Agreements)
		}
		a := f.Agreements[0]
		if a.ValidFrom.String() != "2017-12-01" || a.Method != sharing.MethodQuery || !a.Purposes.Has(sharing.PurposeCollaboration) {
			t.Errorf("the agreement: %+v", a)
		}
		if a.Covers(sharingtest.Day(t, "2017-11-30")) || !a.Covers(sharingtest.Day(t, "2017-12-01")) {
			t.Error("the agreement is in force from the wrong day")
		}
		var did []string
		for _, s := range f.Steps {
			did = append(did, s.Action)
		}
		want := []string{"request.drafted", "request.submitted", "request.refused", "request.escalated", "request.convened", "request.settled"}
		if !slices.Equal(did, want) {
			t.Errorf("steps %v, want %v", did, want)
		}
	})
}

func TestARefusalNeedsARealReason(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		w.At("2017-11-06 10:00")
		r := asked(t, w)
		for _, c := range []struct{ name, text, code string }{
			{"nothing", "", "sharing.err.reason"},
			{"blanks", "   ", "sharing.err.reason"},
			{"too short", "不方便提供", "sharing.err.reason_short"},
			{"the same as above", "同上", "sharing.err.reason_short"},
			{"the same as above, filled up", "同上。。。。。。。。。。。", "sharing.err.reason_short"},
		} {
			t.Run(c.name, func(t *testing.T) {
				_, err := w.Sharing.Reply(t.Context(), w.Head("MZ"), r.ID, r.Version, sharing.Answer{
					Reply: sharing.ReplyRefuse, Reasons: field.List{sharing.ReasonNoDuty}, Text: c.text,
				})
				refusedAt(t, err, "reply_text", c.code)
			})
		}
	})
}

func TestAGrantSaysScopePurposeAndMethod(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, mz := t.Context(), w.Head("MZ")
		w.At("2017-11-06 10:00")
		r := asked(t, w)
		_, err := w.Sharing.Reply(ctx, mz, r.ID, r.Version, sharing.Answer{Reply: sharing.ReplyGrant})
		refusedAt(t, err, "scope", "sharing.err.scope")
		refusedAt(t, err, "purposes", "sharing.err.purpose")
		refusedAt(t, err, "method", "err.required")

		terms := sharingtest.Terms()
		terms.Scope, terms.Method = sharing.ScopeOffices, sharing.MethodOffline
		_, err = w.Sharing.Reply(ctx, mz, r.ID, r.Version, sharing.Answer{Reply: sharing.ReplyGrant, Terms: terms})
		refusedAt(t, err, "scope_note", "err.required")
		refusedAt(t, err, "method_note", "err.required")

		got, err := w.Sharing.Reply(ctx, mz, r.ID, r.Version, sharing.Answer{Reply: sharing.ReplyGrant, Terms: sharingtest.Terms()})
		if r = must(t, got, err); r.State != sharing.RequestGranted {
			t.Errorf("granted: %s", r.State)
		}
		page, err := w.Sharing.ListAgreements(ctx, w.Clerk("FC"), sharing.AgreementQuery{})
		if must(t, page, err); page.Total != 1 || page.Rows[0].ValidFrom.String() != "2017-11-06" {
			t.Errorf("agreements: %+v", page.Rows)
		}
		_, err = w.Sharing.Reply(ctx, mz, r.ID, r.Version, sharing.Answer{Reply: sharing.ReplyGrant, Terms: sharingtest.Terms()})
		refused(t, err, sharing.ErrState)
	})
}

func TestSilenceIsOverdueAndNeverConsent(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, fc, mz := t.Context(), w.Head("FC"), w.Head("MZ")
		w.At("2017-11-06 10:00")
		r := asked(t, w)
		w.At("2017-11-20 23:59")
		_, err := escalate(t, w, fc, r)
		refused(t, err, sharing.ErrTooEarly)
		n, err := w.Sharing.Sweep(ctx)
		if must(t, n, err); n != 0 {
			t.Errorf("swept %d on the due day", n)
		}

		w.At("2017-11-21 00:01")
		for i, want := range []int{1, 0} {
			n, err := w.Sharing.Sweep(ctx)
			if must(t, n, err); n != want {
				t.Errorf("sweep %d noted %d, want %d", i, n, want)
			}
		}
		f, err := w.Sharing.FindRequest(ctx, fc, r.ID)
		if must(t, f, err); f.Request.State != sharing.RequestOverdue || !f.Silent() || f.Turn() != sharing.TurnProvider || len(f.Agreements) != 0 {
			t.Errorf("after silence: %s, %d agreements", f.Request.State, len(f.Agreements))
		}
		page, err := w.Sharing.ListRequests(ctx, w.Someone(auth.Office), sharing.RequestQuery{Overdue: true})
		if must(t, page, err); page.Total != 1 || page.Rows[0].Clock.Late != 1 {
			t.Errorf("overdue: %+v", page.Rows)
		}

		w.At("2017-11-23 09:00") // three working days late
		r = f.Request
		got, err := w.Sharing.Reply(ctx, mz, r.ID, r.Version, sharing.Answer{Reply: sharing.ReplyGrant, Terms: sharingtest.Terms()})
		if must(t, got, err); *got.ReplyLateWd != 3 || got.State != sharing.RequestGranted {
			t.Errorf("answered late: %s, late %d", got.State, *got.ReplyLateWd)
		}
	})
}

func TestAfterSilenceTheWayToTheOfficeIsOpen(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		w.At("2017-11-06 10:00")
		r := asked(t, w)
		w.At("2017-11-22 10:00") // nobody swept yet
		got, err := escalate(t, w, w.Head("FC"), r)
		if must(t, got, err); got.State != sharing.RequestEscalated || *got.ReplyLateWd != 2 || got.ReplyDueOn.String() != "2017-11-20" {
			t.Errorf("escalated: %s, late %v", got.State, got.ReplyLateWd)
		}
		wantDue(t, clock(t, w, w.Head("FC"), r.ID), "2017-12-06", 10)
	})
}

func TestTheShareTypeDecidesTheWay(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, fc := t.Context(), w.Head("FC")
		w.At("2017-11-06 10:00")
		open := w.Entry("GS", "企业登记信息", catalog.Unconditional)
		_, err := w.Sharing.AskFor(ctx, fc, sharingtest.Ask(open.Code))
		refused(t, err, sharing.ErrFetch) // V10

		shut := w.Entry("GA", "户籍人口信息", catalog.NotShared)
		ask := sharingtest.Ask(shut.Code)
		_, err = w.Sharing.AskFor(ctx, fc, ask)
		refused(t, err, sharing.ErrWrittenOnly) // V11
		ask.Submit = false
		got, err := w.Sharing.AskFor(ctx, fc, ask)
		r := must(t, got, err)
		_, err = w.Sharing.Submit(ctx, fc, r.ID, r.Version)
		refused(t, err, sharing.ErrWrittenOnly)
		got, err = escalate(t, w, fc, r)
		if must(t, got, err); got.State != sharing.RequestEscalated {
			t.Errorf("the written route: %s", got.State)
		}

		ask = sharingtest.Ask("307/999999")
		_, err = w.Sharing.AskFor(ctx, fc, ask)
		refusedAt(t, err, "entry", "sharing.err.entry")
		own := w.Entry("FC", "房屋产权信息", catalog.Conditional)
		_, err = w.Sharing.AskFor(ctx, fc, sharingtest.Ask(own.Code))
		refusedAt(t, err, "entry", "sharing.err.own_data")
	})
}

func TestWhatARequestMustSay(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		w.At("2017-11-06 10:00")
		e := w.Entry("MZ", "婚姻登记信息", catalog.Conditional)
		for _, c := range []struct {
			name string
			with func(*sharing.Ask)
			at   string
			code string
		}{
			{"purpose", func(a *sharing.Ask) { a.Purposes = nil }, "purposes", "sharing.err.purpose"},
			{"another purpose in words", func(a *sharing.Ask) { a.Purposes = field.List{sharing.PurposeOther} }, "purpose_note", "err.required"},
			{"duty", func(a *sharing.Ask) { a.DutyBasis = " " }, "duty_basis", "err.required"},
			{"scope", func(a *sharing.Ask) { a.ScopeWanted = "" }, "scope_wanted", "err.required"},
			{"method", func(a *sharing.Ask) { a.Method = "pigeon" }, "method", "err.choice"},
			{"an item of the entry", func(a *sharing.Ask) { a.Items = []string{"血型"} }, "items", "sharing.err.unknown_item"},
			{"a day to come", func(a *sharing.Ask) { a.ValidUntil = sharingtest.Day(t, "2017-11-05") }, "valid_until", "sharing.err.past"},
		} {
			t.Run(c.name, func(t *testing.T) {
				ask := sharingtest.Ask(e.Code)
				c.with(&ask)
				_, err := w.Sharing.AskFor(t.Context(), w.Head("FC"), ask)
				refusedAt(t, err, c.at, c.code)
			})
		}
	})
}

func TestAClerkDraftsAndTheHeadHandsIn(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, clerk, head := t.Context(), w.Clerk("FC"), w.Head("FC")
		w.At("2017-11-06 10:00")
		e := w.Entry("MZ", "婚姻登记信息", catalog.Conditional)
		ask := sharingtest.Ask(e.Code)
		_, err := w.Sharing.AskFor(ctx, clerk, ask)
		refused(t, err, auth.ErrForbidden)
		ask.Submit = false
		got, err := w.Sharing.AskFor(ctx, clerk, ask)
		r := must(t, got, err)
		if _, err := w.Sharing.FindRequest(ctx, w.Head("MZ"), r.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the provider sees a draft: %v", err)
		}
		_, err = w.Sharing.AskFor(ctx, clerk, ask)
		refused(t, err, sharing.ErrRequestOpen)
		_, err = w.Sharing.Submit(ctx, clerk, r.ID, r.Version)
		refused(t, err, auth.ErrForbidden)
		ask.Items = []string{"姓名"}
		got, err = w.Sharing.Revise(ctx, clerk, r.ID, r.Version, ask)
		revised := must(t, got, err)
		_, err = w.Sharing.Submit(ctx, head, r.ID, r.Version)
		refused(t, err, store.ErrStale)
		w.At("2017-11-07 09:00")
		got, err = w.Sharing.Submit(ctx, head, r.ID, revised.Version)
		if must(t, got, err); got.State != sharing.RequestSubmitted || !slices.Equal(got.Items, []string{"姓名"}) {
			t.Errorf("handed in: %+v", got)
		}
		wantDue(t, clock(t, w, head, r.ID), "2017-11-21", 10) // the term begins with the handing in
	})
}

func TestWhoSeesAndDecidesRequests(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx := t.Context()
		w.At("2017-11-06 10:00")
		r := asked(t, w)
		for _, c := range []struct {
			name string
			by   auth.Principal
			sees bool
		}{
			{"the user", w.Clerk("FC"), true}, {"the provider", w.Clerk("MZ"), true}, {"another department", w.Head("RS"), false},
			{"another region", w.Region("ZY"), false}, {"the Office", w.Someone(auth.Office), true}, {"the centre", w.Someone(auth.Centre), true},
			{"the leading group", w.Someone(auth.Leader), true}, {"the auditors", w.Someone(auth.Auditor), true},
			{"finance", w.Someone(auth.Finance), false}, {"the police as an organ", w.Someone(auth.Police), false}, {"the administrator", w.Someone(auth.Admin), false},
		} {
			_, err := w.Sharing.FindRequest(ctx, c.by, r.ID)
			page, lerr := w.Sharing.ListRequests(ctx, c.by, sharing.RequestQuery{})
			if lerr != nil || (err == nil) != c.sees || (page.Total == 1) != c.sees {
				t.Errorf("%s: find %v, list %d %v, want seen %v", c.name, err, page.Total, lerr, c.sees)
			}
		}
		yes := sharing.Answer{Reply: sharing.ReplyGrant, Terms: sharingtest.Terms()}
		for _, by := range []auth.Principal{w.Clerk("MZ"), w.Someone(auth.Office)} {
			_, err := w.Sharing.Reply(ctx, by, r.ID, r.Version, yes)
			refused(t, err, auth.ErrForbidden)
		}
		for _, by := range []auth.Principal{w.Head("FC"), w.Head("RS")} { // also not the one that asks
			if _, err := w.Sharing.Reply(ctx, by, r.ID, r.Version, yes); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s answers: %v", by.Login, err)
			}
		}
	})
}

func TestAPartyDoesNotDecideItsOwnEscalation(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		w.At("2017-11-06 10:00")
		r := asked(t, w)
		w.At("2017-11-22 10:00")
		got, err := escalate(t, w, w.Head("FC"), r)
		r = must(t, got, err)
		both := w.Head("MZ")
		both.Roles = auth.Roles{auth.Head, auth.Office}
		out := sharing.Settlement{Outcome: sharing.OutcomeUphold, Text: "经协调，维持提供方不共享的意见。"}
		_, err = w.Sharing.Settle(t.Context(), both, r.ID, r.Version, out)
		refused(t, err, sharing.ErrOwnEscalation)
		got, err = w.Sharing.Settle(t.Context(), w.Someone(auth.Office), r.ID, r.Version, out)
		if must(t, got, err); got.State != sharing.RequestSettled {
			t.Errorf("settled: %s", got.State)
		}
		page, err := w.Sharing.ListAgreements(t.Context(), w.Head("FC"), sharing.AgreementQuery{})
		if must(t, page, err); page.Total != 0 {
			t.Error("an upheld refusal made an agreement")
		}
	})
}

func TestListsBeginWithWhatIsDueFirst(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, fc := t.Context(), w.Head("FC")
		w.At("2017-11-06 10:00")
		late := asked(t, w)
		other := w.Entry("GA", "居住证信息", catalog.Conditional)
		draft := sharingtest.Ask(w.Entry("RS", "社保缴纳信息", catalog.Conditional).Code)
		draft.Submit = false
		dr, err := w.Sharing.AskFor(ctx, fc, draft)
		must(t, dr, err)
		w.At("2017-11-08 10:00")
		soon, err := w.Sharing.AskFor(ctx, fc, sharingtest.Ask(other.Code))
		must(t, soon, err)
		page, err := w.Sharing.ListRequests(ctx, fc, sharing.RequestQuery{})
		must(t, page, err)
		var ids []sharing.RequestID
		for _, row := range page.Rows {
			ids = append(ids, row.ID)
		}
		if !slices.Equal(ids, []sharing.RequestID{late.ID, soon.ID, dr.ID}) {
			t.Errorf("order %v, want %v", ids, []sharing.RequestID{late.ID, soon.ID, dr.ID})
		}
		for _, c := range []struct {
			by   auth.Principal
			want int64
		}{{fc, 1}, {w.Head("MZ"), 1}, {w.Head("GA"), 1}, {w.Clerk("MZ"), 0}, {w.Head("RS"), 0}, {w.Someone(auth.Office), 0}} {
			n, err := w.Sharing.CountRequests(ctx, c.by)
			if must(t, n, err); n.Waiting != c.want {
				t.Errorf("%s: %d wait, want %d", c.by.Login, n.Waiting, c.want)
			}
		}
	})
}

func TestEveryStepFromEveryState(t *testing.T) {
	ends := []sharing.RequestState{sharing.RequestGranted, sharing.RequestSettled, sharing.RequestClosed, sharing.RequestWithdrawn}
	for _, from := range sharing.RequestStates() {
		if from.Turn() == sharing.TurnNobody != slices.Contains(ends, from) {
			t.Errorf("whose turn %s is: %s", from, from.Turn())
		}
		for _, to := range sharing.RequestStates() {
			if from.May(to) && slices.Contains(ends, from) {
				t.Errorf("%s is an end, and leads to %s", from, to)
			}
			if from.May(to) && to == sharing.RequestDraft {
				t.Errorf("%s leads back to a draft", from)
			}
		}
	}
	if sharing.RequestGranted.May(sharing.RequestEscalated) || !sharing.RequestOverdue.May(sharing.RequestEscalated) || !sharing.RequestPartial.May(sharing.RequestEscalated) {
		t.Error("the way to the Office is open from silence and from less than was asked for, and not from a grant")
	}
}
