package account_test

import (
	"strings"
	"testing"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/store"
)

func TestChangeWritesCountsAndLogsTheEdit(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		e := edit(acc)
		e.Name, e.Phone, e.Reason = "陈 瑜", "0710 3511111", "改名"
		changed, err := h.Change(t.Context(), h.root, acc.ID, e)
		h.ok(err)
		if changed.Name != "陈 瑜" || changed.Phone != "07103511111" || changed.Version != 2 || changed.Login != "chenyu" {
			t.Errorf("changed %+v", changed)
		}
		if got := h.find(acc.ID); got.Version != 2 || got.Name != "陈 瑜" {
			t.Errorf("stored %+v", got)
		}
		last := h.log()[len(h.log())-1]
		if last.Action != "account.change" || last.Reason != "改名" || !strings.Contains(last.Before, "王chenyu") || !strings.Contains(last.After, "陈 瑜") {
			t.Errorf("logged %+v", last)
		}
	})
}

func TestAnEditOfNothingWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		_, s := h.in("chenyu")
		entries := len(h.log())
		same, err := h.Change(t.Context(), h.root, acc.ID, edit(acc))
		h.ok(err)
		if same.Version != 1 || len(h.log()) != entries || !h.alive(s.Token) {
			t.Errorf("version %d, %d entries more", same.Version, len(h.log())-entries)
		}
	})
}

func TestAStaleEditIsAConflict(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		errs := together(6, func(i int) error {
			e := edit(acc)
			e.Name = "第" + string(rune('一'+i))
			_, err := h.Change(t.Context(), h.root, acc.ID, e)
			return err
		})
		if successes(errs) != 1 {
			t.Errorf("%d of 6 edits of one version were written: %v", successes(errs), errs)
		}
		for _, err := range errs {
			if err != nil {
				h.wants(err, store.ErrStale)
			}
		}
		if got := h.find(acc.ID).Version; got != 2 {
			t.Errorf("version %d, want 2", got)
		}
	})
}

func TestSignInsDoNotDisturbAnEditor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		h.fails("chenyu", 1)
		h.in("chenyu")
		e := edit(acc)
		e.Name = "陈瑜"
		_, err := h.Change(t.Context(), h.root, acc.ID, e)
		h.ok(err)
	})
}

func TestNewRolesHoldAtTheNextRequest(t *testing.T) {
	cases := []struct {
		name  string
		set   func(*account.Edit)
		alive bool
	}{
		{"a name", func(e *account.Edit) { e.Name = "陈瑜" }, true},
		{"roles", func(e *account.Edit) { e.Roles = auth.Roles{auth.Head} }, false},
		{"a department", func(e *account.Edit) { e.DepartmentID = countyCourt }, false},
	}
	each(t, func(t *testing.T, h *house) {
		for _, c := range cases {
			login := "p-" + strings.ReplaceAll(c.name, " ", "")
			acc := h.person(login, citySports, auth.Clerk)
			s := h.signIn(login, password)
			e := edit(acc)
			c.set(&e)
			_, err := h.Change(t.Context(), h.root, acc.ID, e)
			h.ok(err)
			if got := h.alive(s.Token); got != c.alive {
				t.Errorf("after a change of %s the session lives: %v, want %v", c.name, got, c.alive)
			}
			p := h.as(h.signIn(login, password).Token)
			if p.Roles.String() != e.Roles.String() || p.DepartmentID != e.DepartmentID || p.Name != e.Name {
				t.Errorf("after a change of %s: %+v", c.name, p)
			}
		}
	})
}

func TestNobodyChangesTheOwnRoles(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		boss := h.person("boss", 0, auth.Admin)
		h.person("other", 0, auth.Admin)
		region := h.person("region", county, auth.Region)
		byBoss, _ := h.in("boss")

		e := edit(boss)
		e.Roles = auth.Roles{auth.Auditor}
		_, err := h.Change(t.Context(), byBoss, boss.ID, e)
		h.wants(err, account.ErrOwnRoles)
		e = edit(boss)
		e.DepartmentID = citySports
		_, err = h.Change(t.Context(), byBoss, boss.ID, e)
		h.wants(err, account.ErrOwnRoles)
		e = edit(boss)
		e.Name = "新名"
		_, err = h.Change(t.Context(), byBoss, boss.ID, e)
		h.ok(err)

		byRegion, _ := h.in("region")
		e = edit(region)
		e.Roles = auth.Roles{auth.Office}
		_, err = h.Change(t.Context(), byRegion, region.ID, e)
		h.wants(err, auth.ErrForbidden)
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		boss := h.person("boss", 0, auth.Admin)
		off := h.person("off", 0, auth.Admin)
		held := h.person("held", 0, auth.Admin)
		_, err := h.Disable(ctx, h.root, off.ID, "")
		h.ok(err)
		_, err = h.Lock(ctx, h.root, held.ID, "")
		h.ok(err)

		refuse := func(name string) {
			t.Helper()
			e := edit(h.find(boss.ID))
			e.Roles = auth.Roles{auth.Auditor}
			_, err := h.Change(ctx, h.root, boss.ID, e)
			h.wants(err, account.ErrLastAdministrator)
			_, err = h.Disable(ctx, h.root, boss.ID, name)
			h.wants(err, account.ErrLastAdministrator)
			_, err = h.Lock(ctx, h.root, boss.ID, name)
			h.wants(err, account.ErrLastAdministrator)
		}
		refuse("neither a disabled nor a locked one counts")
		h.fails("boss", 5)
		refuse("a lock that passes changes nothing")

		_, err = h.Unlock(ctx, h.root, held.ID, "")
		h.ok(err)
		_, err = h.Disable(ctx, h.root, boss.ID, "")
		h.ok(err)
		_, err = h.Disable(ctx, h.root, held.ID, "")
		h.wants(err, account.ErrLastAdministrator)
	})
}

func TestAdministratorsCannotSwitchEachOtherOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range 10 {
			one := h.person("one"+h.fresh(), 0, auth.Admin)
			two := h.person("two"+h.fresh(), 0, auth.Admin)
			ids := []auth.AccountID{one.ID, two.ID}
			errs := together(2, func(i int) error {
				by := auth.Principal{AccountID: ids[1-i], Way: auth.BySession, Roles: auth.Roles{auth.Admin}}
				_, err := h.Disable(t.Context(), by, ids[i], "")
				return err
			})
			if successes(errs) != 1 {
				t.Fatalf("%d of two were switched off: %v", successes(errs), errs)
			}
			for i, err := range errs {
				if err != nil {
					h.wants(err, account.ErrLastAdministrator)
					h.retire(ids[i])
				}
			}
		}
	})
}

// retire takes an administrator away whom the verbs would not.
func (h *house) retire(id auth.AccountID) {
	h.t.Helper()
	h.exec("UPDATE accounts SET state = 'disabled' WHERE id = ?", id)
}

// fresh is a suffix that was not given before.
func (h *house) fresh() string {
	h.t.Helper()
	return string(rune('a'+h.count("accounts")%26)) + string(rune('a'+h.count("accounts")/26))
}
