package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
)

func TestTheFifthFailureLocksForAQuarterOfAnHour(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)

		h.fails("chenyu", 4)
		h.ok(h.try("chenyu", password)) // four are forgiven
		h.fails("chenyu", 4)
		h.ok(h.try("chenyu", password)) // and the count began anew

		h.fails("chenyu", 5)
		h.wants(h.try("chenyu", password), account.ErrSignIn)
		if got := h.actions(3); got != "sign_in_failed chenyu, locked chenyu, sign_in_failed chenyu" {
			t.Errorf("log: %s", got)
		}
		if got := h.find(acc.ID); !got.Locked(h.clock.Now()) || got.LockedUntil != start.Add(15*time.Minute) {
			t.Errorf("locked until %v", got.LockedUntil)
		}
		h.clock.to(14*time.Minute + 59*time.Second)
		h.wants(h.try("chenyu", password), account.ErrSignIn)
		h.clock.to(15*time.Minute + time.Second)
		h.ok(h.try("chenyu", password))
	})
}

func TestALockThatIsOverLeavesFiveTriesAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		h.fails("chenyu", 5)
		h.clock.to(15 * time.Minute)
		h.fails("chenyu", 4)
		h.ok(h.try("chenyu", password))
		h.fails("chenyu", 5)
		h.wants(h.try("chenyu", password), account.ErrSignIn)
	})
}

func TestTriesDuringALockDoNotProlongIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		h.fails("chenyu", 5)
		h.clock.to(14 * time.Minute)
		h.fails("chenyu", 20)
		h.clock.to(15 * time.Minute)
		h.ok(h.try("chenyu", password))
	})
}

func TestAnotherSpellingIsTheSameLogin(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("ChenYu", citySports, auth.Clerk)
		for _, spelling := range []string{"chenyu", "CHENYU", "ChenYu", " chenyu ", "\uff23\uff48\uff45\uff4e\uff39\uff55"} {
			h.fails(spelling, 1)
		}
		h.wants(h.try("ChenYu", password), account.ErrSignIn)
	})
	each(t, func(t *testing.T, h *house) {
		h.person("ChenYu", citySports, auth.Clerk)
		h.ok(h.try("CHENYU", password))
	})
}

func TestALockIsOfTheAccountNotOfTheAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		h.person("liwen", citySports, auth.Clerk)
		for _, origin := range []string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"} {
			_, _, err := h.SignIn(t.Context(), "chenyu", "wrong", account.Caller{Origin: origin})
			h.wants(err, account.ErrSignIn)
		}
		h.wants(h.try("chenyu", password), account.ErrSignIn)
		h.ok(h.try("liwen", password)) // the same office, the same address
	})
}

// Whether the answers differ can be seen by their work, which a clock on a busy
// machine cannot.
func TestEveryRefusalIsAlikeAndCostsTheSame(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		h.person("locked", citySports, auth.Clerk)
		held := h.person("held", citySports, auth.Clerk)
		_, err := h.Lock(t.Context(), h.root, held.ID, "")
		h.ok(err)
		h.fails("locked", 5)
		cases := []struct{ name, login, password string }{
			{"unknown login", "nobody", password},
			{"wrong password", "chenyu", "wrong"},
			{"no password", "chenyu", ""},
			{"no login", "", ""},
			{"locked, wrong password", "locked", "wrong"},
			{"locked, right password", "locked", password},
			{"locked by an administrator, right password", "held", password},
			{"login with strange characters", "che\x00nyu\xff", password},
			{"SQL", "' OR 1=1 --", password},
		}
		for _, c := range cases {
			before := h.hasher.Computed()
			err := h.try(c.login, c.password)
			if !errors.Is(err, account.ErrSignIn) || err.Error() != "sign in: "+account.ErrSignIn.Error() {
				t.Errorf("%s: %v", c.name, err)
			}
			if got := h.hasher.Computed() - before; got != 1 {
				t.Errorf("%s: %d hashes, want 1", c.name, got)
			}
		}
	})
}

func TestGuessesSideBySideAreCountedOneByOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		errs := together(20, func(i int) error { return h.try("chenyu", "wrong") })
		for _, err := range errs {
			h.wants(err, account.ErrSignIn)
		}
		h.wants(h.try("chenyu", password), account.ErrSignIn)
		counted := 0
		for _, e := range h.log() {
			if strings.Contains(e.After, `"password"`) {
				counted++
			}
		}
		if counted != 5 {
			t.Errorf("%d passwords were tried, want 5: the others came too late", counted)
		}
	})
}

