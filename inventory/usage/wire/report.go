package wire

import (
	"slices"
	"strings"
	"time"
)

// Report is what one source knows of one hour of one system, as counted from
// the beginning of that hour until now. It is a state and no difference: the
// report with the greatest Seq of the same Key says all, the others nothing.
type Report struct {
	// System is the code of the system.
	System string
	// Source names the probe's place ("web-1"). A probe that has lost its
	// counters, and therefore its sequence, goes on under a greater Epoch.
	Source string
	Epoch  int64
	Hour   Hour
	// Seq grows with every report of a Key, from 1.
	Seq int64
	// Minutes of the hour for which the source has measured, 0 to 60: silence
	// is not zero use.
	Minutes int
	Values  Values
	// Users and Machines are sketches (HyperLogLog) of keyed hashes of the
	// clients that Values count; never identifiers. Sketches of the same
	// SketchKey can be merged.
	Users, Machines []byte
	SketchKey       string
	// LastWrite is when data was last changed, zero if it is not measured.
	LastWrite time.Time
	// Build is the version of the program that runs, empty if it is not known.
	Build string
}

// Key is what a report is the state of.
type Key struct {
	System, Source string
	Epoch          int64
	Hour           Hour
}

// Key returns the key of the report, which shares its strings.
func (r *Report) Key() Key { return Key{r.System, r.Source, r.Epoch, r.Hour} }

// Clone copies the report out of the body.
func (r *Report) Clone() Report {
	c := *r
	c.System, c.Source = strings.Clone(r.System), strings.Clone(r.Source)
	c.SketchKey, c.Build = strings.Clone(r.SketchKey), strings.Clone(r.Build)
	c.Users, c.Machines = slices.Clone(r.Users), slices.Clone(r.Machines)
	return c
}

// Hour counts hours since 1970 in UTC.
type Hour int32

// HourOf is the hour in which a time lies.
func HourOf(t time.Time) Hour {
	s := t.Unix()
	h := s / 3600
	if s%3600 < 0 {
		h--
	}
	return Hour(h)
}

// Start is the first moment of the hour, in UTC.
func (h Hour) Start() time.Time { return time.Unix(int64(h)*3600, 0).UTC() }

// Signal is something that a report can measure.
type Signal uint8

// The signals. Counts are of the hour so far.
const (
	Requests       Signal = iota // all requests
	HumanRequests                // those of people
	Logins                       // sessions opened
	BusinessTx                   // matters handled: the strongest sign of use
	Errors                       // requests that failed
	APIIn                        // calls by other systems
	APIOut                       // calls to other systems
	NetBytes                     // bytes received and sent
	Users                        // distinct people
	MachineClients               // distinct machines
	CPUAvg
	CPUMax
	CPUP95
	CPUP05
	MemAvg
	MemMax
	DiskMax
	StorageBytes // the most that data has occupied
	signalCount
)

// Unit is what a signal is measured in.
type Unit uint8

// The units.
const (
	Count   Unit = iota
	Bytes        // whole bytes
	Percent      // in hundredths: 3750 is 37.5 %
)

// signalNames are the members of a report.
var signalNames = [signalCount]string{
	"requests", "human_requests", "logins", "business_tx", "errors", "api_in", "api_out", "net_bytes",
	"users", "machine_clients", "cpu_avg", "cpu_max", "cpu_p95", "cpu_p05", "mem_avg", "mem_max", "disk_max",
	"storage_bytes",
}

// String is the name of the signal, which is its member in a report.
func (s Signal) String() string {
	if s >= signalCount {
		return ""
	}
	return signalNames[s]
}

// Unit returns the unit of the signal.
func (s Signal) Unit() Unit {
	switch {
	case s >= CPUAvg && s <= DiskMax:
		return Percent
	case s == NetBytes || s == StorageBytes:
		return Bytes
	}
	return Count
}

// Signals lists all signals.
func Signals() []Signal {
	out := make([]Signal, signalCount)
	for i := range out {
		out[i] = Signal(i)
	}
	return out
}

// SignalNamed finds a signal by its name.
func SignalNamed(name string) (Signal, bool) {
	for i, n := range signalNames {
		if n == name {
			return Signal(i), true
		}
	}
	return 0, false
}

// Values hold what was measured: a signal that was not measured is absent and
// not zero. The zero Values hold nothing.
type Values struct {
	measured uint32
	of       [signalCount]int64
}

// Set says that a signal was measured.
func (v *Values) Set(s Signal, n int64) {
	v.measured |= 1 << s
	v.of[s] = n
}

// Get returns a value and whether the signal was measured.
func (v *Values) Get(s Signal) (int64, bool) { return v.of[s], v.measured&(1<<s) != 0 }

// None tells whether nothing was measured.
func (v *Values) None() bool { return v.measured == 0 }
