package account_test

import (
	"testing"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
)

func TestADisabledAccountIsShutAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		acc := h.person("chenyu", citySports, auth.Clerk)
		p, s := h.in("chenyu")
		_, token, err := h.IssueToken(ctx, p, "报表", []string{account.ScopeSystemsRead}, start.AddDate(0, 1, 0))
		h.ok(err)

		off, err := h.Disable(ctx, h.root, acc.ID, "调离")
		h.ok(err)
		if off.State != account.Disabled || off.Version != 2 || h.alive(s.Token) {
			t.Errorf("disabled %+v", off)
		}
		_, _, err = h.ByToken(ctx, token, account.Caller{})
		h.wants(err, account.ErrToken)
		again, err := h.Disable(ctx, h.root, acc.ID, "调离")
		h.ok(err)
		if again.Version != 2 || h.actions(1) != "disable chenyu" || h.log()[len(h.log())-1].Reason != "调离" {
			t.Errorf("version %d, log %s", again.Version, h.actions(2))
		}

		on, err := h.Enable(ctx, h.root, acc.ID, "返岗")
		h.ok(err)
		if on.State != account.Active || h.alive(s.Token) {
			t.Error("an old session must not come back to life")
		}
		h.ok(h.try("chenyu", password))
		_, _, err = h.ByToken(ctx, token, account.Caller{})
		h.ok(err)
	})
}

func TestALockByAnAdministratorStaysUntilUnlocked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		acc := h.person("chenyu", citySports, auth.Clerk)
		p, s := h.in("chenyu")
		_, token, err := h.IssueToken(ctx, p, "报表", []string{account.ScopeSystemsRead}, start.AddDate(0, 6, 0))
		h.ok(err)
		_, err = h.Lock(ctx, h.root, acc.ID, "疑似被盗")
		h.ok(err)
		if h.alive(s.Token) {
			t.Error("the session goes on")
		}
		_, _, err = h.ByToken(ctx, token, account.Caller{})
		h.wants(err, account.ErrToken)
		h.clock.move(24 * time.Hour)
		h.wants(h.try("chenyu", password), account.ErrSignIn)
		_, _, err = h.Reset(ctx, h.root, acc.ID, "")
		h.ok(err)
		if !h.find(acc.ID).Held {
			t.Error("a new password is no unlocking")
		}
		_, err = h.Unlock(ctx, h.root, acc.ID, "已核实")
		h.ok(err)
		if h.find(acc.ID).Locked(h.clock.Now()) || h.actions(1) != "unlock chenyu" {
			t.Errorf("log %s", h.actions(3))
		}
	})
}

func TestAnAdministratorEndsALockByFailures(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		h.fails("chenyu", 5)
		_, err := h.Unlock(t.Context(), h.root, acc.ID, "")
		h.ok(err)
		h.fails("chenyu", 4)
		h.ok(h.try("chenyu", password))
		entries := len(h.log())
		_, err = h.Unlock(t.Context(), h.root, acc.ID, "")
		h.ok(err)
		if len(h.log()) != entries {
			t.Error("an open account was unlocked once more")
		}
	})
}

func TestALockByFailuresLeavesSessionsAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		_, s := h.in("chenyu")
		h.fails("chenyu", 5) // by a stranger, who must not throw the owner out
		if !h.alive(s.Token) {
			t.Error("the owner's session ended")
		}
	})
}

func TestResetGivesAOneTimePassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		acc := h.person("chenyu", citySports, auth.Clerk)
		_, s := h.in("chenyu")
		h.fails("chenyu", 5)
		reset, one, err := h.Reset(ctx, h.root, acc.ID, "忘记密码")
		h.ok(err)
		if !reset.MustChange || reset.FailedCount != 0 || h.alive(s.Token) || h.actions(1) != "reset chenyu" {
			t.Errorf("reset %+v", reset)
		}
		h.wants(h.try("chenyu", password), account.ErrSignIn)
		if got := h.signIn("chenyu", one); got.Change != account.ChangeFirst {
			t.Errorf("change %q, want first", got.Change)
		}
	})
}

func TestAbsentAccountsAreNotFound(t *testing.T) {
	h := sqliteHouse(t)
	for _, v := range verbs()[2:] {
		h.wants(v.do(h, h.root, 12345), account.ErrNotFound)
	}
	_, err := h.Change(t.Context(), h.root, 12345, account.Edit{})
	h.wants(err, account.ErrNotFound)
	_, err = h.Find(t.Context(), h.root, 12345)
	h.wants(err, account.ErrNotFound)
	_, err = h.FindLogin(t.Context(), h.root, "nobody")
	h.wants(err, account.ErrNotFound)
}
