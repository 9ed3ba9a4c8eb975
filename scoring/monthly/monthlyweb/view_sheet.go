package monthlyweb

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/chart"
	"qingce/internal/locale"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
	"qingce/templates"
)

// sheetPage is the data of monthly/sheet: a body's month.
type sheetPage struct {
	Head       templates.Head
	Callouts   []templates.Callout
	Stats      []templates.Stat
	Red        []redItem
	Metrics    *templates.Table
	Off        *templates.Table
	Raise      *templates.Table
	Trend      *templates.Chart
	Objections []objectionBox
	Object     *templates.Callout
	Method     *templates.Facts
	Printed    string
}

// redItem is one of what costs most.
type redItem struct {
	Title, Href, Loss, Text string
}

// stake is the money of systems that stand in the way.
type stake struct {
	systems, given int
	fen            int64
}

// sheetView turns a sheet into the data of its page.
type sheetView struct {
	p     *locale.Printer
	by    auth.Principal
	in    sheetIn
	now   time.Time
	cause error
	sheet monthly.Sheet
	stake *stake
	// withheld is what the budget says instead, once there is one.
	withheld *Withheld
}

func (v sheetView) today() calendar.Date { return calendar.DateOf(v.now) }

// path is a page of the sheet.
func (v sheetView) path(more ...string) string {
	return monthPath(v.sheet.Month, append([]string{v.sheet.Body.Code}, more...)...)
}

func (v sheetView) page() sheetPage {
	return sheetPage{
		Head: v.head(), Callouts: v.callouts(), Stats: v.stats(), Red: v.red(), Metrics: v.metrics(), Off: v.deductions(), Raise: v.raise(nil),
		Trend: v.trend(), Objections: v.objections(), Object: v.object(), Method: methodFacts(v.p, v.sheet.Policy, v.sheet.Month),
		Printed: v.p.T("monthly.printed", "at", v.p.Time(v.now), "name", v.by.Name, "version", v.sheet.Month.Version, "method", v.sheet.Policy.Version),
	}
}

func (v sheetView) head() templates.Head {
	c := &v.sheet.Card
	h := templates.Head{
		Code: v.sheet.Body.Code, Title: v.p.T("monthly.sheet", "name", v.sheet.Body.Name, "month", v.sheet.Month.Month),
		Badges: []templates.Badge{stateBadge(v.p, v.sheet.Month.State), bandBadge(v.p, c.Band)}, Lead: v.lead(),
	}
	if !v.sheet.Due.IsZero() {
		h.Deadline = &templates.Deadline{Text: v.p.T("monthly.object.due", "date", v.sheet.Due), Date: v.sheet.Due.String(), Level: dueLevel(v.today(), v.sheet.Due)}
	}
	h.Actions = []templates.Act{{Text: v.p.T("monthly.export"), Href: v.path("sheet.xlsx"), Icon: "download", Download: true}}
	return h
}

// dueLevel says how near a day is.
func dueLevel(today, due calendar.Date) string {
	switch left := due.DaysSince(today); {
	case left < 0:
		return templates.DueLate
	case left <= 5:
		return templates.DueSoon
	}
	return templates.DueCalm
}

// lead is the result in a sentence.
func (v sheetView) lead() string {
	c := &v.sheet.Card
	switch {
	case c.Total == nil:
		return v.p.T("monthly.lead.nothing")
	case c.Band == scorecard.Watched:
		return v.p.T("monthly.lead.watched", "points", pointsText(c.Points), "weight", c.Weight, "least", v.sheet.Policy.Method.RankedFrom)
	case c.Rank == 0:
		return v.p.T("monthly.lead.points", "points", pointsText(c.Points))
	}
	return v.p.T("monthly.lead.rank", "points", pointsText(c.Points), "group", c.Group, "rank", c.Rank)
}

func (v sheetView) callouts() []templates.Callout {
	var out []templates.Callout
	m := v.sheet.Month
	if m.State == monthly.Superseded {
		out = append(out, templates.Callout{Kind: "warning", Title: v.p.T("monthly.superseded"), Link: &templates.Link{Text: v.p.T("monthly.superseded.newest"), Href: cardsPath + "/" + string(m.Month)}})
	}
	if m.Version > 1 && m.Reason != "" {
		out = append(out, templates.Callout{Kind: "info", Title: v.p.T("monthly.corrected"), Text: m.Reason})
	}
	if o := v.sheet.OtherPolicy; o != nil && v.sheet.Other != nil {
		out = append(out, templates.Callout{
			Kind: "info", Title: v.p.T("monthly.two_methods", "new", v.sheet.Policy.Version, "old", o.Version),
			Text: v.p.T("monthly.two_methods.sheet", "new", totalText(v.p, &v.sheet.Card), "old", totalText(v.p, v.sheet.Other), "rank", rankText(v.p, v.sheet.Other)),
		})
	}
	if pr := v.sheet.Proposal; pr != nil {
		out = append(out, templates.Callout{Kind: "info", Title: v.p.T("monthly.proposal", "band", v.p.T("monthly.band."+string(pr.Band)), "state", pr.State.Label()), Text: pr.Reason})
	}
	return out
}

