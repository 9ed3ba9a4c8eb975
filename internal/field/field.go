package field

import (
	"slices"
	"strconv"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/fault"
)

// Kind says what a field holds and therefore how it is asked, shown, compared
// and stored.
type Kind string

// The kinds.
const (
	Text     Kind = "text"     // one line
	LongText Kind = "longtext" // several lines
	Code     Kind = "code"     // capitals and digits without blanks
	Enum     Kind = "enum"     // one of Options
	Multi    Kind = "multi"    // several of Options
	Date     Kind = "date"     // calendar day
	Count    Kind = "count"    // whole number, 0 or more
	Money    Kind = "money"    // fen, 0 or more
	Bool     Kind = "bool"     // yes, no or not given
	Ref      Kind = "ref"      // another record, of the sort Options[0]
	Phone    Kind = "phone"
	URL      Kind = "url"
)

// Kinds lists the kinds.
func Kinds() []Kind {
	return []Kind{Text, LongText, Code, Enum, Multi, Date, Count, Money, Bool, Ref, Phone, URL}
}

// Case is "the field Key holds one of Values".
type Case struct {
	Key    string
	Values []string
}

// When makes a Case.
func When(key string, values ...string) Case { return Case{Key: key, Values: values} }

// Field describes one field of T.
type Field[T any] struct {
	Key     string
	Kind    Kind
	Section string
	// Label is the message key of the field's name; a catalog fills in its own
	// <Name>.<key> where there is none.
	Label fault.Label
	// Options are the identifiers of the choices (Enum, Multi), or the sort of
	// record (Ref). Words names them in the message files: opt.<Words>.<option>.
	Words   string
	Options []string
	// Unit is the word behind the input: unit.<Unit>.
	Unit string
	// Max is the greatest number of characters of a text.
	Max int
	// Shown lists when the field is asked at all (all must hold).
	Shown []Case
	// Must tells that the field has to be filled in where it is asked; MustWhen
	// that it has to be when one of the cases holds.
	Must     bool
	MustWhen []Case
	// Given marks what the service sets and people only read.
	Given bool
	// Masked marks what a classified record may hold.
	Masked bool
	// Wide asks for a whole row of the form.
	Wide bool

	get func(*T) string
	set func(*T, string)
}

// Get returns the canonical text of the field.
func (f *Field[T]) Get(t *T) string { return f.get(t) }

// Set stores canonical text; text that is not canonical counts as not given.
func (f *Field[T]) Set(t *T, canonical string) { f.set(t, canonical) }

// Empty tells whether nothing is given.
func (f *Field[T]) Empty(t *T) bool { return f.get(t) == "" }

// Column is the name of the field in the database.
func (f *Field[T]) Column() string { return f.Key }

// List is a set of choices. In the database it is text of the form |a|b|, so
// that one choice can be looked for on every engine.
type List []string

// Has tells whether the choice is in the set.
func (l List) Has(option string) bool { return slices.Contains(l, option) }

// Canonical writes a|b.
func (l List) Canonical() string { return strings.Join(l, "|") }

// ParseList reads a|b; nothing is the empty set.
func ParseList(s string) List {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '|' })
}

// textual is any named string.
type textual interface{ ~string }

// OfText describes a text of a kind held in a string.
func OfText[T any, S textual](kind Kind, key string, at func(*T) *S) Field[T] {
	return Field[T]{
		Key: key, Kind: kind,
		get: func(t *T) string { return string(*at(t)) },
		set: func(t *T, s string) { *at(t) = S(s) },
	}
}

// OfChoice describes one choice of a set.
func OfChoice[T any, S textual](key, words string, at func(*T) *S, options ...S) Field[T] {
	f := OfText(Enum, key, at)
	f.Words = words
	for _, o := range options {
		f.Options = append(f.Options, string(o))
	}
	return f
}

// OfChoices describes several choices of a set.
func OfChoices[T any](key, words string, at func(*T) *List, options ...string) Field[T] {
	f := Field[T]{
		Key: key, Kind: Multi,
		get: func(t *T) string { return at(t).Canonical() },
		set: func(t *T, s string) { *at(t) = ParseList(s) },
	}
	f.Words, f.Options = words, options
	return f
}

// OfDate describes a calendar day.
func OfDate[T any](key string, at func(*T) *calendar.Date) Field[T] {
	return Field[T]{
		Key: key, Kind: Date,
		get: func(t *T) string { return at(t).String() },
		set: func(t *T, s string) {
			d, err := calendar.ParseDate(s)
			if err != nil {
				d = calendar.Date{}
			}
			*at(t) = d
		},
	}
}

// OfNumber describes a whole number or money that may be not given.
func OfNumber[T any](kind Kind, key string, at func(*T) **int64) Field[T] {
	return Field[T]{
		Key: key, Kind: kind,
		get: func(t *T) string {
			if p := *at(t); p != nil {
				return strconv.FormatInt(*p, 10)
			}
			return ""
		},
		set: func(t *T, s string) {
			*at(t) = nil
			if n, err := strconv.ParseInt(s, 10, 64); err == nil {
				*at(t) = &n
			}
		},
	}
}

// OfBool describes yes, no or not given.
func OfBool[T any](key string, at func(*T) **bool) Field[T] {
	return Field[T]{
		Key: key, Kind: Bool,
		get: func(t *T) string {
			if p := *at(t); p != nil {
				return strconv.FormatBool(*p)
			}
			return ""
		},
		set: func(t *T, s string) {
			*at(t) = nil
			if b, err := strconv.ParseBool(s); err == nil {
				*at(t) = &b
			}
		},
	}
}

// OfFlag describes yes or no; not given is no.
func OfFlag[T any](key string, at func(*T) *bool) Field[T] {
	return Field[T]{
		Key: key, Kind: Bool,
		get: func(t *T) string { return strconv.FormatBool(*at(t)) },
		set: func(t *T, s string) { *at(t) = s == "true" },
	}
}

// OfRef describes a reference to a record of a sort that must be given.
func OfRef[T any, N ~int64](key, sort string, at func(*T) *N) Field[T] {
	return Field[T]{
		Key: key, Kind: Ref, Options: []string{sort},
		get: func(t *T) string {
			if *at(t) == 0 {
				return ""
			}
			return strconv.FormatInt(int64(*at(t)), 10)
		},
		set: func(t *T, s string) {
			n, _ := strconv.ParseInt(s, 10, 64)
			*at(t) = N(n)
		},
	}
}

// OfOptionalRef describes a reference that may be not given.
func OfOptionalRef[T any, N ~int64](key, sort string, at func(*T) **N) Field[T] {
	return Field[T]{
		Key: key, Kind: Ref, Options: []string{sort},
		get: func(t *T) string {
			if p := *at(t); p != nil {
				return strconv.FormatInt(int64(*p), 10)
			}
			return ""
		},
		set: func(t *T, s string) {
			*at(t) = nil
			if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
				v := N(n)
				*at(t) = &v
			}
		},
	}
}
