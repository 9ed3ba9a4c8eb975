package chart

import (
	"image"
	"image/color"
	"math"

	"github.com/golang/freetype/raster"
	"github.com/golang/freetype/truetype"
	"github.com/wcharczuk/go-chart/v2/drawing"
	imagefont "golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
)

// canvas puts on a picture what there is most of, boxes and letters, without the
// rasterizer: a box is whole dots but for its edges, and a letter that was drawn
// once is stamped wherever it stands again.
type canvas struct {
	img     *image.RGBA
	letters map[letter]stamp
	outline truetype.GlyphBuf
}

// letter is a character in a size, at one of four places within a dot.
type letter struct {
	index truetype.Index
	size  float64 // in dots
	place uint8
}

// stamp is how much of each dot a letter covers; at is where it begins beside
// the place on the line at which it is written.
type stamp struct {
	mask *image.Alpha
	at   image.Point
}

func newCanvas(img *image.RGBA) *canvas { return &canvas{img: img, letters: map[letter]stamp{}} }

// opaque reads "#rrggbb".
func opaque(hex string) color.RGBA {
	c := drawing.ColorFromHex(hex)
	return color.RGBA{R: c.R, G: c.G, B: c.B, A: 255}
}

// cover lays a colour over a dot, so much of 255 of it.
func cover(dot []uint8, c color.RGBA, much uint32) {
	rest := 255 - much
	dot[0] = uint8((uint32(c.R)*much + uint32(dot[0])*rest + 127) / 255)
	dot[1] = uint8((uint32(c.G)*much + uint32(dot[1])*rest + 127) / 255)
	dot[2] = uint8((uint32(c.B)*much + uint32(dot[2])*rest + 127) / 255)
}

// share is how much of the dot at n lies between from and to.
func share(n int, from, to float64) float64 {
	return max(0, min(float64(n+1), to)-max(float64(n), from))
}

// box fills a box of dots.
func (c *canvas) box(x0, y0, x1, y1 float64, fill color.RGBA) {
	size := c.img.Rect
	x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, float64(size.Dx())), min(y1, float64(size.Dy()))
	left, right := int(math.Ceil(x0)), int(math.Floor(x1)) // the dots that it covers from side to side
	var whole []uint8
	for y := int(y0); float64(y) < y1; y++ {
		row := c.img.Pix[y*c.img.Stride:]
		high := share(y, y0, y1)
		for x := int(x0); float64(x) < x1; x++ {
			if x == left && x < right {
				if high == 1 && whole != nil {
					copy(row[4*left:4*right], whole)
				} else {
					fillDots(row[4*left:4*right], fill, uint32(high*255+0.5))
				}
				if high == 1 {
					whole = row[4*left : 4*right]
				}
				x = right - 1
				continue
			}
			cover(row[4*x:4*x+3], fill, uint32(high*share(x, x0, x1)*255+0.5))
		}
	}
}

func fillDots(dots []uint8, fill color.RGBA, much uint32) {
	for i := 0; i < len(dots); i += 4 {
		if much == 255 {
			dots[i], dots[i+1], dots[i+2], dots[i+3] = fill.R, fill.G, fill.B, 255
			continue
		}
		cover(dots[i:i+3], fill, much)
	}
}

// places is at how many places within a dot a letter may begin.
const places = 4

// text writes a text in a size of dots, from a place on its line.
func (c *canvas) text(body string, size, x, y float64, ink color.RGBA) {
	f, scale := font(), fixed.Int26_6(size*64)
	line := int(math.Round(y))
	before := truetype.Index(0)
	for i, r := range body {
		index := f.Index(r)
		if i > 0 {
			x += float64(f.Kern(scale, before, index)) / 64
		}
		steps := int(math.Round(x * places))
		c.stamp(c.letter(letter{index, size, uint8(steps % places)}), steps/places, line, ink)
		x += float64(f.HMetric(scale, index).AdvanceWidth) / 64
		before = index
	}
}

// letter draws a letter, the first time.
func (c *canvas) letter(l letter) stamp {
	if known, ok := c.letters[l]; ok {
		return known
	}
	var path drawing.Path
	if c.outline.Load(font(), fixed.Int26_6(l.size*64), l.index, imagefont.HintingNone) == nil {
		from := 0
		for _, to := range c.outline.Ends {
			drawing.DrawContour(&path, c.outline.Points[from:to], 0, 0)
			from = to
		}
	}
	margin := int(math.Ceil(l.size)) // letters reach beyond their place, but not by more than their size
	out := stamp{image.NewAlpha(image.Rect(0, 0, 4*margin, 3*margin)), image.Pt(-margin, -2*margin)}
	r := raster.NewRasterizer(4*margin, 3*margin)
	r.UseNonZeroWinding = true // the strokes of a character overlap
	shift := raster.Adder(shifted{r, fixed.Point26_6{X: fixed.I(margin) + fixed.Int26_6(64/places*int(l.place)), Y: fixed.I(2 * margin)}})
	drawing.Flatten(&path, drawing.FtLineBuilder{Adder: shift}, 1)
	r.Rasterize(raster.NewAlphaSrcPainter(out.mask))
	out.trim()
	c.letters[l] = out
	return out
}

// shifted moves a path to another place.
type shifted struct {
	raster.Adder
	by fixed.Point26_6
}

func (s shifted) Start(a fixed.Point26_6) { s.Adder.Start(a.Add(s.by)) }
func (s shifted) Add1(b fixed.Point26_6)  { s.Adder.Add1(b.Add(s.by)) }

// trim cuts off the rows and columns without ink.
func (s *stamp) trim() {
	ink := image.Rectangle{}
	for y := range s.mask.Rect.Dy() {
		for x := range s.mask.Rect.Dx() {
			if s.mask.Pix[y*s.mask.Stride+x] > 0 {
				ink = ink.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	cut, _ := s.mask.SubImage(ink).(*image.Alpha)
	s.mask, s.at = cut, s.at.Add(ink.Min)
}

// stamp lays a letter over the picture.
func (c *canvas) stamp(s stamp, x, y int, ink color.RGBA) {
	at := image.Pt(x, y).Add(s.at)
	area := image.Rectangle{Min: at, Max: at.Add(s.mask.Rect.Size())}.Intersect(c.img.Rect)
	for row := area.Min.Y; row < area.Max.Y; row++ {
		mask := s.mask.Pix[(row-at.Y)*s.mask.Stride:]
		dots := c.img.Pix[row*c.img.Stride:]
		for col := area.Min.X; col < area.Max.X; col++ {
			if much := mask[col-at.X]; much > 0 {
				cover(dots[4*col:4*col+3], ink, uint32(much))
			}
		}
	}
}
