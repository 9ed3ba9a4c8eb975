package detect_test

import (
	"testing"

	"qingce/inventory/zombie/detect"
)

// among makes days of a small system with log-ins, among machines that hide its
// few people on any single day.
func among(people, logins int64) func(d detect.Day, working bool) detect.Fact {
	return func(d detect.Day, working bool) detect.Fact {
		f := detect.Fact{Day: d, Measured: onWeb | detect.Logins, Requests: 600, Machines: 60, Users: 5 + int64(d)%4}
		if working {
			f.Users, f.Logins = f.Users+people, logins
		}
		return f
	}
}

// When log-ins read zero, the visitors who logged in must be gone as well, or
// the collector of log-ins is broken.
func TestCollectorOfASmallSystem(t *testing.T) {
	for _, c := range []struct {
		name  string
		after func(d detect.Day, working bool) detect.Fact
		want  detect.Result
	}{
		{"they still come", among(4, 0), detect.Insufficient},
		{"they are gone", among(0, 0), detect.Met},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := begin(t).days(500, among(4, 4)).days(230, c.after)
			if got := s.state.Unused(&s.policy, &detect.Profile{}); got != c.want {
				t.Errorf("unused is %d, want %d", got, c.want)
			}
			if got := s.state.Small(&s.policy, &detect.Profile{}); got != c.want {
				t.Errorf("faded use is %d, want %d", got, c.want)
			}
		})
	}
}

// Visitors on days off that are too many for machines are not taken for
// machines: the web of a site that is open every day says nothing of days on
// which they could be either.
func TestManyVisitorsOnDaysOffAreNotMachines(t *testing.T) {
	open := func(people int64) func(d detect.Day, _ bool) detect.Fact {
		return func(d detect.Day, _ bool) detect.Fact {
			return detect.Fact{Day: d, Measured: onWeb, Requests: 600, Machines: 30, Users: people + 1 + int64(d)%4}
		}
	}
	s := begin(t).days(30, open(40)).days(600, open(9))
	if got := s.state.Unused(&s.policy, &detect.Profile{}); got == detect.Met || got == detect.Suspected {
		t.Errorf("a public site with nine people a day is found unused (%d), silent for %d days", got, s.state.Gap)
	}
}
