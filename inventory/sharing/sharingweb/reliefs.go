package sharingweb

import (
	"net/url"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/inventory/sharing"
	"qingce/templates"
)

// reliefsPage is the data of sharing/reliefs: a list whose rows can be decided
// about.
type reliefsPage struct {
	listPage
	Rows []reliefRow
}

// reliefQuery is what the address asks for.
func (l lister) reliefQuery() sharing.ReliefQuery {
	return sharing.ReliefQuery{
		States: web.Chosen(l.a, "state", sharing.ReliefStates()), Department: l.department(), Search: l.a.Get("q"), Page: l.a.Page(), Size: l.a.Size(sharing.DefaultPageSize),
	}
}

// reliefRow is a relief with what the reader may do with it.
type reliefRow struct {
	Title string
	Acts  []templates.Act
}

// listReliefs shows what citizens and firms no longer hand in.
func (d *desk) listReliefs(r *web.Request, _ noInput) (web.Response, error) {
	l, err := d.lister(r)
	if err != nil {
		return nil, err
	}
	page, err := d.Sharing.ListReliefs(r.Ctx, r.By, l.reliefQuery())
	if err != nil {
		return nil, err
	}
	title := r.T("sharing.tab.reliefs")
	out := reliefsPage{listPage: listPage{
		Head: templates.Head{Title: title, Lead: r.T("sharing.reliefs.lead"), Actions: l.act("sharing.act.new_relief", reliefsPath+"/new", "plus")},
		Tabs: l.tabs("reliefs"),
	}}
	if page.Total > 0 || l.a.Narrowed() {
		out.Stats = []templates.Stat{
			{Label: r.T("sharing.stat.reliefs"), Value: r.P.Number(page.Accepted), Href: reliefsPath + "?state=accepted", Tone: templates.ToneGreen},
			{Label: r.T("sharing.stat.times"), Value: r.P.Number(page.Times), Href: reliefsPath + "?state=accepted"},
		}
		label := func(s sharing.ReliefState) string { return r.T(string(s.Label())) }
		out.Filters = l.filters(stateFilter(l, sharing.ReliefStates(), label))
	}
	l.fill(&out.listPage, reliefTable(r, l, page.Rows), page.Total, "reliefs", out.Head.Actions...)
	for _, one := range page.Rows {
		if acts := reliefActs(r, l, one); len(acts) > 0 {
			out.Rows = append(out.Rows, reliefRow{Title: one.Matter + " · " + one.Material, Acts: acts})
		}
	}
	return web.View{Template: "sharing/reliefs", Title: title, Crumbs: crumbs(r.P, "reliefs", reliefsPath), Data: out}, nil
}

func reliefTable(r *web.Request, l lister, rows []sharing.Relief) *templates.Table {
	t := &templates.Table{ID: "reliefs", Caption: r.T("sharing.tab.reliefs"), Columns: []templates.Column{
		{Key: "material", Text: r.T("sharing.material"), Main: true},
		{Key: "matter", Text: r.T("sharing.matter_served"), Main: true},
		{Key: "department", Text: r.T("sharing.department")},
		{Key: "people", Text: r.T("sharing.people")},
		{Key: "entry", Text: r.T("sharing.replaced_by")},
		{Key: "stopped_on", Text: r.T("sharing.stopped_on")},
		{Key: "times", Text: r.T("sharing.times_a_year"), Num: true, Main: true},
		{Key: "state", Text: r.T("sharing.state"), Main: true},
	}}
	tones := map[sharing.ReliefState]string{sharing.ReliefDeclared: templates.ToneAmber, sharing.ReliefAccepted: templates.ToneGreen}
	for _, one := range rows {
		t.Rows = append(t.Rows, templates.TableRow{Name: one.Material, Cells: []templates.Cell{
			{Text: one.Material, Sub: one.Note}, {Text: one.Matter}, {Text: l.name(one.DepartmentID)}, {Text: word(r.P, "people_word", one.People)},
			{Text: one.EntryName, Sub: l.name(one.ProviderID)}, {Text: one.StoppedOn.String()}, {Text: r.P.Number(one.TimesAYear)},
			{Badge: &templates.Badge{Text: r.T(string(one.State.Label())), Tone: tones[one.State]}},
		}})
	}
	return t
}

