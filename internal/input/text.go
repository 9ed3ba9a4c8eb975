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

// isInvisible knows the characters without width that come along when text is
// copied: marks of writing direction and byte order, joiners, fillers, and what
// stands for bytes that were no text.
func isInvisible(r rune) bool {
	switch r {
	case '\u034f', '\u115f', '\u1160', '\u3164', '\uffa0', unicode.ReplacementChar, '\ufffe', '\uffff':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// Text cleans one line: control characters and invisible ones go, runs of
// blanks (also the wide and the unbreakable one) become one. Chinese signs
// stay as they are.
func Text(s string) string {
	return strings.Join(strings.Fields(visible(s)), " ")
}

// Lines cleans a text of several lines: as Text, but line breaks stay.
func Lines(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = Text(l)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case isInvisible(r):
			return -1
		}
		return r
	}, s)
}

// Ident cleans a code: half-width, upper case, without blanks, dashes as "-". What
// came out is composed anew, for characters between two may have gone.
func Ident(s string) string {
	return norm.NFC.String(strings.ToUpper(dashes.Replace(plain(s))))
}

// plain folds width and drops blanks, for numbers and dates.
func plain(s string) string {
	return strings.Join(strings.Fields(visible(norm.NFKC.String(visible(s)))), "")
}
