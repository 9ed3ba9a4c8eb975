package usageweb

import (
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/templates"
)

// probesPage is the data of usage/probes.
type probesPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Stats    []templates.Stat
	Filters  *templates.Filters
	Table    *templates.Table
	Empty    *templates.Empty
	Pager    *templates.Pager
}

// probesView turns a page of probes into the data of its template.
type probesView struct {
	p      *locale.Printer
	by     auth.Principal
	now    time.Time
	counts map[usage.Standing]int64

	rows  bool // the reader sees single probes, and not only how many there are
	dir   *inventory.Directory
	a     probesAddress
	list  usage.ProbePage
	heard map[usage.ProbeID]usage.Heard
}

func (v probesView) total() int64 {
	n := int64(0)
	for _, c := range v.counts {
		n += c
	}
	return n
}

func (v probesView) page() probesPage {
	out := probesPage{Head: v.head()}
	if v.total() > 0 {
		out.Stats = v.stats()
	}
	if !v.rows {
		return out
	}
	if len(v.a.wrong) > 0 {
		out.Callouts = []templates.Callout{{Kind: "error", Title: v.p.T("probes.filter.wrong"), Items: v.a.wrong}}
	}
	if v.total() > 0 {
		filters := v.filters()
		out.Filters = &filters
	}
	if v.list.Total == 0 {
		out.Empty = v.empty()
		return out
	}
	pager := templates.NewPager(v.a.String(), v.a.query.Page, v.a.query.Size, v.list.Total, probePageSizes()...)
	out.Table, out.Pager = v.table(), &pager
	return out
}

func (v probesView) head() templates.Head {
	h := templates.Head{Title: v.p.T("probes.title"), Lead: v.p.T("probes.lead."+v.scope(), "n", v.p.Number(v.total()), "department", v.by.Department)}
	if v.by.Is(operators()...) {
		h.Actions = []templates.Act{{Text: v.p.T("probes.act.new"), Href: probesPath + "/new", Kind: templates.ActPrimary, Icon: "plus"}}
	}
	return h
}

// scope says whose probes the reader sees.
func (v probesView) scope() string {
	switch scope := v.by.View(); {
	case !v.rows:
		return "sums"
	case scope.All:
		return "all"
	case scope.Below:
		return "region"
	}
	return "own"
}

// stats are the probes by standing, each leading to its rows.
func (v probesView) stats() []templates.Stat {
	out := []templates.Stat{{Label: v.p.T("probes.stat.total"), Value: v.p.Number(v.total()), Href: probesPath}}
	for _, s := range usage.Standings() {
		stat := templates.Stat{Label: v.p.T(string(s.Label())), Value: v.p.Number(v.counts[s]), Href: probesPath, Note: v.p.T("probes.state." + string(s) + ".text")}
		if v.rows {
			stat.Href = templates.WithQuery(probesPath, paramProbeStanding, string(s))
		}
		if v.counts[s] > 0 && s != usage.Normal {
			stat.Tone = standingTones[s]
		}
		out = append(out, stat)
	}
	return out
}

func (v probesView) filters() templates.Filters {
	f := templates.Filters{
		Action: probesPath, ClearAll: probesPath,
		Query: &templates.Query{Name: paramProbeSearch, Value: v.a.query.Search, Label: v.p.T("probes.search"), Placeholder: v.p.T("probes.search.example")},
		Main: []templates.Filter{
			{Name: paramProbeStanding, Label: v.p.T("probes.column.state"), Kind: templates.FilterChoice, Options: v.standingOptions()},
			{Name: paramProbeKind, Label: v.p.T("probes.column.kind"), Kind: templates.FilterChoice, Options: v.kindOptions()},
		},
	}
	if scope := v.by.View(); scope.All || scope.Below {
		f.Main = append(f.Main, templates.Filter{Name: paramProbeOwner, Label: v.p.T("probes.column.owner"), Kind: templates.FilterChoice, Options: v.ownerOptions()})
	}
	f.Main = append(f.Main, templates.Filter{Name: paramProbeRejected, Label: v.p.T("probes.column.rejected"), Kind: templates.FilterChoice, Options: []templates.Option{
		{Value: "today", Text: v.p.T("probes.rejected.today"), Chosen: v.a.query.Rejected},
	}})
	for _, name := range []string{paramProbeSystem, paramProbeSort, paramProbeSize} {
		if value := v.a.params.Get(name); value != "" {
			f.Hidden = append(f.Hidden, templates.Pair{Name: name, Value: value})
		}
	}
	f.Chips = v.chips(f)
	return f
}

func (v probesView) standingOptions() []templates.Option {
	var out []templates.Option
	for _, s := range usage.Standings() {
		out = append(out, templates.Option{
			Value: string(s), Text: v.p.T(string(s.Label())), Chosen: slices.Contains(v.a.query.Standings, s), Count: v.p.Number(v.counts[s]),
		})
	}
	return out
}

