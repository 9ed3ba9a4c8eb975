package catalog

import (
	"fmt"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/locale"
)

// PastedItems reads rows that were copied from a spreadsheet: columns divided by
// tabs, in the order of ItemFields or under their titles in any language. What
// is wrong is told with the number of the row; the rows that can be read are
// given all the same.
func PastedItems(texts *locale.Catalog, text string) ([]Item, []fault.Field) {
	reader := &field.Reader[Item]{Catalog: ItemFields, Words: field.NewWords(texts, ItemFields)}
	keys := ItemFields.Keys()
	var items []Item
	var found []fault.Field
	for n, line := range strings.Split(strings.ReplaceAll(text, "\r", ""), "\n") {
		cells := strings.Split(line, "\t")
		if strings.TrimSpace(line) == "" {
			continue
		}
		if titles := titlesOf(texts, cells); titles != nil {
			keys = titles
			continue
		}
		var item Item
		for i, cell := range cells {
			if i >= len(keys) || keys[i] == "" || strings.TrimSpace(cell) == "" {
				continue
			}
			for _, f := range reader.Set(&item, keys[i], []string{cell}) {
				if !f.Warning {
					found = append(found, fault.At("items_paste", "catalog.err.pasted", "row", n+1, "field", ItemFields.Label(keys[i]), "value", cell))
				}
			}
		}
		items = append(items, item)
	}
	return items, found
}

// titlesOf are the keys of the columns when the row is the head of a table: its
// first title names a field and at least half of the others do. A column that
// is not known is passed over.
func titlesOf(texts *locale.Catalog, cells []string) []string {
	known := map[string]string{}
	for _, key := range ItemFields.Keys() {
		known[field.Fold(key)] = key
		for _, lang := range locale.Languages() {
			known[field.Fold(texts.Printer(lang).T(fmt.Sprint(ItemFields.Label(key))))] = key
		}
	}
	out := make([]string, len(cells))
	hits := 0
	for i, c := range cells {
		if key, ok := known[field.Fold(c)]; ok {
			out[i] = key
			hits++
		}
	}
	if hits == 0 || hits*2 < len(cells) {
		return nil
	}
	return out
}
