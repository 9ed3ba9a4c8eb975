package chart

import (
	"image"
	"image/color"
)

// fewColours is the picture with a palette, which is written four times as fast
// and read by everything: pictures have few colours, and the edges of letters
// between them. Colours that differ by less than anybody sees become one. When
// more than 256 remain the picture stays as it is.
func fewColours(img *image.RGBA) image.Image {
	out := image.NewPaletted(img.Rect, nil)
	var known [1 << 15]uint16 // place in the palette, counted from 1
	last, at := [3]uint8{}, uint8(0)
	for i, n := 0, 0; i < len(img.Pix); i, n = i+4, n+1 {
		c := [3]uint8(img.Pix[i : i+3])
		if c != last || n == 0 {
			key := int(c[0]>>3)<<10 | int(c[1]>>3)<<5 | int(c[2]>>3)
			if known[key] == 0 {
				if len(out.Palette) == 256 {
					return img
				}
				out.Palette = append(out.Palette, color.RGBA{R: c[0], G: c[1], B: c[2], A: 255})
				known[key] = uint16(len(out.Palette))
			}
			last, at = c, uint8(known[key]-1)
		}
		out.Pix[n] = at
	}
	return out
}
