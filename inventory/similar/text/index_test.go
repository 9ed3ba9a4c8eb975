package text_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/inventory/similar/text"
)

func TestSimilarFollowsWhatIsAddedAndRemoved(t *testing.T) {
	x := text.New()
	x.Add(1, "城乡低保救助系统")
	x.Add(2, "房产交易与备案系统")
	x.Add(3, "城乡低保资金发放")
	keys := func() []text.Key {
		var out []text.Key
		for _, m := range x.Similar("城乡低保的申请", 10, 0.1) {
			out = append(out, m.Key)
		}
		return out
	}
	if got := keys(); !slices.Equal(got, []text.Key{3, 1}) && !slices.Equal(got, []text.Key{1, 3}) {
		t.Errorf("found %v, want the two of 低保", got)
	}
	x.Add(1, "不动产登记")
	if got := keys(); !slices.Equal(got, []text.Key{3}) {
		t.Errorf("found %v after text 1 became another, want only 3", got)
	}
	x.Remove(3)
	x.Remove(99)
	if got := keys(); len(got) != 0 || x.Len() != 2 {
		t.Errorf("found %v of %d texts, want none of two", got, x.Len())
	}
}

// TestManyChangesLeaveTheSameIndex replaces texts so often that what is gone is
// thrown out, and compares with an index that never held anything else.
func TestManyChangesLeaveTheSameIndex(t *testing.T) {
	lines := labelled(t)
	used, clean := text.New(), indexOf(lines)
	for round := range 5 {
		for i := range lines {
			used.Add(text.Key(i), lines[(i+5-round-1)%len(lines)].text)
		}
	}
	for i, d := range lines {
		used.Add(text.Key(i), d.text)
	}
	for _, d := range lines {
		got, want := used.Similar(d.text, 10, 0), clean.Similar(d.text, 10, 0)
		if !slices.EqualFunc(got, want, func(a, b text.Match) bool { return math.Abs(a.Score-b.Score) < 1e-5 }) {
			t.Fatalf("%s: %v after many changes, %v in a clean index", d.text, got, want)
		}
	}
}

func TestWidthAndCaseMakeNoDifference(t *testing.T) {
	x := text.New()
	x.Add(1, "ＯＡ协同办公（２.０）")
	x.Add(2, "房产交易")
	if got := x.Similar("oa协同办公(2.0)", 1, 0); len(got) != 1 || got[0].Key != 1 || got[0].Score < 0.999 {
		t.Errorf("found %v, want text 1 as the same", got)
	}
	if got := x.Similar("!!", 5, 0); len(got) != 0 {
		t.Errorf("signs alone are like %v", got)
	}
}

func TestSimilarKeepsTheBestFew(t *testing.T) {
	lines := labelled(t)
	x := indexOf(lines)
	all := x.Similar(lines[0].text, len(lines), 0)
	if few := x.Similar(lines[0].text, 3, 0); !slices.Equal(few, all[:3]) {
		t.Errorf("the best three are %v, want %v", few, all[:3])
	}
	if !slices.IsSortedFunc(all, func(a, b text.Match) int { return int(math.Copysign(1, b.Score-a.Score)) }) {
		t.Error("not sorted by score")
	}
}

// TestPairsAreThoseOfComparingAll compares the short way with the long one.
func TestPairsAreThoseOfComparingAll(t *testing.T) {
	lines := append(labelled(t), varied(t, 400)...)
	x := indexOf(lines)
	for _, least := range []float64{0.1, 0.25, 0.6} {
		t.Run(fmt.Sprint(least), func(t *testing.T) {
			want := map[[2]text.Key]float64{}
			for i, d := range lines {
				for _, m := range besides(x.Similar(d.text, len(lines), least), text.Key(i)) {
					want[[2]text.Key{min(m.Key, text.Key(i)), max(m.Key, text.Key(i))}] = m.Score
				}
			}
			got, err := x.Pairs(t.Context(), least, len(lines), func(int, int) {})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range got {
				if w, ok := want[[2]text.Key{p.A, p.B}]; !ok && p.Score > least+1e-5 || ok && math.Abs(w-p.Score) > 1e-4 {
					t.Errorf("pair %+v, want %v", p, w)
				}
			}
			if d := len(got) - len(want); d < -1 || d > 1 { // one may lie on the border
				t.Errorf("%d pairs, want %d", len(got), len(want))
			}
		})
	}
}

