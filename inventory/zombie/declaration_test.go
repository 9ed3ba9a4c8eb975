package zombie_test

import (
	"errors"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/detect"
	"qingce/inventory/zombie/zombietest"
)

func TestADrillKeepsAStandbySystemOutOfQuestion(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		s := w.Declared("GA", "应急指挥备用系统", func(s *inventory.System) { s.UsagePattern = "standby" })
		from, to := calendar.NewDate(2016, 6, 1), day(10, 22)
		w.Until(to)
		w.Facts(s.ID, from, to, office(w, day(2, 10)))
		w.Detect(to, zombie.How{})
		if got := w.Results(s.Code)[detect.Z1]; got != "met" {
			t.Fatalf("without a drill it is %s, want met", got)
		}
		form := zombie.DeclarationForm{Kind: zombie.Drill, Day: day(9, 1), Text: "2017年应急演练，记录见局发〔2017〕33号"}
		for name, by := range map[string]auth.Principal{"another department": w.Clerk("RS"), "the centre": w.Someone(auth.Centre)} {
			if _, err := w.Detector.Declare(t.Context(), by, s.Code, form); err == nil {
				t.Errorf("declared by %s", name)
			}
		}
		if _, err := w.Detector.Declare(t.Context(), w.Clerk("GA"), s.Code, zombie.DeclarationForm{Kind: "x", Day: to.AddDays(9)}); len(fault.FieldsOf(err)) != 3 {
			t.Errorf("a form with three mistakes: %v", err)
		}
		d, err := w.Detector.Declare(t.Context(), w.Clerk("GA"), s.Code, form)
		if err != nil {
			t.Fatal(err)
		}
		w.Detect(to, zombie.How{Again: true})
		if got := w.Results(s.Code)[detect.Z1]; got != "met" {
			t.Errorf("what nobody accepted counts: %s", got)
		}
		if _, err := w.Detector.DecideDeclaration(t.Context(), w.Someone(auth.Office), d.ID, 1, true, ""); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("accepted by the Office: %v", err)
		}
		if _, err := w.Detector.DecideDeclaration(t.Context(), w.Someone(auth.Centre), d.ID, 1, true, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Detector.WithdrawDeclaration(t.Context(), w.Clerk("GA"), d.ID, 2); !errors.Is(err, zombie.ErrDecided) {
			t.Errorf("withdrawn after the decision: %v", err)
		}
		run := w.Detect(to, zombie.How{Again: true})
		if got := w.Results(s.Code)[detect.Z1]; got != "on_standby" || run.Corrections != 2 {
			t.Errorf("after the drill it is %s in correction %d, want on_standby in 2", got, run.Corrections)
		}
	})
}
