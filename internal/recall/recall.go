// Package recall remembers the last answers to questions that are slow to work
// out.
//
// A question is a text that holds everything its answer depends on, the revision
// of the data too: after a change an old answer is never found again, and
// nothing has to be cleared. What is given back is shared among all who ask: it
// must not be changed.
package recall

import (
	"slices"
	"sync"
)

// Answers remembers answers, those used last the longest. It is safe for
// concurrent use; two who ask the same at the same time may both work it out.
type Answers[T any] struct {
	mu    sync.Mutex
	order []string // oldest first
	known map[string]T
	size  int // of all that is known, as weigh counts it
	most  int
	weigh func(T) int
}

// New remembers up to a number of answers.
func New[T any](most int) *Answers[T] { return Weighed(most, func(T) int { return 1 }) }

// Weighed remembers answers up to a size together; one that would take more than
// half of it is not remembered.
func Weighed[T any](most int, weigh func(T) int) *Answers[T] {
	return &Answers[T]{known: map[string]T{}, most: most, weigh: weigh}
}

// Get gives the answer to a question, worked out only if it is not remembered.
// An error is not remembered.
func (r *Answers[T]) Get(question string, work func() (T, error)) (T, error) {
	r.mu.Lock()
	answer, ok := r.known[question]
	if ok { // the newest place, so that what is used stays
		i := slices.Index(r.order, question)
		r.order = append(slices.Delete(r.order, i, i+1), question)
	}
	r.mu.Unlock()
	if ok {
		return answer, nil
	}
	answer, err := work()
	if err == nil {
		r.put(question, answer)
	}
	return answer, err
}

func (r *Answers[T]) put(question string, answer T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.known[question]; ok || r.weigh(answer) > r.most/2 {
		return
	}
	r.known[question], r.order, r.size = answer, append(r.order, question), r.size+r.weigh(answer)
	for r.size > r.most && len(r.order) > 1 {
		oldest := r.order[0]
		r.size -= r.weigh(r.known[oldest])
		delete(r.known, oldest)
		r.order = r.order[1:]
	}
}
