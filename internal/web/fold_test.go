package web_test

import (
	"html/template"
	"io"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"text/template/parse"

	"qingce/internal/web/webtest"
	"qingce/templates"
)

// TestConstantsStandWhereTheyMay: texts, assets and icons are put into the
// templates escaped as text. html/template, which knows the place of each, must
// want nothing else for them: no text within an address, a script or a style.
func TestConstantsStandWhereTheyMay(t *testing.T) {
	word := func(...any) string { return "" }
	funcs := template.FuncMap{
		"t": word, "lang": word, "date": word, "time": word, "money": word, "yuan": word, "number": word, "asset": word,
		"icon": func(string) template.HTML { return "" }, "rows": word, "heads": word, "picker": word, "qset": word,
		"dict": func(...any) map[string]any { return nil },
	}
	shared := template.Must(template.New("").Funcs(funcs).ParseFS(templates.FS, "layout/*.html", "partials/*.html"))
	seen := 0
	check := func(set *template.Template) {
		for _, one := range set.Templates() {
			_ = one.Execute(io.Discard, nil) // escapes it, and may then fail for want of data
		}
		for _, one := range set.Templates() {
			if one.Tree != nil {
				seen += checkEscapers(t, one.Name(), one.Tree.Root)
			}
		}
	}
	check(template.Must(shared.Clone()))
	for _, name := range webtest.Open(t, nil).Pages() {
		raw, err := fs.ReadFile(templates.FS, name+".html")
		if err != nil {
			t.Fatal(err)
		}
		page := template.Must(shared.Clone())
		template.Must(page.New(path.Base(name)).Parse(string(raw)))
		check(page)
	}
	if seen < 500 {
		t.Errorf("only %d constants were found", seen)
	}
}

// checkEscapers walks a template that html/template has finished.
func checkEscapers(t *testing.T, name string, node any) (seen int) {
	v := reflect.Indirect(reflect.ValueOf(node))
	if list, ok := node.(*parse.ListNode); ok {
		if list == nil {
			return 0
		}
		for _, n := range list.Nodes {
			seen += checkEscapers(t, name, n)
		}
		return seen
	}
	if action, ok := node.(*parse.ActionNode); ok {
		return checkPipe(t, name, action.Pipe)
	}
	if v.Kind() == reflect.Struct && v.FieldByName("ElseList").IsValid() {
		seen += checkEscapers(t, name, v.FieldByName("List").Interface())
		seen += checkEscapers(t, name, v.FieldByName("ElseList").Interface())
	}
	return seen
}

func checkPipe(t *testing.T, name string, pipe *parse.PipeNode) int {
	first := pipe.Cmds[0].String()
	fn, _, _ := strings.Cut(first, " ")
	if !slices.Contains([]string{"t", "asset", "icon"}, fn) || len(pipe.Cmds[0].Args) != 2 || pipe.Cmds[0].Args[1].Type() != parse.NodeString {
		return 0
	}
	allowed := []string{"_html_template_htmlescaper", "_html_template_attrescaper", "_html_template_rcdataescaper"}
	if fn == "asset" { // an address of the house
		allowed = append(allowed, "_html_template_urlfilter", "_html_template_urlnormalizer")
	}
	if len(pipe.Cmds) == 1 {
		t.Errorf("%s: %s was not escaped", name, pipe)
	}
	for _, c := range pipe.Cmds[1:] {
		if !slices.Contains(allowed, c.String()) {
			t.Errorf("%s: %s stands where a text may not", name, pipe)
		}
	}
	return 1
}
