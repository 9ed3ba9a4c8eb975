package usage

import (
	"math/bits"
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/inventory"
	"qingce/inventory/usage/wire"
)

// ProbeID identifies a probe.
type ProbeID int64

// ProbeKind is the sort of a probe.
type ProbeKind string

// The kinds of probes.
const (
	AppProbe      ProbeKind = "app"      // 应用埋点
	GatewayProbe  ProbeKind = "gateway"  // 网关日志
	CloudProbe    ProbeKind = "cloud"    // 云监控
	DatabaseProbe ProbeKind = "database" // 数据库活动
	LogProbe      ProbeKind = "logs"     // 日志导入
)

// ProbeKinds lists the kinds in the order in which pages show them.
func ProbeKinds() []ProbeKind {
	return []ProbeKind{AppProbe, GatewayProbe, CloudProbe, DatabaseProbe, LogProbe}
}

// Valid tells whether k is a known kind.
func (k ProbeKind) Valid() bool { return slices.Contains(ProbeKinds(), k) }

// Label is the message key of the kind's name.
func (k ProbeKind) Label() fault.Label { return fault.Label("probes.kind." + string(k)) }

// Interval is how often a probe of the kind is heard when nobody says otherwise:
// every hour, and once a day where logs are imported.
func (k ProbeKind) Interval() time.Duration {
	if k == LogProbe {
		return 24 * time.Hour
	}
	return time.Hour
}

// SignalSet is a set of signals. The empty set of a probe means that nobody said
// what it measures.
type SignalSet int64

// SignalsOf makes a set.
func SignalsOf(signals ...wire.Signal) SignalSet {
	var set SignalSet
	for _, s := range signals {
		set |= 1 << s
	}
	return set
}

// Has tells whether the signal is in the set.
func (set SignalSet) Has(s wire.Signal) bool { return set&(1<<s) != 0 }

// Len is the number of signals in the set.
func (set SignalSet) Len() int { return bits.OnesCount64(uint64(set)) }

// List is the set in the order of wire.Signals.
func (set SignalSet) List() []wire.Signal {
	return slices.DeleteFunc(wire.Signals(), func(s wire.Signal) bool { return !set.Has(s) })
}

// Share says how much of a system a probe sees. Probes that see parts are added
// up; of those that see the whole one is believed.
type Share string

// The shares.
const (
	Whole Share = "whole"
	Part  Share = "part"
)

// Shares lists the shares in the order in which pages show them.
func Shares() []Share { return []Share{Whole, Part} }

// Valid tells whether s is a known share.
func (s Share) Valid() bool { return slices.Contains(Shares(), s) }

// Label is the message key of the share's name.
func (s Share) Label() fault.Label { return fault.Label("probes.share." + string(s)) }

// Probe watches systems and reports their use (方案 part 2 (2): 探针).
type Probe struct {
	ID      ProbeID
	Code    string // PB-0001
	Name    string
	Kind    ProbeKind
	OwnerID auth.DepartmentID
	// IntervalMinutes is in which time something of it should arrive.
	IntervalMinutes int
	Signals         SignalSet // what it is expected to measure
	Stopped         bool
	StoppedReason   string
	Note            string
	CreatedAt       time.Time
	CreatedBy       auth.AccountID
	CreatedName     string
	UpdatedAt       time.Time
	UpdatedBy       auth.AccountID
	UpdatedName     string
	Version         int64
}

// TableName is the table of probes.
func (Probe) TableName() string { return "probes" }

// Interval is in which time something of the probe should arrive.
func (p *Probe) Interval() time.Duration { return time.Duration(p.IntervalMinutes) * time.Minute }

// ProbeSystem is a system that a probe may speak of.
type ProbeSystem struct {
	ProbeID  ProbeID
	SystemID inventory.SystemID
	Share    Share
}

// TableName is the table of the systems of probes.
func (ProbeSystem) TableName() string { return "probe_systems" }

// WatchedSystem is a system of a probe with what names it to people.
type WatchedSystem struct {
	ID      inventory.SystemID
	Code    string
	Name    string
	OwnerID auth.DepartmentID
	Share   Share
}
