package usage_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

// watched is a world with one system and a source.
func watched(w *usagetest.World) (inventory.System, usage.SourceID) {
	s := w.Registered("RS", "就业服务系统")
	return s, w.Source(w.Probe("网关", "RS", usage.Whole, s), "a", 1)
}

// occupy keeps everybody else from writing hours until it is told to let go.
func occupy(t *testing.T, w *usagetest.World) (letGo func()) {
	t.Helper()
	taken, free, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- w.DB.Write(context.WithoutCancel(t.Context()), func(tx *store.Tx) error {
			if tx.Engine() == store.Postgres {
				if err := tx.Gorm().Exec("LOCK TABLE usage_hour IN ACCESS EXCLUSIVE MODE").Error; err != nil {
					return err
				}
			}
			close(taken)
			<-free
			return nil
		})
	}()
	<-taken
	return sync.OnceFunc(func() {
		close(free)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// refused is the status with which a sender is turned away.
func refused(t *testing.T, err error) int {
	t.Helper()
	var e *wire.Error
	if !errors.As(err, &e) || e.RetryAfter <= 0 {
		t.Fatalf("%v, want an error that says when to come again", err)
	}
	return e.Status
}

// TestIntakeWhileTheDatabaseIsAway: the sender is told within the limit, what
// waited is not kept, and afterwards all goes on by itself.
func TestIntakeWhileTheDatabaseIsAway(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		s, src := watched(w)
		w.Put(said(s, src, nine, 1, wire.Requests, 1)) // partitions are there
		limits := usage.DefaultIntakeLimits()
		limits.Within = 200 * time.Millisecond
		in := usage.NewIntake(w.Ledger, limits)
		defer stop(t, in)
		letGo := occupy(t, w)
		defer letGo()
		state := said(s, src, nine, 60, wire.Requests, 42)
		state.Seq = 2
		began := time.Now()
		err := in.Put(t.Context(), []usage.HourState{state})
		if status := refused(t, err); status != http.StatusServiceUnavailable {
			t.Errorf("status %d, want 503", status)
		}
		if d := time.Since(began); d > 5*time.Second {
			t.Errorf("told after %v", d)
		}
		letGo()
		if err := in.Put(t.Context(), []usage.HourState{state}); err != nil {
			t.Errorf("afterwards: %v", err)
		}
		if n := count(t, w, "usage_hour WHERE requests = 42"); n != 1 {
			t.Errorf("%d rows with the state, want 1", n)
		}
	})
}

func stop(t *testing.T, in *usage.Intake) {
	t.Helper()
	if err := in.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

// TestIntakeIsBounded: what would not fit into memory is turned away at once,
// and what was taken is kept when the intake stops.
func TestIntakeIsBounded(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		s, src := watched(w)
		w.Put(said(s, src, nine, 1, wire.Requests, 1))
		limits := usage.DefaultIntakeLimits()
		limits.Rows = 3
		in := usage.NewIntake(w.Ledger, limits)
		letGo := occupy(t, w)
		defer letGo()
		var senders sync.WaitGroup
		for h := range 3 {
			senders.Go(func() {
				if err := in.Put(t.Context(), []usage.HourState{said(s, src, nine+1+wire.Hour(h), 60, wire.Requests, 5)}); err != nil {
					t.Errorf("what fits: %v", err)
				}
			})
		}
		for { // until all three are in
			if rows, _ := in.Waiting(); rows == 3 {
				break
			}
		}
		err := in.Put(t.Context(), []usage.HourState{said(s, src, nine+5, 60, wire.Requests, 5)})
		if status := refused(t, err); status != http.StatusTooManyRequests {
			t.Errorf("status %d, want 429", status)
		}
		senders.Go(func() { stop(t, in) })
		letGo()
		senders.Wait()
		if n := count(t, w, "usage_hour WHERE requests = 5"); n != 3 {
			t.Errorf("%d rows are kept, want 3", n)
		}
		err = in.Put(t.Context(), []usage.HourState{said(s, src, nine+6, 60, wire.Requests, 5)})
		if status := refused(t, err); status != http.StatusServiceUnavailable {
			t.Errorf("after the stop: status %d, want 503", status)
		}
	})
}

// TestOneBadRowHurtsNoOther: of states that go into one commit only the one that
// cannot be kept is sent back, with its reason.
func TestOneBadRowHurtsNoOther(t *testing.T) {
	usagetest.Each(t, func(t *testing.T, w *usagetest.World) {
		s, src := watched(w)
		w.Put(said(s, src, nine, 1, wire.Requests, 1))
		in := usage.NewIntake(w.Ledger, usage.DefaultIntakeLimits())
		defer stop(t, in)
		letGo := occupy(t, w) // so that all go together
		var senders sync.WaitGroup
		for h := range 9 {
			senders.Go(func() {
				state := said(s, src, nine+1+wire.Hour(h), 60, wire.Requests, 5)
				if h == 4 {
					state.Hour = nine - 24*300
				}
				err := in.Put(t.Context(), []usage.HourState{state})
				if (err != nil) != (h == 4) || h == 4 && !errors.Is(err, usage.ErrTooLate) {
					t.Errorf("sender %d: %v", h, err)
				}
			})
		}
		letGo()
		senders.Wait()
		if n := count(t, w, "usage_hour WHERE requests = 5"); n != 8 {
			t.Errorf("%d rows are kept, want 8", n)
		}
	})
}
