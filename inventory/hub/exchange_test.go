package hub_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/inventory/hub"
)

func (tn *town) volumes() []hub.Volume {
	tn.t.Helper()
	list, err := tn.Hub.Volumes(tn.t.Context(), tn.Someone(auth.Centre), tn.today().AddDays(-30), tn.today(), 100)
	if err != nil {
		tn.t.Fatal(err)
	}
	return list
}

func (tn *town) report(source string, list ...hub.Exchanged) {
	tn.t.Helper()
	if _, err := tn.Hub.TakeReport(tn.t.Context(), tn.Someone(auth.Centre), hub.Report{Source: source, Exchanges: list}); err != nil {
		tn.t.Fatalf("report: %v %v", err, fault.FieldsOf(err))
	}
}

func TestAStateOfTheDayCountsOnceInWhateverOrderItComes(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.listed("RS", "就业服务系统")
		var states []hub.Exchanged
		for seq := range 20 {
			states = append(states, hub.Exchanged{Day: tn.today(), Provider: s.Code, Consumer: "XYMZ", Seq: int64(seq), Exchanges: int64(10 * seq), Failures: int64(seq / 4), Bytes: int64(1000 * seq)})
		}
		states = append(states, states[3:9]...) // sent again
		rand.New(rand.NewPCG(2017, 11)).Shuffle(len(states), func(i, j int) { states[i], states[j] = states[j], states[i] })
		for lot := range slices.Chunk(states, 4) {
			tn.report("gw-1", lot...)
		}
		tn.report("gw-2", hub.Exchanged{Day: tn.today(), Provider: s.Code, Consumer: "XYMZ", Seq: 1, Exchanges: 7})
		got := tn.volumes()
		if len(got) != 1 || got[0].Exchanges != 190+7 || got[0].Failures != 4 || got[0].Bytes != 19_000 || got[0].ConsumerName != "市民政局" {
			t.Errorf("summed up to %+v", got)
		}
	})
}

func TestNothingOfAReportWithAMistakeIsTaken(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.listed("RS", "就业服务系统")
		good := hub.Exchanged{Day: tn.today(), Provider: s.Code, Consumer: "XYMZ", Seq: 1, Exchanges: 5}
		for name, c := range map[string]struct {
			report hub.Report
			field  string
		}{
			"without a source":      {hub.Report{Exchanges: []hub.Exchanged{good}}, "source"},
			"a source like a file":  {hub.Report{Source: "file:1", Exchanges: []hub.Exchanged{good}}, "source"},
			"of tomorrow":           {hub.Report{Source: "a", Exchanges: []hub.Exchanged{good, {Day: tn.today().AddDays(1), Provider: "x", Consumer: "y"}}}, "exchanges[1].day"},
			"with itself":           {hub.Report{Source: "a", Exchanges: []hub.Exchanged{good, {Day: tn.today(), Provider: "x", Consumer: "x"}}}, "exchanges[1].consumer"},
			"more failures than":    {hub.Report{Source: "a", Exchanges: []hub.Exchanged{good, {Day: tn.today(), Provider: "x", Consumer: "y", Failures: 1}}}, "exchanges[1].failures"},
			"a heartbeat of nobody": {hub.Report{Source: "a", Exchanges: []hub.Exchanged{good}, Beats: []hub.Heartbeat{{Hour: tn.Clock.Now()}}}, "heartbeats[0].party"},
		} {
			_, err := tn.Hub.TakeReport(t.Context(), tn.Someone(auth.Centre), c.report)
			if codesOf(err)[c.field] == "" {
				t.Errorf("%s: %v", name, fault.FieldsOf(err))
			}
		}
		if _, err := tn.Hub.TakeReport(t.Context(), tn.Clerk("RS"), hub.Report{Source: "a", Exchanges: []hub.Exchanged{good}}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a department reports its own exchanges: %v", err)
		}
		if got := tn.volumes(); len(got) != 0 {
			t.Errorf("taken: %+v", got)
		}
	})
}

func (tn *town) upload(csv string) hub.Upload {
	tn.t.Helper()
	u, err := tn.Hub.Receive(tn.t.Context(), tn.Someone(auth.Centre), "网关.csv", []byte("日期,提供方,使用方,交换次数,失败次数\n"+csv))
	if err == nil {
		u, err = tn.Hub.ConfirmUpload(tn.t.Context(), tn.Someone(auth.Centre), u.ID, u.Version)
	}
	if err != nil {
		tn.t.Fatal(err)
	}
	return u
}

