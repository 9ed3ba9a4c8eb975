package usageweb_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

// ago is the day so many days before today.
func (tn *probeTown) ago(n int) calendar.Date { return calendar.DateOf(tn.Clock.Now()).AddDays(-n) }

// measured keeps whole days of a system from one to another, with so many
// logins in each hour, and rolls up.
func (tn *probeTown) measured(s inventory.System, source usage.SourceID, from, to, logins int) {
	tn.t.Helper()
	var states []usage.HourState
	for ago := from; ago >= to; ago-- {
		for h := range 24 {
			states = append(states, usage.HourState{
				System: s.ID, Source: source, Hour: wire.HourOf(tn.ago(ago).At(h, 0)), Seq: 1, Minutes: 60, Build: "1.0",
				Values: usagetest.Values(wire.Logins, logins, wire.Requests, 10*logins+5, wire.HumanRequests, 10*logins),
			})
		}
	}
	tn.Put(states...)
	tn.RollUp()
}

// row are the cells of the row of a table that begins with a word.
func row(p *webtest.Page, table, first string) []string {
	for i := range p.All(table + " tbody tr") {
		cells := p.Texts(fmt.Sprintf("%s tbody tr:nth-child(%d) > *", table, i+1))
		if len(cells) > 0 && strings.HasPrefix(cells[0], first) {
			return cells
		}
	}
	return nil
}

func TestTheUseOfASystemShowsGapsAsGaps(t *testing.T) {
	tn := probesOpen(t)
	s := tn.Registered("RS", "社保核心")
	source := tn.Source(tn.Probe("网关", "RS", usage.Whole, s), "web-1", 1)
	tn.measured(s, source, 9, 6, 3)
	tn.measured(s, source, 2, 1, 0)
	b := tn.site.Of(tn.Clerk("RS"))
	p := b.Get("/usage/" + s.Code + "?range=30").Want(http.StatusOK)

	if got := row(p, "#days", tn.ago(7).String()); len(got) != 9 || got[2] != "72" || got[4] != "720" || got[5] != "120" || !strings.HasPrefix(got[8], "1,440") {
		t.Errorf("a day of use reads %q, want 72 logins, 720 requests of people and 120 of machines in 1,440 minutes", got)
	}
	if got := row(p, "#days", tn.ago(4).String()); len(got) != 9 || slices.ContainsFunc(got[1:], func(c string) bool { return c != "未测" }) {
		t.Errorf("a day without data reads %q, want 未测 throughout", got)
	}
	if got := row(p, "#days", tn.ago(1).String()); len(got) != 9 || got[2] != "0" || got[1] != "未测" {
		t.Errorf("an idle day reads %q, want 0 logins and matters not measured", got)
	}
	if got := row(p, "#days", tn.ago(4).String())[0]; !strings.Contains(got, "周日 休息日") {
		t.Errorf("the Sunday is told as %q", got)
	}
	if n := len(p.All("#days tbody tr")); n != 30 {
		t.Errorf("%d days, want 30", n)
	}
	svg := strings.Join(p.Texts(".chart-wide title"), "\n")
	for _, want := range []string{"登录次数 72", "业务办理量 未测", "休息日"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture does not say %q", want)
		}
	}
}

func TestASystemWithoutDataSaysWhatToDo(t *testing.T) {
	tn := probesOpen(t)
	s := tn.Registered("RS", "社保核心")
	p := tn.site.Of(tn.Clerk("RS")).Get("/usage/" + s.Code).Want(http.StatusOK)
	if p.Has("#days") || !strings.Contains(p.Text("main"), "没有数据不等于没有人用") || !p.Has(`main a[href="/usage/files"]`) {
		t.Errorf("an unmeasured system reads %s", p.Short())
	}
	tn.site.Of(tn.Clerk("MZ")).Get("/usage/" + s.Code).Want(http.StatusNotFound)
	tn.site.Of(tn.Someone(auth.Leader)).Get("/usage/" + s.Code).Want(http.StatusForbidden)
	tn.site.Of(tn.Someone(auth.Staffing)).Get("/usage/" + s.Code).Want(http.StatusForbidden)
}

