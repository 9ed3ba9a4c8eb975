package field

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"qingce/internal/fault"
)

// AppendJSON writes the record as a JSON object in the order of the catalog:
// numbers for counts and money (fen), true and false, lists for several
// choices, codes for references, null for what is not given.
func (c *Catalog[T]) AppendJSON(t *T, names Names) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := range c.fields {
		f := &c.fields[i]
		raw, err := json.Marshal(f.jsonValue(names, f.get(t)))
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(f.Key) + ":")
		b.Write(raw)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (f *Field[T]) jsonValue(names Names, canonical string) any {
	if f.Kind == Multi {
		return append([]string{}, ParseList(canonical)...)
	}
	if canonical == "" {
		return nil
	}
	switch f.Kind {
	case Count, Money:
		n, _ := strconv.ParseInt(canonical, 10, 64)
		return n
	case Bool:
		return canonical == "true"
	case Ref:
		return names.Show(f.Options[0], canonical)
	}
	return canonical
}

// ReadJSON sets the fields that a JSON object names; the others stay as they
// are. Money is a whole number of fen here. Names that are no fields, fields
// that only the service sets and values of the wrong type are errors.
func (r *Reader[T]) ReadJSON(t *T, object map[string]json.RawMessage) []fault.Field {
	var out []fault.Field
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys) // the same answer for the same mistakes
	for _, key := range keys {
		f, ok := r.Catalog.Find(key)
		switch {
		case !ok:
			out = append(out, fault.At(key, "field.err.unknown", "name", key))
		case f.Given:
			out = append(out, fault.At(key, "field.err.given", "field", r.Catalog.Label(key)))
		default:
			out = append(out, r.setJSON(t, f, object[key])...)
		}
	}
	return out
}

func (r *Reader[T]) setJSON(t *T, f *Field[T], raw json.RawMessage) []fault.Field {
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		f.set(t, "")
		return nil
	}
	typed, ok := f.fromJSON(raw)
	if !ok {
		return []fault.Field{*r.wrongType(f)}
	}
	if f.Kind == Money { // already exact: fen
		f.set(t, typed[0])
		return nil
	}
	return r.Set(t, f.Key, typed)
}

// fromJSON reads a value of the field's own JSON type.
func (f *Field[T]) fromJSON(raw json.RawMessage) ([]string, bool) {
	switch f.Kind {
	case Multi:
		var list []string
		err := json.Unmarshal(raw, &list)
		return list, err == nil
	case Count, Money:
		var n int64
		err := json.Unmarshal(raw, &n)
		return []string{strconv.FormatInt(n, 10)}, err == nil && n >= 0
	case Bool:
		var b bool
		err := json.Unmarshal(raw, &b)
		return []string{strconv.FormatBool(b)}, err == nil
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return []string{s}, err == nil
}
