package usageweb

import (
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/templates"
)

// mountRules adds the pages of mapping rules: those of a probe, and those for all
// probes.
func (d *desk) mountRules(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, "/probes/:code/rules", d.listRules)
	web.Post(view, "/probes/:code/rules/try", d.tryRules)
	web.Get(view, rulesPath, d.listRules)

	edit := s.Group(web.For(usage.RuleEditors()...))
	web.Post(edit, "/probes/:code/rules/forget", d.forgetUnmapped)
	for _, base := range []string{"/probes/:code/rules", rulesPath} {
		web.Get(edit, base+"/new", d.newRule)
		web.Post(edit, base, d.addRule)
		web.Post(edit, base+"/presets", d.addPreset)
		web.Get(edit, base+"/:id/edit", d.editRule)
		web.Post(edit, base+"/:id", d.changeRule)
		web.Post(edit, base+"/:id/move", d.moveRule)
		web.Get(edit, base+"/:id/delete", d.askToDelete)
		web.Post(edit, base+"/:id/delete", d.deleteRule)
	}
}

// ruleHome is where rules belong: a probe, or all probes.
type ruleHome struct{ file *usage.ProbeFile }

func (d *desk) ruleHome(r *web.Request, code string) (ruleHome, error) {
	if code == "" {
		return ruleHome{}, nil
	}
	file, err := d.Probes.FindProbe(r.Ctx, r.By, code)
	return ruleHome{&file}, err
}

func (h ruleHome) id() usage.ProbeID {
	if h.file == nil {
		return 0
	}
	return h.file.ID
}

func (h ruleHome) path(more ...string) string {
	if h.file == nil {
		return web.Join(rulesPath, more...)
	}
	return probePath(h.file.Code, append([]string{"rules"}, more...)...)
}

func (h ruleHome) crumbs(r *web.Request, more ...templates.Crumb) []templates.Crumb {
	var place []templates.Crumb
	if h.file != nil {
		place = append(place, crumbOf(h.file.Probe))
	}
	return probeCrumbs(r.P, append(append(place, templates.Crumb{Text: r.T("mapping.rules"), Href: h.path()}), more...)...)
}

type ruleIn struct {
	Code    string `uri:"code"`
	ID      int64  `uri:"id"`
	Version int64  `form:"version"`
}

// rules is a list of rules with what its page shows around it.
type rules struct {
	ruleHome
	all      []usage.Rule
	unmapped []usage.Unmapped
	text     string // that was tried
	tried    []usage.Tried
	err      error
}

func (d *desk) readRules(r *web.Request, code string) (rules, error) {
	var out rules
	var err error
	if out.ruleHome, err = d.ruleHome(r, code); err != nil {
		return out, err
	}
	if out.all, err = d.Rules.List(r.Ctx, r.By, out.id()); err != nil || out.file == nil {
		return out, err
	}
	out.unmapped, err = d.Rules.Unmapped(r.Ctx, r.By, out.id())
	return out, err
}

// listRules shows the rules in the order in which they are asked, and the series
// that none of them takes.
func (d *desk) listRules(r *web.Request, in probeIn) (web.Response, error) {
	found, err := d.readRules(r, in.Code)
	if err != nil {
		return nil, err
	}
	return rulesResponse(r, found), nil
}

func rulesResponse(r *web.Request, found rules) web.View {
	v := rulesView{p: r.P, by: r.By, page: pageNumber(r.URL.Query().Get(paramProbePage)), address: r.Address(), rules: found}
	return web.View{Template: "usage/rules", Title: r.T("mapping.rules"), Crumbs: found.crumbs(r), Data: v.data(), Err: found.err}
}

func pageNumber(text string) int {
	n, _ := strconv.Atoi(text) // no number is the first page
	return max(n, 1)
}

