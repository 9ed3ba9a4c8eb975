package chart

// Colours of pictures. All of them keep their order of lightness in print.
const (
	ink      = "#1b2530"
	inkSoft  = "#465361"
	gridLine = "#dfe5ec"
	axisLine = "#8491a0"
	accent   = "#1a4480"
	white    = "#ffffff"
)

// hatch is the direction of the lines of a pattern.
type hatch string

const (
	plain   hatch = ""
	rising  hatch = "rising"
	falling hatch = "falling"
	level   hatch = "level"
	crossed hatch = "crossed"
)

// paint is what a box is filled with: a colour, and lines over it.
type paint struct {
	name   string // of its pattern
	fill   string
	edge   string // outline, "" for none
	dashed bool   // outline
	lines  hatch
	line   string // colour of the lines
	gap    float64
}

// paints tell up to eight parts apart, also in black and white.
var paints = [...]paint{
	{name: "p0", fill: accent, edge: accent},
	{name: "p1", fill: "#dbe6f4", edge: accent, lines: rising, line: accent, gap: 6},
	{name: "p2", fill: "#9db3cc", edge: "#5f7a99"},
	{name: "p3", fill: white, edge: inkSoft, lines: falling, line: inkSoft, gap: 6},
	{name: "p4", fill: "#5f6c7a", edge: "#465361"},
	{name: "p5", fill: white, edge: "#854d00", lines: crossed, line: "#854d00", gap: 7},
	{name: "p6", fill: "#e6ebf1", edge: axisLine},
	{name: "p7", fill: white, edge: accent, lines: level, line: accent, gap: 5},
}

// unmeasured fills the gap where a value is not known.
var unmeasured = paint{name: "gap", fill: white, edge: axisLine, dashed: true, lines: rising, line: axisLine, gap: 7}

// pale fills a bar that counts what is missing.
var pale = paint{name: "pale", fill: white, edge: inkSoft, lines: falling, line: axisLine, gap: 5}

// invisible catches the mouse between the shapes of a link.
var invisible = paint{name: "none", fill: white}

func paintOf(i int) paint { return paints[i%len(paints)] }

// dark tells that only white can be read on the paint.
func (p paint) dark() bool { return p.lines == plain && (p.fill == accent || p.fill == "#5f6c7a") }

// pen draws a course: four dashes times five marks are told apart without
// colour.
type pen struct {
	colour string
	dash   []float64
	mark   int
}

var pens = [...]pen{
	{colour: accent},
	{colour: "#854d00", dash: []float64{7, 4}, mark: 1},
	{colour: "#5f6c7a", dash: []float64{2, 3}, mark: 2},
	{colour: "#176639", dash: []float64{10, 3, 2, 3}, mark: 3},
	{colour: "#b0231b", dash: []float64{14, 4}, mark: 4},
}

func penOf(i int) pen { return pens[i%len(pens)] }

// markAt is the sign of a pen at a point.
func (p pen) markAt(x, y float64) trace {
	const r = 4.0
	t := trace{colour: p.colour, fill: p.colour, width: 1.5, closed: true}
	if p.mark > 0 {
		t.fill = white
	}
	for _, at := range [...][][2]float64{
		{{-r, -1.5}, {-1.5, -r}, {1.5, -r}, {r, -1.5}, {r, 1.5}, {1.5, r}, {-1.5, r}, {-r, 1.5}},
		{{-r, -r}, {r, -r}, {r, r}, {-r, r}},
		{{0, -r - 1}, {r + 1, r}, {-r - 1, r}},
		{{0, -r - 1.5}, {r + 1.5, 0}, {0, r + 1.5}, {-r - 1.5, 0}},
		{{-r - 1, -r}, {r + 1, -r}, {0, r + 1}},
	}[p.mark] {
		t.points = append(t.points, [2]float64{x + at[0], y + at[1]})
	}
	return t
}
