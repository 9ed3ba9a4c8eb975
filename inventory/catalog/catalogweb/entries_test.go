package catalogweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/inventory/catalog"
	"qingce/inventory/catalog/catalogtest"
)

// typed are the fields of a complete entry of MZ, as a form posts them.
func (tn *town) typed(name string) url.Values {
	d := tn.Department("MZ")
	return url.Values{
		"class_code": {catalogtest.Class}, "name": {name}, "provider_id": {d.Code + " " + d.Name}, "abstract": {name + "的登记情况"},
		"format_category": {"database"}, "format_type": {"mysql"}, "share_type": {"2"}, "share_condition": {"履职需要"},
		"share_method_category": {"platform"}, "share_method": {"service"}, "open_to_public": {"false"}, "update_cycle": {"daily"},
		"secrecy_result": {"passed"}, "secrecy_reviewer": {"王芳"}, "secrecy_on": {"2017.9.11"},
		"items_rows": {"2"}, "items.1.name": {"姓名"}, "items.1.data_type": {"C"}, "items.1.length": {"50"},
		"items_paste": {"公民身份号码\t字符型\t18\t是\t是\t无条件\n登记日期\t日期型"},
	}
}

func TestAnEntryIsWrittenByItsFormAndPublished(t *testing.T) {
	tn := open(t)
	clerk, head, office := tn.site.Of(tn.Clerk("MZ")), tn.site.Of(tn.Head("MZ")), tn.site.Of(tn.Someone(auth.Office))
	form := tn.typed("婚姻登记信息")
	form.Set("share_condition", "")
	wrong := tn.typed("")
	wrong.Set("class_code", "999")
	wrong.Set("items.1.length", "很长")
	p := clerk.Post("/catalog/entries", wrong).Want(http.StatusUnprocessableEntity)
	typed := p.Form("form#entry")
	if typed.Get("abstract") != "的登记情况" || typed.Get("items.1.length") != "很长" || !strings.Contains(p.Text(".items-edit"), "很长") && p.Attr(`[name="items.1.length"]`, "value") != "很长" {
		t.Errorf("what was typed is lost: %v", typed)
	}
	at := clerk.Post("/catalog/entries", form).Want(http.StatusSeeOther).Location()
	page := clerk.Get(at).Want(http.StatusOK)
	page.WantText("h1", "婚姻登记信息")
	if !strings.Contains(page.Words(".callout"), "共享条件") {
		t.Errorf("the open point is not told: %s", page.Words(".callout"))
	}
	if got := len(page.All("#items tbody tr")); got != 3 {
		t.Errorf("%d items, want 3", got)
	}
	if page.Has("#step-submit") || !page.Has("#step-discard") {
		t.Error("a clerk is offered to submit, or not to discard")
	}
	refused := head.Post(at+"/moves", url.Values{"move": {"submit"}, "version": {"1"}}).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(refused.Words(".callout"), "有条件共享须填写共享条件") {
		t.Errorf("refused with %s", refused.Words(".callout"))
	}
	edit := head.Get(at + "/edit").Want(http.StatusOK).Form("form#entry")
	edit.Set("share_condition", "履职需要")
	edit.Set("submit", "true")
	edit.Del("more")
	if got := head.Post(at, edit).Want(http.StatusSeeOther).Location(); got != at {
		t.Fatalf("saved to %s", got)
	}
	waiting := office.Get("/catalog?scope=waiting").Want(http.StatusOK)
	row := waiting.Attr("#entries tbody input", "value")
	if row == "" || !strings.Contains(waiting.Words("#entries tbody"), "婚姻登记信息") {
		t.Fatalf("nothing waits for the Office: %s", waiting.Short())
	}
	office.Post("/catalog/moves", url.Values{"row": {row}, "move": {"publish"}, "back": {"/catalog?scope=waiting"}}).Want(http.StatusSeeOther)
	found := tn.site.Of(tn.Clerk("RS")).Get("/catalog?q=" + url.QueryEscape("公民身份")).Want(http.StatusOK)
	if !strings.Contains(found.Words("#entries tbody"), "婚姻登记信息") {
		t.Errorf("another department does not find it by an item: %s", found.Short())
	}
}

