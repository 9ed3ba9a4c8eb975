package usage

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
)

// Probes is the register of probes with its verbs. It is safe for concurrent
// use.
type Probes struct {
	db       *store.DB
	registry *inventory.Registry
	passes   passes
	arrivals arrivals
}

// NewProbes makes the register of probes over a database.
func NewProbes(db *store.DB, registry *inventory.Registry) *Probes {
	return &Probes{db: db, registry: registry, passes: newPasses(), arrivals: newArrivals()}
}

// Viewers see probes, of their own department or region or all (DOMAIN §1.3).
func Viewers() []auth.Role {
	return []auth.Role{auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Auditor}
}

// Operators register probes and hold their tokens: the centre, which installs
// them (方案 part 2 (2)).
func Operators() []auth.Role { return []auth.Role{auth.Centre} }

// Counters see how many probes there are in which standing.
func Counters() []auth.Role { return append(Viewers(), auth.Leader) }

// PageSize limits of lists of probes.
const (
	DefaultPageSize = 20
	MaxPageSize     = 200
)

// ProbeQuery narrows and orders a list of probes; what is empty does not narrow.
// Of several values of one kind any is enough.
type ProbeQuery struct {
	Search     string // in the code and name of the probe, and of its systems
	Kinds      []ProbeKind
	Owners     []auth.DepartmentID
	Standings  []Standing
	SystemCode string
	Rejected   bool // something was sent back today
	// Sort is "code", "name", "success" (the last one) or "standing" (what needs
	// attention first); empty is "code".
	Sort       string
	Descending bool
	Page, Size int
}

// ProbeSorts lists what a list can be ordered by.
func ProbeSorts() []string { return []string{"code", "name", "success", "standing"} }

// ProbeLine is a probe in a list.
type ProbeLine struct {
	Probe
	Contact  Contact
	Standing Standing
	Owner    inventory.Department
	Systems  []WatchedSystem
	// RejectedToday is how many items were sent back today.
	RejectedToday int64
}

// ProbePage is a part of a list and how long the whole is.
type ProbePage struct {
	Lines []ProbeLine
	Total int64
}

// ListProbes lists the probes that by sees.
func (p *Probes) ListProbes(ctx context.Context, by auth.Principal, q ProbeQuery) (ProbePage, error) {
	if err := by.Require(Viewers()...); err != nil {
		return ProbePage{}, err
	}
	if q.Size <= 0 {
		q.Size = DefaultPageSize
	}
	q.Page, q.Size = max(q.Page, 1), min(q.Size, MaxPageSize)
	var out ProbePage
	err := p.db.Read(ctx, func(tx *store.Tx) error {
		out = ProbePage{}
		dir, err := p.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		found, total, err := listProbes(tx, dir.Within(by.View()), q)
		if err != nil {
			return err
		}
		out.Total = total
		out.Lines, err = p.lines(tx, dir, found)
		return err
	})
	if err != nil {
		return ProbePage{}, fmt.Errorf("list probes: %w", err)
	}
	return out, nil
}

