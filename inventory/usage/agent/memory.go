package agent

// memory remembers what was worked out for texts, the last few thousand of
// them: when the young half is full it becomes the old one.
type memory[V any] struct {
	most       int
	young, old map[string]V
}

func newMemory[V any](most int) *memory[V] {
	return &memory[V]{most: most / 2, young: make(map[string]V)}
}

func (m *memory[V]) get(key []byte) (V, bool) {
	v, ok := m.young[string(key)]
	if ok {
		return v, true
	}
	if v, ok = m.old[string(key)]; ok {
		m.put(key, v)
	}
	return v, ok
}

func (m *memory[V]) put(key []byte, v V) {
	if len(m.young) >= m.most {
		m.old, m.young = m.young, make(map[string]V, m.most)
	}
	m.young[string(key)] = v
}
