package surveyweb

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/survey"
	"qingce/templates"
)

// overseers see what all bodies answer.
func overseers() []auth.Role {
	var out []auth.Role
	for _, r := range viewers() {
		if (auth.Principal{Roles: auth.Roles{r}, Way: auth.BySession}).View().All {
			out = append(out, r)
		}
	}
	return out
}

// mayHold tells whether somebody prepares and holds campaigns of a kind; the
// desk holds everybody to the same.
func mayHold(by auth.Principal, kind survey.CampaignKind) bool {
	return by.Is(auth.Office) || kind == survey.Census && by.Is(auth.Centre)
}

func errForbidden() error { return auth.ErrForbidden }

func crumb(text string) templates.Crumb { return templates.Crumb{Text: text} }

// campaignCrumbs lead to a page about campaigns.
func campaignCrumbs(p *locale.Printer, more ...templates.Crumb) []templates.Crumb {
	return crumbs(p, templates.Crumb{Text: p.T("survey.campaigns"), Href: surveysPath}, more)
}

func crumbs(p *locale.Printer, top templates.Crumb, more []templates.Crumb) []templates.Crumb {
	if len(more) == 0 {
		top.Href = ""
	}
	return append([]templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, top}, more...)
}

// saidWith is the message after a save, with what is to be thought about.
func saidWith(p *locale.Printer, key string, remarks []fault.Field) templates.Flash {
	parts := []string{p.T(key)}
	for _, f := range remarks {
		if text := p.Field(f); f.Warning && !slices.Contains(parts, text) { // of two days one remark may be said twice
			parts = append(parts, text)
		}
	}
	said := web.Said(strings.Join(parts, " "))
	if len(parts) > 1 {
		said.Kind = "warning"
	}
	return said
}

// when tells days as the calendar has them.
type when struct {
	book *schedule.Book
	cal  *calendar.Calendar
	now  time.Time
}

// deadline says by when; nil when the standing cannot be told.
func (w when) deadline(p *locale.Printer, due calendar.Date, article string) *templates.Deadline {
	s, err := w.book.Stand(w.cal, due, w.now)
	if err != nil {
		return nil
	}
	return new(web.Deadline(p, web.Due{
		On: due, Advised: s.Advised, Remaining: s.Remaining, Late: s.Late, Unknown: s.Unknown, Overdue: s.Overdue, Article: article,
	}, w.today()))
}

// kindOfDay says whether a day is worked: "周六，调休上班".
func (w when) kindOfDay(p *locale.Printer, day calendar.Date) string {
	weekday := web.Weekday(p, day)
	if e, listed := w.cal.ExceptionOn(day); listed {
		return p.T("survey.day."+string(e.Kind), "weekday", weekday)
	}
	working, err := w.cal.IsWorking(day)
	switch {
	case err != nil:
		return p.T("survey.day.unknown", "weekday", weekday, "year", day.Year())
	case working:
		return p.T("survey.day.usual", "weekday", weekday)
	}
	return p.T("survey.day.off", "weekday", weekday)
}

// advised is the last working day on or before a day off, in words.
func (w when) advised(p *locale.Printer, day calendar.Date) string {
	advised, err := w.cal.AdvisedBy(day)
	if err != nil || advised == day {
		return ""
	}
	return p.T("survey.day.advised", "day", advised)
}

// campaignBadge is the state of a campaign.
func campaignBadge(p *locale.Printer, s survey.CampaignState) templates.Badge {
	tone := map[survey.CampaignState]string{
		survey.Preparing: templates.ToneGrey, survey.Running: templates.ToneBlue, survey.Closed: templates.ToneAmber, survey.Locked: templates.ToneGreen,
	}[s]
	b := templates.Badge{Text: p.T(string(s.Label())), Tone: tone}
	if s == survey.Locked {
		b.Icon = "lock"
	}
	return b
}

// standingBadge is where a form stands.
func standingBadge(p *locale.Printer, f *survey.Form) templates.Badge {
	s := f.Standing()
	tone := map[survey.Standing]string{
		survey.Opened: templates.ToneBlue, survey.Begun: templates.ToneBlue, survey.Ready: templates.ToneAmber,
		survey.StandingSubmitted: templates.ToneAmber, survey.StandingReturned: templates.ToneRed,
		survey.StandingAccepted: templates.ToneGreen, survey.StandingLocked: templates.ToneGreen,
	}[s]
	text := p.T(string(s.Label()))
	if f.Zero {
		text = p.T("survey.zero.badge", "standing", text)
	}
	return templates.Badge{Text: text, Tone: tone}
}

// kindText is what a campaign is for, in a word.
func kindText(p *locale.Printer, k survey.CampaignKind) string {
	return p.T(field.OptionKey("campaign_kind", string(k)))
}

// share writes "9/10 · 90.00 %", nothing over nothing.
func share(done, of int) string {
	if of == 0 {
		return ""
	}
	hundredths := (done*20_000 + of) / (2 * of) // rounded half up
	return fmt.Sprintf("%d/%d · %d.%02d %%", done, of, hundredths/100, hundredths%100)
}

