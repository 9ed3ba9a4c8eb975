package adminweb

import (
	"fmt"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/templates"
)

// AccountsPage is the data of the page admin/accounts.
type AccountsPage struct {
	Head   templates.Head
	Filter AccountFilter
	Table  templates.Table
	Pager  templates.Pager
	Empty  *templates.Empty
}

// AccountFilter is the filter row of the list: each criterion has one value,
// so they are lists to choose from and not boxes to tick.
type AccountFilter struct {
	Query      templates.Query
	Department templates.Field
	Selects    []templates.Field
	Hidden     []templates.Pair
	Chips      []templates.Chip
	ClearAll   string
	Actions    []templates.Act
}

type listIn struct {
	Q          string `form:"q"`
	Department string `form:"department"`
	Role       string `form:"role"`
	State      string `form:"state"`
	Sort       string `form:"sort"`
	Order      string `form:"order"`
	Page       int    `form:"page"`
	Size       int    `form:"size"`
}

// stateLocked is the choice of the state filter that is no state: those who
// cannot sign in for a lock.
const stateLocked = "locked"

// Sizes of a page that people may choose, in accounts.
const (
	usualSize = 50
	largeSize = 200
)

// filter is what the address asks for. A department or role that does not exist
// finds nobody.
func (in listIn) filter(all directory) account.Filter {
	f := account.Filter{
		Search: in.Q, Role: auth.Role(in.Role), Sort: account.Sort(in.Sort), Descending: in.Order == "desc", Page: in.Page, Size: in.size(),
	}
	if in.State == stateLocked {
		f.Locked = true
	} else {
		f.State = account.State(in.State)
	}
	if in.Department != "" {
		id, err := all.read(in.Department)
		if err != nil || id == 0 {
			id = nowhere
		}
		f.DepartmentID = id
	}
	return f
}

// nowhere is a department that no account has.
const nowhere auth.DepartmentID = -1

func (in listIn) size() int {
	if in.Size <= 0 || in.Size > largeSize {
		return usualSize
	}
	return in.Size
}

func (d *desk) list(r *web.Request, in listIn) (web.Response, error) {
	all, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	f := in.filter(all)
	found, total, err := d.Accounts.List(r.Ctx, r.By, f)
	if err != nil {
		return nil, err
	}
	page := AccountsPage{
		Head:   templates.Head{Title: r.T("menu.accounts"), Lead: r.T("admin.accounts.lead")},
		Filter: accountFilter(r, in),
		Pager:  templates.NewPager(r.Address(), in.Page, in.size(), total, 20, usualSize, largeSize),
	}
	if r.By.Is(managers()...) {
		page.Filter.Actions = []templates.Act{{Text: r.T("admin.account.new"), Icon: "plus", Href: "/accounts/new", Kind: templates.ActPrimary}}
	}
	if len(found) == 0 {
		page.Empty = noAccounts(r, in, total)
	} else {
		page.Table = accountTable(r, in, found, all)
	}
	return web.View{Template: "admin/accounts", Title: page.Head.Title, Data: page, Crumbs: crumbs(r, crumb(r, "menu.accounts", ""))}, nil
}

// noAccounts says why there is nothing and how to go on.
func noAccounts(r *web.Request, in listIn, total int64) *templates.Empty {
	if total > 0 { // a page beyond the end
		return &templates.Empty{Title: r.T("admin.accounts.beyond"), Actions: []templates.Act{
			{Text: r.T("admin.accounts.first"), Href: templates.WithQuery(r.Address(), "page", "")},
		}}
	}
	return &templates.Empty{
		Title: r.T("admin.accounts.none"), Text: r.T("admin.accounts.none.text"), Icon: "people",
		Actions: []templates.Act{{Text: r.T("ui.filter.clear"), Href: "/accounts"}},
	}
}

// accountColumns are the columns of the list with the orders they stand for.
var accountColumns = []struct {
	key  string
	sort account.Sort
	main bool
}{
	{"account.login", account.SortLogin, true},
	{"account.name", account.SortName, true},
	{"account.department_id", account.SortDepartment, true},
	{"account.roles", "", false},
	{"account.state", "", true},
	{"account.last_login_at", account.SortLastLogin, false},
}

