package text

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Pair is two texts of the index that are alike; A is the smaller key.
type Pair struct {
	A, B  Key
	Score float64
}

// Compare orders pairs by their keys.
func (p Pair) Compare(q Pair) int { return cmp.Or(cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B)) }

// headTail is the part of the wanted score that what is not looked up may make
// up at most. Greater values look up less and check more pairs.
const headTail = 0.45

// Pairs finds the pairs of the index with a score of at least least, but of
// each text only those with the most like ones: a pair stands if it is among
// the best most of either side. done is told how many texts are through, of
// how many. Pairs come in the order of their keys.
//
// Runs are looked up from the rarest on, and of each text only as many as could
// make up the score: what is behind them is so common that by itself it never
// reaches least. Two texts with the score thus share one of the runs looked up.
func (x *Index) Pairs(ctx context.Context, least float64, most int, done func(n, of int)) ([]Pair, error) {
	defer x.fresh()()
	j := x.join(least, most)
	for i := range j.rows {
		if i%256 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			done(i, len(j.rows))
		}
		j.partners(i)
	}
	done(len(j.rows), len(j.rows))
	return together(j.rows, j.best), nil
}

// together makes pairs of what is best for each, each pair once.
func together(rows []row, best []top) []Pair {
	var out []Pair
	for i, b := range best {
		for _, m := range b.kept {
			out = append(out, Pair{min(rows[i].key, m.Key), max(rows[i].key, m.Key), m.Score})
		}
	}
	slices.SortFunc(out, Pair.Compare)
	return slices.Compact(out)
}

// row is a text with its runs from the rarest to the most common one.
type row struct {
	key  Key
	rank []int32
	w    []float32 // of a text of length 1
	head int       // so many runs are looked up
	end  int32     // rank of the last of them
	tail float32   // length of what is behind them
}

// rounding is more than the sums of a text can be off.
const rounding = 1e-4

// join is the work on the pairs of an index.
type join struct {
	least float32
	rows  []row
	heads [][]posting // by rank, the rows before the present one
	dense []float32   // the present row by rank
	sums  []float32   // by row
	met   []int32
	best  []top // by row
}

func (x *Index) join(least float64, most int) *join {
	order := make([]int32, len(x.df))
	for t := range order {
		order[t] = int32(t)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(x.df[a], x.df[b]), cmp.Compare(a, b)) })
	rank := make([]int32, len(order))
	for r, t := range order {
		rank[t] = int32(r)
	}
	j := &join{least: float32(least), heads: make([][]posting, len(order)), dense: make([]float32, len(order))}
	for i := range x.docs {
		if d := &x.docs[i]; d.norm > 0 {
			j.rows = append(j.rows, x.row(d, rank, least*headTail))
		}
	}
	j.sums, j.best = make([]float32, len(j.rows)), make([]top, len(j.rows))
	for i := range j.best {
		j.best[i].most = most
	}
	return j
}

func (x *Index) row(d *doc, rank []int32, tail float64) row {
	at := make([]int, len(d.terms))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int { return cmp.Compare(rank[d.terms[a]], rank[d.terms[b]]) })
	r := row{key: d.key, rank: make([]int32, len(at)), w: make([]float32, len(at)), head: len(at)}
	for i, j := range at {
		t := d.terms[j]
		r.rank[i], r.w[i] = rank[t], d.n[j]*x.weights[t]/d.norm
	}
	var sum float64
	for r.head > 0 {
		w := float64(r.w[r.head-1])
		if math.Sqrt(sum+w*w) >= tail {
			break
		}
		sum += w * w
		r.head--
	}
	r.tail = float32(math.Sqrt(sum))
	if r.head > 0 {
		r.end = r.rank[r.head-1]
	}
	return r
}

// partners finds the rows before row i that are alike, and puts it to them.
func (j *join) partners(i int) {
	x := &j.rows[i]
	for n, r := range x.rank {
		j.dense[r] = x.w[n]
	}
	for n, r := range x.rank[:x.head] {
		w := x.w[n]
		for _, p := range j.heads[r] {
			if j.sums[p.doc] == 0 {
				j.met = append(j.met, p.doc)
			}
			j.sums[p.doc] += w * p.n
		}
		j.heads[r] = append(j.heads[r], posting{int32(i), w})
	}
	for _, k := range j.met {
		if score := j.check(i, k); score >= j.least {
			s := float64(min(score, 1))
			j.best[i].add(Match{j.rows[k].key, s})
			j.best[k].add(Match{x.key, s})
		}
		j.sums[k] = 0
	}
	j.met = j.met[:0]
	for _, r := range x.rank {
		j.dense[r] = 0
	}
}

// check works out the score of a pair, unless what was looked up shows already
// that it is too small, or smaller than what both have.
func (j *join) check(i int, k int32) float32 {
	x, y := &j.rows[i], &j.rows[k]
	rest := x.tail
	if y.end < x.end {
		rest = y.tail
	}
	if most := j.sums[k] + rest + rounding; most < j.least || most < min(j.best[i].worst(), j.best[k].worst()) {
		return 0
	}
	var dot float32
	for n, r := range y.rank {
		dot += j.dense[r] * y.w[n]
	}
	return dot
}
