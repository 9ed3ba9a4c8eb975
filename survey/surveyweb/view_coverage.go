package surveyweb

import (
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/templates"
)

// coveragePage is the data of survey/coverage.
type coveragePage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Numbers  coverageNumbers
	Chart    *templates.Chart
	Filters  templates.Filters
	Remind   *remindBar
	Listed   string // how many bodies are listed
	Table    templates.Table
	Empty    *templates.Empty
	Pager    templates.Pager
}

// coverageNumbers is the data of the partial coverage-numbers, which asks for
// itself.
type coverageNumbers struct {
	Poll   string
	At     string
	Stats  []templates.Stat
	Late   *templates.Callout
	Tables []coverageMatrix
	Out    *templates.Table // who was taken out of the scope, why and by whom
}

// coverageMatrix is a table of bodies by where they belong and how they stand.
type coverageMatrix struct {
	Title string
	Table templates.Table
}

// coverageView turns a coverage into its pages and files.
type coverageView struct {
	p     *locale.Printer
	by    auth.Principal
	c     survey.Coverage
	asked coverageAsked
	list  []survey.BodyState
	when  when
	note  string // of a reminder that was not made
}

func (v coverageView) zone() *time.Location { return calendar.Zone }

func (v coverageView) code() string { return v.c.Campaign.Code }

// to is the list of the bodies of one number.
func (v coverageView) to(pairs ...string) string {
	return coverageAsked{path: v.asked.path}.address(pairs...) + "#bodies"
}

// view is the page; cause is why an act on it was not done.
func (v coverageView) view(cause error) web.View {
	title := v.p.T("coverage.title")
	return web.View{
		Template: "survey/coverage", Title: title + " · " + v.c.Campaign.Title, Err: cause, Data: v.page(cause),
		Crumbs: campaignCrumbs(v.p, templates.Crumb{Text: v.c.Campaign.Title, Href: surveyPath(v.code())}, crumb(title)),
	}
}

func (v coverageView) page(cause error) coveragePage {
	out := coveragePage{Head: v.head(), Numbers: v.numbers(), Filters: v.filters(), Remind: v.remind(cause), Table: v.table()}
	if cause != nil {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "warning", Title: v.p.Error(cause)})
	}
	out.Pager = templates.NewPager(v.asked.address(paramPage, strconv.Itoa(v.asked.page), paramSize, strconv.Itoa(v.asked.size)), v.asked.page, v.asked.size, int64(len(v.list)), pageSizes()...)
	out.Listed = v.p.T("coverage.listed", "n", len(v.list), "of", len(v.c.Bodies))
	switch {
	case len(v.c.Bodies) == 0:
		out.Empty = &templates.Empty{Title: v.p.T("coverage.empty"), Text: v.p.T("coverage.empty.text"), Actions: []templates.Act{{Text: v.c.Campaign.Title, Href: surveyPath(v.code())}}}
	case len(v.list) == 0:
		out.Empty = &templates.Empty{Title: v.p.T("coverage.none"), Text: v.p.T("coverage.none.text"), Icon: "filter", Actions: []templates.Act{{Text: v.p.T("coverage.all"), Href: v.asked.path}}}
	}
	if len(v.c.Bodies) > 0 {
		c := v.chart()
		out.Chart = &c
	}
	return out
}

func (v coverageView) head() templates.Head {
	h := templates.Head{
		Title: v.p.T("coverage.title"), Code: v.code(), Lead: v.lead(), Badges: []templates.Badge{campaignBadge(v.p, v.c.Campaign.State)},
	}
	if v.c.Campaign.State != survey.Locked { // nothing is due any more
		h.Deadline = v.when.deadline(v.p, v.c.Campaign.DueOn, v.c.Campaign.Basis)
	}
	if v.by.Is(reviewers()...) {
		h.Actions = append(h.Actions, templates.Act{Text: v.p.T("review.queue.n", "n", v.c.Total.By[survey.StandingSubmitted]), Href: surveyPath(v.code(), "review"), Icon: "check"})
	}
	h.Actions = append(h.Actions, templates.Act{Text: v.p.T("coverage.reminders"), Href: surveyPath(v.code(), "reminders"), Kind: templates.ActQuiet, Icon: "bell"})
	return h
}

