package sharing

import (
	"fmt"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
)

// TermAt is the term of a request or an objection as it stood at the end of a
// day: whose it was, by when, and whether it was kept.
type TermAt struct {
	ID         int64
	ProviderID auth.DepartmentID
	Entry      string // name
	Path       string
	DueOn      calendar.Date
	EndedAt    *time.Time // nil while it ran
	LateWd     *int64     // once it had ended
	// Withdrawn tells that who asked took it back before the term had passed.
	Withdrawn bool
}

// RepliesAt lists the terms of providers to answer requests that ended, or had
// passed, from one day to another (办法 art. 10). It is for those who count all
// bodies and knows no rights.
func (d *Desk) RepliesAt(tx *store.Tx, from, to calendar.Date) ([]TermAt, error) {
	begin, end := from.StartsAt().UTC(), to.EndsAt().UTC()
	var rows []struct {
		Request
		RunsTo calendar.Date
	}
	err := tx.Gorm().Table("sharing_requests x").Select("x.*, d.due_on AS runs_to").
		Joins("LEFT JOIN due_dates d ON d.subject_kind = ? AND d.subject_id = CAST(x.id AS text) AND d.title = ? AND d.closed_at IS NULL", KindRequest, dueReply).
		Where("x.submitted_at < ? AND x.share_type = '2' AND (x.reply_due_on >= ? OR d.due_on >= ?)", end, from, from).Order("x.id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the requests as of %s: %w", to, err)
	}
	out := []TermAt{}
	for _, r := range rows {
		t := TermAt{ID: int64(r.ID), ProviderID: r.ProviderID, Entry: r.EntryName, Path: r.Address(), DueOn: r.ReplyDueOn, EndedAt: r.RepliedAt, LateWd: r.ReplyLateWd}
		if t.DueOn.IsZero() {
			t.DueOn = r.RunsTo
		}
		t.Withdrawn = r.State == RequestWithdrawn && r.RepliedAt == nil && r.ClosedAt != nil && !calendar.DateOf(*r.ClosedAt).After(t.DueOn)
		if t.within(begin, end, to) {
			out = append(out, t)
		}
	}
	return out, nil
}

// within cuts a term to what was known at the end of a day: an answer that came
// later had not come. It tells whether the term counts at all: it had ended, or
// had passed.
func (t *TermAt) within(begin, end time.Time, day calendar.Date) bool {
	if t.EndedAt != nil && !t.EndedAt.Before(end) {
		t.EndedAt, t.LateWd = nil, nil
	}
	if t.EndedAt != nil {
		return !t.EndedAt.Before(begin)
	}
	return t.DueOn.Before(day) || t.DueOn == day
}

// ObjectionsAt lists the terms of providers to close objections that ended, or
// had passed, from one day to another (办法 art. 14). It is for those who count
// all bodies and knows no rights.
func (d *Desk) ObjectionsAt(tx *store.Tx, from, to calendar.Date) ([]TermAt, error) {
	begin, end := from.StartsAt().UTC(), to.EndsAt().UTC()
	var rows []struct {
		Objection
		RunsTo calendar.Date
	}
	err := tx.Gorm().Table("sharing_objections x").Select("x.*, d.due_on AS runs_to").
		Joins("LEFT JOIN due_dates d ON d.subject_kind = ? AND d.subject_id = CAST(x.id AS text) AND d.closed_at IS NULL", KindObjection).
		Where("x.created_at < ? AND (x.due_on >= ? OR d.due_on >= ?)", end, from, from).Order("x.id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the objections as of %s: %w", to, err)
	}
	out := []TermAt{}
	for _, o := range rows {
		t := TermAt{ID: int64(o.ID), ProviderID: o.ProviderID, Entry: o.EntryName, Path: o.Address(), DueOn: o.DueOn, EndedAt: o.ClosedAt, LateWd: o.LateWd}
		if t.DueOn.IsZero() {
			t.DueOn = o.RunsTo
		}
		t.Withdrawn = o.State == ObjectionWithdrawn
		if t.within(begin, end, to) {
			out = append(out, t)
		}
	}
	return out, nil
}

// UsedAt lists the entries that a department other than their provider used from
// one day to another, with the last such day.
func (d *Desk) UsedAt(tx *store.Tx, from, to calendar.Date) (map[string]calendar.Date, error) {
	var rows []struct {
		EntryCode string
		UsedOn    calendar.Date
	}
	err := tx.Gorm().Raw(`SELECT entry_code, max(used_on) AS used_on FROM sharing_uses
		WHERE user_id <> provider_id AND used_on BETWEEN ? AND ? GROUP BY entry_code`, from, to).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read uses from %s to %s: %w", from, to, err)
	}
	out := make(map[string]calendar.Date, len(rows))
	for _, r := range rows {
		out[r.EntryCode] = r.UsedOn
	}
	return out, nil
}

// ReliefsAt lists what was no longer to be handed in at the end of a day, and
// what was declared and not accepted by then (办法 art. 11).
func (d *Desk) ReliefsAt(tx *store.Tx, day calendar.Date) ([]Relief, error) {
	var out []Relief
	err := tx.Gorm().Where("created_at < ? AND stopped_on <= ? AND state <> ?", day.EndsAt().UTC(), day, ReliefWithdrawn).Order("id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read reliefs as of %s: %w", day, err)
	}
	for i := range out {
		if r := &out[i]; r.DecidedAt != nil && !r.DecidedAt.Before(day.EndsAt()) {
			r.State = ReliefDeclared
		}
	}
	return out, nil
}
