package sharingweb

import (
	"net/url"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/sharing"
	"qingce/templates"
)

// listUses shows the ledger as the reader sees it.
func (d *desk) listUses(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	page, err := d.Sharing.ListUses(r.Ctx, r.By, l.useQuery())
	if err != nil {
		return nil, err
	}
	title := r.T("sharing.tab.uses")
	out := listPage{
		Head: templates.Head{Title: title, Lead: r.T("sharing.uses.lead"), Actions: l.act("sharing.act.fetch", usesPath+"/new", "download")},
		Tabs: l.tabs("uses"),
	}
	if page.Total > 0 || l.a.Narrowed() {
		out.Stats = []templates.Stat{
			{Label: r.T("sharing.stat.uses"), Value: r.P.Number(page.Total), Href: l.a.String()},
			{Label: r.T("sharing.calls_total"), Value: r.P.Number(page.Calls), Href: l.a.String()},
		}
		out.Filters = l.filters(l.side(), l.flag("direct"), templates.Filter{
			Name: "on", Label: r.T("sharing.used_on"), Kind: templates.FilterDate, From: l.a.Get("on.from"), To: l.a.Get("on.to"),
		})
	}
	l.fill(&out, useTable(r, l.dir, page.Rows), page.Total, "uses", out.Head.Actions...)
	return web.View{Template: "sharing/list", Title: title, Crumbs: crumbs(r.P, "uses", usesPath), Data: out}, nil
}

// useQuery is what the address asks for.
func (l lister) useQuery() sharing.UseQuery {
	t := read(l.a.Params, l.dir)
	return sharing.UseQuery{
		Side: l.sideAsked(), Department: l.department(), Entry: l.a.Get("entry"), Direct: l.a.On("direct"),
		From: t.day("on.from"), To: t.day("on.to"), Search: l.a.Get("q"), Page: l.a.Page(), Size: l.a.Size(sharing.DefaultPageSize),
	}
}

func useTable(r *web.Request, dir *inventory.Directory, rows []sharing.Use) *templates.Table {
	t := &templates.Table{ID: "uses", Caption: r.T("sharing.tab.uses"), Columns: []templates.Column{
		{Key: "used_on", Text: r.T("sharing.used_on"), Main: true},
		{Key: "entry", Text: r.T("sharing.entry"), Main: true},
		{Key: "user", Text: r.T("sharing.user")},
		{Key: "provider", Text: r.T("sharing.provider")},
		{Key: "purpose", Text: r.T("sharing.purpose")},
		{Key: "matter", Text: r.T("sharing.matter")},
		{Key: "calls", Text: r.T("sharing.calls"), Num: true, Main: true},
		{Key: "agreement", Text: r.T("sharing.agreement")},
	}}
	for _, u := range rows {
		under := templates.Cell{Text: r.T("sharing.direct")}
		if u.AgreementID != nil {
			under = templates.Cell{Text: r.T("sharing.agreement.number", "id", u.AgreementID.String()), Href: sharing.Agreement{ID: *u.AgreementID}.Address()}
		}
		t.Rows = append(t.Rows, templates.TableRow{Name: u.EntryName, Cells: []templates.Cell{
			{Text: u.UsedOn.String(), Sub: u.RecordedName}, {Text: u.EntryName, Sub: u.EntryCode}, {Text: dir.Name(u.UserID)}, {Text: dir.Name(u.ProviderID)},
			{Text: word(r.P, "purpose_word", u.Purpose)}, {Text: u.Matter}, {Text: r.P.Number(u.Calls)}, under,
		}})
	}
	return t
}

// newUse shows the form by which data that are shared with everybody are fetched.
func (d *desk) newUse(r *web.Request, in newIn) (web.Response, error) {
	given := d.entryTyped(r, in.Entry)
	given.Set("used_on", r.Today().String())
	return d.useForm(r, given, nil)
}

func (d *desk) useForm(r *web.Request, given url.Values, cause error) (web.Response, error) {
	a, title := asking(r.P, given), r.T("sharing.act.fetch")
	form := templates.Form{
		ID: "use", Action: usesPath, Guard: true,
		Sections: []templates.Section{{ID: "s-use", Fields: []templates.Field{
			a.entry(), a.choice("purpose", "purpose_word", sharing.Purposes(), true), a.Text("matter", true),
			a.Field("used_on", templates.KindDate, false), a.Field("calls", templates.KindCount, false),
		}}},
		Acts: []templates.Act{
			{Text: title, Note: r.T("sharing.act.fetch.note"), Kind: templates.ActPrimary, Icon: "download"},
			{Text: r.T("sharing.act.cancel"), Href: usesPath, Kind: templates.ActQuiet},
		},
	}
	web.Mistakes(r.P, &form, cause)
	data := formPage{Head: templates.Head{Title: title, Lead: r.T("sharing.fetch.lead")}, Form: form}
	return web.View{Template: "sharing/form", Title: title, Crumbs: crumbs(r.P, "uses", usesPath, title), Data: data, Err: cause}, nil
}

// fetch records that data were taken directly.
func (d *desk) fetch(r *web.Request, _ noInput) (web.Response, error) {
	t := read(r.Form, nil)
	taking := t.taking()
	err := t.either(func() error {
		_, err := d.Sharing.Fetch(r.Ctx, r.By, t.code("entry"), taking)
		return err
	})
	switch {
	case err != nil && web.ComesBack(err):
		return d.useForm(r, r.Form, err)
	case err != nil:
		return nil, err
	}
	return web.Redirect{To: usesPath, Said: web.Said(r.T("sharing.said.fetched"))}, nil
}

