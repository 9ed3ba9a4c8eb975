package adminweb_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/oplog"
	"qingce/internal/schedule"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/internal/web/webtest"
)

// almanac is a site with the pages of the calendar and the shipped years.
type almanac struct {
	*webtest.Site
	t    *testing.T
	book *schedule.Book
}

func openAlmanac(t *testing.T) *almanac {
	t.Helper()
	a := &almanac{t: t}
	a.Site = webtest.Open(t, func(site *webtest.Site) {
		a.book = schedule.New(site.DB, schedule.Options{Below: func(tx *store.Tx, s auth.Scope) ([]auth.DepartmentID, error) {
			return region(tx, s.Department)
		}})
		if err := a.book.Seed(t.Context()); err != nil {
			t.Fatal(err)
		}
		adminweb.MountCalendar(site.Server, adminweb.CalendarDeps{
			Book:        a.book,
			Departments: func(context.Context) ([]adminweb.Choice, error) { return departments, nil },
		})
	}, webtest.Config{Home: finance})
	return a
}

// due opens a due date of a department: so many working days after an event.
func (a *almanac) due(department auth.DepartmentID, code string, event calendar.Date, days int) {
	a.t.Helper()
	err := a.DB.Write(a.t.Context(), func(tx *store.Tx) error {
		_, err := a.book.Set(tx, auth.System("test"), schedule.Due{
			SubjectKind: "system", SubjectID: code, DepartmentID: department, Title: "due.system_returned",
			TitleArgs: map[string]string{"code": code, "name": "预算管理系统"}, EventOn: event, TermWD: days,
		})
		return err
	})
	if err != nil {
		a.t.Fatal(err)
	}
}

// logged is the newest entry of the operation log.
func (a *almanac) logged() oplog.Row {
	a.t.Helper()
	rows, _, err := oplog.NewLog(a.DB, nil).List(a.t.Context(), auth.System("test"), oplog.Query{Size: 1})
	if err != nil {
		a.t.Fatal(err)
	}
	return rows[0]
}

func TestCalendarPagesAreTypedRight(t *testing.T) {
	webtest.CheckPages(t, openAlmanac(t).Server, "admin/calendar", map[string]any{
		"admin/calendar": adminweb.CalendarPage{}, "admin/calendar_calculator": adminweb.CalculatorPage{},
		"admin/calendar_schedule": adminweb.SchedulePage{}, "admin/calendar_change": adminweb.ChangePage{},
		"admin/calendar_closures": adminweb.ClosuresPage{}, "admin/calendar_closure": adminweb.ClosurePage{},
	})
}

func TestRightsOfEveryCalendarRoute(t *testing.T) {
	webtest.CheckRights(t, openAlmanac(t).Site)
}

// The line "Calendar, dictionaries, deadlines" of the permission matrix: all
// but experts and probes view; the centre, the administrator and the Office
// change; the Office confirms.
func TestWhoMayCallWhatOfTheCalendar(t *testing.T) {
	const (
		view = "clerk,head,region,office,centre,staffing,reform,finance,standards,police,network,leader,auditor,admin"
		keep = "office,centre,admin"
	)
	wantRoutes(t, openAlmanac(t).Site, map[string]string{
		"GET /calendar": view, "GET /calendar/:year": view, "GET /calendar/:year/days.csv": view, "GET /calendar/calculator": view,
		"GET /calendar/closures": view,

		"GET /calendar/schedules/new": keep, "POST /calendar/schedules/preview": keep, "POST /calendar/schedules": keep,
		"GET /calendar/closures/new": keep, "POST /calendar/closures/preview": keep, "POST /calendar/closures": keep,
		"GET /calendar/closures/:id/remove": keep, "POST /calendar/closures/:id/remove": keep,

		"POST /calendar/:year/confirm": "office", "POST /calendar/closures/:id/confirm": "office",

		"GET /api/v1/calendar/:year": view + " calendar:read", "GET /api/v1/calendar/due": view + " calendar:read",
		"GET /api/v1/due-dates": view + " calendar:read", "GET /api/v1/calendar/closures": view + " calendar:read",
		"POST /api/v1/calendar/schedules": keep + " calendar:write", "POST /api/v1/calendar/closures": keep + " calendar:write",
		"POST /api/v1/calendar/closures/:id/remove": keep + " calendar:write",
	})
}

