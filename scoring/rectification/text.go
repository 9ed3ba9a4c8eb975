package rectification

import (
	"strings"
	"unicode/utf8"

	"qingce/internal/fault"
)

// Lengths in characters.
const (
	leastText = 10 // of what has to say something
	maxText   = 2000
	maxNote   = 1000
	maxFacts  = 20 // records that one notice speaks of
)

// needText refuses a text that is too short or too long; least 0 is "may be
// left out".
func needText(name, text string, least, most int) []fault.Field {
	label := fault.Label("rectify." + name)
	switch n := utf8.RuneCountInString(strings.TrimSpace(text)); {
	case n == 0 && least > 0:
		return []fault.Field{fault.At(name, "err.required", "field", label)}
	case n < least:
		return []fault.Field{fault.At(name, "rectify.err.short", "field", label, "min", least)}
	case n > most:
		return []fault.Field{fault.At(name, "err.too_long", "field", label, "max", most)}
	}
	return nil
}

// needTerm refuses a term that is out of bounds.
func needTerm(name string, days, least, most int) []fault.Field {
	if days < least || days > most {
		return []fault.Field{fault.At(name, "rectify.err.term", "min", least, "max", most)}
	}
	return nil
}
