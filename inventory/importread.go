package inventory

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/input"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/internal/store"
)

// importLot is how many rows are compared, and later written, in one
// transaction: small enough not to keep other writers waiting.
const importLot = 500

// importable is what the importer must know of a sort of record.
type importable[T any] struct {
	catalog *field.Catalog[T]
	// ident is the key of the field that names an existing record.
	ident string
	// match finds the records that the rows of a lot speak of.
	match func(tx *store.Tx, lot []*candidate[T]) error
	// blank is a new record; wanted is what its ident column says.
	blank func(by auth.Principal, wanted string) T
	// check lists what is wrong with a record by itself.
	check func(tx *store.Tx, by auth.Principal, old, next *T) []fault.Field
	// key is what makes two rows of a file speak of the same record.
	key func(t *T) string
	// id, version, code and name of a record.
	id      func(t *T) int64
	version func(t *T) int64
	code    func(t *T) string
	name    func(t *T) string
	// write registers (old nil) or changes a record inside a transaction.
	write func(tx *store.Tx, a act, old, next *T) ([]fault.Field, error)
	// current reads a record to be changed, nil id for a new one.
	current func(tx *store.Tx, by auth.Principal, id int64) (T, error)
}

// candidate is a row on its way from the sheet to its outcome.
type candidate[T any] struct {
	row    sheet.Row
	typed  map[string]string // cells by key
	cells  map[string]string // addresses by key
	old    *T                // the record it speaks of, nil for a new one
	next   T
	found  []fault.Field
	wanted string // what the ident column says
}

// read compares every row of a file with the register.
func (im *Importer) read(ctx context.Context, by auth.Principal, file Import, book *sheet.Book) error {
	if file.Kind == ImportDepartments {
		return readInto(ctx, im, by, file, book, im.registry.importDepartments())
	}
	return readInto(ctx, im, by, file, book, im.registry.importSystems())
}

