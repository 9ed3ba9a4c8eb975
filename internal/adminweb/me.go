package adminweb

import (
	"fmt"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/templates"
)

// MePage is the data of the page admin/me: one's own account.
type MePage struct {
	Head     templates.Head
	Due      *templates.Callout // the password must soon be changed
	Facts    []templates.Facts
	Sessions SessionList
	Tokens   TokenList
}

// SessionList is the data of the partial "sessions": where an account is
// signed in.
type SessionList struct {
	Rows []SessionRow
	All  *templates.Act // ends all of them
}

// SessionRow is one session.
type SessionRow struct {
	Browser   string
	UserAgent string
	Origin    string
	Began     string
	Seen      string
	Ends      string
	Mine      bool           // the one by which this page is seen
	End       *templates.Act // nil when it cannot be ended here
}

type idIn struct {
	ID    int64 `uri:"id"`
	Other int64 `uri:"other"`
}

func (d *desk) me(r *web.Request, _ struct{}) (web.Response, error) {
	acc, err := d.Accounts.Find(r.Ctx, r.By, r.By.AccountID)
	if err != nil {
		return nil, err
	}
	all, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	page := MePage{
		Head: templates.Head{
			Title: r.T("menu.account"), Lead: r.T("admin.me.lead"),
			Actions: []templates.Act{{Text: r.T("admin.password.change"), Href: withNext(PasswordPath, "/me"), Icon: "key", Kind: templates.ActPrimary}},
		},
		Facts: []templates.Facts{identityFacts(r, acc, all), signInFacts(r, acc)},
	}
	if due := r.Identity().PasswordDue; !due.IsZero() {
		page.Due = &templates.Callout{Kind: "warning", Text: r.T("account.password_due", "due", r.P.Time(due))}
	}
	if page.Sessions, err = d.sessions(r, acc.ID, "/me/sessions/%d/end"); err != nil {
		return nil, err
	}
	if len(page.Sessions.Rows) > 1 {
		page.Sessions.All = &templates.Act{
			Text: r.T("admin.sessions.end_all"), Kind: templates.ActDanger, Post: "/me/sign-out-everywhere", Confirm: r.T("admin.sessions.end_all.confirm"),
		}
	}
	if page.Tokens, err = d.tokens(r, acc.ID, "/me/tokens/%d/revoke"); err != nil {
		return nil, err
	}
	page.Tokens.New = &templates.Act{Text: r.T("admin.token.new"), Icon: "plus", Href: "/me/tokens/new"}
	return web.View{Template: "admin/me", Title: page.Head.Title, Data: page, Crumbs: crumbs(r, crumb(r, "menu.account", ""))}, nil
}

// identityFacts say who the account belongs to.
func identityFacts(r *web.Request, acc account.Account, all directory) templates.Facts {
	return templates.Facts{Title: r.T("admin.account.who"), Rows: []templates.Row{
		{Label: r.T("account.login"), Text: acc.Login, Code: true},
		{Label: r.T("account.name"), Text: acc.Name},
		{Label: r.T("account.phone"), Text: acc.Phone},
		{Label: r.T("account.department_id"), Text: all.name(acc.DepartmentID)},
		{Label: r.T("account.roles"), Text: roleNames(r, acc.Roles)},
	}}
}

// signInFacts say how its sign-ins went.
func signInFacts(r *web.Request, acc account.Account) templates.Facts {
	rows := []templates.Row{
		{Label: r.T("account.last_login_at"), Text: never(r, acc.LastLoginAt)},
		{Label: r.T("account.password_changed_at"), Text: r.P.Time(acc.PasswordChangedAt)},
		{Label: r.T("account.created_at"), Text: r.P.Time(acc.CreatedAt)},
	}
	if acc.FailedCount > 0 {
		rows = append(rows, templates.Row{Label: r.T("account.failed_count"), Text: r.P.Number(int64(acc.FailedCount))})
	}
	if acc.Locked(r.Now) && !acc.Held {
		rows = append(rows, templates.Row{Label: r.T("account.locked_until"), Text: r.P.Time(acc.LockedUntil)})
	}
	return templates.Facts{Title: r.T("admin.account.sign_ins"), Rows: rows}
}

// sessions lists where the account is signed in; end is the address that ends
// a session, with a place for its number.
func (d *desk) sessions(r *web.Request, of auth.AccountID, end string) (SessionList, error) {
	found, err := d.Accounts.Sessions(r.Ctx, r.By, of)
	if err != nil {
		return SessionList{}, err
	}
	var list SessionList
	for _, s := range found {
		row := SessionRow{
			Browser: browserName(s.UserAgent), UserAgent: s.UserAgent, Origin: s.Origin,
			Began: r.P.Time(s.CreatedAt), Seen: r.P.Time(s.LastSeenAt), Ends: r.P.Time(s.ExpiresAt),
			Mine: int64(s.ID) == r.Identity().Session,
		}
		if !row.Mine {
			row.End = &templates.Act{Text: r.T("admin.session.end"), Post: fmt.Sprintf(end, s.ID)}
		}
		list.Rows = append(list.Rows, row)
	}
	return list, nil
}

func (d *desk) endOwnSession(r *web.Request, in idIn) (web.Response, error) {
	if err := d.Accounts.EndSession(r.Ctx, r.By, account.SessionID(in.ID)); err != nil {
		return nil, err
	}
	return web.Redirect{To: "/me#sessions", Said: web.Said(r.T("admin.session.ended"))}, nil
}

// signOutEverywhere ends this session too: whoever asks for it means it.
func (d *desk) signOutEverywhere(r *web.Request, _ struct{}) (web.Response, error) {
	n, err := d.Accounts.SignOutEverywhere(r.Ctx, r.By, r.By.AccountID)
	if err != nil {
		return nil, err
	}
	r.SetSession("")
	return web.Redirect{To: SignInPath, Said: web.Said(r.T("admin.sessions.ended", "n", n))}, nil
}
