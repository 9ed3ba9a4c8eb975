package catalogweb

import (
	"net/url"
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/web"
	"qingce/inventory/catalog"
	"qingce/templates"
)

// askMount shows the form for the data behind an entry.
func (d *desk) askMount(r *web.Request, in entryIn) (web.Response, error) {
	rec, err := d.mountable(r, in.ID)
	if err != nil {
		return nil, err
	}
	e := rec.Entry
	typed := url.Values{"kind": {e.MountKind}, "address": {e.MountAddress}, "updated_on": {r.Today().String()}}
	if e.MountRows != nil {
		typed.Set("rows", number(*e.MountRows))
	}
	return mountPage(r, rec, typed, nil), nil
}

// mountable is a published entry that the reader writes for.
func (d *desk) mountable(r *web.Request, id int64) (record, error) {
	rec, err := d.readRecord(r, id)
	switch {
	case err != nil:
		return rec, err
	case !rec.own:
		return rec, fault.New(fault.NotFound, "err.not_found")
	case !rec.Entry.Published():
		return rec, fault.New(fault.Conflict, "catalog.err.not_published")
	}
	return rec, nil
}

type mountIn struct {
	ID        int64  `uri:"id"`
	Version   int64  `form:"version"`
	Kind      string `form:"kind"`
	Address   string `form:"address"`
	Rows      string `form:"rows"`
	UpdatedOn string `form:"updated_on"`
	Reason    string `form:"reason"`
}

// read turns what was typed into a form of the catalog.
func (in mountIn) read() (catalog.MountForm, error) {
	out := catalog.MountForm{Kind: in.Kind, Address: in.Address}
	var wrong []fault.Field
	if in.UpdatedOn != "" {
		day, _, err := input.Date(in.UpdatedOn, false)
		if err != nil {
			wrong = append(wrong, fault.At("updated_on", input.Code(err), "field", fault.Label("catalogweb.mount.updated_on"), "value", in.UpdatedOn))
		}
		out.UpdatedOn = day
	}
	if in.Rows != "" {
		n, _, err := input.Count(in.Rows)
		if err != nil {
			wrong = append(wrong, fault.At("rows", input.Code(err), "field", fault.Label("catalogweb.mount.rows"), "value", in.Rows))
		}
		out.Rows = &n
	}
	return out, fault.Refuse(wrong)
}

// mountEntry binds data to an entry, or says that they were brought up to date.
func (d *desk) mountEntry(r *web.Request, in mountIn) (web.Response, error) {
	form, err := in.read()
	var e catalog.Entry
	if err == nil {
		e, err = d.Catalog.Mount(r.Ctx, r.By, catalog.EntryID(in.ID), in.Version, form)
	}
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect{To: entryPath(e.ID, ""), Said: web.Said(r.T("catalogweb.mounted", "code", e.Code))}, nil
	case kind != fault.Invalid && kind != fault.Conflict:
		return nil, err
	}
	rec, readErr := d.mountable(r, in.ID)
	if readErr != nil {
		return nil, readErr
	}
	rec.Entry.Version = in.Version
	return mountPage(r, rec, r.Form, err), nil
}

// unmountEntry says that no data stand behind an entry any more.
func (d *desk) unmountEntry(r *web.Request, in mountIn) (web.Response, error) {
	e, err := d.Catalog.Unmount(r.Ctx, r.By, catalog.EntryID(in.ID), in.Version, in.Reason)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect{To: entryPath(e.ID, ""), Said: web.Said(r.T("catalogweb.unmounted", "code", e.Code))}, nil
	case kind != fault.Invalid && kind != fault.Conflict:
		return nil, err
	}
	rec, readErr := d.mountable(r, in.ID)
	if readErr != nil {
		return nil, readErr
	}
	v := mountPage(r, rec, url.Values{"kind": {rec.Entry.MountKind}, "address": {rec.Entry.MountAddress}}, nil)
	page := v.Data.(plainPage)
	page.Steps[0].Open = true
	web.Mistakes(r.P, page.Steps[0].Form, err)
	v.Data, v.Err = page, err
	return v, nil
}

func mountPage(r *web.Request, rec record, typed url.Values, cause error) web.View {
	e := rec.Entry
	kinds := []templates.Option{}
	for _, k := range catalog.MountKinds() {
		kinds = append(kinds, templates.Option{Value: k, Text: r.T("catalogweb.mount." + k)})
	}
	form := templates.Form{
		ID: "mount", Action: entryPath(e.ID, "/mount"), Guard: true, Hidden: []templates.Pair{{Name: "version", Value: number(e.Version)}},
		Sections: []templates.Section{{ID: "s-mount", Fields: []templates.Field{
			{Name: "kind", Kind: templates.KindEnum, Label: r.T("catalog.mount.kind"), Required: true, Value: typed.Get("kind"), Options: kinds},
			{Name: "address", Label: r.T("catalog.mount.address"), Help: r.T("catalogweb.mount.address.help"), Required: true, Value: typed.Get("address"), MaxLength: 300},
			{Name: "rows", Kind: templates.KindCount, Label: r.T("catalogweb.mount.rows"), Unit: r.T("unit.records"), Value: typed.Get("rows"), Width: "short"},
			{
				Name: "updated_on", Kind: templates.KindDate, Label: r.T("catalogweb.mount.updated_on"), Required: true, Value: typed.Get("updated_on"), Width: "short",
				Help: r.T("catalogweb.mount.cycle", "cycle", fault.Label("opt.update_cycle."+string(e.UpdateCycle))),
			},
		}}},
		Acts: []templates.Act{
			{Text: r.T("catalogweb.mount.save"), Note: r.T("catalogweb.mount.save.note"), Kind: templates.ActPrimary, Icon: "link"},
			{Text: r.T("catalogweb.cancel"), Href: entryPath(e.ID, ""), Kind: templates.ActQuiet},
		},
	}
	web.Mistakes(r.P, &form, cause)
	title := r.T("catalogweb.mount")
	page := plainPage{Head: templates.Head{Title: title, Code: e.Code, Lead: r.T("catalogweb.mount.of", "name", e.Name)}, Form: &form}
	if e.Mounted() {
		page.Steps = []templates.Step{unmountStep(r, e)}
	}
	return web.View{
		Template: "catalog/page", Title: title + " · " + e.Name, Data: page, Err: cause,
		Crumbs: crumbs(r.P, templates.Crumb{Text: e.Name, Href: entryPath(e.ID, "")}, crumb(title)),
	}
}

func unmountStep(r *web.Request, e catalog.Entry) templates.Step {
	return templates.Step{
		ID: "step-unmount", Title: r.T("catalogweb.unmount"), Note: r.T("catalogweb.unmount.note"), Icon: "trash", Danger: true,
		Form: &templates.Form{
			ID: "unmount", Action: entryPath(e.ID, "/unmount"), Guard: true, Hidden: []templates.Pair{{Name: "version", Value: strconv.FormatInt(e.Version, 10)}},
			Sections: []templates.Section{{ID: "s-unmount", Fields: []templates.Field{
				{Name: "reason", Kind: templates.KindLongText, Label: r.T("catalogweb.reason"), Required: true, MaxLength: 300},
			}}},
			Acts: []templates.Act{{Text: r.T("catalogweb.unmount"), Kind: templates.ActDanger, Icon: "trash"}},
		},
	}
}
