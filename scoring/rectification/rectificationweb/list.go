package rectificationweb

import (
	"strings"

	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring/rectification"
	"qingce/templates"
)

// listPage is the data of rectification/list.
type listPage struct {
	Head    templates.Head
	Tabs    templates.Tabs
	Filters *templates.Filters
	Table   *templates.Table
	Empty   *templates.Empty
	Pager   *templates.Pager
}

// lister makes the parts of the list.
type lister struct {
	web.Listing
	r   *web.Request
	dir *inventory.Directory
}

func (d *desk) lister(r *web.Request) (lister, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	return lister{r.Listing(), r, dir}, err
}

func (l lister) query() rectification.Query {
	sort, down := l.Sort()
	body, _ := l.dir.Lookup(l.Get("department"))
	return rectification.Query{
		States: web.Chosen(l.Listing, "state", rectification.States()), Situations: web.Chosen(l.Listing, "situation", rectification.Situations()),
		Department: body.ID, Search: l.Get("q"), Year: l.Number("year"), Open: l.On("open"), Overdue: l.On("overdue"),
		Waiting: l.On("waiting"), Sort: sort, Descending: down, Page: l.Page(), Size: l.Size(rectification.DefaultPageSize),
	}
}

// list shows the notices that the reader sees, what is due first first.
func (d *desk) list(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	page, err := d.Desk.List(r.Ctx, r.By, l.query())
	if err != nil {
		return nil, err
	}
	title := r.T("menu.rectify")
	out := listPage{Head: templates.Head{Title: title, Lead: r.T("rectify.list.lead"), Actions: newActs(r)}, Tabs: tabs(r, "list")}
	if page.Total > 0 || l.Narrowed() {
		out.Filters = l.filters()
	}
	if page.Total == 0 {
		out.Empty = l.empty()
	} else {
		out.Table, out.Pager = l.table(page.Rows), l.Pager(page.Size, page.Total)
	}
	return web.View{Template: "rectification/list", Title: title, Crumbs: crumbs(r.P), Data: out}, nil
}

func newActs(r *web.Request) []templates.Act {
	if !r.By.Is(rectification.Drafters()...) || r.By.Console() {
		return nil
	}
	return []templates.Act{{Text: r.T("rectify.act.new"), Href: listPath + "/new", Kind: templates.ActPrimary, Icon: "plus"}}
}

// tabs lead from the list to the numbers and the rules.
func tabs(r *web.Request, open string) templates.Tabs {
	out := templates.Tabs{Label: r.T("menu.rectify")}
	for _, t := range []struct{ name, path string }{{"list", listPath}, {"numbers", numbersPath}, {"policy", policyPath}} {
		out.Items = append(out.Items, templates.Tab{Text: r.T("rectify.tab." + t.name), Href: t.path, Active: t.name == open})
	}
	return out
}

