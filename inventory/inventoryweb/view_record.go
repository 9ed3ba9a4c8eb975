package inventoryweb

import (
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/inventory"
	"qingce/templates"
)

// recordPage is the data of inventory/record: one view of a record.
type recordPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Tabs     templates.Tabs
	AsOf     *asOfControl
	Steps    []templates.Step
	Groups   []templates.Facts
}

// recordView turns a record into the data of its pages.
type recordView struct {
	p      *locale.Printer
	by     auth.Principal
	rec    record
	now    time.Time
	answer stepAnswer
}

func (v recordView) writer() fieldweb.Writer { return newWriter(v.p, v.rec.names) }

func (v recordView) crumbs(more ...templates.Crumb) []templates.Crumb {
	return crumbs(v.p, append([]templates.Crumb{crumbOf(v.rec.system)}, more...)...)
}

func (v recordView) overview() recordPage {
	s := v.rec.system
	return recordPage{
		Head: v.head(), Callouts: v.callouts(), Tabs: v.tabs("overview"),
		AsOf:  &asOfControl{Action: systemPath(s.Code), Value: v.rec.asOf.typed},
		Steps: v.steps(), Groups: v.groups(),
	}
}

func (v recordView) head() templates.Head {
	s := v.rec.system
	h := templates.Head{Code: s.Code, Title: s.Name, Badges: v.badges(), Facts: v.headFacts()}
	if v.rec.asOf.isNow() {
		h.Deadline = v.deadline()
	}
	if v.rec.mayChange(v.by) {
		h.Actions = append(h.Actions, templates.Act{
			Text: v.p.T("inventory.act.edit"), Href: systemPath(s.Code, "edit"), Kind: templates.ActPrimary, Icon: "edit",
		})
	}
	if v.rec.mayAsk(v.by) && v.rec.change == nil {
		h.Actions = append(h.Actions, templates.Act{
			Text: v.p.T("change.ask"), Href: systemPath(s.Code, "change"), Kind: templates.ActPrimary, Icon: "edit",
		})
	}
	return h
}

// badges say the state and what a reader must know at once.
func (v recordView) badges() []templates.Badge {
	s := v.rec.system
	out := []templates.Badge{*stateBadge(v.p, s.State)}
	if s.Phase != "" {
		out = append(out, templates.Badge{Text: v.p.T(field.OptionKey("phase", s.Phase)), Icon: "system"})
	}
	for _, flag := range []struct {
		on              bool
		key, tone, icon string
	}{
		{s.Classified, "inventory.flag.classified", templates.ToneAmber, "lock"},
		{s.UsagePattern == inventory.PatternSeasonal, "inventory.flag.seasonal", templates.ToneGrey, "calendar"},
		{s.UsagePattern == "standby", "inventory.flag.standby", templates.ToneGrey, "shield"},
		{s.ApprovalDept == inventory.ApprovalNone, "inventory.flag.no_approval", templates.ToneAmber, ""},
		{s.Final != "", "inventory.flag.final." + s.Final, templates.ToneBlue, "seal"},
	} {
		if flag.on {
			out = append(out, templates.Badge{Text: v.p.T(flag.key), Tone: flag.tone, Icon: flag.icon, Title: v.p.T(flag.key + ".title")})
		}
	}
	return out
}

func (v recordView) headFacts() []templates.Row {
	w, s := v.writer(), v.rec.system
	var out []templates.Row
	for _, f := range systemFields([]string{"owner_id", "om_amount_year"}) {
		out = append(out, fieldweb.Fact(w, inventory.SystemFields, f, &s))
	}
	return append(out, templates.Row{
		Label: v.p.T("inventory.changed"),
		Text:  v.p.T("inventory.changed.by", "at", v.p.Time(v.rec.changed.ValidFrom), "name", v.rec.changed.ChangedName),
		Href:  systemPath(s.Code, "history"),
	})
}

// deadline is the earliest open due date of the record.
func (v recordView) deadline() *templates.Deadline {
	if len(v.rec.dues) == 0 {
		return nil
	}
	return deadline(v.p, v.rec.dues[0], calendar.DateOf(v.now))
}

