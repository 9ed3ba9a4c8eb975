package usage

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory/usage/wire"
)

// RuleForm is what an operator says of a rule.
type RuleForm struct {
	ProbeID     ProbeID // 0 is for all probes; it cannot be changed
	Format      RuleFormat
	Metric      string
	Conditions  []Condition
	SystemBy    SystemBy
	System      string
	Names       map[string]string
	Signal      string
	Reading     Reading
	Scale       string // 100, 0.001 or 1/60; empty is 1
	SourceLabel string
	// Of signals of the hub; see Rule.
	ConsumerLabel, OutcomeLabel, Failed string
	Note                                string
}

// Form is the rule as a form that can be filled in again.
func (r *Rule) Form() RuleForm {
	return RuleForm{
		ProbeID: r.ProbeID, Format: r.Format, Metric: r.Metric, Conditions: r.Conditions, SystemBy: r.SystemBy, System: r.System,
		Names: r.Names, Signal: r.Signal, Reading: r.Reading, Scale: r.Scale(), SourceLabel: r.SourceLabel, Note: r.Note,
		ConsumerLabel: r.ConsumerLabel, OutcomeLabel: r.OutcomeLabel, Failed: r.Failed,
	}
}

const (
	maxPattern    = 200
	maxConditions = 20
	maxNames      = 500
	maxRuleNote   = 500
)

// check fills in what may be left out and names what is wrong.
func (in *RuleForm) check(tx *store.Tx) error {
	in.Metric, in.System, in.Note = strings.TrimSpace(in.Metric), strings.TrimSpace(in.System), strings.TrimSpace(in.Note)
	in.SourceLabel, in.ConsumerLabel = strings.TrimSpace(in.SourceLabel), strings.TrimSpace(in.ConsumerLabel)
	in.OutcomeLabel, in.Failed = strings.TrimSpace(in.OutcomeLabel), strings.TrimSpace(in.Failed)
	if in.Format == "" {
		in.Format = AnyFormat
	}
	if in.Reading == "" {
		in.Reading = AutoReading
	}
	wrong := in.wrongTexts()
	wrong = append(wrong, in.wrongMeaning()...)
	more, err := in.wrongSystem(tx)
	if err != nil {
		return err
	}
	return fault.Refuse(append(wrong, more...))
}

func (in *RuleForm) wrongTexts() (wrong []fault.Field) {
	if in.Metric == "" {
		wrong = append(wrong, fault.At("metric", "series.err.metric"))
	}
	if len(in.Conditions) > maxConditions {
		wrong = append(wrong, fault.At("conditions", "series.err.too_many", "most", maxConditions))
	}
	if len(in.Names) > maxNames {
		wrong = append(wrong, fault.At("names", "series.err.too_many", "most", maxNames))
	}
	for _, c := range in.Conditions {
		if c.Label == "" || len(c.Label) > maxPattern || len(c.Pattern) > maxPattern {
			wrong = append(wrong, fault.At("conditions", "series.err.condition", "label", c.Label, "most", maxPattern))
		}
	}
	for _, t := range []struct {
		name, text string
		most       int
	}{{"metric", in.Metric, maxPattern}, {"source_label", in.SourceLabel, maxPattern}, {"system", in.System, maxPattern}, {"note", in.Note, maxRuleNote},
		{"consumer_label", in.ConsumerLabel, maxPattern}, {"outcome_label", in.OutcomeLabel, maxPattern}, {"failed", in.Failed, maxPattern}} {
		if utf8.RuneCountInString(t.text) > t.most {
			wrong = append(wrong, fault.At(t.name, "series.err.too_long", "most", t.most))
		}
	}
	return wrong
}

func (in *RuleForm) wrongMeaning() (wrong []fault.Field) {
	signal, ok := wire.SignalNamed(in.Signal)
	switch {
	case in.ofHub():
		wrong = append(wrong, in.wrongHub()...)
	case !ok:
		wrong = append(wrong, fault.At("signal", "series.err.signal"))
	case in.Reading == GaugeReading && flows(signal):
		wrong = append(wrong, fault.At("reading", "series.err.reading_level"))
	case in.Reading == IdleReading && signal.Unit() != wire.Percent:
		wrong = append(wrong, fault.At("reading", "series.err.reading_idle"))
	}
	if !in.Format.Valid() {
		wrong = append(wrong, fault.At("format", "series.err.format"))
	}
	if !in.Reading.Valid() {
		wrong = append(wrong, fault.At("reading", "series.err.reading"))
	}
	if _, _, ok := parseScale(in.Scale); !ok {
		wrong = append(wrong, fault.At("scale", "series.err.scale"))
	}
	return wrong
}

