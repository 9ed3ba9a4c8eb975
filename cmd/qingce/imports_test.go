package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the directory of the module, seen from this package.
const root = "../.."

// source is a parsed file of the house.
type source struct {
	name string // internal/store/store.go
	pkg  string // internal/store
	test bool
	file *ast.File
	fset *token.FileSet
}

// imports lists the paths that the file imports.
func (s source) imports() []string {
	var out []string
	for _, spec := range s.file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err == nil {
			out = append(out, p)
		}
	}
	return out
}

// base is the name without folders.
func (s source) base() string { return path.Base(s.name) }

// sources reads every Go file of the module.
func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "data" || d.Name() == "testdata") && name != root+"/internal/calendar/data" {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		s, err := parse(filepath.ToSlash(rel), nil)
		out = append(out, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 100 {
		t.Fatalf("only %d files were found", len(out))
	}
	return out
}

// parse reads a file of the module, or the text in its place.
func parse(name string, text any) (source, error) {
	s := source{name: name, pkg: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), fset: token.NewFileSet()}
	from := name
	if text == nil {
		from = filepath.Join(root, name)
	}
	var err error
	s.file, err = parser.ParseFile(s.fset, from, text, parser.ParseComments)
	return s, err
}

const module = "qingce/"

// ground is what the rooms of the domain may stand on: not the pages, not the
// templates, not the migrations.
var ground = []string{
	"internal/fault", "internal/calendar", "internal/auth", "internal/store", "internal/oplog", "internal/evidence", "internal/sheet",
	"internal/schedule", "internal/field", "internal/input", "internal/locale", "internal/account", "internal/recall", "internal/runs",
}

// pages is what the packages of pages may use besides their domain.
var pages = append([]string{"internal/chart", "internal/fieldweb", "internal/web", "templates"}, ground...)

