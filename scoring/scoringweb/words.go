package scoringweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/schedule"
	"qingce/internal/web"
	"qingce/scoring"
	"qingce/scoring/programme"
	"qingce/templates"
)

// listPage is the data of tasks/list: any list of this room.
type listPage struct {
	Head     templates.Head
	Tabs     *templates.Tabs
	Stats    []templates.Stat
	Callouts []templates.Callout
	Filters  *templates.Filters
	Table    *templates.Table
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// recordPage is the data of tasks/record: a task, an obligation or a report.
type recordPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Stats    []templates.Stat
	Facts    []templates.Facts
	Steps    []templates.Step
	Tables   []titledTable
	Files    *templates.Files
	Timeline *templates.Timeline
}

// titledTable is a list beside a record.
type titledTable struct {
	Title string
	Table *templates.Table
}

func crumbs(p *locale.Printer, menu, path string, more ...string) []templates.Crumb {
	out := []templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, {Text: p.T(menu), Href: path}}
	for _, text := range more {
		out = append(out, templates.Crumb{Text: text})
	}
	if len(more) == 0 {
		out[len(out)-1].Href = ""
	}
	return out
}

func toneOf(s scoring.TaskState) string {
	switch s {
	case scoring.OnTime:
		return templates.ToneGreen
	case scoring.Late:
		return templates.ToneAmber
	case scoring.Overdue:
		return templates.ToneRed
	}
	return templates.ToneGrey
}

// stateBadge is the state of a task, with how late it is.
func stateBadge(p *locale.Printer, t *scoring.Task) *templates.Badge {
	text := p.T(string(t.State.Label()))
	if t.LateWd > 0 && (t.State == scoring.Late || t.State == scoring.Overdue) {
		text = p.T("tasks.late_by", "state", text, "n", t.LateWd)
	}
	return &templates.Badge{Text: text, Tone: toneOf(t.State)}
}

func deadline(r *web.Request, on string, s *schedule.Standing, article string) *templates.Deadline {
	day, err := dayOf("", on)
	if s == nil || err != nil {
		return nil
	}
	return new(web.Deadline(r.P, web.Due{
		On: day, Advised: s.Advised, Remaining: s.Remaining, Late: s.Late, Unknown: s.Unknown, Overdue: s.Overdue, Article: article,
	}, r.Today()))
}

// articleName is an article as people cite it.
func articleName(p *locale.Printer, id string) string {
	switch {
	case strings.HasPrefix(id, "M"):
		return p.T("tasks.article.rules", "no", id[1:])
	case strings.HasPrefix(id, "P"):
		return p.T("tasks.article.plan", "no", id[1:])
	}
	return id
}

func parties(p *locale.Printer, o *programme.Obligation) string {
	var out []string
	for _, who := range o.Who {
		out = append(out, p.T("tasks.party."+string(who)))
	}
	return p.Join(out)
}

// dueText says when an obligation falls due.
func dueText(p *locale.Printer, o *programme.Obligation) string {
	if o.Kind == programme.Event && o.TermWd == 0 {
		return p.T("tasks.when.case")
	}
	return p.T("tasks.when."+string(o.Kind), "due", o.Due, "n", o.TermWd)
}

// doneBy says what shows that an obligation is done.
func doneBy(p *locale.Printer, o *programme.Obligation) string {
	switch {
	case o.DoneBy == "":
		return p.T("tasks.done_by.nothing")
	case o.DoneBy == programme.ByEvidence:
		return p.T("tasks.done_by.evidence")
	}
	return p.T("tasks.done_by.fact")
}

func timeline(p *locale.Printer, steps []scoring.Step) *templates.Timeline {
	out := &templates.Timeline{}
	for _, s := range steps {
		tone, icon := templates.ToneGrey, "edit"
		switch _, verb, _ := strings.Cut(s.Action, "."); verb {
		case "accepted":
			tone, icon = templates.ToneGreen, "check"
		case "returned":
			tone, icon = templates.ToneRed, "return"
		case "handed_in", "filed", "ready":
			tone, icon = templates.ToneBlue, "send"
		}
		out.Events = append(out.Events, templates.Event{
			At: p.Time(s.At), By: s.Name, Department: s.Department, Text: p.T("oplog.tasks." + s.Action), Reason: s.Note, Tone: tone, Icon: icon,
		})
	}
	return out
}

// shown tells whether a mistake belongs on the form that was sent.
func shown(err error) bool { return len(fault.FieldsOf(err)) > 0 }

// chosen are the values of a parameter that belong to a set.
func chosen[T ~string](q url.Values, name string, set []T) []T {
	var out []T
	for _, v := range q[name] {
		if slices.Contains(set, T(v)) {
			out = append(out, T(v))
		}
	}
	return out
}

func stateFilter(p *locale.Printer, q url.Values) templates.Filter {
	f := templates.Filter{Name: "state", Label: p.T("tasks.state"), Kind: templates.FilterChoice}
	picked := chosen(q, "state", scoring.TaskStates())
	for _, s := range scoring.TaskStates() {
		f.Options = append(f.Options, templates.Option{Value: string(s), Text: p.T(string(s.Label())), Chosen: slices.Contains(picked, s)})
	}
	return f
}

// perPage is how many rows a list shows.
const perPage = 50

// pageOf cuts a page out of a list.
func pageOf[T any](r *web.Request, all []T) ([]T, *templates.Pager) {
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	n = max(n, 1)
	if len(all) <= perPage {
		return all, nil
	}
	pager := templates.NewPager(r.URL.RequestURI(), n, perPage, int64(len(all)))
	from := min((n-1)*perPage, len(all))
	return all[from:min(from+perPage, len(all))], &pager
}
