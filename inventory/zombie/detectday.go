package zombie

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// Errors of runs.
var (
	// ErrNotOver says that the day is not over, or that its facts are not
	// worked out yet.
	ErrNotOver = fault.New(fault.Invalid, "zombie.err.not_over")
	// ErrOlder says that a later day was run already.
	ErrOlder = fault.New(fault.Conflict, "zombie.err.older")
)

// How is how a day is run.
type How struct {
	// DryRun writes nothing.
	DryRun bool
	// Again makes a day that was run anew: systems of which facts came late, and
	// what the register says since. It is for the newest day.
	Again bool
	// Rebuild forgets what is remembered and begins with the first fact.
	Rebuild bool
}

// lotSize is how many systems are evaluated in one transaction, and rebuildSize
// where all their days are read.
const (
	lotSize     = 4000
	rebuildSize = 250
)

// Detect runs detection for a day. A day that was run is answered with its
// summary. A run that broke off goes on where it stopped. While another run is at
// work it is ErrBusy.
func (d *Detector) Detect(ctx context.Context, by auth.Principal, day calendar.Date, how How) (run Run, err error) {
	if err := by.Require(Runners()...); err != nil {
		return Run{}, err
	}
	r, err := d.begin(ctx, by, DayOf(day), how)
	if err != nil {
		return Run{}, fmt.Errorf("begin the run of %v: %w", day, err)
	}
	if r.done {
		return r.run, nil
	}
	if !how.DryRun {
		defer func() { err = errors.Join(err, r.lease.release(ctx, d.db)) }()
	}
	if err := r.lots(ctx); err != nil {
		return Run{}, fmt.Errorf("run %v: %w", day, err)
	}
	if err := r.doubt(ctx); err != nil {
		return Run{}, fmt.Errorf("look at the probes of %v: %w", day, err)
	}
	if how.DryRun {
		r.run.Counts = r.counts
		return r.run, nil
	}
	if run, err = r.finish(ctx, by); err != nil {
		return Run{}, fmt.Errorf("finish the run of %v: %w", day, err)
	}
	return run, nil
}

// running is a run while it is at work.
type running struct {
	*Detector
	evaluator
	how     How
	run     Run
	from    detect.Day // day whose states are gone on from; 0 is from the beginning
	done    bool
	written []writtenLot
	fresh   []weatherDay
	lease   lease

	mu     sync.Mutex
	counts Counts
	falls  falls
}

// begin finds out where a run begins, and notes that it has begun.
func (d *Detector) begin(ctx context.Context, by auth.Principal, day detect.Day, how How) (*running, error) {
	r := &running{Detector: d, how: how, falls: falls{}}
	r.day = day
	transact := d.db.Write
	if how.DryRun {
		transact = d.db.Read
	}
	err := transact(ctx, func(tx *store.Tx) error { return r.beginIn(tx, by) })
	return r, err
}

func (r *running) beginIn(tx *store.Tx, by auth.Principal) error {
	if err := r.look(tx); err != nil || r.done {
		return err
	}
	if !r.how.DryRun {
		if err := r.lease.take(tx, by.Name, r.day); err != nil {
			return err
		}
		if err := r.look(tx); err != nil || r.done { // another run may just have ended
			return errors.Join(err, dropLease(tx, r.lease.holder))
		}
	}
	if r.how.Rebuild {
		r.from = 0
		if !r.how.DryRun {
			if err := forgetAll(tx); err != nil {
				return err
			}
		}
	}
	if err := r.set(tx, by); err != nil || r.how.DryRun {
		return err
	}
	if err := writeWeather(tx, r.fresh); err != nil {
		return err
	}
	var err error
	if r.written, err = readLots(tx, r.day); err != nil {
		return err
	}
	return beginRun(tx, r.run)
}

// look finds out whether the day can be run, or was.
func (r *running) look(tx *store.Tx) error {
	through, err := rolledThrough(tx)
	if err != nil {
		return err
	}
	if r.day <= 0 || r.day >= DayOf(calendar.DateOf(tx.Now())) || through != 0 && r.day > through {
		return ErrNotOver
	}
	if r.from, err = newestDay(tx); err != nil {
		return err
	}
	if r.from > r.day {
		return ErrOlder
	}
	r.done, err = r.known(tx)
	return err
}

// set reads the policy and the weather of the run.
func (r *running) set(tx *store.Tx, by auth.Principal) (err error) {
	if r.policies, err = policiesInForce(tx); err != nil {
		return err
	}
	r.policy = r.policies.on(r.day)
	if r.weather, r.fresh, err = r.weatherIn(tx, r.day, r.policies); err != nil {
		return err
	}
	if r.before, err = returnsBefore(tx, r.day); err != nil {
		return err
	}
	w := r.weather.of(r.day)
	r.run = Run{Day: DateOf(r.day), State: Running, Policy: r.policy.Version, StartedAt: tx.Now(), Starter: by.Name, Working: w.Working, Partial: w.Partial}
	return nil
}