// wantRoutes holds the routes of a site against a table of who may call them:
// roles, and the scope that a token needs.
func wantRoutes(t *testing.T, site *webtest.Site, want map[string]string) {
	t.Helper()
	want["GET /api/docs"], want["GET /api/openapi.json"] = "", "" // everybody who is signed in
	for _, r := range site.Routes() {
		if r.Access.Public {
			continue
		}
		name := r.Method + " " + r.Path
		got := strings.TrimSpace(auth.Roles(r.Access.Roles).Sorted().String() + " " + strings.Join(r.Access.Scopes, " or "))
		if wanted, ok := want[name]; !ok || got != wanted {
			t.Errorf("%s is for %q, want %q", name, got, wanted)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("there is no route %s", name)
	}
}

func TestAYearShowsWhatIsWorkedAndWhatNot(t *testing.T) {
	a := openAlmanac(t)
	page := a.As(finance, auth.Clerk).Get("/calendar").Want(http.StatusOK)
	page.WantText("h1", "2017 年工作日历")
	if got := page.Texts(".month caption span"); strings.Join(got, " ") != "19 个工作日 19 个工作日 23 个工作日 19 个工作日 21 个工作日 22 个工作日 21 个工作日 23 个工作日 22 个工作日 17 个工作日 22 个工作日 21 个工作日" {
		t.Errorf("months: %v", got)
	}
	cell := func(day string) string { return page.Attr(".month td:has(time[datetime='"+day+"'])", "class") }
	for day, want := range map[string]string{
		"2017-10-01": "day day-off", "2017-10-09": "day day-work", "2017-09-30": "day day-makeup", "2017-10-14": "day day-rest",
		"2017-10-24": "day day-work is-today", "2017-01-22": "day day-makeup",
	} {
		if got := cell(day); got != want {
			t.Errorf("%s is %q, want %q", day, got, want)
		}
	}
	october := page.Texts("#m-10 tbody tr")
	if october[0] != "1 休 中秋节、国庆节" || len(october) != 6 || !strings.HasPrefix(october[1], "2 休 中秋节、国庆节 3 休 中秋节、国庆节") {
		t.Errorf("October begins %q", october)
	}
	holidays := page.Texts(".holidays tbody tr")
	if last := holidays[len(holidays)-1]; last != "中秋节、国庆节 2017-10-01（周日）至2017-10-08（周日） 8 2017-09-30（周六）" {
		t.Errorf("the last holiday: %q", last)
	}
	if page.Has(`a[href="/calendar/schedules/new"]`) || page.Has(`a[href="/calendar/closures/new"]`) {
		t.Error("a clerk is offered what only keepers of the calendar may do")
	}
	if strings.Contains(page.Text("main"), "尚未公布") {
		t.Error("a year is called missing in October")
	}
}

func TestTheNextYearIsMissedFromNovemberOn(t *testing.T) {
	a := openAlmanac(t)
	a.Clock.Advance(9 * 365 * 24 * time.Hour) // 2026-10-22, the last year that ships
	admin := a.As(0, auth.Admin)
	if page := admin.Get("/calendar").Want(http.StatusOK); page.Has(".callout") {
		t.Errorf("missed already in October: %s", page.Text(".callout"))
	}
	a.Clock.Advance(20 * 24 * time.Hour)
	admin = a.As(0, auth.Admin)
	page := admin.Get("/calendar").Want(http.StatusOK)
	if got := page.Text(".callout p:first-child"); !strings.HasPrefix(got, "2027年工作日历尚未公布") {
		t.Errorf("in November: %q", got)
	}
	page.One(`.callout a[href="/calendar/schedules/new"]`)
	page.One(`.years a.missing[href="/calendar/2027"]`)
	unknown := admin.Get("/calendar/2027").Want(http.StatusOK)
	unknown.WantText(".empty-title", "2027 年的放假安排尚未公布")
	if unknown.Has(".month") {
		t.Error("months of a year are drawn that nobody knows")
	}
	admin.Get("/calendar/1999").Want(http.StatusNotFound)
	admin.Get("/calendar/next").Want(http.StatusNotFound)
}

func TestDueDatesStandBesideTheCalendar(t *testing.T) {
	a := openAlmanac(t)
	a.due(finance, "XY201-0001", calendar.NewDate(2017, time.October, 16), 5)        // late by 1
	a.due(finance, "XY201-0002", calendar.NewDate(2017, time.October, 24), 3)        // 10-27
	a.due(countySports, "420624-0001", calendar.NewDate(2017, time.October, 24), 10) // 11-07
	for _, tt := range []struct {
		who  string
		b    *webtest.Browser
		want []string
	}{
		{"a clerk", a.As(finance, auth.Clerk), []string{
			"已逾期 1 个工作日（10-23 截止） 补正被退回的系统信息：XY201-0001 预算管理系统",
			"截止 10-27（周五），剩余 3 个工作日 补正被退回的系统信息：XY201-0002 预算管理系统",
		}},
		{"the region", a.As(county, auth.Region), []string{"截止 11-07（周二），剩余 10 个工作日 补正被退回的系统信息：420624-0001 预算管理系统 南漳县文体局"}},
		{"the office", a.As(0, auth.Office), []string{
			"已逾期 1 个工作日（10-23 截止） 补正被退回的系统信息：XY201-0001 预算管理系统 市财政局",
			"截止 10-27（周五），剩余 3 个工作日 补正被退回的系统信息：XY201-0002 预算管理系统 市财政局",
			"截止 11-07（周二），剩余 10 个工作日 补正被退回的系统信息：420624-0001 预算管理系统 南漳县文体局",
		}},
		{"the administrator", a.As(0, auth.Admin), nil},
	} {
		page := tt.b.Get("/calendar").Want(http.StatusOK)
		got := page.Texts(".dues li")
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], "信息:", "信息：")
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s sees %q, want %q", tt.who, got, tt.want)
		}
		if marked := page.Has("#m-10 .day-due"); marked != (len(tt.want) > 1) {
			t.Errorf("%s: October is marked: %t", tt.who, marked)
		}
	}
}

