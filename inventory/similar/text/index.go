package text

import (
	"math"
	"slices"
	"sync"
)

// The scores from which two texts are likely the same, and from which they are
// worth a look. Both were found on described-again systems (see the tests).
const (
	Likely    = 0.60
	Candidate = 0.25
)

// Key names a text in an index.
type Key int64

// Match is a text that is like the one asked for.
type Match struct {
	Key   Key
	Score float64 // 0 to 1
}

// Index holds texts. The zero value is not usable; New makes one.
type Index struct {
	mu    sync.RWMutex
	terms map[gram]int32
	df    []int32     // texts that hold a term
	lists [][]posting // by term, the texts that hold it; those that are gone are left in
	docs  []doc
	byKey map[Key]int32
	gone  int
	stale bool // weights and norms are older than the texts

	weights []float32 // by term
}

type posting struct {
	doc int32
	n   float32
}

// doc is a text of the index.
type doc struct {
	key   Key
	there bool
	terms []int32
	n     []float32
	norm  float32
}

// New makes an empty index.
func New() *Index { return &Index{terms: map[gram]int32{}, byKey: map[Key]int32{}} }

// Len is the number of texts.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.byKey)
}

// Add puts a text into the index, in the place of an earlier one of the key.
func (x *Index) Add(key Key, text string) {
	tallied := tally(fold(text))
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(key)
	d := doc{key: key, there: true, terms: make([]int32, len(tallied)), n: make([]float32, len(tallied))}
	at := int32(len(x.docs))
	for i, c := range tallied {
		t := x.term(c.gram)
		d.terms[i], d.n[i] = t, c.n
		x.df[t]++
		x.lists[t] = append(x.lists[t], posting{at, c.n})
	}
	x.docs, x.byKey[key], x.stale = append(x.docs, d), at, true
	if x.gone > len(x.docs)/4+64 {
		x.compact()
	}
}

// Remove takes a text out of the index; what is not there is gone already.
func (x *Index) Remove(key Key) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(key)
}

func (x *Index) remove(key Key) {
	at, ok := x.byKey[key]
	if !ok {
		return
	}
	for _, t := range x.docs[at].terms {
		x.df[t]--
	}
	x.docs[at] = doc{}
	delete(x.byKey, key)
	x.gone++
	x.stale = true
}

func (x *Index) term(g gram) int32 {
	t, ok := x.terms[g]
	if !ok {
		t = int32(len(x.df))
		x.terms[g] = t
		x.df, x.lists = append(x.df, 0), append(x.lists, nil)
	}
	return t
}

// compact forgets the texts that are gone.
func (x *Index) compact() {
	kept := x.docs[:0]
	for i := range x.lists {
		x.lists[i] = x.lists[i][:0]
	}
	for _, d := range x.docs {
		if !d.there {
			continue
		}
		at := int32(len(kept))
		for i, t := range d.terms {
			x.lists[t] = append(x.lists[t], posting{at, d.n[i]})
		}
		kept, x.byKey[d.key] = append(kept, d), at
	}
	clear(x.docs[len(kept):])
	x.docs, x.gone = kept, 0
}

// idf is what a run weighs that df of the texts hold.
func idf(texts, df int) float32 {
	return float32(math.Log(float64(1+texts)/float64(1+df)) + 1)
}

// fresh works out the weights when texts came or went since, and holds the
// index for reading; done ends that.
func (x *Index) fresh() (done func()) {
	x.mu.RLock()
	for x.stale {
		x.mu.RUnlock()
		x.mu.Lock()
		if x.stale {
			x.weigh()
		}
		x.mu.Unlock()
		x.mu.RLock()
	}
	return x.mu.RUnlock
}

func (x *Index) weigh() {
	x.weights = slices.Grow(x.weights[:0], len(x.df))[:len(x.df)]
	for t, df := range x.df {
		x.weights[t] = idf(len(x.byKey), int(df))
	}
	for i := range x.docs {
		d := &x.docs[i]
		var sum float32
		for j, t := range d.terms {
			w := d.n[j] * x.weights[t]
			sum += w * w
		}
		d.norm = float32(math.Sqrt(float64(sum)))
	}
	x.stale = false
}

// vector is a text in the terms of the index. Runs that no text holds are only
// in its norm.
type vector struct {
	terms []int32
	w     []float32
	norm  float32
}

func (x *Index) vector(text string) vector {
	var v vector
	var sum float32
	for _, c := range tally(fold(text)) {
		w := c.n * x.weigh1(c.gram)
		sum += w * w
		if t, ok := x.terms[c.gram]; ok {
			v.terms, v.w = append(v.terms, t), append(v.w, w)
		}
	}
	v.norm = float32(math.Sqrt(float64(sum)))
	return v
}

// weigh1 is what a run weighs, also one that no text holds.
func (x *Index) weigh1(g gram) float32 {
	if t, ok := x.terms[g]; ok {
		return x.weights[t]
	}
	return idf(len(x.byKey), 0)
}
