package account_test

import (
	"strings"
	"testing"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
)

func TestASessionEndsWhenIdle(t *testing.T) {
	cases := []struct {
		name string
		idle time.Duration
		want bool
	}{
		{"29:59", 29*time.Minute + 59*time.Second, true},
		{"30:00", 30 * time.Minute, false},
		{"30:01", 30*time.Minute + time.Second, false},
	}
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		for _, c := range cases {
			h.clock.to(24 * time.Hour)
			s := h.signIn("chenyu", password)
			h.clock.move(20 * time.Minute)
			h.as(s.Token) // a request: the time begins anew
			h.clock.move(c.idle)
			if got := h.alive(s.Token); got != c.want {
				t.Errorf("idle for %s: alive %v, want %v", c.name, got, c.want)
			}
		}
	})
}

func TestASessionEndsAfterTwelveHoursOfWork(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		s := h.signIn("chenyu", password)
		if s.ExpiresAt != start.Add(12*time.Hour) {
			t.Errorf("expires at %v", s.ExpiresAt)
		}
		for h.clock.Now().Before(start.Add(11*time.Hour + 50*time.Minute)) {
			h.clock.move(10 * time.Minute)
			h.as(s.Token)
		}
		h.clock.to(12*time.Hour - time.Second)
		if !h.alive(s.Token) {
			t.Error("it ended early")
		}
		h.clock.to(12 * time.Hour)
		_, _, err := h.Resume(t.Context(), s.Token, account.Caller{})
		h.wants(err, account.ErrSessionOver)
	})
}

func TestAShorterLimitHoldsForSessionsThatBeganBefore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		s := h.signIn("chenyu", password)
		p, err := h.Policy(t.Context())
		h.ok(err)
		p.AbsoluteMinutes = 30
		_, err = h.SetPolicy(t.Context(), h.root, p, "")
		h.ok(err)
		h.clock.to(20 * time.Minute)
		h.as(s.Token)
		h.clock.to(30 * time.Minute)
		if h.alive(s.Token) {
			t.Error("it goes on after half an hour")
		}
		if list, err := h.Sessions(t.Context(), h.root, acc.ID); err != nil || len(list) != 0 {
			t.Errorf("it is still listed: %+v, %v", list, err)
		}
		if n, err := h.Purge(t.Context()); err != nil || n != 1 {
			t.Errorf("purged %d, %v", n, err)
		}
	})
}

func TestResumeTellsWhoComes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk, auth.Head)
		s := h.signIn("chenyu", password)
		p, info, err := h.Resume(t.Context(), s.Token, account.Caller{Origin: "192.0.2.9", RequestID: "r-9"})
		h.ok(err)
		if p.AccountID != acc.ID || p.Login != "chenyu" || p.Name != "王chenyu" || p.DepartmentID != citySports ||
			p.Department != "市文体新广局" || p.Roles.String() != "clerk,head" || p.Way != auth.BySession ||
			p.Origin != "192.0.2.9" || p.RequestID != "r-9" || p.Scopes != nil {
			t.Errorf("principal %+v", p)
		}
		if info.ID != s.ID || info.AccountID != acc.ID || info.Origin != "10.1.2.3" || info.UserAgent != "Firefox" ||
			info.CreatedAt != start || info.LastSeenAt != start || info.ExpiresAt != start.Add(12*time.Hour) {
			t.Errorf("info %+v", info)
		}
	})
}

func TestStrangeTokensOpenNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		s := h.signIn("chenyu", password)
		for _, token := range []string{"", "x", s.Token[:42], s.Token + "A", strings.ToLower(s.Token), "\x00\xff", strings.Repeat("A", 1<<16)} {
			_, _, err := h.Resume(t.Context(), token, account.Caller{})
			h.wants(err, auth.ErrUnauthenticated)
		}
	})
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		acc := h.person("chenyu", citySports, auth.Clerk)
		h.person("liwen", citySports, auth.Clerk)
		_, old := h.in("chenyu")
		h.clock.move(29 * time.Minute)
		p, one := h.in("chenyu")
		h.clock.move(time.Minute) // the first is over now
		_, two := h.in("chenyu")
		stranger, _ := h.in("liwen")

		got, err := h.Sessions(ctx, p, acc.ID)
		h.ok(err)
		if len(got) != 2 || got[0].ID != two.ID || got[1].ID != one.ID {
			t.Errorf("sessions %+v, want %d and %d", got, two.ID, one.ID)
		}
		_, err = h.Sessions(ctx, stranger, acc.ID)
		h.wants(err, auth.ErrForbidden)
		h.wants(h.EndSession(ctx, stranger, two.ID), account.ErrSessionNotFound)
		h.wants(h.SignOut(ctx, stranger, two.ID), nil)
		if !h.alive(two.Token) {
			t.Fatal("a stranger ended it")
		}
		h.ok(h.EndSession(ctx, p, two.ID))
		if h.alive(two.Token) || !h.alive(one.Token) || h.actions(1) != "session_end chenyu" {
			t.Errorf("log %s", h.actions(2))
		}
		h.wants(h.EndSession(ctx, p, two.ID), account.ErrSessionNotFound)
		h.ok(h.SignOut(ctx, p, one.ID))
		if h.alive(one.Token) || h.alive(old.Token) || h.actions(1) != "sign_out chenyu" {
			t.Error("a signed-out session lives")
		}
		entries := len(h.log())
		h.ok(h.SignOut(ctx, p, one.ID)) // twice is once
		if len(h.log()) != entries {
			t.Error("signing out twice was logged twice")
		}
	})
}

func TestSignOutEverywhere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		h.person("liwen", citySports, auth.Clerk)
		p, one := h.in("chenyu")
		_, two := h.in("chenyu")
		_, other := h.in("liwen")
		n, err := h.SignOutEverywhere(t.Context(), p, acc.ID)
		h.ok(err)
		if n != 2 || h.alive(one.Token) || h.alive(two.Token) || !h.alive(other.Token) {
			t.Errorf("%d sessions ended", n)
		}
		if h.actions(1) != "sign_out_everywhere chenyu" || h.after("sessions") != 2.0 {
			t.Errorf("log %s", h.actions(1))
		}
		_, three := h.in("chenyu")
		n, err = h.SignOutEverywhere(t.Context(), h.root, acc.ID)
		if err != nil || n != 1 || h.alive(three.Token) {
			t.Errorf("by an administrator: %d, %v", n, err)
		}
	})
}

func TestAFlashIsToldOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.person("chenyu", citySports, auth.Clerk)
		s := h.signIn("chenyu", password)
		h.ok(h.SetFlash(ctx, s.ID, `{"key":"saved"}`))
		_, info, err := h.Resume(ctx, s.Token, account.Caller{})
		h.ok(err)
		if info.Flash != `{"key":"saved"}` {
			t.Errorf("flash %q", info.Flash)
		}
		for _, want := range []string{`{"key":"saved"}`, ""} {
			got, err := h.TakeFlash(ctx, s.ID)
			if err != nil || got != want {
				t.Errorf("flash %q, %v, want %q", got, err, want)
			}
		}
		_, err = h.TakeFlash(ctx, 12345)
		h.wants(err, account.ErrSessionNotFound)
	})
}

func TestPurgeDeletesWhatIsOverAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		h.signIn("chenyu", password) // idle for too long at the end
		h.clock.to(15 * time.Minute)
		s := h.signIn("chenyu", password)
		h.clock.to(30 * time.Minute)
		for want := int64(1); want >= 0; want-- {
			n, err := h.Purge(t.Context())
			if err != nil || n != want {
				t.Errorf("purged %d, %v, want %d", n, err, want)
			}
		}
		if !h.alive(s.Token) {
			t.Error("a living session was purged")
		}
		for h.clock.Now().Before(start.Add(15*time.Minute + 12*time.Hour - time.Minute)) {
			h.as(s.Token)
			h.clock.move(20 * time.Minute)
		}
		if n, err := h.Purge(t.Context()); err != nil || n != 1 || h.count("sessions") != 0 {
			t.Errorf("purged %d, %v: 12 hours are over", n, err)
		}
	})
}

func TestWhatCallersSayOfThemselvesIsCutAndCleaned(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		_, _, err := h.SignIn(t.Context(), "chenyu", password, account.Caller{
			Origin: "10.0.0.1\r\n" + strings.Repeat("x", 100), UserAgent: "evil\x00\x1b[31m\xff" + strings.Repeat("长", 500),
		})
		h.ok(err)
		got, err := h.Sessions(t.Context(), h.root, acc.ID)
		h.ok(err)
		if s := got[0]; len([]rune(s.UserAgent)) != 200 || len(s.Origin) != 64 || strings.ContainsAny(s.UserAgent+s.Origin, "\x00\x1b\r\n") {
			t.Errorf("origin %q, user agent %q", s.Origin, s.UserAgent)
		}
	})
}
