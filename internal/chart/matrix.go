package chart

import "strings"

// Matrix is rows by columns, such as departments by metrics: in each cell stands
// the value, on a shade that says where to look.
type Matrix struct {
	Head
	// Columns are named from the left. Short are names of one word each for
	// narrow pictures; without them those have the long ones, broken.
	Columns []string
	Short   []string
	// Levels are what the shades mean, from the palest; the fourth is the last
	// that looks unlike all others. Cells of the last one have a mark besides.
	Levels []string
	Rows   []MatrixRow
}

// MatrixRow is one row.
type MatrixRow struct {
	Label string
	Href  string
	// Cells belong to the columns; what is left out at the end was not measured.
	Cells []MatrixCell
}

// MatrixCell is one value.
type MatrixCell struct {
	Text string
	Href string
	// Level is the shade; a negative one is the hatched gap of what was not
	// measured or does not apply, as Text says.
	Level int
}

// matrixShades let every value on them be read: white on the two dark ones.
var matrixShades = [...]paint{
	{name: "m0", fill: "#e6ebf1"}, {name: "m1", fill: "#b7c7da"}, {name: "m2", fill: "#4f6a8a"}, {name: "m3", fill: "#12305c"},
}

const (
	matrixHigh    = 24.0 // of a cell
	matrixGap     = 2.0
	lightText     = 2 // from this level on
	matrixTwoLine = 2 // lines of a column's name
)

// Draw lays the matrix out.
func (m Matrix) Draw(width int) Drawing {
	d := newDrawing(m.Head, width)
	if len(m.Columns) == 0 || len(m.Rows) == 0 {
		return d.empty()
	}
	m.legend(d)
	f := m.frame(d)
	names := m.Columns
	if d.narrow() && len(m.Short) == len(m.Columns) {
		names = m.Short
	}
	f.names(d, names)
	for _, r := range m.Rows {
		f.row(d, m, r)
	}
	d.height += matrixGap
	return *d
}

func (m Matrix) legend(d *Drawing) {
	drawLegend(d, append(append([]string{}, m.Levels...), m.Words.Unmeasured), func(i int, x, y float64) shape {
		if i == len(m.Levels) {
			return box{x, y - 6, 18, 12, unmeasured}
		}
		g := group{shapes: []shape{box{x, y - 6, 18, 12, matrixShade(i)}}}
		if i > 0 && i == len(m.Levels)-1 {
			g.shapes = append(g.shapes, corner(x, y-6))
		}
		return g
	})
}

func matrixShade(level int) paint { return matrixShades[min(level, len(matrixShades)-1)] }

// corner is the mark of a cell that needs to be looked at: seen where shades are
// not.
func corner(x, y float64) trace {
	return trace{points: [][2]float64{{x, y}, {x + 7, y}, {x, y + 7}}, fill: white, colour: white, width: 0.5, closed: true}
}

// matrixFrame is where the cells stand.
type matrixFrame struct {
	labelWide, left, cell float64
}

func (m Matrix) frame(d *Drawing) matrixFrame {
	f := matrixFrame{labelWide: d.width}
	if !d.narrow() {
		var labels []string
		for _, r := range m.Rows {
			labels = append(labels, clean(r.Label))
		}
		f.labelWide = min(widest(textSize, labels...)+2, d.width*0.3)
		f.left = f.labelWide + 12
	}
	f.cell = (d.width - f.left) / float64(len(m.Columns))
	return f
}

// names writes the names of the columns above them, in two lines at most.
func (f matrixFrame) names(d *Drawing, columns []string) {
	lines, most := make([][]string, len(columns)), 1
	for i, c := range columns {
		lines[i] = wrap(clean(c), smallSize, f.cell-4, matrixTwoLine)
		most = max(most, len(lines[i]))
	}
	for i, list := range lines {
		x := f.left + (float64(i)+0.5)*f.cell
		for n, body := range list {
			y := d.height + float64(most-len(list)+n+1)*smallSize*1.25
			d.add(label{x: x, y: y, size: smallSize, anchor: middle, body: body, colour: inkSoft})
		}
	}
	d.height += float64(most)*smallSize*1.25 + 6
}

func (f matrixFrame) row(d *Drawing, m Matrix, r MatrixRow) {
	body, y := clean(r.Label), d.height
	name := label{x: f.labelWide, y: y + 17, size: textSize, anchor: end, body: cut(body, textSize, f.labelWide), colour: ink}
	if d.narrow() {
		name.x, name.anchor = 0, start
		y += lineHigh + 4
	}
	if local(r.Href) != "" {
		name.colour, d.links = accent, true
	}
	d.add(group{href: local(r.Href), title: body, shapes: []shape{name}})
	for i, column := range m.Columns {
		cell := MatrixCell{Level: -1}
		if i < len(r.Cells) {
			cell = r.Cells[i]
		}
		f.value(d, m, cell, i, y, strings.Join([]string{body, clean(column)}, "  "))
	}
	d.height = y + matrixHigh + matrixGap
}

// value draws one cell.
func (f matrixFrame) value(d *Drawing, m Matrix, c MatrixCell, column int, y float64, title string) {
	x, wide := f.left+float64(column)*f.cell, f.cell-matrixGap
	text, p, colour := clean(c.Text), unmeasured, ink
	if c.Level >= 0 {
		p = matrixShade(c.Level)
	} else if text == "" {
		text = clean(m.Words.Unmeasured)
	}
	if c.Level >= lightText {
		colour = white
	}
	g := group{href: local(c.Href), title: title + "  " + text, shapes: []shape{box{x, y, wide, matrixHigh, p}}}
	if c.Level > 0 && c.Level == len(m.Levels)-1 {
		g.shapes = append(g.shapes, corner(x, y))
	}
	body := cut(text, smallSize, wide)
	if c.Level < 0 { // words stand on white, not on the hatching
		half := measure(body, smallSize)/2 + 3
		g.shapes = append(g.shapes, box{x + wide/2 - half, y + 4, 2 * half, matrixHigh - 8, paint{fill: white}})
	}
	g.shapes = append(g.shapes, label{x: x + wide/2, y: y + 16.5, size: smallSize, anchor: middle, body: body, colour: colour})
	d.links = d.links || g.href != ""
	d.add(g)
}
