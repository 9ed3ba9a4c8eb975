package surveyweb

import (
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// paperView is what all pages of a form show: whose it is, in which state, by
// when, and whose turn it is.
type paperView struct {
	p      *locale.Printer // with the words of the questionnaire
	by     auth.Principal
	paper  survey.Paper
	refs   refs
	now    time.Time
	worked bool // the due day is a day off that is worked
}

func (v paperView) writer() fieldweb.Writer { return fieldweb.Writer{P: v.p, Names: v.refs} }

func (v paperView) path(more ...string) string {
	return formPath(v.paper.Campaign.Code, v.paper.Owner.Code, more...)
}

func (v paperView) title() string {
	return v.p.T("form.title", "campaign", v.paper.Campaign.Title, "department", v.paper.Owner.Name)
}

// crumbs lead from all surveys to this page.
func (v paperView) crumbs(here ...string) []templates.Crumb {
	out := campaignCrumbs(v.p, templates.Crumb{Text: v.paper.Campaign.Title, Href: surveyPath(v.paper.Campaign.Code)})
	form := templates.Crumb{Text: v.paper.Owner.Name}
	if len(here) > 0 {
		form.Href = v.path()
	}
	out = append(out, form)
	for _, text := range here {
		out = append(out, templates.Crumb{Text: text})
	}
	return out
}

func (v paperView) badges() []templates.Badge {
	f := v.paper.Form
	out := []templates.Badge{{Text: v.p.T(string(f.State.Label())), Tone: stateTone(f.State)}}
	if f.Zero {
		out = append(out, templates.Badge{Text: v.p.T("form.badge.zero"), Tone: templates.ToneGrey})
	}
	if f.ReadyAt != nil && f.State.Open() {
		out = append(out, templates.Badge{Text: v.p.T("form.badge.ready"), Tone: templates.ToneBlue})
	}
	if f.LateWd != nil && *f.LateWd > 0 {
		out = append(out, templates.Badge{Text: v.p.T("form.badge.late", "n", *f.LateWd), Tone: templates.ToneRed})
	}
	return out
}

func stateTone(s survey.FormState) string {
	return map[survey.FormState]string{
		survey.FormDraft: templates.ToneGrey, survey.FormSubmitted: templates.ToneBlue, survey.FormReturned: templates.ToneRed,
		survey.FormAccepted: templates.ToneGreen, survey.FormLocked: templates.ToneGreen,
	}[s]
}

func (v paperView) deadline() *templates.Deadline {
	due := v.paper.Due
	if due == nil {
		return nil
	}
	out := web.Deadline(v.p, web.Due{
		On: due.DueOn, Advised: due.Advised, Remaining: due.Remaining, Late: due.Late, Unknown: due.Unknown, Overdue: due.Overdue,
		Article: due.Article, Worked: v.worked,
	}, calendar.DateOf(v.now))
	return &out
}

// head is the head of a page of the form; lead says whose turn it is.
func (v paperView) head(acts ...templates.Act) templates.Head {
	f := v.paper.Form
	h := templates.Head{
		Title: v.title(), Code: v.paper.Owner.Code, Badges: v.badges(), Deadline: v.deadline(), Lead: v.p.T("form.turn." + v.turn()), Actions: acts,
	}
	if !f.Zero {
		h.Facts = append(h.Facts, templates.Row{
			Label: v.p.T("form.fact.rows"), Text: v.p.T("form.fact.rows.text", "done", f.RowsDone, "total", f.RowsTotal),
		})
	}
	if f.BegunAt != nil {
		h.Facts = append(h.Facts, templates.Row{Label: v.p.T("form.fact.changed"), Text: v.p.T("form.fact.by", "name", f.UpdatedName, "at", f.UpdatedAt)})
	}
	if f.SubmittedAt != nil {
		h.Facts = append(h.Facts, templates.Row{Label: v.p.T("form.fact.confirmed"), Text: v.p.T("form.fact.by", "name", f.ConfirmedName, "at", *f.SubmittedAt)})
	}
	if f.Returns > 0 {
		h.Facts = append(h.Facts, templates.Row{Label: v.p.T("form.fact.returns"), Text: strconv.Itoa(f.Returns)})
	}
	return h
}

// turn says in one word whose turn it is and what comes next.
func (v paperView) turn() string {
	f := v.paper.Form
	switch {
	case f.State == survey.FormLocked || v.paper.Campaign.State == survey.Locked:
		return "locked"
	case f.State == survey.FormAccepted:
		return "accepted"
	case f.State == survey.FormSubmitted:
		return "submitted"
	case f.ReadyAt != nil && v.paper.MayAnswer:
		return "head"
	case f.ReadyAt != nil:
		return "ready"
	case !v.paper.MayFill: // whoever only reads is not told to fill it in
		return "theirs"
	case f.State == survey.FormReturned:
		return "returned"
	case f.BegunAt == nil:
		return "fresh"
	}
	return "filling"
}

// version is sent along by every act on the form.
func (v paperView) version() []templates.Pair {
	return []templates.Pair{{Name: "version", Value: versionText(v.paper.Form.Version)}}
}

func (v paperView) tabs(here string) templates.Tabs {
	out := templates.Tabs{Label: v.title()}
	add := func(word, href, count string) {
		out.Items = append(out.Items, templates.Tab{Text: v.p.T("form.tab." + word), Href: href, Active: word == here, Count: count})
	}
	add("rows", v.path(), strconv.Itoa(v.paper.Form.RowsTotal))
	add("answers", v.path("answers"), "")
	add("check", v.path("check"), "")
	add("book", v.path("workbook"), "")
	add("print", v.path("print"), "")
	return out
}

// progress is how much of what is required is given.
func (v paperView) progress() templates.Progress {
	f := v.paper.Form
	return templates.Progress{
		Label: v.p.T("form.progress"), Done: int64(f.Given), Total: int64(f.Needed), Text: v.p.T("form.progress.text", "left", f.Needed-f.Given, "rows", f.RowsTotal-f.RowsDone, "errors", f.Errors),
	}
}

// standing is a row's state in a word and a colour.
func (v paperView) standing(r survey.Row) *templates.Badge {
	tone := map[survey.RowDecision]string{
		survey.Pending: templates.ToneGrey, survey.Confirmed: templates.ToneGreen, survey.Changed: templates.ToneBlue,
		survey.Added: templates.ToneBlue, survey.Gone: templates.ToneGrey, survey.Removed: templates.ToneGrey,
	}[r.Decision]
	b := templates.Badge{Text: v.p.T("form.decision." + string(r.Decision)), Tone: tone}
	if r.Origin == survey.FromCensus {
		b.Text, b.Tone = v.p.T("form.decision.census", "decision", b.Text), templates.ToneAmber
	}
	switch {
	case !r.Stands():
	case len(r.Typed) > 0:
		b.Tone, b.Text = templates.ToneAmber, v.p.T("form.decision.typed", "decision", b.Text)
	case r.Errors > 0:
		b.Tone, b.Text = templates.ToneRed, v.p.T("form.decision.wrong", "decision", b.Text, "n", r.Errors)
	}
	return &b
}

// nameOr is a name, or words for a system without one.
func nameOr(p *locale.Printer, name string) string {
	if name == "" {
		return p.T("form.row.unnamed")
	}
	return name
}

// text writes an answer of a part as people read it.
func (v paperView) text(part questionnaire.Part, key, canonical string) string {
	if columns, ok := v.paper.Ask.Columns(key); ok {
		return v.lines(columns, canonical)
	}
	f, ok := v.paper.Ask.Catalog(part).Find(key)
	if !ok {
		return canonical
	}
	return fieldweb.TextWithUnit(v.writer(), f, canonical)
}

// lines writes a table question in one text.
func (v paperView) lines(columns *field.Catalog[field.Answers], canonical string) string {
	out := ""
	for i, line := range questionnaire.ReadTable(canonical) {
		if i > 0 {
			out += "\n"
		}
		out += strconv.Itoa(i+1) + ". "
		var parts []string
		for j := range columns.All() {
			c := &columns.All()[j]
			if s := fieldweb.TextWithUnit(v.writer(), c, c.Get(&line)); s != "" {
				parts = append(parts, v.p.T("form.list.cell", "label", v.p.T(string(c.Label)), "value", s))
			}
		}
		out += strings.Join(parts, v.p.T("form.list.between"))
	}
	return out
}

// label is the name of a question, of what every form says by itself, or of a
// field of the register.
func (v paperView) label(part questionnaire.Part, key string) string {
	if c := v.paper.Ask.Catalog(part); c != nil {
		if f, ok := c.Find(key); ok {
			return v.p.T(string(f.Label))
		}
	}
	if part == questionnaire.OfSystem {
		return v.p.T("system." + key)
	}
	return v.p.T("survey.field." + key)
}

// said is a finding in words.
func (v paperView) said(f fault.Field) string { return v.p.Field(f) }
