package sharingweb

import (
	"net/url"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/sharing"
	"qingce/templates"
)

// listAgreements shows the agreements that the reader sees.
func (d *desk) listAgreements(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	page, err := d.Sharing.ListAgreements(r.Ctx, r.By, l.agreementQuery())
	if err != nil {
		return nil, err
	}
	title := r.T("sharing.tab.agreements")
	out := listPage{Head: templates.Head{Title: title, Lead: r.T("sharing.agreements.lead")}, Tabs: l.tabs("agreements")}
	if page.Total > 0 || l.a.Narrowed() {
		label := func(s sharing.AgreementState) string { return r.T(string(s.Label())) }
		out.Filters = l.filters(stateFilter(l, sharing.AgreementStates(), label), l.side())
	}
	l.fill(&out, agreementTable(r, l.dir, page.Rows), page.Total, "agreements")
	return web.View{Template: "sharing/list", Title: title, Crumbs: crumbs(r.P, "agreements", agreementsPath), Data: out}, nil
}

// agreementQuery is what the address asks for.
func (l lister) agreementQuery() sharing.AgreementQuery {
	return sharing.AgreementQuery{
		States: web.Chosen(l.a, "state", sharing.AgreementStates()), Side: l.sideAsked(), Department: l.department(),
		Entry: l.a.Get("entry"), Search: l.a.Get("q"), Page: l.a.Page(), Size: l.a.Size(sharing.DefaultPageSize),
	}
}

func agreementTable(r *web.Request, dir *inventory.Directory, rows []sharing.Agreement) *templates.Table {
	t := &templates.Table{ID: "agreements", Caption: r.T("sharing.tab.agreements"), Columns: []templates.Column{
		{Key: "entry", Text: r.T("sharing.entry"), Main: true},
		{Key: "user", Text: r.T("sharing.user")},
		{Key: "provider", Text: r.T("sharing.provider")},
		{Key: "state", Text: r.T("sharing.state"), Main: true},
		{Key: "valid", Text: r.T("sharing.valid"), Main: true},
		{Key: "method", Text: r.T("sharing.method")},
		{Key: "purposes", Text: r.T("sharing.purposes")},
		{Key: "calls", Text: r.T("sharing.calls_total"), Num: true},
	}}
	for _, a := range rows {
		t.Rows = append(t.Rows, templates.TableRow{Name: a.EntryName, Cells: []templates.Cell{
			{Text: a.EntryName, Href: a.Address(), Sub: r.T("sharing.agreement.no", "id", a.ID.String(), "code", a.EntryCode)},
			{Text: dir.Name(a.UserID)}, {Text: dir.Name(a.ProviderID)}, {Badge: agreementBadge(r, a)}, {Text: validText(r, a)},
			{Text: word(r.P, "method_word", a.Method)}, {Text: words(r.P, "purpose_word", a.Purposes)}, {Text: r.P.Number(a.Calls)},
		}})
	}
	return t
}

// agreementBadge is the state of an agreement; one whose first day is still to
// come says so.
func agreementBadge(r *web.Request, a sharing.Agreement) *templates.Badge {
	tones := map[sharing.AgreementState]string{
		sharing.AgreementActive: templates.ToneGreen, sharing.AgreementSuspended: templates.ToneAmber, sharing.AgreementRevoked: templates.ToneRed,
	}
	if a.State == sharing.AgreementActive && r.Today().Before(a.ValidFrom) {
		return &templates.Badge{Text: r.T("sharing.agreement.coming"), Tone: templates.ToneBlue}
	}
	return &templates.Badge{Text: r.T(string(a.State.Label())), Tone: tones[a.State]}
}

func validText(r *web.Request, a sharing.Agreement) string {
	if a.ValidTo.IsZero() {
		return r.T("sharing.valid.open", "from", a.ValidFrom)
	}
	return r.T("sharing.valid.span", "from", a.ValidFrom, "to", a.ValidTo)
}

