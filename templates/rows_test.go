package templates_test

import (
	"bytes"
	"html/template"
	"regexp"
	"strings"
	"testing"

	"qingce/templates"
)

// body is the body of a table as the partials write it.
const body = `  {{range $row := .Rows}}<tr{{with .Tone}} class="tone-{{.}}"{{end}}>
    {{if $.SelectName}}<td class="pick"><input class="form-check-input" type="checkbox" name="{{$.SelectName}}" value="{{.ID}}"{{with $.SelectForm}} form="{{.}}"{{end}} data-pick aria-label="{{t "ui.pick" "name" .Name}}"></td>{{end}}
    {{range $i, $cell := .Cells}}{{$col := index $.Columns $i}}
    {{- if eq $i 0}}<th scope="row" class="{{template "cell-class" $col}}">{{template "cell" $cell}}</th>
    {{- else}}<td class="{{template "cell-class" $col}}{{with $cell.Tone}} tone-{{.}}{{end}}" data-label="{{$col.Text}}{{with $col.Unit}} ({{.}}){{end}}">{{template "cell" $cell}}</td>{{end}}{{end}}
  </tr>{{end}}
`

var blanks = regexp.MustCompile(`\s*([<>])\s*|\s+(\s)`)

// TestRowsAreWhatThePartialsWrite holds the fast way to the readable one, with
// everything that a cell can hold and with text that wants to be markup.
func TestRowsAreWhatThePartialsWrite(t *testing.T) {
	const nasty = `"><script>alert('x')</script>&amp;`
	badge := templates.Badge{Text: nasty, Tone: templates.ToneRed, Title: nasty}
	plain := templates.Badge{Text: "草稿", Icon: "lock"}
	due := templates.Deadline{Text: "截止 10-31", Level: templates.DueSoon, Date: "2017-10-31", Article: nasty}
	short := templates.Deadline{Text: "截止 10-31", Short: "剩 3 日"}
	table := templates.Table{
		SelectName: "code", SelectForm: "bulk",
		Columns: []templates.Column{
			{Text: "名称", Main: true}, {Text: nasty, Unit: "万元", Num: true}, {Text: "c"}, {Text: "d"}, {Text: "e", Main: true, Num: true},
			{Text: "f"}, {Text: "g"}, {Text: "h"}, {Text: "i"},
		},
		Rows: []templates.TableRow{
			{ID: nasty, Name: nasty, Tone: templates.ToneAmber, Cells: []templates.Cell{
				{Text: nasty, Href: "/systems/RS-01?q=%22", Sub: nasty}, {Text: nasty, Title: nasty, Tone: templates.ToneRed}, {Badge: &badge}, {Badge: &plain, Note: nasty},
				{Deadline: &due}, {Deadline: &short}, {Unmeasured: true}, {}, {Text: "x", Old: nasty, Code: true},
			}},
			{ID: "2", Cells: []templates.Cell{{Text: "无链接"}, {Text: "1"}, {}, {}, {}, {}, {}, {}, {}}},
		},
	}
	for _, lang := range []string{"zh-CN", "en"} {
		funcs := functions(t, lang)
		set := template.Must(template.New("").Funcs(funcs).ParseFS(templates.FS, "partials/*.html"))
		template.Must(set.New("body").Parse(body))
		template.Must(set.New("fast").Parse("{{rows .}}"))
		var want, got bytes.Buffer
		if err := set.ExecuteTemplate(&want, "body", table); err != nil {
			t.Fatal(err)
		}
		if err := set.ExecuteTemplate(&got, "fast", table); err != nil {
			t.Fatal(err)
		}
		if a, b := normal(got.String()), normal(want.String()); a != b {
			t.Errorf("%s: rows\n%s\nwant\n%s", lang, a, b)
		}
	}
}

func normal(s string) string {
	return strings.TrimSpace(blanks.ReplaceAllString(s, "$1$2"))
}

func TestRowsLinkWithinTheSiteOnly(t *testing.T) {
	table := templates.Table{Columns: []templates.Column{{}}, Rows: []templates.TableRow{{Cells: []templates.Cell{{Text: "x", Href: "javascript:alert(1)"}}}}}
	got, err := templates.Rows(table, templates.RowWords{})
	if err != nil || strings.Contains(got, "javascript") {
		t.Errorf("%s %v", got, err)
	}
}

// boxes are the check boxes of a filter as the partial writes them.
const boxes = `{{range $i, $o := .Options}}{{template "choice" (dict "Type" "checkbox" "ID" (print "q-" $.Name "-" $i) "Name" $.Name "Value" $o.Value "Text" $o.Text "On" $o.Chosen "Count" $o.Count)}}{{end}}`

func TestChoicesAreWhatThePartialWrites(t *testing.T) {
	const nasty = `"><script>alert('x')</script>&amp;`
	f := templates.Filter{Name: "state", Options: []templates.Option{
		{Value: "draft", Text: "草稿", Chosen: true, Count: "12"}, {Value: nasty, Text: nasty}, {Value: "(empty)", Text: "（空）", Count: nasty},
	}}
	set := template.Must(template.New("").Funcs(functions(t, "zh-CN")).ParseFS(templates.FS, "partials/*.html"))
	template.Must(set.New("boxes").Parse(boxes))
	template.Must(set.New("fast").Parse("{{choices .Name .Options}}"))
	var want, got bytes.Buffer
	if err := set.ExecuteTemplate(&want, "boxes", f); err != nil {
		t.Fatal(err)
	}
	if err := set.ExecuteTemplate(&got, "fast", f); err != nil {
		t.Fatal(err)
	}
	if a, b := normal(got.String()), normal(want.String()); a != b {
		t.Errorf("choices\n%s\nwant\n%s", a, b)
	}
}
