package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/axiomhq/hyperloglog"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

const (
	// demoUsageDays is for how many days the sample city has been used, and
	// demoProbedDays for how many of them by probes: hours are kept no longer.
	// What is before came in a file.
	demoUsageDays  = 120
	demoProbedDays = 38
)

// demoShape is how people come and go.
type demoShape int

const (
	demoOffice   demoShape = iota // on working days
	demoAlways                    // around the clock
	demoWeekly                    // once a week
	demoRare                      // on four days of the last sixty
	demoDeclined                  // less from day to day
	demoSeasonal                  // from May to August only
	demoNobody                    // machines only
	demoOutage                    // as demoOffice, with a probe that was silent for 31 days
	demoByFile                    // as demoOffice, without a probe
)

// demoUse is how a system of the sample city is used.
type demoUse struct {
	system   string
	shape    demoShape
	people   int // on a usual day
	matters  int // handled by each of them
	machines int // requests of machines in an hour
}

// demoUses are the systems that are measured; the others have no probe.
func demoUses() []demoUse {
	return []demoUse{
		{"RS-01", demoOffice, 640, 2, 900}, {"RS-02", demoOffice, 210, 1, 120}, {"RS-03", demoNobody, 0, 0, 14}, {"RS-04", demoWeekly, 12, 1, 8},
		{"MZ-01", demoOffice, 160, 1, 60}, {"MZ-03", demoOffice, 9, 1, 5},
		{"JY-01", demoSeasonal, 380, 1, 40}, {"JY-03", demoNobody, 0, 0, 260}, {"JY-04", demoOffice, 130, 1, 30},
		{"GA-01", demoAlways, 420, 2, 600}, {"GA-03", demoOffice, 75, 1, 25}, {"GS-01", demoOffice, 330, 2, 210}, {"GS-02", demoOffice, 48, 1, 12},
		{"FC-01", demoOffice, 110, 2, 45}, {"FC-02", demoDeclined, 60, 1, 10}, {"FC-03", demoOffice, 18, 1, 6},
		{"LY-01", demoAlways, 260, 0, 1500}, {"LY-02", demoRare, 3, 1, 9},
		{"JT-01", demoOutage, 140, 1, 70}, {"JT-02", demoByFile, 55, 1, 0}, {"JT-03", demoNobody, 0, 0, 4}, {"ZY-01", demoOffice, 35, 1, 8},
	}
}

// demoTrace makes the figures of one system. The same system always has the
// same ones.
type demoTrace struct {
	demoUse
	id    inventory.SystemID
	today calendar.Date
	rest  func(calendar.Date) bool
	rnd   *rand.Rand
}

// loadDemoUsage measures the systems of the sample city from 120 days ago until
// now: registers probes, sends their hours, hands in a file of the days before,
// rolls all of it up, and leaves files that wait.
func (r *rooms) loadDemoUsage(ctx context.Context) error {
	traces, err := r.demoTraces(ctx)
	if err != nil {
		return err
	}
	if err := r.giveDemoDays(ctx, traces); err != nil {
		return fmt.Errorf("file of daily figures: %w", err)
	}
	if err := r.sendDemoHours(ctx, traces); err != nil {
		return fmt.Errorf("hours of probes: %w", err)
	}
	if _, err := r.ledger.RollUp(ctx); err != nil {
		return err
	}
	if err := r.leaveDemoFiles(ctx); err != nil {
		return fmt.Errorf("files that wait: %w", err)
	}
	return nil
}

func (r *rooms) demoTraces(ctx context.Context) ([]*demoTrace, error) {
	c, err := r.book.Load(ctx)
	if err != nil {
		return nil, err
	}
	rest := func(day calendar.Date) bool {
		if working, err := c.IsWorking(day); err == nil {
			return !working
		}
		return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
	}
	var out []*demoTrace
	for i, u := range demoUses() {
		s, err := r.registry.FindSystem(ctx, auth.Command("demo", "demo"), u.system)
		if err != nil {
			return nil, fmt.Errorf("system %s: %w", u.system, err)
		}
		out = append(out, &demoTrace{u, s.ID, calendar.DateOf(r.db.Now()), rest, rand.New(rand.NewPCG(2017, uint64(i)))})
	}
	return out, nil
}

