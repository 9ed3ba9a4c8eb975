package schedule

import (
	"unicode"
	"unicode/utf8"

	"qingce/internal/fault"
)

// requireText checks a text that must be given.
func requireText(text, name string, maxRunes int) []fault.Field {
	if text == "" {
		return []fault.Field{fault.At(name, "err.required", "field", fault.Label("schedule.field."+name))}
	}
	return checkText(text, name, maxRunes)
}

// checkText checks a text that may be left out.
func checkText(text, name string, maxRunes int) []fault.Field {
	if plain(text, maxRunes) {
		return nil
	}
	return []fault.Field{fault.At(name, "err.schedule.text", "field", fault.Label("schedule.field."+name), "max", maxRunes)}
}

// plain tells whether a text is within its length and free of control
// characters.
func plain(text string, maxRunes int) bool {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxRunes {
		return false
	}
	for _, r := range text {
		if unicode.IsControl(r) {
			return false
		}
	}
	return true
}
