package similarweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
	"qingce/inventory"
)

func TestAPairIsJudgedFromTheList(t *testing.T) {
	tn := open(t)
	old, next := tn.offices()
	b := tn.office()
	p := b.Get("/similar").Want(http.StatusOK)
	webtest.WantWords(t, p, ".like-pairs tbody tr", old.Name, next.Name, "很可能重复", "会议通知")
	form := p.Form(".like-quick")
	form.Set("choice", "same.double>"+next.Code)
	p = b.Post(p.Attr(".like-quick", "action"), form).Follow().Want(http.StatusOK)
	if p.Has(".like-pairs") {
		t.Error("the pair is still to be judged")
	}
	p = b.Get("/similar?verdict=same").Want(http.StatusOK)
	webtest.WantWords(t, p, ".like-said", "重复建设", "保留 "+next.Code, "office")
	if p.Has(".like-quick") {
		t.Error("a judged pair asks for a judgement in the list")
	}
}

func TestWhatIsWrongComesBackWithWhatWasTyped(t *testing.T) {
	tn := open(t)
	tn.offices()
	b := tn.office()
	for _, w := range []struct{ name, choice, at, want string }{
		{"nothing chosen", "", "#e-choice", "请选择相同、部分相同或不同"},
		{"the same, without who goes on", "same.double", "#e-choice, .errors", "要指明保留"},
		{"other without a note", "different.other", "#e-note", "请在说明中写出理由"},
	} {
		t.Run(w.name, func(t *testing.T) {
			p := b.Post("/similar/1", url.Values{"version": {"1"}, "choice": {w.choice}, "note": {strings.Repeat(" ", 2)}}).Want(http.StatusUnprocessableEntity)
			webtest.WantWords(t, p, "main", w.want)
			if w.choice == "different.other" && p.Form("form#form").Get("choice") != w.choice {
				t.Errorf("%q was chosen and %q comes back", w.choice, p.Form("form#form").Get("choice"))
			}
		})
	}
	note := "两个系统服务对象不同，请保留"
	p := b.Post("/similar/1", url.Values{"version": {"1"}, "note": {note}}).Want(http.StatusUnprocessableEntity)
	if got := p.Form("form#form").Get("note"); got != note {
		t.Errorf("the note comes back as %q", got)
	}
	good := url.Values{"version": {"1"}, "choice": {"different.business"}}
	b.Post("/similar/1", good).Follow().Want(http.StatusOK)
	p = b.Post("/similar/1", good).Want(http.StatusConflict)
	webtest.WantWords(t, p, "main", "刚刚被他人评审过", "功能不同")
	good = p.Form("form#form")
	good.Set("choice", "partly.modules")
	webtest.WantWords(t, b.Post("/similar/1", good).Follow().Want(http.StatusOK), "main", "部分功能重合", "历次评审", "办理的业务不同")
}

func TestTwoSystemsSideBySide(t *testing.T) {
	tn := open(t)
	old, next := tn.offices()
	p := tn.office().Get("/similar/1").Want(http.StatusOK)
	webtest.WantWords(t, p, ".like-sides thead", old.Code, next.Code, "市教育局", "市公安局")
	webtest.WantWords(t, p, ".like-sides mark", "公文收发", "内部邮件")
	webtest.WantWords(t, p, ".like-sides tbody", "12.00 万元", "使用范围")
	p = tn.site.Of(tn.Head("JY")).Get("/similar/1").Want(http.StatusOK)
	webtest.WantWords(t, p, "main", "教育局", next.Code, "只显示编码和部门", "待市信息化办或政务信息管理中心评审", "内部邮件")
	wantNoWords(t, p, next.Name, "各机关公文收发")
	if p.Has("form#form") {
		t.Error("a department is offered to judge")
	}
	tn.site.Of(tn.Head("MZ")).Get("/similar/1").Want(http.StatusNotFound)
	tn.office().Get("/similar/99").Want(http.StatusNotFound)
	en := tn.office().Get("/similar/1?lang=en").Want(http.StatusOK)
	webtest.WantWords(t, en, "main", "Likely the same", "Shared words")
}

func TestTheListIsNarrowedAndSorted(t *testing.T) {
	tn := open(t)
	tn.offices()
	tn.system("FC", "住房公积金管理系统", "住房公积金缴存、提取、贷款和个人账户查询。")
	tn.system("LY", "公积金综合服务平台", "职工公积金账户查询、提取和购房贷款网上办理。")
	tn.compare()
	b := tn.office()
	rows := func(query string) []string {
		return b.Get("/similar?" + query).Want(http.StatusOK).Texts(".like-pairs tbody th")
	}
	if got := rows(""); len(got) != 2 || !strings.Contains(got[0], "教育局") {
		t.Errorf("rows %v, want two, the most like one first", got)
	}
	for query, want := range map[string]int{
		"sort=score": 2, "only=likely": 1, "only=declared": 0, "only=moved": 0, "owner=XYFC": 1, "q=公积金": 1, "q=JY-": 1, "verdict=different": 0, "size=1&page=2": 1, "page=99": 2,
	} {
		if got := rows(query); len(got) != want {
			t.Errorf("%s: rows %v, want %d", query, got, want)
		}
	}
	if got := rows("sort=score"); len(got) == 2 && !strings.Contains(got[1], "教育局") {
		t.Errorf("rows %v, want the least like one first", got)
	}
	webtest.WantWords(t, b.Get("/similar?owner=nobody").Want(http.StatusOK), "main", "没有「nobody」这个部门")
}

