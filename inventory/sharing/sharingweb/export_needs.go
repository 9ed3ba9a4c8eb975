package sharingweb

import (
	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory/sharing"
)

func (d *desk) exportObjections(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	q := l.objectionQuery()
	type row = sharing.ObjectionRow
	return workbook(r, r.T("sharing.tab.objections"), []column[row]{
		text("number", func(o row) string { return o.Objection.ID.String() }),
		text("entry", func(o row) string { return o.EntryName }), text("code", func(o row) string { return o.EntryCode }),
		text("record_ref", func(o row) string { return o.RecordRef }),
		text("objection_kind", func(o row) string { return word(r.P, "objection_word", o.Kind) }), text("description", func(o row) string { return o.Description }),
		text("raised_by", func(o row) string { return l.name(o.UserID) }), text("provider", func(o row) string { return l.name(o.ProviderID) }),
		text("citizen_case", func(o row) string { return yesText(r, o.CitizenCase) }), text("as_usual_note", func(o row) string { return o.AsUsualNote }),
		text("state", func(o row) string { return r.T(string(o.State.Label())) }),
		text("turn", func(o row) string { return turnText(r.P, o.State.Turn(), l.name(o.ProviderID)) }),
		day("due", func(o row) calendar.Date { return runsTo(o.Clock) }),
		text("causes", func(o row) string { return words(r.P, "cause_word", o.Causes) }), text("answer", func(o row) string { return o.Answer }),
	}, func(number int) ([]row, int64, error) {
		q.Page, q.Size = number, sharing.MaxPageSize
		page, err := d.Sharing.ListObjections(r.Ctx, r.By, q)
		return page.Rows, page.Total, err
	}), nil
}

func yesText(r *web.Request, yes bool) string {
	if yes {
		return r.T("ui.yes")
	}
	return r.T("ui.no")
}

func (d *desk) exportDemands(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	q := l.demandQuery()
	type row = sharing.DemandRow
	return workbook(r, r.T("sharing.tab.demands"), []column[row]{
		text("number", func(n row) string { return n.Demand.ID.String() }),
		text("wanted", func(n row) string { return n.Wanted }), text("items_wanted", func(n row) string { return n.Items }),
		text("department", func(n row) string { return l.name(n.DepartmentID) }), text("business", func(n row) string { return n.Business }),
		text("purpose", func(n row) string { return word(r.P, "purpose_word", n.Purpose) }),
		text("state", func(n row) string { return r.T(string(n.State.Label())) }), text("turn", func(n row) string { return demandTurn(r, n.Demand, l) }),
		text("match", func(n row) string { return n.EntryName }), text("code", func(n row) string { return n.EntryCode }),
		text("holder", func(n row) string { return l.optional(n.HolderID) }), day("due", func(n row) calendar.Date { return runsTo(n.Clock) }),
	}, func(number int) ([]row, int64, error) {
		q.Page, q.Size = number, sharing.MaxPageSize
		page, err := d.Sharing.ListDemands(r.Ctx, r.By, q)
		return page.Rows, page.Total, err
	}), nil
}

func (d *desk) exportReliefs(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	q := l.reliefQuery()
	type row = sharing.Relief
	return workbook(r, r.T("sharing.tab.reliefs"), []column[row]{
		text("material", func(o row) string { return o.Material }), text("matter_served", func(o row) string { return o.Matter }),
		text("department", func(o row) string { return l.name(o.DepartmentID) }), text("people", func(o row) string { return word(r.P, "people_word", o.People) }),
		text("replaced_by", func(o row) string { return o.EntryName }), text("code", func(o row) string { return o.EntryCode }),
		text("provider", func(o row) string { return l.name(o.ProviderID) }), day("stopped_on", func(o row) calendar.Date { return o.StoppedOn }),
		count("times_a_year", func(o row) int64 { return o.TimesAYear }), text("state", func(o row) string { return r.T(string(o.State.Label())) }),
		text("note", func(o row) string { return o.Note }),
	}, func(number int) ([]row, int64, error) {
		q.Page, q.Size = number, sharing.MaxPageSize
		page, err := d.Sharing.ListReliefs(r.Ctx, r.By, q)
		return page.Rows, page.Total, err
	}), nil
}
