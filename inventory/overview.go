package inventory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/store"
)

// Facet is one thing that systems are counted by: a field and the value it
// has; an empty Value is "not given". The list filtered by it shows the rows.
type Facet struct {
	Field string
	Value string
}

// facets are what an overview counts: how far the records have come, what is
// to become of the systems, and what auditors and reviewers look at first.
var facets = slices.Concat(
	eachValue("state", stateNames()...),
	eachValue("proposed", Keep, Merge, Clean, Connect, ""),
	eachValue("final", Keep, Merge, Clean, ""),
	[]Facet{
		{"approval_dept", ApprovalNone}, {"classified", "true"}, {"om_amount_year", ""},
		{"use_frequency", FrequencyHardly}, {"djbh_level", DjbhNone},
	},
)

func eachValue(key string, values ...string) []Facet {
	out := make([]Facet, len(values))
	for i, v := range values {
		out[i] = Facet{key, v}
	}
	return out
}

// Facets lists everything that an overview counts.
func Facets() []Facet { return slices.Clone(facets) }

// Param is the value of the list's parameter that shows the rows of the facet.
func (f Facet) Param() string {
	if f.Value == "" {
		return field.EmptyWord
	}
	return f.Value
}

// Tally is how many systems there are, and how many of each facet.
type Tally struct {
	Total  int64
	counts []int64 // as facets
}

// Of is the number of systems of a facet. It panics for one that is not in
// Facets: that is a mistake of the program.
func (t Tally) Of(key, value string) int64 {
	i := slices.Index(facets, Facet{key, value})
	if i < 0 {
		panic(fmt.Sprintf("inventory: nobody counts %s = %q", key, value))
	}
	if t.counts == nil {
		return 0
	}
	return t.counts[i]
}

// with is the sum of two tallies.
func (t Tally) with(other Tally) Tally {
	sum := Tally{Total: t.Total + other.Total, counts: make([]int64, len(facets))}
	for i := range sum.counts {
		for _, part := range []Tally{t, other} {
			if part.counts != nil {
				sum.counts[i] += part.counts[i]
			}
		}
	}
	return sum
}

// DepartmentTally is the tally of one department.
type DepartmentTally struct {
	Department
	Tally
}

// Recent is the latest step in the life of a system.
type Recent struct {
	Code        string
	Name        string
	State       State
	OwnerID     DepartmentID
	Action      string // message key history.<action>
	ChangedName string // who did it
	Reason      string
	UpdatedAt   time.Time
}

// Overview is the register in numbers, for one reader.
type Overview struct {
	Tally
	// Departments are those that own systems or could, the most systems first.
	Departments []DepartmentTally
	// Recent are the systems that were changed last, the newest first.
	Recent []Recent
}

// recentChanges is how many of the latest changes an overview tells.
const recentChanges = 8

// Overview counts the systems that the principal sees and tells what was
// changed last. It costs two queries, however many numbers it gives; see
// Overviews for those who see everything.
func (r *Registry) Overview(ctx context.Context, by auth.Principal) (Overview, error) {
	return NewOverviews(r).Of(ctx, by)
}

// Overviews gives overviews and remembers the one of the whole register, the
// only one that is slow to work out, until the register changes. It is safe
// for concurrent use.
type Overviews struct {
	registry *Registry

	mu    sync.Mutex
	state string // of the register that whole belongs to
	whole Overview
}

// NewOverviews makes Overviews of a register.
func NewOverviews(r *Registry) *Overviews { return &Overviews{registry: r} }

// Of is the overview for one reader, as Registry.Overview gives it. It must not
// be changed.
func (o *Overviews) Of(ctx context.Context, by auth.Principal) (Overview, error) {
	var out Overview
	err := o.registry.db.Read(ctx, func(tx *store.Tx) (err error) {
		if scope := by.View(); !scope.All {
			out, err = o.registry.overviewIn(tx, scope)
			return err
		}
		out, err = o.wholeIn(tx)
		return err
	})
	if err != nil {
		return Overview{}, fmt.Errorf("overview of the register: %w", err)
	}
	return out, nil
}

// wholeIn works the whole register out once for all who ask at the same time.
func (o *Overviews) wholeIn(tx *store.Tx) (Overview, error) {
	systems, departments, err := revisions(tx)
	if err != nil {
		return Overview{}, err
	}
	state := fmt.Sprint(systems, departments, today(tx)) // departments begin and end with the day
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.state == state {
		return o.whole, nil
	}
	whole, err := o.registry.overviewIn(tx, auth.Scope{All: true})
	if err == nil {
		o.state, o.whole = state, whole
	}
	return whole, err
}

func (r *Registry) overviewIn(tx *store.Tx, scope auth.Scope) (Overview, error) {
	d, err := r.directoryIn(tx)
	if err != nil {
		return Overview{}, err
	}
	tallies, err := tallyByOwner(tx, d.Within(scope))
	if err != nil {
		return Overview{}, err
	}
	out := Overview{Departments: joinTallies(tx, d, scope, tallies)}
	for _, t := range tallies {
		out.Tally = out.with(t)
	}
	out.Recent, err = recentIn(tx, d.Within(scope), recentChanges)
	return out, err
}

// joinTallies puts the departments beside their numbers. A department without
// systems is listed while it exists and is none of those that own nothing by
// their nature.
func joinTallies(tx *store.Tx, d *Directory, s auth.Scope, tallies map[DepartmentID]Tally) []DepartmentTally {
	var out []DepartmentTally
	for _, dept := range d.All() {
		t := tallies[dept.ID]
		could := dept.Kind != Coordination && dept.ActiveOn(today(tx)) && d.Covers(s, dept.ID)
		if t.Total > 0 || could {
			out = append(out, DepartmentTally{dept, t})
		}
	}
	slices.SortStableFunc(out, func(a, b DepartmentTally) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Code, b.Code))
	})
	return out
}
