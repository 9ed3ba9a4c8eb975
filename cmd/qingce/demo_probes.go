package main

import (
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// demoUsageEvents are what is known of the use of systems: the files of the
// departments up to December with the 31 days of JT-01 that came later (step 13),
// and the hours of probes from then on.
func demoUsageEvents() []demoEvent {
	gap := func(t *demoTrace, day calendar.Date) bool {
		return t.shape == demoOutage && !day.Before(calendar.NewDate(2017, 9, 20)) && !day.After(calendar.NewDate(2017, 10, 20))
	}
	all := func(t *demoTrace, day calendar.Date) bool { return !gap(t, day) }
	byFile := func(t *demoTrace, _ calendar.Date) bool { return t.file && t.system != demoFound }
	out := []demoEvent{
		{"2017-10-23 09:00", "centre", "hands in what is known of the season of JY-01", demoGives(demoGiven{"中考招生季使用情况.csv", "2017-05-01", "2017-07-24",
			func(t *demoTrace, _ calendar.Date) bool { return t.shape == demoSeasonal }})},
		{"2017-10-23 09:10", "centre", "hands in the use of 90 days", demoGives(demoGiven{"七月以来使用情况.csv", "2017-07-25", "2017-10-22", all})},
		{"2017-10-23 09:20", "centre", "stands a probe beside LY-02", (*demoCity).probeRare},
		{"2017-10-23 14:00", "centre", "hands in the logs of JT-01", demoGives(demoGiven{"道路运政访问日志.csv", "2017-09-20", "2017-10-20", gap})},
		{"2017-11-01 08:40", "centre", "hands in the rest of October", demoGives(demoGiven{"十月下旬使用情况.csv", "2017-10-23", "2017-10-31", all})},
		{"2017-12-04 08:40", "centre", "hands in November", demoGives(demoGiven{"十一月使用情况.csv", "2017-11-01", "2017-12-03", all})},
		{"2017-12-04 10:00", "centre", "registers probes", (*demoCity).registerProbes},
		{"2018-01-02 08:40", "centre", "hands in December of what has no probe", demoGives(demoGiven{"十二月使用情况.csv", demoProbedFrom, "2017-12-31", byFile})},
		{"2018-01-10 08:40", "centre", "hands in January of what has no probe", demoGives(demoGiven{"一月上旬使用情况.csv", "2018-01-01", "2018-01-09", byFile})},
	}
	from := demoProbedFrom
	for _, at := range []string{"2017-12-12 00:30", "2017-12-26 00:30", "2018-01-10 08:50"} {
		begin := from
		out = append(out, demoEvent{at, "", "receives the hours of the probes", func(d *demoCity, by auth.Principal) error { return d.sendHours(by, begin) }})
		from = at[:10]
	}
	return out
}

func demoGives(g demoGiven) func(*demoCity, auth.Principal) error {
	return func(d *demoCity, by auth.Principal) error { return d.give(by, g) }
}

// demoRareDay is a day on which somebody logged in to LY-02, with the first and
// the last of those who did: three people in all.
type demoRareDay struct {
	day         string
	first, last int
}

func demoRareDays() []demoRareDay {
	return []demoRareDay{{"2017-09-14", 1, 1}, {"2017-09-20", 2, 2}, {"2017-10-11", 2, 3}, {"2017-10-18", 1, 1}}
}

// probeRare has a probe beside LY-02 report the hours of those days.
func (d *demoCity) probeRare(by auth.Principal) error {
	traces, err := d.traces(by)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(traces, func(t *demoTrace) bool { return t.shape == demoRare })
	p, err := d.registerProbe(by, "旅游局网站日志", usage.LogProbe, "LY", traces[i:i+1])
	if err != nil {
		return err
	}
	var states []usage.HourState
	for _, r := range demoRareDays() {
		day, err := calendar.ParseDate(r.day)
		if err != nil {
			return err
		}
		for hour := range 24 {
			h := usage.HourState{System: traces[i].id, Source: p.source, Hour: wire.HourOf(day.At(hour, 0)), Seq: 1, Minutes: 60, SketchKey: "demo", Build: "2.3.1"}
			people := 0
			if hour == 10 {
				people = r.last - r.first + 1
				h.Users = demoSketch("LY-02", r.first, people)
			}
			h.Values.Set(wire.Users, int64(people))
			h.Values.Set(wire.Logins, int64(people))
			h.Values.Set(wire.BusinessTx, 0)
			states = append(states, h)
		}
	}
	if err := d.putHours(p, states); err != nil {
		return err
	}
	_, err = d.ledger.RollUp(d.ctx)
	return err
}

// demoProbe is a probe that was registered.
type demoProbe struct {
	pass   usage.Pass
	source usage.SourceID
	traces []*demoTrace
}

// registerProbe registers a probe with a token, and the source of its hours.
func (d *demoCity) registerProbe(by auth.Principal, name string, kind usage.ProbeKind, prefix string, traces []*demoTrace) (demoProbe, error) {
	in := usage.ProbeForm{
		Name: name, Kind: kind, Owner: d.body(prefix),
		Signals: usage.SignalsOf(wire.Requests, wire.HumanRequests, wire.Logins, wire.BusinessTx, wire.Users, wire.Errors),
	}
	for _, t := range traces {
		in.Systems = append(in.Systems, usage.SystemChoice{Code: t.system})
	}
	p, err := d.probes.Register(d.ctx, by, in)
	if err != nil {
		return demoProbe{}, err
	}
	_, token, err := d.probes.IssueToken(d.ctx, by, p.Code, d.clock.Now().AddDate(1, 0, 0))
	if err != nil {
		return demoProbe{}, err
	}
	out := demoProbe{traces: traces}
	if out.pass, err = d.probes.Authenticate(d.ctx, token); err != nil {
		return out, err
	}
	out.source, err = d.ledger.Source(d.ctx, p.ID, "web-1", 1)
	return out, err
}

// putHours keeps hours of a probe, as they come from it.
func (d *demoCity) putHours(p demoProbe, states []usage.HourState) error {
	if err := d.db.Write(d.ctx, func(tx *store.Tx) error { return d.ledger.PutIn(tx, states) }); err != nil {
		return fmt.Errorf("keep %d hours: %w", len(states), err)
	}
	d.probes.Arrived(p.pass, usage.Arrival{At: d.clock.Now(), Accepted: len(states)})
	return d.probes.Flush(d.ctx)
}

// registerProbes stands a probe beside the systems of each department. That of
// LY-02 ends with its system.
func (d *demoCity) registerProbes(by auth.Principal) error {
	traces, err := d.traces(by)
	if err != nil {
		return err
	}
	groups := map[string][]*demoTrace{}
	for _, t := range traces {
		if !t.file {
			groups[t.system[:2]] = append(groups[t.system[:2]], t)
		}
	}
	kinds := []usage.ProbeKind{usage.GatewayProbe, usage.AppProbe, usage.GatewayProbe, usage.LogProbe}
	for i, prefix := range append(demoMunicipal(), "ZY") {
		if len(groups[prefix]) == 0 {
			continue
		}
		p, err := d.registerProbe(by, d.dir.Name(d.body(prefix))+"访问日志探针", kinds[i%len(kinds)], prefix, groups[prefix])
		if err != nil {
			return fmt.Errorf("probe of %s: %w", prefix, err)
		}
		d.standing = append(d.standing, p)
	}
	return nil
}

// sendHours keeps the hours of all probes from a day on up to the present one.
func (d *demoCity) sendHours(_ auth.Principal, from string) error {
	first, err := calendar.ParseDate(from)
	if err != nil {
		return err
	}
	for _, p := range d.standing {
		var states []usage.HourState
		for _, t := range p.traces {
			states = append(states, t.hours(first, d.clock.Now(), p.source)...)
		}
		if err := d.putHours(p, states); err != nil {
			return err
		}
	}
	_, err = d.ledger.RollUp(d.ctx)
	return err
}
