package hubweb

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/templates"
)

// places is where counties, districts and zones lie to each other, on a grid of
// five columns: which is north, which is east of which. It is a scheme and no map.
//
//go:embed regions.csv
var places string

// regionMap is the rate of every region, laid out as they lie to each other.
type regionMap struct {
	// Tiles are those that have a place, with data or without; Others have none.
	Tiles, Others []regionTile
	Table         templates.Table
	Legend        []regionKey
}

// regionTile is the rate of a region.
type regionTile struct {
	Name, Href  string
	Text        string // 14/16
	Percent     string
	Row, Column int
	// Shade is how full the tile is drawn: none, low, middle, high or whole.
	Shade string
}

// regionKey explains a shade.
type regionKey struct{ Shade, Text string }

// shades are the patterns from the lowest rate to the highest, each with the
// percentage from which it holds.
func shades() []struct {
	name string
	from int64
} {
	return []struct {
		name string
		from int64
	}{{"low", 0}, {"middle", 50}, {"high", 80}, {"whole", 100}}
}

// shadeOf is the pattern of a rate; without anything to connect it is none.
func shadeOf(r hub.Rate) string {
	out := "none"
	for _, s := range shades() {
		if r.Must > 0 && r.Connected*100 >= s.from*r.Must {
			out = s.name
		}
	}
	return out
}

// regions lays the rates of regions out. Nobody who sees only one of them needs
// to see where it lies.
func (v frontView) regions() *regionMap {
	if len(v.sum.Regions) == 0 {
		return nil
	}
	rates := map[auth.DepartmentID]hub.RegionRate{}
	out := &regionMap{Table: templates.Table{ID: "regions", Caption: v.p.T("hub.regions"), Columns: []templates.Column{
		{Key: "region", Text: v.p.T("hub.column.region"), Main: true}, {Key: "connected", Text: v.p.T("hub.column.connected_of"), Num: true, Main: true},
		{Key: "percent", Text: v.p.T("hub.column.percent"), Unit: "%", Num: true, Main: true},
	}}}
	for _, r := range v.sum.Regions {
		rates[r.Region.ID] = r
		t := v.tile(r)
		percent := t.Percent
		if percent == "" {
			percent = v.p.T("hub.region.none")
		}
		out.Table.Rows = append(out.Table.Rows, templates.TableRow{Name: t.Name, Cells: []templates.Cell{{Text: t.Name, Href: t.Href}, {Text: t.Text}, {Text: percent}}})
	}
	if v.by.View().All {
		v.place(out, rates)
	}
	for _, r := range v.sum.Regions {
		if _, left := rates[r.Region.ID]; left {
			out.Others = append(out.Others, v.tile(r))
		}
	}
	for _, s := range append([]string{"none"}, "low", "middle", "high", "whole") {
		out.Legend = append(out.Legend, regionKey{s, v.p.T("hub.shade." + s)})
	}
	return out
}

// place puts each region that the grid knows on it, and takes its rate out.
func (v frontView) place(out *regionMap, rates map[auth.DepartmentID]hub.RegionRate) {
	lines, _ := csv.NewReader(strings.NewReader(places)).ReadAll() // is read by a test
	for _, line := range lines[1:] {
		d, ok := v.body(line[0])
		if !ok {
			continue
		}
		t := v.tile(hub.RegionRate{Region: d, Rate: rates[d.ID].Rate})
		t.Row, _ = strconv.Atoi(line[1])
		t.Column, _ = strconv.Atoi(line[2])
		out.Tiles = append(out.Tiles, t)
		delete(rates, d.ID)
	}
}

// body is the region that a code of the grid means: a body by its own code, or by
// that of the region that it governs.
func (v frontView) body(code string) (inventory.Department, bool) {
	for _, r := range v.sum.Regions {
		if r.Region.ID != 0 && r.Region.RegionCode == code {
			return r.Region, true
		}
	}
	return v.dir.ByCode(code)
}

func (v frontView) tile(r hub.RegionRate) regionTile {
	percent, _ := r.Rate.Percent()
	t := regionTile{Name: v.regionName(r.Region), Percent: percent, Shade: shadeOf(r.Rate), Href: listPath}
	if r.Rate.Must > 0 {
		t.Text = fmt.Sprintf("%d/%d", r.Rate.Connected, r.Rate.Must)
	}
	if r.Region.ID != 0 {
		t.Href = templates.WithQuery(listPath, paramRegion, r.Region.Code)
	}
	return t
}

// regionName is a region in words.
func (v frontView) regionName(dept inventory.Department) string {
	if dept.ID == 0 {
		return v.p.T("hub.region.city")
	}
	return dept.Name
}
