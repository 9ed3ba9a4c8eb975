package catalog

import (
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/store"
)

// bookReader turns the rows of a file into entries.
type bookReader struct {
	entry *field.Reader[Body]
	item  *field.Reader[Item]
	rows  []*ImportRow
	cells []map[string]string // addresses by the name of a field, for each entry
}

// readBook reads all tabs that have a header.
func (d *Desk) readBook(tx *store.Tx, by auth.Principal, book *sheet.Book) ([]*ImportRow, error) {
	seen, err := d.registry.Names(tx, by)
	if err != nil {
		return nil, err
	}
	r := &bookReader{
		entry: &field.Reader[Body]{Catalog: EntryFields, Words: field.NewWords(d.texts, EntryFields), Names: seen, Sheet: true},
		item:  &field.Reader[Item]{Catalog: ItemFields, Words: field.NewWords(d.texts, ItemFields), Sheet: true},
	}
	var printers []*locale.Printer
	for _, lang := range locale.Languages() {
		printers = append(printers, d.texts.Printer(lang))
	}
	known := sheet.Known(columns(printers[0], printers...))
	var first error
	read := false
	for _, tab := range book.Sheets() {
		header, err := sheet.FindHeader(book.Rows(tab), known)
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		if len(header.Missing("name")) > 0 {
			continue
		}
		read = true
		if err := r.tab(header, book, tab); err != nil {
			return nil, err
		}
	}
	switch {
	case !read && first != nil:
		return nil, first
	case len(r.rows) == 0:
		return nil, fault.New(fault.Invalid, "catalog.err.import_empty")
	case len(r.rows) > mostEntries:
		return nil, fault.New(fault.TooLarge, "catalog.err.import_entries", "n", len(r.rows), "max", mostEntries)
	}
	return r.rows, nil
}

func (r *bookReader) tab(header sheet.Header, book *sheet.Book, tab string) error {
	for row, err := range header.Data(book.Rows(tab)) {
		if err != nil {
			return err
		}
		r.line(header, row)
	}
	return nil
}

// line reads a line: the beginning of an entry, or one more item of the last.
func (r *bookReader) line(header sheet.Header, row sheet.Row) {
	typed, cells := map[string]string{}, map[string]string{}
	begins := false
	var found []fault.Field
	for _, c := range header.Columns {
		cell := row.Cell(c.Column)
		text := strings.TrimSpace(cell.Text)
		if text == "" || given(c.Key) {
			continue
		}
		if f, bad := cell.Problem(c.Key); bad {
			found = append(found, f)
			continue
		}
		if cell.MergedFrom != "" && cell.MergedFrom != cell.Address && !strings.HasPrefix(c.Key, itemPrefix) {
			continue // an entry that is merged over its items is written once
		}
		typed[c.Key], cells[c.Key] = text, cell.Address
		begins = begins || !strings.HasPrefix(c.Key, itemPrefix)
	}
	if len(typed)+len(found) == 0 {
		return
	}
	if begins || len(r.rows) == 0 {
		r.rows, r.cells = append(r.rows, &ImportRow{RowNo: int64(len(r.rows) + 1)}), append(r.cells, map[string]string{})
		r.begin(typed, cells, row.Number)
	}
	last := r.rows[len(r.rows)-1]
	last.Found = append(last.Found, found...)
	r.addItem(last, typed, cells)
}

// begin reads what is said of an entry.
func (r *bookReader) begin(typed, cells map[string]string, number int) {
	row, at := r.rows[len(r.rows)-1], r.cells[len(r.cells)-1]
	row.Code, at[""] = typed[columnCode], sheet.Address(1, number)
	for _, key := range EntryFields.Keys() {
		text, ok := typed[key]
		if !ok {
			continue
		}
		at[key] = cells[key]
		if key == "class_code" {
			text = strings.Fields(text)[0] // "30702004 市州信息资源"
		}
		row.Found = append(row.Found, placed(r.entry.Set(&row.Content.Body, key, []string{text}), key, cells[key])...)
	}
	at[columnCode] = cells[columnCode]
	row.Name = row.Content.Body.Name
}

