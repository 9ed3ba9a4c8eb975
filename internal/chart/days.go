package chart

import (
	"iter"
	"slices"
	"strings"
)

// Days is a course over days, or over the hours of one: one or several panels
// through the same points, and strips under them that say from when to when
// something lasted.
type Days struct {
	Head
	// Points name the days, from the left.
	Points []string
	// Off tells which of them are days off, which are shaded; OffWord is what
	// the shade means.
	Off     []bool
	OffWord string
	Panels  []Panel
	Bands   []Band
	// Mark points at a day, such as that of the last use; nil for none.
	Mark *Mark
}

// Panel is a scale of its own with its lines.
type Panel struct {
	// Unit stands above the scale.
	Unit   string
	Series []Series
	// Tick writes a number of the scale; nil writes it plainly.
	Tick func(float64) string
}

// Band is a strip under the days.
type Band struct {
	Name  string
	Spans []Span
}

// Span is a stretch of a strip, the last day included.
type Span struct {
	From, To int
	Text     string // on hover
}

// Mark is a day that is pointed at.
type Mark struct {
	Point int
	Text  string
}

// Measures of panels and strips, in pixels.
const (
	panelHigh  = 150.0
	bandHigh   = 9.0
	mostHovers = 130 // days beyond which no texts are shown on hover
)

// off shades days off.
var off = paint{name: "off", fill: "#eef1f5"}

// Draw lays the days out.
func (c Days) Draw(width int) Drawing {
	d := newDrawing(c.Head, width)
	if len(c.Points) == 0 || len(c.Panels) == 0 {
		return d.empty()
	}
	if slices.Contains(c.Off, true) {
		drawLegend(d, []string{c.OffWord}, func(_ int, x, y float64) shape {
			return box{x, y - 6, 18, 12, paint{fill: off.fill, edge: axisLine}}
		})
	}
	left, right := c.sides(width)
	var last course
	for i, p := range c.Panels {
		last = c.panel(d, p, left, right, i == len(c.Panels)-1)
	}
	c.bands(d, last)
	return *d
}

// sides are where all panels begin and end, so that a day stands above itself.
func (c Days) sides(width int) (left, right float64) {
	right = float64(width)
	for _, p := range c.Panels {
		at := c.lines(p).course(newDrawing(c.Head, width))
		left, right = max(left, at.left), min(right, at.right)
	}
	return left, right
}

func (c Days) lines(p Panel) Lines {
	return Lines{Head: c.Head, Points: c.Points, Series: p.Series, Unit: p.Unit, Tick: p.Tick}
}

func (c Days) panel(d *Drawing, p Panel, left, right float64, last bool) course {
	l := c.lines(p)
	drawLegend(d, names(p.Series), lineSign)
	at := l.course(d)
	at.left, at.right, at.bottom = left, right, at.top+panelHigh
	c.shade(d, at)
	at.scale(d, l)
	at.gaps(d, l)
	c.mark(d, at, last)
	for i, s := range p.Series {
		at.line(d, l, i, s)
	}
	at.ends(d, l)
	c.hovers(d, at, l)
	d.height = at.bottom + 2*lineHigh
	return at
}

func names(all []Series) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = s.Name
	}
	return out
}

// half is half the way from one point to the next.
func (c course) half() float64 {
	if c.n == 1 {
		return (c.right - c.left) / 2
	}
	return (c.x(1) - c.x(0)) / 2
}

// shade marks the days off behind the lines.
func (c Days) shade(d *Drawing, at course) {
	half := at.half()
	for from, to := range runs(at.n, func(i int) bool { return i < len(c.Off) && c.Off[i] }) {
		x := max(at.x(from)-half, at.left)
		d.add(box{x, at.top, min(at.x(to-1)+half, at.right) - x, at.bottom - at.top, off})
	}
}

// runs are the stretches for which something holds: from the first up to the
// one behind the last.
func runs(n int, holds func(int) bool) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for i := 0; i < n; i++ {
			from := i
			for i < n && holds(i) {
				i++
			}
			if i > from && !yield(from, i) {
				return
			}
		}
	}
}

// mark draws the line of the day that is pointed at; its text stands under the
// last panel only.
func (c Days) mark(d *Drawing, at course, last bool) {
	if c.Mark == nil || c.Mark.Point < 0 || c.Mark.Point >= at.n {
		return
	}
	x := at.x(c.Mark.Point)
	d.add(trace{points: [][2]float64{{x, at.top - 4}, {x, at.bottom}}, colour: "#b0231b", width: 1.5, dash: []float64{5, 3}})
	if !last {
		return
	}
	text := cut(clean(c.Mark.Text), smallSize, d.width)
	half := measure(text, smallSize) / 2
	d.add(label{x: min(max(x, half), d.width-half), y: at.bottom + 2*lineHigh - 4, size: smallSize, anchor: middle, body: text, colour: "#b0231b"})
}

// hovers say on every day what it holds.
func (c Days) hovers(d *Drawing, at course, l Lines) {
	if at.n > mostHovers {
		return
	}
	half := at.half()
	for i := range at.n {
		parts := []string{clean(l.Points[i])}
		if i < len(c.Off) && c.Off[i] {
			parts = append(parts, clean(c.OffWord))
		}
		for _, s := range l.Series {
			text := clean(l.Words.Unmeasured)
			if _, ok := s.at(i); ok {
				text = l.text(s, i)
			}
			parts = append(parts, clean(s.Name)+" "+text)
		}
		x := max(at.x(i)-half, at.left)
		d.add(group{title: strings.Join(parts, "  "), shapes: []shape{box{x, at.top, min(at.x(i)+half, at.right) - x, at.bottom - at.top, invisible}}})
	}
}

// bands draws the strips.
func (c Days) bands(d *Drawing, at course) {
	half := at.half()
	for nth, b := range c.Bands {
		d.add(label{x: at.left, y: d.height + 11, size: smallSize, body: cut(clean(b.Name), smallSize, d.width-at.left), colour: ink})
		y := d.height + 16
		d.add(line(at.left, y+bandHigh/2, at.right, y+bandHigh/2, gridLine, 1))
		for _, s := range b.Spans {
			from, to := max(s.From, 0), min(s.To, at.n-1)
			if from > to {
				continue
			}
			x := max(at.x(from)-half, at.left)
			d.add(group{title: clean(b.Name) + "  " + clean(s.Text), shapes: []shape{
				box{x, y, min(at.x(to)+half, at.right) - x, bandHigh, paintOf(nth)},
			}})
		}
		d.height = y + bandHigh + 8
	}
}