func (in *RuleForm) wrongSystem(tx *store.Tx) (wrong []fault.Field, err error) {
	switch {
	case in.ofHub():
		return in.wrongGateway(tx)
	case !in.SystemBy.Valid():
		return append(wrong, fault.At("system_by", "series.err.system_by")), nil
	case in.SystemBy == LabelSystem && in.System == "":
		wrong = append(wrong, fault.At("system", "series.err.system_label"))
	case in.SystemBy == FixedSystem && in.ProbeID == 0:
		wrong = append(wrong, fault.At("system_by", "series.err.fixed_for_all"))
	}
	if in.SystemBy == OnlySystem {
		in.System = ""
	}
	if in.SystemBy != LabelSystem {
		in.Names = nil
	}
	if in.ProbeID == 0 {
		return wrong, nil
	}
	if _, err := visibleProbe(tx, in.ProbeID, nil); err != nil {
		return nil, err
	}
	codes, err := codesOfProbe(tx, in.ProbeID)
	if err != nil {
		return nil, err
	}
	if in.SystemBy == FixedSystem && !codes[in.System] {
		wrong = append(wrong, fault.At("system", "series.err.system_foreign", "code", in.System))
	}
	for _, code := range in.Names {
		if !codes[code] {
			wrong = append(wrong, fault.At("names", "series.err.system_foreign", "code", code))
		}
	}
	return wrong, nil
}

// ofHub tells whether the rule is about exchange through the hub.
func (in *RuleForm) ofHub() bool { return HubSignal(in.Signal).Valid() }

// wrongHub names what is wrong with the labels of a rule of the hub, and empties
// those that mean nothing for its signal.
func (in *RuleForm) wrongHub() (wrong []fault.Field) {
	switch signal := HubSignal(in.Signal); {
	case signal == HubBeat:
		in.ConsumerLabel, in.OutcomeLabel, in.Failed = "", "", ""
	case in.ConsumerLabel == "":
		wrong = append(wrong, fault.At("consumer_label", "series.err.consumer_label"))
	case signal != HubExchanges:
		in.OutcomeLabel, in.Failed = "", ""
	case in.OutcomeLabel != "" && in.Failed == "", in.OutcomeLabel == "" && in.Failed != "":
		wrong = append(wrong, fault.At("failed", "series.err.failed"))
	}
	if in.Reading == IdleReading || in.Reading == GaugeReading && HubSignal(in.Signal) != HubBeat {
		wrong = append(wrong, fault.At("reading", "series.err.reading_level"))
	}
	return wrong
}

// wrongGateway sees to it that only a gateway speaks of the hub, and that its
// rules find the provider by a label: no department declares its own exchanges.
func (in *RuleForm) wrongGateway(tx *store.Tx) (wrong []fault.Field, err error) {
	if in.SystemBy != LabelSystem {
		wrong = append(wrong, fault.At("system_by", "series.err.hub_by_label"))
	} else if in.System == "" {
		wrong = append(wrong, fault.At("system", "series.err.provider_label"))
	}
	if in.ProbeID == 0 {
		return append(wrong, fault.At("signal", "series.err.hub_gateway")), nil
	}
	probe, err := visibleProbe(tx, in.ProbeID, nil)
	if err == nil && probe.Kind != GatewayProbe {
		wrong = append(wrong, fault.At("signal", "series.err.hub_gateway"))
	}
	return wrong, err
}

// fill writes a checked form into a rule.
func (in *RuleForm) fill(r *Rule) {
	r.Format, r.Metric, r.Conditions, r.SystemBy, r.System = in.Format, in.Metric, in.Conditions, in.SystemBy, in.System
	r.Names, r.Signal, r.Reading, r.SourceLabel, r.Note = in.Names, in.Signal, in.Reading, in.SourceLabel, in.Note
	r.Numerator, r.Denominator, _ = parseScale(in.Scale)
	r.ConsumerLabel, r.OutcomeLabel, r.Failed = "", "", ""
	if in.ofHub() {
		r.ConsumerLabel, r.OutcomeLabel, r.Failed = in.ConsumerLabel, in.OutcomeLabel, in.Failed
	}
	if r.Conditions == nil {
		r.Conditions = []Condition{}
	}
	if r.Names == nil {
		r.Names = map[string]string{}
	}
}

var scalePattern = regexp.MustCompile(`^([0-9]{1,12})(?:\.([0-9]{1,9}))?(?:/([0-9]{1,12}))?$`)

// parseScale reads a factor greater than zero.
func parseScale(s string) (num, den int64, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 1, 1, true
	}
	m := scalePattern.FindStringSubmatch(s)
	if m == nil || m[2] != "" && m[3] != "" || len(m[1])+len(m[2]) > 15 {
		return 0, 0, false
	}
	num, _ = strconv.ParseInt(m[1]+m[2], 10, 64)
	den = 1
	for range m[2] {
		den *= 10
	}
	if m[3] != "" {
		den, _ = strconv.ParseInt(m[3], 10, 64)
	}
	return num, den, num > 0 && den > 0
}

// RuleEditors may write rules.
func RuleEditors() []auth.Role { return Operators() }