func TestARightPasswordThatComesAfterTheLockIsRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		h.fails("chenyu", 4)
		errs := together(10, func(i int) error {
			if i == 9 {
				return h.try("chenyu", password)
			}
			return h.try("chenyu", "wrong")
		})
		// The right one is either first of all, or refused.
		entries := h.log()
		locked := false
		for _, e := range entries {
			locked = locked || e.Action == "account.locked"
			if e.Action == "account.sign_in" && locked {
				t.Error("somebody came in after the lock")
			}
		}
		if errs[9] != nil {
			h.wants(errs[9], account.ErrSignIn)
		}
	})
}

func TestWhatOnlyTheRightPasswordIsTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		off := h.person("off", citySports, auth.Clerk)
		_, err := h.Disable(t.Context(), h.root, off.ID, "调离")
		h.ok(err)
		h.wants(h.try("off", password), account.ErrDisabled)
		h.wants(h.try("off", "wrong"), account.ErrSignIn)

		_, first, err := h.Create(t.Context(), h.root, account.Draft{Login: "new", Name: "新人", DepartmentID: citySports, Roles: auth.Roles{auth.Clerk}})
		h.ok(err)
		h.clock.to(7*24*time.Hour - time.Second)
		h.ok(h.try("new", first))
		h.clock.to(7 * 24 * time.Hour)
		h.wants(h.try("new", first), account.ErrLapsed)
		h.wants(h.try("new", "wrong"), account.ErrSignIn)
	})
}

func TestSignInsAreRecordedWithTheirOrigin(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		from := account.Caller{Origin: "192.0.2.7", UserAgent: "Firefox", RequestID: "r-1"}
		_, _, err := h.SignIn(t.Context(), "chenyu", "wrong", from)
		h.wants(err, account.ErrSignIn)
		_, _, err = h.SignIn(t.Context(), "stranger", "wrong", from)
		h.wants(err, account.ErrSignIn)
		s, _, err := h.SignIn(t.Context(), "chenyu", password, from)
		h.ok(err)
		h.ok(h.SignOut(t.Context(), h.as(s.Token), s.ID))

		want := []struct{ action, actor, way, object, cause string }{
			{"account.sign_in_failed", "", "", "chenyu", "password"},
			{"account.sign_in_failed", "", "", "st***", "unknown"},
			{"account.sign_in", "chenyu", "session", "chenyu", ""},
		}
		entries := h.log()[1:] // the first is the account's making
		for i, w := range want {
			e := entries[i]
			if e.Action != w.action || e.ActorLogin != w.actor || e.Way != w.way || e.ObjectName != w.object ||
				e.Origin != "192.0.2.7" || e.RequestID != "r-1" || !strings.Contains(e.After, w.cause) {
				t.Errorf("entry %d is %+v, want %+v", i, e, w)
			}
		}
		if e := entries[3]; e.Action != "account.sign_out" || e.ActorLogin != "chenyu" || e.Origin != "10.1.2.3" {
			t.Errorf("sign-out is %+v", e)
		}
	})
}

func TestASignInReplacesTheSessionOfTheSameBrowser(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		_, old := h.in("chenyu")
		_, other := h.in("chenyu")
		fresh, acc, err := h.SignIn(t.Context(), "chenyu", password, account.Caller{Replaces: old.Token})
		h.ok(err)
		if fresh.Token == old.Token || len(fresh.Token) != 43 {
			t.Errorf("token %q is not 256 fresh bits", fresh.Token)
		}
		if h.alive(old.Token) || !h.alive(other.Token) || !h.alive(fresh.Token) {
			t.Error("the old session must end, and only it")
		}
		if acc.LastLoginAt != start {
			t.Errorf("last sign-in %v, want %v", acc.LastLoginAt, start)
		}
	})
}

func TestAHashThatFindsNoSlotIsAnsweredAsBusy(t *testing.T) {
	h := sqliteHouse(t)
	slow := account.NewHasher(account.Cost{MemoryKiB: 128 * 1024, Passes: 8, Lanes: 1}, 1)
	accounts := account.New(h.db, account.Options{Hasher: slow})
	done := make(chan error, 1)
	go func() {
		_, _, err := accounts.SignIn(context.Background(), "nobody", "wrong", account.Caller{})
		done <- err
	}()
	for slow.Computed() == 0 { // until the only slot is taken
		select {
		case err := <-done:
			t.Fatalf("ended too early: %v", err)
		default:
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, _, err := accounts.SignIn(ctx, "nobody", "wrong", account.Caller{})
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
		t.Errorf("error %v, want unavailable with a time to come again", err)
	}
	if got := slow.Computed(); got != 1 {
		t.Errorf("%d hashes at once, want 1", got)
	}
	h.wants(<-done, account.ErrSignIn)
}
