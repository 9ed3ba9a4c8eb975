package chart

import (
	"cmp"
	"slices"
)

// Flows shows who gives how much to whom: givers at the left, takers at the
// right, and a band between them for each pair, as wide as its value. On a phone
// it is a bar for each pair.
type Flows struct {
	Head
	// From and To stand above the two columns.
	From, To string
	Flows    []Flow
}

// Flow is one band.
type Flow struct {
	From, To string
	Value    float64 // NaN, Inf and less than nothing draw no band
	Text     string  // on hover, and at the end of the bar: "1,200"
	Href     string  // leads to the rows behind it
	// Marked bands have a dashed edge: something is wrong with them.
	Marked bool
}

// Measures of bands, in pixels.
const (
	flowNode = 14.0 // how wide the block of a giver is
	flowGap  = 16.0 // between two blocks
	flowHigh = 22.0 // the least height of a block, so that its name fits
	flowSpan = 320.0
)

// Draw lays the bands out.
func (f Flows) Draw(width int) Drawing {
	d := newDrawing(f.Head, width)
	flows := slices.DeleteFunc(slices.Clone(f.Flows), func(x Flow) bool { return !known(x.Value) || x.Value <= 0 })
	if len(flows) == 0 {
		return d.empty()
	}
	if d.narrow() {
		return f.bars(flows).Draw(width)
	}
	left, right := flowEnds(flows, func(x Flow) string { return x.From }), flowEnds(flows, func(x Flow) string { return x.To })
	scale := min(flowScale(left), flowScale(right))
	wide := f.columns(d, left, right)
	top := d.height
	bottom := max(placeEnds(left, top, scale), placeEnds(right, top, scale))
	for _, x := range flows {
		f.band(d, x, ends(left, x.From), ends(right, x.To), wide, scale)
	}
	for _, e := range left {
		e.draw(d, wide.left, wide.left-flowNode-6, end)
	}
	for _, e := range right {
		e.draw(d, wide.right+flowNode, wide.right+flowNode+6, start)
	}
	d.height = bottom
	return *d
}

// bars are the same numbers for a phone.
func (f Flows) bars(flows []Flow) Bars {
	out := Bars{Head: f.Head}
	for _, x := range flows {
		out.Bars = append(out.Bars, Bar{Label: clean(x.From) + " → " + clean(x.To), Value: x.Value, Text: x.Text, Href: x.Href, Missing: x.Marked})
	}
	return out
}

// flowEnd is a giver or a taker.
type flowEnd struct {
	name  string
	sum   float64
	y, at float64 // its top, and where the next band begins
	high  float64
}

// flowEnds sums up by one side, the greatest first.
func flowEnds(flows []Flow, of func(Flow) string) []*flowEnd {
	var out []*flowEnd
	for _, x := range flows {
		e := ends(out, of(x))
		if e == nil {
			e = &flowEnd{name: of(x)}
			out = append(out, e)
		}
		e.sum += x.Value
	}
	slices.SortStableFunc(out, func(a, b *flowEnd) int { return cmp.Compare(b.sum, a.sum) })
	return out
}

func ends(all []*flowEnd, name string) *flowEnd {
	for _, e := range all {
		if e.name == name {
			return e
		}
	}
	return nil
}

// flowScale is how high one is, so that a column has its span.
func flowScale(all []*flowEnd) float64 {
	sum := 0.0
	for _, e := range all {
		sum += e.sum
	}
	return flowSpan / sum
}

// placeEnds puts the blocks of a column under each other.
func placeEnds(all []*flowEnd, top, scale float64) (bottom float64) {
	y := top
	for _, e := range all {
		e.high = max(e.sum*scale, 2)
		e.y = y + max(0, flowHigh-e.high)/2
		e.at = e.y
		y += max(e.high, flowHigh) + flowGap
	}
	return y
}

// flowWide is where the two columns stand.
type flowWide struct{ left, right float64 }

// columns makes room for the names at both sides, and writes what they are.
func (f Flows) columns(d *Drawing, left, right []*flowEnd) flowWide {
	room := func(all []*flowEnd) float64 {
		wide := 60.0
		for _, e := range all {
			wide = max(wide, measure(clean(e.name), textSize)+10)
		}
		return min(wide, d.width*0.3)
	}
	w := flowWide{left: room(left) + flowNode, right: d.width - room(right) - flowNode}
	d.add(
		label{x: w.left, y: d.height + 13, size: smallSize, anchor: end, body: clean(f.From), colour: inkSoft},
		label{x: w.right, y: d.height + 13, size: smallSize, body: clean(f.To), colour: inkSoft},
	)
	d.height += lineHigh + rowGap
	return w
}

// flowSteps is how finely the course of a band is drawn.
const flowSteps = 20

// band draws one band from its giver to its taker, as a curve.
func (f Flows) band(d *Drawing, x Flow, from, to *flowEnd, w flowWide, scale float64) {
	high := max(x.Value*scale, 1)
	y1, y2 := from.at, to.at
	from.at, to.at = from.at+high, to.at+high
	var upper, lower [][2]float64
	for i := range flowSteps + 1 {
		t := float64(i) / flowSteps
		ease := t * t * (3 - 2*t)
		px, py := w.left+(w.right-w.left)*t, y1+(y2-y1)*ease
		upper, lower = append(upper, [2]float64{px, py}), append(lower, [2]float64{px, py + high})
	}
	slices.Reverse(lower)
	shape := trace{points: append(upper, lower...), colour: "#5f7a99", fill: "#dbe6f4", width: 0.8, closed: true}
	if x.Marked {
		shape.colour, shape.fill, shape.dash, shape.width = "#854d00", "#fff3e0", []float64{5, 3}, 1.5
	}
	g := group{href: local(x.Href), title: clean(x.From) + " → " + clean(x.To) + "  " + clean(x.Text)}
	g.shapes = append(g.shapes, shape)
	d.links = d.links || g.href != ""
	d.add(g)
}

// draw is the block of a giver or taker, with its name.
func (e *flowEnd) draw(d *Drawing, right, labelX float64, at anchor) {
	room := d.width - labelX
	if at == end {
		room = labelX
	}
	d.add(
		box{right - flowNode, e.y, flowNode, e.high, paintOf(0)},
		label{x: labelX, y: e.y + e.high/2 + 5, size: textSize, anchor: at, body: cut(clean(e.name), textSize, room), colour: ink},
	)
}
