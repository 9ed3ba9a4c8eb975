package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/google/uuid"
	"github.com/jonboulle/clockwork"

	"qingce/internal/calendar"
	"qingce/internal/store"
)

// Options of a Timetable. Node, Clock and Log must be set.
type Options struct {
	// Node names this process; no other may have the same name.
	Node  string
	Clock clockwork.Clock
	Log   *slog.Logger
	// Finished is told of every run that ended here; may be nil.
	Finished func(Run)
}

const (
	// leaseLength is how long a silent leader keeps the lead.
	leaseLength = 3 * time.Minute
	// beat is how often the lead is renewed and missed slots are looked for.
	beat Plan = "* * * * *"
	// early is how much before its slot a job may be woken by a clock that was
	// put right meanwhile.
	early = 2 * time.Second
	// callWithin is how long the database may take for one step.
	callWithin = 5 * time.Second
	// stopWithin is how long running jobs may take to end when told to.
	stopWithin = 4 * time.Second
)

// Timetable runs jobs. Its verbs List and Run work without Start.
type Timetable struct {
	db        *store.DB
	jobs      []planned
	opts      Options
	scheduler gocron.Scheduler
}

// New makes a timetable on a migrated database. It runs nothing yet.
func New(db *store.DB, list []Job, opts Options) (*Timetable, error) {
	jobs, err := plan(list)
	if err != nil {
		return nil, err
	}
	return &Timetable{db: db, jobs: jobs, opts: opts}, nil
}

// Start begins to run the jobs by the clock, with what was missed at once, and
// returns.
func (t *Timetable) Start() error {
	s, err := gocron.NewScheduler(
		gocron.WithLocation(calendar.Zone), gocron.WithClock(t.opts.Clock), gocron.WithStopTimeout(stopWithin),
		gocron.WithDistributedLocker(leader{t}),
		gocron.WithLogger(warnings{t.opts.Log}),
		gocron.WithGlobalJobOptions(
			gocron.WithSingletonMode(gocron.LimitModeReschedule),
			gocron.WithEventListeners(gocron.AfterJobRunsWithPanic(t.panicked)),
		),
	)
	if err != nil {
		return fmt.Errorf("make scheduler: %w", err)
	}
	for _, j := range t.jobs {
		if err := add(s, j.Name, j.Plan, func(ctx context.Context) { t.due(ctx, j) }); err != nil {
			return err
		}
	}
	if err := add(s, "beat", beat, t.catchUp, gocron.WithStartAt(gocron.WithStartImmediately())); err != nil {
		return err
	}
	t.scheduler = s
	s.Start()
	return nil
}

func add(s gocron.Scheduler, name string, p Plan, do func(context.Context), opts ...gocron.JobOption) error {
	_, err := s.NewJob(gocron.CronJob(string(p), false), gocron.NewTask(do), append(opts, gocron.WithName(name))...)
	if err != nil {
		return fmt.Errorf("plan job %s: %w", name, err)
	}
	return nil
}

// Stop tells running jobs to end, waits for them, and gives the lead away.
func (t *Timetable) Stop(ctx context.Context) error {
	if t.scheduler == nil {
		return nil
	}
	stopped := t.scheduler.Shutdown()
	resigned := t.write(ctx, func(tx *store.Tx) error { return resign(tx, t.opts.Node) })
	return errors.Join(stopped, resigned)
}

// leader lets gocron run a job only on the node that leads. (gocron's own
// Elector keeps a list that grows with every run it refuses.)
type leader struct{ t *Timetable }

// Lock takes or renews the lead.
func (l leader) Lock(ctx context.Context, _ string) (gocron.Lock, error) {
	err := l.t.write(ctx, func(tx *store.Tx) error {
		_, err := lead(tx, l.t.opts.Node, leaseLength)
		return err
	})
	if err != nil && !errors.Is(err, errFollower) && ctx.Err() == nil {
		l.t.opts.Log.Error("jobs wait: the lead cannot be taken", "error", err)
	}
	return l, err
}

// Unlock keeps the lead: it ends by time, not with a run.
func (leader) Unlock(context.Context) error { return nil }

// catchUp runs what is due and has not been run, whatever the reason.
func (t *Timetable) catchUp(ctx context.Context) {
	for _, j := range t.jobs {
		if ctx.Err() != nil {
			return
		}
		if err := t.begin(ctx, j); err != nil {
			t.opts.Log.Error("job cannot begin", "job", j.Name, "error", err)
			continue
		}
		t.due(ctx, j)
	}
}

func (t *Timetable) begin(ctx context.Context, j planned) error {
	slot := latest(j.schedule, t.db.Now())
	if slot.IsZero() {
		return nil
	}
	return t.write(ctx, func(tx *store.Tx) error {
		epoch, err := lead(tx, t.opts.Node, leaseLength)
		if err != nil {
			return err
		}
		return begin(tx, j.Name, slot, t.opts.Node, epoch)
	})
}

// due runs the newest slot of a job if it has no run yet.
func (t *Timetable) due(ctx context.Context, j planned) {
	slot := latest(j.schedule, t.db.Now().Add(early))
	if slot.IsZero() {
		return
	}
	var run Run
	err := t.write(ctx, func(tx *store.Tx) error {
		epoch, err := lead(tx, t.opts.Node, leaseLength)
		if err == nil {
			run, err = claim(tx, j, slot, t.opts.Node, epoch)
		}
		return err
	})
	switch {
	case errors.Is(err, errTaken), errors.Is(err, errFollower), ctx.Err() != nil:
	case err != nil:
		t.opts.Log.Error("job cannot begin", "job", j.Name, "slot", slot, "error", err)
	default:
		t.execute(ctx, j, run)
	}
}

// write is DB.Write within the time that a step may take.
func (t *Timetable) write(ctx context.Context, fn func(*store.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	return t.db.Write(ctx, fn)
}

// warnings leaves out of the log what the scheduler says when all is well.
type warnings struct{ *slog.Logger }

func (warnings) Debug(string, ...any) {}
func (warnings) Info(string, ...any)  {}

func (t *Timetable) panicked(_ uuid.UUID, name string, what any) {
	t.opts.Log.Error("job scheduler panicked", "job", name, "panic", fmt.Sprint(what))
}
