package templates_test

import (
	"bytes"
	"html/template"
	"regexp"
	"slices"
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

// picker is a filter with choices, and heads the head of a table, as templates
// write them.
const (
	picker = `{{$picked := .Picked -}}
<details class="menu filter filter-choice{{if or $picked .EmptyOn}} on{{end}}" data-menu>
  <summary><span class="label">{{.Label}}</span><span class="chosen">{{if $picked}}{{if gt (len $picked) 1}}{{t "ui.filter.n" "n" (len $picked)}}{{else}}{{index $picked 0}}{{end}}{{else if .EmptyOn}}{{t "ui.filter.empty"}}{{else}}{{t "ui.filter.any"}}{{end}}</span>{{icon "down"}}</summary>
  <div class="menu-panel" role="group" aria-label="{{.Label}}">
    {{range $i, $o := .Options}}{{template "choice" (dict "Type" "checkbox" "ID" (print "q-" $.Name "-" $i) "Name" $.Name "Value" $o.Value "Text" $o.Text "On" $o.Chosen "Count" $o.Count)}}{{end}}
    {{with .EmptyValue}}{{template "choice" (dict "Type" "checkbox" "ID" (print "q-" $.Name "-empty") "Name" $.Name "Value" . "Text" (t "ui.filter.empty") "On" $.EmptyOn "Muted" true)}}{{end}}
    <button class="btn btn-primary btn-sm" type="submit">{{t "ui.filter.go"}}</button>
  </div>
</details>`
	heads = `<thead><tr>
  {{if .SelectName}}<th class="pick" scope="col"><input class="form-check-input" type="checkbox" data-pick-all{{with .SelectForm}} data-pick-form="{{.}}"{{end}} aria-label="{{t "ui.pick.all"}}"></th>{{end}}
  {{range .Columns}}<th scope="col"{{if .Num}} class="num"{{end}}{{if eq .Sorted "asc"}} aria-sort="ascending"{{else if eq .Sorted "desc"}} aria-sort="descending"{{end}}{{with .Title}} title="{{.}}"{{end}}>
    {{- if .SortHref}}<a href="{{.SortHref}}"><span>{{.Text}}{{with .Unit}} <small>({{.}})</small>{{end}}</span>{{if .Sorted}}{{icon (print "sort-" .Sorted)}}{{else}}{{icon "sort"}}{{end}}</a>
    {{- else}}{{.Text}}{{with .Unit}} <small>({{.}})</small>{{end}}{{end -}}
  </th>{{end}}
</tr></thead>`
)

// TestFastIsWhatTheTemplateWrites holds more of what is written in Go to the
// readable way.
func TestFastIsWhatTheTemplateWrites(t *testing.T) {
	const nasty = `"><script>alert('x')</script>&amp;`
	options := []templates.Option{{Value: "draft", Text: "草稿", Count: "12"}, {Value: nasty, Text: nasty}, {Value: "x", Text: "丙", Count: nasty}}
	chosen := func(which ...int) []templates.Option {
		out := slices.Clone(options)
		for _, i := range which {
			out[i].Chosen = true
		}
		return out
	}
	columns := []templates.Column{
		{Text: "名称", SortHref: "/systems?sort=-name&q=%22", Sorted: "asc", Title: nasty}, {Text: nasty, Unit: nasty, Num: true},
		{Text: "c", Unit: "万元", SortHref: "/systems?sort=c", Sorted: "desc"}, {Text: "d", SortHref: "javascript:alert(1)"},
	}
	cases := []struct {
		name, slow, fast string
		data             any
	}{
		{"nothing chosen", picker, "{{picker .}}", templates.Filter{Name: "state", Label: nasty, Options: options, EmptyValue: "(empty)"}},
		{"one chosen", picker, "{{picker .}}", templates.Filter{Name: "state", Label: "状态", Options: chosen(1)}},
		{"two chosen", picker, "{{picker .}}", templates.Filter{Name: "state", Label: "状态", Options: chosen(0, 2), EmptyValue: "(empty)"}},
		{"empty chosen", picker, "{{picker .}}", templates.Filter{Name: "state", Label: "状态", Options: options, EmptyValue: "(empty)", EmptyOn: true}},
		{"heads", heads, "{{heads .}}", templates.Table{Columns: columns}},
		{"heads with boxes", heads, "{{heads .}}", templates.Table{Columns: columns, SelectName: "row", SelectForm: nasty}},
	}
	for _, c := range cases {
		set := template.Must(template.New("").Funcs(functions(t, "zh-CN")).ParseFS(templates.FS, "partials/*.html"))
		template.Must(set.New("slow").Parse(c.slow))
		template.Must(set.New("fast").Parse(c.fast))
		var want, got bytes.Buffer
		if err := set.ExecuteTemplate(&want, "slow", c.data); err != nil {
			t.Fatal(err)
		}
		if err := set.ExecuteTemplate(&got, "fast", c.data); err != nil {
			t.Fatal(err)
		}
		// html/template has another word for an address that is no link.
		if a, b := normal(got.String()), strings.ReplaceAll(normal(want.String()), "#ZgotmplZ", "#"); a != b {
			t.Errorf("%s\n%s\nwant\n%s", c.name, a, b)
		}
	}
}
