package usage

import (
	"context"
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory/usage/wire"
)

// Heard is for how many of the hours in which something of a probe should have
// arrived it did.
type Heard struct{ Hours, Expected int }

// ExpectedHours are the hours, from the first up to the one before end, of which
// a probe should have told by now: none before it was registered or told of an
// hour for the first time (0 when it never did), none of the last interval, in
// which it may still be silent, and none after it was stopped.
func (p *Probe) ExpectedHours(now time.Time, told, from, end wire.Hour) (wire.Hour, wire.Hour) {
	begin := wire.HourOf(p.CreatedAt)
	if told != 0 {
		begin = min(begin, told)
	}
	from = max(from, begin)
	end = min(end, wire.HourOf(now.Add(-max(p.Interval(), time.Hour)))+1)
	if p.Stopped {
		end = min(end, wire.HourOf(p.UpdatedAt))
	}
	return from, max(from, end)
}

// HeardHours tells for how many minutes each hour was measured, at most, by a
// probe that by sees; an hour of which nothing came is not in it.
func (p *Probes) HeardHours(ctx context.Context, by auth.Principal, code string, from, end wire.Hour) (map[wire.Hour]int, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	var out map[wire.Hour]int
	err := p.db.Read(ctx, func(tx *store.Tx) error {
		dir, err := p.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		probe, err := probeByCode(tx, code, dir.Within(by.View()))
		if err != nil {
			return err
		}
		out, err = heardHours(tx, probe.ID, from, end)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the hours of probe %s: %w", code, err)
	}
	return out, nil
}

// HeardSince tells how much was heard of the probes of a list, by their ids,
// from the hour until now.
func (p *Probes) HeardSince(ctx context.Context, by auth.Principal, lines []ProbeLine, from wire.Hour) (map[ProbeID]Heard, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	out := make(map[ProbeID]Heard, len(lines))
	err := p.db.Read(ctx, func(tx *store.Tx) error {
		until := map[wire.Hour][]*ProbeLine{} // most are to be heard until the same hour
		for i := range lines {
			_, end := lines[i].ExpectedHours(tx.Now(), from, from, wire.HourOf(tx.Now())+1)
			until[end] = append(until[end], &lines[i])
		}
		for end, some := range until {
			found, err := countHeard(tx, idsOf(some), from, end)
			if err != nil {
				return err
			}
			for _, l := range some {
				first, end := l.ExpectedHours(tx.Now(), found[l.ID].First, from, end)
				out[l.ID] = Heard{Hours: found[l.ID].Hours, Expected: int(end - first)}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the hours of %d probes: %w", len(lines), err)
	}
	return out, nil
}

func idsOf(lines []*ProbeLine) []ProbeID {
	out := make([]ProbeID, len(lines))
	for i, l := range lines {
		out[i] = l.ID
	}
	return out
}
