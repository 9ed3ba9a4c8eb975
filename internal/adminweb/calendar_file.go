package adminweb

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/internal/sheet"
)

// scheduleLines makes of a workbook, of a text table in any encoding that sheet
// knows, or of what was pasted from either, the text table that schedule reads.
// Titles above the table are passed over, days may be typed in any form, kinds
// in the words of the notices. Each row keeps its number, so that a mistake is
// found again by it.
func scheduleLines(name string, data []byte) (string, error) {
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), name, sheet.Limits{File: greatestSchedule, Rows: mostRows})
	if err != nil {
		return "", atFile(err)
	}
	tab := book.Sheets()[0]
	header, err := sheet.FindHeader(book.Rows(tab), knownColumn)
	if err != nil {
		return "", atFile(err)
	}
	var plain bytes.Buffer
	lines, written := csv.NewWriter(&plain), 0
	for row, err := range book.Rows(tab) {
		if err != nil {
			return "", atFile(err)
		}
		if row.Number < header.Row {
			continue
		}
		for ; written < row.Number-1; written++ { // a row without content is a line without content
			plain.WriteByte('\n')
		}
		if err := lines.Write(scheduleLine(header, row)); err != nil {
			return "", err
		}
		lines.Flush()
		written++
	}
	return plain.String(), nil
}

// mostRows is how many rows a file of holidays may have; a year has about forty.
const mostRows = 2000

// atFile puts what is wrong with the file as a whole at the field where it was
// chosen.
func atFile(err error) error {
	var f *fault.Error
	if fault.KindOf(err) == fault.Internal || !errors.As(err, &f) {
		return err
	}
	return fault.Refuse([]fault.Field{{Name: "file", Code: f.Code, Args: f.Args}})
}

var scheduleColumns = map[string][]string{
	"date": {"date", "日期", "时间", "day"},
	"name": {"name", "名称", "节日", "假日", "说明"},
	"kind": {"kind", "类型", "休/班", "休班", "安排"},
}

func knownColumn(label string) (string, bool) {
	for key, names := range scheduleColumns {
		if slices.Contains(names, strings.ToLower(label)) {
			return key, true
		}
	}
	return "", false
}

// scheduleLine is a row in the form that schedule reads. What is not
// understood stays as it is, to be refused there with its line.
func scheduleLine(header sheet.Header, row sheet.Row) []string {
	var line []string
	for _, key := range scheduleKeys() {
		column, ok := header.Column(key)
		if !ok {
			continue
		}
		text := ""
		if i := column.Column - 1; i < len(row.Cells) {
			text = input.Text(row.Cells[i].Text)
		}
		if row.Number == header.Row {
			text = key
		}
		line = append(line, plainWord(key, text))
	}
	return line
}

func scheduleKeys() []string { return []string{"date", "name", "kind"} }

// plainWord writes a cell as schedule reads it.
func plainWord(key, text string) string {
	switch key {
	case "date":
		if day, note, err := input.Date(text, true); err == nil && !strings.HasSuffix(note, ".month") && !strings.HasSuffix(note, ".year") {
			return day.String()
		}
	case "kind":
		switch {
		case slices.Contains([]string{"放假", "休息", "休假", "假"}, text):
			return string(calendar.Off)
		case slices.Contains([]string{"上班", "补班", "工作", "工作日", "调休上班"}, text):
			return string(calendar.Work)
		}
	}
	return text
}

// scheduleText writes the days for the form that carries them from the preview
// to the publication.
func scheduleText(days []calendar.Exception) string {
	var b strings.Builder
	lines := csv.NewWriter(&b)
	_ = lines.Write(scheduleKeys()) // memory takes everything
	for _, e := range days {
		_ = lines.Write([]string{e.Date.String(), e.Name, string(e.Kind)})
	}
	lines.Flush()
	return b.String()
}
