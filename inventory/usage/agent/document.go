package agent

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// document reads a configuration node by node, so that every complaint has its
// line.
type document struct {
	file     string
	problems []Problem
}

// parse reads the text; nil when it is not even YAML.
func (d *document) parse(text []byte) ast.Node {
	file, err := parser.ParseBytes(text, 0)
	var syntax *yaml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		d.say(syntax.Token, problemSyntax, "message", syntax.Message)
	case err != nil:
		d.say(nil, problemSyntax, "message", err.Error())
	case len(file.Docs) == 0 || file.Docs[0].Body == nil:
		d.say(nil, problemEmpty)
	case len(file.Docs) > 1:
		d.say(file.Docs[1].GetToken(), problemSyntax, "message", "a second document begins here")
	default:
		return file.Docs[0].Body
	}
	return nil
}

// say notes a problem; args are names and values in turn.
func (d *document) say(at *token.Token, code string, args ...any) {
	p := Problem{File: d.file, Code: code, Args: map[string]any{}}
	if at != nil && at.Position != nil {
		p.Line, p.Column = at.Position.Line, at.Position.Column
	}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i].(string)] = args[i+1]
	}
	d.problems = append(d.problems, p)
}

// at is the token of a node at which an editor should open.
func at(n ast.Node) *token.Token {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		return at(m.Values[0])
	}
	if m, ok := n.(*ast.MappingValueNode); ok {
		return m.Key.GetToken()
	}
	return n.GetToken()
}

func lineOf(n ast.Node) int {
	if t := at(n); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
}

// entry reads the value of one key.
type entry struct {
	key  string
	read func(key string, n ast.Node)
}

// mapping reads keys and values; what is not among the entries is a problem.
func (d *document) mapping(key string, n ast.Node, entries ...entry) {
	var values []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		d.say(at(n), problemMapping, "key", key)
		return
	}
	for _, v := range values {
		name := v.Key.GetToken().Value
		i := slices.IndexFunc(entries, func(e entry) bool { return e.key == name })
		switch {
		case i < 0:
			d.say(v.Key.GetToken(), problemUnknown, "key", name, "known", keysOf(entries))
		case v.Value.Type() == ast.NullType: // as if it were absent
		default:
			entries[i].read(name, v.Value)
		}
	}
}

func keysOf(entries []entry) string {
	var keys []string
	for _, e := range entries {
		keys = append(keys, e.key)
	}
	return strings.Join(keys, ", ")
}

// list reads the items of a list.
func (d *document) list(key string, n ast.Node, item func(n ast.Node)) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		d.say(at(n), problemList, "key", key)
		return
	}
	for _, v := range s.Values {
		item(v)
	}
}

// words reads a list of texts, or one text alone.
func (d *document) words(to *[]string, check func(text string, n ast.Node)) func(string, ast.Node) {
	return func(key string, n ast.Node) {
		one := func(n ast.Node) {
			if s, ok := d.scalar(key, n); ok {
				*to = append(*to, s)
				if check != nil {
					check(s, n)
				}
			}
		}
		if _, ok := n.(*ast.SequenceNode); ok {
			d.list(key, n, one)
			return
		}
		one(n)
	}
}

// scalar is the text of a value, numbers included.
func (d *document) scalar(key string, n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	case *ast.IntegerNode, *ast.FloatNode:
		return n.GetToken().Value, true
	}
	d.say(at(n), problemText, "key", key)
	return "", false
}

func (d *document) text(to *string) func(string, ast.Node) {
	return func(key string, n ast.Node) {
		if s, ok := d.scalar(key, n); ok {
			*to = s
		}
	}
}

func (d *document) yesNo(to *bool) func(string, ast.Node) {
	return func(key string, n ast.Node) {
		b, ok := n.(*ast.BoolNode)
		if !ok {
			d.say(at(n), problemYesNo, "key", key)
			return
		}
		*to = b.Value
	}
}

// whole reads a whole number within bounds.
func (d *document) whole(to *int, least, most int) func(string, ast.Node) {
	return func(key string, n ast.Node) {
		v, err := strconv.Atoi(n.GetToken().Value)
		if err != nil || v < least || v > most {
			d.say(at(n), problemWhole, "key", key, "least", least, "most", most)
			return
		}
		*to = v
	}
}

// span reads a duration such as 30s within bounds.
func (d *document) span(to *time.Duration, least, most time.Duration) func(string, ast.Node) {
	return func(key string, n ast.Node) {
		v, err := time.ParseDuration(n.GetToken().Value)
		if err != nil || v < least || v > most {
			d.say(at(n), problemInterval, "key", key, "least", least.String(), "most", most.String())
			return
		}
		*to = v
	}
}

// mostSpool is the largest spool in megabytes.
const mostSpool = math.MaxInt32 >> 20
