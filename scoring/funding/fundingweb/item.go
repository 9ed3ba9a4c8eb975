package fundingweb

import (
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/web"
	"qingce/scoring/eligibility"
	"qingce/scoring/funding"
	"qingce/templates"
)

// itemData is the data of funding/item: a system in a fiscal year.
type itemData struct {
	Head     templates.Head
	Callouts []templates.Callout
	Steps    []templates.Step
	Reasons  []reason
	Change   []string // what would change the result
	Facts    []templates.Facts
	Pleas    []pleaBox
	Findings *templates.Table
	Timeline templates.Timeline
}

// reason is a rule that held.
type reason struct {
	Rule, Article, Text string
	Decides             bool
	Forecast            bool // holds from a later year on
}

// pleaBox is a plea with its files.
type pleaBox struct {
	Title string
	Facts templates.Facts
	Files *templates.Files
}

func (d *desk) showItem(r *web.Request, in itemIn) (web.Response, error) {
	return d.itemPage(r, in, web.Answer{})
}

func (d *desk) itemPage(r *web.Request, in itemIn, a web.Answer) (web.Response, error) {
	f, err := d.Funding.Find(r.Ctx, r.By, in.Year, in.Code)
	if err != nil {
		return nil, err
	}
	table, err := f.Run.Table()
	if err != nil {
		return nil, err
	}
	v := itemView{
		stepper: steps(r.P, f.Address(), f.Item.Version, a), File: f, r: r, table: &table,
	}
	title := yearText(r.P, &f.Run)
	return web.View{
		Template: "funding/item", Title: f.Item.Name, Data: v.page(), Err: a.Err,
		Crumbs: crumbs(r.P, templates.Crumb{Text: title, Href: yearPath(in.Year)}, templates.Crumb{Text: f.Item.Name}),
	}, nil
}

// itemView turns an item into the data of its page.
type itemView struct {
	stepper
	funding.File
	r     *web.Request
	table *eligibility.Table
}

func (v itemView) page() itemData {
	return itemData{
		Head: v.head(), Callouts: append(v.Refused(), v.callouts()...), Steps: v.steps(), Reasons: v.reasons(), Change: v.change(),
		Facts: v.facts(), Pleas: v.pleas(), Findings: v.findings(), Timeline: v.timeline(),
	}
}

func (v itemView) head() templates.Head {
	i := &v.Item
	h := templates.Head{
		Title: i.Name, Code: i.Code, Badges: []templates.Badge{resultBadge(v.P, i.Result), {Text: v.P.T(string(i.Stage.Label())), Tone: templates.ToneGrey}},
		Facts: []templates.Row{
			{Label: v.P.T("funding.column.department"), Text: v.File.Facts.Department.Name},
			{Label: v.P.T("funding.column.money"), Text: moneyText(v.P, i.Amount), Unit: v.P.T("funding.unit")},
			{Label: v.P.T("funding.column.payable"), Text: v.P.Wan(i.Payable()), Unit: v.P.T("funding.unit")},
			{Label: v.P.T("funding.column.turn"), Text: v.P.T(string(i.Turn().Label()))},
		},
		Actions: []templates.Act{{Text: v.P.T("funding.act.register"), Href: "/systems/" + i.Code, Icon: "system"}},
	}
	if v.Clock != nil {
		due := web.Deadline(v.P, web.Due{
			On: v.Clock.On, Advised: v.Clock.Advised, Remaining: v.Clock.Remaining, Late: v.Clock.Late, Unknown: v.Clock.Unknown, Overdue: v.Clock.Overdue, Article: "办法 art. 20",
		}, v.Today)
		h.Deadline = &due
	}
	return h
}

