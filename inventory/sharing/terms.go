package sharing

import (
	"slices"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
)

// Terms say for what, by whom, in which way and until when data may be used
// (办法 art. 10 para 2).
type Terms struct {
	Scope       string
	ScopeNote   string // which offices or posts
	Purposes    field.List
	PurposeNote string
	Method      string
	MethodNote  string // why offline, or the interface
	Items       []string
	ValidFrom   calendar.Date // zero is from today
	ValidTo     calendar.Date // the last day; zero is without end
	Quota       *int64        // calls a day; nil is without limit
}

func (t *Terms) clean() {
	t.Items = cleanItems(t.Items)
	for _, text := range []*string{&t.ScopeNote, &t.PurposeNote, &t.MethodNote} {
		*text = strings.TrimSpace(*text)
	}
}

// begin makes terms without a first day valid from a day.
func (t *Terms) begin(from calendar.Date) {
	if t.ValidFrom.IsZero() {
		t.ValidFrom = from
	}
}

// wrong lists what keeps the terms from being agreed (V13). asked are the items
// of the request, none when all were asked for.
func (t *Terms) wrong(asked []string) []fault.Field {
	var out []fault.Field
	if t.Scope == "" {
		out = append(out, fault.At("scope", "sharing.err.scope"))
	}
	out = append(out, known("scope", given(t.Scope), Scopes())...)
	if t.Scope == ScopeOffices || t.Scope == ScopePosts {
		out = append(out, needText("scope_note", t.ScopeNote, 2, maxLine)...)
	} else {
		out = append(out, needText("scope_note", t.ScopeNote, 0, maxLine)...)
	}
	out = append(out, wrongPurposes(t.Purposes, t.PurposeNote)...)
	out = append(out, needText("method", t.Method, 1, maxLine)...)
	out = append(out, known("method", given(t.Method), Methods())...)
	least := 0
	if t.Method == MethodOffline { // in principle through the platform
		least = leastReason
	}
	out = append(out, needText("method_note", t.MethodNote, least, maxLine)...)
	if !t.ValidTo.IsZero() && t.ValidTo.Before(t.ValidFrom) {
		out = append(out, fault.At("valid_to", "sharing.err.span"))
	}
	if t.Quota != nil && *t.Quota < 1 {
		out = append(out, fault.At("quota", "sharing.err.quota"))
	}
	for _, item := range t.Items {
		if len(asked) > 0 && !slices.Contains(asked, item) {
			out = append(out, fault.At("items", "sharing.err.not_asked", "item", item))
		}
	}
	return out
}
