package catalog

import (
	"context"
	"time"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/store"
)

// ItemChange is an item that was added (no Old), taken away (no New), or says
// something else.
type ItemChange struct {
	Name string
	Old  *Item
	New  *Item
}

// Difference is what differs between two contents.
type Difference struct {
	Fields []field.Change
	Items  []ItemChange
}

// Empty tells whether nothing differs.
func (d Difference) Empty() bool { return len(d.Fields)+len(d.Items) == 0 }

// Compare lists what differs from a to b: the fields in their order, the items
// by their names, in the order of b and then those that are gone. A new order
// of the same items is no difference.
func Compare(a, b Content) Difference {
	out := Difference{Fields: EntryFields.Diff(&a.Body, &b.Body)}
	old := map[string]*Item{}
	for i := range a.Items {
		old[nameKey(a.Items[i].Name)] = &a.Items[i]
	}
	for i := range b.Items {
		now := &b.Items[i]
		key := nameKey(now.Name)
		was := old[key]
		delete(old, key)
		if was == nil || len(ItemFields.Diff(was, now)) > 0 {
			out.Items = append(out.Items, ItemChange{now.Name, was, now})
		}
	}
	for i := range a.Items {
		if was := old[nameKey(a.Items[i].Name)]; was == &a.Items[i] {
			out.Items = append(out.Items, ItemChange{was.Name, was, nil})
		}
	}
	return out
}

// AsOf gives the version of an entry that was in force at an instant; NotFound
// when there was none.
func (d *Desk) AsOf(ctx context.Context, by auth.Principal, id EntryID, at time.Time) (Version, error) {
	var out Version
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		s, err := d.sightOf(tx, by)
		if err != nil {
			return err
		}
		if _, err := visibleEntry(tx, s, "id = ?", id); err != nil {
			return err
		}
		out, err = versionAt(tx, id, at)
		return err
	})
	return out, err
}
