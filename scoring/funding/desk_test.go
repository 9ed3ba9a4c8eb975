package funding_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/scoring/eligibility"
	"qingce/scoring/funding"
	"qingce/scoring/funding/fundingtest"
)

// refused checks the code of a refusal, or of its fields.
func refused(t *testing.T, what string, err error, codes ...string) {
	t.Helper()
	var got []string
	for _, f := range fault.FieldsOf(err) {
		got = append(got, f.Code)
	}
	var told *fault.Error
	if len(got) == 0 && errors.As(err, &told) {
		got = []string{told.Code}
	}
	if !slices.Equal(got, codes) {
		t.Errorf("%s: %v (%v), want %v", what, got, err, codes)
	}
}

func stands(f funding.File) string {
	i := f.Item
	out := fmt.Sprint(i.Stage, " ", i.Result, " ", i.Rules, " ", i.Turn())
	if !i.UntilOn.IsZero() {
		out += " until " + i.UntilOn.String()
	}
	if !i.FromOn.IsZero() {
		out += " from " + i.FromOn.String()
	}
	return out
}

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestARunFreezesWhatIsKnown(t *testing.T) {
	fundingtest.Each(t, func(t *testing.T, w *fundingtest.World) {
		good := w.Certified("RS", "社会保险核心业务系统", 1_200_000_00)
		bad := w.Certified("JT", "出租车GPS监管系统", 186_000_00)
		w.Certified("ZY", "枣阳市数据共享平台", 250_000_00) // a county's money is the county's
		unlocked := w.Registered("WJ", "价格监测系统")
		w.Connected(good)
		if _, err := w.Funding.Freeze(t.Context(), w.Someone(auth.Office), funding.Order{Year: 2018}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the Office makes the run: %v", err)
		}
		_, err := w.Funding.Freeze(t.Context(), w.Someone(auth.Finance), funding.Order{Year: 2020})
		refused(t, "two years ahead", err, "funding.err.year")
		run := w.Frozen(2018)
		// WJ-01 was only registered: a draft is no system yet.
		want(t, "systems, money", []any{run.Systems, run.Amount, run.Forecast(), run.Serial}, []any{2, 1_386_000_00, false, 1})
		want(t, "connected", stands(w.Item(good)), "found eligible |F15| opinion")
		want(t, "not connected", stands(w.Item(bad)), "found no |F9| opinion")
		if _, err := w.Registry.Move(t.Context(), w.Head("WJ"), unlocked.Code, unlocked.Version, inventory.Declare, ""); err != nil {
			t.Fatal(err)
		}
		_, err = w.Funding.Freeze(t.Context(), w.Someone(auth.Finance), funding.Order{Year: 2018})
		refused(t, "again without a reason", err, "funding.err.replace")
		again, err := w.Funding.Freeze(t.Context(), w.Someone(auth.Finance), funding.Order{Year: 2018, Reason: "物价局补报系统，重新核定一次。"})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "the second run", []any{again.Serial, again.Systems}, []any{2, 3})
		want(t, "declared, not locked", stands(w.Item(unlocked)), "found hold |F1|F9| opinion")
		years, err := w.Funding.Years(t.Context(), w.Someone(auth.Finance))
		if err != nil {
			t.Fatal(err)
		}
		want(t, "runs", []any{len(years), years[0].Run.Serial, years[0].Run.ReplacedAt == nil, years[1].Run.ReplacedAt != nil}, []any{2, 2, true, true})

		w.Opined(bad)
		_, err = w.Funding.Freeze(t.Context(), w.Someone(auth.Finance), funding.Order{Year: 2018, Reason: "物价局补报系统，重新核定一次。"})
		if !errors.Is(err, funding.ErrUnderway) {
			t.Errorf("replaced after an opinion: %v", err)
		}
	})
}

func TestAForecastBeforeTheRuleHolds(t *testing.T) {
	w := fundingtest.Over(t, cityOf(t))
	bad := w.Certified("JT", "出租车GPS监管系统", 186_000_00)
	run := w.Frozen(2017)
	f, err := w.Funding.Find(t.Context(), w.Head("JT"), 2017, bad.Code)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "2017", []any{run.Forecast(), f.Item.Result, f.Item.Forecast}, []any{true, "eligible", "F9"})
}

