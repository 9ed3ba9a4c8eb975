package usage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

// nine is nine o'clock of the day on which the clock of the city begins.
var nine = wire.HourOf(time.Date(2017, 9, 12, 9, 0, 0, 0, calendar.Zone))

var storyDay = calendar.NewDate(2017, time.September, 12)

// said is a state with the values of one signal or more.
func said(system inventory.System, source usage.SourceID, hour wire.Hour, minutes int, pairs ...any) usage.HourState {
	return usage.HourState{
		System: system.ID, Source: source, Hour: hour, Seq: 1, Minutes: minutes, Values: usagetest.Values(pairs...), SketchKey: "k",
	}
}

// day is the only day of a system.
func day(t *testing.T, w *usagetest.World, system inventory.System, date calendar.Date) usage.Day {
	t.Helper()
	days, err := w.Ledger.Days(t.Context(), w.Someone(auth.Centre), system.ID, date, date)
	if err != nil {
		t.Fatal(err)
	}
	return days[0]
}

func wants(t *testing.T, what string, d usage.Day, s wire.Signal, want int64) {
	t.Helper()
	if n, ok := d.Values.Get(s); !ok || n != want {
		t.Errorf("%s: %v is %d %v, want %d", what, s, n, ok, want)
	}
}

// TestSourcesAndProbesOfOneHour is how several that watch one system are put
// together.
func TestSourcesAndProbesOfOneHour(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		sum, best, tie, parts := w.Registered("RS", "甲系统"), w.Registered("RS", "乙系统"), w.Registered("RS", "丙系统"), w.Registered("RS", "丁系统")
		one := w.Probe("一", "RS", usage.Whole, sum, best, tie, parts)
		two := w.Probe("二", "RS", usage.Whole, best, tie)
		east, west := w.Probe("东", "RS", usage.Part, parts), w.Probe("西", "RS", usage.Part, parts)
		a, b, a2 := w.Source(one, "a", 1), w.Source(one, "b", 1), w.Source(one, "a", 2)
		other, e, f := w.Source(two, "a", 1), w.Source(east, "a", 1), w.Source(west, "a", 1)

		x := said(sum, a, nine, 20, wire.Requests, 10, wire.CPUAvg, 1000, wire.CPUP95, 40, wire.CPUP05, 7, wire.Users, 60)
		x.Users = usagetest.Sketch(0, 60)
		y := said(sum, b, nine, 60, wire.Requests, 5, wire.CPUAvg, 3000, wire.CPUP95, 30, wire.CPUP05, 9, wire.Users, 60)
		y.Users = usagetest.Sketch(30, 90)
		w.Put(x, y, said(sum, a2, nine, 30, wire.Requests, 1, wire.Errors, 2))
		w.Put(said(best, a, nine, 50, wire.Requests, 900, wire.Logins, 4), said(best, other, nine, 60, wire.Requests, 7))
		w.Put(said(tie, a, nine, 60, wire.Requests, 7), said(tie, other, nine, 60, wire.Requests, 9))
		w.Put(said(parts, e, nine, 60, wire.Requests, 30, wire.Users, 3), said(parts, f, nine, 60, wire.Requests, 40, wire.Users, 8),
			said(parts, a, nine, 60, wire.Requests, 60))
		w.RollUp()

		d := day(t, w, sum, storyDay)
		wants(t, "sources add up", d, wire.Requests, 16)
		wants(t, "the mean is weighted by minutes", d, wire.CPUAvg, 2500)
		wants(t, "the greatest", d, wire.CPUP95, 40)
		wants(t, "the least", d, wire.CPUP05, 7)
		wants(t, "people of both places count once", d, wire.Users, 90)
		if d.Minutes != 60 || d.PartsUnmerged || d.ActiveHours != 1 || d.WorkRequests != 16 || !d.LastWrite.IsZero() {
			t.Errorf("the day is %+v", d)
		}
		if d.Measured.Has(wire.Logins) {
			t.Error("what nobody measured is measured")
		}
		d = day(t, w, best, storyDay)
		wants(t, "who watched longer is believed", d, wire.Requests, 7)
		wants(t, "signal by signal", d, wire.Logins, 4)
		wants(t, "who saw more, when both watched as long", day(t, w, tie, storyDay), wire.Requests, 9)
		d = day(t, w, parts, storyDay)
		wants(t, "parts together against the whole", d, wire.Requests, 70)
		wants(t, "people without sketches", d, wire.Users, 8)
		if !d.PartsUnmerged {
			t.Error("nothing says that there may be more than eight people")
		}
	})
}

