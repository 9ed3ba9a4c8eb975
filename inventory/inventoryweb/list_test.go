package inventoryweb_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/inventoryweb"
)

func TestTemplatesFitTheirData(t *testing.T) {
	tn := open(t)
	webtest.CheckPages(t, tn.site.Server, "inventory/", inventoryweb.PageData())
}

const rows = "table.list tbody th a"

func TestEverybodySeesTheRowsOfTheirScope(t *testing.T) {
	tn := open(t)
	tn.Below("ZY", "枣阳市教育局")
	tn.Registered("RS", "就业服务系统")
	tn.Registered("MZ", "婚姻登记系统")
	tn.Registered("ZY", "乡镇办公系统")
	for _, c := range []struct {
		name string
		by   auth.Principal
		want string
	}{
		{"a clerk", tn.Clerk("RS"), "就业服务系统"},
		{"a head", tn.Head("MZ"), "婚姻登记系统"},
		{"a region", tn.Region("ZY"), "乡镇办公系统"},
		{"the Office", tn.Someone(auth.Office), "婚姻登记系统 | 就业服务系统 | 乡镇办公系统"},
		{"an auditor", tn.Someone(auth.Auditor), "婚姻登记系统 | 就业服务系统 | 乡镇办公系统"},
		{"the finance bureau", tn.Someone(auth.Finance), "婚姻登记系统 | 就业服务系统 | 乡镇办公系统"},
	} {
		if got := tn.site.Of(c.by).Get("/systems").Want(200).Words(rows); got != c.want {
			t.Errorf("%s sees %s, want %s", c.name, got, c.want)
		}
	}
	for _, role := range []auth.Role{auth.Admin, auth.Expert, auth.Probe} {
		tn.site.Of(tn.Someone(role)).Get("/systems").Want(http.StatusForbidden)
	}
}

// variety registers systems that differ in what filters ask for.
func (tn *town) variety(t *testing.T) {
	t.Helper()
	put := func(prefix, name string, edit func(*inventory.System)) {
		s := tn.System(prefix, name)
		edit(&s)
		if _, _, err := tn.Registry.Register(t.Context(), tn.Clerk(prefix), inventory.Registration{System: s}); err != nil {
			t.Fatalf("register %s: %v", name, err)
		}
	}
	put("RS", "社会保险系统", func(s *inventory.System) { s.OmAmountYear, s.ShortName = new(int64(120_000_000)), "社保" })
	put("RS", "就业服务系统", func(s *inventory.System) {
		s.UseFrequency, s.Network, s.EnabledDate = "weekly", []string{"extranet", "internet"}, s.EnabledDate.AddDays(400)
	})
	put("MZ", "婚姻登记系统", func(s *inventory.System) { s.Phase, s.FundSource, s.Proposed = "trial", "superior", "connect" })
	put("GA", "出租屋系统", func(s *inventory.System) {
		s.ApprovalDept, s.ApprovalNote = "none", "建设早"
		s.ApprovalDate = calendar.Date{}
	})
}

