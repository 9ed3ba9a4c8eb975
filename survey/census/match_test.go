package census_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/survey"
	"qingce/survey/census"
	"qingce/survey/surveytest"
)

// declaredCity has three departments declare systems that lists write about in
// many ways.
func declaredCity(t *testing.T, tn *town) {
	t.Helper()
	tn.handedIn("RS",
		tn.system("RS", "就业服务系统", "http://jy.xy.gov.cn:8080/app/", "10.20.1.5:8080"),
		tn.system("RS", "社会保险业务系统", "http://portal.xy.gov.cn/shebao", "10.20.1.6:80, 10.20.1.7"),
		tn.system("RS", "社会保险查询系统", "http://portal.xy.gov.cn/chaxun", "10.20.1.8"))
	tn.handedIn("LY",
		tn.system("LY", "旅游信息系统", "http://10.20.9.7/", ""),
		tn.system("LY", "旅游投诉管理平台", "http://ts.xy.gov.cn/index.jsp?sid=1", "10.20.9.9:80"))
	tn.handedIn("MZ", tn.system("MZ", "婚姻登记系统", "", "10.20.2.2"), tn.system("MZ", "婚姻登记预约系统", "", "10.20.2.2"))
}

// TestLinesAreFoundAsPeopleWriteThem holds lines as lists really have them
// against what is declared.
func TestLinesAreFoundAsPeopleWriteThem(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		declaredCity(t, tn)
		cases := []struct {
			name, line string // 单位,应用名称,访问网址,IP地址,端口,系统编号
			result     census.Result
			by         census.Key
			is         string // the declared system
		}{
			{"the code in wide letters", "人社局,就业,,,,ＲＳ－０００１", census.Differs, census.ByCode, "就业服务系统"},
			{"https, wide signs, a slash", "市人社局,就业服务平台,ｈｔｔｐｓ：／／JY.xy.gov.cn:8080/app,,,", census.Match, census.ByURL, "就业服务系统"},
			{"without scheme", "市旅游局,旅游投诉系统,ts.xy.gov.cn/,,,", census.Match, census.ByURL, "旅游投诉管理平台"},
			{"one page of a shared host", "襄阳市人社局,社保业务,portal.xy.gov.cn/shebao/index.html,,,", census.Differs, census.ByURL, "社会保险业务系统"},
			{"an address as page", "市旅游局,旅游信息平台,10.20.9.7:80,,,", census.Match, census.ByURL, "旅游信息系统"},
			{"address and port in one cell", "市人社局,就业服务系统,,１０.２０.１.５：８０８０,,", census.Match, census.ByAddress, "就业服务系统"},
			{"address and port in two", "市人社局,社会保险业务系统,,10.20.1.6,80/443,", census.Match, census.ByAddress, "社会保险业务系统"},
			{"an address among several", "市人社局,社会保险业务系统,,10.20.1.99；10.20.1.7,,", census.Match, census.ByAddress, "社会保险业务系统"},
			{"one address of two systems, by name", "市民政局,襄阳市婚姻登记预约系统,,10.20.2.2,,", census.Match, census.ByAddress, "婚姻登记预约系统"},
			{"one address of two systems", "市民政局,虚拟机07,,10.20.2.2,,", census.Unclear, "", ""},
			{"place and edition around the name", "人社局,襄阳市就业服务系统（旧版）,,,,", census.Match, census.ByName, "就业服务系统"},
			{"version behind the name", "市人社局,就业服务系统 V2.0,,,,", census.Match, census.ByName, "就业服务系统"},
			{"the owner before the name", "襄阳市旅游局,市旅游局旅游信息平台,,,,", census.Match, census.ByName, "旅游信息系统"},
			{"another ending", "人社局,就业服务平台,,,,", census.Match, census.ByName, "就业服务系统"},
			{"perhaps another system", "人社局,就业服务管理平台,,,,", census.Unclear, "", ""},
			{"two are as alike", "人社局,社会保险系统,,,,", census.Unclear, "", ""},
			{"of another department", "市民政局,就业服务系统,,,,", census.Unclear, "", ""},
			{"no department, the same name", "未知单位,婚姻登记系统,,,,", census.Match, census.ByName, "婚姻登记系统"},
			{"nobody declared it", "人社局,劳动监察两网化系统,,,,", census.Omitted, "", ""},
			{"nobody declared it, on a strange address", "人社局,劳动监察两网化系统二期,,10.99.1.1,,", census.Omitted, "", ""},
			{"a wrong code does not hide the name", "人社局,就业服务系统,,,,RS-9999", census.Match, census.ByName, "就业服务系统"},
			{"an address that is none", "人社局,劳动仲裁办案系统,待定,无,-,", census.Omitted, "", ""},
		}
		var csv strings.Builder
		csv.WriteString("单位,应用名称,访问网址,IP地址,端口,系统编号\n")
		for _, c := range cases {
			csv.WriteString(c.line + "\n")
		}
		src := tn.matched(census.Network, "IP和域名清单", csv.String())
		page, err := tn.desk.ListItems(t.Context(), tn.Centre(), code, census.ItemQuery{Source: src.ID, Sort: census.ItemsByLine, Size: 200})
		if err != nil || len(page.Items) != len(cases) {
			t.Fatalf("%d items of %d lines, %v", len(page.Items), len(cases), err)
		}
		for n, c := range cases {
			i := page.Items[n]
			if i.Result != c.result || i.MatchedBy != c.by || i.Declared.Name != c.is {
				t.Errorf("%s: %s by %q is %q (score %d, %v, differs in %v), want %s by %q %q", c.name, i.Result, i.MatchedBy, i.Declared.Name, i.Score,
					i.Candidates, i.Differences, c.result, c.by, c.is)
			}
			if i.Result == census.Unclear && len(i.Candidates) == 0 {
				t.Errorf("%s: nobody is offered", c.name)
			}
		}
	})
}

