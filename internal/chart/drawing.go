package chart

// Widths that pictures are made in, in pixels: for desks and files, and for
// phones. Below Wide a label stands above its bar.
const (
	Wide   = 880
	Narrow = 340
)

// Head is what every picture has.
type Head struct {
	// Title says what the picture shows. It is its name for screen readers and
	// stands above it in a file.
	Title string
	// Desc says in a sentence what is to be seen, for those who cannot see it.
	Desc string
	// Note stands under the picture in a file: what was counted, and when.
	Note  string
	Words Words
}

// Words are the words that a picture may need.
type Words struct {
	Unmeasured string // beside a hatched gap: "not measured"
	Empty      string // in the place of a picture without rows
	NoGlyph    string // in a PNG, when 〓 stands for characters that it cannot draw
}

// Drawing is a picture laid out: it can be written as SVG or PNG.
type Drawing struct {
	head          Head
	width, height float64
	shapes        []shape
	links         bool
}

// Size is the width and height of the picture in a page, in pixels.
func (d Drawing) Size() (width, height int) { return int(d.width), int(d.height) }

// Measures of letters and rows, in pixels.
const (
	textSize  = 14.0
	smallSize = 12.0
	titleSize = 18.0
	lineHigh  = 19.0 // from one line of text to the next
	barHigh   = 16.0
	rowGap    = 10.0
	margin    = 20.0 // around a picture in a file
)

// newDrawing begins a picture; its height grows with what is added.
func newDrawing(h Head, width int) *Drawing {
	return &Drawing{head: h, width: float64(max(width, 200))}
}

func (d *Drawing) add(s ...shape) { d.shapes = append(d.shapes, s...) }

// narrow tells that labels stand above their bars.
func (d *Drawing) narrow() bool { return d.width < 560 }

// empty is a picture that says that there is nothing.
func (d *Drawing) empty() Drawing {
	d.height = 3 * lineHigh
	d.add(label{x: d.width / 2, y: 2 * lineHigh, size: textSize, anchor: middle, body: clean(d.head.Words.Empty), colour: inkSoft})
	return *d
}

// framed is the picture as a file has it: with its title above, its note below
// and white around it.
func (d Drawing) framed(more ...string) Drawing {
	out := Drawing{head: d.head, width: d.width + 2*margin, links: d.links}
	y := margin
	for _, line := range wrap(clean(d.head.Title), titleSize, d.width, 3) {
		y += titleSize * 1.3
		out.add(label{x: margin, y: y - titleSize*0.25, size: titleSize, body: line, colour: ink, bold: true})
	}
	y += rowGap
	out.add(group{dx: margin, dy: y, shapes: d.shapes})
	y += d.height + rowGap/2
	for _, note := range append([]string{d.head.Note}, more...) {
		for _, line := range wrap(clean(note), smallSize, d.width, 4) {
			y += smallSize * 1.4
			out.add(label{x: margin, y: y, size: smallSize, body: line, colour: inkSoft})
		}
	}
	out.height = y + margin
	return out
}
