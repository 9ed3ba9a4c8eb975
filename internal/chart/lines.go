package chart

import (
	"cmp"
	"slices"
	"strings"
)

// Lines is a course over time: a line for each series through the same points.
type Lines struct {
	Head
	Points []string // "2017-09", from the left
	Series []Series
	// Unit stands above the scale.
	Unit string
	// Tick writes a number of the scale; nil writes it plainly.
	Tick func(float64) string
}

// Series is one line.
type Series struct {
	Name string
	// Values belong to the points. NaN, Inf and what is left out at the end were
	// not measured: the line has a gap there.
	Values []float64
	// Texts, when given, are the values as people read them.
	Texts []string
}

// Places of a course.
const (
	courseHigh = 240.0
	mostMarks  = 40 // points of a line beyond which it has no marks
)

// Draw lays the course out.
func (l Lines) Draw(width int) Drawing {
	d := newDrawing(l.Head, width)
	if len(l.Points) == 0 || len(l.Series) == 0 {
		return d.empty()
	}
	drawLegend(d, names(l.Series), lineSign)
	c := l.course(d)
	c.scale(d, l)
	c.gaps(d, l)
	for i, s := range l.Series {
		c.line(d, l, i, s)
	}
	c.ends(d, l)
	d.height = c.bottom + 2*lineHigh
	return *d
}

// lineSign is a line in the legend.
func lineSign(i int, x, y float64) shape {
	p := penOf(i)
	return group{shapes: []shape{
		trace{points: [][2]float64{{x - 1, y}, {x + 20, y}}, colour: p.colour, width: 2, dash: p.dash}, p.markAt(x+9, y),
	}}
}

// course is where the points stand.
type course struct {
	left, right, top, bottom float64
	low, high                float64
	ticks                    []float64
	n                        int
}

