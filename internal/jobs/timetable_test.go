package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"qingce/internal/fault"
	"qingce/internal/jobs"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// A Tuesday afternoon in Asia/Shanghai.
var tuesday = time.Date(2017, 10, 31, 7, 30, 0, 0, time.UTC)

// node is one process of the service.
type node struct {
	*jobs.Timetable
	finished chan jobs.Run
}

func newNode(t *testing.T, db *store.DB, clock clockwork.Clock, name string, list ...jobs.Job) *node {
	t.Helper()
	n := &node{finished: make(chan jobs.Run, 100)}
	var err error
	n.Timetable, err = jobs.New(db, list, jobs.Options{
		Node: name, Clock: clock, Log: slog.New(slog.DiscardHandler), Finished: func(r jobs.Run) { n.finished <- r },
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (n *node) start(t *testing.T) {
	t.Helper()
	if err := n.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Stop(context.Background()) })
}

func (n *node) next(t *testing.T) jobs.Run {
	t.Helper()
	select {
	case r := <-n.finished:
		return r
	case <-time.After(20 * time.Second):
		t.Fatal("no job ran")
		return jobs.Run{}
	}
}

// nextWhile is next while the clock goes on minute by minute.
func (n *node) nextWhile(t *testing.T, clock *clockwork.FakeClock, waiters int) jobs.Run {
	t.Helper()
	var run jobs.Run
	waitFor(t, func() bool {
		select {
		case run = <-n.finished:
			return true
		default:
			advance(t, clock, waiters, time.Minute)
			return false
		}
	})
	return run
}

// job is a job that keeps the slots it was run for.
type job struct {
	jobs.Job
	mu    sync.Mutex
	slots []time.Time
}

func newJob(name string, plan jobs.Plan) *job {
	j := &job{}
	j.Job = jobs.Job{Name: name, Plan: plan, Limit: time.Minute, Do: func(_ context.Context, slot time.Time) (string, error) {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.slots = append(j.slots, slot)
		return "done", nil
	}}
	return j
}

func (j *job) ran() []time.Time {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.slots)
}

// advance moves the clock by d, once all schedulers wait for it.
func advance(t *testing.T, clock *clockwork.FakeClock, waiters int, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := clock.BlockUntilContext(ctx, waiters); err != nil {
		t.Fatalf("the scheduler does not wait: %v", err)
	}
	clock.Advance(d)
}

func history(t *testing.T, n *node, name string) []jobs.Run {
	t.Helper()
	lines, err := n.List(t.Context(), 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.Name == name {
			return l.Last
		}
	}
	t.Fatalf("no job %s", name)
	return nil
}

func running(runs []jobs.Run) bool {
	return slices.ContainsFunc(runs, func(r jobs.Run) bool { return r.Status == jobs.Running })
}

func TestRunsEverySlotOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		clock := clockwork.NewFakeClockAt(tuesday)
		db = at(t, db, clock)
		hourly := newJob("hourly", "5 * * * *")
		a := newNode(t, db, clock, "a", hourly.Job)
		b := newNode(t, db, clock, "b", hourly.Job)
		a.start(t)
		b.start(t)
		waitFor(t, func() bool { return len(history(t, a, "hourly")) == 1 })
		want := []time.Time{}
		for hour := range 3 {
			want = append(want, time.Date(2017, 10, 31, 8+hour, 5, 0, 0, time.UTC))
		}
		for i := range want {
			advance(t, clock, 4, want[i].Sub(clock.Now()))
			// A run that is still noted as running when the clock jumps an hour
			// is one whose node died: it would be taken over.
			waitFor(t, func() bool { return len(hourly.ran()) > i && !running(history(t, a, "hourly")) })
		}
		advance(t, clock, 4, time.Minute)
		advance(t, clock, 4, time.Minute)
		if got := hourly.ran(); !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Errorf("two nodes ran the slots %v, want %v", got, want)
		}
	})
}

// at opens the database again with a clock of the test's own.
func at(t *testing.T, db *store.DB, clock clockwork.Clock) *store.DB {
	t.Helper()
	dsn := "sqlite:" + db.Path()
	if db.Engine() == store.Postgres {
		dsn = storetest.PostgresDSN(t)
	}
	again, err := store.Open(t.Context(), dsn, store.Options{Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() })
	return again
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	deadline, tick := time.After(20*time.Second), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("waited too long")
		}
	}
}

