package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/axiomhq/hyperloglog"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// demoShape is how people come and go.
type demoShape int

const (
	demoOffice   demoShape = iota // on working days
	demoAlways                    // around the clock
	demoSeasonal                  // until 08-25, of a season from May to August
	demoRare                      // three people on four days
	demoOutage                    // as demoOffice, with facts of 31 days that came later
)

// demoUse is how a system of the sample city is used.
type demoUse struct {
	system   string
	shape    demoShape
	people   int    // on a usual day
	matters  int    // handled by each of them
	machines int    // requests of machines in an hour
	until    string // last day, empty while it runs
	file     bool   // counted by its department, without a probe
}

// demoUses are the systems that may be measured: not those of the state and of the
// province, and not the classified one.
func demoUses() []demoUse {
	return []demoUse{
		{"RS-01", demoOffice, 640, 2, 900, "", false}, {"RS-02", demoOffice, 210, 1, 120, "", false}, {"RS-03", demoOffice, 34, 1, 14, "2017-10-31", true},
		{"RS-04", demoOffice, 62, 1, 8, "2017-11-28", true}, {"MZ-01", demoOffice, 160, 1, 60, "", false}, {"MZ-03", demoOffice, 35, 1, 5, "2017-11-24", true},
		{"JY-01", demoSeasonal, 290, 1, 40, "", false}, {"JY-03", demoOffice, 41, 1, 26, "2017-10-31", true}, {"JY-04", demoOffice, 130, 1, 30, "", false},
		{"GA-01", demoAlways, 420, 2, 600, "", false}, {"GA-03", demoOffice, 75, 1, 25, "", false}, {"GS-01", demoOffice, 330, 2, 210, "", false},
		{"GS-02", demoOffice, 48, 1, 12, "", false}, {"FC-01", demoOffice, 110, 2, 45, "", false}, {"FC-02", demoOffice, 60, 1, 10, "", false},
		{"FC-03", demoOffice, 38, 1, 6, "2017-12-15", true}, {"LY-01", demoAlways, 260, 0, 1500, "", false}, {demoFound, demoRare, 0, 0, 0, "2017-12-05", true},
		{"JT-01", demoOutage, 140, 1, 70, "", false}, {"JT-02", demoOffice, 55, 1, 0, "", true}, {"JT-03", demoOffice, 52, 1, 20, "", false},
		{"WJ-01", demoOffice, 36, 1, 6, "", false}, {demoCounty, demoOffice, 35, 1, 8, "", false},
	}
}

// demoProbedFrom is the day from which there are probes: hours are kept for some
// weeks only, and what is before came in files.
const demoProbedFrom = "2017-12-04"

// demoTrace makes the figures of one system. The same system always has the
// same ones.
type demoTrace struct {
	demoUse
	id   inventory.SystemID
	rest func(calendar.Date) bool
	rnd  *rand.Rand
}

// traces are the systems with who uses them.
func (d *demoCity) traces(by auth.Principal) ([]*demoTrace, error) {
	c, err := d.book.Load(d.ctx)
	if err != nil {
		return nil, err
	}
	rest := func(day calendar.Date) bool {
		works, err := c.IsWorking(day)
		return err == nil && !works
	}
	var out []*demoTrace
	for i, u := range demoUses() {
		s, err := d.registry.FindSystem(d.ctx, by, u.system)
		if err != nil {
			return nil, fmt.Errorf("system %s: %w", u.system, err)
		}
		out = append(out, &demoTrace{u, s.ID, rest, rand.New(rand.NewPCG(2017, uint64(i)))})
	}
	return out, nil
}

// runs tells whether the system was in use on a day at all.
func (t *demoTrace) runs(day calendar.Date) bool { return t.until == "" || day.String() <= t.until }

// peopleOn are those who use the system on a day.
func (t *demoTrace) peopleOn(day calendar.Date) int {
	n := t.people*9/10 + t.rnd.IntN(t.people/5+1)
	resting := t.rest(day)
	switch t.shape {
	case demoAlways:
		if resting {
			return n * 6 / 10
		}
		return n
	case demoSeasonal:
		if day.After(demoSeasonEnd()) {
			return 0
		}
		return t.people
	case demoRare:
		return 0
	}
	if resting {
		return n / 25
	}
	return n
}

// demoSeasonEnd is the last day on which somebody used JY-01.
func demoSeasonEnd() calendar.Date { return calendar.NewDate(2017, 8, 25) }

// demoHours is how the people of a day spread over its hours, in hundredths.
var demoHours = [24]int{0, 0, 0, 0, 0, 0, 1, 3, 22, 34, 36, 28, 8, 9, 26, 33, 31, 22, 6, 3, 2, 1, 1, 0}

// demoHoursAlways is the same around the clock.
var demoHoursAlways = [24]int{4, 3, 2, 2, 2, 3, 6, 11, 22, 30, 31, 27, 18, 17, 25, 29, 28, 24, 17, 15, 14, 11, 8, 6}

// spread is how often each of the people of a day comes, in hundredths.
func (t *demoTrace) spread() int {
	sum := 0
	for i := range demoHours {
		if t.shape == demoAlways {
			sum += demoHoursAlways[i]
		} else {
			sum += demoHours[i]
		}
	}
	return sum
}