func TestPagesShowWhatTheReaderMayDo(t *testing.T) {
	tn := open(t)
	e := tn.Submitted("MZ", tn.Content("MZ", "婚姻登记信息", catalog.Conditional))
	path := e.ID.Address()
	for _, c := range []struct {
		name   string
		by     auth.Principal
		status int
		steps  string
	}{
		{"the Office", tn.Someone(auth.Office), http.StatusOK, "publish return"},
		{"the centre", tn.Someone(auth.Centre), http.StatusOK, "return"},
		{"auditors", tn.Someone(auth.Auditor), http.StatusOK, ""},
		{"the own head", tn.Head("MZ"), http.StatusOK, ""},
		{"another clerk", tn.Clerk("RS"), http.StatusNotFound, ""},
		{"administrators", tn.Someone(auth.Admin), http.StatusForbidden, ""},
	} {
		p := tn.site.Of(c.by).Get(path).Want(c.status)
		for _, step := range []string{"submit", "publish", "return", "endorse", "withdraw", "discard"} {
			if want := strings.Contains(c.steps, step); p.Has("#step-"+step) != want {
				t.Errorf("%s: step %s is shown: %v, want %v", c.name, step, !want, want)
			}
		}
	}
	office := tn.site.Of(tn.Someone(auth.Office))
	p := office.Post(path+"/moves", url.Values{"move": {"return"}, "version": {"2"}, "return_reason": {" "}}).Want(http.StatusUnprocessableEntity)
	if p.Text("#e-return_reason") == "" {
		t.Error("the missing reason is not told at its field")
	}
	office.Post(path+"/moves", url.Values{"move": {"return"}, "version": {"2"}, "return_reason": {"缺少字段"}}).Want(http.StatusSeeOther)
	if mine := tn.site.Of(tn.Clerk("MZ")).Get(path); !strings.Contains(mine.Words(".callout"), "缺少字段") {
		t.Error("the department does not read why it was returned")
	}
}

func TestEachPageOfTheCatalogOpens(t *testing.T) {
	tn := open(t)
	e := tn.Mounted("MZ", tn.Published("MZ", "婚姻登记信息", catalog.Conditional))
	e = tn.Corrected("MZ", e, "更正后的摘要")
	draft := tn.Drafted("MZ", tn.Content("MZ", "低保信息", catalog.NotShared))
	for _, c := range []struct {
		by    auth.Principal
		paths []string
	}{
		{tn.Clerk("MZ"), []string{
			"/catalog", "/catalog?scope=own", "/catalog?scope=waiting", "/catalog?q=x&share=1&fresh=stale&class=307&sort=-name", "/catalog/entries/new",
			draft.ID.Address() + "/edit", e.ID.Address() + "/mount", e.ID.Address() + "/edit",
		}},
		{tn.Someone(auth.Office), []string{
			e.ID.Address(), e.ID.Address() + "/versions", "/catalog/tree", "/catalog/tree/new", "/catalog/tree/30702004", "/catalog/numbers", "/catalog/filings",
			"/catalog/filings/ask", "/catalog/changes", "/catalog/changes/new", "/catalog/overlaps",
		}},
		{tn.Someone(auth.Leader), []string{"/catalog", "/catalog/numbers", "/catalog/filings", "/catalog/changes", "/catalog/overlaps", "/catalog/tree"}},
		{tn.Someone(auth.Expert), []string{"/catalog", e.ID.Address()}},
	} {
		for _, path := range c.paths {
			tn.site.Of(c.by).Get(path).Want(http.StatusOK)
		}
	}
	versions := tn.site.Of(tn.Clerk("RS")).Get(e.ID.Address() + "/versions")
	if !strings.Contains(versions.Text("main"), "更正后的摘要") {
		t.Errorf("the difference is not shown: %s", versions.Short())
	}
}