func TestWhatCannotBeUnderstoodOfTheDaysIsTold(t *testing.T) {
	tn := probesOpen(t)
	s := tn.Registered("RS", "社保核心")
	b := tn.site.Of(tn.Someone(auth.Office))
	for query, want := range map[string]string{
		"range=7": "没有“7”这个范围", "month=2017-13": "不是过去的月份", "month=2031-01": "不是过去的月份", "from=gestern": "不是日期",
		"from=2017-10-05&to=2017-10-01": "请对调", "from=2010-01-01": "一次最多显示 400 天",
	} {
		if p := b.Get("/usage/" + s.Code + "?" + query).Want(http.StatusOK); !strings.Contains(p.Text("main"), want) {
			t.Errorf("%s: %s, want %q", query, p.Short(), want)
		}
		b.Get("/usage/" + s.Code + "/days.csv?" + query).Want(http.StatusBadRequest)
	}
}

func TestTheDaysOfASystemGoHome(t *testing.T) {
	tn := probesOpen(t)
	s := tn.Registered("RS", "社保核心")
	tn.measured(s, tn.Source(tn.Probe("网关", "RS", usage.Whole, s), "web-1", 1), 3, 3, 2)
	b := tn.site.Of(tn.Head("RS"))
	csv := b.Get("/usage/" + s.Code + "/days.csv?range=30").Want(http.StatusOK).Body
	if !strings.Contains(csv, tn.ago(3).String()+",周一,1440,是,") || !strings.Contains(csv, tn.ago(4).String()+",周日 休息日,0,未测,,") {
		t.Errorf("the file holds\n%s", csv)
	}
	for path, begins := range map[string]string{"days.xlsx": "PK", "days.png": "\x89PNG", "days.svg": "<?xml"} {
		if p := b.Get("/usage/" + s.Code + "/" + path).Want(http.StatusOK); !strings.HasPrefix(p.Body, begins) {
			t.Errorf("%s begins with %q", path, p.Body[:8])
		}
	}
}

func TestADayShowsItsHoursAndSources(t *testing.T) {
	tn := probesOpen(t)
	s := tn.Registered("RS", "社保核心")
	probe := tn.Probe("网关", "RS", usage.Whole, s)
	tn.measured(s, tn.Source(probe, "web-1", 1), 3, 3, 2)
	b := tn.site.Of(tn.Clerk("RS"))
	p := b.Get("/usage/" + s.Code + "/days/" + tn.ago(3).String()).Want(http.StatusOK)
	if got := row(p, "#hours", "09:00"); len(got) != 7 || got[2] != "2" || got[6] != "60" {
		t.Errorf("an hour reads %q, want 2 logins in 60 minutes", got)
	}
	if got := row(p, "#sources", probe.Code); len(got) != 5 || got[1] != "web-1" || got[2] != "24" || got[4] != "1.0" {
		t.Errorf("the source reads %q", got)
	}
	if got := row(p, "#signals", "登录次数"); len(got) != 3 || got[1] != "48 次" || got[2] != "测量充分" {
		t.Errorf("the signal reads %q", got)
	}
	if p := b.Get("/usage/" + s.Code + "/days/" + tn.ago(5).String()).Want(http.StatusOK); !strings.Contains(p.Text("main"), "没有测到任何数据") {
		t.Errorf("a day without data reads %s", p.Short())
	}
	for _, day := range []string{"2031-01-01", "gestern"} {
		b.Get("/usage/" + s.Code + "/days/" + day).Want(http.StatusNotFound)
	}
}

