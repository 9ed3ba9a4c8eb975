package usage

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/inventory/usage/wire"
)

// Keys of the columns of a file, besides the names of the signals.
const (
	systemColumn = "system"
	nameColumn   = "system_name"
	dayColumn    = "day"
)

// SignalLabel is the message key of a signal's name.
func SignalLabel(s wire.Signal) fault.Label { return fault.Label("usage.signal." + s.String()) }

// columnLabel is the message key of a column's title.
func columnLabel(key string) fault.Label {
	if s, ok := wire.SignalNamed(key); ok {
		return SignalLabel(s)
	}
	return fault.Label("usage.given." + key)
}

// Columns are those of a file of daily figures in the words of p; by the
// titles of others they are known as well.
func Columns(p *locale.Printer, others ...*locale.Printer) []sheet.Column {
	cols := []sheet.Column{
		{Key: systemColumn, Required: true, Width: 16, Help: p.T("usage.given.system.help")},
		{Key: nameColumn, Width: 32, Help: p.T("usage.given.system_name.help")},
		{Key: dayColumn, Required: true, Kind: sheet.ColumnDate, Help: p.T("usage.given.day.help")},
	}
	for _, s := range wire.Signals() {
		c := sheet.Column{Key: s.String(), Kind: sheet.ColumnNumber, Help: p.T("usage.given.figure.help"), Unit: SignalUnit(p, s)}
		if s.Unit() != wire.Count {
			c.Kind = sheet.ColumnDecimal
		}
		cols = append(cols, c)
	}
	for i := range cols {
		label := string(columnLabel(cols[i].Key))
		cols[i].Title = p.T(label)
		for _, o := range others {
			cols[i].Names = append(cols[i].Names, o.T(label))
		}
	}
	return cols
}

// SignalUnit is the unit in which people read and write a signal.
func SignalUnit(p *locale.Printer, s wire.Signal) string {
	switch {
	case s == wire.NetBytes:
		return "MB"
	case s == wire.StorageBytes:
		return "GB"
	case s.Unit() == wire.Percent:
		return "%"
	case s == wire.Users:
		return p.T("usage.unit.heads")
	case s == wire.MachineClients:
		return p.T("usage.unit.clients")
	case s == wire.BusinessTx:
		return p.T("usage.unit.matters")
	}
	return p.T("usage.unit.times")
}

// unitSize is how much of what is kept makes one of what people write, and how
// many decimals they see.
func unitSize(s wire.Signal) (size float64, decimals int) {
	switch {
	case s == wire.NetBytes:
		return 1 << 20, 1
	case s == wire.StorageBytes:
		return 1 << 30, 2
	case s.Unit() == wire.Percent:
		return 100, 2
	}
	return 1, 0
}

// SignalText writes a value in the unit of SignalUnit, without it, in plain
// digits.
func SignalText(s wire.Signal, n int64) string {
	size, decimals := unitSize(s)
	return strconv.FormatFloat(float64(n)/size, 'f', decimals, 64)
}

// Greatest figures that can be kept.
const (
	mostSmall   = math.MaxInt32
	mostLarge   = int64(1) << 50
	mostPercent = 100_00
)

// readFigure reads a cell of a signal; ok is false for an empty one, which says
// that nothing was measured.
func readFigure(s wire.Signal, text string) (n int64, ok bool, err error) {
	if strings.TrimSpace(text) == "" {
		return 0, false, nil
	}
	size, _ := unitSize(s)
	if size == 1 {
		n, _, err = input.Count(text)
	} else {
		n, err = readDecimal(text, size)
	}
	switch {
	case err != nil:
		return 0, false, err
	case s.Unit() == wire.Percent && n > mostPercent:
		return 0, false, errPercent
	case isSmall(s) && n > mostSmall, n > mostLarge:
		return 0, false, errTooBig
	}
	return n, true, nil
}

// isSmall tells signals whose sum of a day must fit in four bytes.
func isSmall(s wire.Signal) bool {
	for _, small := range smallCounts {
		if s == small {
			return true
		}
	}
	return false
}

// figureError is why a figure cannot be taken; its text is a message key.
type figureError string

// Error is the message key.
func (e figureError) Error() string { return string(e) }

const (
	errPercent = figureError("usage.err.given_percent")
	errTooBig  = figureError("input.err.too_big")
	errDecimal = figureError("usage.err.given_decimal")
)

// readDecimal reads "12.5" as a multiple of the unit's size.
func readDecimal(text string, size float64) (int64, error) {
	plain := strings.NewReplacer(",", "", "，", "", "%", "", "％", "", " ", "").Replace(strings.TrimSpace(text))
	if strings.HasPrefix(plain, "-") {
		return 0, figureError("input.err.negative")
	}
	if strings.Trim(plain, "0123456789.") != "" {
		return 0, errDecimal
	}
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil {
		return 0, errDecimal
	}
	if f*size > float64(mostLarge) {
		return 0, errTooBig
	}
	return int64(math.Round(f * size)), nil
}

// readDay reads the day of a row. Months and years are no days.
func readDay(text string) (calendar.Date, string, error) {
	day, note, err := input.Date(text, true)
	if note == "input.note.month" || note == "input.note.year" {
		return calendar.Date{}, "", figureError("usage.err.given_month")
	}
	return day, note, err
}

// errorCode is the message key of why a cell cannot be read.
func errorCode(err error) string {
	var e figureError
	if errors.As(err, &e) {
		return string(e)
	}
	return input.Code(err)
}
