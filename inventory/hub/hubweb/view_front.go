package hubweb

import (
	"fmt"
	"math"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/templates"
)

// frontPage is the data of hub/front: the connections on one page.
type frontPage struct {
	Head     templates.Head
	Tabs     templates.Tabs
	Callouts []templates.Callout
	Stats    []templates.Stat
	Regions  *regionMap
	Stages   *templates.Chart
	Spans    templates.Tabs
	Course   *templates.Chart
	Flows    *templates.Chart
	Depts    *templates.Table
	Empty    *templates.Empty
}

// frontView turns the sums into the data of the page.
type frontView struct {
	p       *locale.Printer
	by      auth.Principal
	today   calendar.Date
	from    calendar.Date // of the exchanges
	days    int
	sum     hub.Summary
	course  hub.Course
	volumes []hub.Volume
	dir     *inventory.Directory
}

func (v frontView) page() frontPage {
	out := frontPage{Head: v.head(), Tabs: tabs(v.p, v.by, frontPath)}
	if v.sum.All.Must == 0 && len(v.sum.Exempt) == 0 {
		out.Empty = &templates.Empty{Icon: "network", Title: v.p.T("hub.empty"), Text: v.p.T("hub.empty.text"), Actions: []templates.Act{{Text: v.p.T("menu.inventory"), Href: "/systems"}}}
		return out
	}
	out.Callouts, out.Stats, out.Regions = v.callouts(), v.stats(), v.regions()
	out.Stages, out.Course, out.Flows, out.Depts = v.stages(), v.courseChart(), v.flows(), v.departments()
	out.Spans = v.spans()
	return out
}

func (v frontView) head() templates.Head {
	h := templates.Head{
		Title: v.p.T("hub.title"), Lead: v.p.T("hub.lead", "rate", rateText(v.sum.All), "date", v.sum.Policy.ConnectBy),
	}
	if v.by.Is(hub.Verifiers()...) || v.by.Is(hub.Fillers()...) {
		h.Actions = append(h.Actions, templates.Act{Text: v.p.T("hub.act.turn"), Href: listPath + "?standing=waiting", Kind: templates.ActPrimary, Icon: "tasks"})
	}
	h.Actions = append(h.Actions, templates.Act{Text: v.p.T("hub.act.export"), Href: listPath + ".xlsx", Icon: "download", Download: true})
	return h
}

func (v frontView) callouts() []templates.Callout {
	var out []templates.Callout
	if v.sum.Overdue > 0 {
		out = append(out, templates.Callout{
			Kind: "warning", Title: v.p.T("hub.overdue", "n", v.sum.Overdue, "date", v.sum.Policy.ConnectBy), Text: v.p.T("hub.overdue.text"),
			Link: &templates.Link{Text: v.p.T("hub.overdue.who"), Href: listPath + "?standing=overdue"},
		})
	}
	if n := v.sum.Asked; n > 0 && v.by.Is(hub.Deciders()...) {
		out = append(out, templates.Callout{
			Kind: "info", Title: v.p.T("hub.asked", "n", n), Link: &templates.Link{Text: v.p.T("hub.asked.who"), Href: exemptionPath + "?state=asked"},
		})
	}
	return out
}

func (v frontView) stats() []templates.Stat {
	percent := func(r hub.Rate) (value, unit string) {
		if text, ok := r.Percent(); ok {
			return text, "%"
		}
		return "—", ""
	}
	all, unit := percent(v.sum.All)
	city, cityUnit := percent(v.sum.Municipal)
	out := []templates.Stat{
		{Label: v.p.T("hub.stat.all"), Value: all, Unit: unit, Share: fmt.Sprintf("%d/%d", v.sum.All.Connected, v.sum.All.Must), Href: listPath + "?standing=connected"},
		{Label: v.p.T("hub.stat.municipal"), Value: city, Unit: cityUnit, Share: fmt.Sprintf("%d/%d", v.sum.Municipal.Connected, v.sum.Municipal.Must), Href: listPath},
	}
	exempt := int64(0)
	for _, n := range v.sum.Exempt {
		exempt += n
	}
	waiting := v.sum.Pending[hub.Prepared] + v.sum.Pending[hub.Submitted]
	for _, s := range []struct {
		key, href, tone string
		n               int64
	}{
		{"open", listPath + "?standing=open", templates.ToneAmber, v.sum.All.Must - v.sum.All.Connected},
		{"overdue", listPath + "?standing=overdue", templates.ToneRed, v.sum.Overdue},
		{"waiting", listPath + "?standing=waiting", templates.ToneBlue, waiting},
		{"down", listPath + "?standing=down", templates.ToneRed, v.sum.Down},
		{"exempt", exemptionPath, "", exempt},
		{"late_links", linkPath + "?state=late", templates.ToneRed, v.sum.Late},
	} {
		stat := templates.Stat{Label: v.p.T("hub.stat." + s.key), Value: v.p.Number(s.n), Href: s.href, Note: v.p.T("hub.stat." + s.key + ".note")}
		if s.n > 0 {
			stat.Tone = s.tone
		}
		out = append(out, stat)
	}
	return out
}

