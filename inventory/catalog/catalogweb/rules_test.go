package catalogweb_test

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/fault"
	"qingce/inventory/catalog"
	"qingce/inventory/catalog/catalogtest"
)

// said is what a rule is tried with: for a field, what the form, a program and a
// file say.
type said map[string]struct {
	form string
	api  any
	cell string
}

// columns are the titles of a file by the fields that the test gives.
var columns = map[string]string{
	"class_code": "信息资源分类", "name": "信息资源名称", "provider": "信息资源提供方", "abstract": "信息资源摘要", "format_category": "信息资源格式分类",
	"format_type": "信息资源格式类型", "item": "信息项名称", "data_type": "数据类型", "share_type": "共享类型", "share_condition": "共享条件",
	"share_method_category": "共享方式分类", "share_method": "共享方式类型", "open_to_public": "是否向社会开放", "update_cycle": "更新周期",
	"basis_level": "不予共享依据层级", "basis_text": "不予共享依据", "items.1.base_item": "基础信息项", "items.1.share_type": "信息项共享类型",
	"secrecy_result": "保密审查结论", "secrecy_reviewer": "保密审查人", "secrecy_on": "保密审查日期",
}

// The rules V01 to V07 and V09 are the same by form, by file and by the API, and
// each names the field.
func TestEachRuleHoldsOnEveryWay(t *testing.T) {
	none := said{"share_method": {}, "share_method_category": {}, "share_condition": {}}
	for name, c := range map[string]struct {
		say      said
		at, code string
	}{
		"V01": {said{"share_type": {"3", "3", "不予"}, "basis_level": {"law", "law", "法律"}, "basis_text": {"工作需要", "工作需要", "工作需要"}}, "basis_text", "catalog.err.v01_text"},
		"V02": {said{"share_type": {"2", "2", "有条件"}, "share_condition": {"", "", ""}}, "share_condition", "catalog.err.v02"},
		"V03": {said{"share_condition": {"限本市", "限本市", "限本市"}}, "share_condition", "catalog.err.v03"},
		"V04": {said{"share_type": {"2", "2", "有条件"}, "share_condition": {"限本市", "限本市", "限本市"}, "items.1.base_item": {"true", true, "是"}, "items.1.share_type": {"2", "2", "有条件"}}, "items.1.share_type", "catalog.err.v04"},
		"V05": {said{"class_code": {"3070200101", "3070200101", "3070200101"}}, "lead_id", "catalog.err.v05"},
		"V06": {said{"share_type": {"3", "3", "不予"}, "basis_level": {"law", "law", "法律"}, "basis_text": {"《保守国家秘密法》第九条", "《保守国家秘密法》第九条", "《保守国家秘密法》第九条"}, "open_to_public": {"true", true, "是"}}, "open_to_public", "catalog.err.v06"},
		"V07": {said{"secrecy_result": {"", "", ""}, "secrecy_reviewer": {"", "", ""}, "secrecy_on": {"", nil, ""}}, "secrecy_result", "catalog.err.v07"},
		"V09": {said{"provider": {"GA", "GA", "GA"}}, "provider_id", "catalog.err.v09"},
	} {
		t.Run(name, func(t *testing.T) {
			tn := open(t)
			if c.say["share_type"].form == "3" {
				c.say = maps.Clone(c.say)
				maps.Copy(c.say, none)
			}
			tn.byForm(t, c.say, c.code)
			tn.byProgram(t, c.say, c.at, c.code)
			tn.byFile(t, c.say, c.at, c.code)
		})
	}
}

// byForm hands an entry in by the form of the head.
func (tn *town) byForm(t *testing.T, say said, code string) {
	t.Helper()
	form := tn.typed("表单登记信息")
	form.Set("share_type", "1")
	form.Set("share_condition", "")
	form.Del("items_paste")
	for key, v := range say {
		if key == "provider" {
			d := tn.Department(v.form)
			form.Set("provider_id", d.Code+" "+d.Name)
			continue
		}
		form.Set(key, v.form)
	}
	form.Set("submit", "true")
	head := tn.site.Of(tn.Head("MZ"))
	page := head.Post("/catalog/entries", form).Want(http.StatusUnprocessableEntity)
	want := tn.site.Texts.Printer("zh-CN").T(code, "name", "姓名", "owner", tn.Department("MZ").Name, "library", "")
	want, _, _ = strings.Cut(want, "。")
	if text := page.Text("main"); code != "catalog.err.v05" && !strings.Contains(text, want) || code == "catalog.err.v05" && !strings.Contains(text, "牵头部门") {
		t.Errorf("by form: %q is not said: %s", want, page.Words(".errors, .callout, .error"))
	}
}

