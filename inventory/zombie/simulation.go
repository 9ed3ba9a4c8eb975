package zombie

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/zombie/detect"
)

// SimulationState says how a simulation stands.
type SimulationState string

// The states of a simulation.
const (
	SimWaiting  SimulationState = "waiting"
	SimRunning  SimulationState = "running"
	SimFinished SimulationState = "finished"
	SimFailed   SimulationState = "failed"
)

// Simulation tries a policy against the facts as they are: nothing is written
// but what would change.
type Simulation struct {
	ID            int64
	PolicyVersion int64
	Day           detect.Day
	State         SimulationState
	Systems       int // in all
	Done          int
	Result        string // a SimulationResult
	Note          string // why it failed
	AskedBy       auth.AccountID
	AskedName     string
	AskedAt       time.Time
	FinishedAt    *time.Time
}

// TableName is the table of the simulations.
func (Simulation) TableName() string { return "zombie_simulations" }

// SimulationResult is what a policy would change of the verdicts that hold.
type SimulationResult struct {
	// Raised counts the systems of which a feature would be met or suspected and
	// is not, by feature; Cleared the other way round.
	Raised, Cleared [features]int
	Met, Suspected  int // systems, by the policy
	MetNow          int // by what holds
	SuspectedNow    int
	Owners          []SimulatedOwner
	Changes         []SimulatedChange
	More            int // changes that are not listed
}

// SimulatedOwner counts the systems of a department whose verdict would change.
type SimulatedOwner struct {
	Owner           auth.DepartmentID
	Raised, Cleared int
}

// SimulatedChange is a verdict that would change.
type SimulatedChange struct {
	System   inventory.SystemID
	Code     string
	Name     string
	Owner    auth.DepartmentID
	Now      [features]detect.Result
	Then     [features]detect.Result
	Stronger bool // more would be raised than is
}

// mostChanges is how many changes are listed.
const mostChanges = 500

// atOnce is how many systems are simulated while the asker waits.
const atOnce = 300

// Results reads what came of a finished simulation.
func (s *Simulation) Results() (SimulationResult, error) {
	var r SimulationResult
	if err := json.Unmarshal([]byte(s.Result), &r); err != nil {
		return r, fmt.Errorf("read the result of simulation %d: %w", s.ID, err)
	}
	return r, nil
}

// Simulate tries a policy, a draft or one in force, on the day of the newest run.
// For a small fleet it is done when this returns, else the job does it.
func (d *Detector) Simulate(ctx context.Context, by auth.Principal, version int64) (Simulation, error) {
	if err := by.Require(Drafters()...); err != nil {
		return Simulation{}, err
	}
	var s Simulation
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		p, err := policyByVersion(tx, version)
		if err != nil {
			return err
		}
		run, err := newestRun(tx)
		if err != nil {
			return err
		}
		s = Simulation{
			PolicyVersion: p.Version, Day: DayOf(run.Day), State: SimWaiting, Systems: run.Systems, Result: "{}", AskedBy: by.AccountID, AskedName: by.Name, AskedAt: tx.Now(),
		}
		if err := insertSimulation(tx, &s); err != nil {
			return err
		}
		return oplog.Record(tx, by, oplog.Entry{
			Action: "zombie.simulated", Kind: "zombie_simulation", ID: fmt.Sprint(s.ID), Name: p.Name, After: map[string]int64{"policy": p.Version},
		})
	})
	if err != nil {
		return Simulation{}, fmt.Errorf("ask for a simulation: %w", err)
	}
	if s.Systems <= atOnce {
		return d.simulate(ctx, s)
	}
	return s, nil
}

// Simulation is one simulation.
func (d *Detector) Simulation(ctx context.Context, by auth.Principal, id int64) (s Simulation, err error) {
	if err := by.Require(Drafters()...); err != nil {
		return s, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		s, err = simulationByID(tx, id)
		return err
	})
	return s, err
}

// Simulations are the newest simulations of a policy.
func (d *Detector) Simulations(ctx context.Context, by auth.Principal, version int64) (out []Simulation, err error) {
	if err := by.Require(Drafters()...); err != nil {
		return nil, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		out, err = simulationsOf(tx, version)
		return err
	})
	return out, err
}

// JobSimulate is the job that does what was asked for.
func (d *Detector) JobSimulate(ctx context.Context, _ time.Time) (string, error) {
	n := 0
	for {
		var s Simulation
		found := false
		err := d.db.Read(ctx, func(tx *store.Tx) (err error) {
			s, found, err = waitingSimulation(tx)
			return err
		})
		if err != nil || !found {
			return fmt.Sprintf("simulations %d", n), err
		}
		if _, err := d.simulate(ctx, s); err != nil {
			return fmt.Sprintf("simulations %d", n), err
		}
		n++
	}
}

