package account_test

import (
	"slices"
	"strings"
	"testing"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
)

func TestTheFirstPasswordOpensNothingButItsOwnChange(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		made, first, err := h.Create(ctx, h.root, account.Draft{
			Login: " \uff23\uff48\uff45\uff4e\uff39\uff55 ", Name: " 陈瑜 ", Phone: "\uff0b\uff18\uff16\uff08\uff11\uff13\uff19\uff09 8765-4321", DepartmentID: citySports,
			Roles: auth.Roles{auth.Head, auth.Clerk, auth.Clerk}, Reason: "新到任",
		})
		h.ok(err)
		if made.Login != "ChenYu" || made.Name != "陈瑜" || made.Phone != "+8613987654321" || made.Roles.String() != "clerk,head" ||
			made.State != account.Active || !made.MustChange || made.Version != 1 || made.CreatedAt != start {
			t.Errorf("made %+v", made)
		}
		if e := h.log()[0]; e.Action != "account.create" || e.Reason != "新到任" || e.ObjectName != "ChenYu" || e.Before != "" ||
			!strings.Contains(e.After, `"roles":"clerk,head"`) {
			t.Errorf("logged %+v", e)
		}

		s := h.signIn("chenyu", first)
		p, info, err := h.Resume(ctx, s.Token, account.Caller{})
		h.ok(err)
		if s.Change != account.ChangeFirst || info.Change != account.ChangeFirst || len(p.Roles) != 0 || p.DepartmentID != 0 || p.AccountID != made.ID {
			t.Errorf("principal %+v, info %+v: must be able to do nothing yet", p, info)
		}
		if _, _, err := h.IssueToken(ctx, p, "后门", []string{account.ScopeSystemsRead}, start.AddDate(0, 1, 0)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a token was issued before the password was changed: %v", err)
		}

		next, err := h.ChangePassword(ctx, p, first, password, account.Caller{})
		h.ok(err)
		if h.alive(s.Token) || next.Change != account.NoChange {
			t.Error("the session of the first password must be replaced")
		}
		if p := h.as(next.Token); p.Roles.String() != "clerk,head" || p.DepartmentID != citySports || p.Department != "市文体新广局" {
			t.Errorf("principal %+v", p)
		}
		h.wants(h.try("chenyu", first), account.ErrSignIn)
		h.ok(h.try("chenyu", password))
	})
}

func TestOneTimePasswordsAreStrongAndDiffer(t *testing.T) {
	h := sqliteHouse(t)
	acc := h.person("chenyu", citySports, auth.Clerk)
	seen := map[string]bool{}
	for range 200 {
		_, p, err := h.Reset(t.Context(), h.root, acc.ID, "")
		h.ok(err)
		if len(p) != 19 || strings.ContainsAny(p, "0O1lIo") || seen[p] {
			t.Fatalf("one-time password %q", p)
		}
		if wrong := account.DefaultPolicy(account.ModeGB).Check("new", "chenyu", p); wrong != nil {
			t.Fatalf("one-time password %q: %v", p, wrong)
		}
		seen[p] = true
	}
}