func (d *desk) showAgreement(r *web.Request, in idIn) (web.Response, error) {
	return d.agreementPage(r, in.ID, web.Answer{})
}

func (d *desk) agreementPage(r *web.Request, id int64, a web.Answer) (web.Response, error) {
	f, err := d.Sharing.FindAgreement(r.Ctx, r.By, sharing.AgreementID(id))
	if err != nil {
		return nil, err
	}
	dir, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := agreementView{
		r: r, AgreementFile: f, dir: dir,
		stepper: steps(r.P, f.Agreement.Address(), f.Agreement.Version, a),
	}
	title := r.T("sharing.agreement.title", "id", f.Agreement.ID.String(), "name", f.Agreement.EntryName)
	return web.View{
		Template: "sharing/record", Title: title, Crumbs: crumbs(r.P, "agreements", agreementsPath, title), Data: v.page(title), Err: a.Err,
	}, nil
}

// agreementView turns an agreement into the data of its page.
type agreementView struct {
	stepper
	sharing.AgreementFile
	r   *web.Request
	dir *inventory.Directory
}

func (v agreementView) page(title string) recordPage {
	a := v.Agreement
	out := recordPage{
		Head: templates.Head{
			Title: title, Badges: []templates.Badge{*agreementBadge(v.r, a)},
			Facts: []templates.Row{
				{Label: v.P.T("sharing.user"), Text: v.dir.Name(a.UserID)}, {Label: v.P.T("sharing.provider"), Text: v.dir.Name(a.ProviderID)},
				{Label: v.P.T("sharing.valid"), Text: validText(v.r, a)},
			},
		},
		Callouts: append(v.Refused(), templates.Callout{Kind: "info", Title: v.P.T("sharing.told.limits"), Text: v.P.T("sharing.told.limits.text")}),
		Steps:    v.steps(), Facts: []templates.Facts{v.terms()}, Timeline: timeline(v.P, v.AgreementFile.Steps),
	}
	if a.State != sharing.AgreementActive && a.StateReason != "" {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "warning", Title: v.P.T(string(a.State.Label())), Text: a.StateReason})
	}
	if len(v.Misuses) > 0 {
		out.Tables = append(out.Tables, titledTable{Title: v.P.T("sharing.tab.misuses"), Table: misuseTable(v.r, v.dir, v.Misuses)})
	}
	if len(v.Uses) > 0 {
		out.Tables = append(out.Tables, titledTable{
			Title: v.P.T("sharing.tab.uses"), Note: v.P.T("sharing.uses.shown", "n", v.P.Number(v.UseCount)), Table: useTable(v.r, v.dir, v.Uses),
		})
	}
	return out
}

func (v agreementView) terms() templates.Facts {
	a := v.Agreement
	items := v.P.T("sharing.items.all")
	if len(a.Items) > 0 {
		items = v.P.Join(a.Items)
	}
	quota := ""
	if a.Quota != nil {
		quota = v.P.Number(*a.Quota)
	}
	return facts(v.P.T("sharing.section.terms"),
		templates.Row{Label: v.P.T("sharing.entry"), Text: a.EntryName, Note: a.EntryCode},
		longRow(v.P, "items", items),
		templates.Row{Label: v.P.T("sharing.scope"), Text: word(v.P, "scope_word", a.Scope), Note: a.ScopeNote},
		templates.Row{Label: v.P.T("sharing.purposes"), Text: words(v.P, "purpose_word", a.Purposes), Note: a.PurposeNote},
		templates.Row{Label: v.P.T("sharing.method"), Text: word(v.P, "method_word", a.Method), Note: a.MethodNote},
		row(v.P, "quota", quota),
		templates.Row{Label: v.P.T("sharing.calls_total"), Text: v.P.Number(a.Calls), Note: lastUsed(v.r, a)},
		templates.Row{Label: v.P.T("sharing.request"), Text: v.P.T("sharing.request.number", "id", a.RequestID.String()), Href: sharing.Request{ID: a.RequestID}.Address()},
	)
}

