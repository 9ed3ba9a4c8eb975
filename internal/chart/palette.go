package chart

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
)

// fewColours is the picture with a palette, which is written four times as fast
// and read by everything: pictures have few colours, and the edges of letters
// between them. Colours that differ by less than anybody sees become one. When
// more than 256 remain the picture stays as it is.
func fewColours(img *image.RGBA) image.Image {
	p := palette{out: image.NewPaletted(img.Rect, nil)}
	wide := img.Rect.Dx()
	for y := range img.Rect.Dy() {
		dots, to := img.Pix[y*img.Stride:][:4*wide], p.out.Pix[y*p.out.Stride:][:wide]
		if y > 0 && bytes.Equal(dots, img.Pix[(y-1)*img.Stride:][:4*wide]) { // so are most rows
			copy(to, p.out.Pix[(y-1)*p.out.Stride:])
			continue
		}
		if !p.row(dots, to) {
			return img
		}
	}
	return p.out
}

// palette finds the places of colours.
type palette struct {
	out   *image.Paletted
	known [1 << 15]uint16 // place in the palette, counted from 1
}

// row finds the places of the dots of a row; false when the palette is full.
func (p *palette) row(dots, to []uint8) bool {
	last, at := uint32(0), uint8(0) // no dot is transparent
	for i := range to {
		c := binary.LittleEndian.Uint32(dots[4*i:])
		if c != last {
			r, g, b := uint8(c), uint8(c>>8), uint8(c>>16)
			key := int(r>>3)<<10 | int(g>>3)<<5 | int(b>>3)
			if p.known[key] == 0 {
				if len(p.out.Palette) == 256 {
					return false
				}
				p.out.Palette = append(p.out.Palette, color.RGBA{R: r, G: g, B: b, A: 255})
				p.known[key] = uint16(len(p.out.Palette))
			}
			last, at = c, uint8(p.known[key]-1)
		}
		to[i] = at
	}
	return true
}
