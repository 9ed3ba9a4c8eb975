package survey

import (
	"cmp"
	"context"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// Sheet is a form as a reviewer reads it.
type Sheet struct {
	// Comparison has the register on the one side, the form on the other.
	Comparison
	Rows        []SheetRow
	FormFound   []fault.Field // what the rules say of the form itself
	Comments    []Comment     // all, in the order in which they were made
	Drafts      []Draft
	Submissions []Submission // newest first, without what they say
	// Refused is why the reader may not decide on the form, nil when nothing
	// stands in the way.
	Refused error
}

// SheetRow is one system on a Sheet.
type SheetRow struct {
	Row   Row // its Position counts the rows that were not removed, as on paper
	Diff  RowDiff
	Found []fault.Field // what the rules say of it
	Open  int           // comments and drafts on it
}

// Remarkable tells whether a reviewer should look at the row.
func (r *SheetRow) Remarkable() bool {
	return r.Diff.Kind != Same || len(r.Found) > 0 || r.Open > 0 || r.Row.Origin == FromCensus
}

// rank puts what has to be looked at before the rest: errors and warnings, the
// census, what is commented, what is new, gone, changed.
func (r *SheetRow) rank() int {
	switch {
	case len(r.Found) > 0:
		return 0
	case r.Row.Origin == FromCensus:
		return 1
	case r.Open > 0:
		return 2
	}
	return 3 + max(0, slices.Index([]Difference{New, LetGo, Edited, Dropped, Same}, r.Diff.Kind))
}

// ReviewForm reads a form for its review. Who may see the form may read it so.
func (d *Desk) ReviewForm(ctx context.Context, by auth.Principal, key FormKey) (Sheet, error) {
	var out Sheet
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		p, err := d.paper(tx, by, key, false)
		if err != nil {
			return err
		}
		out = Sheet{}
		if err := d.dueOf(tx, p, nil); err != nil {
			return err
		}
		rows, err := rowsOf(tx, p.Form.ID)
		if err != nil {
			return err
		}
		if out.Comparison, err = d.compare(tx, p, rows, SideRegister, SideNow); err != nil {
			return err
		}
		if err := out.read(tx, p); err != nil {
			return err
		}
		if out.Refused = mayReview(tx, by, p); out.Refused == nil {
			out.Refused = waiting(p)
		}
		return d.sheetRows(tx, by, p, rows, &out)
	})
	return out, err
}

// read reads what is said about the form.
func (s *Sheet) read(tx *store.Tx, p *Paper) error {
	var err error
	if s.Comments, err = commentsOf(tx, p.Form.ID); err != nil {
		return err
	}
	if s.Drafts, err = draftsOf(tx, p.Form.ID); err != nil {
		return err
	}
	s.Submissions, err = submissionHeads(tx, p.Form.ID)
	return err
}

// sheetRows puts beside each row what there is to say of it. The rules are asked
// again about rows of which they had something to say.
func (d *Desk) sheetRows(tx *store.Tx, by auth.Principal, p *Paper, rows []Row, s *Sheet) error {
	records, err := recordsOf(tx, rows)
	if err != nil {
		return err
	}
	diffs, open := map[RowID]RowDiff{}, s.open()
	for _, one := range s.Comparison.Rows {
		diffs[one.ID] = one
	}
	for _, r := range numbered(rows) {
		if r.Decision == Removed {
			continue
		}
		one := SheetRow{Row: r, Diff: diffs[r.ID], Open: open[r.ID]}
		if r.Errors+r.Warnings > 0 {
			judged := r
			if one.Found, err = d.judge(tx, by, p, &judged, record(records, &r), inFull); err != nil {
				return err
			}
		}
		s.Rows = append(s.Rows, one)
	}
	slices.SortStableFunc(s.Rows, func(a, b SheetRow) int { return cmp.Compare(a.rank(), b.rank()) })
	return nil
}

// open counts what is said or drafted about rows and open.
func (s *Sheet) open() map[RowID]int {
	out := map[RowID]int{}
	for _, c := range s.Comments {
		if c.RowID != nil && c.SettledAt == nil {
			out[*c.RowID]++
		}
	}
	for _, c := range s.Drafts {
		if c.RowID != 0 {
			out[c.RowID]++
		}
	}
	return out
}
