package main_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// finding is something that the house does not do.
type finding struct {
	at   token.Position
	what string
}

// clocks are where the machine's clock may be asked: the command, which hands
// it in, and the database, which hands it on. The web measures how long an
// answer took.
func mayAskClock(s source) bool {
	return s.pkg == "cmd/qingce" || strings.HasPrefix(s.pkg, "internal/store") || s.name == "internal/web/observe.go"
}

// forbiddenMethods are gorm's ways to do what nobody asked for.
var forbiddenMethods = []string{"AutoMigrate", "Save", "Preload", "FirstOrCreate", "FirstOrInit", "Association", "Omit", "Attrs"}

// structMethods take conditions and values as structs, and then leave out what
// is zero.
var structMethods = []string{"Where", "Updates", "UpdateColumns", "Or", "Not", "Delete", "First", "Find", "Take"}

// forbidden lists what a file does that the house does not do.
func forbidden(s source) []finding {
	var out []finding
	add := func(at ast.Node, format string, args ...any) {
		out = append(out, finding{s.fset.Position(at.Pos()), fmt.Sprintf(format, args...)})
	}
	gorm := strings.HasPrefix(s.base(), "store") || strings.HasPrefix(s.pkg, "internal/store")
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok {
				checkCall(s, n, sel, gorm, add)
			}
		case *ast.SelectorExpr:
			if name(n) == "gin.H" {
				add(n, "gin.H: a page has a struct")
			}
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				add(n, "init: work is started by main")
			}
		case *ast.StructType:
			checkTags(n, add)
		}
		return true
	})
	for _, group := range s.file.Comments {
		for _, c := range group.List {
			if strings.Contains(c.Text, "TO"+"DO") || strings.Contains(c.Text, "FIX"+"ME") {
				add(c, "an unfinished thing")
			}
		}
	}
	return out
}

func checkCall(s source, call *ast.CallExpr, sel *ast.SelectorExpr, gorm bool, add func(ast.Node, string, ...any)) {
	switch name(sel) {
	case "time.Now", "time.Since", "time.Until":
		if !s.test && !mayAskClock(s) {
			add(call, "%s: the clock is a value", name(sel))
		}
	case "time.Sleep":
		add(call, "time.Sleep: wait for what is to happen")
	case "template.HTML":
		if !s.test && s.pkg != "internal/web" && s.pkg != "internal/chart" {
			add(call, "template.HTML: only internal/web vouches for text, and internal/chart for its pictures")
		}
	}
	if !gorm || s.test {
		return
	}
	if slices.Contains(forbiddenMethods, sel.Sel.Name) {
		add(call, ".%s: say what is written", sel.Sel.Name)
	}
	if slices.Contains(structMethods, sel.Sel.Name) && slices.ContainsFunc(call.Args, isStruct) {
		add(call, ".%s with a struct leaves out what is zero", sel.Sel.Name)
	}
}

// isStruct tells whether the expression is a literal of a struct with values,
// such as &User{Name: "x"}. An empty one only names a table.
func isStruct(e ast.Expr) bool {
	if u, ok := e.(*ast.UnaryExpr); ok {
		e = u.X
	}
	lit, ok := e.(*ast.CompositeLit)
	if !ok || len(lit.Elts) == 0 {
		return false
	}
	switch lit.Type.(type) {
	case *ast.MapType, *ast.ArrayType:
		return false
	}
	if id, ok := lit.Type.(*ast.Ident); ok && id.Name == "columns" {
		return false // the name of a map
	}
	return true
}

// checkTags lets only serializer:json through of gorm's tags, and gorm.Model not
// at all.
func checkTags(st *ast.StructType, add func(ast.Node, string, ...any)) {
	for _, f := range st.Fields.List {
		if sel, ok := f.Type.(*ast.SelectorExpr); ok && name(sel) == "gorm.Model" {
			add(f, "gorm.Model: a row has its own columns")
		}
		if f.Tag == nil {
			continue
		}
		raw, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			continue
		}
		if tag, ok := reflect.StructTag(raw).Lookup("gorm"); ok && tag != "serializer:json" {
			add(f, "the tag gorm:%q: the schema is SQL", tag)
		}
	}
}

