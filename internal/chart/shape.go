package chart

// shape is a piece of a drawing; both writers know all of them.
type shape interface {
	svg(w *svgWriter)
	png(w *pngWriter)
}

// anchor is the point of a text that its place means.
type anchor string

const (
	start  anchor = ""
	middle anchor = "middle"
	end    anchor = "end"
)

// label is a line of text; y is its baseline.
type label struct {
	x, y   float64
	size   float64
	anchor anchor
	body   string
	colour string
	bold   bool // in SVG: the font in the program has one weight
}

// box is a rectangle filled with a paint.
type box struct {
	x, y, w, h float64
	paint      paint
}

// trace is a line through points. Closed ones are filled.
type trace struct {
	points [][2]float64
	colour string
	fill   string // of a closed one
	width  float64
	dash   []float64
	closed bool
}

// group is shapes that belong together, moved by (dx, dy).
type group struct {
	dx, dy float64
	href   string // where they lead, "" for nowhere
	title  string // shown on hover
	shapes []shape
}

// line is a straight trace.
func line(x1, y1, x2, y2 float64, colour string, width float64) trace {
	return trace{points: [][2]float64{{x1, y1}, {x2, y2}}, colour: colour, width: width}
}
