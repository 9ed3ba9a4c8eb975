package detect_test

import (
	"slices"
	"testing"

	"qingce/inventory/zombie/detect"
)

// verdicts writes the results of the five features, and the grounds.
func verdicts(s *story, of detect.Profile) (results [5]detect.Result, grounds []detect.Ground) {
	for i, v := range s.state.Judge(&s.policy, &of) {
		results[i] = v.Result
		grounds = append(grounds, v.Grounds...)
	}
	return results, grounds
}

const (
	no  = detect.NotMet
	sus = detect.Suspected
	met = detect.Met
	few = detect.Insufficient
)

// small is a system with three users who log in on one working day of fifteen,
// on a machine that stands still.
func small(d detect.Day, working bool) detect.Fact {
	f := detect.Fact{
		Day: d, Measured: detect.Logins | detect.CPU | detect.Net | detect.Storage,
		CPUAvg: 80, CPUP95: 900, CPUP05: 40, NetBytes: 2_000_000, StorageBytes: 5_000_000_000,
	}
	if working && d%21 == 0 {
		f.Logins = 3
	}
	return f
}

func TestFeatures(t *testing.T) {
	busy := detect.Profile{WindowUsers: 200, Registered: 300, UsersMoved: -1}
	with := func(change func(*detect.Profile)) detect.Profile {
		of := busy
		change(&of)
		return of
	}
	inUse := func(t *testing.T) *story { return begin(t).days(400, usual) }
	end := first + 399
	for _, c := range []struct {
		name    string
		facts   func(*testing.T) *story
		of      detect.Profile
		results [5]detect.Result
		grounds []detect.Ground
	}{
		{"in use", inUse, busy, [5]detect.Result{no, no, few, no, no}, nil},
		{"the contract ended 181 days ago", inUse, with(func(of *detect.Profile) { of.ContractEnd = end - 181 }),
			[5]detect.Result{no, no, few, sus, no}, []detect.Ground{detect.ContractOver}},
		{"180 days ago", inUse, with(func(of *detect.Profile) { of.ContractEnd = end - 180 }), [5]detect.Result{no, no, few, no, no}, nil},
		{"another contract goes on", inUse, with(func(of *detect.Profile) { of.ContractEnd, of.Successor = end-661, true }),
			[5]detect.Result{no, no, few, no, no}, nil},
		{"no release for three of its intervals", inUse, with(func(of *detect.Profile) { of.LastRelease, of.ReleaseEvery = end-400, 100 }),
			[5]detect.Result{no, no, few, met, no}, []detect.Ground{detect.NoRelease}},
		{"replaced, where the users went is not known", inUse, with(func(of *detect.Profile) { of.Replacement = true }),
			[5]detect.Result{no, sus, few, no, no}, []detect.Ground{detect.ReplacedBy}},
		{"replaced, and the users went there", inUse, with(func(of *detect.Profile) { of.Replacement, of.UsersMoved = true, 0.5 }),
			[5]detect.Result{no, met, few, no, no}, []detect.Ground{detect.ReplacedBy, detect.UsersGone}},
		{"replaced, and use fell here and rose there", inUse, with(func(of *detect.Profile) { of.Replacement, of.Shifted = true, true }),
			[5]detect.Result{no, met, few, no, no}, []detect.Ground{detect.ReplacedBy, detect.UseShifted}},
		{"use rose there, of other people", inUse, with(func(of *detect.Profile) { of.Replacement, of.Shifted, of.UsersMoved = true, true, 0.1 }),
			[5]detect.Result{no, sus, few, no, no}, []detect.Ground{detect.ReplacedBy}},
		{"few users, seldom, on an idle machine", func(t *testing.T) *story { return begin(t).days(400, small) },
			with(func(of *detect.Profile) { of.WindowUsers = 3 }),
			[5]detect.Result{no, no, sus, no, sus}, []detect.Ground{detect.Idle, detect.FewAndRare}},
		{"the same with four users", func(t *testing.T) *story { return begin(t).days(400, small) },
			with(func(of *detect.Profile) { of.WindowUsers, of.Registered = 4, 60 }),
			[5]detect.Result{no, no, sus, no, no}, []detect.Ground{detect.Idle}},
		{"silent for 250 days", func(t *testing.T) *story { return inUse(t).days(250, silent) },
			with(func(of *detect.Profile) { of.WindowUsers = 0 }),
			[5]detect.Result{met, no, few, no, met}, []detect.Ground{detect.Silent, detect.Faded}},
		{"its items are handled elsewhere", func(t *testing.T) *story { return inUse(t).days(95, silent) },
			with(func(of *detect.Profile) { of.ItemsHandled = true }),
			[5]detect.Result{sus, no, few, no, no}, []detect.Ground{detect.HandledBeside, detect.Silent}},
		{"31 of 90 days not measured", func(t *testing.T) *story { return inUse(t).days(31, dark) }, busy,
			[5]detect.Result{few, no, few, no, few}, []detect.Ground{detect.TooLittleSeen, detect.TooLittleSeen}},
		{"vertical", func(t *testing.T) *story { return inUse(t).days(250, silent) },
			with(func(of *detect.Profile) { of.Exempt = detect.Vertical }),
			[5]detect.Result{detect.Exempted, detect.Exempted, detect.Exempted, detect.Exempted, detect.Exempted}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			results, grounds := verdicts(c.facts(t), c.of)
			if results != c.results || !slices.Equal(grounds, c.grounds) {
				t.Errorf("results %v for the grounds %v, want %v for %v", results, grounds, c.results, c.grounds)
			}
		})
	}
}

// A seasonal system is compared with its season only: in May to August.
func TestOffSeason(t *testing.T) {
	s := begin(t).days(230, usual).days(60, silent) // until 2017-10-18
	of := detect.Profile{Season: 1<<5 | 1<<6 | 1<<7 | 1<<8, WindowUsers: -1}
	if got := s.state.Judge(&s.policy, &of); got[0].Result != detect.OffSeason || got[4].Result != detect.OffSeason {
		t.Errorf("Z1 %d, Z5 %d, want %d", got[0].Result, got[4].Result, detect.OffSeason)
	}
	of.Season |= 1 << 10
	if got := s.state.Judge(&s.policy, &of); got[0].Result == detect.OffSeason {
		t.Error("October is in the season")
	}
}

// The campaign of 2017 takes the window alone for a strong sign.
func TestWindowAlone(t *testing.T) {
	s := begin(t)
	s.policy.WindowAlone = true
	s.days(400, usual).days(103, silent).want(detect.Met, 103)
	begin(t).days(400, usual).days(103, silent).want(detect.Suspected, 103)
}
