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

// dayPage is the data of usage/day: the hours of a day, and what they rest on.
type dayPage struct {
	Head    templates.Head
	Callout *templates.Callout
	Stats   []templates.Stat
	Chart   *templates.Chart
	Table   *templates.Table
	Facts   *templates.Table // every signal of the day
	Sources *templates.Table
	Empty   *templates.Empty
	Around  []templates.Act // the days before and after
}

// dayView turns a day into the data of its page.
type dayView struct {
	p       *locale.Printer
	by      auth.Principal
	now     time.Time
	system  inventory.System
	day     calendar.Date
	facts   usage.Day
	hours   []usage.Hour
	sources []usage.SourceDay
	bands   []watched
	rest    restDays
}

func (v dayView) path(day calendar.Date) string {
	return web.Join(usagePath, v.system.Code, "days", day.String())
}

func (v dayView) crumbs() []templates.Crumb {
	f := factsView{p: v.p, system: v.system}
	return append(f.crumbs(), templates.Crumb{Text: v.day.String()})
}

func (v factsView) crumbs() []templates.Crumb {
	return []templates.Crumb{
		{Text: v.p.T("menu.home"), Href: "/"}, {Text: v.p.T("usage.title"), Href: usagePath}, {Text: v.system.Name, Href: v.path()},
	}
}

func (v dayView) page() dayPage {
	out := dayPage{Head: v.head(), Around: v.around()}
	if v.facts.Measured == 0 && len(v.hours) == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("usage.day.empty"), Text: v.p.T("usage.day.empty.text"), Icon: "clock"}
		return out
	}
	out.Stats, out.Facts, out.Sources = v.stats(), v.signals(), v.sourceTable()
	if len(v.hours) == 0 {
		out.Callout = &templates.Callout{Kind: "info", Text: v.p.T("usage.day.no_hours")}
		return out
	}
	out.Chart, out.Table = v.chart(), v.table()
	return out
}

func (v dayView) head() templates.Head {
	return templates.Head{
		Code: v.system.Code, Title: v.p.T("usage.day.of", "name", v.system.Name, "day", v.day), Lead: v.rest.word(v.p, v.day),
	}
}

// around leads to the days before and after.
func (v dayView) around() []templates.Act {
	out := []templates.Act{{Text: v.p.T("usage.day.before"), Href: v.path(v.day.AddDays(-1))}}
	if next := v.day.AddDays(1); !next.After(calendar.DateOf(v.now)) {
		out = append(out, templates.Act{Text: v.p.T("usage.day.after"), Href: v.path(next)})
	}
	month := web.Join(usagePath, v.system.Code) + "?" + paramMonth + "=" + monthText(v.day)
	return append(out, templates.Act{Text: v.p.T("usage.day.month", "month", monthText(v.day)), Href: month})
}

func (v dayView) stats() []templates.Stat {
	f := factsView{p: v.p, system: v.system, days: []usage.Day{v.facts}}
	t := tallyOf(f.days)
	measured := templates.Stat{Label: v.p.T("usage.minutes"), Value: v.p.Number(int64(v.facts.Minutes)), Unit: v.p.T("usage.unit.minutes"), Share: share(v.facts.Minutes, 1440), Href: "#signals"}
	if v.facts.Minutes == 0 {
		measured = templates.Stat{Label: v.p.T("usage.minutes"), Unmeasured: true, Note: v.p.T("usage.given.whole"), Href: "#signals"}
	}
	out := []templates.Stat{measured}
	for _, s := range []wire.Signal{wire.BusinessTx, wire.Logins, wire.Users, wire.HumanRequests} {
		st := f.stat(s, t, t.sums[s], "usage.stat.day")
		st.Note, st.Href = "", "#signals"
		out = append(out, st)
	}
	return out
}

// signals lists every signal of the day: its value, for how long it was
// measured and where it comes from.
func (v dayView) signals() *templates.Table {
	t := &templates.Table{ID: "signals", Caption: v.p.T("usage.day.signals"), Columns: []templates.Column{
		{Text: v.p.T("usage.signal"), Main: true}, {Text: v.p.T("usage.value"), Num: true, Main: true}, {Text: v.p.T("usage.day.state"), Main: true},
	}}
	for _, s := range wire.Signals() {
		value, state := templates.Cell{Unmeasured: true}, templates.Cell{Text: v.p.T("usage.state.none")}
		if n, ok := v.facts.Values.Get(s); ok {
			value = templates.Cell{Text: figureText(v.p, s, n) + " " + usage.SignalUnit(v.p, s)}
			state.Text = v.p.T("usage.state." + stateWord(&v.facts, s))
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{{Text: v.p.T(string(usage.SignalLabel(s)))}, value, state}})
	}
	return t
}

func stateWord(d *usage.Day, s wire.Signal) string {
	switch {
	case d.Given.Has(s):
		return "given"
	case d.Covered.Has(s):
		return "covered"
	}
	return "partly"
}

// hour finds what is known of an hour of the day, counted from midnight.
func (v dayView) hour(n int) *usage.Hour {
	start := wire.HourOf(v.day.StartsAt()) + wire.Hour(n)
	for i := range v.hours {
		if v.hours[i].Hour == start {
			return &v.hours[i]
		}
	}
	return nil
}

