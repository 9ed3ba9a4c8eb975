package sharing

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/store"
)

// OpenFile opens a file beside a request that the principal sees: both sides may
// read it, though it was put there by one.
func (d *Desk) OpenFile(ctx context.Context, by auth.Principal, id RequestID, link evidence.LinkID) (*evidence.Content, error) {
	f, err := d.FindRequest(ctx, by, id)
	if err != nil {
		return nil, err
	}
	for _, item := range f.Files {
		if item.Link.ID == link {
			return d.deps.Box.Open(ctx, auth.System("sharing"), link)
		}
	}
	return nil, errAbsent
}

// Attach puts a paper beside a request ahead of the step that needs it: the
// signed application for the user's own people, the minutes for the Office.
func (d *Desk) Attach(ctx context.Context, by auth.Principal, id RequestID, purpose string, file evidence.Received) (evidence.Item, error) {
	keepers := Writers()
	if purpose == FileMinutes {
		keepers = []auth.Role{auth.Office}
	}
	if err := by.Require(keepers...); err != nil {
		return evidence.Item{}, err
	}
	if purpose != FileMinutes && purpose != FileApplication {
		return evidence.Item{}, fault.Refuse([]fault.Field{fault.At("purpose", "err.choice", "field", fault.Label("sharing.file"))})
	}
	return store.Writing(ctx, d.deps.DB, func(tx *store.Tx) (evidence.Item, error) {
		r, err := requestForUpdate(tx, id)
		if err != nil {
			return evidence.Item{}, err
		}
		if purpose == FileApplication {
			err = d.ofOwn(tx, by, r.UserID)
		}
		switch {
		case err != nil:
			return evidence.Item{}, err
		case purpose == FileMinutes && r.State.Turn() != TurnOffice, purpose == FileApplication && r.ClosedAt != nil:
			return evidence.Item{}, fault.New(ErrState.Kind, ErrState.Code, "state", r.State.Label())
		}
		return d.deps.Box.Attach(tx, by, file, r.Evidence(), purpose, "")
	})
}
