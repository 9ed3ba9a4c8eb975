package sheet

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// CSVWriter writes a table as text: UTF-8 with its mark, so that spreadsheet
// programs read Chinese, commas, CRLF. Texts that would be taken for formulas
// get an apostrophe, which Open takes away again.
type CSVWriter struct {
	out     *bufio.Writer
	columns []Column
}

// NewCSV begins a table with title, notes and header.
func NewCSV(out io.Writer, t Table, opt Options) (*CSVWriter, error) {
	w := &CSVWriter{out: bufio.NewWriter(out), columns: t.Columns}
	if _, err := w.out.WriteString(bomUTF8); err != nil {
		return nil, fmt.Errorf("write text table: %w", err)
	}
	lines := t.Notes
	if t.Title != "" {
		lines = append([]string{t.Title}, lines...)
	}
	for _, line := range lines {
		if err := w.line([]string{protect(line)}); err != nil {
			return nil, err
		}
	}
	titles := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		titles[i] = protect(c.heading(opt))
	}
	return w, w.line(titles)
}

// Row writes the next row; missing values are empty fields.
func (w *CSVWriter) Row(values ...Value) error {
	if len(values) > len(w.columns) {
		return fmt.Errorf("write row: %d values for %d columns", len(values), len(w.columns))
	}
	fields := make([]string, len(w.columns))
	for i, v := range values {
		fields[i] = v.plain(w.columns[i])
	}
	return w.line(fields)
}

// Close writes what is still in memory. It does not close the underlying writer.
func (w *CSVWriter) Close() error {
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("write text table: %w", err)
	}
	return nil
}

func (w *CSVWriter) line(fields []string) error {
	for i, field := range fields {
		if i > 0 {
			_ = w.out.WriteByte(',')
		}
		if strings.ContainsAny(field, "\",;\t\r\n") || strings.TrimSpace(field) != field || len(fields) == 1 {
			field = `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
		}
		_, _ = w.out.WriteString(field)
	}
	// The buffer remembers the first error and gives it here.
	if _, err := w.out.WriteString("\r\n"); err != nil {
		return fmt.Errorf("write text table: %w", err)
	}
	return nil
}