func TestOpinionsThenDecision(t *testing.T) {
	fundingtest.Each(t, func(t *testing.T, w *fundingtest.World) {
		s := w.Certified("JT", "出租车GPS监管系统", 186_000_00)
		w.Frozen(2018)
		office, reform, finance := w.Someone(auth.Office), w.Someone(auth.Reform), w.Someone(auth.Finance)
		_, err := w.Funding.Decide(t.Context(), finance, w.Ref(s), funding.Decision{})
		refused(t, "decided before the opinions", err, "funding.err.state")
		_, err = w.Funding.Opine(t.Context(), reform, w.Ref(s), funding.Opinion{As: auth.Office})
		refused(t, "the reform commission speaks for the Office", err, "err.perm")
		own := w.Someone(auth.Office)
		own.DepartmentID = w.Department("JT").ID
		_, err = w.Funding.Opine(t.Context(), own, w.Ref(s), funding.Opinion{As: auth.Office})
		refused(t, "about the own body", err, "funding.err.own_body")
		_, err = w.Funding.Opine(t.Context(), w.Someone(auth.Leader), w.Ref(s), funding.Opinion{As: auth.Office})
		refused(t, "the leading group in the place of the Office", err, "err.perm")
		_, err = w.Funding.Opine(t.Context(), office, w.Ref(s), funding.Opinion{As: auth.Office, Result: eligibility.Eligible})
		refused(t, "another result without a reason", err, "err.required")
		stale := w.Ref(s)
		w.Opined(s)
		want(t, "with both", stands(w.Item(s)), "opined no |F9| finance")
		want(t, "appeal until", w.Item(s).Item.AppealUntil, "2018-01-17")
		_, err = w.Funding.Decide(t.Context(), finance, stale, funding.Decision{})
		if !errors.Is(err, store.ErrStale) {
			t.Errorf("decided over an old version: %v", err)
		}
		_, err = w.Funding.Decide(t.Context(), finance, w.Ref(s), funding.Decision{Kept: new(int64(200_000_00)), KeptNote: "保留安全防护和数据导出费用"})
		refused(t, "more is kept than there is", err, "funding.err.kept_amount")
		if _, err = w.Funding.Decide(t.Context(), finance, w.Ref(s), funding.Decision{
			Kept: new(int64(20_000_00)), KeptNote: "保留安全防护和数据导出费用至 6 月底",
		}); err != nil {
			t.Fatal(err)
		}
		item := w.Item(s).Item
		want(t, "decided", []any{item.Stage, item.Result, item.Payable(), item.Turn()}, []any{"decided", "no", 20_000_00, "nobody"})
		_, err = w.Funding.Decide(t.Context(), finance, w.Ref(s), funding.Decision{})
		refused(t, "decided anew without a reason", err, "err.required")
		if _, err = w.Funding.Decide(t.Context(), finance, w.Ref(s), funding.Decision{Result: eligibility.Consult, Text: "该项目涉及合同纠纷，提交协商。"}); err != nil {
			t.Fatal(err)
		}
		var ways []string
		for _, f := range w.Item(s).Findings {
			ways = append(ways, fmt.Sprint(f.Number, " ", f.Way, " ", f.Result))
		}
		want(t, "what was decided before stays", ways, []string{"1 frozen no", "2 decided no", "3 decided consult"})
	})
}

