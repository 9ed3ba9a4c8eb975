package adminweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/web/webtest"
)

func TestPagesAreTypedRight(t *testing.T) {
	site := house(t)
	data := adminweb.PageData()
	webtest.CheckPages(t, site.Server, "admin/account", data)
	for _, page := range site.Pages() {
		other := strings.HasPrefix(page, "admin/calendar") || strings.HasPrefix(page, "admin/oplog") // have tests of their own
		if _, ok := data[page]; !ok && strings.HasPrefix(page, "admin/") && !other {
			t.Errorf("page %s: the type of its data is not named", page)
		}
	}
}

func TestRightsOfEveryRoute(t *testing.T) {
	site := house(t)
	webtest.CheckRights(t, site)
}

// newAccount is a form filled in well.
func newAccount(values url.Values) url.Values {
	form := url.Values{"login": {"zhouwj"}, "name": {"周文静"}, "phone": {"0710-3456789"}, "department_id": {"XY201 市财政局"}, "roles": {"clerk", "head"}}
	for k, v := range values {
		form[k] = v
	}
	return form
}

func TestCreateShowsThePasswordOnce(t *testing.T) {
	site := house(t)
	admin := site.As(0, auth.Admin)
	form := fill(admin.Get("/accounts/new").Want(http.StatusOK), newAccount(nil))
	slip := admin.Post("/accounts/new", form).Want(http.StatusOK)
	password := slip.Text(".slip-password code")
	if len(password) != 19 || slip.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("password %q, Cache-Control %q", password, slip.Header.Get("Cache-Control"))
	}
	if got := slip.Text(".slip h2"); got != "周文静 市财政局" {
		t.Errorf("the slip is for %q", got)
	}
	if got := slip.Texts(".slip dd")[3]; got != "2017-10-31 09:00" {
		t.Errorf("valid until %q", got)
	}
	record := admin.Get(slip.Attr(".slip-acts .btn-primary", "href")).Want(http.StatusOK)
	if strings.Contains(record.Body, password) || strings.Contains(site.Log.String(), password) {
		t.Error("the password is shown again or logged")
	}
	if got := record.Texts(".facts:first-child dd"); !slices.Equal(got, []string{"zhouwj", "周文静", "07103456789", "市财政局", "填报员、部门负责人"}) {
		t.Errorf("facts %q", got)
	}
	if got := signIn(site.Nobody(), "ZHOUWJ", password).Want(http.StatusSeeOther).Location(); got != "/password" {
		t.Errorf("the password leads to %q", got)
	}
}

func TestWrongAccountsComeBackWhole(t *testing.T) {
	site := house(t)
	admin := site.As(0, auth.Admin)
	cases := []struct {
		name   string
		change url.Values
		field  string
	}{
		{"no login", url.Values{"login": {""}}, "login"},
		{"a login that is taken", url.Values{"login": {strings.ToUpper(admin.Account.Login)}}, "login"},
		{"no name", url.Values{"name": {" "}}, "name"},
		{"a name too long", url.Values{"name": {strings.Repeat("长", 41)}}, "name"},
		{"no telephone", url.Values{"phone": {"call me"}}, "phone"},
		{"a department that is none", url.Values{"department_id": {"XY999"}}, "department_id"},
		{"a clerk of no department", url.Values{"department_id": {""}}, "department_id"},
		{"no role", url.Values{"roles": nil}, "roles"},
		{"an invented role", url.Values{"roles": {"king"}}, "roles"},
		{"an administrator with business", url.Values{"roles": {"admin", "clerk"}}, "roles"},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			p := admin.Post("/accounts/new", newAccount(k.change)).Want(http.StatusUnprocessableEntity)
			if !p.Has("#e-" + k.field) {
				t.Errorf("no message at %s:\n%s", k.field, p.Short())
			}
			if got := p.Attr(".errors li a", "href"); got != "#f-"+k.field {
				t.Errorf("the summary leads to %q", got)
			}
			want, got := newAccount(k.change), p.Form("form#form")
			for _, name := range []string{"login", "name", "phone", "department_id"} {
				if got.Get(name) != want.Get(name) {
					t.Errorf("%s became %q", name, got.Get(name))
				}
			}
			if k.field != "roles" && !slices.Equal(got["roles"], want["roles"]) {
				t.Errorf("roles became %q", got["roles"])
			}
		})
	}
}

