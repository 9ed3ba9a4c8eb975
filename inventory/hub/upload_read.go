package hub

import (
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/locale"
	"qingce/internal/sheet"
)

// Keys of the columns of a file.
const (
	dayColumn      = "day"
	providerColumn = "provider"
	consumerColumn = "consumer"
	countColumn    = "exchanges"
	failureColumn  = "failures"
	sizeColumn     = "bytes"
)

func columnLabel(key string) fault.Label { return fault.Label("hub.column." + key) }

// Columns are those of a file of the gateway in the words of p; by the titles of
// others they are known as well.
func Columns(p *locale.Printer, others ...*locale.Printer) []sheet.Column {
	cols := []sheet.Column{
		{Key: dayColumn, Required: true, Kind: sheet.ColumnDate},
		{Key: providerColumn, Required: true, Width: 24},
		{Key: consumerColumn, Required: true, Width: 24},
		{Key: countColumn, Required: true, Kind: sheet.ColumnNumber},
		{Key: failureColumn, Kind: sheet.ColumnNumber},
		{Key: sizeColumn, Kind: sheet.ColumnNumber},
	}
	for i := range cols {
		label := string(columnLabel(cols[i].Key))
		cols[i].Title, cols[i].Help = p.T(label), p.T(label+".help")
		for _, o := range others {
			cols[i].Names = append(cols[i].Names, o.T(label))
		}
	}
	return cols
}

// readBook reads the first tab that has a header.
func (h *Hub) readBook(book *sheet.Book, today calendar.Date) ([]UploadRow, error) {
	var printers []*locale.Printer
	for _, lang := range locale.Languages() {
		printers = append(printers, h.catalog.Printer(lang))
	}
	header, tab, err := headerOf(book, sheet.Known(Columns(printers[0], printers[1:]...)))
	if err != nil {
		return nil, err
	}
	var missing []fault.Label
	for _, key := range header.Missing(dayColumn, providerColumn, consumerColumn, countColumn) {
		missing = append(missing, columnLabel(key))
	}
	if len(missing) > 0 {
		return nil, fault.New(fault.Invalid, "hub.err.upload_columns", "titles", missing)
	}
	var out []UploadRow
	for row, err := range header.Data(book.Rows(tab)) {
		if err != nil {
			return nil, err
		}
		if r := readUploadRow(header, row, today); r != nil {
			out = append(out, *r)
		}
	}
	switch n := len(out); {
	case n == 0:
		return nil, fault.New(fault.Invalid, "hub.err.upload_empty")
	case n > mostUploadRows:
		return nil, fault.New(fault.TooLarge, "hub.err.upload_rows", "n", n, "max", mostUploadRows)
	}
	return out, nil
}

func headerOf(book *sheet.Book, known func(string) (string, bool)) (sheet.Header, string, error) {
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

// cells are the typed cells of a row by their column.
type cells struct {
	row   *UploadRow
	typed map[string]sheet.Cell
}

// wrong notes what is wrong with a cell.
func (c cells) wrong(column, code string, args map[string]string) {
	c.row.Wrong = true
	c.row.Found = append(c.row.Found, Remark{Cell: c.typed[column].Address, Code: code, Args: args})
}

// readUploadRow takes the cells of a row; nil when there is nothing in them.
func readUploadRow(header sheet.Header, row sheet.Row, today calendar.Date) *UploadRow {
	c := cells{row: &UploadRow{RowNo: row.Number, Found: []Remark{}}, typed: map[string]sheet.Cell{}}
	empty := true
	for _, col := range header.Columns {
		cell := row.Cell(col.Column)
		c.typed[col.Key] = cell
		empty = empty && strings.TrimSpace(cell.Text) == ""
	}
	if empty {
		return nil
	}
	c.readDay(today)
	c.row.Provider, c.row.Consumer = c.party(providerColumn), c.party(consumerColumn)
	if c.row.Provider == c.row.Consumer && c.row.Provider != "" {
		c.wrong(consumerColumn, "hub.err.same_party", nil)
	}
	c.row.Exchanges, c.row.Failures, c.row.Bytes = c.number(countColumn), c.number(failureColumn), c.number(sizeColumn)
	if c.row.Failures > c.row.Exchanges {
		c.wrong(failureColumn, "hub.err.failures", nil)
	}
	return c.row
}

func (c cells) readDay(today calendar.Date) {
	text := c.typed[dayColumn].Text
	day, _, err := input.Date(text, true)
	switch {
	case strings.TrimSpace(text) == "":
		c.wrong(dayColumn, "hub.err.no_day", nil)
	case err != nil:
		c.wrong(dayColumn, "hub.err.day", map[string]string{"value": text})
	case day.After(today), today.DaysSince(day) > oldestDays:
		c.wrong(dayColumn, "hub.err.day_span", map[string]string{"value": day.String(), "today": today.String()})
	default:
		c.row.Day = day
	}
}

func (c cells) party(column string) string {
	name := input.Text(c.typed[column].Text)
	if name == "" || len([]rune(name)) > mostParty {
		c.wrong(column, "hub.err.no_party", nil)
	}
	if len([]rune(name)) > mostParty {
		return string([]rune(name)[:mostParty])
	}
	return name
}

// number reads a count; an empty one is nothing, but for that of exchanges.
func (c cells) number(column string) int64 {
	text := strings.TrimSpace(c.typed[column].Text)
	if text == "" {
		if column == countColumn {
			c.wrong(column, "hub.err.no_count", nil)
		}
		return 0
	}
	n, _, err := input.Count(text)
	if err != nil {
		c.wrong(column, "hub.err.count", map[string]string{"value": text})
		return 0
	}
	return n
}
