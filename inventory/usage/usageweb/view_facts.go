package usageweb

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
	"qingce/templates"
)

// factsPage is the data of usage/system: the use of a system by day.
type factsPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Tabs     templates.Tabs
	Span     spanForm
	Stats    []templates.Stat
	Chart    *templates.Chart
	Table    *templates.Table
	Exports  []templates.Act
	Empty    *templates.Empty
}

// spanForm asks for a stretch of days by its ends.
type spanForm struct{ Action, From, To string }

// factsView turns the days of a system into the data of their pages and files.
type factsView struct {
	p      *locale.Printer
	by     auth.Principal
	now    time.Time
	system inventory.System
	owner  string
	span   span
	days   []usage.Day
	rest   restDays
	last   lastUse
	bands  []watched
}

// lastUse is when people used the system last.
type lastUse struct {
	day    calendar.Date // no date when it never was
	signal wire.Signal   // what tells so
}

// watched is from when to when a probe sent something.
type watched struct {
	code, name string
	kind       usage.ProbeKind
	spans      [][2]calendar.Date
}

func (v factsView) path(parts ...string) string {
	return web.Join(usagePath, append([]string{v.system.Code}, parts...)...)
}

// at is an address of the system for the same days.
func (v factsView) at(parts ...string) string {
	path := v.path(parts...)
	if q := v.span.query(); len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

func (v factsView) today() calendar.Date { return calendar.DateOf(v.now) }

func (v factsView) page() factsPage {
	out := factsPage{
		Head: v.head(), Callouts: v.callouts(), Tabs: v.span.tabs(v.p, v.path(), v.today()),
		Span: spanForm{Action: v.path(), From: v.span.from.String(), To: v.span.to.String()},
	}
	if v.measuredDays() == 0 {
		out.Empty = v.empty()
		return out
	}
	out.Stats, out.Chart, out.Table = v.stats(), v.chart(), v.table()
	for _, kind := range []string{"xlsx", "csv"} {
		out.Exports = append(out.Exports, templates.Act{
			Text: v.p.T("usage.export." + kind), Href: v.at("days." + kind), Icon: "download", Download: true,
		})
	}
	return out
}

func (v factsView) head() templates.Head {
	h := templates.Head{
		Code: v.system.Code, Title: v.p.T("usage.of", "name", v.system.Name),
		Lead: v.p.T("usage.of.lead", "from", v.span.from, "to", v.span.to, "n", v.span.length()),
		Facts: []templates.Row{
			{Label: v.p.T("usage.owner"), Text: v.owner},
			{Label: v.p.T("usage.last_use"), Text: v.lastText()},
		},
		Actions: []templates.Act{{Text: v.p.T("usage.record"), Href: web.Join("/systems", v.system.Code), Icon: "system"}},
	}
	for _, w := range v.bands {
		h.Facts = append(h.Facts, templates.Row{Label: v.p.T("usage.probe"), Text: w.code + " " + w.name, Href: probePath(w.code)})
	}
	return h
}

// lastText says when people used the system last, and by what that is known.
func (v factsView) lastText() string {
	if v.last.day.IsZero() {
		return v.p.T("usage.last_use.never")
	}
	return v.p.T("usage.last_use.on", "day", v.last.day, "signal", usage.SignalLabel(v.last.signal), "ago", v.today().DaysSince(v.last.day))
}

func (v factsView) callouts() []templates.Callout {
	var out []templates.Callout
	for _, f := range v.span.wrong {
		out = append(out, templates.Callout{Kind: "warning", Text: v.p.Field(f)})
	}
	if v.measuredDays() > 0 && v.span.to == v.today() {
		out = append(out, templates.Callout{Kind: "info", Text: v.p.T("usage.today_open", "day", v.today())})
	}
	return out
}

func (v factsView) empty() *templates.Empty {
	e := &templates.Empty{Title: v.p.T("usage.empty"), Text: v.p.T("usage.empty.text"), Icon: "chart"}
	if len(v.bands) > 0 {
		e.Text = v.p.T("usage.empty.probed", "probe", v.bands[0].code)
		e.Actions = append(e.Actions, templates.Act{Text: v.p.T("usage.empty.probe"), Href: probePath(v.bands[0].code)})
	}
	if v.by.Is(usage.Backfillers()...) {
		e.Actions = append(e.Actions, templates.Act{Text: v.p.T("usage.empty.file"), Href: filesPath, Icon: "upload"})
	}
	if v.span.days != 365 {
		e.Actions = append(e.Actions, templates.Act{Text: v.p.T("usage.span.days", "n", 365), Href: templates.WithQuery(v.path(), paramRange, "365")})
	}
	return e
}

// measuredDays counts the days of which anything is known.
func (v factsView) measuredDays() int {
	n := 0
	for i := range v.days {
		if v.days[i].Measured != 0 {
			n++
		}
	}
	return n
}

// tally is what the days of a stretch sum up to.
type tally struct {
	used, known int // days of use, and days of which it is known
	sums        map[wire.Signal]int64
	most        map[wire.Signal]int64
	days        map[wire.Signal]int // on which the signal was measured
}

func tallyOf(days []usage.Day) tally {
	t := tally{sums: map[wire.Signal]int64{}, most: map[wire.Signal]int64{}, days: map[wire.Signal]int{}}
	for i := range days {
		used, known := days[i].Used()
		if used {
			t.used++
		}
		if known {
			t.known++
		}
		for _, s := range wire.Signals() {
			if n, ok := days[i].Values.Get(s); ok {
				t.sums[s] += n
				t.most[s] = max(t.most[s], n)
				t.days[s]++
			}
		}
	}
	return t
}

func (v factsView) stats() []templates.Stat {
	t := tallyOf(v.days)
	out := []templates.Stat{
		{
			Label: v.p.T("usage.stat.known"), Value: strconv.Itoa(t.known), Unit: v.p.T("usage.unit.days"),
			Share: share(t.known, len(v.days)), Note: v.p.T("usage.stat.known.note"), Href: "#days",
		},
		{
			Label: v.p.T("usage.stat.used"), Value: strconv.Itoa(t.used), Unit: v.p.T("usage.unit.days"),
			Share: share(t.used, t.known), Note: v.p.T("usage.stat.used.note"), Href: "#days", Unmeasured: t.known == 0,
		},
	}
	if t.known == 0 {
		out[1].Value, out[1].Unit, out[1].Share = "", "", ""
	}
	for _, s := range []wire.Signal{wire.BusinessTx, wire.Logins} {
		out = append(out, v.stat(s, t, t.sums[s], "usage.stat.sum"))
	}
	return append(out, v.stat(wire.Users, t, t.most[wire.Users], "usage.stat.most"))
}

func (v factsView) stat(s wire.Signal, t tally, n int64, note string) templates.Stat {
	out := templates.Stat{Label: v.p.T(string(usage.SignalLabel(s))), Href: "#days"}
	if t.days[s] == 0 {
		out.Unmeasured = true
		return out
	}
	out.Value, out.Unit = v.p.Number(n), usage.SignalUnit(v.p, s)
	out.Note = v.p.T(note, "n", t.days[s])
	return out
}

// share writes a share with its parts, as "15/17 · 88.24 %".
func share(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d · %.2f %%", part, whole, float64(part)*100/float64(whole))
}

// machineRequests are the requests that no people made, where both are known.
func machineRequests(v *wire.Values) (int64, bool) {
	all, okAll := v.Get(wire.Requests)
	people, okPeople := v.Get(wire.HumanRequests)
	return max(0, all-people), okAll && okPeople
}

// figureText writes a value as people read it, without its unit.
func figureText(p *locale.Printer, s wire.Signal, n int64) string {
	if s.Unit() == wire.Count {
		return p.Number(n)
	}
	return usage.SignalText(s, n)
}

// signalCell is a value in a table: what was not measured is a gap.
func signalCell(p *locale.Printer, d *usage.Day, s wire.Signal) templates.Cell {
	n, ok := d.Values.Get(s)
	if !ok {
		return templates.Cell{Unmeasured: true}
	}
	c := templates.Cell{Text: figureText(p, s, n)}
	switch {
	case d.Given.Has(s):
		c.Sub = p.T("usage.given.mark")
	case !d.Covered.Has(s):
		c.Sub = p.T("usage.partly.mark")
	}
	return c
}

// tableSignals are the signals of the table by day; all of them are in its
// files.
func tableSignals() []wire.Signal {
	return []wire.Signal{wire.BusinessTx, wire.Logins, wire.Users, wire.HumanRequests}
}

func (v factsView) table() *templates.Table {
	t := &templates.Table{ID: "days", Caption: v.p.T("usage.table"), Columns: []templates.Column{{Text: v.p.T("usage.day"), Main: true}}}
	for _, s := range tableSignals() {
		t.Columns = append(t.Columns, templates.Column{
			Text: v.p.T(string(usage.SignalLabel(s))), Unit: usage.SignalUnit(v.p, s), Num: true, Main: s == wire.BusinessTx || s == wire.Users,
		})
	}
	t.Columns = append(t.Columns,
		templates.Column{Text: v.p.T("usage.machines"), Unit: v.p.T("usage.unit.times"), Num: true},
		templates.Column{Text: v.p.T(string(usage.SignalLabel(wire.Errors))), Unit: v.p.T("usage.unit.times"), Num: true},
		templates.Column{Text: v.p.T("usage.active_hours"), Unit: v.p.T("usage.unit.hours"), Num: true},
		templates.Column{Text: v.p.T("usage.minutes"), Unit: v.p.T("usage.unit.minutes"), Num: true, Main: true},
	)
	for i := len(v.days) - 1; i >= 0; i-- { // the newest first
		t.Rows = append(t.Rows, v.row(&v.days[i]))
	}
	return t
}

func (v factsView) row(d *usage.Day) templates.TableRow {
	row := templates.TableRow{Cells: []templates.Cell{{Text: d.Date.String(), Sub: v.rest.word(v.p, d.Date), Href: v.path("days", d.Date.String())}}}
	for _, s := range tableSignals() {
		row.Cells = append(row.Cells, signalCell(v.p, d, s))
	}
	machines := templates.Cell{Unmeasured: true}
	if n, ok := machineRequests(&d.Values); ok {
		machines = templates.Cell{Text: v.p.Number(n)}
	}
	active := templates.Cell{Unmeasured: true}
	if d.Minutes > 0 {
		active = templates.Cell{Text: strconv.Itoa(d.ActiveHours)}
	}
	row.Cells = append(row.Cells, machines, signalCell(v.p, d, wire.Errors), active, v.minutesCell(d))
	return row
}

// minutesCell says for how long the day was measured, or where it comes from.
func (v factsView) minutesCell(d *usage.Day) templates.Cell {
	switch {
	case d.Minutes > 0:
		return templates.Cell{Text: v.p.Number(int64(d.Minutes)), Sub: fmt.Sprintf("%.0f %%", float64(d.Minutes)*100/1440)}
	case d.Given != 0:
		return templates.Cell{Text: v.p.T("usage.given.whole")}
	}
	return templates.Cell{Unmeasured: true}
}

// chart is the picture of the days, twice, and what leads to its files.
func (v factsView) chart() *templates.Chart {
	c := &templates.Chart{
		Caption: v.p.T("usage.chart"), Note: v.note(),
		Wide: v.draw(chart.Wide).Inline("days"), Narrow: v.draw(chart.Narrow).Inline("days-narrow"),
	}
	for _, kind := range []string{"png", "svg"} {
		c.Files = append(c.Files, templates.Link{Text: v.p.T("usage.file." + kind), Href: v.at("days." + kind), Icon: "download"})
	}
	return c
}

func (v factsView) note() string {
	return v.p.T("usage.chart.note", "time", v.p.Time(v.now))
}

func chartWords(p *locale.Printer) chart.Words {
	return chart.Words{Unmeasured: p.T("ui.unmeasured"), Empty: p.T("usage.empty"), NoGlyph: p.T("usage.no_glyph")}
}

func (v factsView) draw(width int) chart.Drawing {
	t := tallyOf(v.days)
	if n := len(v.days); n > 1 && v.days[n-1].Date == v.today() { // not over: it would look like a fall
		v.days, v.span.to = v.days[:n-1], v.days[n-2].Date
	}
	c := chart.Days{
		Head: chart.Head{
			Title: v.p.T("usage.of", "name", v.system.Name), Note: v.note(), Words: chartWords(v.p),
			Desc: v.p.T("usage.chart.desc", "from", v.span.from, "to", v.span.to, "known", t.known, "used", t.used),
		},
		Off: v.rest.flags(v.span.from, v.span.to), OffWord: v.p.T("usage.day.off"),
		Panels: []chart.Panel{v.workPanel(), v.trafficPanel()},
	}
	for i := range v.days {
		c.Points = append(c.Points, v.days[i].Date.String()[5:])
	}
	for _, w := range v.bands {
		c.Bands = append(c.Bands, v.band(w))
	}
	if !v.last.day.IsZero() && !v.last.day.Before(v.span.from) && !v.last.day.After(v.span.to) {
		c.Mark = &chart.Mark{Point: v.last.day.DaysSince(v.span.from), Text: v.p.T("usage.last_use") + " " + v.last.day.String()}
	}
	return c.Draw(width)
}

// workPanel is what people did, trafficPanel people against machines.
func (v factsView) workPanel() chart.Panel {
	p := chart.Panel{Unit: v.p.T("usage.panel.work")}
	for _, s := range []wire.Signal{wire.BusinessTx, wire.Logins, wire.Users} {
		p.Series = append(p.Series, v.series(v.p.T(string(usage.SignalLabel(s))), func(d *usage.Day) (int64, bool) { return d.Values.Get(s) }))
	}
	return p
}

func (v factsView) trafficPanel() chart.Panel {
	return chart.Panel{Unit: v.p.T("usage.panel.traffic"), Series: []chart.Series{
		v.series(v.p.T("usage.people"), func(d *usage.Day) (int64, bool) { return d.Values.Get(wire.HumanRequests) }),
		v.series(v.p.T("usage.machines"), func(d *usage.Day) (int64, bool) { return machineRequests(&d.Values) }),
	}}
}

func (v factsView) series(name string, value func(*usage.Day) (int64, bool)) chart.Series {
	s := chart.Series{Name: name}
	for i := range v.days {
		n, ok := value(&v.days[i])
		if !ok {
			s.Values, s.Texts = append(s.Values, math.NaN()), append(s.Texts, "")
			continue
		}
		s.Values, s.Texts = append(s.Values, float64(n)), append(s.Texts, v.p.Number(n))
	}
	return s
}

func (v factsView) band(w watched) chart.Band {
	b := chart.Band{Name: w.code + " " + v.p.T(string(w.kind.Label()))}
	for _, s := range w.spans {
		from, to := s[0].DaysSince(v.span.from), s[1].DaysSince(v.span.from)
		b.Spans = append(b.Spans, chart.Span{From: from, To: to, Text: s[0].String() + " – " + s[1].String()})
	}
	return b
}
