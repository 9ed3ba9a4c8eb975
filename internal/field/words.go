package field

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"qingce/internal/locale"
)

// Names finds other records by what people write, and writes them.
type Names struct {
	// Show writes the record of a sort as people know it ("XY107 市人社局").
	Show func(sort, id string) string
	// Find returns the id of the record that a word names.
	Find func(sort, word string) (id string, ok bool)
}

// Words finds choices by what people write, in any language of the catalog.
// A choice may have other names: opt.<words>.<option>.aka, separated by |.
type Words struct{ options map[string]map[string]string }

// NewWords learns the names of all choices of the fields.
func NewWords[T any](catalog *locale.Catalog, fields *Catalog[T]) *Words {
	w := &Words{options: map[string]map[string]string{}}
	for _, f := range fields.All() {
		if f.Words == "" {
			continue
		}
		set := w.options[f.Words]
		if set == nil {
			set = map[string]string{}
			w.options[f.Words] = set
		}
		for _, o := range f.Options {
			set[Fold(o)] = o
			for _, lang := range locale.Languages() {
				p, key := catalog.Printer(lang), OptionKey(f.Words, o)
				set[Fold(p.T(key))] = o
				if p.Has(key + ".aka") {
					for _, other := range strings.Split(p.T(key+".aka"), "|") {
						set[Fold(other)] = o
					}
				}
			}
		}
	}
	return w
}

// Option returns the choice that a word names.
func (w *Words) Option(words, word string) (string, bool) {
	o, ok := w.options[words][Fold(word)]
	return o, ok
}

// OptionKey is the message key of a choice's name.
func OptionKey(words, option string) string { return "opt." + words + "." + option }

// Fold makes alike what people write differently: width, case and blanks.
func Fold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(s)), ""))
}
