package catalog_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/inventory/catalog"
	"qingce/inventory/catalog/catalogtest"
	"qingce/inventory/inventorytest"
)

// refusedAt tells whether err is Invalid with the code at the place.
func refusedAt(err error, name, code string) bool {
	return fault.KindOf(err) == fault.Invalid && slices.ContainsFunc(fault.FieldsOf(err), func(f fault.Field) bool {
		return f.Name == name && f.Code == code && !f.Warning
	})
}

func TestRulesHoldWhenAnEntryIsSubmitted(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		lead := w.Department("GA").ID
		for _, c := range []struct {
			name    string
			share   catalog.ShareType
			spoil   func(*catalog.Content)
			at      string
			code    string
			mending func(*catalog.Content)
		}{
			{"V01 no level", catalog.NotShared, func(c *catalog.Content) { c.Body.BasisLevel = "" }, "basis_level", "catalog.err.v01",
				func(c *catalog.Content) { c.Body.BasisLevel = "law" }},
			{"V01 need of work", catalog.NotShared, func(c *catalog.Content) { c.Body.BasisText = "工作需要" }, "basis_text", "catalog.err.v01_text",
				func(c *catalog.Content) {
					c.Body.BasisText = "《中华人民共和国人民警察法》第二十二条"
				}},
			{"V02", catalog.Conditional, func(c *catalog.Content) { c.Body.ShareCondition = " " }, "share_condition", "catalog.err.v02",
				func(c *catalog.Content) { c.Body.ShareCondition = "限本市" }},
			{"V04 conditional base item", catalog.Conditional,
				func(c *catalog.Content) { c.Items[1].BaseItem, c.Items[1].ShareType = true, catalog.Conditional },
				"items.2.share_type", "catalog.err.v04", func(c *catalog.Content) { c.Items[1].ShareType = catalog.Unconditional }},
			{"V04 in what is not shared", catalog.NotShared, func(c *catalog.Content) { c.Items[0].BaseItem = true },
				"items.1.share_type", "catalog.err.v04_entry", func(c *catalog.Content) { c.Items[0].BaseItem = false }},
			{"V05", catalog.Unconditional, func(c *catalog.Content) { c.Body.ClassCode = "3070200101" }, "lead_id", "catalog.err.v05",
				func(c *catalog.Content) { c.Body.LeadID = &lead }},
			{"V06", catalog.NotShared, func(c *catalog.Content) { c.Body.OpenToPublic = new(true) }, "open_to_public", "catalog.err.v06",
				func(c *catalog.Content) { c.Body.OpenToPublic = new(false) }},
			{"V07 not reviewed", catalog.Unconditional, func(c *catalog.Content) { c.Body.SecrecyResult = "" }, "secrecy_result", "catalog.err.v07",
				func(c *catalog.Content) { c.Body.SecrecyResult = catalog.SecrecyPassed }},
			{"V07 failed", catalog.Unconditional, func(c *catalog.Content) { c.Body.SecrecyResult = "failed" }, "secrecy_result", "catalog.err.v07_failed",
				func(c *catalog.Content) { c.Body.SecrecyResult = catalog.SecrecyPassed }},
			{"V07 tomorrow", catalog.Unconditional, func(c *catalog.Content) { c.Body.SecrecyOn = calendar.NewDate(2017, time.September, 13) },
				"secrecy_on", "catalog.err.secrecy_future", func(c *catalog.Content) { c.Body.SecrecyOn = calendar.NewDate(2017, time.September, 12) }},
			{"V09", catalog.Unconditional, func(c *catalog.Content) { c.Body.ProviderID = lead }, "provider_id", "catalog.err.v09",
				func(c *catalog.Content) { c.Body.ProviderID = w.Department("MZ").ID }},
			{"no items", catalog.Unconditional, func(c *catalog.Content) { c.Items = nil }, "items", "catalog.err.no_items",
				func(c *catalog.Content) { c.Items = []catalog.Item{{Name: "姓名", DataType: "C"}} }},
			{"an item twice", catalog.Unconditional, func(c *catalog.Content) { c.Items[2].Name = " 姓 名" }, "items.3.name", "catalog.err.item_twice",
				func(c *catalog.Content) { c.Items[2].Name = "登记日期" }},
			{"a related code that is not there", catalog.Unconditional, func(c *catalog.Content) { c.Body.RelatedCodes = "30702004/999999" },
				"related_codes", "catalog.err.related", func(c *catalog.Content) { c.Body.RelatedCodes = "" }},
			{"more shared than there is", catalog.Unconditional,
				func(c *catalog.Content) { c.Body.TotalRecords, c.Body.SharedRecords = new(int64(3)), new(int64(4)) },
				"shared_records", "catalog.err.shared_records", func(c *catalog.Content) { c.Body.SharedRecords = new(int64(3)) }},
			{"no abstract", catalog.Unconditional, func(c *catalog.Content) { c.Body.Abstract = "" }, "abstract", "err.required",
				func(c *catalog.Content) { c.Body.Abstract = "摘要" }},
		} {
			t.Run(c.name, func(t *testing.T) {
				content := w.Content("MZ", c.name, c.share)
				c.spoil(&content)
				e := w.Drafted("MZ", content)
				_, err := w.Desk.Submit(t.Context(), w.Head("MZ"), e.ID, e.Version)
				if !refusedAt(err, c.at, c.code) {
					t.Fatalf("got %v, want %s at %s", err, c.code, c.at)
				}
				for _, f := range fault.FieldsOf(err) {
					for _, lang := range locale.Languages() {
						if text := inventorytest.Messages(t).Printer(lang).Field(f); strings.Contains(text, "{") || strings.Contains(text, "catalog.") {
							t.Errorf("%s reads %q", f.Code, text)
						}
					}
				}
				c.mending(&content)
				saved, err := w.Desk.Save(t.Context(), w.Clerk("MZ"), e.ID, e.Version, catalog.EntryForm{Content: content})
				if err != nil || fault.AnyError(saved.Found) {
					t.Fatalf("mended: %v, %v", saved.Found, err)
				}
				if _, err := w.Desk.Submit(t.Context(), w.Head("MZ"), e.ID, saved.Entry.Version); err != nil {
					t.Errorf("submit what was mended: %v", err)
				}
			})
		}
	})
}

