package sheet

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// rowReader reads the rows of one table from its part.
type rowReader struct {
	scanner *scanner
	book    *workbook
	merged  merges

	inData bool
	number int    // of the row read last
	suffix string // that number as the addresses of the row end
	cells  []Cell // of the row at hand, grown as far as something stands
	spans  []span // where their own texts stand
	texts  []byte // the texts of the row, one behind the other
	names  []string
}

// span is where the text of a cell stands in the texts of its row.
type span struct{ cell, from, to int }

// rawCell is a cell as the file tells it, before its meaning is known.
type rawCell struct {
	column  int
	kind    string
	style   int
	formula bool
	from    int // where its text begins in the texts of the row
}

// next gives the next row that holds something of its own; ok is false behind
// the last one.
func (r *rowReader) next() (row Row, ok bool, err error) {
	for {
		kind, err := r.scanner.next()
		if err != nil || kind == tokenEOF {
			return Row{}, false, err
		}
		name := string(r.scanner.name)
		switch {
		case kind == tokenEnd && name == "sheetData":
			return Row{}, false, nil
		case kind == tokenStart && name == "sheetData":
			r.inData = true
		case kind == tokenStart && name == "row" && r.inData:
			if row, ok, err = r.readRow(); ok || err != nil {
				return row, ok, err
			}
		}
	}
}

// readRow reads a row up to its end tag. Its number is written in it, or is one
// more than that of the row before.
func (r *rowReader) readRow() (Row, bool, error) {
	number := r.number + 1
	if given := r.scanner.attribute("r"); given != nil {
		n, ok := parseNumber(given, lastRow)
		if !ok || n < number {
			return Row{}, false, errors.New("row numbers do not rise")
		}
		number = n
	}
	if number > lastRow {
		return Row{}, false, errors.New("more rows than a table can have")
	}
	r.number, r.suffix = number, strconv.Itoa(number)
	r.cells, r.spans, r.texts = nil, r.spans[:0], r.texts[:0]
	column := 0
	for {
		kind, err := r.scanner.next()
		if err != nil {
			return Row{}, false, err
		}
		switch {
		case kind == tokenStart && string(r.scanner.name) == "c":
			if column, err = r.readCell(column); err != nil {
				return Row{}, false, err
			}
		case kind == tokenEnd && string(r.scanner.name) == "row":
			return r.finish()
		case kind == tokenEOF:
			return Row{}, false, errXML
		}
	}
}

// finish gives the cells their texts, cut from one string.
func (r *rowReader) finish() (Row, bool, error) {
	texts := string(r.texts)
	for _, s := range r.spans {
		r.cells[s.cell].Text = texts[s.from:s.to]
	}
	row := Row{Number: r.number, Cells: r.cells}
	if err := r.merged.enter(r.number, r.book.archive.limits.Columns); err != nil {
		return Row{}, false, err
	}
	blank := true
	for i := range row.Cells {
		blank = blank && isBlank(row.Cells[i])
	}
	if blank {
		return Row{}, false, nil
	}
	if limits := r.book.archive.limits; r.number > limits.Rows {
		return Row{}, false, tooManyRows(limits, r.number)
	}
	r.merged.fill(&row)
	return row, true, nil
}

func isBlank(c Cell) bool {
	return c.Kind == CellEmpty || c.Kind == CellText && strings.TrimSpace(c.Text) == ""
}

// readCell reads a cell up to its end tag and tells its column. Empty cells
// that only carry a format are not kept, wherever they stand.
func (r *rowReader) readCell(before int) (int, error) {
	raw := rawCell{column: before + 1, from: len(r.texts)}
	if given := r.scanner.attribute("r"); given != nil {
		column, _, ok := parseAddress(given)
		if !ok || column < raw.column {
			return 0, errors.New("cell addresses do not rise")
		}
		raw.column = column
	}
	raw.kind = cellType(r.scanner.attribute("t"))
	raw.style, _ = strconv.Atoi(string(r.scanner.attribute("s")))
	if err := r.readContent(&raw); err != nil {
		return 0, err
	}
	return raw.column, r.keep(raw)
}

