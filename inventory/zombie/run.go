package zombie

import (
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
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
}

func (c *Counts) add(o Counts) {
	c.Systems += o.Systems
	c.Measured += o.Measured
	c.Insufficient += o.Insufficient
	c.Met += o.Met
	c.Suspected += o.Suspected
	c.Fresh += o.Fresh
	c.Cleared += o.Cleared
	c.Changed += o.Changed
	c.Rebuilt += o.Rebuilt
}