// simulate does a simulation. What it finds is written at its end; how far it has
// come, after each lot.
func (d *Detector) simulate(ctx context.Context, s Simulation) (Simulation, error) {
	result, err := d.simulateAll(ctx, &s)
	s.State = SimFinished
	if err != nil {
		s.State, s.Note = SimFailed, err.Error()
	}
	slices.SortFunc(result.Owners, func(a, b SimulatedOwner) int { return int(a.Owner - b.Owner) })
	text, jerr := json.Marshal(result)
	if jerr != nil {
		return s, jerr
	}
	s.Result = string(text)
	werr := d.db.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		now := tx.Now()
		s.FinishedAt = &now
		return updateSimulation(tx, &s)
	})
	if err == nil {
		err = werr
	}
	return s, err
}

func (d *Detector) simulateAll(ctx context.Context, s *Simulation) (SimulationResult, error) {
	var result SimulationResult
	var e *evaluator
	var ids []inventory.SystemID
	err := d.db.Read(ctx, func(tx *store.Tx) (err error) {
		if e, err = d.evaluatorOn(tx, s.Day); err != nil {
			return err
		}
		p, err := policyByVersion(tx, s.PolicyVersion)
		e.policies, e.policy = policies{p}, &p // as if it had always been so
		if err == nil {
			ids, err = judgedIDs(tx)
		}
		return err
	})
	if err != nil {
		return result, err
	}
	if e.doubted, err = d.doubtedNow(ctx, e); err != nil {
		return result, err
	}
	for lot := range slices.Chunk(ids, rebuildSize) {
		err := d.db.Read(ctx, func(tx *store.Tx) error {
			subjects, err := d.subjectsIn(tx, lot, e.day, &e.policy.Numbers.Policy)
			if err != nil {
				return err
			}
			list, err := e.lot(tx, subjects, nil)
			if err != nil {
				return err
			}
			return result.compare(tx, subjects, list)
		})
		if err != nil {
			return result, err
		}
		s.Done, s.State = s.Done+len(lot), SimRunning
		if err := d.db.Write(ctx, func(tx *store.Tx) error { return updateSimulation(tx, s) }); err != nil {
			return result, err
		}
	}
	return result, nil
}

// compare holds what a policy would find against what holds.
func (r *SimulationResult) compare(tx *store.Tx, subjects []subject, list []evaluated) error {
	ids := make([]inventory.SystemID, len(subjects))
	for i := range subjects {
		ids[i] = subjects[i].ID
	}
	now, err := verdictsOf(tx, holds-1, ids)
	if err != nil {
		return err
	}
	var changed []SimulatedChange
	for i := range list {
		c := SimulatedChange{System: list[i].system, Owner: subjects[i].Owner}
		was, v := now[c.System], &list[i].verdict
		c.Then = [features]detect.Result{v.Z1, v.Z2, v.Z3, v.Z4, v.Z5}
		for f := range c.Now {
			c.Now[f] = was.Features[f].Result
		}
		r.count(was.Strength, v.Strength)
		if c.Now != c.Then {
			changed = append(changed, r.take(c))
		}
	}
	return r.list(tx, changed)
}

func (r *SimulationResult) count(now, then Strength) {
	for _, n := range []struct {
		count *int
		is    bool
	}{{&r.Met, then == Strong}, {&r.Suspected, then == Warning}, {&r.MetNow, now == Strong}, {&r.SuspectedNow, now == Warning}} {
		if n.is {
			*n.count++
		}
	}
}

// take counts a change by feature and department.
func (r *SimulationResult) take(c SimulatedChange) SimulatedChange {
	raised, cleared := 0, 0
	for f := range c.Now {
		switch now, then := strengthOf(c.Now[f]), strengthOf(c.Then[f]); {
		case then > Nothing && now == Nothing:
			r.Raised[f]++
			raised++
		case then == Nothing && now > Nothing:
			r.Cleared[f]++
			cleared++
		}
	}
	c.Stronger = raised > cleared
	at := slices.IndexFunc(r.Owners, func(o SimulatedOwner) bool { return o.Owner == c.Owner })
	if at < 0 {
		r.Owners = append(r.Owners, SimulatedOwner{Owner: c.Owner})
		at = len(r.Owners) - 1
	}
	r.Owners[at].Raised += min(raised, 1)
	r.Owners[at].Cleared += min(cleared, 1)
	return c
}

// list keeps changes with the names of their systems, as long as there is room.
func (r *SimulationResult) list(tx *store.Tx, changed []SimulatedChange) error {
	room := max(0, mostChanges-len(r.Changes))
	if len(changed) > room {
		r.More += len(changed) - room
		changed = changed[:room]
	}
	if len(changed) == 0 {
		return nil
	}
	if err := nameSystems(tx, changed); err != nil {
		return err
	}
	r.Changes = append(r.Changes, changed...)
	return nil
}

// On is the day that a simulation is of.
func (s *Simulation) On() calendar.Date { return DateOf(s.Day) }
