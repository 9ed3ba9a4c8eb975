package usage

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// target is what a series means.
type target struct {
	system   inventory.SystemID
	source   string
	signal   wire.Signal
	reading  Reading
	num, den int64
	hub      hubTarget // of a series of the hub, which has no system
}

// compiled is what the rules say of a series: what it means, or the code by which
// its samples are refused or noted.
type compiled struct {
	targets []*mapped
	code    wire.Code
	name    string // of a series that no rule takes, with its labels
	labels  wire.Labels
}

// mapped is a series read as one signal. Its id in the database is known once it
// was written.
type mapped struct {
	target
	sourceID    SourceID
	fingerprint fingerprint
	name        string
	labels      wire.Labels
	room        *atomic.Int64 // of its probe
	id          atomic.Int64
}

// fingerprint tells series apart in the database.
type fingerprint [16]byte

// aimed is what a rule makes of a series that it takes.
type aimed struct {
	rule   *Rule
	target target
	code   wire.Code // why it cannot be
}

// aim finds what the rules make of a series. For each signal the first rule that
// takes it decides, so that one series can be counted as requests and, by
// another rule, as errors.
func aim(rules []*Rule, pass *Pass, f RuleFormat, s *wire.Series) []aimed {
	var out []aimed
	var taken []string
	for _, r := range rules {
		if slices.Contains(taken, r.Signal) || !r.takes(f, s) {
			continue
		}
		taken = append(taken, r.Signal)
		t, code := r.aim(pass, s)
		out = append(out, aimed{r, t, code})
	}
	return out
}

func (r *Rule) aim(pass *Pass, s *wire.Series) (target, wire.Code) {
	if HubSignal(r.Signal).Valid() {
		return r.aimHub(s)
	}
	signal, _ := wire.SignalNamed(r.Signal) // rules are checked when they are written
	t := target{signal: signal, num: r.Numerator, den: r.Denominator, source: r.source(s.Labels)}
	var code wire.Code
	if t.system, code = r.system(pass, s.Labels); code != "" {
		return t, code
	}
	t.reading = r.Reading
	if r.Reading == AutoReading {
		t.reading = natural(t.signal, s.Kind)
	}
	switch {
	case flows(t.signal) && t.reading == GaugeReading:
		return t, SeriesLevel
	case pass.Signals != 0 && !pass.Signals.Has(t.signal):
		return t, SeriesUnlisted
	}
	return t, ""
}

// natural is how the values of a kind are read for a signal. Where the sender
// does not say it, as in remote write 1.0, the signal does.
func natural(s wire.Signal, k wire.Kind) Reading {
	switch {
	case k == wire.Delta:
		return DeltaReading
	case k == wire.Counter, k == wire.Unknown && flows(s):
		return CounterReading
	}
	return GaugeReading
}

func (r *Rule) system(pass *Pass, labels wire.Labels) (inventory.SystemID, wire.Code) {
	code := r.System
	switch r.SystemBy {
	case OnlySystem:
		if len(pass.Systems) != 1 {
			return 0, SeriesSeveral
		}
		for _, s := range pass.Systems {
			return s.ID, ""
		}
	case LabelSystem:
		value := labels.Get(r.System)
		if value == "" {
			return 0, SeriesNoSystem
		}
		code = value
		if other, ok := r.Names[value]; ok {
			code = other
		}
	}
	s, ok := pass.System(code)
	if !ok {
		return 0, SeriesForeign
	}
	return s.ID, ""
}

// sourceNames are the labels that tell sources apart where a rule names none.
var sourceNames = [...]string{"instance", "service.instance.id", "host.name"}

func (r *Rule) source(labels wire.Labels) string {
	if r.SourceLabel != "" {
		return clean(labels.Get(r.SourceLabel))
	}
	for _, name := range sourceNames {
		if v := labels.Get(name); v != "" {
			return clean(v)
		}
	}
	return ""
}

// clean copies a text and makes it one that every engine keeps.
func clean(s string) string { return strings.ReplaceAll(strings.Clone(s), "\x00", "\uFFFD") }

