package sheet

import (
	"strconv"
	"strings"
)

// interpretNumber writes a number, or the date it stands for, in place of what
// the file says. What is no number at all is left as a text.
func (r *rowReader) interpretNumber(raw rawCell, cell *Cell) {
	format := noDate
	if raw.style > 0 && raw.style < len(r.book.styles) {
		format = r.book.styles[raw.style]
	}
	if format == noDate && isShortNumber(r.texts[raw.from:]) {
		cell.Kind = CellNumber
		return
	}
	own := strings.TrimSpace(string(r.texts[raw.from:]))
	number, err := strconv.ParseFloat(own, 64)
	if err != nil || strings.Trim(own, "0123456789+-.eE") != "" {
		cell.Kind = CellText
		return
	}
	cell.Kind = CellNumber
	text := ""
	if format != noDate {
		text = dateText(number, r.book.date1904, format)
	}
	if text != "" {
		cell.Kind = CellDate
	} else {
		text, cell.Rounded = plainNumber(number)
	}
	r.texts = append(r.texts[:raw.from], text...)
}

// keptDigits is how many digits of a number a spreadsheet keeps.
const keptDigits = 15

// isShortNumber tells whether the text is a number that is stored as it was
// typed: plain digits, no more than are kept.
func isShortNumber(text []byte) bool {
	if len(text) > 0 && text[0] == '-' {
		text = text[1:]
	}
	point := false
	for i, c := range text {
		if c == '.' && !point && i > 0 && i < len(text)-1 {
			point = true
		} else if c < '0' || c > '9' {
			return false
		}
	}
	return len(text) > 0 && len(text) <= keptDigits
}

// plainNumber writes a number in plain digits, rounded to those that a
// spreadsheet keeps: 1.1 is stored as 1.1000000000000001. A whole number of more
// digits than that may once have been a longer code.
func plainNumber(number float64) (plain string, rounded bool) {
	if n, err := strconv.ParseFloat(strconv.FormatFloat(number, 'e', keptDigits-1, 64), 64); err == nil {
		number = n
	}
	plain = strconv.FormatFloat(number, 'f', -1, 64)
	whole := strings.TrimPrefix(plain, "-")
	return plain, len(whole) > keptDigits && !strings.Contains(whole, ".")
}
