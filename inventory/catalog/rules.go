package catalog

import (
	"fmt"
	"slices"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
)

// Check lists what is wrong with the content of an entry by itself: what is
// missing or too long, and the rules V01 to V06. Warnings are marked. What needs
// the rest of the catalog (V05, V09, codes) is checked by the verbs, and V07
// when it is handed in.
func Check(c Content, day calendar.Date) []fault.Field {
	out := EntryFields.Missing(&c.Body)
	out = append(out, tooLong(EntryFields, &c.Body, "")...)
	for _, rule := range []func(*Body, calendar.Date) []fault.Field{checkSharing, checkBasis, checkOpen, checkFormat, checkCounts, checkDays} {
		out = append(out, rule(&c.Body, day)...)
	}
	return append(out, checkItems(c)...)
}

func tooLong[T any](c *field.Catalog[T], t *T, before string) []fault.Field {
	var out []fault.Field
	for _, f := range c.All() {
		if f.Max > 0 && len([]rune(f.Get(t))) > f.Max {
			out = append(out, fault.At(before+f.Key, "err.too_long", "field", c.Label(f.Key), "max", f.Max))
		}
	}
	return out
}

// checkSharing holds V02 and V03.
func checkSharing(b *Body, _ calendar.Date) []fault.Field {
	switch {
	case b.ShareType == Conditional && strings.TrimSpace(b.ShareCondition) == "":
		return []fault.Field{fault.At("share_condition", "catalog.err.v02")}
	case b.ShareType == Unconditional && strings.TrimSpace(b.ShareCondition) != "":
		return []fault.Field{fault.At("share_condition", "catalog.err.v03")}
	}
	return nil
}

// checkBasis holds V01: what is not shared rests on a law, an administrative
// regulation or central policy, and says which (办法 art. 8).
func checkBasis(b *Body, _ calendar.Date) []fault.Field {
	if b.ShareType != NotShared {
		return nil
	}
	var out []fault.Field
	if b.BasisLevel == "" {
		out = append(out, fault.At("basis_level", "catalog.err.v01"))
	}
	if !strings.ContainsAny(b.BasisText, "《〔【") && !strings.Contains(b.BasisText, "号") {
		out = append(out, fault.At("basis_text", "catalog.err.v01_text"))
	}
	return out
}

// checkOpen holds V06.
func checkOpen(b *Body, _ calendar.Date) []fault.Field {
	if b.OpenToPublic != nil && *b.OpenToPublic && b.ShareType == NotShared {
		return []fault.Field{fault.At("open_to_public", "catalog.err.v06")}
	}
	return nil
}

// formats are the types of the guideline by category; the others are not
// limited.
func formats(category string) []string {
	switch category {
	case "file":
		return []string{"ofd", "wps", "xml", "txt", "doc", "docx", "html", "pdf", "ppt", "pptx"}
	case "sheet":
		return []string{"et", "xls", "xlsx", "csv"}
	case "database":
		return []string{"dm", "kingbase", "access", "dbf", "dbase", "sybase", "oracle", "sqlserver", "sql server", "db2", "mysql", "postgresql", "gbase"}
	case "graphics":
		return []string{"jpg", "gif", "bmp", "png", "tif", "shp"}
	case "stream":
		return []string{"swf", "rm", "mpg", "mp4", "avi"}
	}
	return nil
}

// checkFormat remarks on a format that does not go with its category.
func checkFormat(b *Body, _ calendar.Date) []fault.Field {
	known := formats(b.FormatCategory)
	if len(known) == 0 || b.FormatType == "" || slices.Contains(known, strings.ToLower(strings.TrimPrefix(b.FormatType, "."))) {
		return nil
	}
	return []fault.Field{fault.Remark("format_type", "catalog.warn.format",
		"category", fault.Label(field.OptionKey("format_category", b.FormatCategory)), "known", strings.Join(known, ", "))}
}

func checkCounts(b *Body, _ calendar.Date) []fault.Field {
	if b.TotalRecords != nil && b.SharedRecords != nil && *b.SharedRecords > *b.TotalRecords {
		return []fault.Field{fault.At("shared_records", "catalog.err.shared_records", "total", *b.TotalRecords)}
	}
	return nil
}

// checkDays refuses a review that has not been yet.
func checkDays(b *Body, day calendar.Date) []fault.Field {
	if b.SecrecyOn.After(day) {
		return []fault.Field{fault.At("secrecy_on", "catalog.err.secrecy_future")}
	}
	return nil
}

// mostItems bounds the items of an entry.
const mostItems = 500

// checkItems holds V04 and what else concerns items. Places are named
// items.<number>.<field>, counted from 1.
func checkItems(c Content) []fault.Field {
	switch n := len(c.Items); {
	case n == 0:
		return []fault.Field{fault.At("items", "catalog.err.no_items")}
	case n > mostItems:
		return []fault.Field{fault.At("items", "catalog.err.many_items", "max", mostItems)}
	}
	var out []fault.Field
	seen := map[string]int{}
	for n, i := range c.Items {
		at := itemPlace(n + 1)
		for _, f := range ItemFields.Missing(&i) {
			f.Name = at + f.Name
			out = append(out, f)
		}
		out = append(out, tooLong(ItemFields, &i, at)...)
		key := nameKey(i.Name)
		if first := seen[key]; first > 0 && key != "" {
			out = append(out, fault.At(at+"name", "catalog.err.item_twice", "name", i.Name, "first", first))
		} else {
			seen[key] = n + 1
		}
		out = append(out, checkBaseItem(c.Body, i, at)...)
	}
	return out
}

// checkBaseItem holds V04: a base item is unconditional (办法 art. 8 (2)), also
// where the entry's other items are not.
func checkBaseItem(b Body, i Item, at string) []fault.Field {
	switch {
	case !i.BaseItem:
		return nil
	case i.ShareType != "" && i.ShareType != Unconditional:
		return []fault.Field{fault.At(at+"share_type", "catalog.err.v04", "name", i.Name)}
	case b.ShareType == NotShared:
		return []fault.Field{fault.At(at+"share_type", "catalog.err.v04_entry", "name", i.Name)}
	}
	return nil
}

// itemPlace begins the names of the fields of an item, counted from 1.
func itemPlace(number int) string { return fmt.Sprintf("items.%d.", number) }

// checkSecrecy holds V07: what is handed in was looked at for secrets before
// (办法 art. 19), by somebody with a name, and passed.
func checkSecrecy(b *Body) []fault.Field {
	var out []fault.Field
	switch {
	case b.SecrecyResult == "":
		out = append(out, fault.At("secrecy_result", "catalog.err.v07"))
	case b.SecrecyResult != SecrecyPassed:
		out = append(out, fault.At("secrecy_result", "catalog.err.v07_failed"))
	}
	if b.SecrecyReviewer == "" {
		out = append(out, fault.At("secrecy_reviewer", "err.required", "field", EntryFields.Label("secrecy_reviewer")))
	}
	if b.SecrecyOn.IsZero() {
		out = append(out, fault.At("secrecy_on", "err.required", "field", EntryFields.Label("secrecy_on")))
	}
	return out
}