func TestAnEntryGoesFromDraftToWithdrawal(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		ctx, office := t.Context(), w.Someone(auth.Office)
		e := w.Drafted("MZ", w.Content("MZ", "婚姻登记信息", catalog.Conditional))
		if e.Code != "30702004/000001" || e.State() != catalog.Drafting {
			t.Fatalf("code %s in state %s, want 30702004/000001, draft", e.Code, e.State())
		}
		if _, err := w.Desk.Find(ctx, w.Clerk("RS"), e.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another department saw the draft: %v", err)
		}
		if _, err := w.Desk.Submit(ctx, w.Clerk("MZ"), e.ID, e.Version); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a clerk submitted: %v", err)
		}
		if _, err := w.Desk.Publish(ctx, office, e.ID, e.Version); !errors.Is(err, catalog.ErrStep) {
			t.Errorf("a draft was published: %v", err)
		}
		e, err := w.Desk.Submit(ctx, w.Head("MZ"), e.ID, e.Version)
		if err != nil || e.State() != catalog.InReview || e.Step != catalog.StepReview {
			t.Fatalf("submitted: %s %s, %v", e.State(), e.Step, err)
		}
		if _, err := w.Desk.Save(ctx, w.Clerk("MZ"), e.ID, e.Version, catalog.EntryForm{}); !errors.Is(err, catalog.ErrStep) {
			t.Errorf("it was written while it is reviewed: %v", err)
		}
		if _, err := w.Desk.Return(ctx, w.Someone(auth.Centre), e.ID, e.Version, " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("returned without a reason: %v", err)
		}
		e, err = w.Desk.Return(ctx, w.Someone(auth.Centre), e.ID, e.Version, "摘要太短")
		if err != nil || e.State() != catalog.Returned || e.DecisionReason != "摘要太短" {
			t.Fatalf("returned: %s %q, %v", e.State(), e.DecisionReason, err)
		}
		if e, err = w.Desk.Submit(ctx, w.Head("MZ"), e.ID, e.Version); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Desk.Publish(ctx, w.Someone(auth.Centre), e.ID, e.Version); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the centre published: %v", err)
		}
		if _, err := w.Desk.Publish(ctx, office, e.ID, e.Version-1); !errors.Is(err, store.ErrStale) {
			t.Errorf("a version that nobody saw was published: %v", err)
		}
		e, err = w.Desk.Publish(ctx, office, e.ID, e.Version)
		if err != nil || e.State() != catalog.Published || e.PublishedVersion != 1 || e.PublishDate != calendar.NewDate(2017, time.September, 12) {
			t.Fatalf("published: %s, version %d of %s, %v", e.State(), e.PublishedVersion, e.PublishDate, err)
		}
		if r, err := w.Desk.FindByCode(ctx, w.Clerk("RS"), e.Code); err != nil || len(r.Items) != 3 {
			t.Errorf("another department finds %d items, %v", len(r.Items), err)
		}
		e, err = w.Desk.AskWithdrawal(ctx, w.Head("MZ"), e.ID, e.Version, "职能调整")
		if err != nil || e.State() != catalog.Changing {
			t.Fatalf("withdrawal asked: %s, %v", e.State(), err)
		}
		e, err = w.Desk.Publish(ctx, office, e.ID, e.Version)
		if err != nil || e.State() != catalog.Withdrawn {
			t.Fatalf("withdrawn: %s, %v", e.State(), err)
		}
		next := w.Drafted("MZ", w.Content("MZ", "婚姻登记信息", catalog.Conditional))
		if next.Code != "30702004/000002" {
			t.Errorf("the next code is %s", next.Code)
		}
		history, err := w.Desk.History(ctx, w.Clerk("MZ"), e.ID)
		var got []string
		for _, s := range history {
			got = append(got, s.Action)
		}
		want := []string{"withdrawn", "withdrawal_asked", "published", "submitted", "returned", "submitted", "created"}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("history %v, %v; want %v", got, err, want)
		}
	})
}

