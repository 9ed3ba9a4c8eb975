package sheet

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// TableWriter writes the rows of one table of a workbook.
type TableWriter struct {
	writer *Writer
	stream *excelize.StreamWriter
	tab    string
	table  Table
	row    int // written last
	header int
	cells  []any
}

// Table begins a table in a new tab: title, notes, group titles and header are
// written, cell rules and help set. The table before it must be closed.
func (w *Writer) Table(t Table) (*TableWriter, error) {
	if w.open != nil {
		return nil, fmt.Errorf("begin table %q: table %q is open", t.Sheet, w.open.tab)
	}
	tab, err := w.addTab(t.Sheet)
	if err != nil {
		return nil, err
	}
	tw := &TableWriter{writer: w, tab: tab, table: t, cells: make([]any, len(t.Columns))}
	if err := tw.begin(); err != nil {
		return nil, fmt.Errorf("begin table %q: %w", tab, err)
	}
	w.open = tw
	return tw, nil
}

func (tw *TableWriter) begin() (err error) {
	tw.header = tw.headerRow()
	if err := tw.layout(); err != nil {
		return err
	}
	if tw.stream, err = tw.writer.file.NewStreamWriter(tw.tab); err != nil {
		return err
	}
	steps := []func() error{tw.columns, tw.panes, tw.rules, tw.above, tw.groups, tw.titles}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// layout is for the printer: across, the header on every page, and as wide as
// the page if it can then still be read.
func (tw *TableWriter) layout() error {
	const readable = 260 // characters on one page
	width := 0.0
	for _, c := range tw.table.Columns {
		width += c.width()
	}
	file := tw.writer.file
	if width <= readable {
		if err := file.SetSheetProps(tw.tab, &excelize.SheetPropsOptions{FitToPage: ptr(true)}); err != nil {
			return err
		}
	}
	// The stream cannot know how far the table will reach, so it must not say.
	if err := file.SetSheetDimension(tw.tab, ""); err != nil {
		return err
	}
	err := file.SetPageLayout(tw.tab, &excelize.PageLayoutOptions{
		Orientation: ptr("landscape"), FitToWidth: ptr(1), FitToHeight: ptr(0),
	})
	if err != nil {
		return err
	}
	return file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", Scope: tw.tab,
		RefersTo: fmt.Sprintf("'%s'!$A:$A,'%s'!$%d:$%d", tw.tab, tw.tab, tw.header, tw.header),
	})
}

// headerRow is the number of the row with the column titles.
func (tw *TableWriter) headerRow() int {
	row := 1 + len(tw.table.Notes)
	if tw.table.Title != "" {
		row++
	}
	if tw.grouped() {
		row++
	}
	return row
}

func (tw *TableWriter) grouped() bool {
	for _, c := range tw.table.Columns {
		if c.Group != "" {
			return true
		}
	}
	return false
}

func (tw *TableWriter) columns() error {
	for i, c := range tw.table.Columns {
		look, err := tw.writer.look(c.style())
		if err != nil {
			return err
		}
		if err := tw.stream.SetColStyle(i+1, i+1, look); err != nil {
			return err
		}
		if err := tw.stream.SetColWidth(i+1, i+1, c.width()); err != nil {
			return err
		}
	}
	return nil
}

func (c Column) style() style {
	return style{kind: c.Kind, wan: c.Kind == ColumnMoney && c.fenPerUnit() > 100}
}

func (c Column) width() float64 {
	const widest = 60
	if c.Width > 0 {
		return min(c.Width, 255)
	}
	width := 14.0
	switch c.Kind {
	case ColumnDate, ColumnNumber:
		width = 12
	case ColumnMulti:
		width = 22
	}
	// A Chinese character is as wide as two digits.
	for _, option := range c.Options {
		width = max(width, float64(len([]rune(option))*2+3))
	}
	return min(widest, max(width, float64(len([]rune(c.Title))*2+4)))
}

// panes keeps header and first column in sight.
func (tw *TableWriter) panes() error {
	return tw.stream.SetPanes(&excelize.Panes{
		Freeze: true, XSplit: 1, YSplit: tw.header,
		TopLeftCell: Address(2, tw.header+1), ActivePane: "bottomRight",
	})
}

