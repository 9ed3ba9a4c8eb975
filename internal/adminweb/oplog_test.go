package adminweb_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/oplog"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/internal/web/webtest"
	"qingce/inventory"
)

// archive is a site with the pages of the operation log over a small register:
// two departments of the city, and a county with a body below it.
type archive struct {
	*webtest.Site
	t        *testing.T
	registry *inventory.Registry
	anchor   *oplog.Anchor
	ids      map[string]auth.DepartmentID
}

func openArchive(t *testing.T, mount ...func(*archive)) *archive {
	t.Helper()
	a := &archive{t: t, ids: map[string]auth.DepartmentID{}}
	a.Site = webtest.Open(t, func(site *webtest.Site) {
		a.Site = site
		a.registry = inventory.NewRegistry(site.DB, inventory.Options{})
		var err error
		if a.anchor, err = oplog.OpenAnchor(t.TempDir()); err != nil {
			t.Fatal(err)
		}
		below := func(tx *store.Tx, top auth.DepartmentID) ([]auth.DepartmentID, error) {
			d, err := a.registry.DirectoryIn(tx)
			return d.Below(top), err
		}
		adminweb.MountOplog(site.Server, adminweb.OplogDeps{
			DB: site.DB, Log: oplog.NewLog(site.DB, below), Anchor: a.anchor, Departments: choicesOf(a.registry),
		})
		for _, more := range mount {
			more(a)
		}
	})
	a.department("RS", "市人社局", "420600", "")
	a.department("MZ", "市民政局", "420600", "")
	a.department("NZ", "南漳县", "420624", "")
	a.department("NZB", "南漳县教育局", "420624", "NZ")
	return a
}

// choicesOf lists the departments of a register.
func choicesOf(registry *inventory.Registry) func(context.Context) ([]adminweb.Choice, error) {
	return func(ctx context.Context) ([]adminweb.Choice, error) {
		d, err := registry.Directory(ctx)
		if err != nil {
			return nil, err
		}
		var out []adminweb.Choice
		for _, dept := range d.All() {
			out = append(out, adminweb.Choice{ID: dept.ID, Code: dept.Code, Name: dept.Name})
		}
		return out, nil
	}
}

func (a *archive) department(code, name, region, parent string) {
	a.t.Helper()
	d := inventory.Department{Code: code, Name: name, Kind: inventory.Municipal, RegionCode: region}
	if parent != "" {
		d.ParentID = new(a.ids[parent])
	}
	d, _, err := a.registry.AddDepartment(a.t.Context(), auth.System("test"), d, "")
	if err != nil {
		a.t.Fatal(err)
	}
	a.ids[code] = d.ID
}

// person is somebody with a role in a department, outside the browser.
func (a *archive) person(code string, role auth.Role) auth.Principal {
	return auth.Principal{
		AccountID: auth.AccountID(1000 + a.ids[code]), Login: code, Name: code + "的人", DepartmentID: a.ids[code],
		Roles: auth.Roles{role}, Way: auth.BySession, Origin: "10.9.8.7",
	}
}

// registered puts a system of a department into the register.
func (a *archive) registered(code, name, reason string) inventory.System {
	a.t.Helper()
	s := inventory.System{
		OwnerID: a.ids[code], Name: name, FunctionDesc: "日常业务办理", SystemClass: "application", BuildUnit: "信息中心", MaintainUnit: "信息中心",
		ApprovalDept: "reform", ApprovalDate: calendar.NewDate(2013, time.March, 1), FundSource: "city", OmAmountYear: new(int64(12_000_000)),
		Phase: inventory.PhaseRunning, EnabledDate: calendar.NewDate(2014, time.June, 1), UseScope: "city_depts", RegisteredUsers: new(int64(200)),
		ActiveUsersMonth: new(int64(120)), UseFrequency: "daily", Location: "gov_cloud", Network: []string{inventory.NetExtranet},
		DjbhLevel: "2", DjbhFilingNo: "42060000001-17001",
	}
	s, _, err := a.registry.Register(a.t.Context(), a.person(code, auth.Clerk), inventory.Registration{System: s, Reason: reason})
	if err != nil {
		a.t.Fatalf("register %s: %v", name, err)
	}
	return s
}