func TestTheCalculatorCountsAsTheRulesSay(t *testing.T) {
	b := openAlmanac(t).As(finance, auth.Clerk)
	for _, tt := range []struct{ name, query, answer string }{
		{"over the National Day", "from=2017-09-25&days=10", "2017-10-13（周五）"},
		{"a day in Chinese", "from=2017年9月29日&days=10", "2017-10-19（周四）"},
		{"from a day off", "from=2017.10.8&days=10", "2017-10-20（周五）"},
		{"into the next year", "from=2017-12-18&days=10", "2018-01-02（周二）"},
		{"full-width digits", "from=２０１７-１２-２９&days=１０", "2018-01-15（周一）"},
		{"late", "due=2017-10-31&filed=2017-11-02", "逾期 2 个工作日"},
		{"late over a weekend", "due=2017-09-30&filed=2017-10-09", "逾期 1 个工作日"},
		{"in time", "due=2017-10-31&filed=2017-10-31", "按时，没有逾期"},
		{"on the holiday after", "due=2017-09-30&filed=2017-10-08", "逾期 0 个工作日"},
		{"days left", "due=2017-10-31", "剩余 5 个工作日"},
		{"over", "due=2017-10-20", "截止日已过"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := b.Get("/calendar/calculator?" + url.PathEscape(tt.query)).Want(http.StatusOK)
			page.WantText(".answer-day", tt.answer)
		})
	}
	page := b.Get("/calendar/calculator?from=2017-09-25&days=10").Want(http.StatusOK)
	var counted []string
	for _, n := range page.All(".is-counted time") {
		counted = append(counted, n.Attr[0].Val[len("2017-"):])
	}
	if got := strings.Join(counted, " "); got != "09-26 09-27 09-28 09-29 09-30 10-09 10-10 10-11 10-12 10-13" {
		t.Errorf("counted %s", got)
	}
	if got := page.Text(".is-to .day-count"); got != "第 10" {
		t.Errorf("the last day is %q", got)
	}
	weekend := b.Get("/calendar/calculator?due=2017-12-31").Want(http.StatusOK)
	if got := weekend.Texts(".answer-note"); len(got) != 4 || !strings.Contains(got[0], "2017-12-29（周五）") || got[3] != "顺延到后一工作日：2018-01-02（周二）" {
		t.Errorf("a due day on a Sunday: %q", got)
	}
}