// lead says what stands in the way of the lock.
func (v coverageView) lead() string {
	t := v.c.Total
	switch {
	case t.Covered():
		return v.p.T("coverage.lead.covered", "title", v.c.Campaign.Title, "n", t.Bodies)
	case t.Filed < t.Bodies:
		return v.p.T("coverage.lead.missing", "title", v.c.Campaign.Title, "n", t.Bodies-t.Filed)
	}
	return v.p.T("coverage.lead.review", "title", v.c.Campaign.Title, "n", t.Bodies-t.Accepted)
}

// numbers are what a reader looks at first.
func (v coverageView) numbers() coverageNumbers {
	out := coverageNumbers{Poll: surveyPath(v.code(), "coverage", "numbers"), At: v.p.Clock(v.c.At), Stats: v.stats(), Late: v.late()}
	if len(v.c.Groups) > 1 || len(v.c.Regions) < 2 {
		out.Tables = append(out.Tables, coverageMatrix{v.p.T("coverage.by_group"), v.matrix("groups", v.c.Groups, paramGroup, v.groupName)})
	}
	if len(v.c.Regions) > 1 {
		out.Tables = append(out.Tables, coverageMatrix{v.p.T("coverage.by_region"), v.matrix("regions", v.c.Regions, paramRegion, v.regionName)})
	}
	if len(v.c.Out) > 0 {
		out.Out = new(outTable(v.p, v.c.Out))
	}
	return out
}

// outTable lists bodies that are not asked.
func outTable(p *locale.Printer, exceptions []survey.ExceptionView) templates.Table {
	t := templates.Table{ID: "out", Caption: p.T("coverage.out"), Columns: []templates.Column{
		{Text: p.T("survey.column.department"), Main: true}, {Text: p.T("survey.column.reason"), Main: true}, {Text: p.T("survey.column.set_by"), Main: true},
	}}
	for _, e := range exceptions {
		t.Rows = append(t.Rows, templates.TableRow{Name: e.Department.Name, Cells: []templates.Cell{
			{Text: e.Department.Name, Sub: e.Department.Code}, {Text: e.Reason}, {Text: e.SetName, Sub: p.Time(e.SetAt)},
		}})
	}
	return t
}

func (v coverageView) stats() []templates.Stat {
	t := v.c.Total
	stat := func(key string, n int, tone, href string) templates.Stat {
		s := templates.Stat{Label: v.p.T("coverage.stat." + key), Value: strconv.Itoa(n), Href: href}
		if n > 0 {
			s.Tone = tone
		}
		return s
	}
	filed, accepted := stat("filed", t.Filed, "", v.to()), stat("accepted", t.Accepted, templates.ToneGreen, v.asked.path+"?standing=accepted&standing=locked#bodies")
	filed.Value, accepted.Value = share(t.Filed, t.Bodies), share(t.Accepted, t.Bodies)
	if t.Bodies == 0 {
		filed.Value, accepted.Value = "0", "0"
	}
	filed.Note, accepted.Note = v.p.T("coverage.stat.filed.note", "n", t.Zero), v.p.T("coverage.stat.accepted.note")
	missing := stat("missing", t.Bodies-t.Filed, templates.ToneAmber, v.to(paramToDo, yes))
	return []templates.Stat{
		filed, accepted, missing,
		stat("overdue", t.Overdue, templates.ToneRed, v.to(paramLate, lateOverdue)), stat("late_filed", t.LateFiled, templates.ToneRed, v.to(paramLate, lateFiled)),
		stat("returned", t.By[survey.StandingReturned], templates.ToneRed, v.to(paramStanding, string(survey.StandingReturned))),
		stat("nobody", t.Nobody, templates.ToneAmber, v.to(paramPeople, peopleNobody)),
		stat("out", len(v.c.Out), templates.ToneAmber, v.asked.path+"#out-of-scope"),
	}
}

