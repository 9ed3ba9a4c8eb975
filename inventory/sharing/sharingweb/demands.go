package sharingweb

import (
	"net/url"
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/sharing"
	"qingce/templates"
)

// listDemands shows the demands that the reader sees.
func (d *desk) listDemands(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	page, err := d.Sharing.ListDemands(r.Ctx, r.By, l.demandQuery())
	if err != nil {
		return nil, err
	}
	counts, err := d.Sharing.CountDemands(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	title := r.T("menu.demand")
	out := listPage{
		Head: templates.Head{Title: title, Lead: r.T("sharing.demands.lead"), Actions: l.act("sharing.act.new_demand", demandsPath+"/new", "plus")},
		Tabs: l.tabs("demands"),
	}
	if len(counts) > 0 {
		for _, s := range sharing.DemandStates()[1:] {
			out.Stats = append(out.Stats, templates.Stat{
				Label: r.T(string(s.Label())), Value: r.P.Number(counts[s]), Href: demandsPath + "?state=" + string(s),
			})
		}
		label := func(s sharing.DemandState) string { return r.T(string(s.Label())) }
		out.Filters = l.filters(stateFilter(l, sharing.DemandStates(), label), l.flag("waiting"))
	}
	l.fill(&out, demandTable(r, l, page.Rows), page.Total, "demands", out.Head.Actions...)
	return web.View{Template: "sharing/list", Title: title, Crumbs: crumbs(r.P, "demands", demandsPath), Data: out}, nil
}

// demandQuery is what the address asks for.
func (l lister) demandQuery() sharing.DemandQuery {
	return sharing.DemandQuery{
		States: web.Chosen(l.a, "state", sharing.DemandStates()), Department: l.department(), Search: l.a.Get("q"),
		Waiting: l.a.On("waiting"), Page: l.a.Page(), Size: l.a.Size(sharing.DefaultPageSize),
	}
}

func demandTable(r *web.Request, l lister, rows []sharing.DemandRow) *templates.Table {
	t := &templates.Table{ID: "demands", Caption: r.T("menu.demand"), Columns: []templates.Column{
		{Key: "wanted", Text: r.T("sharing.wanted"), Main: true},
		{Key: "department", Text: r.T("sharing.department"), Main: true},
		{Key: "business", Text: r.T("sharing.business")},
		{Key: "state", Text: r.T("sharing.state"), Main: true},
		{Key: "entry", Text: r.T("sharing.match")},
		{Key: "turn", Text: r.T("sharing.turn"), Main: true},
		{Key: "due", Text: r.T("sharing.due")},
	}}
	for _, n := range rows {
		t.Rows = append(t.Rows, templates.TableRow{Name: n.Wanted, Cells: []templates.Cell{
			{Text: n.Wanted, Href: n.Address(), Sub: r.T("sharing.demand.no", "id", n.Demand.ID.String())}, {Text: l.name(n.DepartmentID)},
			{Text: n.Business}, {Badge: demandBadge(r, n.State)}, {Text: n.EntryName, Sub: n.EntryCode},
			{Text: demandTurn(r, n.Demand, l)}, dueCell(r, n.Clock),
		}})
	}
	return t
}

func demandBadge(r *web.Request, s sharing.DemandState) *templates.Badge {
	tones := map[sharing.DemandState]string{
		sharing.DemandSubmitted: templates.ToneBlue, sharing.DemandAsked: templates.ToneAmber, sharing.DemandMatched: templates.ToneGreen,
		sharing.DemandUnmet: templates.ToneRed,
	}
	return &templates.Badge{Text: r.T(string(s.Label())), Tone: tones[s]}
}

func demandTurn(r *web.Request, n sharing.Demand, l lister) string {
	name := l.name(n.DepartmentID)
	if n.State.Turn() == sharing.TurnHolder {
		name = l.optional(n.HolderID)
	}
	return turnText(r.P, n.State.Turn(), name)
}

func (d *desk) newDemand(r *web.Request, _ noInput) (web.Response, error) {
	return d.demandForm(r, nil, url.Values{}, nil)
}

func (d *desk) demandForm(r *web.Request, draft *sharing.Demand, given url.Values, cause error) (web.Response, error) {
	a, title, back := asking(r.P, given), r.T("sharing.act.new_demand"), demandsPath
	form := templates.Form{
		ID: "demand", Action: demandsPath, Guard: true,
		Sections: []templates.Section{
			{ID: "s-what", Title: r.T("sharing.section.what"), Fields: []templates.Field{
				a.Text("wanted", true), a.Long("items_wanted", false), a.department("guess"),
			}},
			{ID: "s-why", Title: r.T("sharing.section.why"), Fields: []templates.Field{
				a.choice("purpose", "purpose_word", sharing.Purposes(), true), a.Text("business", true),
				a.choice("method", "method_word", sharing.Methods(), false), a.Text("frequency", false),
			}},
		},
	}
	if draft != nil {
		title, back = r.T("sharing.demand.edit", "id", draft.ID.String()), draft.Address()
		form.Action = back
		form.Hidden = []templates.Pair{{Name: "version", Value: strconv.FormatInt(draft.Version, 10)}}
	}
	form.Acts = saveActs(r, back, "sharing.act.submit_demand.note", "sharing.act.keep.note")
	web.Mistakes(r.P, &form, cause)
	data := formPage{Head: templates.Head{Title: title, Lead: r.T("sharing.demand.form.lead")}, Form: form}
	return web.View{Template: "sharing/form", Title: title, Crumbs: crumbs(r.P, "demands", demandsPath, title), Data: data, Err: cause}, nil
}

func (d *desk) saveDemand(r *web.Request, draft *sharing.Demand, save func(sharing.Want) (sharing.Demand, error)) (web.Response, error) {
	dir, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	t := read(r.Form, dir)
	want := t.want()
	var made sharing.Demand
	err = t.either(func() error {
		made, err = save(want)
		return err
	})
	switch {
	case err != nil && web.ComesBack(err):
		return d.demandForm(r, draft, r.Form, err)
	case err != nil:
		return nil, err
	}
	return web.Redirect{To: made.Address(), Said: web.Said(r.T("sharing.demand.saved." + string(made.State)))}, nil
}

func (d *desk) need(r *web.Request, _ noInput) (web.Response, error) {
	return d.saveDemand(r, nil, func(w sharing.Want) (sharing.Demand, error) { return d.Sharing.Need(r.Ctx, r.By, w) })
}

func (d *desk) editDemand(r *web.Request, in idIn) (web.Response, error) {
	f, err := d.Sharing.FindDemand(r.Ctx, r.By, sharing.DemandID(in.ID))
	if err != nil {
		return nil, err
	}
	n := f.Demand
	if n.State != sharing.DemandDraft || !f.AsUser {
		return nil, fault.New(sharing.ErrState.Kind, sharing.ErrState.Code, "state", n.State.Label())
	}
	dir, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	guess := ""
	if n.GuessID != nil {
		body, _ := dir.Find(*n.GuessID)
		guess = body.Code + " " + body.Name
	}
	return d.demandForm(r, &n, url.Values{
		"wanted": {n.Wanted}, "items_wanted": {n.Items}, "guess": {guess}, "purpose": {n.Purpose}, "business": {n.Business},
		"method": {n.Method}, "frequency": {n.Frequency},
	}, nil)
}

func (d *desk) reviseDemand(r *web.Request, in idIn) (web.Response, error) {
	id := sharing.DemandID(in.ID)
	f, err := d.Sharing.FindDemand(r.Ctx, r.By, id)
	if err != nil {
		return nil, err
	}
	return d.saveDemand(r, &f.Demand, func(w sharing.Want) (sharing.Demand, error) {
		return d.Sharing.ReviseDemand(r.Ctx, r.By, id, in.Version, w)
	})
}

func (d *desk) showDemand(r *web.Request, in idIn) (web.Response, error) {
	return d.demandPage(r, in.ID, web.Answer{})
}

func (d *desk) demandPage(r *web.Request, id int64, a web.Answer) (web.Response, error) {
	f, err := d.Sharing.FindDemand(r.Ctx, r.By, sharing.DemandID(id))
	if err != nil {
		return nil, err
	}
	dir, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := demandView{
		r: r, DemandFile: f, dir: dir,
		stepper: steps(r.P, f.Demand.Address(), f.Demand.Version, a),
	}
	if f.Demand.State != sharing.DemandDraft && f.Demand.State != sharing.DemandMatched {
		if v.alike, err = d.Sharing.Suggest(r.Ctx, r.By, f.Demand); err != nil {
			return nil, err
		}
	}
	title := r.T("sharing.demand.title", "id", f.Demand.ID.String(), "name", f.Demand.Wanted)
	return web.View{
		Template: "sharing/record", Title: title, Crumbs: crumbs(r.P, "demands", demandsPath, title), Data: v.page(title), Err: a.Err,
	}, nil
}

// demandView turns a demand into the data of its page.
type demandView struct {
	stepper
	sharing.DemandFile
	r     *web.Request
	dir   *inventory.Directory
	alike []sharing.Suggestion
}

func (v demandView) page(title string) recordPage {
	n, l := v.Demand, lister{dir: v.dir}
	out := recordPage{
		Head: templates.Head{
			Title: title, Badges: []templates.Badge{*demandBadge(v.r, n.State)}, Deadline: deadline(v.r, v.Clock),
			Facts: []templates.Row{{Label: v.P.T("sharing.department"), Text: v.dir.Name(n.DepartmentID)}},
		},
		Callouts: v.Refused(), Steps: v.steps(), Facts: []templates.Facts{v.said(l)}, Timeline: timeline(v.P, v.DemandFile.Steps),
	}
	if turn := demandTurn(v.r, n, l); turn != "" {
		out.Head.Facts = append(out.Head.Facts, templates.Row{Label: v.P.T("sharing.turn"), Text: turn})
	}
	if v.AsUser && n.State == sharing.DemandDraft {
		out.Head.Actions = []templates.Act{{Text: v.P.T("sharing.act.edit"), Href: n.Address() + "/edit", Icon: "edit"}}
	}
	if v.AsUser && n.State == sharing.DemandMatched {
		out.Head.Actions = []templates.Act{{
			Text: v.P.T("sharing.act.new_request"), Href: requestsPath + "/new?entry=" + url.QueryEscape(n.EntryCode), Icon: "send", Kind: templates.ActPrimary,
		}}
	}
	if len(v.alike) > 0 {
		out.Tables = []titledTable{{Title: v.P.T("sharing.alike"), Note: v.P.T("sharing.alike.note"), Table: v.suggestions()}}
	}
	return out
}

func (v demandView) said(l lister) templates.Facts {
	n := v.Demand
	out := facts(v.P.T("sharing.section.what"),
		row(v.P, "wanted", n.Wanted), longRow(v.P, "items_wanted", n.Items), row(v.P, "guess", l.optional(n.GuessID)),
		row(v.P, "purpose", word(v.P, "purpose_word", n.Purpose)), row(v.P, "business", n.Business),
		row(v.P, "method", word(v.P, "method_word", n.Method)), row(v.P, "frequency", n.Frequency),
	)
	if n.EntryCode != "" {
		out.Rows = append(out.Rows, templates.Row{Label: v.P.T("sharing.match"), Text: n.EntryName, Note: n.EntryCode})
	}
	if n.Decision != "" {
		out.Rows = append(out.Rows, longRow(v.P, "decision", n.Decision))
	}
	return out
}

// suggestions are the entries that may hold the data, the likeliest first.
func (v demandView) suggestions() *templates.Table {
	t := &templates.Table{ID: "alike", Caption: v.P.T("sharing.alike"), Columns: []templates.Column{
		{Key: "entry", Text: v.P.T("sharing.entry"), Main: true},
		{Key: "provider", Text: v.P.T("sharing.provider"), Main: true},
		{Key: "share", Text: v.P.T("sharing.share_type")},
		{Key: "items", Text: v.P.T("sharing.alike.items")},
		{Key: "score", Text: v.P.T("sharing.score"), Unit: "%", Num: true, Main: true},
	}}
	for _, s := range v.alike {
		line := templates.TableRow{Name: s.Name, Cells: []templates.Cell{
			{Text: s.Name, Sub: s.Code}, {Text: v.dir.Name(s.Provider)}, {Text: v.P.T(string(s.ShareType.Label()))},
			{Text: v.P.Join(s.Items)}, {Text: strconv.Itoa(int(s.Score * 100))},
		}}
		if s.Likely {
			line.Cells[4].Tone = templates.ToneGreen
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

func (v demandView) steps() []templates.Step {
	n, by := v.Demand, v.r.By
	var out []templates.Step
	if v.AsUser && n.State == sharing.DemandDraft && by.Is(sharing.Heads()...) {
		out = append(out, v.Plain("submit", "send"))
	}
	if by.Is(sharing.Matchers()...) && (n.State == sharing.DemandSubmitted || n.State == sharing.DemandAsked || n.State == sharing.DemandUnmet) {
		out = append(out, v.match())
	}
	if v.AsHolder && n.State == sharing.DemandAsked && by.Is(sharing.Heads()...) {
		a := v.asker("answer", url.Values{"holds": {"yes"}})
		out = append(out, v.Asking("answer", "check",
			a.choice("holds", "holds_word", []string{"yes", "no"}, true), a.when(v.entryField(a), "holds", "yes"), a.Long("reason", false)))
	}
	return out
}

// entryField offers the likeliest entries first.
func (v demandView) entryField(a asker) templates.Field {
	f := a.entry()
	for _, s := range v.alike {
		f.Options = append(f.Options, templates.Option{Value: s.Code + " " + s.Name, Text: v.dir.Name(s.Provider)})
	}
	return f
}

func (v demandView) match() templates.Step {
	given := url.Values{"decision": {"matched"}}
	if len(v.alike) > 0 && v.alike[0].Likely {
		given.Set("entry", v.alike[0].Code+" "+v.alike[0].Name)
	}
	if body, ok := v.likelyHolder(); ok {
		given.Set("holder", body.Code+" "+body.Name)
	}
	a := v.asker("match", given)
	holder := a.department("holder")
	holder.Required = true
	step := v.Asking("match", "check",
		a.choice("decision", "decision_word", []string{"matched", "asked", "unmet"}, true),
		a.when(v.entryField(a), "decision", "matched"), a.when(holder, "decision", "asked"), a.Long("reason", false))
	step.Open = true
	return step
}

// likelyHolder is whom the department guessed, else whose entry is most alike.
func (v demandView) likelyHolder() (inventory.Department, bool) {
	switch {
	case v.Demand.GuessID != nil:
		return v.dir.Find(*v.Demand.GuessID)
	case len(v.alike) > 0:
		return v.dir.Find(v.alike[0].Provider)
	}
	return inventory.Department{}, false
}

func (d *desk) demanded(r *web.Request, id int64, what string, err error) (web.Response, error) {
	switch {
	case err == nil:
		return web.Redirect{To: sharing.Demand{ID: sharing.DemandID(id)}.Address(), Said: web.Said(r.T("sharing.said." + what))}, nil
	case web.ComesBack(err):
		return d.demandPage(r, id, web.Answer{What: what, Typed: r.Form, Err: err})
	}
	return nil, err
}

func (d *desk) submitDemand(r *web.Request, in idIn) (web.Response, error) {
	_, err := d.Sharing.SubmitDemand(r.Ctx, r.By, sharing.DemandID(in.ID), in.Version)
	return d.demanded(r, in.ID, "submit", err)
}

func (d *desk) matchDemand(r *web.Request, in idIn) (web.Response, error) {
	dir, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	t := read(r.Form, dir)
	decision := sharing.Decision{Reason: t.text("reason")}
	switch t.Get("decision") {
	case "matched":
		if decision.Entry = t.code("entry"); decision.Entry == "" {
			t.wrong = append(t.wrong, fault.At("entry", "err.required", "field", fault.Label("sharing.entry")))
		}
	case "asked":
		decision.Holder = t.department("holder")
	case "unmet":
		decision.Unmet = true
	default:
		t.wrong = append(t.wrong, fault.At("decision", "err.required", "field", fault.Label("sharing.decision")))
	}
	err = t.either(func() error {
		_, err := d.Sharing.Match(r.Ctx, r.By, sharing.DemandID(in.ID), in.Version, decision)
		return err
	})
	return d.demanded(r, in.ID, "match", err)
}

func (d *desk) answerDemand(r *web.Request, in idIn) (web.Response, error) {
	t := read(r.Form, nil)
	holding := sharing.Holding{Reason: t.text("reason")}
	if t.Get("holds") == "yes" {
		if holding.Entry = t.code("entry"); holding.Entry == "" {
			t.wrong = append(t.wrong, fault.At("entry", "err.required", "field", fault.Label("sharing.entry")))
		}
	}
	err := t.either(func() error {
		_, err := d.Sharing.AnswerDemand(r.Ctx, r.By, sharing.DemandID(in.ID), in.Version, holding)
		return err
	})
	return d.demanded(r, in.ID, "answer", err)
}