func TestCatalogsOfDepartmentsAreAskedHandedInAndAccepted(t *testing.T) {
	tn := open(t)
	office := tn.site.Of(tn.Someone(auth.Office))
	office.Post("/catalog/filings", url.Values{"due_on": {"2017-10-20"}}).Want(http.StatusUnprocessableEntity)
	mz, wj := tn.Department("MZ").Code, tn.Department("WJ").Code
	office.Post("/catalog/filings", url.Values{"due_on": {"2017-10-20"}, "departments": {mz, wj}}).Want(http.StatusSeeOther)
	head, path := tn.site.Of(tn.Head("MZ")), "/catalog/filings/"+mz
	tn.site.Of(tn.Head("RS")).Get(path).Want(http.StatusNotFound)
	head.Post(path+"/moves", url.Values{"move": {"hand_in"}, "version": {"1"}, "nothing": {"false"}}).Want(http.StatusUnprocessableEntity)
	e := tn.Submitted("MZ", tn.Content("MZ", "婚姻登记信息", catalog.Conditional))
	head.Post(path+"/moves", url.Values{"move": {"hand_in"}, "version": {"1"}, "nothing": {"false"}}).Want(http.StatusSeeOther)
	office.Post(path+"/moves", url.Values{"move": {"accept"}, "version": {"2"}}).Want(http.StatusConflict)
	if _, err := tn.Desk.Publish(t.Context(), tn.Someone(auth.Office), e.ID, e.Version); err != nil {
		t.Fatal(err)
	}
	office.Post(path+"/moves", url.Values{"move": {"accept"}, "version": {"2"}}).Want(http.StatusSeeOther)
	list := office.Get("/catalog/filings").Want(http.StatusOK)
	if got := list.Words("#filings tbody"); !strings.Contains(got, "审核通过") || !strings.Contains(got, "待报送") {
		t.Errorf("the list shows %s", got)
	}
}

func TestTheTreeIsEdited(t *testing.T) {
	tn := open(t)
	office := tn.site.Of(tn.Someone(auth.Office))
	office.Post("/catalog/tree", url.Values{"parent": {"30702004"}, "code": {"123"}, "name": {"襄阳市"}}).Want(http.StatusUnprocessableEntity)
	office.Post("/catalog/tree", url.Values{"parent": {"30702004"}, "code": {"3070200499"}, "name": {"襄阳市"}}).Want(http.StatusSeeOther)
	ga := tn.Department("GA")
	office.Post("/catalog/tree/3070200101", url.Values{"version": {"1"}, "name": {"人口基础信息资源"}, "lead": {ga.Code}, "closed": {"false"}}).Want(http.StatusSeeOther)
	tree := office.Get("/catalog/tree").Want(http.StatusOK)
	if got := tree.Words("#tree tbody"); !strings.Contains(got, "襄阳市") || !strings.Contains(got, ga.Name) {
		t.Error("the new class or the new lead is not shown")
	}
	tn.site.Of(tn.Clerk("MZ")).Post("/catalog/tree", url.Values{"parent": {"3"}, "code": {"399"}, "name": {"x"}}).Want(http.StatusForbidden)
}

// Two people have the form of an entry open. Whoever saves second sees what the
// first saved beside what he typed, loses nothing of it, and decides.
func TestASecondSaveShowsBothStates(t *testing.T) {
	tn := open(t)
	clerk, head := tn.site.Of(tn.Clerk("MZ")), tn.site.Of(tn.Head("MZ"))
	at := clerk.Post("/catalog/entries", tn.typed("婚姻登记信息")).Want(http.StatusSeeOther).Location()
	mine, theirs := clerk.Get(at+"/edit").Form("form#entry"), head.Get(at+"/edit").Form("form#entry")
	mine.Del("more")
	theirs.Del("more")
	theirs.Set("update_cycle", "monthly")
	theirs.Set("items.1.length", "60")
	head.Post(at, theirs).Want(http.StatusSeeOther)
	mine.Set("abstract", "婚姻登记和离婚登记的情况")
	mine.Set("items_paste", "登记机关\t字符型\t100")
	page := clerk.Post(at, mine).Want(http.StatusConflict)
	both := page.Words("#overtaken tr")
	for _, want := range []string{"每月 每日", "婚姻登记和离婚登记的情况", "60", "登记机关"} {
		if !strings.Contains(both, want) {
			t.Errorf("%q is not among the differences: %s", want, both)
		}
	}
	again := page.Form("form#entry")
	if again.Get("abstract") != "婚姻登记和离婚登记的情况" || !strings.Contains(page.Body, "登记机关") {
		t.Errorf("what was typed is lost: %v", again)
	}
	again.Del("more")
	if got := clerk.Post(at, again).Want(http.StatusSeeOther).Location(); got != at {
		t.Errorf("saved again it leads to %s", got)
	}
	if got := clerk.Get(at).Want(http.StatusOK).Text("main"); !strings.Contains(got, "离婚登记") || strings.Contains(got, "每月") {
		t.Errorf("the entry says %s", got)
	}
}
