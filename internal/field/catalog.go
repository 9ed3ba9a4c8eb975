package field

import (
	"fmt"
	"slices"

	"qingce/internal/fault"
)

// Catalog is the ordered list of the fields of T.
type Catalog[T any] struct {
	// Name begins the message keys: <Name>.<key> is the label of a field that
	// does not bring its own, <Name>.section.<section> a heading.
	Name   string
	fields []Field[T]
	index  map[string]int
}

// NewCatalog makes a catalog that the program describes. It panics on what
// TryCatalog refuses: those are mistakes of the program then.
func NewCatalog[T any](name string, fields ...Field[T]) *Catalog[T] {
	c, err := TryCatalog(name, fields...)
	if err != nil {
		panic(fmt.Sprintf("field: catalog %s: %v", name, err))
	}
	return c
}

// TryCatalog makes a catalog of fields that are data, the questions of a
// questionnaire for example. It refuses fields of a kind that is not known, a
// key that is empty or stands twice, choices and references without Options and
// conditions about fields that are not there; the error names all of them and
// is Invalid, with the key as the name of each fault.
func TryCatalog[T any](name string, fields ...Field[T]) (*Catalog[T], error) {
	c := &Catalog[T]{Name: name, fields: slices.Clone(fields), index: map[string]int{}}
	var wrong []fault.Field
	for i := range c.fields {
		f := &c.fields[i]
		if f.Label == "" {
			f.Label = c.label(f.Key)
		}
		if _, ok := c.index[f.Key]; ok || f.Key == "" {
			wrong = append(wrong, fault.At(f.Key, "field.err.key_twice", "key", f.Key))
		}
		c.index[f.Key] = i
	}
	for i := range c.fields {
		wrong = append(wrong, c.mistakes(&c.fields[i])...)
	}
	if err := fault.Refuse(wrong); err != nil {
		return nil, err
	}
	return c, nil
}

// mistakes are what is wrong with the description of one field.
func (c *Catalog[T]) mistakes(f *Field[T]) []fault.Field {
	var wrong []fault.Field
	switch {
	case !slices.Contains(Kinds(), f.Kind):
		wrong = append(wrong, fault.At(f.Key, "field.err.kind", "field", f.Label, "kind", string(f.Kind)))
	case len(f.Options) == 0 && slices.Contains([]Kind{Enum, Multi, Ref}, f.Kind):
		wrong = append(wrong, fault.At(f.Key, "field.err.no_options", "field", f.Label))
	}
	for _, k := range slices.Concat(f.Shown, f.MustWhen) {
		if _, ok := c.index[k.Key]; !ok || k.Key == f.Key {
			wrong = append(wrong, fault.At(f.Key, "field.err.depends", "field", f.Label, "other", k.Key))
		}
	}
	return wrong
}

// All lists the fields in order.
func (c *Catalog[T]) All() []Field[T] { return c.fields }

// Find returns the field of a key.
func (c *Catalog[T]) Find(key string) (*Field[T], bool) {
	i, ok := c.index[key]
	if !ok {
		return nil, false
	}
	return &c.fields[i], true
}

// Keys lists the keys in order.
func (c *Catalog[T]) Keys() []string {
	keys := make([]string, len(c.fields))
	for i, f := range c.fields {
		keys[i] = f.Key
	}
	return keys
}

// Sections lists the sections in the order of their first fields.
func (c *Catalog[T]) Sections() []string {
	var out []string
	for _, f := range c.fields {
		if f.Section != "" && !slices.Contains(out, f.Section) {
			out = append(out, f.Section)
		}
	}
	return out
}

// Label is the message key of a field's name: what the field says itself, else
// <Name>.<key>. Its help is the text of the same key with .help, and so on.
func (c *Catalog[T]) Label(key string) fault.Label {
	if f, ok := c.Find(key); ok {
		return f.Label
	}
	return c.label(key)
}

func (c *Catalog[T]) label(key string) fault.Label { return fault.Label(c.Name + "." + key) }

// SectionLabel is the message key of a section's heading; its lead is the text
// of the same key with .lead.
func (c *Catalog[T]) SectionLabel(section string) fault.Label {
	return c.label("section." + section)
}

// Holds tells whether the field named by the case has one of its values.
func (c *Catalog[T]) Holds(t *T, k Case) bool {
	f, ok := c.Find(k.Key)
	if !ok {
		return false
	}
	v := f.get(t)
	if f.Kind == Multi {
		return slices.ContainsFunc(k.Values, ParseList(v).Has)
	}
	return slices.Contains(k.Values, v)
}

// Asked tells whether the field is asked of this record.
func (c *Catalog[T]) Asked(t *T, f *Field[T]) bool {
	for _, k := range f.Shown {
		if !c.Holds(t, k) {
			return false
		}
	}
	return true
}

// Needed tells whether the field must be filled in for this record.
func (c *Catalog[T]) Needed(t *T, f *Field[T]) bool {
	if !c.Asked(t, f) {
		return false
	}
	return f.Must || slices.ContainsFunc(f.MustWhen, func(k Case) bool { return c.Holds(t, k) })
}

// Missing lists the needed fields that are empty, as errors.
func (c *Catalog[T]) Missing(t *T) []fault.Field {
	var out []fault.Field
	for i := range c.fields {
		f := &c.fields[i]
		if !f.Given && f.Empty(t) && c.Needed(t, f) {
			out = append(out, fault.At(f.Key, "err.required", "field", c.Label(f.Key)))
		}
	}
	return out
}

// Progress counts the needed fields and how many of them are filled in.
func (c *Catalog[T]) Progress(t *T) (done, needed int) {
	for i := range c.fields {
		f := &c.fields[i]
		if f.Given || !c.Needed(t, f) {
			continue
		}
		needed++
		if !f.Empty(t) {
			done++
		}
	}
	return done, needed
}

// ClearUnasked empties the fields that are not asked of this record, so that
// no answer to a question that was withdrawn stays behind. It goes through the
// fields in order, so a condition should be about a field further up. It
// returns the keys that were emptied.
func (c *Catalog[T]) ClearUnasked(t *T) []string {
	var cleared []string
	for i := range c.fields {
		f := &c.fields[i]
		if !f.Given && !c.Asked(t, f) && !f.Empty(t) {
			f.set(t, "")
			cleared = append(cleared, f.Key)
		}
	}
	return cleared
}

// Change is one field that differs, in canonical text.
type Change struct {
	Key string `json:"key"`
	Old string `json:"old"`
	New string `json:"new"`
}

// Diff lists what differs from a to b, in the order of the catalog.
func (c *Catalog[T]) Diff(a, b *T) []Change {
	var out []Change
	for i := range c.fields {
		f := &c.fields[i]
		if old, now := f.get(a), f.get(b); old != now {
			out = append(out, Change{Key: f.Key, Old: old, New: now})
		}
	}
	return out
}

// Values returns the canonical text of every field that is given.
func (c *Catalog[T]) Values(t *T) map[string]string {
	out := make(map[string]string, len(c.fields))
	for i := range c.fields {
		if v := c.fields[i].get(t); v != "" {
			out[c.fields[i].Key] = v
		}
	}
	return out
}
