package cleanup

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
)

// File is a case with what a reader needs to answer or judge it.
type File struct {
	Case   Case
	System inventory.System
	// Target is the system of the plan that takes over, nil without one.
	Target *inventory.System
	Steps  []Step
	Files  []evidence.Item
	Dues   []schedule.Open
	// Moves are the steps that the reader can take now, May what else.
	Moves []Move
	May   May
	// Others are the earlier and later cases of the same system.
	Others []Case
	// Today is the day as of which the case is read.
	Today calendar.Date
}

// May is what a reader can do with a case besides its moves.
type May struct {
	Prepare bool // an answer for the head
	Prove   bool // by files
	Own     bool // it is of the own department or region
}

// Can tells whether the reader can take a step now.
func (f *File) Can(m Move) bool {
	for _, one := range f.Moves {
		if one == m {
			return true
		}
	}
	return false
}

// Find reads a case; to whom it does not belong it is not there.
func (d *Desk) Find(ctx context.Context, by auth.Principal, no string) (File, error) {
	var f File
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		c, err := caseByNo(tx, no)
		if err != nil {
			return err
		}
		if err := d.visible(tx, by, &c); err != nil {
			return err
		}
		f = File{Case: c, Today: today(tx)}
		return d.complete(tx, by, &f)
	})
	return f, err
}

// complete reads what stands around a case.
func (d *Desk) complete(tx *store.Tx, by auth.Principal, f *File) error {
	c := &f.Case
	var err error
	if f.System, err = systemOf(tx, c.SystemID); err != nil {
		return err
	}
	if c.TargetID != nil {
		target, err := systemOf(tx, *c.TargetID)
		if err != nil {
			return err
		}
		f.Target = &target
	}
	if f.Steps, err = stepsOf(tx, c.ID); err != nil {
		return err
	}
	if f.Files, err = d.deps.Box.List(tx, c.evidence()); err != nil {
		return err
	}
	if f.Dues, err = d.deps.Book.Of(tx, c.Subject()); err != nil {
		return err
	}
	if err := d.moves(tx, by, f); err != nil {
		return err
	}
	others, err := casesOf(tx, c.SystemID)
	for _, o := range others {
		if o.ID != c.ID {
			f.Others = append(f.Others, o)
		}
	}
	return err
}

// moves finds what the reader can do with a case now.
func (d *Desk) moves(tx *store.Tx, by auth.Principal, f *File) error {
	c := &f.Case
	for _, way := range Ways() {
		if d.may(tx, by, c, way.Move) == nil && !(way.Move == Confirm && c.State == Notified && !c.AnswerOverdue(f.Today)) {
			f.Moves = append(f.Moves, way.Move)
		}
	}
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	f.May.Own = by.Is(preparers()...) && dir.Covers(by.Own(), c.DepartmentID)
	f.May.Prepare = f.May.Own && (c.State == Suspected || c.State == Notified)
	f.May.Prove = !c.State.Closed() && (by.Is(auth.Office, auth.Centre) || f.May.Own && c.State != EvidenceSubmitted)
	return nil
}

// CasesOf lists the cases of a system that somebody sees, the newest first.
func (d *Desk) CasesOf(ctx context.Context, by auth.Principal, system inventory.SystemID) ([]Case, error) {
	if err := by.Require(Viewers()...); err != nil {
		return nil, err
	}
	var out []Case
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		dir, err := d.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		all, err := casesOf(tx, system)
		for i := range all {
			if dir.Covers(scopeOf(by), all[i].DepartmentID) {
				out = append(out, all[i])
			}
		}
		return err
	})
	return out, err
}
