package adminweb

import (
	"context"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
)

type apiListIn struct {
	Search     string `query:"q" maxLength:"100" doc:"Words that all occur in login or name"`
	Department string `query:"department" doc:"Code or name of a department"`
	Role       string `query:"role" enum:"clerk,head,region,office,centre,staffing,reform,finance,standards,police,network,leader,auditor,expert,probe,admin" doc:"A role"`
	State      string `query:"state" enum:"active,disabled" doc:"State"`
	Locked     bool   `query:"locked" doc:"Only those who cannot sign in for a lock"`
	Sort       string `query:"sort" enum:"login,name,department_id,last_login_at,created_at" default:"login" doc:"Order"`
	Descending bool   `query:"desc" doc:"Turns the order round"`
	Page       int    `query:"page" minimum:"1" maximum:"1000000" default:"1" doc:"Page, from 1"`
	Size       int    `query:"size" minimum:"1" maximum:"200" default:"50" doc:"Accounts on a page"`
}

type apiListOut struct {
	Body struct {
		Items []Account `json:"items"`
		Total int64     `json:"total" doc:"Accounts on all pages"`
		Page  int       `json:"page"`
		Size  int       `json:"size"`
	}
}

func (d *desk) apiList(ctx context.Context, call web.Call, in *apiListIn) (*apiListOut, error) {
	all, err := d.directory(ctx)
	if err != nil {
		return nil, err
	}
	department, err := all.read(in.Department)
	if err != nil {
		return nil, rename(err, "department")
	}
	found, total, err := d.Accounts.List(ctx, call.By, account.Filter{
		Search: in.Search, DepartmentID: department, Role: auth.Role(in.Role), State: account.State(in.State), Locked: in.Locked,
		Sort: account.Sort(in.Sort), Descending: in.Descending, Page: in.Page, Size: in.Size,
	})
	if err != nil {
		return nil, err
	}
	out := &apiListOut{}
	out.Body.Items, out.Body.Total, out.Body.Page, out.Body.Size = []Account{}, total, in.Page, in.Size
	for _, acc := range found {
		out.Body.Items = append(out.Body.Items, accountOf(acc, all, call.Now))
	}
	return out, nil
}

// rename gives the fields of an error the name that the API has for them.
func rename(err error, name string) error {
	fields := fault.FieldsOf(err)
	for i := range fields {
		if fields[i].Name == "department_id" {
			fields[i].Name = name
		}
	}
	return err
}

type apiIDIn struct {
	ID int64 `path:"id" minimum:"1" doc:"Number"`
}

type apiAccountOut struct {
	ETag string `header:"ETag" doc:"The version, for If-Match"`
	Body Account
}

func (d *desk) apiAccount(ctx context.Context, call web.Call, acc account.Account) (*apiAccountOut, error) {
	all, err := d.directory(ctx)
	if err != nil {
		return nil, err
	}
	return &apiAccountOut{ETag: web.ETag(acc.Version), Body: accountOf(acc, all, call.Now)}, nil
}

func (d *desk) apiGet(ctx context.Context, call web.Call, in *apiIDIn) (*apiAccountOut, error) {
	acc, err := d.Accounts.Find(ctx, call.By, auth.AccountID(in.ID))
	if err != nil {
		return nil, err
	}
	return d.apiAccount(ctx, call, acc)
}

// NewAccount is what an account is made of.
type NewAccount struct {
	Login      string   `json:"login" minLength:"2" maxLength:"40" example:"zhouwj"`
	Name       string   `json:"name" minLength:"1" maxLength:"40" example:"Zhou Wenjing"`
	Phone      string   `json:"phone,omitempty" maxLength:"30" example:"0710-3456789"`
	Department string   `json:"department,omitempty" example:"XY201" doc:"Code or name of the department"`
	Roles      []string `json:"roles" minItems:"1" maxItems:"16" example:"[\"clerk\"]"`
	Reason     string   `json:"reason,omitempty" maxLength:"500" doc:"For the operation log"`
}

type apiCreateIn struct{ Body NewAccount }

// PasswordAnswer is an account with the one-time password that it was given.
type PasswordAnswer struct {
	Account         Account `json:"account"`
	OneTimePassword string  `json:"one_time_password" example:"kV3m-92aB-xQ7p-Zt4n" doc:"Shown this once; its owner must change it"`
}

type apiPasswordOut struct {
	ETag string `header:"ETag" doc:"The version, for If-Match"`
	Body PasswordAnswer
}

