package surveyweb

import (
	"net/url"
	"strconv"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/web"
	"qingce/survey/census"
	"qingce/templates"
)

// visitsPage is the data of survey/census_visits.
type visitsPage struct {
	Head  templates.Head
	Table templates.Table
	Empty *templates.Empty
	Form  *templates.Form
	Pager templates.Pager
}

// listVisits lists the checks on the spot.
func (d *desk) listVisits(r *web.Request, in censusIn) (web.Response, error) {
	v, err := d.censusView(r, in.Code)
	if err != nil {
		return nil, err
	}
	page, size := pageOf(r.URL.Query())
	lines, total, err := d.Census.ListVisits(r.Ctx, r.By, in.Code, page, size)
	if err != nil {
		return nil, err
	}
	data := v.visits(lines)
	data.Pager = templates.NewPager(v.path("visits"), page, size, total, pageSizes()...)
	if id := r.URL.Query().Get("withdraw"); id != "" && v.works() {
		data.Form = v.withdrawForm(id)
	}
	return web.View{Template: "survey/census_visits", Title: r.T("census.visits"), Crumbs: v.crumbs(crumb(r.T("census.visits"))), Data: data}, nil
}

func (v censusView) visits(lines []census.VisitLine) visitsPage {
	out := visitsPage{Head: templates.Head{Title: v.p.T("census.visits"), Lead: v.p.T("census.visits.lead")}}
	if v.works() {
		out.Head.Actions = []templates.Act{{Text: v.p.T("census.visit.new"), Href: v.path("visits", "new"), Kind: templates.ActPrimary, Icon: "plus"}}
	}
	if len(lines) == 0 {
		out.Empty = &templates.Empty{Title: v.p.T("census.visits.none"), Text: v.p.T("census.visits.none.text"), Icon: "search", Actions: out.Head.Actions}
		return out
	}
	out.Table = templates.Table{ID: "visits", Caption: v.p.T("census.visits"), Columns: []templates.Column{
		{Text: v.p.T("census.visit.visited_on"), Main: true}, {Text: v.p.T("census.visit.department"), Main: true}, {Text: v.p.T("census.visit.name"), Main: true},
		{Text: v.p.T("census.column.result"), Main: true}, {Text: v.p.T("census.visit.finding")}, {Text: v.p.T("census.visit.people")}, {Text: v.p.T("census.visit.told")},
	}}
	for _, l := range lines {
		out.Table.Rows = append(out.Table.Rows, v.visit(l))
	}
	return out
}

func (v censusView) visit(l census.VisitLine) templates.TableRow {
	first := templates.Cell{Text: v.p.Date(l.VisitedOn)}
	told := templates.Cell{Text: v.p.T("census.told." + strconv.FormatBool(l.Told))}
	switch {
	case l.WithdrawnAt != nil:
		first = templates.Cell{Old: v.p.Date(l.VisitedOn), Text: v.p.T("census.visit.withdrawn"), Note: l.WithdrawnWhy}
	case v.works():
		told.Sub, first.Href = "", templates.WithQuery(v.path("visits"), "withdraw", strconv.FormatInt(int64(l.ID), 10))
		first.Title = v.p.T("census.visit.withdraw")
	}
	return templates.TableRow{Name: l.Name, Cells: []templates.Cell{
		first, {Text: l.Body.Name}, {Text: l.Name}, {Badge: new(resultBadge(v.p, l.Result))}, {Text: l.Finding}, {Text: l.People}, told,
	}}
}

// newVisit asks for a check on the spot.
func (d *desk) newVisit(r *web.Request, in visitIn) (web.Response, error) {
	return d.visitView(r, in.Code, r.URL.Query(), nil)
}

type visitIn struct {
	Code       string        `uri:"code"`
	Department string        `form:"department"`
	System     string        `form:"system"`
	VisitedOn  string        `form:"visited_on"`
	People     string        `form:"people"`
	Result     census.Result `form:"result"`
	Finding    string        `form:"finding"`
	Tell       bool          `form:"tell"`
}

func (d *desk) visitView(r *web.Request, code string, typed url.Values, cause error) (web.Response, error) {
	v, err := d.censusView(r, code)
	if err != nil {
		return nil, err
	}
	form := v.visitForm(typed)
	web.Mistakes(r.P, &form, cause)
	return web.View{
		Template: "survey/form", Title: r.T("census.visit.new"), Err: cause,
		Crumbs: v.crumbs(templates.Crumb{Text: r.T("census.visits"), Href: v.path("visits")}, crumb(r.T("census.visit.new"))),
		Data:   formPage{Head: templates.Head{Title: r.T("census.visit.new"), Lead: r.T("census.visit.new.lead")}, Form: form},
	}, nil
}