func (l lister) table(rows []rectification.Row) *templates.Table {
	r := l.r
	t := &templates.Table{ID: "notices", Caption: r.T("menu.rectify"), Columns: []templates.Column{
		l.Column(templates.Column{Key: rectification.SortNo, Text: r.T("rectify.no"), Main: true}),
		l.Column(templates.Column{Key: rectification.SortBody, Text: r.T("rectify.department"), Main: true}),
		{Key: "situation", Text: r.T("rectify.situation")},
		l.Column(templates.Column{Key: rectification.SortState, Text: r.T("rectify.state"), Main: true}),
		{Key: "turn", Text: r.T("rectify.turn"), Main: true},
		l.Column(templates.Column{Key: rectification.SortDue, Text: r.T("rectify.due"), Main: true}),
	}}
	for _, row := range rows {
		body := l.dir.Name(row.DepartmentID)
		line := templates.TableRow{Name: noText(r.P, row.Notice), Cells: []templates.Cell{
			{Text: noText(r.P, row.Notice), Href: row.Address(), Sub: firstLine(row.Facts)}, {Text: body},
			{Text: r.T(string(row.Situation.Label())), Sub: articleText(r.P, row.Situation)}, {Badge: badge(r.P, row.State)},
			{Text: turnText(r.P, row.State.Turn(), body)}, dueCell(r, row),
		}}
		if row.Clock != nil && row.Clock.Overdue {
			line.Tone = templates.ToneRed
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

// dueCell is the term that runs, or how the notice ended.
func dueCell(r *web.Request, row rectification.Row) templates.Cell {
	switch {
	case row.Clock != nil:
		return templates.Cell{Deadline: deadline(r, row.Clock)}
	case row.LateWd != nil:
		return templates.Cell{Text: row.DueOn.String(), Sub: lateText(r.P, row.LateWd)}
	case !row.DueOn.IsZero():
		return templates.Cell{Text: row.DueOn.String(), Sub: r.T("rectify.stopped")}
	}
	return templates.Cell{Text: r.T("rectify.term", "n", row.TermWd)}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if r := []rune(line); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return line
}

// filters are those of the list, with the chips of those in force.
func (l lister) filters() *templates.Filters {
	r := l.r
	main := []templates.Filter{
		choice(l, "state", rectification.States(), func(s rectification.State) string { return r.T(string(s.Label())) }),
		choice(l, "situation", rectification.Situations(), func(s rectification.Situation) string { return r.T(string(s.Label())) }),
		l.flag("waiting"), l.flag("open"), l.flag("overdue"),
	}
	if r.By.Is(rectification.Watchers()...) {
		main = append(main, templates.Filter{Name: "department", Label: r.T("rectify.department"), Kind: templates.FilterText, Value: l.Get("department")})
	}
	f := l.Filters(r.P, r.T("rectify.search"), main, "year")
	if year := l.Get("year"); year != "" {
		f.Chips = append(f.Chips, templates.Chip{Label: r.T("rectify.year"), Text: year, Remove: l.With("year", "")})
	}
	return f
}

func choice[T ~string](l lister, name string, set []T, label func(T) string) templates.Filter {
	return web.Choice(l.Listing, name, l.r.T("rectify."+name), set, label)
}

// flag is a filter with one box.
func (l lister) flag(name string) templates.Filter {
	return l.Flag(name, l.r.T("rectify.filter."+name))
}

// empty says why there is nothing, with the first step for those who may take it.
func (l lister) empty() *templates.Empty {
	r := l.r
	if l.Narrowed() {
		return &templates.Empty{
			Icon: "search", Title: r.T("rectify.none.match"), Text: r.T("rectify.none.match.text"),
			Actions: []templates.Act{{Text: r.T("ui.filter.clear"), Href: listPath}},
		}
	}
	text := r.T("rectify.none.text")
	if r.By.Is(rectification.Repliers()...) {
		text = r.T("rectify.none.text.body")
	}
	return &templates.Empty{Icon: "inbox", Title: r.T("rectify.none"), Text: text, Actions: newActs(r)}
}

// crumbs lead to the list and on.
func crumbs(p *locale.Printer, more ...string) []templates.Crumb {
	out := []templates.Crumb{{Text: p.T("menu.home"), Href: "/"}, {Text: p.T("menu.rectify"), Href: listPath}}
	for _, text := range more {
		out = append(out, templates.Crumb{Text: text})
	}
	if len(more) == 0 {
		out[len(out)-1].Href = ""
	}
	return out
}

// noText is the number of a notice as people cite it, or that it has none yet.
func noText(p *locale.Printer, n rectification.Notice) string {
	if n.Number == 0 {
		return p.T("rectify.no.draft", "id", n.ID.String())
	}
	return p.T("rectify.no.text", "year", n.Year, "n", n.Number)
}

func badge(p *locale.Printer, s rectification.State) *templates.Badge {
	tones := map[rectification.State]string{
		rectification.Issued: templates.ToneAmber, rectification.Replied: templates.ToneBlue, rectification.Rejected: templates.ToneAmber,
		rectification.Overdue: templates.ToneRed, rectification.Escalated: templates.ToneRed, rectification.Accepted: templates.ToneGreen,
		rectification.ClosedLate: templates.ToneGreen, rectification.LGDecided: templates.ToneGrey,
	}
	return &templates.Badge{Text: p.T(string(s.Label())), Tone: tones[s]}
}

// articleText is what a situation rests on, as people cite it.
func articleText(p *locale.Printer, s rectification.Situation) string {
	return p.T("rectify.article." + string(s))
}

// turnText says whose turn it is, by name where it is the body's.
func turnText(p *locale.Printer, t rectification.Turn, body string) string {
	if t == rectification.TurnNobody {
		return p.T(string(t.Label()))
	}
	return p.T(string(t.Label()), "name", body)
}

// lateText says how a term that is over stood.
func lateText(p *locale.Printer, days *int64) string {
	switch {
	case days == nil:
		return ""
	case *days == 0:
		return p.T("rectify.on_time")
	}
	return p.T("rectify.late_by", "n", *days)
}

// deadline says by when and how many working days are left; nil without a term.
func deadline(r *web.Request, c *rectification.Clock) *templates.Deadline {
	if c == nil {
		return nil
	}
	return new(web.Deadline(r.P, web.Due{
		On: c.On, Advised: c.Advised, Remaining: c.Remaining, Late: c.Late, Unknown: c.Unknown, Overdue: c.Overdue, Article: c.Article,
	}, r.Today()))
}