func TestDifferencesStandSideBySide(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		declaredCity(t, tn)
		src := tn.received(census.Finance, "2017年运维台账", `单位：元
预算单位,项目名称,运维费,等保级别,网络,用户数
市人社局,就业服务系统,"120,000.00",三级,电子政务外网,2万
市人社局,社会保险业务系统,"1,200,000",二级,互联网,200
`)
		if m, ok := src.Mapping.Column("om_amount_year"); !ok || m.Unit != input.Yuan {
			t.Errorf("the column of money is %+v", m)
		}
		if _, err := tn.desk.MapSource(t.Context(), tn.Centre(), code, src.ID, src.Version, src.Mapping); err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		items := tn.items(census.ItemQuery{Source: src.ID})
		first, second := items["就业服务系统"], items["社会保险业务系统"]
		if got := fmt.Sprint(first.Differences); got != "[{djbh_level 2 3 false}]" && !strings.Contains(got, "{djbh_level 2 3 false}") {
			t.Errorf("the first differs in %s", got)
		}
		for _, d := range first.Differences {
			if d.Key == "om_amount_year" && d.Declared != d.Source {
				t.Errorf("120 000 yuan are said to differ: %+v", d)
			}
		}
		if first.Unread["registered_users"] != "2万" {
			t.Errorf("what could not be read is %v", first.Unread)
		}
		want := []census.Difference{{Key: "network", Declared: "extranet", Source: "internet"}}
		if !hasAll(second.Differences, want...) {
			t.Errorf("the second differs in %+v", second.Differences)
		}
		if _, err := tn.desk.Decide(t.Context(), tn.Centre(), code, second.ID, second.Version, census.Ruling{Decision: census.Asked}); err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		remarks, err := tn.Desk.Remarks(t.Context(), tn.Clerk("RS"), tn.Form("RS"))
		if err != nil {
			t.Fatal(err)
		}
		asked := map[string]string{}
		for _, r := range remarks {
			asked[r.Question] = r.Text
		}
		if !strings.Contains(asked["network"], "互联网") || !strings.Contains(asked["network"], "电子政务外网") {
			t.Errorf("the department is asked %v", asked)
		}
	})
}

