package surveyweb

import (
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/survey"
	"qingce/templates"
)

// campaignPage is the data of survey/campaign.
type campaignPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Own      *ownBox
	Stats    []templates.Stat
	Groups   []templates.Facts
}

// ownBox leads somebody to the form of the own department.
type ownBox struct {
	Title    string
	Badge    templates.Badge
	Text     string
	Progress *templates.Progress
	Acts     []templates.Act
}

type campaignView struct {
	p   *locale.Printer
	by  auth.Principal
	c   campaign
	err error // why an act was not done
}

func (v campaignView) page() campaignPage {
	return campaignPage{Head: v.head(), Callouts: v.callouts(), Own: v.own(), Stats: v.stats(), Groups: []templates.Facts{v.plan(), v.subject()}}
}

func (v campaignView) head() templates.Head {
	h := templates.Head{
		Title: v.c.Title, Code: v.c.Code, Badges: []templates.Badge{campaignBadge(v.p, v.c.State)}, Actions: v.acts(),
		Facts: []templates.Row{{Label: v.p.T("campaign.kind"), Text: kindText(v.p, v.c.Kind)}},
	}
	if v.c.State == survey.Running {
		h.Deadline = v.c.when.deadline(v.p, v.c.DueOn, v.c.Basis)
	}
	return h
}

// acts are what the reader can do with the campaign now.
func (v campaignView) acts() []templates.Act {
	var out []templates.Act
	holds, code := mayHold(v.by, v.c.Kind), v.c.Code
	add := func(when bool, a templates.Act) {
		if when {
			out = append(out, a)
		}
	}
	preparing, running := v.c.State == survey.Preparing, v.c.State == survey.Running
	add(holds && preparing, v.openAct())
	forms := !preparing && v.c.Counts.Bodies > 0
	add(v.by.Is(reviewers()...) && forms, templates.Act{Text: v.p.T("survey.act.review"), Href: surveyPath(code, "review"), Kind: templates.ActPrimary, Icon: "check"})
	add(v.by.View().All && forms, templates.Act{Text: v.p.T("survey.act.coverage"), Href: surveyPath(code, "coverage"), Icon: "chart"})
	add(holds && v.c.State != survey.Locked, templates.Act{Text: v.p.T("survey.act.edit"), Href: surveyPath(code, "edit"), Icon: "edit"})
	add(holds && running, templates.Act{Text: v.p.T("survey.act.to_close"), Href: surveyPath(code, "close"), Icon: "lock"})
	add(holds, templates.Act{Text: v.p.T("survey.act.copy"), Href: templates.WithQuery(surveysPath+"/new", "copy", code), Kind: templates.ActQuiet, Icon: "copy"})
	return out
}

// openAct opens the campaign. A census without a form of its own asks nobody: it
// verifies what was declared before.
func (v campaignView) openAct() templates.Act {
	key, args := "survey.act.open", []any{"n", v.bodies(), "due", v.c.DueOn}
	if v.c.verifies() {
		key, args = "survey.act.open.verify", append(args, "based", v.c.based())
	}
	return templates.Act{
		Text: v.p.T(key), Kind: templates.ActPrimary, Icon: "send", Post: surveyPath(v.c.Code, "open"),
		Hidden:  []templates.Pair{{Name: "version", Value: strconv.FormatInt(v.c.Version, 10)}},
		Confirm: v.p.T(key+".confirm", args...), Note: v.p.T(key+".note", args...),
	}
}

func (v campaignView) bodies() int {
	if v.c.scope == nil {
		return v.c.Counts.Bodies
	}
	return len(v.c.scope.Bodies)
}

// callouts say why an act was not done, what is to be done next, and what the
// organisers tell those who fill in.
func (v campaignView) callouts() []templates.Callout {
	var out []templates.Callout
	if v.err != nil {
		c := templates.Callout{Kind: "error", Title: v.p.T("survey.not_opened")}
		for _, f := range fault.FieldsOf(v.err) {
			if !f.Warning {
				c.Items = append(c.Items, v.p.Field(f))
			}
		}
		out = append(out, c)
	}
	if v.c.State == survey.Preparing && mayHold(v.by, v.c.Kind) && v.err == nil {
		out = append(out, v.prepare())
	}
	if v.c.scope != nil && !v.c.verifies() && len(v.c.scope.Nobody) > 0 && v.c.State != survey.Locked && mayHold(v.by, v.c.Kind) {
		out = append(out, v.nobody())
	}
	if v.c.Note != "" {
		out = append(out, templates.Callout{Kind: "info", Title: v.p.T("survey.note"), Text: v.c.Note})
	}
	return out
}

