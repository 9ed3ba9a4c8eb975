package templates_test

import (
	"strings"
	"testing"

	"qingce/templates"
)

func options(n int) []templates.Option {
	var list []templates.Option
	for i := range n {
		value := string(rune('a' + i))
		list = append(list, templates.Option{Value: value, Text: "选项" + value, Chosen: i == 0})
	}
	return list
}

func TestFieldShowsEachKind(t *testing.T) {
	tests := map[string]struct {
		field templates.Field
		want  []string
		not   []string
	}{
		"text":                         {templates.Field{Label: "名称", Value: "社保", Required: true, MaxLength: 100}, []string{`value="社保"`, "必填", `maxlength="100"`, `aria-required="true"`}, nil},
		"long text":                    {templates.Field{Kind: templates.KindLongText, Value: "一\n二", MaxLength: 500}, []string{"<textarea", `data-max="500"`, "一\n二"}, []string{"maxlength="}},
		"few options":                  {templates.Field{Kind: templates.KindEnum, Options: options(5), Value: "b"}, []string{`type="radio" id="f-x" name="x" value="a"`, `value="b" checked`, "未填"}, []string{"<select"}},
		"a must of options":            {templates.Field{Kind: templates.KindEnum, Options: options(3), Required: true}, nil, []string{"未填"}},
		"many options":                 {templates.Field{Kind: templates.KindEnum, Options: options(6), Value: "f"}, []string{"<select", `value="f" selected`, "请选择"}, []string{"radio"}},
		"several":                      {templates.Field{Kind: templates.KindMulti, Options: options(2)}, []string{`type="checkbox" id="f-x" name="x" value="a" checked`, `value="b">`}, nil},
		"a date":                       {templates.Field{Kind: templates.KindDate, Value: "2017年9月"}, []string{`data-date`, `value="2017年9月"`}, nil},
		"a count":                      {templates.Field{Kind: templates.KindCount, Unit: "人", Value: "0"}, []string{`inputmode="numeric"`, `value="0"`, ">人<"}, nil},
		"money":                        {templates.Field{Kind: templates.KindMoney, Value: "1280.5"}, []string{`data-money-of="f-x"`, "万元"}, nil},
		"not answered":                 {templates.Field{Kind: templates.KindBool}, []string{`value="true">`, `value="" checked`}, nil},
		"answered no":                  {templates.Field{Kind: templates.KindBool, Value: "false"}, []string{`value="false" checked`}, []string{`value="true" checked`}},
		"a lookup":                     {templates.Field{Kind: templates.KindRef, Lookup: "/departments/lookup"}, []string{`hx-get="/departments/lookup"`, `<datalist id="l-x">`}, nil},
		"a short reference":            {templates.Field{Kind: templates.KindRef, Options: options(2), Value: "b"}, []string{"<select", `value="b" selected`}, nil},
		"a phone":                      {templates.Field{Kind: templates.KindPhone}, []string{`type="tel"`}, nil},
		"an address":                   {templates.Field{Kind: templates.KindURL}, []string{`type="url"`}, nil},
		"a password":                   {templates.Field{Kind: templates.KindPassword, Autocomplete: "new-password"}, []string{`type="password"`, `autocomplete="new-password"`}, nil},
		"a file":                       {templates.Field{Kind: templates.KindFile, Accept: ".pdf", MaxBytes: 9, Multiple: true}, []string{`type="file"`, `data-max-bytes="9"`, " multiple"}, nil},
		"read only":                    {templates.Field{ReadOnly: true, Kind: templates.KindEnum, Options: options(2), Value: "b"}, []string{"选项b", `type="hidden" name="x" value="b"`}, []string{"radio"}},
		"wrong":                        {templates.Field{Error: "请改为 01–12", Help: "如 2017-10-31"}, []string{`aria-invalid="true"`, `id="e-x"`, `aria-describedby="h-x e-x "`}, nil},
		"remarked":                     {templates.Field{Warning: "核对", Note: "已记为 2017-09-30", Was: "36.12"}, []string{`id="w-x"`, `id="n-x"`, "<del>36.12</del>"}, []string{"aria-invalid"}},
		"a must by an answer":          {templates.Field{RequiredWhen: []string{"a=b|c", "d=e"}}, []string{`data-required-when="a=b|c||d=e"`, `<span class="must" hidden>必填</span>`}, []string{" data-required>", "aria-required"}},
		"a must by the answer at hand": {templates.Field{Required: true, RequiredWhen: []string{"a=b"}}, []string{" data-required data-required-when", `<span class="must">必填</span>`, "aria-required"}, nil},
		"asked sometimes":              {templates.Field{ShownWhen: "a=b|c;d=", Hidden: true}, []string{`data-shown-when="a=b|c;d="`, " hidden"}, nil},
		"lines": {templates.Field{Kind: templates.KindLines, Error: "请填写", Lines: &templates.Lines{
			Lines: []templates.Line{{Fields: []templates.Field{{Name: "x.0.a", Label: "甲", Value: "一"}}, Remove: &templates.Act{Text: "删除", Name: "line.remove", Value: "x.0"}}},
			Add:   &templates.Act{Text: "增加", Name: "line.add", Value: "x"},
		}}, []string{`id="f-x"`, `name="x.0.a"`, `name="line.remove" value="x.0"`, `name="line.add" value="x"`, "请填写"}, nil},
		"commented on": {templates.Field{Thread: &templates.Thread{
			ID: "c-7", Said: []templates.Said{{Kind: "审核意见", By: "李建国", At: "15:20", Text: "请核对"}, {Text: "已核对", Answer: true}},
			Reply: &templates.Reply{Summary: "回复", Field: templates.Field{Name: "reply.7", Kind: templates.KindLongText, Label: "回复", Value: "写到一半"}, Act: templates.Act{Text: "提交", Name: "reply", Value: "7"}},
		}}, []string{`id="c-7"`, "请核对", "李建国", "said-answer", `<details class="thread-reply" open>`, `name="reply.7"`, `name="reply" value="7"`}, []string{"<form"}},
		"in conflict": {templates.Field{Value: "12840", Theirs: &templates.Theirs{Text: "13,105", Mine: "12,840", Base: "11,900", By: "李建国", At: "15:20", Pick: "theirs"}},
			[]string{`name="pick.x" value="theirs" checked`, "12,840", "<del>11,900</del>", "李建国"}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.field.Name = "x"
			if tt.field.Label == "" {
				tt.field.Label = "问题"
			}
			text := render(t, "zh-CN", "field", tt.field)
			checkMarkup(t, text)
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing in:\n%s", want, text)
				}
			}
			for _, not := range tt.not {
				if strings.Contains(text, not) {
					t.Errorf("%q should not be in:\n%s", not, text)
				}
			}
		})
	}
}

