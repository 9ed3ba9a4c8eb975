package similar

import (
	"sync"
	"time"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/similar/text"
)

// body is the text by which a system is compared.
func body(name, function string) string { return name + "\n" + function }

// fewestLetters is the least that a text must have to be compared: two names of
// four letters are soon alike.
const fewestLetters = 6

// texts are the texts of all systems that are compared, indexed. They follow
// the register by the time of its changes.
type texts struct {
	mu    sync.Mutex
	index *text.Index
	all   map[inventory.SystemID]string
	since time.Time
}

func newTexts() *texts {
	return &texts{index: text.New(), all: map[inventory.SystemID]string{}}
}

// overlap is how far back changes are read again: one that began earlier than
// another may have been committed later.
const overlap = 10 * time.Minute

// described is a system as its text is read.
type described struct {
	ID           inventory.SystemID
	Name         string
	FunctionDesc string
	Classified   bool
	State        inventory.State
	UpdatedAt    time.Time
}

// compared tells whether the system takes part: what has ended and what must
// not be described here does not.
func (s *described) compared() bool {
	return !s.Classified && !s.State.Closed() && text.Letters(body(s.Name, s.FunctionDesc)) >= fewestLetters
}

// follow brings the texts up to the register.
func (t *texts) follow(tx *store.Tx) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	since := t.since
	if !since.IsZero() {
		since = since.Add(-overlap)
	}
	return eachDescribed(tx, since, func(s *described) {
		if s.UpdatedAt.After(t.since) {
			t.since = s.UpdatedAt
		}
		b := body(s.Name, s.FunctionDesc)
		old, there := t.all[s.ID]
		switch {
		case !s.compared():
			t.index.Remove(text.Key(s.ID))
			delete(t.all, s.ID)
		case !there || old != b:
			t.index.Add(text.Key(s.ID), b)
			t.all[s.ID] = b
		}
	})
}

// of is the text of a system, and whether it is compared.
func (t *texts) of(id inventory.SystemID) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	b, ok := t.all[id]
	return b, ok
}

// copyAll is all texts as they stand.
func (t *texts) copyAll() map[inventory.SystemID]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make(map[inventory.SystemID]string, len(t.all))
	for id, b := range t.all {
		out[id] = b
	}
	return out
}