func (l Lines) course(d *Drawing) course {
	low, high := 0.0, 0.0
	for _, s := range l.Series {
		for _, v := range s.Values {
			if known(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	c := course{ticks: ticks(low, high), n: len(l.Points), top: d.height + 8}
	if l.Unit != "" {
		d.add(label{x: 0, y: d.height + 12, size: smallSize, body: clean(l.Unit), colour: inkSoft})
		c.top += lineHigh
	}
	c.low, c.high = c.ticks[0], c.ticks[len(c.ticks)-1]
	labels, ends := make([]string, len(c.ticks)), []string{l.Points[c.n-1]}
	for i, t := range c.ticks {
		labels[i] = l.tick(t)
	}
	for _, s := range l.Series {
		if i := s.last(c.n); i >= 0 {
			ends = append(ends, l.text(s, i))
		}
	}
	c.left = widest(smallSize, labels...) + 14
	c.right = max(d.width-widest(smallSize, ends...)-12, c.left+20)
	c.bottom = c.top + courseHigh
	return c
}

func (l Lines) tick(v float64) string {
	if l.Tick == nil {
		return plainNumber(v)
	}
	return clean(l.Tick(v))
}

// text is a value as people read it.
func (l Lines) text(s Series, i int) string {
	if i < len(s.Texts) && s.Texts[i] != "" {
		return clean(s.Texts[i])
	}
	return l.tick(s.Values[i])
}

// at is the value of a point.
func (s Series) at(i int) (float64, bool) {
	if i >= len(s.Values) || !known(s.Values[i]) {
		return 0, false
	}
	return s.Values[i], true
}

// last is the last point that was measured, -1 when none was.
func (s Series) last(n int) int {
	for i := n - 1; i >= 0; i-- {
		if _, ok := s.at(i); ok {
			return i
		}
	}
	return -1
}

func (c course) x(i int) float64 {
	if c.n == 1 {
		return (c.left + c.right) / 2
	}
	return c.left + 10 + (c.right-c.left-20)*float64(i)/float64(c.n-1)
}

func (c course) y(v float64) float64 { return c.bottom - (v-c.low)/(c.high-c.low)*(c.bottom-c.top) }

// scale draws the numbers at the left and the points below, as many as fit.
func (c course) scale(d *Drawing, l Lines) {
	for _, t := range c.ticks {
		colour := gridLine
		if t == 0 {
			colour = axisLine
		}
		d.add(line(c.left, c.y(t), c.right, c.y(t), colour, 1),
			label{x: c.left - 6, y: c.y(t) + 4, size: smallSize, anchor: end, body: l.tick(t), colour: inkSoft})
	}
	points := make([]string, c.n)
	for i, p := range l.Points {
		points[i] = cut(clean(p), smallSize, d.width/3)
	}
	room := c.x(1) - c.x(0)
	if c.n == 1 {
		room = d.width
	}
	every := max(1, int((widest(smallSize, points...)+14)/max(room, 0.1))+1)
	for i := c.n - 1; i >= 0; i -= every { // the newest is always named
		d.add(line(c.x(i), c.bottom, c.x(i), c.bottom+4, axisLine, 1),
			label{x: c.x(i), y: c.bottom + lineHigh, size: smallSize, anchor: middle, body: points[i], colour: inkSoft})
	}
}

// gaps hatches the stretches where nothing was measured at all.
func (c course) gaps(d *Drawing, l Lines) {
	blank := func(i int) bool {
		return !slices.ContainsFunc(l.Series, func(s Series) bool { _, ok := s.at(i); return ok })
	}
	half := (c.x(1) - c.x(0)) / 2
	for i := 0; i < c.n; i++ {
		first := i
		for i < c.n && blank(i) {
			i++
		}
		if i == first {
			continue
		}
		from, to := max(c.x(first)-half, c.left), min(c.x(i-1)+half, c.right)
		if c.n == 1 {
			from, to = c.left, c.right
		}
		word := clean(l.Words.Unmeasured)
		g := group{title: word, shapes: []shape{box{from, c.top, to - from, c.bottom - c.top, unmeasured}}}
		if wide := measure(word, smallSize); wide+8 <= to-from {
			x, y := (from+to)/2, (c.top+c.bottom)/2
			g.shapes = append(g.shapes, box{x - wide/2 - 4, y - 10, wide + 8, 20, paint{fill: white}},
				label{x: x, y: y + 4, size: smallSize, anchor: middle, body: word, colour: ink})
		}
		d.add(g)
	}
}

// line draws the stretches of a series.
func (c course) line(d *Drawing, l Lines, nth int, s Series) {
	p := penOf(nth)
	var stretch [][2]float64
	flush := func() {
		if len(stretch) > 1 {
			d.add(trace{points: stretch, colour: p.colour, width: 2, dash: p.dash})
		}
		stretch = nil
	}
	var marks []shape
	for i := range c.n {
		v, ok := s.at(i)
		if !ok {
			flush()
			continue
		}
		stretch = append(stretch, [2]float64{c.x(i), c.y(v)})
		_, before := s.at(max(i-1, 0))
		_, after := s.at(i + 1)
		if alone := (i == 0 || !before) && !after; c.n <= mostMarks || alone {
			title := strings.Join([]string{clean(s.Name), clean(l.Points[i]), l.text(s, i)}, "  ")
			marks = append(marks, group{title: title, shapes: []shape{p.markAt(c.x(i), c.y(v))}})
		}
	}
	flush()
	d.add(marks...)
}

// ends writes the last value of every line beside its end, moved apart where
// lines end close together.
func (c course) ends(d *Drawing, l Lines) {
	var all []label
	for _, s := range l.Series {
		if i := s.last(c.n); i >= 0 {
			v, _ := s.at(i)
			all = append(all, label{x: c.x(i) + 9, y: c.y(v) + 4, size: smallSize, body: l.text(s, i), colour: ink})
		}
	}
	slices.SortStableFunc(all, func(a, b label) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) })
	for i := range all {
		if i > 0 && all[i].x == all[i-1].x {
			all[i].y = max(all[i].y, all[i-1].y+smallSize+1)
		}
		d.add(all[i])
	}
}