func hasAll(have []census.Difference, want ...census.Difference) bool {
	for _, w := range want {
		found := false
		for _, h := range have {
			found = found || h == w
		}
		if !found {
			return false
		}
	}
	return true
}

func TestWhatACompleteListLacksIsSurplus(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		own := tn.System("RS", "自建机房系统")
		own.Location = "own_room"
		tn.handedIn("RS", tn.System("RS", "就业服务系统"), tn.System("RS", "社会保险系统"), own)
		in := census.NewSource{Kind: census.Cloud, Title: "云清单", Complete: true, FileName: "云.csv", Data: []byte("应用名称,使用单位\n就业服务系统,市人社局\n")}
		src, err := tn.desk.ReceiveSource(t.Context(), tn.Centre(), code, in)
		if err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		src, err = tn.desk.MapSource(t.Context(), tn.Centre(), code, src.ID, src.Version, src.Mapping)
		if err != nil || src.Surplus != 1 || src.Matches != 1 {
			t.Fatalf("came out as %+v, %v", src.Counts, err)
		}
		lacking := tn.items(census.ItemQuery{Results: []census.Result{census.Surplus}})["社会保险系统"]
		if lacking.Line != 0 || lacking.Owner.Prefix != "RS" || lacking.Decision != census.Open {
			t.Errorf("lacking is %+v", lacking.Item)
		}
		if _, err := tn.desk.Decide(t.Context(), tn.Centre(), code, lacking.ID, 0, census.Ruling{Decision: census.Asked}); err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		src, err = tn.desk.Rematch(t.Context(), tn.Centre(), code, src.ID)
		if err != nil || src.Surplus != 1 || src.Undecided != 0 {
			t.Errorf("after matching again %+v, %v: what was asked stays asked", src.Counts, err)
		}
	})
}

func TestMatchingAgainKeepsWhatPeopleDecided(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		ctx := t.Context()
		declaredCity(t, tn)
		src := tn.matched(census.Other, "清单", "应用名称,单位\n社会保险系统,市人社局\n就业与创业平台,市人社局\n劳动监察系统,市人社局\n劳动监察系统,市人社局\n城管系统,枣阳市\n")
		items := tn.items(census.ItemQuery{})
		unclear := items["社会保险系统"]
		chosen, err := tn.desk.Choose(ctx, tn.Centre(), code, unclear.ID, unclear.Version, census.Pick{Row: tn.rows("RS")["社会保险业务系统"].ID})
		if err != nil || chosen.MatchedBy != census.ByPerson {
			t.Fatalf("chosen %+v, %v", chosen, err)
		}
		gone, err := tn.desk.Decide(ctx, tn.Centre(), code, items["就业与创业平台"].ID, 0, census.Ruling{Decision: census.Dismissed, Reason: "测试环境，不是业务系统"})
		if err != nil || gone.Reason != "测试环境，不是业务系统" {
			t.Fatalf("dismissed %+v, %v", gone, surveytest.Explain(err))
		}
		if _, err := tn.desk.Decide(ctx, tn.Centre(), code, items["劳动监察系统"].ID, 0, census.Ruling{Decision: census.Added}); err != nil {
			t.Fatal(surveytest.Explain(err))
		}
		if n := len(tn.items(census.ItemQuery{Results: []census.Result{census.Omitted}, Decisions: []census.Decision{census.Open}})); n != 1 {
			t.Errorf("%d omissions are open, want that of the county: two lines of one system are settled together", n)
		}
		zy := tn.items(census.ItemQuery{})["城管系统"]
		if _, err := tn.desk.Decide(ctx, tn.Centre(), code, zy.ID, 0, census.Ruling{Decision: census.Added}); !errors.Is(err, census.ErrNoForm) {
			t.Errorf("added to a body that is not asked: %v", err)
		}
		if _, _, err := tn.Registry.Register(ctx, tn.Region("ZY"), inventory.Registration{System: tn.System("ZY", "城管系统")}); err != nil {
			t.Fatal(err)
		}
		src, err = tn.desk.Rematch(ctx, tn.Centre(), code, src.ID)
		if err != nil || src.Undecided != 0 {
			t.Errorf("undecided %d, %v", src.Undecided, err)
		}
		after := tn.items(census.ItemQuery{})
		if got := after["城管系统"]; got.Result != census.Match || got.Declared.Code != "ZY-0001" || got.ID != zy.ID {
			t.Errorf("what the county registered is %s %+v", got.Result, got.Declared)
		}
		if got := after["社会保险系统"]; got.MatchedBy != census.ByPerson || got.Version != chosen.Version {
			t.Errorf("the choice became %+v", got.Item)
		}
		if got := after["就业与创业平台"]; got.Decision != census.Dismissed {
			t.Errorf("the dismissal became %s", got.Decision)
		}
		back, err := tn.desk.Reconsider(ctx, tn.Centre(), code, gone.ID, gone.Version, "查明是业务系统")
		if err != nil || back.Decision != census.Open {
			t.Errorf("reconsidered %+v, %v", back, err)
		}
	})
}

