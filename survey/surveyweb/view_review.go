package surveyweb

import (
	"errors"
	"net/url"
	"slices"
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/questionnaire"
	"qingce/templates"
)

// reviewPage is the data of survey/review.
type reviewPage struct {
	Head     templates.Head
	Errors   *templates.Errors
	Callouts []templates.Callout
	Action   string
	Hidden   []templates.Pair
	Body     *reviewCard // what the form says of the body
	Tabs     templates.Tabs
	Rows     []reviewCard
	Empty    *templates.Empty
	Pager    *templates.Pager
	Open     []reviewSaid // comments of earlier returns
	Drafts   []reviewSaid
	Acts     []templates.Act
	Note     *templates.Form
	NoteText string
	May      bool
}

// reviewCard is a system, or the body as a whole, with what there is to look at
// and a place for a comment beside each answer.
type reviewCard struct {
	ID       string
	Title    string
	Href     string // of the record in the register
	Badges   []templates.Badge
	Warnings []string
	Text     string
	Said     []reviewSaid
	Lines    []reviewLine
	Compared bool // the lines have an old value
	Whole    *reviewLine
	More     *templates.Link
	May      bool
}

// reviewLine is one answer and what the reviewer has to say of it.
type reviewLine struct {
	Label    string
	Say      string // beside the tick
	Old, New string
	Warnings []string
	Name     string // 12.use_scope
	Ticked   bool
	Had      bool // there is a drafted comment
	Text     string
	Error    string
	By       string // who drafted it, when it was somebody else
}

// reviewSaid is a comment with its answers.
type reviewSaid struct {
	ID      int64
	Kind    string
	By, At  string
	Where   string
	Href    string
	Text    string
	Replies []string
	Again   bool
}

// reviewView is a form as its reviewer sees it.
type reviewView struct {
	paperView
	sheet survey.Sheet
	all   bool
	page  int
	typed url.Values // nil when nothing was posted
	cause error
	note  *string
}

func (v *reviewView) may() bool { return v.sheet.Refused == nil }

func (v *reviewView) view() web.View {
	return web.View{
		Template: "survey/review", Title: v.p.T("review.title") + " · " + v.title(), Crumbs: v.reviewCrumbs(), Data: v.data(), Err: v.cause,
	}
}

func (v *reviewView) reviewCrumbs(more ...string) []templates.Crumb {
	out := v.crumbs(append([]string{v.p.T("review.title")}, more...)...)
	if len(more) > 0 {
		out[len(out)-2].Href = v.path("review")
	}
	return out
}

func (v *reviewView) data() reviewPage {
	out := reviewPage{
		Head: v.reviewHead(), Errors: v.errors(), Callouts: v.callouts(), Action: v.path("review"), Hidden: v.hidden(), Tabs: v.showTabs(),
		Open: v.openSaid(), Drafts: v.drafts(), Note: v.noteForm(), NoteText: v.sheet.Form.OfficeNote, May: v.may(),
	}
	body := v.bodyCard()
	out.Body = &body
	rows := v.rows()
	from := min((v.page-1)*reviewRows, len(rows))
	for i := range rows[from:min(from+reviewRows, len(rows))] {
		out.Rows = append(out.Rows, v.card(&rows[from+i], false))
	}
	if len(rows) > reviewRows {
		p := templates.NewPager(v.address(), v.page, reviewRows, int64(len(rows)))
		out.Pager = &p
	}
	if len(rows) == 0 {
		out.Empty = v.nothing()
	}
	if out.May {
		out.Acts = v.acts()
	}
	return out
}

func (v *reviewView) address() string {
	if v.all {
		return templates.WithQuery(v.path("review"), paramShow, showAll)
	}
	return v.path("review")
}

func (v *reviewView) reviewHead() templates.Head {
	h := v.head(
		templates.Act{Text: v.p.T("review.compare"), Href: v.path("compare"), Icon: "history"},
		templates.Act{Text: v.p.T("review.form"), Href: v.path(), Icon: "table"},
		templates.Act{Text: v.p.T("review.queue"), Href: surveyPath(v.paper.Campaign.Code, "review"), Kind: templates.ActQuiet, Icon: "left"},
	)
	h.Title = v.p.T("review.title.of", "name", v.paper.Owner.Name)
	f := v.sheet.Form
	lead := "review.lead"
	if !v.may() {
		lead = "review.lead.read"
	}
	h.Lead = v.p.T(lead, "campaign", v.paper.Campaign.Title, "rows", f.RowsTotal)
	if f.Submissions > 0 {
		h.Facts = append(h.Facts,
			templates.Row{Label: v.p.T("review.fact.first"), Text: v.p.Time(*f.FirstSubmittedAt)},
			templates.Row{Label: v.p.T("review.fact.number"), Text: strconv.Itoa(f.Submissions)})
	}
	return h
}

