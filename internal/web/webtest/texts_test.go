package webtest_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/locale"
	"qingce/internal/web/webtest"
	"qingce/templates"
)

// root is the folder of the whole project.
const root = "../../.."

// derived begin keys that are put together from names in the code: of fields,
// of actions in the operation log. Whether one of them is used cannot be seen
// in the text of the program. The menu has the words of the whole programme,
// whose pages come one by one.
var derived = []string{"system.", "department.", "campaign.", "entry.", "oplog.", "input.err.", "input.note.", "menu.", "nav."}

// filledByScript begin the keys whose placeholders app.js fills.
var filledByScript = []string{"ui.js.", "ui.bulk.picked"}

// use is a place where a message is asked for.
type use struct {
	place string
	key   string
	// args are the names of the placeholders that the place fills, when they
	// can be seen.
	args  []string
	known bool
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	c := webtest.Catalog(t)
	chinese, english := c.Printer(locale.Chinese), c.Printer(locale.English)
	for _, lang := range locale.Languages() {
		for _, key := range c.Keys(lang) {
			if !chinese.Has(key) || !english.Has(key) {
				t.Errorf("%s stands in %s only", key, lang)
				continue
			}
			zh, en := placeholders(chinese.T(key)), placeholders(english.T(key))
			if !slices.Equal(zh, en) {
				t.Errorf("%s: placeholders %v in Chinese, %v in English", key, zh, en)
			}
			if strings.TrimSpace(chinese.T(key)) == "" || strings.TrimSpace(english.T(key)) == "" {
				t.Errorf("%s is empty", key)
			}
		}
	}
}

func TestEveryTextExists(t *testing.T) {
	p := webtest.Catalog(t).Printer(locale.Chinese)
	uses, _ := read(t)
	for _, u := range uses {
		if !p.Has(u.key) {
			t.Errorf("%s: no text for %s", u.place, u.key)
			continue
		}
		for _, name := range placeholders(p.T(u.key)) {
			if u.known && !slices.Contains(u.args, name) {
				t.Errorf("%s: %s has the placeholder {%s}, which is not filled", u.place, u.key, name)
			}
		}
	}
}

func TestNoTextIsLeftOver(t *testing.T) {
	uses, literals := read(t)
	used := map[string]bool{}
	for _, u := range uses {
		used[u.key] = true
	}
	prefixes, suffixes := slices.Clone(derived), []string{""}
	for text := range maps.Keys(literals) {
		used[text] = true
		if len(text) > 2 && strings.HasSuffix(text, ".") { // "state." + name
			prefixes = append(prefixes, text)
		}
		if len(text) > 2 && strings.HasPrefix(text, ".") { // key + ".title"
			suffixes = append(suffixes, text)
		}
	}
	for _, key := range webtest.Catalog(t).Keys(locale.Chinese) {
		begins := slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) })
		longer := slices.ContainsFunc(suffixes, func(s string) bool { return used[strings.TrimSuffix(key, s)] })
		if !begins && !longer {
			t.Errorf("nobody uses the text %s", key)
		}
	}
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

func placeholders(text string) []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// read finds all uses of messages in the program and the templates, and all
// texts of the program.
func read(t *testing.T) (uses []use, literals map[string]bool) {
	t.Helper()
	literals = map[string]bool{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != root {
			return filepath.SkipDir
		}
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		found, err := readGo(name, literals)
		uses = append(uses, found...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	found, err := readTemplates(literals)
	if err != nil {
		t.Fatal(err)
	}
	return append(uses, found...), literals
}

func readGo(name string, literals map[string]bool) ([]use, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, nil, 0)
	if err != nil {
		return nil, err
	}
	var uses []use
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if text, ok := literal(n); ok {
				literals[text] = true
			}
		case *ast.CallExpr:
			if u, ok := message(n); ok {
				u.place = place(files, n)
				uses = append(uses, u)
			}
		case *ast.CompositeLit:
			if action, ok := entryAction(n); ok {
				uses = append(uses, use{place: place(files, n), key: "oplog." + action})
			}
		}
		return true
	})
	return uses, nil
}

