package text

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// gram is a run of one letter, or of two (the first in the upper half).
type gram uint64

// pair tells a run of two from a run of one.
func (g gram) pair() bool { return g>>32 != 0 }

// fold writes a text as it is compared: full and half width alike. Case is
// folded when letters are compared, so that words can be shown as written.
func fold(s string) []rune { return []rune(norm.NFKC.String(s)) }

// counts tells whether a letter counts; signs and blanks part runs.
func counts(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// cut lists the runs of a text, in order, as often as they stand there.
func cut(letters []rune) []gram {
	out := make([]gram, 0, 2*len(letters))
	var prev gram
	for _, r := range letters {
		if !counts(r) {
			prev = 0
			continue
		}
		g := gram(unicode.ToLower(r))
		out = append(out, g)
		if prev != 0 {
			out = append(out, prev<<32|g)
		}
		prev = g
	}
	return out
}

// count is a run with the number of times that it stands in a text.
type count struct {
	gram gram
	n    float32
}

// tally counts the runs of a text, in the order of their first appearance.
func tally(letters []rune) []count {
	grams := cut(letters)
	out := make([]count, 0, len(grams))
	place := make(map[gram]int, len(grams))
	for _, g := range grams {
		i, ok := place[g]
		if !ok {
			i = len(out)
			place[g] = i
			out = append(out, count{gram: g})
		}
		out[i].n++
	}
	return out
}
