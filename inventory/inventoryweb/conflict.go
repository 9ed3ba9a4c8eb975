package inventoryweb

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

// merge joins what one person typed with what another saved meanwhile: what
// only the other changed is taken over, what only this person changed stays,
// and where both did the person chooses.
type merge[T any] struct {
	catalog *field.Catalog[T]
	w       writer
	typed   url.Values
	found   []fault.Field
	picks   map[string]string // choices made so far by field
	by, at  string            // who saved meanwhile, and when
	reason  string            // what was given as reason

	differences []difference
}

// difference is a field that somebody else has changed since the person began,
// in canonical text.
type difference struct{ key, base, mine, theirs string }

// readPicks are the choices that a form sends; a field that was offered and not
// chosen is there with an empty choice.
func readPicks(form url.Values) map[string]string {
	out := map[string]string{}
	for _, name := range form[inConflict] {
		out[name] = form.Get(pickPrefix + name)
	}
	return out
}

// applyPicks puts the other version where the person chose it.
func (m *merge[T]) applyPicks(present *T) {
	for name, pick := range m.picks {
		if f, ok := m.catalog.Find(name); ok && !f.Given && pick == pickTheirs {
			m.typed[name] = m.typedAs(f, f.Get(present))
		}
	}
}

// typedAs are a canonical value as a form sends it.
func (m *merge[T]) typedAs(f *field.Field[T], canonical string) []string {
	if f.Kind == field.Multi {
		return field.ParseList(canonical)
	}
	return []string{f.Typed(m.w.names.in(forTyping), canonical)}
}

// unsettled are the fields between whose versions nobody has chosen.
func (m *merge[T]) unsettled() []fault.Field {
	var out []fault.Field
	for _, key := range m.catalog.Keys() {
		if pick, ok := m.picks[key]; ok && pick != pickMine && pick != pickTheirs {
			out = append(out, fault.At(key, "inventory.err.pick", "field", m.catalog.Label(key)))
		}
	}
	return out
}

// compare finds the differences and takes over those that need no choice.
func (m *merge[T]) compare(base, mine, present *T) {
	m.differences = nil
	for _, c := range m.catalog.Diff(base, present) {
		f, _ := m.catalog.Find(c.Key)
		d := difference{key: c.Key, base: c.Old, mine: f.Get(mine), theirs: c.New}
		if f.Given || d.mine == d.theirs && !m.wrong(c.Key) {
			continue
		}
		m.differences = append(m.differences, d)
		if m.settles(d) {
			m.typed[c.Key] = m.typedAs(f, d.theirs)
			f.Set(mine, d.theirs)
		}
	}
}

func (m *merge[T]) wrong(key string) bool { return errorAt(m.w.p, m.found, key) != "" }

// settles tells whether a difference needs no choice: the person left the
// field alone, so the other version holds.
func (m *merge[T]) settles(d difference) bool { return d.mine == d.base && !m.wrong(d.key) }

// hidden is what the form sends along: the fields that are offered.
func (m *merge[T]) hidden() []templates.Pair {
	var out []templates.Pair
	for _, d := range m.differences {
		if !m.settles(d) {
			out = append(out, templates.Pair{Name: inConflict, Value: d.key})
		}
	}
	return out
}

// offer shows the other version at a field: to choose from when both persons
// changed it, as a note when only the other one did.
func (m *merge[T]) offer(f *field.Field[T], out *templates.Field) {
	i := slices.IndexFunc(m.differences, func(d difference) bool { return d.key == f.Key })
	if i < 0 {
		return
	}
	d := m.differences[i]
	show := func(canonical string) string { return textWithUnit(m.w, f, canonical) }
	if m.settles(d) {
		out.Note = m.w.p.T("inventory.conflict.taken", "name", m.by, "at", m.at, "value", show(d.theirs))
		return
	}
	mine := show(d.mine)
	if typed := strings.Join(m.typed[d.key], " "); m.wrong(d.key) && typed != "" {
		mine = typed
	}
	out.Theirs = &templates.Theirs{Text: show(d.theirs), Mine: mine, Base: show(d.base), By: m.by, At: m.at, Pick: m.picks[d.key]}
}

// callout says what happened and what is to be done.
func (m *merge[T]) callout() templates.Callout {
	c := templates.Callout{
		Kind: "warning", Title: m.w.p.T("inventory.conflict.title", "name", m.by, "at", m.at), Text: m.w.p.T("inventory.conflict.text"),
	}
	if m.reason != "" {
		c.Items = []string{m.w.p.T("inventory.conflict.reason", "reason", m.reason)}
	}
	for _, d := range m.differences {
		key := "inventory.conflict.item.choose"
		if m.settles(d) {
			key = "inventory.conflict.item.taken"
		}
		c.Items = append(c.Items, m.w.p.T(key, "field", m.catalog.Label(d.key)))
	}
	return c
}

// onlyErrors are the findings that stop a save.
func onlyErrors(found []fault.Field) []fault.Field {
	return slices.DeleteFunc(slices.Clone(found), func(f fault.Field) bool { return f.Warning })
}