func TestOnlyTheLeaderRuns(t *testing.T) {
	clock := clockwork.NewFakeClockAt(tuesday)
	db := storetest.Open(t, storetest.At(clock.Now))
	other := newJob("other", "31 * * * *")
	leader := newNode(t, db, clock, "leader", other.Job)
	leader.start(t)
	waitFor(t, func() bool { return len(history(t, leader, "other")) == 1 })

	mine := newJob("mine", "31 * * * *")
	follower := newNode(t, db, clock, "follower", mine.Job)
	follower.start(t)
	advance(t, clock, 4, time.Minute) // to the slot, within the lease
	leader.next(t)
	advance(t, clock, 4, time.Minute)
	if got := mine.ran(); len(got) != 0 || len(history(t, follower, "mine")) != 0 {
		t.Fatalf("a node that does not lead ran %v", got)
	}
	if err := leader.Stop(t.Context()); err != nil { // and gives the lead away
		t.Fatal(err)
	}
	waitFor(t, func() bool {
		advance(t, clock, 2, time.Minute)
		return len(history(t, follower, "mine")) == 1
	})
	advance(t, clock, 2, time.Hour)
	if run := follower.next(t); run.Node != "follower" || run.Epoch != 2 {
		t.Errorf("run by %s in epoch %d, want follower in epoch 2", run.Node, run.Epoch)
	}
}

func TestCatchesUpOnceWithTheNewestSlot(t *testing.T) {
	clock := clockwork.NewFakeClockAt(tuesday)
	db := storetest.Open(t, storetest.At(clock.Now))
	nightly := newJob("nightly", "30 2 * * *")
	first := newNode(t, db, clock, "first", nightly.Job)
	first.start(t)
	waitFor(t, func() bool { return len(history(t, first, "nightly")) == 1 })
	if got := nightly.ran(); len(got) != 0 {
		t.Fatalf("slots from before the first start were run: %v", got)
	}
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	clock.Advance(5 * 24 * time.Hour) // nobody was there for five nights
	second := newNode(t, db, clock, "second", nightly.Job)
	second.start(t)
	got := second.next(t)
	want := time.Date(2017, 11, 4, 18, 30, 0, 0, time.UTC) // 02:30 on November 5 in Shanghai
	if !got.Slot.Equal(want) || got.Status != jobs.Done {
		t.Errorf("caught up with slot %v (%s), want %v", got.Slot, got.Status, want)
	}
	for range 3 {
		advance(t, clock, 2, time.Minute)
	}
	if got := nightly.ran(); len(got) != 1 {
		t.Errorf("five missed nights were run %d times, want once", len(got))
	}
}

func TestClockSetBackRunsNothingTwice(t *testing.T) {
	clock := clockwork.NewFakeClockAt(tuesday)
	var back atomic.Int64
	db := storetest.Open(t, storetest.At(func() time.Time { return clock.Now().Add(-time.Duration(back.Load())) }))
	hourly := newJob("hourly", "0 * * * *")
	n := newNode(t, db, clock, "a", hourly.Job)
	n.start(t)
	waitFor(t, func() bool { return len(history(t, n, "hourly")) == 1 })
	advance(t, clock, 2, 31*time.Minute)
	n.next(t)
	back.Store(int64(2 * time.Hour))
	for range 4 {
		advance(t, clock, 2, 30*time.Minute)
	}
	if got := hourly.ran(); len(got) != 1 {
		t.Errorf("the slots %v were run although the clock showed no new hour", got)
	}
}

func TestFailureIsTriedAgain(t *testing.T) {
	for _, c := range []struct {
		name string
		fail func() error
		want string
	}{
		{"error", func() error { return errors.New("disk full") }, "disk full"},
		{"panic", func() error { panic("out of paper") }, "panic: out of paper"},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := clockwork.NewFakeClockAt(tuesday)
			db := storetest.Open(t, storetest.At(clock.Now))
			n := newNode(t, db, clock, "a", jobs.Job{
				Name: "weak", Plan: "0 * * * *", Limit: time.Minute,
				Do: func(context.Context, time.Time) (string, error) { return "", c.fail() },
			})
			n.start(t)
			waitFor(t, func() bool { return len(history(t, n, "weak")) == 1 })
			advance(t, clock, 2, 30*time.Minute)
			for want := range 3 {
				if got := n.nextWhile(t, clock, 2); got.Attempt != want+1 {
					t.Fatalf("attempt %d, want %d", got.Attempt, want+1)
				}
			}
			last := history(t, n, "weak")[0]
			if !strings.HasPrefix(last.Note, c.want) {
				t.Errorf("the run says %q, want %q", last.Note, c.want)
			}
			if last.FinishedAt.Sub(last.Slot) < 10*time.Minute {
				t.Errorf("three attempts within %v, want at least ten minutes", last.FinishedAt.Sub(last.Slot))
			}
		})
	}
}

