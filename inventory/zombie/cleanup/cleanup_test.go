package cleanup_test

import (
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
	"qingce/inventory/zombie/cleanup"
	"qingce/inventory/zombie/detect"
)

func TestACaseGoesFromSuspicionToTheRegister(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx, head := t.Context(), b.Head("RS")
		s, c := b.suspect("RS", "人事档案查询系统", detect.NotMet, detect.NotMet, detect.NotMet, detect.Met)
		if c.No != "ZC-2017-0001" || c.State != cleanup.Suspected || c.Strength != cleanup.Strong || len(c.Features) != 1 || !c.Features.Has("z4") {
			t.Fatalf("opened %+v", c)
		}
		if c.Money == nil || *c.Money != 12_000_000 || c.Confidence != 970 || len(c.Findings) != 5 || c.Findings[3].Figures.Gap != 193 {
			t.Errorf("the case does not keep what was found: %+v", c)
		}
		b.at("2017-10-24 09:00")
		c = b.must(b.Desk.Notify(ctx, b.office(), c.No, c.Version))
		if got := c.AnswerDue.String(); got != "2017-10-31" {
			t.Errorf("to be answered by %s, want 2017-10-31, five working days after 10-24", got)
		}
		c = b.must(b.Desk.Answer(ctx, head, c.No, c.Version, cleanup.Reply{Answer: cleanup.Admits, Text: "省平台已替代"}))
		c = b.must(b.Desk.Decide(ctx, b.office(), c.No, c.Version, true, "部门认可，予以认定"))
		if c.State != cleanup.Confirmed || c.DueOn.String() != "2017-10-31" {
			t.Errorf("confirmed: %s, due %s", c.State, c.DueOn)
		}
		c = b.must(b.Desk.HandInPlan(ctx, head, c.No, c.Version, retirement()))
		c = b.must(b.Desk.ApprovePlan(ctx, b.office(), c.No, c.Version))

		b.at("2017-11-02 10:00")
		if !c.Overdue(b.day("2017-11-02")) || c.Overdue(b.day("2017-10-31")) {
			t.Error("overdue from the day after the due day, and not before")
		}
		done := cleanup.Done{StoppedOn: b.day("2017-10-30"), Outcome: "停机、备份并移交档案", Released: retirement().Released}
		_, err := b.Desk.SubmitEvidence(ctx, head, c.No, c.Version, done)
		if !refusedAt(err, "evidence") || !strings.Contains(err.Error(), "v23") {
			t.Fatalf("handed in without proof: %v", err)
		}
		for _, purpose := range []string{inventory.PurposeBackup, inventory.PurposeDisposal} {
			if err := b.prove(b.Clerk("RS"), c.No, purpose); err != nil {
				t.Fatal(err)
			}
		}
		c = b.must(b.Desk.SubmitEvidence(ctx, head, c.No, c.Version, done))
		c = b.must(b.Desk.Accept(ctx, b.centre(), c.No, c.Version, "材料齐全"))
		if c.State != cleanup.Cleaned || c.LateWd == nil || *c.LateWd != 2 {
			t.Errorf("accepted: %s, late %v, want 2 working days", c.State, c.LateWd)
		}
		got, err := b.Registry.FindSystem(ctx, b.office(), s.Code)
		if err != nil || got.State != inventory.Retired || got.DisabledDate.String() != "2017-10-30" || got.Phase != inventory.PhaseOffline || got.CleanedSituation == "" {
			t.Errorf("the register says %s %s %s %q: %v", got.State, got.DisabledDate, got.Phase, got.CleanedSituation, err)
		}
		history, err := b.Registry.SystemHistory(ctx, b.office(), s.Code)
		if err != nil || history[0].Origin != "/zombies/cases/ZC-2017-0001" || history[0].Action != "ended.retired" {
			t.Errorf("history %+v: %v", history[0], err)
		}
		f, err := b.Desk.Find(ctx, head, c.No)
		if err != nil || len(f.Dues) != 0 || len(f.Moves) != 0 || len(f.Files) != 2 {
			t.Errorf("dues %v, moves %v, files %d: %v", f.Dues, f.Moves, len(f.Files), err)
		}
		var steps []string
		for _, step := range f.Steps {
			steps = append(steps, step.Action)
		}
		if got := strings.Join(steps, " "); got != "opened notify admit confirm plan approve_plan submit accept" {
			t.Errorf("steps %s", got)
		}
		totals, err := b.Desk.Totals(ctx, b.Someone(auth.Leader))
		if err != nil || totals.All.Cleaned != 1 || totals.All.Before != 1 || totals.All.After != 0 || totals.All.Released != retirement().Released {
			t.Errorf("totals %+v: %v", totals.All, err)
		}
	})
}