// prepare says what is to be done before the campaign is opened.
func (v campaignView) prepare() templates.Callout {
	if v.c.verifies() {
		return templates.Callout{Kind: "info", Title: v.p.T("survey.prepare.verify.title"), Items: []string{
			v.p.T("survey.prepare.verify.scope", "n", v.bodies()), v.p.T("survey.prepare.verify.asks", "based", v.c.based()),
		}}
	}
	return templates.Callout{Kind: "info", Title: v.p.T("survey.prepare.title"), Items: []string{
		v.p.T("survey.prepare.scope", "n", v.bodies()), v.p.T("survey.prepare.preview"), v.p.T("survey.prepare.open"),
	}}
}

// mostNamed is how many bodies a callout names.
const mostNamed = 8

// nobody names the bodies that have nobody to ask.
func (v campaignView) nobody() templates.Callout {
	all := v.c.scope.Nobody
	var names []string
	for _, d := range all[:min(len(all), mostNamed)] {
		names = append(names, d.Name)
	}
	return templates.Callout{
		Kind: "warning", Title: v.p.T("survey.nobody.title", "n", len(all)),
		Text: v.p.T("survey.nobody.text", "names", v.p.Join(names)), Link: &templates.Link{Text: v.p.T("survey.nobody.link"), Href: surveyPath(v.c.Code, "scope")},
	}
}

// own is the form of the reader's department.
func (v campaignView) own() *ownBox {
	if v.c.Own == nil || v.c.own == nil {
		return nil
	}
	f, path := v.c.Own, formPath(v.c.Code, v.c.own.Code)
	b := &ownBox{Title: v.p.T("survey.own.title", "name", v.c.own.Name), Badge: standingBadge(v.p, f), Text: v.ownText(f)}
	if f.State.Open() && f.Needed > 0 {
		b.Progress = &templates.Progress{Label: v.p.T("survey.own.progress"), Done: int64(f.Given), Total: int64(f.Needed)}
	}
	key, kind := "look", templates.ActPlain
	if f.State.Open() && v.c.State.Takes() && v.by.Is(fillers()...) {
		key, kind = "fill", templates.ActPrimary
		if f.BegunAt != nil {
			key = "go_on"
		}
		if f.State == survey.FormReturned {
			key = "mend"
		}
	}
	b.Acts = []templates.Act{{Text: v.p.T("survey.own." + key), Href: path, Kind: kind, Icon: "edit"}}
	return b
}

// ownText says in a sentence whose turn it is.
func (v campaignView) ownText(f *survey.Form) string {
	late := 0
	if f.LateWd != nil {
		late = *f.LateWd
	}
	text := v.p.T("survey.own.text."+string(f.Standing()), "name", f.ReadyName, "rows", f.RowsTotal)
	if late > 0 {
		text += " " + v.p.T("survey.own.late", "n", late)
	}
	return text
}

// stats are the forms by where they stand, each leading to its rows.
func (v campaignView) stats() []templates.Stat {
	n := v.c.Counts
	if !v.by.View().All || n.Bodies == 0 {
		return nil
	}
	to := surveyPath(v.c.Code, "coverage")
	stat := func(key string, count int, tone, name, value string) templates.Stat {
		s := templates.Stat{Label: v.p.T("survey.stat." + key), Value: strconv.Itoa(count), Href: to + "#bodies"}
		if name != "" {
			s.Href = templates.WithQuery(to, name, value) + "#bodies"
		}
		if count > 0 {
			s.Tone = tone
		}
		return s
	}
	accepted := stat("accepted", n.Accepted, templates.ToneGreen, paramStanding, "accepted")
	accepted.Href = to + "?standing=accepted&standing=locked#bodies" // a locked form was accepted
	accepted.Share = share(n.Accepted, n.Bodies)
	out := []templates.Stat{
		stat("bodies", n.Bodies, "", "", ""), stat("not_opened", n.Bodies-n.Opened, templates.ToneAmber, paramStanding, "not_opened"),
		stat("submitted", n.Submitted, "", paramStanding, "submitted"), stat("returned", n.Returned, templates.ToneRed, paramStanding, "returned"), accepted,
	}
	if n.Zero > 0 {
		out = append(out, stat("zero", n.Zero, "", paramZero, yes))
	}
	if n.Late > 0 {
		out = append(out, stat("late", n.Late, templates.ToneRed, paramLate, lateFiled))
	}
	if n := v.takenOut(); n > 0 {
		out = append(out, templates.Stat{
			Label: v.p.T("coverage.stat.out"), Value: strconv.Itoa(n), Href: surveyPath(v.c.Code, "scope"), Tone: templates.ToneAmber,
		})
	}
	return out
}

