package account_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/store"
)

func TestCheckOfAPassword(t *testing.T) {
	const (
		short   = "new err.account.password_short"
		classes = "new err.account.password_classes"
		common  = "new err.account.password_common"
		login   = "new err.account.password_login"
		long    = "new err.account.password_long"
		empty   = "new err.account.password_empty"
	)
	cases := []struct {
		name, password string
		gb, asvs       []string
	}{
		{"good in both", "Lantern-47-brook", nil, nil},
		{"Chinese with digits and signs", "青山绿水2017-ab汉江", nil, nil},
		{"a passphrase of small letters", "lanternbrookwillow", []string{classes}, nil},
		{"ten characters", "Lantern-47", nil, []string{short}},
		{"nine characters", "Lantern-4", []string{short}, []string{short}},
		{"two classes", "lantern47brook", []string{classes}, nil},
		{"nothing", "", []string{empty}, []string{empty}},
		{"128 characters", strings.Repeat("Lantern-47-brook", 7) + "Harbour-92-orch8", nil, nil},
		{"129 characters", strings.Repeat("Lantern-47-brook", 8) + "x", []string{long}, []string{long}},
		{"no text", "Lantern-47-\xff-brook", []string{long}, []string{long}},
		{"the login", "chenyu2017", []string{classes, login}, []string{login, short}},
		{"the login inside", "Xx-ChenYu-2017", []string{login}, []string{login}},
		{"the login in full width", "Xx-\uff43\uff48\uff45\uff4e\uff59\uff55-2017", []string{login}, []string{login}},
		{"a listed word dressed up", "Admin@123456", []string{common}, []string{common}},
		{"letters swapped", "P@ssw0rd-2017", []string{common}, []string{common}},
		{"one as l", "We1come@2017!", []string{common}, []string{common}},
		{"Chinese habit", "Woaini5201314!", []string{common}, []string{common}},
		{"keyboard", "1qaz@WSX3edc", nil, nil}, // not on the list as such
		{"a run", "123456789012", []string{classes, common}, []string{common}},
		{"a run down", "zyxwvutsrqpo", []string{classes, common}, []string{common}},
		{"a repetition", "Ab1-Ab1-Ab1-", []string{common}, []string{common}},
		{"three characters", "Aa1Aa1a1A1a1", []string{common}, []string{common}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for mode, want := range map[account.PolicyMode][]string{account.ModeGB: c.gb, account.ModeASVS: c.asvs} {
				var got []string
				for _, f := range account.DefaultPolicy(mode).Check("new", "ChenYu", c.password) {
					got = append(got, f.Name+" "+f.Code)
				}
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Errorf("%s: %v, want %v", mode, got, want)
				}
			}
		})
	}
}

func TestLimitsOfThePolicy(t *testing.T) {
	cases := []struct {
		name  string
		mode  account.PolicyMode
		set   func(*account.Policy)
		wrong string
	}{
		{"gb as it is", account.ModeGB, func(*account.Policy) {}, ""},
		{"asvs as it is", account.ModeASVS, func(*account.Policy) {}, ""},
		{"no such mode", account.ModeGB, func(p *account.Policy) { p.Mode = "none" }, "mode"},
		{"gb: 8 characters", account.ModeGB, func(p *account.Policy) { p.MinLength = 8 }, ""},
		{"gb: 7 characters", account.ModeGB, func(p *account.Policy) { p.MinLength = 7 }, "min_length"},
		{"gb: two classes", account.ModeGB, func(p *account.Policy) { p.Classes = 2 }, "classes"},
		{"gb: four classes", account.ModeGB, func(p *account.Policy) { p.Classes = 4 }, ""},
		{"gb: no history", account.ModeGB, func(p *account.Policy) { p.History = 4 }, "history"},
		{"gb: no expiry", account.ModeGB, func(p *account.Policy) { p.MaxAgeDays = 0 }, "max_age_days"},
		{"gb: half a year", account.ModeGB, func(p *account.Policy) { p.MaxAgeDays = 180 }, ""},
		{"gb: longer", account.ModeGB, func(p *account.Policy) { p.MaxAgeDays = 181 }, "max_age_days"},
		{"gb: warned all the time", account.ModeGB, func(p *account.Policy) { p.MaxAgeDays, p.WarnDays = 7, 7 }, "warn_days"},
		{"asvs: 11 characters", account.ModeASVS, func(p *account.Policy) { p.MinLength = 11 }, "min_length"},
		{"asvs: composition", account.ModeASVS, func(p *account.Policy) { p.Classes = 3 }, "classes"},
		{"asvs: expiry", account.ModeASVS, func(p *account.Policy) { p.MaxAgeDays = 90 }, "max_age_days"},
		{"six failures", account.ModeGB, func(p *account.Policy) { p.LockAfter = 6 }, "lock_after"},
		{"lock of 9 minutes", account.ModeGB, func(p *account.Policy) { p.LockMinutes = 9 }, "lock_minutes"},
		{"lock of 10 minutes", account.ModeGB, func(p *account.Policy) { p.LockMinutes = 10 }, ""},
		{"31 minutes idle", account.ModeASVS, func(p *account.Policy) { p.IdleMinutes = 31 }, "idle_minutes"},
		{"more than 12 hours", account.ModeASVS, func(p *account.Policy) { p.AbsoluteMinutes = 721 }, "absolute_minutes"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := account.DefaultPolicy(c.mode)
			c.set(&p)
			var got []string
			for _, f := range p.Validate() {
				got = append(got, f.Name)
			}
			if strings.Join(got, " ") != c.wrong {
				t.Errorf("wrong: %v, want %q", got, c.wrong)
			}
		})
	}
}