// rateTone marks a rate: all, most of it, or less.
func rateTone(r hub.Rate) string {
	switch {
	case r.Connected == r.Must:
		return templates.ToneGreen
	case r.Connected*2 >= r.Must:
		return templates.ToneAmber
	}
	return templates.ToneRed
}

// picture is a chart with its files.
func (v frontView) picture(name string, draw func(frontView, int) chart.Drawing) templates.Chart {
	c := templates.Chart{
		Caption: v.p.T("hub.chart." + name), Note: v.p.T("hub.chart."+name+".note", "days", v.sum.Policy.WindowDays),
		Wide: draw(v, chart.Wide).Inline("hub-" + name), Narrow: draw(v, chart.Narrow).Inline("hub-narrow-" + name),
	}
	for _, kind := range []string{"png", "svg"} {
		href := frontPath + "/" + name + "." + kind + "?days=" + strconv.Itoa(v.days)
		c.Files = append(c.Files, templates.Link{Text: v.p.T("numbers.file." + kind), Href: href, Icon: "download"})
	}
	return c
}

func (v frontView) chartHead(name string) chart.Head {
	title := v.p.T("hub.chart." + name)
	return chart.Head{
		Title: title, Desc: v.p.T("hub.chart."+name+".note", "days", v.sum.Policy.WindowDays),
		Note: v.p.T("hub.chart.at", "date", v.today, "rate", rateText(v.sum.All)), Words: words(v.p),
	}
}

// stages is the funnel: how many have come at least so far.
func (v frontView) stages() *templates.Chart {
	c := v.picture("stages", frontView.drawStages)
	t := &templates.Table{Caption: c.Caption, Columns: []templates.Column{
		{Text: v.p.T("hub.column.stage"), Main: true}, {Text: v.p.T("hub.column.at_stage"), Num: true, Main: true},
		{Text: v.p.T("hub.column.from_stage"), Num: true, Main: true},
	}}
	for _, stage := range hub.Stages()[hub.MustBe:] {
		n := v.sum.AtStage[stage]
		cell := templates.Cell{Text: v.p.Number(n)}
		if n > 0 {
			cell.Href = templates.WithQuery(listPath, "stage", stage.Code())
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: stage.Code() + " " + v.p.T(string(stage.Label()))}, cell, {Text: v.p.Number(v.stagesFrom(stage))},
		}})
	}
	c.Table = t
	return &c
}

func (v frontView) drawStages(width int) chart.Drawing {
	b := chart.Bars{Head: v.chartHead("stages")}
	for _, stage := range hub.Stages()[hub.MustBe:] {
		n := v.stagesFrom(stage)
		b.Bars = append(b.Bars, chart.Bar{
			Label: stage.Code() + " " + v.p.T(string(stage.Label())), Value: float64(n),
			Text: rateText(hub.Rate{Connected: n, Must: v.sum.All.Must}), Href: templates.WithQuery(listPath, "stage", stage.Code()),
		})
	}
	return b.Draw(width)
}

func (v frontView) spans() templates.Tabs {
	t := templates.Tabs{Label: v.p.T("hub.span")}
	for _, n := range []int{30, frontSpan, 365} {
		t.Items = append(t.Items, templates.Tab{Text: v.p.T("hub.span.days", "n", n), Href: frontPath + "?days=" + strconv.Itoa(n) + "#course", Active: v.days == n})
	}
	return t
}

// courseChart is the rate from day to day, and what moved it.
func (v frontView) courseChart() *templates.Chart {
	c := v.picture("course", frontView.drawCourse)
	t := &templates.Table{Caption: v.p.T("hub.moved"), Columns: []templates.Column{
		{Text: v.p.T("hub.column.day"), Main: true}, {Text: v.p.T("hub.column.system"), Main: true}, {Text: v.p.T("hub.column.event"), Main: true},
		{Text: v.p.T("hub.column.connected_delta"), Num: true}, {Text: v.p.T("hub.column.must_delta"), Num: true}, {Text: v.p.T("hub.column.by")},
	}}
	for i := range v.course.Moved {
		e := &v.course.Moved[i]
		if i == mostToldEvents {
			c.Note += " " + v.p.T("hub.moved.more", "n", v.course.Total-mostToldEvents)
			break
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: e.OnDay.String(), Href: connectionPath(e.Code)}, {Text: e.Name, Sub: e.Code}, {Text: eventText(v.p, &e.Event), Sub: e.Reason},
			{Text: signed(e.CountedDelta)}, {Text: signed(e.MustDelta)}, {Text: byText(v.p, &e.Event)},
		}})
	}
	if len(t.Rows) > 0 {
		c.Table = t
	}
	return &c
}

// mostToldEvents is how many events the front page tells.
const mostToldEvents = 20

// signed writes a difference with its sign; none is empty.
func signed(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%+d", n)
}

