package catalog

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/store"
)

// Find gives an entry that by may see, with its items; the version in the
// making only to those who have to do with it.
func (d *Desk) Find(ctx context.Context, by auth.Principal, id EntryID) (Record, error) {
	var out Record
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.sightOf(tx, by)
		if err != nil {
			return err
		}
		e, err := visibleEntry(tx, s, "id = ?", id)
		if err != nil {
			return err
		}
		out, err = recordOf(tx, e, s)
		return err
	})
	return out, err
}

// FindByCode is Find by the code of the entry.
func (d *Desk) FindByCode(ctx context.Context, by auth.Principal, code string) (Record, error) {
	var out Record
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.sightOf(tx, by)
		if err != nil {
			return err
		}
		e, err := visibleEntry(tx, s, "code = ?", code)
		if err != nil {
			return err
		}
		out, err = recordOf(tx, e, s)
		return err
	})
	return out, err
}

func recordOf(tx *store.Tx, e Entry, s sight) (Record, error) {
	out := Record{Entry: e}
	var err error
	if out.Items, err = itemsOf(tx, e.ID); err != nil {
		return Record{}, err
	}
	if !s.sees(e.OwnerID) {
		return out, nil
	}
	draft, found, err := draftOf(tx, e.ID)
	if found {
		out.Draft = &draft
	}
	return out, err
}

// sees tells whether the unpublished entries of the department are seen.
func (s sight) sees(id DepartmentID) bool {
	if s.all {
		return true
	}
	for _, own := range s.own {
		if own == id {
			return true
		}
	}
	return false
}

// EntryIn reads an entry for a room that is in the middle of a transaction and
// has answered who may; an unknown one is NotFound.
func (d *Desk) EntryIn(tx *store.Tx, id EntryID) (Entry, error) {
	return visibleEntry(tx, sight{all: true}, "id = ?", id)
}

// EntryByCodeIn is EntryIn by the code.
func (d *Desk) EntryByCodeIn(tx *store.Tx, code string) (Entry, error) {
	return visibleEntry(tx, sight{all: true}, "code = ?", code)
}

// EntriesIn reads entries by id, for rooms that show what they speak of. What
// is not there is left out.
func (d *Desk) EntriesIn(tx *store.Tx, ids []EntryID) (map[EntryID]Entry, error) {
	return entriesByID(tx, ids)
}

// ItemsIn reads the items of an entry.
func (d *Desk) ItemsIn(tx *store.Tx, id EntryID) ([]Item, error) { return itemsOf(tx, id) }

// VersionsAfterIn lists the versions of an entry that were published after a
// number, the oldest first: whoever found a mistake in that one learns whether
// it was corrected.
func (d *Desk) VersionsAfterIn(tx *store.Tx, id EntryID, number int64) ([]Version, error) {
	return versionsAfter(tx, id, number)
}

// Versions lists the published versions of an entry, the newest first.
func (d *Desk) Versions(ctx context.Context, by auth.Principal, id EntryID) ([]Version, error) {
	var out []Version
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.sightOf(tx, by)
		if err != nil {
			return err
		}
		if _, err := visibleEntry(tx, s, "id = ?", id); err != nil {
			return err
		}
		all, err := versionsAfter(tx, id, 0)
		for i := len(all) - 1; i >= 0; i-- {
			out = append(out, all[i])
		}
		return err
	})
	return out, err
}

// Items reads the items of published entries, by entry.
func (d *Desk) Items(ctx context.Context, by auth.Principal, entries []Entry) (map[EntryID][]Item, error) {
	var out map[EntryID][]Item
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.sightOf(tx, by)
		if err != nil {
			return err
		}
		var ids []EntryID
		for _, e := range entries {
			if e.PublishedVersion > 0 || s.sees(e.OwnerID) {
				ids = append(ids, e.ID)
			}
		}
		out, err = itemsOfAll(tx, ids)
		return err
	})
	return out, err
}
