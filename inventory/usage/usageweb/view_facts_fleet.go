package usageweb

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/templates"
)

// fleetPage is the data of usage/fleet: systems by days.
type fleetPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Tabs     templates.Tabs
	Filters  templates.Filters
	Chart    *templates.Chart
	Table    *templates.Table
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// fleetView turns a page of the fleet into the data of its page and files.
type fleetView struct {
	p     *locale.Printer
	by    auth.Principal
	now   time.Time
	dir   *inventory.Directory
	rest  restDays
	asked fleetAsked
	fleet usage.FleetPage
}

func (v fleetView) today() calendar.Date { return calendar.DateOf(v.now) }

func (v fleetView) crumbs() []templates.Crumb {
	return []templates.Crumb{{Text: v.p.T("menu.home"), Href: "/"}, {Text: v.p.T("usage.title"), Href: usagePath}}
}

// href is the list with a parameter set, or taken out by an empty value; the
// page is the first.
func (v fleetView) href(pairs ...string) string {
	q := url.Values{}
	for name, values := range v.asked.params {
		q[name] = slices.Clone(values)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return withQuery(usagePath, q)
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (v fleetView) narrowed() bool {
	return v.asked.Search != "" || v.asked.Owner != 0 || len(v.asked.States) > 0
}

func (v fleetView) page() fleetPage {
	out := fleetPage{Head: v.head(), Tabs: v.tabs(), Filters: v.filters()}
	for _, f := range v.asked.wrong {
		out.Callouts = append(out.Callouts, templates.Callout{Kind: "warning", Text: v.p.Field(f)})
	}
	if v.fleet.Total == 0 {
		out.Empty = v.empty()
		return out
	}
	out.Chart, out.Table = v.chart(), v.table()
	pager := templates.NewPager(v.href(), v.fleet.Page, v.fleet.Size, v.fleet.Total, fleetSize, 50, 100, 200)
	out.Pager = &pager
	return out
}

func (v fleetView) head() templates.Head {
	h := templates.Head{
		Title: v.p.T("usage.title"),
		Lead:  v.p.T("usage.fleet.lead", "n", v.p.Number(v.fleet.Total), "from", v.asked.From, "to", v.asked.To),
		Actions: []templates.Act{
			{Text: v.p.T("usage.declared"), Href: declaredPath, Icon: "check"},
			{Text: v.p.T("usage.files"), Href: filesPath, Icon: "upload"},
			{Text: v.p.T("usage.sums"), Href: usagePath + "/sums", Icon: "chart"},
		},
	}
	return h
}

// tabs choose the days and keep the filters.
func (v fleetView) tabs() templates.Tabs {
	q := url.Values{}
	for name, values := range v.asked.params {
		if !slices.Contains([]string{paramRange, paramMonth, paramFrom, paramTo}, name) {
			q[name] = values
		}
	}
	return v.asked.span.tabs(v.p, withQuery(usagePath, q), v.today())
}

func (v fleetView) empty() *templates.Empty {
	if v.narrowed() {
		return &templates.Empty{
			Title: v.p.T("usage.fleet.nothing"), Text: v.p.T("usage.fleet.nothing.text"), Icon: "search",
			Actions: []templates.Act{{Text: v.p.T("usage.fleet.all"), Href: usagePath}},
		}
	}
	return &templates.Empty{
		Title: v.p.T("usage.fleet.empty"), Text: v.p.T("usage.fleet.empty.text"), Icon: "system",
		Actions: []templates.Act{{Text: v.p.T("menu.inventory"), Href: "/systems"}},
	}
}

func (v fleetView) filters() templates.Filters {
	f := templates.Filters{
		Action: usagePath, ClearAll: usagePath,
		Query: &templates.Query{Name: paramFleetSearch, Value: v.asked.Search, Label: v.p.T("usage.search"), Placeholder: v.p.T("usage.search.hint")},
		Main:  []templates.Filter{v.stateFilter()},
	}
	if v.by.View().All || v.by.View().Below {
		f.Main = append(f.Main, templates.Filter{Name: paramFleetOwner, Label: v.p.T("usage.owner"), Kind: templates.FilterChoice, Options: v.ownerOptions()})
	}
	for _, name := range []string{paramRange, paramMonth, paramFrom, paramTo, paramFleetSort} {
		if value := v.asked.params.Get(name); value != "" {
			f.Hidden = append(f.Hidden, templates.Pair{Name: name, Value: value})
		}
	}
	for _, kind := range []string{"xlsx", "csv"} {
		f.Actions = append(f.Actions, templates.Act{
			Text: v.p.T("usage.export." + kind), Href: withQuery(usagePath+"/fleet."+kind, v.asked.params), Icon: "download", Download: true,
		})
	}
	f.Chips = v.chips(f)
	return f
}

func (v fleetView) stateFilter() templates.Filter {
	f := templates.Filter{Name: paramFleetState, Label: v.p.T("usage.state"), Kind: templates.FilterChoice}
	for _, s := range inventory.States() {
		f.Options = append(f.Options, templates.Option{Value: string(s), Text: v.p.T(string(s.Label())), Chosen: slices.Contains(v.asked.States, s)})
	}
	return f
}

func (v fleetView) ownerOptions() []templates.Option {
	return ownerOptions(v.dir, v.by, v.today(), v.asked.Owner)
}

// ownerOptions are the departments whose systems the reader sees.
func ownerOptions(dir *inventory.Directory, by auth.Principal, today calendar.Date, chosen auth.DepartmentID) []templates.Option {
	var out []templates.Option
	for _, dept := range dir.ActiveOn(today) {
		if dir.Covers(by.View(), dept.ID) {
			out = append(out, templates.Option{Value: dept.Code, Text: dept.Name, Chosen: dept.ID == chosen})
		}
	}
	return out
}

func (v fleetView) chips(f templates.Filters) []templates.Chip {
	var out []templates.Chip
	if v.asked.Search != "" {
		out = append(out, templates.Chip{Label: v.p.T("usage.search"), Text: v.asked.Search, Remove: v.href(paramFleetSearch, "")})
	}
	for _, one := range f.Main {
		for _, o := range one.Options {
			if o.Chosen {
				out = append(out, templates.Chip{Label: one.Label, Text: o.Text, Remove: v.without(one.Name, o.Value)})
			}
		}
	}
	return out
}

// without is the list without one value of a filter.
func (v fleetView) without(name, value string) string {
	q := url.Values{}
	for key, values := range v.asked.params {
		for _, one := range values {
			if key != name || one != value {
				q.Add(key, one)
			}
		}
	}
	return withQuery(usagePath, q)
}

// Levels of a cell of the map.
const (
	levelPartly  = iota // something was measured, for too short a time
	levelCovered        // measured for long enough, and nobody was seen
	levelUsed           // somebody used it
)

func (v fleetView) levels() []string {
	return []string{v.p.T("usage.level.partly"), v.p.T("usage.level.covered"), v.p.T("usage.level.used")}
}

func levelOf(d usage.FleetDay) int {
	switch {
	case d.Measured == 0:
		return -1
	case d.Used:
		return levelUsed
	case d.Covered == 0:
		return levelPartly
	}
	return levelCovered
}

func (v fleetView) chart() *templates.Chart {
	c := &templates.Chart{
		Caption: v.p.T("usage.fleet.chart"), Note: v.p.T("usage.fleet.note", "time", v.p.Time(v.now)),
		Wide: v.draw(chart.Wide).Inline("fleet"), Narrow: v.draw(chart.Narrow).Inline("fleet-narrow"),
	}
	for _, kind := range []string{"png", "svg"} {
		href := templates.WithQuery(withQuery(usagePath+"/fleet."+kind, v.asked.params), paramFleetPage, strconv.Itoa(v.fleet.Page))
		c.Files = append(c.Files, templates.Link{
			Text: v.p.T("usage.file." + kind), Href: templates.WithQuery(href, paramFleetSize, strconv.Itoa(v.fleet.Size)), Icon: "download",
		})
	}
	return c
}

func (v fleetView) draw(width int) chart.Drawing {
	h := chart.Heat{
		Head: chart.Head{
			Title: v.p.T("usage.fleet.chart"), Note: v.p.T("usage.fleet.note", "time", v.p.Time(v.now)), Words: chartWords(v.p),
			Desc: v.p.T("usage.fleet.desc", "n", len(v.fleet.Rows), "from", v.asked.From, "to", v.asked.To),
		},
		Off: v.rest.flags(v.asked.From, v.asked.To), OffWord: v.p.T("usage.day.off"), Levels: v.levels(),
	}
	for day := v.asked.From; !day.After(v.asked.To); day = day.AddDays(1) {
		h.Points = append(h.Points, day.String()[5:])
	}
	for i := range v.fleet.Rows {
		row := &v.fleet.Rows[i]
		r := chart.HeatRow{Label: row.Name, Href: v.useHref(row.Code), Text: strconv.Itoa(row.MeasuredDays) + "/" + strconv.Itoa(len(row.Days))}
		for _, day := range row.Days {
			r.Levels = append(r.Levels, levelOf(day))
		}
		h.Rows = append(h.Rows, r)
	}
	return h.Draw(width)
}

// useHref is the use of a system for the same days.
func (v fleetView) useHref(code string) string {
	return withQuery(web.Join(usagePath, code), v.asked.span.query())
}

func (v fleetView) sorted(word string, c templates.Column) templates.Column {
	next := word
	switch v.asked.params.Get(paramFleetSort) {
	case word:
		next, c.Sorted = "-"+word, "asc"
	case "-" + word:
		c.Sorted = "desc"
	}
	c.SortHref = v.href(paramFleetSort, next)
	return c
}

func (v fleetView) table() *templates.Table {
	n := len(v.fleet.Rows[0].Days)
	t := &templates.Table{ID: "fleet", Caption: v.p.T("usage.fleet.table"), Columns: []templates.Column{
		v.sorted("name", templates.Column{Key: "name", Text: v.p.T("usage.system"), Main: true}),
		v.sorted("code", templates.Column{Key: "code", Text: v.p.T("usage.code")}),
		{Text: v.p.T("usage.owner")},
		v.sorted("measured", templates.Column{Key: "measured", Text: v.p.T("usage.measured_days"), Unit: v.p.T("usage.of_days", "n", n), Num: true, Main: true}),
		v.sorted("covered", templates.Column{Key: "covered", Text: v.p.T("usage.covered_days"), Unit: v.p.T("usage.of_days", "n", n), Num: true}),
		{Text: v.p.T("usage.used_days"), Unit: v.p.T("usage.unit.days"), Num: true},
		v.sorted("users", templates.Column{Key: "users", Text: v.p.T("usage.most_users"), Unit: v.p.T("usage.unit.heads"), Num: true}),
		v.sorted("last_use", templates.Column{Key: "last_use", Text: v.p.T("usage.last_use"), Main: true}),
	}}
	for i := range v.fleet.Rows {
		t.Rows = append(t.Rows, v.row(&v.fleet.Rows[i]))
	}
	return t
}

func (v fleetView) row(r *usage.FleetRow) templates.TableRow {
	href, n := v.useHref(r.Code), len(r.Days)
	cells := []templates.Cell{
		{Text: r.Name, Href: href}, {Text: r.Code, Code: true}, {Text: v.dir.Name(r.OwnerID)},
		{Text: strconv.Itoa(r.MeasuredDays), Sub: percent(r.MeasuredDays, n), Href: href},
		{Text: strconv.Itoa(r.CoveredDays), Sub: percent(r.CoveredDays, n), Href: href},
	}
	used := templates.Cell{Text: strconv.Itoa(usedDays(r)), Href: href}
	users := templates.Cell{Unmeasured: true}
	if r.MeasuredDays == 0 {
		used = templates.Cell{Unmeasured: true}
		cells[3].Tone = templates.ToneAmber
	}
	if r.MostUsers != nil {
		users = templates.Cell{Text: v.p.Number(*r.MostUsers)}
	}
	return templates.TableRow{Cells: append(cells, used, users, v.lastCell(r.LastUse))}
}

func usedDays(r *usage.FleetRow) int {
	n := 0
	for _, d := range r.Days {
		if d.Used {
			n++
		}
	}
	return n
}

func (v fleetView) lastCell(u usage.LastUse) templates.Cell {
	day, s := u.Best()
	if day.IsZero() {
		return templates.Cell{Text: v.p.T("usage.last_use.never")}
	}
	return templates.Cell{Text: day.String(), Sub: v.p.T("usage.last_use.by", "signal", usage.SignalLabel(s))}
}

func percent(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(part)*100/float64(whole), 'f', 0, 64) + " %"
}

// sheet describes the file of the list.
func (v fleetView) sheet() sheet.Table {
	text := func(key string) string { return v.p.T("usage." + key) }
	return sheet.Table{
		Sheet: text("sheet"), Title: text("title"),
		Notes: []string{v.p.T("usage.sheet.note", "from", v.asked.From, "to", v.asked.To, "time", v.p.Time(v.now))},
		Columns: []sheet.Column{
			{Title: text("code"), Width: 14}, {Title: text("system"), Width: 36}, {Title: text("owner"), Width: 20},
			{Title: text("days"), Kind: sheet.ColumnNumber}, {Title: text("measured_days"), Kind: sheet.ColumnNumber},
			{Title: text("covered_days"), Kind: sheet.ColumnNumber}, {Title: text("used_days"), Kind: sheet.ColumnNumber},
			{Title: text("most_users"), Kind: sheet.ColumnNumber}, {Title: text("last_use"), Kind: sheet.ColumnDate},
			{Title: text("last_use.signal"), Width: 14},
		},
	}
}

func (v fleetView) sheetRow(r *usage.FleetRow) []sheet.Value {
	out := []sheet.Value{
		sheet.Text(r.Code), sheet.Text(r.Name), sheet.Text(v.dir.Name(r.OwnerID)), sheet.Whole(int64(len(r.Days))),
		sheet.Whole(int64(r.MeasuredDays)), sheet.Whole(int64(r.CoveredDays)), {}, {}, {}, {},
	}
	if r.MeasuredDays > 0 {
		out[6] = sheet.Whole(int64(usedDays(r)))
	}
	if r.MostUsers != nil {
		out[7] = sheet.Whole(*r.MostUsers)
	}
	if day, s := r.LastUse.Best(); !day.IsZero() {
		out[8], out[9] = sheet.Day(day), sheet.Text(v.p.T(string(usage.SignalLabel(s))))
	}
	return out
}
