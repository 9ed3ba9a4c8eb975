package similar_test

import (
	"slices"
	"testing"

	"qingce/internal/auth"
	"qingce/inventory"
	"qingce/inventory/similar"
)

func TestSystemsThatReadAlikeBecomeAPair(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		old, next, _ := c.offices()
		if got := c.compare(false); got.Systems != 3 || got.Changed != 3 || got.Pairs != 1 {
			t.Errorf("compared %v, want one pair of three systems", got)
		}
		p := c.only(similar.Query{})
		if p.First.Code != old.Code || p.Second.Code != next.Code || p.Score < 0.6 || p.Judged.Verdict != similar.Open {
			t.Errorf("pair %+v, want the two offices as likely the same", p)
		}
		if !slices.Contains(p.Words, "会议通知") || !slices.Contains(p.Words, "内部邮件") {
			t.Errorf("words %v, want those that both texts hold", p.Words)
		}
		if got := c.compare(false); got.Changed != 0 || got.Pairs != 0 || got.Removed != 0 {
			t.Errorf("the second time: %v, want that nothing changed", got)
		}
		if got := c.compare(true); got.Changed != 3 || got.Removed != 0 || c.only(similar.Query{}).ID != p.ID {
			t.Errorf("all again: %v, want the same pair", got)
		}
	})
}

func TestPairsGoWhenTextsPart(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		old, _, _ := c.offices()
		c.compare(false)
		c.describe("JY", old.Code, "中小学教师资格、职称和继续教育学分的管理。")
		if got := c.compare(false); got.Changed != 1 || got.Removed != 1 {
			t.Errorf("compared %v, want one changed system and one pair less", got)
		}
		if rows := c.pairs(c.Someone(auth.Office), similar.Query{}); len(rows) != 0 {
			t.Errorf("pairs %+v, want none", rows)
		}
	})
}

func TestClassifiedSystemsAreNotCompared(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		c.offices()
		secret := inventory.System{
			OwnerID: c.Department("GA").ID, Classified: true, SecretLevel: "secret", FundSource: "city", Phase: inventory.PhaseRunning,
			Network: []string{inventory.NetStandalone}, OmAmountYear: new(int64(1)),
		}
		if _, _, err := c.Registry.Register(t.Context(), c.Clerk("GA"), inventory.Registration{System: secret}); err != nil {
			t.Fatal(err)
		}
		if got := c.compare(false); got.Systems != 3 {
			t.Errorf("compared %v, want the three that are not classified", got)
		}
	})
}

func TestDeclaredPairsAreListedHoweverTheyRead(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		_, next, other := c.offices()
		if err := c.Registry.Relate(t.Context(), c.Clerk("FC"), other.Code, next.Code, inventory.ReplacedBy, ""); err != nil {
			t.Fatal(err)
		}
		c.compare(false)
		p := c.only(similar.Query{Declared: true})
		if p.First.Code != next.Code || !p.SecondReplaced || p.FirstReplaced || p.Score >= 0.25 {
			t.Errorf("pair %+v, want that the second is declared to be replaced", p)
		}
		if n := len(c.pairs(c.Someone(auth.Office), similar.Query{})); n != 2 {
			t.Errorf("%d pairs, want the declared and the like one", n)
		}
		for _, n := range c.neighbours(t, other.Code) {
			if err := c.Registry.Unrelate(t.Context(), c.Clerk("FC"), other.Code, n.RelationID); err != nil {
				t.Fatal(err)
			}
		}
		c.compare(false)
		if p := c.only(similar.Query{}); p.Score < 0.25 {
			t.Errorf("pair %+v stays though it is declared no longer", p)
		}
	})
}

func (c *town) neighbours(t *testing.T, code string) []inventory.Neighbour {
	out, err := c.Registry.Neighbours(t.Context(), c.Someone(auth.Office), code)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestManySystems compares in both ways, of all and of what changed, and wants
// the same pairs.
func TestManySystems(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		c.Fill(20, 300)
		first := c.compare(false)
		if first.Systems != 300 || first.Pairs < 100 {
			t.Fatalf("compared %v, want many pairs", first)
		}
		list := func() map[similar.PairID]float64 {
			out := map[similar.PairID]float64{}
			for page := 1; ; page++ {
				p, err := c.desk.List(t.Context(), c.Someone(auth.Office), similar.Query{Page: page, Size: 200})
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range p.Rows {
					out[r.ID] = r.Score
				}
				if int64(len(out)) >= p.Total {
					return out
				}
			}
		}
		all := list()
		if len(all) != first.Pairs {
			t.Errorf("%d pairs in the list, want %d", len(all), first.Pairs)
		}
		name := c.system("RS", "社会保险业务办理系统", "社会保险业务的日常办理")
		if got := c.compare(false); got.Changed != 1 || got.Pairs == 0 || got.Pairs > 20 {
			t.Errorf("compared %v, want one changed system and its pairs", got)
		}
		for _, p := range c.pairs(c.Someone(auth.Office), similar.Query{System: name.ID}) {
			if _, ok := all[p.ID]; ok {
				t.Errorf("pair %d of a new system was there before", p.ID)
			}
		}
	})
}
