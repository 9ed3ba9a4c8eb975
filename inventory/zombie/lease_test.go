package zombie_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/zombietest"
)

// meanwhile is a detector that does something while its run is at work, once.
func meanwhile(w *zombietest.World, do func()) *zombie.Detector {
	var once sync.Once
	return zombie.New(zombie.Deps{
		DB: w.DB, Registry: w.Registry, Book: w.Book,
		Exempt: func(*store.Tx, []inventory.SystemID, calendar.Date) (map[inventory.SystemID]bool, error) {
			once.Do(do)
			return nil, nil
		},
	})
}

func fleetOf(w *zombietest.World, n int) calendar.Date {
	w.Fleet(n)
	to := day(10, 22)
	w.Until(to)
	w.FleetFacts(to, to, day(1, 1))
	return to
}

// A second run of the day is told that the first is at work, and by whom; when
// this is over it gets the summary.
func TestASecondRunAtOnceIsAnswered(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		to := fleetOf(w, 30)
		centre := w.Someone(auth.Centre)
		var second error
		first := meanwhile(w, func() { _, second = w.Detector.Detect(t.Context(), centre, to, zombie.How{}) })
		run, err := first.Detect(t.Context(), centre, to, zombie.How{})
		if err != nil || run.State != zombie.Finished || run.Systems != 31 {
			t.Fatalf("the first run: %+v %v", run, err)
		}
		if !errors.Is(second, zombie.ErrBusy) {
			t.Errorf("the second run at once: %v, want that the first is at work", second)
		}
		again, err := w.Detector.Detect(t.Context(), centre, to, zombie.How{})
		if err != nil || again.Systems != 31 || again.Corrections != 0 || !again.FinishedAt.Equal(run.FinishedAt) {
			t.Errorf("after it: %+v %v, want the summary of the first", again, err)
		}
	})
}

// Any number of runs at once make one.
func TestManyRunsAtOnceMakeOne(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		to := fleetOf(w, 300)
		centre := w.Someone(auth.Centre)
		errs := make([]error, 6)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { _, errs[i] = w.Detector.Detect(t.Context(), centre, to, zombie.How{}) })
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			switch {
			case err == nil:
				done++
			case !errors.Is(err, zombie.ErrBusy):
				t.Errorf("a run at once: %v", err)
			}
		}
		run, err := w.Detector.Run(t.Context(), centre, to)
		if done == 0 || err != nil || run.Systems != 301 || run.Corrections != 0 {
			t.Errorf("%d runs were answered, the newest is %+v (%v)", done, run, err)
		}
	})
}

// A run that died is waited for a while, and then taken over; one that was taken
// over while it slept writes nothing more.
func TestTheLeaseOfARunThatDied(t *testing.T) {
	zombietest.Each(t, func(t *testing.T, w *zombietest.World) {
		to := fleetOf(w, 30)
		centre := w.Someone(auth.Centre)
		another := func() {
			err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
				return tx.Gorm().Exec("UPDATE zombie_lease SET holder = 'x', name = '李四', day = ?, until = ?", zombie.DayOf(to), tx.Now().Add(5*time.Minute)).Error
			})
			if err != nil {
				t.Error(err)
			}
		}
		if _, err := meanwhile(w, another).Detect(t.Context(), centre, to, zombie.How{}); !errors.Is(err, zombie.ErrBusy) {
			t.Fatalf("a run that lost its lease: %v", err)
		}
		if _, err := w.Detector.Newest(t.Context(), centre); !errors.Is(err, zombie.ErrNoRun) {
			t.Errorf("it was finished all the same: %v", err)
		}
		if _, err := w.Detector.Detect(t.Context(), centre, to, zombie.How{DryRun: true}); err != nil {
			t.Errorf("a dry run need not wait: %v", err)
		}
		w.Clock.Advance(4 * time.Minute)
		if _, err := w.Detector.Detect(t.Context(), centre, to, zombie.How{}); !errors.Is(err, zombie.ErrBusy) {
			t.Errorf("4 minutes later: %v", err)
		}
		w.Clock.Advance(2 * time.Minute)
		if run := w.Detect(to, zombie.How{}); run.State != zombie.Finished || run.Systems != 31 {
			t.Errorf("6 minutes later: %+v", run)
		}
	})
}
