package fundingweb_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/oplog"
	"qingce/internal/schedule"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/inventory/inventorytest"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring/funding"
	"qingce/scoring/funding/fundingtest"
	"qingce/scoring/funding/fundingweb"
)

// town is a world behind pages, with anybody signed in.
type town struct {
	*fundingtest.World
	site *webtest.Site
	key  *oplog.Anchor
}

func open(t *testing.T) *town {
	t.Helper()
	tn := &town{World: fundingtest.Over(t, inventorytest.Open(t))}
	var err error
	if tn.key, err = oplog.OpenAnchor(filepath.Join(t.TempDir(), "oplog")); err != nil {
		t.Fatal(err)
	}
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		deps := fundingweb.Deps{Registry: tn.Registry, Funding: tn.Funding, Box: tn.Box, Key: tn.key}
		fundingweb.Mount(site.Server, deps)
		fundingweb.MountAPI(site.Server, deps)
	}, webtest.Among(&webtest.People{Clock: tn.Clock.Now, Scopes: []string{"funding:read"}}))
	return tn
}

func version(v int64) []string { return []string{strconv.FormatInt(v, 10)} }

func TestAYearOnItsPages(t *testing.T) {
	tn := open(t)
	finance, office, reform := tn.site.Of(tn.Someone(auth.Finance)), tn.site.Of(tn.Someone(auth.Office)), tn.site.Of(tn.Someone(auth.Reform))
	webtest.WantWords(t, tn.site.Of(tn.Clerk("JT")).Get("/funding").Want(200), "main", "还没有年度核定")
	good, bad := tn.Certified("JT", "道路运政管理系统", 200_000_00), tn.Certified("JT", "出租车GPS监管系统", 186_000_00)
	other := tn.Certified("WJ", "价格监测系统", 65_000_00)
	tn.Connected(good)
	p := finance.Post("/funding", url.Values{"year": {"1999"}}).Want(422)
	webtest.WantWords(t, p, ".errors", "预算年度应在 2017 至 2019 之间")
	p = finance.Post("/funding", url.Values{"year": {"2018"}}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "2018 年度", "45.10", "25.10", "出租车GPS监管系统", "F9", "原则上不予安排")

	p = finance.Get("/funding/2018?group=no&sort=-money").Want(200)
	webtest.WantWords(t, p, ".stats", "25.10", "2 个系统")
	webtest.WantWords(t, p, "tbody tr:first-child", "出租车GPS监管系统", "市交通局", "18.60", "待提意见")
	if strings.Contains(p.Text("table"), "道路运政管理系统") {
		t.Error("the filter by result lets another through")
	}
	webtest.WantWords(t, finance.Get("/funding/2018?rule=F12").Want(200), "main", "没有符合条件的系统")

	own := tn.site.Of(tn.Clerk("WJ")).Get("/funding/2018").Want(200)
	if text := own.Text("main"); !strings.Contains(text, "价格监测系统") || strings.Contains(text, "出租车") || own.Has("#many") {
		t.Errorf("WJ sees %s", text)
	}
	webtest.WantWords(t, tn.site.Of(tn.Clerk("MZ")).Get("/funding/2018").Want(200), "main", "本年度没有本单位的系统")

	webtest.WantWords(t, office.Post("/funding/2018/opinions", url.Values{"as": {"office"}}).Want(422), "main", "没有选择系统")
	office.Post("/funding/2018/opinions", url.Values{"as": {"office"}, "code": {bad.Code, other.Code}}).Follow().Want(200)
	reform.Post("/funding/2018/opinions", url.Values{"as": {"reform"}, "all": {"true"}, "list.group": {"no"}}).Follow().Want(200)
	p = finance.Post("/funding/2018/decisions", url.Values{"all": {"true"}}).Want(200)
	webtest.WantWords(t, p, ".callout", "已办理 2 个系统", "另有 1 个没有办理", good.Code)

	webtest.WantWords(t, finance.Get("/funding").Want(200), "main", "2018 年度", "25.10")
	webtest.WantWords(t, finance.Get("/funding/2018/departments").Want(200), "tbody tr:first-child", "市交通局", "18.60")
	webtest.WantWords(t, finance.Get("/funding/2018/print?group=no").Want(200), ".paper", "价格监测系统", "应接入市政务大数据中心而未接入", "市财政局（盖章）")
	for _, kind := range []string{"svg", "png"} {
		finance.Get("/funding/results." + kind).Want(200)
	}
}

