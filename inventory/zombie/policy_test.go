package zombie_test

import (
	"errors"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/detect"
	"qingce/inventory/zombie/zombietest"
)

// campaign is a draft with the numbers of the campaign of 2017.
func campaign(t *testing.T, w *zombietest.World) zombie.Policy {
	t.Helper()
	for _, pack := range zombie.Packs() {
		if pack.Name != zombie.CampaignPack {
			continue
		}
		p, err := w.Detector.Draft(t.Context(), w.Someone(auth.Centre), zombie.PolicyForm{Name: "集中清理", Reason: "10月底前基本完成", Numbers: pack.Numbers})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	t.Fatal("no pack for the campaign")
	return zombie.Policy{}
}

func TestADraftIsTriedAndPutInForce(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		quiet, alive := w.Declared("RS", "人事档案查询系统", nil), w.Declared("MZ", "城乡低保救助系统", nil)
		from, to := calendar.NewDate(2016, 9, 1), day(10, 22)
		w.Until(to)
		w.Facts(quiet.ID, from, to, office(w, day(7, 1))) // silent for 113 days
		w.Facts(alive.ID, from, to, office(w, forever))
		w.Detect(to.AddDays(-1), zombie.How{})
		if got := w.Results(quiet.Code)[detect.Z1]; got != "suspected" {
			t.Fatalf("a silence of 112 days is %s by the default policy, want suspected", got)
		}
		p := campaign(t, w)
		s, err := w.Detector.Simulate(t.Context(), w.Someone(auth.Centre), p.Version)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Results()
		if err != nil || s.State != zombie.SimFinished || s.Done != 2 {
			t.Fatalf("simulation %+v: %v", s, err)
		}
		if r.Met != 1 || r.MetNow != 0 || r.SuspectedNow != 1 || len(r.Changes) != 1 || r.Changes[0].Code != quiet.Code || r.Changes[0].Then[0] != detect.Met {
			t.Errorf("the campaign's policy would change %+v", r)
		}
		if got := w.Results(quiet.Code)[detect.Z1]; got != "suspected" {
			t.Errorf("a simulation has changed a verdict: %s", got)
		}

		office, centre := w.Someone(auth.Office), w.Someone(auth.Centre)
		force := func(by auth.Principal, revision int64, from calendar.Date) error {
			_, err := w.Detector.PutInForce(t.Context(), by, p.Version, revision, from, "市政府常务会议要求")
			return err
		}
		if err := force(centre, 1, to); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("put in force by the centre: %v", err)
		}
		if err := force(office, 1, to.AddDays(-1)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("put in force for a day that was run: %v", err)
		}
		if err := force(office, 7, to); !errors.Is(err, store.ErrStale) {
			t.Errorf("put in force over another's change: %v", err)
		}
		if err := force(office, 1, to); err != nil {
			t.Fatal(err)
		}
		before := verdictOf(t, w, quiet)
		run := w.Detect(to, zombie.How{})
		after := verdictOf(t, w, quiet)
		if run.Policy != p.Version || after.Finding(detect.Z1).Result != detect.Met || after.Policy != p.Version {
			t.Errorf("after the policy: run by version %d, verdict %+v", run.Policy, after.Finding(detect.Z1))
		}
		old := asOf(t, w, quiet.ID, to.AddDays(-1))
		if old.Policy != 1 || old.Finding(detect.Z1).Result != detect.Suspected || old.Since != before.Since {
			t.Errorf("the verdict of the day before is %+v, it must keep its policy", old)
		}
		if _, err := w.Detector.ChangeDraft(t.Context(), office, p.Version, 2, zombie.PolicyForm{Name: "x", Reason: "y", Numbers: p.Numbers}); !errors.Is(err, zombie.ErrNotDraft) {
			t.Errorf("a policy in force was changed: %v", err)
		}
	})
}

func TestNumbersHaveBounds(t *testing.T) {
	for _, n := range zombie.AllNumbers() {
		for name, v := range map[string]float64{"too small": n.Low - 1, "too great": n.High + 1} {
			numbers := zombie.DefaultNumbers()
			n.Set(&numbers, v)
			found := false
			for _, f := range numbers.Validate() {
				found = found || f.Name == n.Key
			}
			if !found && n.Kind != zombie.Truth {
				t.Errorf("%s %s: %v is let through", n.Key, name, v)
			}
		}
		numbers := zombie.DefaultNumbers()
		v, err := n.Read(n.Written(n.Get(&numbers)))
		if err != nil || v < n.Get(&numbers)-1e-6 || v > n.Get(&numbers)+1e-6 {
			t.Errorf("%s: %v is written %q and read %v (%v)", n.Key, n.Get(&numbers), n.Written(n.Get(&numbers)), v, err)
		}
	}
	numbers := zombie.DefaultNumbers()
	if wrong := numbers.Validate(); len(wrong) > 0 {
		t.Errorf("the default is refused: %v", wrong)
	}
}
