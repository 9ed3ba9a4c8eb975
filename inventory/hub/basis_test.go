package hub_test

import (
	"testing"

	"qingce/internal/calendar"
	"qingce/inventory"
	"qingce/inventory/hub"
)

func TestMustConnectIsWorkedOut(t *testing.T) {
	today := date(t, "2017-11-01")
	no, yes := false, true
	base := inventory.System{State: inventory.Certified, Phase: inventory.PhaseRunning, Proposed: inventory.Keep, MustConnect: &yes}
	for _, c := range []struct {
		name   string
		change func(*inventory.System)
		grant  *hub.Exemption
		want   hub.Basis
		until  string
	}{
		{"the census certified that it must", func(*inventory.System) {}, nil, hub.ByCensus, ""},
		{"its department put it on the list", func(s *inventory.System) { s.State = inventory.Declared }, nil, hub.OnList, ""},
		{"nobody said anything", func(s *inventory.System) { s.State, s.MustConnect = inventory.Draft, nil }, nil, hub.ByRule, ""},
		{"retired", func(s *inventory.System) { s.State = inventory.Retired }, nil, hub.Closed, ""},
		{"merged", func(s *inventory.System) { s.State = inventory.Merged }, nil, hub.Closed, ""},
		{"being built", func(s *inventory.System) { s.Phase = inventory.PhaseBuilding }, nil, hub.NotInUse, ""},
		{"switched off", func(s *inventory.System) { s.Phase = inventory.PhaseOffline }, nil, hub.NotInUse, ""},
		{"classified", func(s *inventory.System) { s.Classified = true }, nil, hub.Secret, ""},
		{"to be cleaned up", func(s *inventory.System) { s.Proposed = inventory.Clean }, nil, hub.Cleaning, ""},
		{"to be merged", func(s *inventory.System) { s.Proposed = inventory.Merge }, nil, hub.Merging, ""},
		{"proposed to be cleaned up, decided to be kept", func(s *inventory.System) { s.Proposed, s.Final = inventory.Clean, inventory.Keep }, nil, hub.ByCensus, ""},
		{"proposed to be kept, decided to be cleaned up", func(s *inventory.System) { s.Final = inventory.Clean }, nil, hub.Cleaning, ""},
		{"its department says that it need not, and nobody looked", func(s *inventory.System) {
			s.State, s.MustConnect, s.ExemptReason = inventory.Verified, &no, "vertical"
		}, nil, hub.Claimed, ""},
		{"the census certified that it need not", func(s *inventory.System) { s.MustConnect, s.ExemptReason = &no, "vertical" }, nil, hub.Certified, ""},
		{"put off by the census until today", func(s *inventory.System) {
			s.MustConnect, s.ExemptReason, s.DeferUntil = &no, inventory.ExemptDeferred, today
		}, nil, hub.Certified, "2017-11-01"},
		{"put off by the census until yesterday", func(s *inventory.System) {
			s.MustConnect, s.ExemptReason, s.DeferUntil = &no, inventory.ExemptDeferred, today.AddDays(-1)
		}, nil, hub.Lapsed, "2017-10-31"},
		{"let off by the Office", func(*inventory.System) {}, &hub.Exemption{Kind: hub.ExemptKind, Until: today}, hub.Exempted, "2017-11-01"},
		{"put off by the Office", func(*inventory.System) {}, &hub.Exemption{Kind: hub.DeferKind, Until: today.AddDays(9)}, hub.Deferred, "2017-11-10"},
		{"put off by the Office until yesterday", func(*inventory.System) {}, &hub.Exemption{Kind: hub.DeferKind, Until: today.AddDays(-1)}, hub.Lapsed, "2017-10-31"},
		{"classified goes before an exemption", func(s *inventory.System) { s.Classified = true }, &hub.Exemption{Kind: hub.DeferKind, Until: today}, hub.Secret, ""},
	} {
		s := base
		c.change(&s)
		got := hub.Judge(&s, c.grant, today)
		until := calendar.Date{}
		if c.until != "" {
			until = date(t, c.until)
		}
		if got.Basis != c.want || got.Until != until {
			t.Errorf("%s: %s until %s, want %s until %s", c.name, got.Basis, got.Until, c.want, until)
		}
	}
}

func TestSilenceAndStability(t *testing.T) {
	p := &hub.Policy{SilenceDays: 7, StableDays: 30}
	verified := date(t, "2017-11-10")
	daily := func(from, to int) []calendar.Date {
		var out []calendar.Date
		for i := from; i <= to; i++ {
			out = append(out, verified.AddDays(i))
		}
		return out
	}
	for _, c := range []struct {
		name               string
		days               []calendar.Date
		today              int // days after the verification
		down, back, stable string
	}{
		{"verified today", nil, 0, "", "", ""},
		{"seven days of silence are borne", nil, 7, "", "", ""},
		{"the eighth is not", nil, 8, "2017-11-18", "", ""},
		{"and remains so", nil, 40, "2017-11-18", "", ""},
		{"heard every day for 29 days", daily(1, 29), 29, "", "", ""},
		{"for 30 days", daily(1, 30), 30, "", "", "2017-12-10"},
		{"once a week is enough", []calendar.Date{verified.AddDays(7), verified.AddDays(14), verified.AddDays(21), verified.AddDays(28), verified.AddDays(35)}, 36, "", "", "2017-12-15"},
		{"a gap of eight days begins anew", append(daily(1, 10), daily(18, 40)...), 40, "", "2017-11-28", ""},
		{"30 days after the gap", append(daily(1, 10), daily(18, 48)...), 48, "", "2017-11-28", "2017-12-28"},
		{"stable, then silent", daily(1, 30), 38, "2017-12-18", "", ""},
		{"signals before the verification and after today count for nothing", append(daily(-20, -1), verified.AddDays(9)), 8, "2017-11-18", "", ""},
	} {
		got := hub.Observe(hub.Run{Last: verified, From: verified}, c.days, verified.AddDays(c.today), p)
		if got.Down.String() != c.down || got.Back.String() != c.back || got.Stable.String() != c.stable {
			t.Errorf("%s: down %q back %q stable %q, want %q, %q, %q", c.name, got.Down, got.Back, got.Stable, c.down, c.back, c.stable)
		}
	}
}