func TestAnItemOnItsPage(t *testing.T) {
	tn := open(t)
	s := tn.Certified("JT", "出租车GPS监管系统", 186_000_00)
	tn.Frozen(2018)
	path := "/funding/2018/" + s.Code
	finance, office, head := tn.site.Of(tn.Someone(auth.Finance)), tn.site.Of(tn.Someone(auth.Office)), tn.site.Of(tn.Head("JT"))
	p := office.Get(path).Want(200)
	webtest.WantWords(t, p, "main", "原则上不再安排运维经费", "方案 2.9", "2018-01-31", "尚未提出", "确认应接入")
	webtest.WantWords(t, p, "#step-opinion", "两家意见齐全后转市财政局决定")
	if finance.Get(path).Has("#step-decision") {
		t.Error("finance is offered to decide before the opinions")
	}
	p = office.Post(path+"/opinion", url.Values{"version": version(1), "as": {"office"}, "opinion": {"eligible"}, "opinion_text": {"可以"}}).Want(422)
	webtest.WantWords(t, p, "#step-opinion .error", "至少写 10 个字")
	if got := p.Text("#f-opinion_text"); got != "可以" {
		t.Errorf("what was typed is lost: %q", got)
	}
	tn.Opined(s)
	p = head.Get(path).Want(200)
	webtest.WantWords(t, p, "main", "可在 2018-01-17 前申诉")
	webtest.WantWords(t, p, "#step-appeal", "10 个工作日内核实")
	v := version(tn.Item(s).Item.Version)
	p = finance.Post(path+"/decision", url.Values{"version": v, "decision": {"no"}, "kept": {"十万"}}).Want(422)
	webtest.WantWords(t, p, "#step-decision .error", "金额")
	finance.Post(path+"/decision", url.Values{"version": v, "decision": {"no"}, "kept": {"2"}, "kept_note": {"安全防护和数据导出费用至六月"}}).Follow().Want(200)
	webtest.WantWords(t, head.Get(path).Want(200), "main", "2.00", "安全防护和数据导出费用至六月", "财政决定")
	v = version(tn.Item(s).Item.Version)
	p = head.Post(path+"/appeal", url.Values{"version": v, "plea_text": {"专线割接时间已确定为三月底。"}}).Want(422)
	webtest.WantWords(t, p, "#step-appeal .error", "申诉须上传新证据")
	p = upload(t, head, path+"/appeal", "割接通知.pdf", url.Values{"version": v, "plea_text": {"专线割接时间已确定为三月底。"}}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "待市信息化办核实", "割接通知.pdf", "01-24", "撤回")
	if got := head.Get(hrefOf(t, p, "/files/")).Want(200).Body; !strings.Contains(got, "割接通知") {
		t.Error("the file is not given out")
	}
	tn.site.Of(tn.Head("WJ")).Get(path).Want(404)
	p = office.Post(path+"/verify", url.Values{"version": version(tn.Item(s).Item.Version), "verdict": {"support"}, "verdict_text": {"割接通知属实，建议给予例外。"}}).Follow().Want(200)
	webtest.WantWords(t, p, "#step-consult", "会商后由领导小组决定")
	reform := tn.site.Of(tn.Someone(auth.Reform))
	reform.Post(path+"/consult", url.Values{"version": version(tn.Item(s).Item.Version), "meeting_on": {"2018-01-10"}, "meeting_text": {"三方会商同意报领导小组。"}}).Follow().Want(200)
	leader := tn.site.Of(tn.Someone(auth.Leader))
	p = leader.Post(path+"/grant", url.Values{"version": version(tn.Item(s).Item.Version), "until": {"2019-03-31"}, "exception_reason": {"专线割接日期已定，同意暂缓。"}}).Want(422)
	webtest.WantWords(t, p, "#step-grant .error", "2018-12-31")
	p = leader.Post(path+"/grant", url.Values{"version": version(tn.Item(s).Item.Version), "until": {"2018-03-31"}, "exception_reason": {"专线割接日期已定，同意暂缓。"}}).Follow().Want(200)
	webtest.WantWords(t, p, "main", "附期限安排", "2018-03-31", "已批准例外", "领导小组例外")
	webtest.WantWords(t, p, "#findings", "冻结核定", "财政决定")
}

