package wire

import "time"

// Limits bound what one request may hold and cost. A zero bound of time means
// that there is none; every other bound must be set: begin with DefaultLimits.
type Limits struct {
	// Body is the greatest size of a body as it arrives, in bytes.
	Body int
	// Unpacked is its greatest size after decompression, in bytes.
	Unpacked int
	// Items is the greatest number of reports, samples or data points.
	Items int
	// Series is the greatest number of series (remote write) or metrics (OTLP).
	Series int
	// Labels is the greatest number of labels of one series.
	Labels int
	// Name and Text are the greatest lengths of names (of metrics and labels)
	// and of values and other strings, in bytes.
	Name, Text int
	// Depth is how deep JSON may be nested.
	Depth int
	// Sketch is the greatest size of a sketch of users, in bytes.
	Sketch int
	// Issues is how many refusals of one request are listed; the others are
	// counted only.
	Issues int
	// Ahead is how far the clock of a sender may be ahead of ours.
	Ahead time.Duration
	// Back is how late a value may come: after that its hour is closed.
	Back time.Duration
	// RefuseUnkept refuses native histograms and exemplars, of which nothing
	// is kept, instead of taking and noting them.
	RefuseUnkept bool
}

// DefaultLimits are the limits of a service that nobody has tuned: bodies of
// 16 MiB that unpack to 32 MiB, 50,000 items, clocks ten minutes ahead, and
// forty days back, as long as hours are kept.
func DefaultLimits() Limits {
	return Limits{
		Body:     16 << 20,
		Unpacked: 32 << 20,
		Items:    50_000,
		Series:   50_000,
		Labels:   64,
		Name:     200,
		Text:     2048,
		Depth:    32,
		Sketch:   8 << 10,
		Issues:   100,
		Ahead:    10 * time.Minute,
		Back:     40 * 24 * time.Hour,
	}
}