func TestAFileCountsOnlyWhereNoSenderSpeaks(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.listed("RS", "就业服务系统")
		sum := func() (n int64) {
			for _, v := range tn.volumes() {
				n += v.Exchanges
			}
			return n
		}
		first := tn.upload("2017-10-30," + s.Code + ",XYMZ,100,0\n2017-10-31," + s.Code + ",XYMZ,100,0\n")
		if got := sum(); got != 200 {
			t.Errorf("one file: %d, want 200", got)
		}
		second := tn.upload("2017-10-31," + s.Code + ",XYMZ,70,0\n")
		if got := sum(); got != 170 {
			t.Errorf("a newer file corrects a day: %d, want 170", got)
		}
		tn.report("gw-1", hub.Exchanged{Day: date(t, "2017-10-30"), Provider: s.Code, Consumer: "XYMZ", Seq: 1, Exchanges: 3})
		if got := sum(); got != 73 {
			t.Errorf("a sender speaks of the other day: %d, want 73", got)
		}
		for _, u := range []hub.Upload{second, first} {
			if _, err := tn.Hub.WithdrawUpload(t.Context(), tn.Someone(auth.Centre), u.ID, u.Version, "导出有误"); err != nil {
				t.Fatal(err)
			}
			want := map[hub.UploadID]int64{second.ID: 103, first.ID: 3}[u.ID]
			if got := sum(); got != want {
				t.Errorf("file %d withdrawn: %d, want %d", u.ID, got, want)
			}
		}
	})
}

func TestWithdrawingAFileTakesASignalBack(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.listed("RS", "就业服务系统")
		tn.on("2017-11-10")
		tn.connected("RS", s.Code)
		tn.on("2017-11-20")
		tn.wantRate("silent", 0, 1)
		u := tn.upload("2017-11-16," + s.Code + ",XYMZ,5,0\n")
		tn.wantRate("by a file it was heard on 11-16", 1, 1)
		if _, err := tn.Hub.WithdrawUpload(t.Context(), tn.Someone(auth.Centre), u.ID, u.Version, "导出有误"); err != nil {
			t.Fatal(err)
		}
		tn.wantRate("the file is withdrawn", 0, 1)
	})
}

func TestDifferencesBetweenDeclaredAndHeard(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		silent := tn.System("MZ", "低保系统")
		silent.Proposed, silent.MustConnect, silent.Interfaces = inventory.Keep, new(true), []string{"city_hub"}
		silent = tn.register("MZ", silent)
		early, ended := tn.listed("RS", "就业服务系统"), tn.listed("GS", "企业登记系统")
		tn.report("gw-1",
			hub.Exchanged{Day: tn.today(), Provider: early.Code, Consumer: "未知平台", Seq: 1, Exchanges: 100, Failures: 9},
			hub.Exchanged{Day: tn.today(), Provider: ended.Code, Consumer: "XYMZ", Seq: 1, Exchanges: 10, Failures: 1},
		)
		gone := inventory.Adoption{System: ended, Version: ended.Version, Reason: "重复登记", Gone: &inventory.Gone{Kind: inventory.GoneDuplicate, Other: early.ID}}
		if err := tn.adopt(gone); err != nil {
			t.Fatal(err)
		}
		tn.on("2017-11-05")
		tn.report("gw-1", hub.Exchanged{Day: tn.today(), Provider: ended.Code, Consumer: "XYMZ", Seq: 1, Exchanges: 2, Failures: 2})
		all, err := tn.Hub.Differences(t.Context(), tn.Someone(auth.Centre))
		if err != nil {
			t.Fatal(err)
		}
		parties := func(kind hub.DifferenceKind) (out []string) {
			for _, d := range all.Of[kind] {
				out = append(out, d.Party)
			}
			slices.Sort(out)
			return out
		}
		for kind, want := range map[hub.DifferenceKind][]string{
			hub.Silent: {silent.Code}, hub.Undeclared: {early.Code, "未知平台"}, hub.AfterEnd: {ended.Code}, hub.Failing: {ended.Code},
		} {
			if got := parties(kind); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", kind, got, want)
			}
		}
		if after := all.Of[hub.AfterEnd]; len(after) == 1 && (after[0].Exchanges != 2 || after[0].EndedOn != date(t, "2017-11-01") || after[0].LastDay != calendar.DateOf(tn.Clock.Now())) {
			t.Errorf("after its end: %+v", after[0])
		}
	})
}