// campaignsPage is the data of survey/campaigns.
type campaignsPage struct {
	Head  templates.Head
	Table templates.Table
	Empty *templates.Empty
	Pager templates.Pager
}

type campaignsView struct {
	p       *locale.Printer
	by      auth.Principal
	lines   []survey.CampaignLine
	when    when
	address string // of the list
	no      int    // of the page, from 1
	size    int
}

func (v campaignsView) page() campaignsPage {
	page := campaignsPage{Head: templates.Head{Title: v.p.T("survey.campaigns"), Lead: v.p.T("survey.campaigns.lead")}}
	if v.by.Is(reviewers()...) {
		page.Head.Actions = []templates.Act{{Text: v.p.T("survey.act.new"), Href: surveysPath + "/new", Kind: templates.ActPrimary, Icon: "plus"}}
	}
	if len(v.lines) == 0 {
		page.Empty = v.empty()
		return page
	}
	t := templates.Table{ID: "campaigns", Caption: v.p.T("survey.campaigns")}
	for _, key := range []string{"title", "state", "due", "progress", "next"} {
		t.Columns = append(t.Columns, templates.Column{Key: key, Text: v.p.T("survey.column." + key), Main: key != "state"})
	}
	from := min((v.no-1)*v.size, len(v.lines))
	for _, line := range v.lines[from:min(from+v.size, len(v.lines))] {
		t.Rows = append(t.Rows, v.row(line))
	}
	page.Table, page.Pager = t, templates.NewPager(v.address, v.no, v.size, int64(len(v.lines)), pageSizes()...)
	return page
}

// empty says why there is no campaign, and what to do first.
func (v campaignsView) empty() *templates.Empty {
	if !v.by.Is(reviewers()...) {
		return &templates.Empty{Title: v.p.T("survey.empty"), Text: v.p.T("survey.empty.asked"), Icon: "tasks"}
	}
	return &templates.Empty{
		Title: v.p.T("survey.empty"), Text: v.p.T("survey.empty.hold"), Icon: "tasks",
		Actions: []templates.Act{
			{Text: v.p.T("survey.act.new"), Href: surveysPath + "/new", Kind: templates.ActPrimary, Icon: "plus"},
			{Text: v.p.T("survey.act.questionnaires"), Href: questionnairesPath, Icon: "table"},
		},
	}
}

func (v campaignsView) row(line survey.CampaignLine) templates.TableRow {
	badge := campaignBadge(v.p, line.State)
	due := templates.Cell{Text: line.DueOn.String(), Sub: v.when.kindOfDay(v.p, line.DueOn)}
	if line.State == survey.Running {
		due.Deadline = v.when.deadline(v.p, line.DueOn, line.Basis)
	}
	return templates.TableRow{ID: line.Code, Name: line.Title, Cells: []templates.Cell{
		{Text: line.Title, Href: surveyPath(line.Code), Sub: kindText(v.p, line.Kind) + " · " + line.Code},
		{Badge: &badge},
		due,
		v.progress(line),
		v.next(line),
	}}
}

// progress is how far the forms have come, for a body its own.
func (v campaignsView) progress(line survey.CampaignLine) templates.Cell {
	switch {
	case line.Own != nil && !v.by.View().All:
		badge := standingBadge(v.p, line.Own)
		return templates.Cell{Badge: &badge, Sub: ownProgress(v.p, line.Own)}
	case line.OpenedAt == nil:
		return templates.Cell{Text: v.p.T("survey.progress.none")}
	case line.Counts.Bodies == 0:
		return templates.Cell{Text: v.p.T("survey.progress.no_forms")}
	}
	return templates.Cell{
		Text: share(line.Counts.HandedIn(), line.Counts.Bodies),
		Sub:  v.p.T("survey.progress.accepted", "accepted", line.Counts.Accepted, "returned", line.Counts.Returned),
	}
}

// ownProgress is what is filled in of the reader's own form.
func ownProgress(p *locale.Printer, f *survey.Form) string {
	if !f.State.Open() || f.Needed == 0 {
		return ""
	}
	return p.T("survey.own.filled", "given", f.Given, "needed", f.Needed)
}

// next is what the reader would do next.
func (v campaignsView) next(line survey.CampaignLine) templates.Cell {
	key, to := "look", surveyPath(line.Code)
	holds := mayHold(v.by, line.Kind)
	switch {
	case line.Own != nil && v.by.Is(fillers()...) && line.Own.State.Open() && line.State.Takes():
		key = "fill"
	case holds && line.State == survey.Preparing:
		key = "open"
	case v.by.Is(reviewers()...) && line.Counts.Submitted > 0:
		key, to = "review", surveyPath(line.Code, "review")
	case v.by.View().All && line.State == survey.Running:
		key, to = "coverage", surveyPath(line.Code, "coverage")
	}
	return templates.Cell{Text: v.p.T("survey.next."+key, "n", strconv.Itoa(line.Counts.Submitted)), Href: to}
}
