package surveyweb_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/survey"
)

const reviewPath = "/surveys/zc-2017/review"

func (tn *town) reviewOf(prefix string) string { return tn.Form(prefix).Path() + "/review" }

// row is a system on the form of a department.
func (tn *town) row(t *testing.T, prefix, name string) survey.Row {
	t.Helper()
	page, err := tn.Desk.FormRows(t.Context(), tn.Clerk(prefix), tn.Form(prefix), survey.RowQuery{Search: name})
	if err != nil || len(page.Rows) != 1 {
		t.Fatalf("%s of %s: %v %v", name, prefix, page.Rows, err)
	}
	return page.Rows[0]
}

// changed fills in a form in which one of two systems was changed.
func (tn *town) changed(t *testing.T, prefix string) survey.Row {
	t.Helper()
	tn.Registered(prefix, "就业服务系统")
	tn.Registered(prefix, "社会保险系统")
	if _, err := tn.Desk.OpenForm(t.Context(), tn.Clerk(prefix), tn.Form(prefix)); err != nil {
		t.Fatal(err)
	}
	row := tn.row(t, prefix, "就业服务系统")
	browser := tn.site.Of(tn.Clerk(prefix))
	address := tn.Form(prefix).Path() + "/rows/" + strconv.FormatInt(int64(row.ID), 10)
	form := browser.Get(address).Want(http.StatusOK).Form("main form#row")
	form.Set("use_frequency", "weekly")
	browser.Post(address, form).Want(http.StatusSeeOther)
	tn.confirmed(t, prefix)
	return tn.row(t, prefix, "就业服务系统")
}

// TestAFormIsReturnedByHand walks the way of a reviewer: what changed is seen at
// once, a comment stands beside the answer, and the body reads it.
func TestAFormIsReturnedByHand(t *testing.T) {
	tn := open(t)
	tn.At("2017-09-29 10:00")
	row := tn.changed(t, "RS")
	tn.At("2017-10-10 09:00")
	office := tn.site.Of(tn.reviewer())
	p := office.Get(tn.reviewOf("RS")).Want(http.StatusOK)
	card := "#row-" + strconv.FormatInt(int64(row.ID), 10)
	for _, want := range []string{"修改 1 项", "每日", "每周"} {
		if !strings.Contains(p.Text(card), want) {
			t.Errorf("%q is not on the card: %s", want, p.Text(card))
		}
	}
	if strings.Contains(p.Text("form#review"), "社会保险系统") {
		t.Errorf("what did not change is among what has to be looked at: %s", p.Short())
	}
	if p = office.Get(tn.reviewOf("RS") + "?show=all"); !strings.Contains(p.Text("form#review"), "社会保险系统") {
		t.Errorf("all systems are %s", p.Text("form#review"))
	}
	key := strconv.FormatInt(int64(row.ID), 10) + ".use_frequency"
	form := p.Form("form#review")
	form.Set("do", "return")
	p = office.Post(tn.reviewOf("RS"), form).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Text("#errors"), "退回至少要有一条意见") {
		t.Errorf("without a comment: %s", p.Short())
	}
	form.Set("tick."+key, "1")
	p = office.Post(tn.reviewOf("RS"), form).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Text("#errors"), "请写明要改什么") || !p.Has(`#errors a[href="#f-`+key+`"]`) {
		t.Errorf("ticked without a word: %s", p.Text("#errors"))
	}
	form.Set("text."+key, "与日志不符，请核对")
	p = office.Post(tn.reviewOf("RS"), form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if !strings.Contains(p.Text("body"), "已退回修改（第 1 次）") {
		t.Errorf("after the return: %s", p.Short())
	}
	read := tn.site.Of(tn.Clerk("RS")).Get(tn.Form("RS").Path()).Want(http.StatusOK)
	if !strings.Contains(read.Text("main"), "与日志不符，请核对") {
		t.Errorf("the clerk does not read the comment: %s", read.Short())
	}
}

