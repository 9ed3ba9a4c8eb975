package zombieweb

import (
	"path"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
	"qingce/templates"
)

// casePageData is the data of zombie/case: one case.
type casePageData struct {
	Head     templates.Head
	Callouts []templates.Callout
	Steps    []templates.Step
	Findings []caseFound
	Verdicts string // address of the verdicts of the system
	Facts    []templates.Facts
	Files    []caseFile
	NoFiles  bool
	Errors   *templates.Errors // of a removal
	Add      *templates.Form
	Others   *templates.Facts
	Timeline templates.Timeline
}

// caseFound is what was found of a feature.
type caseFound struct {
	Name  string
	Badge templates.Badge
	Text  string
}

// caseFile is a file beside a case, as the partial "kept" draws it.
type caseFile struct {
	Files  templates.Files
	Note   string
	Remove string
	ID     string
}

// caseView turns a case into the data of its page.
type caseView struct {
	p      *locale.Printer
	by     auth.Principal
	f      *cleanup.File
	dir    *inventory.Directory
	window int // of the policy, in days
	answer caseAnswer
}

func (v caseView) title() string {
	return v.p.T("cases.case.title", "name", v.f.System.Name)
}

func (v caseView) crumbs() []templates.Crumb {
	return caseCrumbs(v.p, templates.Crumb{Text: v.f.Case.No})
}

func (v caseView) data() casePageData {
	c := &v.f.Case
	out := casePageData{
		Head: v.head(), Callouts: v.callouts(), Steps: v.steps(), Findings: v.findings(), Verdicts: web.Join("/systems", v.f.System.Code, "verdicts"),
		Facts: v.facts(), NoFiles: len(v.f.Files) == 0, Timeline: v.timeline(), Others: v.others(),
	}
	for _, item := range v.f.Files {
		out.Files = append(out.Files, v.file(item))
	}
	if v.answer.what == "remove" {
		out.Errors = fieldweb.ErrorSummary(v.p, fault.FieldsOf(v.answer.err))
	}
	if v.f.May.Prove {
		out.Add = v.fileForm(c)
	}
	return out
}

func (v caseView) head() templates.Head {
	c := &v.f.Case
	h := templates.Head{
		Code: c.No, Title: v.title(), Badges: []templates.Badge{*caseBadge(v.p, c.State), *strengthBadge(v.p, c.Strength)},
		Facts: []templates.Row{
			{Label: v.p.T("cases.system"), Text: v.f.System.Code + " " + v.f.System.Name, Href: web.Join("/systems", v.f.System.Code)},
			{Label: v.p.T("cases.department"), Text: v.dir.Name(c.DepartmentID)},
			{Label: v.p.T("cases.features"), Text: featureNames(v.p, c)},
		},
	}
	if c.Money != nil {
		h.Facts = append(h.Facts, templates.Row{Label: v.p.T("cases.money"), Text: v.p.Wan(*c.Money)})
	}
	if len(v.f.Dues) > 0 {
		h.Deadline = dueOf(v.p, v.f.Dues[0], v.f.Today)
	}
	return h
}

// callouts say why a step was refused, whose turn it is, and what was seen.
func (v caseView) callouts() []templates.Callout {
	var out []templates.Callout
	if err := v.answer.err; err != nil && len(fault.FieldsOf(err)) == 0 {
		out = append(out, templates.Callout{Kind: "error", Title: v.p.T("cases.refused"), Text: v.p.Error(err)})
	}
	c := &v.f.Case
	switch c.State {
	case cleanup.Reopened:
		out = append(out, templates.Callout{Kind: "warning", Title: v.p.T("cases.told.reopened", "day", c.TrafficOn), Text: v.p.T("cases.told.traffic",
			"logins", c.TrafficLogins, "business", c.TrafficBusiness, "people", c.TrafficPeople)})
	case cleanup.Cleaned:
		out = append(out, templates.Callout{Kind: "ok", Title: v.p.T("cases.told.cleaned", "day", c.CleanedOn), Text: v.lateText()})
	case cleanup.Dismissed:
		out = append(out, templates.Callout{Kind: "info", Title: v.p.T("cases.told.dismissed", "name", c.DecidedName, "day", c.DecidedOn), Text: c.DecisionReason})
	case cleanup.ClosedItself:
		out = append(out, templates.Callout{Kind: "info", Title: v.p.T("cases.told.closed", "day", c.ClosedOn), Text: v.p.T(c.ClosedReason)})
	case cleanup.Exempt:
		out = append(out, templates.Callout{Kind: "info", Title: v.p.T("cases.told.exempt", "name", c.DecidedName, "until", c.ExemptUntil), Text: c.ExemptReason})
	}
	if said := turn(v.p, c, v.dir.Name(c.DepartmentID)); said != "" {
		out = append(out, templates.Callout{Kind: "info", Text: said})
	}
	if v.f.May.Own && c.DraftText != "" && !c.State.Closed() {
		out = append(out, templates.Callout{Kind: "info", Title: v.p.T("cases.told.prepared", "name", c.DraftName), Text: c.DraftText})
	}
	return out
}

