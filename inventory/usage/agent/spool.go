package agent

import (
	"maps"
	"slices"

	"qingce/inventory/usage/wire"
)

// pending are the reports that were not acknowledged, the oldest first.
func (b *book) pending(epoch int64) []wire.Report {
	var out []wire.Report
	for _, h := range slices.Sorted(maps.Keys(b.hours)) {
		if s := b.hours[h]; s.Acked < s.Seq && b.says(s) {
			out = append(out, b.report(h, s, epoch))
		}
	}
	return out
}

// acknowledge notes that the service has a report, or will never take it.
func (b *book) acknowledge(r *wire.Report) {
	if s := b.hours[r.Hour]; s != nil {
		s.Acked = max(s.Acked, r.Seq)
	}
}

// oldestTenth is the hour up to which the oldest tenth lies.
func oldestTenth(hours []wire.Hour) wire.Hour {
	slices.Sort(hours)
	return hours[(len(hours)-1)/10]
}
