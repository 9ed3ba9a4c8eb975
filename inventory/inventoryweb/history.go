package inventoryweb

import (
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
)

type historyIn struct {
	Code string `uri:"code"`
	From int64  `form:"from"` // versions to compare
	To   int64  `form:"to"`
	All  bool   `form:"all"` // also what is long ago
}

// systemHistory shows every state of a record and what differs between any
// two of them.
func (d *desk) systemHistory(r *web.Request, in historyIn) (web.Response, error) {
	rec, err := d.readRecord(r, in.Code)
	if err != nil {
		return nil, err
	}
	versions, err := d.Registry.SystemHistory(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	if rec.names, err = d.names(r.Ctx, r.By, statesOf(versions)...); err != nil {
		return nil, err
	}
	v := historyView{
		Writer: newWriter(r.P, rec.names), path: systemPath(in.Code), all: in.All, from: in.From, to: in.To, states: systemStates(versions),
	}
	rv := recordView{p: r.P, by: r.By, rec: rec, now: r.Now}
	page := v.page(rv.head(), rv.tabs("history"))
	return web.View{
		Template: "inventory/history", Title: r.T("inventory.tab.history") + " · " + rec.system.Name,
		Crumbs: rv.crumbs(crumb(r.T("inventory.tab.history"))), Data: page,
	}, nil
}

func statesOf(versions []inventory.SystemVersion) []*inventory.System {
	out := make([]*inventory.System, len(versions))
	for i := range versions {
		out[i] = &versions[i].System
	}
	return out
}

// errNoVersion says that a version that was asked for does not exist.
var errNoVersion = fault.New(fault.NotFound, "inventory.err.no_version")

// versionOf finds a version in a history.
func versionOf(versions []inventory.SystemVersion, number int64) (inventory.System, error) {
	for _, v := range versions {
		if v.Version == number {
			return v.System, nil
		}
	}
	return inventory.System{}, errNoVersion
}
