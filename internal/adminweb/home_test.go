package adminweb_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/web/webtest"
	"qingce/inventory"
)

// workbench is an archive with the first page, a calendar and an importer.
type workbench struct {
	*archive
	book     *schedule.Book
	importer *inventory.Importer
}

func openWorkbench(t *testing.T) *workbench {
	t.Helper()
	w := &workbench{}
	w.archive = openArchive(t, func(a *archive) {
		w.importer = inventory.NewImporter(a.registry, a.Texts, slog.New(slog.NewTextHandler(io.Discard, nil)))
		t.Cleanup(w.importer.Stop)
		w.book = schedule.New(a.DB, schedule.Options{Below: func(tx *store.Tx, s auth.Scope) ([]auth.DepartmentID, error) {
			d, err := a.registry.DirectoryIn(tx)
			return d.Within(s), err
		}})
		if err := w.book.Seed(t.Context()); err != nil {
			t.Fatal(err)
		}
		adminweb.MountHome(a.Server, adminweb.HomeDeps{
			Registry: a.registry, Importer: w.importer, Book: w.book, Accounts: a.Accounts, Anchor: a.anchor, Departments: choicesOf(a.registry),
		})
	})
	return w
}

// moved takes steps with a system.
func (w *workbench) moved(code string, s inventory.System, moves ...inventory.Move) inventory.System {
	w.t.Helper()
	for _, m := range moves {
		by := w.person(code, auth.Head)
		if m != inventory.Declare {
			by = auth.Principal{AccountID: 9, Login: "office", Name: "张主任", Roles: auth.Roles{auth.Office}, Way: auth.BySession}
		}
		var err error
		if s, err = w.registry.Move(w.t.Context(), by, s.Code, s.Version, m, "按方案办理"); err != nil {
			w.t.Fatal(err)
		}
	}
	return s
}

func tasksOf(p *webtest.Page) string { return strings.Join(p.Texts(".tasks b"), "; ") }

func TestTheWorkbenchIsTypedRight(t *testing.T) {
	webtest.CheckPages(t, openWorkbench(t).Server, "home/", map[string]any{"home/workbench": adminweb.HomePage{}})
}

func TestEverybodyHasAFirstPage(t *testing.T) {
	w := openWorkbench(t)
	for _, r := range w.Routes() {
		if r.Path == "/" && (len(r.Access.Roles) > 0 || r.Access.Public) {
			t.Errorf("the first page is for %v", r.Access)
		}
	}
	w.moved("RS", w.registered("RS", "就业服务系统", ""), inventory.Declare)
	for _, role := range auth.AllRoles() {
		for _, department := range []auth.DepartmentID{w.ids["RS"], 0} {
			if needs := role == auth.Clerk || role == auth.Head || role == auth.Region; needs && department == 0 {
				continue // has no account without a department
			}
			for _, lang := range []string{"zh-CN", "en"} {
				b := w.As(department, role)
				b.Lang = lang
				b.Get("/").Want(http.StatusOK) // and is looked over
			}
		}
	}
	if p := w.Nobody().Get("/"); p.Status != http.StatusSeeOther {
		t.Errorf("nobody gets %d", p.Status)
	}
}

func TestTasksAreThoseOfTheRoles(t *testing.T) {
	w := openWorkbench(t)
	w.registered("RS", "人事档案系统", "")
	w.moved("RS", w.registered("RS", "就业服务系统", ""), inventory.Declare, inventory.Return)
	w.moved("RS", w.registered("RS", "工资系统", ""), inventory.Declare)
	w.moved("RS", w.registered("RS", "社保系统", ""), inventory.Declare, inventory.Verify)
	w.moved("MZ", w.registered("MZ", "低保系统", ""), inventory.Declare, inventory.Verify, inventory.Certify)
	rs := w.ids["RS"]
	for _, tt := range []struct {
		name string
		b    *webtest.Browser
		want string
	}{
		{"a clerk", w.As(rs, auth.Clerk), "被退回，待补正; 草稿，待负责人申报"},
		{"a head", w.As(rs, auth.Head), "被退回，待补正; 草稿待申报"},
		{"who is both", w.As(rs, auth.Clerk, auth.Head), "被退回，待补正; 草稿待申报"},
		{"the head of another department", w.As(w.ids["NZ"], auth.Head), ""},
		{"the centre", w.As(0, auth.Centre), "已申报，待核实"},
		{"the office", w.As(0, auth.Office), "已申报，待核实; 已核实，待普查锁定; 普查锁定，待转为在册运行"},
		{"the auditor", w.As(0, auth.Auditor), ""},
		{"the leader", w.As(0, auth.Leader), ""},
		{"the administrator", w.As(0, auth.Admin), ""},
	} {
		page := tt.b.Get("/").Want(http.StatusOK)
		if got := tasksOf(page); got != tt.want {
			t.Errorf("%s has to do %q, want %q", tt.name, got, tt.want)
		}
		if tt.want == "" && !page.Has(".no-tasks") {
			t.Errorf("%s is not told that nothing waits", tt.name)
		}
	}
	page := w.As(rs, auth.Head).Get("/").Want(http.StatusOK)
	if got := page.Attr(".tasks li:first-child a", "href"); got != "/systems?state=returned" {
		t.Errorf("the first task leads to %s", got)
	}
}

