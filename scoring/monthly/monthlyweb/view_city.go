package monthlyweb

import (
	"cmp"
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
	"qingce/templates"
)

// cityPage is the data of monthly/city: all bodies of a month.
type cityPage struct {
	Head     templates.Head
	Tabs     templates.Tabs
	Months   *monthPicker
	Callouts []templates.Callout
	Turn     *turnBox
	Stats    []templates.Stat
	Filters  *templates.Filters
	Matrix   *templates.Chart
	Pager    *templates.Pager
	NoMatch  *templates.Empty
	Course   *templates.Chart
	Movers   *templates.Table
	Regions  []regionTile
	Method   *templates.Facts
	Empty    *templates.Empty
}

// monthPicker chooses a month and its version.
type monthPicker struct {
	Action   string
	Months   []templates.Option
	Versions []templates.Tab
}

// turnBox says whose turn it is.
type turnBox struct {
	Text string
	Act  *templates.Act
}

// regionTile is a region in numbers.
type regionTile struct {
	Name, Href, Percent, Text string
	Bodies                    string
	Num, Den                  int
	Tone                      string
}

// cityView turns a month into the data of its page.
type cityView struct {
	p      *locale.Printer
	by     auth.Principal
	today  calendar.Date
	in     cityIn
	months []monthly.Month
	record monthly.Record
	table  monthly.Table
	// whole tells that the lines are those of all bodies.
	whole  bool
	lines  []monthly.Line
	course []cityPoint
	unused *Unused
}

// nothing is the page before the first month.
func (v cityView) nothing() cityPage {
	out := cityPage{
		Head: templates.Head{Title: v.p.T("monthly.title"), Lead: v.p.T("monthly.lead")}, Tabs: tabs(v.p, v.by, cardsPath),
		Empty: &templates.Empty{Icon: "chart", Title: v.p.T("monthly.none"), Text: v.p.T("monthly.none.text")},
	}
	if v.by.Is(auth.Office) {
		out.Empty.Actions = []templates.Act{{Text: v.p.T("monthly.compute"), Href: newPath, Kind: templates.ActPrimary, Icon: "plus"}}
	}
	return out
}

func (v cityView) page() cityPage {
	out := cityPage{
		Head: v.head(), Tabs: tabs(v.p, v.by, cardsPath), Months: picker(v.p, v.months, v.record), Callouts: v.callouts(), Turn: v.turn(),
		Filters: v.filters(), Method: methodFacts(v.p, v.table.Policy, v.table.Month),
	}
	if v.whole {
		out.Stats, out.Regions, out.Movers, out.Course = v.stats(), v.regions(), v.movers(), v.courseChart()
	}
	if len(v.lines) == 0 {
		out.NoMatch = &templates.Empty{Icon: "search", Title: v.p.T("monthly.no_match"), Text: v.p.T("monthly.no_match.text"), Actions: []templates.Act{{Text: v.p.T("ui.filter.clear"), Href: monthPath(v.table.Month)}}}
		return out
	}
	out.Matrix = v.matrix()
	pager := templates.NewPager(v.with("page", ""), v.in.Page, pageSize, int64(len(v.lines)))
	out.Pager = &pager
	return out
}

func (v cityView) head() templates.Head {
	m := v.table.Month
	h := templates.Head{
		Title: v.p.T("monthly.city", "month", m.Month), Badges: []templates.Badge{stateBadge(v.p, m.State)},
		Lead: v.p.T("monthly.city.lead", "date", m.ThroughOn, "n", v.p.Number(m.Bodies)),
		Facts: []templates.Row{
			{Label: v.p.T("monthly.version"), Text: strconv.FormatInt(m.Version, 10)},
			{Label: v.p.T("monthly.method"), Text: v.p.T("monthly.method.version", "n", m.PolicyVersion), Href: policyPath},
		},
	}
	if watches(v.by) {
		h.Actions = append(h.Actions, templates.Act{Text: v.p.T("monthly.record"), Href: recordPath(m), Icon: "tasks", Kind: templates.ActPrimary})
	}
	h.Actions = append(h.Actions, templates.Act{Text: v.p.T("monthly.export"), Href: v.file("table.xlsx"), Icon: "download", Download: true})
	return h
}

// file is the address of the lines as a file.
func (v cityView) file(name string) string {
	base, query, _ := strings.Cut(v.with("", ""), "?")
	return base + "/" + name + "?" + query
}

// with is the address of the page with a parameter set.
func (v cityView) with(name, value string) string {
	to := monthPath(v.table.Month)
	for _, one := range [][2]string{{"group", v.in.Group}, {"region", v.in.Region}, {"band", v.in.Band}, {"q", v.in.Search}, {"sort", v.in.Sort}} {
		if one[0] == name {
			one[1] = value
		}
		if one[1] != "" {
			to = templates.WithQuery(to, one[0], one[1])
		}
	}
	return to
}

