package hubweb

import (
	"slices"
	"strconv"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/templates"
)

type linksIn struct {
	State string `form:"state"`
	Page  int    `form:"page"`
	Size  int    `form:"size"`
}

// showLinks lists what is still to move to the hub.
func (d *desk) showLinks(r *web.Request, in linksIn) (web.Response, error) {
	q := hub.LinkQuery{Page: max(in.Page, 1), Size: in.Size}
	if slices.Contains(hub.LinkStates(), hub.LinkState(in.State)) {
		q.State = hub.LinkState(in.State)
	}
	if q.Size <= 0 || q.Size > hub.MaxPageSize {
		q.Size = hub.DefaultPageSize
	}
	page, err := d.Hub.Links(r.Ctx, r.By, q)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	title := r.T("hub.links")
	data := tablesPage{Head: templates.Head{Title: title, Lead: r.T("hub.links.lead")}, Tabs: tabs(r.P, r.By, linkPath), Sub: linkTabs(r, q.State, page)}
	if r.By.Is(movers()...) {
		data.Head.Actions = []templates.Act{{Text: r.T("hub.link.new"), Href: linkPath + "/new", Kind: templates.ActPrimary, Icon: "plus"}}
	}
	block := tableBlock{ID: "links"}
	if page.Total == 0 {
		block.Empty = &templates.Empty{Icon: "link", Title: r.T("hub.links.none"), Text: r.T("hub.links.none.text"), Actions: data.Head.Actions}
	} else {
		block.Table = linkTable(r, dir, page.Links)
		pager := templates.NewPager(templates.WithQuery(linkPath, "state", string(q.State)), q.Page, q.Size, page.Total, 20, 50, 100)
		data.Pager = &pager
	}
	data.Blocks = []tableBlock{block}
	return web.View{Template: "hub/tables", Title: title, Crumbs: crumbs(r.P, crumb(title, linkPath)), Data: data}, nil
}

func linkTabs(r *web.Request, state hub.LinkState, page hub.LinkPage) *templates.Tabs {
	t := &templates.Tabs{Label: r.T("hub.links"), Items: []templates.Tab{{Text: r.T("hub.all"), Href: linkPath, Active: state == ""}}}
	for _, s := range hub.LinkStates() {
		t.Items = append(t.Items, templates.Tab{
			Text: r.T(string(s.Label())), Href: templates.WithQuery(linkPath, "state", string(s)), Active: s == state, Count: r.P.Number(page.Counts[s]),
		})
	}
	return t
}

var linkTones = map[hub.LinkState]string{
	hub.LinkLate: templates.ToneRed, hub.LinkPlanned: templates.ToneBlue, hub.LinkMigrated: templates.ToneGreen, hub.LinkDropped: templates.ToneGrey,
}

func linkTable(r *web.Request, dir *inventory.Directory, list []hub.Link) *templates.Table {
	t := &templates.Table{Caption: r.T("hub.links"), Columns: []templates.Column{
		{Text: r.T("hub.field.name"), Main: true}, {Text: r.T("hub.column.state"), Main: true}, {Text: r.T("hub.field.planned_on"), Main: true},
		{Text: r.T("hub.field.other")}, {Text: r.T("hub.field.content")}, {Text: r.T("hub.column.owner")}, {Text: r.T("hub.field.migrated_on")},
	}}
	for i := range list {
		l := &list[i]
		state := l.State(r.Today())
		badge := templates.Badge{Text: r.T(string(state.Label())), Tone: linkTones[state]}
		name := templates.Cell{Text: l.Name, Sub: r.T(string(l.Kind.Label()))}
		if r.By.Is(movers()...) && (r.By.Is(hub.Verifiers()...) || dir.Covers(r.By.Own(), l.DepartmentID)) {
			name.Href = numbered(linkPath, int64(l.ID))
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			name, {Badge: &badge}, {Text: l.PlannedOn.String()}, {Text: l.Other}, {Text: l.Content}, {Text: dir.Name(l.DepartmentID)}, {Text: l.MigratedOn.String()},
		}})
	}
	return t
}

