package sharingweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/sharing"
	"qingce/templates"
)

// termsPage is the data of sharing/terms: the terms as a form, or to be read.
type termsPage struct {
	Head  templates.Head
	Tabs  templates.Tabs
	Form  *templates.Form
	Facts *templates.Facts
}

// termNames are the settings in the order in which pages show them.
func termNames() []string { return []string{"reply_wd", "mediation_wd", "verify_wd"} }

func (d *desk) mountPolicy(s *web.Server) {
	web.Get(s.Group(web.For(sharing.Viewers()...)), termsPath, d.showPolicy)
	web.Post(s.Group(web.For(auth.Office)), termsPath, d.savePolicy)
}

// showPolicy shows the terms, to the Office as a form.
func (d *desk) showPolicy(r *web.Request, _ noInput) (web.Response, error) {
	p, err := d.Sharing.Policy(r.Ctx)
	if err != nil {
		return nil, err
	}
	return d.policyPage(r, p, url.Values{
		"reply_wd": {strconv.Itoa(p.ReplyWd)}, "mediation_wd": {strconv.Itoa(p.MediationWd)}, "verify_wd": {strconv.Itoa(p.VerifyWd)},
	}, nil)
}

func (d *desk) policyPage(r *web.Request, p sharing.Policy, given url.Values, cause error) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	title := r.T("sharing.tab.terms")
	head := templates.Head{Title: title, Lead: r.T("sharing.policy.lead"), Facts: policyFacts(r, p)}
	page := termsPage{Head: head, Tabs: l.tabs("terms")}
	if r.By.Is(auth.Office) && !r.By.Console() {
		form := policyForm(r, p, given)
		web.Mistakes(r.P, &form, cause)
		page.Form = &form
	} else {
		terms := policyTerms(r, given)
		page.Facts = &terms
	}
	return web.View{Template: "sharing/terms", Title: title, Crumbs: crumbs(r.P, "terms", termsPath), Data: page, Err: cause}, nil
}

// policyFacts say which version this is, who set it and why.
func policyFacts(r *web.Request, p sharing.Policy) []templates.Row {
	changed := templates.Row{Label: r.T("sharing.policy.changed"), Text: r.T("sharing.policy.first")}
	if p.Version > 1 {
		changed.Text, changed.Note = r.P.Time(p.ChangedAt)+" "+p.ChangedName, p.Reason
	}
	return []templates.Row{{Label: r.T("sharing.policy.version"), Text: r.P.Number(max(p.Version, 1))}, changed}
}

func policyTerms(r *web.Request, given url.Values) templates.Facts {
	out := templates.Facts{Title: r.T("sharing.tab.terms")}
	for _, name := range termNames() {
		out.Rows = append(out.Rows, templates.Row{
			Label: r.T("sharing.policy." + name), Text: given.Get(name) + " " + r.T("sharing.policy.unit"), Note: r.T("sharing.policy." + name + ".help"),
		})
	}
	return out
}

func policyForm(r *web.Request, p sharing.Policy, given url.Values) templates.Form {
	s := templates.Section{ID: "s-terms", Title: r.T("sharing.tab.terms")}
	for _, name := range termNames() {
		s.Fields = append(s.Fields, templates.Field{
			Name: name, Kind: templates.KindCount, Label: r.T("sharing.policy." + name), Help: r.T("sharing.policy." + name + ".help"),
			Unit: r.T("sharing.policy.unit"), Required: true, Width: "short", Value: given.Get(name),
		})
	}
	s.Fields = append(s.Fields, templates.Field{
		Name: "reason", Kind: templates.KindLongText, Label: r.T("sharing.reason"), Help: r.T("sharing.policy.reason.help"), Required: true, MaxLength: 500, Value: given.Get("reason"),
	})
	version := strconv.FormatInt(p.Version, 10)
	if typed := given.Get("version"); typed != "" {
		version = typed
	}
	return templates.Form{
		ID: "terms", Action: termsPath, Guard: true, Hidden: []templates.Pair{{Name: "version", Value: version}}, Sections: []templates.Section{s},
		Acts: []templates.Act{{Text: r.T("sharing.policy.save"), Note: r.T("sharing.policy.save.note"), Kind: templates.ActPrimary, Icon: "check"}},
	}
}