// picker chooses among the months that the reader sees.
func picker(p *locale.Printer, months []monthly.Month, r monthly.Record) *monthPicker {
	out := &monthPicker{Action: cardsPath}
	for _, m := range months {
		out.Months = append(out.Months, templates.Option{Value: string(m.Month), Text: string(m.Month) + " " + p.T(string(m.State.Label())), Chosen: m.Month == r.Month.Month})
	}
	if len(r.Versions) > 1 {
		for _, m := range r.Versions {
			text := p.T("monthly.version.n", "n", m.Version) + " " + p.T(string(m.State.Label()))
			out.Versions = append(out.Versions, templates.Tab{Text: text, Href: monthPath(m), Active: m.ID == r.Month.ID})
		}
	}
	return out
}

func (v cityView) callouts() []templates.Callout {
	var out []templates.Callout
	if !v.whole {
		out = append(out, templates.Callout{Kind: "info", Title: v.p.T("monthly.own_only"), Text: v.p.T("monthly.own_only.text")})
	}
	if v.table.Month.State == monthly.Superseded {
		c := templates.Callout{Kind: "warning", Title: v.p.T("monthly.superseded")}
		if len(v.record.Versions) > 0 {
			c.Text, c.Link = v.record.Versions[0].Reason, &templates.Link{Text: v.p.T("monthly.superseded.newest"), Href: monthPath(v.record.Versions[0])}
		}
		out = append(out, c)
	}
	if v.table.Month.Version > 1 && v.table.Month.Reason != "" {
		out = append(out, templates.Callout{Kind: "info", Title: v.p.T("monthly.corrected"), Text: v.table.Month.Reason})
	}
	if o := v.table.OtherPolicy; o != nil {
		out = append(out, templates.Callout{Kind: "info", Title: v.p.T("monthly.two_methods", "new", v.table.Policy.Version, "old", o.Version), Text: v.p.T("monthly.two_methods.text")})
	}
	for i := range v.table.Lines {
		if l := &v.table.Lines[i]; l.Body.Code == v.table.Own {
			out = append(out, templates.Callout{
				Kind: "info", Title: v.p.T("monthly.own", "name", l.Body.Name, "points", totalText(v.p, &l.Card)),
				Link: &templates.Link{Text: v.p.T("monthly.own.open"), Href: monthPath(v.table.Month, l.Body.Code)},
			})
		}
	}
	return out
}

// turn says whose turn it is with the month.
func (v cityView) turn() *turnBox {
	if !watches(v.by) {
		return nil
	}
	box := &turnBox{Text: turnText(v.p, v.record, v.today)}
	waits := v.record.Month.State == monthly.Appeal && (v.record.Open > 0 || !v.today.After(v.record.Month.AppealDue))
	if len(v.record.Moves) > 0 && !waits {
		box.Act = &templates.Act{Text: v.p.T(string(v.record.Moves[0].Label())), Href: recordPath(v.record.Month) + "#steps", Icon: "arrow", Kind: templates.ActPrimary}
	}
	return box
}

func (v cityView) stats() []templates.Stat {
	s := sumOf(v.table.Lines)
	m := v.table.Month
	share := func(key string, n scorecard.Share, metric scorecard.Metric) templates.Stat {
		out := templates.Stat{Label: v.p.T("monthly.stat." + key), Share: v.p.T("monthly.stat.count", "n", v.p.Number(int64(n.Num)), "of", v.p.Number(int64(n.Den))), Href: v.with("sort", metric.Key())}
		if n.Den == 0 {
			out.Value = v.p.T("monthly.not_applicable")
			return out
		}
		out.Value, out.Unit = pointsText(hundredthsOf(n)), "%"
		return out
	}
	out := []templates.Stat{
		share("connected", s.connected, scorecard.Connected), share("integrated", s.integrated, scorecard.Integrated), share("shared", s.shared, scorecard.Shared),
		{Label: v.p.T("monthly.stat.joint"), Value: v.p.Number(int64(s.applications)), Href: v.with("sort", scorecard.Joint.Key()), Note: v.p.T("monthly.stat.joint.note")},
	}
	if v.unused != nil {
		out = append(out,
			templates.Stat{Label: v.p.T("monthly.stat.unused"), Value: v.p.Number(v.unused.Cleaned), Share: v.p.T("monthly.stat.count", "n", v.p.Number(v.unused.Cleaned), "of", v.p.Number(v.unused.Found)), Href: "/zombies/totals", Note: v.p.T("monthly.stat.day", "date", v.table.Month.ThroughOn)},
			templates.Stat{Label: v.p.T("monthly.stat.saved"), Value: v.p.Wan(v.unused.Saved), Unit: v.p.T("monthly.unit.wan"), Href: "/zombies/totals", Note: v.p.T("monthly.stat.day", "date", v.table.Month.ThroughOn)},
		)
	}
	low := 0
	for i := range v.table.Lines {
		if b := v.table.Lines[i].Card.Band; b == scorecard.Criticise || b == scorecard.Report {
			low++
		}
	}
	stat := templates.Stat{Label: v.p.T("monthly.stat.low"), Value: v.p.Number(int64(low)), Href: templates.WithQuery(monthPath(m), "sort", "points"), Note: v.p.T("monthly.stat.low.note", "points", v.table.Policy.Method.Remind, "n", s.ranked)}
	if low > 0 {
		stat.Tone = templates.ToneRed
	}
	return append(out, stat)
}

