package runs_test

import (
	"slices"
	"testing"

	"qingce/internal/runs"
)

func TestRuns(t *testing.T) {
	for _, one := range []struct {
		name      string
		got, want []string
	}{
		{"signs part runs", runs.Of("社保-卡a"), []string{"社", "保", "社保", "卡", "a", "卡a"}},
		{"each once", runs.Of("社社社"), []string{"社", "社社"}},
		{"only signs", runs.Of("--"), nil},
		{"a word wants its pairs", runs.Wanted("社保卡"), []string{"社保", "保卡"}},
		{"a single letter wants itself", runs.Wanted("社"), []string{"社"}},
		{"width and case are folded", runs.Words(" ＲＳ　－01 社保 "), []string{"rs", "-01", "社保"}},
	} {
		if !slices.Equal(one.got, one.want) {
			t.Errorf("%s: %q, want %q", one.name, one.got, one.want)
		}
	}
	if got := runs.Array([]string{"社保", "rs"}); got != "{社保,rs}" {
		t.Errorf("array %s", got)
	}
}