// listMisuses shows the reports of misuse that the reader sees.
func (d *desk) listMisuses(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	page, err := d.Sharing.ListMisuses(r.Ctx, r.By, l.misuseQuery())
	if err != nil {
		return nil, err
	}
	title := r.T("sharing.tab.misuses")
	out := listPage{Head: templates.Head{Title: title, Lead: r.T("sharing.misuses.lead")}, Tabs: l.tabs("misuses")}
	if page.Total > 0 || l.a.Narrowed() {
		label := func(s sharing.MisuseState) string { return r.T(string(s.Label())) }
		out.Filters = l.filters(stateFilter(l, sharing.MisuseStates(), label))
		out.Filters.Query = nil
	}
	l.fill(&out, misuseTable(r, l.dir, page.Rows), page.Total, "misuses")
	return web.View{Template: "sharing/list", Title: title, Crumbs: crumbs(r.P, "misuses", misusesPath), Data: out}, nil
}

// misuseQuery is what the address asks for.
func (l lister) misuseQuery() sharing.MisuseQuery {
	return sharing.MisuseQuery{
		States: web.Chosen(l.a, "state", sharing.MisuseStates()), User: l.department(), Page: l.a.Page(), Size: l.a.Size(sharing.DefaultPageSize),
	}
}

func misuseBadge(r *web.Request, s sharing.MisuseState) *templates.Badge {
	tones := map[sharing.MisuseState]string{sharing.MisuseReported: templates.ToneAmber, sharing.MisuseConfirmed: templates.ToneRed}
	return &templates.Badge{Text: r.T(string(s.Label())), Tone: tones[s]}
}

func misuseTable(r *web.Request, dir *inventory.Directory, rows []sharing.Misuse) *templates.Table {
	t := &templates.Table{ID: "misuses", Caption: r.T("sharing.tab.misuses"), Columns: []templates.Column{
		{Key: "entry", Text: r.T("sharing.entry"), Main: true},
		{Key: "user", Text: r.T("sharing.user"), Main: true},
		{Key: "provider", Text: r.T("sharing.provider")},
		{Key: "kind", Text: r.T("sharing.misuse_kind")},
		{Key: "found_on", Text: r.T("sharing.found_on")},
		{Key: "state", Text: r.T("sharing.state"), Main: true},
	}}
	for _, m := range rows {
		t.Rows = append(t.Rows, templates.TableRow{Name: m.EntryName, Cells: []templates.Cell{
			{Text: m.EntryName, Href: m.Address(), Sub: m.EntryCode}, {Text: dir.Name(m.UserID)}, {Text: dir.Name(m.ProviderID)},
			{Text: word(r.P, "misuse_word", m.Kind)}, {Text: m.FoundOn.String()}, {Badge: misuseBadge(r, m.State)},
		}})
	}
	return t
}

func (d *desk) showMisuse(r *web.Request, in idIn) (web.Response, error) {
	return d.misusePage(r, in.ID, web.Answer{})
}

func (d *desk) misusePage(r *web.Request, id int64, a web.Answer) (web.Response, error) {
	m, done, err := d.Sharing.FindMisuse(r.Ctx, r.By, sharing.MisuseID(id))
	if err != nil {
		return nil, err
	}
	dir, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	step := steps(r.P, m.Address(), m.Version, a)
	title := r.T("sharing.misuse.title", "id", m.ID.String(), "name", m.EntryName)
	out := recordPage{
		Head: templates.Head{Title: title, Badges: []templates.Badge{*misuseBadge(r, m.State)}}, Callouts: step.Refused(), Timeline: timeline(r.P, done),
		Facts: []templates.Facts{facts(r.T("sharing.section.misuse"),
			row(r.P, "user", dir.Name(m.UserID)), row(r.P, "provider", dir.Name(m.ProviderID)), row(r.P, "misuse_kind", word(r.P, "misuse_word", m.Kind)),
			row(r.P, "found_on", m.FoundOn.String()), longRow(r.P, "description", m.Description), longRow(r.P, "decision", m.Decision),
		)},
	}
	if m.AgreementID != nil {
		out.Head.Actions = []templates.Act{{Text: r.T("sharing.agreement"), Href: sharing.Agreement{ID: *m.AgreementID}.Address(), Icon: "file"}}
	}
	party := r.By.DepartmentID != 0 && (r.By.DepartmentID == m.UserID || r.By.DepartmentID == m.ProviderID)
	if m.State == sharing.MisuseReported && r.By.Is(auth.Office) && !party {
		ask := step.asker("decision", url.Values{})
		verdicts := []string{string(sharing.MisuseConfirmed), string(sharing.MisuseDismissed)}
		out.Steps = []templates.Step{step.Asking("decision", "check", ask.choice("state", "misuse", verdicts, true), ask.Long("decision", true))}
	}
	return web.View{Template: "sharing/record", Title: title, Crumbs: crumbs(r.P, "misuses", misusesPath, title), Data: out, Err: a.Err}, nil
}

func (d *desk) decideMisuse(r *web.Request, in idIn) (web.Response, error) {
	t := read(r.Form, nil)
	m, err := d.Sharing.DecideMisuse(r.Ctx, r.By, sharing.MisuseID(in.ID), in.Version, sharing.MisuseState(t.Get("state")), t.text("decision"))
	switch {
	case err != nil && web.ComesBack(err):
		return d.misusePage(r, in.ID, web.Answer{What: "decision", Typed: r.Form, Err: err})
	case err != nil:
		return nil, err
	}
	return web.Redirect{To: m.Address(), Said: web.Said(r.T("sharing.said.decision"))}, nil
}