// people are those who use the system on a day.
func (t *demoTrace) peopleOn(day calendar.Date) int {
	n := t.people*9/10 + t.rnd.IntN(t.people/5+1)
	ago := t.today.DaysSince(day)
	resting := t.rest(day)
	switch t.shape {
	case demoNobody:
		return 0
	case demoAlways:
		if resting {
			return n * 6 / 10
		}
		return n
	case demoWeekly:
		if day.Weekday() != time.Wednesday {
			return 0
		}
		return n
	case demoRare:
		if ago < 60 && ago%15 == 4 {
			return t.people
		}
		return 0
	case demoDeclined:
		n = n * ago / demoUsageDays
	case demoSeasonal:
		if day.Month() < time.May || day.Month() > time.August {
			return 0
		}
	}
	if resting {
		return n / 25
	}
	return n
}

// silent tells the hours of which the probe says nothing.
func (t *demoTrace) silent(day calendar.Date) bool {
	ago := t.today.DaysSince(day)
	return t.shape == demoByFile || t.shape == demoOutage && ago >= 4 && ago < 35
}

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
	if here == 0 {
		return nil
	}
	s, err := hyperloglog.NewSketch(usage.SketchPrecision, true)
	if err != nil {
		return nil
	}
	first := day.Day()*t.people/60 + hour*here/6
	for i := range here {
		s.Insert(fmt.Appendf(nil, "%s/%d", t.system, first+i))
	}
	s.Estimate() // packs it
	raw, err := s.MarshalBinary()
	if err != nil {
		return nil
	}
	return raw
}

