package scoring

import (
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/inventory"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring/programme"
)

// disposal is a system that is to be cleaned up or integrated.
type disposal struct {
	owner auth.DepartmentID
	kind  string // inventory.Clean or inventory.Merge
	from  calendar.Date
	until calendar.Date // when it was no longer to be; zero while it is
	ended calendar.Date // when it was done, by the day that counts; zero while it is not
	proof Ref
}

// disposals are all of them, by body.
type disposals struct {
	by map[auth.DepartmentID][]disposal
}

func kindsOf(c programme.Condition) []string {
	switch c {
	case programme.HasCleanUp:
		return []string{inventory.Clean}
	case programme.HasIntegration:
		return []string{inventory.Merge}
	}
	return []string{inventory.Clean, inventory.Merge}
}

// bound lists those of some kinds that a body has to do as of a day.
func (d *disposals) bound(dept auth.DepartmentID, day calendar.Date, kinds []string) []disposal {
	var out []disposal
	for _, one := range d.by[dept] {
		if !one.from.After(day) && (one.until.IsZero() || one.until.After(day)) && slices.Contains(kinds, one.kind) {
			out = append(out, one)
		}
	}
	return out
}

// disposed reads the dispositions of the register and the confirmed cases of the
// clean-up. Of a system with a case the case tells when it was done.
func (v *view) disposed() (*disposals, error) {
	if v.disposals != nil {
		return v.disposals, nil
	}
	cases, err := v.board.deps.Cases.ConfirmedIn(v.tx, v.departments)
	if err != nil {
		return nil, err
	}
	stretches, err := v.board.deps.Registry.DispositionsIn(v.tx, v.departments)
	if err != nil {
		return nil, err
	}
	all := &disposals{map[auth.DepartmentID][]disposal{}}
	has := map[inventory.SystemID]bool{}
	for i := range cases {
		c := &cases[i]
		has[c.SystemID] = true
		d, err := v.ofCase(c)
		if err != nil {
			return nil, err
		}
		all.by[d.owner] = append(all.by[d.owner], d)
	}
	for _, d := range ofRegister(stretches, has) {
		all.by[d.owner] = append(all.by[d.owner], d)
	}
	v.disposals = all
	return all, nil
}

// ofCase is what a confirmed case asks. A system that was used again is not done
// until it is closed again, and then counts by the day of the first proof.
func (v *view) ofCase(c *cleanup.Case) (disposal, error) {
	d := disposal{
		owner: c.DepartmentID, kind: inventory.Clean, from: c.DecidedOn,
		proof: Ref{Kind: "case", ID: c.No, Title: c.No, Path: c.Address()},
	}
	if c.State != cleanup.Cleaned {
		return d, nil
	}
	d.ended = c.SubmittedOn
	if c.LateWd == nil || *c.LateWd == 0 || c.DueOn.IsZero() {
		return d, nil
	}
	first, err := v.cal.AddWorking(c.DueOn, *c.LateWd)
	if err != nil {
		return d, schedule.Explain(err)
	}
	d.ended = earlier(first, d.ended)
	return d, nil
}

// ofRegister joins the stretches of each system to what was asked of whom, and
// leaves out the systems that have a case.
func ofRegister(stretches []inventory.Disposition, has map[inventory.SystemID]bool) []disposal {
	var out []disposal
	var last inventory.Disposition
	for _, s := range stretches {
		if has[s.ID] {
			continue
		}
		joined := s.ID == last.ID && s.OwnerID == last.OwnerID && last.ValidTo != nil && last.ValidTo.Equal(s.ValidFrom) && kindOf(s) == kindOf(last)
		if !joined {
			out = append(out, disposal{owner: s.OwnerID, kind: kindOf(s), from: calendar.DateOf(s.ValidFrom), proof: systemRef(s.Code, s.Name)})
		}
		d := &out[len(out)-1]
		d.until = calendar.Date{}
		if s.ValidTo != nil {
			d.until = calendar.DateOf(*s.ValidTo)
		}
		if s.State.Closed() && d.ended.IsZero() {
			d.ended = calendar.DateOf(s.ValidFrom)
		}
		last = s
	}
	return out
}

// kindOf is what is to be done with a system: the decision, or what is under way.
func kindOf(s inventory.Disposition) string {
	if s.Final == "" {
		return inventory.Merge
	}
	return s.Final
}

func (v *view) cleaned() (fact, error)    { return v.ended([]string{inventory.Clean}) }
func (v *view) disposedOf() (fact, error) { return v.ended(kindsOf(programme.HasDisposition)) }

// ended tells whether all that were to be done by the due day are.
func (v *view) ended(kinds []string) (fact, error) {
	all, err := v.disposed()
	if err != nil {
		return nil, err
	}
	return func(dept auth.DepartmentID, term programme.Term) standing {
		var s standing
		owed := false
		for _, d := range all.bound(dept, earlier(term.Due, v.through), kinds) {
			s.Proof = append(s.Proof, d.proof)
			on := v.byDay(d.ended)
			owed = owed || on.IsZero()
			if on.After(s.On) {
				s.On = on
			}
		}
		if owed {
			s.On = calendar.Date{}
		}
		return s
	}, nil
}