func TestFormLinksItsErrorsToItsFields(t *testing.T) {
	form := templates.Form{
		Action: "/systems/7", Autosave: "/systems/7/draft", SavedAt: "10:42", Progress: true, Upload: true,
		Hidden: []templates.Pair{{Name: "version", Value: "6"}},
		Errors: &templates.Errors{Items: []templates.ErrorItem{
			{Text: "请填写系统名称", Href: "#f-name"}, {Text: "请选择系统类别", Href: "#f-class"}, {Text: "请选择经费来源", Href: "#f-source"}, {Text: "请回答是否涉密", Href: "#f-classified"}}},
		Sections: []templates.Section{
			{ID: "s-id", Title: "基本信息", Errors: 2, Fields: []templates.Field{
				{Name: "name", Label: "系统名称"},
				{Name: "class", Label: "系统类别", Kind: templates.KindEnum, Options: options(3)}}},
			{ID: "s-fund", Title: "经费", ShownWhen: "class=a", Hidden: true, Fields: []templates.Field{
				{Name: "source", Label: "经费来源", Kind: templates.KindMulti, Options: options(3)},
				{Name: "classified", Label: "是否涉密", Kind: templates.KindBool}}},
		},
		Acts: []templates.Act{{Text: "提交审核", Kind: templates.ActPrimary}, {Text: "保存草稿", NoCheck: true, Name: "act", Value: "draft"}},
	}
	text := render(t, "zh-CN", "form", form)
	checkMarkup(t, text) // every #f-… of the summary has its field
	for _, want := range []string{`href="#f-name"`, `data-autosave="/systems/7/draft"`, "草稿已自动保存 10:42", `name="version" value="6"`,
		"multipart/form-data", `href="#s-fund"`, "2 处需改", `name="act" value="draft" formnovalidate`} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
}
