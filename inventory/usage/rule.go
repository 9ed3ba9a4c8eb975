package usage

import (
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/inventory/usage/wire"
)

// RuleID identifies a mapping rule.
type RuleID int64

// RuleFormat says which senders a rule is for.
type RuleFormat string

// The formats of rules.
const (
	AnyFormat   RuleFormat = "any"
	WriteFormat RuleFormat = "write" // Prometheus remote write
	OTLPFormat  RuleFormat = "otlp"
)

// RuleFormats lists the formats in the order in which pages show them.
func RuleFormats() []RuleFormat { return []RuleFormat{AnyFormat, WriteFormat, OTLPFormat} }

// Valid tells whether f is a known format.
func (f RuleFormat) Valid() bool { return slices.Contains(RuleFormats(), f) }

// Label is the message key of the format's name.
func (f RuleFormat) Label() fault.Label { return fault.Label("series.format." + string(f)) }

// ruleFormatOf is the format of rules that a wire format falls under.
func ruleFormatOf(f wire.Format) RuleFormat {
	if f == wire.OTLPProto || f == wire.OTLPJSON {
		return OTLPFormat
	}
	return WriteFormat
}

// SystemBy says how a rule finds the system of a series.
type SystemBy string

// The ways to a system.
const (
	OnlySystem  SystemBy = "only"  // the one system of the probe
	FixedSystem SystemBy = "fixed" // the system with the code in Rule.System
	LabelSystem SystemBy = "label" // the system whose code is the value of the label Rule.System
)

// SystemBys lists the ways in the order in which pages show them.
func SystemBys() []SystemBy { return []SystemBy{OnlySystem, FixedSystem, LabelSystem} }

// Valid tells whether s is a known way.
func (s SystemBy) Valid() bool { return slices.Contains(SystemBys(), s) }

// Label is the message key of the way's name.
func (s SystemBy) Label() fault.Label { return fault.Label("series.system." + string(s)) }

// Reading says what the values of a series are.
type Reading string

// The readings.
const (
	AutoReading    Reading = "auto"    // as the sender says, else as the signal asks for
	CounterReading Reading = "counter" // a sum since some time; its growth counts
	GaugeReading   Reading = "gauge"   // a level
	DeltaReading   Reading = "delta"   // what was added since the value before
	// IdleReading is a counter of the seconds in which a processor did nothing,
	// as node_exporter has it: the rest of the time it was used.
	IdleReading Reading = "idle"
)

// Readings lists the readings in the order in which pages show them.
func Readings() []Reading {
	return []Reading{AutoReading, CounterReading, GaugeReading, DeltaReading, IdleReading}
}

// Valid tells whether r is a known reading.
func (r Reading) Valid() bool { return slices.Contains(Readings(), r) }

// Label is the message key of the reading's name.
func (r Reading) Label() fault.Label { return fault.Label("series.reading." + string(r)) }

// Rule says what a series means: which system, which signal, in which unit.
type Rule struct {
	ID       RuleID
	ProbeID  ProbeID // 0 is for all probes
	Position int     // among the rules of the probe
	Format   RuleFormat
	Metric   string // the name of the metric; * and ? stand for what may be anything
	// Conditions on labels must all hold.
	Conditions []Condition `gorm:"serializer:json"`
	SystemBy   SystemBy
	System     string
	// Names are other values that the label may have, with the codes they mean.
	Names   map[string]string `gorm:"serializer:json"`
	Signal  string
	Reading Reading
	// Numerator/Denominator turn a value into the unit of the signal: bytes, or
	// percent (1 becomes 1 %), or a number.
	Numerator, Denominator int64
	// SourceLabel names the label whose value tells sources apart; empty takes
	// instance or service.instance.id, what there is.
	SourceLabel string
	// Of a rule of the hub: the labels with the consumer and with the outcome, and
	// the outcomes that are failures, with | between. Its provider is the value of
	// System.
	ConsumerLabel, OutcomeLabel, Failed string
	Note                                string
	UpdatedAt                           time.Time
	UpdatedBy                           auth.AccountID
	UpdatedName                         string
	Version                             int64
}

// TableName is the table of rules.
func (Rule) TableName() string { return "usage_rules" }

// Condition is what a label must be, with * and ?; or, if Not is set, must not
// be. A label that is absent is empty.
type Condition struct {
	Label   string `json:"label"`
	Pattern string `json:"pattern"`
	Not     bool   `json:"not,omitempty"`
}

// takes tells whether the rule is for the series.
func (r *Rule) takes(f RuleFormat, s *wire.Series) bool {
	if r.Format != AnyFormat && r.Format != f || !glob(r.Metric, s.Name) {
		return false
	}
	for _, c := range r.Conditions {
		if glob(c.Pattern, s.Labels.Get(c.Label)) == c.Not {
			return false
		}
	}
	return true
}

// glob tells whether the text is what the pattern describes, in which * stands
// for anything and ? for one byte.
func glob(pattern, s string) bool {
	star, mark, at := -1, 0, 0
	for i := 0; at < len(s); {
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, mark, i = i, at, i+1
		case i < len(pattern) && (pattern[i] == '?' || pattern[i] == s[at]):
			i, at = i+1, at+1
		case star >= 0:
			mark++
			i, at = star+1, mark
		default:
			return false
		}
		if at == len(s) {
			return strings.Trim(pattern[i:], "*") == ""
		}
	}
	return strings.Trim(pattern, "*") == ""
}

// Codes of samples that a rule takes and that cannot be kept.
const (
	SeriesUnmapped wire.Code = "series.unmapped"      // a note: no rule takes it
	SeriesUnlisted wire.Code = "series.unlisted"      // a note: the probe is not registered for the signal
	SeriesForeign  wire.Code = "series.foreign"       // no system of the probe
	SeriesNoSystem wire.Code = "series.no_system"     // the label is not there
	SeriesNoParty  wire.Code = "series.no_party"      // provider or consumer is not there, or they are one
	SeriesSeveral  wire.Code = "series.several"       // the probe has several systems
	SeriesLevel    wire.Code = "series.level"         // a level cannot be a count
	SeriesNegative wire.Code = "series.negative"      // nor can anything be less than nothing
	SeriesPercent  wire.Code = "series.percent"       // more than all of it
	SeriesFull     wire.Code = "series.full"          // too many series of one probe
	SeriesSource   wire.Code = "series.too_many_from" // too many sources of one probe
)

// SeriesCodes lists the codes that a mapped or unmapped sample can get.
func SeriesCodes() []wire.Code {
	return []wire.Code{
		SeriesUnmapped, SeriesUnlisted, SeriesForeign, SeriesNoSystem, SeriesNoParty, SeriesSeveral, SeriesLevel, SeriesNegative, SeriesPercent, SeriesFull, SeriesSource,
	}
}