// hidden is what is sent along with every act.
func (v *reviewView) hidden() []templates.Pair {
	out := v.version()
	if v.all {
		out = append(out, templates.Pair{Name: paramShow, Value: showAll})
	}
	return append(out, templates.Pair{Name: paramPage, Value: strconv.Itoa(v.page)})
}

// rows are those that the page shows.
func (v *reviewView) rows() []survey.SheetRow {
	if v.all {
		return v.sheet.Rows
	}
	return slices.DeleteFunc(slices.Clone(v.sheet.Rows), func(r survey.SheetRow) bool { return !r.Remarkable() })
}

func (v *reviewView) showTabs() templates.Tabs {
	look := 0
	for i := range v.sheet.Rows {
		if v.sheet.Rows[i].Remarkable() {
			look++
		}
	}
	return templates.Tabs{Label: v.p.T("review.rows"), Items: []templates.Tab{
		{Text: v.p.T("review.rows.look"), Href: v.path("review"), Active: !v.all, Count: strconv.Itoa(look)},
		{Text: v.p.T("review.rows.all"), Href: templates.WithQuery(v.path("review"), paramShow, showAll), Active: v.all, Count: strconv.Itoa(len(v.sheet.Rows))},
	}}
}

func (v *reviewView) nothing() *templates.Empty {
	switch {
	case v.sheet.Form.Zero:
		return &templates.Empty{Icon: "check", Title: v.p.T("review.zero"), Text: v.sheet.Form.ZeroReason}
	case len(v.sheet.Rows) == 0:
		return &templates.Empty{Title: v.p.T("review.no_rows"), Text: v.p.T("review.no_rows.text")}
	}
	return &templates.Empty{
		Icon: "check", Title: v.p.T("review.rows.same"), Text: v.p.T("review.rows.same.text", "n", len(v.sheet.Rows)),
		Actions: []templates.Act{{Text: v.p.T("review.rows.all"), Href: templates.WithQuery(v.path("review"), paramShow, showAll)}},
	}
}

// callouts say first why nothing can be decided, then what was not on the body's
// side of the register.
func (v *reviewView) callouts() []templates.Callout {
	var out []templates.Callout
	if !v.may() && v.by.Is(reviewers()...) {
		out = append(out, templates.Callout{Kind: "info", Title: v.p.T("review.refused"), Text: v.refusedText()})
	}
	var lost []string
	for _, r := range v.sheet.Comparison.Rows {
		if r.Kind == survey.Dropped {
			lost = append(lost, r.Code+" "+r.Name)
		}
	}
	if len(lost) > 0 {
		out = append(out, templates.Callout{Kind: "warning", Title: v.p.T("review.dropped", "n", len(lost)), Items: lost})
	}
	return out
}

// refusedText says why nothing can be decided.
func (v *reviewView) refusedText() string {
	if errors.Is(v.sheet.Refused, survey.ErrNotSubmitted) {
		return v.p.T("review.refused." + string(v.sheet.Form.State))
	}
	return v.p.Error(v.sheet.Refused)
}

// errors name what is wrong, with links to the answers on this page and with the
// rows that the register refused.
func (v *reviewView) errors() *templates.Errors {
	if v.cause == nil || v.note != nil && fault.KindOf(v.cause) == fault.Invalid { // the note says itself what is wrong with it
		return nil
	}
	out := &templates.Errors{}
	fields := fault.FieldsOf(v.cause)
	if len(fields) == 0 || fault.KindOf(v.cause) == fault.Conflict {
		out.Items = append(out.Items, templates.ErrorItem{Text: v.p.Error(v.cause)})
	}
	names := map[survey.RowID]string{}
	for _, r := range v.sheet.Rows {
		names[r.Row.ID] = nameOr(v.p, r.Row.Name)
	}
	for _, f := range fields {
		item := templates.ErrorItem{Text: v.said(f)}
		if said, ok := commentAt(f.Name); ok {
			item.Text = v.p.T("review.at_row", "name", v.where(said.Row, said.Question), "text", item.Text)
			item.Href = "#f-" + answerKey(said.Row, said.Question)
		} else if row, _, ok := rowFieldAt(f.Name); ok {
			item.Text, item.Href = v.p.T("review.at_row", "name", names[row], "text", item.Text), "#row-"+rowText(row)
		}
		out.Items = append(out.Items, item)
	}
	return out
}