// late names those that are late, or those still missing shortly before.
func (v coverageView) late() *templates.Callout {
	q, key, kind, href := survey.CoverageQuery{Overdue: true, Sort: survey.CoverageByLate, Descending: true}, "overdue", "error", v.to(paramLate, lateOverdue)
	if v.c.Total.Overdue == 0 {
		if v.c.Due.Remaining > soonWd || v.c.Total.Filed == v.c.Total.Bodies {
			return nil
		}
		q, key, kind, href = survey.CoverageQuery{ToDo: true}, "missing", "warning", v.to(paramToDo, yes)
	}
	all := v.c.Select(q)
	var names []string
	for _, b := range all[:min(len(all), mostNamed)] {
		names = append(names, b.Body.Name)
	}
	more := ""
	if len(all) > mostNamed {
		more = v.p.T("coverage.callout.more", "n", len(all))
	}
	return &templates.Callout{
		Kind: kind, Title: v.p.T("coverage.callout."+key, "n", len(all), "due", v.c.Campaign.DueOn), Text: v.p.Join(names) + more,
		Link: &templates.Link{Text: v.p.T("coverage.callout.link"), Href: href},
	}
}

// soonWd is how many working days before the due day those that are missing are
// named.
const soonWd = 3

func (v coverageView) groupName(t survey.Tally) string {
	if t.Key == "" {
		return v.p.T("coverage.no_group")
	}
	return v.p.T(field.OptionKey("department_group", t.Key))
}

func (v coverageView) regionName(t survey.Tally) string {
	if t.Key == "" {
		return v.p.T("coverage.city")
	}
	return t.Name
}

// standings are those that the matrix has a column for.
func (v coverageView) standings() []survey.Standing {
	all := survey.Standings()
	if v.c.Total.By[survey.StandingLocked] == 0 {
		return all[:len(all)-1]
	}
	return all
}

// matrix counts bodies by where they belong and how they stand; every number
// leads to its bodies.
func (v coverageView) matrix(id string, rows []survey.Tally, param string, name func(survey.Tally) string) templates.Table {
	t := templates.Table{ID: "by-" + id, Caption: v.p.T("coverage.matrix", "by", v.p.T("coverage.column."+param)), Columns: []templates.Column{
		{Key: param, Text: v.p.T("coverage.column." + param), Main: true}, {Key: "bodies", Text: v.p.T("coverage.column.bodies"), Num: true},
	}}
	for _, s := range v.standings() {
		t.Columns = append(t.Columns, templates.Column{Key: string(s), Text: v.p.T(string(s.Label())), Num: true})
	}
	t.Columns = append(t.Columns,
		templates.Column{Key: "filed", Text: v.p.T("coverage.column.filed"), Num: true, Main: true},
		templates.Column{Key: "overdue", Text: v.p.T("coverage.column.overdue"), Num: true, Main: true})
	for _, row := range rows {
		key := row.Key
		if key == "" {
			key = field.EmptyWord
		}
		t.Rows = append(t.Rows, v.matrixRow(row, name(row), param, key))
	}
	if len(rows) > 1 {
		t.Rows = append(t.Rows, v.matrixRow(v.c.Total, v.p.T("coverage.total"), param, ""))
	}
	return t
}

func (v coverageView) matrixRow(t survey.Tally, name, param, key string) templates.TableRow {
	number := func(n int, pairs ...string) templates.Cell {
		c := templates.Cell{Text: strconv.Itoa(n)}
		if n > 0 {
			c.Href = v.to(append([]string{param, key}, pairs...)...)
		}
		return c
	}
	row := templates.TableRow{Name: name, Cells: []templates.Cell{{Text: name, Href: v.to(param, key)}, number(t.Bodies)}}
	for _, s := range v.standings() {
		row.Cells = append(row.Cells, number(t.By[s], paramStanding, string(s)))
	}
	overdue := number(t.Overdue, paramLate, lateOverdue)
	if t.Overdue > 0 {
		overdue.Tone = templates.ToneRed
	}
	row.Cells = append(row.Cells, templates.Cell{Text: share(t.Filed, t.Bodies)}, overdue)
	return row
}

// chart shows how the groups divide; the numbers stand in the tables above it.
func (v coverageView) chart() templates.Chart {
	c := templates.Chart{
		Caption: v.p.T("coverage.chart"), Note: v.p.T("coverage.chart.note", "at", v.p.Time(v.c.At)),
		Wide: v.draw(chart.Wide).Inline("coverage"), Narrow: v.draw(chart.Narrow).Inline("coverage-narrow"),
	}
	for _, kind := range []string{"png", "svg"} {
		c.Files = append(c.Files, templates.Link{Text: v.p.T("numbers.file." + kind), Href: surveyPath(v.code(), "coverage."+kind), Icon: "download"})
	}
	return c
}