func TestCheckForDuplicates(t *testing.T) {
	tn := open(t)
	old, next := tn.offices()
	query := "/similar/check?text=" + url.QueryEscape("协同办公：公文收发、会议通知、内部邮件")
	p := tn.site.Of(tn.Clerk("JY")).Get(query).Want(http.StatusOK)
	webtest.WantWords(t, p, "main", "找到 2 个相近的系统", old.Name, next.Code, "只显示编码和部门")
	wantNoWords(t, p, next.Name)
	webtest.WantWords(t, p, ".like-words mark", "会议通知")
	if got := p.Form("form.like-check").Get("text"); !strings.Contains(got, "协同办公") {
		t.Errorf("the text comes back as %q", got)
	}
	webtest.WantWords(t, tn.office().Get("/similar/check").Want(http.StatusOK), "main", "查重")
	webtest.WantWords(t, tn.office().Get("/similar/check?text=办公").Want(http.StatusUnprocessableEntity), "#e-text", "至少要有 6 个字")
	webtest.WantWords(t, tn.office().Get("/similar/check?text="+url.QueryEscape("排污许可证申请核发")).Want(http.StatusOK), "main", "没有找到相近的系统")
}

func TestTheBlockOfASystemWarnsOfDuplicates(t *testing.T) {
	tn := open(t)
	old, next := tn.offices()
	p := tn.site.Of(tn.Clerk("JY")).Get("/block/" + old.Code).Want(http.StatusOK)
	if !strings.Contains(p.Body, next.Code) || !strings.Contains(p.Body, "很可能重复") || strings.Contains(p.Body, next.Name) {
		t.Errorf("the block reads %s", p.Body)
	}
	tn.Clock.Advance(time.Minute)
	alone := tn.system("FC", "白蚁防治收费系统", "新建房屋白蚁预防合同登记和费用收缴。")
	if p := tn.office().Get("/block/" + alone.Code).Want(http.StatusOK); !strings.Contains(p.Body, "没有发现") {
		t.Errorf("the block of a system without like ones reads %s", p.Body)
	}
}

func TestTheAPIOfPairs(t *testing.T) {
	tn := open(t)
	old, next := tn.offices()
	if err := tn.Registry.Relate(t.Context(), tn.Clerk("JY"), old.Code, next.Code, inventory.ReplacedBy, ""); err != nil {
		t.Fatal(err)
	}
	var found struct {
		Found []struct {
			System struct {
				Code, Owner, Name string
				Hidden            bool
			}
			Score  float64
			Likely bool
			Words  []string
		}
	}
	tn.site.Call(tn.Clerk("JY"), "GET", "/api/v1/similar?limit=5&text="+url.QueryEscape("办公自动化：公文收发、会议通知、内部邮件"), nil).Want(http.StatusOK).Into(&found)
	if len(found.Found) != 2 || len(found.Found[0].Words) == 0 {
		t.Errorf("found %+v, want both with their words", found)
	}
	for _, f := range found.Found {
		if foreign := f.System.Code == next.Code; f.System.Hidden != foreign || (f.System.Name == "") != foreign || f.System.Owner == "" {
			t.Errorf("found %+v: of the other department the code and the department only", f)
		}
	}
	var list struct {
		Total int64
		Pairs []struct {
			ID, Version   int64
			FirstReplaced bool `json:"first_replaced"`
			Verdict       string
		}
	}
	tn.site.Call(tn.Someone(auth.Auditor), "GET", "/api/v1/similar/pairs?declared=true", nil).Want(http.StatusOK).Into(&list)
	if list.Total != 1 || !list.Pairs[0].FirstReplaced || list.Pairs[0].Verdict != "open" {
		t.Fatalf("pairs %+v, want the declared one", list)
	}
	body := map[string]string{"choice": "same.successor", "keeper": next.Code, "note": "已停用"}
	tn.site.Call(tn.Someone(auth.Office), "POST", "/api/v1/similar/pairs/1/judgement", body).Want(http.StatusUnprocessableEntity) // without If-Match
	tn.site.Call(tn.Clerk("JY"), "POST", "/api/v1/similar/pairs/1/judgement", body, "If-Match", `"1"`).Want(http.StatusForbidden)
	p := tn.site.Call(tn.Someone(auth.Office), "POST", "/api/v1/similar/pairs/1/judgement", body, "If-Match", `"1"`).Want(http.StatusOK)
	if p.Header.Get("ETag") != `"2"` {
		t.Errorf("ETag %q, want the new version", p.Header.Get("ETag"))
	}
	tn.site.Call(tn.Someone(auth.Office), "POST", "/api/v1/similar/pairs/1/judgement", body, "If-Match", `"1"`).Want(http.StatusConflict)
	var one struct {
		Pair struct {
			Judgement struct{ Choice, Keeper, Note, By string }
		}
		SecondFunction string `json:"second_function"`
		Judgements     []struct{ Choice string }
	}
	tn.site.Call(tn.Clerk("JY"), "GET", "/api/v1/similar/pairs/1", nil).Want(http.StatusOK).Into(&one)
	if j := one.Pair.Judgement; j.Choice != "same.successor" || j.Keeper != next.Code || j.Note != "已停用" || len(one.Judgements) != 1 || one.SecondFunction != "" {
		t.Errorf("pair %+v, want the judgement and no text of the other department", one)
	}
	tn.site.Call(tn.Clerk("MZ"), "GET", "/api/v1/similar/pairs/1", nil).Want(http.StatusNotFound)
	tn.site.Call(tn.Someone(auth.Office), "GET", "/api/v1/similar/pairs?owner=none", nil).Want(http.StatusUnprocessableEntity)
}