func TestCommentsAreDraftedBeforeTheyAreSent(t *testing.T) {
	tn := open(t)
	row := tn.changed(t, "RS")
	id := strconv.FormatInt(int64(row.ID), 10)
	office, key := tn.site.Of(tn.reviewer()), id+".fund_source"
	rowPath := tn.reviewOf("RS") + "/rows/" + id
	form := office.Get(rowPath).Want(http.StatusOK).Form("form#review")
	form.Set("tick."+key, "1")
	form.Set("text."+key, "请核对经费来源")
	form.Set("do", "save")
	p := office.Post(tn.reviewOf("RS"), form).Want(http.StatusSeeOther)
	if p.Location() != rowPath {
		t.Errorf("after saving the page is %s", p.Location())
	}
	p = office.Get(tn.reviewOf("RS")).Want(http.StatusOK)
	if !strings.Contains(p.Text("#drafts"), "请核对经费来源") || p.Form("form#review").Get("text."+key) != "请核对经费来源" {
		t.Errorf("the draft is lost: %s", p.Short())
	}
	if read := tn.site.Of(tn.Clerk("RS")).Get(tn.Form("RS").Path()); strings.Contains(read.Text("main"), "请核对经费来源") {
		t.Error("the clerk reads a draft")
	}
	accept := p.Form("form#review")
	accept.Set("do", "accept")
	if p = office.Post(tn.reviewOf("RS"), accept).Want(http.StatusConflict); !strings.Contains(p.Text("#errors"), "还有没发出的意见") {
		t.Errorf("accepting with a comment: %s", p.Text("#errors"))
	}
	accept.Del("tick." + key)
	office.Post(tn.reviewOf("RS"), accept).Want(http.StatusSeeOther)
	if f, err := tn.Desk.FindForm(t.Context(), tn.reviewer(), tn.Form("RS")); err != nil || f.Form.State != survey.FormAccepted {
		t.Errorf("after the comment was taken back the form is %s, %v", f.Form.State, err)
	}
}

func TestTheSecondReviewerIsTold(t *testing.T) {
	tn := open(t)
	tn.changed(t, "RS")
	office := tn.site.Of(tn.reviewer())
	form := office.Get(tn.reviewOf("RS")).Want(http.StatusOK).Form("form#review")
	form.Set("tick.0.", "1")
	form.Set("text.0.", "整张表请核对")
	form.Set("do", "return")
	if _, err := tn.Desk.Accept(t.Context(), tn.Centre(), tn.Form("RS"), 0); err != nil {
		t.Fatal(err)
	}
	p := office.Post(tn.reviewOf("RS"), form).Want(http.StatusConflict)
	if strings.Contains(p.Text("#errors"), "survey.") || p.Text("#errors") == "" {
		t.Errorf("the second reviewer reads %s", p.Text("#errors"))
	}
}

