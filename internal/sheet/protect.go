package sheet

import (
	"strings"
	"unicode/utf8"
)

// The spreadsheet programs take a field of a text table for a formula, or split
// it, when it begins with one of these.
const risky = "=+-@\t\r\n＝＋－＠"

const apostrophe = "'"

// protect makes a text harmless in a text table by an apostrophe before it. A
// text that already looks protected gets another, so that unprotect gives back
// every text exactly.
func protect(text string) string {
	if isRisky(strings.TrimLeft(text, apostrophe)) {
		return apostrophe + text
	}
	return text
}

// unprotect takes the apostrophe of protect away and no other.
func unprotect(text string) string {
	rest, found := strings.CutPrefix(text, apostrophe)
	if found && isRisky(strings.TrimLeft(rest, apostrophe)) {
		return rest
	}
	return text
}

func isRisky(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return text != "" && strings.ContainsRune(risky, first)
}
