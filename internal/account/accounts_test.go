package account_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
)

// logins lists a page as "a b c (total)".
func (h *house) logins(by auth.Principal, f account.Filter) string {
	h.t.Helper()
	list, total, err := h.List(h.t.Context(), by, f)
	h.ok(err)
	var names []string
	for _, acc := range list {
		names = append(names, acc.Login)
	}
	return fmt.Sprintf("%s (%d)", strings.Join(names, " "), total)
}

func TestListFiltersSortsAndPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.person("anna", citySports, auth.Clerk)
		h.person("Bai_Li", countyCourt, auth.Clerk, auth.Head)
		h.person("baixli", countyCourt, auth.Head)
		h.person("chief", 0, auth.Admin)
		off := h.person("dora", citySports, auth.Clerk)
		held := h.person("emil", citySports, auth.Clerk)
		_, err := h.Disable(ctx, h.root, off.ID, "")
		h.ok(err)
		_, err = h.Lock(ctx, h.root, held.ID, "")
		h.ok(err)
		h.fails("anna", 5)
		h.clock.move(time.Minute)
		h.signIn("chief", password)
		h.clock.move(time.Minute)
		h.signIn("Bai_Li", password)

		cases := []struct {
			name string
			f    account.Filter
			want string
		}{
			{"all", account.Filter{}, "anna Bai_Li baixli chief dora emil (6)"},
			{"backwards", account.Filter{Descending: true}, "emil dora chief baixli Bai_Li anna (6)"},
			{"by last sign-in, never last", account.Filter{Sort: account.SortLastLogin}, "chief Bai_Li anna baixli dora emil (6)"},
			{"the same backwards", account.Filter{Sort: account.SortLastLogin, Descending: true}, "Bai_Li chief emil dora baixli anna (6)"},
			{"first page", account.Filter{Size: 2, Page: 1}, "anna Bai_Li (6)"},
			{"third page", account.Filter{Size: 2, Page: 3}, "dora emil (6)"},
			{"a page too far", account.Filter{Size: 2, Page: 9}, " (6)"},
			{"part of the login", account.Filter{Search: "BAI"}, "Bai_Li baixli (2)"},
			{"a wildcard is a letter", account.Filter{Search: "i_l"}, "Bai_Li (1)"},
			{"percent", account.Filter{Search: "%"}, " (0)"},
			{"part of the name", account.Filter{Search: "王an"}, "anna (1)"},
			{"two words", account.Filter{Search: "王 ch"}, "chief (1)"},
			{"full width", account.Filter{Search: "\uff41\uff4e\uff4e\uff41"}, "anna (1)"},
			{"NUL and broken text", account.Filter{Search: "a\x00\xff"}, " (0)"},
			{"a department", account.Filter{DepartmentID: countyCourt}, "Bai_Li baixli (2)"},
			{"a role", account.Filter{Role: auth.Head}, "Bai_Li baixli (2)"},
			{"disabled", account.Filter{State: account.Disabled}, "dora (1)"},
			{"active", account.Filter{State: account.Active, DepartmentID: citySports}, "anna emil (2)"},
			{"locked in either way", account.Filter{Locked: true}, "anna emil (2)"},
		}
		for _, c := range cases {
			if got := h.logins(h.root, c.f); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		}
		h.clock.move(15 * time.Minute)
		if got := h.logins(h.root, account.Filter{Locked: true}); got != "emil (1)" {
			t.Errorf("after the lock: %s", got)
		}
	})
}

func TestListRefusesWhatItDoesNotKnow(t *testing.T) {
	h := sqliteHouse(t)
	for _, f := range []account.Filter{{Sort: "password_hash"}, {Sort: "id; DROP TABLE accounts"}, {State: "gone"}, {Role: "king"}} {
		if _, _, err := h.List(t.Context(), h.root, f); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", f, err)
		}
	}
	if _, _, err := h.List(t.Context(), h.root, account.Filter{Page: -5, Size: 1 << 40}); err != nil {
		t.Errorf("odd numbers: %v", err)
	}
}

func TestAPageIsNeverLongerThanTwoHundred(t *testing.T) {
	h := sqliteHouse(t)
	for i := range 201 {
		h.person(fmt.Sprintf("user%d", i), citySports, auth.Clerk)
	}
	for size, want := range map[int]int{0: 50, 10: 10, 200: 200, 1000: 200} {
		list, total, err := h.List(t.Context(), h.root, account.Filter{Size: size})
		if err != nil || len(list) != want || total != 201 {
			t.Errorf("size %d gives %d of %d, %v; want %d", size, len(list), total, err, want)
		}
	}
}

func TestWhoSeesWhom(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		city := h.person("city", citySports, auth.Clerk)
		h.person("court", countyCourt, auth.Clerk)
		h.person("region", county, auth.Region)
		h.person("office", 0, auth.Office)
		h.person("expert", 0, auth.Expert)
		h.person("boss", 0, auth.Admin)
		h.person("audit", 0, auth.Auditor)
		const all = "audit boss city court expert office region (7)"
		for login, want := range map[string]string{
			"boss": all, "office": all, "audit": all, "region": "court region (2)", "city": "city (1)", "expert": "expert (1)",
		} {
			by, _ := h.in(login)
			if got := h.logins(by, account.Filter{}); got != want {
				t.Errorf("%s sees %s, want %s", login, got, want)
			}
			_, err := h.Find(t.Context(), by, city.ID)
			if seen := strings.Contains(want, "city"); seen != (err == nil) {
				t.Errorf("%s finds city: %v", login, err)
			}
			_, err = h.FindLogin(t.Context(), by, "CITY")
			if seen := strings.Contains(want, "city"); seen != (err == nil) {
				t.Errorf("%s finds city by login: %v", login, err)
			}
		}
		_, _, err := h.List(t.Context(), auth.Principal{}, account.Filter{})
		h.wants(err, auth.ErrUnauthenticated)
	})
}

func TestTelephoneNumbersAreMasked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", countyCourt, auth.Clerk)
		h.person("mate", countyCourt, auth.Clerk)
		h.person("region", county, auth.Region)
		h.person("audit", 0, auth.Auditor)
		h.person("boss", 0, auth.Admin)
		const whole, masked = "13812345678", "138****5678"
		for login, want := range map[string]string{"chenyu": whole, "mate": masked, "region": whole, "audit": masked, "boss": whole} {
			by, _ := h.in(login)
			got, err := h.Find(t.Context(), by, acc.ID)
			if err != nil || got.Phone != want {
				t.Errorf("%s sees %q, %v, want %q", login, got.Phone, err, want)
			}
			list, _, err := h.List(t.Context(), by, account.Filter{Search: "chenyu"})
			h.ok(err)
			if len(list) != 1 || list[0].Phone != masked {
				t.Errorf("%s lists %+v", login, list)
			}
		}
	})
}
