package usageweb

import (
	"maps"
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
	"qingce/templates"
)

// rulesPage is the data of usage/rules.
type rulesPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Tabs     *templates.Tabs
	May      bool // the reader may change rules
	New      *templates.Act
	Rules    []ruleRow
	Empty    *templates.Empty
	Presets  []presetChoice
	Try      *tryBox // nil where no probe is asked

	UnmappedLead string
	Unmapped     []unmappedRow
	Forget       *templates.Act
	Pager        *templates.Pager
}

// ruleRow is one rule of the list.
type ruleRow struct {
	ID         string
	Position   string
	Shared     bool // it is for all probes
	Metric     string
	Conditions []string
	Format     string
	System     string
	SystemHref string
	Names      string
	Signal     string
	Reading    string
	Note       string
	Acts       []templates.Act
}

// presetChoice offers the rules of a preset.
type presetChoice struct {
	ID, Title, Help, Count string
	Action, Name           string
	Label                  bool // asks by which label systems are told apart
}

// tryBox is the place where series are pasted, with what came of them.
type tryBox struct {
	Action      string
	Text        string
	Placeholder string
	Error       string
	Act         templates.Act
	Results     []tryResult
}

// tryResult says what the rules make of one series.
type tryResult struct {
	Series string
	Badge  templates.Badge
	Text   string
	Takes  []tryTake
	Map    *templates.Act
}

// tryTake is what one rule makes of it.
type tryTake struct {
	Title string
	Wrong string
	Facts []templates.Row
}

// unmappedRow is series that no rule takes.
type unmappedRow struct {
	Metric, Labels, Format, Seen, Last string
	Acts                               []templates.Act
}

type rulesView struct {
	p       *locale.Printer
	by      auth.Principal
	page    int
	address string
	rules
}

func (v rulesView) may() bool { return v.by.Is(usage.RuleEditors()...) }

func (v rulesView) data() rulesPage {
	out := rulesPage{Head: v.head(), May: v.may(), Rules: v.rows()}
	if len(out.Rules) == 0 {
		out.Empty = &templates.Empty{Icon: "table", Title: v.p.T("mapping.empty"), Text: v.p.T("mapping.empty.text")}
	}
	if v.may() {
		out.New = &templates.Act{Text: v.p.T("mapping.act.new"), Href: v.path("new"), Icon: "plus"}
		out.Presets = v.presets()
	}
	if v.file == nil {
		return out
	}
	tabs := probeTabs(v.p, v.file.Code, "rules")
	out.Tabs, out.Try = &tabs, v.tryBox()
	v.listUnmapped(&out)
	return out
}

func (v rulesView) head() templates.Head {
	if v.file == nil {
		return templates.Head{Title: v.p.T("mapping.shared"), Lead: v.p.T("mapping.shared.lead")}
	}
	h := probeHead(v.p, v.file.ProbeLine)
	h.Lead = v.p.T("mapping.lead")
	h.Actions = []templates.Act{{Text: v.p.T("mapping.shared"), Href: rulesPath, Icon: "table"}}
	return h
}

func (v rulesView) rows() []ruleRow {
	own := 0
	for i := range v.all {
		if v.all[i].ProbeID == v.id() {
			own++
		}
	}
	out := make([]ruleRow, len(v.all))
	for i := range v.all {
		out[i] = v.row(i, &v.all[i], own)
	}
	return out
}

func (v rulesView) row(i int, r *usage.Rule, own int) ruleRow {
	row := ruleRow{
		ID: strconv.FormatInt(int64(r.ID), 10), Position: strconv.Itoa(i + 1), Shared: r.ProbeID != v.id(), Metric: r.Metric, Format: v.p.T(string(r.Format.Label())),
		Signal: signalNamed(v.p, r.Signal), Reading: v.p.T(string(r.Reading.Label())), Note: r.Note, System: v.p.T(string(r.SystemBy.Label())),
	}
	for _, c := range r.Conditions {
		row.Conditions = append(row.Conditions, conditionText(c))
	}
	switch r.SystemBy {
	case usage.FixedSystem:
		row.System, row.SystemHref = r.System, web.Join("/systems", r.System)
	case usage.LabelSystem:
		row.System = v.p.T("mapping.system.label", "label", r.System)
	}
	if r.ConsumerLabel != "" {
		row.System = v.p.T("mapping.system.between", "provider", r.System, "consumer", r.ConsumerLabel)
	}
	if len(r.Names) > 0 {
		row.Names = v.p.T("mapping.system.names", "n", len(r.Names))
	}
	if r.Scale() != "1" {
		row.Reading = v.p.T("mapping.reading.scaled", "reading", row.Reading, "scale", r.Scale())
	}
	if v.may() && !row.Shared {
		row.Acts = v.acts(r, row.ID, own)
	}
	return row
}

// acts are what can be done to a rule.
func (v rulesView) acts(r *usage.Rule, id string, own int) []templates.Act {
	move := func(key string, to int) templates.Act {
		return templates.Act{Text: v.p.T(key), Kind: templates.ActQuiet, Post: v.path(id, "move"), Hidden: []templates.Pair{
			{Name: "version", Value: strconv.FormatInt(r.Version, 10)}, {Name: "position", Value: strconv.Itoa(to)},
		}}
	}
	out := []templates.Act{{Text: v.p.T("mapping.act.edit"), Href: v.path(id, "edit")}}
	if r.Position > 1 {
		out = append(out, move("mapping.act.up", r.Position-1))
	}
	if r.Position < own {
		out = append(out, move("mapping.act.down", r.Position+1))
	}
	return append(out, templates.Act{Text: v.p.T("mapping.act.delete"), Kind: templates.ActQuiet, Href: v.path(id, "delete")})
}

