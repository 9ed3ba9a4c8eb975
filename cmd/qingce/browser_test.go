package main_test

import (
	"context"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"qingce/internal/store/storetest"
)

// chromium drives a real browser through the pages.
type chromium struct {
	t   *testing.T
	ctx context.Context
	url string
}

func openChromium(t *testing.T, url string) *chromium {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		storetest.Missing(t, "Chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(1440, 900))
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancelBrowser := chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancelBrowser)
	ctx, cancelTab := chromedp.NewContext(ctx)
	t.Cleanup(cancelTab)
	// The first step starts the browser, which lives as long as its context.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return &chromium{t: t, ctx: ctx, url: url}
}

// do takes steps and fails with what stands on the page.
func (c *chromium) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		c.t.Fatalf("%s: %v\n%s", what, err, c.text("body"))
	}
}

func (c *chromium) open(path string) {
	c.t.Helper()
	c.do("open "+path, chromedp.Navigate(c.url+path))
}

// press clicks what leads to another page and waits for it.
func (c *chromium) press(selector string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, 30*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		c.t.Fatalf("press %s: %v\n%s", selector, err, c.text("body"))
	}
}

// fill types into the field of a name, over what stands there.
func (c *chromium) fill(name, value string) {
	c.t.Helper()
	evaluate[bool](c, `(() => { document.querySelector('[name="`+name+`"]').value = ""; return true })()`)
	c.do("fill "+name, chromedp.SendKeys(chromedp.CSS(`[name="`+name+`"]`), value))
}

// choose ticks a radio button or box, or chooses from a list.
func (c *chromium) choose(name, value string) {
	c.t.Helper()
	const script = `(name, value) => {
		const box = document.querySelector('input[name="' + name + '"][value="' + value + '"]')
		if (box) { box.click(); return true }
		const list = document.querySelector('select[name="' + name + '"]')
		if (!list) return false
		list.value = value
		list.dispatchEvent(new Event('change', {bubbles: true}))
		return list.value === value
	}`
	ok := evaluate[bool](c, "("+script+`)("`+name+`","`+value+`")`)
	if !ok {
		c.t.Fatalf("there is no choice %s=%s", name, value)
	}
}

func evaluate[T any](c *chromium, script string) T {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, 10*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		c.t.Fatalf("evaluate %s: %v", script, err)
	}
	return v
}

func (c *chromium) text(selector string) string {
	return evaluate[string](c, `document.querySelector("`+selector+`")?.innerText ?? ""`)
}

// see fails unless the words stand on the page.
func (c *chromium) see(words ...string) {
	c.t.Helper()
	page := c.text("main")
	for _, w := range words {
		if !strings.Contains(page, w) {
			c.t.Fatalf("%q is not on the page:\n%s", w, page)
		}
	}
}

// whole fails when the page is wider than the window.
func (c *chromium) whole() {
	c.t.Helper()
	over := evaluate[float64](c, "document.documentElement.scrollWidth - document.documentElement.clientWidth")
	if over > 0 {
		c.t.Errorf("%s is %v px wider than the window", evaluate[string](c, "location.pathname"), over)
	}
}

// TestAClerksDay walks log-in, list, form with errors and import with preview,
// in a real browser.
func TestAClerksDay(t *testing.T) {
	d := startDemo(t, t.TempDir(), "--listen", "127.0.0.1:0")
	password, _, _ := strings.Cut(labelled(t, d.out.String(), "password:"), " ")
	c := openChromium(t, d.url)

	c.open("/sign-in?lang=zh-CN")
	c.open("/systems?q=%E4%BF%9D%E9%99%A9") // 保险: first the log-in, then where one wanted to go
	c.fill("login", "rs.clerk")
	c.fill("password", "wrong-password")
	c.press("main button[type=submit]")
	if got := evaluate[string](c, `document.querySelector("[name=login]").value`); got != "rs.clerk" {
		t.Errorf("after a wrong password the log-in name is %q", got)
	}
	c.fill("password", password)
	c.press("main button[type=submit]")
	c.see("社会保险核心业务系统")
	if page := c.text("main"); strings.Contains(page, "就业服务系统") {
		t.Errorf("the search shows what does not match:\n%s", page)
	}

	c.clerkRegisters()
	c.clerkHandsIn()

	for _, width := range []int64{1440, 390} {
		c.do("resize", chromedp.EmulateViewport(width, 900))
		for _, path := range []string{"/", "/systems", "/systems/RS-01", "/systems/new", "/systems/RS-02/edit", "/imports/new", "/departments", "/calendar", "/me"} {
			c.open(path)
			c.whole()
		}
	}
}