// hour is what the probe says of an hour of a day on which so many people came.
func (t *demoTrace) hour(day calendar.Date, hour, people int) usage.HourState {
	share := demoHours[hour]
	if t.shape == demoAlways {
		share = demoHoursAlways[hour]
	}
	here := people * share / 100
	if here == 0 && people > 0 && (hour == 10 || hour == 15) {
		here = 1
	}
	logins, matters := here, here*t.matters/2+t.rnd.IntN(here+1)*min(t.matters, 1)
	human := int64(logins*8+matters*11) + int64(t.rnd.IntN(here+1))
	machines := int64(0)
	if t.machines > 0 {
		machines = int64(t.machines*8/10 + t.rnd.IntN(t.machines/3+1))
	}
	h := usage.HourState{
		System: t.id, Hour: wire.HourOf(day.At(hour, 0)), Seq: 1, Minutes: 60, SketchKey: "demo", Build: "2.3.1",
		LastWrite: time.Time{},
	}
	for s, n := range map[wire.Signal]int64{
		wire.Requests: human + machines, wire.HumanRequests: human, wire.Logins: int64(logins), wire.BusinessTx: int64(matters),
		wire.Errors: (human + machines) / 400, wire.Users: int64(here), wire.MachineClients: min(machines, 3),
		wire.NetBytes: (human + machines) * 18_000, wire.CPUAvg: 300 + human/4, wire.CPUMax: 900 + human/2,
	} {
		if s == wire.CPUAvg || s == wire.CPUMax {
			n = min(n, 9_500)
		}
		h.Values.Set(s, n)
	}
	h.Users = t.sketch(day, hour, here)
	return h
}

// sketch counts the people of an hour: a part of those who use the system at
// all, others from day to day.
func (t *demoTrace) sketch(day calendar.Date, hour, here int) []byte {
	return demoSketch(t.system, day.Day()*t.people/60+hour*here/6, here)
}

// demoSketch counts so many people of a system, beginning with one.
func demoSketch(system string, first, n int) []byte {
	if n == 0 {
		return nil
	}
	s, err := hyperloglog.NewSketch(usage.SketchPrecision, true)
	if err != nil {
		return nil
	}
	for i := range n {
		s.Insert(fmt.Appendf(nil, "%s/%d", system, first+i))
	}
	s.Estimate() // packs it
	raw, err := s.MarshalBinary()
	if err != nil {
		return nil
	}
	return raw
}

// hours are what a probe says of the days from one to the present hour.
func (t *demoTrace) hours(from calendar.Date, now time.Time, source usage.SourceID) []usage.HourState {
	var out []usage.HourState
	for day := from; !day.After(calendar.DateOf(now)); day = day.AddDays(1) {
		people := t.peopleOn(day)
		for hour := range 24 {
			if !day.At(hour+1, 0).After(now) {
				h := t.hour(day, hour, people)
				h.Source = source
				out = append(out, h)
			}
		}
	}
	return out
}

// demoIdle and demoBusy are what the machine of a system does on a day.
const (
	demoBusy = "22.00,61.00,4.00,900,40"
	demoIdle = "0.80,3.10,1.90,1.2,4"
)

// givenRow is a line of the file of daily figures.
func (t *demoTrace) givenRow(day calendar.Date) []string {
	people := t.peopleOn(day)
	logins := people * t.spread() / 100
	if t.shape == demoSeasonal && people > 0 { // 41 200 in the season
		if logins = people*121/100 + 2; day == calendar.NewDate(2017, 5, 1) {
			logins += 16
		}
	}
	matters := logins * (t.matters + 1) / 2
	if t.matters == 0 {
		matters = 0
	}
	out := []string{t.system, day.String(), strconv.Itoa(people), strconv.Itoa(logins), strconv.Itoa(matters)}
	load := demoBusy
	if people == 0 {
		load = demoIdle
	}
	if t.shape == demoRare && slices.ContainsFunc(demoRareDays(), func(r demoRareDay) bool { return r.day == day.String() }) {
		out = []string{t.system, day.String(), "", "", ""} // who came is said by the probe
	}
	return append(out, strings.Split(load, ",")...)
}

// demoGiven is a file of daily figures.
type demoGiven struct {
	name     string
	from, to string
	of       func(*demoTrace, calendar.Date) bool
}

// give hands a file of daily figures in and lets it count.
func (d *demoCity) give(by auth.Principal, g demoGiven) error {
	traces, err := d.traces(by)
	if err != nil {
		return err
	}
	from, err1 := calendar.ParseDate(g.from)
	to, err2 := calendar.ParseDate(g.to)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	rows := [][]string{{"system", "day", "users", "logins", "business_tx", "cpu_avg", "cpu_p95", "cpu_p05", "net_bytes", "storage_bytes"}}
	for _, t := range traces {
		for day := from; !day.After(to); day = day.AddDays(1) {
			if t.runs(day) && g.of(t, day) {
				rows = append(rows, t.givenRow(day))
			}
		}
	}
	return d.giveRows(by, g.name, rows)
}

func (d *demoCity) giveRows(by auth.Principal, name string, rows [][]string) error {
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		return err
	}
	u, err := d.backfill.Receive(d.ctx, by, name, b.Bytes())
	if err != nil {
		return err
	}
	if u.RowsWrong > 0 {
		return fmt.Errorf("%s: %d rows are wrong", name, u.RowsWrong)
	}
	if _, err = d.backfill.Confirm(d.ctx, by, u.ID, u.Version); err != nil {
		return err
	}
	_, err = d.ledger.RollUp(d.ctx)
	return err
}
