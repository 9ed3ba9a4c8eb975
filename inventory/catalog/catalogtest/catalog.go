// Package catalogtest makes entries of the catalog for tests, over the city of
// inventorytest: world.Published("MZ", "婚姻登记信息", catalog.Conditional).
package catalogtest

import (
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/inventory/catalog"
	"qingce/inventory/inventorytest"
)

// Class is the node below which entries are made: 市州信息资源 of the province.
const Class = "30702004"

// World is a city with a catalog.
type World struct {
	*inventorytest.City
	Desk *catalog.Desk
	Book *schedule.Book

	t testing.TB
}

// Over makes a catalog over a city.
func Over(t testing.TB, city *inventorytest.City, opts catalog.Options) *World {
	t.Helper()
	book := schedule.New(city.DB, schedule.Options{})
	if err := book.Seed(t.Context()); err != nil {
		t.Fatalf("seed the calendar: %v", err)
	}
	d := catalog.New(catalog.Deps{DB: city.DB, Registry: city.Registry, Book: book, Texts: inventorytest.Messages(t)}, opts)
	if err := d.Seed(t.Context()); err != nil {
		t.Fatalf("seed the tree: %v", err)
	}
	return &World{City: city, Desk: d, Book: book, t: t}
}

// Each runs a test with a world on SQLite and on PostgreSQL.
func Each(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) { test(t, Over(t, city, catalog.Options{})) })
}

// Content is a complete entry of a department that passes every rule.
func (w *World) Content(prefix, name string, share catalog.ShareType) catalog.Content {
	b := catalog.Body{
		ClassCode: Class, Name: name, ProviderID: w.Department(prefix).ID, Abstract: name + "的登记与变更情况",
		FormatCategory: "database", FormatType: "mysql", ShareType: share, ShareMethodCategory: "platform", ShareMethod: "service",
		OpenToPublic: new(false), UpdateCycle: catalog.Daily,
		SecrecyResult: catalog.SecrecyPassed, SecrecyReviewer: "保密员", SecrecyOn: calendar.NewDate(2017, time.September, 11),
	}
	switch share {
	case catalog.Conditional:
		b.ShareCondition = "仅限履行法定职责使用"
	case catalog.NotShared:
		b.ShareMethodCategory, b.ShareMethod = "", ""
		b.BasisLevel, b.BasisText = "law", "《中华人民共和国保守国家秘密法》第九条"
	}
	return catalog.Content{Body: b, Items: []catalog.Item{
		{Name: "姓名", DataType: "C", Length: new(int64(50))},
		{Name: "公民身份号码", DataType: "C", Length: new(int64(18)), Sensitive: true},
		{Name: "登记日期", DataType: "D"},
	}}
}

// Drafted is an entry that the department's clerk has written.
func (w *World) Drafted(prefix string, c catalog.Content) catalog.Entry {
	w.t.Helper()
	got, err := w.Desk.Create(w.t.Context(), w.Clerk(prefix), catalog.EntryForm{Content: c})
	if err != nil {
		w.t.Fatalf("create %s: %v", c.Body.Name, err)
	}
	return got.Entry
}

// Submitted is an entry that the department's head has handed in.
func (w *World) Submitted(prefix string, c catalog.Content) catalog.Entry {
	w.t.Helper()
	e := w.Drafted(prefix, c)
	e, err := w.Desk.Submit(w.t.Context(), w.Head(prefix), e.ID, e.Version)
	if err != nil {
		w.t.Fatalf("submit %s: %v", c.Body.Name, err)
	}
	return e
}

// PublishedContent is an entry that the Office has published.
func (w *World) PublishedContent(prefix string, c catalog.Content) catalog.Entry {
	w.t.Helper()
	e := w.Submitted(prefix, c)
	e, err := w.Desk.Publish(w.t.Context(), w.Someone(auth.Office), e.ID, e.Version)
	if err != nil {
		w.t.Fatalf("publish %s: %v", c.Body.Name, err)
	}
	return e
}

// Published is an entry of a department that is in force.
func (w *World) Published(prefix, name string, share catalog.ShareType) catalog.Entry {
	w.t.Helper()
	return w.PublishedContent(prefix, w.Content(prefix, name, share))
}

// Mounted binds data of today to an entry.
func (w *World) Mounted(prefix string, e catalog.Entry) catalog.Entry {
	w.t.Helper()
	e, err := w.Desk.Mount(w.t.Context(), w.Clerk(prefix), e.ID, e.Version, catalog.MountForm{
		Kind: "table", Address: "t_resource_" + e.ID.String(), Rows: new(int64(1000)), UpdatedOn: calendar.DateOf(w.Clock.Now()),
	})
	if err != nil {
		w.t.Fatalf("mount %s: %v", e.Code, err)
	}
	return e
}

// Corrected publishes a new version of an entry with another abstract.
func (w *World) Corrected(prefix string, e catalog.Entry, abstract string) catalog.Entry {
	w.t.Helper()
	r, err := w.Desk.Find(w.t.Context(), w.Clerk(prefix), e.ID)
	if err != nil {
		w.t.Fatalf("find %s: %v", e.Code, err)
	}
	c := r.Working()
	c.Body.Abstract = abstract
	saved, err := w.Desk.Save(w.t.Context(), w.Clerk(prefix), e.ID, r.Entry.Version, catalog.EntryForm{Content: c, Reason: "更正"})
	if err != nil {
		w.t.Fatalf("save %s: %v", e.Code, err)
	}
	e, err = w.Desk.Submit(w.t.Context(), w.Head(prefix), e.ID, saved.Entry.Version)
	if err != nil {
		w.t.Fatalf("submit %s: %v", e.Code, err)
	}
	e, err = w.Desk.Publish(w.t.Context(), w.Someone(auth.Office), e.ID, e.Version)
	if err != nil {
		w.t.Fatalf("publish %s: %v", e.Code, err)
	}
	return e
}
