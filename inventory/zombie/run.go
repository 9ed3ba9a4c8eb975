package zombie

import (
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory/zombie/detect"
)

// RunState says how a run stands.
type RunState string

// The states of a run.
const (
	Running  RunState = "running"
	Finished RunState = "finished"
	// Held runs would suspect too many systems at once: somebody has to look.
	Held       RunState = "held"
	Discarded  RunState = "discarded"
	Superseded RunState = "superseded" // held, and a later day was run since
)

// Run is the evaluation of all systems for one day.
type Run struct {
	Day        calendar.Date
	State      RunState
	Policy     int64
	StartedAt  time.Time
	FinishedAt time.Time
	Starter    string
	// Working and Partial are what is true of the day for all systems.
	Working, Partial bool
	Counts
	// Corrections is how often the day was run again because of late facts.
	Corrections int
	CorrectedAt time.Time
	// DecidedBy released or discarded a run that was held.
	DecidedBy     auth.AccountID
	DecidedName   string
	DecidedAt     time.Time
	DecidedReason string
}

// Counts are what a run did.
type Counts struct {
	Systems      int // that were evaluated
	Measured     int // of which the day was measured
	Insufficient int // of which too little is known
	Met          int
	Suspected    int
	Fresh        int // suspected or met since this run
	Cleared      int // no longer so since this run
	Changed      int // verdicts that are not as the day before
	Rebuilt      int // made anew from facts that came late
	// Returns are the silences of all systems so far, and how many of them ended.
	Returns detect.Returns
}

func (c *Counts) add(o Counts) { c.each(o, 1) }

func (c *Counts) sub(o Counts) { c.each(o, -1) }

func (c *Counts) each(o Counts, times int) {
	c.Systems += times * o.Systems
	c.Measured += times * o.Measured
	c.Insufficient += times * o.Insufficient
	c.Met += times * o.Met
	c.Suspected += times * o.Suspected
	c.Fresh += times * o.Fresh
	c.Cleared += times * o.Cleared
	c.Changed += times * o.Changed
	c.Rebuilt += times * o.Rebuilt
	c.Returns.Add(o.Returns, times)
}
