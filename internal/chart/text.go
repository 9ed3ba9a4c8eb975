package chart

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"github.com/golang/freetype/truetype"
	"golang.org/x/image/math/fixed"
)

//go:embed font/NotoSansSC-Subset.ttf
var fontFile []byte

// font is the font of PNG files, and what texts are measured by. It is read
// when the first picture is laid out.
var font = sync.OnceValue(func() *truetype.Font {
	f, err := truetype.Parse(fontFile)
	if err != nil {
		panic("chart: the font in the program cannot be read: " + err.Error())
	}
	return f
})

// noGlyph stands for a character that the font lacks, as printers do it.
const noGlyph = '〓'

// drawable puts noGlyph in the place of what the font lacks, and tells whether
// there was any.
func drawable(s string) (string, bool) {
	missing := false
	f := font()
	out := strings.Map(func(r rune) rune {
		if f.Index(r) == 0 {
			missing = true
			return noGlyph
		}
		return r
	}, s)
	return out, missing
}

// clean makes one line of a text typed by somebody: without what no document
// may hold, and without signs that turn the direction of what follows.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F, r == 0xFEFF:
			return -1
		case unicode.IsControl(r), unicode.IsSpace(r):
			return ' '
		case r == 0xFFFE, r == 0xFFFF:
			return unicode.ReplacementChar
		}
		return r // what was no UTF-8 comes as the replacement character
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// measure is the width of a text in pixels.
func measure(s string, size float64) float64 {
	f := font()
	em := f.FUnitsPerEm()
	sum := fixed.Int26_6(0)
	for _, r := range s {
		i := f.Index(r)
		if i == 0 {
			i = f.Index(noGlyph)
		}
		sum += f.HMetric(fixed.Int26_6(em), i).AdvanceWidth
	}
	return float64(sum) * size / float64(em)
}

// widest is the width of the widest text.
func widest(size float64, texts ...string) float64 {
	w := 0.0
	for _, t := range texts {
		w = max(w, measure(t, size))
	}
	return w
}

// wrap breaks a text into at most limit lines of a width; what does not fit
// ends in "…". Words of letters stay whole where they can, Chinese breaks
// anywhere but before a closing sign.
func wrap(s string, size, width float64, limit int) []string {
	var out []string
	for s != "" {
		head, rest := s, ""
		if measure(s, size) > width {
			head, rest = breakAt(s, size, width)
		}
		if rest != "" && len(out)+1 == limit {
			return append(out, cut(s, size, width))
		}
		out, s = append(out, strings.TrimSpace(head)), strings.TrimSpace(rest)
	}
	return out
}

// cut shortens a text to a width.
func cut(s string, size, width float64) string {
	if measure(s, size) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 && measure(string(runes)+"…", size) > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimSpace(string(runes)) + "…"
}

// breakAt divides a text that is too wide.
func breakAt(s string, size, width float64) (head, rest string) {
	runes := []rune(s)
	n, w := 0, 0.0
	for n < len(runes) {
		if w += measure(string(runes[n]), size); w > width && n > 0 {
			break
		}
		n++
	}
	whole := n
	for n > 1 && n < len(runes) && (latin(runes[n-1]) && latin(runes[n]) || closing(runes[n])) {
		n--
	}
	if n <= 1 { // one long word
		n = whole
	}
	return string(runes[:n]), string(runes[n:])
}

func latin(r rune) bool { return r > ' ' && r < 0x2000 }

func closing(r rune) bool {
	return strings.ContainsRune("，。、；：？！）》」』】”’…%％", r)
}
