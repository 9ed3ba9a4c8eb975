package usageweb

import (
	"slices"
	"strconv"
	"time"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/templates"
)

// tokenPage is the data of usage/probe_token, which shows a new token once.
type tokenPage struct {
	Head  templates.Head
	Once  templates.Callout
	Text  string
	Ways  []connectWay
	Facts templates.Facts
	Acts  []templates.Act
}

// Days for which a token may be issued on a page, and what is chosen
// beforehand.
var tokenTerms = [...]int{90, 180, 365, 1095}

const (
	usualTerm  = 365
	usualGrace = 24 // hours
)

// graces are how many hours a token that was replaced may still open.
var graces = [...]int{0, 1, 24, 72, 168}

type tokenIn struct {
	Code  string `uri:"code"`
	ID    int64  `uri:"id"`
	Days  string `form:"expires_at"`
	Grace string `form:"grace"`
}

type newTokenIn struct {
	Code string `uri:"code"`
	Days string `form:"expires_at"`
}

// newToken asks for how long a token shall open.
func (d *desk) newToken(r *web.Request, in probeIn) (web.Response, error) {
	file, err := d.Probes.FindProbe(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	return newTokenView(r, file, strconv.Itoa(usualTerm), nil), nil
}

func newTokenView(r *web.Request, file usage.ProbeFile, days string, wrong error) web.View {
	return askView(r, file, ask{
		title: r.T("probes.token.new"), lead: r.T("probes.token.new.lead"), action: probePath(file.Code, "tokens"), err: wrong,
		fields: []templates.Field{termField(r, days)},
		act:    templates.Act{Text: r.T("probes.token.make.act"), Kind: templates.ActPrimary, Icon: "key", Note: r.T("probes.token.make.note")},
	})
}

// issueToken makes a token and shows it.
func (d *desk) issueToken(r *web.Request, in newTokenIn) (web.Response, error) {
	made, text, err := d.Probes.IssueToken(r.Ctx, r.By, in.Code, expiry(r, in.Days))
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return d.withProbe(r, in.Code, func(file usage.ProbeFile) web.View { return newTokenView(r, file, in.Days, err) })
	}
	if err != nil {
		return nil, err
	}
	return d.withProbe(r, in.Code, func(file usage.ProbeFile) web.View { return tokenOnce(r, file, made, text, usage.Token{}) })
}

func (d *desk) withProbe(r *web.Request, code string, show func(usage.ProbeFile) web.View) (web.Response, error) {
	file, err := d.Probes.FindProbe(r.Ctx, r.By, code)
	if err != nil {
		return nil, err
	}
	return show(file), nil
}

// expiry is the end of the last day of a term, or a time that is refused.
func expiry(r *web.Request, days string) time.Time {
	n, err := strconv.Atoi(days)
	if err != nil || !slices.Contains(tokenTerms[:], n) {
		return time.Time{}
	}
	return r.Today().AddDays(n).StartsAt()
}

func termField(r *web.Request, days string) templates.Field {
	f := templates.Field{
		Name: "expires_at", Kind: templates.KindEnum, Label: r.T("probes.token.term"), Help: r.T("probes.token.term.help"), Required: true, Value: days,
	}
	for _, n := range tokenTerms {
		until := r.P.Date(r.Today().AddDays(n - 1))
		f.Options = append(f.Options, templates.Option{Value: strconv.Itoa(n), Text: r.T("probes.token.term.days", "days", n, "until", until)})
	}
	return f
}

// tokenOnce shows the text of a new token, this once.
func tokenOnce(r *web.Request, file usage.ProbeFile, made usage.Token, text string, old usage.Token) web.View {
	title := r.T("probes.token.once.title", "name", file.Name)
	connect := connectView{p: r.P, by: r.By, file: file, base: r.Base(), now: r.Now}
	for _, s := range file.Systems { // whoever makes tokens sees all of them
		connect.seen = append(connect.seen, s.Code)
	}
	page := tokenPage{
		Head: templates.Head{Title: title, Code: file.Code}, Text: text,
		Once: templates.Callout{Kind: "warning", Title: r.T("probes.token.once"), Text: r.T("probes.token.once.text")},
		Ways: []connectWay{connect.try(text)},
		Facts: templates.Facts{Rows: []templates.Row{
			{Label: r.T("probes.token.prefix"), Text: made.Prefix, Code: true}, {Label: r.T("probes.token.expires"), Text: r.P.Time(made.ExpiresAt)},
		}},
		Acts: []templates.Act{
			{Text: r.T("probes.token.once.back"), Href: probePath(file.Code), Kind: templates.ActPrimary},
			{Text: r.T("probes.token.once.connect"), Href: probePath(file.Code, "connect")},
		},
	}
	if old.ID != 0 {
		page.Once.Items = []string{r.T("probes.token.once.overlap", "prefix", old.Prefix, "at", old.ExpiresAt)}
	}
	return web.View{Template: "usage/probe_token", Title: title, Data: page, Crumbs: probeCrumbs(r.P, crumbOf(file.Probe), crumbText(r.T("probes.token.new")))}
}

