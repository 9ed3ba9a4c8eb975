package inventoryweb

import (
	"slices"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
)

// showRelations shows what a system is joined to.
func (d *desk) showRelations(r *web.Request, in codeIn) (web.Response, error) {
	return d.relationsPage(r, in.Code, relationForm{}, nil)
}

func (d *desk) relationsPage(r *web.Request, code string, typed relationForm, cause error) (web.Response, error) {
	return d.tabPage(r, code, "relations", cause, func(v recordView) any { return v.relations(typed, cause) })
}

type relationForm struct {
	Code  string `uri:"code"`
	Kind  string `form:"kind"`
	Other string `form:"other"`
	Note  string `form:"note"`
}

// relate joins a system to another one.
func (d *desk) relate(r *web.Request, in relationForm) (web.Response, error) {
	other := d.codeOf(r, in.Other)
	err := d.Registry.Relate(r.Ctx, r.By, in.Code, other, inventory.RelationKind(in.Kind), strings.TrimSpace(in.Note))
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return d.relationsPage(r, in.Code, in, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: systemPath(in.Code, "relations"), Said: web.Said(r.T("inventory.relation.added", "other", other))}, nil
}

// codeOf is the code of the system that was typed as a code, as "CODE name" or
// as a whole name; what names none of those the reader sees is left as it is.
func (d *desk) codeOf(r *web.Request, typed string) string {
	code, _, _ := strings.Cut(strings.TrimSpace(typed), " ")
	page, err := d.Registry.ListSystems(r.Ctx, r.By, inventory.Query{Search: typed, Size: 2, Columns: []string{"name"}})
	if err == nil && page.Total == 1 && page.Rows[0].Name == strings.TrimSpace(typed) {
		return page.Rows[0].Code
	}
	return strings.ToUpper(code)
}

type unrelateIn struct {
	Code string `uri:"code"`
	ID   int64  `uri:"id"`
}

// unrelate takes a relation away.
func (d *desk) unrelate(r *web.Request, in unrelateIn) (web.Response, error) {
	if err := d.Registry.Unrelate(r.Ctx, r.By, in.Code, inventory.RelationID(in.ID)); err != nil {
		return nil, err
	}
	return web.Redirect{To: systemPath(in.Code, "relations"), Said: web.Said(r.T("inventory.relation.removed"))}, nil
}

// relationKinds are the kinds that people enter; the others are fields of the
// systems themselves.
func relationKinds() []inventory.RelationKind {
	return []inventory.RelationKind{inventory.Interface, inventory.ReplacedBy}
}

// mayRemove tells whether a relation can be taken away from this end.
func mayRemove(n inventory.Neighbour) bool {
	return n.RelationID != 0 && n.Outgoing && slices.Contains(relationKinds(), inventory.RelationKind(n.Kind))
}