// changed changes the running costs and the networks of a system.
func (a *archive) changed(code string, s inventory.System) {
	a.t.Helper()
	s.OmAmountYear, s.Network = new(int64(48_000_000)), []string{inventory.NetExtranet, "internet"}
	if _, _, err := a.registry.Change(a.t.Context(), a.person(code, auth.Clerk), s.Code, s.Version, s, "按合同更正"); err != nil {
		a.t.Fatal(err)
	}
}

// find is the number of the newest entry of an act.
func (a *archive) find(action string) oplog.EntryID {
	a.t.Helper()
	rows, _, err := oplog.NewLog(a.DB, nil).List(a.t.Context(), auth.System("test"), oplog.Query{Action: action, Size: 1})
	if err != nil || len(rows) == 0 {
		a.t.Fatalf("no entry %s: %v", action, err)
	}
	return rows[0].ID
}

func (a *archive) count(action string) int64 {
	a.t.Helper()
	_, n, err := oplog.NewLog(a.DB, nil).List(a.t.Context(), auth.System("test"), oplog.Query{Action: action, Size: 1})
	if err != nil {
		a.t.Fatal(err)
	}
	return n
}

// tamper changes the log behind its back.
func (a *archive) tamper(sql string, args ...any) {
	a.t.Helper()
	err := a.DB.Write(a.t.Context(), func(tx *store.Tx) error { return tx.Gorm().Exec(sql, args...).Error })
	if err != nil {
		a.t.Fatal(err)
	}
}

func TestOplogPagesAreTypedRight(t *testing.T) {
	webtest.CheckPages(t, openArchive(t).Server, "admin/oplog", map[string]any{
		"admin/oplog": adminweb.OplogPage{}, "admin/oplog_entry": adminweb.OplogEntryPage{}, "admin/oplog_verify": adminweb.OplogVerifyPage{},
	})
}

func TestRightsOfEveryOplogRoute(t *testing.T) {
	a := openArchive(t)
	if _, err := a.anchor.Sign(t.Context(), a.DB); err != nil {
		t.Fatal(err)
	}
	webtest.CheckRights(t, a.Site)
}

// The line "Audit log" of the permission matrix.
func TestWhoMayCallWhatOfTheOplog(t *testing.T) {
	const (
		view  = "clerk,head,region,office,centre,auditor,admin"
		audit = "office,centre,auditor"
	)
	wantRoutes(t, openArchive(t).Site, map[string]string{
		"GET /audit": view, "GET /audit/export.xlsx": view, "GET /audit/export.csv": view, "GET /audit/:id": view, "GET /audit/:id/proof.json": view,
		"GET /audit/verify": audit, "POST /audit/verify": audit, "GET /audit/head.txt": audit, "GET /audit/verifier.pub": audit,
		"GET /api/v1/oplog": view + " oplog:read", "GET /api/v1/oplog/:id": view + " oplog:read", "GET /api/v1/oplog/:id/proof": view + " oplog:read",
		"GET /api/v1/oplog/head": audit + " oplog:read",
	})
}

