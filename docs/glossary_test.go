package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/survey"
)

func messages(t *testing.T) *locale.Catalog {
	t.Helper()
	c, err := locale.Load(os.DirFS(filepath.Join(root, "templates", "locale")))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func words(t *testing.T) (chinese, english *locale.Printer) {
	t.Helper()
	c := messages(t)
	return c.Printer(locale.Chinese), c.Printer(locale.English)
}

// table is a glossary table; its kind is what the comment before it says.
type table struct {
	page page
	kind string
	rows []row
}

type row struct {
	line  int
	cells []string
}

var marker = regexp.MustCompile(`^<!-- glossary (\S+) -->$`)

func tables(p page) []table {
	var out []table
	for i, line := range p.lines {
		if m := marker.FindStringSubmatch(line); m != nil {
			out = append(out, table{page: p, kind: m[1], rows: rowsFrom(p, i+1)})
		}
	}
	return out
}

// rowsFrom reads the rows of the table whose header stands at a line.
func rowsFrom(p page, at int) []row {
	var out []row
	for i := at + 2; i < len(p.lines) && strings.HasPrefix(p.lines[i], "|"); i++ {
		cells := strings.Split(strings.Trim(p.lines[i], "|"), "|")
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		out = append(out, row{line: i + 1, cells: cells})
	}
	return out
}

// complete are the identifiers that a table of a kind must hold, in order; nil
// for tables that hold a choice of them.
func complete(kind string) []string {
	switch kind {
	case "role.":
		return texts(auth.AllRoles())
	case "opt.state.":
		return texts(inventory.States())
	case "inventory.move.":
		var moves []inventory.Move
		for _, s := range inventory.Steps() {
			moves = append(moves, s.Move)
		}
		return texts(moves)
	case "st.":
		return texts(survey.Standings())
	case "opt.department_kind.", "opt.disposition.":
		for _, f := range inventory.SystemFields.All() {
			if f.Words == strings.Split(kind, ".")[1] {
				return f.Options
			}
		}
		kinds, _ := inventory.DepartmentFields.Find("kind")
		return kinds.Options
	}
	return nil
}

func texts[S ~string](all []S) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = string(s)
	}
	return out
}

func TestGlossaryOfTheReadmeIsTheCode(t *testing.T) {
	zh, en := words(t)
	types, code := exportedTypes(t), sources(t)
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		p, err := readPage(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		all := tables(p)
		if len(all) != 12 {
			t.Errorf("%s has %d glossary tables, want 12", name, len(all))
		}
		for _, tab := range all {
			switch tab.kind {
			case "go":
				tab.checkTypes(t, types)
			case "code":
				tab.checkSources(t, code)
			default:
				tab.checkWords(t, zh, en)
			}
		}
	}
}

// checkWords holds rows of Chinese, identifier, English against the messages.
func (tab table) checkWords(t *testing.T, zh, en *locale.Printer) {
	t.Helper()
	var ids []string
	for _, r := range tab.rows {
		id := strings.Trim(r.cells[1], "`")
		ids = append(ids, id)
		if got, want := r.cells[0], zh.T(tab.kind+id); got != want {
			t.Errorf("%s:%d: %s is called %q, the program says %q", tab.page.name, r.line, id, got, want)
		}
		if got, want := r.cells[2], en.T(tab.kind+id); got != want {
			t.Errorf("%s:%d: %s is called %q, the program says %q", tab.page.name, r.line, id, got, want)
		}
		if _, ok := inventory.SystemFields.Find(id); tab.kind == "system." && !ok {
			t.Errorf("%s:%d: a system has no field %s", tab.page.name, r.line, id)
		}
	}
	if want := complete(tab.kind); want != nil && !slices.Equal(ids, want) {
		t.Errorf("%s: table %s holds\n%v, the code has\n%v", tab.page.name, tab.kind, ids, want)
	}
}

