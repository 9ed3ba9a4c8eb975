package calendar

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Codes of what can be wrong with a line of a schedule; they are message keys.
const (
	CodeSize     = "err.schedule.size"     // the file is larger than 1 MiB (line 0)
	CodeEmpty    = "err.schedule.empty"    // no row below the heading
	CodeEncoding = "err.schedule.encoding" // not UTF-8, as when saved as GB18030
	CodeQuotes   = "err.schedule.quotes"   // quotation marks that do not pair
	CodeHeading  = "err.schedule.heading"  // the first line lacks the column Value
	CodeDate     = "err.schedule.date"     // not a date like 2006-01-02
	CodeKind     = "err.schedule.kind"     // neither off nor work, 休 nor 班
	CodeName     = "err.schedule.name"     // over 100 characters, or control characters
	CodeConflict = "err.schedule.conflict" // the date was listed above as the other kind
)

const (
	maxScheduleBytes = 1 << 20
	maxNameRunes     = 100
	maxValueRunes    = 60
	// maxLineErrors ends the reading of a file that is something else altogether.
	maxLineErrors = 100
)

// LineError is one thing wrong with an uploaded schedule.
type LineError struct {
	// Line counts from 1, the heading; 0 is the file as a whole.
	Line int
	// Code is one of the Code constants.
	Code string
	// Value is what was found there, cut to 60 characters; for CodeHeading it
	// is the column that was not found.
	Value string
}

// ScheduleError is everything wrong with an uploaded schedule, in the order of
// its lines; reading stops at the row in which the hundredth is found.
type ScheduleError struct {
	Lines []LineError
}

// Error writes the errors for logs.
func (e *ScheduleError) Error() string {
	var b strings.Builder
	b.WriteString("calendar: schedule refused")
	for _, l := range e.Lines {
		fmt.Fprintf(&b, "; line %d: %s %q", l.Line, l.Code, l.Value)
	}
	return b.String()
}

// ParseSchedule reads the schedule of one or several years from CSV with the
// columns date (2006-01-02), name and kind (off, work, 休, 班), found by their
// names in the first line, in English or Chinese, in any order; other columns
// and empty rows are passed over. The text is UTF-8, with or without a byte
// order mark. The exceptions come in the order of the file, each day once.
//
// What is wrong with the text is a *ScheduleError that names every line, and
// then no exceptions are returned. Review tells what is merely doubtful, and
// PublishedYears which years the file covers.
func ParseSchedule(r io.Reader) ([]Exception, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxScheduleBytes+1))
	if err != nil {
		return nil, fmt.Errorf("calendar: read schedule: %w", err)
	}
	if len(data) > maxScheduleBytes {
		return nil, &ScheduleError{[]LineError{{Code: CodeSize}}}
	}
	s := newScheduleReader(data)
	s.readAll()
	if len(s.wrong) > 0 {
		return nil, &ScheduleError{s.wrong}
	}
	return s.exceptions, nil
}

// scheduleReader is one reading of one file.
type scheduleReader struct {
	rows       *csv.Reader
	line       int
	columns    columns
	listed     map[Date]Kind
	exceptions []Exception
	wrong      []LineError
}

func newScheduleReader(data []byte) *scheduleReader {
	rows := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	rows.FieldsPerRecord = -1 // a short row is told apart by its empty cells
	rows.TrimLeadingSpace = true
	return &scheduleReader{rows: rows, listed: map[Date]Kind{}}
}

func (s *scheduleReader) readAll() {
	heading, ok := s.next()
	if !ok || !s.readHeading(heading) {
		s.refuseEmpty()
		return
	}
	for len(s.wrong) < maxLineErrors {
		row, ok := s.next()
		if !ok {
			s.refuseEmpty()
			return
		}
		s.readRow(row)
	}
}

// next reads the next row that says anything. It ends at the end of the file
// and at text whose lines cannot be made out.
func (s *scheduleReader) next() ([]string, bool) {
	for {
		row, err := s.rows.Read()
		if err != nil {
			s.refuseUnreadable(err)
			return nil, false
		}
		s.line, _ = s.rows.FieldPos(0)
		text := strings.Join(row, "")
		if !utf8.ValidString(text) {
			s.refuse(CodeEncoding, "") // the text itself would be gibberish
			return nil, false
		}
		if strings.TrimSpace(text) != "" {
			return row, true
		}
	}
}

// refuseUnreadable notes why a row could not be read, unless the file ended.
func (s *scheduleReader) refuseUnreadable(err error) {
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		s.line = broken.StartLine // where the mark is; the other may be the end of the file
		s.refuse(CodeQuotes, "")
	}
}

func (s *scheduleReader) refuseEmpty() {
	if len(s.exceptions) == 0 && len(s.wrong) == 0 {
		s.line = max(s.line, 1)
		s.refuse(CodeEmpty, "")
	}
}

func (s *scheduleReader) refuse(code, value string) {
	if runes := []rune(value); len(runes) > maxValueRunes {
		value = string(runes[:maxValueRunes])
	}
	s.wrong = append(s.wrong, LineError{Line: s.line, Code: code, Value: value})
}

// columns are the places of the three columns in a row.
type columns struct {
	date, name, kind int
}

func (s *scheduleReader) readHeading(row []string) bool {
	place := func(names ...string) int {
		for i, cell := range row {
			for _, name := range names {
				if strings.EqualFold(strings.TrimSpace(cell), name) {
					return i
				}
			}
		}
		s.refuse(CodeHeading, names[0])
		return -1
	}
	s.columns = columns{
		date: place("date", "日期"),
		name: place("name", "名称"),
		kind: place("kind", "类型"),
	}
	return len(s.wrong) == 0
}

func (s *scheduleReader) readRow(row []string) {
	cell := func(i int) string {
		if i >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	before := len(s.wrong)
	date := s.readDate(cell(s.columns.date))
	e := Exception{Date: date, Kind: s.readKind(cell(s.columns.kind)), Name: s.readName(cell(s.columns.name))}
	if len(s.wrong) == before {
		s.add(e)
	}
}

func (s *scheduleReader) readDate(text string) Date {
	date, err := ParseDate(text)
	if err != nil {
		s.refuse(CodeDate, text)
	}
	return date
}

func (s *scheduleReader) readKind(text string) Kind {
	switch strings.ToLower(text) {
	case "off", "休":
		return Off
	case "work", "班":
		return Work
	}
	s.refuse(CodeKind, text)
	return ""
}

func (s *scheduleReader) readName(text string) string {
	if utf8.RuneCountInString(text) > maxNameRunes || strings.ContainsFunc(text, unicode.IsControl) {
		s.refuse(CodeName, text)
	}
	return text
}

// add keeps the exception; a day listed twice as the same kind is kept once.
func (s *scheduleReader) add(e Exception) {
	kind, twice := s.listed[e.Date]
	switch {
	case !twice:
		s.listed[e.Date] = e.Kind
		s.exceptions = append(s.exceptions, e)
	case kind != e.Kind:
		s.refuse(CodeConflict, e.Date.String())
	}
}