// linkForm is the form of a link, under way.
type linkForm struct {
	ID         int64  `uri:"id"`
	Number     int64  `form:"id"`
	Version    int64  `form:"version"`
	Department string `form:"department"`
	Kind       string `form:"kind"`
	Name       string `form:"name"`
	Other      string `form:"other"`
	Content    string `form:"content"`
	PlannedOn  string `form:"planned_on"`
	MigratedOn string `form:"migrated_on"`
	DroppedOn  string `form:"dropped_on"`
	Note       string `form:"note"`
}

func (d *desk) newLink(r *web.Request, _ struct{}) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	return d.linkView(r, dir, linkForm{Department: ownText(r.By, dir), Kind: string(hub.ExchangeLink)}, nil)
}

func (d *desk) editLink(r *web.Request, in linkForm) (web.Response, error) {
	l, err := d.Hub.FindLink(r.Ctx, r.By, hub.LinkID(in.ID))
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	dept, _ := dir.Find(l.DepartmentID)
	return d.linkView(r, dir, linkForm{
		Number: in.ID, Version: l.Version, Department: dept.Code + " " + dept.Name, Kind: string(l.Kind), Name: l.Name, Other: l.Other, Content: l.Content,
		PlannedOn: l.PlannedOn.String(), MigratedOn: l.MigratedOn.String(), DroppedOn: l.DroppedOn.String(), Note: l.Note,
	}, nil)
}

func (d *desk) linkView(r *web.Request, dir *inventory.Directory, in linkForm, cause error) (web.Response, error) {
	title := r.T("hub.link.new")
	if in.Number != 0 {
		title = in.Name
	}
	dept := departmentField(r, dir, in.Department)
	if in.Number != 0 {
		dept.ReadOnly = true
	}
	f := templates.Form{
		Action: linkPath, Guard: true, Hidden: []templates.Pair{{Name: "id", Value: strconv.FormatInt(in.Number, 10)}, versionPair(in.Version)},
		Sections: []templates.Section{
			{ID: "s-link", Title: r.T("hub.link"), Fields: []templates.Field{
				dept, {Name: "kind", Kind: templates.KindEnum, Label: r.T("hub.field.kind"), Required: true, Value: in.Kind, Options: options(r.P, hub.LinkKinds(), hub.LinkKind.Label)},
				textField(r, "name", in.Name, true), textField(r, "other", in.Other, true), textField(r, "content", in.Content, false),
			}},
			{ID: "s-move", Title: r.T("hub.link.move"), Lead: r.T("hub.link.move.text"), Fields: []templates.Field{
				dayField(r, "planned_on", in.PlannedOn, true), dayField(r, "migrated_on", in.MigratedOn, false), dayField(r, "dropped_on", in.DroppedOn, false),
				{Name: "note", Kind: templates.KindLongText, Label: r.T("hub.field.note"), MaxLength: 200, Value: in.Note},
			}},
		},
		Acts: []templates.Act{{Text: r.T("hub.save"), Kind: templates.ActPrimary, Icon: "check", Note: r.T("hub.link.save.note")}, {Text: r.T("hub.cancel"), Href: linkPath, Kind: templates.ActQuiet}},
	}
	web.Mistakes(r.P, &f, cause)
	return web.View{Template: "hub/form", Title: title, Crumbs: crumbs(r.P, crumb(r.T("hub.links"), linkPath), crumb(title, "")), Data: formPage{Head: templates.Head{Title: title, Lead: r.T("hub.links.lead")}, Form: &f}, Err: cause}, nil
}

func (d *desk) saveLinkForm(r *web.Request, in linkForm) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	dept, _ := dir.Lookup(strings.TrimSpace(in.Department))
	l := hub.Link{
		ID: hub.LinkID(in.Number), DepartmentID: dept.ID, Kind: hub.LinkKind(in.Kind), Name: in.Name, Other: in.Other, Content: in.Content, Note: in.Note, Version: in.Version,
	}
	if err = readDays(map[string]*calendar.Date{"planned_on": &l.PlannedOn, "migrated_on": &l.MigratedOn, "dropped_on": &l.DroppedOn}, r); err == nil {
		_, err = d.Hub.SaveLink(r.Ctx, r.By, l)
	}
	if comesBack(err) {
		return d.linkView(r, dir, in, err)
	}
	if err != nil {
		return nil, err
	}
	return done(r, linkPath, "hub.link.saved", "name", l.Name)
}
