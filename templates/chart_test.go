package templates_test

import (
	"html/template"
	"strings"
	"testing"

	"qingce/templates"
)

func TestAChartStandsBesideItsTable(t *testing.T) {
	c := templates.Chart{
		Caption: "按网络统计", Wide: template.HTML(`<svg id="w"></svg>`), Narrow: template.HTML(`<svg id="n"></svg>`), Note: "一个系统可在多个网络",
		Files: []templates.Link{{Text: "PNG", Href: "/systems/numbers.png?by=network", Icon: "download"}},
		Table: &templates.Table{Caption: "按网络统计", Columns: []templates.Column{{Text: "网络"}}, Rows: []templates.TableRow{{Cells: []templates.Cell{{Text: "互联网"}}}}},
	}
	for _, lang := range languages {
		text := render(t, lang, "chart", c)
		checkMarkup(t, text)
		for _, want := range []string{
			`<figcaption><h2>按网络统计</h2></figcaption>`, `<div class="chart-wide"><svg id="w"></svg></div>`, `<svg id="n"></svg>`,
			"一个系统可在多个网络", `href="/systems/numbers.png?by=network" download`, "互联网",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing in:\n%s", lang, want, text)
			}
		}
	}
	alone := render(t, "en", "chart", templates.Chart{Caption: `<b>`})
	for _, unwanted := range []string{"<b>", "chart-tabled", "<table", "chart-files", "chart-narrow"} {
		if strings.Contains(alone, unwanted) {
			t.Errorf("a chart alone has %q:\n%s", unwanted, alone)
		}
	}
}