// byText is who did it; the service itself by its own word.
func byText(p *locale.Printer, e *hub.Event) string {
	if e.ByName == "" {
		return p.T("hub.by_service")
	}
	return e.ByName
}

// eventText is an event in words.
func eventText(p *locale.Printer, e *hub.Event) string {
	return p.T("hub.event."+e.Act, "from", e.FromStage.Label(), "to", e.ToStage.Label(), "basis", e.Basis.Label())
}

func (v frontView) drawCourse(width int) chart.Drawing {
	l := chart.Lines{Head: v.chartHead("course"), Unit: "%"}
	all, city := chart.Series{Name: v.p.T("hub.stat.all")}, chart.Series{Name: v.p.T("hub.stat.municipal")}
	for _, p := range v.course.Points {
		l.Points = append(l.Points, p.On.String()[len("2017-"):])
		point(&all, p.All)
		point(&city, p.Municipal)
	}
	l.Series = []chart.Series{all}
	if v.sum.Municipal != v.sum.All {
		l.Series = append(l.Series, city)
	}
	return l.Draw(width)
}

// point adds the rate of a day to a course.
func point(s *chart.Series, r hub.Rate) {
	value, ok := rateValue(r)
	if !ok {
		value = math.NaN()
	}
	s.Values, s.Texts = append(s.Values, value), append(s.Texts, rateText(r))
}

// flows is who exchanges with whom.
func (v frontView) flows() *templates.Chart {
	c := v.picture("exchanges", frontView.drawFlows)
	c.Table = volumeTable(v.p, v.volumes)
	return &c
}

// volumeTable is pairs with what they exchanged; nil without any.
func volumeTable(p *locale.Printer, list []hub.Volume) *templates.Table {
	if len(list) == 0 {
		return nil
	}
	t := &templates.Table{Caption: p.T("hub.chart.exchanges"), Columns: []templates.Column{
		{Text: p.T("hub.column.provider"), Main: true}, {Text: p.T("hub.column.consumer"), Main: true},
		{Text: p.T("hub.column.exchanges"), Num: true, Main: true}, {Text: p.T("hub.column.failures"), Num: true},
		{Text: p.T("hub.column.size"), Num: true}, {Text: p.T("hub.column.last_day")},
	}}
	party := func(code, name, party string) templates.Cell {
		if code == "" {
			return templates.Cell{Text: systemText(code, name, party)}
		}
		return templates.Cell{Text: name, Sub: code, Href: connectionPath(code)}
	}
	for _, x := range list {
		row := templates.TableRow{Cells: []templates.Cell{
			party(x.ProviderCode, x.ProviderName, x.Provider), party(x.ConsumerCode, x.ConsumerName, x.Consumer),
			{Text: p.Number(x.Exchanges)}, {Text: p.Number(x.Failures)}, {Text: p.Size(x.Bytes)}, {Text: x.LastDay.String()},
		}}
		if x.Failures > 0 {
			row.Cells[3].Tone = templates.ToneAmber
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (v frontView) drawFlows(width int) chart.Drawing {
	f := chart.Flows{Head: v.chartHead("exchanges"), From: v.p.T("hub.column.provider"), To: v.p.T("hub.column.consumer")}
	for _, x := range v.volumes {
		f.Flows = append(f.Flows, chart.Flow{
			From: systemText(x.ProviderCode, x.ProviderName, x.Provider), To: systemText(x.ConsumerCode, x.ConsumerName, x.Consumer),
			Value: float64(x.Exchanges), Text: v.p.T("hub.times", "n", v.p.Number(x.Exchanges)), Marked: x.Failures*100 >= x.Exchanges*int64(v.sum.Policy.FailurePercent),
		})
	}
	return f.Draw(width)
}

// departments is the rate by department, the lowest first; who sees one only
// needs no table.
func (v frontView) departments() *templates.Table {
	if len(v.sum.Departments) < 2 {
		return nil
	}
	t := &templates.Table{ID: "departments", Caption: v.p.T("hub.departments"), Columns: []templates.Column{
		{Text: v.p.T("hub.column.owner"), Main: true}, {Text: v.p.T("hub.column.rate"), Num: true, Main: true},
		{Text: v.p.T("hub.column.open"), Num: true, Main: true}, {Text: v.p.T("hub.column.overdue"), Num: true},
	}}
	for _, d := range v.sum.Departments {
		href := templates.WithQuery(listPath, "department", d.Department.Code)
		row := templates.TableRow{Cells: []templates.Cell{
			{Text: d.Department.Name, Href: href}, {Text: rateText(d.Rate), Tone: rateTone(d.Rate)},
			{Text: v.p.Number(d.Rate.Must - d.Rate.Connected), Href: templates.WithQuery(href, "standing", string(hub.StandsOpen))}, {Text: v.p.Number(d.Overdue)},
		}}
		if d.Overdue > 0 {
			row.Cells[3].Tone = templates.ToneRed
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
