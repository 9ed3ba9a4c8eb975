package catalog

import (
	"strconv"

	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/inventory"
)

// itemPrefix begins the keys of the columns of items.
const itemPrefix = "item."

// Keys of columns that are no fields.
const (
	columnCode    = "code"
	columnUscc    = "provider_uscc"
	columnState   = "state"
	columnMount   = "mount"
	columnUpdated = "last_update_on"
)

// columnKeys are the columns of a workbook in the order of the guideline
// (发改高技〔2017〕1272号), and behind them the local ones. There is a row for
// each item; what is said of the entry stands in the first of them.
func columnKeys() []string {
	return []string{
		"class_code", "name", columnCode, "provider_id", columnUscc, "abstract", "format_category", "format_type",
		itemPrefix + "name", itemPrefix + "data_type", itemPrefix + "length", itemPrefix + "base_item", itemPrefix + "sensitive",
		itemPrefix + "share_type", itemPrefix + "remark",
		"share_type", "share_condition", "share_method_category", "share_method", "open_to_public", "open_condition", "update_cycle",
		"publish_date", "related_codes",
		"lead_id", "basis_level", "basis_text", "basis_doc", "system_id", "total_records", "shared_records",
		"secrecy_result", "secrecy_reviewer", "secrecy_on", columnState, columnMount, columnUpdated,
	}
}

// given tells columns that the service fills in; they are passed over when a
// workbook comes back.
func given(key string) bool {
	return key == columnUscc || key == columnState || key == columnMount || key == columnUpdated
}

// columns describes the workbook in the words of p; by the titles of others it
// is known as well.
func columns(p *locale.Printer, others ...*locale.Printer) []sheet.Column {
	var out []sheet.Column
	for _, key := range columnKeys() {
		out = append(out, column(key, p, others))
	}
	return out
}

func column(key string, p *locale.Printer, others []*locale.Printer) sheet.Column {
	if item, ok := cutItem(key); ok {
		f, _ := ItemFields.Find(item)
		c := plainColumn(ItemFields, f, p, others)
		c.Key, c.Group = key, p.T("catalog.sheet.group.items")
		if item == "share_type" {
			c.Title = p.T("entry_item.share_type")
		}
		return c
	}
	if f, ok := EntryFields.Find(key); ok {
		c := plainColumn(EntryFields, f, p, others)
		c.Group = p.T(string(EntryFields.SectionLabel(f.Section)))
		return c
	}
	c := sheet.Column{Key: key, Title: p.T("catalog.sheet." + key), Names: []string{key}, Help: p.T("catalog.sheet." + key + ".help"), Width: 18}
	for _, o := range others {
		c.Names = append(c.Names, o.T("catalog.sheet."+key))
	}
	c.Group = p.T("entry.section.identity")
	if given(key) && key != columnUscc {
		c.Group = p.T("catalog.sheet.group.state")
	}
	return c
}

// plainColumn is a field as a column. Only what every entry needs is marked.
func plainColumn[T any](c *field.Catalog[T], f *field.Field[T], p *locale.Printer, others []*locale.Printer) sheet.Column {
	out := sheet.Column{
		Key: f.Key, Title: p.T(string(f.Label)), Required: f.Must && len(f.Shown) == 0, MaxLength: f.Max,
	}
	for _, o := range others {
		out.Names = append(out.Names, o.T(string(f.Label)))
	}
	out.Help, _ = p.Find(string(f.Label) + ".help")
	for _, o := range f.Options {
		if f.Words != "" {
			out.Options = append(out.Options, p.T(field.OptionKey(f.Words, o)))
		}
	}
	switch f.Kind {
	case field.Enum:
		out.Kind = sheet.ColumnList
	case field.Bool:
		out.Kind, out.Options = sheet.ColumnList, []string{p.T("bool.true"), p.T("bool.false")}
	case field.Count:
		out.Kind = sheet.ColumnNumber
	case field.Date:
		out.Kind = sheet.ColumnDate
	case field.LongText:
		out.Width = 36
	}
	return out
}

func cutItem(key string) (string, bool) {
	if len(key) > len(itemPrefix) && key[:len(itemPrefix)] == itemPrefix {
		return key[len(itemPrefix):], true
	}
	return "", false
}

// rowWriter turns entries into rows of the workbook.
type rowWriter struct {
	p       *locale.Printer
	dir     *inventory.Directory
	systems map[inventory.SystemID]string
	keys    []string
	row     []sheet.Value
}

func newRowWriter(p *locale.Printer, dir *inventory.Directory, systems map[inventory.SystemID]string) *rowWriter {
	keys := columnKeys()
	return &rowWriter{p: p, dir: dir, systems: systems, keys: keys, row: make([]sheet.Value, len(keys))}
}

// write writes an entry: a row for each item, at least one.
func (w *rowWriter) write(e *Entry, items []Item, out func(...sheet.Value) error) error {
	for n := range max(len(items), 1) {
		for i, key := range w.keys {
			w.row[i] = sheet.Value{}
			if item, ok := cutItem(key); ok {
				if n < len(items) {
					w.row[i] = w.itemValue(item, &items[n])
				}
			} else if n == 0 {
				w.row[i] = w.entryValue(key, e)
			}
		}
		if err := out(w.row...); err != nil {
			return err
		}
	}
	return nil
}

func (w *rowWriter) itemValue(key string, i *Item) sheet.Value {
	f, _ := ItemFields.Find(key)
	v := f.Get(i)
	if f.Kind == field.Bool && v == "false" {
		return sheet.Value{}
	}
	return inventory.ValueOf(f, w.p, field.Names{}, v)
}

func (w *rowWriter) entryValue(key string, e *Entry) sheet.Value {
	switch key {
	case columnCode:
		return sheet.Text(e.Code)
	case columnUscc:
		dept, _ := w.dir.Find(e.ProviderID)
		return sheet.Text(dept.Uscc)
	case columnState:
		return sheet.Text(w.p.T(string(e.State().Label())))
	case columnMount:
		if !e.Mounted() {
			return sheet.Value{}
		}
		return sheet.Text(w.p.T("catalogweb.mount."+e.MountKind) + " " + e.MountAddress)
	case columnUpdated:
		return sheet.Day(e.LastUpdateOn)
	}
	f, _ := EntryFields.Find(key)
	return inventory.ValueOf(f, w.p, field.Names{Show: w.show}, f.Get(&e.Body))
}

func (w *rowWriter) show(sort, id string) string {
	n, _ := strconv.ParseInt(id, 10, 64)
	if sort == "system" {
		return w.systems[inventory.SystemID(n)]
	}
	dept, ok := w.dir.Find(DepartmentID(n))
	if !ok {
		return ""
	}
	return dept.Code + " " + dept.Name
}
