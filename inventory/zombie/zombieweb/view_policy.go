package zombieweb

import (
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/detect"
	"qingce/templates"
)

var policyTones = map[zombie.PolicyState]string{
	zombie.Draft: templates.ToneAmber, zombie.InForce: templates.ToneGreen, zombie.Dropped: templates.ToneGrey,
}

// policyBadge tells how a version stands; one in force that is not the present
// one is an earlier or a later one.
func policyBadge(p *locale.Printer, v *zombie.Policy, now int64) *templates.Badge {
	if v.State == zombie.InForce && v.Version != now {
		return &templates.Badge{Text: p.T("zombie.policy.state.other"), Tone: templates.ToneGrey}
	}
	return &templates.Badge{Text: p.T("zombie.policy.state." + string(v.State)), Tone: policyTones[v.State]}
}

func policiesTable(p *locale.Printer, all []zombie.Policy, now int64) templates.Table {
	t := templates.Table{ID: "policies", Caption: p.T("zombie.policy"), Columns: []templates.Column{
		{Text: p.T("zombie.run.policy"), Main: true}, {Text: p.T("zombie.run.state"), Main: true}, {Text: p.T("zombie.policy.from"), Main: true},
		{Text: p.T("zombie.policy.maker")}, {Text: p.T("zombie.policy.reason")},
	}}
	for i := range all {
		v := &all[i]
		from := v.AppliesFrom.String()
		if v.State == zombie.InForce && from == "" {
			from = p.T("zombie.policy.always")
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: p.T("zombie.policy.version", "n", v.Version, "name", policyName(p, v.Name)), Href: versionPath(v.Version)}, {Badge: policyBadge(p, v, now)},
			{Text: from}, {Text: v.MadeName, Sub: p.Time(v.MadeAt)}, {Text: v.Reason},
		}})
	}
	return t
}

// policyPage is the data of zombie/policy.
type policyPage struct {
	Head        templates.Head
	Numbers     []templates.Facts
	Simulations *templates.Table
	Simulate    *templates.Act
	Form        *templates.Form
}

// policyView turns a version into the data of its page.
type policyView struct {
	r           *web.Request
	in          policyIn
	wrong       error
	policy, now zombie.Policy
	newest      calendar.Date
	simulations []zombie.Simulation
}

func (v *policyView) title() string {
	return v.r.T("zombie.policy.version", "n", v.policy.Version, "name", policyName(v.r.P, v.policy.Name))
}

func (v *policyView) page() policyPage {
	r, p := v.r, &v.policy
	out := policyPage{Head: templates.Head{Title: v.title(), Badges: []templates.Badge{*policyBadge(r.P, p, v.now.Version)}, Lead: p.Reason}, Numbers: v.numbers()}
	if p.MadeName != "" {
		out.Head.Facts = append(out.Head.Facts, templates.Row{Label: r.T("zombie.policy.maker"), Text: p.MadeName + " " + r.P.Time(p.MadeAt)})
	}
	if !p.AppliesFrom.IsZero() {
		out.Head.Facts = append(out.Head.Facts, templates.Row{Label: r.T("zombie.policy.from"), Text: p.AppliesFrom.String()})
	}
	if p.DecidedName != "" {
		out.Head.Facts = append(out.Head.Facts, templates.Row{Label: r.T("zombie.policy.decider"), Text: p.DecidedName + " " + r.P.Time(p.DecidedAt), Note: p.DecidedReason})
	}
	if !r.By.Is(zombie.Drafters()...) {
		return out
	}
	if p.State == zombie.Draft {
		out.Head.Actions = []templates.Act{{Text: r.T("zombie.policy.edit"), Href: versionPath(p.Version, "edit"), Icon: "edit"}}
		out.Form = v.decision()
	}
	if !v.newest.IsZero() {
		out.Simulate = &templates.Act{Text: r.T("zombie.simulate"), Post: versionPath(p.Version, "simulations"), Note: r.T("zombie.simulate.note", "day", v.newest)}
		out.Simulations = v.tried()
	}
	return out
}

