package sharing_test

import (
	"slices"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory/catalog"
	"qingce/inventory/sharing"
	"qingce/inventory/sharing/sharingtest"
)

func scheduleOf(w *sharingtest.World, prefix string) schedule.Filter {
	return schedule.Filter{Department: w.Department(prefix).ID}
}

// granted is the agreement of FC over data of MZ, with terms of its own.
func granted(t *testing.T, w *sharingtest.World, with func(*sharing.Terms)) sharing.Agreement {
	t.Helper()
	r, terms := asked(t, w), sharingtest.Terms()
	if with != nil {
		with(&terms)
	}
	got, err := w.Sharing.Reply(t.Context(), w.Head("MZ"), r.ID, r.Version, sharing.Answer{Reply: sharing.ReplyGrant, Terms: terms})
	must(t, got, err)
	page, err := w.Sharing.ListAgreements(t.Context(), w.Head("FC"), sharing.AgreementQuery{Request: r.ID})
	if must(t, page, err); page.Total != 1 {
		t.Fatalf("%d agreements", page.Total)
	}
	return page.Rows[0]
}

func use(calls int64) sharing.Taking {
	return sharing.Taking{Purpose: sharing.PurposeCollaboration, Matter: "存量房转移登记", Calls: calls}
}

func TestUseIsHeldToTheAgreement(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, fc := t.Context(), w.Clerk("FC")
		w.At("2017-11-06 10:00")
		a := granted(t, w, func(terms *sharing.Terms) {
			terms.Quota, terms.ValidFrom, terms.ValidTo = new(int64(100)), sharingtest.Day(t, "2017-11-08"), sharingtest.Day(t, "2017-11-10")
		})
		_, err := w.Sharing.RecordUse(ctx, fc, a.ID, use(1))
		refused(t, err, sharing.ErrNotInForce)
		w.At("2017-11-08 10:00")
		for _, c := range []struct {
			name string
			with func(*sharing.Taking)
			at   string
			code string
		}{
			{"another purpose", func(u *sharing.Taking) { u.Purpose = sharing.PurposeReference }, "purpose", "sharing.err.purpose_not_granted"},
			{"no matter", func(u *sharing.Taking) { u.Matter = "" }, "matter", "err.required"},
			{"over the quota", func(u *sharing.Taking) { u.Calls = 101 }, "calls", "sharing.err.over_quota"},
			{"a day to come", func(u *sharing.Taking) { u.On = sharingtest.Day(t, "2017-11-09") }, "used_on", "sharing.err.future"},
		} {
			u := use(1)
			c.with(&u)
			_, err := w.Sharing.RecordUse(ctx, fc, a.ID, u)
			refusedAt(t, err, c.at, c.code)
		}
		for _, calls := range []int64{60, 40} {
			u, err := w.Sharing.RecordUse(ctx, fc, a.ID, use(calls))
			must(t, u, err)
		}
		_, err = w.Sharing.RecordUse(ctx, fc, a.ID, use(1))
		refusedAt(t, err, "calls", "sharing.err.over_quota")
		if _, err := w.Sharing.RecordUse(ctx, w.Clerk("RS"), a.ID, use(1)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another department uses it: %v", err)
		}
		f, err := w.Sharing.FindAgreement(ctx, w.Head("MZ"), a.ID)
		if must(t, f, err); f.Agreement.Calls != 100 || f.UseCount != 2 || f.Agreement.LastUsedOn.String() != "2017-11-08" {
			t.Errorf("used %d times in %d lines, last on %s", f.Agreement.Calls, f.UseCount, f.Agreement.LastUsedOn)
		}
		page, err := w.Sharing.ListUses(ctx, w.Head("MZ"), sharing.UseQuery{Side: sharing.ProviderSide})
		if must(t, page, err); page.Total != 2 || page.Calls != 100 {
			t.Errorf("the ledger of the provider: %d lines, %d calls", page.Total, page.Calls)
		}

		w.At("2017-11-10 23:59")
		n, err := w.Sharing.Expire(ctx)
		if must(t, n, err); n != 0 {
			t.Errorf("expired on its last day")
		}
		w.At("2017-11-11 00:01")
		for _, want := range []int{1, 0} {
			n, err := w.Sharing.Expire(ctx)
			if must(t, n, err); n != want {
				t.Errorf("expired %d, want %d", n, want)
			}
		}
		_, err = w.Sharing.RecordUse(ctx, fc, a.ID, use(1))
		refused(t, err, sharing.ErrNotInForce)
	})
}

