package sharingweb

import (
	"errors"
	"net/url"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/inventory/sharing"
	"qingce/templates"
)

func isFetch(err error) bool { return errors.Is(err, sharing.ErrFetch) }

// showRequest shows a request with its next steps.
func (d *desk) showRequest(r *web.Request, in idIn) (web.Response, error) {
	return d.requestPage(r, in.ID, web.Answer{})
}

func (d *desk) requestPage(r *web.Request, id int64, a web.Answer) (web.Response, error) {
	f, err := d.Sharing.FindRequest(r.Ctx, r.By, sharing.RequestID(id))
	if err != nil {
		return nil, err
	}
	dir, err := d.directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := requestView{
		r: r, RequestFile: f, dir: dir,
		stepper: steps(r.P, f.Request.Address(), f.Request.Version, a),
	}
	return web.View{
		Template: "sharing/record", Title: v.title(), Crumbs: crumbs(r.P, "requests", requestsPath, v.title()), Data: v.page(), Err: a.Err,
	}, nil
}

// requestView turns a request into the data of its page.
type requestView struct {
	stepper
	sharing.RequestFile
	r   *web.Request
	dir *inventory.Directory
}

func (v requestView) title() string {
	return v.P.T("sharing.request.title", "id", v.Request.ID.String(), "name", v.Request.EntryName)
}

func (v requestView) page() recordPage {
	out := recordPage{
		Head: v.head(), Callouts: append(v.Refused(), v.callouts()...), Steps: v.steps(),
		Facts: []templates.Facts{v.asked()}, Timeline: timeline(v.P, v.RequestFile.Steps),
	}
	if v.Request.RepliedAt != nil {
		out.Facts = append(out.Facts, v.replied())
	}
	if v.Request.EscalatedAt != nil {
		out.Facts = append(out.Facts, v.escalated())
	}
	if len(v.Agreements) > 0 {
		out.Tables = append(out.Tables, titledTable{Title: v.P.T("sharing.tab.agreements"), Table: agreementTable(v.r, v.dir, v.Agreements)})
	}
	if len(v.Files) > 0 {
		out.Files = fileList(v.P, v.Files, v.Request.Address())
	}
	return out
}

func (v requestView) head() templates.Head {
	q := v.Request
	h := templates.Head{
		Title: v.title(), Badges: []templates.Badge{*requestBadge(v.r, q, v.Clock)}, Deadline: deadline(v.r, v.Clock),
		Facts: []templates.Row{
			{Label: v.P.T("sharing.user"), Text: v.dir.Name(q.UserID)}, {Label: v.P.T("sharing.provider"), Text: v.dir.Name(q.ProviderID)},
		},
	}
	if turn := requestTurn(v.r, q, lister{dir: v.dir}); turn != "" {
		h.Facts = append(h.Facts, templates.Row{Label: v.P.T("sharing.turn"), Text: turn})
	}
	if v.AsUser && q.State == sharing.RequestDraft {
		h.Actions = []templates.Act{{Text: v.P.T("sharing.act.edit"), Href: q.Address() + "/edit", Icon: "edit"}}
	}
	return h
}

// callouts say what the state means for the reader.
func (v requestView) callouts() []templates.Callout {
	kind := "info"
	switch {
	case v.Silent():
		return []templates.Callout{{Kind: "warning", Title: v.P.T("sharing.told.silent"), Text: v.P.T("sharing.told.silent.text")}}
	case v.Request.State == sharing.RequestDraft && v.Request.ShareType == catalog.NotShared:
		return []templates.Callout{{Kind: kind, Title: v.P.T("sharing.told.written"), Text: v.P.T("sharing.told.written.text")}}
	case v.Request.State == sharing.RequestDraft && v.AsUser && !v.r.By.Is(sharing.Heads()...):
		return []templates.Callout{{Kind: kind, Text: v.P.T("sharing.told.head")}}
	case v.Request.State == sharing.RequestRefused, v.Request.State == sharing.RequestPartial:
		return []templates.Callout{{Kind: "warning", Title: v.P.T("sharing.told.refused"), Text: v.Request.ReplyText}}
	case v.Request.State == sharing.RequestSettled:
		return []templates.Callout{{Kind: "ok", Title: word(v.P, "outcome_word", v.Request.Outcome), Text: v.Request.OutcomeText}}
	}
	return nil
}

func (v requestView) asked() templates.Facts {
	q := v.Request
	items := v.P.T("sharing.items.all")
	if len(q.Items) > 0 {
		items = v.P.Join(q.Items)
	}
	until := ""
	if !q.ValidUntil.IsZero() {
		until = q.ValidUntil.String()
	}
	out := facts(v.P.T("sharing.section.what"),
		templates.Row{Label: v.P.T("sharing.entry"), Text: q.EntryName, Note: q.EntryCode},
		templates.Row{Label: v.P.T("sharing.share_type"), Text: v.P.T(string(q.ShareType.Label()))},
		longRow(v.P, "items", items),
		row(v.P, "purposes", words(v.P, "purpose_word", q.Purposes)),
		longRow(v.P, "duty_basis", q.DutyBasis),
		row(v.P, "scope_wanted", q.ScopeWanted), row(v.P, "method", word(v.P, "method_word", q.Method)),
		row(v.P, "frequency", q.Frequency), row(v.P, "valid_until", until),
	)
	if q.PurposeNote != "" {
		out.Rows[3].Note = q.PurposeNote
	}
	if q.SubmittedAt != nil {
		out.Rows = append(out.Rows, row(v.P, "submitted", v.P.T("sharing.by", "at", v.P.Time(*q.SubmittedAt), "name", q.SubmittedName)))
	}
	return out
}