// savePolicy sets the terms. A version that somebody else has changed meanwhile
// comes back with what was typed over the terms as they are now.
func (d *desk) savePolicy(r *web.Request, in idIn) (web.Response, error) {
	t := read(r.Form, nil)
	wanted := sharing.Policy{Version: in.Version, ReplyWd: t.term("reply_wd"), MediationWd: t.term("mediation_wd"), VerifyWd: t.term("verify_wd")}
	_, err := d.Sharing.SetPolicy(r.Ctx, r.By, wanted, t.text("reason"))
	switch {
	case err == nil:
		return web.Redirect{To: termsPath, Said: web.Said(r.T("sharing.said.terms"))}, nil
	case !web.ComesBack(err):
		return nil, err
	}
	p, failed := d.Sharing.Policy(r.Ctx)
	if failed != nil {
		return nil, failed
	}
	given := r.Form
	if fault.KindOf(err) == fault.Conflict {
		given.Del("version")
	}
	return d.policyPage(r, p, given, err)
}

// term reads a number of days; what is none is refused by its bounds.
func (t *typed) term(name string) int {
	n, err := strconv.Atoi(t.text(name))
	if err != nil {
		return -1
	}
	return n
}

func (d *desk) policyAPI(s *web.Server) {
	web.Operation(s, web.For(sharing.Viewers()...).With(scopeRead), op("get-sharing-terms", http.MethodGet, "/terms", "Read the terms of sharing, in working days"), d.apiPolicy)
	web.Operation(s, web.For(auth.Office).With(scopeWrite), op("set-sharing-terms", http.MethodPut, "/terms", "Set the terms of what begins from now on"), d.apiSetPolicy)
}

type sharingPolicyBody struct {
	ReplyWd     int `json:"reply_wd" doc:"For the provider's answer to a request (办法 art. 10)"`
	MediationWd int `json:"mediation_wd" doc:"For the Office's mediation (办法 art. 10)"`
	VerifyWd    int `json:"verify_wd" doc:"For the check of an objection (办法 art. 14)"`
}

type sharingPolicyOut struct {
	ETag string `header:"ETag"`
	Body struct {
		Terms   sharingPolicyBody `json:"terms"`
		Version int64             `json:"version"`
		Reason  string            `json:"reason" doc:"Of the last change"`
	}
}

func sharingPolicyAnswer(p sharing.Policy, err error) (*sharingPolicyOut, error) {
	if err != nil {
		return nil, err
	}
	out := &sharingPolicyOut{ETag: web.ETag(p.Version)}
	out.Body.Terms = sharingPolicyBody{p.ReplyWd, p.MediationWd, p.VerifyWd}
	out.Body.Version, out.Body.Reason = p.Version, p.Reason
	return out, nil
}

func (d *desk) apiPolicy(ctx context.Context, _ web.Call, _ *struct{}) (*sharingPolicyOut, error) {
	return sharingPolicyAnswer(d.Sharing.Policy(ctx))
}

type sharingSetPolicyIn struct {
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
	Body    struct {
		Terms  sharingPolicyBody `json:"terms"`
		Reason string            `json:"reason" maxLength:"500"`
	}
}

func (d *desk) apiSetPolicy(ctx context.Context, call web.Call, in *sharingSetPolicyIn) (*sharingPolicyOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	t := in.Body.Terms
	return sharingPolicyAnswer(d.Sharing.SetPolicy(ctx, call.By, sharing.Policy{
		Version: version, ReplyWd: t.ReplyWd, MediationWd: t.MediationWd, VerifyWd: t.VerifyWd,
	}, in.Body.Reason))
}
