package rectificationweb

import (
	"net/url"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/web"
	"qingce/scoring/rectification"
	"qingce/templates"
)

// policyPage is the data of rectification/policy.
type policyPage struct {
	Head  templates.Head
	Tabs  templates.Tabs
	Facts templates.Facts
	Form  *templates.Form
}

func (d *desk) policy(r *web.Request, _ noInput) (web.Response, error) {
	return d.policyForm(r, nil, nil)
}

// policyForm shows the term that holds, to the Office with the form to change
// it.
func (d *desk) policyForm(r *web.Request, given url.Values, cause error) (web.Response, error) {
	p, err := d.Desk.Policy(r.Ctx)
	if err != nil {
		return nil, err
	}
	title := r.T("rectify.policy")
	page := policyPage{Head: templates.Head{Title: title, Lead: r.T("rectify.policy.lead")}, Tabs: tabs(r, "policy"), Facts: templates.Facts{
		Title: r.T("rectify.policy.now"), Rows: []templates.Row{{Label: r.T("rectify.term_wd"), Text: r.P.Number(int64(p.TermWd))}},
	}}
	if p.Version > 0 {
		page.Facts.Rows = append(page.Facts.Rows,
			templates.Row{Label: r.T("rectify.policy.changed"), Text: r.T("rectify.by", "at", r.P.Time(p.ChangedAt), "name", p.ChangedName)},
			templates.Row{Label: r.T("rectify.reason"), Text: p.Reason})
	}
	if r.By.Is(auth.Office) && !r.By.Console() {
		if given == nil {
			given = url.Values{"term_wd": {strconv.Itoa(p.TermWd)}}
		}
		a := asking(r.P, given)
		page.Form = &templates.Form{
			ID: "policy", Action: policyPath, Guard: true, Hidden: []templates.Pair{{Name: "version", Value: strconv.FormatInt(p.Version, 10)}},
			Sections: []templates.Section{{ID: "s-policy", Title: r.T("rectify.policy.change"), Fields: []templates.Field{
				a.Field("term_wd", templates.KindCount, true), a.long("reason", true),
			}}},
			Acts: []templates.Act{{Text: r.T("rectify.act.policy"), Note: r.T("rectify.act.policy.note"), Kind: templates.ActPrimary, Icon: "check"}},
		}
		web.Mistakes(r.P, page.Form, cause)
	}
	return web.View{Template: "rectification/policy", Title: title, Crumbs: crumbs(r.P, title), Data: page, Err: cause}, nil
}

func (d *desk) setPolicy(r *web.Request, in idIn) (web.Response, error) {
	days, wrong := countTyped(r.Form, "term_wd")
	err := fault.Refuse(wrong)
	if err == nil {
		_, err = d.Desk.SetPolicy(r.Ctx, r.By, rectification.Policy{Version: in.Version, TermWd: int(days)}, input.Lines(r.Form.Get("reason")))
	}
	switch {
	case err == nil:
		return web.Redirect{To: policyPath, Said: web.Said(r.T("rectify.said.policy"))}, nil
	case web.ComesBack(err):
		return d.policyForm(r, r.Form, err)
	}
	return nil, err
}
