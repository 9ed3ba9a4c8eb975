package usageweb

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// ruleForm is a form of a rule under way.
type ruleForm struct {
	r    *web.Request
	home ruleHome
	// present is the rule as it stands, nil for a new one.
	present *usage.Rule
	record  usage.RuleForm
	// As they were typed, with the lines that say nothing.
	conditions, names, label string
	series                   string // for which the form was filled in
	err                      error
}

// newRule shows the form of a new rule, filled in for a series when the address
// names one.
func (d *desk) newRule(r *web.Request, in struct {
	Code   string `uri:"code"`
	Series string `form:"series"`
}) (web.Response, error) {
	home, err := d.ruleHome(r, in.Code)
	if err != nil {
		return nil, err
	}
	f := ruleForm{r: r, home: home, record: usage.RuleForm{Format: usage.AnyFormat, SystemBy: usage.LabelSystem, Reading: usage.AutoReading, Scale: "1"}}
	if home.file != nil && len(home.file.Systems) == 1 {
		f.record.SystemBy = usage.OnlySystem
	}
	if in.Series == "" || home.file == nil {
		return f.view(), nil
	}
	tried, err := d.Rules.Try(r.Ctx, r.By, home.id(), usage.AnyFormat, in.Series)
	if err != nil {
		return nil, err
	}
	if len(tried) > 0 && tried[0].Metric != "" {
		f.fill(tried[0])
	}
	return f.view(), nil
}

// fill fills the form in for a series.
func (f *ruleForm) fill(t usage.Tried) {
	f.series, f.record.Metric, f.record.Signal = t.Line, t.Metric, guessSignal(t.Metric)
	if len(f.home.file.Systems) == 1 {
		return
	}
	codes := map[string]bool{}
	for _, s := range f.home.file.Systems {
		codes[s.Code] = true
	}
	f.record.SystemBy = usage.FixedSystem
	for _, name := range labelNames(t.Labels) {
		if codes[t.Labels[name]] {
			f.record.SystemBy, f.label = usage.LabelSystem, name
			return
		}
	}
	for _, name := range []string{"job", "service", "service.name", "host", "server_name"} { // what usually tells systems apart
		if v := t.Labels[name]; v != "" {
			f.conditions = name + "=" + v
			return
		}
	}
}

func labelNames(labels map[string]string) []string {
	var out []string
	for name := range labels {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// guesses are words in the names of metrics and the signals that they usually
// mean; the first that fits is proposed.
var guesses = [...]struct {
	word   string
	signal wire.Signal
}{
	{"error", wire.Errors}, {"login", wire.Logins}, {"session", wire.Logins}, {"order", wire.BusinessTx}, {"request", wire.Requests},
	{"network", wire.NetBytes}, {"cpu", wire.CPUAvg}, {"memory", wire.MemAvg}, {"filesystem", wire.DiskMax}, {"disk", wire.DiskMax}, {"size_bytes", wire.StorageBytes},
}

func guessSignal(metric string) string {
	for _, g := range guesses {
		if strings.Contains(strings.ToLower(metric), g.word) {
			return g.signal.String()
		}
	}
	return ""
}

// readRuleForm takes in what was typed; wrong are lines that say nothing.
func (f *ruleForm) read(typed url.Values) (wrong []fault.Field) {
	f.record = usage.RuleForm{
		ProbeID: f.home.id(), Format: usage.RuleFormat(typed.Get("format")), Metric: typed.Get("metric"), SystemBy: usage.SystemBy(typed.Get("system_by")),
		Signal: typed.Get("signal"), Reading: usage.Reading(typed.Get("reading")), Scale: typed.Get("scale"), SourceLabel: typed.Get("source_label"), Note: typed.Get("note"),
		ConsumerLabel: typed.Get("consumer_label"), OutcomeLabel: typed.Get("outcome_label"), Failed: typed.Get("failed"),
	}
	f.conditions, f.names, f.label = typed.Get("conditions"), typed.Get("names"), typed.Get("label")
	switch f.record.SystemBy {
	case usage.FixedSystem:
		f.record.System = typed.Get("system")
	case usage.LabelSystem:
		f.record.System = f.label
	}
	var bad []fault.Field
	f.record.Conditions, wrong = readConditions(f.conditions)
	f.record.Names, bad = readNames(f.names)
	return append(wrong, bad...)
}

// readConditions reads lines "label=pattern" and "label!=pattern"; the pattern may
// stand in quotes.
func readConditions(text string) (out []usage.Condition, wrong []fault.Field) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		label, pattern, ok := strings.Cut(line, "=")
		label, not := strings.CutSuffix(label, "!")
		if label = strings.TrimSpace(label); !ok || label == "" {
			wrong = append(wrong, fault.At("conditions", "mapping.err.condition", "n", n, "text", line))
			continue
		}
		out = append(out, usage.Condition{Label: label, Pattern: unquoted(pattern), Not: not})
	}
	return out, wrong
}

