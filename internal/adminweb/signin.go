package adminweb

import (
	"net/url"
	"strings"

	"qingce/internal/account"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/templates"
)

// SignInPage is the data of the page admin/sign-in.
type SignInPage struct {
	Head templates.Head
	Form templates.Form
}

type signInIn struct {
	Next string `form:"next"`
}

func (d *desk) signInForm(r *web.Request, in signInIn) (web.Response, error) {
	if r.By.Known() {
		return web.Redirect{To: web.LocalPath(in.Next)}, nil
	}
	return signInView(r, in.Next, "", nil), nil
}

// signInView is the form with the login as it was typed; the password is never
// sent back.
func signInView(r *web.Request, next, login string, err error) web.View {
	form := templates.Form{
		Action: SignInPath, Hidden: []templates.Pair{{Name: "next", Value: web.LocalPath(next)}},
		Sections: []templates.Section{{ID: "s-sign-in", Fields: []templates.Field{
			{Name: "login", Label: r.T("account.login"), Value: login, MaxLength: 100, Autocomplete: "username", Autofocus: login == ""},
			{Name: "password", Kind: templates.KindPassword, Label: r.T("admin.password"), MaxLength: 200, Autocomplete: "current-password", Autofocus: login != ""},
		}}},
		Acts: []templates.Act{{Text: r.T("admin.sign_in"), Kind: templates.ActPrimary, Note: r.T("admin.sign_in.forgotten")}},
	}
	web.Mistakes(r.P, &form, err)
	title := r.T("admin.sign_in")
	return web.View{
		Template: "admin/sign-in", Title: title, Bare: true, Err: err,
		Data: SignInPage{Head: templates.Head{Title: title}, Form: form},
	}
}

func (d *desk) signIn(r *web.Request, in signInIn) (web.Response, error) {
	login, password := strings.TrimSpace(r.Form.Get("login")), r.Form.Get("password")
	if err := d.attempts.Take(r.By.Origin); err != nil {
		return signInView(r, in.Next, login, err), nil
	}
	if err := missing(login, password); err != nil {
		return signInView(r, in.Next, login, err), nil
	}
	session, _, err := d.Accounts.SignIn(r.Ctx, login, password, caller(r))
	switch {
	case err == nil:
	case fault.KindOf(err) == fault.Internal:
		return nil, err
	default:
		return signInView(r, in.Next, login, err), nil
	}
	r.SetSession(session.Token)
	next := web.LocalPath(in.Next)
	if session.Change != account.NoChange {
		return web.Redirect{To: withNext(PasswordPath, next)}, nil
	}
	return web.Redirect{To: next}, nil
}

func missing(login, password string) error {
	var wrong []fault.Field
	if login == "" {
		wrong = append(wrong, fault.At("login", "err.required", "field", fault.Label("account.login")))
	}
	if password == "" {
		wrong = append(wrong, fault.At("password", "err.required", "field", fault.Label("admin.password")))
	}
	return fault.Refuse(wrong)
}

// withNext adds where to go afterwards, unless that is the start page anyway.
func withNext(path, next string) string {
	if next == "/" || next == path {
		return path
	}
	return path + "?next=" + url.QueryEscape(next)
}

func (d *desk) signOut(r *web.Request, _ struct{}) (web.Response, error) {
	if err := d.Accounts.SignOut(r.Ctx, r.By, account.SessionID(r.Identity().Session)); err != nil {
		return nil, err
	}
	r.SetSession("")
	return web.Redirect{To: SignInPath, Said: web.Said(r.T("admin.signed_out"))}, nil
}
