package zombieweb

import (
	"net/url"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/zombie/cleanup"
	"qingce/templates"
)

// casesPage is the data of zombie/cases: how many cases there are, and a list.
type casesPage struct {
	Head    templates.Head
	Tabs    templates.Tabs
	Stats   []templates.Stat
	Filters templates.Filters
	Bulk    *templates.Bulk
	Table   *templates.Table
	Empty   *templates.Empty
	Pager   *templates.Pager
}

// casesView turns a list of cases into the data of its page.
type casesView struct {
	p       *locale.Printer
	by      auth.Principal
	dir     *inventory.Directory
	in      casesIn
	page    cleanup.Page
	totals  cleanup.Totals
	waiting cleanup.Waiting
	params  url.Values
}

func (v casesView) data() casesPage {
	out := casesPage{
		Head: templates.Head{Title: v.p.T("cases.title"), Lead: v.p.T("cases.lead")}, Tabs: caseTabs(v.p, zombiesPath), Stats: v.stats(), Filters: v.filters(),
	}
	if v.page.Total == 0 {
		out.Empty = v.empty()
		return out
	}
	t := v.table()
	out.Table = &t
	out.Bulk = v.bulk(&t)
	pager := templates.NewPager(v.href(), v.page.Page, v.page.Size, v.page.Total, 20, 50, 100, 200)
	out.Pager = &pager
	return out
}

func caseTabs(p *locale.Printer, open string) templates.Tabs {
	t := templates.Tabs{Label: p.T("cases.tabs")}
	for _, one := range []struct{ path, key string }{{zombiesPath, "cases.tab.list"}, {totalsPath, "cases.tab.totals"}} {
		t.Items = append(t.Items, templates.Tab{Text: p.T(one.key), Href: one.path, Active: one.path == open})
	}
	return t
}