func TestEachSeesTheEntriesOfTheMatrix(t *testing.T) {
	a := openArchive(t)
	a.registered("RS", "就业服务系统", "")
	a.registered("MZ", "低保系统", "")
	a.registered("NZB", "学籍系统", "")
	about := func(b *webtest.Browser, query string) string {
		page := b.Get("/audit?size=200" + query).Want(http.StatusOK)
		names := page.Texts("tbody tr td:nth-of-type(1)")
		slices.Sort(names)
		return strings.Join(slices.Compact(names), "; ")
	}
	systems := "MZ-0001 低保系统 信息系统; NZB-0001 学籍系统 信息系统; RS-0001 就业服务系统 信息系统"
	for _, tt := range []struct {
		name string
		b    *webtest.Browser
		want string
	}{
		{"the auditor", a.As(0, auth.Auditor), systems},
		{"the office", a.As(0, auth.Office), systems},
		{"the centre", a.As(0, auth.Centre), systems},
		{"a head", a.As(a.ids["RS"], auth.Head), "RS-0001 就业服务系统 信息系统"},
		{"a region", a.As(a.ids["NZ"], auth.Region), "NZB-0001 学籍系统 信息系统"},
		{"a clerk who did nothing", a.As(a.ids["RS"], auth.Clerk), ""},
		{"the administrator", a.As(0, auth.Admin), ""},
	} {
		if got := about(tt.b, "&kind=system"); got != tt.want {
			t.Errorf("%s sees %q, want %q", tt.name, got, tt.want)
		}
	}
	foreign := fmt.Sprintf("/audit/%d", a.find("system.registered")) // of NZB
	head := a.As(a.ids["RS"], auth.Head)
	head.Get(foreign).Want(http.StatusNotFound)
	head.Get(foreign + "/proof.json").Want(http.StatusNotFound)
	if got := about(a.As(0, auth.Admin), "&kind=account"); !strings.Contains(got, "admin-") {
		t.Errorf("the administrator sees %q of the accounts", got)
	}
}

func TestTheListIsNarrowedByEveryFilter(t *testing.T) {
	a := openArchive(t)
	a.changed("RS", a.registered("RS", "就业服务系统", "普查"))
	a.Clock.Advance(48 * time.Hour)
	a.registered("MZ", "低保系统", "补登")
	auditor := a.As(0, auth.Auditor)
	for _, tt := range []struct{ name, query, want string }{
		{"act", "action=system.changed", "修改系统"},
		{"kind", "kind=system", "登记系统; 修改系统; 登记系统"},
		{"object", "kind=system&object=RS-0001", "修改系统; 登记系统"},
		{"text in the name", "kind=system&q=低保", "登记系统"},
		{"text in the reason", "q=合同", "修改系统"},
		{"actor", "actor=RS的", "修改系统; 登记系统"},
		{"account", fmt.Sprintf("account=%d", a.person("MZ", auth.Clerk).AccountID), "登记系统"},
		{"department", "kind=system&department=MZ", "登记系统"},
		{"department by name", "kind=system&department=市人社局", "修改系统; 登记系统"},
		{"a department that is none", "department=ZZ", ""},
		{"from a day", "kind=system&at.from=2017-10-25", "登记系统"},
		{"to a day, the whole of it", "kind=system&at.to=2017年10月24日", "修改系统; 登记系统"},
		{"an act that is none", "action=system.eaten", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := auditor.Get("/audit?" + url.PathEscape(tt.query)).Want(http.StatusOK)
			if got := strings.Join(page.Texts("tbody th a"), "; "); got != tt.want {
				t.Errorf("shows %q, want %q", got, tt.want)
			}
			if tt.want == "" {
				page.WantText(".empty-title", "没有符合条件的记录")
			}
			if chips := len(page.All(".chip")); chips != strings.Count(tt.query, "=") {
				t.Errorf("%d chips for %s", chips, tt.query)
			}
			export := page.Attr(`.filter-tools .act:first-child a`, "href")
			_, asked, _ := strings.Cut(export, "?")
			given, err := url.ParseQuery(tt.query)
			if err != nil || asked != given.Encode() {
				t.Errorf("the export is of %q, the list of %q (%v)", asked, given.Encode(), err)
			}
		})
	}
	page := auditor.Get("/audit?kind=system&size=2&page=99").Want(http.StatusOK)
	if got := page.Text(".pager-total"); got != "第 3–3 条，共 3 条" {
		t.Errorf("a page beyond the end shows %q", got)
	}
	wrong := auditor.Get("/audit?at.from=2017-13-01").Want(http.StatusOK)
	if got := wrong.Text(".callout"); !strings.HasPrefix(got, "“时间”填的“2017-13-01”没有这一天") {
		t.Errorf("a day that is none: %q", got)
	}
	auditor.Get("/audit?page=x").Want(http.StatusBadRequest)
}