func (v caseView) lateText() string {
	c := &v.f.Case
	switch {
	case c.LateWd == nil:
		return ""
	case *c.LateWd == 0:
		return v.p.T("cases.told.in_time", "due", c.DueOn)
	}
	return v.p.T("cases.told.late", "n", *c.LateWd)
}

// findings is what the run found of each feature.
func (v caseView) findings() []caseFound {
	c := &v.f.Case
	out := make([]caseFound, len(c.Findings))
	for i := range c.Findings {
		f := &c.Findings[i]
		out[i] = caseFound{Name: v.p.T(string(zombie.FeatureLabel(f.Feature))), Badge: *resultBadge(v.p, f.Result), Text: findingText(v.p, f, v.window)}
	}
	return out
}

// facts are the groups of what was answered, decided and planned.
func (v caseView) facts() []templates.Facts {
	c := &v.f.Case
	found := templates.Facts{Title: v.p.T("cases.found"), Rows: []templates.Row{
		{Label: v.p.T("cases.run_day"), Text: c.RunDay.String()},
		{Label: v.p.T("cases.policy"), Text: v.p.Number(c.PolicyVersion)}, {Label: v.p.T("cases.opened"), Text: c.OpenedOn.String()},
	}}
	if c.Confidence >= tellingConfidence {
		found.Rows = append(found.Rows, templates.Row{Label: v.p.T("cases.confidence"), Text: v.p.T("cases.percent", "n", c.Confidence/10)})
	}
	if !c.NotifiedOn.IsZero() {
		found.Rows = append(found.Rows, templates.Row{Label: v.p.T("cases.notified"), Text: c.NotifiedOn.String()})
	}
	out := []templates.Facts{found}
	if c.Answer != cleanup.NoAnswer {
		out = append(out, templates.Facts{Title: v.p.T("cases.answer"), Rows: []templates.Row{
			{Label: v.p.T("cleanup.field.answer"), Text: v.p.T("cases.answer." + string(c.Answer))},
			{Label: v.p.T("cases.by"), Text: v.p.T("cases.by.on", "name", c.AnsweredName, "day", c.AnsweredOn)},
			{Label: v.p.T("cleanup.field.answer_text"), Text: c.AnswerText, Long: true},
		}})
	}
	if c.Decision != "" {
		out = append(out, templates.Facts{Title: v.p.T("cases.decision"), Rows: []templates.Row{
			{Label: v.p.T("cases.decision"), Text: v.p.T("cases.decision." + c.Decision)},
			{Label: v.p.T("cases.by"), Text: v.p.T("cases.by.on", "name", c.DecidedName, "day", c.DecidedOn)},
			{Label: v.p.T("cleanup.field.reason"), Text: c.DecisionReason, Long: true},
			{Label: v.p.T("cases.due"), Text: c.DueOn.String()},
		}})
	}
	if c.Action != "" {
		out = append(out, v.planFacts())
	}
	return out
}

// tellingConfidence is from when on it is worth saying how surely nobody comes
// back, in thousandths: a system can be in use and yet be suspected.
const tellingConfidence = 500

