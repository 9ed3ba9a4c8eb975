package catalogweb

import (
	"strings"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/catalog"
	"qingce/templates"
)

func (d *desk) mountTree(s *web.Server) {
	view := s.Group(web.For(catalog.Viewers()...))
	web.Get(view, treePath, d.showTree)

	keep := s.Group(web.For(catalog.Keepers()...))
	web.Get(keep, treePath+"/new", d.newClass)
	web.Post(keep, treePath, d.addClass)
	web.Get(keep, treePath+"/:code", d.editClass)
	web.Post(keep, treePath+"/:code", d.changeClass)
}

// showTree lists the classification tree.
func (d *desk) showTree(r *web.Request, _ struct{}) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	all, err := d.Catalog.Classes(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	title := r.T("menu.catalog_tree")
	page := plainPage{Head: templates.Head{Title: title, Lead: r.T("catalogweb.tree.lead", "n", r.P.Number(int64(len(all))))}, Table: treeTable(r, n, all)}
	if r.By.Is(catalog.Keepers()...) {
		page.Head.Actions = []templates.Act{{Text: r.T("catalogweb.tree.add"), Href: treePath + "/new", Kind: templates.ActPrimary, Icon: "plus"}}
	}
	return web.View{Template: "catalog/page", Title: title, Crumbs: crumbs(r.P, crumb(title)), Data: page}, nil
}

