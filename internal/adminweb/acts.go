package adminweb

import (
	"context"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/templates"
)

// actFunc is a verb that changes the state of an account.
type actFunc func(ctx context.Context, by auth.Principal, id auth.AccountID, reason string) (account.Account, error)

// plainAct is the verb of a name; reset is none of them, because it gives a
// password back.
func (d *desk) plainAct(name string) (actFunc, bool) {
	switch name {
	case "disable":
		return d.Accounts.Disable, true
	case "enable":
		return d.Accounts.Enable, true
	case "lock":
		return d.Accounts.Lock, true
	case "unlock":
		return d.Accounts.Unlock, true
	}
	return nil, false
}

const actReset = "reset"

type actIn struct {
	ID     int64  `uri:"id"`
	Act    string `uri:"act"`
	Reason string `form:"reason"`
}

func (d *desk) actForm(r *web.Request, in actIn) (web.Response, error) {
	return d.actView(r, in, nil)
}

// actView asks for the reason and says what will happen.
func (d *desk) actView(r *web.Request, in actIn, wrong error) (web.Response, error) {
	if _, plain := d.plainAct(in.Act); !plain && in.Act != actReset {
		return nil, fault.New(fault.NotFound, "err.no_page")
	}
	acc, err := d.Accounts.Find(r.Ctx, r.By, auth.AccountID(in.ID))
	if err != nil {
		return nil, err
	}
	act := "admin.act." + in.Act
	kind := templates.ActPrimary
	if in.Act == "disable" || in.Act == "lock" {
		kind = templates.ActDanger
	}
	form := templates.Form{
		Action: actPath(acc.ID, in.Act),
		Sections: []templates.Section{{ID: "s-act", Fields: []templates.Field{
			{Name: "reason", Kind: templates.KindLongText, Label: r.T("account.reason"), Help: r.T("admin.reason.help"), Value: in.Reason, MaxLength: 500},
		}}},
		Acts: []templates.Act{
			{Text: r.T(act), Kind: kind, Note: r.T(act + ".next")},
			{Text: r.T("admin.cancel"), Href: recordPath(acc.ID)},
		},
	}
	web.Mistakes(r.P, &form, wrong)
	title := r.T("admin.act.title", "act", r.T(act), "name", acc.Name)
	return web.View{
		Template: "admin/form", Title: title, Err: wrong,
		Data: FormPage{Head: templates.Head{Title: title, Code: acc.Login, Badges: stateBadges(r, acc)}, Form: form},
		Crumbs: crumbs(r, crumb(r, "menu.accounts", "/accounts"), templates.Crumb{Text: acc.Login, Href: recordPath(acc.ID)},
			crumb(r, act, "")),
	}, nil
}

func (d *desk) act(r *web.Request, in actIn) (web.Response, error) {
	id := auth.AccountID(in.ID)
	if in.Act == actReset {
		acc, password, err := d.Accounts.Reset(r.Ctx, r.By, id, in.Reason)
		if err != nil {
			return d.actRefused(r, in, err)
		}
		return d.slip(r, acc, password)
	}
	verb, ok := d.plainAct(in.Act)
	if !ok {
		return nil, fault.New(fault.NotFound, "err.no_page")
	}
	acc, err := verb(r.Ctx, r.By, id, in.Reason)
	if err != nil {
		return d.actRefused(r, in, err)
	}
	return web.Redirect{To: recordPath(id), Said: web.Said(r.T("admin.act."+in.Act+".done", "name", acc.Name))}, nil
}

// actRefused shows the form again when the person can do something about it.
func (d *desk) actRefused(r *web.Request, in actIn, err error) (web.Response, error) {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
		return d.actView(r, in, err)
	}
	return nil, err
}

// SlipPage is the data of the page admin/slip: a one-time password, on paper
// for its owner.
type SlipPage struct {
	Head     templates.Head
	Name     string
	Place    string
	Login    string
	Password string
	Address  string
	Until    string
	Rules    []string
	Acts     []templates.Act
}

// slip shows a one-time password, this once.
func (d *desk) slip(r *web.Request, acc account.Account, password string) (web.Response, error) {
	policy, err := d.Accounts.Policy(r.Ctx)
	if err != nil {
		return nil, err
	}
	all, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	title := r.T("admin.slip.title")
	return web.View{
		Template: "admin/slip", Title: title,
		Crumbs: crumbs(r, crumb(r, "menu.accounts", "/accounts"), templates.Crumb{Text: acc.Login, Href: recordPath(acc.ID)}, templates.Crumb{Text: title}),
		Data: SlipPage{
			Head: templates.Head{Title: title, Lead: r.T("admin.slip.lead")},
			Name: acc.Name, Place: all.name(acc.DepartmentID), Login: acc.Login, Password: password, Address: r.Base() + SignInPath,
			Until: r.P.Time(acc.PasswordChangedAt.AddDate(0, 0, policy.FirstDays)), Rules: policyRules(r, policy),
			Acts: []templates.Act{
				{Text: r.T("admin.slip.record"), Href: recordPath(acc.ID), Kind: templates.ActPrimary},
				{Text: r.T("admin.account.new"), Href: "/accounts/new", Icon: "plus"},
			},
		},
	}, nil
}