func TestNumbersAreOfTheReadersScopeAndLeadToTheirRows(t *testing.T) {
	w := openWorkbench(t)
	w.registered("RS", "人事档案系统", "")
	w.moved("RS", w.registered("RS", "就业服务系统", ""), inventory.Declare)
	w.registered("MZ", "低保系统", "")
	w.registered("NZB", "学籍系统", "")
	for _, tt := range []struct {
		name        string
		b           *webtest.Browser
		title       string
		total       string
		departments string
	}{
		{"a clerk", w.As(w.ids["RS"], auth.Clerk), "本部门登记情况", "2", ""},
		{"a region", w.As(w.ids["NZ"], auth.Region), "本区域登记情况", "1", "南漳县教育局 1 1 0 0 0 0 0"},
		{"finance", w.As(0, auth.Finance), "全市登记情况", "4", "市人社局 2 1 0 1 0 0 0; 市民政局 1 1 0 0 0 0 0; 南漳县教育局 1 1 0 0 0 0 0"},
	} {
		page := tt.b.Get("/").Want(http.StatusOK)
		page.WantText("#h-register", tt.title).WantText(`.home-part .stat[href="/systems"] .stat-value`, tt.total)
		if got := strings.Join(page.Texts(".department-table tbody tr"), "; "); got != tt.departments {
			t.Errorf("%s sees departments %q, want %q", tt.name, got, tt.departments)
		}
	}
	page := w.As(0, auth.Leader).Get("/").Want(http.StatusOK)
	for href, want := range map[string]string{
		"/systems?state=draft": "3", "/systems?state=declared": "1", "/systems?state=returned": "0", "/systems?approval_dept=none": "0",
		"/systems?om_amount_year=%28empty%29": "0", "/systems?classified=true": "0",
	} {
		page.WantText(`.stat[href="`+href+`"] .stat-value`, want)
	}
	page.WantText(`.bars a[href="/systems?proposed=%28empty%29"]`, "4")
	page.WantText(`.department-table a[href="/systems?owner_id=RS&state=declared"]`, "1")
	if got := page.Attr(".department-table tbody tr:first-child rect:last-child", "width"); got != "200" {
		t.Errorf("the longest bar is %s wide", got)
	}
	if got := page.Attr(".department-table tbody tr:first-child td:nth-of-type(2) a", "href"); got != "/systems?owner_id=RS" {
		t.Errorf("the total of a department leads to %s", got)
	}
	page.WantText(".silent summary", "还没有登记系统的部门：1 个（共 4 个）")
	page.WantText(".silent a", "南漳县")
	if page.Has(`.head-acts a[href="/systems/new"]`) {
		t.Error("the leader is offered to register a system")
	}
	admin := w.As(0, auth.Admin).Get("/").Want(http.StatusOK)
	if admin.Has("#h-register") || admin.Has(".recent") || strings.Contains(admin.Body, "低保系统") {
		t.Error("the administrator sees the register")
	}
}

func TestTheStatesOfADepartmentAddUpToItsSystems(t *testing.T) {
	w := openWorkbench(t)
	w.registered("RS", "人事档案系统", "")
	w.moved("RS", w.registered("RS", "就业服务系统", ""), inventory.Declare, inventory.Verify, inventory.Certify, inventory.PutInService)
	w.moved("RS", w.registered("RS", "社保系统", ""), inventory.Declare, inventory.Verify, inventory.Certify)
	page := w.As(0, auth.Leader).Get("/").Want(http.StatusOK)
	if got := page.Texts(".department-table tbody tr"); len(got) != 1 || got[0] != "市人社局 3 1 0 0 0 2 0" {
		t.Errorf("departments %q", got)
	}
	last := page.Attr(".department-table tbody td:nth-last-child(2) a", "href")
	if q, _ := url.ParseQuery(strings.TrimPrefix(last, "/systems?")); len(q["state"]) != 6 || q.Get("owner_id") != "RS" {
		t.Errorf("the later states lead to %s", last)
	}
}

