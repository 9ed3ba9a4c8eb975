package catalogweb

import (
	"net/url"
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/catalog"
	"qingce/templates"
)

func (d *desk) mountOverlaps(s *web.Server) {
	view := s.Group(web.For(catalog.Viewers()...))
	web.Get(view, overlapsPath, d.listOverlaps)
	web.Get(view, overlapsPath+"/:id", d.showOverlap)

	find := s.Group(web.For(catalog.Keepers()...)).Within(slowWork)
	web.Post(find, overlapsPath, d.findOverlaps)
	decide := s.Group(web.For(catalog.Publishers()...))
	web.Post(decide, overlapsPath+"/:id", d.decideOverlap)
}

type overlapsIn struct {
	State string `form:"state"`
	Page  int    `form:"page"`
}

const overlapRows = 50

// listOverlaps shows the items that several departments collect although the
// hub holds them.
func (d *desk) listOverlaps(r *web.Request, in overlapsIn) (web.Response, error) {
	state := catalog.OverlapState(in.State)
	if !state.Valid() {
		state = catalog.OverlapProposed
	}
	all, err := d.Catalog.Overlaps(r.Ctx, r.By, state, in.Page, overlapRows)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	title := r.T("menu.catalog_overlaps")
	page := plainPage{Head: templates.Head{Title: title, Lead: r.T("catalogweb.overlaps.lead")}, Tabs: &templates.Tabs{Label: r.T("catalogweb.column.state")}}
	if r.By.Is(catalog.Keepers()...) {
		page.Head.Actions = []templates.Act{{Text: r.T("catalogweb.overlaps.find"), Post: overlapsPath, Kind: templates.ActPrimary, Icon: "search"}}
	}
	for _, s := range catalog.OverlapStates() {
		page.Tabs.Items = append(page.Tabs.Items, templates.Tab{Text: r.T(string(s.Label())), Href: overlapsPath + "?state=" + string(s), Active: s == state})
	}
	if all.Total == 0 {
		page.Empty = &templates.Empty{Icon: "copy", Title: r.T("catalogweb.overlaps.none"), Text: r.T("catalogweb.overlaps.none.text")}
	} else {
		t := &templates.Table{ID: "overlaps", Caption: title, Columns: []templates.Column{
			{Key: "name", Text: r.T("entry_item.name"), Main: true}, {Key: "departments", Text: r.T("catalogweb.overlaps.departments"), Num: true, Main: true},
			{Key: "entries", Text: r.T("catalogweb.numbers.entries"), Num: true}, {Key: "holder", Text: r.T("catalogweb.overlaps.holder"), Main: true}, {Key: "reason", Text: r.T("catalogweb.reason")},
		}}
		for _, o := range all.Rows {
			h := all.Holders[o.HolderID]
			t.Rows = append(t.Rows, templates.TableRow{Name: o.Name, Cells: []templates.Cell{
				{Text: o.Name, Href: overlapsPath + "/" + number(int64(o.ID))}, {Text: r.P.Number(o.Departments)}, {Text: r.P.Number(o.Entries)},
				{Text: h.Name, Sub: dir.Name(h.ProviderID), Href: entryPath(o.HolderID, "")}, {Text: o.Reason},
			}})
		}
		pager := templates.NewPager(overlapsPath+"?"+url.Values{"state": {string(state)}}.Encode(), max(in.Page, 1), overlapRows, all.Total)
		page.Table, page.Pager = t, &pager
	}
	return web.View{Template: "catalog/page", Title: title, Crumbs: crumbs(r.P, crumb(title)), Data: page}, nil
}

func (d *desk) findOverlaps(r *web.Request, _ struct{}) (web.Response, error) {
	n, err := d.Catalog.ProposeOverlaps(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: overlapsPath, Said: web.Said(r.T("catalogweb.overlaps.found", "n", n))}, nil
}

type overlapIn struct {
	ID      int64  `uri:"id"`
	Version int64  `form:"version"`
	Confirm bool   `form:"confirm"`
	Reason  string `form:"reason"`
}

func (d *desk) showOverlap(r *web.Request, in overlapIn) (web.Response, error) {
	return d.overlapPage(r, in, nil)
}