func TestDepartmentsAsPeopleWriteThem(t *testing.T) {
	site := house(t)
	admin := site.As(0, auth.Admin)
	for i, text := range []string{"XY201", "xy201", "市财政局", "XY201 市财政局", " XY201　市财政局 "} {
		form := newAccount(url.Values{"login": {fmt.Sprintf("clerk%d", i)}, "department_id": {text}})
		if got := admin.Post("/accounts/new", form).Want(http.StatusOK).Text(".slip h2 small"); got != "市财政局" {
			t.Errorf("%q is %q", text, got)
		}
	}
	options := admin.Get("/accounts/departments?q=" + url.QueryEscape("南漳")).Want(http.StatusOK)
	if got := strings.Count(options.Body, "<option"); got != 2 {
		t.Errorf("%d offers: %s", got, options.Body)
	}
}

func TestNobodyIsPutIntoADepartmentThatEnded(t *testing.T) {
	site := house(t)
	admin := site.As(0, auth.Admin)
	old := site.As(grain, auth.Clerk).Account
	p := admin.Post("/accounts/new", newAccount(url.Values{"login": {"late"}, "department_id": {"XY299 市粮食局"}})).Want(http.StatusUnprocessableEntity)
	if got := p.Attr(".errors li a", "href"); got != "#f-department_id" {
		t.Errorf("the summary leads to %q", got)
	}
	if got := strings.Count(admin.Get("/accounts/departments?q="+url.QueryEscape("粮食")).Body, "<option"); got != 0 {
		t.Errorf("it is offered %d times", got)
	}
	at := fmt.Sprintf("/accounts/%d", old.ID)
	belongs := func() {
		t.Helper()
		if page := admin.Get(at).Want(http.StatusOK).Text("main"); !strings.Contains(page, "所属部门 市粮食局") {
			t.Errorf("the account shows %s", page)
		}
	}
	belongs()
	form := admin.Get(at + "/edit").Want(http.StatusOK).Form("form#form")
	form.Set("name", "换了名字")
	admin.Post(at+"/edit", form).Want(http.StatusSeeOther)
	belongs()
}

func TestRegionKeepsItsClerks(t *testing.T) {
	site := house(t)
	authority := site.As(county, auth.Region)
	clerk, foreign := site.As(countySports, auth.Clerk).Account, site.As(finance, auth.Clerk).Account

	list := authority.Get("/accounts").Want(http.StatusOK)
	if got := list.Texts("table tbody th"); !slices.Contains(got, clerk.Login) || slices.Contains(got, foreign.Login) {
		t.Errorf("the list has %q", got)
	}
	if got := authority.Get("/accounts/new").Texts("input[name=roles] + label"); !slices.Equal(got, []string{"填报员", "部门负责人"}) {
		t.Errorf("roles to give: %q", got)
	}
	authority.Get(fmt.Sprintf("/accounts/%d/edit", clerk.ID)).Want(http.StatusOK)
	authority.Get(fmt.Sprintf("/accounts/%d", foreign.ID)).Want(http.StatusNotFound)
	authority.Post(fmt.Sprintf("/accounts/%d/do/disable", foreign.ID), nil).Want(http.StatusNotFound)
	p := authority.Post("/accounts/new", newAccount(nil)).Want(http.StatusUnprocessableEntity)
	if !p.Has("#e-department_id") {
		t.Error("a department of another region was taken")
	}
}

