package hub_test

import (
	"maps"
	"slices"
	"testing"

	"qingce/internal/auth"
	"qingce/inventory"
	"qingce/inventory/hub"
)

func TestAConnectionGoesFromTheListToTheHub(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.listed("RS", "就业服务系统")
		f := tn.file(s.Code)
		if f.Stage != hub.MustBe || f.Basis != hub.OnList || !slices.Equal(f.Lacks(), []hub.Paper{hub.LineAcceptance, hub.IPRecord}) {
			t.Fatalf("listed: %s %s lacks %v", f.Stage.Code(), f.Basis, f.Lacks())
		}
		tn.wantRate("listed", 0, 1)

		err := tn.try(tn.Clerk("RS"), s.Code, hub.Step{Move: hub.HandIn, To: hub.Applied, IPRecord: "59.208.1.10"})
		want := map[string]string{"line_acceptance": "hub.err.missing.line_acceptance", "application": "hub.err.missing.application", "security_review": "hub.err.missing.security_review"}
		if got := codesOf(err); !maps.Equal(got, want) {
			t.Fatalf("handed in without papers: %v, want %v", got, want)
		}
		tn.paper("RS", s.Code, hub.LineAcceptance)
		tn.take(tn.Clerk("RS"), s.Code, hub.Step{Move: hub.HandIn, To: hub.Extranet, IPRecord: "59.208.1.10"})
		if err := tn.try(tn.Someone(auth.Centre), s.Code, hub.Step{Move: hub.Accept}); codesOf(err)[""] != "hub.err.not_open" {
			t.Errorf("accepted before the head confirmed: %v", err)
		}
		tn.take(tn.Head("RS"), s.Code, hub.Step{Move: hub.Confirm})
		tn.take(tn.Someone(auth.Centre), s.Code, hub.Step{Move: hub.Return, Reason: "验收单缺盖章，请补盖后重新提交。"})
		if f := tn.file(s.Code); f.Stage != hub.MustBe || f.ReturnedReason == "" || f.Pending != hub.NothingPending {
			t.Errorf("returned: %s %q %q", f.Stage.Code(), f.ReturnedReason, f.Pending)
		}
		tn.on("2017-11-05")
		tn.tested("RS", s.Code)
		f = tn.file(s.Code)
		if f.Stage != hub.Tested || !slices.Equal(f.Lacks(), []hub.Paper{hub.RealExchange}) || f.ReturnedReason != "" {
			t.Fatalf("tested: %s lacks %v, returned for %q", f.Stage.Code(), f.Lacks(), f.ReturnedReason)
		}
		if err := tn.try(tn.Someone(auth.Centre), s.Code, hub.Step{Move: hub.Verify}); codesOf(err)["real_exchange"] != "hub.err.missing.real_exchange" {
			t.Errorf("verified without an exchange: %v", err)
		}
		tn.on("2017-11-10")
		tn.exchanges(s.Code)
		tn.take(tn.Someone(auth.Centre), s.Code, hub.Step{Move: hub.Verify})
		tn.wantRate("verified", 1, 1)
		if got := tn.rateOn("2017-11-09"); got != (hub.Rate{Connected: 0, Must: 1}) {
			t.Errorf("the day before: %v", got)
		}
	})
}

func TestOnlyFailedExchangesDoNotConnect(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.listed("RS", "就业服务系统")
		tn.tested("RS", s.Code)
		report := hub.Report{Source: "gw-1", Exchanges: []hub.Exchanged{{Day: tn.today(), Provider: s.Code, Consumer: "XYMZ", Seq: 1, Exchanges: 4, Failures: 4}}}
		if _, err := tn.Hub.TakeReport(t.Context(), tn.Someone(auth.Centre), report); err != nil {
			t.Fatal(err)
		}
		if err := tn.try(tn.Someone(auth.Centre), s.Code, hub.Step{Move: hub.Verify}); codesOf(err)["real_exchange"] == "" {
			t.Errorf("verified although every exchange failed: %v", err)
		}
		tn.paper("RS", s.Code, hub.GatewayRecord)
		tn.take(tn.Someone(auth.Centre), s.Code, hub.Step{Move: hub.Verify})
		tn.wantRate("by a file of the gateway", 1, 1)
	})
}

func TestWithoutTheExtranetNothingIsConnected(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.System("RS", "就业服务系统")
		s.Proposed, s.MustConnect, s.Network = inventory.Keep, new(true), []string{"private"}
		s = tn.register("RS", s)
		tn.tested("RS", s.Code)
		tn.exchanges(s.Code)
		if err := tn.try(tn.Someone(auth.Centre), s.Code, hub.Step{Move: hub.Verify}); codesOf(err)["on_extranet"] != "hub.err.missing.on_extranet" {
			t.Errorf("verified off the extranet: %v", err)
		}
		tn.change("RS", s.Code, func(s *inventory.System) { s.GatewayNote = "经安全交换网关与外网对接" })
		tn.take(tn.Someone(auth.Centre), s.Code, hub.Step{Move: hub.Verify})
	})
}

