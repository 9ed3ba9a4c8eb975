package sharing

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// ObjectionFile is an objection with what stands beside it.
type ObjectionFile struct {
	Objection Objection
	Steps     []Step
	Clock     *Clock // of the term that runs; nil when none does
	// AsUser and AsProvider tell whether the reader acts for that side.
	AsUser, AsProvider bool
}

// FindObjection reads an objection that the principal sees.
func (d *Desk) FindObjection(ctx context.Context, by auth.Principal, id ObjectionID) (ObjectionFile, error) {
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (f ObjectionFile, err error) {
		seen, err := d.seen(tx, by, Watchers())
		if err != nil {
			return f, err
		}
		if f.Objection, err = objectionIn(tx, id, seen); err != nil {
			return f, err
		}
		f.AsUser = d.ofOwn(tx, by, f.Objection.UserID) == nil && by.Is(Writers()...)
		f.AsProvider = d.ofOwn(tx, by, f.Objection.ProviderID) == nil && by.Is(Writers()...)
		if f.Steps, err = stepsOf(tx, KindObjection, int64(id)); err != nil {
			return f, err
		}
		f.Clock, err = d.running(tx, KindObjection, int64(id))
		return f, err
	})
}

// ObjectionQuery narrows a list of objections; what is zero does not narrow.
type ObjectionQuery struct {
	States     []ObjectionState
	Side       Side
	Department auth.DepartmentID
	Entry      string
	Search     string
	Overdue    bool
	Waiting    bool // for a step of the principal
	Page, Size int
}

// ObjectionRow is an objection in a list with the term that runs.
type ObjectionRow struct {
	Objection
	RunsTo calendar.Date
	Clock  *Clock `gorm:"serializer:json"`
}

// ObjectionPage is a part of a list: what is due first comes first.
type ObjectionPage struct {
	Rows       []ObjectionRow
	Total      int64
	Page, Size int
}

// ListObjections lists the objections that the principal sees.
func (d *Desk) ListObjections(ctx context.Context, by auth.Principal, q ObjectionQuery) (ObjectionPage, error) {
	q.Page, q.Size = pageOf(q.Page, q.Size)
	return store.Reading(ctx, d.deps.DB, func(tx *store.Tx) (out ObjectionPage, err error) {
		who, err := d.sides(tx, by)
		if err != nil {
			return out, err
		}
		out.Page, out.Size = q.Page, q.Size
		if out.Rows, out.Total, err = listObjections(tx, who, waitsOf(by, who.own), q, today(tx)); err != nil {
			return out, err
		}
		days := make([]calendar.Date, len(out.Rows))
		for i, row := range out.Rows {
			days[i] = row.RunsTo
		}
		clocks, err := d.clocks(tx, days, articleObjection)
		for i := range clocks {
			out.Rows[i].Clock = clocks[i]
		}
		return out, err
	})
}

// WaitingObjections counts the objections that wait for a step of the principal.
func (d *Desk) WaitingObjections(ctx context.Context, by auth.Principal) (int64, error) {
	page, err := d.ListObjections(ctx, by, ObjectionQuery{Waiting: true, Size: 1})
	return page.Total, err
}
