package sheet

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Options are what all tables of a workbook share.
type Options struct {
	// T gives the words that the package itself writes (keys sheet.write.*),
	// in the language of the reader. It must be given.
	T func(key string, args ...any) string
	// Properties are custom properties of the document, such as the identity
	// and version of a template; Book.Property reads them back.
	Properties map[string]string
}

// Writer makes a workbook. Tables and notes become its tabs in the order in
// which they are made; rows go through a temporary file, so that memory stays
// small. A Writer is used by one goroutine.
type Writer struct {
	file   *excelize.File
	opt    Options
	styles map[style]int
	tabs   []string
	lists  [][]string
	open   *TableWriter
}

// NewWriter begins a workbook. The caller must Close it.
func NewWriter(opt Options) *Writer {
	w := &Writer{file: excelize.NewFile(), opt: opt, styles: map[style]int{}}
	// The library would name its author and a day of its own.
	w.file.Pkg.Store("docProps/core.xml", []byte(noAuthor))
	return w
}

const noAuthor = `<?xml version="1.0" encoding="UTF-8"?>` +
	`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>`

// Close removes the temporary files.
func (w *Writer) Close() error { return w.file.Close() }

// WriteTo finishes the workbook and writes it. There must be at least one table
// or sheet of notes, and all tables must be closed.
func (w *Writer) WriteTo(out io.Writer) (int64, error) {
	if w.open != nil || len(w.tabs) == 0 {
		return 0, fmt.Errorf("write workbook: %d tabs, table open: %t", len(w.tabs), w.open != nil)
	}
	if err := w.writeLists(); err != nil {
		return 0, fmt.Errorf("write drop-down lists: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(w.opt.Properties)) {
		p := excelize.CustomProperty{Name: name, Value: w.opt.Properties[name]}
		if err := w.file.SetCustomProps(p); err != nil {
			return 0, fmt.Errorf("set document property %s: %w", name, err)
		}
	}
	w.file.SetActiveSheet(0)
	n, err := w.file.WriteTo(out)
	if err != nil {
		return n, fmt.Errorf("write workbook: %w", err)
	}
	return n, nil
}

// addTab makes the next tab and returns the name it got.
func (w *Writer) addTab(wanted string) (string, error) {
	name := TabName(wanted)
	for n := 2; slices.ContainsFunc(w.tabs, func(t string) bool { return strings.EqualFold(t, name) }); n++ {
		name = TabName(fmt.Sprintf("%.25s %d", wanted, n))
	}
	var err error
	if len(w.tabs) == 0 {
		err = w.file.SetSheetName(w.file.GetSheetName(0), name)
	} else {
		_, err = w.file.NewSheet(name)
	}
	if err != nil {
		return "", fmt.Errorf("make tab %q: %w", name, err)
	}
	w.tabs = append(w.tabs, name)
	return name, nil
}

// TabName is a name as a tab may have it: what a tab cannot have becomes blanks,
// and what is too long is cut.
func TabName(name string) string {
	const longest = 31
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name)
	name = strings.TrimSpace(cut(strings.TrimSpace(name), longest))
	if name == "" {
		return "Sheet"
	}
	return name
}

// listSheet holds what the drop-downs offer. People cannot make it visible by
// the menu.
const listSheet = "_lists"

// listName is the defined name of the options, which are written once however
// many columns offer them. Lists are never put into the cell rule itself: there
// they may have 255 characters at most.
func (w *Writer) listName(options []string) string {
	i := slices.IndexFunc(w.lists, func(l []string) bool { return slices.Equal(l, options) })
	if i < 0 {
		i = len(w.lists)
		w.lists = append(w.lists, slices.Clone(options))
	}
	return fmt.Sprintf("list_%d_", i+1)
}

func (w *Writer) writeLists() error {
	if len(w.lists) == 0 {
		return nil
	}
	if _, err := w.file.NewSheet(listSheet); err != nil {
		return err
	}
	for i, options := range w.lists {
		if err := w.file.SetSheetCol(listSheet, Address(i+1, 1), &options); err != nil {
			return err
		}
		column := ColumnName(i + 1)
		err := w.file.SetDefinedName(&excelize.DefinedName{
			Name:     w.listName(options),
			RefersTo: fmt.Sprintf("%s!$%s$1:$%s$%d", listSheet, column, column, len(options)),
		})
		if err != nil {
			return err
		}
	}
	return w.file.SetSheetVisible(listSheet, false, true)
}

// Notes makes a sheet of explanations: a title and lines of one or two cells,
// what and how.
func (w *Writer) Notes(sheet, title string, lines [][]string) error {
	const whatWidth, howWidth = 26, 100
	tab, err := w.addTab(sheet)
	if err != nil {
		return err
	}
	look, err := w.look(style{role: roleProse})
	if err != nil {
		return err
	}
	head, err := w.look(style{role: roleTitle})
	if err != nil {
		return err
	}
	stream, err := w.file.NewStreamWriter(tab)
	if err != nil {
		return fmt.Errorf("write notes: %w", err)
	}
	if err := stream.SetColWidth(1, 1, whatWidth); err != nil {
		return err
	}
	if err := stream.SetColWidth(2, 2, howWidth); err != nil {
		return err
	}
	if err := stream.SetRow("A1", []any{excelize.Cell{StyleID: head, Value: title}}); err != nil {
		return err
	}
	for i, line := range lines {
		cells := make([]any, len(line))
		for j, text := range line {
			cells[j] = excelize.Cell{StyleID: look, Value: textCell(text)}
		}
		if err := stream.SetRow(Address(1, i+2), cells); err != nil {
			return err
		}
	}
	return stream.Flush()
}

// textCell is the value by which the library keeps a text exactly. What looks
// like an escaped character, "_x000D_", is split into runs, none of which looks
// so: the library mends only some of them.
func textCell(text string) any {
	var runs []excelize.RichTextRun
	rest := text
	for i := 0; i+7 <= len(rest); i++ {
		if rest[i] != '_' || rest[i+1] != 'x' || rest[i+6] != '_' || strings.Trim(rest[i+2:i+6], "0123456789abcdefABCDEF") != "" {
			continue
		}
		runs = append(runs, excelize.RichTextRun{Text: rest[:i+2]})
		rest, i = rest[i+2:], -1
	}
	if runs == nil {
		return text
	}
	return append(runs, excelize.RichTextRun{Text: rest})
}

// checkLength refuses a text that a spreadsheet would cut.
func checkLength(text, address string) error {
	if len(text) > maxCellText && utf16Length(text) > maxCellText {
		return tooLongText(maxCellText, address)
	}
	return nil
}

// utf16Length counts as spreadsheet programs count characters.
func utf16Length(text string) int {
	n := 0
	for _, r := range text {
		if n++; r > 0xFFFF {
			n++
		}
	}
	return n
}

// cut keeps the first so many characters, counted as spreadsheets count.
func cut(text string, length int) string {
	n := 0
	for i, r := range text {
		if n += utf16Length(string(r)); n > length {
			return text[:i]
		}
	}
	return text
}