func TestTheFilterOffersWhatTheReaderCanFind(t *testing.T) {
	a := openArchive(t)
	offered := func(p *webtest.Page, name, value string) bool {
		return p.Has(fmt.Sprintf(`select[name=%q] option[value=%q]`, name, value))
	}
	for _, tt := range []struct {
		name         string
		by           *webtest.Browser
		acts, hidden string
		kinds, none  string
	}{
		{"a clerk", a.As(a.ids["RS"], auth.Clerk), "system.changed account.sign_in account.password export", "system.moved.verify account.create backup calendar.publish", "system account", "server backup department"},
		{"a head", a.As(a.ids["RS"], auth.Head), "system.moved.verify system.decided due.set", "account.create backup", "system due_date", "schema"},
		{"the administrator", a.As(0, auth.Admin), "account.create backup calendar.publish", "system.changed evidence.add", "account_policy server", "system"},
		{"an auditor", a.As(0, auth.Auditor), "account.create backup system.moved.verify", "", "schema system", ""},
	} {
		p := tt.by.Get("/audit").Want(http.StatusOK)
		for value := range strings.FieldsSeq(tt.acts + " " + tt.hidden) {
			if want := strings.Contains(" "+tt.acts+" ", " "+value+" "); offered(p, "action", value) != want {
				t.Errorf("%s is offered the act %s: %t", tt.name, value, !want)
			}
		}
		for value := range strings.FieldsSeq(tt.kinds + " " + tt.none) {
			if want := strings.Contains(" "+tt.kinds+" ", " "+value+" "); offered(p, "kind", value) != want {
				t.Errorf("%s is offered the kind %s: %t", tt.name, value, !want)
			}
		}
	}
}

func TestManyDepartmentsAreTypedAndNotChosen(t *testing.T) {
	a := openArchive(t)
	auditor := a.As(0, auth.Auditor)
	auditor.Get("/audit").One(`select[name="department"]`)
	for i := range 150 {
		a.department(fmt.Sprintf("D%03d", i), fmt.Sprintf("第%d局", i), "420600", "")
	}
	page := auditor.Get("/audit?department=第7局").Want(http.StatusOK)
	if got := page.Attr(`input[name="department"]`, "value"); got != "第7局" || page.Has(`select[name="department"]`) {
		t.Errorf("the department is typed as %q", got)
	}
	page.WantText(".chip span:first-child", "所属部门 第7局")
	own := a.As(a.ids["RS"], auth.Clerk).Get("/audit?department=MZ").Want(http.StatusOK)
	if own.Has(`[name="department"]`) {
		t.Error("a clerk is offered the departments of others")
	}
	own.WantText(".chip span:first-child", "所属部门 MZ") // in force all the same, and can be taken away
}