func TestADraftIsRefusedAtItsFields(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("taken", citySports, auth.Clerk)
		good := account.Draft{Login: "chenyu", Name: "陈瑜", DepartmentID: citySports, Roles: auth.Roles{auth.Clerk}}
		cases := []struct {
			name string
			set  func(*account.Draft)
			want []string
		}{
			{"no login", func(d *account.Draft) { d.Login = " " }, []string{"login err.account.login"}},
			{"one letter", func(d *account.Draft) { d.Login = "x" }, []string{"login err.account.login"}},
			{"41 letters", func(d *account.Draft) { d.Login = strings.Repeat("x", 41) }, []string{"login err.account.login"}},
			{"blank inside", func(d *account.Draft) { d.Login = "chen yu" }, []string{"login err.account.login"}},
			{"Cyrillic that looks Latin", func(d *account.Draft) { d.Login = "аdmin" }, []string{"login err.account.login"}},
			{"invisible sign", func(d *account.Draft) { d.Login = "chen\u200byu" }, []string{"login err.account.login"}},
			{"taken", func(d *account.Draft) { d.Login = "taken" }, []string{"login err.account.login_taken"}},
			{"taken in full width and capitals", func(d *account.Draft) { d.Login = "\uff34\uff21\uff2b\uff25\uff2e" }, []string{"login err.account.login_taken"}},
			{"no name", func(d *account.Draft) { d.Name = "" }, []string{"name err.account.required"}},
			{"long name", func(d *account.Draft) { d.Name = strings.Repeat("陈", 41) }, []string{"name err.account.long"}},
			{"control character", func(d *account.Draft) { d.Name = "陈\x00瑜" }, []string{"name err.account.control"}},
			{"letters in the telephone", func(d *account.Draft) { d.Phone = "0710-abc" }, []string{"phone err.account.phone"}},
			{"no role", func(d *account.Draft) { d.Roles = nil }, []string{"roles err.account.required"}},
			{"unknown role", func(d *account.Draft) { d.Roles = auth.Roles{"king"} }, []string{"roles err.account.role"}},
			{"administrator and clerk", func(d *account.Draft) { d.Roles = auth.Roles{auth.Admin, auth.Clerk} }, []string{"roles err.account.role_alone"}},
			{"auditor and office", func(d *account.Draft) { d.Roles = auth.Roles{auth.Auditor, auth.Office} }, []string{"roles err.account.role_alone"}},
			{"clerk without department", func(d *account.Draft) { d.DepartmentID = 0 }, []string{"department_id err.account.department_needed"}},
			{"no such department", func(d *account.Draft) { d.DepartmentID = 99 }, []string{"department_id err.account.department_unknown"}},
			{"weak password", func(d *account.Draft) { d.Password = "abc" }, []string{
				"password err.account.password_classes", "password err.account.password_common", "password err.account.password_short"}},
			{"long reason", func(d *account.Draft) { d.Reason = strings.Repeat("因", 501) }, []string{"reason err.account.long"}},
			{"several at once", func(d *account.Draft) { d.Name, d.Phone = "", "x" }, []string{"name err.account.required", "phone err.account.phone"}},
		}
		before := h.hasher.Computed()
		for _, c := range cases {
			d := good
			c.set(&d)
			_, _, err := h.Create(t.Context(), h.root, d)
			if got := faults(err); fault.KindOf(err) != fault.Invalid || !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		}
		if h.hasher.Computed() != before || h.count("accounts") != 1 {
			t.Error("a refused draft must leave nothing and cost no hash")
		}
		for _, roles := range []auth.Roles{{auth.Office, auth.Centre}, {auth.Admin}, {auth.Auditor}} {
			d := good
			d.Login, d.Roles, d.DepartmentID = "x"+roles.String()[:5], roles, 0
			_, _, err := h.Create(t.Context(), h.root, d)
			h.ok(err)
		}
	})
}

