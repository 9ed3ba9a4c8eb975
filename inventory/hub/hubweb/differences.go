package hubweb

import (
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory/hub"
	"qingce/templates"
)

func (d *desk) mountDifferences(s *web.Server) {
	web.Get(s.Group(web.For(viewers()...)), differencePath, d.showDifferences)
}

// showDifferences is where declared and heard disagree.
func (d *desk) showDifferences(r *web.Request, in struct {
	Kind string `form:"kind"`
}) (web.Response, error) {
	all, err := d.Hub.Differences(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	v := differencesView{p: r.P, by: r.By, all: all, kind: hub.DifferenceKind(in.Kind)}
	if !v.kind.Valid() {
		v.kind = v.first()
	}
	title := r.T("hub.differences")
	return web.View{Template: "hub/tables", Title: title, Crumbs: crumbs(r.P, crumb(title, differencePath)), Data: v.page()}, nil
}

type differencesView struct {
	p    *locale.Printer
	by   auth.Principal
	all  hub.Differences
	kind hub.DifferenceKind
}

// first is the kind to begin with: one that there is.
func (v differencesView) first() hub.DifferenceKind {
	for _, kind := range hub.DifferenceKinds() {
		if len(v.all.Of[kind]) > 0 {
			return kind
		}
	}
	return hub.Silent
}

func (v differencesView) page() tablesPage {
	sub := templates.Tabs{Label: v.p.T("hub.differences")}
	for _, kind := range hub.DifferenceKinds() {
		sub.Items = append(sub.Items, templates.Tab{
			Text: v.p.T("hub.difference." + string(kind)), Href: templates.WithQuery(differencePath, "kind", string(kind)),
			Active: kind == v.kind, Count: strconv.Itoa(len(v.all.Of[kind])),
		})
	}
	block := tableBlock{ID: "differences", Title: v.p.T("hub.difference." + string(v.kind)), Lead: v.p.T("hub.difference."+string(v.kind)+".text", "days", v.all.Policy.WindowDays, "percent", v.all.Policy.FailurePercent)}
	if list := v.all.Of[v.kind]; len(list) > 0 {
		block.Table = v.table(list)
	} else {
		block.Empty = &templates.Empty{Icon: "check", Title: v.p.T("hub.difference.none")}
	}
	return tablesPage{
		Head: templates.Head{Title: v.p.T("hub.differences"), Lead: v.p.T("hub.differences.lead", "from", v.all.From, "to", v.all.To)},
		Tabs: tabs(v.p, v.by, differencePath), Sub: &sub, Blocks: []tableBlock{block},
	}
}

func (v differencesView) table(list []hub.Difference) *templates.Table {
	t := &templates.Table{ID: "differences-table", Caption: v.p.T("hub.differences"), Columns: []templates.Column{
		{Text: v.p.T("hub.column.party"), Main: true}, {Text: v.p.T("hub.column.stage"), Main: true}, {Text: v.p.T("hub.column.last_day"), Main: true},
	}}
	if v.kind != hub.Silent {
		t.Columns = append(t.Columns, templates.Column{Text: v.p.T("hub.column.exchanges"), Num: true, Main: true}, templates.Column{Text: v.p.T("hub.column.failures"), Num: true})
	}
	for i := range list {
		t.Rows = append(t.Rows, v.row(&list[i]))
	}
	return t
}

func (v differencesView) row(x *hub.Difference) templates.TableRow {
	party, stage := templates.Cell{Text: x.Party, Sub: v.p.T("hub.difference.unknown")}, templates.Cell{}
	if x.Code != "" {
		party = templates.Cell{Text: x.Name, Sub: x.Code, Href: connectionPath(x.Code)}
		stage = templates.Cell{Text: x.Stage.Code() + " " + v.p.T(string(x.Stage.Label()))}
	}
	switch {
	case x.Kind == hub.Failing:
		party.Note = "→ " + x.Other
		stage = templates.Cell{}
	case x.Kind == hub.AfterEnd:
		stage = templates.Cell{Text: v.p.T("hub.difference.ended", "date", x.EndedOn)}
	case x.Kind == hub.Silent && !x.Verified:
		stage.Note = v.p.T("hub.difference.said")
	}
	row := templates.TableRow{Cells: []templates.Cell{party, stage, {Text: x.LastDay.String()}}}
	if v.kind != hub.Silent {
		row.Cells = append(row.Cells, templates.Cell{Text: v.p.Number(x.Exchanges)}, templates.Cell{Text: v.p.Number(x.Failures)})
	}
	return row
}
