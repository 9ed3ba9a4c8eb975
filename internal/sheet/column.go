package sheet

// ColumnKind is what the cells of a column are to hold.
type ColumnKind byte

// The kinds of columns. The cells of text, list and multi columns have text
// format, so that a code of 18 digits keeps them all.
const (
	// ColumnText holds any text.
	ColumnText ColumnKind = iota
	// ColumnNumber holds whole numbers from 0.
	ColumnNumber
	// ColumnDecimal holds numbers from 0.
	ColumnDecimal
	// ColumnMoney holds amounts from 0, in the unit of the column.
	ColumnMoney
	// ColumnDate holds days.
	ColumnDate
	// ColumnList holds one of the options, from a drop-down.
	ColumnList
	// ColumnMulti holds any of the options; the drop-down offers one, others
	// may be typed behind it.
	ColumnMulti
)

// Column describes one column of a table that is written.
type Column struct {
	// Key names the column for programs. It is not written.
	Key string
	// Title stands in the header; unit and "required" are put behind it.
	Title string
	// Names are other titles by which Known knows the column.
	Names []string
	// Group is the title above the header; neighbours of the same group share
	// one merged cell.
	Group string
	// Help is shown beside the header cell, and when a cell of the column is
	// entered.
	Help string
	// Width is the width in characters; 0 is chosen by kind and title.
	Width float64
	Kind  ColumnKind
	// Options are what list and multi columns offer.
	Options []string
	// Required marks the title.
	Required bool
	// Unit stands behind the title ("万元").
	Unit string
	// FenPerUnit is how many fen one unit of a money column is: 100 for 元
	// (the default), 1 000 000 for 万元.
	FenPerUnit int64
	// MaxLength is how many characters a text may have; 0 is not checked.
	MaxLength int
}

func (c Column) fenPerUnit() int64 {
	const fenPerYuan = 100
	if c.FenPerUnit <= 0 {
		return fenPerYuan
	}
	return c.FenPerUnit
}

// Table describes a table that is written.
type Table struct {
	// Sheet is the name of the tab. Characters that a tab cannot have become
	// blanks, and what is longer than 31 characters is cut.
	Sheet string
	// Title and Notes stand above the header, one per row, if given: what this
	// is, the filter and the time.
	Title string
	Notes []string
	// Columns from left to right.
	Columns []Column
}
