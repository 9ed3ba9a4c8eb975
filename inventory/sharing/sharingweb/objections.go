package sharingweb

import (
	"net/url"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/sharing"
	"qingce/templates"
)

// listObjections shows the objections that the reader sees, what is due first
// first.
func (d *desk) listObjections(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	page, err := d.Sharing.ListObjections(r.Ctx, r.By, l.objectionQuery())
	if err != nil {
		return nil, err
	}
	title := r.T("menu.objection")
	out := listPage{
		Head: templates.Head{Title: title, Lead: r.T("sharing.objections.lead"), Actions: l.act("sharing.act.new_objection", objectionsPath+"/new", "plus")},
		Tabs: l.tabs("objections"),
	}
	if page.Total > 0 || l.a.Narrowed() {
		label := func(s sharing.ObjectionState) string { return r.T(string(s.Label())) }
		out.Filters = l.filters(stateFilter(l, sharing.ObjectionStates(), label), l.side(), l.flag("waiting"), l.flag("overdue"))
	}
	l.fill(&out, objectionTable(r, l, page.Rows), page.Total, "objections", out.Head.Actions...)
	return web.View{Template: "sharing/list", Title: title, Crumbs: crumbs(r.P, "objections", objectionsPath), Data: out}, nil
}

// objectionQuery is what the address asks for.
func (l lister) objectionQuery() sharing.ObjectionQuery {
	return sharing.ObjectionQuery{
		States: web.Chosen(l.a, "state", sharing.ObjectionStates()), Side: l.sideAsked(), Department: l.department(), Entry: l.a.Get("entry"),
		Search: l.a.Get("q"), Overdue: l.a.On("overdue"), Waiting: l.a.On("waiting"), Page: l.a.Page(), Size: l.a.Size(sharing.DefaultPageSize),
	}
}