// TestCoverage: a signal is covered when it was measured for four fifths of the
// day, and a day of which nothing came stands there with nothing.
func TestCoverage(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		s := w.Registered("RS", "就业服务系统")
		src := w.Source(w.Probe("网关", "RS", usage.Whole, s), "a", 1)
		w.Clock.Advance(48 * time.Hour)
		midnight := wire.HourOf(storyDay.StartsAt())
		for h := range 20 { // 19 hours and 12 minutes are 80 %
			minutes := 60
			if h == 19 {
				minutes = 12
			}
			w.Put(said(s, src, midnight+wire.Hour(h), minutes, wire.Requests, 0))
			if h < 19 {
				w.Put(said(s, src, midnight+24+wire.Hour(h), minutes, wire.Requests, 0))
			}
		}
		w.RollUp()
		days, err := w.Ledger.Days(t.Context(), w.Clerk("RS"), s.ID, storyDay.AddDays(-1), storyDay.AddDays(1))
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []struct {
			measured, covered bool
			minutes           int
		}{{false, false, 0}, {true, true, 1152}, {true, false, 1140}} {
			d := days[i]
			if d.Measured.Has(wire.Requests) != want.measured || d.Covered.Has(wire.Requests) != want.covered || d.Minutes != want.minutes {
				t.Errorf("%v: measured %v, covered %v, %d minutes; want %+v", d.Date, d.Measured.List(), d.Covered.List(), d.Minutes, want)
			}
		}
		if used, known := days[1].Used(); used || known {
			t.Error("requests alone tell nothing about people")
		}
	})
}

// TestCorrections: the greater seq counts, what it replaced is kept, and days
// that are over are made anew with their month.
func TestCorrections(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		s := w.Registered("RS", "就业服务系统")
		src := w.Source(w.Probe("网关", "RS", usage.Whole, s), "a", 1)
		w.Put(said(s, src, nine, 60, wire.BusinessTx, 40))
		w.Clock.Advance(24 * time.Hour)
		w.RollUp()
		correction := said(s, src, nine, 60, wire.BusinessTx, 4)
		correction.Seq = 2
		w.Put(correction)
		w.Put(said(s, src, nine, 60, wire.BusinessTx, 40)) // the old one comes once more
		wants(t, "before the roll-up", day(t, w, s, storyDay), wire.BusinessTx, 40)
		if done := w.RollUp(); done.Days < 1 || done.Months != 1 {
			t.Errorf("rolled up %+v, want the day and its month", done)
		}
		wants(t, "afterwards", day(t, w, s, storyDay), wire.BusinessTx, 4)
		if n := count(t, w, "usage_hour_past WHERE business_tx = 40 AND seq = 1"); n != 1 {
			t.Errorf("%d replaced rows are kept, want 1", n)
		}
		if n := count(t, w, "usage_month WHERE business_tx = 4 AND active_days = 1"); n != 1 {
			t.Errorf("the month is\n%s", w.Written("usage_month", "system_id"))
		}
		last, err := w.Ledger.LastUse(t.Context(), w.Clerk("RS"), s.ID)
		if err != nil || !last.BusinessTx.IsZero() {
			t.Errorf("last use %v %v: one hour is no covered day", last, err)
		}
	})
}

// TestCorrectionsOfManyHoursAtOnce: whole lots and the rest of them are written
// alike, and what they replace is kept.
func TestCorrectionsOfManyHoursAtOnce(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		s := w.Registered("RS", "就业服务系统")
		probe := w.Probe("网关", "RS", usage.Whole, s)
		const sources, hours = 25, 7 // 175 rows: two lots and a rest
		var first, second []usage.HourState
		for n := range sources {
			src := w.Source(probe, fmt.Sprint("节点", n), 1)
			for h := range hours {
				one := said(s, src, nine+wire.Hour(h), 60, wire.Requests, 1000+n*hours+h)
				first = append(first, one)
				one.Seq, one.Values = 2, usagetest.Values(wire.Requests, 5000+n*hours+h)
				second = append(second, one)
			}
		}
		w.Put(first...)
		w.Clock.Advance(24 * time.Hour)
		w.Put(second...)
		for from, want := range map[string]int{
			"usage_hour": sources * hours,
			"(SELECT DISTINCT requests FROM usage_hour WHERE requests >= 5000 AND seq = 2) x":     sources * hours,
			"(SELECT DISTINCT requests FROM usage_hour_past WHERE requests < 5000 AND seq = 1) x": sources * hours,
		} {
			if n := count(t, w, from); n != want {
				t.Errorf("%d of %s, want %d", n, from, want)
			}
		}
	})
}

func count(t *testing.T, w *usagetest.World, from string) (n int) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *store.Tx) error { return tx.Gorm().Raw("SELECT count(*) FROM " + from).Scan(&n).Error })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// give puts days of a file into the ledger.
func give(t *testing.T, w *usagetest.World, days ...usage.GivenDay) {
	t.Helper()
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error { return w.Ledger.PutDaysIn(tx, days) }); err != nil {
		t.Fatal(err)
	}
	w.RollUp()
}