// above writes title and notes.
func (tw *TableWriter) above() error {
	if tw.table.Title != "" {
		if err := tw.line(roleTitle, tw.table.Title); err != nil {
			return err
		}
	}
	for _, note := range tw.table.Notes {
		if err := tw.line(roleNote, note); err != nil {
			return err
		}
	}
	return nil
}

func (tw *TableWriter) line(r role, text string) error {
	look, err := tw.writer.look(style{role: r})
	if err != nil {
		return err
	}
	tw.row++
	return tw.stream.SetRow(Address(1, tw.row), []any{excelize.Cell{StyleID: look, Value: textCell(text)}})
}

// groups writes the group titles, one merged cell for neighbours of one group.
func (tw *TableWriter) groups() error {
	if !tw.grouped() {
		return nil
	}
	titles := make([]string, len(tw.table.Columns))
	for first := 0; first < len(titles); {
		last, group := first, tw.table.Columns[first].Group
		for last+1 < len(titles) && tw.table.Columns[last+1].Group == group {
			last++
		}
		titles[first] = group
		if last > first && group != "" {
			row := tw.row + 1
			if err := tw.stream.MergeCell(Address(first+1, row), Address(last+1, row)); err != nil {
				return err
			}
		}
		first = last + 1
	}
	return tw.headerLine(titles)
}

func (tw *TableWriter) titles() error {
	titles := make([]string, len(tw.table.Columns))
	for i, c := range tw.table.Columns {
		titles[i] = c.heading(tw.writer.opt)
	}
	return tw.headerLine(titles)
}

func (tw *TableWriter) headerLine(titles []string) error {
	look, err := tw.writer.look(style{role: roleHeader})
	if err != nil {
		return err
	}
	cells := make([]any, len(titles))
	for i, title := range titles {
		cells[i] = excelize.Cell{StyleID: look, Value: textCell(title)}
	}
	tw.row++
	return tw.stream.SetRow(Address(1, tw.row), cells)
}

// heading is the title with the unit, and whether it must be filled in.
func (c Column) heading(opt Options) string {
	title := c.Title
	if c.Unit != "" {
		title = opt.T("sheet.write.unit", "title", title, "unit", c.Unit)
	}
	if c.Required {
		title = opt.T("sheet.write.required", "title", title)
	}
	return title
}

// Row writes the next row; missing values are empty cells. A text longer than a
// cell can hold is a TooLarge fault that names the cell.
func (tw *TableWriter) Row(values ...Value) error {
	if len(values) > len(tw.table.Columns) {
		return fmt.Errorf("write row: %d values for %d columns", len(values), len(tw.table.Columns))
	}
	tw.row++
	for i, v := range values {
		cell, err := tw.cell(i, v)
		if err != nil {
			return err
		}
		tw.cells[i] = cell
	}
	if err := tw.stream.SetRow(Address(1, tw.row), tw.cells[:len(values)]); err != nil {
		return fmt.Errorf("write row %d: %w", tw.row, err)
	}
	return nil
}

// cell is what the library takes for the value; nil for an empty cell.
func (tw *TableWriter) cell(i int, v Value) (any, error) {
	if v.kind == valueNone && !v.marked {
		return nil, nil
	}
	c := tw.table.Columns[i]
	content := v.excel(c)
	s := c.style()
	if _, text := content.(string); !text {
		s.kind = v.columnKind(c)
	} else if err := checkLength(v.text, Address(i+1, tw.row)); err != nil {
		return nil, err
	} else {
		content = textCell(content.(string))
	}
	s.marked = v.marked
	look, err := tw.writer.look(s)
	return excelize.Cell{StyleID: look, Value: content}, err
}

// Close ends the table.
func (tw *TableWriter) Close() error {
	tw.writer.open = nil
	if n := len(tw.table.Columns); n > 0 {
		area := Address(1, tw.header) + ":" + Address(n, max(tw.row, tw.header+1))
		if err := tw.writer.file.AutoFilter(tw.tab, area, nil); err != nil {
			return fmt.Errorf("filter of table %q: %w", tw.tab, err)
		}
	}
	if err := tw.stream.Flush(); err != nil {
		return fmt.Errorf("end table %q: %w", tw.tab, err)
	}
	return nil
}