func (d *desk) overlapPage(r *web.Request, in overlapIn, cause error) (web.Response, error) {
	o, entries, err := d.Catalog.OverlapEntries(r.Ctx, r.By, catalog.OverlapID(in.ID))
	if err != nil {
		return nil, err
	}
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	tones := map[catalog.OverlapState]string{catalog.OverlapProposed: templates.ToneAmber, catalog.OverlapConfirmed: templates.ToneRed, catalog.OverlapDismissed: templates.ToneGrey}
	page := plainPage{Head: templates.Head{
		Title: o.Name, Lead: r.T("catalogweb.overlaps.page", "n", o.Departments), Badges: []templates.Badge{{Text: r.T(string(o.State.Label())), Tone: tones[o.State]}},
	}}
	if o.DecidedAt != nil {
		page.Callouts = append(page.Callouts, templates.Callout{Kind: "info", Title: r.T("catalogweb.by_at", "name", o.DecidedName, "at", r.P.Time(*o.DecidedAt)), Text: o.Reason})
	}
	t := &templates.Table{ID: "entries", Caption: o.Name, Columns: []templates.Column{
		{Key: "name", Text: r.T("entry.name"), Main: true}, {Key: "provider", Text: r.T("entry.provider_id"), Main: true}, {Key: "share", Text: r.T("entry.share_type")},
		{Key: "data", Text: r.T("catalogweb.column.data"), Main: true}, {Key: "role", Text: r.T("catalogweb.overlaps.role"), Main: true},
	}}
	for _, e := range entries {
		role := r.T("catalogweb.overlaps.collects")
		if e.ID == o.HolderID {
			role = r.T("catalogweb.overlaps.holder")
		}
		t.Rows = append(t.Rows, templates.TableRow{Name: e.Name, Cells: []templates.Cell{
			{Text: e.Name, Sub: e.Code, Href: entryPath(e.ID, "")}, {Text: n.dir.Name(e.ProviderID)}, {Badge: shareBadge(r.P, e.ShareType)}, {Badge: freshBadge(r.P, e, r.Today())}, {Text: role},
		}})
	}
	page.Table = t
	if r.By.Is(catalog.Publishers()...) {
		page.Steps = overlapSteps(r, o, in, cause)
	}
	title := r.T("menu.catalog_overlaps")
	return web.View{Template: "catalog/page", Title: o.Name, Data: page, Err: cause, Crumbs: crumbs(r.P, templates.Crumb{Text: title, Href: overlapsPath}, crumb(o.Name))}, nil
}

func overlapSteps(r *web.Request, o catalog.Overlap, in overlapIn, cause error) []templates.Step {
	path, hidden := overlapsPath+"/"+number(int64(o.ID)), []templates.Pair{{Name: "version", Value: number(o.Version)}}
	var out []templates.Step
	if o.State != catalog.OverlapConfirmed {
		s := templates.Step{ID: "step-confirm", Title: r.T("catalogweb.overlaps.confirm"), Note: r.T("catalogweb.overlaps.confirm.note"), Icon: "check"}
		s.Act = templates.Act{Text: s.Title, Icon: s.Icon, Kind: templates.ActPrimary, Post: path, Hidden: append([]templates.Pair{{Name: "confirm", Value: strconv.FormatBool(true)}}, hidden...)}
		out = append(out, s)
	}
	if o.State != catalog.OverlapDismissed {
		form := templates.Form{
			ID: "dismiss-form", Action: path, Hidden: hidden, Guard: true, Sections: []templates.Section{{ID: "s-dismiss", Fields: []templates.Field{
				{Name: "reason", Kind: templates.KindLongText, Label: r.T("catalogweb.reason"), Help: r.T("catalogweb.overlaps.dismiss.help"), Required: true, MaxLength: 300, Value: in.Reason},
			}}}, Acts: []templates.Act{{Text: r.T("catalogweb.overlaps.dismiss"), Icon: "return"}},
		}
		web.Mistakes(r.P, &form, cause)
		out = append(out, templates.Step{ID: "step-dismiss", Title: r.T("catalogweb.overlaps.dismiss"), Note: r.T("catalogweb.overlaps.dismiss.note"), Icon: "return", Open: cause != nil, Form: &form})
	}
	return out
}

func (d *desk) decideOverlap(r *web.Request, in overlapIn) (web.Response, error) {
	_, err := d.Catalog.DecideOverlap(r.Ctx, r.By, catalog.OverlapID(in.ID), in.Version, in.Confirm, in.Reason)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect{To: overlapsPath, Said: web.Said(r.T("catalogweb.overlaps.decided"))}, nil
	case kind == fault.Invalid || kind == fault.Conflict:
		return d.overlapPage(r, in, err)
	default:
		return nil, err
	}
}