func TestFollowDoesNothingTwice(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		s := b.move(b.Head("JY"), b.Registered("JY", "教育OA"), inventory.Declare)
		idle := b.move(b.Head("JY"), b.Registered("JY", "只是空闲"), inventory.Declare)
		few := b.move(b.Head("JY"), b.Registered("JY", "用的人少"), inventory.Declare)
		fine := b.move(b.Head("JY"), b.Registered("JY", "正常"), inventory.Declare)
		if f := b.follow(); f != (cleanup.Followed{}) {
			t.Errorf("without a run: %+v", f)
		}
		day := b.ran("2017-10-22")
		b.says(day, s, detect.NotMet, detect.Suspected)
		b.says(day, idle, detect.NotMet, detect.NotMet, detect.Met)
		b.says(day, few, detect.NotMet, detect.NotMet, detect.NotMet, detect.NotMet, detect.Suspected)
		b.says(day, fine)
		b.at("2017-10-23 09:00")
		if f := b.follow(); f.Opened != 2 {
			t.Errorf("opened %d, want 2: idle resources alone are not enough", f.Opened)
		}
		if got := b.caseOf(few).Strength; got != cleanup.Weak {
			t.Errorf("a small scope alone has strength %d, want weak", got)
		}
		before := b.caseOf(s)
		if f := b.follow(); f.Opened+f.Closed+f.Reopened != 0 {
			t.Errorf("a second time: %+v", f)
		}
		if after := b.caseOf(s); after.Version != before.Version {
			t.Error("a second time changed a case")
		}
	})
}

func TestUseThatResumesClosesWhatNobodyConfirmed(t *testing.T) {
	for name, c := range map[string]struct {
		now  detect.Result
		want cleanup.State
	}{
		"used again":      {detect.NotMet, cleanup.ClosedItself},
		"not measured":    {detect.Insufficient, cleanup.Notified},
		"out of season":   {detect.OffSeason, cleanup.Notified},
		"suspected still": {detect.Suspected, cleanup.Notified},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, b *bench) {
				s, one := b.suspect("LY", "游客投诉登记系统", detect.Suspected)
				b.must(b.Desk.Notify(t.Context(), b.office(), one.No, one.Version))
				b.at("2017-10-26 09:00")
				b.says(b.ran("2017-10-25"), s, c.now)
				b.follow()
				got := b.caseOf(s)
				if got.State != c.want {
					t.Errorf("%s, want %s", got.State, c.want)
				}
				f, err := b.Desk.Find(t.Context(), b.Head("LY"), got.No)
				if err != nil || got.State == cleanup.ClosedItself && (len(f.Dues) != 0 || got.ClosedReason == "" || got.ClosedOn.String() != "2017-10-26") {
					t.Errorf("closed itself: dues %d, reason %q, on %s: %v", len(f.Dues), got.ClosedReason, got.ClosedOn, err)
				}
			})
		})
	}
}

func TestConfirmedCasesDoNotCloseThemselves(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		s, c := b.suspect("LY", "游客投诉登记系统", detect.Met)
		b.confirmed(c, b.Head("LY"))
		b.says(b.ran("2017-10-25"), s, detect.NotMet)
		if f := b.follow(); f.Closed != 0 || b.caseOf(s).State != cleanup.Confirmed {
			t.Errorf("what was confirmed closed itself: %+v", f)
		}
	})
}