func TestTheLatestChangesAndTheDueDatesStandThere(t *testing.T) {
	w := openWorkbench(t)
	s := w.registered("RS", "就业服务系统", "")
	w.Clock.Advance(time.Minute)
	s = w.moved("RS", s, inventory.Declare, inventory.Return)
	err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := w.book.Set(tx, auth.System("test"), schedule.Due{
			SubjectKind: "system", SubjectID: s.Code, DepartmentID: s.OwnerID, Title: "due.system_returned",
			TitleArgs: map[string]string{"code": s.Code, "name": s.Name}, EventOn: calendar.NewDate(2017, time.October, 24), TermWD: 5,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	page := w.As(w.ids["RS"], auth.Clerk).Get("/").Want(http.StatusOK)
	if got := page.Text(".recent li"); got != "2017-10-24 09:01 退回 RS-0001 就业服务系统 按方案办理 已退回 张主任" {
		t.Errorf("the latest change: %q", got)
	}
	if got := page.Text(".dues li"); !strings.HasPrefix(got, "截止 10-31（周二），剩余 5 个工作日") {
		t.Errorf("due: %q", got)
	}
	page.One(`.dues a[href="/systems/RS-0001"]`)
	other := w.As(w.ids["MZ"], auth.Clerk).Get("/").Want(http.StatusOK)
	if strings.Contains(other.Body, "就业服务系统") {
		t.Error("another department reads of it")
	}
	other.WantText(".empty-title", "还没有登记系统")
	other.One(`.empty a[href="/systems/new"]`)
}

func TestWhatSomebodyBeganIsNotForgotten(t *testing.T) {
	w := openWorkbench(t)
	clerk := w.As(w.ids["RS"], auth.Clerk)
	by := w.person("RS", auth.Clerk)
	by.AccountID = clerk.Account.ID
	if _, err := w.registry.SaveDraft(t.Context(), by, inventory.FormDraft{Kind: "system", Values: url.Values{"name": {"就业服务系统"}}}); err != nil {
		t.Fatal(err)
	}
	file, err := w.importer.Receive(t.Context(), by, inventory.ImportSystems, "systems.csv", []byte("系统名称,所属部门\n档案系统,RS\n"))
	if err != nil {
		t.Fatal(err)
	}
	w.importer.Wait(t.Context(), file.ID)
	page := clerk.Get("/").Want(http.StatusOK)
	if got := tasksOf(page); got != "systems.csv 没有可以写入的行; 有一份没有提交的登记表" {
		t.Errorf("tasks: %q", got)
	}
	if got := page.Texts(".tasks small")[1]; got != "就业服务系统（2017-10-24 09:00 自动保存），点此接着填。" {
		t.Errorf("the form: %q", got)
	}
	if got := tasksOf(w.As(w.ids["RS"], auth.Clerk).Get("/")); got != "" {
		t.Errorf("a colleague is told of it: %q", got)
	}
}

func TestTheAdministratorSeesTheMachineRoom(t *testing.T) {
	w := openWorkbench(t)
	admin := w.As(0, auth.Admin)
	victim := w.As(w.ids["RS"], auth.Clerk).Account
	if _, err := w.Accounts.Lock(t.Context(), auth.Command("root", "test"), victim.ID, "离岗"); err != nil {
		t.Fatal(err)
	}
	page := admin.Get("/").Want(http.StatusOK)
	page.WantText(`.stat[href="/accounts"] .stat-value`, "2").WantText(`.stat[href="/accounts?state=locked"] .stat-value`, "1")
	if got := tasksOf(page); got != "账号被锁定" {
		t.Errorf("tasks: %q", got)
	}
	if got := strings.Join(page.Texts(".facts dd"), "; "); got != "2015–2026 年; 等待签名（通常一秒之内）" {
		t.Errorf("the room: %q", got)
	}
	if _, err := w.anchor.Sign(t.Context(), w.DB); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(admin.Get("/").Texts(".facts dd"), "; "); !strings.HasPrefix(got, "2015–2026 年; 已签名; ") {
		t.Errorf("after signing: %q", got)
	}
}

func TestTheOfficeIsRemindedToConfirmTheCalendar(t *testing.T) {
	w := openWorkbench(t)
	_, _, err := w.book.AddClosure(t.Context(), auth.Principal{AccountID: 3, Name: "李", Roles: auth.Roles{auth.Centre}, Way: auth.BySession}, schedule.Closing{
		From: calendar.NewDate(2017, time.November, 2), To: calendar.NewDate(2017, time.November, 2), Kind: calendar.Off, Name: "防汛停工", Reason: "令",
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := tasksOf(w.As(0, auth.Office).Get("/")); got != "本地停工“防汛停工”待确认" {
		t.Errorf("the office: %q", got)
	}
	if got := tasksOf(w.As(0, auth.Centre).Get("/")); got != "" {
		t.Errorf("the centre: %q", got)
	}
	if err := w.book.ConfirmClosure(t.Context(), auth.Principal{AccountID: 4, Name: "张", Roles: auth.Roles{auth.Office}, Way: auth.BySession}, 1, 1); err != nil {
		t.Fatal(err)
	}
	if got := tasksOf(w.As(0, auth.Office).Get("/")); got != "" {
		t.Errorf("after it was confirmed: %q", got)
	}
	w.Clock.Advance(9*365*24*time.Hour + 20*24*time.Hour) // November 2026
	if got := w.As(0, auth.Office).Get("/").Text(".callout p:first-child"); !strings.HasPrefix(got, "2027年工作日历尚未公布") {
		t.Errorf("a missing year: %q", got)
	}
	if got := w.As(w.ids["RS"], auth.Clerk).Get("/").Text(".callout"); !strings.Contains(got, "由市信息化办上传，您不用处理") {
		t.Errorf("who cannot mend it is told %q", got)
	}
}