func (v censusView) visitForm(typed url.Values) templates.Form {
	field := func(name, kind string, required bool) templates.Field {
		return templates.Field{Name: name, Kind: kind, Label: v.p.T("census.visit." + name), Required: required, Value: typed.Get(name), Width: "medium"}
	}
	dept, system, day := field("department", templates.KindRef, true), field("name", templates.KindText, true), field("visited_on", templates.KindDate, true)
	dept.Lookup, system.Help = "/departments/lookup", v.p.T("census.visit.name.help")
	system.Value = typed.Get("name")
	if day.Value == "" {
		day.Value = calendar.DateOf(v.when.now).String()
	}
	result := field("result", templates.KindEnum, true)
	for _, one := range census.VisitResults() {
		result.Options = append(result.Options, templates.Option{Value: string(one), Text: v.p.T(string(one.Label())), Help: v.p.T("census.visit.result." + string(one))})
	}
	finding, tell := field("finding", templates.KindLongText, true), field("tell", templates.KindEnum, true)
	finding.Width, finding.MaxLength = "", 500
	if tell.Value == "" {
		tell.Value = "true"
	}
	tell.Options = []templates.Option{{Value: "true", Text: v.p.T("census.visit.tell.yes")}, {Value: "false", Text: v.p.T("census.visit.tell.no")}}
	return templates.Form{
		Action: v.path("visits"), Guard: true,
		Sections: []templates.Section{{ID: "s-visit", Title: v.p.T("census.visit.section"), Fields: []templates.Field{
			dept, system, day, field("people", templates.KindText, true), result, finding, tell,
		}}},
		Acts: []templates.Act{{Text: v.p.T("census.visit.save"), Kind: templates.ActPrimary, Icon: "check", Note: v.p.T("census.visit.save.note")}},
	}
}

// recordVisit records a check on the spot. A system that the department declared
// is found by its code or its name.
func (d *desk) recordVisit(r *web.Request, in visitIn) (web.Response, error) {
	err := d.saveVisit(r, in)
	if fault.KindOf(err) == fault.Invalid || fault.KindOf(err) == fault.Conflict {
		return d.visitView(r, in.Code, r.Form, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: censusAt(in.Code, "visits"), Said: web.Said(r.T("census.visit.saved"))}, nil
}

func (d *desk) saveVisit(r *web.Request, in visitIn) error {
	name := input.Text(r.Form.Get("name"))
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return err
	}
	dept, known := dir.Lookup(in.Department)
	var wrong []fault.Field
	if !known && in.Department != "" {
		wrong = append(wrong, fault.At("department", "survey.err.department", "value", in.Department))
	}
	visit := census.NewVisit{Department: dept.ID, Name: name, People: in.People, Result: in.Result, Finding: in.Finding, Tell: in.Tell}
	if in.VisitedOn != "" {
		day, _, err := input.Date(in.VisitedOn, false)
		if err != nil {
			wrong = append(wrong, fault.At("visited_on", input.Code(err), "field", fault.Label("census.visit.visited_on"), "value", in.VisitedOn))
		}
		visit.VisitedOn = day
	}
	if err := fault.Refuse(wrong); err != nil {
		return err
	}
	if known && name != "" && in.Result != census.Omitted {
		found, err := d.Census.SearchDeclared(r.Ctx, r.By, in.Code, dept.ID, name)
		if err != nil {
			return err
		}
		var exact []census.Candidate
		for _, c := range found {
			if c.Row != 0 && (c.Name == name || c.Code == name) {
				exact = append(exact, c)
			}
		}
		if len(exact) != 1 {
			return fault.Refuse([]fault.Field{fault.At("name", "census.err.visit_name", "name", name, "department", dept.Name)})
		}
		visit.Row = exact[0].Row
	}
	_, err = d.Census.RecordVisit(r.Ctx, r.By, in.Code, visit)
	return err
}

type withdrawVisitIn struct {
	Code   string `uri:"code"`
	ID     int64  `uri:"id"`
	Reason string `form:"reason"`
}

func (v censusView) withdrawForm(id string) *templates.Form {
	return &templates.Form{
		ID: "withdraw", Action: v.path("visits", id, "withdraw"),
		Sections: []templates.Section{{ID: "s-withdraw", Title: v.p.T("census.visit.withdraw"), Fields: []templates.Field{
			{Name: "reason", Kind: templates.KindText, Label: v.p.T("census.field.reason"), Required: true, MaxLength: 300, Autofocus: true},
		}}},
		Acts: []templates.Act{{Text: v.p.T("census.visit.withdraw"), Kind: templates.ActDanger, Icon: "trash", Note: v.p.T("census.visit.withdraw.note")}},
	}
}

func (d *desk) withdrawVisit(r *web.Request, in withdrawVisitIn) (web.Response, error) {
	err := d.Census.WithdrawVisit(r.Ctx, r.By, in.Code, census.VisitID(in.ID), in.Reason)
	if fault.KindOf(err) == fault.Invalid {
		to := templates.WithQuery(censusAt(in.Code, "visits"), "withdraw", strconv.FormatInt(in.ID, 10))
		return web.Redirect{To: to, Said: templates.Flash{Kind: "error", Text: reasonText(r, err)}}, nil
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: censusAt(in.Code, "visits"), Said: web.Said(r.T("census.visit.withdrawn.said"))}, nil
}
