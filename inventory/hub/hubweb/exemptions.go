package hubweb

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory/hub"
	"qingce/templates"
)

func (d *desk) mountExemptions(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, exemptionPath, d.showExemptions)
	web.Get(view, exemptionPath+"/:id", d.showExemption)
	decide := s.Group(web.For(hub.Deciders()...))
	web.Post(decide, exemptionPath+"/:id/decision", d.decideExemption)
	web.Post(decide, exemptionPath+"/:id/end", d.endExemption)
	web.Post(s.Group(web.For(hub.Askers()...)), exemptionPath+"/:id/withdraw", d.takeBackExemption)
}

// showExemptions is who is let off beside the rate, and what was asked for.
func (d *desk) showExemptions(r *web.Request, in struct {
	State string `form:"state"`
}) (web.Response, error) {
	v := exemptionsView{p: r.P, by: r.By}
	if slices.Contains(hub.ExemptionStates(), hub.ExemptionState(in.State)) {
		v.state = hub.ExemptionState(in.State)
	}
	var err error
	if v.page, err = d.Hub.Exemptions(r.Ctx, r.By, v.state); err != nil {
		return nil, err
	}
	if v.sum, err = d.Hub.Summarise(r.Ctx, r.By); err != nil {
		return nil, err
	}
	title := r.T("hub.exemptions")
	return web.View{Template: "hub/tables", Title: title, Crumbs: crumbs(r.P, crumb(title, exemptionPath)), Data: v.data()}, nil
}

type exemptionsView struct {
	p     *locale.Printer
	by    auth.Principal
	state hub.ExemptionState
	page  hub.ExemptionPage
	sum   hub.Summary
}

func (v exemptionsView) data() tablesPage {
	without := hub.Rate{Connected: v.sum.All.Connected, Must: v.sum.All.Must + int64(len(v.page.LetOff))}
	out := tablesPage{
		Head: templates.Head{Title: v.p.T("hub.exemptions"), Lead: v.p.T("hub.exemptions.lead", "n", len(v.page.LetOff), "rate", rateText(v.sum.All), "without", rateText(without))},
		Tabs: tabs(v.p, v.by, exemptionPath),
	}
	out.Blocks = append(out.Blocks, v.letOff(), v.asked())
	return out
}

// letOff are the systems that are let off now, with who took them off the list.
func (v exemptionsView) letOff() tableBlock {
	b := tableBlock{ID: "let-off", Title: v.p.T("hub.let_off"), Lead: v.p.T("hub.let_off.text")}
	if len(v.page.LetOff) == 0 {
		b.Empty = &templates.Empty{Icon: "check", Title: v.p.T("hub.let_off.none")}
		return b
	}
	b.Table = &templates.Table{Caption: b.Title, Columns: []templates.Column{
		{Text: v.p.T("hub.column.system"), Main: true}, {Text: v.p.T("hub.column.basis"), Main: true}, {Text: v.p.T("hub.field.reason")},
		{Text: v.p.T("hub.column.decided_by"), Main: true}, {Text: v.p.T("hub.column.until"), Main: true}, {Text: v.p.T("hub.column.owner")},
	}}
	for i := range v.page.LetOff {
		l := &v.page.LetOff[i]
		basis := templates.Cell{Text: v.p.T(string(l.Basis.Label()))}
		if l.Exemption != 0 {
			basis.Href = numbered(exemptionPath, int64(l.Exemption))
		}
		until := templates.Cell{Text: l.ExemptUntil.String()}
		if l.ExemptUntil.IsZero() && l.Basis != hub.Secret {
			until = templates.Cell{Text: v.p.T("hub.no_end"), Tone: templates.ToneAmber}
		}
		b.Table.Rows = append(b.Table.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: l.Name, Sub: l.Code, Href: connectionPath(l.Code)}, basis, {Text: v.reason(l)}, {Text: l.Approver, Sub: l.ApprovedAt.String()}, until, {Text: l.Owner.Name},
		}})
	}
	return b
}

// reason is why a system is let off: of the register it is a choice.
func (v exemptionsView) reason(l *hub.LetOff) string {
	if key := "opt.exempt_reason." + l.Reason; l.Basis == hub.Certified && v.p.Has(key) {
		return v.p.T(key)
	}
	return l.Reason
}