func TestTheCalculatorSaysWhatIsWrong(t *testing.T) {
	b := openAlmanac(t).As(finance, auth.Clerk)
	for _, tt := range []struct{ name, query, field, message string }{
		{"no date", "from=&days=10", "#e-from", "请填写事件日期"},
		{"no such day", "from=2017-02-30&days=10", "#e-from", "“事件日期”填的“2017-02-30”没有这一天。请核对年月日。"},
		{"no number", "from=2017-09-25&days=ten", "#e-days", "工作日数应为 1 至 1000 的整数：请改正"},
		{"none", "from=2017-09-25&days=0", "#e-days", "工作日数应为 1 至 1000 的整数：请改正"},
		{"too many", "from=2017-09-25&days=1001", "#e-days", "工作日数应为 1 至 1000 的整数：请改正"},
		{"a year that nobody knows", "from=2026-12-30&days=10", "#e-from", "2027年工作日历未维护"},
		{"a day of filing that is none", "due=2017-10-31&filed=soon", "#e-filed", "“办结（报送）日”填的“soon”不是日期。请按 2017-09-30 的样子填写。"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := b.Get("/calendar/calculator?" + tt.query).Want(http.StatusUnprocessableEntity)
			if got := page.Text(tt.field); !strings.HasPrefix(got, tt.message) {
				t.Errorf("%s says %q, want %q", tt.field, got, tt.message)
			}
			if page.Has(".answer") {
				t.Error("answered all the same")
			}
		})
	}
}

// schedule2018 is a schedule with the dirt of real files: a title, dates of
// every sort, kinds in the words of the notice.
const schedule2018 = "2018年放假安排\n日期,名称,类型\n2018/1/1,元旦,休\n2018年2月15日,春节,放假\n2018.2.16,春节,休\n\n2018-02-24,春节,上班\n20181001,国庆节,休\n"

// upload hands a file in.
func upload(b *webtest.Browser, name string, body []byte, fields url.Values) *webtest.Page {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for key, values := range fields {
		_ = w.WriteField(key, values[0])
	}
	part, _ := w.CreateFormFile("file", name)
	_, _ = part.Write(body)
	_ = w.Close()
	return b.Do(http.MethodPost, "/calendar/schedules/preview", &buf, http.Header{"Content-Type": {w.FormDataContentType()}})
}

