package wire

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Label is a name and a value that tell series apart.
type Label struct{ Name, Value string }

// Labels are sorted by name; no name stands twice, no value is empty.
type Labels []Label

// Get returns the value of a label, or "" if it is absent.
func (ls Labels) Get(name string) string {
	for _, l := range ls {
		if l.Name == name {
			return l.Value
		}
	}
	return ""
}

// Clone copies the labels out of the body.
func (ls Labels) Clone() Labels {
	out := make(Labels, len(ls))
	for i, l := range ls {
		out[i] = Label{strings.Clone(l.Name), strings.Clone(l.Value)}
	}
	return out
}

// Kind says how the values of a series are read.
type Kind uint8

// The kinds. Remote write 1.0 does not tell them.
const (
	Unknown Kind = iota
	Gauge        // the level at the time
	Counter      // a sum since Start (or since an unknown time), never falling but at a restart
	Delta        // what was added between Start and the time
)

// Series is what the samples of one series share.
type Series struct {
	// Ref is the place of the series in the body, from 0: who works out what a
	// series means does it once for all samples with the same Ref.
	Ref int
	// Name is the name of the metric.
	Name   string
	Labels Labels
	Kind   Kind
	// Unit as the sender writes it ("By", "seconds"), often empty.
	Unit string
}

// Clone copies the series out of the body.
func (s *Series) Clone() Series {
	return Series{
		Ref: s.Ref, Name: strings.Clone(s.Name), Labels: s.Labels.Clone(), Kind: s.Kind, Unit: strings.Clone(s.Unit),
	}
}

// Sample is one value of a series at a time: s.Name, s.Labels, s.Value, s.At.
type Sample struct {
	*Series
	Value float64
	At    time.Time
	// Start is where a Counter or Delta begins to count; zero when unknown.
	Start time.Time
	// Flaw is empty, or says that Value is no figure to count with:
	// StaleMarker (the series has ended), NotANumber, InfiniteNumber.
	Flaw Code
}

// Visit gets every sample that can be taken, in the order of the body, and
// says what becomes of it. The sample is valid during the call only. When the
// decoder returns an error, nothing that was visited may be kept.
type Visit func(s *Sample) Verdict

// point is a sample before its series is known to be sound.
type point struct {
	value     float64
	at, start int64 // milliseconds (remote write) or nanoseconds (OTLP) since 1970
}

// staleBits is the NaN by which senders say that a series has ended.
const staleBits = 0x7ff0000000000002

// flaw says why a value is no figure.
func flaw(v float64) Code {
	switch {
	case math.Float64bits(v) == staleBits:
		return StaleMarker
	case math.IsNaN(v):
		return NotANumber
	case math.IsInf(v, 0):
		return InfiniteNumber
	}
	return ""
}

// canonical sorts labels, drops those without a value (which are the same as
// absent) and finds a name that stands twice.
func canonical(ls []Label) (out []Label, twice string) {
	sorted := true
	for i, l := range ls {
		if l.Value != "" {
			sorted = sorted && (len(out) == 0 || out[len(out)-1].Name < l.Name)
			out = append(ls[:len(out)], ls[i])
		}
	}
	if sorted {
		return out, ""
	}
	slices.SortFunc(out, func(a, b Label) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(out); i++ {
		if out[i].Name == out[i-1].Name {
			return out, out[i].Name
		}
	}
	return out, ""
}

// window is the span of time in which a sample may lie.
type window struct{ oldest, newest time.Time }

func (l Limits) window(now time.Time) window {
	w := window{newest: now.Add(l.Ahead)}
	if l.Back > 0 {
		w.oldest = now.Add(-l.Back)
	}
	return w
}

// outside says what is wrong with a time, and the bound that it breaks.
func (w window) outside(at time.Time) (Code, time.Time) {
	switch {
	case at.Unix() < 0:
		return TimeNegative, time.Unix(0, 0)
	case at.After(w.newest):
		return TooNew, w.newest
	case at.Before(w.oldest):
		return TooOld, w.oldest
	}
	return "", time.Time{}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