func TestTheReturnedFormComesBackWithItsHistory(t *testing.T) {
	tn := open(t)
	row := tn.changed(t, "RS")
	key := tn.Form("RS")
	if _, err := tn.Desk.Return(t.Context(), tn.reviewer(), key, 0, survey.ReturnNote{Comments: []survey.Said{{Row: row.ID, Question: "use_frequency", Text: "请核对"}}}); err != nil {
		t.Fatal(err)
	}
	remarks, err := tn.Desk.Remarks(t.Context(), tn.Clerk("RS"), key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tn.Desk.Reply(t.Context(), tn.Clerk("RS"), key, remarks[0].ID, "已核对，确为每周"); err != nil {
		t.Fatal(err)
	}
	tn.confirmed(t, "RS")
	office := tn.site.Of(tn.reviewer())
	p := office.Get(tn.reviewOf("RS")).Want(http.StatusOK)
	for _, want := range []string{"上次退回的意见", "已核对，确为每周", "还没有改好"} {
		if !strings.Contains(p.Text("form#review"), want) {
			t.Errorf("%q is not on the page: %s", want, p.Short())
		}
	}
	p = office.Get(key.Path() + "/compare").Want(http.StatusOK)
	if !strings.Contains(p.Text("main"), "两个版本一样") {
		t.Errorf("the submissions differ: %s", p.Short())
	}
	p = office.Get(key.Path() + "/compare?from=register&to=2").Want(http.StatusOK)
	if !strings.Contains(p.Text("main .diff"), "每周") {
		t.Errorf("against the register: %s", p.Short())
	}
	if p = tn.site.Of(tn.Clerk("RS")).Get(key.Path() + "/compare?from=1&to=now"); p.Status != http.StatusOK {
		t.Errorf("the clerk compares: %d", p.Status)
	}
	office.Get(key.Path() + "/compare?from=99").Want(http.StatusNotFound)
	form := office.Get(tn.reviewOf("RS")).Form("form#review")
	form.Set("do", "return")
	form.Set("again", strconv.FormatInt(int64(remarks[0].ID), 10))
	office.Post(tn.reviewOf("RS"), form).Want(http.StatusSeeOther)
}

func TestWhatTheRegisterRefusesIsOnThePage(t *testing.T) {
	tn := open(t)
	row := tn.changed(t, "RS")
	s, err := tn.Registry.FindSystem(t.Context(), tn.Head("RS"), row.Code)
	if err != nil {
		t.Fatal(err)
	}
	s.FunctionDesc = "就业服务和人才招聘"
	if _, _, err := tn.Registry.Change(t.Context(), tn.Head("RS"), s.Code, s.Version, s, "更正"); err != nil {
		t.Fatal(err)
	}
	office := tn.site.Of(tn.reviewer())
	form := office.Get(tn.reviewOf("RS")).Form("form#review")
	form.Set("do", "accept")
	p := office.Post(tn.reviewOf("RS"), form).Want(http.StatusConflict)
	if !strings.Contains(p.Text("#errors"), "就业服务系统：报送之后台账里的这个系统有改动") {
		t.Errorf("the page says %s", p.Text("#errors"))
	}
}

func TestCleanFormsAreAcceptedTogether(t *testing.T) {
	tn := open(t)
	tn.nineOfTen(t)
	if err := tn.Desk.SaveDrafts(t.Context(), tn.reviewer(), tn.Form("FC"), []survey.Said{{Text: "经费来源缺失"}}); err != nil {
		t.Fatal(err)
	}
	office := tn.site.Of(tn.reviewer())
	p := office.Get(reviewPath).Want(http.StatusOK)
	if rows := p.Texts("#queue tbody tr"); len(rows) != 9 || !strings.Contains(p.Text("main"), "9 张中有 8 张无疑点") {
		t.Errorf("the queue: %s", p.Short())
	}
	if rows := office.Get(reviewPath + "?kind=zero").Texts("#queue tbody tr"); len(rows) != 1 || !strings.Contains(rows[0], "市民宗局") {
		t.Errorf("zero reports: %v", rows)
	}
	if rows := office.Get(reviewPath + "?sort=-submitted&size=20").Texts("#queue tbody tr"); len(rows) != 9 {
		t.Errorf("turned round: %v", rows)
	}
	p = office.Post(reviewPath+"/accept", url.Values{"form": {"XYRS", "XYFC", "XYMZJ", "XYWJ"}}).Want(http.StatusOK)
	rows := strings.Join(p.Texts("#done tbody tr"), "\n")
	for _, want := range []string{"市人社局 已通过 1 个系统已写入台账", "市房管局 未通过", "请打开逐项审核", "市民宗局 已通过", "市物价局 未通过"} {
		if !strings.Contains(strings.Join(strings.Fields(rows), " "), want) {
			t.Errorf("%q is not among the results:\n%s", want, rows)
		}
	}
	office.Post(reviewPath+"/accept", url.Values{}).Want(http.StatusSeeOther)
	if rows := office.Get(reviewPath).Texts("#queue tbody tr"); len(rows) != 7 {
		t.Errorf("%d forms wait now, want 7", len(rows))
	}
}

func TestWhatTheCensusFoundIsMarked(t *testing.T) {
	tn := open(t)
	tn.handedIn(t, "LY", "旅游信息系统")
	err := tn.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tn.Desk.AddFoundIn(tx, tn.Centre(), tn.Form("LY"), survey.FoundRow{Name: "旅游执法系统", Text: "云资源清单有此系统", Source: "/census/pc-2017"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p := tn.site.Of(tn.reviewer()).Get(tn.reviewOf("LY")).Want(http.StatusOK)
	card := "#row-" + strconv.FormatInt(int64(tn.row(t, "LY", "旅游执法系统").ID), 10)
	if !strings.Contains(p.Text(card), "普查发现") || !strings.Contains(p.Text(card), "云资源清单有此系统") {
		t.Errorf("the card says %s", p.Text(card))
	}
	if !strings.Contains(p.Text("main"), "现在不能办理") || p.Has(`button[value="accept"]`) {
		t.Errorf("a form in the hands of its body can be decided on: %s", p.Short())
	}
}

func TestTheOfficeNote(t *testing.T) {
	tn := open(t)
	tn.changed(t, "RS")
	office := tn.site.Of(tn.reviewer())
	form := office.Get(tn.reviewOf("RS")).Want(http.StatusOK).Form("form#note")
	form.Set("office_note", strings.Repeat("长", 1001))
	p := office.Post(tn.reviewOf("RS")+"/note", form).Want(http.StatusUnprocessableEntity)
	if p.Form("form#note").Get("office_note") == "" {
		t.Error("what was typed is lost")
	}
	form.Set("office_note", "已电话核实")
	office.Post(tn.reviewOf("RS")+"/note", form).Want(http.StatusSeeOther)
	if p = tn.site.Of(tn.Someone(auth.Auditor)).Get(tn.reviewOf("RS")).Want(http.StatusOK); !strings.Contains(p.Text("main"), "已电话核实") || p.Has("form#note") {
		t.Errorf("the auditor reads %s", p.Short())
	}
}

func TestWhoReviews(t *testing.T) {
	tn := open(t)
	tn.changed(t, "RS")
	row := strconv.FormatInt(int64(tn.row(t, "RS", "就业服务系统").ID), 10)
	insider := tn.reviewer()
	insider.DepartmentID, insider.Login = tn.Department("RS").ID, "insider"
	for _, c := range []struct {
		name                       string
		by                         auth.Principal
		look, queue, act, compared int
	}{
		{"Office", tn.reviewer(), 200, 200, 422, 200},
		{"centre", tn.Centre(), 200, 200, 422, 200},
		{"Office of the same department", insider, 200, 200, 403, 200},
		{"auditor", tn.Someone(auth.Auditor), 200, 403, 403, 200},
		{"finance", tn.Someone(auth.Finance), 200, 403, 403, 200},
		{"own clerk", tn.Clerk("RS"), 403, 403, 403, 200},
		{"own head", tn.Head("RS"), 403, 403, 403, 200},
		{"another clerk", tn.Clerk("MZ"), 403, 403, 403, 404},
		{"region", tn.Region("ZY"), 403, 403, 403, 404},
		{"admin", tn.Someone(auth.Admin), 403, 403, 403, 403},
		{"expert", tn.Someone(auth.Expert), 403, 403, 403, 403},
		{"probe", tn.Someone(auth.Probe), 403, 403, 403, 403},
	} {
		b := tn.site.Of(c.by)
		for path, want := range map[string]int{
			tn.reviewOf("RS"): c.look, tn.reviewOf("RS") + "/rows/" + row: c.look, reviewPath: c.queue, tn.Form("RS").Path() + "/compare": c.compared,
		} {
			if got := b.Get(path); got.Status != want {
				t.Errorf("%s at %s: %d, want %d", c.name, path, got.Status, want)
			}
		}
		if got := b.Post(tn.reviewOf("RS"), url.Values{"do": {"return"}}); got.Status != c.act {
			t.Errorf("%s returns: %d, want %d", c.name, got.Status, c.act)
		}
		note := map[int]int{422: 303}[c.act]
		if note == 0 {
			note = c.act
		}
		if got := b.Post(tn.reviewOf("RS")+"/note", url.Values{"office_note": {"看过"}}); got.Status != note {
			t.Errorf("%s notes: %d, want %d", c.name, got.Status, note)
		}
	}
	if p := tn.site.Of(insider).Get(tn.reviewOf("RS")); !strings.Contains(p.Text("main"), "这是您本单位的表") || p.Has(`button[value="accept"]`) {
		t.Errorf("the insider reads %s", p.Short())
	}
}

// On a phone, where a table has no head, the whole page can be chosen all the
// same.
func TestAllFormsOfAPageCanBeChosenOnAPhone(t *testing.T) {
	tn := open(t)
	tn.nineOfTen(t)
	p := tn.site.Of(tn.reviewer()).Get(reviewPath).Want(http.StatusOK)
	id := p.Attr("form.bulk", "id")
	if !p.Has(`.bulk-page input[data-pick-all][data-pick-form="`+id+`"]`) || p.Text(".bulk-page label") != "选中本页全部" {
		t.Errorf("the page offers no choice of all: %s", p.Short())
	}
}
