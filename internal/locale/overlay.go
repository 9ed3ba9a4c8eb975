package locale

import (
	"maps"
	"slices"
)

// Texts are texts that come from data and not from the message files: by
// language, then by key.
type Texts map[string]map[string]string

// With returns a catalog that has these texts over those of c: where both have
// a key in a language, that of texts holds. c stays as it is and is not copied.
// What is missing in a language is taken from Chinese as everywhere.
//
// Texts of data should have keys of their own (a prefix that no message file
// has), else they change the words of the whole programme.
func (c *Catalog) With(texts Texts) *Catalog { return &Catalog{texts: texts, base: c} }

// Over returns a printer that speaks the language of p and has these texts over
// those of p, as With does for a catalog.
func (p *Printer) Over(texts Texts) *Printer {
	return &Printer{lang: p.lang, texts: texts[p.lang], spare: texts[Chinese], under: p}
}

// Keys lists the keys of a language in order.
func (c *Catalog) Keys(lang string) []string {
	all := map[string]bool{}
	for at := c; at != nil; at = at.base {
		for key := range at.texts[lang] {
			all[key] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Printer speaks lang, or Chinese when the language is not known.
func (c *Catalog) Printer(lang string) *Printer {
	if c.base != nil {
		return c.base.Printer(lang).Over(c.texts)
	}
	if _, ok := c.texts[lang]; !ok {
		lang = Chinese
	}
	return &Printer{lang: lang, texts: c.texts[lang], spare: c.texts[Chinese]}
}

// own is the text of key in the language itself.
func (p *Printer) own(key string) (string, bool) {
	for at := p; at != nil; at = at.under {
		if text, ok := at.texts[key]; ok {
			return text, true
		}
	}
	return "", false
}

// Find is the text of key with its placeholders as they stand, in the language
// or else in Chinese; ok is false when neither has one.
func (p *Printer) Find(key string) (text string, ok bool) {
	if text, ok = p.own(key); ok {
		return text, true
	}
	for at := p; at != nil; at = at.under {
		if text, ok = at.spare[key]; ok {
			return text, true
		}
	}
	return "", false
}