func (d *desk) apiPassword(ctx context.Context, call web.Call, acc account.Account, password string) (*apiPasswordOut, error) {
	out, err := d.apiAccount(ctx, call, acc)
	if err != nil {
		return nil, err
	}
	return &apiPasswordOut{ETag: out.ETag, Body: PasswordAnswer{Account: out.Body, OneTimePassword: password}}, nil
}

func (d *desk) apiCreate(ctx context.Context, call web.Call, in *apiCreateIn) (*apiPasswordOut, error) {
	all, err := d.directory(ctx)
	if err != nil {
		return nil, err
	}
	department, err := all.assign(in.Body.Department, 0)
	if err != nil {
		return nil, rename(err, "department")
	}
	t := typed{Roles: in.Body.Roles}
	acc, password, err := d.Accounts.Create(ctx, call.By, account.Draft{
		Login: in.Body.Login, Name: in.Body.Name, Phone: in.Body.Phone, DepartmentID: department, Roles: t.roles(), Reason: in.Body.Reason,
	})
	if err != nil {
		return nil, rename(err, "department")
	}
	return d.apiPassword(ctx, call, acc, password)
}

// AccountChange is what changes; what is left out stays.
type AccountChange struct {
	Name       *string  `json:"name,omitempty" maxLength:"40" example:"Zhou Wenjing"`
	Phone      *string  `json:"phone,omitempty" maxLength:"30" example:"0710-3456789"`
	Department *string  `json:"department,omitempty" example:"XY201" doc:"Code or name of the department; empty for none"`
	Roles      []string `json:"roles,omitempty" maxItems:"16" example:"[\"clerk\"]"`
	Reason     string   `json:"reason,omitempty" maxLength:"500" doc:"For the operation log"`
}

type apiChangeIn struct {
	ID      int64  `path:"id" minimum:"1" doc:"Number"`
	IfMatch string `header:"If-Match" doc:"ETag of the version that was read"`
	Body    AccountChange
}

func (d *desk) apiChange(ctx context.Context, call web.Call, in *apiChangeIn) (*apiAccountOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	acc, err := d.Accounts.Find(ctx, call.By, auth.AccountID(in.ID))
	if err != nil {
		return nil, err
	}
	edit, err := d.apiEdit(ctx, acc, in.Body)
	if err != nil {
		return nil, rename(err, "department")
	}
	edit.Version = version
	if acc, err = d.Accounts.Change(ctx, call.By, acc.ID, edit); err != nil {
		return nil, rename(err, "department")
	}
	return d.apiAccount(ctx, call, acc)
}

func (d *desk) apiEdit(ctx context.Context, acc account.Account, c AccountChange) (account.Edit, error) {
	edit := account.Edit{Name: acc.Name, Phone: acc.Phone, DepartmentID: acc.DepartmentID, Roles: acc.Roles, Reason: c.Reason}
	if c.Name != nil {
		edit.Name = *c.Name
	}
	if c.Phone != nil {
		edit.Phone = *c.Phone
	}
	if c.Roles != nil {
		edit.Roles = typed{Roles: c.Roles}.roles()
	}
	if c.Department == nil {
		return edit, nil
	}
	all, err := d.directory(ctx)
	if err == nil {
		edit.DepartmentID, err = all.assign(*c.Department, acc.DepartmentID)
	}
	return edit, err
}

// ActReason says why something is done to an account.
type ActReason struct {
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"For the operation log"`
}

type apiActIn struct {
	ID   int64 `path:"id" minimum:"1" doc:"Number"`
	Body *ActReason
}

func (in *apiActIn) reason() string {
	if in.Body == nil {
		return ""
	}
	return in.Body.Reason
}

func (d *desk) apiAct(verb actFunc) func(context.Context, web.Call, *apiActIn) (*apiAccountOut, error) {
	return func(ctx context.Context, call web.Call, in *apiActIn) (*apiAccountOut, error) {
		acc, err := verb(ctx, call.By, auth.AccountID(in.ID), in.reason())
		if err != nil {
			return nil, err
		}
		return d.apiAccount(ctx, call, acc)
	}
}

func (d *desk) apiReset(ctx context.Context, call web.Call, in *apiActIn) (*apiPasswordOut, error) {
	acc, password, err := d.Accounts.Reset(ctx, call.By, auth.AccountID(in.ID), in.reason())
	if err != nil {
		return nil, err
	}
	return d.apiPassword(ctx, call, acc, password)
}