func TestWhoMayDecide(t *testing.T) {
	city := inventorytest.Open(t)
	tn := opened(t, city)
	declaredCity(t, tn)
	tn.matched(census.Other, "清单", "应用名称,单位\n劳动监察系统,市人社局\n")
	item := tn.items(census.ItemQuery{})["劳动监察系统"]
	own := tn.Someone(auth.Centre)
	own.AccountID, own.DepartmentID = 77, tn.Department("RS").ID
	for _, c := range []struct {
		name string
		by   auth.Principal
		r    census.Ruling
		want error
	}{
		{"the clerk", tn.Clerk("RS"), census.Ruling{Decision: census.Agreed}, auth.ErrForbidden},
		{"the auditor", tn.Someone(auth.Auditor), census.Ruling{Decision: census.Added}, auth.ErrForbidden},
		{"somebody of the department", own, census.Ruling{Decision: census.Dismissed, Reason: "不是"}, survey.ErrOwnForm},
		{"without a reason", tn.Centre(), census.Ruling{Decision: census.Dismissed}, fault.New(fault.Invalid, "err.invalid")},
		{"what does not fit", tn.Centre(), census.Ruling{Decision: census.Agreed}, fault.New(fault.Invalid, "err.invalid")},
	} {
		if _, err := tn.desk.Decide(t.Context(), c.by, code, item.ID, 0, c.r); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	done, err := tn.desk.DecideMany(t.Context(), tn.Centre(), code, []census.ItemID{item.ID, 999}, census.Ruling{Decision: census.Dismissed, Reason: "重复"})
	if err != nil || len(done) != 2 || done[0].Err != nil || kind(done[1].Err) == fault.Invalid || done[1].Err == nil {
		t.Errorf("decided many: %+v, %v", done, err)
	}
	if _, err := tn.desk.Decide(t.Context(), tn.Centre(), code, item.ID, 0, census.Ruling{Decision: census.Dismissed, Reason: "重复"}); !errors.Is(err, census.ErrDecided) {
		t.Errorf("decided twice: %v", err)
	}
	for name, by := range map[string]auth.Principal{"the clerk": tn.Clerk("RS"), "the region": tn.Region("ZY")} {
		if _, err := tn.desk.ListSources(t.Context(), by, code); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("%s lists sources: %v", name, err)
		}
	}
	if _, err := tn.desk.FindItem(t.Context(), tn.Clerk("MZ"), code, item.ID); kind(err) != fault.NotFound {
		t.Errorf("a clerk of another department reads the item: %v", err)
	}
}