// known tells whether the day was run, with its summary.
func (r *running) known(tx *store.Tx) (bool, error) {
	old, err := runOf(tx, r.day)
	switch {
	case errors.Is(err, ErrNoRun):
		if r.how.Again {
			return false, ErrNoRun
		}
		return false, nil
	case err != nil:
		return false, err
	case old.State == Running, r.how.DryRun:
		return false, nil
	}
	r.run = old
	return !r.how.Again && !r.how.Rebuild, nil
}

// workers is how many lots are in work at a time: while one waits for the
// database another one thinks.
const workers = 2

// lots evaluates all systems, lot after lot, but those that were done before the
// run broke off.
func (r *running) lots(ctx context.Context) error {
	var ids []inventory.SystemID
	err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		ids, err = judgedIDs(tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, done := range r.written {
		r.counts.add(done.counts)
		if err := r.falls.decode(done.falls); err != nil {
			return err
		}
		ids = slices.DeleteFunc(ids, func(id inventory.SystemID) bool { return id >= done.first && id <= done.last })
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	lots := make(chan []inventory.SystemID)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for lot := range lots {
				if err := r.doLot(ctx, lot); err != nil {
					stop(err)
				}
			}
		})
	}
	for lot := range slices.Chunk(ids, r.size()) {
		if ctx.Err() != nil {
			break
		}
		lots <- lot
	}
	close(lots)
	all.Wait()
	return context.Cause(ctx)
}

// size is how many systems a lot has.
func (r *running) size() int {
	if r.from == 0 {
		return rebuildSize
	}
	return lotSize
}

// doLot evaluates a lot and writes what came of it.
func (r *running) doLot(ctx context.Context, ids []inventory.SystemID) error {
	list, err := r.evaluateFrom(ctx, ids, r.from)
	if err != nil || len(list) == 0 {
		return err
	}
	done := writtenLot{first: list[0].system, last: list[len(list)-1].system, counts: countsOf(list)}
	silent := falls{}
	silent.take(&r.policy.Numbers.Policy, list)
	done.falls = silent.encode()
	if !r.how.DryRun {
		if err := r.lease.renew(ctx, r.db); err != nil {
			return err
		}
		if err := r.keep(ctx, list, done); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts.add(done.counts)
	maps.Copy(r.falls, silent)
	return nil
}

// evaluateFrom reads a lot and evaluates it, going on from what was remembered at
// the end of a day. Nothing is locked meanwhile: what comes in is late, and found
// as such.
func (r *running) evaluateFrom(ctx context.Context, ids []inventory.SystemID, from detect.Day) (list []evaluated, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		subjects, err := r.subjectsIn(tx, ids, r.day, &r.policy.Numbers.Policy)
		if err != nil {
			return err
		}
		var states map[inventory.SystemID]kept
		if from != 0 {
			if states, err = statesOf(tx, ids, from); err != nil {
				return err
			}
		}
		if list, err = r.lot(tx, subjects, states); err != nil {
			return err
		}
		return r.compare(tx, ids, list)
	})
	return list, err
}

