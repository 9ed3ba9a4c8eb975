package usage

import (
	"fmt"
	"strings"
	"sync"

	"qingce/internal/store"
)

// partitioned is a table that is kept in parts, a month each.
type partitioned struct {
	table, column string
	// bound is where a month begins in the numbers by which the table is cut.
	bound func(month int) int
	// fill is how full pages are packed: rows of hours are written again and
	// again, and stay on their page when there is room.
	fill int
}

var (
	hourParts = partitioned{"usage_hour", "bucket", func(m int) int { return int(firstHour(dayNumber(firstOfMonth(m)))) }, 50}
	dayParts  = partitioned{"usage_day", "day", func(m int) int { return dayNumber(firstOfMonth(m)) }, 90}
	extParts  = partitioned{"usage_day_ext", "day", func(m int) int { return dayNumber(firstOfMonth(m)) }, 90}
)

// name is the partition of a month: usage_hour_2017m11.
func (p partitioned) name(month int) string {
	first := firstOfMonth(month)
	return fmt.Sprintf("%s_%04dm%02d", p.table, first.Year(), first.Month())
}

// monthOf reads the month out of the name of a partition; false for other
// tables.
func (p partitioned) monthOf(name string) (int, bool) {
	var year, month int
	rest, ok := strings.CutPrefix(name, p.table+"_")
	if !ok {
		return 0, false
	}
	if _, err := fmt.Sscanf(rest, "%04dm%02d", &year, &month); err != nil {
		return 0, false
	}
	return (year-1970)*12 + month - 1, p.name((year-1970)*12+month-1) == name
}

// partitions remembers which there are. Only PostgreSQL has them.
type partitions struct {
	mu    sync.Mutex
	known map[string]bool
}

// ensure makes the partition of a month unless it is there. It does not wait
// for those who read and write the table.
func (p *partitions) ensure(tx *store.Tx, of partitioned, month int) error {
	if tx.Engine() != store.Postgres || p.knows(of.name(month)) {
		return nil
	}
	if err := createPartition(tx, of, month); err != nil {
		return err
	}
	tx.AfterCommit(func() { p.learn(of.name(month)) })
	return nil
}

func (p *partitions) knows(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known[name]
}

func (p *partitions) learn(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		p.known = map[string]bool{}
	}
	p.known[name] = true
}

func (p *partitions) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.known)
}

// ensureHours makes the partitions in which the states lie.
func (p *partitions) ensureHours(tx *store.Tx, states []HourState) error {
	if tx.Engine() != store.Postgres {
		return nil
	}
	last := -1
	for i := range states {
		if day := dayOf(states[i].Hour); day != last { // neighbours are alike
			last = day
			if err := p.ensure(tx, hourParts, monthNumber(dateOf(day))); err != nil {
				return err
			}
		}
	}
	return nil
}

// ensureDay makes the partitions of a day.
func (p *partitions) ensureDay(tx *store.Tx, day int) error {
	month := monthNumber(dateOf(day))
	if err := p.ensure(tx, dayParts, month); err != nil {
		return err
	}
	return p.ensure(tx, extParts, month)
}

// ensureMonth makes all partitions of a month.
func (p *partitions) ensureMonth(tx *store.Tx, month int) error {
	if err := p.ensure(tx, hourParts, month); err != nil {
		return err
	}
	return p.ensureDay(tx, dayNumber(firstOfMonth(month)))
}
