// Package runs cuts texts into what searches look for. Chinese has no blanks to
// cut words at, and people look for two characters at a time: so an index holds
// every run of one and of two letters or digits, and whatever has all runs of
// the wanted words is looked at again.
package runs

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold makes alike what differs in width and case only.
func Fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

// Words cuts what was typed at blanks, folded; all words must be found.
func Words(typed string) []string { return strings.Fields(Fold(typed)) }

// Of lists the runs of one and two letters or digits in a text, each once.
func Of(text string) []string {
	seen := map[string]bool{}
	var out []string
	add := func(g string) {
		if !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	prev := rune(0)
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			prev = 0
			continue
		}
		add(string(r))
		if prev != 0 {
			add(string(prev) + string(r))
		}
		prev = r
	}
	return out
}

// Wanted lists the runs that a searched word needs: the longest there are.
func Wanted(word string) []string {
	all := Of(word)
	pairs := slices.DeleteFunc(slices.Clone(all), func(g string) bool { return len([]rune(g)) < 2 })
	if len(pairs) > 0 {
		return pairs
	}
	return all
}

// Array writes runs as an array of PostgreSQL; they hold letters and digits only.
func Array(of []string) string { return "{" + strings.Join(of, ",") + "}" }
