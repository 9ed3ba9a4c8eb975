package detect_test

import (
	"math"
	"testing"

	"qingce/inventory/zombie/detect"
)

// first is a Monday.
const first = detect.Day(17168) // 2017-01-02

// story steps a state through days that a test writes as a line for each stretch.
type story struct {
	t      *testing.T
	policy detect.Policy
	state  detect.State
	next   detect.Day
}

func begin(t *testing.T) *story {
	return &story{t: t, policy: detect.DefaultPolicy(), next: first}
}

const everything = detect.Requests | detect.Users | detect.Machines | detect.Logins | detect.Business

// usual is a working day of an office with a business system.
func usual(d detect.Day, working bool) detect.Fact {
	f := detect.Fact{Day: d, Measured: everything, Requests: 900, Machines: 12, Users: 2}
	if working {
		f.Users, f.Logins, f.Business = 42, 40, 30
	}
	return f
}

func (s *story) days(n int, fact func(d detect.Day, working bool) detect.Fact) *story {
	for range n {
		working := (s.next-first)%7 < 5
		f := fact(s.next, working)
		s.state.Step(&s.policy, &f, detect.Weather{Working: working})
		s.next++
	}
	return s
}

func silent(d detect.Day, _ bool) detect.Fact {
	return detect.Fact{Day: d, Measured: everything, Requests: 400, Machines: 12, Users: 2}
}

func dark(d detect.Day, _ bool) detect.Fact { return detect.Fact{Day: d} }

func zeros(d detect.Day, _ bool) detect.Fact { return detect.Fact{Day: d, Measured: everything} }

func (s *story) want(result detect.Result, gap int32) {
	s.t.Helper()
	if got := s.state.Unused(&s.policy, &detect.Profile{}); got != result || s.state.Gap != gap {
		s.t.Errorf("after %d days: %d with a silence of %d days, want %d with %d", s.next-first, got, s.state.Gap, result, gap)
	}
}

func TestSilence(t *testing.T) {
	t.Run("early warning, then a strong sign that has lasted", func(t *testing.T) {
		s := begin(t).days(400, usual).days(89, silent)
		s.want(detect.NotMet, 89)
		s.days(1, silent).want(detect.Suspected, 90)
		s.days(102, silent).want(detect.Suspected, 192)
		s.days(1, silent).want(detect.Met, 193)
	})
	t.Run("a policy without a hold finds nobody who is there", func(t *testing.T) {
		s := begin(t)
		s.policy.Hold = 0
		s.days(400, usual).want(detect.NotMet, 0)
		s.days(200, silent).want(detect.Met, 200)
	})
	t.Run("days without data freeze the clock", func(t *testing.T) {
		begin(t).days(400, usual).days(60, silent).days(300, dark).days(10, silent).want(detect.Insufficient, 70)
	})
	t.Run("a day is not taken twice", func(t *testing.T) {
		s := begin(t).days(400, usual).days(20, silent)
		s.next -= 5
		s.days(5, silent).want(detect.NotMet, 20)
	})
	t.Run("a probe that reports nothing at all has failed", func(t *testing.T) {
		begin(t).days(400, usual).days(15, zeros).want(detect.NotMet, 0)
	})
	t.Run("unless it goes on: then the system is switched off", func(t *testing.T) {
		begin(t).days(400, usual).days(300, zeros).want(detect.Met, 255)
	})
	t.Run("business is silent, the web goes on: the collector is broken", func(t *testing.T) {
		s := begin(t).days(400, usual).days(250, func(d detect.Day, working bool) detect.Fact {
			f := usual(d, working)
			f.Logins, f.Business = 0, 0
			return f
		})
		s.want(detect.Insufficient, 250)
		if !s.state.Conflict(&s.policy) {
			t.Error("no conflict was seen")
		}
	})
	t.Run("a stray visit is kept and ends nothing", func(t *testing.T) {
		s := begin(t).days(400, usual).days(100, silent).days(1, func(d detect.Day, w bool) detect.Fact {
			f := silent(d, w)
			f.Logins = 1
			return f
		})
		s.want(detect.Suspected, 101)
		if s.state.Stray != 1 {
			t.Errorf("%d stray visits, want 1", s.state.Stray)
		}
	})
	t.Run("a trace of what a large site was is no use", func(t *testing.T) {
		crowd := func(n int64) func(d detect.Day, working bool) detect.Fact {
			return func(d detect.Day, working bool) detect.Fact {
				return detect.Fact{Day: d, Measured: detect.Users, Users: n}
			}
		}
		begin(t).days(400, crowd(4000)).days(100, crowd(70)).want(detect.Suspected, 100)
		begin(t).days(400, crowd(4000)).days(100, crowd(300)).want(detect.NotMet, 0)
	})
	t.Run("use ends it", func(t *testing.T) {
		begin(t).days(400, usual).days(211, silent).days(1, usual).want(detect.NotMet, 0)
	})
}

func TestGuards(t *testing.T) {
	s := begin(t).days(400, usual).days(250, silent)
	last := s.state.Last
	for _, c := range []struct {
		name string
		of   detect.Profile
		want detect.Result
	}{
		{"classified", detect.Profile{Exempt: detect.Classified}, detect.Exempted},
		{"in service for 89 days", detect.Profile{Since: last - 89}, detect.TooNew},
		{"in service for 90 days", detect.Profile{Since: last - 90}, detect.Met},
		{"standby, drilled", detect.Profile{Standby: true, Drill: last - 300}, detect.OnStandby},
		{"standby, never drilled", detect.Profile{Standby: true}, detect.Met},
	} {
		if got := s.state.Unused(&s.policy, &c.of); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// A system that is used two months a year is not missed in the other ten, once
// its year is known, and is missed in its season.
func TestSeason(t *testing.T) {
	seasonal := func(d detect.Day, working bool) detect.Fact {
		if at := int(d-first) % 365; at < 60 {
			return usual(d, working)
		}
		return silent(d, working)
	}
	s := begin(t).days(3*365, seasonal)
	s.want(detect.NotMet, s.state.Gap)
	s.days(130, silent).want(detect.Met, s.state.Gap)
	if math.Abs(s.state.Dead()-1) > 0.02 {
		t.Errorf("a missed season leaves %.3f", s.state.Dead())
	}
}