// name writes x.Sel of a plain x.
func name(sel *ast.SelectorExpr) string {
	if id, ok := sel.X.(*ast.Ident); ok {
		return id.Name + "." + sel.Sel.Name
	}
	return sel.Sel.Name
}

func TestHouseRules(t *testing.T) {
	for _, s := range sources(t) {
		for _, f := range forbidden(s) {
			t.Errorf("%s:%d: %s", s.name, f.at.Line, f.what)
		}
	}
}

// longest is the greatest number of lines of a function.
const longest = 80

func TestFunctionsAreShort(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil || isTable(f) {
				continue
			}
			from, to := s.fset.Position(f.Body.Lbrace).Line, s.fset.Position(f.Body.Rbrace).Line
			if lines := to - from - 1; lines > longest {
				t.Errorf("%s:%d: %s has %d lines, the most is %d", s.name, from, f.Name.Name, lines, longest)
			}
		}
	}
}

// isTable tells whether a function is only data: it returns one literal.
func isTable(f *ast.FuncDecl) bool {
	if len(f.Body.List) != 1 {
		return false
	}
	ret, ok := f.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	_, ok = ret.Results[0].(*ast.CompositeLit)
	return ok
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	said := map[string]bool{}
	for _, s := range sources(t) {
		if !s.test {
			said[s.pkg] = said[s.pkg] || s.file.Doc != nil && strings.HasPrefix(s.file.Doc.Text(), "Package ") || s.pkg == "cmd/qingce" && s.file.Doc != nil
		}
	}
	for pkg, ok := range said {
		if !ok {
			t.Errorf("package %s has no comment that says what it is", pkg)
		}
	}
}

// TestRulesFindWhatTheyForbid holds the rules above against what they forbid.
func TestRulesFindWhatTheyForbid(t *testing.T) {
	for _, c := range []struct{ file, line string }{
		{"inventory/x.go", "var t = time.Now()"},
		{"internal/web/page.go", "var d = time.Since(x)"},
		{"inventory/x_test.go", "func f() { time.Sleep(1) }"},
		{"internal/web/page.go", "var h = gin.H{}"},
		{"inventory/x.go", "func init() { work() }"},
		{"inventory/x.go", "type row struct { Name string `gorm:\"size:20\"` }"},
		{"inventory/x.go", "type row struct { gorm.Model }"},
		{"inventory/store_x.go", "func f() { g.AutoMigrate(&row{}) }"},
		{"inventory/store_x.go", "func f() { g.Save(&row) }"},
		{"inventory/store_x.go", "func f() { g.Where(&row{Name: n}) }"},
		{"inventory/store_x.go", "func f() { g.Updates(row{Name: n}) }"},
		{"inventory/x.go", "var h = template.HTML(typed)"},
		{"inventory/x.go", "// TO" + "DO: later"},
	} {
		s, err := parse(c.file, "package x\n"+c.line+"\n")
		if err != nil {
			t.Fatal(err)
		}
		if len(forbidden(s)) != 1 {
			t.Errorf("%s: %s: found %v, want one finding", c.file, c.line, forbidden(s))
		}
	}
	for _, c := range []struct{ file, line string }{
		{"cmd/qingce/x.go", "var t = time.Now()"},
		{"internal/store/store.go", "var t = time.Now()"},
		{"inventory/store_x.go", "func f() { g.Model(&row{}).Where(\"id = ?\", id).UpdateColumns(map[string]any{\"a\": 1}) }"},
		{"inventory/x.go", "type row struct { Names []string `gorm:\"serializer:json\"` }"},
		{"inventory/drafts.go", "func f() { desk.Save(d) }"},
	} {
		s, err := parse(c.file, "package x\n"+c.line+"\n")
		if err != nil {
			t.Fatal(err)
		}
		if got := forbidden(s); len(got) != 0 {
			t.Errorf("%s: %s: found %v, want nothing", c.file, c.line, got)
		}
	}
}