func TestAnAppealUpToTheLeadingGroup(t *testing.T) {
	fundingtest.Each(t, func(t *testing.T, w *fundingtest.World) {
		s, other := w.Certified("JT", "出租车GPS监管系统", 186_000_00), w.Certified("WJ", "价格监测系统", 65_000_00)
		w.Frozen(2018)
		refused(t, "before the opinion", w.Appealed("JT", s, funding.Appeal), "funding.err.state")
		w.Decided(s)
		w.Decided(other)
		_, err := w.Funding.Plead(t.Context(), w.Head("JT"), w.Ref(s), funding.Petition{Kind: funding.Appeal, Text: "请予考虑"})
		refused(t, "without reason and evidence", err, "funding.err.short", "funding.err.evidence")
		_, err = w.Funding.Plead(t.Context(), w.Head("JT"), w.Ref(other), funding.Petition{Kind: funding.Appeal})
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("for another department: %v", err)
		}
		w.At("2018-01-12 10:00")
		if err := w.Appealed("JT", s, funding.Appeal); err != nil {
			t.Fatal(err)
		}
		f := w.Item(s)
		want(t, "appealed", []any{f.Item.Turn(), f.Clock.On, len(f.Pleas[0].Files)}, []any{"office", "2018-01-26", 1})
		refused(t, "a second one", w.Appealed("JT", s, funding.Appeal), "funding.err.plea")
		leader, until := w.Someone(auth.Leader), fundingtest.Day(t, "2018-03-31")
		grace := funding.Exception{Until: until, Reason: "专线割接日期已定，同意暂缓至三月底。"}
		_, err = w.Funding.Grant(t.Context(), leader, w.Ref(s), grace)
		refused(t, "granted before the Office has verified", err, "funding.err.state")
		w.At("2018-01-22 10:00")
		if _, err = w.Funding.Verify(t.Context(), w.Someone(auth.Office), w.Ref(s), funding.Check{Verdict: funding.Supports, Text: "割接通知属实，三月底前可以接入。"}); err != nil {
			t.Fatal(err)
		}
		want(t, "verified", stands(w.Item(s)), "decided no |F9| meeting")
		_, err = w.Funding.Uphold(t.Context(), leader, w.Ref(s), "维持原结论，不再另行安排。")
		refused(t, "the last word before the meeting", err, "funding.err.state")
		_, err = w.Funding.Consult(t.Context(), w.Someone(auth.Finance), w.Ref(s), funding.Consultation{On: fundingtest.Day(t, "2018-01-11"), Text: "三方会商同意上报领导小组。"})
		refused(t, "a meeting before the appeal", err, "funding.err.meeting")
		if _, err = w.Funding.Consult(t.Context(), w.Someone(auth.Finance), w.Ref(s), funding.Consultation{Text: "三方会商同意上报领导小组。"}); err != nil {
			t.Fatal(err)
		}
		w.At("2018-01-24 15:00")
		_, err = w.Funding.Grant(t.Context(), leader, w.Ref(s), funding.Exception{Until: fundingtest.Day(t, "2019-01-31"), Reason: grace.Reason})
		refused(t, "beyond the year", err, "funding.err.until")
		if _, err = w.Funding.Grant(t.Context(), w.Someone(auth.Finance), w.Ref(s), grace); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the finance bureau grants: %v", err)
		}
		if _, err = w.Funding.Grant(t.Context(), leader, w.Ref(s), grace); err != nil {
			t.Fatal(err)
		}
		f = w.Item(s)
		want(t, "granted", stands(f), "decided conditional |F9| nobody until 2018-03-31")
		want(t, "the plea", []any{f.Pleas[0].State, *f.Pleas[0].LateWd, f.Item.Payable()}, []any{"granted", 0, 186_000_00})
		want(t, "the other", stands(w.Item(other)), "decided no |F9| nobody")
		refused(t, "too late", w.Appealed("WJ", other, funding.Appeal), "funding.err.too_late")

		office := w.Someone(auth.Office)
		_, err = w.Funding.LookAgain(t.Context(), office, w.Ref(s), "")
		refused(t, "looked at again before the day", err, "funding.err.state")
		w.At("2018-04-02 09:00")
		if _, err = w.Funding.LookAgain(t.Context(), office, w.Ref(s), "暂缓期满仍未接入"); err != nil {
			t.Fatal(err)
		}
		want(t, "the day is over", stands(w.Item(s)), "opined no |F9| finance from 2018-04-01")
	})
}

