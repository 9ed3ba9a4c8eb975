package sheet

import (
	"strconv"
	"strings"
	"time"

	"qingce/internal/calendar"
)

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

// columnKind is the kind of format in which the value is seen as what it is,
// should it stand in a column of another kind.
func (v Value) columnKind(c Column) ColumnKind {
	switch {
	case v.kind == valueDay:
		return ColumnDate
	case v.kind == valueNone:
		return c.Kind
	case c.Kind == ColumnNumber, c.Kind == ColumnMoney:
		return c.Kind
	}
	return ColumnDecimal
}

// excel is the value as the library stores it. A spreadsheet keeps 15 digits of
// a number; what has more is stored as a text.
func (v Value) excel(c Column) any {
	const digits15 = 1_000_000_000_000_000
	switch v.kind {
	case valueText:
		return v.text
	case valueWhole:
		if v.number > -digits15 && v.number < digits15 {
			return v.number
		}
		return strconv.FormatInt(v.number, 10)
	case valueFen:
		if v.number > -digits15 && v.number < digits15 {
			return float64(v.number) / float64(c.fenPerUnit())
		}
		return amountText(v.number, c.fenPerUnit())
	case valueDecimal:
		n, err := strconv.ParseFloat(v.text, 64)
		if err != nil || len(strings.Trim(strings.Replace(v.text, ".", "", 1), "-0")) > 15 {
			return v.text
		}
		return n
	case valueDay:
		return serialOf(v.text)
	}
	return nil
}

// serialOf is the number by which spreadsheets count the day. Days before March
// 1900, which they count wrongly, stay texts.
func serialOf(text string) any {
	day, err := calendar.ParseDate(text)
	serial := day.DaysSince(calendar.NewDate(1899, time.December, 30))
	if err != nil || serial <= 60 {
		return text
	}
	return serial
}