// addItem reads the item of a line, if it has one.
func (r *bookReader) addItem(row *ImportRow, typed, cells map[string]string) {
	var item Item
	any := false
	n := len(row.Content.Items) + 1
	at := r.cells[len(r.cells)-1]
	for _, key := range ItemFields.Keys() {
		text, ok := typed[itemPrefix+key]
		if !ok {
			continue
		}
		any = true
		name := itemPlace(n) + key
		at[name] = cells[itemPrefix+key]
		row.Found = append(row.Found, placed(r.item.Set(&item, key, []string{text}), name, at[name])...)
	}
	if any {
		row.Content.Items = append(row.Content.Items, item)
	}
}

// placed puts findings at a field and its cell.
func placed(found []fault.Field, name, cell string) []fault.Field {
	for i := range found {
		found[i].Name, found[i].Cell = name, cell
	}
	return found
}

// compare works out what each entry of a file would do.
func (d *Desk) compare(tx *store.Tx, by auth.Principal, rows []*ImportRow) error {
	s, err := d.surroundings(tx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, r := range rows {
		if err := d.compareRow(tx, by, s, r); err != nil {
			return err
		}
		key := r.Code + "\n" + nameKey(r.Name)
		if seen[key] {
			r.Found = append(r.Found, fault.At("name", "catalog.err.import_twice", "name", r.Name))
		}
		seen[key] = true
		if fault.AnyError(r.Found) {
			r.Outcome = RowWrong
		}
	}
	return nil
}

func (d *Desk) compareRow(tx *store.Tx, by auth.Principal, s surroundings, r *ImportRow) error {
	owner := ownerFor(by, s, r.Content.Body)
	known, found, err := matching(tx, owner, r)
	if err != nil {
		return err
	}
	r.Content.tidy()
	r.Outcome = RowNew
	var old *Entry
	if found {
		if err := d.compareWith(tx, by, known, r); err != nil {
			return err
		}
		old, owner = &known, known.OwnerID
	} else if r.Code != "" {
		if class, _, ok := cutCode(r.Code); !ok || class != r.Content.Body.ClassCode {
			r.Found = append(r.Found, fault.At("code", "catalog.err.code", "code", r.Code, "class", r.Content.Body.ClassCode))
		}
	}
	if r.Outcome == RowSame {
		return nil
	}
	wrong, err := d.judge(tx, s, owner, r.Content, old)
	if err != nil {
		return err
	}
	for _, f := range wrong {
		if !alreadyAt(r.Found, f.Name) {
			r.Found = append(r.Found, f)
		}
	}
	return nil
}

func alreadyAt(found []fault.Field, name string) bool {
	for _, f := range found {
		if f.Name == name && !f.Warning {
			return true
		}
	}
	return false
}

// compareWith compares an entry of a file with the one in the catalog.
func (d *Desk) compareWith(tx *store.Tx, by auth.Principal, old Entry, r *ImportRow) error {
	r.Code, r.BaseVersion, r.Outcome = old.Code, old.Version, RowChanged
	ok, err := d.covers(tx, by, old.OwnerID)
	switch {
	case err != nil:
		return err
	case !ok:
		r.Found = append(r.Found, fault.At("code", "catalog.err.import_foreign", "code", old.Code))
		return nil
	case old.Life == LifeWithdrawn:
		r.Found = append(r.Found, fault.At("code", "catalog.err.withdrawn"))
		return nil
	}
	rec, err := recordOf(tx, old, sight{all: true})
	if err != nil {
		return err
	}
	if rec.Working().same(r.Content) {
		r.Outcome = RowSame
		return nil
	}
	if !old.Step.Editable() {
		r.Found = append(r.Found, fault.At("code", "catalog.err.step"))
	}
	return nil
}
