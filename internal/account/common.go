package account

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed common.txt
var commonText string

// commonWords is the list of common.txt as a set, read once.
var commonWords = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			words[line] = true
		}
	}
	return words
})

// fewest is the number of different characters below which a password of any
// length is as good as a short one.
const fewest = 4

// isCommon tells whether password is among the first that anybody would try:
// a word of the list, dressed up or not, a repetition or a run (12345…).
func isCommon(password string) bool {
	low := strings.ToLower(norm.NFKC.String(password))
	if commonWords()[low] || isMonotonous([]rune(low)) {
		return true
	}
	core := strings.TrimFunc(low, func(r rune) bool { return !unicode.IsLetter(r) })
	return commonWords()[core] || commonWords()[swaps("i").Replace(core)] || commonWords()[swaps("l").Replace(core)]
}

// swaps undoes what people write for letters; the digit 1 stands for two.
func swaps(one string) *strings.Replacer {
	return strings.NewReplacer("@", "a", "4", "a", "3", "e", "0", "o", "$", "s", "5", "s", "7", "t", "!", "i", "1", one)
}

func isMonotonous(s []rune) bool {
	different := map[rune]bool{}
	for _, r := range s {
		different[r] = true
	}
	return len(different) < fewest || isRun(s) || isRepetition(s)
}

// isRun tells whether each character follows the one before, up or down; after
// 9 comes 0.
func isRun(s []rune) bool {
	follows := func(a, b rune) bool { return b == a+1 || a == '9' && b == '0' }
	up, down := true, true
	for i := 1; i < len(s); i++ {
		up = up && follows(s[i-1], s[i])
		down = down && follows(s[i], s[i-1])
	}
	return up || down
}

// isRepetition tells whether the whole is one part written several times.
func isRepetition(s []rune) bool {
	for size := 1; size <= len(s)/2; size++ {
		if len(s)%size == 0 && strings.Repeat(string(s[:size]), len(s)/size) == string(s) {
			return true
		}
	}
	return false
}