func TestPairsKeepTheBestOfEither(t *testing.T) {
	x := text.New()
	for i, s := range []string{"城乡低保救助", "城乡低保救助系统", "城乡低保救助平台系统", "城乡低保申请"} {
		x.Add(text.Key(i), s)
	}
	got, err := x.Pairs(t.Context(), 0.1, 1, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	for i := range text.Key(4) {
		if !slices.ContainsFunc(got, func(p text.Pair) bool { return p.A == i || p.B == i }) {
			t.Errorf("text %d is in no pair of %v", i, got)
		}
	}
	if len(got) > 4 {
		t.Errorf("%d pairs of four texts with one each: %v", len(got), got)
	}
}

func TestPairsStopWhenToldTo(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := indexOf(labelled(t)).Pairs(ctx, 0.25, 5, func(int, int) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that it was stopped", err)
	}
}

func TestPairsTellHowFarTheyAre(t *testing.T) {
	var last, of int
	_, err := indexOf(varied(t, 600)).Pairs(t.Context(), 0.25, 5, func(n, all int) {
		if n < last {
			t.Errorf("back from %d to %d", last, n)
		}
		last, of = n, all
	})
	if err != nil || last != 600 || of != 600 {
		t.Errorf("ended at %d of %d, %v", last, of, err)
	}
}

func TestMark(t *testing.T) {
	for _, c := range []struct{ name, a, b, want string }{
		{"several", "城乡低保的申请和审批", "农村低保申请、审批", "城乡[低保]的[申请]和[审批]"},
		{"across signs", "登记、年检", "登记年检", "[登记]、[年检]"},
		{"single letters do not count", "登高", "登山", "登高"},
		{"all", "低保", "低保", "[低保]"},
		{"written as here", "ＧＩＳ平台", "gis服务", "[GIS]平台"},
		{"nothing", "", "低保", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			for _, s := range text.Mark(c.a, c.b) {
				if s.Shared {
					b.WriteString("[" + s.Text + "]")
				} else {
					b.WriteString(s.Text)
				}
			}
			if b.String() != c.want {
				t.Errorf("marked %q, want %q", b.String(), c.want)
			}
		})
	}
}

func TestWordsThatTellTheMostComeFirst(t *testing.T) {
	x := indexOf(labelled(t))
	got := x.Words("城乡低保救助管理系统\n特困供养和低保的申请", "低保管理系统\n特困供养对象的申请", 3)
	if want := []string{"特困供养", "管理系统", "低保"}; !slices.Equal(got, want) {
		t.Errorf("words %v, want %v: without 的, and each once", got, want)
	}
}

// varied makes texts that look like those of many places with systems of the
// same sorts.
func varied(t testing.TB, n int) []described {
	t.Helper()
	lines := labelled(t)
	r := rand.New(rand.NewPCG(2017, 76))
	places := []rune("襄樊枣宜南保谷老河口城漳中荆门宜昌孝感黄冈咸宁随州恩施仙桃潜江天")
	clauses := func(s string) []string {
		return strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune("\n、，。,和", c) })
	}
	out := make([]described, n)
	for i := range out {
		base := clauses(lines[r.IntN(len(lines))].text)
		name, rest := base[0], slices.Clone(base[1:])
		r.Shuffle(len(rest), func(a, b int) { rest[a], rest[b] = rest[b], rest[a] })
		rest = rest[:1+r.IntN(len(rest))]
		for range 1 + r.IntN(3) {
			other := clauses(lines[r.IntN(len(lines))].text)
			rest = append(rest, other[r.IntN(len(other))])
		}
		place := string(places[r.IntN(len(places))]) + string(places[r.IntN(len(places))])
		out[i] = described{text: place + "县" + name + "\n" + strings.Join(rest, "、")}
	}
	return out
}

// BenchmarkSimilar asks an index of as many systems as a province has.
func BenchmarkSimilar(b *testing.B) {
	lines := varied(b, 50_000)
	x := indexOf(lines)
	x.Similar("低保", 1, 0) // works out the weights
	i := 0
	for b.Loop() {
		if got := x.Similar(lines[i*997%len(lines)].text, 10, text.Candidate); len(got) != 10 {
			b.Errorf("found %d texts, want ten", len(got))
		}
		i++
	}
	if each := b.Elapsed() / time.Duration(i); each > 50*time.Millisecond {
		b.Errorf("the nearest ten of one text took %v, want 50 ms at most", each)
	}
}

func BenchmarkPairs(b *testing.B) {
	for _, n := range []int{5_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x := indexOf(varied(b, n))
			for b.Loop() {
				if _, err := x.Pairs(b.Context(), text.Candidate, 20, func(int, int) {}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
