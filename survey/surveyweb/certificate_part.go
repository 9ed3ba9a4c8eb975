package surveyweb

import (
	"net/url"
	"strconv"

	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/survey/census"
	"qingce/templates"
)

// partPage is the data of survey/certificate_part.
type partPage struct {
	Head  templates.Head
	Table templates.Table
	Empty *templates.Empty
	Pager templates.Pager
}

type partIn struct {
	ID   int64  `uri:"id"`
	Part string `uri:"part"`
}

// showPart lists what stands behind a number of a certificate.
func (d *desk) showPart(r *web.Request, in partIn) (web.Response, error) {
	page, size := pageOf(r.URL.Query())
	found, err := d.Census.PartLines(r.Ctx, r.By, census.CertificateID(in.ID), census.Part(in.Part), page, size)
	if err != nil {
		return nil, err
	}
	v := partView{p: r.P, part: census.Part(in.Part), found: found}
	return web.View{
		Template: "survey/certificate_part", Title: v.title(), Data: v.page(r.Address()),
		Crumbs: crumbs(r.P, templates.Crumb{Text: r.T("menu.census"), Href: censusPath},
			[]templates.Crumb{{Text: found.Certificate.Number, Href: certificateAt(found.Certificate.ID)}, crumb(v.title())}),
	}, nil
}

type partView struct {
	p     *locale.Printer
	part  census.Part
	found census.PartPage
}

func (v partView) title() string { return v.p.T("census.way." + string(v.part)) }

func (v partView) page(address string) partPage {
	out := partPage{
		Head:  templates.Head{Title: v.title(), Code: v.found.Certificate.Number, Lead: v.p.T("census.part.lead", "n", v.found.Sum)},
		Pager: templates.NewPager(address, v.found.Page, v.found.Size, int64(v.found.Total), pageSizes()...),
	}
	if v.found.Total == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("census.part.none"), Text: v.p.T("census.part.none.text"), Actions: []templates.Act{
			{Text: v.found.Certificate.Number, Href: certificateAt(v.found.Certificate.ID)},
		}}
		return out
	}
	out.Table = v.bodies()
	if !v.part.OfBodies() {
		out.Table = v.systems()
	}
	return out
}

// bodies are the forms that a number adds up.
func (v partView) bodies() templates.Table {
	t := templates.Table{ID: "part", Caption: v.title(), Columns: []templates.Column{
		{Text: v.p.T("survey.column.department"), Main: true}, {Text: v.p.T("census.part.declared"), Num: true, Main: true},
		{Text: v.p.T("census.part.standing"), Num: true, Main: true}, {Text: v.p.T("census.part.difference"), Num: true, Main: true},
	}}
	for _, l := range v.found.Lines {
		t.Rows = append(t.Rows, templates.TableRow{Name: l.Body.Name, Cells: []templates.Cell{
			{Text: l.Body.Name, Sub: l.Body.Code, Href: formPath(v.found.Base.Code, l.Body.Code)},
			{Text: strconv.Itoa(l.Declared)}, {Text: strconv.Itoa(l.Standing)}, {Text: signed(l.Standing - l.Declared)},
		}})
	}
	return t
}

// systems are the systems that a number counts.
func (v partView) systems() templates.Table {
	why := v.part == census.PartOffline || v.part == census.PartGone
	t := templates.Table{ID: "part", Caption: v.title(), Columns: []templates.Column{
		{Text: v.p.T("census.column.system"), Main: true}, {Text: v.p.T("system.code"), Main: true}, {Text: v.p.T("survey.column.department"), Main: true},
	}}
	if why {
		t.Columns = append(t.Columns, templates.Column{Text: v.p.T("census.part.why")})
	}
	for _, l := range v.found.Lines {
		code := templates.Cell{Text: l.Code, Code: true}
		if l.Code != "" {
			code.Href = "/systems/" + url.PathEscape(l.Code)
		}
		name := templates.Cell{Text: l.Name, Href: code.Href}
		if l.Row != 0 {
			name.Href = formPath(v.found.Base.Code, l.Body.Code, "rows", strconv.FormatInt(int64(l.Row), 10))
		}
		row := templates.TableRow{Name: l.Name, Cells: []templates.Cell{name, code, {Text: l.Body.Name, Sub: l.Body.Code}}}
		if why {
			row.Cells = append(row.Cells, templates.Cell{Text: v.p.T(string(l.GoneKind.Label())), Sub: l.GoneReason})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// signed is a number with its sign.
func signed(n int) string {
	if n > 0 {
		return "+" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
