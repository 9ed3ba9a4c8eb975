package zombie

import (
	"math"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/inventory/zombie/detect"
)

// NumberKind is how a number of a policy is written.
type NumberKind string

// The kinds of numbers.
const (
	Whole NumberKind = "whole" // a count
	Share NumberKind = "share" // in percent
	Plain NumberKind = "plain" // with decimals
	Truth NumberKind = "truth" // 0 or 1
)

// Number describes one number of a policy: how it is called, what it may be, and
// where it is.
type Number struct {
	Key       string
	Group     string // the heading that it stands under
	Kind      NumberKind
	Unit      string // key of the unit's name, may be empty
	Low, High float64
	Get       func(*Numbers) float64
	Set       func(*Numbers, float64)
}

// Label is the message key of the number's name.
func (n Number) Label() fault.Label { return fault.Label("zombie.number." + n.Key) }

// Help is the message key of what the number does, in plain words.
func (n Number) Help() fault.Label { return n.Label() + ".help" }

// access makes the accessors of the number that at finds.
func access[T ~int | ~int32 | ~int64 | ~float64](at func(*Numbers) *T) (func(*Numbers) float64, func(*Numbers, float64)) {
	return func(n *Numbers) float64 { return float64(*at(n)) }, func(n *Numbers, v float64) { *at(n) = T(v) }
}

func number[T ~int | ~int32 | ~int64 | ~float64](key, group string, kind NumberKind, unit string, low, high float64, at func(*Numbers) *T) Number {
	n := Number{Key: key, Group: group, Kind: kind, Unit: unit, Low: low, High: high}
	n.Get, n.Set = access(at)
	return n
}

// scaled is a number that is kept in a smaller unit than people write it in.
func scaled(key, group string, kind NumberKind, unit string, low, high, times float64, at func(*Numbers) *int64) Number {
	return Number{
		Key: key, Group: group, Kind: kind, Unit: unit, Low: low, High: high,
		Get: func(n *Numbers) float64 { return float64(*at(n)) / times },
		Set: func(n *Numbers, v float64) { *at(n) = int64(math.Round(v * times)) },
	}
}

