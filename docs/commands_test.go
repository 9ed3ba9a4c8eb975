package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// command is a subcommand as the command line of the program defines it.
type command struct {
	flags []string
	subs  map[string]*command
}

// commandLine reads the model of the command line out of its sources: the
// struct "commands", whose fields and tags are what the program itself goes by.
func commandLine(t *testing.T) *command {
	t.Helper()
	structs := map[string]*ast.StructType{}
	dir := filepath.Join(root, "cmd", "qingce")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".go" || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if s, ok := spec.Type.(*ast.StructType); ok {
					structs[spec.Name.Name] = s
				}
			}
			return true
		})
	}
	if structs["commands"] == nil {
		t.Fatal("cmd/qingce has no struct named commands")
	}
	top := readCommand(structs, "commands", []string{"help"})
	if len(top.subs) < 5 {
		t.Fatalf("only %d subcommands found", len(top.subs))
	}
	return top
}

func readCommand(structs map[string]*ast.StructType, name string, flags []string) *command {
	c := &command{flags: slices.Clone(flags), subs: map[string]*command{}}
	var subs [][2]string
	c.collect(structs, name, &subs)
	for _, sub := range subs {
		c.subs[sub[0]] = readCommand(structs, sub[1], c.flags)
	}
	return c
}

// collect takes the flags of a struct and of those embedded in it, and notes
// its subcommands.
func (c *command) collect(structs map[string]*ast.StructType, name string, subs *[][2]string) {
	if structs[name] == nil {
		return
	}
	for _, f := range structs[name].Fields.List {
		kind, _ := f.Type.(*ast.Ident)
		if len(f.Names) == 0 {
			if kind != nil {
				c.collect(structs, kind.Name, subs)
			}
			continue
		}
		var tag reflect.StructTag
		if f.Tag != nil {
			tag = reflect.StructTag(strings.Trim(f.Tag.Value, "`"))
		}
		word := tag.Get("name")
		if word == "" {
			word = dashed(f.Names[0].Name)
		}
		_, isCommand := tag.Lookup("cmd")
		_, isArgument := tag.Lookup("arg")
		switch {
		case isCommand && kind != nil:
			*subs = append(*subs, [2]string{word, kind.Name})
		case !isArgument:
			c.flags = append(c.flags, word)
		}
	}
}

// dashed writes TLSCert as tls-cert.
func dashed(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		afterSmall := i > 0 && unicode.IsLower(runes[i-1])
		beforeSmall := i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if unicode.IsUpper(r) && (afterSmall || beforeSmall) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

var call = regexp.MustCompile(`(?:^|[\s/(])qingce((?: [^\s#|&;]+)+)`)

func TestCommandsExist(t *testing.T) {
	top := commandLine(t)
	seen := 0
	for _, p := range pages(t) {
		for line, code := range p.codes {
			for _, m := range call.FindAllStringSubmatch(code, -1) {
				seen++
				if wrong := top.check(strings.Fields(m[1])); wrong != "" {
					t.Errorf("%s:%d: %q: %s", p.name, line, strings.TrimSpace(m[0]), wrong)
				}
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d commands found in the documentation", seen)
	}
}

// check says what is wrong with the words behind the name of the program.
func (c *command) check(words []string) string {
	if i := slices.Index(words, "qingce"); i >= 0 { // a variable stood before it
		words = words[i+1:]
	}
	at := c
	for i, word := range words {
		word = strings.Trim(word, `"'`)
		if flag, ok := strings.CutPrefix(word, "--"); ok {
			name, _, _ := strings.Cut(flag, "=")
			if !slices.Contains(at.flags, name) {
				return "no flag --" + name
			}
			continue
		}
		if sub, ok := at.subs[word]; ok {
			at = sub
			continue
		}
		if i == 0 && word != "…" && word != "..." {
			return "no subcommand " + word
		}
	}
	return ""
}

// TestEverySubcommandIsDocumented wants each subcommand to be named in the
// guide of operations or elsewhere.
func TestEverySubcommandIsDocumented(t *testing.T) {
	top := commandLine(t)
	named := map[string]bool{}
	for _, p := range pages(t) {
		for _, code := range p.codes {
			for _, m := range call.FindAllStringSubmatch(code, -1) {
				for _, word := range strings.Fields(m[1]) {
					named[word] = true
				}
			}
		}
	}
	for name := range top.subs {
		if !named[name] {
			t.Errorf("qingce %s is named nowhere in the documentation", name)
		}
	}
}

// testSources are the texts of all tests: benchmarks have variables too.
func testSources(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		raw, err := os.ReadFile(path)
		b.Write(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestSettingsExist wants every variable that the documentation names to be
// one of the program or of its tests.
func TestSettingsExist(t *testing.T) {
	known := sources(t) + testSources(t)
	variable := regexp.MustCompile(`QINGCE_[A-Z_]+`)
	for _, p := range pages(t) {
		for i, line := range p.lines {
			for _, name := range variable.FindAllString(line, -1) {
				if !strings.Contains(known, `"`+name+`"`) {
					t.Errorf("%s:%d: no variable %s", p.name, i+1, name)
				}
			}
		}
	}
}