func (v dayView) table() *templates.Table {
	t := &templates.Table{ID: "hours", Caption: v.p.T("usage.hours"), Columns: []templates.Column{{Text: v.p.T("usage.hour"), Main: true}}}
	for _, s := range tableSignals() {
		t.Columns = append(t.Columns, templates.Column{Text: v.p.T(string(usage.SignalLabel(s))), Unit: usage.SignalUnit(v.p, s), Num: true, Main: s == wire.HumanRequests})
	}
	t.Columns = append(t.Columns,
		templates.Column{Text: v.p.T("usage.machines"), Unit: v.p.T("usage.unit.times"), Num: true},
		templates.Column{Text: v.p.T("usage.minutes"), Unit: v.p.T("usage.unit.minutes"), Num: true, Main: true})
	for n := range 24 {
		t.Rows = append(t.Rows, v.row(n))
	}
	return t
}

func (v dayView) row(n int) templates.TableRow {
	cells := []templates.Cell{{Text: hourText(n)}}
	h := v.hour(n)
	for _, s := range tableSignals() {
		cell := templates.Cell{Unmeasured: true}
		if h != nil {
			if value, ok := h.Values.Get(s); ok {
				cell = templates.Cell{Text: figureText(v.p, s, value)}
			}
		}
		cells = append(cells, cell)
	}
	machines, minutes := templates.Cell{Unmeasured: true}, templates.Cell{Text: "0"}
	if h != nil {
		if value, ok := machineRequests(&h.Values); ok {
			machines = templates.Cell{Text: v.p.Number(value)}
		}
		minutes.Text = strconv.Itoa(h.Minutes)
	}
	return templates.TableRow{Cells: append(cells, machines, minutes)}
}

func hourText(n int) string { return fmt.Sprintf("%02d:00", n) }

func (v dayView) chart() *templates.Chart {
	return &templates.Chart{
		Caption: v.p.T("usage.hours"), Note: v.p.T("usage.hours.note"),
		Wide: v.draw(chart.Wide).Inline("hours"), Narrow: v.draw(chart.Narrow).Inline("hours-narrow"),
	}
}

func (v dayView) draw(width int) chart.Drawing {
	c := chart.Days{Head: chart.Head{
		Title: v.p.T("usage.day.of", "name", v.system.Name, "day", v.day), Words: chartWords(v.p),
		Desc: v.p.T("usage.hours.desc", "n", len(v.hours)),
	}}
	for n := range 24 {
		c.Points = append(c.Points, strconv.Itoa(n))
	}
	c.Panels = []chart.Panel{
		{Unit: v.p.T("usage.panel.work"), Series: []chart.Series{v.series(wire.BusinessTx), v.series(wire.Logins), v.series(wire.Users)}},
		{Unit: v.p.T("usage.panel.traffic"), Series: []chart.Series{v.series(wire.HumanRequests), v.machineSeries()}},
	}
	return c.Draw(width)
}

func (v dayView) series(s wire.Signal) chart.Series {
	return v.hourly(v.p.T(string(usage.SignalLabel(s))), func(h *usage.Hour) (int64, bool) { return h.Values.Get(s) })
}

func (v dayView) machineSeries() chart.Series {
	return v.hourly(v.p.T("usage.machines"), func(h *usage.Hour) (int64, bool) { return machineRequests(&h.Values) })
}

func (v dayView) hourly(name string, value func(*usage.Hour) (int64, bool)) chart.Series {
	out := chart.Series{Name: name}
	for n := range 24 {
		out.Values, out.Texts = append(out.Values, math.NaN()), append(out.Texts, "")
		if h := v.hour(n); h != nil {
			if x, ok := value(h); ok {
				out.Values[n], out.Texts[n] = float64(x), v.p.Number(x)
			}
		}
	}
	return out
}

// sourceTable says where the figures of the day come from.
func (v dayView) sourceTable() *templates.Table {
	if len(v.sources) == 0 {
		return nil
	}
	t := &templates.Table{ID: "sources", Caption: v.p.T("usage.sources"), Columns: []templates.Column{
		{Text: v.p.T("usage.source"), Main: true}, {Text: v.p.T("usage.source.name"), Main: true},
		{Text: v.p.T("usage.source.hours"), Num: true, Main: true}, {Text: v.p.T("usage.minutes"), Num: true},
		{Text: v.p.T("usage.source.build")},
	}}
	for _, s := range v.sources {
		row := templates.TableRow{Cells: []templates.Cell{{Text: s.Probe}, {Text: s.Name}, {Text: strconv.Itoa(s.Hours)}, {Text: v.p.Number(int64(s.Minutes))}, {Text: s.Build}}}
		switch {
		case s.Upload != 0:
			row.Cells[0] = templates.Cell{Text: v.p.T("usage.source.file", "n", s.Upload), Href: filePath(s.Upload)}
			row.Cells[2], row.Cells[3] = templates.Cell{}, templates.Cell{}
		case s.Probe != "" && v.by.Is(usage.Viewers()...):
			row.Cells[0].Href = probePath(s.Probe)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
