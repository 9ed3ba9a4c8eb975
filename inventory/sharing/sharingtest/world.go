package sharingtest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/field"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/inventory/inventorytest"
	"qingce/inventory/sharing"
)

// World is a city with the Office and the centre, a catalog and a sharing desk.
type World struct {
	*inventorytest.City
	Catalog *catalog.Desk
	Book    *schedule.Book
	Box     *evidence.Box
	Sharing *sharing.Desk

	t testing.TB
}

// Each runs a test with a world on SQLite and on PostgreSQL.
func Each(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) { test(t, Over(t, city)) })
}

// Over makes the world of a city.
func Over(t testing.TB, city *inventorytest.City) *World {
	t.Helper()
	w := &World{City: city, Book: schedule.New(city.DB, schedule.Options{}), Box: evidence.New(city.DB, evidence.Options{}), t: t}
	if err := w.Book.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Catalog = catalog.New(
		catalog.Deps{DB: city.DB, Registry: city.Registry, Book: w.Book, Texts: inventorytest.Messages(t)},
		catalog.Options{Published: func(tx *store.Tx, by auth.Principal, e catalog.Entry) error {
			return w.Sharing.EntryPublished(tx, by, e.Code)
		}},
	)
	if err := w.Catalog.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Sharing = sharing.NewDesk(sharing.Deps{DB: city.DB, Registry: city.Registry, Catalog: w.Catalog, Book: w.Book, Box: w.Box})
	w.organ("XY001", "市信息化办", "office")
	w.organ("XY202", "市政务信息管理中心", "hub_operator")
	return w
}

func (w *World) organ(code, name, duty string) {
	w.t.Helper()
	_, _, err := w.Registry.AddDepartment(w.t.Context(), auth.System("test"), inventory.Department{
		Code: code, Name: name, Kind: inventory.Municipal, RegionCode: "420600", Duties: field.List{duty},
	}, "")
	if err != nil {
		w.t.Fatal(err)
	}
}

// At moves the clock on to a moment in Asia/Shanghai.
func (w *World) At(when string) {
	w.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, calendar.Zone)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Clock.Advance(at.Sub(w.Clock.Now()))
}

// Day reads a day.
func Day(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Entry is an entry of a department that is in force, with the items 姓名 and
// 登记日期.
func (w *World) Entry(prefix, name string, share catalog.ShareType) catalog.Entry {
	w.t.Helper()
	return w.publish(prefix, Content(w.Department(prefix).ID, calendar.DateOf(w.Clock.Now()), name, share))
}

// EntryWith is such an entry, shared on conditions, with an abstract and items of
// its own.
func (w *World) EntryWith(prefix, name, abstract string, items ...string) catalog.Entry {
	w.t.Helper()
	c := Content(w.Department(prefix).ID, calendar.DateOf(w.Clock.Now()), name, catalog.Conditional)
	c.Body.Abstract, c.Items = abstract, nil
	for _, item := range items {
		c.Items = append(c.Items, catalog.Item{Name: item, DataType: "C"})
	}
	return w.publish(prefix, c)
}

func (w *World) publish(prefix string, c catalog.Content) catalog.Entry {
	w.t.Helper()
	ctx, name := w.t.Context(), c.Body.Name
	saved, err := w.Catalog.Create(ctx, w.Clerk(prefix), catalog.EntryForm{Content: c})
	if err != nil {
		w.t.Fatalf("entry %s: %v", name, err)
	}
	e, err := w.Catalog.Submit(ctx, w.Head(prefix), saved.Entry.ID, saved.Entry.Version)
	if err != nil {
		w.t.Fatalf("submit entry %s: %v (%+v)", name, err, saved.Found)
	}
	if e, err = w.Catalog.Publish(ctx, w.Someone(auth.Office), e.ID, e.Version); err != nil {
		w.t.Fatalf("publish entry %s: %v", name, err)
	}
	return e
}

// Republish makes another version of an entry and brings it into force.
func (w *World) Republish(prefix string, e catalog.Entry, abstract string) {
	w.t.Helper()
	ctx := w.t.Context()
	c := Content(e.ProviderID, calendar.DateOf(w.Clock.Now()), e.Name, e.ShareType)
	c.Body.ClassCode, c.Body.Abstract = e.ClassCode, abstract
	now, err := w.Catalog.FindByCode(ctx, w.Clerk(prefix), e.Code)
	if err != nil {
		w.t.Fatal(err)
	}
	saved, err := w.Catalog.Save(ctx, w.Clerk(prefix), e.ID, now.Entry.Version, catalog.EntryForm{Content: c, Reason: "更正数据项"})
	if err != nil {
		w.t.Fatalf("change entry %s: %v", e.Code, err)
	}
	next, err := w.Catalog.Submit(ctx, w.Head(prefix), e.ID, saved.Entry.Version)
	if err != nil {
		w.t.Fatalf("submit entry %s: %v", e.Code, err)
	}
	if _, err := w.Catalog.Publish(ctx, w.Someone(auth.Office), e.ID, next.Version); err != nil {
		w.t.Fatalf("publish entry %s: %v", e.Code, err)
	}
}

// Content is what an entry says that passes every rule.
func Content(provider auth.DepartmentID, on calendar.Date, name string, share catalog.ShareType) catalog.Content {
	body := catalog.Body{
		ClassCode: "307", Name: name, ProviderID: provider, Abstract: name + "，由提供部门在办理业务中形成。",
		FormatCategory: "database", FormatType: "mysql", ShareType: share, OpenToPublic: new(false), UpdateCycle: catalog.Daily,
		SecrecyResult: catalog.SecrecyPassed, SecrecyReviewer: "保密员", SecrecyOn: on,
	}
	switch share {
	case catalog.NotShared:
		body.BasisLevel, body.BasisText = "law", "《中华人民共和国居民身份证法》第六条"
	case catalog.Conditional:
		body.ShareCondition = "限因履行职责需要"
	}
	if share.Shareable() {
		body.ShareMethodCategory, body.ShareMethod = "platform", "service"
	}
	return catalog.Content{Body: body, Items: []catalog.Item{{Name: "姓名", DataType: "C"}, {Name: "登记日期", DataType: "D"}}}
}

// Ask is a request for an entry that passes every rule.
func Ask(code string) sharing.Ask {
	return sharing.Ask{
		Entry: code, Purposes: field.List{sharing.PurposeCollaboration}, DutyBasis: "《不动产登记暂行条例实施细则》第十五条",
		ScopeWanted: "不动产登记窗口", Method: sharing.MethodQuery, Frequency: "每日约 200 次", Submit: true,
	}
}

// Terms are terms that pass every rule.
func Terms() sharing.Terms {
	return sharing.Terms{Scope: sharing.ScopeDepartment, Purposes: field.List{sharing.PurposeCollaboration}, Method: sharing.MethodQuery}
}

// Paper hands do a signed paper, different for each name.
func (w *World) Paper(name string, do func(evidence.Received) error) error {
	raw := fmt.Appendf(nil, "%%PDF-1.4\n%% %s\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"+
		"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%%%EOF\n", name)
	return w.Box.Receive(w.t.Context(), evidence.Upload{Name: name, Reader: bytes.NewReader(raw), Size: int64(len(raw))}, do)
}