// entryAction is the action of an oplog.Entry{Action: "create"}.
func entryAction(lit *ast.CompositeLit) (string, bool) {
	kind, ok := lit.Type.(*ast.SelectorExpr)
	if !ok || kind.Sel.Name != "Entry" {
		return "", false
	}
	for _, e := range lit.Elts {
		pair, ok := e.(*ast.KeyValueExpr)
		if key, named := pair.Key.(*ast.Ident); ok && named && key.Name == "Action" {
			return literal(pair.Value)
		}
	}
	return "", false
}

func place(files *token.FileSet, n ast.Node) string {
	at := files.Position(n.Pos())
	return fmt.Sprintf("%s:%d", strings.TrimPrefix(at.Filename, root+"/"), at.Line)
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// asks names the functions that ask for a message, and which argument is the
// key. What follows are names and values of placeholders.
var asks = map[string]int{"T": 0, "New": 1, "At": 1, "Remark": 1, "Label": 0}

// message tells whether a call asks for a message by a literal key.
func message(call *ast.CallExpr) (use, bool) {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return use{}, false
	}
	at, ok := asks[fun.Sel.Name]
	pkg, _ := fun.X.(*ast.Ident)
	if !ok || at >= len(call.Args) || fun.Sel.Name != "T" && (pkg == nil || pkg.Name != "fault") {
		return use{}, false
	}
	key, ok := literal(call.Args[at])
	if !ok {
		return use{}, false
	}
	// A fault without arguments may be a sentinel that gets them later.
	sentinel := fun.Sel.Name == "New" && len(call.Args) == at+1
	u := use{key: key, known: fun.Sel.Name != "Label" && call.Ellipsis == token.NoPos && !sentinel}
	for i := at + 1; i < len(call.Args); i += 2 {
		name, ok := literal(call.Args[i])
		u.known = u.known && ok
		u.args = append(u.args, name)
	}
	return u, true
}

var (
	tCall  = regexp.MustCompile(`\bt "([^"]+)"((?: "[^"]+" (?:\([^)]*\)|[^\s(){}]+))*)`)
	tName  = regexp.MustCompile(` "([^"]+)" (?:\([^)]*\)|[^\s(){}]+)`)
	quoted = regexp.MustCompile(`"([a-z][a-z0-9_]*\.[a-z0-9_.]*)"`)
)

func readTemplates(literals map[string]bool) ([]use, error) {
	var uses []use
	err := fs.WalkDir(templates.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".html" {
			return err
		}
		raw, err := fs.ReadFile(templates.FS, name)
		for number, line := range strings.Split(string(raw), "\n") {
			for _, m := range tCall.FindAllStringSubmatch(line, -1) {
				byScript := slices.ContainsFunc(filledByScript, func(p string) bool { return strings.HasPrefix(m[1], p) })
				u := use{place: fmt.Sprintf("templates/%s:%d", name, number+1), key: m[1], known: !byScript}
				for _, arg := range tName.FindAllStringSubmatch(m[2], -1) {
					u.args = append(u.args, arg[1])
				}
				uses = append(uses, u)
			}
			for _, m := range quoted.FindAllStringSubmatch(line, -1) {
				literals[m[1]] = true
			}
		}
		return err
	})
	return uses, err
}

// What the content security policy forbids, in the templates themselves: also
// in branches that no test gets to see.
var inline = regexp.MustCompile(`(?i)<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script(?:\s[^>]*)?>[^<]`)

func TestTemplatesHaveNothingInline(t *testing.T) {
	err := fs.WalkDir(templates.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".html" || strings.HasPrefix(name, "mail/") {
			return err
		}
		raw, err := os.ReadFile(filepath.Join(root, "templates", name))
		for number, line := range strings.Split(string(raw), "\n") {
			if found := inline.FindString(line); found != "" {
				t.Errorf("templates/%s:%d: %s", name, number+1, found)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