// takenOut is how many bodies were taken out of the scope by hand.
func (v campaignView) takenOut() int {
	n := 0
	for _, e := range v.c.scope.Exceptions {
		if !e.Included {
			n++
		}
	}
	return n
}

// plan are the dates.
func (v campaignView) plan() templates.Facts {
	g := templates.Facts{ID: "s-plan", Title: v.p.T("campaign.section.when")}
	day := func(key string, d calendar.Date) {
		if d.IsZero() {
			return
		}
		row := templates.Row{Label: v.p.T(key), Text: v.p.T("survey.day.with", "day", d, "kind", v.c.when.kindOfDay(v.p, d))}
		if key != "campaign.opens_on" {
			row.Note = v.c.when.advised(v.p, d)
		}
		g.Rows = append(g.Rows, row)
	}
	day("campaign.opens_on", v.c.OpensOn)
	day("campaign.due_on", v.c.DueOn)
	day("campaign.review_due_on", v.c.ReviewDueOn)
	g.Rows = append(g.Rows, templates.Row{Label: v.p.T("campaign.mend_wd"), Text: strconv.Itoa(v.c.MendWd), Unit: v.p.T("unit.wd")})
	if at := v.c.OpenedAt; at != nil {
		label := "survey.opened_at"
		if v.c.verifies() {
			label = "survey.opened_at.verify"
		}
		g.Rows = append(g.Rows, templates.Row{Label: v.p.T(label), Text: v.p.Time(*at)})
	}
	if at := v.c.ClosedAt; at != nil {
		g.Rows = append(g.Rows, templates.Row{Label: v.p.T("survey.closed_at"), Text: v.p.Time(*at)})
	}
	if at := v.c.LockedAt; at != nil {
		g.Rows = append(g.Rows, templates.Row{Label: v.p.T("survey.locked_at"), Text: v.p.Time(*at)})
	}
	return g
}

// subject is who is asked what, and on what it rests.
func (v campaignView) subject() templates.Facts {
	g := templates.Facts{ID: "s-subject", Title: v.p.T("survey.subject")}
	scope := templates.Row{Label: v.p.T("campaign.scope"), Text: v.p.T(field.OptionKey("campaign_scope", string(v.c.Scope)))}
	if v.c.scope != nil {
		scope.Text = v.p.T("survey.scope.count", "scope", fault.Label(field.OptionKey("campaign_scope", string(v.c.Scope))), "n", v.bodies())
		scope.Href = surveyPath(v.c.Code, "scope")
		if n := len(v.c.scope.Exceptions); n > 0 {
			scope.Note = v.p.T("survey.scope.exceptions", "n", n)
		}
	}
	g.Rows = append(g.Rows, scope)
	if q := v.c.questions; q != nil {
		g.Rows = append(g.Rows, templates.Row{
			Label: v.p.T("campaign.questionnaire_id"), Text: v.p.T("survey.questionnaire.option", "title", q.Body.Title.In(v.p.Lang()), "n", q.Number),
			Href: questionnairePath(q.Code, q.Number), Note: v.p.T("survey.questionnaire.fixed"),
		})
	} else {
		g.Rows = append(g.Rows, templates.Row{Label: v.p.T("campaign.questionnaire_id"), Text: v.p.T("survey.questionnaire.none")})
	}
	if v.c.basedOn != nil {
		g.Rows = append(g.Rows, templates.Row{Label: v.p.T("campaign.based_on_id"), Text: v.c.basedOn.Title, Href: surveyPath(v.c.basedOn.Code)})
	}
	if v.c.copied != nil {
		g.Rows = append(g.Rows, templates.Row{Label: v.p.T("survey.copied_from"), Text: v.c.copied.Title, Href: surveyPath(v.c.copied.Code)})
	}
	g.Rows = append(g.Rows, templates.Row{Label: v.p.T("campaign.basis"), Text: v.c.Basis},
		templates.Row{Label: v.p.T("survey.updated"), Text: v.p.T("survey.updated.by", "name", v.c.UpdatedName, "at", v.c.UpdatedAt)})
	return g
}
