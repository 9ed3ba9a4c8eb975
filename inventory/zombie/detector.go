package zombie

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
)

// Deps are the rooms that detection stands on.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Book     *schedule.Book
	// Exempt tells which of some systems are left out on a day, by a decision
	// with a reason and an end; nil is none.
	Exempt func(tx *store.Tx, systems []inventory.SystemID, day calendar.Date) (map[inventory.SystemID]bool, error)
}

// Detector runs detection and keeps what it finds. It is safe for concurrent
// use.
type Detector struct {
	db       *store.DB
	registry *inventory.Registry
	book     *schedule.Book
	exempt   func(tx *store.Tx, systems []inventory.SystemID, day calendar.Date) (map[inventory.SystemID]bool, error)
}

// New makes the detector.
func New(deps Deps) *Detector {
	return &Detector{db: deps.DB, registry: deps.Registry, book: deps.Book, exempt: deps.Exempt}
}

// Errors that callers test for.
var (
	// ErrNoRun says that detection was never run, or not for that day.
	ErrNoRun = fault.New(fault.NotFound, "zombie.err.no_run")
	// ErrNoVerdict says that no run has evaluated the system.
	ErrNoVerdict = fault.New(fault.NotFound, "zombie.err.no_verdict")
)

// viewOf is the scope of systems whose verdicts the principal may read.
func viewOf(by auth.Principal) auth.Scope {
	if by.Is(auth.Expert) {
		return auth.Scope{All: true}
	}
	return by.View()
}

// NewestRunIn is the newest run whose findings can be seen, and ErrNoRun when
// there is none.
func (d *Detector) NewestRunIn(tx *store.Tx) (Run, error) { return newestRun(tx) }

// RunIn is the run of a day, whatever its state, and ErrNoRun when there is none.
func (d *Detector) RunIn(tx *store.Tx, day calendar.Date) (Run, error) { return runOf(tx, DayOf(day)) }

// VerdictsIn gives verdicts as they hold on a day, of systems after one, in
// their order, at most n of them: the strength is at least the given one. The
// next call goes on after the last.
func (d *Detector) VerdictsIn(tx *store.Tx, day calendar.Date, least Strength, after inventory.SystemID, n int) ([]Verdict, error) {
	return verdictsAfter(tx, DayOf(day), least, after, n)
}

// VerdictsOfIn gives the verdicts of some systems as they hold on a day. A
// system that no run has evaluated is not there.
func (d *Detector) VerdictsOfIn(tx *store.Tx, day calendar.Date, systems []inventory.SystemID) (map[inventory.SystemID]Verdict, error) {
	return verdictsOf(tx, DayOf(day), systems)
}

// PolicyIn is the version of the policy, and a not-found fault when there is
// none.
func (d *Detector) PolicyIn(tx *store.Tx, version int64) (Policy, error) {
	return policyByVersion(tx, version)
}

// PolicyOnIn is the policy that holds for a day.
func (d *Detector) PolicyOnIn(tx *store.Tx, day calendar.Date) (Policy, error) {
	return policyOn(tx, DayOf(day))
}

// Use is use by people that was seen on a day.
type Use struct {
	Day            calendar.Date
	Business       int64
	Logins, People int64
}

// SeenSinceIn finds the first day, from one on, on which people used a system:
// business or log-ins, or more people on the web than machines can make up. ok
// is false when nobody was seen.
func (d *Detector) SeenSinceIn(tx *store.Tx, system inventory.SystemID, since calendar.Date) (use Use, ok bool, err error) {
	p, err := policyOn(tx, DayOf(since))
	if err != nil {
		return Use{}, false, err
	}
	return firstUse(tx, system, DayOf(since), &p.Numbers.Policy)
}

// Verdict is what the newest run found of a system, for somebody who may see it.
func (d *Detector) Verdict(ctx context.Context, by auth.Principal, code string) (v Verdict, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.seen(tx, by, code)
		if err != nil {
			return err
		}
		run, err := newestRun(tx)
		if err != nil {
			return err
		}
		found, err := verdictsOf(tx, DayOf(run.Day), []inventory.SystemID{s.ID})
		if err != nil {
			return err
		}
		var ok bool
		if v, ok = found[s.ID]; !ok {
			return ErrNoVerdict
		}
		return nil
	})
	if err != nil {
		return Verdict{}, fmt.Errorf("read the verdict of %s: %w", code, err)
	}
	return v, nil
}

// seen finds a system whose verdicts the principal may read; to everybody else
// it does not exist.
func (d *Detector) seen(tx *store.Tx, by auth.Principal, code string) (inventory.System, error) {
	if err := by.Require(Viewers()...); err != nil {
		return inventory.System{}, err
	}
	dir, err := d.registry.DirectoryIn(tx)
	if err != nil {
		return inventory.System{}, err
	}
	return systemSeen(tx, code, dir.Within(viewOf(by)))
}
