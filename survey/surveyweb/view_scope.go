package surveyweb

import (
	"net/url"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey"
	"qingce/templates"
)

// scopePage is the data of survey/scope.
type scopePage struct {
	Head       templates.Head
	Exceptions templates.Table
	Drops      []templates.Act // take an exception back
	Form       *templates.Form // nil when nothing can change
	Bodies     templates.Table
	Count      string
}

type scopeView struct {
	p     *locale.Printer
	by    auth.Principal
	c     campaign
	typed url.Values
	err   error
}

func (v scopeView) page() scopePage {
	open := v.c.State == survey.Preparing && mayHold(v.by, v.c.Kind)
	page := scopePage{
		Head:       templates.Head{Title: v.p.T("survey.scope"), Code: v.c.Code, Lead: v.p.T("survey.scope.lead", "title", v.c.Title)},
		Exceptions: v.exceptions(), Bodies: v.bodies(), Count: strconv.Itoa(len(v.c.scope.Bodies)),
	}
	if v.c.verifies() {
		page.Head.Lead = v.p.T("survey.scope.lead.verify", "title", v.c.Title)
	}
	if !open {
		page.Head.Lead = v.p.T("survey.scope.fixed", "title", v.c.Title)
		return page
	}
	form := v.form()
	web.Mistakes(v.p, &form, v.err)
	page.Form, page.Drops = &form, v.drops()
	return page
}

// exceptions are the bodies that were taken in or out by hand.
func (v scopeView) exceptions() templates.Table {
	t := templates.Table{ID: "exceptions", Caption: v.p.T("survey.exceptions"), Columns: []templates.Column{
		{Key: "department", Text: v.p.T("survey.column.department"), Main: true},
		{Key: "included", Text: v.p.T("survey.column.exception"), Main: true},
		{Key: "reason", Text: v.p.T("survey.column.reason"), Main: true},
		{Key: "set_by", Text: v.p.T("survey.column.set_by")},
	}}
	for _, e := range v.c.scope.Exceptions {
		key := "survey.exception.out"
		if e.Included {
			key = "survey.exception.in"
		}
		t.Rows = append(t.Rows, templates.TableRow{ID: e.Department.Code, Name: e.Department.Name, Cells: []templates.Cell{
			{Text: e.Department.Name, Sub: e.Department.Code, Href: "/departments/" + url.PathEscape(e.Department.Code)}, {Text: v.p.T(key)}, {Text: e.Reason},
			{Text: e.SetName, Sub: v.p.Time(e.SetAt)},
		}})
	}
	return t
}

// drops are the buttons that take an exception back.
func (v scopeView) drops() []templates.Act {
	var out []templates.Act
	for _, e := range v.c.scope.Exceptions {
		out = append(out, templates.Act{
			Text: v.p.T("survey.exception.drop", "name", e.Department.Name), Kind: templates.ActQuiet, Icon: "trash",
			Post: surveyPath(v.c.Code, "exceptions", e.Department.Code, "remove"),
		})
	}
	return out
}

// form adds an exception.
func (v scopeView) form() templates.Form {
	typed := valuesOr(v.typed)
	included := typed.Get("included")
	if included == "" {
		included = "false"
	}
	return templates.Form{
		ID: "exception", Action: surveyPath(v.c.Code, "exceptions"),
		Sections: []templates.Section{{ID: "s-exception", Title: v.p.T("survey.exception.add"), Fields: []templates.Field{
			{
				Name: "department", Kind: templates.KindRef, Label: v.p.T("survey.column.department"), Value: typed.Get("department"),
				Lookup: "/departments/lookup", Required: true, Width: "medium",
			},
			{
				Name: "included", Kind: templates.KindEnum, Label: v.p.T("survey.column.exception"), Value: included, Required: true,
				Options: []templates.Option{{Value: "false", Text: v.p.T("survey.exception.out")}, {Value: "true", Text: v.p.T("survey.exception.in")}},
			},
			{
				Name: "reason", Kind: templates.KindText, Label: v.p.T("survey.column.reason"), Help: v.p.T("survey.exception.reason.help"),
				Value: typed.Get("reason"), Required: true, MaxLength: 200,
			},
		}}},
		Acts: []templates.Act{{Text: v.p.T("survey.exception.save"), Kind: templates.ActPrimary, Icon: "plus"}},
	}
}

// bodies are those that are asked, with how many people can be asked there.
func (v scopeView) bodies() templates.Table {
	t := templates.Table{ID: "bodies", Caption: v.p.T("survey.scope"), Columns: []templates.Column{
		{Key: "department", Text: v.p.T("survey.column.department"), Main: true},
		{Key: "kind", Text: v.p.T("department.kind"), Main: true},
		{Key: "group", Text: v.p.T("department.group_code")},
	}}
	if !v.c.verifies() {
		t.Columns = append(t.Columns, templates.Column{Key: "people", Text: v.p.T("survey.column.people"), Main: true})
	}
	nobody := map[inventory.DepartmentID]bool{}
	for _, d := range v.c.scope.Nobody {
		nobody[d.ID] = true
	}
	for _, d := range v.c.scope.Bodies {
		people := templates.Cell{Text: v.p.T("survey.people.some")}
		if nobody[d.ID] {
			people = templates.Cell{Badge: &templates.Badge{Text: v.p.T("survey.people.none"), Tone: templates.ToneAmber}}
		}
		row := templates.TableRow{ID: d.Code, Name: d.Name, Cells: []templates.Cell{
			{Text: d.Name, Sub: d.Code, Href: "/departments/" + url.PathEscape(d.Code)},
			{Text: v.p.T(field.OptionKey("department_kind", string(d.Kind)))}, {Text: d.GroupCode}, people,
		}}
		row.Cells = row.Cells[:len(t.Columns)] // nobody is asked by a census without a form
		t.Rows = append(t.Rows, row)
	}
	return t
}
