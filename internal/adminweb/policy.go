package adminweb

import (
	"errors"
	"strconv"
	"strings"

	"qingce/internal/account"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/templates"
)

// policyTerm is one number of the policy on its form.
type policyTerm struct {
	name  string
	value func(*account.Policy) *int
	gb    bool // asked in the GB mode only
}

// policyTerms are the numbers in the order of the form.
var policyTerms = []policyTerm{
	{"min_length", func(p *account.Policy) *int { return &p.MinLength }, false},
	{"classes", func(p *account.Policy) *int { return &p.Classes }, true},
	{"history", func(p *account.Policy) *int { return &p.History }, true},
	{"max_age_days", func(p *account.Policy) *int { return &p.MaxAgeDays }, true},
	{"warn_days", func(p *account.Policy) *int { return &p.WarnDays }, true},
	{"first_days", func(p *account.Policy) *int { return &p.FirstDays }, false},
	{"lock_after", func(p *account.Policy) *int { return &p.LockAfter }, false},
	{"lock_minutes", func(p *account.Policy) *int { return &p.LockMinutes }, false},
	{"idle_minutes", func(p *account.Policy) *int { return &p.IdleMinutes }, false},
	{"absolute_minutes", func(p *account.Policy) *int { return &p.AbsoluteMinutes }, false},
}

// passwordTerms is how many of them are about passwords; the others are about
// sign-ins.
const passwordTerms = 6

func (d *desk) policyForm(r *web.Request, _ struct{}) (web.Response, error) {
	policy, err := d.Accounts.Policy(r.Ctx)
	if err != nil {
		return nil, err
	}
	values := map[string]string{"mode": string(policy.Mode), "version": strconv.FormatInt(policy.Version, 10)}
	for _, term := range policyTerms {
		values[term.name] = strconv.Itoa(*term.value(&policy))
	}
	return policyView(r, func(name string) string { return values[name] }, nil), nil
}

func policyView(r *web.Request, value func(name string) string, wrong error) web.View {
	mode := templates.Field{Name: "mode", Kind: templates.KindEnum, Label: r.T("account.policy.mode"), Required: true, Value: value("mode"), Options: []templates.Option{
		{Value: string(account.ModeGB), Text: r.T("account.policy.mode.gb"), Help: r.T("admin.policy.gb.help")},
		{Value: string(account.ModeASVS), Text: r.T("account.policy.mode.asvs"), Help: r.T("admin.policy.asvs.help")},
	}}
	var fields []templates.Field
	for _, term := range policyTerms {
		f := templates.Field{Name: term.name, Kind: templates.KindCount, Label: r.T("account.policy." + term.name), Help: r.T("admin.policy.help." + term.name), Required: true, Value: value(term.name)}
		if term.gb {
			f.ShownWhen, f.Hidden = "mode="+string(account.ModeGB), value("mode") == string(account.ModeASVS)
		}
		fields = append(fields, f)
	}
	reason := templates.Field{Name: "reason", Kind: templates.KindLongText, Label: r.T("account.reason"), Help: r.T("admin.reason.help"), Value: value("reason"), MaxLength: 500}
	form := templates.Form{
		Action: "/settings/password-policy", Guard: true, Hidden: []templates.Pair{{Name: "version", Value: value("version")}},
		Sections: []templates.Section{
			{ID: "s-mode", Title: r.T("account.policy.mode"), Lead: r.T("admin.policy.conflict"), Fields: []templates.Field{mode}},
			{ID: "s-password", Title: r.T("admin.policy.passwords"), Fields: fields[:passwordTerms]},
			{ID: "s-sign-in", Title: r.T("admin.policy.sign_ins"), Fields: append(fields[passwordTerms:], reason)},
		},
		Acts: []templates.Act{{Text: r.T("admin.policy.save"), Kind: templates.ActPrimary, Note: r.T("admin.policy.save.next")}},
	}
	web.Mistakes(r.P, &form, wrong)
	title := r.T("account.policy")
	return web.View{
		Template: "admin/form", Title: title, Err: wrong, Data: FormPage{Head: templates.Head{Title: title, Lead: r.T("admin.policy.lead")}, Form: form},
		Crumbs: crumbs(r, templates.Crumb{Text: title}),
	}
}

func (d *desk) setPolicy(r *web.Request, _ struct{}) (web.Response, error) {
	policy, err := readPolicy(r)
	if err == nil {
		_, err = d.Accounts.SetPolicy(r.Ctx, r.By, policy, strings.TrimSpace(r.Form.Get("reason")))
	}
	switch {
	case err == nil:
		return web.Redirect{To: "/settings/password-policy", Said: web.Said(r.T("admin.policy.saved"))}, nil
	case errors.Is(err, store.ErrStale):
		return d.policyStale(r, err)
	}
	return comesBack(policyView(r, r.Form.Get, err), err)
}

// policyStale keeps what was typed, against the version that holds now.
func (d *desk) policyStale(r *web.Request, err error) (web.Response, error) {
	now, perr := d.Accounts.Policy(r.Ctx)
	if perr != nil {
		return nil, perr
	}
	r.Form.Set("version", strconv.FormatInt(now.Version, 10))
	view := policyView(r, r.Form.Get, err)
	page, _ := view.Data.(FormPage)
	for s := range page.Form.Sections {
		for i := range page.Form.Sections[s].Fields {
			f := &page.Form.Sections[s].Fields[i]
			for _, term := range policyTerms {
				if value := strconv.Itoa(*term.value(&now)); term.name == f.Name && value != f.Value {
					f.Was = value
				}
			}
		}
	}
	view.Data = page
	return view, nil
}

// readPolicy reads the form. What the mode does not ask has the value that the
// mode begins with.
func readPolicy(r *web.Request) (account.Policy, error) {
	p := account.DefaultPolicy(account.PolicyMode(r.Form.Get("mode")))
	p.Mode = account.PolicyMode(r.Form.Get("mode"))
	p.Version, _ = strconv.ParseInt(r.Form.Get("version"), 10, 64) // another version is stale
	var wrong []fault.Field
	for _, term := range policyTerms {
		if term.gb && p.Mode == account.ModeASVS {
			continue
		}
		label, text := fault.Label("account.policy."+term.name), r.Form.Get(term.name)
		n, _, err := input.Count(text)
		switch {
		case strings.TrimSpace(text) == "":
			wrong = append(wrong, fault.At(term.name, "err.required", "field", label))
		case err != nil:
			wrong = append(wrong, fault.At(term.name, input.Code(err), "field", label, "value", text))
		default:
			*term.value(&p) = int(min(n, tooMany))
		}
	}
	return p, fault.Refuse(wrong)
}

// tooMany is more than any number of the policy may be.
const tooMany = 1_000_000
