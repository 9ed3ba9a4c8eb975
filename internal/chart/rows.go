package chart

// rowFrame is where the parts of rows stand: their labels at the left (or
// above, when it is narrow), then what is drawn, then a text.
type rowFrame struct {
	labelWide float64
	left      float64 // where bars begin
	plot      float64 // the longest bar
	greatest  float64 // the value of the longest bar
	top       float64
}

// rowHead is what stands at both ends of a row.
type rowHead struct {
	label, href, text string
	apart             bool // only the label leads to href: the pieces lead elsewhere
}

const endGap = 8.0 // between a bar and its text

func newRowFrame(d *Drawing, labels, texts []string, greatest float64) rowFrame {
	f := rowFrame{greatest: greatest, left: 1, top: d.height}
	textWide := widest(textSize, texts...)*1.04 + endGap + 4 // the fonts of readers differ a little
	if d.narrow() {
		f.labelWide, textWide = d.width, min(textWide, d.width*0.65)
	} else {
		textWide = min(textWide, d.width*0.45)
		f.labelWide = min(widest(textSize, labels...)+2, d.width*0.36)
		f.left = f.labelWide + 12
	}
	f.plot = d.width - f.left - textWide
	return f
}

// length is how long the bar of a value is. What is not nothing is seen.
func (f rowFrame) length(v float64) float64 {
	if v <= 0 || f.greatest <= 0 {
		return 0
	}
	return max(v/f.greatest*f.plot, 1)
}

// gap is how long the gap of an unknown value is drawn: a sign, no length.
func (f rowFrame) gap() float64 { return min(72, f.plot) }

// row adds a row: its label, what draw makes of it, and the text behind. A row
// that leads somewhere is one link, or its label is.
func (f rowFrame) row(d *Drawing, h rowHead, draw func(y float64) (shapes []shape, length float64)) {
	lines := wrap(h.label, textSize, f.labelWide, 2)
	labelHigh := lineHigh * float64(max(len(lines), 1))
	barY, high := d.height+(labelHigh-barHigh)/2, labelHigh
	if d.narrow() {
		barY, high = d.height+labelHigh+1, labelHigh+barHigh+1
	}
	head := group{href: h.href, title: h.label + "  " + h.text, shapes: f.label(d, lines, h.href != "")}
	shapes, length := draw(barY)
	shapes = append(shapes, label{
		x: f.left + length + endGap, y: barY + 13, size: textSize, colour: ink,
		body: cut(h.text, textSize, d.width-f.left-length-endGap),
	})
	if h.apart {
		d.add(head, group{shapes: shapes})
	} else {
		reach := box{0, d.height, d.width, high, invisible}
		head.shapes = append(append([]shape{reach}, head.shapes...), shapes...)
		d.add(head)
	}
	d.links = d.links || h.href != ""
	d.height += high + rowGap
}

// label writes the lines of a label, from the left or up to the bar.
func (f rowFrame) label(d *Drawing, lines []string, leads bool) []shape {
	l := label{x: f.labelWide, y: d.height + 14.5, size: textSize, anchor: end, colour: ink}
	if d.narrow() {
		l.x, l.anchor = 0, start
	}
	if leads {
		l.colour = accent
	}
	var out []shape
	for _, l.body = range lines {
		out = append(out, l)
		l.y += lineHigh
	}
	return out
}

// close draws the line that all bars begin at, where no labels stand in its way.
func (f rowFrame) close(d *Drawing) {
	d.height -= rowGap / 2
	if d.narrow() {
		return
	}
	d.add(line(f.left, f.top, f.left, d.height, axisLine, 1))
}