func TestTrafficAfterTheCleanUpReopens(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx, head := t.Context(), b.Head("LY")
		s, c := b.suspect("LY", "游客投诉登记系统", detect.Met)
		c = b.confirmed(c, head)
		c = b.must(b.Desk.HandInPlan(ctx, head, c.No, c.Version, retirement()))
		c = b.must(b.Desk.ApprovePlan(ctx, b.office(), c.No, c.Version))
		for _, purpose := range []string{inventory.PurposeBackup, inventory.PurposeDisposal} {
			if err := b.prove(head, c.No, purpose); err != nil {
				t.Fatal(err)
			}
		}
		b.at("2017-12-05 10:00")
		done := cleanup.Done{StoppedOn: b.day("2017-12-05"), Outcome: "已停机", Released: cleanup.Released{OmSaved: 4_800_000}}
		c = b.must(b.Desk.SubmitEvidence(ctx, head, c.No, c.Version, done))
		c = b.must(b.Desk.Accept(ctx, b.centre(), c.No, c.Version, ""))
		if *c.LateWd != 25 {
			t.Errorf("late by %d working days, want 25", *c.LateWd)
		}
		b.at("2017-12-12 06:00")
		b.says(b.ran("2017-12-11"), s, detect.Met)
		if f := b.follow(); f.Reopened != 0 || f.Opened != 0 {
			t.Errorf("without traffic: %+v", f)
		}
		b.used(s, "2017-12-05", 9) // the day of the clean-up itself does not count
		if f := b.follow(); f.Reopened != 0 {
			t.Errorf("by use of the day of the clean-up: %+v", f)
		}
		b.used(s, "2017-12-11", 2)
		if f := b.follow(); f.Reopened != 1 {
			t.Fatalf("after two log-ins: %+v", f)
		}
		c = b.caseOf(s)
		if c.State != cleanup.Reopened || c.TrafficOn.String() != "2017-12-11" || c.TrafficLogins != 2 || c.Reopenings != 1 {
			t.Errorf("reopened %+v", c)
		}
		if f := b.follow(); f.Reopened != 0 {
			t.Errorf("a second time: %+v", f)
		}
		for day, want := range map[string]cleanup.SumsAt{
			"2017-10-22": {}, "2017-11-30": {Found: 1}, "2017-12-05": {Found: 1, Cleaned: 1, Saved: 4_800_000}, "2017-12-12": {Found: 1},
		} {
			if got, err := b.Desk.SumsAt(ctx, b.office(), b.day(day)); err != nil || got != want {
				t.Errorf("at the end of %s: %+v, %v, want %+v", day, got, err, want)
			}
		}
		if got, err := b.Desk.SumsAt(ctx, b.Head("MZ"), b.day("2017-12-05")); err != nil || got != (cleanup.SumsAt{}) {
			t.Errorf("another department adds up %+v, %v", got, err)
		}
		b.at("2017-12-12 15:00")
		done.StoppedOn, done.Outcome = b.day("2017-12-12"), "已删除残留账号"
		c = b.must(b.Desk.SubmitEvidence(ctx, head, c.No, c.Version, done))
		c = b.must(b.Desk.Accept(ctx, b.centre(), c.No, c.Version, ""))
		if c.State != cleanup.Cleaned || c.CleanedOn.String() != "2017-12-12" || *c.LateWd != 25 {
			t.Errorf("closed again: %s on %s, late %d", c.State, c.CleanedOn, *c.LateWd)
		}
		if f := b.follow(); f.Reopened != 0 {
			t.Error("the traffic of before reopens it again")
		}
	})
}