func TestAPolicyIsVersionedLoggedAndHoldsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.person("boss", 0, auth.Admin)
		h.person("chenyu", citySports, auth.Clerk)
		boss, _ := h.in("boss")
		clerk, clerkSession := h.in("chenyu")

		p, err := h.Policy(ctx)
		h.ok(err)
		stale := p
		p.IdleMinutes, p.LockAfter = 10, 3
		_, err = h.SetPolicy(ctx, clerk, p, "")
		h.wants(err, auth.ErrForbidden)
		saved, err := h.SetPolicy(ctx, boss, p, "检查要求")
		h.ok(err)
		if saved.Version != 2 || saved.ChangedBy != boss.AccountID || saved.ChangedAt != start || saved.Reason != "检查要求" {
			t.Errorf("saved %+v", saved)
		}
		if h.actions(1) != "policy " || h.after("idle_minutes") != 10.0 || h.after("min_length") != nil {
			t.Errorf("log: %+v", h.log()[len(h.log())-1])
		}
		_, err = h.SetPolicy(ctx, boss, stale, "")
		h.wants(err, store.ErrStale)
		p = saved
		p.IdleMinutes = 31
		if _, err = h.SetPolicy(ctx, boss, p, ""); len(faults(err)) != 1 {
			t.Errorf("error %v, want one field", err)
		}

		h.clock.to(10 * time.Minute)
		if h.alive(clerkSession.Token) {
			t.Error("the shorter idle limit must hold for sessions that began before")
		}
		h.fails("chenyu", 3)
		h.wants(h.try("chenyu", password), account.ErrSignIn)
	})
}

func TestOfTwoPoliciesAtOnceOneIsStale(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p, err := h.Policy(t.Context())
		h.ok(err)
		errs := together(4, func(i int) error {
			mine := p
			mine.LockMinutes = 20 + i
			_, err := h.SetPolicy(t.Context(), h.root, mine, "")
			return err
		})
		if successes(errs) != 1 {
			t.Errorf("%d succeeded, want 1: %v", successes(errs), errs)
		}
		for _, err := range errs {
			if err != nil {
				h.wants(err, store.ErrStale)
			}
		}
	})
}

func TestCost(t *testing.T) {
	cases := []struct {
		name string
		cost account.Cost
		good bool
	}{
		{"the default", account.DefaultCost(), true},
		{"46 MiB once", account.Cost{MemoryKiB: 46 * 1024, Passes: 1, Lanes: 1}, true},
		{"7 MiB five times", account.Cost{MemoryKiB: 7 * 1024, Passes: 5, Lanes: 1}, true},
		{"19 MiB once", account.Cost{MemoryKiB: 19 * 1024, Passes: 1, Lanes: 1}, false},
		{"4 MiB ten times", account.Cost{MemoryKiB: 4 * 1024, Passes: 10, Lanes: 1}, false},
		{"no lane", account.Cost{MemoryKiB: 19 * 1024, Passes: 2}, false},
		{"a gigabyte", account.Cost{MemoryKiB: 1 << 20, Passes: 2, Lanes: 1}, false},
		{"a hundred passes", account.Cost{MemoryKiB: 19 * 1024, Passes: 100, Lanes: 1}, false},
	}
	for _, c := range cases {
		if err := c.cost.Check(); (err == nil) != c.good {
			t.Errorf("%s: %v, want good %v", c.name, err, c.good)
		}
	}
}
