package chart

import (
	"slices"
	"strings"
)

// Heat is a map of rows by days: how far each was measured, or how much of
// something there was, as a shade of a few levels.
type Heat struct {
	Head
	// Points name the columns, from the left.
	Points []string
	// Off tells which columns are days off; OffWord is what the mark above them
	// means.
	Off     []bool
	OffWord string
	// Levels are what the shades mean, from the palest; the fourth is the last
	// that looks unlike all others.
	Levels []string
	Rows   []HeatRow
}

// HeatRow is one row of the map.
type HeatRow struct {
	Label string
	Href  string
	Text  string // stands at the end of the row
	// Levels belong to the columns. What is negative, or left out at the end, was
	// not measured.
	Levels []int
}

// shades are paler than what follows, also in print.
var shades = [...]paint{
	{name: "h0", fill: "#e6ebf1"}, {name: "h1", fill: "#9db3cc"}, {name: "h2", fill: "#5f7a99"}, {name: "h3", fill: accent},
}

// blank fills what was not measured; unlike unmeasured it has no outline, for
// the cells stand side by side.
var blank = paint{name: "gap", fill: white, lines: rising, line: axisLine, gap: 7}

// offMark marks days off.
const offMark = "#854d00"

const heatGap = 5.0 // between rows

// Draw lays the map out.
func (h Heat) Draw(width int) Drawing {
	d := newDrawing(h.Head, width)
	if len(h.Points) == 0 || len(h.Rows) == 0 {
		return d.empty()
	}
	h.legend(d)
	g := h.grid(d)
	g.scale(d, h)
	for _, r := range h.Rows {
		g.row(d, h, r)
	}
	d.height += heatGap
	return *d
}

func (h Heat) legend(d *Drawing) {
	names := append([]string{h.Words.Unmeasured}, h.Levels...)
	if slices.Contains(h.Off, true) {
		names = append(names, h.OffWord)
	}
	drawLegend(d, names, func(i int, x, y float64) shape {
		switch {
		case i == 0:
			return box{x, y - 6, 18, 12, unmeasured}
		case i <= len(h.Levels):
			return box{x, y - 6, 18, 12, shadeOf(i - 1)}
		}
		return box{x, y - 2, 18, 4, paint{fill: offMark}}
	})
}

func shadeOf(level int) paint { return shades[min(level, len(shades)-1)] }

// grid is where the cells stand.
type grid struct {
	labelWide, left, right, cell float64
	n                            int
}

func (h Heat) grid(d *Drawing) grid {
	var labels, texts []string
	for _, r := range h.Rows {
		labels, texts = append(labels, clean(r.Label)), append(texts, clean(r.Text))
	}
	g := grid{n: len(h.Points), right: d.width - min(widest(smallSize, texts...)*1.04+endGap, d.width*0.4)}
	if d.narrow() {
		g.labelWide = d.width
	} else {
		g.labelWide = min(widest(textSize, labels...)+2, d.width*0.3)
		g.left = g.labelWide + 12
	}
	g.cell = (g.right - g.left) / float64(g.n)
	return g
}

// scale names as many columns as fit and marks the days off.
func (g grid) scale(d *Drawing, h Heat) {
	points := make([]string, g.n)
	for i, p := range h.Points {
		points[i] = clean(p)
	}
	every := max(1, int((widest(smallSize, points...)+12)/max(g.cell, 0.1))+1)
	for i := g.n - 1; i >= 0; i -= every { // the newest is always named
		x, at := g.left+(float64(i)+0.5)*g.cell, middle
		if i == g.n-1 {
			x, at = g.right, end
		}
		half := measure(points[i], smallSize) / 2
		if at == middle && (x-half < g.left || x+half > g.right-measure(points[g.n-1], smallSize)-endGap) {
			continue
		}
		d.add(label{x: x, y: d.height + 12, size: smallSize, anchor: at, body: points[i], colour: inkSoft})
	}
	d.height += lineHigh - 2
	for from, to := range runs(g.n, func(i int) bool { return i < len(h.Off) && h.Off[i] }) {
		d.add(box{g.left + float64(from)*g.cell, d.height, float64(to-from) * g.cell, 4, paint{fill: offMark}})
	}
	d.height += 4 + heatGap
}

// row draws a row: neighbours of one level are one box, which says from when to
// when they reach.
func (g grid) row(d *Drawing, h Heat, r HeatRow) {
	body, text, y := clean(r.Label), clean(r.Text), d.height
	name := label{x: g.labelWide, y: y + 13.5, size: textSize, anchor: end, body: cut(body, textSize, g.labelWide), colour: ink}
	if d.narrow() {
		name.x, name.anchor = 0, start
		y += lineHigh
	}
	if local(r.Href) != "" {
		name.colour, d.links = accent, true
	}
	d.add(group{href: local(r.Href), title: body + "  " + text, shapes: []shape{name}})
	for from := 0; from < g.n; {
		to := from + 1
		for to < g.n && r.at(to) == r.at(from) {
			to++
		}
		g.stretch(d, h, r, y, from, to)
		from = to
	}
	d.add(label{x: g.right + endGap, y: y + 12.5, size: smallSize, body: cut(text, smallSize, d.width-g.right-endGap), colour: ink})
	d.height = y + barHigh + heatGap
}

// at is the level of a column, -1 when it was not measured.
func (r HeatRow) at(i int) int {
	if i >= len(r.Levels) {
		return -1
	}
	return max(r.Levels[i], -1)
}

// stretch draws the columns from up to to, which are of one level.
func (g grid) stretch(d *Drawing, h Heat, r HeatRow, y float64, from, to int) {
	level := r.at(from)
	p, word := blank, h.Words.Unmeasured
	if level >= 0 {
		p, word = shadeOf(level), ""
		if level < len(h.Levels) {
			word = h.Levels[level]
		}
	}
	days := clean(h.Points[from])
	if to-from > 1 {
		days += " – " + clean(h.Points[to-1])
	}
	x, wide := g.left+float64(from)*g.cell, float64(to-from)*g.cell
	cells := group{title: strings.Join([]string{clean(r.Label), days, clean(word)}, "  "), shapes: []shape{box{x, y, wide, barHigh, p}}}
	if g.cell >= 5 && level >= 0 {
		for i := from + 1; i < to; i++ {
			at := g.left + float64(i)*g.cell
			cells.shapes = append(cells.shapes, line(at, y, at, y+barHigh, white, 1))
		}
	}
	d.add(cells)
}