// planFacts is what becomes of the system, or became.
func (v caseView) planFacts() templates.Facts {
	c := &v.f.Case
	out := templates.Facts{Title: v.p.T("cases.plan"), Rows: []templates.Row{{Label: v.p.T("cleanup.field.action"), Text: v.p.T(string(c.Action.Label()))}}}
	add := func(key, text string) {
		if text != "" {
			out.Rows = append(out.Rows, templates.Row{Label: v.p.T("cleanup.field." + key), Text: text})
		}
	}
	if t := v.f.Target; t != nil {
		out.Rows = append(out.Rows, templates.Row{Label: v.p.T("cleanup.field.target"), Text: t.Code + " " + t.Name, Href: web.Join("/systems", t.Code)})
	}
	if c.Disposal != "" {
		add("disposal", v.p.T(string(c.Disposal.Label())))
	}
	add("disposal_note", c.DisposalNote)
	out.Rows = append(out.Rows, templates.Row{Label: v.p.T("cases.released"), Text: releasedText(v.p, &c.Released)})
	add("om_stop_on", c.OmStopOn.String())
	add("users_told", c.UsersTold)
	add("stopped_on", c.StoppedOn.String())
	if c.Outcome != "" {
		out.Rows = append(out.Rows, templates.Row{Label: v.p.T("cleanup.field.outcome"), Text: c.Outcome, Long: true})
	}
	return out
}

func releasedText(p *locale.Printer, r *cleanup.Released) string {
	return p.T("cases.released.text", "servers", r.Servers, "ips", r.Ips, "domains", r.Domains, "accounts", r.Accounts, "wan", p.Wan(r.OmSaved))
}

// others leads to the other cases of the system.
func (v caseView) others() *templates.Facts {
	if len(v.f.Others) == 0 {
		return nil
	}
	out := &templates.Facts{Title: v.p.T("cases.others")}
	for i := range v.f.Others {
		o := &v.f.Others[i]
		out.Rows = append(out.Rows, templates.Row{Label: o.OpenedOn.String(), Text: o.No, Href: casePath(o.No), Note: v.p.T(string(o.State.Label()))})
	}
	return out
}

var stepIcons = map[string]string{
	"opened": "search", "closed_itself": "check", "reopened": "kind-warning", "notify": "send", "admit": "check", "contest": "edit", "confirm": "seal",
	"dismiss": "return", "plan": "tasks", "approve_plan": "check", "return_plan": "return", "submit": "upload", "accept": "check", "return": "return",
}

var stepTones = map[string]string{
	"reopened": templates.ToneRed, "confirm": templates.ToneRed, "accept": templates.ToneGreen, "closed_itself": templates.ToneGreen,
	"contest": templates.ToneAmber, "return": templates.ToneAmber, "return_plan": templates.ToneAmber,
}

// nightly is the name under which the service itself follows detection.
const nightly = "detect"

// timeline is what was done with the case, newest first.
func (v caseView) timeline() templates.Timeline {
	var out templates.Timeline
	for _, s := range slices.Backward(v.f.Steps) {
		e := templates.Event{
			At: v.p.Time(s.At), By: s.Name, Department: s.Department, Text: v.p.T("oplog.cleanup." + s.Action), Reason: s.Note,
			Tone: stepTones[s.Action], Icon: stepIcons[s.Action],
		}
		if s.AccountID == 0 && s.Name == nightly {
			e.By = v.p.T("cases.by.service")
		}
		if key := "cases.day." + s.Action; !s.OnDay.IsZero() && v.p.Has(key) {
			e.Text += " · " + v.p.T(key, "day", s.OnDay)
		}
		if e.Icon == "" {
			e.Icon = "edit"
		}
		out.Events = append(out.Events, e)
	}
	return out
}

func (v caseView) file(item evidence.Item) caseFile {
	address := casePath(v.f.Case.No, "files", item.Link.ID.String())
	out := caseFile{ID: item.Link.ID.String(), Note: v.p.T("evidence.purpose." + item.Link.Purpose), Files: templates.Files{Files: []templates.File{{
		Name: item.Link.Name, Href: address, Kind: strings.ToUpper(strings.TrimPrefix(path.Ext(item.Link.Name), ".")),
		Size: v.p.Size(item.File.Size), At: v.p.Time(item.Link.AddedAt), By: item.Link.AddedName, Hash: item.File.SHA256,
	}}}}
	if item.Link.Note != "" {
		out.Note += " · " + item.Link.Note
	}
	if v.f.May.Prove {
		out.Remove = address + "/remove"
	}
	return out
}
