// Package sheet moves typed tables to and from workbooks (.xlsx) and text
// tables (.csv). It knows no domain: columns, labels, options and help are
// given by the caller, errors are told by cell address.
//
// Its nouns: a Book is an opened file; a Row of it has Cells, each with its
// address ("C12"), its text and its kind; a Header is the row that names the
// columns, found among titles and notes. A Table describes the Columns of what
// is written; a Writer makes a workbook of tables and notes, a CSV makes a text
// table; a Value is what goes into one cell.
//
// What it promises:
//
//   - A file is judged by its content, never by its name, and nothing in it can
//     make the program grow without bound: Limits say how much is read, and
//     what goes beyond is refused with a fault that tells the mend.
//   - Reading is a stream: memory is the shared texts of the file and one row.
//   - What the file holds is given as it is. The only changes are those that
//     undo the file format: dates become 2017-09-30 (or 2017-09 where the cell
//     shows no day), numbers lose the digits that binary arithmetic added.
//   - What is written as text stays text: nothing becomes a formula, neither in
//     a workbook nor in a text table, and reading it back gives the same text.
//
// Meaning (is this a date, an amount, a code, who may save it) is left to
// package input and to the caller. The package reads no clock and writes no
// words of its own: texts come through Options.T, refusals are message keys
// sheet.err.*.
//
// Workbooks are written with the excelize library. They are read by the
// package itself, from the parts of the zip file: the library tells neither the
// kind nor the format of a cell while it streams, has no limits for depth, rows
// and columns, and takes several times as long (BenchmarkRead shows both).
package sheet
