package similar_test

import (
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/inventory/similar"
)

// town is a city whose systems are compared.
type town struct {
	*inventorytest.City
	desk *similar.Desk
	t    *testing.T
}

func each(t *testing.T, test func(t *testing.T, c *town)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) { test(t, newTown(t, city)) })
}

func newTown(t *testing.T, city *inventorytest.City) *town {
	return &town{city, similar.NewDesk(city.DB, city.Registry), t}
}

// system registers a system that does something.
func (c *town) system(prefix, name, function string) inventory.System {
	c.t.Helper()
	in := c.System(prefix, name)
	in.FunctionDesc = function
	s, _, err := c.Registry.Register(c.t.Context(), c.Clerk(prefix), inventory.Registration{System: in})
	if err != nil {
		c.t.Fatalf("register %s: %v", name, err)
	}
	return s
}

// offices are three systems, of which the first two do the same work.
func (c *town) offices() (old, next, other inventory.System) {
	old = c.system("JY", "教育局办公自动化系统", "局机关公文收发、会议通知、内部邮件和请休假审批。")
	next = c.system("GA", "市办公自动化系统", "各机关公文收发、会议通知、内部邮件、请休假审批。")
	other = c.system("FC", "白蚁防治收费系统", "新建房屋白蚁预防合同登记和费用收缴。")
	return old, next, other
}

// later lets some time go by and compares.
func (c *town) compare(again bool) similar.Compared {
	c.t.Helper()
	c.Clock.Advance(time.Hour)
	done, err := c.desk.Compare(c.t.Context(), again)
	if err != nil {
		c.t.Fatal(err)
	}
	return done
}

// pairs lists pairs as somebody sees them.
func (c *town) pairs(by auth.Principal, q similar.Query) []similar.Pair {
	c.t.Helper()
	page, err := c.desk.List(c.t.Context(), by, q)
	if err != nil {
		c.t.Fatal(err)
	}
	if int64(len(page.Rows)) != page.Total {
		c.t.Fatalf("%d rows of %d", len(page.Rows), page.Total)
	}
	return page.Rows
}

// only is the one pair there is.
func (c *town) only(q similar.Query) similar.Pair {
	c.t.Helper()
	rows := c.pairs(c.Someone(auth.Office), q)
	if len(rows) != 1 {
		c.t.Fatalf("%d pairs, want one: %+v", len(rows), rows)
	}
	return rows[0]
}

// judge says something of a pair.
func (c *town) judge(p similar.Pair, choice, keeper string) {
	c.t.Helper()
	if err := c.desk.Judge(c.t.Context(), c.Someone(auth.Office), p.ID, p.Version, similar.Opinion{Choice: choice, Keeper: keeper}); err != nil {
		c.t.Fatal(err)
	}
}

// describe changes what a system does.
func (c *town) describe(prefix, code, function string) {
	c.t.Helper()
	s, err := c.Registry.FindSystem(c.t.Context(), c.Clerk(prefix), code)
	if err != nil {
		c.t.Fatal(err)
	}
	version := s.Version
	s.FunctionDesc = function
	c.Clock.Advance(time.Minute)
	if _, _, err := c.Registry.Change(c.t.Context(), c.Clerk(prefix), code, version, s, ""); err != nil {
		c.t.Fatal(err)
	}
}
