package inventoryweb

import (
	"slices"

	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// planPage is the data of inventory/reorganise: ask for a plan, or show what
// one would do.
type planPage struct {
	Head    templates.Head
	Callout templates.Callout
	Wrong   *templates.Callout
	Errors  *templates.Errors
	Upload  *templates.Form
	Shipped []templates.Act
	Confirm *templates.Form
	Columns []templates.Column
	Lines   []planLine
}

// planLine is a line of the preview; the box chooses it.
type planLine struct {
	Value  string // empty: cannot be carried out
	Chosen bool
	Name   string
	Cells  []templates.Cell
}

// planView turns a plan into the data of its page.
type planView struct {
	p       *locale.Printer
	raw     string
	effects []inventory.PlanEffect
	wrong   []fault.Field
	typed   *planForm // what was chosen, when it was refused
}

func (v planView) start(cause error) planPage {
	found := fault.FieldsOf(cause)
	f := &templates.Form{
		ID: "plan", Action: departmentsPath + "/reorganise", Upload: true, Errors: fieldweb.ErrorSummary(v.p, found, "file"),
		Sections: []templates.Section{{ID: "s-plan", Title: v.p.T("inventory.reorganise.upload"), Lead: v.p.T("inventory.reorganise.upload.lead"), Fields: []templates.Field{{
			Name: "file", Kind: templates.KindFile, Label: v.p.T("inventory.file.file"), Help: v.p.T("inventory.reorganise.upload.help"), Required: true,
			Accept: ".csv,.xlsx", MaxBytes: greatestPlan, Error: fieldweb.ErrorAt(v.p, found, "file"),
		}}}},
		Acts: []templates.Act{{Text: v.p.T("inventory.reorganise.preview"), Note: v.p.T("inventory.reorganise.preview.note"), Kind: templates.ActPrimary, Icon: "eye"}},
	}
	if cause != nil && f.Errors == nil {
		f.Errors = &templates.Errors{Items: []templates.ErrorItem{{Text: v.p.Error(cause), Href: "#f-file"}}}
	}
	return planPage{
		Head:    templates.Head{Title: v.p.T("inventory.reorganise"), Lead: v.p.T("inventory.reorganise.lead")},
		Callout: templates.Callout{Kind: "info", Title: v.p.T("inventory.reorganise.shipped"), Text: v.p.T("inventory.reorganise.shipped.text")},
		Shipped: []templates.Act{
			{Text: v.p.T("inventory.reorganise.shipped.use"), Post: departmentsPath + "/reorganise", Hidden: []templates.Pair{{Name: "shipped", Value: "true"}}, Icon: "eye"},
			{Text: v.p.T("inventory.reorganise.shipped.get"), Href: departmentsPath + "/reorganise/plan.csv", Icon: "download", Download: true},
		},
		Upload: f,
	}
}

func (v planView) view(cause error) web.View {
	title := v.p.T("inventory.reorganise.preview.title")
	return web.View{
		Template: "inventory/reorganise", Title: title, Err: cause, Data: v.preview(cause),
		Crumbs: departmentCrumbs(v.p, templates.Crumb{Text: v.p.T("inventory.reorganise"), Href: departmentsPath + "/reorganise"}, crumb(title)),
	}
}

// planFormID is the form that the boxes of the lines belong to.
const planFormID = "confirm-plan"

func (v planView) preview(cause error) planPage {
	found := fault.FieldsOf(cause)
	out := planPage{
		Head:    templates.Head{Title: v.p.T("inventory.reorganise.preview.title"), Lead: v.p.T("inventory.reorganise.preview.lead")},
		Callout: v.summary(), Columns: planColumns(v),
	}
	if len(v.wrong) > 0 {
		c := templates.Callout{Kind: "error", Title: v.p.T("inventory.plan.wrong", "n", len(v.wrong))}
		for _, f := range v.wrong {
			c.Items = append(c.Items, v.p.T("inventory.plan.at", "cell", f.Cell, "what", v.p.Field(f)))
		}
		out.Wrong = &c
	}
	for _, e := range v.effects {
		out.Lines = append(out.Lines, v.line(e))
	}
	reason, transfer := "", "true"
	if v.typed != nil {
		reason = v.typed.Reason
		if !v.typed.Transfer {
			transfer = "false"
		}
	}
	out.Confirm = &templates.Form{
		ID: planFormID, Action: departmentsPath + "/reorganise/confirm", Guard: true, Errors: fieldweb.ErrorSummary(v.p, found, "reason", "transfer"),
		Hidden: []templates.Pair{{Name: "plan", Value: v.raw}},
		Sections: []templates.Section{{ID: "s-confirm", Title: v.p.T("inventory.reorganise.confirm"), Fields: []templates.Field{
			{
				Name: "transfer", Kind: templates.KindEnum, Label: v.p.T("inventory.reorganise.transfer"), Help: v.p.T("inventory.reorganise.transfer.help"), Required: true, Value: transfer,
				Options: []templates.Option{{Value: "true", Text: v.p.T("inventory.reorganise.transfer.yes")}, {Value: "false", Text: v.p.T("inventory.reorganise.transfer.no")}},
			},
			{
				Name: "reason", Kind: templates.KindLongText, Label: v.p.T("inventory.reason"), Help: v.p.T("inventory.reorganise.reason.help"), Required: true,
				Value: reason, MaxLength: maxReason, Error: fieldweb.ErrorAt(v.p, found, "reason"),
			},
		}}},
		Acts: []templates.Act{
			{Text: v.p.T("inventory.reorganise.confirm"), Note: v.p.T("inventory.reorganise.next"), Kind: templates.ActPrimary, Icon: "check", Confirm: v.p.T("inventory.reorganise.sure")},
			{Text: v.p.T("inventory.act.cancel"), Href: departmentsPath + "/reorganise", Kind: templates.ActQuiet},
		},
	}
	return out
}

// chosen tells whether the box of a line is ticked: as it was sent, or at first
// what is certain and not done yet.
func (v planView) chosen(e inventory.PlanEffect) bool {
	if v.typed != nil {
		return slices.Contains(v.typed.Lines, e.Line.Cell)
	}
	return e.Outcome == inventory.PlanEnds && e.Line.Certainty != "uncertain"
}

// summary says in numbers what the ticked lines would do.
func (v planView) summary() templates.Callout {
	ends, systems := 0, 0
	added := map[string]bool{}
	for _, e := range v.effects {
		if v.chosen(e) && (e.Outcome == inventory.PlanEnds || e.Outcome == inventory.PlanOther) {
			ends++
			systems += e.Systems
			if e.Adds {
				added[e.Line.Successor.Code] = true
			}
		}
	}
	return templates.Callout{Kind: "info", Title: v.p.T("inventory.plan.summary", "ends", ends, "adds", len(added), "systems", systems), Text: v.p.T("inventory.plan.nothing_yet")}
}

func (v planView) line(e inventory.PlanEffect) planLine {
	l := e.Line
	out := planLine{Name: l.Name, Cells: []templates.Cell{
		{Text: l.Name, Sub: l.Code}, {Text: l.Successor.Name, Sub: l.Successor.Code}, {Text: l.On.String()},
		{Badge: v.outcome(e)}, {Text: v.p.Number(int64(e.Systems))}, {Text: v.certainty(l.Certainty)}, {Text: l.Note},
	}}
	if e.Old.ID != 0 {
		out.Cells[0].Text, out.Cells[0].Href = e.Old.Name, departmentPath(e.Old.Code)
	}
	if e.Adds {
		out.Cells[1].Note = v.p.T("inventory.plan.adds")
	}
	if e.Outcome != inventory.PlanUnknown {
		out.Value, out.Chosen = l.Cell, v.chosen(e)
	}
	return out
}

func (v planView) outcome(e inventory.PlanEffect) *templates.Badge {
	tones := map[inventory.PlanOutcome]string{
		inventory.PlanEnds: templates.ToneBlue, inventory.PlanDone: templates.ToneGreen, inventory.PlanOther: templates.ToneAmber, inventory.PlanUnknown: templates.ToneRed,
	}
	return &templates.Badge{Text: v.p.T("inventory.plan." + string(e.Outcome)), Tone: tones[e.Outcome]}
}

// certainty is how sure a line is, in words when it is one of ours.
func (v planView) certainty(word string) string {
	if key := "inventory.certainty." + word; v.p.Has(key) {
		return v.p.T(key)
	}
	return word
}
