package usage

import (
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// SourceID identifies a source of a probe under one epoch.
type SourceID int64

// HourKey is what an HourState is the state of.
type HourKey struct {
	System inventory.SystemID
	Hour   wire.Hour
	Source SourceID
}

// HourState is what one source knows of one hour of one system, as counted from
// the beginning of the hour. Of the states of one key the one with the greatest
// Seq says all.
type HourState struct {
	System inventory.SystemID
	Source SourceID
	Hour   wire.Hour
	Seq    int64
	// Minutes of the hour for which the source has measured, 0 to 60.
	Minutes int
	Values  wire.Values
	// Users and Machines are sketches of the clients that Values count. Those of
	// one SketchKey can be merged.
	Users, Machines []byte
	SketchKey       string
	LastWrite       time.Time // of data, zero if it is not measured; whole seconds are kept
	Build           string
}

// Key is what the state is the state of.
func (h *HourState) Key() HourKey { return HourKey{h.System, h.Hour, h.Source} }

// StateOf makes a state of a report whose system and source are known.
func StateOf(r *wire.Report, system inventory.SystemID, source SourceID) HourState {
	return HourState{
		System: system, Source: source, Hour: r.Hour, Seq: r.Seq, Minutes: r.Minutes, Values: r.Values,
		Users: r.Users, Machines: r.Machines, SketchKey: r.SketchKey, LastWrite: r.LastWrite, Build: r.Build,
	}
}

// Codes of items that cannot be kept.
const (
	SketchBroken  wire.Code = "usage.sketch_broken"
	Impossible    wire.Code = "usage.impossible"
	TooManySource wire.Code = "usage.too_many_sources"
)

// mostCount is the most logins, matters or clients that one source can have
// seen in an hour. It leaves room for the sum of a day.
const mostCount = 50_000_000

// smallCounts are the signals that are bounded by it.
var smallCounts = [...]wire.Signal{wire.Logins, wire.BusinessTx, wire.Users, wire.MachineClients}

// Flaw finds what cannot be kept of a state that came from outside: a sketch
// that is broken or of another make, or a count that no system can have. It is
// the code and the member, empty when all is well.
func (h *HourState) Flaw() (code wire.Code, member string) {
	for _, s := range smallCounts {
		if n, ok := h.Values.Get(s); ok && n > mostCount {
			return Impossible, s.String()
		}
	}
	if len(h.Users) > 0 && !soundSketch(h.Users) {
		return SketchBroken, "users_sketch"
	}
	if len(h.Machines) > 0 && !soundSketch(h.Machines) {
		return SketchBroken, "machines_sketch"
	}
	return "", ""
}

// measuredOf is the set of the signals that were measured.
func measuredOf(v *wire.Values) SignalSet {
	var set SignalSet
	for s := wire.Requests; s <= wire.StorageBytes; s++ {
		if _, ok := v.Get(s); ok {
			set |= 1 << s
		}
	}
	return set
}

// Hour is what all probes together say of one hour of a system.
type Hour struct {
	Hour   wire.Hour
	Values wire.Values
	// Measured tells which signals were measured; Minutes for how long at most.
	Measured SignalSet
	Minutes  int
	// PartsUnmerged says that distinct clients of several sources could not be
	// merged: the greatest of them stands there.
	PartsUnmerged bool
	LastWrite     time.Time
}

// Day is what is known of one day of a system (ZOMBIE: daily facts). A signal
// that is not in Measured has no value: that is not zero.
type Day struct {
	Date   calendar.Date
	Values wire.Values
	// Measured are the signals that were measured at all, Covered those that
	// were measured for long enough (Policy.Coverage), Given those whose value
	// comes from a file; a given signal is covered.
	Measured, Covered, Given SignalSet
	// Minutes for which anything was measured, at most 1440.
	Minutes int
	// ActiveHours are the hours in which somebody used the system.
	ActiveHours int
	// WorkRequests are the requests of people (of all, where people are not told
	// apart) from 8 to 18 o'clock.
	WorkRequests int64
	// PartsUnmerged says that the distinct clients are at least as many as stand
	// there: not all sketches could be merged.
	PartsUnmerged bool
	LastWrite     time.Time
}

// Used tells whether people used the system on the day, by the order of trust:
// business, else logins, else requests of people. known is false when none of
// the three was covered and nothing was seen.
func (d *Day) Used() (used, known bool) {
	for _, s := range [...]wire.Signal{wire.BusinessTx, wire.Logins, wire.HumanRequests} {
		n, ok := d.Values.Get(s)
		if ok && n > 0 {
			return true, true
		}
		known = known || d.Covered.Has(s)
	}
	return false, known
}

// UploadID identifies a file of daily figures.
type UploadID int64

// GivenDay is the figures of one day of a system that came in a file.
type GivenDay struct {
	System    inventory.SystemID
	Date      calendar.Date
	Upload    UploadID
	Values    wire.Values
	LastWrite time.Time
	By        auth.AccountID
	At        time.Time
}

// ErrTooManySources says that a probe names more sources than the policy
// allows.
var ErrTooManySources = fault.New(fault.Invalid, "usage.err.too_many_sources")

// ErrTooLate says that an hour is older than hours are kept.
var ErrTooLate = fault.New(fault.Invalid, "usage.err.too_late")

// days and hours of offices: eight hours before UTC, without summer time.
const zoneHours = 8

// dayOf is the day in which an hour lies, in days since 1970.
func dayOf(h wire.Hour) int { return floorDiv(int(h)+zoneHours, 24) }

// firstHour is the first hour of a day.
func firstHour(day int) wire.Hour { return wire.Hour(day*24 - zoneHours) }

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// dayNumber and dateOf change between dates and days since 1970.
func dayNumber(d calendar.Date) int { return d.DaysSince(calendar.NewDate(1970, time.January, 1)) }

func dateOf(day int) calendar.Date {
	return calendar.NewDate(1970, time.January, 1).AddDays(day)
}

// monthNumber counts months since January 1970.
func monthNumber(d calendar.Date) int { return (d.Year()-1970)*12 + int(d.Month()) - 1 }

func firstOfMonth(month int) calendar.Date {
	return calendar.NewDate(1970, time.Month(month+1), 1)
}
