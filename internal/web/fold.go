package web

import (
	"html"
	"html/template"
	"text/template/parse"
)

// constants are what template functions give that depends on the language
// alone, by function.
type constants map[string]func(word string) (string, error)

// constants are t, asset and icon with one literal argument. Texts are escaped
// as html/template does where they stand: between tags or in an attribute that
// is no address (a test holds every template to that).
func (p *pages) constants(t func(key string, args ...any) string) constants {
	return constants{
		"t":     func(key string) (string, error) { return html.EscapeString(t(key)), nil },
		"asset": p.assets.href,
		"icon": func(name string) (string, error) {
			svg, err := p.assets.icon(name)
			return string(svg), err
		},
	}
}

// fold puts the constants into the text of the templates before they are first
// executed: a page asks for a hundred of them and more, and each costs as much
// as a row of a table. What cannot be had is left to fail when it is shown.
func (c constants) fold(t *template.Template) {
	for _, one := range t.Templates() {
		if one.Tree != nil {
			c.list(one.Tree.Root)
		}
	}
}

func (c constants) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for i, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			if text, ok := c.value(n.Pipe); ok {
				l.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(text)}
			}
		case *parse.IfNode:
			c.branch(&n.BranchNode)
		case *parse.RangeNode:
			c.branch(&n.BranchNode)
		case *parse.WithNode:
			c.branch(&n.BranchNode)
		}
	}
}

func (c constants) branch(n *parse.BranchNode) {
	c.list(n.List)
	c.list(n.ElseList)
}

// value is what a pipe gives when it is a constant.
func (c constants) value(p *parse.PipeNode) (string, bool) {
	if len(p.Decl) > 0 || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 2 {
		return "", false
	}
	name, isName := p.Cmds[0].Args[0].(*parse.IdentifierNode)
	word, isWord := p.Cmds[0].Args[1].(*parse.StringNode)
	if !isName || !isWord || c[name.Ident] == nil {
		return "", false
	}
	text, err := c[name.Ident](word.Text)
	return text, err == nil
}