func TestWhatIsWrongWithAListIsSaid(t *testing.T) {
	tn := opened(t, inventorytest.Open(t))
	receive := func(title, csv string) error {
		_, err := tn.desk.ReceiveSource(t.Context(), tn.Centre(), code, census.NewSource{Kind: census.Cloud, Title: title, FileName: "a.csv", Data: []byte(csv)})
		return err
	}
	for _, c := range []struct{ name, csv, want string }{
		{"nothing", "", "sheet.err.empty_file"},
		{"no lines", "应用名称,使用单位\n", "census.err.no_lines"},
		{"too many lines", "应用名称,使用单位\n" + strings.Repeat("甲,乙\n", census.MaxLines+1), "census.err.too_many_lines"},
	} {
		var f *fault.Error
		if err := receive("清单", c.csv); !errors.As(err, &f) || f.Code != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	src := tn.received(census.Cloud, "清单", "甲,乙\n系统,单位\n")
	if len(src.Mapping) != 0 || len(src.Columns) != 2 || src.Columns[0].Examples[0] != "系统" {
		t.Errorf("a list without known titles is %+v, mapped as %v", src.Columns, src.Mapping)
	}
	if err := receive("又一份", "甲,乙\n系统,单位\n"); kind(err) != fault.Conflict {
		t.Errorf("the same file twice: %v", err)
	}
	for _, c := range []struct {
		name string
		m    census.Mapping
		at   string
	}{
		{"nothing to find by", census.Mapping{{Column: 2, Field: "owner_id"}}, ""},
		{"twice", census.Mapping{{Column: 1, Field: "name"}, {Column: 2, Field: "name"}}, "column.2"},
		{"no such field", census.Mapping{{Column: 1, Field: "state"}}, "column.1"},
		{"no such column", census.Mapping{{Column: 9, Field: "name"}}, "column.9"},
		{"no unit", census.Mapping{{Column: 1, Field: "name"}, {Column: 2, Field: "om_amount_year"}}, "column.2"},
	} {
		_, err := tn.desk.MapSource(t.Context(), tn.Centre(), code, src.ID, src.Version, c.m)
		if kind(err) != fault.Invalid || !named(err, c.at) {
			t.Errorf("%s: %v", c.name, surveytest.Explain(err))
		}
	}
	if _, err := tn.desk.Rematch(t.Context(), tn.Centre(), code, src.ID); !errors.Is(err, census.ErrNotMatched) {
		t.Errorf("matched before it is mapped: %v", err)
	}
	if _, err := tn.desk.Lock(t.Context(), tn.Office(), code); !named(err, "sources") {
		t.Errorf("locked with a list that is not matched: %v", surveytest.Explain(err))
	}
	first, err := tn.desk.MapSource(t.Context(), tn.Centre(), code, src.ID, src.Version, census.Mapping{{Column: 1, Field: "name"}, {Column: 2, Field: "owner_id"}})
	if err != nil {
		t.Fatal(surveytest.Explain(err))
	}
	next := tn.received(census.Cloud, "下一份", "乙,丙,甲\n单位,x,另一系统\n")
	if m, ok := next.Mapping.Column("name"); !ok || m.Column != 3 {
		t.Errorf("the next list of the kind is mapped as %v", next.Mapping)
	}
	if _, err := tn.desk.DropSource(t.Context(), tn.Centre(), code, next.ID, ""); kind(err) != fault.Invalid {
		t.Errorf("dropped without a reason: %v", err)
	}
	if _, err := tn.desk.DropSource(t.Context(), tn.Centre(), code, first.ID, "传错了"); err != nil {
		t.Error(err)
	}
	if left, err := tn.desk.ListSources(t.Context(), tn.Office(), code); err != nil || len(left) != 1 {
		t.Errorf("%d lists are left, %v", len(left), err)
	}
}

func TestVisitsReachTheDepartment(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		ctx := t.Context()
		declaredCity(t, tn)
		row := tn.rows("RS")["就业服务系统"].ID
		in := census.NewVisit{
			Department: tn.Department("RS").ID, Row: row, VisitedOn: surveytest.Day("2017-09-11"), People: "何思源、张明", Result: census.Differs,
			Finding: "现场看到系统部署在本单位机房", Tell: true,
		}
		v, err := tn.desk.RecordVisit(ctx, tn.Centre(), code, in)
		if err != nil || v.Name != "就业服务系统" || !v.Told {
			t.Fatalf("visited %+v, %v", v, surveytest.Explain(err))
		}
		remarks, err := tn.Desk.Remarks(ctx, tn.Clerk("RS"), tn.Form("RS"))
		if err != nil || len(remarks) != 1 || remarks[0].Row.ID != row {
			t.Errorf("the department reads %+v, %v", remarks, err)
		}
		in.Row, in.Name, in.Result = 0, "窗口叫号系统", census.Omitted
		if v, err = tn.desk.RecordVisit(ctx, tn.Centre(), code, in); err != nil || tn.rows("RS")["窗口叫号系统"].Origin != survey.FromCensus {
			t.Errorf("an omission: %+v, %v", v, surveytest.Explain(err))
		}
		in.VisitedOn = surveytest.Day("2017-12-01")
		in.People, in.Finding = "", ""
		_, err = tn.desk.RecordVisit(ctx, tn.Centre(), code, in)
		if !named(err, "visited_on") || !named(err, "people") || !named(err, "finding") {
			t.Errorf("a wrong visit: %v", surveytest.Explain(err))
		}
		if err := tn.desk.WithdrawVisit(ctx, tn.Centre(), code, v.ID, "填错单位"); err != nil {
			t.Error(err)
		}
		for name, c := range map[string]struct {
			by   auth.Principal
			want int64
		}{"the Office": {tn.Office(), 2}, "its clerk": {tn.Clerk("RS"), 2}, "another's": {tn.Clerk("MZ"), 0}} {
			if _, n, err := tn.desk.ListVisits(ctx, c.by, code, 1, 50); err != nil || n != c.want {
				t.Errorf("%s sees %d visits, %v", name, n, err)
			}
		}
	})
}