func readInto[T any](ctx context.Context, im *Importer, by auth.Principal, file Import, book *sheet.Book, of importable[T]) error {
	known := sheet.Known(columnsOf(im, of.catalog))
	header, tab, err := findHeader(book, known)
	if err != nil {
		return err
	}
	rd := &rowReader[T]{
		im: im, by: by, file: file, of: of, words: field.NewWords(im.catalog, of.catalog), header: header, seen: map[string]int{},
	}
	var lot []*candidate[T]
	flush := func() error {
		if len(lot) == 0 {
			return nil
		}
		err := rd.compare(ctx, lot)
		lot = lot[:0]
		return err
	}
	for row, err := range header.Data(book.Rows(tab)) {
		if err != nil {
			return err
		}
		if c := rd.candidate(row); c != nil {
			lot = append(lot, c)
		}
		if len(lot) == importLot {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return rd.finish(ctx)
}

// findHeader takes the first tab that has a header.
func findHeader(book *sheet.Book, known func(string) (string, bool)) (sheet.Header, string, error) {
	var first error
	for _, tab := range book.Sheets() {
		h, err := sheet.FindHeader(book.Rows(tab), known)
		if err == nil {
			return h, tab, nil
		}
		if first == nil {
			first = err
		}
	}
	return sheet.Header{}, "", first
}

// columnsOf lists the columns that a file may have, by every name they have in
// any language.
func columnsOf[T any](im *Importer, c *field.Catalog[T]) []sheet.Column {
	var printers []*locale.Printer
	for _, lang := range locale.Languages() {
		printers = append(printers, im.catalog.Printer(lang))
	}
	var out []sheet.Column
	for _, f := range chosen(c, nil) {
		col := ColumnOf(c, f, printers[0], printers[1:])
		for _, p := range printers {
			if aka := string(c.Label(f.Key)) + ".aka"; p.Has(aka) {
				col.Names = append(col.Names, strings.Split(p.T(aka), "|")...)
			}
		}
		out = append(out, col)
	}
	return out
}

// rowReader turns rows into outcomes, lot by lot.
type rowReader[T any] struct {
	im     *Importer
	by     auth.Principal
	file   Import
	of     importable[T]
	words  *field.Words
	header sheet.Header
	seen   map[string]int // row number by key of record
	counts [4]int64       // new, changed, same, wrong
}

// candidate takes the known cells of a row; nil when there is nothing in them.
func (rd *rowReader[T]) candidate(row sheet.Row) *candidate[T] {
	c := &candidate[T]{row: row, typed: map[string]string{}, cells: map[string]string{}}
	empty := true
	for _, col := range rd.header.Columns {
		cell := row.Cell(col.Column)
		if p, bad := cell.Problem(col.Key); bad {
			c.found = append(c.found, p)
		}
		c.typed[col.Key], c.cells[col.Key] = cell.Text, cell.Address
		empty = empty && strings.TrimSpace(cell.Text) == ""
	}
	if empty {
		return nil
	}
	c.wanted = input.Ident(c.typed[rd.of.ident])
	return c
}

// compare finds the outcome of every row of a lot and keeps it.
func (rd *rowReader[T]) compare(ctx context.Context, lot []*candidate[T]) error {
	return rd.im.registry.db.Write(ctx, func(tx *store.Tx) error {
		names, err := rd.im.registry.Names(tx, rd.by)
		if err != nil {
			return err
		}
		reader := &field.Reader[T]{Catalog: rd.of.catalog, Words: rd.words, Names: names, Sheet: true}
		if err := rd.of.match(tx, lot); err != nil {
			return err
		}
		rows := make([]importRow, len(lot))
		counts := [4]int64{}
		seen := map[string]int{}
		for i, c := range lot {
			rows[i] = rd.judge(tx, reader, c, seen)
			counts[slices.Index(outcomes[:], rows[i].Outcome)]++
		}
		if err := insertImportRows(tx, rows); err != nil {
			return err
		}
		tx.AfterCommit(func() { rd.keep(counts, seen) })
		return rd.progress(tx, counts)
	})
}

var outcomes = [4]Outcome{RowNew, RowChanged, RowSame, RowWrong}

func (rd *rowReader[T]) keep(counts [4]int64, seen map[string]int) {
	for i, n := range counts {
		rd.counts[i] += n
	}
	for k, n := range seen {
		rd.seen[k] = n
	}
}

// progress shows how far the reading is.
func (rd *rowReader[T]) progress(tx *store.Tx, counts [4]int64) error {
	columns := map[string]any{}
	total := int64(0)
	for i, name := range []string{"rows_new", "rows_changed", "rows_same", "rows_wrong"} {
		columns[name] = rd.counts[i] + counts[i]
		total += rd.counts[i] + counts[i]
	}
	columns["rows_total"] = total
	_, err := updateImport(tx, rd.file.ID, []ImportState{ImportReading}, columns)
	return err
}

func (rd *rowReader[T]) finish(ctx context.Context) error {
	return rd.im.registry.db.Write(ctx, func(tx *store.Tx) error {
		notes := rd.notes()
		_, err := updateImport(tx, rd.file.ID, []ImportState{ImportReading},
			map[string]any{"state": ImportReady, "notes": fault.Kept(notes).Text()})
		return err
	})
}

// notes tells which columns were not understood and which are not there.
func (rd *rowReader[T]) notes() []fault.Field {
	var out []fault.Field
	for _, u := range rd.header.Unknown {
		f := fault.Remark("", "inventory.note.column_unknown", "title", u.Title, "cell", u.Address)
		f.Cell = u.Address
		out = append(out, f)
	}
	var missing []fault.Label
	blank := rd.of.blank(rd.by, "")
	for _, f := range chosen(rd.of.catalog, nil) {
		if _, ok := rd.header.Column(f.Key); !ok && !f.Given && f.Empty(&blank) && rd.of.catalog.Needed(&blank, f) {
			missing = append(missing, rd.of.catalog.Label(f.Key))
		}
	}
	if len(missing) > 0 {
		out = append(out, fault.Remark("", "inventory.note.columns_missing", "titles", missing))
	}
	return out
}

// judge finds the outcome of one row.
func (rd *rowReader[T]) judge(tx *store.Tx, reader *field.Reader[T], c *candidate[T], seen map[string]int) importRow {
	if c.old != nil {
		c.next = *c.old
	} else {
		c.next = rd.of.blank(rd.by, c.wanted)
	}
	rd.set(reader, c)
	// All mistakes at once, but a cell that cannot be read is not missing too.
	unread := map[string]bool{}
	for _, f := range c.found {
		unread[f.Name] = unread[f.Name] || !f.Warning
	}
	for _, f := range rd.of.check(tx, rd.by, c.old, &c.next) {
		if !unread[f.Name] {
			c.found = append(c.found, rd.at(c, f))
		}
	}
	if !fault.AnyError(c.found) {
		rd.checkRepeated(c, seen)
	}
	return rd.outcome(c)
}

// set reads the cells of a row into the record.
func (rd *rowReader[T]) set(reader *field.Reader[T], c *candidate[T]) {
	wrong := map[string]bool{}
	for _, f := range c.found { // cells that cannot be taken at all
		wrong[f.Name] = !f.Warning
	}
	for _, col := range rd.header.Columns {
		f, _ := rd.of.catalog.Find(col.Key)
		if wrong[col.Key] || col.Key == rd.of.ident && c.old != nil {
			continue
		}
		if f.Given {
			continue // what the service gives is read, never written
		}
		typed := c.typed[col.Key]
		if c.old == nil && strings.TrimSpace(typed) == "" {
			continue // a new record keeps what it begins with: its own department
		}
		if f.Kind == field.Money {
			typed = rd.withUnit(col, typed)
		}
		for _, found := range reader.Set(&c.next, col.Key, []string{typed}) {
			c.found = append(c.found, rd.at(c, found))
		}
	}
}

// withUnit puts the unit of an amount behind it: the one of its column, or of
// the whole table; without one it is 万元 as in the template. An amount that
// names its unit keeps it.
func (rd *rowReader[T]) withUnit(col sheet.HeaderColumn, typed string) string {
	unit := cmp.Or(col.Unit, rd.header.Unit)
	if typed = strings.TrimSpace(typed); typed == "" || unit == "" || unit == "万元" || strings.ContainsAny(typed, "元万亿圆") {
		return typed
	}
	return typed + unit
}

// at puts the address of the cell into what was found.
func (rd *rowReader[T]) at(c *candidate[T], f fault.Field) fault.Field {
	if f.Cell == "" {
		f.Cell = c.cells[f.Name]
	}
	if f.Cell == "" {
		f.Cell = sheet.Address(1, c.row.Number)
	}
	return f
}

// checkRepeated refuses a row that speaks of the same record as an earlier one.
func (rd *rowReader[T]) checkRepeated(c *candidate[T], seen map[string]int) {
	key := rd.of.key(&c.next)
	earlier, ok := rd.seen[key]
	if !ok {
		earlier, ok = seen[key]
	}
	if ok {
		c.found = append(c.found, rd.at(c, fault.At(rd.of.ident, "inventory.err.import_repeated", "row", earlier)))
		return
	}
	seen[key] = c.row.Number
}

// outcome writes down what a row would do.
func (rd *rowReader[T]) outcome(c *candidate[T]) importRow {
	r := importRow{
		ImportID: rd.file.ID, RowNo: c.row.Number, Code: rd.of.code(&c.next), Name: rd.of.name(&c.next), Outcome: RowNew,
	}
	b := rowBody{Found: c.found}
	if c.old != nil {
		id := rd.of.id(c.old)
		r.TargetID, r.Version, r.Outcome = &id, rd.of.version(c.old), RowSame
		for _, d := range rd.of.catalog.Diff(c.old, &c.next) {
			b.Changes = append(b.Changes, CellChange{Key: d.Key, Cell: c.cells[d.Key], Old: d.Old, New: d.New})
			r.Outcome = RowChanged
		}
	}
	switch {
	case fault.AnyError(c.found):
		r.Outcome, b.Typed, b.Changes = RowWrong, rd.typed(c), nil
	case r.Outcome != RowSame:
		b.Values = rd.of.catalog.Values(&c.next)
	}
	raw, err := json.Marshal(b)
	if err != nil { // maps and texts cannot fail
		raw = []byte("{}")
	}
	r.Body = string(raw)
	return r
}

// typed are the cells of a row to be handed back. The sheet they go into has
// 万元 in its header, so an amount of another unit takes its unit along.
func (rd *rowReader[T]) typed(c *candidate[T]) map[string]string {
	for _, col := range rd.header.Columns {
		if f, _ := rd.of.catalog.Find(col.Key); f.Kind == field.Money {
			c.typed[col.Key] = rd.withUnit(col, c.typed[col.Key])
		}
	}
	return c.typed
}

// importSystems says how rows become systems.
func (r *Registry) importSystems() importable[System] {
	return importable[System]{
		catalog: SystemFields, ident: "code",
		match: r.matchSystems,
		blank: func(by auth.Principal, wanted string) System {
			s := System{State: Draft, Code: wanted}
			if scope := by.Own(); !scope.All && !scope.Below {
				s.OwnerID = scope.Department
			}
			return s
		},
		check: r.checkImportedSystem,
		key: func(s *System) string {
			if s.ID != 0 {
				return fmt.Sprint("#", s.ID)
			}
			return fmt.Sprint(s.OwnerID, " ", field.Fold(s.Name))
		},
		id:      func(s *System) int64 { return int64(s.ID) },
		version: func(s *System) int64 { return s.Version },
		code:    func(s *System) string { return s.Code },
		name:    func(s *System) string { return s.Name },
		write: func(tx *store.Tx, a act, old, next *System) ([]fault.Field, error) {
			if old == nil {
				return r.registerIn(tx, a, next)
			}
			return r.changeIn(tx, a, *old, next)
		},
		current: func(tx *store.Tx, by auth.Principal, id int64) (System, error) {
			s, err := systemByID(tx, SystemID(id), nil)
			if err != nil {
				return s, err
			}
			return s, r.mayWrite(tx, by, s.OwnerID)
		},
	}
}

// matchSystems finds the system of each row: by its code, or without one by
// department and name, so that the same file twice changes nothing.
func (r *Registry) matchSystems(tx *store.Tx, lot []*candidate[System]) error {
	var codes, names []string
	for _, c := range lot {
		if c.wanted != "" {
			codes = append(codes, c.wanted)
		} else if n := input.Text(c.typed["name"]); n != "" {
			names = append(names, n)
		}
	}
	byCode, err := systemsByCodes(tx, codes)
	if err != nil {
		return err
	}
	byName, err := systemsByNames(tx, names)
	if err != nil {
		return err
	}
	d, err := r.directoryIn(tx)
	if err != nil {
		return err
	}
	for _, c := range lot {
		matchSystem(d, c, byCode, byName)
	}
	return nil
}

func matchSystem(d *Directory, c *candidate[System], byCode, byName []System) {
	if c.wanted != "" {
		if i := slices.IndexFunc(byCode, func(s System) bool { return s.Code == c.wanted }); i >= 0 {
			c.old = &byCode[i]
		}
		return
	}
	owner, named := d.Lookup(c.typed["owner_id"])
	name := input.Text(c.typed["name"])
	for i := range byName {
		if s := &byName[i]; s.Name == name && (!named || s.OwnerID == owner.ID) {
			if c.old != nil {
				c.found = append(c.found, fault.At("code", "inventory.err.import_ambiguous", "name", name))
				return
			}
			c.old = s
		}
	}
}

// checkImportedSystem holds rights and rules of a row.
func (r *Registry) checkImportedSystem(tx *store.Tx, by auth.Principal, old, next *System) []fault.Field {
	d, err := r.directoryIn(tx)
	if err != nil {
		return []fault.Field{fault.At("", "err.internal")}
	}
	if old != nil {
		if r.mayWrite(tx, by, old.OwnerID) != nil {
			return []fault.Field{fault.At("code", "inventory.err.import_code", "code", old.Code)}
		}
		if len(SystemFields.Diff(old, next)) == 0 {
			return nil
		}
		if !old.State.Editable() {
			return []fault.Field{fault.At("code", "inventory.err.import_locked", "state", old.State.Label())}
		}
	}
	if old == nil && next.Code != "" && !by.Console() {
		return []fault.Field{fault.At("code", "inventory.err.import_code", "code", next.Code)}
	}
	if fields := fault.FieldsOf(checkOwner(d, by, next.OwnerID)); fields != nil {
		return fields
	}
	Mask(next)
	return append(dropUnasked(next), CheckSystem(next, today(tx))...)
}

// importDepartments says how rows become departments.
func (r *Registry) importDepartments() importable[Department] {
	return importable[Department]{
		catalog: DepartmentFields, ident: "code",
		match: r.matchDepartments,
		blank: func(auth.Principal, string) Department { return Department{Origin: "entered"} },
		check: func(_ *store.Tx, _ auth.Principal, _, next *Department) []fault.Field { return CheckDepartment(next) },
		key:   func(d *Department) string { return d.Code },
		id:    func(d *Department) int64 { return int64(d.ID) },
		version: func(d *Department) int64 {
			return d.Version
		},
		code: func(d *Department) string { return d.Code },
		name: func(d *Department) string { return d.Name },
		write: func(tx *store.Tx, a act, old, next *Department) ([]fault.Field, error) {
			found, err := r.checkDepartment(tx, next)
			if err != nil {
				return nil, err
			}
			if old == nil {
				return found, insertDepartment(tx, next, a)
			}
			return found, updateDepartment(tx, *old, next, a)
		},
		current: func(tx *store.Tx, _ auth.Principal, id int64) (Department, error) {
			return departmentByID(tx, DepartmentID(id))
		},
	}
}

func (r *Registry) matchDepartments(tx *store.Tx, lot []*candidate[Department]) error {
	d, err := r.directoryIn(tx)
	if err != nil {
		return err
	}
	for _, c := range lot {
		if dept, ok := d.ByCode(c.wanted); ok {
			c.old = &dept
		}
	}
	return nil
}