func TestTheFleetIsNarrowedSortedAndPagedOnTheServer(t *testing.T) {
	tn := probesOpen(t)
	used, idle := tn.Registered("RS", "社保核心"), tn.Registered("RS", "档案查询")
	none := tn.Registered("MZ", "婚姻登记")
	source := tn.Source(tn.Probe("网关", "RS", usage.Whole, used, idle), "web-1", 1)
	tn.measured(used, source, 5, 2, 3)
	tn.measured(idle, source, 9, 2, 0)
	b := tn.site.Of(tn.Someone(auth.Auditor))
	p := b.Get("/usage?range=30&sort=-measured").Want(http.StatusOK)
	if got := p.Texts("#fleet tbody tr > :first-child"); !slices.Equal(got, []string{idle.Name, used.Name, none.Name}) {
		t.Errorf("by days measured: %q", got)
	}
	if got := row(p, "#fleet", used.Name); got[3] != "4 13 %" || got[5] != "4" || !strings.HasPrefix(got[7], tn.ago(2).String()) {
		t.Errorf("the used system reads %q", got)
	}
	if got := row(p, "#fleet", none.Name); got[3] != "0 0 %" || got[5] != "未测" || got[6] != "未测" {
		t.Errorf("the unmeasured system reads %q", got)
	}
	titles := p.Texts(".chart-wide title")
	for _, want := range []string{
		used.Name + " " + tn.ago(5).String()[5:] + " – " + tn.ago(2).String()[5:] + " 有人使用", none.Name + " " + tn.ago(29).String()[5:] + " – " + tn.ago(0).String()[5:] + " 未测",
		idle.Name + " " + tn.ago(9).String()[5:] + " – " + tn.ago(2).String()[5:] + " 测到，没有人用",
	} {
		if !slices.Contains(titles, want) {
			t.Errorf("the map lacks %q", want)
		}
	}
	if got := b.Get("/usage?q=" + none.Code).Texts("#fleet tbody tr > :first-child"); !slices.Equal(got, []string{none.Name}) {
		t.Errorf("search: %q", got)
	}
	if got := b.Get("/usage?size=1&page=99").Want(http.StatusOK).Texts("#fleet tbody tr > :first-child"); len(got) != 1 {
		t.Errorf("a page behind the last: %q", got)
	}
	if got := tn.site.Of(tn.Clerk("MZ")).Get("/usage").Texts("#fleet tbody tr > :first-child"); !slices.Equal(got, []string{none.Name}) {
		t.Errorf("a department sees %q, want its own", got)
	}
	if csv := b.Get("/usage/fleet.csv?range=30").Want(http.StatusOK).Body; strings.Count(csv, "\n") < 4 || !strings.Contains(csv, none.Code) {
		t.Errorf("the file holds\n%s", csv)
	}
}

func TestThousandsOfSystemsArePagedWithTheirMap(t *testing.T) {
	tn := probesOpen(t)
	tn.Fill(40, 3000)
	p := tn.site.Of(tn.Someone(auth.Office)).Get("/usage?range=365&size=200&page=7").Want(http.StatusOK)
	if n := len(p.All("#fleet tbody tr")); n != 200 {
		t.Errorf("%d rows, want 200", n)
	}
	if len(p.Body) > 1_500_000 {
		t.Errorf("the page is %d bytes", len(p.Body))
	}
}

func TestTheLeadingGroupSeesSumsOnly(t *testing.T) {
	tn := probesOpen(t)
	tn.Registered("RS", "社保核心")
	b := tn.site.Of(tn.Someone(auth.Leader))
	p := b.Get("/usage/sums").Want(http.StatusOK)
	if strings.Contains(p.Text("main"), "社保核心") || p.Has(`main a[href^="/usage"]`) {
		t.Errorf("the sums name a system or lead to one: %s", p.Text("main"))
	}
	for _, path := range []string{"/usage", "/usage/declared", "/usage/files", "/usage/fleet.csv"} {
		b.Get(path).Want(http.StatusForbidden)
	}
}

