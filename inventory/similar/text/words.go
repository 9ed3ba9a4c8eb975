package text

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Segment is a piece of a text that another text holds as well, or does not.
type Segment struct {
	Text   string
	Shared bool
}

// Mark cuts a text into pieces that stand in the other text as well, of at
// least two letters, and what is between them.
func Mark(text, other string) []Segment {
	a, b := fold(text), fold(other)
	var out []Segment
	from := 0
	for i := 0; i < len(a); {
		n := longest(a[i:], b)
		if n < 2 {
			i++
			continue
		}
		if from < i {
			out = append(out, Segment{string(a[from:i]), false})
		}
		out = append(out, Segment{string(a[i : i+n]), true})
		i += n
		from = i
	}
	if from < len(a) {
		out = append(out, Segment{string(a[from:]), false})
	}
	return out
}

// longest is how many letters at the start of a stand somewhere in b together.
func longest(a, b []rune) int {
	best := 0
	for i := range b {
		n := 0
		for n < len(a) && i+n < len(b) && counts(a[n]) && equal(a[n], b[i+n]) {
			n++
		}
		best = max(best, n)
	}
	return best
}

// joining are letters that join words and belong to none.
const joining = "的和与及或等、"

// Words lists the words that two texts share, as the first one writes them:
// those that tell the most first, each once, none that is part of a better one.
// Words that hardly tell anything come last.
func (x *Index) Words(text, other string, most int) []string {
	defer x.fresh()()
	type word struct {
		text   string
		weight float32
	}
	var all []word
	for _, s := range Mark(text, other) {
		if w := strings.Trim(s.Text, joining); s.Shared && Letters(w) > 1 {
			all = append(all, word{w, x.tells(w)})
		}
	}
	slices.SortStableFunc(all, func(a, b word) int { return cmp.Compare(b.weight, a.weight) })
	var out []string
	for _, w := range all {
		if len(out) < most && !slices.ContainsFunc(out, func(kept string) bool { return holds(kept, w.text) }) {
			out = append(out, w.text)
		}
	}
	return out
}

// tells is how much a word tells: the weight of its pairs of letters.
func (x *Index) tells(word string) float32 {
	var sum float32
	for _, g := range cut([]rune(word)) {
		if g.pair() {
			sum += x.weigh1(g)
		}
	}
	return sum
}

func holds(word, part string) bool {
	return longest([]rune(part), []rune(word)) == len([]rune(part))
}

// Letters is the number of letters and digits in a text: one with few says too
// little to be compared.
func Letters(text string) int {
	n := 0
	for _, r := range fold(text) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