func TestConnectedLaterInTheYear(t *testing.T) {
	fundingtest.Each(t, func(t *testing.T, w *fundingtest.World) {
		s := w.Certified("WJ", "价格监测系统", 65_000_00)
		w.Frozen(2018)
		w.Decided(s)
		w.At("2018-05-16 10:00")
		refused(t, "nothing has changed", w.Appealed("WJ", s, funding.Recheck), "funding.err.same_facts")
		w.Connected(s)
		if err := w.Appealed("WJ", s, funding.Recheck); err != nil {
			t.Fatal(err)
		}
		_, err := w.Funding.Verify(t.Context(), w.Someone(auth.Office), w.Ref(s), funding.Check{Verdict: funding.Supports, Text: "情况属实，予以支持办理。"})
		refused(t, "a re-check knows no exception", err, "funding.err.recheck_verdict")
		w.At("2018-06-01 10:00")
		if _, err := w.Funding.Verify(t.Context(), w.Someone(auth.Office), w.Ref(s), funding.Check{Verdict: funding.FactsChanged, Text: "已核实接入并有真实交换。"}); err != nil {
			t.Fatal(err)
		}
		f := w.Item(s)
		want(t, "found anew, from the month after it was filed", stands(f), "opined eligible |F15| finance from 2018-06-01")
		want(t, "what was frozen stays", []any{f.Frozen.Hub.Connected, f.Facts.Hub.Connected, len(f.Findings)}, []any{false, true, 3})
		want(t, "two working days late", *f.Pleas[0].LateWd, 2)
		if _, err := w.Funding.Decide(t.Context(), w.Someone(auth.Finance), w.Ref(s), funding.Decision{Text: "按复核结果自六月起安排运维经费。"}); err != nil {
			t.Fatal(err)
		}
		want(t, "decided", stands(w.Item(s)), "decided eligible |F15| nobody from 2018-06-01")
		checked, err := w.Funding.VerifyRuns(t.Context(), w.Someone(auth.Auditor))
		if err != nil {
			t.Fatal(err)
		}
		want(t, "all comes out as it did", []any{len(checked), checked[0].OK(), checked[0].Found}, []any{1, true, []fault.Field(nil)})
	})
}

func TestABatchLeavesOutWhatItMayNot(t *testing.T) {
	fundingtest.Each(t, func(t *testing.T, w *fundingtest.World) {
		a, b, c := w.Certified("JT", "出租车GPS监管系统", 1), w.Certified("WJ", "价格监测系统", 2), w.Certified("RS", "就业服务系统", 3)
		w.Frozen(2018)
		all := funding.Batch{Year: 2018, List: &funding.Query{}}
		_, err := w.Funding.OpineMany(t.Context(), w.Someone(auth.Office), funding.Batch{Year: 2018}, auth.Office, "")
		refused(t, "nothing chosen", err, "funding.err.none_chosen")
		of := w.Someone(auth.Office)
		of.DepartmentID = w.Department("JT").ID
		got, err := w.Funding.OpineMany(t.Context(), of, all, auth.Office, "同意系统核定结果")
		if err != nil {
			t.Fatal(err)
		}
		want(t, "the own body is left out", []any{got.Done, len(got.Skipped), got.Skipped[0].Code}, []any{2, 1, a.Code})
		got, err = w.Funding.OpineMany(t.Context(), w.Someone(auth.Reform), funding.Batch{Year: 2018, Codes: []string{b.Code, c.Code}}, auth.Reform, "")
		want(t, "the reform commission", []any{got.Done, err}, []any{2, nil})
		if _, err := w.Funding.Opine(t.Context(), w.Someone(auth.Reform), w.Ref(c), funding.Opinion{As: auth.Reform, Result: eligibility.Eligible, Text: "建议先行安排，督促接入。"}); err != nil {
			t.Fatal(err)
		}
		got, err = w.Funding.DecideMany(t.Context(), w.Someone(auth.Finance), all, "")
		if err != nil {
			t.Fatal(err)
		}
		want(t, "where both agree", []any{got.Done, len(got.Skipped)}, []any{1, 2})
		want(t, "agreed", stands(w.Item(b)), "decided no |F9| nobody")
		want(t, "not agreed", stands(w.Item(c)), "opined no |F9| finance")
		waits, err := w.Funding.Waits(t.Context(), w.Someone(auth.Finance))
		want(t, "waits for the finance bureau", []any{waits.Items, waits.Year, err}, []any{1, 2018, nil})
	})
}

