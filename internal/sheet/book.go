package sheet

import (
	"io"
	"iter"
	"slices"
)

// Format is the format that a file turned out to have.
type Format string

// The formats that can be read.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// Book is an opened file. It may be read by several goroutines at a time, and
// each table more than once. The reader it was opened from must stay readable
// as long as rows are read; there is nothing to close.
type Book struct {
	name     string
	format   Format
	workbook *workbook
	text     *textTable
}

// Open looks into a file of this size and tells whether it can be read, whatever
// its name says. Everything that could make the reader work without bound is
// refused here or, at the latest, before the first row is given out.
//
// The errors are faults: Unsupported for files of other kinds
// (sheet.err.old_format, .encrypted, .web_page, .not_a_workbook, .encoding),
// TooLarge for what goes beyond the limits, Invalid for broken files
// (sheet.err.broken, .dtd, .empty_file, .no_table). An error of r itself comes
// back as sheet.err.broken or as it is.
func Open(r io.ReaderAt, size int64, fileName string, limits Limits) (*Book, error) {
	limits = limits.withDefaults()
	if size > limits.File {
		return nil, tooBigFile(limits)
	}
	kind, err := detect(r, size)
	if err != nil {
		return nil, err
	}
	b := &Book{name: fileName, format: CSV}
	if kind == contentText {
		b.text, err = openText(r, size, limits)
	} else {
		b.format = XLSX
		b.workbook, err = openZip(r, size, limits)
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

func openZip(r io.ReaderAt, size int64, limits Limits) (*workbook, error) {
	a, err := openArchive(r, size, limits)
	if err != nil {
		return nil, err
	}
	return openWorkbook(a)
}

// Name is the file name as given to Open.
func (b *Book) Name() string { return b.name }

// Format is the format of the file.
func (b *Book) Format() Format { return b.format }

// Sheets are the names of the tables, in the order of the tabs, without those
// that are hidden. A text table has one, without a name.
func (b *Book) Sheets() []string {
	if b.workbook == nil {
		return []string{""}
	}
	return slices.Clone(b.workbook.names)
}

// Rows reads a table from its beginning, each time it is ranged over. Rows that
// hold nothing are left out; after an error there is no further row.
func (b *Book) Rows(sheet string) iter.Seq2[Row, error] {
	if b.workbook == nil {
		return b.text.rows()
	}
	return b.workbook.rows(sheet)
}

// Property is a custom property of the document, such as the identity and
// version of the template it was made from.
func (b *Book) Property(name string) (value string, ok bool) {
	if b.workbook == nil {
		return "", false
	}
	value, ok = b.workbook.properties[name]
	return value, ok
}
