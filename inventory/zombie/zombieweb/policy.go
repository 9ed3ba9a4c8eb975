package zombieweb

import (
	"net/url"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/zombie"
	"qingce/templates"
)

const policyPath = zombiesPath + "/policy"

func versionPath(version int64, more ...string) string {
	return web.Join(policyPath, append([]string{strconv.FormatInt(version, 10)}, more...)...)
}

// longSimulation is how long a simulation of a small fleet may take.
const longSimulation = 2 * time.Minute

func (d *desk) mountPolicy(s *web.Server) {
	view := s.Group(web.For(zombie.Viewers()...))
	web.Get(view, policyPath, d.showPolicies)
	web.Get(view, policyPath+"/:version", d.showPolicy)

	draft := s.Group(web.For(zombie.Drafters()...))
	web.Get(draft, policyPath+"/new", d.newPolicy)
	web.Post(draft, policyPath, d.draftPolicy)
	web.Get(draft, policyPath+"/:version/edit", d.editPolicy)
	web.Post(draft, policyPath+"/:version", d.changePolicy)
	web.Post(draft, policyPath+"/:version/drop", d.dropPolicy)
	web.Post(draft.Within(longSimulation), policyPath+"/:version/simulations", d.simulatePolicy)
	web.Get(draft, policyPath+"/:version/simulations/:id", d.showSimulation)
	web.Post(s.Group(web.For(auth.Office)), policyPath+"/:version/force", d.forcePolicy)
}

// policiesPage is the data of zombie/policies.
type policiesPage struct {
	Head  templates.Head
	Table templates.Table
	Terms templates.Facts
}

// showPolicies lists the versions of the policy, and the terms of cases.
func (d *desk) showPolicies(r *web.Request, _ struct{}) (web.Response, error) {
	all, err := d.Detector.Policies(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	now, err := d.Detector.PolicyOn(r.Ctx, r.By, r.Today())
	if err != nil {
		return nil, err
	}
	data := policiesPage{Head: templates.Head{Title: r.T("zombie.policy"), Lead: r.T("zombie.policy.lead")}, Table: policiesTable(r.P, all, now.Version)}
	if data.Terms, err = d.termsFacts(r, now); err != nil {
		return nil, err
	}
	if r.By.Is(auth.Office) {
		data.Head.Actions = append(data.Head.Actions, templates.Act{Text: r.T("cleanup.terms.set"), Href: termsPath, Icon: "edit"})
	}
	if r.By.Is(zombie.Drafters()...) {
		for _, pack := range zombie.Packs() {
			data.Head.Actions = append(data.Head.Actions, templates.Act{
				Text: r.T("zombie.policy.new", "pack", r.T("zombie.pack."+pack.Name)), Href: policyPath + "/new?pack=" + url.QueryEscape(pack.Name), Icon: "plus",
			})
		}
	}
	return web.View{Template: "zombie/policies", Title: r.T("zombie.policy"), Crumbs: policyCrumbs(r), Data: data}, nil
}

func policyCrumbs(r *web.Request, more ...templates.Crumb) []templates.Crumb {
	return append([]templates.Crumb{{Text: r.T("menu.home"), Href: "/"}, {Text: r.T("zombie.policy"), Href: policyPath}}, more...)
}

type policyIn struct {
	Version  int64  `uri:"version"`
	Revision int64  `form:"revision"`
	From     string `form:"from"`
	Reason   string `form:"reason"`
	What     string `form:"what"`
}

// showPolicy shows the numbers of a version, and what can be done with a draft.
func (d *desk) showPolicy(r *web.Request, in policyIn) (web.Response, error) {
	return d.policyView(r, in, nil)
}

func (d *desk) policyView(r *web.Request, in policyIn, wrong error) (web.Response, error) {
	v := policyView{r: r, in: in, wrong: wrong}
	var err error
	if v.policy, err = d.Detector.Policy(r.Ctx, r.By, in.Version); err != nil {
		return nil, err
	}
	if v.now, err = d.Detector.PolicyOn(r.Ctx, r.By, r.Today()); err != nil {
		return nil, err
	}
	if v.newest, err = d.Detector.Newest(r.Ctx, r.By); err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	if r.By.Is(zombie.Drafters()...) {
		if v.simulations, err = d.Detector.Simulations(r.Ctx, r.By, in.Version); err != nil {
			return nil, err
		}
	}
	title := v.title()
	crumbs := policyCrumbs(r, templates.Crumb{Text: title, Href: versionPath(in.Version)})
	return web.View{Template: "zombie/policy", Title: title, Crumbs: crumbs, Data: v.page(), Err: wrong}, nil
}

// forcePolicy puts a draft in force.
func (d *desk) forcePolicy(r *web.Request, in policyIn) (web.Response, error) {
	from, err := calendar.ParseDate(in.From)
	if err != nil {
		err = fault.Refuse([]fault.Field{fault.At("from", "zombie.err.date", "value", in.From)})
	} else {
		_, err = d.Detector.PutInForce(r.Ctx, r.By, in.Version, in.Revision, from, in.Reason)
	}
	return d.decidedPolicy(r, in, "zombie.policy.force.said", err)
}

// dropPolicy gives a draft up.
func (d *desk) dropPolicy(r *web.Request, in policyIn) (web.Response, error) {
	_, err := d.Detector.Drop(r.Ctx, r.By, in.Version, in.Revision, in.Reason)
	return d.decidedPolicy(r, in, "zombie.policy.drop.said", err)
}

func (d *desk) decidedPolicy(r *web.Request, in policyIn, said string, err error) (web.Response, error) {
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return d.policyView(r, in, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: versionPath(in.Version), Said: web.Said(r.T(said))}, nil
}

// simulatePolicy tries a policy.
func (d *desk) simulatePolicy(r *web.Request, in policyIn) (web.Response, error) {
	s, err := d.Detector.Simulate(r.Ctx, r.By, in.Version)
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: versionPath(in.Version, "simulations", strconv.FormatInt(s.ID, 10))}, nil
}