// byProgram does so by the API.
func (tn *town) byProgram(t *testing.T, say said, at, code string) {
	t.Helper()
	entry := tn.apiEntry("程序登记信息")
	item := map[string]any{"name": "姓名", "data_type": "C"}
	for key, v := range say {
		field, ofItem := strings.CutPrefix(key, "items.1.")
		switch {
		case key == "provider":
			entry[key] = tn.Department(v.form).Code
		case ofItem:
			item[field] = v.api
		case v.api == nil || v.api == "":
			delete(entry, key)
		default:
			entry[key] = v.api
		}
	}
	entry["items"] = []any{item}
	head := tn.site.Of(tn.Head("MZ"))
	added := head.JSON("POST", "/api/v1/catalog/entries", map[string]any{"entry": entry})
	if added.Status == http.StatusUnprocessableEntity { // refused at once
		if !strings.Contains(added.Body, code) {
			t.Errorf("by the API: %s", added.Body)
		}
		return
	}
	var e answered
	added.Want(http.StatusCreated).Into(&e)
	path := "/api/v1/catalog/entries/" + strconv.FormatInt(e.ID, 10)
	refused := head.JSON("POST", path+"/moves", map[string]any{"move": "submit"}, "If-Match", etag(e.Version)).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(refused.Body, `"`+code+`"`) || !strings.Contains(refused.Body, at) {
		t.Errorf("by the API: %s", refused.Body)
	}
}

// byFile does so by a file, which says it in the preview, or else when the entry
// that it wrote is handed in.
func (tn *town) byFile(t *testing.T, say said, at, code string) {
	t.Helper()
	row := map[string]string{
		"class_code": catalogtest.Class, "name": "文件登记信息", "provider": "市民政局", "abstract": "登记", "format_category": "数据库", "format_type": "mysql",
		"item": "姓名", "data_type": "字符型", "share_type": "无条件", "share_method_category": "共享平台", "share_method": "接口", "open_to_public": "否",
		"update_cycle": "每日", "secrecy_result": "通过", "secrecy_reviewer": "王芳", "secrecy_on": "2017-09-11",
	}
	for key, v := range say {
		row[key] = v.cell
		if key == "provider" {
			row[key] = tn.Department(v.form).Name
		}
	}
	keys := slices.Sorted(maps.Keys(columns))
	var head, line []string
	for _, key := range keys {
		head, line = append(head, columns[key]), append(line, row[key])
	}
	page := upload(t, tn.site.Of(tn.Head("MZ")), "登记.csv", strings.Join(head, ",")+"\n"+strings.Join(line, ",")+"\n").Want(http.StatusSeeOther)
	id, _ := strconv.ParseInt(page.Location()[strings.LastIndexByte(page.Location(), '/')+1:], 10, 64)
	rows, _, err := tn.Desk.ImportRows(t.Context(), tn.Head("MZ"), catalog.ImportID(id), "", 1, 10)
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	for _, f := range rows[0].Found {
		if f.Code == code && f.Name == at {
			return
		}
	}
	by := tn.Head("MZ")
	i, err := tn.Desk.FindImport(t.Context(), by, catalog.ImportID(id))
	if err == nil {
		_, err = tn.Desk.Confirm(t.Context(), by, i.ID, i.Version)
	}
	list, failed := tn.Desk.List(t.Context(), by, catalog.Query{Scope: catalog.Own, Search: "文件登记信息"})
	if err != nil || failed != nil || list.Total != 1 {
		t.Fatalf("by file: neither said nor written: %+v, %v, %v", rows[0].Found, err, failed)
	}
	_, err = tn.Desk.Submit(t.Context(), by, list.Rows[0].ID, list.Rows[0].Version)
	if !slices.ContainsFunc(fault.FieldsOf(err), func(f fault.Field) bool { return f.Name == at && f.Code == code }) {
		t.Errorf("by file: %+v, handed in: %v", rows[0].Found, fault.FieldsOf(err))
	}
}
