package catalog_test

import (
	"slices"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory/catalog"
	"qingce/inventory/catalog/catalogtest"
)

func found(t *testing.T, w *catalogtest.World, by auth.Principal, q catalog.Query) []string {
	t.Helper()
	page, err := w.Desk.List(t.Context(), by, q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	var out []string
	for _, e := range page.Rows {
		out = append(out, e.Name)
	}
	return out
}

func TestEntriesAreFoundByAnyPartOfTheirWords(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		marriage := w.Content("MZ", "婚姻登记信息", catalog.Conditional)
		marriage.Items = append(marriage.Items, catalog.Item{Name: "配偶姓名", DataType: "C"})
		w.Mounted("MZ", w.PublishedContent("MZ", marriage))
		w.Published("MZ", "低保对象信息", catalog.Unconditional)
		w.Published("RS", "参保人员婚姻状况", catalog.Unconditional)
		w.Drafted("RS", w.Content("RS", "婚姻津贴草稿", catalog.Unconditional))
		rs, mz := w.Department("RS").ID, w.Department("MZ").ID
		for _, c := range []struct {
			name string
			by   auth.Principal
			q    catalog.Query
			want []string
		}{
			{"two characters in names", w.Clerk("FC"), catalog.Query{Search: "婚姻"}, []string{"婚姻登记信息", "参保人员婚姻状况"}},
			{"one character", w.Clerk("FC"), catalog.Query{Search: "姻"}, []string{"婚姻登记信息", "参保人员婚姻状况"}},
			{"an item", w.Clerk("FC"), catalog.Query{Search: "配偶"}, []string{"婚姻登记信息"}},
			{"two words", w.Clerk("FC"), catalog.Query{Search: "婚姻 配偶"}, []string{"婚姻登记信息"}},
			{"runs that do not stand together", w.Clerk("FC"), catalog.Query{Search: "婚姻信息"}, nil},
			{"a code", w.Clerk("FC"), catalog.Query{Search: "30702004/000002"}, []string{"低保对象信息"}},
			{"by its provider", w.Clerk("FC"), catalog.Query{Search: "婚姻", Providers: []auth.DepartmentID{rs}}, []string{"参保人员婚姻状况"}},
			{"of either provider", w.Clerk("FC"), catalog.Query{Search: "信息", Providers: []auth.DepartmentID{rs, mz}}, []string{"婚姻登记信息", "低保对象信息"}},
			{"by the type of sharing", w.Clerk("FC"), catalog.Query{Search: "婚", Share: []catalog.ShareType{catalog.Conditional}}, []string{"婚姻登记信息"}},
			{"with data", w.Clerk("FC"), catalog.Query{Search: "婚", Mounted: new(true)}, []string{"婚姻登记信息"}},
			{"without data", w.Clerk("FC"), catalog.Query{Search: "婚", Mounted: new(false)}, []string{"参保人员婚姻状况"}},
			{"by class", w.Clerk("FC"), catalog.Query{Search: "婚", Class: "307020"}, []string{"婚姻登记信息", "参保人员婚姻状况"}},
			{"in another class", w.Clerk("FC"), catalog.Query{Search: "婚", Class: "2"}, nil},
			{"own drafts", w.Clerk("RS"), catalog.Query{Search: "婚姻", Scope: catalog.Own}, []string{"婚姻津贴草稿", "参保人员婚姻状况"}},
			{"drafts of others", w.Clerk("MZ"), catalog.Query{Search: "津贴", Scope: catalog.Own}, nil},
			{"all drafts", w.Someone(auth.Auditor), catalog.Query{Search: "津贴", Scope: catalog.Own}, []string{"婚姻津贴草稿"}},
			{"in a state", w.Clerk("RS"), catalog.Query{Search: "婚姻", Scope: catalog.Own, States: []catalog.State{catalog.Drafting}}, []string{"婚姻津贴草稿"}},
			{"a sign", w.Clerk("FC"), catalog.Query{Search: "%"}, nil},
		} {
			got := found(t, w, c.by, c.q)
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: found %v, want %v", c.name, got, c.want)
			}
		}
		if got := found(t, w, w.Clerk("FC"), catalog.Query{Search: "信息"}); len(got) != 2 {
			t.Errorf("names with the word come as %v", got)
		}
	})
}

