package text_test

import (
	"os"
	"strings"
	"testing"

	"qingce/inventory/similar/text"
)

// described is a line of the labelled texts.
type described struct {
	group, kind, text string
}

func labelled(t testing.TB) []described {
	t.Helper()
	raw, err := os.ReadFile("testdata/labelled.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var out []described
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if len(cells) != 4 {
			t.Fatalf("not four cells: %q", line)
		}
		out = append(out, described{cells[0], cells[1], cells[2] + "\n" + cells[3]})
	}
	return out
}

func indexOf(lines []described) *text.Index {
	x := text.New()
	for i, d := range lines {
		x.Add(text.Key(i), d.text)
	}
	return x
}

// TestQualityOnLabelledPairs measures what the two scores are worth. The same
// system described again is found first, and is likely the same by its score;
// the same work in other words is mostly found first, and every second time worth
// a look; of ten thousand pairs of different work hardly any are.
func TestQualityOnLabelledPairs(t *testing.T) {
	lines := labelled(t)
	x := indexOf(lines)
	var again, words, others struct{ pairs, likely, candidate int }
	first := map[string]int{}
	asked := map[string]int{}
	for i, d := range lines {
		if d.kind != "o" {
			asked[d.kind]++
			if best := besides(x.Similar(d.text, 2, 0), text.Key(i)); len(best) > 0 && lines[best[0].Key].group == d.group {
				first[d.kind]++
			}
		}
		for _, e := range lines[:i] {
			into := &others
			switch {
			case d.group == e.group && (d.kind == "r" || e.kind == "r"):
				into = &words
			case d.group == e.group:
				into = &again
			}
			score := x.Score(d.text, e.text)
			into.pairs++
			if score >= text.Likely {
				into.likely++
			}
			if score >= text.Candidate {
				into.candidate++
			}
		}
	}
	t.Logf("described again: %+v, found first %d of %d; in other words: %+v, found first %d of %d; different work: %+v",
		again, first["e"], asked["e"], words, first["r"], asked["r"], others)
	if first["e"] != asked["e"] || again.candidate != again.pairs || again.likely*100 < again.pairs*95 {
		t.Errorf("described again: %+v, first %d of %d; want all first, all candidates and 95 in a hundred likely the same", again, first["e"], asked["e"])
	}
	if first["r"]*100 < asked["r"]*85 || words.candidate*100 < words.pairs*60 {
		t.Errorf("in other words: %+v, first %d of %d; want 85 in a hundred first and 60 in a hundred candidates", words, first["r"], asked["r"])
	}
	if others.likely > 0 || others.candidate*1000 > others.pairs*2 {
		t.Errorf("different work: %+v; want none likely the same and two in a thousand candidates at most", others)
	}
}

// besides leaves out the text itself.
func besides(found []text.Match, self text.Key) []text.Match {
	var out []text.Match
	for _, m := range found {
		if m.Key != self {
			out = append(out, m)
		}
	}
	return out
}