// FuzzList hands in anything as a list: it is refused or it can be matched.
func FuzzList(f *testing.F) {
	tn := opened(f, inventorytest.Open(f))
	f.Add([]byte("应用名称,使用单位,IP\n甲系统,市人社局,10.1.1.1:80\n"))
	f.Add([]byte("a;b\n\"x\n\"y;http://[::1\n"))
	f.Add([]byte("系统名称\t网址\n甲\thttp://a.b/%zz?x\n乙\t//\n"))
	f.Add([]byte("名称,运维费（元）,网络\n甲,１．５万,互联网、内网\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		src, err := tn.desk.ReceiveSource(t.Context(), tn.Centre(), code, census.NewSource{Kind: census.Other, FileName: "f.csv", Data: data})
		if err != nil {
			if k := kind(err); k == fault.Internal {
				t.Fatalf("receive: %v", err)
			}
			return
		}
		m := census.Mapping{}
		for n, c := range src.Columns {
			if targets := census.Targets(); n < len(targets) {
				m = append(m, census.Mapped{Column: c.Number, Field: targets[n], Unit: input.Wan})
			}
		}
		if src, err = tn.desk.MapSource(t.Context(), tn.Centre(), code, src.ID, src.Version, m); err != nil {
			t.Fatalf("map %v: %v", m, err)
		}
		if src.All() < src.LinesTotal {
			t.Errorf("%d items of %d lines", src.All(), src.LinesTotal)
		}
		if _, err := tn.desk.DropSource(t.Context(), tn.Centre(), code, src.ID, "试"+fmt.Sprint(src.ID)); err != nil {
			t.Fatal(err)
		}
	})
}