type simulationIn struct {
	Version int64 `uri:"version"`
	ID      int64 `uri:"id"`
}

// showSimulation shows what a policy would change.
func (d *desk) showSimulation(r *web.Request, in simulationIn) (web.Response, error) {
	s, err := d.Detector.Simulation(r.Ctx, r.By, in.ID)
	if err != nil {
		return nil, err
	}
	result, err := s.Results()
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	title := r.T("zombie.simulation", "n", s.PolicyVersion)
	crumbs := policyCrumbs(r, templates.Crumb{Text: strconv.FormatInt(s.PolicyVersion, 10), Href: versionPath(s.PolicyVersion)}, templates.Crumb{Text: title})
	return web.View{Template: "zombie/simulation", Title: title, Crumbs: crumbs, Data: simulationPageOf(r, title, s, result, dir)}, nil
}

// Parameters of the form of a draft.
const (
	paramName     = "name"
	paramReason   = "reason"
	paramRevision = "revision"
	numberPrefix  = "n."
)

// newPolicy shows the form of a new draft, begun with a pack.
func (d *desk) newPolicy(r *web.Request, in struct {
	Pack string `form:"pack"`
}) (web.Response, error) {
	f := policyForm{r: r, numbers: zombie.DefaultNumbers()}
	for _, pack := range zombie.Packs() {
		if pack.Name == in.Pack {
			f.numbers, f.name = pack.Numbers, policyName(r.P, pack.Name)
		}
	}
	return f.view(), nil
}

// draftPolicy keeps a new draft.
func (d *desk) draftPolicy(r *web.Request, _ struct{}) (web.Response, error) {
	f := policyForm{r: r, numbers: zombie.DefaultNumbers()}
	if err := f.read(); err != nil {
		return f.failed(err)
	}
	p, err := d.Detector.Draft(r.Ctx, r.By, zombie.PolicyForm{Name: f.name, Reason: f.reason, Numbers: f.numbers})
	if err != nil {
		return f.failed(err)
	}
	return web.Redirect{To: versionPath(p.Version), Said: web.Said(r.T("zombie.policy.saved"))}, nil
}

// editPolicy shows the form of a draft.
func (d *desk) editPolicy(r *web.Request, in policyIn) (web.Response, error) {
	p, err := d.Detector.Policy(r.Ctx, r.By, in.Version)
	if err != nil {
		return nil, err
	}
	if p.State != zombie.Draft {
		return nil, zombie.ErrNotDraft
	}
	f := policyForm{r: r, version: p.Version, revision: p.Revision, name: p.Name, reason: p.Reason, numbers: p.Numbers}
	return f.view(), nil
}

// changePolicy keeps a draft as it was changed.
func (d *desk) changePolicy(r *web.Request, in policyIn) (web.Response, error) {
	p, err := d.Detector.Policy(r.Ctx, r.By, in.Version)
	if err != nil {
		return nil, err
	}
	f := policyForm{r: r, version: p.Version, numbers: p.Numbers}
	if err := f.read(); err != nil {
		return f.failed(err)
	}
	_, err = d.Detector.ChangeDraft(r.Ctx, r.By, in.Version, f.revision, zombie.PolicyForm{Name: f.name, Reason: f.reason, Numbers: f.numbers})
	if err != nil {
		return f.failed(err)
	}
	return web.Redirect{To: versionPath(p.Version), Said: web.Said(r.T("zombie.policy.saved"))}, nil
}
