package sharingweb

import (
	"bytes"
	"io"
	"net/url"
	"strconv"

	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/catalog"
	"qingce/inventory/sharing"
	"qingce/templates"
)

// listRequests shows the requests that the reader sees, what is due first first.
func (d *desk) listRequests(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	page, err := d.Sharing.ListRequests(r.Ctx, r.By, l.requestQuery())
	if err != nil {
		return nil, err
	}
	tally, err := d.Sharing.CountRequests(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	out := listPage{
		Head: templates.Head{
			Title: r.T("menu.sharing"), Lead: r.T("sharing.requests.lead"), Actions: l.act("sharing.act.new_request", requestsPath+"/new", "plus"),
		},
		Tabs: l.tabs("requests"),
	}
	if tally.Total() > 0 {
		out.Stats = requestStats(l, tally)
		label := func(s sharing.RequestState) string { return r.T(string(s.Label())) }
		out.Filters = l.filters(stateFilter(l, sharing.RequestStates(), label), l.side(), l.flag("waiting"), l.flag("overdue"))
	}
	l.fill(&out, requestTable(r, l, page.Rows), page.Total, "requests", out.Head.Actions...)
	return web.View{Template: "sharing/list", Title: r.T("menu.sharing"), Crumbs: crumbs(r.P, "requests", requestsPath), Data: out}, nil
}

// requestQuery is what the address asks for.
func (l lister) requestQuery() sharing.RequestQuery {
	sort, down := l.a.Sort()
	return sharing.RequestQuery{
		States: web.Chosen(l.a, "state", sharing.RequestStates()), Side: l.sideAsked(), Department: l.department(), Search: l.a.Get("q"),
		Entry: l.a.Get("entry"), Overdue: l.a.On("overdue"), Waiting: l.a.On("waiting"), Sort: sort, Descending: down,
		Page: l.a.Page(), Size: l.a.Size(sharing.DefaultPageSize),
	}
}

// requestStats are the numbers above the list, each leading to its rows.
func requestStats(l lister, t sharing.Tally) []templates.Stat {
	stat := func(name string, n int64, href, tone string) templates.Stat {
		if n == 0 {
			tone = ""
		}
		return templates.Stat{Label: l.p.T("sharing.stat." + name), Value: l.p.Number(n), Href: href, Tone: tone}
	}
	open := t.States[sharing.RequestSubmitted] + t.States[sharing.RequestOverdue]
	return []templates.Stat{
		stat("waiting", t.Waiting, requestsPath+"?waiting=true", templates.ToneAmber),
		stat("overdue", t.Overdue, requestsPath+"?overdue=true", templates.ToneRed),
		stat("open", open, requestsPath+"?state=submitted&state=overdue", ""),
		stat("escalated", t.States[sharing.RequestEscalated]+t.States[sharing.RequestCoordinating], requestsPath+"?state=escalated&state=coordinating", ""),
		stat("granted", t.States[sharing.RequestGranted]+t.States[sharing.RequestPartial], requestsPath+"?state=granted&state=partial", ""),
	}
}

func requestTable(r *web.Request, l lister, rows []sharing.RequestRow) *templates.Table {
	t := &templates.Table{ID: "requests", Caption: r.T("menu.sharing"), Columns: []templates.Column{
		l.a.Column(templates.Column{Key: "entry", Text: r.T("sharing.entry"), Main: true}),
		{Key: "user", Text: r.T("sharing.user")},
		{Key: "provider", Text: r.T("sharing.provider"), Main: true},
		l.a.Column(templates.Column{Key: "state", Text: r.T("sharing.state"), Main: true}),
		{Key: "turn", Text: r.T("sharing.turn"), Main: true},
		l.a.Column(templates.Column{Key: "due", Text: r.T("sharing.due"), Main: true}),
		l.a.Column(templates.Column{Key: "updated", Text: r.T("sharing.updated")}),
	}}
	for _, row := range rows {
		line := templates.TableRow{Name: row.EntryName, Cells: []templates.Cell{
			{Text: row.EntryName, Href: row.Address(), Sub: r.T("sharing.request.no", "id", row.ID.String(), "code", row.EntryCode)},
			{Text: l.name(row.UserID)}, {Text: l.name(row.ProviderID)}, {Badge: requestBadge(r, row.Request, row.Clock)},
			{Text: requestTurn(r, row.Request, l)}, dueCell(r, row.Clock), {Text: r.P.Time(row.UpdatedAt)},
		}}
		if row.Clock != nil && row.Clock.Overdue {
			line.Tone = templates.ToneRed
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

// requestBadge is the state of a request; a provider whose term has passed is
// overdue at once, also before that was noted.
func requestBadge(r *web.Request, q sharing.Request, c *sharing.Clock) *templates.Badge {
	state := q.State
	if state == sharing.RequestSubmitted && c != nil && c.Overdue {
		state = sharing.RequestOverdue
	}
	tones := map[sharing.RequestState]string{
		sharing.RequestSubmitted: templates.ToneBlue, sharing.RequestOverdue: templates.ToneRed, sharing.RequestGranted: templates.ToneGreen,
		sharing.RequestPartial: templates.ToneGreen, sharing.RequestRefused: templates.ToneRed, sharing.RequestEscalated: templates.ToneAmber,
		sharing.RequestCoordinating: templates.ToneAmber, sharing.RequestSettled: templates.ToneGreen,
	}
	return &templates.Badge{Text: r.T(string(state.Label())), Tone: tones[state]}
}

func requestTurn(r *web.Request, q sharing.Request, l lister) string {
	name := l.name(q.UserID)
	if q.Turn() == sharing.TurnProvider {
		name = l.name(q.ProviderID)
	}
	return turnText(r.P, q.Turn(), name)
}

type lookupIn struct {
	Search string `form:"q"`
	Entry  string `form:"entry"`
}

// lookupEntries offers the entries in force that hold what was typed.
func (d *desk) lookupEntries(r *web.Request, in lookupIn) (web.Response, error) {
	page, err := d.Catalog.List(r.Ctx, r.By, catalog.Query{Search: in.Search, Size: 20})
	if err != nil {
		return nil, err
	}
	var out []templates.Option
	for _, e := range page.Rows {
		if e.Published() {
			out = append(out, templates.Option{Value: e.Code + " " + e.Name, Text: e.Name})
		}
	}
	return web.Partial{Template: "options", Data: out}, nil
}

type newIn struct {
	Entry string `form:"entry"`
}

// newRequest shows the form of a request; the address may name the entry.
func (d *desk) newRequest(r *web.Request, in newIn) (web.Response, error) {
	return d.requestForm(r, nil, d.entryTyped(r, in.Entry), nil)
}

// entryTyped fills in an entry by its code and name, as lookups offer it.
func (d *desk) entryTyped(r *web.Request, code string) url.Values {
	if code == "" {
		return url.Values{}
	}
	text := code
	if rec, err := d.Catalog.FindByCode(r.Ctx, r.By, code); err == nil {
		text += " " + rec.Entry.Name
	}
	return url.Values{"entry": {text}}
}

// requestForm shows the form of a new request or of a draft.
func (d *desk) requestForm(r *web.Request, draft *sharing.Request, given url.Values, cause error) (web.Response, error) {
	a := asking(r.P, given)
	form := templates.Form{ID: "request", Action: requestsPath, Guard: true, Progress: true, Sections: []templates.Section{
		{ID: "s-what", Title: r.T("sharing.section.what"), Fields: []templates.Field{a.entry(), a.Long("items", false)}},
		{ID: "s-why", Title: r.T("sharing.section.why"), Fields: []templates.Field{
			a.many("purposes", "purpose_word", sharing.Purposes(), true),
			a.when(a.Text("purpose_note", true), "purposes", sharing.PurposeOther),
			a.Long("duty_basis", true),
		}},
		{ID: "s-how", Title: r.T("sharing.section.how"), Fields: []templates.Field{
			a.Text("scope_wanted", true), a.choice("method", "method_word", sharing.Methods(), true), a.Text("frequency", false),
			a.Field("valid_until", templates.KindDate, false),
		}},
	}}
	title, back := r.T("sharing.act.new_request"), requestsPath
	if draft != nil {
		title, back = r.T("sharing.request.edit", "id", draft.ID.String()), draft.Address()
		form.Action = back
		form.Hidden = []templates.Pair{{Name: "version", Value: strconv.FormatInt(draft.Version, 10)}}
	}
	form.Acts = saveActs(r, back, "sharing.act.submit.note", "sharing.act.keep.note")
	web.Mistakes(r.P, &form, cause)
	d.showFetch(r, &form, given, cause)
	data := formPage{Head: templates.Head{Title: title, Lead: r.T("sharing.request.form.lead")}, Form: form}
	return web.View{Template: "sharing/form", Title: title, Crumbs: crumbs(r.P, "requests", requestsPath, title), Data: data, Err: cause}, nil
}

// showFetch leads to the direct way when the entry is shared with everybody
// (V10).
func (d *desk) showFetch(r *web.Request, form *templates.Form, given url.Values, cause error) {
	if len(form.Callouts) > 0 && isFetch(cause) {
		last := &form.Callouts[len(form.Callouts)-1]
		last.Link = &templates.Link{Text: r.T("sharing.act.fetch"), Href: usesPath + "/new?entry=" + url.QueryEscape(read(given, nil).code("entry"))}
	}
}

// saveActs are the ways out of a form: the head hands in, a clerk leaves it to
// the head.
func saveActs(r *web.Request, back, handIn, keep string) []templates.Act {
	later := templates.Act{Text: r.T("sharing.act.keep"), Note: r.T(keep), Kind: templates.ActPrimary, Icon: "check"}
	var out []templates.Act
	if r.By.Is(sharing.Heads()...) {
		out = append(out, templates.Act{
			Text: r.T("sharing.act.submit"), Note: r.T(handIn), Name: "submit", Value: "true", Kind: templates.ActPrimary, Icon: "send",
		})
		later.Kind, later.Icon, later.Note = templates.ActPlain, "", ""
	}
	return append(out, later, templates.Act{Text: r.T("sharing.act.cancel"), Href: back, Kind: templates.ActQuiet})
}

// askFor writes a new request.
func (d *desk) askFor(r *web.Request, _ noInput) (web.Response, error) {
	return d.saveRequest(r, nil, func(ask sharing.Ask) (sharing.Request, error) { return d.Sharing.AskFor(r.Ctx, r.By, ask) })
}

func (d *desk) saveRequest(r *web.Request, draft *sharing.Request, save func(sharing.Ask) (sharing.Request, error)) (web.Response, error) {
	t := read(r.Form, nil)
	var made sharing.Request
	ask := t.ask()
	err := t.either(func() error {
		var err error
		made, err = save(ask)
		return err
	})
	switch {
	case err != nil && web.ComesBack(err):
		return d.requestForm(r, draft, r.Form, err)
	case err != nil:
		return nil, err
	}
	return web.Redirect{To: made.Address(), Said: web.Said(r.T("sharing.request.saved." + string(made.State)))}, nil
}

// editRequest shows the form of a draft.
func (d *desk) editRequest(r *web.Request, in idIn) (web.Response, error) {
	f, err := d.Sharing.FindRequest(r.Ctx, r.By, sharing.RequestID(in.ID))
	if err != nil {
		return nil, err
	}
	if f.Request.State != sharing.RequestDraft || !f.AsUser {
		return nil, fault.New(sharing.ErrState.Kind, sharing.ErrState.Code, "state", f.Request.State.Label())
	}
	return d.requestForm(r, &f.Request, requestTyped(f.Request), nil)
}

// requestTyped is a request as its form has it.
func requestTyped(q sharing.Request) url.Values {
	v := url.Values{
		"entry": {q.EntryCode + " " + q.EntryName}, "items": {lines(q.Items)}, "purposes": q.Purposes, "purpose_note": {q.PurposeNote},
		"duty_basis": {q.DutyBasis}, "scope_wanted": {q.ScopeWanted}, "method": {q.Method}, "frequency": {q.Frequency},
	}
	if !q.ValidUntil.IsZero() {
		v.Set("valid_until", q.ValidUntil.String())
	}
	return v
}

func lines(items []string) string {
	out := ""
	for i, item := range items {
		if i > 0 {
			out += "\n"
		}
		out += item
	}
	return out
}

func (d *desk) reviseRequest(r *web.Request, in idIn) (web.Response, error) {
	id := sharing.RequestID(in.ID)
	f, err := d.Sharing.FindRequest(r.Ctx, r.By, id)
	if err != nil {
		return nil, err
	}
	return d.saveRequest(r, &f.Request, func(ask sharing.Ask) (sharing.Request, error) {
		return d.Sharing.Revise(r.Ctx, r.By, id, in.Version, ask)
	})
}

// stepped leads back to the request, or shows it with what was refused.
func (d *desk) stepped(r *web.Request, id int64, what string, err error) (web.Response, error) {
	switch {
	case err == nil:
		return web.Redirect{To: sharing.Request{ID: sharing.RequestID(id)}.Address(), Said: web.Said(r.T("sharing.said." + what))}, nil
	case web.ComesBack(err):
		return d.requestPage(r, id, web.Answer{What: what, Typed: r.Form, Err: err})
	}
	return nil, err
}

func (d *desk) submitRequest(r *web.Request, in idIn) (web.Response, error) {
	_, err := d.Sharing.Submit(r.Ctx, r.By, sharing.RequestID(in.ID), in.Version)
	return d.stepped(r, in.ID, "submit", err)
}

func (d *desk) withdrawRequest(r *web.Request, in idIn) (web.Response, error) {
	_, err := d.Sharing.Withdraw(r.Ctx, r.By, sharing.RequestID(in.ID), in.Version, read(r.Form, nil).text("reason"))
	return d.stepped(r, in.ID, "withdraw", err)
}

func (d *desk) restRequest(r *web.Request, in idIn) (web.Response, error) {
	_, err := d.Sharing.Rest(r.Ctx, r.By, sharing.RequestID(in.ID), in.Version, "")
	return d.stepped(r, in.ID, "rest", err)
}

func (d *desk) replyRequest(r *web.Request, in idIn) (web.Response, error) {
	t := read(r.Form, nil)
	a := sharing.Answer{Reply: t.Get("reply"), Reasons: t.list("reasons"), Text: t.text("reply_text")}
	if a.Reply != sharing.ReplyRefuse { // what is not asked is not read
		a.Terms = t.terms()
	}
	err := t.either(func() error {
		_, err := d.Sharing.Reply(r.Ctx, r.By, sharing.RequestID(in.ID), in.Version, a)
		return err
	})
	return d.stepped(r, in.ID, "reply", err)
}

// withPaper calls do with the uploaded file of the field "file", or with none.
func (d *desk) withPaper(r *web.Request, do func(*evidence.Received) error) error {
	up, err := r.Upload("file", evidence.MaxSize)
	switch {
	case err != nil && fault.KindOf(err) == fault.Invalid: // none was chosen
		return do(nil)
	case err != nil:
		return err
	}
	file := evidence.Upload{Name: up.Name, Reader: bytes.NewReader(up.Data), Size: up.Size}
	return d.Box.Receive(r.Ctx, file, func(f evidence.Received) error { return do(&f) })
}

func (d *desk) escalateRequest(r *web.Request, in idIn) (web.Response, error) {
	err := d.withPaper(r, func(f *evidence.Received) error {
		_, err := d.Sharing.Escalate(r.Ctx, r.By, sharing.RequestID(in.ID), in.Version, sharing.Application{
			Text: read(r.Form, nil).text("escalation_text"), File: f,
		})
		return err
	})
	return d.stepped(r, in.ID, "escalate", err)
}

func (d *desk) conveneRequest(r *web.Request, in idIn) (web.Response, error) {
	t := read(r.Form, nil)
	meeting := sharing.Meeting{On: t.day("meeting_on"), Note: t.text("meeting_note")}
	err := t.either(func() error {
		_, err := d.Sharing.Convene(r.Ctx, r.By, sharing.RequestID(in.ID), in.Version, meeting)
		return err
	})
	return d.stepped(r, in.ID, "convene", err)
}

func (d *desk) settleRequest(r *web.Request, in idIn) (web.Response, error) {
	t := read(r.Form, nil)
	out := sharing.Settlement{Outcome: t.Get("outcome"), Text: t.text("outcome_text")}
	if out.Outcome == sharing.OutcomeShare || out.Outcome == sharing.OutcomeVerify {
		out.Terms = t.terms()
	}
	err := t.either(func() error {
		return d.withPaper(r, func(f *evidence.Received) error {
			out.File = f
			_, err := d.Sharing.Settle(r.Ctx, r.By, sharing.RequestID(in.ID), in.Version, out)
			return err
		})
	})
	return d.stepped(r, in.ID, "settle", err)
}

// openFile gives out a file beside a request that the reader sees.
func (d *desk) openFile(r *web.Request, in idIn) (web.Response, error) {
	content, err := d.Sharing.OpenFile(r.Ctx, r.By, sharing.RequestID(in.ID), evidence.LinkID(in.File))
	if err != nil {
		return nil, err
	}
	return web.File{Name: content.Link.Name, MediaType: evidence.SafeMediaType(content.File.MediaType), Write: func(w io.Writer) error {
		defer content.Close()
		_, err := io.Copy(w, content)
		return err
	}}, nil
}
