package templates_test

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"qingce/templates"
)

// languages are the folders of locale/.
var languages = []string{"zh-CN", "en"}

func messages(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := fs.ReadFile(templates.FS, "locale/"+lang+"/frame.json")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(raw, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

func fast(html string, err error) (template.HTML, error) { return template.HTML(html), err }

// words are what the fast ways need of the page around them.
func words(texts map[string]string) templates.RowWords {
	return templates.RowWords{
		T: func(key string, args ...any) string {
			text := texts[key]
			for i := 0; i+1 < len(args); i += 2 {
				text = strings.ReplaceAll(text, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
			}
			return text
		},
		Icon: func(name string) (string, error) {
			return `<svg class="icon"><use href="/assets/icons.svg#` + name + `"></use></svg>`, nil
		},
	}
}

func functions(t *testing.T, lang string) template.FuncMap {
	texts := messages(t, lang)
	return template.FuncMap{
		"t": func(key string, args ...any) string {
			text, ok := texts[key]
			if !ok {
				t.Errorf("%s: no text for %q", lang, key)
			}
			for i := 0; i+1 < len(args); i += 2 {
				text = strings.ReplaceAll(text, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
			}
			return text
		},
		"rows":   func(table templates.Table) (template.HTML, error) { return fast(templates.Rows(table, words(texts))) },
		"heads":  func(table templates.Table) (template.HTML, error) { return fast(templates.Heads(table, words(texts))) },
		"picker": func(f templates.Filter) (template.HTML, error) { return fast(templates.Picker(f, words(texts))) },
		"number": func(n any) string { return fmt.Sprint(n) },
		"asset":  func(name string) string { return "/assets/" + name },
		"icon": func(name string) template.HTML {
			return template.HTML(`<svg class="icon"><use href="/assets/icons.svg#` + name + `"></use></svg>`)
		},
		"dict": func(pairs ...any) map[string]any {
			m := map[string]any{}
			for i := 0; i+1 < len(pairs); i += 2 {
				m[pairs[i].(string)] = pairs[i+1]
			}
			return m
		},
	}
}

// render runs one named template and returns what it wrote.
func render(t *testing.T, lang, name string, data any) string {
	t.Helper()
	set := template.New("").Funcs(functions(t, lang))
	for _, pattern := range []string{"layout/*.html", "partials/*.html"} {
		template.Must(set.ParseFS(templates.FS, pattern))
	}
	var b strings.Builder
	if err := set.ExecuteTemplate(&b, name, data); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.String()
}

// nodes lists the elements of a piece of HTML.
func nodes(t *testing.T, text string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var list []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			list = append(list, n)
		}
	}
	return list
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// checkMarkup holds what every page must keep: nothing inline, ids unique,
// every label, description and inner link with its target.
func checkMarkup(t *testing.T, text string) {
	t.Helper()
	ids := map[string]int{}
	list := nodes(t, text)
	for _, n := range list {
		if id := attr(n, "id"); id != "" {
			ids[id]++
		}
	}
	for id, count := range ids {
		if count > 1 {
			t.Errorf("the id %q stands %d times", id, count)
		}
	}
	for _, n := range list {
		checkInline(t, n)
		for _, ref := range references(n) {
			if ids[ref] == 0 {
				t.Errorf("<%s> refers to %q, which is not there", n.Data, ref)
			}
		}
	}
}

func references(n *html.Node) []string {
	refs := strings.Fields(attr(n, "aria-describedby"))
	for _, key := range []string{"for", "list", "aria-labelledby"} {
		refs = append(refs, strings.Fields(attr(n, key))...)
	}
	if inner, ok := strings.CutPrefix(attr(n, "href"), "#"); ok && inner != "" {
		refs = append(refs, inner)
	}
	return refs
}

func checkInline(t *testing.T, n *html.Node) {
	t.Helper()
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			t.Errorf("<%s> has the inline attribute %q", n.Data, a.Key)
		}
	}
	if n.Data == "style" || (n.Data == "script" && attr(n, "src") == "") {
		t.Errorf("there is an inline <%s>", n.Data)
	}
}

func count(list []*html.Node, tag string) int {
	total := 0
	for _, n := range list {
		if n.Data == tag {
			total++
		}
	}
	return total
}

func TestLayoutsKeepTheOutlineOfAPage(t *testing.T) {
	frame := templates.Frame{
		Title: "台账", Path: "/systems", Version: "1.0", RequestID: "r1",
		Nav: []templates.NavGroup{{Label: "nav.register", Items: []templates.NavItem{
			{Label: "menu.inventory", Href: "/systems", Icon: "system", Active: true, Count: 3}}}},
		Crumbs:  []templates.Crumb{{Text: "工作台", Href: "/"}, {Text: "台账"}},
		Search:  &templates.Search{Action: "/systems", Value: "社保"},
		Todo:    &templates.Todo{Count: 3, Href: "/tasks", Nearest: &templates.Deadline{Text: "截止 10-31", Short: "10-31"}},
		Langs:   []templates.LangLink{{Code: "zh-CN", Text: "中文", Href: "?lang=zh-CN", Active: true}},
		Account: &templates.Account{Name: "周文静", Department: "市人社局", Roles: []string{"填报员"}, SignOut: "/logout"},
		Flash:   []templates.Flash{{Kind: "ok", Text: "已保存"}},
	}
	for _, lang := range languages {
		for _, layout := range []string{"page", "plain"} {
			t.Run(lang+" "+layout, func(t *testing.T) {
				frame.Lang = lang
				frame.Content = template.HTML(render(t, lang, "head", templates.Head{Title: "系统台账"}))
				text := render(t, lang, layout, frame)
				checkMarkup(t, text)
				list := nodes(t, text)
				for tag, want := range map[string]int{"h1": 1, "main": 1, "footer": 1, "title": 1} {
					if got := count(list, tag); got != want {
						t.Errorf("%d <%s>, want %d", got, tag, want)
					}
				}
				if got := attr(list[0], "lang"); got != lang {
					t.Errorf("lang is %q, want %q", got, lang)
				}
				if want := messages(t, lang)["ui.banner"]; !strings.Contains(text, want) {
					t.Errorf("the banner %q is missing", want)
				}
			})
		}
	}
}

func TestPartialsRender(t *testing.T) {
	badge := &templates.Badge{Text: "已申报", Tone: templates.ToneBlue}
	due := &templates.Deadline{Text: "截止 10-31,剩余 3 个工作日", Short: "10-31", Level: templates.DueSoon, Date: "2017-10-31", Article: "办法第十条"}
	acts := []templates.Act{{Text: "提交审核", Kind: templates.ActPrimary, Note: "由市信息化办审核", Confirm: "确定?"}, {Text: "返回", Href: "/"}, {Text: "退出", Post: "/out", Hidden: []templates.Pair{{Name: "v", Value: "7"}}}}
	tests := map[string]struct {
		partial string
		data    any
		want    []string
	}{
		"a table with a unit, a gap and a tone": {"table", templates.Table{Caption: "系统", SelectName: "id", SelectForm: "bulk",
			Columns: []templates.Column{{Text: "名称", SortHref: "?sort=name", Sorted: "asc", Main: true}, {Text: "经费", Unit: "万元", Num: true}, {Text: "状态"}, {Text: "期限"}},
			Rows:    []templates.TableRow{{ID: "7", Name: "社保", Tone: templates.ToneRed, Cells: []templates.Cell{{Text: "社保", Href: "/7"}, {Unmeasured: true}, {Badge: badge}, {Deadline: due}}}}},
			[]string{`aria-sort="ascending"`, `scope="row"`, `data-label="经费 (万元)"`, "未测", `value="7" form="bulk"`}},
		"an empty cell is a dash":      {"cell", templates.Cell{}, []string{"—", "（空）"}},
		"a changed cell shows both":    {"cell", templates.Cell{Old: "36.12", Text: "480.00"}, []string{"<del>36.12</del>", "480.00"}},
		"a badge has a shape":          {"badge", badge, []string{"#tone-blue", "已申报"}},
		"a deadline names its article": {"deadline", due, []string{"due-soon", `title="办法第十条"`, `datetime="2017-10-31"`}},
		"acts":                         {"acts", acts, []string{"由市信息化办审核", `data-confirm="确定?"`, `action="/out" method="post"`, `name="v" value="7"`}},
		"head":                         {"head", templates.Head{Title: "社保", Code: "XY107-0007", Badges: []templates.Badge{*badge}, Deadline: due, Facts: []templates.Row{{Label: "部门"}}, Actions: acts}, []string{"<h1>社保</h1>", "未填"}},
		"callout":                      {"callout", templates.Callout{Kind: "warning", Title: "已退回", Items: []string{"核对批复"}, Link: &templates.Link{Text: "看", Href: "/r"}}, []string{"callout-warning", "核对批复"}},
		"empty":                        {"empty", templates.Empty{Title: "还没有系统", Text: "先登记", Actions: acts[1:2]}, []string{"#inbox", "还没有系统", `href="/"`}},
		"stats":                        {"stats", []templates.Stat{{Label: "接入率", Value: "88.24", Unit: "%", Share: "15/17", Href: "/s"}, {Label: "活跃", Unmeasured: true, Href: "/u"}}, []string{"15/17", "未测", `href="/u"`}},
		"progress asks again":          {"progress", templates.Progress{Label: "核对", Done: 3, Total: 5, Poll: "/p"}, []string{`hx-get="/p"`, `value="3" max="5"`, `hx-trigger="every 1s"`}},
		"failure":                      {"failure", templates.ErrorPage{Status: 503, Title: "没有保存", Safe: "草稿还在", Steps: []string{"重试"}, Actions: acts[1:2], RequestID: "r1"}, []string{"<h1>没有保存</h1>", "草稿还在", `data-copy="r1"`}},
		"facts":                        {"facts", templates.Facts{ID: "g", Title: "基本", Action: &acts[1], Rows: []templates.Row{{Label: "编码", Text: "X1", Copy: true}, {Label: "经费", Text: "1.00", Unit: "万元", Warning: "核对"}, {Label: "空"}}}, []string{`data-copy="X1"`, "万元", "核对", "未填"}},
		"tabs":                         {"tabs", templates.Tabs{Label: "资料", Items: []templates.Tab{{Text: "概况", Href: "/", Active: true}, {Text: "历史", Href: "/h", Count: "17"}}}, []string{`aria-current="page"`, "17"}},
		"timeline":                     {"timeline", templates.Timeline{Events: []templates.Event{{At: "2017-10-26 15:20", By: "周文静", Text: "修改", Reason: "核对", Changes: []templates.Change{{Label: "经费", New: "2"}}}}}, []string{"<ins>2</ins>", "（空）", "核对"}},
		"files":                        {"files", templates.Files{Files: []templates.File{{Name: "批复.pdf", Href: "/f", Kind: "PDF", By: "周文静", Hash: "9f86d081884c7d65"}}}, []string{"9f86d081<", `data-copy="9f86d081884c7d65"`}},
		"no files":                     {"files", templates.Files{Empty: "还没有材料"}, []string{"还没有材料"}},
		"pager":                        {"pager", templates.NewPager("/s?q=x", 2, 50, 120, 50, 100), []string{"第 51–100 条", `href="/s?page=3&amp;q=x"`, `rel="next"`}},
		"bulk":                         {"bulk", templates.Bulk{ID: "bulk", Action: "/b", AllName: "all", Total: 1268, Acts: acts[:1]}, []string{`data-total="1268"`, "全部 1268 条"}},
		"options of a lookup":          {"options", []templates.Option{{Value: "XY201 市财政局"}}, []string{`<option value="XY201 市财政局">`}},
		"welcome":                      {"welcome", nil, []string{"摸清家底"}},
		"filters": {"filters", templates.Filters{Action: "/s", Query: &templates.Query{Name: "q", Label: "查找"},
			Main:    []templates.Filter{{Name: "state", Label: "状态", Kind: templates.FilterChoice, EmptyValue: "-", Options: []templates.Option{{Value: "a", Text: "草稿", Chosen: true}}}},
			More:    []templates.Filter{{Name: "at", Label: "时间", Kind: templates.FilterDate, From: "2015-01-01", EmptyValue: "-", EmptyOn: true}, {Name: "by", Label: "承建", Kind: templates.FilterText}, {Name: "om", Label: "经费", Kind: templates.FilterNumber}},
			Chips:   []templates.Chip{{Label: "状态", Text: "草稿", Remove: "/s?x=1"}},
			Columns: &templates.Columns{Action: "/c", Name: "col", Groups: []templates.ColumnGroup{{Title: "基本", Options: []templates.Option{{Value: "name", Text: "名称", Chosen: true}}}}}},
			[]string{`name="state" value="a" checked`, `name="at.from" value="2015-01-01"`, `name="at" value="-" checked`, `href="/s?x=1"`, `name="col" value="name" checked`}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			text := render(t, "zh-CN", tt.partial, tt.data)
			checkMarkup(t, text)
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing in:\n%s", want, text)
				}
			}
			render(t, "en", tt.partial, tt.data)
		})
	}
}

func TestPartialsEscapeWhatPeopleType(t *testing.T) {
	const hostile = `<script>x</script>"'`
	for name, data := range map[string]any{
		"cell":    templates.Cell{Text: hostile, Title: hostile},
		"field":   templates.Field{Name: "name", Label: hostile, Value: hostile, Error: hostile},
		"value":   templates.Row{Label: hostile, Text: hostile},
		"diff":    []templates.Change{{Label: hostile, Old: hostile, New: hostile}},
		"callout": templates.Callout{Text: hostile},
		"act":     templates.Act{Text: hostile, Href: "javascript:alert(1)", Confirm: hostile},
	} {
		text := render(t, "zh-CN", name, data)
		if strings.Contains(text, "<script>") || strings.Contains(text, "javascript:") {
			t.Errorf("%s lets typed HTML through:\n%s", name, text)
		}
		for _, n := range nodes(t, text) {
			checkInline(t, n)
		}
	}
}