// upload sends a form with a file, as a browser does.
func upload(t *testing.T, b *webtest.Browser, path, name string, form url.Values) *webtest.Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for key, values := range form {
		for _, v := range values {
			if err := w.WriteField(key, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(fundingtest.Paper(name))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Do(http.MethodPost, path, &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

// hrefOf is the first link of a page that has a part.
func hrefOf(t *testing.T, p *webtest.Page, part string) string {
	t.Helper()
	_, rest, ok := strings.Cut(p.Body, `href="`+p.Path+part)
	if !ok {
		t.Fatalf("%s: no link with %s", p.Name, part)
	}
	id, _, _ := strings.Cut(rest, `"`)
	return p.Path + part + id
}

func TestTheStatementAsFiles(t *testing.T) {
	tn := open(t)
	tn.Certified("JT", "出租车GPS监管系统", 186_000_00)
	ok := tn.Certified("RS", "就业服务系统", 355_000_00)
	tn.Connected(ok)
	run := tn.Frozen(2018)
	finance := tn.site.Of(tn.Someone(auth.Finance))
	tn.site.Of(tn.Head("JT")).Get("/funding/2018/statement.xlsx").Want(403)
	raw := finance.Get("/funding/2018/statement.xlsx?group=no").Want(200).Body
	book, err := sheet.Open(strings.NewReader(raw), int64(len(raw)), "清单.xlsx", sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for row, err := range book.Rows(book.Sheets()[0]) {
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range row.Cells {
			text = append(text, c.Text)
		}
	}
	all := strings.Join(text, " ")
	for _, want := range []string{"2018 年度", "结果：原则上不予安排", run.Hash, "规则表第 1 版", "出租车GPS监管系统", "18.6", "F9"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in the workbook: %s", want, all)
		}
	}
	if strings.Contains(all, "就业服务系统") {
		t.Error("the workbook does not follow the filter")
	}
	file := finance.Get("/funding/2018/statement.json").Want(200).Body
	s, err := funding.CheckStatement([]byte(file), func(seal, kind, digest string) error {
		_, err := oplog.CheckSeal(seal, tn.key.Verifier(), kind, digest)
		return err
	})
	if err != nil || len(s.Lines) != 2 || s.RunDigest != run.Hash {
		t.Errorf("the signed file: %+v %v", s, err)
	}
	// The budget system reads with a token that may only read.
	var doc struct {
		Total  int64
		Totals []struct {
			Group string
			Money int64 `json:"om_fen"`
		}
		Items []struct{ System, Result string }
	}
	tn.site.Call(tn.Someone(auth.Finance), "GET", "/api/v1/funding/2018?rule=F9", nil).Want(200).Into(&doc)
	if doc.Total != 1 || doc.Totals[0].Money != 186_000_00 || doc.Items[0].Result != "no" {
		t.Errorf("for the budget: %+v", doc)
	}
	tn.site.Call(tn.Someone(auth.Finance), "POST", "/api/v1/funding/2018/decisions", map[string]any{"all": true}).Want(403)
	tn.site.Call(tn.Someone(auth.Staffing), "GET", "/api/v1/funding/2018", nil).Want(403)
	tn.site.Call(tn.Someone(auth.Finance), "GET", "/api/v1/funding/2016", nil).Want(404)
}

// mounted is a site with the routes of funding on its own accounts.
func mounted(t *testing.T) *webtest.Site {
	t.Helper()
	return webtest.Open(t, func(s *webtest.Site) {
		registry, box := inventory.NewRegistry(s.DB, inventory.Options{}), evidence.New(s.DB, evidence.Options{})
		book := schedule.New(s.DB, schedule.Options{})
		cases := cleanup.NewDesk(cleanup.Deps{DB: s.DB, Registry: registry, Book: book, Box: box, Detector: zombie.New(zombie.Deps{DB: s.DB, Registry: registry, Book: book})})
		key, err := oplog.OpenAnchor(filepath.Join(t.TempDir(), "oplog"))
		if err != nil {
			t.Fatal(err)
		}
		deps := fundingweb.Deps{Registry: registry, Box: box, Key: key, Funding: funding.NewDesk(funding.Deps{
			DB: s.DB, Registry: registry, Book: book, Box: box, Hub: hub.New(s.DB, registry, box, s.Texts, book), Cases: cases,
			Notices: func(*store.Tx, calendar.Date) (map[inventory.SystemID][]funding.Notice, error) { return nil, nil },
		})}
		fundingweb.Mount(s.Server, deps)
		fundingweb.MountAPI(s.Server, deps)
	})
}

func TestEveryRouteIsOpenToThoseItNames(t *testing.T) { webtest.CheckRights(t, mounted(t)) }

// TestTheRoutesAreTheMatrixOfRights holds the routes against DOMAIN §1.3.
func TestTheRoutesAreTheMatrixOfRights(t *testing.T) {
	got := map[string][]auth.Role{}
	for _, r := range mounted(t).Routes() {
		got[r.Method+" "+r.Path] = r.Access.Roles
	}
	viewers := []auth.Role{auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Reform, auth.Finance, auth.Leader, auth.Auditor}
	for route, want := range map[string][]auth.Role{
		"GET /funding":                       viewers,
		"GET /funding/:year/:code":           viewers,
		"GET /funding/:year/statement.xlsx":  viewers[3:],
		"POST /funding":                      {auth.Finance},
		"POST /funding/:year/opinions":       {auth.Office, auth.Reform},
		"POST /funding/:year/:code/decision": {auth.Finance, auth.Leader},
		"POST /funding/:year/:code/appeal":   {auth.Head},
		"POST /funding/:year/:code/verify":   {auth.Office, auth.Leader},
		"POST /funding/:year/:code/grant":    {auth.Leader},
	} {
		if !slices.Equal(got[route], want) {
			t.Errorf("%s is for %v, the matrix says %v", route, got[route], want)
		}
	}
}