func objectionTable(r *web.Request, l lister, rows []sharing.ObjectionRow) *templates.Table {
	t := &templates.Table{ID: "objections", Caption: r.T("menu.objection"), Columns: []templates.Column{
		{Key: "entry", Text: r.T("sharing.entry"), Main: true},
		{Key: "kind", Text: r.T("sharing.objection_kind")},
		{Key: "user", Text: r.T("sharing.raised_by")},
		{Key: "provider", Text: r.T("sharing.provider"), Main: true},
		{Key: "state", Text: r.T("sharing.state"), Main: true},
		{Key: "turn", Text: r.T("sharing.turn"), Main: true},
		{Key: "due", Text: r.T("sharing.due"), Main: true},
	}}
	for _, o := range rows {
		waiting := ""
		if o.CitizenCase {
			waiting = r.T("sharing.citizen_case.short")
		}
		line := templates.TableRow{Name: o.EntryName, Cells: []templates.Cell{
			{Text: o.EntryName, Href: o.Address(), Sub: r.T("sharing.objection.no", "id", o.Objection.ID.String(), "code", o.EntryCode)},
			{Text: word(r.P, "objection_word", o.Kind), Sub: waiting}, {Text: l.name(o.UserID)}, {Text: l.name(o.ProviderID)},
			{Badge: objectionBadge(r, o.State)}, {Text: turnText(r.P, o.State.Turn(), l.name(o.ProviderID))}, dueCell(r, o.Clock),
		}}
		if o.Clock != nil && o.Clock.Overdue {
			line.Tone = templates.ToneRed
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

func objectionBadge(r *web.Request, s sharing.ObjectionState) *templates.Badge {
	tones := map[sharing.ObjectionState]string{
		sharing.ObjectionRaised: templates.ToneBlue, sharing.ObjectionChecking: templates.ToneBlue, sharing.ObjectionCorrecting: templates.ToneAmber,
		sharing.ObjectionCorrected: templates.ToneGreen, sharing.ObjectionConfirmed: templates.ToneGreen, sharing.ObjectionUnverifiable: templates.ToneRed,
	}
	return &templates.Badge{Text: r.T(string(s.Label())), Tone: tones[s]}
}

func (d *desk) newObjection(r *web.Request, in newIn) (web.Response, error) {
	return d.objectionForm(r, d.entryTyped(r, in.Entry), nil)
}

func (d *desk) objectionForm(r *web.Request, given url.Values, cause error) (web.Response, error) {
	a, title := asking(r.P, given), r.T("sharing.act.new_objection")
	usual := a.Field("as_usual", templates.KindMulti, true)
	usual.Options = []templates.Option{{Value: "true", Text: r.T("sharing.as_usual.yes"), Chosen: given.Get("as_usual") == "true"}}
	form := templates.Form{
		ID: "objection", Action: objectionsPath, Guard: true,
		Sections: []templates.Section{
			{ID: "s-what", Title: r.T("sharing.section.objection"), Fields: []templates.Field{
				a.entry(), a.Text("record_ref", false), a.choice("objection_kind", "objection_word", sharing.ObjectionKinds(), true), a.Long("description", true),
			}},
			{ID: "s-case", Title: r.T("sharing.section.case"), Fields: []templates.Field{
				a.Field("citizen_case", templates.KindBool, true), a.when(usual, "citizen_case", "true"),
				a.when(a.Long("as_usual_note", true), "citizen_case", "true"),
			}},
		},
		Acts: []templates.Act{
			{Text: r.T("sharing.act.raise"), Note: r.T("sharing.act.raise.note"), Kind: templates.ActPrimary, Icon: "send"},
			{Text: r.T("sharing.act.cancel"), Href: objectionsPath, Kind: templates.ActQuiet},
		},
	}
	web.Mistakes(r.P, &form, cause)
	data := formPage{Head: templates.Head{Title: title, Lead: r.T("sharing.objection.form.lead")}, Form: form}
	return web.View{Template: "sharing/form", Title: title, Crumbs: crumbs(r.P, "objections", objectionsPath, title), Data: data, Err: cause}, nil
}

func (d *desk) raise(r *web.Request, _ noInput) (web.Response, error) {
	o, err := d.Sharing.Raise(r.Ctx, r.By, read(r.Form, nil).doubt())
	switch {
	case err != nil && web.ComesBack(err):
		return d.objectionForm(r, r.Form, err)
	case err != nil:
		return nil, err
	}
	return web.Redirect{To: o.Address(), Said: web.Said(r.T("sharing.said.raise"))}, nil
}

func (d *desk) showObjection(r *web.Request, in idIn) (web.Response, error) {
	return d.objectionPage(r, in.ID, web.Answer{})
}

func (d *desk) objectionPage(r *web.Request, id int64, a web.Answer) (web.Response, error) {
	f, err := d.Sharing.FindObjection(r.Ctx, r.By, sharing.ObjectionID(id))
	if err != nil {
		return nil, err
	}
	dir, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := objectionView{
		r: r, ObjectionFile: f, dir: dir,
		stepper: steps(r.P, f.Objection.Address(), f.Objection.Version, a),
	}
	title := r.T("sharing.objection.title", "id", f.Objection.ID.String(), "name", f.Objection.EntryName)
	return web.View{
		Template: "sharing/record", Title: title, Crumbs: crumbs(r.P, "objections", objectionsPath, title), Data: v.page(title), Err: a.Err,
	}, nil
}

// objectionView turns an objection into the data of its page.
type objectionView struct {
	stepper
	sharing.ObjectionFile
	r   *web.Request
	dir *inventory.Directory
}

func (v objectionView) page(title string) recordPage {
	o := v.Objection
	head := templates.Head{
		Title: title, Badges: []templates.Badge{*objectionBadge(v.r, o.State)}, Deadline: deadline(v.r, v.Clock),
		Facts: []templates.Row{
			{Label: v.P.T("sharing.raised_by"), Text: v.dir.Name(o.UserID)}, {Label: v.P.T("sharing.provider"), Text: v.dir.Name(o.ProviderID)},
		},
	}
	if turn := turnText(v.P, o.State.Turn(), v.dir.Name(o.ProviderID)); turn != "" {
		head.Facts = append(head.Facts, templates.Row{Label: v.P.T("sharing.turn"), Text: turn})
	}
	out := recordPage{
		Head: head, Callouts: v.Refused(), Steps: v.steps(), Facts: []templates.Facts{v.said()}, Timeline: timeline(v.P, v.ObjectionFile.Steps),
	}
	if o.State.Open() {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "info", Title: v.P.T("sharing.told.usual"), Text: v.P.T("sharing.told.usual.text")})
	}
	if o.AnsweredAt != nil {
		out.Facts = append(out.Facts, v.answered())
	}
	return out
}

func (v objectionView) said() templates.Facts {
	o := v.Objection
	out := facts(v.P.T("sharing.section.objection"),
		templates.Row{Label: v.P.T("sharing.entry"), Text: o.EntryName, Note: o.EntryCode},
		row(v.P, "record_ref", o.RecordRef), row(v.P, "objection_kind", word(v.P, "objection_word", o.Kind)), longRow(v.P, "description", o.Description),
		row(v.P, "raised", v.P.T("sharing.by", "at", v.P.Time(o.CreatedAt), "name", o.CreatedName)),
	)
	if o.CitizenCase {
		out.Rows = append(out.Rows, templates.Row{Label: v.P.T("sharing.citizen_case.short"), Text: v.P.T("sharing.as_usual.yes"), Note: o.AsUsualNote})
	}
	if o.DispatchedAt != nil {
		out.Rows = append(out.Rows, row(v.P, "dispatched", v.P.T("sharing.by", "at", v.P.Time(*o.DispatchedAt), "name", o.DispatchedName)))
	}
	return out
}

func (v objectionView) answered() templates.Facts {
	o := v.Objection
	return facts(v.P.T("sharing.section.verified"),
		row(v.P, "result", v.P.T(string(o.State.Label()))), row(v.P, "causes", words(v.P, "cause_word", o.Causes)), longRow(v.P, "answer", o.Answer),
		row(v.P, "replied", v.P.T("sharing.by", "at", v.P.Time(*o.AnsweredAt), "name", o.AnsweredName)),
		templates.Row{Label: v.P.T("sharing.due"), Text: dayText(o), Note: late(v.P, o.LateWd)},
	)
}

func dayText(o sharing.Objection) string {
	if o.DueOn.IsZero() {
		return ""
	}
	return o.DueOn.String()
}

func (v objectionView) steps() []templates.Step {
	o, by := v.Objection, v.r.By
	var out []templates.Step
	if o.State == sharing.ObjectionRaised && by.Is(auth.Centre, auth.Office) {
		out = append(out, v.Asking("dispatch", "send", v.asker("dispatch", url.Values{}).Text("note", false)))
	}
	if v.AsProvider && by.Is(sharing.Heads()...) && o.State.Turn() == sharing.TurnProvider {
		a := v.asker("verify", url.Values{})
		results := make([]string, 0, 4)
		for _, s := range sharing.Results() {
			results = append(results, string(s))
		}
		step := v.Asking("verify", "check",
			a.choice("result", "result_word", results, true), a.many("causes", "cause_word", sharing.Causes(), true), a.Long("answer", true))
		step.Open = true
		out = append(out, step)
	}
	if v.AsUser && o.State.Open() {
		out = append(out, v.Asking("withdraw", "return", v.asker("withdraw", url.Values{}).Text("reason", true)))
	}
	return out
}

func (d *desk) objected(r *web.Request, id int64, what string, err error) (web.Response, error) {
	switch {
	case err == nil:
		return web.Redirect{To: sharing.Objection{ID: sharing.ObjectionID(id)}.Address(), Said: web.Said(r.T("sharing.said." + what))}, nil
	case web.ComesBack(err):
		return d.objectionPage(r, id, web.Answer{What: what, Typed: r.Form, Err: err})
	}
	return nil, err
}

func (d *desk) dispatch(r *web.Request, in idIn) (web.Response, error) {
	_, err := d.Sharing.Dispatch(r.Ctx, r.By, sharing.ObjectionID(in.ID), in.Version, read(r.Form, nil).text("note"))
	return d.objected(r, in.ID, "dispatch", err)
}

func (d *desk) verify(r *web.Request, in idIn) (web.Response, error) {
	t := read(r.Form, nil)
	_, err := d.Sharing.Verify(r.Ctx, r.By, sharing.ObjectionID(in.ID), in.Version, sharing.Verdict{
		Result: sharing.ObjectionState(t.Get("result")), Causes: t.list("causes"), Text: t.text("answer"),
	})
	return d.objected(r, in.ID, "verify", err)
}

func (d *desk) takeBack(r *web.Request, in idIn) (web.Response, error) {
	_, err := d.Sharing.TakeBack(r.Ctx, r.By, sharing.ObjectionID(in.ID), in.Version, read(r.Form, nil).text("reason"))
	return d.objected(r, in.ID, "withdraw", err)
}