func (v requestView) replied() templates.Facts {
	q := v.Request
	return facts(v.P.T("sharing.section.reply"),
		row(v.P, "reply", word(v.P, "reply_word", q.Reply)),
		row(v.P, "reasons", words(v.P, "reason_word", q.ReplyReasons)),
		longRow(v.P, "reply_text", q.ReplyText),
		row(v.P, "replied", v.P.T("sharing.by", "at", v.P.Time(*q.RepliedAt), "name", q.RepliedName)),
		templates.Row{Label: v.P.T("sharing.due"), Text: q.ReplyDueOn.String(), Note: late(v.P, q.ReplyLateWd)},
	)
}

func (v requestView) escalated() templates.Facts {
	q := v.Request
	out := facts(v.P.T("sharing.section.escalation"),
		longRow(v.P, "escalation_text", q.EscalationText),
		row(v.P, "escalated", v.P.T("sharing.by", "at", v.P.Time(*q.EscalatedAt), "name", q.EscalatedName)),
	)
	if !q.MeetingOn.IsZero() {
		out.Rows = append(out.Rows, templates.Row{Label: v.P.T("sharing.meeting_on"), Text: q.MeetingOn.String(), Note: q.MeetingNote})
	}
	if q.SettledAt != nil {
		out.Rows = append(out.Rows,
			row(v.P, "outcome", word(v.P, "outcome_word", q.Outcome)), longRow(v.P, "outcome_text", q.OutcomeText),
			row(v.P, "settled", v.P.T("sharing.by", "at", v.P.Time(*q.SettledAt), "name", q.SettledName)),
			templates.Row{Label: v.P.T("sharing.due"), Text: q.SettleDueOn.String(), Note: late(v.P, q.SettleLateWd)},
		)
	}
	return out
}

// steps are what the reader can do with the request now.
func (v requestView) steps() []templates.Step {
	q, head := v.Request, v.r.By.Is(sharing.Heads()...)
	var out []templates.Step
	if v.AsProvider && head && q.State.Turn() == sharing.TurnProvider {
		out = append(out, v.reply())
	}
	if v.AsUser {
		out = append(out, v.userSteps(head)...)
	}
	party := v.r.By.DepartmentID != 0 && (v.r.By.DepartmentID == q.UserID || v.r.By.DepartmentID == q.ProviderID)
	if v.r.By.Is(auth.Office) && !party && q.State.Turn() == sharing.TurnOffice {
		if q.State == sharing.RequestEscalated {
			out = append(out, v.convene())
		}
		out = append(out, v.settle())
	}
	return out
}

func (v requestView) userSteps(head bool) []templates.Step {
	q := v.Request
	var out []templates.Step
	written := q.State == sharing.RequestDraft && q.ShareType == catalog.NotShared
	if head && q.State == sharing.RequestDraft && !written {
		out = append(out, v.Plain("submit", "send"))
	}
	less := q.State == sharing.RequestRefused || q.State == sharing.RequestPartial
	if head && (written || less || v.Silent()) {
		a := v.asker("escalate", url.Values{})
		out = append(out, v.Asking("escalate", "send", a.Long("escalation_text", true), a.File("file", true)))
	}
	if head && less {
		out = append(out, v.Plain("rest", "check"))
	}
	if q.State.May(sharing.RequestWithdrawn) && (head || q.State == sharing.RequestDraft) {
		out = append(out, v.Asking("withdraw", "return", v.asker("withdraw", url.Values{}).Text("reason", false)))
	}
	return out
}

// given are the terms as the user asked for them, to begin with.
func (v requestView) given() url.Values {
	q := v.Request
	return url.Values{
		"items": {lines(q.Items)}, "purposes": q.Purposes, "purpose_note": {q.PurposeNote}, "method": {q.Method},
		"scope": {sharing.ScopeDepartment},
	}
}

// underWhen shows fields for some answers only, and keeps what they depend on.
func underWhen(a asker, fields []templates.Field, other string, answers ...string) []templates.Field {
	for i, f := range fields {
		inner := f
		fields[i] = a.when(f, other, answers...)
		if inner.ShownWhen != "" {
			fields[i].ShownWhen += ";" + inner.ShownWhen
			fields[i].Hidden = fields[i].Hidden || inner.Hidden
		}
	}
	return fields
}

func (v requestView) reply() templates.Step {
	a := v.asker("reply", v.given())
	fields := []templates.Field{a.choice("reply", "reply_word", sharing.Replies(), true)}
	fields = append(fields,
		a.when(a.many("reasons", "reason_word", sharing.Reasons(), true), "reply", sharing.ReplyPartial, sharing.ReplyRefuse),
		a.Long("reply_text", false))
	fields = append(fields, underWhen(a, a.termFields(), "reply", sharing.ReplyGrant, sharing.ReplyPartial)...)
	out := v.Asking("reply", "check", fields...)
	out.Open = true
	return out
}

func (v requestView) convene() templates.Step {
	a := v.asker("convene", url.Values{})
	return v.Asking("convene", "people", a.Field("meeting_on", templates.KindDate, true), a.Text("meeting_note", false))
}

func (v requestView) settle() templates.Step {
	a := v.asker("settle", v.given())
	fields := []templates.Field{a.choice("outcome", "outcome_word", sharing.Outcomes(), true), a.Long("outcome_text", true), a.File("file", false)}
	fields = append(fields, underWhen(a, a.termFields(), "outcome", sharing.OutcomeShare, sharing.OutcomeVerify)...)
	return v.Asking("settle", "check", fields...)
}