func TestTheListIsFilteredByEveryKindOfField(t *testing.T) {
	tn := open(t)
	tn.variety(t)
	office := tn.site.Of(tn.Someone(auth.Office))
	for _, c := range []struct{ name, query, want, chips string }{
		{"nothing asked", "", "出租屋系统 | 婚姻登记系统 | 社会保险系统 | 就业服务系统", ""},
		{"search in any part of a name", "q=登记", "婚姻登记系统", "查找 登记"},
		{"search by the short name", "q=社保", "社会保险系统", "查找 社保"},
		{"search by the code", "q=rs-0002", "就业服务系统", "查找 rs-0002"},
		{"a choice", "phase=trial", "婚姻登记系统", "阶段 试运行"},
		{"two choices of one field", "use_frequency=weekly&use_frequency=monthly", "就业服务系统", "使用频率 每周、每月"},
		{"one of several", "network=internet", "就业服务系统", "网络 互联网"},
		{"a department by its code", "owner_id=XYRS", "社会保险系统 | 就业服务系统", "部门 市人社局"},
		{"money from", "om_amount_year.from=100", "社会保险系统", "年运维经费 从 100"},
		{"money between", "om_amount_year.from=1&om_amount_year.to=50", "出租屋系统 | 婚姻登记系统 | 就业服务系统", "年运维经费 1 至 50"},
		{"a day from, as people write it", "enabled_date.from=2015年1月", "就业服务系统", "启用时间 从 2015年1月"},
		{"not given", "proposed=(empty)", "出租屋系统 | 社会保险系统 | 就业服务系统", "部门意见 （空）"},
		{"a value or not given", "proposed=(empty)&proposed=connect", "出租屋系统 | 婚姻登记系统 | 社会保险系统 | 就业服务系统", "部门意见 接入、（空）"},
		{"a day that is not given", "approval_date=(empty)", "出租屋系统", "审批时间 （空）"},
		{"part of a text", "short_name=社", "社会保险系统", "系统简称 社"},
		{"two filters together", "fund_source=superior&phase=trial", "婚姻登记系统", "阶段 试运行 | 经费来源 上级专项"},
		{"nothing matches", "phase=planned", "", "阶段 拟建"},
	} {
		t.Run(c.name, func(t *testing.T) {
			query, err := url.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			p := office.Get("/systems?" + query.Encode()).Want(200)
			if got := p.Words(rows); got != c.want {
				t.Errorf("rows %s, want %s", got, c.want)
			}
			chips := strings.ReplaceAll(p.Words(".chip > span:first-child"), "  ", " ")
			if !sameWords(chips, c.chips) {
				t.Errorf("chips %s, want %s", chips, c.chips)
			}
		})
	}
}

// sameWords compares lists of chips whatever their order.
func sameWords(a, b string) bool {
	count := func(s string) map[string]int {
		out := map[string]int{}
		for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("|、 ", r) }) {
			out[part]++
		}
		return out
	}
	return fmt.Sprint(count(a)) == fmt.Sprint(count(b))
}

func TestAFilterIsTakenAwayByItsChip(t *testing.T) {
	tn := open(t)
	tn.variety(t)
	b := tn.site.Of(tn.Someone(auth.Office))
	p := b.Get("/systems?phase=running&fund_source=city&sort=-name&size=20&page=1").Want(200)
	for _, chip := range p.All(".chip") {
		href := ""
		for _, a := range chip.Attr {
			if a.Key == "href" {
				href = a.Val
			}
		}
		next := b.Get(href).Want(200)
		if n := len(next.All(".chip")); n != 1 {
			t.Errorf("%s leaves %d chips", href, n)
		}
		if !strings.Contains(href, "sort=-name") || strings.Contains(href, "page=") {
			t.Errorf("the chip leads to %s: the order stays, the page is the first", href)
		}
	}
	if n := len(b.Get(p.Attr(".chip-clear", "href")).Want(200).All(rows)); n != 4 {
		t.Errorf("cleared, the list has %d rows", n)
	}
}

func TestWhatCannotBeUnderstoodIsSaidAndTheRestHolds(t *testing.T) {
	tn := open(t)
	tn.variety(t)
	p := tn.site.Of(tn.Someone(auth.Office)).Get("/systems?phase=nonsense&enabled_date.from=2014-13-01&sort=nothing&fund_source=superior").Want(200)
	if got := p.Words(rows); got != "婚姻登记系统" {
		t.Errorf("rows %s", got)
	}
	said := p.Words(".callout-error li")
	for _, want := range []string{"运行阶段", "nonsense", "启用时间", "2014-13-01", "nothing"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not named in: %s", want, said)
		}
	}
}

