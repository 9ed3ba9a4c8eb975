package field

import (
	"net/url"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/store"
)

// EmptyWord in a filter asks for records where nothing is given.
const EmptyWord = "(empty)"

// Suffixes of the two ends of a range in a filter.
const (
	FromSuffix = ".from"
	ToSuffix   = ".to"
)

// Filters reads the filters of a list out of the parameters of an address:
// <key>=a&<key>=b for choices, references and parts of texts, <key>.from and
// <key>.to for days, numbers and money (in 万元, from programs in fen),
// <key>=(empty) for "not given". Parameters that name no field are left alone.
func (r *Reader[T]) Filters(params url.Values) ([]store.Condition, []fault.Field) {
	var out []store.Condition
	var wrong []fault.Field
	for i := range r.Catalog.fields {
		f := &r.Catalog.fields[i]
		c, ok, bad := r.filter(f, params)
		wrong = append(wrong, bad...)
		if ok && len(bad) == 0 {
			out = append(out, c)
		}
	}
	return out, wrong
}

// filter reads the filter of one field; ok tells whether there is one.
func (r *Reader[T]) filter(f *Field[T], params url.Values) (c store.Condition, ok bool, wrong []fault.Field) {
	c = store.Condition{Column: f.Column(), Text: f.textual()}
	var values []string
	for _, v := range params[f.Key] {
		switch v = strings.TrimSpace(v); v {
		case "":
		case EmptyWord:
			c.OrEmpty = true
		default:
			values = append(values, v)
		}
	}
	switch f.Kind {
	case Date, Count, Money:
		ok, wrong = r.rangeFilter(f, params, &c)
	case Enum, Multi, Ref, Bool:
		ok, wrong = r.choiceFilter(f, values, &c)
	default:
		if ok = len(values) > 0; ok {
			c.Op, c.Values = store.Contains, []any{values[0]}
		}
	}
	if !ok && c.OrEmpty {
		c.Op, c.OrEmpty = store.Empty, false
		return c, true, wrong
	}
	return c, ok, wrong
}

func (r *Reader[T]) choiceFilter(f *Field[T], values []string, c *store.Condition) (bool, []fault.Field) {
	if len(values) == 0 {
		return false, nil
	}
	c.Op = store.In
	if f.Kind == Multi {
		c.Op = store.AnyOf
	}
	for _, v := range values {
		canonical, _, bad := r.read(f, []string{v})
		if bad != nil {
			return false, []fault.Field{*bad}
		}
		c.Values = append(c.Values, f.databaseValue(canonical))
	}
	return true, nil
}

func (r *Reader[T]) rangeFilter(f *Field[T], params url.Values, c *store.Condition) (bool, []fault.Field) {
	c.Op, c.Values = store.Between, make([]any, 2)
	found := false
	for i, suffix := range []string{FromSuffix, ToSuffix} {
		typed := strings.TrimSpace(params.Get(f.Key + suffix))
		if typed == "" {
			continue
		}
		canonical, _, bad := r.read(f, []string{typed})
		if bad != nil {
			bad.Name = f.Key + suffix
			return false, []fault.Field{*bad}
		}
		c.Values[i], found = f.databaseValue(canonical), true
	}
	return found, nil
}

// textual tells whether "not given" is the empty text in the database.
func (f *Field[T]) textual() bool {
	switch f.Kind {
	case Date, Count, Money, Bool, Ref:
		return false
	}
	return true
}
