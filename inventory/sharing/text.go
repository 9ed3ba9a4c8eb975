package sharing

import (
	"slices"
	"strings"
	"unicode/utf8"

	"qingce/internal/fault"
)

// Greatest lengths, in characters.
const (
	maxReason = 1000
	maxLine   = 200
	maxItems  = 200
)

// leastReason is how much a refusal has to say (V12).
const leastReason = 10

// emptyReasons are what people write instead of a reason (V12).
func emptyReasons() []string {
	return []string{"同上", "如上", "见上", "同前", "略", "无"}
}

// needText refuses a text that is too short or too long; least 0 is "may be
// left out".
func needText(name, text string, least, most int) []fault.Field {
	label := fault.Label("sharing." + name)
	switch n := utf8.RuneCountInString(strings.TrimSpace(text)); {
	case n == 0 && least > 0:
		return []fault.Field{fault.At(name, "err.required", "field", label)}
	case n < least:
		return []fault.Field{fault.At(name, "sharing.err.short", "field", label, "min", least)}
	case n > most:
		return []fault.Field{fault.At(name, "err.too_long", "field", label, "max", most)}
	}
	return nil
}

// needReason refuses what is no reason (V12): fewer than ten characters, or a
// pointer to somewhere else that is only filled up.
func needReason(name, text string) []fault.Field {
	said := strings.TrimSpace(text)
	bare := strings.Trim(said, " ,.;:!?。，；：！？、…-—")
	if said == "" {
		return []fault.Field{fault.At(name, "sharing.err.reason", "min", leastReason)}
	}
	if utf8.RuneCountInString(said) < leastReason || slices.Contains(emptyReasons(), bare) || strings.Contains(said, "同上") {
		return []fault.Field{fault.At(name, "sharing.err.reason_short", "min", leastReason)}
	}
	return needText(name, text, leastReason, maxReason)
}

// cleanItems trims the names of items and drops what is empty or twice.
func cleanItems(items []string) []string {
	out := []string{}
	for _, item := range items {
		if item = strings.TrimSpace(item); item != "" && !slices.Contains(out, item) {
			out = append(out, item)
		}
	}
	return out
}
