package sharing

import (
	"fmt"
	"slices"

	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory/catalog"
)

// entry reads a catalog entry that is in force; one that is not is NotFound.
func (d *Desk) entry(tx *store.Tx, code string) (catalog.Entry, error) {
	e, err := d.deps.Catalog.EntryByCodeIn(tx, code)
	if err != nil {
		return catalog.Entry{}, fmt.Errorf("read entry %s: %w", code, err)
	}
	if !e.Published() {
		return catalog.Entry{}, errAbsent
	}
	return e, nil
}

// wrongItems refuses names of items that the entry does not have.
func (d *Desk) wrongItems(tx *store.Tx, e catalog.Entry, names []string) ([]fault.Field, error) {
	if len(names) == 0 {
		return nil, nil
	}
	items, err := d.deps.Catalog.ItemsIn(tx, e.ID)
	if err != nil {
		return nil, fmt.Errorf("read items of %s: %w", e.Code, err)
	}
	var out []fault.Field
	for _, name := range names {
		if !slices.ContainsFunc(items, func(i catalog.Item) bool { return i.Name == name }) {
			out = append(out, fault.At("items", "sharing.err.unknown_item", "item", name, "name", e.Name))
		}
	}
	return out, nil
}
