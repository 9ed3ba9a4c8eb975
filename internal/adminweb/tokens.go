package adminweb

import (
	"fmt"
	"slices"
	"strconv"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/templates"
)

// TokenList is the data of the partial "tokens".
type TokenList struct {
	Rows []TokenRow
	New  *templates.Act
}

// TokenRow is one API token.
type TokenRow struct {
	Name    string
	Prefix  string
	Scopes  []string
	Made    string
	Expires string
	Used    string
	Origin  string
	State   templates.Badge
	Revoke  *templates.Act // nil when it is dead already
}

// TokenPage is the data of the page admin/token, which shows a new token once.
type TokenPage struct {
	Head   templates.Head
	Text   string
	Curl   string
	Facts  templates.Facts
	Return templates.Act
}

// FormPage is the data of the pages that are a form under a heading.
type FormPage struct {
	Head templates.Head
	Form templates.Form
}

func (d *desk) tokens(r *web.Request, of auth.AccountID, revoke string) (TokenList, error) {
	found, err := d.Accounts.Tokens(r.Ctx, r.By, of)
	if err != nil {
		return TokenList{}, err
	}
	var list TokenList
	for _, t := range found {
		row := TokenRow{
			Name: t.Name, Prefix: t.Prefix, Scopes: scopeNames(r, t.Scopes), Made: r.P.Time(t.CreatedAt), Expires: r.P.Time(t.ExpiresAt),
			Used: never(r, t.LastUsedAt), Origin: t.LastOrigin, State: tokenState(r, t),
		}
		if t.Alive(r.Now) {
			row.Revoke = &templates.Act{
				Text: r.T("admin.token.revoke"), Kind: templates.ActDanger, Post: fmt.Sprintf(revoke, t.ID),
				Confirm: r.T("admin.token.revoke.confirm", "name", t.Name),
			}
		}
		list.Rows = append(list.Rows, row)
	}
	return list, nil
}

func tokenState(r *web.Request, t account.Token) templates.Badge {
	switch {
	case !t.RevokedAt.IsZero():
		return templates.Badge{Text: r.T("admin.token.revoked"), Tone: templates.ToneGrey}
	case !t.Alive(r.Now):
		return templates.Badge{Text: r.T("admin.token.expired"), Tone: templates.ToneGrey}
	}
	return templates.Badge{Text: r.T("admin.token.alive"), Tone: templates.ToneGreen}
}

func scopeNames(r *web.Request, scopes []string) []string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = r.T("scope." + s)
	}
	return names
}

// lifetimes are the days for which a token can be issued on a page.
var lifetimes = []int{30, 90, 180, 365}

// usualLifetime is chosen beforehand.
const usualLifetime = 90

func (d *desk) tokenForm(r *web.Request, _ struct{}) (web.Response, error) {
	return d.tokenView(r, "", nil, usualLifetime, nil), nil
}

func (d *desk) tokenView(r *web.Request, name string, scopes []string, days int, wrong error) web.View {
	var choices, terms []templates.Option
	for _, s := range d.usefulScopes(r.By) {
		choices = append(choices, templates.Option{Value: s, Text: r.T("scope." + s), Help: s, Chosen: slices.Contains(scopes, s)})
	}
	for _, n := range lifetimes {
		until := r.P.Date(r.Today().AddDays(n - 1)) // the last whole day
		terms = append(terms, templates.Option{Value: strconv.Itoa(n), Text: r.T("admin.token.days", "days", n, "until", until)})
	}
	form := templates.Form{
		Action: "/me/tokens/new",
		Sections: []templates.Section{{ID: "s-token", Fields: []templates.Field{
			{Name: "name", Label: r.T("account.token_name"), Help: r.T("admin.token.name.help"), Required: true, Value: name, MaxLength: 60, Width: "medium"},
			{Name: "scopes", Kind: templates.KindMulti, Label: r.T("account.token_scopes"), Help: r.T("admin.token.scopes.help"), Required: true, Options: choices},
			{Name: "expires_at", Kind: templates.KindEnum, Label: r.T("account.token_expires_at"), Required: true, Value: strconv.Itoa(days), Options: terms},
		}}},
		Acts: []templates.Act{
			{Text: r.T("admin.token.issue"), Kind: templates.ActPrimary, Note: r.T("admin.token.issue.note")},
			{Text: r.T("admin.cancel"), Href: "/me#tokens"},
		},
	}
	web.Mistakes(r.P, &form, wrong)
	title := r.T("admin.token.new")
	return web.View{
		Template: "admin/form", Title: title, Err: wrong,
		Data:   FormPage{Head: templates.Head{Title: title, Lead: r.T("admin.token.lead")}, Form: form},
		Crumbs: crumbs(r, crumb(r, "menu.account", "/me"), templates.Crumb{Text: title}),
	}
}

