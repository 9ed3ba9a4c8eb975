package text

import (
	"cmp"
	"math"
	"slices"
	"unicode"
)

// Similar finds the texts that are most like one, best first: at most so many,
// and none with a score below least.
func (x *Index) Similar(text string, most int, least float64) []Match {
	defer x.fresh()()
	v := x.vector(text)
	sums := make([]float32, len(x.docs))
	for i, t := range v.terms {
		w := v.w[i] * x.weights[t]
		for _, p := range x.lists[t] {
			sums[p.doc] += w * p.n
		}
	}
	best := top{most: most}
	for at, sum := range sums {
		d := &x.docs[at]
		if sum == 0 || d.norm == 0 { // nothing shared, or gone
			continue
		}
		if score := float64(sum / (v.norm * d.norm)); score >= least {
			best.add(Match{d.key, min(score, 1)})
		}
	}
	return best.sorted()
}

// Score compares two texts by the weights of the index.
func (x *Index) Score(a, b string) float64 {
	defer x.fresh()()
	weighed := map[gram]float64{}
	var na, nb, dot float64
	for _, c := range tally(fold(a)) {
		w := float64(c.n * x.weigh1(c.gram))
		weighed[c.gram] = w
		na += w * w
	}
	for _, c := range tally(fold(b)) {
		w := float64(c.n * x.weigh1(c.gram))
		nb += w * w
		dot += w * weighed[c.gram]
	}
	if na == 0 || nb == 0 {
		return 0
	}
	return min(dot/math.Sqrt(na*nb), 1)
}

// top keeps the best of many matches.
type top struct {
	most int
	kept []Match
}

// better is the order of matches: by score, and by key where scores are equal.
func better(a, b Match) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Key, b.Key))
}

// add keeps a match if it is among the best so far.
func (t *top) add(m Match) {
	if len(t.kept) == t.most && (t.most == 0 || better(t.kept[len(t.kept)-1], m) <= 0) {
		return
	}
	at, _ := slices.BinarySearchFunc(t.kept, m, better)
	if len(t.kept) == t.most {
		t.kept = t.kept[:len(t.kept)-1]
	}
	t.kept = slices.Insert(t.kept, at, m)
}

// worst is the score below which nothing is kept any more.
func (t *top) worst() float32 {
	if len(t.kept) < t.most || t.most == 0 {
		return 0
	}
	return float32(t.kept[len(t.kept)-1].Score)
}

func (t *top) sorted() []Match { return t.kept }

// equal compares letters as the index does.
func equal(a, b rune) bool { return unicode.ToLower(a) == unicode.ToLower(b) }