// compare finds what is not as it was, and counts.
func (r *running) compare(tx *store.Tx, ids []inventory.SystemID, list []evaluated) error {
	before, err := standingOf(tx, ids, holds)
	if err != nil {
		return err
	}
	prior := before
	if r.from == r.day { // what this day's run found itself is not news
		if prior, err = standingOf(tx, ids, r.day-1); err != nil {
			return err
		}
	}
	for i := range list {
		e := &list[i]
		was, ok := before[e.system]
		e.changed = !ok || was.Mark != e.verdict.Mark
		had := prior[e.system].Strength
		e.fresh = e.verdict.Strength > Nothing && had == Nothing
		e.cleared = e.verdict.Strength == Nothing && had > Nothing
		if e.changed {
			if e.verdict.Body, err = bodyOf(e.raw); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep writes a lot.
func (r *running) keep(ctx context.Context, list []evaluated, done writtenLot) error {
	var rebuilt, ids []inventory.SystemID
	for i := range list {
		ids = append(ids, list[i].system)
		if list[i].rebuilt {
			rebuilt = append(rebuilt, list[i].system)
		}
	}
	return r.db.WriteMany(ctx, func(tx *store.Tx) error {
		if err := writeLotDone(tx, r.day, done); err != nil {
			return err
		}
		if err := writeStates(tx, r.day, list, r.from == r.day); err != nil {
			return err
		}
		if err := settleLate(tx, rebuilt); err != nil {
			return err
		}
		if r.from == r.day { // the run may be held, with what it would change
			if err := dropChanges(tx, r.day, ids); err != nil {
				return err
			}
		}
		return writeChanges(tx, r.day, changedOf(list))
	})
}

// changedOf are the verdicts that are not as they were.
func changedOf(list []evaluated) []verdictRow {
	var out []verdictRow
	for i := range list {
		if list[i].changed {
			out = append(out, list[i].verdict)
		}
	}
	return out
}

func countsOf(list []evaluated) Counts {
	var c Counts
	c.Systems = len(list)
	for i := range list {
		e := &list[i]
		c.Returns.Add(e.returns, 1)
		for _, n := range []struct {
			count *int
			is    bool
		}{
			{&c.Measured, e.measured}, {&c.Insufficient, e.verdict.Z1 == detect.Insufficient}, {&c.Met, e.verdict.Strength == Strong},
			{&c.Suspected, e.verdict.Strength == Warning}, {&c.Fresh, e.fresh}, {&c.Cleared, e.cleared}, {&c.Changed, e.changed}, {&c.Rebuilt, e.rebuilt},
		} {
			if n.is {
				*n.count++
			}
		}
	}
	return c
}

// generations is for how many runs what is remembered is kept.
const generations = 2

// finish publishes what the run found, or holds it for somebody to look at.
func (r *running) finish(ctx context.Context, by auth.Principal) (Run, error) {
	err := r.db.WriteMany(ctx, func(tx *store.Tx) error {
		if err := r.lease.hold(tx); err != nil {
			return err
		}
		old, err := runOf(tx, r.day)
		if err != nil {
			return err
		}
		next := old
		next.Counts, next.FinishedAt, next.State = r.counts, tx.Now(), Finished
		next.Policy, next.Working, next.Partial = r.run.Policy, r.run.Working, r.run.Partial
		if old.State != Running {
			next.FinishedAt, next.Corrections, next.CorrectedAt = old.FinishedAt, old.Corrections+1, tx.Now()
		}
		if n := r.policy.Numbers; r.counts.Fresh > max(n.MassLeast, int(n.MassShare*float64(r.counts.Systems))) {
			next.State = Held
		}
		if err := supersede(tx, r.day); err != nil {
			return err
		}
		if next.State == Finished {
			if err := publish(tx, r.day); err != nil {
				return err
			}
		}
		if err := forgetGenerations(tx, r.day); err != nil {
			return err
		}
		if err := forgetLots(tx); err != nil {
			return err
		}
		r.run = next
		if err := writeRun(tx, next); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "zombie.run", Kind: "zombie_run", ID: next.Day.String(), Name: next.Day.String(), Before: summaryOf(old), After: summaryOf(next),
		})
	})
	return r.run, err
}

// runSummary is a run as the operation log shows it.
type runSummary struct {
	State       RunState `json:"state"`
	Policy      int64    `json:"policy"`
	Systems     int      `json:"systems"`
	Met         int      `json:"met"`
	Suspected   int      `json:"suspected"`
	Fresh       int      `json:"fresh"`
	Cleared     int      `json:"cleared"`
	Corrections int      `json:"corrections"`
}

func summaryOf(r Run) runSummary {
	return runSummary{r.State, r.Policy, r.Systems, r.Met, r.Suspected, r.Fresh, r.Cleared, r.Corrections}
}

// Late notes that facts of systems were made anew, each from a day on. What is
// remembered of them is made anew with the next run.
func (d *Detector) Late(tx *store.Tx, days map[inventory.SystemID]calendar.Date) error {
	newest, err := newestDay(tx)
	if err != nil {
		return err
	}
	late := map[inventory.SystemID]detect.Day{}
	for id, date := range days {
		if day := DayOf(date); day <= newest {
			late[id] = day
		}
	}
	return markLate(tx, late)
}

// JobDetect is the job that runs the day before; its note says what was found.
func (d *Detector) JobDetect(ctx context.Context, _ time.Time) (string, error) {
	day := calendar.DateOf(d.db.Now()).AddDays(-1)
	run, err := d.Detect(ctx, auth.System("detect"), day, How{})
	switch {
	case errors.Is(err, ErrOlder):
		return "a later day was run already", nil
	case errors.Is(err, ErrBusy):
		return "detection is being run already", nil
	}
	return run.Note(), err
}

// Note says in one line what a run did, for the console and the list of jobs.
func (r Run) Note() string {
	if r.Day.IsZero() {
		return ""
	}
	return fmt.Sprintf("%v %s: systems %d, measured %d, insufficient %d, met %d, suspected %d, new %d, cleared %d, rebuilt %d",
		r.Day, r.State, r.Systems, r.Measured, r.Insufficient, r.Met, r.Suspected, r.Fresh, r.Cleared, r.Rebuilt)
}
