package account_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
)

// nth is one of many passwords that satisfy the policy.
func nth(n int) string { return fmt.Sprintf("Lantern-%d-harbour", 400+n) }

func (h *house) newPassword(token, old, new string) (account.Session, error) {
	h.t.Helper()
	return h.ChangePassword(h.t.Context(), h.as(token), old, new, account.Caller{Origin: "10.1.2.3"})
}

func TestANewPasswordEndsEverySessionButGoesOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		_, here := h.in("chenyu")
		_, there := h.in("chenyu")
		h.clock.move(time.Minute)
		next, err := h.newPassword(here.Token, password, nth(1))
		h.ok(err)
		if h.alive(here.Token) || h.alive(there.Token) || !h.alive(next.Token) {
			t.Error("only the new session may live")
		}
		if got := h.find(acc.ID).PasswordChangedAt; got != start.Add(time.Minute) {
			t.Errorf("changed at %v", got)
		}
		if e := h.log()[len(h.log())-1]; e.Action != "account.password" || e.ActorLogin != "chenyu" {
			t.Errorf("logged %+v", e)
		}
		h.wants(h.try("chenyu", password), account.ErrSignIn)
		h.ok(h.try("chenyu", nth(1)))
	})
}

func TestTheLastFivePasswordsAreBarred(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		_, s := h.in("chenyu")
		used := []string{password}
		for n := range 6 {
			next, err := h.newPassword(s.Token, used[n], nth(n))
			h.ok(err)
			used, s = append(used, nth(n)), next
		}
		// Now used[6] is in force, used[1] to used[5] are the five before it.
		present := used[6]
		for i, want := range []string{
			"", "new err.account.password_used", "new err.account.password_used", "new err.account.password_used",
			"new err.account.password_used", "new err.account.password_used", "new err.account.password_same",
		} {
			if want == "" {
				continue
			}
			_, err := h.newPassword(s.Token, present, used[i])
			if got := faults(err); !slices.Equal(got, []string{want}) {
				t.Errorf("password %d: %v, want %s", i, got, want)
			}
		}
		_, err := h.newPassword(s.Token, present, used[0])
		h.ok(err)
	})
}

func TestAPasswordExpiresAfterNinetyDays(t *testing.T) {
	const day = 24 * time.Hour
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		cases := []struct {
			at     time.Duration
			warn   bool
			change account.ChangeReason
			roles  string
		}{
			{0, false, account.NoChange, "clerk"},
			{83*day - time.Second, false, account.NoChange, "clerk"},
			{83 * day, true, account.NoChange, "clerk"},
			{90*day - time.Second, true, account.NoChange, "clerk"},
			{90 * day, false, account.ChangeExpired, ""},
		}
		var s account.Session
		for _, c := range cases {
			h.clock.to(c.at)
			s = h.signIn("chenyu", password)
			p, info, err := h.Resume(t.Context(), s.Token, account.Caller{})
			h.ok(err)
			if info.Warn != c.warn || info.Change != c.change || s.Change != c.change || p.Roles.String() != c.roles {
				t.Errorf("after %v: warn %v, change %q, roles %q", c.at, info.Warn, info.Change, p.Roles)
			}
			if c.change == account.NoChange && info.PasswordDue != start.Add(90*day) {
				t.Errorf("due %v", info.PasswordDue)
			}
		}
		next, err := h.newPassword(s.Token, password, nth(1))
		h.ok(err)
		if p := h.as(next.Token); p.Roles.String() != "clerk" {
			t.Errorf("roles %v after the change", p.Roles)
		}
	})
}

func TestAPasswordThatExpiresDuringASessionHoldsItUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		h.clock.to(90*24*time.Hour - time.Minute)
		s := h.signIn("chenyu", password)
		if p := h.as(s.Token); len(p.Roles) != 1 {
			t.Fatalf("roles %v", p.Roles)
		}
		h.clock.move(time.Minute)
		if p := h.as(s.Token); len(p.Roles) != 0 {
			t.Errorf("roles %v after the expiry", p.Roles)
		}
	})
}

func TestAnASVSPasswordNeverExpires(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := account.DefaultPolicy(account.ModeASVS)
		p.Version = 1
		_, err := h.SetPolicy(t.Context(), h.root, p, "")
		h.ok(err)
		h.person("chenyu", citySports, auth.Clerk)
		h.clock.move(3 * 365 * 24 * time.Hour)
		s := h.signIn("chenyu", password)
		_, info, err := h.Resume(t.Context(), s.Token, account.Caller{})
		h.ok(err)
		if info.Change != account.NoChange || info.Warn || !info.PasswordDue.IsZero() {
			t.Errorf("info %+v", info)
		}
		next, err := h.newPassword(s.Token, password, "lanternbrookwillow")
		h.ok(err)
		_, err = h.newPassword(next.Token, "lanternbrookwillow", "lanternbrookwillow")
		if got := faults(err); !slices.Equal(got, []string{"new err.account.password_same"}) {
			t.Errorf("the same again: %v", got)
		}
	})
}

func TestAStolenSessionCannotGuessThePassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		_, s := h.in("chenyu")
		for range 5 {
			_, err := h.newPassword(s.Token, "wrong", nth(1))
			if got := faults(err); !slices.Equal(got, []string{"old err.account.old_password"}) {
				t.Errorf("error %v", err)
			}
		}
		_, err := h.newPassword(s.Token, password, nth(1))
		if got := faults(err); !slices.Equal(got, []string{"old err.account.old_password"}) {
			t.Errorf("the sixth try: %v", err)
		}
		h.wants(h.try("chenyu", password), account.ErrSignIn)
		h.clock.move(15 * time.Minute)
		h.ok(h.try("chenyu", password))
	})
}

func TestOfTwoNewPasswordsAtOnceOneIsTaken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		p, _ := h.in("chenyu")
		errs := together(4, func(i int) error {
			_, err := h.ChangePassword(t.Context(), p, password, nth(i), account.Caller{})
			return err
		})
		if successes(errs) != 1 {
			t.Errorf("%d changes from one old password: %v", successes(errs), errs)
		}
		if got := h.count("sessions"); got != 1 {
			t.Errorf("%d sessions, want 1", got)
		}
	})
}

func TestOnlyAPersonChangesThePassword(t *testing.T) {
	h := sqliteHouse(t)
	acc := h.person("chenyu", citySports, auth.Clerk)
	cases := []struct {
		name string
		by   auth.Principal
		want fault.Kind
	}{
		{"nobody", auth.Principal{AccountID: acc.ID}, fault.Unauthenticated},
		{"a token", auth.Principal{AccountID: acc.ID, Way: auth.ByToken, Scopes: account.Scopes()}, fault.Forbidden},
		{"the console", h.root, fault.Forbidden},
	}
	for _, c := range cases {
		_, err := h.ChangePassword(t.Context(), c.by, password, nth(1), account.Caller{})
		if fault.KindOf(err) != c.want {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		_, _, err = h.IssueToken(t.Context(), c.by, "报表", account.Scopes(), start.AddDate(0, 1, 0))
		if fault.KindOf(err) != c.want {
			t.Errorf("token for %s: %v, want %v", c.name, err, c.want)
		}
	}
}