func (v itemView) callouts() []templates.Callout {
	i := &v.Item
	var out []templates.Callout
	add := func(kind, key string, args ...any) {
		out = append(out, templates.Callout{Kind: kind, Title: v.P.T("funding.told."+key, args...), Text: v.P.T("funding.told."+key+".text", args...)})
	}
	switch {
	case v.OwnBody && v.r.By.Is(append(funding.Consulters(), auth.Leader)...):
		add("info", "own_body")
	case v.Run.Forecast():
		add("info", "forecast", "year", funding.FirstYear)
	}
	if i.Lapsed(v.Today) {
		add("warning", "lapsed", "date", i.UntilOn)
	}
	if v.Own && v.mayAppeal() {
		add("info", "appeal", "date", i.AppealUntil)
	}
	return out
}

func (v itemView) mayAppeal() bool {
	i := &v.Item
	return i.Plea == "" && i.OfficeAt != nil && !v.Today.After(i.AppealUntil) && i.Result != eligibility.Eligible && i.Result != eligibility.ExemptFrom
}

// reasons are the rules that held, with what they say, and the one that will.
func (v itemView) reasons() []reason {
	var out []reason
	for n, r := range rulesOf(v.table, v.Item.Rules) {
		out = append(out, reason{Rule: r.ID, Article: v.article(r), Text: v.P.T(string(funding.RuleText(r.ID))), Decides: n == 0})
	}
	if v.Item.Forecast != "" {
		for _, r := range rulesOf(v.table, []string{v.Item.Forecast}) {
			out = append(out, reason{Rule: r.ID, Article: v.article(r), Text: v.P.T("funding.foreseen.text", "year", r.FromYear) + v.P.T(string(funding.RuleText(r.ID))), Forecast: true})
		}
	}
	return out
}

func (v itemView) article(r eligibility.Rule) string {
	if r.Article == "" {
		return v.P.T("funding.assumed")
	}
	return r.Article
}

// change says what would change the result, by each rule that held.
func (v itemView) change() []string {
	var out []string
	ids := v.Item.Rules
	if v.Item.Forecast != "" {
		ids = append(funding.RuleList{v.Item.Forecast}, ids...)
	}
	for _, id := range ids {
		if key := "funding.change." + id; v.P.Has(key) {
			out = append(out, v.P.T(key, "date", v.Today.MonthEnd(), "until", v.Item.UntilOn))
		}
	}
	return out
}

// findings are the results that the item has had; nil while there is only one.
func (v itemView) findings() *templates.Table {
	t := &templates.Table{ID: "findings", Caption: v.P.T("funding.findings"), Columns: []templates.Column{
		{Text: v.P.T("funding.column.way"), Main: true}, {Text: v.P.T("funding.column.result"), Main: true},
		{Text: v.P.T("funding.column.rule")}, {Text: v.P.T("funding.field.reason"), Main: true}, {Text: v.P.T("funding.column.by")}, {Text: v.P.T("funding.column.digest")},
	}}
	for i := range v.File.Findings {
		f := &v.File.Findings[i]
		badge := resultBadge(v.P, f.Result)
		result := templates.Cell{Badge: &badge}
		if !f.UntilOn.IsZero() {
			result.Sub = v.P.T("funding.until", "date", f.UntilOn)
		}
		t.Rows = append(t.Rows, templates.TableRow{Cells: []templates.Cell{
			{Text: v.P.Number(f.Number) + " " + v.P.T(string(f.Way.Label()))}, result, {Text: strings.Join(f.Rules, " ")}, {Text: f.Reason},
			{Text: f.ByName, Sub: v.P.Time(f.At)}, {Text: short(f.Digest), Title: f.Digest, Code: true},
		}})
	}
	return t
}

func (v itemView) timeline() templates.Timeline {
	var out templates.Timeline
	for _, s := range slices.Backward(v.File.Steps) {
		out.Events = append(out.Events, templates.Event{
			At: v.P.Time(s.At), By: s.Name, Department: s.Department, Text: v.P.T("funding.step." + s.Action), Reason: s.Note, Tone: templates.ToneBlue, Icon: "edit",
		})
	}
	return out
}
