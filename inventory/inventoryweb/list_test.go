package inventoryweb_test

import (
	"testing"

	"qingce/internal/web/webtest"
	"qingce/inventory/inventoryweb"
)

func TestTemplatesFitTheirData(t *testing.T) {
	tn := open(t)
	webtest.CheckPages(t, tn.site.Server, "inventory/", inventoryweb.PageData())
}

func TestTheListShowsTheRowsThatOneSees(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	tn.Registered("MZ", "婚姻登记系统")
	p := tn.as(tn.Clerk("RS")).Get("/systems").Want(200)
	if got := words(p, "tbody th a"); got != "就业服务系统" {
		t.Errorf("a clerk sees %s", got)
	}
}