func TestAnAgreementIsSuspendedResumedAndRevoked(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, mz, centre := t.Context(), w.Head("MZ"), w.Someone(auth.Centre)
		w.At("2017-11-06 10:00")
		a := granted(t, w, nil)
		_, err := w.Sharing.HaltAgreement(ctx, w.Head("FC"), a.ID, a.Version, sharing.Suspend, "不想用了啊")
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("the user suspends: %v", err)
		}
		_, err = w.Sharing.HaltAgreement(ctx, centre, a.ID, a.Version, sharing.Revoke, "平台要求撤销")
		refused(t, err, auth.ErrForbidden)
		got, err := w.Sharing.HaltAgreement(ctx, centre, a.ID, a.Version, sharing.Suspend, "接口异常调用")
		a = must(t, got, err)
		_, err = w.Sharing.RecordUse(ctx, w.Clerk("FC"), a.ID, use(1))
		refused(t, err, sharing.ErrNotInForce)
		_, err = w.Sharing.HaltAgreement(ctx, mz, a.ID, a.Version-1, sharing.Resume, "已经整改到位")
		refused(t, err, store.ErrStale)
		got, err = w.Sharing.HaltAgreement(ctx, mz, a.ID, a.Version, sharing.Resume, "已经整改到位")
		a = must(t, got, err)
		got, err = w.Sharing.HaltAgreement(ctx, w.Someone(auth.Office), a.ID, a.Version, sharing.Revoke, "违规使用，撤销")
		if a = must(t, got, err); a.State != sharing.AgreementRevoked {
			t.Errorf("revoked: %s", a.State)
		}
		_, err = w.Sharing.HaltAgreement(ctx, mz, a.ID, a.Version, sharing.Resume, "重新启用它")
		refused(t, err, sharing.ErrState)
	})
}

func TestUnconditionalDataAreFetchedWithARecordOfUse(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, fc := t.Context(), w.Clerk("FC")
		w.At("2017-11-06 10:00")
		open, held := w.Entry("GS", "企业登记信息", catalog.Unconditional), w.Entry("MZ", "婚姻登记信息", catalog.Conditional)
		_, err := w.Sharing.Fetch(ctx, fc, open.Code, sharing.Taking{})
		refusedAt(t, err, "purpose", "err.required")
		u, err := w.Sharing.Fetch(ctx, fc, open.Code, sharing.Taking{Purpose: sharing.PurposeCheck, Matter: "核对开发企业"})
		if must(t, u, err); u.AgreementID != nil || u.Calls != 1 || u.UsedOn.String() != "2017-11-06" {
			t.Errorf("the record: %+v", u)
		}
		_, err = w.Sharing.Fetch(ctx, fc, held.Code, sharing.Taking{Purpose: sharing.PurposeCheck, Matter: "核对婚姻"})
		refused(t, err, sharing.ErrNotUnconditional)
		page, err := w.Sharing.ListUses(ctx, w.Head("RS"), sharing.UseQuery{})
		if must(t, page, err); page.Total != 0 {
			t.Error("a third department reads the ledger")
		}
	})
}

func TestConfirmedMisuseIsAFact(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, office := t.Context(), w.Someone(auth.Office)
		w.At("2017-11-06 10:00")
		a := granted(t, w, nil)
		in := sharing.Finding{Kind: sharing.MisuseThirdParty, Description: "把查询结果提供给了中介机构。"}
		for _, by := range []auth.Principal{w.Head("FC"), w.Head("RS")} {
			if _, err := w.Sharing.ReportMisuse(ctx, by, a.ID, in); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s reports: %v", by.Login, err)
			}
		}
		var reports []sharing.Misuse
		for range 2 {
			m, err := w.Sharing.ReportMisuse(ctx, w.Head("MZ"), a.ID, in)
			reports = append(reports, must(t, m, err))
		}
		both := w.Head("MZ")
		both.Roles = auth.Roles{auth.Head, auth.Office}
		_, err := w.Sharing.DecideMisuse(ctx, both, reports[0].ID, 1, sharing.MisuseConfirmed, "经核实确有其事，应予整改。")
		refused(t, err, sharing.ErrOwnEscalation)
		m, err := w.Sharing.DecideMisuse(ctx, office, reports[0].ID, 1, sharing.MisuseConfirmed, "经核实确有其事，应予整改。")
		must(t, m, err)
		m, err = w.Sharing.DecideMisuse(ctx, office, reports[1].ID, 1, sharing.MisuseDismissed, "经核实为同一件事，不重复认定。")
		must(t, m, err)
		var found []sharing.Misuse
		err = w.DB.Read(ctx, func(tx *store.Tx) error {
			found, err = w.Sharing.MisusesIn(tx, sharingtest.Day(t, "2017-11-01"), sharingtest.Day(t, "2017-11-30"))
			return err
		})
		if must(t, found, err); len(found) != 1 || found[0].ID != reports[0].ID || found[0].UserID != w.Department("FC").ID {
			t.Errorf("facts of November: %+v", found)
		}
	})
}