func TestAPublishedEntryChangesThroughADraft(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		ctx := t.Context()
		e := w.Published("MZ", "婚姻登记信息", catalog.Conditional)
		r, err := w.Desk.Find(ctx, w.Clerk("MZ"), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		c := r.Working()
		c.Body.ShareType, c.Body.ShareCondition = catalog.Unconditional, ""
		c.Items = append(c.Items, catalog.Item{Name: "登记机关", DataType: "C"})
		saved, err := w.Desk.Save(ctx, w.Clerk("MZ"), e.ID, e.Version, catalog.EntryForm{Content: c, Reason: "扩大共享"})
		if err != nil || saved.Entry.State() != catalog.Changing {
			t.Fatalf("saved: %s, %v", saved.Entry.State(), err)
		}
		for _, who := range []struct {
			by    auth.Principal
			draft bool
		}{{w.Clerk("RS"), false}, {w.Clerk("MZ"), true}, {w.Someone(auth.Auditor), true}, {w.Someone(auth.Expert), false}} {
			r, err := w.Desk.Find(ctx, who.by, e.ID)
			if err != nil || r.Entry.ShareType != catalog.Conditional || len(r.Items) != 3 || (r.Draft != nil) != who.draft {
				t.Errorf("%s reads type %s with %d items, draft %v, %v; want the published version, draft %v",
					who.by.Login, r.Entry.ShareType, len(r.Items), r.Draft != nil, err, who.draft)
			}
		}
		moved := c
		moved.Body.ClassCode = "3070200203"
		if s, err := w.Desk.Save(ctx, w.Clerk("MZ"), e.ID, saved.Entry.Version, catalog.EntryForm{Content: moved}); err != nil ||
			!slices.ContainsFunc(s.Found, func(f fault.Field) bool { return f.Code == "catalog.err.class_fixed" }) {
			t.Errorf("another class was taken without a word: %v", err)
		} else {
			saved = s
		}
		saved, err = w.Desk.Save(ctx, w.Clerk("MZ"), e.ID, saved.Entry.Version, catalog.EntryForm{Content: c, Reason: "扩大共享"})
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(24 * time.Hour)
		at := w.Clock.Now()
		e, err = w.Desk.Submit(ctx, w.Head("MZ"), e.ID, saved.Entry.Version)
		if err != nil {
			t.Fatal(err)
		}
		if e, err = w.Desk.Publish(ctx, w.Someone(auth.Office), e.ID, e.Version); err != nil {
			t.Fatal(err)
		}
		versions, err := w.Desk.Versions(ctx, w.Clerk("RS"), e.ID)
		if err != nil || len(versions) != 2 || versions[0].Number != 2 || versions[1].ValidTo == nil || versions[0].Reason != "扩大共享" {
			t.Fatalf("versions %+v, %v", versions, err)
		}
		diff := catalog.Compare(versions[1].Content, versions[0].Content)
		var keys []string
		for _, f := range diff.Fields {
			keys = append(keys, f.Key)
		}
		if !slices.Equal(keys, []string{"share_type", "share_condition"}) || len(diff.Items) != 1 || diff.Items[0].New.Name != "登记机关" || diff.Items[0].Old != nil {
			t.Errorf("differences %+v", diff)
		}
		old, err := w.Desk.AsOf(ctx, w.Clerk("RS"), e.ID, at.Add(-time.Hour))
		if err != nil || old.Number != 1 || old.Content.Body.ShareType != catalog.Conditional {
			t.Errorf("an hour before: version %d, %v", old.Number, err)
		}
		if _, err := w.Desk.AsOf(ctx, w.Clerk("RS"), e.ID, at.Add(-72*time.Hour)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("before it was published: %v", err)
		}
	})
}

