// Package inventorytest makes departments, people and systems for tests, so
// that a fixture reads as a sentence: city.Registered("RS", "就业服务系统").
package inventorytest

import (
	"io"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
	"qingce/inventory"
	"qingce/templates"
)

// City is a small city over a test database: ten municipal departments and a
// county, as in the acceptance story.
type City struct {
	DB       *store.DB
	Clock    *storetest.Clock
	Registry *inventory.Registry

	t     testing.TB
	depts map[string]inventory.Department
}

// names are the departments of the acceptance story by prefix.
var names = map[string]string{
	"RS": "市人社局", "MZ": "市民政局", "JY": "市教育局", "GA": "市公安局", "GS": "市工商局", "FC": "市房管局",
	"LY": "市旅游局", "JT": "市交通局", "WJ": "市物价局", "MZJ": "市民宗局", "ZY": "枣阳市",
}

// Each runs a test with a city on SQLite and on PostgreSQL.
func Each(t *testing.T, test func(t *testing.T, city *City), opts ...inventory.Options) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		clock := newClock()
		test(t, build(t, storetest.Open(t, storetest.At(clock.Now)), clock, opts))
	})
	t.Run("postgres", func(t *testing.T) {
		clock := newClock()
		test(t, build(t, storetest.OpenPostgres(t, storetest.At(clock.Now)), clock, opts))
	})
}

// Open makes a city on SQLite.
func Open(t testing.TB, opts ...inventory.Options) *City {
	t.Helper()
	clock := newClock()
	return build(t, storetest.Open(t, storetest.At(clock.Now)), clock, opts)
}

// OpenPostgres makes a city on PostgreSQL.
func OpenPostgres(t testing.TB, opts ...inventory.Options) *City {
	t.Helper()
	clock := newClock()
	return build(t, storetest.OpenPostgres(t, storetest.At(clock.Now)), clock, opts)
}

// Over makes a city over a database that is open already, whatever its clock.
func Over(t testing.TB, db *store.DB) *City {
	t.Helper()
	return build(t, db, newClock(), nil)
}

// OverDSN makes a city of September 2017 in a database that was migrated already, and that
// something else may have open.
func OverDSN(t testing.TB, dsn string) *City {
	t.Helper()
	clock := newClock()
	db, err := store.Open(t.Context(), dsn, store.Options{Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return build(t, db, clock, nil)
}

func newClock() *storetest.Clock {
	return storetest.NewClock(time.Date(2017, 9, 12, 9, 0, 0, 0, calendar.Zone))
}

func build(t testing.TB, db *store.DB, clock *storetest.Clock, opts []inventory.Options) *City {
	t.Helper()
	var o inventory.Options
	if len(opts) > 0 {
		o = opts[0]
	}
	c := &City{DB: db, Clock: clock, Registry: inventory.NewRegistry(db, o), t: t, depts: map[string]inventory.Department{}}
	for prefix, name := range names {
		kind, region := inventory.Municipal, "420600"
		if prefix == "ZY" {
			kind, region = inventory.County, "420683"
		}
		c.add(inventory.Department{Code: "XY" + prefix, Prefix: prefix, Name: name, Kind: kind, RegionCode: region})
	}
	return c
}

func (c *City) add(d inventory.Department) inventory.Department {
	c.t.Helper()
	got, _, err := c.Registry.AddDepartment(c.t.Context(), auth.System("test"), d, "")
	if err != nil {
		c.t.Fatal(err)
	}
	c.depts[d.Prefix] = got
	return got
}

// Department is the department of a prefix.
func (c *City) Department(prefix string) inventory.Department {
	c.t.Helper()
	d, ok := c.depts[prefix]
	if !ok {
		c.t.Fatalf("no department %s in the city", prefix)
	}
	return d
}

// Below adds a body under a region.
func (c *City) Below(prefix, name string) inventory.Department {
	c.t.Helper()
	region := c.Department(prefix)
	return c.add(inventory.Department{
		Code: region.Code + "B1", Prefix: prefix + "B", Name: name, Kind: inventory.County, RegionCode: region.RegionCode, ParentID: &region.ID,
	})
}

// Clerk fills in for a department.
func (c *City) Clerk(prefix string) auth.Principal { return c.person(prefix, auth.Clerk, 100) }

// Head answers for a department.
func (c *City) Head(prefix string) auth.Principal { return c.person(prefix, auth.Head, 200) }

// Region is the sharing authority of a region.
func (c *City) Region(prefix string) auth.Principal { return c.person(prefix, auth.Region, 300) }

// Someone holds a role of the city and belongs to no department of the story.
func (c *City) Someone(role auth.Role) auth.Principal {
	return auth.Principal{AccountID: 1, Login: string(role), Name: string(role), Roles: auth.Roles{role}, Way: auth.BySession, Origin: "127.0.0.1"}
}

func (c *City) person(prefix string, role auth.Role, base int64) auth.Principal {
	d := c.Department(prefix)
	p := c.Someone(role)
	p.AccountID, p.Login, p.DepartmentID, p.Department = auth.AccountID(base+int64(d.ID)), prefix+"-"+string(role), d.ID, d.Name
	return p
}

// System is a complete system of a department that passes every rule.
func (c *City) System(prefix, name string) inventory.System {
	return inventory.System{
		OwnerID: c.Department(prefix).ID, Name: name, FunctionDesc: name + "的日常业务办理", SystemClass: "application",
		BuildUnit: "局信息中心", MaintainUnit: "局信息中心", ApprovalDept: "reform",
		ApprovalDate: calendar.NewDate(2013, time.March, 1), FundSource: "city", OmAmountYear: new(int64(12_000_000)),
		Phase: inventory.PhaseRunning, EnabledDate: calendar.NewDate(2014, time.June, 1), UseScope: "city_depts",
		RegisteredUsers: new(int64(200)), ActiveUsersMonth: new(int64(120)), UseFrequency: "daily",
		Location: "gov_cloud", Network: []string{inventory.NetExtranet}, DjbhLevel: "2", DjbhFilingNo: "42060000001-17001",
	}
}

// Registered is a system that the department's clerk has registered.
func (c *City) Registered(prefix, name string) inventory.System {
	c.t.Helper()
	s, _, err := c.Registry.Register(c.t.Context(), c.Clerk(prefix), inventory.Registration{System: c.System(prefix, name)})
	if err != nil {
		c.t.Fatalf("register %s: %v", name, err)
	}
	return s
}

// Messages are the texts of the service.
func Messages(t testing.TB) *locale.Catalog {
	t.Helper()
	sub, err := fs.Sub(templates.FS, "locale")
	if err != nil {
		t.Fatal(err)
	}
	c, err := locale.Load(sub)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Importer takes files for the city; it is stopped with the test.
func (c *City) Importer() *inventory.Importer {
	im := inventory.NewImporter(c.Registry, Messages(c.t), slog.New(slog.NewTextHandler(io.Discard, nil)))
	c.t.Cleanup(im.Stop)
	return im
}
