package inventory_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

func noTitles(string) []string { return nil }

func readPlan(t *testing.T, text string, titles func(string) []string) ([]inventory.PlanLine, string) {
	t.Helper()
	lines, wrong, err := inventory.ReadPlan(strings.NewReader(text), int64(len(text)), "plan.csv", titles)
	if err != nil {
		return nil, err.Error()
	}
	found := ""
	for _, f := range wrong {
		found += f.Cell + " " + f.Code + ";"
	}
	return lines, found
}

func TestThePlanOf2019CanBeReadAndSaysHowSureItIs(t *testing.T) {
	raw := inventory.Plan2019()
	lines, wrong, err := inventory.ReadPlan(bytes.NewReader(raw), int64(len(raw)), "plan.csv", noTitles)
	if err != nil || len(wrong) > 0 || len(lines) < 20 {
		t.Fatalf("%d lines, wrong %v, %v", len(lines), wrong, err)
	}
	for _, l := range lines {
		if l.Certainty == "" || l.On.IsZero() || l.Successor.Code == "" || l.Successor.Name == "" || l.Name == "" {
			t.Errorf("line %s is incomplete: %+v", l.Cell, l)
		}
	}
	again, found := readPlan(t, string(inventory.FormatPlan(lines)), noTitles)
	if found != "" || fmt.Sprint(again) != fmt.Sprint(lines) {
		t.Errorf("written and read again it is another plan: %s", found)
	}
}

func TestAPlanIsReadByTitlesAndItsMistakesAreNamedByCell(t *testing.T) {
	titles := func(column string) []string {
		return map[string][]string{"code": {"原单位编码"}, "successor_code": {"承继单位编码"}, "successor_name": {"承继单位"}, "on": {"起始日期"}}[column]
	}
	cases := []struct{ name, text, want string }{
		{"chinese titles, a title line and another order", "机构改革方案\n承继单位,原单位编码,承继单位编码,起始日期\n市税务局,XYWJ,XYSW,2018.7.5\n", ""},
		{"a day that does not exist", "code,successor_code,successor_name,on\nXYWJ,XYSW,税务,2019-02-30\n", "D2 input.err.no_such_day;"},
		{"nothing where something must be", "code,successor_code,successor_name,on\nXYWJ,,税务,2019-01-15\n", "B2 err.required;"},
		{"a column is missing", "code,successor_code,on\nXYWJ,XYSW,2019-01-15\n", "invalid: err.invalid [file inventory.err.plan_columns]"},
		{"no lines", "code,successor_code,successor_name,on\n", "invalid: err.invalid [file inventory.err.plan_empty]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			lines, got := readPlan(t, c.text, titles)
			if got != c.want {
				t.Errorf("said %q, want %q", got, c.want)
			}
			if c.want == "" && (len(lines) != 1 || lines[0].Code != "XYWJ" || lines[0].On.String() != "2018-07-05") {
				t.Errorf("lines %+v", lines)
			}
		})
	}
}

func TestAPreviewSaysWhatAPlanWouldDo(t *testing.T) {
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) {
		city.Registered("WJ", "价格监测系统")
		plan, _ := readPlan(t, "code,successor_code,successor_name,on\n"+
			"XYWJ,XYFG,市发改委,2019-01-15\nXYGS,XYSC,市场监管局,2019-01-15\nXYXX,XYSC,市场监管局,2019-01-15\n", noTitles)
		office, ctx := city.Someone(auth.Office), t.Context()
		look := func() (string, []inventory.PlanEffect) {
			t.Helper()
			effects, err := city.Registry.PreviewPlan(ctx, office, plan)
			if err != nil {
				t.Fatal(err)
			}
			out := ""
			for _, e := range effects {
				out += fmt.Sprintf("%s %s %v %d;", e.Line.Code, e.Outcome, e.Adds, e.Systems)
			}
			return out, effects
		}
		got, effects := look()
		if want := "XYWJ ends true 1;XYGS ends true 0;XYXX unknown false 0;"; got != want {
			t.Errorf("preview %s, want %s", got, want)
		}
		ended, added, err := city.Registry.Reorganise(ctx, office, inventory.Successions(effects), "机构改革")
		if err != nil || ended != 2 || added != 2 {
			t.Fatalf("ended %d, added %d, %v", ended, added, err)
		}
		if got, _ = look(); got != "XYWJ done false 1;XYGS done false 0;XYXX unknown false 0;" {
			t.Errorf("afterwards %s", got)
		}
		next, err := city.Registry.FindDepartment(ctx, office, "XYFG")
		if err != nil || next.RegionCode != "420600" || next.Kind != inventory.Municipal || next.Origin != "reorganisation" {
			t.Errorf("successor %+v %v", next, err)
		}
	})
}