func TestADraftIsThrownAway(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		ctx := t.Context()
		e := w.Published("MZ", "低保对象信息", catalog.Unconditional)
		c := w.Content("MZ", "低保对象信息（新）", catalog.Unconditional)
		s, err := w.Desk.Save(ctx, w.Clerk("MZ"), e.ID, e.Version, catalog.EntryForm{Content: c})
		if err != nil {
			t.Fatal(err)
		}
		e, err = w.Desk.Discard(ctx, w.Clerk("MZ"), e.ID, s.Entry.Version)
		r, _ := w.Desk.Find(ctx, w.Clerk("MZ"), e.ID)
		if err != nil || e.State() != catalog.Published || r.Draft != nil || r.Entry.Name != "低保对象信息" {
			t.Errorf("%s, draft %v, %v", e.State(), r.Draft, err)
		}
		first := w.Drafted("MZ", c)
		first, err = w.Desk.Discard(ctx, w.Clerk("MZ"), first.ID, first.Version)
		if err != nil || first.State() != catalog.Withdrawn {
			t.Errorf("%s, %v", first.State(), err)
		}
		if _, err := w.Desk.Find(ctx, w.Clerk("RS"), first.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("what was never published is seen by others: %v", err)
		}
		if next := w.Drafted("MZ", c); next.Code == first.Code {
			t.Errorf("the code %s was used again", next.Code)
		}
	})
}

func TestBodiesOfARegionAreLookedAtByItsAuthorityFirst(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		ctx := t.Context()
		body := w.Below("ZY", "枣阳市民政局")
		clerk := w.Clerk("ZY")
		clerk.DepartmentID, clerk.Department, clerk.AccountID = body.ID, body.Name, 901
		head := clerk
		head.Roles, head.AccountID = auth.Roles{auth.Head}, 902
		c := w.Content("ZY", "枣阳低保信息", catalog.Unconditional)
		c.Body.ProviderID = body.ID
		saved, err := w.Desk.Create(ctx, clerk, catalog.EntryForm{Content: c})
		if err != nil {
			t.Fatal(err)
		}
		e, err := w.Desk.Submit(ctx, head, saved.Entry.ID, saved.Entry.Version)
		if err != nil || e.Step != catalog.StepRegion {
			t.Fatalf("submitted to %q, %v; want the region", e.Step, err)
		}
		if _, err := w.Desk.Publish(ctx, w.Someone(auth.Office), e.ID, e.Version); !errors.Is(err, catalog.ErrStep) {
			t.Errorf("published past the region: %v", err)
		}
		waiting, err := w.Desk.List(ctx, w.Region("ZY"), catalog.Query{Scope: catalog.Waiting})
		if err != nil || waiting.Total != 1 {
			t.Errorf("%d wait for the authority, %v", waiting.Total, err)
		}
		if _, err := w.Desk.Endorse(ctx, w.Head("MZ"), e.ID, e.Version, ""); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("somebody else endorsed: %v", err)
		}
		e, err = w.Desk.Endorse(ctx, w.Region("ZY"), e.ID, e.Version, "同意")
		if err != nil || e.Step != catalog.StepReview {
			t.Fatalf("endorsed to %q, %v", e.Step, err)
		}
		if e, err = w.Desk.Publish(ctx, w.Someone(auth.Office), e.ID, e.Version); err != nil || !e.Published() {
			t.Errorf("published: %v, %v", e.State(), err)
		}
	})
}

