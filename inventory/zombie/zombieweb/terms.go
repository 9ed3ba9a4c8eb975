package zombieweb

import (
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
	"qingce/templates"
)

const termsPath = zombiesPath + "/terms"

func (d *desk) mountTerms(s *web.Server) {
	office := s.Group(web.For(auth.Office))
	web.Get(office, termsPath, d.editTerms)
	web.Post(office, termsPath, d.setTerms)
}

// termsFacts says how long the steps of a case may take: the answer by the policy
// of detection, the clean-up by the terms of cases.
func (d *desk) termsFacts(r *web.Request, now zombie.Policy) (templates.Facts, error) {
	t, err := d.Cases.Terms(r.Ctx, r.By)
	if err != nil {
		return templates.Facts{}, err
	}
	by := t.CleanBy.String()
	if t.CleanBy.IsZero() {
		by = r.T("cleanup.terms.no_day")
	}
	out := templates.Facts{Title: r.T("cleanup.terms"), Rows: []templates.Row{
		{Label: r.T("zombie.number.answer_days"), Text: r.T("cleanup.terms.wd", "n", now.Numbers.AnswerDays), Note: r.T("cleanup.terms.answer")},
		{Label: r.T("cleanup.terms.clean_by"), Text: by, Note: r.T("cleanup.terms.clean_by.help")},
		{Label: r.T("cleanup.terms.clean_wd"), Text: r.T("cleanup.terms.wd", "n", t.CleanWd), Note: r.T("cleanup.terms.clean_wd.help")},
	}}
	if t.ChangedBy != 0 {
		out.Rows = append(out.Rows, templates.Row{Label: r.T("cleanup.terms.changed"), Text: t.ChangedName + " " + r.P.Time(t.ChangedAt), Note: t.Reason})
	}
	return out, nil
}

// termsIn is what somebody types for the terms of cases.
type termsIn struct {
	Version int64  `form:"version"`
	CleanBy string `form:"clean_by"`
	CleanWd string `form:"clean_wd"`
	Reason  string `form:"reason"`
}

func (d *desk) editTerms(r *web.Request, _ struct{}) (web.Response, error) {
	t, err := d.Cases.Terms(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	return termsView(r, termsIn{Version: t.Version, CleanBy: t.CleanBy.String(), CleanWd: strconv.Itoa(t.CleanWd)}, nil), nil
}

func termsView(r *web.Request, in termsIn, wrong error) web.View {
	title := r.T("cleanup.terms.set")
	page := policyFormPage{Head: templates.Head{Title: title, Lead: r.T("cleanup.terms.lead")}, Form: templates.Form{
		Action: termsPath, Guard: true, Hidden: []templates.Pair{{Name: "version", Value: strconv.FormatInt(in.Version, 10)}},
		Sections: []templates.Section{{ID: "s-terms", Title: r.T("cleanup.terms"), Fields: []templates.Field{
			{Name: "clean_by", Kind: templates.KindDate, Label: r.T("cleanup.terms.clean_by"), Value: in.CleanBy, Width: "short", Help: r.T("cleanup.terms.clean_by.help")},
			{Name: "clean_wd", Label: r.T("cleanup.terms.clean_wd"), Required: true, Value: in.CleanWd, Width: "short", Unit: r.T("zombie.unit.working_days"), Help: r.T("cleanup.terms.clean_wd.help")},
			{Name: "reason", Label: r.T("zombie.policy.reason"), Required: true, Value: in.Reason, MaxLength: 500},
		}}},
		Acts: []templates.Act{
			{Text: r.T("cleanup.terms.save"), Kind: templates.ActPrimary, Note: r.T("cleanup.terms.save.note")},
			{Text: r.T("zombie.cancel"), Href: policyPath, Kind: templates.ActQuiet},
		},
	}}
	web.Mistakes(r.P, &page.Form, wrong)
	return web.View{Template: "zombie/policy_form", Title: title, Data: page, Err: wrong, Crumbs: policyCrumbs(r, templates.Crumb{Text: title})}
}

// read reads the terms; what cannot be read is said at its field.
func (in termsIn) read() (cleanup.Terms, error) {
	t := cleanup.Terms{Version: in.Version}
	var wrong []fault.Field
	var err error
	if text := strings.TrimSpace(in.CleanBy); text != "" {
		if t.CleanBy, err = calendar.ParseDate(text); err != nil {
			wrong = append(wrong, fault.At("clean_by", "zombie.err.date", "value", text))
		}
	}
	if t.CleanWd, err = strconv.Atoi(strings.TrimSpace(in.CleanWd)); err != nil {
		wrong = append(wrong, fault.At("clean_wd", "zombie.err.number_read", "field", fault.Label("cleanup.terms.clean_wd"), "value", in.CleanWd))
	}
	return t, fault.Refuse(wrong)
}

func (d *desk) setTerms(r *web.Request, in termsIn) (web.Response, error) {
	t, err := in.read()
	if err == nil {
		_, err = d.Cases.SetTerms(r.Ctx, r.By, t, in.Reason)
	}
	switch {
	case err == nil:
		return web.Redirect{To: policyPath, Said: web.Said(r.T("cleanup.terms.said"))}, nil
	case fault.KindOf(err) == fault.Invalid:
		return termsView(r, in, err), nil
	}
	return nil, err
}