func TestListFiltersAndOrders(t *testing.T) {
	site := house(t)
	admin := site.As(0, auth.Admin)
	a := site.As(finance, auth.Clerk).Account
	b := site.As(countySports, auth.Clerk, auth.Head).Account
	c := site.As(county, auth.Region).Account
	if _, err := site.Accounts.Disable(context.Background(), auth.Command("test", "test"), a.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := site.Accounts.Lock(context.Background(), auth.Command("test", "test"), b.ID, ""); err != nil {
		t.Fatal(err)
	}
	all := []string{admin.Account.Login, a.Login, b.Login, c.Login}
	cases := []struct {
		query string
		want  []string
	}{
		{"", all},
		{"?order=desc", []string{c.Login, b.Login, a.Login, admin.Account.Login}},
		{"?q=" + url.QueryEscape(a.Name), []string{a.Login}},
		{"?role=clerk", []string{a.Login, b.Login}},
		{"?role=clerk&state=disabled", []string{a.Login}},
		{"?state=locked", []string{b.Login}},
		{"?department=420624-07", []string{b.Login}},
		{"?department=" + url.QueryEscape("南漳县"), []string{c.Login}},
		{"?department=nowhere", nil},
		{"?q=100%25", nil},
		{"?size=1&page=2", []string{a.Login}},
		{"?size=-5&page=-7", all},
		{"?size=1000000", all},
	}
	for _, k := range cases {
		t.Run(k.query, func(t *testing.T) {
			p := admin.Get("/accounts" + k.query).Want(http.StatusOK)
			got := p.Texts("table tbody th")
			want := slices.Clone(k.want)
			if !strings.Contains(k.query, "order") {
				slices.Sort(got)
				slices.Sort(want)
			}
			if !slices.Equal(got, want) && !strings.Contains(k.query, "page=2") {
				t.Errorf("got %q, want %q", got, want)
			}
			if len(k.want) == 0 && !p.Has(".empty") {
				t.Error("no word about the empty list")
			}
		})
	}
	admin.Get("/accounts?role=king").Want(http.StatusBadRequest)
	admin.Get("/accounts?page=x").Want(http.StatusBadRequest)
	chips := admin.Get("/accounts?role=clerk&state=locked&q=x").Texts(".chip b")
	if len(chips) != 3 {
		t.Errorf("chips %q", chips)
	}
}

func TestEditConflictIsChosenFieldByField(t *testing.T) {
	site := house(t)
	admin := site.As(0, auth.Admin)
	clerk := site.As(finance, auth.Clerk).Account
	path := fmt.Sprintf("/accounts/%d/edit", clerk.ID)
	mine, theirs := admin.Get(path).Want(http.StatusOK), admin.Get(path)
	admin.Post(path, fill(theirs, url.Values{"name": {"李四"}, "phone": {"13800001111"}})).Want(http.StatusSeeOther)

	late := admin.Post(path, fill(mine, url.Values{"name": {"张三"}, "roles": {"head"}})).Want(http.StatusConflict)
	if got := len(late.All(".theirs")); got != 3 {
		t.Fatalf("%d fields differ, want name, phone and roles", got)
	}
	form := late.Form("form#form")
	if form.Get("name") != "张三" || form.Get("pick.name") != "mine" {
		t.Errorf("what was typed is lost: %v", form)
	}
	form.Set("pick.phone", "theirs")
	admin.Post(path, form).Want(http.StatusSeeOther)
	now, err := site.Accounts.Find(context.Background(), auth.Command("test", "test"), clerk.ID)
	if err != nil || now.Name != "张三" || now.Phone != "13800001111" || now.Roles.String() != "head" {
		t.Errorf("became %+v, %v", now, err)
	}
}

func TestNobodyEditsTheOwnRights(t *testing.T) {
	site := house(t)
	admin := site.As(0, auth.Admin)
	path := fmt.Sprintf("/accounts/%d/edit", admin.Account.ID)
	form := admin.Get(path).Want(http.StatusOK).Form("form#form")
	if form.Has("roles") || form.Has("department_id") {
		t.Errorf("the own rights are asked: %v", form)
	}
	form.Set("name", "新名")
	form["roles"] = []string{"office"}
	admin.Post(path, form).Want(http.StatusSeeOther)
	now, err := site.Accounts.Find(context.Background(), auth.Command("test", "test"), admin.Account.ID)
	if err != nil || now.Name != "新名" || now.Roles.String() != "admin" {
		t.Errorf("became %+v, %v", now, err)
	}
}

func TestActsOnAnAccount(t *testing.T) {
	site := house(t)
	admin := site.As(0, auth.Admin)
	clerk := site.As(finance, auth.Clerk)
	base := fmt.Sprintf("/accounts/%d", clerk.Account.ID)
	do := func(act string) *webtest.Page {
		t.Helper()
		form := admin.Get(base + "/do/" + act).Want(http.StatusOK).Form("form#form")
		form.Set("reason", "核对")
		return admin.Post(base+"/do/"+act, form)
	}
	badges := func(p *webtest.Page) string { return strings.Join(p.Texts(".head .badge-state"), ",") }
	cases := []struct {
		act    string
		badges string
		signIn int
	}{
		{"lock", "启用,管理员锁定", http.StatusUnauthorized},
		{"unlock", "启用", http.StatusSeeOther},
		{"disable", "停用", http.StatusForbidden},
		{"enable", "启用", http.StatusSeeOther},
	}
	for _, k := range cases {
		p := do(k.act).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
		if got := badges(p); got != k.badges {
			t.Errorf("%s: %s, want %s", k.act, got, k.badges)
		}
		if !p.Has(".flash-ok") {
			t.Errorf("%s: nothing is said", k.act)
		}
		signIn(site.Nobody(), clerk.Account.Login, webtest.Password).Want(k.signIn)
	}
	slip := do("reset").Want(http.StatusOK)
	signIn(site.Nobody(), clerk.Account.Login, webtest.Password).Want(http.StatusUnauthorized)
	signIn(site.Nobody(), clerk.Account.Login, slip.Text(".slip-password code")).Want(http.StatusSeeOther)
	admin.Get(base + "/do/explode").Want(http.StatusNotFound)
	admin.Post(base+"/do/explode", nil).Want(http.StatusNotFound)
}

func TestLastAdministratorStays(t *testing.T) {
	site := house(t)
	admin := site.As(0, auth.Admin)
	path := fmt.Sprintf("/accounts/%d/do/disable", admin.Account.ID)
	form := admin.Get(path).Form("form#form")
	form.Set("reason", "离职")
	p := admin.Post(path, form).Want(http.StatusConflict)
	if got := p.Form("form#form").Get("reason"); got != "离职" {
		t.Errorf("the reason became %q", got)
	}
	if !strings.Contains(p.Text(".callout-error"), "最后一个") {
		t.Errorf("not said why: %s", p.Short())
	}
}

func TestWhatNobodyMayDoIsNotOffered(t *testing.T) {
	site := house(t)
	clerk := site.As(finance, auth.Clerk)
	head := site.As(finance, auth.Head)
	p := head.Get(fmt.Sprintf("/accounts/%d", clerk.Account.ID)).Want(http.StatusOK)
	if p.Has(".head-acts") || p.Has("#sessions") || p.Has("#tokens") {
		t.Error("acts are offered to a reader")
	}
	office := site.As(0, auth.Office)
	if office.Get("/accounts").Has(`a[href="/accounts/new"]`) {
		t.Error("a new account is offered to a reader")
	}
	phones := site.As(0, auth.Admin).Get("/accounts")
	if strings.Contains(phones.Body, "13800001111") {
		t.Error("a whole telephone number stands in the list")
	}
}

func TestHostileNames(t *testing.T) {
	site := house(t)
	admin := site.As(0, auth.Admin)
	for i, name := range []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `{{.Head}}`, `javascript:alert(1)`} {
		form := newAccount(url.Values{"login": {fmt.Sprintf("x%d", i)}, "name": {name}})
		slip := admin.Post("/accounts/new", form).Want(http.StatusOK)
		if got := slip.Text(".slip h2"); got != name+" 市财政局" {
			t.Errorf("%q is shown as %q", name, got)
		}
		admin.Get(slip.Attr(".slip-acts .btn-primary", "href")).WantText("h1", name)
	}
	admin.Get("/accounts?q=" + url.QueryEscape(`"><script>alert(1)</script>`)).Want(http.StatusOK)
}