// AllNumbers describes every number of a policy, in the order in which pages show
// them.
func AllNumbers() []Number {
	const days, people = "days", "people"
	return []Number{
		number("window", "window", Whole, days, 30, 180, func(n *Numbers) *int { return &n.Window }),
		number("coverage", "window", Share, "", 0.5, 1, func(n *Numbers) *float64 { return &n.Coverage }),
		number("young", "window", Whole, days, 0, 730, func(n *Numbers) *int { return &n.Young }),
		{
			Key: "window_alone", Group: "silence", Kind: Truth, High: 1,
			Get: func(n *Numbers) float64 { return truth(n.WindowAlone) }, Set: func(n *Numbers, v float64) { n.WindowAlone = v != 0 },
		},
		number("early_gap", "silence", Whole, days, 30, 365, func(n *Numbers) *int { return &n.EarlyGap }),
		number("strong_gap", "silence", Whole, days, 60, 730, func(n *Numbers) *int { return &n.StrongGap }),
		number("early_dead", "silence", Share, "", 0.5, 1, func(n *Numbers) *float64 { return &n.EarlyDead }),
		number("strong_dead", "silence", Share, "", 0.5, 1, func(n *Numbers) *float64 { return &n.StrongDead }),
		number("hold", "silence", Whole, days, 1, 60, func(n *Numbers) *int { return &n.Hold }),
		number("gap_factor", "silence", Plain, "", 1, 10, func(n *Numbers) *float64 { return &n.GapFactor }),
		number("gap_cap", "silence", Whole, days, 30, 730, func(n *Numbers) *int { return &n.GapCap }),
		number("missed", "silence", Plain, days, 1, 60, func(n *Numbers) *float64 { return &n.Missed }),
		number("never_age", "silence", Whole, days, 180, 1095, func(n *Numbers) *int { return &n.NeverAge }),
		number("never_days", "silence", Whole, days, 0, 60, func(n *Numbers) *int { return &n.NeverDays }),
		number("never_within", "silence", Whole, days, 30, 365, func(n *Numbers) *int { return &n.NeverWithin }),
		{
			Key: "death", Group: "silence", Kind: Share, Low: 0.001, High: 0.9,
			Get: func(n *Numbers) float64 { return math.Round(n.Death*daysOfYear*1e9) / 1e9 }, Set: func(n *Numbers, v float64) { n.Death = v / daysOfYear },
		},
		{
			Key: "year_blind", Group: "silence", Kind: Truth, High: 1,
			Get: func(n *Numbers) float64 { return truth(n.YearBlind) }, Set: func(n *Numbers, v float64) { n.YearBlind = v != 0 },
		},
		number("leak", "machines", Share, "", 0, 0.5, func(n *Numbers) *float64 { return &n.Leak }),
		number("stray_share", "machines", Share, "", 0, 0.5, func(n *Numbers) *float64 { return &n.StrayShare }),
		number("stray_most", "machines", Plain, people, 0, 50, func(n *Numbers) *float64 { return &n.StrayMost }),
		number("trace", "machines", Share, "", 0, 0.2, func(n *Numbers) *float64 { return &n.Trace }),
		number("lone_from", "machines", Plain, people, 0, 1000, func(n *Numbers) *float64 { return &n.LoneFrom }),
		number("blur", "machines", Plain, people, 0, 100, func(n *Numbers) *float64 { return &n.Blur }),
		number("conflict", "machines", Share, "", 0.05, 1, func(n *Numbers) *float64 { return &n.Conflict }),
		number("canary", "machines", Share, "", 0.5, 1, func(n *Numbers) *float64 { return &n.Canary }),
		number("rhythm", "machines", Plain, "", 0.5, 10, func(n *Numbers) *float64 { return &n.Rhythm }),
		number("doubt", "machines", Share, "", 0, 1, func(n *Numbers) *float64 { return &n.Doubt }),
		number("together_least", "probe", Whole, "systems", 0, 10_000, func(n *Numbers) *int { return &n.TogetherLeast }),
		number("together_share", "probe", Share, "", 0.01, 1, func(n *Numbers) *float64 { return &n.TogetherShare }),
		number("together_days", "probe", Whole, days, 0, 60, func(n *Numbers) *detect.Day { return &n.TogetherDays }),
		number("together_after", "probe", Whole, days, 1, 365, func(n *Numbers) *int { return &n.TogetherAfter }),
		scaled("cpu_avg", "resources", Share, "", 0, 1, 10_000, func(n *Numbers) *int64 { return &n.CPUAvg }),
		scaled("cpu_p95", "resources", Share, "", 0, 1, 10_000, func(n *Numbers) *int64 { return &n.CPUP95 }),
		scaled("cpu_p95_strong", "resources", Share, "", 0, 1, 10_000, func(n *Numbers) *int64 { return &n.CPUP95Strong }),
		scaled("cpu_spread", "resources", Share, "", 0, 1, 10_000, func(n *Numbers) *int64 { return &n.CPUSpread }),
		scaled("net_bytes", "resources", Plain, "megabytes", 0, 1e6, 1e6, func(n *Numbers) *int64 { return &n.NetBytes }),
		number("growth", "resources", Share, "", 0, 1, func(n *Numbers) *float64 { return &n.Growth }),
		number("release", "upkeep", Whole, days, 30, 3650, func(n *Numbers) *int { return &n.Release }),
		number("contract", "upkeep", Whole, days, 0, 3650, func(n *Numbers) *int { return &n.Contract }),
		number("few_users", "rare", Whole, people, 0, 1000, func(n *Numbers) *int64 { return &n.FewUsers }),
		number("few_share", "rare", Share, "", 0, 1, func(n *Numbers) *float64 { return &n.FewShare }),
		number("rare_share", "rare", Share, "", 0, 1, func(n *Numbers) *float64 { return &n.RareShare }),
		number("fade_people", "rare", Whole, people, 0, 1000, func(n *Numbers) *int64 { return &n.FadePeople }),
		number("fade_days", "rare", Whole, days, 0, 182, func(n *Numbers) *int { return &n.FadeDays }),
		number("fade_share", "rare", Share, "", 0, 0.5, func(n *Numbers) *float64 { return &n.FadeShare }),
		number("fade_expected", "rare", Plain, people, 1, 1000, func(n *Numbers) *float64 { return &n.FadeExpected }),
		number("fade_against", "rare", Share, "", 0.05, 1, func(n *Numbers) *float64 { return &n.FadeAgainst }),
		number("fade_sure", "rare", Share, "", 0.0001, 0.2, func(n *Numbers) *float64 { return &n.FadeSure }),
		number("fade_rhythm", "rare", Share, "", 0, 0.5, func(n *Numbers) *float64 { return &n.FadeRhythm }),
		number("fade_leak", "rare", Share, "", 0, 0.5, func(n *Numbers) *float64 { return &n.FadeLeak }),
		number("fade_hold", "rare", Whole, "weeks", 1, 26, func(n *Numbers) *int { return &n.FadeHold }),
		number("fleet_share", "runs", Share, "", 0, 1, func(n *Numbers) *float64 { return &n.FleetShare }),
		number("volume_share", "runs", Share, "", 0, 1, func(n *Numbers) *float64 { return &n.VolumeShare }),
		number("fleet_least", "runs", Whole, "systems", 1, 100_000, func(n *Numbers) *int { return &n.FleetLeast }),
		number("mass_share", "runs", Share, "", 0, 1, func(n *Numbers) *float64 { return &n.MassShare }),
		number("mass_least", "runs", Whole, "systems", 0, 100_000, func(n *Numbers) *int { return &n.MassLeast }),
		number("answer_days", "runs", Whole, "working_days", 1, 60, func(n *Numbers) *int { return &n.AnswerDays }),
	}
}

