package surveyweb

import (
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// commentAt reads the name of a finding about a comment.
func commentAt(name string) (survey.Said, bool) {
	key, ok := strings.CutPrefix(name, "comment.")
	if !ok {
		return survey.Said{}, false
	}
	return saidAt(key)
}

// rowFieldAt reads the name of a finding about an answer in a row.
func rowFieldAt(name string) (survey.RowID, string, bool) {
	key, ok := strings.CutPrefix(name, "row.")
	if !ok {
		return 0, "", false
	}
	said, ok := saidAt(key)
	return said.Row, said.Question, ok
}

func compareText(a, b string) int { return strings.Compare(a, b) }

// where names what a comment is about.
func (v *reviewView) where(row survey.RowID, question string) string {
	var parts []string
	part := questionnaire.OfDepartment
	if row != 0 {
		part = questionnaire.OfSystem
		for _, r := range v.sheet.Rows {
			if r.Row.ID == row {
				parts = append(parts, nameOr(v.p, r.Row.Name))
			}
		}
	}
	if question != "" {
		parts = append(parts, v.label(part, question))
	}
	if len(parts) == 0 {
		return v.p.T("review.whole_form")
	}
	return strings.Join(parts, " · ")
}

// openSaid are the comments of earlier rounds that are open, to be said again
// or settled by the next decision.
func (v *reviewView) openSaid() []reviewSaid {
	var out []reviewSaid
	for _, c := range v.sheet.Comments {
		if c.SettledAt == nil && c.Kind != survey.Reply {
			out = append(out, v.comment(c))
		}
	}
	return out
}

// saidOf are the open comments about a row, 0 for the form.
func (v *reviewView) saidOf(row survey.RowID) []reviewSaid {
	var out []reviewSaid
	for _, c := range v.sheet.Comments {
		if c.SettledAt == nil && c.Kind != survey.Reply && rowOf(c) == row {
			out = append(out, v.comment(c))
		}
	}
	return out
}

func rowOf(c survey.Comment) survey.RowID {
	if c.RowID == nil {
		return 0
	}
	return *c.RowID
}

// comment is a comment with the body's answers to it.
func (v *reviewView) comment(c survey.Comment) reviewSaid {
	out := reviewSaid{
		ID: int64(c.ID), Kind: v.p.T("form.comment." + string(c.Kind)), By: c.SaidName, At: v.p.Time(c.SaidAt), Text: c.Text,
		Where: v.where(rowOf(c), c.Question), Href: "#row-" + rowText(rowOf(c)),
	}
	for _, r := range v.sheet.Comments {
		if r.Kind == survey.Reply && r.SettledAt == nil && r.ID > c.ID && rowOf(r) == rowOf(c) && r.Question == c.Question {
			out.Replies = append(out.Replies, v.p.T("review.reply", "name", r.SaidName, "at", v.p.Time(r.SaidAt), "text", r.Text))
		}
	}
	for _, id := range v.typed["again"] {
		out.Again = out.Again || id == strconv.FormatInt(out.ID, 10)
	}
	return out
}

// drafts are the comments that go out with the return.
func (v *reviewView) drafts() []reviewSaid {
	var out []reviewSaid
	for _, d := range v.sheet.Drafts {
		href := "#row-" + rowText(d.RowID)
		if d.RowID != 0 {
			href = v.path("review", "rows", rowText(d.RowID))
		}
		out = append(out, reviewSaid{By: d.SaidName, At: v.p.Time(d.SaidAt), Where: v.where(d.RowID, d.Question), Href: href, Text: d.Text})
	}
	return out
}

// goneText says why a system is gone.
func (v *reviewView) goneText(r *survey.Row) string {
	text := v.p.T("review.gone", "kind", r.GoneKind.Label(), "reason", r.GoneReason)
	switch {
	case !r.GoneOn.IsZero():
		text += " " + v.p.T("review.gone.on", "day", r.GoneOn)
	case r.GoneToID != nil:
		text += " " + v.p.T("review.gone.to", "name", v.refs.dir.Name(*r.GoneToID))
	case r.GoneOtherID != nil:
		for _, one := range v.sheet.Rows {
			if one.Row.SystemID != nil && *one.Row.SystemID == *r.GoneOtherID {
				text += " " + v.p.T("review.gone.other", "name", one.Row.Code+" "+one.Row.Name)
			}
		}
	}
	return text
}

// reviewRowPage is the data of survey/review_row.
type reviewRowPage struct {
	Head     templates.Head
	Errors   *templates.Errors
	Callouts []templates.Callout
	Action   string
	Hidden   []templates.Pair
	Card     reviewCard
	Acts     []templates.Act
}

// rowView is the page with all answers about a system.
func (v *reviewView) rowView(id survey.RowID) (web.Response, error) {
	at := -1
	for i := range v.sheet.Rows {
		if v.sheet.Rows[i].Row.ID == id {
			at = i
		}
	}
	if at < 0 {
		return nil, fault.New(fault.NotFound, "err.not_found")
	}
	r := &v.sheet.Rows[at]
	name := nameOr(v.p, r.Row.Name)
	out := reviewRowPage{
		Head:   templates.Head{Title: name, Code: r.Row.Code, Lead: v.p.T("review.row.lead", "department", v.paper.Owner.Name), Badges: v.cardBadges(r)},
		Errors: v.errors(), Callouts: v.callouts()[:0], Action: v.path("review"), Card: v.card(r, true),
		Hidden: append(v.version(), templates.Pair{Name: "at_row", Value: rowText(id)}),
	}
	link := func(i int, key, icon string) {
		if i >= 0 && i < len(v.sheet.Rows) {
			out.Head.Actions = append(out.Head.Actions, templates.Act{Text: v.p.T(key), Href: v.path("review", "rows", rowText(v.sheet.Rows[i].Row.ID)), Icon: icon})
		}
	}
	link(at+1, "review.row.next", "right")
	link(at-1, "review.row.before", "left")
	out.Head.Actions = append(out.Head.Actions, templates.Act{Text: v.p.T("review.row.back"), Href: v.path("review"), Kind: templates.ActQuiet})
	if v.may() {
		out.Acts = []templates.Act{{Text: v.p.T("review.act.save"), Name: "do", Value: actSave, Kind: templates.ActPrimary, Note: v.p.T("review.act.save.note")}}
	}
	return web.View{Template: "survey/review_row", Title: name + " · " + v.p.T("review.title"), Crumbs: v.reviewCrumbs(name), Data: out, Err: v.cause}, nil
}

// reviewCompare is the data of survey/review_compare.
type reviewCompare struct {
	Head   templates.Head
	Action string
	From   templates.Field
	To     templates.Field
	Form   []templates.Change
	Rows   []comparedRow
	Same   string // how many systems say the same
	Empty  *templates.Empty
}

// comparedRow is a system that differs.
type comparedRow struct {
	Title   string
	Badge   templates.Badge
	Text    string
	Changes []templates.Change
}

// compareView shows two versions of a form side by side.
type compareView struct {
	paperView
	c    survey.Comparison
	subs []survey.Submission
}

func (v compareView) data() reviewCompare {
	out := reviewCompare{
		Head: templates.Head{
			Title: v.p.T("review.compare"), Code: v.paper.Owner.Code,
			Lead:    v.p.T("review.compare.lead", "name", v.paper.Owner.Name, "from", v.side(v.c.From), "to", v.side(v.c.To)),
			Actions: []templates.Act{{Text: v.p.T("review.form"), Href: v.path(), Icon: "table"}},
		},
		Action: v.path("compare"), From: v.sides("from", v.c.From), To: v.sides("to", v.c.To),
	}
	w := &reviewView{paperView: v.paperView}
	for _, c := range v.c.Whole {
		out.Form = append(out.Form, templates.Change{Label: v.label(questionnaire.OfDepartment, c.Key), Old: v.ownText(c.Key, c.Old), New: v.ownText(c.Key, c.New)})
	}
	changed := v.c.Changed()
	for _, r := range changed {
		row := comparedRow{Title: strings.TrimSpace(r.Code + " " + nameOr(v.p, r.Name)), Badge: v.badge(r), Text: r.Gone}
		for _, c := range r.Changes {
			row.Changes = append(row.Changes, templates.Change{Label: v.label(questionnaire.OfSystem, c.Key), Old: w.answer(c.Key, c.Old), New: w.answer(c.Key, c.New)})
		}
		out.Rows = append(out.Rows, row)
	}
	if same := len(v.c.Rows) - len(changed); same > 0 {
		out.Same = v.p.T("review.compare.same", "n", same)
	}
	if len(changed)+len(out.Form) == 0 {
		out.Empty = &templates.Empty{Icon: "check", Title: v.p.T("review.compare.equal"), Text: v.p.T("review.compare.equal.text")}
	}
	return out
}

// ownText writes an answer about the body; yes and no of what every form says.
func (v compareView) ownText(key, canonical string) string {
	if canonical == "true" || canonical == "false" {
		return v.p.T("bool." + canonical)
	}
	return v.text(questionnaire.OfDepartment, key, canonical)
}

func (v compareView) badge(r survey.RowDiff) templates.Badge {
	tone := map[survey.Difference]string{
		survey.Edited: templates.ToneBlue, survey.New: templates.ToneGreen, survey.LetGo: templates.ToneAmber, survey.Dropped: templates.ToneRed,
	}[r.Kind]
	return templates.Badge{Text: v.p.T("review.diff."+string(r.Kind), "n", len(r.Changes)), Tone: tone}
}

// side names a version.
func (v compareView) side(s survey.Side) string {
	switch s {
	case survey.SideNow, survey.SideRegister:
		return v.p.T("review.side." + string(s))
	}
	for _, sub := range v.subs {
		if survey.SideOf(sub.Number) == s {
			return v.p.T("review.side.number", "n", sub.Number, "at", sub.SubmittedAt)
		}
	}
	return string(s)
}

// sides offers the versions to choose from.
func (v compareView) sides(name string, chosen survey.Side) templates.Field {
	f := templates.Field{Name: name, Kind: templates.KindRef, Label: v.p.T("review.compare." + name), Value: string(chosen), Width: "medium"}
	add := func(s survey.Side) {
		f.Options = append(f.Options, templates.Option{Value: string(s), Text: v.side(s)})
	}
	add(survey.SideRegister)
	for i := len(v.subs) - 1; i >= 0; i-- {
		add(survey.SideOf(v.subs[i].Number))
	}
	add(survey.SideNow)
	return f
}
