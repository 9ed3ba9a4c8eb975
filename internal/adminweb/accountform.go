package adminweb

import (
	"errors"
	"slices"
	"strconv"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/templates"
)

// typed is an account as somebody typed it into the form.
type typed struct {
	Login      string   `form:"login"`
	Name       string   `form:"name"`
	Phone      string   `form:"phone"`
	Department string   `form:"department_id"`
	Roles      []string `form:"roles"`
	Reason     string   `form:"reason"`
	Version    int64    `form:"version"`
}

func (t typed) roles() auth.Roles {
	roles := make(auth.Roles, len(t.Roles))
	for i, role := range t.Roles {
		roles[i] = auth.Role(role)
	}
	return roles
}

// mayGive are the roles that the person may give.
func mayGive(by auth.Principal) []auth.Role {
	if by.Is(auth.Admin) {
		return auth.AllRoles()
	}
	return []auth.Role{auth.Clerk, auth.Head}
}

// fields are the questions that a new account and a changed one share.
func (t typed) fields(r *web.Request) []templates.Field {
	return []templates.Field{
		{Name: "name", Label: r.T("account.name"), Required: true, Value: t.Name, MaxLength: 40, Width: "medium"},
		{Name: "phone", Kind: templates.KindPhone, Label: r.T("account.phone"), Help: r.T("admin.phone.help"), Value: t.Phone, MaxLength: 30},
		{Name: "department_id", Kind: templates.KindRef, Label: r.T("account.department_id"), Help: r.T("admin.department.help"), Value: t.Department, Lookup: "/accounts/departments", Width: "medium"},
		{Name: "roles", Kind: templates.KindMulti, Label: r.T("account.roles"), Help: r.T("admin.roles.help"), Required: true, Options: roleOptions(r, mayGive(r.By), t.roles())},
	}
}

func (t typed) reason(r *web.Request) templates.Field {
	return templates.Field{Name: "reason", Label: r.T("account.reason"), Help: r.T("admin.reason.help"), Value: t.Reason, MaxLength: 500}
}

func (d *desk) newForm(r *web.Request, _ struct{}) (web.Response, error) {
	return newView(r, typed{}, nil), nil
}

func newView(r *web.Request, t typed, wrong error) web.View {
	login := templates.Field{
		Name: "login", Label: r.T("account.login"), Help: r.T("admin.login.help"), Required: true, Value: t.Login, MaxLength: 40, Width: "medium",
	}
	form := templates.Form{
		Action: "/accounts/new", Guard: true,
		Sections: []templates.Section{{ID: "s-account", Fields: append(append([]templates.Field{login}, t.fields(r)...), t.reason(r))}},
		Acts: []templates.Act{
			{Text: r.T("admin.account.create"), Kind: templates.ActPrimary, Note: r.T("admin.account.create.next")},
			{Text: r.T("admin.cancel"), Href: "/accounts"},
		},
	}
	web.Mistakes(r.P, &form, wrong)
	title := r.T("admin.account.new")
	return web.View{
		Template: "admin/form", Title: title, Err: wrong,
		Data:   FormPage{Head: templates.Head{Title: title, Lead: r.T("admin.account.new.lead")}, Form: form},
		Crumbs: crumbs(r, crumb(r, "menu.accounts", "/accounts"), templates.Crumb{Text: title}),
	}
}

func (d *desk) create(r *web.Request, t typed) (web.Response, error) {
	department, err := d.department(r, t.Department)
	if err != nil {
		return comesBack(newView(r, t, err), err)
	}
	acc, password, err := d.Accounts.Create(r.Ctx, r.By, account.Draft{
		Login: t.Login, Name: t.Name, Phone: t.Phone, DepartmentID: department, Roles: t.roles(), Reason: t.Reason,
	})
	if err != nil {
		return comesBack(newView(r, t, err), err)
	}
	return d.slip(r, acc, password)
}