// fingerprintOf is the same for the same series read in the same way.
func fingerprintOf(s *wire.Series, t target) fingerprint {
	h := sha256.New()
	text := func(s string) {
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	text(s.Name)
	for _, l := range s.Labels {
		text(l.Name)
		text(l.Value)
	}
	text(fmt.Sprint(int64(t.system), int(t.signal), t.reading, t.num, t.den))
	text(t.source)
	if t.hub.signal != "" {
		text(fmt.Sprintf("%q %q %q %t", t.hub.signal, t.hub.provider, t.hub.consumer, t.hub.failed))
	}
	return fingerprint(h.Sum(nil)[:16])
}

const (
	// seriesOfProbe is how many mapped series one probe may have, remembered
	// how many of all its series stay compiled in memory.
	seriesOfProbe = 50_000
	rememberedOf  = 200_000
	// rulesFresh is how long rules may be used that were changed on another node.
	rulesFresh = 3 * time.Second
)

// mapper compiles series for the probes that send them.
type mapper struct {
	db     *store.DB
	ledger *Ledger
	rules  *ruleBook
	mu     sync.Mutex
	probes map[ProbeID]*probeMap
}

// probeMap remembers the series of a probe under one state of the rules and
// with the systems that it had.
type probeMap struct {
	pass   *Pass
	rules  []*Rule
	stand  int64
	seeds  [2]maphash.Seed
	room   *atomic.Int64 // how many more series may be mapped
	mu     sync.RWMutex
	series map[seriesHash]*compiled
}

// seriesHash tells series apart in memory; nobody outside knows its seeds.
type seriesHash [2]uint64

// of gives the map of a probe.
func (m *mapper) of(ctx context.Context, pass Pass) (*probeMap, error) {
	book, err := m.rules.current(ctx)
	if err != nil {
		return nil, err
	}
	p := m.remembered(pass.ProbeID)
	if p != nil && p.stand == book.stand && p.pass.Signals == pass.Signals && maps.Equal(p.pass.Systems, pass.Systems) {
		return p, nil
	}
	fresh := &probeMap{
		pass: &pass, rules: book.of(pass.ProbeID), stand: book.stand, room: &atomic.Int64{},
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, series: map[seriesHash]*compiled{},
	}
	if p != nil {
		fresh.room = p.room
	} else if err := m.measure(ctx, fresh); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.probes[pass.ProbeID] = fresh
	return fresh, nil
}

func (m *mapper) remembered(id ProbeID) *probeMap {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.probes[id]
}

// measure finds out how many more series the probe may have.
func (m *mapper) measure(ctx context.Context, p *probeMap) error {
	return m.db.Read(ctx, func(tx *store.Tx) error {
		n, err := countSeries(tx, p.pass.ProbeID)
		p.room.Store(seriesOfProbe - n)
		return err
	})
}

// find gives a series that was compiled, or compiles it. scratch is room that
// is used again. Errors are those of the database.
func (m *mapper) find(ctx context.Context, p *probeMap, f RuleFormat, s *wire.Series, scratch *[]byte) (*compiled, error) {
	key := p.hash(f, s, scratch)
	p.mu.RLock()
	found := p.series[key]
	p.mu.RUnlock()
	if found != nil {
		return found, nil
	}
	found, err := m.compile(ctx, p, f, s)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.series[key]; other != nil {
		return other, nil
	}
	if len(p.series) >= rememberedOf {
		clear(p.series)
	}
	p.series[key] = found
	return found, nil
}

func (p *probeMap) hash(f RuleFormat, s *wire.Series, scratch *[]byte) seriesHash {
	b := append((*scratch)[:0], byte(len(f)), byte(s.Kind))
	b = append(append(b, s.Name...), 0xff) // which is in no UTF-8
	for _, l := range s.Labels {
		b = append(append(b, l.Name...), 0xff)
		b = append(append(b, l.Value...), 0xff)
	}
	*scratch = b
	return seriesHash{maphash.Bytes(p.seeds[0], b), maphash.Bytes(p.seeds[1], b)}
}

// compile works out what a series means, and makes its sources known.
func (m *mapper) compile(ctx context.Context, p *probeMap, f RuleFormat, s *wire.Series) (*compiled, error) {
	found := aim(p.rules, p.pass, f, s)
	out := &compiled{}
	own := s.Clone()
	if len(found) == 0 {
		out.code, out.name, out.labels = SeriesUnmapped, own.Name, own.Labels
		return out, nil
	}
	for _, a := range found {
		code := a.code
		if code == "" {
			t := &mapped{target: a.target, fingerprint: fingerprintOf(s, a.target), name: own.Name, labels: own.Labels, room: p.room}
			var err error
			if code, err = m.admit(ctx, p, t); err != nil {
				return nil, err
			}
			if code == "" {
				out.targets = append(out.targets, t)
			}
		}
		if out.code == "" {
			out.code = code
		}
	}
	if len(out.targets) > 0 {
		out.code = "" // what can be read of it is
	}
	return out, nil
}

// admit tells why a series cannot be kept, and makes its source known if it can.
func (m *mapper) admit(ctx context.Context, p *probeMap, t *mapped) (wire.Code, error) {
	if p.room.Load() <= 0 {
		known, err := m.known(ctx, p.pass.ProbeID, t.fingerprint)
		if err != nil || !known {
			return SeriesFull, err
		}
	}
	id, err := m.ledger.Source(ctx, p.pass.ProbeID, t.source, seriesEpoch)
	switch {
	case errors.Is(err, ErrTooManySources):
		return SeriesSource, nil
	case err != nil:
		return "", err
	}
	t.sourceID = id
	return "", nil
}

// known tells whether a series is kept already.
func (m *mapper) known(ctx context.Context, probe ProbeID, print fingerprint) (known bool, err error) {
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		ids, err := seriesIDs(tx, probe, []fingerprint{print})
		known = len(ids) > 0
		return err
	})
	return known, err
}

// seriesEpoch keeps sources of series apart from those that send reports under
// the same name.
const seriesEpoch = -1

// judge says what is wrong with a value of the series.
func (m *mapped) judge(v float64) wire.Code {
	switch {
	case v < 0:
		return SeriesNegative
	case m.reading == GaugeReading && m.signal.Unit() == wire.Percent && v*float64(m.num) > 100.5*float64(m.den):
		return SeriesPercent
	}
	return ""
}

func sortLabels(ls wire.Labels) {
	slices.SortFunc(ls, func(a, b wire.Label) int { return strings.Compare(a.Name, b.Name) })
}

// named is the name of the signal as it is kept.
func (m *mapped) named() string {
	if m.hub.signal != "" {
		return string(m.hub.signal)
	}
	return m.signal.String()
}
