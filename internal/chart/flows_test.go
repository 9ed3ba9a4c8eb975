package chart_test

import (
	"math"
	"strings"
	"testing"

	"qingce/internal/chart"
)

func TestFlowsShowWhoGivesHowMuchToWhom(t *testing.T) {
	f := chart.Flows{
		Head: chart.Head{Title: "交换", Words: chart.Words{Empty: "没有交换"}}, From: "提供方", To: "使用方",
		Flows: []chart.Flow{
			{From: "RS-01", To: "市民政局", Value: 300, Text: "300 次", Href: "/hub/volumes"},
			{From: "RS-01", To: `<b>"&`, Value: 100, Text: "100 次", Marked: true},
			{From: "GA-01", To: "市民政局", Value: 40, Text: "40 次"},
			{From: "nobody", To: "nobody", Value: math.NaN()},
			{From: "nothing", To: "nothing", Value: 0},
		},
	}
	wide := string(f.Draw(chart.Wide).Inline("flows"))
	for _, want := range []string{"提供方", "使用方", ">RS-01<", ">GA-01<", "RS-01 → 市民政局  300 次", `href="/hub/volumes"`, "&lt;b&gt;", "stroke-dasharray"} {
		if !strings.Contains(wide, want) {
			t.Errorf("%q is not in the picture", want)
		}
	}
	for _, not := range []string{"nobody", "nothing", "<b>", "NaN", "style="} {
		if strings.Contains(wide, not) {
			t.Errorf("%q is in the picture", not)
		}
	}
	if strings.Index(wide, ">RS-01<") > strings.Index(wide, ">GA-01<") {
		t.Error("the greatest giver is not first")
	}
	narrow := string(f.Draw(chart.Narrow).Inline("flows"))
	if !strings.Contains(narrow, "GA-01 → 市民政局") {
		t.Error("the phone has no bar for each pair")
	}
	if _, err := f.Draw(chart.Wide).PNG(); err != nil {
		t.Errorf("as PNG: %v", err)
	}
	f.Flows = nil
	if got := string(f.Draw(chart.Wide).Inline("flows")); !strings.Contains(got, "没有交换") {
		t.Errorf("without flows: %s", got)
	}
}