func TestARegionalAuthorityKeepsItsOwnPeople(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.person("region", county, auth.Region)
		city := h.person("city", citySports, auth.Clerk)
		court := h.person("court", countyCourt, auth.Clerk)
		second := h.person("region2", county, auth.Region)
		by, _ := h.in("region")

		create := func(department auth.DepartmentID, roles ...auth.Role) error {
			_, _, err := h.Create(ctx, by, account.Draft{Login: "new-" + string(roles[0]), Name: "新人", DepartmentID: department, Roles: roles})
			return err
		}
		h.ok(create(countySports, auth.Head, auth.Clerk))
		if got := faults(create(citySports, auth.Clerk)); !slices.Equal(got, []string{"department_id err.account.department_region"}) {
			t.Errorf("outside the region: %v", got)
		}
		if got := faults(create(county, auth.Region)); !slices.Equal(got, []string{"roles err.account.role_region"}) {
			t.Errorf("another authority: %v", got)
		}
		if got := faults(create(0, auth.Admin)); !slices.Equal(got, []string{"department_id err.account.department_region", "roles err.account.role_region"}) {
			t.Errorf("an administrator: %v", got)
		}

		e := edit(court)
		e.Name, e.DepartmentID = "新名", countySports
		_, err := h.Change(ctx, by, court.ID, e)
		h.ok(err)
		e = edit(h.find(court.ID))
		e.DepartmentID = citySports
		_, err = h.Change(ctx, by, court.ID, e)
		if got := faults(err); !slices.Equal(got, []string{"department_id err.account.department_region"}) {
			t.Errorf("moved out of the region: %v", err)
		}
		e = edit(h.find(court.ID))
		e.Roles = auth.Roles{auth.Office}
		_, err = h.Change(ctx, by, court.ID, e)
		if got := faults(err); !slices.Equal(got, []string{"roles err.account.role_region"}) {
			t.Errorf("raised: %v", err)
		}
		_, _, err = h.Reset(ctx, by, court.ID, "忘记密码")
		h.ok(err)
		_, err = h.Disable(ctx, by, court.ID, "")
		h.ok(err)

		_, err = h.Change(ctx, by, city.ID, edit(city))
		h.wants(err, account.ErrNotFound)
		_, _, err = h.Reset(ctx, by, city.ID, "")
		h.wants(err, account.ErrNotFound)
		_, err = h.Find(ctx, by, city.ID)
		h.wants(err, account.ErrNotFound)
		_, _, err = h.Reset(ctx, by, second.ID, "")
		h.wants(err, auth.ErrForbidden)
	})
}

// doer is one changing verb on the account with the given id.
type doer struct {
	name string
	do   func(h *house, by auth.Principal, id auth.AccountID) error
}

func verbs() []doer {
	return []doer{
		{"create", func(h *house, by auth.Principal, _ auth.AccountID) error {
			_, _, err := h.Create(h.t.Context(), by, account.Draft{Login: "someone", Name: "某人", DepartmentID: citySports, Roles: auth.Roles{auth.Clerk}})
			return err
		}},
		{"change", func(h *house, by auth.Principal, id auth.AccountID) error {
			_, err := h.Change(h.t.Context(), by, id, edit(h.find(id)))
			return err
		}},
		{"reset", func(h *house, by auth.Principal, id auth.AccountID) error {
			_, _, err := h.Reset(h.t.Context(), by, id, "")
			return err
		}},
		{"disable", func(h *house, by auth.Principal, id auth.AccountID) error {
			_, err := h.Disable(h.t.Context(), by, id, "")
			return err
		}},
		{"enable", func(h *house, by auth.Principal, id auth.AccountID) error {
			_, err := h.Enable(h.t.Context(), by, id, "")
			return err
		}},
		{"lock", func(h *house, by auth.Principal, id auth.AccountID) error {
			_, err := h.Lock(h.t.Context(), by, id, "")
			return err
		}},
		{"unlock", func(h *house, by auth.Principal, id auth.AccountID) error {
			_, err := h.Unlock(h.t.Context(), by, id, "")
			return err
		}},
		{"end sessions", func(h *house, by auth.Principal, id auth.AccountID) error {
			_, err := h.SignOutEverywhere(h.t.Context(), by, id)
			return err
		}},
		{"list sessions", func(h *house, by auth.Principal, id auth.AccountID) error {
			_, err := h.Sessions(h.t.Context(), by, id)
			return err
		}},
		{"list tokens", func(h *house, by auth.Principal, id auth.AccountID) error {
			_, err := h.Tokens(h.t.Context(), by, id)
			return err
		}},
	}
}