func TestRunOfADeadNodeIsTakenOver(t *testing.T) {
	clock := clockwork.NewFakeClockAt(tuesday)
	db := storetest.Open(t, storetest.At(clock.Now))
	begun, never := make(chan bool), make(chan bool)
	mortal := at(t, db, clock)
	dying := newNode(t, mortal, clock, "dying", jobs.Job{
		Name: "long", Plan: "0 * * * *", Limit: 10 * time.Minute,
		Do: func(context.Context, time.Time) (string, error) { close(begun); <-never; return "", nil },
	})
	dying.start(t)
	t.Cleanup(func() { close(never) })
	waitFor(t, func() bool { return len(history(t, dying, "long")) == 1 })
	advance(t, clock, 2, 30*time.Minute)
	<-begun

	heir := newJob("long", "0 * * * *")
	heir.Limit = 10 * time.Minute
	n := newNode(t, db, clock, "heir", heir.Job)
	if err := mortal.Close(); err != nil { // from here on it renews nothing
		t.Fatal(err)
	}
	clock.Advance(5 * time.Minute) // the lease has ended, the run's time has not
	n.start(t)
	for range 3 {
		advance(t, clock, 4, time.Minute)
	}
	if got := heir.ran(); len(got) != 0 {
		t.Fatalf("a run that may still go on was taken over: %v", got)
	}
	run := n.nextWhile(t, clock, 4)
	if run.Attempt != 2 || run.Node != "heir" || run.Epoch != 2 {
		t.Errorf("taken over as attempt %d by %s in epoch %d, want attempt 2 by heir in epoch 2", run.Attempt, run.Node, run.Epoch)
	}
}

func TestStopEndsTheRunningJob(t *testing.T) {
	clock := clockwork.NewFakeClockAt(tuesday)
	db := storetest.Open(t, storetest.At(clock.Now))
	begun := make(chan bool)
	n := newNode(t, db, clock, "a", jobs.Job{
		Name: "patient", Plan: "0 * * * *", Limit: time.Hour,
		Do: func(ctx context.Context, _ time.Time) (string, error) {
			close(begun)
			<-ctx.Done()
			return "", ctx.Err()
		},
	})
	n.start(t)
	waitFor(t, func() bool { return len(history(t, n, "patient")) == 1 })
	advance(t, clock, 2, 30*time.Minute)
	<-begun
	if err := n.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if last := history(t, n, "patient")[0]; last.Status != jobs.Failed {
		t.Errorf("the stopped run is written down as %s, want failed, so that it is tried again", last.Status)
	}
}

func TestRunByHand(t *testing.T) {
	clock := clockwork.NewFakeClockAt(tuesday)
	db := storetest.Open(t, storetest.At(clock.Now))
	j := newJob("hourly", "0 * * * *")
	n := newNode(t, db, clock, "console", j.Job)
	run, err := n.Run(t.Context(), "hourly")
	if err != nil {
		t.Fatal(err)
	}
	if !run.ByHand || run.Status != jobs.Done || run.Note != "done" || !run.Slot.Equal(tuesday) {
		t.Errorf("run %+v, want one by hand, done, now", run)
	}
	if _, err := n.Run(t.Context(), "yearly"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("running an unknown job said %v, want not found", err)
	}
}

func TestForgetKeepsTheNewest(t *testing.T) {
	clock := clockwork.NewFakeClockAt(tuesday)
	db := storetest.Open(t, storetest.At(clock.Now))
	j := newJob("hourly", "0 * * * *")
	n := newNode(t, db, clock, "a", j.Job)
	for range 3 {
		if _, err := n.Run(t.Context(), "hourly"); err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Hour)
	}
	removed, err := jobs.Forget(t.Context(), db, clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if left := history(t, n, "hourly"); removed != 2 || len(left) != 1 || !left[0].Slot.Equal(tuesday.Add(2*time.Hour)) {
		t.Errorf("removed %d, left %v; want 2 removed and the newest left", removed, left)
	}
}

func TestNewRefusesABadTable(t *testing.T) {
	good := newJob("good", "0 * * * *").Job
	for name, list := range map[string][]jobs.Job{
		"a plan that is none": {newJob("x", "every hour").Job},
		"a name twice":        {good, good},
		"no time limit":       {{Name: "x", Plan: "0 * * * *", Do: good.Do}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := jobs.New(storetest.Open(t), list, jobs.Options{}); err == nil {
				t.Error("was taken")
			}
		})
	}
}

func ExamplePlan() {
	fmt.Println(jobs.Plan("30 2 * * *")) // every night at half past two in Asia/Shanghai
	// Output: 30 2 * * *
}