// department finds the department that was typed.
func (d *desk) department(r *web.Request, text string) (auth.DepartmentID, error) {
	all, err := d.directory(r.Ctx)
	if err != nil {
		return 0, err
	}
	return all.assign(text, 0)
}

// comesBack shows the form again for an error that its reader can mend.
func comesBack(form web.Response, err error) (web.Response, error) {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
		return form, nil
	}
	return nil, err
}

type editIn struct {
	ID int64 `uri:"id"`
	typed
}

func (d *desk) editForm(r *web.Request, in idIn) (web.Response, error) {
	acc, all, err := d.edited(r, in.ID)
	if err != nil {
		return nil, err
	}
	return editView(r, acc, typedOf(acc, all), nil), nil
}

// edited reads the account that is being changed.
func (d *desk) edited(r *web.Request, id int64) (account.Account, directory, error) {
	acc, err := d.Accounts.Find(r.Ctx, r.By, auth.AccountID(id))
	if err != nil {
		return acc, nil, err
	}
	all, err := d.directory(r.Ctx)
	return acc, all, err
}

func typedOf(acc account.Account, all directory) typed {
	t := typed{Login: acc.Login, Name: acc.Name, Phone: acc.Phone, Department: all.typed(acc.DepartmentID), Version: acc.Version}
	for _, role := range acc.Roles {
		t.Roles = append(t.Roles, string(role))
	}
	return t
}

func editView(r *web.Request, acc account.Account, t typed, wrong error) web.View {
	fields := t.fields(r)
	if acc.ID == r.By.AccountID { // nobody changes the own rights
		fields = slices.DeleteFunc(fields, func(f templates.Field) bool { return f.Name == "department_id" || f.Name == "roles" })
	}
	form := templates.Form{
		Action: recordPath(acc.ID) + "/edit", Guard: true,
		Hidden:   []templates.Pair{{Name: "version", Value: strconv.FormatInt(t.Version, 10)}},
		Sections: []templates.Section{{ID: "s-account", Fields: append(fields, t.reason(r))}},
		Acts: []templates.Act{
			{Text: r.T("admin.account.save"), Kind: templates.ActPrimary, Note: r.T("admin.account.save.next")},
			{Text: r.T("admin.cancel"), Href: recordPath(acc.ID)},
		},
	}
	web.Mistakes(r.P, &form, wrong)
	title := r.T("admin.act.title", "act", r.T("admin.account.edit"), "name", acc.Name)
	return web.View{
		Template: "admin/form", Title: title, Err: wrong,
		Data:   FormPage{Head: templates.Head{Title: title, Code: acc.Login}, Form: form},
		Crumbs: crumbs(r, crumb(r, "menu.accounts", "/accounts"), templates.Crumb{Text: acc.Login, Href: recordPath(acc.ID)}, crumb(r, "admin.account.edit", "")),
	}
}

func (d *desk) edit(r *web.Request, in editIn) (web.Response, error) {
	acc, all, err := d.edited(r, in.ID)
	if err != nil {
		return nil, err
	}
	t := in.typed
	if acc.ID == r.By.AccountID {
		own := typedOf(acc, all)
		t.Department, t.Roles = own.Department, own.Roles
	}
	t = choose(r, t, typedOf(acc, all))
	department, err := all.assign(t.Department, acc.DepartmentID)
	if err != nil {
		return comesBack(editView(r, acc, t, err), err)
	}
	_, err = d.Accounts.Change(r.Ctx, r.By, acc.ID, account.Edit{
		Name: t.Name, Phone: t.Phone, DepartmentID: department, Roles: t.roles(), Version: t.Version, Reason: t.Reason,
	})
	switch {
	case err == nil:
		return web.Redirect{To: recordPath(acc.ID), Said: web.Said(r.T("admin.account.saved", "name", t.Name))}, nil
	case errors.Is(err, store.ErrStale):
		return d.conflict(r, in.ID, t, err)
	}
	return comesBack(editView(r, acc, t, err), err)
}
