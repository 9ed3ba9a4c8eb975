package catalogweb

import (
	"strconv"

	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/templates"
)

// showNumbers adds the published catalog up: what the census of resources asks
// for, by department.
func (d *desk) showNumbers(r *web.Request, _ struct{}) (web.Response, error) {
	t, err := d.Catalog.Sum(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	title := r.T("menu.catalog_numbers")
	page := plainPage{Head: templates.Head{Title: title, Lead: r.T("catalogweb.numbers.lead")}}
	if t.Entries == 0 {
		page.Empty = &templates.Empty{Icon: "chart", Title: r.T("catalogweb.numbers.none"), Text: r.T("catalogweb.numbers.none.text")}
	} else {
		page.Stats, page.Table, page.Note = numberStats(r.P, t), numberTable(r.P, t, dir), r.T("catalogweb.numbers.note")
	}
	return web.View{Template: "catalog/page", Title: title, Crumbs: crumbs(r.P, crumb(title)), Data: page}, nil
}

// share writes a part of a whole with both: "15/17 · 88.24 %".
func share(p *locale.Printer, part, whole int64) string {
	if whole == 0 {
		return ""
	}
	hundredths := (part*20000 + whole) / (2 * whole)
	return p.Number(part) + "/" + p.Number(whole) + " · " + strconv.FormatInt(hundredths/100, 10) + "." + twoDigits(hundredths%100) + " %"
}

func twoDigits(n int64) string {
	return strconv.FormatInt(n/10, 10) + strconv.FormatInt(n%10, 10)
}

func numberStats(p *locale.Printer, t catalog.Totals) []templates.Stat {
	stat := func(key, href string, n int64, share string) templates.Stat {
		return templates.Stat{Label: p.T(key), Value: p.Number(n), Href: href, Share: share}
	}
	return []templates.Stat{
		stat("catalogweb.numbers.entries", catalogPath, t.Entries, p.T("catalogweb.numbers.items", "n", p.Number(t.Items))),
		stat("opt.share_type.1", catalogPath+"?share=1", t.Share[0], share(p, t.Share[0], t.Entries)),
		stat("opt.share_type.2", catalogPath+"?share=2", t.Share[1], share(p, t.Share[1], t.Entries)),
		stat("opt.share_type.3", catalogPath+"?share=3", t.Share[2], share(p, t.Share[2], t.Entries)),
		stat("catalogweb.numbers.mounted", catalogPath+"?fresh=mounted", t.Mounted, share(p, t.Mounted, t.Shareable())),
		stat("catalogweb.numbers.stale", catalogPath+"?fresh=stale", t.Stale, share(p, t.Stale, t.Mounted)),
		stat("catalogweb.numbers.records", catalogPath, t.Records, p.T("catalogweb.numbers.shared", "n", p.Number(t.Shared))),
		stat("catalogweb.numbers.systems", catalogPath, t.Systems, share(p, t.Systems, t.Registered)),
	}
}

func numberTable(p *locale.Printer, t catalog.Totals, dir *inventory.Directory) *templates.Table {
	out := &templates.Table{ID: "numbers", Caption: p.T("menu.catalog_numbers")}
	for _, c := range []struct {
		key, text string
		main      bool
	}{
		{"department", "entry.provider_id", true}, {"entries", "catalogweb.numbers.entries", true}, {"t1", "opt.share_type.1", false}, {"t2", "opt.share_type.2", false},
		{"t3", "opt.share_type.3", false}, {"mounted", "catalogweb.numbers.mounted", true}, {"fresh", "catalogweb.numbers.fresh", true},
		{"stale", "catalogweb.numbers.stale", false}, {"records", "catalogweb.numbers.records", false}, {"shared", "entry.shared_records", false},
		{"systems", "catalogweb.numbers.systems", false},
	} {
		out.Columns = append(out.Columns, templates.Column{Key: c.key, Text: p.T(c.text), Num: c.key != "department", Main: c.main})
	}
	for _, l := range t.Lines {
		dept, _ := dir.Find(l.DepartmentID)
		href := catalogPath + "?provider=" + dept.Code
		row := templates.TableRow{Name: dept.Name, Cells: []templates.Cell{{Text: dept.Name, Href: href}, {Text: p.Number(l.Entries), Href: href}}}
		for i, n := range l.Share {
			row.Cells = append(row.Cells, templates.Cell{Text: p.Number(n), Href: href + "&share=" + strconv.Itoa(i+1)})
		}
		row.Cells = append(row.Cells,
			templates.Cell{Text: p.Number(l.Mounted), Href: href + "&fresh=mounted"},
			templates.Cell{Text: share(p, l.Fresh, l.Shareable())},
			templates.Cell{Text: p.Number(l.Stale), Href: href + "&fresh=stale", Tone: staleTone(l.Stale)},
			templates.Cell{Text: p.Number(l.Records)}, templates.Cell{Text: p.Number(l.Shared)},
			templates.Cell{Text: share(p, l.Systems, l.Registered)})
		out.Rows = append(out.Rows, row)
	}
	return out
}

func staleTone(n int64) string {
	if n > 0 {
		return templates.ToneRed
	}
	return ""
}