func TestDeclaredAgainstMeasuredSaysWhy(t *testing.T) {
	tn := probesOpen(t)
	s := tn.Registered("RS", "社保核心")
	lines := "system,day,logins\n"
	for ago := 1; ago <= 90; ago++ {
		lines += s.Code + "," + tn.ago(ago).String() + ",0\n"
	}
	b, centre := tn.site.Of(tn.Head("RS")), tn.site.Of(tn.Centre())
	p := upload(centre, "/usage/files", "f.csv", lines).Follow()
	centre.Post("/usage/files/1/confirm", p.Form("#confirm-form")).Want(http.StatusSeeOther)
	tn.RollUp()
	p = b.Get("/usage/declared?judged=differs").Want(http.StatusOK)
	if got := p.Text(".use-why"); got != "使用频率申报为“每日”，测到的 90 天里没有一天有人使用。" {
		t.Errorf("the reason reads %q", got)
	}
	if got := tn.site.Of(tn.Head("RS")).Get("/usage/declared?judged=differs&lang=en").Text(".use-why"); !strings.Contains(got, "on none of the 90 days known") {
		t.Errorf("in English it reads %q", got)
	}
	if p := b.Get("/usage/declared?judged=agrees").Want(http.StatusOK); p.Has(".use-declared") {
		t.Error("it agrees as well")
	}
	if csv := b.Get("/usage/declared.csv").Want(http.StatusOK).Body; !strings.Contains(csv, "没有一天有人使用") {
		t.Errorf("the file holds\n%s", csv)
	}
}

func TestTheAPIReadsFacts(t *testing.T) {
	tn := probesOpen(t)
	s := tn.Registered("RS", "社保核心")
	tn.measured(s, tn.Source(tn.Probe("网关", "RS", usage.Whole, s), "web-1", 1), 3, 3, 2)
	by := tn.Clerk("RS")
	var days struct {
		Days []struct {
			Date   string
			Values map[string]int64
			Used   *bool
		}
	}
	path := "/api/v1/usage/systems/" + s.Code
	tn.site.Call(by, http.MethodGet, path+"/days?from="+tn.ago(4).String()+"&to="+tn.ago(3).String(), nil).Want(http.StatusOK).Into(&days)
	if len(days.Days) != 2 || len(days.Days[0].Values) != 0 || days.Days[0].Used != nil || days.Days[1].Values["logins"] != 48 || days.Days[1].Used == nil || !*days.Days[1].Used {
		t.Errorf("got %+v", days)
	}
	var last struct{ Day, Signal string }
	tn.site.Call(by, http.MethodGet, path+"/last-use", nil).Want(http.StatusOK).Into(&last)
	if last.Day != tn.ago(3).String() || last.Signal != "logins" {
		t.Errorf("last use %+v", last)
	}
	var hours struct{ Hours []struct{ Minutes int } }
	tn.site.Call(by, http.MethodGet, path+"/days/"+tn.ago(3).String()+"/hours", nil).Want(http.StatusOK).Into(&hours)
	if len(hours.Hours) != 24 || hours.Hours[0].Minutes != 60 {
		t.Errorf("hours %+v", hours)
	}
	tn.site.Call(by, http.MethodGet, path+"/days?from=x", nil).Want(http.StatusUnprocessableEntity)
	tn.site.Call(tn.Clerk("MZ"), http.MethodGet, path+"/days", nil).Want(http.StatusNotFound)
	tn.site.Call(tn.Someone(auth.Leader), http.MethodGet, path+"/days", nil).Want(http.StatusForbidden)
	tn.site.Call(tn.Someone(auth.Leader), http.MethodGet, "/api/v1/usage/sums", nil).Want(http.StatusOK)
	var fleet struct{ Total int64 }
	tn.site.Call(by, http.MethodGet, "/api/v1/usage/systems?sort=last_use", nil).Want(http.StatusOK).Into(&fleet)
	if fleet.Total != 1 {
		t.Errorf("%d systems, want 1", fleet.Total)
	}
}
