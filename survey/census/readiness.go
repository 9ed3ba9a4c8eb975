package census

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

// Readiness is how near a census is to its lock.
type Readiness struct {
	Census, Base survey.Campaign
	Bodies       int // in scope
	Accepted     int
	Sources      int
	Unmatched    int    // lists whose columns are still to be mapped
	Counts       Counts // of all lists
	// Unsettled are systems of the bodies in scope that nobody has verified yet;
	// Outside are those of other bodies, which would stay out of the count.
	Unsettled int64
	Outside   int64
	// Verified is how many systems a lock would certify now; Locked are under
	// lock already. A certificate counts both.
	Verified int64
	Locked   int64
	Visits   int64
}

// Ready tells whether nothing keeps the census from being locked.
func (r Readiness) Ready() bool {
	return r.Base.State.Takes() && r.Census.State.Takes() && r.Bodies > 0 && r.Accepted == r.Bodies && r.Unmatched == 0 &&
		r.Counts.Undecided == 0 && r.Unsettled == 0
}

// Readiness tells what still keeps a census from being locked. It is for those
// who see all bodies.
func (d *Desk) Readiness(ctx context.Context, by auth.Principal, census string) (Readiness, error) {
	var out Readiness
	err := d.overlook(ctx, by, func(tx *store.Tx) error {
		c, err := campaignsByCode(tx, census, false)
		if err != nil {
			return err
		}
		out, err = d.readiness(tx, c)
		return err
	})
	return out, err
}

func (d *Desk) readiness(tx *store.Tx, c campaigns) (Readiness, error) {
	out := Readiness{Census: c.Census, Base: c.Base}
	sources, err := sourcesOf(tx, c.Census.ID)
	if err != nil {
		return out, err
	}
	out.Sources = len(sources)
	for _, s := range sources {
		out.Counts = out.Counts.add(s.Counts)
		if s.State != Matched {
			out.Unmatched++
		}
	}
	asked, accepted, err := formStates(tx, c.Base.ID)
	if err != nil {
		return out, err
	}
	out.Bodies, out.Accepted = len(asked), accepted
	if out.Visits, err = countVisits(tx, c.Census.ID); err != nil {
		return out, err
	}
	return out, d.countSystems(tx, asked, &out)
}

// countSystems counts the systems that a lock would certify, and those that
// nobody has verified yet.
func (d *Desk) countSystems(tx *store.Tx, asked map[auth.DepartmentID]bool, out *Readiness) error {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	var all []auth.DepartmentID
	for _, body := range dir.All() {
		all = append(all, body.ID)
	}
	unsettled, err := d.deps.Registry.UnsettledIn(tx, all)
	if err != nil {
		return fmt.Errorf("count systems that are not verified: %w", err)
	}
	for id, n := range unsettled {
		if asked[id] {
			out.Unsettled += n
		} else {
			out.Outside += n
		}
	}
	verified, err := d.deps.Registry.VerifiedCountIn(tx, certified(dir, out.Base, asked))
	if err != nil {
		return fmt.Errorf("count systems that are verified: %w", err)
	}
	for _, n := range verified {
		out.Verified += n
	}
	out.Locked, err = countLocked(tx)
	return err
}

// certified lists the bodies whose verified systems a lock certifies: those that
// were asked, and of a survey of the city's departments the counties and zones,
// which register by themselves. A body that was taken out of the scope is not
// certified by the answers of the others.
func certified(dir *inventory.Directory, base survey.Campaign, asked map[auth.DepartmentID]bool) []auth.DepartmentID {
	var out []auth.DepartmentID
	for _, body := range dir.All() {
		beside := base.Scope == survey.MunicipalOnly && (body.Kind == inventory.County || body.Kind == inventory.Zone)
		if asked[body.ID] || beside {
			out = append(out, body.ID)
		}
	}
	return out
}