// cellType names the type without allocating.
func cellType(t []byte) string {
	for _, known := range [...]string{"s", "inlineStr", "str", "b", "e", "d"} {
		if string(t) == known {
			return known
		}
	}
	return "n"
}

// readContent appends the content of a cell to the texts of the row, up to the
// end tag of the cell.
func (r *rowReader) readContent(raw *rawCell) error {
	inValue := false
	for {
		kind, err := r.scanner.next()
		if err != nil {
			return err
		}
		name := string(r.scanner.name)
		switch {
		case kind == tokenText && inValue:
			r.texts, err = r.scanner.appendText(r.texts)
		case kind == tokenStart && name == "v":
			inValue = true
		case kind == tokenStart && name == "is":
			r.texts, err = appendItem(r.scanner, r.texts, r.book.archive.limits.CellText)
		case kind == tokenStart && name == "f":
			raw.formula = true
		case kind == tokenEnd && name == "c":
			return nil
		case kind == tokenEnd:
			inValue = false
		case kind == tokenEOF:
			return errXML
		}
		if err != nil {
			return err
		}
	}
}

// keep gives the content its meaning and puts the cell into the row.
func (r *rowReader) keep(raw rawCell) error {
	cell := Cell{Formula: raw.formula}
	if err := r.interpret(raw, &cell); err != nil {
		return err
	}
	own := r.texts[raw.from:]
	if len(own) == 0 && cell.Text == "" {
		if !raw.formula {
			return nil
		}
		cell.Kind = CellFormula
	}
	limits := r.book.archive.limits
	if raw.column > limits.Columns {
		return tooManyColumns(limits, Address(raw.column, r.number))
	}
	r.grow(raw.column)
	cell.Address = r.cells[raw.column-1].Address
	if size := max(len(own), len(cell.Text)); size > limits.CellText &&
		max(utf8.RuneCount(own), utf8.RuneCountInString(cell.Text)) > limits.CellText {
		return tooLongText(limits.CellText, cell.Address)
	}
	r.cells[raw.column-1] = cell
	if len(own) > 0 {
		r.spans = append(r.spans, span{raw.column - 1, raw.from, len(r.texts)})
	}
	return nil
}

// grow adds empty cells up to the column.
func (r *rowReader) grow(column int) {
	if r.cells == nil {
		r.cells = make([]Cell, 0, max(column, len(r.names)))
	}
	for len(r.cells) < column {
		n := len(r.cells)
		if n == len(r.names) {
			r.names = append(r.names, ColumnName(n+1))
		}
		r.cells = append(r.cells, Cell{Address: r.names[n] + r.suffix})
	}
}

// interpret sets the kind of the cell, and its text when that stands elsewhere
// than in the row.
func (r *rowReader) interpret(raw rawCell, cell *Cell) error {
	own := r.texts[raw.from:]
	if len(own) == 0 {
		return nil
	}
	switch raw.kind {
	case "s":
		n, err := strconv.Atoi(string(own))
		if err != nil {
			return err
		}
		r.texts = r.texts[:raw.from]
		cell.Kind = CellText
		cell.Text, err = r.book.texts.at(n)
		return err
	case "inlineStr":
		cell.Kind = CellText
	case "str":
		cell.Kind = CellText
		r.texts = r.texts[:raw.from+len(unescapeControls(own))]
	case "b":
		cell.Kind = CellBool
		cell.Text = map[bool]string{true: "TRUE", false: "FALSE"}[isTrue(own)]
		r.texts = r.texts[:raw.from]
	case "e":
		cell.Kind = CellError
	case "d":
		cell.Kind = CellDate
		r.texts = append(r.texts[:raw.from], isoDate(string(own))...)
	default:
		r.interpretNumber(raw, cell)
	}
	return nil
}

// isoDate cuts what stands behind the day in 2017-09-30T00:00:00.
func isoDate(text string) string {
	day, clock, found := strings.Cut(text, "T")
	if found && strings.Trim(clock, "0:.Z") != "" {
		return day + " " + strings.TrimSuffix(clock, "Z")
	}
	return day
}