func (v rulesView) presets() []presetChoice {
	var out []presetChoice
	for _, p := range usage.Presets() {
		out = append(out, presetChoice{
			ID: "preset-" + p.Name, Title: v.p.T(string(p.Label())), Help: v.p.T(string(p.Help())), Count: v.p.T("mapping.preset.note", "n", len(p.Rules)),
			Action: v.path("presets"), Name: p.Name, Label: v.file == nil || len(v.file.Systems) != 1,
		})
	}
	return out
}

func (v rulesView) tryBox() *tryBox {
	box := &tryBox{
		Action: v.path("try"), Text: v.text, Placeholder: `nginx_http_requests_total{instance="web-1"} 120`,
		Act: templates.Act{Text: v.p.T("mapping.act.try"), Kind: templates.ActPrimary, Icon: "check"},
	}
	if v.err != nil {
		box.Error = v.p.Error(v.err)
	}
	for _, t := range v.tried {
		box.Results = append(box.Results, v.result(t))
	}
	return box
}

// result says what the rules make of a series.
func (v rulesView) result(t usage.Tried) tryResult {
	out := tryResult{Series: t.Line, Badge: templates.Badge{Text: v.p.T("mapping.try.taken"), Tone: templates.ToneGreen}}
	if t.Code != "" {
		out.Badge = templates.Badge{Text: v.p.T("mapping.try.not_taken"), Tone: templates.ToneAmber}
	}
	if len(t.Takes) == 0 {
		out.Text = saidOfSeries(v.p, t.Code, t.Metric)
		if v.may() && t.Code == usage.SeriesUnmapped {
			out.Map = v.mapAct(t.Line)
		}
	}
	for i := range t.Takes {
		out.Takes = append(out.Takes, v.take(t.Metric, &t.Takes[i]))
	}
	return out
}

// saidOfSeries says why a series is not taken, nothing when it is.
func saidOfSeries(p *locale.Printer, code wire.Code, metric string) string {
	if code == "" {
		return ""
	}
	return p.Text(string(code), wire.Issue{Item: metric, Code: code, Count: 1}.Args())
}

func (v rulesView) mapAct(line string) *templates.Act {
	return &templates.Act{Text: v.p.T("mapping.act.map"), Href: templates.WithQuery(v.path("new"), "series", line), Icon: "link"}
}

func (v rulesView) take(metric string, t *usage.Taken) tryTake {
	at := slices.IndexFunc(v.all, func(r usage.Rule) bool { return r.ID == t.Rule.ID })
	out := tryTake{Title: v.p.T("mapping.try.rule", "n", at+1, "metric", t.Rule.Metric)}
	if t.Code != "" {
		out.Wrong = saidOfSeries(v.p, t.Code, metric)
	}
	add := func(key, text string) {
		if text != "" {
			out.Facts = append(out.Facts, templates.Row{Label: v.p.T(key), Text: text})
		}
	}
	add("mapping.column.system", t.Name)
	add("mapping.column.signal", signalNamed(v.p, t.Rule.Signal))
	add("mapping.field.reading", v.p.T(string(t.Reading.Label())))
	if t.Code == "" {
		add("mapping.try.value", amountText(v.p, t.Signal, t.Amount))
	}
	add("mapping.try.source", t.Source)
	return out
}

// amountText writes a figure with its unit.
func amountText(p *locale.Printer, s wire.Signal, n int64) string {
	switch s.Unit() {
	case wire.Bytes:
		return p.Size(n)
	case wire.Percent:
		return strconv.FormatFloat(float64(n)/100, 'f', -1, 64) + " %"
	}
	return p.Number(n)
}

// unmappedShown is how many unmapped series stand on a page.
const unmappedShown = 20

// listUnmapped puts a page of the series that no rule takes.
func (v rulesView) listUnmapped(out *rulesPage) {
	total := len(v.unmapped)
	if total == 0 {
		return
	}
	pager := templates.NewPager(v.address, v.page, unmappedShown, int64(total))
	out.UnmappedLead = v.p.T("mapping.unmapped.lead", "n", total)
	for _, u := range v.unmapped[pager.From-1 : pager.To] {
		row := unmappedRow{
			Metric: u.Metric, Labels: labelsText(u.Labels), Format: v.p.T(string(u.Format.Label())), Seen: v.p.Number(u.Samples), Last: v.p.Time(u.LastAt),
		}
		if v.may() {
			row.Acts = []templates.Act{*v.mapAct(u.Line())}
		}
		out.Unmapped = append(out.Unmapped, row)
	}
	if pager.Pages > 1 {
		out.Pager = &pager
	}
	if v.may() {
		out.Forget = &templates.Act{Text: v.p.T("mapping.forget"), Kind: templates.ActQuiet, Post: v.path("forget"), Confirm: v.p.T("mapping.forget.confirm"), Icon: "trash"}
	}
}

func labelsText(labels map[string]string) string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if text != "" {
			text += ", "
		}
		text += name + "=" + labels[name]
	}
	return text
}