// checkTypes holds identifiers of the form package.Type against the packages.
func (tab table) checkTypes(t *testing.T, types map[string]bool) {
	t.Helper()
	for _, r := range tab.rows {
		if id := strings.Trim(r.cells[1], "`"); !types[id] {
			t.Errorf("%s:%d: no type %s", tab.page.name, r.line, id)
		}
	}
}

// checkSources wants every identifier to stand in the code as a string.
func (tab table) checkSources(t *testing.T, code string) {
	t.Helper()
	for _, r := range tab.rows {
		for _, id := range codeSpan.FindAllString(r.cells[len(r.cells)-1], -1) {
			if !strings.Contains(code, `"`+strings.Trim(id, "`")+`"`) {
				t.Errorf("%s:%d: no identifier %s", tab.page.name, r.line, id)
			}
		}
	}
}

// eachSource parses the Go files of the program, tests left out.
func eachSource(t *testing.T, visit func(path string, file *ast.File, raw []byte)) {
	t.Helper()
	for _, top := range []string{"cmd", "internal", "inventory", "survey", "scoring"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, raw, parser.SkipObjectResolution)
			if err == nil {
				visit(path, file, raw)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func exportedTypes(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	eachSource(t, func(_ string, file *ast.File, _ []byte) {
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, s := range g.Specs {
				out[file.Name.Name+"."+s.(*ast.TypeSpec).Name.Name] = true
			}
		}
	})
	return out
}

// sources is the whole text of the program.
func sources(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	eachSource(t, func(_ string, _ *ast.File, raw []byte) { b.Write(raw) })
	return b.String()
}

// listed is a line of the glossary of fields.
type listed struct{ section, chinese, id, english string }

func TestGlossaryOfFieldsIsTheCatalog(t *testing.T) {
	zh, en := words(t)
	p, err := readPage(filepath.Join(root, "docs", "glossary.md"))
	if err != nil {
		t.Fatal(err)
	}
	var want []listed
	var sets []*set
	want = append(want, fieldsOf(inventory.SystemFields, zh, en, &sets)...)
	want = append(want, fieldsOf(inventory.DepartmentFields, zh, en, &sets)...)
	for _, s := range sets {
		for _, o := range s.options {
			key := field.OptionKey(s.words, o)
			want = append(want, listed{s.words, zh.T(key), o, en.T(key)})
		}
	}
	got := listedIn(p)
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Fatalf("docs/glossary.md lacks %+v", want[i])
		case i >= len(want):
			t.Fatalf("docs/glossary.md has %+v, the program has not", got[i])
		case got[i] != want[i]:
			t.Fatalf("docs/glossary.md has\n%+v, the program has\n%+v", got[i], want[i])
		}
	}
}

// set is a set of choices.
type set struct {
	words   string
	options []string
}

func fieldsOf[T any](c *field.Catalog[T], zh, en *locale.Printer, sets *[]*set) []listed {
	var out []listed
	for _, section := range c.Sections() {
		title := zh.T(c.Name+".section."+section) + " · " + en.T(c.Name+".section."+section)
		for _, f := range c.All() {
			if f.Section != section {
				continue
			}
			label := string(c.Label(f.Key))
			out = append(out, listed{title, zh.T(label), f.Key, en.T(label)})
			known := slices.ContainsFunc(*sets, func(s *set) bool { return s.words == f.Words })
			if f.Words != "" && !known {
				*sets = append(*sets, &set{f.Words, f.Options})
			}
		}
	}
	return out
}

func listedIn(p page) []listed {
	var out []listed
	section := ""
	for _, line := range p.lines {
		if title, ok := strings.CutPrefix(line, "### "); ok {
			section = title
		}
		cells := strings.Split(line, " | ")
		if section == "" || len(cells) < 3 || !strings.HasPrefix(cells[1], "`") {
			continue
		}
		english := strings.TrimSuffix(cells[2], " |")
		out = append(out, listed{section, strings.TrimPrefix(cells[0], "| "), strings.Trim(cells[1], "`"), english})
	}
	return out
}