// asked is what was asked for, what waits first.
func (v exemptionsView) asked() tableBlock {
	b := tableBlock{ID: "asked", Title: v.p.T("hub.exemptions.asked")}
	if len(v.page.Asked) == 0 {
		b.Empty = &templates.Empty{Icon: "calendar", Title: v.p.T("hub.exemptions.none"), Text: v.p.T("hub.exemptions.none.text")}
		return b
	}
	b.Table = &templates.Table{Caption: b.Title, Columns: []templates.Column{
		{Text: v.p.T("hub.column.system"), Main: true}, {Text: v.p.T("hub.column.state"), Main: true}, {Text: v.p.T("hub.field.kind")},
		{Text: v.p.T("hub.field.reason"), Main: true}, {Text: v.p.T("hub.column.until")}, {Text: v.p.T("hub.column.owner")}, {Text: v.p.T("hub.column.asked_at")},
	}}
	for i := range v.page.Asked {
		a := &v.page.Asked[i]
		badge := exemptionBadge(v.p, &a.Exemption, v.page.Today)
		b.Table.Rows = append(b.Table.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: a.Name, Sub: a.Code, Href: numbered(exemptionPath, int64(a.ID))}, {Badge: &badge}, {Text: v.p.T(string(a.Kind.Label()))},
			{Text: v.p.T("hub.ground." + a.Ground), Sub: a.Reason}, {Text: a.Until.String()}, {Text: a.Owner.Name}, {Text: v.p.Time(a.AskedAt)},
		}})
	}
	return b
}

// exemptionBadge says where an exemption stands.
func exemptionBadge(p *locale.Printer, e *hub.Exemption, today calendar.Date) templates.Badge {
	if e.State == hub.Approved && !e.InForce(today) {
		return templates.Badge{Text: p.T("hub.exemption.over"), Tone: templates.ToneGrey}
	}
	tone := map[hub.ExemptionState]string{hub.Asked: templates.ToneAmber, hub.Approved: templates.ToneGreen, hub.Refused: templates.ToneRed}[e.State]
	return templates.Badge{Text: p.T(string(e.State.Label())), Tone: tone}
}

// exemptionIn is a form of an exemption, as it was typed.
type exemptionIn struct {
	ID       int64  `uri:"id"`
	Version  int64  `form:"version"`
	Decision string `form:"decision"`
	Until    string `form:"until"`
	Reason   string `form:"reason"`
}

// showExemption is one exemption with what can be done about it.
func (d *desk) showExemption(r *web.Request, in exemptionIn) (web.Response, error) {
	return d.exemptionPage(r, in, "", nil)
}

func (d *desk) exemptionPage(r *web.Request, in exemptionIn, form string, cause error) (web.Response, error) {
	one, err := d.Hub.FindExemption(r.Ctx, r.By, hub.ExemptionID(in.ID))
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := exemptionView{p: r.P, by: r.By, today: r.Today(), in: in, form: form, cause: cause, one: one, mine: dir.Covers(r.By.Own(), one.OwnerID)}
	title := r.T("hub.exemption", "code", one.Code)
	return web.View{Template: "hub/form", Title: title, Crumbs: crumbs(r.P, crumb(r.T("hub.exemptions"), exemptionPath), crumb(title, "")), Data: v.page(), Err: cause}, nil
}

func (d *desk) decideExemption(r *web.Request, in exemptionIn) (web.Response, error) {
	until, err := readDay("until", in.Until)
	if in.Decision != "approve" && in.Decision != "refuse" { // nothing chosen is no refusal
		err = fault.Refuse([]fault.Field{fault.At("decision", "err.required", "field", fault.Label("hub.field.decision"))})
	}
	if err == nil {
		_, err = d.Hub.Decide(r.Ctx, r.By, hub.ExemptionID(in.ID), in.Version, hub.Decision{Approve: in.Decision == "approve", Until: until, Reason: in.Reason})
	}
	return d.exemptionDone(r, in, "decide", "hub.exemption_decided", err)
}

func (d *desk) endExemption(r *web.Request, in exemptionIn) (web.Response, error) {
	_, err := d.Hub.End(r.Ctx, r.By, hub.ExemptionID(in.ID), in.Version, in.Reason)
	return d.exemptionDone(r, in, "end", "hub.exemption_ended", err)
}

func (d *desk) takeBackExemption(r *web.Request, in exemptionIn) (web.Response, error) {
	_, err := d.Hub.TakeBack(r.Ctx, r.By, hub.ExemptionID(in.ID), in.Version)
	return d.exemptionDone(r, in, "withdraw", "hub.exemption_withdrawn", err)
}

func (d *desk) exemptionDone(r *web.Request, in exemptionIn, form, said string, err error) (web.Response, error) {
	if comesBack(err) {
		return d.exemptionPage(r, in, form, err)
	}
	if err != nil {
		return nil, err
	}
	return done(r, numbered(exemptionPath, in.ID), said)
}