func (v sheetView) stats() []templates.Stat {
	c := &v.sheet.Card
	out := []templates.Stat{
		{Label: v.p.T("monthly.column.points"), Value: totalText(v.p, c), Href: "#metrics", Note: v.before()},
		{Label: v.p.T("monthly.column.rank"), Value: v.rank(), Href: v.groupPath(), Note: v.groupNote()},
		{Label: v.p.T("monthly.weight"), Value: strconv.Itoa(c.Weight), Unit: "/100", Href: "#metrics", Note: v.p.T("monthly.weight.note")},
		{Label: v.p.T("monthly.column.off"), Value: strconv.Itoa(c.Off), Href: v.path(offKey), Note: v.p.T("monthly.off.note", "cap", v.sheet.Policy.Method.OffCap)},
	}
	if w := v.withheld; w != nil {
		s := templates.Stat{Label: v.p.T("monthly.stake"), Value: v.p.Wan(w.Money), Unit: v.p.T("monthly.unit.wan"), Href: w.Path, Note: v.p.T("monthly.stake.year", "year", w.Year)}
		if w.Money > 0 {
			s.Tone = templates.ToneRed
		}
		out = append(out, s)
	}
	if v.stake != nil {
		s := templates.Stat{Label: v.p.T("monthly.stake"), Value: v.p.Wan(v.stake.fen), Unit: v.p.T("monthly.unit.wan"), Href: v.path(scorecard.Connected.Key()), Note: v.p.T("monthly.stake.note", "n", v.stake.systems)}
		if v.stake.systems > v.stake.given {
			s.Note += v.p.T("monthly.stake.unknown", "n", v.stake.systems-v.stake.given)
		}
		if v.stake.fen > 0 {
			s.Tone = templates.ToneAmber
		}
		out = append(out, s)
	}
	return out
}

func (v sheetView) groupPath() string {
	return templates.WithQuery(monthPath(v.sheet.Month), "group", v.sheet.Card.Group)
}

// rank is the rank for a tile.
func (v sheetView) rank() string {
	if v.sheet.Card.Rank == 0 {
		return "—"
	}
	return strconv.Itoa(v.sheet.Card.Rank)
}

// groupNote says among whom the body is ranked, or that it is not.
func (v sheetView) groupNote() string {
	switch c := &v.sheet.Card; {
	case c.Band == scorecard.Watched:
		return v.p.T("monthly.unranked")
	case c.Group == "":
		return v.p.T("monthly.group.none")
	}
	return v.p.T("monthly.group", "group", v.sheet.Card.Group)
}

// before is the change since the month before.
func (v sheetView) before() string {
	b := v.sheet.Before
	if b == nil || b.Total == nil || v.sheet.Card.Total == nil {
		return v.p.T("monthly.before.none")
	}
	return v.p.T("monthly.before", "points", pointsText(b.Points), "change", signedText(v.sheet.Card.Points-b.Points))
}

// mostRed is how many items the sheet shows in red.
const mostRed = 3

// red is what costs most points.
func (v sheetView) red() []redItem {
	type loss struct {
		points *big.Rat
		item   redItem
	}
	var all []loss
	c := &v.sheet.Card
	for _, m := range scorecard.Metrics() {
		got := contribution(c, &v.sheet.Policy, m)
		if got == nil {
			continue
		}
		full := big.NewRat(int64(v.sheet.Policy.Method.Weights[m])*100, int64(c.Weight))
		if lost := full.Sub(full, got); lost.Sign() > 0 {
			all = append(all, loss{lost, redItem{Title: metricName(v.p, m), Href: v.path(m.Key()), Text: v.missing(m)}})
		}
	}
	if c.Off > 0 {
		all = append(all, loss{big.NewRat(int64(c.Off), 1), redItem{Title: v.p.T("monthly.off"), Href: v.path(offKey), Text: v.p.T("monthly.off.red")}})
	}
	slices.SortStableFunc(all, func(a, b loss) int { return b.points.Cmp(a.points) })
	var out []redItem
	for _, l := range all[:min(len(all), mostRed)] {
		l.item.Loss = v.p.T("monthly.lost", "points", pointsText(scorecard.Hundredths(l.points)))
		out = append(out, l.item)
	}
	return out
}