// usefulScopes are the scopes with which a token of this person opens anything:
// those that some route asks for which the person may call. A route that takes
// one of several decides by what is sent, and does not count.
func (d *desk) usefulScopes(by auth.Principal) []string {
	useful := map[string]bool{account.ScopeMetricsRead: by.Is(auth.Admin)} // its page belongs to the machine room
	for _, route := range d.routes() {
		if scopes := route.Access.Scopes; len(scopes) == 1 && route.Access.Allows(by) == nil {
			useful[scopes[0]] = true
		}
	}
	return slices.DeleteFunc(account.Scopes(), func(s string) bool { return !useful[s] })
}

type tokenIn struct {
	Name    string   `form:"name"`
	Scopes  []string `form:"scopes"`
	Expires string   `form:"expires_at"`
}

func (d *desk) issueToken(r *web.Request, in tokenIn) (web.Response, error) {
	days, err := strconv.Atoi(in.Expires)
	if err != nil || !slices.Contains(lifetimes, days) {
		days = 0 // is refused with the rest
	}
	expires := r.Today().AddDays(days).StartsAt()
	token, text, err := d.Accounts.IssueToken(r.Ctx, r.By, in.Name, in.Scopes, expires)
	switch {
	case err == nil:
		return d.tokenOnce(r, token, text), nil
	case fault.KindOf(err) == fault.Invalid:
		return d.tokenView(r, in.Name, in.Scopes, days, err), nil
	}
	return nil, err
}

// tokenOnce shows the text of a new token, this once.
func (d *desk) tokenOnce(r *web.Request, t account.Token, text string) web.View {
	title := r.T("admin.token.made", "name", t.Name)
	return web.View{
		Template: "admin/token", Title: title, Crumbs: crumbs(r, crumb(r, "menu.account", "/me"), templates.Crumb{Text: title}),
		Data: TokenPage{
			Head: templates.Head{Title: title}, Text: text,
			Curl: "curl -H 'Authorization: Bearer " + text + "' '" + r.Base() + mePath + "'",
			Facts: templates.Facts{Rows: []templates.Row{
				{Label: r.T("account.token_scopes"), Text: r.P.Join(scopeNames(r, t.Scopes))},
				{Label: r.T("account.token_expires_at"), Text: r.P.Time(t.ExpiresAt)},
				{Label: r.T("menu.api"), Text: "/api/docs", Href: "/api/docs"},
			}},
			Return: templates.Act{Text: r.T("admin.token.return"), Href: "/me#tokens", Kind: templates.ActPrimary},
		},
	}
}

func (d *desk) revokeOwnToken(r *web.Request, in idIn) (web.Response, error) {
	if err := d.Accounts.RevokeToken(r.Ctx, r.By, account.TokenID(in.ID)); err != nil {
		return nil, err
	}
	return web.Redirect{To: "/me#tokens", Said: web.Said(r.T("admin.token.revoked.said"))}, nil
}