// TestGivenDays: figures of files count where no probe measured, the newest
// file first, and go with their file; also on days whose hours are long gone.
func TestGivenDays(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		s := w.Registered("RS", "就业服务系统")
		src := w.Source(w.Probe("网关", "RS", usage.Whole, s), "a", 1)
		w.Put(said(s, src, nine, 60, wire.Requests, 40))
		w.Clock.Advance(24 * time.Hour)
		w.RollUp()
		for _, gone := range []bool{false, true} {
			if gone {
				w.Clock.Advance(60 * 24 * time.Hour)
				if _, err := w.Ledger.Expire(t.Context()); err != nil {
					t.Fatal(err)
				}
				if n := count(t, w, "usage_hour"); n != 0 {
					t.Fatalf("%d hours are left", n)
				}
			}
			give(t, w, usage.GivenDay{System: s.ID, Date: storyDay, Upload: 1, Values: usagetest.Values(wire.Requests, 9, wire.Logins, 5)})
			give(t, w, usage.GivenDay{System: s.ID, Date: storyDay, Upload: 2, Values: usagetest.Values(wire.Logins, 6)})
			d := day(t, w, s, storyDay)
			wants(t, "a probe is believed", d, wire.Requests, 40)
			wants(t, "the newest file", d, wire.Logins, 6)
			if !d.Given.Has(wire.Logins) || d.Given.Has(wire.Requests) || !d.Covered.Has(wire.Logins) {
				t.Errorf("given %v, covered %v", d.Given.List(), d.Covered.List())
			}
			for _, c := range []struct {
				upload usage.UploadID
				left   bool
			}{{2, true}, {1, false}} {
				if err := w.DB.Write(t.Context(), func(tx *store.Tx) error { return w.Ledger.WithdrawIn(tx, c.upload) }); err != nil {
					t.Fatal(err)
				}
				w.RollUp()
				d = day(t, w, s, storyDay)
				wants(t, "still", d, wire.Requests, 40)
				if d.Measured.Has(wire.Logins) != c.left {
					t.Errorf("hours gone %v, after file %d is withdrawn: measured %v", gone, c.upload, d.Measured.List())
				}
			}
		}
	})
}

// TestRetention: hours, days and their partitions go when the policy says so,
// packed hours and months stay, and what comes too late is refused.
func TestRetention(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		s := w.Registered("RS", "就业服务系统")
		src := w.Source(w.Probe("网关", "RS", usage.Whole, s), "a", 1)
		w.Put(said(s, src, nine, 60, wire.Requests, 40), said(s, src, nine+1, 30, wire.Requests, 2))
		w.Clock.Advance(24 * time.Hour)
		w.RollUp()
		w.Clock.Advance(80 * 24 * time.Hour)
		if made, err := w.Ledger.MakePartitions(t.Context()); err != nil || (made == 0) != (w.DB.Engine() == store.SQLite) {
			t.Errorf("made %d partitions: %v", made, err)
		}
		w.RollUp()
		gone, err := w.Ledger.Expire(t.Context())
		if err != nil || (gone.Partitions > 0) != (w.DB.Engine() == store.Postgres) || count(t, w, "usage_hour") != 0 {
			t.Errorf("expired %+v %v", gone, err)
		}
		wants(t, "the day", day(t, w, s, storyDay), wire.Requests, 42)
		hours, err := w.Ledger.Hours(t.Context(), w.Clerk("RS"), s.ID, storyDay)
		if err != nil || len(hours) != 2 || hours[1].Minutes != 30 || hours[1].Hour != nine+1 {
			t.Errorf("the packed hours are %+v %v", hours, err)
		}
		late := []usage.HourState{said(s, src, nine, 60, wire.Requests, 41)}
		err = w.DB.Write(t.Context(), func(tx *store.Tx) error { return w.Ledger.PutIn(tx, late) })
		if !errors.Is(err, usage.ErrTooLate) {
			t.Errorf("a state of a removed hour: %v, want too late", err)
		}
		w.Clock.Advance(1200 * 24 * time.Hour)
		w.RollUp()
		if _, err := w.Ledger.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		if count(t, w, "usage_day") != 0 || count(t, w, "usage_month") != 1 {
			t.Errorf("after three years there are %d days and %d months, want 0 and 1", count(t, w, "usage_day"), count(t, w, "usage_month"))
		}
	})
}