func TestDepartmentsSeeTheirOwn(t *testing.T) {
	fundingtest.Each(t, func(t *testing.T, w *fundingtest.World) {
		a, b := w.Certified("JT", "出租车GPS监管系统", 186_000_00), w.Certified("WJ", "价格监测系统", 65_000_00)
		ok := w.Certified("RS", "就业服务系统", 355_000_00)
		w.Connected(ok)
		w.Frozen(2018)
		for _, one := range []struct {
			name string
			by   auth.Principal
			want string
		}{
			{"finance", w.Someone(auth.Finance), "3 60600000 no 2 25100000"}, {"clerk of JT", w.Clerk("JT"), "1 18600000 no 1 18600000"},
			{"head of MZ", w.Head("MZ"), "0 0 no 0 0"}, {"region", w.Region("ZY"), "0 0 no 0 0"},
		} {
			y, err := w.Funding.List(t.Context(), one.by, 2018, funding.Query{})
			if err != nil {
				t.Fatal(err)
			}
			no := y.Totals.Groups[funding.GroupNo]
			want(t, one.name, fmt.Sprint(len(y.Items), " ", y.Totals.All.Money, " no ", no.Items, " ", no.Money), one.want)
		}
		if _, err := w.Funding.Find(t.Context(), w.Clerk("JT"), 2018, b.Code); fault.KindOf(err) != fault.NotFound {
			t.Errorf("JT sees WJ: %v", err)
		}
		if _, err := w.Funding.List(t.Context(), w.Someone(auth.Admin), 2018, funding.Query{}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the administrator sees money: %v", err)
		}
		narrowed, err := w.Funding.List(t.Context(), w.Someone(auth.Auditor), 2018, funding.Query{Rule: "F9", Sort: funding.SortMoney, Descending: true, Size: 1})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "sums follow the filter, not the page", []any{len(narrowed.Items), narrowed.Items[0].Code, narrowed.Totals.All.Items, narrowed.Totals.All.Withheld()}, []any{1, a.Code, 2, 251_000_00})
		bodies, err := w.Funding.Bodies(t.Context(), w.Someone(auth.Leader), 2018, funding.Query{})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "by department", []any{bodies.Bodies[0].Name, bodies.Bodies[0].Totals.All.Withheld(), bodies.Bodies[2].Totals.All.Withheld()}, []any{"市交通局", 186_000_00, 0})
		err = w.DB.Read(t.Context(), func(tx *store.Tx) error {
			for _, one := range []struct {
				year   int
				prefix string
				money  int64
				found  bool
			}{{2018, "JT", 186_000_00, true}, {2018, "WJ", 65_000_00, true}, {2018, "RS", 0, true}, {2019, "JT", 0, false}} {
				money, found, err := w.Funding.Withheld(tx, one.year, w.Department(one.prefix).ID)
				want(t, "withheld", []any{money, found, err}, []any{int(one.money), one.found, nil})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestMeddlingIsFound(t *testing.T) {
	fundingtest.Each(t, func(t *testing.T, w *fundingtest.World) {
		w.Certified("JT", "出租车GPS监管系统", 186_000_00)
		w.Frozen(2018)
		for _, one := range []struct{ name, do, undo, want string }{
			{"a fact", `UPDATE funding_findings SET facts = replace(facts, '"connected":false', '"connected":true')`,
				`UPDATE funding_findings SET facts = replace(facts, '"connected":true', '"connected":false')`, "funding.verify.facts"},
			{"a result", `UPDATE funding_findings SET result = 'eligible'`, `UPDATE funding_findings SET result = 'no'`, "funding.verify.result"},
			{"an amount", `UPDATE funding_findings SET amount = 1`, `UPDATE funding_findings SET amount = 18600000`, "funding.verify.result"},
			{"the hash", `UPDATE funding_runs SET hash = 'x' || hash`, `UPDATE funding_runs SET hash = substr(hash, 2)`, "funding.verify.hash"},
		} {
			w.Exec(one.do)
			got, err := w.Funding.VerifyRuns(t.Context(), w.Someone(auth.Auditor))
			if err != nil {
				t.Fatal(err)
			}
			found := func(f fault.Field) bool { return f.Code == one.want }
			if got[0].OK() || !slices.ContainsFunc(got[0].Found, found) {
				t.Errorf("%s is changed, found %v, want %s", one.name, got[0].Found, one.want)
			}
			w.Exec(one.undo)
		}
		if got, err := w.Funding.VerifyRuns(t.Context(), w.Someone(auth.Auditor)); err != nil || !got[0].OK() {
			t.Errorf("as it was: %v %v", got[0].Found, err)
		}
	})
}