func TestWhoMayChangeTheAccountOfAnother(t *testing.T) {
	h := sqliteHouse(t)
	target := h.person("target", citySports, auth.Clerk)
	token := func(role auth.Role, scopes ...string) auth.Principal {
		return auth.Principal{AccountID: 999, Way: auth.ByToken, Roles: auth.Roles{role}, Scopes: scopes}
	}
	person := func(roles ...auth.Role) auth.Principal {
		return auth.Principal{AccountID: 999, DepartmentID: citySports, Way: auth.BySession, Roles: roles}
	}
	cases := []struct {
		name string
		by   auth.Principal
		want error
	}{
		{"nobody", auth.Principal{}, auth.ErrUnauthenticated},
		{"the console", h.root, nil},
		{"an administrator", person(auth.Admin), nil},
		{"an administrator's token", token(auth.Admin, account.ScopeAccountsWrite), nil},
		{"an administrator's token for something else", token(auth.Admin, account.ScopeSystemsWrite, account.ScopeAccountsRead), auth.ErrForbidden},
		{"a clerk's token", token(auth.Clerk, account.ScopeAccountsWrite), auth.ErrForbidden},
		{"a person without roles", person(), auth.ErrForbidden},
	}
	for _, r := range auth.AllRoles() {
		if r != auth.Admin && r != auth.Region {
			cases = append(cases, struct {
				name string
				by   auth.Principal
				want error
			}{string(r), person(r), auth.ErrForbidden})
		}
	}
	for _, c := range cases {
		for _, v := range verbs() {
			err := v.do(h, c.by, target.ID)
			if c.want == nil && fault.KindOf(err) == fault.Invalid {
				err = nil // "someone" exists by now: the right was there
			}
			if c.want == nil {
				if err != nil {
					t.Errorf("%s, %s: %v", c.name, v.name, err)
				}
				continue
			}
			h.wants(err, c.want)
		}
	}
}

func TestSettledPasswordsAreForTheConsoleOnly(t *testing.T) {
	h := sqliteHouse(t)
	h.person("boss", 0, auth.Admin)
	boss, _ := h.in("boss")
	d := account.Draft{Login: "chenyu", Name: "陈瑜", DepartmentID: citySports, Roles: auth.Roles{auth.Clerk}, Password: password, Settled: true}
	_, _, err := h.Create(t.Context(), boss, d)
	h.wants(err, auth.ErrForbidden)
	d.Settled = false
	made, shown, err := h.Create(t.Context(), boss, d)
	h.ok(err)
	if !made.MustChange || shown != "" {
		t.Errorf("must change %v, shown %q: a given password is changed first, and not shown again", made.MustChange, shown)
	}
}

func TestOfTwoAccountsWithOneLoginOneIsMade(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		errs := together(4, func(i int) error {
			_, _, err := h.Create(t.Context(), h.root, account.Draft{
				Login: []string{"chenyu", "CHENYU", "ChenYu", "\uff43\uff48\uff45\uff4e\uff59\uff55"}[i], Name: "陈瑜", DepartmentID: citySports, Roles: auth.Roles{auth.Clerk},
			})
			return err
		})
		if successes(errs) != 1 {
			t.Errorf("%d made, want 1: %v", successes(errs), errs)
		}
		for _, err := range errs {
			if err != nil && !slices.Equal(faults(err), []string{"login err.account.login_taken"}) {
				t.Errorf("error %v", err)
			}
		}
	})
}

func TestAnEmptyDatabaseGetsOneAdministrator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		type result struct {
			login, password string
			created         bool
		}
		results := make([]result, 4)
		errs := together(4, func(i int) (err error) { // as many nodes, started at once
			r := &results[i]
			r.login, r.password, r.created, err = h.EnsureAdministrator(t.Context())
			return err
		})
		if successes(errs) != 4 {
			t.Fatalf("errors %v", errs)
		}
		made := slices.DeleteFunc(results, func(r result) bool { return !r.created })
		if len(made) != 1 {
			t.Fatalf("%d administrators made, want 1", len(made))
		}
		s := h.signIn(made[0].login, made[0].password)
		if s.Change != account.ChangeFirst {
			t.Error("its password must be changed first")
		}
		acc, err := h.FindLogin(t.Context(), h.root, made[0].login)
		h.ok(err)
		if acc.Roles.String() != "admin" {
			t.Errorf("roles %v", acc.Roles)
		}
		login, pw, created, err := h.EnsureAdministrator(t.Context())
		if login != "" || pw != "" || created || err != nil {
			t.Errorf("again: %q %q %v %v", login, pw, created, err)
		}
	})
}

func TestADatabaseWithAnyAccountGetsNoAdministrator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		if _, _, created, err := h.EnsureAdministrator(t.Context()); created || err != nil {
			t.Errorf("created %v, %v", created, err)
		}
	})
}