func TestNobodyDecidesOnTheOwnEntry(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		e := w.Submitted("MZ", w.Content("MZ", "婚姻登记信息", catalog.Conditional))
		both := w.Head("MZ")
		both.Roles = auth.Roles{auth.Head, auth.Office}
		if _, err := w.Desk.Publish(t.Context(), both, e.ID, e.Version); !errors.Is(err, catalog.ErrOwnReview) {
			t.Errorf("got %v, want that the own entry is not decided on", err)
		}
	})
}

func TestMountedDataGrowOld(t *testing.T) {
	catalogtest.Each(t, func(t *testing.T, w *catalogtest.World) {
		ctx := t.Context()
		day := calendar.NewDate(2017, time.September, 12)
		for _, c := range []struct {
			cycle catalog.Cycle
			stale calendar.Date
		}{
			{catalog.Realtime, day.AddDays(2)}, {catalog.Daily, day.AddDays(2)}, {catalog.Weekly, day.AddDays(11)},
			{catalog.Monthly, day.AddDays(47)}, {catalog.Quarterly, day.AddDays(139)}, {catalog.Yearly, day.AddDays(550)},
			{catalog.Irregular, calendar.Date{}},
		} {
			content := w.Content("MZ", "数据"+string(c.cycle), catalog.Unconditional)
			content.Body.UpdateCycle = c.cycle
			e := w.Mounted("MZ", w.PublishedContent("MZ", content))
			if e.StaleOn != c.stale || !e.Fresh(day) || !c.stale.IsZero() && (e.Stale(c.stale.AddDays(-1)) || !e.Stale(c.stale)) {
				t.Errorf("%s: stale on %s, want %s", c.cycle, e.StaleOn, c.stale)
			}
		}
		e := w.Published("MZ", "空目录", catalog.Unconditional)
		if e.Fresh(day) {
			t.Error("an empty shell counts as fresh")
		}
		if _, err := w.Desk.Mount(ctx, w.Clerk("MZ"), e.ID, e.Version, catalog.MountForm{Kind: "table", Address: "t"}); !refusedAt(err, "updated_on", "catalog.err.v08") {
			t.Errorf("mounted without a day: %v", err)
		}
		if _, err := w.Desk.Mount(ctx, w.Clerk("RS"), e.ID, e.Version, catalog.MountForm{Kind: "table", Address: "t", UpdatedOn: day}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody else mounted: %v", err)
		}
		w.Clock.Advance(3 * 24 * time.Hour)
		page, err := w.Desk.List(ctx, w.Clerk("RS"), catalog.Query{Stale: new(true)})
		if err != nil || page.Total != 2 {
			t.Errorf("%d are too old, %v; want the two of a daily cycle", page.Total, err)
		}
		stale := page.Rows[0]
		if _, err := w.Desk.Refresh(ctx, w.Clerk("MZ"), stale.ID, stale.Version, calendar.DateOf(w.Clock.Now()), nil); err != nil {
			t.Fatal(err)
		}
		if page, err = w.Desk.List(ctx, w.Clerk("RS"), catalog.Query{Stale: new(true), Search: "数据"}); err != nil || page.Total != 1 {
			t.Errorf("%d are too old, %v; want 1 after one was refreshed", page.Total, err)
		}
	})
}