// missing names what a metric lacks, three things at most.
func (v sheetView) missing(m scorecard.Metric) string {
	var names []string
	n := 0
	for _, key := range monthly.FigureKeys() {
		if of, ok := key.Metric(); !ok || of != m {
			continue
		}
		for _, row := range v.sheet.Facts.Figure(key).Rows {
			if row.Standing != monthly.Missing && (row.Outcome == "" || row.Outcome == scorecard.OnTime || row.Standing == monthly.LeftOut) {
				continue
			}
			if n++; n <= mostRed {
				names = append(names, rowName(&row))
			}
		}
	}
	if n == 0 && m == scorecard.Shared {
		return v.p.T("monthly.no_catalog")
	}
	if n == 0 {
		return v.p.T("monthly.missing.target")
	}
	if n <= mostRed {
		return v.p.Join(names)
	}
	return v.p.T("monthly.missing", "names", v.p.Join(names), "n", n)
}

// metrics are the six numbers.
func (v sheetView) metrics() *templates.Table {
	c := &v.sheet.Card
	t := &templates.Table{ID: "metrics", Caption: v.p.T("monthly.metrics"), Columns: []templates.Column{
		{Text: v.p.T("monthly.column.metric"), Main: true}, {Text: v.p.T("monthly.column.count"), Num: true, Main: true}, {Text: v.p.T("monthly.column.value"), Num: true, Main: true},
		{Text: v.p.T("monthly.column.weight"), Num: true}, {Text: v.p.T("monthly.column.contribution"), Num: true, Main: true}, {Text: v.p.T("monthly.column.month_before"), Num: true},
	}}
	for _, m := range scorecard.Metrics() {
		count, brings, past := "—", "—", ""
		if s, ok := shareOf(&v.sheet.Input, &v.sheet.Policy, m); ok && c.Values[m] != nil {
			count = countText(s)
		}
		if got := contribution(c, &v.sheet.Policy, m); got != nil {
			brings = pointsText(scorecard.Hundredths(got))
		}
		if v.sheet.Before != nil {
			past = valueText(v.p, v.sheet.Before.Values[m])
		}
		value := templates.Cell{Text: valueText(v.p, c.Values[m]), Href: v.path(m.Key())}
		row := templates.TableRow{Cells: []templates.Cell{
			{Text: metricName(v.p, m), Href: v.path(m.Key()), Sub: m.Key()}, {Text: count, Href: v.path(m.Key())}, value,
			{Text: strconv.Itoa(v.sheet.Policy.Method.Weights[m])}, {Text: brings}, {Text: past},
		}}
		if level(&v.sheet.Policy.Method, c.Values[m]) == 3 {
			row.Tone = templates.ToneRed
		}
		t.Rows = append(t.Rows, row)
	}
	before := "—"
	if c.Before != nil {
		before = pointsText(scorecard.Hundredths(c.Before))
	}
	return v.totals(t, before)
}

// totals adds the sum, what is taken off, and the total.
func (v sheetView) totals(t *templates.Table, before string) *templates.Table {
	c := &v.sheet.Card
	for _, one := range []struct{ key, weight, points, href string }{
		{"monthly.sum", strconv.Itoa(c.Weight), before, ""}, {"monthly.off", "", strconv.Itoa(-c.Off), v.path(offKey)}, {"monthly.total", "", totalText(v.p, c), ""},
	} {
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{{Text: v.p.T(one.key), Href: one.href}, {}, {}, {Text: one.weight}, {Text: one.points}, {}}})
	}
	return t
}

