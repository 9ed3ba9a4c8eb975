package scoring

import (
	"strings"
	"unicode/utf8"

	"qingce/internal/fault"
)

// Greatest lengths, in characters.
const (
	maxReason = 1000
	maxText   = 4000
)

// needText refuses a text that is too short or too long; least 0 is "may be
// left out".
func needText(name, text string, least, most int) []fault.Field {
	label := fault.Label("tasks." + name)
	switch n := utf8.RuneCountInString(strings.TrimSpace(text)); {
	case n == 0 && least > 0:
		return []fault.Field{fault.At(name, "err.required", "field", label)}
	case n < least:
		return []fault.Field{fault.At(name, "tasks.err.short", "field", label, "min", least)}
	case n > most:
		return []fault.Field{fault.At(name, "err.too_long", "field", label, "max", most)}
	}
	return nil
}