// href is this list with other parameters.
func (v casesView) href(pairs ...string) string {
	q := url.Values{}
	for _, name := range []string{"state", "department", "feature", "strength", "q", "only", "sort", "size"} {
		if value := v.params.Get(name); value != "" {
			q.Set(name, value)
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return zombiesPath
	}
	return zombiesPath + "?" + q.Encode()
}

// stats are the numbers above the list: how many, and how much.
func (v casesView) stats() []templates.Stat {
	t := v.totals.All
	stat := func(key string, n int64, tone, note string, pairs ...string) templates.Stat {
		if n == 0 {
			tone = ""
		}
		return templates.Stat{Label: v.p.T("cases.stat." + key), Value: v.p.Number(n), Href: casesHref(pairs...), Tone: tone, Note: note}
	}
	money := func(fen int64) string { return v.p.T("cases.stat.money", "wan", v.p.Wan(fen)) }
	out := []templates.Stat{
		stat("suspected", t.Suspected, templates.ToneAmber, money(t.SuspectedMoney), "only", "open"),
		stat("confirmed", t.Confirmed, templates.ToneAmber, money(t.ConfirmedMoney), "only", "owed"),
		stat("overdue", t.Overdue, templates.ToneRed, "", "only", onlyOverdue),
		stat("cleaned", t.Cleaned, templates.ToneGreen, v.p.T("cases.stat.saved", "wan", v.p.Wan(t.Released.OmSaved)), "state", string(cleanup.Cleaned)),
	}
	if v.waiting.Total > 0 {
		out = append([]templates.Stat{stat("waiting", v.waiting.Total, templates.ToneAmber, "", "only", onlyWaiting)}, out...)
	}
	return out
}

// casesHref is the list with parameters.
func casesHref(pairs ...string) string {
	href := zombiesPath
	for i := 0; i+1 < len(pairs); i += 2 {
		href = templates.WithQuery(href, pairs[i], pairs[i+1])
	}
	return href
}

func (v casesView) filters() templates.Filters {
	f := templates.Filters{
		Action: zombiesPath, ClearAll: zombiesPath,
		Query: &templates.Query{Name: "q", Value: v.in.Search, Label: v.p.T("cases.search"), Placeholder: v.p.T("cases.search.hint")},
		Main:  []templates.Filter{v.onlyFilter(), v.stateFilter(), v.featureFilter()}, More: []templates.Filter{v.strengthFilter()},
	}
	if v.by.View().All || v.by.View().Below || v.by.Is(auth.Expert) {
		f.More = append(f.More, v.departmentFilter())
	}
	if sort := v.params.Get("sort"); sort != "" {
		f.Hidden = append(f.Hidden, templates.Pair{Name: "sort", Value: sort})
	}
	for _, one := range append(append([]templates.Filter{}, f.Main...), f.More...) {
		for _, o := range one.Options {
			if o.Chosen {
				f.Chips = append(f.Chips, templates.Chip{Label: one.Label, Text: o.Text, Remove: v.href(one.Name, "")})
			}
		}
	}
	if v.in.Search != "" {
		f.Chips = append(f.Chips, templates.Chip{Label: v.p.T("cases.search"), Text: v.in.Search, Remove: v.href("q", "")})
	}
	return f
}

func (v casesView) onlyFilter() templates.Filter {
	f := templates.Filter{Name: "only", Label: v.p.T("cases.only"), Kind: templates.FilterChoice}
	for _, only := range []string{onlyWaiting, onlyOpen, onlyOwed, onlyOverdue, onlyLate} {
		f.Options = append(f.Options, templates.Option{Value: only, Text: v.p.T("cases.only." + only), Chosen: v.in.Only == only})
	}
	return f
}

func (v casesView) stateFilter() templates.Filter {
	f := templates.Filter{Name: "state", Label: v.p.T("cases.state"), Kind: templates.FilterChoice}
	for _, s := range cleanup.States() {
		f.Options = append(f.Options, templates.Option{Value: string(s), Text: v.p.T(string(s.Label())), Chosen: v.in.State == string(s)})
	}
	return f
}

func (v casesView) featureFilter() templates.Filter {
	f := templates.Filter{Name: "feature", Label: v.p.T("cases.features"), Kind: templates.FilterChoice}
	for _, z := range []string{"z1", "z2", "z3", "z4", "z5"} {
		f.Options = append(f.Options, templates.Option{Value: z, Text: v.p.T("zombie.feature." + z), Chosen: v.in.Feature == z})
	}
	return f
}

func (v casesView) strengthFilter() templates.Filter {
	f := templates.Filter{Name: "strength", Label: v.p.T("cases.strength"), Kind: templates.FilterChoice}
	for _, s := range []cleanup.Strength{cleanup.Strong, cleanup.Likely, cleanup.Weak} {
		f.Options = append(f.Options, templates.Option{Value: strconv.Itoa(int(s)), Text: v.p.T(string(s.Label())), Chosen: v.in.Strength == int(s)})
	}
	return f
}

// departmentFilter offers the departments that have cases.
func (v casesView) departmentFilter() templates.Filter {
	f := templates.Filter{Name: "department", Label: v.p.T("cases.department"), Kind: templates.FilterChoice}
	for _, d := range v.totals.Departments {
		f.Options = append(f.Options, templates.Option{
			Value: d.Department.Code, Text: d.Department.Name, Count: v.p.Number(d.Cases), Chosen: v.in.Department == d.Department.Code,
		})
	}
	return f
}

func (v casesView) empty() *templates.Empty {
	e := &templates.Empty{Title: v.p.T("cases.none"), Text: v.p.T("cases.none.text"), Icon: "check"}
	if v.href("sort", "", "size", "") != zombiesPath {
		e.Title, e.Text = v.p.T("cases.none.filtered"), ""
		e.Actions = []templates.Act{{Text: v.p.T("cases.all"), Href: zombiesPath}}
	}
	return e
}

// column is a head that sorts by an order.
func (v casesView) column(order cleanup.Order, key string, num, main bool) templates.Column {
	c := templates.Column{Text: v.p.T(key), Num: num, Main: main}
	next := string(order)
	if order == cleanup.ByMoney {
		next = "-" + next
	}
	switch v.params.Get("sort") {
	case string(order):
		c.Sorted, next = "asc", "-"+string(order)
	case "-" + string(order):
		c.Sorted, next = "desc", string(order)
	}
	c.SortHref = v.href("sort", next)
	return c
}

func (v casesView) table() templates.Table {
	t := templates.Table{ID: "cases", Caption: v.p.T("cases.title"), Columns: []templates.Column{
		v.column(cleanup.BySystem, "cases.system", false, true), {Text: v.p.T("cases.state"), Main: true},
		{Text: v.p.T("cases.strength"), Title: v.p.T("cases.strength.title")}, {Text: v.p.T("cases.features"), Main: true},
		v.column(cleanup.ByMoney, "cases.money", true, false), v.column(cleanup.ByDue, "cases.due", false, true), v.column(cleanup.ByOpened, "cases.opened", false, false),
	}}
	for i := range v.page.Rows {
		t.Rows = append(t.Rows, v.row(&v.page.Rows[i]))
	}
	return t
}

func (v casesView) row(c *cleanup.Row) templates.TableRow {
	return templates.TableRow{
		ID: c.No + "@" + strconv.FormatInt(c.Version, 10), Name: c.Name,
		Cells: []templates.Cell{
			{Text: c.Name, Href: casePath(c.No), Sub: c.Code + " · " + v.dir.Name(c.DepartmentID) + " · " + c.No},
			{Badge: caseBadge(v.p, c.State)}, {Badge: strengthBadge(v.p, c.Strength)}, {Text: featureNames(v.p, &c.Case)},
			moneyCell(v.p, c.Money), v.dueCell(c), {Text: c.OpenedOn.String()},
		},
	}
}

// dueCell says by when somebody has to act.
func (v casesView) dueCell(c *cleanup.Row) templates.Cell {
	switch {
	case c.AnswerOverdue(v.page.Today):
		return templates.Cell{Text: c.AnswerDue.String(), Tone: templates.ToneRed, Sub: v.p.T("cases.answer_late")}
	case c.State == cleanup.Notified:
		return templates.Cell{Text: c.AnswerDue.String(), Sub: v.p.T("cases.answer_due")}
	case c.Overdue(v.page.Today):
		return templates.Cell{Text: c.DueOn.String(), Tone: templates.ToneRed, Sub: v.p.T("cases.overdue")}
	case c.State.Underway(), c.State == cleanup.EvidenceSubmitted:
		return templates.Cell{Text: c.DueOn.String()}
	case c.State == cleanup.Exempt:
		return templates.Cell{Text: c.ExemptUntil.String(), Sub: v.p.T("cases.exempt_until")}
	}
	return templates.Cell{}
}

// bulk lets the Office put several suspicions to their departments at once.
func (v casesView) bulk(t *templates.Table) *templates.Bulk {
	if !v.by.Is(auth.Office) || v.in.State != string(cleanup.Suspected) {
		return nil
	}
	t.SelectName, t.SelectForm = "row", "notify"
	return &templates.Bulk{
		ID: "notify", Action: casesPath + "/notify", Page: len(t.Rows), Total: v.page.Total,
		Acts: []templates.Act{{Text: v.p.T("cases.act.notify_many"), Icon: "send", Kind: templates.ActPrimary, Note: v.p.T("cases.act.notify.note")}},
	}
}
