package funding_test

import (
	"fmt"
	"strings"
	"testing"

	"qingce/internal/calendar"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring/eligibility"
	"qingce/scoring/funding"
	"qingce/scoring/funding/fundingtest"
)

// healthy are the facts of a system against which nothing can be said.
func healthy(t *testing.T, year int) funding.Facts {
	return funding.Facts{
		Kind: eligibility.Maintenance, Year: year, On: fundingtest.Day(t, "2018-01-10"),
		System: funding.SystemFacts{
			Code: "JT-01", State: inventory.Certified, Phase: inventory.PhaseRunning, Amount: new(int64(1000)), DjbhLevel: "3", DjbhFiling: "42060099",
		},
		Hub: funding.HubFacts{Known: true, Must: true, Basis: hub.ByCensus, Stage: "H6", Connected: true},
	}
}

func TestFactsDecide(t *testing.T) {
	day := func(text string) calendar.Date { return fundingtest.Day(t, text) }
	for _, one := range []struct {
		name string
		year int
		do   func(f *funding.Facts)
		want string // result, rules, forecast, until
	}{
		{"nothing against it", 2018, func(*funding.Facts) {}, "eligible |F15|"},
		{"the census has not locked it", 2018, func(f *funding.Facts) { f.System.State = inventory.Verified }, "hold |F1|"},
		{"the money is not known", 2018, func(f *funding.Facts) { f.System.Amount = nil }, "hold |F1|"},
		{"being built it costs nothing yet", 2018, func(f *funding.Facts) { f.System.Amount, f.System.Phase = nil, inventory.PhaseBuilding }, "eligible |F15|"},
		{"retired", 2018, func(f *funding.Facts) {
			f.System.State, f.Hub = inventory.Retired, funding.HubFacts{Known: true, Basis: hub.Closed}
		}, "ceased |F7|"},
		{"merged, its money not known", 2018, func(f *funding.Facts) { f.System.State, f.System.Amount = inventory.Merged, nil }, "ceased |F7|"},
		{"a zombie whose day is over", 2018, func(f *funding.Facts) {
			f.Case = &funding.CaseFacts{No: "ZC-2017-0001", State: cleanup.Cleaning, DueOn: day("2018-01-09")}
		}, "ceased |F7|"},
		{"a zombie on its last day", 2018, func(f *funding.Facts) {
			f.Case = &funding.CaseFacts{No: "ZC-2017-0001", State: cleanup.Cleaning, DueOn: day("2018-01-10")}
		}, "warned |F13|"},
		{"its proof waits to be accepted", 2018, func(f *funding.Facts) {
			f.Case = &funding.CaseFacts{No: "ZC-2017-0001", State: cleanup.EvidenceSubmitted, DueOn: day("2017-10-31")}
		}, "warned |F13|"},
		{"classified", 2018, func(f *funding.Facts) {
			f.Hub, f.System.Classified = funding.HubFacts{Known: true, Basis: hub.Secret}, true
		}, "exempt |F8|"},
		{"let off by the census", 2018, func(f *funding.Facts) { f.Hub = funding.HubFacts{Known: true, Basis: hub.Certified} }, "exempt |F8|"},
		{"not connected", 2018, func(f *funding.Facts) { f.Hub.Connected, f.Hub.Stage = false, "H1" }, "no |F9|"},
		{"not connected, before the rule", 2017, func(f *funding.Facts) { f.Hub.Connected = false }, "eligible |F15| F9"},
		{"put off by the Office", 2018, func(f *funding.Facts) {
			f.Hub = funding.HubFacts{Known: true, Basis: hub.Deferred, Until: day("2018-06-30")}
		}, "conditional |F10| until 2018-06-30"},
		{"put off when the census locked it", 2018, func(f *funding.Facts) {
			f.Hub = funding.HubFacts{Known: true, Basis: hub.Certified, Until: day("2018-03-31")}
		}, "conditional |F10| until 2018-03-31"},
		{"put off, and the day is over", 2018, func(f *funding.Facts) {
			f.Hub = funding.HubFacts{Known: true, Must: true, Basis: hub.Lapsed, Until: day("2017-12-31")}
		}, "no |F9|"},
		{"an overdue notice", 2018, func(f *funding.Facts) { f.Notices = []funding.Notice{{No: "整改〔2017〕1号", Situation: "R2"}} }, "no |F12|"},
		{"silent for 30 days", 2018, func(f *funding.Facts) { f.Hub.DownSince = day("2017-12-11") }, "eligible |F15|"},
		{"silent for 31 days", 2018, func(f *funding.Facts) { f.Hub.DownSince = day("2017-12-10") }, "warned |F13|"},
		{"no level of protection", 2018, func(f *funding.Facts) { f.System.DjbhLevel = inventory.DjbhNone }, "warned |F13|"},
		{"a level without a filing", 2018, func(f *funding.Facts) { f.System.DjbhFiling = "" }, "warned |F13|"},
		{"level 1 needs no filing", 2018, func(f *funding.Facts) { f.System.DjbhLevel, f.System.DjbhFiling = "1", "" }, "eligible |F15|"},
		{"the contract ended yesterday", 2018, func(f *funding.Facts) { f.System.ContractEnd = day("2018-01-09") }, "warned |F13|"},
		{"the contract ends today", 2018, func(f *funding.Facts) { f.System.ContractEnd = day("2018-01-10") }, "eligible |F15|"},
		{"all that holds is named", 2018, func(f *funding.Facts) {
			f.Hub.Connected, f.System.DjbhFiling, f.Notices = false, "", []funding.Notice{{No: "1"}}
		}, "no |F9|F12|F13|"},
	} {
		f, table := healthy(t, one.year), eligibility.First()
		one.do(&f)
		j := funding.Judge(&f, &table)
		got := fmt.Sprint(j.Result, " ", j.Rules, " ", j.Forecast)
		if !j.Until.IsZero() {
			got = strings.TrimSpace(got) + " until " + j.Until.String()
		}
		if strings.TrimSpace(got) != one.want {
			t.Errorf("%s: %s, want %s", one.name, got, one.want)
		}
		text, digest, err := f.JSON()
		if err != nil {
			t.Fatal(err)
		}
		back, err := funding.ReadFacts(text)
		if err != nil {
			t.Fatal(err)
		}
		if again, same, _ := back.JSON(); again != text || same != digest {
			t.Errorf("%s: the facts are not read back as they were: %s, want %s", one.name, again, text)
		}
	}
}
