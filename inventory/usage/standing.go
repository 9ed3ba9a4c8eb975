package usage

import (
	"slices"
	"time"

	"qingce/internal/fault"
	"qingce/inventory/usage/wire"
)

// Standing is how a probe does, worked out of what arrived from it.
type Standing string

// The standings.
const (
	Normal  Standing = "normal"  // 正常
	Late    Standing = "late"    // 延迟
	Down    Standing = "down"    // 中断
	Never   Standing = "never"   // nothing has come yet
	Stopped Standing = "stopped" // 停用, by hand
)

// Standings lists the standings, what needs attention first.
func Standings() []Standing { return []Standing{Down, Late, Never, Normal, Stopped} }

// Valid tells whether s is a known standing.
func (s Standing) Valid() bool { return slices.Contains(Standings(), s) }

// Label is the message key of the standing's name.
func (s Standing) Label() fault.Label { return fault.Label("probes.state." + string(s)) }

const (
	// lateAfter and downAfter are after how many intervals without anything
	// accepted a probe is late, and down; but a probe is not down before
	// downAtLeast: nights and week-ends are when nobody mends it.
	lateAfter   = 2
	downAfter   = 6
	downAtLeast = 24 * time.Hour
)

// lateAt is when a probe becomes late that was last successful at the time.
func lateAt(success time.Time, interval time.Duration) time.Time {
	return success.Add(lateAfter * interval)
}

// downAt is when it becomes an outage.
func downAt(success time.Time, interval time.Duration) time.Time {
	return success.Add(max(downAfter*interval, downAtLeast))
}

// Contact is what arrived from a probe, to within a few seconds.
type Contact struct {
	ProbeID        ProbeID
	FirstContactAt *time.Time // somebody came with a token of it
	LastContactAt  *time.Time
	FirstSuccessAt *time.Time // something of it was accepted
	LastSuccessAt  *time.Time
	LateAt         *time.Time // when it is late, and when down, if nothing comes
	DownAt         *time.Time
	LastErrorAt    *time.Time
	LastErrorCode  wire.Code
	LastError      Example `gorm:"serializer:json"`
}

// TableName is the table of contacts.
func (Contact) TableName() string { return "probe_contacts" }

// Standing is how the probe does at the time.
func (c *Contact) Standing(p *Probe, now time.Time) Standing {
	switch {
	case p.Stopped:
		return Stopped
	case c.LastSuccessAt == nil:
		return Never
	case now.Before(lateAt(*c.LastSuccessAt, p.Interval())):
		return Normal
	case now.Before(downAt(*c.LastSuccessAt, p.Interval())):
		return Late
	}
	return Down
}

// Example is an item that was sent back, or a body.
type Example struct {
	Index  int    `json:"index"`
	Item   string `json:"item,omitempty"`
	Member string `json:"member,omitempty"`
	Got    string `json:"got,omitempty"`
	Want   string `json:"want,omitempty"`
	Count  int    `json:"count,omitempty"`
}

// Issue puts the example back into the form in which it is said.
func (e Example) Issue(code wire.Code) wire.Issue {
	return wire.Issue{Index: e.Index, Item: e.Item, Member: e.Member, Code: code, Got: e.Got, Want: e.Want, Count: e.Count}
}

func exampleOf(i wire.Issue) Example {
	return Example{Index: i.Index, Item: i.Item, Member: i.Member, Got: i.Got, Want: i.Want, Count: i.Count}
}