func TestSilenceTakesAConnectionOff(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.listed("RS", "就业服务系统")
		tn.on("2017-11-10")
		tn.connected("RS", s.Code)
		tn.on("2017-11-17")
		tn.wantRate("silent for a week", 1, 1)
		tn.on("2017-11-18")
		tn.wantRate("silent for more than a week", 0, 1)
		if f := tn.file(s.Code); !f.Down() || f.DownSince != date(t, "2017-11-18") || f.Stage != hub.Connected {
			t.Errorf("down since %s at %s", f.DownSince, f.Stage.Code())
		}
		tn.on("2017-11-20")
		tn.beats("2017-11-20", s.Code)
		tn.wantRate("heard again", 1, 1)
		if got := tn.rateOn("2017-11-19"); got.Connected != 0 {
			t.Errorf("on 11-19: %v", got)
		}
		for d := date(t, "2017-11-21"); !d.After(date(t, "2017-12-20")); d = d.AddDays(1) {
			tn.on(d.String())
			tn.beats(d.String(), s.Code)
		}
		if f := tn.file(s.Code); f.Stage != hub.Stable || f.StageOn != date(t, "2017-12-20") {
			t.Errorf("after 30 days: %s since %s", f.Stage.Code(), f.StageOn)
		}
		tn.on("2017-12-28")
		tn.wantRate("stable, then silent", 0, 1)
		if f := tn.file(s.Code); f.Stage != hub.Connected || !f.Down() {
			t.Errorf("after silence: %s, down %t", f.Stage.Code(), f.Down())
		}
	})
}

func TestWhatComesLateClosesTheGap(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.listed("RS", "就业服务系统")
		tn.on("2017-11-10")
		tn.connected("RS", s.Code)
		tn.on("2017-11-20")
		tn.wantRate("silent", 0, 1)
		tn.beats("2017-11-16", s.Code)
		tn.wantRate("a heartbeat of 11-16 came late", 1, 1)
		if got := tn.rateOn("2017-11-19"); got.Connected != 1 {
			t.Errorf("it was never silent for too long, but on 11-19: %v", got)
		}
	})
}

func TestTheDenominatorIsGoverned(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		a, b := tn.listed("RS", "就业服务系统"), tn.listed("MZ", "低保系统")
		tn.connected("RS", a.Code)
		tn.wantRate("two", 1, 2)
		tn.on("2017-11-03")
		tn.change("MZ", b.Code, func(s *inventory.System) { s.MustConnect, s.ExemptReason = new(false), "vertical" })
		tn.wantRate("a department says that it need not", 1, 2)
		if f := tn.file(b.Code); f.Basis != hub.Claimed {
			t.Errorf("basis %s, want claimed", f.Basis)
		}
		tn.on("2017-11-04")
		tn.locked("MZ", b.Code)
		tn.wantRate("the census certified it", 1, 1)
		tn.on("2017-11-06")
		s, err := tn.Registry.FindSystem(t.Context(), tn.Someone(auth.Office), a.Code)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tn.Registry.Decide(t.Context(), tn.Someone(auth.Office), a.Code, s.Version, inventory.Decision{Final: inventory.Clean, Reason: "并入大系统"}); err != nil {
			t.Fatal(err)
		}
		tn.wantRate("decided to be cleaned up", 0, 0)
		for on, want := range map[string]hub.Rate{"2017-10-31": {}, "2017-11-01": {Connected: 1, Must: 2}, "2017-11-04": {Connected: 1, Must: 1}, "2017-11-06": {}} {
			if got := tn.rateOn(on); got != want {
				t.Errorf("on %s: %v, want %v", on, got, want)
			}
		}
		course, err := tn.Hub.Course(t.Context(), tn.Someone(auth.Office), date(t, "2017-11-01"), date(t, "2017-11-06"))
		if err != nil || course.Total != 5 || course.Moved[0].Code != a.Code || course.Moved[0].MustDelta != -1 || course.Moved[0].CountedDelta != -1 || course.Moved[0].Basis != hub.Cleaning {
			t.Errorf("what moved it: %d, %+v, %v", course.Total, course.Moved, err)
		}
	})
}

func TestWorkingOutTwiceChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.listed("RS", "就业服务系统")
		tn.connected("RS", s.Code)
		before := tn.file(s.Code)
		for range 2 {
			if n, err := tn.Hub.SettleAll(t.Context()); err != nil || n != 1 {
				t.Fatalf("%d worked out: %v", n, err)
			}
		}
		after := tn.file(s.Code)
		if before.Connection != after.Connection || len(before.Events) != len(after.Events) {
			t.Errorf("changed from %+v to %+v", before.Connection, after.Connection)
		}
	})
}

func TestRightsOfMoves(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.listed("RS", "就业服务系统")
		tn.paper("RS", s.Code, hub.LineAcceptance)
		hand := hub.Step{Move: hub.HandIn, To: hub.Extranet, IPRecord: "59.208.1.10"}
		if _, err := tn.Hub.Find(t.Context(), tn.Clerk("MZ"), s.Code); err == nil {
			t.Error("another department reads the connection")
		}
		for name, c := range map[string]struct {
			by   auth.Principal
			step hub.Step
		}{
			"another department hands in":     {tn.Head("MZ"), hand},
			"the centre hands in":             {tn.Someone(auth.Centre), hand},
			"the Office verifies":             {tn.Someone(auth.Office), hub.Step{Move: hub.Verify}},
			"the department accepts":          {tn.Head("RS"), hub.Step{Move: hub.Accept}},
			"a clerk confirms":                {tn.Clerk("RS"), hub.Step{Move: hub.Confirm}},
			"an administrator does something": {tn.Someone(auth.Admin), hand},
		} {
			if err := tn.try(c.by, s.Code, c.step); err == nil {
				t.Errorf("%s", name)
			}
		}
		tn.take(tn.Head("RS"), s.Code, hand)
		own := tn.Head("RS")
		own.Roles = auth.Roles{auth.Centre}
		if err := tn.try(own, s.Code, hub.Step{Move: hub.Accept}); codesOf(err)[""] != "inventory.err.own_review" {
			t.Errorf("somebody of the centre accepts what the own department handed in: %v", err)
		}
		if _, err := tn.Hub.Take(t.Context(), tn.Someone(auth.Centre), s.Code, 1, hub.Step{Move: hub.Accept}); err == nil {
			t.Error("accepted over an old version")
		}
	})
}
