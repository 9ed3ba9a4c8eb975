package monthlyweb

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strings"

	"qingce/internal/chart"
	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
	"qingce/templates"
)

func (v cityView) chartHead(name string) chart.Head {
	m := v.table.Month
	return chart.Head{
		Title: v.p.T("monthly.chart."+name, "month", m.Month), Desc: v.p.T("monthly.chart." + name + ".note"),
		Note:  v.p.T("monthly.chart.at", "date", m.ThroughOn, "version", m.Version, "method", m.PolicyVersion, "state", m.State.Label()),
		Words: words(v.p),
	}
}

// picture is a chart with its files.
func (v cityView) picture(name string, draw func(cityView, int) chart.Drawing) templates.Chart {
	head := v.chartHead(name)
	c := templates.Chart{
		Caption: head.Title, Note: head.Desc,
		Wide: draw(v, chart.Wide).Inline("cards-" + name), Narrow: draw(v, chart.Narrow).Inline("cards-narrow-" + name),
	}
	for _, kind := range []string{"png", "svg"} {
		href := templates.WithQuery(v.file(name+"."+kind), "page", pageWord(v.in.Page))
		c.Files = append(c.Files, templates.Link{Text: v.p.T("numbers.file." + kind), Href: href, Icon: "download"})
	}
	return c
}

// matrix is departments by metrics, with the ranking beside it.
func (v cityView) matrix() *templates.Chart {
	c := v.picture("matrix", cityView.drawMatrix)
	c.Table = v.ranking()
	return &c
}

func (v cityView) drawMatrix(width int) chart.Drawing {
	method := &v.table.Policy.Method
	m := chart.Matrix{Head: v.chartHead("matrix"), Columns: []string{v.p.T("monthly.column.points")}, Levels: []string{
		v.p.T("monthly.level.from", "n", method.Praise), v.p.T("monthly.level.between", "from", method.Good, "to", method.Praise),
		v.p.T("monthly.level.between", "from", method.Remind, "to", method.Good), v.p.T("monthly.level.below", "n", method.Remind),
	}}
	m.Short = []string{v.p.T("monthly.column.points")}
	for _, metric := range scorecard.Metrics() {
		m.Columns, m.Short = append(m.Columns, metricName(v.p, metric)), append(m.Short, v.p.T("monthly.metric."+metric.Key()+".short"))
	}
	for _, l := range v.shown() {
		row := chart.MatrixRow{Label: l.Body.Name, Href: monthPath(v.table.Month, l.Body.Code)}
		cell := func(value *big.Rat, href string) {
			row.Cells = append(row.Cells, chart.MatrixCell{Text: valueText(v.p, value), Level: level(method, value), Href: href})
		}
		cell(l.Card.Total, row.Href)
		for _, metric := range scorecard.Metrics() {
			cell(l.Card.Values[metric], monthPath(v.table.Month, l.Body.Code, metric.Key()))
		}
		m.Rows = append(m.Rows, row)
	}
	return m.Draw(width)
}

// ranking is the lines of the page as a table.
func (v cityView) ranking() *templates.Table {
	t := &templates.Table{ID: "ranking", Caption: v.p.T("monthly.ranking"), Columns: []templates.Column{
		v.sorted("", templates.Column{Text: v.p.T("monthly.column.body"), Main: true}), v.sorted("group", templates.Column{Text: v.p.T("monthly.column.group")}),
		v.sorted("rank", templates.Column{Text: v.p.T("monthly.column.rank"), Num: true, Main: true, Title: v.p.T("monthly.column.rank.help")}),
		v.sorted("points", templates.Column{Text: v.p.T("monthly.column.points"), Num: true, Main: true}), v.sorted("change", templates.Column{Text: v.p.T("monthly.column.change"), Num: true}),
	}}
	for _, m := range scorecard.Metrics() {
		t.Columns = append(t.Columns, v.sorted(m.Key(), templates.Column{Text: metricName(v.p, m), Num: true}))
	}
	t.Columns = append(t.Columns, templates.Column{Text: v.p.T("monthly.column.off"), Num: true}, templates.Column{Text: v.p.T("monthly.column.band"), Main: true})
	if o := v.table.OtherPolicy; o != nil {
		t.Columns = append(t.Columns, templates.Column{Text: v.p.T("monthly.column.other", "n", o.Version), Num: true})
	}
	for _, l := range v.shown() {
		t.Rows = append(t.Rows, v.rankingRow(l))
	}
	return t
}

func (v cityView) rankingRow(l monthly.Line) templates.TableRow {
	href := monthPath(v.table.Month, l.Body.Code)
	badge := bandBadge(v.p, l.Card.Band)
	change := templates.Cell{}
	if l.Before != nil && l.Before.Total != nil && l.Card.Total != nil {
		change.Text = signedText(l.Card.Points - l.Before.Points)
	}
	row := templates.TableRow{Cells: []templates.Cell{
		{Text: l.Body.Name, Sub: l.Body.Code, Href: href}, {Text: l.Card.Group}, {Text: rankText(v.p, &l.Card)}, {Text: totalText(v.p, &l.Card), Href: href}, change,
	}}
	for _, m := range scorecard.Metrics() {
		cell := templates.Cell{Text: valueText(v.p, l.Card.Values[m]), Href: monthPath(v.table.Month, l.Body.Code, m.Key())}
		if s, ok := shareOf(&l.Input, &v.table.Policy, m); ok && l.Card.Values[m] != nil {
			cell.Sub = countText(s)
		}
		row.Cells = append(row.Cells, cell)
	}
	off := templates.Cell{}
	if l.Card.Off > 0 {
		off = templates.Cell{Text: "-" + pageWord(l.Card.Off), Href: monthPath(v.table.Month, l.Body.Code, offKey), Tone: templates.ToneRed}
	}
	row.Cells = append(row.Cells, off, templates.Cell{Badge: &badge})
	if v.table.OtherPolicy != nil {
		other := templates.Cell{}
		if l.Other != nil {
			other = templates.Cell{Text: totalText(v.p, l.Other), Sub: rankText(v.p, l.Other)}
		}
		row.Cells = append(row.Cells, other)
	}
	return row
}

