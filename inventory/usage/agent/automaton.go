package agent

// automaton finds which of many texts stand in another one, in one walk over
// it (Aho and Corasick, Communications of the ACM 18, 1975), as a table of
// states: a step is one look-up, whatever the number of texts.
type automaton struct {
	class   [256]uint8 // bytes that no text has share class 0
	classes int
	next    []uint16 // state*classes + class
	found   [][]int  // the texts that end in a state
}

func newAutomaton(texts []string) *automaton {
	a := &automaton{classes: 1}
	for _, t := range texts {
		for i := range len(t) {
			if a.class[t[i]] == 0 {
				a.class[t[i]] = uint8(a.classes)
				a.classes++
			}
		}
	}
	a.add()
	for i, t := range texts {
		a.insert(t, i)
	}
	a.link()
	return a
}

// add makes a state.
func (a *automaton) add() int {
	a.next = append(a.next, make([]uint16, a.classes)...)
	a.found = append(a.found, nil)
	return len(a.found) - 1
}

func (a *automaton) insert(text string, number int) {
	state := 0
	for i := range len(text) {
		at := state*a.classes + int(a.class[text[i]])
		if a.next[at] == 0 {
			a.next[at] = uint16(a.add())
		}
		state = int(a.next[at])
	}
	a.found[state] = append(a.found[state], number)
}

// link turns the tree of texts into the table: a step that the tree does not
// have goes where the longest end of what was read would go.
func (a *automaton) link() {
	back := make([]uint16, len(a.found))
	queue := make([]int, 0, len(a.found))
	for c := range a.classes {
		if s := a.next[c]; s != 0 {
			queue = append(queue, int(s))
		}
	}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		a.found[state] = append(a.found[state], a.found[back[state]]...)
		for c := range a.classes {
			at, other := state*a.classes+c, a.next[int(back[state])*a.classes+c]
			if s := a.next[at]; s != 0 {
				back[s] = other
				queue = append(queue, int(s))
			} else {
				a.next[at] = other
			}
		}
	}
}

// each calls back for every text found, until that says stop.
func (a *automaton) each(b []byte, stop func(number int) bool) bool {
	state := 0
	for _, c := range b {
		state = int(a.next[state*a.classes+int(a.class[c])])
		for _, n := range a.found[state] {
			if stop(n) {
				return true
			}
		}
	}
	return false
}