func (v recordView) callouts() []templates.Callout {
	s := v.rec.system
	var out []templates.Callout
	if !v.rec.asOf.isNow() {
		out = append(out, pastCallout(v.p, "inventory.as_of.record", v.rec.asOf, systemPath(s.Code)))
	}
	for _, f := range v.rec.wrong {
		out = append(out, templates.Callout{Kind: "error", Text: v.p.Field(f)})
	}
	if err := v.answer.err; err != nil && len(fault.FieldsOf(err)) == 0 {
		out = append(out, templates.Callout{Kind: "error", Title: v.p.T("inventory.step.refused"), Text: v.p.Error(err)})
	}
	if ret := v.rec.returned; ret != nil {
		out = append(out, v.returnedCallout(*ret))
	}
	if v.rec.asOf.isNow() && v.waitsForHead() {
		out = append(out, templates.Callout{Kind: "info", Text: v.p.T("inventory.waits_for_head")})
	}
	if c, ok := v.lockedCallout(); ok {
		out = append(out, c)
	}
	if items := remarksText(v.p, inventory.CheckSystem(&s, calendar.DateOf(v.now))); len(items) > 0 && v.rec.asOf.isNow() {
		out = append(out, templates.Callout{Kind: "warning", Title: v.p.T("inventory.remarks"), Items: items})
	}
	return out
}

// lockedCallout leads to the open request of a locked record, and tells those
// who could write one how the record changes.
func (v recordView) lockedCallout() (templates.Callout, bool) {
	switch c := v.rec.change; {
	case c != nil:
		return templates.Callout{
			Kind: "info", Text: v.p.T("change.is_open", "id", c.ID.String(), "state", c.State.Label()),
			Link: &templates.Link{Text: v.p.T("change.see"), Href: changePath(c.ID)},
		}, true
	case v.rec.mayAsk(v.by):
		return templates.Callout{
			Kind: "info", Text: v.p.T("change.locked"),
			Link: &templates.Link{Text: v.p.T("change.ask"), Href: systemPath(v.rec.system.Code, "change")},
		}, true
	}
	return templates.Callout{}, false
}

// waitsForHead tells a clerk that the next step is the head's: a draft, or a
// returned record that was mended since.
func (v recordView) waitsForHead() bool {
	if !v.by.Is(auth.Clerk) || v.by.Is(auth.Head, auth.Region) || !v.rec.mayFill(v.by) {
		return false
	}
	s := v.rec.system
	mended := s.State == inventory.Returned && v.rec.returned != nil && s.Version > v.rec.returned.Version
	return s.State == inventory.Draft || mended
}

func (v recordView) returnedCallout(ret inventory.SystemVersion) templates.Callout {
	c := templates.Callout{
		Kind: "warning", Title: v.p.T("inventory.returned.title", "name", ret.ChangedName, "at", v.p.Time(ret.ValidFrom)), Text: ret.Reason,
	}
	if v.rec.mayChange(v.by) {
		c.Link = &templates.Link{Text: v.p.T("inventory.returned.mend"), Href: systemPath(v.rec.system.Code, "edit")}
	}
	return c
}

// tabNames are the views of a record in their order.
func tabNames() []string { return []string{"overview", "relations", "evidence", "history"} }

func (v recordView) tabs(active string) templates.Tabs {
	t := templates.Tabs{Label: v.p.T("inventory.tabs")}
	counts := map[string]int64{"relations": int64(len(v.rec.joined)), "evidence": int64(len(v.rec.files)), "history": v.rec.versions}
	for _, name := range tabNames() {
		tab := templates.Tab{Text: v.p.T("inventory.tab." + name), Href: systemPath(v.rec.system.Code, name), Active: name == active}
		if name == "overview" {
			tab.Href = systemPath(v.rec.system.Code)
		}
		if n := counts[name]; n > 0 {
			tab.Count = v.p.Number(n)
		}
		t.Items = append(t.Items, tab)
	}
	return t
}

// groups are the facts by section.
func (v recordView) groups() []templates.Facts {
	s := v.rec.system
	remarks := map[string]string{}
	for _, f := range inventory.CheckSystem(&s, calendar.DateOf(v.now)) {
		if f.Warning {
			remarks[f.Name] = v.p.Field(f)
		}
	}
	return fieldweb.Facts(v.writer(), inventory.SystemFields, &s, remarks)
}

// steps are the legal next steps, and the Office's decision. What leads on
// stands before what leads back.
func (v recordView) steps() []templates.Step {
	var out []templates.Step
	ahead := slices.Clone(v.rec.steps)
	slices.SortStableFunc(ahead, func(a, b inventory.Step) int { return leadsBack(a) - leadsBack(b) })
	for _, step := range ahead {
		out = append(out, v.step(step))
	}
	if v.rec.mayDecide(v.by) {
		out = append(out, v.decision())
	}
	return out
}

// leadsBack is 1 for the step that sends a record back, 0 for the others.
func leadsBack(s inventory.Step) int {
	if s.Move == inventory.Return {
		return 1
	}
	return 0
}