// reliefActs are what the reader may do with a relief.
func reliefActs(r *web.Request, l lister, one sharing.Relief) []templates.Act {
	post := func(state sharing.ReliefState, key, kind string) templates.Act {
		return templates.Act{Text: r.T(key), Kind: kind, Post: web.Join(reliefsPath, one.ID.String(), "decision"), Hidden: []templates.Pair{
			{Name: "version", Value: strconv.FormatInt(one.Version, 10)}, {Name: "state", Value: string(state)},
		}}
	}
	office := r.By.Is(auth.Office) && (r.By.DepartmentID == 0 || r.By.DepartmentID != one.DepartmentID)
	own := r.By.Is(sharing.Writers()...) && l.dir.Covers(r.By.Own(), one.DepartmentID)
	var out []templates.Act
	if office && one.State == sharing.ReliefDeclared {
		out = append(out, post(sharing.ReliefAccepted, "sharing.act.accept_relief", templates.ActPrimary))
	}
	if (office || own) && one.State != sharing.ReliefWithdrawn {
		out = append(out, post(sharing.ReliefWithdrawn, "sharing.act.withdraw_relief", templates.ActQuiet))
	}
	return out
}

func (d *desk) newRelief(r *web.Request, in newIn) (web.Response, error) {
	given := d.entryTyped(r, in.Entry)
	given.Set("stopped_on", r.Today().String())
	return d.reliefForm(r, given, nil)
}

func (d *desk) reliefForm(r *web.Request, given url.Values, cause error) (web.Response, error) {
	a, title := asking(r.P, given), r.T("sharing.act.new_relief")
	matter := a.Text("matter", true)
	matter.Label, matter.Help = r.T("sharing.matter_served"), ""
	form := templates.Form{
		ID: "relief", Action: reliefsPath, Guard: true,
		Sections: []templates.Section{{ID: "s-relief", Fields: []templates.Field{
			matter, a.Text("material", true), a.choice("people", "people_word", sharing.Peoples(), true), a.entry(),
			a.Field("stopped_on", templates.KindDate, true), a.Field("times_a_year", templates.KindCount, true), a.Text("note", false),
		}}},
		Acts: []templates.Act{
			{Text: r.T("sharing.act.declare_relief"), Note: r.T("sharing.act.declare_relief.note"), Kind: templates.ActPrimary, Icon: "send"},
			{Text: r.T("sharing.act.cancel"), Href: reliefsPath, Kind: templates.ActQuiet},
		},
	}
	web.Mistakes(r.P, &form, cause)
	data := formPage{Head: templates.Head{Title: title, Lead: r.T("sharing.relief.form.lead")}, Form: form}
	return web.View{Template: "sharing/form", Title: title, Crumbs: crumbs(r.P, "reliefs", reliefsPath, title), Data: data, Err: cause}, nil
}

func (d *desk) declareRelief(r *web.Request, _ noInput) (web.Response, error) {
	t := read(r.Form, nil)
	saving := t.saving()
	err := t.either(func() error {
		_, err := d.Sharing.DeclareRelief(r.Ctx, r.By, saving)
		return err
	})
	switch {
	case err != nil && web.ComesBack(err):
		return d.reliefForm(r, r.Form, err)
	case err != nil:
		return nil, err
	}
	return web.Redirect{To: reliefsPath, Said: web.Said(r.T("sharing.said.relief"))}, nil
}

func (d *desk) decideRelief(r *web.Request, in idIn) (web.Response, error) {
	state := sharing.ReliefState(r.Form.Get("state"))
	if _, err := d.Sharing.DecideRelief(r.Ctx, r.By, sharing.ReliefID(in.ID), in.Version, state, ""); err != nil {
		return nil, err
	}
	return web.Redirect{To: reliefsPath, Said: web.Said(r.T("sharing.said.decision"))}, nil
}