// bodyCard is what the form says of the body.
func (v *reviewView) bodyCard() reviewCard {
	f := v.sheet.Form
	c := reviewCard{ID: "row-0", Title: v.p.T("review.body"), May: v.may(), Said: v.saidOf(0), Whole: v.whole(0, "review.say.form")}
	add := func(key, value string) {
		l := v.line(0, key, v.label(questionnaire.OfDepartment, key))
		l.New = value
		c.Lines = append(c.Lines, *l)
	}
	if f.Zero {
		add(survey.ZeroReasonField, f.ZeroReason)
		return c
	}
	count := ""
	if f.DeclaredCount != nil {
		count = v.p.Number(*f.DeclaredCount)
	}
	add(survey.CountField, count)
	for name, none := range map[string]bool{survey.NoneCleanField: f.NoneClean, survey.NoneConnectField: f.NoneConnect, survey.NoneDemandField: f.NoneDemand} {
		if none {
			add(name, v.p.T("survey.field."+name+".tick"))
		}
	}
	slices.SortFunc(c.Lines[1:], func(a, b reviewLine) int { return compareText(a.Name, b.Name) })
	for i := range v.paper.Ask.Department.All() {
		q := &v.paper.Ask.Department.All()[i]
		if q.Section != "" && f.Answers[q.Key] != "" {
			add(q.Key, v.text(questionnaire.OfDepartment, q.Key, f.Answers[q.Key]))
		}
	}
	return c
}

// card is a system; whole shows all of its answers, otherwise only what differs
// from the register and what the rules remark.
func (v *reviewView) card(r *survey.SheetRow, whole bool) reviewCard {
	c := reviewCard{
		ID: "row-" + rowText(r.Row.ID), Title: v.p.T("review.row", "n", r.Row.Position, "name", nameOr(v.p, r.Row.Name)), Badges: v.cardBadges(r),
		May: v.may(), Said: v.saidOf(r.Row.ID), Whole: v.whole(r.Row.ID, "review.say.row"), Compared: r.Diff.Kind == survey.Edited,
	}
	if r.Row.Code != "" {
		c.Href = web.Join("/systems", r.Row.Code)
	}
	if r.Row.Decision == survey.Gone {
		c.Text = v.goneText(&r.Row)
	}
	changed := map[string]field.Change{}
	for _, one := range r.Diff.Changes {
		changed[one.Key] = one
	}
	for _, key := range v.keys(r, whole) {
		l := v.line(r.Row.ID, key, v.label(questionnaire.OfSystem, key))
		l.New, l.Warnings = v.answer(key, r.Row.Body[key]), v.remarksAt(r.Found, key)
		if one, ok := changed[key]; ok {
			l.Old = v.answer(key, one.Old)
		} else if c.Compared {
			l.Old = l.New
		}
		c.Lines = append(c.Lines, *l)
	}
	c.Warnings = v.elsewhere(r.Found, c.Lines)
	if !whole {
		c.More = &templates.Link{Text: v.p.T("review.row.all"), Href: v.path("review", "rows", rowText(r.Row.ID))}
	}
	return c
}

