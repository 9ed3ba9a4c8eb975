package inventoryweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/web/webtest"
)

const columns = "系统名称,系统功能,系统类别,建设单位,运维单位,审批部门,审批时间,建设经费来源,年度运维经费,运行阶段,启用时间,使用范围,注册用户数,月活跃用户数,使用频率,部署位置,所在网络,等级保护级别\n"

// row is a good row of a workbook with this name; the approval date is typed as
// people write it.
func row(name string) string {
	return name + ",求职登记,应用层,信息中心,信息中心,市发改委,2013.3.1,市级财政,12.5,在用,2014-06-01,市直多部门,200,120,每日,政务云平台,电子政务外网,未定级\n"
}

// handIn uploads a file and shows what it would do.
func handIn(t *testing.T, b *webtest.Browser, path, content string) *webtest.Page {
	t.Helper()
	return upload(t, b, path, "填报.csv", []byte(content), nil).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
}

func TestAWrongRowIsNotSaidToBePutRight(t *testing.T) {
	tn := open(t)
	clerk := tn.site.Of(tn.Clerk("RS"))
	bad := strings.Replace(row("社保系统"), "求职登记", "", 1)
	p := handIn(t, clerk, "/imports?kind=systems", columns+row("就业系统")+bad)
	if got := p.Words(".cell-errors"); !strings.Contains(got, "系统功能") || p.Has(".cell-notes") {
		t.Errorf("a wrong row says %s, with the remarks %s", got, p.Words(".cell-notes"))
	}
	p = clerk.Get(strings.Split(p.Location(), "?")[0] + p.Attr(`.stats a[href*="outcome=new"]`, "href")).Want(http.StatusOK)
	if got := p.Words(".cell-notes"); !strings.Contains(got, "2013-03-01") {
		t.Errorf("a good row says %s", got)
	}
}

func TestAFileWithNothingToWriteAsksForNoConfirmation(t *testing.T) {
	tn := open(t)
	clerk := tn.site.Of(tn.Clerk("RS"))
	p := handIn(t, clerk, "/imports?kind=systems", columns+strings.Replace(row("社保系统"), "求职登记", "", 1))
	if p.Has("form#write") || p.Text(".head-line .badge-state") != "没有可写入的行" || !strings.Contains(p.Text(".head-lead"), "请下载有误的行") {
		t.Errorf("all rows are wrong: %s %s", p.Text(".head-line"), p.Text(".head-lead"))
	}
	if got := clerk.Get("/imports/new").Words("td .badge-state"); got != "没有可写入的行" {
		t.Errorf("the list of files says %s", got)
	}
}

func TestAfterTheWriteThePageLeadsOn(t *testing.T) {
	tn := open(t)
	tests := map[string]struct {
		by          auth.Principal
		path, file  string
		leads, says string
	}{
		"a clerk":     {tn.Clerk("RS"), "/imports?kind=systems", columns + row("就业系统"), "/systems?state=draft&state=returned", "下一步由本单位负责人"},
		"a head":      {tn.Head("MZ"), "/imports?kind=systems", columns + row("婚姻系统"), "/systems?state=draft&state=returned", "一并申报"},
		"departments": {tn.Someone(auth.Office), "/imports?kind=departments", "单位编码,单位简称,单位类别,行政区划代码\nXYQX,市气象局,市直部门,420600\n", "/departments", "已经更新"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := tn.site.Of(tt.by)
			p := handIn(t, b, tt.path, tt.file)
			if note := p.Text("form#write .act-note"); strings.Contains(note, "草稿") != strings.Contains(tt.path, "systems") {
				t.Errorf("before the write: %s", note)
			}
			p = b.Post(p.Attr("form#write", "action"), url.Values{"reason": {"自查"}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
			if got := p.Text(".callout-ok"); !strings.Contains(got, tt.says) || p.Attr(".callout-ok a", "href") != tt.leads {
				t.Errorf("leads to %s: %s", p.Attr(".callout-ok a", "href"), got)
			}
			if p := b.Get(tt.leads).Want(http.StatusOK); len(p.All(rows)) == 0 {
				t.Error("what was written is not there")
			}
		})
	}
}
