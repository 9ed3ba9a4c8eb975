package oplog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Change is one member that differs between two states of an object. A side
// where the member is absent is nil. When a state is no JSON object the whole
// of it is one Change without a name.
type Change struct {
	Member string
	Before json.RawMessage
	After  json.RawMessage
}

// Changes compares two states of an object, member by member, in the way an
// entry keeps them: secrets are masked. No changes means equal states.
func Changes(before, after any) ([]Change, error) {
	b, a, err := states(before, after)
	if err != nil {
		return nil, err
	}
	return Row{Before: b, After: a}.Changes()
}

// Changes lists what the entry changed: all members for a new or a removed
// object.
func (r Row) Changes() ([]Change, error) {
	before, err := compact(r.Before)
	if err != nil {
		return nil, fmt.Errorf("entry %d, before: %w", r.ID, err)
	}
	after, err := compact(r.After)
	if err != nil {
		return nil, fmt.Errorf("entry %d, after: %w", r.ID, err)
	}
	if len(before)+len(after) == 0 {
		return nil, nil
	}
	if len(before) > 0 && !isObject(before) || len(after) > 0 && !isObject(after) {
		return []Change{{Before: before, After: after}}, nil
	}
	return pair(members(before), members(after)), nil
}

// pair puts the members of both sides beside each other, in the order of
// after and then what is only in before.
func pair(before, after []member) []Change {
	var out []Change
	old := byName(before)
	for _, m := range after {
		out = append(out, Change{Member: m.name, Before: old[m.name], After: m.value})
		delete(old, m.name)
	}
	for _, m := range before {
		if _, left := old[m.name]; left {
			out = append(out, Change{Member: m.name, Before: m.value})
		}
	}
	return out
}

// compact checks stored JSON and takes the blanks out; nothing stays nothing.
func compact(s string) (json.RawMessage, error) {
	if s == "" {
		return nil, nil
	}
	var buf bytes.Buffer
	if err := json.Compact(&buf, []byte(s)); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// states writes the two states as JSON. Of two objects only the members that
// differ are left; equal states leave nothing.
func states(before, after any) (string, string, error) {
	b, err := encode(before)
	if err != nil {
		return "", "", err
	}
	a, err := encode(after)
	if err != nil {
		return "", "", err
	}
	if bytes.Equal(a, b) {
		return "", "", nil
	}
	if isObject(b) && isObject(a) {
		b, a = differing(b, a)
	}
	return string(mask(b)), string(mask(a)), nil
}

// encode writes compact JSON; nothing at all for nil.
func encode(v any) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write as JSON: %w", err)
	}
	out := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	if string(out) == "null" {
		return nil, nil
	}
	return out, nil
}

// differing leaves of both objects the members that are not the same in both.
func differing(before, after []byte) (b, a []byte) {
	old := byName(members(before))
	same := map[string]bool{}
	var kept []member
	for _, m := range members(after) {
		if v, ok := old[m.name]; ok && bytes.Equal(v, m.value) {
			same[m.name] = true
			continue
		}
		kept = append(kept, m)
	}
	var was []member
	for _, m := range members(before) {
		if !same[m.name] {
			was = append(was, m)
		}
	}
	return join(was), join(kept)
}

// secretWords mark members that must never be kept.
var secretWords = [...]string{"password", "secret", "token", "hash", "cookie"}

func isSecret(name string) bool {
	name = strings.ToLower(name)
	for _, w := range secretWords {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// mask puts "***" in the place of secrets at any depth.
func mask(v []byte) []byte {
	if !isSecret(string(v)) { // quick: most states have no such word at all
		return v
	}
	switch {
	case isObject(v):
		ms := members(v)
		for i := range ms {
			if isSecret(ms[i].name) && !isTruth(ms[i].value) {
				ms[i].value = []byte(`"***"`)
			} else {
				ms[i].value = mask(ms[i].value)
			}
		}
		return join(ms)
	case len(v) > 0 && v[0] == '[':
		return maskElements(v)
	}
	return v
}

func maskElements(v []byte) []byte {
	out := []byte{'['}
	for i := 1; i < len(v)-1; {
		end := valueEnd(v, i)
		if i > 1 {
			out = append(out, ',')
		}
		out = append(out, mask(v[i:end])...)
		i = end + 1
	}
	return append(out, ']')
}

// isTruth tells values that give nothing away ("must_change_password": true).
func isTruth(v []byte) bool {
	return string(v) == "true" || string(v) == "false" || string(v) == "null"
}
