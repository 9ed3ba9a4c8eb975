package census

import (
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/inventory"
)

// bodies finds departments by what other people's lists call them.
type bodies struct {
	dir   *inventory.Directory
	words words
	known map[string]auth.DepartmentID // 0 where two are called so
	names map[auth.DepartmentID][]string
}

func newBodies(dir *inventory.Directory, w words) bodies {
	b := bodies{dir: dir, words: w, known: map[string]auth.DepartmentID{}, names: map[auth.DepartmentID][]string{}}
	for _, d := range dir.All() {
		for _, name := range []string{d.Name, d.FullName} {
			for _, form := range []string{plain(name), w.body(name)} {
				b.learn(form, d.ID)
			}
		}
	}
	return b
}

func (b bodies) learn(form string, id auth.DepartmentID) {
	if len([]rune(form)) < 2 {
		return
	}
	if other, taken := b.known[form]; taken && other != id {
		id = 0
	}
	b.known[form] = id
	if id != 0 && !slices.Contains(b.names[id], form) {
		b.names[id] = append(b.names[id], form)
	}
}

// find returns the department that a list means.
func (b bodies) find(text string) (auth.DepartmentID, bool) {
	if d, ok := b.dir.Lookup(text); ok {
		return d.ID, true
	}
	for _, form := range []string{plain(text), b.words.body(text)} {
		if id := b.known[form]; id != 0 {
			return id, true
		}
	}
	return 0, false
}

// hasUnit tells whether an amount names its unit.
func hasUnit(text string) bool { return strings.ContainsAny(text, "元万亿圆") }

// isBlank tells what people write into a cell that they leave empty.
func isBlank(text string) bool {
	return slices.Contains([]string{"-", "—", "——", "--", "/", "\\", "无", "空", "n/a", "N/A", "null", "NULL", "#N/A"}, text)
}
