package fieldweb

import (
	"net/url"
	"slices"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/templates"
)

// What a form with a conflict sends besides the fields.
const (
	pickPrefix = "pick."
	pickMine   = "mine"
	pickTheirs = "theirs"
	inConflict = "conflict" // names the fields that were shown with a choice
)

// Merge joins what one person typed with what another saved meanwhile: what
// only the other changed is taken over, what only this person changed stays,
// and where both did the person chooses.
type Merge[T any] struct {
	Catalog *field.Catalog[T]
	Writer  Writer
	Typed   url.Values // what the form sent; what needs no choice is put here
	Found   []fault.Field
	Picks   map[string]string // choices made so far by field
	By, At  string            // who saved meanwhile, and when
	Reason  string            // what was given as reason

	differences []difference
}

// difference is a field that somebody else has changed since the person began,
// in canonical text.
type difference struct{ key, base, mine, theirs string }

// Open tells whether somebody else saved meanwhile.
func (m *Merge[T]) Open() bool { return m != nil && m.By != "" }

// ReadPicks are the choices that a form sends; a field that was offered and not
// chosen is there with an empty choice.
func ReadPicks(form url.Values) map[string]string {
	out := map[string]string{}
	for _, name := range form[inConflict] {
		out[name] = form.Get(pickPrefix + name)
	}
	return out
}

// ApplyPicks puts the other version where the person chose it.
func (m *Merge[T]) ApplyPicks(present *T) {
	for name, pick := range m.Picks {
		if f, ok := m.Catalog.Find(name); ok && !f.Given && pick == pickTheirs {
			m.Typed[name] = m.typedAs(f, f.Get(present))
		}
	}
}

// typedAs are a canonical value as a form sends it.
func (m *Merge[T]) typedAs(f *field.Field[T], canonical string) []string {
	if f.Kind == field.Multi {
		return field.ParseList(canonical)
	}
	return []string{f.Typed(m.Writer.names(ForTyping), canonical)}
}

// Unsettled are the fields between whose versions nobody has chosen.
func (m *Merge[T]) Unsettled() []fault.Field {
	var out []fault.Field
	for _, key := range m.Catalog.Keys() {
		if pick, ok := m.Picks[key]; ok && pick != pickMine && pick != pickTheirs {
			out = append(out, fault.At(key, "field.err.pick", "field", m.Catalog.Label(key)))
		}
	}
	return out
}

// Compare finds the differences and takes over those that need no choice.
func (m *Merge[T]) Compare(base, mine, present *T) {
	m.differences = nil
	for _, c := range m.Catalog.Diff(base, present) {
		f, _ := m.Catalog.Find(c.Key)
		d := difference{key: c.Key, base: c.Old, mine: f.Get(mine), theirs: c.New}
		if f.Given || d.mine == d.theirs && !m.wrong(c.Key) {
			continue
		}
		m.differences = append(m.differences, d)
		if m.settles(d) {
			m.Typed[c.Key] = m.typedAs(f, d.theirs)
			f.Set(mine, d.theirs)
		}
	}
}

func (m *Merge[T]) wrong(key string) bool { return ErrorAt(m.Writer.P, m.Found, key) != "" }

// settles tells whether a difference needs no choice: the person left the
// field alone, so the other version holds.
func (m *Merge[T]) settles(d difference) bool { return d.mine == d.base && !m.wrong(d.key) }

// Hidden is what the form sends along: the fields that are offered.
func (m *Merge[T]) Hidden() []templates.Pair {
	var out []templates.Pair
	for _, d := range m.differences {
		if !m.settles(d) {
			out = append(out, templates.Pair{Name: inConflict, Value: d.key})
		}
	}
	return out
}

// Offer shows the other version at a field: to choose from when both persons
// changed it, as a note when only the other one did.
func (m *Merge[T]) Offer(f *field.Field[T], out *templates.Field) {
	i := slices.IndexFunc(m.differences, func(d difference) bool { return d.key == f.Key })
	if i < 0 {
		return
	}
	d := m.differences[i]
	show := func(canonical string) string { return TextWithUnit(m.Writer, f, canonical) }
	if m.settles(d) {
		out.Note = m.Writer.P.T("field.conflict.taken", "name", m.By, "at", m.At, "value", show(d.theirs))
		return
	}
	mine := show(d.mine)
	if typed := strings.Join(m.Typed[d.key], " "); m.wrong(d.key) && typed != "" {
		mine = typed
	}
	out.Theirs = &templates.Theirs{Text: show(d.theirs), Mine: mine, Base: show(d.base), By: m.By, At: m.At, Pick: m.Picks[d.key]}
}

// Callout says what happened and what is to be done.
func (m *Merge[T]) Callout() templates.Callout {
	c := templates.Callout{
		Kind: "warning", Title: m.Writer.P.T("field.conflict.title", "name", m.By, "at", m.At), Text: m.Writer.P.T("field.conflict.text"),
	}
	if m.Reason != "" {
		c.Items = []string{m.Writer.P.T("field.conflict.reason", "reason", m.Reason)}
	}
	for _, d := range m.differences {
		key := "field.conflict.item.choose"
		if m.settles(d) {
			key = "field.conflict.item.taken"
		}
		c.Items = append(c.Items, m.Writer.P.T(key, "field", m.Catalog.Label(d.key)))
	}
	return c
}
