package main

import (
	"qingce/internal/adminweb"
	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring/funding"
	"qingce/templates"
)

// figures are the first numbers of those who decide: of the leading group how the
// city stands and who is late, of the finance bureau how the year stands.
func (r *rooms) figures(req *web.Request) ([]adminweb.HomeFigures, error) {
	var out []adminweb.HomeFigures
	if req.By.Is(auth.Leader) {
		city, err := r.cityFigures(req)
		if err != nil {
			return nil, err
		}
		late, err := r.lateFigures(req)
		if err != nil {
			return nil, err
		}
		out = append(out, city, late)
	}
	if req.By.Is(auth.Finance, auth.Leader) {
		money, err := r.moneyFigures(req)
		if err != nil {
			return nil, err
		}
		out = append(out, money...)
	}
	return out, nil
}

// cityFigures is how far the city has come, each number with its rows.
func (r *rooms) cityFigures(req *web.Request) (adminweb.HomeFigures, error) {
	out := adminweb.HomeFigures{ID: "city", Title: req.T("home.city"), Note: req.T("home.city.note")}
	hub, err := r.hub.Summarise(req.Ctx, req.By)
	if err != nil {
		return out, err
	}
	sum, err := r.resources.Sum(req.Ctx, req.By)
	if err != nil {
		return out, err
	}
	notices, err := r.rectify.Tally(req.Ctx, req.By, 0)
	if err != nil {
		return out, err
	}
	var entries, mounted int64
	for _, l := range sum.Lines {
		entries, mounted = entries+l.Shareable(), mounted+l.Mounted
	}
	late := templates.Stat{Label: req.T("home.city.notices"), Value: req.P.Number(notices.Overdue), Href: "/rectifications?open=true&overdue=true",
		Note: req.T("home.city.notices.note", "n", req.P.Number(notices.Open))}
	if notices.Overdue > 0 {
		late.Tone = templates.ToneRed
	}
	out.Stats = []templates.Stat{
		{Label: req.T("home.city.connected"), Value: req.P.Number(hub.All.Connected), Share: adminweb.Share(hub.All.Connected, hub.All.Must), Href: "/hub"},
		{Label: req.T("home.city.mounted"), Value: req.P.Number(mounted), Share: adminweb.Share(mounted, entries), Href: "/catalog/numbers"},
		{Label: req.T("home.city.asked"), Value: req.P.Number(hub.Asked), Href: "/hub/exemptions"},
		late,
	}
	return out, nil
}

// mostLateBodies is how many bodies stand on the first page of the leading group.
const mostLateBodies = 10

// lateFigures is which bodies have let due days pass.
func (r *rooms) lateFigures(req *web.Request) (adminweb.HomeFigures, error) {
	out := adminweb.HomeFigures{ID: "late", Title: req.T("home.late"), Note: req.T("home.late.note")}
	late, err := r.book.LateBodies(req.Ctx, req.By)
	if err != nil {
		return out, err
	}
	if len(late) == 0 {
		out.Note = req.T("home.late.none")
		return out, nil
	}
	dir, err := r.registry.Directory(req.Ctx)
	if err != nil {
		return out, err
	}
	out.Table = &templates.Table{Caption: out.Title, Columns: []templates.Column{
		{Text: req.T("home.department"), Main: true}, {Text: req.T("home.late.count"), Num: true, Main: true}, {Text: req.T("home.late.oldest"), Main: true},
		{Text: req.T("home.late.notices"), Num: true},
	}}
	notices, err := r.rectify.Tally(req.Ctx, req.By, 0)
	if err != nil {
		return out, err
	}
	for i, l := range late {
		if i == mostLateBodies {
			out.Note = req.T("home.late.more", "n", len(late), "shown", mostLateBodies)
			break
		}
		body, _ := dir.Find(l.DepartmentID)
		out.Table.Rows = append(out.Table.Rows, templates.TableRow{Tone: templates.ToneRed, Cells: lateCells(req, body, l.Count, l.Oldest.String(), notices.Bodies[l.DepartmentID].Open)})
	}
	return out, nil
}

func lateCells(req *web.Request, body inventory.Department, count int64, oldest string, open int64) []templates.Cell {
	notices := templates.Cell{Text: req.P.Number(open)}
	if open > 0 {
		notices.Href = "/rectifications?open=true&department=" + body.Code
	}
	return []templates.Cell{{Text: body.Name, Href: "/departments/" + body.Code}, {Text: req.P.Number(count)}, {Text: oldest}, notices}
}

// moneyFigures is how the newest year of funding stands; nothing before there is
// one.
func (r *rooms) moneyFigures(req *web.Request) ([]adminweb.HomeFigures, error) {
	years, err := r.funding.Years(req.Ctx, req.By)
	if err != nil {
		return nil, err
	}
	for i := range years {
		if y := &years[i]; y.Run.ReplacedAt == nil && !y.Run.Forecast() {
			return []adminweb.HomeFigures{yearFigures(req, y)}, nil
		}
	}
	if !req.By.Is(auth.Finance) {
		return nil, nil
	}
	return []adminweb.HomeFigures{{ID: "money", Title: req.T("home.money"), Note: req.T("home.money.none")}}, nil
}

func yearFigures(req *web.Request, y *funding.Year) adminweb.HomeFigures {
	out := adminweb.HomeFigures{ID: "money", Title: req.T("home.money.year", "year", y.Run.Year), Note: req.T("home.money.note")}
	for _, g := range []funding.Group{
		funding.GroupEligible, funding.GroupExempt, funding.GroupConditional, funding.GroupCeased, funding.GroupNo, funding.GroupConsult, funding.GroupHold,
	} {
		sum := y.Totals.Groups[g]
		if sum.Items == 0 {
			continue
		}
		stat := templates.Stat{
			Label: req.T(string(g.Label())), Value: req.P.Wan(sum.Money), Unit: req.T("home.money.unit"), Note: req.T("home.money.items", "n", sum.Items),
			Href: y.Run.Address() + "?group=" + string(g),
		}
		if g == funding.GroupNo {
			stat.Tone = templates.ToneRed
		}
		out.Stats = append(out.Stats, stat)
	}
	return out
}
