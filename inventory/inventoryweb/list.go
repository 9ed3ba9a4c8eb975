package inventoryweb

import (
	"context"
	"strings"

	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/inventory"
)

// listSystems shows a page of the systems that the reader sees.
func (d *desk) listSystems(r *web.Request, _ struct{}) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	a := readAddress(r.URL, d.systemReader(n, fieldweb.ForReading), r.Now)
	columns, err := d.chosenColumns(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	a.query.Columns = columns
	a.query.Columns = columns // a page reads no more than it shows
	page, err := d.Registry.ListSystems(r.Ctx, r.By, a.query)
	if err != nil {
		return nil, err
	}
	if page, err = d.lastPage(r.Ctx, r, a, page); err != nil {
		return nil, err
	}
	if n, err = d.names(r.Ctx, r.By, pointers(page.Rows)...); err != nil {
		return nil, err
	}
	v := listView{p: r.P, by: r.By, a: a, names: n, columns: columns, page: page, now: r.Now}
	return web.View{Template: "inventory/list", Title: r.T("inventory.systems"), Crumbs: crumbs(r.P), Data: v.data()}, nil
}

// lastPage answers for a page beyond the end with the last one: rows may have
// gone since the address was made.
func (d *desk) lastPage(ctx context.Context, r *web.Request, a address, page inventory.SystemPage) (inventory.SystemPage, error) {
	last := max(1, int((page.Total+int64(page.Size)-1)/int64(page.Size)))
	if page.Page <= last {
		return page, nil
	}
	a.query.Page = last
	return d.Registry.ListSystems(ctx, r.By, a.query)
}

func pointers(rows []inventory.System) []*inventory.System {
	out := make([]*inventory.System, len(rows))
	for i := range rows {
		out[i] = &rows[i]
	}
	return out
}

type columnsForm struct {
	Columns []string `form:"col"`
	Reset   bool     `form:"reset"`
	Back    string   `form:"back"`
}

// chooseColumns remembers the columns that the reader wants to see.
func (d *desk) chooseColumns(r *web.Request, in columnsForm) (web.Response, error) {
	chosen := strings.Join(knownColumns(in.Columns), ",")
	if in.Reset {
		chosen = ""
	}
	if err := d.Registry.SetPreference(r.Ctx, r.By, columnsPreference, chosen); err != nil {
		return nil, err
	}
	return web.Redirect{To: in.Back}, nil
}