func (v cityView) filters() *templates.Filters {
	groups, regions, bands := map[string]bool{}, map[string]string{}, map[scorecard.Band]bool{}
	for _, l := range v.table.Lines {
		groups[l.Card.Group], bands[l.Card.Band] = true, true
		regions[regionOf(l)] = v.regionName(regionOf(l))
	}
	f := &templates.Filters{
		Action: cardsPath + "/" + url.PathEscape(string(v.table.Month.Month)), ClearAll: monthPath(v.table.Month),
		Hidden: []templates.Pair{number("version", v.table.Month.Version), {Name: "sort", Value: v.in.Sort}},
		Query:  &templates.Query{Name: "q", Value: v.in.Search, Label: v.p.T("monthly.search"), Placeholder: v.p.T("monthly.search.example")},
	}
	add := func(name, chosen string, keys []string, text func(string) string) {
		one := templates.Filter{Name: name, Label: v.p.T("monthly.filter." + name), Kind: templates.FilterChoice}
		for _, k := range keys {
			one.Options = append(one.Options, templates.Option{Value: k, Text: text(k), Chosen: k == chosen})
			if k == chosen {
				f.Chips = append(f.Chips, templates.Chip{Label: one.Label, Text: text(k), Remove: v.with(name, "")})
			}
		}
		if len(keys) > 1 || chosen != "" {
			f.Main = append(f.Main, one)
		}
	}
	add("group", v.in.Group, sortedKeys(groups), func(k string) string { return v.groupName(k) })
	add("region", v.in.Region, sortedKeys(regions), func(k string) string { return regions[k] })
	var present []string
	for _, b := range bandOrder() {
		if bands[b] {
			present = append(present, string(b))
		}
	}
	add("band", v.in.Band, present, func(k string) string { return v.p.T("monthly.band." + k) })
	if v.in.Search != "" {
		f.Chips = append(f.Chips, templates.Chip{Label: v.p.T("monthly.search"), Text: v.in.Search, Remove: v.with("q", "")})
	}
	return f
}

