package hubweb

import (
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory/hub"
	"qingce/templates"
)

// policyForm is the form of the terms, as it was typed.
type policyForm struct {
	Version        int64  `form:"version"`
	SilenceDays    string `form:"silence_days"`
	StableDays     string `form:"stable_days"`
	DeferMonths    string `form:"defer_months"`
	ExemptMonths   string `form:"exempt_months"`
	WindowDays     string `form:"window_days"`
	FailurePercent string `form:"failure_percent"`
	ConnectBy      string `form:"connect_by"`
	Reason         string `form:"reason"`
}

func policyTyped(p hub.Policy) policyForm {
	return policyForm{
		p.Version, strconv.Itoa(p.SilenceDays), strconv.Itoa(p.StableDays), strconv.Itoa(p.DeferMonths), strconv.Itoa(p.ExemptMonths),
		strconv.Itoa(p.WindowDays), strconv.Itoa(p.FailurePercent), p.ConnectBy.String(), "",
	}
}

// showPolicy shows the terms, to those who may as a form.
func (d *desk) showPolicy(r *web.Request, _ struct{}) (web.Response, error) {
	p, err := d.Hub.Policy(r.Ctx)
	if err != nil {
		return nil, err
	}
	return d.policyView(r, policyTyped(p), nil)
}

func (d *desk) policyView(r *web.Request, in policyForm, cause error) (web.Response, error) {
	p, err := d.Hub.Policy(r.Ctx)
	if err != nil {
		return nil, err
	}
	title := r.T("hub.policy")
	data := tablesPage{Head: templates.Head{Title: title, Lead: r.T("hub.policy.lead")}, Tabs: tabs(r.P, r.By, policyPath)}
	changed := templates.Row{Label: r.T("hub.policy.changed"), Text: r.T("hub.policy.first")}
	if p.Version > 1 {
		changed.Text, changed.Note = r.P.Time(p.ChangedAt)+" "+p.ChangedName, p.Reason
	}
	data.Head.Facts = []templates.Row{{Label: r.T("hub.policy.version"), Text: strconv.FormatInt(p.Version, 10)}, changed}
	if r.By.Is(auth.Office, auth.Centre) {
		f := policyFields(r, in)
		web.Mistakes(r.P, &f, cause)
		data.Form = &f
	} else {
		data.Blocks = []tableBlock{{ID: "terms", Table: policyTable(r, in)}}
	}
	return web.View{Template: "hub/tables", Title: title, Crumbs: crumbs(r.P, crumb(title, policyPath)), Data: data, Err: cause}, nil
}

// terms are the settings in order, with what was typed and their unit.
func (in policyForm) terms() []struct{ name, value, unit string } {
	return []struct{ name, value, unit string }{
		{"silence_days", in.SilenceDays, "day"}, {"stable_days", in.StableDays, "day"}, {"defer_months", in.DeferMonths, "month"},
		{"exempt_months", in.ExemptMonths, "month"}, {"window_days", in.WindowDays, "day"}, {"failure_percent", in.FailurePercent, "percent"},
	}
}

func policyFields(r *web.Request, in policyForm) templates.Form {
	s := templates.Section{ID: "s-policy", Title: r.T("hub.policy")}
	for _, t := range in.terms() {
		s.Fields = append(s.Fields, templates.Field{
			Name: t.name, Kind: templates.KindCount, Label: r.T("hub.policy." + t.name), Help: r.T("hub.policy." + t.name + ".help"), Unit: r.T("hub.unit." + t.unit),
			Required: true, Width: "short", Value: t.value,
		})
	}
	s.Fields = append(s.Fields,
		templates.Field{Name: "connect_by", Kind: templates.KindDate, Label: r.T("hub.policy.connect_by"), Help: r.T("hub.policy.connect_by.help"), Required: true, Width: "short", Value: in.ConnectBy},
		templates.Field{Name: "reason", Kind: templates.KindLongText, Label: r.T("hub.field.reason"), Help: r.T("hub.field.policy_reason.help"), Required: true, MaxLength: 500, Value: in.Reason},
	)
	return templates.Form{
		Action: policyPath, Guard: true, Hidden: []templates.Pair{versionPair(in.Version)}, Sections: []templates.Section{s},
		Acts: []templates.Act{{Text: r.T("hub.save"), Kind: templates.ActPrimary, Icon: "check", Note: r.T("hub.policy.save.note")}},
	}
}

func policyTable(r *web.Request, in policyForm) *templates.Table {
	t := &templates.Table{Caption: r.T("hub.policy"), Columns: []templates.Column{{Text: r.T("hub.policy.term"), Main: true}, {Text: r.T("hub.policy.value"), Main: true}}}
	for _, one := range in.terms() {
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: r.T("hub.policy." + one.name), Sub: r.T("hub.policy." + one.name + ".help")}, {Text: one.value + " " + r.T("hub.unit."+one.unit)},
		}})
	}
	t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{{Text: r.T("hub.policy.connect_by")}, {Text: in.ConnectBy}}})
	return t
}

// savePolicy sets the terms.
func (d *desk) savePolicy(r *web.Request, in policyForm) (web.Response, error) {
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			return -1 // is refused by its bounds
		}
		return n
	}
	p := hub.Policy{
		Version: in.Version, SilenceDays: number(in.SilenceDays), StableDays: number(in.StableDays), DeferMonths: number(in.DeferMonths),
		ExemptMonths: number(in.ExemptMonths), WindowDays: number(in.WindowDays), FailurePercent: number(in.FailurePercent),
	}
	var err error
	if p.ConnectBy, err = readDay("connect_by", in.ConnectBy); err == nil {
		_, err = d.Hub.SetPolicy(r.Ctx, r.By, p, in.Reason)
	}
	if comesBack(err) {
		return d.policyView(r, in, err)
	}
	if err != nil {
		return nil, err
	}
	return done(r, policyPath, "hub.policy.saved")
}
