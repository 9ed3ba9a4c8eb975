package similar_test

import (
	"errors"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory/similar"
)

func TestAJudgedPairLeavesTheListAndReplaces(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		old, next, _ := c.offices()
		c.compare(false)
		c.judge(c.only(similar.Query{}), "same.double", next.Code)
		if rows := c.pairs(c.Someone(auth.Office), similar.Query{}); len(rows) != 0 {
			t.Errorf("open pairs %+v, want none", rows)
		}
		p := c.only(similar.Query{Verdicts: []similar.Verdict{similar.Same}})
		if p.Judged.KeeperID != next.ID || p.Judged.Name != "office" || p.Judged.Ground != "double" {
			t.Errorf("judged %+v, want that the second goes on", p.Judged)
		}
		got := replacements(t, c.City, old.ID, next.ID)
		want := similar.Replacement{By: next.ID, Judged: true, Overlap: p.Score, UsersMoved: similar.Unknown}
		if len(got) != 1 || got[old.ID] != want {
			t.Errorf("replacements %+v, want only %+v of the old one", got, want)
		}
		if got := c.compare(true); got.Reopened != 0 {
			t.Errorf("compared %v, want that nothing came back", got)
		}
		sheet, err := c.desk.Find(t.Context(), c.Someone(auth.Centre), p.ID)
		if err != nil || len(sheet.History) != 1 || sheet.FirstText != old.FunctionDesc {
			t.Errorf("sheet %+v, %v; want the text of the first and one judgement", sheet, err)
		}
	})
}

func TestDifferentSystemsReplaceNothing(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		old, next, _ := c.offices()
		if err := c.Registry.Relate(t.Context(), c.Clerk("JY"), old.Code, next.Code, "replaced_by", ""); err != nil {
			t.Fatal(err)
		}
		c.compare(false)
		if got := replacements(t, c.City, old.ID); !got[old.ID].Declared || got[old.ID].Overlap < 0.6 {
			t.Errorf("replacements %+v, want the declared one with its score", got)
		}
		c.judge(c.only(similar.Query{}), "different.business", "")
		if got := replacements(t, c.City, old.ID); len(got) != 0 {
			t.Errorf("replacements %+v of a pair that was found different", got)
		}
	})
}

func TestADecidedPairComesBackOnlyWhenATextSaysSomethingElse(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		old, next, _ := c.offices()
		c.compare(false)
		c.judge(c.only(similar.Query{}), "different.wording", "")
		c.describe("JY", old.Code, "局机关公文收发、会议通知、内部邮件和请假、休假审批。")
		if got := c.compare(false); got.Changed != 1 || got.Reopened != 0 {
			t.Errorf("a few letters changed: %v, want that the pair stays decided", got)
		}
		c.describe("GA", next.Code, "机关公文收发、会议通知、督查督办、通讯录和信息发布。")
		if got := c.compare(false); got.Reopened != 1 {
			t.Errorf("the text changed: %v, want one pair back", got)
		}
		p := c.only(similar.Query{})
		if p.ReopenedAt.IsZero() || p.Judged.Verdict != similar.Open {
			t.Errorf("pair %+v, want it open and marked as back", p)
		}
		sheet, err := c.desk.Find(t.Context(), c.Someone(auth.Office), p.ID)
		if err != nil || len(sheet.History) != 1 || sheet.History[0].Verdict != similar.Different {
			t.Errorf("history %+v, %v; want what was said before", sheet.History, err)
		}
		if got := c.compare(false); got.Reopened != 0 {
			t.Errorf("the second time: %v", got)
		}
	})
}

func TestADifferentPairThatPartsStaysDecided(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		old, _, _ := c.offices()
		c.compare(false)
		c.judge(c.only(similar.Query{}), "different.business", "")
		c.describe("JY", old.Code, "中小学教师资格、职称和继续教育学分的管理。")
		if got := c.compare(false); got.Reopened != 0 {
			t.Errorf("compared %v, want nothing back: the two are not even alike now", got)
		}
	})
}

