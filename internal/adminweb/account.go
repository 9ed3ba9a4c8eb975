package adminweb

import (
	"slices"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/templates"
)

// AccountPage is the data of the page admin/account.
type AccountPage struct {
	Head  templates.Head
	Facts []templates.Facts
	// Manage is set for those who keep the account: they see its sessions and
	// tokens.
	Manage   bool
	Sessions SessionList
	Tokens   TokenList
}

func (d *desk) record(r *web.Request, in idIn) (web.Response, error) {
	acc, err := d.Accounts.Find(r.Ctx, r.By, auth.AccountID(in.ID))
	if err != nil {
		return nil, err
	}
	all, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	page := AccountPage{
		Head:   templates.Head{Title: acc.Name, Code: acc.Login, Badges: stateBadges(r, acc)},
		Facts:  []templates.Facts{identityFacts(r, acc, all), signInFacts(r, acc)},
		Manage: mayManage(r.By, acc),
	}
	if page.Manage {
		page.Head.Actions = acts(r, acc)
		if page.Sessions, err = d.sessions(r, acc.ID, recordPath(acc.ID)+"/sessions/%d/end"); err != nil {
			return nil, err
		}
		if page.Tokens, err = d.tokens(r, acc.ID, recordPath(acc.ID)+"/tokens/%d/revoke"); err != nil {
			return nil, err
		}
	}
	return web.View{
		Template: "admin/account", Title: acc.Name, Data: page,
		Crumbs: crumbs(r, crumb(r, "menu.accounts", "/accounts"), templates.Crumb{Text: acc.Login}),
	}, nil
}

// mayManage tells whether the page offers to change the account. It follows
// what account allows; account decides again when it is done.
func mayManage(by auth.Principal, acc account.Account) bool {
	if by.Is(auth.Admin) {
		return true
	}
	other := slices.ContainsFunc(acc.Roles, func(r auth.Role) bool { return r != auth.Clerk && r != auth.Head })
	return by.Is(auth.Region) && acc.DepartmentID != 0 && !other && acc.ID != by.AccountID
}

// acts are what can be done to the account as it is, the likeliest first.
func acts(r *web.Request, acc account.Account) []templates.Act {
	do := func(act string) templates.Act {
		return templates.Act{Text: r.T("admin.act." + act), Href: actPath(acc.ID, act)}
	}
	out := []templates.Act{{Text: r.T("admin.account.edit"), Icon: "edit", Kind: templates.ActPrimary, Href: recordPath(acc.ID) + "/edit"}}
	if acc.Locked(r.Now) {
		out = append(out, do("unlock"))
	}
	if acc.State == account.Disabled {
		return append(out, do("enable"))
	}
	out = append(out, do("reset"))
	if !acc.Held {
		out = append(out, do("lock"))
	}
	return append(out, do("disable"))
}

func actPath(id auth.AccountID, act string) string { return recordPath(id) + "/do/" + act }

func (d *desk) endSession(r *web.Request, in idIn) (web.Response, error) {
	if err := d.Accounts.EndSession(r.Ctx, r.By, account.SessionID(in.Other)); err != nil {
		return nil, err
	}
	return web.Redirect{To: recordPath(auth.AccountID(in.ID)) + "#sessions", Said: web.Said(r.T("admin.session.ended"))}, nil
}

func (d *desk) revokeToken(r *web.Request, in idIn) (web.Response, error) {
	if err := d.Accounts.RevokeToken(r.Ctx, r.By, account.TokenID(in.Other)); err != nil {
		return nil, err
	}
	return web.Redirect{To: recordPath(auth.AccountID(in.ID)) + "#tokens", Said: web.Said(r.T("admin.token.revoked.said"))}, nil
}
