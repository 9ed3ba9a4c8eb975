package sheet

import (
	"iter"
	"strings"
	"unicode/utf8"

	"qingce/internal/fault"
)

// textTable is an opened .csv file.
type textTable struct {
	text      string
	separator byte
	limits    Limits
}

func (t *textTable) rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		rest := records{rest: t.text, separator: t.separator}
		for number := 1; rest.rest != ""; number++ {
			fields, err := rest.next(number)
			var row Row
			if err == nil {
				row, err = t.row(number, fields)
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
			if len(row.Cells) > 0 && !yield(row, nil) {
				return
			}
		}
	}
}

// row makes cells of the fields of a record; a record without content has none.
func (t *textTable) row(number int, fields []string) (Row, error) {
	last := len(fields)
	for last > 0 && strings.TrimSpace(fields[last-1]) == "" {
		last--
	}
	if last == 0 {
		return Row{}, nil
	}
	if number > t.limits.Rows {
		return Row{}, tooManyRows(t.limits, number)
	}
	if last > t.limits.Columns {
		return Row{}, tooManyColumns(t.limits, Address(last, number))
	}
	row := Row{Number: number, Cells: make([]Cell, last)}
	for i, field := range fields[:last] {
		cell := Cell{Address: Address(i+1, number), Text: unprotect(field)}
		if cell.Text != "" {
			cell.Kind = CellText
		}
		if len(field) > t.limits.CellText && utf8.RuneCountInString(field) > t.limits.CellText {
			return Row{}, tooLongText(t.limits.CellText, cell.Address)
		}
		row.Cells[i] = cell
	}
	return row, nil
}

// records splits a text into records and fields as RFC 4180 has it, and takes
// what else is found: single line ends of either kind, quotes inside a field
// that does not begin with one, blanks behind a closing quote.
type records struct {
	rest      string
	separator byte
	fields    []string
	odd       int // quotes that stand where a quote cannot begin or end a field
}

// next gives the fields of the next record; they are valid until the one after
// it. A quote that is never closed is an error of this record.
func (r *records) next(number int) ([]string, error) {
	r.fields = r.fields[:0]
	for {
		field, ok := r.field()
		if !ok {
			return nil, refuse(fault.Invalid, "csv_quote", "row", number)
		}
		r.keep(field)
		if r.rest == "" {
			return r.fields, nil
		}
		end := r.rest[0]
		r.rest = r.rest[1:]
		if end == r.separator {
			continue
		}
		if end == '\r' {
			r.rest = strings.TrimPrefix(r.rest, "\n")
		}
		return r.fields, nil
	}
}

// keep adds a field. Of those behind the last column that a spreadsheet has,
// one that is not blank is kept, so that the record is seen to be too wide.
func (r *records) keep(field string) {
	switch {
	case len(r.fields) <= lastColumn:
		r.fields = append(r.fields, field)
	case strings.TrimSpace(field) != "":
		r.fields[lastColumn] = field
	}
}

func (r *records) field() (string, bool) {
	if strings.HasPrefix(r.rest, `"`) {
		return r.quoted()
	}
	field := r.plain()
	if strings.Contains(field, `"`) {
		r.odd++
	}
	return field, true
}

// plain reads a field up to the separator or line end, which it leaves.
func (r *records) plain() string {
	n := 0
	for n < len(r.rest) && r.rest[n] != r.separator && r.rest[n] != '\n' && r.rest[n] != '\r' {
		n++
	}
	field := r.rest[:n]
	r.rest = r.rest[n:]
	return field
}

// quoted reads a field in quotes, in which two quotes stand for one; false when
// it never ends.
func (r *records) quoted() (string, bool) {
	rest := r.rest[1:]
	var parts strings.Builder
	for {
		n := strings.IndexByte(rest, '"')
		if n < 0 {
			return "", false
		}
		if !strings.HasPrefix(rest[n+1:], `"`) {
			r.rest = rest[n+1:]
			parts.WriteString(rest[:n])
			if behind := strings.TrimRight(r.plain(), " "); behind != "" {
				r.odd++
				parts.WriteString(behind)
			}
			return parts.String(), true
		}
		parts.WriteString(rest[:n+1])
		rest = rest[n+2:]
	}
}

// sniffedRecords is how many records are looked at to find the separator.
const sniffedRecords = 20

// separatorOf finds the separator of the first records: of those that cut them
// at all, the one with which the fewest quotes stand in odd places, then the one
// that cuts the most of them into the same number of fields, then the comma.
func separatorOf(text string) byte {
	best, most, fewest := byte(','), 0, 0
	for _, separator := range []byte{',', ';', '\t'} {
		score, odd := evenness(text, separator)
		if score > 0 && (most == 0 || odd < fewest || odd == fewest && score > most) {
			best, most, fewest = separator, score, odd
		}
	}
	return best
}

func evenness(text string, separator byte) (score, odd int) {
	rest := records{rest: text, separator: separator}
	seen := map[int]int{}
	for n := 1; n <= sniffedRecords && rest.rest != ""; n++ {
		fields, err := rest.next(n)
		if err != nil {
			break
		}
		if len(fields) > 1 {
			seen[len(fields)] += len(fields)
			score = max(score, seen[len(fields)])
		}
	}
	return score, rest.odd
}
