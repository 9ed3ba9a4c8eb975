package inventory

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// FormDraft is a form that was typed into and not yet handed in, exactly as it
// was typed. A person has at most one for each record.
type FormDraft struct {
	Kind        string // "system", "department"
	ID          string // code of the record, empty for a new one
	BaseVersion int64  // the version the person began with
	Values      url.Values
	SavedAt     time.Time
}

// draftRow is how a FormDraft is kept.
type draftRow struct {
	AccountID   auth.AccountID
	SubjectKind string
	SubjectID   string
	BaseVersion int64
	Body        string
	SavedAt     time.Time
}

// TableName is the table of drafts.
func (draftRow) TableName() string { return "drafts" }

// greatestDraft bounds a draft, in bytes.
const greatestDraft = 256 << 10

// SaveDraft keeps what a person has typed so far and returns the time. Drafts
// are the person's own paper: they are not in the operation log.
func (r *Registry) SaveDraft(ctx context.Context, by auth.Principal, d FormDraft) (time.Time, error) {
	if by.AccountID == 0 {
		return time.Time{}, auth.ErrUnauthenticated
	}
	body, err := json.Marshal(d.Values)
	if err != nil {
		return time.Time{}, fmt.Errorf("write draft: %w", err)
	}
	if len(body) > greatestDraft {
		return time.Time{}, fault.New(fault.TooLarge, "inventory.err.draft_size")
	}
	var at time.Time
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		at = tx.Now()
		return saveDraft(tx, draftRow{
			AccountID: by.AccountID, SubjectKind: d.Kind, SubjectID: d.ID, BaseVersion: d.BaseVersion,
			Body: string(body), SavedAt: at,
		})
	})
	return at, err
}

// FindDraft returns the person's draft of a record, NotFound without one.
func (r *Registry) FindDraft(ctx context.Context, by auth.Principal, kind, id string) (FormDraft, error) {
	var row draftRow
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		row, err = findDraft(tx, by.AccountID, kind, id)
		return err
	})
	if err != nil {
		return FormDraft{}, err
	}
	d := FormDraft{Kind: kind, ID: id, BaseVersion: row.BaseVersion, SavedAt: row.SavedAt}
	if err := json.Unmarshal([]byte(row.Body), &d.Values); err != nil {
		return FormDraft{}, fmt.Errorf("read draft of %s %s: %w", kind, id, err)
	}
	return d, nil
}

// DropDraft forgets the person's draft of a record, if there is one.
func (r *Registry) DropDraft(ctx context.Context, by auth.Principal, kind, id string) error {
	return r.db.Write(ctx, func(tx *store.Tx) error { return dropDraft(tx, by.AccountID, kind, id) })
}

// draftLife is how long an untouched draft is kept.
const draftLife = 90 * 24 * time.Hour

// PurgeDrafts forgets drafts that nobody has touched for 90 days.
func (r *Registry) PurgeDrafts(ctx context.Context) (int64, error) {
	var n int64
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		var err error
		n, err = purgeDrafts(tx, tx.Now().Add(-draftLife))
		return err
	})
	return n, err
}

// Preference returns a choice that a person made earlier, empty when none was.
func (r *Registry) Preference(ctx context.Context, by auth.Principal, name string) (string, error) {
	var value string
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		value, err = preference(tx, by.AccountID, name)
		return err
	})
	return value, err
}

// SetPreference remembers a person's choice (the columns of a list).
func (r *Registry) SetPreference(ctx context.Context, by auth.Principal, name, value string) error {
	if by.AccountID == 0 {
		return auth.ErrUnauthenticated
	}
	if len(value) > 4096 {
		return fault.New(fault.TooLarge, "inventory.err.draft_size")
	}
	return r.db.Write(ctx, func(tx *store.Tx) error { return setPreference(tx, by.AccountID, name, value) })
}