func lastUsed(r *web.Request, a sharing.Agreement) string {
	if a.LastUsedOn.IsZero() {
		return ""
	}
	return r.T("sharing.last_used", "date", a.LastUsedOn)
}

func (v agreementView) steps() []templates.Step {
	a, by := v.Agreement, v.r.By
	var out []templates.Step
	if by.Is(sharing.Writers()...) && v.dir.Covers(by.Own(), a.UserID) && a.Covers(v.r.Today()) {
		ask := v.asker("uses", url.Values{"purpose": first(a.Purposes), "used_on": {v.r.Today().String()}})
		out = append(out, v.Asking("uses", "plus",
			ask.Field("used_on", templates.KindDate, false), ask.choice("purpose", "purpose_word", a.Purposes, true), ask.Text("matter", true),
			ask.Field("calls", templates.KindCount, false)))
	}
	if halts := v.halts(); len(halts) > 0 {
		ask := v.asker("halt", url.Values{})
		step := v.Asking("halt", "lock", ask.choice("halt", "halt_word", halts, true), ask.Long("reason", true))
		out = append(out, step)
	}
	provider := v.dir.Covers(by.Own(), a.ProviderID) && by.Is(sharing.Heads()...)
	if provider || by.Is(auth.Office, auth.Centre, auth.Auditor) {
		ask := v.asker("misuses", url.Values{"found_on": {v.r.Today().String()}})
		step := v.Asking("misuses", "kind-warning",
			ask.choice("misuse_kind", "misuse_word", sharing.MisuseKinds(), true), ask.Field("found_on", templates.KindDate, false), ask.Long("description", true))
		step.Danger = true
		out = append(out, step)
	}
	return out
}

func first(all []string) []string {
	if len(all) == 0 {
		return nil
	}
	return all[:1]
}

// halts are the ways in which the reader may stop the agreement, or go on with it.
func (v agreementView) halts() []string {
	a, by := v.Agreement, v.r.By
	provider := v.dir.Covers(by.Own(), a.ProviderID) && by.Is(sharing.Heads()...)
	var out []string
	for _, h := range sharing.Halts() {
		if h.Fits(a.State) && (provider || by.Is(auth.Office) || h != sharing.Revoke && by.Is(auth.Centre)) {
			out = append(out, string(h))
		}
	}
	return out
}

func (d *desk) agreed(r *web.Request, id int64, what string, err error) (web.Response, error) {
	switch {
	case err == nil:
		return web.Redirect{To: sharing.Agreement{ID: sharing.AgreementID(id)}.Address(), Said: web.Said(r.T("sharing.said." + what))}, nil
	case web.ComesBack(err):
		return d.agreementPage(r, id, web.Answer{What: what, Typed: r.Form, Err: err})
	}
	return nil, err
}

func (d *desk) haltAgreement(r *web.Request, in idIn) (web.Response, error) {
	t := read(r.Form, nil)
	_, err := d.Sharing.HaltAgreement(r.Ctx, r.By, sharing.AgreementID(in.ID), in.Version, sharing.Halt(t.Get("halt")), t.text("reason"))
	return d.agreed(r, in.ID, "halt", err)
}

func (d *desk) recordUse(r *web.Request, in idIn) (web.Response, error) {
	t := read(r.Form, nil)
	taking := t.taking()
	err := t.either(func() error {
		_, err := d.Sharing.RecordUse(r.Ctx, r.By, sharing.AgreementID(in.ID), taking)
		return err
	})
	return d.agreed(r, in.ID, "uses", err)
}

func (d *desk) reportMisuse(r *web.Request, in idIn) (web.Response, error) {
	t := read(r.Form, nil)
	finding := sharing.Finding{Kind: t.Get("misuse_kind"), FoundOn: t.day("found_on"), Description: t.text("description")}
	err := t.either(func() error {
		_, err := d.Sharing.ReportMisuse(r.Ctx, r.By, sharing.AgreementID(in.ID), finding)
		return err
	})
	return d.agreed(r, in.ID, "misuses", err)
}
