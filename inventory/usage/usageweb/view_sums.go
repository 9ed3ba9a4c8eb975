package usageweb

import (
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/templates"
)

// sumsPage is the data of usage/sums: how many systems are measured and used.
type sumsPage struct {
	Head  templates.Head
	Stats []templates.Stat
	Table *templates.Table
	Empty *templates.Empty
}

type sumsView struct {
	p    *locale.Printer
	by   auth.Principal
	dir  *inventory.Directory
	sums usage.Sums
	rows bool // the reader may see the systems behind the numbers
}

func (v sumsView) crumbs() []templates.Crumb {
	out := []templates.Crumb{{Text: v.p.T("menu.home"), Href: "/"}}
	if v.rows {
		out = append(out, templates.Crumb{Text: v.p.T("usage.title"), Href: usagePath})
	}
	return append(out, templates.Crumb{Text: v.p.T("usage.sums")})
}

func (v sumsView) page() sumsPage {
	out := sumsPage{Head: templates.Head{
		Title: v.p.T("usage.sums"), Lead: v.p.T("usage.sums.lead", "from", v.sums.From, "to", v.sums.To, "n", usage.ComparedDays),
	}}
	all := v.sums.All
	if all.Systems == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("usage.fleet.empty"), Text: v.p.T("usage.fleet.empty.text"), Icon: "system"}
		return out
	}
	out.Stats = []templates.Stat{
		{Label: v.p.T("usage.sums.systems"), Value: strconv.Itoa(all.Systems), Href: v.href("")},
		{Label: v.p.T("usage.sums.measured"), Value: strconv.Itoa(all.Measured), Share: share(all.Measured, all.Systems), Href: v.href("")},
		{Label: v.p.T("usage.sums.used"), Value: strconv.Itoa(all.Used), Share: share(all.Used, all.Measured), Href: v.href("")},
		{Label: v.p.T("usage.sums.unused"), Value: strconv.Itoa(all.Measured - all.Used), Share: share(all.Measured-all.Used, all.Measured), Href: v.href("")},
		{Label: v.p.T("usage.sums.unmeasured"), Value: strconv.Itoa(all.Systems - all.Measured), Share: share(all.Systems-all.Measured, all.Systems), Href: v.href("")},
	}
	out.Table = v.table()
	return out
}

// href leads to the systems behind a number, for those who may see them.
func (v sumsView) href(owner string) string {
	switch {
	case !v.rows:
		return ""
	case owner == "":
		return usagePath
	}
	return templates.WithQuery(usagePath, paramFleetOwner, owner)
}

func (v sumsView) table() *templates.Table {
	num := func(key string) templates.Column {
		return templates.Column{Text: v.p.T("usage.sums." + key), Num: true, Main: key == "systems" || key == "used"}
	}
	t := &templates.Table{ID: "sums", Caption: v.p.T("usage.sums.table"), Columns: []templates.Column{
		{Text: v.p.T("usage.owner"), Main: true}, num("systems"), num("measured"), num("used"), num("unused"), num("unmeasured"),
	}}
	for _, o := range v.sums.Owners {
		dept, _ := v.dir.Find(o.Owner)
		href := v.href(dept.Code)
		count := func(n int) templates.Cell { return templates.Cell{Text: strconv.Itoa(n), Href: href} }
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: dept.Name, Href: href}, count(o.Systems), count(o.Measured), count(o.Used), count(o.Measured - o.Used), count(o.Systems - o.Measured),
		}})
	}
	return t
}