func bandOrder() []scorecard.Band {
	return []scorecard.Band{scorecard.Praise, scorecard.Good, scorecard.Remind, scorecard.Criticise, scorecard.Report, scorecard.Watched}
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		if k != "" {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func (v cityView) groupName(code string) string {
	if code == "" {
		return v.p.T("monthly.group.none")
	}
	return v.p.T("monthly.group", "group", code)
}

// regionName is a region in words: the name of the body that stands for it.
func (v cityView) regionName(region string) string {
	if region == cityRegion {
		return v.p.T("monthly.region.city")
	}
	for _, l := range v.table.Lines {
		if l.Body.Code == region || l.Body.Region == region && (l.Body.Kind == "county" || l.Body.Kind == "zone") {
			return l.Body.Name
		}
	}
	return region
}

func (v cityView) regions() []regionTile {
	of := map[string][]monthly.Line{}
	for _, l := range v.table.Lines {
		of[regionOf(l)] = append(of[regionOf(l)], l)
	}
	var out []regionTile
	for _, region := range sortedKeys(of) {
		sum := sumOf(of[region])
		t := regionTile{
			Name: v.regionName(region), Href: v.with("region", region), Text: percentText(v.p, sum.connected), Num: sum.connected.Num, Den: sum.connected.Den,
			Bodies: v.p.T("monthly.region.bodies", "n", sum.bodies), Tone: templates.ToneGrey,
		}
		if sum.connected.Den > 0 {
			t.Percent = pointsText(hundredthsOf(sum.connected))
			t.Tone = []string{templates.ToneGreen, templates.ToneBlue, templates.ToneAmber, templates.ToneRed}[level(&v.table.Policy.Method, big.NewRat(int64(sum.connected.Num)*100, int64(sum.connected.Den)))]
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b regionTile) int { return cmp.Compare(b.Num*max(a.Den, 1), a.Num*max(b.Den, 1)) })
	return out
}

// methodFacts is by what a month was judged.
func methodFacts(p *locale.Printer, policy monthly.Policy, m monthly.Month) *templates.Facts {
	f := &templates.Facts{ID: "s-method", Title: p.T("monthly.basis"), Rows: []templates.Row{
		{Label: p.T("monthly.method"), Text: p.T("monthly.method.version", "n", policy.Version), Href: policyPath, Note: p.T("monthly.method.from", "month", policy.FromMonth)},
		{Label: p.T("monthly.through"), Text: m.ThroughOn.String()}, {Label: p.T("monthly.computed"), Text: p.Time(m.ComputedAt), Note: byText(p, m.ComputedName)},
	}}
	if m.FrozenAt != nil {
		f.Rows = append(f.Rows, templates.Row{Label: p.T("monthly.frozen_at"), Text: p.Time(*m.FrozenAt), Note: m.FrozenName}, templates.Row{Label: p.T("monthly.hash"), Text: m.Hash, Code: true, Copy: true})
	}
	if m.FrozenHash != "" && m.FrozenHash != m.Hash {
		f.Rows = append(f.Rows, templates.Row{Label: p.T("monthly.frozen_hash"), Text: m.FrozenHash, Code: true, Note: p.T("monthly.frozen_hash.note")})
	}
	if m.PublishedAt != nil {
		f.Rows = append(f.Rows, templates.Row{Label: p.T("monthly.published_at"), Text: p.Time(*m.PublishedAt), Note: m.PublishedName})
	}
	return f
}

// movers are the five that rose and fell most since the month before.
func (v cityView) movers() *templates.Table {
	var moved []monthly.Line
	for _, l := range v.table.Lines {
		if l.Before != nil && l.Before.Total != nil && l.Card.Total != nil && l.Before.Points != l.Card.Points {
			moved = append(moved, l)
		}
	}
	slices.SortStableFunc(moved, func(a, b monthly.Line) int {
		return cmp.Compare(b.Card.Points-b.Before.Points, a.Card.Points-a.Before.Points)
	})
	if len(moved) > 2*mostMovers {
		moved = append(slices.Clone(moved[:mostMovers]), moved[len(moved)-mostMovers:]...)
	}
	if len(moved) == 0 {
		return nil
	}
	t := &templates.Table{Caption: v.p.T("monthly.movers"), Columns: []templates.Column{
		{Text: v.p.T("monthly.column.body"), Main: true}, {Text: v.p.T("monthly.column.change"), Num: true, Main: true}, {Text: v.p.T("monthly.column.before"), Num: true},
		{Text: v.p.T("monthly.column.points"), Num: true, Main: true}, {Text: v.p.T("monthly.column.cause")},
	}}
	for _, l := range moved {
		change := templates.Cell{Text: "▲ " + signedText(l.Card.Points-l.Before.Points), Tone: templates.ToneGreen}
		if l.Card.Points < l.Before.Points {
			change = templates.Cell{Text: "▼ " + signedText(l.Card.Points-l.Before.Points), Tone: templates.ToneRed}
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: l.Body.Name, Href: monthPath(v.table.Month, l.Body.Code)}, change, {Text: pointsText(l.Before.Points)}, {Text: pointsText(l.Card.Points)}, {Text: v.cause(l)},
		}})
	}
	return t
}

const mostMovers = 5

// cause is the metric that changed the total most.
func (v cityView) cause(l monthly.Line) string {
	best, text := new(big.Rat), ""
	for _, m := range scorecard.Metrics() {
		now, then := contribution(&l.Card, &v.table.Policy, m), contribution(l.Before, &v.table.Policy, m)
		if now == nil || then == nil {
			continue
		}
		change := new(big.Rat).Sub(now, then)
		if size := new(big.Rat).Abs(change); size.Cmp(best) > 0 {
			best = size
			text = fmt.Sprintf("%s %s → %s", metricName(v.p, m), valueText(v.p, l.Before.Values[m]), valueText(v.p, l.Card.Values[m]))
		}
	}
	if l.Card.Off != l.Before.Off {
		if off := big.NewRat(int64(max(l.Card.Off-l.Before.Off, l.Before.Off-l.Card.Off)), 1); off.Cmp(best) > 0 {
			text = v.p.T("monthly.off.change", "from", l.Before.Off, "to", l.Card.Off)
		}
	}
	return text
}

// contribution is what a metric brings into the total, nil when it does not
// apply.
func contribution(c *scorecard.Card, p *monthly.Policy, m scorecard.Metric) *big.Rat {
	if c.Values[m] == nil || c.Weight == 0 {
		return nil
	}
	return new(big.Rat).Mul(c.Values[m], big.NewRat(int64(p.Method.Weights[m]), int64(c.Weight)))
}