// workbook writes rows as .xlsx.
func workbook(t *testing.T, rows ...[]sheet.Value) []byte {
	t.Helper()
	w := sheet.NewWriter(sheet.Options{T: webtest.Catalog(t).Printer(locale.Chinese).T})
	defer w.Close()
	table, err := w.Table(sheet.Table{Sheet: "2018", Title: "放假安排", Columns: []sheet.Column{{Title: "日期"}, {Title: "名称"}, {Title: "类型"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := table.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAScheduleIsPreviewedAndThenPublished(t *testing.T) {
	day := func(m time.Month, d int) sheet.Value { return sheet.Day(calendar.NewDate(2018, m, d)) }
	book := workbook(t,
		[]sheet.Value{day(1, 1), sheet.Text("元旦"), sheet.Text("休")}, []sheet.Value{day(2, 15), sheet.Text("春节"), sheet.Text("休")},
		[]sheet.Value{day(2, 16), sheet.Text("春节"), sheet.Text("休")}, []sheet.Value{day(2, 24), sheet.Text("春节"), sheet.Text("班")},
		[]sheet.Value{day(10, 1), sheet.Text("国庆节"), sheet.Text("休")})
	for _, tt := range []struct {
		name string
		hand func(b *webtest.Browser, fields url.Values) *webtest.Page
	}{
		{"as CSV", func(b *webtest.Browser, f url.Values) *webtest.Page {
			return upload(b, "2018.csv", []byte(schedule2018), f)
		}},
		{"as a workbook", func(b *webtest.Browser, f url.Values) *webtest.Page { return upload(b, "2018.xlsx", book, f) }},
		{"pasted", func(b *webtest.Browser, f url.Values) *webtest.Page {
			f.Set("text", strings.ReplaceAll(schedule2018, ",", "\t"))
			return b.Post("/calendar/schedules/preview", f)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := openAlmanac(t)
			a.due(finance, "XY201-0001", calendar.NewDate(2018, time.April, 4), 2) // 04-08 by the shipped calendar: the 5th and 6th are off
			centre := a.As(0, auth.Centre)
			preview := tt.hand(centre, url.Values{"notice": {"国办发明电〔2017〕12号"}}).Want(http.StatusOK)
			preview.WantText("h1", "2018 年放假安排")
			moves := preview.Texts(".preview:nth-of-type(2) tbody tr")
			if len(moves) != 1 || !strings.HasSuffix(moves[0], "市财政局 2018-04-09（周一） 2018-04-06（周五）") {
				t.Errorf("moves: %q", moves)
			}
			if got := a.logged().Action; got == "calendar.publish" {
				t.Error("a preview published")
			}
			form := preview.Form("form#publish")
			missing := centre.Post("/calendar/schedules", form).Want(http.StatusUnprocessableEntity)
			missing.WantText("#e-reason", "请填写原因")
			form.Set("reason", "国务院办公厅调整")
			done := centre.Post("/calendar/schedules", form).Want(http.StatusSeeOther)
			if done.Location() != "/calendar/2018" {
				t.Errorf("leads to %s", done.Location())
			}
			page := done.Follow().Want(http.StatusOK)
			if !strings.Contains(page.Text(".flash"), "1 项期限随之移动") || !strings.Contains(page.Text(".head-facts"), "国办发明电〔2017〕12号") {
				t.Errorf("says %q, %q", page.Text(".flash"), page.Text(".head-facts"))
			}
			if got := page.Attr(".month td:has(time[datetime='2018-04-05'])", "class"); got != "day day-work" {
				t.Errorf("04-05 is %q although the new notice does not list it", got)
			}
			if got := page.Text(".head-line"); got != "待市信息化办确认" {
				t.Errorf("after the centre published: %q", got)
			}
			office := a.As(0, auth.Office)
			act := office.Get("/calendar/2018").Form(`form[action="/calendar/2018/confirm"]`)
			office.Post("/calendar/2018/confirm", act).Want(http.StatusSeeOther).Follow().WantText(".head-line", "市信息化办已确认")
			if got := a.logged(); got.Action != "calendar.confirm" || got.ObjectID != "2018" {
				t.Errorf("the log ends in %s %s", got.Action, got.ObjectID)
			}
		})
	}
}

func TestAScheduleWithMistakesComesBackToBeMended(t *testing.T) {
	admin := openAlmanac(t).As(0, auth.Admin)
	bad := "说明\n日期,名称,类型\n2018-01-01,元旦,休\n2018-13-01,春节,休\n\n2018-02-16,春节,调休\n2018-10-01,国庆节,休\n"
	page := upload(admin, "2018.csv", []byte(bad), url.Values{"notice": {""}}).Want(http.StatusUnprocessableEntity)
	want := []string{"请填写通知文号", "第 4 行的日期“2018-13-01”有误", "第 6 行的类型“调休”有误"}
	got := page.Texts(".errors li")
	for i := range want {
		if i >= len(got) || !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("error %d: %q, want %q", i, got, want[i])
		}
	}
	text := page.Form("form#schedule").Get("text")
	if !strings.Contains(text, "2018-13-01,春节,休") || !strings.Contains(text, "调休") {
		t.Errorf("what the file holds is lost: %q", text)
	}
	for _, tt := range []struct{ name, file, body, field, want string }{
		{"nothing", "", "", "#e-file", "没有选择文件，也没有粘贴内容"},
		{"half a year", "a.csv", "日期,名称,类型\n2018-01-01,元旦,休\n", "#e-text", "文件不是一整年的放假安排"},
		{"no heading", "a.csv", "2018-01-01,元旦,休\n", "#e-file", "在前 15 行里找不到表头"},
		{"no column of kinds", "a.csv", "日期,名称\n2018-01-01,元旦\n", "#e-text", "第 1 行的表头缺少“kind”列"},
		{"an old workbook", "a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("x", 600), "#e-file", ""},
		{"too many rows", "a.csv", "日期,名称,类型\n" + strings.Repeat("2018-01-01,元旦,休\n", 3000), "#e-file", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := upload(admin, tt.file, []byte(tt.body), url.Values{"notice": {"国办"}}).Want(http.StatusUnprocessableEntity)
			if got := page.Text(tt.field + " span"); got == "" || !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s says %q, want %q", tt.field, got, tt.want)
			}
			if got := page.Form("form#schedule").Get("notice"); got != "国办" {
				t.Errorf("the notice %q was lost", got)
			}
		})
	}
	upload(admin, "a.csv", bytes.Repeat([]byte("x"), 3<<20), nil).Want(http.StatusRequestEntityTooLarge)
}

func TestAStalePreviewIsNotPublished(t *testing.T) {
	a := openAlmanac(t)
	admin := a.As(0, auth.Admin)
	form := upload(admin, "2018.csv", []byte(schedule2018), url.Values{"notice": {"国办"}}).Want(http.StatusOK).Form("form#publish")
	form.Set("reason", "更正")
	_, _, err := a.book.AddClosure(t.Context(), auth.System("test"), schedule.Closing{
		From: calendar.NewDate(2018, time.July, 2), To: calendar.NewDate(2018, time.July, 2), Kind: calendar.Off, Name: "防汛", Reason: "令",
	})
	if err != nil {
		t.Fatal(err)
	}
	again := admin.Post("/calendar/schedules", form).Want(http.StatusConflict)
	if got := again.Text(".callout-error p"); !strings.HasPrefix(got, "工作日历已被他人修改") {
		t.Errorf("says %q", got)
	}
	fresh := again.Form("form#publish")
	if fresh.Get("reason") != "更正" || fresh.Get("base") == form.Get("base") {
		t.Errorf("the new preview has reason %q and base %q", fresh.Get("reason"), fresh.Get("base"))
	}
	admin.Post("/calendar/schedules", fresh).Want(http.StatusSeeOther)
}

func TestAClosureIsPreviewedAddedConfirmedAndRemoved(t *testing.T) {
	a := openAlmanac(t)
	a.due(finance, "XY201-0001", calendar.NewDate(2017, time.October, 24), 5) // 10-31
	centre, office := a.As(0, auth.Centre), a.As(0, auth.Office)
	wrong := centre.Post("/calendar/closures/preview", url.Values{"from": {"2017-10-99"}, "kind": {"off"}, "name": {"防汛停工"}}).Want(http.StatusUnprocessableEntity)
	wrong.One("#e-from")
	preview := centre.Post("/calendar/closures/preview", url.Values{
		"from": {"2017.10.26"}, "to": {"2017年10月27日"}, "kind": {"off"}, "name": {"防汛停工"}, "reason": {"市防指一号令"},
	}).Want(http.StatusOK)
	if got := preview.Texts(".preview tbody tr"); len(got) != 3 || got[0] != "2017-10-26（周四） 工作日 休 防汛停工" || !strings.HasSuffix(got[2], "2017-10-31（周二） 2017-11-02（周四）") {
		t.Errorf("the preview says %q", got)
	}
	form := preview.Form("form#confirm-closure")
	stale := url.Values{}
	for k, v := range form {
		stale[k] = v
	}
	page := centre.Post("/calendar/closures", form).Want(http.StatusSeeOther).Follow()
	if got := page.Attr(".month td:has(time[datetime='2017-10-26'])", "class"); got != "day day-closed" {
		t.Errorf("10-26 is %q", got)
	}
	page.WantText(".closures .badge-state", "待市信息化办确认")
	if got := centre.Post("/calendar/closures", stale).Want(http.StatusUnprocessableEntity).Text("#e-from span"); !strings.HasPrefix(got, "与已登记的“防汛停工”") {
		t.Errorf("the same twice: %q", got)
	}
	remove := office.Get("/calendar/closures/1/remove").Want(http.StatusOK)
	office.Post("/calendar/closures/1/confirm", remove.Form(`form[action="/calendar/closures/1/confirm"]`)).Want(http.StatusSeeOther).
		Follow().WantText("tbody .badge-state", "市信息化办已确认")
	removal := office.Get("/calendar/closures/1/remove").Want(http.StatusOK).Form("form#remove-closure")
	office.Post("/calendar/closures/1/remove", removal).Want(http.StatusUnprocessableEntity).WantText("#e-reason", "请填写原因")
	removal.Set("reason", "汛情解除")
	list := office.Post("/calendar/closures/1/remove", removal).Want(http.StatusSeeOther).Follow()
	if got := list.Text("tbody tr"); !strings.Contains(got, "已撤销") || !strings.Contains(got, "汛情解除") {
		t.Errorf("the list says %q", got)
	}
	office.Get("/calendar/closures/1/remove").Want(http.StatusNotFound)
	office.Post("/calendar/closures/1/remove", removal).Want(http.StatusConflict)
	if got := office.Get("/calendar").Text(".dues .due"); !strings.HasPrefix(got, "截止 10-31") {
		t.Errorf("after the removal: %q", got)
	}
}

func TestAClosureIsNotAddedOnAnOldPreview(t *testing.T) {
	a := openAlmanac(t)
	admin := a.As(0, auth.Admin)
	in := url.Values{"from": {"2017-10-26"}, "kind": {"off"}, "name": {"防汛停工"}, "reason": {"令"}}
	form := admin.Post("/calendar/closures/preview", in).Want(http.StatusOK).Form("form#confirm-closure")
	in.Set("from", "2017-10-30")
	other := admin.Post("/calendar/closures/preview", in).Want(http.StatusOK).Form("form#confirm-closure")
	admin.Post("/calendar/closures", other).Want(http.StatusSeeOther)
	again := admin.Post("/calendar/closures", form).Want(http.StatusConflict)
	if got := again.Text(".callout"); !strings.HasPrefix(got, "工作日历已被他人修改") {
		t.Errorf("says %q", got)
	}
	admin.Post("/calendar/closures", again.Form("form#confirm-closure")).Want(http.StatusSeeOther)
}

func TestTheDaysOfAYearCanBeHandedInAgain(t *testing.T) {
	a := openAlmanac(t)
	admin := a.As(0, auth.Admin)
	for _, lang := range []string{locale.Chinese, locale.English} {
		admin.Lang = lang
		file := admin.Get("/calendar/2018/days.csv").Want(http.StatusOK)
		page := upload(admin, "2018.csv", []byte(file.Body), url.Values{"notice": {"国办发明电〔2017〕12号"}, "year": {"2018"}}).Want(http.StatusOK)
		if page.Has(".preview .list") {
			t.Errorf("%s: what was downloaded is not the same: %s", lang, page.Short())
		}
		if lead := page.Text(".head-lead"); lead != a.Texts.Printer(lang).T("calendar.preview.same") {
			t.Errorf("%s: says %q", lang, lead)
		}
	}
}

func TestTheCalendarAsAnAPI(t *testing.T) {
	a := openAlmanac(t)
	a.due(finance, "XY201-0001", calendar.NewDate(2017, time.October, 24), 5)
	read := []string{"Authorization", "Bearer " + a.As(finance, auth.Clerk).Token("calendar:read")}
	write := []string{"Authorization", "Bearer " + a.As(0, auth.Centre).Token("calendar:read", "calendar:write")}
	b := a.Nobody()

	var year struct {
		WorkingDays int   `json:"working_days"`
		Months      []int `json:"months"`
		Days        []struct{ Date, Kind, Name string }
		Closures    []any
	}
	b.JSON(http.MethodGet, "/api/v1/calendar/2017", nil, read...).Want(http.StatusOK).Into(&year)
	if year.WorkingDays != 249 || year.Months[9] != 17 || year.Days[0].Date != "2017-01-01" || year.Days[0].Kind != "off" || len(year.Closures) != 0 {
		t.Errorf("2017: %+v", year)
	}
	b.JSON(http.MethodGet, "/api/v1/calendar/2030", nil, read...).Want(http.StatusNotFound)

	var due struct{ Due string }
	b.JSON(http.MethodGet, "/api/v1/calendar/due?from=2017-09-25&days=10", nil, read...).Want(http.StatusOK).Into(&due)
	if due.Due != "2017-10-13" {
		t.Errorf("due %s", due.Due)
	}
	for _, wrong := range []string{"?from=2017-09-25&days=0", "?days=10", "?from=&days=10", "?from=2017-09-25&days=10&weeks=2", "?from=2026-12-30&days=10"} {
		b.JSON(http.MethodGet, "/api/v1/calendar/due"+wrong, nil, read...).Want(http.StatusUnprocessableEntity)
	}

	var list struct {
		Total int
		Items []struct {
			Title     string
			DueOn     string `json:"due_on"`
			Remaining int
		}
	}
	b.JSON(http.MethodGet, "/api/v1/due-dates?until=2017-12-31", nil, read...).Want(http.StatusOK).Into(&list)
	if list.Total != 1 || list.Items[0].DueOn != "2017-10-31" || list.Items[0].Remaining != 5 || !strings.Contains(list.Items[0].Title, "XY201-0001") {
		t.Errorf("due dates: %+v", list)
	}
	b.JSON(http.MethodGet, "/api/v1/due-dates?until=2017-10-30", nil, read...).Want(http.StatusOK).Into(&list)
	if list.Total != 0 {
		t.Errorf("%d due dates until 10-30", list.Total)
	}

	closure := map[string]any{"from": "2017-10-26", "to": "2017-10-26", "kind": "off", "name": "防汛停工", "reason": "一号令", "dry_run": true}
	b.JSON(http.MethodPost, "/api/v1/calendar/closures", closure, read...).Want(http.StatusForbidden)
	var change struct {
		Written bool
		Base    string
		Moves   []struct{ From, To string }
		Closure *struct{ ID, Version int64 }
	}
	b.JSON(http.MethodPost, "/api/v1/calendar/closures", closure, write...).Want(http.StatusOK).Into(&change)
	if change.Written || len(change.Moves) != 1 || change.Moves[0].To != "2017-11-01" || change.Closure != nil {
		t.Errorf("the dry run: %+v", change)
	}
	closure["dry_run"] = false
	b.JSON(http.MethodPost, "/api/v1/calendar/closures", closure, write...).Want(http.StatusOK).Into(&change)
	if !change.Written || change.Closure == nil || change.Closure.ID != 1 {
		t.Errorf("the closure: %+v", change)
	}
	b.JSON(http.MethodPost, "/api/v1/calendar/closures/1/remove", map[string]any{"version": 7, "reason": "解除"}, write...).Want(http.StatusConflict)
	b.JSON(http.MethodPost, "/api/v1/calendar/closures/1/remove", map[string]any{"version": 1, "reason": "解除"}, write...).Want(http.StatusOK)

	plan := map[string]any{"notice": "国办发明电〔2017〕12号", "reason": "更正", "dry_run": true, "days": []map[string]string{
		{"date": "2018-01-01", "kind": "off", "name": "元旦"}, {"date": "2018-10-01", "kind": "off", "name": "国庆节"},
	}}
	b.JSON(http.MethodPost, "/api/v1/calendar/schedules", plan, write...).Want(http.StatusOK).Into(&change)
	plan["dry_run"] = false
	b.JSON(http.MethodPost, "/api/v1/calendar/schedules", plan, write...).Want(http.StatusConflict)
	plan["base"] = change.Base
	b.JSON(http.MethodPost, "/api/v1/calendar/schedules", plan, write...).Want(http.StatusOK).Into(&change)
	if !change.Written || a.logged().Action != "calendar.publish" {
		t.Errorf("published: %+v, logged %s", change, a.logged().Action)
	}
	plan["year"] = 3000
	b.JSON(http.MethodPost, "/api/v1/calendar/schedules", plan, write...).Want(http.StatusUnprocessableEntity)
}