// numbers are the numbers by heading; those that differ from what is in force
// say so.
func (v *policyView) numbers() []templates.Facts {
	var out []templates.Facts
	p := v.r.P
	for _, n := range zombie.AllNumbers() {
		title := p.T("zombie.group." + n.Group)
		if len(out) == 0 || out[len(out)-1].Title != title {
			out = append(out, templates.Facts{Title: title})
		}
		f := &out[len(out)-1]
		row := templates.Row{Label: p.T(string(n.Label())), Text: numberText(p, n, &v.policy.Numbers)}
		if now := numberText(p, n, &v.now.Numbers); now != row.Text {
			row.Note = p.T("zombie.number.now", "value", now)
		}
		f.Rows = append(f.Rows, row)
	}
	return out
}

func numberText(p *locale.Printer, n zombie.Number, in *zombie.Numbers) string {
	v := n.Get(in)
	if n.Kind == zombie.Truth {
		return p.T(map[bool]string{true: "zombie.yes", false: "zombie.no"}[v != 0])
	}
	text := n.Written(v)
	if n.Kind == zombie.Whole {
		text = p.Number(int64(v))
	}
	if unit := numberUnit(p, n); unit != "" {
		text += " " + unit
	}
	return text
}

func numberUnit(p *locale.Printer, n zombie.Number) string {
	switch {
	case n.Kind == zombie.Share:
		return "%"
	case n.Unit == "":
		return ""
	}
	return p.T("zombie.unit." + n.Unit)
}

// decision is the form that puts a draft in force, or gives it up.
func (v *policyView) decision() *templates.Form {
	r := v.r
	from := v.in.From
	if from == "" {
		from = r.Today().String()
	}
	f := &templates.Form{
		Action: versionPath(v.policy.Version, "drop"), Hidden: []templates.Pair{{Name: paramRevision, Value: strconv.FormatInt(v.policy.Revision, 10)}},
		Acts: []templates.Act{{Text: r.T("zombie.policy.drop"), Kind: templates.ActDanger, Note: r.T("zombie.policy.drop.note")}},
	}
	fields := []templates.Field{{Name: paramReason, Label: r.T("zombie.policy.reason"), Required: true, Value: v.in.Reason, MaxLength: 500}}
	title := r.T("zombie.policy.drop")
	if r.By.Is(auth.Office) {
		title = r.T("zombie.policy.force")
		f.Action = versionPath(v.policy.Version, "force")
		f.Acts = []templates.Act{{Text: r.T("zombie.policy.force"), Kind: templates.ActPrimary, Note: r.T("zombie.policy.force.note")}}
		fields = append([]templates.Field{{
			Name: "from", Kind: templates.KindDate, Label: r.T("zombie.policy.from"), Required: true, Value: from, Width: "short", Help: r.T("zombie.policy.from.help"),
		}}, fields...)
	}
	f.Sections = []templates.Section{{ID: "s-decide", Title: title, Fields: fields}}
	web.Mistakes(r.P, f, v.wrong)
	return f
}

// tried lists the simulations of the version.
func (v *policyView) tried() *templates.Table {
	if len(v.simulations) == 0 {
		return nil
	}
	p := v.r.P
	t := &templates.Table{ID: "simulations", Caption: p.T("zombie.simulations"), Columns: []templates.Column{
		{Text: p.T("zombie.simulation.asked"), Main: true}, {Text: p.T("zombie.run.state"), Main: true}, {Text: p.T("zombie.run.day")}, {Text: p.T("zombie.simulation.done"), Num: true},
	}}
	for _, s := range v.simulations {
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: p.Time(s.AskedAt), Sub: s.AskedName, Href: versionPath(s.PolicyVersion, "simulations", strconv.FormatInt(s.ID, 10))},
			{Text: p.T("zombie.simulation.state." + string(s.State))}, {Text: s.On().String()}, {Text: strconv.Itoa(s.Done) + "/" + strconv.Itoa(s.Systems)},
		}})
	}
	return t
}

// simulationPage is the data of zombie/simulation.
type simulationPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Stats    []templates.Stat
	Features *templates.Table
	Owners   *templates.Table
	Changes  *templates.Table
}

