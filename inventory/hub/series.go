package hub

import (
	"fmt"

	"qingce/internal/calendar"
	"qingce/internal/store"
)

// seriesSource begins the sources that are probes which send series.
const seriesSource = "series:"

// SeriesSource is the source under which what a probe counts is kept.
func SeriesSource(probe string) string { return seriesSource + probe }

// TakeSeries keeps what series of the hub's own counters say, as TakeReport does,
// in a transaction that somebody else began: who may send was decided at the door
// of probes, and what a series means by a rule of the centre. Days that lie too
// far back are left out.
func (h *Hub) TakeSeries(tx *store.Tx, r Report) error {
	kept := Report{Source: r.Source, Beats: r.Beats}
	for i := range r.Exchanges {
		if len(r.Exchanges[i].check("", calendar.DateOf(tx.Now()))) == 0 {
			kept.Exchanges = append(kept.Exchanges, r.Exchanges[i])
		}
	}
	if _, err := h.takeReport(tx, &kept); err != nil {
		return fmt.Errorf("take what series say of the hub: %w", err)
	}
	return nil
}