// shareOf is the count behind a metric, where there is a single one.
func shareOf(in *scorecard.Input, p *monthly.Policy, m scorecard.Metric) (scorecard.Share, bool) {
	switch m {
	case scorecard.Integrated:
		return in.Disposed, true
	case scorecard.Shared:
		return in.Entries, true
	case scorecard.Joint:
		target := p.Method.JointTarget
		if in.KeyArea {
			target = p.Method.KeyAreaTarget
		}
		return scorecard.Share{Num: in.Applications, Den: target}, true
	case scorecard.Connected:
		return in.Connections, true
	case scorecard.Tasks:
		s := scorecard.Share{Den: len(in.Tasks)}
		for _, t := range in.Tasks {
			if t.Outcome != scorecard.Undone {
				s.Num++
			}
		}
		return s, true
	}
	return scorecard.Share{}, false
}

// sorted makes a column sortable; "" is the order of the ranks.
func (v cityView) sorted(word string, c templates.Column) templates.Column {
	next := word
	switch {
	case v.in.Sort == word && word != "":
		c.Sorted, next = "asc", "-"+word
	case v.in.Sort == "-"+word && word != "":
		c.Sorted = "desc"
	}
	c.SortHref = v.with("sort", next)
	return c
}

// sort puts the lines in the order that is asked for; the best come last where
// it is by value, so that what needs help is seen first.
func (v *cityView) sort() {
	word, down := strings.CutPrefix(v.in.Sort, "-")
	key := map[string]func(l *monthly.Line) float64{
		"points": func(l *monthly.Line) float64 { return float(l.Card.Total) },
		"rank":   func(l *monthly.Line) float64 { return rankKey(&l.Card) },
		"change": func(l *monthly.Line) float64 {
			if l.Before == nil {
				return math.Inf(1)
			}
			return float64(l.Card.Points - l.Before.Points)
		},
	}
	for _, m := range scorecard.Metrics() {
		key[m.Key()] = func(l *monthly.Line) float64 { return float(l.Card.Values[m]) }
	}
	of, known := key[word]
	if !known {
		if word != "group" {
			v.in.Sort = ""
		}
		if word == "group" && down {
			slices.SortStableFunc(v.lines, func(a, b monthly.Line) int { return strings.Compare(b.Card.Group, a.Card.Group) })
		}
		return
	}
	slices.SortStableFunc(v.lines, func(a, b monthly.Line) int {
		x, y := of(&a), of(&b)
		if down && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
			x, y = y, x
		}
		return cmp.Compare(x, y)
	})
}

// float is a value to sort by; what does not apply comes last.
func float(v *big.Rat) float64 {
	if v == nil {
		return math.Inf(1)
	}
	f, _ := v.Float64()
	return f
}

func rankKey(c *scorecard.Card) float64 {
	if c.Rank == 0 {
		return math.Inf(1)
	}
	return float64(c.Rank)
}

// courseChart is what the bodies came to, month by month.
func (v cityView) courseChart() *templates.Chart {
	if len(v.course) == 0 {
		return nil
	}
	c := v.picture("course", cityView.drawCourse)
	c.Table = &templates.Table{Caption: c.Caption, Columns: []templates.Column{
		{Text: v.p.T("monthly.month"), Main: true}, {Text: v.p.T("monthly.stat.connected"), Num: true, Main: true}, {Text: v.p.T("monthly.stat.integrated"), Num: true, Main: true},
		{Text: v.p.T("monthly.stat.shared"), Num: true, Main: true}, {Text: v.p.T("monthly.stat.joint"), Num: true},
	}}
	for _, one := range slices.Backward(v.course) {
		c.Table.Rows = append(c.Table.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: string(one.month.Month), Href: monthPath(one.month)}, {Text: percentText(v.p, one.sum.connected)}, {Text: percentText(v.p, one.sum.integrated)},
			{Text: percentText(v.p, one.sum.shared)}, {Text: v.p.Number(int64(one.sum.applications))},
		}})
	}
	return &c
}

func (v cityView) drawCourse(width int) chart.Drawing {
	l := chart.Lines{Head: v.chartHead("course"), Unit: "%"}
	series := []struct {
		key string
		of  func(citySum) scorecard.Share
	}{
		{"connected", func(s citySum) scorecard.Share { return s.connected }}, {"integrated", func(s citySum) scorecard.Share { return s.integrated }},
		{"shared", func(s citySum) scorecard.Share { return s.shared }},
	}
	for _, one := range v.course {
		l.Points = append(l.Points, string(one.month.Month))
	}
	for _, s := range series {
		line := chart.Series{Name: v.p.T("monthly.stat." + s.key)}
		for _, one := range v.course {
			n := s.of(one.sum)
			value, text := math.NaN(), ""
			if n.Den > 0 {
				value, text = float64(n.Num)*100/float64(n.Den), pointsText(hundredthsOf(n))
			}
			line.Values, line.Texts = append(line.Values, value), append(line.Texts, text)
		}
		l.Series = append(l.Series, line)
	}
	return l.Draw(width)
}