// deductions are the cases for which points are taken off; nil without one.
func (v sheetView) deductions() *templates.Table {
	t := &templates.Table{Caption: v.p.T("monthly.off"), Columns: []templates.Column{
		{Text: v.p.T("monthly.column.case"), Main: true}, {Text: v.p.T("monthly.column.cases"), Num: true, Main: true}, {Text: v.p.T("monthly.column.each"), Num: true}, {Text: v.p.T("monthly.column.off"), Num: true, Main: true},
	}}
	for _, one := range scorecard.Deductions() {
		n := v.sheet.Input.Cases[one]
		if n == 0 {
			continue
		}
		each := v.sheet.Policy.Method.Off[one]
		t.Rows = append(t.Rows, templates.TableRow{Tone: templates.ToneRed, Cells: []templates.Cell{
			{Text: v.p.T("monthly.figure." + string(one)), Href: v.path(offKey)}, {Text: strconv.Itoa(n)}, {Text: strconv.Itoa(each)}, {Text: strconv.Itoa(n * each)},
		}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}

// mostRaised is how many steps the sheet shows.
const mostRaised = 8

// raise is what would raise the total, of one metric or of all.
func (v sheetView) raise(only *scorecard.Metric) *templates.Table {
	t := &templates.Table{Caption: v.p.T("monthly.raise"), Columns: []templates.Column{
		{Text: v.p.T("monthly.column.step"), Main: true}, {Text: v.p.T("monthly.column.now"), Num: true}, {Text: v.p.T("monthly.column.then"), Num: true, Main: true}, {Text: v.p.T("monthly.column.gain"), Num: true, Main: true},
	}}
	for _, r := range v.sheet.Raise {
		if only != nil && r.Metric != *only || len(t.Rows) == mostRaised {
			continue
		}
		what := templates.Cell{Text: raiseText(v.p, &r), Href: v.path(r.Metric.Key())}
		if r.Row != nil && r.Row.Path != "" {
			what.Href = r.Row.Path
		}
		what.Sub = metricName(v.p, r.Metric)
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			what, {Text: pointsText(v.sheet.Card.Points)}, {Text: pointsText(r.Points)}, {Text: signedText(r.Points - v.sheet.Card.Points)},
		}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}

// raiseText says a step that would raise the total.
func raiseText(p *locale.Printer, r *monthly.Raised) string {
	row := p.T("monthly.raise.one")
	if r.Row != nil {
		row = rowName(r.Row)
	}
	return p.T("monthly.raise."+string(r.Figure), "row", row)
}

// trend is the totals of the last months.
func (v sheetView) trend() *templates.Chart {
	if len(v.sheet.Trend) == 0 {
		return nil
	}
	head := v.trendHead()
	c := &templates.Chart{Caption: head.Title, Note: head.Desc, Wide: v.drawTrend(chart.Wide).Inline("trend"), Narrow: v.drawTrend(chart.Narrow).Inline("trend-narrow")}
	for _, kind := range []string{"png", "svg"} {
		c.Files = append(c.Files, templates.Link{Text: v.p.T("numbers.file." + kind), Href: v.path("trend." + kind), Icon: "download"})
	}
	c.Table = &templates.Table{Caption: head.Title, Columns: []templates.Column{
		{Text: v.p.T("monthly.month"), Main: true}, {Text: v.p.T("monthly.column.points"), Num: true, Main: true}, {Text: v.p.T("monthly.column.off"), Num: true}, {Text: v.p.T("monthly.weight"), Num: true},
	}}
	for _, one := range slices.Backward(v.points()) {
		c.Table.Rows = append(c.Table.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: string(one.Month), Href: monthPath(monthly.Month{Month: one.Month, Version: one.Version}, v.sheet.Body.Code)}, {Text: totalText(v.p, &one.Card)},
			{Text: strconv.Itoa(one.Card.Off)}, {Text: strconv.Itoa(one.Card.Weight)},
		}})
	}
	return c
}

// points are the last months of the trend.
func (v sheetView) points() []monthly.Point {
	return v.sheet.Trend[max(0, len(v.sheet.Trend)-mostMonths):]
}

func (v sheetView) trendHead() chart.Head {
	m := v.sheet.Month
	return chart.Head{
		Title: v.p.T("monthly.chart.trend", "name", v.sheet.Body.Name), Desc: v.p.T("monthly.chart.trend.note"), Words: words(v.p),
		Note: v.p.T("monthly.chart.at", "date", m.ThroughOn, "version", m.Version, "method", m.PolicyVersion, "state", m.State.Label()),
	}
}

func (v sheetView) drawTrend(width int) chart.Drawing {
	l := chart.Lines{Head: v.trendHead(), Unit: v.p.T("monthly.unit.points")}
	s := chart.Series{Name: v.p.T("monthly.column.points")}
	add := func(month monthly.Period, c *scorecard.Card) {
		l.Points = append(l.Points, string(month))
		value, text := math.NaN(), ""
		if c != nil && c.Total != nil {
			value, text = float64(c.Points)/100, pointsText(c.Points)
		}
		s.Values, s.Texts = append(s.Values, value), append(s.Texts, text)
	}
	list := v.points()
	for i := range list {
		// A month that was not closed is a gap and not a line across it.
		for next := list[max(i-1, 0)].Month.After(); i > 0 && next < list[i].Month; next = next.After() {
			add(next, nil)
		}
		add(list[i].Month, &list[i].Card)
	}
	l.Series = []chart.Series{s}
	return l.Draw(width)
}

// countText is "15/17".
func countText(s scorecard.Share) string { return strconv.Itoa(s.Num) + "/" + strconv.Itoa(s.Den) }

// pageWord writes a small number.
func pageWord(n int) string { return strconv.Itoa(n) }

// order puts rows so that what is missing is seen first.
func order(rows []monthly.Row) []monthly.Row {
	out := slices.Clone(rows)
	slices.SortStableFunc(out, func(a, b monthly.Row) int { return cmp.Compare(a.On.String(), b.On.String()) })
	return out
}