const daysOfYear = 365

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Validate names the numbers that are out of their bounds, or do not fit each
// other.
func (n *Numbers) Validate() []fault.Field {
	var wrong []fault.Field
	for _, one := range AllNumbers() {
		v := one.Get(n)
		if v < one.Low || v > one.High || math.IsNaN(v) {
			wrong = append(wrong, fault.At(one.Key, "zombie.err.number_bound", "field", one.Label(), "low", one.Written(one.Low), "high", one.Written(one.High)))
		}
	}
	for _, pair := range []struct{ less, more string }{{"early_gap", "strong_gap"}, {"early_dead", "strong_dead"}, {"cpu_avg", "cpu_p95"}} {
		less, more := findNumber(pair.less), findNumber(pair.more)
		if less.Get(n) > more.Get(n) {
			wrong = append(wrong, fault.At(pair.more, "zombie.err.number_order", "field", more.Label(), "other", less.Label()))
		}
	}
	return wrong
}

func findNumber(key string) Number {
	for _, n := range AllNumbers() {
		if n.Key == key {
			return n
		}
	}
	return Number{}
}

// Written writes a value as people do: shares in percent.
func (n Number) Written(v float64) string {
	if n.Kind == Share {
		v *= 100
	}
	return strconv.FormatFloat(math.Round(v*1e4)/1e4, 'f', -1, 64)
}

// Read reads a value as people write it.
func (n Number) Read(text string) (float64, error) {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	v, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	if err != nil || (n.Kind == Whole || n.Kind == Truth) && v != math.Trunc(v) {
		return 0, fault.Refuse([]fault.Field{fault.At(n.Key, "zombie.err.number_read", "field", n.Label(), "value", text)})
	}
	if n.Kind == Share {
		v /= 100
	}
	return v, nil
}