func simulationPageOf(r *web.Request, title string, s zombie.Simulation, result zombie.SimulationResult, dir *inventory.Directory) simulationPage {
	p := r.P
	out := simulationPage{Head: templates.Head{Title: title, Lead: p.T("zombie.simulation.lead", "day", s.On())}}
	switch s.State {
	case zombie.SimFailed:
		out.Callouts = []templates.Callout{{Kind: "error", Text: p.T("zombie.simulation.failed", "why", s.Note)}}
		return out
	case zombie.SimWaiting, zombie.SimRunning:
		out.Callouts = []templates.Callout{{Kind: "info", Text: p.T("zombie.simulation.wait", "done", s.Done, "of", s.Systems)}}
		return out
	}
	changed := len(result.Changes) + result.More
	out.Stats = []templates.Stat{
		{Label: p.T("zombie.simulation.changed"), Value: strconv.Itoa(changed), Note: p.T("zombie.simulation.of", "n", s.Done)},
		{Label: p.T("zombie.count.met"), Value: strconv.Itoa(result.Met), Note: p.T("zombie.simulation.now", "n", result.MetNow)},
		{Label: p.T("zombie.count.suspected"), Value: strconv.Itoa(result.Suspected), Note: p.T("zombie.simulation.now", "n", result.SuspectedNow)},
	}
	if changed == 0 {
		out.Callouts = []templates.Callout{{Kind: "ok", Text: p.T("zombie.simulation.same")}}
		return out
	}
	out.Features, out.Owners, out.Changes = simulatedFeatures(p, result), simulatedOwners(p, result, dir), simulatedChanges(p, result, dir)
	if result.More > 0 {
		out.Callouts = []templates.Callout{{Kind: "info", Text: p.T("zombie.simulation.more", "n", result.More)}}
	}
	return out
}

func simulatedFeatures(p *locale.Printer, result zombie.SimulationResult) *templates.Table {
	t := &templates.Table{ID: "features", Caption: p.T("zombie.simulation.features"), Columns: []templates.Column{
		{Text: p.T("zombie.feature"), Main: true}, {Text: p.T("zombie.simulation.raised"), Num: true, Main: true}, {Text: p.T("zombie.simulation.cleared"), Num: true, Main: true},
	}}
	for i := range result.Raised {
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: p.T(string(zombie.FeatureLabel(detect.Feature(i + 1))))}, {Text: strconv.Itoa(result.Raised[i])}, {Text: strconv.Itoa(result.Cleared[i])},
		}})
	}
	return t
}

func simulatedOwners(p *locale.Printer, result zombie.SimulationResult, dir *inventory.Directory) *templates.Table {
	t := &templates.Table{ID: "owners", Caption: p.T("zombie.simulation.owners"), Columns: []templates.Column{
		{Text: p.T("zombie.owner"), Main: true}, {Text: p.T("zombie.simulation.raised"), Num: true, Main: true}, {Text: p.T("zombie.simulation.cleared"), Num: true, Main: true},
	}}
	for _, o := range result.Owners {
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{{Text: dir.Name(o.Owner)}, {Text: strconv.Itoa(o.Raised)}, {Text: strconv.Itoa(o.Cleared)}}})
	}
	return t
}

func simulatedChanges(p *locale.Printer, result zombie.SimulationResult, dir *inventory.Directory) *templates.Table {
	t := &templates.Table{ID: "changes", Caption: p.T("zombie.simulation.changes"), Columns: []templates.Column{
		{Text: p.T("zombie.system"), Main: true}, {Text: p.T("zombie.owner")}, {Text: p.T("zombie.feature"), Main: true}, {Text: p.T("zombie.result"), Main: true},
	}}
	for _, c := range result.Changes {
		for i := range c.Now {
			if c.Now[i] == c.Then[i] {
				continue
			}
			t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
				{Text: c.Name, Sub: c.Code, Href: verdictPath(c.Code)}, {Text: dir.Name(c.Owner)}, {Text: p.T(string(zombie.FeatureLabel(detect.Feature(i + 1))))},
				{Old: p.T(string(zombie.ResultLabel(c.Now[i]))), Text: p.T(string(zombie.ResultLabel(c.Then[i])))},
			}})
		}
	}
	return t
}
