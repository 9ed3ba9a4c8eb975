package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"qingce/internal/fault"
)

// Job is work that is done by the clock.
type Job struct {
	Name string
	// About says what the job does, in English, for the console.
	About string
	Plan  Plan
	// Limit is how long a run may take; its context ends then.
	Limit time.Duration
	// Do does the work of a slot and says what came of it.
	Do func(ctx context.Context, slot time.Time) (note string, err error)
}

// Status says how a run stands.
type Status string

// The statuses.
const (
	Running Status = "running"
	Done    Status = "done"
	Failed  Status = "failed"
	// Skipped marks the slot from which a new job begins to count.
	Skipped Status = "skipped"
)

// Run is one run of a job, for one slot.
type Run struct {
	ID         int64
	Job        string
	Slot       time.Time
	Status     Status
	ByHand     bool
	Node       string
	Epoch      int64
	Attempt    int
	StartedAt  time.Time
	FinishedAt *time.Time
	// Note is what came of it, or why it failed.
	Note string
}

// TableName is the table of the runs.
func (Run) TableName() string { return "job_runs" }

// ErrNoJob is the answer for a name that no job has.
var ErrNoJob = fault.New(fault.NotFound, "err.no_job")

// Retries of a failed run.
const (
	attempts   = 3
	retryAfter = 5 * time.Minute
)

// grace is added to a job's limit before its run counts as lost.
const grace = time.Minute

// mayRetry tells whether an earlier run of the slot leaves it open: it failed
// and has tries left, or its node died.
func (r Run) mayRetry(limit time.Duration, now time.Time) bool {
	switch r.Status {
	case Running:
		return now.After(r.StartedAt.Add(limit + grace))
	case Failed:
		return r.Attempt < attempts && r.FinishedAt != nil && !now.Before(r.FinishedAt.Add(retryAfter))
	}
	return false
}

// planned is a job with its plan read.
type planned struct {
	Job
	schedule cron.Schedule
}

func plan(list []Job) ([]planned, error) {
	seen := map[string]bool{}
	out := make([]planned, 0, len(list))
	for _, j := range list {
		if j.Name == "" || seen[j.Name] || j.Do == nil || j.Limit <= 0 {
			return nil, fmt.Errorf("job %q: needs a name of its own, a time limit and something to do", j.Name)
		}
		seen[j.Name] = true
		s, err := j.Plan.schedule()
		if err != nil {
			return nil, fmt.Errorf("job %s: %w", j.Name, err)
		}
		out = append(out, planned{Job: j, schedule: s})
	}
	return out, nil
}
