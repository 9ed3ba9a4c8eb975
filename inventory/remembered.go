package inventory

import (
	"slices"
	"sync"
)

// remembered keeps the last answers to questions that are slow to work out. The
// revision of the register is part of the question: an old answer is never
// found again after a change. It is safe for concurrent use; two who ask the
// same at the same time may both work it out.
type remembered[T any] struct {
	mu    sync.Mutex
	order []string // oldest first
	known map[string]T
	size  int // of all that is known, as weigh counts it
	most  int
	weigh func(T) int
}

// newRemembered keeps answers up to a number of them.
func newRemembered[T any](most int) *remembered[T] {
	return newWeighed(most, func(T) int { return 1 })
}

// newWeighed keeps answers up to a size together; one that would take more than
// half of it is not kept.
func newWeighed[T any](most int, weigh func(T) int) *remembered[T] {
	return &remembered[T]{known: map[string]T{}, most: most, weigh: weigh}
}

func (r *remembered[T]) get(question string, work func() (T, error)) (T, error) {
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

func (r *remembered[T]) put(question string, answer T) {
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
