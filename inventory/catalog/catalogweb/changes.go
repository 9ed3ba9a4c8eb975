package catalogweb

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/templates"
)

func (d *desk) mountChanges(s *web.Server) {
	view := s.Group(web.For(catalog.Viewers()...))
	web.Get(view, changesPath, d.listChanges)
	web.Get(view, changesPath+"/:id", d.showChange)

	record := s.Group(web.For(recorders()...))
	web.Get(record, changesPath+"/new", d.newChange)
	web.Post(record, changesPath, d.addChange)

	answer := s.Group(web.For(catalog.Submitters()...))
	web.Post(answer, changesPath+"/:id/untouched", d.stateUntouched)
}

// recorders write down that a law or a duty changed.
func recorders() []auth.Role { return []auth.Role{auth.Office, auth.Centre, auth.Head, auth.Region} }

// listChanges shows the changes of laws and duties, and who still has to update
// the catalog.
func (d *desk) listChanges(r *web.Request, _ struct{}) (web.Response, error) {
	all, err := d.Catalog.Changes(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	title := r.T("menu.catalog_changes")
	page := plainPage{Head: templates.Head{Title: title, Lead: r.T("catalogweb.changes.lead")}}
	if r.By.Is(recorders()...) {
		page.Head.Actions = []templates.Act{{Text: r.T("catalogweb.changes.new"), Href: changesPath + "/new", Kind: templates.ActPrimary, Icon: "plus"}}
	}
	if len(all) == 0 {
		page.Empty = &templates.Empty{Icon: "calendar", Title: r.T("catalogweb.changes.none"), Text: r.T("catalogweb.changes.none.text")}
	} else {
		page.Table = changeTable(r, all)
	}
	return web.View{Template: "catalog/page", Title: title, Crumbs: crumbs(r.P, crumb(title)), Data: page}, nil
}

func changeTable(r *web.Request, all []catalog.ChangeRow) *templates.Table {
	t := &templates.Table{ID: "changes", Caption: r.T("menu.catalog_changes"), Columns: []templates.Column{
		{Key: "title", Text: r.T("catalog.change.title"), Main: true}, {Key: "kind", Text: r.T("catalog.change.kind")}, {Key: "doc_no", Text: r.T("catalog.change.doc_no")},
		{Key: "changed_on", Text: r.T("catalog.change.changed_on"), Main: true}, {Key: "due", Text: r.T("catalogweb.changes.due"), Main: true}, {Key: "open", Text: r.T("catalogweb.changes.open"), Num: true, Main: true},
	}}
	for _, c := range all {
		due := c.Departments[0].DueOn
		cell := templates.Cell{Text: due.String()}
		if c.Open() > 0 && due.Before(r.Today()) {
			cell.Tone, cell.Note = templates.ToneRed, r.T("catalogweb.overdue")
		}
		t.Rows = append(t.Rows, templates.TableRow{Name: c.Title, Cells: []templates.Cell{
			{Text: c.Title, Href: changesPath + "/" + c.ID.String()}, {Text: r.T(string(c.Kind.Label()))}, {Text: c.DocNo}, {Text: c.ChangedOn.String()}, cell,
			{Text: r.T("catalogweb.changes.open_of", "open", c.Open(), "all", len(c.Departments))},
		}})
	}
	return t
}

type changeIn struct {
	ID          int64    `uri:"id"`
	Kind        string   `form:"kind"`
	Title       string   `form:"title"`
	DocNo       string   `form:"doc_no"`
	ChangedOn   string   `form:"changed_on"`
	Note        string   `form:"note"`
	Departments []string `form:"departments"`
	Department  string   `form:"department"`
	Statement   string   `form:"statement"`
}

func (d *desk) newChange(r *web.Request, _ struct{}) (web.Response, error) {
	return d.changeForm(r, changeIn{}, nil)
}

func (d *desk) addChange(r *web.Request, in changeIn) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	form := catalog.ChangeForm{Kind: catalog.ChangeKind(in.Kind), Title: in.Title, DocNo: in.DocNo, Note: in.Note}
	if form.ChangedOn, err = readDay("changed_on", "catalog.change.changed_on", in.ChangedOn); err != nil {
		return d.changeForm(r, in, err)
	}
	for _, code := range in.Departments {
		if dept, ok := n.dir.Lookup(code); ok {
			form.Departments = append(form.Departments, dept.ID)
		}
	}
	c, err := d.Catalog.RecordChange(r.Ctx, r.By, form)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect{To: changesPath + "/" + c.ID.String(), Said: web.Said(r.T("catalogweb.changes.added", "n", len(form.Departments)))}, nil
	case kind == fault.Invalid || kind == fault.Conflict:
		return d.changeForm(r, in, err)
	default:
		return nil, err
	}
}