func TestTheCatalogIsAddedUp(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		s := w.Registered("MZ", "婚姻登记系统")
		w.Registered("MZ", "低保系统")
		c := w.Content("MZ", "婚姻登记信息", catalog.Conditional)
		c.Body.TotalRecords, c.Body.SharedRecords = new(int64(1000)), new(int64(400))
		w.Mounted("MZ", w.PublishedContent("MZ", c))
		w.Published("RS", "参保信息", catalog.Unconditional)
		w.Published("GA", "重点人员", catalog.NotShared)
		w.Drafted("GA", w.Content("GA", "草稿", catalog.Unconditional))
		w.Clock.Advance(72 * time.Hour)
		sum, err := w.Desk.Sum(t.Context(), w.Someone(auth.Leader))
		if err != nil {
			t.Fatal(err)
		}
		if sum.Entries != 3 || sum.Share != [3]int64{1, 1, 1} || sum.Shareable() != 2 || sum.Mounted != 1 || sum.Stale != 1 || sum.Fresh != 0 ||
			sum.Records != 1000 || sum.Shared != 400 || sum.Counted != 1 || sum.Items != 9 || sum.Libraries[catalog.DeptLibrary] != 3 {
			t.Errorf("got %+v", sum)
		}
		if s.State != "draft" || sum.Registered != 0 {
			t.Errorf("%d systems count, of which drafts should not", sum.Registered)
		}
	})
}

func TestAChangeOfLawGivesFifteenWorkingDays(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		ctx := t.Context()
		w.Clock.Advance(time.Date(2017, 10, 24, 10, 0, 0, 0, calendar.Zone).Sub(w.Clock.Now()))
		e := w.Published("MZ", "婚姻登记信息", catalog.Conditional)
		form := catalog.ChangeForm{Kind: catalog.LawChange, Title: "修订《婚姻登记条例》", ChangedOn: calendar.NewDate(2017, time.October, 24), Departments: []auth.DepartmentID{w.Department("MZ").ID, w.Department("RS").ID}}
		if _, err := w.Desk.RecordChange(ctx, w.Head("MZ"), form); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a head started the clock of another department: %v", err)
		}
		c, err := w.Desk.RecordChange(ctx, w.Someone(auth.Office), form)
		if err != nil {
			t.Fatal(err)
		}
		row, err := w.Desk.FindChange(ctx, w.Someone(auth.Office), c.ID)
		if err != nil || len(row.Departments) != 2 || row.Open() != 2 || row.Departments[0].DueOn != calendar.NewDate(2017, time.November, 14) {
			t.Fatalf("got %+v, %v; want two departments until 2017-11-14", row, err)
		}
		if mine, err := w.Desk.FindChange(ctx, w.Clerk("MZ"), c.ID); err != nil || len(mine.Departments) != 1 {
			t.Errorf("a department sees %+v, %v", mine.Departments, err)
		}
		content := w.Content("MZ", "婚姻登记信息", catalog.Conditional)
		content.Body.Abstract = "按修订后的条例"
		foreign := w.Published("GA", "户籍信息", catalog.Conditional)
		if _, err := w.Desk.Save(ctx, w.Clerk("GA"), foreign.ID, foreign.Version, catalog.EntryForm{Content: w.Content("GA", "户籍信息", catalog.Unconditional), ChangeID: &c.ID}); !refusedAt(err, "change_id", "catalog.err.change_unknown") {
			t.Errorf("a department that is not touched answered: %v", err)
		}
		s, err := w.Desk.Save(ctx, w.Clerk("MZ"), e.ID, e.Version, catalog.EntryForm{Content: content, ChangeID: &c.ID, Reason: "条例修订"})
		if err != nil {
			t.Fatal(err)
		}
		if e, err = w.Desk.Submit(ctx, w.Head("MZ"), e.ID, s.Entry.Version); err != nil {
			t.Fatal(err)
		}
		if e, err = w.Desk.Publish(ctx, w.Someone(auth.Office), e.ID, e.Version); err != nil {
			t.Fatal(err)
		}
		if err := w.Desk.StateUntouched(ctx, w.Head("RS"), c.ID, w.Department("RS").ID, " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("stated without a word: %v", err)
		}
		if err := w.Desk.StateUntouched(ctx, w.Head("RS"), c.ID, w.Department("RS").ID, "本局目录不含婚姻信息"); err != nil {
			t.Fatal(err)
		}
		row, err = w.Desk.FindChange(ctx, w.Someone(auth.Office), c.ID)
		if err != nil || row.Open() != 0 {
			t.Errorf("%d are open, %v", row.Open(), err)
		}
		for _, x := range row.Departments {
			if x.DepartmentID == w.Department("MZ").ID && (x.EntryID == nil || *x.EntryID != e.ID) {
				t.Errorf("MZ answered by %v, want entry %d", x.EntryID, e.ID)
			}
		}
	})
}

