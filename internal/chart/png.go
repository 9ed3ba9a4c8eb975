package chart

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"sync"

	"github.com/wcharczuk/go-chart/v2/drawing"
)

// fine is how many dots of a PNG make a pixel, so that it prints sharply.
const fine = 2

// mostDots bounds the size of a PNG: about 1,400 bars. Beyond that nobody can
// read one, and its memory (4 bytes a dot) would be felt.
const mostDots = 60 << 20

// ErrTooLarge says that a picture has too many rows to be drawn as PNG.
var ErrTooLarge = errors.New("chart: too many rows for a PNG")

// PNG is the picture as a file with title and note, in twice the pixels of its
// size. It fails with ErrTooLarge only.
func (d Drawing) PNG() ([]byte, error) {
	d = d.drawable()
	w, h := int(math.Ceil(d.width))*fine, int(math.Ceil(d.height))*fine
	if w*h > mostDots {
		return nil, ErrTooLarge
	}
	img := &image.RGBA{Pix: sheet(4 * w * h), Stride: 4 * w, Rect: image.Rect(0, 0, w, h)}
	defer used(img.Pix)
	whiten(img.Pix)
	gc, err := drawing.NewRasterGraphicContext(img)
	if err != nil {
		return nil, fmt.Errorf("begin a PNG: %w", err)
	}
	gc.SetFillRule(drawing.FillRuleWinding) // the strokes of a character overlap
	out := &pngWriter{gc: gc, canvas: newCanvas(img)}
	for _, s := range d.shapes {
		s.png(out)
	}
	var b bytes.Buffer
	fast := png.Encoder{CompressionLevel: png.BestSpeed} // a third larger, in half the time
	if err := fast.Encode(&b, fewColours(img)); err != nil {
		return nil, fmt.Errorf("write a PNG: %w", err)
	}
	return b.Bytes(), nil
}

// sheets are dots of pictures that were written: to get and to clear some
// megabytes takes a fifth of the time of a picture.
var sheets sync.Pool

// largestKept is how many bytes a sheet may have to be kept: a picture of 100
// lines.
const largestKept = 32 << 20

// sheet gives n bytes with any content.
func sheet(n int) []uint8 {
	if kept, ok := sheets.Get().(*[]uint8); ok && cap(*kept) >= n {
		return (*kept)[:n]
	}
	return make([]uint8, n)
}

func used(dots []uint8) {
	if cap(dots) <= largestKept {
		sheets.Put(&dots)
	}
}

// whiten makes all dots white.
func whiten(dots []uint8) {
	n := copy(dots, []uint8{255, 255, 255, 255})
	for n < len(dots) {
		n += copy(dots[n:], dots[:n])
	}
}

// drawable is the picture as a file, with the remark on characters that the
// font lacks when there are any.
func (d Drawing) drawable() Drawing {
	framed := d.framed()
	if lacksGlyphs(framed.shapes) {
		return d.framed(d.head.Words.NoGlyph)
	}
	return framed
}

func lacksGlyphs(shapes []shape) bool {
	for _, s := range shapes {
		switch s := s.(type) {
		case label:
			if _, missing := drawable(s.body); missing {
				return true
			}
		case group:
			if lacksGlyphs(s.shapes) {
				return true
			}
		}
	}
	return false
}

// pngWriter draws shapes: boxes and letters as dots, all others on the
// rasterizer of the library.
type pngWriter struct {
	gc     *drawing.RasterGraphicContext
	canvas *canvas
	dx, dy float64
}

// colour reads "#rrggbb"; all colours are constants of this package.
func colour(hex string) color.Color { return drawing.ColorFromHex(hex) }

// at turns a place of the picture into dots.
func (w *pngWriter) at(x, y float64) (float64, float64) { return (x + w.dx) * fine, (y + w.dy) * fine }

func (w *pngWriter) path(points [][2]float64, closed bool) {
	w.gc.BeginPath()
	for i, p := range points {
		x, y := w.at(p[0], p[1])
		if i == 0 {
			w.gc.MoveTo(x, y)
		} else {
			w.gc.LineTo(x, y)
		}
	}
	if closed {
		w.gc.Close()
	}
}

func (w *pngWriter) rect(x, y, width, height float64) {
	w.path([][2]float64{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}, true)
}

func (w *pngWriter) pen(hex string, width float64, dash []float64) {
	dots := make([]float64, len(dash))
	for i, d := range dash {
		dots[i] = d * fine
	}
	w.gc.SetStrokeColor(colour(hex))
	w.gc.SetLineWidth(width * fine)
	w.gc.SetLineDash(dots, 0)
}

// png draws the characters; drawable has replaced those that the font lacks.
func (l label) png(w *pngWriter) {
	body, _ := drawable(l.body)
	x := l.x
	switch l.anchor {
	case middle:
		x -= measure(body, l.size) / 2
	case end:
		x -= measure(body, l.size)
	}
	dotX, dotY := w.at(x, l.y)
	w.canvas.text(body, l.size*fine, dotX, dotY, opaque(l.colour))
}

func (b box) png(w *pngWriter) {
	if b.paint.name == invisible.name || b.w <= 0 || b.h <= 0 {
		return
	}
	x0, y0 := w.at(b.x, b.y)
	x1, y1 := w.at(b.x+b.w, b.y+b.h)
	w.canvas.box(x0, y0, x1, y1, opaque(b.paint.fill))
	if b.paint.lines != plain {
		w.pen(b.paint.line, 1.5, nil)
		for _, s := range b.hatching() {
			w.path(s, false)
			w.gc.Stroke()
		}
	}
	if b.paint.edge != "" {
		var dash []float64
		if b.paint.dashed {
			dash = []float64{3, 3}
		}
		w.pen(b.paint.edge, 1, dash)
		w.rect(b.x, b.y, b.w, b.h)
		w.gc.Stroke()
	}
}

// hatching are the lines of the box's pattern, cut off at its edges.
func (b box) hatching() [][][2]float64 {
	var out [][][2]float64
	if b.paint.lines == level {
		for y := b.y + 1; y < b.y+b.h; y += b.paint.gap {
			out = append(out, [][2]float64{{b.x, y}, {b.x + b.w, y}})
		}
		return out
	}
	// Slanting lines: x runs from c to c+h while y runs through the box, each
	// cut to the part between the left and the right edge.
	step := b.paint.gap * math.Sqrt2
	for c := -b.h + step/2; c < b.w; c += step {
		from, to := max(0, -c), min(b.h, b.w-c)
		if from >= to {
			continue
		}
		if b.paint.lines != rising {
			out = append(out, [][2]float64{{b.x + c + from, b.y + from}, {b.x + c + to, b.y + to}})
		}
		if b.paint.lines != falling {
			out = append(out, [][2]float64{{b.x + c + from, b.y + b.h - from}, {b.x + c + to, b.y + b.h - to}})
		}
	}
	return out
}

func (t trace) png(w *pngWriter) {
	w.path(t.points, t.closed)
	if t.closed {
		w.gc.SetFillColor(colour(t.fill))
		w.pen(t.colour, t.width, nil)
		w.gc.FillStroke()
		return
	}
	w.pen(t.colour, t.width, t.dash)
	w.gc.Stroke()
}

func (g group) png(w *pngWriter) {
	inner := &pngWriter{gc: w.gc, canvas: w.canvas, dx: w.dx + g.dx, dy: w.dy + g.dy}
	for _, s := range g.shapes {
		s.png(inner)
	}
}