// used hands in the log-ins of a day.
func (b *bench) used(s inventory.System, day string, logins int) {
	b.t.Helper()
	ledger := usage.NewLedger(b.DB, b.Registry)
	err := b.DB.Write(b.t.Context(), func(tx *store.Tx) error {
		return ledger.PutDaysIn(tx, []usage.GivenDay{{
			System: s.ID, Date: b.day(day), Upload: 1, Values: usagetest.Values(wire.Logins, logins), At: b.Clock.Now(),
		}})
	})
	if err == nil {
		_, err = ledger.RollUp(b.t.Context())
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

func TestNobodyDecidesTheOwnCase(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		_, c := b.suspect("RS", "人事档案查询系统", detect.Met)
		inside := b.office()
		inside.DepartmentID = b.Department("RS").ID
		_, err := b.Desk.Notify(ctx, inside, c.No, c.Version)
		wantErr(t, "the Office of the own department notifies", err, cleanup.ErrOwnCase)
		c = b.must(b.Desk.Notify(ctx, b.office(), c.No, c.Version))
		_, err = b.Desk.Decide(ctx, b.office(), c.No, c.Version, true, "到期未答")
		wantErr(t, "confirmed before the days of the answer have passed", err, cleanup.ErrUnanswered)
		both := b.Head("RS")
		both.Roles = auth.Roles{auth.Head, auth.Office}
		c = b.must(b.Desk.Answer(ctx, both, c.No, c.Version, cleanup.Reply{Answer: cleanup.Contests, Text: "每年年底要用"}))
		_, err = b.Desk.Decide(ctx, both, c.No, c.Version, false, "还要用的")
		wantErr(t, "who answered decides", err, cleanup.ErrOwnCase)
		both.DepartmentID = 0
		_, err = b.Desk.Decide(ctx, both, c.No, c.Version, false, "还要用的")
		wantErr(t, "who answered decides from elsewhere", err, cleanup.ErrOwnAnswer)
		_, err = b.Desk.Decide(ctx, b.Someone(auth.Leader), c.No, c.Version, true, "予以认定")
		wantErr(t, "the leading group decides what the Office decides", err, cleanup.ErrLeader)
		for _, role := range []auth.Role{auth.Centre, auth.Finance, auth.Auditor, auth.Expert, auth.Admin, auth.Police} {
			_, err = b.Desk.Decide(ctx, b.Someone(role), c.No, c.Version, true, "予以认定")
			wantErr(t, string(role)+" decides", err, auth.ErrForbidden)
		}
		_, err = b.Desk.Decide(ctx, b.office(), c.No, c.Version, true, "")
		if !refusedAt(err, "reason") {
			t.Errorf("decided without a reason: %v", err)
		}
		b.must(b.Desk.Decide(ctx, b.office(), c.No, c.Version, true, "去年同期亦无使用"))
	})
}

func TestTheLeadingGroupDecidesForThoseWhoDecide(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		_, c := b.suspect("MZ", "老龄优待证系统", detect.Met)
		c = b.must(b.Desk.Answer(t.Context(), b.Head("MZ"), c.No, c.Version, cleanup.Reply{Answer: cleanup.Admits}))
		c = b.must(b.Desk.Decide(t.Context(), b.Someone(auth.Leader), c.No, c.Version, true, "领导小组会议议定"))
		if c.State != cleanup.Confirmed {
			t.Errorf("%s, want confirmed", c.State)
		}
	})
}

func TestCasesOfOthersAreNotThere(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		_, c := b.suspect("RS", "人事档案查询系统", detect.Met)
		for name, by := range map[string]auth.Principal{"another clerk": b.Clerk("MZ"), "another head": b.Head("MZ"), "another region": b.Region("ZY")} {
			if _, err := b.Desk.Find(ctx, by, c.No); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s finds it: %v", name, err)
			}
			if page, err := b.Desk.List(ctx, by, cleanup.Query{}); err != nil || page.Total != 0 {
				t.Errorf("%s lists %d: %v", name, page.Total, err)
			}
			if totals, err := b.Desk.Totals(ctx, by); err != nil || totals.All.Cases != 0 {
				t.Errorf("%s counts %d: %v", name, totals.All.Cases, err)
			}
			if _, err := b.Desk.Answer(ctx, by, c.No, c.Version, cleanup.Reply{Answer: cleanup.Admits}); err == nil {
				t.Errorf("%s answers", name)
			}
			if err := b.prove(by, c.No, "statement"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s proves: %v", name, err)
			}
		}
		for _, role := range []auth.Role{auth.Admin, auth.Police, auth.Standards, auth.Network, auth.Probe} {
			_, err := b.Desk.Find(ctx, b.Someone(role), c.No)
			wantErr(t, string(role)+" finds it", err, auth.ErrForbidden)
		}
		if _, err := b.Desk.Find(ctx, b.Someone(auth.Expert), c.No); err != nil {
			t.Errorf("an expert, who advises: %v", err)
		}
	})
}