// ProbesOf lists the probes that speak of a system, for those who see the
// system's department.
func (p *Probes) ProbesOf(ctx context.Context, by auth.Principal, system inventory.SystemID) ([]ProbeLine, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	var out []ProbeLine
	err := p.db.Read(ctx, func(tx *store.Tx) error {
		dir, err := p.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		found, err := probesOfSystem(tx, dir.Within(by.View()), system)
		if err != nil {
			return err
		}
		out, err = p.lines(tx, dir, found)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the probes of system %d: %w", system, err)
	}
	return out, nil
}

// lines adds what stands beside probes in a list.
func (p *Probes) lines(tx *store.Tx, dir *inventory.Directory, found []Probe) ([]ProbeLine, error) {
	ids := make([]ProbeID, len(found))
	for i := range found {
		ids[i] = found[i].ID
	}
	contacts, err := contactsOf(tx, ids)
	if err != nil {
		return nil, err
	}
	systems, err := watchedBy(tx, ids)
	if err != nil {
		return nil, err
	}
	rejected, err := rejectedOn(tx, ids, calendar.DateOf(tx.Now()))
	if err != nil {
		return nil, err
	}
	out := make([]ProbeLine, len(found))
	for i, one := range found {
		contact := contacts[one.ID]
		owner, _ := dir.Find(one.OwnerID)
		out[i] = ProbeLine{
			Probe: one, Contact: contact, Standing: contact.Standing(&one, tx.Now()), Owner: owner,
			Systems: systems[one.ID], RejectedToday: rejected[one.ID],
		}
	}
	return out, nil
}

// ProbeFile is a probe with all that is known of it.
type ProbeFile struct {
	ProbeLine
	Tokens []Token // without their hashes, the newest first
	// Silences are the newest outages, the present one first.
	Silences []Silence
}

// mostSilences is how many outages of a probe are shown.
const mostSilences = 50

// FindProbe reads a probe that by sees.
func (p *Probes) FindProbe(ctx context.Context, by auth.Principal, code string) (ProbeFile, error) {
	if err := by.Require(Viewers()...); err != nil {
		return ProbeFile{}, err
	}
	var out ProbeFile
	err := p.db.Read(ctx, func(tx *store.Tx) error {
		out = ProbeFile{}
		dir, err := p.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		one, err := probeByCode(tx, code, dir.Within(by.View()))
		if err != nil {
			return err
		}
		lines, err := p.lines(tx, dir, []Probe{one})
		if err != nil {
			return err
		}
		out.ProbeLine = lines[0]
		if out.Tokens, err = tokensOf(tx, one.ID); err != nil {
			return err
		}
		out.Silences, err = silencesOf(tx, one.ID, mostSilences)
		return err
	})
	if err != nil {
		return ProbeFile{}, fmt.Errorf("find probe %s: %w", code, err)
	}
	return out, nil
}

// Rejections lists what was sent back to a probe in the days, the newest first
// and within a day the most frequent.
func (p *Probes) Rejections(ctx context.Context, by auth.Principal, code string, from, to calendar.Date) ([]Rejection, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	var out []Rejection
	err := p.db.Read(ctx, func(tx *store.Tx) error {
		dir, err := p.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		one, err := probeByCode(tx, code, dir.Within(by.View()))
		if err != nil {
			return err
		}
		out, err = rejectionsOf(tx, one.ID, from, to)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list what was sent back to probe %s: %w", code, err)
	}
	return out, nil
}

// CountStandings counts the probes that by sees by their standing; the leading
// group sees the sums of the city.
func (p *Probes) CountStandings(ctx context.Context, by auth.Principal) (map[Standing]int64, error) {
	if err := by.Require(Counters()...); err != nil {
		return nil, err
	}
	var out map[Standing]int64
	err := p.db.Read(ctx, func(tx *store.Tx) error {
		dir, err := p.registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		out, err = countStandings(tx, dir.Within(by.View()))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count probes: %w", err)
	}
	return out, nil
}

// ErrProbeStopped refuses what only a probe that runs can do.
var ErrProbeStopped = fault.New(fault.Conflict, "probe.err.is_stopped")

// change reads a probe for a change of version by an operator, lets do change
// it, writes it and the operation log.
func (p *Probes) change(ctx context.Context, by auth.Principal, code string, version int64, act, reason string, do func(*store.Tx, *Probe) error) (Probe, error) {
	if err := by.Require(Operators()...); err != nil {
		return Probe{}, err
	}
	var out Probe
	err := p.db.Write(ctx, func(tx *store.Tx) error {
		old, err := probeByCode(tx, code, nil)
		if err != nil {
			return err
		}
		before, err := factsOf(tx, old)
		if err != nil {
			return err
		}
		out = old
		if err := do(tx, &out); err != nil {
			return err
		}
		out.Version, out.UpdatedAt, out.UpdatedBy, out.UpdatedName = version+1, tx.Now(), by.AccountID, by.Name
		if err := tx.UpdateVersion(&out, int64(out.ID), version); err != nil {
			return err
		}
		after, err := factsOf(tx, out)
		if err != nil {
			return err
		}
		tx.AfterCommit(p.passes.forget)
		return oplog.Record(tx, by, oplog.Entry{
			Action: act, Kind: "probe", ID: out.Code, Name: out.Name, Department: out.OwnerID, Before: before, After: after, Reason: reason,
		})
	})
	if err != nil {
		return Probe{}, fmt.Errorf("change probe %s: %w", code, err)
	}
	return out, nil
}
