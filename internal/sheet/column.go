package sheet

import (
	"strconv"
	"strings"

	"qingce/internal/calendar"
)

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

// Value is what goes into one cell. The zero Value is an empty cell.
type Value struct {
	kind   valueKind
	text   string
	number int64
	marked bool
}

type valueKind byte

const (
	valueNone valueKind = iota
	valueText
	valueWhole
	valueFen
	valueDecimal
	valueDay
)

// Text is a text; it stays one, whatever it looks like.
func Text(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{kind: valueText, text: s}
}

// Whole is a whole number.
func Whole(n int64) Value { return Value{kind: valueWhole, number: n} }

// Amount is an amount in fen; it is written in the unit of its column, exactly.
func Amount(fen int64) Value { return Value{kind: valueFen, number: fen} }

// Decimal is a number written in plain digits ("12.5"). What is no such number
// is written as a text.
func Decimal(digits string) Value {
	if _, err := strconv.ParseFloat(digits, 64); err != nil || strings.Trim(digits, "0123456789.-") != "" {
		return Text(digits)
	}
	return Value{kind: valueDecimal, text: digits}
}

// Day is a calendar day; no date is an empty cell.
func Day(d calendar.Date) Value {
	if d.IsZero() {
		return Value{}
	}
	return Value{kind: valueDay, text: d.String()}
}

// Value is the cell as it was read, to be written again.
func (c Cell) Value() Value {
	switch c.Kind {
	case CellNumber:
		if !c.Rounded {
			return Decimal(c.Text)
		}
	case CellDate:
		// A month alone, or a time of day, stays as it was seen.
		if day, ok := c.Date(); ok && day.String() == c.Text {
			return Day(day)
		}
	}
	return Text(c.Text)
}

// Mark colours the cell: something is wrong with it.
func (v Value) Mark() Value {
	v.marked = true
	return v
}

// plain writes the value for a text table.
func (v Value) plain(c Column) string {
	switch v.kind {
	case valueText:
		return protect(v.text)
	case valueWhole:
		return strconv.FormatInt(v.number, 10)
	case valueFen:
		return amountText(v.number, c.fenPerUnit())
	}
	return v.text
}

// amountText writes fen in units of so many fen, exactly and without zeros at
// the end.
func amountText(fen, perUnit int64) string {
	sign, rest := "", uint64(fen)
	if fen < 0 {
		sign, rest = "-", -rest
	}
	unit := uint64(perUnit)
	text := sign + strconv.FormatUint(rest/unit, 10)
	if rest %= unit; rest > 0 {
		text += "."
	}
	for ; rest > 0; rest %= unit {
		rest *= 10
		text += strconv.FormatUint(rest/unit, 10)
	}
	return text
}
