package field

import (
	"strconv"

	"qingce/internal/calendar"
)

// Rebind is the description of f over another record: everything stays but
// where the canonical text is kept.
func Rebind[T, U any](f Field[T], get func(*U) string, set func(*U, string)) Field[U] {
	return Field[U]{
		Key: f.Key, Kind: f.Kind, Section: f.Section, Label: f.Label,
		Words: f.Words, Options: f.Options, Unit: f.Unit, Max: f.Max,
		Shown: f.Shown, Must: f.Must, MustWhen: f.MustWhen,
		Given: f.Given, Masked: f.Masked, Wide: f.Wide,
		get: get, set: set,
	}
}

// Answers is a record whose fields are data: canonical text by key. What is not
// given is not in it.
type Answers map[string]string

// Of describes a field of answers. It is finished by the methods of Field
// (Choices, Required, Named and so on); a reference names its sort by
// Choices("", sort).
func Of(key string, kind Kind) Field[Answers] {
	return AnswersOf(Field[Answers]{Key: key, Kind: kind})
}

// AnswersOf is a field of another record as a field of answers; taken from a
// catalog it keeps its label. A yes-or-no that is never without an answer there
// may be not given here.
func AnswersOf[T any](f Field[T]) Field[Answers] {
	key, kind := f.Key, f.Kind
	return Rebind(f,
		func(a *Answers) string { return (*a)[key] },
		func(a *Answers, s string) { a.put(key, canonical(kind, s)) },
	)
}

func (a *Answers) put(key, s string) {
	switch {
	case s == "":
		delete(*a, key)
	case *a == nil:
		*a = Answers{key: s}
	default:
		(*a)[key] = s
	}
}

// canonical is the text itself where it is canonical for the kind, else
// nothing, as a typed record would keep it.
func canonical(kind Kind, s string) string {
	ok := true
	switch kind {
	case Date:
		_, err := calendar.ParseDate(s)
		ok = err == nil
	case Count, Money:
		_, err := strconv.ParseInt(s, 10, 64)
		ok = err == nil
	case Ref:
		n, err := strconv.ParseInt(s, 10, 64)
		ok = err == nil && n > 0
	case Bool:
		ok = s == "true" || s == "false"
	case Multi:
		return ParseList(s).Canonical()
	}
	if !ok {
		return ""
	}
	return s
}
