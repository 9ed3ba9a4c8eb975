package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/inventory/sharing"
)

// demoEvent is something that somebody did in the sample city.
type demoEvent struct {
	at   string // 2017-10-18 10:00, in Asia/Shanghai
	who  string // login of who does it; empty for what the service does by itself
	what string // in a few words, for who reads the list or looks for a mistake
	do   func(d *demoCity, by auth.Principal) error
}

// demoChapters are the parts of the story of Xiangyang in 2017, in the order in
// which they begin. They run side by side: their events are told in the order of
// their moments.
func demoChapters() [][]demoEvent {
	return [][]demoEvent{
		demoCityEvents(), demoSurveyEvents(), demoScopeEvents(), demoCensusEvents(), demoCatalogEvents(), demoUsageEvents(), demoCaseEvents(),
		demoTaskEvents(), demoMergingEvents(), demoHubEvents(), demoSharingEvents(), demoRectificationEvents(), demoReportEvents(),
		demoMonthEvents(), demoFundingEvents(), demoUpdateEvents(), demoPresentEvents(),
	}
}

// demoTimeline are the events of all chapters, one after the other.
func demoTimeline() []demoEvent {
	all := slices.Concat(demoChapters()...)
	slices.SortStableFunc(all, func(a, b demoEvent) int { return cmp.Compare(a.at, b.at) })
	return all
}

// demoCity is the sample city while it is told.
type demoCity struct {
	*rooms
	ctx    context.Context
	clock  *demoClock
	dir    *inventory.Directory
	people map[string]auth.Principal
	// entries are the codes of the catalog, by the names that the story has.
	entries map[string]demoEntry
	// standing are the probes that send hours.
	standing []demoProbe
	// requests are those of the story, by entry and who asked.
	requests map[string]sharing.RequestID
}

// tellDemo fills an empty database with the sample city: all that happened up to
// the moment at which the demonstration opens, by the verbs that people use and
// by the people whose steps they are.
func (r *rooms) tellDemo(ctx context.Context, clock *demoClock) error {
	d := &demoCity{rooms: r, ctx: ctx, clock: clock, entries: map[string]demoEntry{}, requests: map[string]sharing.RequestID{}}
	for _, e := range demoTimeline() {
		if err := d.tell(e); err != nil {
			return fmt.Errorf("sample city: %s, %s %s: %s", e.at, cmp.Or(e.who, "the service"), e.what, demoFaults(err))
		}
	}
	at, err := demoMoment(demoOpens)
	if err == nil {
		clock.set(at)
	}
	return err
}

func (d *demoCity) tell(e demoEvent) error {
	at, err := demoMoment(e.at)
	if err != nil {
		return err
	}
	d.clock.set(at)
	by := auth.Command("demo", "demo")
	if e.who != "" {
		if by, err = d.as(e.who); err != nil {
			return err
		}
	}
	return e.do(d, by)
}

// demoFaults says all that a refusal names: who reads it writes the story, and
// can mend nothing else.
func demoFaults(err error) string {
	out := err.Error()
	for _, w := range fault.FieldsOf(err) {
		out += fmt.Sprintf("; %s: %s %v", w.Name, w.Code, w.Args)
	}
	return out
}

// demoRefused wants a step refused with a code, at a field or as a whole: the
// story has mistakes that the service does not let pass.
func demoRefused(err error, code string) error {
	var f *fault.Error
	if errors.As(err, &f) && (f.Code == code || slices.ContainsFunc(f.Fields, func(w fault.Field) bool { return w.Code == code })) {
		return nil
	}
	return fmt.Errorf("wanted to be refused with %s: %w", code, cmp.Or(err, errors.New("it was not")))
}

// today is the day that the city has come to.
func (d *demoCity) today() calendar.Date { return calendar.DateOf(d.clock.Now()) }