// tryRules says what the rules make of pasted series; nothing is kept.
func (d *desk) tryRules(r *web.Request, in struct {
	Code string `uri:"code"`
	Text string `form:"text"`
}) (web.Response, error) {
	found, err := d.readRules(r, in.Code)
	if err != nil {
		return nil, err
	}
	found.text = in.Text
	found.tried, err = d.Rules.Try(r.Ctx, r.By, found.id(), usage.AnyFormat, in.Text)
	switch {
	case fault.KindOf(err) == fault.Invalid && err != nil:
		found.err = err
	case err != nil:
		return nil, err
	case len(found.tried) == 0:
		found.err = fault.New(fault.Invalid, "mapping.try.empty")
	}
	return rulesResponse(r, found), nil
}

// addPreset adds the rules of a preset.
func (d *desk) addPreset(r *web.Request, in struct {
	Code  string `uri:"code"`
	Name  string `form:"preset"`
	Label string `form:"label"`
}) (web.Response, error) {
	home, err := d.ruleHome(r, in.Code)
	if err != nil {
		return nil, err
	}
	added, err := d.Rules.AddPreset(r.Ctx, r.By, home.id(), in.Name, in.Label)
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: home.path(), Said: web.Said(r.T("mapping.preset.added", "n", len(added)))}, nil
}

// moveRule puts a rule at another place.
func (d *desk) moveRule(r *web.Request, in struct {
	Code     string `uri:"code"`
	ID       int64  `uri:"id"`
	Version  int64  `form:"version"`
	Position int    `form:"position"`
}) (web.Response, error) {
	home, _, err := d.ruleOf(r, in.Code, in.ID)
	if err != nil {
		return nil, err
	}
	if _, err := d.Rules.Move(r.Ctx, r.By, usage.RuleID(in.ID), in.Version, in.Position); err != nil {
		return nil, err
	}
	return web.Redirect{To: home.path() + "#rules", Said: web.Said(r.T("mapping.moved"))}, nil
}

// ruleOf is a rule that belongs where the address says.
func (d *desk) ruleOf(r *web.Request, code string, id int64) (ruleHome, usage.Rule, error) {
	home, err := d.ruleHome(r, code)
	if err != nil {
		return home, usage.Rule{}, err
	}
	rule, err := d.Rules.Find(r.Ctx, r.By, usage.RuleID(id))
	if err == nil && rule.ProbeID != home.id() {
		err = usage.ErrNoRule
	}
	return home, rule, err
}

// askToDelete asks whether to delete a rule.
func (d *desk) askToDelete(r *web.Request, in ruleIn) (web.Response, error) {
	home, rule, err := d.ruleOf(r, in.Code, in.ID)
	if err != nil {
		return nil, err
	}
	title := r.T("mapping.delete.title")
	page := formPage{
		Head: templates.Head{Title: title, Code: rule.Metric, Lead: r.T("mapping.delete.lead")},
		Form: templates.Form{
			Action: home.path(strconv.FormatInt(in.ID, 10), "delete"), Hidden: []templates.Pair{{Name: "version", Value: strconv.FormatInt(rule.Version, 10)}},
			Acts: []templates.Act{
				{Text: r.T("mapping.delete.act"), Kind: templates.ActDanger, Icon: "trash"}, {Text: r.T("probes.cancel"), Href: home.path(), Kind: templates.ActQuiet},
			},
		},
	}
	return web.View{Template: "usage/probe_form", Title: title, Data: page, Crumbs: home.crumbs(r, crumbText(title))}, nil
}

func (d *desk) deleteRule(r *web.Request, in ruleIn) (web.Response, error) {
	home, rule, err := d.ruleOf(r, in.Code, in.ID)
	if err != nil {
		return nil, err
	}
	if err := d.Rules.Remove(r.Ctx, r.By, rule.ID, in.Version); err != nil {
		return nil, err
	}
	return web.Redirect{To: home.path(), Said: web.Said(r.T("mapping.deleted"))}, nil
}

// forgetUnmapped empties the list of series that no rule takes.
func (d *desk) forgetUnmapped(r *web.Request, in probeIn) (web.Response, error) {
	home, err := d.ruleHome(r, in.Code)
	if err != nil {
		return nil, err
	}
	if err := d.Rules.ForgetUnmapped(r.Ctx, r.By, home.id()); err != nil {
		return nil, err
	}
	return web.Redirect{To: home.path() + "#unmapped", Said: web.Said(r.T("mapping.forgotten"))}, nil
}
