package input

import (
	"errors"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Problem is why a text was not understood.
type Problem struct{ code string }

// Error is the code, for logs.
func (p *Problem) Error() string { return p.code }

// Code is the message key of an error of this package.
func Code(err error) string {
	var p *Problem
	if errors.As(err, &p) {
		return p.code
	}
	return "err.input"
}

// invisible are characters without width that come along when text is copied.
const invisible = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"

// Text cleans one line: control characters and invisible ones go, runs of
// blanks (also the wide and the unbreakable one) become one. Chinese signs
// stay as they are.
func Text(s string) string {
	return strings.Join(strings.Fields(visible(s)), " ")
}

// Lines cleans a text of several lines: as Text, but line breaks stay.
func Lines(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = Text(l)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.IsControl(r) || strings.ContainsRune(invisible, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
}

// Ident cleans a code: half-width, upper case, without blanks.
func Ident(s string) string {
	return strings.ToUpper(strings.Join(strings.Fields(visible(norm.NFKC.String(s))), ""))
}

// plain folds width and drops blanks, for numbers and dates.
func plain(s string) string {
	return strings.Join(strings.Fields(visible(norm.NFKC.String(s))), "")
}