func (v coverageView) draw(width int) chart.Drawing {
	s := chart.Stacks{Head: chart.Head{
		Title: v.p.T("coverage.chart") + " · " + v.c.Campaign.Title, Desc: v.p.T("coverage.chart.desc", "share", share(v.c.Total.Filed, v.c.Total.Bodies)),
		Note:  v.p.T("coverage.chart.note", "at", v.p.Time(v.c.At)),
		Words: chart.Words{Unmeasured: v.p.T("ui.unmeasured"), Empty: v.p.T("coverage.empty"), NoGlyph: v.p.T("numbers.no_glyph")},
	}}
	parts := slices.Clone(v.standings())
	slices.Reverse(parts) // what is done stands at the left and is dark
	for _, one := range parts {
		s.Parts = append(s.Parts, v.p.T(string(one.Label())))
	}
	add := func(t survey.Tally, name, param, key string) {
		stack := chart.Stack{Label: name, Href: v.to(param, key), Text: share(t.Filed, t.Bodies)}
		for _, one := range parts {
			n := t.By[one]
			stack.Parts = append(stack.Parts, chart.Part{Value: float64(n), Text: strconv.Itoa(n), Href: v.to(param, key, paramStanding, string(one))})
		}
		s.Stacks = append(s.Stacks, stack)
	}
	if len(v.c.Groups) > 1 {
		for _, t := range v.c.Groups {
			add(t, v.groupName(t), paramGroup, orEmptyWord(t.Key))
		}
	}
	if len(v.c.Regions) > 1 {
		for _, t := range v.c.Regions {
			add(t, v.regionName(t), paramRegion, orEmptyWord(t.Key))
		}
	}
	if len(s.Stacks) == 0 {
		add(v.c.Total, v.p.T("coverage.total"), paramGroup, "")
	}
	return s.Draw(width)
}

func orEmptyWord(key string) string {
	if key == "" {
		return field.EmptyWord
	}
	return key
}

// toRemind are the listed bodies that still have something to do.
func (v coverageView) toRemind() []survey.BodyState {
	var out []survey.BodyState
	for _, b := range v.list {
		if b.Standing.Asked() {
			out = append(out, b)
		}
	}
	return out
}

// remindBar reminds exactly the bodies that are listed, on all pages of the
// list.
type remindBar struct {
	Action string
	Hidden []templates.Pair
	Lead   string
	Note   string
	Error  string // what is wrong with the note
	Act    templates.Act
}

// remind offers a reminder of the listed bodies, nil when there is nobody to
// remind or the reader may not.
func (v coverageView) remind(cause error) *remindBar {
	bodies := v.toRemind()
	if !v.by.Is(reviewers()...) || !v.c.Campaign.State.Takes() || len(bodies) == 0 {
		return nil
	}
	nobody := 0
	for _, b := range bodies {
		if b.People == 0 {
			nobody++
		}
	}
	out := &remindBar{
		Action: surveyPath(v.code(), "coverage", "remind"), Hidden: []templates.Pair{{Name: "list", Value: digest(bodies)}},
		Lead: v.p.T("coverage.remind.lead", "n", len(bodies)), Note: v.note,
		Act: templates.Act{Text: v.p.T("coverage.remind.do", "n", len(bodies)), Kind: templates.ActPrimary, Icon: "bell"},
	}
	if idle := len(v.list) - len(bodies); idle > 0 {
		out.Lead = v.p.T("coverage.remind.lead.part", "n", len(bodies), "idle", idle)
	}
	if nobody > 0 {
		out.Lead += v.p.T("coverage.remind.nobody", "n", nobody)
	}
	for _, f := range fault.FieldsOf(cause) {
		if f.Name == "note" {
			out.Error = v.p.Field(f)
		}
	}
	for name, values := range v.asked.params {
		for _, one := range values {
			out.Hidden = append(out.Hidden, templates.Pair{Name: name, Value: one})
		}
	}
	return out
}