// keys are the answers that a card shows.
func (v *reviewView) keys(r *survey.SheetRow, whole bool) []string {
	var out []string
	add := func(key string) {
		if !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	if !r.Row.Stands() {
		return nil
	}
	if !whole {
		for _, f := range r.Found {
			if f.Name != "" {
				add(f.Name)
			}
		}
		for _, c := range r.Diff.Changes {
			add(c.Key)
		}
		for _, s := range v.sheet.Comments {
			if rowOf(s) == r.Row.ID && s.SettledAt == nil && s.Question != "" {
				add(s.Question)
			}
		}
		for _, s := range v.sheet.Drafts {
			if s.RowID == r.Row.ID && s.Question != "" {
				add(s.Question)
			}
		}
		if r.Diff.Kind != survey.New {
			return out
		}
	}
	answers := field.Answers(r.Row.Body)
	for i := range v.paper.Ask.System.All() {
		f := &v.paper.Ask.System.All()[i]
		if f.Section != "" && (whole && v.paper.Ask.System.Asked(&answers, f) || answers[f.Key] != "") {
			add(f.Key)
		}
	}
	return out
}

// answer writes an answer about a system, also to what only the register asks.
func (v *reviewView) answer(key, canonical string) string {
	if _, asked := v.paper.Ask.System.Find(key); asked {
		return v.text(questionnaire.OfSystem, key, canonical)
	}
	if f, ok := inventory.SystemFields.Find(key); ok {
		return fieldweb.TextWithUnit(v.writer(), f, canonical)
	}
	return canonical
}

func (v *reviewView) cardBadges(r *survey.SheetRow) []templates.Badge {
	out := []templates.Badge{*v.standing(r.Row)}
	if r.Diff.Kind == survey.Same || r.Diff.Kind == survey.Edited {
		tone := map[survey.Difference]string{survey.Same: templates.ToneGrey, survey.Edited: templates.ToneBlue}[r.Diff.Kind]
		out = append(out, templates.Badge{Text: v.p.T("review.diff."+string(r.Diff.Kind), "n", len(r.Diff.Changes)), Tone: tone})
	}
	if r.Row.Origin == survey.FromCensus {
		out = append(out, templates.Badge{Text: v.p.T("review.census"), Tone: templates.ToneAmber, Icon: "search"})
	}
	return out
}

// remarksAt are the findings at an answer in words.
func (v *reviewView) remarksAt(found []fault.Field, key string) []string {
	var out []string
	for _, f := range found {
		if f.Name == key {
			out = append(out, v.said(f))
		}
	}
	return out
}

// elsewhere are the findings that stand at none of the lines.
func (v *reviewView) elsewhere(found []fault.Field, lines []reviewLine) []string {
	var out []string
	for _, f := range found {
		at := slices.ContainsFunc(lines, func(l reviewLine) bool { return f.Name != "" && slices.Contains(l.Warnings, v.said(f)) })
		if !at {
			out = append(out, v.said(f))
		}
	}
	return out
}

// line is the place for a comment on an answer, with what was typed or drafted.
func (v *reviewView) line(row survey.RowID, question, label string) *reviewLine {
	key := answerKey(row, question)
	l := &reviewLine{Label: label, Say: v.p.T("review.say"), Name: key}
	for _, d := range v.sheet.Drafts {
		if d.RowID == row && d.Question == question {
			l.Ticked, l.Had, l.Text = true, true, d.Text
			if d.SaidBy != v.by.AccountID {
				l.By = d.SaidName
			}
		}
	}
	if v.typed != nil {
		l.Ticked, l.Text = v.typed.Has(tickPrefix+key), v.typed.Get(textPrefix+key)
	}
	for _, f := range fault.FieldsOf(v.cause) {
		if f.Name == survey.CommentField(row, question) {
			l.Error = v.said(f)
		}
	}
	return l
}

// whole is the place for a comment on a row, or the form, as a whole.
func (v *reviewView) whole(row survey.RowID, key string) *reviewLine {
	l := v.line(row, "", "")
	l.Say = v.p.T(key)
	return l
}

// acts are what the reviewer can do, each with what comes next.
func (v *reviewView) acts() []templates.Act {
	due := v.paper.Campaign.MendWd
	out := []templates.Act{
		{Text: v.p.T("review.act.accept"), Name: "do", Value: actAccept, Kind: templates.ActPrimary, Icon: "check", Note: v.p.T("review.act.accept.note", "n", v.sheet.Form.RowsTotal), Confirm: v.acceptConfirm()},
		{Text: v.p.T("review.act.return"), Name: "do", Value: actReturn, Icon: "return", Note: v.p.T("review.act.return.note", "n", due)},
		{Text: v.p.T("review.act.save"), Name: "do", Value: actSave, Kind: templates.ActQuiet, Note: v.p.T("review.act.save.note")},
	}
	if len(v.sheet.Drafts) > 0 {
		out[0], out[1] = out[1], out[0]
		out[0].Kind, out[1].Kind = templates.ActPrimary, templates.ActPlain
	}
	return out
}

// acceptConfirm asks once more when there is something to think about.
func (v *reviewView) acceptConfirm() string {
	if v.sheet.Form.Warnings == 0 {
		return ""
	}
	return v.p.T("review.act.accept.confirm", "n", v.sheet.Form.Warnings)
}

// noteForm is the note of the reviewers, for those who may write it.
func (v *reviewView) noteForm() *templates.Form {
	if !v.by.Is(reviewers()...) || !v.paper.Campaign.State.Takes() || v.sheet.Refused != nil && fault.KindOf(v.sheet.Refused) == fault.Forbidden {
		return nil
	}
	text := v.sheet.Form.OfficeNote
	if v.note != nil {
		text = *v.note
	}
	f := templates.Form{
		ID: "note", Action: v.path("review", "note"), Hidden: v.version(),
		Sections: []templates.Section{{ID: "s-note", Title: v.p.T("survey.field.office_note"), Lead: v.p.T("review.note.lead"), Fields: []templates.Field{{
			Name: "office_note", Kind: templates.KindLongText, Label: v.p.T("survey.field.office_note"), Value: text, MaxLength: 1000,
		}}}},
		Acts: []templates.Act{{Text: v.p.T("review.note.save"), Icon: "edit"}},
	}
	if v.note != nil {
		web.Mistakes(v.p, &f, v.cause)
	}
	return &f
}
