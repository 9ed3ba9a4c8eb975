package fundingweb

import (
	"strings"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/locale"
	"qingce/inventory/hub"
	"qingce/scoring/eligibility"
	"qingce/scoring/funding"
	"qingce/templates"
)

// facts are what was frozen, the opinions and the decision.
func (v itemView) facts() []templates.Facts {
	out := []templates.Facts{v.registered(), v.connected()}
	for i := range out {
		out[i].Lead = v.P.T("funding.facts.lead", "date", v.File.Facts.On)
	}
	return append(out, v.opinions())
}

func (v itemView) row(name, text string) templates.Row {
	return templates.Row{Label: v.P.T("funding.fact." + name), Text: text}
}

// registered are the facts of the register and of the clean-up.
func (v itemView) registered() templates.Facts {
	f := &v.File.Facts
	rows := []templates.Row{
		v.row("state", v.P.T(string(f.System.State.Label()))), v.row("phase", word(v.P, "opt.phase.", f.System.Phase)),
		{Label: v.P.T("funding.fact.amount"), Text: moneyText(v.P, f.System.Amount), Unit: v.P.T("funding.unit")},
		v.row("source", word(v.P, "opt.fund_source.", f.System.Source)), v.row("contract", dayOr(f.System.ContractEnd)), v.row("disabled", dayOr(f.System.DisabledOn)),
		v.row("djbh", word(v.P, "opt.djbh_level.", f.System.DjbhLevel)), v.row("djbh_filing", f.System.DjbhFiling),
	}
	if c := f.Case; c != nil {
		rows = append(rows, templates.Row{Label: v.P.T("funding.fact.case"), Text: c.No, Href: "/zombies/cases/" + c.No, Note: v.P.T(string(c.State.Label()))})
	}
	for _, n := range f.Notices {
		rows = append(rows, templates.Row{Label: v.P.T("funding.fact.notice"), Text: n.No, Href: n.Path, Note: v.P.T("funding.fact.due", "date", n.DueOn)})
	}
	for _, name := range f.Lacking() {
		rows = append(rows, v.row("lacking", v.P.T("funding.lacking."+name)))
	}
	return templates.Facts{Title: v.P.T("funding.facts.register"), Rows: given(rows)}
}

// connected are the facts of the hub.
func (v itemView) connected() templates.Facts {
	h, yes := &v.File.Facts.Hub, map[bool]string{true: v.P.T("ui.yes"), false: v.P.T("ui.no")}
	out := templates.Facts{Title: v.P.T("funding.facts.hub"), Action: &templates.Act{Text: v.P.T("funding.act.connection"), Href: "/hub/connections/" + v.Item.Code}}
	if !h.Known {
		out.Rows = []templates.Row{{Label: v.P.T("funding.fact.connected"), Text: v.P.T("funding.unknown")}}
		return out
	}
	missing := []string{}
	for part := range strings.SplitSeq(h.Missing, "|") {
		if part != "" {
			missing = append(missing, v.P.T(string(hub.Paper(part).Label())))
		}
	}
	out.Rows = given([]templates.Row{
		{Label: v.P.T("funding.fact.must"), Text: yes[h.Must], Note: v.P.T(string(h.Basis.Label()))}, v.row("until", dayOr(h.Until)),
		v.row("connected", yes[h.Connected]), v.row("connected_on", dayOr(h.ConnectedOn)), v.row("stage", stageText(v.P, h)),
		v.row("down", dayOr(h.DownSince)), v.row("missing", v.P.Join(missing)),
	})
	return out
}

func stageText(p *locale.Printer, h *funding.HubFacts) string {
	if s, ok := hub.ParseStage(h.Stage); ok {
		return s.Code() + " " + p.T(string(s.Label()))
	}
	return h.Stage
}

// word names a choice of the register.
func word(p *locale.Printer, set, value string) string {
	if value == "" || !p.Has(set+value) {
		return value
	}
	return p.T(set + value)
}

// given leaves out what says nothing.
func given(rows []templates.Row) []templates.Row {
	var out []templates.Row
	for _, r := range rows {
		if r.Text != "" {
			out = append(out, r)
		}
	}
	return out
}