// mayImport says, for each package, which packages of the house it may import.
// Imports point down: what is not listed points up, or aside.
var mayImport = map[string][]string{
	"internal/fault":    {},
	"internal/calendar": {},
	"internal/chart":    {},
	"internal/recall":   {},
	"internal/runs":     {},
	"migrations":        {},
	"templates":         {},
	"internal/auth":     {"internal/fault"},
	"internal/store":    {"internal/fault"},
	"internal/input":    {"internal/calendar", "internal/fault"},
	"internal/locale":   {"internal/calendar", "internal/fault"},
	"internal/sheet":    {"internal/calendar", "internal/fault"},
	"internal/backup":   {"internal/store", "internal/fault"},
	"internal/jobs":     {"internal/calendar", "internal/fault", "internal/store"},
	"internal/oplog":    {"internal/auth", "internal/fault", "internal/store"},
	"internal/field":    {"internal/calendar", "internal/fault", "internal/input", "internal/locale", "internal/store"},
	"internal/account":  {"internal/auth", "internal/fault", "internal/oplog", "internal/store"},
	"internal/evidence": {"internal/auth", "internal/fault", "internal/oplog", "internal/store"},
	"internal/schedule": {"internal/auth", "internal/calendar", "internal/fault", "internal/oplog", "internal/store"},
	"internal/web":      {"internal/auth", "internal/calendar", "internal/fault", "internal/locale", "templates"},
	"internal/fieldweb": {"internal/calendar", "internal/fault", "internal/field", "internal/locale", "templates"},
	// The workbench joins the rooms, and the log shows what changed in the words of the register.
	"internal/adminweb": append([]string{"inventory"}, pages...),

	"inventory":              ground,
	"inventory/inventoryweb": append([]string{"inventory"}, pages...),
	"inventory/usage/wire":   {},
	"inventory/usage/agent":  {"inventory/usage/wire"},
	"inventory/usage":        append([]string{"inventory", "inventory/usage/wire"}, ground...),
	"inventory/usage/usageweb": append([]string{
		"inventory", "inventory/usage", "inventory/usage/wire", "internal/chart", "internal/fieldweb",
	}, pages...),
	"inventory/similar/text": {},
	"inventory/similar":      append([]string{"inventory", "inventory/similar/text", "inventory/usage/wire"}, ground...),
	"inventory/similar/similarweb": append([]string{
		"inventory", "inventory/similar", "inventory/similar/text", "internal/fieldweb",
	}, pages...),
	// Detection is pure: facts in, verdicts out.
	"inventory/zombie/detect":  {},
	"inventory/zombie/fleet":   {"inventory/zombie/detect", "internal/calendar"},
	"inventory/zombie":         append([]string{"inventory", "inventory/usage", "inventory/usage/wire", "inventory/similar", "inventory/zombie/detect"}, ground...),
	"inventory/zombie/cleanup": append([]string{"inventory", "inventory/zombie", "inventory/zombie/detect"}, ground...),
	"inventory/zombie/zombieweb": append([]string{
		"inventory", "inventory/usage", "inventory/usage/wire", "inventory/similar", "inventory/zombie", "inventory/zombie/cleanup", "inventory/zombie/detect",
	}, pages...),

	"inventory/hub": append([]string{"inventory"}, ground...),
	"inventory/hub/hubweb": append([]string{
		"inventory", "inventory/hub", "internal/chart", "internal/fieldweb",
	}, pages...),

	"inventory/catalog":             append([]string{"inventory"}, ground...),
	"inventory/catalog/catalogweb":  append([]string{"inventory", "inventory/catalog"}, pages...),
	"inventory/sharing":             append([]string{"inventory", "inventory/catalog", "inventory/similar/text"}, ground...),
	"inventory/sharing/sharingweb":  append([]string{"inventory", "inventory/catalog", "inventory/sharing"}, pages...),
	"inventory/sharing/sharingtest": append([]string{"inventory", "inventory/inventorytest", "inventory/catalog", "inventory/sharing"}, ground...),
	"inventory/catalog/catalogtest": append([]string{"inventory", "inventory/inventorytest", "inventory/catalog"}, ground...),

	"survey/questionnaire": append([]string{"inventory"}, ground...),
	"survey":               append([]string{"inventory", "survey/questionnaire"}, ground...),
	"survey/census":        append([]string{"inventory", "survey", "survey/questionnaire"}, ground...),
	"survey/surveyweb": append([]string{
		"inventory", "survey", "survey/census", "survey/questionnaire", "internal/chart", "internal/fieldweb",
	}, pages...),

	// What a month was worth, and who may get money, are pure.
	"scoring": append([]string{
		"inventory", "inventory/catalog", "inventory/hub", "inventory/sharing", "inventory/zombie", "inventory/zombie/cleanup",
		"survey", "scoring/programme",
	}, ground...),
	"scoring/scoringweb":  append([]string{"inventory", "scoring", "scoring/programme"}, pages...),
	"scoring/scorecard":   {"internal/fault"},
	"scoring/eligibility": {},
	"scoring/programme":   {"internal/calendar", "internal/fault"},

	"scoring/funding": append([]string{
		"inventory", "inventory/hub", "inventory/zombie", "inventory/zombie/cleanup", "scoring/eligibility",
	}, ground...),
	"scoring/funding/fundingweb": append([]string{
		"inventory", "inventory/hub", "inventory/zombie", "inventory/zombie/cleanup", "scoring/eligibility", "scoring/funding",
	}, pages...),
	"scoring/funding/fundingtest": append([]string{
		"inventory", "inventory/inventorytest", "inventory/hub", "inventory/zombie", "inventory/zombie/cleanup", "scoring/funding",
	}, ground...),

	// Breaches are told to bodies; what their records are the rooms say that wire them.
	"scoring/monthly": append([]string{
		"inventory", "inventory/hub", "inventory/catalog", "inventory/sharing", "inventory/zombie/cleanup", "survey", "survey/census", "scoring/scorecard",
	}, ground...),
	"scoring/monthly/monthlyweb":             append([]string{"inventory", "scoring/monthly", "scoring/scorecard"}, pages...),
	"scoring/rectification":                  append([]string{"inventory"}, ground...),
	"scoring/rectification/rectificationweb": append([]string{"inventory", "scoring/rectification"}, pages...),

	// Fixtures for tests stand beside what they are fixtures of.
	"scoring/scoringtest": append([]string{
		"inventory", "inventory/hub", "inventory/inventorytest", "inventory/sharing/sharingtest", "inventory/zombie", "inventory/zombie/cleanup",
		"scoring", "survey",
	}, ground...),
	"internal/store/storetest": {"internal/store", "migrations"},
	"internal/web/webtest":     append([]string{"internal/adminweb", "internal/store/storetest"}, pages...),
	"inventory/inventorytest":  append([]string{"inventory", "internal/store/storetest", "templates"}, ground...),
	"inventory/usage/usagetest": append([]string{
		"inventory", "inventory/inventorytest", "inventory/usage", "inventory/usage/wire",
	}, ground...),
	"inventory/zombie/zombietest": append([]string{
		"inventory", "inventory/inventorytest", "inventory/usage", "inventory/usage/usagetest", "inventory/usage/wire", "inventory/zombie", "inventory/zombie/detect",
	}, ground...),
	"survey/surveytest": append([]string{
		"inventory", "inventory/inventorytest", "survey", "survey/census", "survey/questionnaire", "internal/store/storetest", "templates",
	}, ground...),
}

func TestImportsPointDown(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sources(t) {
		seen[s.pkg] = true
		if s.pkg == "cmd/qingce" {
			continue // ties everything
		}
		allowed, known := mayImport[s.pkg]
		if !known && s.test {
			continue // a package of tests alone, beside what is not Go
		}
		if !known {
			t.Errorf("%s: say in mayImport what package %s may import", s.name, s.pkg)
			continue
		}
		for _, p := range s.imports() {
			ours, ok := strings.CutPrefix(p, module)
			switch {
			case !ok:
			case ours == "cmd/qingce":
				t.Errorf("%s imports %s: nothing imports the command", s.name, ours)
			case s.test: // tests may look around
			case !slices.Contains(allowed, ours):
				t.Errorf("%s imports %s: package %s may import only %v", s.name, ours, s.pkg, allowed)
			}
		}
	}
	for pkg := range mayImport {
		if !seen[pkg] {
			t.Errorf("mayImport speaks of %s, which is not there", pkg)
		}
	}
}