func TestWhatAReviewerMustSay(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		_, next, _ := c.offices()
		c.compare(false)
		p := c.only(similar.Query{})
		for _, w := range []struct {
			name    string
			opinion similar.Opinion
			field   string
		}{
			{"nothing", similar.Opinion{}, "choice"},
			{"an unknown choice", similar.Opinion{Choice: "same.looks"}, "choice"},
			{"open", similar.Opinion{Choice: "open."}, "choice"},
			{"the same, without who goes on", similar.Opinion{Choice: "same.double"}, "keeper"},
			{"the same, and a third goes on", similar.Opinion{Choice: "same.double", Keeper: "FC-0001"}, "keeper"},
			{"other, without a note", similar.Opinion{Choice: "different.other", Note: " "}, "note"},
		} {
			t.Run(w.name, func(t *testing.T) {
				err := c.desk.Judge(t.Context(), c.Someone(auth.Office), p.ID, p.Version, w.opinion)
				if f := fault.FieldsOf(err); len(f) != 1 || f[0].Name != w.field {
					t.Errorf("error %v of %+v, want one at %s", err, f, w.field)
				}
			})
		}
		c.judge(p, "same.double", next.Code)
		err := c.desk.Judge(t.Context(), c.Someone(auth.Office), p.ID, p.Version, similar.Opinion{Choice: "different.business"})
		if !errors.Is(err, store.ErrStale) {
			t.Errorf("error %v of an old version, want that somebody was faster", err)
		}
	})
}

func TestWhoMayJudge(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		c.offices()
		c.compare(false)
		p := c.only(similar.Query{})
		own := c.Someone(auth.Centre)
		own.DepartmentID = c.Department("GA").ID
		for _, w := range []struct {
			name string
			by   auth.Principal
			want error
		}{
			{"the clerk of one side", c.Clerk("JY"), auth.ErrForbidden},
			{"the leading group", c.Someone(auth.Leader), auth.ErrForbidden},
			{"nobody", auth.Principal{}, auth.ErrUnauthenticated},
			{"the centre, of a system of its own", own, similar.ErrOwnPair},
			{"the centre", c.Someone(auth.Centre), nil},
		} {
			t.Run(w.name, func(t *testing.T) {
				err := c.desk.Judge(t.Context(), w.by, p.ID, p.Version, similar.Opinion{Choice: "different.business"})
				if !errors.Is(err, w.want) {
					t.Errorf("error %v, want %v", err, w.want)
				}
			})
		}
	})
}

func TestADepartmentSeesItsOwnSide(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		old, next, _ := c.offices()
		c.compare(false)
		p := c.pairs(c.Clerk("JY"), similar.Query{})[0]
		if p.First.Hidden || p.First.Name != old.Name {
			t.Errorf("own side %+v, want it whole", p.First)
		}
		if want := (similar.Side{ID: next.ID, Code: next.Code, OwnerID: next.OwnerID, Hidden: true}); p.Second != want {
			t.Errorf("other side %+v, want %+v", p.Second, want)
		}
		sheet, err := c.desk.Find(t.Context(), c.Clerk("JY"), p.ID)
		if err != nil || sheet.SecondText != "" || sheet.FirstText == "" {
			t.Errorf("sheet %+v, %v; want the own text only", sheet, err)
		}
		if rows := c.pairs(c.Clerk("FC"), similar.Query{}); len(rows) != 0 {
			t.Errorf("a third department sees %+v", rows)
		}
		if _, err := c.desk.Find(t.Context(), c.Clerk("FC"), p.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a third department finds the pair: %v", err)
		}
		for search, want := range map[string]int{"市办公": 0, "教育": 1, next.Code: 1} {
			if rows := c.pairs(c.Clerk("JY"), similar.Query{Search: search}); len(rows) != want {
				t.Errorf("%d pairs by %q, want %d: names of others are not searched", len(rows), search, want)
			}
		}
		if _, err := c.desk.List(t.Context(), c.Someone(auth.Admin), similar.Query{}); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("the system administrator lists pairs: %v", err)
		}
	})
}

func TestPairsAreCounted(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		c.offices()
		c.compare(false)
		for _, w := range []struct {
			by   auth.Principal
			want similar.Counts
		}{
			{c.Someone(auth.Leader), similar.Counts{Open: 1, Likely: 1}}, {c.Clerk("JY"), similar.Counts{Open: 1, Likely: 1}}, {c.Clerk("FC"), similar.Counts{}},
		} {
			if got, err := c.desk.Count(t.Context(), w.by); err != nil || got != w.want {
				t.Errorf("%s counts %+v, %v; want %+v", w.by.Login, got, err, w.want)
			}
		}
		c.judge(c.only(similar.Query{}), "partly.modules", "")
		if got, err := c.desk.Count(t.Context(), c.Someone(auth.Office)); err != nil || got != (similar.Counts{Partly: 1}) {
			t.Errorf("counts %+v, %v; want one partly the same", got, err)
		}
	})
}