// TestScorecardsOnPaper: white words on the dark boxes of the heat map stay white
// on paper, where other links of a picture become black.
func TestScorecardsOnPaper(t *testing.T) {
	d := startDemo(t, t.TempDir(), "--listen", "127.0.0.1:0")
	password, _, _ := strings.Cut(labelled(t, d.out.String(), "password:"), " ")
	c := openChromium(t, d.url)
	c.open("/sign-in?lang=zh-CN")
	c.fill("login", "leader")
	c.fill("password", password)
	c.press("main button[type=submit]")
	c.open("/scorecards/2017-12")
	c.see("88.24", "市交通局", "71.77")
	on := func(fill string) string {
		return evaluate[string](c, `(() => {
			const text = [...document.querySelectorAll(".chart-picture a text")].find(t => (t.getAttribute("fill") === "#ffffff") === `+fill+`);
			const print = [...document.styleSheets].flatMap(s => [...s.cssRules]).filter(r => r.media && r.media.mediaText === "print");
			const rule = print.flatMap(r => [...r.cssRules]).filter(r => r.style.fill && text.matches(r.selectorText)).pop();
			return rule ? rule.style.fill : "as drawn";
		})()`)
	}
	if got := on("true"); got != "as drawn" {
		t.Errorf("on paper words on dark boxes are %s", got)
	}
	if got := on("false"); got != "rgb(0, 0, 0)" {
		t.Errorf("on paper other words are %s", got)
	}
}

// clerkRegisters fills in the form of a new system, first wrongly.
func (c *chromium) clerkRegisters() {
	c.t.Helper()
	c.open("/systems/new")
	c.fill("name", "农民工工资监管系统")
	c.fill("approval_date", "2017年13月")
	c.press(`main form button.btn-primary[type=submit]`)
	c.see("2017年13月", "请填写系统功能")
	if got := evaluate[string](c, `document.querySelector("[name=name]").value + "|" + document.querySelector("[name=approval_date]").value`); got != "农民工工资监管系统|2017年13月" {
		c.t.Errorf("what was typed became %q", got)
	}
	if evaluate[bool](c, `document.querySelector("#f-season_months, [name=season_months]")?.offsetParent != null`) {
		c.t.Error("the months are asked of a system that is not seasonal")
	}
	c.choose("usage_pattern", "seasonal")
	if !evaluate[bool](c, `document.querySelector("[name=season_months]").offsetParent != null`) {
		c.t.Error("the months of a seasonal system are not asked")
	}
	c.choose("season_months", "05")
	for name, value := range map[string]string{
		"function_desc": "监管农民工工资支付", "build_unit": "局信息中心", "maintain_unit": "局信息中心", "approval_date": "2016.5",
		"om_amount_year": "12.5", "enabled_date": "2016-10-1", "registered_users": "1,200", "active_users_month": "300",
	} {
		c.fill(name, value)
	}
	for name, value := range map[string]string{
		"system_class": "application", "approval_dept": "reform", "fund_source": "city", "phase": "running", "use_scope": "city_depts",
		"use_frequency": "daily", "location": "gov_cloud", "network": "extranet", "djbh_level": "none",
	} {
		c.choose(name, value)
	}
	c.press(`main form button.btn-primary[type=submit]`)
	c.see("农民工工资监管系统", "RS-", "草稿", "12.50", "2016-10-01", "5月")
}

// clerkHandsIn imports a file with good and wrong rows.
func (c *chromium) clerkHandsIn() {
	c.t.Helper()
	name := filepath.Join(c.t.TempDir(), "登记表.csv")
	f, err := os.Create(name)
	if err != nil {
		c.t.Fatal(err)
	}
	w := csv.NewWriter(f)
	_ = w.WriteAll([][]string{
		{"系统名称", "系统功能", "系统类别", "建设单位", "运维单位", "审批部门", "审批时间", "建设经费来源", "年度运维经费（万元）", "运行阶段", "启用时间", "使用范围", "注册用户数", "月活跃用户数", "使用频率", "部署位置", "所在网络", "等级保护级别"},
		{"技能鉴定系统", "组织技能鉴定", "应用层", "局信息中心", "局信息中心", "市发改委", "2013年3月", "市级财政", "3.5", "在用", "2014.6.1", "市直多部门", "２００", "120", "每日", "政务云平台", "电子政务外网、互联网", "未定级"},
		{"坏数据系统", "组织技能鉴定", "应用层", "局信息中心", "局信息中心", "市发改委", "去年", "市级财政", "3.5", "在用", "2014.6.1", "市直多部门", "200", "120", "每日", "政务云平台", "电子政务外网", "未定级"},
	})
	if err := f.Close(); err != nil {
		c.t.Fatal(err)
	}
	c.open("/imports/new")
	c.do("choose file", chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), []string{name}))
	c.press("main form button[type=submit]")
	eventually(c.t, "the preview", func() bool {
		c.open(evaluate[string](c, "location.pathname"))
		return strings.Contains(c.text("main"), "待确认")
	})
	c.see("G3", "去年", "不是日期")
	c.press("form#write button[type=submit]")
	eventually(c.t, "the import", func() bool {
		c.open(evaluate[string](c, "location.pathname"))
		return strings.Contains(c.text("main"), "已写入 1 行")
	})
	c.open("/systems?q=%E6%8A%80%E8%83%BD%E9%89%B4%E5%AE%9A")
	c.see("技能鉴定系统")
}