func unquoted(s string) string {
	s = strings.TrimSpace(s)
	if plain, err := strconv.Unquote(s); err == nil {
		return plain
	}
	return s
}

// readNames reads lines "value=code".
func readNames(text string) (out map[string]string, wrong []fault.Field) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		at := strings.LastIndexByte(line, '=')
		if at < 1 || at == len(line)-1 {
			wrong = append(wrong, fault.At("names", "mapping.err.name", "n", n, "text", line))
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		out[unquoted(line[:at])] = strings.ToUpper(strings.TrimSpace(line[at+1:]))
	}
	return out, wrong
}

// addRule saves the form of a new rule.
func (d *desk) addRule(r *web.Request, in probeIn) (web.Response, error) {
	home, err := d.ruleHome(r, in.Code)
	if err != nil {
		return nil, err
	}
	f := ruleForm{r: r, home: home}
	return f.save(func() error {
		_, err := d.Rules.Add(r.Ctx, r.By, f.record)
		return err
	})
}

// save reads the form and does what it is for, unless something is wrong with it.
func (f *ruleForm) save(do func() error) (web.Response, error) {
	wrong := f.read(f.r.Form)
	err := fault.Refuse(wrong)
	if err == nil {
		err = do()
	}
	switch {
	case err == nil:
		return web.Redirect{To: f.home.path() + "#rules", Said: web.Said(f.r.T("mapping.saved"))}, nil
	case errors.Is(err, store.ErrStale), fault.KindOf(err) == fault.Invalid && len(fault.FieldsOf(err)) > 0:
		f.err = f.atLabel(err)
		return f.view(), nil
	}
	return nil, err
}

// atLabel puts what is wrong with the system at the field in which it was typed.
func (f *ruleForm) atLabel(err error) error {
	fields := slices.Clone(fault.FieldsOf(err))
	if f.record.SystemBy != usage.LabelSystem || len(fields) == 0 {
		return err
	}
	for i := range fields {
		if fields[i].Name == "system" {
			fields[i].Name = "label"
		}
	}
	return fault.Refuse(fields)
}

// editRule shows the form of a rule.
func (d *desk) editRule(r *web.Request, in ruleIn) (web.Response, error) {
	home, rule, err := d.ruleOf(r, in.Code, in.ID)
	if err != nil {
		return nil, err
	}
	f := ruleForm{r: r, home: home, present: &rule, record: rule.Form(), conditions: conditionLines(rule.Conditions), names: nameLines(rule.Names)}
	if rule.SystemBy == usage.LabelSystem {
		f.label = rule.System
	}
	return f.view(), nil
}

// changeRule saves the form of a rule.
func (d *desk) changeRule(r *web.Request, in ruleIn) (web.Response, error) {
	home, rule, err := d.ruleOf(r, in.Code, in.ID)
	if err != nil {
		return nil, err
	}
	f := ruleForm{r: r, home: home, present: &rule}
	return f.save(func() error {
		_, err := d.Rules.Change(r.Ctx, r.By, rule.ID, in.Version, f.record)
		return err
	})
}

func conditionText(c usage.Condition) string {
	if c.Not {
		return c.Label + "!=" + c.Pattern
	}
	return c.Label + "=" + c.Pattern
}

func conditionLines(all []usage.Condition) string {
	lines := make([]string, len(all))
	for i, c := range all {
		lines[i] = conditionText(c)
	}
	return strings.Join(lines, "\n")
}

func nameLines(names map[string]string) string {
	var lines []string
	for _, value := range labelNames(names) {
		lines = append(lines, value+"="+names[value])
	}
	return strings.Join(lines, "\n")
}
