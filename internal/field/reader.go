package field

import (
	"net/url"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/input"
)

// Reader turns what people type, in whichever place, into the fields of T.
type Reader[T any] struct {
	Catalog *Catalog[T]
	Words   *Words
	Names   Names
	// Sheet tells that the text comes from a cell, where a day may be a number
	// of days.
	Sheet bool
	// Program tells that a program sends the text: money is a whole number of
	// fen, and errors name what to send, identifiers instead of labels.
	Program bool
}

// Set reads one field of t out of what was typed (several texts for several
// choices). It returns errors, which leave the field as it was, and remarks
// about what was put right.
func (r *Reader[T]) Set(t *T, key string, typed []string) []fault.Field {
	f, ok := r.Catalog.Find(key)
	if !ok {
		return []fault.Field{fault.At(key, "field.err.unknown", "name", key)}
	}
	canonical, note, bad := r.read(f, typed)
	if bad != nil {
		return []fault.Field{*bad}
	}
	f.set(t, canonical)
	if note != "" {
		return []fault.Field{fault.Remark(key, note, "field", r.Catalog.Label(key),
			"typed", strings.Join(typed, " "), "read", f.Typed(r.Names, canonical))}
	}
	return nil
}

// SetForm reads a whole posted form. A field that is not among the values was
// not asked and is emptied; fields that the service sets are left alone.
func (r *Reader[T]) SetForm(t *T, values url.Values) []fault.Field {
	var out []fault.Field
	for i := range r.Catalog.fields {
		f := &r.Catalog.fields[i]
		if f.Given {
			continue
		}
		out = append(out, r.Set(t, f.Key, values[f.Key])...)
	}
	return out
}

// read turns what was typed into canonical text. note is the message key of
// what was put right; bad says what is wrong and how to mend it.
func (r *Reader[T]) read(f *Field[T], typed []string) (canonical, note string, bad *fault.Field) {
	if f.Kind == Multi {
		return r.readMulti(f, typed)
	}
	text := ""
	if len(typed) > 0 {
		text = typed[0]
	}
	if f.Kind == LongText {
		return input.Lines(text), "", nil
	}
	if text = input.Text(text); text == "" {
		return "", "", nil
	}
	var err error
	switch f.Kind {
	case Enum:
		o, ok := r.Words.Option(f.Words, text)
		if !ok {
			return "", "", r.wrongChoice(f, text)
		}
		return o, "", nil
	case Date:
		canonical, note, err = readDate(text, r.Sheet)
	case Count:
		canonical, note, err = readNumber(input.Count(text))
	case Money:
		if r.Program {
			return r.readFen(f, text)
		}
		canonical, note, err = readNumber(input.Money(text, input.Wan))
	case Bool:
		canonical, note, err = readBool(text)
		if err != nil && r.Program {
			return "", "", r.wrongType(f)
		}
	case Phone:
		canonical, note, err = input.Phone(text)
	case Code:
		return input.Ident(text), "", nil
	case Ref:
		return r.readRef(f, text)
	default:
		return text, "", nil
	}
	if err != nil {
		return "", "", r.wrong(f, text, err)
	}
	return canonical, note, nil
}

func (r *Reader[T]) readFen(f *Field[T], text string) (string, string, *fault.Field) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return "", "", r.wrongType(f)
	}
	return strconv.FormatInt(n, 10), "", nil
}

// wrongType says which JSON type a program must send.
func (r *Reader[T]) wrongType(f *Field[T]) *fault.Field {
	bad := fault.At(f.Key, "field.err.json_type", "field", r.Catalog.Label(f.Key), "type", fault.Label("field.type."+string(f.Kind)))
	return &bad
}

// readMulti takes several texts, or one with several choices in it.
func (r *Reader[T]) readMulti(f *Field[T], typed []string) (string, string, *fault.Field) {
	chosen := map[string]bool{}
	for _, t := range typed {
		for _, word := range strings.FieldsFunc(t, isSeparator) {
			o, ok := r.Words.Option(f.Words, word)
			if !ok {
				return "", "", r.wrongChoice(f, word)
			}
			chosen[o] = true
		}
	}
	var list List
	for _, o := range f.Options { // in the order of the catalog, so that equal sets are equal text
		if chosen[o] {
			list = append(list, o)
		}
	}
	return list.Canonical(), "", nil
}

func isSeparator(r rune) bool { return strings.ContainsRune(",，、;；|/\n", r) }

func (r *Reader[T]) readRef(f *Field[T], text string) (string, string, *fault.Field) {
	id, ok := r.Names.Find(f.Options[0], text)
	if !ok {
		bad := fault.At(f.Key, "field.err.ref."+f.Options[0], "field", r.Catalog.Label(f.Key), "value", text)
		return "", "", &bad
	}
	return id, "", nil
}

func (r *Reader[T]) wrongChoice(f *Field[T], word string) *fault.Field {
	if r.Program {
		bad := fault.At(f.Key, "field.err.choice", "field", r.Catalog.Label(f.Key), "value", word, "choices", strings.Join(f.Options, ", "))
		return &bad
	}
	labels := make([]fault.Label, len(f.Options))
	for i, o := range f.Options {
		labels[i] = fault.Label(OptionKey(f.Words, o))
	}
	bad := fault.At(f.Key, "field.err.choice", "field", r.Catalog.Label(f.Key), "value", word, "choices", labels)
	return &bad
}

// wrong puts the message of package input at the field.
func (r *Reader[T]) wrong(f *Field[T], text string, err error) *fault.Field {
	bad := fault.At(f.Key, input.Code(err), "field", r.Catalog.Label(f.Key), "value", text)
	return &bad
}

func readDate(text string, sheet bool) (string, string, error) {
	d, note, err := input.Date(text, sheet)
	return d.String(), note, err
}

func readNumber(n int64, note string, err error) (string, string, error) {
	return strconv.FormatInt(n, 10), note, err
}

func readBool(text string) (string, string, error) {
	b, note, err := input.Bool(text)
	return strconv.FormatBool(b), note, err
}

// databaseValue is canonical text as the database compares it.
func (f *Field[T]) databaseValue(canonical string) any {
	switch f.Kind {
	case Count, Money, Ref:
		n, _ := strconv.ParseInt(canonical, 10, 64)
		return n
	case Bool:
		return canonical == "true"
	}
	return canonical
}