// sendDemoHours registers a probe for each department and keeps its hours.
func (r *rooms) sendDemoHours(ctx context.Context, traces []*demoTrace) error {
	groups := map[string][]*demoTrace{}
	var order []string
	for _, t := range traces {
		if t.shape == demoByFile {
			continue
		}
		name := t.system[:2]
		if t.shape == demoOutage {
			name = t.system // its probe stands alone
		}
		if !slices.Contains(order, name) {
			order = append(order, name)
		}
		groups[name] = append(groups[name], t)
	}
	for i, name := range order {
		if err := r.sendDemoProbe(ctx, groups[name], i); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return r.probes.Flush(ctx)
}

// demoProbeKinds are what the probes of the departments are, in turn.
var demoProbeKinds = [...]usage.ProbeKind{usage.GatewayProbe, usage.AppProbe, usage.GatewayProbe, usage.LogProbe}

func (r *rooms) sendDemoProbe(ctx context.Context, traces []*demoTrace, nth int) error {
	by := auth.Command("demo", "何思源")
	s, err := r.registry.FindSystem(ctx, by, traces[0].system)
	if err != nil {
		return err
	}
	dir, err := r.registry.Directory(ctx)
	if err != nil {
		return err
	}
	in := usage.ProbeForm{
		Name: dir.Name(s.OwnerID) + "访问日志探针", Kind: demoProbeKinds[nth%len(demoProbeKinds)], Owner: s.OwnerID,
		Signals: usage.SignalsOf(wire.Requests, wire.HumanRequests, wire.Logins, wire.BusinessTx, wire.Users, wire.Errors),
	}
	for _, t := range traces {
		in.Systems = append(in.Systems, usage.SystemChoice{Code: t.system})
	}
	p, err := r.probes.Register(ctx, by, in)
	if err != nil {
		return err
	}
	_, token, err := r.probes.IssueToken(ctx, by, p.Code, r.db.Now().AddDate(1, 0, 0))
	if err != nil {
		return err
	}
	pass, err := r.probes.Authenticate(ctx, token)
	if err != nil {
		return err
	}
	source, err := r.ledger.Source(ctx, p.ID, "web-1", 1)
	if err != nil {
		return err
	}
	for _, t := range traces {
		if err := r.keepDemoHours(ctx, t, source); err != nil {
			return err
		}
	}
	r.probes.Arrived(pass, usage.Arrival{At: r.db.Now().AddDate(0, 0, 1-demoProbedDays), Accepted: 1})
	r.probes.Arrived(pass, usage.Arrival{At: r.db.Now(), Accepted: len(traces)})
	return nil
}

// keepDemoHours keeps the hours of a system up to the present one.
func (r *rooms) keepDemoHours(ctx context.Context, t *demoTrace, source usage.SourceID) error {
	now := r.db.Now()
	var states []usage.HourState
	for ago := demoProbedDays - 1; ago >= 0; ago-- {
		day := t.today.AddDays(-ago)
		people := t.peopleOn(day)
		if t.silent(day) {
			continue
		}
		for hour := range 24 {
			if day.At(hour, 0).After(now) {
				break
			}
			h := t.hour(day, hour, people)
			h.Source = source
			states = append(states, h)
		}
	}
	return r.db.Write(ctx, func(tx *store.Tx) error { return r.ledger.PutIn(tx, states) })
}

// giveDemoDays hands in what was counted before there were probes, and of the
// system that has none.
func (r *rooms) giveDemoDays(ctx context.Context, traces []*demoTrace) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"system", "day", "users", "logins", "business_tx", "human_requests", "requests"}}
	for _, t := range traces {
		last := demoProbedDays
		if t.shape == demoByFile {
			last = 1
		}
		for ago := demoUsageDays; ago >= last; ago-- {
			rows = append(rows, t.givenRow(t.today.AddDays(-ago)))
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	by, err := r.demoPerson(ctx, "何思源", "XY202")
	if err != nil {
		return err
	}
	u, err := r.backfill.Receive(ctx, by, "历史访问日志统计.csv", b.Bytes())
	if err != nil {
		return err
	}
	if u.RowsWrong > 0 {
		return fmt.Errorf("%d rows are wrong", u.RowsWrong)
	}
	_, err = r.backfill.Confirm(ctx, by, u.ID, u.Version)
	return err
}

func (t *demoTrace) givenRow(day calendar.Date) []string {
	people := t.peopleOn(day)
	logins := people * t.spread() / 100
	matters := logins * (t.matters + 1) / 2
	if t.matters == 0 {
		matters = 0
	}
	human := logins*8 + matters*11
	out := []string{t.system, day.String()}
	for _, n := range []int{people, logins, matters, human, human + 24*t.machines} {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// demoPerson is somebody of a department, for the history.
func (r *rooms) demoPerson(ctx context.Context, name, department string) (auth.Principal, error) {
	by := auth.Command("demo", name)
	dir, err := r.registry.Directory(ctx)
	if err != nil {
		return by, err
	}
	dept, ok := dir.Lookup(department)
	if !ok {
		return by, fmt.Errorf("no department %s", department)
	}
	by.DepartmentID, by.Department = dept.ID, dept.Name
	return by, nil
}

// leaveDemoFiles leaves files for those who try the service: one with mistakes,
// and one that waits for the centre and says of a system what its probe does not.
func (r *rooms) leaveDemoFiles(ctx context.Context) error {
	dir, err := r.registry.Directory(ctx)
	if err != nil {
		return err
	}
	dept, ok := dir.ByCode("XY107")
	if !ok {
		return errors.New("no department XY107")
	}
	by := demoPersonOf(dept, "李红梅", auth.Clerk)
	today := calendar.DateOf(r.db.Now())
	text := "系统编码,日期,使用人数,登录次数,业务办理量\n" +
		"RS-02," + today.AddDays(-45).String() + ",215,430,210\n" +
		"RS-04," + today.AddDays(-44).String() + ",13,约20,12\n" +
		"RS-99," + today.AddDays(-43).String() + ",4,5,1\n" +
		"RS-03," + today.AddDays(3).String() + ",0,0,0\n"
	if _, err = r.backfill.Receive(ctx, by, "人社局使用数据.csv", []byte(text)); err != nil {
		return err
	}
	text = "系统编码,日期,使用人数,登录次数,业务办理量\n"
	for ago := 12; ago >= 3; ago-- {
		text += fmt.Sprintf("RS-03,%v,%d,%d,%d\n", today.AddDays(-ago), 3+ago%4, 5+ago%6, 2+ago%3)
	}
	u, err := r.backfill.Receive(ctx, by, "档案查询登记簿.csv", []byte(text))
	if err != nil {
		return err
	}
	_, err = r.backfill.Submit(ctx, by, u.ID, u.Version, "窗口人员手工登记的查档次数，按登记簿逐日汇总")
	return err
}
