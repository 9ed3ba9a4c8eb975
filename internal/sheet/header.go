package sheet

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
)

// Header is the row that names the columns.
type Header struct {
	// Row is its number; data begins behind it.
	Row int
	// Columns are those whose titles are known, from left to right.
	Columns []HeaderColumn
	// Unknown are those that have a title nobody knows. They are to be told
	// to the person and otherwise left alone.
	Unknown []HeaderColumn
	// Unit is what a line above the table gives for all amounts in it
	// ("单位：万元"), empty when there is none. It stands in for the unit of a
	// column of money that has none.
	Unit string
}

// HeaderColumn is one titled column of a sheet.
type HeaderColumn struct {
	// Key is what the title means; empty for an unknown one.
	Key string
	// Column counts from 1.
	Column int
	// Address is that of the title.
	Address string
	// Title is written as in the file, on one line.
	Title string
	// Group is the title of the merged cell above, if there is one.
	Group string
	// Unit is the unit in the title ("万元"), in the form that Label gives;
	// empty when it names none.
	Unit string
}

// headerDepth is in how many rows the header is looked for.
const headerDepth = 15

// FindHeader finds the header among the first rows that hold something: the row
// with the most known titles. Title rows, notes and group titles above it are
// skipped. known is asked with the form of each title that Label gives (see
// Known); where there is a group title it is asked first with both together
// ("建设单位" above "联系人" is 建设单位联系人).
//
// It is an Invalid fault when no row has a known title (sheet.err.no_header) or
// when several columns mean the same (sheet.err.duplicate_columns, with one
// field per column that names the cell). Errors of the rows come back as they
// are.
func FindHeader(rows iter.Seq2[Row, error], known func(label string) (key string, ok bool)) (Header, error) {
	var best Header
	var above Row
	unit, seen := "", 0
	for row, err := range rows {
		if err != nil {
			return Header{}, err
		}
		if h := readHeader(row, above, known); h.replaces(best, row) {
			best = h
		}
		if len(best.Columns) == 0 {
			unit = cmp.Or(unit, tableUnit(row))
		}
		above = row
		if seen++; seen == headerDepth {
			break
		}
	}
	if len(best.Columns) == 0 {
		return Header{}, refuse(fault.Invalid, "no_header", "rows", headerDepth)
	}
	best.Unit = unit
	return best, best.duplicates()
}

// readHeader takes the row for a header.
func readHeader(row, above Row, known func(string) (string, bool)) Header {
	h := Header{Row: row.Number}
	for i, cell := range row.Cells {
		title := strings.Join(strings.Fields(cell.Text), " ")
		if title == "" || sameArea(row, i) {
			continue
		}
		c := HeaderColumn{Column: i + 1, Address: cell.Address, Title: title, Group: groupAbove(row, above, i)}
		_, c.Unit = Label(title)
		for _, form := range labelForms(title, c.Group) {
			if key, ok := known(form); ok {
				c.Key = key
				break
			}
		}
		if c.Key == "" {
			h.Unknown = append(h.Unknown, c)
		} else {
			h.Columns = append(h.Columns, c)
		}
	}
	return h
}

// sameArea tells whether the cell repeats the one to its left.
func sameArea(row Row, i int) bool {
	if i == 0 || row.Cells[i].MergedFrom == "" {
		return false
	}
	left := row.Cells[i-1]
	return left.Address == row.Cells[i].MergedFrom || left.MergedFrom == row.Cells[i].MergedFrom
}

// groupAbove is the title of the merged cell that stands over this column and
// at least one neighbour, but not over the whole row.
func groupAbove(row, above Row, i int) string {
	if above.Number != row.Number-1 || i >= len(above.Cells) || row.Cells[i].MergedFrom != "" {
		return ""
	}
	first, last := i, i
	for first > 0 && sameArea(above, first) {
		first--
	}
	for last+1 < len(above.Cells) && sameArea(above, last+1) {
		last++
	}
	if first == last || first == 0 && last+1 >= len(row.Cells) {
		return ""
	}
	return strings.Join(strings.Fields(above.Cells[i].Text), " ")
}

// replaces tells whether h is a better header than the best so far: it knows
// more columns, or as many where its titles are merged with those above, so
// that both rows are one header.
func (h Header) replaces(best Header, row Row) bool {
	if len(best.Columns) == 0 {
		return len(h.Columns) > 0
	}
	if mine, others := h.distinct(), best.distinct(); mine != others {
		return mine > others
	}
	for _, c := range h.Columns {
		_, from, ok := parseAddress([]byte(row.Cells[c.Column-1].MergedFrom))
		if ok && from <= best.Row && best.Row < row.Number {
			return true
		}
	}
	return false
}

func (h Header) distinct() int {
	keys := map[string]bool{}
	for _, c := range h.Columns {
		keys[c.Key] = true
	}
	return len(keys)
}

// tableUnit finds a cell "单位：万元" above the table.
func tableUnit(row Row) string {
	for _, cell := range row.Cells {
		label := strings.Trim(plainLabel(cell.Text), "()")
		if unit := unitIn(label); unit != "" && unit != label && slices.Contains(units, unit) {
			return unit
		}
	}
	return ""
}

func (h Header) duplicates() error {
	count := map[string]int{}
	for _, c := range h.Columns {
		count[c.Key]++
	}
	e := refuse(fault.Invalid, "duplicate_columns")
	for _, c := range h.Columns {
		if count[c.Key] > 1 {
			field := fault.At(c.Key, "sheet.err.duplicate_column", "title", c.Title, "cell", c.Address)
			field.Cell = c.Address
			e.Fields = append(e.Fields, field)
		}
	}
	if len(e.Fields) == 0 {
		return nil
	}
	return e
}

// Column is the column with this key.
func (h Header) Column(key string) (HeaderColumn, bool) {
	i := slices.IndexFunc(h.Columns, func(c HeaderColumn) bool { return c.Key == key })
	if i < 0 {
		return HeaderColumn{}, false
	}
	return h.Columns[i], true
}

// Missing are those of the keys that have no column, in the order asked for.
func (h Header) Missing(keys ...string) []string {
	var missing []string
	for _, key := range keys {
		if _, ok := h.Column(key); !ok {
			missing = append(missing, key)
		}
	}
	return missing
}

// Data gives the rows behind the header. A row that only numbers the columns
// (1, 2, 3 …) directly below the header is left out.
func (h Header) Data(rows iter.Seq2[Row, error]) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for row, err := range rows {
			if err == nil && (row.Number <= h.Row || row.Number == h.Row+1 && numbersColumns(row)) {
				continue
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// numbersColumns tells whether the row counts 1, 2, 3 and so on.
func numbersColumns(row Row) bool {
	next := 1
	for _, cell := range row.Cells {
		text := strings.Trim(plainLabel(cell.Text), "()")
		if text == "" {
			continue
		}
		if text != strconv.Itoa(next) {
			return false
		}
		next++
	}
	return next > 3
}
