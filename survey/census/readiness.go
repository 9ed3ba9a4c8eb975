package census

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/store"
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
	// Verified is how many systems a lock would certify now.
	Verified int64
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

// countSystems counts the systems of the bodies in scope and of the others.
func (d *Desk) countSystems(tx *store.Tx, asked map[auth.DepartmentID]bool, out *Readiness) error {
	all, err := d.everybody(tx)
	if err != nil {
		return err
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
	verified, err := d.deps.Registry.VerifiedCountIn(tx, all)
	for _, n := range verified {
		out.Verified += n
	}
	return err
}

// everybody lists all bodies, also those that have ended.
func (d *Desk) everybody(tx *store.Tx) ([]auth.DepartmentID, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	var out []auth.DepartmentID
	for _, body := range dir.All() {
		out = append(out, body.ID)
	}
	return out, nil
}