func treeTable(r *web.Request, n names, all []catalog.Class) *templates.Table {
	t := &templates.Table{ID: "tree", Caption: r.T("menu.catalog_tree"), Columns: []templates.Column{
		{Key: "code", Text: r.T("catalogweb.tree.code"), Main: true}, {Key: "name", Text: r.T("catalog.class.name"), Main: true}, {Key: "level", Text: r.T("catalogweb.tree.level")},
		{Key: "library", Text: r.T("catalogweb.library")}, {Key: "lead", Text: r.T("entry.lead_id"), Main: true}, {Key: "origin", Text: r.T("catalogweb.tree.origin")},
	}}
	keeper := r.By.Is(catalog.Keepers()...)
	for _, c := range all {
		row := templates.TableRow{Name: c.Name, Cells: []templates.Cell{
			{Text: c.Code}, {Text: strings.Repeat("　", depth(c)) + c.Name, Href: catalogPath + "?class=" + c.Code, Title: c.Name},
			{Text: r.T(string(c.Level.Label()))}, {Text: r.T(string(c.Library.Label()))}, {}, {Text: originText(r, c)},
		}}
		if keeper {
			row.Cells[0].Href = classPath(c.Code, "")
		}
		switch {
		case c.LeadID != nil:
			row.Cells[4].Text = n.dir.Name(*c.LeadID)
		case c.Library.Led() && c.Level != catalog.LevelClass:
			row.Cells[4].Text, row.Cells[4].Tone = r.T("catalogweb.tree.no_lead"), templates.ToneAmber
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func depth(c catalog.Class) int {
	switch c.Level {
	case catalog.LevelItem:
		return 1
	case catalog.LevelObject:
		return 2
	case catalog.LevelDetail:
		return 3 + (len(c.Code)-7)/2
	}
	return 0
}

func originText(r *web.Request, c catalog.Class) string {
	text := r.T("catalogweb.tree.origin." + c.Origin)
	if c.Unverified {
		text += r.T("catalogweb.tree.unverified")
	}
	if c.Closed {
		text += r.T("catalogweb.tree.closed_mark")
	}
	return text
}

type classIn struct {
	Code    string `uri:"code"`
	Version int64  `form:"version"`
	New     string `form:"code"`
	Parent  string `form:"parent"`
	Name    string `form:"name"`
	Lead    string `form:"lead"`
	Closed  bool   `form:"closed"`
	Note    string `form:"note"`
}

// read turns what was typed into a form of the catalog.
func (in classIn) read(n names) (catalog.ClassForm, error) {
	out := catalog.ClassForm{Code: strings.TrimSpace(in.New), Parent: firstWord(in.Parent), Name: in.Name, Closed: in.Closed, Note: in.Note}
	if strings.TrimSpace(in.Lead) == "" {
		return out, nil
	}
	dept, ok := n.dir.Lookup(in.Lead)
	if !ok {
		return out, fault.Refuse([]fault.Field{fault.At("lead", "catalogweb.err.department", "value", in.Lead)})
	}
	out.Lead = &dept.ID
	return out, nil
}

func firstWord(s string) string {
	if words := strings.Fields(s); len(words) > 0 {
		return words[0]
	}
	return ""
}

func (d *desk) newClass(r *web.Request, _ struct{}) (web.Response, error) {
	return d.classPage(r, catalog.Class{}, classIn{Parent: r.URL.Query().Get("parent")}, nil)
}

func (d *desk) addClass(r *web.Request, in classIn) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	form, err := in.read(n)
	if err == nil {
		_, err = d.Catalog.AddClass(r.Ctx, r.By, form)
	}
	if err != nil {
		return d.classRefused(r, catalog.Class{}, in, err)
	}
	return web.Redirect{To: treePath, Said: web.Said(r.T("catalogweb.tree.added", "code", form.Code))}, nil
}

func (d *desk) findClass(r *web.Request, code string) (catalog.Class, error) {
	all, err := d.Catalog.Classes(r.Ctx, r.By)
	if err != nil {
		return catalog.Class{}, err
	}
	for _, c := range all {
		if c.Code == code {
			return c, nil
		}
	}
	return catalog.Class{}, fault.New(fault.NotFound, "err.not_found")
}

func (d *desk) editClass(r *web.Request, in classIn) (web.Response, error) {
	c, err := d.findClass(r, in.Code)
	if err != nil {
		return nil, err
	}
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	in = classIn{Code: c.Code, Version: c.Version, Name: c.Name, Closed: c.Closed, Note: c.Note}
	if c.LeadID != nil {
		dept, _ := n.dir.Find(*c.LeadID)
		in.Lead = dept.Code + " " + dept.Name
	}
	return d.classPage(r, c, in, nil)
}

func (d *desk) changeClass(r *web.Request, in classIn) (web.Response, error) {
	c, err := d.findClass(r, in.Code)
	if err != nil {
		return nil, err
	}
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	form, err := in.read(n)
	if err == nil {
		_, err = d.Catalog.ChangeClass(r.Ctx, r.By, c.Code, in.Version, form)
	}
	if err != nil {
		return d.classRefused(r, c, in, err)
	}
	return web.Redirect{To: treePath, Said: web.Said(r.T("catalogweb.tree.changed", "code", c.Code))}, nil
}

func (d *desk) classRefused(r *web.Request, c catalog.Class, in classIn, err error) (web.Response, error) {
	if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.Conflict {
		return nil, err
	}
	return d.classPage(r, c, in, err)
}

func (d *desk) classPage(r *web.Request, c catalog.Class, in classIn, cause error) (web.Response, error) {
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	all, err := d.Catalog.Classes(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	title, form := r.T("catalogweb.tree.add"), classForm(r, n, all, c, in)
	page := plainPage{Head: templates.Head{Title: title, Lead: r.T("catalogweb.tree.form.lead")}, Form: &form}
	if c.Code != "" {
		title = r.T("catalogweb.tree.edit", "code", c.Code)
		page.Head.Title, page.Head.Code = title, c.Code
		if page.Table, err = d.classHistory(r, n, c.Code); err != nil {
			return nil, err
		}
	}
	web.Mistakes(r.P, &form, cause)
	return web.View{
		Template: "catalog/page", Title: title, Data: page, Err: cause,
		Crumbs: crumbs(r.P, templates.Crumb{Text: r.T("menu.catalog_tree"), Href: treePath}, crumb(title)),
	}, nil
}

func classForm(r *web.Request, n names, all []catalog.Class, c catalog.Class, in classIn) templates.Form {
	f := templates.Form{
		ID: "class", Action: treePath, Guard: true, Acts: []templates.Act{
			{Text: r.T("catalogweb.tree.save"), Note: r.T("catalogweb.tree.save.note"), Kind: templates.ActPrimary, Icon: "check"},
			{Text: r.T("catalogweb.cancel"), Href: treePath, Kind: templates.ActQuiet},
		},
	}
	s := templates.Section{ID: "s-class"}
	if c.Code == "" {
		parent := templates.Field{Name: "parent", Kind: templates.KindRef, Label: r.T("catalogweb.tree.parent"), Required: true, Value: firstWord(in.Parent), Width: "medium"}
		for _, p := range all {
			parent.Options = append(parent.Options, templates.Option{Value: p.Code, Text: p.Code + " " + p.Name})
		}
		s.Fields = append(s.Fields, parent, templates.Field{Name: "code", Label: r.T("catalogweb.tree.code"), Help: r.T("catalogweb.tree.code.help"), Required: true, Value: in.New, Width: "short", MaxLength: 20})
	} else {
		f.Action, f.Hidden = classPath(c.Code, ""), []templates.Pair{{Name: "version", Value: number(in.Version)}}
	}
	s.Fields = append(s.Fields,
		templates.Field{Name: "name", Label: r.T("catalog.class.name"), Required: true, Value: in.Name, MaxLength: 60},
		templates.Field{Name: "lead", Kind: templates.KindRef, Label: r.T("entry.lead_id"), Help: r.T("entry.lead_id.help"), Value: in.Lead, Options: departmentOptions(n, nil), Width: "medium"},
		templates.Field{Name: "note", Kind: templates.KindLongText, Label: r.T("entry_item.remark"), Value: in.Note, MaxLength: 300})
	if c.Code != "" {
		s.Fields = append(s.Fields, templates.Field{
			Name: "closed", Kind: templates.KindEnum, Label: r.T("catalogweb.tree.closed"), Required: true, Value: boolText(in.Closed),
			Options: []templates.Option{{Value: "false", Text: r.T("bool.false")}, {Value: "true", Text: r.T("bool.true")}},
		})
	}
	f.Sections = []templates.Section{s}
	return f
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func (d *desk) classHistory(r *web.Request, n names, code string) (*templates.Table, error) {
	states, err := d.Catalog.ClassHistory(r.Ctx, r.By, code)
	t := &templates.Table{ID: "history", Caption: r.T("catalogweb.tree.history"), Columns: []templates.Column{
		{Key: "version", Text: r.T("catalogweb.version"), Main: true}, {Key: "name", Text: r.T("catalog.class.name"), Main: true}, {Key: "lead", Text: r.T("entry.lead_id")},
		{Key: "closed", Text: r.T("catalogweb.tree.closed")}, {Key: "at", Text: r.T("catalogweb.changed_at"), Main: true}, {Key: "by", Text: r.T("catalogweb.changed_by")},
	}}
	for _, s := range states {
		lead := ""
		if s.LeadID != nil {
			lead = n.dir.Name(*s.LeadID)
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: number(s.Version)}, {Text: s.Name}, {Text: lead}, {Text: r.T("bool." + boolText(s.Closed))}, {Text: r.P.Time(s.ChangedAt)}, {Text: s.ChangedName},
		}})
	}
	return t, err
}