func TestStepsAreTakenFromTheRightStateAndVersion(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx, head := t.Context(), b.Head("RS")
		_, c := b.suspect("RS", "人事档案查询系统", detect.Met)
		_, err := b.Desk.HandInPlan(ctx, head, c.No, c.Version, retirement())
		wantErr(t, "a plan before the decision", err, cleanup.ErrMove)
		_, err = b.Desk.Accept(ctx, b.centre(), c.No, c.Version, "")
		wantErr(t, "accepted before it was handed in", err, cleanup.ErrMove)
		_, err = b.Desk.Notify(ctx, b.office(), c.No, c.Version+1)
		wantErr(t, "another version", err, store.ErrStale)
		_, err = b.Desk.Answer(ctx, head, c.No, c.Version, cleanup.Reply{Answer: cleanup.Contests, Text: " "})
		if !refusedAt(err, "answer_text") {
			t.Errorf("contested without a word: %v", err)
		}
		_, err = b.Desk.Answer(ctx, b.Clerk("RS"), c.No, c.Version, cleanup.Reply{Answer: cleanup.Admits})
		wantErr(t, "a clerk answers", err, auth.ErrForbidden)
		c = b.must(b.Desk.Prepare(ctx, b.Clerk("RS"), c.No, c.Version, "拟认可，请审定"))
		if c.State != cleanup.Suspected || c.DraftText == "" {
			t.Errorf("prepared: %s %q", c.State, c.DraftText)
		}
		c = b.confirmed(c, head)
		bad := retirement()
		bad.Action, bad.Servers = cleanup.MergeIt, -1
		if _, err = b.Desk.HandInPlan(ctx, head, c.No, c.Version, bad); !refusedAt(err, "target") || !refusedAt(err, "servers") {
			t.Errorf("merged into nothing with a negative number: %v", err)
		}
		bad.Servers, bad.Target = 1, "RS-0001"
		if _, err = b.Desk.HandInPlan(ctx, head, c.No, c.Version, bad); !refusedAt(err, "target") {
			t.Errorf("merged into itself: %v", err)
		}
	})
}

func TestMergedSystemsNameWhatTookThemOver(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx, head := t.Context(), b.Head("RS")
		target := b.move(head, b.Registered("RS", "社会保险核心业务系统"), inventory.Declare)
		s, c := b.suspect("RS", "劳动保障监察系统", detect.Met)
		c = b.confirmed(c, head)
		plan := retirement()
		plan.Action, plan.Target = cleanup.MergeIt, strings.ToLower(target.Code)
		c = b.must(b.Desk.HandInPlan(ctx, head, c.No, c.Version, plan))
		c = b.must(b.Desk.ReturnPlan(ctx, b.centre(), c.No, c.Version, "请补充数据迁移安排"))
		c = b.must(b.Desk.HandInPlan(ctx, head, c.No, c.Version, plan))
		c = b.must(b.Desk.ApprovePlan(ctx, b.office(), c.No, c.Version))
		for _, purpose := range []string{inventory.PurposeBackup, inventory.PurposeDisposal} {
			if err := b.prove(head, c.No, purpose); err != nil {
				t.Fatal(err)
			}
		}
		done := cleanup.Done{StoppedOn: b.day("2017-10-20"), Outcome: "功能并入社保核心系统"}
		c = b.must(b.Desk.SubmitEvidence(ctx, head, c.No, c.Version, done))
		c = b.must(b.Desk.ReturnEvidence(ctx, b.centre(), c.No, c.Version, "备份材料缺少校验记录"))
		f, err := b.Desk.Find(ctx, head, c.No)
		if err != nil || len(f.Dues) != 1 || f.Dues[0].DueOn != c.DueOn {
			t.Errorf("after the return it is due %v, want %s: %v", f.Dues, c.DueOn, err)
		}
		c = b.must(b.Desk.SubmitEvidence(ctx, head, c.No, c.Version, done))
		b.must(b.Desk.Accept(ctx, b.centre(), c.No, c.Version, ""))
		got, err := b.Registry.FindSystem(ctx, b.office(), s.Code)
		if err != nil || got.State != inventory.Merged || got.MergedIntoID == nil || *got.MergedIntoID != target.ID {
			t.Errorf("the register says %s into %v: %v", got.State, got.MergedIntoID, err)
		}
	})
}