func TestTermsArePolicy(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, office := t.Context(), w.Someone(auth.Office)
		w.At("2017-11-06 10:00")
		p, err := w.Sharing.Policy(ctx)
		if must(t, p, err); p.ReplyWd != 10 || p.MediationWd != 10 || p.VerifyWd != 5 {
			t.Errorf("the first terms: %+v", p)
		}
		next := p
		next.ReplyWd = 0
		_, err = w.Sharing.SetPolicy(ctx, office, next, "试行")
		refusedAt(t, err, "reply_wd", "sharing.err.term")
		next.ReplyWd = 7
		_, err = w.Sharing.SetPolicy(ctx, w.Someone(auth.Centre), next, "试行")
		refused(t, err, auth.ErrForbidden)
		set, err := w.Sharing.SetPolicy(ctx, office, next, "试行缩短答复期限")
		if must(t, set, err); set.Version != 1 {
			t.Errorf("the version: %d", set.Version)
		}
		_, err = w.Sharing.SetPolicy(ctx, office, next, "再来一次")
		refused(t, err, store.ErrStale)
		r := asked(t, w)
		wantDue(t, clock(t, w, w.Head("FC"), r.ID), "2017-11-15", 7)
	})
}

func TestADemandFindsItsEntry(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, fc, office := t.Context(), w.Head("FC"), w.Someone(auth.Office)
		w.At("2017-10-18 10:00")
		w.Entry("RS", "社会保险缴纳信息", catalog.Conditional)
		e := w.Entry("MZ", "婚姻登记信息", catalog.Conditional)
		want := sharing.Want{Wanted: "居民婚姻登记情况", Purpose: sharing.PurposeCollaboration, Business: "不动产转移登记", Submit: true}
		_, err := w.Sharing.Need(ctx, fc, sharing.Want{Submit: true})
		refusedAt(t, err, "wanted", "err.required")
		_, err = w.Sharing.Need(ctx, w.Clerk("FC"), want)
		refused(t, err, auth.ErrForbidden)
		n, err := w.Sharing.Need(ctx, fc, want)
		n = must(t, n, err)
		found, err := w.Sharing.Suggest(ctx, office, n)
		if must(t, found, err); len(found) == 0 || found[0].Code != e.Code {
			t.Fatalf("suggested: %+v", found)
		}

		n, err = w.Sharing.Match(ctx, office, n.ID, n.Version, sharing.Decision{Holder: w.Department("MZ").ID})
		n = must(t, n, err)
		f, err := w.Sharing.FindDemand(ctx, w.Head("MZ"), n.ID)
		wantDue(t, must(t, f, err).Clock, "2017-11-01", 10)
		_, err = w.Sharing.AnswerDemand(ctx, w.Head("MZ"), n.ID, n.Version, sharing.Holding{Reason: "没有"})
		refusedAt(t, err, "reason", "sharing.err.short")
		if _, err := w.Sharing.AnswerDemand(ctx, w.Head("RS"), n.ID, n.Version, sharing.Holding{Entry: e.Code}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody else answers: %v", err)
		}
		n, err = w.Sharing.AnswerDemand(ctx, w.Head("MZ"), n.ID, n.Version, sharing.Holding{Reason: "本局没有汇总全市的登记情况。"})
		if n = must(t, n, err); n.State != sharing.DemandSubmitted || n.HolderID != nil {
			t.Errorf("denied: %+v", n)
		}
		if _, err := w.Sharing.FindDemand(ctx, w.Head("MZ"), n.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("still seen by the department that was asked: %v", err)
		}
		n, err = w.Sharing.Match(ctx, w.Someone(auth.Staffing), n.ID, n.Version, sharing.Decision{Entry: e.Code})
		if n = must(t, n, err); n.State != sharing.DemandMatched || n.EntryName != e.Name {
			t.Errorf("matched: %+v", n)
		}
		_, err = w.Sharing.Match(ctx, office, n.ID, n.Version, sharing.Decision{Unmet: true, Reason: "全市没有部门掌握这些数据。"})
		refused(t, err, sharing.ErrState)
	})
}

