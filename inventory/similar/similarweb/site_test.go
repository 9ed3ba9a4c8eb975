package similarweb_test

import (
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/similar"
	"qingce/inventory/similar/similarweb"
)

// town is a city with pairs of systems, their pages and people.
type town struct {
	*inventorytest.City
	site *webtest.Site
	desk *similar.Desk
	deps similarweb.Deps
	t    *testing.T
}

func open(t *testing.T) *town {
	t.Helper()
	tn := &town{City: inventorytest.Open(t), t: t}
	tn.desk = similar.NewDesk(tn.DB, tn.Registry)
	tn.deps = similarweb.Deps{Registry: tn.Registry, Similar: tn.desk}
	tn.site = webtest.Open(t, func(site *webtest.Site) {
		similarweb.Mount(site.Server, tn.deps)
		similarweb.MountAPI(site.Server, tn.deps)
		web.Get(site.Server.Group(web.For(similar.Viewers()...)), "/block/:code", tn.block)
	}, webtest.Among(&webtest.People{Clock: tn.Clock.Now, Scopes: []string{"zombies:read", "zombies:write"}}))
	return tn
}

// block shows the block of a system alone.
func (tn *town) block(r *web.Request, in struct {
	Code string `uri:"code"`
}) (web.Response, error) {
	s, err := tn.Registry.FindSystem(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	facts, err := similarweb.Block(tn.deps)(r, s)
	if err != nil || facts == nil {
		return web.JSON{Body: facts}, err
	}
	return web.Partial{Template: "facts", Data: *facts}, nil
}

func (tn *town) office() *webtest.Browser { return tn.site.Of(tn.Someone(auth.Office)) }

func (tn *town) system(prefix, name, function string) inventory.System {
	tn.t.Helper()
	in := tn.System(prefix, name)
	in.FunctionDesc = function
	s, _, err := tn.Registry.Register(tn.t.Context(), tn.Clerk(prefix), inventory.Registration{System: in})
	if err != nil {
		tn.t.Fatal(err)
	}
	return s
}

// offices are two systems that do the same work, compared.
func (tn *town) offices() (old, next inventory.System) {
	tn.t.Helper()
	old = tn.system("JY", "教育局办公自动化系统", "局机关公文收发、会议通知、内部邮件和请休假审批。")
	next = tn.system("GA", "市办公自动化系统", "各机关公文收发、会议通知、内部邮件、请休假审批。")
	tn.compare()
	return old, next
}

func (tn *town) compare() {
	tn.t.Helper()
	tn.Clock.Advance(time.Minute)
	if _, err := tn.desk.Compare(tn.t.Context(), false); err != nil {
		tn.t.Fatal(err)
	}
}

func wantNoWords(t *testing.T, p *webtest.Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(p.Body, w) {
			t.Errorf("%s: %q is on the page", p.Name, w)
		}
	}
}