// readDay reads a day that was typed; nothing is no day.
func readDay(name, label, typed string) (calendar.Date, error) {
	if typed == "" {
		return calendar.Date{}, nil
	}
	day, _, err := input.Date(typed, false)
	if err != nil {
		return calendar.Date{}, fault.Refuse([]fault.Field{fault.At(name, input.Code(err), "field", fault.Label(label), "value", typed)})
	}
	return day, nil
}

func (d *desk) changeForm(r *web.Request, in changeIn, cause error) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	var keep func(inventory.Department) bool
	if !r.By.Is(catalog.Keepers()...) {
		keep = func(dept inventory.Department) bool { return n.dir.Covers(r.By.Own(), dept.ID) }
	}
	var kinds []templates.Option
	for _, k := range catalog.ChangeKinds() {
		kinds = append(kinds, templates.Option{Value: string(k), Text: r.T(string(k.Label()))})
	}
	title := r.T("catalogweb.changes.new")
	form := templates.Form{
		ID: "change", Action: changesPath, Guard: true, Sections: []templates.Section{{ID: "s-change", Fields: []templates.Field{
			{Name: "kind", Kind: templates.KindEnum, Label: r.T("catalog.change.kind"), Required: true, Value: in.Kind, Options: kinds},
			{Name: "title", Label: r.T("catalog.change.title"), Help: r.T("catalogweb.changes.title.help"), Required: true, Value: in.Title, MaxLength: 150},
			{Name: "doc_no", Label: r.T("catalog.change.doc_no"), Value: in.DocNo, MaxLength: 150, Width: "medium"},
			{Name: "changed_on", Kind: templates.KindDate, Label: r.T("catalog.change.changed_on"), Help: r.T("catalogweb.changes.changed_on.help"), Required: true, Value: in.ChangedOn, Width: "short"},
			{Name: "departments", Kind: templates.KindMulti, Label: r.T("catalog.change.departments"), Required: true, Options: departmentBoxes(n, in.Departments, keep)},
			{Name: "note", Kind: templates.KindLongText, Label: r.T("catalog.change.note"), Value: in.Note, MaxLength: 150},
		}}},
		Acts: []templates.Act{
			{Text: r.T("catalogweb.changes.save"), Note: r.T("catalogweb.changes.save.note"), Kind: templates.ActPrimary, Icon: "check"},
			{Text: r.T("catalogweb.cancel"), Href: changesPath, Kind: templates.ActQuiet},
		},
	}
	web.Mistakes(r.P, &form, cause)
	return web.View{
		Template: "catalog/page", Title: title, Data: plainPage{Head: templates.Head{Title: title, Lead: r.T("catalogweb.changes.lead")}, Form: &form}, Err: cause,
		Crumbs: crumbs(r.P, templates.Crumb{Text: r.T("menu.catalog_changes"), Href: changesPath}, crumb(title)),
	}, nil
}

func (d *desk) showChange(r *web.Request, in changeIn) (web.Response, error) {
	return d.changePage(r, in, nil)
}

func (d *desk) changePage(r *web.Request, in changeIn, cause error) (web.Response, error) {
	c, err := d.Catalog.FindChange(r.Ctx, r.By, catalog.ChangeID(in.ID))
	if err != nil {
		return nil, err
	}
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	page := plainPage{Head: templates.Head{Title: c.Title, Code: c.DocNo, Lead: r.T("catalogweb.changes.page", "day", c.ChangedOn, "kind", c.Kind.Label())}}
	if c.Note != "" {
		page.Callouts = append(page.Callouts, templates.Callout{Kind: "info", Text: c.Note})
	}
	page.Table, page.Steps = touchedTable(r, n, c), untouchedSteps(r, n, c, in, cause)
	title := r.T("menu.catalog_changes")
	return web.View{
		Template: "catalog/page", Title: c.Title, Data: page, Err: cause, Crumbs: crumbs(r.P, templates.Crumb{Text: title, Href: changesPath}, crumb(c.Title)),
	}, nil
}

