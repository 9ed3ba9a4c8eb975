package inventoryweb

import (
	"context"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/inventory"
)

// columnsPreference remembers the columns that a person chose.
const columnsPreference = "systems.columns"

// titleColumn stands first in every list: it names the row and leads to it.
const titleColumn = "name"

// defaultColumns are what most people look at. Who sees one department only
// needs no column for it.
func defaultColumns(by auth.Principal) []string {
	if by.View().All || by.View().Below {
		return []string{"name", "owner_id", "state", "phase", "use_frequency", "network", "om_amount_year", "proposed"}
	}
	return []string{"name", "state", "phase", "use_frequency", "active_users_month", "network", "om_amount_year", "proposed"}
}

// phoneColumns stay on the card of a phone, beside the title.
func phoneColumns(by auth.Principal) []string {
	if by.View().All || by.View().Below {
		return []string{"owner_id", "state"}
	}
	return []string{"state", "om_amount_year"}
}

// chosenColumns are the columns of the person's choice, or the usual ones.
func (d *desk) chosenColumns(ctx context.Context, by auth.Principal) ([]string, error) {
	kept, err := d.Registry.Preference(ctx, by, columnsPreference)
	if err != nil {
		return nil, err
	}
	if columns := knownColumns(strings.Split(kept, ",")); len(columns) > 0 {
		return columns, nil
	}
	return defaultColumns(by), nil
}

// knownColumns keeps what the catalog knows, the title first and the others in
// the order of the catalog, so that no mistake can stay behind in a choice.
func knownColumns(asked []string) []string {
	var out []string
	for _, key := range inventory.SystemFields.Keys() {
		if key != titleColumn && slices.Contains(asked, key) {
			out = append(out, key)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return append([]string{titleColumn}, out...)
}

// systemFields are the fields of the keys.
func systemFields(keys []string) []*field.Field[inventory.System] {
	out := make([]*field.Field[inventory.System], 0, len(keys))
	for _, key := range keys {
		if f, ok := inventory.SystemFields.Find(key); ok {
			out = append(out, f)
		}
	}
	return out
}