// findToken is a token of a probe.
func (d *desk) findToken(r *web.Request, in tokenIn) (usage.ProbeFile, usage.Token, error) {
	file, err := d.Probes.FindProbe(r.Ctx, r.By, in.Code)
	if err != nil {
		return file, usage.Token{}, err
	}
	for _, t := range file.Tokens {
		if int64(t.ID) == in.ID {
			return file, t, nil
		}
	}
	return file, usage.Token{}, fault.New(fault.NotFound, "err.not_found")
}

// askToRotate asks how long the old token shall still open.
func (d *desk) askToRotate(r *web.Request, in tokenIn) (web.Response, error) {
	in.Grace, in.Days = strconv.Itoa(usualGrace), strconv.Itoa(usualTerm)
	return d.rotateView(r, in, nil)
}

func (d *desk) rotateView(r *web.Request, in tokenIn, wrong error) (web.Response, error) {
	file, token, err := d.findToken(r, in)
	if err != nil {
		return nil, err
	}
	grace := templates.Field{
		Name: "grace", Kind: templates.KindEnum, Label: r.T("probes.token.overlap"), Help: r.T("probes.token.overlap.help"), Required: true, Value: in.Grace,
	}
	for _, n := range graces {
		value := strconv.Itoa(n)
		grace.Options = append(grace.Options, templates.Option{Value: value, Text: r.T("probes.token.overlap." + value)})
	}
	return askView(r, file, ask{
		title: r.T("probes.token.rotate.title", "prefix", token.Prefix), lead: r.T("probes.token.rotate.lead"), err: wrong,
		action: probePath(in.Code, "tokens", strconv.FormatInt(in.ID, 10), "rotate"), fields: []templates.Field{grace, termField(r, in.Days)},
		act: templates.Act{Text: r.T("probes.token.rotate.act"), Kind: templates.ActPrimary, Icon: "refresh", Note: r.T("probes.token.rotate.note")},
	}), nil
}

// rotateToken makes a token in the place of another and shows it.
func (d *desk) rotateToken(r *web.Request, in tokenIn) (web.Response, error) {
	hours, err := strconv.Atoi(in.Grace)
	if err != nil || !slices.Contains(graces[:], hours) {
		hours = -1 // is refused
	}
	made, text, err := d.Probes.RotateToken(r.Ctx, r.By, in.Code, usage.TokenID(in.ID), time.Duration(hours)*time.Hour, expiry(r, in.Days))
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return d.rotateView(r, in, err)
	}
	if err != nil {
		return nil, err
	}
	file, old, err := d.findToken(r, in)
	if err != nil {
		return nil, err
	}
	return tokenOnce(r, file, made, text, old), nil
}

type revokeIn struct {
	Code   string `uri:"code"`
	ID     int64  `uri:"id"`
	Reason string `form:"reason"`
}

// askToRevoke asks whether to revoke a token, and why.
func (d *desk) askToRevoke(r *web.Request, in revokeIn) (web.Response, error) {
	return d.revokeView(r, in, nil)
}

func (d *desk) revokeView(r *web.Request, in revokeIn, wrong error) (web.Response, error) {
	file, token, err := d.findToken(r, tokenIn{Code: in.Code, ID: in.ID})
	if err != nil {
		return nil, err
	}
	return askView(r, file, ask{
		title: r.T("probes.token.revoke.title", "prefix", token.Prefix), lead: r.T("probes.token.revoke.lead"), err: wrong,
		action: probePath(in.Code, "tokens", strconv.FormatInt(in.ID, 10), "revoke"),
		fields: []templates.Field{reasonField(r, in.Reason, r.T("probes.reason.help"))},
		act: templates.Act{
			Text: r.T("probes.token.revoke.act"), Kind: templates.ActDanger, Icon: "trash",
			Note: r.T("probes.token.revoke.used", "at", momentText(r.P, token.LastUsedAt, "probes.token.never")),
		},
	}), nil
}

// revokeToken revokes a token for good.
func (d *desk) revokeToken(r *web.Request, in revokeIn) (web.Response, error) {
	_, token, err := d.findToken(r, tokenIn{Code: in.Code, ID: in.ID})
	if err != nil {
		return nil, err
	}
	err = d.Probes.RevokeToken(r.Ctx, r.By, in.Code, token.ID, in.Reason)
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return d.revokeView(r, in, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: probePath(in.Code) + "#tokens", Said: web.Said(r.T("probes.token.revoked.said", "prefix", token.Prefix))}, nil
}
