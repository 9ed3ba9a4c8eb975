package catalogweb

import (
	"qingce/internal/web"
	"qingce/inventory/catalog"
	"qingce/templates"
)

type versionsIn struct {
	ID   int64 `uri:"id"`
	From int64 `form:"from"`
	To   int64 `form:"to"`
}

// showVersions lists the published versions of an entry and what differs between
// two of them, the last two at first.
func (d *desk) showVersions(r *web.Request, in versionsIn) (web.Response, error) {
	rec, err := d.readRecord(r, in.ID)
	if err != nil {
		return nil, err
	}
	all, err := d.Catalog.Versions(r.Ctx, r.By, rec.Entry.ID)
	if err != nil {
		return nil, err
	}
	title := r.T("catalogweb.versions")
	page := plainPage{Head: templates.Head{Title: title, Code: rec.Entry.Code, Lead: r.T("catalogweb.versions.lead", "name", rec.Entry.Name)}}
	if len(all) == 0 {
		page.Empty = &templates.Empty{Icon: "history", Title: r.T("catalogweb.versions.none"), Text: r.T("catalogweb.versions.none.text")}
	} else {
		page.Table = versionTable(r, all)
	}
	if len(all) > 1 {
		compareVersions(r, rec, all, in, &page)
	}
	return web.View{
		Template: "catalog/page", Title: title + " · " + rec.Entry.Name, Data: page,
		Crumbs: crumbs(r.P, templates.Crumb{Text: rec.Entry.Name, Href: entryPath(rec.Entry.ID, "")}, crumb(title)),
	}, nil
}

func versionTable(r *web.Request, all []catalog.Version) *templates.Table {
	t := &templates.Table{ID: "versions", Caption: r.T("catalogweb.versions"), Columns: []templates.Column{
		{Key: "number", Text: r.T("catalogweb.version"), Main: true}, {Key: "from", Text: r.T("catalogweb.valid_from"), Main: true},
		{Key: "to", Text: r.T("catalogweb.valid_to"), Main: true}, {Key: "by", Text: r.T("catalogweb.published_by")}, {Key: "reason", Text: r.T("catalogweb.form.reason")},
	}}
	for _, v := range all {
		to := r.T("catalogweb.in_force")
		switch {
		case v.ValidTo != nil && v.Ended != "":
			to = r.T("catalogweb.ended_withdrawn", "at", r.P.Time(*v.ValidTo))
		case v.ValidTo != nil:
			to = r.P.Time(*v.ValidTo)
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: r.T("catalogweb.version.n", "n", v.Number)}, {Text: r.P.Time(v.ValidFrom)}, {Text: to}, {Text: v.PublishedName}, {Text: v.Reason},
		}})
	}
	return t
}

// compareVersions sets two versions beside each other.
func compareVersions(r *web.Request, rec record, all []catalog.Version, in versionsIn, page *plainPage) {
	if in.From == 0 || in.To == 0 {
		in.From, in.To = all[1].Number, all[0].Number
	}
	c := &compareForm{Action: entryPath(rec.Entry.ID, "/versions")}
	var from, to *catalog.Version
	for i := range all {
		o := templates.Option{Value: number(all[i].Number), Text: r.T("catalogweb.version.at", "n", all[i].Number, "at", r.P.Time(all[i].ValidFrom))}
		o.Chosen = all[i].Number == in.From
		c.From = append(c.From, o)
		if o.Chosen {
			from = &all[i]
		}
		o.Chosen = all[i].Number == in.To
		c.To = append(c.To, o)
		if o.Chosen {
			to = &all[i]
		}
	}
	page.Compare = c
	if from == nil || to == nil {
		return
	}
	page.Diff = differences(r.P, rec.names, catalog.Compare(from.Content, to.Content))
	page.DiffText = r.T("catalogweb.versions.diff", "from", from.Number, "to", to.Number, "n", len(page.Diff))
}