// TestPolicy: versions, rights and bounds.
func TestPolicy(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		p, err := w.Ledger.Policy(t.Context())
		if err != nil || p.Version != 1 || p.HourDays != 40 || p.Coverage != 80 {
			t.Fatalf("the first policy is %+v %v", p, err)
		}
		p.Coverage = 50
		if _, err := w.Ledger.SetPolicy(t.Context(), w.Clerk("RS"), p, ""); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a clerk: %v", err)
		}
		next, err := w.Ledger.SetPolicy(t.Context(), w.Someone(auth.Centre), p, "试点")
		if err != nil || next.Version != 2 || next.Coverage != 50 || next.Reason != "试点" {
			t.Errorf("set %+v %v", next, err)
		}
		if _, err := w.Ledger.SetPolicy(t.Context(), w.Someone(auth.Centre), p, ""); !errors.Is(err, store.ErrStale) {
			t.Errorf("an old version: %v", err)
		}
		next.HourDays = 1
		_, err = w.Ledger.SetPolicy(t.Context(), w.Someone(auth.Office), next, "")
		if fields := fault.FieldsOf(err); len(fields) != 1 || fields[0].Name != "hour_days" {
			t.Errorf("out of bounds: %v", err)
		}
	})
}

// TestFactsOfOthers: departments read their own facts, the Office all; the
// fleet shows what is covered, and when a system was last used.
func TestFactsOfOthers(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		s, other := w.Registered("RS", "就业服务系统"), w.Registered("MZ", "低保系统")
		w.Clock.Advance(24 * time.Hour)
		give(t, w,
			usage.GivenDay{System: s.ID, Date: storyDay, Upload: 1, Values: usagetest.Values(wire.Logins, 9, wire.Users, 4)},
			usage.GivenDay{System: s.ID, Date: storyDay.AddDays(-1), Upload: 1, Values: usagetest.Values(wire.Logins, 0, wire.BusinessTx, 1)})
		if _, err := w.Ledger.Days(t.Context(), w.Clerk("MZ"), s.ID, storyDay, storyDay); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another department: %v, want not found", err)
		}
		if _, err := w.Ledger.Days(t.Context(), w.Someone(auth.Admin), s.ID, storyDay, storyDay); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("an administrator: %v, want forbidden", err)
		}
		q := usage.FleetQuery{From: storyDay.AddDays(-2), To: storyDay, Sort: "covered", Descending: true}
		page, err := w.Ledger.Fleet(t.Context(), w.Someone(auth.Office), q)
		if err != nil || page.Total != 2 || page.Rows[0].ID != s.ID || page.Rows[1].ID != other.ID {
			t.Fatalf("the fleet is %+v %v", page, err)
		}
		row := page.Rows[0]
		date, by := row.LastUse.Best()
		if row.CoveredDays != 2 || row.MostUsers == nil || *row.MostUsers != 4 || date != storyDay.AddDays(-1) || by != wire.BusinessTx ||
			row.LastUse.Logins != storyDay || !row.Days[2].Used || row.Days[0].Measured != 0 {
			t.Errorf("the row is %+v", row)
		}
		page, err = w.Ledger.Fleet(t.Context(), w.Clerk("MZ"), usage.FleetQuery{From: storyDay, To: storyDay, Owner: w.Department("RS").ID})
		if err != nil || page.Total != 0 {
			t.Errorf("the fleet of others is %+v %v", page, err)
		}
	})
}

// TestFlaws finds what cannot be kept.
func TestFlaws(t *testing.T) {
	broken := usagetest.Sketch(0, 50)
	for name, c := range map[string]struct {
		state  usage.HourState
		code   wire.Code
		member string
	}{
		"nothing":        {usage.HourState{Values: usagetest.Values(wire.Logins, 3), Users: usagetest.Sketch(0, 3)}, "", ""},
		"a cut sketch":   {usage.HourState{Users: broken[:len(broken)-2]}, usage.SketchBroken, "users_sketch"},
		"of another one": {usage.HourState{Machines: append([]byte{2, 14}, broken[2:]...)}, usage.SketchBroken, "machines_sketch"},
		"too many":       {usage.HourState{Values: usagetest.Values(wire.Users, 4_000_000_000)}, usage.Impossible, "users"},
	} {
		if code, member := c.state.Flaw(); code != c.code || member != c.member {
			t.Errorf("%s: %q at %q, want %q at %q", name, code, member, c.code, c.member)
		}
	}
}

// TestSourcesAreBounded: a probe that invents sources is stopped.
func TestSourcesAreBounded(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		p, err := w.Ledger.Policy(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p.Sources = 2
		if _, err := w.Ledger.SetPolicy(t.Context(), w.Someone(auth.Centre), p, ""); err != nil {
			t.Fatal(err)
		}
		probe := w.Probe("网关", "RS", usage.Whole, w.Registered("RS", "就业服务系统"))
		first := w.Source(probe, "a", 1)
		if again := w.Source(probe, "a", 1); again != first || w.Source(probe, "a", 2) == first {
			t.Error("a source is its name and epoch")
		}
		if _, err := w.Ledger.Source(t.Context(), probe.ID, "b", 1); !errors.Is(err, usage.ErrTooManySources) {
			t.Errorf("the third: %v", err)
		}
	})
}
