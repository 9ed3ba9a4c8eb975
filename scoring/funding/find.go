package funding

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/schedule"
	"qingce/internal/store"
)

// File is an item with all that is known of it.
type File struct {
	Run  Run
	Item Item
	// Frozen are the facts of the first finding, Facts those of the one in force.
	Frozen, Facts Facts
	Department    string // code
	Findings      []Finding
	Pleas         []PleaFile
	Steps         []Step
	// Clock is the term of the verification that runs; nil when none does.
	Clock *Clock
	Today calendar.Date
	// Own tells whether the reader acts for the department, and OwnBody that it is
	// the reader's own body, about which nothing is decided.
	Own, OwnBody bool
}

// PleaFile is a plea with its files.
type PleaFile struct {
	Plea
	Files []evidence.Item
}

// Clock is how a term stands.
type Clock struct {
	On calendar.Date
	schedule.Standing
}

// Address is the page of the item.
func (f *File) Address() string { return address(f.Run.Year, f.Item.Code) }

// Find reads the item of a system in a year, if the principal sees it.
func (d *Desk) Find(ctx context.Context, by auth.Principal, year int, code string) (File, error) {
	if err := by.Require(Viewers()...); err != nil {
		return File{}, err
	}
	f, err := store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (File, error) { return d.file(tx, by, year, code) })
	if err != nil {
		return File{}, fmt.Errorf("find the funding of %s in %d: %w", code, year, err)
	}
	return f, nil
}

func (d *Desk) file(tx *store.Tx, by auth.Principal, year int, code string) (f File, err error) {
	if f.Run, err = runOf(tx, year); err != nil {
		return f, err
	}
	seen, err := d.seen(tx, by)
	if err != nil {
		return f, err
	}
	if f.Item, err = itemIn(tx, f.Run.ID, code, seen); err != nil {
		return f, err
	}
	if f.Findings, err = findingsOf(tx, f.Item.ID); err != nil {
		return f, err
	}
	if f.Frozen, err = ReadFacts(f.Findings[0].Facts); err != nil {
		return f, err
	}
	if f.Facts, err = ReadFacts(f.Findings[len(f.Findings)-1].Facts); err != nil {
		return f, err
	}
	if f.Steps, err = stepsOf(tx, f.Item.ID); err != nil {
		return f, err
	}
	f.Today, f.Department = today(tx), f.Facts.Department.Code
	f.OwnBody = by.DepartmentID != 0 && by.DepartmentID == f.Item.DepartmentID
	f.Own = by.Is(Heads()...) && d.ofOwn(tx, by, f.Item.DepartmentID) == nil
	return f, d.withPleas(tx, &f)
}

// withPleas adds the pleas with their files, and the term that runs.
func (d *Desk) withPleas(tx *store.Tx, f *File) error {
	pleas, err := pleasOf(tx, f.Item.ID)
	if err != nil {
		return err
	}
	for _, p := range pleas {
		files, err := d.deps.Box.List(tx, p.Evidence())
		if err != nil {
			return err
		}
		f.Pleas = append(f.Pleas, PleaFile{p, files})
		if p.State != PleaSubmitted {
			continue
		}
		open, err := d.deps.Book.Of(tx, DueOf(f.Run.Year, f.Item.Code))
		if err != nil {
			return err
		}
		for _, due := range open {
			f.Clock = &Clock{due.DueOn, due.Standing}
		}
	}
	return nil
}

// OpenFile opens a file beside a plea of an item that the principal sees.
func (d *Desk) OpenFile(ctx context.Context, by auth.Principal, year int, code string, link evidence.LinkID) (*evidence.Content, error) {
	f, err := d.Find(ctx, by, year, code)
	if err != nil {
		return nil, err
	}
	for _, p := range f.Pleas {
		for _, item := range p.Files {
			if item.Link.ID == link {
				return d.deps.Box.Open(ctx, auth.System("funding"), link)
			}
		}
	}
	return nil, ErrAbsent
}
