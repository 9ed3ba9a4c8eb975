package account_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
)

// issue makes a token that reads systems, good for thirty days.
func (h *house) issue(by auth.Principal, scopes ...string) (account.Token, string) {
	h.t.Helper()
	if len(scopes) == 0 {
		scopes = []string{account.ScopeSystemsRead}
	}
	made, text, err := h.IssueToken(h.t.Context(), by, "每日报表", scopes, h.clock.Now().AddDate(0, 0, 30))
	h.ok(err)
	return made, text
}

func (h *house) open(token string) error {
	_, _, err := h.ByToken(h.t.Context(), token, account.Caller{Origin: "10.9.9.9", RequestID: "r-2"})
	return err
}

func TestATokenActsAsItsOwnerNarrowedByItsScopes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		by, _ := h.in("chenyu")
		made, text := h.issue(by, account.ScopeSystemsWrite, account.ScopeSystemsRead, account.ScopeSystemsRead)
		if len(text) != len("qct_")+43 || !strings.HasPrefix(text, made.Prefix) || len(made.Prefix) != 12 || made.AccountID != acc.ID ||
			!slices.Equal(made.Scopes, []string{"systems:read", "systems:write"}) || made.ExpiresAt != start.AddDate(0, 0, 30) {
			t.Errorf("made %+v of %d characters", made, len(text))
		}
		if h.actions(1) != "token_issue chenyu" || h.after("scopes") != "systems:read,systems:write" || h.after("id") != float64(made.ID) {
			t.Errorf("log %+v", h.log()[len(h.log())-1])
		}
		p, got, err := h.ByToken(t.Context(), text, account.Caller{Origin: "10.9.9.9", RequestID: "r-2"})
		h.ok(err)
		if p.AccountID != acc.ID || p.Login != "chenyu" || p.Roles.String() != "clerk" || p.DepartmentID != citySports ||
			p.Department != "市文体新广局" || p.Way != auth.ByToken || p.Origin != "10.9.9.9" || p.RequestID != "r-2" || got.ID != made.ID {
			t.Errorf("principal %+v, token %+v", p, got)
		}
		if !p.HasScope(account.ScopeSystemsRead) || p.HasScope(account.ScopeAccountsRead) {
			t.Errorf("scopes %v", p.Scopes)
		}
		_, err = h.Find(t.Context(), p, acc.ID)
		h.wants(err, auth.ErrForbidden) // accounts:read was not given

		e := edit(acc)
		e.Roles = auth.Roles{auth.Head}
		_, err = h.Change(t.Context(), h.root, acc.ID, e)
		h.ok(err)
		p, _, err = h.ByToken(t.Context(), text, account.Caller{})
		if err != nil || p.Roles.String() != "head" {
			t.Errorf("after a change of roles: %v, %v", p.Roles, err)
		}
	})
}

func TestATokenDiesWhenRevokedOrExpired(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		h.person("liwen", citySports, auth.Clerk)
		h.person("boss", 0, auth.Admin)
		by, _ := h.in("chenyu")
		stranger, _ := h.in("liwen")
		boss, _ := h.in("boss")
		one, first := h.issue(by)
		two, second := h.issue(by)
		_, third := h.issue(by)

		h.wants(h.RevokeToken(t.Context(), stranger, one.ID), account.ErrTokenNotFound)
		h.wants(h.RevokeToken(t.Context(), by, 12345), account.ErrTokenNotFound)
		h.ok(h.open(first))
		h.ok(h.RevokeToken(t.Context(), by, one.ID))
		h.wants(h.open(first), account.ErrToken)
		if h.actions(1) != "token_revoke chenyu" {
			t.Errorf("log %s", h.actions(1))
		}
		entries := len(h.log())
		h.ok(h.RevokeToken(t.Context(), by, one.ID)) // twice is once
		if len(h.log()) != entries {
			t.Error("revoked twice")
		}
		h.ok(h.RevokeToken(t.Context(), boss, two.ID))
		h.wants(h.open(second), account.ErrToken)

		h.clock.to(30*24*time.Hour - time.Second)
		h.ok(h.open(third))
		h.clock.to(30 * 24 * time.Hour)
		h.wants(h.open(third), account.ErrToken)

		list, err := h.Tokens(t.Context(), h.root, acc.ID)
		h.ok(err)
		if len(list) != 3 || list[2].ID != one.ID || list[2].RevokedAt != start || list[0].Alive(h.clock.Now()) || list[0].Login != "chenyu" {
			t.Errorf("tokens %+v", list)
		}
	})
}

