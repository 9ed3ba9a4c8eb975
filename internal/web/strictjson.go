package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
)

// strictJSON is JSON that can be read in one way only: a body that names a
// member twice, in whatever case, is refused. Otherwise the copy that was
// checked need not be the one that is used.
var strictJSON = huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshalStrict}

func unmarshalStrict(data []byte, v any) error {
	if _, first := v.(*any); first { // huma reads a body twice; once is enough to check
		if err := checkNames(data); err != nil {
			return err
		}
	}
	return json.Unmarshal(data, v)
}

// deepest is how far objects and lists may stand inside each other.
const deepest = 32

var (
	errTwice = errors.New("a member is named twice")
	errDeep  = errors.New("nested too deeply")
)

// checkNames reports a member that occurs twice in its object. What is not
// JSON at all is left to the decoder.
func checkNames(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	var open []names
	for {
		t, err := d.Token()
		if err != nil {
			return nil //nolint:nilerr // the end, or no JSON: the decoder says it better
		}
		if delim, ok := t.(json.Delim); ok {
			if open = nest(open, delim); len(open) > deepest {
				return errDeep
			}
		}
		if len(open) == 0 {
			continue
		}
		if err := open[len(open)-1].next(t); err != nil {
			return err
		}
	}
}

// names are the members of one object so far; seen is nil for a list.
type names struct {
	seen  map[string]bool
	value bool // the next token is the value of a member
}

func nest(open []names, d json.Delim) []names {
	switch d {
	case '{':
		return append(open, names{seen: map[string]bool{}, value: true})
	case '[':
		return append(open, names{})
	}
	return open[:len(open)-1]
}

// next takes a token of the object: names and values come in turn, and an
// inner object or list ends as a value.
func (n *names) next(t json.Token) error {
	if n.seen == nil {
		return nil
	}
	n.value = !n.value
	if name, ok := t.(string); ok && n.value {
		key := strings.Map(fold, name)
		if n.seen[key] {
			return errTwice
		}
		n.seen[key] = true
	}
	return nil
}

// fold makes runes equal that encoding/json takes for the same.
func fold(r rune) rune {
	for {
		next := unicode.SimpleFold(r)
		if next <= r {
			return next
		}
		r = next
	}
}