// TestHowACleanUpStoodOnADay: it is owed from its confirmation on, until it is
// accepted or put aside; what came later is not known on the day.
func TestHowACleanUpStoodOnADay(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		on := func(day string, s inventory.System) (at cleanup.StandAt) {
			t.Helper()
			err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
				all, err := b.Desk.CleanedAt(tx, b.day(day))
				at = all[s.ID]
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		s, c := b.suspect("RS", "人事档案查询系统", detect.Met)
		if on("2017-10-24", s).Confirmed {
			t.Error("owed while it is only suspected")
		}
		b.at("2017-10-25 09:00")
		c = b.confirmed(c, b.Head("RS"))
		b.at("2017-11-06 09:00")
		b.must(b.Desk.MakeExempt(t.Context(), b.office(), c.No, c.Version, b.day("2017-12-29"), "等待省平台上线"))
		for day, want := range map[string]bool{"2017-10-24": false, "2017-10-25": true, "2017-11-05": true, "2017-11-06": false} {
			if got := on(day, s).Confirmed; got != want {
				t.Errorf("owed on %s: %v, want %v", day, got, want)
			}
		}
	})
}

func TestADismissalAnswersTheSameSuspicion(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		s, c := b.suspect("RS", "人事档案查询系统", detect.Suspected)
		b.must(b.Desk.Decide(t.Context(), b.office(), c.No, c.Version, false, "应急备用，保留"))
		if f := b.follow(); f.Opened != 0 {
			t.Error("opened again the same day")
		}
		b.says(b.ran("2017-10-25"), s, detect.Suspected)
		if f := b.follow(); f.Opened != 0 {
			t.Error("the same suspicion is opened again")
		}
		b.says(b.ran("2017-11-25"), s, detect.Met)
		if f := b.follow(); f.Opened != 1 {
			t.Error("a stronger suspicion is not opened")
		}
	})
}

func TestAnExemptionHoldsUntilItsDay(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		s, c := b.suspect("RS", "人事档案查询系统", detect.Met)
		for _, until := range []string{"2017-10-23", "2019-10-23"} {
			if _, err := b.Desk.MakeExempt(ctx, b.office(), c.No, c.Version, b.day(until), "等待省平台上线"); !refusedAt(err, "until") {
				t.Errorf("exempt until %s: %v", until, err)
			}
		}
		b.must(b.Desk.MakeExempt(ctx, b.office(), c.No, c.Version, b.day("2017-11-30"), "等待省平台上线"))
		b.says(b.ran("2017-11-30"), s, detect.Met)
		if f := b.follow(); f.Opened != 0 {
			t.Error("opened while it is exempt")
		}
		b.says(b.ran("2017-12-01"), s, detect.Met)
		if f := b.follow(); f.Opened != 1 {
			t.Error("not opened after the exemption")
		}
	})
}

