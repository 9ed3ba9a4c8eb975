package hub_test

import (
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/hub"
)

// adopt writes what a survey says of a system.
func (tn *town) adopt(a inventory.Adoption) error {
	return tn.DB.Write(tn.t.Context(), func(tx *store.Tx) error {
		_, _, err := tn.Registry.AdoptIn(tx, tn.Someone(auth.Centre), a)
		return err
	})
}

func TestAnExemptionTakesASystemOffUntilItsLastDay(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		ctx := t.Context()
		s := tn.listed("RS", "就业服务系统")
		plea := hub.Plea{System: s.Code, Kind: hub.DeferKind, Ground: "line", Reason: "外网线路割接安排在下周完成", Until: date(t, "2017-11-08")}
		tn.wantRate("listed", 0, 1)

		for name, change := range map[string]func(*hub.Plea){
			"without a reason":     func(p *hub.Plea) { p.Reason = "线路" },
			"for too long (V20)":   func(p *hub.Plea) { p.Until = date(t, "2018-11-02") },
			"until yesterday":      func(p *hub.Plea) { p.Until = date(t, "2017-10-31") },
			"on a ground of their": func(p *hub.Plea) { p.Ground = "whim" },
		} {
			bad := plea
			change(&bad)
			if _, err := tn.Hub.Ask(ctx, tn.Head("RS"), bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := tn.Hub.Ask(ctx, tn.Clerk("RS"), plea); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a clerk asks: %v", err)
		}
		e, err := tn.Hub.Ask(ctx, tn.Head("RS"), plea)
		if err != nil {
			t.Fatal(err)
		}
		tn.wantRate("asked for", 0, 1)
		if _, err := tn.Hub.Ask(ctx, tn.Head("RS"), plea); fault.KindOf(err) != fault.Conflict {
			t.Errorf("asked for twice: %v", err)
		}
		own := tn.Head("RS")
		own.Roles = auth.Roles{auth.Office}
		if _, err := tn.Hub.Decide(ctx, own, e.ID, e.Version, hub.Decision{Approve: true}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("approved by the own department: %v", err)
		}
		tn.on("2017-11-02")
		if e, err = tn.Hub.Decide(ctx, tn.Someone(auth.Office), e.ID, e.Version, hub.Decision{Approve: true}); err != nil {
			t.Fatal(err)
		}
		tn.wantRate("approved", 0, 0)
		tn.on("2017-11-08")
		tn.wantRate("on its last day", 0, 0)
		page, err := tn.Hub.Exemptions(ctx, tn.Someone(auth.Auditor), "")
		if err != nil || len(page.LetOff) != 1 || page.LetOff[0].Approver != "office" || page.LetOff[0].ApprovedAt != date(t, "2017-11-02") {
			t.Errorf("beside the rate: %+v, %v", page.LetOff, err)
		}
		tn.on("2017-11-12")
		tn.wantRate("over", 0, 1)
		for on, want := range map[string]int64{"2017-11-01": 1, "2017-11-02": 0, "2017-11-08": 0, "2017-11-09": 1} {
			if got := tn.rateOn(on); got.Must != want {
				t.Errorf("on %s: %d must be connected, want %d", on, got.Must, want)
			}
		}
		plea.Until = date(t, "2017-12-31")
		if _, err := tn.Hub.Ask(ctx, tn.Head("RS"), plea); err != nil {
			t.Errorf("asked for again after it was over: %v", err)
		}
	})
}

func TestAnExemptionEndsWhenTheOfficeSaysSo(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		ctx := t.Context()
		s := tn.listed("RS", "就业服务系统")
		e, err := tn.Hub.Ask(ctx, tn.Head("RS"), hub.Plea{System: s.Code, Kind: hub.ExemptKind, Ground: "vertical", Reason: "省级统建系统，另有交换通道", Until: date(t, "2018-06-30")})
		if err == nil {
			e, err = tn.Hub.Decide(ctx, tn.Someone(auth.Leader), e.ID, e.Version, hub.Decision{Approve: true, Until: date(t, "2018-03-31")})
		}
		if err != nil || e.Until != date(t, "2018-03-31") {
			t.Fatalf("approved for a shorter while: %+v, %v", e, err)
		}
		tn.wantRate("let off", 0, 0)
		if _, err := tn.Hub.End(ctx, tn.Someone(auth.Office), e.ID, e.Version, " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("ended without a reason: %v", err)
		}
		tn.on("2017-11-20")
		if _, err := tn.Hub.End(ctx, tn.Someone(auth.Office), e.ID, e.Version, "省里要求统一接入"); err != nil {
			t.Fatal(err)
		}
		tn.wantRate("ended", 0, 1)
		if got := tn.rateOn("2017-11-19"); got.Must != 0 {
			t.Errorf("the day before: %v", got)
		}
		refused, err := tn.Hub.Ask(ctx, tn.Head("RS"), hub.Plea{System: s.Code, Kind: hub.DeferKind, Ground: "other", Reason: "人手不足，申请明年再接入", Until: date(t, "2018-06-30")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tn.Hub.Decide(ctx, tn.Someone(auth.Office), refused.ID, refused.Version, hub.Decision{}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("refused without a reason: %v", err)
		}
		if _, err := tn.Hub.Decide(ctx, tn.Someone(auth.Office), refused.ID, refused.Version, hub.Decision{Reason: "理由不充分"}); err != nil {
			t.Fatal(err)
		}
		tn.wantRate("refused", 0, 1)
	})
}

func TestAConnectionGoesAlongWithItsSystem(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		s := tn.listed("RS", "就业服务系统")
		tn.connected("RS", s.Code)
		tn.on("2017-11-04")
		now, err := tn.Registry.FindSystem(t.Context(), tn.Someone(auth.Centre), s.Code)
		if err != nil {
			t.Fatal(err)
		}
		gone := inventory.Adoption{System: now, Version: now.Version, Reason: "机构改革", Gone: &inventory.Gone{Kind: inventory.GoneTransferred, To: tn.Department("MZ").ID}}
		if err := tn.adopt(gone); err != nil {
			t.Fatal(err)
		}
		sum, err := tn.Hub.Summarise(t.Context(), tn.Head("MZ"))
		if err != nil || sum.All != (hub.Rate{Connected: 1, Must: 1}) {
			t.Errorf("the new department: %v, %v", sum.All, err)
		}
		for prefix, want := range map[string]hub.Rate{"RS": {}, "MZ": {Connected: 1, Must: 1}} {
			all, _, err := tn.Hub.RateOn(t.Context(), tn.Head(prefix), tn.today())
			if err != nil || all != want {
				t.Errorf("%s by the events: %v, want %v, %v", prefix, all, want, err)
			}
		}
		tn.wantRate("of the city", 1, 1)
	})
}