func TestUseOfATokenIsWrittenOnceAMinute(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		by, _ := h.in("chenyu")
		_, text := h.issue(by)
		steps := []struct{ at, want time.Duration }{
			{0, 0}, {59 * time.Second, 0}, {60 * time.Second, 60 * time.Second}, {61 * time.Second, 60 * time.Second},
		}
		for _, s := range steps {
			h.clock.to(s.at)
			h.ok(h.open(text))
			list, err := h.Tokens(t.Context(), by, acc.ID)
			h.ok(err)
			if got := list[0].LastUsedAt.Sub(start); got != s.want || list[0].LastOrigin != "10.9.9.9" {
				t.Errorf("used at %v: written %v from %q, want %v", s.at, got, list[0].LastOrigin, s.want)
			}
		}
	})
}

func TestATokenIsRefusedAtItsFields(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		by, _ := h.in("chenyu")
		year := start.AddDate(1, 0, 0)
		cases := []struct {
			name    string
			use     string
			scopes  []string
			expires time.Time
			want    []string
		}{
			{"a year", "报表", account.Scopes(), year, nil},
			{"longer", "报表", account.Scopes(), year.Add(time.Second), []string{"expires_at err.account.token_expiry"}},
			{"over already", "报表", account.Scopes(), start, []string{"expires_at err.account.token_expiry"}},
			{"no end", "报表", account.Scopes(), time.Time{}, []string{"expires_at err.account.token_expiry"}},
			{"no scope", "报表", nil, year, []string{"scopes err.account.token_scopes"}},
			{"unknown scope", "报表", []string{"systems:read", "all"}, year, []string{"scopes err.account.token_scopes"}},
			{"no name", " ", account.Scopes(), year, []string{"name err.account.required"}},
			{"long name", strings.Repeat("长", 61), account.Scopes(), year, []string{"name err.account.long"}},
		}
		for _, c := range cases {
			_, text, err := h.IssueToken(t.Context(), by, c.use, c.scopes, c.expires)
			if got := faults(err); !slices.Equal(got, c.want) || (text == "") != (c.want != nil) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
	})
}

func TestStrangeAPITokensOpenNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		by, s := h.in("chenyu")
		_, text := h.issue(by)
		for _, token := range []string{"", "qct_", text[4:], text[:20], text + "A", "QCT_" + text[4:], s.Token, "qct_" + s.Token, "qct_\x00\xff"} {
			h.wants(h.open(token), account.ErrToken)
		}
		if h.alive(text) {
			t.Error("an API token resumed a session")
		}
	})
}

func TestATokenCannotHandleSessionsTokensOrRights(t *testing.T) {
	h := sqliteHouse(t)
	acc := h.person("chenyu", citySports, auth.Clerk)
	by, s := h.in("chenyu")
	made, text := h.issue(by, account.Scopes()...)
	p, _, err := h.ByToken(t.Context(), text, account.Caller{})
	h.ok(err)
	_, err = h.Sessions(t.Context(), p, acc.ID)
	h.wants(err, auth.ErrForbidden)
	_, err = h.SignOutEverywhere(t.Context(), p, acc.ID)
	h.wants(err, auth.ErrForbidden)
	h.wants(h.EndSession(t.Context(), p, s.ID), account.ErrSessionNotFound)
	h.wants(h.RevokeToken(t.Context(), p, made.ID), account.ErrTokenNotFound)
	_, _, err = h.IssueToken(t.Context(), p, "子令牌", account.Scopes(), start.AddDate(0, 1, 0))
	h.wants(err, auth.ErrForbidden)
}

func TestAllTokensAreForAdministrators(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		h.person("liwen", citySports, auth.Clerk)
		by, _ := h.in("chenyu")
		other, _ := h.in("liwen")
		h.issue(by)
		h.issue(other)
		_, err := h.Tokens(t.Context(), by, 0)
		h.wants(err, auth.ErrForbidden)
		_, err = h.Tokens(t.Context(), auth.Principal{}, 0)
		if fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("nobody: %v", err)
		}
		list, err := h.Tokens(t.Context(), h.root, 0)
		h.ok(err)
		if len(list) != 2 || list[0].Login != "liwen" || list[1].Login != "chenyu" {
			t.Errorf("tokens %+v", list)
		}
	})
}