func TestAnEntryTellsEverythingInWords(t *testing.T) {
	a := openArchive(t)
	s := a.registered("RS", "就业服务系统", "")
	a.changed("RS", s)
	id := a.find("system.changed")
	auditor := a.As(0, auth.Auditor)
	page := auditor.Get(fmt.Sprintf("/audit/%d", id)).Want(http.StatusOK)
	page.WantText("h1", "修改系统")
	want := []string{"所在网络 电子政务外网 电子政务外网、互联网", "年度运维经费 12.00 万元 48.00 万元"}
	got := page.Texts(".diff tbody tr")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("changes %q, want %q", got, want)
	}
	facts := strings.Join(page.Texts(".facts dl > div"), "\n")
	for _, want := range []string{
		"时间 2017-10-24 09:00:00", "操作人 RS的人", "登录名 RS", "当时的角色 填报员", "途径 网页登录", "网络地址 10.9.8.7",
		"操作代码 system.changed", "对象编号 RS-0001", "所属部门 市人社局", "原因 按合同更正", "签名 等待签名",
	} {
		if !strings.Contains(facts, want) {
			t.Errorf("%q is missing in\n%s", want, facts)
		}
	}
	if _, err := a.anchor.Sign(t.Context(), a.DB); err != nil {
		t.Fatal(err)
	}
	signed := auditor.Get(fmt.Sprintf("/audit/%d", id)).Want(http.StatusOK)
	if got := strings.Join(signed.Texts(".facts dl > div"), "\n"); !strings.Contains(got, "签名 已由签名覆盖") {
		t.Errorf("after signing: %s", got)
	}
	added := auditor.Get(fmt.Sprintf("/audit/%d", a.find("department.added"))).Want(http.StatusOK)
	if got := added.Texts(".diff tbody tr"); !slices.Contains(got, "上级单位 （空） 南漳县") {
		t.Errorf("a department that was added: %q", got)
	}
	login := auditor.Get(fmt.Sprintf("/audit/%d", a.find("account.create"))).Want(http.StatusOK)
	if text := login.Text("main"); strings.Contains(text, "argon2") || strings.Contains(text, webtest.Password) {
		t.Error("an entry shows a secret")
	}
	if _, err := a.Accounts.Lock(t.Context(), auth.Command("root", "test"), a.As(a.ids["RS"], auth.Clerk).Account.ID, "离岗"); err != nil {
		t.Fatal(err)
	}
	console := auditor.Get(fmt.Sprintf("/audit/%d", a.find("account.lock"))).Text(".facts-grid")
	if strings.Contains(console, "未填") || !strings.Contains(console, "操作人部门 —") {
		t.Errorf("an act of the console: %s", console)
	}
	auditor.Get("/audit/99999").Want(http.StatusNotFound)
	auditor.Get("/audit/first").Want(http.StatusNotFound)
}

func TestAProofCanBeCheckedElsewhereAndLeavesATrace(t *testing.T) {
	a := openArchive(t)
	a.registered("RS", "就业服务系统", "")
	id := a.find("system.registered")
	head := a.As(a.ids["RS"], auth.Head)
	file := head.Get(fmt.Sprintf("/audit/%d/proof.json", id)).Want(http.StatusOK)
	if got := file.Header.Get("Content-Disposition"); got != fmt.Sprintf("attachment; filename=entry-%d.json", id) {
		t.Errorf("named %q", got)
	}
	row, err := oplog.CheckBundle([]byte(file.Body), a.anchor.Verifier())
	if err != nil || row.ID != id || row.ObjectID != "RS-0001" {
		t.Errorf("the proof is of %d %s: %v", row.ID, row.ObjectID, err)
	}
	if n := a.count("prove"); n != 1 {
		t.Errorf("%d traces of the proof", n)
	}
	a.tamper("UPDATE oplog_entries SET reason = 'x' WHERE id = ?", id)
	refused := head.Get(fmt.Sprintf("/audit/%d/proof.json", id)).Want(http.StatusConflict)
	if got := refused.Text("main"); !strings.Contains(got, "不能出具证明") {
		t.Errorf("an altered entry: %q", got)
	}
	if n := a.count("prove"); n != 1 {
		t.Errorf("%d traces after a refusal", n)
	}
}

