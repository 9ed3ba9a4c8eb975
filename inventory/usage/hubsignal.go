package usage

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory/usage/wire"
)

// HubSignal is what a series says of exchange through the hub. It is no usage of
// a system: it stands between two parties, and goes to the room of connections.
type HubSignal string

// The signals of the hub.
const (
	HubExchanges HubSignal = "hub_exchanges" // exchanges, by provider, consumer and outcome
	HubFailures  HubSignal = "hub_failures"  // those that failed, where they are counted apart
	HubBytes     HubSignal = "hub_bytes"     // what went between the two
	HubBeat      HubSignal = "hub_heartbeat" // that a party was heard; it has no consumer
)

// HubSignals lists the signals of the hub in the order in which pages show them.
func HubSignals() []HubSignal { return []HubSignal{HubExchanges, HubFailures, HubBytes, HubBeat} }

// Valid tells whether s is a known signal of the hub.
func (s HubSignal) Valid() bool { return slices.Contains(HubSignals(), s) }

// like is the signal of usage whose arithmetic holds for values read this way: a
// sign of life may be a level (1 while it is up) or a count; all others are counts.
func (s HubSignal) like(r Reading) wire.Signal {
	if s == HubBeat && r == GaugeReading {
		return wire.StorageBytes
	}
	return wire.Requests
}

// hubTarget is what a series of the hub is about.
type hubTarget struct {
	signal             HubSignal
	provider, consumer string
	failed             bool
}

// between writes the parties.
func (t *hubTarget) between() string {
	if t.signal == HubBeat {
		return t.provider
	}
	return t.provider + " → " + t.consumer
}

// mostParty bounds the name of a party, in characters.
const mostParty = 100

// aimHub finds what a rule of the hub makes of a series.
func (r *Rule) aimHub(s *wire.Series) (target, wire.Code) {
	t := target{num: r.Numerator, den: r.Denominator, source: r.source(s.Labels), reading: r.Reading}
	t.hub = hubTarget{signal: HubSignal(r.Signal), provider: r.party(s.Labels.Get(r.System))}
	if t.reading == AutoReading {
		t.reading = natural(t.hub.signal.like(naturalOfHub(t.hub.signal)), s.Kind)
	}
	t.signal = t.hub.signal.like(t.reading)
	if t.hub.signal != HubBeat {
		t.hub.consumer = r.party(s.Labels.Get(r.ConsumerLabel))
		t.hub.failed = r.OutcomeLabel != "" && r.isFailure(s.Labels.Get(r.OutcomeLabel))
	}
	switch {
	case !isParty(t.hub.provider), t.hub.signal != HubBeat && !isParty(t.hub.consumer), t.hub.provider == t.hub.consumer:
		return t, SeriesNoParty
	case t.hub.signal != HubBeat && t.reading == GaugeReading:
		return t, SeriesLevel
	}
	return t, ""
}

// naturalOfHub is how a signal is read where the sender does not say it.
func naturalOfHub(s HubSignal) Reading {
	if s == HubBeat {
		return GaugeReading
	}
	return CounterReading
}

// party is who a value of a label means.
func (r *Rule) party(value string) string {
	if code, ok := r.Names[value]; ok {
		value = code
	}
	return strings.TrimSpace(clean(value))
}

func isParty(name string) bool { return name != "" && utf8.RuneCountInString(name) <= mostParty }

// isFailure tells whether a value of the label of outcomes is a failure.
func (r *Rule) isFailure(outcome string) bool {
	for pattern := range strings.SplitSeq(r.Failed, "|") {
		if pattern = strings.TrimSpace(pattern); pattern != "" && glob(pattern, outcome) {
			return true
		}
	}
	return false
}

// HubHeard is what a lot of series says of the hub: days between parties, each
// as it stands with all that came so far, and hours in which parties were heard.
type HubHeard struct {
	Days  []HubDay
	Beats []HubHour
}

// HubDay is a day between two parties, as the series of one probe count it.
type HubDay struct {
	Probe              string // its code
	Day                calendar.Date
	Provider, Consumer string
	Seq                int64 // grows with every time that the day is worked out
	// Exchanges are all of them, those that failed included.
	Exchanges, Failures, Bytes int64
}

// HubHour is an hour in which a party was heard.
type HubHour struct {
	Probe, Party string
	Hour         time.Time
}

// HubSink keeps what series say of the hub. The same day comes again as often as
// something is added to it; what was said last under the greatest Seq is the whole.
type HubSink func(tx *store.Tx, heard HubHeard) error