func (v recordView) step(step inventory.Step) templates.Step {
	s, name := v.rec.system, string(step.Move)
	hidden := []templates.Pair{{Name: "move", Value: name}, {Name: "version", Value: versionText(s.Version)}}
	out := templates.Step{
		ID: "step-" + name, Title: v.p.T("inventory.move." + name), Note: v.p.T("inventory.move." + name + ".note"),
		Icon: moveIcon(step.Move), Danger: endsSomething(step.Move),
	}
	act := templates.Act{
		Text: out.Title, Icon: out.Icon, Kind: templates.ActPrimary, Confirm: v.p.T("inventory.move."+name+".confirm", "name", s.Name),
	}
	if out.Danger {
		act.Kind = templates.ActDanger
	}
	found := v.found(name)
	if !step.Reasoned {
		act.Post, act.Hidden = systemPath(s.Code, "moves"), hidden
		out.Act, out.Errors = act, fieldweb.ErrorSummary(v.p, found)
		return out
	}
	act.Confirm = "" // the reason is asked, that is question enough
	act.Text = v.p.T("inventory.move." + name + ".go")
	reason := v.reason(name, found)
	out.Open = v.answer.what == name
	out.Form = &templates.Form{
		ID: out.ID + "-form", Action: systemPath(s.Code, "moves"), Hidden: hidden, Guard: true, Errors: atStep(v.p, found, name),
		Sections: []templates.Section{{ID: out.ID + "-section", Fields: []templates.Field{reason}}}, Acts: []templates.Act{act},
	}
	return out
}

// found is what was wrong with the step that was tried.
func (v recordView) found(what string) []fault.Field {
	if v.answer.what != what {
		return nil
	}
	return fault.FieldsOf(v.answer.err)
}

// reason is the question for the reason of a step.
func (v recordView) reason(what string, found []fault.Field) templates.Field {
	f := templates.Field{
		Name: reasonOf(what), Kind: templates.KindLongText, Label: v.p.T("inventory.reason"), Help: v.p.T("inventory.reason.help." + what),
		Required: true, MaxLength: maxReason, Error: fieldweb.ErrorAt(v.p, found, "reason"),
	}
	if v.answer.what == what {
		f.Value = v.answer.values["reason"]
	}
	return f
}

// reasonOf is the name of the input for the reason of a step; several steps
// stand on one page.
func reasonOf(what string) string { return what + "_reason" }

// atStep lists the errors of a step as links to its inputs.
func atStep(p *locale.Printer, found []fault.Field, what string) *templates.Errors {
	found = slices.Clone(found)
	for i := range found {
		if found[i].Name == "reason" {
			found[i].Name = reasonOf(what)
		}
	}
	return fieldweb.ErrorSummary(p, found, "final", "office_note", reasonOf(what))
}

// maxReason is how long a reason can be typed.
const maxReason = 500

// decision is the form of the Office.
func (v recordView) decision() templates.Step {
	const what = "decision"
	s, found := v.rec.system, v.found("decision")
	final, note := s.Final, s.OfficeNote
	if v.answer.what == what {
		final, note = v.answer.values["final"], v.answer.values["office_note"]
	}
	options := []templates.Option{{Value: "", Text: v.p.T("inventory.decision.open")}}
	for _, o := range []string{inventory.Keep, inventory.Merge, inventory.Clean} {
		options = append(options, templates.Option{Value: o, Text: v.p.T(field.OptionKey("final", o)), Help: v.p.T("inventory.decision." + o)})
	}
	return templates.Step{
		ID: "step-decision", Title: v.p.T("inventory.decision"), Note: v.p.T("inventory.decision.next"), Icon: "seal", Open: v.answer.what == what,
		Form: &templates.Form{
			ID: "step-decision-form", Action: systemPath(s.Code, "decision"), Guard: true, Errors: atStep(v.p, found, what),
			Hidden: []templates.Pair{{Name: "version", Value: versionText(s.Version)}},
			Sections: []templates.Section{{ID: "step-decision-section", Fields: []templates.Field{
				{Name: "final", Kind: templates.KindEnum, Label: v.p.T("system.final"), Required: true, Value: final, Options: options, Error: fieldweb.ErrorAt(v.p, found, "final")},
				{Name: "office_note", Kind: templates.KindLongText, Label: v.p.T("system.office_note"), Help: v.p.T("inventory.decision.note_help"), Value: note, MaxLength: 1000, Error: fieldweb.ErrorAt(v.p, found, "office_note")},
				v.reason(what, found),
			}}},
			Acts: []templates.Act{{Text: v.p.T("inventory.decision.save"), Kind: templates.ActPrimary, Icon: "seal"}},
		},
	}
}
