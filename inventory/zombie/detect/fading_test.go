package detect_test

import (
	"testing"

	"qingce/inventory/zombie/detect"
)

const onWeb = detect.Requests | detect.Users | detect.Machines

// visited makes days of a system that only the web measures: so many people on
// working days, among machines of which one or two pass for people.
func visited(people int64) func(d detect.Day, working bool) detect.Fact {
	return func(d detect.Day, working bool) detect.Fact {
		f := detect.Fact{Day: d, Measured: onWeb, Requests: 400, Machines: 20, Users: 1 + int64(d)%3}
		if working {
			f.Users += people
		}
		return f
	}
}

// threeUsers log in on working days.
func threeUsers(d detect.Day, working bool) detect.Fact {
	f := detect.Fact{Day: d, Measured: detect.Logins}
	if working {
		f.Logins = 3
	}
	return f
}

// keeper logs in once a fortnight, to see whether the machine still runs.
func keeper(d detect.Day, _ bool) detect.Fact {
	f := detect.Fact{Day: d, Measured: detect.Logins}
	if d%14 == 0 {
		f.Logins = 1
	}
	return f
}

func TestFading(t *testing.T) {
	declining := func(d detect.Day, working bool) detect.Fact {
		return visited(max(2, 6-2*int64(d-first)/365))(d, working)
	}
	seasonal := func(d detect.Day, working bool) detect.Fact {
		if at := int(d-first) % 365; at < 40 {
			return threeUsers(d, working)
		}
		return keeper(d, working)
	}
	for _, c := range []struct {
		name  string
		story func(t *testing.T) *story
		want  detect.Result
	}{
		{"three users, then nobody but the keeper", func(t *testing.T) *story { return begin(t).days(500, threeUsers).days(210, keeper) }, detect.Met},
		{"for half a year only", func(t *testing.T) *story { return begin(t).days(500, threeUsers).days(150, keeper) }, detect.NotMet},
		{"of a system whose year is not known", func(t *testing.T) *story { return begin(t).days(150, threeUsers).days(210, keeper) }, detect.NotMet},
		{"a season of six weeks", func(t *testing.T) *story { return begin(t).days(3*365-20, seasonal) }, detect.NotMet},
		{"few people among machines, then machines", func(t *testing.T) *story { return begin(t).days(500, visited(3)).days(230, visited(0)) }, detect.Met},
		{"few people among machines, then fewer", func(t *testing.T) *story { return begin(t).days(900, declining) }, detect.NotMet},
		{"not measured", func(t *testing.T) *story { return begin(t).days(500, threeUsers).days(210, dark) }, detect.Insufficient},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.story(t)
			if got := s.state.Small(&s.policy, &detect.Profile{}); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
}

// The figures of a verdict say how many came, and how many were to be expected.
func TestFadingInFigures(t *testing.T) {
	s := begin(t).days(500, threeUsers).days(210, keeper)
	v := s.state.Judge(&s.policy, &detect.Profile{WindowUsers: 1})[detect.Z5-1]
	if v.Result != detect.Met || v.People != 13 || v.Expected < 350 || v.Expected > 420 {
		t.Errorf("%d with %d people of %d, want %d with 13 of about 390", v.Result, v.People, v.Expected, detect.Met)
	}
	s = begin(t).days(60, threeUsers)
	if v := s.state.Judge(&s.policy, &detect.Profile{})[0]; v.Expected != -1 {
		t.Errorf("%d people are expected of a system seen for 60 days", v.Expected)
	}
}
