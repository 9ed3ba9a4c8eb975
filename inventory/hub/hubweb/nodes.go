package hubweb

import (
	"strconv"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/templates"
)

// showNodes lists the front nodes.
func (d *desk) showNodes(r *web.Request, _ struct{}) (web.Response, error) {
	list, err := d.Hub.Nodes(r.Ctx, r.By, 0)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	title := r.T("hub.nodes")
	data := tablesPage{Head: templates.Head{Title: title, Lead: r.T("hub.nodes.lead")}, Tabs: tabs(r.P, r.By, nodePath)}
	if r.By.Is(movers()...) {
		data.Head.Actions = []templates.Act{{Text: r.T("hub.node.new"), Href: nodePath + "/new", Kind: templates.ActPrimary, Icon: "plus"}}
	}
	block := tableBlock{ID: "nodes"}
	if len(list) == 0 {
		block.Empty = &templates.Empty{Icon: "device", Title: r.T("hub.nodes.none"), Text: r.T("hub.nodes.none.text"), Actions: data.Head.Actions}
	} else {
		block.Table = nodeTable(r, dir, list)
	}
	data.Blocks = []tableBlock{block}
	return web.View{Template: "hub/tables", Title: title, Crumbs: crumbs(r.P, crumb(title, nodePath)), Data: data}, nil
}

func nodeTable(r *web.Request, dir *inventory.Directory, list []hub.Node) *templates.Table {
	t := &templates.Table{Caption: r.T("hub.nodes"), Columns: []templates.Column{
		{Text: r.T("hub.field.name"), Main: true}, {Text: r.T("hub.field.address"), Main: true}, {Text: r.T("hub.field.place")},
		{Text: r.T("hub.column.owner"), Main: true}, {Text: r.T("hub.field.installed_on")}, {Text: r.T("hub.field.removed_on")},
	}}
	for i := range list {
		n := &list[i]
		name := templates.Cell{Text: n.Name, Sub: n.Note}
		if r.By.Is(movers()...) && (r.By.Is(hub.Verifiers()...) || dir.Covers(r.By.Own(), n.DepartmentID)) {
			name.Href = numbered(nodePath, int64(n.ID))
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			name, {Text: n.Address, Code: true}, {Text: n.Place}, {Text: dir.Name(n.DepartmentID)}, {Text: n.InstalledOn.String()}, {Text: n.RemovedOn.String()},
		}})
	}
	return t
}

// nodeForm is the form of a front node, under way.
type nodeForm struct {
	ID          int64  `uri:"id"`
	Number      int64  `form:"id"`
	Version     int64  `form:"version"`
	Department  string `form:"department"`
	Name        string `form:"name"`
	Address     string `form:"address"`
	Place       string `form:"place"`
	InstalledOn string `form:"installed_on"`
	RemovedOn   string `form:"removed_on"`
	Note        string `form:"note"`
}

func (d *desk) newNode(r *web.Request, _ struct{}) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	return d.nodeView(r, dir, nodeForm{Department: ownText(r.By, dir)}, nil)
}

func (d *desk) editNode(r *web.Request, in nodeForm) (web.Response, error) {
	n, err := d.Hub.FindNode(r.Ctx, r.By, hub.NodeID(in.ID))
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	dept, _ := dir.Find(n.DepartmentID)
	return d.nodeView(r, dir, nodeForm{
		Number: in.ID, Version: n.Version, Department: dept.Code + " " + dept.Name, Name: n.Name, Address: n.Address, Place: n.Place,
		InstalledOn: n.InstalledOn.String(), RemovedOn: n.RemovedOn.String(), Note: n.Note,
	}, nil)
}

func (d *desk) nodeView(r *web.Request, dir *inventory.Directory, in nodeForm, cause error) (web.Response, error) {
	title := r.T("hub.node.new")
	if in.Number != 0 {
		title = in.Name
	}
	dept := departmentField(r, dir, in.Department)
	if in.Number != 0 {
		dept.ReadOnly = true
	}
	f := templates.Form{
		Action: nodePath, Guard: true, Hidden: []templates.Pair{{Name: "id", Value: strconv.FormatInt(in.Number, 10)}, versionPair(in.Version)},
		Sections: []templates.Section{{ID: "s-node", Title: r.T("hub.node"), Fields: []templates.Field{
			dept, textField(r, "name", in.Name, true), textField(r, "address", in.Address, true), textField(r, "place", in.Place, false),
			dayField(r, "installed_on", in.InstalledOn, false), dayField(r, "removed_on", in.RemovedOn, false),
			{Name: "note", Kind: templates.KindLongText, Label: r.T("hub.field.note"), MaxLength: 200, Value: in.Note},
		}}},
		Acts: []templates.Act{{Text: r.T("hub.save"), Kind: templates.ActPrimary, Icon: "check", Note: r.T("hub.node.save.note")}, {Text: r.T("hub.cancel"), Href: nodePath, Kind: templates.ActQuiet}},
	}
	web.Mistakes(r.P, &f, cause)
	return web.View{Template: "hub/form", Title: title, Crumbs: crumbs(r.P, crumb(r.T("hub.nodes"), nodePath), crumb(title, "")), Data: formPage{Head: templates.Head{Title: title, Lead: r.T("hub.nodes.lead")}, Form: &f}, Err: cause}, nil
}

func (d *desk) saveNodeForm(r *web.Request, in nodeForm) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	dept, _ := dir.Lookup(strings.TrimSpace(in.Department))
	n := hub.Node{ID: hub.NodeID(in.Number), DepartmentID: dept.ID, Name: in.Name, Address: in.Address, Place: in.Place, Note: in.Note, Version: in.Version}
	if err = readDays(map[string]*calendar.Date{"installed_on": &n.InstalledOn, "removed_on": &n.RemovedOn}, r); err == nil {
		_, err = d.Hub.SaveNode(r.Ctx, r.By, n)
	}
	if comesBack(err) {
		return d.nodeView(r, dir, in, err)
	}
	if err != nil {
		return nil, err
	}
	return done(r, nodePath, "hub.node.saved", "name", n.Name)
}