func TestEveryColumnSortsBothWays(t *testing.T) {
	tn := open(t)
	tn.variety(t)
	b := tn.site.Of(tn.Someone(auth.Office))
	p := b.Get("/systems").Want(200)
	for _, head := range p.All("table.list thead th a") {
		if len(head.Attr) == 0 || !strings.Contains(head.Attr[0].Val, "sort=") {
			t.Errorf("a head does not sort: %v", head.Attr)
		}
	}
	for _, c := range []struct{ sort, want, state string }{
		{"om_amount_year", "出租屋系统 | 婚姻登记系统 | 就业服务系统 | 社会保险系统", "ascending"},
		{"-om_amount_year", "社会保险系统 | 出租屋系统 | 婚姻登记系统 | 就业服务系统", "descending"},
		{"-use_frequency", "就业服务系统 | 出租屋系统 | 婚姻登记系统 | 社会保险系统", "descending"},
	} {
		p := b.Get("/systems?sort=" + c.sort).Want(200)
		if got := p.Words(rows); got != c.want {
			t.Errorf("sorted by %s: %s, want %s", c.sort, got, c.want)
		}
		if got := p.Attr("th[aria-sort]", "aria-sort"); got != c.state {
			t.Errorf("sorted by %s the head says %s", c.sort, got)
		}
	}
}

func TestLongListsAreTurnedOver(t *testing.T) {
	tn := open(t)
	for i := range 45 {
		tn.Registered("RS", fmt.Sprintf("系统%02d", i+1))
	}
	b := tn.site.Of(tn.Clerk("RS"))
	for _, c := range []struct {
		query, total string
		n            int
		first        string
	}{
		{"", "第 1–45 条，共 45 条", 45, "系统01"},
		{"?size=20", "第 1–20 条，共 45 条", 20, "系统01"},
		{"?size=20&page=3", "第 41–45 条，共 45 条", 5, "系统41"},
		{"?size=20&page=99", "第 41–45 条，共 45 条", 5, "系统41"},
		{"?size=7&page=-3", "第 1–45 条，共 45 条", 45, "系统01"},
		{"?size=20&page=abc", "第 1–20 条，共 45 条", 20, "系统01"},
	} {
		p := b.Get("/systems" + c.query).Want(200)
		names := p.Texts(rows)
		if p.Text(".pager-total") != c.total || len(names) != c.n || names[0] != c.first {
			t.Errorf("%s: %s with %d rows from %s", c.query, p.Text(".pager-total"), len(names), names[0])
		}
	}
}

func TestColumnsAreChosenAndRemembered(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	b := tn.site.Of(tn.Clerk("RS"))
	heads := func() string { return b.Get("/systems").Want(200).Words("table.list thead th:not(.pick) a > span") }
	usual := heads()
	if n := len(strings.Split(usual, " | ")); n != 8 {
		t.Fatalf("%d columns at first: %s", n, usual)
	}
	p := b.Post("/systems/columns", url.Values{"col": {"name", "visit_url", "nonsense", "enabled_date"}, "back": {"/systems?phase=running"}})
	if p.Want(303).Location() != "/systems?phase=running" {
		t.Errorf("back to %s", p.Location())
	}
	if got := heads(); got != "系统名称 | 启用时间 | 访问地址" {
		t.Errorf("columns %s", got)
	}
	if got := tn.site.Of(tn.Clerk("MZ")).Get("/systems").Words("table.list thead a"); strings.Contains(got, "访问地址") {
		t.Errorf("the choice of one person shows to another: %s", got)
	}
	b.Post("/systems/columns?reset=true", url.Values{"col": {"name", "visit_url"}, "back": {"/systems"}}).Want(303)
	if got := heads(); got != usual {
		t.Errorf("after the reset: %s", got)
	}
	if to := b.Post("/systems/columns", url.Values{"back": {"https://elsewhere.example/"}}).Want(303).Location(); to != "/" {
		t.Errorf("led to %s", to)
	}
}