// fence keeps a library in its home.
type fence struct {
	library string
	homes   []string // packages
	files   string   // pattern of file names that may use it elsewhere
}

var fences = []fence{
	{"gorm.io/", []string{"internal/store", "internal/store/storetest"}, "store*.go"},
	{"github.com/jackc/pgx/", []string{"internal/store", "internal/store/storetest"}, "store*.go"},
	{"modernc.org/sqlite", []string{"internal/store"}, ""},
	{"github.com/pressly/goose/", []string{"internal/store"}, ""},
	{"github.com/gin-gonic/gin", []string{"internal/web", "internal/adminweb", "inventory/inventoryweb", "cmd/qingce"}, ""},
	{"github.com/danielgtaylor/huma/", []string{"internal/web", "internal/adminweb", "inventory/inventoryweb", "inventory/usage/usageweb", "inventory/zombie/zombieweb", "inventory/similar/similarweb", "inventory/hub/hubweb", "inventory/catalog/catalogweb", "inventory/sharing/sharingweb", "scoring/scoringweb", "scoring/funding/fundingweb", "scoring/rectification/rectificationweb", "scoring/monthly/monthlyweb", "survey/surveyweb", "cmd/qingce"}, ""},
	{"github.com/go-co-op/gocron/", []string{"internal/jobs"}, ""},
	{"github.com/robfig/cron/", []string{"internal/jobs"}, ""},
	{"github.com/jonboulle/clockwork", []string{"internal/jobs", "cmd/qingce"}, ""},
	{"github.com/xuri/excelize/", []string{"internal/sheet"}, ""},
	{"github.com/alecthomas/kong", []string{"cmd/qingce"}, ""},
	{"github.com/prometheus/", []string{"internal/web", "internal/web/webtest", "inventory/usage/usageweb", "cmd/qingce"}, ""},
	{"github.com/golang/snappy", []string{"inventory/usage/wire"}, ""},
	{"go.opentelemetry.io/", nil, ""}, // for tests
	{"google.golang.org/protobuf/", []string{"inventory/usage/wire"}, ""},
	{"github.com/goccy/go-yaml", []string{"inventory/usage/agent"}, ""},
	{"golang.org/x/mod/sumdb/", []string{"internal/oplog"}, ""},
	{"golang.org/x/crypto/", []string{"internal/account"}, ""},
	{"golang.org/x/time/", []string{"internal/web"}, ""},
	{"github.com/wcharczuk/go-chart/", []string{"internal/chart"}, ""},
	{"github.com/golang/freetype/", []string{"internal/chart"}, ""},
	{"golang.org/x/image/", []string{"internal/chart"}, ""},
	{"html/template", []string{"internal/web", "internal/chart", "templates"}, ""},
	{"text/template", []string{"internal/store"}, ""},
}

// outside tells whether the file reaches over the fence.
func (f fence) outside(s source) bool {
	uses := slices.ContainsFunc(s.imports(), func(p string) bool {
		return p == f.library || strings.HasPrefix(p, f.library) && (strings.HasSuffix(f.library, "/") || p[len(f.library)] == '/')
	})
	if !uses || slices.Contains(f.homes, s.pkg) {
		return false
	}
	fits, _ := path.Match(f.files, s.base()) // the patterns are right
	return !fits
}

func TestLibrariesStayInTheirHomes(t *testing.T) {
	for _, s := range sources(t) {
		for _, f := range fences {
			if !s.test && f.outside(s) {
				t.Errorf("%s uses %s, whose home is %v (elsewhere: files %q)", s.name, f.library, f.homes, f.files)
			}
		}
	}
}

func TestFencesHold(t *testing.T) {
	for _, c := range []struct {
		name, library string
		outside       bool
	}{
		{"inventory/systems.go", "gorm.io/gorm", true},
		{"inventory/store_system.go", "gorm.io/gorm/clause", false},
		{"internal/oplog/log.go", "github.com/gin-gonic/gin", true},
		{"internal/web/server.go", "github.com/gin-gonic/gin/binding", false},
		{"cmd/qingce/jobs.go", "github.com/go-co-op/gocron/v2", true},
		{"cmd/qingce/jobs.go", "github.com/gin-gonic/ginger", false},
	} {
		s, err := parse(c.name, "package x\nimport _ \""+c.library+"\"\n")
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.ContainsFunc(fences, func(f fence) bool { return f.outside(s) }); got != c.outside {
			t.Errorf("%s in %s: outside %v, want %v", c.library, c.name, got, c.outside)
		}
	}
}