func TestItemsThatTheHubHoldsAreNotCollectedAgain(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		ctx, office := t.Context(), w.Someone(auth.Office)
		holder := w.Content("GA", "户籍人口信息", catalog.Conditional)
		holder.Items = []catalog.Item{{Name: "户籍地址", DataType: "C"}, {Name: "备注", DataType: "C"}}
		e := w.Mounted("GA", w.PublishedContent("GA", holder))
		for _, prefix := range []string{"MZ", "RS"} {
			c := w.Content(prefix, prefix+"信息", catalog.Unconditional)
			c.Items = []catalog.Item{{Name: " 户籍 地址", DataType: "C"}, {Name: "备注", DataType: "C"}, {Name: "只在本局", DataType: "C"}}
			w.PublishedContent(prefix, c)
		}
		if _, err := w.Desk.ProposeOverlaps(ctx, w.Clerk("MZ")); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a clerk searched: %v", err)
		}
		for range 2 { // the second time nothing changes
			if n, err := w.Desk.ProposeOverlaps(ctx, office); err != nil || n != 1 {
				t.Fatalf("%d proposed, %v; want 1 (the remark says nothing, the others have no holder)", n, err)
			}
		}
		page, err := w.Desk.Overlaps(ctx, w.Someone(auth.Leader), catalog.OverlapProposed, 1, 50)
		if err != nil || page.Total != 1 || page.Rows[0].HolderID != e.ID || page.Rows[0].Departments != 2 {
			t.Fatalf("got %+v, %v", page, err)
		}
		o := page.Rows[0]
		if _, err := w.Desk.DecideOverlap(ctx, office, o.ID, o.Version, false, ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("dismissed without a reason: %v", err)
		}
		if o, err = w.Desk.DecideOverlap(ctx, office, o.ID, o.Version, true, ""); err != nil || o.State != catalog.OverlapConfirmed {
			t.Errorf("confirmed: %s, %v", o.State, err)
		}
		if _, err := w.Desk.ProposeOverlaps(ctx, office); err != nil {
			t.Fatal(err)
		}
		if page, _ = w.Desk.Overlaps(ctx, office, catalog.OverlapConfirmed, 1, 50); page.Total != 1 {
			t.Error("what was decided was proposed anew")
		}
	})
}

func TestAWholeCatalogIsHandedInAndAccepted(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		ctx, office, mz := t.Context(), w.Someone(auth.Office), w.Department("MZ").ID
		due := calendar.NewDate(2017, time.October, 20)
		if err := w.Desk.AskFilings(ctx, w.Head("MZ"), due, []auth.DepartmentID{mz}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a head asked: %v", err)
		}
		if err := w.Desk.AskFilings(ctx, office, due, []auth.DepartmentID{mz, w.Department("MZJ").ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Desk.HandIn(ctx, w.Head("MZ"), mz, 1, false, ""); !refusedAt(err, "nothing", "catalog.err.filing_empty") {
			t.Errorf("an empty catalog was handed in: %v", err)
		}
		e := w.Drafted("MZ", w.Content("MZ", "婚姻登记信息", catalog.Conditional))
		if _, err := w.Desk.HandIn(ctx, w.Head("MZ"), mz, 1, false, ""); !refusedAt(err, "nothing", "catalog.err.filing_drafts") {
			t.Errorf("a catalog with drafts was handed in: %v", err)
		}
		if _, err := w.Desk.HandIn(ctx, w.Head("MZ"), mz, 1, true, "没有"); !refusedAt(err, "nothing", "catalog.err.filing_not_nothing") {
			t.Errorf("there was said to be nothing: %v", err)
		}
		e, err := w.Desk.Submit(ctx, w.Head("MZ"), e.ID, e.Version)
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.Desk.HandIn(ctx, w.Head("MZ"), mz, 1, false, "")
		if err != nil || f.State != catalog.FilingSubmitted || f.Entries != 1 {
			t.Fatalf("handed in: %+v, %v", f, err)
		}
		if _, err := w.Desk.AcceptFiling(ctx, office, mz, f.Version); fault.KindOf(err) != fault.Conflict {
			t.Errorf("accepted before its entries were published: %v", err)
		}
		if _, err := w.Desk.Publish(ctx, office, e.ID, e.Version); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(time.Date(2017, 11, 22, 10, 0, 0, 0, calendar.Zone).Sub(w.Clock.Now()))
		if f, err = w.Desk.AcceptFiling(ctx, office, mz, f.Version); err != nil {
			t.Fatal(err)
		}
		rows, err := w.Desk.Filings(ctx, w.Clerk("MZ"))
		if err != nil || len(rows) != 1 || rows[0].Late != 23 || rows[0].AcceptedOn != calendar.NewDate(2017, time.November, 22) || rows[0].Share != [3]int64{0, 1, 0} {
			t.Errorf("got %+v, %v; want accepted 2017-11-22, 23 working days late", rows, err)
		}
	})
}