func TestVerificationSaysLoudAndClearWhatItFound(t *testing.T) {
	a := openArchive(t)
	a.registered("RS", "就业服务系统", "")
	auditor := a.As(0, auth.Auditor)
	page := auditor.Get("/audit/verify").Want(http.StatusOK)
	if page.Has(".verdict") || page.Attr(".command [data-copy]", "data-copy") != a.anchor.Verifier() {
		t.Error("a verdict before the first verification, or no key")
	}
	if _, err := a.anchor.Sign(t.Context(), a.DB); err != nil {
		t.Fatal(err)
	}
	good := auditor.Post("/audit/verify", nil).Want(http.StatusSeeOther).Follow()
	good.WantText(".verdict-ok .verdict-title", "日志完整，未发现任何改动")
	if n := a.count("verify"); n != 1 {
		t.Errorf("%d traces of the verification", n)
	}
	id := a.find("system.registered")
	a.tamper("UPDATE oplog_entries SET object_name = '别的系统' WHERE id = ?", id)
	a.tamper("DELETE FROM oplog_entries WHERE id = 2")
	bad := auditor.Post("/audit/verify", nil).Want(http.StatusSeeOther).Follow()
	bad.WantText(".verdict-bad .verdict-title", "发现 2 处问题")
	found := bad.Texts(".verdict li")
	if len(found) != 2 || !strings.HasPrefix(found[0], "第 2 条记录被删除") || !strings.HasPrefix(found[1], fmt.Sprintf("第 %d 条记录在写入后被改动", id)) {
		t.Errorf("found %q", found)
	}
	if n := a.count("verify"); n != 1 {
		t.Errorf("a damaged log was written to: %d", n)
	}
	head := auditor.Get("/audit/head.txt").Want(http.StatusOK)
	if !strings.HasPrefix(head.Body, "qingce/oplog\n") {
		t.Errorf("the head is %q", head.Body)
	}
	auditor.Get("/audit/verifier.pub").Want(http.StatusOK)
}

func TestTheHeadIsMissedBeforeTheFirstSignature(t *testing.T) {
	auditor := openArchive(t).As(0, auth.Auditor)
	auditor.Get("/audit/head.txt").Want(http.StatusNotFound)
	page := auditor.Get("/audit/verify").Want(http.StatusOK)
	if got := page.Text("main"); !strings.Contains(got, "操作日志还没有签名") || page.Has(`a[href="/audit/head.txt"]`) {
		t.Errorf("says %q, and offers a head that is none", got)
	}
}