func accountTable(r *web.Request, in listIn, found []account.Account, all directory) templates.Table {
	t := templates.Table{ID: "accounts", Caption: r.T("menu.accounts")}
	for _, c := range accountColumns {
		column := templates.Column{Key: c.key, Text: r.T(c.key), Main: c.main}
		if c.sort != "" {
			column.SortHref, column.Sorted = sortLink(r, in, c.sort)
		}
		t.Columns = append(t.Columns, column)
	}
	for _, acc := range found {
		badges := stateBadges(r, acc)
		state := badges[len(badges)-1] // the last is what matters most
		t.Rows = append(t.Rows, templates.TableRow{ID: fmt.Sprint(acc.ID), Name: acc.Login, Cells: []templates.Cell{
			{Text: acc.Login, Href: recordPath(acc.ID)},
			{Text: acc.Name, Sub: acc.Phone},
			{Text: all.name(acc.DepartmentID)},
			{Text: roleNames(r, acc.Roles)},
			{Badge: &state},
			{Text: never(r, acc.LastLoginAt)},
		}})
	}
	return t
}

// sortLink turns the order of a column round, beginning upwards.
func sortLink(r *web.Request, in listIn, by account.Sort) (href, sorted string) {
	order := "asc"
	if in.Sort == string(by) || in.Sort == "" && by == account.SortLogin {
		sorted = "asc"
		if in.Order == "desc" {
			sorted = "desc"
		} else {
			order = "desc"
		}
	}
	address := templates.WithQuery(templates.WithQuery(r.Address(), "page", ""), "sort", string(by))
	return templates.WithQuery(address, "order", order), sorted
}

func accountFilter(r *web.Request, in listIn) AccountFilter {
	f := AccountFilter{
		Query:      templates.Query{Name: "q", Value: in.Q, Label: r.T("admin.accounts.search"), Placeholder: r.T("admin.accounts.search")},
		Department: templates.Field{Name: "department", Label: r.T("account.department_id"), Value: in.Department, Lookup: "/accounts/departments"},
		Selects: []templates.Field{
			{Name: "role", Label: r.T("account.roles"), Value: in.Role, Options: roleOptions(r, auth.AllRoles(), nil)},
			{Name: "state", Label: r.T("account.state"), Value: in.State, Options: stateOptions(r)},
		},
	}
	for name, value := range map[string]string{"sort": in.Sort, "order": in.Order} {
		if value != "" {
			f.Hidden = append(f.Hidden, templates.Pair{Name: name, Value: value})
		}
	}
	address := templates.WithQuery(r.Address(), "page", "")
	chip := func(name, label, text string) {
		if text != "" {
			f.Chips = append(f.Chips, templates.Chip{Label: label, Text: text, Remove: templates.WithQuery(address, name, "")})
		}
	}
	chip("q", r.T("admin.accounts.word"), in.Q)
	chip("department", f.Department.Label, in.Department)
	for _, s := range f.Selects {
		chip(s.Name, s.Label, optionText(s))
	}
	if len(f.Chips) > 0 {
		f.ClearAll = "/accounts"
	}
	return f
}

func optionText(f templates.Field) string {
	for _, o := range f.Options {
		if o.Value == f.Value {
			return o.Text
		}
	}
	return f.Value
}

func roleOptions(r *web.Request, roles []auth.Role, chosen auth.Roles) []templates.Option {
	options := make([]templates.Option, len(roles))
	for i, role := range roles {
		options[i] = templates.Option{Value: string(role), Text: r.T(string(role.Label())), Chosen: chosen.Any(role)}
	}
	return options
}

func stateOptions(r *web.Request) []templates.Option {
	return []templates.Option{
		{Value: string(account.Active), Text: r.T("account.state.active")},
		{Value: string(account.Disabled), Text: r.T("account.state.disabled")},
		{Value: stateLocked, Text: r.T("admin.locked")},
	}
}

func recordPath(id auth.AccountID) string { return fmt.Sprintf("/accounts/%d", id) }
