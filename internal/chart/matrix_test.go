package chart_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"qingce/internal/chart"
)

// metrics is a matrix of so many departments.
func metrics(departments int) chart.Matrix {
	m := chart.Matrix{
		Head: head("部门与指标"), Columns: []string{"得分", "整合数", "共享信息数", "协同应用数", "系统联通率", "重点任务进展", "应用实效"},
		Levels: []string{"90 以上", "75–90", "60–75", "60 以下"},
	}
	for i := range departments {
		r := chart.MatrixRow{Label: fmt.Sprintf("襄阳市第 %d 号部门", i), Href: fmt.Sprintf("/scorecards/2017-11/D%d", i)}
		for j := range m.Columns {
			value := (i*37 + j*23) % 101
			r.Cells = append(r.Cells, chart.MatrixCell{Text: fmt.Sprintf("%d.00", value), Level: min(3, (100-value)/15), Href: "/scorecards/a/b"})
		}
		m.Rows = append(m.Rows, r)
	}
	return m
}

func TestEveryCellOfAMatrixIsReadAsANumber(t *testing.T) {
	m := metrics(3)
	m.Rows[0].Label = strings.Repeat("襄阳市行政审批综合服务", 6)
	m.Rows[1].Cells[2] = chart.MatrixCell{Text: "不适用", Level: -1}
	m.Rows[2].Cells = m.Rows[2].Cells[:3]
	for _, width := range []int{chart.Wide, chart.Narrow} {
		all := parse(t, []byte(m.Draw(width).Inline("a")))
		got, texts := titles(all), []string{}
		for _, e := range all {
			if e.Name.Local == "text" {
				texts = append(texts, e.text)
			}
		}
		for _, want := range []string{m.Rows[0].Label + "  得分  0.00", "襄阳市第 1 号部门  共享信息数  不适用", "襄阳市第 2 号部门  应用实效  未测"} {
			if !slices.Contains(got, want) {
				t.Errorf("width %d: no cell %q among %q", width, want, got)
			}
		}
		for _, want := range []string{"不适用", "未测", "60 以下"} {
			if !slices.Contains(texts, want) {
				t.Errorf("width %d: %q is not written: %q", width, want, texts)
			}
		}
	}
}

func TestNarrowMatricesHaveShortNames(t *testing.T) {
	m := metrics(2)
	m.Columns[3], m.Short = "Joint applications", []string{"Points", "Integr.", "Shared", "Joint", "Linked", "Tasks", "Effect"}
	for width, names := range map[int][]string{chart.Wide: m.Columns, chart.Narrow: m.Short} {
		all, texts := parse(t, []byte(m.Draw(width).Inline("a"))), []string{}
		for _, e := range all {
			if e.Name.Local == "text" {
				texts = append(texts, e.text)
			}
		}
		for _, want := range names {
			if !slices.Contains(texts, want) {
				t.Errorf("width %d: %q is not written in one piece: %q", width, want, texts)
			}
		}
		if !slices.Contains(titles(all), "襄阳市第 0 号部门  Joint applications  69.00") {
			t.Errorf("width %d: a cell is not named in full", width)
		}
	}
}

func BenchmarkMatrix(b *testing.B) {
	m := metrics(50)
	b.Run("svg", func(b *testing.B) {
		for b.Loop() {
			m.Draw(chart.Wide).Inline("a")
		}
	})
	b.Run("png", func(b *testing.B) {
		for b.Loop() {
			if _, err := m.Draw(chart.Wide).PNG(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