func TestAnExportIsExactlyTheFilteredList(t *testing.T) {
	a := openArchive(t)
	a.registered("MZ", "低保系统", "")
	a.changed("RS", a.registered("RS", "=cmd()系统", "普查"))
	auditor := a.As(0, auth.Auditor)
	for _, format := range []string{"csv", "xlsx"} {
		file := auditor.Get("/audit/export." + format + "?kind=system&object=RS-0001").Want(http.StatusOK)
		book, err := sheet.Open(bytes.NewReader([]byte(file.Body)), int64(len(file.Body)), "", sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var rows [][]string
		for row, err := range book.Rows(book.Sheets()[0]) {
			if err != nil {
				t.Fatal(err)
			}
			var cells []string
			for _, c := range row.Cells {
				cells = append(cells, c.Text)
			}
			rows = append(rows, cells)
		}
		if len(rows) != 5 { // title, note, header, two entries
			t.Fatalf("%s: %d rows: %q", format, len(rows), rows)
		}
		note := rows[1][0]
		for _, want := range []string{"对象类型：信息系统", "对象编号：RS-0001", "2017-10-24 09:00:00", "共 2 条"} {
			if !strings.Contains(note, want) {
				t.Errorf("%s: the note %q lacks %q", format, note, want)
			}
		}
		if got := rows[3][2] + " " + rows[3][6] + " " + rows[4][2]; got != "修改系统 =cmd()系统 登记系统" {
			t.Errorf("%s: entries %q", format, got)
		}
		if last := rows[3][len(rows[3])-1]; !strings.Contains(last, `"om_amount_year":"48000000"`) {
			t.Errorf("%s: after is %q", format, last)
		}
		if format == "csv" && !strings.Contains(file.Body, "'=cmd()") {
			t.Error("a formula went out as one")
		}
	}
	if n := a.count("export"); n != 2 {
		t.Errorf("%d traces of the exports", n)
	}
	auditor.Get("/audit/export.csv?at.from=never").Want(http.StatusBadRequest)
	clerk := a.As(a.ids["RS"], auth.Clerk).Get("/audit/export.csv?kind=system").Want(http.StatusOK)
	if strings.Contains(clerk.Body, "RS-0001") {
		t.Error("a clerk exports what others did")
	}
}

func TestALongListIsExportedWhole(t *testing.T) {
	a := openArchive(t)
	err := a.DB.Write(t.Context(), func(tx *store.Tx) error {
		for i := range 450 {
			if err := oplog.Record(tx, auth.System("test"), oplog.Entry{Action: "due.set", Kind: "due_date", ID: fmt.Sprint(i), Name: "system X-1 due.x"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	file := a.As(0, auth.Auditor).Get("/audit/export.csv?kind=due_date").Want(http.StatusOK)
	seen := map[string]bool{}
	for line := range strings.SplitSeq(file.Body, "\r\n") {
		if cells := strings.Split(line, ","); len(cells) > 10 {
			seen[cells[5]] = true
		}
	}
	if len(seen) != 451 { // with the title of the column
		t.Errorf("%d of 450 entries", len(seen)-1)
	}
}

func TestTheOplogAsAnAPI(t *testing.T) {
	a := openArchive(t)
	a.changed("RS", a.registered("RS", "就业服务系统", ""))
	token := []string{"Authorization", "Bearer " + a.As(0, auth.Auditor).Token("oplog:read")}
	clerk := []string{"Authorization", "Bearer " + a.As(a.ids["RS"], auth.Clerk).Token("oplog:read")}
	other := []string{"Authorization", "Bearer " + a.As(0, auth.Auditor).Token("systems:read")}
	b := a.Nobody()
	var list struct {
		Total   int
		Entries []struct {
			ID            int64
			Action        string
			ObjectID      string `json:"object_id"`
			Before, After map[string]string
		}
	}
	b.JSON(http.MethodGet, "/api/v1/oplog?kind=system&object=RS-0001", nil, token...).Want(http.StatusOK).Into(&list)
	if list.Total != 2 || list.Entries[0].Action != "system.changed" || list.Entries[0].Before["om_amount_year"] != "12000000" || list.Entries[0].After["om_amount_year"] != "48000000" {
		t.Errorf("list: %+v", list)
	}
	b.JSON(http.MethodGet, "/api/v1/oplog?kind=system", nil, clerk...).Want(http.StatusOK).Into(&list)
	if list.Total != 0 {
		t.Errorf("a clerk's token sees %d entries of others", list.Total)
	}
	b.JSON(http.MethodGet, "/api/v1/oplog?kinds=system", nil, token...).Want(http.StatusUnprocessableEntity)
	b.JSON(http.MethodGet, "/api/v1/oplog?from=yesterday", nil, token...).Want(http.StatusUnprocessableEntity)
	b.JSON(http.MethodGet, "/api/v1/oplog", nil, other...).Want(http.StatusForbidden)

	id := a.find("system.changed")
	var one struct {
		ID     int64
		Reason string
	}
	b.JSON(http.MethodGet, fmt.Sprintf("/api/v1/oplog/%d", id), nil, token...).Want(http.StatusOK).Into(&one)
	if one.ID != int64(id) || one.Reason != "按合同更正" {
		t.Errorf("entry: %+v", one)
	}
	b.JSON(http.MethodGet, fmt.Sprintf("/api/v1/oplog/%d", id), nil, clerk...).Want(http.StatusNotFound)
	proof := b.JSON(http.MethodGet, fmt.Sprintf("/api/v1/oplog/%d/proof", id), nil, token...).Want(http.StatusOK)
	if _, err := oplog.CheckBundle([]byte(proof.Body), a.anchor.Verifier()); err != nil {
		t.Errorf("the proof: %v", err)
	}
	b.JSON(http.MethodGet, "/api/v1/oplog/first/proof", nil, token...).Want(http.StatusNotFound)
	var head struct {
		Size           int64
		Note, Verifier string
	}
	b.JSON(http.MethodGet, "/api/v1/oplog/head", nil, token...).Want(http.StatusOK).Into(&head)
	if head.Size < int64(id) || head.Verifier != a.anchor.Verifier() || !strings.Contains(head.Note, "qingce/oplog") {
		t.Errorf("head: %+v", head)
	}
	b.JSON(http.MethodGet, "/api/v1/oplog/head", nil, clerk...).Want(http.StatusForbidden)
}

func TestTooLongAListIsRefusedAndNotCutOff(t *testing.T) {
	a := openArchive(t)
	a.tamper(`INSERT INTO oplog_entries (id, at, actor_id, actor_login, way, action, object_kind, object_id)
		WITH RECURSIVE n(i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 51001)
		SELECT i, '2017-10-23 00:00:00', 0, 'x', 'system', 'due.set', 'due_date', i FROM n`)
	auditor := a.As(0, auth.Auditor)
	page := auditor.Get("/audit/export.xlsx?kind=due_date").Want(http.StatusRequestEntityTooLarge)
	if got := page.Text("main"); !strings.Contains(got, "符合条件的有 50,001 条，一次最多导出 50,000 条") {
		t.Errorf("says %q", got)
	}
	if n := a.count("export"); n != 0 {
		t.Errorf("%d traces of an export that was refused", n)
	}
}

func TestOneVerificationIsEnoughAtATime(t *testing.T) {
	a := openArchive(t)
	if _, err := a.anchor.Sign(t.Context(), a.DB); err != nil {
		t.Fatal(err)
	}
	auditor := a.As(0, auth.Auditor)
	var wait sync.WaitGroup
	statuses := make([]int, 6)
	for i := range statuses {
		wait.Go(func() { statuses[i] = auditor.Post("/audit/verify", nil).Status })
	}
	wait.Wait()
	for _, s := range statuses {
		if s != http.StatusSeeOther && s != http.StatusConflict {
			t.Errorf("answered %d", s)
		}
	}
	if !slices.Contains(statuses, http.StatusSeeOther) {
		t.Errorf("none of them ran: %v", statuses)
	}
	auditor.Post("/audit/verify", nil).Want(http.StatusSeeOther)
}

// What happened to a connection, an entry or a request leads to its record, for
// those who may see it; the administrator, who has no scope, gets no link.
func TestAnEntryLeadsToItsRecord(t *testing.T) {
	a := openArchive(t)
	for kind, c := range map[string]struct{ act, id, name, want string }{
		"hub_connection":    {"hub.accept", "RS-0001", "就业服务系统", "/systems/RS-0001/connection"},
		"hub_exemption":     {"hub.exemption_decided", "3", "RS-0001 就业服务系统", "/systems/RS-0001/connection"},
		"hub_upload":        {"hub.upload_confirmed", "4", "网关.xlsx", "/hub/files/4"},
		"hub_policy":        {"hub.policy", "2", "", "/hub/policy"},
		"catalog_entry":     {"catalog.exported", "3070200201/000001", "婚姻登记信息", "/catalog?q=3070200201%2F000001"},
		"catalog_change":    {"catalog.change_untouched", "5", "修法", "/catalog/changes/5"},
		"sharing_request":   {"sharing.request.submitted", "6", "婚姻登记信息", "/sharing/requests/6"},
		"sharing_objection": {"sharing.objection.raised", "7", "婚姻登记信息", "/sharing/objections/7"},
		"sharing_policy":    {"sharing.policy", "2", "", "/sharing/terms"},
	} {
		err := a.DB.Write(t.Context(), func(tx *store.Tx) error {
			return oplog.Record(tx, auth.Command("root", "test"), oplog.Entry{Action: c.act, Kind: kind, ID: c.id, Name: c.name})
		})
		if err != nil {
			t.Fatal(err)
		}
		page := fmt.Sprintf("/audit/%d", a.find(c.act))
		if got := a.As(0, auth.Auditor).Get(page).Want(http.StatusOK); !got.Has(`.facts a[href="` + c.want + `"]`) {
			t.Errorf("%s %s does not lead to %s", kind, c.id, c.want)
		}
		if got := a.As(0, auth.Admin).Get(page); got.Has(`.facts a[href="` + c.want + `"]`) {
			t.Errorf("the administrator is led to %s", c.want)
		}
	}
}