func (v probesView) kindOptions() []templates.Option {
	var out []templates.Option
	for _, k := range usage.ProbeKinds() {
		out = append(out, templates.Option{Value: string(k), Text: v.p.T(string(k.Label())), Chosen: slices.Contains(v.a.query.Kinds, k)})
	}
	return out
}

func (v probesView) ownerOptions() []templates.Option {
	var out []templates.Option
	for _, d := range v.dir.All() {
		if v.dir.Covers(v.by.View(), d.ID) {
			out = append(out, templates.Option{Value: d.Code, Text: d.Name, Chosen: slices.Contains(v.a.query.Owners, d.ID)})
		}
	}
	return out
}

// chips are the filters in force.
func (v probesView) chips(f templates.Filters) []templates.Chip {
	var out []templates.Chip
	add := func(name, label, value, text string) {
		out = append(out, templates.Chip{Label: label, Text: text, Remove: v.a.without(name, value)})
	}
	if v.a.query.Search != "" {
		add(paramProbeSearch, v.p.T("probes.search"), v.a.query.Search, v.a.query.Search)
	}
	if code := v.a.query.SystemCode; code != "" {
		add(paramProbeSystem, v.p.T("probes.system.name"), code, code)
	}
	for _, one := range f.Main {
		for _, o := range one.Options {
			if o.Chosen {
				add(one.Name, one.Label, o.Value, o.Text)
			}
		}
	}
	return out
}

func (v probesView) empty() *templates.Empty {
	switch {
	case v.a.narrowed() && v.total() > 0:
		return &templates.Empty{
			Icon: "search", Title: v.p.T("probes.no_match"), Text: v.p.T("probes.no_match.text"),
			Actions: []templates.Act{{Text: v.p.T("ui.filter.clear"), Href: probesPath}},
		}
	case v.by.Is(operators()...):
		return &templates.Empty{Icon: "device", Title: v.p.T("probes.empty"), Text: v.p.T("probes.empty.write"), Actions: v.head().Actions}
	}
	return &templates.Empty{Icon: "device", Title: v.p.T("probes.empty"), Text: v.p.T("probes.empty.read")}
}

func (v probesView) table() *templates.Table {
	t := &templates.Table{ID: "probes", Caption: v.p.T("probes.title"), Columns: []templates.Column{
		v.sorted("name", templates.Column{Key: "name", Text: v.p.T("probes.column.name"), Main: true}),
		v.sorted("standing", templates.Column{Key: "state", Text: v.p.T("probes.column.state"), Main: true}),
		v.sorted("success", templates.Column{Key: "success", Text: v.p.T("probes.column.success"), Title: v.p.T("probes.column.success.help"), Main: true}),
		{Key: "lag", Text: v.p.T("probes.column.lag"), Num: true},
		{Key: "coverage", Text: v.p.T("probes.column.coverage"), Title: v.p.T("probes.column.coverage.help"), Num: true, Main: true},
		{Key: "rejected", Text: v.p.T("probes.column.rejected"), Num: true, Main: true},
		{Key: "kind", Text: v.p.T("probes.column.kind")},
		{Key: "owner", Text: v.p.T("probes.column.owner")},
		{Key: "systems", Text: v.p.T("probes.column.systems"), Num: true},
	}}
	for i := range v.list.Lines {
		t.Rows = append(t.Rows, v.row(&v.list.Lines[i]))
	}
	return t
}

// sorted makes a column sortable.
func (v probesView) sorted(word string, c templates.Column) templates.Column {
	next := word
	switch v.a.params.Get(paramProbeSort) {
	case word:
		next, c.Sorted = "-"+word, "asc"
	case "-" + word:
		c.Sorted = "desc"
	}
	c.SortHref = v.a.with(paramProbeSort, next)
	return c
}

func (v probesView) row(l *usage.ProbeLine) templates.TableRow {
	path, heard := probePath(l.Code), v.heard[l.ID]
	row := templates.TableRow{ID: l.Code, Name: l.Name, Cells: []templates.Cell{
		{Text: l.Name, Sub: l.Code, Href: path},
		{Badge: standingBadge(v.p, l.Standing)},
		{Text: momentText(v.p, l.Contact.LastSuccessAt, "probes.never")},
		{},
		{Unmeasured: heard.Expected > 0 && heard.Hours == 0, Text: heardText(v.p, heard), Tone: heardTone(heard)},
		{Text: strconv.FormatInt(l.RejectedToday, 10)},
		{Text: v.p.T(string(l.Kind.Label()))},
		{Text: l.Owner.Name},
		{Text: strconv.Itoa(len(l.Systems)), Href: path + "#systems"},
	}}
	if at := l.Contact.LastSuccessAt; at != nil {
		row.Cells[3].Text = spanText(v.p, v.now.Sub(*at))
	}
	if l.RejectedToday > 0 {
		row.Cells[5].Href, row.Cells[5].Tone = path+"#rejected", templates.ToneAmber
	}
	if l.Standing == usage.Down {
		row.Tone = templates.ToneRed
	}
	return row
}
