package sheet

import (
	"strconv"

	"qingce/internal/calendar"
	"qingce/internal/fault"
)

// CellKind is what a cell holds.
type CellKind byte

// The kinds of cells. A cell with a formula is of the kind of its last result;
// CellFormula is one whose result is not in the file.
const (
	CellEmpty CellKind = iota
	CellText
	CellNumber
	CellDate
	CellBool
	CellError
	CellFormula
)

// Cell is one cell as it stands in the file.
type Cell struct {
	// Address is where the cell is, such as "C12".
	Address string
	// Text is the content: a text as typed, a number in plain decimal digits
	// ("12.5"), a date as 2017-09-30 with the time behind it when there is
	// one (as 2017-09 or 2017 when the cell shows no more than that), TRUE or
	// FALSE, an error as #N/A.
	Text string
	// MergedFrom is the address of the cell that holds the content of a merged
	// area, when this is another cell of that area: the content is repeated
	// here. Amounts that are to be added up must not be taken twice.
	MergedFrom string
	Kind       CellKind
	// Formula tells that the content was computed by a formula.
	Formula bool
	// Rounded tells that this is a number of more digits than a spreadsheet
	// keeps (15): if it is a code, its last digits have become zeros.
	Rounded bool
}

// Date is the calendar day of a date cell; a month or year shown alone is its
// first day. ok is false for all other kinds.
func (c Cell) Date() (day calendar.Date, ok bool) {
	if c.Kind != CellDate {
		return calendar.Date{}, false
	}
	const firstDay = "2006-01-01"
	text := c.Text
	if len(text) < len(firstDay) {
		text += firstDay[len(text):]
	}
	day, err := calendar.ParseDate(text[:len(firstDay)])
	return day, err == nil
}

// Problem tells what makes the content of a cell unfit to be taken at all: a
// formula error, a formula without a result, digits that are lost. name is the
// key of the field.
func (c Cell) Problem(name string) (fault.Field, bool) {
	code := ""
	switch {
	case c.Kind == CellError:
		code = "sheet.err.cell_error"
	case c.Kind == CellFormula:
		code = "sheet.err.cell_formula"
	case c.Rounded:
		code = "sheet.err.cell_rounded"
	default:
		return fault.Field{}, false
	}
	field := fault.At(name, code, "value", c.Text, "cell", c.Address)
	field.Cell = c.Address
	return field, true
}

// Row is one row that holds something.
type Row struct {
	// Number is the number that the spreadsheet program shows beside the row.
	Number int
	// Cells begin at column A and end with the last one that holds something.
	Cells []Cell
}

// Cell is the cell in the column, counted from 1; behind the last one it is an
// empty cell with its address.
func (r Row) Cell(column int) Cell {
	if column >= 1 && column <= len(r.Cells) {
		return r.Cells[column-1]
	}
	return Cell{Address: Address(column, r.Number)}
}

// Address writes column and row, both counted from 1, as "C12".
func Address(column, row int) string { return ColumnName(column) + strconv.Itoa(row) }

// ColumnName is A for 1, Z for 26, AA for 27; "?" for what is no column.
func ColumnName(column int) string {
	if column < 1 {
		return "?"
	}
	var name [8]byte
	i := len(name)
	for ; column > 0 && i > 0; column = (column - 1) / 26 {
		i--
		name[i] = byte('A' + (column-1)%26)
	}
	return string(name[i:])
}

// Spreadsheet programs have this many columns and rows.
const (
	lastColumn = 16_384
	lastRow    = 1_048_576
)

// parseAddress reads "C12" or "$C$12".
func parseAddress(text []byte) (column, row int, ok bool) {
	i := 0
	for ; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '$':
			continue
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		case c < 'A' || c > 'Z':
			row, ok = parseNumber(text[i:], lastRow)
			return column, row, ok && column > 0
		}
		if column = column*26 + int(c-'A') + 1; column > lastColumn {
			return 0, 0, false
		}
	}
	return 0, 0, false
}

// parseNumber reads the digits of a whole number from 1 to limit.
func parseNumber(digits []byte, limit int) (int, bool) {
	n := 0
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = n*10 + int(c-'0'); n > limit {
			return 0, false
		}
	}
	return n, n > 0
}
