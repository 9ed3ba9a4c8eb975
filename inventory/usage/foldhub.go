package usage

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory/usage/wire"
)

// pair is a day between two parties, as one probe sees it.
type pair struct {
	probe              ProbeID
	provider, consumer string
	day                calendar.Date
}

func (p pair) compare(o pair) int {
	return cmp.Or(cmp.Compare(p.probe, o.probe), strings.Compare(p.provider, o.provider), strings.Compare(p.consumer, o.consumer), cmp.Compare(p.day.DaysSince(o.day), 0))
}

func dayOfHour(h wire.Hour) calendar.Date { return calendar.DateOf(h.Start()) }

// touch notes what a row that is written belongs to.
func (l *lot) touch(at spot, s *seriesRow) {
	switch HubSignal(s.Signal) {
	case HubBeat:
		if row := l.rows[at]; row.Amount != nil && *row.Amount > 0 {
			l.beats = append(l.beats, at)
		}
	case HubExchanges, HubFailures, HubBytes:
		l.pairs[pair{s.ProbeID, s.Provider, s.Consumer, dayOfHour(at.hour)}] = true
	default:
		l.states[sourceHour{s.SystemID, s.SourceID, at.hour}] = true
	}
}

// hubAmount is what one series says of an hour.
type hubAmount struct {
	signal HubSignal
	failed bool
	amount int64
}

func (d *HubDay) add(a hubAmount) {
	switch {
	case a.signal == HubBytes:
		d.Bytes += a.amount
	case a.signal == HubFailures:
		d.Failures += a.amount
	case a.failed:
		d.Exchanges, d.Failures = d.Exchanges+a.amount, d.Failures+a.amount
	default:
		d.Exchanges += a.amount
	}
}

// hear works out the days of the hub that the lot touches, each from all hours of
// all series that are about it.
func (l *lot) hear() error {
	if len(l.pairs) == 0 && len(l.beats) == 0 {
		return nil
	}
	days := map[pair]*HubDay{}
	for p := range l.pairs {
		days[p] = &HubDay{Day: p.day, Provider: p.provider, Consumer: p.consumer, Seq: l.number}
	}
	if err := readPairs(l.tx, l.pairs, l.rows, func(p pair, a hubAmount) { days[p].add(a) }); err != nil {
		return err
	}
	for at, row := range l.rows {
		s := l.series[at.series]
		if d := days[pair{s.ProbeID, s.Provider, s.Consumer, dayOfHour(at.hour)}]; d != nil && row.Amount != nil {
			d.add(hubAmount{HubSignal(s.Signal), s.Failed, *row.Amount})
		}
	}
	codes, err := probeCodes(l.tx)
	if err != nil {
		return err
	}
	for _, p := range slices.SortedFunc(maps.Keys(days), pair.compare) {
		d := days[p]
		d.Probe, d.Exchanges = codes[p.probe], max(d.Exchanges, d.Failures)
		l.heard.Days = append(l.heard.Days, *d)
	}
	slices.SortFunc(l.beats, spot.compare)
	for _, at := range l.beats {
		s := l.series[at.series]
		l.heard.Beats = append(l.heard.Beats, HubHour{Probe: codes[s.ProbeID], Party: s.Provider, Hour: at.hour.Start()})
	}
	return nil
}

// hubSteps hands what was heard on, so many days and hours at a time.
func (l *lot) hubSteps(most int) (out []step) {
	if l.sink == nil {
		return nil
	}
	for days := range slices.Chunk(l.heard.Days, most) {
		out = append(out, func(tx *store.Tx) error { return l.sink(tx, HubHeard{Days: days}) })
	}
	for beats := range slices.Chunk(l.heard.Beats, most) {
		out = append(out, func(tx *store.Tx) error { return l.sink(tx, HubHeard{Beats: beats}) })
	}
	return out
}