// opinions are what the Office, the reform commission and the finance bureau said.
func (v itemView) opinions() templates.Facts {
	i := &v.Item
	out := templates.Facts{Title: v.P.T("funding.facts.opinions"), Rows: []templates.Row{
		v.said("office", i.OfficeResult, i.OfficeText, i.OfficeAt, i.OfficeName), v.said("reform", i.ReformResult, i.ReformText, i.ReformAt, i.ReformName),
	}}
	if !i.AppealUntil.IsZero() {
		out.Rows = append(out.Rows, templates.Row{Label: v.P.T("funding.fact.appeal_until"), Text: i.AppealUntil.String()})
	}
	if i.DecidedAt == nil {
		out.Rows = append(out.Rows, templates.Row{Label: v.P.T("funding.turn.finance"), Text: v.P.T("funding.not_yet")})
		return out
	}
	decided := v.said("finance", i.Result, i.DecisionText, i.DecidedAt, i.DecidedName)
	if i.Result == eligibility.Conditional {
		decided.Label = v.P.T("funding.fact.decided")
	}
	out.Rows = append(out.Rows, decided)
	if !i.UntilOn.IsZero() {
		out.Rows = append(out.Rows, templates.Row{Label: v.P.T("funding.field.until"), Text: i.UntilOn.String()})
	}
	if !i.FromOn.IsZero() {
		out.Rows = append(out.Rows, templates.Row{Label: v.P.T("funding.fact.from"), Text: i.FromOn.String()})
	}
	if i.KeptAmount != nil {
		out.Rows = append(out.Rows, templates.Row{Label: v.P.T("funding.field.kept"), Text: v.P.Wan(*i.KeptAmount), Unit: v.P.T("funding.unit"), Note: i.KeptNote})
	}
	return out
}

func (v itemView) said(who string, result eligibility.Result, text string, at *time.Time, name string) templates.Row {
	row := templates.Row{Label: v.P.T("funding.turn." + who)}
	if at == nil {
		row.Text = v.P.T("funding.not_yet")
		return row
	}
	badge := resultBadge(v.P, result)
	row.Badge, row.Text, row.Note = &badge, text, v.P.T("funding.by", "at", v.P.Time(*at), "name", name)
	return row
}

// pleas are what the head put forward, the newest first.
func (v itemView) pleas() []pleaBox {
	var out []pleaBox
	for n := len(v.Pleas) - 1; n >= 0; n-- {
		p := v.Pleas[n]
		by := func(day calendar.Date, name string) string { return v.P.T("funding.by", "at", day, "name", name) }
		rows := []templates.Row{
			{Label: v.P.T("funding.fact.plea_state"), Text: v.P.T(string(p.State.Label()))},
			{Label: v.P.T("funding.field.plea_text"), Text: p.Text, Long: true, Note: by(p.SubmittedOn, p.SubmittedName)},
		}
		if p.Verdict != "" {
			rows = append(rows, templates.Row{Label: v.P.T("funding.field.verdict"), Text: v.P.T(string(p.Verdict.Label())), Note: p.VerdictText + " " + by(p.VerifiedOn, p.VerifiedName)},
				templates.Row{Label: v.P.T("funding.fact.verify_by"), Text: dayOr(p.DueOn), Note: late(v.P, p.LateWd)})
		}
		if !p.MeetingOn.IsZero() {
			rows = append(rows, templates.Row{Label: v.P.T("funding.field.meeting_text"), Text: p.MeetingText, Long: true, Note: by(p.MeetingOn, p.MeetingName)})
		}
		if !p.ClosedOn.IsZero() {
			rows = append(rows, templates.Row{Label: v.P.T("funding.fact.closed"), Text: p.ClosedText, Long: true, Note: by(p.ClosedOn, p.ClosedName)})
		}
		out = append(out, pleaBox{Title: v.P.T(string(p.Kind.Label())), Facts: templates.Facts{Title: v.P.T(string(p.Kind.Label())), Rows: given(rows)}, Files: fileList(v.P, p.Files, v.Path)})
	}
	return out
}

// late says how a term that is over stood.
func late(p *locale.Printer, days *int64) string {
	switch {
	case days == nil:
		return ""
	case *days == 0:
		return p.T("funding.on_time")
	}
	return p.T("funding.late_by", "n", *days)
}

// fileList is the files beside a plea; nil without any.
func fileList(p *locale.Printer, items []evidence.Item, path string) *templates.Files {
	if len(items) == 0 {
		return nil
	}
	out := &templates.Files{}
	for _, item := range items {
		kind := strings.ToUpper(item.Link.Name[strings.LastIndexByte(item.Link.Name, '.')+1:])
		out.Files = append(out.Files, templates.File{
			Name: item.Link.Name, Href: path + "/files/" + item.Link.ID.String(), Kind: kind, Size: p.Size(item.File.Size),
			At: p.Time(item.Link.AddedAt), By: item.Link.AddedName, Hash: item.File.SHA256,
		})
	}
	return out
}