// A demand finds its entry also where the names have nothing in common: by the
// abstract, and by the items that are wanted.
func TestADemandIsFoundByItemsAndAbstract(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, office := t.Context(), w.Someone(auth.Office)
		w.At("2017-10-18 10:00")
		w.Entry("RS", "社会保险缴纳信息", catalog.Conditional)
		byItems := w.EntryWith("GA", "常住人口库", "户政管理数据", "户主姓名", "迁入日期", "户籍地址")
		byAbstract := w.EntryWith("MZ", "低收入台账", "城乡居民最低生活保障对象认定和救助发放情况", "姓名")
		for name, c := range map[string]struct {
			want  sharing.Want
			code  string
			items []string
		}{
			"by items":    {sharing.Want{Wanted: "落户证明材料", Items: "户籍地址、迁入日期"}, byItems.Code, []string{"户籍地址", "迁入日期"}},
			"by abstract": {sharing.Want{Wanted: "最低生活保障对象认定"}, byAbstract.Code, nil},
		} {
			c.want.Purpose, c.want.Business, c.want.Submit = sharing.PurposeCheck, "不动产登记", true
			n, err := w.Sharing.Need(ctx, w.Head("FC"), c.want)
			n = must(t, n, err)
			found, err := w.Sharing.Suggest(ctx, office, n)
			if must(t, found, err); len(found) == 0 || found[0].Code != c.code || !slices.Equal(found[0].Items, c.items) {
				t.Errorf("%s: %+v, want %s with %v", name, found, c.code, c.items)
			}
			if n.State != sharing.DemandSubmitted {
				t.Errorf("%s: decided without a reviewer: %s", name, n.State)
			}
		}
	})
}

func TestReliefsCountOnceTheOfficeAcceptedThem(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, office := t.Context(), w.Someone(auth.Office)
		w.At("2017-11-06 10:00")
		e := w.Entry("MZ", "婚姻登记信息", catalog.Conditional)
		in := sharing.Saving{
			Matter: "存量房转移登记", Material: "结婚证复印件", People: sharing.PeopleCitizens, Entry: e.Code,
			StoppedOn: sharingtest.Day(t, "2017-11-01"), TimesAYear: 8600,
		}
		r, err := w.Sharing.DeclareRelief(ctx, w.Clerk("FC"), in)
		r = must(t, r, err)
		_, err = w.Sharing.DeclareRelief(ctx, w.Clerk("FC"), in)
		refused(t, err, sharing.ErrReliefTwice)
		sum := func(by auth.Principal) sharing.ReliefPage {
			page, err := w.Sharing.ListReliefs(ctx, by, sharing.ReliefQuery{})
			return must(t, page, err)
		}
		if got := sum(office); got.Total != 1 || got.Accepted != 0 || got.Times != 0 {
			t.Errorf("before it was accepted: %+v", got)
		}
		_, err = w.Sharing.DecideRelief(ctx, w.Head("FC"), r.ID, r.Version, sharing.ReliefAccepted, "")
		refused(t, err, sharing.ErrOwnEscalation)
		r, err = w.Sharing.DecideRelief(ctx, office, r.ID, r.Version, sharing.ReliefAccepted, "")
		r = must(t, r, err)
		if got := sum(w.Clerk("FC")); got.Accepted != 1 || got.Times != 8600 {
			t.Errorf("accepted: %+v", got)
		}
		if got := sum(w.Clerk("RS")); got.Total != 0 {
			t.Errorf("another department sees %d", got.Total)
		}
		r, err = w.Sharing.DecideRelief(ctx, w.Head("FC"), r.ID, r.Version, sharing.ReliefWithdrawn, "")
		must(t, r, err)
		if got := sum(office); got.Accepted != 0 {
			t.Errorf("withdrawn: %+v", got)
		}
		r, err = w.Sharing.DeclareRelief(ctx, w.Clerk("FC"), in) // again, after it was withdrawn
		must(t, r, err)
	})
}

func TestOnlyTheLikelyHolderIsAsked(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, office := t.Context(), w.Someone(auth.Office)
		w.At("2017-10-18 10:00")
		n, err := w.Sharing.Need(ctx, w.Head("FC"), sharing.Want{Wanted: "居民收入", Purpose: sharing.PurposeCheck, Business: "住房保障", Submit: true})
		n = must(t, n, err)
		for _, in := range []sharing.Decision{{}, {Holder: w.Department("FC").ID}} {
			_, err := w.Sharing.Match(ctx, office, n.ID, n.Version, in)
			refusedAt(t, err, "holder", "sharing.err.holder")
		}
		_, err = w.Sharing.Match(ctx, office, n.ID, n.Version, sharing.Decision{Unmet: true})
		refusedAt(t, err, "reason", "err.required")
		_, err = w.Sharing.Match(ctx, w.Head("FC"), n.ID, n.Version, sharing.Decision{Holder: w.Department("MZ").ID})
		refused(t, err, auth.ErrForbidden)
	})
}
