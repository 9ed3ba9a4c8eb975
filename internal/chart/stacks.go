package chart

import (
	"slices"
	"strings"
)

// Stacks shows how the members of groups divide: a bar for each group, a piece
// of it for each part, and what the pieces mean above.
type Stacks struct {
	Head
	// Parts are the names of the pieces, in the order of Stack.Parts; the eighth
	// is the last that looks unlike all others.
	Parts  []string
	Stacks []Stack
	// Whole draws every group as long as the width, to compare shares; otherwise
	// the length is the sum.
	Whole bool
}

// Stack is one group.
type Stack struct {
	Label string
	Href  string
	Parts []Part
	// Text stands at the end of the bar; empty writes the sum.
	Text string
}

// Part is one piece of a group. A group with a value that is NaN or Inf was not
// measured, and so is one without parts.
type Part struct {
	Value float64
	Text  string // in the piece where there is room; empty writes the number
	Href  string // leads to the rows behind the piece
}

// Draw lays the stacks out.
func (s Stacks) Draw(width int) Drawing {
	d := newDrawing(s.Head, width)
	if len(s.Stacks) == 0 {
		return d.empty()
	}
	drawLegend(d, s.Parts, func(i int, x, y float64) shape { return box{x, y - 6, 18, 12, paintOf(i)} })
	f := s.frame(d)
	for _, stack := range s.Stacks {
		h := rowHead{label: clean(stack.Label), href: local(stack.Href), text: stack.text(s.Words), apart: stack.divided()}
		f.row(d, h, func(y float64) ([]shape, float64) {
			return s.draw(d, f, stack, y)
		})
	}
	f.close(d)
	return *d
}

func (s Stacks) frame(d *Drawing) rowFrame {
	var labels, texts []string
	greatest := 0.0
	for _, stack := range s.Stacks {
		labels, texts = append(labels, clean(stack.Label)), append(texts, stack.text(s.Words))
		if sum, ok := stack.sum(); ok {
			greatest = max(greatest, sum)
		}
	}
	return newRowFrame(d, labels, texts, greatest)
}

// sum adds the parts up; not ok when the group was not measured.
func (s Stack) sum() (sum float64, ok bool) {
	for _, p := range s.Parts {
		if !known(p.Value) {
			return 0, false
		}
		sum += max(p.Value, 0)
	}
	return sum, len(s.Parts) > 0
}

// divided tells that the pieces lead somewhere of their own.
func (s Stack) divided() bool {
	return slices.ContainsFunc(s.Parts, func(p Part) bool { return p.Href != "" })
}

func (s Stack) text(w Words) string {
	sum, ok := s.sum()
	switch {
	case !ok:
		return clean(w.Unmeasured)
	case s.Text == "":
		return plainNumber(sum)
	}
	return clean(s.Text)
}

func (s Stacks) draw(d *Drawing, f rowFrame, stack Stack, y float64) ([]shape, float64) {
	sum, ok := stack.sum()
	if !ok {
		return []shape{box{f.left, y, f.gap(), barHigh, unmeasured}}, f.gap()
	}
	if s.Whole {
		f.greatest = sum
	}
	var out []shape
	x := f.left
	for i, p := range stack.Parts {
		w := f.length(p.Value)
		if w <= 0 {
			continue
		}
		out = append(out, p.draw(d, s.name(i), i, x, y, w))
		x += w
	}
	return out, x - f.left
}

func (s Stacks) name(i int) string {
	if i < len(s.Parts) {
		return clean(s.Parts[i])
	}
	return ""
}

// draw is a piece with its number, which stands on a plate where the paint
// would swallow it.
func (p Part) draw(d *Drawing, name string, i int, x, y, w float64) shape {
	text := clean(p.Text)
	if text == "" {
		text = plainNumber(p.Value)
	}
	g := group{href: local(p.Href), title: strings.TrimSpace(name + "  " + text)}
	if g.href != "" {
		d.links = true
	}
	b := box{x, y, w, barHigh, paintOf(i)}
	g.shapes = append(g.shapes, b)
	if wide := measure(text, smallSize); wide+6 <= w {
		l := label{x: x + w/2, y: y + 12, size: smallSize, anchor: middle, body: text, colour: white}
		if !b.paint.dark() {
			l.colour = ink
			g.shapes = append(g.shapes, box{x + (w-wide)/2 - 2, y + 2, wide + 4, barHigh - 4, paint{fill: white}})
		}
		g.shapes = append(g.shapes, l)
	}
	return g
}

// drawLegend writes what the paints or pens mean, in as many lines as needed.
func drawLegend(d *Drawing, names []string, sign func(i int, x, y float64) shape) {
	x := 0.0
	for i, name := range names {
		text := cut(clean(name), textSize, d.width-30)
		w := 26 + measure(text, textSize) + 18
		if x > 0 && x+w-18 > d.width {
			x, d.height = 0, d.height+lineHigh+3
		}
		d.add(sign(i, x+1, d.height+9.5), label{x: x + 26, y: d.height + 14.5, size: textSize, body: text, colour: ink})
		x += w
	}
	if len(names) > 0 {
		d.height += lineHigh + rowGap
	}
}