func TestEmptyListsSayWhyAndWhatToDo(t *testing.T) {
	tn := open(t)
	for _, c := range []struct {
		name, path, title, act string
		by                     auth.Principal
	}{
		{"a clerk without systems", "/systems", "还没有登记任何系统", "/systems/new", tn.Clerk("RS")},
		{"a reader", "/systems", "还没有登记任何系统", "", tn.Someone(auth.Auditor)},
		{"nothing matches", "/systems?q=无", "没有符合条件的系统", "/systems", tn.Clerk("RS")},
		{"long ago", "/systems?as_of=2015-01-01", "那一天台账里还没有系统", "/systems", tn.Clerk("RS")},
	} {
		p := tn.site.Of(c.by).Get(c.path).Want(200)
		if got := p.Text(".empty-title"); got != c.title {
			t.Errorf("%s: %s", c.name, got)
		}
		if c.act != "" && !p.Has(fmt.Sprintf(".empty a[href=%q]", c.act)) {
			t.Errorf("%s: no way on to %s", c.name, c.act)
		}
	}
}

func TestTheListAsOfAnEarlierDay(t *testing.T) {
	tn := open(t)
	s := tn.Registered("RS", "就业服务系统")
	tn.Clock.Advance(48 * time.Hour)
	tn.change(t, tn.Clerk("RS"), s, "", func(s *inventory.System) { s.Name = "公共就业服务系统" })
	tn.Registered("RS", "社会保险系统")
	b := tn.site.Of(tn.Clerk("RS"))
	p := b.Get("/systems?as_of=2017-09-12").Want(200)
	if got := p.Words(rows); got != "就业服务系统" {
		t.Errorf("as of the first day: %s", got)
	}
	if got := p.Text(".callout-warning .callout-title"); got != "这是截至 2017-09-12 24:00 的台账" {
		t.Errorf("banner %s", got)
	}
	if got := p.Attr(rows, "href"); got != "/systems/RS-0001?as_of=2017-09-12" {
		t.Errorf("the row leads to %s", got)
	}
	if p.Has("form.bulk") {
		t.Error("acts are offered on the past")
	}
	if got := b.Get("/systems?as_of=2017-09-14").Want(200).Words(rows); got != "公共就业服务系统 | 社会保险系统" {
		t.Errorf("today: %s", got)
	}
	if got := b.Get("/systems?as_of=yesterday").Want(200).Text(".callout-error li"); !strings.Contains(got, "yesterday") {
		t.Errorf("a day that is none: %s", got)
	}
}

func TestExportsHoldExactlyTheFilteredRows(t *testing.T) {
	tn := open(t)
	tn.variety(t)
	b := tn.site.Of(tn.Someone(auth.Office))
	link := b.Get("/systems?phase=trial&page=1").Want(200).Attr(`a.menu-item[href*="export.csv"][href*="columns=all"]`, "href")
	if link != "/systems/export.csv?columns=all&phase=trial" {
		t.Fatalf("export link %s", link)
	}
	p := b.Get(link).Want(200)
	if !strings.Contains(p.Body, "婚姻登记系统") || strings.Contains(p.Body, "出租屋系统") {
		t.Errorf("other rows than those of the list:\n%s", p.Body)
	}
	for _, want := range []string{"阶段 试运行", "2017-09-12 09:00", "服务器 IP 地址"} {
		if !strings.Contains(p.Body, want) {
			t.Errorf("the file does not say %q", want)
		}
	}
	if got := p.Header.Get("Content-Disposition"); !strings.Contains(got, "20170912-0900.csv") {
		t.Errorf("file name %s", got)
	}
	chosen := b.Get("/systems/export.csv?phase=trial").Want(200)
	if strings.Contains(chosen.Body, "服务器 IP 地址") || !strings.Contains(chosen.Body, "MZ-0001") {
		t.Errorf("the chosen columns and the code:\n%s", chosen.Body)
	}
	if xlsx := b.Get("/systems/export.xlsx?phase=trial").Want(200); !strings.HasPrefix(xlsx.Body, "PK") {
		t.Error("no workbook")
	}
	b.Get("/systems/export.csv?phase=nonsense").Want(http.StatusBadRequest)
	if own := tn.site.Of(tn.Clerk("RS")).Get("/systems/export.csv").Want(200); strings.Contains(own.Body, "婚姻登记系统") {
		t.Error("an export shows another department's rows")
	}
}