func TestWhatWaitsForWhom(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx, head := t.Context(), b.Head("RS")
		_, c := b.suspect("RS", "人事档案查询系统", detect.Met)
		waiting := func(by auth.Principal) int64 {
			w, err := b.Desk.Waiting(ctx, by)
			if err != nil {
				t.Fatal(err)
			}
			page, err := b.Desk.List(ctx, by, cleanup.Query{Waiting: true})
			if err != nil || page.Total != w.Total {
				t.Errorf("%d wait, %d are listed: %v", w.Total, page.Total, err)
			}
			return w.Total
		}
		want := func(when string, office, centre, dept int64) {
			t.Helper()
			if o, ct, d := waiting(b.office()), waiting(b.centre()), waiting(head); o != office || ct != centre || d != dept {
				t.Errorf("%s: office %d, centre %d, department %d; want %d %d %d", when, o, ct, d, office, centre, dept)
			}
		}
		want("suspected", 1, 0, 1)
		c = b.must(b.Desk.Notify(ctx, b.office(), c.No, c.Version))
		want("notified", 0, 0, 1)
		c = b.must(b.Desk.Answer(ctx, head, c.No, c.Version, cleanup.Reply{Answer: cleanup.Admits}))
		want("admitted", 1, 0, 0)
		c = b.must(b.Desk.Decide(ctx, b.office(), c.No, c.Version, true, "予以认定"))
		want("confirmed", 0, 0, 1)
		if waiting(b.Head("MZ")) != 0 || waiting(b.Someone(auth.Auditor)) != 0 {
			t.Error("it waits for somebody else")
		}
	})
}

func TestCasesAreListed(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		a := b.move(b.Head("RS"), b.Registered("RS", "甲系统"), inventory.Declare)
		m := b.move(b.Head("MZ"), b.Registered("MZ", "乙系统"), inventory.Declare)
		z := b.move(b.Head("JY"), b.Registered("JY", "丙系统"), inventory.Declare)
		day := b.ran("2017-10-22")
		b.says(day, a, detect.Suspected)
		b.says(day, m, detect.Met, detect.Suspected)
		b.says(day, z, detect.NotMet, detect.NotMet, detect.NotMet, detect.NotMet, detect.Suspected)
		b.at("2017-10-23 09:00")
		b.follow()
		for _, c := range []struct {
			name string
			q    cleanup.Query
			want string
		}{
			{"by weight", cleanup.Query{}, m.Code + " " + a.Code + " " + z.Code},
			{"by system", cleanup.Query{Sort: cleanup.BySystem}, z.Code + " " + m.Code + " " + a.Code},
			{"a feature", cleanup.Query{Feature: "z2"}, m.Code},
			{"a strength", cleanup.Query{Strength: cleanup.Weak}, z.Code},
			{"a department", cleanup.Query{Department: b.Department("RS").ID}, a.Code},
			{"a word", cleanup.Query{Search: "丙"}, z.Code},
			{"a state", cleanup.Query{States: []cleanup.State{cleanup.Notified}}, ""},
			{"the second page", cleanup.Query{Page: 2, Size: 2}, z.Code},
		} {
			page, err := b.Desk.List(ctx, b.office(), c.q)
			var codes []string
			for _, row := range page.Rows {
				codes = append(codes, row.Code)
			}
			if got := strings.Join(codes, " "); err != nil || got != c.want {
				t.Errorf("%s: %s, want %s: %v", c.name, got, c.want, err)
			}
		}
	})
}

func TestTerms(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		now, err := b.Desk.Terms(ctx, b.office())
		if err != nil || now.CleanWd != 20 || now.CleanBy.String() != "2017-10-31" {
			t.Fatalf("%+v: %v", now, err)
		}
		next := cleanup.Terms{Version: now.Version, CleanWd: 10}
		if _, err := b.Desk.SetTerms(ctx, b.office(), cleanup.Terms{Version: now.Version}, "缩短期限"); !refusedAt(err, "clean_wd") {
			t.Errorf("no days at all: %v", err)
		}
		_, err = b.Desk.SetTerms(ctx, b.centre(), next, "缩短期限")
		wantErr(t, "the centre sets terms", err, auth.ErrForbidden)
		if _, err := b.Desk.SetTerms(ctx, b.office(), next, "缩短期限"); err != nil {
			t.Fatal(err)
		}
		_, err = b.Desk.SetTerms(ctx, b.office(), next, "缩短期限")
		wantErr(t, "an old version", err, store.ErrStale)
		_, c := b.suspect("RS", "人事档案查询系统", detect.Met)
		if got := b.confirmed(c, b.Head("RS")).DueOn.String(); got != "2017-11-06" {
			t.Errorf("due %s, want 2017-11-06: ten working days after 10-23", got)
		}
	})
}
