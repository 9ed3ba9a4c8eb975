package adminweb

import (
	"qingce/internal/account"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/templates"
)

// PasswordPage is the data of the page admin/password.
type PasswordPage struct {
	Head  templates.Head
	Form  templates.Form
	Rules []string
	// SignOut is set while nothing else can be done.
	SignOut *templates.Act
}

type passwordIn struct {
	Next string `form:"next"`
}

func (d *desk) passwordForm(r *web.Request, in passwordIn) (web.Response, error) {
	return d.passwordView(r, in.Next, nil)
}

func (d *desk) passwordView(r *web.Request, next string, wrong error) (web.Response, error) {
	policy, err := d.Accounts.Policy(r.Ctx)
	if err != nil {
		return nil, err
	}
	forced := r.Identity().MustChange
	next = web.LocalPath(next)
	form := templates.Form{
		Action: PasswordPath, Hidden: []templates.Pair{{Name: "next", Value: next}},
		Sections: []templates.Section{{ID: "s-password", Fields: []templates.Field{
			{Name: "old", Kind: templates.KindPassword, Label: r.T("account.old"), Help: r.T("admin.password.old.help"), Required: true, MaxLength: 200, Autocomplete: "current-password", Autofocus: true},
			{Name: "new", Kind: templates.KindPassword, Label: r.T("account.new"), Required: true, MaxLength: 200, Autocomplete: "new-password"},
			{Name: "again", Kind: templates.KindPassword, Label: r.T("admin.password.again"), Required: true, MaxLength: 200, Autocomplete: "new-password"},
		}}},
		Acts: []templates.Act{{Text: r.T("admin.password.change"), Kind: templates.ActPrimary, Note: r.T("admin.password.note")}},
	}
	page := PasswordPage{Head: templates.Head{Title: r.T("admin.password.change")}, Rules: policyRules(r, policy)}
	if forced {
		if err := d.sayWhy(r, &form); err != nil {
			return nil, err
		}
		page.SignOut = &templates.Act{Text: r.T("ui.signout"), Kind: templates.ActQuiet, Post: "/sign-out"}
	} else {
		form.Acts = append(form.Acts, templates.Act{Text: r.T("admin.cancel"), Href: next})
	}
	web.Mistakes(r.P, &form, wrong)
	page.Form = form
	return web.View{
		Template: "admin/password", Title: page.Head.Title, Bare: forced, Data: page, Err: wrong,
		Crumbs: crumbs(r, crumb(r, "menu.account", "/me"), crumb(r, "admin.password.change", "")),
	}, nil
}

// sayWhy tells somebody who must change the password what the matter is.
func (d *desk) sayWhy(r *web.Request, form *templates.Form) error {
	acc, err := d.Accounts.Find(r.Ctx, r.By, r.By.AccountID)
	if err != nil {
		return err
	}
	why := account.ChangeExpired
	if acc.MustChange {
		why = account.ChangeFirst
	}
	form.Callouts = append(form.Callouts, templates.Callout{Kind: "warning", Text: r.T("account.change." + string(why))})
	return nil
}

func (d *desk) changePassword(r *web.Request, in passwordIn) (web.Response, error) {
	fresh := r.Form.Get("new")
	if fresh != r.Form.Get("again") {
		return d.passwordView(r, in.Next, fault.Refuse([]fault.Field{fault.At("again", "admin.err.again")}))
	}
	session, err := d.Accounts.ChangePassword(r.Ctx, r.By, r.Form.Get("old"), fresh, caller(r))
	switch {
	case err == nil:
		r.SetSession(session.Token)
		return web.Redirect{To: web.LocalPath(in.Next), Said: web.Said(r.T("admin.password.changed"))}, nil
	case fault.KindOf(err) == fault.Invalid:
		return d.passwordView(r, in.Next, err)
	}
	return nil, err
}

// policyRules are the rules for a new password in words.
func policyRules(r *web.Request, p account.Policy) []string {
	rules := []string{r.T("admin.rule.length", "min", p.MinLength)}
	if p.Classes > 0 {
		rules = append(rules, r.T("admin.rule.classes", "classes", p.Classes))
	}
	rules = append(rules, r.T("admin.rule.common"), r.T("admin.rule.login"))
	if p.History > 0 {
		rules = append(rules, r.T("admin.rule.history", "history", p.History))
	}
	if p.MaxAgeDays > 0 {
		rules = append(rules, r.T("admin.rule.age", "days", p.MaxAgeDays))
	}
	return rules
}