func touchedTable(r *web.Request, n names, c catalog.ChangeRow) *templates.Table {
	t := &templates.Table{ID: "touched", Caption: r.T("catalog.change.departments"), Columns: []templates.Column{
		{Key: "department", Text: r.T("catalog.change.departments"), Main: true}, {Key: "due", Text: r.T("catalogweb.changes.due"), Main: true},
		{Key: "state", Text: r.T("catalogweb.column.state"), Main: true}, {Key: "how", Text: r.T("catalogweb.changes.how")},
	}}
	for _, x := range c.Departments {
		dept, _ := n.dir.Find(x.DepartmentID)
		row := templates.TableRow{Name: dept.Name, Cells: []templates.Cell{
			{Text: dept.Name, Href: catalogPath + "?provider=" + dept.Code}, {Text: x.DueOn.String()}, {}, {},
		}}
		switch {
		case x.DoneAt == nil && x.DueOn.Before(r.Today()):
			row.Cells[2].Badge = &templates.Badge{Text: r.T("catalogweb.overdue"), Tone: templates.ToneRed}
		case x.DoneAt == nil:
			row.Cells[2].Badge = &templates.Badge{Text: r.T("catalogweb.changes.waits"), Tone: templates.ToneAmber}
		default:
			row.Cells[2].Badge = &templates.Badge{Text: r.T("catalogweb.changes.done"), Tone: templates.ToneGreen}
			row.Cells[3] = templates.Cell{Text: x.Statement, Sub: r.T("catalogweb.by_at", "name", x.DoneName, "at", r.P.Time(*x.DoneAt))}
			if x.EntryID != nil {
				row.Cells[3].Text, row.Cells[3].Href = r.T("catalogweb.changes.updated"), entryPath(*x.EntryID, "")
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// untouchedSteps offers a head to state that no entry of the department is
// touched.
func untouchedSteps(r *web.Request, n names, c catalog.ChangeRow, in changeIn, cause error) []templates.Step {
	if !r.By.Is(catalog.Submitters()...) {
		return nil
	}
	var out []templates.Step
	for _, x := range c.Departments {
		if x.DoneAt != nil || !n.dir.Covers(r.By.Own(), x.DepartmentID) {
			continue
		}
		dept, _ := n.dir.Find(x.DepartmentID)
		s := templates.Step{ID: "step-" + dept.Code, Title: r.T("catalogweb.changes.untouched", "name", dept.Name), Note: r.T("catalogweb.changes.untouched.note"), Icon: "check"}
		form := templates.Form{
			ID: s.ID + "-form", Action: changesPath + "/" + c.ID.String() + "/untouched", Guard: true, Hidden: []templates.Pair{{Name: "department", Value: dept.Code}},
			Sections: []templates.Section{{ID: s.ID + "-s", Fields: []templates.Field{
				{Name: "statement", Kind: templates.KindLongText, Label: r.T("catalogweb.changes.statement"), Required: true, MaxLength: 300, Value: in.Statement},
			}}},
			Acts: []templates.Act{{Text: r.T("catalogweb.changes.state"), Kind: templates.ActPrimary, Icon: "check"}},
		}
		if in.Department == dept.Code {
			s.Open = true
			web.Mistakes(r.P, &form, cause)
		}
		s.Form = &form
		out = append(out, s)
	}
	return out
}

func (d *desk) stateUntouched(r *web.Request, in changeIn) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	dept, _ := dir.Lookup(in.Department)
	err = d.Catalog.StateUntouched(r.Ctx, r.By, catalog.ChangeID(in.ID), dept.ID, in.Statement)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect{To: changesPath + "/" + number(in.ID), Said: web.Said(r.T("catalogweb.changes.stated"))}, nil
	case slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict}, kind):
		return d.changePage(r, in, err)
	default:
		return nil, err
	}
}
