package monthly_test

import (
	"testing"

	"qingce/scoring/monthly"
	"qingce/scoring/scorecard"
)

// A part of what comes of sharing (M6) that nothing was measured of is left out
// of the mean and is never 0; papers that citizens no longer hand in are measured
// only against a target.
func TestWhatWasNotMeasuredIsNoZero(t *testing.T) {
	row := func(standing monthly.Standing) monthly.Row {
		return monthly.Row{Kind: "relief", ID: "1", Standing: standing}
	}
	for _, one := range []struct {
		name    string
		figures []monthly.Figure
		target  int
		want    map[scorecard.Part]scorecard.Share
		value   string // of M6, empty where it does not apply
	}{
		{"nothing at all", nil, 0, map[scorecard.Part]scorecard.Share{}, ""},
		{"papers without a target", []monthly.Figure{{Key: monthly.NotCollected, Rows: []monthly.Row{row(monthly.Counted)}}}, 0, map[scorecard.Part]scorecard.Share{}, ""},
		{"papers of a target", []monthly.Figure{{Key: monthly.NotCollected, Rows: []monthly.Row{row(monthly.Counted)}}}, 4,
			map[scorecard.Part]scorecard.Share{scorecard.NotCollected: {Num: 1, Den: 4}}, "25"},
		{"only withdrawn requests", []monthly.Figure{{Key: monthly.Replies, Rows: []monthly.Row{row(monthly.LeftOut)}}}, 0, map[scorecard.Part]scorecard.Share{}, ""},
		{"a late reply, and no objection", []monthly.Figure{{Key: monthly.Replies, Rows: []monthly.Row{row(monthly.Missing)}}, {Key: monthly.Objections}}, 0,
			map[scorecard.Part]scorecard.Share{scorecard.Replies: {Num: 0, Den: 1}}, "0"},
	} {
		method := monthly.DefaultMethod()
		method.PapersTarget = one.target
		facts := monthly.Facts{Figures: one.figures}
		in := facts.Input(&method)
		if len(in.Parts) != len(one.want) {
			t.Errorf("%s: parts %v, want %v", one.name, in.Parts, one.want)
		}
		for part, want := range one.want {
			if in.Parts[part] != want {
				t.Errorf("%s: %s is %v, want %v", one.name, part, in.Parts[part], want)
			}
		}
		got := ""
		card := method.Make(&in)
		if v := card.Values[scorecard.Effect]; v != nil {
			got = v.RatString()
		}
		if got != one.value {
			t.Errorf("%s: M6 is %q, want %q", one.name, got, one.value)
		}
	}
}
